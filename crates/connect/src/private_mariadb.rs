//! A MariaDB of one's own, for tests (decision 29).
//!
//! Finds the program (or installs Debian's package, when that is allowed), makes an instance in a
//! folder that nobody else can enter, listens on a socket in it and on no network address, and stops
//! with its owner, even when that one is killed. Not here: what runs on it, and the company's own
//! servers (`engine::mariadb`).

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use mysql::prelude::Queryable;
use mysql::{Conn, Opts, OptsBuilder};

use crate::engine::mariadb::options;
use crate::private_postgres::Install;
use crate::private_server::percent;

mod locate;
mod server;

/// The environment variable that names a server to use instead of a private one. Its user must be
/// allowed to create databases.
pub const SERVER_VARIABLE: &str = "KEPT_TEST_MARIADB";

/// MariaDB's limit for a name, in bytes.
const NAME_BYTES_MAX: usize = 64;

/// Why there is no MariaDB. Server errors are reduced to their code.
#[derive(thiserror::Error)]
pub enum MariadbError {
    /// The program is nowhere to be found, and may not or can't be installed.
    #[error("MariaDB is not installed; type: {}", locate::INSTALL_COMMAND)]
    NotFound,
    /// Installing Debian's package failed.
    #[error("installing MariaDB failed: {said}\ntype it yourself to see why: {}", locate::INSTALL_COMMAND)]
    Install {
        /// The end of what the package manager said.
        said: String,
    },
    /// There is no account but root's under which the server could run.
    #[error("MariaDB is not run as root, and there is no account `mysql` or `nobody` to run it")]
    NoAccount,
    /// A file or a program could not be used.
    #[error("{doing}: {source}")]
    Io {
        /// What was being done.
        doing: String,
        /// Why it failed.
        source: std::io::Error,
    },
    /// The instance could not be made or started.
    #[error("{doing} failed: {log}")]
    Server {
        /// Which step.
        doing: &'static str,
        /// The end of the server's log.
        log: String,
    },
    /// A connection or a statement failed.
    #[error("{doing} failed: {code}")]
    Statement {
        /// Which step.
        doing: &'static str,
        /// The server's error code, or the kind of connection error.
        code: String,
    },
    /// The server variable holds something that is not a URL.
    #[error("`{SERVER_VARIABLE}` is not a URL such as `mariadb://user@localhost/`")]
    Variable,
}

/// In words, so that a test that fails for want of MariaDB shows the command to type.
impl std::fmt::Debug for MariadbError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, out)
    }
}

impl MariadbError {
    fn io(doing: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let doing = doing.into();
        move |source| Self::Io { doing, source }
    }

    fn statement(doing: &'static str) -> impl FnOnce(mysql::Error) -> Self {
        move |error| {
            // The server's text may quote values, its code never does.
            let code = match error {
                mysql::Error::MySqlError(answer) => format!("error {}", answer.code),
                _ => "no connection".to_owned(),
            };
            Self::Statement { doing, code }
        }
    }
}

/// A running instance, and the databases made on it. It stops when dropped.
pub struct PrivateMariadb {
    /// Drops databases on a server that is not ours, and holds a lock there that says that this
    /// process lives.
    control: Mutex<Conn>,
    before: String,
    after: String,
    prefix: String,
    made: AtomicU32,
    // After `control`, so that the connection is closed before the server stops.
    server: Option<server::Server>,
}

impl PrivateMariadb {
    /// Starts an instance, or connects to the server that the environment names. Installs what is
    /// missing where that is allowed.
    ///
    /// # Errors
    /// [`MariadbError`] says what is missing and what to type.
    pub fn start(install: Install) -> Result<Self, MariadbError> {
        let named = std::env::var_os(SERVER_VARIABLE).filter(|text| !text.is_empty());
        match named {
            Some(text) => Self::guest(text.to_str().ok_or(MariadbError::Variable)?),
            None => Self::private_with(install, &[]),
        }
    }

    /// Starts an instance with settings beside the usual ones, which they overrule, each as
    /// `--name=value`.
    ///
    /// # Errors
    /// As for [`PrivateMariadb::start`].
    pub fn private_with(install: Install, settings: &[String]) -> Result<Self, MariadbError> {
        let server = server::Server::start(&locate::programs(install)?, settings)?;
        let socket = percent(&server::socket(server.folder()).to_string_lossy());
        let before = format!("mariadb://{}@localhost/", server::SUPERUSER);
        let after = format!("?socket={socket}");
        let control = connect(&format!("{before}{after}"))?;
        let prefix = String::new();
        let control = Mutex::new(control);
        Ok(Self { control, before, after, prefix, made: AtomicU32::new(0), server: Some(server) })
    }

    /// Databases on a server that is not ours: named so that a later run can clear away those of a
    /// process that was killed.
    fn guest(url: &str) -> Result<Self, MariadbError> {
        use std::hash::{BuildHasher, RandomState};
        let (address, settings) =
            url.split_once('?').map_or((url, None), |(left, right)| (left, Some(right)));
        let (scheme, rest) = address.split_once("://").ok_or(MariadbError::Variable)?;
        let authority = rest.split_once('/').map_or(rest, |(authority, _)| authority);
        let before = format!("{scheme}://{authority}/");
        let after = settings.map(|settings| format!("?{settings}")).unwrap_or_default();
        let mut control = connect(&format!("{before}{after}"))?;
        let prefix = format!("kept_test_{:016x}_", RandomState::new().hash_one(std::process::id()));
        clear_away(&mut control, &prefix)?;
        let control = Mutex::new(control);
        Ok(Self { control, before, after, prefix, made: AtomicU32::new(0), server: None })
    }

    /// The instance that all tests of a process share, started by the first that asks. It stops when
    /// the process ends.
    ///
    /// # Errors
    /// As [`Self::start`], the same for everybody who asks.
    pub fn shared() -> Result<&'static Self, &'static MariadbError> {
        static SHARED: OnceLock<Result<PrivateMariadb, MariadbError>> = OnceLock::new();
        SHARED.get_or_init(|| Self::start(Install::Allowed)).as_ref()
    }

    /// The URL of a database of this name, whether or not it exists.
    pub fn url(&self, database: &str) -> String {
        format!("{}{}{}", self.before, percent(database), self.after)
    }

    /// Makes an empty database whose name starts with `name`, and returns its URL. Each call makes
    /// another one.
    ///
    /// # Errors
    /// [`MariadbError::Statement`] with the server's code.
    pub fn database(&self, name: &str) -> Result<String, MariadbError> {
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        let name = database_name(&self.prefix, name, number);
        let mut control = self.control.lock().unwrap_or_else(PoisonError::into_inner);
        let statement = format!("CREATE DATABASE `{name}` CHARACTER SET utf8mb4");
        control.query_drop(statement).map_err(MariadbError::statement("making a database"))?;
        Ok(self.url(&name))
    }

    /// The folder that holds everything of the instance: data, socket and log.
    pub fn folder(&self) -> Option<&Path> {
        self.server.as_ref().map(server::Server::folder)
    }
}

impl Drop for PrivateMariadb {
    fn drop(&mut self) {
        if self.server.is_none() {
            let control = self.control.get_mut().unwrap_or_else(PoisonError::into_inner);
            // Best effort: what stays is cleared away by the next run.
            let _ = drop_databases(control, &self.prefix);
        }
    }
}

impl std::fmt::Debug for PrivateMariadb {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("PrivateMariadb").field("folder", &self.folder()).finish_non_exhaustive()
    }
}

fn connect(url: &str) -> Result<Conn, MariadbError> {
    let opts: Opts = options(url).ok_or(MariadbError::Variable)?;
    Conn::new(OptsBuilder::from_opts(opts)).map_err(MariadbError::statement("connecting to MariaDB"))
}

/// Takes the lock that says that this process lives, and drops the databases of processes that are
/// gone.
fn clear_away(control: &mut Conn, prefix: &str) -> Result<(), MariadbError> {
    let wrong = || MariadbError::statement("clearing away databases of earlier runs");
    control.query_drop(format!("SELECT GET_LOCK('{prefix}', 0)")).map_err(wrong())?;
    let stale = "SELECT DISTINCT LEFT(SCHEMA_NAME, 27) FROM information_schema.SCHEMATA \
                 WHERE SCHEMA_NAME REGEXP '^kept_test_[0-9a-f]{16}_' AND IS_FREE_LOCK(LEFT(SCHEMA_NAME, 27)) = 1";
    let stale: Vec<String> = control.query(stale).map_err(wrong())?;
    stale.iter().try_for_each(|prefix| drop_databases(control, prefix))
}

fn drop_databases(control: &mut Conn, prefix: &str) -> Result<(), MariadbError> {
    let wrong = || MariadbError::statement("dropping a database");
    let names = format!(
        "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE LEFT(SCHEMA_NAME, {}) = '{prefix}'",
        prefix.len()
    );
    let names: Vec<String> = control.query(names).map_err(wrong())?;
    names
        .iter()
        .try_for_each(|name| control.query_drop(format!("DROP DATABASE IF EXISTS `{name}`")).map_err(wrong()))
}

fn database_name(prefix: &str, name: &str, number: u32) -> String {
    let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '_' };
    let ending = format!("_{number}");
    let room = NAME_BYTES_MAX.saturating_sub(prefix.len() + ending.len());
    let middle: String = name.chars().map(plain).take(room).collect();
    format!("{prefix}{middle}{ending}")
}

#[cfg(test)]
mod tests;
