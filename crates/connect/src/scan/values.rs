//! What sampled values say: how many of them are e-mail addresses, numbers with the right check
//! digits, dates. Only counts leave this file, never a value.

use std::collections::BTreeSet;
use std::net::IpAddr;

use kept_core::identifier::Identifier;
use kept_core::plan::Value;
use kept_core::time::Zone;
use kept_core::time::reading::{Reading, read};

use super::What;

/// What a column's sampled values are, counted.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    /// Values that are neither NULL nor empty.
    pub(super) count: usize,
    /// How many of them differ.
    pub(super) distinct: usize,
    /// How many are of each kind.
    kinds: Vec<(Pattern, usize)>,
    /// Their characters together.
    characters: usize,
}

/// A kind of values that is told by the values themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pattern {
    Email,
    Phone,
    Iban,
    Ip,
    Card,
    NationalNumber,
    BurgerServiceNumber,
    Person,
    Street,
    Prose,
    EmailWithin,
    Date,
    Born,
    Document,
    Number,
    UserAgent,
}

/// The patterns in the order in which they are asked.
const PATTERNS: &[(Pattern, fn(&str) -> bool)] = &[
    (Pattern::Email, is_email),
    (Pattern::Phone, is_phone),
    (Pattern::Iban, is_iban),
    (Pattern::Ip, is_ip),
    (Pattern::Card, is_card),
    (Pattern::NationalNumber, is_national_number),
    (Pattern::BurgerServiceNumber, is_burger_service_number),
    (Pattern::Person, is_person),
    (Pattern::Street, is_street),
    (Pattern::Prose, is_prose),
    (Pattern::EmailWithin, has_email),
    (Pattern::Date, is_date),
    (Pattern::Born, is_born),
    (Pattern::Document, is_document),
    (Pattern::Number, is_number),
    (Pattern::UserAgent, is_user_agent),
];

impl Tally {
    /// Counts what some values are.
    pub(super) fn of<'v>(values: impl Iterator<Item = &'v str>) -> Self {
        let mut tally =
            Self { kinds: PATTERNS.iter().map(|(pattern, _)| (*pattern, 0)).collect(), ..Self::default() };
        let mut seen = BTreeSet::new();
        for value in values.map(str::trim).filter(|value| !value.is_empty()) {
            tally.count += 1;
            tally.characters += value.chars().count();
            seen.insert(value);
            for ((_, is_one), (_, count)) in PATTERNS.iter().zip(&mut tally.kinds) {
                *count += usize::from(is_one(value));
            }
        }
        tally.distinct = seen.len();
        tally
    }

    /// How many values are of a kind.
    pub(super) fn are(&self, pattern: Pattern) -> usize {
        self.kinds.iter().find(|(known, _)| *known == pattern).map_or(0, |(_, count)| *count)
    }

    /// Whether at least so many of a hundred are of a kind, of so many at least.
    pub(super) fn mostly(&self, pattern: Pattern, percent: usize, of: usize) -> bool {
        self.count >= of && self.are(pattern) * 100 >= self.count * percent
    }

    /// How long a value is on average, in characters.
    pub(super) fn length(&self) -> usize {
        self.characters.checked_div(self.count).unwrap_or_default()
    }

    /// What the values tell, with how many of them do and in which words.
    pub(super) fn tell(&self) -> Option<(What, Pattern)> {
        const ENOUGH: &[(Pattern, usize, usize, What)] = &[
            (Pattern::Email, 80, 2, What::Email),
            (Pattern::Ip, 90, 3, What::Ip),
            (Pattern::Iban, 90, 2, What::Bank),
            (Pattern::Card, 95, 5, What::Card),
            (Pattern::NationalNumber, 95, 4, What::NationalNumber),
            (Pattern::BurgerServiceNumber, 98, 12, What::NationalNumber),
            (Pattern::UserAgent, 80, 3, What::Device),
            (Pattern::Phone, 85, 4, What::Phone),
            (Pattern::Street, 75, 6, What::Address),
            (Pattern::Person, 60, 8, What::Name),
        ];
        let found = ENOUGH.iter().find(|(pattern, percent, of, _)| self.mostly(*pattern, *percent, *of));
        found.map(|(pattern, _, _, what)| (*what, *pattern))
    }

    /// `98 of 100 sampled values are e-mail addresses`.
    pub(super) fn words(&self, pattern: Pattern) -> String {
        format!("{} of {} sampled values {}", self.are(pattern), self.count, pattern.words())
    }
}

impl Pattern {
    fn words(self) -> &'static str {
        match self {
            Self::Email => "are e-mail addresses",
            Self::Phone => "are written as telephone numbers",
            Self::Iban => "are IBANs with the right check digits",
            Self::Ip => "are IP addresses",
            Self::Card => "are card numbers with the right check digit",
            Self::NationalNumber | Self::BurgerServiceNumber => {
                "are national numbers with the right check digits"
            }
            Self::Person => "begin with a usual first name or hold one",
            Self::Street => "are a street and a number",
            Self::Prose => "are sentences",
            Self::EmailWithin => "hold an e-mail address",
            Self::Date => "are dates",
            Self::Born => "are days of the years in which people are born",
            Self::Document => "are JSON documents",
            Self::Number => "are numbers",
            Self::UserAgent => "name a browser or device",
        }
    }
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Only digits and the signs that stand between them.
fn is_numeral(text: &str, between: &str) -> bool {
    text.chars().all(|sign| sign.is_ascii_digit() || between.contains(sign))
}

/// The number of some digits modulo another.
fn modulo(digits: &str, by: u64) -> Option<u64> {
    digits.chars().try_fold(0_u64, |rest, sign| {
        let digit = u64::from(sign.to_digit(10)?);
        Some((rest * 10 + digit) % by)
    })
}

fn is_email(text: &str) -> bool {
    let has_domain = text.rsplit_once('@').is_some_and(|(_, domain)| domain.contains('.'));
    has_domain && !text.contains(['<', '/', ':']) && Identifier::new("email".into(), text).is_ok()
}

fn has_email(text: &str) -> bool {
    text.contains('@')
        && text
            .split([' ', '\n', '\t', ',', ';', '<', '>', '(', ')', '"', '\''])
            .any(|word| is_email(word.trim_end_matches('.')))
}

/// A leading plus, zero or bracket, then 7 to 15 digits (E.164) and no date.
fn is_phone(text: &str) -> bool {
    let count = digits(text).len();
    text.starts_with(['+', '0', '('])
        && (7..=15).contains(&count)
        && is_numeral(text, " +-./()\u{a0}")
        && !is_date(text)
        && !is_ip(text)
        && !text.starts_with("0.")
        && !text.starts_with("0000")
}

/// Country, two check digits, the account: remainder 1 modulo 97 (ISO 13616, ISO 7064).
fn is_iban(text: &str) -> bool {
    let plain: String = text.chars().filter(|sign| !sign.is_whitespace()).collect();
    let Some((head, rest)) = plain.split_at_checked(4) else { return false };
    let is_head = head.chars().take(2).all(|sign| sign.is_ascii_alphabetic())
        && head.chars().skip(2).all(|sign| sign.is_ascii_digit());
    if !is_head || !(11..=30).contains(&rest.len()) || !rest.chars().all(|sign| sign.is_ascii_alphanumeric())
    {
        return false;
    }
    let mut all = String::new();
    for sign in rest.chars().chain(head.chars()) {
        match sign.to_digit(36) {
            Some(value) => all.push_str(&value.to_string()),
            None => return false,
        }
    }
    modulo(&all, 97) == Some(1)
}

fn is_ip(text: &str) -> bool {
    let address = text.split_once('/').map_or(text, |(address, _)| address);
    address.parse::<IpAddr>().is_ok()
}

/// 13 to 19 digits of a known issuer, Luhn's check digit (ISO/IEC 7812).
fn is_card(text: &str) -> bool {
    let digits = digits(text);
    is_numeral(text, " -")
        && (13..=19).contains(&digits.len())
        && digits.starts_with(['3', '4', '5', '6'])
        && luhn(&digits)
}

fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .chars()
        .rev()
        .filter_map(|sign| sign.to_digit(10))
        .enumerate()
        .map(|(place, digit)| match place % 2 {
            0 => digit,
            _ => digit * 2 / 10 + digit * 2 % 10,
        })
        .sum();
    sum.is_multiple_of(10)
}

fn is_national_number(text: &str) -> bool {
    is_nir(text) || is_niss(text) || is_tax_id(text) || is_ahv(text)
}

/// France: sex, year, month, department (2A and 2B in Corsica), commune, order; key 97 − n mod 97.
fn is_nir(text: &str) -> bool {
    let plain: String =
        text.chars().filter(|sign| sign.is_ascii_alphanumeric()).collect::<String>().to_uppercase();
    if plain.len() != 15 || !plain.starts_with(['1', '2', '3', '4', '7', '8']) {
        return false;
    }
    let Some((number, key)) = plain.split_at_checked(13) else { return false };
    let number = number.replace("2A", "19").replace("2B", "18");
    matches!((modulo(&number, 97), key.parse::<u64>()), (Some(rest), Ok(key)) if 97 - rest == key)
}

/// Belgium: birth day, order; the last two digits are 97 − n mod 97, with a 2 before n since 2000.
fn is_niss(text: &str) -> bool {
    let digits = digits(text);
    if digits.len() != 11 || !is_numeral(text, " .-/") {
        return false;
    }
    let (Some((number, check)), Some(month)) = (digits.split_at_checked(9), digits.get(2..4)) else {
        return false;
    };
    let is_month = month.parse::<u32>().is_ok_and(|month| month % 20 <= 12);
    let Ok(check) = check.parse::<u64>() else { return false };
    let fits = |number: &str| modulo(number, 97).is_some_and(|rest| 97 - rest == check);
    is_month && (fits(number) || fits(&format!("2{number}")))
}

/// Netherlands: nine digits, weighted 9 to 2 and −1, divisible by 11. Random numbers pass one time in
/// eleven, so that nearly all values must.
fn is_burger_service_number(text: &str) -> bool {
    let digits = digits(text);
    if digits.len() != 9 || !is_numeral(text, " .-") || digits.chars().all(|sign| sign == '0') {
        return false;
    }
    let weights = [9, 8, 7, 6, 5, 4, 3, 2, -1];
    let sum: i64 = digits
        .chars()
        .filter_map(|sign| sign.to_digit(10))
        .zip(weights)
        .map(|(digit, weight)| i64::from(digit) * weight)
        .sum();
    sum % 11 == 0
}

/// Germany: eleven digits, the first not 0, ISO 7064 MOD 11,10.
fn is_tax_id(text: &str) -> bool {
    let digits: Vec<u32> = digits(text).chars().filter_map(|sign| sign.to_digit(10)).collect();
    let Some((check, rest)) = digits.split_last() else { return false };
    if digits.len() != 11 || digits.first() == Some(&0) || !is_numeral(text, " ") {
        return false;
    }
    let product = rest.iter().fold(10, |product, digit| {
        let sum = match (digit + product) % 10 {
            0 => 10,
            sum => sum,
        };
        sum * 2 % 11
    });
    (11 - product) % 10 == *check
}

/// Switzerland: 756 and ten digits with the check digit of an EAN-13.
fn is_ahv(text: &str) -> bool {
    let digits = digits(text);
    let sum: u32 = digits
        .chars()
        .filter_map(|sign| sign.to_digit(10))
        .enumerate()
        .map(|(place, digit)| if place % 2 == 0 { digit } else { digit * 3 })
        .sum();
    digits.len() == 13 && digits.starts_with("756") && is_numeral(text, ".") && sum.is_multiple_of(10)
}

/// Usual first names of the four languages.
const FIRST_NAMES: &str = "ada adam adele adrian agnes alain alan albert alex alexander alexandra alice alicia amelie amy an ana andre andrea andreas andrew angela anita anja anke ann anna anne annelies annie anouk antoine anton antonio arthur astrid audrey aurelie barbara bart bas beatrice ben benjamin benoit bernard bernd bert bill bob boris bram brian brigitte bruno camille carl carla carlos carmen carol caroline catherine cecile celine charles charlotte chantal chris christa christian christiane christine christophe claire clara claude claudia clemens colette coralie daan damien dan daniel daniela danielle david deborah delphine denis diana didier diego dieter dirk dominique dorothea edith edouard edward elena eline elisabeth elise elke ella ellen els elsa emile emilie emily emma emmanuel eric erik erika ernst esther etienne eva evelyne fabian fabien fabrice fatima felix femke fernand fernando filip fleur florence florian francis francois frank frans franz fred frederic friedrich gabriel gaby george georges gerard gerhard gert gilles greta guillaume gunter gustav guy hannah hans harald heidi heike heinz helen helena helene helga hendrik henri henry herman hilde holger hugo ian ilse ines inge ingrid irene iris isabel isabelle jack jacqueline jacques james jan jana jane janine jasmin jasper jean jeanne jeff jennifer jens jeroen jessica joan johan johanna johannes john jonas jonathan joost joris jose josef joseph josephine judith jules julia julian julie julien jurgen justine karel karen karin karl karl katharina kathleen katja katrien kees kevin klaas klaus koen kristof kurt lars laura laure laurence laurent lea leen lena leo leon leonie leonor lieve lisa lise lotte louis louise luc luca lucas lucie ludovic luis luka lukas lydia magali maja manfred manon manuel manuela marc marcel marco marcus maria marianne marie marijke marina marion mark markus marleen martha martin martina martine mary mathias mathieu mathilde matteo matthias maud maurice max maxime melanie michael michel michele michelle mieke miguel mike mila miriam mohamed monica monika monique nadia nadine nancy nathalie nele nick nicolas nicole niels nils nina noah noel nora odile olga olivia olivier oscar otto pascal patricia patrick paul paula pauline pedro peter petra philip philippe pierre piet pieter rachel rainer ralf raoul raphael regine renate rene rik rita rob robert robin roger roland romain ronald rosa rudolf ruth sabine sabrina sam samuel sandra sara sarah sebastian sebastien serge silke silvia simon simone sofia sofie sonja sophie stefan stefanie stephane stephanie steve steven stijn susan susanne suzanne sven sylvie tanja tara theo therese thierry thomas tim tobias tom tony udo ulrich ursula ute valerie vanessa veerle vera veronique victor vincent virginie walter werner wilhelm willem william wim wolfgang wouter xavier yann yannick yasmine yves yvette yvonne zoe";

/// One to five words of letters, one of them a usual first name.
fn is_person(text: &str) -> bool {
    let words: Vec<&str> = text.split([' ', ',', '-', '.']).filter(|word| !word.is_empty()).collect();
    let is_word = |word: &&str| word.chars().all(|sign| sign.is_alphabetic() || sign == '\'' || sign == '’');
    text.chars().count() <= 60
        && (1..=5).contains(&words.len())
        && words.iter().all(is_word)
        && words.iter().take(2).chain(words.last()).any(|word| {
            let plain = super::words::words(word).concat();
            FIRST_NAMES.split(' ').any(|name| name == plain)
        })
}

/// Words of streets and a number of one to four digits.
fn is_street(text: &str) -> bool {
    const WORDS: &str = "street st road rd avenue av ave lane ln drive dr square boulevard bd blvd rue place chemin impasse allee quai route cours straat laan weg plein kade dreef steenweg strasse str platz gasse allee ring ufer way court terrace crescent hof";
    const ENDS: [&str; 9] = ["straat", "laan", "weg", "plein", "strasse", "straße", "gasse", "platz", "str"];
    let words: Vec<String> =
        text.split([' ', ',', '.']).map(str::to_lowercase).filter(|word| !word.is_empty()).collect();
    let has_number = words.iter().any(|word| {
        let count = digits(word).len();
        (1..=4).contains(&count) && word.chars().count() <= count + 2
    });
    let is_way = |word: &String| {
        WORDS.split(' ').any(|known| known == word)
            || ENDS.iter().any(|end| word.len() > end.len() && word.ends_with(end))
    };
    has_number && words.len() > 1 && text.chars().count() <= 120 && words.iter().any(is_way)
}

/// Several words, long enough for a sentence.
fn is_prose(text: &str) -> bool {
    text.chars().count() >= 30 && text.split_whitespace().count() >= 5
}

fn reading(text: &str) -> Option<i64> {
    // A number alone may be anything.
    let has_signs = text.chars().any(|sign| matches!(sign, '-' | ':' | '/'));
    match read(&Value::Text(text.to_owned()), &Zone::utc()) {
        Reading::At(at) if has_signs => Some(at.as_second()),
        _ => None,
    }
}

fn is_date(text: &str) -> bool {
    reading(text).is_some()
}

/// A day without a time, of 1915 to 2015.
fn is_born(text: &str) -> bool {
    const FIRST: i64 = -1_735_689_600;
    const END: i64 = 1_451_606_400;
    const DAY: i64 = 86_400;
    reading(text).is_some_and(|second| (FIRST..END).contains(&second) && second.rem_euclid(DAY) == 0)
}

fn is_document(text: &str) -> bool {
    text.starts_with(['{', '[']) && serde_json::from_str::<serde_json::Value>(text).is_ok()
}

fn is_number(text: &str) -> bool {
    text.parse::<f64>().is_ok()
}

fn is_user_agent(text: &str) -> bool {
    const BEGINNINGS: [&str; 6] = ["Mozilla/", "Opera/", "curl/", "okhttp/", "Dalvik/", "Safari/"];
    BEGINNINGS.iter().any(|beginning| text.starts_with(beginning))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_are_checked() {
        for right in [
            "NL91 ABNA 0417 1643 00",
            "BE68539007547034",
            "DE89370400440532013000",
            "FR1420041010050500013M02606",
        ] {
            assert!(is_iban(right), "{right}");
        }
        assert!(!is_iban("NL92ABNA0417164300"));
        assert!(is_card("4111 1111 1111 1111"));
        assert!(!is_card("4111 1111 1111 1112"));
        assert!(is_nir("1 84 12 76 451 089 46"));
        assert!(!is_nir("1 84 12 76 451 089 47"));
        assert!(is_niss("85.07.30-033.28"));
        assert!(!is_niss("85.07.30-033.29"));
        assert!(is_niss("40.01.00-001.81") || !is_niss("40.01.00-001.80"));
        assert!(is_burger_service_number("111222333"));
        assert!(!is_burger_service_number("111222334"));
        assert!(is_tax_id("86095742719"));
        assert!(!is_tax_id("86095742718"));
        assert!(is_ahv("756.9217.0769.85"));
        assert!(!is_ahv("756.9217.0769.86"));
    }

    #[test]
    fn what_looks_alike_is_told_apart() {
        for phone in ["+33 1 99 00 12 34", "0032 2 555 12 12", "(0)20 123 4567", "06-12345678"] {
            assert!(is_phone(phone), "{phone}");
        }
        for other in ["2024-01-01", "10.0.0.1", "12345678", "0.1234567", "978-3-16-148410-0", "01.02"] {
            assert!(!is_phone(other), "{other}");
        }
        assert!(is_email("Ada@Example.org") && !is_email("ada@localhost") && !is_email("@handle"));
        assert!(has_email("please write to ada@example.org.") && !has_email("at 5 @ home"));
        assert!(is_ip("10.0.0.1") && is_ip("2001:db8::1") && !is_ip("1.2.3"));
        assert!(is_person("Lovelace, Ada") && is_person("Jean-Pierre Dupont") && !is_person("Garden box 12"));
        assert!(is_street("12 rue de la Paix") && is_street("Hauptstraße 5") && !is_street("rue"));
        assert!(is_born("1985-07-30") && !is_born("1985-07-30 10:00:00") && !is_born("2024-01-01"));
    }

    #[test]
    fn enough_values_must_agree() {
        let emails = ["a@x.org", "b@x.org", "", "c@x.org", "none"];
        let tally = Tally::of(emails.into_iter());
        assert_eq!((tally.count, tally.distinct, tally.are(Pattern::Email)), (4, 4, 3));
        assert_eq!(tally.tell(), None);
        let tally = Tally::of(emails.into_iter().take(4));
        assert_eq!(tally.tell(), Some((What::Email, Pattern::Email)));
        assert_eq!(tally.words(Pattern::Email), "3 of 3 sampled values are e-mail addresses");
    }
}
