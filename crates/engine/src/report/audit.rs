//! The audit: every statement of the notice, and whether it is kept, broken, can't be told, or only
//! states a fact.

use kept_core::name::{EventKind, RecipientName, StoreName, TableName};
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
    /// Only state a fact.
    pub stated: usize,
}

/// One statement and its verdict.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Audited {
    /// Its id.
    pub id: StatementId,
    /// Which kind of statement it is.
    pub about: &'static str,
    /// Kept, broken, can't tell, or only stated.
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
    /// It says who, where or what, and promises nothing that an act could break.
    Stated,
}

impl Verdict {
    /// Its word, as pages, JSON and the history have it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Broken => "broken",
            Self::CannotTell => "cannot-tell",
            Self::Stated => "stated",
        }
    }

    /// The verdict with this word, if there is one.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Kept, Self::Broken, Self::CannotTell, Self::Stated].into_iter().find(|one| one.word() == word)
    }
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
    /// What Kept's own record tells of.
    Record {
        /// Of what.
        what: Counted,
        /// How many.
        count: u64,
    },
    /// Where a store is.
    Place {
        /// The store.
        store: StoreName,
        /// The countries of its server and of the seat of whoever runs it.
        countries: Vec<String>,
    },
    /// A recipient's papers.
    Papers {
        /// The recipient.
        recipient: RecipientName,
        /// The day of the agreement.
        contract: Option<Day>,
        /// The day of the due diligence.
        due_diligence: Option<Day>,
        /// Whether a safeguard is named.
        safeguard: bool,
    },
    /// A duty that somebody noted as done.
    Done {
        /// When.
        on: Day,
    },
    /// Rows that other programs see as restricted.
    Marked {
        /// The store.
        store: StoreName,
        /// The table.
        table: TableName,
        /// Rows of restricted people that bear the mark.
        rows: u64,
        /// Rows that bear it although no restriction known to Kept covers them, or others share them.
        beyond: u64,
    },
    /// A trigger of the database that forbids changes.
    Trigger {
        /// The store.
        store: StoreName,
        /// The table.
        table: TableName,
    },
}

/// What Kept's own record tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Counted {
    /// People whom Kept knows.
    People,
    /// Values that were opened for a purpose or given to a recipient.
    Uses,
    /// Values that were given to a recipient.
    Disclosures,
    /// Consents.
    Consents,
    /// Withdrawals of consent.
    Withdrawals,
    /// Objections.
    Objections,
    /// Restrictions.
    Restrictions,
    /// Holds.
    Holds,
    /// Values that Kept itself keeps.
    Values,
    /// Collections.
    Collections,
    /// Requests that were answered.
    Answers,
    /// Changes of the policy.
    Changes,
    /// Messages that were sent through Kept, each with a link to refuse further ones.
    Messages,
    /// Links of messages that people followed to refuse further ones.
    Unsubscriptions,
    /// Pieces of free text on which somebody decided.
    Screened,
    /// Files of requests.
    Cases,
    /// Refusals that outlive erasures, under keyed digests.
    Refusals,
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
    /// The day from which the oldest of them counts; of reviews, the last day on which the first was due.
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
    /// Somebody followed the link of a message, and nothing was stopped.
    NotStopped,
    /// Nobody decided in time on free text that people look through, and it is still there.
    NotScreened,
    /// A request was not answered in time.
    Late,
    /// A request was answered, and not in time.
    AnsweredLate,
    /// Data were used without consent on record, or after its withdrawal.
    UsedWithoutConsent,
    /// Data were used although the person had objected or refused.
    UsedThoughObjected,
    /// Data were used while a report that the person is a child was being looked into.
    UsedThoughReported,
    /// Restricted data were used.
    UsedThoughRestricted,
    /// Rows of restricted people do not bear the mark by which other programs would see it.
    NotMarked,
    /// A database does not hide marked rows as the policy says.
    NotHidden,
    /// Data were used after the purpose had ended.
    UsedAfterEnd,
    /// Data were used that the purpose does not need.
    UsedBeyondNeed,
    /// People were contacted, or data disclosed, before they were told of data from elsewhere.
    UsedBeforeTold,
    /// Data were given to somebody who does not receive them.
    NotARecipient,
    /// Data were given before an agreement was in force.
    WithoutContract,
    /// Data were given before due diligence was done.
    WithoutDueDiligence,
    /// Data were given to a country without protection and without a safeguard.
    WithoutSafeguard,
    /// Data were given elsewhere without the person's consent to it, or after its withdrawal.
    WithoutTransferConsent,
    /// Data were given without the reference that the policy asks for.
    WithoutReference,
    /// People were not told in time.
    NotTold,
    /// An objection was not decided in time.
    NotDecided,
    /// A review is overdue.
    ReviewOverdue,
    /// A consent has no proof.
    WithoutProof,
    /// A store or a recipient is where the policy says that no data are.
    Elsewhere,
    /// A duty is overdue.
    DutyOverdue,
    /// Records are kept longer than the policy says.
    RecordOverdue,
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
    /// A table could not be counted.
    Uncounted {
        /// The store.
        store: StoreName,
        /// The table.
        table: TableName,
        /// Why, and what to do about it.
        problem: String,
    },
    /// Documents can't be read, so that nobody can tell what they hold.
    Documents {
        /// The store.
        store: StoreName,
        /// Which, in words.
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
    /// Rows kept on a consent of which nobody can read whether it was given, or withdrawn (7(1)).
    UnreadConsents {
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
    /// A store does not say where it is.
    NoPlace {
        /// The store.
        store: StoreName,
    },
    /// A processor without an agreement in force, or without due diligence where a duty asks for it.
    NoPapers {
        /// The recipient.
        recipient: RecipientName,
    },
    /// Nothing of this goes through Kept, and nothing else tells of it.
    NothingRecorded {
        /// Of what.
        what: Counted,
    },
    /// Rows are overdue, and nothing tells which of them by what this statement says.
    NotToldApart {
        /// How many.
        rows: u64,
    },
    /// Nobody looked at the pages that set cookies.
    NoCrawl,
    /// Nobody noted that it was done: `kept duty done` notes it.
    NeverDone,
    /// Kept takes in none of these: those that people receive lie elsewhere.
    NotHeld,
    /// Nothing that Kept can look at shows it: it is a matter of people and papers.
    NoEvidence,
}
