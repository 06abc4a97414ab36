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

#[cfg(test)]
mod tests {
    use super::is_number;

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
