//! Figures and data sets of which nobody can be told, drawn for an application.

use axum::Json;
use axum::extract::State;
use kept_core::name::{PurposeName, RecipientName};
use kept_core::time::Instant;
use kept_engine::anonymous::{AnonymousSet, Statistic, StatisticOrder};
use kept_engine::applications::May;
use kept_engine::company::Company;
use serde::{Deserialize, Serialize};

use super::Service;
use super::body::{Asked, Body, Nothing};
use super::caller::{Admitted, Caller, not_for_purpose};
use super::problem::Problem;

/// Which figures.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Which {
    statistics: String,
    purpose: PurposeName,
    to: Option<RecipientName>,
}

/// A cell as it is answered.
#[derive(Serialize)]
struct Cell {
    group: Vec<String>,
    people: u64,
    sums: Vec<Option<String>>,
}

/// Figures as they are answered: data by name.
#[derive(Serialize)]
pub(super) struct Figures {
    statistics: String,
    by: Vec<String>,
    sums: Vec<String>,
    least: u64,
    cells: Vec<Cell>,
    incomplete: bool,
    total: Option<Cell>,
    entry: u64,
}

impl From<Statistic> for Figures {
    fn from(drawn: Statistic) -> Self {
        let shown = drawn.shown;
        let cells = shown.cells.into_iter();
        Self {
            statistics: drawn.name,
            by: shown.by.iter().map(ToString::to_string).collect(),
            sums: shown.sums.iter().map(ToString::to_string).collect(),
            least: shown.least,
            cells: cells.map(|one| Cell { group: one.group, people: one.people, sums: one.sums }).collect(),
            incomplete: shown.incomplete,
            total: shown.total.map(|all| Cell { group: Vec::new(), people: all.people, sums: all.sums }),
            entry: drawn.entry,
        }
    }
}

pub(super) async fn figures(
    State(service): State<Service>,
    caller: Caller,
    _: Asked<Nothing>,
    Body(Which { statistics, purpose, to }): Body<Which>,
) -> Result<Json<Figures>, Problem> {
    let purposes = vec![purpose.clone()];
    let order = StatisticOrder { name: statistics, purpose, to };
    let work = move |company: &mut Company, _: &Admitted, now: Instant| Ok(company.statistic(&order, now)?);
    service.run(caller, (May::Read, purposes), work).await.map(|drawn| Json(drawn.into()))
}

/// Which data set.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct WhichSet {
    statistics: String,
}

/// A data set as it is answered.
#[derive(Serialize)]
pub(super) struct Records {
    statistics: String,
    columns: Vec<String>,
    said: Vec<Option<String>>,
    records: Vec<Vec<String>>,
    left_out: u64,
    entry: u64,
}

impl From<AnonymousSet> for Records {
    fn from(set: AnonymousSet) -> Self {
        Self {
            statistics: set.name,
            columns: set.made.columns.iter().map(ToString::to_string).collect(),
            said: set.made.said.iter().map(|step| step.map(|step| step.to_string())).collect(),
            records: set.made.rows,
            left_out: set.made.left_out,
            entry: set.entry,
        }
    }
}

pub(super) async fn records(
    State(service): State<Service>,
    caller: Caller,
    _: Asked<Nothing>,
    Body(WhichSet { statistics }): Body<WhichSet>,
) -> Result<Json<Records>, Problem> {
    let work = move |company: &mut Company, admitted: &Admitted, now: Instant| {
        let declared = company.policy().statistics.get(&statistics);
        let purpose = declared.and_then(|declared| declared.drawn.purpose.clone());
        // What is read for it is personal still, and read for the purpose that the policy names.
        if purpose.is_some_and(|purpose| !admitted.application.scope.allows(May::Read, &[purpose])) {
            let words = "this application's key is not for the purpose of these statistics";
            return Err(not_for_purpose(words).mend("make a key with that purpose in `--purpose`").into());
        }
        Ok(company.anonymous(&statistics, now)?)
    };
    service.run(caller, (May::Read, Vec::new()), work).await.map(|set| Json(set.into()))
}
