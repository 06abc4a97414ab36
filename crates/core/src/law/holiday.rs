//! Public holidays by country, and which days are working days.
//!
//! The days are data (`holidays.tsv`): fixed ones, ones counted from Easter, and weekdays of a month,
//! each with the years in which it holds. Not here: what a holiday does to a period
//! (`time::deadline`).

use std::sync::LazyLock;

use jiff::civil::{Date as Day, Weekday};

/// The lines of the data file, read once. A line that can't be read is left out, and fails a test.
static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| lines().filter_map(Rule::read).collect());

/// The working days of one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holidays {
    place: String,
    known: bool,
}

#[derive(Clone, Copy, Debug)]
struct Rule {
    place: &'static str,
    shape: Shape,
    from: i16,
    until: i16,
    name: &'static str,
}

/// How a holiday's day is found in a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Fixed { month: i8, day: i8, moved: Moved },
    Easter { offset: i32 },
    Nth { month: i8, weekday: Weekday, nth: i8, offset: i32 },
}

/// Where a fixed holiday goes at a weekend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Moved {
    /// Nowhere.
    Stays,
    /// From Sunday to Saturday.
    BeforeSunday,
    /// From Saturday to Friday and from Sunday to Monday.
    Observed,
}

impl Holidays {
    /// The holidays of a country (`FR`) or of a part of it (`FR-67`) by its ISO 3166 code. A country
    /// whose holidays are not in the data has only weekends; see [`Self::are_known`].
    pub fn of(place: &str) -> Self {
        let place = place.to_ascii_uppercase();
        let known = RULES.iter().any(|rule| holds_in(rule.place, &place));
        Self { place, known }
    }

    /// Saturdays and Sundays alone, for a controller without a country.
    pub fn weekends_only() -> Self {
        Self { place: String::new(), known: false }
    }

    /// Whether the place's holidays are in the data. Where they are not, only weekends count, so a
    /// computed day may be earlier than the law's, never later: say so where it is shown.
    pub fn are_known(&self) -> bool {
        self.known
    }

    /// The place's code.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// The name of the holiday on this day, in English.
    pub fn name_of(&self, day: Day) -> Option<&'static str> {
        let held = |rule: &&Rule| holds_in(rule.place, &self.place) && rule.is_on(day);
        RULES.iter().find(held).map(|rule| rule.name)
    }

    /// Whether the day is neither a Saturday, a Sunday nor a public holiday.
    pub fn is_working_day(&self, day: Day) -> bool {
        !is_weekend(day) && self.name_of(day).is_none()
    }

    /// The day itself if it is a working day, else the next one that is. The end of the calendar
    /// stays as it is.
    pub fn working_day_from(&self, day: Day) -> Day {
        let mut found = day;
        while !self.is_working_day(found) {
            let Ok(next) = found.tomorrow() else { return found };
            found = next;
        }
        found
    }

    /// How many working days lie after `origin`, up to and including `last`.
    pub fn working_days_between(&self, origin: Day, last: Day) -> usize {
        let days = origin.series(jiff::Span::new().days(1)).skip(1).take_while(|day| *day <= last);
        days.filter(|day| self.is_working_day(*day)).count()
    }

    /// The working day that is `count` working days after `origin`, which is not counted.
    pub fn working_day_after(&self, origin: Day, count: u16) -> Day {
        let mut found = origin;
        for _ in 0..count {
            let Ok(next) = found.tomorrow() else { return found };
            found = self.working_day_from(next);
        }
        found
    }
}

impl Rule {
    /// Reads `place day from until name`, separated by tabs; the years may be empty.
    fn read(line: &'static str) -> Option<Self> {
        let mut fields = line.split('\t');
        let (place, day) = (fields.next()?, fields.next()?);
        let mut year = |open: i16| match fields.next()? {
            "" => Some(open),
            written => written.parse().ok(),
        };
        let (from, until) = (year(i16::MIN)?, year(i16::MAX)?);
        let name = fields.next().filter(|name| !name.is_empty())?;
        Some(Self { place, shape: Shape::read(day)?, from, until, name })
    }

    fn is_on(&self, day: Day) -> bool {
        // New Year's Day may be kept on the last day of the year before.
        let years = [day.year(), day.year().saturating_add(1)];
        years
            .into_iter()
            .any(|year| (self.from..=self.until).contains(&year) && self.shape.day_in(year) == Some(day))
    }
}

impl Shape {
    /// Reads `12-25`, `04-27 sunday-1`, `07-04 observed`, `easter+39`, `11 thursday 4+1` or
    /// `05 monday last`.
    fn read(text: &str) -> Option<Self> {
        if let Some(offset) = text.strip_prefix("easter") {
            return Some(Self::Easter { offset: offset.parse().ok()? });
        }
        let words: Vec<&str> = text.split(' ').collect();
        match words.as_slice() {
            [date] => Self::fixed(date, Moved::Stays),
            [date, "sunday-1"] => Self::fixed(date, Moved::BeforeSunday),
            [date, "observed"] => Self::fixed(date, Moved::Observed),
            [month, weekday, nth] => {
                let (nth, offset) = nth.split_once('+').unwrap_or((nth, "0"));
                let nth = if nth == "last" { -1 } else { nth.parse().ok()? };
                let (month, weekday) = (month.parse().ok()?, weekday_named(weekday)?);
                Some(Self::Nth { month, weekday, nth, offset: offset.parse().ok()? })
            }
            _ => None,
        }
    }

    fn fixed(date: &str, moved: Moved) -> Option<Self> {
        let (month, day) = date.split_once('-')?;
        Some(Self::Fixed { month: month.parse().ok()?, day: day.parse().ok()?, moved })
    }

    fn day_in(self, year: i16) -> Option<Day> {
        match self {
            Self::Fixed { month, day, moved } => moved.from(Day::new(year, month, day).ok()?),
            Self::Easter { offset } => plus(easter(year)?, offset),
            Self::Nth { month, weekday, nth, offset } => {
                plus(Day::new(year, month, 1).ok()?.nth_weekday_of_month(nth, weekday).ok()?, offset)
            }
        }
    }
}

impl Moved {
    fn from(self, day: Day) -> Option<Day> {
        match (self, day.weekday()) {
            (Self::BeforeSunday, Weekday::Sunday) | (Self::Observed, Weekday::Saturday) => plus(day, -1),
            (Self::Observed, Weekday::Sunday) => plus(day, 1),
            _ => Some(day),
        }
    }
}

fn lines() -> impl Iterator<Item = &'static str> {
    include_str!("holidays.tsv").lines().filter(|line| !line.starts_with('#') && !line.is_empty())
}

/// A country's holidays hold in its parts; a part's do not hold in the country.
fn holds_in(of: &str, place: &str) -> bool {
    place.strip_prefix(of).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

fn is_weekend(day: Day) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

fn weekday_named(name: &str) -> Option<Weekday> {
    Some(match name {
        "monday" => Weekday::Monday,
        "tuesday" => Weekday::Tuesday,
        "wednesday" => Weekday::Wednesday,
        "thursday" => Weekday::Thursday,
        "friday" => Weekday::Friday,
        _ => return None,
    })
}

fn plus(day: Day, days: i32) -> Option<Day> {
    day.checked_add(jiff::Span::new().days(days)).ok()
}

/// Easter Sunday of the western churches: the Sunday after the ecclesiastical full moon that falls
/// on or after 21 March, by the Gregorian reckoning (golden number, epact, dominical letter).
fn easter(year: i16) -> Option<Day> {
    let year_number = i32::from(year);
    let golden = year_number.rem_euclid(19) + 1;
    let century = year_number.div_euclid(100) + 1;
    // Leap years that the Gregorian calendar leaves out, and the moon's own drift.
    let skipped = 3 * century / 4 - 12;
    let drift = (8 * century + 5) / 25 - 5;
    let mut epact = (11 * golden + 20 + drift - skipped).rem_euclid(30);
    if epact == 24 || (epact == 25 && golden > 11) {
        epact += 1;
    }
    let moon = if epact > 23 { 74 - epact } else { 44 - epact };
    let full_moon = plus(Day::new(year, 3, 1).ok()?, moon - 1)?;
    let to_sunday = 7 - i32::from(full_moon.weekday().to_sunday_zero_offset());
    plus(full_moon, to_sunday)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn every_line_of_the_data_is_read() {
        for line in lines() {
            assert!(Rule::read(line).is_some(), "{line}");
        }
        assert!(RULES.len() > 40);
    }

    #[test]
    fn easter_is_where_the_almanac_has_it() {
        let known = [
            (1961, 4, 2),
            (2000, 4, 23),
            (2008, 3, 23),
            (2011, 4, 24),
            (2024, 3, 31),
            (2025, 4, 20),
            (2026, 4, 5),
            (2027, 3, 28),
            (2038, 4, 25),
            (2076, 4, 19),
            (2285, 3, 22),
        ];
        for (year, month, day) in known {
            assert_eq!(easter(year), Some(date(year, month, day)));
        }
    }

    #[test]
    fn the_holidays_of_2026_fall_where_their_laws_put_them() {
        let days = |place: &str| {
            let holidays = Holidays::of(place);
            let year = date(2026, 1, 1).series(jiff::Span::new().days(1)).take(365);
            let on = year.filter(|day| holidays.name_of(*day).is_some());
            on.map(|day| day.strftime("%m-%d").to_string()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(days("BE"), "01-01 04-06 05-01 05-14 05-25 07-21 08-15 11-01 11-11 12-25");
        assert_eq!(days("FR"), "01-01 04-06 05-01 05-08 05-14 05-25 07-14 08-15 11-01 11-11 12-25");
        assert_eq!(days("NL"), "01-01 04-03 04-06 04-27 05-05 05-14 05-25 12-25 12-26");
        assert_eq!(days("US-CA"), "01-01 01-19 02-16 05-25 07-03 09-07 11-11 11-26 11-27 12-25");
    }

    #[test]
    fn alsace_and_moselle_keep_two_days_more_than_the_rest_of_france() {
        let (good_friday, second_day) = (date(2026, 4, 3), date(2025, 12, 26));
        for place in ["FR-57", "FR-67", "FR-68", "FR-6AE"] {
            let holidays = Holidays::of(place);
            assert!(!holidays.is_working_day(good_friday) && !holidays.is_working_day(second_day), "{place}");
            assert!(!holidays.is_working_day(date(2026, 7, 14)), "{place}");
        }
        assert!(Holidays::of("FR").is_working_day(good_friday));
        assert!(Holidays::of("FR-75").is_working_day(second_day));
    }

    #[test]
    fn the_dutch_king_celebrates_on_saturday_when_his_day_is_a_sunday() {
        let dutch = Holidays::of("nl");
        assert_eq!(dutch.name_of(date(2025, 4, 26)), Some("King's Day"));
        assert_eq!(dutch.name_of(date(2025, 4, 27)), None);
        assert_eq!(dutch.name_of(date(2013, 4, 30)), Some("Queen's Day"));
        assert_eq!(dutch.name_of(date(2014, 4, 30)), None);
    }

    #[test]
    fn a_new_year_on_saturday_is_observed_in_the_old_year() {
        assert_eq!(Holidays::of("US-CA").name_of(date(2027, 12, 31)), Some("New Year's Day"));
    }

    #[test]
    fn a_country_without_data_has_weekends_and_says_so() {
        let austrian = Holidays::of("AT");
        assert!(!austrian.are_known() && Holidays::of("BE").are_known());
        assert!(!austrian.is_working_day(date(2026, 10, 24)));
        assert!(austrian.is_working_day(date(2026, 10, 26)));
        assert!(!Holidays::weekends_only().are_known());
    }

    #[test]
    fn the_end_of_the_calendar_is_no_trap() {
        assert_eq!(Holidays::of("BE").working_day_after(Day::MAX, 3), Day::MAX);
        assert!(Holidays::of("BE").working_day_from(Day::MIN) >= Day::MIN);
    }

    proptest! {
        #[test]
        fn easter_is_a_sunday_between_22_march_and_25_april(year in 1583_i16..9999) {
            let found = easter(year).unwrap();
            prop_assert_eq!(found.weekday(), Weekday::Sunday);
            prop_assert!(found >= date(year, 3, 22) && found <= date(year, 4, 25));
        }

        #[test]
        fn counting_working_days_forth_and_back_agrees(days in 0_i32..20_000, count in 0_u16..40) {
            let origin = plus(date(2000, 1, 1), days).unwrap();
            let holidays = Holidays::of("FR");
            let last = holidays.working_day_after(origin, count);
            prop_assert_eq!(holidays.working_days_between(origin, last), usize::from(count));
        }
    }
}
