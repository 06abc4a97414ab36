//! The last lines of the ledger are told as the store has them, whoever wrote them: those that the process
//! itself wrote are told from memory, and only once they are committed.

use std::sync::Arc;

use kept_core::ledger::entry::Telling;
use kept_core::ledger::system::SystemAct;
use kept_core::ledger::{Entry, Kind, PolicyVersion, SystemEntry};
use kept_core::name::PurposeName;
use kept_core::policy::model::DataRef;
use kept_vault::entry::{Recorded, Whom};
use kept_vault::subject::Destroy;
use kept_vault::{Fault, Location, Vault};

use crate::ledger::{entry, records};
use crate::opening::run;
use crate::world::{World, at, now, on_both_engines, person, receipt};

on_both_engines!(
    what_is_told_from_memory_is_what_the_store_has,
    an_entry_of_an_act_that_failed_is_not_told,
    an_entry_whose_commit_failed_is_not_told,
    an_entry_is_not_told_before_it_is_committed,
    what_another_process_wrote_is_told_at_once_and_in_its_order,
    an_entry_in_memory_ends_with_its_persons_ledger_key,
    an_entry_that_somebody_changed_in_the_store_is_not_told_from_memory,
    far_more_entries_than_memory_holds_are_all_told,
);

/// The lines as a process that writes tells them, of whatever it has in memory.
fn told(vault: &Vault) -> Result<Vec<Arc<Recorded>>, Fault> {
    vault.write("tell", |tx| tx.lines(0..1_000_000))?.open(&receipt())
}

/// The lines as somebody reads them who remembers nothing.
fn stored(world: &World) -> Vec<Recorded> {
    world.open().read("read", |tx| tx.entries(0..1_000_000, &receipt())).unwrap()
}

#[track_caller]
fn same(vault: &Vault, world: &World) {
    let told: Vec<Recorded> = told(vault).unwrap().into_iter().map(Arc::unwrap_or_clone).collect();
    assert_eq!(told, stored(world));
}

fn log(vault: &Vault, entry: &Entry) {
    vault.write("log", |tx| tx.log(Whom::Nobody, entry.clone(), &records()).map(drop)).unwrap();
}

fn what_is_told_from_memory_is_what_the_store_has(world: &World) {
    let vault = world.open();
    vault
        .write("log", |tx| {
            let (ana, bo) = (person(tx, "ana@example.org")?, person(tx, "bo@example.org")?);
            let mut full = entry(Kind::Disclosed);
            full.at = at("2026-03-01T12:00:00.123456789Z");
            full.fields = vec![DataRef { category: "contact".into(), field: Some("email".into()) }];
            full.purpose = Some("billing".into());
            full.rule = Some("purpose.billing".to_owned());
            let until = Some(at("2027-01-01T00:00:00.000000999Z"));
            full.telling = Some(Telling { is_secret: true, reason: "art-23".to_owned(), until });
            tx.log(Whom::One(ana), full.clone(), &records())?;
            tx.log(Whom::One(ana), entry(Kind::Read), &PurposeName::from("other"))?;
            tx.log(Whom::Many(&[ana, bo]), full, &records())?;
            let what = SystemAct::PolicyPublished { version: PolicyVersion::from_bytes([1; 32]) };
            let at = at("1969-07-20T20:17:40.000000999Z");
            tx.log_system(SystemEntry { at, what }, &records())
        })
        .unwrap();
    log(&vault, &entry(Kind::Audited));
    same(&vault, world);
    assert_eq!(told(&vault).unwrap().len(), 5);
    let part = vault.write("part", |tx| tx.lines(1..4)).unwrap().open(&receipt()).unwrap();
    assert_eq!(part.iter().map(|one| one.sequence.0).collect::<Vec<_>>(), [1, 2, 3]);
    for between in [7..9, 3..3, std::ops::Range { start: 1_000_000, end: 2 }] {
        assert!(
            vault.write("none", |tx| tx.lines(between.clone())).unwrap().open(&receipt()).unwrap().is_empty()
        );
    }
}

fn an_entry_of_an_act_that_failed_is_not_told(world: &World) {
    let vault = world.open();
    log(&vault, &entry(Kind::Read));
    let mut together = vault.together("acts").unwrap();
    let first = together.act(|tx| tx.log(Whom::Nobody, entry(Kind::Read), &records())).unwrap();
    let failed = together.act(|tx| {
        tx.log(Whom::Nobody, entry(Kind::Audited), &records())?;
        tx.log(Whom::Nobody, entry(Kind::Audited), &PurposeName::from("of-a-new-key"))?;
        Err::<(), _>(Fault::Missing { what: "reason" })
    });
    assert!(failed.is_err());
    let committed = together.commit().unwrap();
    first.settle(&committed).unwrap();
    same(&vault, world);
    let alone = vault.write("alone", |tx| {
        tx.log(Whom::Nobody, entry(Kind::Audited), &records())?;
        Err::<(), _>(Fault::Missing { what: "reason" })
    });
    assert!(alone.is_err());
    same(&vault, world);
    vault
        .write("again", |tx| {
            tx.log(Whom::Nobody, entry(Kind::Decided), &PurposeName::from("of-a-new-key")).map(drop)
        })
        .unwrap();
    same(&vault, world);
    assert_eq!(told(&vault).unwrap().len(), 3);
}

fn an_entry_whose_commit_failed_is_not_told(world: &World) {
    let vault = world.open();
    run(
        &world.location,
        match world.location {
            Location::Sqlite(_) => {
                "CREATE TABLE above (id INTEGER PRIMARY KEY);
                 CREATE TABLE below (id INTEGER REFERENCES above (id) DEFERRABLE INITIALLY DEFERRED);
                 CREATE TRIGGER spoil AFTER INSERT ON entry WHEN NEW.purpose = 'spoilt'
                 BEGIN INSERT INTO below VALUES (7); END"
            }
            Location::Postgres(_) => {
                "CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql
                 AS $$ BEGIN RAISE EXCEPTION 'spoilt'; END $$;
                 CREATE CONSTRAINT TRIGGER spoil AFTER INSERT ON entry DEFERRABLE INITIALLY DEFERRED
                 FOR EACH ROW WHEN (NEW.purpose = 'spoilt') EXECUTE FUNCTION spoil()"
            }
        },
    );
    log(&vault, &entry(Kind::Read));
    let mut together = vault.together("acts").unwrap();
    let first = together.act(|tx| tx.log(Whom::Nobody, entry(Kind::Decided), &records())).unwrap();
    together.act(|tx| tx.log(Whom::Nobody, entry(Kind::Audited), &PurposeName::from("spoilt"))).unwrap();
    assert!(together.commit().is_err());
    drop(first);
    same(&vault, world);
    assert_eq!(told(&vault).unwrap().len(), 1);
    log(&vault, &entry(Kind::Collected));
    same(&vault, world);
}

fn an_entry_is_not_told_before_it_is_committed(world: &World) {
    let vault = world.open();
    log(&vault, &entry(Kind::Read));
    let mut together = vault.together("acts").unwrap();
    let first = together.act(|tx| tx.log(Whom::Nobody, entry(Kind::Decided), &records())).unwrap();
    let lines = together.act(|tx| tx.lines(0..9)).unwrap();
    let committed = together.commit().unwrap();
    // What was chosen in the act's own transaction is to be had when that is committed.
    let lines = lines.settle(&committed).unwrap().value.open(&receipt()).unwrap();
    assert_eq!(lines.len(), 2);
    first.settle(&committed).unwrap();
    same(&vault, world);
}

fn what_another_process_wrote_is_told_at_once_and_in_its_order(world: &World) {
    let (one, other) = (world.open(), world.open());
    for round in 0..6 {
        let (writer, kind) = if round % 3 == 1 { (&other, Kind::Decided) } else { (&one, Kind::Read) };
        log(writer, &entry(kind));
        same(&one, world);
        same(&other, world);
    }
    let kinds: Vec<Kind> =
        told(&one).unwrap().iter().map(|line| line.opened.as_ref().unwrap().1.kind).collect();
    assert_eq!(kinds, [Kind::Read, Kind::Decided, Kind::Read, Kind::Read, Kind::Decided, Kind::Read]);
}

fn an_entry_in_memory_ends_with_its_persons_ledger_key(world: &World) {
    let (vault, other) = (world.open(), world.open());
    let of = |vault: &Vault, name: &str| {
        vault
            .write("log", |tx| {
                let who = person(tx, name)?;
                tx.log(Whom::One(who), entry(Kind::Read), &records())?;
                Ok::<_, Fault>(who)
            })
            .unwrap()
    };
    let opened = || told(&vault).unwrap().iter().map(|line| line.opened.is_some()).collect::<Vec<_>>();
    let (ana, bo) = (of(&vault, "ana@example.org"), of(&vault, "bo@example.org"));
    assert_eq!(opened(), [true, true]);
    vault.write("end", |tx| tx.erase_subject_keys(ana, Destroy::ValuesAndLedger, now())).unwrap();
    assert_eq!(opened(), [false, true]);
    of(&vault, "bo@example.org");
    other.write("end", |tx| tx.erase_subject_keys(bo, Destroy::ValuesAndLedger, now())).unwrap();
    assert_eq!(opened(), [false, false, false]);
    same(&vault, world);
}

fn an_entry_that_somebody_changed_in_the_store_is_not_told_from_memory(world: &World) {
    let vault = world.open();
    log(&vault, &entry(Kind::Read));
    log(&vault, &entry(Kind::Decided));
    same(&vault, world);
    let swap =
        "UPDATE entry SET sealed = (SELECT e.sealed FROM entry e WHERE e.sequence = 1) WHERE sequence = 0";
    run(&world.location, swap);
    assert!(matches!(told(&vault), Err(Fault::Sealed { table: "entry", .. })));
}

fn far_more_entries_than_memory_holds_are_all_told(world: &World) {
    let vault = world.open();
    let mut wide = entry(Kind::Read);
    let field =
        |number| DataRef { category: "contact".into(), field: Some(format!("f{number}").as_str().into()) };
    wide.fields = (0..500).map(field).collect();
    for _ in 0..2 {
        vault
            .write("log", |tx| {
                (0..60).try_for_each(|_| tx.log(Whom::Nobody, wide.clone(), &records()).map(drop))
            })
            .unwrap();
    }
    assert_eq!(told(&vault).unwrap().len(), 120);
    same(&vault, world);
}
