//! Messages to people, and what is said about decisions by automated means.

use indexmap::IndexMap;

use super::names::Kind;
use super::purpose::channel;
use super::section::Section;
use super::{Reader, codes};
use crate::name::PurposeName;
use crate::policy::model::{Decisions, Message, MessageClass};

impl Reader<'_> {
    pub(super) fn decisions(&mut self, root: &Section<'_>) -> Decisions {
        let section = root.section("decisions");
        let none = |key: &str| section.word(key).is_some_and(|word| word.text == "none");
        let for_contract = section.word("automated").is_some_and(|word| word.text == "for a contract only");
        Decisions {
            no_automated: none("automated"),
            only_for_contract: for_contract,
            no_profiling: none("profiling"),
        }
    }

    /// A message without a known purpose is reported and left out: it may not be sent.
    pub(super) fn messages(&mut self, root: &Section<'_>) -> IndexMap<String, Message> {
        let mut messages = IndexMap::new();
        for (name, section) in root.section("message").sections() {
            let title = self.text_or_name(&section, "title", name.text);
            let why = self.text(&section, "why");
            let people = self.known(&section, "people", Kind::People, &codes::message::UNKNOWN_PEOPLE);
            let Some(purpose) = self.message_purpose(name.text, &section) else { continue };
            let class = match section.word("class").map(|word| word.text) {
                Some("essential") => MessageClass::Essential,
                _ => MessageClass::Marketing,
            };
            let channels = section.words("channels").iter().filter_map(|word| channel(word.text)).collect();
            let id = name.text.to_owned();
            messages.insert(id.clone(), Message { id, title, class, purpose, why, channels, people });
        }
        messages
    }

    fn message_purpose(&mut self, name: &str, section: &Section<'_>) -> Option<PurposeName> {
        if let Some(word) = section.word("purpose") {
            return self.known_one(word, Kind::Purpose, &codes::message::UNKNOWN_PURPOSE);
        }
        if !self.places.is_broken(&section.at("purpose")) {
            let raised = codes::message::NO_PURPOSE.raise(format!("the message `{name}` serves no purpose"));
            let raised = self.places.point_key(raised, &section.path, "");
            self.found.push(raised.help("write `purpose = \"…\"`"));
        }
        None
    }
}
