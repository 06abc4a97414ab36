//! A later version that keeps longer, or brings a purpose, binds what is collected after it: older rows of stores
//! go as they were told (semantics 9), in runs, dry runs, forecasts and audits, and the gate says the same.

use kept_core::decision::Refusal;
use kept_core::standing::Why;
use kept_engine::company::Company;
use kept_engine::decide::Verb;
use kept_engine::report::audit::Verdict;
use kept_engine::sweep::SweepOrder;

use crate::promises::refusal;
use crate::recording::{ADA, ask, decide};
use crate::world::{ALL, Kind, Lite, World, at, small};

const SHORT: &str = "keep = \"1 year after collection\"";
const LONG: &str = "keep = \"5 years after collection\"";

/// The desk in two versions of the policy: what is kept of Ada came before the second one, what is kept of Cy after.
fn desk(kind: Kind, from: &str, to: &str) -> World {
    let mut world = small(Lite, kind);
    drop(world.open(at("2025-01-01")));
    world.rewrite(from, to);
    drop(world.open(at("2026-03-01")));
    world
        .run("desk", "INSERT INTO contacts VALUES (3, 'Cy Tiers', 'cee@example.org', '2026-04-01 09:00:00')");
    world
}

fn contacts(world: &World) -> Vec<String> {
    world.rows("desk", "SELECT id FROM contacts ORDER BY id")
}

/// What of contacts is due by a dry run, as counted.
fn due(company: &mut Company, day: &str) -> u64 {
    let report = company.count_due(&SweepOrder::default(), at(day), &mut |_| {}).unwrap();
    report
        .stores
        .iter()
        .filter(|store| store.store.as_str() == "desk")
        .map(|store| store.one_by_one + store.tables.iter().map(|table| table.deleted).sum::<u64>())
        .sum()
}

fn verdict(company: &mut Company, statement: &str, day: &str) -> Verdict {
    let report = company.audit(at(day), &mut |_| {}).unwrap();
    report.statements.into_iter().find(|line| line.id.to_string() == statement).unwrap().verdict
}

#[test]
fn a_longer_period_keeps_nothing_longer_that_was_collected_before_it() {
    for kind in ALL {
        let world = desk(kind, SHORT, LONG);
        let mut company = world.open(at("2026-08-01"));
        assert_eq!(due(&mut company, "2026-08-01"), 0, "{kind:?}");
        assert_eq!(verdict(&mut company, "purpose.support.keep", "2026-08-01"), Verdict::Kept, "{kind:?}");
        let forecast = company.forecast("2026-12-31".parse().unwrap(), at("2026-08-01")).unwrap();
        let months: Vec<String> = forecast
            .months
            .iter()
            .filter(|month| month.lines.iter().any(|line| line.store.as_str() == "desk"))
            .map(|month| month.until.to_string())
            .collect();
        assert_eq!(months, ["2026-09-30"], "{kind:?}");
        assert_eq!(due(&mut company, "2026-09-10"), 4, "{kind:?}: two people and what they asked");
        assert_eq!(verdict(&mut company, "purpose.support.keep", "2026-09-10"), Verdict::Broken, "{kind:?}");
        company.sweep(&SweepOrder::default(), at("2026-09-10"), &mut |_| {}).unwrap();
        assert_eq!(contacts(&world), ["3"], "{kind:?}");
        assert_eq!(verdict(&mut company, "purpose.support.keep", "2026-09-12"), Verdict::Kept, "{kind:?}");
        assert_eq!(due(&mut company, "2027-06-10"), 0, "{kind:?}: Cy was told of five years");
        assert!(due(&mut company, "2031-06-10") > 0, "{kind:?}");
    }
}

#[test]
fn a_purpose_that_came_later_keeps_and_uses_nothing_that_was_collected_before_it() {
    let analytics = "[purpose.analytics]\ntitle = \"Analytics\"\ndescription = \"To count questions.\"\n\
                     people = [\"contact\"]\ndata = [\"support\"]\n\
                     basis = { legitimate-interest = \"know what people ask\" }\n\
                     keep = \"10 years after collection\"\n\n[store.app]\n";
    for kind in ALL {
        let world = desk(kind, "[store.app]\n", analytics);
        let mut company = world.open(at("2026-08-01"));
        let read = |who: &str| ask(who, "analytics", Verb::Read, &["support.question"]);
        let ada = decide(&mut company, read(ADA), at("2026-08-01"));
        assert_eq!(refusal(ada), Refusal::NoGround(Why::ToldLater), "{kind:?}");
        assert!(decide(&mut company, read("email=cee@example.org"), at("2026-08-01")).allowed, "{kind:?}");
        assert_eq!(due(&mut company, "2026-09-10"), 4, "{kind:?}");
        company.sweep(&SweepOrder::default(), at("2026-09-10"), &mut |_| {}).unwrap();
        assert_eq!(contacts(&world), ["3"], "{kind:?}");
        assert_eq!(verdict(&mut company, "purpose.analytics.keep", "2026-09-12"), Verdict::Kept, "{kind:?}");
    }
}
