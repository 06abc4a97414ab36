//! What earlier audits said, by statement: names of the policy and counts, so that the state is a
//! history. Not here: what a verdict means (`kept-engine`).

use jiff::Timestamp as Instant;

use crate::fault::Fault;
use crate::row::{Row, instant, integer, text};
use crate::statements::{
    AUDIT_CLEAR, AUDIT_LIST, AUDIT_MAKE, AUDIT_STATEMENT, AUDIT_VERDICT_MAKE, AUDIT_VERDICTS,
};
use crate::transaction::Tx;

/// One audit, with how many statements there were of each verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRun {
    /// As of when.
    pub at: Instant,
    /// The policy's digest.
    pub policy: String,
    /// Statements that are kept.
    pub kept: u64,
    /// Statements that are broken.
    pub broken: u64,
    /// Statements that can't be told.
    pub cannot_tell: u64,
    /// Statements that only state a fact.
    pub stated: u64,
}

/// What an audit said of one statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementVerdict {
    /// Its id.
    pub statement: String,
    /// `kept`, `broken`, `cannot-tell` or `stated`.
    pub verdict: String,
    /// How many rows, people or acts break it.
    pub wrong: u64,
}

impl Tx {
    /// Files an audit with its verdicts.
    ///
    /// # Errors
    /// When the store fails, or a verdict's word is none.
    pub fn put_audit(&mut self, run: &AuditRun, verdicts: &[StatementVerdict]) -> Result<(), Fault> {
        let counts = [run.kept, run.broken, run.cannot_tell, run.stated];
        let mut values = vec![instant(run.at), text(run.policy.as_str())];
        values.extend(counts.map(number));
        self.execute_one(AUDIT_MAKE, &values)?;
        self.execute(AUDIT_CLEAR, &[instant(run.at)])?;
        for one in verdicts {
            let (statement, verdict) = (text(one.statement.as_str()), text(one.verdict.as_str()));
            self.execute_one(AUDIT_VERDICT_MAKE, &[instant(run.at), statement, verdict, number(one.wrong)])?;
        }
        Ok(())
    }

    /// The audits from an instant on, the newest first, at most `count`.
    ///
    /// # Errors
    /// When the store fails.
    pub fn audits(&mut self, since: Instant, count: u32) -> Result<Vec<AuditRun>, Fault> {
        let rows = self.query(AUDIT_LIST, &[instant(since), integer(i64::from(count))])?;
        rows.iter().map(run).collect()
    }

    /// What the audit of an instant said of each statement.
    ///
    /// # Errors
    /// When the store fails.
    pub fn audit_verdicts(&mut self, at: Instant) -> Result<Vec<StatementVerdict>, Fault> {
        let rows = self.query(AUDIT_VERDICTS, &[instant(at)])?;
        let verdict = |row: &Row| {
            Ok(StatementVerdict {
                statement: row.text(0)?.to_owned(),
                verdict: row.text(1)?.to_owned(),
                wrong: row.integer(2)?.unsigned_abs(),
            })
        };
        rows.iter().map(verdict).collect()
    }

    /// What each audit from an instant on said of one statement, the oldest first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn statement_history(
        &mut self,
        statement: &str,
        since: Instant,
    ) -> Result<Vec<(Instant, StatementVerdict)>, Fault> {
        let rows = self.query(AUDIT_STATEMENT, &[text(statement), instant(since)])?;
        let verdict = |row: &Row| {
            let one = StatementVerdict {
                statement: statement.to_owned(),
                verdict: row.text(1)?.to_owned(),
                wrong: row.integer(2)?.unsigned_abs(),
            };
            Ok((row.instant(0)?, one))
        };
        rows.iter().map(verdict).collect()
    }
}

fn number(count: u64) -> kept_core::plan::Value {
    integer(i64::try_from(count).unwrap_or(i64::MAX))
}

fn run(row: &Row) -> Result<AuditRun, Fault> {
    let count = |column| row.integer(column).map(i64::unsigned_abs);
    Ok(AuditRun {
        at: row.instant(0)?,
        policy: row.text(1)?.to_owned(),
        kept: count(2)?,
        broken: count(3)?,
        cannot_tell: count(4)?,
        stated: count(5)?,
    })
}
