//! Rows that only go together: dates read from the rows below, and rows of tables between two.

use kept_core::policy::model::Engine;

use crate::world::{CSV, JSON_LINES, Kind, World, policy};

const HEAD: &str = concat!(
    head!(),
    r#"[data.file]
fields = { name = "text" }
[purpose.file]
title = "F"
data = ["file"]
basis = { legitimate-interest = "x" }
"#
);

const AT: &str = "2024-01-11T03:00:00Z";

fn on_each(rules: &str, schema: &str, scenario: impl Fn(&World)) {
    for engine in crate::world::ENGINES {
        scenario(&World::new(engine, policy(&format!("{HEAD}{rules}")), schema));
    }
}

/// The same on files and behind HTTP too: for what needs no constraint.
fn on_each_and_files(rules: &str, schema: &str, scenario: impl Fn(&World)) {
    on_each(rules, schema, &scenario);
    for kind in [CSV, JSON_LINES, Kind::Http] {
        scenario(&World::of(&kind, policy(&format!("{HEAD}{rules}")), schema));
    }
}

const TICKETS: &str = r#"
keep = "1 year after the last contact"
[store.s]
engine = "sqlite"
url = "x"
zone = "UTC"
[store.s.table.contacts]
person = "user"
key = "id"
identifies = { email = "email" }
columns = { name = "file.name" }
events = { last-contact = "latest of tickets.updated_at" }
[store.s.table.tickets]
key = "id"
owned-by = { contacts = "contact_id" }
columns = { body = "file" }
"#;

const TICKET_SCHEMA: &str = "
CREATE TABLE contacts (id INTEGER PRIMARY KEY, email TEXT, name TEXT);
CREATE TABLE tickets (id INTEGER PRIMARY KEY, contact_id INTEGER REFERENCES contacts (id), body TEXT, updated_at TIMESTAMP);
INSERT INTO contacts VALUES (1, 'a@example.com', 'A'), (2, 'b@example.com', 'B'), (3, 'c@example.com', 'C');
INSERT INTO tickets VALUES (1, 1, 'x', '2020-01-01 00:00:00'), (2, 1, 'x', '2021-01-01 00:00:00'), (3, 2, 'x', '2020-01-01 00:00:00'), (4, 2, 'x', '2024-01-01 00:00:00');
";

#[test]
fn rows_whose_date_is_the_latest_of_the_rows_they_own_go_with_them() {
    on_each_and_files(TICKETS, TICKET_SCHEMA, |world| {
        let swept = world.sweep(AT);
        assert_eq!(world.values("SELECT id FROM contacts"), ["2", "3"], "{swept:?}");
        assert!(swept.tables.iter().all(|table| table.refusals.is_empty()), "{swept:?}");
        assert!(swept.tables.iter().all(|table| table.before.going == table.gone), "{swept:?}");
        assert!(world.sweep(AT).tables.is_empty());
    });
}

#[test]
fn rows_whose_date_was_read_below_are_emptied_where_a_kept_row_hangs_on_them() {
    let more = "CREATE TABLE other (contact_id INTEGER NOT NULL REFERENCES contacts (id)); INSERT INTO other VALUES (1);";
    on_each(TICKETS, &format!("{TICKET_SCHEMA}{more}"), |world| {
        let swept = world.sweep(AT);
        assert_eq!(world.values("SELECT id FROM contacts"), ["1", "2", "3"]);
        assert_eq!(world.values("SELECT id FROM contacts WHERE name IS NULL"), ["1"], "{swept:?}");
    });
}

const ADDRESSES: &str = r#"
keep = "1 month after collection"
[purpose.contract]
title = "C"
data = ["file"]
basis = "contract"
keep = "for the contract"
[store.s]
engine = "sqlite"
url = "x"
zone = "UTC"
[store.s.table.people]
person = "user"
key = "id"
identifies = { email = "email" }
columns = { name = "file.name" }
events = { contract-start = "started_at", contract-end = { column = "ended_at", null = "not yet" }, collection = "started_at" }
[store.s.table.addresses]
key = "id"
owned-by = { people = { through = "pa", row = "address_id", owner = "person_id" } }
columns = { street = "file" }
"#;

const BARE: &str =
    "[store.s.table.pa]\nkey = [\"person_id\", \"address_id\"]\nowned-by = { people = \"person_id\" }\n";
const FULL: &str = "[store.s.table.pa]\nkey = [\"person_id\", \"address_id\"]\nowned-by = { people = \"person_id\" }\ncolumns = { label = \"file\" }\n";

const ADDRESS_SCHEMA: &str = "
CREATE TABLE people (id INTEGER PRIMARY KEY, email TEXT, name TEXT, started_at TIMESTAMP, ended_at TIMESTAMP);
CREATE TABLE addresses (id INTEGER PRIMARY KEY, street TEXT);
CREATE TABLE pa (person_id INTEGER NOT NULL REFERENCES people (id), address_id INTEGER NOT NULL REFERENCES addresses (id), label TEXT, PRIMARY KEY (person_id, address_id));
INSERT INTO people VALUES (1, 'a@example.com', 'A', '2020-01-01 00:00:00', '2023-01-10 12:00:00'), (2, 'b@example.com', 'B', '2020-01-01 00:00:00', NULL);
INSERT INTO addresses VALUES (1, 'x'), (2, 'y'), (3, 'z');
INSERT INTO pa VALUES (1, 1, 'l'), (1, 2, 'l'), (2, 2, 'l'), (2, 3, 'l');
";

#[test]
fn rows_reached_through_a_table_between_go_with_its_rows() {
    for between in [BARE, FULL] {
        on_each_and_files(&format!("{ADDRESSES}{between}"), ADDRESS_SCHEMA, |world| {
            let swept = world.sweep(AT);
            assert_eq!(world.values("SELECT id FROM addresses"), ["2", "3"], "{between} {swept:?}");
            assert_eq!(world.values("SELECT person_id, address_id FROM pa"), ["2|2", "2|3"]);
            assert_eq!(world.values("SELECT id FROM people"), ["2"]);
            assert!(swept.tables.iter().all(|table| table.refusals.is_empty()), "{swept:?}");
            assert!(world.sweep(AT).tables.is_empty());
        });
    }
}

#[test]
fn a_row_of_a_table_between_stays_where_the_row_that_it_leads_to_is_refused() {
    let more = "CREATE TABLE other (address_id INTEGER NOT NULL REFERENCES addresses (id)); INSERT INTO other VALUES (1);";
    for between in [BARE, FULL] {
        on_each(&format!("{ADDRESSES}{between}"), &format!("{ADDRESS_SCHEMA}{more}"), |world| {
            let swept = world.sweep(AT);
            assert_eq!(world.values("SELECT id FROM addresses"), ["1", "2", "3"]);
            let left = world.values("SELECT person_id, address_id FROM pa");
            assert!(left.contains(&"1|1".to_owned()), "{left:?} {swept:?}");
            let refused = swept.tables.iter().flat_map(|table| &table.refusals);
            assert!(refused.into_iter().any(|one| one.table.as_str() == "addresses"), "{swept:?}");
        });
    }
}

const PARTS: &str = r#"
keep = "1 month after collection"
[data.phone]
fields = { number = "text" }
[purpose.calls]
title = "P"
data = ["phone"]
basis = { legitimate-interest = "x" }
keep = "2 months after collection"
[data.more]
fields = { text = "text" }
[purpose.more]
title = "M"
data = ["more"]
basis = { legitimate-interest = "x" }
keep = "9 years after collection"
[store.s]
engine = "sqlite"
url = "x"
zone = "UTC"
[store.s.table.people]
person = "user"
key = "id"
identifies = { email = "email" }
columns = { name = "file.name", phone = "phone.number", more = "more.text" }
events = { collection = "at" }
[store.s.table.people.emptied]
phone = "none"
"#;

#[test]
fn the_columns_of_a_row_are_emptied_together_or_told_as_refused() {
    let schema = "
CREATE TABLE people (id INTEGER PRIMARY KEY, email TEXT, name TEXT, phone TEXT, more TEXT, at TIMESTAMP, CHECK (phone <> 'none' OR id <> 1));
INSERT INTO people VALUES (1, 'a@example.com', 'A', '1', 'm', '2023-01-10 12:00:00'), (2, 'b@example.com', 'B', '2', 'm', '2023-01-10 12:00:00'), (3, 'c@example.com', 'C', '3', 'm', '2023-11-30 12:00:00');";
    on_each(PARTS, schema, |world| {
        let swept = world.sweep(AT);
        assert_eq!(
            world.values("SELECT id, name, phone FROM people WHERE name IS NOT NULL"),
            ["1|A|1"],
            "{swept:?}"
        );
        assert_eq!(world.values("SELECT id FROM people WHERE phone = 'none'"), ["2"]);
        assert_eq!(world.values("SELECT phone FROM people WHERE id = 3"), ["3"]);
        let refusals: Vec<_> = swept.tables.iter().flat_map(|table| &table.refusals).collect();
        assert!(matches!(refusals.as_slice(), [one] if one.rows == 1), "{swept:?}");
    });
}

#[test]
fn rows_that_a_trigger_keeps_are_still_counted_after_the_run() {
    let trigger =
        "CREATE TRIGGER kept BEFORE DELETE ON tickets WHEN OLD.id = 1 BEGIN SELECT RAISE(IGNORE); END;";
    let world =
        World::new(Engine::Sqlite, policy(&format!("{HEAD}{TICKETS}")), &format!("{TICKET_SCHEMA}{trigger}"));
    let swept = world.sweep(AT);
    let tickets = swept.tables.iter().find(|table| table.before.table.as_str() == "tickets");
    assert!(tickets.is_some_and(|table| table.after.going == 1), "{swept:?}");
    let trigger = "CREATE TRIGGER held BEFORE DELETE ON contacts BEGIN SELECT RAISE(IGNORE); END;";
    let world =
        World::new(Engine::Sqlite, policy(&format!("{HEAD}{TICKETS}")), &format!("{TICKET_SCHEMA}{trigger}"));
    let swept = world.sweep(AT);
    let contacts = swept.tables.iter().find(|table| table.before.table.as_str() == "contacts");
    assert!(contacts.is_some_and(|table| table.gone == 0 && table.after.going == 1), "{swept:?}");
}
