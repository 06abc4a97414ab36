//! Data of a purpose that a law forbids to change. Not here: frozen rows of a store (`table`).

use super::names::Kind;
use super::section::Section;
use super::{Reader, codes};
use crate::policy::model::FrozenData;

impl Reader<'_> {
    /// What is frozen: incomplete, or by an event that nobody knows, it is reported and freezes nothing.
    pub(super) fn frozen_data(&mut self, section: &Section<'_>) -> Option<FrozenData> {
        if !section.has_table("frozen") {
            return None;
        }
        let inner = section.section("frozen");
        let once = match inner.word("once") {
            Some(word) => Some(self.known_one(word, Kind::Event, &codes::purpose::UNKNOWN_EVENT)?),
            None => None,
        };
        let law = self.text(&inner, "law");
        let data = self.data(&inner, "data", &codes::purpose::UNKNOWN_DATA);
        let (Some(once), Some(law)) = (once, law) else {
            if !self.places.is_broken(&inner.path) {
                let raised = codes::purpose::FROZEN_INCOMPLETE.raise("`frozen` needs `once` and `law`");
                let raised = self.places.point(raised, &inner.path, "");
                self.found.push(raised.help("write `frozen = { once = \"order-placed\", law = \"…\" }`"));
            }
            return None;
        };
        Some(FrozenData { once, data, law })
    }
}
