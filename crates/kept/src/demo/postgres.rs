//! Writes a made-up database into PostgreSQL, by `COPY` in chunks.

use std::io::Write;

use anyhow::Context;
use kept_core::policy::model::Engine;
use kept_core::time::Day;
use postgres::{Client, NoTls, Transaction};

use super::life::Calendar;
use super::shop::{Cell, Sink};
use super::sqlite::spell;
use super::{Counts, Scale, Which, desk, schema, shop};

/// How many bytes are gathered before they are sent.
const CHUNK_BYTES: usize = 8 * 1024 * 1024;

/// Makes the tables in the database that the URL names, in its default schema, and fills them.
///
/// # Errors
/// When the server can't be reached or the tables are there already.
pub(crate) fn fill(url: &str, which: Which, scale: &Scale, today: Day) -> anyhow::Result<Counts> {
    // The URL may hold a password: it is not repeated.
    let mut client = Client::connect(url, NoTls).context("can't reach the PostgreSQL server of the demo")?;
    let mut work = client.transaction()?;
    let tables = schema::tables(which);
    for shape in tables {
        work.batch_execute(&schema::create(Engine::Postgres, shape))?;
    }
    let counts = {
        let buffers = vec![String::new(); tables.len()];
        let mut sink = Copying { work: &mut work, which, buffers, bytes: 0 };
        let counts = match which {
            Which::Shop => shop::write(&mut sink, scale, Calendar::new(today))?,
            Which::Desk => desk::write(&mut sink, scale, Calendar::new(today))?,
        };
        sink.send()?;
        counts
    };
    for shape in tables {
        for statement in schema::indexes(shape, scale.every_index) {
            work.batch_execute(&statement)?;
        }
    }
    for statement in tables.iter().flat_map(schema::foreign_keys) {
        work.batch_execute(&statement)?;
    }
    work.commit()?;
    client.batch_execute("VACUUM ANALYZE")?;
    Ok(counts)
}

struct Copying<'w, 'c> {
    work: &'w mut Transaction<'c>,
    which: Which,
    buffers: Vec<String>,
    bytes: usize,
}

impl Copying<'_, '_> {
    fn send(&mut self) -> anyhow::Result<()> {
        for (shape, buffer) in schema::tables(self.which).iter().zip(&mut self.buffers) {
            if buffer.is_empty() {
                continue;
            }
            let columns = schema::column_list(shape);
            let mut copy = self.work.copy_in(&format!("COPY {} ({columns}) FROM STDIN", shape.name))?;
            copy.write_all(buffer.as_bytes())?;
            copy.finish()?;
            buffer.clear();
        }
        self.bytes = 0;
        Ok(())
    }
}

impl Sink for Copying<'_, '_> {
    fn row(&mut self, table: usize, cells: &[Cell<'_>]) -> anyhow::Result<()> {
        let buffer = self.buffers.get_mut(table).context("a row of an unknown table")?;
        let before = buffer.len();
        for (place, cell) in cells.iter().enumerate() {
            if place > 0 {
                buffer.push('\t');
            }
            write_cell(*cell, buffer);
        }
        buffer.push('\n');
        self.bytes += buffer.len() - before;
        if self.bytes > CHUNK_BYTES { self.send() } else { Ok(()) }
    }
}

/// A value as `COPY` reads it.
fn write_cell(cell: Cell<'_>, buffer: &mut String) {
    match cell {
        Cell::Null => buffer.push_str("\\N"),
        Cell::Number(number) => buffer.push_str(&number.to_string()),
        Cell::At(at) => {
            spell(at, buffer);
            buffer.push_str("+00");
        }
        Cell::Text(text) => {
            for sign in text.chars() {
                match sign {
                    '\\' => buffer.push_str("\\\\"),
                    '\t' => buffer.push_str("\\t"),
                    '\n' => buffer.push_str("\\n"),
                    '\r' => buffer.push_str("\\r"),
                    other => buffer.push(other),
                }
            }
        }
    }
}
