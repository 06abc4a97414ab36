//! The kinds of people, and the care for children.

use indexmap::IndexMap;

use super::section::Section;
use super::{Reader, codes};
use crate::name::PersonKind;
use crate::policy::model::{Children, ConsentAge, People};

impl Reader<'_> {
    pub(super) fn people(&mut self, root: &Section<'_>) -> IndexMap<PersonKind, People> {
        let people = root.section("people");
        let mut kinds = IndexMap::new();
        for (name, section) in people.sections() {
            let kind = PersonKind::from(name.text);
            let who = match people.word(name.text) {
                Some(word) => self.text_at(section.path.clone(), word.text),
                None => self.text_or_name(&section, "who", name.text),
            };
            let (minimum_age, age_known_by) = (self.minimum_age(&section), self.known_by(&section));
            kinds.insert(kind.clone(), People { kind, who, minimum_age, age_known_by });
        }
        kinds
    }

    fn minimum_age(&mut self, section: &Section<'_>) -> Option<u8> {
        let table = section.section("at-least");
        let (years, path) = match section.whole("at-least") {
            Some(years) => (years, section.at("at-least")),
            None => (table.whole("age")?, table.at("age")),
        };
        self.age(years, &path)
    }

    /// How an age is known; a way without an age is reported.
    fn known_by(&mut self, section: &Section<'_>) -> Option<crate::policy::model::Text> {
        let table = section.section("at-least");
        let known_by = self.text(&table, "known-by");
        let lacks = known_by.is_some() && !table.has("age");
        if lacks && !self.places.is_broken(&table.at("age")) {
            let raised = codes::people::NO_AGE.raise("it is said how an age is known, but not which");
            let raised = self.places.point(raised, &table.path, "");
            self.found.push(raised.help("add `age = 16`"));
        }
        known_by
    }

    /// An age in years; a number that is none is reported.
    fn age(&mut self, years: i64, path: &str) -> Option<u8> {
        let age = u8::try_from(years).ok().filter(|age| *age <= 120);
        if age.is_none() {
            let raised = codes::people::BAD_AGE.raise(format!("{years} is not an age in years"));
            self.found.push(self.places.point(raised, path, "").help("write a whole number from 0 to 120"));
        }
        age
    }

    pub(super) fn children(&mut self, root: &Section<'_>) -> Children {
        let section = root.section("children");
        let guardian = section.section("guardian");
        Children {
            offered: section.truth("offered"),
            consent_age: self.consent_age(&section),
            guardian_proof: self.text(&guardian, "proof"),
            guardian_confirms: self.text(&guardian, "confirms"),
            on_report: self.text(&section, "on-report"),
        }
    }

    fn consent_age(&mut self, section: &Section<'_>) -> ConsentAge {
        if let Some(years) = section.whole("consent-age") {
            let age = self.age(years, &section.at("consent-age"));
            return age.map_or(ConsentAge::ByLaw, ConsentAge::Years);
        }
        match section.word("consent-age").map(|word| word.text) {
            Some("by residence") => ConsentAge::ByResidence,
            _ => ConsentAge::ByLaw,
        }
    }
}
