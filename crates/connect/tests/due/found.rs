//! Runs over schemas as they are found: documents, parts, rows that lead to several tables, views.

use kept_core::policy::model::Engine;

use crate::world::{ENGINES, World, policy};

const HEAD: &str = concat!(
    contacts!(),
    "[purpose.log]
people = [\"user\"]
data = [\"log\"]
basis = { legitimate-interest = \"safety\" }
keep = \"3 years after collection\"
[store.s]
engine = \"sqlite\"
url = \"x\"
"
);

#[test]
fn a_run_empties_a_place_within_a_document_when_its_time_has_come() {
    let map = "[store.s.table.users]
person = \"user\"
identifies = { email = \"email\" }
events = { collection = \"profile$.joined\" }
[store.s.table.users.columns]
\"profile$.contact.phone\" = \"contact.phone\"
\"profile$.contact.fax\" = \"contact.phone\"
\"profile$.page\" = \"log.page\"
email = \"log\"
[store.s.table.users.emptied]
\"profile$.contact.fax\" = \"none\"
";
    let sql = "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT, profile JSON);
        INSERT INTO users VALUES
            (1, 'ann@example.org', '{\"joined\": \"2020-05-01\", \"contact\": {\"phone\": \"1\", \"fax\": \"2\"}, \"page\": \"p\", \"other\": 1}'),
            (2, 'bob@example.org', '{\"joined\": \"2022-05-01\", \"contact\": {\"phone\": \"3\"}, \"page\": \"q\"}'),
            (3, 'cid@example.org', '{\"contact\": {\"phone\": \"4\"}}');";
    for engine in ENGINES {
        let world = World::new(engine, policy(&format!("{HEAD}{map}")), sql);
        let swept = world.sweep("2022-01-01T03:00:00Z");
        let profile =
            |id: u32| world.values(&format!("SELECT profile FROM users WHERE id = {id}"))[0].replace(' ', "");
        assert_eq!(swept.tables.first().map(|table| table.before.emptied), Some(1), "{engine:?} {swept:?}");
        assert!(
            !profile(1).contains("\"phone\"") && profile(1).contains("\"fax\":\"none\""),
            "{engine:?} {}",
            profile(1)
        );
        assert!(
            profile(1).contains("\"page\":\"p\"") && profile(1).contains("\"other\":1"),
            "{}",
            profile(1)
        );
        assert!(profile(2).contains("\"phone\":\"3\"") && profile(3).contains("\"phone\":\"4\""));
        assert!(world.sweep("2022-01-01T03:00:00Z").tables.is_empty(), "{engine:?}");
        world.sweep("2023-06-01T03:00:00Z");
        assert_eq!(world.values("SELECT id FROM users"), ["2", "3"], "{engine:?}");
    }
}

#[test]
fn a_run_takes_each_row_of_a_partitioned_table_once() {
    let map = "[store.s.table.users]
person = \"user\"
identifies = { email = \"email\" }
columns = { email = \"log\" }
[store.s.table.logs]
owned-by = { users = \"user_id\" }
columns = { page = \"log.page\" }
events = { collection = \"at\" }
";
    // Without a key over all parts, a row's own address is not unique over them.
    let sql = "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);
        CREATE TABLE logs (id INTEGER, at DATE, user_id INTEGER, page TEXT, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
        CREATE TABLE logs_20 PARTITION OF logs FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
        CREATE TABLE logs_24 PARTITION OF logs FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
        INSERT INTO users VALUES (1, 'ann@example.org');
        INSERT INTO logs SELECT n, DATE '2020-05-01', 1, 'old' FROM generate_series(1, 60000) n;
        INSERT INTO logs SELECT n, DATE '2024-05-01', 1, 'new' FROM generate_series(1, 60000) n;";
    let world = World::new(Engine::Postgres, policy(&format!("{HEAD}{map}")), sql);
    let swept = world.sweep("2025-01-01T03:00:00Z");
    assert_eq!(swept.tables.iter().map(|table| table.gone).sum::<u64>(), 60_000, "{swept:?}");
    assert_eq!(world.values("SELECT page, count(*) FROM logs GROUP BY page"), ["new|60000"]);
}

#[test]
fn a_run_takes_an_address_with_the_last_who_points_to_it() {
    let map = "[store.s.table.users]
person = \"user\"
identifies = { email = \"email\" }
columns = { email = \"contact.email\" }
events = { collection = \"made\" }
[store.s.table.addresses]
owned-by = { users = { through = \"users\", row = \"address_id\", owner = \"id\" } }
columns = { street = \"contact.phone\" }
";
    let sql = "CREATE TABLE addresses (id INTEGER PRIMARY KEY, street TEXT);
        CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT, made DATE, address_id INTEGER, FOREIGN KEY (address_id) REFERENCES addresses (id));
        INSERT INTO addresses VALUES (1, 'a'), (2, 'b');
        INSERT INTO users VALUES (1, 'ann@example.org', '2020-05-01', 1), (2, 'bob@example.org', '2020-05-01', 2), (3, 'cid@example.org', '2022-05-01', 2);";
    for engine in ENGINES {
        let world = World::new(engine, policy(&format!("{HEAD}{map}")), sql);
        let swept = world.sweep("2022-01-01T03:00:00Z");
        assert_eq!(world.values("SELECT id FROM users"), ["3"], "{engine:?} {swept:?}");
        assert_eq!(world.values("SELECT id FROM addresses"), ["2"], "{engine:?} {swept:?}");
    }
}

#[test]
fn a_run_follows_rows_that_lead_to_several_tables_and_writes_through_no_view() {
    let map = "[store.s.table.users]
person = \"user\"
identifies = { email = \"email\" }
columns = { email = \"contact.email\" }
events = { collection = \"made\" }
[store.s.table.user_notes]
name = \"notes\"
owned-by = { users = \"owner_id\" }
when = { owner_type = \"User\" }
columns = { body = \"contact.phone\" }
[store.s.table.shown]
key = \"id\"
owned-by = { users = \"owner_id\" }
columns = { body = \"contact.phone\" }
";
    let sql = "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT, made DATE);
        CREATE TABLE notes (id INTEGER PRIMARY KEY, owner_type TEXT, owner_id INTEGER, body TEXT);
        CREATE VIEW shown AS SELECT id, owner_id, body FROM notes WHERE owner_type = 'User';
        INSERT INTO users VALUES (1, 'ann@example.org', '2020-05-01'), (2, 'bob@example.org', '2022-05-01');
        INSERT INTO notes VALUES (1, 'User', 1, 'a'), (2, 'Thing', 1, 'b'), (3, 'User', 2, 'c');";
    for engine in ENGINES {
        let world = World::new(engine, policy(&format!("{HEAD}{map}")), sql);
        let swept = world.sweep("2022-01-01T03:00:00Z");
        assert_eq!(world.values("SELECT id FROM notes"), ["2", "3"], "{engine:?} {swept:?}");
        assert_eq!(world.values("SELECT id FROM users"), ["2"], "{engine:?} {swept:?}");
    }
}
