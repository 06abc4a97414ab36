//! Two at a time, and killed in the middle: nothing lost, nothing done by halves, a true report.

use kept_core::ledger::{Outcome, VerifierKey, verify};
use kept_engine::ledger::Folder;
use kept_engine::report::erasure::StoreState;
use kept_engine::sweep::SweepOrder;

use crate::world::{Lite, Postgres, World, at, part, small, whom};

const ADA: &str = "email=ada@example.org";

#[track_caller]
fn ledger_is_sound(world: &World) {
    let company = world.open(at("2026-04-01"));
    let published = company.publish().unwrap();
    let key = VerifierKey::parse(&published.key).unwrap();
    let report = verify(&Folder::new(&published.folder), &key, &[]);
    assert!(report.is_sound(), "{:?}", report.findings);
}

#[test]
fn the_same_person_erased_twice_at_once_is_erased_once_and_answered() {
    for desk in [Lite, Postgres] {
        let world = small(Lite, desk);
        let now = at("2026-03-02");
        drop(world.open(now));
        let reports: Vec<_> = std::thread::scope(|scope| {
            let runs: Vec<_> = (0..3)
                .map(|_| scope.spawn(|| world.open(now).erase(&whom(&[ADA]), now, false, now)))
                .collect();
            runs.into_iter().map(|run| run.join().unwrap()).collect()
        });
        for report in &reports {
            match report {
                Ok(report) => assert!(
                    report
                        .stores
                        .iter()
                        .all(|part| part.state != StoreState::Refused || part.notes[0].contains("anew")),
                    "{:?}",
                    report.stores
                ),
                Err(failure) => assert!(failure.to_string().contains("again"), "{failure}"),
            }
        }
        assert!(reports.iter().any(Result::is_ok));
        let last = world.open(now).erase(&whom(&[ADA]), now, false, now).unwrap();
        assert!(last.stores.iter().all(|part| part.left == 0), "{:?}", last.stores);
        let later = at("2026-03-03");
        world.open(later).resume(later).unwrap();
        assert_eq!(world.open(later).requests(later).unwrap(), []);
        assert_eq!(world.count("app", "accounts WHERE email = 'ada@example.org'"), 0);
        assert_eq!(world.count("desk", "contacts WHERE id = 1"), 0);
        ledger_is_sound(&world);
    }
}

#[test]
fn two_sweeps_and_an_erasure_at_once_end_as_one_after_the_other() {
    let world = small(Lite, Postgres);
    world.run("desk", "UPDATE tickets SET created_at = '2020-01-01 00:00:00' WHERE id = 32");
    let now = at("2026-03-02");
    drop(world.open(now));
    std::thread::scope(|scope| {
        let sweeps: Vec<_> = (0..2)
            .map(|_| scope.spawn(|| world.open(now).sweep(&SweepOrder::default(), now, &mut |_| {}).unwrap()))
            .collect();
        let erasure = scope.spawn(|| world.open(now).erase(&whom(&[ADA]), now, false, now));
        for sweep in sweeps {
            let report = sweep.join().unwrap();
            assert!(
                report.unreached.iter().all(|down| {
                    down.problem.contains("again") || down.problem.contains("another sweep of it runs")
                }),
                "{:?}",
                report.unreached
            );
        }
        let _ = erasure.join().unwrap();
    });
    let later = at("2026-03-03");
    let mut company = world.open(later);
    company.resume(later).unwrap();
    company.erase(&whom(&[ADA]), later, false, later).unwrap();
    company.sweep(&SweepOrder::default(), later, &mut |_| {}).unwrap();
    assert_eq!(world.count("app", "accounts WHERE email = 'ada@example.org'"), 0);
    assert_eq!(world.count("desk", "contacts WHERE id = 1"), 0);
    assert_eq!(world.count("desk", "tickets WHERE id = 32"), 0);
    ledger_is_sound(&world);
}

#[test]
fn a_full_disk_of_a_store_undoes_that_part_and_says_so() {
    let world = small(Lite, Lite);
    // Every change is copied into a table until the file may not grow: a trigger of the company's own.
    world.run(
        "app",
        "CREATE TABLE copies (bytes BLOB); \
         CREATE TRIGGER copy AFTER UPDATE ON accounts BEGIN INSERT INTO copies VALUES (zeroblob(900000000)); END;",
    );
    let before = world.rows("app", "SELECT * FROM accounts ORDER BY id");
    let now = at("2026-03-02");
    let report = world.open(now).erase(&whom(&[ADA]), now, false, now).unwrap();
    let app = part(&report, "app");
    if app.state != StoreState::Done {
        assert_eq!(before, world.rows("app", "SELECT * FROM accounts ORDER BY id"));
        assert!(!app.notes.is_empty());
    }
    world.run("app", "DROP TRIGGER copy; DELETE FROM copies");
    let later = at("2026-03-03");
    let mut company = world.open(later);
    company.resume(later).unwrap();
    assert_eq!(world.count("app", "accounts WHERE email = 'ada@example.org'"), 0);
    assert_eq!(company.requests(later).unwrap(), []);
}

#[test]
fn every_intended_part_has_its_end_in_the_ledger() {
    use kept_core::ledger::Kind;
    let world = small(Lite, Postgres);
    let lock = world.lock("app");
    let now = at("2026-03-02");
    world.open(now).erase(&whom(&[ADA]), now, false, now).unwrap();
    drop(lock);
    let later = at("2026-03-03");
    world.open(later).resume(later).unwrap();
    let entries = world.entries();
    let intended = entries.iter().filter(|entry| entry.kind == Kind::ErasureIntended).count();
    let done: Vec<_> =
        entries.iter().filter(|entry| entry.kind == Kind::ErasureDone && entry.follows.is_some()).collect();
    assert_eq!((intended, done.len()), (3, 3), "the desk once, the shop twice");
    assert_eq!(done.iter().filter(|entry| entry.outcome == Outcome::Failed).count(), 1, "the lock");
    assert_eq!(done.iter().filter(|entry| entry.outcome == Outcome::Done).count(), 2);
}
