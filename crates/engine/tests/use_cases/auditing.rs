//! What the audit says of a statement: kept, broken since when, or can't be told.

use kept_engine::report::audit::{Audited, Missing, Verdict, Wrong};

use crate::world::{BOTH, Lite, World, at, small};

#[track_caller]
fn statement(world: &World, id: &str, day: &str) -> Audited {
    let now = at(day);
    let audit = world.open(now).audit(now, &mut |_| {}).unwrap();
    let found = audit.statements.into_iter().find(|one| one.id.as_str() == id);
    found.unwrap_or_else(|| panic!("no statement {id}"))
}

#[test]
fn a_period_that_rests_on_a_consent_recorded_nowhere_cannot_be_told() {
    for kind in BOTH {
        let mut world = small(kind, Lite);
        assert_eq!(
            statement(&world, "purpose.newsletter.keep", "2026-03-02").verdict,
            Verdict::Kept,
            "{kind:?}"
        );
        world.rewrite(
            "[store.app.table.accounts.consents]\nnewsletter = { given = \"optin_at\", withdrawn = \"optout_at\" }\n",
            "",
        );
        let told = statement(&world, "purpose.newsletter.keep", "2026-03-03");
        assert_eq!(told.verdict, Verdict::CannotTell, "{kind:?}: {told:?}");
        assert!(told.missing.contains(&Missing::NoConsentRecord { store: "app".into() }), "{told:?}");
    }
}

#[test]
fn rows_that_belong_in_the_archive_are_told_by_the_oldest_that_is_not_there() {
    for kind in BOTH {
        let mut world = small(kind, Lite);
        world.rewrite(
            "frozen = { once = \"issued_at\", law = \"Code de commerce, art. L123-22\", correct = \"by addition\" }",
            "archive = { flag = \"archived_at\" }",
        );
        world.run("app", "ALTER TABLE invoices ADD COLUMN archived_at TIMESTAMP");
        world.run(
            "app",
            "INSERT INTO invoices VALUES (13, 3, 'C-3', 'F-13', '3 quai Cy', '2023-02-01 00:00:00', NULL)",
        );
        let oldest = |world: &World| {
            let told = statement(world, "purpose.billing.keep.archive", "2026-03-02");
            let mut wrong = told.breaches.into_iter().filter(|breach| breach.what == Wrong::NotArchived);
            let here =
                wrong.find(|breach| breach.table.as_ref().is_some_and(|name| name.as_str() == "invoices"));
            here.map(|breach| (breach.rows, breach.oldest.map(|day| day.to_string())))
        };
        assert_eq!(oldest(&world), Some((2, Some("2025-05-31".to_owned()))), "{kind:?}");
        // The older one is put where it belongs.
        world.run("app", "UPDATE invoices SET archived_at = '2025-06-01 00:00:00' WHERE id = 13");
        assert_eq!(oldest(&world), Some((1, Some("2025-06-30".to_owned()))), "{kind:?}");
        world.run("app", "UPDATE invoices SET archived_at = '2025-07-01 00:00:00' WHERE id = 11");
        assert_eq!(oldest(&world), None, "{kind:?}");
    }
}
