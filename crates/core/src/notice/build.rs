//! A policy's facts put in the order in which people read them.
//!
//! What the policy is silent about gets no statement, except where the law demands an answer: a
//! purpose without basis or period says so. `uses`, `elsewhere`, `promises` and `rights` hold a part
//! of the page each. Not here: sentences (`kept-web`).

use crate::notice::statement::{ContactWay, Weight};
use crate::notice::{
    About, ChildFact, Fact, Notice, Part, PartyFact, PublishingFact, Said, Section, SectionKind,
};
use crate::policy::Policy;
use crate::policy::model::{ConsentAge, Controller};

mod elsewhere;
mod promises;
mod rights;
mod uses;

/// The notice of a policy.
pub fn build(policy: &Policy) -> Notice<'_> {
    let mut sections = beginning(policy);
    sections.extend(end(policy));
    let sections = sections.into_iter().filter_map(|mut section| {
        section.parts.retain(|part| !part.said.is_empty());
        (!section.parts.is_empty()).then_some(section)
    });
    Notice { policy, sections: sections.collect() }
}

fn whole(kind: SectionKind, said: Vec<Said<'_>>) -> Section<'_> {
    Section { kind, parts: vec![Part { about: About::Section, said }] }
}

/// Who, which data, what for, and who receives them.
fn beginning(policy: &Policy) -> Vec<Section<'_>> {
    use SectionKind as Kind;
    vec![
        whole(Kind::Introduction, introduction(policy)),
        whole(Kind::Who, who(policy)),
        whole(Kind::People, people(policy)),
        whole(Kind::Children, children(policy)),
        whole(Kind::Data, uses::data(policy)),
        whole(Kind::Sources, uses::sources(policy)),
        uses::purposes(policy),
        whole(Kind::Meanings, uses::meanings(policy)),
        whole(Kind::Messages, uses::messages(policy)),
        whole(Kind::Cookies, uses::cookies(policy)),
        whole(Kind::Statistics, uses::statistics(policy)),
        whole(Kind::Recipients, elsewhere::recipients(policy)),
        whole(Kind::Disclosures, elsewhere::disclosures(policy)),
        elsewhere::custody(policy),
        whole(Kind::Transfers, elsewhere::transfers(policy)),
    ]
}

/// What is promised, people's rights, and how the notice changes.
fn end(policy: &Policy) -> Vec<Section<'_>> {
    use SectionKind as Kind;
    vec![
        whole(Kind::AutomatedDecisions, promises::automated_decisions(policy)),
        whole(Kind::Never, promises::never(policy)),
        whole(Kind::Safeguards, promises::safeguards(policy)),
        whole(Kind::Own, promises::own(policy)),
        whole(Kind::Rights, rights::rights(policy)),
        whole(Kind::Withdrawal, rights::withdrawal(policy)),
        whole(Kind::Objection, rights::objection(policy)),
        rights::regimes(policy),
        whole(Kind::Authority, rights::authorities(policy)),
        whole(Kind::Changes, changes(policy)),
        whole(Kind::Links, links(policy)),
        whole(Kind::Contact, policy.controllers.values().flat_map(contact).collect()),
    ]
}

fn introduction(policy: &Policy) -> Vec<Said<'_>> {
    let words = policy.notice.introduction.iter();
    words.map(|text| Said::new("notice.introduction", Fact::Introduction(text))).collect()
}

fn who(policy: &Policy) -> Vec<Said<'_>> {
    let mut said = Vec::new();
    for controller in policy.controllers.values() {
        let mut say = |key, fact| said.push(Said::new(format!("controller.{}.{key}", controller.id), fact));
        say("name", Fact::Identity(controller));
        if let Some(words) = &controller.affiliates {
            say("affiliates", Fact::Party(PartyFact::Affiliates(controller, words)));
        }
        if let Some(words) = &controller.representative {
            say("representative", Fact::Representative(controller, words));
        }
        match (&controller.officer, &controller.no_officer) {
            (Some(words), _) => say("officer", Fact::Officer(controller, words)),
            (None, Some(why)) => say("no-officer", Fact::Party(PartyFact::NoOfficer(controller, why))),
            (None, None) => {}
        }
    }
    let joint = policy.joint.values();
    said.extend(joint.map(|one| Said::new(format!("joint.{}", one.id), Fact::Party(PartyFact::Joint(one)))));
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

fn children(policy: &Policy) -> Vec<Said<'_>> {
    let children = &policy.children;
    let mut said = Vec::new();
    let mut say = |key, fact| said.push(Said::new(format!("children.{key}"), Fact::Child(fact)));
    if let Some(offered) = children.offered {
        say("offered", ChildFact::Offered(offered));
    }
    if children.consent_age != ConsentAge::ByLaw {
        say("consent-age", ChildFact::ConsentAge(children.consent_age));
    }
    let (proof, confirms) = (children.guardian_proof.as_ref(), children.guardian_confirms.as_ref());
    if proof.or(confirms).is_some() {
        say("guardian", ChildFact::Guardian { proof, confirms });
    }
    if let Some(words) = &children.on_report {
        say("on-report", ChildFact::OnReport(words));
    }
    said
}

fn changes(policy: &Policy) -> Vec<Said<'_>> {
    let notice = &policy.notice;
    let mut said = Vec::new();
    let published = |path: &str, fact| Said::new(path, Fact::Publishing(fact));
    match (notice.version, &notice.version_month) {
        (Some(day), _) => said.push(Said::new("notice.version", Fact::Version(day))),
        (None, Some(month)) => said.push(published("notice.version", PublishingFact::VersionMonth(month))),
        (None, None) => {}
    }
    for (path, weight, ways) in [
        ("notice.changes.minor", Weight::Minor, &notice.minor_changes),
        ("notice.changes.significant", Weight::Significant, &notice.significant_changes),
    ] {
        if !ways.is_empty() {
            said.push(Said::new(path, Fact::Changes(weight, ways)));
        }
    }
    if let Some(span) = notice.changes_before {
        said.push(published("notice.changes.before", PublishingFact::ChangesBefore(span)));
    }
    if let Some(language) = &notice.prevails
        && notice.languages.len() > 1
    {
        said.push(published("notice.prevails", PublishingFact::Prevails(language)));
    }
    said
}

fn links(policy: &Policy) -> Vec<Said<'_>> {
    let links = policy.notice.links.values();
    let said = |link| Fact::Publishing(PublishingFact::Link(link));
    links.map(|link| Said::new(format!("link.{}", link.id), said(link))).collect()
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
