//! Free text that people look through: what waits, and what they decide.

use axum::Json;
use axum::extract::State;
use kept_core::name::{PurposeName, RoleName};
use kept_core::time::Instant;
use kept_core::timeline::Right;
use kept_engine::applications::May;
use kept_engine::company::Company;
use kept_engine::screening::{Pieces, Screened, ScreeningDecision, ScreeningOrder};
use serde::Deserialize;

use super::Service;
use super::body::{Asked, Body, Datum, Nothing};
use super::caller::{Admitted, Caller};
use super::problem::Problem;
use super::records::found;

/// How many pieces a list has where nobody says.
const COUNT: usize = 100;

/// Which pieces are to be listed.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct List {
    purpose: PurposeName,
    role: Option<RoleName>,
    count: Option<usize>,
    after: Option<String>,
    actor: Option<String>,
}

pub(super) async fn list(
    State(service): State<Service>,
    caller: Caller,
    _: Asked<Nothing>,
    Body(List { purpose, role, count, after, actor }): Body<List>,
) -> Result<Json<Pieces>, Problem> {
    let scope = (May::Read, vec![purpose.clone()]);
    let mut order = ScreeningOrder { purpose, role, count: count.unwrap_or(COUNT), after, actor };
    let work = move |company: &mut Company, caller: &Admitted, now: Instant| {
        order.actor.get_or_insert_with(|| caller.application.name.clone());
        Ok(company.screenings(&order, now)?)
    };
    service.run(caller, scope, work).await.map(Json)
}

/// What becomes of a piece.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Becomes {
    Keep,
    Remove,
}

/// What somebody decided.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Decide {
    purpose: PurposeName,
    person: String,
    record: u64,
    field: Datum,
    decision: Becomes,
    role: Option<RoleName>,
    reason: String,
    asks: Option<Right>,
    actor: Option<String>,
}

pub(super) async fn decide(
    State(service): State<Service>,
    caller: Caller,
    _: Asked<Nothing>,
    Body(body): Body<Decide>,
) -> Result<Json<Screened>, Problem> {
    let Decide { purpose, person, record, field, decision, role, reason, asks, actor } = body;
    let scope = (May::Collect, vec![purpose.clone()]);
    let keep = matches!(decision, Becomes::Keep);
    let field = field.into();
    let mut decision =
        ScreeningDecision { purpose, person, record, field, keep, role, reason, asks, actor, dry_run: false };
    let work = move |company: &mut Company, caller: &Admitted, now: Instant| {
        decision.actor.get_or_insert_with(|| caller.application.name.clone());
        found(company.decide_screening(&decision, now))
    };
    service.run(caller, scope, work).await.map(Json)
}
