//! What Kept makes itself of the data of a purpose: figures by group, and records of which nobody can
//! be told. Not here: what else the policy says of statistics (`cookie`).

use indexmap::IndexMap;

use super::names::Kind;
use super::section::Section;
use super::{Reader, codes, wording};
use crate::anonymous::coarse::{Coarse, FORMS};
use crate::policy::model::Drawn;

impl Reader<'_> {
    pub(super) fn drawn(&mut self, section: &Section<'_>) -> Drawn {
        let named = section.word("purpose");
        let purpose =
            named.and_then(|word| self.known_one(word, Kind::Purpose, &codes::statistics::UNKNOWN_PURPOSE));
        if named.is_some() && purpose.is_none() {
            self.places.mark_broken(section.at("purpose"));
        }
        let mut data = |key: &str| self.data(section, key, &codes::statistics::UNKNOWN_DATA);
        let (by, sums, records) = (data("by"), data("sums"), data("records"));
        Drawn {
            purpose,
            by,
            sums,
            records,
            coarser: self.coarser(&section.section("coarser")),
            distinct: self.distinct(&section.section("distinct")),
        }
    }

    /// How values may be said, field by field.
    fn coarser(&mut self, section: &Section<'_>) -> IndexMap<String, Vec<Coarse>> {
        let mut all = IndexMap::new();
        for (category, fields) in section.sections() {
            for (field, _) in fields.entries() {
                let mut steps = Vec::new();
                for word in fields.words(field.text) {
                    if let Some(step) = Coarse::parse(word.text) {
                        steps.push(step);
                        continue;
                    }
                    let said = wording::shown(word.text);
                    let message = format!("`{said}` does not say how much of a value is shown");
                    let help = Some(format!("write one of {FORMS}"));
                    self.blame(word, &codes::statistics::BAD_STEP, message, help);
                }
                all.insert(format!("{}.{}", category.text, field.text), steps);
            }
        }
        all
    }

    /// Of which fields several values are needed among people who are alike otherwise.
    fn distinct(&mut self, section: &Section<'_>) -> IndexMap<String, u32> {
        let mut all = IndexMap::new();
        for (category, fields) in section.sections() {
            for (field, _) in fields.entries() {
                let Some(number) = fields.whole(field.text) else { continue };
                if let Some(number) = u32::try_from(number).ok().filter(|number| *number >= 2) {
                    all.insert(format!("{}.{}", category.text, field.text), number);
                    continue;
                }
                let message = format!("{number} is no number of values that are told apart");
                let help = "write a whole number from 2 up".to_owned();
                self.blame(field, &codes::statistics::BAD_DISTINCT, message, Some(help));
            }
        }
        all
    }
}
