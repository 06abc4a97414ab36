//! PostgreSQL through its synchronous client: opening, limits, running, and its errors as faults.
//!
//! Not here: SQL for the company's tables, and the schema (`schema::postgres`).

use std::collections::BTreeMap;
use std::error::Error as _;
use std::str::FromStr;
use std::time::Duration;

use ::postgres::error::{DbError, SqlState};
use ::postgres::types::ToSql;
use ::postgres::{Client, Config, Error, NoTls, Statement};
use kept_core::plan::Value;
use kept_core::transport::demanded;

use super::wire::Read;
use super::{Access, Limits, Rows};
use crate::fault::{Constraint, ConstraintKind, StoreFault};
use crate::sql::Arg;
use crate::tls::way::Way;

/// How many prepared statements a connection remembers.
const PREPARED_MAX: usize = 200;

/// A connection to a PostgreSQL server.
pub struct Link {
    client: Client,
    limits: Limits,
    prepared: BTreeMap<String, Statement>,
    /// The way of an encrypted connection, after the client that speaks through it.
    _way: Option<Way>,
}

impl std::fmt::Debug for Link {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Link").field("prepared", &self.prepared.len()).finish_non_exhaustive()
    }
}

impl Link {
    /// Opens a connection and sets its limits.
    ///
    /// # Errors
    /// [`StoreFault::Unreachable`] with the reason and without the URL.
    pub fn open(url: &str, access: Access, limits: Limits) -> Result<Self, StoreFault> {
        let (url, demand) = demanded(url)?;
        let mut config = Config::from_str(&url).map_err(|_| StoreFault::Unreachable {
            why: "the URL is none that PostgreSQL understands (`postgres://user@host/database`)".to_owned(),
        })?;
        let way = demand.map(|demand| Way::begin(&config, &demand, limits.connect)).transpose()?;
        if let Some(way) = &way {
            config = way.config().clone();
        }
        config.application_name("kept").connect_timeout(limits.connect);
        let client =
            config.connect(NoTls).map_err(|error| unreachable(&error)).map_err(|fault| match &way {
                Some(way) => way.why().map_or(fault, |why| StoreFault::Unreachable { why }),
                None => fault,
            })?;
        let mut link = Self { client, limits, prepared: BTreeMap::new(), _way: way };
        link.batch(&format!(
            "SET client_encoding = 'UTF8'; SET TIME ZONE 'UTC'; SET DateStyle = 'ISO, YMD'; \
             SET IntervalStyle = 'iso_8601'; SET bytea_output = 'hex'; \
             SET standard_conforming_strings = on; \
             SET statement_timeout = {}; SET lock_timeout = {}; \
             SET default_transaction_read_only = {}",
            milliseconds(limits.statement),
            milliseconds(limits.lock),
            if access == Access::Read { "on" } else { "off" },
        ))?;
        Ok(link)
    }

    /// Runs a statement and returns its rows.
    ///
    /// # Errors
    /// As the server answers; [`StoreFault::Value`] for a text that holds NUL.
    pub fn query(&mut self, text: &str, args: &[Arg]) -> Result<Rows, StoreFault> {
        let statement = self.prepare(text, args)?;
        let found = self.client.query(&statement, &arguments(args)).map_err(|error| self.fault(&error))?;
        found
            .iter()
            .map(|row| {
                (0..row.len())
                    .map(|at| row.try_get::<_, Read>(at).map(|read| read.0))
                    .collect::<Result<Vec<Value>, Error>>()
            })
            .collect::<Result<Rows, Error>>()
            .map_err(|_| StoreFault::Value)
    }

    /// Runs a statement and returns the number of rows changed.
    ///
    /// # Errors
    /// As the server answers; [`StoreFault::Value`] for a text that holds NUL.
    pub fn execute(&mut self, text: &str, args: &[Arg]) -> Result<u64, StoreFault> {
        let statement = self.prepare(text, args)?;
        self.client.execute(&statement, &arguments(args)).map_err(|error| self.fault(&error))
    }

    /// Runs fixed statements.
    ///
    /// # Errors
    /// As the server answers.
    pub fn batch(&mut self, text: &str) -> Result<(), StoreFault> {
        self.client.batch_execute(text).map_err(|error| self.fault(&error))
    }

    /// From now on a statement may take so long.
    ///
    /// # Errors
    /// As the server answers.
    pub fn limit_statements(&mut self, limit: Duration) -> Result<(), StoreFault> {
        self.batch(&format!("SET statement_timeout = {}", milliseconds(limit)))?;
        self.limits.statement = limit;
        Ok(())
    }

    /// A token that cancels the statement in progress.
    pub fn canceller(&self) -> ::postgres::CancelToken {
        self.client.cancel_token()
    }

    /// Forgets the prepared statements: they may name what is no longer there.
    pub fn forget_statements(&mut self) {
        self.prepared.clear();
    }

    /// Whether the server has gone.
    pub fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    fn prepare(&mut self, text: &str, args: &[Arg]) -> Result<Statement, StoreFault> {
        if args.iter().any(holds_nul) {
            return Err(StoreFault::Value);
        }
        if let Some(statement) = self.prepared.get(text) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(text).map_err(|error| self.fault(&error))?;
        if self.prepared.len() >= PREPARED_MAX {
            self.prepared.clear();
        }
        self.prepared.insert(text.to_owned(), statement.clone());
        Ok(statement)
    }

    fn fault(&self, error: &Error) -> StoreFault {
        match error.as_db_error() {
            Some(answer) => self.answered(answer),
            None if error.is_closed() || self.client.is_closed() => unreachable(error),
            // The server said nothing: a value that could not be put on the wire.
            None => StoreFault::Value,
        }
    }

    fn answered(&self, answer: &DbError) -> StoreFault {
        let code = answer.code();
        match code.code() {
            "57014" if answer.message().contains("timeout") => {
                StoreFault::TimedOut { after: self.limits.statement }
            }
            "57014" => StoreFault::Cancelled,
            "55P03" | "40001" | "40P01" => StoreFault::Locked,
            "42P01" | "42703" | "3F000" | "0A000" | "26000" => StoreFault::SchemaChanged,
            "42501" => StoreFault::NotAllowed { table: answer.table().map(str::to_owned) },
            "25006" => StoreFault::ReadOnly,
            "53100" => StoreFault::Full,
            text if text.starts_with("23") => StoreFault::Constraint(constraint(answer)),
            text if text.starts_with("P0") => StoreFault::Constraint(constraint(answer)),
            text if text.starts_with("22") => StoreFault::Value,
            text if text.starts_with("08") || text.starts_with("57P") || text.starts_with("53") => {
                StoreFault::Unreachable { why: format!("the server said {text}") }
            }
            text => StoreFault::Other { code: text.to_owned() },
        }
    }
}

fn arguments(args: &[Arg]) -> Vec<&(dyn ToSql + Sync)> {
    args.iter().map(|arg| arg as &(dyn ToSql + Sync)).collect()
}

fn holds_nul(arg: &Arg) -> bool {
    let is_nul = |value: &Value| matches!(value, Value::Text(text) if text.contains('\0'));
    match arg {
        Arg::One(value) => is_nul(value),
        Arg::Many(values) => values.iter().any(is_nul),
    }
}

/// The names of what refused; the message and the detail, which quote values, are dropped.
fn constraint(answer: &DbError) -> Constraint {
    let kind = match *answer.code() {
        SqlState::NOT_NULL_VIOLATION => ConstraintKind::NotNull,
        SqlState::CHECK_VIOLATION => ConstraintKind::Check,
        SqlState::UNIQUE_VIOLATION | SqlState::EXCLUSION_VIOLATION => ConstraintKind::Unique,
        SqlState::FOREIGN_KEY_VIOLATION | SqlState::RESTRICT_VIOLATION => ConstraintKind::ForeignKey,
        ref code if code.code().starts_with("P0") => ConstraintKind::Trigger,
        _ => ConstraintKind::Other,
    };
    Constraint {
        kind,
        table: answer.table().map(str::to_owned),
        column: answer.column().map(str::to_owned),
        name: answer.constraint().map(str::to_owned),
    }
}

/// Why nobody answers, in our words: the client's own may quote the URL.
fn unreachable(error: &Error) -> StoreFault {
    let why = match error.code().map(SqlState::code) {
        Some("28P01" | "28000") => "the server does not accept the user or the password".to_owned(),
        Some("3D000") => "the server has no such database".to_owned(),
        Some("53300") => "the server has no free connection".to_owned(),
        Some("57P03") => "the server is starting or stopping".to_owned(),
        Some(code) => format!("the server said {code}"),
        None => match error.source().and_then(|cause| cause.downcast_ref::<std::io::Error>()) {
            Some(cause) => format!("{}", cause.kind()),
            None if error.is_closed() => "the connection was closed".to_owned(),
            None => "no connection could be made".to_owned(),
        },
    };
    StoreFault::Unreachable { why }
}

fn milliseconds(limit: Duration) -> u128 {
    // Zero would mean no limit at all.
    limit.as_millis().max(1)
}
