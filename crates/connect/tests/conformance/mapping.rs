//! `kept check --stores`: what a map lacks is said all at once, with what mends it.

use indexmap::IndexMap;
use kept_connect::check_map;
use kept_core::diagnostic::Severity;
use kept_core::policy::model::Table;
use kept_core::policy::model::store::{ArchiveWay, EventSource, Nulls};

use crate::world::{Says, World, on_each_engine, table};

/// The findings of a code: `table: message`.
fn said(world: &mut World, code: &str) -> Vec<String> {
    let schema = world.store.describe().expect("a schema");
    let found = check_map(&world.map, &schema);
    found
        .iter()
        .filter(|finding| finding.code == code)
        .map(|finding| format!("{}: {}", finding.table, finding.message))
        .collect()
}

fn event(table: Table, column: &str) -> Table {
    let source = EventSource::Column { column: column.into(), null: Nulls::NotYet, or: None };
    Table { events: IndexMap::from([("collection".into(), source)]), ..table }
}

const USERS: &str =
    "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL, name TEXT, made_at DATE);";

fn users() -> Table {
    table("users").person("user").identifies("email", "email").columns(&["email", "name"])
}

#[test]
fn every_missing_name_is_said_at_once() {
    let tables = vec![
        users().columns(&["nmae"]),
        table("orders").owned_by("users", "user_id"),
        users().named("userss").archived(ArchiveWay::Table("old".into())),
    ];
    let tables = tables.into_iter().enumerate().map(|(number, mut table)| {
        if number == 2 {
            table.name = "others".into();
        }
        table
    });
    on_each_engine(USERS, tables.collect(), |world| {
        assert_eq!(
            said(world, "store/no-column"),
            ["users: table `users` has no column `nmae`; did you mean `name`?"]
        );
        assert_eq!(
            said(world, "store/no-table"),
            [
                "orders: there is no table `orders`",
                "others: there is no table `userss`; did you mean `users`?"
            ]
        );
    });
}

#[test]
fn keys_that_tell_no_rows_apart_and_missing_archives_are_said() {
    let sql = format!(
        "{USERS} CREATE TABLE log (user_id INTEGER NOT NULL, line TEXT);
        CREATE TABLE old_users (id INTEGER);"
    );
    let tables = vec![
        users().key(&["name"]).archived(ArchiveWay::Table("old_users".into())),
        table("log").owned_by("users", "user_id").archived(ArchiveWay::Table("old_log".into())),
    ];
    on_each_engine(&sql, tables, |world| {
        assert_eq!(
            said(world, "store/key-not-unique"),
            ["users: the key `name` is not unique in the database, so it can't tell rows apart"]
        );
        assert_eq!(said(world, "store/no-key"), ["log: table `log` has no primary key"]);
        assert_eq!(said(world, "store/no-archive-table"), ["log: there is no archive table `old_log`"]);
        assert_eq!(said(world, "store/archive-shape").len(), 3);
        assert_eq!(said(world, "store/archive-out-of-sight").len(), 1, "of what is there");
    });
}

#[test]
fn ways_that_lead_to_nobody_are_said() {
    let sql = format!(
        "{USERS} CREATE TABLE a (id INTEGER PRIMARY KEY, b INTEGER);
        CREATE TABLE b (id INTEGER PRIMARY KEY, a INTEGER);
        CREATE TABLE alone (id INTEGER PRIMARY KEY);
        CREATE TABLE notes (id INTEGER PRIMARY KEY, user_id INTEGER, author INTEGER NOT NULL);"
    );
    let tables = vec![
        users(),
        table("a").owned_by("b", "b"),
        table("b").owned_by("a", "a"),
        table("alone"),
        table("notes").owned_by("users", "user_id").refers_to("users", "author"),
    ];
    on_each_engine(&sql, tables, |world| {
        assert_eq!(
            said(world, "store/no-owner-path"),
            [
                "a: its owners lead in a circle and to no person",
                "b: its owners lead in a circle and to no person",
                "alone: nothing says whose its rows are"
            ]
        );
        assert_eq!(said(world, "store/nullable-owner").len(), 3);
        assert_eq!(
            said(world, "store/detach-not-null"),
            ["notes: `author` is NOT NULL, so a reference can't be let go with NULL"]
        );
    });
}

#[test]
fn what_looks_personal_and_is_not_mapped_is_said_in_four_languages() {
    let sql = "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT, \"birthDate\" DATE, tel_portable TEXT, score INTEGER, email_count INTEGER);
        CREATE TABLE klanten (id INTEGER PRIMARY KEY, naam TEXT, geboortedatum DATE);
        CREATE TABLE salaries (id INTEGER PRIMARY KEY, prenom TEXT);
        CREATE TABLE kunden (id INTEGER PRIMARY KEY, nachname TEXT);
        CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT, price INTEGER);
        CREATE TABLE shops (id INTEGER PRIMARY KEY, street TEXT);
        CREATE TABLE visits (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id));
        PG: CREATE TABLE hits (id INTEGER PRIMARY KEY, source inet);
        MY: CREATE TABLE hits (id INTEGER PRIMARY KEY, source INET6);
        LITE: CREATE TABLE hits (id INTEGER PRIMARY KEY, ip_address TEXT);";
    on_each_engine(sql, vec![table("users").person("user").columns(&["email"])], |world| {
        world.map.not_personal.push("shops".into());
        assert_eq!(
            said(world, "store/unmapped-column"),
            [
                "users: `birthDate` looks personal and is not mapped",
                "users: `tel_portable` looks personal and is not mapped"
            ]
        );
        let tables: Vec<String> = said(world, "store/unmapped-table")
            .into_iter()
            .filter_map(|text| text.split(':').next().map(str::to_owned))
            .collect();
        assert_eq!(tables, ["hits", "klanten", "kunden", "salaries"]);
        assert_eq!(
            said(world, "store/unmapped-reference"),
            [
                "visits: table `visits` is not mapped and points to `users` by `user_id`: erasing what it points to will be refused"
            ]
        );
    });
}

#[test]
fn event_columns_of_other_types_and_other_owners_are_said() {
    let sql = format!(
        "{USERS} CREATE TABLE firms (id INTEGER PRIMARY KEY, is_open BOOLEAN);
        CREATE TABLE orders (id INTEGER PRIMARY KEY, firm_id INTEGER NOT NULL REFERENCES firms (id));"
    );
    let tables = vec![
        event(users(), "made_at"),
        event(table("firms").person("firm"), "is_open"),
        table("orders").owned_by("users", "firm_id"),
    ];
    on_each_engine(&sql, tables, |world| {
        let said_types = said(world, "store/event-type");
        assert_eq!(said_types.len(), 1, "{said_types:?}");
        assert!(said_types[0].contains("`is_open` has type"), "{said_types:?}");
        assert_eq!(
            said(world, "store/other-owner"),
            ["orders: `firm_id` points to `firms` in the database, and to `users` in the policy"]
        );
        assert_eq!(
            said(world, "store/identifier-not-unique"),
            ["users: `email` is not unique in the database: two people may be found by one `email`"]
        );
    });
}

#[test]
fn a_map_that_fits_says_nothing_above_advice() {
    let sql = "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT, name TEXT);
        LITE: CREATE UNIQUE INDEX by_email ON users (lower(email));
        PG: CREATE UNIQUE INDEX by_email ON users (lower(email));
        MY: CREATE UNIQUE INDEX by_email ON users (email);
        CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id));
        CREATE INDEX by_user ON orders (user_id);";
    on_each_engine(sql, vec![users(), table("orders").owned_by("users", "user_id")], |world| {
        let schema = world.store.describe().expect("a schema");
        assert_eq!(check_map(&world.map, &schema), []);
    });
    on_each_engine(USERS, vec![users()], |world| {
        let schema = world.store.describe().expect("a schema");
        assert!(check_map(&world.map, &schema).iter().all(|finding| finding.severity < Severity::Error));
    });
}

#[test]
fn replacements_that_do_not_fit_and_columns_that_need_one_are_said() {
    let sql = "CREATE TABLE users (id INTEGER PRIMARY KEY, age INTEGER NOT NULL, born DATE NOT NULL, name TEXT NOT NULL);";
    let tables = vec![
        table("users")
            .person("user")
            .columns(&["age", "born", "name"])
            .emptied("age", "none")
            .emptied("born", "1900-01-01"),
    ];
    on_each_engine(sql, tables, |world| {
        let unfit = said(world, "store/emptied-type");
        assert_eq!(unfit.len(), 1);
        assert!(unfit[0].starts_with("users: `emptied` of `age` does not fit its type"), "{unfit:?}");
        assert_eq!(
            said(world, "store/not-null"),
            ["users: `name` is NOT NULL and can't be emptied while the row stays"]
        );
    });
}

#[test]
fn a_replacement_that_a_unique_column_takes_only_once_is_said() {
    let sql = "CREATE TABLE users (id INTEGER PRIMARY KEY, email VARCHAR(200) NOT NULL UNIQUE, nick VARCHAR(90) NOT NULL,
            shop INTEGER NOT NULL, UNIQUE (shop, nick));";
    let tables = vec![
        table("users")
            .person("user")
            .columns(&["email", "nick"])
            .emptied("email", "")
            .emptied("nick", "gone"),
    ];
    on_each_engine(sql, tables, |world| {
        let taken = said(world, "store/emptied-unique");
        assert_eq!(
            taken,
            ["users: `email` is UNIQUE, and `emptied` writes the same there into every row that is emptied"],
            "`nick` is unique within a shop only, which stays"
        );
    });
}
