//! Short acts that are committed together: each stands or falls by itself.

use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use kept_core::timeline::Right;
use kept_vault::{Fault, Tx, Vault};

use crate::world::{World, now, on_both_engines, person};

on_both_engines!(
    acts_that_wait_for_each_other_are_committed_together,
    an_act_that_fails_among_others_leaves_nothing_and_takes_nobody_along,
    what_a_panic_of_one_undid_is_done_again_for_the_others,
    acts_of_many_threads_are_each_done_once_or_not_at_all,
    what_acts_of_one_transaction_give_is_to_be_had_when_it_is_committed,
    acts_whose_transaction_is_dropped_are_not_done,
    whoever_would_write_alone_comes_between_those_who_share,
);

fn file(tx: &mut Tx, address: &str) -> Result<String, Fault> {
    let id = person(tx, address)?;
    tx.put_request(id, Right::Access, now(), b"").map(|number| number.to_string())
}

fn filed(vault: &Vault) -> usize {
    vault.read("look", Tx::open_requests).unwrap().len()
}

/// Runs one act, and another that begins to wait for its turn while the first is under way.
fn one_behind_the_other<T: Send, U: Send>(
    first: impl Fn() -> T + Send,
    begun: &Barrier,
    second: impl Fn() -> U + Send,
) -> (thread::Result<T>, thread::Result<U>) {
    thread::scope(|scope| {
        let first = scope.spawn(first);
        begun.wait();
        let second = scope.spawn(second);
        (first.join(), second.join())
    })
}

/// Lets others come to wait for their turn, once.
fn let_others_wait(begun: &Barrier, runs: &AtomicU32) {
    if runs.fetch_add(1, Ordering::SeqCst) == 0 {
        begun.wait();
        thread::sleep(Duration::from_millis(200));
    }
}

/// Files the first request, and lets others come to wait meanwhile.
fn file_first(vault: &Vault, begun: &Barrier, runs: &AtomicU32) -> Result<String, Fault> {
    let acted = vault.act_among_others("first", |tx| {
        let_others_wait(begun, runs);
        file(tx, "ana@example.org")
    });
    acted.map(|acted| acted.value)
}

fn acts_that_wait_for_each_other_are_committed_together(world: &World) {
    let (vault, beside) = (world.open(), world.open());
    let (begun, runs) = (Barrier::new(2), AtomicU32::new(0));
    let first = || file_first(&vault, &begun, &runs);
    let second = || {
        vault.act_among_others("second", |tx| {
            let number = file(tx, "bo@example.org")?;
            Ok::<_, Fault>((number, filed(&beside)))
        })
    };
    let (first, second) = one_behind_the_other(first, &begun, second);
    assert_eq!(first.unwrap().unwrap(), "R-2026-0001");
    let (number, committed) = second.unwrap().unwrap().value;
    assert_eq!((number.as_str(), committed), ("R-2026-0002", 0), "the first was handed on uncommitted");
    assert_eq!(filed(&beside), 2);
}

fn an_act_that_fails_among_others_leaves_nothing_and_takes_nobody_along(world: &World) {
    let vault = world.open();
    let (begun, runs) = (Barrier::new(2), AtomicU32::new(0));
    let first = || file_first(&vault, &begun, &runs);
    let second = || {
        vault.act_among_others("second", |tx| {
            file(tx, "bo@example.org")?;
            Err::<(), _>(Fault::Missing { what: "reason" })
        })
    };
    let (first, second) = one_behind_the_other(first, &begun, second);
    assert_eq!(first.unwrap().unwrap(), "R-2026-0001");
    assert!(matches!(second.unwrap(), Err(Fault::Missing { .. })));
    assert_eq!(filed(&vault), 1);
    assert_eq!(vault.write("next", |tx| file(tx, "bo@example.org")).unwrap(), "R-2026-0002");
}

fn what_a_panic_of_one_undid_is_done_again_for_the_others(world: &World) {
    let vault = world.open();
    let (begun, runs) = (Barrier::new(2), AtomicU32::new(0));
    let first = || file_first(&vault, &begun, &runs);
    let second = || vault.act_among_others::<(), Fault>("second", |_| panic!("on purpose"));
    let (first, second) = one_behind_the_other(first, &begun, second);
    assert_eq!(first.unwrap().unwrap(), "R-2026-0001");
    assert!(second.is_err());
    assert_eq!(runs.load(Ordering::SeqCst), 2, "it was undone, and done again");
    assert_eq!(filed(&vault), 1);
}

fn acts_of_many_threads_are_each_done_once_or_not_at_all(world: &World) {
    let vault = world.open();
    let mut numbers: Vec<String> = thread::scope(|scope| {
        let vault = &vault;
        let acts = |writer: u32| {
            move || -> Vec<String> {
                let act = |round: u32| {
                    let done = vault.act_among_others("file", |tx| {
                        let number = file(tx, &format!("p{writer}-{round}@example.org"))?;
                        if round.is_multiple_of(3) {
                            Err(Fault::Missing { what: "reason" })
                        } else {
                            Ok(number)
                        }
                    });
                    assert_eq!(done.is_err(), round.is_multiple_of(3), "{done:?}");
                    done.ok().map(|done| done.value)
                };
                (0..30).filter_map(act).collect()
            }
        };
        let threads: Vec<_> = (0..8).map(|writer| scope.spawn(acts(writer))).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    numbers.sort();
    let expected: Vec<_> = (1..=160).map(|number| format!("R-2026-{number:04}")).collect();
    assert_eq!(numbers, expected);
    assert_eq!(filed(&vault), 160);
}

fn what_acts_of_one_transaction_give_is_to_be_had_when_it_is_committed(world: &World) {
    let (vault, beside) = (world.open(), world.open());
    let mut together = vault.together("acts").unwrap();
    let first = together.act(|tx| file(tx, "ana@example.org")).unwrap();
    let refused = together.act(|tx| {
        file(tx, "bo@example.org")?;
        Err::<(), _>(Fault::Missing { what: "reason" })
    });
    assert!(matches!(refused, Err(Fault::Missing { .. })), "an act fails by itself");
    let second = together.act(|tx| file(tx, "cy@example.org")).unwrap();
    assert_eq!(filed(&beside), 0);
    let committed = together.commit().unwrap();
    assert_eq!(filed(&beside), 2);
    assert_eq!(first.settle(&committed).unwrap().value, "R-2026-0001");
    let other = vault.together("other").unwrap().commit().unwrap();
    assert!(matches!(second.settle(&other), Err(Fault::Missing { .. })), "another transaction says nothing");
}

fn acts_whose_transaction_is_dropped_are_not_done(world: &World) {
    let vault = world.open();
    let mut together = vault.together("acts").unwrap();
    let _ = together.act(|tx| file(tx, "ana@example.org")).unwrap();
    drop(together);
    assert_eq!(filed(&vault), 0);
    let mut together = vault.together("acts").unwrap();
    let broken = std::panic::AssertUnwindSafe(|| together.act::<(), Fault>(|_| panic!("on purpose")));
    assert!(std::panic::catch_unwind(broken).is_err());
    assert!(matches!(together.act(|tx| file(tx, "cy@example.org")), Err(Fault::Busy { .. })));
    drop(together);
    let after = vault.write("next", |tx| file(tx, "bo@example.org")).unwrap();
    assert_eq!(after, "R-2026-0001", "nobody waits for a transaction that a panic broke");
}

fn whoever_would_write_alone_comes_between_those_who_share(world: &World) {
    let vault = world.open();
    let (begun, done) = (Barrier::new(2), AtomicU32::new(0));
    thread::scope(|scope| {
        let alone = scope.spawn(|| {
            begun.wait();
            vault.write("alone", |tx| file(tx, "ana@example.org")).unwrap();
            done.store(1, Ordering::SeqCst);
        });
        let mut together = vault.together("acts").unwrap();
        begun.wait();
        thread::sleep(Duration::from_millis(200));
        let first = together.act(|tx| file(tx, "bo@example.org")).unwrap();
        together.commit().unwrap();
        drop(first);
        // Begun at once again: it finds the other's turn over.
        drop(vault.together("acts").unwrap());
        assert_eq!(filed(&vault), 2);
        alone.join().unwrap();
        assert_eq!(done.load(Ordering::SeqCst), 1);
    });
}
