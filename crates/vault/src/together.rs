//! A transaction that takes one act after the other, each undone by itself when it fails, all committed
//! together. Nothing that an act gives is to be had before that.
//!
//! Not here: who waits for whose turn (`pool`), and trying again (`vault`).

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use kept_core::ledger::{Commitment, Sequence};

use crate::database::{Access, Connection};
use crate::fault::Fault;
use crate::memory::Remembered;
use crate::pool::{Ended, Loan, Manner};
use crate::transaction::{Afterwards, Tx};
use crate::vault::{Acted, Vault, receipts};
use crate::waiter::Waiter;

/// The entries of an act, and what it left to be done when they are durable.
#[derive(Debug)]
pub(crate) struct Logged {
    pub(crate) entries: Vec<(Commitment, Sequence)>,
    pub(crate) after: Afterwards,
}

/// Tells one transaction of this process from another.
static NEXT: AtomicU64 = AtomicU64::new(0);

/// An open transaction that takes acts; what is not committed is undone.
#[derive(Debug)]
pub struct Together<'v> {
    vault: &'v Vault,
    /// Has the connection, but while an act has it and after one broke it.
    loan: Loan<'v>,
    memory: Option<Remembered>,
    name: &'static str,
    number: u64,
}

/// What an act gave; it is to be had when the transaction is committed.
#[derive(Debug)]
pub struct Pending<T> {
    value: T,
    logged: Logged,
    of: u64,
}

/// Why acts are not known to be on the disk.
#[derive(Debug)]
pub enum NotCommitted {
    /// Nothing of them was done.
    Undone(Fault),
    /// They may be done or not: the connection was lost, or the disk did not confirm them.
    Unknown(Fault),
}

/// The acts of a transaction are on the disk.
#[derive(Debug)]
pub struct Committed(u64);

impl<T> Pending<T> {
    /// What the act gave, with the receipts of its entries.
    ///
    /// # Errors
    /// [`Fault::Missing`] where another transaction was committed than the one that the act was in.
    pub fn settle(self, by: &Committed) -> Result<Acted<T>, Fault> {
        if self.of == by.0 {
            Ok(Acted { value: self.value, receipts: receipts(self.logged) })
        } else {
            Err(Fault::Missing { what: "commit" })
        }
    }
}

/// An attempt that failed.
pub(crate) enum Failed<E> {
    /// It may do better in a moment.
    Passing(E),
    /// It won't.
    ForGood(E),
}

impl<E: From<Fault>> Failed<E> {
    fn of(fault: Fault) -> Self {
        if fault.is_passing() { Self::Passing(fault.into()) } else { Self::ForGood(fault.into()) }
    }

    /// A transaction that did not end well. Where nobody knows whether it was done there is no second try.
    pub(crate) fn ended(why: NotCommitted) -> Self {
        match why {
            NotCommitted::Undone(fault) => Self::of(fault),
            NotCommitted::Unknown(fault) => Self::ForGood(fault.into()),
        }
    }
}

impl Vault {
    /// Begins a transaction for several short acts. It is the only one that writes: to be committed, or
    /// dropped, without waiting for anything but the next act.
    ///
    /// # Errors
    /// A [`Fault`]: nothing was done.
    pub fn together(&self, name: &'static str) -> Result<Together<'_>, Fault> {
        match Together::begin::<Fault>(self, (Access::Write, Manner::AmongOthers), name) {
            Ok(together) => Ok(together),
            Err(Failed::Passing(fault) | Failed::ForGood(fault)) => Err(fault),
        }
    }
}

impl<'v> Together<'v> {
    pub(crate) fn begin<E: From<Fault>>(
        vault: &'v Vault,
        (access, manner): (Access, Manner),
        name: &'static str,
    ) -> Result<Self, Failed<E>> {
        let lent = vault.pool.lend(access, manner, name);
        let mut loan = lent.map_err(|fault| Failed::ForGood(fault.into()))?;
        if !loan.is_shared() {
            let mut connection = loan.take().map_err(Failed::of)?;
            let begun = connection.begin(access, name);
            give_back(&mut loan, connection, begun.is_ok());
            begun.map_err(Failed::of)?;
        }
        let version =
            if access == Access::Write { loan.connection().map_err(Failed::of)?.version() } else { None };
        let memory = version.map(|version| {
            let generation = vault.memory.begin(version);
            (Arc::clone(&vault.memory), generation)
        });
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        Ok(Self { vault, loan, memory, name, number })
    }

    /// Whether it holds acts of others already.
    pub(crate) fn is_shared(&self) -> bool {
        self.loan.is_shared()
    }

    /// Runs an act. What it did is undone when it fails, and that of the others stays. The closure has no
    /// effect but through its [`Tx`].
    ///
    /// # Errors
    /// The closure's own, or a [`Fault`]: this act was not done.
    pub fn act<T, E: From<Fault>>(
        &mut self,
        mut act: impl FnMut(&mut Tx) -> Result<T, E>,
    ) -> Result<Pending<T>, E> {
        match self.run(true, &mut act) {
            Ok((value, logged)) => Ok(Pending { value, logged, of: self.number }),
            Err(Failed::Passing(error) | Failed::ForGood(error)) => Err(error),
        }
    }

    /// Makes what was done durable.
    ///
    /// # Errors
    /// [`NotCommitted`].
    pub fn commit(self) -> Result<Committed, NotCommitted> {
        let number = self.number;
        self.end().map(|()| Committed(number))
    }

    /// Runs an act; unmarked, what fails takes the whole along.
    pub(crate) fn run<T, E: From<Fault>>(
        &mut self,
        marked: bool,
        act: &mut impl FnMut(&mut Tx) -> Result<T, E>,
    ) -> Result<(T, Logged), Failed<E>> {
        // A closure that panics takes its connection along: the transaction is undone by that.
        let mut connection = self.loan.take().map_err(|_| Failed::of(Fault::Busy { act: self.name }))?;
        if marked && let Err(fault) = connection.mark(self.name) {
            give_back(&mut self.loan, connection, false);
            return Err(Failed::of(fault));
        }
        let mut tx = Tx::new(connection, &self.vault.ring, self.memory.clone());
        let answer = act(&mut tx);
        let passing = tx.met_passing_fault();
        let (mut connection, logged) = tx.into_parts();
        let kept = match (marked, answer.is_ok()) {
            (false, _) => Ok(()),
            (true, true) => connection.keep_marked(self.name),
            (true, false) => connection.undo_marked(self.name),
        };
        let stays = kept.is_ok() && (marked || answer.is_ok());
        give_back(&mut self.loan, connection, stays);
        let failed = |error| if passing { Failed::Passing(error) } else { Failed::ForGood(error) };
        let value = answer.map_err(failed)?;
        kept.map_err(Failed::of)?;
        Ok((value, logged))
    }

    /// Waits until what was done is durable, by whoever commits it.
    pub(crate) fn end(mut self) -> Result<(), NotCommitted> {
        let (vault, busy, own) = (self.vault, Fault::Busy { act: self.name }, Waiter::new());
        match self.hand_on(Some(&own)).map_err(NotCommitted::Undone)? {
            Some(connection) => return self.commit_for_all(connection),
            None => drop(self),
        }
        match own.wait() {
            Ended::Durable => Ok(()),
            Ended::Undone => Err(NotCommitted::Undone(busy)),
            Ended::Lost => Err(NotCommitted::Unknown(Fault::Lost)),
            Ended::NotFlushed => vault.flushed().map_err(NotCommitted::Unknown),
        }
    }

    /// Ends it for those others whose acts it holds: its own failed. Whatever comes of theirs, they are told.
    pub(crate) fn leave(mut self) {
        if let Ok(Some(connection)) = self.hand_on(None) {
            drop(self.commit_for_all(connection));
        }
    }

    fn hand_on(&mut self, own: Option<&Waiter<Ended>>) -> Result<Option<Connection>, Fault> {
        let connection = self.loan.take().map_err(|_| Fault::Busy { act: self.name })?;
        Ok(self.loan.hand_on(connection, own))
    }

    /// Commits for all whose acts the transaction holds, and tells the others.
    fn commit_for_all(self, mut connection: Connection) -> Result<(), NotCommitted> {
        let Self { vault, mut loan, name, .. } = self;
        let committed = connection.commit(name);
        give_back(&mut loan, connection, false);
        let mut others = loan.acts();
        // The next writer begins while this one waits for the disk.
        drop(loan);
        let to_flush = match committed {
            Ok(to_flush) => to_flush,
            Err(Fault::Lost) => {
                others.tell(Ended::Lost);
                return Err(NotCommitted::Unknown(Fault::Lost));
            }
            Err(fault) => {
                others.tell(Ended::Undone);
                return Err(NotCommitted::Undone(fault));
            }
        };
        let flushed = if to_flush { vault.flushed() } else { Ok(()) };
        others.tell(if flushed.is_ok() { Ended::Durable } else { Ended::NotFlushed });
        flushed.map_err(NotCommitted::Unknown)
    }
}

/// Puts a connection back; where its transaction does not go on, what is still open is undone, and a
/// connection that is of no more use does not come back.
fn give_back(loan: &mut Loan<'_>, mut connection: Connection, goes_on: bool) {
    if goes_on || connection.roll_back() {
        loan.put(connection);
    }
}
