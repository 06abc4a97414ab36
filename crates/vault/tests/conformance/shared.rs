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
