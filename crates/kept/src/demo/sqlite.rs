//! Writes a made-up database into an SQLite file.

use std::path::Path;

use anyhow::Context;
use kept_core::policy::model::Engine;
use kept_core::time::Day;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, ToSql};

use super::life::{At, Calendar};
use super::shop::{Cell, Sink};
use super::{Counts, Scale, Which, desk, schema, shop};

/// Makes the file and fills it. The shop keeps a write-ahead log, as shops do.
///
/// # Errors
/// When the file is there already or can't be written.
pub(crate) fn fill(path: &Path, which: Which, scale: &Scale, today: Day) -> anyhow::Result<Counts> {
    anyhow::ensure!(!path.exists(), "`{}` is there already", path.display());
    let about = || format!("can't make the database `{}`", path.display());
    let mut connection = Connection::open(path).with_context(about)?;
    let counts = load(&mut connection, which, scale, today).with_context(about)?;
    connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").with_context(about)?;
    Ok(counts)
}

fn load(connection: &mut Connection, which: Which, scale: &Scale, today: Day) -> anyhow::Result<Counts> {
    // Nobody else sees the file before it is whole; a crash now means to make it again. A page that
    // is split keeps no old copy, so that what a search finds after an erasure is the erasure's.
    connection.execute_batch(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; \
         PRAGMA cache_size = -65536; PRAGMA secure_delete = FAST",
    )?;
    let work = connection.transaction()?;
    let tables = schema::tables(which);
    for shape in tables {
        work.execute_batch(&schema::create(Engine::Sqlite, shape))?;
    }
    let counts = {
        let statements = tables.iter().map(|shape| insert(&work, shape)).collect::<Result<_, _>>()?;
        let mut sink = Rows { statements, text: String::new() };
        match which {
            Which::Shop => shop::write(&mut sink, scale, Calendar::new(today))?,
            Which::Desk => desk::write(&mut sink, scale, Calendar::new(today))?,
        }
    };
    for shape in tables {
        for index in schema::indexes(shape, scale.every_index) {
            work.execute_batch(&index)?;
        }
    }
    work.commit()?;
    connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; ANALYZE")?;
    // The planner's samples are copies of values, addresses among them: only its counts stay.
    connection.execute_batch("PRAGMA secure_delete = ON; DROP TABLE IF EXISTS sqlite_stat4")?;
    Ok(counts)
}

fn insert<'c>(connection: &'c Connection, shape: &schema::Shape) -> rusqlite::Result<CachedStatement<'c>> {
    let places: Vec<String> = (1..=shape.columns.len()).map(|place| format!("?{place}")).collect();
    connection.prepare_cached(&format!("INSERT INTO {} VALUES ({})", shape.name, places.join(",")))
}

struct Rows<'c> {
    statements: Vec<CachedStatement<'c>>,
    text: String,
}

impl Sink for Rows<'_> {
    fn row(&mut self, table: usize, cells: &[Cell<'_>]) -> anyhow::Result<()> {
        let statement = self.statements.get_mut(table).context("a row of an unknown table")?;
        for (place, cell) in cells.iter().enumerate() {
            if let Cell::At(at) = cell {
                self.text.clear();
                spell(*at, &mut self.text);
                statement.raw_bind_parameter(place + 1, &self.text)?;
            } else {
                statement.raw_bind_parameter(place + 1, cell)?;
            }
        }
        statement.raw_execute()?;
        Ok(())
    }
}

impl ToSql for Cell<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Cell::Null | Cell::At(_) => ValueRef::Null,
            Cell::Number(number) => ValueRef::Integer(*number),
            Cell::Text(text) => ValueRef::Text(text.as_bytes()),
        }))
    }
}

/// `2026-03-01 14:05:00`, in UTC.
pub(super) fn spell(at: At, text: &mut String) {
    use std::fmt::Write;
    let Ok(instant) = kept_core::time::Instant::from_second(at.0) else { return };
    let time = jiff::tz::Offset::UTC.to_datetime(instant);
    // Writing to a string can't fail.
    let _ = write!(
        text,
        "{:04}-{:02}-{:02} {:02}:{:02}:{:02}",
        time.year(),
        time.month(),
        time.day(),
        time.hour(),
        time.minute(),
        time.second()
    );
}
