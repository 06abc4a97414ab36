//! The requests so far and their deadlines.

use kept_core::name::CaseId;
use kept_core::standing::{RequestState, standing};
use kept_core::time::{Day, Instant};
use kept_core::timeline::{Event, EventId, Happening, Occasion, Right, Timeline};
use serde::Serialize;

use crate::company::Company;
use crate::failure::Failure;

/// A request as a list shows it: no personal value is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RequestLine {
    /// Its number.
    pub case: CaseId,
    /// The right used.
    pub right: Right,
    /// When it was received.
    pub received_on: Day,
    /// The day promised.
    pub promised_on: Day,
    /// The day that the law sets (12(3)).
    pub lawful_on: Day,
    /// Open, paused or answered.
    pub state: &'static str,
    /// Whether a day has passed without an answer.
    pub late: bool,
}

impl Company {
    /// Every request that is not answered, the oldest first.
    ///
    /// # Errors
    /// A fault of Kept's own store.
    pub fn requests(&self, now: Instant) -> Result<Vec<RequestLine>, Failure> {
        let open = self.vault.read("open_requests", |tx| tx.open_requests().map_err(Failure::from))?;
        let mut lines = Vec::new();
        for request in open {
            let received = Event {
                id: EventId(0),
                happened_at: request.received_at,
                recorded_at: request.received_at,
                about: Occasion::Request(request.number.clone()),
                data: Vec::new(),
                what: Happening::RequestReceived { right: request.right },
            };
            let own = self.vault.read("timeline", |tx| tx.timeline(request.subject).map_err(Failure::from));
            let timeline = own.unwrap_or_else(|_| Timeline::new(vec![received]));
            let then = standing(&self.history, &timeline, now, now);
            lines.extend(then.requests.into_iter().filter(|one| one.case == request.number).map(|one| {
                RequestLine {
                    case: one.case,
                    right: one.right,
                    received_on: one.received_on,
                    promised_on: one.promised_on,
                    lawful_on: one.lawful_on,
                    state: match one.state {
                        RequestState::Open => "open",
                        RequestState::Paused => "paused",
                        RequestState::Answered => "answered",
                    },
                    late: one.promise_missed || one.law_missed,
                }
            }));
        }
        Ok(lines)
    }
}
