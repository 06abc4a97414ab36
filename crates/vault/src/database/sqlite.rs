//! SQLite (<https://sqlite.org/wal.html>, `pragma.html`): write-ahead log, flushed after each commit
//! (`flush`), foreign keys enforced, deleted bytes overwritten, nothing temporary on the disk.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use kept_core::plan::Value;
use rusqlite::config::DbConfig;
use rusqlite::types::ValueRef;
use rusqlite::{CachedStatement, ErrorCode};

use super::Access;
use crate::fault::Fault;
use crate::keys::file::{Made, private};
use crate::location::Settings;
use crate::row::Row;
use crate::statements::Statement;

/// How many prepared statements a connection keeps.
const PREPARED_MAX: usize = 128;

/// How much of the file a connection that reads keeps in memory, and one that writes, in KiB.
const READ_PAGES_KIB: i64 = 2_000;
const WRITE_PAGES_KIB: i64 = 24_000;

/// After how many pages the log is moved into the file: a page that was written often meanwhile is written
/// there once.
const LOG_PAGES: i64 = 4_000;

/// A connection to a SQLite file.
pub(crate) struct Connection {
    inner: rusqlite::Connection,
    in_transaction: bool,
    /// What the last transaction was allowed to do; none before the first.
    access: Option<Access>,
    /// How many rows this connection had changed when the transaction began.
    changed_before: u64,
    /// No other connection of this process has the same.
    number: u64,
}

/// Makes the file, its owner's alone, where there is none; SQLite gives those beside it the same permissions.
///
/// A file that is there is not opened: POSIX drops all locks of a process on a file with the first descriptor
/// that it closes (<https://sqlite.org/howtocorrupt.html>, 2.2), those of its other connections as well, and
/// another process would take away the log that they write to.
fn make(path: &Path) -> std::io::Result<()> {
    match private(path, Made::New) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        made => made.map(drop),
    }
}

/// How many connections were opened.
static OPENED: AtomicU64 = AtomicU64::new(0);

/// How long to wait between two tries to open a store that another process is opening.
const TRY_AGAIN: std::time::Duration = std::time::Duration::from_millis(20);

/// Tries again while another process holds the store. The change to a write-ahead log does not wait
/// by itself, whatever the time-out says, and two processes may open a new store at once.
fn patiently(
    wait_for: std::time::Duration,
    mut act: impl FnMut() -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let tries = wait_for.as_millis() / TRY_AGAIN.as_millis();
    for _ in 0..tries {
        match act() {
            Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy) => {
                std::thread::sleep(TRY_AGAIN);
            }
            ended => return ended,
        }
    }
    act()
}

impl Connection {
    pub(crate) fn open(path: &Path, settings: &Settings) -> Result<Self, Fault> {
        let failed = |reason: String| Fault::Open { reason: format!("`{}`: {reason}", path.display()) };
        let refused = |error: rusqlite::Error| {
            if is_full(&error) { Fault::Full { act: "open" } } else { failed(code(&error)) }
        };
        make(path).map_err(|error| failed(error.kind().to_string()))?;
        let inner = rusqlite::Connection::open(path).map_err(refused)?;
        inner.busy_timeout(settings.wait_for).map_err(refused)?;
        inner.set_prepared_statement_cache_capacity(PREPARED_MAX);
        // Otherwise a statement is planned anew for each value that is bound, which takes longer than
        // most of them run.
        inner.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(refused)?;
        for (pragma, value) in [
            ("secure_delete", "ON"),
            ("journal_mode", "WAL"),
            // The log is flushed after the commit, for many commits at once (`flush`).
            ("synchronous", "NORMAL"),
            ("foreign_keys", "ON"),
            ("temp_store", "MEMORY"),
        ] {
            patiently(settings.wait_for, || inner.pragma_update(None, pragma, value)).map_err(refused)?;
        }
        inner.pragma_update(None, "wal_autocheckpoint", LOG_PAGES).map_err(refused)?;
        if let Some(pages) = settings.pages_max {
            inner.pragma_update(None, "max_page_count", pages).map_err(refused)?;
        }
        Ok(Self {
            inner,
            in_transaction: false,
            access: None,
            changed_before: 0,
            number: OPENED.fetch_add(1, Ordering::Relaxed),
        })
    }

    /// Which state of the store the transaction began with: another number where another connection, of
    /// this process or not, committed anything since (<https://sqlite.org/pragma.html#pragma_data_version>).
    pub(crate) fn version(&mut self) -> Option<(u64, i64)> {
        let mut statement = self.inner.prepare_cached("PRAGMA data_version").ok()?;
        let version = statement.query_row([], |row| row.get(0)).ok()?;
        Some((self.number, version))
    }

    /// What the last transaction was allowed to do.
    pub(crate) fn access(&self) -> Option<Access> {
        self.access
    }

    pub(crate) fn begin(&mut self, access: Access, act: &'static str) -> Result<(), Fault> {
        if self.access != Some(access) {
            self.access = None;
            self.inner.pragma_update(None, "query_only", access == Access::Read).map_err(fault_of(act))?;
            // A reader forgets all pages with each commit of another connection; the writer keeps them.
            let pages = if access == Access::Read { READ_PAGES_KIB } else { WRITE_PAGES_KIB };
            self.inner.pragma_update(None, "cache_size", -pages).map_err(fault_of(act))?;
            self.access = Some(access);
        }
        self.say(if access == Access::Read { "BEGIN DEFERRED" } else { "BEGIN IMMEDIATE" }, act)?;
        self.in_transaction = true;
        self.changed_before = self.inner.total_changes();
        Ok(())
    }

    /// Whether there is anything in it that a flush must make durable.
    pub(crate) fn commit(&mut self, act: &'static str) -> Result<bool, Fault> {
        self.say("COMMIT", act)?;
        self.in_transaction = false;
        Ok(self.inner.total_changes() != self.changed_before)
    }

    pub(crate) fn say(&self, text: &'static str, act: &'static str) -> Result<(), Fault> {
        let mut statement = self.inner.prepare_cached(text).map_err(fault_of(act))?;
        statement.raw_execute().map(drop).map_err(fault_of(act))
    }

    pub(crate) fn roll_back(&mut self) -> bool {
        if !std::mem::take(&mut self.in_transaction) {
            return true;
        }
        // What others of the transaction had read of each other's writes never came to be: from here on
        // nothing that is known in memory counts as this connection's (`memory`).
        self.number = OPENED.fetch_add(1, Ordering::Relaxed);
        if self.inner.is_autocommit() {
            return true;
        }
        self.inner.execute_batch("ROLLBACK").is_ok()
    }

    pub(crate) fn query(&mut self, of: Statement, values: &[Value]) -> Result<Vec<Row>, Fault> {
        let mut statement = self.bound(of, values)?;
        let width = statement.column_count();
        let mut rows = statement.raw_query();
        let mut answer = Vec::new();
        while let Some(row) = rows.next().map_err(fault_of(of.name))? {
            let values = (0..width)
                .map(|column| row.get_ref(column).map(value))
                .collect::<Result<_, _>>()
                .map_err(fault_of(of.name))?;
            answer.push(Row { statement: of.name, values });
        }
        Ok(answer)
    }

    pub(crate) fn execute(&mut self, of: Statement, values: &[Value]) -> Result<u64, Fault> {
        let changed = self.bound(of, values)?.raw_execute().map_err(fault_of(of.name))?;
        Ok(changed as u64)
    }

    /// `$1` is a name to SQLite, numbered by first appearance: bind by the name.
    fn bound(&self, of: Statement, values: &[Value]) -> Result<CachedStatement<'_>, Fault> {
        let mut statement = self.inner.prepare_cached(of.text).map_err(fault_of(of.name))?;
        for index in 1..=statement.parameter_count() {
            let place = statement.parameter_name(index).and_then(|name| name.strip_prefix('$'));
            let place = place.and_then(|number| number.parse::<usize>().ok());
            let value = place.and_then(|place| values.get(place.wrapping_sub(1)));
            let value = value.ok_or(Fault::Shape { statement: of.name, column: index })?;
            statement.raw_bind_parameter(index, reference(value)).map_err(fault_of(of.name))?;
        }
        Ok(statement)
    }

    pub(crate) fn run(&mut self, name: &'static str, script: &str) -> Result<(), Fault> {
        self.inner.execute_batch(script).map_err(fault_of(name))
    }

    pub(crate) fn prepare(&mut self, of: Statement) -> Result<(), Fault> {
        self.inner.prepare_cached(of.text).map(drop).map_err(fault_of(of.name))
    }

    pub(crate) fn count_tables(&mut self) -> Result<i64, Fault> {
        self.inner
            .query_row("SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table'", [], |row| row.get(0))
            .map_err(fault_of("count_tables"))
    }

    /// Copies the whole database into a file that must not be there yet.
    pub(crate) fn copy_to(&mut self, path: &Path) -> Result<(), Fault> {
        private(path, Made::New).map_err(|error| Fault::File {
            what: "can't back up the store to",
            path: path.to_owned(),
            reason: error.kind(),
        })?;
        let path = path.to_string_lossy();
        self.inner.execute("VACUUM INTO ?1", [path.as_ref()]).map_err(fault_of("backup"))?;
        Ok(())
    }

    /// Moves the whole write-ahead log into the file and empties it; `false` when a reader or
    /// another writer is in the way.
    pub(crate) fn truncate_log(&mut self, wait: Duration) -> Result<bool, Fault> {
        let fault = || fault_of("scrub");
        self.inner.busy_timeout(wait).map_err(fault())?;
        let busy: i64 =
            self.inner.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)).map_err(fault())?;
        Ok(busy == 0)
    }
}

fn reference(value: &Value) -> rusqlite::types::ToSqlOutput<'_> {
    rusqlite::types::ToSqlOutput::Borrowed(match value {
        Value::Null => ValueRef::Null,
        Value::Integer(number) => ValueRef::Integer(*number),
        Value::Real(number) => ValueRef::Real(*number),
        Value::Text(text) | Value::Unread(text) => ValueRef::Text(text.as_bytes()),
        Value::Bytes(bytes) => ValueRef::Blob(bytes),
    })
}

fn value(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Real(number) => Value::Real(number),
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
    }
}

/// The failure without the engine's own text, which may quote values.
fn fault_of(statement: &'static str) -> impl Fn(rusqlite::Error) -> Fault {
    move |error| match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Fault::Busy { act: statement },
        _ if is_full(&error) => Fault::Full { act: statement },
        _ => Fault::Statement { statement, code: code(&error), place: String::new() },
    }
}

/// Whether nothing more can be written: a full disk, a quota, a limit of file sizes, or no room for
/// the index of the write-ahead log.
fn is_full(error: &rusqlite::Error) -> bool {
    error.sqlite_error().is_some_and(|failure| {
        let of_file_system = [rusqlite::ffi::SQLITE_IOERR_WRITE, rusqlite::ffi::SQLITE_IOERR_SHMSIZE];
        failure.code == ErrorCode::DiskFull || of_file_system.contains(&failure.extended_code)
    })
}

fn code(error: &rusqlite::Error) -> String {
    match error.sqlite_error() {
        Some(failure) => rusqlite::ffi::code_to_str(failure.extended_code).to_owned(),
        None => "the engine refused it".to_owned(),
    }
}
