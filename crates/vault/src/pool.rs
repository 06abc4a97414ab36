//! Lends connections, up to a number of them. Writers take turns; one whose act is short may hand the open
//! transaction on to the next of its kind, so that many acts are committed together.
//!
//! Not here: what is done in a transaction (`vault`), and how a commit reaches the disk (`flush`).

use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant as Moment};

use crate::database::{Access, Connection};
use crate::fault::Fault;
use crate::location::{Location, Settings};
use crate::waiter::Waiter;

/// How many acts are committed together at the most.
const ACTS_MAX: usize = 64;

/// How long a transaction is handed on: writers of other processes wait meanwhile, and so do those whose acts
/// it holds.
const HANDED_ON_FOR: Duration = Duration::from_millis(10);

/// Whether a transaction may hold the acts of several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// It has a transaction to itself.
    Alone,
    /// It is short, and may share its commit.
    AmongOthers,
}

/// How a transaction ended for those whose acts it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// Committed, and on the disk.
    Durable,
    /// Nothing of it was done.
    Undone,
    /// The connection broke during the commit: nobody knows.
    Lost,
    /// Committed, and the disk did not confirm it.
    NotFlushed,
}

/// Lends connections, up to a number of them, and makes callers wait for one.
#[derive(Debug)]
pub(crate) struct Pool {
    location: Location,
    settings: Settings,
    state: Mutex<State>,
    /// Told when a connection came back, to one who waits to read.
    freed: Condvar,
    /// Told when nobody writes, to one who waits to write alone.
    alone: Condvar,
    /// Told when nobody writes or a transaction is handed on, to one who shares.
    shared: Condvar,
    /// Told when the last connection came back.
    emptied: Condvar,
}

#[derive(Debug, Default)]
struct State {
    idle: Vec<Connection>,
    lent: usize,
    writing: bool,
    shut: bool,
    /// How many wait who would take over an open transaction.
    sharing: usize,
    /// How many wait who would write alone.
    solitary: usize,
    /// Whether acts were shared last: then whoever would write alone comes first.
    shared_last: bool,
    /// A transaction that was handed on; it counts as lent, and as being written.
    handed: Option<Open>,
}

/// An open transaction that holds acts of others.
#[derive(Debug)]
struct Open {
    connection: Connection,
    acts: Acts,
}

/// Those whose acts an open transaction holds. They are told how it ended, whatever happens.
#[derive(Debug)]
pub(crate) struct Acts {
    waiting: Vec<Waiter<Ended>>,
    count: usize,
    /// When it was handed on first.
    since: Option<Moment>,
}

impl Acts {
    fn none() -> Self {
        Self { waiting: Vec::new(), count: 0, since: None }
    }

    /// Tells all of them.
    pub(crate) fn tell(&mut self, ended: Ended) {
        self.waiting.drain(..).for_each(|waiter| waiter.tell(ended));
    }
}

impl Drop for Acts {
    fn drop(&mut self) {
        self.tell(Ended::Undone);
    }
}

/// A connection on loan; it goes back when dropped, unless it was spoilt or handed on.
#[derive(Debug)]
pub(crate) struct Loan<'a> {
    pool: &'a Pool,
    connection: Option<Connection>,
    access: Access,
    manner: Manner,
    acts: Acts,
    handed_on: bool,
}

impl Pool {
    pub(crate) fn new(location: Location, settings: Settings) -> Self {
        Self {
            location,
            settings,
            state: Mutex::default(),
            freed: Condvar::new(),
            alone: Condvar::new(),
            shared: Condvar::new(),
            emptied: Condvar::new(),
        }
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// A connection, once one is free. Writers of one process take turns here, so that they hold
    /// no connection while they wait for each other, and none polls the database for its turn.
    pub(crate) fn lend(&self, access: Access, manner: Manner, act: &'static str) -> Result<Loan<'_>, Fault> {
        let shares = access == Access::Write && manner == Manner::AmongOthers;
        let solitary = access == Access::Write && manner == Manner::Alone;
        let until = Moment::now() + self.settings.wait_for;
        let mut state = self.lock()?;
        state.sharing += usize::from(shares);
        state.solitary += usize::from(solitary);
        loop {
            if shares && let Some(Open { connection, acts }) = state.handed.take() {
                state.sharing = state.sharing.saturating_sub(1);
                return Ok(self.loan(Some(connection), (access, manner), acts));
            }
            let after_others = shares && state.shared_last && state.solitary > 0;
            if self.is_free(&state, access) && !after_others {
                break;
            }
            let told = self.told(access, manner);
            let left = until.saturating_duration_since(Moment::now());
            if left.is_zero() {
                state.sharing = state.sharing.saturating_sub(usize::from(shares));
                state.solitary = state.solitary.saturating_sub(usize::from(solitary));
                // Whoever gives up passes on what it may have been told.
                told.notify_one();
                self.shared.notify_one();
                return Err(Fault::Busy { act });
            }
            state = told.wait_timeout(state, left).map_err(|_| Fault::Poisoned)?.0;
        }
        state.sharing = state.sharing.saturating_sub(usize::from(shares));
        state.solitary = state.solitary.saturating_sub(usize::from(solitary));
        state.writing |= access == Access::Write;
        state.shared_last = if access == Access::Write { shares } else { state.shared_last };
        let idle = self.take_idle(&mut state, access);
        state.lent += 1;
        drop(state);
        let mut loan = self.loan(idle, (access, manner), Acts::none());
        if loan.connection.is_none() {
            loan.connection = Some(Connection::open(&self.location, &self.settings)?);
        }
        Ok(loan)
    }

    fn loan(
        &self,
        connection: Option<Connection>,
        (access, manner): (Access, Manner),
        acts: Acts,
    ) -> Loan<'_> {
        Loan { pool: self, connection, access, manner, acts, handed_on: false }
    }

    fn is_free(&self, state: &State, access: Access) -> bool {
        let full = state.lent >= self.settings.connections_max.max(1);
        let written = access == Access::Write && state.writing;
        !(state.shut || full || written)
    }

    fn take_idle(&self, state: &mut State, access: Access) -> Option<Connection> {
        let fit = state.idle.iter().rposition(|connection| connection.was(access));
        match fit {
            Some(place) => Some(state.idle.swap_remove(place)),
            // One that was never lent is better than one whose memory is of the other kind, while there
            // may be more.
            None if state.idle.len() + state.lent < self.settings.connections_max.max(1) => None,
            None => state.idle.pop(),
        }
    }

    fn told(&self, access: Access, manner: Manner) -> &Condvar {
        match (access, manner) {
            (Access::Read, _) => &self.freed,
            (Access::Write, Manner::Alone) => &self.alone,
            (Access::Write, Manner::AmongOthers) => &self.shared,
        }
    }

    /// Waits until no connection is lent, lends none while `act` runs, and then lends again.
    /// `None` when a loan did not come back in time.
    pub(crate) fn alone<T>(&self, patience: Duration, act: impl FnOnce() -> T) -> Result<Option<T>, Fault> {
        let until = Moment::now() + patience;
        let mut state = self.lock()?;
        state.shut = true;
        while state.lent > 0 {
            let left = until.saturating_duration_since(Moment::now());
            if left.is_zero() {
                drop(state);
                self.reopen()?;
                return Ok(None);
            }
            state = self.emptied.wait_timeout(state, left).map_err(|_| Fault::Poisoned)?.0;
        }
        drop(state);
        let answer = act();
        self.reopen()?;
        Ok(Some(answer))
    }

    fn reopen(&self) -> Result<(), Fault> {
        self.lock()?.shut = false;
        for told in [&self.freed, &self.alone, &self.shared] {
            told.notify_all();
        }
        Ok(())
    }

    fn lock(&self) -> Result<MutexGuard<'_, State>, Fault> {
        self.state.lock().map_err(|_| Fault::Poisoned)
    }
}

impl Loan<'_> {
    /// The connection.
    pub(crate) fn connection(&mut self) -> Result<&mut Connection, Fault> {
        self.connection.as_mut().ok_or(Fault::Lost)
    }

    /// Takes the connection out, to be put back unless it is of no more use.
    pub(crate) fn take(&mut self) -> Result<Connection, Fault> {
        self.connection.take().ok_or(Fault::Lost)
    }

    /// Puts the connection back.
    pub(crate) fn put(&mut self, connection: Connection) {
        self.connection = Some(connection);
    }

    /// Whether the connection came with an open transaction that holds acts of others.
    pub(crate) fn is_shared(&self) -> bool {
        self.acts.count > 0
    }

    /// Hands the open transaction on to one who waits to share it, together with whoever waits for its
    /// end; gives the connection back where nobody takes it.
    pub(crate) fn hand_on(
        &mut self,
        connection: Connection,
        own: Option<&Waiter<Ended>>,
    ) -> Option<Connection> {
        let late = self.acts.since.is_some_and(|since| since.elapsed() > HANDED_ON_FOR);
        let spent = late || self.acts.count >= ACTS_MAX;
        if self.access == Access::Read || self.manner == Manner::Alone || spent {
            return Some(connection);
        }
        let Ok(mut state) = self.pool.state.lock() else { return Some(connection) };
        if state.sharing == 0 || state.shut {
            return Some(connection);
        }
        let mut acts = std::mem::replace(&mut self.acts, Acts::none());
        acts.waiting.extend(own.cloned());
        acts.count += 1;
        acts.since.get_or_insert_with(Moment::now);
        state.handed = Some(Open { connection, acts });
        self.handed_on = true;
        drop(state);
        self.pool.shared.notify_one();
        None
    }

    /// Those whose acts the transaction holds beside one's own, to be told how it ended.
    pub(crate) fn acts(&mut self) -> Acts {
        std::mem::replace(&mut self.acts, Acts::none())
    }
}

impl Drop for Loan<'_> {
    fn drop(&mut self) {
        if self.handed_on {
            return;
        }
        let mut connection = self.connection.take();
        // A closure that panicked leaves its transaction open: it is undone before reuse.
        if connection.as_mut().is_some_and(|connection| !connection.roll_back()) {
            connection = None;
        }
        if let Ok(mut state) = self.pool.state.lock() {
            state.lent = state.lent.saturating_sub(1);
            state.writing &= self.access == Access::Read;
            state.idle.extend(connection);
            if state.lent == 0 {
                self.pool.emptied.notify_all();
            }
            // One each: to wake all who wait would cost more than what they wait for.
            if !state.writing {
                self.pool.alone.notify_one();
                self.pool.shared.notify_one();
            }
        }
        self.pool.freed.notify_one();
    }
}
