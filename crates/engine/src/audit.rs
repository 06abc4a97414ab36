//! The audit: every statement of the notice against the real stores and the ledger.
//!
//! What is due is asked with the same conditions as a sweep asks them; what can't be seen is said,
//! never counted as kept (design §1). Not here: the conditions (`kept_core::plan::due`) and the
//! words (`kept`).

use std::collections::BTreeMap;

use kept_connect::check_map::{Finding, check_map};
use kept_connect::due::{Exceptions, Question, TableCount, count};
use kept_connect::{Schema, StoreFault};
use kept_core::ledger::{Durable, Kind};
use kept_core::name::StoreName;
use kept_core::notice::{Statement, statements};
use kept_core::plan::due::Reach;
use kept_core::policy::Policy;
use kept_core::policy::model::Store;
use kept_core::time::Instant;

use crate::company::{Act, Company};
use crate::failure::Failure;
use crate::report::Unreached;
use crate::report::audit::{AuditReport, Totals, Verdict};
use crate::stores::unreached;

mod judge;
mod own;

/// How long a row may be due before it counts as broken: until the next daily run.
const GRACE_HOURS: i64 = 24;

/// What one store said.
#[derive(Debug)]
pub(crate) struct Looked {
    pub(crate) store: StoreName,
    pub(crate) schema: Schema,
    pub(crate) findings: Vec<Finding>,
    /// What was counted, or why it could not be.
    pub(crate) counts: Result<Vec<TableCount>, String>,
}

/// Everything that the judges look at.
#[derive(Debug)]
pub(crate) struct Sight<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) looked: Vec<Looked>,
    pub(crate) unreached: Vec<Unreached>,
    pub(crate) requests: Vec<crate::requests::RequestLine>,
}

impl Company {
    /// Goes through every statement of the notice. `progress` hears of each store before it is
    /// asked. Nothing is changed but the ledger's entry.
    ///
    /// # Errors
    /// A fault of Kept's own store; what a store answers is part of the report.
    pub fn audit(
        &mut self,
        now: Instant,
        progress: &mut dyn FnMut(&StoreName),
    ) -> Result<AuditReport, Failure> {
        let policy = self.policy().clone();
        let entry = self.entry(Kind::Audited, now)?;
        let ((), receipt) = self.act("audit", |_| Ok(((), Act { entry: entry.clone(), subject: None })))?;
        let mut looked = Vec::new();
        let mut down = Vec::new();
        for (name, map) in &policy.stores {
            progress(name);
            match self.look_at((&policy, name, map), now, &receipt) {
                Ok(one) => looked.push(one),
                Err(unreached) => down.push(unreached),
            }
        }
        let requests = self.requests(now)?;
        let sight = Sight { policy: &policy, looked, unreached: down, requests };
        let all: Vec<Statement> = statements(&policy);
        let mut audited: Vec<_> = all.iter().map(|statement| judge::judge(&sight, statement)).collect();
        audited.push(own::ledger(self)?);
        let count = |verdict| audited.iter().filter(|one| one.verdict == verdict).count();
        let totals = Totals {
            kept: count(Verdict::Kept),
            broken: count(Verdict::Broken),
            cannot_tell: count(Verdict::CannotTell),
        };
        Ok(AuditReport {
            at: now,
            policy: policy.digest.clone(),
            unreached: sight.unreached,
            statements: audited,
            totals,
        })
    }

    fn look_at(
        &mut self,
        (policy, name, map): (&Policy, &StoreName, &Store),
        at: Instant,
        receipt: &Durable,
    ) -> Result<Looked, Unreached> {
        let exceptions = self
            .exceptions(name, map, receipt)
            .map_err(|failure| Unreached { store: name.clone(), problem: failure.to_string() })?;
        let question = Question {
            policy,
            store: map,
            at,
            grace_from: at.checked_sub(jiff::SignedDuration::from_hours(GRACE_HOURS)).ok(),
            reach: Reach::Ended,
            exceptions: &exceptions,
            only: None,
        };
        let connector = self.stores.get(policy, name)?;
        let schema = connector.describe().map_err(|fault| unreached(name, &fault))?;
        let findings = check_map(map, &schema);
        let counts = count(connector.session(), &question).map_err(|fault: StoreFault| fault.to_string());
        Ok(Looked { store: name.clone(), schema, findings, counts })
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
