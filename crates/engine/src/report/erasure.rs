//! The erase report (Art. 17): what went, what stays, why, and until when.

use kept_core::name::{ColumnName, StoreName, TableName};
use kept_core::plan::{Action, Reason, StorePlan};
use kept_core::standing::Restriction;
use serde::Serialize;

use crate::report::refusal::RefusedErasure;
use crate::report::{FoundIn, Head, Unreached};

/// What an erasure did, or would do.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ErasureReport {
    /// Case, dates, controller, authority.
    pub head: Head,
    /// Whether it only shows the plan.
    pub dry_run: bool,
    /// Where the person was found; empty means nothing is held.
    pub found: Vec<FoundIn>,
    /// What is done, step by step.
    pub steps: Vec<StepLine>,
    /// How each store's part ended.
    pub stores: Vec<StoreOutcome>,
    /// Stores that could not be asked; their part waits.
    pub unreached: Vec<Unreached>,
    /// What became of Kept's own data about the person.
    pub own: Own,
    /// The restrictions of the person's data that stand (18): those that keep data from this erasure, and
    /// those that the request ends as a reason to keep, and that only stop the use of what stays.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub restrictions: Vec<Restriction>,
    /// What is refused, ground by ground, under a law that lists the grounds (`[rights-for.*] refuses`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<RefusedErasure>,
    /// The purposes named in the reasons.
    pub purposes: Vec<super::access::PurposeLine>,
}

/// One step as people read it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StepLine {
    /// The store.
    pub store: StoreName,
    /// The table.
    pub table: TableName,
    /// What is done.
    pub action: Action,
    /// To how many rows.
    pub rows: usize,
    /// Why.
    pub reasons: Vec<Reason>,
    /// The columns that stay, where others of the same rows are emptied; empty for the rows as a whole.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<ColumnName>,
}

/// How the part of one store ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StoreOutcome {
    /// The store.
    pub store: StoreName,
    /// Planned, done, refused or waiting.
    pub state: StoreState,
    /// Rows that the second look found gone or changed.
    pub changed: u64,
    /// Rows that the second look found still there.
    pub left: u64,
    /// What to know: a refusal, a store that is down, copies that remain in logs.
    pub notes: Vec<String>,
}

/// How far the part of one store has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StoreState {
    /// Only planned.
    Planned,
    /// Nothing was to be done.
    Nothing,
    /// Done, and looked at again.
    Done,
    /// The store refused; nothing was changed in it.
    Refused,
    /// The store could not be reached; `kept resume` takes it up again.
    Waiting,
}

/// What became of Kept's own data about the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Own {
    /// Nothing was held, or nothing was done.
    Untouched,
    /// The key is gone, and no byte of it or of the values is left.
    Gone,
    /// The key is gone; bytes wait for the end of a reader or of the key epoch.
    KeyGone,
    /// Kept until every store has done its part.
    Waiting,
}

/// The steps of a plan as lines.
pub fn lines(plan: &StorePlan) -> Vec<StepLine> {
    let shown = plan.steps.iter().filter(|step| !step.keys.is_empty());
    shown
        .map(|step| StepLine {
            store: plan.store.clone(),
            table: step.table.clone(),
            action: step.action.clone(),
            rows: step.keys.len(),
            reasons: step.reasons.clone(),
            columns: step.columns.clone(),
        })
        .collect()
}
