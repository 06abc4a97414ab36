//! A bounded sample of a table's rows: the first and the last by its key, each value as text and cut
//! off where it is long. Each table is looked at in a read-only transaction of its own, so that one
//! that can't be read stands in no other's way.

use kept_core::plan::Value;
use kept_core::policy::model::Engine;

use super::document::{self, Leaf};
use super::values::Tally;
use crate::engine::{Mode, Rows, Session};
use crate::fault::StoreFault;
use crate::schema::{Class, Column, Table};
use crate::sql::{Statement, as_text, quote};

/// How many characters of a value are looked at.
const CHARACTERS: usize = 2_000;

/// A table as it was seen.
pub(super) struct Seen<'a> {
    pub(super) table: &'a Table,
    /// How many rows were looked at.
    pub(super) rows: usize,
    /// Why none were, where they could not be.
    pub(super) unread: Option<String>,
    /// What the values of each column are, in the table's order.
    pub(super) tallies: Vec<Tally>,
    /// Some different values of each column, by which ways to other tables are tried.
    pub(super) values: Vec<Vec<String>>,
    /// What lies within documents.
    pub(super) leaves: Vec<Leaf>,
}

/// Looks at a table. Views are not looked at: their rows are other tables'.
///
/// # Errors
/// When the connection itself is lost.
pub(super) fn look<'a>(session: &mut Session, table: &'a Table, rows: u32) -> Result<Seen<'a>, StoreFault> {
    if table.is_view || table.columns.is_empty() {
        return Ok(seen(table, &Vec::new(), None));
    }
    match session.transaction(Mode::Look, |session| sample(session, table, rows)) {
        Ok(found) => Ok(seen(table, &found, None)),
        Err(lost @ (StoreFault::Unreachable { .. } | StoreFault::Cancelled)) => Err(lost),
        Err(fault) => Ok(seen(table, &Vec::new(), Some(fault.to_string()))),
    }
}

fn sample(session: &mut Session, table: &Table, rows: u32) -> Result<Rows, StoreFault> {
    let mut found = session.query(&asking(session.engine(), table, rows, false))?;
    // Of a table with fewer rows all are there; without a key nobody can say which are the last.
    if found.len() < rows as usize || table.primary_key.is_empty() {
        return Ok(found);
    }
    // The last rows tell what the table is used for now.
    let half = rows.div_ceil(2);
    found.truncate(half as usize);
    found.append(&mut session.query(&asking(session.engine(), table, rows - half, true))?);
    Ok(found)
}

fn asking(engine: Engine, table: &Table, rows: u32, from_the_end: bool) -> Statement {
    let mut statement = Statement::with(engine, "SELECT ");
    for (place, column) in table.columns.iter().enumerate() {
        statement.push(if place > 0 { ", " } else { "" }).push(&shown(engine, column));
    }
    statement.push(" FROM ").table(table);
    if from_the_end {
        statement.push(" ORDER BY ");
        for (place, name) in table.primary_key.iter().enumerate() {
            statement.push(if place > 0 { ", " } else { "" }).name(name).push(" DESC");
        }
    }
    statement.push(&format!(" LIMIT {rows}"));
    statement
}

/// A column as text, cut off; bytes are not looked at.
fn shown(engine: Engine, column: &Column) -> String {
    let name = quote(engine, &column.name);
    match (engine, column.class) {
        (_, Class::Bytes) => "NULL".to_owned(),
        (Engine::Postgres, _) if column.is_list => {
            format!("left(to_jsonb({name})::text, {CHARACTERS})")
        }
        (Engine::Postgres, _) => format!("left({name}::text, {CHARACTERS})"),
        (Engine::Sqlite, _) => {
            format!(
                "CASE typeof({name}) WHEN 'blob' THEN NULL ELSE substr(CAST({name} AS text), 1, {CHARACTERS}) END"
            )
        }
        (Engine::Mariadb, _) => format!("LEFT({}, {CHARACTERS})", as_text(engine, column, &name)),
    }
}

fn seen<'a>(table: &'a Table, rows: &Rows, unread: Option<String>) -> Seen<'a> {
    const VALUES_MAX: usize = 100;
    let cell =
        |row: &[Value], place: usize| row.get(place).filter(|value| !value.is_null()).map(Value::shown);
    let (mut tallies, mut values, mut leaves) = (Vec::new(), Vec::new(), Vec::new());
    for (place, column) in table.columns.iter().enumerate() {
        let own: Vec<String> = rows.iter().filter_map(|row| cell(row, place)).collect();
        let tally = Tally::of(own.iter().map(String::as_str));
        leaves.extend(document::leaves(&column.name, &own, &tally));
        let mut some: Vec<String> = own.into_iter().filter(|value| !value.is_empty()).collect();
        some.sort();
        some.dedup();
        some.truncate(VALUES_MAX);
        tallies.push(tally);
        values.push(some);
    }
    Seen { table, rows: rows.len(), unread, tallies, values, leaves }
}
