//! The table of keys as a JSON Schema (draft 2020-12), by which editors complete and check a policy
//! file as it is written.
//!
//! The schema knows names, types, words and forms; what names refer to, and what the law asks, only
//! the reader and the check know.

use serde_json::{Map, Value, json};

use super::{Key, Shape, inner, of};

/// A length of time, as a pattern.
const LENGTH: &str = r"[0-9]+\s+(day|week|month|year)s?(\s+[0-9]+\s+(day|week|month|year)s?)*";
/// A name that the author gives, as a pattern.
const NAME: &str = r"^[\p{L}\p{N}_-]+$";
/// No name that the author gives is longer, in bytes.
const NAME_LENGTH_MAX: u64 = 64;

/// The schema of one policy file.
pub fn schema() -> Value {
    let mut schema = Map::new();
    schema.insert("$schema".into(), json!("https://json-schema.org/draft/2020-12/schema"));
    schema.insert("$id".into(), json!("urn:kept:policy-language:1"));
    schema.insert("title".into(), json!("A file of a Kept policy, edition 1"));
    schema.extend(section(""));
    Value::Object(schema)
}

/// What may stand in a section.
fn section(name: &str) -> Map<String, Value> {
    let mut schema = Map::new();
    schema.insert("type".into(), json!("object"));
    let named: Map<String, Value> =
        of(name).filter(|key| key.key != "*").map(|key| (key.key.to_owned(), property(key))).collect();
    if !named.is_empty() {
        schema.insert("properties".into(), Value::Object(named));
    }
    match of(name).find(|key| key.key == "*") {
        Some(any) => {
            schema.insert("propertyNames".into(), names(name));
            schema.insert("additionalProperties".into(), property(any));
        }
        None => {
            schema.insert("additionalProperties".into(), json!(false));
        }
    }
    schema
}

/// What a name may be: those of columns and tables are the database's.
fn names(section: &str) -> Value {
    if section.starts_with("store.*.table") {
        json!({ "minLength": 1, "maxLength": 2 * NAME_LENGTH_MAX })
    } else {
        json!({ "pattern": NAME, "minLength": 1, "maxLength": NAME_LENGTH_MAX })
    }
}

fn property(key: &Key) -> Value {
    let mut schema = shape(&key.shape, &inner(key));
    schema.insert("description".into(), json!(description(key)));
    if let Some(default) = default(key) {
        schema.insert("default".into(), default);
    }
    if let Some(example) = example(key) {
        schema.insert("examples".into(), json!([example]));
    }
    Value::Object(schema)
}

fn description(key: &Key) -> String {
    let mut text = key.meaning.to_owned();
    if !key.default.is_empty() {
        text.push_str(&format!(" Default: {}.", key.default));
    }
    if !key.article.is_empty() {
        text.push_str(&format!(" ({})", key.article));
    }
    text
}

/// A default that is a value, and not a rule in words.
fn default(key: &Key) -> Option<Value> {
    match (key.default, &key.shape) {
        ("true", _) => Some(json!(true)),
        ("false", _) => Some(json!(false)),
        (word, shape) => words(shape).contains(&word).then(|| json!(word)),
    }
}

fn words(shape: &Shape) -> Vec<&'static str> {
    match shape {
        Shape::Choice(words) => words.to_vec(),
        Shape::Or(shapes) => shapes.iter().flat_map(words).collect(),
        _ => Vec::new(),
    }
}

/// The value of the example, where it is one.
fn example(key: &Key) -> Option<Value> {
    if key.example.starts_with('[') {
        return None;
    }
    let table: toml::Table = key.example.parse().ok()?;
    table.into_iter().next().and_then(|(_, value)| plain(value))
}

/// A TOML value in JSON; a date as its text.
fn plain(value: toml::Value) -> Option<Value> {
    Some(match value {
        toml::Value::String(text) => json!(text),
        toml::Value::Integer(number) => json!(number),
        toml::Value::Float(number) => json!(number),
        toml::Value::Boolean(truth) => json!(truth),
        toml::Value::Datetime(date) => json!(date.to_string()),
        toml::Value::Array(values) => Value::Array(values.into_iter().map(plain).collect::<Option<_>>()?),
        toml::Value::Table(table) => {
            let entries = table.into_iter().map(|(key, value)| Some((key, plain(value)?)));
            Value::Object(entries.collect::<Option<_>>()?)
        }
    })
}

/// A shape; `inside` is the section that a table opens.
fn shape(shape: &Shape, inside: &str) -> Map<String, Value> {
    let forms = forms(shape, inside);
    match <[Value; 1]>::try_from(forms) {
        Ok([Value::Object(form)]) => form,
        Ok([form]) => Map::from_iter([("anyOf".to_owned(), json!([form]))]),
        Err(forms) => Map::from_iter([("anyOf".to_owned(), Value::Array(forms))]),
    }
}

/// Every form that a shape allows.
fn forms(shape: &Shape, inside: &str) -> Vec<Value> {
    vec![match shape {
        Shape::Text => json!({ "type": "string" }),
        Shape::Whole => json!({ "type": "integer" }),
        Shape::Truth => json!({ "type": "boolean" }),
        Shape::Date => {
            json!({ "type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" })
        }
        Shape::Length => json!({ "type": "string", "pattern": format!(r"^\s*{LENGTH}\s*$") }),
        Shape::Every => json!({ "type": "string", "pattern": format!(r"^\s*(every\s+)?{LENGTH}\s*$") }),
        Shape::Value => json!({ "type": ["string", "number", "boolean"] }),
        Shape::Choice(words) => json!({ "type": "string", "enum": words }),
        Shape::Table if of(inside).next().is_some() => Value::Object(section(inside)),
        Shape::Table => json!({ "type": "object" }),
        Shape::List(inner) => {
            let mut each = forms(inner, inside);
            let items = if each.len() == 1 {
                each.first().cloned().unwrap_or_default()
            } else {
                json!({ "anyOf": each })
            };
            each.push(json!({ "type": "array", "items": items }));
            return each;
        }
        Shape::Or(shapes) => {
            let mut all: Vec<Value> = Vec::new();
            for form in shapes.iter().flat_map(|shape| forms(shape, inside)) {
                if !all.contains(&form) {
                    all.push(form);
                }
            }
            return all;
        }
    }]
}
