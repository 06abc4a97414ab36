//! Signs that a document took over from a web page: `&amp;`, `&#39;`. Not here: HTML itself.

/// The text as a browser shows it. What is no sign of HTML stays as it is.
pub(super) fn decoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        // The longest sign known here is `&#1114111;`.
        let sign = after.split_once(';').filter(|(name, _)| name.len() <= 9);
        match sign.and_then(|(name, then)| Some((letter(name)?, then))) {
            Some((letter, then)) => {
                out.push(letter);
                rest = then;
            }
            None => {
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

fn letter(name: &str) -> Option<char> {
    let number = name.strip_prefix('#');
    let number = number.and_then(|number| match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None => number.parse().ok(),
    });
    if let Some(number) = number {
        return char::from_u32(number).filter(|letter| !letter.is_control());
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "ndash" => '–',
        "mdash" => '—',
        "auml" => 'ä',
        "ouml" => 'ö',
        "uuml" => 'ü',
        "Auml" => 'Ä',
        "Ouml" => 'Ö',
        "Uuml" => 'Ü',
        "szlig" => 'ß',
        "eacute" => 'é',
        "egrave" => 'è',
        "agrave" => 'à',
        "ccedil" => 'ç',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_of_html_are_shown_as_a_browser_shows_them() {
        assert_eq!(decoded("Otto (GmbH &amp; Co KG)"), "Otto (GmbH & Co KG)");
        assert_eq!(decoded("der &#34;User Agent&#x22; &uuml;ber &amp;amp;"), "der \"User Agent\" über &amp;");
    }

    #[test]
    fn what_is_no_sign_stays() {
        for text in ["H & M", "a &b; c", "&", "&;", "&#0;", "&#x110000;", "&#-1;", "x&amp"] {
            assert_eq!(decoded(text), text);
        }
    }
}
