//! The one place where the clock is read, and what a process makes of it while it leaps.
//!
//! A process has a second clock that nobody can set, which only tells how much time has passed. Time as
//! Kept takes it never goes back: where the machine's clock was set back, it goes on at half speed until
//! that one has caught up. It never leaps ahead either: what is more than a minute ahead is believed when
//! it has stood for an hour, and more than a month ahead only when somebody says so, so that there is
//! time to stop what would otherwise go at once. Not here: a clock that is wrong from the start
//! (`kept_engine::clock`).

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant as Passing};

use anyhow::bail;
use jiff::SignedDuration;
use kept_core::time::Instant;
use kept_engine::clock::AHEAD_MAX;

/// How far the clock may run from what has passed.
const STEADY: SignedDuration = SignedDuration::from_mins(1);

/// The environment's word on how many days ahead the clock may be and is believed.
const AHEAD_DAYS: &str = "KEPT_CLOCK_AHEAD_DAYS";

/// How long a leap ahead must stand to be believed.
const STANDS: Duration = Duration::from_hours(1);

/// What is known of the time.
#[derive(Clone, Copy, Debug)]
struct Watch {
    /// The time when somebody last asked.
    told: Instant,
    /// When that was.
    asked: Passing,
    /// What the machine's clock is out by, and since when.
    leap: Option<(SignedDuration, Passing)>,
    /// A leap that began since somebody last asked for one, over by now or not.
    begun: Option<Leap>,
    /// How far ahead a leap may be that is followed once it has stood.
    ahead_max: SignedDuration,
}

static WATCH: Mutex<Option<Watch>> = Mutex::new(None);

/// A machine's clock that is not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Leap {
    /// What it says.
    pub(crate) said: Instant,
    /// The time by which Kept goes.
    pub(crate) now: Instant,
}

/// This instant: by the machine's clock, as long as that runs evenly.
pub(crate) fn now() -> Instant {
    let mut watch = WATCH.lock().unwrap_or_else(PoisonError::into_inner);
    let (said, asked) = (machine(), Passing::now());
    watch.get_or_insert_with(|| Watch::new(said, asked)).tell(said, asked)
}

/// By how much the machine's clock may be ahead and is believed: 31 days, or less where the environment says so
/// in `KEPT_CLOCK_AHEAD_DAYS`.
///
/// # Errors
/// When the setting is no number of days from 1 to 31.
pub(crate) fn ahead_max() -> anyhow::Result<SignedDuration> {
    let Ok(text) = std::env::var(AHEAD_DAYS) else { return Ok(AHEAD_MAX) };
    let days = text.trim().parse::<i64>().ok().filter(|days| (1..=31).contains(days));
    let Some(days) = days else {
        bail!("can't read `{AHEAD_DAYS}`\nhelp: write a number of days from 1 to 31, or leave it unset")
    };
    Ok(SignedDuration::from_hours(24 * days))
}

/// A leap of the machine's clock that nobody has noted yet, whether it is over by now or not.
pub(crate) fn begun() -> Option<Leap> {
    WATCH.lock().unwrap_or_else(PoisonError::into_inner).as_ref()?.begun
}

/// Somebody has noted a leap.
pub(crate) fn noted(leap: Leap) {
    if let Some(watch) = WATCH.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
        watch.begun = watch.begun.filter(|begun| *begun != leap);
    }
}

/// The machine's clock, whatever it says.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
pub(crate) fn machine() -> Instant {
    Instant::now()
}

/// Has time go on from here where it would be earlier: the last act of a process before this one.
pub(crate) fn not_before(last: Instant) {
    let now = now();
    if let Some(watch) = WATCH.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
        watch.told = now.max(last);
    }
}

/// How the machine's clock leapt, where it is not followed just now. A use of Kept that is noted as later
/// than this process's own time is that of somebody who believed the clock: then it is followed.
pub(crate) fn leap(noted: Option<Instant>) -> Option<Leap> {
    let now = now();
    let mut watch = WATCH.lock().unwrap_or_else(PoisonError::into_inner);
    let watch = watch.as_mut().filter(|watch| watch.leap.is_some())?;
    let said = machine();
    if noted.is_some_and(|at| at.duration_since(now) > STEADY && at <= said) {
        *watch = Watch { begun: watch.begun, ..Watch::new(said, Passing::now()) };
        return None;
    }
    Some(Leap { said, now })
}

impl Watch {
    /// One that begins with what the machine's clock says.
    fn new(told: Instant, asked: Passing) -> Self {
        // A setting that can't be read stopped whoever opened a company.
        let ahead_max = ahead_max().unwrap_or(AHEAD_MAX);
        Self { told, asked, leap: None, begun: None, ahead_max }
    }

    /// The time, when the machine's clock says `said`.
    fn tell(&mut self, said: Instant, asked: Passing) -> Instant {
        let passed = asked.saturating_duration_since(self.asked);
        let after = |passed: Duration| {
            let passed = SignedDuration::try_from(passed).unwrap_or_default();
            self.told.checked_add(passed).unwrap_or(self.told)
        };
        let expected = after(passed);
        let out = said.duration_since(expected);
        let since = self.leap.map_or(asked, |(_, since)| since);
        let stood = asked.saturating_duration_since(since) >= STANDS;
        let (told, leap) = if out < -STEADY {
            (after(passed / 2), Some((out, since)))
        } else if out < SignedDuration::ZERO {
            (after(passed / 2).max(said), None)
        } else if out <= STEADY || (stood && out <= self.ahead_max) {
            (said, None)
        } else {
            (expected, Some((out, since)))
        };
        let told = told.max(self.told);
        if leap.is_some() && self.leap.is_none() {
            self.begun = Some(Leap { said, now: told });
        }
        *self = Self { told, asked, leap, ..*self };
        self.told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: &str = "2026-11-22T12:00:00Z";

    /// Asks every ten seconds for as long as `seconds`, with a clock out by `out`; how many seconds passed
    /// by what was told.
    fn passed(watch: &mut Watch, at: &mut u64, (seconds, out): (u64, i64)) -> i64 {
        let (start, asked) = (START.parse::<Instant>().unwrap(), watch.asked);
        let before = watch.told;
        let mut last = before;
        for second in (0..=seconds).step_by(10).skip(1) {
            let real = *at + second;
            let said = start + SignedDuration::from_secs(i64::try_from(real).unwrap() + out);
            let told = watch.tell(said, asked + Duration::from_secs(second));
            assert!(told >= last, "time went back");
            last = told;
        }
        *at += seconds;
        last.duration_since(before).as_secs()
    }

    fn watch() -> Watch {
        Watch::new(START.parse().unwrap(), Passing::now())
    }

    #[test]
    fn an_even_clock_is_followed_and_small_corrections_of_it_too() {
        let (mut watch, mut at) = (watch(), 0);
        assert_eq!(passed(&mut watch, &mut at, (600, 0)), 600);
        assert_eq!(passed(&mut watch, &mut at, (600, 20)), 620);
        // Set back by half a minute: the time stands nearly still until the clock has caught up.
        assert_eq!(passed(&mut watch, &mut at, (600, -10)), 570);
        assert_eq!(watch.leap, None);
    }

    #[test]
    fn a_clock_set_back_by_an_hour_or_a_day_takes_the_time_back_by_nothing() {
        for back in [3_600, 86_400] {
            let (mut watch, mut at) = (watch(), 0);
            passed(&mut watch, &mut at, (600, 0));
            let slow = passed(&mut watch, &mut at, (1_800, -back));
            assert!((899..=901).contains(&slow), "half speed: {slow}");
            assert!(watch.leap.is_some());
            // An hour is caught up with after two, and the clock is followed again.
            passed(&mut watch, &mut at, (7_200, -back));
            assert_eq!(watch.leap.is_none(), back == 3_600);
        }
    }

    #[test]
    fn a_leap_of_a_day_is_believed_after_an_hour_and_taken_back_before_that_never_was() {
        let (mut watch, mut at) = (watch(), 0);
        assert_eq!(passed(&mut watch, &mut at, (3_000, 86_400)), 3_000);
        assert_eq!(passed(&mut watch, &mut at, (600, 0)), 600, "set right in time");
        assert_eq!(passed(&mut watch, &mut at, (3_000, 86_400)), 3_000);
        assert_eq!(passed(&mut watch, &mut at, (1_200, 86_400)), 1_200 + 86_400);
        assert_eq!(watch.leap, None);
    }

    #[test]
    fn a_leap_that_is_set_right_before_anybody_looks_is_known_all_the_same_and_once() {
        let (mut watch, mut at) = (watch(), 0);
        passed(&mut watch, &mut at, (600, 0));
        assert_eq!(watch.begun, None);
        passed(&mut watch, &mut at, (10, 300));
        passed(&mut watch, &mut at, (600, 0));
        assert_eq!(watch.leap, None, "it is over");
        let begun = watch.begun.take().unwrap();
        assert_eq!(begun.said.duration_since(begun.now).as_secs(), 300);
        passed(&mut watch, &mut at, (600, 50));
        assert_eq!(watch.begun, None, "less than a minute is none");
        passed(&mut watch, &mut at, (600, -7_200));
        assert!(watch.begun.is_some(), "set back is one too");
    }

    #[test]
    fn a_leap_beyond_what_the_setting_allows_is_never_believed_by_itself() {
        let (mut watch, mut at) = (watch(), 0);
        watch.ahead_max = SignedDuration::from_hours(48);
        assert_eq!(passed(&mut watch, &mut at, (7_200, 3 * 86_400)), 7_200);
        assert_eq!(passed(&mut watch, &mut at, (600, 0)), 600);
        assert_eq!(passed(&mut watch, &mut at, (4_200, 86_400)), 4_200 + 86_400, "a day is");
    }

    #[test]
    fn a_leap_of_a_year_is_never_believed_by_itself() {
        let (mut watch, mut at) = (watch(), 0);
        assert_eq!(passed(&mut watch, &mut at, (86_400, 365 * 86_400)), 86_400);
        assert!(watch.leap.is_some());
        assert_eq!(passed(&mut watch, &mut at, (600, 0)), 600);
        assert_eq!(watch.leap, None);
    }
}
