//! The audits so far: what each said of each statement, day by day. No personal value is in it.

use std::collections::BTreeMap;

use kept_core::notice::StatementId;
use kept_core::policy::model::OwnRecord;
use kept_core::standing::own::statement;
use kept_core::time::{Day, Instant};
use kept_vault::audit::{AuditRun, StatementVerdict};
use serde::Serialize;

use crate::audit::promises::{Due, Review, due, own_review};
use crate::company::Company;
use crate::failure::Failure;
use crate::report::audit::{AuditReport, Audited, Totals, Verdict};

/// The most audits of which a history is made: several a day for some years.
const AUDITS_MAX: u32 = 20_000;

/// The state day by day, and since when each statement has its verdict.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct AuditHistory {
    /// The last audit of each day, the oldest first.
    pub days: Vec<AuditDay>,
    /// What the newest audit says of each statement, and since which audit it does.
    pub statements: Vec<StatementLine>,
}

/// The last audit of a day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AuditDay {
    /// The day, in the company's zone.
    pub on: Day,
    /// When.
    pub at: Instant,
    /// The policy, by its digest.
    pub policy: String,
    /// How many statements there were of each verdict.
    pub totals: Totals,
}

/// A statement in the newest audit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StatementLine {
    /// Its id.
    pub id: StatementId,
    /// Its verdict.
    pub verdict: Verdict,
    /// How many rows, people or acts break it.
    pub wrong: u64,
    /// The day of the first audit that said so without a change since.
    pub since: Day,
}

/// An organisational duty and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DutyLine {
    /// Its name in the policy.
    pub id: String,
    /// When it was last noted as done.
    pub done_on: Option<Day>,
    /// Until when it is to be done next.
    pub due_on: Option<Day>,
    /// Whether that day has passed, or nobody ever noted it as done.
    pub waits: bool,
}

impl Company {
    /// Every organisational duty of the policy.
    ///
    /// # Errors
    /// A fault of Kept's own store.
    pub fn duty_lines(&self, now: Instant) -> Result<Vec<DutyLine>, Failure> {
        let policy = self.policy();
        let today = policy.zone().day_of(now);
        let done = self.duties_done()?;
        let line = |duty: &kept_core::policy::model::Duty| {
            let done_on = done.get(&duty.id).copied();
            let due_on = match due(duty, done_on) {
                Due::On(day) => Some(day),
                Due::Never => None,
            };
            let waits = due_on.map_or(done_on.is_none(), |day| day < today);
            DutyLine { id: duty.id.clone(), done_on, due_on, waits }
        };
        let mut lines: Vec<DutyLine> = policy.duties.values().map(line).collect();
        lines.extend(self.review_lines(today, now)?);
        Ok(lines)
    }

    /// The reviews of criteria by which Kept's own records are kept.
    fn review_lines(&self, today: Day, now: Instant) -> Result<Vec<DutyLine>, Failure> {
        let policy = self.policy();
        let done = self.reviews_done()?;
        let (_, oldest) =
            self.vault.read("count_refusals", |tx| tx.count_refusals(now).map_err(Failure::from))?;
        let oldest = oldest.map(|at| policy.zone().day_of(at));
        let line = |record: &OwnRecord| {
            let id = statement(*record).to_owned();
            let done_on = done.get(&id).copied();
            let first = oldest.filter(|_| *record == OwnRecord::Refusals);
            let (due_on, waits) = match own_review(policy, *record, (first, done_on)) {
                Review::None => return None,
                Review::Nothing => (None, false),
                Review::Never => (None, true),
                Review::By(day) => (Some(day), day < today),
            };
            Some(DutyLine { id, done_on, due_on, waits })
        };
        Ok(policy.own.keys().filter_map(line).collect())
    }

    /// Files an audit.
    pub(crate) fn file_audit(&self, report: &AuditReport) -> Result<(), Failure> {
        let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        let run = AuditRun {
            at: report.at,
            policy: report.policy.clone(),
            kept: count(report.totals.kept),
            broken: count(report.totals.broken),
            cannot_tell: count(report.totals.cannot_tell),
            stated: count(report.totals.stated),
        };
        // A statement that two parts of the notice make is filed once, by its worse verdict.
        let mut verdicts: BTreeMap<&str, StatementVerdict> = BTreeMap::new();
        for one in &report.statements {
            let new = verdict_of(one);
            let known = verdicts.get(one.id.as_str()).is_some_and(|known| known.verdict == "broken");
            if !known {
                verdicts.insert(one.id.as_str(), new);
            }
        }
        let verdicts: Vec<StatementVerdict> = verdicts.into_values().collect();
        self.vault.write("file_audit", |tx| tx.put_audit(&run, &verdicts).map_err(Failure::from))
    }

    /// The audits since an instant, by day, with the state of each statement in the newest.
    ///
    /// # Errors
    /// A fault of Kept's own store.
    pub fn audit_history(&self, since: Instant) -> Result<AuditHistory, Failure> {
        let zone = self.policy().zone();
        self.vault.read("audit_history", |tx| {
            let runs = tx.audits(since, AUDITS_MAX)?;
            let mut days: BTreeMap<Day, AuditDay> = BTreeMap::new();
            for run in &runs {
                let on = zone.day_of(run.at);
                days.entry(on).or_insert_with(|| day(on, run));
            }
            let Some(newest) = runs.first() else { return Ok(AuditHistory::default()) };
            let mut statements = Vec::new();
            for one in tx.audit_verdicts(newest.at)? {
                let told = tx.statement_history(&one.statement, since)?;
                let same = told.iter().rev().take_while(|(_, before)| before.verdict == one.verdict);
                let since = same.last().map_or(newest.at, |(at, _)| *at);
                let Some(verdict) = Verdict::from_word(&one.verdict) else { continue };
                let (id, since) = (StatementId::from(one.statement), zone.day_of(since));
                statements.push(StatementLine { id, verdict, wrong: one.wrong, since });
            }
            Ok::<_, Failure>(AuditHistory { days: days.into_values().collect(), statements })
        })
    }
}

fn verdict_of(one: &Audited) -> StatementVerdict {
    StatementVerdict {
        statement: one.id.to_string(),
        verdict: one.verdict.word().to_owned(),
        wrong: one.breaches.iter().map(|breach| breach.rows).sum(),
    }
}

/// The newest audit of a day: they come the newest first.
fn day(on: Day, run: &AuditRun) -> AuditDay {
    let count = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    AuditDay {
        on,
        at: run.at,
        policy: run.policy.clone(),
        totals: Totals {
            kept: count(run.kept),
            broken: count(run.broken),
            cannot_tell: count(run.cannot_tell),
            stated: count(run.stated),
        },
    }
}
