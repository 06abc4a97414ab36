//! The use cases with Kept's own store in PostgreSQL: the same answers, and the same care.

use kept_core::standing::Stage;
use kept_engine::report::erasure::{Own, StoreState};

use crate::world::{BOTH, Lite, Postgres, at, part, small, whom};

const ADA: &str = "email=ada@example.org";

#[test]
fn access_erasure_and_a_second_request_are_answered_alike() {
    for kind in BOTH {
        let world = small(kind, Postgres).kept_in_postgres();
        let now = at("2026-03-02");
        let mut company = world.open(now);
        let access = company.access(&whom(&[ADA]), Some(now), now).unwrap();
        assert!(access.held.iter().any(|table| table.table.as_str() == "tickets"));
        let erased = company.erase(&whom(&[ADA]), now, false, now).unwrap();
        assert!(erased.stores.iter().all(|part| part.state == StoreState::Done), "{:?}", erased.stores);
        assert_eq!(company.requests(now).unwrap(), []);
        drop(company);
        let later = at("2026-03-05");
        let why = world.open(later).why(&whom(&[ADA]), None, later, later).unwrap();
        assert!(why.grounds.iter().all(|line| line.stage != Stage::Live), "{kind:?}: {:#?}", why.grounds);
        let again = world.open(later).erase(&whom(&[ADA]), later, false, later).unwrap();
        assert_eq!(again.own, Own::Untouched, "{kind:?}");
    }
}

#[test]
fn the_key_of_a_person_of_whom_nothing_stays_dies_with_its_epoch() {
    let world = small(Lite, Lite).kept_in_postgres();
    world.run(
        "desk",
        "INSERT INTO contacts VALUES (9, 'Dee Seule', 'dee-quaimarque@example.org', '2025-09-01 09:00:00')",
    );
    let now = at("2026-03-02");
    let report =
        world.open(now).erase(&whom(&["email=dee-quaimarque@example.org"]), now, false, now).unwrap();
    assert_eq!(report.own, Own::KeyGone, "{:?}", report.stores);
}

#[test]
fn a_store_that_was_down_is_taken_up_and_sweeps_and_audits_go_on() {
    for kind in BOTH {
        let mut world = small(Lite, kind).kept_in_postgres();
        world.take_down("desk");
        let now = at("2026-03-02");
        let report = world.open(now).erase(&whom(&[ADA]), now, false, now).unwrap();
        assert_eq!(report.own, Own::Waiting);
        world.bring_back("desk");
        let morning = at("2026-03-03");
        world.open(morning).resume(morning).unwrap();
        assert_eq!(world.count("desk", "contacts WHERE id = 1"), 0, "{kind:?}");
        assert_eq!(world.open(morning).requests(morning).unwrap(), []);
        let mut company = world.open(morning);
        company.sweep(&Default::default(), morning, &mut |_| {}).unwrap();
        let audit = company.audit(morning, &mut |_| {}).unwrap();
        let ledger = audit.statements.iter().find(|one| one.about == "ledger").unwrap();
        assert_eq!(ledger.verdict, kept_engine::report::audit::Verdict::Kept, "{ledger:?}");
    }
}

#[test]
fn two_at_once_do_the_work_once() {
    let world = small(Lite, Lite).kept_in_postgres();
    let now = at("2026-03-02");
    drop(world.open(now));
    std::thread::scope(|scope| {
        let runs: Vec<_> =
            (0..3).map(|_| scope.spawn(|| world.open(now).erase(&whom(&[ADA]), now, false, now))).collect();
        for run in runs {
            if let Err(failure) = run.join().unwrap() {
                assert!(failure.to_string().contains("again"), "{failure}");
            }
        }
    });
    let last = world.open(now).erase(&whom(&[ADA]), now, false, now).unwrap();
    assert!(last.stores.iter().all(|part| part.left == 0), "{:?}", last.stores);
    assert_eq!(world.count("app", "accounts WHERE email = 'ada@example.org'"), 0);
    assert_eq!(part(&last, "app").left, 0);
}
