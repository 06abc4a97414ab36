//! The rows of a plan, looked at and locked within the transaction: are they what they were when
//! the plan was made?

use std::collections::{BTreeMap, BTreeSet};

use kept_core::plan::Value;
use kept_core::policy::model::Engine;

use super::Failed;
use super::refusal::{Refused, RefusedWhy};
use super::run::named;
use super::work::{Job, Way, Work};
use crate::engine::Session;
use crate::map::Table;
use crate::rows;
use crate::sql::{BATCH, Statement};

/// For each job, the rows that are still there, as fetched.
pub(super) type There = BTreeMap<usize, Vec<Vec<Value>>>;

/// Locks the rows and refuses when they changed in a way that matters.
pub(super) fn confirm(session: &mut Session, work: &Work<'_>) -> Result<There, Failed> {
    let mut there = There::new();
    for (number, job) in work.jobs.iter().enumerate() {
        let rows = locked(session, job)?;
        check(session.engine(), job, &rows)?;
        there.insert(number, rows);
    }
    Ok(there)
}

fn locked(session: &mut Session, job: &Job<'_>) -> Result<Vec<Vec<Value>>, Failed> {
    let keys: Vec<&[Value]> = job.keys.iter().map(Vec::as_slice).collect();
    session.need(job.table.shape, &job.table.key, &keys, false)?;
    let mut found = Vec::new();
    for batch in keys.chunks(BATCH) {
        let mut statement: Statement = rows::select(session.engine(), job.table);
        statement.one_of(&job.table.key, batch);
        if session.engine() != Engine::Sqlite && !job.table.shape.is_view {
            statement.push(" FOR UPDATE");
        }
        let rows = session.query(&statement).map_err(|fault| named(fault, job.table.shape));
        found.append(&mut rows?);
    }
    Ok(found)
}

fn check(engine: Engine, job: &Job<'_>, found: &[Vec<Value>]) -> Result<(), Failed> {
    let table = job.table;
    let refuse = |why| Err(Refused::new(table.shape.full_name(), why).into());
    let keys: BTreeSet<Vec<u8>> = found.iter().map(|row| rows::exact(&rows::key(table, row))).collect();
    if keys.len() < found.len() {
        return refuse(RefusedWhy::NotUnique);
    }
    let changed = found.iter().filter(|row| !is_personal(engine, table, row)).count();
    if changed > 0 {
        return refuse(RefusedWhy::Changed { rows: changed as u64 });
    }
    let frozen = found.iter().filter(|row| is_frozen(table, row)).count();
    if frozen > 0 && matches!(&job.way, Way::Set(columns) if !columns.is_empty()) {
        return refuse(RefusedWhy::Frozen { rows: frozen as u64 });
    }
    if frozen > 0 && matches!(job.way, Way::Flag(_) | Way::Withdraw(_)) {
        return refuse(RefusedWhy::Frozen { rows: frozen as u64 });
    }
    Ok(())
}

fn is_personal(engine: Engine, table: &Table<'_>, row: &[Value]) -> bool {
    table.conditions.iter().all(|(column, is)| {
        rows::cell(table, row, column).shown() == rows::condition_text(engine, column, is)
    })
}

/// Whether a row must not change any more.
pub(super) fn is_frozen(table: &Table<'_>, row: &[Value]) -> bool {
    table.policy.frozen.as_ref().is_some_and(|frozen| {
        let column = table.read.iter().find(|(name, _)| *name == frozen.once);
        column.is_some_and(|(_, column)| is_set(&rows::cell(table, row, column)))
    })
}

/// Whether a mark is set: there, and neither zero nor false nor empty.
pub(super) fn is_set(value: &Value) -> bool {
    match value {
        Value::Null | Value::Integer(0) => false,
        Value::Text(text) => !text.is_empty() && text != "false",
        _ => true,
    }
}
