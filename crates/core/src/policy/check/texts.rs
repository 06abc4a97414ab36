//! Every text of a policy that people read, with its path, for judgements about wording.
//!
//! Not here: the judgements (`codes::text`), and translations, which follow their source.

use crate::policy::model::{Basis, Erasure, Policy, Purpose, Retention, Text, UsesAlsoWhy};

/// Every text as written, in the order of the model.
pub(crate) fn all(policy: &Policy) -> Vec<&Text> {
    let mut found = Vec::new();
    parties(policy, &mut found);
    subjects(policy, &mut found);
    for purpose in policy.purposes.values() {
        of_purpose(purpose, &mut found);
    }
    promises(policy, &mut found);
    places(policy, &mut found);
    rights(policy, &mut found);
    found
}

/// The texts that a legal basis holds.
pub(crate) fn of_basis(basis: &Basis) -> Option<&Text> {
    match basis {
        Basis::LegalObligation(text)
        | Basis::VitalInterest(text)
        | Basis::PublicTask(text)
        | Basis::LegitimateInterest(text) => Some(text),
        Basis::Consent { .. } | Basis::Contract | Basis::Missing => None,
    }
}

fn of_retention(retention: &Retention) -> Option<&Text> {
    match retention {
        Retention::Criterion { criterion, .. } => Some(criterion),
        Retention::Keep(_) | Retention::Missing => None,
    }
}

fn parties<'a>(policy: &'a Policy, found: &mut Vec<&'a Text>) {
    for controller in policy.controllers.values() {
        found.extend(&controller.no_officer);
        found.extend(&controller.affiliates);
    }
    for recipient in policy.recipients.values() {
        found.push(&recipient.name);
        for text in [
            &recipient.safeguard,
            &recipient.copy,
            &recipient.instructions,
            &recipient.settings,
            &recipient.necessity,
            &recipient.only_if,
        ] {
            found.extend(text);
        }
    }
    for joint in policy.joint.values() {
        found.push(&joint.with);
        found.extend(&joint.essence);
    }
    for disclosure in policy.disclosures.values() {
        found.push(&disclosure.title);
        found.extend(disclosure.bases.iter().filter_map(of_basis));
        if let Some(tell) = &disclosure.tell {
            found.extend(&tell.unless);
            found.extend(&tell.then);
        }
        found.extend(disclosure.secrecy.as_ref().and_then(|secrecy| secrecy.law.as_ref()));
    }
    for custody in policy.custody.values() {
        found.push(&custody.title);
        found.extend(of_retention(&custody.retention));
        for text in [&custody.customer, &custody.under, &custody.then, &custody.requests, &custody.protection]
        {
            found.extend(text);
        }
    }
}

fn subjects<'a>(policy: &'a Policy, found: &mut Vec<&'a Text>) {
    found.extend(&policy.notice.title);
    found.extend(&policy.notice.introduction);
    found.extend(policy.notice.links.values().map(|link| &link.title));
    for people in policy.people.values() {
        found.push(&people.who);
        found.extend(&people.age_known_by);
    }
    let children = &policy.children;
    found.extend(&children.guardian_proof);
    found.extend(&children.guardian_confirms);
    found.extend(&children.on_report);
    for category in policy.data.values() {
        found.push(&category.title);
        found.extend(category.fields.values().map(|field| &field.title));
        found.extend(&category.collected);
        found.extend(&category.tell);
    }
    for source in policy.sources.values() {
        found.push(&source.name);
        found.extend(&source.told);
    }
    found.extend(policy.groups.values().map(|group| &group.title));
    found.extend(policy.events.values().filter_map(|event| event.title.as_ref()));
}

fn of_purpose<'a>(purpose: &'a Purpose, found: &mut Vec<&'a Text>) {
    found.push(&purpose.title);
    found.extend(&purpose.description);
    if purpose.arms.is_empty() {
        found.extend(of_basis(&purpose.basis));
    }
    for arm in &purpose.arms {
        found.extend(of_basis(&arm.basis));
        found.extend(&arm.opt_out);
    }
    found.extend(&purpose.serves_law);
    for uses in &purpose.uses_also {
        match &uses.why {
            UsesAlsoWhy::Law(text) | UsesAlsoWhy::Compatible(text, _) => found.push(text),
            UsesAlsoWhy::Consent => {}
        }
    }
    found.extend(purpose.only.iter().map(|narrowing| &narrowing.part));
    found.extend(of_retention(&purpose.retention));
    found.extend(purpose.archive.as_ref().and_then(|archive| archive.reason.as_ref()));
    if let Erasure::Stays(text) = &purpose.erasure {
        found.push(text);
    }
    found.extend(&purpose.required);
    if let Some(decides) = &purpose.decides {
        found.push(&decides.what);
        for text in [&decides.logic, &decides.effect, &decides.allowed_by, &decides.human] {
            found.extend(text);
        }
    }
    found.extend(&purpose.off);
}

fn promises<'a>(policy: &'a Policy, found: &mut Vec<&'a Text>) {
    for message in policy.messages.values() {
        found.push(&message.title);
        found.extend(&message.why);
    }
    found.extend(policy.never.others.values());
    found.extend(policy.own.values().filter_map(of_retention));
    found.extend(policy.roles.values().filter_map(|role| role.title.as_ref()));
    for duty in policy.duties.values() {
        found.push(&duty.what);
        found.extend(&duty.before);
    }
    found.extend(policy.forms.values().map(|form| &form.title));
}

fn places<'a>(policy: &'a Policy, found: &mut Vec<&'a Text>) {
    if let Some(transfers) = &policy.transfers {
        found.push(&transfers.statement);
        found.extend(&transfers.copy);
    }
    for place in policy.places.values() {
        found.push(&place.title);
        found.extend(&place.chosen_by);
    }
    if let Some(cookies) = &policy.cookies {
        found.extend(&cookies.statement);
        for class in cookies.classes.values() {
            found.push(&class.title);
            found.extend(&class.why);
            found.extend(&class.exempt);
        }
        found.extend(cookies.cookies.values().filter_map(|cookie| cookie.why.as_ref()));
    }
    for statistics in policy.statistics.values() {
        found.push(&statistics.title);
        found.extend(&statistics.tool);
        found.extend(&statistics.statement);
    }
}

fn rights<'a>(policy: &'a Policy, found: &mut Vec<&'a Text>) {
    let rights = &policy.rights;
    for text in [&rights.extra_copy, &rights.identity, &rights.withdrawal, &rights.no_retaliation] {
        found.extend(text);
    }
    for rule in rights.by_right.values() {
        found.extend(&rule.text);
        found.extend(&rule.only);
        found.extend(&rule.yourself);
    }
    for regime in rights.regimes.values() {
        found.push(&regime.people);
        found.extend(&regime.verification);
        found.extend(&regime.text);
    }
    if let Some(agent) = &rights.agent {
        for text in [&agent.proof, &agent.person_confirms, &agent.papers] {
            found.extend(text);
        }
    }
}
