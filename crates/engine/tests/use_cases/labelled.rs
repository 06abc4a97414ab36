//! Rows of a company's database whose columns tell where they came from and which controller holds them: who
//! reads, who is given what, what is counted, and what the person is told.

use std::collections::BTreeMap;

use kept_core::ledger::{Kind as EntryKind, Outcome};
use kept_engine::company::Company;
use kept_engine::disclose::DisclosureOrder;
use kept_engine::reading::ReadOrder;

use crate::recording::data;
use crate::world::{ALL, Kind, World, at, whom};

const ADA: &str = "email=ada@example.org";
const DAY: &str = "2026-03-02";
const FIELDS: [&str; 2] = ["remark.body", "remark.answer"];

/// Who holds a remark stands in a column of numbers, where it came from in one of fixed width; neither column
/// is of any purpose. Answers hang on remarks and bear no label of their own.
const ROWS: &str = "CREATE TABLE people (id INTEGER PRIMARY KEY, full_name TEXT, email TEXT, created_at TIMESTAMP NOT NULL); \
    CREATE TABLE remarks (id INTEGER PRIMARY KEY, person_id INTEGER NOT NULL, unit INTEGER, came_from CHAR(4), body TEXT, \
    created_at TIMESTAMP NOT NULL); \
    CREATE TABLE answers (id INTEGER PRIMARY KEY, remark_id INTEGER NOT NULL, text TEXT, created_at TIMESTAMP NOT NULL); \
    INSERT INTO people VALUES (1, 'Ada', 'ada@example.org', '2026-01-05 09:00:00'); \
    INSERT INTO remarks VALUES (1, 1, 1, NULL, 'own', '2026-01-05 09:00:00'), \
    (2, 1, 1, 'B', 'bureau', '2026-01-05 09:00:00'), \
    (3, 1, 2, NULL, 'sister', '2026-01-05 09:00:00'), \
    (4, 1, 2, 'B', 'sister-bureau', '2026-01-05 09:00:00'), \
    (5, 1, NULL, 'P', 'nobody-said', '2026-01-05 09:00:00'); \
    INSERT INTO answers VALUES (1, 1, 'to-own', '2026-01-06 09:00:00'), (2, 2, 'to-bureau', '2026-01-06 09:00:00'), \
    (3, 3, 'to-sister', '2026-01-06 09:00:00'), (4, 4, 'to-sister-bureau', '2026-01-06 09:00:00')";

fn labelled(kind: Kind) -> World {
    World::new(include_str!("labelled.toml"), &[("app", kind, ROWS)])
}

/// What a purpose reads of Ada, sorted.
fn read(company: &mut Company, purpose: &str) -> Vec<String> {
    let order = ReadOrder {
        whom: whom(&[ADA]),
        purpose: purpose.into(),
        fields: data(&FIELDS),
        role: None,
        exception: None,
        reason: None,
        controller: None,
        actor: None,
    };
    let read = company.read_through_gate(&order, at(DAY)).unwrap();
    let mut values: Vec<String> = read.values.into_iter().map(|one| one.value).collect();
    values.sort();
    values
}

fn give(company: &mut Company, purpose: &str) -> Vec<String> {
    let order = DisclosureOrder {
        whom: whom(&[ADA]),
        recipient: "printer".into(),
        purpose: purpose.into(),
        fields: data(&FIELDS),
        contract: None,
        role: None,
        paid: false,
        evidence: BTreeMap::new(),
        controller: None,
        actor: None,
    };
    let given = company.disclose(&order, at(DAY)).unwrap();
    let mut values: Vec<String> = given.values.into_iter().map(|one| one.value).collect();
    values.sort();
    values
}

#[test]
fn a_purpose_reads_of_a_stores_rows_what_its_controller_holds_and_their_source_allows() {
    for kind in ALL {
        let world = labelled(kind);
        let mut company = world.open(at(DAY));
        assert_eq!(
            read(&mut company, "service"),
            ["bureau", "nobody-said", "own", "to-bureau", "to-own"],
            "{kind:?}: what no column says is the leading controller's"
        );
        assert_eq!(read(&mut company, "research"), ["nobody-said", "own", "to-own"], "{kind:?}");
        assert_eq!(read(&mut company, "care"), ["sister", "to-sister"], "{kind:?}");
        // What the other one holds is asked of it, and refused by an entry: the policy has it give nothing.
        let entries = world.entries();
        let asked: Vec<_> = entries.iter().filter(|entry| entry.kind == EntryKind::Disclosed).collect();
        assert_eq!(asked.len(), 3, "{kind:?}");
        assert!(asked.iter().all(|entry| entry.outcome == Outcome::Refused), "{kind:?}: {asked:?}");
    }
}

#[test]
fn a_recipient_is_given_of_a_stores_rows_what_the_controller_holds_and_their_source_allows() {
    for kind in ALL {
        let world = labelled(kind);
        let mut company = world.open(at(DAY));
        let service = ["bureau", "nobody-said", "own", "to-bureau", "to-own"];
        assert_eq!(give(&mut company, "service"), service, "{kind:?}");
        assert_eq!(give(&mut company, "research"), ["nobody-said", "own", "to-own"], "{kind:?}");
        assert_eq!(give(&mut company, "care"), ["sister", "to-sister"], "{kind:?}");
    }
}

#[test]
fn a_label_follows_its_column_and_the_person_is_told_of_every_row() {
    for kind in ALL {
        let world = labelled(kind);
        let mut company = world.open(at(DAY));
        world.run(
            "app",
            "UPDATE remarks SET unit = 2 WHERE id = 1; UPDATE remarks SET came_from = 'B' WHERE id = 5",
        );
        assert_eq!(read(&mut company, "research"), [""; 0], "{kind:?}");
        assert_eq!(read(&mut company, "care"), ["own", "sister", "to-own", "to-sister"], "{kind:?}");
        let told = company.access(&whom(&[ADA]), None, at(DAY)).unwrap();
        let rows = |table: &str| {
            told.held
                .iter()
                .filter(|held| held.table.as_str() == table)
                .map(|held| held.rows.len())
                .sum::<usize>()
        };
        assert_eq!((rows("remarks"), rows("answers")), (5, 4), "{kind:?}: access is to all (15)");
    }
}
