//! Timelines: what was appended is what is read, on both clocks.

use kept_core::name::{CaseId, EventKind, PurposeName, StoreName, TableName};
use kept_core::policy::model::DataRef;
use kept_core::timeline::{Event, EventId, Happening, Occasion, RestrictionReason};
use kept_vault::Fault;

use crate::world::{World, at, on_both_engines, person, receipt};

on_both_engines!(
    a_timeline_comes_back_as_it_was_appended,
    free_text_is_read_only_with_a_receipt,
    a_later_append_goes_on_counting,
    collections_for_the_same_purposes_share_a_phrase_and_say_what_they_said,
);

fn event(happened: &str, what: Happening, about: Occasion) -> Event {
    Event {
        id: EventId(99),
        happened_at: at(happened),
        recorded_at: at("2026-02-02T02:02:02.000002Z"),
        about,
        data: vec![DataRef { category: "identification".into(), field: Some("name".into()) }],
        what,
    }
}

fn events() -> Vec<Event> {
    let row = Occasion::Record {
        store: StoreName::from("crm"),
        table: TableName::from("contacts"),
        key: "o'hara\0\u{1f600}".into(),
    };
    vec![
        event(
            "1901-01-01T00:00:00Z",
            Happening::Dated { event: EventKind::from("collection"), of: None },
            row.clone(),
        ),
        event(
            "2026-01-01T00:00:00.123456Z",
            Happening::ConsentGiven {
                purpose: PurposeName::from("news"),
                wording: Some(12),
                channels: Vec::new(),
                proof: None,
                scope: None,
            },
            Occasion::Person,
        ),
        event(
            "2026-01-02T00:00:00Z",
            Happening::NotKnown { event: EventKind::from("last-contact"), of: None },
            row,
        ),
        event(
            "2026-01-03T00:00:00Z",
            Happening::Restricted {
                case: CaseId::from("C-1"),
                reason: RestrictionReason::Accuracy,
                review_on: Some(jiff::civil::date(2026, 6, 1)),
            },
            Occasion::Case(CaseId::from("C-1")),
        ),
        event("2026-01-04T00:00:00Z", hold(), Occasion::Contract("K-9".into())),
    ]
}

fn hold() -> Happening {
    Happening::HoldPlaced {
        case: CaseId::from("H-1"),
        reason: "the Peters lawsuit".to_owned(),
        approver: "J. Doe".to_owned(),
        review_on: jiff::civil::date(2027, 1, 1),
    }
}

fn a_timeline_comes_back_as_it_was_appended(world: &World) {
    let vault = world.open();
    let (ana, ids) = vault
        .write("append", |tx| {
            let ana = person(tx, "ana@example.org")?;
            Ok::<_, Fault>((ana, tx.append_events(ana, events())?))
        })
        .unwrap();
    let read = vault.read("read", |tx| tx.timeline_in_words(ana, &receipt())).unwrap();
    let mut expected = events();
    for (event, id) in expected.iter_mut().zip(&ids) {
        event.id = *id;
    }
    assert_eq!(read.events(), expected);
}

fn free_text_is_read_only_with_a_receipt(world: &World) {
    let vault = world.open();
    let ana = vault
        .write("append", |tx| {
            let ana = person(tx, "ana@example.org")?;
            tx.append_events(ana, events())?;
            Ok::<_, Fault>(ana)
        })
        .unwrap();
    let without = vault.read("read", |tx| tx.timeline(ana)).unwrap();
    let Happening::HoldPlaced { case, reason, approver, .. } = &without.events()[4].what else {
        panic!("the hold is the last event")
    };
    assert_eq!((case.as_str(), reason.as_str(), approver.as_str()), ("H-1", "", ""));
    let with = vault.read("read", |tx| tx.timeline_in_words(ana, &receipt())).unwrap();
    assert_eq!(with.events()[4].what, hold());
}

fn a_later_append_goes_on_counting(world: &World) {
    let vault = world.open();
    let dated = |day: &str| event(day, Happening::Died, Occasion::Person);
    let ids = vault
        .write("append", |tx| {
            let (ana, bo) = (person(tx, "ana@example.org")?, person(tx, "bo@example.org")?);
            let mut ids = tx.append_events(ana, [dated("2026-01-01T00:00:00Z")])?;
            ids.extend(tx.append_events(bo, [dated("2026-01-01T00:00:00Z")])?);
            ids.extend(
                tx.append_events(ana, [dated("2025-01-01T00:00:00Z"), dated("2027-01-01T00:00:00Z")])?,
            );
            Ok::<_, Fault>(ids)
        })
        .unwrap();
    assert_eq!(ids, [EventId(1), EventId(1), EventId(2), EventId(3)]);
}

fn collections_for_the_same_purposes_share_a_phrase_and_say_what_they_said(world: &World) {
    let vault = world.open();
    let collected = |purpose: &str, source: Option<&str>| Happening::Collected {
        purposes: vec![PurposeName::from(purpose)],
        source: source.map(str::to_owned),
        controller: None,
    };
    let of = |what: Happening| event("2026-01-01T00:00:00Z", what, Occasion::Person);
    let all = [
        of(collected("news", None)),
        of(collected("billing", None)),
        of(collected("news", None)),
        of(collected("news", Some("Ana's brother"))),
        event("2026-01-01T00:00:00Z", collected("news", None), Occasion::Contract("K-9".into())),
    ];
    // A phrase of an act that fails is none for those who come after it.
    let failed = vault.write("fail", |tx| {
        let ana = person(tx, "ana@example.org")?;
        tx.append_events(ana, all.clone())?;
        tx.timeline(ana)?;
        Err::<(), _>(Fault::Missing { what: "courage" })
    });
    assert!(failed.is_err());
    let write = |name: &str| {
        vault.write("write", |tx| {
            let who = person(tx, name)?;
            tx.append_events(who, all.clone())?;
            Ok::<_, Fault>(who)
        })
    };
    let people = [write("ana@example.org").unwrap(), write("bo@example.org").unwrap()];
    for who in people {
        for reader in [&vault, &world.open()] {
            let read = reader.read("read", |tx| tx.timeline(who)).unwrap();
            let said: Vec<_> =
                read.events().iter().map(|event| (&event.about, &event.data, &event.what)).collect();
            let expected: Vec<_> = all.iter().map(|event| (&event.about, &event.data, &event.what)).collect();
            assert_eq!(said, expected);
        }
    }
    let kept_vault::Location::Sqlite(path) = &world.location else { return };
    let store = rusqlite::Connection::open(path).unwrap();
    let phrases: Vec<String> = {
        let mut ask = store.prepare("SELECT text FROM word ORDER BY text").unwrap();
        ask.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    };
    assert_eq!(
        phrases.len(),
        2,
        "what is about a contract, or from somebody else, is sealed itself: {phrases:?}"
    );
    let sealed: i64 = store
        .query_row("SELECT count(*) FROM event WHERE id < 4 AND about IS NOT NULL", [], |row| row.get(0))
        .unwrap();
    assert_eq!(sealed, 0);
}
