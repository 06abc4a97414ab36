//! The proof of consents: how long Kept's own record of them stays, what keeps it longer, and that a store's
//! rows don't take it with them.

use kept_core::admission::Act;
use kept_core::ledger::{Commitment, Durable, Kind as EntryKind, Salt, Sequence};
use kept_core::policy::model::Channel;
use kept_core::time::Instant;
use kept_core::timeline::{Happening, RestrictionReason};
use kept_engine::company::Company;
use kept_engine::report::why::WhyReport;
use kept_engine::sweep::SweepOrder;
use kept_vault::Fault;

use crate::own_told::own_swept;
use crate::recording::{ADA, collection, consent, data, record};
use crate::world::{BOTH, World, at, small, whom};

const OWN: &str = "[own]\nconsent-proof = \"1 year after consent-end\"\n";

/// A club whose policy says how long the proof of a consent is kept.
fn club() -> World {
    World::new(&format!("{}\n{OWN}", include_str!("club.toml")), &[])
}

fn order(day: &str) -> SweepOrder {
    SweepOrder { at: Some(at(day)), ..SweepOrder::default() }
}

/// How many events of its record a run takes.
fn swept(company: &mut Company, day: &str) -> u64 {
    own_swept(company, "record", day)
}

/// How many events of consents the record of everybody holds.
fn acts(world: &World) -> u64 {
    count(world, &|what| matches!(what, Happening::ConsentGiven { .. } | Happening::ConsentWithdrawn { .. }))
}

fn count(world: &World, counts: &dyn Fn(&Happening) -> bool) -> u64 {
    let counted = world.vault().read("count", |tx| {
        let page = tx.subjects_page(None, 10)?;
        let each = page.iter().map(|(one, _)| {
            let timeline = tx.timeline(*one)?;
            Ok(timeline.events().iter().filter(|event| counts(&event.what)).count() as u64)
        });
        each.sum::<Result<u64, Fault>>()
    });
    counted.unwrap()
}

fn given_and_withdrawn(company: &mut Company) {
    company.record(&collection(ADA, &["enquiry"], &["identification.email"]), at("2024-01-10")).unwrap();
    record(company, ADA, Act::GiveConsent(consent("newsletter", &[])), at("2024-01-10")).unwrap();
    let withdraw = Act::WithdrawConsent { purpose: "newsletter".into(), channels: Vec::new() };
    record(company, ADA, withdraw, at("2024-03-01")).unwrap();
}

fn why(company: &mut Company, day: &str) -> WhyReport {
    company.why(&whom(&[ADA]), None, at(day), at(day)).unwrap()
}

fn proof_until(company: &mut Company, day: &str) -> Option<Option<Instant>> {
    let report = why(company, day);
    report.grounds.iter().find(|line| line.statement == "own.consent-proof").map(|line| line.until)
}

#[test]
fn the_proof_of_a_consent_goes_when_its_own_period_is_over_and_not_before() {
    let world = club();
    let mut company = world.open(at("2024-01-10"));
    given_and_withdrawn(&mut company);
    let zone = company.policy().zone();
    let goes = zone.start_of("2025-03-02".parse().unwrap());
    assert_eq!(proof_until(&mut company, "2024-06-01"), Some(Some(goes)), "`why` tells the day");
    let foreseen = company.forecast("2025-04-30".parse().unwrap(), at("2024-12-01")).unwrap();
    let months = foreseen.months.iter().filter(|month| {
        month.lines.iter().any(|line| line.statement == "own.consent-proof" && line.rows == 2)
    });
    assert_eq!(months.map(|month| month.until.to_string()).collect::<Vec<_>>(), ["2025-03-31"]);
    assert_eq!((swept(&mut company, "2025-03-01"), acts(&world)), (0, 2), "its last day");
    let dry = company.count_due(&order("2025-03-03"), at("2025-03-01"), &mut |_| {}).unwrap();
    let told: Vec<_> = dry.stores.iter().flat_map(|store| &store.tables).map(|table| table.deleted).collect();
    assert_eq!((told, acts(&world)), (vec![2], 2), "a dry run takes nothing");
    let swept = company.sweep(&SweepOrder::default(), at("2025-03-03"), &mut |_| {}).unwrap();
    assert_eq!(swept.stores[0].tables[0].rules[0].statement, "own.consent-proof");
    assert_eq!((swept.stores[0].tables[0].deleted, acts(&world)), (2, 0));
    assert_eq!(proof_until(&mut company, "2025-03-03"), None);
    let contact = crate::recording::ask(
        ADA,
        "newsletter",
        kept_engine::decide::Verb::Contact(Channel::Email),
        &["identification.email"],
    );
    assert!(!crate::recording::decide(&mut company, contact, at("2025-03-03")).allowed, "nothing came back");
    let done = world.entries().into_iter().rfind(|entry| entry.kind == EntryKind::SweepDone).unwrap();
    assert_eq!(done.found.unwrap().changed, 2, "the entry tells how many, and of nobody what");
    assert_eq!(swept_again(&mut company), 0);
}

fn swept_again(company: &mut Company) -> u64 {
    swept(company, "2025-03-04")
}

#[test]
fn numbers_of_events_rise_although_the_last_ones_went() {
    let world = club();
    let mut company = world.open(at("2024-01-10"));
    given_and_withdrawn(&mut company);
    assert_eq!(swept(&mut company, "2025-06-01"), 2);
    record(&mut company, ADA, Act::GiveConsent(consent("newsletter", &[])), at("2025-06-02")).unwrap();
    let connection = rusqlite::Connection::open(world.path("vault.db")).unwrap();
    let last: i64 = connection.query_row("SELECT max(id) FROM event", [], |row| row.get(0)).unwrap();
    let count: i64 = connection.query_row("SELECT count(*) FROM event", [], |row| row.get(0)).unwrap();
    assert_eq!(last, count + 2);
}

#[test]
fn nothing_goes_while_a_hold_a_restriction_an_objection_or_a_request_is_undecided() {
    let hold = Act::PlaceHold {
        data: data(&["identification.email"]),
        reason: "a claim".to_owned(),
        approver: "counsel".to_owned(),
        review_on: Some("2027-01-01".parse().unwrap()),
    };
    let restrict = Act::Restrict {
        data: Vec::new(),
        reason: RestrictionReason::Accuracy,
        review_on: Some("2027-01-01".parse().unwrap()),
    };
    let object = Act::Object { purpose: Some("enquiry".into()) };
    for act in [hold, restrict, object] {
        let world = club();
        let mut company = world.open(at("2024-01-10"));
        given_and_withdrawn(&mut company);
        // What is over is not contested any more: they asked once more.
        company.record(&collection(ADA, &["enquiry"], &["identification.email"]), at("2024-11-01")).unwrap();
        record(&mut company, ADA, act.clone(), at("2024-12-01")).unwrap();
        assert_eq!((swept(&mut company, "2025-06-01"), acts(&world)), (0, 2), "{act:?}");
    }
    let world = club();
    let mut company = world.open(at("2024-01-10"));
    given_and_withdrawn(&mut company);
    let case = record(
        &mut company,
        ADA,
        Act::PlaceHold {
            data: data(&["identification.email"]),
            reason: "a claim".to_owned(),
            approver: "counsel".to_owned(),
            review_on: Some("2027-01-01".parse().unwrap()),
        },
        at("2024-12-01"),
    );
    assert_eq!(swept(&mut company, "2025-06-01"), 0);
    let case = case.unwrap().case.unwrap();
    record(&mut company, ADA, Act::ReleaseHold { case }, at("2025-07-01")).unwrap();
    assert_eq!(swept(&mut company, "2025-07-02"), 2, "then at once");
}

#[test]
fn the_proof_of_an_earlier_consent_goes_and_the_one_that_stands_is_untouched() {
    let world = club();
    let mut company = world.open(at("2024-01-10"));
    given_and_withdrawn(&mut company);
    record(&mut company, ADA, Act::GiveConsent(consent("newsletter", &[])), at("2024-09-01")).unwrap();
    assert_eq!((swept(&mut company, "2025-06-01"), acts(&world)), (2, 1));
    let told = company.audience(&"newsletter".into(), Channel::Email, at("2025-06-02"), &mut |_| true);
    assert_eq!(told.unwrap().count, 1);
    assert_eq!((swept(&mut company, "2027-09-03"), acts(&world)), (0, 1), "it ran out, and is proven still");
    assert_eq!((swept(&mut company, "2028-09-01"), acts(&world)), (0, 1));
    assert_eq!((swept(&mut company, "2028-09-02"), acts(&world)), (1, 0));
}

#[test]
fn without_a_period_the_proof_stays() {
    let world = World::new(include_str!("club.toml"), &[]);
    let mut company = world.open(at("2024-01-10"));
    given_and_withdrawn(&mut company);
    assert_eq!((swept(&mut company, "2044-01-01"), acts(&world)), (0, 2));
    assert_eq!(proof_until(&mut company, "2024-06-01"), None);
}

#[test]
fn an_erasure_leaves_the_proof_of_consent_and_says_until_when() {
    let world = club();
    let mut company = world.open(at("2024-01-10"));
    given_and_withdrawn(&mut company);
    let now = at("2024-06-01");
    let report = company.erase(&whom(&[ADA]), now, false, now).unwrap();
    let steps = report.steps.iter().flat_map(|step| &step.reasons).map(|reason| &reason.statement);
    assert!(steps.clone().any(|statement| statement == "own.consent-proof"), "{report:#?}");
    assert_eq!(acts(&world), 2);
    assert_eq!((swept(&mut company, "2025-03-03"), acts(&world)), (2, 0));
}

/// A company whose columns tell consents, with a period for their proof.
fn shop(kind: crate::world::Kind) -> World {
    let mut world = small(kind, kind);
    world.rewrite("edition = 1\n", &format!("edition = 1\n{OWN}"));
    world
}

#[test]
fn the_proof_of_a_consent_that_a_column_told_outlives_its_row() {
    for kind in BOTH {
        let world = shop(kind);
        let now = at("2026-08-01");
        // Their contracts are long over, and so are the consents: one withdrawn, one run out.
        world.run(
            "app",
            "DELETE FROM messages; DELETE FROM invoices; DELETE FROM accounts WHERE id <> 2; INSERT INTO accounts (id, contract_id, full_name, email, \
             created_at, closed_at, last_seen_at, optin_at, optout_at) VALUES \
             (61, 'X-61', 'Eve', 'eve@example.org', '2010-01-01 09:00:00', '2012-01-01 09:00:00', '2012-01-01 09:00:00', '2011-01-01 09:00:00', '2026-03-01 09:00:00'), \
             (62, 'X-62', 'Max', 'max@example.org', '2010-01-01 09:00:00', '2012-01-01 09:00:00', '2023-01-01 09:00:00', '2011-01-01 09:00:00', NULL), \
             (63, 'X-63', 'Noa', 'noa@example.org', '2010-01-01 09:00:00', '2012-01-01 09:00:00', '2012-01-01 09:00:00', NULL, NULL)",
        );
        let mut company = world.open(now);
        company.sweep(&SweepOrder::default(), now, &mut |_| {}).unwrap();
        assert_eq!(world.rows("app", "SELECT id FROM accounts"), ["2"], "{kind:?}: the rows went");
        let proof = |company: &mut Company, who: &str, now: Instant| {
            let records = company.consent_records(&whom(&[who]), now);
            records.map(|found| {
                found.records.iter().flat_map(|record| record.events.clone()).collect::<Vec<_>>()
            })
        };
        let eve = proof(&mut company, "email=EVE@example.org", now).unwrap();
        assert_eq!(eve.iter().map(|event| event.gives).collect::<Vec<_>>(), [true, false], "{kind:?}");
        assert_eq!(eve[0].happened_at.to_string(), "2011-01-01T09:00:00Z");
        let evidence = &eve[0].proof.as_ref().unwrap().evidence;
        assert_eq!(evidence["read-from"], "app.accounts");
        assert_eq!(proof(&mut company, "email=max@example.org", now).unwrap().len(), 1);
        assert!(proof(&mut company, "email=noa@example.org", now).is_ok_and(|found| found.is_empty()));
        // The digest alone tells whose it is: the address stands nowhere in Kept's own store.
        let receipt = Durable::after_commit(Commitment::new(&Salt::from_bytes([0; 32]), b""), Sequence(0));
        let known = world.vault().read("identifiers", |tx| {
            let page = tx.subjects_page(None, 10)?;
            let each = page.iter().map(|(one, _)| {
                Ok((tx.timeline(*one)?.events().len().min(1), tx.identifiers(*one, &receipt)?.len()))
            });
            each.collect::<Result<Vec<_>, Fault>>()
        });
        let known = known.unwrap().into_iter().fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        assert_eq!(known, (2, 0), "{kind:?}");
        assert_eq!(swept(&mut company, "2027-03-01"), 1, "{kind:?}: what ran out first");
        assert_eq!(swept(&mut company, "2027-03-03"), 1, "the gift; the withdrawal refuses on");
        let gifts = count(&world, &|what| matches!(what, Happening::ConsentGiven { .. }));
        assert_eq!(gifts, 0, "{kind:?}");
    }
}

/// The same with consents in a table of their own, beside that of the people.
fn apart(kind: crate::world::Kind) -> World {
    let mut world = shop(kind);
    world.rewrite(
        "[store.app.table.accounts.consents]\nnewsletter = { given = \"optin_at\", withdrawn = \"optout_at\" }\n",
        "[store.app.table.consents]\nkey = \"id\"\nowned-by = { accounts = \"account_id\" }\n\
         columns = { signed_as = \"identification.name\" }\n\
         consents = { newsletter = { given = \"given_at\", withdrawn = \"withdrawn_at\" } }\n",
    );
    world.run(
        "app",
        "CREATE TABLE consents (id INTEGER PRIMARY KEY, account_id INTEGER REFERENCES accounts (id), \
         signed_as TEXT, given_at TIMESTAMP NULL, withdrawn_at TIMESTAMP NULL); \
         DELETE FROM messages; DELETE FROM invoices; DELETE FROM accounts WHERE id <> 2; INSERT INTO accounts \
         (id, contract_id, full_name, email, created_at, closed_at, last_seen_at) VALUES \
         (61, 'X-61', 'Eve', 'eve@example.org', '2010-01-01 09:00:00', '2012-01-01 09:00:00', '2012-01-01 09:00:00'), \
         (62, 'X-62', 'Max', 'max@example.org', '2010-01-01 09:00:00', '2012-01-01 09:00:00', '2023-01-01 09:00:00'), \
         (63, 'X-63', 'Noa', 'noa@example.org', '2010-01-01 09:00:00', '2012-01-01 09:00:00', '2012-01-01 09:00:00'); \
         INSERT INTO consents VALUES \
         (1, 61, 'Eve', '2011-01-01 09:00:00', '2026-03-01 09:00:00'), \
         (2, 62, 'Max', '2011-01-01 09:00:00', NULL), \
         (3, 63, 'Noa', NULL, NULL), \
         (4, 2, 'Bo', '2025-01-01 09:00:00', '2026-03-01 09:00:00'), \
         (5, NULL, 'Nobody', '2011-01-01 09:00:00', '2012-01-01 09:00:00')",
    );
    world
}

/// Whether somebody gave or took back, act by act, as Kept's own record and the stores show it.
fn shown(company: &mut Company, who: &str, now: Instant) -> Vec<bool> {
    let found = company.consent_records(&whom(&[who]), now).unwrap();
    found.records.iter().flat_map(|record| &record.events).map(|event| event.gives).collect()
}

#[test]
fn the_proof_of_a_consent_that_a_table_of_consents_told_outlives_its_row() {
    for kind in crate::world::ALL {
        let world = apart(kind);
        let now = at("2026-08-01");
        let mut company = world.open(now);
        let run = company.sweep(&SweepOrder::default(), now, &mut |_| {}).unwrap();
        assert_eq!(world.rows("app", "SELECT id FROM accounts"), ["2"], "{kind:?}: {run:#?}");
        assert_eq!(
            world.rows("app", "SELECT id FROM consents ORDER BY id"),
            ["4", "5"],
            "{kind:?}: {run:#?}"
        );
        assert_eq!(shown(&mut company, "email=EVE@example.org", now), [true, false], "{kind:?}");
        assert_eq!(shown(&mut company, "email=max@example.org", now), [true], "{kind:?}");
        assert!(shown(&mut company, "email=noa@example.org", now).is_empty(), "{kind:?}");
        let eve = company.consent_records(&whom(&["email=eve@example.org"]), now).unwrap();
        let evidence = &eve.records[0].events[0].proof.as_ref().unwrap().evidence;
        assert_eq!(evidence["read-from"], "app.consents", "{kind:?}");
        assert!(world.files_with(b"eve@example.org").iter().all(|file| file.ends_with("app.db")), "{kind:?}");
        let gifts = || count(&world, &|what| matches!(what, Happening::ConsentGiven { .. }));
        assert_eq!((swept(&mut company, "2027-03-03"), gifts()), (2, 0), "{kind:?}");
    }
}

#[test]
fn an_erasure_keeps_the_proof_that_a_table_of_consents_told() {
    for kind in BOTH {
        let world = apart(kind);
        let now = at("2026-04-01");
        let mut company = world.open(now);
        company.erase(&whom(&["email=eve@example.org"]), now, false, now).unwrap();
        assert_eq!(world.count("app", "consents WHERE id = 1"), 0, "{kind:?}");
        assert_eq!(shown(&mut company, "email=eve@example.org", now), [true, false], "{kind:?}");
    }
}
