//! What becomes of each made-up customer, and the instants at which it does.
//!
//! Everything counts back from today and stays clear of the edges of periods, so that the demo
//! behaves alike on any date.

use kept_core::time::{Day, Zone};

use super::random::Random;

/// Days of a year, rounded up.
pub(super) const YEAR: u32 = 366;

/// An instant of a row, in seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct At(pub(super) i64);

/// The calendar that rows are dated by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Calendar {
    today: Day,
    midnight: i64,
}

impl Calendar {
    pub(super) fn new(today: Day) -> Self {
        Self { today, midnight: Zone::utc().start_of(today).as_second() }
    }

    /// How many days of this year are over.
    pub(super) fn days_of_year(&self) -> u32 {
        u32::try_from(self.today.day_of_year()).unwrap_or(1) - 1
    }

    /// Some time in the day, so many days ago.
    pub(super) fn ago(&self, days: u32, random: &mut Random) -> At {
        let within = i64::from(random.between(7 * 3600, 21 * 3600));
        At(self.midnight - i64::from(days) * 86_400 + within)
    }

    /// The first night of this year, or of one so many years before.
    pub(super) fn new_year(&self, years_ago: u32) -> At {
        let back = i64::from(self.days_of_year()) + i64::from(years_ago) * 365;
        At(self.midnight - back * 86_400 + 3 * 3_600)
    }

    /// A day of a calendar year that is over: between March and October.
    pub(super) fn in_year(&self, years_ago: u32, random: &mut Random) -> At {
        let back = i64::from(self.days_of_year()) + i64::from(years_ago) * 365;
        let from_january = i64::from(random.between(70, 290));
        let within = i64::from(random.between(7 * 3600, 21 * 3600));
        At(self.midnight - (back - from_january) * 86_400 + within)
    }
}

impl At {
    /// So many days later.
    pub(super) fn later(self, days: u32) -> Self {
        Self(self.0 + i64::from(days) * 86_400)
    }
}

/// What became of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Life {
    /// In use; the contract runs.
    Open,
    /// In use once, not heard of for more than three years, and still getting a newsletter.
    Silent,
    /// In use; stopped the newsletter, whose topics are still there.
    Stopped,
    /// Closed up to four and a half years ago, all done as promised.
    Closed,
    /// Closed as long ago, and nothing was done.
    Forgotten,
    /// Closed five to ten years ago; emptied, only the invoices are left.
    Emptied,
    /// Closed as long ago, and never emptied.
    NeverEmptied,
    /// Closed more than ten years ago, and all still there.
    Ancient,
}

/// The stream of numbers for lives; the stores have their own.
const LIVES: u64 = 11;
/// The first people are needed around the one who has rows everywhere.
const FIRST_OPEN: u32 = 9;

/// What became of the account of this number.
pub(super) fn of_account(number: u32) -> Life {
    if number <= FIRST_OPEN {
        return Life::Open;
    }
    // One of each kind is there however few people there are.
    let kinds = [
        Life::Silent,
        Life::Stopped,
        Life::Closed,
        Life::Forgotten,
        Life::Emptied,
        Life::NeverEmptied,
        Life::Ancient,
    ];
    let place = usize::try_from(number - FIRST_OPEN - 1).ok();
    if let Some(life) = place.and_then(|place| kinds.get(place)) {
        return *life;
    }
    match Random::of(LIVES, number).below(1_000) {
        0..=799 => Life::Open,
        800..=809 => Life::Silent,
        810..=819 => Life::Stopped,
        820..=889 => Life::Closed,
        890..=919 => Life::Forgotten,
        920..=954 => Life::Emptied,
        955..=979 => Life::NeverEmptied,
        _ => Life::Ancient,
    }
}

impl Life {
    /// How many days ago the account was closed.
    pub(super) fn closed_days_ago(self, random: &mut Random) -> Option<u32> {
        match self {
            Self::Open | Self::Silent | Self::Stopped => None,
            Self::Closed | Self::Forgotten => Some(random.between(60, 4 * YEAR + 180)),
            Self::Emptied | Self::NeverEmptied => Some(random.between(5 * YEAR + 40, 9 * YEAR + 180)),
            Self::Ancient => Some(random.between(10 * YEAR + 40, 12 * YEAR)),
        }
    }
}
