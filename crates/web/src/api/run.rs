//! Retention: what falls due, and the run that carries it out; and the requests of people.

use axum::Json;
use axum::extract::State;
use kept_core::name::PurposeName;
use kept_core::time::{Day, Instant};
use kept_engine::applications::May;
use kept_engine::report::sweep::{ForecastReport, SweepReport};
use kept_engine::requests::RequestPage;
use kept_engine::sweep::SweepOrder;
use serde::Deserialize;

use super::Service;
use super::body::{Asked, Body};
use super::caller::{Admitted, Caller, Concerns};
use super::problem::Problem;
use super::record::Manner;
use kept_engine::company::Company;

/// Until when.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Until {
    until: Day,
}

pub(super) async fn forecast(
    State(service): State<Service>,
    caller: Caller,
    Asked(Until { until }): Asked<Until>,
) -> Result<Json<ForecastReport>, Problem> {
    let work = move |company: &mut Company, _: &Admitted, now: Instant| Ok(company.forecast(until, now)?);
    service.run(caller, (May::Explain, Vec::new()), work).await.map(Json)
}

/// What a run is to take.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Sweep {
    purpose: Option<PurposeName>,
    #[serde(default)]
    dry_run: bool,
}

pub(super) async fn sweep(
    State(service): State<Service>,
    caller: Caller,
    Asked(manner): Asked<Manner>,
    Body(Sweep { purpose, dry_run }): Body<Sweep>,
) -> Result<Json<SweepReport>, Problem> {
    let concerns = purpose.clone().map_or(Concerns::Every, |purpose| vec![purpose].into());
    let order = SweepOrder { purpose, ..SweepOrder::default() };
    let work = move |company: &mut Company, _: &Admitted, now: Instant| {
        let mut nobody_watches = |_: &kept_core::name::StoreName| {};
        let done = if dry_run || manner.dry_run {
            company.count_due(&order, now, &mut nobody_watches)
        } else {
            company.sweep(&order, now, &mut nobody_watches)
        };
        Ok(done?)
    };
    service.run(caller, (May::Sweep, concerns), work).await.map(Json)
}

/// Which page of a list.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Page {
    #[serde(default)]
    page: u32,
}

pub(super) async fn requests(
    State(service): State<Service>,
    caller: Caller,
    Asked(Page { page }): Asked<Page>,
) -> Result<Json<RequestPage>, Problem> {
    let work =
        move |company: &mut Company, _: &Admitted, now: Instant| Ok(company.all_requests(page.max(1), now)?);
    service.run(caller, (May::Explain, Vec::new()), work).await.map(Json)
}
