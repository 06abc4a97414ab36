//! Encrypted connections to database servers: what a store's URL demands, and whom a certificate is
//! checked against.
//!
//! What is demanded is never lowered: a server that does not offer encryption is refused before a name or
//! a password is sent. The way of the bytes is `tunnel`'s; calls over HTTP are `http::tls`'s.

use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

use crate::fault::StoreFault;

pub(crate) mod greeting;
pub(crate) mod tunnel;

/// Where systems keep the authorities that they trust.
const SYSTEM: [&str; 3] =
    ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"];

/// How far the server is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Check {
    /// Not at all: nobody reads along, and anybody may be at the other end.
    Nobody,
    /// Its certificate is of a known authority.
    Authority,
    /// And for the host of the URL.
    Host,
}

/// What a URL demands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Demand {
    check: Check,
    authorities: Option<String>,
}

fn wrong(why: impl Into<String>) -> StoreFault {
    StoreFault::Unreachable { why: why.into() }
}

/// A URL without its words about encryption, and what they demand; `None` for a plain connection.
///
/// # Errors
/// [`StoreFault::Unreachable`] for words that are not understood, that are said twice, or that allow clear
/// text as well, and for a URL with a fragment.
pub(crate) fn demanded(url: &str) -> Result<(String, Option<Demand>), StoreFault> {
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
fn once(place: &mut Option<String>, value: String, word: &str) -> Result<(), StoreFault> {
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

fn demand(mode: Option<&str>, authorities: Option<String>) -> Result<Option<Demand>, StoreFault> {
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

impl Demand {
    /// How connections are encrypted.
    ///
    /// # Errors
    /// [`StoreFault::Unreachable`] for a file of authorities that can't be read or holds none.
    pub(crate) fn config(&self) -> Result<Arc<ClientConfig>, StoreFault> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let verifier: Arc<dyn ServerCertVerifier> = match self.check {
            Check::Nobody => Arc::new(Anybody(Arc::clone(&provider))),
            Check::Authority | Check::Host => {
                let roots = Arc::new(roots(self.authorities.as_deref().unwrap_or_default())?);
                let strict =
                    WebPkiServerVerifier::builder_with_provider(roots, Arc::clone(&provider)).build();
                let strict = strict.map_err(|_| wrong("its authority's certificate can't be used"))?;
                if self.check == Check::Host { strict } else { Arc::new(AnyName(strict)) }
            }
        };
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|_| wrong("no encryption can be set up here"))?
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_no_client_auth();
        Ok(Arc::new(config))
    }
}

fn roots(path: &str) -> Result<RootCertStore, StoreFault> {
    let own = [path];
    let paths = if path == "system" { SYSTEM.as_slice() } else { own.as_slice() };
    let read = paths.iter().find_map(|path| std::fs::read(path).ok());
    let pem = read.ok_or_else(|| wrong("the file of its authority (`sslrootcert`) can't be read"))?;
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(CertificateDer::pem_slice_iter(&pem).filter_map(Result::ok));
    if roots.is_empty() {
        return Err(wrong("the file of its authority (`sslrootcert`) holds no certificate in PEM"));
    }
    Ok(roots)
}

/// Why a handshake failed, in our words.
pub(crate) fn words(error: &Error) -> &'static str {
    match error {
        Error::InvalidCertificate(CertificateError::UnknownIssuer | CertificateError::BadSignature) => {
            "its certificate is of another authority than its URL names (`sslrootcert`)"
        }
        Error::InvalidMessage(_) => "it does not speak TLS there",
        other => crate::http::tls_words(other),
    }
}

/// Takes every certificate; that the other side holds its key is checked all the same.
#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

/// Takes a certificate of a known authority, for whatever host.
#[derive(Debug)]
struct AnyName(Arc<WebPkiServerVerifier>);

impl ServerCertVerifier for AnyName {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        answer: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        match self.0.verify_server_cert(certificate, between, name, answer, now) {
            // The name is looked at last, when the authority is found good.
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => Ok(ServerCertVerified::assertion()),
            other => other,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }
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
