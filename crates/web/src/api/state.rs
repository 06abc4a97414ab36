//! The state of the company, for those who watch over it: the audit as JSON and as a page, its
//! history, and the numbers for Prometheus. All of it behind a key that may `audit`.

use std::sync::{Arc, Mutex, PoisonError};

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use kept_core::time::{Day, Instant};
use kept_engine::applications::May;
use kept_engine::audit::history::AuditHistory;
use kept_engine::company::Company;
use kept_engine::report::audit::AuditReport;
use serde::Deserialize;

use super::Service;
use super::body::{Asked, Nothing};
use super::caller::{Admitted, Caller};
use super::desk::Trouble;
use super::problem::Problem;
use super::public::CONTENT_SECURITY;

/// How long an audit is shown again before another is made: it scans the stores.
const FRESH_SECONDS: i64 = 15 * 60;

/// The newest audit that this service made.
#[derive(Default)]
pub(super) struct Newest(Mutex<Option<Arc<AuditReport>>>);

impl Newest {
    fn fresh(&self, now: Instant, policy: &str) -> Option<Arc<AuditReport>> {
        let newest = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        let age = now.duration_since(newest.at).as_secs();
        (newest.policy == policy && age < FRESH_SECONDS).then_some(newest)
    }

    fn keep(&self, report: &Arc<AuditReport>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(report));
    }
}

/// Whether an audit of some minutes ago will do.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Freshness {
    /// Makes a new one in any case.
    #[serde(default)]
    now: bool,
    /// From when on the page shows the history.
    since: Option<Day>,
}

impl Service {
    fn audited(
        &self,
        company: &mut Company,
        how: Freshness,
        now: Instant,
    ) -> Result<Arc<AuditReport>, Trouble> {
        let known = self.0.audits.fresh(now, &company.policy().digest);
        if let Some(report) = known.filter(|_| !how.now) {
            return Ok(report);
        }
        let report = Arc::new(company.audit(now, &mut |_| {})?);
        self.0.audits.keep(&report);
        Ok(report)
    }
}

pub(super) async fn audit(
    State(service): State<Service>,
    caller: Caller,
    Asked(how): Asked<Freshness>,
) -> Result<Json<AuditReport>, Problem> {
    let own = service.clone();
    let work = move |company: &mut Company, _: &Admitted, now: Instant| own.audited(company, how, now);
    let report = service.run(caller, (May::Audit, Vec::new()), work).await?;
    Ok(Json(AuditReport::clone(&report)))
}

/// From when on.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Since {
    since: Option<Day>,
}

fn start(company: &Company, since: Option<Day>) -> Instant {
    since.map_or(Instant::MIN, |day| company.policy().zone().start_of(day))
}

pub(super) async fn history(
    State(service): State<Service>,
    caller: Caller,
    Asked(Since { since }): Asked<Since>,
) -> Result<Json<AuditHistory>, Problem> {
    let work = move |company: &mut Company, _: &Admitted, _: Instant| {
        Ok(company.audit_history(start(company, since))?)
    };
    service.run(caller, (May::Audit, Vec::new()), work).await.map(Json)
}

/// The page: a browser asks for name and password, and the password is the key.
pub(super) async fn page(
    State(service): State<Service>,
    caller: Result<Caller, Problem>,
    Asked(how): Asked<Freshness>,
) -> Response {
    let caller = match caller {
        Ok(caller) => caller,
        Err(problem) => return asking(problem),
    };
    let own = service.clone();
    let work = move |company: &mut Company, _: &Admitted, now: Instant| {
        let report = own.audited(company, how, now)?;
        let history = company.audit_history(start(company, how.since))?;
        crate::audit::html(company.policy(), &report, &history)
            .map_err(|error| Trouble::Fault(error.to_string()))
    };
    let html = match service.run(caller, (May::Audit, Vec::new()), work).await {
        Ok(html) => html,
        Err(problem) => return asking(problem),
    };
    let mut response = Html(html).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_SECURITY));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A problem that has a browser ask for the key.
fn asking(problem: Problem) -> Response {
    let mut response = problem.into_response();
    if response.status() == StatusCode::UNAUTHORIZED {
        let asks = HeaderValue::from_static("Basic realm=\"Kept: any name, and a key as the password\"");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, asks);
    }
    response
}

pub(super) async fn metrics(
    State(service): State<Service>,
    caller: Caller,
    _: Asked<Nothing>,
) -> Result<Response, Problem> {
    let work = |company: &mut Company, _: &Admitted, now: Instant| Ok(company.status(now)?);
    let status = service.run(caller, (May::Audit, Vec::new()), work).await?;
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    Ok((kind, service.0.meter.text(&status)).into_response())
}
