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
    let mut found: BTreeMap<String, Place> = BTreeMap::new();
    let documents = values.iter().filter_map(|value| serde_json::from_str::<Value>(value).ok());
    let mut total = 0;
    for document in documents {
        total += 1;
        walk(&document, (&"$".to_owned(), column), (DEPTH_MAX, total), &mut found);
    }
    // A member that few documents have is no name of the schema but may be somebody's.
    let is_of_many = |place: &Place| place.documents >= 2 && place.documents * 10 >= total;
    let leaf = |(path, place): (String, Place)| Leaf {
        column: column.to_owned(),
        path,
        name: place.name,
        tally: Tally::of(place.values.iter().map(String::as_str)),
    };
    found.into_iter().filter(|(_, place)| is_of_many(place)).map(leaf).collect()
}

/// What was found at one place of the documents.
struct Place {
    name: String,
    values: Vec<String>,
    /// How many documents have it, and the last of them.
    documents: usize,
    last: usize,
}

fn walk(
    value: &Value,
    (path, name): (&String, &str),
    (depth, document): (usize, usize),
    found: &mut BTreeMap<String, Place>,
) {
    match value {
        Value::Object(members) if depth > 0 => {
            for (key, value) in members.iter().filter(|(key, _)| is_name(key)) {
                walk(value, (&format!("{path}.{}", step(key)), key), (depth - 1, document), found);
            }
        }
        // One list on a way: what lies in lists of lists is not told apart.
        Value::Array(items) if depth > 0 && !path.contains("[*]") => {
            for value in items {
                walk(value, (&format!("{path}[*]"), name), (depth - 1, document), found);
            }
        }
        Value::String(text) => note((path, name), text.clone(), document, found),
        Value::Number(number) => note((path, name), number.to_string(), document, found),
        _ => {}
    }
}

fn note((path, name): (&str, &str), text: String, document: usize, found: &mut BTreeMap<String, Place>) {
    if found.len() >= PATHS_MAX && !found.contains_key(path) {
        return;
    }
    let place = found.entry(path.to_owned()).or_insert_with(|| Place {
        name: name.to_owned(),
        values: Vec::new(),
        documents: 0,
        last: 0,
    });
    place.documents += usize::from(place.last != document);
    place.last = document;
    place.values.push(text);
}

/// Whether a member's key can be a name that a developer gave: a value used as a key (an address, a number,
/// somebody's full name) is never told.
pub(crate) fn is_name(key: &str) -> bool {
    let starts = key.starts_with(|sign: char| sign.is_alphabetic() || sign == '_');
    let fits = key.chars().all(|sign| sign.is_alphanumeric() || matches!(sign, '_' | '-'));
    let digits = key.chars().filter(char::is_ascii_digit).count();
    starts && fits && digits <= 3 && key.chars().count() <= 40
}

/// A name as a step of a path.
pub(crate) fn step(key: &str) -> String {
    let is_plain = key.starts_with(|sign: char| sign.is_alphabetic() || sign == '_')
        && key.chars().all(|sign| sign.is_alphanumeric() || sign == '_');
    if is_plain { key.to_owned() } else { format!("\"{}\"", key.replace('\\', "\\\\").replace('"', "\\\"")) }
}
