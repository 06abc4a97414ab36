//! What people are told, what is written down of it, and what is never said.

use kept_core::ledger::Kind;
use kept_engine::report::access::HeldValue;
use kept_engine::sweep::SweepOrder;

use crate::world::{BOTH, Lite, Postgres, World, at, klivar, small, whom};

const ADA: &str = "email=ada@example.org";

#[test]
fn klv_24_the_answer_shows_the_day_by_which_it_is_due() {
    let world = klivar(Lite);
    let received = at("2025-03-31");
    let now = at("2025-04-02");
    let report = world.open(now).access(&whom(&[ADA]), Some(received), now).unwrap();
    assert_eq!(report.head.received_on.unwrap().to_string(), "2025-03-31");
    assert_eq!(report.head.lawful_on.unwrap().to_string(), "2025-04-30");
    assert!(report.head.authority.unwrap().contains("CNIL"));
}

#[test]
fn klv_33_rights_are_free_and_no_fee_can_be_set() {
    let world = klivar(Lite);
    for day in ["2025-03-31", "2025-09-30"] {
        let now = at(day);
        let report = world.open(now).access(&whom(&[ADA]), Some(now), now).unwrap();
        let told = serde_json::to_string(&report).unwrap();
        assert!(!told.contains("\"fee\""), "{told}");
        assert!(world.open(now).requests(now).unwrap().is_empty());
    }
}

#[test]
fn klv_34_live_store_archive_and_log_are_all_searched() {
    for kind in BOTH {
        let world = World::new(
            &format!(
                "{}\n[store.archive]\n@archive@\nzone = \"UTC\"\nserver = \"FR\"\n\
                 [store.archive.table.old_accounts]\nperson = \"customer\"\nkey = \"id\"\n\
                 identifies = {{ email = \"email\" }}\ncolumns = {{ full_name = \"identification.name\", email = \"identification.email\" }}\n\
                 [store.log]\n@log@\nzone = \"UTC\"\nserver = \"FR\"\n\
                 [store.log.table.lines]\nperson = \"customer\"\nkey = \"id\"\nidentifies = {{ username = \"who\" }}\n\
                 columns = {{ what = \"message.body\" }}\nevents = {{ collection = \"at\" }}\n",
                include_str!("small.toml")
            ),
            &[
                ("app", Lite, include_str!("app.sql")),
                ("desk", Lite, include_str!("desk.sql")),
                (
                    "archive",
                    kind,
                    "CREATE TABLE old_accounts (id INTEGER PRIMARY KEY, full_name TEXT, email TEXT); \
                     INSERT INTO old_accounts VALUES (5, 'Ada Quaimarque', 'ADA@example.org')",
                ),
                (
                    "log",
                    kind,
                    "CREATE TABLE lines (id INTEGER PRIMARY KEY, who TEXT, what TEXT, at TIMESTAMP); \
                     INSERT INTO lines VALUES (8, 'ada-q', 'signed in', '2026-01-02 08:00:00'), (9, 'bo-a', 'signed in', '2026-01-02 08:00:00')",
                ),
            ],
        );
        let now = at("2026-03-02");
        let report = world.open(now).access(&whom(&[ADA]), Some(now), now).unwrap();
        let stores: Vec<&str> = report
            .held
            .iter()
            .filter(|table| !table.rows.is_empty())
            .map(|table| table.store.as_str())
            .collect();
        for store in ["app", "archive", "log"] {
            assert!(stores.contains(&store), "{kind:?}: {store} is not in {stores:?}");
        }
        let log = report.held.iter().find(|table| table.store.as_str() == "log").unwrap();
        assert_eq!(log.rows.len(), 1, "Bo's line is not hers");
        let by = &report.found.iter().find(|found| found.store.as_str() == "log").unwrap().by;
        assert!(by.contains("username from app.accounts"), "{by}");
    }
}

#[test]
fn klv_20_each_act_leaves_exactly_one_entry_of_its_kind() {
    let world = small(Lite, Postgres);
    let now = at("2026-03-02");
    let ada = whom(&[ADA]);
    let mut company = world.open(now);
    let kinds = [
        Kind::Read,
        Kind::RequestStep,
        Kind::ReportMade,
        Kind::ErasureIntended,
        Kind::ErasureDone,
        Kind::SweepIntended,
        Kind::SweepDone,
        Kind::Audited,
    ];
    let count = || kinds.map(|kind| world.count_entries(kind));
    assert_eq!(count(), [0; 8]);
    company.access(&ada, Some(now), now).unwrap();
    assert_eq!(count(), [1, 1, 1, 0, 0, 0, 0, 0]);
    company.why(&ada, None, now, now).unwrap();
    assert_eq!(count(), [2, 1, 1, 0, 0, 0, 0, 0]);
    company.audit(now, &mut |_| {}).unwrap();
    company.count_due(&SweepOrder::default(), now, &mut |_| {}).unwrap();
    company.forecast("2026-06-30".parse().unwrap(), now).unwrap();
    assert_eq!(count(), [2, 1, 1, 0, 0, 0, 0, 3]);
    company.sweep(&SweepOrder::default(), now, &mut |_| {}).unwrap();
    assert_eq!(count(), [2, 1, 1, 0, 0, 2, 2, 3], "one of each for each store");
    company.erase(&ada, now, false, now).unwrap();
    assert_eq!(count(), [3, 3, 1, 2, 2, 2, 2, 3], "received and answered; one part for each store");
}

#[test]
fn klv_20_an_act_whose_entry_cannot_be_written_does_not_happen() {
    let world = small(Lite, Lite);
    let now = at("2026-03-02");
    let mut company = world.open(now);
    let vault = rusqlite::Connection::open(world.path("vault.db")).unwrap();
    vault
        .execute_batch(
            "CREATE TRIGGER closed BEFORE INSERT ON entry BEGIN SELECT RAISE(ABORT, 'closed'); END",
        )
        .unwrap();
    assert!(company.access(&whom(&[ADA]), Some(now), now).is_err());
    assert!(company.erase(&whom(&[ADA]), now, false, now).is_err());
    assert!(company.sweep(&SweepOrder::default(), now, &mut |_| {}).is_err());
    assert!(company.audit(now, &mut |_| {}).is_err());
    assert!(company.why(&whom(&[ADA]), None, now, now).is_err());
    vault.execute_batch("DROP TRIGGER closed").unwrap();
    assert_eq!(world.count("app", "accounts WHERE email = 'ada@example.org'"), 1);
    assert_eq!(world.count("desk", "contacts"), 2);
    assert_eq!(company.requests(now).unwrap(), []);
    assert_eq!(world.entries(), []);
}

#[test]
fn the_report_masks_others_and_passwords() {
    for kind in BOTH {
        let world = small(kind, Lite);
        let now = at("2026-03-02");
        let report = world.open(now).access(&whom(&[ADA]), Some(now), now).unwrap();
        let told = serde_json::to_string(&report).unwrap();
        assert!(!told.contains("hash-of-ada"), "{told}");
        assert!(!told.contains("Cy Tiers") && !told.contains("bo@example.org"), "{told}");
        assert!(told.contains("Ada Quaimarque") && told.contains("between ada and cy"), "{told}");
        let accounts = report.held.iter().find(|table| table.table.as_str() == "accounts").unwrap();
        let password =
            accounts.columns.iter().position(|column| column.column.as_str() == "password_hash").unwrap();
        assert_eq!(accounts.rows[0].values[password], HeldValue::NeverShown);
        assert!(!accounts.rows[0].grounds.is_empty());
    }
}

#[test]
fn no_personal_value_is_in_an_error_a_debug_text_a_ledger_entry_or_a_file_of_kept() {
    const MARK: &str = "Zaphquai";
    for kind in BOTH {
        let world = small(kind, kind);
        for sql in [
            format!(
                "UPDATE accounts SET full_name = '{MARK} Ada', email = '{MARK}@example.org', phone = '{MARK}', username = '{MARK}'  WHERE id = 1"
            ),
            format!("UPDATE messages SET body = '{MARK}' WHERE id = 21"),
            format!("UPDATE invoices SET number = '{MARK}' WHERE id = 11"),
        ] {
            world.run("app", &sql);
        }
        world.run("desk", &format!("UPDATE contacts SET email = '{MARK}@example.org'"));
        let now = at("2026-03-02");
        let mut company = world.open(now);
        let marked = whom(&[&format!("email={MARK}@example.org")]);
        let mut said = String::new();
        // Two people at the desk have the address: refused everywhere.
        said += &format!("{:?}", company.access(&marked, Some(now), now));
        said += &company.access(&marked, Some(now), now).unwrap_err().to_string();
        world.run("desk", "UPDATE contacts SET email = 'bo@example.org' WHERE id = 2");
        said += &format!("{:?}", company.access(&marked, Some(now), now).unwrap());
        said += &format!("{:?}", company.why(&marked, None, now, now).unwrap());
        said += &format!("{:?}", company.rehearse_erasure(&marked, now).unwrap());
        said += &format!("{:?}", company.audit(now, &mut |_| {}).unwrap());
        if kind == Lite {
            world.run(
                "app",
                &format!(
                    "CREATE TRIGGER guard BEFORE UPDATE ON accounts BEGIN SELECT RAISE(ABORT, '{MARK}'); END"
                ),
            );
        } else {
            world.run("app", "ALTER TABLE accounts ADD CONSTRAINT guard CHECK (email <> '')");
        }
        let refused = company.erase(&marked, now, false, now).unwrap();
        said += &format!("{refused:?}");
        said += &serde_json::to_string(&refused).unwrap();
        said += &format!("{:?}", company.resume(now).unwrap());
        said += &format!("{:?}", company.sweep(&SweepOrder::default(), now, &mut |_| {}).unwrap());
        said += &format!("{:?} {company:?} {marked:?}", company.requests(now).unwrap());
        said += &format!("{:?}", world.entries());
        let lower = said.to_lowercase();
        let before = lower.split(&MARK.to_lowercase()).next().filter(|before| before.len() < lower.len());
        let before: Option<String> = before
            .map(|before| before.chars().rev().take(300).collect::<Vec<_>>().into_iter().rev().collect());
        assert_eq!(before, None, "{kind:?}: this stood before the value");
        company.publish().unwrap();
        drop(company);
        let files = world.files_with(MARK.as_bytes());
        let others: Vec<_> =
            files.iter().filter(|file| !file.contains("app.db") && !file.contains("desk.db")).collect();
        assert!(others.is_empty(), "{others:?}");
        let lower_files = world.files_with(MARK.to_lowercase().as_bytes());
        assert!(lower_files.is_empty(), "{lower_files:?}");
    }
}

#[test]
fn disclosures_of_the_ledger_are_the_recipients_that_a_report_names() {
    let world = small(Lite, Lite);
    let now = at("2026-03-02");
    let asked = whom(&["email=ada@example.org"]);
    let none = world.open(now).access(&asked, Some(now), now).unwrap();
    assert!(none.disclosed.is_empty());
    world.disclose("email", "ada@example.org", "hosting", at("2026-03-03"));
    let later = at("2026-03-04");
    let report = world.open(later).access(&asked, Some(later), later).unwrap();
    let told: Vec<&str> = report.disclosed.iter().map(|one| one.recipient.as_str()).collect();
    assert_eq!(told, ["Host"]);
    assert_eq!(report.disclosed[0].data, ["identification.email"]);
    assert_eq!(report.disclosed[0].at, at("2026-03-03"));
    let looks = report
        .consulted
        .iter()
        .filter(|look| look.purpose.as_ref().is_some_and(|name| name.as_str() == "rights"));
    assert!(looks.count() >= 1, "{:?}", report.consulted);
}
