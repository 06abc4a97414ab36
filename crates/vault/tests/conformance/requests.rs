//! Requests, the table of work, store keys and policies.

use jiff::ToSpan;
use kept_core::name::{CaseId, StoreName, TableName};
use kept_core::plan::Value;
use kept_core::standing::RequestState;
use kept_core::timeline::Right;
use kept_vault::Fault;
use kept_vault::policy::{PolicyFile, PublishedPolicy};
use kept_vault::work::{Hold, Lease, Stepped, WorkState};

use crate::world::{World, at, now, on_both_engines, person, receipt};

on_both_engines!(
    requests_are_numbered_by_year_and_keep_their_content_sealed,
    all_requests_come_in_pages_the_newest_first,
    a_request_changed_by_two_is_changed_by_the_first_alone,
    work_is_leased_by_one_and_taken_over_when_its_lease_runs_out,
    finished_work_is_never_leased_again,
    store_keys_come_in_pages_and_their_version_rises,
    a_policy_is_filed_once_and_listed_by_the_day_it_holds_from,
);

fn requests_are_numbered_by_year_and_keep_their_content_sealed(world: &World) {
    let vault = world.open();
    let (ana, numbers) = vault
        .write("file", |tx| {
            let ana = person(tx, "ana@example.org")?;
            let mut numbers = Vec::new();
            for day in ["2026-03-01T00:00:00Z", "2026-12-31T23:59:59Z", "2027-01-01T00:00:00Z"] {
                numbers.push(tx.put_request(ana, Right::Access, at(day), b"everything you have")?);
            }
            Ok::<_, Fault>((ana, numbers))
        })
        .unwrap();
    let numbers: Vec<_> = numbers.iter().map(CaseId::as_str).collect();
    assert_eq!(numbers, ["R-2026-0001", "R-2026-0002", "R-2027-0001"]);
    vault
        .write("answer", |tx| {
            let request = tx.request(&CaseId::from("R-2026-0001"))?.unwrap();
            assert_eq!(
                (request.subject, request.right, request.state),
                (ana, Right::Access, RequestState::Open)
            );
            assert_eq!(tx.request_content(&request, &receipt())?, b"everything you have");
            tx.change_request(&request, RequestState::Answered, b"here it is", now())?;
            let request = tx.request(&request.number)?.unwrap();
            assert_eq!(request.state, RequestState::Answered);
            assert_eq!(tx.request_content(&request, &receipt())?, b"here it is");
            assert_eq!((tx.requests_of(ana)?.len(), tx.open_requests()?.len()), (3, 2));
            Ok::<_, Fault>(())
        })
        .unwrap();
}

fn all_requests_come_in_pages_the_newest_first(world: &World) {
    let vault = world.open();
    let page = |page| {
        let found = vault.read("page", |tx| tx.requests_page(page, 2)).unwrap();
        found.into_iter().map(|request| request.number.to_string()).collect::<Vec<_>>()
    };
    assert!(page(0).is_empty());
    let file = |day: &str| {
        let filed = vault.write("file", |tx| {
            let ana = person(tx, "ana@example.org")?;
            tx.put_request(ana, Right::Access, at(day), b"").map(drop)
        });
        filed.unwrap();
    };
    for day in ["2026-03-02T00:00:00Z", "2026-03-01T00:00:00Z", "2026-03-03T00:00:00Z"] {
        file(day);
    }
    assert_eq!(page(0), ["R-2026-0003", "R-2026-0001"]);
    assert_eq!(page(1), ["R-2026-0002"]);
    assert!(page(2).is_empty());
    assert_eq!(vault.read("count", kept_vault::Tx::count_requests).unwrap(), 3);
}

fn a_request_changed_by_two_is_changed_by_the_first_alone(world: &World) {
    let vault = world.open();
    let request = vault
        .write("file", |tx| {
            let ana = person(tx, "ana@example.org")?;
            let number = tx.put_request(ana, Right::Erasure, now(), b"")?;
            tx.request(&number)
        })
        .unwrap()
        .unwrap();
    let change =
        || vault.write("pause", |tx| tx.change_request(&request, RequestState::Paused, b"proof", now()));
    change().unwrap();
    assert!(matches!(change(), Err(Fault::Count { changed: 0, .. })));
}

fn step(state: WorkState) -> Stepped<'static> {
    Stepped { state, next_attempt_at: Some(now()), intent: None, last_error: None, hold: Hold::Keep }
}

fn work_is_leased_by_one_and_taken_over_when_its_lease_runs_out(world: &World) {
    let vault = world.open();
    let (case, store) = (CaseId::from("R-2026-0001"), StoreName::from("crm"));
    let until = now() + 30.seconds();
    vault
        .write("put", |tx| {
            let ana = person(tx, "ana@example.org")?;
            tx.put_work(ana, (&case, &store), b"the plan", now())
        })
        .unwrap();
    let lease = |when, until| vault.write("lease", |tx| tx.lease_work(when, until, 10)).unwrap();
    assert!(lease(now() - 1.second(), until).1.is_empty(), "not due yet");
    let (first, work) = lease(now(), until);
    assert_eq!((work.len(), work[0].attempts, work[0].state), (1, 1, WorkState::Planned));
    let id = work[0].id;
    let mut intended = step(WorkState::Intended);
    intended.intent = Some(7);
    vault.write("step", |tx| tx.step_work(id, &first, &intended, now())).unwrap();
    assert!(lease(now(), until).1.is_empty(), "held by the first");
    let (second, work) = lease(until, until + 30.seconds());
    assert_eq!((work[0].attempts, work[0].state, work[0].intent), (2, WorkState::Intended, Some(7)));
    assert_eq!(vault.read("plan", |tx| tx.work_plan(&work[0], &receipt())).unwrap(), b"the plan");
    let late = vault.write("late", |tx| tx.step_work(id, &first, &step(WorkState::Applied), now()));
    assert!(matches!(late, Err(Fault::Count { changed: 0, .. })), "the lease ran out");
    let released = Stepped { hold: Hold::Release, ..step(WorkState::Applied) };
    vault.write("step", |tx| tx.step_work(id, &second, &released, now())).unwrap();
    let late = vault.write("late", |tx| tx.step_work(id, &first, &step(WorkState::Intended), now()));
    assert!(matches!(late, Err(Fault::Count { changed: 0, .. })), "even when nobody holds it now");
}

fn finished_work_is_never_leased_again(world: &World) {
    let vault = world.open();
    let (case, store) = (CaseId::from("S-1"), StoreName::from("crm"));
    let id = vault
        .write("put", |tx| {
            let sweep = tx.put_subject(&[], now())?;
            let id = tx.put_work(sweep, (&case, &store), b"plan", now())?;
            let work = tx.work(id)?.unwrap();
            tx.change_work_plan(&work, b"half a plan", now())?;
            let refused = Stepped { last_error: Some("not-null"), ..step(WorkState::Refused) };
            tx.step_work(id, &Lease::none(), &refused, now())?;
            Ok::<_, Fault>(id)
        })
        .unwrap();
    let later = now() + 1000.hours();
    assert!(vault.write("lease", |tx| tx.lease_work(later, later, 10)).unwrap().1.is_empty());
    let work = vault.read("work", |tx| tx.work_of(&case)).unwrap();
    assert_eq!((work[0].id, work[0].last_error.as_deref()), (id, Some("not-null")));
    assert_eq!(vault.read("plan", |tx| tx.work_plan(&work[0], &receipt())).unwrap(), b"half a plan");
    assert_eq!(vault.write("clear", |tx| tx.remove_finished_work(&case)).unwrap(), 1);
}

fn store_keys_come_in_pages_and_their_version_rises(world: &World) {
    let vault = world.open();
    let (store, table) = (StoreName::from("crm"), TableName::from("contacts"));
    let keys: Vec<_> = (0..25).map(|id| vec![Value::Integer(id), Value::Text(format!("k'{id}"))]).collect();
    let (ana, before) = vault
        .write("put", |tx| {
            let ana = person(tx, "ana@example.org")?;
            let before = tx.exceptions_version()?;
            tx.put_store_keys(ana, (&store, &table), &keys)?;
            tx.put_store_keys(ana, (&store, &table), &keys)?;
            Ok::<_, Fault>((ana, before))
        })
        .unwrap();
    let mut found = Vec::new();
    loop {
        let page =
            vault.read("page", |tx| tx.store_keys((&store, &table), found.last(), (10, &receipt()))).unwrap();
        if page.is_empty() {
            break;
        }
        found.extend(page);
    }
    assert!(found.iter().all(|found| found.subject == ana));
    let mut ids: Vec<_> = found.into_iter().map(|found| found.key).collect();
    ids.sort_by(|one, other| one.partial_cmp(other).unwrap());
    assert_eq!(ids, keys);
    let (removed, after) = vault
        .write("remove", |tx| Ok::<_, Fault>((tx.remove_store_keys(ana)?, tx.exceptions_version()?)))
        .unwrap();
    assert_eq!((removed, after), (25, before + 2), "adding the same rows again changes nothing");
}

fn a_policy_is_filed_once_and_listed_by_the_day_it_holds_from(world: &World) {
    let vault = world.open();
    let policy = |digest: &str, from: &str| PublishedPolicy {
        digest: digest.to_owned(),
        effective_from: at(from),
        published_at: now(),
        files: vec![PolicyFile {
            path: "policy.toml".to_owned(),
            text: "edition = 1 # é\u{1f600}".to_owned(),
        }],
    };
    let (late, early) = (policy("aa", "2026-02-01T00:00:00Z"), policy("bb", "2025-02-01T00:00:00Z"));
    let (first, again, listed) = vault
        .write("file", |tx| {
            let first = (tx.put_policy(&late)?, tx.put_policy(&early)?);
            Ok::<_, Fault>((first, tx.put_policy(&late)?, tx.policies()?))
        })
        .unwrap();
    assert_eq!((first, again), ((true, true), false));
    assert_eq!(listed, [early, late]);
}
