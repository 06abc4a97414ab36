//! One file in the private copy: its rows taken in, and what was changed of them written out.
//!
//! The number of a row in its file is its row number in the copy. A file is written anew as a whole:
//! rows that are as they were by their bytes, changed rows cell by cell. Not here: replacing the file.

use std::fs::File;
use std::io::{Seek, Write};

use kept_core::plan::Value;
use kept_core::policy::model::{Engine, FileFormat};

use super::folder::{Found, Stamp};
use super::layout::{Cell, Column, Form, Layout, scan};
use super::lines::{self, Body, Lines, Record};
use super::place::Wanted;
use super::{csv, json};
use crate::engine::{Rows, sqlite};
use crate::fault::{ConstraintKind, StoreFault};
use crate::sql::{Arg, quote};

/// How many rows are read back at a time.
const BATCH: usize = 1_000;

/// How many rows of a file that nobody maps are looked at, to learn its columns.
const SAMPLE: u64 = 100;

/// The numbers that the rows of a file have in the copy, in the file's order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum RowNumbers {
    /// From 1 on, as many as there are.
    Straight(u64),
    /// With gaps where rows went.
    Listed(Vec<u64>),
}

impl RowNumbers {
    fn len(&self) -> u64 {
        match self {
            Self::Straight(count) => *count,
            Self::Listed(numbers) => numbers.len() as u64,
        }
    }

    fn at(&self, place: u64) -> u64 {
        match self {
            Self::Straight(_) => place + 1,
            Self::Listed(numbers) => {
                usize::try_from(place).ok().and_then(|place| numbers.get(place)).copied().unwrap_or(u64::MAX)
            }
        }
    }
}

/// A file as it was taken in.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) found: Found,
    pub(super) stamp: Stamp,
    pub(super) layout: Layout,
    /// The numbers of its rows in the copy, in the file's order.
    pub(super) rows: RowNumbers,
    /// Whether its rows are in the copy, or only its columns.
    pub(super) is_whole: bool,
    /// The name under which SQLite keeps the number of a row.
    number: &'static str,
}

impl Table {
    /// Takes a file in.
    ///
    /// # Errors
    /// [`StoreFault::File`] for what can't be read for sure; [`StoreFault::FileChanged`] when it is
    /// being written to.
    pub(super) fn load(
        copy: &mut sqlite::Link,
        found: Found,
        (format, wanted, is_whole): (&FileFormat, &Wanted, bool),
        archived: &[Column],
    ) -> Result<Self, StoreFault> {
        let mut file = File::open(&found.path).map_err(|_| lines::unreadable(&found.file))?;
        let stamp = |file: &File| file.metadata().map(|file| Stamp::of(&file));
        let before = stamp(&file).map_err(|_| lines::unreadable(&found.file))?;
        let most = if is_whole { u64::MAX } else { SAMPLE };
        let mut layout = scan(&file, (&found.file, format), wanted, most)?;
        if layout.form == Form::Json {
            layout.add(archived);
            layout.settle(archived);
        }
        let number = number(&layout, &found.file)?;
        let mut table =
            Self { found, stamp: before, layout, rows: RowNumbers::Straight(0), is_whole, number };
        table.create(copy, wanted)?;
        if is_whole {
            let digest = table.fill(copy, &mut file, wanted)?;
            let is_same = stamp(&file).ok().as_ref() == Some(&table.stamp);
            if !is_same || digest != table.layout.digest {
                return Err(StoreFault::FileChanged { file: table.found.file });
            }
        }
        Ok(table)
    }

    fn create(&self, copy: &mut sqlite::Link, wanted: &Wanted) -> Result<(), StoreFault> {
        let is_key = |name: &str| wanted.key.iter().any(|key| key.eq_ignore_ascii_case(name));
        let name = |name: &str| quote(Engine::Sqlite, name);
        let mut parts: Vec<String> = Vec::new();
        for column in &self.layout.columns {
            let must = if is_key(&column.name) { " NOT NULL" } else { "" };
            parts.push(format!("{} {}{must}", name(&column.name), column.declared));
        }
        let has = |key: &String| self.has(key);
        if !wanted.key.is_empty() && wanted.key.iter().all(has) {
            let key: Vec<String> = wanted.key.iter().map(|key| name(key)).collect();
            parts.push(format!("PRIMARY KEY ({})", key.join(", ")));
        }
        if parts.is_empty() {
            // An empty file of which the policy names no column.
            parts.push("`nothing`".to_owned());
        }
        let table = name(&self.found.table);
        copy.batch(&format!("CREATE TABLE {table} ({})", parts.join(", ")))?;
        for (place, (column, any_case)) in wanted.indexes.iter().enumerate() {
            if self.has(column) && self.is_whole {
                let index = name(&format!("{} {place}", self.found.table));
                let part = if *any_case { format!("lower({})", name(column)) } else { name(column) };
                copy.batch(&format!("CREATE INDEX {index} ON {table} ({part})"))?;
            }
        }
        Ok(())
    }

    fn has(&self, column: &str) -> bool {
        self.layout.columns.iter().any(|known| known.name.eq_ignore_ascii_case(column))
    }

    fn fill(
        &mut self,
        copy: &mut sqlite::Link,
        file: &mut File,
        wanted: &Wanted,
    ) -> Result<String, StoreFault> {
        file.rewind().map_err(|_| lines::unreadable(&self.found.file))?;
        let mut insert = format!("INSERT INTO {} ({}", quote(Engine::Sqlite, &self.found.table), self.number);
        self.layout
            .columns
            .iter()
            .for_each(|column| insert.push_str(&format!(", {}", quote(Engine::Sqlite, &column.name))));
        insert.push_str(") VALUES (?1");
        (0..self.layout.columns.len()).for_each(|place| insert.push_str(&format!(", ?{}", place + 2)));
        insert.push(')');
        let mut lines = Lines::new(file, &self.found.file, self.layout.is_csv());
        let (mut record, mut args, mut count) = (Record::default(), Vec::new(), 0);
        while lines.next(&mut record)? {
            let body = lines::body(&self.found.file, &record)?;
            if !self.layout.is_row(&record, body) {
                continue;
            }
            let cells = self.cells(&record, body)?;
            count += 1;
            args.clear();
            args.push(Arg::One(Value::Integer(number_of(count))));
            args.extend(cells.into_iter().map(|cell| Arg::One(cell.map_or(Value::Null, |cell| cell.value))));
            // A file that grows while it is read has lines of another shape; its digest tells.
            args.resize(self.layout.columns.len() + 1, Arg::One(Value::Null));
            copy.execute(&insert, &args).map_err(|fault| self.refused(fault, &record, wanted))?;
        }
        let digest = lines.digest();
        self.rows = RowNumbers::Straight(count);
        Ok(digest)
    }

    fn cells(&self, record: &Record, body: Body<'_>) -> Result<Vec<Option<Cell>>, StoreFault> {
        let file = &self.found.file;
        self.layout.cells(body.text).map_err(|wrong| lines::wrong_in(file, record, body.start, wrong))
    }

    /// What the copy refused, as an error of the file: only its key can be refused.
    fn refused(&self, fault: StoreFault, record: &Record, wanted: &Wanted) -> StoreFault {
        let key = wanted.key.join("`, `");
        let what = match &fault {
            StoreFault::Constraint(one) if one.kind == ConstraintKind::NotNull => {
                format!("it has no `{key}`, which the policy calls the table's key")
            }
            StoreFault::Constraint(_) => {
                format!("an earlier row has the same `{key}`, which the policy calls the table's key")
            }
            _ => return fault,
        };
        lines::fault(&self.found.file, record.line, what)
    }

    /// Whether the copy has more or fewer rows than the file.
    ///
    /// # Errors
    /// As the copy answers.
    pub(super) fn has_other_rows(&self, copy: &mut sqlite::Link) -> Result<bool, StoreFault> {
        let text = format!("SELECT count(*) FROM {}", quote(Engine::Sqlite, &self.found.table));
        let rows = copy.query(&text, &[])?;
        let count = rows.first().and_then(|row| row.first());
        Ok(count != Some(&Value::Integer(number_of(self.rows.len()))))
    }

    /// Writes the file as the copy has it now; the numbers of its rows, where it differs from the file
    /// as it is.
    ///
    /// # Errors
    /// [`StoreFault::FileChanged`] when the file is no longer what was taken in;
    /// [`StoreFault::Full`] when it can't be written.
    pub(super) fn write(
        &self,
        copy: &mut sqlite::Link,
        to: &mut impl Write,
    ) -> Result<Option<RowNumbers>, StoreFault> {
        let changed = || StoreFault::FileChanged { file: self.found.file.clone() };
        let file = File::open(&self.found.path).map_err(|_| changed())?;
        if file.metadata().ok().map(|file| Stamp::of(&file)).as_ref() != Some(&self.stamp) {
            return Err(changed());
        }
        let mut lines = Lines::new(file, &self.found.file, self.layout.is_csv());
        let mut cursor = Cursor::new(self);
        let mut out = Out { to, has_ended: true, differs: false };
        let (mut record, mut place) = (Record::default(), 0);
        while lines.next(&mut record)? {
            let body = lines::body(&self.found.file, &record)?;
            if !self.layout.is_row(&record, body) {
                out.put(&record.bytes)?;
                continue;
            }
            let number = self.rows.at(place);
            place += 1;
            match cursor.at(copy, number)? {
                None => out.gone(record.bytes.get(..body.start).unwrap_or_default())?,
                Some(values) => {
                    let cells = self.cells(&record, body)?;
                    match self.rewritten(body.text, &cells, &values) {
                        None => out.put(&record.bytes)?,
                        Some(text) => {
                            out.row(record.bytes.get(..body.start), &text, lines::ending(&record))?
                        }
                    }
                }
            }
        }
        while let Some(values) = cursor.next(copy)? {
            out.end(self.layout.newline)?;
            out.row(None, &self.added(&values), self.layout.newline)?;
        }
        if lines.digest() != self.layout.digest {
            return Err(changed());
        }
        Ok(out.differs.then_some(RowNumbers::Listed(cursor.passed)))
    }

    /// A row's text with the cells that changed; none where it is as it was.
    fn rewritten(&self, text: &str, cells: &[Option<Cell>], values: &[Value]) -> Option<String> {
        let mut changed: Vec<(std::ops::Range<usize>, String)> = Vec::new();
        let mut new = Vec::new();
        for ((cell, value), column) in cells.iter().zip(values).zip(&self.layout.columns) {
            match cell {
                Some(cell) if same(&cell.value, value) => {}
                Some(cell) => changed.push((cell.range.clone(), self.cell(value, column, Some(cell)))),
                None if value.is_null() => {}
                None => new.push(self.member(value, column)),
            }
        }
        if changed.is_empty() && new.is_empty() {
            return None;
        }
        changed.sort_by_key(|(range, _)| range.start);
        let (mut out, mut at) = (String::with_capacity(text.len()), 0);
        for (range, value) in changed {
            out.push_str(text.get(at..range.start).unwrap_or_default());
            out.push_str(&value);
            at = range.end;
        }
        let rest = text.get(at..).unwrap_or_default();
        match rest.rsplit_once('}').filter(|_| !new.is_empty()) {
            Some((before, after)) => {
                let first = if text.contains(':') { "," } else { "" };
                out.push_str(&format!("{}{first}{}}}{after}", before.trim_end(), new.join(",")));
            }
            None => out.push_str(rest),
        }
        Some(out)
    }

    /// A row that the file has not yet.
    fn added(&self, values: &[Value]) -> String {
        let both = values.iter().zip(&self.layout.columns);
        match self.layout.form {
            Form::Csv { delimiter, .. } => {
                let fields: Vec<String> =
                    both.map(|(value, column)| self.cell(value, column, None)).collect();
                fields.join(&char::from(delimiter).to_string())
            }
            Form::Json => {
                let there = both.filter(|(value, _)| !value.is_null());
                let members: Vec<String> = there.map(|(value, column)| self.member(value, column)).collect();
                format!("{{{}}}", members.join(","))
            }
        }
    }

    fn member(&self, value: &Value, column: &Column) -> String {
        let name = serde_json::Value::from(column.name.as_str());
        format!("{name}:{}", self.cell(value, column, None))
    }

    fn cell(&self, value: &Value, column: &Column, was: Option<&Cell>) -> String {
        match self.layout.form {
            Form::Csv { is_all_quoted, .. } if value.is_null() => {
                if is_all_quoted {
                    "\"\"".to_owned()
                } else {
                    String::new()
                }
            }
            Form::Csv { delimiter, is_all_quoted } => {
                let in_quotes = is_all_quoted || was.is_some_and(|cell| cell.is_quoted);
                csv::field(&value.shown(), delimiter, in_quotes)
            }
            Form::Json => {
                let is_nested = column.declared == "JSON";
                let was = was.map(|cell| cell.kind).or(is_nested.then_some(json::Kind::Nested));
                json::written(value, was, column.declared == "BOOLEAN")
            }
        }
    }
}

fn number_of(row: u64) -> i64 {
    i64::try_from(row).unwrap_or(i64::MAX)
}

/// The name of SQLite's own row number that no column has.
fn number(layout: &Layout, file: &str) -> Result<&'static str, StoreFault> {
    let is_free = |name: &&str| !layout.columns.iter().any(|column| column.name.eq_ignore_ascii_case(name));
    ["_rowid_", "rowid", "oid"].into_iter().find(is_free).ok_or_else(|| {
        lines::fault(file, 1, "it has columns `_rowid_`, `rowid` and `oid`; rename one of them".to_owned())
    })
}

/// Whether a cell says what it said.
fn same(was: &Value, is: &Value) -> bool {
    match (was, is) {
        // A column of fractions holds whole numbers as such.
        #[expect(clippy::cast_precision_loss, reason = "only what went through the same loss is compared")]
        (Value::Integer(whole), Value::Real(number)) => *whole as f64 == *number,
        (was, is) => was == is,
    }
}

/// The rows of the copy, in their order.
struct Cursor<'t> {
    ask: String,
    table: &'t Table,
    rows: std::vec::IntoIter<Vec<Value>>,
    waiting: Option<(u64, Vec<Value>)>,
    last: i64,
    is_done: bool,
    /// The numbers of the rows given out.
    passed: Vec<u64>,
}

impl<'t> Cursor<'t> {
    fn new(table: &'t Table) -> Self {
        let mut ask = format!("SELECT {}", table.number);
        for column in &table.layout.columns {
            ask.push_str(&format!(", {}", quote(Engine::Sqlite, &column.name)));
        }
        let name = quote(Engine::Sqlite, &table.found.table);
        let number = table.number;
        ask.push_str(&format!(" FROM {name} WHERE {number} > ?1 ORDER BY {number} LIMIT {BATCH}"));
        Self {
            ask,
            table,
            rows: Vec::new().into_iter(),
            waiting: None,
            last: 0,
            is_done: false,
            passed: Vec::new(),
        }
    }

    /// The values of the row of this number; none where it went.
    fn at(&mut self, copy: &mut sqlite::Link, number: u64) -> Result<Option<Vec<Value>>, StoreFault> {
        if self.waiting.is_none() {
            self.waiting = self.fetch(copy)?;
        }
        let is_this = self.waiting.as_ref().is_some_and(|(own, _)| *own == number);
        Ok(if is_this { self.pass() } else { None })
    }

    /// The next row, whichever it is.
    fn next(&mut self, copy: &mut sqlite::Link) -> Result<Option<Vec<Value>>, StoreFault> {
        if self.waiting.is_none() {
            self.waiting = self.fetch(copy)?;
        }
        Ok(self.pass())
    }

    fn pass(&mut self) -> Option<Vec<Value>> {
        let (number, values) = self.waiting.take()?;
        self.passed.push(number);
        Some(values)
    }

    fn fetch(&mut self, copy: &mut sqlite::Link) -> Result<Option<(u64, Vec<Value>)>, StoreFault> {
        if self.rows.len() == 0 && !self.is_done {
            let found: Rows = copy.query(&self.ask, &[Arg::One(Value::Integer(self.last))])?;
            self.is_done = found.len() < BATCH;
            self.rows = found.into_iter();
        }
        let Some(mut row) = self.rows.next() else { return Ok(None) };
        let values = row.split_off(row.len().min(1));
        let Some(Value::Integer(number)) = row.first() else {
            return Err(StoreFault::FileChanged { file: self.table.found.file.clone() });
        };
        self.last = *number;
        Ok(Some((u64::try_from(*number).unwrap_or_default(), values)))
    }
}

/// What is written.
struct Out<'w, W> {
    to: &'w mut W,
    has_ended: bool,
    differs: bool,
}

impl<W: Write> Out<'_, W> {
    fn put(&mut self, bytes: &[u8]) -> Result<(), StoreFault> {
        if let Some(last) = bytes.last() {
            self.has_ended = *last == b'\n';
        }
        self.to.write_all(bytes).map_err(|error| unwritable(&error))
    }

    /// A row that went; a mark of the file's that stood before it stays.
    fn gone(&mut self, mark: &[u8]) -> Result<(), StoreFault> {
        self.differs = true;
        self.to.write_all(mark).map_err(|error| unwritable(&error))
    }

    fn row(&mut self, head: Option<&[u8]>, text: &str, ending: &[u8]) -> Result<(), StoreFault> {
        self.differs = true;
        self.put(head.unwrap_or_default())?;
        self.put(text.as_bytes())?;
        self.put(ending)
    }

    /// Ends a last line that has no ending of its own, before another one follows.
    fn end(&mut self, newline: &[u8]) -> Result<(), StoreFault> {
        if self.has_ended { Ok(()) } else { self.put(newline) }
    }
}

/// What a failure to write means.
pub(super) fn unwritable(error: &std::io::Error) -> StoreFault {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => StoreFault::Full,
        ErrorKind::PermissionDenied => StoreFault::NotAllowed { table: None },
        ErrorKind::ReadOnlyFilesystem => StoreFault::ReadOnly,
        _ => StoreFault::Unreachable { why: "a file can't be written".to_owned() },
    }
}
