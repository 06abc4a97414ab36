//! How people look through a field of free text.

use super::names::Kind;
use super::section::Section;
use super::{Reader, codes};
use crate::policy::model::{FieldType, Screen};

impl Reader<'_> {
    /// How a field is looked through, where it is; without a length it is reported.
    pub(super) fn screen(&mut self, section: &Section<'_>, kind: FieldType) -> Option<Screen> {
        if !section.has_table("screen") {
            return None;
        }
        let inner = section.section("screen");
        let roles = self.known(&inner, "roles", Kind::Role, &codes::data::UNKNOWN_ROLE);
        let words = inner.strings("words");
        let Some(within) = inner.length("within") else {
            if !self.places.is_broken(&inner.at("within")) && !self.places.is_broken(&inner.path) {
                let raised = codes::data::SCREEN_INCOMPLETE.raise("`screen` needs `within`");
                let raised = self.places.point(raised, &inner.path, "");
                self.found.push(raised.help("write `screen = { within = \"14 days\" }`"));
            }
            return None;
        };
        if !matches!(kind, FieldType::FreeText | FieldType::Text) {
            let raised =
                codes::data::SCREEN_ELSEWHERE.raise("only text can be looked through piece by piece");
            let raised = self.places.point(raised, &inner.path, "");
            self.found.push(raised.help("give the field the type `free-text`, or remove `screen`"));
        }
        Some(Screen { within, roles, words })
    }
}
