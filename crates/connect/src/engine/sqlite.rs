//! SQLite through rusqlite: opening, limits, running, and its errors as faults.
//!
//! Not here: SQL for the company's tables, and the schema (`schema::sqlite`).

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use kept_core::plan::Value;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, ffi};

use super::{Access, Limits, Rows};
use crate::fault::{Constraint, ConstraintKind, StoreFault};
use crate::sql::Arg;

/// How many steps of SQLite's machine pass between two looks at the clock.
const STEPS_BETWEEN_LOOKS: i32 = 10_000;

/// How long a scrub waits for readers at most.
const SCRUB_WAIT: Duration = Duration::from_secs(1);

/// A connection to an SQLite file.
#[derive(Debug)]
pub struct Link {
    connection: Connection,
    /// Which file it was when it was opened; none for a database in memory.
    file: Option<File>,
    limits: Limits,
    deadline: Arc<Mutex<Option<Instant>>>,
    timed_out: Arc<AtomicBool>,
}

impl Link {
    /// Opens a file that is there.
    ///
    /// # Errors
    /// [`StoreFault::Unreachable`] when there is no such file, [`StoreFault::Damaged`] when it
    /// is no database.
    pub fn open(path: &Path, access: Access, limits: Limits) -> Result<Self, StoreFault> {
        if !path.is_file() {
            let why = format!("there is no file `{}`", path.display());
            return Err(StoreFault::Unreachable { why });
        }
        // Asked before it is opened: a file that takes its place in between is told as another one.
        let file = File::at(path);
        let connection = connect(path, access, limits)?;
        let mut link = Self {
            connection,
            file,
            limits,
            deadline: Arc::new(Mutex::new(None)),
            timed_out: Arc::new(AtomicBool::new(false)),
        };
        link.watch()?;
        if access == Access::Write {
            link.batch("PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY")?;
        } else {
            link.batch("PRAGMA query_only = ON; PRAGMA temp_store = MEMORY")?;
        }
        Ok(link)
    }

    /// A database in memory, seen by nobody else and written to no disk.
    ///
    /// # Errors
    /// As SQLite answers.
    pub(crate) fn private(limits: Limits) -> Result<Self, StoreFault> {
        let connection = Connection::open_in_memory().map_err(|error| fault(&error))?;
        look(&connection, limits).map_err(|error| fault(&error))?;
        let mut link = Self {
            connection,
            file: None,
            limits,
            deadline: Arc::new(Mutex::new(None)),
            timed_out: Arc::new(AtomicBool::new(false)),
        };
        link.watch()?;
        link.batch("PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY")?;
        Ok(link)
    }

    /// Whether another file, or none, is now where the opened one was: a backup that was put back, an export that
    /// was made anew. SQLite goes on with the file that it opened.
    pub(crate) fn is_replaced(&self, path: &Path) -> bool {
        self.file.is_some() && self.file != File::at(path)
    }

    /// Calls back with the table's name for each row that is inserted, changed or deleted.
    ///
    /// # Errors
    /// As SQLite answers.
    pub(crate) fn on_change(&mut self, note: impl Fn(&str) + Send + 'static) -> Result<(), StoreFault> {
        let hook = move |_, _: &str, table: &str, _| note(table);
        self.connection.update_hook(Some(hook)).map_err(|error| fault(&error))
    }

    fn watch(&mut self) -> Result<(), StoreFault> {
        let deadline = Arc::clone(&self.deadline);
        let timed_out = Arc::clone(&self.timed_out);
        let look = move || {
            let over = deadline.lock().is_ok_and(|until| until.is_some_and(|at| Instant::now() >= at));
            if over {
                timed_out.store(true, Ordering::Relaxed);
            }
            over
        };
        self.connection.progress_handler(STEPS_BETWEEN_LOOKS, Some(look)).map_err(|error| fault(&error))
    }

    /// Runs a statement and returns its rows.
    ///
    /// # Errors
    /// As SQLite answers.
    pub fn query(&mut self, text: &str, args: &[Arg]) -> Result<Rows, StoreFault> {
        self.limited(|connection| {
            let mut statement = connection.prepare_cached(text)?;
            bind(&mut statement, args)?;
            let width = statement.column_count();
            let mut found = statement.raw_query();
            let mut rows = Vec::new();
            while let Some(row) = found.next()? {
                rows.push((0..width).map(|at| row.get_ref(at).map(value)).collect::<Result<_, _>>()?);
            }
            Ok(rows)
        })
    }

    /// Runs a statement and returns the number of rows changed.
    ///
    /// # Errors
    /// As SQLite answers.
    pub fn execute(&mut self, text: &str, args: &[Arg]) -> Result<u64, StoreFault> {
        self.limited(|connection| {
            let mut statement = connection.prepare_cached(text)?;
            bind(&mut statement, args)?;
            statement.raw_execute().map(|changed| u64::try_from(changed).unwrap_or(u64::MAX))
        })
    }

    /// Runs fixed statements.
    ///
    /// # Errors
    /// As SQLite answers.
    pub fn batch(&mut self, text: &str) -> Result<(), StoreFault> {
        self.limited(|connection| connection.execute_batch(text))
    }

    /// Empties the write-ahead log into the file; `false` when a reader is in the way.
    ///
    /// # Errors
    /// As SQLite answers.
    pub fn scrub(&mut self) -> Result<bool, StoreFault> {
        let until = Instant::now() + SCRUB_WAIT;
        loop {
            let rows = match self.query("PRAGMA wal_checkpoint(TRUNCATE)", &[]) {
                Err(StoreFault::Locked) => Vec::new(),
                other => other?,
            };
            let busy = rows.first().and_then(|row| row.first()) != Some(&Value::Integer(0));
            if !busy || Instant::now() >= until {
                return Ok(!busy);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// From now on a statement may take so long.
    pub(crate) fn limit_statements(&mut self, limit: Duration) {
        self.limits.statement = limit;
    }

    /// A handle that interrupts the statement in progress.
    pub fn interrupter(&self) -> rusqlite::InterruptHandle {
        self.connection.get_interrupt_handle()
    }

    fn limited<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, rusqlite::Error>,
    ) -> Result<T, StoreFault> {
        self.timed_out.store(false, Ordering::Relaxed);
        self.set_deadline(Some(Instant::now() + self.limits.statement));
        let result = work(&self.connection);
        self.set_deadline(None);
        result.map_err(|error| match fault(&error) {
            StoreFault::Cancelled if self.timed_out.load(Ordering::Relaxed) => {
                StoreFault::TimedOut { after: self.limits.statement }
            }
            other => other,
        })
    }

    fn set_deadline(&self, until: Option<Instant>) {
        if let Ok(mut deadline) = self.deadline.lock() {
            *deadline = until;
        }
    }
}

/// A file itself, whatever its name: its device, and its number there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct File(u64, u64);

impl File {
    #[cfg(unix)]
    fn at(path: &Path) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        let found = std::fs::metadata(path).ok()?;
        Some(Self(found.dev(), found.ino()))
    }

    /// Elsewhere an open file can't be replaced.
    #[cfg(not(unix))]
    fn at(_: &Path) -> Option<Self> {
        None
    }
}

/// Opens the file; for reading also where its folder can't be written and the write-ahead log is
/// empty, which SQLite calls immutable.
fn connect(path: &Path, access: Access, limits: Limits) -> Result<Connection, StoreFault> {
    let flags = OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mode = match access {
        Access::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
        Access::Write => OpenFlags::SQLITE_OPEN_READ_WRITE,
    };
    let connection = Connection::open_with_flags(path, flags | mode).map_err(|error| fault(&error))?;
    match look(&connection, limits) {
        Err(error) if access == Access::Read && can_be_immutable(&error, path) => {
            let connection =
                Connection::open_with_flags(immutable_uri(path), flags | mode | OpenFlags::SQLITE_OPEN_URI)
                    .map_err(|error| fault(&error))?;
            look(&connection, limits).map_err(|error| fault(&error))?;
            Ok(connection)
        }
        Err(error) => Err(fault(&error)),
        Ok(()) => Ok(connection),
    }
}

fn look(connection: &Connection, limits: Limits) -> Result<(), rusqlite::Error> {
    connection.busy_timeout(limits.lock)?;
    crate::due::functions::register(connection)?;
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))
}

fn can_be_immutable(error: &rusqlite::Error, path: &Path) -> bool {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let log_is_empty = std::fs::metadata(log).map_or(true, |file| file.len() == 0);
    let code = error.sqlite_error_code();
    log_is_empty && matches!(code, Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly))
}

fn immutable_uri(path: &Path) -> String {
    let mut uri = String::from("file:");
    for byte in path.to_string_lossy().bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' => uri.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => uri.push(char::from(byte)),
            _ => uri.push_str(&format!("%{byte:02x}")),
        }
    }
    uri.push_str("?immutable=1");
    uri
}

fn bind(statement: &mut rusqlite::CachedStatement<'_>, args: &[Arg]) -> Result<(), rusqlite::Error> {
    // SQLite numbers `?3` by itself, and looks a name up by going through all of them.
    let is_numbered = statement.parameter_name(1).is_some_and(|name| name.starts_with('?'));
    for place in 1..=statement.parameter_count() {
        let named = || statement.parameter_name(place)?.get(1..)?.parse::<usize>().ok();
        let number = if is_numbered { place } else { named().unwrap_or(place) };
        let value = match number.checked_sub(1).and_then(|index| args.get(index)) {
            Some(Arg::One(value)) => value,
            _ => return Err(rusqlite::Error::InvalidParameterCount(args.len(), number)),
        };
        statement.raw_bind_parameter(place, output(value))?;
    }
    Ok(())
}

fn output(value: &Value) -> ToSqlOutput<'_> {
    ToSqlOutput::Borrowed(match value {
        Value::Null => ValueRef::Null,
        Value::Integer(number) => ValueRef::Integer(*number),
        Value::Real(number) => ValueRef::Real(*number),
        Value::Text(text) | Value::Unread(text) => ValueRef::Text(text.as_bytes()),
        Value::Bytes(bytes) => ValueRef::Blob(bytes),
    })
}

fn value(found: ValueRef<'_>) -> Value {
    match found {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Real(number) => Value::Real(number),
        // Text that is not UTF-8 stays as it is, as bytes: nothing is lost or invented.
        ValueRef::Text(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => Value::Text(text.to_owned()),
            Err(_) => Value::Bytes(bytes.to_vec()),
        },
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
    }
}

/// An error of SQLite as a fault, without its text: that may quote values.
fn fault(error: &rusqlite::Error) -> StoreFault {
    let (code, message) = match error {
        rusqlite::Error::SqliteFailure(code, message) => (code, message.as_deref()),
        rusqlite::Error::SqlInputError { error, msg, .. } => (error, Some(msg.as_str())),
        _ => return StoreFault::Value,
    };
    match code.code {
        ErrorCode::ConstraintViolation => StoreFault::Constraint(constraint(code.extended_code, message)),
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreFault::Locked,
        ErrorCode::OperationInterrupted => StoreFault::Cancelled,
        ErrorCode::ReadOnly => StoreFault::ReadOnly,
        ErrorCode::DiskFull => StoreFault::Full,
        // The same, where the file system says it in other words: a quota, a limit of file sizes, no
        // room for the index of the write-ahead log.
        ErrorCode::SystemIoFailure
            if matches!(code.extended_code, ffi::SQLITE_IOERR_WRITE | ffi::SQLITE_IOERR_SHMSIZE) =>
        {
            StoreFault::Full
        }
        ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt => StoreFault::Damaged,
        ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::SystemIoFailure => {
            StoreFault::Unreachable { why: "the file can't be opened or read".to_owned() }
        }
        ErrorCode::SchemaChanged => StoreFault::SchemaChanged,
        ErrorCode::TypeMismatch => StoreFault::Value,
        _ if message.is_some_and(|text| text.starts_with("no such ")) => StoreFault::SchemaChanged,
        _ if message.is_some_and(|text| text.starts_with("foreign key mismatch")) => StoreFault::Map {
            what: "a foreign key of the database points to columns that no UNIQUE constraint covers, \
                   so that SQLite changes neither of its tables"
                .to_owned(),
        },
        _ => StoreFault::Other { code: code.extended_code.to_string() },
    }
}

/// What a constraint refused. SQLite's text after `failed: ` holds names only: `table.column` or
/// a constraint's name or expression; a trigger's own text may hold anything and is dropped.
fn constraint(extended: i32, message: Option<&str>) -> Constraint {
    let kind = match extended {
        ffi::SQLITE_CONSTRAINT_NOTNULL => ConstraintKind::NotNull,
        ffi::SQLITE_CONSTRAINT_CHECK => ConstraintKind::Check,
        ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID => {
            ConstraintKind::Unique
        }
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => ConstraintKind::ForeignKey,
        ffi::SQLITE_CONSTRAINT_TRIGGER => ConstraintKind::Trigger,
        _ => ConstraintKind::Other,
    };
    let named = message.and_then(|text| text.split_once(" constraint failed: ")).map(|(_, rest)| rest);
    let mut found = Constraint { kind, table: None, column: None, name: None };
    match (kind, named) {
        (ConstraintKind::NotNull | ConstraintKind::Unique, Some(names)) => {
            let first = names.split(", ").next().unwrap_or(names);
            if let Some((table, column)) = first.split_once('.') {
                found.table = Some(table.to_owned());
                found.column = Some(column.to_owned());
            }
        }
        (ConstraintKind::Check, Some(name)) => found.name = Some(name.to_owned()),
        _ => {}
    }
    found
}
