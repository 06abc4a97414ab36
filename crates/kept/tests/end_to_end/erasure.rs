//! `request erase`: what goes, what stays, and that the bytes are gone.

use super::company::{ADA, BOTH, Company, Desk};

/// Words that stand in Ada's rows alone, each in another place: what goes, then what stays.
const GOING: [(&str, &str); 5] = [
    ("Accounts", "UPDATE accounts SET street = 'Quai-Marque-Accounts' WHERE id = 1"),
    ("Orders", "UPDATE orders SET gift_note = 'Quai-Marque-Orders' WHERE account_id = 1"),
    ("Usage", "UPDATE usage_events SET page = 'Quai-Marque-Usage' WHERE account_id = 1"),
    ("Prospects", "UPDATE prospects SET source = 'Quai-Marque-Prospects' WHERE id = 1"),
    ("Sender", "UPDATE messages SET sender_name = 'Quai-Marque-Sender' WHERE sender_id = 1"),
];
const STAYING: &str = "UPDATE invoices SET billing_address = 'Quai-Reste-Invoices' WHERE account_id = 1";
const AT_DESK: &str = "UPDATE tickets SET body = 'Quai-Marque-Tickets' WHERE contact_id = 1; \
    UPDATE ticket_notes SET body = 'Quai-Marque-Notes' WHERE ticket_id IN (SELECT id FROM tickets WHERE contact_id = 1)";

/// What counts nothing in the shop once Ada is erased.
pub(crate) const GONE: [&str; 8] = [
    "SELECT count(*) FROM orders WHERE account_id = 1",
    "SELECT count(*) FROM order_lines WHERE order_id NOT IN (SELECT id FROM orders)",
    "SELECT count(*) FROM usage_events WHERE account_id = 1",
    "SELECT count(*) FROM prospects WHERE lower(email) = 'ada.martin@example.org'",
    "SELECT count(*) FROM messages WHERE 1 IN (sender_id, recipient_id)",
    "SELECT count(*) FROM messages WHERE 'Ada Martin' IN (sender_name, recipient_name)",
    "SELECT count(*) FROM accounts WHERE full_name = 'Ada Martin' OR lower(email) = 'ada.martin@example.org'",
    "SELECT count(*) FROM pragma_foreign_key_check",
];

fn marked(desk: Desk) -> Company {
    let company = Company::new(desk);
    for (_, sql) in GOING {
        company.shop().execute_batch(sql).unwrap();
    }
    company.shop().execute_batch(STAYING).unwrap();
    company.change_desk(AT_DESK);
    company
}

fn ada() -> String {
    format!("email={ADA}")
}

#[test]
fn a_dry_run_shows_the_plan_and_changes_nothing() {
    for desk in BOTH {
        let company = Company::new(desk);
        let before = company.everything();
        let answer = company.run(&["request", "erase", "--dry-run", "--person", &ada()]).ending(0);
        for said in ["deleted", "emptied", "kept", "detached", "archived until", "accepts the plan"] {
            assert!(answer.out.contains(said), "{desk:?}: no `{said}` in\n{}", answer.out);
        }
        assert!(before == company.everything(), "{desk:?}: something changed");
        assert!(!answer.all().contains("Ada Martin"));
        company.run(&["request", "erase", "--dry-run", "--json", "--person", &ada()]).ending(0).json();
    }
}

#[test]
fn nothing_is_erased_without_a_yes() {
    let company = Company::new(Desk::File);
    let before = company.everything();
    let answer = company.run(&["request", "erase", "--person", &ada()]).ending(2);
    assert!(answer.err.contains("--yes"), "{}", answer.err);
    assert!(before == company.everything());
}

#[test]
fn klv_36_an_erasure_ends_what_the_law_lets_end_and_says_until_when_the_rest_stays() {
    for desk in BOTH {
        let company = Company::new(desk);
        let everybody_else = "SELECT count(*) FROM accounts WHERE id > 1 AND email <> ''";
        let others = company.in_shop(everybody_else);
        let answer = company.run(&["request", "erase", "--yes", "--person", &ada()]).ending(0);
        assert!(answer.out.contains("Billing: archived until"), "{}", answer.out);
        assert!(answer.out.contains("a second look found"), "{}", answer.out);
        company.has_none(&GONE, &format!("{desk:?}"));
        assert_eq!(
            company.in_shop(
                "SELECT count(*) FROM invoices WHERE account_id = 1 AND billing_name = 'Ada Martin'"
            ),
            3
        );
        assert_eq!(company.in_shop("SELECT count(*) FROM messages WHERE sender_id IS NULL"), 2);
        assert_eq!(company.in_shop(everybody_else), others);
        for gone in [
            "SELECT count(*) FROM contacts WHERE id = 1",
            "SELECT count(*) FROM tickets WHERE contact_id = 1",
            "SELECT count(*) FROM access_log WHERE contact_id = 1",
            "SELECT count(*) FROM ticket_notes WHERE mentioned_contact_id = 1",
        ] {
            assert_eq!(company.at_desk(gone), 0, "{desk:?}: {gone}");
        }
        assert!(company.at_desk("SELECT count(*) FROM ticket_notes WHERE body LIKE 'Recommand%'") > 0);
    }
}

#[test]
fn after_an_erasure_no_file_holds_the_erased_bytes() {
    for desk in BOTH {
        let company = marked(desk);
        for (place, _) in GOING {
            let mark = format!("Quai-Marque-{place}");
            assert!(!company.files_with(mark.as_bytes()).is_empty(), "{desk:?}: {mark} was never there");
        }
        let answer = company.run(&["request", "erase", "--yes", "--person", &ada()]).ending(0);
        assert!(!answer.all().contains("Quai-"), "{}", answer.all());
        assert_eq!(company.files_with(b"Quai-Marque-"), Vec::<std::path::PathBuf>::new(), "{desk:?}");
        assert_eq!(company.files_with(ADA.as_bytes()), Vec::<std::path::PathBuf>::new(), "{desk:?}");
        assert_eq!(company.files_with(b"06 39 98 12 34"), Vec::<std::path::PathBuf>::new(), "{desk:?}");
        assert!(
            company.in_shop("SELECT count(*) FROM invoices WHERE billing_address = 'Quai-Reste-Invoices'")
                == 3
        );
    }
}

#[test]
fn a_second_erasure_finds_nothing_left_to_do() {
    for desk in BOTH {
        let company = Company::new(desk);
        company.run(&["request", "erase", "--yes", "--person", &ada()]).ending(0);
        let after = company.everything();
        let again = company.run(&["request", "erase", "--yes", "--person", &ada()]).ending(0);
        assert!(!again.out.contains("deleted"), "{}", again.out);
        assert!(after == company.everything(), "{desk:?}");
    }
}

#[test]
fn the_other_member_keeps_a_shared_message_until_the_last_of_the_two_goes() {
    let company = Company::new(Desk::File);
    let shared = "SELECT count(*) FROM messages WHERE id IN (1, 2)";
    company.run(&["request", "erase", "--yes", "--person", &ada()]).ending(0);
    assert_eq!(company.in_shop(shared), 2);
    // The other one closes the account and asks too.
    company
        .shop()
        .execute_batch("UPDATE accounts SET closed_at = datetime('now', '-30 days') WHERE id = 3")
        .unwrap();
    company.run(&["request", "erase", "--yes", "--person", "account=3"]).ending(0);
    assert_eq!(company.in_shop(shared), 0);
}

#[test]
fn a_running_contract_stays_and_is_told() {
    let company = Company::new(Desk::File);
    let answer = company.run(&["request", "erase", "--dry-run", "--person", "account=3"]).ending(0);
    assert!(answer.out.contains("purpose.account.keep"), "{}", answer.out);
    company.run(&["request", "erase", "--yes", "--person", "account=3"]).ending(0);
    assert_eq!(
        company.in_shop("SELECT count(*) FROM accounts WHERE id = 3 AND email <> '' AND password_hash <> ''"),
        1
    );
    assert_eq!(company.in_shop("SELECT count(*) FROM usage_events WHERE account_id = 3"), 0);
}

#[test]
fn a_store_that_refuses_keeps_all_its_rows_and_the_others_go_on() {
    let company = Company::new(Desk::File);
    company
        .shop()
        .execute_batch("CREATE TRIGGER stop BEFORE DELETE ON orders BEGIN SELECT RAISE(ABORT, 'Quai-Secret of ada.martin@example.org'); END")
        .unwrap();
    let shop = |company: &Company| company.in_shop("SELECT count(*) FROM usage_events WHERE account_id = 1");
    let before = shop(&company);
    let answer = company.run(&["request", "erase", "--yes", "--person", &ada()]);
    assert_ne!(answer.code, 0, "{}", answer.all());
    assert!(!answer.all().contains("Quai-Secret"), "a store's own words were repeated:\n{}", answer.all());
    assert_eq!(shop(&company), before, "part of a refused plan was carried out");
    assert_eq!(company.at_desk("SELECT count(*) FROM contacts WHERE id = 1"), 0);
    company.shop().execute_batch("DROP TRIGGER stop").unwrap();
    company.run(&["request", "erase", "--yes", "--person", &ada()]).ending(0);
    assert_eq!(shop(&company), 0);
}

#[test]
fn an_erasure_that_a_store_held_up_ends_with_a_report_of_all_of_it_and_a_certificate() {
    let company = Company::new(Desk::File);
    std::fs::rename(company.file("desk.db"), company.file("desk.away")).unwrap();
    let begun = company.run(&["request", "erase", "--yes", "--person", &ada()]).ending(1);
    assert!(begun.out.contains("shop.orders") && begun.all().contains("desk"), "{}", begun.all());
    std::fs::rename(company.file("desk.away"), company.file("desk.db")).unwrap();
    let nowhere = company.run(&["resume", "--reports", "answers"]).ending(2);
    assert!(nowhere.err.contains("no folder"), "{}", nowhere.err);
    let folder = company.file("answers");
    std::fs::create_dir(&folder).unwrap();
    company.run(&["resume", "--reports", folder.to_str().unwrap()]).ending(0);
    let files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()).collect();
    let ending =
        |extension: &str| files.iter().find(|file| file.extension().is_some_and(|one| one == extension));
    let report = std::fs::read_to_string(ending("txt").unwrap()).unwrap();
    for said in ["shop.orders", "desk.contacts", "a second look found", "received"] {
        assert!(report.contains(said), "no `{said}` in\n{report}");
    }
    assert!(!report.contains("Ada Martin"), "{report}");
    let certificate = ending("json").unwrap().to_str().unwrap().to_owned();
    company.run(&["ledger", "verify", "--certificate", &certificate]).ending(0);
    assert!(std::fs::read_to_string(ending("md").unwrap()).unwrap().contains("desk.contacts"));
}

#[test]
fn the_planners_samples_hold_no_erased_address() {
    for desk in BOTH {
        let company = Company::new(desk);
        company.shop().execute_batch("ANALYZE; PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
        assert!(company.in_shop("SELECT count(*) FROM sqlite_stat4 WHERE tbl = 'accounts'") > 0);
        company.change_desk("ANALYZE");
        // PostgreSQL's are made anew where a vacuum is asked for.
        let mut command = vec!["request", "erase", "--yes", "--person"];
        let person = ada();
        command.push(&person);
        if desk == Desk::Postgres {
            command.push("--vacuum");
        }
        company.run(&command).ending(0);
        assert_eq!(company.files_with(ADA.as_bytes()), Vec::<std::path::PathBuf>::new(), "{desk:?}");
        if desk == Desk::Postgres {
            assert_eq!(company.at_desk(IN_SAMPLES), 0);
        }
    }
}

/// How many samples of PostgreSQL's planner hold Ada's address.
const IN_SAMPLES: &str = "SELECT count(*) FROM pg_stats WHERE schemaname = 'public' \
    AND concat(most_common_vals, histogram_bounds) ILIKE '%ada.martin@example.org%'";
