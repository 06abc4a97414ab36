//! Who receives data, on demand or always, what is held for customers, and where data go.

use crate::notice::{About, CustodyFact, Fact, Part, RecipientFact, Said, Section, SectionKind};
use crate::policy::Policy;
use crate::policy::model::{Custody, Recipient, Retention};

pub(super) fn recipients(policy: &Policy) -> Vec<Said<'_>> {
    let recipients = policy.recipients.values();
    let mut said: Vec<_> =
        recipients.map(|one| Said::new(format!("recipient.{}", one.id), Fact::Recipient(one))).collect();
    said.extend(policy.recipients.values().flat_map(limits));
    said
}

/// What limits a recipient.
fn limits(recipient: &Recipient) -> Vec<Said<'_>> {
    let mut said = Vec::new();
    let mut say = |key, fact| {
        let path = format!("recipient.{}.{key}", recipient.id);
        said.push(Said::new(path, Fact::RecipientLimits(recipient, fact)));
    };
    if !recipient.data.is_empty() {
        say("data", RecipientFact::Data);
    }
    for (key, words, fact) in [
        ("only-if", &recipient.only_if, RecipientFact::OnlyIf as fn(_) -> _),
        ("instructions", &recipient.instructions, RecipientFact::Instructions),
        ("settings", &recipient.settings, RecipientFact::Settings),
    ] {
        if let Some(words) = words {
            say(key, fact(words));
        }
    }
    said
}

pub(super) fn disclosures(policy: &Policy) -> Vec<Said<'_>> {
    let mut said = Vec::new();
    for one in policy.disclosures.values() {
        said.push(Said::new(format!("disclosure.{}", one.id), Fact::Disclosure(one)));
        if let Some(tell) = &one.tell {
            let path = format!("disclosure.{}.tell", one.id);
            said.push(Said::new(path, Fact::DisclosureTell(one, tell)));
        }
    }
    said
}

pub(super) fn custody(policy: &Policy) -> Section<'_> {
    let parts = policy.custody.values();
    let parts = parts.map(|one| Part { about: About::Custody(one), said: one_custody(policy, one) });
    Section { kind: SectionKind::Custody, parts: parts.collect() }
}

fn one_custody<'p>(policy: &'p Policy, custody: &'p Custody) -> Vec<Said<'p>> {
    let path = format!("custody.{}", custody.id);
    let mut said = vec![Said::new(path.clone(), Fact::Custody(custody, CustodyFact::Opening))];
    let mut say = |key, fact| said.push(Said::new(format!("{path}.{key}"), Fact::Custody(custody, fact)));
    if !custody.data.is_empty() {
        say("data", CustodyFact::Data);
    }
    if !custody.tasks.is_empty() {
        say("tasks", CustodyFact::Tasks(&custody.tasks));
    }
    if custody.retention != Retention::Missing {
        say("keep", CustodyFact::Keep(&custody.retention));
    }
    for (key, words, fact) in [
        ("then", &custody.then, CustodyFact::Then as fn(_) -> _),
        ("requests", &custody.requests, CustodyFact::Requests),
        ("protection", &custody.protection, CustodyFact::Protection),
    ] {
        if let Some(words) = words {
            say(key, fact(words));
        }
    }
    let helpers: Vec<_> = custody.recipients.iter().filter_map(|id| policy.recipients.get(id)).collect();
    if !helpers.is_empty() {
        say("recipients", CustodyFact::Recipients(helpers));
    }
    said
}

pub(super) fn transfers(policy: &Policy) -> Vec<Said<'_>> {
    let mut said = Vec::new();
    if let Some(transfers) = &policy.transfers {
        said.push(Said::new("transfers", Fact::Transfers(transfers)));
        if !transfers.prefer.is_empty() {
            said.push(Said::new("transfers.prefer", Fact::PreferredPlaces(transfers)));
        }
        if !transfers.otherwise.is_empty() {
            said.push(Said::new("transfers.otherwise", Fact::OtherPlaces(transfers)));
        }
        if let Some(words) = &transfers.copy {
            said.push(Said::new("transfers.copy", Fact::SafeguardCopy(words)));
        }
    }
    for place in policy.places.values() {
        said.push(Said::new(format!("place.{}", place.id), Fact::Place(place)));
    }
    let is_guarded = |one: &&Recipient| {
        one.safeguard.is_some() || one.necessity.is_some() || one.transfer_consent.is_some()
    };
    let guarded = policy.recipients.values().filter(is_guarded);
    said.extend(
        guarded.map(|one| Said::new(format!("recipient.{}.safeguard", one.id), Fact::Safeguard(one))),
    );
    said
}
