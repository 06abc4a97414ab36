//! The changes themselves: columns first, then the archive, then what goes.

use std::collections::BTreeMap;

use kept_core::plan::{Key, Value};
use kept_core::policy::model::Engine;

use super::instant::Clock;
use super::refusal::{Refused, RefusedWhy};
use super::work::{Consent, Job, Way, Work};
use super::{Failed, Seen, cycle};
use crate::engine::Session;
use crate::fault::StoreFault;
use crate::map::Map;
use crate::marks;
use crate::path::{self, Setting};
use crate::schema::{Column, Table};
use crate::sql::{BATCH, Statement};

/// Rows of one table that go.
pub(super) struct Removal<'a> {
    pub(super) table: &'a Table,
    pub(super) key: Vec<&'a Column>,
    pub(super) keys: Vec<Key>,
}

/// Carries a plan out. Only rows that are not yet as wanted are touched.
pub(super) fn run(
    session: &mut Session,
    map: &Map<'_>,
    work: &Work<'_>,
    before: &Seen,
) -> Result<(), Failed> {
    // Nothing is written through a view: its rows go, or change, with those of the tables under it.
    let own = |job: &Job<'_>| !job.table.shape.is_view;
    let mut clock = Clock::new(&map.store.zone);
    for (number, job) in work.jobs.iter().enumerate().filter(|(_, job)| own(job)) {
        let keys = before.get(&number).map(Vec::as_slice).unwrap_or_default();
        match &job.way {
            Way::Set(columns) if !columns.is_empty() => set(session, job, columns, keys)?,
            Way::Flag(column) => {
                let mark = clock.mark(session, column, None)?;
                flag(session, job, (column, &mark), keys)?;
            }
            Way::Restrict(column, true, _) => flag(session, job, (column, marks::lifted(column)), keys)?,
            Way::Restrict(column, false, since) => {
                let mark = clock.mark(session, column, *since)?;
                flag(session, job, (column, &mark), keys)?;
            }
            Way::Withdraw(consents) => consent(session, job, (consents, &mut clock), keys)?,
            Way::Move(archive) => copy(session, job, archive, keys)?,
            Way::Set(_) | Way::Delete => {}
        }
    }
    let mut removals: BTreeMap<usize, Removal<'_>> = BTreeMap::new();
    for (number, job) in work.jobs.iter().enumerate().filter(|(_, job)| job.way.removes() && own(job)) {
        let shape = job.table.shape;
        let Some(place) = map.schema.tables.iter().position(|table| std::ptr::eq(table, shape)) else {
            continue;
        };
        let removal = removals.entry(place).or_insert_with(|| Removal {
            table: shape,
            key: job.table.key.clone(),
            keys: Vec::new(),
        });
        let same = |(one, other): (&&Column, &&Column)| one.name == other.name;
        if !removal.key.iter().zip(&job.table.key).all(same) {
            return Err(Refused::new(shape.full_name(), RefusedWhy::OtherKey).into());
        }
        removal.keys.extend(before.get(&number).into_iter().flatten().cloned());
    }
    removals.retain(|_, removal| !removal.keys.is_empty());
    cycle::delete_all(session, map, &removals)
}

fn set(
    session: &mut Session,
    job: &Job<'_>,
    columns: &[(&Column, Value)],
    keys: &[Key],
) -> Result<(), Failed> {
    for batch in batches(keys) {
        let mut statement = update(session.engine(), job.table.shape);
        let sets: Vec<(&Column, Setting)> =
            columns.iter().map(|(column, value)| (*column, Setting::from(value))).collect();
        path::assign(&mut statement, &sets);
        statement.push(" WHERE ").one_of(&job.table.key, &batch);
        counted(session, job.table.shape, &statement, batch.len())?;
    }
    Ok(())
}

/// Writes a mark, given in SQL, into a column.
fn flag(
    session: &mut Session,
    job: &Job<'_>,
    (column, mark): (&Column, &str),
    keys: &[Key],
) -> Result<(), Failed> {
    for batch in batches(keys) {
        let mut statement = update(session.engine(), job.table.shape);
        let setting = if mark == "NULL" { Setting::Nothing } else { Setting::Sql(mark.to_owned()) };
        path::assign(&mut statement, &[(column, setting)]);
        statement.push(" WHERE ");
        statement.one_of(&job.table.key, &batch);
        counted(session, job.table.shape, &statement, batch.len())?;
    }
    Ok(())
}

/// Records consents as withdrawn or given, where their columns don't say so yet.
fn consent(
    session: &mut Session,
    job: &Job<'_>,
    (consents, clock): (&[Consent<'_>], &mut Clock<'_>),
    keys: &[Key],
) -> Result<(), Failed> {
    for consent in consents.iter().filter(|consent| consent.gives) {
        let value = clock.time(session, consent.given, consent.at)?;
        let withdrawn = consent.withdrawn.filter(|column| column.is_nullable);
        let mut sets = vec![(consent.given, Setting::Sql(value))];
        sets.extend(withdrawn.map(|column| (column, Setting::Nothing)));
        settle(session, job, (consent, &sets), keys)?;
    }
    for consent in consents.iter().filter(|consent| !consent.gives) {
        let setting = match consent.withdrawn {
            None => Setting::Nothing,
            Some(column) => {
                let value = clock.time(session, column, consent.at)?;
                Setting::Sql(consent.not_before_given(session.engine(), column, value))
            }
        };
        settle(session, job, (consent, &[(consent.written(), setting)]), keys)?;
    }
    Ok(())
}

/// One consent of some rows.
fn settle(
    session: &mut Session,
    job: &Job<'_>,
    (consent, sets): (&Consent<'_>, &[(&Column, Setting)]),
    keys: &[Key],
) -> Result<(), Failed> {
    for batch in batches(keys) {
        let mut statement = update(session.engine(), job.table.shape);
        path::assign(&mut statement, sets);
        statement.push(" WHERE ").one_of(&job.table.key, &batch).push(" AND ");
        consent.differs(&mut statement);
        counted(session, job.table.shape, &statement, batch.len())?;
    }
    Ok(())
}

/// Copies rows into the archive; they leave their own table with everything else that goes.
fn copy(session: &mut Session, job: &Job<'_>, archive: &Table, keys: &[Key]) -> Result<(), Failed> {
    let columns: Vec<&str> = job
        .table
        .shape
        .columns
        .iter()
        .filter(|column| !column.is_generated)
        .map(|column| column.name.as_str())
        .collect();
    for batch in batches(keys) {
        let mut statement = Statement::with(session.engine(), "INSERT INTO ");
        statement.table(archive).push(" (").names(columns.iter().copied()).push(") ");
        if session.engine() == Engine::Postgres {
            // Numbers that the archive would give by itself are those of the rows.
            statement.push("OVERRIDING SYSTEM VALUE ");
        }
        statement.push("SELECT ").names(columns.iter().copied()).push(" FROM ").table(job.table.shape);
        statement.push(" WHERE ").one_of(&job.table.key, &batch);
        let copied = session.execute(&statement).map_err(|fault| named(fault, archive))?;
        if copied != batch.len() as u64 {
            let rows = (batch.len() as u64).abs_diff(copied);
            return Err(Refused::new(archive.full_name(), RefusedWhy::Undone { rows }).into());
        }
    }
    Ok(())
}

/// Deletes rows of one table: in one statement where the engine takes all keys at once.
pub(super) fn delete(session: &mut Session, removal: &Removal<'_>) -> Result<(), Failed> {
    let all: Vec<&[Value]> = removal.keys.iter().map(Vec::as_slice).collect();
    let size = if session.engine() == Engine::Postgres { usize::MAX } else { BATCH };
    for batch in all.chunks(size) {
        let mut statement = Statement::with(session.engine(), "DELETE FROM ");
        statement.table(removal.table).push(" WHERE ").one_of(&removal.key, batch);
        counted(session, removal.table, &statement, batch.len())?;
    }
    Ok(())
}

/// Deletes rows of several tables in one statement, so that PostgreSQL checks their foreign keys
/// only after all of them have gone.
pub(super) fn delete_together(session: &mut Session, ring: &[&Removal<'_>]) -> Result<(), Failed> {
    let mut statement = Statement::with(session.engine(), "WITH ");
    for (index, removal) in ring.iter().enumerate() {
        let keys: Vec<&[Value]> = removal.keys.iter().map(Vec::as_slice).collect();
        let name = format!("{}gone{index} AS (DELETE FROM ", if index > 0 { ", " } else { "" });
        statement.push(&name).table(removal.table).push(" WHERE ");
        statement.one_of(&removal.key, &keys).push(" RETURNING 1)");
    }
    statement.push(" SELECT 1");
    let first = ring.first().map(|removal| removal.table);
    session
        .query(&statement)
        .map_err(|fault| first.map_or(Failed::Fault(fault.clone()), |table| named(fault, table)))?;
    Ok(())
}

/// Empties references of rows that are about to go.
pub(super) fn unlink(
    session: &mut Session,
    removal: &Removal<'_>,
    columns: &[&Column],
) -> Result<(), Failed> {
    for batch in batches(&removal.keys) {
        let mut statement = update(session.engine(), removal.table);
        for (index, column) in columns.iter().enumerate() {
            if index > 0 {
                statement.push(", ");
            }
            statement.name(&column.name).push(" = NULL");
        }
        statement.push(" WHERE ").one_of(&removal.key, &batch);
        counted(session, removal.table, &statement, batch.len())?;
    }
    Ok(())
}

pub(super) fn update(engine: Engine, table: &Table) -> Statement {
    let mut statement = Statement::with(engine, "UPDATE ");
    statement.table(table).push(" SET ");
    statement
}

fn batches(keys: &[Key]) -> impl Iterator<Item = Vec<&[Value]>> {
    keys.chunks(BATCH).map(|batch| batch.iter().map(Vec::as_slice).collect())
}

/// More rows than keys: the key does not tell rows apart. Fewer are found by the second look.
fn counted(session: &mut Session, table: &Table, statement: &Statement, keys: usize) -> Result<(), Failed> {
    let changed = session.execute(statement).map_err(|fault| named(fault, table))?;
    if changed > keys as u64 {
        return Err(Refused::new(table.full_name(), RefusedWhy::NotUnique).into());
    }
    Ok(())
}

/// What a store refused while a table was changed is a refusal on that table: trying again would end
/// the same way.
pub(super) fn named(fault: StoreFault, table: &Table) -> Failed {
    let why = match fault {
        StoreFault::Constraint(mut constraint) => {
            constraint.table.get_or_insert_with(|| table.full_name());
            return Failed::from(StoreFault::Constraint(constraint));
        }
        StoreFault::Value => RefusedWhy::Value,
        StoreFault::NotAllowed { .. } => RefusedWhy::NotAllowed,
        StoreFault::Other { code } => RefusedWhy::Code { code },
        other => return Failed::from(other),
    };
    Refused::new(table.full_name(), why).into()
}
