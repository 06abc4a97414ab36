//! Looking at the rows of a plan: which of them are not as the plan wants them?
//!
//! The same look before, within and after the transaction, so that counts are what was seen and a
//! second run of a plan reports that it changed nothing. On PostgreSQL, where each question is a way
//! to the server and back, one question looks at all tables.

use kept_core::plan::Value;
use kept_core::policy::model::Engine;

use super::confirm::There;
use super::run::named;
use super::work::{Job, Way, Work, wanted};
use super::{Failed, Left, Seen};
use crate::engine::Session;
use crate::path;
use crate::rows;
use crate::sql::{BATCH, Statement};

/// For each job, the keys of the rows that are not as wanted. Rows that are to go are not as long as
/// they are there, and which of them are there is known.
pub(super) fn before(session: &mut Session, work: &Work<'_>, there: &There) -> Result<Seen, Failed> {
    let mut seen = Seen::new();
    for (number, job) in work.jobs.iter().enumerate() {
        let keys = match there.get(&number) {
            Some(found) if job.way.removes() => found.iter().map(|row| rows::key(job.table, row)).collect(),
            _ => otherwise(session, job)?,
        };
        seen.insert(number, keys);
    }
    Ok(seen)
}

/// For each job, how many rows are not as wanted.
pub(super) fn left(session: &mut Session, work: &Work<'_>) -> Result<Left, Failed> {
    if session.engine() != Engine::Postgres {
        let counts = work.jobs.iter().enumerate();
        return counts.map(|(number, job)| Ok((number, otherwise(session, job)?.len() as u64))).collect();
    }
    let mut statement = Statement::with(session.engine(), "SELECT ");
    let mut asked = Vec::new();
    for (number, job) in work.jobs.iter().enumerate().filter(|(_, job)| !job.way.is_idle()) {
        let keys: Vec<&[Value]> = job.keys.iter().map(Vec::as_slice).collect();
        statement.push(if asked.is_empty() { "(SELECT count(*) FROM " } else { ", (SELECT count(*) FROM " });
        statement.table(job.table.shape).push(" WHERE ");
        not_wanted(&mut statement, job, &keys);
        statement.push(")");
        asked.push(number);
    }
    if asked.is_empty() {
        return Ok(Left::new());
    }
    let rows = session.query(&statement)?;
    let counts = rows.into_iter().next().unwrap_or_default();
    let count = |value: Value| match value {
        Value::Integer(count) => u64::try_from(count).unwrap_or_default(),
        _ => 0,
    };
    Ok(asked.into_iter().zip(counts.into_iter().map(count)).collect())
}

fn otherwise(session: &mut Session, job: &Job<'_>) -> Result<Vec<Vec<Value>>, Failed> {
    let keys: Vec<&[Value]> = job.keys.iter().map(Vec::as_slice).collect();
    let mut found = Vec::new();
    if job.way.is_idle() {
        return Ok(found);
    }
    session.need(job.table.shape, &job.table.key, &keys, false)?;
    for batch in keys.chunks(BATCH) {
        let mut statement = Statement::with(session.engine(), "SELECT ");
        statement.read(&job.table.key).push(" FROM ").table(job.table.shape).push(" WHERE ");
        not_wanted(&mut statement, job, batch);
        let rows = session.query(&statement).map_err(|fault| named(fault, job.table.shape));
        found.append(&mut rows?);
    }
    Ok(found)
}

/// Adds that a row is one of these and not as the job wants it.
fn not_wanted(statement: &mut Statement, job: &Job<'_>, keys: &[&[Value]]) {
    statement.one_of(&job.table.key, keys);
    match &job.way {
        Way::Delete | Way::Move(_) => {}
        Way::Flag(column) => {
            let name = path::cell(statement.engine, column, None);
            statement.push(" AND (").push(&name).push(" IS NULL OR ").as_text(column, &name);
            statement.push(" IN ('', '0', 'false'))");
        }
        Way::Restrict(column, lifts, _) => {
            statement.push(if *lifts { " AND NOT " } else { " AND " });
            crate::marks::unset(statement, column);
        }
        Way::Withdraw(consents) => {
            statement.push(" AND (");
            for (index, consent) in consents.iter().enumerate() {
                statement.push(if index > 0 { " OR " } else { "" });
                consent.differs(statement);
            }
            statement.push(")");
        }
        Way::Set(columns) => {
            statement.push(" AND (");
            wanted(statement, columns);
            statement.push(") IS NOT TRUE");
        }
    }
}
