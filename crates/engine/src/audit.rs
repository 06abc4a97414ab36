//! The audit: every statement of the notice against the real stores, Kept's own record and the
//! ledger.
//!
//! What is due is asked with the same conditions as a sweep asks them; what can't be seen is said,
//! never counted as kept (design §1); a statement that promises nothing is only stated. Each audit is
//! filed, by statement and count. A table that can't be counted, because a question about it takes longer than it
//! may or for any other reason, leaves open what hangs on it and nothing else. What it costs: one scan of each mapped table, some microseconds for
//! each person whom Kept knows, and one for each use of the last year. Not here: the conditions
//! (`kept_core::plan::due`) and the words (`kept-web`).

use std::collections::BTreeMap;
use std::time::Duration;

use kept_connect::check_map::{Finding, check_map};
use kept_connect::check_rows::check_documents;
use kept_connect::due::{Counted, Exceptions, Question, TableCount, count_each};
use kept_connect::{Schema, Session, StoreFault};
use kept_core::ledger::{Durable, Kind};
use kept_core::name::{StoreName, TableName};
use kept_core::notice::{Statement, statements};
use kept_core::plan::due::Reach;
use kept_core::policy::Policy;
use kept_core::policy::model::Store;
use kept_core::standing::PolicyHistory;
use kept_core::time::{Day, Instant};

use crate::company::{Act, Company};
use crate::failure::Failure;
use crate::foreseen::ForeseenOnes;
use crate::report::Unreached;
use crate::report::audit::{AuditReport, Audited, Totals, Verdict};
use crate::requests::RequestLine;
use crate::spread::and_these;
use crate::stores::unreached;

mod acts;
mod answered;
pub mod history;
mod judge;
mod marks;
mod ones;
mod own;
mod person;
mod places;
pub(crate) mod promises;
mod record;
mod stores;
mod told;

use acts::Acts;
use marks::Marks;

/// How long a row may be due before it counts as broken: until the next daily run.
const GRACE_HOURS: i64 = 24;

/// How long an audit lets one question to a store take: minutes are enough for ten million rows.
pub const STATEMENT_LIMIT: Duration = Duration::from_mins(30);

/// What an audit is looking at: for whoever waits.
#[derive(Clone, Copy, Debug)]
pub enum Looking<'a> {
    /// A table of a store, of so many.
    Table {
        /// The store.
        store: &'a StoreName,
        /// The table.
        table: &'a TableName,
        /// How many tables of the store were counted before.
        done: usize,
        /// How many the store has.
        of: usize,
    },
    /// Kept's own record.
    People {
        /// How many people were looked at.
        done: u64,
        /// How many there are.
        of: u64,
    },
}

/// What one store said.
#[derive(Debug)]
pub(crate) struct Looked {
    pub(crate) store: StoreName,
    pub(crate) schema: Schema,
    pub(crate) findings: Vec<Finding>,
    /// What was counted, or why nothing could be.
    pub(crate) counts: Result<Vec<TableCount>, String>,
    /// The tables that could not be counted, with why and what to do.
    pub(crate) uncounted: Uncounted,
}

/// Everything that the judges look at.
#[derive(Debug)]
pub(crate) struct Sight<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) looked: Vec<Looked>,
    pub(crate) unreached: Vec<Unreached>,
    /// The requests that are not answered.
    pub(crate) requests: Vec<RequestLine>,
    /// Those answered in the last year.
    pub(crate) answered: Vec<RequestLine>,
    pub(crate) acts: Acts,
    /// How the rows of restricted people are marked.
    pub(crate) marks: Marks,
    /// When each duty was last noted as done.
    pub(crate) duties: BTreeMap<String, Day>,
    pub(crate) today: Day,
    pub(crate) own: promises::OwnSight,
}

impl Company {
    /// Goes through every statement of the notice. `progress` hears of each table before it is
    /// counted, and of each page of people. Nothing is changed but the ledger's entry and the history
    /// of audits.
    ///
    /// # Errors
    /// A fault of Kept's own store; what a store answers is part of the report.
    pub fn audit(
        &mut self,
        now: Instant,
        progress: &mut dyn FnMut(Looking<'_>),
    ) -> Result<AuditReport, Failure> {
        let policy = self.policy().clone();
        let entry = self.entry(Kind::Audited, now)?;
        let ((), receipt) = self.act("audit", |_| Ok(((), Act { entry: entry.clone(), subject: None })))?;
        let mut looked = Vec::new();
        let mut down = Vec::new();
        for (name, map) in &policy.stores {
            match self.look_at((&policy, name, map), now, &receipt, progress)? {
                Ok(one) => looked.push(one),
                Err(unreached) => down.push(unreached),
            }
        }
        let acts = self.acts(now, &receipt, progress)?;
        let marks = self.audit_marks(&policy, &receipt, now)?;
        let own = self.own_sight(&receipt, now)?;
        let sight = self.everything(&policy, (looked, down), (acts, marks, own), now)?;
        let all: Vec<Statement> = statements(&policy);
        let mut audited: Vec<Audited> = all.iter().map(|statement| judge::judge(&sight, statement)).collect();
        audited.push(own::ledger(self, sight.acts.spoilt)?);
        let report = AuditReport {
            at: now,
            policy: policy.digest.clone(),
            unreached: sight.unreached,
            totals: totals(&audited),
            statements: audited,
        };
        self.file_audit(&report)?;
        Ok(report)
    }

    /// How long audits let one question to a store take from now on, instead of [`STATEMENT_LIMIT`].
    pub fn limit_audit_statements(&mut self, limit: Duration) {
        self.audit_limit = limit;
    }

    fn everything<'a>(
        &mut self,
        policy: &'a Policy,
        (looked, unreached): (Vec<Looked>, Vec<Unreached>),
        (acts, marks, own): (Acts, Marks, promises::OwnSight),
        now: Instant,
    ) -> Result<Sight<'a>, Failure> {
        let zone = policy.zone();
        Ok(Sight {
            policy,
            looked,
            unreached,
            requests: self.requests(now)?,
            answered: self.answered(now)?,
            acts,
            marks,
            duties: self.duties_done()?,
            today: zone.day_of(now),
            own,
        })
    }

    fn look_at(
        &mut self,
        (policy, name, map): (&Policy, &StoreName, &Store),
        at: Instant,
        receipt: &Durable,
        progress: &mut dyn FnMut(Looking<'_>),
    ) -> Result<Result<Looked, Unreached>, Failure> {
        let history = &self.history.clone();
        let mut exceptions = self.exceptions(name, map, receipt)?;
        let question = question((policy, history, map), at, &exceptions);
        let (ones, more) = match self.audit_ones((policy, name, map), &question, receipt)? {
            Ok(found) => found,
            Err(down) => return Ok(Err(down)),
        };
        and_these(&mut exceptions, more);
        let question = self::question((policy, history, map), at, &exceptions);
        Ok(self.count_store((name, map), &question, &ones, progress))
    }

    /// Counts a store, with what was found of the people looked at one by one.
    fn count_store(
        &mut self,
        (name, map): (&StoreName, &Store),
        question: &Question<'_>,
        ones: &ForeseenOnes,
        progress: &mut dyn FnMut(Looking<'_>),
    ) -> Result<Looked, Unreached> {
        let limit = self.audit_limit;
        let connector = self.stores.get(question.policy, name)?;
        let schema = connector.describe().map_err(|fault| unreached(name, &fault))?;
        let mut findings = check_map(map, &schema);
        let mut watch = |table: &TableName, done: usize, of: usize| {
            progress(Looking::Table { store: name, table, done, of });
        };
        let look = |session: &mut Session| {
            // A map that does not fit was told already.
            findings.extend(check_documents(session, map).unwrap_or_default());
            count_each(session, question, &mut watch)
        };
        let mut counted = connector.session().with_statement_limit(limit, look);
        if let Ok(counted) = &mut counted {
            ones::add(counted, ones);
        }
        let (counts, mut uncounted) = apart(counted);
        uncounted.extend(ones::untold(ones));
        Ok(Looked { store: name.clone(), schema, findings, counts, uncounted })
    }

    /// The rows of held, restricted and contested people, which a sweep leaves alone (decision 13).
    pub(crate) fn exceptions(
        &self,
        name: &StoreName,
        map: &Store,
        receipt: &Durable,
    ) -> Result<Exceptions, Failure> {
        let mut keys = BTreeMap::new();
        for table in map.tables.keys() {
            let rows = self.vault.read("store_keys", |tx| {
                let mut rows = Vec::new();
                let mut last = None;
                loop {
                    let page = tx.store_keys((name, table), last.as_ref(), (1_000, receipt))?;
                    let Some(end) = page.last().cloned() else { return Ok::<_, Failure>(rows) };
                    rows.extend(page.into_iter().map(|one| one.key));
                    last = Some(end);
                }
            })?;
            if !rows.is_empty() {
                keys.insert(table.clone(), rows);
            }
        }
        Ok(keys)
    }
}

/// What an audit asks of a store.
fn question<'q>(
    (policy, history, store): (&'q Policy, &'q PolicyHistory, &'q Store),
    at: Instant,
    exceptions: &'q Exceptions,
) -> Question<'q> {
    let grace_from = at.checked_sub(jiff::SignedDuration::from_hours(GRACE_HOURS)).ok();
    Question { policy, history, store, at, grace_from, reach: Reach::Ended, exceptions, only: None }
}

/// Tables that could not be counted, with the reason.
type Uncounted = Vec<(TableName, String)>;

/// What was counted, and what could not be.
fn apart(counted: Result<Vec<Counted>, StoreFault>) -> (Result<Vec<TableCount>, String>, Uncounted) {
    let (mut counts, mut uncounted) = (Vec::new(), Vec::new());
    match counted {
        Err(fault) => return (Err(why_uncounted(&fault)), uncounted),
        Ok(all) => {
            for (table, count) in all {
                match count {
                    Ok(count) => counts.push(count),
                    Err(fault) => uncounted.push((table, why_uncounted(&fault))),
                }
            }
        }
    }
    (Ok(counts), uncounted)
}

/// Why something could not be counted, and what to do about it.
fn why_uncounted(fault: &StoreFault) -> String {
    match fault {
        StoreFault::TimedOut { .. } => {
            format!("{fault}; `kept audit --statement-limit SECONDS` lets one question take longer")
        }
        other => other.to_string(),
    }
}

fn totals(audited: &[Audited]) -> Totals {
    let count = |verdict| audited.iter().filter(|one| one.verdict == verdict).count();
    Totals {
        kept: count(Verdict::Kept),
        broken: count(Verdict::Broken),
        cannot_tell: count(Verdict::CannotTell),
        stated: count(Verdict::Stated),
    }
}
