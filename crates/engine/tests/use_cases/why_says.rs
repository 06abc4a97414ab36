//! What `kept why` says of rows that stay: on which ground, in which table, and where a fact is missing; and
//! that a sweep takes what it says nothing keeps.

use kept_core::standing::Stage;
use kept_engine::company::Company;
use kept_engine::report::why::GroundLine;
use kept_engine::sweep::SweepOrder;

use crate::promises_arms::office_on;
use crate::recording::ADA;
use crate::world::{BOTH, Kind, World, at, whom};

const ADA_ONCE: &str = "
INSERT INTO contacts VALUES (1, 'C-1', 'Ada Q', '1 rue', '+32470000000', 'ada@example.org', 'boss',
 '2020-01-05 10:00:00', '2020-01-06 10:00:00', '2021-03-01 10:00:00', NULL, NULL);";

/// Kresoft with its own map and schema: Ada was a customer until March 2021.
fn kresoft(kind: Kind, more: &str) -> World {
    office_on(kind, "kresoft", &format!("{ADA_ONCE}{more}"))
}

fn why(company: &mut Company, day: &str) -> Vec<GroundLine> {
    company.why(&whom(&[ADA]), None, at(day), at(day)).unwrap().grounds
}

const EMAIL: &str = "SELECT email FROM contacts";

#[test]
fn the_address_of_a_former_customer_who_asked_nothing_goes_in_a_sweep_and_in_an_erasure() {
    for kind in BOTH {
        let world = kresoft(kind, "");
        let mut company = world.open(at("2026-03-02"));
        let keeps = why(&mut company, "2026-03-02").into_iter().filter(|line| {
            !matches!(line.stage, Stage::Ended | Stage::None)
                && line.data.iter().any(|data| data == "general.email")
        });
        assert_eq!(keeps.map(|line| line.statement).collect::<Vec<_>>(), Vec::<String>::new(), "{kind:?}");
        company.sweep(&SweepOrder::default(), at("2026-03-02"), &mut |_| {}).unwrap();
        assert_eq!(world.rows("office", EMAIL), ["-"], "{kind:?}");
    }
    let world = kresoft(Kind::Lite, "");
    let erased = world.open(at("2026-03-02")).erase(&whom(&[ADA]), at("2026-03-02"), false, at("2026-03-02"));
    let erased = erased.unwrap();
    assert!(erased.stores.iter().all(|store| store.notes.is_empty()), "{erased:?}");
    assert_eq!(world.rows("office", EMAIL), ["-"]);
}

#[test]
fn a_question_that_is_open_keeps_the_address_and_why_says_so_with_the_table() {
    let open = "INSERT INTO questions VALUES (7, 1, 'hello', '2026-01-05 10:00:00', NULL);";
    for kind in BOTH {
        let world = kresoft(kind, open);
        let mut company = world.open(at("2026-03-02"));
        let lines = why(&mut company, "2026-03-02");
        let question = lines.iter().find(|line| line.statement == "purpose.questions.keep").unwrap();
        assert_eq!(question.stage, Stage::Live, "{kind:?}");
        let held: Vec<String> = question
            .held
            .iter()
            .map(|held| format!("{}.{} {:?}", held.store, held.table, held.keys))
            .collect();
        assert_eq!(held, ["office.contacts {\"1\"}", "office.questions {\"7\"}"], "{kind:?}");
        company.sweep(&SweepOrder::default(), at("2026-03-02"), &mut |_| {}).unwrap();
        assert_eq!(world.rows("office", EMAIL), ["ada@example.org"], "{kind:?}");
    }
}

#[test]
fn rows_that_stay_because_nobody_knows_when_a_purpose_began_are_named_with_the_fact_that_is_missing() {
    let undated = "INSERT INTO orders VALUES (9, 1, 'a server', NULL, NULL, 500, NULL);";
    let world = kresoft(Kind::Lite, undated);
    let lines = why(&mut world.open(at("2026-03-02")), "2026-03-02");
    let named = lines.iter().find(|line| {
        line.stage == Stage::Unknown && line.held.iter().any(|held| held.table.as_str() == "orders")
    });
    let named = named.unwrap_or_else(|| panic!("{lines:#?}"));
    assert_eq!(named.missing.as_ref().unwrap().as_str(), "collection", "{named:?}");
}
