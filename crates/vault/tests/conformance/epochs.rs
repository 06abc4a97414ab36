//! Epochs: what was sealed before stays readable, and old copies die with their epoch's key.

use std::time::Duration;

use kept_core::ledger::{Kind, Leaf, Sequence};
use kept_vault::entry::Whom;
use kept_vault::subject::{Destroy, Erasure};
use kept_vault::{Fault, FileKeys, KeyName, KeyStore, Location, Scrub};

use crate::ledger::{entry, records};
use crate::world::{World, now, on_both_engines, person, receipt};

on_both_engines!(
    what_was_sealed_in_an_epoch_is_read_in_the_next_without_the_old_key,
    only_ended_epochs_are_destroyed_the_oldest_first,
    an_erasure_counts_as_scrubbed_when_its_epoch_is_destroyed,
    two_processes_go_from_one_epoch_to_the_next_together,
);

fn what_was_sealed_in_an_epoch_is_read_in_the_next_without_the_old_key(world: &World) {
    let vault = world.open();
    let ana = vault
        .write("make", |tx| {
            let ana = person(tx, "ana@example.org")?;
            tx.log(Whom::One(ana), entry(Kind::Read), &records())?;
            Ok::<_, Fault>(ana)
        })
        .unwrap();
    assert_eq!(vault.begin_epoch(now(), &records()).unwrap(), 2);
    vault.destroy_epoch(1, now(), &records()).unwrap();
    vault.destroy_epoch(1, now(), &records()).unwrap();
    assert_eq!(FileKeys::new(world.keys()).get(KeyName::Epoch(1)).unwrap(), None);
    drop(vault);
    let vault = world.open();
    vault
        .write("read", |tx| {
            assert_eq!(tx.identifiers(ana, &receipt())?[0].canonical, "ana@example.org");
            assert!(tx.entries_of(ana, &receipt())?[0].opened.is_some());
            let bo = person(tx, "bo@example.org")?;
            assert_eq!(tx.identifiers(bo, &receipt())?.len(), 1);
            let system = tx.leaves(Sequence(1), 9)?;
            assert_eq!(system.len(), 2, "begun and destroyed, once each");
            assert!(matches!(Leaf::from_bytes(&system[0]), Ok(Leaf::System(_))));
            let epochs = tx.epochs()?;
            let destroyed: Vec<_> = epochs.iter().map(|epoch| epoch.destroyed_at.is_some()).collect();
            assert_eq!(destroyed, [true, false]);
            Ok::<_, Fault>(())
        })
        .unwrap();
}

fn only_ended_epochs_are_destroyed_the_oldest_first(world: &World) {
    let vault = world.open();
    let destroy = |number| vault.destroy_epoch(number, now(), &records());
    assert!(matches!(destroy(1), Err(Fault::EpochInUse { number: 1 })));
    vault.begin_epoch(now(), &records()).unwrap();
    vault.begin_epoch(now(), &records()).unwrap();
    assert!(matches!(destroy(2), Err(Fault::EpochInUse { number: 2 })));
    assert!(matches!(destroy(9), Err(Fault::Missing { .. })));
    destroy(1).unwrap();
    destroy(2).unwrap();
    assert!(matches!(destroy(3), Err(Fault::EpochInUse { number: 3 })));
    vault.write("make", |tx| person(tx, "ana@example.org")).unwrap();
}

fn an_erasure_counts_as_scrubbed_when_its_epoch_is_destroyed(world: &World) {
    let vault = world.open();
    let erase = |name| {
        vault.write("erase", |tx| {
            let id = person(tx, name)?;
            tx.erase_subject_keys(id, Destroy::ValuesAndLedger, now())?;
            Ok::<_, Fault>(id)
        })
    };
    let before = erase("before").unwrap();
    vault.begin_epoch(now(), &records()).unwrap();
    let after = erase("after").unwrap();
    vault.destroy_epoch(1, now(), &records()).unwrap();
    let state = |id| vault.read("state", |tx| tx.erasure(id)).unwrap();
    assert_eq!((state(before), state(after)), (Erasure::Scrubbed(now()), Erasure::Erased(now())));
    let scrubbed = vault.scrub(Duration::from_secs(1), now()).unwrap();
    let sqlite = matches!(world.location, Location::Sqlite(_));
    assert_eq!(scrubbed, if sqlite { Scrub::Done } else { Scrub::UntilEpochEnds });
}

fn two_processes_go_from_one_epoch_to_the_next_together(world: &World) {
    let (one, two) = (world.open(), world.open());
    let ana = two.write("make", |tx| person(tx, "ana@example.org")).unwrap();
    one.begin_epoch(now(), &records()).unwrap();
    one.destroy_epoch(1, now(), &records()).unwrap();
    two.write("go on", |tx| {
        assert_eq!(tx.identifiers(ana, &receipt())?.len(), 1);
        let bo = person(tx, "bo@example.org")?;
        tx.erase_subject_keys(bo, Destroy::Values, now())
    })
    .unwrap();
    assert_eq!(one.read("look", |tx| tx.identifiers(ana, &receipt())).unwrap().len(), 1);
}
