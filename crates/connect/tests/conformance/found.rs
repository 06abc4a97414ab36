//! Schemas as they are found: documents and lists in columns, tables in parts, tables that lead to
//! several others, views, tables that only mention somebody.

use kept_connect::{RefusedWhy, StoreFault};
use kept_core::policy::model::Engine;

use crate::world::{Says, World, delete, detach, empty, on_each_engine, table};

const PROFILES: &str = "PG: CREATE TABLE users (id INTEGER PRIMARY KEY, profile JSONB, kind TEXT);
    LITE: CREATE TABLE users (id INTEGER PRIMARY KEY, profile TEXT, kind TEXT);
    MY: CREATE TABLE users (id INTEGER PRIMARY KEY, profile JSON, kind TEXT);
    INSERT INTO users VALUES
        (1, '{\"contact\": {\"email\": \"Ann@Example.org\", \"phone\": \"+32 2 555 12 12\"}, \"vip\": true, \"shoe size\": 38}', 'a'),
        (2, '{\"contact\": {\"email\": \"bob@example.org\", \"phone\": null}, \"vip\": false}', 'b'),
        (3, '{\"contact\": {}}', 'c'), (4, NULL, 'd');";

fn profiles() -> kept_core::policy::model::Table {
    table("users").person("user").identifies("email", "profile$.contact.email").columns(&[
        "profile$.contact.email",
        "profile$.contact.phone",
        "profile$.\"shoe size\"",
        "profile$.vip",
    ])
}

fn cell(world: &mut World, by: &str, table: &str, column: &str) -> Option<String> {
    let read = world.read(by);
    let rows = read.table(&table.into())?;
    Some(rows.cell(rows.rows.first()?, &column.into())?.shown())
}

#[test]
fn a_place_within_a_document_finds_a_person_and_is_read() {
    on_each_engine(PROFILES, vec![profiles()], |world| {
        assert_eq!(world.found("email=ann@example.org"), ["users:1"]);
        assert_eq!(world.found("email=bob@example.org"), ["users:2"]);
        assert!(world.found("email=nobody@example.org").is_empty());
        let ann = |world: &mut World, column: &str| cell(world, "email=ann@example.org", "users", column);
        assert_eq!(ann(world, "profile$.contact.phone").as_deref(), Some("+32 2 555 12 12"));
        assert_eq!(ann(world, "profile$.\"shoe size\"").as_deref(), Some("38"));
        assert_eq!(ann(world, "profile$.vip").as_deref(), Some("true"));
        let bob = |world: &mut World, column: &str| cell(world, "email=bob@example.org", "users", column);
        assert_eq!(bob(world, "profile$.contact.phone").as_deref(), Some(""));
        assert_eq!(bob(world, "profile$.\"shoe size\"").as_deref(), Some(""));
    });
}

#[test]
fn a_place_within_a_document_is_emptied_and_the_rest_stays() {
    on_each_engine(PROFILES, vec![profiles()], |world| {
        let columns = ["profile$.contact.phone", "profile$.\"shoe size\""];
        let applied = world.done(vec![empty("users", &columns, &[1, 2, 3, 4])]);
        assert_eq!(applied.changed, 1, "{applied:?}");
        let left = world.rows("SELECT CAST(profile AS CHAR(2000)) FROM users WHERE id = 1");
        assert!(!left[0].contains("555") && !left[0].contains("38"), "{left:?}");
        assert!(left[0].contains("Ann@Example.org") && left[0].contains("vip"), "{left:?}");
        assert_eq!(world.done(vec![empty("users", &columns, &[1])]).changed, 0);
    });
}

#[test]
fn what_is_written_instead_stands_within_the_document() {
    let tables = vec![profiles().emptied("profile$.contact.email", "gone@example.org")];
    on_each_engine(PROFILES, tables, |world| {
        world.done(vec![empty("users", &["profile$.contact.email", "profile$.contact.phone"], &[1, 3])]);
        assert_eq!(world.found("email=gone@example.org"), ["users:1"]);
        assert_eq!(
            cell(world, "email=gone@example.org", "users", "profile$.contact.phone").as_deref(),
            Some("")
        );
        assert_eq!(cell(world, "email=gone@example.org", "users", "profile$.vip").as_deref(), Some("true"));
    });
}

#[test]
fn a_document_may_say_whose_a_row_is_and_whether_it_is_personal() {
    let sql = "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);
        PG: CREATE TABLE events (id INTEGER PRIMARY KEY, payload JSON);
        LITE: CREATE TABLE events (id INTEGER PRIMARY KEY, payload JSON);
        MY: CREATE TABLE events (id INTEGER PRIMARY KEY, payload JSON);
        INSERT INTO users VALUES (1, 'ann@example.org'), (2, 'bob@example.org');
        INSERT INTO events VALUES (1, '{\"user\": {\"id\": 1}, \"kind\": \"visit\", \"page\": \"a\"}'),
            (2, '{\"user\": {\"id\": \"1\"}, \"kind\": \"visit\"}'), (3, '{\"user\": {\"id\": 1}, \"kind\": \"batch\"}'),
            (4, '{\"user\": {\"id\": 2}, \"kind\": \"visit\"}'), (5, '{}'), (6, NULL);";
    let tables = vec![
        table("users").person("user").identifies("email", "email").columns(&["email"]),
        table("events")
            .owned_by("users", "payload$.user.id")
            .when("payload$.kind", "visit")
            .columns(&["payload$.page"]),
    ];
    on_each_engine(sql, tables, |world| {
        assert_eq!(
            world.reached("email=ann@example.org"),
            ["events:1 owned", "events:2 owned", "users:1 is user"]
        );
        world.done(vec![delete("events", &[1, 2]), delete("users", &[1])]);
        assert_eq!(world.rows("SELECT id FROM events"), ["3", "4", "5", "6"]);
    });
}

#[test]
fn lists_within_documents_find_people_and_lose_what_is_emptied() {
    let sql = "PG: CREATE TABLE users (id INTEGER PRIMARY KEY, profile JSONB);
        LITE: CREATE TABLE users (id INTEGER PRIMARY KEY, profile TEXT);
        MY: CREATE TABLE users (id INTEGER PRIMARY KEY, profile JSON);
        INSERT INTO users VALUES
            (1, '{\"emails\": [\"ann@example.org\", \"Ann@Work.example\"], \"phones\": [{\"number\": \"1111111\", \"kind\": \"home\"}, {\"number\": \"2222222\", \"kind\": \"work\"}, \"\", true, null]}'),
            (2, '{\"emails\": [\"joann@example.org\"], \"phones\": []}'), (3, '{\"emails\": \"ann@example.org\"}');";
    let tables = vec![
        table("users")
            .person("user")
            .identifies("email", "profile$.emails[*]")
            .columns(&["profile$.emails[*]", "profile$.phones[*].number"]),
    ];
    on_each_engine(sql, tables, |world| {
        assert_eq!(world.found("email=ann@work.example"), ["users:1"]);
        assert_eq!(world.found("email=joann@example.org"), ["users:2"]);
        let numbers =
            cell(world, "email=ann@work.example", "users", "profile$.phones[*].number").expect("read");
        assert_eq!(numbers.replace(' ', ""), "[\"1111111\",\"2222222\"]");
        let applied = world.done(vec![empty("users", &["profile$.phones[*].number"], &[1, 2, 3])]);
        assert_eq!(applied.changed, 1);
        let left =
            world.rows("SELECT CAST(profile AS CHAR(2000)) FROM users WHERE id = 1")[0].replace(' ', "");
        assert!(!left.contains("1111111") && !left.contains("2222222"), "{left}");
        assert!(left.contains("[{\"kind\":\"home\"},{\"kind\":\"work\"},\"\",true,null]"), "{left}");
        world.done(vec![empty("users", &["profile$.emails[*]"], &[1])]);
        assert!(world.found("email=ann@work.example").is_empty());
    });
}

#[test]
fn a_path_into_a_column_without_documents_is_said() {
    let sql = "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT, born DATE);";
    let tables = vec![table("users").person("user").identifies("email", "email").columns(&["born$.year"])];
    on_each_engine(sql, tables, |world| {
        let fault = world.find("email=ann@example.org");
        let Err(StoreFault::Map { what }) = fault else { panic!("{fault:?}") };
        assert!(what.contains("`born$.year`") && what.contains("holds no documents"), "{what}");
    });
}

#[test]
fn arrays_of_postgresql_find_people_and_are_read_and_emptied() {
    let sql = "CREATE TABLE users (id INTEGER PRIMARY KEY, emails TEXT[], tags TEXT[] NOT NULL);
        INSERT INTO users VALUES (1, ARRAY['ann@example.org', 'Ann@Work.example'], '{x,\"y, z\"}'), (2, ARRAY['joann@example.org'], '{}'), (3, NULL, '{}');";
    let tables = vec![
        table("users")
            .person("user")
            .identifies("email", "emails")
            .columns(&["emails", "tags"])
            .emptied("tags", "{}"),
    ];
    let mut world = World::new(Engine::Postgres, sql, tables);
    assert_eq!(world.found("email=ann@work.example"), ["users:1"]);
    assert_eq!(world.found("email=joann@example.org"), ["users:2"]);
    assert_eq!(cell(&mut world, "email=ann@example.org", "users", "tags").as_deref(), Some("{x,\"y, z\"}"));
    world.done(vec![empty("users", &["emails", "tags"], &[1])]);
    assert_eq!(world.rows("SELECT emails::text, tags::text FROM users WHERE id = 1"), ["|{}"]);
}

#[test]
fn a_partitioned_table_is_one_table() {
    let sql = "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);
        CREATE TABLE logs (id INTEGER, at DATE, user_id INTEGER REFERENCES users (id), page TEXT, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
        CREATE TABLE logs_24 PARTITION OF logs FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
        CREATE TABLE logs_25 PARTITION OF logs FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
        INSERT INTO users VALUES (1, 'ann@example.org'), (2, 'bob@example.org');
        INSERT INTO logs VALUES (1, '2024-05-01', 1, 'a'), (1, '2025-05-01', 1, 'b'), (2, '2025-05-01', 2, 'c');";
    let tables = vec![
        table("users").person("user").identifies("email", "email").columns(&["email"]),
        table("logs").owned_by("users", "user_id").columns(&["page"]),
    ];
    let mut world = World::new(Engine::Postgres, sql, tables);
    let schema = world.store.describe().expect("a schema");
    let names: Vec<&str> = schema.tables.iter().map(|table| table.name.as_str()).collect();
    assert_eq!(names, ["logs", "users"]);
    assert_eq!(
        world.reached("email=ann@example.org"),
        ["logs:1/2024-05-01 owned", "logs:1/2025-05-01 owned", "users:1 is user"]
    );
    let logs = kept_core::plan::Step {
        keys: ["2024-05-01", "2025-05-01"]
            .map(|day| vec![kept_core::plan::Value::Integer(1), kept_core::plan::Value::Text(day.into())])
            .into(),
        ..delete("logs", &[])
    };
    let applied = world.done(vec![logs, delete("users", &[1])]);
    assert_eq!(applied.changed, 3);
    assert_eq!(world.rows("SELECT page FROM logs"), ["c"]);
}

#[test]
fn rows_of_a_table_that_inherits_are_seen_once() {
    let sql = "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);
        CREATE TABLE old_users (left_on DATE) INHERITS (users);
        INSERT INTO users VALUES (1, 'ann@example.org');
        INSERT INTO old_users VALUES (2, 'bob@example.org', '2020-01-01');";
    let tables = vec![table("users").person("user").identifies("email", "email").columns(&["email"])];
    let mut world = World::new(Engine::Postgres, sql, tables);
    assert_eq!(world.found("email=bob@example.org"), ["users:2"]);
    let schema = world.store.describe().expect("a schema");
    let said = kept_connect::check_map(&world.map, &schema);
    assert!(said.iter().all(|finding| finding.code != "store/unmapped-table"), "{said:?}");
    world.done(vec![delete("users", &[2])]);
    assert!(world.rows("SELECT id FROM old_users").is_empty());
}

#[test]
fn rows_that_lead_to_several_tables_are_mapped_once_for_each() {
    let sql = "CREATE TABLE customers (id INTEGER PRIMARY KEY, email TEXT);
        CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers (id), label TEXT);
        CREATE TABLE comments (id INTEGER PRIMARY KEY, owner_type TEXT, owner_id INTEGER, body TEXT);
        INSERT INTO customers VALUES (1, 'ann@example.org'), (2, 'bob@example.org');
        INSERT INTO orders VALUES (1, 2, 'x'), (2, 1, 'y');
        INSERT INTO comments VALUES (1, 'Customer', 1, 'a'), (2, 'Order', 1, 'b'), (3, 'Order', 2, 'c'), (4, 'Product', 1, 'd');";
    let tables = vec![
        table("customers").person("customer").identifies("email", "email").columns(&["email"]),
        table("orders").owned_by("customers", "customer_id").columns(&["label"]),
        table("customer_comments")
            .named("comments")
            .owned_by("customers", "owner_id")
            .when("owner_type", "Customer")
            .columns(&["body"]),
        table("order_comments")
            .named("comments")
            .owned_by("orders", "owner_id")
            .when("owner_type", "Order")
            .columns(&["body"]),
    ];
    on_each_engine(sql, tables, |world| {
        assert_eq!(
            world.reached("email=ann@example.org"),
            [
                "customer_comments:1 owned",
                "customers:1 is customer",
                "order_comments:3 owned",
                "orders:2 owned"
            ]
        );
        world.done(vec![
            delete("customer_comments", &[1]),
            delete("order_comments", &[3]),
            delete("orders", &[2]),
            delete("customers", &[1]),
        ]);
        assert_eq!(world.rows("SELECT id FROM comments"), ["2", "4"]);
    });
}

#[test]
fn a_view_is_read_and_nothing_is_written_through_it() {
    let sql = "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT, name TEXT);
        CREATE VIEW people AS SELECT id, email, name FROM users;
        INSERT INTO users VALUES (1, 'ann@example.org', 'Ann'), (2, 'bob@example.org', 'Bob');";
    let people =
        table("people").person("user").key(&["id"]).identifies("email", "email").columns(&["email", "name"]);
    let users = table("users").person("user").identifies("email", "email").columns(&["email", "name"]);
    on_each_engine(sql, vec![users, people.clone()], |world| {
        assert_eq!(world.reached("email=ann@example.org"), ["people:1 is user", "users:1 is user"]);
        world.done(vec![delete("users", &[1]), delete("people", &[1])]);
        assert_eq!(world.rows("SELECT id FROM people"), ["2"]);
        let refused = world.refused(vec![empty("people", &["name"], &[2])]);
        assert_eq!(refused.why, RefusedWhy::View { rows: 1 });
        assert_eq!(world.rows("SELECT name FROM users"), ["Bob"]);
    });
    on_each_engine(sql, vec![people], |world| {
        assert_eq!(world.refused(vec![delete("people", &[1])]).why, RefusedWhy::View { rows: 1 });
        assert_eq!(world.rows("SELECT id FROM users"), ["1", "2"]);
    });
}

#[test]
fn an_address_to_which_people_point_is_theirs_through_their_own_rows() {
    let sql = "CREATE TABLE addresses (id INTEGER PRIMARY KEY, street TEXT);
        CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT, address_id INTEGER REFERENCES addresses (id));
        INSERT INTO addresses VALUES (1, 'a'), (2, 'b'), (3, 'c');
        INSERT INTO users VALUES (1, 'ann@example.org', 1), (2, 'bob@example.org', 2), (3, 'cid@example.org', 2);";
    let tables = vec![
        table("users").person("user").identifies("email", "email").columns(&["email"]),
        table("addresses").owned_through("users", "users", "address_id", "id").columns(&["street"]),
    ];
    on_each_engine(sql, tables, |world| {
        assert_eq!(world.reached("email=ann@example.org"), ["addresses:1 owned", "users:1 is user"]);
        assert_eq!(
            world.reached("email=bob@example.org"),
            ["addresses:2 shared  with others", "users:2 is user"]
        );
        world.done(vec![delete("addresses", &[1]), delete("users", &[1])]);
        assert_eq!(world.rows("SELECT id FROM addresses"), ["2", "3"]);
    });
}

#[test]
fn a_table_that_only_mentions_somebody_lets_go_of_them() {
    let sql = "CREATE TABLE staff (id INTEGER PRIMARY KEY, email TEXT);
        CREATE TABLE products (id INTEGER PRIMARY KEY, label TEXT, created_by INTEGER REFERENCES staff (id));
        INSERT INTO staff VALUES (1, 'ann@example.org');
        INSERT INTO products VALUES (1, 'x', 1), (2, 'y', NULL);";
    let tables = vec![
        table("staff").person("staff").identifies("email", "email").columns(&["email"]),
        table("products").refers_to("staff", "created_by"),
    ];
    on_each_engine(sql, tables, |world| {
        assert_eq!(
            world.reached("email=ann@example.org"),
            ["products:1 mentions created_by", "staff:1 is staff"]
        );
        world.done(vec![detach("products", &["created_by"], &[1]), delete("staff", &[1])]);
        assert_eq!(world.rows("SELECT label, created_by FROM products"), ["x|", "y|"]);
    });
}

#[test]
fn an_identifier_in_a_column_that_ignores_case_by_itself_is_found() {
    let sql = "PG: CREATE EXTENSION IF NOT EXISTS citext;
        PG: CREATE TABLE users (id INTEGER PRIMARY KEY, email CITEXT UNIQUE);
        LITE: CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT COLLATE NOCASE UNIQUE);
        MY: CREATE TABLE users (id INTEGER PRIMARY KEY, email VARCHAR(99) COLLATE utf8mb4_general_ci UNIQUE);
        INSERT INTO users VALUES (1, 'Ann@Example.org'), (2, 'bob@example.org');";
    on_each_engine(
        sql,
        vec![table("users").person("user").identifies("email", "email").columns(&["email"])],
        |world| {
            assert_eq!(world.found("email=ann@example.ORG"), ["users:1"]);
        },
    );
}

#[test]
fn a_table_without_a_primary_key_goes_by_the_columns_that_the_policy_names() {
    let sql = "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);
        CREATE TABLE visits (\"Bézoek nr\" INTEGER, \"User Id\" INTEGER, \"Pàge\" TEXT);
        INSERT INTO users VALUES (1, 'ann@example.org'), (2, 'bob@example.org');
        INSERT INTO visits VALUES (1, 1, 'a'), (2, 2, 'b');";
    let tables = vec![
        table("users").person("user").identifies("email", "email").columns(&["email"]),
        table("visits").key(&["Bézoek nr"]).owned_by("users", "User Id").columns(&["Pàge"]),
    ];
    on_each_engine(sql, tables, |world| {
        assert_eq!(world.reached("email=ann@example.org"), ["users:1 is user", "visits:1 owned"]);
        world.done(vec![delete("visits", &[1]), delete("users", &[1])]);
        assert_eq!(world.rows("SELECT \"Pàge\" FROM visits"), ["b"]);
    });
}

#[test]
fn computed_columns_are_read_and_go_with_what_they_are_computed_from() {
    let sql = "PG: CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT, first TEXT, whole TEXT GENERATED ALWAYS AS (first || '!') STORED);
        LITE: CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT, first TEXT, whole TEXT GENERATED ALWAYS AS (first || '!') VIRTUAL);
        MY: CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT, first TEXT, whole VARCHAR(99) AS (concat(first, '!')) VIRTUAL);
        INSERT INTO users (id, email, first) VALUES (1, 'ann@example.org', 'Ann');";
    let tables =
        vec![table("users").person("user").identifies("email", "email").columns(&["first", "whole"])];
    on_each_engine(sql, tables, |world| {
        assert_eq!(cell(world, "email=ann@example.org", "users", "whole").as_deref(), Some("Ann!"));
        world.done(vec![empty("users", &["first"], &[1])]);
        assert_eq!(cell(world, "email=ann@example.org", "users", "whole").as_deref(), Some(""));
    });
}
