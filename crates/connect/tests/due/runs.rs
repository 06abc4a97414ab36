//! Runs: exceptions, refusals, pages, counts, and indexes that serve.

use std::collections::BTreeMap;

use kept_connect::due::{Exceptions, Memory, Progress, Watch, count, sweep};
use kept_connect::map::Map;
use kept_connect::sql::Statement;
use kept_core::plan::due::{Hanging, Reach, THIS, compile};

use crate::world::{CSV, JSON_LINES, Kind, Quiet, World, policy};

const POLICY: &str = concat!(
    head!(),
    r#"[data.file]
fields = { name = "text" }
[data.log]
fields = { what = "text" }
[purpose.file]
title = "F"
data = ["file"]
basis = "contract"
keep = "for the contract"
[purpose.security]
title = "S"
data = ["log"]
basis = { legitimate-interest = "x" }
keep = "1 year after collection"
[store.s]
engine = "sqlite"
url = "x"
zone = "UTC"
[store.s.table.accounts]
person = "user"
key = "id"
identifies = { email = "email" }
columns = { name = "file.name" }
events = { contract-start = "started_at", contract-end = { column = "ended_at", null = "not yet" } }
[store.s.table.logs]
key = "id"
owned-by = { accounts = "account_id" }
columns = { what = "log.what" }
events = { collection = "at" }
[store.s.table.notes]
key = "id"
owned-by = { accounts = "account_id" }
columns = { body = "file" }
"#
);

const SCHEMA: &str = "
CREATE TABLE accounts (id INTEGER PRIMARY KEY, email TEXT, name TEXT, started_at TIMESTAMP, ended_at TIMESTAMP);
CREATE INDEX accounts_ended ON accounts (ended_at);
CREATE TABLE logs (id INTEGER PRIMARY KEY, account_id INTEGER REFERENCES accounts (id), what TEXT NOT NULL, at TIMESTAMP);
CREATE INDEX logs_at ON logs (at);
CREATE INDEX logs_account ON logs (account_id);
CREATE TABLE notes (id INTEGER PRIMARY KEY, account_id INTEGER REFERENCES accounts (id), body TEXT);
CREATE INDEX notes_account ON notes (account_id);
INSERT INTO accounts VALUES (1, 'a@example.com', 'A', '2020-01-01 00:00:00', '2024-01-10 12:00:00'), (2, 'b@example.com', 'B', '2020-01-01 00:00:00', '2024-01-10 12:00:00'), (3, 'c@example.com', 'C', '2020-01-01 00:00:00', NULL);
INSERT INTO logs VALUES (1, 1, 'w', '2022-01-01 00:00:00'), (2, 2, 'w', '2022-01-01 00:00:00'), (3, 3, 'w', '2024-01-05 00:00:00'), (4, NULL, 'w', '2022-06-01 00:00:00');
INSERT INTO notes VALUES (1, 1, 'n'), (2, 2, 'n'), (3, 3, 'n');
";

const AT: &str = "2024-01-11T03:00:00Z";

fn on_each(more: &str, scenario: impl Fn(&World)) {
    for engine in crate::world::ENGINES {
        scenario(&World::new(engine, policy(POLICY), &format!("{SCHEMA}\n{more}")));
    }
}

/// The same on files and behind HTTP too: for what needs no constraint and no index of the company's own.
fn on_each_and_files(more: &str, scenario: impl Fn(&World)) {
    on_each(more, &scenario);
    for kind in [CSV, JSON_LINES, Kind::Http] {
        scenario(&World::of(&kind, policy(POLICY), &format!("{SCHEMA}\n{more}")));
    }
}

/// Of each statement in each table what is due, what was due the day before, and the oldest day.
fn counted(world: &World) -> Vec<String> {
    let none = Exceptions::new();
    let mut question = world.question(AT.parse().expect("an instant"), &none);
    question.grace_from = Some("2024-01-10T03:00:00Z".parse().expect("an instant"));
    let counts = count(&mut world.session(), &question).unwrap_or_else(|fault| panic!("{fault}"));
    let rules = counts.iter().flat_map(|table| table.rules.iter().map(move |rule| (table, rule)));
    let told = rules.map(|(table, rule)| {
        let oldest = rule.oldest.map(|day| day.to_string()).unwrap_or_default();
        format!("{} {} {} {} {oldest}", table.table, rule.statement, rule.due, rule.overdue)
    });
    told.collect()
}

const COUNTED: [&str; 3] = [
    "accounts purpose.file.keep 2 0 2024-01-10",
    "logs purpose.security.keep 3 3 2022-01-01",
    "notes purpose.file.keep 2 0 2024-01-10",
];

#[test]
fn counts_tell_each_statement_with_its_oldest_date_and_what_was_due_before() {
    on_each_and_files("", |world| {
        assert_eq!(counted(world), COUNTED);
        assert_eq!(world.values("SELECT count(*) FROM logs"), ["4"]);
    });
}

#[test]
fn a_column_of_the_companys_own_is_not_taken_for_one_that_a_count_adds() {
    let own = ["accounts", "logs", "notes"].map(|table| {
        let add = |name: &str| format!("ALTER TABLE {table} ADD COLUMN {name} TEXT;");
        add("KEPT_d0") + &add("kept_c0_0")
    });
    on_each(&own.concat(), |world| assert_eq!(counted(world), COUNTED));
}

#[test]
fn rows_of_excepted_people_and_what_hangs_on_them_are_left_alone() {
    on_each_and_files("", |world| {
        let exceptions: Exceptions = BTreeMap::from([("accounts".into(), vec![vec![world.key(1)]])]);
        let question = world.question(AT.parse().expect("an instant"), &exceptions);
        sweep(&mut world.session(), &question, &Memory::default(), &mut Quiet)
            .unwrap_or_else(|fault| panic!("{fault}"));
        assert_eq!(world.values("SELECT id FROM accounts"), ["1", "3"]);
        assert_eq!(world.values("SELECT id FROM logs"), ["1", "3"]);
        assert_eq!(world.values("SELECT id FROM notes"), ["1", "3"]);
    });
}

/// Says after some pages that the exceptions have changed.
struct Changing(u32);

impl Watch for Changing {
    fn progress(&mut self, _: &Progress<'_>) {}

    fn exceptions_stand(&mut self) -> bool {
        self.0 = self.0.saturating_sub(1);
        self.0 > 0
    }

    fn remember(&mut self, _: &Memory) -> bool {
        true
    }
}

#[test]
fn a_run_ends_before_the_next_page_when_a_hold_is_placed_and_the_next_run_goes_on() {
    on_each_and_files("", |world| {
        let none = Exceptions::new();
        let question = world.question(AT.parse().expect("an instant"), &none);
        let swept = sweep(&mut world.session(), &question, &Memory::default(), &mut Changing(1))
            .unwrap_or_else(|fault| panic!("{fault}"));
        assert!(swept.stopped);
        assert_eq!(world.values("SELECT count(*) FROM logs"), ["4"]);
        let swept = world.sweep(AT);
        assert!(!swept.stopped);
        assert_eq!(world.values("SELECT id FROM accounts"), ["3"]);
        assert_eq!(world.values("SELECT id FROM logs"), ["3"]);
    });
}

#[test]
fn one_row_that_the_store_refuses_keeps_no_other_and_is_told_by_its_constraint() {
    let more = "CREATE TABLE other (account_id INTEGER NOT NULL REFERENCES accounts (id)); INSERT INTO other VALUES (2);";
    on_each(more, |world| {
        let swept = world.sweep(AT);
        assert_eq!(world.values("SELECT id FROM accounts"), ["2", "3"]);
        let table =
            swept.tables.iter().find(|table| table.before.table.as_str() == "accounts").expect("a table");
        assert_eq!(table.gone, 1);
        let refusal = table.refusals.first().expect("a refusal");
        assert_eq!(refusal.rows, 1);
        assert!(refusal.constraint.is_some());
        assert!(!format!("{refusal:?}").contains("example.com"));
    });
}

#[test]
fn an_index_on_the_date_or_on_the_owner_serves_what_is_due() {
    let many = "INSERT INTO accounts WITH RECURSIVE n (i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT i, 'x' || i, 'N', '2020-01-01 00:00:00', NULL FROM n;
        INSERT INTO logs WITH RECURSIVE n (i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT i, i, 'w', '2024-01-05 00:00:00' FROM n;
        INSERT INTO notes WITH RECURSIVE n (i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT i, i, 'n' FROM n; ANALYZE;";
    on_each(many, |world| {
        let mut session = world.session();
        let schema = session.schema().expect("a schema");
        let map = Map::new(&world.store, &schema).unwrap_or_else(|fault| panic!("{fault}"));
        let at = AT.parse().expect("an instant");
        let ways = kept_connect::due::render::ways(&map);
        let dues = compile(&world.policy, &world.store, &ways, at, (Reach::Ended, Hanging::AsItStands));
        let none = Exceptions::new();
        let zones =
            kept_connect::due::dates::Zones { store: world.store.zone.clone(), policy: world.policy.zone() };
        let renderer = kept_connect::due::Renderer::new(&mut session, &map, zones, &none, &dues)
            .unwrap_or_else(|fault| panic!("{fault}"));
        for (table, index) in
            [("accounts", "accounts_ended"), ("logs", "logs_at"), ("notes", "accounts_ended")]
        {
            let due = dues.iter().find(|due| due.table.as_str() == table).expect("a table");
            let mut statement = Statement::with(session.engine(), "SELECT k0.id FROM ");
            renderer.from(&mut statement, &due.table, THIS).expect("a table");
            statement.push(" WHERE ");
            renderer.condition(&mut statement, &due.goes).unwrap_or_else(|fault| panic!("{fault}"));
            let plan = session.explain(&statement).unwrap_or_else(|fault| panic!("{fault}")).join("\n");
            assert!(plan.contains(index), "{table} on {:?}:\n{plan}\n{}", session.engine(), statement.text);
        }
    });
}

#[test]
fn a_row_that_becomes_an_empty_shell_is_told_once_and_counted_no_more() {
    let rows = "INSERT INTO accounts VALUES (7, 'g@example.com', 'Gil', '2020-01-01 00:00:00', '2024-01-01 00:00:00');
        INSERT INTO logs VALUES (7, 7, 'in', '2024-06-01 00:00:00');";
    for engine in crate::world::ENGINES {
        let world = World::new(engine, policy(POLICY), &format!("{SCHEMA}\n{rows}"));
        let going = |at: &str| {
            let none = Exceptions::new();
            let question = world.question(at.parse().expect("an instant"), &none);
            let counts = count(&mut world.session(), &question).unwrap_or_else(|fault| panic!("{fault}"));
            counts.iter().find(|count| count.table.as_str() == "accounts").map(|count| count.going)
        };
        assert_eq!(going("2024-07-01T03:00:00Z"), Some(3));
        let swept = world.sweep("2024-07-01T03:00:00Z");
        let accounts = swept.tables.iter().find(|table| table.before.table.as_str() == "accounts");
        let told = accounts.map(|table| (table.gone, table.emptied(), table.left()));
        assert_eq!(told, Some((2, 1, 0)), "{engine:?} {swept:?}");
        assert_eq!(world.values("SELECT id FROM accounts WHERE name IS NULL"), ["7"]);
        assert_eq!(going("2024-07-02T03:00:00Z"), Some(0), "{engine:?}");
        let again = world.sweep("2024-07-02T03:00:00Z");
        assert!(
            again.tables.iter().all(|table| table.gone + table.emptied() + table.left() == 0),
            "{again:?}"
        );
        world.sweep("2025-07-01T03:00:00Z");
        assert_eq!(world.values("SELECT id FROM accounts"), ["3"], "{engine:?}");
    }
}
