//! Questions: whether something may be done, and why data are held.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use kept_core::decision::Exception;
use kept_core::name::{PersonKind, PurposeName, RecipientName, RoleName};
use kept_core::time::Instant;
use kept_engine::applications::May;
use kept_engine::decide::{Ask, Decided, Verb};
use kept_engine::report::why::WhyReport;
use serde::{Deserialize, Serialize};

use super::Service;
use super::body::{Asked, Body, Datum, Nothing, Person, Way, all};
use super::caller::Caller;
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
    let asks = body.questions.into_iter().map(OneQuestion::ask).collect::<Result<Arc<[Ask]>, _>>()?;
    let purposes = asks.iter().map(|ask| ask.purpose.clone()).collect();
    let prepare = move |company: &mut kept_engine::company::Company, _: &super::caller::Admitted, now| {
        Ok(company.prepare_decide(Arc::clone(&asks), now))
    };
    let answers = service.run_among_others(caller, (May::Decide, purposes), prepare).await?;
    service.0.meter.decided(answers.iter().map(|answer| answer.allowed));
    Ok(Json(Answers { answers }))
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
    let whom = body.person.whom()?;
    let field = body.field.map(Into::into);
    let work = move |company: &mut kept_engine::company::Company, _: &super::caller::Admitted, now| {
        Ok(company.why(&whom, field.as_ref(), body.at.unwrap_or(now), now)?)
    };
    service.run(caller, (May::Explain, Vec::new()), work).await.map(Json)
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
    let whom = body.person.whom()?;
    let work = move |company: &mut kept_engine::company::Company, _: &super::caller::Admitted, now| {
        let records = company.consent_records(&whom, now)?;
        let language = company.language();
        crate::consent::json_ld(company.policy(), &records, &language)
            .map_err(|error| super::desk::Trouble::Fault(error.to_string()))
    };
    let records = service.run(caller, (May::Explain, Vec::new()), work).await?;
    Ok(([(header::CONTENT_TYPE, "application/ld+json")], records.to_string()).into_response())
}
