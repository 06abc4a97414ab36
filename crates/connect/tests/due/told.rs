//! Rows that tell when other data are due: they stay, emptied, as long as those data do.

use kept_connect::due::SweptTable;

use crate::world::{ENGINES, World, policy};

const DEALS: &str = concat!(
    head!(),
    r#"[data.contact]
fields = { name = "person-name", email = "email" }
[data.deal]
fields = { notes = "text" }
[data.invoice]
fields = { amount = "text" }
[purpose.account]
data = ["contact"]
basis = "contract"
keep = "for the contract, then 15 years"
[purpose.deals]
data = ["deal"]
basis = "contract"
keep = "for the contract"
[purpose.billing]
data = ["invoice"]
basis = { legal-obligation = "x" }
keep = "for the contract, then 10 years"
[store.s]
engine = "sqlite"
url = "x"
zone = "UTC"
[store.s.table.customers]
person = "user"
key = "id"
identifies = { email = "email" }
columns = { name = "contact.name", email = "contact.email" }
[store.s.table.contracts]
key = "id"
owned-by = { customers = "customer" }
columns = { notes = "deal.notes" }
occasion = { contract = "id" }
events = { contract-start = "started", contract-end = { column = "ended", null = "not yet" } }
[store.s.table.invoices]
key = "id"
owned-by = { customers = "customer" }
columns = { amount = "invoice.amount" }
occasion = { contract = "contract" }
"#
);

const DEALS_SCHEMA: &str = "
CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, email TEXT);
CREATE TABLE contracts (id INTEGER PRIMARY KEY, customer INTEGER, notes TEXT, started TIMESTAMP NULL, ended TIMESTAMP NULL);
CREATE TABLE invoices (id INTEGER PRIMARY KEY, customer INTEGER, contract INTEGER, amount TEXT);
INSERT INTO customers VALUES (1, 'Ada', 'ada@example.org');
INSERT INTO contracts VALUES (1, 1, 'first', '2001-01-01 00:00:00', '2002-01-01 00:00:00'),
  (2, 1, 'second', '2005-01-01 00:00:00', '2015-01-01 00:00:00'), (3, 1, 'third', '2016-01-01 00:00:00', '2020-01-01 00:00:00');
INSERT INTO invoices VALUES (1, 1, 1, '10'), (2, 1, 2, '10'), (3, 1, 3, '10');
";

fn deals(world: &World) -> Vec<String> {
    let tables = [
        "SELECT name FROM customers",
        "SELECT coalesce(notes, '-') FROM contracts ORDER BY id",
        "SELECT id FROM invoices ORDER BY id",
    ];
    tables.iter().flat_map(|sql| world.values(sql)).collect()
}

#[test]
fn the_end_of_a_contract_stays_as_long_as_what_counts_from_it() {
    for engine in ENGINES {
        let world = World::new(engine, policy(DEALS), DEALS_SCHEMA);
        let swept = world.sweep("2021-06-01T03:00:00Z");
        // Nothing counts from the first contract any more; the account does from the others as well.
        assert_eq!(deals(&world), ["Ada", "-", "-", "2", "3"], "{engine:?} {swept:?}");
        let again = world.sweep("2021-06-01T03:00:00Z");
        let changed = |table: &SweptTable| table.gone + table.emptied() + table.left() > 0;
        assert!(!again.tables.iter().any(changed), "{engine:?} {again:?}");
        world.sweep("2025-06-01T03:00:00Z");
        assert_eq!(deals(&world), ["Ada", "-", "-", "3"], "{engine:?}");
        world.sweep("2030-06-01T03:00:00Z");
        assert_eq!(deals(&world), ["Ada", "-"], "{engine:?}");
        world.sweep("2035-06-01T03:00:00Z");
        world.sweep("2035-06-01T03:00:00Z");
        assert_eq!(deals(&world), Vec::<String>::new(), "{engine:?}");
    }
}

const TICKETS: &str = concat!(
    head!(),
    r#"[data.contact]
fields = { name = "person-name", email = "email" }
[data.ticket]
fields = { body = "text" }
[purpose.contact]
data = ["contact"]
basis = { legitimate-interest = "x" }
keep = "3 years after the last contact"
[purpose.support]
data = ["ticket"]
basis = { legitimate-interest = "x" }
keep = "1 year after collection"
[store.s]
engine = "sqlite"
url = "x"
zone = "UTC"
[store.s.table.contacts]
person = "user"
key = "id"
identifies = { email = "email" }
columns = { name = "contact.name", email = "contact.email" }
events = { last-contact = "latest of tickets.written" }
[store.s.table.tickets]
key = "id"
owned-by = { contacts = "contact" }
columns = { body = "ticket.body" }
events = { collection = "written" }
"#
);

const TICKETS_SCHEMA: &str = "
CREATE TABLE contacts (id INTEGER PRIMARY KEY, name TEXT, email TEXT);
CREATE TABLE tickets (id INTEGER PRIMARY KEY, contact INTEGER, body TEXT, written TIMESTAMP NULL);
INSERT INTO contacts VALUES (1, 'Ada', 'ada@example.org'), (2, 'Bob', 'bob@example.org');
INSERT INTO tickets VALUES (1, 1, 'first', '2019-01-01 00:00:00'), (2, 1, 'last', '2020-01-01 00:00:00'),
  (3, 2, 'only', '2017-01-01 00:00:00');
";

#[test]
fn the_last_ticket_stays_as_a_shell_while_the_contact_is_kept_from_its_day() {
    for engine in ENGINES {
        let world = World::new(engine, policy(TICKETS), TICKETS_SCHEMA);
        let left = |world: &World| {
            let tables = [
                "SELECT name FROM contacts ORDER BY id",
                "SELECT coalesce(body, '-') FROM tickets ORDER BY id",
            ];
            tables.iter().flat_map(|sql| world.values(sql)).collect::<Vec<_>>()
        };
        world.sweep("2021-06-01T03:00:00Z");
        assert_eq!(left(&world), ["Ada", "-"], "{engine:?}");
        world.sweep("2022-12-31T03:00:00Z");
        assert_eq!(left(&world), ["Ada", "-"], "{engine:?}");
        world.sweep("2023-06-01T03:00:00Z");
        assert_eq!(left(&world), Vec::<String>::new(), "{engine:?}");
    }
}
