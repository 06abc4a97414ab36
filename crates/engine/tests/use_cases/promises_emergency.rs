//! Promises on emergencies, kept under the companies' own policies.

use kept_core::admission::Act;
use kept_core::decision::Refusal;
use kept_core::ledger::Kind;
use kept_core::standing::Why;
use kept_core::timeline::Occasion;
use kept_engine::company::Company;
use kept_engine::decide::Verb;
use kept_engine::disclose::{DisclosureOrder, NotDisclosed};
use kept_engine::keyed::{Ended, KeyedChange};
use kept_engine::reading::{ReadOrder, Reading};

use crate::promises::{DAY, More, collect, company, contract, refusal};
use crate::recording::{ADA, ask, datum, decide, record};
use crate::world::{World, at, whom};

const NAME: &str = "registration.name";

fn read(company: &mut Company, reason: Option<&str>, when: &str) -> Reading {
    let order = ReadOrder {
        whom: whom(&[ADA]),
        purpose: "emergency".into(),
        fields: vec![datum(NAME)],
        role: Some("reception".into()),
        exception: None,
        reason: reason.map(str::to_owned),
        controller: None,
        actor: Some("the desk".to_owned()),
    };
    company.read_through_gate(&order, at(when)).unwrap()
}

#[test]
fn klr_86_an_emergency_is_begun_needs_a_reason_ends_by_itself_and_is_on_the_review_list_of_the_day() {
    let world = company("klarrio");
    let mut klarrio = world.open(at(DAY));
    let registered: (&[&str], &[&str]) = (&["event-participation"], &[NAME, "registration.email"]);
    let participant = More { people: Some("participant"), about: contract("meetup"), ..More::default() };
    collect(&mut klarrio, registered, participant, DAY).unwrap();
    let before = decide(&mut klarrio, ask(ADA, "emergency", Verb::Read, &[NAME]), at(DAY));
    assert_eq!(refusal(before), Refusal::NoGround(Why::NoStart), "no emergency, no use");
    let begins = Act::Happened { event: "emergency-start".into(), about: Occasion::Person, data: Vec::new() };
    record(&mut klarrio, ADA, begins, at("2026-03-03T09:00:00Z")).unwrap();
    let silent = read(&mut klarrio, None, "2026-03-03T09:05:00Z");
    assert!(silent.values.is_empty());
    assert!(silent.refused[0].words.contains("name the emergency"), "{silent:?}");
    let used = read(&mut klarrio, Some("ambulance-112/7"), "2026-03-03T09:06:00Z");
    assert_eq!(used.values.len(), 1, "{used:?}");
    let entries = world.entries();
    let logged = entries.iter().filter(|one| one.rule.as_deref() == Some("vital-interest.emergency"));
    let logged: Vec<_> = logged.collect();
    let reason = logged[0].request.as_ref().map(ToString::to_string);
    assert!(
        logged.len() == 1 && logged[0].kind == Kind::Read && reason.as_deref() == Some("ambulance-112/7")
    );
    // Within the day it is on the list, with the day of its review.
    let list = klarrio.guards(at("2026-03-03T18:00:00Z")).unwrap();
    let [line] = &list[..] else { panic!("{list:?}") };
    assert_eq!((line.kind, line.reason.as_str()), ("vital-interest", "ambulance-112/7"));
    assert_eq!(line.review_on.unwrap().to_string(), "2026-03-04");
    assert_eq!(line.case.to_string(), format!("entry-{}", used.entry));
    // Giving data needs the reason as well.
    let order = DisclosureOrder {
        whom: whom(&[ADA]),
        recipient: "mail-and-documents".into(),
        purpose: "emergency".into(),
        fields: vec![datum(NAME)],
        contract: None,
        role: None,
        paid: false,
        evidence: [].into(),
        controller: None,
        actor: None,
    };
    let given = klarrio.disclose(&order, at("2026-03-03T10:00:00Z")).unwrap();
    assert_eq!(given.refused, Some(NotDisclosed::NoEmergency));
    // Nobody has to end it: three days later it is over.
    assert_eq!(read(&mut klarrio, Some("ambulance-112/7"), "2026-03-06T12:00:00Z").values.len(), 1);
    let late = read(&mut klarrio, Some("ambulance-112/7"), "2026-03-07T12:00:00Z");
    assert!(late.values.is_empty() && late.refused.len() == 1, "{late:?}");
}

fn happened(event: &str) -> Act {
    Act::Happened { event: event.into(), about: Occasion::Person, data: Vec::new() }
}

/// Klarrio with a participant of whom an emergency began at nine.
fn in_an_emergency() -> (World, Company) {
    let world = company("klarrio");
    let mut klarrio = world.open(at(DAY));
    let registered: (&[&str], &[&str]) = (&["event-participation"], &[NAME, "registration.email"]);
    let participant = More { people: Some("participant"), about: contract("meetup"), ..More::default() };
    collect(&mut klarrio, registered, participant, DAY).unwrap();
    record(&mut klarrio, ADA, happened("emergency-start"), at("2026-03-03T09:00:00Z")).unwrap();
    (world, klarrio)
}

#[test]
fn an_emergency_is_over_at_the_moment_at_which_its_end_is_recorded() {
    let (_world, mut klarrio) = in_an_emergency();
    let reads = |klarrio: &mut Company, when| read(klarrio, Some("ambulance-112/7"), when).values.len();
    assert_eq!(reads(&mut klarrio, "2026-03-03T09:59:00Z"), 1);
    record(&mut klarrio, ADA, happened("emergency-end"), at("2026-03-03T10:00:00Z")).unwrap();
    assert_eq!(reads(&mut klarrio, "2026-03-03T10:01:00Z"), 0, "not only at midnight");
    record(&mut klarrio, ADA, happened("emergency-start"), at("2026-03-03T11:00:00Z")).unwrap();
    assert_eq!(
        reads(&mut klarrio, "2026-03-03T11:01:00Z"),
        1,
        "the next one on the same day is one of its own"
    );
}

#[test]
fn a_use_on_a_vital_interest_is_overdue_for_review_after_a_day_and_leaves_the_list_once_reviewed() {
    let (_world, mut klarrio) = in_an_emergency();
    let used = read(&mut klarrio, Some("ambulance-112/7"), "2026-03-03T09:06:00Z").entry;
    let uses = |klarrio: &Company, when| {
        klarrio
            .guards(at(when))
            .unwrap()
            .into_iter()
            .map(|line| (line.case.to_string(), line.overdue))
            .collect::<Vec<_>>()
    };
    let case = format!("entry-{used}");
    assert_eq!(uses(&klarrio, "2026-03-04T12:00:00Z"), [(case.clone(), false)]);
    assert_eq!(uses(&klarrio, "2026-03-05T12:00:00Z"), [(case.clone(), true)]);
    for other in ["entry-0", "H-2026-0001", "entry-999999"] {
        assert!(klarrio.review_use(other, None, at("2026-03-05T12:01:00Z")).is_err(), "{other}");
    }
    klarrio.review_use(&case, Some("head of security"), at("2026-03-05T12:02:00Z")).unwrap();
    assert_eq!(uses(&klarrio, "2026-03-05T12:03:00Z"), []);
}

#[test]
fn a_record_is_neither_changed_nor_taken_away_on_a_vital_interest_without_a_reason() {
    let (_world, mut klarrio) = in_an_emergency();
    let visit = kept_core::admission::Collection {
        purposes: vec!["emergency".into()],
        fields: vec![datum(NAME)],
        ..Default::default()
    };
    let recording = kept_engine::record::Recording {
        reference: Some("visit-1".to_owned()),
        ..crate::recording::with_values(ADA, visit)
    };
    klarrio.record(&recording, at("2026-03-03T09:10:00Z")).unwrap();
    let change = |reason: Option<&str>, dry_run| KeyedChange {
        key: "visit-1".to_owned(),
        purpose: "emergency".into(),
        values: [(datum(NAME), "Ada Q.".to_owned())].into(),
        reason: reason.map(str::to_owned),
        controller: None,
        actor: None,
        dry_run,
        once: None,
    };
    let refused = |ended: Ended<_>| match ended {
        Ended::Refused(fields) => fields[0].words.contains("name the emergency"),
        _ => false,
    };
    let now = at("2026-03-03T09:20:00Z");
    assert!(refused(klarrio.change_keyed(&change(None, false), now).unwrap()));
    assert!(refused(klarrio.delete_keyed(&change(None, false), now).unwrap()));
    let done = |ended| matches!(ended, Ended::Done(_));
    assert!(done(klarrio.change_keyed(&change(Some("ambulance-112/7"), false), now).unwrap()));
    let listed: Vec<&str> = klarrio.guards(now).unwrap().iter().map(|line| line.kind).collect();
    assert_eq!(listed, ["vital-interest"], "a change is looked at as well");
    assert!(done(klarrio.delete_keyed(&change(Some("ambulance-112/7"), true), now).unwrap()), "dry");
    assert!(done(klarrio.delete_keyed(&change(Some("ambulance-112/7"), false), now).unwrap()));
    assert!(matches!(klarrio.delete_keyed(&change(Some("x"), false), now).unwrap(), Ended::NoRecord));
}
