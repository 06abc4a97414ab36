//! The requests so far and their deadlines.

use kept_core::name::CaseId;
use kept_core::standing::{RequestState, standing};
use kept_core::time::{Day, Instant};
use kept_core::timeline::{Event, EventId, Happening, Occasion, Right, Timeline};
use kept_vault::request::Request;
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
    /// The day of the answer.
    pub answered_on: Option<Day>,
    /// Whether a day passed without an answer.
    pub late: bool,
}

/// A page of all requests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RequestPage {
    /// Its number, from 1.
    pub page: u32,
    /// How many pages there are.
    pub pages: u32,
    /// How many requests there are on all of them.
    pub count: u64,
    /// The requests, the newest first.
    pub requests: Vec<RequestLine>,
}

/// How many requests are on a page.
const PAGE: u16 = 50;

impl Company {
    /// Every request that is not answered, the oldest first.
    ///
    /// # Errors
    /// A fault of Kept's own store.
    pub fn requests(&self, now: Instant) -> Result<Vec<RequestLine>, Failure> {
        let open = self.vault.read("open_requests", |tx| tx.open_requests().map_err(Failure::from))?;
        Ok(open.iter().filter_map(|request| self.request_line(request, now)).collect())
    }

    /// A page of all requests, answered ones too, the newest first. Pages are counted from 1.
    ///
    /// # Errors
    /// A fault of Kept's own store.
    pub fn all_requests(&self, page: u32, now: Instant) -> Result<RequestPage, Failure> {
        let (count, requests) = self.vault.read("all_requests", |tx| {
            Ok::<_, Failure>((tx.count_requests()?, tx.requests_page(page.saturating_sub(1), PAGE)?))
        })?;
        Ok(RequestPage {
            page: page.max(1),
            pages: u32::try_from(count.div_ceil(u64::from(PAGE))).unwrap_or(u32::MAX).max(1),
            count,
            requests: requests.iter().filter_map(|request| self.request_line(request, now)).collect(),
        })
    }

    /// A request with its days. Those of a person whose key is destroyed are made of what the list
    /// itself keeps.
    pub(crate) fn request_line(&self, request: &Request, now: Instant) -> Option<RequestLine> {
        let event = |at: Instant, what: Happening| Event {
            id: EventId(0),
            happened_at: at,
            recorded_at: at,
            about: Occasion::Request(request.number.clone()),
            data: Vec::new(),
            what,
        };
        let is_answered = request.state == RequestState::Answered;
        let mut known = vec![event(
            request.received_at,
            Happening::RequestReceived { right: request.right, regime: None },
        )];
        known.extend(is_answered.then(|| event(request.changed_at, Happening::RequestAnswered)));
        let own = self.vault.read("timeline", |tx| tx.timeline(request.subject).map_err(Failure::from));
        let own = own.ok().filter(|_| !is_answered);
        let timeline = own.unwrap_or_else(|| Timeline::new(known));
        let then = standing(&self.history, &timeline, now, now);
        let one = then.requests.into_iter().find(|one| one.case == request.number)?;
        Some(RequestLine {
            case: one.case,
            right: one.right,
            received_on: one.received_on,
            promised_on: one.promised_on,
            lawful_on: one.lawful_on,
            state: match request.state {
                RequestState::Open => "open",
                RequestState::Paused => "paused",
                RequestState::Answered => "answered",
            },
            answered_on: is_answered.then(|| self.policy().zone().day_of(request.changed_at)),
            late: one.promise_missed || one.law_missed,
        })
    }
}
