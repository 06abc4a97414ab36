//! Carrying out a plan in one transaction: checked first, done in an order that breaks no foreign
//! key, looked at again afterwards.
//!
//! Either everything of a plan is done or nothing. What is reported as done was seen to be done.
//! What a plan contains is decided in `kept-core`.

use std::collections::BTreeMap;

use kept_core::name::{StoreName, TableName};
use kept_core::plan::{Action, StorePlan, Value};
use kept_core::policy::model::Engine;
use thiserror::Error;

use crate::engine::{self, Session};
use crate::fault::StoreFault;
use crate::map::Map;
use crate::schema::Table;
use crate::statistics;

mod confirm;
mod cycle;
mod depth;
mod hanging;
mod instant;
mod look;
mod order;
mod possible;
mod refusal;
mod run;
mod work;

pub use possible::{Possible, Stuck, possible};
pub use refusal::{Refused, RefusedWhy};
use work::Work;

/// Whether a plan is only tried or really carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Everything is run and undone.
    Rehearse,
    /// Everything is run and committed.
    Commit {
        /// SQLite: rewrite the file afterwards, so that older copies of deleted rows go too.
        vacuum: bool,
    },
}

/// What carrying out a plan did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The store.
    pub store: StoreName,
    /// Rows that are now as the plan wants them and were not before, by the second look.
    pub changed: u64,
    /// Rows that the second look found otherwise than the plan wants them.
    pub left: u64,
    /// The same, step by step.
    pub steps: Vec<Outcome>,
    /// Rows outside the plan that the database itself changed.
    pub cascades: Vec<Cascade>,
    /// Whether the bytes of what was deleted are out of the file and its log; always so on
    /// PostgreSQL and MariaDB, which clear old rows away themselves, later.
    pub is_scrubbed: bool,
    /// What people should know, without values.
    pub notes: Vec<String>,
}

/// What became of one step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The table, by its policy name.
    pub table: TableName,
    /// What was to be done.
    pub action: Action,
    /// To how many rows.
    pub asked: u64,
    /// How many were otherwise before and are as wanted now.
    pub changed: u64,
    /// How many are still otherwise.
    pub left: u64,
}

/// Rows that the database deleted or changed by itself because a foreign key says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cascade {
    /// The table, by its name in the database.
    pub table: String,
    /// Whether the rows went, or only lost their reference.
    pub is_deleted: bool,
    /// How many.
    pub rows: u64,
}

/// Why a plan was not carried out; the store is as it was.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Failed {
    /// The store refused, or would have: the plan or the policy needs a change.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The store could not be used.
    #[error(transparent)]
    Fault(StoreFault),
    /// The plan does not follow any more from what is known: something was recorded while the store was at it.
    #[error("something was recorded of this person meanwhile, so nothing was done")]
    Overtaken,
}

impl From<StoreFault> for Failed {
    fn from(fault: StoreFault) -> Self {
        match fault {
            StoreFault::Constraint(constraint) => Self::Refused(Refused::by(constraint)),
            other => Self::Fault(other),
        }
    }
}

/// Carries out a plan.
///
/// # Errors
/// [`Failed`]; the store is as it was, unless the connection broke during the commit itself: then
/// the same plan run again finds out.
pub fn apply(session: &mut Session, map: &Map<'_>, plan: &StorePlan, mode: Mode) -> Result<Applied, Failed> {
    apply_if(session, map, plan, mode, &mut || true)
}

/// Carries out a plan, if it still follows from what is known when all of it is done and about to be committed:
/// a store may have kept it waiting.
///
/// # Errors
/// As [`apply`].
pub fn apply_if(
    session: &mut Session,
    map: &Map<'_>,
    plan: &StorePlan,
    mode: Mode,
    follows: &mut dyn FnMut() -> bool,
) -> Result<Applied, Failed> {
    let work = Work::new(map, plan)?;
    let within = match mode {
        Mode::Rehearse => engine::Mode::Rehearse,
        Mode::Commit { .. } => engine::Mode::Change,
    };
    let Done { before, mut after, cascades, changed } = session.transaction(within, |session| {
        let done = transact(session, map, &work, mode)?;
        let stands = mode == Mode::Rehearse || follows();
        if stands { Ok(done) } else { Err(Failed::Overtaken) }
    })?;
    let mut is_scrubbed = true;
    let mut notes = Vec::new();
    if let Mode::Commit { vacuum } = mode {
        after = match session.engine() {
            // One statement sees one state by itself.
            Engine::Postgres => look::left(session, &work)?,
            Engine::Sqlite | Engine::Mariadb => {
                session.transaction(engine::Mode::Look, |session| look::left(session, &work))?
            }
        };
        is_scrubbed = scrub(session, vacuum)?;
        for table in changed.into_iter().filter(|_| vacuum) {
            notes.extend(statistics::vacuum(session, table)?);
        }
    }
    let steps = outcomes(&work, &before, &after);
    notes.extend(cascades.iter().map(note));
    if !is_scrubbed {
        notes.push(
            "a reader keeps the write-ahead log open, so that deleted bytes are still in it; \
             they go with the next run after the reader has ended"
                .to_owned(),
        );
    }
    Ok(Applied {
        store: map.store.name.clone(),
        changed: steps.iter().map(|step| step.changed).sum(),
        left: steps.iter().map(|step| step.left).sum(),
        steps,
        cascades,
        is_scrubbed,
        notes,
    })
}

/// What a look finds: for each job, its rows that are not as the plan wants them.
type Seen = BTreeMap<usize, Vec<Vec<Value>>>;

/// What a look finds afterwards: for each job, how many rows are still not as the plan wants them.
type Left = BTreeMap<usize, u64>;

/// What the transaction saw and did.
struct Done<'a> {
    before: Seen,
    after: Left,
    cascades: Vec<Cascade>,
    changed: Vec<&'a Table>,
}

fn transact<'a>(
    session: &mut Session,
    map: &Map<'a>,
    work: &Work<'a>,
    mode: Mode,
) -> Result<Done<'a>, Failed> {
    let there = confirm::confirm(session, work)?;
    let before = look::before(session, work, &there)?;
    let cascades = hanging::check(session, map, work, &there)?;
    run::run(session, map, work, &before)?;
    if session.engine() == Engine::Postgres && mode == Mode::Rehearse {
        session.batch("SET CONSTRAINTS ALL IMMEDIATE")?;
    }
    let after = look::left(session, work)?;
    if let Some((job, rows)) = after.iter().find(|(_, rows)| **rows > 0) {
        let shape = work.jobs.get(*job).map(|job| job.table.shape);
        let is_view = shape.is_some_and(|shape| shape.is_view);
        let why = if is_view { RefusedWhy::View { rows: *rows } } else { RefusedWhy::Undone { rows: *rows } };
        return Err(Refused::new(shape.map(Table::full_name).unwrap_or_default(), why).into());
    }
    let changed = changed(map, work, &before, &cascades);
    if matches!(mode, Mode::Commit { .. }) {
        let names = changed.iter().map(|table| table.name.clone()).collect();
        statistics::forget(session, &names)?;
    }
    Ok(Done { before, after, cascades, changed })
}

/// The tables of which rows are changed, by the plan or by the database itself.
fn changed<'a>(map: &Map<'a>, work: &Work<'a>, before: &Seen, cascades: &[Cascade]) -> Vec<&'a Table> {
    let is_changed = |number: &usize| before.get(number).is_some_and(|rows| !rows.is_empty());
    let own = work.jobs.iter().enumerate().filter(|(number, _)| is_changed(number));
    let own = own.map(|(_, job)| job.table.shape);
    let mut tables: Vec<&Table> = Vec::new();
    for table in own.chain(cascades.iter().filter_map(|cascade| map.schema.table(&cascade.table))) {
        if !tables.iter().any(|known| std::ptr::eq(*known, table)) {
            tables.push(table);
        }
    }
    tables
}

fn scrub(session: &mut Session, vacuum: bool) -> Result<bool, StoreFault> {
    if vacuum {
        session.vacuum()?;
    }
    session.scrub()
}

fn outcomes(work: &Work<'_>, before: &Seen, after: &Left) -> Vec<Outcome> {
    let outcome = |(number, job): (usize, &work::Job<'_>)| {
        let left = after.get(&number).copied().unwrap_or_default();
        let before = before.get(&number).map_or(0, |rows| rows.len() as u64);
        Outcome {
            table: job.table.policy.name.clone(),
            action: job.action.clone(),
            asked: job.keys.len() as u64,
            changed: before.saturating_sub(left),
            left,
        }
    };
    work.jobs.iter().enumerate().map(outcome).collect()
}

fn note(cascade: &Cascade) -> String {
    let Cascade { table, is_deleted, rows } = cascade;
    if *is_deleted {
        format!("{rows} rows of `{table}` go with them, by the database's ON DELETE CASCADE")
    } else {
        format!("{rows} rows of `{table}` lose their reference, by the database's foreign key")
    }
}
