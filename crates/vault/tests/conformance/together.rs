//! Several at once: threads on one vault, and vaults of several processes on one database.

use std::thread;

use kept_core::timeline::Right;
use kept_vault::Settings;

use crate::world::{World, now, on_both_engines, person};

on_both_engines!(
    writers_at_once_number_their_requests_without_gap_or_double,
    two_that_open_a_new_store_at_once_share_it,
    two_that_make_the_same_person_make_one,
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
