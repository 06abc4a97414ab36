//! Many people in one statement: what is read of all of them at once is what is read of each.

use kept_core::name::EventKind;
use kept_core::policy::model::DataRef;
use kept_core::timeline::{Event, EventId, Happening, Occasion};
use kept_vault::subject::Destroy;
use kept_vault::{Fault, SubjectId, Tx};

use crate::world::{World, by_email, now, on_both_engines, person, receipt};

on_both_engines!(
    what_is_read_of_many_people_at_once_is_what_is_read_of_each,
    people_are_found_by_many_identifiers_at_once_in_the_order_of_these,
    keys_read_at_once_open_as_those_read_one_by_one_and_end_with_an_erasure,
);

pub(crate) fn event(number: usize) -> Event {
    Event {
        id: EventId(0),
        happened_at: now(),
        recorded_at: now(),
        about: Occasion::Person,
        data: Vec::new(),
        what: Happening::Dated { event: EventKind::from(format!("event-{number}")), of: None },
    }
}

fn datum() -> DataRef {
    DataRef { category: "identification".into(), field: Some("name".into()) }
}

/// More than fill one bucket, the third without an event.
fn fill(tx: &mut Tx) -> Result<Vec<SubjectId>, Fault> {
    let mut all = Vec::new();
    for number in 0..1_030 {
        let one = person(tx, &format!("p{number}@example.org"))?;
        for event in (0..number % 3).map(event) {
            let ids = tx.append_events(one, [event])?;
            let value = format!("value of {number}");
            tx.put_values(one, ids[0], [(&datum(), value.as_str())])?;
        }
        all.push(one);
    }
    Ok(all)
}

fn what_is_read_of_many_people_at_once_is_what_is_read_of_each(world: &World) {
    let vault = world.open();
    let mut all = vault.write("fill", fill).unwrap();
    all.reverse();
    vault
        .read("read", |tx| {
            let (timelines, last) = (tx.timelines(&all)?, tx.last_events(&all)?);
            let values = tx.holdings(&all)?;
            assert_eq!((timelines.len(), last.len(), values.len()), (all.len(), all.len(), all.len()));
            for (((one, timeline), last), values) in all.iter().zip(timelines).zip(last).zip(values) {
                assert_eq!(timeline, tx.timeline(*one)?);
                assert_eq!(last, tx.last_event(*one)?);
                assert_eq!((values.subject, values.last), (*one, last));
                let mut opened = Vec::new();
                for (event, _) in values.values() {
                    opened.extend(values.open(event, &|_| true, &receipt())?);
                }
                assert_eq!(opened, tx.values(*one, &|_| true, &receipt())?);
            }
            assert!(tx.timelines(&[])?.is_empty() && tx.holdings(&[])?.is_empty());
            Ok::<_, Fault>(())
        })
        .unwrap();
}

fn people_are_found_by_many_identifiers_at_once_in_the_order_of_these(world: &World) {
    let vault = world.open();
    let all = vault.write("fill", fill).unwrap();
    let addresses = ["p4@example.org", "nobody@example.org", "p1029@example.org", "p4@example.org"];
    let found = by_email("", |model| {
        let by = addresses.map(|canonical| kept_vault::blind::Identifier { canonical, ..model });
        vault.read("find", |tx| tx.find_versions(&by)).unwrap()
    });
    assert_eq!(found, [Some((all[4], 1)), None, Some((all[1029], 0)), Some((all[4], 1))]);
    let none = vault.read("find", |tx| tx.find_versions(&[])).unwrap();
    assert!(none.is_empty());
}

fn keys_read_at_once_open_as_those_read_one_by_one_and_end_with_an_erasure(world: &World) {
    let vault = world.open();
    let all = vault.write("fill", fill).unwrap();
    // Another process has the keys of the buckets at hand as they were before.
    let other = world.open();
    let names = |vault: &kept_vault::Vault| {
        vault.read("names", |tx| {
            tx.load_keys(&all)?;
            all.iter().map(|one| tx.pseudonym(*one)).collect::<Result<Vec<_>, Fault>>()
        })
    };
    let before = names(&other).unwrap();
    assert_eq!(before, names(&vault).unwrap());
    vault.write("erase", |tx| tx.erase_subject_keys(all[1], Destroy::ValuesAndLedger, now())).unwrap();
    assert!(matches!(names(&other), Err(Fault::Erased)));
    for vault in [&vault, &other] {
        let one = vault.read("name", |tx| tx.pseudonym(all[2])).unwrap();
        assert_eq!(one, before[2], "the others' keys were wrapped anew");
        let gone = vault.read("gone", |tx| tx.timelines(&all[1..3]));
        assert!(matches!(gone, Err(Fault::Erased)), "{gone:?}");
    }
}
