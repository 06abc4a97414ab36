//! The samples of values that a database's planner keeps beside the tables: SQLite's `sqlite_stat4`,
//! PostgreSQL's `pg_statistic`. What is erased from a table must not stay there.
//!
//! SQLite's samples of a table are deleted: its counts (`sqlite_stat1`) stay and serve the planner.
//! PostgreSQL's can only be made anew (`ANALYZE`), which reads up to 30,000 rows; it is done for the
//! tables whose samples hold an erased value that few others share. Both are done within the
//! transaction that erases. Old copies of PostgreSQL's samples go with its vacuum, as old rows do.

use std::collections::{BTreeMap, BTreeSet};

use kept_core::plan::{Key, Value};
use kept_core::policy::model::Engine;

use crate::engine::Session;
use crate::fault::StoreFault;
use crate::schema::{Column, Table};
use crate::sql::{Arg, BATCH, Statement, table_name};

/// A value that this many rows have, and a hundred for each row erased, is not the person's own: it
/// stays in the table whatever goes.
const SHARED_ROWS: f64 = 1_000.0;

/// Erased values in the planner's samples of some tables of PostgreSQL.
#[derive(Debug, Default)]
pub struct Samples<'a> {
    tables: BTreeMap<String, (&'a Table, Erased)>,
}

/// Values that go from one table, in small letters, as the server writes them.
#[derive(Debug, Default)]
struct Erased {
    values: BTreeSet<String>,
    rows: usize,
}

impl<'a> Samples<'a> {
    /// Learns what rows of a table hold in some columns, or in all, before they are changed. Asks
    /// nothing on SQLite, and little where the planner has no samples of the table.
    ///
    /// # Errors
    /// As the store answers.
    pub fn learn(
        &mut self,
        session: &mut Session,
        table: &'a Table,
        columns: Option<&[&Column]>,
        (key, keys): (&[&Column], &[Key]),
    ) -> Result<(), StoreFault> {
        if session.engine() == Engine::Sqlite || keys.is_empty() || table.is_view {
            return Ok(());
        }
        let mut sampled = sampled_columns(session, table)?;
        sampled.retain(|column| columns.is_none_or(|some| some.iter().any(|one| one.name == column.name)));
        if sampled.is_empty() {
            return Ok(());
        }
        let (_, erased) = self.tables.entry(table.full_name()).or_insert((table, Erased::default()));
        erased.rows += keys.len();
        for batch in keys.chunks(BATCH) {
            let batch: Vec<&[Value]> = batch.iter().map(Vec::as_slice).collect();
            let mut statement = Statement::with(Engine::Postgres, "SELECT ");
            for (index, column) in sampled.iter().enumerate() {
                statement.push(if index > 0 { ", " } else { "" }).name(&column.name).push("::text");
            }
            statement.push(" FROM ").table(table).push(" WHERE ").one_of(key, &batch);
            let rows = session.query(&statement)?;
            erased.values.extend(rows.into_iter().flatten().filter_map(small));
        }
        Ok(())
    }

    /// Makes the samples anew that hold what was erased. Says what the database user may not do;
    /// what goes wrong here leaves the erasure as it is.
    ///
    /// # Errors
    /// As the store answers on the connection itself.
    pub fn renew(&self, session: &mut Session) -> Result<Vec<String>, StoreFault> {
        let mut notes = Vec::new();
        for (table, erased) in self.tables.values() {
            if holds(session, table, erased)? {
                notes.extend(renew(session, table)?);
            }
        }
        Ok(notes)
    }
}

/// Deletes SQLite's samples of a table. Nothing on PostgreSQL.
///
/// # Errors
/// As the store answers.
pub fn forget(session: &mut Session, tables: &BTreeSet<String>) -> Result<(), StoreFault> {
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

/// Makes PostgreSQL's samples of a table anew, if it has any, and says why not where it can't be
/// done: that changes nothing else. Nothing on SQLite.
///
/// # Errors
/// As the store answers on the connection itself.
pub fn renew(session: &mut Session, table: &Table) -> Result<Option<String>, StoreFault> {
    if session.engine() == Engine::Sqlite || table.is_view {
        return Ok(None);
    }
    let name = table_name(Engine::Postgres, table);
    let why = if !is_allowed(session, table)? {
        "this database user may not renew them;"
    } else if session.query_text(&format!("SELECT 1 FROM {name} LIMIT 1"), &[])?.is_empty() {
        "PostgreSQL keeps them while the table is empty; once it has rows,"
    } else if !analyze(session, &name)? {
        "the table was in use;"
    } else {
        return Ok(None);
    };
    let shown = table.full_name();
    Ok(Some(format!(
        "the planner's samples of `{shown}` may still hold erased values: {why} its owner types: ANALYZE {name}"
    )))
}

fn analyze(session: &mut Session, name: &str) -> Result<bool, StoreFault> {
    session.batch("SAVEPOINT kept_statistics")?;
    match session.batch(&format!("ANALYZE {name}")) {
        Ok(()) => session.batch("RELEASE SAVEPOINT kept_statistics").map(|()| true),
        Err(gone @ StoreFault::Unreachable { .. }) => Err(gone),
        Err(_) => session.batch("ROLLBACK TO SAVEPOINT kept_statistics").map(|()| false),
    }
}

/// Whether the server lets this user analyze the table; where not, it only warns.
fn is_allowed(session: &mut Session, table: &Table) -> Result<bool, StoreFault> {
    let text = "SELECT pg_has_role(c.relowner, 'USAGE') OR pg_has_role(d.datdba, 'USAGE') \
            OR CASE WHEN current_setting('server_version_num')::int >= 170000 \
                THEN has_table_privilege(c.oid, 'MAINTAIN') ELSE false END \
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace, pg_catalog.pg_database d \
        WHERE n.nspname = $1 AND c.relname = $2 AND d.datname = current_database()";
    let found = session.query_text(text, &names(table))?;
    Ok(found.first().and_then(|row| row.first()).is_some_and(|may| may.shown() == "true"))
}

/// The columns of which the planner has samples; all where an index or extended statistics have
/// some, since those may be of any.
fn sampled_columns<'a>(session: &mut Session, table: &'a Table) -> Result<Vec<&'a Column>, StoreFault> {
    let text = "SELECT s.tablename = $2::name, s.attname FROM pg_catalog.pg_stats s WHERE s.schemaname = $1 \
        AND s.tablename IN (SELECT $2::name UNION ALL SELECT indexname FROM pg_catalog.pg_indexes \
            WHERE schemaname = $1 AND tablename = $2)";
    let found = session.query_text(text, &names(table))?;
    let own = |row: &Vec<Value>| row.first().is_some_and(|own| own.shown() == "true");
    let all = found.iter().any(|row| !own(row));
    let sampled: BTreeSet<String> = found.iter().filter_map(|row| row.get(1)).map(Value::shown).collect();
    Ok(table.columns.iter().filter(|column| all || sampled.contains(&column.name)).collect())
}

/// Whether the samples of a table, of its indexes or of its extended statistics hold an erased
/// value that is not plainly many others' too.
fn holds(session: &mut Session, table: &Table, erased: &Erased) -> Result<bool, StoreFault> {
    let shared = SHARED_ROWS + 100.0 * erased.rows as f64;
    let text = "SELECT v.value FROM pg_catalog.pg_stats s \
            JOIN pg_catalog.pg_class c ON c.relname = $2 \
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace AND n.nspname = $1 \
            CROSS JOIN LATERAL (\
                SELECT unnest(s.most_common_vals::text::text[]) AS value, unnest(s.most_common_freqs) AS share \
                UNION ALL SELECT unnest(s.histogram_bounds::text::text[]), 0 \
                UNION ALL SELECT unnest(s.most_common_elems::text::text[]), 0) v \
        WHERE s.schemaname = $1 AND s.tablename IN (SELECT $2::name UNION ALL SELECT indexname \
            FROM pg_catalog.pg_indexes WHERE schemaname = $1 AND tablename = $2) \
            AND v.share * greatest(c.reltuples, 0) < $3 \
        UNION ALL \
        SELECT unnest(e.most_common_vals) FROM pg_catalog.pg_stats_ext e WHERE e.schemaname = $1 AND e.tablename = $2";
    let mut args = names(table);
    args.push(Arg::One(Value::Real(shared)));
    let sampled = session.query_text(text, &args)?;
    Ok(sampled.into_iter().flatten().filter_map(small).any(|value| erased.values.contains(&value)))
}

fn names(table: &Table) -> Vec<Arg> {
    let schema = table.schema.clone().unwrap_or_else(|| "public".to_owned());
    vec![Arg::One(Value::Text(schema)), Arg::One(Value::Text(table.name.clone()))]
}

/// A value as it is compared: an index may hold `lower(…)`. What is empty says nothing of anybody.
fn small(value: Value) -> Option<String> {
    let text = match value {
        Value::Null => return None,
        other => other.shown().to_lowercase(),
    };
    (!text.is_empty()).then_some(text)
}
