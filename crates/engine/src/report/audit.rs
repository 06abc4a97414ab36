//! The audit: every statement of the notice, and whether it is kept, broken, or can't be told.

use kept_core::name::{EventKind, StoreName, TableName};
use kept_core::notice::StatementId;
use kept_core::time::{Day, Instant};
use serde::Serialize;

use crate::report::Unreached;

/// The audit of a whole notice.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AuditReport {
    /// As of when.
    pub at: Instant,
    /// The policy version, by its digest.
    pub policy: String,
    /// Stores that could not be asked.
    pub unreached: Vec<Unreached>,
    /// The statements in the notice's order; what Kept promises of itself comes last.
    pub statements: Vec<Audited>,
    /// How many there are of each verdict.
    pub totals: Totals,
}

/// How many statements there are of each verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Kept.
    pub kept: usize,
    /// Broken.
    pub broken: usize,
    /// Can't be told.
    pub cannot_tell: usize,
}

/// One statement and its verdict.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Audited {
    /// Its id.
    pub id: StatementId,
    /// Which kind of statement it is.
    pub about: &'static str,
    /// Kept, broken, or can't tell.
    pub verdict: Verdict,
    /// What was looked at.
    pub evidence: Vec<Evidence>,
    /// What is wrong.
    pub breaches: Vec<Breach>,
    /// What is missing to tell.
    pub missing: Vec<Missing>,
}

/// Whether a statement is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Everything that could be looked at agrees.
    Kept,
    /// Something that was looked at disagrees.
    Broken,
    /// Something that it needs can't be seen.
    CannotTell,
}

/// What was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "looked-at", rename_all = "kebab-case")]
pub enum Evidence {
    /// Rows of a table.
    Rows {
        /// The store.
        store: StoreName,
        /// The table.
        table: TableName,
        /// How many rows it has.
        rows: u64,
    },
    /// The requests in Kept's own store.
    Requests {
        /// How many are open.
        open: usize,
    },
    /// The ledger.
    Ledger {
        /// How many entries.
        entries: u64,
    },
    /// A trigger of the database that forbids changes.
    Trigger {
        /// The store.
        store: StoreName,
        /// The table.
        table: TableName,
    },
}

/// What is wrong, where, since when, and what mends it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Breach {
    /// What is wrong.
    pub what: Wrong,
    /// The store, where it is in one.
    pub store: Option<StoreName>,
    /// The table.
    pub table: Option<TableName>,
    /// How many rows.
    pub rows: u64,
    /// The day from which the oldest of them counts.
    pub oldest: Option<Day>,
    /// What to type.
    pub mend: String,
}

/// In which way a statement is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wrong {
    /// Rows are older than the period allows.
    Overdue,
    /// Rows belong in the archive and are not there.
    NotArchived,
    /// Rows never had a ground: no consent, or nothing that began the purpose.
    WithoutGround,
    /// Rows belong to nobody although the table says who owns them.
    Ownerless,
    /// A request was not answered in time.
    Late,
    /// The ledger does not verify.
    Ledger,
}

/// What is missing to tell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "missing", rename_all = "kebab-case")]
pub enum Missing {
    /// No store of the policy holds the data.
    NoStore,
    /// A store could not be asked.
    Unreached {
        /// Which.
        store: StoreName,
    },
    /// A mapped table or column is not there, or does not fit.
    Map {
        /// The store.
        store: StoreName,
        /// What is wrong with its map.
        problem: String,
    },
    /// Rows whose dates say nothing.
    Facts {
        /// The store.
        store: StoreName,
        /// The table.
        table: TableName,
        /// How many rows.
        rows: u64,
    },
    /// No column of a store says when an event happened that the period counts from or waits for.
    NoEvent {
        /// The store.
        store: StoreName,
        /// The event.
        event: EventKind,
    },
    /// No column records who consented.
    NoConsentRecord {
        /// The store.
        store: StoreName,
    },
    /// A column looks personal and is not mapped.
    Unmapped {
        /// The store.
        store: StoreName,
        /// Table and column, by their names in the database.
        column: String,
    },
    /// No archive is declared for the table.
    NoArchive {
        /// The store.
        store: StoreName,
        /// The table.
        table: TableName,
    },
    /// Nothing in the database forbids a change.
    NothingForbids {
        /// The store.
        store: StoreName,
        /// The table.
        table: TableName,
    },
    /// Nothing that Kept can look at shows it: it is a matter of people and papers.
    NoEvidence,
}
