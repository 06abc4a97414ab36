//! Erasure: keys destroyed, bytes gone from every file.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::time::Duration;

use kept_core::timeline::Right;
use kept_vault::subject::{Destroy, Erasure};
use kept_vault::{Fault, Location, Scrub, SubjectId, Vault};

use crate::world::{World, by_email, now, on_both_engines, person, receipt};

on_both_engines!(
    an_erased_person_is_not_found_and_opens_no_more,
    the_others_of_the_bucket_still_open_after_an_erasure,
    erasing_twice_changes_nothing,
);

fn erase(vault: &Vault, id: SubjectId, which: Destroy) {
    vault.write("erase", |tx| tx.erase_subject_keys(id, which, now())).unwrap();
}

fn an_erased_person_is_not_found_and_opens_no_more(world: &World) {
    let vault = world.open();
    let (ana, request) = vault
        .write("make", |tx| {
            let ana = person(tx, "ana@example.org")?;
            let number = tx.put_request(ana, Right::Erasure, now(), b"forget me")?;
            Ok::<_, Fault>((ana, tx.request(&number)?.unwrap()))
        })
        .unwrap();
    erase(&vault, ana, Destroy::Values);
    vault
        .read("look", |tx| {
            assert_eq!(by_email("ana@example.org", |email| tx.find_subject(&email))?, None);
            assert!(matches!(tx.request_content(&request, &receipt()), Err(Fault::Erased)));
            assert_eq!(tx.erasure(ana)?, Erasure::Erased(now()));
            Ok::<_, Fault>(())
        })
        .unwrap();
}

fn the_others_of_the_bucket_still_open_after_an_erasure(world: &World) {
    let vault = world.open();
    let ids = vault
        .write("make", |tx| {
            (0..50).map(|number| person(tx, &format!("p{number}@example.org"))).collect::<Result<Vec<_>, _>>()
        })
        .unwrap();
    for id in ids.iter().step_by(7) {
        erase(&vault, *id, Destroy::ValuesAndLedger);
    }
    let again = world.open();
    again
        .write("look", |tx| {
            for (number, id) in ids.iter().enumerate() {
                let erased = number % 7 == 0;
                let known = tx.identifiers(*id, &receipt())?;
                assert_eq!(known.len(), usize::from(!erased));
                assert_eq!(tx.erasure(*id)? == Erasure::No, !erased);
            }
            person(tx, "new@example.org")
        })
        .unwrap();
}

fn erasing_twice_changes_nothing(world: &World) {
    let vault = world.open();
    let ana = vault.write("make", |tx| person(tx, "ana@example.org")).unwrap();
    erase(&vault, ana, Destroy::Values);
    vault.scrub(Duration::from_secs(1), now()).unwrap();
    let before = vault.read("look", |tx| tx.erasure(ana)).unwrap();
    erase(&vault, ana, Destroy::Values);
    assert_eq!(vault.read("look", |tx| tx.erasure(ana)).unwrap(), before);
    assert_ne!(before, Erasure::No);
}

/// Every file under a folder that holds these bytes.
pub(crate) fn files_with(folder: &Path, bytes: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_with(&path, bytes));
        } else if fs::read(&path).is_ok_and(|all| all.windows(bytes.len()).any(|window| window == bytes)) {
            found.push(path.display().to_string());
        }
    }
    found
}

#[test]
fn after_a_scrub_no_file_of_sqlite_holds_the_wrapped_keys_of_the_erased() {
    let world = World::sqlite();
    let vault = world.open();
    let Location::Sqlite(path) = &world.location else { panic!("sqlite") };
    let ids = vault
        .write("make", |tx| {
            (0..300)
                .map(|number| person(tx, &format!("p{number}@example.org")))
                .collect::<Result<Vec<_>, _>>()
        })
        .unwrap();
    let wraps: Vec<(SubjectId, [Vec<u8>; 2])> = {
        let beside = rusqlite::Connection::open(path).unwrap();
        let wraps = |id: SubjectId| {
            let row = |row: &rusqlite::Row<'_>| Ok([row.get(0)?, row.get(1)?]);
            let ask = "SELECT vault_key, ledger_key FROM subject WHERE id = ?1";
            (id, beside.query_row(ask, [id.as_bytes()], row).unwrap())
        };
        ids.iter().step_by(11).map(|id| wraps(*id)).collect()
    };
    for (_, [key, _]) in &wraps {
        assert!(!files_with(world.folder.path(), key).is_empty(), "the search finds what is there");
    }
    for (id, _) in &wraps {
        erase(&vault, *id, Destroy::ValuesAndLedger);
    }
    assert_eq!(vault.scrub(Duration::from_secs(1), now()).unwrap(), Scrub::Done);
    for (id, keys) in &wraps {
        for key in keys {
            assert_eq!(files_with(world.folder.path(), key), Vec::<String>::new());
        }
        assert_eq!(vault.read("look", |tx| tx.erasure(*id)).unwrap(), Erasure::Scrubbed(now()));
    }
    assert_eq!(vault.scrub(Duration::from_secs(1), now()).unwrap(), Scrub::Nothing);
}

#[test]
fn a_reader_in_the_way_leaves_the_erasure_unscrubbed_and_said_so() {
    let world = World::sqlite();
    let vault = world.open();
    let Location::Sqlite(path) = &world.location else { panic!("sqlite") };
    let ana = vault.write("make", |tx| person(tx, "ana@example.org")).unwrap();
    let beside = rusqlite::Connection::open(path).unwrap();
    beside.execute_batch("BEGIN; SELECT COUNT(*) FROM subject").unwrap();
    beside.query_row("SELECT COUNT(*) FROM subject", [], |row| row.get::<_, i64>(0)).unwrap();
    erase(&vault, ana, Destroy::Values);
    assert_eq!(vault.scrub(Duration::from_millis(50), now()).unwrap(), Scrub::Busy);
    assert_eq!(vault.read("look", |tx| tx.erasure(ana)).unwrap(), Erasure::Erased(now()));
    beside.execute_batch("COMMIT").unwrap();
    assert_eq!(vault.scrub(Duration::from_millis(500), now()).unwrap(), Scrub::Done);
}

/// Every wrap of every key that the store holds now.
fn wraps_of(path: &Path, found: &mut BTreeMap<[u8; 16], BTreeSet<Vec<u8>>>) {
    let beside = rusqlite::Connection::open(path).unwrap();
    let mut ask = beside.prepare("SELECT id, vault_key, ledger_key FROM subject").unwrap();
    let mut rows = ask.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        let wraps: [Option<Vec<u8>>; 2] = [row.get(1).unwrap(), row.get(2).unwrap()];
        found.entry(row.get(0).unwrap()).or_default().extend(wraps.into_iter().flatten());
    }
}

#[test]
fn no_wrap_that_an_erased_person_ever_had_outlives_a_busy_day() {
    let world = World::sqlite();
    let vault = world.open();
    let Location::Sqlite(path) = &world.location else { panic!("sqlite") };
    let (mut ids, mut wraps, mut erased) = (Vec::new(), BTreeMap::new(), Vec::new());
    for round in 0..6 {
        let made = vault.write("make", |tx| {
            (0..60)
                .map(|number| {
                    let id = person(tx, &format!("p{round}.{number}@example.org"))?;
                    tx.put_request(id, Right::Access, now(), &vec![b'x'; 37 * number])?;
                    Ok(id)
                })
                .collect::<Result<Vec<_>, Fault>>()
        });
        ids.extend(made.unwrap());
        wraps_of(path, &mut wraps);
        for _ in 0..10 {
            let id = ids.swap_remove((round * 31 + 7) % ids.len());
            erase(&vault, id, Destroy::ValuesAndLedger);
            erased.push(id);
        }
        wraps_of(path, &mut wraps);
    }
    assert_eq!(vault.scrub(Duration::from_secs(1), now()).unwrap(), Scrub::Done);
    let all: Vec<u8> = fs::read_dir(world.folder.path())
        .unwrap()
        .flat_map(|entry| fs::read(entry.unwrap().path()).unwrap())
        .collect();
    let there: BTreeSet<&[u8]> = all.windows(60).collect();
    let left =
        erased.iter().flat_map(|id| &wraps[id.as_bytes()]).filter(|wrap| there.contains(wrap.as_slice()));
    assert_eq!(left.count(), 0);
    let live = ids.iter().flat_map(|id| &wraps[id.as_bytes()]).filter(|wrap| there.contains(wrap.as_slice()));
    assert_eq!(live.count(), 2 * ids.len(), "the search finds what is there");
}
