//! Several at once: threads on one vault, and vaults of several processes on one database.

use std::thread;
use std::time::Duration;

use kept_core::timeline::Right;
use kept_vault::{Fault, Location, Settings};

use crate::world::{World, now, on_both_engines, person};

on_both_engines!(
    writers_at_once_number_their_requests_without_gap_or_double,
    two_that_open_a_new_store_at_once_share_it,
    two_that_make_the_same_person_make_one,
    a_writer_that_never_lets_go_is_waited_for_and_then_said,
    readers_see_one_state_while_others_write,
);

fn writers_at_once_number_their_requests_without_gap_or_double(world: &World) {
    let (one, two) = (world.open(), world.open());
    let mut numbers: Vec<String> = thread::scope(|scope| {
        let writers: Vec<_> = [&one, &one, &two, &two]
            .into_iter()
            .enumerate()
            .map(|(writer, vault)| {
                scope.spawn(move || -> Vec<String> {
                    (0..25)
                        .map(|_| {
                            let number = vault.write("file", |tx| {
                                let id = person(tx, &format!("p{writer}@example.org"))?;
                                tx.put_request(id, Right::Access, now(), b"")
                            });
                            number.unwrap().to_string()
                        })
                        .collect()
                })
            })
            .collect();
        writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect()
    });
    numbers.sort();
    let expected: Vec<_> = (1..=100).map(|number| format!("R-2026-{number:04}")).collect();
    assert_eq!(numbers, expected);
}

fn two_that_open_a_new_store_at_once_share_it(world: &World) {
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let vault = world.open_with(&world.keys(), Settings::default()).unwrap();
                vault.write("make", |tx| person(tx, "ana@example.org")).unwrap();
            });
        }
    });
    world.open();
}

fn two_that_make_the_same_person_make_one(world: &World) {
    let vault = world.open();
    let mut made: Vec<_> = thread::scope(|scope| {
        let makers: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| vault.write("make", |tx| person(tx, "ana@example.org")).unwrap()))
            .collect();
        makers.into_iter().map(|maker| maker.join().unwrap()).collect()
    });
    made.dedup();
    assert_eq!(made.len(), 1);
}

fn a_writer_that_never_lets_go_is_waited_for_and_then_said(world: &World) {
    drop(world.open());
    let settings = Settings { wait_for: Duration::from_millis(100), ..Settings::default() };
    let vault = world.open_with(&world.keys(), settings).unwrap();
    let other = world.open();
    let busy = other.write("hold", |_| {
        let waited = vault.write("wait", |tx| person(tx, "ana@example.org"));
        Err::<(), _>(waited.unwrap_err())
    });
    let fault = busy.unwrap_err();
    assert!(matches!(fault, Fault::Busy { .. }), "{fault}");
    vault.write("after", |tx| person(tx, "ana@example.org")).unwrap();
}

fn readers_see_one_state_while_others_write(world: &World) {
    let vault = world.open();
    vault
        .read("look", |tx| {
            let before = tx.open_requests()?.len();
            vault.write("file", |tx| {
                let ana = person(tx, "ana@example.org")?;
                tx.put_request(ana, Right::Access, now(), b"")
            })?;
            assert_eq!(tx.open_requests()?.len(), before);
            Ok::<_, Fault>(())
        })
        .unwrap();
    assert_eq!(vault.read("look", kept_vault::Tx::open_requests).unwrap().len(), 1);
}

#[test]
fn an_act_whose_connection_breaks_is_done_once_over_another() {
    let world = World::postgres();
    let Location::Postgres(url) = &world.location else { panic!("postgres") };
    let vault = world.open();
    let mut runs = 0;
    vault
        .write("broken", |tx| {
            runs += 1;
            let ana = person(tx, "ana@example.org")?;
            if runs == 1 {
                let mut beside = ::postgres::Client::connect(url, ::postgres::NoTls).unwrap();
                let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                           WHERE datname = current_database() AND application_name = 'kept'";
                beside.batch_execute(end).unwrap();
            }
            tx.put_request(ana, Right::Access, now(), b"")
        })
        .unwrap();
    assert_eq!(runs, 2);
    assert_eq!(vault.read("look", kept_vault::Tx::open_requests).unwrap().len(), 1);
}
