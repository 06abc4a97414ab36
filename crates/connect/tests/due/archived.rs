//! Rows that were moved to an archive table, and what hangs on them.

use crate::world::{KINDS, World, policy};

const POLICY: &str = "edition = 1
[controller.c]
name = \"C\"
country = \"FR\"
post = \"1 rue, 75001 Paris\"
email = \"a@c.example\"
[notice]
version = 2010-01-01
languages = [\"en\"]
[people]
user = \"has an account\"
[rights]
reply = \"1 month\"
[data.account]
fields = { email = \"email\" }
[data.orders]
fields = { address = \"text\", item = \"text\" }
[purpose.account]
people = [\"user\"]
data = [\"account\"]
basis = { legitimate-interest = \"safety\" }
keep = \"20 years after collection\"
[purpose.orders]
people = [\"user\"]
data = [\"orders\"]
basis = \"contract\"
keep = \"1 year after collection, then 5 years in the archive\"
archive = { reason = \"claims\", roles = [] }
[store.s]
engine = \"sqlite\"
url = \"x\"
[store.s.table.users]
person = \"user\"
key = \"id\"
identifies = { email = \"email\" }
columns = { email = \"account\" }
events = { collection = \"made\" }
[store.s.table.orders]
key = \"id\"
owned-by = { users = \"user_id\" }
columns = { address = \"orders.address\" }
events = { collection = \"made\" }
archive = { table = \"old_orders\" }
[store.s.table.archived]
name = \"old_orders\"
key = \"id\"
owned-by = { users = \"user_id\" }
columns = { address = \"orders.address\" }
events = { collection = \"made\" }
[store.s.table.lines]
key = \"id\"
owned-by = { orders = \"order_id\" }
columns = { item = \"orders.item\" }
";

const SQL: &str = "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT, made DATE);
    CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER, address TEXT, made DATE);
    CREATE TABLE old_orders (id INTEGER PRIMARY KEY, user_id INTEGER, address TEXT, made DATE);
    CREATE TABLE lines (id INTEGER PRIMARY KEY, order_id INTEGER, item TEXT);
    INSERT INTO users VALUES (1, 'ann@example.org', '2020-05-01'), (2, 'bob@example.org', '2020-05-01');
    INSERT INTO orders VALUES (1, 1, 'a', '2020-05-01'), (2, 1, 'b', '2021-10-01'), (3, 2, 'c', '2020-05-01');
    INSERT INTO old_orders VALUES (99, 2, 'z', '2019-05-01');
    INSERT INTO lines VALUES (1, 1, 'x'), (2, 1, 'y'), (3, 2, 'z'), (4, 3, 'w'), (5, 99, 'v');";

#[test]
fn what_hangs_on_a_row_that_was_moved_to_the_archive_stays_its_persons_and_goes_with_it() {
    for kind in &KINDS {
        let world = World::of(kind, policy(POLICY), SQL);
        let lines = || world.values("SELECT id FROM lines");
        world.sweep("2022-01-01T03:00:00Z");
        assert_eq!(world.values("SELECT id FROM old_orders"), ["1", "3", "99"], "{kind:?}");
        assert_eq!(lines(), ["1", "2", "3", "4", "5"], "{kind:?}");
        let mut read: Vec<String> = world.reached("ann@example.org");
        read.retain(|row| row.starts_with("lines"));
        assert_eq!(read, ["lines 1", "lines 2", "lines 3"], "{kind:?}");
        let none = kept_connect::due::Exceptions::new();
        let question = world.question("2022-01-01T03:00:00Z".parse().expect("an instant"), &none);
        let counts = kept_connect::due::count(&mut world.session(), &question).expect("counted");
        assert!(counts.iter().all(|count| count.ownerless == 0), "{kind:?} {counts:?}");
        // Six years after collection both the orders and their lines are over.
        world.sweep("2026-06-01T03:00:00Z");
        assert_eq!(world.values("SELECT id FROM old_orders"), ["2"], "{kind:?}");
        assert_eq!(lines(), ["3"], "{kind:?}");
    }
}

#[test]
fn foreign_keys_that_stand_in_the_way_of_the_archive_are_told() {
    for (rule, severity) in [("", "Warning"), ("ON DELETE CASCADE", "Error"), ("ON DELETE SET NULL", "Error")]
    {
        let keyed = SQL.replace(
            "item TEXT)",
            &format!("item TEXT, FOREIGN KEY (order_id) REFERENCES orders (id) {rule})"),
        );
        let keyed = keyed.replace(", (5, 99, 'v')", "");
        for kind in &KINDS[..3] {
            let world = World::of(kind, policy(POLICY), &keyed);
            let schema = world.session().schema().expect("a schema");
            let told: Vec<String> = kept_connect::check_map(&world.store, &schema)
                .iter()
                .filter(|one| one.code == "store/archive-held")
                .map(|one| format!("{:?}", one.severity))
                .collect();
            assert_eq!(told, [severity], "{kind:?} {rule}");
        }
    }
}

#[test]
fn what_the_archive_does_not_map_of_the_rows_that_are_moved_there_is_told() {
    let less = POLICY.replace(
        "owned-by = { users = \"user_id\" }\ncolumns = { address = \"orders.address\" }\nevents = { collection = \"made\" }\n[store.s.table.lines]",
        "owned-by = { users = \"user_id\" }\ncolumns = { user_id = \"account\" }\n[store.s.table.lines]",
    );
    for (text, wanted) in [(POLICY, 0), (less.as_str(), 2)] {
        let world = World::of(&KINDS[0], policy(text), SQL);
        let schema = world.session().schema().expect("a schema");
        let told = kept_connect::check_map(&world.store, &schema);
        let told: Vec<_> = told.iter().filter(|one| one.code == "store/archive-out-of-sight").collect();
        assert_eq!(told.len(), wanted, "{told:?}");
    }
}
