//! What a database's URL demands of the connection: whether it is encrypted, and whom the server's
//! certificate is checked against. Kept's own store and the company's ask the same.
//!
//! What is demanded is never lowered, and nothing that may end in clear text is understood. Not here:
//! connections (`kept-connect`'s `tls`).

/// How far the server is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// Not at all: nobody reads along, and anybody may be at the other end.
    Nobody,
    /// Its certificate is of a known authority.
    Authority,
    /// And for the host of the URL.
    Host,
}

/// What a URL demands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demand {
    /// How far the server is checked.
    pub check: Check,
    /// The file of the authorities whose certificates are good; `system` for those that the machine trusts.
    pub authorities: Option<String>,
}

/// A URL whose words about encryption can't be taken, in words that repeat nothing of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct WrongUrl(pub String);

fn wrong(why: impl Into<String>) -> WrongUrl {
    WrongUrl(why.into())
}

/// A URL without its words about encryption, and what they demand; `None` for a plain connection.
///
/// # Errors
/// [`WrongUrl`] for words that are not understood, that are said twice, or that allow clear
/// text as well, and for a URL with a fragment.
pub fn demanded(url: &str) -> Result<(String, Option<Demand>), WrongUrl> {
    // What stands behind `#` would reach neither this function nor the driver as it was meant.
    if url.contains("://") && url.contains('#') {
        return Err(wrong(
            "its URL holds `#`, which begins nothing that a store has; write `%23` within a value",
        ));
    }
    let (rest, words, sign) = match url.split_once('?') {
        Some((rest, query)) if url.contains("://") => (Some(rest), query.split('&').collect(), "&"),
        None if url.contains("://") => return Ok((url.to_owned(), None)),
        _ => (None, url.split(' ').collect::<Vec<_>>(), " "),
    };
    let (mut kept, mut mode, mut authorities) = (Vec::new(), None, None);
    for word in words {
        let (key, value) = word.split_once('=').unwrap_or((word, ""));
        // Drivers read the name of a word as they read its value.
        match decoded(key).to_ascii_lowercase().as_str() {
            "sslmode" | "ssl-mode" | "ssl_mode" => {
                once(&mut mode, value.to_ascii_lowercase().replace('_', "-"), "sslmode")?;
            }
            "sslrootcert" | "ssl-ca" | "ssl_ca" => once(&mut authorities, decoded(value), "sslrootcert")?,
            key if is_about_encryption(key) => {
                return Err(wrong(format!(
                    "its URL says `{key}`, which is not understood; write `sslmode`, and `sslrootcert` for the \
                     authority's file"
                )));
            }
            _ => kept.push(word),
        }
    }
    let kept = kept.join(sign);
    let url = match rest {
        Some(rest) if kept.is_empty() => rest.to_owned(),
        Some(rest) => format!("{rest}?{kept}"),
        None => kept,
    };
    Ok((url, demand(mode.as_deref(), authorities)?))
}

/// Of two values one would be lost without a word, and it may be the one that demands encryption.
fn once(place: &mut Option<String>, value: String, word: &str) -> Result<(), WrongUrl> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(wrong(format!(
            "its URL says `{word}` more than once, in one dialect or in both; write it once"
        ))),
    }
}

fn is_about_encryption(key: &str) -> bool {
    let is_word = |word: &str| word.contains("ssl") || word.contains("tls");
    // A password may hold anything; it stands behind the sign.
    is_word(key) || matches!(key, "verify_ca" | "verify_identity" | "built_in_roots")
}

fn demand(mode: Option<&str>, authorities: Option<String>) -> Result<Option<Demand>, WrongUrl> {
    let check = match mode {
        None if authorities.is_some() => {
            return Err(wrong("its URL names an authority and no `sslmode`; write `sslmode=verify-full`"));
        }
        None => return Ok(None),
        Some("disable" | "disabled") => return Ok(None),
        Some("require" | "required") if authorities.is_none() => Check::Nobody,
        // Who names an authority wants it to be asked.
        Some("require" | "required" | "verify-ca") => Check::Authority,
        Some("verify-full" | "verify-identity") => Check::Host,
        Some("prefer" | "preferred" | "allow") => {
            return Err(wrong(
                "its URL's `sslmode` allows clear text as well; write `verify-full`, `verify-ca` or `require`, or \
                 `disable`",
            ));
        }
        Some(_) => {
            return Err(wrong(
                "its URL's `sslmode` is none of `disable`, `require`, `verify-ca` and `verify-full`",
            ));
        }
    };
    if check != Check::Nobody && authorities.is_none() {
        return Err(wrong(
            "its URL demands a check of the server's certificate and names no authority; write \
             `sslrootcert=FILE`, or `sslrootcert=system` for those that this machine trusts",
        ));
    }
    Ok(Some(Demand { check, authorities }))
}

/// A value of a URL's query.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(sign) = rest.chars().next() {
        let hex = rest.strip_prefix('%').and_then(|after| after.get(..2));
        if let Some(byte) = hex.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            bytes.push(byte);
            rest = rest.get(3..).unwrap_or_default();
        } else {
            let (one, after) = rest.split_at(sign.len_utf8());
            bytes.extend(one.as_bytes());
            rest = after;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(url: &str) -> (String, Option<Demand>) {
        demanded(url).unwrap()
    }

    #[test]
    fn words_about_encryption_leave_the_url_and_are_understood_in_both_dialects() {
        assert_eq!(of("postgres://h/db"), ("postgres://h/db".to_owned(), None));
        assert_eq!(of("postgres://h/db?sslmode=disable"), ("postgres://h/db".to_owned(), None));
        let (url, demand) =
            of("postgres://h/db?connect_timeout=3&sslmode=verify-full&sslrootcert=%2Fetc%2Fca.pem");
        assert_eq!(url, "postgres://h/db?connect_timeout=3");
        let full = Demand { check: Check::Host, authorities: Some("/etc/ca.pem".to_owned()) };
        assert_eq!(demand, Some(full.clone()));
        assert_eq!(of("mysql://h/db?ssl-mode=VERIFY_IDENTITY&ssl-ca=/etc/ca.pem").1, Some(full));
        let (url, demand) = of("host=h password=ssl=1 sslmode=require dbname=db");
        assert_eq!(url, "host=h password=ssl=1 dbname=db");
        assert_eq!(demand, Some(Demand { check: Check::Nobody, authorities: None }));
        let some = of("postgres://h/db?sslmode=require&sslrootcert=ca.pem").1.unwrap();
        assert_eq!(some.check, Check::Authority, "who names an authority wants it asked");
    }

    #[test]
    fn nothing_that_may_end_in_clear_text_or_is_not_understood_is_taken() {
        for (settings, said) in [
            ("sslmode=prefer", "clear text as well"),
            ("sslmode=allow", "clear text as well"),
            ("ssl-mode=PREFERRED", "clear text as well"),
            ("sslmode=verify", "none of"),
            ("sslmode=", "none of"),
            ("sslmode=verify-full", "names no authority"),
            ("sslmode=verify-ca", "names no authority"),
            ("sslrootcert=ca.pem", "no `sslmode`"),
            ("require_ssl=true", "not understood"),
            ("sslcert=a.pem", "not understood"),
            ("tls=true", "not understood"),
            ("verify_ca=false", "not understood"),
            ("ssl%6Dode=prefer", "clear text as well"),
            ("require%5Fssl=false", "not understood"),
        ] {
            let fault = demanded(&format!("mysql://h/db?{settings}")).unwrap_err().to_string();
            assert!(fault.contains(said), "{settings}: {fault}");
        }
    }

    #[test]
    fn a_word_about_encryption_is_said_once() {
        for (settings, said) in [
            ("sslmode=require&sslmode=disable", "`sslmode` more than once"),
            ("sslmode=require&connect_timeout=3&SSLMODE=require", "`sslmode` more than once"),
            ("sslmode=verify-full&ssl-mode=DISABLED&sslrootcert=ca.pem", "`sslmode` more than once"),
            ("sslmode=disable&ssl%6Dode=require", "`sslmode` more than once"),
            ("sslmode=verify-ca&sslrootcert=ca.pem&ssl_ca=other.pem", "`sslrootcert` more than once"),
        ] {
            let fault = demanded(&format!("postgres://h/db?{settings}")).unwrap_err().to_string();
            assert!(fault.contains(said), "{settings}: {fault}");
        }
        let fault = demanded("host=h sslmode=require dbname=db sslmode=disable").unwrap_err().to_string();
        assert!(fault.contains("more than once"), "{fault}");
    }

    #[test]
    fn a_url_with_a_fragment_is_refused_and_its_words_are_not_lost() {
        for url in [
            "postgres://h/db?application_name=x#sslmode=require",
            "mysql://h/db?sslmode=require#x",
            "mariadb://h/db#sslmode=require",
            "postgres://h/db#?sslmode=require",
        ] {
            let fault = demanded(url).unwrap_err().to_string();
            assert!(fault.contains("`%23`") && !fault.contains("//h"), "{url}: {fault}");
        }
        assert_eq!(of("postgres://u:a%23b@h/db").0, "postgres://u:a%23b@h/db");
        assert_eq!(of("host=h password=a#b dbname=db").0, "host=h password=a#b dbname=db");
    }
}
