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
use crate::schema::{Column, Index, Part, Table};
use crate::sql::{Arg, BATCH, Statement, table_name};

/// A value that this many rows have, and a hundred for each row erased, is not the person's own: it
/// stays in the table whatever goes.
const SHARED_ROWS: f64 = 1_000.0;

/// Erased values that the planner's samples of some tables of PostgreSQL may hold.
#[derive(Debug, Default)]
pub struct Samples<'a> {
    /// The columns of which there are samples, by table.
    sampled: BTreeMap<String, Vec<&'a Column>>,
    tables: BTreeMap<String, (&'a Table, Erased)>,
}

/// Values that go from one table, in small letters, as the server writes them.
#[derive(Debug, Default)]
struct Erased {
    values: BTreeSet<String>,
    rows: usize,
}

impl<'a> Samples<'a> {
    /// Looks of which columns of these tables the planner has samples. Nothing on other engines than PostgreSQL.
    ///
    /// # Errors
    /// As the store answers.
    pub fn look(session: &mut Session, tables: &[&'a Table]) -> Result<Self, StoreFault> {
        if session.engine() != Engine::Postgres || tables.is_empty() {
            return Ok(Self::default());
        }
        let text = "SELECT s.schemaname, s.tablename, s.attname FROM pg_catalog.pg_stats s \
            WHERE s.schemaname = ANY($1::name[]) AND s.tablename = ANY($2::name[])";
        let found = session.query_text(text, &names(tables))?;
        let cell = |row: &Vec<Value>, place: usize| row.get(place).map(Value::shown).unwrap_or_default();
        let has = |name: &str, table: &Table, column: Option<&str>| {
            found.iter().any(|row| {
                cell(row, 0) == schema_of(table)
                    && cell(row, 1) == name
                    && column.is_none_or(|column| cell(row, 2) == column)
            })
        };
        let mut sampled = BTreeMap::new();
        for table in tables {
            // An expression of an index may be of any column.
            let all = expressions(table).any(|index| has(index, table, None));
            let columns = table.columns.iter();
            let here: Vec<&Column> =
                columns.filter(|column| all || has(&table.name, table, Some(&column.name))).collect();
            if !here.is_empty() {
                sampled.insert(table.full_name(), here);
            }
        }
        Ok(Self { sampled, tables: BTreeMap::new() })
    }

    /// Learns what rows of a table hold in some columns, or in all, before they are changed. Asks
    /// nothing where the planner has no samples of them.
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
        let mut sampled = self.sampled.get(&table.full_name()).cloned().unwrap_or_default();
        sampled.retain(|column| columns.is_none_or(|some| some.iter().any(|one| one.name == column.name)));
        if sampled.is_empty() || keys.is_empty() {
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
        for table in self.holding(session)? {
            notes.extend(renew(session, table)?);
        }
        Ok(notes)
    }

    /// The tables whose samples, or those of their indexes or of extended statistics, hold an erased
    /// value that is not plainly many others' too.
    fn holding(&self, session: &mut Session) -> Result<Vec<&'a Table>, StoreFault> {
        let tables: Vec<&Table> = self.tables.values().map(|(table, _)| *table).collect();
        if tables.is_empty() {
            return Ok(Vec::new());
        }
        let found = session.query_text(SAMPLED_VALUES, &names(&tables))?;
        let holds = |table: &Table, erased: &Erased| {
            let shared = SHARED_ROWS + 100.0 * erased.rows as f64;
            found.iter().any(|row| match row.as_slice() {
                [schema, name, value, Value::Real(rows)] => {
                    let name = name.shown();
                    *rows < shared
                        && schema.shown() == schema_of(table)
                        && (name == table.name || expressions(table).any(|index| index == name))
                        && small(value.clone()).is_some_and(|value| erased.values.contains(&value))
                }
                _ => false,
            })
        };
        let tables = self.tables.values().filter(|(table, erased)| holds(table, erased));
        Ok(tables.map(|(table, _)| *table).collect())
    }
}

/// Every sampled value of some tables and their indexes, and about how many rows have it.
const SAMPLED_VALUES: &str = "SELECT s.schemaname, s.tablename, v.value, \
            (v.share * greatest(c.reltuples, 0))::float8 \
        FROM pg_catalog.pg_stats s \
        JOIN pg_catalog.pg_namespace n ON n.nspname = s.schemaname \
        JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = s.tablename \
        CROSS JOIN LATERAL (\
            SELECT unnest(s.most_common_vals::text::text[]) AS value, unnest(s.most_common_freqs) AS share \
            UNION ALL SELECT unnest(s.histogram_bounds::text::text[]), 0 \
            UNION ALL SELECT unnest(s.most_common_elems::text::text[]), 0) v \
        WHERE s.schemaname = ANY($1::name[]) AND s.tablename = ANY($2::name[]) \
    UNION ALL \
    SELECT e.schemaname, e.tablename, unnest(e.most_common_vals), 0::float8 FROM pg_catalog.pg_stats_ext e \
        WHERE e.schemaname = ANY($1::name[]) AND e.tablename = ANY($2::name[])";

/// Deletes SQLite's samples of a table, and MariaDB's. Nothing on PostgreSQL.
///
/// # Errors
/// As the store answers.
pub fn forget(session: &mut Session, tables: &BTreeSet<String>) -> Result<(), StoreFault> {
    if session.engine() == Engine::Mariadb {
        return forget_columns(session, tables);
    }
    if session.engine() != Engine::Sqlite || tables.is_empty() {
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

/// Deletes what MariaDB keeps of the values of columns (`ANALYZE TABLE … PERSISTENT FOR ALL`), where
/// its user may: few may, and few keep any.
fn forget_columns(session: &mut Session, tables: &BTreeSet<String>) -> Result<(), StoreFault> {
    let text = "DELETE FROM mysql.column_stats WHERE db_name = DATABASE() AND table_name = $1";
    for table in tables {
        match session.execute_text(text, &[Arg::One(Value::Text(table.clone()))]) {
            // MySQL has no such table.
            Err(StoreFault::NotAllowed { .. } | StoreFault::SchemaChanged) => return Ok(()),
            other => other.map(drop)?,
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
    if session.engine() != Engine::Postgres || table.is_view {
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
    let name = |name: &str| Arg::One(Value::Text(name.to_owned()));
    let found = session.query_text(text, &[name(schema_of(table)), name(&table.name)])?;
    Ok(found.first().and_then(|row| row.first()).is_some_and(|may| may.shown() == "true"))
}

/// The schemas of some tables, and the names under which their samples stand: their own and those of
/// their indexes over expressions.
fn names(tables: &[&Table]) -> [Arg; 2] {
    let schemas: BTreeSet<&str> = tables.iter().map(|table| schema_of(table)).collect();
    let own = tables.iter().map(|table| table.name.as_str());
    let names: BTreeSet<&str> = own.chain(tables.iter().flat_map(|table| expressions(table))).collect();
    let many =
        |all: BTreeSet<&str>| Arg::Many(all.into_iter().map(|name| Value::Text(name.to_owned())).collect());
    [many(schemas), many(names)]
}

fn schema_of(table: &Table) -> &str {
    table.schema.as_deref().unwrap_or("public")
}

/// The indexes of a table that hold expressions, of which the planner has samples too.
fn expressions(table: &Table) -> impl Iterator<Item = &str> {
    let of_expression =
        |index: &&Index| index.parts.iter().any(|part| matches!(part, Part::Lower(_) | Part::Other));
    table.indexes.iter().filter(of_expression).map(|index| index.name.as_str())
}

/// A value as it is compared: an index may hold `lower(…)`. What is empty says nothing of anybody.
fn small(value: Value) -> Option<String> {
    let text = match value {
        Value::Null => return None,
        other => other.shown().to_lowercase(),
    };
    (!text.is_empty()).then_some(text)
}
