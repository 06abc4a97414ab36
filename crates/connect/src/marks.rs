//! The columns that mark restricted rows: which types do, what is written into them, and how many
//! rows bear the mark.
//!
//! Not here: which rows should bear it (`kept_core::plan::restrict`), and hiding them from others
//! (`row_security`).

use kept_core::name::TableName;
use kept_core::plan::Value;
use kept_core::plan::restrict::UNSET;
use kept_core::policy::model::Engine;

use crate::engine::Session;
use crate::fault::StoreFault;
use crate::map::{Map, Table};
use crate::path;
use crate::schema::{Class, Column};
use crate::sql::Statement;

/// Why a column can't mark restricted rows, in words that follow its name; `None` where it can.
pub fn unusable(engine: Engine, table: &Table<'_>, column: &Column) -> Option<&'static str> {
    let fits = match column.class {
        Class::Truth | Class::Integer | Class::Text => true,
        Class::Date | Class::LocalTime | Class::Instant => true,
        Class::Other => engine == Engine::Sqlite,
        _ => false,
    };
    if column.within.is_some() || column.is_list {
        Some("lies within a document or list; a column of its own is needed")
    } else if column.is_generated {
        Some("is computed by the database")
    } else if table.key.iter().any(|key| key.name == column.name) {
        Some("belongs to the key")
    } else if !fits {
        Some("is of a type that marks nothing; it holds truths, whole numbers, dates or text")
    } else if !is_number(column) && !column.is_nullable {
        Some("is NOT NULL and gets the instant, so it could never be taken off")
    } else {
        None
    }
}

/// Whether the mark is a truth or a number, and not an instant.
fn is_number(column: &Column) -> bool {
    matches!(column.class, Class::Truth | Class::Integer)
}

/// Whether a column's name says that it holds a time, and is no mere mark.
pub(crate) fn is_time(column: &Column) -> bool {
    column.name.ends_with("_at") || column.name.ends_with("_on")
}

/// What a column gets when the mark of its row is taken off.
pub(crate) fn lifted(column: &Column) -> &'static str {
    match column.class {
        Class::Truth => "FALSE",
        Class::Integer if !is_time(column) || !column.is_nullable => "0",
        _ => "NULL",
    }
}

/// Adds that a row bears no mark.
pub(crate) fn unset(statement: &mut Statement, column: &Column) {
    let name = path::cell(statement.engine, column, None);
    if statement.engine == Engine::Mariadb && is_number(column) {
        statement.push("COALESCE(").push(&name).push(", 0) = 0");
        return;
    }
    statement.push("(").push(&name).push(" IS NULL OR ").as_text(column, &name).push(" IN (");
    for (index, text) in UNSET.iter().enumerate() {
        statement.push(if index > 0 { ", '" } else { "'" }).push(text).push("'");
    }
    statement.push("))");
}

/// How many rows of each table bear a mark, whosever they are; for the audit.
///
/// # Errors
/// As the store answers.
pub fn count(session: &mut Session, map: &Map<'_>) -> Result<Vec<(TableName, u64)>, StoreFault> {
    let mut counts = Vec::new();
    for table in &map.tables {
        let Some(mark) = &table.policy.restricted else { continue };
        let column = map.schema.need_column(table.shape, mark.as_str())?;
        let mut statement = Statement::with(session.engine(), "SELECT count(*) FROM ");
        statement.table(table.shape).push(" WHERE NOT ");
        unset(&mut statement, column);
        crate::rows::conditions(&mut statement, table);
        let rows = session.query(&statement)?;
        let count = match rows.into_iter().flatten().next() {
            Some(Value::Integer(count)) => u64::try_from(count).unwrap_or_default(),
            _ => 0,
        };
        counts.push((table.policy.name.clone(), count));
    }
    Ok(counts)
}
