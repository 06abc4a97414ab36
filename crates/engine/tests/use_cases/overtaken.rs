//! Erasures and sweeps beside other acts on the same person: what is recorded while a store keeps them waiting
//! counts, and of two erasures at once each tells what is so.

use std::time::Duration;

use kept_core::admission::Act;
use kept_core::standing::Stage;
use kept_core::time::Instant;
use kept_core::timeline::RestrictionReason;
use kept_engine::report::erasure::{ErasureReport, StoreState};
use kept_engine::report::sweep::SweepReport;
use kept_engine::sweep::SweepOrder;

use crate::guarding::hold;
use crate::recording::{ADA, record};
use crate::world::{Lite, World, at, part, small, whom};

/// How long another process may need to come to the store that is locked.
const ARRIVES: Duration = Duration::from_millis(1_200);

fn later(now: Instant, milliseconds: i64) -> Instant {
    now + jiff::SignedDuration::from_millis(milliseconds)
}

/// Runs something that waits for the locked store, does something else meanwhile, and lets go of the lock.
fn meanwhile<T: Send>(world: &World, waits: impl FnOnce() -> T + Send, meanwhile: impl FnOnce()) -> T {
    let lock = world.lock("app");
    std::thread::scope(|scope| {
        let waiting = scope.spawn(waits);
        std::thread::sleep(ARRIVES);
        meanwhile();
        drop(lock);
        waiting.join().unwrap()
    })
}

fn erase(world: &World, now: Instant) -> ErasureReport {
    world.open(now).erase(&whom(&[ADA]), now, false, now).unwrap()
}

#[test]
fn a_hold_that_comes_while_an_erasure_waits_for_a_busy_store_is_heeded() {
    let world = small(Lite, Lite);
    let now = at("2029-01-10");
    drop(world.open(now));
    let report = meanwhile(
        &world,
        || erase(&world, now),
        || {
            let placed = later(now, 900);
            record(&mut world.open(placed), ADA, hold(&["identification.phone"]), placed).unwrap();
        },
    );
    let ada = world.rows("app", "SELECT email, phone FROM accounts WHERE id = 1");
    assert_eq!(ada, ["|+33 1 99 00 00 01"], "{:?}", report.steps);
    assert_eq!(part(&report, "app").state, StoreState::Done, "{:?}", report.stores);
    let holds = report
        .steps
        .iter()
        .flat_map(|step| &step.reasons)
        .any(|reason| format!("{:?}", reason.why).contains("Hold"));
    assert!(holds, "the report says what stays: {:?}", report.steps);
}

#[test]
fn a_claim_that_comes_while_an_erasure_waits_keeps_the_row() {
    let world = small(Lite, Lite);
    let now = at("2029-01-10");
    drop(world.open(now));
    let held = "SELECT full_name, email, phone, password_hash FROM accounts WHERE id = 1";
    let before = world.rows("app", held);
    let report = meanwhile(
        &world,
        || erase(&world, now),
        || {
            let restrict = Act::Restrict {
                data: Vec::new(),
                reason: RestrictionReason::Claim,
                review_on: Some("2030-01-01".parse().unwrap()),
            };
            let placed = later(now, 900);
            record(&mut world.open(placed), ADA, restrict, placed).unwrap();
        },
    );
    assert_eq!(world.rows("app", held), before);
    assert!(report.restrictions.len() == 1, "{report:?}");
}

#[test]
fn an_erasure_that_joins_a_case_opened_after_it_was_asked_for_goes_by_the_request() {
    let mut world = small(Lite, Lite);
    let now = at("2026-03-02");
    drop(world.open(now));
    world.take_down("app");
    let waits = erase(&world, later(now, 5));
    assert!(!waits.unreached.is_empty());
    world.bring_back("app");
    // Another process that was started a moment before, and comes to the store only now.
    let report = erase(&world, now);
    assert_eq!(report.head.case, waits.head.case);
    assert!(report.head.received_on.is_some(), "{:?}", report.head);
    let there = world.rows("app", "SELECT full_name, email, phone FROM accounts WHERE id = 1");
    assert_eq!(there, ["Ada Quaimarque||-"], "billing keeps the name, and nothing the rest");
}

#[test]
fn of_several_erasures_at_once_each_tells_what_is_so() {
    for round in 0..4 {
        let world = small(Lite, Lite);
        let now = at("2026-03-02");
        drop(world.open(now));
        let asked = [0, 7, 14].map(|run| later(now, (run + round * 5) % 11));
        let reports: Vec<ErasureReport> = std::thread::scope(|scope| {
            let run = |asked: Instant| {
                let world = &world;
                scope.spawn(move || world.open(asked).erase(&whom(&[ADA]), asked, false, asked))
            };
            asked.map(run).into_iter().filter_map(|run| run.join().unwrap().ok()).collect()
        });
        assert!(!reports.is_empty());
        let there = world.rows("app", "SELECT full_name, email, phone FROM accounts WHERE id = 1");
        assert_eq!(there, ["Ada Quaimarque||-"], "billing keeps the name, and nothing the rest");
        for report in &reports {
            assert!(report.head.received_on.is_some(), "{:?}", report.head);
            let uses = report.steps.iter().flat_map(|step| &step.reasons);
            let uses: Vec<_> = uses.filter(|reason| reason.stage == Stage::Live).collect();
            assert!(uses.is_empty(), "who asked for erasure is in use for nothing: {uses:?}");
        }
    }
}

#[test]
fn a_hold_that_comes_while_a_sweep_waits_for_somebody_who_is_looked_at_alone_is_heeded() {
    let world = small(Lite, Lite);
    let now = at("2029-01-10");
    let mut company = world.open(now);
    record(&mut company, ADA, hold(&["support.email"]), now).unwrap();
    drop(company);
    let swept: SweepReport = meanwhile(
        &world,
        || world.open(now).sweep(&SweepOrder::default(), now, &mut |_| {}).unwrap(),
        || {
            let placed = later(now, 900);
            record(&mut world.open(placed), ADA, hold(&["identification.phone"]), placed).unwrap();
        },
    );
    let phone = world.rows("app", "SELECT phone FROM accounts WHERE id = 1");
    assert_eq!(phone, ["+33 1 99 00 00 01"], "{swept:?}");
}
