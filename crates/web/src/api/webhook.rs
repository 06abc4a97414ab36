//! What waits to be told to webhooks.

use axum::Json;
use axum::extract::State;
use kept_core::time::Instant;
use kept_engine::applications::May;
use kept_engine::company::Company;
use kept_engine::webhook::Outbox;

use super::Service;
use super::body::{Asked, Nothing};
use super::caller::{Admitted, Caller};
use super::problem::Problem;

pub(super) async fn waiting(
    State(service): State<Service>,
    caller: Caller,
    _: Asked<Nothing>,
) -> Result<Json<Outbox>, Problem> {
    let work = |company: &mut Company, _: &Admitted, _: Instant| Ok(company.outbox()?);
    service.run(caller, (May::Audit, Vec::new()), work).await.map(Json)
}
