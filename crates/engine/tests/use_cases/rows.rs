//! What rows become that are not as the map has them: documents that can't be read, rows in an archive
//! table; and what a report says of the columns of a row, each by itself.

use kept_core::plan::Action;
use kept_core::standing::{Stage, Why};
use kept_engine::report::access::HeldValue;
use kept_engine::report::audit::{Missing, Verdict};
use kept_engine::report::erasure::{ErasureReport, StepLine, StoreState};
use kept_engine::sweep::SweepOrder;

use crate::world::{BOTH, Kind, Lite, Postgres, World, at, part, small, whom};

const ADA: &str = "email=ada@example.org";

/// The shop, with documents in its accounts: of Ada one that can't be read, of Bo one that can.
fn with_documents(kind: Kind, columns: &str) -> World {
    let mut world = small(kind, Lite);
    world.rewrite("password_hash = \"account.password\"", columns);
    let (declared, ada) = match kind {
        Lite => ("TEXT", "call Ada at +33 1 99 00 00 01"),
        Postgres | Kind::Maria => ("JSONB", "\"call Ada at +33 1 99 00 00 01\""),
    };
    world.run(
        "app",
        &format!(
            "ALTER TABLE accounts ADD COLUMN profile {declared}; \
             UPDATE accounts SET profile = '{ada}' WHERE id = 1; \
             UPDATE accounts SET profile = '{{\"note\": \"n\", \"alias\": \"Bobo\"}}' WHERE id = 2"
        ),
    );
    world
}

const NOTE: &str = "password_hash = \"account.password\"\n\"profile$.note\" = \"account.setting\"";

const NOTE_AND_ALIAS: &str = "password_hash = \"account.password\"\n\"profile$.note\" = \"account.setting\"\n\"profile$.alias\" = \"identification.name\"";

/// What is said of the rows of a table, one after the other.
fn steps<'r>(report: &'r ErasureReport, table: &str) -> Vec<&'r StepLine> {
    report.steps.iter().filter(|step| step.table.as_str() == table).collect()
}

#[test]
fn a_document_that_cannot_be_read_is_shown_as_a_whole_and_goes_where_all_in_it_goes() {
    for kind in BOTH {
        let world = with_documents(kind, NOTE);
        let now = at("2026-03-02");
        let access = world.open(now).access(&whom(&[ADA]), None, now).unwrap();
        let accounts = access.held.iter().find(|table| table.table.as_str() == "accounts").unwrap();
        let shown = accounts.rows[0].values.iter().find_map(|value| match value {
            HeldValue::Document(text) => Some(text.clone()),
            _ => None,
        });
        assert!(shown.is_some_and(|text| text.contains("call Ada")), "{kind:?}");
        let report = world.open(now).erase(&whom(&[ADA]), now, false, now).unwrap();
        assert_eq!(part(&report, "app").state, StoreState::Done, "{kind:?} {:?}", report.stores);
        assert_eq!(world.count("app", "accounts WHERE id = 1 AND profile IS NOT NULL"), 0, "{kind:?}");
        let bo = world.rows("app", "SELECT CAST(profile AS TEXT) FROM accounts WHERE id = 2");
        assert!(bo[0].contains("note"), "nobody else's: {bo:?}");
    }
}

#[test]
fn a_document_that_cannot_be_read_and_of_which_a_part_is_kept_is_told_and_not_called_emptied() {
    for kind in BOTH {
        let world = with_documents(kind, NOTE_AND_ALIAS);
        let now = at("2026-03-02");
        let report = world.open(now).erase(&whom(&[ADA]), now, false, now).unwrap();
        assert_eq!(part(&report, "app").state, StoreState::Done, "{kind:?} {:?}", report.stores);
        let profile = world.rows("app", "SELECT CAST(profile AS TEXT) FROM accounts WHERE id = 1");
        assert!(profile[0].contains("call Ada"), "{kind:?}");
        let accounts = steps(&report, "accounts");
        let stays = accounts.iter().find(|step| step.reasons.iter().any(|one| one.why == Why::Unreadable));
        assert_eq!(stays.unwrap().columns, ["profile$.note".into()], "{kind:?} {accounts:#?}");
        assert_eq!(stays.unwrap().action, Action::Keep);
        let emptied = accounts.iter().find_map(|step| match &step.action {
            Action::Empty { columns } => Some(columns),
            _ => None,
        });
        assert!(emptied.unwrap().iter().all(|column| !column.as_str().contains('$')), "{accounts:#?}");
    }
}

#[test]
fn klv_36_an_erase_report_says_of_each_column_that_stays_why_and_until_when() {
    for kind in BOTH {
        let world = small(kind, Lite);
        let now = at("2026-03-02");
        let report = world.open(now).rehearse_erasure(&whom(&[ADA]), now).unwrap();
        let accounts = steps(&report, "accounts");
        let goes: Vec<&&StepLine> =
            accounts.iter().filter(|step| matches!(step.action, Action::Empty { .. })).collect();
        assert_eq!(goes.len(), 1, "{kind:?} {accounts:#?}");
        assert!(
            goes[0].reasons.iter().all(|reason| matches!(reason.stage, Stage::Ended | Stage::None)),
            "what keeps is no reason to go: {:#?}",
            goes[0].reasons
        );
        let stays = accounts.iter().find(|step| step.action == Action::Keep).unwrap();
        assert_eq!(stays.columns, ["full_name".into()], "{kind:?}");
        let billing = stays.reasons.iter().find(|one| one.statement == "purpose.billing.keep").unwrap();
        assert!(billing.until.is_some(), "{kind:?}");
        let told = serde_json::to_value(&report).unwrap();
        let columns = told["steps"].as_array().unwrap().iter().filter(|step| step["columns"].is_array());
        assert_eq!(columns.count(), 1, "{told:#}");
    }
}

#[test]
fn a_run_tells_documents_that_stay_and_the_audit_calls_the_period_broken() {
    for kind in BOTH {
        let world = with_documents(kind, NOTE_AND_ALIAS);
        let now = at("2026-03-02");
        let counted = world.open(now).count_due(&SweepOrder::default(), now, &mut |_| {}).unwrap();
        let notes: Vec<&String> = counted.stores.iter().flat_map(|store| &store.notes).collect();
        assert!(notes.iter().any(|note| note.contains("can't be read")), "{kind:?} {notes:?}");
        let swept = world.open(now).sweep(&SweepOrder::default(), now, &mut |_| {}).unwrap();
        let app = swept.stores.iter().find(|store| store.store.as_str() == "app").unwrap();
        assert_eq!(app.left, 1, "{kind:?} {app:#?}");
        assert!(app.refusals.iter().any(|one| one.contains("can't be read")), "{:?}", app.refusals);
        let later = at("2026-03-04");
        let audit = world.open(later).audit(later, &mut |_| {}).unwrap();
        let service = audit.statements.iter().find(|one| one.id.as_str() == "purpose.service.keep").unwrap();
        assert_eq!(service.verdict, Verdict::Broken, "{kind:?} {service:#?}");
    }
}

#[test]
fn an_archive_table_needs_no_archive_of_its_own() {
    for kind in BOTH {
        let mut world = small(kind, Lite);
        world.rewrite(
            "frozen = { once = \"issued_at\", law = \"Code de commerce, art. L123-22\", correct = \"by addition\" }",
            "archive = { table = \"old_invoices\" }\n\n[store.app.table.old_invoices]\nkey = \"id\"\n\
             owned-by = { accounts = \"account_id\" }\noccasion = { contract = \"contract_id\" }\n\
             columns = { number = \"billing.number\", address = \"billing.address\" }",
        );
        world.run(
            "app",
            "CREATE TABLE old_invoices (id INTEGER PRIMARY KEY, account_id INTEGER NOT NULL, contract_id TEXT, \
             number TEXT, address TEXT, issued_at TIMESTAMP)",
        );
        let now = at("2026-03-02");
        let audit = world.open(now).audit(now, &mut |_| {}).unwrap();
        let archive = audit.statements.iter().find(|one| one.id.as_str() == "purpose.billing.keep.archive");
        let missing = &archive.unwrap().missing;
        assert!(!missing.iter().any(|one| matches!(one, Missing::NoArchive { .. })), "{kind:?} {missing:?}");
    }
}

#[test]
fn why_counts_rows_from_their_own_dates_and_not_from_the_accounts() {
    for kind in BOTH {
        let mut world = small(kind, Lite);
        world.rewrite(
            "contract-start = \"created_at\"",
            "contract-start = \"created_at\"\ncollection = \"created_at\"",
        );
        let now = at("2026-03-02");
        let why = world.open(now).why(&whom(&["email=bo@example.org"]), None, now, now).unwrap();
        let days: Vec<String> = why
            .grounds
            .iter()
            .filter(|line| line.statement.starts_with("purpose.messages"))
            .filter_map(|line| line.event_on.map(|day| day.to_string()))
            .collect();
        assert_eq!(days, ["2025-02-05"], "{kind:?} {:#?}", why.grounds);
    }
}

#[test]
fn nobody_can_tell_which_data_a_document_holds_that_cannot_be_read() {
    for kind in BOTH {
        let world = with_documents(kind, NOTE);
        world.run("app", "UPDATE accounts SET profile = '{\"note\": \"n\"}' WHERE id = 2");
        let now = at("2026-03-02");
        let said = |world: &World| {
            let audit = world.open(now).audit(now, &mut |_| {}).unwrap();
            let mut all = audit.statements.into_iter();
            all.find(|one| one.id.as_str() == "data.account").unwrap()
        };
        let told = said(&world);
        assert_eq!(told.verdict, Verdict::CannotTell, "{kind:?} {told:#?}");
        assert!(
            told.missing.iter().any(|one| matches!(one, Missing::Documents { .. })),
            "{:?}",
            told.missing
        );
        world.run("app", "UPDATE accounts SET profile = NULL WHERE id = 1");
        let told = said(&world);
        assert!(
            !told
                .missing
                .iter()
                .any(|one| matches!(one, Missing::Documents { .. } | Missing::Unmapped { .. })),
            "{kind:?} {:?}",
            told.missing
        );
        world.run("app", "UPDATE accounts SET profile = '{\"note\": \"n\", \"phone\": \"1\"}'");
        let told = said(&world);
        // The column is mapped; a member of what it holds is not.
        let names = |one: &Missing| matches!(one, Missing::Documents { problem, .. } if problem.contains("`profile$.phone`"));
        assert!(told.missing.iter().any(names), "{:?}", told.missing);
        assert!(
            !told.missing.iter().any(|one| matches!(one, Missing::Unmapped { .. })),
            "{:?}",
            told.missing
        );
    }
}
