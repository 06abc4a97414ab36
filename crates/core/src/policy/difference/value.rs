//! What a changed field says, as values that each language has words for.

use serde_json::Value as Tree;

use crate::name::{EventKind, FieldName, Language, PersonKind, PurposeName, RecipientName, RoleName};
use crate::policy::model::{Basis, Channel, DataRef, Retention, Text};
use crate::time::Span;

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Yes or no.
    Truth(bool),
    /// A number: years of age, people in a group.
    Number(u64),
    /// A word of the policy's own, or one that has no words of its own.
    Word(String),
    /// A text that people read.
    Text(Text),
    /// Data.
    Data(DataRef),
    /// A kind of people.
    People(PersonKind),
    /// Everybody, where a list that means all is empty.
    Everybody,
    /// All data of the purposes, where a list that means all is empty.
    Everything,
    /// A purpose.
    Purpose(PurposeName),
    /// A recipient.
    Recipient(RecipientName),
    /// A role of staff.
    Role(RoleName),
    /// An event.
    Event(EventKind),
    /// A language.
    Language(Language),
    /// A country or region, by its code.
    Country(String),
    /// A way by which people hear of changes.
    Way(String),
    /// A channel of marketing.
    Channel(Channel),
    /// A length of time.
    Span(Span),
    /// A legal basis.
    Basis(Basis),
    /// How long, and the event from which a bare length counts.
    Retention(Box<Retention>, EventKind),
}

/// What kind of value a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// Whatever the tree says.
    Plain,
    /// References to data.
    Data,
    /// Fields of the category that the item is.
    Field,
    /// Kinds of people.
    People,
    /// Purposes.
    Purpose,
    /// Recipients.
    Recipient,
    /// Roles.
    Role,
    /// Events.
    Event,
    /// Languages.
    Language,
    /// Countries and regions.
    Country,
    /// Ways of telling.
    Way,
    /// Channels.
    Channel,
    /// A length of time.
    Span,
    /// A legal basis.
    Basis,
    /// Bases by audience.
    Arm,
}

/// Everything that a part of the tree says, lists opened.
pub(super) fn values(tree: &Tree, shown: Shown) -> Vec<Value> {
    match tree {
        Tree::Null => Vec::new(),
        Tree::Array(all) => all.iter().map(|one| value(one, shown)).collect(),
        Tree::Object(all) if all.is_empty() => Vec::new(),
        one => vec![value(one, shown)],
    }
}

/// What one part of the tree says.
pub(super) fn value(tree: &Tree, shown: Shown) -> Value {
    let word = || tree.as_str().unwrap_or_default().to_owned();
    let known = match shown {
        Shown::Plain | Shown::Field => None,
        Shown::Data => serde_json::from_value(tree.clone()).ok().map(Value::Data),
        Shown::Basis => serde_json::from_value(tree.clone()).ok().map(Value::Basis),
        Shown::Arm => {
            serde_json::from_value(tree.get("basis").cloned().unwrap_or_default()).ok().map(Value::Basis)
        }
        Shown::Span => serde_json::from_value(tree.clone()).ok().map(Value::Span),
        Shown::Channel => serde_json::from_value(tree.clone()).ok().map(Value::Channel),
        Shown::People => Some(Value::People(word().into())),
        Shown::Purpose => Some(Value::Purpose(word().into())),
        Shown::Recipient => Some(Value::Recipient(word().into())),
        Shown::Role => Some(Value::Role(word().into())),
        Shown::Event => Some(Value::Event(word().into())),
        Shown::Language => Some(Value::Language(word().into())),
        Shown::Country => Some(Value::Country(word())),
        Shown::Way => Some(Value::Way(word())),
    };
    known.unwrap_or_else(|| plain(tree))
}

/// A field of a category, by its name.
pub(super) fn field(category: &str, name: &str) -> Value {
    Value::Data(DataRef { category: category.into(), field: Some(FieldName::from(name)) })
}

fn plain(tree: &Tree) -> Value {
    match tree {
        Tree::Bool(truth) => Value::Truth(*truth),
        Tree::Number(number) => {
            number.as_u64().map_or_else(|| Value::Word(number.to_string()), Value::Number)
        }
        Tree::String(word) => Value::Word(word.clone()),
        Tree::Object(_) => {
            let text = serde_json::from_value(tree.clone()).ok().map(Value::Text);
            let span = || serde_json::from_value(tree.clone()).ok().map(Value::Span);
            text.or_else(span).unwrap_or_else(|| Value::Word(words(tree).join(", ")))
        }
        Tree::Array(_) => Value::Word(words(tree).join(", ")),
        Tree::Null => Value::Word(String::new()),
    }
}

/// Every scalar in a part of the tree, in order; of a text its words alone.
fn words(tree: &Tree) -> Vec<String> {
    match tree {
        Tree::Null => Vec::new(),
        Tree::String(word) => vec![word.clone()],
        Tree::Bool(_) | Tree::Number(_) => vec![tree.to_string()],
        Tree::Array(all) => all.iter().flat_map(words).collect(),
        Tree::Object(fields) => match (fields.get("written"), serde_json::from_value::<Span>(tree.clone())) {
            (Some(Tree::String(written)), _) => vec![written.clone()],
            (_, Ok(span)) => vec![span.to_string()],
            // A choice that holds something says its own name first.
            _ => fields
                .iter()
                .flat_map(|(name, inner)| {
                    let is_choice = name.starts_with(|letter: char| letter.is_ascii_uppercase());
                    is_choice.then(|| name.clone()).into_iter().chain(words(inner)).collect::<Vec<_>>()
                })
                .collect(),
        },
    }
}
