//! What lies within columns of JSON documents: each path to a value, with what its values are.

use std::collections::BTreeMap;

use serde_json::Value;

use super::values::{Pattern, Tally};

/// The most paths that are followed in one column.
const PATHS_MAX: usize = 80;

/// The deepest that is looked.
const DEPTH_MAX: usize = 6;

/// A place within the documents of a column.
#[derive(Clone, Debug)]
pub(super) struct Leaf {
    /// The column.
    pub(super) column: String,
    /// The way from its document's root: `$.contact.phone`, `$.phones[*].number`.
    pub(super) path: String,
    /// The last name on the way.
    pub(super) name: String,
    /// What the values there are.
    pub(super) tally: Tally,
}

/// The places within a column, where most of its values are documents.
pub(super) fn leaves(column: &str, values: &[String], tally: &Tally) -> Vec<Leaf> {
    if !tally.mostly(Pattern::Document, 60, 1) {
        return Vec::new();
    }
    let mut found: BTreeMap<String, (String, Vec<String>)> = BTreeMap::new();
    for document in values.iter().filter_map(|value| serde_json::from_str::<Value>(value).ok()) {
        walk(&document, (&"$".to_owned(), column), DEPTH_MAX, &mut found);
    }
    let leaf = |(path, (name, values)): (String, (String, Vec<String>))| Leaf {
        column: column.to_owned(),
        path,
        name,
        tally: Tally::of(values.iter().map(String::as_str)),
    };
    found.into_iter().map(leaf).collect()
}

fn walk(
    value: &Value,
    (path, name): (&String, &str),
    depth: usize,
    found: &mut BTreeMap<String, (String, Vec<String>)>,
) {
    match value {
        Value::Object(members) if depth > 0 => {
            for (key, value) in members {
                walk(value, (&format!("{path}.{}", step(key)), key), depth - 1, found);
            }
        }
        // One list on a way: what lies in lists of lists is not told apart.
        Value::Array(items) if depth > 0 && !path.contains("[*]") => {
            for value in items {
                walk(value, (&format!("{path}[*]"), name), depth - 1, found);
            }
        }
        Value::String(text) => note(path, name, text.clone(), found),
        Value::Number(number) => note(path, name, number.to_string(), found),
        _ => {}
    }
}

fn note(path: &str, name: &str, text: String, found: &mut BTreeMap<String, (String, Vec<String>)>) {
    if found.len() < PATHS_MAX || found.contains_key(path) {
        found.entry(path.to_owned()).or_insert_with(|| (name.to_owned(), Vec::new())).1.push(text);
    }
}

/// A name as a step of a path.
fn step(key: &str) -> String {
    let is_plain = key.starts_with(|sign: char| sign.is_alphabetic() || sign == '_')
        && key.chars().all(|sign| sign.is_alphanumeric() || sign == '_');
    if is_plain { key.to_owned() } else { format!("\"{}\"", key.replace('\\', "\\\\").replace('"', "\\\"")) }
}
