//! Promises on partners that look after a contract together with the company.

use std::collections::BTreeMap;

use kept_core::admission::{Act, Refused};
use kept_core::ledger::{Kind, Outcome};
use kept_core::policy::model::DataRef;
use kept_core::timeline::Occasion;
use kept_engine::company::Company;
use kept_engine::decide::Verb;
use kept_engine::disclose::{Disclosed, DisclosureOrder};

use crate::promises::{DAY, More, collect, company, contract, refusal};
use crate::recording::{ADA, ask, data, decide, record, refused};
use crate::world::{World, at, whom};
use kept_core::decision::Refusal;

const NORTH: &str = "certified-partners.north";
const FIELDS: [&str; 2] = ["contract.email", "contract.phone"];

/// Somebody with two contracts, an address under the first and a telephone under the second, and texts of
/// the service.
fn holder(world: &World) -> Company {
    let mut klaxoon = world.open(at(DAY));
    for (number, field) in [("C-1", FIELDS[0]), ("C-2", FIELDS[1])] {
        let holder = More {
            people: Some("contract-holder"),
            events: &["contract-start"],
            about: contract(number),
            ..More::default()
        };
        collect(&mut klaxoon, (&["contract"], &[field]), holder, DAY).unwrap();
    }
    let user = More { people: Some("user"), ..More::default() };
    collect(&mut klaxoon, (&["hosting"], &["user-information.text"]), user, DAY).unwrap();
    klaxoon
}

fn link(event: &str, to: &str, number: &str) -> Act {
    Act::Link { event: event.into(), recipient: to.into(), about: Occasion::Contract(number.into()) }
}

fn give(
    company: &mut Company,
    (to, number): (&str, Option<&str>),
    (purpose, fields): (&str, &[&str]),
    day: &str,
) -> Disclosed {
    let order = DisclosureOrder {
        whom: whom(&[ADA]),
        recipient: to.into(),
        purpose: purpose.into(),
        fields: data(fields),
        contract: number.map(str::to_owned),
        role: None,
        paid: false,
        evidence: BTreeMap::new(),
        controller: None,
        actor: None,
    };
    company.disclose(&order, at(day)).unwrap()
}

fn left(given: &Disclosed) -> Vec<DataRef> {
    given.values.iter().map(|value| value.field.clone()).collect()
}

#[test]
fn klx_37_a_partner_gets_data_of_the_contract_that_it_is_linked_to_and_of_no_other() {
    let world = company("klaxoon");
    let mut klaxoon = holder(&world);
    let before = give(&mut klaxoon, (NORTH, None), ("contract", &FIELDS), DAY);
    assert!(before.values.is_empty() && before.cut.len() == 2, "linked to nothing: {before:?}");
    record(&mut klaxoon, ADA, link("linked", NORTH, "C-1"), at("2026-03-02T13:00:00Z")).unwrap();
    let later = "2026-03-03";
    for number in [None, Some("C-1")] {
        let given = give(&mut klaxoon, (NORTH, number), ("contract", &FIELDS), later);
        assert_eq!(left(&given), data(&FIELDS[..1]), "{number:?}: {given:?}");
    }
    let other = give(&mut klaxoon, (NORTH, Some("C-2")), ("contract", &FIELDS), later);
    assert!(other.values.is_empty() && other.cut.len() == 2, "{other:?}");
    assert_eq!(other.cut[0].article, Some("Art. 5(1)(b), 5(1)(c) GDPR"));
    for purpose in ["hosting", "contract"] {
        let shared = give(&mut klaxoon, (NORTH, Some("C-1")), (purpose, &["user-information.text"]), later);
        assert!(shared.values.is_empty(), "{purpose}: {shared:?}");
    }
    let asked = |to: &str| ask(ADA, "contract", Verb::Disclose(to.into()), &FIELDS[..1]);
    assert!(decide(&mut klaxoon, asked(NORTH), at(later)).allowed);
    record(&mut klaxoon, ADA, link("unlinked", NORTH, "C-1"), at("2026-03-04")).unwrap();
    let ended = give(&mut klaxoon, (NORTH, None), ("contract", &FIELDS), "2026-03-05");
    assert!(ended.values.is_empty(), "{ended:?}");
    assert_eq!(refusal(decide(&mut klaxoon, asked(NORTH), at("2026-03-05"))), Refusal::NotLinked);
    let entries = world.entries();
    let given: Vec<_> = entries.iter().filter(|entry| entry.kind == Kind::Disclosed).collect();
    assert_eq!(given.iter().filter(|entry| entry.outcome == Outcome::Done).count(), 2);
    assert!(given.iter().all(|entry| entry.recipient.as_ref().unwrap().as_str() == NORTH));
    let answer = klaxoon.access(&whom(&[ADA]), None, at("2026-03-05")).unwrap();
    let told: Vec<&str> = answer.disclosed.iter().map(|one| one.recipient.as_str()).collect();
    assert_eq!(told, ["Members of our network of certified partners: North Workshops SAS"; 2]);
}

#[test]
fn klx_37_a_partner_whose_certificate_is_over_gets_nothing_and_the_kind_as_a_whole_neither() {
    let world = company("klaxoon");
    let mut klaxoon = holder(&world);
    let asked = |to: &str| ask(ADA, "contract", Verb::Disclose(to.into()), &FIELDS[..1]);
    let south = "certified-partners.south";
    for to in [NORTH, south] {
        record(&mut klaxoon, ADA, link("linked", to, "C-1"), at(DAY)).unwrap();
    }
    assert!(decide(&mut klaxoon, asked(NORTH), at("2028-02-29")).allowed, "its last day");
    assert_eq!(refusal(decide(&mut klaxoon, asked(NORTH), at("2028-03-01"))), Refusal::NotCertified);
    assert_eq!(refusal(decide(&mut klaxoon, asked(south), at(DAY))), Refusal::NotCertified);
    assert_eq!(refusal(decide(&mut klaxoon, asked("certified-partners"), at(DAY))), Refusal::NoMember);
    assert_eq!(refusal(decide(&mut klaxoon, asked("certified-partners.west"), at(DAY))), Refusal::Unknown);
}

#[test]
fn a_link_names_a_recipient_that_needs_one_and_its_contract() {
    let world = company("klaxoon");
    let mut klaxoon = holder(&world);
    let mut tell = |event: &str, to: &str, about: Occasion| {
        let act = Act::Link { event: event.into(), recipient: to.into(), about };
        refused(record(&mut klaxoon, ADA, act, at(DAY)))
    };
    let number = || Occasion::Contract("C-1".into());
    assert_eq!(tell("linked", "nobody", number()), Refused::NoRecipient("nobody".into()));
    assert_eq!(
        tell("linked", "certified-partners.west", number()),
        Refused::NoRecipient("certified-partners.west".into())
    );
    assert_eq!(tell("linked", "affiliates", number()), Refused::NotLinked("affiliates".into()));
    assert_eq!(
        tell("linked", "certified-partners", number()),
        Refused::NoMember("certified-partners".into())
    );
    assert_eq!(tell("linked", NORTH, Occasion::Person), Refused::NoContract);
    assert_eq!(tell("joined", NORTH, number()).code(), "no-event");
}

#[test]
fn a_contract_that_is_named_confines_what_goes_to_any_recipient() {
    let world = company("klaxoon");
    let mut klaxoon = holder(&world);
    let all = give(&mut klaxoon, ("affiliates", None), ("contract", &FIELDS), DAY);
    assert_eq!(left(&all), data(&FIELDS));
    let second = give(&mut klaxoon, ("affiliates", Some("C-2")), ("contract", &FIELDS), DAY);
    assert_eq!(left(&second), data(&FIELDS[1..]));
    let neither = give(&mut klaxoon, ("affiliates", Some("C-3")), ("contract", &FIELDS), DAY);
    assert!(neither.values.is_empty(), "{neither:?}");
}
