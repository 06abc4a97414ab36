//! The HTTP API (`/v1`), and what anybody may read beside it: the notice, the ledger, the OpenAPI
//! document.
//!
//! A handler reads a body, asks one use case of the engine, short acts in their turn (`turns`) and the rest on
//! a thread that may block (`desk`), and writes the answer. It decides nothing. No personal value stands in a URL, a log or an error. Not here: the
//! listening socket, the clock and what runs on schedule (`kept`).

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use kept_core::time::Instant;
use kept_engine::company::Company;

mod ask;
mod audience;
mod body;
mod caller;
mod collect;
mod desk;
mod expected;
mod mailing;
mod meter;
mod objects;
mod openapi;
mod places;
mod problem;
mod public;
mod record;
mod records;
mod run;
mod screening;
mod secrecy;
mod state;
mod statistics;
mod through;
mod turns;
mod webhook;

use caller::Limits;
use desk::Desk;
use meter::Meter;
pub use places::{ENDPOINTS, Endpoint};
use state::Newest;

/// The largest body of a request, in bytes.
pub const BODY_BYTES_MAX: usize = 4 * 1024 * 1024;

/// What the API is made of.
pub struct Settings {
    /// Companies opened on the same policy and store, as many as may work at once; at least one.
    pub companies: Vec<Company>,
    /// The clock.
    pub clock: fn() -> Instant,
    /// The folder of the published ledger.
    pub ledger: PathBuf,
    /// How many requests of one application are answered in a minute.
    pub requests_a_minute: u32,
    /// How long a request waits for its turn.
    pub patience: Duration,
    /// How long the body of a request may take to come.
    pub body_within: Duration,
    /// Writes a line for the operator, of faults that callers are told by a reference only.
    pub note: fn(&str),
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Settings").field("companies", &self.companies.len()).finish_non_exhaustive()
    }
}

/// What handlers share.
struct Inner {
    desk: Desk,
    limits: Limits,
    ledger: PathBuf,
    meter: Meter,
    audits: Newest,
    body_within: Duration,
}

/// What handlers share.
#[derive(Clone)]
struct Service(Arc<Inner>);

/// The API over a company, ready to be served.
pub fn router(settings: Settings) -> Router {
    let Settings { companies, clock, ledger, requests_a_minute, patience, body_within, note } = settings;
    let desk = Desk::new(companies, clock, patience, note);
    let (limits, meter, audits) = (Limits::new(requests_a_minute), Meter::default(), Newest::default());
    let service = Service(Arc::new(Inner { desk, limits, ledger, meter, audits, body_within }));
    watching(acts(asking(kept_records(Router::new()))))
        .route("/", get(public::home))
        .route("/notice", get(public::notice))
        .route("/unsubscribe/{link}", get(mailing::ask).post(mailing::stop))
        .route("/openapi.json", get(public::openapi))
        .route("/health", get(public::health))
        .route("/ledger/{*path}", get(public::ledger))
        .fallback(public::not_found)
        .method_not_allowed_fallback(public::not_allowed)
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(from_fn_with_state(service.clone(), meter::measure))
        .with_state(service)
}

/// What those who watch over the company see.
fn watching(router: Router<Service>) -> Router<Service> {
    router
        .route("/v1/audit", get(state::audit))
        .route("/v1/audit/history", get(state::history))
        .route("/audit", get(state::page))
        .route("/metrics", get(state::metrics))
        .route("/v1/webhooks", get(webhook::waiting))
}

/// What is reported about people.
fn acts(router: Router<Service>) -> Router<Service> {
    router
        .route("/v1/collect", post(record::report::<collect::Collect>))
        .route("/v1/events", post(record::report::<body::Happened>))
        .route("/v1/links", post(record::report::<body::Link>))
        .route("/v1/told", post(record::report::<body::Told>))
        .route("/v1/agreements", post(record::report::<body::Agreed>))
        .route("/v1/deaths", post(record::report::<body::Died>))
        .route("/v1/guardian-reports", post(record::report::<body::GuardianReport>))
        .route("/v1/guardian-reports/dismissed", post(record::report::<body::DismissReport>))
        .route("/v1/consents", post(record::report::<body::GiveConsent>))
        .route("/v1/consents/withdrawals", post(record::report::<body::WithdrawConsent>))
        .route("/v1/objections", post(record::report::<body::Object>))
        .route("/v1/objections/decisions", post(record::report::<body::DecideObjection>))
        .route("/v1/restrictions", post(record::report::<body::Restrict>))
        .route("/v1/restrictions/told", post(record::report::<body::TellOfLifting>))
        .route("/v1/restrictions/lifted", post(record::report::<body::Lift>))
        .route("/v1/holds", post(record::report::<body::PlaceHold>))
        .route("/v1/holds/released", post(record::report::<body::ReleaseHold>))
}

/// Records by keys of the applications' own.
fn kept_records(router: Router<Service>) -> Router<Service> {
    router
        .route("/v1/records", post(record::report::<records::NewRecord>))
        .route("/v1/records/read", post(records::read))
        .route("/v1/records/change", post(records::change))
        .route("/v1/records/correct", post(records::correct))
        .route("/v1/records/delete", post(records::delete))
        .route("/v1/records/list", post(records::list))
        .route("/v1/screenings", post(screening::list))
        .route("/v1/screenings/decisions", post(screening::decide))
        .route("/v1/secrecy", post(secrecy::list))
        .route("/v1/secrecy/ended", post(secrecy::end))
}

/// What is asked.
fn asking(router: Router<Service>) -> Router<Service> {
    router
        .route("/v1/decide", post(ask::decide))
        .route("/v1/why", post(ask::why))
        .route("/v1/consents/export", post(ask::consents))
        .route("/v1/audience", post(audience::audience))
        .route("/v1/messages", post(mailing::send))
        .route("/v1/statistics", post(statistics::figures))
        .route("/v1/statistics/records", post(statistics::records))
        .route("/v1/read", post(through::read))
        .route("/v1/disclose", post(through::disclose))
        .route("/v1/forecast", get(run::forecast))
        .route("/v1/sweep", post(run::sweep))
        .route("/v1/requests", get(run::requests))
}
