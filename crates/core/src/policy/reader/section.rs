//! A table of the policy at its path, with getters that answer `None` for what is not there.
//!
//! Types have been checked before (`shape`), so a getter never complains.

use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::time::span::SpanError;
use crate::time::{Day, Span};

use super::tree::{Entry, Node, Table, Value};

/// A table and its path.
#[derive(Clone, Debug)]
pub(crate) struct Section<'a> {
    /// The path, `purpose.billing`.
    pub(crate) path: String,
    /// The table; `None` where the policy writes a shorter form or nothing.
    table: Option<&'a Table>,
}

/// A text of the policy and its place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Word<'a> {
    /// The text.
    pub(crate) text: &'a str,
    /// The file.
    pub(crate) file: &'a Arc<str>,
    /// The range of the value, or of the key for a name.
    pub(crate) span: &'a Range<usize>,
}

impl Word<'_> {
    /// A diagnostic pointing at this word.
    pub(crate) fn blame(&self, found: Diagnostic) -> Diagnostic {
        found.at(self.file, self.span.clone(), "")
    }
}

impl<'a> Section<'a> {
    /// The whole policy.
    pub(crate) fn root(table: &'a Table) -> Self {
        Self { path: String::new(), table: Some(table) }
    }

    /// A table at a path of its own, where the policy writes several in a list.
    pub(crate) fn of(path: String, table: &'a Table) -> Self {
        Self { path, table: Some(table) }
    }

    /// The path of a key here.
    pub(crate) fn at(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// The value of a key.
    pub(crate) fn node(&self, key: &str) -> Option<&'a Node> {
        self.table.and_then(|table| table.entries.get(key)).map(|entry| &entry.node)
    }

    /// Whether the key is there.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.node(key).is_some()
    }

    /// A text and its place.
    pub(crate) fn word(&self, key: &str) -> Option<Word<'a>> {
        self.node(key).and_then(word_of)
    }

    /// A text of its own.
    pub(crate) fn string(&self, key: &str) -> Option<String> {
        self.word(key).map(|word| word.text.to_owned())
    }

    /// A list of texts; one text is a list of one.
    pub(crate) fn words(&self, key: &str) -> Vec<Word<'a>> {
        self.node(key).map(words_of).unwrap_or_default()
    }

    /// The texts of a list.
    pub(crate) fn strings(&self, key: &str) -> Vec<String> {
        self.words(key).into_iter().map(|word| word.text.to_owned()).collect()
    }

    /// A length of time.
    pub(crate) fn length(&self, key: &str) -> Option<Span> {
        self.word(key).and_then(|word| Span::parse(word.text).ok())
    }

    /// How often.
    pub(crate) fn every(&self, key: &str) -> Option<Span> {
        self.word(key).and_then(|word| every(word.text).ok())
    }

    /// A day.
    pub(crate) fn day(&self, key: &str) -> Option<Day> {
        match &self.node(key)?.value {
            Value::Date(text) | Value::Text(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// `true` or `false`.
    pub(crate) fn truth(&self, key: &str) -> Option<bool> {
        match self.node(key)?.value {
            Value::Truth(truth) => Some(truth),
            _ => None,
        }
    }

    /// A whole number.
    pub(crate) fn whole(&self, key: &str) -> Option<i64> {
        match self.node(key)?.value {
            Value::Whole(number) => Some(number),
            _ => None,
        }
    }

    /// The whole numbers of a list that are not below zero; one number is a list of one.
    pub(crate) fn wholes(&self, key: &str) -> Vec<u32> {
        let number = |node: &Node| match node.value {
            Value::Whole(number) => u32::try_from(number).ok(),
            _ => None,
        };
        match self.node(key).map(|node| (node, &node.value)) {
            Some((_, Value::List(nodes))) => nodes.iter().filter_map(number).collect(),
            Some((node, _)) => number(node).into_iter().collect(),
            None => Vec::new(),
        }
    }

    /// The table of a key; an empty one if there is none.
    pub(crate) fn section(&self, key: &str) -> Section<'a> {
        Section { path: self.at(key), table: self.node(key).and_then(table_of) }
    }

    /// The tables of a list, each with its place; one table is a list of one. All have the path
    /// of the key.
    pub(crate) fn tables(&self, key: &str) -> Vec<(&'a Node, Section<'a>)> {
        let nodes = match self.node(key) {
            Some(Node { value: Value::List(nodes), .. }) => nodes.iter().collect(),
            Some(node) => vec![node],
            None => Vec::new(),
        };
        let tabled = |node: &'a Node| Some((node, Section::of(self.at(key), table_of(node)?)));
        nodes.into_iter().filter_map(tabled).collect()
    }

    /// Whether the key holds a table.
    pub(crate) fn has_table(&self, key: &str) -> bool {
        self.node(key).and_then(table_of).is_some()
    }

    /// Every key with its name, in order.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (Word<'a>, &'a Entry)> + use<'a> {
        self.table
            .into_iter()
            .flat_map(|table| table.entries.iter())
            .map(|(name, entry)| (Word { text: name, file: &entry.file, span: &entry.key }, entry))
    }

    /// Every key as a section of its own, in order.
    pub(crate) fn sections(&self) -> Vec<(Word<'a>, Section<'a>)> {
        self.entries().map(|(name, _)| (name, self.section(name.text))).collect()
    }
}

/// Reads `every 12 months`, or the length alone.
///
/// # Errors
/// What is wrong with the length.
pub(crate) fn every(text: &str) -> Result<Span, SpanError> {
    let text = text.trim();
    Span::parse(text.strip_prefix("every ").unwrap_or(text))
}

/// The text of a value.
pub(crate) fn word_of(node: &Node) -> Option<Word<'_>> {
    match &node.value {
        Value::Text(text) => Some(Word { text, file: &node.file, span: &node.span }),
        _ => None,
    }
}

/// The texts of a list, or of one text.
pub(crate) fn words_of(node: &Node) -> Vec<Word<'_>> {
    match &node.value {
        Value::List(nodes) => nodes.iter().filter_map(word_of).collect(),
        _ => word_of(node).into_iter().collect(),
    }
}

/// A plain value as text.
pub(crate) fn plain_of(node: &Node) -> Option<String> {
    match &node.value {
        Value::Text(text) | Value::Number(text) => Some(text.clone()),
        Value::Whole(number) => Some(number.to_string()),
        Value::Truth(truth) => Some(truth.to_string()),
        Value::Date(_) | Value::List(_) | Value::Table(_) => None,
    }
}

/// The table that a value is.
pub(crate) fn table_of(node: &Node) -> Option<&Table> {
    match &node.value {
        Value::Table(table) => Some(table),
        _ => None,
    }
}
