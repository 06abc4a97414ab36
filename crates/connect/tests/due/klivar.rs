//! Klivar's retention promises, kept over a database: the run of the day before and of the day.

use kept_core::policy::{Policy, SourceFile, read};

use crate::world::World;

fn klivar() -> Policy {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies/klivar");
    let files = std::fs::read_dir(&folder).expect("the policy").filter_map(Result::ok);
    let files: Vec<SourceFile> = files
        .map(|file| file.path())
        .filter(|path| path.extension().is_some_and(|end| end == "toml"))
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            SourceFile::new(name, std::fs::read(&path).expect("a file"))
        })
        .collect();
    read(&files).sound().unwrap_or_else(|faults| panic!("{faults:?}"))
}

fn on_each(rows: &str, scenario: impl Fn(&World)) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies/klivar/schema.sql");
    let schema = std::fs::read_to_string(path).expect("the schema");
    for engine in crate::world::ENGINES {
        scenario(&World::new(engine, klivar(), &format!("{schema}\n{rows}")));
    }
}

#[test]
fn klv_25_prospecting_data_go_three_years_after_the_last_contact() {
    let rows = "INSERT INTO prospects VALUES (1, 'Ada', 'ada@example.com', 'A', '2021-05-01 10:00:00', '2022-02-28 10:00:00', NULL, '2021-05-01 10:00:00', NULL);
        INSERT INTO contact_messages VALUES (1, 1, 's', 'b', '2021-05-01 10:00:00');";
    on_each(rows, |world| {
        world.sweep("2025-02-28T03:00:00Z");
        assert_eq!(world.values("SELECT id FROM prospects"), ["1"]);
        let swept = world.sweep("2025-03-01T03:00:00Z");
        // The message was never founded on a consent of its own: it holds the row as a shell.
        let left = world.values("SELECT full_name FROM prospects");
        assert!(left.is_empty() || left == [""], "{left:?} {swept:?}");
    });
}

#[test]
fn klv_26_prospecting_data_go_earlier_when_consent_is_withdrawn() {
    let rows = "INSERT INTO prospects VALUES (1, 'Ada', 'ada@example.com', 'A', '2023-05-01 10:00:00', '2023-05-20 10:00:00', NULL, '2023-05-01 10:00:00', '2023-06-01 10:00:00');";
    on_each(rows, |world| {
        world.sweep("2023-06-01T03:00:00Z");
        assert_eq!(world.values("SELECT id FROM prospects"), ["1"]);
        world.sweep("2023-06-02T03:00:00Z");
        assert!(world.values("SELECT id FROM prospects").is_empty());
    });
}

#[test]
fn klv_27_log_records_go_one_year_after_their_entry() {
    let rows = "INSERT INTO access_log VALUES (1, NULL, 'a', 'o', 'ip', 'ua', '2024-03-10 09:00:00'), (2, NULL, 'a', 'o', 'ip', 'ua', '2024-03-11 09:00:00');";
    on_each(rows, |world| {
        world.sweep("2025-03-10T03:00:00Z");
        assert_eq!(world.values("SELECT id FROM access_log"), ["1", "2"]);
        world.sweep("2025-03-11T03:00:00Z");
        assert_eq!(world.values("SELECT id FROM access_log"), ["2"]);
    });
}

const ACCOUNT: &str = "INSERT INTO accounts VALUES (1, 'c1', NULL, NULL, 'Ada', 'ada@example.com', 'A', 'ada', 'hash', 'settings', '2020-01-01 10:00:00', '2025-06-30 10:00:00', '2025-06-01 10:00:00', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
    INSERT INTO invoices VALUES (1, 1, 'c1', 'n1', 'Ada', 'street', 100, '2024-01-01 10:00:00');
    INSERT INTO invoice_lines VALUES (1, 1, 'l', 100);";

#[test]
fn klv_28_the_account_goes_when_the_contract_is_over() {
    on_each(ACCOUNT, |world| {
        world.sweep("2025-06-30T20:00:00Z");
        assert_eq!(world.values("SELECT username, password_hash FROM accounts"), ["ada|hash"]);
        world.sweep("2025-07-01T03:00:00Z");
        assert_eq!(world.values("SELECT username, password_hash, settings FROM accounts"), ["||"]);
        assert_eq!(world.values("SELECT full_name FROM accounts"), ["Ada"]);
    });
}

#[test]
fn klv_29_the_customer_file_is_archived_for_five_years_after_the_contract() {
    on_each(ACCOUNT, |world| {
        world.sweep("2025-06-30T20:00:00Z");
        assert_eq!(world.values("SELECT count(*) FROM accounts WHERE archived_at IS NULL"), ["1"]);
        world.sweep("2025-07-01T03:00:00Z");
        assert_eq!(world.values("SELECT count(*) FROM accounts WHERE archived_at IS NULL"), ["0"]);
        world.sweep("2030-06-30T03:00:00Z");
        assert_eq!(world.values("SELECT email FROM accounts"), ["ada@example.com"]);
        world.sweep("2030-07-01T03:00:00Z");
        assert_eq!(world.values("SELECT email FROM accounts"), [""]);
    });
}

#[test]
fn klv_30_billing_data_go_ten_years_after_the_contract() {
    on_each(ACCOUNT, |world| {
        world.sweep("2035-06-30T03:00:00Z");
        assert_eq!(world.values("SELECT number FROM invoices"), ["n1"]);
        assert_eq!(world.values("SELECT full_name FROM accounts"), ["Ada"]);
        world.sweep("2035-07-01T03:00:00Z");
        for table in ["invoice_lines", "invoices", "accounts"] {
            assert_eq!(world.values(&format!("SELECT count(*) FROM {table}")), ["0"], "{table}");
        }
    });
}

#[test]
fn klv_31_requests_go_two_years_after_their_calendar_year() {
    let rows = "INSERT INTO rights_requests VALUES (1, NULL, 'r', 'a', '2024-01-02 10:00:00', '2024-02-01 10:00:00'), (2, NULL, 'r', 'a', '2024-12-31 10:00:00', '2025-01-20 10:00:00');";
    on_each(rows, |world| {
        world.sweep("2026-12-31T03:00:00Z");
        assert_eq!(world.values("SELECT id FROM rights_requests"), ["1", "2"]);
        world.sweep("2027-01-01T03:00:00Z");
        assert!(world.values("SELECT id FROM rights_requests").is_empty());
    });
}

#[test]
fn a_second_run_finds_nothing_left_to_do() {
    on_each(ACCOUNT, |world| {
        world.sweep("2035-07-01T03:00:00Z");
        assert!(world.sweep("2035-07-01T03:00:00Z").tables.is_empty());
    });
}
