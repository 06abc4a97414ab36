//! What is collected about a person, with the request that they may make by it.

use std::collections::BTreeMap;

use kept_core::admission::{Act, Age, Collection, Consent};
use kept_core::name::{ControllerName, EventKind, PersonKind, PurposeName};
use kept_core::policy::model::DataRef;
use kept_core::time::Instant;
use kept_core::timeline::{Occasion, Right};
use kept_engine::applications::May;
use kept_engine::record::Recording;
use serde::Deserialize;

use super::body::{Datum, GivenConsent, Person};
use super::caller::Concerns;
use super::problem::Problem;
use super::record::Report;

/// Data are collected.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Collect {
    person: Person,
    happened_at: Option<Instant>,
    actor: Option<String>,
    purposes: Vec<PurposeName>,
    #[serde(default)]
    fields: BTreeMap<Datum, String>,
    people: Option<PersonKind>,
    age: Option<Age>,
    source: Option<String>,
    #[serde(default)]
    consents: Vec<GivenConsent>,
    #[serde(default)]
    events: Vec<EventKind>,
    about: Option<Occasion>,
    notice: Option<String>,
    controller: Option<ControllerName>,
    /// The right that the person uses by it.
    asks: Option<Right>,
}

impl Report for Collect {
    const MAY: May = May::Collect;

    fn concerns(&self) -> Concerns {
        let consents = self.consents.iter().map(|one| &one.purpose);
        Concerns::Happened(self.purposes.iter().chain(consents).cloned().collect(), self.events.clone())
    }

    fn recording(self) -> Result<Recording, Problem> {
        let Self { person, happened_at, actor, purposes, fields, people, age, source, .. } = self;
        let Self { consents, events, about, notice, controller, asks, .. } = self;
        let values: BTreeMap<DataRef, String> =
            fields.into_iter().map(|(name, value)| (name.into(), value)).collect();
        let consents = consents.into_iter().map(Consent::from).collect();
        let fields = values.keys().cloned().collect();
        let collection =
            Collection { purposes, fields, people, age, source, consents, events, about, notice, controller };
        let act = Act::Collect(collection);
        Ok(Recording { values, happened_at, actor, asks, ..Recording::new(person.whom()?, act) })
    }
}
