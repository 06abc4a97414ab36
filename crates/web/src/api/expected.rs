//! What a body or a query should have been, by the OpenAPI document: where the first mistake is, and which
//! form is expected there, with an example. No value is repeated, and of names only those that look like
//! names of a program (`naming`).
//!
//! Not here: whether a request is taken at all (`body`): this is only asked of one that was not.

use kept_core::policy::naming::{may_be_repeated, shown};
use kept_core::policy::suggest::nearest;
use kept_core::time::{Day, Instant};
use serde_json::{Map, Value};

use super::openapi;

/// A mistake in a body.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mistake {
    /// Where, such as `questions[0].person`; empty for the body itself.
    pub(super) at: String,
    /// What is wrong there, and what is expected.
    pub(super) words: String,
}

/// The first mistake of a body for a path.
pub(super) fn mistake(path: &str, body: &Value) -> Option<Mistake> {
    let schema = openapi::document().pointer(&format!(
        "/paths/{}/post/requestBody/content/application~1json/schema",
        path.replace('~', "~0").replace('/', "~1")
    ))?;
    look(schema, body, "")
}

/// What may follow `?` on a path, in words.
pub(super) fn parameters(path: &str) -> Option<String> {
    let named = openapi::document().pointer(&format!("/paths/{}", path.replace('/', "~1")))?.as_object()?;
    let all = named.values().filter_map(|one| one.get("parameters")?.as_array()).flatten();
    let query = all.filter(|one| one.get("in").and_then(Value::as_str) == Some("query"));
    let told: Vec<String> = query
        .filter_map(|one| Some(format!("`{}`, {}", one.get("name")?.as_str()?, form(one.get("schema")?))))
        .collect();
    Some(if told.is_empty() { "nothing".to_owned() } else { told.join("; ") })
}

fn resolved(schema: &Value) -> &Value {
    let pointer = schema.get("$ref").and_then(Value::as_str).and_then(|to| to.strip_prefix('#'));
    pointer.and_then(|to| openapi::document().pointer(to)).map_or(schema, resolved)
}

fn list<'v>(schema: &'v Value, key: &str) -> &'v [Value] {
    schema.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn word<'v>(schema: &'v Value, key: &str) -> Option<&'v str> {
    schema.get(key).and_then(Value::as_str)
}

fn wrong(at: &str, words: String) -> Option<Mistake> {
    Some(Mistake { at: at.to_owned(), words })
}

fn look(schema: &Value, value: &Value, at: &str) -> Option<Mistake> {
    let schema = resolved(schema);
    let expected = || wrong(at, format!("expected {}", form(schema)));
    let choices = [list(schema, "oneOf"), list(schema, "anyOf")].concat();
    if !choices.is_empty() {
        return choose(&choices, schema, value, at);
    }
    if let Some(only) = schema.get("const") {
        return if only == value { None } else { expected() };
    }
    let words = list(schema, "enum");
    if !words.is_empty() {
        return if words.contains(value) { None } else { expected() };
    }
    match (word(schema, "type"), value) {
        (Some("object"), Value::Object(members)) => look_into(schema, members, at),
        (Some("array"), Value::Array(items)) => {
            let items = items.iter().enumerate();
            let each = schema.get("items")?;
            let mut wrong = items.filter_map(|(place, item)| look(each, item, &format!("{at}[{place}]")));
            wrong.next()
        }
        (Some("string"), Value::String(text)) if is_text(schema, text) => None,
        (Some("boolean"), Value::Bool(_)) | (None, _) => None,
        (Some("integer"), Value::Number(number)) if is_within(schema, number) => None,
        (Some("number"), Value::Number(_)) => None,
        _ => expected(),
    }
}

/// Of several forms the one that is meant: the one whose member is there.
fn choose(choices: &[Value], schema: &Value, value: &Value, at: &str) -> Option<Mistake> {
    let looked: Vec<Option<Mistake>> = choices.iter().map(|one| look(one, value, at)).collect();
    if looked.iter().any(Option::is_none) {
        return None;
    }
    let meant = choices.iter().position(|one| {
        let known = resolved(one).get("properties").and_then(Value::as_object);
        known
            .zip(value.as_object())
            .is_some_and(|(known, there)| there.keys().any(|key| known.contains_key(key)))
    });
    let inner = meant.and_then(|place| looked.into_iter().nth(place)).flatten();
    inner.or_else(|| wrong(at, format!("expected {}", form(schema))))
}

fn look_into(schema: &Value, members: &Map<String, Value>, at: &str) -> Option<Mistake> {
    let none = Map::new();
    let known = schema.get("properties").and_then(Value::as_object).unwrap_or(&none);
    let further = schema.get("additionalProperties");
    for (name, value) in members {
        let below = |name: &str| if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") };
        let found = match (known.get(name), further) {
            (Some(schema), _) => look(schema, value, &below(name)),
            (None, Some(Value::Bool(false))) => wrong(at, strange(name, known)),
            // Names that a body gives itself may be anything, and so personal.
            (None, Some(schema)) => look(schema, value, &below(shown(name))),
            (None, None) => None,
        };
        if found.is_some() {
            return found;
        }
    }
    let missing =
        list(schema, "required").iter().filter_map(Value::as_str).find(|name| !members.contains_key(*name));
    if let Some(name) = missing {
        let form = known.get(name).map(form).unwrap_or_default();
        return wrong(at, format!("`{name}` is missing: {form}"));
    }
    let least = schema.get("minProperties").and_then(Value::as_u64).unwrap_or_default();
    if (members.len() as u64) < least {
        return wrong(at, format!("expected {}", form(schema)));
    }
    None
}

/// That a member is unknown, and which there are.
fn strange(name: &str, known: &Map<String, Value>) -> String {
    let near = nearest(name, known.keys().map(String::as_str));
    let near = near.map(|near| format!(" (did you mean `{near}`?)")).unwrap_or_default();
    let said = if may_be_repeated(name) {
        format!("no member `{name}`")
    } else {
        "a member of this name is unknown".to_owned()
    };
    format!("{said}{near}; there are {}", quoted(known.keys().map(String::as_str)))
}

fn quoted<'w>(words: impl Iterator<Item = &'w str>) -> String {
    words.map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

fn is_text(schema: &Value, text: &str) -> bool {
    let length = |key: &str| schema.get(key).and_then(Value::as_u64);
    let signs = text.len() as u64;
    let fits = length("minLength").is_none_or(|least| signs >= least)
        && length("maxLength").is_none_or(|most| signs <= most);
    let is_formed = match word(schema, "format") {
        Some("date-time") => text.parse::<Instant>().is_ok(),
        Some("date") => text.parse::<Day>().is_ok(),
        Some("uri") => super::mailing::is_base(text),
        _ => true,
    };
    let is_datum = word(schema, "pattern").is_none_or(|_| {
        text.split_once('.')
            .map_or(!text.is_empty(), |(before, after)| !before.is_empty() && !after.is_empty())
    });
    fits && is_formed && is_datum
}

fn is_within(schema: &Value, number: &serde_json::Number) -> bool {
    let Some(number) = number.as_i64() else { return false };
    let bound = |key: &str| schema.get(key).and_then(Value::as_i64);
    bound("minimum").is_none_or(|least| number >= least) && bound("maximum").is_none_or(|most| number <= most)
}

/// The form that is expected, with an example.
fn form(schema: &Value) -> String {
    let schema = resolved(schema);
    let choices = [list(schema, "oneOf"), list(schema, "anyOf")].concat();
    let formed = if !choices.is_empty() {
        choices.iter().map(form).collect::<Vec<_>>().join(", or ")
    } else if let Some(only) = schema.get("const").and_then(Value::as_str) {
        format!("`{only}`")
    } else if !list(schema, "enum").is_empty() {
        format!("one of {}", quoted(list(schema, "enum").iter().filter_map(Value::as_str)))
    } else {
        plain(schema)
    };
    match list(schema, "examples").first() {
        Some(Value::String(example)) => format!("{formed} such as `{example}`"),
        Some(example) => format!("{formed} such as `{example}`"),
        None => formed,
    }
}

fn plain(schema: &Value) -> String {
    let bound = |key: &str| schema.get(key).and_then(Value::as_u64);
    match (word(schema, "type"), word(schema, "format")) {
        (Some("string"), Some("date-time")) => "an instant such as `2026-03-02T10:00:00Z`".to_owned(),
        (Some("string"), Some("date")) => "a day such as `2026-03-02`".to_owned(),
        (Some("string"), Some("uri")) => "an address that begins with `https://`,".to_owned(),
        (Some("string"), _) if schema.get("pattern").is_some() => {
            "data as `category` or `category.field`".to_owned()
        }
        (Some("string"), _) => match (bound("minLength"), bound("maxLength")) {
            (least, Some(most)) => format!("a text of {} to {most} bytes", least.unwrap_or_default()),
            _ => "a text".to_owned(),
        },
        (Some("integer"), _) => match (bound("minimum"), bound("maximum")) {
            (Some(least), Some(most)) => format!("a whole number from {least} to {most}"),
            (Some(least), None) => format!("a whole number, at least {least}"),
            _ => "a whole number".to_owned(),
        },
        (Some("boolean"), _) => "`true` or `false`".to_owned(),
        (Some("array"), _) => {
            let each = schema.get("items").map(form).unwrap_or_default();
            format!("a list, each item {each}")
        }
        (Some("object"), _) => object(schema),
        _ => "a value".to_owned(),
    }
}

fn object(schema: &Value) -> String {
    let known = schema.get("properties").and_then(Value::as_object);
    match known.filter(|known| !known.is_empty()) {
        Some(known) => format!("an object with {}", quoted(known.keys().map(String::as_str))),
        None if schema.get("minProperties").is_some() => "an object with at least one member".to_owned(),
        None => "an object".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn said(path: &str, body: &Value) -> (String, String) {
        let found = mistake(path, body).unwrap_or_else(|| panic!("nothing wrong in {body}"));
        (found.at, found.words)
    }

    #[test]
    fn a_mistake_is_said_with_its_place_and_the_form_that_is_expected() {
        let ada = json!({ "email": "ada@example.org" });
        let late = json!({ "person": ada, "event": "last-contact", "happened-at": "yesterday" });
        let (at, words) = said("/v1/events", &late);
        assert_eq!(at, "happened-at");
        assert_eq!(words, "expected an instant such as `2026-03-02T10:00:00Z`");
        let (at, words) =
            said("/v1/decide", &json!({ "questions": [{ "person": ada, "purpose": "x", "verb": "reed" }] }));
        assert_eq!(at, "questions[0].verb");
        assert!(
            words.contains("one of `read`, `decide-automatically`") && words.contains("`contact`"),
            "{words}"
        );
        let (at, words) = said("/v1/read", &json!({ "person": ada, "purpos": "x" }));
        assert_eq!(at, "");
        assert!(words.starts_with("no member `purpos` (did you mean `purpose`?)"), "{words}");
        let (_, words) = said("/v1/read", &json!({ "person": ada }));
        assert_eq!(words, "`purpose` is missing: a text");
        let (at, words) = said("/v1/audience", &json!({ "purpose": "x", "channel": "pigeon" }));
        assert_eq!(at, "channel");
        assert!(words.contains("`email`, `phone`"), "{words}");
    }

    #[test]
    fn no_value_and_no_strange_name_is_repeated() {
        let body = json!({ "person": { "ada@example.org": 7 }, "purpose": "x" });
        let (at, words) = said("/v1/read", &body);
        assert_eq!((at.as_str(), words.as_str()), ("person.…", "expected a text"));
        let body = json!({ "person": { "email": "a@b.org" }, "purpose": "x", "Ada Lovelace": 1 });
        let (_, words) = said("/v1/read", &body);
        assert!(!words.contains("Ada"), "{words}");
    }

    #[test]
    fn a_query_is_told_what_it_may_say() {
        let told = parameters("/v1/forecast").unwrap_or_default();
        assert!(told.contains("`until`") && told.contains("2026-03-02"), "{told}");
        assert_eq!(parameters("/v1/decide").as_deref(), Some("nothing"));
    }
}
