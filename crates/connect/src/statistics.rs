//! The samples of values that a database's planner keeps beside the tables: SQLite's `sqlite_stat4`,
//! PostgreSQL's `pg_statistic`. What is erased from a table must not stay there.
//!
//! SQLite's samples of a table are deleted within the transaction that erases: its counts
//! (`sqlite_stat1`) stay and serve the planner. MariaDB's (`mysql.column_stats`) are deleted too, where
//! its user may: few may, and few servers keep any. MySQL's histograms can only be dropped outside of
//! transactions: that is done where somebody asks for a vacuum. PostgreSQL's can only be made anew, which reads up to
//! 30,000 rows: that is done where somebody asks for it, together with the vacuum that takes away old
//! copies of rows.

use std::collections::BTreeSet;

use kept_core::plan::Value;
use kept_core::policy::model::Engine;

use crate::engine::Session;
use crate::fault::StoreFault;
use crate::schema::Table;
use crate::sql::{Arg, quote, table_name};

/// Deletes SQLite's and MariaDB's samples of a table. Nothing on PostgreSQL.
///
/// # Errors
/// As the store answers.
pub fn forget(session: &mut Session, tables: &BTreeSet<String>) -> Result<(), StoreFault> {
    if session.engine() == Engine::Mariadb {
        return if session.is_mysql() { Ok(()) } else { forget_columns(session, tables) };
    }
    if session.engine() == Engine::Postgres || tables.is_empty() {
        return Ok(());
    }
    let there = "SELECT name FROM sqlite_schema WHERE name IN ('sqlite_stat3', 'sqlite_stat4')";
    for kept in session.query_text(there, &[])?.into_iter().flatten() {
        for table in tables {
            let text = format!("DELETE FROM {} WHERE tbl = ?1 COLLATE NOCASE", kept.shown());
            session.execute_text(&text, &[Arg::One(Value::Text(table.clone()))])?;
        }
    }
    Ok(())
}

fn forget_columns(session: &mut Session, tables: &BTreeSet<String>) -> Result<(), StoreFault> {
    let text = "DELETE FROM mysql.column_stats WHERE db_name = DATABASE() AND table_name = $1";
    for table in tables {
        match session.execute_text(text, &[Arg::One(Value::Text(table.clone()))]) {
            Err(StoreFault::NotAllowed { .. } | StoreFault::SchemaChanged) => return Ok(()),
            other => other.map(drop)?,
        }
    }
    Ok(())
}

/// Drops MySQL's histograms of a table: they hold values. What it may not drop is told.
fn drop_histograms(session: &mut Session, table: &Table) -> Result<Option<String>, StoreFault> {
    let text = "SELECT COLUMN_NAME FROM information_schema.COLUMN_STATISTICS \
        WHERE SCHEMA_NAME = DATABASE() AND TABLE_NAME = $1 ORDER BY COLUMN_NAME";
    let found = session.query_text(text, &[Arg::One(Value::Text(table.name.clone()))])?;
    let columns: Vec<String> =
        found.iter().flatten().map(|column| quote(Engine::Mariadb, &column.shown())).collect();
    if columns.is_empty() {
        return Ok(None);
    }
    let drop = format!(
        "ANALYZE TABLE {} DROP HISTOGRAM ON {}",
        table_name(Engine::Mariadb, table),
        columns.join(", ")
    );
    // It answers with a row that says how it went.
    let is_done = match session.query_text(&drop, &[]) {
        Ok(told) => told.iter().all(|row| row.get(2).is_none_or(|kind| kind.shown() == "status")),
        Err(gone @ StoreFault::Unreachable { .. }) => return Err(gone),
        Err(_) => false,
    };
    Ok((!is_done).then(|| {
        format!(
            "the planner's histograms of `{}` may still hold erased values: its owner types: {drop}",
            table.name
        )
    }))
}

/// Takes old copies of rows out of a PostgreSQL table and makes the planner's samples of it anew,
/// outside any transaction. Says why not where it can't be done: that changes nothing else.
///
/// # Errors
/// As the store answers on the connection itself.
pub fn vacuum(session: &mut Session, table: &Table) -> Result<Option<String>, StoreFault> {
    if session.is_mysql() && !table.is_view {
        return drop_histograms(session, table);
    }
    if session.engine() != Engine::Postgres || table.is_view {
        return Ok(None);
    }
    let name = table_name(Engine::Postgres, table);
    let why = if !is_allowed(session, table)? {
        "this database user may not clean it;"
    } else if !clean(session, &name)? {
        "the table was in use;"
    } else if session.query_text(&format!("SELECT 1 FROM {name} LIMIT 1"), &[])?.is_empty() {
        "PostgreSQL keeps the samples of a table while it is empty; once it has rows,"
    } else {
        return Ok(None);
    };
    let shown = table.full_name();
    Ok(Some(format!(
        "old copies of rows of `{shown}`, or the planner's samples of it, may still hold erased values: {why} its owner types: VACUUM (ANALYZE) {name}"
    )))
}

fn clean(session: &mut Session, name: &str) -> Result<bool, StoreFault> {
    match session.batch(&format!("VACUUM (ANALYZE) {name}")) {
        Ok(()) => Ok(true),
        Err(gone @ StoreFault::Unreachable { .. }) => Err(gone),
        Err(_) => Ok(false),
    }
}

/// Whether the server lets this user analyze the table; where not, it only warns.
fn is_allowed(session: &mut Session, table: &Table) -> Result<bool, StoreFault> {
    let text = "SELECT pg_has_role(c.relowner, 'USAGE') OR pg_has_role(d.datdba, 'USAGE') \
            OR CASE WHEN current_setting('server_version_num')::int >= 170000 \
                THEN has_table_privilege(c.oid, 'MAINTAIN') ELSE false END \
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace, pg_catalog.pg_database d \
        WHERE n.nspname = $1 AND c.relname = $2 AND d.datname = current_database()";
    let name = |name: &str| Arg::One(Value::Text(name.to_owned()));
    let found = session.query_text(text, &[name(schema_of(table)), name(&table.name)])?;
    Ok(found.first().and_then(|row| row.first()).is_some_and(|may| may.shown() == "true"))
}

fn schema_of(table: &Table) -> &str {
    table.schema.as_deref().unwrap_or("public")
}
