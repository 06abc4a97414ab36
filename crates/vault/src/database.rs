//! The two engines behind one face: a connection runs named statements with five kinds of
//! values, and a pool lends connections. Not here: what the statements mean.

pub(crate) mod postgres;
pub(crate) mod sqlite;

use std::fmt;
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant as Moment};

use kept_core::plan::Value;

use crate::fault::Fault;
use crate::location::{Location, Settings};
use crate::row::Row;
use crate::statements::Statement;

/// One connection to the vault's database.
pub(crate) enum Connection {
    Sqlite(sqlite::Connection),
    Postgres(Box<postgres::Connection>),
}

impl fmt::Debug for Connection {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Sqlite(_) => "sqlite connection",
            Self::Postgres(_) => "postgres connection",
        })
    }
}

/// What a transaction is allowed to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// One snapshot, nothing changed.
    Read,
    /// The only writer.
    Write,
}

impl Connection {
    pub(crate) fn open(location: &Location, settings: &Settings) -> Result<Self, Fault> {
        Ok(match location {
            Location::Sqlite(path) => Self::Sqlite(sqlite::Connection::open(path, settings)?),
            Location::Postgres(url) => Self::Postgres(Box::new(postgres::Connection::open(url, settings)?)),
        })
    }

    pub(crate) fn begin(&mut self, access: Access, act: &'static str) -> Result<(), Fault> {
        match self {
            Self::Sqlite(connection) => connection.begin(access, act),
            Self::Postgres(connection) => connection.begin(access, act),
        }
    }

    /// Commits; whether that is yet to be made durable.
    pub(crate) fn commit(&mut self, act: &'static str) -> Result<bool, Fault> {
        match self {
            Self::Sqlite(connection) => connection.commit(act),
            Self::Postgres(connection) => connection.commit(act).map(|()| false),
        }
    }

    /// Which state of the store the transaction began with, where the engine tells whether others wrote:
    /// the connection's own number, and one that rises with what others write.
    pub(crate) fn version(&mut self) -> Option<(u64, i64)> {
        match self {
            Self::Sqlite(connection) => connection.version(),
            Self::Postgres(_) => None,
        }
    }

    /// Whether the last transaction was of this kind: what it read is still at hand then.
    fn was(&self, access: Access) -> bool {
        match self {
            Self::Sqlite(connection) => connection.access() == Some(access),
            Self::Postgres(_) => true,
        }
    }

    /// Undoes the transaction; `false` when the connection is of no more use.
    pub(crate) fn roll_back(&mut self) -> bool {
        match self {
            Self::Sqlite(connection) => connection.roll_back(),
            Self::Postgres(connection) => connection.roll_back(),
        }
    }

    pub(crate) fn query(&mut self, of: Statement, values: &[Value]) -> Result<Vec<Row>, Fault> {
        match self {
            Self::Sqlite(connection) => connection.query(of, values),
            Self::Postgres(connection) => connection.query(of, values),
        }
    }

    pub(crate) fn execute(&mut self, of: Statement, values: &[Value]) -> Result<u64, Fault> {
        match self {
            Self::Sqlite(connection) => connection.execute(of, values),
            Self::Postgres(connection) => connection.execute(of, values),
        }
    }

    /// Runs a text of several statements, as migrations have.
    pub(crate) fn run(&mut self, name: &'static str, script: &str) -> Result<(), Fault> {
        match self {
            Self::Sqlite(connection) => connection.run(name, script),
            Self::Postgres(connection) => connection.run(name, script),
        }
    }

    /// Checks that the engine takes a statement.
    pub(crate) fn prepare(&mut self, of: Statement) -> Result<(), Fault> {
        match self {
            Self::Sqlite(connection) => connection.prepare(of),
            Self::Postgres(connection) => connection.prepare(of),
        }
    }

    /// How many tables of any kind the database (or the PostgreSQL schema in use) holds.
    pub(crate) fn count_tables(&mut self) -> Result<i64, Fault> {
        match self {
            Self::Sqlite(connection) => connection.count_tables(),
            Self::Postgres(connection) => connection.count_tables(),
        }
    }

    /// Replaces a migration's words in braces by the engine's own.
    pub(crate) fn in_own_words(&self, script: &str) -> String {
        let words = match self {
            Self::Sqlite(_) => {
                let line = "unhex(printf('%012x%08x', sequence, place))";
                ["INTEGER", "BLOB", "STRICT", "STRICT, WITHOUT ROWID", line]
            }
            Self::Postgres(_) => {
                let line = "decode(lpad(to_hex(sequence), 12, '0') || lpad(to_hex(place), 8, '0'), 'hex')";
                ["BIGINT", "BYTEA", "", "", line]
            }
        };
        let names = ["{integer}", "{bytes}", "{strict}", "{clustered}", "{line}"];
        names.iter().zip(words).fold(script.to_owned(), |script, (name, word)| script.replace(name, word))
    }
}

/// Lends connections, up to a number of them, and makes callers wait for one.
#[derive(Debug)]
pub(crate) struct Pool {
    location: Location,
    settings: Settings,
    state: Mutex<State>,
    /// Told when a connection came back, to one who waits for any.
    freed: Condvar,
    /// Told when a connection came back and nobody writes, to one who waits to write.
    writable: Condvar,
    /// Told when the last connection came back.
    emptied: Condvar,
}

#[derive(Debug, Default)]
struct State {
    idle: Vec<Connection>,
    lent: usize,
    writing: bool,
    shut: bool,
}

/// A connection on loan; it goes back when dropped, unless it was spoilt.
#[derive(Debug)]
pub(crate) struct Loan<'a> {
    pool: &'a Pool,
    connection: Option<Connection>,
    access: Access,
}

impl Pool {
    pub(crate) fn new(location: Location, settings: Settings) -> Self {
        Self {
            location,
            settings,
            state: Mutex::default(),
            freed: Condvar::new(),
            writable: Condvar::new(),
            emptied: Condvar::new(),
        }
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// A connection, once one is free. Writers of one process take turns here, so that they hold
    /// no connection while they wait for each other, and none polls the database for its turn.
    pub(crate) fn lend(&self, access: Access, act: &'static str) -> Result<Loan<'_>, Fault> {
        let until = Moment::now() + self.settings.wait_for;
        let mut state = self.lock()?;
        while state.shut
            || state.lent >= self.settings.connections_max.max(1)
            || (access == Access::Write && state.writing)
        {
            let told = if access == Access::Write { &self.writable } else { &self.freed };
            // Whoever gives up passes on what it may have been told.
            state = wait(told, state, until, act).inspect_err(|_| told.notify_one())?;
        }
        state.writing |= access == Access::Write;
        let fit = state.idle.iter().rposition(|connection| connection.was(access));
        let idle = match fit {
            Some(place) => Some(state.idle.swap_remove(place)),
            // One that was never lent is better than one whose memory is of the other kind, while there
            // may be more.
            None if state.idle.len() + state.lent < self.settings.connections_max.max(1) => None,
            None => state.idle.pop(),
        };
        state.lent += 1;
        drop(state);
        let mut loan = Loan { pool: self, connection: idle, access };
        if loan.connection.is_none() {
            loan.connection = Some(Connection::open(&self.location, &self.settings)?);
        }
        Ok(loan)
    }

    /// Waits until no connection is lent, lends none while `act` runs, and then lends again.
    /// `None` when a loan did not come back in time.
    pub(crate) fn alone<T>(&self, patience: Duration, act: impl FnOnce() -> T) -> Result<Option<T>, Fault> {
        let until = Moment::now() + patience;
        let mut state = self.lock()?;
        state.shut = true;
        while state.lent > 0 {
            match wait(&self.emptied, state, until, "scrub") {
                Ok(next) => state = next,
                Err(Fault::Busy { .. }) => {
                    self.reopen()?;
                    return Ok(None);
                }
                Err(fault) => return Err(fault),
            }
        }
        drop(state);
        let answer = act();
        self.reopen()?;
        Ok(Some(answer))
    }

    fn reopen(&self) -> Result<(), Fault> {
        self.lock()?.shut = false;
        self.freed.notify_all();
        self.writable.notify_all();
        Ok(())
    }

    fn lock(&self) -> Result<MutexGuard<'_, State>, Fault> {
        self.state.lock().map_err(|_| Fault::Poisoned)
    }
}

fn wait<'a>(
    told: &Condvar,
    state: MutexGuard<'a, State>,
    until: Moment,
    act: &'static str,
) -> Result<MutexGuard<'a, State>, Fault> {
    let left = until.saturating_duration_since(Moment::now());
    if left.is_zero() {
        return Err(Fault::Busy { act });
    }
    let (state, _) = told.wait_timeout(state, left).map_err(|_| Fault::Poisoned)?;
    Ok(state)
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
}

impl Drop for Loan<'_> {
    fn drop(&mut self) {
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
                self.pool.writable.notify_one();
            }
        }
        self.pool.freed.notify_one();
    }
}
