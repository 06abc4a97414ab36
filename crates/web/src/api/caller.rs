//! Who asks: the application behind a key, what it may do, and how often.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use kept_core::name::{ControllerName, EventKind, PurposeName};
use kept_core::policy::naming::{NameOf, Stranger};
use kept_core::time::Instant;
use kept_engine::Failure;
use kept_engine::applications::{Application, May, Pass};
use kept_engine::company::Company;
use kept_engine::together::Prepared;

use super::Service;
use super::desk::Trouble;
use super::problem::Problem;

/// The longest idempotency key, in bytes.
const KEY_MAX: usize = 200;

/// How often an application may ask.
pub(super) struct Limits {
    limiter: DefaultKeyedRateLimiter<String>,
    clock: DefaultClock,
}

impl Limits {
    pub(super) fn new(requests_a_minute: u32) -> Self {
        let each = NonZeroU32::new(requests_a_minute).unwrap_or(NonZeroU32::MIN);
        Self { limiter: RateLimiter::keyed(Quota::per_minute(each)), clock: DefaultClock::default() }
    }

    fn check(&self, application: &str) -> Result<(), Problem> {
        let Err(until) = self.limiter.check_key(&application.to_owned()) else { return Ok(()) };
        let wait: Duration = until.wait_time_from(self.clock.now());
        let seconds = wait.as_secs() + 1;
        Err(Problem::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too-many-requests",
            "this application asks too often",
        )
        .mend("ask for many things in one call, or wait")
        .retry_after(seconds))
    }
}

/// The headers of somebody who asks, as they stand.
pub(super) struct Caller {
    key: String,
    once: Option<String>,
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let value = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let key = value.and_then(key_of);
        let Some(key) = key else { return Err(nobody("no application key came with the request")) };
        let once = match parts.headers.get("idempotency-key").map(|value| value.to_str()) {
            None => None,
            Some(Ok(text)) if !text.is_empty() && text.len() <= KEY_MAX => Some(text.to_owned()),
            Some(_) => {
                let words = format!("an idempotency key has 1 to {KEY_MAX} visible characters");
                return Err(Problem::new(StatusCode::BAD_REQUEST, "idempotency-key", words));
            }
        };
        Ok(Self { key, once })
    }
}

/// The key of an `Authorization` header: `Bearer KEY`, or `Basic` with the key as the password, which
/// is what a browser and a scraper of metrics can send.
fn key_of(header: &str) -> Option<String> {
    let (scheme, value) = header.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(value.trim().to_owned());
    }
    let plain = scheme.eq_ignore_ascii_case("basic").then(|| STANDARD.decode(value.trim()).ok())??;
    let text = String::from_utf8(plain).ok()?;
    text.split_once(':').map(|(_, key)| key.trim().to_owned())
}

/// Nobody who may ask.
pub(super) fn nobody(words: &str) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", words)
        .mend("send `Authorization: Bearer kept_…`; `kept key new` makes a key")
}

/// What is asked concerns these purposes, or all of them.
pub(super) enum Concerns {
    /// These, and a key must be for each; none where it holds for the person and takes permission away.
    Purposes(Vec<PurposeName>),
    /// These, and of each event one of the purposes that count from it: the key must be for one.
    Happened(Vec<PurposeName>, Vec<EventKind>),
    /// The person or the company as a whole, where something is told or given back: a key must be for every one.
    Every,
}

impl From<Vec<PurposeName>> for Concerns {
    fn from(purposes: Vec<PurposeName>) -> Self {
        Self::Purposes(purposes)
    }
}

/// An application that may do what it asks.
pub(super) struct Admitted {
    pub(super) application: Arc<Application>,
    /// Its own key for the act, made the application's alone.
    pub(super) once: Option<String>,
}

impl Admitted {
    /// The controller as which it asks: the one that its key is bound to, or that it names.
    pub(super) fn controller(
        &self,
        named: Option<ControllerName>,
    ) -> Result<Option<ControllerName>, Problem> {
        let Some(own) = &self.application.scope.controller else { return Ok(named) };
        if named.is_some_and(|named| named != *own) {
            return Err(not_for_controller(own));
        }
        Ok(Some(own.clone()))
    }
}

/// A key that is bound to a controller asks as no other.
pub(super) fn not_for_controller(own: &ControllerName) -> Problem {
    let words = format!("this application's key asks as controller `{own}`, and another is named");
    Problem::new(StatusCode::FORBIDDEN, "not-for-controller", words)
        .article("Art. 4(7) GDPR")
        .mend("leave `controller` out, or make a key with the other one in `--controller`")
}

/// Who asks for what may be prepared twice: admitted once, so that it counts once.
enum Asks {
    Anew(Caller),
    Known(Admitted, Pass),
    Nobody,
}

impl Service {
    /// Runs a use case for a caller who may do it for these purposes.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        caller: Caller,
        (may, concerns): (May, impl Into<Concerns>),
        work: impl FnOnce(&mut Company, &Admitted, Instant) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, Problem> {
        let (service, concerns) = (self.clone(), concerns.into());
        let admitted = move |company: &mut Company, now: Instant| {
            company.work_for(None);
            let application = company.application(&caller.key)?.map(Arc::new);
            let caller = service.admit(company, (caller, application), may, &concerns)?;
            work(company, &caller, now).map_err(|trouble| trouble.known_to(company))
        };
        self.0.desk.run(admitted).await
    }

    /// Runs a use case that itself asks, in its own transaction, whether the caller's key was revoked
    /// ([`Company::work_for`]): the key is not looked up before. A short act shares its commit with others.
    pub(super) async fn run_among_others<T: Send + 'static>(
        &self,
        caller: Caller,
        (may, concerns): (May, impl Into<Concerns>),
        mut prepare: impl FnMut(&mut Company, &Admitted, Instant) -> Result<Prepared<T>, Trouble> + Send + 'static,
    ) -> Result<T, Problem> {
        let (service, concerns) = (self.clone(), concerns.into());
        let mut asks = Asks::Anew(caller);
        let prepare = move |company: &mut Company, now: Instant| {
            let (admitted, pass) = match std::mem::replace(&mut asks, Asks::Nobody) {
                Asks::Known(admitted, pass) => (admitted, pass),
                Asks::Nobody => return Err(Failure::Revoked.into()),
                Asks::Anew(caller) => {
                    let Some(pass) = company.pass(&caller.key)? else { return Err(Failure::Revoked.into()) };
                    let application = Some(Arc::clone(&pass.application));
                    (service.admit(company, (caller, application), may, &concerns)?, pass)
                }
            };
            company.work_for(Some(pass.clone()));
            let prepared = prepare(company, &admitted, now).map_err(|trouble| trouble.known_to(company));
            asks = Asks::Known(admitted, pass);
            prepared
        };
        self.0.desk.run_among_others(prepare).await
    }

    fn admit(
        &self,
        company: &Company,
        (caller, application): (Caller, Option<Arc<Application>>),
        may: May,
        concerns: &Concerns,
    ) -> Result<Admitted, Trouble> {
        let Some(application) = application else { return Err(Failure::Revoked.into()) };
        self.0.limits.check(&application.name)?;
        if !application.scope.may.contains(&may) {
            let words = format!("this application may not `{}`", may.word());
            return Err(Problem::new(StatusCode::FORBIDDEN, "not-in-scope", words)
                .mend("make a key with that word in `--may`")
                .into());
        }
        check_purposes(company, &application, may, concerns)?;
        let once = caller.once.map(|key| format!("{}/{key}", application.name));
        Ok(Admitted { application, once })
    }
}

/// An application's key must be for what is asked.
fn check_purposes(
    company: &Company,
    application: &Application,
    may: May,
    concerns: &Concerns,
) -> Result<(), Problem> {
    let purposes = match concerns {
        Concerns::Purposes(purposes) => purposes,
        Concerns::Happened(purposes, events) => {
            events.iter().try_for_each(|event| check_event(company, application, may, event))?;
            purposes
        }
        Concerns::Every => {
            let all: Vec<PurposeName> = company.policy().purposes.keys().cloned().collect();
            if application.scope.allows(may, &all) {
                return Ok(());
            }
            let words = "this application's key is for some purposes only, and this concerns all of them";
            let mend =
                "name one of its purposes where the path takes one, or make a key with `--every-purpose`";
            return Err(not_for_purpose(words).mend(mend));
        }
    };
    let beyond = |purpose: &&PurposeName| !application.scope.allows(may, std::slice::from_ref(*purpose));
    let Some(purpose) = purposes.iter().find(beyond) else { return Ok(()) };
    if !company.policy().purposes.contains_key(purpose) {
        let stranger = Stranger::new(company.policy(), NameOf::Purpose, purpose.as_str());
        return Err(Problem::no_such(&stranger));
    }
    Err(not_for_purpose(format!("this application's key is not for purpose `{purpose}`"))
        .mend("make a key with that purpose in `--purpose`"))
}

/// What happened begins and ends purposes: a key that is for none of those reports it not. An event from which
/// nothing counts is everybody's to report.
fn check_event(
    company: &Company,
    application: &Application,
    may: May,
    event: &EventKind,
) -> Result<(), Problem> {
    let purposes = company.policy().purposes.values().filter(|purpose| purpose.counts_from(event));
    let purposes: Vec<&PurposeName> = purposes.map(|purpose| &purpose.name).collect();
    let is_for = |purpose: &&PurposeName| application.scope.allows(may, std::slice::from_ref(*purpose));
    if purposes.is_empty() || purposes.iter().any(is_for) {
        return Ok(());
    }
    let names: Vec<String> = purposes.iter().map(|purpose| format!("`{purpose}`")).collect();
    let words = format!("this application's key is for no purpose that counts from `{event}`");
    Err(not_for_purpose(words)
        .mend(format!("make a key with one of these in `--purpose`: {}", names.join(", "))))
}

/// A key that is bound to purposes is for no other.
pub(super) fn not_for_purpose(words: impl Into<String>) -> Problem {
    Problem::new(StatusCode::FORBIDDEN, "not-for-purpose", words.into()).article("Art. 5(1)(b) GDPR")
}
