//! Joint control, disclosures on demand, and data held for a customer.

use indexmap::IndexMap;

use super::names::Kind;
use super::section::{Section, Word};
use super::{Reader, codes, wording};
use crate::policy::model::{Custody, Disclosure, Joint, Secrecy, Tell};
use crate::time::Span;

impl Reader<'_> {
    pub(super) fn joint(&mut self, root: &Section<'_>) -> IndexMap<String, Joint> {
        let mut joint = IndexMap::new();
        for (name, section) in root.section("joint").sections() {
            let with = self.text(&section, "with");
            if with.is_none() {
                let message = format!("`{}` does not say with whom", name.text);
                self.unsaid(&section, "with", &codes::joint::NO_PARTNER, &message);
            }
            let arrangement = Joint {
                id: name.text.to_owned(),
                with: with.unwrap_or_else(|| self.empty_text(&section, "with")),
                essence: self.text(&section, "essence"),
                purposes: self.known(&section, "purposes", Kind::Purpose, &codes::joint::UNKNOWN_PURPOSE),
            };
            joint.insert(arrangement.id.clone(), arrangement);
        }
        joint
    }

    pub(super) fn disclosures(&mut self, root: &Section<'_>) -> IndexMap<String, Disclosure> {
        let sections = root.section("disclosure").sections();
        sections
            .into_iter()
            .map(|(name, section)| (name.text.to_owned(), self.disclosure(name, &section)))
            .collect()
    }

    fn disclosure(&mut self, name: Word<'_>, section: &Section<'_>) -> Disclosure {
        if !section.has("to") {
            let message = format!("`{}` does not say to whom data go", name.text);
            self.unsaid(section, "to", &codes::disclosure::NO_RECIPIENT, &message);
        }
        Disclosure {
            id: name.text.to_owned(),
            title: self.text_or_name(section, "title", name.text),
            to: self.takers(section),
            data: self.data(section, "data", &codes::disclosure::UNKNOWN_DATA),
            bases: self.bases(section),
            needs: self.short_words(section, "needs", "need"),
            tell: self.tell(section),
            secrecy: self.secrecy(section),
        }
    }

    /// `authority` for any with power to demand, and recipients by name.
    fn takers(&mut self, section: &Section<'_>) -> Vec<String> {
        let words = section.words("to");
        let known: Vec<String> = words
            .iter()
            .filter_map(|word| match word.text {
                "authority" => Some("authority".to_owned()),
                _ => self.known_one(*word, Kind::Recipient, &codes::disclosure::UNKNOWN_RECIPIENT),
            })
            .collect();
        if known.len() < words.len() {
            self.places.mark_broken(section.at("to"));
        }
        known
    }

    fn tell(&mut self, section: &Section<'_>) -> Option<Tell> {
        if !section.has_table("tell") {
            return None;
        }
        let inner = section.section("tell");
        let before = inner.word("before").map(|word| match word.text.trim() {
            "release" => Span::ZERO,
            text => Span::parse(text).unwrap_or_else(|_| {
                let message = format!("`{}` does not say how long before", wording::shown(text));
                let help = "write `before = \"5 days\"`, or `before = \"release\"`".to_owned();
                self.blame(word, &codes::disclosure::BAD_TELL, message, Some(help));
                Span::ZERO
            }),
        });
        Some(Tell {
            before: before.unwrap_or(Span::ZERO),
            unless: self.text(&inner, "unless"),
            then: self.text(&inner, "then"),
        })
    }

    /// Without a role nobody could read what is kept from the person, and without a law nothing may be.
    fn secrecy(&mut self, section: &Section<'_>) -> Option<Secrecy> {
        if !section.has_table("secrecy") {
            return None;
        }
        let inner = section.section("secrecy");
        if !inner.has("roles") {
            let message = "it is not said which role reads what is kept from the person";
            self.unsaid(&inner, "roles", &codes::disclosure::NO_READER, message);
        }
        let law = self.text(&inner, "law");
        if law.is_none() {
            let message = "it is not said which law allows to keep a release from the person";
            self.unsaid(&inner, "law", &codes::disclosure::NO_SECRECY_LAW, message);
        }
        let roles = self.known(&inner, "roles", Kind::Role, &codes::disclosure::UNKNOWN_READER);
        Some(Secrecy { roles, law })
    }

    pub(super) fn custody(&mut self, root: &Section<'_>) -> IndexMap<String, Custody> {
        let sections = root.section("custody").sections();
        sections
            .into_iter()
            .map(|(name, section)| (name.text.to_owned(), self.holding(name.text, &section)))
            .collect()
    }

    fn holding(&mut self, name: &str, section: &Section<'_>) -> Custody {
        Custody {
            id: name.to_owned(),
            title: self.text_or_name(section, "title", name),
            customer: self.text(section, "for"),
            under: self.text(section, "under"),
            data: self.data(section, "data", &codes::custody::UNKNOWN_DATA),
            tasks: self.short_words(section, "tasks", "task"),
            retention: self.retention(section, "keep", &[]),
            then: self.text(section, "then"),
            requests: self.text(section, "requests"),
            protection: self.text(section, "protection"),
            recipients: self.known(
                section,
                "recipients",
                Kind::Recipient,
                &codes::custody::UNKNOWN_RECIPIENT,
            ),
        }
    }
}
