//! The ledger's rows: what is logged is durable, sealed, chained and readable with its keys.

use kept_core::ledger::entry::Found;
use kept_core::ledger::system::SystemAct;
use kept_core::ledger::{Entry, Kind, Leaf, PolicyVersion, Pseudonym, Scope, Sequence, SystemEntry};
use kept_core::name::{CaseId, PurposeName};
use kept_vault::Fault;
use kept_vault::entry::Whom;
use kept_vault::subject::{Destroy, SubjectId};

use crate::world::{World, by_email, now, on_both_engines, person, receipt};

on_both_engines!(
    an_act_gives_receipts_for_its_entries_in_order,
    entries_about_a_person_are_read_back_and_form_a_chain,
    an_entry_about_many_is_found_by_each_of_them,
    a_member_shows_its_part_in_an_entry_as_long_as_both_keys_are_there,
    an_entry_about_many_of_an_earlier_version_is_still_found,
    entries_about_many_are_found_before_and_after_they_are_filed_by_person,
    an_act_whose_entry_is_refused_does_not_happen,
    a_ledger_that_can_not_be_written_stops_the_act,
    an_entry_stays_readable_while_the_ledger_key_is_there_and_ends_with_it,
    leaves_are_numbered_from_zero_without_gap,
    a_changed_entry_does_not_open,
);

pub(crate) fn entry(kind: Kind) -> Entry {
    Entry::new(kind, now(), Pseudonym::KEPT, PolicyVersion::from_bytes([9; 32]))
}

pub(crate) fn records() -> PurposeName {
    PurposeName::from("proof")
}

fn an_act_gives_receipts_for_its_entries_in_order(world: &World) {
    let vault = world.open();
    let acted = vault
        .act("two", |tx| {
            let ana = person(tx, "ana@example.org")?;
            let first = tx.log(Whom::One(ana), entry(Kind::Read), &records())?;
            let second = tx.log(Whom::Nobody, entry(Kind::Read), &records())?;
            Ok::<_, Fault>([first, second])
        })
        .unwrap();
    assert_eq!(acted.receipts.len(), 2);
    for (number, (pending, durable)) in acted.value.iter().zip(&acted.receipts).enumerate() {
        assert_eq!(durable.sequence(), Sequence(number as u64));
        assert_eq!(durable.commitment(), &pending.commitment);
        assert_eq!(&world.open().receipt(durable.sequence()).unwrap(), durable);
    }
    assert!(matches!(vault.receipt(Sequence(2)), Err(Fault::Missing { .. })));
}

fn entries_about_a_person_are_read_back_and_form_a_chain(world: &World) {
    let vault = world.open();
    let (ana, first, name) = vault
        .write("log", |tx| {
            let (ana, bo) = (person(tx, "ana@example.org")?, person(tx, "bo@example.org")?);
            let first = tx.log(Whom::One(ana), entry(Kind::Read), &records())?;
            tx.log(Whom::One(bo), entry(Kind::Read), &records())?;
            let mut done = entry(Kind::ErasureDone);
            done.request = Some(CaseId::from("R-2026-0001"));
            done.follows = Some(first.commitment);
            done.found = Some(Found { changed: 3, left: 0 });
            tx.log(Whom::One(ana), done, &records())?;
            Ok::<_, Fault>((ana, first, tx.pseudonym(ana)?))
        })
        .unwrap();
    let found = vault.read("read", |tx| tx.entries_of(ana, &receipt())).unwrap();
    let numbers: Vec<_> = found.iter().map(|entry| entry.sequence.0).collect();
    assert_eq!(numbers, [0, 2]);
    let (_, last) = found[1].opened.as_ref().unwrap();
    assert_eq!(last.found, Some(Found { changed: 3, left: 0 }));
    assert_eq!(last.scope, Scope::One { subject: name, number: 1, previous: Some(first.commitment) });
}

fn an_entry_about_many_is_found_by_each_of_them(world: &World) {
    let vault = world.open();
    let (bo, nobody) = vault
        .write("log", |tx| {
            let names = ["ana", "bo", "cy"];
            let all = names.map(|name| person(tx, name)).into_iter().collect::<Result<Vec<_>, _>>()?;
            tx.log(Whom::Many(&all), entry(Kind::ErasureDone), &records())?;
            Ok::<_, Fault>((all[1], person(tx, "di")?))
        })
        .unwrap();
    vault
        .read("read", |tx| {
            let found = tx.entries_of(bo, &receipt())?;
            let (_, entry) = found[0].opened.as_ref().unwrap();
            assert!(matches!(entry.scope, Scope::Many { count: 3, .. }));
            assert!(tx.entries_of(nobody, &receipt())?.is_empty());
            assert_eq!(tx.count_entries()?, 1);
            Ok::<_, Fault>(())
        })
        .unwrap();
}

fn an_act_whose_entry_is_refused_does_not_happen(world: &World) {
    let vault = world.open();
    let fault = vault
        .act("refused", |tx| {
            let ana = person(tx, "ana@example.org")?;
            let mut spoilt = entry(Kind::Read);
            spoilt.rule = Some("ana@example.org".to_owned());
            tx.log(Whom::One(ana), spoilt, &records())
        })
        .unwrap_err();
    assert!(matches!(fault, Fault::Entry(_)), "{fault}");
    assert!(!format!("{fault} {fault:?}").contains("ana@"));
    let found = vault.read("find", |tx| by_email("ana@example.org", |email| tx.find_subject(&email)));
    assert_eq!(found.unwrap(), None);
}

fn a_ledger_that_can_not_be_written_stops_the_act(world: &World) {
    let vault = world.open();
    crate::opening::run(&world.location, "DROP TABLE member; ALTER TABLE entry RENAME TO entries");
    let acted = vault.act("act", |tx| {
        let ana = person(tx, "ana@example.org")?;
        tx.log(Whom::One(ana), entry(Kind::Read), &records())
    });
    assert!(matches!(acted, Err(Fault::Statement { .. })));
    let found = vault.read("find", |tx| by_email("ana@example.org", |email| tx.find_subject(&email)));
    assert_eq!(found.unwrap(), None);
}

fn an_entry_stays_readable_while_the_ledger_key_is_there_and_ends_with_it(world: &World) {
    let vault = world.open();
    let ana = vault
        .write("log", |tx| {
            let ana = person(tx, "ana@example.org")?;
            tx.log(Whom::One(ana), entry(Kind::Read), &records())?;
            tx.erase_subject_keys(ana, Destroy::Values, now())?;
            tx.log(Whom::One(ana), entry(Kind::ErasureDone), &records())?;
            Ok::<_, Fault>(ana)
        })
        .unwrap();
    let read = || vault.read("read", |tx| tx.entries_of(ana, &receipt())).unwrap();
    assert!(read().iter().all(|entry| entry.opened.is_some()));
    let page = |between: std::ops::Range<u64>| {
        vault.read("page", |tx| tx.entries(between.clone(), &receipt())).unwrap()
    };
    assert_eq!(page(0..9), read());
    assert_eq!(page(1..2), read()[1..]);
    vault.write("end", |tx| tx.erase_subject_keys(ana, Destroy::ValuesAndLedger, now())).unwrap();
    assert_eq!(read().len(), 2);
    assert!(read().iter().all(|entry| entry.opened.is_none()));
    let more = vault.act("more", |tx| tx.log(Whom::One(ana), entry(Kind::Read), &records()));
    assert!(matches!(more, Err(Fault::Erased)));
}

fn leaves_are_numbered_from_zero_without_gap(world: &World) {
    let vault = world.open();
    let refused = vault.act("half", |tx| {
        tx.log(Whom::Nobody, entry(Kind::Read), &records())?;
        Err::<(), _>(Fault::Missing { what: "rest" })
    });
    assert!(refused.is_err());
    for _ in 0..3 {
        vault.act("log", |tx| tx.log(Whom::Nobody, entry(Kind::Read), &records())).unwrap();
    }
    let version = PolicyVersion::from_bytes([1; 32]);
    let system = SystemEntry { at: now(), what: SystemAct::PolicyPublished { version } };
    let last = vault.write("system", |tx| tx.log_system(system.clone(), &records())).unwrap();
    assert_eq!(last, Sequence(3));
    let leaves = vault.read("leaves", |tx| tx.leaves(Sequence(1), 10)).unwrap();
    assert_eq!(leaves.len(), 3);
    assert_eq!(leaves[0].len(), 33);
    assert_eq!(Leaf::from_bytes(&leaves[2]).unwrap(), Leaf::System(system));
    crate::opening::run(&world.location, "DELETE FROM entry WHERE sequence = 2");
    assert!(matches!(vault.read("leaves", |tx| tx.leaves(Sequence(0), 10)), Err(Fault::Missing { .. })));
}

fn a_changed_entry_does_not_open(world: &World) {
    let vault = world.open();
    let ana = vault
        .write("log", |tx| {
            let ana = person(tx, "ana@example.org")?;
            tx.log(Whom::One(ana), entry(Kind::Read), &records())?;
            tx.log(Whom::One(ana), entry(Kind::ErasureDone), &records())?;
            Ok::<_, Fault>(ana)
        })
        .unwrap();
    let swap =
        "UPDATE entry SET sealed = (SELECT e.sealed FROM entry e WHERE e.sequence = 1) WHERE sequence = 0";
    crate::opening::run(&world.location, swap);
    let read = vault.read("read", |tx| tx.entries_of(ana, &receipt()));
    assert!(matches!(read, Err(Fault::Sealed { table: "entry", .. })));
}

fn a_member_shows_its_part_in_an_entry_as_long_as_both_keys_are_there(world: &World) {
    let vault = world.open();
    let people = vault
        .write("log", |tx| {
            let names = ["ana", "bo", "cy"];
            let all = names.map(|name| person(tx, name)).into_iter().collect::<Result<Vec<_>, _>>()?;
            tx.log(Whom::Many(&all), entry(Kind::Decided), &records())?;
            tx.log(Whom::Many(&all[..2]), entry(Kind::Decided), &records())?;
            Ok::<_, Fault>(all)
        })
        .unwrap();
    let part =
        |of: usize, at| vault.read("part", |tx| tx.membership(people[of], Sequence(at), &receipt())).unwrap();
    let bo = part(1, 0).unwrap();
    let name = vault.read("name", |tx| tx.pseudonym(people[1])).unwrap();
    assert_eq!((bo.place, bo.name, bo.commitments.len()), (1, name, 3));
    assert!(bo.commitments[1].opens_with(&bo.salt, name.as_bytes()));
    assert!(!bo.commitments[0].opens_with(&bo.salt, name.as_bytes()));
    assert_ne!(bo.salt, part(1, 1).unwrap().salt, "each entry has salts of its own");
    assert_ne!(bo.salt, part(0, 0).unwrap().salt);
    assert_eq!(part(2, 1), None, "was not among them");
    vault.write("end", |tx| tx.erase_subject_keys(people[1], Destroy::ValuesAndLedger, now())).unwrap();
    assert_eq!(part(1, 0), None);
    assert!(part(0, 0).is_some());
    crate::opening::run(&world.location, "UPDATE entry SET sealed = NULL WHERE sequence = 0");
    assert_eq!(part(0, 0), None, "the entry's payload is gone");
    crate::opening::run(
        &world.location,
        "UPDATE set_entry SET commitments = (SELECT commitments FROM set_entry WHERE sequence = 0) WHERE sequence = 1",
    );
    let changed = vault.read("part", |tx| tx.membership(people[0], Sequence(1), &receipt()));
    assert!(matches!(changed, Err(Fault::Sealed { table: "set_entry", .. })), "{changed:?}");
}

fn an_entry_about_many_of_an_earlier_version_is_still_found(world: &World) {
    let vault = world.open();
    let ana = vault
        .write("log", |tx| {
            let all = [person(tx, "ana")?, person(tx, "bo")?];
            tx.log(Whom::Many(&all), entry(Kind::Decided), &records())?;
            Ok::<_, Fault>(all[0])
        })
        .unwrap();
    let zeros = if matches!(world.location, kept_vault::Location::Sqlite(_)) {
        "zeroblob(32)"
    } else {
        "decode(repeat('00', 32), 'hex')"
    };
    let as_before = format!(
        "INSERT INTO member (sequence, place, subject, commitment) SELECT 0, slot, id, {zeros} FROM subject;
         DELETE FROM set_pending; DELETE FROM set_entry"
    );
    crate::opening::run(&world.location, &as_before);
    let found = vault.read("read", |tx| tx.entries_of(ana, &receipt())).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(vault.read("part", |tx| tx.membership(ana, Sequence(0), &receipt())).unwrap(), None);
}

fn entries_about_many_are_found_before_and_after_they_are_filed_by_person(world: &World) {
    let vault = world.open();
    let write = |people: &[SubjectId]| {
        vault
            .write("log", |tx| tx.log(Whom::Many(people), entry(Kind::Decided), &records()).map(drop))
            .unwrap();
    };
    let all = vault
        .write("people", |tx| {
            let names = ["ana", "bo", "cy"];
            names.map(|name| person(tx, name)).into_iter().collect::<Result<Vec<_>, _>>()
        })
        .unwrap();
    let look = || {
        let of = |who: &SubjectId| {
            let found = vault.read("read", |tx| tx.entries_of(*who, &receipt())).unwrap();
            let found: Vec<u64> = found.iter().map(|one| one.sequence.0).collect();
            let part =
                |at: &u64| vault.read("part", |tx| tx.membership(*who, Sequence(*at), &receipt())).unwrap();
            let places: Vec<u64> = found.iter().map(|at| part(at).unwrap().place).collect();
            (found, places)
        };
        all.iter().map(of).collect::<Vec<_>>()
    };
    write(&all);
    write(&[all[2], all[0]]);
    let expected = [(vec![0, 1], vec![0, 1]), (vec![0], vec![1]), (vec![0, 1], vec![2, 0])];
    assert_eq!(look(), expected);
    vault.write("file", kept_vault::Tx::file_members).unwrap();
    assert_eq!(look(), expected);
    write(&[all[1]]);
    write(&[all[1], all[2]]);
    let expected = [(vec![0, 1], vec![0, 1]), (vec![0, 2, 3], vec![1, 0, 0]), (vec![0, 1, 3], vec![2, 0, 1])];
    assert_eq!(look(), expected, "some filed, some waiting");
    vault.write("file", kept_vault::Tx::file_members).unwrap();
    vault.write("file", kept_vault::Tx::file_members).unwrap();
    assert_eq!(look(), expected);
}
