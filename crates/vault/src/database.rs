//! The two engines behind one face: a connection runs named statements with five kinds of values.
//! Not here: what the statements mean, and who gets a connection when (`pool`).

pub(crate) mod postgres;
pub(crate) mod sqlite;

use std::fmt;

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
    pub(crate) fn was(&self, access: Access) -> bool {
        match self {
            Self::Sqlite(connection) => connection.access() == Some(access),
            Self::Postgres(_) => true,
        }
    }

    /// Marks where the open transaction stands, so that what follows can be undone by itself.
    pub(crate) fn mark(&mut self, act: &'static str) -> Result<(), Fault> {
        self.say("SAVEPOINT act", act)
    }

    /// Keeps what was done since the mark.
    pub(crate) fn keep_marked(&mut self, act: &'static str) -> Result<(), Fault> {
        self.say("RELEASE SAVEPOINT act", act)
    }

    /// Undoes what was done since the mark, and nothing of what was done before.
    pub(crate) fn undo_marked(&mut self, act: &'static str) -> Result<(), Fault> {
        self.say("ROLLBACK TO SAVEPOINT act", act)?;
        self.say("RELEASE SAVEPOINT act", act)
    }

    fn say(&mut self, text: &'static str, act: &'static str) -> Result<(), Fault> {
        match self {
            Self::Sqlite(connection) => connection.say(text, act),
            Self::Postgres(connection) => connection.run(act, text),
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
