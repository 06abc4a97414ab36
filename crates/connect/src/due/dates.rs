//! Dates in the company's columns as SQL: whether one can be read, and whether it is earlier than
//! an instant, without any date arithmetic.
//!
//! The rules are those of `kept_core::time::reading`, at least as strict: what SQL can't read for
//! sure is not read, and keeps its row. A bare column stands first in every comparison, so that
//! its index serves.

use kept_core::plan::Value;
use kept_core::policy::model::Engine;
use kept_core::time::{Instant, Zone};

use crate::engine::Session;
use crate::fault::StoreFault;
use crate::schema::{Class, Column, Table};
use crate::sql::{Statement, quote, table_name};

/// How a column spells dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// A PostgreSQL date.
    Day,
    /// A PostgreSQL timestamp without zone, in the store's zone.
    Local,
    /// A PostgreSQL timestamp with zone.
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
/// The first second of the year 1.
const FIRST_SECOND: i64 = -62_135_596_800;

/// Looks how a column spells dates: by its type, on SQLite by its smallest and largest value.
///
/// # Errors
/// As the store answers.
pub fn spelling(session: &mut Session, table: &Table, column: &Column) -> Result<Spelling, StoreFault> {
    if session.engine() == Engine::Postgres {
        return Ok(match column.class {
            Class::Date => Spelling::Day,
            Class::LocalTime => Spelling::Local,
            Class::Instant => Spelling::Instant,
            Class::Integer => Spelling::Number { within: None },
            Class::Text => Spelling::Text,
            _ => Spelling::None,
        });
    }
    let name = quote(Engine::Sqlite, &column.name);
    let from = table_name(Engine::Sqlite, table);
    let end = |order: &str| {
        format!("(SELECT {name} FROM {from} WHERE {name} IS NOT NULL ORDER BY {name} {order} LIMIT 1)")
    };
    let text = format!("SELECT {}, {}", end("ASC"), end("DESC"));
    let rows = session.query_text(&text, &[])?;
    let row = rows.into_iter().next().unwrap_or_default();
    Ok(match row.as_slice() {
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
pub fn readable(statement: &mut Statement, spelling: Spelling, expression: &str, zones: &Zones) {
    let text = match (statement.engine, spelling) {
        (_, Spelling::None) => "FALSE".to_owned(),
        (_, Spelling::Day) => {
            format!("({expression} >= DATE '0001-01-01' AND {expression} < DATE '9998-01-01')")
        }
        (_, Spelling::Local) => {
            format!("({expression} >= TIMESTAMP '0001-01-01' AND {expression} < TIMESTAMP '9998-01-01')")
        }
        (_, Spelling::Instant) => format!(
            "({expression} >= TIMESTAMPTZ '0001-01-01Z' AND {expression} < TIMESTAMPTZ '9998-01-01Z')"
        ),
        (Engine::Postgres, Spelling::Number { .. }) => number_readable(expression),
        (Engine::Postgres, Spelling::Text | Spelling::Mixed) => postgres_text(expression, "TRUE", "TRUE"),
        (Engine::Sqlite, _) => format!("({} IS NOT NULL)", sqlite_date(expression, zones)),
    };
    statement.push(&text);
}

fn number_readable(expression: &str) -> String {
    format!(
        "(({expression} >= {FIRST_SECOND} AND {expression} < {NUMBERS_END}) OR \
         ({expression} <= -{MILLISECONDS_FROM} AND {expression} >= {FIRST_SECOND}000))"
    )
}

/// Writes that `expression` is a date that can be read, earlier than the instant.
pub fn before(
    statement: &mut Statement,
    spelling: Spelling,
    expression: &str,
    until: Instant,
    zones: &Zones,
) {
    match (statement.engine, spelling) {
        (_, Spelling::None) => {
            statement.push("FALSE");
        }
        (_, Spelling::Day) => {
            let text = first_day(until, &zones.store);
            statement.push(&format!("({expression} < ")).bind(Value::Text(text));
            statement.push(&format!(" AND {expression} >= DATE '0001-01-01')"));
        }
        (_, Spelling::Local) => {
            let text = local(until, &zones.store);
            statement.push(&format!("({expression} < ")).bind(Value::Text(text));
            statement.push(&format!(" AND {expression} >= TIMESTAMP '0001-01-01')"));
        }
        (_, Spelling::Instant) => {
            statement.push(&format!("({expression} < ")).bind(Value::Text(until.to_string()));
            statement.push(&format!(" AND {expression} >= TIMESTAMPTZ '0001-01-01Z')"));
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
            statement.push(&format!("({expression}::text COLLATE \"C\" < {bound} AND {text})"));
        }
        (Engine::Sqlite, Spelling::Text) => {
            // The lower bound leaves out NULLs and numbers, which an index sorts first.
            statement.push(&format!("({expression} >= '0' AND {expression} < "));
            statement.bind(Value::Text(upper(until)));
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

/// Text on PostgreSQL that can be read, under one condition with an offset, another without.
fn postgres_text(expression: &str, with_offset: &str, without: &str) -> String {
    let text = format!("{expression}::text");
    let leap = format!(
        "(substr({text}, 1, 4)::int % 4 = 0 AND (substr({text}, 1, 4)::int % 100 <> 0 OR substr({text}, 1, 4)::int % 400 = 0))"
    );
    format!(
        "CASE WHEN {text} ~ '^\\d{{4}}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])([ T]([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d(\\.\\d{{1,6}})?)?(Z|[+-](0\\d|1[0-4])(:[0-5]\\d)?)?)?$' \
         AND {text} COLLATE \"C\" >= '0001' AND {text} COLLATE \"C\" < '9998' \
         AND substr({text}, 6, 5) NOT IN ('02-30', '02-31', '04-31', '06-31', '09-31', '11-31') THEN \
         CASE WHEN substr({text}, 6, 5) = '02-29' AND NOT {leap} THEN FALSE \
         WHEN {text} ~ '^.{{11,}}(Z|[+-]\\d\\d(:\\d\\d)?)$' THEN {with_offset} ELSE {without} END ELSE FALSE END"
    )
}

/// Text that is ours, quoted; dates only.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// An expression that sorts as the dates do: for comparing two columns, and for showing a day.
pub fn comparable(engine: Engine, spelling: Spelling, expression: &str, zones: &Zones) -> String {
    let store = literal(zones.store.name());
    match (engine, spelling) {
        (_, Spelling::None) => "NULL".to_owned(),
        (_, Spelling::Instant) => expression.to_owned(),
        (_, Spelling::Local) => format!("({expression} AT TIME ZONE {store})"),
        (_, Spelling::Day) => format!("({expression}::timestamp AT TIME ZONE {store})"),
        (Engine::Postgres, Spelling::Number { .. }) => format!(
            "to_timestamp(CASE WHEN abs({expression}::numeric) < {MILLISECONDS_FROM} THEN {expression}::numeric \
             ELSE {expression}::numeric / 1000 END)"
        ),
        (Engine::Postgres, Spelling::Text | Spelling::Mixed) => postgres_text(
            expression,
            &format!("{expression}::text::timestamptz"),
            &format!("({expression}::text::timestamp AT TIME ZONE {store})"),
        )
        .replace("THEN FALSE", "THEN NULL")
        .replace("ELSE FALSE END", "ELSE NULL END"),
        (Engine::Sqlite, _) => sqlite_date(expression, zones),
    }
}

/// The day of a comparable expression.
pub fn day_of(engine: Engine, comparable: &str, zones: &Zones) -> String {
    match engine {
        Engine::Postgres => {
            format!("to_char(({comparable}) AT TIME ZONE {}, 'YYYY-MM-DD')", literal(zones.policy.name()))
        }
        Engine::Sqlite => format!("kept_day({comparable}, {})", literal(zones.policy.name())),
    }
}
