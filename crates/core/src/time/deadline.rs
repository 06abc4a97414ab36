//! Deadlines of requests and of breaches, by Regulation (EEC, Euratom) 1182/71 (decision 3).
//!
//! The day of the event is not counted (3(1)); a period in months ends on the same date, or on the
//! month's last day (3(2)(c)); one that would end on a Saturday, a Sunday or a public holiday ends with
//! the next working day (3(4)), except where it is counted in hours. A promise never profits from
//! the last rule: it is kept on its own day. Not here: who asks and what is answered (`standing`).

use jiff::SignedDuration;
use jiff::civil::Date as Day;
use serde::{Deserialize, Serialize};

use crate::law::holiday::Holidays;
use crate::time::{Instant, Span};

/// The month in which a request is answered (GDPR 12(3)).
pub const REPLY: Span = Span::months(1);

/// The same with the two further months of an extension, all from receipt (GDPR 12(3)).
pub const REPLY_EXTENDED: Span = Span::months(3);

/// From becoming aware of a breach to telling the authority (GDPR 33(1)).
pub const BREACH_HOURS: i64 = 72;

/// By when something is to be done: two days, and missing either is a mark of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Deadline {
    /// The last day of the promise; where the policy promises nothing of its own, the day on which
    /// the law's period ends before any weekend or holiday. Staff work towards this one.
    pub promised_on: Day,
    /// The last day that the law allows, moved to a working day.
    pub lawful_on: Day,
}

/// By when a request is to be answered (GDPR 12(3)).
///
/// `received_on` is the day on which it reached the controller, even if it was opened later;
/// `promise` is the policy's own limit; `extended` means that the person was told of an extension,
/// and why, in time (see [`extension_due`]).
pub fn reply_due(received_on: Day, holidays: &Holidays, promise: Option<Span>, extended: bool) -> Deadline {
    Clock { promise, extended, ..Clock::new(received_on) }.deadline(holidays, received_on)
}

/// The last day on which the person may be told that the answer takes longer (12(3), second
/// sentence), or that there will be none (12(4)).
pub fn extension_due(received_on: Day, holidays: &Holidays) -> Day {
    lawful_end(received_on, REPLY, holidays)
}

/// The last day of a legal period of days, weeks, months or years that runs from an event: moved to
/// a working day, and with at least two working days in it (3(4) and 3(5)).
pub fn lawful_end(event_on: Day, period: Span, holidays: &Holidays) -> Day {
    let end = holidays.working_day_from(period.last_day_after(event_on));
    let one_day = period.whole_months() == 0 && period.whole_days() < 2;
    if one_day { end } else { end.max(holidays.working_day_after(event_on, 2)) }
}

/// By when the authority is told of a breach (33(1)): 72 hours of clock time after becoming aware.
/// Weekends, holidays and changes to summer time do not matter.
pub fn breach_due(aware_at: Instant) -> Instant {
    aware_at.checked_add(SignedDuration::from_hours(BREACH_HOURS)).unwrap_or(Instant::MAX)
}

/// By when a Californian consumer's request is answered (11 CCR 7021(b)): 45 calendar days after
/// receipt, or 90 with notice and a reason. Neither holidays nor the time that verification takes
/// move it.
pub fn california_reply_due(received_on: Day, extended: bool) -> Day {
    Span::days(if extended { 90 } else { 45 }).last_day_after(received_on)
}

/// By when receipt of a Californian consumer's request is confirmed (11 CCR 7021(a)): 10 business
/// days.
pub fn california_confirmation_due(received_on: Day) -> Day {
    Holidays::of("US-CA").working_day_after(received_on, 10)
}

/// By when a Californian opt-out or limit takes effect (11 CCR 7026(f), 7027(g)): as soon as
/// feasible, and at most 15 business days.
pub fn california_opt_out_due(received_on: Day) -> Day {
    Holidays::of("US-CA").working_day_after(received_on, 15)
}

/// The clock of one request, which stands still while the controller, having asked without delay,
/// waits for proof of identity (12(6)) or for a narrowing of a vast request (recital 63).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clock {
    received_on: Day,
    promise: Option<Span>,
    extended: bool,
    pauses: Vec<Pause>,
}

/// Days on which a clock stands still.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Pause {
    asked_on: Day,
    /// `None` while the answer is awaited.
    answered_on: Option<Day>,
}

impl Clock {
    /// The clock of a request received on this day: the law's month, no promise, no pause.
    pub fn new(received_on: Day) -> Self {
        Self { received_on, promise: None, extended: false, pauses: Vec::new() }
    }

    /// With the limit that the policy promises. A promise longer than the law's period changes
    /// nothing; nor does any promise once the law's period was extended.
    #[must_use]
    pub fn promising(self, promise: Option<Span>) -> Self {
        Self { promise, ..self }
    }

    /// With an extension of which the person was told on this day. Telling too late extends nothing.
    #[must_use]
    pub fn extended_on(mut self, told_on: Day, holidays: &Holidays) -> Self {
        self.extended = told_on <= self.deadline(holidays, told_on).lawful_on;
        self
    }

    /// With a pause from the day on which the person was asked to the day on which the answer came;
    /// `None` while it is awaited. The order in which pauses are added does not matter.
    #[must_use]
    pub fn paused(mut self, asked_on: Day, answered_on: Option<Day>) -> Self {
        self.pauses.push(Pause { asked_on, answered_on });
        self.pauses.sort();
        self
    }

    /// Whether the clock stands still on this day.
    pub fn is_paused(&self, on: Day) -> bool {
        self.pauses.iter().any(|pause| pause.asked_on <= on && pause.answered_on.is_none_or(|end| end > on))
    }

    /// The deadline as it stands on a day: while the clock is paused, it moves with each day.
    pub fn deadline(&self, holidays: &Holidays, on: Day) -> Deadline {
        let law = if self.extended { REPLY_EXTENDED } else { REPLY };
        let still = |end: Day| plus_days(end, self.days_still(end, on));
        let raw = still(law.last_day_after(self.received_on));
        let promise = self.promise.filter(|_| !self.extended);
        let promised = promise.map_or(raw, |span| still(span.last_day_after(self.received_on)));
        Deadline { promised_on: promised.min(raw), lawful_on: holidays.working_day_from(raw) }
    }

    /// The days that the clock has stood still before its end. A pause that begins once the end,
    /// moved by the earlier ones, has passed comes too late to save it.
    fn days_still(&self, end: Day, on: Day) -> i32 {
        let mut still = 0;
        let mut counted_to = self.received_on;
        for pause in &self.pauses {
            let begin = pause.asked_on.max(counted_to);
            let answered_on = pause.answered_on.unwrap_or(on).min(on);
            if pause.asked_on <= plus_days(end, still) && answered_on > begin {
                still += days_between(begin, answered_on);
                counted_to = answered_on;
            }
        }
        still
    }
}

fn days_between(from: Day, to: Day) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}

fn plus_days(day: Day, days: i32) -> Day {
    day.checked_add(jiff::Span::new().days(days)).unwrap_or(Day::MAX)
}

#[cfg(test)]
mod vectors;

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn french() -> Holidays {
        Holidays::of("FR")
    }

    #[test]
    fn klv_24_a_request_of_31_march_is_answered_by_30_april() {
        let due = reply_due(date(2025, 3, 31), &french(), None, false);
        assert_eq!(due, Deadline { promised_on: date(2025, 4, 30), lawful_on: date(2025, 4, 30) });
    }

    #[test]
    fn klv_42_a_letter_counts_from_its_arrival_and_not_from_its_typing_in() {
        let (stamped_on, typed_on) = (date(2025, 3, 3), date(2025, 3, 10));
        assert_eq!(reply_due(stamped_on, &french(), None, false).lawful_on, date(2025, 4, 3));
        assert!(reply_due(stamped_on, &french(), None, false) < reply_due(typed_on, &french(), None, false));
    }

    #[test]
    fn a_month_from_the_end_of_a_month_ends_with_the_next() {
        for (received, due) in [
            (date(2025, 1, 31), date(2025, 2, 28)),
            (date(2024, 1, 31), date(2024, 2, 29)),
            (date(2025, 3, 31), date(2025, 4, 30)),
        ] {
            assert_eq!(reply_due(received, &french(), None, false).promised_on, due);
        }
    }

    #[test]
    fn klr_102_an_extension_ends_three_months_after_receipt_and_is_told_in_the_first() {
        let belgian = Holidays::of("BE");
        let received = date(2025, 1, 31);
        assert_eq!(reply_due(received, &belgian, None, true).lawful_on, date(2025, 4, 30));
        assert_eq!(extension_due(received, &belgian), date(2025, 2, 28));
        let told_in_time = Clock::new(received).extended_on(date(2025, 2, 28), &belgian);
        assert_eq!(told_in_time.deadline(&belgian, received).lawful_on, date(2025, 4, 30));
        let told_late = Clock::new(received).extended_on(date(2025, 3, 1), &belgian);
        assert_eq!(told_late.deadline(&belgian, received).lawful_on, date(2025, 2, 28));
    }

    #[test]
    fn klx_67_thirty_days_or_a_month_whichever_is_earlier() {
        let thirty = Some(Span::days(30));
        let holidays = Holidays::weekends_only();
        let due = |received| reply_due(received, &holidays, thirty, false).promised_on;
        assert_eq!(due(date(2025, 2, 1)), date(2025, 3, 1));
        assert_eq!(due(date(2025, 3, 1)), date(2025, 3, 31));
        let (mut earlier, mut equal, mut later) = (0, 0, 0);
        for received in date(2025, 1, 1).series(jiff::Span::new().days(1)).take(365) {
            match Span::days(30).last_day_after(received).cmp(&REPLY.last_day_after(received)) {
                std::cmp::Ordering::Less => earlier += 1,
                std::cmp::Ordering::Equal => equal += 1,
                std::cmp::Ordering::Greater => later += 1,
            }
        }
        assert_eq!((earlier, equal, later), (210, 125, 30));
    }

    #[test]
    fn a_promise_is_kept_on_its_own_day_and_the_law_on_a_working_day() {
        let due = reply_due(date(2026, 4, 8), &french(), Some(REPLY), false);
        assert_eq!(due, Deadline { promised_on: date(2026, 5, 8), lawful_on: date(2026, 5, 11) });
    }

    #[test]
    fn a_promise_longer_than_the_law_is_cut_to_it() {
        let due = reply_due(date(2026, 4, 8), &french(), Some(Span::months(6)), false);
        assert_eq!(due.promised_on, date(2026, 5, 8));
    }

    #[test]
    fn every_period_of_two_days_has_two_working_days() {
        let friday = date(2026, 11, 20);
        assert_eq!(lawful_end(friday, Span::days(2), &french()), date(2026, 11, 24));
        assert_eq!(lawful_end(friday, Span::days(1), &french()), date(2026, 11, 23));
    }

    #[test]
    fn the_breach_clock_saturates_at_the_end_of_time() {
        assert_eq!(breach_due(Instant::MAX), Instant::MAX);
    }

    #[test]
    fn a_pause_moves_the_deadline_by_its_days() {
        let clock = Clock::new(date(2025, 3, 3)).paused(date(2025, 3, 5), Some(date(2025, 3, 15)));
        let due = clock.deadline(&french(), date(2025, 3, 20));
        assert_eq!(due.promised_on, date(2025, 4, 13));
        assert_eq!(due.lawful_on, date(2025, 4, 14));
        assert!(clock.is_paused(date(2025, 3, 14)) && !clock.is_paused(date(2025, 3, 15)));
    }

    #[test]
    fn an_open_pause_moves_the_deadline_day_by_day() {
        let clock = Clock::new(date(2025, 3, 3)).paused(date(2025, 3, 5), None);
        assert_eq!(clock.deadline(&french(), date(2025, 3, 5)).promised_on, date(2025, 4, 3));
        assert_eq!(clock.deadline(&french(), date(2025, 3, 6)).promised_on, date(2025, 4, 4));
        assert!(clock.is_paused(date(2030, 1, 1)));
    }

    #[test]
    fn pauses_that_overlap_count_once_and_in_any_order() {
        let (first, second) = ((5, 15), (10, 20));
        let with = |pauses: [(i8, i8); 2]| {
            let add = |clock: Clock, (from, to)| clock.paused(date(2025, 3, from), Some(date(2025, 3, to)));
            pauses.into_iter().fold(Clock::new(date(2025, 3, 3)), add).deadline(&french(), date(2025, 4, 1))
        };
        assert_eq!(with([first, second]), with([second, first]));
        assert_eq!(with([first, second]).promised_on, date(2025, 4, 18));
    }

    #[test]
    fn a_pause_after_the_end_saves_nothing() {
        let clock = Clock::new(date(2025, 3, 3)).paused(date(2025, 5, 1), Some(date(2025, 6, 1)));
        assert_eq!(clock.deadline(&french(), date(2025, 7, 1)).promised_on, date(2025, 4, 3));
    }

    #[test]
    fn an_answer_before_the_question_pauses_nothing() {
        let clock = Clock::new(date(2025, 3, 3)).paused(date(2025, 3, 10), Some(date(2025, 3, 5)));
        assert_eq!(clock.deadline(&french(), date(2025, 4, 1)).promised_on, date(2025, 4, 3));
    }

    proptest! {
        #[test]
        fn a_deadline_is_lawful_on_a_working_day_and_promised_no_later(
            offset in 0_i32..20_000, promise in prop::option::of(1_u32..120), extended: bool,
        ) {
            let received = plus_days(date(2000, 1, 1), offset);
            let due = reply_due(received, &french(), promise.map(Span::days), extended);
            prop_assert!(french().is_working_day(due.lawful_on));
            prop_assert!(received < due.promised_on && due.promised_on <= due.lawful_on);
        }

        #[test]
        fn a_pause_never_makes_a_deadline_earlier(
            offset in 0_i32..9_000, pauses in prop::collection::vec((-20_i32..120, 0_i32..60), 0..5), on in 0_i32..200,
        ) {
            let received = plus_days(date(2000, 1, 1), offset);
            let day = |days| plus_days(received, days);
            let add = |clock: Clock, (from, length): &(i32, i32)| clock.paused(day(*from), Some(day(from + length)));
            let paused = pauses.iter().fold(Clock::new(received), add).deadline(&french(), day(on));
            prop_assert!(paused >= reply_due(received, &french(), None, false));
        }
    }
}
