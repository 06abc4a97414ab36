//! Requests of the person and their clocks, as part of the standing.

use std::collections::BTreeMap;

use crate::name::CaseId;
use crate::standing::collect::Collected;
use crate::standing::history::PolicyHistory;
use crate::standing::{RequestStanding, RequestState};
use crate::time::Instant;
use crate::timeline::{Event, Happening, Occasion, Right};

struct Course<'a> {
    received: &'a Event,
    right: Right,
    extended: bool,
    state: RequestState,
}

/// Adds every request that these events tell of.
pub(super) fn collect(history: &PolicyHistory, events: &[&Event], at: Instant, collected: &mut Collected) {
    let mut courses: BTreeMap<&CaseId, Course<'_>> = BTreeMap::new();
    for event in events {
        let Occasion::Request(case) = &event.about else { continue };
        if let Happening::RequestReceived { right } = event.what {
            let new = Course { received: event, right, extended: false, state: RequestState::Open };
            courses.entry(case).or_insert(new);
        } else if let Some(course) = courses.get_mut(case) {
            course.take(&event.what);
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

impl Course<'_> {
    fn take(&mut self, what: &Happening) {
        match what {
            Happening::RequestExtended => self.extended = true,
            Happening::RequestPaused if self.state == RequestState::Open => self.state = RequestState::Paused,
            Happening::RequestResumed if self.state == RequestState::Paused => {
                self.state = RequestState::Open
            }
            Happening::RequestAnswered => self.state = RequestState::Answered,
            _ => {}
        }
    }

    fn standing(&self, history: &PolicyHistory, case: &CaseId, at: Instant) -> RequestStanding {
        let policy = &history.at(at).policy;
        let zone = policy.zone();
        let received_on = zone.day_of(self.received.happened_at);
        let months = crate::time::Span::months(if self.extended { 3 } else { 1 });
        let promised = policy.rights.reply.filter(|_| !self.extended);
        let raw = months.last_day_after(received_on);
        let promised_on = promised.map_or(raw, |span| span.last_day_after(received_on).min(raw));
        let lawful_on = raw;
        let missed = |day| self.state == RequestState::Open && zone.end_of(day) <= at;
        RequestStanding {
            case: case.clone(),
            right: self.right,
            received_on,
            promised_on,
            lawful_on,
            state: self.state,
            promise_missed: missed(promised_on),
            law_missed: missed(lawful_on),
        }
    }
}
