//! Retention runs at the day before and the day after, over Klivar's own policy and schema.

use kept_core::ledger::Kind;
use kept_engine::report::audit::{AuditReport, Verdict};
use kept_engine::sweep::SweepOrder;

use crate::world::{BOTH, Kind as Engine, Lite, Postgres, World, at, klivar, small, whom};

/// Runs a sweep at noon of a day.
#[track_caller]
fn sweep(world: &World, day: &str) {
    let now = at(day);
    let report = world.open(now).sweep(&SweepOrder::default(), now, &mut |_| {}).unwrap();
    assert!(report.unreached.is_empty(), "{:?}", report.unreached);
    assert!(report.stores.iter().all(|store| store.refusals.is_empty()), "{:?}", report.stores);
}

#[track_caller]
fn audit(world: &World, day: &str) -> AuditReport {
    let now = at(day);
    world.open(now).audit(now, &mut |_| {}).unwrap()
}

/// What is broken in the audit of a day, without what is only overdue for less than a day.
#[track_caller]
fn broken(world: &World, day: &str) -> Vec<String> {
    let report = audit(world, day);
    let broken = report.statements.iter().filter(|one| one.verdict == Verdict::Broken);
    broken.map(|one| one.id.to_string()).collect()
}

fn prospect(kind: Engine, id: u32, contact: &str, opted_out: &str) -> World {
    let world = klivar(kind);
    world.run(
        "platform",
        &format!(
            "INSERT INTO prospects (id, full_name, email, created_at, last_contact_at, optin_at, optout_at) \
             VALUES ({id}, 'Ada', 'ada@example.org', '2021-05-01 09:00:00', '{contact}', '2021-05-01 09:00:00', {opted_out})"
        ),
    );
    world
}

fn account(id: u32, start: &str, end: &str) -> String {
    format!(
        "INSERT INTO accounts (id, contract_id, full_name, email, company, username, password_hash, settings, \
         created_at, closed_at, last_seen_at) VALUES ({id}, 'K-{id}', 'Ada', 'ada{id}@example.org', 'Quai SA', \
         'ada{id}', 'hash', 'dark', '{start}', {end}, '{start}');"
    )
}

#[test]
fn klv_25_prospecting_data_go_three_years_after_the_last_contact() {
    for kind in BOTH {
        let world = prospect(kind, 1, "2022-02-28 10:00:00", "NULL");
        sweep(&world, "2025-02-28");
        assert_eq!(world.count("platform", "prospects"), 1, "{kind:?}");
        sweep(&world, "2025-03-01");
        assert_eq!(world.count("platform", "prospects"), 0, "{kind:?}");
    }
}

#[test]
fn klv_26_prospecting_data_go_earlier_when_consent_is_withdrawn() {
    for kind in BOTH {
        let world = prospect(kind, 1, "2023-05-28 10:00:00", "'2023-06-01 10:00:00'");
        sweep(&world, "2023-05-31");
        assert_eq!(world.count("platform", "prospects"), 1, "{kind:?}");
        sweep(&world, "2023-06-02");
        assert_eq!(world.count("platform", "prospects"), 0, "{kind:?}");
    }
}

#[test]
fn klv_27_log_records_go_after_one_year_and_the_ledger_still_verifies() {
    for kind in BOTH {
        let world = klivar(kind);
        world.run("platform", &account(1, "2023-01-01 00:00:00", "NULL"));
        world.run(
            "platform",
            "INSERT INTO access_log VALUES (1, 1, 'opened', 'file 1', '192.0.2.1', 'x', '2024-03-10 10:00:00'), \
             (2, 1, 'opened', 'file 2', '192.0.2.1', 'x', '2024-03-11 10:00:00')",
        );
        sweep(&world, "2025-03-10");
        assert_eq!(world.count("platform", "access_log"), 2, "{kind:?}");
        sweep(&world, "2025-03-11");
        assert_eq!(world.rows("platform", "SELECT id FROM access_log"), ["2"], "{kind:?}");
        let audited = audit(&world, "2025-03-11");
        let ledger = audited.statements.iter().find(|one| one.about == "ledger").unwrap();
        assert_eq!(ledger.verdict, Verdict::Kept);
    }
}

#[test]
fn klv_28_and_klv_29_the_account_goes_and_the_customer_file_stays_in_the_archive() {
    for kind in BOTH {
        let world = klivar(kind);
        world.run("platform", &account(1, "2023-01-01 00:00:00", "'2025-06-30 10:00:00'"));
        let held = "SELECT full_name, email, username, password_hash, settings FROM accounts";
        sweep(&world, "2025-06-30");
        assert_eq!(world.rows("platform", held), ["Ada|ada1@example.org|ada1|hash|dark"], "{kind:?}");
        sweep(&world, "2025-07-01");
        sweep(&world, "2025-07-01T13:00:00Z");
        assert_eq!(world.rows("platform", held), ["Ada|ada1@example.org|-|-|-"], "{kind:?}");
        assert_eq!(world.count("platform", "accounts WHERE archived_at IS NOT NULL"), 1, "{kind:?}");
        sweep(&world, "2030-06-30");
        assert_eq!(world.rows("platform", held), ["Ada|ada1@example.org|-|-|-"]);
        sweep(&world, "2030-07-01");
        assert_eq!(world.count("platform", "accounts WHERE email IS NOT NULL"), 0, "{kind:?}");
    }
}

#[test]
fn klv_30_billing_data_go_ten_years_after_the_contract() {
    for kind in BOTH {
        let world = klivar(kind);
        world.run("platform", &account(1, "2023-01-01 00:00:00", "'2025-06-30 10:00:00'"));
        world.run(
            "platform",
            "INSERT INTO invoices VALUES (11, 1, 'K-1', 'F-11', 'Quai SA', '1 quai', 1200, '2023-02-01 00:00:00'); \
             INSERT INTO invoice_lines VALUES (21, 11, 'box', 1200)",
        );
        sweep(&world, "2025-07-01");
        sweep(&world, "2035-06-30");
        assert_eq!(world.count("platform", "invoices"), 1, "{kind:?}");
        assert_eq!(world.count("platform", "accounts WHERE full_name = 'Ada'"), 1, "{kind:?}");
        sweep(&world, "2035-07-01");
        assert_eq!(world.count("platform", "invoices"), 0, "{kind:?}");
        assert_eq!(world.count("platform", "invoice_lines"), 0, "{kind:?}");
        assert_eq!(world.count("platform", "accounts"), 0, "{kind:?}");
    }
}

#[test]
fn klv_31_requests_of_one_calendar_year_go_together() {
    for kind in BOTH {
        let world = klivar(kind);
        world.run("platform", &account(1, "2023-01-01 00:00:00", "NULL"));
        world.run(
            "platform",
            "INSERT INTO rights_requests VALUES (1, 1, 'what', 'that', '2024-01-02 10:00:00', '2024-01-20 10:00:00'), \
             (2, 1, 'what', 'that', '2024-12-31 10:00:00', '2025-01-20 10:00:00'), \
             (3, 1, 'what', 'that', '2025-01-02 10:00:00', '2025-01-20 10:00:00')",
        );
        sweep(&world, "2026-12-31");
        assert_eq!(world.count("platform", "rights_requests"), 3, "{kind:?}");
        sweep(&world, "2027-01-01");
        assert_eq!(world.rows("platform", "SELECT id FROM rights_requests"), ["3"], "{kind:?}");
    }
}

#[test]
fn after_a_sweep_the_audit_finds_nothing_broken_and_a_second_run_nothing_to_do() {
    for (app, desk) in [(Lite, Postgres), (Postgres, Lite)] {
        let world = small(app, desk);
        world.run("desk", "UPDATE tickets SET created_at = '2020-01-01 00:00:00'");
        let now = at("2030-03-02");
        assert!(!broken(&world, "2030-03-02").is_empty());
        let before = world.open(now).count_due(&SweepOrder::default(), now, &mut |_| {}).unwrap();
        assert!(before.dry_run && before.stores.iter().any(|store| !store.tables.is_empty()));
        sweep(&world, "2030-03-02");
        sweep(&world, "2030-03-02T13:00:00Z");
        assert_eq!(broken(&world, "2030-03-02T14:00:00Z"), Vec::<String>::new());
        let again = world.open(now).sweep(&SweepOrder::default(), now, &mut |_| {}).unwrap();
        assert!(again.stores.iter().all(|store| store.tables.is_empty()), "{:?}", again.stores);
        assert_eq!(world.count_entries(Kind::SweepIntended), world.count_entries(Kind::SweepDone));
    }
}

#[test]
fn a_sweep_as_of_another_day_is_refused_and_counted_instead() {
    let world = small(Lite, Lite);
    let now = at("2026-03-02");
    let order = SweepOrder { at: Some(at("2035-01-01")), ..SweepOrder::default() };
    let mut company = world.open(now);
    for day in ["2035-01-01", "2026-03-01"] {
        let order = SweepOrder { at: Some(at(day)), ..SweepOrder::default() };
        let refused = company.sweep(&order, now, &mut |_| {}).unwrap_err().to_string();
        assert!(refused.contains("what is due now"), "{refused}");
    }
    let counted = company.count_due(&order, now, &mut |_| {}).unwrap();
    assert!(counted.stores.iter().any(|store| !store.tables.is_empty()));
    assert_eq!(world.count("app", "accounts"), 3);
    assert_eq!(world.count_entries(Kind::SweepIntended), 0);
}

#[test]
fn a_forecast_until_a_day_in_the_past_is_refused() {
    let world = small(Lite, Lite);
    let mut company = world.open(at("2026-03-02"));
    let refused = company.forecast("2026-03-01".parse().unwrap(), at("2026-03-02")).unwrap_err().to_string();
    assert!(refused.contains("lies in the past"), "{refused}");
    company.forecast("2026-03-02".parse().unwrap(), at("2026-03-02")).unwrap();
}

#[test]
fn the_forecast_says_in_which_month_rows_fall_due() {
    let world = klivar(Lite);
    world.run(
        "platform",
        "INSERT INTO prospects (id, email, created_at, last_contact_at, optin_at) VALUES \
         (1, 'a@example.org', '2023-04-01 00:00:00', '2023-04-10 00:00:00', '2023-04-01 00:00:00'), \
         (2, 'b@example.org', '2023-04-01 00:00:00', '2023-06-10 00:00:00', '2023-04-01 00:00:00')",
    );
    let now = at("2026-03-02");
    let until = "2026-07-15".parse().unwrap();
    let forecast = world.open(now).forecast(until, now).unwrap();
    let rows = |month: &str| -> u64 {
        let month = forecast.months.iter().find(|one| one.until.to_string() == month).unwrap();
        month.lines.iter().filter(|line| line.table.as_str() == "prospects").map(|line| line.rows).sum()
    };
    assert_eq!(
        [rows("2026-03-31"), rows("2026-04-30"), rows("2026-05-31"), rows("2026-06-30"), rows("2026-07-15")],
        [0, 1, 0, 1, 0]
    );
    assert_eq!(world.count("platform", "prospects"), 2);
}

#[test]
fn rows_of_held_people_are_passed_by() {
    for kind in BOTH {
        let world = small(Lite, kind);
        let now = at("2028-03-02");
        drop(world.open(now));
        let bo = whom(&["email=bo@example.org"]);
        world.open(now).access(&bo, Some(now), now).unwrap();
        world.hold("email", "bo@example.org", ("desk", "tickets"), 32);
        world.hold("email", "bo@example.org", ("desk", "contacts"), 2);
        sweep(&world, "2028-03-02");
        assert_eq!(world.rows("desk", "SELECT id FROM tickets"), ["32"], "{kind:?}");
        assert_eq!(world.rows("desk", "SELECT id FROM contacts"), ["2"], "{kind:?}");
        assert!(
            !broken(&world, "2028-03-05").iter().any(|id| id.contains("support")),
            "the audit passes them by too"
        );
    }
}

/// Klivar's log, its accounts dated by what hangs on them, and a trigger that breaks the run.
const DATED_BELOW: &str = "last-contact = \"latest of tickets.created_at\"";

fn dated_below(kind: Engine) -> World {
    let mut world = small(Lite, kind);
    world.rewrite(
        "columns = { full_name = \"support.name\", email = \"support.email\" }\nevents = { collection = \"created_at\" }",
        &format!("columns = {{ full_name = \"support.name\", email = \"support.email\" }}\nevents = {{ {DATED_BELOW} }}"),
    );
    world.rewrite("keep = \"1 year after collection\"", "keep = \"1 year after the last contact\"");
    world
}

#[test]
fn a_run_that_broke_off_between_children_and_parent_is_finished_by_the_next() {
    for kind in BOTH {
        let world = dated_below(kind);
        let (breaks, mended) = match kind {
            Lite => (
                "CREATE TRIGGER broken BEFORE DELETE ON contacts BEGIN DELETE FROM missing; END",
                "DROP TRIGGER broken",
            ),
            _ => (
                "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS \
                 'BEGIN RAISE EXCEPTION USING ERRCODE = ''58000''; END'; \
                 CREATE TRIGGER broken BEFORE DELETE ON contacts FOR EACH ROW EXECUTE FUNCTION broken()",
                "DROP TRIGGER broken ON contacts",
            ),
        };
        world.run("desk", breaks);
        // Who has an account too is looked at alone.
        world.run("desk", "UPDATE contacts SET email = 'apart' || id || '@example.org'");
        let now = at("2030-03-02");
        let broken = world.open(now).sweep(&SweepOrder::default(), now, &mut |_| {}).unwrap();
        assert_eq!(broken.unreached.len(), 1, "{kind:?}: {broken:?}");
        assert_eq!((world.count("desk", "tickets"), world.count("desk", "contacts")), (0, 2), "{kind:?}");
        world.run("desk", mended);
        let mended = world.open(now).sweep(&SweepOrder::default(), now, &mut |_| {}).unwrap();
        assert!(mended.unreached.is_empty(), "{mended:?}");
        assert_eq!(world.count("desk", "contacts"), 0, "{kind:?}: {mended:?}");
        let desk = mended.stores.iter().find(|store| store.store.as_str() == "desk").unwrap();
        assert_eq!((desk.left, desk.tables.iter().map(|table| table.deleted).sum::<u64>()), (0, 2));
        let again = world.open(now).sweep(&SweepOrder::default(), now, &mut |_| {}).unwrap();
        assert!(again.stores.iter().all(|store| store.tables.is_empty()), "{again:?}");
    }
}

#[test]
fn a_second_sweep_at_the_same_time_is_told_so_and_a_killed_ones_turn_is_soon_free() {
    let world = small(Lite, Lite);
    let now = at("2030-03-02");
    drop(world.open(now));
    let later = |seconds| now.checked_add(jiff::SignedDuration::from_secs(seconds)).unwrap();
    world.vault().write("turn", |tx| tx.take_sweep(&"desk".into(), now, later(120)).map(drop)).unwrap();
    let tickets = world.count("desk", "tickets");
    let soon = later(60);
    let second = world.open(soon).sweep(&SweepOrder::default(), soon, &mut |_| {}).unwrap();
    let [told] = second.unreached.as_slice() else { panic!("{second:?}") };
    assert!(told.problem.contains("another sweep of it runs since 2030-03-02T12:00:00Z"), "{}", told.problem);
    assert_eq!(world.count("desk", "tickets"), tickets);
    assert!(second.stores.iter().any(|store| store.store.as_str() == "app"), "the other store has its turn");
    let free = later(121);
    let third = world.open(free).sweep(&SweepOrder::default(), free, &mut |_| {}).unwrap();
    assert!(third.unreached.is_empty(), "{third:?}");
    assert_eq!(world.count("desk", "tickets"), 0);
}

#[test]
fn rows_that_a_trigger_keeps_without_a_word_are_reported_as_not_done() {
    for kind in BOTH {
        let world = small(Lite, kind);
        world.run(
            "desk",
            match kind {
                Lite => {
                    "CREATE TRIGGER kept BEFORE DELETE ON tickets WHEN OLD.id = 32 BEGIN SELECT RAISE(IGNORE); END"
                }
                _ => {
                    "CREATE FUNCTION kept() RETURNS trigger LANGUAGE plpgsql AS \
                     'BEGIN IF OLD.id = 32 THEN RETURN NULL; END IF; RETURN OLD; END'; \
                     CREATE TRIGGER kept BEFORE DELETE ON tickets FOR EACH ROW EXECUTE FUNCTION kept()"
                }
            },
        );
        let now = at("2030-03-02");
        let report = world.open(now).sweep(&SweepOrder::default(), now, &mut |_| {}).unwrap();
        let desk = report.stores.iter().find(|store| store.store.as_str() == "desk").unwrap();
        let tickets = desk.tables.iter().find(|table| table.table.as_str() == "tickets").unwrap();
        assert_eq!((tickets.deleted, world.count("desk", "tickets")), (1, 1), "{kind:?}: {desk:?}");
        assert!(desk.left >= 1, "{kind:?}: {desk:?}");
        assert!(
            desk.refusals.iter().any(|one| one.contains("1 row of `tickets` is still there")),
            "{kind:?}: {desk:?}"
        );
    }
}
