//! Runs that are killed between any two steps: the next one finishes what they began, and takes
//! nothing that has a ground.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use kept_connect::due::{Exceptions, Memory, Progress, Watch, sweep};

use crate::world::{Kind, World, policy};

const POLICY: &str = concat!(
    head!(),
    r#"[data.file]
fields = { name = "text" }
[purpose.file]
title = "F"
data = ["file"]
basis = { legitimate-interest = "x" }
keep = "1 year after the last contact"
[data.deal]
fields = { name = "text" }
[purpose.deal]
title = "D"
data = ["deal"]
basis = "contract"
keep = "for the contract"
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
[store.s.table.replies]
key = "id"
owned-by = { tickets = "ticket_id" }
columns = { body = "file" }
[store.s.table.clients]
person = "user"
key = "id"
identifies = { email = "email" }
columns = { name = "deal.name" }
events = { contract-start = "started_at", contract-end = "latest of orders.ended_at" }
[store.s.table.orders]
key = "id"
owned-by = { clients = "client_id" }
columns = { what = "deal" }
"#
);

const SCHEMA: &str = "
CREATE TABLE contacts (id INTEGER PRIMARY KEY, email TEXT, name TEXT);
CREATE TABLE tickets (id INTEGER PRIMARY KEY, contact_id INTEGER REFERENCES contacts (id), body TEXT, updated_at TIMESTAMP);
CREATE TABLE replies (id INTEGER PRIMARY KEY, ticket_id INTEGER REFERENCES tickets (id), body TEXT);
CREATE TABLE shells (contact_id INTEGER NOT NULL REFERENCES contacts (id));
CREATE TABLE clients (id INTEGER PRIMARY KEY, email TEXT, name TEXT, started_at TIMESTAMP);
CREATE TABLE orders (id INTEGER PRIMARY KEY, client_id INTEGER REFERENCES clients (id), what TEXT, ended_at TIMESTAMP);
INSERT INTO contacts VALUES (1, 'a@example.com', 'A'), (2, 'b@example.com', 'B'), (3, 'c@example.com', 'C'), (4, 'd@example.com', 'D');
INSERT INTO tickets VALUES (1, 1, 'x', '2020-01-01 00:00:00'), (2, 1, 'x', '2021-01-01 00:00:00'), (3, 2, 'x', '2020-01-01 00:00:00'), (4, 2, 'x', '2024-01-01 00:00:00'), (5, 4, 'x', '2021-01-01 00:00:00');
INSERT INTO replies VALUES (1, 1, 'r'), (2, 3, 'r'), (3, 4, 'r');
INSERT INTO shells VALUES (4);
INSERT INTO clients VALUES (1, 'e@example.com', 'E', '2019-01-01 00:00:00'), (2, 'f@example.com', 'F', '2019-01-01 00:00:00');
INSERT INTO orders VALUES (1, 1, 'o', '2020-01-01 00:00:00'), (2, 2, 'o', '2020-01-01 00:00:00'), (3, 2, 'o', '2030-01-01 00:00:00');
";

const AT: &str = "2024-01-11T03:00:00Z";

/// Dies at its nth step, after having remembered what it was told to remember.
struct Mortal<'m> {
    steps_left: u32,
    memory: &'m RefCell<Memory>,
}

impl Mortal<'_> {
    fn step(&mut self) {
        assert!(self.steps_left > 0, "killed");
        self.steps_left -= 1;
    }
}

impl Watch for Mortal<'_> {
    fn progress(&mut self, _: &Progress<'_>) {
        self.step();
    }

    fn exceptions_stand(&mut self) -> bool {
        self.step();
        true
    }

    fn remember(&mut self, memory: &Memory) -> bool {
        *self.memory.borrow_mut() = memory.clone();
        self.step();
        true
    }
}

/// A run that dies at a step; whether it lived.
fn run(world: &World, steps: u32, memory: &RefCell<Memory>) -> bool {
    let none = Exceptions::new();
    let question = world.question(AT.parse().expect("an instant"), &none);
    let recalled = memory.borrow().clone();
    let mut watch = Mortal { steps_left: steps, memory };
    let ended = catch_unwind(AssertUnwindSafe(|| {
        sweep(&mut world.session(), &question, &recalled, &mut watch)
            .unwrap_or_else(|fault| panic!("{fault}"))
    }));
    ended.is_ok()
}

/// What is left of the store.
fn left(world: &World) -> Vec<Vec<String>> {
    [
        "SELECT id, name FROM contacts",
        "SELECT id FROM tickets",
        "SELECT id FROM replies",
        "SELECT id, name FROM clients",
        "SELECT id FROM orders",
    ]
    .map(|text| world.values(text))
    .into()
}

#[test]
fn a_run_killed_at_any_step_is_finished_by_the_next_one() {
    std::panic::set_hook(Box::new(|_| {}));
    for kind in &crate::world::KINDS {
        let whole = World::of(kind, policy(POLICY), SCHEMA);
        assert!(run(&whole, u32::MAX, &RefCell::default()));
        let wanted = left(&whole);
        // In files nothing says that rows which nobody maps hang on the fourth.
        let hanging: &[&str] = if matches!(kind, Kind::Files(_)) { &[] } else { &["4|"] };
        assert_eq!(wanted[0], [&["2|B", "3|C"], hanging].concat(), "{kind:?}");
        assert_eq!(wanted[3], ["2|F"], "{kind:?}");
        let mut steps = 0;
        loop {
            let world = World::of(kind, policy(POLICY), SCHEMA);
            let memory = RefCell::default();
            let lived = run(&world, steps, &memory);
            // A second kill at the same step, then a run that lives.
            let lived = lived || run(&world, steps, &memory);
            assert!(run(&world, u32::MAX, &memory), "{kind:?} after {steps} steps");
            assert_eq!(left(&world), wanted, "{kind:?} after {steps} steps");
            steps += 1;
            if lived {
                break;
            }
        }
        assert!(steps > 6, "only {steps} steps on {kind:?}");
    }
}

#[test]
fn what_came_after_a_killed_run_speaks_for_the_row() {
    std::panic::set_hook(Box::new(|_| {}));
    let renewals = [
        ("INSERT INTO tickets VALUES (9, 1, 'x', '2024-01-10 00:00:00')", "1|A"),
        // Somebody new under the same key.
        ("DELETE FROM contacts WHERE id = 1; INSERT INTO contacts VALUES (1, 'z@example.com', 'Z')", "1|Z"),
        ("UPDATE contacts SET name = 'Aa' WHERE id = 1", "1|Aa"),
    ];
    for kind in &crate::world::KINDS {
        for (renewal, stays) in renewals {
            let world = World::of(kind, policy(POLICY), SCHEMA);
            let memory = RefCell::default();
            let mut steps = 0;
            while world.values("SELECT id FROM tickets WHERE contact_id = 1").len() == 2 {
                run(&world, steps, &memory);
                steps += 1;
            }
            assert_eq!(world.values("SELECT id FROM contacts").len(), 4, "{kind:?} {renewal}");
            world.session().batch(renewal).expect("a renewal");
            assert!(run(&world, u32::MAX, &memory));
            let left = world.values("SELECT id, name FROM contacts");
            assert!(left.contains(&stays.to_owned()), "{kind:?} {renewal}: {left:?}");
        }
    }
}
