//! Questions: whether something may be done, and why data are held.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use kept_core::decision::Exception;
use kept_core::name::{ControllerName, PersonKind, PurposeName, RecipientName, RoleName};
use kept_core::time::Instant;
use kept_engine::Failure;
use kept_engine::applications::May;
use kept_engine::company::Company;
use kept_engine::decide::{Ask, Decided, Verb};
use kept_engine::report::why::WhyReport;
use kept_engine::together::Prepared;
use serde::{Deserialize, Serialize};

use super::Service;
use super::body::{Asked, Body, Datum, Nothing, Person, Way, all};
use super::caller::{Admitted, Caller, Concerns};
use super::problem::Problem;

/// Questions to the gate.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Questions {
    questions: Vec<OneQuestion>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct OneQuestion {
    person: Person,
    purpose: PurposeName,
    verb: AskedVerb,
    #[serde(default)]
    fields: Vec<Datum>,
    role: Option<RoleName>,
    exception: Option<AskedException>,
    source: Option<String>,
    controller: Option<ControllerName>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum AskedVerb {
    Collect {
        people: Option<PersonKind>,
        age: Option<u8>,
        #[serde(default)]
        consents: bool,
    },
    Read,
    Contact(Way),
    Disclose(RecipientName),
    DecideAutomatically,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum AskedException {
    Consent,
    Claims,
    RightsOfAnother,
    ImportantPublicInterest,
}

impl From<AskedException> for Exception {
    fn from(asked: AskedException) -> Self {
        match asked {
            AskedException::Consent => Self::Consent,
            AskedException::Claims => Self::Claims,
            AskedException::RightsOfAnother => Self::RightsOfAnother,
            AskedException::ImportantPublicInterest => Self::ImportantPublicInterest,
        }
    }
}

impl From<AskedVerb> for Verb {
    fn from(asked: AskedVerb) -> Self {
        match asked {
            AskedVerb::Collect { people, age, consents } => Self::Collect { people, age, consents },
            AskedVerb::Read => Self::Read,
            AskedVerb::Contact(Way(channel)) => Self::Contact(channel),
            AskedVerb::Disclose(recipient) => Self::Disclose(recipient),
            AskedVerb::DecideAutomatically => Self::DecideAutomatically,
        }
    }
}

impl OneQuestion {
    fn ask(self) -> Result<Ask, Problem> {
        Ok(Ask {
            whom: self.person.whom()?,
            purpose: self.purpose,
            verb: self.verb.into(),
            fields: all(self.fields),
            role: self.role,
            exception: self.exception.map(Exception::from),
            source: self.source,
            controller: self.controller,
        })
    }
}

/// Answers of the gate, in the order of the questions.
#[derive(Serialize)]
pub(super) struct Answers {
    answers: Vec<Decided>,
}

pub(super) async fn decide(
    State(service): State<Service>,
    caller: Caller,
    _: Asked<Nothing>,
    Body(body): Body<Questions>,
) -> Result<Json<Answers>, Problem> {
    let mut asks = body.questions.into_iter().map(OneQuestion::ask).collect::<Result<Arc<[Ask]>, _>>()?;
    let purposes: Vec<PurposeName> = asks.iter().map(|ask| ask.purpose.clone()).collect();
    let prepare = move |company: &mut Company, caller: &Admitted, now| {
        if caller.application.scope.controller.is_some() {
            asks = asks.iter().map(|ask| bound(ask, caller)).collect::<Result<_, _>>()?;
        }
        if asks.iter().any(|ask| company.needs_recognising(&ask.whom)) {
            let asks = Arc::clone(&asks);
            return Ok(Prepared::long(move |company| decide_numbered(company, &asks, now)));
        }
        Ok(company.prepare_decide(Arc::clone(&asks), now))
    };
    let answers = service.run_among_others(caller, (May::Decide, purposes), prepare).await?;
    service.0.meter.decided(answers.iter().map(|answer| answer.allowed));
    Ok(Json(Answers { answers }))
}

/// Answers questions about people whom Kept's own numbers name.
fn decide_numbered(company: &mut Company, asks: &[Ask], now: Instant) -> Result<Vec<Decided>, Failure> {
    let mut asks = asks.to_vec();
    let mut people: Vec<_> = asks.iter_mut().map(|ask| &mut ask.whom).collect();
    company.recognise(&mut people, None, now)?;
    company.decide(&asks, now)
}

/// A question as the controller asks it to which the application's key is bound.
fn bound(ask: &Ask, caller: &Admitted) -> Result<Ask, Problem> {
    Ok(Ask { controller: caller.controller(ask.controller.clone())?, ..ask.clone() })
}

/// Whose data are asked for, and which.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Why {
    person: Person,
    field: Option<Datum>,
    at: Option<Instant>,
}

pub(super) async fn why(
    State(service): State<Service>,
    caller: Caller,
    _: Asked<Nothing>,
    Body(body): Body<Why>,
) -> Result<Json<WhyReport>, Problem> {
    let mut whom = body.person.whom()?;
    let field = body.field.map(Into::into);
    let work = move |company: &mut Company, _: &Admitted, now| {
        company.recognise(&mut [&mut whom], None, now)?;
        Ok(company.why(&whom, field.as_ref(), body.at.unwrap_or(now), now)?)
    };
    service.run(caller, (May::Explain, Concerns::Every), work).await.map(Json)
}

/// Whose consents are exported.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Whose {
    person: Person,
}

pub(super) async fn consents(
    State(service): State<Service>,
    caller: Caller,
    _: Asked<Nothing>,
    Body(body): Body<Whose>,
) -> Result<Response, Problem> {
    let mut whom = body.person.whom()?;
    let work = move |company: &mut Company, caller: &Admitted, now| {
        company.recognise(&mut [&mut whom], None, now)?;
        let mut records = company.consent_records(&whom, now)?;
        let scope = &caller.application.scope;
        records.records.retain(|record| scope.allows(May::Explain, std::slice::from_ref(&record.purpose)));
        let language = company.language();
        crate::consent::json_ld(company.policy(), &records, &language)
            .map_err(|error| super::desk::Trouble::Fault(error.to_string()))
    };
    let records = service.run(caller, (May::Explain, Vec::new()), work).await?;
    Ok(([(header::CONTENT_TYPE, "application/ld+json")], records.to_string()).into_response())
}
