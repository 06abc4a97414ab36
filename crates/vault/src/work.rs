//! The table of work: plans in progress, one row for each case and store, so that a process that
//! was killed is taken over by the next. Discover, lease, step, release.
//!
//! Not here: what a step does (`kept-engine`). A lease promises only that nobody else got the same
//! row for its time: a step that outlives its lease finds out when it reports.

use jiff::Timestamp as Instant;
use kept_core::name::{CaseId, StoreName};

use crate::fault::Fault;
use crate::keys::fill;
use crate::row::{Row, bytes, instant, integer, or_null, text};
use crate::statements::{
    WORK_CASE, WORK_FIND, WORK_LEASE, WORK_MAKE, WORK_PLAN, WORK_REMOVE, WORK_RENEW, WORK_STEP,
};
use crate::subject::{Place, SubjectId};
use crate::transaction::Tx;
use kept_core::ledger::Durable;

/// The number of a piece of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WorkId(pub i64);

/// Where a piece of work stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WorkState {
    /// Decided, and nothing said to the ledger.
    Planned,
    /// Its `intended` entry is durable; the store may or may not have been changed.
    Intended,
    /// The store's transaction was committed.
    Applied,
    /// The store can't be reached or is busy: tried again later.
    Waiting,
    /// The second look found it done. Final.
    Verified,
    /// The store or the plan refused. Final.
    Refused,
}

impl WorkState {
    const ALL: [(Self, &'static str); 6] = [
        (Self::Planned, "planned"),
        (Self::Intended, "intended"),
        (Self::Applied, "applied"),
        (Self::Waiting, "waiting"),
        (Self::Verified, "verified"),
        (Self::Refused, "refused"),
    ];

    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Intended => "intended",
            Self::Applied => "applied",
            Self::Waiting => "waiting",
            Self::Verified => "verified",
            Self::Refused => "refused",
        }
    }

    /// Whether nothing is left to do.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Verified | Self::Refused)
    }
}

/// A piece of work, its plan still sealed.
#[derive(Clone, Debug)]
pub struct Work {
    /// Its number.
    pub id: WorkId,
    /// Whose, or the subject of a sweep.
    pub subject: SubjectId,
    /// The request or sweep that it belongs to.
    pub case: CaseId,
    /// The store it is done in.
    pub store: StoreName,
    /// Where it stands.
    pub state: WorkState,
    /// How often it was leased.
    pub attempts: i64,
    /// When it is tried next; never, when it is final.
    pub next_attempt_at: Option<Instant>,
    /// The sequence of its `intended` entry in the ledger, if that was written.
    pub intent: Option<u64>,
    /// The code of the last error.
    pub last_error: Option<String>,
    version: i64,
    sealed: Vec<u8>,
}

impl Work {
    /// Whether its plan was ever replaced.
    pub(crate) fn is_changed(&self) -> bool {
        self.version > 1
    }
}

/// The right to work on leased rows until an instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease(pub(crate) [u8; 16]);

impl Lease {
    /// For a piece of work that the caller has just made and nobody holds.
    pub fn none() -> Self {
        Self([0; 16])
    }
}

/// What came of a step.
#[derive(Clone, Debug)]
pub struct Stepped<'a> {
    /// Where the work stands now.
    pub state: WorkState,
    /// When it is tried next; must be none when it is final.
    pub next_attempt_at: Option<Instant>,
    /// The sequence of the `intended` entry, when this step wrote it.
    pub intent: Option<u64>,
    /// The code of the error, if one came up: never a value.
    pub last_error: Option<&'a str>,
    /// Whether the lease is kept for the next step or let go.
    pub hold: Hold,
}

/// Whether a lease is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// The next step follows at once.
    Keep,
    /// Somebody else may take it.
    Release,
}

impl Tx {
    /// Puts a plan on the table, to be tried from `now` on.
    ///
    /// # Errors
    /// When this case already has work in this store.
    pub fn put_work(
        &mut self,
        subject: SubjectId,
        (case, store): (&CaseId, &StoreName),
        plan: &[u8],
        now: Instant,
    ) -> Result<WorkId, Fault> {
        let id = self.next_number("work")?;
        let sealed = self.seal(place(subject, 1), plan)?;
        self.execute_one(
            WORK_MAKE,
            &[
                integer(id),
                subject.value(),
                text(case.as_str()),
                text(store.as_str()),
                instant(now),
                bytes(sealed),
                instant(now),
            ],
        )?;
        Ok(WorkId(id))
    }

    /// A piece of work by its number.
    ///
    /// # Errors
    /// When the store fails.
    pub fn work(&mut self, id: WorkId) -> Result<Option<Work>, Fault> {
        self.one(WORK_FIND, &[integer(id.0)])?.map(|row| work(&row)).transpose()
    }

    /// All work of a request or sweep, in the order in which it was put.
    ///
    /// # Errors
    /// When the store fails.
    pub fn work_of(&mut self, case: &CaseId) -> Result<Vec<Work>, Fault> {
        self.query(WORK_CASE, &[text(case.as_str())])?.iter().map(work).collect()
    }

    /// Leases up to `count` pieces of work that are to be tried by `now` and that nobody holds.
    ///
    /// # Errors
    /// When the store fails.
    pub fn lease_work(
        &mut self,
        now: Instant,
        until: Instant,
        count: u16,
    ) -> Result<(Lease, Vec<Work>), Fault> {
        let mut lease = Lease::none();
        fill(&mut lease.0)?;
        let values = [bytes(lease.0), instant(until), instant(now), integer(i64::from(count))];
        let rows = self.query(WORK_LEASE, &values)?;
        let mut leased = rows.iter().map(work).collect::<Result<Vec<_>, _>>()?;
        leased.sort_by_key(|work| (work.next_attempt_at, work.id));
        Ok((lease, leased))
    }

    /// Holds what is leased for longer; returns how many pieces of work that still is.
    ///
    /// # Errors
    /// When the store fails.
    pub fn renew_lease(&mut self, lease: &Lease, until: Instant) -> Result<u64, Fault> {
        self.execute(WORK_RENEW, &[bytes(lease.0), instant(until)])
    }

    /// Reports a step.
    ///
    /// # Errors
    /// [`Fault::Count`] when the lease ran out and somebody else has the work.
    pub fn step_work(
        &mut self,
        id: WorkId,
        lease: &Lease,
        step: &Stepped<'_>,
        now: Instant,
    ) -> Result<(), Fault> {
        let next = if step.state.is_final() { None } else { step.next_attempt_at };
        let intent = step.intent.and_then(|sequence| i64::try_from(sequence).ok());
        self.execute_one(
            WORK_STEP,
            &[
                integer(id.0),
                text(step.state.word()),
                or_null(next, instant),
                or_null(intent, integer),
                or_null(step.last_error, text),
                instant(now),
                bytes(lease.0),
                integer(i64::from(step.hold == Hold::Keep)),
                integer(i64::from(*lease == Lease::none())),
            ],
        )
    }

    /// The plan of a piece of work.
    ///
    /// # Errors
    /// [`Fault::Erased`] when the subject's keys are gone.
    pub fn work_plan(&mut self, of: &Work, by: &Durable) -> Result<Vec<u8>, Fault> {
        self.open(place(of.subject, of.version), &of.sealed, by)
    }

    /// Replaces the plan of a piece of work.
    ///
    /// # Errors
    /// [`Fault::Count`] when somebody else changed it since it was read.
    pub fn change_work_plan(&mut self, of: &Work, plan: &[u8], now: Instant) -> Result<(), Fault> {
        let sealed = self.seal(place(of.subject, of.version + 1), plan)?;
        self.execute_one(WORK_PLAN, &[integer(of.id.0), bytes(sealed), integer(of.version), instant(now)])
    }

    /// Clears away the finished work of a case; returns how much it was.
    ///
    /// # Errors
    /// When the store fails.
    pub fn remove_finished_work(&mut self, case: &CaseId) -> Result<u64, Fault> {
        self.execute(WORK_REMOVE, &[text(case.as_str())])
    }
}

pub(crate) fn place(subject: SubjectId, version: i64) -> Place {
    Place { table: "work", field: "plan", subject, version }
}

pub(crate) fn work(row: &Row) -> Result<Work, Fault> {
    let shape = |column| Fault::Shape { statement: row.statement, column };
    let word = row.text(4)?;
    let state = WorkState::ALL.iter().find(|(_, known)| *known == word);
    let intent = row.integer_or_null(7)?.map(u64::try_from).transpose();
    Ok(Work {
        id: WorkId(row.integer(0)?),
        subject: SubjectId::from_row(row, 1)?,
        case: CaseId::from(row.text(2)?),
        store: StoreName::from(row.text(3)?),
        state: state.map(|(state, _)| *state).ok_or(shape(4))?,
        attempts: row.integer(5)?,
        next_attempt_at: row.instant_or_null(6)?,
        intent: intent.map_err(|_| shape(7))?,
        last_error: row.text_or_null(8)?.map(str::to_owned),
        version: row.integer(9)?,
        sealed: row.bytes(10)?.to_vec(),
    })
}
