//! What an erasure had to leave goes later in a sweep: whoever was told of the erasure is told of that too.

use std::collections::BTreeSet;

use kept_core::admission::Act;
use kept_core::time::Instant;
use kept_engine::company::Company;
use kept_engine::sweep::SweepOrder;

use crate::guarding::hold;
use crate::recording::{ADA, collection, record};
use crate::world::{Lite, World, at, small, whom};

const HOOK: &str = "\n[webhook.crm]\nurl = \"http://127.0.0.1:9/hook\"\nsecret = { file = \"hook.secret\" }\n\
                    identifier = \"email\"\n";

fn hooked(mut world: World) -> World {
    world.files[0].1.push_str(HOOK);
    world
}

/// What waits to be told, letter by letter.
fn letters(company: &Company) -> Vec<String> {
    company.outbox().unwrap().letters.into_iter().map(|letter| letter.what).collect()
}

fn sweep(company: &mut Company, now: Instant) {
    company.sweep(&SweepOrder::default(), now, &mut |_| {}).unwrap();
}

#[test]
fn rows_that_a_hold_kept_from_an_erasure_are_told_when_a_sweep_takes_them() {
    let world = hooked(small(Lite, Lite));
    let mut company = world.open(at("2026-03-02"));
    let fields = ["identification.phone", "support.question", "support.email"];
    let placed = record(&mut company, ADA, hold(&fields), at("2026-03-02")).unwrap();
    company.erase(&whom(&[ADA]), at("2026-03-02"), false, at("2026-03-02")).unwrap();
    assert_eq!(letters(&company), ["erased"]);
    sweep(&mut company, at("2026-03-03"));
    assert_eq!(letters(&company), ["erased"], "the hold still keeps them");
    record(&mut company, ADA, Act::ReleaseHold { case: placed.case.unwrap() }, at("2026-03-04")).unwrap();
    sweep(&mut company, at("2026-03-05"));
    assert_eq!(letters(&company), ["erased", "erased"], "once a run, though two stores had some");
    sweep(&mut company, at("2026-03-06"));
    assert_eq!(letters(&company), ["erased", "erased"], "nothing went any more");
}

#[test]
fn kepts_own_values_that_a_hold_kept_are_told_when_a_sweep_takes_them() {
    let world = hooked(crate::recording::club());
    let mut company = world.open(at("2026-03-02"));
    let fields = ["identification.name", "identification.phone"];
    company.record(&collection(ADA, &["enquiry"], &fields), at("2026-03-02")).unwrap();
    let placed = record(&mut company, ADA, hold(&["identification.phone"]), at("2026-03-02")).unwrap();
    company.erase(&whom(&[ADA]), at("2026-03-02"), false, at("2026-03-02")).unwrap();
    assert_eq!(letters(&company), ["erased"]);
    record(&mut company, ADA, Act::ReleaseHold { case: placed.case.unwrap() }, at("2026-03-04")).unwrap();
    sweep(&mut company, at("2026-03-05"));
    assert_eq!(letters(&company), ["erased", "erased"]);
    let people: BTreeSet<String> =
        company.outbox().unwrap().letters.into_iter().map(|letter| letter.person).collect();
    assert_eq!(people.len(), 1, "of the same person");
}

#[test]
fn a_webhook_whose_variable_is_not_set_is_said_to_be_so_and_no_try_is_counted() {
    let mut world = hooked(crate::recording::club());
    world.rewrite("url = \"http://127.0.0.1:9/hook\"", "url = { env = \"CRM_HOOK_URL\" }");
    let mut company = world.open(at("2026-03-02"));
    company.record(&collection(ADA, &["enquiry"], &["identification.name"]), at("2026-03-02")).unwrap();
    record(&mut company, ADA, Act::Object { purpose: None }, at("2026-03-02")).unwrap();
    for _ in 0..3 {
        let run = company.deliver_all(|| at("2026-03-03")).unwrap();
        assert_eq!((run.told, run.failed, run.waiting), (0, 1, 1));
    }
    let letter = company.outbox().unwrap().letters.remove(0);
    assert_eq!(letter.attempts, 0);
    assert!(letter.problem.unwrap().contains("CRM_HOOK_URL"));
}

#[test]
fn what_goes_by_retention_alone_is_told_to_nobody() {
    let world = hooked(crate::recording::club());
    let mut company = world.open(at("2026-03-02"));
    company.record(&collection(ADA, &["enquiry"], &["identification.name"]), at("2026-03-02")).unwrap();
    sweep(&mut company, at("2027-06-02"));
    assert_eq!(letters(&company), Vec::<String>::new());
}
