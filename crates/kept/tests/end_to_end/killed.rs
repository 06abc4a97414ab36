//! A process killed at every step of an erasure: the next run finishes it, nothing of anybody else is
//! touched, and the ledger verifies.

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use super::company::{ADA, Company, Desk};
use super::erasure::GONE;

/// The steps of an erasure at which a debug build can be told to die, in their order.
const STEPS: [&str; 13] = [
    "looked",
    "received",
    "filed",
    "planned",
    "intended:desk",
    "applied:desk",
    "done:desk",
    "intended:shop",
    "applied:shop",
    "done:shop",
    "refusals",
    "remembered",
    "answered",
];

const ERASE: [&str; 5] = ["request", "erase", "--yes", "--person", "email=ada.martin@example.org"];

/// What must be so in the end, whatever happened on the way.
#[track_caller]
fn finished(company: &Company, others: i64, step: &str) {
    company.has_none(&GONE, step);
    assert_eq!(company.at_desk("SELECT count(*) FROM contacts WHERE id = 1"), 0, "{step}");
    assert_eq!(company.in_shop(OTHERS), others, "{step}: somebody else lost something");
    assert_eq!(company.in_shop("SELECT count(*) FROM invoices WHERE account_id = 1"), 3, "{step}");
    let open = company.run(&["request", "list", "--json"]).ending(0).json();
    assert_eq!(open.as_array().map(Vec::len), Some(0), "{step}: {open}");
    company.ledger_is_sound();
    assert!(company.files_with(ADA.as_bytes()).is_empty(), "{step}");
}

const OTHERS: &str = "SELECT (SELECT count(*) FROM accounts WHERE id > 1 AND email <> '') \
    + (SELECT count(*) FROM orders WHERE account_id > 1) + (SELECT count(*) FROM messages)";

fn killed_at_each_step(desk: Desk, make: impl Fn(Desk) -> Company) {
    for step in STEPS {
        let company = make(desk);
        let others = company.in_shop(OTHERS);
        let killed = company.command(&ERASE).env("KEPT_TEST_KILLED_AT", step).output().unwrap();
        assert_eq!(killed.status.code(), None, "{desk:?}: `{step}` was not reached");
        // Either way of going on is enough by itself.
        if STEPS.iter().position(|known| *known == step).unwrap() % 2 == 0 {
            let resumed = company.run(&["resume"]);
            assert!(resumed.code < 2, "{step}: {}", resumed.all());
        }
        company.run(&ERASE).ending(0);
        finished(&company, others, step);
    }
}

#[test]
fn an_erasure_killed_at_any_step_is_finished_by_the_next_run() {
    killed_at_each_step(Desk::File, Company::new);
}

#[test]
fn an_erasure_killed_at_any_step_is_finished_by_the_next_run_with_postgresql() {
    killed_at_each_step(Desk::Postgres, Company::new);
}

#[test]
fn an_erasure_killed_at_any_step_is_finished_with_kepts_own_store_in_postgresql() {
    killed_at_each_step(Desk::File, |desk| Company::new(desk).kept_in_postgres());
}

#[test]
fn a_resumption_that_is_killed_too_is_finished_by_the_one_after() {
    let company = Company::new(Desk::Postgres);
    let others = company.in_shop(OTHERS);
    for step in ["planned", "intended:desk", "applied:shop"] {
        let arguments: &[&str] = if step == "planned" { &ERASE } else { &["resume"] };
        company.command(arguments).env("KEPT_TEST_KILLED_AT", step).output().unwrap();
    }
    let answer = company.run(&ERASE);
    assert!(
        answer.code == 0 || answer.all().contains("another process works on this case"),
        "{}",
        answer.all()
    );
    company.let_leases_end();
    company.run(&["resume"]).ending(0);
    company.run(&ERASE).ending(0);
    finished(&company, others, "resume");
}

#[test]
fn killed_after_the_key_was_destroyed_nothing_of_the_person_stays() {
    let company = Company::new(Desk::File);
    company.change_desk(
        "INSERT INTO contacts (id, full_name, email, created_at, updated_at) SELECT 9001, 'Quai-Seule', 'quai-seule@example.org', created_at, updated_at \
         FROM contacts LIMIT 1",
    );
    let erase = ["request", "erase", "--yes", "--person", "email=quai-seule@example.org"];
    let killed = company.command(&erase).env("KEPT_TEST_KILLED_AT", "forgotten").output().unwrap();
    assert_eq!(killed.status.code(), None);
    company.run(&erase).ending(0);
    assert_eq!(company.at_desk("SELECT count(*) FROM contacts WHERE id = 9001"), 0);
    assert!(company.files_with(b"quai-seule").is_empty());
}

#[test]
fn killed_within_a_stores_transaction_the_store_is_as_it_was_and_the_next_run_does_it() {
    for desk in [Desk::File, Desk::Postgres] {
        let company = Company::new(desk);
        let others = company.in_shop(OTHERS);
        let slow = match desk {
            Desk::File => {
                "CREATE TRIGGER slow BEFORE DELETE ON contacts BEGIN SELECT count(*) FROM (WITH RECURSIVE \
                n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 4000000000) SELECT i FROM n); END"
            }
            Desk::Postgres => {
                "CREATE FUNCTION slow () RETURNS trigger LANGUAGE plpgsql AS \
                $$ BEGIN PERFORM pg_sleep(50); RETURN OLD; END $$; \
                CREATE TRIGGER slow BEFORE DELETE ON contacts FOR EACH ROW EXECUTE FUNCTION slow ()"
            }
        };
        company.change_desk(slow);
        let mut child = company.command(&ERASE).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        wait_until_in_transaction(&company, &mut child);
        child.kill().unwrap();
        child.wait().unwrap();
        company.end_other_sessions();
        let untouched =
            "SELECT count(*) FROM contacts WHERE id = 1 AND lower(email) = 'ada.martin@example.org'";
        assert_eq!(company.at_desk(untouched), 1, "{desk:?}: half a plan was carried out");
        company.change_desk(match desk {
            Desk::File => "DROP TRIGGER slow",
            Desk::Postgres => "DROP TRIGGER slow ON contacts",
        });
        company.run(&["resume"]);
        company.run(&ERASE).ending(0);
        finished(&company, others, "within");
    }
}

/// Waits until the command holds the desk's lock.
fn wait_until_in_transaction(company: &Company, child: &mut Child) {
    let until = Instant::now() + Duration::from_secs(30);
    while !company.desk_is_being_changed() {
        assert!(child.try_wait().unwrap().is_none(), "the command ended by itself");
        assert!(Instant::now() < until, "the command never began to change the desk");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_sweep_that_was_killed_holds_up_the_next_one_not_a_moment() {
    let company = Company::new(Desk::File);
    let killed = company.command(&["sweep"]).env("KEPT_TEST_KILLED_AT", "turn-taken").output().unwrap();
    assert_eq!(killed.status.code(), None);
    let answer = company.run(&["sweep"]);
    assert!(!answer.all().contains("another sweep"), "{}", answer.all());
    answer.ending(0);
}
