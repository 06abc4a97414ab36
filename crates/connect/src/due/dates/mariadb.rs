//! Dates in MariaDB's columns. There are no instants with an offset: what is compared with another
//! column, or shown as a day, is made a local time of UTC first, by a list of the zone's offsets, for
//! the server may know no zones.
//!
//! Only SELECTs say any of this: in a statement that changes rows, a text that is no date would be an
//! error.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use kept_core::plan::Value;
use kept_core::time::{Instant, Zone};

use super::{
    MILLISECONDS_FROM, Spelling, Spelt, Zones, ends, first_day, literal, local, number_before,
    number_readable, upper,
};
use crate::sql::Statement;

/// The plain form of a text: what SQL itself compares as the core would. The first and the last
/// years, where some days mean "never", are left to the core.
pub(super) const PLAIN: &str = "^(?!000[01]|999[789])[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,6})?)?(Z|[+-](0[0-9]|1[0-4])(:[0-5][0-9])?)?)?\\z";

/// An offset at the end of a text.
const OFFSET: &str = "(Z|[+-][0-9]{2}(:[0-9]{2})?)\\z";

/// Years between which a zone's offsets are listed; before and after, the nearest is taken.
const YEARS: (&str, &str) = ("1970-01-01T00:00:00Z", "2100-01-01T00:00:00Z");

/// The second of 1970 among those since the year 0, as `TO_SECONDS` counts.
const EPOCH_SECONDS: i64 = 62_167_219_200;

/// A text as it is compared letter by letter.
pub(super) fn exact(expression: &str) -> String {
    format!("CONVERT({expression} USING utf8mb4) COLLATE utf8mb4_bin")
}

/// Writes that `expression` is a date that can be read.
pub(super) fn readable(statement: &mut Statement, spelt: &Spelt, expression: &str, zones: &Zones) {
    let (first, end) = ends();
    let text = match spelt.spelling {
        Spelling::Day | Spelling::Local | Spelling::Instant => {
            let (first, end) = (start(spelt.spelling, first, zones), start(spelt.spelling, end, zones));
            format!("({expression} >= '{first}' AND {expression} < '{end}' AND {})", is_a_day(expression))
        }
        Spelling::Number { .. } => number_readable(expression),
        Spelling::Text => {
            statement.push("(").push(&text_date(expression, &zones.store)).push(" IS NOT NULL");
            return or_odd(statement, spelt, expression, |_| true);
        }
        Spelling::Mixed | Spelling::None => "FALSE".to_owned(),
    };
    statement.push(&text);
}

/// Writes that `expression` is a date that can be read, earlier than the instant.
pub(super) fn before(
    statement: &mut Statement,
    spelt: &Spelt,
    expression: &str,
    until: Instant,
    zones: &Zones,
) {
    let (first, _) = ends();
    match spelt.spelling {
        Spelling::Day | Spelling::Local | Spelling::Instant => {
            let from = start(spelt.spelling, first, zones);
            statement.push(&format!("({expression} < "));
            statement.bind(Value::Text(start(spelt.spelling, until, zones)));
            statement.push(&format!(" AND {expression} >= '{from}' AND {})", is_a_day(expression)));
        }
        Spelling::Number { within } => {
            statement.push(&number_before(expression, until, within));
        }
        Spelling::Text => {
            let date = text_date(expression, &zones.store);
            let until_text = local(until, &Zone::utc());
            statement
                .push(&format!("(({expression} < '{}' AND {date} < TIMESTAMP '{until_text}')", upper(until)));
            or_odd(statement, spelt, expression, |at| at < until);
        }
        Spelling::Mixed | Spelling::None => {
            statement.push("FALSE");
        }
    }
}

/// The first value of a column's own kind that is not before an instant.
fn start(spelling: Spelling, at: Instant, zones: &Zones) -> String {
    match spelling {
        Spelling::Day => first_day(at, &zones.store),
        // The session runs in UTC.
        Spelling::Instant => local(at, &Zone::utc()),
        _ => local(at, &zones.store),
    }
}

/// That a date is one of the calendar: `2024-02-00` may stand in a column.
fn is_a_day(expression: &str) -> String {
    format!(
        "MONTH({expression}) > 0 AND DAYOFMONTH({expression}) BETWEEN 1 AND DAYOFMONTH(LAST_DAY({expression}))"
    )
}

/// Ends a condition on plain texts: or the text is one of the odd ones of which something holds.
fn or_odd(statement: &mut Statement, spelt: &Spelt, expression: &str, holds: impl Fn(Instant) -> bool) {
    let odd = spelt.odd.iter().filter(|(_, at)| holds(*at));
    let said: Vec<serde_json::Value> = odd.map(|(text, _)| text.clone().into()).collect();
    if !said.is_empty() {
        statement.push(&format!(" OR {} IN (SELECT odd.said FROM JSON_TABLE(", exact(expression)));
        statement.bind(Value::Text(serde_json::Value::Array(said).to_string()));
        statement.push(
            ", '$[*]' COLUMNS (said VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$')) AS odd)",
        );
    }
    statement.push(")");
}

/// Writes an expression that sorts as the dates do: a local time of UTC, or NULL.
pub(super) fn comparable(statement: &mut Statement, spelt: &Spelt, expression: &str, zones: &Zones) {
    let valid = |date: &str| format!("CASE WHEN {} THEN {date} END", is_a_day(expression));
    let text = match spelt.spelling {
        Spelling::None | Spelling::Mixed => "NULL".to_owned(),
        Spelling::Instant => valid(expression),
        Spelling::Local => valid(&to_utc(expression, &zones.store)),
        Spelling::Day => valid(&to_utc(&format!("CAST({expression} AS DATETIME)"), &zones.store)),
        Spelling::Number { .. } => format!(
            "CASE WHEN ABS({expression}) < {MILLISECONDS_FROM} \
             THEN TIMESTAMPADD(SECOND, {expression}, TIMESTAMP '1970-01-01 00:00:00') \
             ELSE TIMESTAMPADD(MICROSECOND, {expression} * 1000, TIMESTAMP '1970-01-01 00:00:00') END"
        ),
        Spelling::Text => {
            let plain = text_date(expression, &zones.store);
            return text_or_odd(statement, &plain, expression, spelt);
        }
    };
    statement.push(&text);
}

fn text_or_odd(statement: &mut Statement, plain: &str, expression: &str, spelt: &Spelt) {
    if spelt.odd.is_empty() {
        statement.push(plain);
        return;
    }
    let utc = Zone::utc();
    let pair = |(text, at): &(String, Instant)| serde_json::json!([text, local(*at, &utc)]);
    let all = serde_json::Value::Array(spelt.odd.iter().map(pair).collect());
    statement.push(&format!("coalesce({plain}, (SELECT odd.at FROM JSON_TABLE("));
    statement.bind(Value::Text(all.to_string()));
    statement.push(&format!(
        ", '$[*]' COLUMNS (said VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$[0]', \
         at DATETIME(6) PATH '$[1]')) AS odd WHERE odd.said = {} LIMIT 1))",
        exact(expression)
    ));
}

/// The local time of UTC that a plain text says; NULL for every other text.
fn text_date(expression: &str, store: &Zone) -> String {
    let text = exact(expression);
    let cut = format!("CAST(REGEXP_REPLACE({text}, '{OFFSET}', '') AS DATETIME(6))");
    let sign = format!("REGEXP_SUBSTR({text}, '{OFFSET}')");
    let seconds = format!(
        "CASE WHEN {sign} = 'Z' THEN 0 ELSE (CASE WHEN {sign} LIKE '-%' THEN -1 ELSE 1 END) * \
         (CAST(SUBSTR({sign}, 2, 2) AS SIGNED) * 3600 + CAST(CONCAT('0', SUBSTR({sign}, 5, 2)) AS SIGNED) * 60) END"
    );
    let bare = format!("CAST({text} AS DATETIME(6))");
    format!(
        "CASE WHEN {text} REGEXP '{PLAIN}' THEN CASE WHEN {text} REGEXP '^.{{11}}.*{OFFSET}' \
         THEN {cut} - INTERVAL ({seconds}) SECOND ELSE {} END END",
        to_utc(&bare, store)
    )
}

/// The day, in the policy's zone, that a column says, where that needs no time of UTC.
pub(super) fn own_day(spelt: &Spelt, expression: &str, zones: &Zones) -> Option<String> {
    let is_local = matches!(spelt.spelling, Spelling::Day | Spelling::Local);
    (is_local && zones.store.name() == zones.policy.name())
        .then(|| format!("CASE WHEN {} THEN DATE_FORMAT({expression}, '%Y-%m-%d') END", is_a_day(expression)))
}

/// The day, in the policy's zone, of a local time of UTC.
pub(super) fn day_of(expression: &str, zone: &Zone) -> String {
    let (from, offsets) = offsets(zone, |at, _, _| at);
    let shifted = shifted(expression, '+', &from, &offsets);
    format!("DATE_FORMAT({shifted}, '%Y-%m-%d')")
}

/// The local time of UTC of one of a zone: of two that it may be, the earlier; one that does not
/// exist is later by what is missing, as the core reads it.
fn to_utc(expression: &str, zone: &Zone) -> String {
    let (from, offsets) = offsets(zone, |at, before, after| at + before.max(after));
    shifted(expression, '-', &from, &offsets)
}

fn shifted(expression: &str, sign: char, from: &[i64], offsets: &[i64]) -> String {
    let list = |numbers: &[i64]| numbers.iter().map(i64::to_string).collect::<Vec<_>>().join(",");
    match offsets {
        [] | [0] => expression.to_owned(),
        [only] => format!("({expression} {sign} INTERVAL {only} SECOND)"),
        many => format!(
            "({expression} {sign} INTERVAL ELT(1 + INTERVAL(TO_SECONDS({expression}), {}), {}) SECOND)",
            list(from),
            list(many)
        ),
    }
}

/// The offsets of a zone from UTC in seconds, and the seconds from which each but the first holds,
/// counted as `turn` says of an instant and the offsets before and after it.
fn offsets(zone: &Zone, turn: impl Fn(i64, i64, i64) -> i64) -> (Vec<i64>, Vec<i64>) {
    let Ok(zone) = TimeZone::get(zone.name()) else { return (Vec::new(), Vec::new()) };
    let at = |text: &str| text.parse::<Timestamp>().unwrap_or(Timestamp::UNIX_EPOCH);
    let (first, last) = (at(YEARS.0), at(YEARS.1));
    let mut offset = i64::from(zone.to_offset(first).seconds());
    let (mut from, mut offsets) = (Vec::new(), vec![offset]);
    for transition in zone.following(first).take_while(|transition| transition.timestamp() < last) {
        let after = i64::from(transition.offset().seconds());
        if after != offset {
            from.push(turn(transition.timestamp().as_second(), offset, after) + EPOCH_SECONDS);
            offsets.push(after);
            offset = after;
        }
    }
    (from, offsets)
}

/// That a text is not of the plain form.
pub(super) fn not_plain(expression: &str) -> String {
    format!("{} NOT REGEXP {}", exact(expression), literal(PLAIN))
}
