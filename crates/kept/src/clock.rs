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

use jiff::SignedDuration;
use kept_core::time::Instant;
use kept_engine::clock::AHEAD_MAX;

/// How far the clock may run from what has passed.
const STEADY: SignedDuration = SignedDuration::from_mins(1);

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
    watch.get_or_insert(Watch { told: said, asked, leap: None }).tell(said, asked)
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
        *watch = Watch { told: said, asked: Passing::now(), leap: None };
        return None;
    }
    Some(Leap { said, now })
}

impl Watch {
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
        } else if out <= STEADY || (stood && out <= AHEAD_MAX) {
            (said, None)
        } else {
            (expected, Some((out, since)))
        };
        *self = Self { told: told.max(self.told), asked, leap };
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
        Watch { told: START.parse().unwrap(), asked: Passing::now(), leap: None }
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
    fn a_leap_of_a_year_is_never_believed_by_itself() {
        let (mut watch, mut at) = (watch(), 0);
        assert_eq!(passed(&mut watch, &mut at, (86_400, 365 * 86_400)), 86_400);
        assert!(watch.leap.is_some());
        assert_eq!(passed(&mut watch, &mut at, (600, 0)), 600);
        assert_eq!(watch.leap, None);
    }
}
