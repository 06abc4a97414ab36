//! Requests of the person and their clocks, as part of the standing.

use std::collections::BTreeMap;

use crate::law::country;
use crate::law::holiday::Holidays;
use crate::name::CaseId;
use crate::policy::Policy;
use crate::policy::model::Regime;
use crate::standing::collect::Collected;
use crate::standing::history::PolicyHistory;
use crate::standing::{RequestStanding, RequestState};
use crate::time::deadline::{self, Clock, Deadline};
use crate::time::{Day, Instant, Span};
use crate::timeline::{Event, Happening, Occasion, Right};

struct Course<'a> {
    received: &'a Event,
    right: Right,
    regime: Option<&'a str>,
    extended_at: Option<Instant>,
    pauses: Vec<(Instant, Option<Instant>)>,
    state: RequestState,
}

/// Adds every request that these events tell of.
pub(super) fn collect(history: &PolicyHistory, events: &[&Event], at: Instant, collected: &mut Collected) {
    let mut courses: BTreeMap<&CaseId, Course<'_>> = BTreeMap::new();
    for event in events {
        let Occasion::Request(case) = &event.about else { continue };
        if let Happening::RequestReceived { right, regime } = &event.what {
            courses.entry(case).or_insert(Course::new(event, *right, regime.as_deref()));
        } else if let Some(course) = courses.get_mut(case) {
            course.take(event);
        }
    }
    for (case, course) in courses {
        let request = course.standing(history, case, at);
        let zone = history.at(at).policy.zone();
        let clocks = [request.promised_on, request.lawful_on].map(|day| zone.end_of(day));
        collected.boundaries.extend(clocks.into_iter().filter(|clock| *clock > at));
        collected.standing.requests.push(request);
    }
}

impl<'a> Course<'a> {
    fn new(received: &'a Event, right: Right, regime: Option<&'a str>) -> Self {
        Self { received, right, regime, extended_at: None, pauses: Vec::new(), state: RequestState::Open }
    }

    fn take(&mut self, event: &Event) {
        match event.what {
            Happening::RequestExtended if self.extended_at.is_none() => {
                self.extended_at = Some(event.happened_at);
            }
            Happening::RequestPaused if self.state == RequestState::Open => {
                self.state = RequestState::Paused;
                self.pauses.push((event.happened_at, None));
            }
            Happening::RequestResumed if self.state == RequestState::Paused => {
                self.state = RequestState::Open;
                if let Some((_, until)) = self.pauses.last_mut() {
                    *until = Some(event.happened_at);
                }
            }
            Happening::RequestAnswered => self.state = RequestState::Answered,
            _ => {}
        }
    }

    /// The request's deadline: the Regulation's and that of every regime that it may fall under,
    /// whichever ends first. Only a controller outside the area answers a request that is known to
    /// fall under a regime by that regime alone (3(1)): within it the Regulation reaches everybody.
    fn deadline(&self, policy: &Policy) -> Deadline {
        let known = self.regime.and_then(|name| policy.rights.regimes.get(name));
        let country = policy.controller().and_then(|controller| controller.country.as_deref());
        if let Some(regime) = known
            && country.is_some_and(|code| !country::is_in_eea(code))
            && let Some(deadline) = self.under(policy, regime)
        {
            return deadline;
        }
        let regimes = policy.rights.regimes.values();
        let regimes = regimes.filter(|regime| known.is_none_or(|known| known.id == regime.id));
        let deadlines = regimes.filter_map(|regime| self.under(policy, regime));
        deadlines.fold(self.under_the_regulation(policy), |first, other| Deadline {
            promised_on: first.promised_on.min(other.promised_on),
            lawful_on: first.lawful_on.min(other.lawful_on),
        })
    }

    /// The deadline under a regime, in calendar days from receipt, however long it takes to make
    /// sure who asks; `None` where neither its law is known here nor the policy promises anything.
    fn under(&self, policy: &Policy, regime: &Regime) -> Option<Deadline> {
        let zone = policy.zone();
        let received_on = zone.day_of(self.received.happened_at);
        let lawful = |extended| {
            (regime.region == "US-CA").then(|| deadline::california_reply_due(received_on, extended))
        };
        let promised = regime.reply.map(|span| span.last_day_after(received_on));
        let first = promised.into_iter().chain(lawful(false)).min()?;
        let due = lawful(false).unwrap_or(first);
        let told_in_time = self.extended_at.is_some_and(|at| zone.day_of(at) <= due);
        let Some(longer) = lawful(true).filter(|_| told_in_time) else {
            return Some(Deadline { promised_on: first, lawful_on: due });
        };
        let promised_on = if policy.rights.never_extended { first } else { longer };
        Some(Deadline { promised_on, lawful_on: longer })
    }

    /// The deadline of 12(3). While its clock stands still this is the one of the day on which it
    /// stopped: it moves once, when the clock runs on.
    fn under_the_regulation(&self, policy: &Policy) -> Deadline {
        let zone = policy.zone();
        let country = policy.controller().and_then(|controller| controller.country.as_deref());
        let holidays = country.map_or_else(Holidays::weekends_only, Holidays::of);
        let received_on = zone.day_of(self.received.happened_at);
        let mut clock = Clock::new(received_on).promising(self.promise(policy, received_on));
        for (asked_at, answered_at) in &self.pauses {
            let asked_on = zone.day_of(*asked_at);
            clock = clock.paused(asked_on, Some(answered_at.map_or(asked_on, |at| zone.day_of(at))));
        }
        let promised = clock.deadline(&holidays, Day::MAX);
        let Some(told_at) = self.extended_at else { return promised };
        let extended = clock.extended_on(zone.day_of(told_at), &holidays).deadline(&holidays, Day::MAX);
        // A policy that promises never to extend has broken its promise on its own day; the law's
        // day moves all the same.
        if policy.rights.never_extended {
            return Deadline { promised_on: promised.promised_on, ..extended };
        }
        extended
    }

    /// The limit that the policy promises: for this right or for any, whichever ends first. One for
    /// some data only is kept for the whole answer.
    fn promise(&self, policy: &Policy, received_on: Day) -> Option<Span> {
        let own = policy.rights.by_right.get(&self.right).and_then(|rule| rule.reply);
        [policy.rights.reply, own].into_iter().flatten().min_by_key(|span| span.last_day_after(received_on))
    }

    fn standing(&self, history: &PolicyHistory, case: &CaseId, at: Instant) -> RequestStanding {
        let policy = &history.at(at).policy;
        let zone = policy.zone();
        let Deadline { promised_on, lawful_on } = self.deadline(policy);
        let missed = |day| self.state == RequestState::Open && zone.end_of(day) <= at;
        RequestStanding {
            case: case.clone(),
            right: self.right,
            regime: self.regime.map(str::to_owned),
            received_on: zone.day_of(self.received.happened_at),
            promised_on,
            lawful_on,
            state: self.state,
            promise_missed: missed(promised_on),
            law_missed: missed(lawful_on),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{SourceFile, read};
    use crate::standing::{next_change, standing};
    use crate::timeline::{EventId, Timeline};
    use jiff::civil::date;
    use std::sync::Arc;

    fn french(reply: &str) -> PolicyHistory {
        let text = format!(
            "edition = 1\n[controller.a]\nname = \"A\"\ncountry = \"FR\"\nemail = \"a@example.org\"\n\
             [notice]\nversion = 2024-01-01\nlanguages = [\"en\"]\n{reply}"
        );
        let policy = read(&[SourceFile::new("a.toml", text)]).policy.unwrap();
        PolicyHistory::of(Arc::new(policy))
    }

    /// A request that was received at the first instant, with what came after it.
    fn request(events: &[(&str, Happening)]) -> Timeline {
        let event = |(number, (at, what)): (usize, &(&str, Happening))| {
            let at: Instant = at.parse().unwrap();
            let id = EventId(u64::try_from(number).unwrap());
            let about = Occasion::Request(CaseId::from("2025-1"));
            Event { id, happened_at: at, recorded_at: at, about, data: Vec::new(), what: what.clone() }
        };
        Timeline::new(events.iter().enumerate().map(event).collect())
    }

    fn received(at: &str) -> (&str, Happening) {
        (at, Happening::RequestReceived { right: Right::Access, regime: None })
    }

    fn at(policies: &PolicyHistory, timeline: &Timeline, when: &str) -> RequestStanding {
        let when: Instant = when.parse().unwrap();
        standing(policies, timeline, Instant::MAX, when).requests.remove(0)
    }

    #[test]
    fn a_request_is_due_on_the_promised_day_and_on_the_law_s() {
        // Received on 8 April in Paris, where 8 May is a holiday and a Friday.
        let timeline = request(&[received("2026-04-07T22:30:00Z")]);
        let found = at(&french(""), &timeline, "2026-04-20T00:00:00Z");
        assert_eq!(
            (found.received_on, found.promised_on, found.lawful_on),
            (date(2026, 4, 8), date(2026, 5, 8), date(2026, 5, 11))
        );
        let short = at(&french("[rights]\nreply = \"15 days\"\n"), &timeline, "2026-04-20T00:00:00Z");
        assert_eq!((short.promised_on, short.lawful_on), (date(2026, 4, 23), date(2026, 5, 11)));
    }

    #[test]
    fn the_limit_of_a_right_holds_for_it_alone_and_the_shorter_one_wins() {
        let policies =
            french("[rights]\nreply = \"20 days\"\n[rights.access]\nreply = { within = \"10 days\" }\n");
        let promised = |right| {
            let timeline =
                request(&[("2026-04-08T10:00:00Z", Happening::RequestReceived { right, regime: None })]);
            at(&policies, &timeline, "2026-04-10T00:00:00Z").promised_on
        };
        assert_eq!(promised(Right::Access), date(2026, 4, 18));
        assert_eq!(promised(Right::Erasure), date(2026, 4, 28));
        let longer = french("[rights]\nreply = \"20 days\"\n[rights.access]\nreply = \"1 month\"\n");
        let timeline = request(&[received("2026-04-08T10:00:00Z")]);
        assert_eq!(at(&longer, &timeline, "2026-04-10T00:00:00Z").promised_on, date(2026, 4, 28));
    }

    const CALIFORNIA: &str = "[rights-for.california]\nfor = \"residents of US-CA\"\nreply = \"45 days\"\n";

    fn under(regime: Option<&str>) -> Happening {
        Happening::RequestReceived { right: Right::Access, regime: regime.map(str::to_owned) }
    }

    /// The same policy of a controller outside the area.
    fn american(text: &str) -> PolicyHistory {
        let text = format!(
            "edition = 1\n[controller.a]\nname = \"A\"\ncountry = \"US\"\nzone = \"America/Los_Angeles\"\n{text}"
        );
        PolicyHistory::of(Arc::new(read(&[SourceFile::new("a.toml", text)]).policy.unwrap()))
    }

    #[test]
    fn klx_68_a_request_follows_the_rules_of_its_region_and_the_shorter_ones_where_nobody_knows() {
        let days = |policies: &PolicyHistory, regime| {
            let timeline = request(&[("2026-04-08T10:00:00Z", under(regime))]);
            let found = at(policies, &timeline, "2026-04-10T00:00:00Z");
            (found.promised_on, found.lawful_on)
        };
        let (month, later) = (date(2026, 5, 8), date(2026, 5, 23));
        assert_eq!(days(&american(CALIFORNIA), Some("california")), (later, later));
        assert_eq!(days(&american(CALIFORNIA), None), (month, month));
        assert_eq!(days(&american(CALIFORNIA), Some("nevada")), (month, month), "no such regime");
        assert_eq!(days(&french(CALIFORNIA), Some("california")), (month, date(2026, 5, 11)), "3(1)");
        let short = CALIFORNIA.replace("45", "20");
        assert_eq!(days(&american(&short), Some("california")), (date(2026, 4, 28), later));
        assert_eq!(days(&french(&short), None), (date(2026, 4, 28), date(2026, 5, 11)));
        let texas = CALIFORNIA.replace("US-CA", "US-TX");
        assert_eq!(days(&american(&texas), Some("california")), (later, later), "as promised");
    }

    #[test]
    fn a_californian_clock_stands_never_still_and_runs_ninety_days_with_notice() {
        let timeline = request(&[
            ("2026-04-08T10:00:00Z", under(Some("california"))),
            ("2026-04-09T10:00:00Z", Happening::RequestPaused),
            ("2026-04-29T10:00:00Z", Happening::RequestResumed),
        ]);
        let found =
            |timeline: &Timeline| at(&american(CALIFORNIA), timeline, "2026-06-02T00:00:00Z").lawful_on;
        assert_eq!(found(&timeline), date(2026, 5, 23));
        let told = |when| {
            request(&[
                ("2026-04-08T10:00:00Z", under(Some("california"))),
                (when, Happening::RequestExtended),
            ])
        };
        assert_eq!(found(&told("2026-05-01T10:00:00Z")), date(2026, 7, 7));
        assert_eq!(found(&told("2026-06-01T10:00:00Z")), date(2026, 5, 23), "told too late");
    }

    #[test]
    fn an_event_of_an_older_kept_names_no_regime() {
        let old: Happening = serde_json::from_value(serde_json::to_value(under(None)).unwrap()).unwrap();
        assert_eq!(old, under(None));
        assert!(!serde_json::to_string(&under(None)).unwrap().contains("regime"));
    }

    #[test]
    fn an_extension_does_not_move_the_promise_never_to_extend() {
        let timeline = request(&[
            received("2025-01-31T10:00:00Z"),
            ("2025-02-10T10:00:00Z", Happening::RequestExtended),
        ]);
        let days = |policies: &PolicyHistory| {
            let found = at(policies, &timeline, "2025-03-10T00:00:00Z");
            (found.promised_on, found.lawful_on, found.promise_missed, found.law_missed)
        };
        let never = days(&french("[rights]\nextension = \"never\"\n"));
        assert_eq!(never, (date(2025, 2, 28), date(2025, 4, 30), true, false));
        let usual = days(&french("[rights]\nextension = \"as the law allows\"\n"));
        assert_eq!(usual, (date(2025, 4, 30), date(2025, 4, 30), false, false));
    }

    #[test]
    fn missing_the_promise_and_missing_the_law_are_marks_of_their_own() {
        let timeline = request(&[received("2026-04-08T10:00:00Z")]);
        let policies = french("");
        let marks = |when: &str| {
            let found = at(&policies, &timeline, when);
            (found.promise_missed, found.law_missed)
        };
        assert_eq!(marks("2026-05-08T21:59:59Z"), (false, false));
        assert_eq!(marks("2026-05-08T22:00:00Z"), (true, false));
        assert_eq!(marks("2026-05-11T22:00:00Z"), (true, true));
        let first = next_change(&policies, &timeline, Instant::MAX, "2026-05-01T00:00:00Z".parse().unwrap());
        assert_eq!(first.unwrap().to_string(), "2026-05-08T22:00:00Z");
    }

    #[test]
    fn a_pause_stops_the_clock_and_its_end_moves_the_deadline_once() {
        let timeline = request(&[
            received("2025-03-03T10:00:00Z"),
            ("2025-03-05T10:00:00Z", Happening::RequestPaused),
            ("2025-03-15T10:00:00Z", Happening::RequestResumed),
        ]);
        let policies = french("");
        let paused = at(&policies, &timeline, "2025-03-10T00:00:00Z");
        assert_eq!((paused.state, paused.promised_on), (RequestState::Paused, date(2025, 4, 3)));
        let resumed = at(&policies, &timeline, "2025-03-16T00:00:00Z");
        assert_eq!((resumed.state, resumed.promised_on), (RequestState::Open, date(2025, 4, 13)));
        let never_resumed =
            request(&[received("2025-03-03T10:00:00Z"), ("2025-03-05T10:00:00Z", Happening::RequestPaused)]);
        let much_later = at(&policies, &never_resumed, "2026-03-05T00:00:00Z");
        assert!(!much_later.promise_missed && !much_later.law_missed);
    }

    #[test]
    fn an_extension_counts_only_if_the_person_was_told_in_time() {
        let told = |when| request(&[received("2025-01-31T10:00:00Z"), (when, Happening::RequestExtended)]);
        let policies = french("[rights]\nreply = \"20 days\"\n");
        let lawful = |timeline: &Timeline| at(&policies, timeline, "2025-03-10T00:00:00Z").lawful_on;
        assert_eq!(lawful(&told("2025-02-28T10:00:00Z")), date(2025, 4, 30));
        assert_eq!(lawful(&told("2025-03-02T10:00:00Z")), date(2025, 2, 28));
    }
}
