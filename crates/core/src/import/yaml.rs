//! YAML 1.2 read into a tree, with limits on depth and on what aliases repeat.
//!
//! Several documents in one file are joined: their tables into one, their keys side by side.

use std::collections::BTreeMap;

use saphyr_parser::{Event, Parser, ScalarStyle};

use super::node::{DEPTH_MAX, ImportError, NODES_MAX, Node, Scalar};

/// A list or table that is not closed yet.
enum Open {
    List(Vec<Node>, usize),
    /// Its fields, the key that waits for its value, and the anchor.
    Table(Vec<(String, Node)>, Option<String>, usize),
}

#[derive(Default)]
struct Reader {
    open: Vec<Open>,
    anchors: BTreeMap<usize, (Node, usize)>,
    documents: Vec<Node>,
    nodes: usize,
}

/// Reads YAML.
///
/// # Errors
/// [`ImportError`] says where it is none, or which limit it passes.
pub(super) fn read(text: &str) -> Result<Node, ImportError> {
    let mut reader = Reader::default();
    for event in Parser::new_from_str(text) {
        let (event, _) = event.map_err(|error| ImportError::Syntax {
            format: "YAML",
            line: error.marker().line(),
            column: error.marker().col() + 1,
            problem: "something else was expected here",
        })?;
        reader.take(event)?;
    }
    Ok(joined(reader.documents))
}

fn joined(mut documents: Vec<Node>) -> Node {
    documents.retain(|one| !matches!(one, Node::Leaf(..)));
    if documents.len() < 2 {
        return documents.pop().unwrap_or(Node::Leaf(0, Scalar::Nothing));
    }
    let mut fields: Vec<(String, Node)> = Vec::new();
    for document in documents {
        match document {
            Node::Table(more) => more.into_iter().for_each(|(key, node)| join(&mut fields, key, node)),
            other => fields.push(("document".to_owned(), other)),
        }
    }
    Node::Table(fields)
}

/// Lists of the same key become one list.
fn join(fields: &mut Vec<(String, Node)>, key: String, node: Node) {
    if let (Some((_, Node::List(items))), Node::List(_)) =
        (fields.iter_mut().find(|(name, _)| *name == key), &node)
    {
        if let Node::List(more) = node {
            items.extend(more);
        }
        return;
    }
    fields.push((key, node));
}

impl Reader {
    fn take(&mut self, event: Event<'_>) -> Result<(), ImportError> {
        match event {
            Event::Scalar(text, style, anchor, _) => {
                let node = Node::Leaf(0, scalar(&text, style));
                self.count(1)?;
                self.keep(anchor, &node, 1);
                self.place(node);
            }
            Event::SequenceStart(anchor, _) => self.enter(Open::List(Vec::new(), anchor))?,
            Event::MappingStart(anchor, _) => self.enter(Open::Table(Vec::new(), None, anchor))?,
            Event::SequenceEnd | Event::MappingEnd => self.leave(),
            Event::Alias(anchor) => {
                let (node, size) =
                    self.anchors.get(&anchor).cloned().unwrap_or((Node::Leaf(0, Scalar::Nothing), 1));
                // What an alias repeats counts each time, so that a few lines can't fill the memory.
                self.count(size)?;
                self.place(node);
            }
            _ => {}
        }
        Ok(())
    }

    fn count(&mut self, more: usize) -> Result<(), ImportError> {
        self.nodes = self.nodes.saturating_add(more);
        if self.nodes > NODES_MAX { Err(ImportError::TooMany) } else { Ok(()) }
    }

    fn enter(&mut self, open: Open) -> Result<(), ImportError> {
        self.count(1)?;
        self.open.push(open);
        if self.open.len() > DEPTH_MAX { Err(ImportError::TooDeep) } else { Ok(()) }
    }

    fn leave(&mut self) {
        let (node, anchor) = match self.open.pop() {
            Some(Open::List(items, anchor)) => (Node::List(items), anchor),
            Some(Open::Table(fields, _, anchor)) => (Node::Table(fields), anchor),
            None => return,
        };
        let size = if anchor > 0 { size(&node) } else { 0 };
        self.keep(anchor, &node, size);
        self.place(node);
    }

    fn keep(&mut self, anchor: usize, node: &Node, size: usize) {
        if anchor > 0 {
            self.anchors.insert(anchor, (node.clone(), size));
        }
    }

    fn place(&mut self, node: Node) {
        match self.open.last_mut() {
            None => self.documents.push(node),
            Some(Open::List(items, _)) => items.push(node),
            Some(Open::Table(fields, key, _)) => match key.take() {
                None => *key = Some(spelled(&node)),
                // `<<: *defaults` takes over what the defaults say.
                Some(name) if name == "<<" => match node {
                    Node::Table(more) => fields.extend(more),
                    other => fields.push((name, other)),
                },
                Some(name) => fields.push((name, node)),
            },
        }
    }
}

fn size(node: &Node) -> usize {
    1 + match node {
        Node::Leaf(..) => 0,
        Node::List(items) => items.iter().map(size).sum(),
        Node::Table(fields) => fields.iter().map(|(_, field)| size(field)).sum(),
    }
}

/// A key as text; one that is a list or table is spelled out.
fn spelled(node: &Node) -> String {
    match node {
        Node::Leaf(_, value) => value.words().unwrap_or_default(),
        Node::List(items) => items.iter().map(spelled).collect::<Vec<_>>().join(", "),
        Node::Table(fields) => fields.iter().map(|(key, _)| key.clone()).collect::<Vec<_>>().join(", "),
    }
}

/// The core schema of YAML 1.2: only plain scalars are anything but text.
fn scalar(text: &str, style: ScalarStyle) -> Scalar {
    if style != ScalarStyle::Plain {
        return Scalar::Text(text.to_owned());
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Scalar::Nothing,
        "true" | "True" | "TRUE" => Scalar::Truth(true),
        "false" | "False" | "FALSE" => Scalar::Truth(false),
        number if number.parse::<f64>().is_ok_and(f64::is_finite) => Scalar::Number(number.to_owned()),
        other => Scalar::Text(other.to_owned()),
    }
}
