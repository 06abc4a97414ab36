//! Whose turn it is to sweep a store, and what that run must not forget: one row of the table of work
//! for each store, leased for a short time and renewed while the run lasts.
//!
//! A killed run's lease lapses by itself, and what it remembered is there for the next. Not here:
//! what is remembered (`kept-connect`), and how long a lease lasts (`kept-engine`).

use jiff::Timestamp as Instant;
use kept_core::ledger::Durable;
use kept_core::name::StoreName;

use crate::fault::Fault;
use crate::keys::fill;
use crate::row::{bytes, instant, integer, text};
use crate::statements::{SWEEP_DEAD, SWEEP_FORGET, SWEEP_HELD, SWEEP_MAKE, SWEEP_RELEASE, SWEEP_TAKE};
use crate::subject::Destroy;
use crate::transaction::Tx;
use crate::work::{Lease, Work, WorkId, place, work};

/// The case under which every sweep lies; the store tells them apart.
pub(crate) const CASE: &str = "sweep";

/// What came of asking for a turn.
#[derive(Debug)]
pub enum Turned {
    /// It is the caller's turn.
    Mine(Turn),
    /// Another run has it.
    Held {
        /// When that run began.
        since: Instant,
        /// When its lease lapses, unless it goes on.
        until: Instant,
    },
}

/// The turn to sweep a store.
#[derive(Clone, Debug)]
pub struct Turn {
    work: Work,
    lease: Lease,
    since: Instant,
}

impl Turn {
    /// Whether an earlier run that did not come to its end left something to remember.
    pub fn has_memory(&self) -> bool {
        self.work.is_changed()
    }
}

impl Tx {
    /// Takes the turn to sweep a store, if nobody has it.
    ///
    /// # Errors
    /// When the store fails.
    pub fn take_sweep(&mut self, store: &StoreName, now: Instant, until: Instant) -> Result<Turned, Fault> {
        let mut lease = Lease::none();
        fill(&mut lease.0)?;
        let (case, name) = (text(CASE), text(store.as_str()));
        let values = [bytes(lease.0), instant(until), instant(now), case.clone(), name.clone()];
        if let Some(row) = self.one(SWEEP_TAKE, &values)? {
            return Ok(Turned::Mine(Turn { work: work(&row)?, lease, since: now }));
        }
        if let Some(row) = self.one(SWEEP_HELD, &[case, name])? {
            return Ok(Turned::Held { since: row.instant(0)?, until: row.instant(1)? });
        }
        let work = self.make_sweep(store, &lease, (now, until))?;
        Ok(Turned::Mine(Turn { work, lease, since: now }))
    }

    /// Frees the turn of a run that began at this instant and is known to be gone: the caller holds what died
    /// with it.
    ///
    /// # Errors
    /// When the store fails.
    pub fn take_from_the_dead(&mut self, store: &StoreName, since: Instant) -> Result<(), Fault> {
        let values = [text(CASE), text(store.as_str()), instant(since)];
        self.execute(SWEEP_DEAD, &values).map(drop)
    }

    fn make_sweep(
        &mut self,
        store: &StoreName,
        lease: &Lease,
        (now, until): (Instant, Instant),
    ) -> Result<Work, Fault> {
        let subject = self.put_subject(&[], now)?;
        let id = self.next_number("work")?;
        let sealed = self.seal(place(subject, 1), &[])?;
        let values = [
            integer(id),
            subject.value(),
            text(CASE),
            text(store.as_str()),
            bytes(lease.0),
            instant(until),
            bytes(sealed),
            instant(now),
        ];
        self.execute_one(SWEEP_MAKE, &values)?;
        self.work(WorkId(id))?.ok_or(Fault::Missing { what: "work" })
    }

    /// What an earlier run left to remember; empty for nothing.
    ///
    /// # Errors
    /// When the store fails.
    pub fn recall_sweep(&mut self, turn: &Turn, by: &Durable) -> Result<Vec<u8>, Fault> {
        self.work_plan(&turn.work, by)
    }

    /// Remembers something until the run has come to its end.
    ///
    /// # Errors
    /// [`Fault::Count`] when the turn was lost.
    pub fn remember_sweep(&mut self, turn: &Turn, plain: &[u8]) -> Result<Turn, Fault> {
        self.change_work_plan(&turn.work, plain, turn.since)?;
        let work = self.work(turn.work.id)?.ok_or(Fault::Missing { what: "work" })?;
        Ok(Turn { work, ..turn.clone() })
    }

    /// Holds the turn for longer; whether it still is the caller's.
    ///
    /// # Errors
    /// When the store fails.
    pub fn renew_sweep(&mut self, turn: &Turn, until: Instant) -> Result<bool, Fault> {
        Ok(self.renew_lease(&turn.lease, until)? > 0)
    }

    /// Lets go of the turn; what is to be remembered stays.
    ///
    /// # Errors
    /// When the store fails.
    pub fn release_sweep(&mut self, turn: &Turn) -> Result<(), Fault> {
        self.execute(SWEEP_RELEASE, &[integer(turn.work.id.0), bytes(turn.lease.0)]).map(drop)
    }

    /// Lets go of the turn and forgets what was remembered: its key is destroyed.
    ///
    /// # Errors
    /// When the store fails.
    pub fn forget_sweep(&mut self, turn: &Turn, now: Instant) -> Result<(), Fault> {
        if self.execute(SWEEP_FORGET, &[integer(turn.work.id.0), bytes(turn.lease.0)])? == 0 {
            return Ok(());
        }
        self.erase_subject_keys(turn.work.subject, Destroy::ValuesAndLedger, now)
    }
}
