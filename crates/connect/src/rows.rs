//! Rows of mapped tables: selecting them, their keys, and when two keys are the same.

use kept_core::plan::{Key, Value};
use kept_core::policy::model::Engine;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::engine::{Rows, Session};
use crate::fault::StoreFault;
use crate::map::{Edge, Table};
use crate::path;
use crate::schema::{Class, Column};
use crate::sql::{BATCH, Statement};

/// `SELECT … FROM table WHERE `, to which a condition must be added.
pub(crate) fn select(engine: Engine, table: &Table<'_>) -> Statement {
    let mut statement = Statement::with(engine, "SELECT ");
    statement.read(&table.fetched).push(" FROM ").table(table.shape).push(" WHERE ");
    statement
}

/// Adds that the row is personal, where only some rows of the table are.
pub(crate) fn conditions(statement: &mut Statement, table: &Table<'_>) {
    for (column, is) in &table.conditions {
        let name = path::cell(statement.engine, column, None);
        statement.push(" AND ").as_text(column, &name).push(" = ");
        statement.bind(Value::Text(condition_text(statement.engine, column, is)));
    }
}

/// A condition's value as the engine writes it: PostgreSQL spells truth in words.
pub(crate) fn condition_text(engine: Engine, column: &Column, is: &str) -> String {
    let word = is.to_ascii_lowercase();
    match (engine, column.class, word.as_str()) {
        (Engine::Postgres, Class::Truth, "true" | "t" | "1" | "yes" | "y" | "on") => "true".to_owned(),
        (Engine::Postgres, Class::Truth, "false" | "f" | "0" | "no" | "n" | "off") => "false".to_owned(),
        (Engine::Sqlite | Engine::Mariadb, Class::Truth, "true") => "1".to_owned(),
        (Engine::Sqlite | Engine::Mariadb, Class::Truth, "false") => "0".to_owned(),
        _ => is.to_owned(),
    }
}

/// The rows of a table whose columns are one of these rows of values, in batches.
pub(crate) fn select_where(
    session: &mut Session,
    table: &Table<'_>,
    columns: &[&Column],
    values: &[&[Value]],
) -> Result<Rows, StoreFault> {
    if let Some(ahead) = &mut session.ahead {
        return Ok(ahead.rows(table, columns, values));
    }
    session.need(table.shape, columns, values, false)?;
    let mut found = Vec::new();
    for batch in values.chunks(BATCH) {
        let mut statement = select(session.engine(), table);
        statement.one_of(columns, batch);
        conditions(&mut statement, table);
        found.append(&mut session.query(&statement)?);
    }
    Ok(found)
}

/// The key of a fetched row.
pub(crate) fn key(table: &Table<'_>, row: &[Value]) -> Key {
    table.key.iter().map(|column| cell(table, row, column)).collect()
}

/// The value of a column in a fetched row.
pub(crate) fn cell(table: &Table<'_>, row: &[Value], column: &Column) -> Value {
    table.at(column).and_then(|place| row.get(place)).cloned().unwrap_or(Value::Null)
}

/// The values of some columns; `None` when one of them is NULL, which leads nowhere.
pub(crate) fn cells<'c>(
    table: &Table<'_>,
    row: &[Value],
    columns: impl Iterator<Item = &'c Column>,
) -> Option<Vec<Value>> {
    let values: Vec<Value> = columns.map(|column| cell(table, row, column)).collect();
    (!values.iter().any(Value::is_null)).then_some(values)
}

/// A key as bytes, equal exactly when the key is.
pub(crate) fn exact(key: &[Value]) -> Vec<u8> {
    let mut out = Vec::new();
    for value in key {
        let (kind, bytes) = match value {
            Value::Null => (0, Vec::new()),
            Value::Integer(number) => (1, number.to_be_bytes().to_vec()),
            Value::Real(number) => (2, number.to_bits().to_be_bytes().to_vec()),
            Value::Text(text) | Value::Unread(text) => (3, text.as_bytes().to_vec()),
            Value::Bytes(bytes) => (4, bytes.clone()),
        };
        out.push(kind);
        out.extend((bytes.len() as u64).to_be_bytes());
        out.extend(bytes);
    }
    out
}

/// Values at either end of a way as one text, by which a row is brought together with the row that
/// it points to once the database has found them equal. As exact as the columns are: `7` and `'7'`
/// are the same, `1.0` and `1.00` between decimals only, `Ann` and `ann` where case is ignored.
pub(crate) fn loose(values: &[Value], edge: &Edge<'_>) -> String {
    let mut out = String::new();
    for (value, (own, other)) in values.iter().zip(&edge.pairs) {
        let either = |test: fn(&Column) -> bool| test(own) || test(other);
        let mut text = value.shown();
        if either(|column| matches!(column.class, Class::Decimal | Class::Real)) && text.contains('.') {
            text = text.trim_end_matches('0').trim_end_matches('.').to_owned();
        }
        if either(|column| column.cast.ends_with("bpchar")) {
            text = text.trim_end().to_owned();
        }
        if either(|column| column.ignores_case) {
            text = text.to_lowercase();
        }
        if either(|column| column.cast.ends_with("_ci")) {
            // Such collations of MariaDB see neither accents nor blanks at the end.
            text = text.nfd().filter(|sign| !is_combining_mark(*sign)).collect();
            text = text.trim_end().to_owned();
        }
        out.push_str(&text);
        out.push('\u{0}');
    }
    out
}
