//! A document as a tree whose leaves are numbered, read with limits from JSON or YAML.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// The largest document, in bytes.
pub const BYTES_MAX: usize = 8 * 1024 * 1024;
/// The most leaves, lists and tables in a document.
pub(super) const NODES_MAX: usize = 200_000;
/// The deepest that lists and tables may lie in each other.
pub(super) const DEPTH_MAX: usize = 64;

/// Why a document can't be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// It has too many bytes.
    #[error("the document is larger than {} MB", BYTES_MAX / 1024 / 1024)]
    TooLarge,
    /// It is no UTF-8.
    #[error("the document is no UTF-8 text: byte {0} can't be read; save it as UTF-8")]
    NotUtf8(usize),
    /// There is nothing in it.
    #[error("the document is empty")]
    Empty,
    /// It is neither JSON nor YAML.
    #[error("the document can't be read as {format}: line {line}, column {column}: {problem}")]
    Syntax {
        /// `JSON` or `YAML`.
        format: &'static str,
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// What is wrong, without what stands in the document.
        problem: &'static str,
    },
    /// Lists and tables lie too deep.
    #[error("lists and tables lie more than {DEPTH_MAX} deep in each other")]
    TooDeep,
    /// There is too much in it.
    #[error("the document has more than {NODES_MAX} values")]
    TooMany,
    /// It is a list of documents.
    #[error("it is a list of {0} TILT documents, each of another controller; import them one at a time")]
    Several(usize),
    /// It is in neither language.
    #[error(
        "the document is neither TILT (which has `dataDisclosed`) nor a Fides manifest (which has `system`, `dataset` or `organization`)"
    )]
    Neither,
}

/// A piece of a document.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// A value, with its number among the leaves.
    Leaf(usize, Scalar),
    /// A list.
    List(Vec<Self>),
    /// A table. A key that stands twice is there twice.
    Table(Vec<(String, Self)>),
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar {
    /// Nothing, or an empty list or table.
    Nothing,
    /// Yes or no.
    Truth(bool),
    /// A number, as it was written.
    Number(String),
    /// A text.
    Text(String),
}

impl Scalar {
    /// The value as text; `None` where there is nothing.
    pub fn words(&self) -> Option<String> {
        match self {
            Self::Nothing => None,
            Self::Truth(truth) => Some(truth.to_string()),
            Self::Number(text) | Self::Text(text) => {
                let text = text.trim();
                (!text.is_empty()).then(|| text.to_owned())
            }
        }
    }
}

impl Node {
    /// The value of a key. Letters' case, dashes and underscores in keys do not count: older
    /// manifests write `dataUse` or `data-use`.
    pub fn get(&self, key: &str) -> Option<&Self> {
        let Self::Table(fields) = self else { return None };
        let exact = fields.iter().find(|(name, _)| name == key);
        exact.or_else(|| fields.iter().find(|(name, _)| alike(name, key))).map(|(_, node)| node)
    }

    /// Whether a key is there, spelled just so.
    pub fn has(&self, key: &str) -> bool {
        matches!(self, Self::Table(fields) if fields.iter().any(|(name, _)| name == key))
    }

    /// The items of a list; a single value or table stands for a list of one.
    pub fn items(&self) -> Vec<&Self> {
        match self {
            Self::List(items) => items.iter().collect(),
            Self::Leaf(_, Scalar::Nothing) => Vec::new(),
            one => vec![one],
        }
    }

    /// Whether nothing is said in it: no text at any depth.
    pub fn is_silent(&self) -> bool {
        match self {
            Self::Leaf(_, value) => value.words().is_none(),
            Self::List(items) => items.iter().all(Self::is_silent),
            Self::Table(fields) => fields.iter().all(|(_, field)| field.is_silent()),
        }
    }

    /// Has every text show as a browser shows it.
    pub(super) fn decode(&mut self) {
        match self {
            Self::Leaf(_, Scalar::Text(text)) if text.contains('&') => *text = super::html::decoded(text),
            Self::Leaf(..) => {}
            Self::List(items) => items.iter_mut().for_each(Self::decode),
            Self::Table(fields) => fields.iter_mut().for_each(|(_, field)| field.decode()),
        }
    }

    /// The items under a key.
    pub fn all(&self, key: &str) -> Vec<&Self> {
        self.get(key).map(Self::items).unwrap_or_default()
    }
}

fn alike(one: &str, other: &str) -> bool {
    let plain = |text: &str| {
        let letters = text.chars().filter(char::is_ascii_alphanumeric);
        letters.map(|letter| letter.to_ascii_lowercase()).collect::<String>()
    };
    plain(one) == plain(other)
}

/// The text of a document, if it is fit to be read.
///
/// # Errors
/// [`ImportError`] when it is too large, empty or no UTF-8.
pub fn text(bytes: &[u8]) -> Result<&str, ImportError> {
    if bytes.len() > BYTES_MAX {
        return Err(ImportError::TooLarge);
    }
    let text = std::str::from_utf8(bytes).map_err(|error| ImportError::NotUtf8(error.valid_up_to() + 1))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim().is_empty() { Err(ImportError::Empty) } else { Ok(text) }
}

/// Reads a document: JSON where it begins like JSON, YAML otherwise.
///
/// # Errors
/// [`ImportError`] when it is neither, or beyond the limits.
pub fn read(text: &str) -> Result<Node, ImportError> {
    let mut root = match text.trim_start().chars().next() {
        Some('{' | '[') => match json(text) {
            Ok(node) => node,
            // YAML has the same brackets with laxer rules inside.
            Err(error) => {
                super::yaml::read(text).ok().filter(|node| matches!(node, Node::Table(_))).ok_or(error)?
            }
        },
        _ => super::yaml::read(text)?,
    };
    // Some exports wrap the one document in a list.
    if let Node::List(items) = &mut root
        && items.len() == 1
        && let Some(one) = items.pop()
    {
        root = one;
    }
    let (mut nodes, mut leaves) = (0, 0);
    number(&mut root, 0, &mut nodes, &mut leaves)?;
    Ok(root)
}

fn json(text: &str) -> Result<Node, ImportError> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let node = Node::deserialize(&mut reader).and_then(|node| reader.end().map(|()| node));
    node.map_err(|error| {
        // serde_json's own limit of depth is 128.
        if error.to_string().starts_with("recursion limit") {
            return ImportError::TooDeep;
        }
        let problem = match error.classify() {
            serde_json::error::Category::Eof => "it ends too early",
            _ => "something else was expected here",
        };
        ImportError::Syntax { format: "JSON", line: error.line(), column: error.column(), problem }
    })
}

/// Numbers the leaves, and makes empty lists and tables leaves too.
fn number(node: &mut Node, depth: usize, nodes: &mut usize, leaves: &mut usize) -> Result<(), ImportError> {
    *nodes += 1;
    if *nodes > NODES_MAX {
        return Err(ImportError::TooMany);
    }
    if depth > DEPTH_MAX {
        return Err(ImportError::TooDeep);
    }
    match node {
        Node::List(items) if !items.is_empty() => {
            items.iter_mut().try_for_each(|item| number(item, depth + 1, nodes, leaves))
        }
        Node::Table(fields) if !fields.is_empty() => {
            fields.iter_mut().try_for_each(|(_, field)| number(field, depth + 1, nodes, leaves))
        }
        Node::Leaf(place, _) => {
            *place = *leaves;
            *leaves += 1;
            Ok(())
        }
        empty => {
            *empty = Node::Leaf(*leaves, Scalar::Nothing);
            *leaves += 1;
            Ok(())
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Leaf(0, Scalar::Nothing))
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Node, E> {
        Ok(Node::Leaf(0, Scalar::Truth(truth)))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Node, E> {
        Ok(Node::Leaf(0, Scalar::Number(number.to_string())))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Node, E> {
        Ok(Node::Leaf(0, Scalar::Number(number.to_string())))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Node, E> {
        Ok(Node::Leaf(0, Scalar::Number(number.to_string())))
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Leaf(0, Scalar::Text(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Node, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = from.next_element()? {
            items.push(item);
        }
        Ok(Node::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Node, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = from.next_entry()? {
            fields.push(field);
        }
        Ok(Node::Table(fields))
    }
}
