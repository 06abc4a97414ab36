//! `request access`, `why`: what is held, and why.

use super::company::{ADA, BOTH, Company, Desk};

#[test]
fn klv_34_an_access_report_finds_a_person_in_both_stores_however_the_address_is_written() {
    for desk in BOTH {
        let company = Company::new(desk);
        for person in [format!("email={ADA}"), "email= ADA.Martin@EXAMPLE.org ".to_owned()] {
            let report = company.run(&["request", "access", "--person", &person]).ending(0).out;
            for said in [
                "desk.contacts",
                "desk.tickets",
                "desk.ticket_notes",
                "desk.access_log",
                "shop.accounts",
                "shop.orders",
                "shop.order_lines",
                "shop.invoices",
                "shop.invoice_lines",
                "shop.messages",
                "shop.usage_events",
                "shop.prospects",
                "06 39 98 12 34",
                "purpose.billing.keep",
                "archived until",
                "Hosting provider",
            ] {
                assert!(report.contains(said), "{desk:?}: no `{said}` in\n{report}");
            }
        }
    }
}

#[test]
fn an_access_report_tells_a_hold_that_stands_and_none_that_was_released() {
    let company = Company::new(Desk::File);
    let who = ["--person", &format!("email={ADA}")];
    let run = |words: &[&str]| company.run(&[words, &who].concat()).ending(0).out;
    let report = || run(&["request", "access"]);
    let said = ["--reason", "a claim", "--approver", "legal", "--review", "2040-01-31"];
    run(&[&["hold", "place", "--field", "identification.email"], &said[..]].concat());
    let listed = company.run(&["hold", "list", "--json"]).ending(0).json();
    let case = listed[0]["case"].as_str().unwrap().to_owned();
    assert!(report().contains("· a legal hold"), "{}", report());
    run(&["hold", "release", &case]);
    assert!(!report().contains("· a legal hold"), "{}", report());
}

#[test]
fn an_access_report_holds_nobody_elses_name_or_address() {
    let company = Company::new(Desk::Postgres);
    let report = company.run(&["request", "access", "--person", &format!("email={ADA}")]).ending(0).out;
    let mut others = company.shop();
    let others = others.transaction().unwrap();
    let mut names = others.prepare("SELECT sender_name FROM messages WHERE recipient_id = 1 UNION SELECT recipient_name FROM messages WHERE sender_id = 1").unwrap();
    let names: Vec<String> = names.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert!(names.len() >= 2);
    for name in names {
        assert!(!report.contains(&name), "another member's name is in the report");
    }
    let addresses = report.split_whitespace().filter(|word| word.contains('@'));
    for address in addresses {
        let address = address.trim_matches(|sign: char| !sign.is_alphanumeric()).to_lowercase();
        assert!(
            address == ADA || address == "vie-privee@feuillevent.example",
            "`{address}` is another person's"
        );
    }
    assert!(
        !report.contains("Recommandée par une autre cliente"),
        "a note about somebody else is in the report"
    );
}

#[test]
fn a_password_is_never_shown() {
    let company = Company::new(Desk::File);
    let hash: String = company
        .shop()
        .query_row("SELECT password_hash FROM accounts WHERE id = 3", [], |row| row.get(0))
        .unwrap();
    assert!(hash.starts_with("$argon2id"));
    for form in [&["--json"][..], &[]] {
        let mut arguments = vec!["request", "access", "--person", "account=3"];
        arguments.extend(form);
        let report = company.run(&arguments).ending(0).out;
        assert!(report.contains("accounts") && !report.contains("argon2id"), "{report}");
    }
}

#[test]
fn an_access_report_in_json_names_every_table_and_ground() {
    let company = Company::new(Desk::File);
    let report = company
        .run(&["request", "access", "--json", "--person", &format!("email={ADA}")])
        .ending(0)
        .json()
        .to_string();
    for said in ["accounts", "tickets", "purpose.billing.keep", "purpose.newsletter.keep", "L123-22"] {
        assert!(report.contains(said), "no `{said}`");
    }
}

#[test]
fn a_person_who_is_not_held_gets_that_answer() {
    let company = Company::new(Desk::File);
    let answer = company.run(&["request", "access", "--person", "email=nobody@example.org"]).ending(0);
    assert!(answer.out.contains("Nothing was found by these identifiers"), "{}", answer.out);
}

#[test]
fn an_access_dry_run_shows_no_value_and_opens_no_case() {
    let company = Company::new(Desk::File);
    let answer =
        company.run(&["request", "access", "--dry-run", "--person", &format!("email={ADA}")]).ending(0);
    assert!(answer.out.contains("shop.accounts") && !answer.out.contains("06 39 98 12 34"), "{}", answer.out);
    assert!(company.run(&["request", "list"]).ending(0).out.contains("no request is open"));
}

#[test]
fn requests_are_listed_with_their_deadlines() {
    let company = Company::new(Desk::File);
    // A store that is away leaves the request open, and this one is late already.
    std::fs::rename(company.file("desk.db"), company.file("desk.away")).unwrap();
    company
        .run(&["request", "erase", "--yes", "--person", &format!("email={ADA}"), "--received", "2026-01-05"])
        .ending(1);
    let listed = company.run(&["request", "list"]).ending(1);
    assert!(
        listed.out.contains("received 5 January 2026") && listed.out.contains("due 5 February 2026"),
        "{}",
        listed.all()
    );
    let rows = company.run(&["request", "list", "--json"]).ending(1).json();
    assert_eq!((&rows[0]["late"], &rows[0]["promised_on"]), (&true.into(), &"2026-01-26".into()));
    std::fs::rename(company.file("desk.away"), company.file("desk.db")).unwrap();
    company.run(&["request", "erase", "--yes", "--person", &format!("email={ADA}")]).ending(0);
    assert!(company.run(&["request", "list"]).ending(0).out.contains("no request is open"));
    let future = company
        .run(&["request", "access", "--person", &format!("email={ADA}"), "--received", "2999-01-01"])
        .ending(2);
    assert!(future.err.contains("--received"), "{}", future.err);
}

#[test]
fn a_report_is_written_to_a_file_that_only_its_owner_reads() {
    use std::os::unix::fs::PermissionsExt;
    let company = Company::new(Desk::File);
    let path = company.file("report.txt");
    let name = path.to_string_lossy().into_owned();
    let answer =
        company.run(&["request", "access", "--person", &format!("email={ADA}"), "--output", &name]).ending(0);
    assert!(!answer.all().contains("06 39 98 12 34"));
    assert!(std::fs::read_to_string(&path).unwrap().contains("06 39 98 12 34"));
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o077, 0);
}

#[test]
fn why_names_the_rule_and_the_event_for_one_field() {
    for desk in BOTH {
        let company = Company::new(desk);
        let person = format!("email={ADA}");
        let answer = company.run(&["why", "--person", &person, "--field", "billing.amount"]).ending(0);
        assert!(answer.out.contains("purpose.billing.keep"), "{}", answer.out);
        assert!(!answer.out.contains("purpose.support.keep"), "{}", answer.out);
        company.run(&["why", "--person", &person, "--json"]).ending(0).json();
        let unknown = company.run(&["why", "--person", &person, "--field", "biling.amount"]).ending(2);
        assert!(unknown.err.contains("billing"), "{}", unknown.err);
    }
}
