//! How a file of rows is laid out: its columns, what kind of values they hold, how it writes them.
//!
//! Found by reading the whole file once before its rows are taken. Every value of CSV is text, as it
//! stands; only dates that are written as numbers are numbers. JSON says itself what a value is.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::ops::Range;

use kept_core::plan::Value;
use kept_core::policy::model::FileFormat;

use super::json::Kind;
use super::lines::{self, Body, Lines, Record};
use super::place::Wanted;
use super::{Wrong, csv, json};
use crate::fault::StoreFault;

/// The type of a JSON column that the policy names and no line has.
pub(crate) const ABSENT: &str = "ABSENT";

/// How many columns a table may have.
const COLUMNS_MAX: usize = 1_900;

/// How a file is laid out.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Layout {
    /// Its form.
    pub(super) form: Form,
    /// Its columns, in its order.
    pub(super) columns: Vec<Column>,
    /// Where a column stands among them, by name.
    places: BTreeMap<String, usize>,
    /// How its lines end.
    pub(super) newline: &'static [u8],
    /// Its digest.
    pub(super) digest: String,
}

/// The form of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Comma-separated values.
    Csv {
        /// What stands between two fields.
        delimiter: u8,
        /// Whether every field stands in quotes, so that empty ones are nothing.
        is_all_quoted: bool,
    },
    /// An object a line.
    Json,
}

/// A column of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Column {
    /// Its name.
    pub(super) name: String,
    /// The type that its values have in common.
    pub(super) declared: &'static str,
    /// Whether the policy reads a date from it.
    is_date: bool,
}

/// A value in a row.
#[derive(Debug)]
pub(super) struct Cell {
    /// Where it lies in the row's text.
    pub(super) range: Range<usize>,
    /// What it says.
    pub(super) value: Value,
    /// Whether it stands in quotes, in CSV.
    pub(super) is_quoted: bool,
    /// Its kind, in JSON.
    pub(super) kind: Kind,
}

impl Layout {
    /// Whether it is CSV.
    pub(super) fn is_csv(&self) -> bool {
        matches!(self.form, Form::Csv { .. })
    }

    /// Whether a record holds a row: not the header, not a blank line between rows.
    pub(super) fn is_row(&self, record: &Record, body: Body<'_>) -> bool {
        match self.form {
            Form::Csv { .. } => record.line > 1 && (!body.text.is_empty() || self.columns.len() == 1),
            Form::Json => !body.text.trim().is_empty(),
        }
    }

    /// The values of a row, one for each column; none where a line of JSON lacks it.
    pub(super) fn cells(&self, text: &str) -> Result<Vec<Option<Cell>>, Wrong> {
        match self.form {
            Form::Csv { delimiter, is_all_quoted } => {
                let fields = csv::fields(text, delimiter)?;
                let cell = |(field, column): (csv::Field<'_>, &Column)| {
                    let value = csv_value(&field, column.is_date, is_all_quoted);
                    Some(Cell { range: field.range, value, is_quoted: field.is_quoted, kind: Kind::Text })
                };
                Ok(fields.into_iter().zip(&self.columns).map(cell).collect())
            }
            Form::Json => {
                let mut cells: Vec<Option<Cell>> = self.columns.iter().map(|_| None).collect();
                for member in json::members(text)? {
                    let place = self.places.get(&member.name).and_then(|place| cells.get_mut(*place));
                    if let Some(cell) = place {
                        let json::Member { range, value, kind, .. } = member;
                        *cell = Some(Cell { range, value, is_quoted: false, kind });
                    }
                }
                Ok(cells)
            }
        }
    }

    /// Adds the columns of the table that is archived into this file, where no line has them yet.
    pub(super) fn add(&mut self, columns: &[Column]) {
        for column in columns {
            if !self.columns.iter().any(|known| known.name.eq_ignore_ascii_case(&column.name)) {
                self.places.insert(column.name.clone(), self.columns.len());
                self.columns.push(column.clone());
            }
        }
    }

    /// Gives a column of which no line says anything the type that the table archived here has.
    pub(super) fn settle(&mut self, columns: &[Column]) {
        for own in self.columns.iter_mut().filter(|own| own.declared == ABSENT) {
            let same = columns.iter().find(|column| column.name.eq_ignore_ascii_case(&own.name));
            own.declared = same.map_or(own.declared, |column| column.declared);
        }
    }
}

/// A field as a value. Nothing between two delimiters is NULL; so is an empty pair of quotes in a
/// file that quotes everything, which has no other way to say it.
fn csv_value(field: &csv::Field<'_>, is_date: bool, is_all_quoted: bool) -> Value {
    if field.text.is_empty() && (is_all_quoted || !field.is_quoted) {
        return Value::Null;
    }
    match instant(&field.text).filter(|_| is_date) {
        Some(number) => Value::Integer(number),
        None => Value::Text(field.text.clone().into_owned()),
    }
}

/// Digits that count from 1970: nine and more. Eight are a day, `20261021`.
fn instant(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_plain = digits.len() >= 9 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let number: i64 = text.parse().ok().filter(|_| is_plain && !digits.starts_with('0'))?;
    Some(number)
}

/// Reads a file once and tells how it is laid out. At most so many rows are looked at, where only
/// the names of columns are wanted.
///
/// # Errors
/// [`StoreFault::File`] for whatever can't be read for sure.
pub(super) fn scan<R: Read>(
    from: R,
    (file, format): (&str, &FileFormat),
    wanted: &Wanted,
    rows_max: u64,
) -> Result<Layout, StoreFault> {
    let is_csv = matches!(format, FileFormat::Csv { .. });
    let mut lines = Lines::new(from, file, is_csv);
    let mut scan = Scan { file, wanted, seen: Vec::new(), places: BTreeMap::new(), newline: b"" };
    let form = match format {
        FileFormat::Csv { delimiter } => scan.csv(&mut lines, *delimiter, rows_max)?,
        FileFormat::JsonLines => scan.json(&mut lines, rows_max)?,
    };
    scan.layout(form, lines.digest())
}

struct Scan<'f> {
    file: &'f str,
    wanted: &'f Wanted,
    seen: Vec<(String, Seen)>,
    places: BTreeMap<String, usize>,
    newline: &'static [u8],
}

/// What was seen in a column.
#[derive(Debug, Default)]
struct Seen {
    kinds: BTreeSet<Kind>,
    has_empty_quotes: bool,
    is_date: bool,
}

impl Scan<'_> {
    fn csv<R: Read>(
        &mut self,
        lines: &mut Lines<'_, R>,
        delimiter: Option<char>,
        rows_max: u64,
    ) -> Result<Form, StoreFault> {
        let mut record = Record::default();
        let empty =
            || lines::fault(self.file, 1, "the first line must name the columns, and is empty".to_owned());
        if !lines.next(&mut record)? {
            return Err(empty());
        }
        let body = lines::body(self.file, &record)?;
        if body.text.trim().is_empty() {
            return Err(empty());
        }
        let delimiter = delimiter.and_then(|sign| u8::try_from(sign).ok());
        let delimiter = delimiter.unwrap_or_else(|| csv::delimiter(body.text));
        let header = csv::fields(body.text, delimiter)
            .map_err(|wrong| lines::wrong_in(self.file, &record, body.start, wrong))?;
        let mut is_all_quoted = header.iter().all(|field| field.is_quoted);
        for (place, field) in header.iter().enumerate() {
            let name = match field.text.trim() {
                "" => Cow::Owned(format!("column {}", place + 1)),
                name => Cow::Borrowed(name),
            };
            self.column(&name, 1)?;
        }
        self.newline = lines::ending(&record);
        let mut rows = 0;
        while rows < rows_max && lines.next(&mut record)? {
            let body = lines::body(self.file, &record)?;
            if body.text.is_empty() && self.seen.len() > 1 {
                continue;
            }
            let fields = csv::fields(body.text, delimiter)
                .map_err(|wrong| lines::wrong_in(self.file, &record, body.start, wrong))?;
            if fields.len() != self.seen.len() {
                let (has, names) = (fields.len(), self.seen.len());
                let what = format!("it has {has} fields where the first line names {names}");
                return Err(lines::fault(self.file, record.line, what));
            }
            for ((_, seen), field) in self.seen.iter_mut().zip(&fields) {
                is_all_quoted &= field.is_quoted;
                seen.csv(field);
            }
            rows += 1;
        }
        Ok(Form::Csv { delimiter, is_all_quoted })
    }

    fn json<R: Read>(&mut self, lines: &mut Lines<'_, R>, rows_max: u64) -> Result<Form, StoreFault> {
        let mut record = Record::default();
        let mut rows = 0;
        while rows < rows_max && lines.next(&mut record)? {
            let body = lines::body(self.file, &record)?;
            if body.text.trim().is_empty() {
                continue;
            }
            if self.newline.is_empty() {
                self.newline = lines::ending(&record);
            }
            let members = json::members(body.text)
                .map_err(|wrong| lines::wrong_in(self.file, &record, body.start, wrong))?;
            // A nameless member is nothing that a policy could name; it stays as it is.
            for member in members.iter().filter(|member| is_name(&member.name)) {
                let place = match self.places.get(&member.name) {
                    Some(place) => *place,
                    None => self.column(&member.name, record.line)?,
                };
                if let Some((_, seen)) = self.seen.get_mut(place).filter(|_| member.kind != Kind::Null) {
                    seen.kinds.insert(member.kind);
                }
            }
            rows += 1;
        }
        Ok(Form::Json)
    }

    fn column(&mut self, name: &str, line: u64) -> Result<usize, StoreFault> {
        let refuse = |what: String| Err(lines::fault(self.file, line, what));
        if let Some((other, _)) = self.seen.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
            return refuse(if other == name {
                format!("two columns are called `{name}`")
            } else {
                format!("columns `{other}` and `{name}` differ in case only; rename one of them")
            });
        }
        if self.seen.len() == COLUMNS_MAX {
            return refuse(format!("it has more than {COLUMNS_MAX} columns"));
        }
        if !is_name(name) {
            return refuse("the name of a column holds a NUL byte".to_owned());
        }
        let place = self.seen.len();
        let is_date = self.wanted.dates.iter().any(|date| date.eq_ignore_ascii_case(name));
        self.places.insert(name.to_owned(), place);
        self.seen.push((name.to_owned(), Seen { is_date, ..Seen::default() }));
        Ok(place)
    }

    fn layout(self, form: Form, digest: String) -> Result<Layout, StoreFault> {
        let declared = |seen: &Seen| match form {
            Form::Csv { is_all_quoted, .. } => seen.csv_type(is_all_quoted),
            Form::Json => seen.json_type(),
        };
        let columns = self.seen.iter().map(|(name, seen)| Column {
            name: name.clone(),
            declared: declared(seen),
            is_date: seen.is_date,
        });
        let newline = if self.newline.is_empty() { b"\n" } else { self.newline };
        let columns = columns.collect();
        let mut layout = Layout { form, columns, places: self.places, newline, digest };
        if form == Form::Json {
            let absent = |name: &String| Column { name: name.clone(), declared: ABSENT, is_date: false };
            layout.add(&self.wanted.columns.iter().map(absent).collect::<Vec<_>>());
        }
        Ok(layout)
    }
}

/// Whether it can be a column's name.
fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains('\0')
}

impl Seen {
    fn csv(&mut self, field: &csv::Field<'_>) {
        match field.text.as_ref() {
            "" => self.has_empty_quotes |= field.is_quoted,
            text if self.is_date && instant(text).is_some() => drop(self.kinds.insert(Kind::Whole)),
            _ => drop(self.kinds.insert(Kind::Text)),
        }
    }

    fn csv_type(&self, is_all_quoted: bool) -> &'static str {
        let has_text = self.kinds.contains(&Kind::Text) || (self.has_empty_quotes && !is_all_quoted);
        match (self.kinds.contains(&Kind::Whole), has_text) {
            // Not INTEGER, which would make a key the number of the row.
            (true, false) => "INT",
            (true, true) => "",
            (false, _) => "TEXT",
        }
    }

    fn json_type(&self) -> &'static str {
        match self.kinds.iter().copied().collect::<Vec<_>>().as_slice() {
            [Kind::Whole] => "INT",
            [Kind::Fraction] => "REAL",
            [Kind::Text] => "TEXT",
            [Kind::Truth] => "BOOLEAN",
            [Kind::Nested] => "JSON",
            _ => "",
        }
    }
}
