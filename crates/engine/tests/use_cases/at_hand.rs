//! How people are seen is kept at hand after an act, and is what anybody else sees who looks anew; short
//! acts of many callers are committed together.

use std::sync::Arc;

use kept_core::admission::Act;
use kept_core::policy::model::Channel;
use kept_core::timeline::RestrictionReason;
use kept_engine::Failure;
use kept_engine::company::Company;
use kept_engine::decide::{Ask, Verb};
use kept_engine::reading::ReadOrder;
use kept_engine::record::Recording;
use kept_engine::together::Begun;

use crate::recording::{ADA, BO, ask, club, collection, consent, data, record};
use crate::world::{at, whom};

const PURPOSES: [&str; 6] =
    ["enquiry", "prospecting", "newsletter", "recruitment", "membership", "statistics"];

fn everything(who: &str) -> Vec<Ask> {
    let asks = |purpose| {
        [
            ask(who, purpose, Verb::Read, &["identification.email"]),
            ask(who, purpose, Verb::Contact(Channel::Email), &[]),
        ]
    };
    PURPOSES.into_iter().flat_map(asks).collect()
}

#[test]
fn whoever_recorded_sees_what_another_process_sees_that_looks_anew() {
    let world = club();
    let day = |number: u32| at(&format!("2026-03-{number:02}"));
    let mut company = world.open(day(1));
    let acts = [
        Act::Happened {
            event: "last-contact".into(),
            about: kept_core::timeline::Occasion::Person,
            data: vec![],
        },
        Act::GiveConsent(consent("newsletter", &[Channel::Email])),
        Act::Object { purpose: Some("prospecting".into()) },
        Act::Restrict {
            data: vec![],
            reason: RestrictionReason::Accuracy,
            review_on: Some("2026-06-01".parse().unwrap()),
        },
        Act::WithdrawConsent { purpose: "newsletter".into(), channels: vec![] },
        Act::Died,
    ];
    let collected = collection(ADA, &["enquiry", "prospecting"], &["identification.email"]);
    company.record(&collected, day(1)).unwrap();
    let (mut allowed, mut later) = (Vec::new(), 2);
    for act in acts {
        record(&mut company, ADA, act, day(later)).unwrap();
        // On the day of the act and long after it, when periods have run out.
        for now in [day(later), at("2026-03-28"), at("2031-01-01")] {
            let at_hand = company.decide(&everything(ADA), now).unwrap();
            let anew = world.open(now).decide(&everything(ADA), now).unwrap();
            assert_eq!(at_hand, anew);
            allowed.push(at_hand.iter().filter(|one| one.allowed).count());
        }
        later += 1;
    }
    allowed.sort_unstable();
    allowed.dedup();
    assert!(allowed.len() > 2, "the acts change what is allowed: {allowed:?}");
}

fn read(who: &str) -> ReadOrder {
    ReadOrder {
        whom: whom(&[who]),
        purpose: "enquiry".into(),
        fields: data(&["identification.email"]),
        role: None,
        exception: None,
        reason: None,
        actor: None,
        controller: None,
    }
}

fn begun<T: std::fmt::Debug>(begun: Result<Begun<T>, Failure>) -> kept_engine::together::Settling<T> {
    match begun.unwrap() {
        Begun::Settling(settling) => settling,
        Begun::ByItself => panic!("a short act"),
    }
}

#[test]
fn acts_of_many_callers_see_each_other_and_are_durable_together() {
    let (world, now) = (club(), at("2026-03-02"));
    let mut company = world.open(now);
    let batches = company.batches();
    let mut batch = batches.begin().unwrap();
    let new = |who: &str| collection(who, &["enquiry"], &["identification.email"]);
    let ada = company.prepare_record(new(ADA), now).unwrap();
    assert!(ada.is_short());
    let ada = begun(ada.begin(&company, &mut batch));
    let read_ada = begun(company.prepare_read(read(ADA), now).unwrap().begin(&company, &mut batch));
    let no_person = ReadOrder { whom: whom(&["shoe-size=44"]), ..read(ADA) };
    let refused = company.prepare_read(no_person, now).unwrap().begin(&company, &mut batch);
    assert!(matches!(refused, Err(Failure::Person(_))), "an act is refused by itself");
    let bo = begun(company.prepare_record(new(BO), now).unwrap().begin(&company, &mut batch));
    let asks: Arc<[Ask]> = everything(BO).into();
    let decided = begun(company.prepare_decide(Arc::clone(&asks), now).begin(&company, &mut batch));
    let known = |company: &mut Company| company.status(now).unwrap().people;
    assert_eq!(known(&mut world.open(now)), 0, "nothing is committed");
    let committed = batch.commit().unwrap();
    let entry = ada.settle(&mut company, &committed).unwrap().entry;
    let reading = read_ada.settle(&mut company, &committed).unwrap();
    assert!(entry < Some(reading.entry));
    assert_eq!(reading.values[0].value, "VALEUR@example.org");
    assert!(bo.settle(&mut company, &committed).unwrap().entry.is_some());
    assert_eq!(
        decided.settle(&mut company, &committed).unwrap(),
        world.open(now).decide(&asks, now).unwrap()
    );
    assert_eq!(known(&mut world.open(now)), 2);
}

#[test]
fn what_a_batch_did_that_is_not_committed_never_was() {
    let (world, now) = (club(), at("2026-03-02"));
    let mut company = world.open(now);
    let recording: Recording = collection(ADA, &["enquiry"], &["identification.email"]);
    let batches = company.batches();
    let mut batch = batches.begin().unwrap();
    let prepared = company.prepare_record(recording.clone(), now).unwrap();
    let settling = begun(prepared.begin(&company, &mut batch));
    drop((settling, batch));
    let answers = company.decide(&everything(ADA), now).unwrap();
    assert_eq!(answers, world.open(now).decide(&everything(ADA), now).unwrap());
    assert!(company.read_through_gate(&read(ADA), now).unwrap().values.is_empty());
    let done = company.prepare_record(recording, now).unwrap().alone(&mut company).unwrap();
    assert!(done.entry.is_some());
    assert_eq!(company.read_through_gate(&read(ADA), now).unwrap().values.len(), 1);
}

#[test]
fn how_people_were_seen_in_a_batch_that_is_undone_is_remembered_by_nobody() {
    let (world, now) = (club(), at("2026-03-02"));
    let mut company = world.open(now);
    company.record(&collection(ADA, &["enquiry"], &["identification.email"]), now).unwrap();
    let batches = company.batches();
    let mut batch = batches.begin().unwrap();
    let consent = Recording::new(whom(&[ADA]), Act::GiveConsent(consent("newsletter", &[Channel::Email])));
    let consented = begun(company.prepare_record(consent, now).unwrap().begin(&company, &mut batch));
    let asks: Arc<[Ask]> = everything(ADA).into();
    let decided = begun(company.prepare_decide(Arc::clone(&asks), now).begin(&company, &mut batch));
    drop((consented, decided, batch));
    // The next event of hers, recorded by another process, has the number that was undone.
    record(&mut world.open(now), ADA, Act::Object { purpose: Some("enquiry".into()) }, now).unwrap();
    let answers = company.decide(&asks, now).unwrap();
    assert_eq!(answers, world.open(now).decide(&asks, now).unwrap());
    assert!(answers.iter().all(|one| !one.allowed), "neither the consent nor the enquiry stands");
}
