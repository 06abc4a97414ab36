//! Erasure as people meet it: what goes, what stays and why, and that nobody else's rows change.

use kept_core::ledger::Kind;
use kept_core::plan::Action;
use kept_engine::report::erasure::{Own, StoreState};

use crate::world::{BOTH, Lite, Postgres, at, klivar, part, small, whom};

#[test]
fn klv_36_account_and_prospecting_data_go_and_billing_stays_to_its_date() {
    for kind in BOTH {
        let world = klivar(kind);
        world.run(
            "platform",
            "INSERT INTO accounts (id, contract_id, full_name, email, company, username, password_hash, settings, \
             created_at, closed_at, last_seen_at, newsletter_optin_at) VALUES (1, 'K-1', 'Ada Quaimarque', \
             'ada@example.org', 'Quai SA', 'ada-q', 'hash', 'dark', '2023-01-10 09:00:00', '2025-06-30 10:00:00', \
             '2025-06-01 08:00:00', '2023-01-10 09:05:00'); \
             INSERT INTO invoices VALUES (11, 1, 'K-1', 'F-11', 'Quai SA', '1 quai', 1200, '2023-02-01 00:00:00'); \
             INSERT INTO prospects (id, full_name, email, created_at, optin_at) VALUES (7, 'Ada Quaimarque', \
             'ada@example.org', '2022-12-01 00:00:00', '2022-12-01 00:00:00')",
        );
        let now = at("2026-03-02");
        let report = world.open(now).erase(&whom(&["email=ada@example.org"]), now, false, now).unwrap();
        assert_eq!(part(&report, "platform").state, StoreState::Done, "{kind:?}: {:?}", report.stores);
        assert_eq!(world.count("platform", "prospects"), 0);
        assert_eq!(
            world.rows(
                "platform",
                "SELECT full_name, email, company, username, password_hash, settings FROM accounts"
            ),
            ["Ada Quaimarque|-|Quai SA|-|-|-"],
            "{kind:?}"
        );
        assert_eq!(
            world.rows("platform", "SELECT number, addressee, address FROM invoices"),
            ["F-11|Quai SA|1 quai"]
        );
        let invoices = report.steps.iter().find(|step| step.table.as_str() == "invoices").unwrap();
        assert_eq!(invoices.action, Action::Keep);
        let reason = invoices.reasons.iter().find(|reason| reason.statement.contains("billing")).unwrap();
        assert_eq!(reason.until, Some(at("2035-06-30T22:00:00Z")), "the end of the day in Paris");
        assert!(report.purposes.iter().any(|purpose| purpose.statement.contains("billing")));
    }
}

#[test]
fn nobody_elses_rows_change() {
    for kind in BOTH {
        let world = small(kind, kind);
        let others = |world: &crate::world::World| {
            let mut rows = world.rows("app", "SELECT * FROM accounts WHERE id <> 1 ORDER BY id");
            rows.extend(world.rows("app", "SELECT * FROM invoices WHERE account_id <> 1"));
            rows.extend(world.rows("app", "SELECT * FROM messages WHERE id = 22"));
            rows.extend(world.rows("desk", "SELECT * FROM contacts WHERE id <> 1"));
            rows.extend(world.rows("desk", "SELECT * FROM tickets WHERE contact_id <> 1"));
            rows
        };
        let before = others(&world);
        let now = at("2026-03-02");
        let report = world.open(now).erase(&whom(&["email=ada@example.org"]), now, false, now).unwrap();
        assert!(
            report.stores.iter().all(|store| store.state == StoreState::Done),
            "{kind:?} {:?}",
            report.stores
        );
        assert_eq!(before, others(&world), "{kind:?}");
        assert_eq!(world.count("desk", "contacts WHERE id = 1"), 0);
        assert_eq!(world.count("desk", "tickets WHERE contact_id = 1"), 0);
    }
}

#[test]
fn an_erasure_done_again_changes_nothing_and_says_so() {
    let world = small(Lite, Postgres);
    let now = at("2026-03-02");
    let ada = whom(&["email=ada@example.org"]);
    world.open(now).erase(&ada, now, false, now).unwrap();
    let after = world.rows("app", "SELECT * FROM accounts ORDER BY id");
    let later = at("2026-03-03");
    // Her address is gone from the account; her own name of the account too; only the desk knew more.
    let again = world.open(later).erase(&ada, later, false, later).unwrap();
    assert!(again.stores.iter().all(|store| store.changed == 0), "{:?}", again.stores);
    assert_eq!(after, world.rows("app", "SELECT * FROM accounts ORDER BY id"));
    assert_eq!(world.open(later).requests(later).unwrap(), []);
}

#[test]
fn a_row_of_two_people_goes_with_the_last_of_them() {
    for kind in BOTH {
        let world = small(kind, Lite);
        let now = at("2026-03-02");
        let mut company = world.open(now);
        let first = company.erase(&whom(&["email=ada@example.org"]), now, false, now).unwrap();
        assert_eq!(part(&first, "app").state, StoreState::Done, "{:?}", first.stores);
        assert_eq!(
            world.rows("app", "SELECT sender_id, sender_name, recipient_id, recipient_name, body FROM messages WHERE id = 21"),
            ["-|-|3|Cy Tiers|between ada and cy"],
            "{kind:?}"
        );
        let second = company.erase(&whom(&["email=cy@example.org"]), now, false, now).unwrap();
        assert_eq!(part(&second, "app").state, StoreState::Done, "{:?}", second.stores);
        assert_eq!(world.count("app", "messages WHERE id = 21"), 0, "{kind:?}");
        assert_eq!(world.count("app", "messages"), 1);
    }
}

#[test]
fn a_rehearsal_changes_nothing_and_opens_no_case() {
    for kind in BOTH {
        let world = small(kind, kind);
        let now = at("2026-03-02");
        let before =
            (world.rows("app", "SELECT * FROM accounts"), world.rows("desk", "SELECT * FROM tickets"));
        let mut company = world.open(now);
        let plan = company.rehearse_erasure(&whom(&["email=ada@example.org"]), now).unwrap();
        assert!(plan.dry_run && plan.head.case.is_none());
        assert!(plan.stores.iter().all(|store| store.state == StoreState::Planned), "{:?}", plan.stores);
        assert_eq!(
            before,
            (world.rows("app", "SELECT * FROM accounts"), world.rows("desk", "SELECT * FROM tickets"))
        );
        assert_eq!(company.requests(now).unwrap(), []);
        assert_eq!(world.count_entries(Kind::ErasureIntended), 0);
    }
}

#[test]
fn a_person_of_whom_nothing_stays_is_gone_from_kepts_own_store_too() {
    let world = small(Lite, Lite);
    let now = at("2026-03-02");
    // Cy has no invoice; the name is kept for billing, so that the row stays. At the desk nothing does.
    world.run(
        "desk",
        "INSERT INTO contacts VALUES (9, 'Dee Seule', 'dee-quaimarque@example.org', '2025-09-01 09:00:00')",
    );
    let report =
        world.open(now).erase(&whom(&["email=dee-quaimarque@example.org"]), now, false, now).unwrap();
    assert_eq!(report.own, Own::Gone, "{:?}", report.stores);
    assert_eq!(world.files_with(b"dee-quaimarque@example.org"), Vec::<String>::new());
}

#[test]
fn a_consent_that_the_request_ended_is_recorded_as_withdrawn_where_the_row_stays() {
    for kind in BOTH {
        let world = small(kind, Lite);
        // Her consent was withdrawn once and given again: the later act counts.
        world.run("app", "UPDATE accounts SET optout_at = '2023-01-01 08:00:00' WHERE id = 1");
        let now = at("2026-03-02");
        let report = world.open(now).erase(&whom(&["email=ada@example.org"]), now, false, now).unwrap();
        assert_eq!(part(&report, "app").state, StoreState::Done, "{kind:?}: {:?}", report.stores);
        assert_eq!(world.count("app", "accounts WHERE id = 1 AND full_name = 'Ada Quaimarque'"), 1);
        assert_eq!(world.count("app", "accounts WHERE id = 1 AND optout_at > optin_at"), 1, "{kind:?}");
        assert_eq!(world.count("app", "accounts WHERE id <> 1 AND optout_at IS NOT NULL"), 0);
        assert!(report.steps.iter().any(|step| matches!(step.action, Action::Withdraw { .. })));
    }
}

#[test]
fn a_consent_without_a_column_of_withdrawal_loses_its_date() {
    for kind in BOTH {
        let mut world = small(kind, Lite);
        world.rewrite("given = \"optin_at\", withdrawn = \"optout_at\"", "given = \"optin_at\"");
        let now = at("2026-03-02");
        let report = world.open(now).erase(&whom(&["email=ada@example.org"]), now, false, now).unwrap();
        assert_eq!(part(&report, "app").state, StoreState::Done, "{kind:?}: {:?}", report.stores);
        assert_eq!(
            world.rows("app", "SELECT full_name, optin_at FROM accounts WHERE id = 1"),
            ["Ada Quaimarque|-"]
        );
    }
}
