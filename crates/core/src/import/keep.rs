//! Periods of other languages as sentences of this one.

use std::collections::BTreeSet;

use crate::name::EventKind;
use crate::policy::keep::{Limit, grammar};
use crate::policy::reader::names::BUILT_IN_EVENTS;
use crate::time::Span;

/// A retention sentence out of words: `Kept for 3 years after the last contact.`
pub(super) fn sentence(words: &str) -> Option<String> {
    let mut text = words.trim().trim_end_matches('.').trim();
    for start in ["Kept ", "kept ", "Stored ", "stored ", "Retained ", "retained "] {
        text = text.strip_prefix(start).unwrap_or(text);
    }
    let bare = text.strip_prefix("for ").unwrap_or(text);
    let in_its_words =
        |one: &str| PHRASES.iter().fold(one.to_owned(), |said, (from, to)| said.replace(from, to));
    let tries = [in_its_words(bare), in_its_words(text), bare.to_owned(), text.to_owned()];
    // Only events that every policy knows: a draft declares none.
    let events: BTreeSet<EventKind> =
        BUILT_IN_EVENTS.iter().map(|(name, _)| EventKind::from(*name)).collect();
    tries.into_iter().find(|one| grammar::parse(one, &events).is_ok())
}

/// The parts of a criterion, each with the spellings that documents have.
pub(super) const PARTS: &[(&str, &[&str])] = &[
    ("criterion", &["criterion"]),
    ("ends", &["ends"]),
    ("review", &["review"]),
    ("at-most", &["at-most", "atMost", "at_most"]),
    ("then", &["then", "thenAnonymised"]),
];

/// The events of a sentence that Kept itself wrote, and whether they end something; `None` where it
/// is no sentence of the language.
pub(super) fn declared(written: &str) -> Option<Vec<(String, bool)>> {
    let words = written.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '-'));
    let is_name = |word: &&str| word.starts_with(|letter: char| letter.is_ascii_lowercase());
    let words: Vec<&str> = words.filter(is_name).collect();
    // An event of several words may be written apart: `the last exchange` is `last-exchange`.
    let runs = words.split(|word| GRAMMAR.contains(word));
    let own = runs.flat_map(|run| (1..=run.len().min(4)).flat_map(|length| run.windows(length)));
    let own = own.map(|run| EventKind::from(run.join("-").as_str()));
    let known = BUILT_IN_EVENTS.iter().map(|(name, _)| EventKind::from(*name));
    let events: BTreeSet<EventKind> = known.chain(own).collect();
    let keep = grammar::parse(written, &events).ok()?;
    let mut found = std::collections::BTreeMap::new();
    for stage in &keep.stages {
        let (when, ends) = match &stage.limit {
            Limit::Until(when) => (when, true),
            Limit::After(_, when) => (when, false),
            Limit::For(_) | Limit::CalendarYearOf(_) | Limit::More(_) => continue,
        };
        for event in when.events() {
            *found.entry(event.to_string()).or_insert(false) |= ends;
        }
    }
    Some(found.into_iter().collect())
}

/// Words of the grammar, which name no event.
const GRAMMAR: &[&str] = &[
    "after",
    "and",
    "anonymised",
    "archive",
    "at",
    "calendar",
    "day",
    "days",
    "first",
    "for",
    "in",
    "latest",
    "locked",
    "month",
    "months",
    "most",
    "of",
    "the",
    "then",
    "until",
    "week",
    "weeks",
    "year",
    "years",
];

/// Phrases of Kept's own English notices, and what the language calls them.
const PHRASES: &[(&str, &str)] = &[
    ("the duration of the contract", "the contract"),
    ("the end of the contract", "contract-end"),
    ("the start of the contract", "contract-start"),
    ("the deletion of your account", "account-deletion"),
    ("the closing of your request", "request-closed"),
    ("your request", "request-received"),
    ("the end of your consent", "consent-end"),
    ("your consent", "consent-given"),
    ("until the end of the calendar year of request-received", "for the calendar year of the request"),
    ("as long as your request is open", "the request"),
    ("under lock (kept, not used)", "locked"),
    ("then made anonymous", "then anonymised"),
];

/// A length as the language writes it, out of ISO 8601 (`P3Y`), words (`30 days`) or bare days.
pub(super) fn length(text: &str) -> Option<String> {
    let text = text.trim();
    if let Ok(span) = Span::parse(text) {
        return Some(span.to_string());
    }
    if !text.is_empty() && text.chars().all(|letter| letter.is_ascii_digit()) {
        return Span::parse(&format!("{text} days")).ok().map(|span| span.to_string());
    }
    // A begin may stand before the period: `2020-08-09T18:31:42P3Y6M`.
    let begin = text.get(..10).is_some_and(|day| day.parse::<jiff::civil::Date>().is_ok());
    let text = text.find('P').filter(|_| begin).and_then(|at| text.get(at..)).unwrap_or(text);
    let parts = text.strip_prefix(['P', 'p'])?;
    let mut number = String::new();
    let mut words = Vec::new();
    for letter in parts.chars() {
        match letter.to_ascii_uppercase() {
            digit if digit.is_ascii_digit() => number.push(digit),
            'T' if number.is_empty() => break,
            unit => {
                let unit = match unit {
                    'Y' => "years",
                    'M' => "months",
                    'W' => "weeks",
                    'D' => "days",
                    _ => return None,
                };
                if number.parse::<u32>().ok()? > 0 {
                    words.push(format!("{} {unit}", number.parse::<u32>().ok()?));
                }
                number.clear();
            }
        }
    }
    Span::parse(&words.join(" ")).ok().map(|span| span.to_string())
}
