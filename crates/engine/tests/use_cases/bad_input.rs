//! What goes wrong: each with a clear message, and nothing lost or half done.

use kept_engine::Failure;
use kept_engine::person::PersonRefusal;
use kept_engine::report::erasure::{Own, StoreState};

use crate::world::{BOTH, Db, Lite, Postgres, at, part, picked, small, whom};

const ADA: &str = "email=ada@example.org";

#[test]
fn a_renamed_column_is_named_with_the_nearest_one_and_the_other_stores_are_served() {
    for kind in BOTH {
        let world = small(kind, Lite);
        world.run("app", "ALTER TABLE accounts RENAME COLUMN phone TO phone_number");
        let before = world.rows("app", "SELECT * FROM accounts");
        let now = at("2026-03-02");
        let mut company = world.open(now);
        let access = company.access(&whom(&[ADA]), Some(now), now).unwrap();
        assert_eq!(access.unreached.len(), 1);
        let problem = &access.unreached[0].problem;
        assert!(problem.contains("`accounts`") && problem.contains("`phone`"), "{problem}");
        assert!(access.held.iter().any(|table| table.store.as_str() == "desk"));
        assert_eq!(company.requests(now).unwrap().len(), 1, "the case stays open");
        let erased = company.erase(&whom(&[ADA]), now, false, now).unwrap();
        assert_eq!(erased.own, Own::Waiting);
        assert_eq!(before, world.rows("app", "SELECT * FROM accounts"));
        assert_eq!(world.count("desk", "contacts WHERE id = 1"), 0, "the desk did its part");
        world.run("app", "ALTER TABLE accounts RENAME COLUMN phone_number TO phone");
        drop(company);
        let mut company = world.open(now);
        let finished = company.erase(&whom(&[ADA]), now, false, now).unwrap();
        assert_eq!(part(&finished, "app").state, StoreState::Done);
        assert_eq!(world.count("app", "accounts WHERE phone = '+33 1 99 00 00 01'"), 0);
    }
}

#[test]
fn a_field_that_tells_nobody_apart_is_no_identifier_and_those_that_are_one_are_listed() {
    let mut world = small(Lite, Lite);
    world.rewrite("number = \"text\", address", "number = \"text\", amount = \"money\", address");
    let now = at("2026-03-02");
    let mut company = world.open(now);
    let by_amount = whom(&["amount=114"]);
    let told = [
        company.why(&by_amount, None, now, now).unwrap_err(),
        company.access(&by_amount, None, now).unwrap_err(),
        company.erase(&by_amount, now, true, now).unwrap_err(),
    ];
    for refused in told {
        let words = refused.to_string();
        assert!(words.contains("`amount` is no identifier") && words.contains("`email`"), "{words}");
        assert!(!words.contains("114"), "{words}");
    }
}

#[test]
fn a_missing_table_is_named_in_sweeps_and_audits() {
    for kind in BOTH {
        let world = small(Lite, kind);
        world.run("desk", "ALTER TABLE tickets RENAME TO ticketz");
        let now = at("2026-03-02");
        let mut company = world.open(now);
        let swept = company.sweep(&Default::default(), now, &mut |_| {}).unwrap();
        assert_eq!(swept.unreached.len(), 1, "{kind:?}: {swept:?}");
        assert!(swept.unreached[0].problem.contains("`tickets`"), "{:?}", swept.unreached);
        let audit = company.audit(now, &mut |_| {}).unwrap();
        assert!(format!("{audit:?}").contains("tickets"), "{audit:?}");
        let why = company.why(&whom(&["email=bo@example.org"]), None, now, now).unwrap();
        assert_eq!(why.unreached.len(), 1);
    }
}

#[test]
fn a_person_who_is_not_found_is_told_so_and_the_case_is_answered() {
    let world = small(Lite, Postgres);
    let now = at("2026-03-02");
    let mut company = world.open(now);
    let nobody = whom(&["email=nobody@example.org"]);
    let access = company.access(&nobody, Some(now), now).unwrap();
    assert!(access.found.is_empty() && access.held.is_empty() && access.unreached.is_empty());
    assert!(access.head.case.is_some());
    let erased = company.erase(&nobody, now, false, now).unwrap();
    assert!(erased.found.is_empty() && erased.steps.is_empty());
    assert_ne!(erased.own, Own::Waiting);
    assert_eq!(company.requests(now).unwrap(), [], "both cases are answered");
}

#[test]
fn a_person_found_twice_is_refused_with_picks_and_the_pick_works() {
    for kind in BOTH {
        let world = small(kind, Lite);
        world.run("app", "UPDATE accounts SET email = 'ADA@example.org' WHERE id = 3");
        let now = at("2026-03-02");
        let mut company = world.open(now);
        let refused = company.erase(&whom(&[ADA]), now, false, now).unwrap_err();
        let Failure::Person(PersonRefusal::FoundTwice { count: 2, picks, .. }) = &refused else {
            panic!("{refused}")
        };
        assert!(
            picks.contains("--pick app.accounts=1") && picks.contains("--pick app.accounts=3"),
            "{picks}"
        );
        assert!(!refused.to_string().contains("ada@"), "{refused}");
        assert_eq!(company.requests(now).unwrap(), [], "no case is opened for nobody in particular");
        let done = company.erase(&picked(ADA, "app", "accounts", "1"), now, false, now).unwrap();
        assert_eq!(part(&done, "app").state, StoreState::Done, "{:?}", done.stores);
        assert_eq!(
            world.rows("app", "SELECT email FROM accounts WHERE id IN (1, 3) ORDER BY id"),
            ["", "ADA@example.org"]
        );
        assert_eq!(world.count("app", "messages WHERE recipient_id = 3"), 1);
    }
}

#[test]
fn an_identifier_of_a_kind_that_no_store_knows_is_refused_by_its_kind() {
    let world = small(Lite, Lite);
    let now = at("2026-03-02");
    let refused = world.open(now).access(&whom(&["passport=QUAIMARQUE"]), Some(now), now).unwrap_err();
    let text = refused.to_string();
    assert!(text.contains("`passport`") && text.contains("`email`"), "{text}");
    assert!(!format!("{text}{refused:?}").contains("QUAIMARQUE"));
}

#[test]
fn identifiers_with_quotes_and_four_byte_characters_find_their_person_only() {
    for kind in BOTH {
        let world = small(kind, Lite);
        let names = [
            "o'hara",
            "a\"b",
            "x'); DROP TABLE accounts; --",
            "😀 smile",
            "%",
            "_da-q",
            "a\\b",
            "$1",
            "ada-q\u{301}",
        ];
        for (place, name) in names.iter().enumerate() {
            let id = 100 + place;
            world.run(
                "app",
                &format!(
                    "INSERT INTO accounts (id, contract_id, email, username, created_at) VALUES \
                     ({id}, 'X-{id}', 'x{id}@example.org', '{}', '2025-01-01 00:00:00')",
                    name.replace('\'', "''")
                ),
            );
        }
        let now = at("2026-03-02");
        let mut company = world.open(now);
        for (place, name) in names.iter().enumerate() {
            let asked = whom(&[&format!("username={name}")]);
            let found =
                company.access(&asked, Some(now), now).unwrap_or_else(|failure| panic!("{failure}")).found;
            let keys: Vec<&str> = found.iter().map(|found| found.key.as_str()).collect();
            assert_eq!(keys, [(100 + place).to_string()], "{kind:?}: {name}");
        }
    }
}

#[test]
fn an_identifier_with_nul_is_refused_or_finds_nobody_and_is_not_repeated() {
    for kind in BOTH {
        let world = small(kind, Lite);
        let now = at("2026-03-02");
        match kept_core::identifier::Identifier::parse("username=ada\0quaimarque") {
            Err(error) => assert!(!error.to_string().contains("quaimarque"), "{error}"),
            Ok(identifier) => {
                let asked = kept_engine::desk::Whom { identifiers: vec![identifier], picks: Vec::new() };
                let answer = world.open(now).access(&asked, Some(now), now).unwrap();
                assert!(answer.found.is_empty() && answer.unreached.is_empty(), "{:?}", answer.unreached);
            }
        }
    }
}

#[test]
fn a_store_that_is_down_at_the_start_waits_and_its_part_is_done_by_resume() {
    for kind in BOTH {
        let mut world = small(Lite, kind);
        world.take_down("desk");
        let now = at("2026-03-02");
        let report = world.open(now).erase(&whom(&[ADA]), now, false, now).unwrap();
        assert_eq!(report.unreached.len(), 1, "{kind:?}");
        assert_eq!(report.unreached[0].store.as_str(), "desk");
        assert_eq!(report.own, Own::Waiting);
        assert_eq!(part(&report, "app").state, StoreState::Done, "the shop did its part");
        let later = at("2026-03-02T13:00:00Z");
        let still = world.open(later).resume(later).unwrap();
        assert!(still.iter().all(|(_, outcome)| outcome.state != StoreState::Refused), "{still:?}");
        assert_eq!(world.open(later).requests(later).unwrap().len(), 1, "the case stays open");
        world.bring_back("desk");
        let morning = at("2026-03-03");
        let ended = world.open(morning).resume(morning).unwrap();
        assert!(
            ended
                .iter()
                .any(|(_, outcome)| outcome.store.as_str() == "desk" && outcome.state == StoreState::Done),
            "{ended:?}"
        );
        assert_eq!(world.count("desk", "contacts WHERE id = 1"), 0, "{kind:?}");
        assert_eq!(world.count("desk", "tickets WHERE contact_id = 1"), 0);
        assert_eq!(world.open(morning).requests(morning).unwrap(), [], "the case is answered");
    }
}

#[test]
fn a_locked_store_waits_and_resume_finishes_and_answers() {
    let world = small(Lite, Lite);
    let lock = world.lock("app");
    let now = at("2026-03-02");
    let report = world.open(now).erase(&whom(&[ADA]), now, false, now).unwrap();
    let app = part(&report, "app");
    assert_eq!(app.state, StoreState::Waiting);
    assert!(app.notes[0].contains("locked"), "{:?}", app.notes);
    assert_eq!(report.own, Own::Waiting);
    assert_eq!(world.count("app", "accounts WHERE email = 'ada@example.org'"), 1, "nothing was half done");
    drop(lock);
    let later = at("2026-03-03");
    let ended = world.open(later).resume(later).unwrap();
    assert_eq!(ended.len(), 1);
    assert_eq!(ended[0].1.state, StoreState::Done, "{ended:?}");
    assert_eq!(world.count("app", "accounts WHERE email = 'ada@example.org'"), 0);
    assert_eq!(world.open(later).requests(later).unwrap(), [], "the case is answered");
    assert_eq!(world.open(later).resume(later).unwrap(), [], "nothing is left to take up");
}

#[test]
fn a_policy_changed_between_plan_and_run_is_planned_anew_and_never_carried_out_as_it_was() {
    let mut world = small(Lite, Lite);
    let lock = world.lock("app");
    let now = at("2026-03-02");
    let report = world.open(now).erase(&whom(&[ADA]), now, false, now).unwrap();
    assert_eq!(part(&report, "app").state, StoreState::Waiting);
    drop(lock);
    // From now on billing needs her address too: the old plan would empty it.
    world.rewrite(
        "\"billing\", \"identification.name\"",
        "\"billing\", \"identification.name\", \"identification.email\"",
    );
    let later = at("2026-03-03");
    world.open(later).resume(later).unwrap();
    assert_eq!(
        world.rows("app", "SELECT full_name, email, phone, password_hash FROM accounts WHERE id = 1"),
        ["Ada Quaimarque|ada@example.org|-|-"],
        "the new plan was carried out"
    );
    assert_eq!(world.open(later).requests(later).unwrap(), [], "the case is answered");
}

#[test]
fn a_refusal_undoes_that_store_only_and_the_case_can_be_finished_after_a_mend() {
    for kind in BOTH {
        let mut world = small(kind, Lite);
        world.rewrite("emptied = { email = \"\" }\n", "");
        let before = world.rows("app", "SELECT * FROM accounts ORDER BY id");
        let now = at("2026-03-02");
        let report = world.open(now).erase(&whom(&[ADA]), now, false, now).unwrap();
        let app = part(&report, "app");
        assert_eq!(app.state, StoreState::Refused, "{kind:?}: {app:?}");
        assert!(app.notes[0].contains("`email`") && app.notes[0].contains("emptied"), "{:?}", app.notes);
        assert_eq!(before, world.rows("app", "SELECT * FROM accounts ORDER BY id"));
        assert_eq!(world.count("app", "messages WHERE sender_id = 1"), 1);
        assert_eq!(part(&report, "desk").state, StoreState::Done);
        assert_eq!(report.own, Own::Waiting);
        let later = at("2026-03-03");
        assert_eq!(world.open(later).requests(later).unwrap().len(), 1);
        world.rewrite(
            "archive = { flag = \"archived_at\" }\n",
            "archive = { flag = \"archived_at\" }\nemptied = { email = \"\" }\n",
        );
        let done = world.open(later).erase(&whom(&[ADA]), later, false, later).unwrap();
        assert_eq!(part(&done, "app").state, StoreState::Done, "{:?}", done.stores);
        assert_eq!(done.head.case, report.head.case, "it is the same case");
        assert_eq!(world.open(later).requests(later).unwrap(), []);
        assert_eq!(world.count("app", "accounts WHERE email = 'ada@example.org'"), 0);
    }
}

#[test]
fn a_refused_part_is_planned_anew_by_resume_after_the_policy_was_mended() {
    let mut world = small(Lite, Lite);
    world.rewrite("emptied = { email = \"\" }\n", "");
    let now = at("2026-03-02");
    world.open(now).erase(&whom(&[ADA]), now, false, now).unwrap();
    world.rewrite(
        "archive = { flag = \"archived_at\" }\n",
        "archive = { flag = \"archived_at\" }\nemptied = { email = \"\" }\n",
    );
    let later = at("2026-03-03");
    let ended = world.open(later).resume(later).unwrap();
    assert_eq!(ended[0].1.state, StoreState::Done, "{ended:?}");
    assert_eq!(world.count("app", "accounts WHERE email = 'ada@example.org'"), 0);
    assert_eq!(world.open(later).requests(later).unwrap(), []);
}

#[test]
fn a_check_or_a_trigger_that_refuses_undoes_the_whole_part_and_repeats_no_value() {
    let world = small(Lite, Lite);
    world.run(
        "app",
        "CREATE TRIGGER guard BEFORE UPDATE OF full_name, email ON accounts WHEN OLD.id = 1 \
         BEGIN SELECT RAISE(ABORT, 'no change of Ada Quaimarque'); END",
    );
    let before = world.rows("app", "SELECT * FROM accounts ORDER BY id");
    let now = at("2026-03-02");
    let report = world.open(now).erase(&whom(&[ADA]), now, false, now).unwrap();
    let app = part(&report, "app");
    assert_eq!(app.state, StoreState::Refused, "{app:?}");
    assert!(!format!("{report:?}").contains("Quaimarque"), "{app:?}");
    assert_eq!(before, world.rows("app", "SELECT * FROM accounts ORDER BY id"));
    assert_eq!(world.count("app", "messages WHERE sender_id = 1"), 1);
    world.run("app", "DROP TRIGGER guard");
    let later = at("2026-03-03");
    let done = world.open(later).erase(&whom(&[ADA]), later, false, later).unwrap();
    assert_eq!(part(&done, "app").state, StoreState::Done);
}

#[test]
fn another_stores_key_file_is_refused_and_nothing_is_changed() {
    let world = small(Lite, Lite);
    let now = at("2026-03-02");
    world.open(now).access(&whom(&[ADA]), Some(now), now).unwrap();
    let other = small(Lite, Lite);
    other.open(now);
    std::fs::rename(world.path("keys"), world.path("keys.mine")).unwrap();
    std::fs::copy(other.path("keys"), world.path("keys")).unwrap();
    let failure = world.try_open(now).unwrap_err().to_string();
    assert!(failure.contains("does not belong to this store"), "{failure}");
    std::fs::remove_file(world.path("keys")).unwrap();
    let failure = world.try_open(now).unwrap_err().to_string();
    assert!(failure.contains("missing"), "{failure}");
    assert!(!world.path("keys").exists(), "no new key is made for a store in use");
    std::fs::rename(world.path("keys.mine"), world.path("keys")).unwrap();
    world.open(now);
}

#[test]
fn a_lost_vault_is_noticed_by_what_the_signer_remembers() {
    let world = small(Lite, Lite);
    let now = at("2026-03-02");
    {
        let mut company = world.open(now);
        company.access(&whom(&[ADA]), Some(now), now).unwrap();
        company.publish().unwrap();
    }
    for name in ["vault.db", "vault.db-wal", "vault.db-shm"] {
        let _ = std::fs::remove_file(world.path(name));
    }
    match world.try_open(now) {
        Err(failure) => assert!(failure.to_string().contains("restore"), "{failure}"),
        Ok(company) => {
            let failure = company.publish().unwrap_err().to_string();
            assert!(failure.contains("cut or restored from an old copy"), "{failure}");
            let audit = world.open(now).audit(now, &mut |_| {}).unwrap();
            let ledger = audit.statements.iter().find(|one| one.about == "ledger").unwrap();
            assert_eq!(ledger.verdict, kept_engine::report::audit::Verdict::Broken);
        }
    }
}

#[test]
fn a_full_vault_refuses_the_act_before_anything_is_read_or_erased() {
    let world = small(Lite, Lite);
    let now = at("2026-03-02");
    drop(world.open(now));
    let pages: u32 = {
        let vault = rusqlite::Connection::open(world.path("vault.db")).unwrap();
        vault.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap()
    };
    let settings = kept_vault::Settings { pages_max: Some(pages), ..Default::default() };
    let mut full = None;
    let mut company = world.open_with(settings, now).unwrap();
    let mut served = 0;
    for _ in 0..200 {
        match company.erase(&whom(&[ADA]), now, false, now) {
            Ok(_) => served += 1,
            Err(failure) => {
                full = Some(failure.to_string());
                break;
            }
        }
    }
    let message = full.expect("the vault has a limit");
    assert!(message.contains("full") && message.contains("make room"), "{message}");
    drop(company);
    if served == 0 {
        assert_eq!(
            world.count("app", "accounts WHERE email = 'ada@example.org'"),
            1,
            "nothing without an entry"
        );
    }
    let done = world.open(now).erase(&whom(&[ADA]), now, false, now).unwrap();
    assert!(done.stores.iter().all(|store| store.left == 0), "{:?}", done.stores);
    assert_eq!(world.count("app", "accounts WHERE email = 'ada@example.org'"), 0);
}

#[test]
fn a_policy_changed_between_plan_and_run_is_met_by_the_same_request_too() {
    for kind in BOTH {
        let mut world = small(Lite, kind);
        let lock = world.lock("app");
        let now = at("2026-03-02");
        world.open(now).erase(&whom(&[ADA]), now, false, now).unwrap();
        drop(lock);
        world.rewrite(
            "\"billing\", \"identification.name\"",
            "\"billing\", \"identification.name\", \"identification.email\"",
        );
        let later = at("2026-03-03");
        let report = world.open(later).erase(&whom(&[ADA]), later, false, later).unwrap();
        assert_eq!(part(&report, "app").state, StoreState::Done, "{kind:?}: {:?}", report.stores);
        assert_eq!(
            world.rows("app", "SELECT full_name, email, phone, password_hash FROM accounts WHERE id = 1"),
            ["Ada Quaimarque|ada@example.org|-|-"],
            "{kind:?}: the new plan was carried out"
        );
        assert_eq!(world.open(later).requests(later).unwrap(), [], "the case is answered");
    }
}

#[test]
fn a_store_that_goes_down_within_one_erasure_waits_and_the_others_are_done() {
    let world = small(Lite, Postgres);
    // The server's process dies in the middle of the plan.
    world.run(
        "desk",
        "CREATE FUNCTION die () RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN OLD; END $$; \
         CREATE TRIGGER die BEFORE DELETE ON contacts FOR EACH ROW EXECUTE FUNCTION die ()",
    );
    let now = at("2026-03-02");
    let report = world.open(now).erase(&whom(&[ADA]), now, false, now).unwrap();
    let desk = part(&report, "desk");
    assert_eq!(desk.state, StoreState::Waiting, "{desk:?}");
    assert!(desk.notes[0].contains("can't be reached"), "{:?}", desk.notes);
    assert_eq!(part(&report, "app").state, StoreState::Done);
    assert_eq!(report.own, Own::Waiting);
    assert_eq!(world.count("desk", "tickets WHERE contact_id = 1"), 1, "nothing was half done");
    world.run("desk", "DROP TRIGGER die ON contacts");
    let later = at("2026-03-03");
    let ended = world.open(later).resume(later).unwrap();
    assert!(ended.iter().all(|(_, part)| part.state == StoreState::Done), "{ended:?}");
    assert_eq!(world.count("desk", "contacts WHERE id = 1"), 0);
    assert_eq!(world.open(later).requests(later).unwrap(), []);
}

#[test]
fn a_store_that_dies_while_it_is_read_is_told_and_the_case_stays_open() {
    let world = small(Lite, Postgres);
    world.run(
        "desk",
        "CREATE FUNCTION die (text) RETURNS text LANGUAGE plpgsql AS \
             $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN $1; END $$; \
         ALTER TABLE tickets RENAME TO tickets_kept; \
         CREATE VIEW tickets AS SELECT id, contact_id, die(body) AS body, created_at FROM tickets_kept",
    );
    let now = at("2026-03-02");
    let mut company = world.open(now);
    let access = company.access(&whom(&[ADA]), Some(now), now).unwrap();
    assert_eq!(access.unreached.len(), 1, "{:?}", access.unreached);
    assert!(access.held.iter().any(|table| table.store.as_str() == "app"));
    assert_eq!(company.requests(now).unwrap().len(), 1);
    let erased = company.erase(&whom(&[ADA]), now, false, now).unwrap();
    assert_eq!(erased.own, Own::Waiting);
    assert_eq!(world.count("desk", "tickets_kept"), 2);
}

#[test]
fn a_check_that_refuses_undoes_the_whole_part_on_either_engine() {
    for kind in BOTH {
        let world = small(kind, Lite);
        world.run(
            "app",
            "ALTER TABLE accounts ADD COLUMN rule TEXT CONSTRAINT quai_rule CHECK (phone IS NOT NULL OR id <> 1)",
        );
        let before = world.rows("app", "SELECT * FROM accounts ORDER BY id");
        let now = at("2026-03-02");
        let rehearsed = world.open(now).rehearse_erasure(&whom(&[ADA]), now).unwrap();
        assert_eq!(part(&rehearsed, "app").state, StoreState::Refused, "{kind:?}: the dry run says so");
        let report = world.open(now).erase(&whom(&[ADA]), now, false, now).unwrap();
        let app = part(&report, "app");
        assert_eq!(app.state, StoreState::Refused, "{kind:?}: {app:?}");
        assert!(app.notes[0].contains("CHECK") && app.notes[0].contains("quai_rule"), "{:?}", app.notes);
        assert_eq!(before, world.rows("app", "SELECT * FROM accounts ORDER BY id"), "{kind:?}");
        assert_eq!(world.count("app", "messages WHERE sender_id = 1"), 1, "{kind:?}");
        assert_eq!(part(&report, "desk").state, StoreState::Done);
    }
}

#[test]
fn a_lock_held_on_a_server_is_told_and_waited_for() {
    let world = small(Lite, Postgres);
    let Db::Server(url) = &world.stores["desk"] else { panic!("a server") };
    let mut other = postgres::Client::connect(url, postgres::NoTls).unwrap();
    let mut held = other.transaction().unwrap();
    held.batch_execute("LOCK TABLE tickets IN EXCLUSIVE MODE").unwrap();
    let now = at("2026-03-02");
    let report = world.open(now).erase(&whom(&[ADA]), now, false, now).unwrap();
    let desk = part(&report, "desk");
    assert_eq!(desk.state, StoreState::Waiting, "{desk:?}");
    assert!(desk.notes[0].contains("locked"), "{:?}", desk.notes);
    held.rollback().unwrap();
    let later = at("2026-03-03");
    assert_eq!(world.open(later).resume(later).unwrap()[0].1.state, StoreState::Done);
    assert_eq!(world.count("desk", "tickets WHERE contact_id = 1"), 0);
}
