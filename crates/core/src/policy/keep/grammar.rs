//! The grammar of retention sentences, in one pass over their words:
//!
//! ```text
//! keep     = stage { ", then " stage } [ ", at most " span ] [ ", then anonymised" ]
//! stage    = limit [ " in the archive" | " locked" ]
//! limit    = "until " when | span " after " when | "for the " occasion
//!          | "for the calendar year of the " occasion | span
//! when     = event | "the first of " list | "the latest of " list
//! list     = event { "," event } "and" event
//! ```
//!
//! An event is written by its name or in words: articles drop out and the rest is joined by
//! hyphens, so `the last contact` is `last-contact`; `the end of the contract` is `contract-end`;
//! `until verified` is until the `verification`.
//! Total, and linear in the length of the sentence. Not here: when a sentence ends for a person
//! (`ending`).

use std::collections::BTreeSet;
use std::ops::Range;

use super::{Keep, Limit, Phase, Stage, When};
use crate::name::EventKind;
use crate::policy::model::OccasionKind;
use crate::policy::suggest;
use crate::time::Span;

/// Events of Kept's own records (`[own]`), beside those that a policy knows.
pub const OWN_EVENTS: &[&str] =
    &["consent-end", "disclosure", "verification", "request-closed", "collection"];

/// No sentence needs more; a longer one is a mistake or an attack.
const BYTES_MAX: usize = 1_000;

/// What is wrong with a retention sentence, and where in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct KeepError {
    /// Byte range within the sentence; on character boundaries.
    pub range: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to type instead.
    pub help: Option<String>,
    /// Whether the error is an event that the policy does not know.
    pub unknown_event: bool,
}

/// Reads a retention sentence. `events` are those that the policy knows.
///
/// # Errors
/// [`KeepError`] with the place of the first error.
pub fn parse(text: &str, events: &BTreeSet<EventKind>) -> Result<Keep, KeepError> {
    if text.len() > BYTES_MAX {
        return Err(error(0..0, format!("a retention sentence has at most {BYTES_MAX} bytes"), None));
    }
    let mut parser = Parser { text, words: words(text), next: 0, events };
    parser.sentence()
}

/// A word or a comma, and where it stands.
#[derive(Clone, Debug)]
struct Word {
    text: String,
    range: Range<usize>,
}

/// Cuts a sentence into words and commas, in lower case.
fn words(text: &str) -> Vec<Word> {
    let mut found: Vec<Word> = Vec::new();
    let mut open = false;
    for (at, letter) in text.char_indices() {
        let end = at + letter.len_utf8();
        if letter.is_whitespace() {
            open = false;
        } else if letter == ',' {
            found.push(Word { text: ",".to_owned(), range: at..end });
            open = false;
        } else {
            match found.last_mut().filter(|_| open) {
                Some(word) => {
                    word.text.extend(letter.to_lowercase());
                    word.range.end = end;
                }
                None => found.push(Word { text: letter.to_lowercase().collect(), range: at..end }),
            }
            open = true;
        }
    }
    found
}

fn error(range: Range<usize>, message: impl Into<String>, help: Option<String>) -> KeepError {
    KeepError { range, message: message.into(), help, unknown_event: false }
}

/// What every sentence may look like, for those who are lost.
const SHAPES: &str = "write `3 years after the last contact`, `until contract-end`, \
    `for the contract, then 10 years in the archive` or `for the calendar year of the request`";

struct Parser<'a> {
    text: &'a str,
    words: Vec<Word>,
    next: usize,
    events: &'a BTreeSet<EventKind>,
}

impl Parser<'_> {
    fn sentence(&mut self) -> Result<Keep, KeepError> {
        if self.words.is_empty() {
            return Err(error(0..self.text.len(), "the sentence is empty", Some(SHAPES.to_owned())));
        }
        let mut keep = Keep {
            stages: vec![self.stage()?],
            at_most: None,
            then_anonymised: false,
            written: self.text.trim().to_owned(),
        };
        while self.peek(0).is_some() {
            self.continuation(&mut keep)?;
        }
        Ok(keep)
    }

    /// What may follow a comma, in order: stages, `at most`, `then anonymised`.
    fn continuation(&mut self, keep: &mut Keep) -> Result<(), KeepError> {
        if !self.take(&[","]) {
            return Err(self.unexpected("a comma and `then …`, `at most …`, or the end of the sentence"));
        }
        if keep.then_anonymised {
            return Err(self.unexpected("nothing after `then anonymised`"));
        }
        if self.take(&["then", "anonymised"]) || self.take(&["then", "anonymized"]) {
            keep.then_anonymised = true;
        } else if self.take(&["at", "most"]) {
            if keep.at_most.is_some() {
                return Err(self.unexpected("`at most` only once"));
            }
            keep.at_most = Some(self.span()?);
        } else if keep.at_most.is_none() && self.take(&["then"]) {
            keep.stages.push(self.stage()?);
        } else if keep.at_most.is_some() {
            return Err(self.unexpected("`then anonymised` or the end of the sentence"));
        } else {
            return Err(self.unexpected("`then …` or `at most …`"));
        }
        Ok(())
    }

    fn stage(&mut self) -> Result<Stage, KeepError> {
        let limit = self.limit()?;
        let phase = if self.take(&["in", "the", "archive"]) || self.take(&["in", "the", "archives"]) {
            Phase::Archive
        } else if self.take(&["locked"]) {
            Phase::Locked
        } else {
            Phase::Live
        };
        Ok(Stage { limit, phase })
    }

    fn limit(&mut self) -> Result<Limit, KeepError> {
        if self.take(&["until"]) {
            return Ok(Limit::Until(self.when()?));
        }
        if self.take(&["for", "the", "calendar", "year", "of"]) {
            return Ok(Limit::CalendarYearOf(self.occasion()?));
        }
        if self.is(0, "for") && !self.starts_number(1) {
            let from = self.next;
            self.next += 1;
            let occasion = self.occasion()?;
            if occasion == OccasionKind::Collection {
                let help = "a collection has no end; write `1 year after collection`".to_owned();
                return Err(error(self.range_from(from), "`for the collection` has no length", Some(help)));
            }
            return Ok(Limit::For(occasion));
        }
        self.take(&["for"]);
        if !self.starts_number(0) {
            return Err(self.no_limit());
        }
        let span = self.span()?;
        if self.take(&["after"]) { Ok(Limit::After(span, self.when()?)) } else { Ok(Limit::More(span)) }
    }

    fn no_limit(&self) -> KeepError {
        let mut wrong = self.unexpected("a length of time, `until …` or `for the …`");
        wrong.help = self.peek(0).and_then(|word| figures(&word.text)).or(Some(SHAPES.to_owned()));
        wrong
    }

    /// Numbers and units, as many pairs as follow.
    fn span(&mut self) -> Result<Span, KeepError> {
        let from = self.next;
        while self.starts_number(0) {
            self.next += 1;
            if self.peek(0).is_some_and(|word| word.text != ",") {
                self.next += 1;
            }
        }
        let range = self.range_from(from);
        if from == self.next {
            return Err(self.unexpected("a length of time, such as `3 years`"));
        }
        let text = self.words.get(from..self.next).unwrap_or_default();
        let joined: Vec<&str> = text.iter().map(|word| word.text.as_str()).collect();
        Span::parse(&joined.join(" ")).map_err(|wrong| {
            let help = joined.last().and_then(|unit| {
                suggest::nearest(unit, ["days", "weeks", "months", "years"])
                    .filter(|near| near.trim_end_matches('s') != unit.trim_end_matches('s'))
            });
            error(range, wrong.to_string(), help.map(|unit| format!("did you mean `{unit}`?")))
        })
    }

    fn occasion(&mut self) -> Result<OccasionKind, KeepError> {
        self.articles();
        let Some(word) = self.peek(0).cloned() else {
            return Err(self.unexpected("`contract`, `request` or `consent`"));
        };
        self.next += 1;
        match word.text.as_str() {
            "contract" => Ok(OccasionKind::Contract),
            "request" => Ok(OccasionKind::Request),
            "consent" => Ok(OccasionKind::Consent),
            "collection" => Ok(OccasionKind::Collection),
            other => {
                let known = ["contract", "request", "consent", "collection"];
                let help = suggest::nearest(other, known).map_or_else(
                    || {
                        "a stage may last for the contract, the request or the consent; \
                        for anything else write `until` and an event"
                            .to_owned()
                    },
                    |near| format!("did you mean `{near}`?"),
                );
                let message = format!("`{other}` is not something that a period can last for");
                Err(error(word.range, message, Some(help)))
            }
        }
    }

    fn when(&mut self) -> Result<When, KeepError> {
        for (words, several) in [
            (["first", "of"], When::FirstOf as fn(Vec<EventKind>) -> When),
            (["earliest", "of"], When::FirstOf),
            (["latest", "of"], When::LatestOf),
            (["last", "of"], When::LatestOf),
        ] {
            if self.take(&["the", words[0], words[1]]) || self.take(&words) {
                return Ok(several(self.list()?));
            }
        }
        Ok(When::Event(self.event()?))
    }

    /// Two events or more.
    fn list(&mut self) -> Result<Vec<EventKind>, KeepError> {
        let from = self.next;
        let mut events = vec![self.event()?];
        loop {
            let comma = self.is(0, ",") && !self.is(1, "then") && !(self.is(1, "at") && self.is(2, "most"));
            let joined = (comma && {
                self.next += 1;
                true
            }) | (self.take(&["and"]) || self.take(&["or"]));
            if !joined {
                break;
            }
            events.push(self.event()?);
        }
        if events.len() < 2 {
            let help = "join two events with `and`: `the latest of collection and last-contact`";
            return Err(error(
                self.range_from(from),
                "a list needs two events or more",
                Some(help.to_owned()),
            ));
        }
        Ok(events)
    }

    fn event(&mut self) -> Result<EventKind, KeepError> {
        let from = self.next;
        while self.peek(0).is_some() && !self.ends_event() {
            self.next += 1;
        }
        if from == self.next {
            return Err(self.unexpected("an event, such as `contract-end` or `the last contact`"));
        }
        let named = self.words.get(from..self.next).unwrap_or_default();
        let named: Vec<&str> =
            named.iter().map(|word| word.text.as_str()).filter(|word| !is_article(word)).collect();
        let name = named.join("-");
        let known = |name: &str| self.events.get(name).cloned();
        let event = known(&name)
            .or_else(|| turned(&named).and_then(|name| known(&name)))
            .or_else(|| happened(&name).and_then(known));
        if let Some(event) = event {
            return Ok(event);
        }
        let candidates = self.events.iter().map(EventKind::as_str);
        let turned = turned(&named).unwrap_or_default();
        let near = suggest::nearest(&name, candidates.clone());
        let help = near.or_else(|| suggest::nearest(&turned, candidates.clone())).map_or_else(
            || {
                let all: Vec<&str> = candidates.collect();
                format!("declare it as `[event.{name}]`, or use one of {}", suggest::listed(&all))
            },
            |near| format!("did you mean `{near}`?"),
        );
        let message = format!("`{name}` is not an event that this policy knows");
        Err(KeepError { unknown_event: true, ..error(self.range_from(from), message, Some(help)) })
    }

    /// Whether an event's name ends before the next word.
    fn ends_event(&self) -> bool {
        self.is(0, ",")
            || self.is(0, "and")
            || self.is(0, "or")
            || self.is(0, "locked")
            || (self.is(0, "in") && self.is(1, "the") && (self.is(2, "archive") || self.is(2, "archives")))
    }

    fn articles(&mut self) {
        while self.peek(0).is_some_and(|word| is_article(&word.text)) {
            self.next += 1;
        }
    }

    fn peek(&self, ahead: usize) -> Option<&Word> {
        self.words.get(self.next + ahead)
    }

    fn is(&self, ahead: usize, text: &str) -> bool {
        self.peek(ahead).is_some_and(|word| word.text == text)
    }

    fn starts_number(&self, ahead: usize) -> bool {
        self.peek(ahead)
            .and_then(|word| word.text.chars().next())
            .is_some_and(|letter| letter.is_ascii_digit() || letter == '-')
    }

    /// Takes these words if they come next.
    fn take(&mut self, texts: &[&str]) -> bool {
        let there = texts.iter().enumerate().all(|(ahead, text)| self.is(ahead, text));
        if there {
            self.next += texts.len();
        }
        there
    }

    /// From a word to the one last taken.
    fn range_from(&self, word: usize) -> Range<usize> {
        let taken = self.words.get(word..self.next.max(word + 1)).unwrap_or_default();
        match (taken.first(), taken.last()) {
            (Some(first), Some(last)) => first.range.start..last.range.end,
            _ => self.text.len()..self.text.len(),
        }
    }

    fn unexpected(&self, expected: &str) -> KeepError {
        match self.peek(0) {
            Some(word) => {
                let written = self.text.get(word.range.clone()).unwrap_or_default();
                error(word.range.clone(), format!("expected {expected}, found `{written}`"), None)
            }
            None => {
                let end = self.text.len();
                error(end..end, format!("expected {expected}, but the sentence ends"), None)
            }
        }
    }
}

fn is_article(word: &str) -> bool {
    matches!(word, "the" | "a" | "an" | "their" | "its")
}

/// `end of contract` is `contract-end`.
fn turned(words: &[&str]) -> Option<String> {
    match words {
        [what, "of", rest @ ..] if !rest.is_empty() => Some(format!("{}-{what}", rest.join("-"))),
        _ => None,
    }
}

/// `verified` is the `verification`: what has been done names the event.
fn happened(word: &str) -> Option<&'static str> {
    Some(match word {
        "verified" => "verification",
        "disclosed" => "disclosure",
        "collected" => "collection",
        "withdrawn" => "consent-end",
        _ => return None,
    })
}

/// A help for numbers written out.
fn figures(word: &str) -> Option<String> {
    let written = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twelve"];
    written.contains(&word).then(|| "write numbers in figures: `3 years`".to_owned())
}

#[cfg(test)]
#[path = "grammar_tests.rs"]
mod tests;
