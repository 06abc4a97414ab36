//! Looking at the rows of a plan: which of them are not as the plan wants them?
//!
//! The same look before, within and after the transaction, so that counts are what was seen and a
//! second run of a plan reports that it changed nothing.

use kept_core::plan::Value;

use super::run::named;
use super::work::{Job, Way, Work, wanted};
use super::{Failed, Seen};
use crate::engine::Session;
use crate::sql::{BATCH, Statement};

/// For each job, the keys of the rows that are not as wanted.
pub(super) fn look(session: &mut Session, work: &Work<'_>) -> Result<Seen, Failed> {
    let mut seen = Seen::new();
    for (number, job) in work.jobs.iter().enumerate() {
        seen.insert(number, otherwise(session, job)?);
    }
    Ok(seen)
}

fn otherwise(session: &mut Session, job: &Job<'_>) -> Result<Vec<Vec<Value>>, Failed> {
    let keys: Vec<&[Value]> = job.keys.iter().map(Vec::as_slice).collect();
    let mut found = Vec::new();
    if matches!(&job.way, Way::Set(columns) if columns.is_empty()) {
        return Ok(found);
    }
    for batch in keys.chunks(BATCH) {
        let mut statement = Statement::with(session.engine(), "SELECT ");
        statement.read(&job.table.key).push(" FROM ").table(job.table.shape).push(" WHERE ");
        statement.one_of(&job.table.key, batch);
        match &job.way {
            Way::Delete | Way::Move(_) => {}
            Way::Flag(column) => {
                statement.push(" AND (").name(&column.name).push(" IS NULL OR CAST(");
                statement.name(&column.name).push(" AS text) IN ('', '0', 'false'))");
            }
            Way::Withdraw(consents) => {
                statement.push(" AND (");
                for (index, consent) in consents.iter().enumerate() {
                    statement.push(if index > 0 { " OR " } else { "" });
                    consent.stands(&mut statement);
                }
                statement.push(")");
            }
            Way::Set(columns) => {
                statement.push(" AND (");
                wanted(&mut statement, columns);
                statement.push(") IS NOT TRUE");
            }
        }
        let rows = session.query(&statement).map_err(|fault| named(fault, job.table.shape));
        found.append(&mut rows?);
    }
    Ok(found)
}
