//! A policy's facts put in the order in which people read them.
//!
//! What the policy is silent about gets no statement, except where the law demands an answer: a
//! purpose without basis or period says so. Not here: sentences (`kept-web`).

use std::collections::BTreeSet;

use crate::law::authority::Authority;
use crate::name::EventKind;
use crate::notice::statement::{ContactWay, Weight};
use crate::notice::{Fact, Notice, Part, Said, Section, SectionKind};
use crate::policy::Policy;
use crate::policy::keep::{Limit, Phase};
use crate::policy::model::{Basis, Controller, Erasure, Purpose, Recipient, Retention};
use crate::timeline::Right;

/// The notice of a policy.
pub fn build(policy: &Policy) -> Notice<'_> {
    use SectionKind as Kind;
    let whole = |kind, said| Section { kind, parts: vec![Part { purpose: None, said }] };
    let sections = [
        whole(Kind::Introduction, introduction(policy)),
        whole(Kind::Who, who(policy)),
        whole(Kind::People, people(policy)),
        whole(Kind::Data, data(policy)),
        purposes(policy),
        whole(Kind::Meanings, meanings(policy)),
        whole(Kind::Recipients, recipients(policy)),
        whole(Kind::Transfers, transfers(policy)),
        whole(Kind::AutomatedDecisions, automated_decisions(policy)),
        whole(Kind::Safeguards, safeguards(policy)),
        whole(Kind::Rights, rights(policy)),
        whole(Kind::Withdrawal, withdrawal(policy)),
        whole(Kind::Objection, objection(policy)),
        whole(Kind::Authority, authorities(policy)),
        whole(Kind::Changes, changes(policy)),
        whole(Kind::Contact, policy.controllers.values().flat_map(contact).collect()),
    ];
    let sections = sections.into_iter().filter_map(|mut section| {
        section.parts.retain(|part| !part.said.is_empty());
        (!section.parts.is_empty()).then_some(section)
    });
    Notice { policy, sections: sections.collect() }
}

fn introduction(policy: &Policy) -> Vec<Said<'_>> {
    let words = policy.notice.introduction.iter();
    words.map(|text| Said::new("notice.introduction", Fact::Introduction(text))).collect()
}

fn who(policy: &Policy) -> Vec<Said<'_>> {
    let mut said = Vec::new();
    for controller in policy.controllers.values() {
        let path = |key| format!("controller.{}.{key}", controller.id);
        said.push(Said::new(path("name"), Fact::Identity(controller)));
        if let Some(words) = &controller.representative {
            said.push(Said::new(path("representative"), Fact::Representative(controller, words)));
        }
        if let Some(words) = &controller.officer {
            said.push(Said::new(path("officer"), Fact::Officer(controller, words)));
        }
    }
    said
}

fn people(policy: &Policy) -> Vec<Said<'_>> {
    let mut said = Vec::new();
    for people in policy.people.values() {
        let path = format!("people.{}", people.kind);
        said.push(Said::new(path.clone(), Fact::People(people)));
        if let Some(age) = people.minimum_age {
            said.push(Said::new(format!("{path}.at-least"), Fact::MinimumAge(people, age)));
        }
    }
    said
}

fn data(policy: &Policy) -> Vec<Said<'_>> {
    let categories = policy.data.values();
    let categories =
        categories.map(|category| Said::new(format!("data.{}", category.name), Fact::Data(category)));
    let forms = policy.forms.values();
    let forms = forms.map(|form| Said::new(format!("form.{}", form.id), Fact::Form(form)));
    categories.chain(forms).collect()
}

fn purposes(policy: &Policy) -> Section<'_> {
    let parts = policy.purposes.values();
    let parts = parts.map(|purpose| Part { purpose: Some(purpose), said: one_purpose(policy, purpose) });
    Section { kind: SectionKind::Purposes, parts: parts.collect() }
}

fn one_purpose<'p>(policy: &'p Policy, purpose: &'p Purpose) -> Vec<Said<'p>> {
    let mut said = vec![Said::new(format!("purpose.{}", purpose.name), Fact::Purpose(purpose))];
    let mut say = |key: &str, fact| said.push(Said::new(purpose.path(key), fact));
    if let Some(why) = &purpose.off {
        say("off", Fact::Shut(purpose, why));
    }
    say("basis", Fact::Basis(purpose));
    if !purpose.special.is_empty() {
        say("special", Fact::Special(purpose));
    }
    if !purpose.data.is_empty() {
        say("data", Fact::PurposeData(purpose));
    }
    if let Some(words) = &purpose.required {
        say("required", Fact::Required(purpose, words));
    }
    if purpose.is_marketing() {
        say("marketing", Fact::Channels(purpose));
    }
    let receivers: Vec<_> = receivers(policy, purpose).collect();
    if !receivers.is_empty() {
        say("recipients", Fact::Recipients(purpose, receivers));
    }
    said.extend(keeping(purpose));
    said
}

fn keeping(purpose: &Purpose) -> Vec<Said<'_>> {
    let mut said = vec![Said::new(purpose.path("keep"), Fact::Retention(purpose))];
    let mut say = |key: &str, fact| said.push(Said::new(purpose.path(key), fact));
    if purpose.basis.is_consent() {
        say("after-withdrawal", Fact::AfterWithdrawal(purpose));
    }
    let stages = purpose.keep().map_or(&[][..], |keep| &keep.stages);
    let archived: Vec<_> = stages.iter().filter(|stage| stage.phase == Phase::Archive).collect();
    if !archived.is_empty() {
        say("keep.archive", Fact::ArchivePeriod(purpose, archived));
    }
    if let Some(archive) = &purpose.archive
        && !archive.roles.is_empty()
    {
        say("archive", Fact::ArchiveReaders(purpose, archive));
    }
    if purpose.erasure != Erasure::ByBasis {
        say("erasure", Fact::Erasure(purpose));
    }
    said
}

/// The recipients of a purpose: those it names, and those that name it.
fn receivers<'p>(policy: &'p Policy, purpose: &'p Purpose) -> impl Iterator<Item = &'p Recipient> {
    policy.recipients.values().filter(|recipient| {
        purpose.recipients.contains(&recipient.id) || recipient.purposes.contains(&purpose.name)
    })
}

/// Events that need saying: those with acts of their own, where a period hangs on them.
fn meanings(policy: &Policy) -> Vec<Said<'_>> {
    let used: BTreeSet<&EventKind> = policy.purposes.values().flat_map(events_of).collect();
    let told = policy.events.values();
    let told = told.filter(|event| !event.acts.is_empty() && used.contains(&event.kind));
    told.map(|event| Said::new(format!("event.{}", event.kind), Fact::Event(event))).collect()
}

fn events_of(purpose: &Purpose) -> Vec<&EventKind> {
    match &purpose.retention {
        Retention::Keep(keep) => keep.stages.iter().flat_map(|stage| events_in(&stage.limit)).collect(),
        Retention::Criterion { ends, .. } => ends.iter().collect(),
        Retention::Missing => Vec::new(),
    }
}

fn events_in(limit: &Limit) -> &[EventKind] {
    match limit {
        Limit::Until(when) | Limit::After(_, when) => when.events(),
        Limit::For(_) | Limit::CalendarYearOf(_) | Limit::More(_) => &[],
    }
}

fn recipients(policy: &Policy) -> Vec<Said<'_>> {
    let recipients = policy.recipients.values();
    recipients.map(|one| Said::new(format!("recipient.{}", one.id), Fact::Recipient(one))).collect()
}

fn transfers(policy: &Policy) -> Vec<Said<'_>> {
    let mut said = Vec::new();
    if let Some(transfers) = &policy.transfers {
        said.push(Said::new("transfers", Fact::Transfers(transfers)));
        if !transfers.prefer.is_empty() {
            said.push(Said::new("transfers.prefer", Fact::PreferredPlaces(transfers)));
        }
        if !transfers.otherwise.is_empty() {
            said.push(Said::new("transfers.otherwise", Fact::OtherPlaces(transfers)));
        }
    }
    let guarded = policy.recipients.values();
    let guarded = guarded.filter(|one| one.safeguard.is_some() || one.necessity.is_some());
    said.extend(
        guarded.map(|one| Said::new(format!("recipient.{}.safeguard", one.id), Fact::Safeguard(one))),
    );
    said
}

fn automated_decisions(policy: &Policy) -> Vec<Said<'_>> {
    let mut said = Vec::new();
    for purpose in policy.purposes.values() {
        if let Some(words) = &purpose.decides {
            said.push(Said::new(purpose.path("decides"), Fact::AutomatedDecision(purpose, words)));
        }
    }
    said
}

fn safeguards(policy: &Policy) -> Vec<Said<'_>> {
    let duties = policy.duties.values();
    let mut said: Vec<_> =
        duties.map(|duty| Said::new(format!("duty.{}", duty.id), Fact::Duty(duty))).collect();
    for store in policy.stores.values() {
        for table in store.tables.values() {
            if let Some(frozen) = &table.frozen {
                let path = format!("store.{}.table.{}.frozen", store.name, table.name);
                said.push(Said::new(path, Fact::Frozen(store, table, frozen)));
            }
        }
    }
    said
}

fn rights(policy: &Policy) -> Vec<Said<'_>> {
    let rights = &policy.rights;
    let mut said: Vec<_> = [
        ("rights.access", Right::Access),
        ("rights.rectification", Right::Rectification),
        ("rights.erasure", Right::Erasure),
        ("rights.restriction", Right::Restriction),
        ("rights.portability", Right::Portability),
    ]
    .into_iter()
    .map(|(path, right)| Said::new(path, Fact::Right(right, purposes_of_right(policy, right))))
    .collect();
    if !rights.erasure_ends.is_empty() {
        said.push(Said::new("rights.erasure.ends", Fact::ErasureEnds(&rights.erasure_ends)));
    }
    if policy.controllers.values().any(|one| one.country.as_deref() == Some("FR")) {
        said.push(Said::new("rights.after-death", Fact::AfterDeath));
    }
    let ways: Vec<_> = policy.controller().map(ways).unwrap_or_default();
    if !ways.is_empty() {
        said.push(Said::new("rights.how", Fact::RequestWays(ways)));
    }
    said.push(Said::new("rights.reply", Fact::Reply(rights.reply)));
    said.push(Said::new("rights.fee", Fact::Fee { never: rights.never_a_fee }));
    if let Some(words) = &rights.identity {
        said.push(Said::new("rights.identity", Fact::ProofOfIdentity(words)));
    }
    said
}

/// The open purposes on which a right bites; empty where it bites on all or on none.
fn purposes_of_right(policy: &Policy, right: Right) -> Vec<&Purpose> {
    let bites = |purpose: &&Purpose| match right {
        Right::Portability => matches!(purpose.basis, Basis::Consent { .. } | Basis::Contract),
        Right::Withdrawal => purpose.basis.is_consent(),
        Right::Objection => {
            purpose.is_marketing()
                || matches!(purpose.basis, Basis::LegitimateInterest(_) | Basis::PublicTask(_))
        }
        Right::Access | Right::Rectification | Right::Erasure | Right::Restriction => false,
    };
    policy.purposes.values().filter(|purpose| purpose.off.is_none()).filter(bites).collect()
}

fn withdrawal(policy: &Policy) -> Vec<Said<'_>> {
    let purposes = purposes_of_right(policy, Right::Withdrawal);
    if purposes.is_empty() {
        return Vec::new();
    }
    vec![Said::new("rights.withdrawal", Fact::Right(Right::Withdrawal, purposes))]
}

fn objection(policy: &Policy) -> Vec<Said<'_>> {
    let purposes = purposes_of_right(policy, Right::Objection);
    vec![Said::new("rights.objection", Fact::Right(Right::Objection, purposes))]
}

fn authorities(policy: &Policy) -> Vec<Said<'_>> {
    let mut seen = BTreeSet::new();
    let mut said = Vec::new();
    for controller in policy.controllers.values() {
        let code = controller.authority.as_deref().or(controller.country.as_deref());
        if seen.insert(code) {
            let path = format!("controller.{}.authority", controller.id);
            let authority = code.and_then(Authority::of_country);
            said.push(Said::new(path, Fact::Authority(controller, authority)));
        }
    }
    said
}

fn changes(policy: &Policy) -> Vec<Said<'_>> {
    let notice = &policy.notice;
    let mut said = Vec::new();
    if let Some(day) = notice.version {
        said.push(Said::new("notice.version", Fact::Version(day)));
    }
    for (path, weight, ways) in [
        ("notice.changes.minor", Weight::Minor, &notice.minor_changes),
        ("notice.changes.significant", Weight::Significant, &notice.significant_changes),
    ] {
        if !ways.is_empty() {
            said.push(Said::new(path, Fact::Changes(weight, ways)));
        }
    }
    said
}

/// The ways by which a controller takes requests: in writing, or else by telephone.
fn ways(controller: &Controller) -> Vec<(ContactWay, &str)> {
    all_ways(controller)
        .filter(|(_, way, _)| *way != ContactWay::Website)
        .map(|(_, way, at)| (way, at))
        .collect()
}

fn all_ways(controller: &Controller) -> impl Iterator<Item = (&'static str, ContactWay, &str)> {
    [
        ("email", ContactWay::Email, controller.email.as_deref()),
        ("post", ContactWay::Post, controller.post.as_deref()),
        ("phone", ContactWay::Phone, controller.phone.as_deref()),
        ("website", ContactWay::Website, controller.website.as_deref()),
    ]
    .into_iter()
    .filter_map(|(key, way, at)| at.map(|at| (key, way, at)))
}

fn contact(controller: &Controller) -> Vec<Said<'_>> {
    all_ways(controller)
        .map(|(key, way, at)| {
            let path = format!("controller.{}.{key}", controller.id);
            Said::new(path, Fact::Contact(controller, way, at))
        })
        .collect()
}
