//! Whether a value is one of its field's type: what is stored shall be accurate (Art. 5(1)(d) GDPR), and of
//! a password only a slow salted hash is kept (Art. 32, KLV-06).
//!
//! Texts of people are taken as they come: names, addresses and free text have no form that everybody's
//! fits. Not here: the forms by which people are found (`identifier`).

use core::net::IpAddr;

use crate::identifier;
use crate::name::IdentifierKind;
use crate::policy::Policy;
use crate::policy::model::{DataRef, FieldType};
use crate::time::{Day, Instant};

use super::Refused;

/// How hashes begin that are made slowly and with salt: as the common libraries write them.
const SLOW_HASHES: [&str; 12] = [
    "$argon2id$",
    "$argon2i$",
    "$argon2d$",
    "$2a$",
    "$2b$",
    "$2y$",
    "$scrypt$",
    "$y$",
    "$7$",
    "$pbkdf2",
    "pbkdf2_sha256$",
    "scrypt:",
];

/// Looks at a value that is to be stored under a field. Data that the policy does not declare are refused
/// elsewhere.
///
/// # Errors
/// [`Refused::NotOfType`], or [`Refused::NotAHash`] for a password; neither repeats the value.
pub fn check_value(policy: &Policy, datum: &DataRef, value: &str) -> Result<(), Refused> {
    let field = datum.field.as_ref().and_then(|name| policy.data.get(&datum.category)?.fields.get(name));
    let Some(field) = field else { return Ok(()) };
    let refused = |what| Err(Refused::NotOfType(datum.clone(), what));
    if value.contains('\0') {
        return refused("a text without NUL bytes, which no database takes");
    }
    match field.kind {
        FieldType::Email if !is_identifier("email", value) => refused("an e-mail address"),
        FieldType::Phone if !is_identifier("phone", value) => refused("a telephone number"),
        FieldType::IpAddress if value.parse::<IpAddr>().is_err() => refused("an IP address"),
        FieldType::Date if value.parse::<Day>().is_err() => refused("a date (`2026-11-22`)"),
        FieldType::DateTime if value.parse::<Instant>().is_err() => {
            refused("an instant (`2026-11-22T09:30:00Z`)")
        }
        FieldType::Money if !is_money(value) => refused("an amount of money (`12.50`, `12.50 EUR`)"),
        FieldType::CardNumber if !is_card_number(value) => {
            refused("the number of a payment card: one of its digits is wrong or missing")
        }
        FieldType::Number if !is_number(value) => refused("a number"),
        FieldType::Truth if !matches!(value, "true" | "false") => refused("`true` or `false`"),
        FieldType::Password if !SLOW_HASHES.iter().any(|start| value.starts_with(start)) => {
            Err(Refused::NotAHash(datum.clone()))
        }
        _ => Ok(()),
    }
}

fn is_identifier(kind: &str, value: &str) -> bool {
    identifier::canonical(&IdentifierKind::from(kind), value).is_ok()
}

/// Digits with at most one sign and one point.
fn is_number(value: &str) -> bool {
    let digits = value.strip_prefix(['-', '+']).unwrap_or(value);
    let (whole, rest) = digits.split_once('.').unwrap_or((digits, "0"));
    let all = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    all(whole) && all(rest)
}

/// A number, with a currency before or after it at most: three capitals (ISO 4217) or a sign.
fn is_money(value: &str) -> bool {
    let is_code = |text: &str| text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase());
    let is_currency = |text: &str| is_code(text) || matches!(text, "€" | "$" | "£" | "¥");
    let value = value.trim();
    let sign = |value: &str| value.trim_start_matches(['€', '$', '£', '¥']).trim_start().to_owned();
    match value.split_once(' ') {
        Some((first, last)) if is_currency(last.trim()) => is_number(first),
        Some((first, last)) if is_currency(first) => is_number(last.trim()),
        Some(_) => false,
        None => {
            let bare = value.strip_suffix(['€', '$', '£', '¥']).unwrap_or(value);
            is_number(bare) || (bare == value && is_number(&sign(value)))
        }
    }
}

/// 12 to 19 digits, with blanks or strokes between them, of which the last one checks the others
/// (ISO/IEC 7812-1, annex B).
fn is_card_number(value: &str) -> bool {
    let bare: String = value.trim().chars().filter(|sign| !matches!(sign, ' ' | '-')).collect();
    let digits: Option<Vec<u32>> = bare.chars().map(|sign| sign.to_digit(10)).collect();
    let Some(digits) = digits.filter(|digits| (12..=19).contains(&digits.len())) else { return false };
    let weighed = digits.iter().rev().enumerate().map(|(place, digit)| match place % 2 {
        0 => *digit,
        _ if *digit > 4 => *digit * 2 - 9,
        _ => *digit * 2,
    });
    weighed.sum::<u32>() % 10 == 0
}

#[cfg(test)]
mod tests {
    use super::{is_card_number, is_money, is_number};

    #[test]
    fn money_is_a_number_with_a_currency_at_most() {
        for money in ["12.50", "-3", "12.50 EUR", "EUR 12.50", "€12.50", "€ 12.50", "12.50 €", "12.50€", "0"]
        {
            assert!(is_money(money), "{money}");
        }
        for text in ["", "abc", "EUR", "12,50", "12.50 euro", "EUR 12 EUR", "€", "12.50 EUR x", "€5€"] {
            assert!(!is_money(text), "{text}");
        }
    }

    #[test]
    fn a_card_number_is_known_by_its_last_digit() {
        for number in ["4111111111111111", "4111 1111 1111 1111", "3782-822463-10005", "6304000000000000"] {
            assert!(is_card_number(number), "{number}");
        }
        for text in
            ["", "4111111111111112", "4111", "41111111111111111111", "4111x11111111111", "٤111111111111111"]
        {
            assert!(!is_card_number(text), "{text}");
        }
    }

    #[test]
    fn numbers_are_digits_with_a_sign_and_a_point_at_most() {
        for number in ["0", "-1", "+12.50", "0.5"] {
            assert!(is_number(number), "{number}");
        }
        for text in ["", "-", "1.", ".5", "1e9", "1,5", "NaN", "--1"] {
            assert!(!is_number(text), "{text}");
        }
    }
}
