//! What a process keeps in memory of people is what the store holds, whoever changed it.

use std::collections::BTreeMap;

use kept_core::policy::model::DataRef;
use kept_core::timeline::{Event, EventId, Happening};
use kept_vault::subject::Destroy;
use kept_vault::{Fault, SubjectId, Tx, Vault};

use crate::many::event;
use crate::world::{World, by_email, now, on_both_engines, person, receipt};

on_both_engines!(
    what_another_process_wrote_is_seen_at_once,
    what_an_act_that_failed_had_read_is_not_kept,
    an_erased_person_opens_no_more_whatever_was_known_of_them,
    a_value_goes_alone_from_among_those_it_was_sealed_with,
    values_are_written_anew_one_by_one_and_all_together,
    who_has_an_identifier_and_how_far_their_timeline_goes_is_seen_at_once,
);

fn field(name: &str) -> DataRef {
    DataRef { category: "identification".into(), field: Some(name.into()) }
}

fn named(values: &[(&str, &str)]) -> BTreeMap<DataRef, String> {
    values.iter().map(|(name, value)| (field(name), (*value).to_owned())).collect()
}

const EVENT: EventId = EventId(1);

fn put(vault: &Vault, who: SubjectId, values: &[(&str, &str)]) {
    let values = named(values);
    vault.write("put", |tx| tx.replace_values(who, EVENT, &values)).unwrap();
}

/// What a writer sees, who keeps people in memory.
fn seen(vault: &Vault, who: SubjectId) -> Vec<(String, String)> {
    let opened = vault.write("see", |tx| {
        let all = tx.holdings(&[who])?;
        let has_any = all[0].values().next().is_some();
        if has_any { all[0].open(EVENT, &|_| true, &receipt()) } else { Ok(Vec::new()) }
    });
    let mut found: Vec<_> =
        opened.unwrap().into_iter().map(|kept| (kept.field.to_string(), kept.value)).collect();
    found.sort();
    let strip = |(name, value): (String, String)| (name.replace("identification.", ""), value);
    found.into_iter().map(strip).collect()
}

fn pairs(values: &[(&str, &str)]) -> Vec<(String, String)> {
    values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn collection(purpose: &str) -> Event {
    let purposes = vec![purpose.into()];
    Event { what: Happening::Collected { purposes, source: None, controller: None }, ..event(1) }
}

/// Somebody with one collection.
fn collected(vault: &Vault, address: &str) -> SubjectId {
    let made = vault.write("person", |tx| {
        let who = person(tx, address)?;
        assert_eq!(tx.append_events(who, [collection("news")])?, [EVENT]);
        Ok::<_, Fault>(who)
    });
    made.unwrap()
}

fn ana(vault: &Vault) -> SubjectId {
    collected(vault, "ana@example.org")
}

fn what_another_process_wrote_is_seen_at_once(world: &World) {
    let (one, other) = (world.open(), world.open());
    let ana = ana(&one);
    put(&one, ana, &[("name", "Ana"), ("city", "Lyon")]);
    assert_eq!(seen(&one, ana), pairs(&[("city", "Lyon"), ("name", "Ana")]));
    put(&other, ana, &[("city", "Paris")]);
    assert_eq!(seen(&one, ana), pairs(&[("city", "Paris"), ("name", "Ana")]));
    put(&one, ana, &[("city", "Nice")]);
    assert_eq!(seen(&one, ana), pairs(&[("city", "Nice"), ("name", "Ana")]));
    assert_eq!(seen(&other, ana), pairs(&[("city", "Nice"), ("name", "Ana")]));
    other.write("remove", |tx| tx.remove_values(ana, EVENT)).unwrap();
    assert_eq!(seen(&one, ana), []);
}

fn what_an_act_that_failed_had_read_is_not_kept(world: &World) {
    let vault = world.open();
    let ana = ana(&vault);
    put(&vault, ana, &[("name", "Ana")]);
    let failed = vault.write("fail", |tx| {
        tx.replace_values(ana, EVENT, &named(&[("name", "Eva")]))?;
        assert_eq!(tx.holdings(&[ana])?[0].open(EVENT, &|_| true, &receipt())?[0].value, "Eva");
        Err::<(), _>(Fault::Missing { what: "courage" })
    });
    assert!(failed.is_err());
    assert_eq!(seen(&vault, ana), pairs(&[("name", "Ana")]));
}

fn an_erased_person_opens_no_more_whatever_was_known_of_them(world: &World) {
    let (one, other) = (world.open(), world.open());
    let ana = ana(&one);
    let bo = collected(&one, "bo@example.org");
    for who in [ana, bo] {
        put(&one, who, &[("name", "A name")]);
        assert_eq!(seen(&one, who), pairs(&[("name", "A name")]));
    }
    let erase = |vault: &Vault, who| {
        vault.write("erase", |tx| tx.erase_subject_keys(who, Destroy::ValuesAndLedger, now()))
    };
    erase(&one, ana).unwrap();
    assert_eq!(seen(&one, ana), []);
    assert_eq!(seen(&one, bo), pairs(&[("name", "A name")]), "their bucket has another key");
    erase(&other, bo).unwrap();
    assert_eq!(seen(&one, bo), []);
    let late = one.write("late", |tx| tx.put_values(bo, EVENT, [(&field("name"), "again")]));
    assert!(matches!(late, Err(Fault::Erased)), "{late:?}");
}

fn a_value_goes_alone_from_among_those_it_was_sealed_with(world: &World) {
    let vault = world.open();
    let ana = ana(&vault);
    put(&vault, ana, &[("name", "Ana"), ("city", "Lyon"), ("phone", "")]);
    let remove = |name| vault.write("remove", |tx| tx.remove_value(ana, EVENT, &field(name))).unwrap();
    assert_eq!((remove("city"), remove("city"), remove("other")), (1, 0, 0));
    assert_eq!(seen(&vault, ana), pairs(&[("name", "Ana"), ("phone", "")]));
    let names = vault.read("names", |tx| tx.value_names(ana)).unwrap();
    assert_eq!(names, [(EVENT, field("name")), (EVENT, field("phone"))]);
    assert_eq!((remove("phone"), remove("name")), (1, 1));
    assert_eq!(seen(&vault, ana), []);
}

fn values_are_written_anew_one_by_one_and_all_together(world: &World) {
    let vault = world.open();
    let ana = ana(&vault);
    let one = |name: &str, value: &str| {
        let field = field(name);
        vault.write("put", |tx| tx.put_values(ana, EVENT, [(&field, value)])).unwrap();
    };
    one("name", "Ana");
    one("city", "Lyon");
    assert_eq!(seen(&vault, ana), pairs(&[("city", "Lyon"), ("name", "Ana")]), "sealed apart");
    put(&vault, ana, &[("name", "Eva"), ("phone", "1")]);
    assert_eq!(seen(&vault, ana), pairs(&[("city", "Lyon"), ("name", "Eva"), ("phone", "1")]));
    put(&vault, ana, &[("name", "Ida"), ("city", "Metz"), ("phone", "2")]);
    put(&vault, ana, &[("name", "Ada"), ("city", "Caen"), ("phone", "3")]);
    let expected = pairs(&[("city", "Caen"), ("name", "Ada"), ("phone", "3")]);
    assert_eq!(seen(&vault, ana), expected);
    let values = vault.read("values", |tx| tx.values(ana, &|one| *one == field("city"), &receipt())).unwrap();
    assert_eq!(values.len(), 1);
    let late = vault.write("late", |tx| tx.put_values(ana, EventId(2), [(&field("name"), "Eva")]));
    assert!(matches!(late, Err(Fault::Missing { what: "event" })), "{late:?}");
    let more = vault.write("more", |tx| tx.append_events(ana, [collection("billing")]));
    assert_eq!(more.unwrap(), [EventId(2)]);
    let names = ["name identification.phone", "phone identification.name"];
    let word = |from: &str, to: &str| {
        format!("UPDATE word SET text = 'identification.city identification.{to}' WHERE text LIKE '%{from}'")
    };
    let purpose = |of: &str| {
        format!("UPDATE event SET says = (SELECT id FROM word WHERE text LIKE '%\"{of}\"%') WHERE id = 1")
    };
    let moved = "UPDATE event SET fields = (SELECT o.fields FROM event o WHERE o.id = 1), \
                 sealed = (SELECT o.sealed FROM event o WHERE o.id = 1) WHERE id = 2";
    for (swap, back) in [
        (word(names[0], names[1]), word(names[1], names[0])),
        (purpose("billing"), purpose("news")),
        (moved.to_owned(), String::from("UPDATE event SET fields = NULL, sealed = NULL WHERE id = 2")),
    ] {
        let read = || world.open().read("values", |tx| tx.values(ana, &|_| true, &receipt()));
        crate::opening::run(&world.location, &swap);
        assert!(matches!(read(), Err(Fault::Sealed { table: "event", .. })), "{swap}: {:?}", read());
        crate::opening::run(&world.location, &back);
        assert_eq!(read().unwrap().len(), 3, "{back}");
    }
}

/// Who has an address, as a writer and as a reader see it: alike.
fn known(vault: &Vault, address: &str) -> Option<(SubjectId, i64)> {
    let find = |tx: &mut Tx| {
        by_email(address, |one| {
            by_email("bo@example.org", |bo| {
                let alone = tx.find_versions(&[one])?;
                assert_eq!(tx.find_versions(&[one, bo])?, [alone[0], None], "alone as among others");
                Ok::<_, Fault>(alone[0])
            })
        })
    };
    let (written, read) = (vault.write("find", find).unwrap(), vault.read("find", find).unwrap());
    assert_eq!(written, read, "memory says what the store says");
    written
}

fn who_has_an_identifier_and_how_far_their_timeline_goes_is_seen_at_once(world: &World) {
    let (one, other) = (world.open(), world.open());
    let address = "ana@example.org";
    let ana = one.write("person", |tx| person(tx, address)).unwrap();
    let add = |vault: &Vault| vault.write("add", |tx| tx.append_events(ana, [event(1)])).unwrap();
    assert_eq!(known(&one, address), Some((ana, 0)));
    add(&one);
    assert_eq!(known(&one, address), Some((ana, 1)));
    add(&other);
    assert_eq!(known(&one, address), Some((ana, 2)));
    let undone = one.act_among_others("undone", |tx| {
        tx.append_events(ana, [event(1)])?;
        let seen = by_email(address, |email| tx.find_versions(&[email]))?;
        assert_eq!(seen, [Some((ana, 3))]);
        Err::<(), _>(Fault::Missing { what: "courage" })
    });
    assert!(undone.is_err());
    assert_eq!(known(&one, address), Some((ana, 2)));
    other.write("erase", |tx| tx.erase_subject_keys(ana, Destroy::ValuesAndLedger, now())).unwrap();
    assert_eq!(known(&one, address), None);
    let again = one.write("person", |tx| person(tx, address)).unwrap();
    assert_eq!(known(&one, address), Some((again, 0)));
}
