//! Restrictions as other programs see them: marked rows in two databases, whatever kills the command on
//! the way, and PostgreSQL hiding them.

use super::company::{BOTH, Company, Desk};

const WHO: [&str; 2] = ["--person", "email=ada.martin@example.org"];

/// The demo's company with marks in its accounts, orders and tickets.
fn marked(desk: Desk) -> Company {
    let company = Company::new(desk);
    company
        .shop()
        .execute_batch("ALTER TABLE accounts ADD COLUMN is_restricted BOOLEAN NOT NULL DEFAULT FALSE")
        .unwrap();
    company.change_desk("ALTER TABLE contacts ADD COLUMN restricted_at TIMESTAMP");
    for (file, head, mark) in [
        ("shop.toml", "[store.shop.table.accounts]\n", "is_restricted"),
        ("desk.toml", "[store.desk.table.contacts]\n", "restricted_at"),
    ] {
        company.rewrite(file, head, &format!("{head}restricted = {{ column = \"{mark}\" }}\n"));
    }
    company
}

/// How many rows bear a mark: Ada's account and contact, and anybody else's.
fn marks(company: &Company) -> (i64, i64, i64) {
    (
        company.in_shop("SELECT count(*) FROM accounts WHERE is_restricted AND id = 1"),
        company.at_desk("SELECT count(*) FROM contacts WHERE restricted_at IS NOT NULL AND id = 1"),
        company.in_shop("SELECT count(*) FROM accounts WHERE is_restricted AND id <> 1")
            + company.at_desk("SELECT count(*) FROM contacts WHERE restricted_at IS NOT NULL AND id <> 1"),
    )
}

fn act<'a>(words: &[&'a str]) -> Vec<&'a str> {
    words.iter().copied().chain(WHO).collect()
}

const RESTRICT: [&str; 5] = ["restrict", "--reason", "accuracy", "--review", "2031-01-31"];

/// The case of a restriction that stands.
fn case(company: &Company) -> String {
    let listed = company.run(&["hold", "list", "--json"]).ending(0).json();
    let text = listed.to_string();
    let rest = text.split("L-").nth(1).unwrap();
    format!("L-{}", rest.chars().take("2026-0001".len()).collect::<String>())
}

#[test]
fn a_restriction_marks_rows_in_both_databases_and_its_lifting_takes_the_marks_off() {
    for desk in BOTH {
        let company = marked(desk);
        company.run(&act(&RESTRICT)).ending(0);
        assert_eq!(marks(&company), (1, 1, 0), "{desk:?}");
        let audit = company.run(&["audit"]);
        assert!(audit.all().contains("marked as restricted"), "{}", audit.all());
        let case = case(&company);
        company.run(&act(&["lift", &case])).ending(1);
        assert_eq!(marks(&company), (1, 1, 0), "not told yet");
        company.run(&act(&["lift", &case, "--told"])).ending(0);
        company.run(&act(&["lift", &case])).ending(0);
        assert_eq!(marks(&company), (0, 0, 0));
        company.ledger_is_sound();
    }
}

#[cfg(debug_assertions)]
#[test]
fn a_restriction_killed_at_any_step_is_marked_by_the_next_run_and_unmarked_likewise() {
    const STEPS: [&str; 8] = [
        "recorded",
        "marks-intended:desk",
        "marks-written:desk",
        "marks-done:desk",
        "marks-intended:shop",
        "marks-written:shop",
        "marks-done:shop",
        "listed",
    ];
    for (place, step) in STEPS.iter().enumerate() {
        let desk = if place % 2 == 0 { Desk::File } else { Desk::Postgres };
        let company = marked(desk);
        let killed = |words: &[&str]| {
            let ended = company.command(words).env("KEPT_TEST_KILLED_AT", step).output().unwrap();
            assert_eq!(ended.status.code(), None, "`{step}` was not reached");
        };
        // Either way of going on is enough by itself.
        let go_on: &[&str] = if place % 3 == 0 { &["sweep"] } else { &["resume"] };
        killed(&act(&RESTRICT));
        company.run(go_on).ending(0);
        assert_eq!(marks(&company), (1, 1, 0), "{step}");
        let case = case(&company);
        company.run(&act(&["lift", &case, "--told"])).ending(0);
        killed(&act(&["lift", &case]));
        company.run(go_on).ending(0);
        assert_eq!(marks(&company), (0, 0, 0), "{step}");
        company.ledger_is_sound();
    }
}

#[test]
fn postgresql_hides_marked_rows_once_the_policies_are_written_and_shows_them_when_they_are_gone() {
    let company = marked(Desk::Postgres);
    let role = "DO $$ BEGIN CREATE ROLE desk_app NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$; \
        GRANT SELECT ON contacts TO desk_app";
    company.change_desk(role);
    let asked = company.run(&["row-security", "--dry-run"]).ending(2);
    assert!(asked.err.contains("row-security ="), "{}", asked.err);
    company.rewrite("desk.toml", "[store.desk]\n", "[store.desk]\nrow-security = { see = [] }\n");
    let dry = company.run(&["row-security", "--dry-run"]).ending(0);
    assert!(dry.out.starts_with("BEGIN;\n") && dry.out.contains("AS RESTRICTIVE"), "{}", dry.out);
    assert_eq!(company.at_desk("SELECT count(*) FROM pg_policy"), 0);
    let seen = || {
        let mut client = company.desk_client();
        client.batch_execute("SET ROLE desk_app").unwrap();
        client.query_one("SELECT count(*) FROM contacts WHERE id = 1", &[]).unwrap().get::<_, i64>(0)
    };
    company.run(&["row-security"]).ending(0);
    company.run(&act(&RESTRICT)).ending(0);
    assert_eq!((seen(), marks(&company)), (0, (1, 1, 0)));
    let again = company.run(&["row-security"]).ending(0);
    assert!(again.err.contains("as it should be"), "{}", again.err);
    company.run(&["row-security", "--undo"]).ending(0);
    assert_eq!(seen(), 1);
    assert_eq!(company.at_desk("SELECT count(*) FROM pg_policy"), 0);
    // What is printed can be run as it is.
    company.change_desk(&dry.out);
    assert_eq!(seen(), 0);
    assert_eq!(company.run(&["row-security", "--store", "shop"]).ending(2).out, "");
}
