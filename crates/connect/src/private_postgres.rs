//! A PostgreSQL of one's own, for tests and the demo (decision 29).
//!
//! Finds the programs (or installs Debian's packages, when that is allowed), makes an instance in a
//! folder that nobody else can enter, listens on a socket in it and on no network address, and stops
//! with its owner, even when that one is killed. Not here: what runs on it, and the company's own
//! servers (`postgres`).

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use postgres::{Client, NoTls};

mod locate;
mod server;
mod url;

pub use locate::Install;
pub use url::SERVER_VARIABLE;

/// PostgreSQL's limit for a name, in bytes.
const NAME_BYTES_MAX: usize = 63;

/// How an instance is made.
#[derive(Clone, Debug)]
pub struct Options {
    /// Whether Debian's packages may be installed where PostgreSQL is missing.
    pub install: Install,
    /// Whether commits reach the disk. Switch it off only for data that may be lost.
    pub durable: bool,
    /// Where data are kept after the end, to be found again by the next start; `None` for a
    /// temporary folder that goes with the instance.
    pub folder: Option<PathBuf>,
    /// Whether a server named by [`SERVER_VARIABLE`] is used instead of a private one.
    pub server_variable: bool,
}

impl Default for Options {
    /// Nothing is installed, commits are durable, the folder is temporary, and a server named in the
    /// environment is left alone.
    fn default() -> Self {
        Self { install: Install::Refused, durable: true, folder: None, server_variable: false }
    }
}

impl Options {
    /// For tests: installs what is missing, doesn't wait for the disk, and uses the server that the
    /// environment names, if it names one.
    pub fn for_tests() -> Self {
        Self { install: Install::Allowed, durable: false, folder: None, server_variable: true }
    }
}

/// Why there is no PostgreSQL. Server errors are reduced to their code.
#[derive(thiserror::Error)]
pub enum PostgresError {
    /// The programs are nowhere to be found, and may not or can't be installed.
    #[error("PostgreSQL is not installed; type: {}", locate::INSTALL_COMMAND)]
    NotFound,
    /// Installing Debian's packages failed.
    #[error("installing PostgreSQL failed: {said}\ntype it yourself to see why: {}", locate::INSTALL_COMMAND)]
    Install {
        /// The end of what the package manager said.
        said: String,
    },
    /// There is no account but root's under which the server could run.
    #[error("PostgreSQL never runs as root, and there is no account `postgres` or `nobody` to run it")]
    NoAccount,
    /// The folder's path can't be used.
    #[error("the folder `{0}` can't hold a database: its path must be absolute and at most 80 bytes long")]
    Folder(PathBuf),
    /// The folder is in use by another instance.
    #[error("the folder `{0}` is in use by another PostgreSQL; stop that one first")]
    InUse(PathBuf),
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
    /// The server did not get ready in time.
    #[error("PostgreSQL was not ready after {seconds} s: {log}")]
    Slow {
        /// How long it was waited for.
        seconds: u64,
        /// The end of the server's log.
        log: String,
    },
    /// A connection or a statement failed.
    #[error("{doing} failed: {code}")]
    Statement {
        /// Which step.
        doing: &'static str,
        /// The SQLSTATE, or the kind of connection error.
        code: String,
    },
    /// The server variable holds something that is not a connection string.
    #[error("`{SERVER_VARIABLE}` is not a connection string such as `postgres://user@localhost/postgres`")]
    Variable,
}

/// In words, so that a test that fails for want of PostgreSQL shows the command to type.
impl std::fmt::Debug for PostgresError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, out)
    }
}

impl PostgresError {
    fn io(doing: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let doing = doing.into();
        move |source| Self::Io { doing, source }
    }

    fn statement(doing: &'static str) -> impl FnOnce(postgres::Error) -> Self {
        move |error| Self::Statement { doing, code: described(&error) }
    }
}

/// What may be repeated of a server's error: its text may quote values, its code never does.
fn described(error: &postgres::Error) -> String {
    match error.code() {
        Some(code) => format!("SQLSTATE {}", code.code()),
        None => error.to_string(),
    }
}

/// A running instance, and the databases made on it. It stops when dropped.
pub struct PrivatePostgres {
    /// Drops databases on a server that is not ours; its name there tells which process it is.
    control: Mutex<Client>,
    base: url::Base,
    prefix: String,
    made: AtomicU32,
    // After `control`, so that the connection is closed before the server stops.
    server: Option<server::Server>,
}

impl PrivatePostgres {
    /// Starts an instance, or connects to the server that the environment names.
    ///
    /// # Errors
    /// [`PostgresError`] says what is missing and what to type.
    pub fn start(options: &Options) -> Result<Self, PostgresError> {
        Self::start_with(options, &[])
    }

    /// The same with settings beside the usual ones, which they overrule, each as `name=value`.
    ///
    /// # Errors
    /// As for [`PrivatePostgres::start`].
    pub fn start_with(options: &Options, settings: &[String]) -> Result<Self, PostgresError> {
        let named = if options.server_variable { url::Base::of_variable()? } else { None };
        let (base, server) = match named {
            Some(base) => (base, None),
            None => {
                let programs = locate::programs(options.install)?;
                let server = server::Server::start(programs, options, settings)?;
                (url::Base::of_socket(server.socket()), Some(server))
            }
        };
        let prefix = if server.is_some() { String::new() } else { foreign_prefix() };
        let mut control = connect(&base.database("postgres"))?;
        if server.is_none() {
            sweep_foreign(&mut control, &prefix)?;
        }
        Ok(Self { control: Mutex::new(control), base, prefix, made: AtomicU32::new(0), server })
    }

    /// The instance that all tests of a process share, started by the first that asks. It stops when
    /// the process ends.
    ///
    /// # Errors
    /// As [`Self::start`], the same for everybody who asks.
    pub fn shared() -> Result<&'static Self, &'static PostgresError> {
        static SHARED: OnceLock<Result<PrivatePostgres, PostgresError>> = OnceLock::new();
        SHARED.get_or_init(|| Self::start(&Options::for_tests())).as_ref()
    }

    /// The URL of a database of this name, whether or not it exists.
    pub fn url(&self, database: &str) -> String {
        self.base.database(database)
    }

    /// Makes an empty database whose name starts with `name`, and returns its URL. Each call makes
    /// another one.
    ///
    /// # Errors
    /// [`PostgresError::Statement`] with the server's code.
    pub fn database(&self, name: &str) -> Result<String, PostgresError> {
        self.copy("template1", name)
    }

    /// Makes a copy of the database behind a URL that [`Self::database`] returned, and returns the
    /// copy's URL. Nobody may be connected to the original.
    ///
    /// # Errors
    /// [`PostgresError::Statement`] with the server's code.
    pub fn database_like(&self, template_url: &str, name: &str) -> Result<String, PostgresError> {
        let template = self.base.name_in(template_url).unwrap_or_default();
        self.copy(&template, name)
    }

    /// The database of exactly this name, made if it is not there yet; for an instance whose folder
    /// is kept.
    ///
    /// # Errors
    /// [`PostgresError::Statement`] with the server's code.
    pub fn ensure_database(&self, name: &str) -> Result<String, PostgresError> {
        let mut control = self.control.lock().unwrap_or_else(PoisonError::into_inner);
        let found = control
            .query_opt("SELECT 1 FROM pg_database WHERE datname = $1", &[&name])
            .map_err(PostgresError::statement("looking for a database"))?;
        if found.is_none() {
            create(&mut control, name, "template1")?;
        }
        Ok(self.base.database(name))
    }

    /// The folder of the server's programs (`psql`, `pg_dump`); `None` for a server that the
    /// environment names.
    pub fn bin_dir(&self) -> Option<&Path> {
        self.server.as_ref().map(server::Server::bin_dir)
    }

    /// The folder that holds everything of the instance: data, socket and log.
    pub fn folder(&self) -> Option<&Path> {
        self.server.as_ref().map(server::Server::folder)
    }

    fn copy(&self, template: &str, name: &str) -> Result<String, PostgresError> {
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        let name = database_name(&self.prefix, name, number);
        let mut control = self.control.lock().unwrap_or_else(PoisonError::into_inner);
        create(&mut control, &name, template)?;
        Ok(self.base.database(&name))
    }
}

impl Drop for PrivatePostgres {
    fn drop(&mut self) {
        if self.server.is_none() {
            let control = self.control.get_mut().unwrap_or_else(PoisonError::into_inner);
            // Best effort: what stays is swept by the next run.
            let _ = drop_databases(control, &self.prefix);
        }
    }
}

impl std::fmt::Debug for PrivatePostgres {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("PrivatePostgres").field("folder", &self.folder()).finish_non_exhaustive()
    }
}

fn connect(url: &str) -> Result<Client, PostgresError> {
    Client::connect(url, NoTls).map_err(PostgresError::statement("connecting to PostgreSQL"))
}

fn create(control: &mut Client, name: &str, template: &str) -> Result<(), PostgresError> {
    let statement = format!("CREATE DATABASE {} TEMPLATE {}", quoted(name), quoted(template));
    control.batch_execute(&statement).map_err(PostgresError::statement("making a database"))
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn database_name(prefix: &str, name: &str, number: u32) -> String {
    let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '_' };
    let ending = format!("_{number}");
    let room = NAME_BYTES_MAX.saturating_sub(prefix.len() + ending.len());
    let middle: String = name.chars().map(plain).take(room).collect();
    format!("{prefix}{middle}{ending}")
}

/// The start of every name that this process gives on a server that is not ours: random, since
/// other machines may use the same server.
fn foreign_prefix() -> String {
    use std::hash::{BuildHasher, RandomState};
    format!("kept_test_{:016x}_", RandomState::new().hash_one(std::process::id()))
}

/// Announces this process under its prefix, and drops the databases of processes that are gone.
fn sweep_foreign(control: &mut Client, prefix: &str) -> Result<(), PostgresError> {
    let doing = "clearing away databases of earlier runs";
    control
        .batch_execute(&format!("SET application_name = '{prefix}'"))
        .map_err(PostgresError::statement(doing))?;
    let stale = "SELECT DISTINCT substr(datname, 1, 27) FROM pg_database \
                 WHERE datname ~ '^kept_test_[0-9a-f]{16}_' AND NOT EXISTS \
                 (SELECT 1 FROM pg_stat_activity WHERE application_name = substr(datname, 1, 27))";
    for row in control.query(stale, &[]).map_err(PostgresError::statement(doing))? {
        drop_databases(control, row.get(0))?;
    }
    Ok(())
}

fn drop_databases(control: &mut Client, prefix: &str) -> Result<(), PostgresError> {
    let doing = "dropping a database";
    let names = "SELECT datname FROM pg_database WHERE starts_with(datname, $1)";
    for row in control.query(names, &[&prefix]).map_err(PostgresError::statement(doing))? {
        let statement = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", quoted(row.get(0)));
        control.batch_execute(&statement).map_err(PostgresError::statement(doing))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
