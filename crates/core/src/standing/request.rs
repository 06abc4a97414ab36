//! Requests of the person and their clocks, as part of the standing.

use std::collections::BTreeMap;

use crate::law::holiday::Holidays;
use crate::name::CaseId;
use crate::policy::Policy;
use crate::standing::collect::Collected;
use crate::standing::history::PolicyHistory;
use crate::standing::{RequestStanding, RequestState};
use crate::time::deadline::{Clock, Deadline};
use crate::time::{Day, Instant};
use crate::timeline::{Event, Happening, Occasion, Right};

struct Course<'a> {
    received: &'a Event,
    right: Right,
    extended_at: Option<Instant>,
    pauses: Vec<(Instant, Option<Instant>)>,
    state: RequestState,
}

/// Adds every request that these events tell of.
pub(super) fn collect(history: &PolicyHistory, events: &[&Event], at: Instant, collected: &mut Collected) {
    let mut courses: BTreeMap<&CaseId, Course<'_>> = BTreeMap::new();
    for event in events {
        let Occasion::Request(case) = &event.about else { continue };
        if let Happening::RequestReceived { right } = event.what {
            courses.entry(case).or_insert(Course::new(event, right));
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
    fn new(received: &'a Event, right: Right) -> Self {
        Self { received, right, extended_at: None, pauses: Vec::new(), state: RequestState::Open }
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

    /// The request's deadline. While its clock stands still this is the one of the day on which it
    /// stopped: it moves once, when the clock runs on.
    fn deadline(&self, policy: &Policy) -> Deadline {
        let zone = policy.zone();
        let country = policy.controller().and_then(|controller| controller.country.as_deref());
        let holidays = country.map_or_else(Holidays::weekends_only, Holidays::of);
        let mut clock = Clock::new(zone.day_of(self.received.happened_at)).promising(policy.rights.reply);
        for (asked_at, answered_at) in &self.pauses {
            let asked_on = zone.day_of(*asked_at);
            clock = clock.paused(asked_on, Some(answered_at.map_or(asked_on, |at| zone.day_of(at))));
        }
        if let Some(told_at) = self.extended_at {
            clock = clock.extended_on(zone.day_of(told_at), &holidays);
        }
        clock.deadline(&holidays, Day::MAX)
    }

    fn standing(&self, history: &PolicyHistory, case: &CaseId, at: Instant) -> RequestStanding {
        let policy = &history.at(at).policy;
        let zone = policy.zone();
        let Deadline { promised_on, lawful_on } = self.deadline(policy);
        let missed = |day| self.state == RequestState::Open && zone.end_of(day) <= at;
        RequestStanding {
            case: case.clone(),
            right: self.right,
            received_on: zone.day_of(self.received.happened_at),
            promised_on,
            lawful_on,
            state: self.state,
            promise_missed: missed(promised_on),
            law_missed: missed(lawful_on),
        }
    }
}
