//! Promises to residents of California.

use kept_core::admission::Collection;
use kept_core::policy::model::RefusalGround;
use kept_core::policy::reader::examine;
use kept_core::policy::source::SourceFile;
use kept_engine::company::Company;
use kept_engine::report::erasure::ErasureReport;

use crate::promises::{DAY, company, contract, values};
use crate::recording::{ADA, data, with_values};
use crate::world::{World, at, whom};

/// Klaxoon, with a purpose that a live contract needs.
fn with_service() -> World {
    let mut world = company("klaxoon");
    let seats = r#"
[data.seat]
title = "Seats"
collected = "when a seat is given to you"
fields = ["number"]

[purpose.seats]
title = "Your seat"
description = "To give you the seat that the contract is about."
people = ["contract-holder"]
data = ["seat"]
basis = "contract"
keep = "for the contract"
"#;
    world.files.push(("seats.toml".to_owned(), seats.to_owned()));
    world
}

fn holder(world: &World) -> Company {
    let mut klaxoon = world.open(at(DAY));
    let signed = Collection {
        purposes: ["contract", "legal-duties", "seats"].map(Into::into).to_vec(),
        fields: data(&["contract.email", "seat.number"]),
        people: Some("contract-holder".into()),
        events: vec!["contract-start".into()],
        about: contract("C-1"),
        ..Collection::default()
    };
    klaxoon.record(&with_values(ADA, signed), at(DAY)).unwrap();
    let account = Collection {
        purposes: vec!["account".into()],
        fields: data(&["account.email"]),
        people: Some("user".into()),
        events: vec!["contract-start".into()],
        about: contract("C-1"),
        age: Some(kept_core::admission::Age::Years(40)),
        ..Collection::default()
    };
    klaxoon.record(&with_values(ADA, account), at(DAY)).unwrap();
    klaxoon
}

fn told(report: &ErasureReport) -> Vec<(Option<RefusalGround>, Vec<String>)> {
    let parts = report.refused.iter();
    parts.map(|part| (part.ground, part.data.iter().map(ToString::to_string).collect())).collect()
}

#[test]
fn klx_73_a_californian_deletion_is_refused_on_two_grounds_with_their_data_and_the_rest_goes() {
    let world = with_service();
    let mut klaxoon = holder(&world);
    klaxoon.ask_under(Some("US-CA")).unwrap();
    let both = [
        (Some(RefusalGround::LegalDuty), vec!["contract.email".to_owned()]),
        (Some(RefusalGround::Service), vec!["seat.number".to_owned()]),
    ];
    let planned = klaxoon.rehearse_erasure(&whom(&[ADA]), at("2026-03-03")).unwrap();
    assert_eq!(told(&planned), both);
    let done = klaxoon.erase(&whom(&[ADA]), at("2026-03-03"), false, at("2026-03-03")).unwrap();
    assert_eq!(told(&done), both);
    assert_eq!(values(&mut klaxoon, "account", "2026-03-04"), 0, "the rest is gone");
    assert_eq!(values(&mut klaxoon, "seats", "2026-03-04"), 1, "and what was refused is not");
}

#[test]
fn klx_73_whoever_asks_under_no_such_law_is_told_by_the_regulation_alone() {
    let world = with_service();
    let mut klaxoon = holder(&world);
    let done = klaxoon.erase(&whom(&[ADA]), at("2026-03-03"), false, at("2026-03-03")).unwrap();
    assert!(done.refused.is_empty(), "{:?}", done.refused);
    assert_eq!(values(&mut klaxoon, "account", "2026-03-04"), 0);
}

#[test]
fn klx_73_a_policy_that_would_refuse_on_another_ground_is_an_error() {
    for (from, to) in [
        ("refuses = [\"legal duty\", \"service\"]", "refuses = [\"service\"]"),
        (
            "keep = \"for the contract\"\n",
            "keep = \"for the contract\"\non-erasure = { stays = \"claims\" }\n",
        ),
    ] {
        let mut world = with_service();
        if to.contains("stays") {
            world.rewrite("basis = \"contract\"", "basis = { legitimate-interest = \"give seats\" }");
        }
        world.rewrite(from, to);
        let files: Vec<SourceFile> =
            world.files.iter().map(|(name, text)| SourceFile::new(name.clone(), text.clone())).collect();
        let found = examine(&files).sound().unwrap_err();
        assert!(found.iter().any(|one| one.code == "california/other-ground"), "{from}: {found:?}");
    }
}
