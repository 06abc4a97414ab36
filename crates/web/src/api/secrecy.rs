//! Releases that may be kept from the person: listed for a role that the policy names, and ended by it.

use axum::Json;
use axum::extract::State;
use kept_core::name::{PurposeName, RoleName};
use kept_core::time::Instant;
use kept_engine::Failure;
use kept_engine::applications::{May, Scope};
use kept_engine::company::Company;
use kept_engine::secrecy::SecretLine;
use serde::{Deserialize, Serialize};

use super::Service;
use super::body::{Asked, Body, Nothing, Person};
use super::caller::{Admitted, Caller};
use super::problem::Problem;

/// Who reads.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct List {
    role: RoleName,
    actor: Option<String>,
}

/// The releases of which the role reads.
#[derive(Serialize)]
pub(super) struct Releases {
    releases: Vec<Release>,
}

/// A release.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Release {
    entry: u64,
    at: Instant,
    way: String,
    recipient: Option<String>,
    purpose: Option<PurposeName>,
    fields: Vec<String>,
    given: bool,
    reference: Option<String>,
    secret: bool,
    reason: String,
    until: Option<String>,
}

impl From<SecretLine> for Release {
    fn from(line: SecretLine) -> Self {
        Self {
            entry: line.entry,
            at: line.at,
            way: line.way,
            recipient: line.recipient.map(|name| name.to_string()),
            purpose: line.purpose,
            fields: line.fields.iter().map(ToString::to_string).collect(),
            given: line.given,
            reference: line.reference.map(|case| case.to_string()),
            secret: line.secret,
            reason: line.reason,
            until: line.until.map(|day| day.to_string()),
        }
    }
}

/// Whether a release is of a purpose of the key's: one of no purpose is read by keys for every purpose.
fn is_within(scope: &Scope, line: &SecretLine) -> bool {
    match &line.purpose {
        Some(purpose) => scope.allows(May::Disclose, std::slice::from_ref(purpose)),
        None => scope.purposes.is_none(),
    }
}

pub(super) async fn list(
    State(service): State<Service>,
    caller: Caller,
    _: Asked<Nothing>,
    Body(List { role, actor }): Body<List>,
) -> Result<Json<Releases>, Problem> {
    let work = move |company: &mut Company, caller: &Admitted, now: Instant| {
        let actor = actor.as_deref().unwrap_or(&caller.application.name);
        let mut lines = company.secrets(&role, Some(actor), now)?;
        lines.retain(|line| is_within(&caller.application.scope, line));
        Ok(lines)
    };
    let lines = service.run(caller, (May::Disclose, Vec::new()), work).await?;
    Ok(Json(Releases { releases: lines.into_iter().map(Release::from).collect() }))
}

/// Of which release the secrecy ends.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct End {
    person: Person,
    release: u64,
    role: RoleName,
    actor: Option<String>,
}

/// The entry that ended it.
#[derive(Serialize)]
pub(super) struct Ended {
    entry: u64,
}

pub(super) async fn end(
    State(service): State<Service>,
    caller: Caller,
    _: Asked<Nothing>,
    Body(End { person, release, role, actor }): Body<End>,
) -> Result<Json<Ended>, Problem> {
    let whom = person.whom()?;
    let work = move |company: &mut Company, caller: &Admitted, now: Instant| {
        let actor = actor.as_deref().unwrap_or(&caller.application.name);
        let scope = &caller.application.scope;
        if scope.purposes.is_some() {
            let lines = company.secrets(&role, Some(actor), now)?;
            if !lines.iter().any(|line| line.entry == release && is_within(scope, line)) {
                let words = "no such release is of a purpose of this key's";
                return Err(Failure::Refused(words.to_owned()).into());
            }
        }
        Ok(company.end_secrecy(&whom, release, (&role, Some(actor)), now)?)
    };
    let entry = service.run(caller, (May::Disclose, Vec::new()), work).await?;
    Ok(Json(Ended { entry }))
}
