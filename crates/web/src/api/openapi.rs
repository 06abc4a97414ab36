//! The OpenAPI document, and the names that it declares.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde_json::Value;

/// The document.
pub(super) const TEXT: &str = include_str!("openapi.json");

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| serde_json::from_str(TEXT).unwrap_or_default());

static PROPERTIES: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let mut names = BTreeSet::new();
    gather(document(), &mut names);
    names
});

/// The document, read.
pub(super) fn document() -> &'static Value {
    &DOCUMENT
}

/// Whether a name is one that bodies have by their schemas, and so none of the caller's own.
pub(super) fn is_property(name: &str) -> bool {
    PROPERTIES.contains(name)
}

fn gather(part: &Value, names: &mut BTreeSet<String>) {
    match part {
        Value::Object(all) => {
            if let Some(Value::Object(properties)) = all.get("properties") {
                names.extend(properties.keys().cloned());
            }
            all.values().for_each(|inner| gather(inner, names));
        }
        Value::Array(all) => all.iter().for_each(|inner| gather(inner, names)),
        _ => {}
    }
}
