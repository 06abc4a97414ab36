//! Values in Kept's own store whose purposes are told by columns of the company's stores.

use kept_engine::company::Company;
use kept_engine::own::{STORE, TABLE};
use kept_engine::reading::ReadOrder;
use kept_engine::report::audit::Verdict;
use kept_engine::report::sweep::SweepReport;
use kept_engine::sweep::SweepOrder;

use crate::recording::{BO, collection, datum};
use crate::world::{Kind, World, at, small, whom};

/// How many of Kept's own values or events a run took, or would take.
fn gone(report: &SweepReport, what: &str) -> u64 {
    let own = report.stores.iter().filter(|store| store.store.as_str() == STORE);
    let tables = own.flat_map(|store| &store.tables).filter(|table| table.table.as_str() == what);
    tables.map(|table| table.deleted).sum()
}

/// What a run takes of Kept's own `collected` values, or of the events of its `record`.
pub(crate) fn own_swept(company: &mut Company, what: &str, day: &str) -> u64 {
    gone(&company.sweep(&SweepOrder::default(), at(day), &mut |_| {}).unwrap(), what)
}

/// What a dry run foretells and the run then does, which is the same.
fn swept(company: &mut Company, day: &str) -> u64 {
    let order = SweepOrder::default();
    let foretold = gone(&company.count_due(&order, at(day), &mut |_| {}).unwrap(), TABLE);
    assert_eq!(own_swept(company, TABLE, day), foretold, "{day}");
    foretold
}

fn held(company: &mut Company, day: &str) -> usize {
    let report = company.access(&whom(&[BO]), None, at(day)).unwrap();
    report.held.iter().filter(|table| table.store.as_str() == STORE).map(|table| table.rows.len()).sum()
}

/// The account of Bo, whose contract runs by a column, and a setting that Kept alone has.
fn world(kind: Kind) -> World {
    let world = small(kind, Kind::Lite);
    let mut company = world.open(at("2026-03-02"));
    // Before anything is recorded Bo is known by digests alone: to find a store's rows these are not enough.
    let order = ReadOrder {
        whom: whom(&[BO]),
        purpose: "service".into(),
        fields: vec![datum("identification.email")],
        role: None,
        exception: None,
        reason: None,
        controller: None,
        actor: None,
    };
    assert_eq!(company.read_through_gate(&order, at("2026-03-02")).unwrap().values.len(), 1);
    let setting = collection(BO, &["service"], &["account.setting"]);
    company.record(&setting, at("2026-03-02")).unwrap();
    world
}

#[test]
fn a_value_stays_while_a_column_tells_of_its_contract_and_goes_once_one_tells_of_its_end() {
    for kind in [Kind::Lite, Kind::Postgres] {
        let world = world(kind);
        let mut company = world.open(at("2026-03-03"));
        assert_eq!(swept(&mut company, "2026-03-03"), 0, "{kind:?}");
        assert_eq!(held(&mut company, "2026-03-03"), 1, "{kind:?}");
        let broken = |company: &mut Company, day: &str| {
            let report = company.audit(at(day), &mut |_| {}).unwrap();
            let service =
                report.statements.into_iter().find(|line| line.id.to_string() == "purpose.service.keep");
            service.unwrap().verdict == Verdict::Broken
        };
        world.run("app", "DELETE FROM messages; DELETE FROM invoices; DELETE FROM accounts WHERE id <> 2");
        assert!(!broken(&mut company, "2026-03-04"), "{kind:?}");
        world.run("app", "UPDATE accounts SET closed_at = '2026-03-05 09:00:00' WHERE id = 2");
        assert!(broken(&mut company, "2026-03-08"), "{kind:?}");
        assert_eq!(swept(&mut company, "2026-03-08"), 1, "{kind:?}");
        assert!(!broken(&mut company, "2026-03-08"), "{kind:?}");
        assert_eq!(swept(&mut company, "2026-03-09"), 0, "{kind:?}");
    }
}

#[test]
fn no_value_goes_while_the_store_that_tells_of_it_can_not_be_asked() {
    let mut world = world(Kind::Lite);
    world.run("app", "UPDATE accounts SET closed_at = '2026-03-05 09:00:00' WHERE id = 2");
    world.take_down("app");
    let mut company = world.open(at("2026-03-06"));
    assert_eq!(swept(&mut company, "2026-03-06"), 0);
    drop(company);
    world.bring_back("app");
    let mut company = world.open(at("2026-03-07"));
    assert_eq!(held(&mut company, "2026-03-07"), 1);
    assert_eq!(swept(&mut company, "2026-03-07"), 1);
}

#[test]
fn no_value_goes_because_the_row_has_another_address_now_or_is_gone() {
    for change in [
        "UPDATE accounts SET email = 'bo2@example.org', username = NULL, phone = NULL WHERE id = 2",
        "DELETE FROM messages; DELETE FROM invoices; DELETE FROM accounts WHERE id = 2",
    ] {
        let world = world(Kind::Lite);
        world.run("app", change);
        world.run("desk", "DELETE FROM tickets; DELETE FROM contacts");
        let mut company = world.open(at("2026-03-06"));
        assert_eq!(
            swept(&mut company, "2026-03-06"),
            0,
            "{change}: nobody can tell whether the contract runs"
        );
        assert_eq!(held(&mut company, "2026-03-06"), 1);
        let report = company.audit(at("2026-03-08"), &mut |_| {}).unwrap();
        assert!(report.statements.iter().all(|line| line.id.to_string() != "purpose.service.basis" || line.verdict != Verdict::Broken), "{report:#?}");
    }
}

#[test]
fn a_value_goes_in_its_time_although_the_row_that_told_of_it_went_before() {
    let mut world = small(Kind::Lite, Kind::Lite);
    // The row itself is kept for nothing but the contract; a value of Kept's own for two years longer.
    world.rewrite("data = [\"billing\", \"identification.name\"]", "data = [\"billing\"]");
    world.rewrite(
        "keep = \"for the contract, then 10 years in the archive\"",
        "keep = \"for the contract, then 2 years in the archive\"",
    );
    let mut company = world.open(at("2026-03-02"));
    let address = collection(BO, &["billing"], &["billing.address"]);
    company.record(&address, at("2026-03-02")).unwrap();
    world.run(
        "app",
        "DELETE FROM messages; DELETE FROM invoices; UPDATE accounts SET closed_at = '2026-03-05 09:00:00'",
    );
    world.run("desk", "DELETE FROM tickets; DELETE FROM contacts");
    assert_eq!(swept(&mut company, "2026-03-08"), 0);
    assert_eq!(world.count("app", "accounts WHERE id = 2"), 0, "the row went");
    assert_eq!(held(&mut company, "2028-03-01"), 1);
    assert_eq!(swept(&mut company, "2028-03-01"), 0);
    assert_eq!(swept(&mut company, "2028-03-08"), 1, "two years after the contract ended");
}

#[test]
fn values_for_a_consent_that_a_column_tells_go_with_an_erasure_and_so_does_the_row() {
    let mut world = small(Kind::Lite, Kind::Lite);
    world.rewrite("data = [\"billing\", \"identification.name\"]", "data = [\"billing\"]");
    world.run("app", "UPDATE accounts SET optin_at = '2026-02-01 09:00:00', closed_at = '2025-03-05 09:00:00' WHERE id = 2");
    world.run("app", "DELETE FROM messages; DELETE FROM invoices");
    let mut company = world.open(at("2026-03-02"));
    let setting = collection(BO, &["newsletter"], &["identification.phone"]);
    company.record(&setting, at("2026-03-02")).unwrap();
    assert_eq!(held(&mut company, "2026-03-02"), 1);
    let later = at("2026-03-03");
    let erased = company.erase(&whom(&[BO]), later, false, later).unwrap();
    assert!(erased.stores.iter().all(|part| part.left == 0), "{erased:#?}");
    assert_eq!(held(&mut company, "2026-03-04"), 0);
    assert_eq!(world.count("app", "accounts WHERE id = 2"), 0);
}
