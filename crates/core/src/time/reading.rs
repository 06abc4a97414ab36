//! Reading an instant from a database value: what a column says, or that it can't be told.

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
        Value::Real(_) | Value::Bytes(_) => Reading::CannotTell,
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
    text.parse::<Instant>().ok().or_else(local).or_else(day).map_or(Reading::CannotTell, plausible)
}

fn plausible(at: Instant) -> Reading {
    let year = Zone::utc().day_of(at).year();
    if (1..9998).contains(&year) { Reading::At(at) } else { Reading::CannotTell }
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
    fn what_stands_for_never_is_not_taken_for_a_date() {
        for text in ["infinity", "-infinity", "0000-00-00", "9999-12-31", "", "soon", "2024-13-01"] {
            assert_eq!(reading(text), Reading::CannotTell, "{text}");
        }
        assert_eq!(read(&Value::Null, &Zone::utc()), Reading::Nothing);
    }
}
