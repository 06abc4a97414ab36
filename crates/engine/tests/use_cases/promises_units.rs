//! Promises of several business units, each of which answers for its own records.

use kept_core::admission::{Act, Collection, Consent, Refused};
use kept_core::decision::{Answer, Refusal};
use kept_core::ledger::{Kind, Outcome};
use kept_core::policy::model::Channel;
use kept_core::timeline::{Occasion, Scope};
use kept_engine::Failure;
use kept_engine::company::Company;
use kept_engine::decide::{Ask, Decided, Verb};
use kept_engine::disclose::DisclosureOrder;
use kept_engine::keyed::{Ended, KeyedChange, KeyedOrder, ListOrder};
use kept_engine::reading::{ReadOrder, Reading};
use kept_engine::record::Recording;

use crate::promises::{DAY, company, consent_to, contract, happened, withdraw};
use crate::recording::{ADA, ask, data, record, refused, with_values};
use crate::world::{World, at, whom};

const FIELDS: [&str; 2] = ["form-data.name", "form-data.email"];

/// Somebody with a contract at the holding, who consented to the Benelux company.
fn customer(world: &World) -> Company {
    let mut claranet = world.open(at(DAY));
    let signed = Collection {
        purposes: vec!["service-delivery".into()],
        fields: data(&FIELDS),
        people: Some("consumer".into()),
        events: vec!["contract-start".into()],
        about: contract("C-1"),
        controller: Some("holdings".into()),
        ..Collection::default()
    };
    let scope = Scope { controller: Some("benelux".into()), sources: Vec::new() };
    let given = Consent { scope, ..consent_to("email-marketing") };
    record(&mut claranet, ADA, Act::GiveConsent(given), at(DAY)).unwrap();
    claranet.record(&with_values(ADA, signed), at(DAY)).unwrap();
    claranet
}

fn order(purpose: &str, controller: Option<&str>) -> ReadOrder {
    ReadOrder {
        whom: whom(&[ADA]),
        purpose: purpose.into(),
        fields: data(&FIELDS),
        role: None,
        exception: None,
        reason: None,
        controller: controller.map(Into::into),
        actor: None,
    }
}

fn read(company: &mut Company, purpose: &str, controller: Option<&str>) -> Reading {
    company.read_through_gate(&order(purpose, controller), at("2026-03-03")).unwrap()
}

#[test]
fn cla_03_each_record_names_its_own_unit_and_a_use_by_the_other_is_a_disclosure() {
    let world = company("claranet");
    let mut claranet = customer(&world);
    let own = read(&mut claranet, "service-delivery", Some("holdings"));
    let held: Vec<_> = own.values.iter().map(|one| one.controller.as_deref()).collect();
    assert_eq!(held, [Some("holdings"); 2], "{own:?}");
    let consents = claranet.consents(&whom(&[ADA]), at(DAY)).unwrap().lines;
    assert_eq!(consents[0].scope.as_ref().unwrap().controller, Some("benelux".into()));
    let unnamed = claranet.read_through_gate(&order("service-delivery", None), at("2026-03-03"));
    let words = unnamed.unwrap_err().to_string();
    assert!(words.contains("`holdings` and `benelux`"), "{words}");
    assert_eq!(world.count_entries(Kind::Disclosed), 0);
    // The contract's data are the holding's, whoever asks, and for whatever purpose of its own.
    for purpose in ["service-delivery", "email-marketing"] {
        let others = read(&mut claranet, purpose, Some("benelux"));
        assert!(others.values.is_empty(), "{purpose}: {others:?}");
    }
    let entries = world.entries();
    let given: Vec<_> = entries.iter().filter(|entry| entry.kind == Kind::Disclosed).collect();
    assert!(!given.is_empty());
    for entry in given {
        assert_eq!(
            (entry.outcome, entry.recipient.as_ref().unwrap().as_str()),
            (Outcome::Refused, "benelux")
        );
    }
}

#[test]
fn cla_03_where_the_policy_lets_one_unit_give_to_the_other_the_person_is_told_of_it() {
    let mut world = company("claranet");
    let sister = "[recipient.sister]\nname = \"Claranet Benelux B.V.\"\nrole = \"affiliate\"\n\
                  country = \"NL\"\ncontroller = \"benelux\"\npurposes = [\"service-delivery\"]\n\
                  data = [\"form-data.email\"]\n";
    world.files.push(("sister.toml".to_owned(), sister.to_owned()));
    world.rewrite(
        "required = \"Zonder deze gegevens kunnen wij de dienst niet leveren.\"\nrecipients = [\"helpers\"]",
        "recipients = [\"helpers\", \"sister\"]",
    );
    let mut claranet = customer(&world);
    let others = read(&mut claranet, "service-delivery", Some("benelux"));
    let left: Vec<String> = others.values.iter().map(|one| one.field.to_string()).collect();
    assert_eq!(
        (left.as_slice(), others.refused.len()),
        (&["form-data.email".to_owned()][..], 1),
        "{others:?}"
    );
    let entries = world.entries();
    let given = entries.iter().find(|entry| entry.kind == Kind::Disclosed).unwrap();
    assert_eq!((given.outcome, given.recipient.as_ref().unwrap().as_str()), (Outcome::Done, "sister"));
    let answer = claranet.access(&whom(&[ADA]), None, at("2026-03-04")).unwrap();
    assert_eq!(answer.disclosed[0].recipient, "Claranet Benelux B.V.");
}

/// Somebody whose data one unit collected, with a consent to email marketing given to these.
fn consenting(world: &World, (collects, consents): (&str, &[&str])) -> Company {
    let mut claranet = world.open(at(DAY));
    for consented in consents {
        let scope = Scope { controller: Some((*consented).into()), sources: Vec::new() };
        let given = Consent { scope, ..consent_to("email-marketing") };
        record(&mut claranet, ADA, Act::GiveConsent(given), at(DAY)).unwrap();
    }
    let collected = Collection {
        purposes: vec!["email-marketing".into()],
        fields: data(&FIELDS),
        people: Some("visitor".into()),
        controller: Some(collects.into()),
        ..Collection::default()
    };
    claranet.record(&with_values(ADA, collected), at(DAY)).unwrap();
    claranet
}

#[test]
fn cla_03_a_unit_without_a_consent_of_its_own_uses_not_even_what_it_collected_itself() {
    for (collects, consented) in [("holdings", "benelux"), ("benelux", "holdings")] {
        let world = company("claranet");
        let mut claranet = consenting(&world, (collects, &[consented]));
        let own = read(&mut claranet, "email-marketing", Some(collects));
        assert!(own.values.is_empty(), "{collects}: {own:?}");
        assert_eq!(own.refused.len(), 2, "{own:?}");
        assert_eq!(own.refused[0].article, Some("Art. 7(1) GDPR"), "{own:?}");
        let entries = world.entries();
        let entry = entries.iter().rfind(|entry| entry.kind == Kind::Read).unwrap();
        assert_eq!(entry.outcome, Outcome::Refused);
        // The one that has the consent holds nothing, and nobody gives it what the other holds.
        let others = read(&mut claranet, "email-marketing", Some(consented));
        assert!(others.values.is_empty(), "{consented}: {others:?}");
    }
}

#[test]
fn cla_03_a_unit_with_a_consent_of_its_own_uses_what_it_holds_whoever_was_consented_to_since() {
    for consents in [&["holdings"][..], &["holdings", "benelux"]] {
        let world = company("claranet");
        let mut claranet = consenting(&world, ("holdings", consents));
        let own = read(&mut claranet, "email-marketing", Some("holdings"));
        assert_eq!((own.values.len(), own.refused.len()), (2, 0), "{consents:?}: {own:?}");
    }
}

#[test]
fn cla_03_a_unit_whose_contract_has_ended_uses_nothing_of_it_by_the_contract_with_the_other() {
    let world = company("claranet");
    let mut claranet = customer(&world);
    let signed = Collection {
        purposes: vec!["service-delivery".into()],
        fields: data(&FIELDS),
        people: Some("consumer".into()),
        events: vec!["contract-start".into()],
        about: contract("C-2"),
        controller: Some("benelux".into()),
        ..Collection::default()
    };
    claranet.record(&with_values(ADA, signed), at(DAY)).unwrap();
    assert_eq!(read(&mut claranet, "service-delivery", Some("benelux")).values.len(), 2);
    happened(&mut claranet, "contract-end", Occasion::Contract("C-2".into()), "2026-03-03");
    let others = claranet.read_through_gate(&order("service-delivery", Some("benelux")), at("2026-03-05"));
    assert!(others.as_ref().unwrap().values.is_empty(), "{others:?}");
    let own = claranet.read_through_gate(&order("service-delivery", Some("holdings")), at("2026-03-05"));
    assert_eq!(own.unwrap().values.len(), 2);
}

#[test]
fn a_unit_that_the_policy_does_not_have_collects_gets_and_reads_nothing() {
    let world = company("claranet");
    let mut claranet = customer(&world);
    let told = claranet.read_through_gate(&order("service-delivery", Some("north")), at(DAY));
    assert!(matches!(told, Err(Failure::Controller(_))), "{told:?}");
    let scope = Scope { controller: Some("north".into()), sources: Vec::new() };
    let given = Act::GiveConsent(Consent { scope, ..consent_to("email-marketing") });
    assert_eq!(refused(record(&mut claranet, ADA, given, at(DAY))), Refused::NoController("north".into()));
}

/// What the gate says to a controller.
fn decided(company: &mut Company, (verb, purpose): (Verb, &str), by: Option<&str>) -> Decided {
    let ask = Ask { controller: by.map(Into::into), ..ask(ADA, purpose, verb, &[]) };
    company.decide(&[ask], at("2026-03-03")).unwrap().remove(0)
}

#[test]
fn cla_03_a_question_is_answered_by_the_grounds_of_the_unit_that_asks_and_none_without_its_name() {
    let world = company("claranet");
    let mut claranet = customer(&world);
    // The contract is the holding's, the consent the Benelux company's.
    for (verb, purpose, own, other) in [
        (Verb::Read, "service-delivery", "holdings", "benelux"),
        (Verb::Contact(Channel::Email), "email-marketing", "benelux", "holdings"),
    ] {
        let mut ask = |by| decided(&mut claranet, (verb.clone(), purpose), by);
        assert!(ask(Some(own)).allowed, "{purpose}");
        assert!(!ask(Some(other)).allowed, "{purpose}");
        let unnamed = ask(None);
        assert_eq!(unnamed.because, Answer::Refused(Refusal::ControllerNotNamed), "{unnamed:?}");
        assert!(unnamed.problem.unwrap().contains("`holdings` and `benelux`"));
        assert_eq!(ask(Some("north")).because, Answer::Refused(Refusal::Unknown));
    }
    let reached = |claranet: &mut Company, by: Option<&str>| {
        let (purpose, by) = ("email-marketing".into(), by.map(Into::into));
        let told =
            claranet.audience_of((&purpose, by.as_ref()), Channel::Email, at("2026-03-03"), &mut |_| true);
        told.map(|told| told.count)
    };
    assert_eq!(reached(&mut claranet, Some("benelux")).unwrap(), 1);
    assert_eq!(reached(&mut claranet, Some("holdings")).unwrap(), 0);
    assert!(matches!(reached(&mut claranet, None), Err(Failure::Controller(_))));
    // What is withdrawn is withdrawn from all of them.
    withdraw(&mut claranet, "email-marketing", "2026-03-03");
    assert_eq!(reached(&mut claranet, Some("benelux")).unwrap(), 0);
}

#[test]
fn cla_03_a_consent_to_one_unit_is_answered_beside_a_later_one_to_the_other() {
    let world = company("claranet");
    let mut claranet = consenting(&world, ("holdings", &["holdings", "benelux"]));
    for by in ["holdings", "benelux"] {
        let about = (Verb::Contact(Channel::Email), "email-marketing");
        assert!(decided(&mut claranet, about, Some(by)).allowed, "{by}");
    }
}

#[test]
fn a_purpose_for_which_the_policy_names_a_controller_is_no_other_controllers() {
    let mut world = company("claranet");
    world.rewrite("controller = \"the party to the contract\"", "controller = \"benelux\"");
    let mut claranet = customer(&world);
    let about = || (Verb::Read, "service-delivery");
    assert!(decided(&mut claranet, about(), None).allowed, "only one can be meant");
    let other = decided(&mut claranet, about(), Some("holdings"));
    assert_eq!(other.because, Answer::Refused(Refusal::OtherController), "{other:?}");
    let told = claranet.read_through_gate(&order("service-delivery", Some("holdings")), at("2026-03-03"));
    let told = told.unwrap_err().to_string();
    assert!(told.contains("`benelux` answers for `service-delivery`"), "{told}");
    let entries = world.entries();
    let entry = entries.iter().rfind(|entry| entry.kind == Kind::Read).unwrap();
    assert_eq!((entry.outcome, entry.rule.as_deref()), (Outcome::Refused, Some("controller")));
}

#[test]
fn cla_03_a_unit_gives_to_a_recipient_only_what_it_holds_by_a_ground_of_its_own() {
    let world = company("claranet");
    let mut claranet = customer(&world);
    let mut give = |by: Option<&str>| {
        let order = DisclosureOrder {
            whom: whom(&[ADA]),
            recipient: "helpers".into(),
            purpose: "service-delivery".into(),
            fields: data(&FIELDS),
            contract: None,
            controller: by.map(Into::into),
            role: None,
            paid: false,
            evidence: std::collections::BTreeMap::new(),
            actor: None,
        };
        claranet.disclose(&order, at("2026-03-03"))
    };
    assert!(matches!(give(None), Err(Failure::Controller(_))));
    let own = give(Some("holdings")).unwrap();
    assert_eq!(own.values.len(), 2, "{own:?}");
    let other = give(Some("benelux")).unwrap();
    assert!(other.values.is_empty() && other.cut.len() == 2, "{other:?}");
}

#[test]
fn cla_03_a_record_of_one_unit_is_read_changed_and_taken_away_by_that_unit_alone() {
    let world = company("claranet");
    let mut claranet = world.open(at(DAY));
    for (number, by) in [("C-1", "holdings"), ("C-2", "benelux")] {
        let signed = Collection {
            purposes: vec!["service-delivery".into()],
            fields: data(&FIELDS),
            people: Some("consumer".into()),
            events: vec!["contract-start".into()],
            about: contract(number),
            controller: Some(by.into()),
            ..Collection::default()
        };
        let kept = Recording { reference: Some(number.to_owned()), ..with_values(ADA, signed) };
        claranet.record(&kept, at(DAY)).unwrap();
    }
    let read = |claranet: &mut Company, by: Option<&str>| {
        let order = KeyedOrder {
            key: "C-2".to_owned(),
            purpose: "service-delivery".into(),
            fields: data(&FIELDS),
            role: None,
            controller: by.map(Into::into),
            reason: None,
            actor: None,
        };
        claranet.read_keyed(&order, at("2026-03-03"))
    };
    assert!(matches!(read(&mut claranet, None), Err(Failure::Controller(_))));
    let Ended::Done(own) = read(&mut claranet, Some("benelux")).unwrap() else { panic!("no record") };
    assert_eq!(own.reading.values.len(), 2, "{own:?}");
    let Ended::Done(other) = read(&mut claranet, Some("holdings")).unwrap() else { panic!("no record") };
    assert!(other.reading.values.is_empty() && other.reading.refused.len() == 2, "{other:?}");
    let list = |claranet: &mut Company, by: Option<&str>| {
        let order = ListOrder {
            whom: whom(&[ADA]),
            purpose: "service-delivery".into(),
            fields: data(&FIELDS),
            role: None,
            controller: by.map(Into::into),
            reason: None,
            after: 0,
            count: 10,
            actor: None,
        };
        claranet.list_keyed(&order, at("2026-03-03"))
    };
    assert!(matches!(list(&mut claranet, None), Err(Failure::Controller(_))));
    for by in ["holdings", "benelux"] {
        let page = list(&mut claranet, Some(by)).unwrap();
        let labels: Vec<_> = page.records.iter().map(|one| one.values[0].controller.clone()).collect();
        assert_eq!(labels, [Some(by.to_owned())], "{page:?}");
    }
    let mut gone = |by: &str| {
        let change = KeyedChange {
            key: "C-2".to_owned(),
            purpose: "service-delivery".into(),
            values: std::collections::BTreeMap::new(),
            controller: Some(by.into()),
            reason: None,
            actor: None,
            dry_run: false,
            once: None,
        };
        claranet.delete_keyed(&change, at("2026-03-03")).unwrap()
    };
    assert!(matches!(gone("holdings"), Ended::Refused(_)));
    assert!(matches!(gone("benelux"), Ended::Done(_)));
}
