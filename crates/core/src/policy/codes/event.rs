//! Codes about event kinds.

use std::collections::BTreeSet;

use super::codes;
use crate::name::EventKind;
use crate::policy::check::Judge;
use crate::policy::model::{Policy, Purpose, Retention};

codes! {
    OWN_ACT "event/own-act" Error "Art. 5(1)(e) GDPR"
        "A last contact is an act of the person: a reply, a click, an order. What the company sends by itself would prolong its own period for ever, so it can't count. Remove the act."
    UNUSED "event/unused" Advice "Art. 5(1)(e) GDPR"
        "The policy declares an event and nothing counts from it: no `keep`, no `starts`, no criterion, no table. Perhaps a purpose was meant to. Name it there, or remove it."
    NO_ACTS "event/no-acts" Advice "Art. 5(1)(e) GDPR"
        "A period counts from the last contact and the policy does not say which acts of the person are contact. Whoever fills the column decides it anew each time. Write `acts = [\"reply\", \"click\", \"order\"]` under `[event.last-contact]`."
}

/// Words by which a company names its own sendings.
const OWN: &[&str] = &[
    "sending",
    "sent",
    "mailing",
    "campaign",
    "newsletter",
    "delivery",
    "reminder",
    "impression",
    "our",
    "we",
    "us",
];

/// Only the person's own acts renew a period.
pub(crate) fn check(judge: &mut Judge<'_>) {
    for event in judge.policy.events.values() {
        let path = format!("event.{}.acts", event.kind);
        for act in &event.acts {
            if act.to_lowercase().split([' ', '-', '_']).any(|word| OWN.contains(&word)) {
                let message = format!("`{act}` is an act of the company, not of the person");
                judge.say(&OWN_ACT, &path, message, "name acts of the person: `reply`, `click`, `order`");
            }
        }
    }
    unused(judge);
    no_acts(judge);
}

/// Whether somebody says which acts are contact, where a period counts from it. Where no table declares the
/// event, the period is what there is to point at.
fn no_acts(judge: &mut Judge<'_>) {
    let contact = judge.policy.events.get("last-contact");
    let Some(keep) = counts_from_contact(judge).filter(|_| contact.is_some_and(|one| one.acts.is_empty()))
    else {
        return;
    };
    let message = "the policy does not say which acts of the person are contact";
    let acts = "`acts = [\"reply\", \"click\", \"order\"]`";
    if judge.places.has("event.last-contact") {
        judge.say(&NO_ACTS, "event.last-contact.acts", message, format!("write {acts}"));
    } else {
        judge.say(&NO_ACTS, &keep, message, format!("add a table `[event.last-contact]` with {acts}"));
    }
}

/// Own events that nothing counts from.
fn unused(judge: &mut Judge<'_>) {
    let policy = judge.policy;
    if judge.any_broken(policy.purposes.values().map(|purpose| purpose.path("keep"))) {
        return;
    }
    let counted = counted(policy);
    for event in policy.events.keys() {
        let built_in = crate::policy::reader::is_built_in(event.as_str());
        let declared = judge.places.has(&format!("event.{event}"));
        if !built_in && declared && !counted.contains(event) {
            let message = format!("nothing counts from `{event}`");
            judge.say_of(&UNUSED, &format!("event.{event}"), message, "name it in a `keep`, or remove it");
        }
    }
}

/// Every event that something counts from, starts with or dates.
fn counted(policy: &Policy) -> BTreeSet<EventKind> {
    let own = policy.own.values().chain(policy.custody.values().map(|custody| &custody.retention));
    let retentions = policy.purposes.values().map(|purpose| &purpose.retention).chain(own);
    let kept = retentions.flat_map(|retention| match retention {
        Retention::Keep(keep) => super::keep::events(keep),
        Retention::Criterion { ends, .. } => ends.iter().cloned().collect(),
        Retention::Missing => Vec::new(),
    });
    let started = policy.purposes.values().map(|purpose| purpose.starts.clone());
    let frozen = policy.purposes.values().filter_map(|purpose| Some(purpose.frozen.as_ref()?.once.clone()));
    let started = started.chain(frozen);
    let tables = policy.stores.values().flat_map(|store| store.tables.values());
    kept.chain(started).chain(tables.flat_map(|table| table.events.keys().cloned())).collect()
}

/// The first period that counts from the last contact, by its path.
fn counts_from_contact(judge: &Judge<'_>) -> Option<String> {
    let counts = |purpose: &&Purpose| {
        let events = purpose.keep().map(super::keep::events).unwrap_or_default();
        events.iter().any(|event| event.as_str() == "last-contact")
    };
    judge.policy.purposes.values().find(counts).map(|purpose| purpose.path("keep"))
}
