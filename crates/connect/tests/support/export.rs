//! An SQLite database as a folder of files: what the scenarios' SQL makes, in both forms.

use std::fmt::Write;
use std::path::Path;

use kept_core::policy::model::FileFormat;
use rusqlite::Connection;
use rusqlite::types::ValueRef;

/// Runs the SQL in a database of its own, writes each of its tables as a file, and returns the
/// primary keys by table.
pub(crate) fn export(sql: &str, folder: &Path, format: &FileFormat) -> Vec<(String, Vec<String>)> {
    let database = Connection::open_in_memory().expect("a database");
    database.execute_batch(sql).unwrap_or_else(|error| panic!("{error} in {sql}"));
    let mut tables = database
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
        .expect("prepared");
    let names: Vec<String> =
        tables.query_map([], |row| row.get(0)).expect("names").map(|name| name.expect("a name")).collect();
    names.into_iter().map(|name| (name.clone(), table(&database, &name, folder, format))).collect()
}

fn table(database: &Connection, name: &str, folder: &Path, format: &FileFormat) -> Vec<String> {
    let mut all = database.prepare(&format!("SELECT * FROM `{name}` ORDER BY rowid")).expect("prepared");
    let columns: Vec<String> = all.column_names().map(str::to_owned).collect();
    let truths: Vec<String> = database
        .prepare("SELECT name FROM pragma_table_info(?1) WHERE type = 'BOOLEAN'")
        .expect("prepared")
        .query_map([name], |row| row.get(0))
        .expect("columns")
        .map(|name| name.expect("a name"))
        .collect();
    let mut out = String::new();
    if matches!(format, FileFormat::Csv { .. }) {
        let header: Vec<String> = columns.iter().map(|column| csv(column)).collect();
        writeln!(out, "{}", header.join(",")).expect("written");
    }
    let mut rows = all.query([]).expect("rows");
    while let Some(row) = rows.next().expect("a row") {
        let values = columns.iter().enumerate().map(|(place, column)| {
            let value = row.get_ref(place).expect("a value");
            match value {
                ValueRef::Integer(number) if truths.contains(column) => (number == 1).to_string(),
                value if matches!(format, FileFormat::JsonLines) => json_value(value),
                value => csv_value(value),
            }
        });
        let line = match format {
            FileFormat::Csv { .. } => values.collect::<Vec<_>>().join(","),
            FileFormat::JsonLines => {
                let members = values
                    .zip(&columns)
                    .map(|(value, column)| format!("{}: {value}", serde_json::Value::from(column.as_str())));
                format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
            }
        };
        writeln!(out, "{line}").expect("written");
    }
    let ending = if matches!(format, FileFormat::Csv { .. }) { "csv" } else { "jsonl" };
    std::fs::write(folder.join(format!("{name}.{ending}")), out).expect("written");
    let mut key = database
        .prepare("SELECT name FROM pragma_table_info(?1) WHERE pk > 0 ORDER BY pk")
        .expect("prepared");
    key.query_map([name], |row| row.get(0)).expect("a key").map(|name| name.expect("a name")).collect()
}

fn csv(text: &str) -> String {
    if text.is_empty() || text.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

fn csv_value(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => String::new(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(text) => csv(std::str::from_utf8(text).expect("text")),
        ValueRef::Blob(_) => panic!("files hold no bytes"),
    }
}

fn json_value(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "null".to_owned(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => serde_json::Value::from(number).to_string(),
        ValueRef::Text(text) => serde_json::Value::from(std::str::from_utf8(text).expect("text")).to_string(),
        ValueRef::Blob(_) => panic!("files hold no bytes"),
    }
}
