//! The one table of keys of the policy language, edition 1: every key with its type, default,
//! meaning, article and an example.
//!
//! The reader checks every key and type by this table, and the reference page is made from it
//! (`reference`), as is the schema that editors use (`schema`). Not here: what a value means for the model (`reader`).

use std::collections::BTreeMap;
use std::sync::LazyLock;

pub mod example;
pub mod reference;
pub mod schema;

mod cookie;
mod data;
mod drawn;
mod label;
mod link;
mod main;
mod message;
mod party;
mod people;
mod place;
mod promise;
mod purpose;
mod release;
mod rights;
mod store;
mod webhook;

pub(crate) use purpose::BASES;

/// A key of the language.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Where it stands: `purpose.*`, with `*` for a name that the author gives; empty at the top.
    pub section: &'static str,
    /// Its name; `*` where the author names it.
    pub key: &'static str,
    /// What it may hold.
    pub shape: Shape,
    /// What holds where it is left out; empty if nothing does.
    pub default: &'static str,
    /// What it says.
    pub meaning: &'static str,
    /// The article behind it; empty if none.
    pub article: &'static str,
    /// How it looks.
    pub example: &'static str,
}

/// What a key may hold.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// A text.
    Text,
    /// A whole number.
    Whole,
    /// `true` or `false`.
    Truth,
    /// A day, as a TOML date or a text `2024-01-01`.
    Date,
    /// A length of time, `3 years`.
    Length,
    /// How often: `every 12 months`, or the length alone.
    Every,
    /// A text, a number, or `true`/`false`.
    Value,
    /// A table.
    Table,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A list of such values; one value alone is a list of one.
    List(&'static Shape),
    /// Any of these.
    Or(&'static [Shape]),
}

impl Shape {
    /// Whether a table is one of the forms.
    pub(crate) fn allows_table(&self) -> bool {
        match self {
            Self::Table => true,
            Self::Or(shapes) => shapes.iter().any(Self::allows_table),
            _ => false,
        }
    }

    /// The shape in words, for messages and the reference.
    pub fn words(&self) -> String {
        match self {
            Self::Text => "a text".to_owned(),
            Self::Whole => "a whole number".to_owned(),
            Self::Truth => "`true` or `false`".to_owned(),
            Self::Date => "a date such as 2024-01-01".to_owned(),
            Self::Length => "a length of time such as `3 years`".to_owned(),
            Self::Every => "how often, such as `every 12 months`".to_owned(),
            Self::Value => "a text, a number, `true` or `false`".to_owned(),
            Self::Table => "a table".to_owned(),
            Self::Choice(words) => format!("one of {}", super::suggest::listed(words)),
            Self::List(Self::Text) => "a text or a list of texts".to_owned(),
            Self::List(inner) => format!("a list, each {}", inner.words()),
            Self::Or(shapes) => {
                let words: Vec<String> = shapes.iter().map(Self::words).collect();
                words.join(", or ")
            }
        }
    }
}

/// A key, written as one line of the table: section, key, shape, default, meaning, article, example.
const fn key(
    [section, key]: [&'static str; 2],
    shape: Shape,
    default: &'static str,
    meaning: &'static str,
    article: &'static str,
    example: &'static str,
) -> Key {
    Key { section, key, shape, default, meaning, article, example }
}

/// A list of texts, or one text.
const TEXTS: Shape = Shape::List(&Shape::Text);

/// Every key, in the order of the reference.
pub fn all() -> impl Iterator<Item = &'static Key> + Clone {
    [
        main::KEYS,
        link::KEYS,
        people::KEYS,
        data::KEYS,
        purpose::KEYS,
        message::KEYS,
        party::KEYS,
        release::KEYS,
        place::KEYS,
        cookie::KEYS,
        drawn::KEYS,
        rights::KEYS,
        rights::BY_RIGHT,
        rights::MORE,
        promise::KEYS,
        promise::OWN,
        promise::DUTIES,
        store::KEYS,
        label::KEYS,
        webhook::KEYS,
    ]
    .into_iter()
    .flatten()
}

/// The keys of a section.
pub fn of(section: &str) -> impl Iterator<Item = &'static Key> + Clone {
    BY_SECTION.get(section).into_iter().flatten().copied()
}

/// The keys by section: the reader looks one up for every key of every file.
static BY_SECTION: LazyLock<BTreeMap<&'static str, Vec<&'static Key>>> = LazyLock::new(|| {
    let mut sections: BTreeMap<&str, Vec<&Key>> = BTreeMap::new();
    for key in all() {
        sections.entry(key.section).or_default().push(key);
    }
    sections
});

/// The key of this name in a section, or the one that stands for any name.
pub fn find(section: &str, name: &str) -> Option<&'static Key> {
    of(section).find(|key| key.key == name).or_else(|| of(section).find(|key| key.key == "*"))
}

/// How a key looks in the section of a path, `custody.samples` being one of `custody.*`.
pub(crate) fn example(path: &str, name: &str) -> Option<&'static str> {
    let named = path.rsplit_once('.').map(|(parent, _)| format!("{parent}.*"));
    let key = find(path, name).or_else(|| find(&named?, name));
    key.map(|key| key.example)
}

/// The section that a key opens.
pub fn inner(key: &Key) -> String {
    if key.section.is_empty() { key.key.to_owned() } else { format!("{}.{}", key.section, key.key) }
}
