//! The record as JSON: the same cells, under words for machines.

use serde_json::{Map, Value, json};

use crate::register::sheet::{Part, Party, Row, Sheet};

/// The record as JSON.
pub fn json(sheet: &Sheet) -> String {
    let parts = sheet.parts.iter().map(part);
    let document = json!({
        "title": sheet.title,
        "language": sheet.language,
        "version": sheet.version,
        "controllers": sheet.parties.iter().map(party).collect::<Vec<_>>(),
        "records": parts.collect::<Vec<_>>(),
        "security": sheet.measures,
    });
    format!("{document:#}\n")
}

fn party(party: &Party) -> Value {
    let lines = party.lines.iter();
    let lines: Vec<_> = lines.map(|(label, said)| json!({ "label": label, "says": said })).collect();
    json!({ "id": party.id, "name": party.name, "details": lines })
}

fn part(part: &Part) -> Value {
    json!({
        "article": format!("GDPR {}", part.kind.article()),
        "title": part.title,
        "columns": part.columns.iter().map(|(column, name)| (column.word().to_owned(), json!(name)))
            .collect::<Map<_, _>>(),
        "activities": part.rows.iter().map(row).collect::<Vec<_>>(),
    })
}

fn row(row: &Row) -> Value {
    let mut out = Map::new();
    out.insert("id".to_owned(), json!(row.id));
    out.insert("kind".to_owned(), json!(row.kind));
    out.extend(row.cells.iter().map(|(column, said)| (column.word().to_owned(), json!(said))));
    Value::Object(out)
}
