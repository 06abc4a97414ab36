//! Reading an instant from a database value: what a column says, or that it can't be told; and the value by
//! which a column says an instant, so that it is read back.

use jiff::civil::DateTime;

use crate::plan::Value;
use crate::time::{Day, Instant, Zone};

/// What a date column says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// This instant.
    At(Instant),
    /// NULL.
    Nothing,
    /// A value that is no date, or one that stands for "never" or "unknown": `infinity`,
    /// `0000-00-00`, the year 9999 (decision 8).
    CannotTell,
}

/// Seconds up to here are seconds since 1970; larger whole numbers are milliseconds.
const SECONDS_MAX: i64 = 100_000_000_000;
const MILLISECONDS_MAX: i64 = 100_000_000_000_000;

/// Reads a value as an instant. Text with an offset is taken as it is; without one it is local to
/// `zone`. Whole numbers are seconds, or milliseconds where they are too large for that.
pub fn read(value: &Value, zone: &Zone) -> Reading {
    match value {
        Value::Null => Reading::Nothing,
        Value::Integer(number) => read_number(*number),
        Value::Text(text) => read_text(text.trim(), zone),
        Value::Real(_) | Value::Bytes(_) | Value::Unread(_) => Reading::CannotTell,
    }
}

fn read_number(number: i64) -> Reading {
    let instant = if number.abs() < SECONDS_MAX {
        Instant::from_second(number)
    } else if number.abs() < MILLISECONDS_MAX {
        Instant::from_millisecond(number)
    } else {
        return Reading::CannotTell;
    };
    instant.map_or(Reading::CannotTell, plausible)
}

fn read_text(text: &str, zone: &Zone) -> Reading {
    if text.len() > 64 {
        return Reading::CannotTell;
    }
    let local = || text.parse::<DateTime>().ok().and_then(|at| zone.instant_of(at));
    let day = || text.parse::<Day>().ok().map(|day| zone.start_of(day));
    let instant = || text.parse::<Instant>().ok();
    // Nothing is an instant by itself without an offset after the day.
    let has_offset = text.get(8..).is_some_and(|end| end.contains(['Z', 'z', '+', '-']));
    let first = if has_offset { instant() } else { None };
    first.or_else(local).or_else(day).map_or(Reading::CannotTell, plausible)
}

/// How a column holds an instant that is written into it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The day on which it falls in the zone: read back as its beginning.
    Day,
    /// What the zone's clocks show, without an offset. Of an hour that they show twice in autumn nobody can
    /// tell which is meant: it is read back as the first.
    Local,
    /// With an offset, to the microsecond.
    Instant,
    /// The same as text that people read, to the second.
    Text,
    /// Seconds since 1970.
    Seconds,
}

/// The value that says an instant in a column of the zone: [`read`] reads it back, as far as the form tells.
pub fn write(at: Instant, form: Form, zone: &Zone) -> Value {
    let second = || Instant::from_second(at.as_microsecond().div_euclid(1_000_000)).unwrap_or(at);
    match form {
        Form::Day => Value::Text(zone.day_of(at).to_string()),
        Form::Local => Value::Text(zone.civil(at).strftime("%Y-%m-%d %H:%M:%S%.6f").to_string()),
        Form::Instant => Value::Text(at.strftime("%Y-%m-%d %H:%M:%S%.6f+00:00").to_string()),
        Form::Text => Value::Text(second().to_string()),
        Form::Seconds => Value::Integer(second().as_second()),
    }
}

/// The first second that can be meant, since 1970: what lies on the first two days of the year 1, in
/// whichever zone, stands for "never" or "unknown".
pub const FIRST_SECOND: i64 = -62_135_424_000;

/// The second, since 1970, from which on nothing is meant: the year 9998 begins.
pub const END_SECOND: i64 = 253_339_228_800;

fn plausible(at: Instant) -> Reading {
    if (FIRST_SECOND..END_SECOND).contains(&at.as_second()) { Reading::At(at) } else { Reading::CannotTell }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(text: &str) -> Reading {
        read(&Value::Text(text.into()), &Zone::named("Europe/Paris").unwrap())
    }

    #[test]
    fn every_usual_spelling_of_a_date_is_read() {
        let midnight = Reading::At("2024-02-29T23:00:00Z".parse().unwrap());
        for text in [
            "2024-03-01",
            "2024-03-01 00:00:00",
            "2024-03-01T00:00:00",
            "2024-02-29T23:00:00Z",
            "2024-03-01 00:00:00+01",
            "2024-03-01 00:00:00.000+01:00",
        ] {
            assert_eq!(reading(text), midnight, "{text}");
        }
        assert_eq!(read(&Value::Integer(1_709_247_600), &Zone::utc()), midnight);
        assert_eq!(read(&Value::Integer(1_709_247_600_000), &Zone::utc()), midnight);
    }

    #[test]
    fn what_is_written_is_read_back_as_the_same_instant_in_every_form_and_zone() {
        let days = ["2026-01-15", "2026-03-29", "2026-04-05", "2026-09-27", "2026-10-25", "1969-12-31"];
        for name in ["Pacific/Auckland", "America/Los_Angeles", "Europe/Paris", "UTC"] {
            let zone = Zone::named(name).unwrap();
            for (day, hour) in days.iter().flat_map(|day| (0..24).map(move |hour| (day, hour))) {
                let at: Instant = format!("{day}T{hour:02}:30:15.123456Z").parse().unwrap();
                let back = |form| match read(&write(at, form, &zone), &zone) {
                    Reading::At(at) => at,
                    other => panic!("{name} {at} {form:?}: {other:?}"),
                };
                assert_eq!(back(Form::Instant), at);
                assert_eq!(back(Form::Text).to_string(), format!("{day}T{hour:02}:30:15Z"));
                assert_eq!(back(Form::Seconds), back(Form::Text));
                assert_eq!(back(Form::Day), zone.start_of(zone.day_of(at)));
                let is_shown_twice = zone.civil(at) == zone.civil(at - jiff::SignedDuration::from_hours(1));
                let local = if is_shown_twice { at - jiff::SignedDuration::from_hours(1) } else { at };
                assert_eq!(back(Form::Local), local, "{name}");
            }
        }
    }

    #[test]
    fn short_forms_offsets_without_a_colon_and_blanks_around_are_read() {
        let at = |text: &str| Reading::At(text.parse().unwrap());
        assert_eq!(reading("20261021"), at("2026-10-20T22:00:00Z"));
        assert_eq!(reading(" 2026-10-21T12 "), at("2026-10-21T10:00:00Z"));
        assert_eq!(reading("2026-10-21 12:00:00+0200"), at("2026-10-21T10:00:00Z"));
        assert_eq!(reading("20261021T120000Z"), at("2026-10-21T12:00:00Z"));
    }

    #[test]
    fn what_stands_for_never_is_not_taken_for_a_date() {
        for text in [
            "infinity",
            "-infinity",
            "0000-00-00",
            "0001-01-01",
            "0001-01-01 00:00:00",
            "0001-01-01T00:00:00Z",
            "0001-01-01T23:59:59-14:00",
            "9998-01-01T00:00:00Z",
            "9999-12-31",
            "",
            "soon",
            "2024-13-01",
        ] {
            assert_eq!(reading(text), Reading::CannotTell, "{text}");
        }
        assert_eq!(read(&Value::Integer(-62_135_596_800), &Zone::utc()), Reading::CannotTell);
        for (text, second) in
            [("0001-01-03T00:00:00Z", FIRST_SECOND), ("9997-12-31T23:59:59Z", END_SECOND - 1)]
        {
            assert_eq!(reading(text), Reading::At(Instant::from_second(second).unwrap()), "{text}");
        }
        assert_eq!(read(&Value::Null, &Zone::utc()), Reading::Nothing);
    }
}
