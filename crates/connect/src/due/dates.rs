//! Dates in the company's columns as SQL: whether one can be read, and whether it is earlier than
//! an instant, without any date arithmetic.
//!
//! The rules are those of `kept_core::time::reading`: what SQL can't read for sure, it is told, as the
//! core reads it. A bare column stands first in every comparison, so that
//! its index serves.

use kept_core::plan::Value;
use kept_core::policy::model::Engine;
use kept_core::time::reading::{self, END_SECOND, FIRST_SECOND, Reading};
use kept_core::time::{Instant, Zone};

use crate::engine::Session;
use crate::fault::StoreFault;
use crate::path;
use crate::schema::{Class, Column, Part, Table};
use crate::sql::{Statement, quote, table_name};

mod mariadb;

/// How a column spells dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// A date of PostgreSQL or MariaDB.
    Day,
    /// A PostgreSQL timestamp without zone, or a DATETIME of MariaDB, in the store's zone.
    Local,
    /// A PostgreSQL timestamp with zone, or a TIMESTAMP of MariaDB.
    Instant,
    /// Whole numbers: seconds or milliseconds since 1970.
    Number {
        /// The smallest and the largest there are, where looking was cheap.
        within: Option<(i64, i64)>,
    },
    /// ISO 8601 text, with an offset or local to the store's zone.
    Text,
    /// SQLite: numbers and text in one column.
    Mixed,
    /// Nothing that is a date.
    None,
}

/// Whole numbers up to here are seconds, larger ones milliseconds.
const MILLISECONDS_FROM: i64 = 100_000_000_000;
const NUMBERS_END: i64 = 100_000_000_000_000;

/// How many different texts of a column are read one by one at most; further ones are not taken for
/// dates, which keeps their rows.
const ODD_MAX: usize = 100_000;

/// How a column spells dates, and its dates that SQL has no words for.
#[derive(Clone, Debug, PartialEq)]
pub struct Spelt {
    /// The spelling.
    pub spelling: Spelling,
    /// The texts of PostgreSQL and MariaDB that are not of the plain form, as the core reads them: the text as it
    /// stands, and the instant.
    pub odd: Vec<(String, Instant)>,
    /// SQLite: whether texts without hyphens (`20261021`) stand among the others.
    pub has_compact: bool,
}

impl Spelt {
    /// Nothing that is a date.
    pub const NONE: Self = Self { spelling: Spelling::None, odd: Vec::new(), has_compact: false };
}

/// Looks how a column spells dates: by its type, on SQLite by its smallest and largest value where
/// an index tells them at once.
///
/// # Errors
/// As the store answers.
pub fn spelt(
    session: &mut Session,
    table: &Table,
    column: &Column,
    zones: &Zones,
) -> Result<Spelt, StoreFault> {
    let spelling = spelling(session, table, column)?;
    let mut spelt = Spelt { spelling, ..Spelt::NONE };
    match (session.engine(), spelling) {
        (Engine::Postgres | Engine::Mariadb, Spelling::Text) => {
            spelt.odd = odd(session, table, column, zones)?;
        }
        (Engine::Sqlite, Spelling::Text) => spelt.has_compact = has_compact(session, table, column)?,
        _ => {}
    }
    Ok(spelt)
}

/// How many years are told apart at most.
const YEARS_MAX: usize = 1_000;

/// Sorts after every plain text of a year. Bounds are never numbers: a column of numeric affinity
/// would compare those as such.
const HYPHENED: &str = "-~";

/// Whether an SQLite column with an index has texts that begin with five digits: one look for each
/// year that occurs.
fn has_compact(session: &mut Session, table: &Table, column: &Column) -> Result<bool, StoreFault> {
    let name = quote(Engine::Sqlite, &column.name);
    let from = table_name(Engine::Sqlite, table);
    let text =
        format!("SELECT {name} FROM {from} WHERE {name} >= $1 AND {name} < ':' ORDER BY {name} LIMIT 1");
    let mut next = "/".to_owned();
    for _ in 0..YEARS_MAX {
        let rows = session.query_text(&text, &[Value::Text(next.clone()).into()])?;
        let Some(Value::Text(found)) = rows.first().and_then(|row| row.first()) else { return Ok(false) };
        // What is not a year followed by a hyphen sorts among the other years at random.
        let Some((year, _)) = found.split_at_checked(4).filter(|(_, rest)| rest.starts_with('-')) else {
            return Ok(true);
        };
        next = format!("{year}{HYPHENED}");
    }
    Ok(true)
}

/// The texts of a column that SQL does not read, read as the core reads them.
fn odd(
    session: &mut Session,
    table: &Table,
    column: &Column,
    zones: &Zones,
) -> Result<Vec<(String, Instant)>, StoreFault> {
    let engine = session.engine();
    let name = path::cell(engine, column, None);
    let from = table_name(engine, table);
    let text = match engine {
        Engine::Mariadb => format!(
            "SELECT DISTINCT {} FROM {from} WHERE {} LIMIT {ODD_MAX}",
            mariadb::exact(&name),
            mariadb::not_plain(&name)
        ),
        Engine::Postgres | Engine::Sqlite => format!(
            "SELECT DISTINCT {name}::text FROM {from} WHERE {name}::text !~ '{PLAIN}' LIMIT {ODD_MAX}"
        ),
    };
    let read = |value: &Value| match (value, reading::read(value, &zones.store)) {
        (Value::Text(text), Reading::At(at)) => Some((text.clone(), at)),
        _ => None,
    };
    Ok(session.query_text(&text, &[])?.iter().filter_map(|row| read(row.first()?)).collect())
}

fn spelling(session: &mut Session, table: &Table, column: &Column) -> Result<Spelling, StoreFault> {
    if session.engine() != Engine::Sqlite {
        return Ok(match column.class {
            Class::Date => Spelling::Day,
            Class::LocalTime => Spelling::Local,
            Class::Instant => Spelling::Instant,
            Class::Integer => Spelling::Number { within: None },
            Class::Text => Spelling::Text,
            _ => Spelling::None,
        });
    }
    let leads = |index: &crate::schema::Index| {
        !index.is_partial && matches!(index.parts.first(), Some(Part::Column(name)) if *name == column.name)
    };
    if !table.indexes.iter().any(leads) {
        // Looking would read the whole table, and no index is there to be served.
        return Ok(Spelling::Mixed);
    }
    let name = quote(Engine::Sqlite, &column.name);
    let from = table_name(Engine::Sqlite, table);
    let end = |order: &str| {
        format!("(SELECT {name} FROM {from} WHERE {name} IS NOT NULL ORDER BY {name} {order} LIMIT 1)")
    };
    let text = format!("SELECT {}, {}", end("ASC"), end("DESC"));
    let rows = session.query_text(&text, &[])?;
    let row = rows.into_iter().next().unwrap_or_default();
    let is_ascii = |text: &Value| matches!(text, Value::Text(text) if text.is_ascii());
    Ok(match row.as_slice() {
        // Blanks that are not ASCII sort after every digit.
        [Value::Text(_), last @ Value::Text(_)] if !is_ascii(last) => Spelling::Mixed,
        [Value::Integer(low), Value::Integer(high)] => Spelling::Number { within: Some((*low, *high)) },
        [Value::Text(_), Value::Text(_) | Value::Bytes(_)] | [Value::Null, _] => Spelling::Text,
        _ => Spelling::Mixed,
    })
}

/// Zones in which dates are read and days are counted.
#[derive(Clone, Debug)]
pub struct Zones {
    /// The store's.
    pub store: Zone,
    /// The policy's.
    pub policy: Zone,
}

/// Writes that `expression` is a date that can be read.
pub fn readable(statement: &mut Statement, spelt: &Spelt, expression: &str, zones: &Zones) {
    let (first, end) = ends();
    let store = &zones.store;
    let text = match (statement.engine, spelt.spelling) {
        (Engine::Mariadb, _) => return mariadb::readable(statement, spelt, expression, zones),
        (_, Spelling::None) => "FALSE".to_owned(),
        (_, Spelling::Day) => {
            let (first, end) = (first_day(first, store), first_day(end, store));
            format!("({expression} >= DATE '{first}' AND {expression} < DATE '{end}')")
        }
        (_, Spelling::Local) => {
            let (first, end) = (local(first, store), local(end, store));
            format!("({expression} >= TIMESTAMP '{first}' AND {expression} < TIMESTAMP '{end}')")
        }
        (_, Spelling::Instant) => {
            format!("({expression} >= TIMESTAMPTZ '{first}' AND {expression} < TIMESTAMPTZ '{end}')")
        }
        (Engine::Postgres, Spelling::Number { .. }) => number_readable(expression),
        (Engine::Postgres, Spelling::Text | Spelling::Mixed) => {
            let text = postgres_text(expression, "TRUE", "TRUE");
            return or_odd(statement, &text, expression, spelt, |_| true);
        }
        (Engine::Sqlite, _) => format!("({} IS NOT NULL)", sqlite_date(expression, zones)),
    };
    statement.push(&text);
}

/// The first instant that can be meant, and the end of them.
fn ends() -> (Instant, Instant) {
    let at = |second| Instant::from_second(second).unwrap_or(Instant::UNIX_EPOCH);
    (at(FIRST_SECOND), at(END_SECOND))
}

/// Writes a condition on plain texts, or that the text is one of the odd ones of which something
/// holds.
fn or_odd(
    statement: &mut Statement,
    plain: &str,
    expression: &str,
    spelt: &Spelt,
    holds: impl Fn(Instant) -> bool,
) {
    let odd = spelt.odd.iter().filter(|(_, at)| holds(*at));
    let said: Vec<Value> = odd.map(|(text, _)| Value::Text(text.clone())).collect();
    if said.is_empty() {
        statement.push(plain);
        return;
    }
    statement.push(&format!("({plain} OR {expression}::text = ANY("));
    statement.bind_many(said).push("::text[]))");
}

fn number_readable(expression: &str) -> String {
    format!(
        "(({expression} >= {FIRST_SECOND} AND {expression} < {NUMBERS_END}) OR \
         ({expression} <= -{MILLISECONDS_FROM} AND {expression} >= {FIRST_SECOND}000))"
    )
}

/// Writes that `expression` is a date that can be read, earlier than the instant.
pub fn before(statement: &mut Statement, spelt: &Spelt, expression: &str, until: Instant, zones: &Zones) {
    let (first, _) = ends();
    match (statement.engine, spelt.spelling) {
        (Engine::Mariadb, _) => mariadb::before(statement, spelt, expression, until, zones),
        (_, Spelling::None) => {
            statement.push("FALSE");
        }
        (_, Spelling::Day) => {
            let text = first_day(until, &zones.store);
            statement.push(&format!("({expression} < ")).bind(Value::Text(text));
            statement.push(&format!(" AND {expression} >= DATE '{}')", first_day(first, &zones.store)));
        }
        (_, Spelling::Local) => {
            let text = local(until, &zones.store);
            statement.push(&format!("({expression} < ")).bind(Value::Text(text));
            statement.push(&format!(" AND {expression} >= TIMESTAMP '{}')", local(first, &zones.store)));
        }
        (_, Spelling::Instant) => {
            statement.push(&format!("({expression} < ")).bind(Value::Text(until.to_string()));
            statement.push(&format!(" AND {expression} >= TIMESTAMPTZ '{first}')"));
        }
        (engine, Spelling::Number { within }) => {
            let text = number_before(expression, until, within);
            let whole = if engine == Engine::Sqlite {
                format!("({text} AND typeof({expression}) = 'integer')")
            } else {
                text
            };
            statement.push(&whole);
        }
        (Engine::Postgres, Spelling::Text | Spelling::Mixed) => {
            let text = postgres_text(
                expression,
                &format!("{expression}::text::timestamptz < {}", literal(&until.to_string())),
                &format!(
                    "replace({expression}::text, 'T', ' ') COLLATE \"C\" < {}",
                    literal(&local_text(until, &zones.store))
                ),
            );
            let bound = literal(&upper(until));
            let plain = format!("({expression}::text COLLATE \"C\" < {bound} AND {text})");
            or_odd(statement, &plain, expression, spelt, |at| at < until);
        }
        (Engine::Sqlite, Spelling::Text) => {
            // The lower bound leaves out NULLs and numbers, which an index sorts first.
            let bound = upper(until);
            let range = |statement: &mut Statement, from: &str, to: String| {
                statement.push(&format!("{expression} >= '{from}' AND {expression} < "));
                statement.bind(Value::Text(to));
            };
            statement.push("(");
            if let Some(year) = bound.get(..4).filter(|_| spelt.has_compact) {
                // Texts without hyphens sort after the others of their year.
                statement.push("((");
                range(statement, "", bound.clone());
                statement.push(") OR (");
                range(statement, &format!("{year}{HYPHENED}"), format!("{}!", bound.replace('-', "")));
                statement.push("))");
            } else {
                range(statement, "", bound);
            }
            let date = sqlite_date(expression, zones);
            statement.push(&format!(" AND {date} < {})", until.as_microsecond()));
        }
        (Engine::Sqlite, Spelling::Mixed) => {
            let date = sqlite_date(expression, zones);
            statement.push(&format!("({date} < {})", until.as_microsecond()));
        }
    }
}

/// A date on SQLite: the core's own reading, as microseconds.
fn sqlite_date(expression: &str, zones: &Zones) -> String {
    format!("kept_date({expression}, {})", literal(zones.store.name()))
}

fn number_before(expression: &str, until: Instant, within: Option<(i64, i64)>) -> String {
    let seconds = ceiling_second(until);
    let milliseconds = ceiling_millisecond(until);
    let all = format!(
        "(({expression} < {seconds} AND {expression} >= {FIRST_SECOND} AND {expression} < {MILLISECONDS_FROM}) OR \
         ({expression} >= {MILLISECONDS_FROM} AND {expression} < {milliseconds} AND {expression} < {NUMBERS_END}) OR \
         ({expression} <= -{MILLISECONDS_FROM} AND {expression} < {milliseconds} AND {expression} >= {FIRST_SECOND}000))"
    );
    // Where all are of one kind, one bare comparison lets an index serve.
    match within {
        Some((low, high)) if low > -MILLISECONDS_FROM && high < MILLISECONDS_FROM => {
            format!("({expression} < {seconds} AND {all})")
        }
        Some((low, _)) if low >= MILLISECONDS_FROM => format!("({expression} < {milliseconds} AND {all})"),
        _ => all,
    }
}

fn ceiling_second(at: Instant) -> i64 {
    at.as_second() + i64::from(at.subsec_nanosecond() > 0)
}

fn ceiling_millisecond(at: Instant) -> i64 {
    at.as_millisecond() + i64::from(at.subsec_nanosecond() % 1_000_000 > 0)
}

/// The first day that does not begin before an instant.
fn first_day(until: Instant, zone: &Zone) -> String {
    let day = zone.day_of(until);
    if zone.start_of(day) >= until { day.to_string() } else { next_day(day).to_string() }
}

fn next_day(day: kept_core::time::Day) -> kept_core::time::Day {
    day.tomorrow().unwrap_or(day)
}

fn local(until: Instant, zone: &Zone) -> String {
    zone.civil(until).to_string().replace('T', " ")
}

/// The instant as local text sorts: a day alone where it begins the day, no empty seconds.
fn local_text(until: Instant, zone: &Zone) -> String {
    let day = zone.day_of(until);
    if zone.start_of(day) >= until {
        return day.to_string();
    }
    let text = local(until, zone);
    text.strip_suffix(":00").map_or(text.clone(), str::to_owned)
}

/// A text that sorts after every spelling of an earlier instant, in any zone.
fn upper(until: Instant) -> String {
    let later = until.checked_add(jiff::Span::new().hours(38)).unwrap_or(Instant::MAX);
    Zone::utc().day_of(later).to_string()
}

/// The plain form of a text on PostgreSQL: what SQL itself compares as the core would. The first and
/// the last years, where some days mean "never", are left to the core.
const PLAIN: &str = r"^(?!000[01]|999[789])\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])([ T]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?(Z|[+-](0\d|1[0-4])(:[0-5]\d)?)?)?$";

/// Text on PostgreSQL of the plain form that is a date, under one condition with an offset, another
/// without.
fn postgres_text(expression: &str, with_offset: &str, without: &str) -> String {
    let text = format!("{expression}::text");
    let leap = format!(
        "(substr({text}, 1, 4)::int % 4 = 0 AND (substr({text}, 1, 4)::int % 100 <> 0 OR substr({text}, 1, 4)::int % 400 = 0))"
    );
    format!(
        "CASE WHEN {text} ~ '{PLAIN}' \
         AND substr({text}, 6, 5) NOT IN ('02-30', '02-31', '04-31', '06-31', '09-31', '11-31') THEN \
         CASE WHEN substr({text}, 6, 5) = '02-29' AND NOT {leap} THEN FALSE \
         WHEN {text} ~ '^.{{11,}}(Z|[+-]\\d\\d(:\\d\\d)?)$' THEN {with_offset} ELSE {without} END ELSE FALSE END"
    )
}

/// Text that is ours, quoted; dates only.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Writes an expression that sorts as the dates do: for comparing two columns, and for showing a day.
pub fn comparable(statement: &mut Statement, spelt: &Spelt, expression: &str, zones: &Zones) {
    let store = literal(zones.store.name());
    let text = match (statement.engine, spelt.spelling) {
        (Engine::Mariadb, _) => return mariadb::comparable(statement, spelt, expression, zones),
        (_, Spelling::None) => "NULL".to_owned(),
        (_, Spelling::Instant) => expression.to_owned(),
        (_, Spelling::Local) => format!("({expression} AT TIME ZONE {store})"),
        (_, Spelling::Day) => format!("({expression}::timestamp AT TIME ZONE {store})"),
        (Engine::Postgres, Spelling::Number { .. }) => format!(
            "to_timestamp(CASE WHEN abs({expression}::numeric) < {MILLISECONDS_FROM} THEN {expression}::numeric \
             ELSE {expression}::numeric / 1000 END)"
        ),
        (Engine::Postgres, Spelling::Text | Spelling::Mixed) => {
            let text = postgres_text(
                expression,
                &format!("{expression}::text::timestamptz"),
                &format!("({expression}::text::timestamp AT TIME ZONE {store})"),
            )
            .replace("THEN FALSE", "THEN NULL")
            .replace("ELSE FALSE END", "ELSE NULL END");
            return comparable_or_odd(statement, &text, expression, spelt);
        }
        (Engine::Sqlite, _) => sqlite_date(expression, zones),
    };
    statement.push(&text);
}

fn comparable_or_odd(statement: &mut Statement, plain: &str, expression: &str, spelt: &Spelt) {
    if spelt.odd.is_empty() {
        statement.push(plain);
        return;
    }
    let (said, at) = spelt
        .odd
        .iter()
        .map(|(text, at)| (Value::Text(text.clone()), Value::Text(at.to_string())))
        .collect::<(Vec<Value>, Vec<Value>)>();
    statement.push(&format!("coalesce({plain}, (SELECT odd.at FROM unnest("));
    statement.bind_many(said).push("::text[], ").bind_many(at);
    statement.push(&format!("::timestamptz[]) AS odd (said, at) WHERE odd.said = {expression}::text))"));
}

/// The day that a column says, as text, where that is told without making it comparable first.
pub fn own_day(engine: Engine, spelt: &Spelt, expression: &str, zones: &Zones) -> Option<String> {
    (engine == Engine::Mariadb).then(|| mariadb::own_day(spelt, expression, zones)).flatten()
}

/// The day of a comparable expression, as text.
pub fn day_of(engine: Engine, zones: &Zones, expression: &str) -> String {
    let zone = literal(zones.policy.name());
    match engine {
        Engine::Postgres => format!("to_char(({expression}) AT TIME ZONE {zone}, 'YYYY-MM-DD')"),
        Engine::Sqlite => format!("kept_day({expression}, {zone})"),
        Engine::Mariadb => mariadb::day_of(expression, &zones.policy),
    }
}
