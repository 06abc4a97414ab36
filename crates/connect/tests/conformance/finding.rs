//! A person is found by any identifier that the policy declares, and nobody else is.

use kept_connect::{StoreFault, found_twice};
use kept_core::name::TableName;
use kept_core::policy::model::FileFormat;

use crate::world::{Says, on_each, table};

const PEOPLE: &str = "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT, number TEXT, phone TEXT);
    INSERT INTO users VALUES (1, 'Ann.Bell@Example.org', 'C-1', '+32 2 555 01 02');
    INSERT INTO users VALUES (2, 'ann.bell+x@example.org', 'C-2', '02/555.01.02');
    INSERT INTO users VALUES (3, NULL, NULL, NULL);
    INSERT INTO users VALUES (4, 'o''hara\"@example.org', '\u{1F600}', '0');
    INSERT INTO users VALUES (5, 'ÉVA@Example.org', 'é', '1');
    INSERT INTO users VALUES (6, 'bob@bücher.example', 'a\u{301}', '2');";

fn users() -> kept_core::policy::model::Table {
    table("users")
        .person("user")
        .identifies("email", "email")
        .identifies("customer-number", "number")
        .identifies("phone", "phone")
        .columns(&["email"])
}

#[test]
fn an_address_is_found_whatever_its_case_and_no_other_with_it() {
    on_each(PEOPLE, vec![users()], |world| {
        assert_eq!(world.found("email=ann.bell@EXAMPLE.org"), ["users:1"]);
        assert_eq!(world.found("email=ann.bell+x@example.org"), ["users:2"]);
        assert!(world.found("email=ann%@example.org").is_empty());
        assert!(world.found("email=nobody@example.org").is_empty());
    });
}

#[test]
fn quotes_four_byte_characters_and_injections_are_only_values() {
    on_each(PEOPLE, vec![users()], |world| {
        assert_eq!(world.found("email=O'Hara\"@example.org"), ["users:4"]);
        assert_eq!(world.found("customer-number=\u{1F600}"), ["users:4"]);
        assert!(world.found("customer-number=' OR '1'='1").is_empty());
        assert!(world.found("customer-number=x'; DROP TABLE users; --").is_empty());
        assert_eq!(world.rows("SELECT count(*) FROM users"), ["6"]);
    });
}

#[test]
fn letters_beyond_ascii_are_found_in_every_spelling() {
    on_each(PEOPLE, vec![users()], |world| {
        assert_eq!(world.found("email=éva@example.org"), ["users:5"]);
        assert_eq!(world.found("email=E\u{301}va@example.org"), ["users:5"]);
        assert_eq!(world.found("email=bob@xn--bcher-kva.example"), ["users:6"]);
        assert_eq!(world.found("email=BOB@BÜCHER.example"), ["users:6"]);
        assert_eq!(world.found("customer-number=e\u{301}"), ["users:5"]);
        assert_eq!(world.found("customer-number=á"), ["users:6"]);
    });
}

#[test]
fn a_telephone_number_is_found_however_it_is_written() {
    on_each(PEOPLE, vec![users()], |world| {
        assert_eq!(world.found("phone=0032 25550102"), ["users:1"]);
        assert_eq!(world.found("phone=025550102"), ["users:2"]);
    });
}

#[test]
fn two_hits_in_a_table_are_told_apart_by_key() {
    let sql = "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);
        INSERT INTO users VALUES (1, 'ann@example.org'), (2, 'Ann@Example.org');";
    on_each(sql, vec![table("users").person("user").identifies("email", "email")], |world| {
        let found = world.find("email=ann@example.org").expect("found");
        assert_eq!(found.len(), 2);
        assert_eq!(found_twice(&found).map(TableName::as_str), Some("users"));
    });
}

#[test]
fn what_identifies_one_person_leads_to_their_other_tables_and_a_telephone_does_not() {
    let sql = "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT, number TEXT, phone TEXT);
        CREATE TABLE prospects (id INTEGER PRIMARY KEY, email TEXT, phone TEXT);
        CREATE TABLE clients (code TEXT PRIMARY KEY, phone TEXT);
        INSERT INTO users VALUES (1, 'ann@example.org', 'C-1', '555');
        INSERT INTO prospects VALUES (7, 'ANN@example.org', '555'), (8, 'bob@example.org', '555');
        INSERT INTO clients VALUES ('C-1', '555'), ('C-2', '555');";
    let tables = vec![
        table("users")
            .person("user")
            .identifies("email", "email")
            .identifies("customer-number", "number")
            .identifies("phone", "phone"),
        table("prospects").person("prospect").identifies("email", "email").identifies("phone", "phone"),
        table("clients").person("user").identifies("customer-number", "code").identifies("phone", "phone"),
    ];
    on_each(sql, tables, |world| {
        let found = ["clients:C-1", "prospects:7", "users:1"];
        assert_eq!(world.found("customer-number=C-1"), found);
        assert_eq!(world.found("email=ann@example.org"), found);
        let way = world.find("email=ann@example.org").expect("found");
        let client = way.iter().find(|found| found.table.as_str() == "clients").expect("the client");
        assert_eq!(client.via.from.as_ref().map(|(table, _)| table.as_str()), Some("users"));
    });
}

#[test]
fn identifiers_of_every_key_type_are_found() {
    let sql = "PG: CREATE TABLE accounts (id uuid PRIMARY KEY, number bigint, code char(8), small smallint);
        MY: CREATE TABLE accounts (id uuid PRIMARY KEY, number bigint, code char(8), small smallint);
        LITE: CREATE TABLE accounts (id TEXT PRIMARY KEY, number BIGINT, code CHAR(8), small SMALLINT);
        INSERT INTO accounts VALUES ('0b7e1f0a-34a5-4c8e-9d33-0a8f6f4e2c11', 42, 'AB', 7);";
    let tables = vec![
        table("accounts")
            .person("user")
            .identifies("account", "id")
            .identifies("customer-number", "number")
            .identifies("code", "code")
            .identifies("member-no", "small"),
    ];
    on_each(sql, tables, |world| {
        let found = ["accounts:0b7e1f0a-34a5-4c8e-9d33-0a8f6f4e2c11"];
        assert_eq!(world.found("account=0b7e1f0a-34a5-4c8e-9d33-0a8f6f4e2c11"), found);
        assert_eq!(world.found("customer-number=42"), found);
        assert_eq!(world.found("code=AB"), found);
        assert_eq!(world.found("member-no=7"), found);
        for nobody in
            ["account=42", "customer-number=x", "customer-number=99999999999999999999", "member-no=70000"]
        {
            assert!(world.found(nobody).is_empty(), "{nobody}");
        }
    });
}

#[test]
fn a_missing_table_or_column_is_named_with_the_nearest_that_is_there() {
    on_each(PEOPLE, vec![table("user").named("usres").person("user")], |world| {
        if world.map.http.is_some() {
            // The nearest name is not known: nobody lists the tables of a service.
            let fault = world.find("email=ann@example.org");
            assert!(matches!(fault, Err(StoreFault::NoTable { .. })), "{fault:?}");
            return;
        }
        let fault = world.find("email=ann@example.org").expect_err("no table");
        assert_eq!(fault, StoreFault::NoTable { table: "usres".into(), suggestion: Some("users".into()) });
        assert_eq!(fault.to_string(), "there is no table `usres`; did you mean `users`?");
    });
    on_each(PEOPLE, vec![users().identifies("account", "nmber")], |world| {
        if world.map.files == Some(FileFormat::JsonLines) || world.map.http.is_some() {
            return;
        }
        let fault = world.find("email=ann@example.org").expect_err("no column");
        assert_eq!(fault.to_string(), "table `users` has no column `nmber`; did you mean `number`?");
    });
}

#[test]
fn a_column_renamed_while_kept_runs_is_named() {
    on_each(PEOPLE, vec![users()], |world| {
        assert_eq!(world.found("email=ann.bell@example.org"), ["users:1"]);
        if world.map.files == Some(FileFormat::JsonLines) {
            // A column that no line has is empty everywhere.
            return;
        }
        if world.map.http.is_some() {
            // What a service does not have is found by `check --stores`, which asks it.
            return;
        }
        world.rename("users", "email", "mail");
        let fault = world.find("email=ann.bell@example.org").expect_err("renamed");
        assert_eq!(fault.to_string(), "table `users` has no column `email`; did you mean `mail`?");
    });
}
