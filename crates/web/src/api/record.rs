//! Reports about people: each kind of body is one act, recorded through its ground.

use axum::Json;
use axum::extract::State;
use kept_core::time::Instant;
use kept_engine::applications::May;
use kept_engine::company::Company;
use kept_engine::record::{Recorded, Recording};
use kept_engine::together::Prepared;
use serde::Deserialize;

use super::Service;
use super::body::{Asked, Body};
use super::caller::{Admitted, Caller, Concerns, not_for_controller};
use super::problem::Problem;

/// A body that reports something about a person.
pub(super) trait Report: Send + 'static {
    /// What an application must be allowed to do.
    const MAY: May;

    /// What an application's key must be for.
    fn concerns(&self) -> Concerns;

    /// What is to be recorded.
    fn recording(self) -> Result<Recording, Problem>;
}

/// How it is to be done.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Manner {
    /// Only say what it would come to.
    #[serde(default)]
    pub(super) dry_run: bool,
}

pub(super) async fn report<R: Report>(
    State(service): State<Service>,
    caller: Caller,
    Asked(manner): Asked<Manner>,
    Body(body): Body<R>,
) -> Result<Json<Recorded>, Problem> {
    let concerns = body.concerns();
    let mut recording = body.recording()?;
    let prepare = move |company: &mut Company, caller: &Admitted, now: Instant| {
        recording.key.clone_from(&caller.once);
        if let Some(own) = &caller.application.scope.controller
            && !company.binds(&mut recording, own)
        {
            return Err(not_for_controller(own).into());
        }
        recording.actor.get_or_insert_with(|| caller.application.name.clone());
        let prepared = if company.needs_recognising(&recording.whom) {
            let mut recording = recording.clone();
            Prepared::long(move |company| {
                company.recognise(&mut [&mut recording.whom], None, now)?;
                match manner.dry_run {
                    true => company.rehearse_record(&recording, now),
                    false => company.record(&recording, now),
                }
            })
        } else if manner.dry_run {
            company.prepare_rehearsal(recording.clone(), now)
        } else {
            company.prepare_record(recording.clone(), now)?
        };
        Ok(prepared)
    };
    service.run_among_others(caller, (R::MAY, concerns), prepare).await.map(Json)
}
