//! Promises about the organisation: what is never done, how long Kept's own records are kept, and
//! duties.

use indexmap::IndexMap;

use super::section::Section;
use super::{Reader, codes};
use crate::policy::keep::grammar::OWN_EVENTS;
use crate::policy::model::{Duty, Never, NeverTo, Own, OwnRecord, Text};
use crate::policy::{keys, suggest};

/// The kinds of Kept's own records, by their words.
const OWN_RECORDS: &[(&str, OwnRecord)] = &[
    ("consent-proof", OwnRecord::ConsentProof),
    ("disclosures", OwnRecord::Disclosures),
    ("identity-papers", OwnRecord::IdentityPapers),
    ("refusals", OwnRecord::Refusals),
    ("requests", OwnRecord::Requests),
    ("log", OwnRecord::Log),
];

impl Reader<'_> {
    pub(super) fn never(&mut self, root: &Section<'_>) -> Never {
        let section = root.section("never");
        let promised = |key: &str| section.truth(key) == Some(true);
        Never {
            sell: promised("sell"),
            disclose_to: section.word("disclose-to").and_then(|word| never_to(word.text)),
            track: promised("track"),
            profile: promised("profile"),
            decide_automatically: promised("decide-automatically"),
            leave: self.regions(&section, "leave", &codes::never::UNKNOWN_REGION),
            others: self.never_in_words(&section),
        }
    }

    /// Promises in words. A name that is nearly one of the language is a slip: the promise would be
    /// published and not enforced.
    fn never_in_words(&mut self, section: &Section<'_>) -> IndexMap<String, Text> {
        let known: Vec<&str> = keys::of("never").map(|key| key.key).filter(|key| *key != "*").collect();
        let mut others = IndexMap::new();
        for (name, _) in section.entries().filter(|(name, _)| !known.contains(&name.text)) {
            if let Some(near) = suggest::nearest(name.text, known.iter().copied()) {
                let message =
                    format!("`{}` is nearly `{near}`, and would be words that nothing enforces", name.text);
                self.blame(name, &codes::never::MISSPELT, message, Some(format!("did you mean `{near}`?")));
                continue;
            }
            if let Some(text) = self.text(section, name.text) {
                others.insert(name.text.to_owned(), text);
            }
        }
        others
    }

    pub(super) fn own(&mut self, root: &Section<'_>) -> Own {
        let section = root.section("own");
        let mut own = Own::new();
        for (name, _) in section.entries() {
            let record = OWN_RECORDS.iter().find(|(word, _)| *word == name.text);
            let Some((_, record)) = record else { continue };
            let retention = self.retention(&section, name.text, OWN_EVENTS);
            own.insert(*record, retention);
        }
        own
    }

    pub(super) fn duties(&mut self, root: &Section<'_>) -> IndexMap<String, Duty> {
        let mut duties = IndexMap::new();
        for (name, section) in root.section("duty").sections() {
            let duty = Duty {
                id: name.text.to_owned(),
                what: self.text_or_name(&section, "what", name.text),
                owner: section.string("owner"),
                every: section.length("every"),
                due: section.day("due"),
                before: self.text(&section, "before"),
                security: section.truth("security").unwrap_or(false),
                evidence: section.string("evidence"),
            };
            duties.insert(duty.id.clone(), duty);
        }
        duties
    }
}

fn never_to(word: &str) -> Option<NeverTo> {
    Some(match word {
        "anyone but authorities" => NeverTo::AnyoneButAuthorities,
        "other controllers" => NeverTo::Controllers,
        "other controllers but authorities" => NeverTo::ControllersButAuthorities,
        _ => return None,
    })
}
