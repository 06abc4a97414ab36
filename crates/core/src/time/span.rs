//! A length of calendar time, as a policy writes it: `3 years`, `30 days`, `2 years 6 months`.

use std::fmt;

use jiff::civil::Date as Day;
use serde::{Deserialize, Serialize};

/// Years, months, weeks and days. Limited to 999 years, so that no sum leaves the calendar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    months: u16,
    days: u32,
}

/// Why a text is not a span.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SpanError {
    /// The text is empty or has no unit.
    #[error("expected a number and a unit, such as `3 years`")]
    Shape,
    /// The unit is not one of days, weeks, months, years.
    #[error("`{0}` is not a unit of time; use days, weeks, months or years")]
    Unit(String),
    /// The number is zero, not whole, or beyond 999 years.
    #[error("the length must be a whole number from 1 day to 999 years")]
    Size,
}

const MONTHS_MAX: u32 = 999 * 12;
const DAYS_MAX: u32 = 999 * 365;

impl Span {
    /// No time at all.
    pub const ZERO: Self = Self { months: 0, days: 0 };

    /// A span of whole days.
    pub const fn days(days: u32) -> Self {
        Self { months: 0, days }
    }

    /// A span of whole months.
    pub const fn months(months: u16) -> Self {
        Self { months, days: 0 }
    }

    /// A span of whole years.
    pub const fn years(years: u16) -> Self {
        Self { months: years.saturating_mul(12), days: 0 }
    }

    /// Reads `3 years`, `1 year 6 months`, `30 days`.
    ///
    /// # Errors
    /// [`SpanError`] says what is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, SpanError> {
        let words: Vec<&str> = text.split_whitespace().collect();
        if words.is_empty() || !words.len().is_multiple_of(2) {
            return Err(SpanError::Shape);
        }
        let mut span = Self::ZERO;
        for pair in words.chunks_exact(2) {
            let [number, unit] = pair else { return Err(SpanError::Shape) };
            span = span.plus(Self::part(number, unit)?)?;
        }
        if span == Self::ZERO { Err(SpanError::Size) } else { Ok(span) }
    }

    fn part(number: &str, unit: &str) -> Result<Self, SpanError> {
        if !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(SpanError::Shape);
        }
        let count: u32 = number.parse().map_err(|_| SpanError::Size)?;
        let (months, days) = match unit.trim_end_matches('s') {
            "day" => (0, count),
            "week" => (0, count.checked_mul(7).ok_or(SpanError::Size)?),
            "month" => (count, 0),
            "year" => (count.checked_mul(12).ok_or(SpanError::Size)?, 0),
            _ => return Err(SpanError::Unit(unit.to_owned())),
        };
        if months > MONTHS_MAX || days > DAYS_MAX {
            return Err(SpanError::Size);
        }
        Ok(Self { months: u16::try_from(months).map_err(|_| SpanError::Size)?, days })
    }

    /// The two lengths together, still counted from one origin.
    ///
    /// # Errors
    /// [`SpanError::Size`] beyond 999 years.
    pub fn plus(self, other: Self) -> Result<Self, SpanError> {
        let months = u32::from(self.months) + u32::from(other.months);
        let days = self.days.saturating_add(other.days);
        if months > MONTHS_MAX || days > DAYS_MAX {
            return Err(SpanError::Size);
        }
        Ok(Self { months: u16::try_from(months).map_err(|_| SpanError::Size)?, days })
    }

    /// Whole months of this span (a year is twelve).
    pub const fn whole_months(self) -> u16 {
        self.months
    }

    /// Days beside the months.
    pub const fn whole_days(self) -> u32 {
        self.days
    }

    /// The last day of this span after `day`: months first, the month's end kept, then days.
    /// Saturates at the end of the calendar (31 December 9999).
    pub fn last_day_after(self, day: Day) -> Day {
        let span = jiff::Span::new().months(i32::from(self.months)).days(i64::from(self.days).min(500_000));
        day.checked_add(span).unwrap_or(Day::MAX)
    }
}

impl fmt::Display for Span {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [
            (u32::from(self.months / 12), "year"),
            (u32::from(self.months % 12), "month"),
            (self.days, "day"),
        ];
        let mut first = true;
        for (count, unit) in parts.into_iter().filter(|(count, _)| *count > 0) {
            let gap = if first { "" } else { " " };
            let plural = if count == 1 { "" } else { "s" };
            write!(out, "{gap}{count} {unit}{plural}")?;
            first = false;
        }
        if first { out.write_str("0 days") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_span_reads_back_as_it_prints() {
        for text in ["3 years", "1 year 6 months", "30 days", "1 month"] {
            assert_eq!(Span::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Span::parse("2 weeks").unwrap(), Span::days(14));
    }

    #[test]
    fn nonsense_is_refused() {
        for text in [
            "",
            "years",
            "three years",
            "-1 day",
            "0 days",
            "1 fortnight",
            "1.5 years",
            "99999999999 days",
            "1000 years",
        ] {
            assert!(Span::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn month_ends_are_kept() {
        let month = Span::months(1);
        assert_eq!(month.last_day_after(date(2026, 1, 31)), date(2026, 2, 28));
        assert_eq!(month.last_day_after(date(2024, 1, 31)), date(2024, 2, 29));
        assert_eq!(Span::years(3).last_day_after(date(2024, 2, 29)), date(2027, 2, 28));
        assert_eq!(Span::months(2).last_day_after(date(2026, 8, 31)), date(2026, 10, 31));
    }

    /// The worked dates of the figures in the five notices: a period of so long after a day.
    #[test]
    fn every_figure_of_the_notices_ends_on_its_worked_day() {
        for (from, span, last) in [
            (date(2025, 1, 31), "1 month", date(2025, 2, 28)),
            (date(2025, 1, 31), "3 months", date(2025, 4, 30)),
            (date(2025, 2, 1), "30 days", date(2025, 3, 3)),
            (date(2025, 3, 1), "30 days", date(2025, 3, 31)),
            (date(2025, 3, 1), "60 days", date(2025, 4, 30)),
            (date(2009, 6, 16), "16 years", date(2025, 6, 16)),
            (date(2022, 2, 14), "3 years", date(2025, 2, 14)),
            (date(2022, 2, 28), "3 years", date(2025, 2, 28)),
            (date(2024, 2, 29), "3 years", date(2027, 2, 28)),
            (date(2025, 1, 15), "13 months", date(2026, 2, 15)),
            (date(2025, 1, 15), "24 months", date(2027, 1, 15)),
            (date(2024, 3, 10), "1 year", date(2025, 3, 10)),
            (date(2025, 6, 30), "5 years", date(2030, 6, 30)),
            (date(2025, 6, 30), "10 years", date(2035, 6, 30)),
            (date(2024, 12, 31), "2 years", date(2026, 12, 31)),
        ] {
            assert_eq!(Span::parse(span).unwrap().last_day_after(from), last, "{span} after {from}");
        }
    }

    #[test]
    fn far_years_saturate() {
        assert_eq!(Span::years(999).last_day_after(date(9500, 1, 1)), Day::MAX);
    }
}
