//! Identifiers of people, and when two of them are the same (decision 10).
//!
//! Equality is decided here and nowhere else: SQL only proposes candidates. A value is personal, so
//! neither `Debug` nor any error repeats it. Not here: finding a person in a store (`kept-connect`)
//! and the blind index under which an identifier is filed (`kept-vault`).

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use unicode_normalization::UnicodeNormalization;

use crate::name::IdentifierKind;

/// The longest e-mail address, in characters: 64 before the @ and 255 after it (RFC 5321 §4.5.3.1).
pub const EMAIL_CHARACTERS_MAX: usize = 320;

/// The longest identifier of any other kind, in characters.
pub const OTHER_CHARACTERS_MAX: usize = 1024;

/// The fewest digits that make a telephone number.
const PHONE_DIGITS_MIN: usize = 3;

/// The longest name of a kind, in bytes.
const KIND_BYTES_MAX: usize = 64;

/// One identifier of a person. Two are equal when their kinds and canonical values are.
#[derive(Clone)]
pub struct Identifier {
    kind: IdentifierKind,
    canonical: String,
    raw: String,
}

/// Why a text is not an identifier. No variant carries the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentifierError {
    /// The text has no `=`, or nothing before it.
    #[error("expected a kind and a value, such as `email=ada@example.org`")]
    NoKind,
    /// What stands before `=` can't be the name of a kind.
    #[error(
        "what stands before `=` is not a kind of identifier; \
         use a name of the policy's `identifies`, such as `email` or `customer-number`"
    )]
    KindName,
    /// Nothing is left of the value once spaces are trimmed.
    #[error("the value is empty")]
    Empty,
    /// The value holds a NUL character, which no database can store as text.
    #[error("the value contains a NUL character")]
    Nul,
    /// The value is longer than its kind may be.
    #[error("the value is longer than {0} characters")]
    TooLong(usize),
    /// The value of an e-mail kind is no address.
    #[error("the value is not an e-mail address; expected one `name@domain` without spaces")]
    Email,
    /// What follows the @ can't be a domain name.
    #[error("what follows the @ is not a valid domain name")]
    Domain,
    /// The value of a telephone kind is no number.
    #[error("the value is not a telephone number; expected digits, with `+` in front if international")]
    Phone,
}

/// How the values of a kind are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum IdentifierClass {
    /// Without regard to case, the domain in its ASCII form; dots and +tags count.
    Email,
    /// By its digits and a leading plus.
    Phone,
    /// Character by character, once trimmed and composed (NFC).
    Exact,
}

impl Identifier {
    /// An identifier of a kind.
    ///
    /// # Errors
    /// [`IdentifierError`] says why the value can't be one; it never repeats the value.
    pub fn new(kind: IdentifierKind, value: &str) -> Result<Self, IdentifierError> {
        let canonical = canonical(&kind, value)?;
        Ok(Self { kind, canonical, raw: value.to_owned() })
    }

    /// Reads `email=ada@example.org`, as commands take it. Everything after the first `=` is value.
    ///
    /// # Errors
    /// [`IdentifierError`] says what is wrong; it repeats neither side of the text, since a value
    /// may stand on the wrong one.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        let (kind, value) = text.split_once('=').ok_or(IdentifierError::NoKind)?;
        let kind = kind.trim().to_ascii_lowercase();
        if kind.is_empty() {
            return Err(IdentifierError::NoKind);
        }
        if !is_kind_name(&kind) {
            return Err(IdentifierError::KindName);
        }
        Self::new(IdentifierKind::from(kind), value)
    }

    /// Its kind.
    pub fn kind(&self) -> &IdentifierKind {
        &self.kind
    }

    /// The form by which it is compared and filed.
    pub fn canonical(&self) -> &str {
        &self.canonical
    }

    /// The value as it was given.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// Whether a value found in a store is this identifier. A value that can't be an identifier of
    /// this kind is not.
    pub fn is(&self, value: &str) -> bool {
        canonical(&self.kind, value).is_ok_and(|found| found == self.canonical)
    }

    /// Whether it belongs to one person only; see [`is_unique`].
    pub fn is_unique(&self) -> bool {
        is_unique(&self.kind)
    }

    fn order(&self) -> (&IdentifierKind, &str) {
        (&self.kind, &self.canonical)
    }
}

impl PartialEq for Identifier {
    fn eq(&self, other: &Self) -> bool {
        self.order() == other.order()
    }
}

impl Eq for Identifier {}

impl PartialOrd for Identifier {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Identifier {
    fn cmp(&self, other: &Self) -> Ordering {
        self.order().cmp(&other.order())
    }
}

impl Hash for Identifier {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.order().hash(state);
    }
}

impl fmt::Debug for Identifier {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Identifier({}, …)", self.kind)
    }
}

impl IdentifierClass {
    /// The class of a kind, by the words of its name: `billing-email` is an e-mail address,
    /// `mobile` a telephone number, everything else is compared exactly.
    pub fn of(kind: &IdentifierKind) -> Self {
        let name = kind.as_str();
        let is_lower = !name.bytes().any(|letter| letter.is_ascii_uppercase());
        let name = if is_lower { Cow::Borrowed(name) } else { Cow::Owned(name.to_ascii_lowercase()) };
        let has = |listed: &[&str]| words(&name).any(|word| listed.contains(&word));
        if has(&["email"]) || name.contains("e-mail") || name.contains("e_mail") {
            Self::Email
        } else if has(&["phone", "telephone", "mobile", "fax", "tel", "gsm"]) {
            Self::Phone
        } else {
            Self::Exact
        }
    }

    /// The most characters that a value of this class may have.
    pub fn characters_max(self) -> usize {
        match self {
            Self::Email => EMAIL_CHARACTERS_MAX,
            Self::Phone | Self::Exact => OTHER_CHARACTERS_MAX,
        }
    }
}

/// Whether a value of this kind belongs to one person only, so that other rows with it are the same
/// person's. E-mail addresses, accounts and numbers given by the company do; telephone numbers,
/// postal and network addresses, names and dates are shared. A kind of which nothing is known is
/// taken to be shared: finding too few rows shows, joining two people does harm.
pub fn is_unique(kind: &IdentifierKind) -> bool {
    const OWN: &[&str] = &[
        "account",
        "customer",
        "client",
        "contact",
        "user",
        "username",
        "login",
        "member",
        "employee",
        "subscriber",
        "person",
        "id",
        "uuid",
        "key",
        "number",
        "no",
        "code",
        "ref",
        "reference",
        "siren",
        "siret",
        "vat",
        "kvk",
        "bsn",
        "ssn",
        "iban",
        "passport",
        "handle",
        "nickname",
        "subject",
    ];
    const SHARED: &[&str] = &[
        "address",
        "name",
        "surname",
        "firstname",
        "lastname",
        "birth",
        "birthday",
        "birthdate",
        "date",
        "ip",
        "post",
        "postal",
        "postcode",
        "zip",
        "city",
        "street",
        "house",
        "country",
        "company",
        "organisation",
        "organization",
        "household",
        "device",
        "cookie",
        "plate",
        "vehicle",
    ];
    let name = kind.as_str().to_ascii_lowercase();
    let has = |listed: &[&str]| words(&name).any(|word| listed.contains(&word));
    match IdentifierClass::of(kind) {
        IdentifierClass::Email => true,
        IdentifierClass::Phone => false,
        IdentifierClass::Exact => has(OWN) && !has(SHARED),
    }
}

/// The form by which values of a kind are compared: two values are the same identifier exactly when
/// their canonical forms are equal. Applying it twice changes nothing.
///
/// # Errors
/// [`IdentifierError`] where the value can't be an identifier of this kind.
pub fn canonical(kind: &IdentifierKind, value: &str) -> Result<String, IdentifierError> {
    let class = IdentifierClass::of(kind);
    let limit = class.characters_max();
    let value = value.trim_matches(is_blank);
    if value.is_empty() {
        return Err(IdentifierError::Empty);
    }
    if value.contains('\0') {
        return Err(IdentifierError::Nul);
    }
    // Before any other work, so that a huge value costs nothing.
    within(value, limit)?;
    let canonical = match class {
        IdentifierClass::Email => email(value)?,
        IdentifierClass::Phone => phone(value)?,
        IdentifierClass::Exact if value.is_ascii() => value.to_owned(),
        IdentifierClass::Exact => value.nfc().collect(),
    };
    within(&canonical, limit)?;
    Ok(canonical)
}

fn within(value: &str, characters_max: usize) -> Result<(), IdentifierError> {
    if value.len() > characters_max && value.chars().nth(characters_max).is_some() {
        return Err(IdentifierError::TooLong(characters_max));
    }
    Ok(())
}

fn email(value: &str) -> Result<String, IdentifierError> {
    if value.chars().any(|character| character.is_control() || is_blank(character)) {
        return Err(IdentifierError::Email);
    }
    let (local, domain) = value.rsplit_once('@').ok_or(IdentifierError::Email)?;
    if local.is_empty() || domain.is_empty() || (local.contains('@') && !is_quoted(local)) {
        return Err(IdentifierError::Email);
    }
    if local.contains(['<', '>', ',', ';']) && !is_quoted(local) {
        return Err(IdentifierError::Email);
    }
    Ok(format!("{}@{}", lower(local), ascii_domain(domain)?))
}

/// Lower case, then composed again: lowering may take a composed letter apart.
fn lower(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let composed: String = text.nfc().collect();
    composed.to_lowercase().nfc().collect()
}

fn ascii_domain(domain: &str) -> Result<String, IdentifierError> {
    if domain.starts_with('[') && domain.ends_with(']') {
        return Ok(lower(domain));
    }
    // A full stop at the end names the same host.
    let domain = domain.strip_suffix('.').unwrap_or(domain);
    let ascii = idna::domain_to_ascii(domain).map_err(|_| IdentifierError::Domain)?;
    let valid = |label: &str| !label.is_empty() && label.bytes().all(is_host_byte);
    if ascii.split('.').all(valid) { Ok(ascii) } else { Err(IdentifierError::Domain) }
}

fn is_host_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

fn phone(value: &str) -> Result<String, IdentifierError> {
    // `+33 (0)1…`: the zero in brackets is not dialled after a country's number.
    let spoken = if value.starts_with('+') { value.replace("(0)", "") } else { value.to_owned() };
    let mut dialled = String::new();
    for character in spoken.chars() {
        match character {
            '0'..='9' => dialled.push(character),
            '+' if dialled.is_empty() => dialled.push('+'),
            '.' | '-' | '/' | '(' | ')' | '\u{2010}'..='\u{2015}' => {}
            blank if is_blank(blank) => {}
            _ => return Err(IdentifierError::Phone),
        }
    }
    // 00 is the European way to dial `+`.
    let dialled = dialled.strip_prefix("00").map_or(dialled.clone(), |rest| format!("+{rest}"));
    let digits = dialled.bytes().filter(u8::is_ascii_digit).count();
    if digits < PHONE_DIGITS_MIN { Err(IdentifierError::Phone) } else { Ok(dialled) }
}

fn is_quoted(local: &str) -> bool {
    local.len() > 2 && local.starts_with('"') && local.ends_with('"')
}

/// White space, and the invisible characters that copying from a page brings along.
fn is_blank(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\u{200b}' | '\u{feff}' | '\u{2060}')
}

fn is_kind_name(name: &str) -> bool {
    name.len() <= KIND_BYTES_MAX
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte))
}

fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(['-', '_', ' ', '.'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn kind(name: &str) -> IdentifierKind {
        IdentifierKind::from(name)
    }

    fn email(value: &str) -> Result<String, IdentifierError> {
        canonical(&kind("email"), value)
    }

    #[test]
    fn an_address_is_the_same_whatever_its_case_and_spaces() {
        assert_eq!(email("  Ada.Lovelace+News@Example.ORG \n").unwrap(), "ada.lovelace+news@example.org");
        assert_eq!(email("\u{feff}ada@example.org").unwrap(), "ada@example.org");
        assert_eq!(email("ada@example.org.").unwrap(), "ada@example.org");
    }

    #[test]
    fn dots_and_tags_make_another_address() {
        assert_ne!(email("a.da@example.org").unwrap(), email("ada@example.org").unwrap());
        assert_ne!(email("ada+x@example.org").unwrap(), email("ada@example.org").unwrap());
    }

    #[test]
    fn a_domain_is_compared_in_ascii_form() {
        assert_eq!(email("ada@BÜCHER.example").unwrap(), "ada@xn--bcher-kva.example");
        assert_eq!(email("ada@xn--bcher-kva.example").unwrap(), "ada@xn--bcher-kva.example");
        assert_eq!(email("ada@bu\u{308}cher.example").unwrap(), "ada@xn--bcher-kva.example");
        assert_eq!(email("ada@[192.0.2.1]").unwrap(), "ada@[192.0.2.1]");
    }

    #[test]
    fn a_composed_letter_equals_its_parts() {
        assert_eq!(email("Andre\u{301}@example.org").unwrap(), email("andr\u{e9}@example.org").unwrap());
        assert_eq!(
            canonical(&kind("account"), " Andre\u{301} ").unwrap(),
            canonical(&kind("account"), "Andr\u{e9}").unwrap()
        );
    }

    #[test]
    fn other_kinds_keep_their_case_and_inner_spaces() {
        assert_eq!(canonical(&kind("customer-number"), " AB  12 ").unwrap(), "AB  12");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in
            ["ada", "@example.org", "ada@", "a b@example.org", "ada@x@example.org", "ada@exa mple.org"]
        {
            assert_eq!(email(text), Err(IdentifierError::Email), "{text}");
        }
        assert_eq!(email("Ada <ada@example.org>"), Err(IdentifierError::Email));
        assert_eq!(email("ada@example.org>"), Err(IdentifierError::Domain));
        assert_eq!(email("ada@example..org"), Err(IdentifierError::Domain));
        assert!(email("\"a@b\"@example.org").is_ok());
    }

    #[test]
    fn quotes_and_four_byte_characters_are_ordinary_characters() {
        assert_eq!(email("o'brien@example.org").unwrap(), "o'brien@example.org");
        assert_eq!(email("\u{1f600}@example.org").unwrap(), "\u{1f600}@example.org");
        assert_eq!(canonical(&kind("account"), "x'; --\u{1f600}").unwrap(), "x'; --\u{1f600}");
    }

    #[test]
    fn nul_emptiness_and_excess_are_refused() {
        assert_eq!(email("a\0da@example.org"), Err(IdentifierError::Nul));
        assert_eq!(canonical(&kind("account"), "a\0"), Err(IdentifierError::Nul));
        assert_eq!(canonical(&kind("account"), " \u{a0}\t "), Err(IdentifierError::Empty));
        let long = format!("{}@example.org", "a".repeat(320));
        assert_eq!(email(&long), Err(IdentifierError::TooLong(320)));
        assert!(canonical(&kind("account"), &"\u{1f600}".repeat(1024)).is_ok());
        assert_eq!(canonical(&kind("account"), &"a".repeat(1025)), Err(IdentifierError::TooLong(1024)));
    }

    #[test]
    fn a_telephone_number_is_its_digits() {
        let phone = |value: &str| canonical(&kind("phone"), value);
        for same in ["+33 1 23 45 67 89", "+33 (0)1.23.45.67.89", "0033-1-23-45-67-89", "+33\u{a0}123456789"]
        {
            assert_eq!(phone(same).unwrap(), "+33123456789", "{same}");
        }
        assert_eq!(phone("01 23 45 67 89").unwrap(), "0123456789");
        assert_eq!(phone("call me"), Err(IdentifierError::Phone));
        assert_eq!(phone("+-()"), Err(IdentifierError::Phone));
        assert_eq!(phone("1+2345"), Err(IdentifierError::Phone));
    }

    #[test]
    fn classes_follow_the_words_of_a_kind() {
        for name in ["email", "e-mail", "billing-email", "email_address"] {
            assert_eq!(IdentifierClass::of(&kind(name)), IdentifierClass::Email, "{name}");
        }
        for name in ["phone", "mobile", "phone-number", "fax"] {
            assert_eq!(IdentifierClass::of(&kind(name)), IdentifierClass::Phone, "{name}");
        }
        assert_eq!(IdentifierClass::of(&kind("telephony-account")), IdentifierClass::Exact);
    }

    #[test]
    fn only_what_belongs_to_one_person_is_unique() {
        for name in ["email", "account", "customer-number", "user_id", "email-address", "login"] {
            assert!(is_unique(&kind(name)), "{name}");
        }
        for name in ["phone", "phone-number", "address", "ip-address", "name", "house-number", "colour"] {
            assert!(!is_unique(&kind(name)), "{name}");
        }
    }

    #[test]
    fn a_command_line_identifier_is_read_at_its_first_equals_sign() {
        let found = Identifier::parse("account=a=b").unwrap();
        assert_eq!((found.kind().as_str(), found.canonical(), found.raw()), ("account", "a=b", "a=b"));
        assert_eq!(Identifier::parse("Email= Ada@Example.org").unwrap().canonical(), "ada@example.org");
        assert!(Identifier::parse("email=ada@example.org").unwrap().is("ADA@example.org "));
        assert!(!Identifier::parse("email=ada@example.org").unwrap().is("not an address"));
    }

    #[test]
    fn neither_errors_nor_debug_repeat_the_value() {
        let texts = ["marked", "=marked", "marked!=x", "email=marked", "email=a@marked..org", "phone=marked"];
        for text in texts {
            let error = Identifier::parse(text).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("marked"), "{text}");
        }
        let shown = format!("{:?}", Identifier::parse("email=marked@example.org").unwrap());
        assert_eq!(shown, "Identifier(email, …)");
    }

    #[test]
    fn identifiers_are_equal_by_kind_and_canonical_value() {
        let one = Identifier::parse("email=Ada@example.org").unwrap();
        assert_eq!(one, Identifier::parse("email=ada@EXAMPLE.org").unwrap());
        assert_ne!(one, Identifier::parse("account=ada@example.org").unwrap());
    }

    proptest! {
        #[test]
        fn the_canonical_form_is_its_own_canonical_form(
            name in prop::sample::select(vec!["email", "phone", "account"]),
            value in "\\PC{0,40}|[ +0-9()./-]{0,20}|\\PC{1,12}@\\PC{1,12}|[a-zA-ZÀ-žΑ-ωİßŒ.+]{1,9}@[a-zA-ZÀ-žΑ-ω-]{1,9}\\.[a-z]{2}",
        ) {
            if let Ok(once) = canonical(&kind(name), &value) {
                prop_assert_eq!(canonical(&kind(name), &once), Ok(once));
            }
        }

        #[test]
        fn no_text_makes_reading_panic(text in any::<String>()) {
            let _ = Identifier::parse(&text);
            let _ = Identifier::parse(&format!("email={text}"));
            let _ = Identifier::parse(&format!("phone={text}"));
        }

        #[test]
        fn spaces_and_case_never_make_another_person(local in "[a-z0-9.+]{1,12}", domain in "[a-z]{1,10}\\.(org|fr|nl)") {
            let plain = format!("{local}@{domain}");
            let shouted = format!(" {} ", plain.to_uppercase());
            prop_assert_eq!(email(&plain), email(&shouted));
        }
    }
}
