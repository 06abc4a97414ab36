//! Wrong words, missing stores, two at a time: a clear message, and nothing lost.

use super::company::{ADA, Company, Desk};

fn ada() -> String {
    format!("email={ADA}")
}

#[test]
fn identifiers_with_quotes_and_rare_characters_are_ordinary_and_change_nothing() {
    let company = Company::new(Desk::Postgres);
    let before = company.everything();
    for value in [
        "o'brien@example.org",
        "a\"b@example.org",
        "x'; DROP TABLE accounts; --@example.org",
        "\u{1f600}@example.org",
        "%@example.org",
        "_da.martin@example.org",
    ] {
        let answer = company.run(&["request", "access", "--person", &format!("email={value}")]);
        assert!(answer.code == 0 || answer.code == 2, "{value}: {}", answer.all());
        assert!(!answer.all().contains("shop.accounts"), "{value} found somebody");
        assert!(
            answer.code == 0 || !answer.err.contains(value),
            "an error repeats the identifier: {}",
            answer.err
        );
    }
    assert!(before == company.everything());
}

#[test]
fn what_is_no_identifier_is_refused_without_being_repeated() {
    let company = Company::new(Desk::File);
    for value in [
        "Quai-Marque",
        "email=Quai-Marque",
        "email=",
        "=Quai-Marque",
        "Quai!=Marque",
        "email=Quai@Marque..org",
    ] {
        let answer = company.run(&["request", "access", "--person", value]).ending(2);
        assert!(!answer.err.contains("Marque"), "{}", answer.err);
    }
    let unknown = company.run(&["request", "access", "--person", "passport=Quai-Marque"]);
    assert!(!unknown.err.contains("Marque"), "{}", unknown.err);
    assert_ne!(unknown.code, 0, "no table of the policy knows passports:\n{}", unknown.all());
}

#[test]
fn a_person_found_twice_is_picked_by_key() {
    let company = Company::new(Desk::File);
    company
        .shop()
        .execute_batch("UPDATE accounts SET email = 'ADA.martin@example.org' WHERE id = 4")
        .unwrap();
    let answer = company.run(&["request", "erase", "--yes", "--person", &ada()]);
    assert_ne!(answer.code, 0, "{}", answer.all());
    assert!(answer.all().contains("--pick"), "{}", answer.all());
    assert_eq!(company.in_shop("SELECT count(*) FROM accounts WHERE id IN (1, 4) AND email <> ''"), 2);
    let picked =
        company.run(&["request", "access", "--person", &ada(), "--pick", "shop.accounts=1"]).ending(0);
    assert!(picked.out.contains("06 39 98 12 34"), "{}", picked.out);
}

#[test]
fn a_store_that_is_not_there_is_named_and_does_not_stop_the_others() {
    let company = Company::new(Desk::File);
    std::fs::rename(company.file("desk.db"), company.file("desk.away")).unwrap();
    let access = company.run(&["request", "access", "--person", &ada()]).ending(1);
    assert!(access.all().contains("desk") && access.out.contains("shop.accounts"), "{}", access.all());
    let erase = company.run(&["request", "erase", "--yes", "--person", &ada()]).ending(1);
    assert!(erase.all().contains("desk"), "{}", erase.all());
    assert_eq!(company.in_shop("SELECT count(*) FROM orders WHERE account_id = 1"), 0);
    std::fs::rename(company.file("desk.away"), company.file("desk.db")).unwrap();
    company.run(&["resume"]).ending(0);
    company.run(&["request", "erase", "--yes", "--person", &ada()]).ending(0);
    assert_eq!(company.at_desk("SELECT count(*) FROM contacts WHERE id = 1"), 0);
}

#[test]
fn a_missing_variable_is_named() {
    let company = Company::new(Desk::File);
    company.rewrite("desk.toml", "url = \"desk.db\"", "url = { env = \"KEPT_DEMO_DESK_URL\" }");
    let answer = company.run(&["request", "access", "--person", &ada()]);
    assert_ne!(answer.code, 0);
    assert!(answer.all().contains("KEPT_DEMO_DESK_URL"), "{}", answer.all());
}

#[test]
fn a_renamed_column_is_named_with_its_table() {
    let company = Company::new(Desk::File);
    company.shop().execute_batch("ALTER TABLE orders RENAME COLUMN gift_note TO card").unwrap();
    let answer = company.run(&["request", "erase", "--yes", "--person", &ada()]);
    assert_ne!(answer.code, 0);
    assert!(answer.all().contains("gift_note") && answer.all().contains("orders"), "{}", answer.all());
    assert_eq!(company.in_shop("SELECT count(*) FROM orders WHERE account_id = 1"), 3);
}

#[test]
fn a_damaged_store_is_a_message_and_no_crash() {
    let company = Company::new(Desk::File);
    std::fs::write(company.file("desk.db"), vec![7_u8; 8192]).unwrap();
    let answer = company.run(&["request", "access", "--person", &ada()]);
    assert!(answer.code == 1 || answer.code == 2, "{}", answer.all());
    assert!(answer.all().contains("desk") && !answer.all().contains("panicked"), "{}", answer.all());
}

#[test]
fn two_erasures_at_once_do_the_work_once_and_lose_nothing() {
    let company = Company::new(Desk::File);
    std::thread::scope(|scope| {
        let runs: Vec<_> = (0..3)
            .map(|_| scope.spawn(|| company.run(&["request", "erase", "--yes", "--person", &ada()])))
            .collect();
        for run in runs {
            let answer = run.join().unwrap();
            assert!(
                answer.code < 2 || answer.err.contains("help:") || answer.err.contains("again"),
                "{}",
                answer.all()
            );
        }
    });
    company.run(&["request", "erase", "--yes", "--person", &ada()]).ending(0);
    assert_eq!(company.in_shop("SELECT count(*) FROM accounts WHERE id = 1 AND email <> ''"), 0);
    assert_eq!(company.in_shop("SELECT count(*) FROM pragma_foreign_key_check"), 0);
    company.run(&["ledger", "publish"]).ending(0);
    company.run(&["ledger", "verify"]).ending(0);
}

#[test]
fn a_killed_erasure_is_taken_up_again() {
    let company = Company::new(Desk::File);
    // Another writer holds the shop, so that the command waits in the middle of its work.
    let blocker = company.shop();
    blocker.execute_batch("BEGIN IMMEDIATE").unwrap();
    let policy = company.path().to_string_lossy().into_owned();
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_kept"))
        .args(["request", "erase", "--yes", "--person", &ada(), "--policy", &policy])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(std::time::Duration::from_millis(1_500));
    child.kill().unwrap();
    child.wait().unwrap();
    blocker.execute_batch("ROLLBACK").unwrap();
    assert_eq!(company.in_shop("SELECT count(*) FROM orders WHERE account_id = 1"), 3);
    company.run(&["resume"]);
    company.run(&["request", "erase", "--yes", "--person", &ada()]).ending(0);
    assert_eq!(company.in_shop("SELECT count(*) FROM orders WHERE account_id = 1"), 0);
    assert_eq!(company.at_desk("SELECT count(*) FROM contacts WHERE id = 1"), 0);
}
