//! What a dry run says is what the run then does: by its own word, and by what is in the database after it.

use std::collections::BTreeMap;

use kept_connect::sql::Statement;
use kept_core::name::PurposeName;
use kept_core::plan::Value;
use kept_core::policy::model::Engine;

use crate::world::{Done, ENGINES, World, policy};

/// A shop that keeps a customer's name for three years after the last contact and invoices for ten.
const SHOP: &str = concat!(
    shop!(),
    r#"
[store.s]
engine = "sqlite"
url = "x"
[store.s.table.customers]
person = "user"
key = "id"
identifies = { email = "email" }
columns = { full_name = "identification.name", email = "identification.email" }
events = { collection = "created_at", last-contact = "last_order_at" }
[store.s.table.invoices]
key = "id"
owned-by = { customers = "customer_id" }
columns = { amount = "invoice.amount" }
events = { collection = "issued_at" }
"#
);

/// One customer whose invoice stands, and one of whom nothing is left.
const ROWS: &str = "CREATE TABLE customers (id int PRIMARY KEY, full_name text, email text, created_at text, last_order_at text);\
     CREATE TABLE invoices (id int PRIMARY KEY, customer_id int REFERENCES customers (id), amount int, issued_at text);\
     INSERT INTO customers VALUES (1, 'Ada', 'ada@example.org', '2010-01-01', '2012-01-01'), \
     (2, 'Bob', 'bob@example.org', '2010-01-01', '2012-01-01');\
     INSERT INTO invoices VALUES (1, 1, 5, '2020-01-01'), (2, 2, 5, '2011-01-01');";

fn counts<const N: usize>(all: [(&str, [u64; 3]); N]) -> Done {
    all.into_iter().map(|(table, counts)| (table.into(), counts)).collect()
}

/// What changed between two looks: rows that went, and rows that hold something else.
pub(crate) fn changed(
    before: &BTreeMap<kept_core::name::TableName, BTreeMap<String, String>>,
    world: &World,
) -> BTreeMap<kept_core::name::TableName, [u64; 2]> {
    let after = world.snapshot();
    let of = |(table, rows): (&kept_core::name::TableName, &BTreeMap<String, String>)| {
        let now = &after[table];
        let gone = rows.keys().filter(|key| !now.contains_key(*key)).count() as u64;
        let other = rows.iter().filter(|(key, row)| now.get(*key).is_some_and(|now| now != *row)).count();
        (table.clone(), [gone, other as u64])
    };
    before.iter().map(of).filter(|(_, counts)| *counts != [0; 2]).collect()
}

#[test]
fn a_customer_with_a_standing_invoice_is_foretold_as_emptied_and_not_as_deleted() {
    for engine in ENGINES {
        let world = World::new(engine, policy(SHOP), ROWS);
        let at = "2026-01-02T00:00:00Z".parse().expect("an instant");
        let told = world.foreseen(at, None).expect("exact");
        assert_eq!(told, counts([("customers", [1, 1, 0]), ("invoices", [1, 0, 0])]), "{engine:?}");
        assert_eq!(world.done(at, None), told, "{engine:?}");
    }
}

#[test]
fn a_run_for_one_purpose_is_foretold_as_it_goes_where_rows_of_another_purpose_stay() {
    let news: PurposeName = "newsletter".into();
    let text = SHOP.replace("\"consent\"", "{ legitimate-interest = \"sell\" }");
    let text = text.replace("[\"identification\", \"invoice\"]", "[\"invoice\"]");
    for engine in ENGINES {
        let world = World::new(engine, policy(&text), ROWS);
        let at = "2026-01-02T00:00:00Z".parse().expect("an instant");
        let told = world.foreseen(at, Some(&news)).expect("exact");
        assert_eq!(
            told,
            counts([("customers", [0, 2, 0])]),
            "the invoices are another purpose's: {engine:?}"
        );
        assert_eq!(world.done(at, Some(&news)), told, "{engine:?}");
    }
}

#[test]
fn a_column_that_takes_no_null_is_foretold_as_what_can_not_be_emptied() {
    let world =
        World::new(Engine::Sqlite, policy(SHOP), &ROWS.replace("full_name text", "full_name text NOT NULL"));
    let at = "2026-01-02T00:00:00Z".parse().expect("an instant");
    let none = kept_connect::due::Exceptions::new();
    let told = kept_connect::due::foresee(&mut world.session(), &world.question(at, &none)).expect("told");
    let customers = told.iter().find(|one| one.count.table.as_str() == "customers").expect("told");
    assert_eq!((customers.deleted, customers.emptied, customers.stuck), (1, 0, 1));
    assert_eq!(customers.columns, ["full_name".into()]);
    assert_eq!(world.done(at, None)["customers"], [1, 0, 0]);
}

#[test]
fn what_a_view_shows_is_not_foretold_twice() {
    let text = SHOP.replace("[store.s.table.invoices]", "[store.s.table.bills]");
    let text = format!(
        "{text}[store.s.table.invoices]\nkey = \"id\"\nowned-by = {{ customers = \"customer_id\" }}\n\
         columns = {{ amount = \"invoice.amount\" }}\nevents = {{ collection = \"issued_at\" }}\n"
    );
    let rows = format!("{ROWS}CREATE VIEW bills AS SELECT * FROM invoices;");
    let world = World::new(Engine::Sqlite, policy(&text), &rows);
    let at = "2026-01-02T00:00:00Z".parse().expect("an instant");
    let told = world.foreseen(at, None).expect("exact");
    assert_eq!(world.done(at, None), told);
    assert!(!told.contains_key("bills"), "{told:?}");
}

#[test]
fn references_that_are_let_go_are_foretold_and_told() {
    let text = SHOP.replace(
        "owned-by = { customers = \"customer_id\" }",
        "owned-by = { customers = \"customer_id\" }\nrefers-to = { customers = \"seller_id\" }",
    );
    // Bob, of whom nothing is left, sold what Ada's invoice is about.
    let rows = ROWS
        .replace(
            "customer_id int REFERENCES customers (id),",
            "customer_id int REFERENCES customers (id), seller_id int,",
        )
        .replace(
            "(1, 1, 5, '2020-01-01'), (2, 2, 5, '2011-01-01')",
            "(1, 1, 2, 5, '2020-01-01'), (2, 2, 1, 5, '2011-01-01')",
        );
    for engine in ENGINES {
        let world = World::new(engine, policy(&text), &rows);
        let at = "2026-01-02T00:00:00Z";
        let none = kept_connect::due::Exceptions::new();
        let question = world.question(at.parse().expect("an instant"), &none);
        let told = kept_connect::due::foresee(&mut world.session(), &question).expect("told");
        let told: Vec<_> = told.iter().map(|one| (one.count.table.as_str(), one.detached)).collect();
        assert_eq!(told, [("customers", 0), ("invoices", 1)], "{engine:?}");
        let swept = world.sweep(at);
        let done: Vec<_> = swept.tables.iter().map(|one| (one.before.table.as_str(), one.detached)).collect();
        assert_eq!(done, [("customers", 0), ("invoices", 1)], "{engine:?}");
        let left =
            world.session().query(&Statement::with(engine, "SELECT seller_id FROM invoices")).expect("rows");
        assert_eq!(left, [[Value::Null]], "{engine:?}");
    }
}
