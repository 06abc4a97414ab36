//! Carrying out a plan in one transaction: checked first, done in an order that breaks no foreign
//! key, looked at again afterwards.
//!
//! Either everything of a plan is done or nothing. What is reported as done was seen to be done.
//! What a plan contains is decided in `kept-core`.

use std::collections::{BTreeMap, BTreeSet};

use kept_core::name::{StoreName, TableName};
use kept_core::plan::{Action, StorePlan, Value};
use kept_core::policy::model::Engine;
use thiserror::Error;

use crate::engine::{self, Session};
use crate::fault::StoreFault;
use crate::map::Map;
use crate::schema::{Column, Table};
use crate::statistics::{self, Samples};

mod confirm;
mod cycle;
mod depth;
mod hanging;
mod look;
mod order;
mod refusal;
mod run;
mod work;

pub use refusal::{Refused, RefusedWhy};
use work::{Way, Work};

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
    let work = Work::new(map, plan)?;
    let within = match mode {
        Mode::Rehearse => engine::Mode::Rehearse,
        Mode::Commit { .. } => engine::Mode::Change,
    };
    let Done { before, mut after, cascades, mut notes } =
        session.transaction(within, |session| transact(session, map, &work, mode))?;
    let mut is_scrubbed = true;
    if let Mode::Commit { vacuum } = mode {
        after = match session.engine() {
            // One statement sees one state by itself.
            Engine::Postgres => look::left(session, &work)?,
            Engine::Sqlite | Engine::Mariadb => {
                session.transaction(engine::Mode::Look, |session| look::left(session, &work))?
            }
        };
        is_scrubbed = scrub(session, vacuum)?;
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
struct Done {
    before: Seen,
    after: Left,
    cascades: Vec<Cascade>,
    notes: Vec<String>,
}

fn transact(session: &mut Session, map: &Map<'_>, work: &Work<'_>, mode: Mode) -> Result<Done, Failed> {
    let there = confirm::confirm(session, work)?;
    let before = look::before(session, work, &there)?;
    let cascades = hanging::check(session, map, work, &there)?;
    let samples = if mode == Mode::Rehearse { Samples::default() } else { samples(session, work, &before)? };
    run::run(session, map, work, &before)?;
    if session.engine() == Engine::Postgres && mode == Mode::Rehearse {
        session.batch("SET CONSTRAINTS ALL IMMEDIATE")?;
    }
    let after = look::left(session, work)?;
    if let Some((job, rows)) = after.iter().find(|(_, rows)| **rows > 0) {
        let table = work.jobs.get(*job).map(|job| job.table.shape.full_name()).unwrap_or_default();
        return Err(Refused::new(table, RefusedWhy::Undone { rows: *rows }).into());
    }
    let notes = match mode {
        Mode::Rehearse => Vec::new(),
        Mode::Commit { .. } => unsample(session, map, &samples, (work, &before), &cascades)?,
    };
    Ok(Done { before, after, cascades, notes })
}

/// What the planner's samples may hold of the rows that are about to change.
fn samples<'a>(session: &mut Session, work: &Work<'a>, before: &Seen) -> Result<Samples<'a>, StoreFault> {
    let is_changed = |number: &usize| before.get(number).is_some_and(|rows| !rows.is_empty());
    let changed = work.jobs.iter().enumerate().filter(|(number, _)| is_changed(number));
    let tables: Vec<&Table> =
        changed.map(|(_, job)| job.table.shape).filter(|table| !table.is_view).collect();
    let mut samples = Samples::look(session, &tables)?;
    for (number, job) in work.jobs.iter().enumerate() {
        let keys = before.get(&number).map(Vec::as_slice).unwrap_or_default();
        let set: Vec<&Column>;
        let columns = match &job.way {
            Way::Delete | Way::Move(_) => None,
            Way::Flag(_) | Way::Withdraw(_) => continue,
            Way::Set(columns) => {
                set = columns.iter().map(|(column, _)| *column).collect();
                Some(set.as_slice())
            }
        };
        samples.learn(session, job.table.shape, columns, (&job.table.key, keys))?;
    }
    Ok(samples)
}

/// Takes what was erased out of the planner's samples.
fn unsample(
    session: &mut Session,
    map: &Map<'_>,
    samples: &Samples<'_>,
    (work, before): (&Work<'_>, &Seen),
    cascades: &[Cascade],
) -> Result<Vec<String>, StoreFault> {
    let is_changed = |number: &usize| before.get(number).is_some_and(|rows| !rows.is_empty());
    let jobs = work.jobs.iter().enumerate().filter(|(number, _)| is_changed(number));
    let mut tables: BTreeSet<String> = jobs.map(|(_, job)| job.table.shape.name.clone()).collect();
    let mut notes = Vec::new();
    for cascade in cascades {
        if let Some(table) = map.schema.table(&cascade.table) {
            tables.insert(table.name.clone());
            notes.extend(statistics::renew(session, table)?);
        }
    }
    statistics::forget(session, &tables)?;
    notes.extend(samples.renew(session)?);
    Ok(notes)
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
