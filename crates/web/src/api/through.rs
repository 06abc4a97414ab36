//! Data that come back or leave: read for a purpose, and given to a recipient, each field through the
//! gate.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use kept_core::name::{ControllerName, PurposeName, RecipientName, RoleName};
use kept_core::policy::model::DataRef;
use kept_core::policy::naming::{HIDDEN, may_be_repeated, unknown_data};
use kept_core::time::Instant;
use kept_engine::applications::May;
use kept_engine::company::Company;
use kept_engine::disclose::{Disclosed, DisclosureOrder};
use kept_engine::reading::{ReadOrder, ReadValue, RefusedField};
use kept_engine::together::Prepared;
use serde::{Deserialize, Serialize};

use super::Service;
use super::ask::AskedException;
use super::body::{Asked, Body, Datum, Nothing, Person, all};
use super::caller::{Admitted, Caller};
use super::problem::Problem;

/// What is to be read.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Read {
    person: Person,
    purpose: PurposeName,
    #[serde(default)]
    fields: Vec<Datum>,
    role: Option<RoleName>,
    exception: Option<AskedException>,
    reason: Option<String>,
    controller: Option<ControllerName>,
    actor: Option<String>,
}

/// A value as it is answered: data by name, as they are asked.
#[derive(Serialize)]
pub(super) struct Value {
    field: String,
    value: String,
    from: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    controller: Option<String>,
}

/// A field that did not come back.
#[derive(Serialize)]
pub(super) struct Cut {
    field: String,
    words: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    article: Option<&'static str>,
}

/// What came back.
#[derive(Serialize)]
pub(super) struct Answer {
    values: Vec<Value>,
    refused: Vec<Cut>,
    /// Why nothing at all is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<String>,
    entry: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

pub(super) fn values(read: Vec<ReadValue>) -> Vec<Value> {
    let value = |one: ReadValue| {
        let ReadValue { field, value, from, source, controller } = one;
        Value { field: field.to_string(), value, from, source, controller }
    };
    read.into_iter().map(value).collect()
}

/// Says of the fields that a policy does not have which it has, and names them as far as that may be: what
/// the caller writes there may be anything, and so personal.
fn unnamed(company: &Company, refused: &mut [RefusedField]) {
    let policy = company.policy();
    for one in refused {
        if let Some(stranger) = unknown_data(policy, std::iter::once(&one.field)) {
            one.words = stranger.whole();
            if !may_be_repeated(&one.field.to_string()) {
                one.field = DataRef::whole(HIDDEN.into());
            }
        }
    }
}

pub(super) fn cuts(refused: Vec<RefusedField>) -> Vec<Cut> {
    let cut =
        |one: RefusedField| Cut { field: one.field.to_string(), words: one.words, article: one.article };
    refused.into_iter().map(cut).collect()
}

pub(super) async fn read(
    State(service): State<Service>,
    caller: Caller,
    _: Asked<Nothing>,
    Body(body): Body<Read>,
) -> Result<Json<Answer>, Problem> {
    let purposes = vec![body.purpose.clone()];
    let mut order = ReadOrder {
        whom: body.person.whom()?,
        purpose: body.purpose,
        fields: all(body.fields),
        role: body.role,
        exception: body.exception.map(Into::into),
        reason: body.reason,
        controller: body.controller,
        actor: body.actor,
    };
    let prepare = move |company: &mut Company, caller: &Admitted, now: Instant| {
        order.actor.get_or_insert_with(|| caller.application.name.clone());
        order.controller = caller.controller(order.controller.take())?;
        let prepared = if company.needs_recognising(&order.whom) {
            let mut order = order.clone();
            Prepared::long(move |company| {
                company.recognise(&mut [&mut order.whom], Some(&order.purpose), now)?;
                company.read_through_gate(&order, now)
            })
        } else {
            company.prepare_read(order.clone(), now)?
        };
        Ok(prepared.map(|company, mut read| {
            unnamed(company, &mut read.refused);
            read
        }))
    };
    let read = service.run_among_others(caller, (May::Read, purposes), prepare).await?;
    Ok(Json(Answer {
        values: values(read.values),
        refused: cuts(read.refused),
        because: None,
        entry: read.entry,
        problem: read.problem,
    }))
}

/// What is to be given to whom.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Disclose {
    person: Person,
    recipient: RecipientName,
    purpose: PurposeName,
    fields: Vec<Datum>,
    contract: Option<String>,
    controller: Option<ControllerName>,
    role: Option<RoleName>,
    #[serde(default)]
    paid: bool,
    #[serde(default)]
    evidence: BTreeMap<String, String>,
    actor: Option<String>,
}

pub(super) async fn disclose(
    State(service): State<Service>,
    caller: Caller,
    _: Asked<Nothing>,
    Body(body): Body<Disclose>,
) -> Result<Json<Answer>, Problem> {
    let purposes = vec![body.purpose.clone()];
    let fields: Vec<DataRef> = all(body.fields);
    let mut order = DisclosureOrder {
        whom: body.person.whom()?,
        recipient: body.recipient,
        purpose: body.purpose,
        fields,
        contract: body.contract,
        controller: body.controller,
        role: body.role,
        paid: body.paid,
        evidence: body.evidence,
        actor: body.actor,
    };
    let work = move |company: &mut Company, caller: &Admitted, now: Instant| {
        order.actor.get_or_insert_with(|| caller.application.name.clone());
        order.controller = caller.controller(order.controller.take())?;
        company.recognise(&mut [&mut order.whom], Some(&order.purpose), now)?;
        let mut given = company.disclose(&order, now)?;
        unnamed(company, &mut given.cut);
        Ok(given)
    };
    let Disclosed { values: given, cut, refused, entry, problem } =
        service.run(caller, (May::Disclose, purposes), work).await?;
    let because = refused.map(|refused| refused.to_string());
    Ok(Json(Answer { values: values(given), refused: cuts(cut), because, entry, problem }))
}
