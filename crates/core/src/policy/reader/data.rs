//! Categories of data with their fields, groups, and event kinds.

use indexmap::IndexMap;

use super::section::{Section, word_of};
use super::{Reader, codes, names};
use crate::name::{CategoryName, EventKind, FieldName};
use crate::policy::codes::Code;
use crate::policy::model::{Category, DataRef, EventDefinition, Field, FieldType, Origin};

impl Reader<'_> {
    pub(super) fn categories(&mut self, root: &Section<'_>) -> IndexMap<CategoryName, Category> {
        self.groups(root);
        let sections = root.section("data").sections();
        sections
            .into_iter()
            .map(|(name, section)| {
                let name = CategoryName::from(name.text);
                (name.clone(), self.category(name, &section))
            })
            .collect()
    }

    fn category(&mut self, name: CategoryName, section: &Section<'_>) -> Category {
        let from = section.strings("from");
        Category {
            title: self.text_or_name(section, "title", name.as_str()),
            fields: self.fields(section),
            from: if from.is_empty() { vec!["person".to_owned()] } else { from },
            collected: self.text(section, "collected"),
            special: section.string("special"),
            about: Vec::new(),
            tell: None,
            open: None,
            name,
        }
    }

    fn fields(&mut self, section: &Section<'_>) -> IndexMap<FieldName, Field> {
        let origin = origin(section).unwrap_or(Origin::Given);
        let inner = section.section("fields");
        let mut fields = IndexMap::new();
        for word in section.words("fields") {
            let kind = field_type(word.text).unwrap_or(FieldType::Text);
            let field = self.field(word.text, kind, origin, &inner.section(word.text));
            if fields.insert(field.name.clone(), field).is_some() {
                let message = format!("the field `{}` is listed twice", word.text);
                self.blame(word, &codes::data::FIELD_TWICE, message, None);
            }
        }
        for (name, section) in inner.sections() {
            let word = inner.node(name.text).and_then(word_of).or_else(|| section.word("type"));
            let kind = word.and_then(|word| field_type(word.text)).unwrap_or(FieldType::Text);
            let origin = self::origin(&section).unwrap_or(origin);
            let field = self.field(name.text, kind, origin, &section);
            fields.insert(field.name.clone(), field);
        }
        fields
    }

    fn field(&mut self, name: &str, kind: FieldType, origin: Origin, section: &Section<'_>) -> Field {
        let title = self.text_or_name(section, "title", name);
        Field { name: FieldName::from(name), title, kind, origin, from: Vec::new(), optional: false }
    }

    /// Groups leave nothing in the model; their names are looked at here.
    fn groups(&mut self, root: &Section<'_>) {
        for (name, section) in root.section("group").sections() {
            self.data(&section, "of", &codes::data::UNKNOWN_IN_GROUP);
            for word in section.words("of") {
                if !self.names.leads_to(word.text, name.text) {
                    continue;
                }
                let through = if word.text == name.text { "" } else { " through this one" };
                let message = format!("the group `{}` holds itself{through}", name.text);
                let help = Some("take the name out of one of the lists".to_owned());
                self.blame(word, &codes::data::GROUP_CYCLE, message, help);
            }
        }
    }

    /// The data that the words of a key name, groups expanded; unknown names are reported, and the
    /// key is then broken.
    pub(super) fn data(&mut self, section: &Section<'_>, key: &str, code: &Code) -> Vec<DataRef> {
        let mut found: Vec<DataRef> = Vec::new();
        for word in section.words(key) {
            match self.names.data(word.text) {
                Ok(data) => {
                    let fresh: Vec<DataRef> =
                        data.into_iter().filter(|datum| !found.contains(datum)).collect();
                    found.extend(fresh);
                }
                Err(unknown) => {
                    self.places.mark_broken(section.at(key));
                    self.blame(word, code, unknown.message, unknown.help);
                }
            }
        }
        found
    }

    pub(super) fn events(&mut self, root: &Section<'_>) -> IndexMap<EventKind, EventDefinition> {
        let section = root.section("event");
        let built_in = names::BUILT_IN_EVENTS.iter().map(|(name, _)| *name);
        let own = section.entries().map(|(name, _)| name.text);
        let mut events = IndexMap::new();
        for name in built_in.chain(own) {
            let kind = EventKind::from(name);
            let section = section.section(name);
            let title = self.text(&section, "title");
            let nature = self.names.nature(name);
            events
                .insert(kind.clone(), EventDefinition { kind, nature, acts: section.strings("acts"), title });
        }
        events
    }
}

fn origin(section: &Section<'_>) -> Option<Origin> {
    Some(match section.word("origin")?.text {
        "given" => Origin::Given,
        "observed" => Origin::Observed,
        "derived" => Origin::Derived,
        "received" => Origin::Received,
        _ => return None,
    })
}

fn field_type(word: &str) -> Option<FieldType> {
    Some(match word {
        "person-name" => FieldType::PersonName,
        "email" => FieldType::Email,
        "phone" => FieldType::Phone,
        "postal-address" => FieldType::PostalAddress,
        "organisation" => FieldType::Organisation,
        "ip-address" => FieldType::IpAddress,
        "account" => FieldType::Account,
        "password" => FieldType::Password,
        "date" => FieldType::Date,
        "date-time" => FieldType::DateTime,
        "number" => FieldType::Number,
        "money" => FieldType::Money,
        "truth" => FieldType::Truth,
        "choice" => FieldType::Choice,
        "text" => FieldType::Text,
        "free-text" => FieldType::FreeText,
        "file" => FieldType::File,
        _ => return None,
    })
}
