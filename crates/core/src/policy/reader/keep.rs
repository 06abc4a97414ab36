//! How long: retention sentences and criteria, what starts a purpose, and legal minimums.

use super::names::Kind;
use super::section::{Section, Word};
use super::{Reader, codes};
use crate::name::EventKind;
use crate::policy::keep::grammar::{self, KeepError};
use crate::policy::keep::{Keep, Limit};
use crate::policy::model::{Basis, OccasionKind, Retention};
use crate::time::Span;

impl Reader<'_> {
    /// How long, by a key that holds a retention sentence or a criterion. `own` are events that
    /// only this key knows, beside those of the policy.
    pub(super) fn retention(&mut self, section: &Section<'_>, key: &str, own: &[&str]) -> Retention {
        if let Some(word) = section.word(key) {
            let known = &self.names.events;
            let parsed = if own.is_empty() {
                grammar::parse(word.text, known)
            } else {
                let own = own.iter().map(|event| EventKind::from(*event));
                grammar::parse(word.text, &known.iter().cloned().chain(own).collect())
            };
            return match parsed {
                Ok(keep) => self.sentence(section, key, keep),
                Err(wrong) => {
                    self.bad_sentence(section, key, word, wrong);
                    Retention::Missing
                }
            };
        }
        if section.has_table(key) { self.criterion(&section.section(key), own) } else { Retention::Missing }
    }

    fn sentence(&mut self, section: &Section<'_>, key: &str, keep: Keep) -> Retention {
        let minimum = section.length("legal-minimum");
        let length = length(&keep);
        if let (Some(minimum), Some(length)) = (minimum, length)
            && days(length) < days(minimum)
        {
            let message = format!("data are kept for {length}, but a law asks for {minimum}");
            let path = section.at(key);
            let raised = self.places.point(codes::keep::BELOW_MINIMUM.raise(message), &path, "");
            let raised =
                self.places.point(raised, &section.at("legal-minimum"), "the minimum that the policy names");
            self.found.push(raised.help(format!("keep them for {minimum} at least")));
        }
        Retention::Keep(keep)
    }

    fn bad_sentence(&mut self, section: &Section<'_>, key: &str, word: Word<'_>, wrong: KeepError) {
        self.places.mark_broken(section.at(key));
        let code = if wrong.unknown_event { &codes::keep::UNKNOWN_EVENT } else { &codes::keep::SYNTAX };
        let plain = section.node(key).is_some_and(|node| node.plain);
        let span = if plain {
            let start = word.span.start + 1;
            start + wrong.range.start..start + wrong.range.end
        } else {
            word.span.clone()
        };
        let mut raised = code.raise(wrong.message).at(word.file, span, "");
        raised.help = wrong.help;
        self.found.push(raised);
    }

    fn criterion(&mut self, section: &Section<'_>, own: &[&str]) -> Retention {
        let Some(criterion) = self.text(section, "criterion") else {
            if !self.places.is_broken(&section.at("criterion")) {
                let raised = codes::keep::NO_CRITERION.raise("a table for how long needs a `criterion`");
                let raised = self.places.point(raised, &section.path, "");
                self.found.push(
                    raised.help("write `criterion = \"…\"`, or a retention sentence instead of the table"),
                );
                self.places.mark_broken(section.path.clone());
            }
            return Retention::Missing;
        };
        self.without_end(section);
        Retention::Criterion {
            criterion,
            ends: section.word("ends").and_then(|word| self.event_of(word, own)),
            review: section.every("review"),
            at_most: section.length("at-most"),
            then_anonymised: section.word("then").is_some_and(|word| word.text == "anonymised"),
        }
    }

    /// A criterion that nothing ends and nobody reviews; of a purpose the check says so.
    fn without_end(&mut self, section: &Section<'_>) {
        let ended =
            ["ends", "review"].iter().any(|key| section.has(key) || self.places.is_broken(&section.at(key)));
        if ended || section.path.starts_with("purpose.") {
            return;
        }
        let raised = codes::keep::OPEN_CRITERION.raise("the criterion has neither an end nor a review");
        let raised = self.places.point(raised, &section.path, "");
        self.found.push(raised.help("add `review = \"every 12 months\"`, or the event as `ends`"));
    }

    fn event_of(&mut self, word: Word<'_>, own: &[&str]) -> Option<EventKind> {
        if own.contains(&word.text) {
            return Some(EventKind::from(word.text));
        }
        self.known_one(word, Kind::Event, &codes::keep::UNKNOWN_EVENT)
    }

    /// The event that starts a purpose, and what it is applied to: from the key `starts`, the
    /// basis, and the words of its `keep`.
    pub(super) fn starts(
        &mut self,
        section: &Section<'_>,
        basis: &Basis,
        retention: &Retention,
    ) -> (EventKind, OccasionKind) {
        let derived = occasion(basis, retention);
        let word = section.word("starts");
        let named: Option<EventKind> =
            word.and_then(|word| self.known_one(word, Kind::Event, &codes::purpose::UNKNOWN_EVENT));
        match named {
            Some(event) => (event.clone(), occasion_of(&event).unwrap_or(derived)),
            None => (crate::policy::keep::start_event(derived), derived),
        }
    }
}

/// What a purpose is applied to, by its basis and by what its retention names.
pub(super) fn occasion(basis: &Basis, retention: &Retention) -> OccasionKind {
    if basis.is_consent() {
        return OccasionKind::Consent;
    }
    match retention {
        Retention::Keep(keep) => {
            let named: Vec<OccasionKind> = keep.stages.iter().flat_map(|stage| named(&stage.limit)).collect();
            [OccasionKind::Contract, OccasionKind::Request]
                .into_iter()
                .find(|occasion| named.contains(occasion))
                .unwrap_or(OccasionKind::Collection)
        }
        Retention::Criterion { ends: Some(event), .. } => {
            occasion_of(event).unwrap_or(OccasionKind::Collection)
        }
        Retention::Criterion { .. } | Retention::Missing => OccasionKind::Collection,
    }
}

fn named(limit: &Limit) -> Vec<OccasionKind> {
    match limit {
        Limit::For(occasion) | Limit::CalendarYearOf(occasion) => vec![*occasion],
        Limit::Until(when) | Limit::After(_, when) => when.events().iter().filter_map(occasion_of).collect(),
        Limit::More(_) => Vec::new(),
    }
}

pub(super) fn occasion_of(event: &EventKind) -> Option<OccasionKind> {
    let name = event.as_str();
    match name.split_once('-').map_or(name, |(first, _)| first) {
        "contract" => Some(OccasionKind::Contract),
        "request" => Some(OccasionKind::Request),
        "consent" => Some(OccasionKind::Consent),
        "collection" => Some(OccasionKind::Collection),
        _ => None,
    }
}

/// The periods of a sentence together, if it has any; a stage without a figure counts as nothing.
fn length(keep: &Keep) -> Option<Span> {
    let parts = keep.stages.iter().filter_map(|stage| match &stage.limit {
        Limit::After(span, _) | Limit::More(span) => Some(*span),
        Limit::CalendarYearOf(_) | Limit::Until(_) | Limit::For(_) => None,
    });
    let total = parts.fold(Span::ZERO, |total, part| total.plus(part).unwrap_or(total));
    let total = match keep.at_most {
        Some(most) if days(most) < days(total) => most,
        _ => total,
    };
    (total != Span::ZERO).then_some(total)
}

/// A span in days, near enough to compare promises.
fn days(span: Span) -> u32 {
    u32::from(span.whole_months()) * 30 + u32::from(span.whole_months()) * 5 / 12 + span.whole_days()
}
