//! What a retention run did or would do, and what will be due later.

use kept_core::name::{StoreName, TableName};
use kept_core::time::{Day, Instant};
use serde::Serialize;

use crate::report::Unreached;

/// A retention run over all stores.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SweepReport {
    /// As of when.
    pub at: Instant,
    /// Whether it only counted.
    pub dry_run: bool,
    /// What went, or would go, store by store.
    pub stores: Vec<SweptStore>,
    /// Stores that could not be asked.
    pub unreached: Vec<Unreached>,
}

/// A retention run in one store.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SweptStore {
    /// The store.
    pub store: StoreName,
    /// Its tables, those with something to do.
    pub tables: Vec<SweptTable>,
    /// Rows of held, restricted and contested people, of those whom Kept's own record tells of, and of those
    /// who stand in several tables, that went or were emptied: they are looked at one by one.
    pub one_by_one: u64,
    /// Rows that should have gone or changed and did not, by the second look.
    pub left: u64,
    /// What the store refused, by table and constraint.
    pub refusals: Vec<String>,
    /// What to know, without values.
    pub notes: Vec<String>,
}

/// A retention run in one table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SweptTable {
    /// The table.
    pub table: TableName,
    /// Rows that went.
    pub deleted: u64,
    /// Rows of which columns were emptied.
    pub emptied: u64,
    /// Rows that let go of a reference.
    pub detached: u64,
    /// Rows put into the archive.
    pub archived: u64,
    /// Rows that never had a ground, left alone without approval.
    pub without_ground: u64,
    /// By which statements, with how many rows each.
    pub rules: Vec<SweptRule>,
}

/// What one statement let go in a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SweptRule {
    /// The statement.
    pub statement: String,
    /// How many rows.
    pub rows: u64,
    /// The day from which the oldest counts.
    pub oldest: Option<Day>,
}

/// What will be due, month by month.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ForecastReport {
    /// The months, the first one this month.
    pub months: Vec<ForecastMonth>,
    /// Stores that could not be asked.
    pub unreached: Vec<Unreached>,
}

/// What falls due in a month, as the stores stand now.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ForecastMonth {
    /// The last day of the month, or the last day asked for.
    pub until: Day,
    /// What falls due, largest first.
    pub lines: Vec<ForecastLine>,
}

/// What one statement will let go in one table within a month.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ForecastLine {
    /// The store.
    pub store: StoreName,
    /// The table.
    pub table: TableName,
    /// The statement.
    pub statement: String,
    /// Rows that fall due.
    pub rows: u64,
}
