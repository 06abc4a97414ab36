//! MariaDB, and MySQL where it speaks the same, through its synchronous client: opening, limits,
//! running.
//!
//! Values on the wire and errors as faults are below; SQL for the company's tables is `sql`'s, the
//! schema `schema::mariadb`'s.

use std::time::Duration;

use kept_core::plan::Value;
use kept_core::transport::{Demand, demanded};
use mysql::consts::CapabilityFlags;
use mysql::prelude::Queryable;
use mysql::{Conn, Opts, OptsBuilder, Params};

use super::{Access, Limits, Mode, Rows};
use crate::fault::StoreFault;
use crate::sql::Arg;
use crate::tls::tunnel::{Manner, Tunnel};

mod fault;
mod text;
mod wire;

use fault::{answered, unreachable};

/// How many prepared statements a connection remembers.
const PREPARED_MAX: usize = 200;

/// How many questions may stand within one. The server's work and memory grow much faster than their
/// number: with 6,000 it took all the memory of a machine.
const QUESTIONS_MAX: usize = 2_500;

/// How much longer than a statement may take its answer is waited for: the server should say first
/// that its time is over.
const PATIENCE: Duration = Duration::from_secs(30);

/// What holds in every session: quotes and bars mean what the standard says, values that do not fit
/// are refused, and an UPDATE sees each row as it was before it. Zero dates may be there and are
/// read.
const SQL_MODE: &str =
    "STRICT_ALL_TABLES,ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES,NO_ENGINE_SUBSTITUTION";

/// A connection to a MariaDB server.
pub struct Link {
    client: Conn,
    opts: Opts,
    limits: Limits,
    /// Whether changes must run at REPEATABLE READ, because the server's log repeats statements.
    logs_statements: bool,
    is_mysql: bool,
    is_closed: bool,
    /// The way of an encrypted connection, after the client that speaks through it.
    _tunnel: Option<Tunnel>,
}

impl std::fmt::Debug for Link {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Link").field("id", &self.client.connection_id()).finish_non_exhaustive()
    }
}

/// What a URL says, `mariadb://` or `mysql://`; `None` where it says nothing that is understood.
pub(crate) fn options(url: &str) -> Option<Opts> {
    let (scheme, rest) = url.split_once("://")?;
    if !matches!(scheme, "mariadb" | "mysql") {
        return None;
    }
    let opts = Opts::from_url(&format!("mysql://{rest}")).ok()?;
    // Never another way to the server than the one that was written.
    Some(OptsBuilder::from_opts(opts).prefer_socket(false).into())
}

impl Link {
    /// Opens a connection and sets its limits.
    ///
    /// # Errors
    /// [`StoreFault::Unreachable`] with the reason and without the URL.
    pub fn open(url: &str, access: Access, limits: Limits) -> Result<Self, StoreFault> {
        let wrong = |why: &str| StoreFault::Unreachable { why: why.to_owned() };
        let (url, demand) = demanded(url)?;
        let opts = options(&url).ok_or_else(|| {
            wrong("the URL is none that MariaDB understands (`mariadb://user@host/database`)")
        })?;
        if opts.get_db_name().is_none_or(str::is_empty) {
            return Err(wrong("its URL names no database (`mariadb://user@host/database`)"));
        }
        let tunnel = demand.map(|demand| tunnel(&opts, &demand, limits.connect)).transpose()?;
        let socket = tunnel.as_ref().map(|tunnel| tunnel.socket().to_string_lossy().into_owned());
        let socket = socket.or_else(|| opts.get_socket().map(str::to_owned));
        let opts: Opts = OptsBuilder::from_opts(opts)
            .socket(socket)
            .tcp_connect_timeout(Some(limits.connect))
            .read_timeout(Some(limits.statement.saturating_add(limits.lock).saturating_add(PATIENCE)))
            .write_timeout(Some(limits.statement.saturating_add(PATIENCE)))
            .stmt_cache_size(PREPARED_MAX)
            // An UPDATE tells how many rows it met, as other engines do.
            .additional_capabilities(CapabilityFlags::CLIENT_FOUND_ROWS)
            .into();
        let client = Conn::new(opts.clone()).map_err(|error| match &tunnel {
            Some(tunnel) => tunnel.fault_of(unreachable(&error)),
            None => unreachable(&error),
        })?;
        let mut link = Self {
            client,
            opts,
            limits,
            logs_statements: false,
            is_mysql: false,
            is_closed: false,
            _tunnel: tunnel,
        };
        link.set_up(access)?;
        Ok(link)
    }

    fn set_up(&mut self, access: Access) -> Result<(), StoreFault> {
        let lock = self.limits.lock.as_millis().div_ceil(1_000).max(1);
        self.batch(&format!(
            "SET NAMES utf8mb4 COLLATE utf8mb4_bin; SET SESSION sql_mode = '{SQL_MODE}'; \
             SET SESSION time_zone = '+00:00'; SET SESSION autocommit = 1; \
             SET SESSION innodb_lock_wait_timeout = {lock}; SET SESSION lock_wait_timeout = {lock}; \
             SET SESSION group_concat_max_len = 1048576; \
             SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ; \
             SET SESSION TRANSACTION {}",
            if access == Access::Read { "READ ONLY" } else { "READ WRITE" },
        ))?;
        let milliseconds = self.limits.statement.as_millis().max(1);
        let asked = self.query("SELECT VERSION(), @@log_bin AND @@binlog_format = 'STATEMENT'", &[])?;
        let row = asked.into_iter().next().unwrap_or_default();
        self.logs_statements = row.get(1) == Some(&Value::Integer(1));
        self.is_mysql = row.first().is_some_and(|version| !version.shown().contains("MariaDB"));
        if !self.is_mysql {
            self.batch(&format!(
                "SET SESSION max_statement_time = {}.{:03}; SET SESSION in_predicate_conversion_threshold = 0",
                milliseconds / 1_000,
                milliseconds % 1_000
            ))
        } else {
            self.batch(&format!("SET SESSION max_execution_time = {milliseconds}"))
        }
    }

    /// The words that begin a transaction.
    pub fn begin(&self, mode: Mode) -> &'static str {
        match mode {
            Mode::Look => "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
            // Locks rows and not the gaps between them: the company's own work goes on.
            Mode::Change | Mode::Rehearse if !self.logs_statements => {
                "SET TRANSACTION ISOLATION LEVEL READ COMMITTED; START TRANSACTION"
            }
            Mode::Change | Mode::Rehearse => "START TRANSACTION",
        }
    }

    /// Runs a statement and returns its rows.
    ///
    /// # Errors
    /// As the server answers.
    pub fn query(&mut self, text: &str, args: &[Arg]) -> Result<Rows, StoreFault> {
        let (text, params) = prepared(text, args)?;
        let result = self.client.exec_iter(text, params);
        let rows = result.and_then(|found| {
            let columns = found.columns().as_ref().to_vec();
            found
                .map(|row| {
                    let values = row?.unwrap();
                    Ok(columns.iter().zip(values).map(|(column, value)| wire::read(column, value)).collect())
                })
                .collect::<Result<Rows, mysql::Error>>()
        });
        rows.map_err(|error| self.fault(&error))
    }

    /// Runs a statement and returns the number of rows changed.
    ///
    /// # Errors
    /// As the server answers.
    pub fn execute(&mut self, text: &str, args: &[Arg]) -> Result<u64, StoreFault> {
        let (text, params) = prepared(text, args)?;
        let changed = self.client.exec_iter(text, params).map(|done| done.affected_rows());
        changed.map_err(|error| self.fault(&error))
    }

    /// Runs fixed statements.
    ///
    /// # Errors
    /// As the server answers.
    pub fn batch(&mut self, text: &str) -> Result<(), StoreFault> {
        let result = self.client.query_iter(text).and_then(|mut done| {
            while let Some(set) = done.iter() {
                for row in set {
                    row?;
                }
            }
            Ok(())
        });
        result.map_err(|error| self.fault(&error))
    }

    /// What stops the statement in progress.
    pub fn canceller(&self) -> Canceller {
        Canceller { opts: self.opts.clone(), id: self.client.connection_id() }
    }

    /// Whether the server is MySQL, and no MariaDB.
    pub fn is_mysql(&self) -> bool {
        self.is_mysql
    }

    /// Whether the server has gone.
    pub fn is_closed(&self) -> bool {
        self.is_closed
    }

    fn fault(&mut self, error: &mysql::Error) -> StoreFault {
        let fault = match error {
            mysql::Error::MySqlError(answer) => answered(answer, self.limits),
            _ => unreachable(error),
        };
        self.is_closed |= matches!(fault, StoreFault::Unreachable { .. });
        fault
    }
}

/// The way to the server of a URL that demands an encrypted connection.
fn tunnel(opts: &Opts, demand: &Demand, timeout: Duration) -> Result<Tunnel, StoreFault> {
    if opts.get_socket().is_some() {
        let why = "its URL names a socket and `sslmode`; a socket needs no encryption".to_owned();
        return Err(StoreFault::Unreachable { why });
    }
    Tunnel::begin(demand, (&opts.get_ip_or_hostname(), opts.get_tcp_port(), Manner::Mariadb), timeout)
}

/// The text and values as the client takes them.
fn prepared(text: &str, args: &[Arg]) -> Result<(String, Params), StoreFault> {
    let questions = text.matches("SELECT").count();
    if questions > QUESTIONS_MAX {
        let what = format!(
            "a question to this store would hold {questions} others, which MariaDB can't answer; \
             let fewer purposes, or simpler `keep` sentences, stand on one table"
        );
        return Err(StoreFault::Map { what });
    }
    let (text, places) = text::positional(text);
    let values = places.iter().map(|place| match place.checked_sub(1).and_then(|at| args.get(at)) {
        Some(Arg::One(value)) => Ok(wire::sent(value)),
        _ => Err(StoreFault::Value),
    });
    let values = values.collect::<Result<Vec<mysql::Value>, StoreFault>>()?;
    Ok((text, if values.is_empty() { Params::Empty } else { Params::Positional(values) }))
}

/// Stops a statement by way of a connection of its own.
pub struct Canceller {
    opts: Opts,
    id: u32,
}

impl std::fmt::Debug for Canceller {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Canceller({})", self.id)
    }
}

impl Canceller {
    /// Asks the server to stop what the connection is doing.
    pub(super) fn cancel(&self) {
        if let Ok(mut other) = Conn::new(self.opts.clone()) {
            // A statement that has ended meanwhile needs no stop.
            let _ended = other.query_drop(format!("KILL QUERY {}", self.id));
        }
    }
}
