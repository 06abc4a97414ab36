//! The cache of grounds and the lists read from it.

use std::collections::BTreeMap;

use kept_core::name::{ControllerName, PurposeName};
use kept_core::standing::{Ground, GroundId, GroundReason, KeepState, Mark, Purposed, UseState, Why};
use kept_core::timeline::Occasion;
use kept_vault::Fault;
use kept_vault::ground::Cached;

use crate::world::{World, at, on_both_engines, person};

on_both_engines!(
    due_people_come_in_pages_the_earliest_first,
    people_whom_a_purpose_touches_come_in_pages_each_once,
    a_new_policy_makes_old_grounds_stale,
);

fn ground(purpose: &str, usage: UseState, marks: Vec<Mark>) -> Ground {
    Ground {
        combined: std::collections::BTreeSet::new(),
        id: GroundId {
            arm: None,
            purpose: Purposed::Purpose(PurposeName::from(purpose)),
            occasion: Occasion::Person,
            controller: ControllerName::from("acme"),
        },
        data: Vec::new(),
        keep: KeepState::Until(None, Why::Period),
        usage,
        marks,
        channels: None,
        consented: None,
        since: None,
        reason: GroundReason {
            statement: format!("purpose.{purpose}.keep"),
            event: None,
            event_kind: None,
            event_on: None,
            event_at: None,
        },
    }
}

fn cached(next_change_at: Option<kept_core::time::Instant>, policy_version: &str) -> Cached<'_> {
    static NOBODY: BTreeMap<PurposeName, u8> = BTreeMap::new();
    Cached { next_change_at, contacts: &NOBODY, policy_version }
}

fn due_people_come_in_pages_the_earliest_first(world: &World) {
    let vault = world.open();
    let days =
        ["2026-05-01T00:00:00Z", "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z", "2026-03-01T00:00:00Z"];
    let live = || [ground("news", UseState::Live, vec![]), ground("billing", UseState::Live, vec![])];
    vault
        .write("put", |tx| {
            for (number, day) in days.iter().enumerate() {
                let id = person(tx, &format!("p{number}@example.org"))?;
                tx.put_grounds(id, &live(), &cached(Some(at("2020-01-01T00:00:00Z")), "v1"))?;
                tx.put_grounds(id, &live(), &cached(Some(at(day)), "v1"))?;
            }
            let never = person(tx, "never@example.org")?;
            tx.put_grounds(never, &live(), &cached(None, "v1"))
        })
        .unwrap();
    let (mut found, mut last) = (Vec::new(), None);
    loop {
        let page = vault.read("due", |tx| tx.due(at("2026-04-01T00:00:00Z"), last, 2)).unwrap();
        last = page.last().copied();
        if page.is_empty() {
            break;
        }
        found.extend(page);
    }
    let instants: Vec<_> = found.iter().map(|due| due.at.to_string()).collect();
    assert_eq!(instants, ["2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"]);
}

fn people_whom_a_purpose_touches_come_in_pages_each_once(world: &World) {
    let vault = world.open();
    let states = [
        ("a", ground("news", UseState::Live, vec![])),
        ("b", ground("news", UseState::No, vec![])),
        ("c", ground("news", UseState::Live, vec![Mark::Contested])),
        ("d", ground("billing", UseState::Live, vec![])),
    ];
    let usable = vault
        .write("put", |tx| {
            let mut usable = None;
            for (name, ground) in &states {
                let id = person(tx, name)?;
                let twice = [ground.clone(), ground.clone()];
                tx.put_grounds(id, &twice, &cached(None, "v1"))?;
                usable = usable.or(Some(id));
            }
            Ok::<_, Fault>(usable.unwrap())
        })
        .unwrap();
    let news = PurposeName::from("news");
    let page = |after, count| vault.read("touched", |tx| tx.touched(&news, after, count)).unwrap();
    let (touched, first) = (page(None, 10), page(None, 2));
    assert_eq!(touched.len(), 3, "twice is once");
    assert_eq!([first.clone(), page(first.last().copied(), 2)].concat(), touched);
    assert!(touched.contains(&usable));
    let cached = vault.read("cached", |tx| tx.cached_grounds(usable)).unwrap();
    assert_eq!((cached[0].purpose.as_str(), cached[0].keep.as_str()), ("news", "until"));
}

fn a_new_policy_makes_old_grounds_stale(world: &World) {
    let vault = world.open();
    let stale = vault
        .write("put", |tx| {
            let (old, new) = (person(tx, "old")?, person(tx, "new")?);
            tx.put_grounds(old, &[ground("news", UseState::Live, vec![])], &cached(None, "v1"))?;
            tx.put_grounds(new, &[ground("news", UseState::Live, vec![])], &cached(None, "v2"))?;
            assert_eq!(tx.stale_subjects("v2", Some(old), 10)?, []);
            Ok::<_, Fault>((old, tx.stale_subjects("v2", None, 10)?))
        })
        .unwrap();
    assert_eq!(stale.1, [stale.0]);
}
