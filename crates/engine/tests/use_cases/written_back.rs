//! Values that were written back into a store after an erasure, from a backup say: the audit calls them broken
//! and names what mends it, and that does.

use kept_core::time::Instant;
use kept_engine::company::Company;
use kept_engine::report::audit::{Breach, Wrong};
use kept_engine::sweep::SweepOrder;

use crate::recording::ADA;
use crate::world::{Lite, at, small, whom};

/// What the audit finds without a ground.
fn without_ground(company: &mut Company, now: Instant) -> Vec<Breach> {
    let audit = company.audit(now, &mut |_| {}).unwrap();
    let breaches = audit.statements.into_iter().flat_map(|one| one.breaches);
    breaches.filter(|breach| breach.what == Wrong::WithoutGround).collect()
}

/// How many rows a sweep that is approved for it would take of those that never had a ground.
fn counted(company: &mut Company, approver: Option<&str>, now: Instant) -> (u64, u64) {
    let order = SweepOrder { approver: approver.map(str::to_owned), ..SweepOrder::default() };
    let counted = company.count_due(&order, now, &mut |_| {}).unwrap();
    let tables = || counted.stores.iter().flat_map(|store| &store.tables);
    (
        tables().map(|table| table.deleted + table.emptied).sum(),
        tables().map(|table| table.without_ground).sum(),
    )
}

#[test]
fn what_was_written_back_after_an_erasure_is_broken_with_the_erasure_as_its_mend_and_goes_by_it() {
    let mut world = small(Lite, Lite);
    world.rewrite("[store.app.table.accounts.consents]\nnewsletter = { given = \"optin_at\", withdrawn = \"optout_at\" }", "[store.app.table.accounts.consents]\nnewsletter = { given = \"optin_at\" }");
    world.rewrite(
        "data = [\"identification\", \"account\"]\nbasis = \"contract\"",
        "data = [\"account\"]\nbasis = \"contract\"",
    );
    let now = at("2026-03-05");
    let mut company = world.open(at("2026-03-02"));
    company
        .sweep(
            &SweepOrder { approver: Some("dpo".to_owned()), ..SweepOrder::default() },
            at("2026-03-02"),
            &mut |_| {},
        )
        .unwrap();
    company.erase(&whom(&[ADA]), at("2026-03-02"), false, at("2026-03-02")).unwrap();
    assert_eq!(without_ground(&mut company, now), []);
    world.run(
        "app",
        "UPDATE accounts SET email = 'ada@example.org', phone = '+33 1 99 00 00 01' WHERE id = 1",
    );
    let broken = without_ground(&mut company, now);
    assert!(
        !broken.is_empty() && broken.iter().all(|one| one.mend.contains("kept request erase")),
        "{broken:?}"
    );
    assert_eq!(
        counted(&mut company, None, now),
        (0, 1),
        "a sweep says so, and takes it with an approver only"
    );
    let swept = company.sweep(&SweepOrder::default(), now, &mut |_| {}).unwrap();
    let told: u64 =
        swept.stores.iter().flat_map(|store| &store.tables).map(|table| table.without_ground).sum();
    assert_eq!(told, 1, "a run says it as a dry run does: {swept:?}");
    assert_eq!(counted(&mut company, Some("dpo"), now).0, 1);
    company.erase(&whom(&[ADA]), now, false, now).unwrap();
    assert_eq!(without_ground(&mut company, now), []);
    assert_eq!(world.rows("app", "SELECT email, phone FROM accounts WHERE id = 1"), ["|-"]);
}
