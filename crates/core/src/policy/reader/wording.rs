//! Small values that a policy writes as words: regions, lengths with words around them,
//! articles. Pure readings of one text; which key holds which is said where the key is read.

use crate::law::country;
use crate::time::Span;

/// A word is shown up to this many letters.
const SHOWN_MAX: usize = 64;

/// A word as a message shows it.
pub(super) fn shown(word: &str) -> String {
    let mut short: String = word.chars().take(SHOWN_MAX).collect();
    if short.len() < word.len() {
        short.push('…');
    }
    short
}

/// Whether this is the Union, the European Economic Area, or a country by its two letters.
pub(super) fn is_region(text: &str) -> bool {
    matches!(text, "EU" | "EEA") || country::is_known(text)
}

/// Whether this country is in the Union: in the area, and not one of the three others there.
pub(super) fn is_in_union(code: &str) -> bool {
    country::is_in_eea(code) && !matches!(code, "IS" | "LI" | "NO")
}

/// What was probably meant by a region that is none.
pub(super) fn region_hint(text: &str) -> String {
    match text.to_uppercase().as_str() {
        "EU" | "UNION" | "EUROPE" | "EUROPEAN UNION" => "did you mean `EU`?".to_owned(),
        "EEA" | "EER" => "did you mean `EEA`?".to_owned(),
        _ => match country::hint(text) {
            hint if hint.starts_with("did you mean") => hint,
            _ => "use `EU`, `EEA`, or the two capital letters of a country: `FR`, `US`".to_owned(),
        },
    }
}

/// The code of ISO 3166 in a text: `residents of US-CA` is about `US-CA`.
pub(super) fn region_of(text: &str) -> Option<&str> {
    let words = text.split(|letter: char| !(letter.is_alphanumeric() || letter == '-'));
    words.into_iter().find(|word| is_subdivision(word) || country::is_known(word))
}

/// A part of a country: `US-CA`, `BE-VLG`.
fn is_subdivision(word: &str) -> bool {
    word.split_once('-').is_some_and(|(state, part)| {
        let letters = part.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        country::is_known(state) && (1..=3).contains(&part.len()) && letters
    })
}

/// A length after a word that may lead it and before one that may follow: `at least 12 months`,
/// `60 days from the request`.
pub(super) fn length_in(text: &str, lead: &str, tail: &str) -> Option<Span> {
    let text = text.trim();
    let text = text.strip_prefix(lead).unwrap_or(text);
    Span::parse(text.strip_suffix(tail).unwrap_or(text)).ok()
}

/// A length that may be counted in working days: `10 working days`.
pub(super) fn working_days(text: &str) -> Option<Span> {
    let plain: Vec<&str> = text.split_whitespace().filter(|word| !is_working_word(word)).collect();
    let span = Span::parse(&plain.join(" ")).ok()?;
    // Months and years have no working days of their own.
    (span.whole_months() == 0 || !is_working(text)).then_some(span)
}

/// Whether a length is counted in working days.
pub(super) fn is_working(text: &str) -> bool {
    text.split_whitespace().any(is_working_word)
}

fn is_working_word(word: &str) -> bool {
    matches!(word, "working" | "business")
}

/// The life of a cookie: a length, `session` being none at all.
pub(super) fn life(text: &str) -> Option<Span> {
    if text.trim() == "session" { Some(Span::ZERO) } else { length_in(text, "", " from first set") }
}

/// Whether this is the name of a cookie on a device (RFC 6265), `*` standing for any letters.
pub(super) fn is_cookie_name(text: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_graphic() && !b"()<>@,;:\\\"/[]?={}".contains(&byte);
    !text.is_empty() && text.len() <= 256 && text.bytes().all(letter)
}

/// Whether this is an article of the Regulation: `17`, `17(3)`, `17(3)(b)`.
pub(super) fn is_article(text: &str) -> bool {
    let number = text.split('(').next().unwrap_or_default();
    let parts = text.strip_prefix(number).unwrap_or_default();
    let is_number =
        |text: &str| !text.is_empty() && text.len() <= 3 && text.bytes().all(|byte| byte.is_ascii_digit());
    let part = |part: &str| {
        part.strip_suffix(')').is_some_and(|inner| {
            is_number(inner) || (inner.len() == 1 && inner.bytes().all(|byte| byte.is_ascii_lowercase()))
        })
    };
    is_number(number) && parts.split('(').skip(1).all(part) && parts.matches('(').count() <= 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_a_code_and_a_slip_is_understood() {
        assert!(["EU", "EEA", "FR", "US"].into_iter().all(is_region));
        assert!(!["eu", "Europe", "UK", ""].into_iter().any(is_region));
        assert!(is_in_union("FR") && is_in_union("RE") && !is_in_union("NO") && !is_in_union("US"));
        assert_eq!(region_hint("Europe"), "did you mean `EU`?");
        assert_eq!(region_hint("uk"), "did you mean `GB`?");
        assert!(region_hint("Atlantis").starts_with("use `EU`"));
        assert_eq!(region_of("residents of US-CA"), Some("US-CA"));
        assert_eq!(region_of("people in Flanders (BE-VLG)"), Some("BE-VLG"));
        assert_eq!(region_of("residents of GB"), Some("GB"));
        assert_eq!(region_of("Californians"), None);
        assert_eq!(region_of("residents of XX-CA"), None);
    }

    #[test]
    fn lengths_are_read_among_their_words() {
        assert_eq!(length_in("at least 12 months", "at least ", ""), Some(Span::months(12)));
        assert_eq!(length_in("60 days from the request", "", " from the request"), Some(Span::days(60)));
        assert_eq!(length_in("about 60 days", "at least ", ""), None);
        assert_eq!(working_days("10 working days"), Some(Span::days(10)));
        assert_eq!(working_days("soon"), None);
        assert_eq!(working_days("2 working months"), None);
        assert!(is_working("10 business days") && !is_working("10 days"));
        assert_eq!(life("13 months from first set"), Some(Span::months(13)));
        assert_eq!(life(" session "), Some(Span::ZERO));
        assert_eq!(life("until closed"), None);
    }

    #[test]
    fn names_of_cookies_and_articles_have_their_form() {
        assert!(["_ga*", "__Host-id", "*"].into_iter().all(is_cookie_name));
        assert!(!["", "a b", "a=b", "a;b", "é"].into_iter().any(is_cookie_name));
        assert!(["17", "17(3)", "17(3)(b)", "7(3)"].into_iter().all(is_article));
        assert!(!["", "Art. 17", "17(", "17()", "17(3", "(3)", "17(3)b", "1234"].into_iter().any(is_article));
    }
}
