//! What MariaDB needs said otherwise: its comparisons of two types go by way of fractions, so that
//! `id = 'abc'` is true of 0. Every value is brought to the type of its column first.

use kept_core::plan::{Key, Value};

use super::Statement;
use crate::schema::{Class, Column};

/// The type of a whole number beyond those with a sign.
const UNSIGNED: &str = "UNSIGNED";

/// Adds a condition that the columns' values are one of these rows of values.
pub(super) fn one_of<'s>(
    statement: &'s mut Statement,
    columns: &[&Column],
    rows: &[&[Value]],
) -> &'s mut Statement {
    if let [column] = columns {
        statement.cell(column).push(" IN (");
        for (at, row) in rows.iter().enumerate() {
            statement.push(if at > 0 { "," } else { "" });
            compared(statement, column, row.first().unwrap_or(&Value::Null));
        }
        if rows.is_empty() {
            statement.push("NULL");
        }
        return statement.push(")");
    }
    // `(a, b) IN (…)` is not served by an index in a statement that changes rows.
    statement.push("(");
    for (at, row) in rows.iter().enumerate() {
        statement.push(if at > 0 { " OR (" } else { "(" });
        for (index, column) in columns.iter().enumerate() {
            statement.push(if index > 0 { " AND " } else { "" });
            statement.cell(column).push(" = ");
            compared(statement, column, row.get(index).unwrap_or(&Value::Null));
        }
        statement.push(")");
    }
    statement.push(if rows.is_empty() { "FALSE)" } else { ")" })
}

/// Adds a value that is compared with a column; NULL, which equals nothing, where the column can't
/// hold it.
pub(super) fn compared(statement: &mut Statement, column: &Column, value: &Value) {
    match fitting(column, value) {
        Some((Value::Bytes(bytes), _)) => {
            statement.push("UNHEX(").bind(Value::Text(Value::Bytes(bytes).shown())).push(")");
        }
        // A letter that the column's character set lacks is an error in a comparison.
        Some((Value::Text(text), None)) if column.class == Class::Text && !text.is_ascii() => {
            match character_set(column) {
                "utf8mb4" => statement.bind(Value::Text(text)),
                other => statement.push("CONVERT(").bind(Value::Text(text)).push(&format!(" USING {other})")),
            };
        }
        // Digits alone. MySQL takes a value in `CAST(? AS UNSIGNED)` for a number with a sign, which ends
        // at half of them: another row's.
        Some((Value::Text(digits), Some(UNSIGNED))) => {
            statement.push(&digits);
        }
        Some((value, Some(kind))) => {
            statement.push("CAST(").bind(value).push(&format!(" AS {kind})"));
        }
        Some((value, None)) => {
            statement.bind(value);
        }
        None => {
            statement.push("NULL");
        }
    }
}

/// The character set of a text column, from its collation's name.
fn character_set(column: &Column) -> &str {
    column.cast.split('_').next().filter(|word| !word.is_empty()).unwrap_or("utf8mb4")
}

/// A value in the spelling of a column, and the type to which it must be cast; `None` where no value
/// of the column's type can be equal to it.
fn fitting(column: &Column, value: &Value) -> Option<(Value, Option<&'static str>)> {
    const NUMBER: Option<&str> = Some("DECIMAL(65,30)");
    let text = value.shown();
    Some(match (column.class, value) {
        (_, Value::Null) => return None,
        (Class::Integer | Class::Truth, Value::Text(_)) => match text.parse::<i64>() {
            Ok(number) => (Value::Integer(number), None),
            Err(_) if text.parse::<u64>().is_ok() => (Value::Text(text), Some(UNSIGNED)),
            Err(_) => (Value::Text(Some(text).filter(|text| is_number(text))?), NUMBER),
        },
        (Class::Decimal, Value::Text(_)) => (Value::Text(Some(text).filter(|text| is_number(text))?), NUMBER),
        (Class::Real, Value::Text(_)) => (Value::Real(text.parse().ok()?), None),
        (Class::Integer | Class::Truth | Class::Decimal | Class::Real, Value::Bytes(_)) => return None,
        (Class::Text | Class::Json | Class::Network, Value::Integer(_) | Value::Real(_)) => {
            (Value::Text(text), None)
        }
        (Class::Uuid, Value::Text(_)) => (Value::Text(Some(text).filter(|text| is_uuid(text))?), None),
        (Class::Date | Class::LocalTime | Class::Instant, Value::Text(_)) => {
            let begins = text.starts_with(|sign: char| sign.is_ascii_digit());
            (Value::Text(Some(local(&text)).filter(|_| begins)?), None)
        }
        (Class::Uuid | Class::Date | Class::LocalTime | Class::Instant, _) => return None,
        (_, value) => (value.clone(), None),
    })
}

/// A plain number: digits, one point at most, a sign before them.
fn is_number(text: &str) -> bool {
    let plain = text.strip_prefix('-').unwrap_or(text);
    let digits = plain.bytes().filter(u8::is_ascii_digit).count();
    let points = plain.bytes().filter(|byte| *byte == b'.').count();
    digits > 0 && digits <= 35 && points <= 1 && digits + points == plain.len()
}

fn is_uuid(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_hexdigit).count();
    digits == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

/// A date as MariaDB takes one: the session runs in UTC, so that the sign for it goes.
fn local(text: &str) -> String {
    text.strip_suffix('Z').unwrap_or(text).replace('T', " ")
}

/// Adds a value that is written into a column. What does not fit is left to the server to refuse.
pub(super) fn bind_into<'s>(
    statement: &'s mut Statement,
    column: &Column,
    value: Value,
) -> &'s mut Statement {
    let text = value.shown();
    match (column.class, &value) {
        (_, Value::Bytes(_)) => statement.push("UNHEX(").bind(Value::Text(text)).push(")"),
        (Class::Truth, Value::Text(_)) if text == "true" => statement.bind(Value::Integer(1)),
        (Class::Truth, Value::Text(_)) if text == "false" => statement.bind(Value::Integer(0)),
        // A text of digits is a number, and not the bits of its letters.
        (Class::Integer | Class::Truth, Value::Text(_)) => match text.parse() {
            Ok(number) => statement.bind(Value::Integer(number)),
            Err(_) => statement.bind(value),
        },
        (Class::Date | Class::LocalTime | Class::Instant, Value::Text(_)) => {
            statement.bind(Value::Text(local(&text)))
        }
        _ => statement.bind(value),
    }
}

/// A column's value as text.
pub(super) fn as_text(column: &Column, name: &str) -> String {
    // The bits of a number are no text of their own.
    let plus = if column.declared.starts_with("bit") { " + 0" } else { "" };
    format!("CAST({name}{plus} AS CHAR)")
}

/// A key as it stands in a list of JSON.
pub(crate) fn listed_key(key: &Key) -> serde_json::Value {
    let part = |value: &Value| match value {
        Value::Null => serde_json::Value::Null,
        Value::Integer(number) => (*number).into(),
        Value::Real(number) => (*number).into(),
        // MySQL reads a text as a number with a sign, which ends at half of those without.
        Value::Text(text) => match text.parse::<u64>() {
            Ok(number) if number > i64::MAX.unsigned_abs() && number.to_string() == *text => number.into(),
            _ => text.as_str().into(),
        },
        Value::Bytes(_) | Value::Unread(_) => value.shown().into(),
    };
    serde_json::Value::Array(key.iter().map(part).collect())
}

/// Adds that cells are one of a list of keys, of any length.
pub(crate) fn in_list(
    statement: &mut Statement,
    cells: &[String],
    columns: &[&Column],
    keys: &serde_json::Value,
) {
    const TEXT: &str = "VARCHAR(768) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";
    let mut picked = Vec::new();
    let mut kinds = Vec::new();
    for (index, column) in columns.iter().enumerate() {
        let (kind, pick) = match column.class {
            Class::Integer | Class::Truth if column.declared.contains("unsigned") => {
                ("BIGINT UNSIGNED", format!("c{index}"))
            }
            Class::Integer | Class::Truth => ("BIGINT", format!("c{index}")),
            Class::Decimal => ("DECIMAL(65,30)", format!("c{index}")),
            Class::Real => ("DOUBLE", format!("c{index}")),
            Class::Bytes => (TEXT, format!("UNHEX(c{index})")),
            Class::Instant => (TEXT, format!("CAST(TRIM(TRAILING 'Z' FROM c{index}) AS DATETIME(6))")),
            Class::LocalTime => (TEXT, format!("CAST(c{index} AS DATETIME(6))")),
            Class::Date => (TEXT, format!("CAST(c{index} AS DATE)")),
            Class::Uuid => (TEXT, format!("CAST(c{index} AS UUID)")),
            _ => (TEXT, format!("c{index}")),
        };
        picked.push(pick);
        kinds.push(format!("c{index} {kind} PATH '$[{index}]'"));
    }
    let (open, close) = if cells.len() == 1 { ("", "") } else { ("(", ")") };
    let (cells, picked, kinds) = (cells.join(", "), picked.join(", "), kinds.join(", "));
    statement.push(&format!("{open}{cells}{close} IN (SELECT {picked} FROM JSON_TABLE("));
    statement.bind(Value::Text(keys.to_string()));
    statement.push(&format!(", '$[*]' COLUMNS ({kinds})) AS listed)"));
}

/// Two columns as they can be compared: a text with a number as texts, texts of two collations letter
/// by letter.
pub(crate) fn alike(columns: [&Column; 2], names: [String; 2]) -> [String; 2] {
    let [one, other] = columns;
    let is_text = |column: &Column| column.class == Class::Text;
    if is_text(one) && is_text(other) {
        if one.cast == other.cast {
            return names;
        }
        return names.map(|name| format!("CONVERT({name} USING utf8mb4) COLLATE utf8mb4_bin"));
    }
    let is_number = |column: &Column| {
        matches!(column.class, Class::Integer | Class::Truth | Class::Decimal | Class::Real)
    };
    let [first, second] = names;
    if is_text(one) && is_number(other) {
        return [first, as_text(other, &second)];
    }
    if is_number(one) && is_text(other) {
        return [as_text(one, &first), second];
    }
    [first, second]
}
