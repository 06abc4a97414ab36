//! The names that a policy declares, gathered before anything is read, so that sections may refer
//! to each other in any order.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexSet;

use crate::name::{CategoryName, EventKind, FieldName};
use crate::policy::model::{DataRef, EventNature};

use super::section::{Section, words_of};

/// Event kinds that every policy knows, and whether they end something.
pub(crate) const BUILT_IN_EVENTS: &[(&str, EventNature)] = &[
    ("collection", EventNature::Point),
    ("contract-start", EventNature::Point),
    ("contract-end", EventNature::End),
    ("account-deletion", EventNature::End),
    ("last-contact", EventNature::Point),
    ("request-received", EventNature::Point),
    ("request-closed", EventNature::End),
    ("left-organisation", EventNature::End),
    ("consent-given", EventNature::Point),
    ("consent-end", EventNature::End),
];

/// Groups within one group, however deep.
const GROUPS_MAX: usize = 32;

/// What a name names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// A controller.
    Controller,
    /// A kind of people.
    People,
    /// An event kind.
    Event,
    /// A promise about places.
    Place,
    /// A class of cookies.
    CookieClass,
    /// A purpose.
    Purpose,
    /// A recipient.
    Recipient,
    /// A role of staff.
    Role,
    /// A source of data other than the person.
    Source,
}

impl Kind {
    /// What it is, for messages.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Controller => "a controller of this policy",
            Self::People => "a kind of people of this policy",
            Self::Event => "an event that this policy knows",
            Self::Place => "a place of this policy",
            Self::CookieClass => "a class of cookies of this policy",
            Self::Purpose => "a purpose of this policy",
            Self::Recipient => "a recipient of this policy",
            Self::Role => "a role of this policy",
            Self::Source => "a source of this policy",
        }
    }

    /// How it is declared.
    pub(crate) fn declaration(self, name: &str) -> String {
        match self {
            Self::People => format!("{name} = \"who they are\"` under `[people]"),
            Self::Controller => format!("[controller.{name}]"),
            Self::Event => format!("[event.{name}]"),
            Self::Place => format!("[place.{name}]"),
            Self::CookieClass => format!("[cookie-class.{name}]"),
            Self::Purpose => format!("[purpose.{name}]"),
            Self::Recipient => format!("[recipient.{name}]"),
            Self::Role => format!("[role.{name}]"),
            Self::Source => format!("[source.{name}]"),
        }
    }
}

/// Every declared name.
#[derive(Debug, Default)]
pub(crate) struct Names {
    kinds: BTreeMap<Kind, BTreeSet<String>>,
    /// Categories and their fields.
    pub(crate) data: BTreeMap<String, BTreeSet<String>>,
    /// Groups and what they say they hold.
    groups: BTreeMap<String, Vec<String>>,
    /// Places and the options that they offer.
    options: BTreeMap<String, Vec<String>>,
    /// Event kinds.
    pub(crate) events: BTreeSet<EventKind>,
    /// Event kinds that end something.
    ends: BTreeSet<String>,
}

impl Names {
    /// The names that a policy declares.
    pub(crate) fn of(root: &Section<'_>) -> Self {
        let mut names = Self::default();
        for (kind, key) in [
            (Kind::Controller, "controller"),
            (Kind::People, "people"),
            (Kind::Event, "event"),
            (Kind::Place, "place"),
            (Kind::CookieClass, "cookie-class"),
            (Kind::Purpose, "purpose"),
            (Kind::Recipient, "recipient"),
            (Kind::Role, "role"),
            (Kind::Source, "source"),
        ] {
            let found = root.section(key).entries().map(|(name, _)| name.text.to_owned()).collect();
            names.kinds.insert(kind, found);
        }
        names.events(root);
        for (name, section) in root.section("data").sections() {
            names.data.insert(name.text.to_owned(), fields(&section));
        }
        for (name, section) in root.section("place").sections() {
            let options =
                section.section("options").entries().map(|(name, _)| name.text.to_owned()).collect();
            names.options.insert(name.text.to_owned(), options);
        }
        for (name, section) in root.section("group").sections() {
            names.groups.insert(name.text.to_owned(), section.strings("of"));
        }
        names
    }

    fn events(&mut self, root: &Section<'_>) {
        let declared = self.kinds.entry(Kind::Event).or_default();
        for (name, nature) in BUILT_IN_EVENTS {
            declared.insert((*name).to_owned());
            if *nature == EventNature::End {
                self.ends.insert((*name).to_owned());
            }
        }
        self.events = declared.iter().map(|name| EventKind::from(name.as_str())).collect();
        for (name, section) in root.section("event").sections() {
            match section.truth("ends") {
                Some(true) => self.ends.insert(name.text.to_owned()),
                Some(false) => self.ends.remove(name.text),
                None => false,
            };
        }
    }

    /// The names of a kind.
    pub(crate) fn of_kind(&self, kind: Kind) -> &BTreeSet<String> {
        static NONE: BTreeSet<String> = BTreeSet::new();
        self.kinds.get(&kind).unwrap_or(&NONE)
    }

    /// The options that a place offers.
    pub(crate) fn options_of(&self, place: &str) -> Vec<String> {
        self.options.get(place).cloned().unwrap_or_default()
    }

    /// What the absence of an event means.
    pub(crate) fn nature(&self, event: &str) -> EventNature {
        if self.ends.contains(event) { EventNature::End } else { EventNature::Point }
    }

    /// What a datum's name stands for: a category, a field, or all that a group holds.
    ///
    /// # Errors
    /// What is not known about it, and the nearest known name.
    pub(crate) fn data(&self, name: &str) -> Result<IndexSet<DataRef>, Unknown> {
        let mut found = IndexSet::new();
        if !self.groups.contains_key(name) {
            found.insert(self.datum(name)?);
            return Ok(found);
        }
        let mut seen = BTreeSet::new();
        self.gather(name, &mut found, &mut seen);
        if seen.len() > GROUPS_MAX {
            let message = format!("`{name}` holds groups within groups, more than {GROUPS_MAX} of them");
            return Err(Unknown { message, help: Some("name the categories themselves".to_owned()) });
        }
        Ok(found)
    }

    /// Whether a name is a group's, or holds a group however deep.
    pub(crate) fn leads_to(&self, name: &str, group: &str) -> bool {
        let (mut waiting, mut seen) = (vec![name], BTreeSet::new());
        while let Some(name) = waiting.pop() {
            if name == group {
                return true;
            }
            if let Some(inner) = self.groups.get(name).filter(|_| seen.insert(name)) {
                waiting.extend(inner.iter().map(String::as_str));
            }
        }
        false
    }

    /// What a group holds. Unknown names in it are reported where the group is read.
    fn gather<'a>(&'a self, name: &'a str, found: &mut IndexSet<DataRef>, seen: &mut BTreeSet<&'a str>) {
        let Some(group) = self.groups.get(name) else {
            found.extend(self.known_datum(name));
            return;
        };
        if seen.len() <= GROUPS_MAX && seen.insert(name) {
            group.iter().for_each(|inner| self.gather(inner, found, seen));
        }
    }

    /// Whether a name stands for data: a category, a field, or a group.
    pub(crate) fn knows_data(&self, name: &str) -> bool {
        self.groups.contains_key(name) || self.known_datum(name).is_some()
    }

    fn known_datum(&self, name: &str) -> Option<DataRef> {
        if self.data.contains_key(name) {
            return Some(DataRef::whole(CategoryName::from(name)));
        }
        let (category, field) = name.split_once('.')?;
        let known = self.data.get(category).is_some_and(|fields| fields.contains(field));
        known.then(|| DataRef { category: CategoryName::from(category), field: Some(FieldName::from(field)) })
    }

    /// A category, or a field of one.
    ///
    /// # Errors
    /// What is not known about it, and the nearest known name.
    pub(crate) fn datum(&self, name: &str) -> Result<DataRef, Unknown> {
        if let Some(datum) = self.known_datum(name) {
            return Ok(datum);
        }
        let Some((category, field)) = name.split_once('.') else {
            return Err(self.unknown_category(name));
        };
        let Some(fields) = self.data.get(category) else {
            return Err(self.unknown_category(category));
        };
        let help = crate::policy::suggest::help(field, fields.iter().map(String::as_str));
        Err(Unknown { message: format!("`{field}` is not a field of `{category}`"), help })
    }

    fn unknown_category(&self, name: &str) -> Unknown {
        let known = self.data.keys().chain(self.groups.keys()).map(String::as_str);
        let help = crate::policy::suggest::help(name, known)
            .or_else(|| self.data.is_empty().then(|| format!("declare it as `[data.{name}]`")));
        Unknown { message: format!("`{name}` is not a category of data of this policy"), help }
    }
}

/// A datum that is not known.
#[derive(Debug)]
pub(crate) struct Unknown {
    /// What is not known.
    pub(crate) message: String,
    /// What was probably meant.
    pub(crate) help: Option<String>,
}

/// The fields of a category, from a table or a plain list.
fn fields(section: &Section<'_>) -> BTreeSet<String> {
    let listed = section.node("fields").map(words_of).unwrap_or_default();
    let listed = listed.into_iter().map(|word| word.text.to_owned());
    let tabled = section.section("fields");
    listed.chain(tabled.entries().map(|(name, _)| name.text.to_owned())).collect()
}
