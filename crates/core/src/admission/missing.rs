//! Facts that are missing: which event nobody told, and where it is to be told.
//!
//! Not here: whether a ground stands without it (`standing`).

use crate::name::{EventKind, PurposeName};
use crate::policy::Policy;
use crate::policy::model::EventSource;
use crate::standing::KeepState;
use crate::timeline::{CONSENT_GIVEN, CONSENT_WITHDRAWN};

use super::{Desk, RESERVED, Refused};

/// The place in a store that tells an event, `store.table.column`, if one does: the event is not
/// recorded then, but read there.
pub fn place(policy: &Policy, event: &EventKind) -> Option<String> {
    let tables =
        policy.stores.values().flat_map(|store| store.tables.values().map(move |table| (store, table)));
    let mut told = tables.filter_map(|(store, table)| Some((store, table, table.events.get(event)?)));
    told.next().map(|(store, table, source)| match source {
        EventSource::Column { column, .. } => format!("{}.{}.{column}", store.name, table.name),
        EventSource::Aggregate { table, column, .. } => format!("{}.{table}.{column}", store.name),
    })
}

/// The column whose date of a consent to a purpose nobody can read, where that is what is missing.
fn unread(policy: &Policy, purpose: &PurposeName, event: &EventKind) -> Option<String> {
    let tables =
        policy.stores.values().flat_map(|store| store.tables.values().map(move |table| (store, table)));
    let mut told = tables.filter_map(|(store, table)| {
        let consent = table.consents.get(purpose)?;
        let column = match event.as_str() {
            CONSENT_GIVEN => Some(&consent.given),
            CONSENT_WITHDRAWN => consent.withdrawn.as_ref(),
            _ => None,
        };
        Some(format!("{}.{}.{}", store.name, table.name, column?))
    });
    told.next()
}

/// What is missing for a purpose to be told, and how to mend it, as a sentence without its period.
pub fn what_is_missing(policy: &Policy, purpose: &PurposeName, event: &EventKind) -> String {
    match unread(policy, purpose, event) {
        Some(place) => format!("`{place}` holds a date that nobody can read: correct it there"),
        None => {
            format!("nothing tells whether and when `{event}` happened: {}", how_to_tell(policy, event))
        }
    }
}

/// How an event that is missing is told to Kept, as a sentence without its period.
fn how_to_tell(policy: &Policy, event: &EventKind) -> String {
    if let Some(place) = place(policy, event) {
        return format!("write it into `{place}`, where it is read, or set there what an empty column means");
    }
    match event.as_str() {
        "collection" => "record the collection".to_owned(),
        "consent-given" => "record the consent".to_owned(),
        reserved if RESERVED.contains(&reserved) => format!("record the act behind `{reserved}`"),
        _ => format!("record the event `{event}`, or map the column of a store that tells it"),
    }
}

/// The refusal for want of a fact: of the purpose's ground that waits for one.
pub(super) fn fact(desk: &Desk<'_>, purpose: &PurposeName) -> Refused {
    let waits = desk.standing.of(purpose).find_map(|ground| match &ground.keep {
        KeepState::Unknown(event) => Some(event.clone()),
        _ => None,
    });
    let declared = desk.policy.purposes.get(purpose).map(|purpose| purpose.starts.clone());
    let Some(event) = waits.or(declared) else { return Refused::NoPurpose(purpose.clone()) };
    match unread(desk.policy, purpose, &event).or_else(|| place(desk.policy, &event)) {
        Some(place) => Refused::FactMissingInStore(purpose.clone(), event, place),
        None => Refused::FactMissing(purpose.clone(), event),
    }
}

/// The refusal of what would be kept by nothing: the purpose has not begun.
pub(super) fn start(policy: &Policy, purpose: &PurposeName, event: &EventKind) -> Refused {
    match place(policy, event) {
        Some(place) => Refused::BeginsInStore(purpose.clone(), event.clone(), place),
        None => Refused::NoGroundBegins(purpose.clone(), event.clone()),
    }
}
