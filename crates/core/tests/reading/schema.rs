//! The JSON Schema accepts every policy of the project file by file, and refuses what the reader
//! refuses about keys and types.

use std::path::{Path, PathBuf};

use jsonschema::Validator;
use kept_core::policy::keys::schema::schema;
use kept_core::policy::{keys, read};
use serde_json::{Value, json};

use super::folder;

fn validator() -> Validator {
    jsonschema::draft202012::new(&schema()).unwrap()
}

/// TOML as an editor's checker sees it: a date is a text.
fn as_json(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => json!(text),
        toml::Value::Integer(number) => json!(number),
        toml::Value::Float(number) => json!(number),
        toml::Value::Boolean(truth) => json!(truth),
        toml::Value::Datetime(date) => json!(date.to_string()),
        toml::Value::Array(values) => values.into_iter().map(as_json).collect(),
        toml::Value::Table(table) => {
            Value::Object(table.into_iter().map(|(key, value)| (key, as_json(value))).collect())
        }
    }
}

fn fits(validator: &Validator, text: &str) -> Result<(), String> {
    let table: toml::Table = text.parse().map_err(|wrong| format!("{wrong}"))?;
    let instance = as_json(toml::Value::Table(table));
    let wrong: Vec<String> =
        validator.iter_errors(&instance).map(|wrong| format!("{}: {wrong}", wrong.instance_path())).collect();
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) }
}

/// Every policy file below a folder; translations have no schema.
fn policy_files(below: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(below).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name != "texts" {
            policy_files(&path, found);
        } else if path.extension().is_some_and(|end| end == "toml") {
            found.push(path);
        }
    }
}

#[test]
fn every_policy_of_the_project_fits_the_schema_file_by_file() {
    let validator = validator();
    let mut files = Vec::new();
    policy_files(&folder::root().join("policies"), &mut files);
    assert!(files.len() > 8, "the policies are gone");
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        assert_eq!(fits(&validator, &text), Ok(()), "{}", file.display());
    }
}

#[test]
fn the_schema_is_one_by_its_own_draft() {
    assert!(jsonschema::draft202012::meta::is_valid(&schema()));
}

/// The reader and the schema agree about every example: as written, with an unknown key beside it,
/// and with a value of a wrong type.
#[test]
fn reader_and_schema_agree_about_every_key() {
    let validator = validator();
    for key in keys::all() {
        let section = key.section.replace('*', "x").replace("fields.x", "fields.y");
        let heading = if section.is_empty() { String::new() } else { format!("[{section}]\n") };
        let text = if key.example.starts_with('[') {
            key.example.to_owned()
        } else {
            format!("{heading}{}", key.example)
        };
        assert_eq!(fits(&validator, &text), Ok(()), "{}.{}", key.section, key.key);
        if keys::of(key.section).all(|key| key.key != "*") {
            let unknown = format!("{heading}no-such-key = 1");
            assert!(fits(&validator, &unknown).is_err(), "{unknown}");
        }
        if key.key != "*" {
            let list = format!("{heading}{} = [[1]]", key.key);
            assert!(fits(&validator, &list).is_err(), "{list}");
            let found = read(&folder::one(&list)).diagnostics;
            assert!(found.iter().any(|found| found.code == "key/wrong-type"), "{list}");
        }
    }
}

#[test]
fn words_dates_and_lengths_have_their_forms() {
    let validator = validator();
    for (text, right) in [
        ("[duty.x]\ndue = \"2024-01-01\"", true),
        ("[duty.x]\ndue = \"January\"", false),
        ("[rights]\nreply = \"1 month\"", true),
        ("[rights]\nreply = \"a month\"", false),
        ("[purpose.x]\nmarketing = \"email\"", true),
        ("[purpose.x]\nmarketing = [\"email\", \"fax\"]", false),
        ("[purpose.x]\nreconfirm = \"every 24 months\"", true),
        ("[purpose.x]\nreconfirm = \"often\"", false),
        ("[purpose.\"a b\"]\ntitle = \"x\"", false),
        ("[purpose.\"été\"]\ntitle = \"x\"", true),
        ("[people]\nuser = 3", false),
        ("[message.x]\nclass = \"urgent\"", false),
    ] {
        assert_eq!(fits(&validator, text).is_ok(), right, "{text}: {:?}", fits(&validator, text));
    }
}
