//! Promises on who is written to, kept under the companies' own policies.

use kept_core::admission::{Act, Age, Collection, Refused};
use kept_core::policy::model::Channel;
use kept_core::policy::reader::examine;
use kept_core::policy::source::SourceFile;
use kept_core::timeline::Happening;
use kept_engine::Failure;
use kept_engine::audience::Member;
use kept_engine::company::Company;
use kept_engine::record::Recorded;
use kept_vault::SubjectId;

use crate::promises::{DAY, company, consent_to, contract};
use crate::recording::{ADA, BO, data, record, refused, with_values};
use crate::world::at;

const REGISTRATION: &[&str] = &["registration.name", "registration.email"];

/// Registers somebody for an event, for the purposes that its form names and with the boxes ticked.
fn register(
    company: &mut Company,
    (who, event): (&str, &str),
    purposes: &[&str],
    consents: &[&str],
) -> Result<Recorded, Failure> {
    let collection = Collection {
        purposes: purposes.iter().map(|name| (*name).into()).collect(),
        fields: data(REGISTRATION),
        people: Some("participant".into()),
        consents: consents.iter().map(|purpose| consent_to(purpose)).collect(),
        about: contract(event),
        notice: Some(company.policy().digest.clone()),
        ..Collection::default()
    };
    company.record(&with_values(who, collection), at(DAY))
}

fn reached(company: &mut Company, purpose: &str) -> Vec<Member> {
    let mut members = Vec::new();
    let told = company.audience(&purpose.into(), Channel::Email, at(DAY), &mut |member| {
        members.push(member.clone());
        true
    });
    assert_eq!(told.unwrap().count, members.len() as u64);
    members
}

#[test]
fn klr_38_of_two_events_only_who_was_told_of_invitations_at_registration_is_in_the_campaign() {
    let world = company("klarrio");
    let mut klarrio = world.open(at(DAY));
    let told = ["event-participation", "event-invitation"];
    let with = register(&mut klarrio, (ADA, "meetup"), &told, &["event-invitation"]).unwrap();
    assert!(with.events.contains(&"told".to_owned()), "at the moment of collection: {with:?}");
    register(&mut klarrio, (BO, "fair"), &["event-participation"], &[]).unwrap();
    assert_eq!(reached(&mut klarrio, "event-participation").len(), 2);
    assert_eq!(reached(&mut klarrio, "event-invitation"), [Member::Person(with.person)]);
    assert_eq!(reached(&mut klarrio, "service-information"), []);
    let silent = register(&mut klarrio, ("email=cy@example.org", "fair"), &told, &[]);
    assert!(silent.is_err(), "told of it, and not asked");
}

#[test]
fn klr_37_an_event_form_shows_the_notice_and_each_registration_keeps_the_version_shown() {
    let mut world = company("klarrio");
    let mut klarrio = world.open(at(DAY));
    let registration = |notice: Option<String>| Collection {
        purposes: vec!["event-participation".into()],
        fields: data(REGISTRATION),
        people: Some("participant".into()),
        about: contract("meetup"),
        notice,
        ..Collection::default()
    };
    let silent = klarrio.record(&with_values(ADA, registration(None)), at(DAY));
    assert!(matches!(refused(silent), Refused::NotToldBefore(data) if data.as_str() == "registration"));
    let strange = klarrio.record(&with_values(ADA, registration(Some("another".to_owned()))), at(DAY));
    assert_eq!(refused(strange), Refused::NoVersion, "a version that was never published");
    let version = klarrio.policy().digest.clone();
    let shown = registration(Some(version.clone()));
    let recorded = klarrio.record(&with_values(ADA, shown), at(DAY)).unwrap();
    drop(klarrio);
    let person = u128::from_str_radix(&recorded.person.replace('-', ""), 16).unwrap();
    let subject = SubjectId::from_bytes(person.to_be_bytes());
    let timeline = world.vault().read("timeline", |tx| tx.timeline(subject)).unwrap();
    let told =
        timeline.events().iter().filter(|event| event.what == Happening::Told { version: version.clone() });
    assert_eq!(told.count(), 1, "the version shown is stored");
    // A form without the notice is no form of a policy that is opened at all.
    world.rewrite(
        "consents = [\"event-follow-up\", \"event-invitation\"]\nnotice = \"linked\"",
        "consents = [\"event-follow-up\", \"event-invitation\"]",
    );
    let files: Vec<_> =
        world.files.iter().map(|(name, text)| SourceFile::new(name.clone(), text.clone())).collect();
    let found = examine(&files).sound().unwrap_err();
    assert!(found.iter().any(|one| one.code == "form/no-notice"), "{found:?}");
}

#[test]
fn klv_16_who_did_not_agree_to_improvement_gets_no_survey() {
    let world = company("klivar");
    let mut klivar = world.open(at(DAY));
    let mut user = |who: &str, purposes: &[&str], consents: &[&str]| {
        let fields: &[&str] = match purposes {
            ["service-improvement"] => &["usage.function"],
            _ => &["identification.name", "identification.email"],
        };
        let collection = Collection {
            purposes: purposes.iter().map(|name| (*name).into()).collect(),
            fields: data(fields),
            people: Some("user".into()),
            age: Some(Age::Years(40)),
            consents: consents.iter().map(|purpose| consent_to(purpose)).collect(),
            events: vec!["contract-start".into()],
            about: contract(&format!("C-{who}")),
            ..Collection::default()
        };
        klivar.record(&with_values(who, collection), at(DAY)).unwrap().person
    };
    let agreed = user(ADA, &["platform"], &[]);
    user(ADA, &["service-improvement"], &["service-improvement"]);
    user(BO, &["platform"], &[]);
    assert_eq!(reached(&mut klivar, "platform").len(), 2);
    assert_eq!(reached(&mut klivar, "service-improvement"), [Member::Person(agreed)]);
    let act = Act::WithdrawConsent { purpose: "service-improvement".into(), channels: Vec::new() };
    record(&mut klivar, ADA, act, at(DAY)).unwrap();
    assert_eq!(reached(&mut klivar, "service-improvement"), []);
}
