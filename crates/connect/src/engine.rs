//! One connection to a store: statements with bound values, transactions, limits, cancelling.
//!
//! The thin layer under everything else here. It knows no policy and no person. Errors come as
//! [`StoreFault`] without any value in them.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use kept_core::plan::Value;
use kept_core::policy::model::Engine;

use crate::ahead::Ahead;
use crate::fault::StoreFault;
use crate::files::{self, Folder};
use crate::http::{self, Endpoint};
use crate::schema::Schema;
use crate::sql::{Arg, Statement};

mod limits;
pub mod mariadb;
pub mod postgres;
pub mod sqlite;
mod wire;

pub use limits::Limits;

/// Where a store is.
#[derive(Clone, PartialEq, Eq)]
pub enum Place {
    /// An SQLite file.
    File(PathBuf),
    /// A PostgreSQL server, by URL or by `key=value` words. May hold a password.
    Server(String),
    /// A MariaDB server, by URL. May hold a password.
    Mariadb(String),
    /// A folder of CSV or JSON-lines files.
    Folder(Folder),
    /// A service of the company's own, over HTTP. Holds a secret.
    Http(Endpoint),
}

impl std::fmt::Debug for Place {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path) => write!(out, "File({})", path.display()),
            Self::Server(_) | Self::Mariadb(_) | Self::Http(_) => out.write_str("Server(…)"),
            Self::Folder(folder) => write!(out, "Folder({})", folder.path.display()),
        }
    }
}

/// What a connection may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Look only. Works on read-only files and for read-only users.
    Read,
    /// Look and change.
    Write,
}

/// What a transaction sees and may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// One read-only snapshot.
    Look,
    /// Changes, committed at the end.
    Change,
    /// Changes, undone at the end whatever happened.
    Rehearse,
}

/// Rows as an engine returned them.
pub type Rows = Vec<Vec<Value>>;

/// A connection to a store.
#[derive(Debug)]
pub struct Session {
    place: Place,
    access: Access,
    limits: Limits,
    link: Link,
    schema: Option<Schema>,
    /// How many times the schema was looked at.
    described: u64,
    looked: Option<Instant>,
    watched: Option<Vec<Statement>>,
    is_broken: bool,
    /// What was read ahead, where many people are looked at together.
    pub(crate) ahead: Option<Box<Ahead>>,
}

#[derive(Debug)]
enum Link {
    Sqlite(sqlite::Link),
    Postgres(Box<postgres::Link>),
    Mariadb(Box<mariadb::Link>),
    Files(Box<files::Link>),
    Http(Box<http::Link>),
}

impl Session {
    /// Opens a connection.
    ///
    /// # Errors
    /// [`StoreFault::Unreachable`] when nobody answers or the file is not there, and the faults
    /// that the first statements may meet.
    pub fn open(place: Place, access: Access, limits: Limits) -> Result<Self, StoreFault> {
        let link = Link::open(&place, access, limits)?;
        let (schema, looked, watched, ahead) = (None, None, None, None);
        let (described, is_broken) = (0, false);
        Ok(Self { place, access, limits, link, schema, described, looked, watched, is_broken, ahead })
    }

    /// The engine that it speaks to: for files and services the SQLite of their private copy.
    pub fn engine(&self) -> Engine {
        match self.link {
            Link::Sqlite(_) | Link::Files(_) | Link::Http(_) => Engine::Sqlite,
            Link::Postgres(_) => Engine::Postgres,
            Link::Mariadb(_) => Engine::Mariadb,
        }
    }

    /// Whether the server is MySQL: its engine's name is MariaDB's, and few things differ.
    pub(crate) fn is_mysql(&self) -> bool {
        matches!(&self.link, Link::Mariadb(link) if link.is_mysql())
    }

    /// Whether it may change anything.
    pub fn access(&self) -> Access {
        self.access
    }

    /// Runs a statement and returns its rows.
    ///
    /// # Errors
    /// As the store answers.
    pub fn query(&mut self, statement: &Statement) -> Result<Rows, StoreFault> {
        self.query_text(&statement.text, &statement.args)
    }

    /// Runs a statement and returns the number of rows that it says it changed.
    ///
    /// # Errors
    /// As the store answers.
    pub fn execute(&mut self, statement: &Statement) -> Result<u64, StoreFault> {
        self.execute_text(&statement.text, &statement.args)
    }

    /// [`Session::query`] for a text with `$1`, `$2`, … on any engine.
    ///
    /// # Errors
    /// As the store answers.
    pub fn query_text(&mut self, text: &str, args: &[Arg]) -> Result<Rows, StoreFault> {
        self.remember(text, args);
        let result = match &mut self.link {
            Link::Sqlite(link) => link.query(text, args),
            Link::Postgres(link) => link.query(text, args),
            Link::Mariadb(link) => link.query(text, args),
            Link::Files(link) => link.query(text, args),
            Link::Http(link) => link.query(text, args),
        };
        self.note(result)
    }

    /// [`Session::execute`] for a text with `$1`, `$2`, … on any engine.
    ///
    /// # Errors
    /// As the store answers.
    pub fn execute_text(&mut self, text: &str, args: &[Arg]) -> Result<u64, StoreFault> {
        self.remember(text, args);
        let result = match &mut self.link {
            Link::Sqlite(link) => link.execute(text, args),
            Link::Postgres(link) => link.execute(text, args),
            Link::Mariadb(link) => link.execute(text, args),
            Link::Files(link) => link.execute(text, args),
            Link::Http(link) => link.execute(text, args),
        };
        self.note(result)
    }

    /// Runs fixed statements without arguments.
    ///
    /// # Errors
    /// As the store answers.
    pub fn batch(&mut self, text: &str) -> Result<(), StoreFault> {
        let result = match &mut self.link {
            Link::Sqlite(link) => link.batch(text),
            Link::Postgres(link) => link.batch(text),
            Link::Mariadb(link) => link.batch(text),
            Link::Files(link) => link.batch(text),
            Link::Http(link) => link.batch(text),
        };
        self.note(result)
    }

    /// Runs the work in one transaction: committed when it succeeds and the mode is
    /// [`Mode::Change`], undone in every other case.
    ///
    /// # Errors
    /// The work's own, or the store's on beginning and committing; then nothing was changed.
    pub fn transaction<T, E: From<StoreFault>>(
        &mut self,
        mode: Mode,
        work: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        self.begin(mode)?;
        let outcome = match work(self) {
            Ok(value) if mode == Mode::Change => self.commit().map(|()| value).map_err(E::from),
            Ok(value) if mode == Mode::Rehearse => self.rehearse().map(|()| value).map_err(E::from),
            other => other,
        };
        if outcome.is_err() || mode != Mode::Change {
            self.roll_back();
        }
        outcome
    }

    /// Runs the work with another limit for each of its statements. Afterwards the limit is what it was. Not
    /// within a transaction.
    ///
    /// # Errors
    /// The work's own, or the store's on setting the limit; then the work was not begun.
    pub fn with_statement_limit<T, E: From<StoreFault>>(
        &mut self,
        limit: Duration,
        work: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        let was = self.limits.statement;
        self.limit_statements(limit)?;
        let outcome = work(self);
        if self.limit_statements(was).is_err() {
            // The connection that is made anew has the old limit.
            self.limits.statement = was;
            self.is_broken = true;
        }
        outcome
    }

    fn limit_statements(&mut self, limit: Duration) -> Result<(), StoreFault> {
        if limit == self.limits.statement {
            return Ok(());
        }
        self.reconnect_if_closed()?;
        let limits = Limits { statement: limit, ..self.limits };
        let set = match &mut self.link {
            Link::Sqlite(link) => {
                link.limit_statements(limit);
                Ok(())
            }
            Link::Files(link) => {
                link.limit_statements(limit);
                Ok(())
            }
            Link::Http(link) => {
                link.limit_statements(limit);
                Ok(())
            }
            Link::Postgres(link) => link.limit_statements(limit),
            // How long its client waits for an answer is fixed when it connects.
            Link::Mariadb(_) => Link::open(&self.place, self.access, limits).map(|link| self.link = link),
        };
        self.note(set)?;
        self.limits = limits;
        Ok(())
    }

    /// Runs the work within an open transaction so that others can go on there if it fails.
    ///
    /// # Errors
    /// The work's own.
    pub(crate) fn attempt<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, StoreFault>,
    ) -> Result<T, StoreFault> {
        // On the other engines a question that fails leaves its transaction as it is.
        if self.engine() != Engine::Postgres {
            return work(self);
        }
        self.batch("SAVEPOINT kept_attempt")?;
        let outcome = work(self);
        let back = if outcome.is_ok() { "" } else { "ROLLBACK TO SAVEPOINT kept_attempt; " };
        let ended = self.batch(&format!("{back}RELEASE SAVEPOINT kept_attempt"));
        outcome.and_then(|value| ended.map(|()| value))
    }

    fn begin(&mut self, mode: Mode) -> Result<(), StoreFault> {
        self.reconnect_if_closed()?;
        let begin = match (&mut self.link, mode) {
            (Link::Files(link), mode) => {
                let begun = link.begin(mode);
                return self.note(begun);
            }
            (Link::Http(link), mode) => {
                let begun = link.begin(mode);
                return self.note(begun);
            }
            (Link::Sqlite(_), Mode::Look) => "BEGIN",
            (Link::Sqlite(_), _) => "BEGIN IMMEDIATE",
            (Link::Postgres(_), Mode::Look) => "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY",
            // What may wait for the commit does, so that rows can go in any order; one round trip.
            (Link::Postgres(_), _) => {
                "BEGIN ISOLATION LEVEL READ COMMITTED, READ WRITE; SET CONSTRAINTS ALL DEFERRED"
            }
            (Link::Mariadb(link), mode) => link.begin(mode),
        };
        self.batch(begin)
    }

    fn commit(&mut self) -> Result<(), StoreFault> {
        match &mut self.link {
            Link::Files(link) => {
                let committed = link.commit();
                self.note(committed)
            }
            Link::Http(link) => {
                let sent = link.send();
                link.end();
                self.note(sent)
            }
            _ => self.batch("COMMIT"),
        }
    }

    /// Asks a service whether it would do what was tried; a database has tried it itself.
    fn rehearse(&mut self) -> Result<(), StoreFault> {
        match &mut self.link {
            Link::Http(link) => {
                let sent = link.send();
                self.note(sent)
            }
            _ => Ok(()),
        }
    }

    /// From now on a service is asked for the rows that are needed, or again for all of them.
    /// What it was before.
    pub(crate) fn by_need(&mut self, is_by_need: bool) -> bool {
        match &mut self.link {
            Link::Http(link) => link.by_need(is_by_need),
            _ => false,
        }
    }

    /// Asks a service for one row of each table, to see that it knows them.
    ///
    /// # Errors
    /// As the service answers.
    pub(crate) fn probe(&mut self) -> Result<(), StoreFault> {
        match &mut self.link {
            Link::Http(link) => link.probe(),
            _ => Ok(()),
        }
    }

    /// Has a service tell the rows whose columns are one of these, where only what is needed is asked
    /// for; `is_alike` where case and spelling may differ.
    ///
    /// # Errors
    /// As the service answers.
    pub(crate) fn need(
        &mut self,
        table: &crate::schema::Table,
        columns: &[&crate::schema::Column],
        rows: &[&[Value]],
        is_alike: bool,
    ) -> Result<(), StoreFault> {
        let Link::Http(link) = &mut self.link else { return Ok(()) };
        let columns: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        let needed = link.need(&table.name, &columns, rows, is_alike);
        self.note(needed)
    }

    fn roll_back(&mut self) {
        match &mut self.link {
            Link::Files(link) => link.roll_back(),
            Link::Http(link) => link.end(),
            // A refused ROLLBACK means that there is no transaction any more: undone either way.
            _ => drop(self.batch("ROLLBACK")),
        }
    }

    /// The store's schema, as seen at the first call; [`Session::forget_schema`] looks anew.
    ///
    /// # Errors
    /// As the store answers.
    pub fn schema(&mut self) -> Result<Schema, StoreFault> {
        if let Some(schema) = &self.schema {
            return Ok(schema.clone());
        }
        self.reconnect_if_closed()?;
        if let Link::Files(link) = &mut self.link {
            link.refresh()?;
        }
        // What columns a service's rows have is what the policy says: none are fetched for it.
        let was = self.by_need(true);
        let schema = crate::schema::describe(self);
        self.by_need(was);
        let schema = schema?;
        self.schema = Some(schema.clone());
        self.described += 1;
        self.looked = Some(Instant::now());
        Ok(schema)
    }

    /// The number of the look at the schema that holds now, after a first one where there was none.
    ///
    /// # Errors
    /// As the store answers.
    pub(crate) fn schema_number(&mut self) -> Result<u64, StoreFault> {
        if self.schema.is_none() {
            self.schema()?;
        }
        Ok(self.described)
    }

    /// The store's schema, looked at anew where the last look is longer ago than this.
    ///
    /// # Errors
    /// As the store answers.
    pub(crate) fn schema_within(&mut self, age: Duration) -> Result<Schema, StoreFault> {
        if self.looked.is_none_or(|looked| looked.elapsed() > age) {
            self.forget_schema();
        }
        self.schema()
    }

    /// Forgets the schema, so that the next look is fresh.
    pub fn forget_schema(&mut self) {
        self.schema = None;
        if let Link::Postgres(link) = &mut self.link {
            link.forget_statements();
        }
    }

    /// How the engine would carry out a statement, line by line.
    ///
    /// # Errors
    /// As the store answers.
    pub fn explain(&mut self, statement: &Statement) -> Result<Vec<String>, StoreFault> {
        let (words, column) = match self.engine() {
            Engine::Sqlite => ("EXPLAIN QUERY PLAN ", Some(3)),
            Engine::Postgres => ("EXPLAIN ", Some(0)),
            // MySQL's own form is a tree.
            Engine::Mariadb if self.is_mysql() => ("EXPLAIN FORMAT=TRADITIONAL ", None),
            Engine::Mariadb => ("EXPLAIN ", None),
        };
        let rows = self.query_text(&format!("{words}{}", statement.text), &statement.args)?;
        let line = |row: &Vec<Value>| match column {
            Some(column) => row.get(column).map(Value::shown).unwrap_or_default(),
            None => row.iter().map(Value::shown).collect::<Vec<_>>().join(" | "),
        };
        Ok(rows.iter().map(line).collect())
    }

    /// Runs the work and returns how the engine carries out each of its statements: the text, then
    /// the plan line by line. For the tests that no statement reads a whole table. Changes are run
    /// within the work and must be undone by it.
    ///
    /// # Errors
    /// The work's own, or the store's on explaining.
    pub fn explained<E: From<StoreFault>>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<(), E>,
    ) -> Result<Vec<(String, Vec<String>)>, E> {
        self.watched = Some(Vec::new());
        let outcome = work(self);
        let statements = self.watched.take().unwrap_or_default();
        outcome?;
        let explained = statements.into_iter().map(|statement| {
            let plan = self.explain(&statement)?;
            Ok((statement.text, plan))
        });
        explained.collect::<Result<_, StoreFault>>().map_err(E::from)
    }

    fn remember(&mut self, text: &str, args: &[Arg]) {
        let engine = self.engine();
        let explainable = ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"];
        if let Some(watched) = &mut self.watched
            && explainable.iter().any(|word| text.trim_start().starts_with(word))
        {
            watched.push(Statement { engine, text: text.to_owned(), args: args.to_vec() });
        }
    }

    /// A handle by which another thread stops what this session is doing.
    pub fn canceller(&self) -> Canceller {
        match &self.link {
            Link::Sqlite(link) => Canceller::Sqlite(link.interrupter()),
            Link::Files(link) => Canceller::Sqlite(link.interrupter()),
            Link::Http(link) => Canceller::Sqlite(link.interrupter()),
            Link::Postgres(link) => Canceller::Postgres(link.canceller()),
            Link::Mariadb(link) => Canceller::Mariadb(link.canceller()),
        }
    }

    /// SQLite: puts the write-ahead log into the file and empties it, so that no deleted bytes
    /// stay there. Files have none. Returns whether it is done: a reader may be in the way. Nothing on other engines.
    ///
    /// # Errors
    /// As the store answers.
    pub fn scrub(&mut self) -> Result<bool, StoreFault> {
        match &mut self.link {
            Link::Sqlite(link) => link.scrub(),
            Link::Postgres(_) | Link::Mariadb(_) | Link::Files(_) | Link::Http(_) => Ok(true),
        }
    }

    /// Rewrites an SQLite store without the space that deleted rows left behind. Nothing on PostgreSQL,
    /// whose tables are cleaned one by one ([`crate::statistics::vacuum`]), and on MariaDB, which clears
    /// old rows away by itself, and for files, which are written anew by every change.
    ///
    /// # Errors
    /// As the store answers.
    pub fn vacuum(&mut self) -> Result<(), StoreFault> {
        if matches!(self.link, Link::Sqlite(_)) {
            self.batch("VACUUM")?;
            self.scrub()?;
        }
        Ok(())
    }

    fn reconnect_if_closed(&mut self) -> Result<(), StoreFault> {
        let is_closed = match (&self.link, &self.place) {
            (Link::Sqlite(link), Place::File(path)) => link.is_replaced(path),
            (Link::Sqlite(_) | Link::Files(_) | Link::Http(_), _) => false,
            (Link::Postgres(link), _) => link.is_closed(),
            (Link::Mariadb(link), _) => link.is_closed(),
        };
        if self.is_broken || is_closed {
            self.link = Link::open(&self.place, self.access, self.limits)?;
            self.schema = None;
            self.is_broken = false;
        }
        Ok(())
    }

    fn note<T>(&mut self, result: Result<T, StoreFault>) -> Result<T, StoreFault> {
        // The client itself may learn only later that its server has gone.
        self.is_broken |= matches!(result, Err(StoreFault::Unreachable { .. }));
        if matches!(
            result,
            Err(StoreFault::SchemaChanged | StoreFault::NoTable { .. } | StoreFault::NoColumn { .. })
        ) {
            self.forget_schema();
        }
        result
    }
}

impl Link {
    fn open(place: &Place, access: Access, limits: Limits) -> Result<Self, StoreFault> {
        match place {
            Place::File(path) => sqlite::Link::open(path, access, limits).map(Self::Sqlite),
            Place::Folder(folder) => {
                files::Link::open(folder, access, limits).map(|link| Self::Files(Box::new(link)))
            }
            Place::Http(endpoint) => {
                http::Link::open(endpoint, access, limits).map(|link| Self::Http(Box::new(link)))
            }
            Place::Mariadb(url) => {
                mariadb::Link::open(url, access, limits).map(|link| Self::Mariadb(Box::new(link)))
            }
            Place::Server(url) => {
                postgres::Link::open(url, access, limits).map(|link| Self::Postgres(Box::new(link)))
            }
        }
    }
}

/// Stops what a session is doing, from another thread.
pub enum Canceller {
    /// SQLite's interrupt.
    Sqlite(rusqlite::InterruptHandle),
    /// PostgreSQL's cancel request.
    Postgres(::postgres::CancelToken),
    /// MariaDB's `KILL QUERY`.
    Mariadb(mariadb::Canceller),
}

impl std::fmt::Debug for Canceller {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Canceller")
    }
}

impl Canceller {
    /// Asks the store to stop; the call in progress ends with [`StoreFault::Cancelled`].
    pub fn cancel(&self) {
        match self {
            Self::Sqlite(handle) => handle.interrupt(),
            // A server that can't be reached has stopped already.
            Self::Postgres(token) => drop(token.cancel_query(::postgres::NoTls)),
            Self::Mariadb(canceller) => canceller.cancel(),
        }
    }
}
