//! What an audit says where one table takes longer than a question may: that table's promises can't be told,
//! with which table, why and what to do; every other one is told as if nothing were the matter.

use std::collections::BTreeMap;
use std::time::Duration;

use kept_engine::report::audit::{AuditReport, Audited, Missing, Verdict};

use crate::world::{ALL, Kind, World, at, small};

/// Far longer than a question over a few rows takes on a busy machine.
const LIMIT: Duration = Duration::from_secs(3);

/// Puts a view in the place of a table that takes longer than anybody waits.
fn slow(world: &World, kind: Kind) {
    let (rename, when) = match kind {
        Kind::Lite => (
            "ALTER TABLE messages RENAME TO messages_kept",
            "(WITH RECURSIVE n (x) AS (SELECT id UNION ALL SELECT x + 1 FROM n WHERE x < 100000000000) \
             SELECT count(*) FROM n) > 0",
        ),
        Kind::Postgres => ("ALTER TABLE messages RENAME TO messages_kept", "pg_sleep(600) IS NOT NULL"),
        Kind::Maria => ("RENAME TABLE messages TO messages_kept", "SLEEP(600) = 0"),
    };
    world.run("app", rename);
    world.run(
        "app",
        &format!(
            "CREATE VIEW messages AS SELECT id, sender_id, recipient_id, sender_name, recipient_name, body, sent_at \
             FROM messages_kept WHERE {when}"
        ),
    );
}

fn audit(world: &World, limit: Option<Duration>) -> AuditReport {
    let now = at("2026-03-02");
    let mut company = world.open(now);
    if let Some(limit) = limit {
        company.limit_audit_statements(limit);
    }
    company.audit(now, &mut |_| {}).unwrap()
}

fn by_id(report: AuditReport) -> BTreeMap<String, Audited> {
    report.statements.into_iter().map(|one| (one.id.as_str().to_owned(), one)).collect()
}

/// What is missing because a table could not be counted: the table and why.
fn uncounted(one: &Audited) -> Vec<(String, String)> {
    let told = one.missing.iter().filter_map(|missing| match missing {
        Missing::Uncounted { store, table, problem } => Some((format!("{store}.{table}"), problem.clone())),
        _ => None,
    });
    told.collect()
}

#[test]
fn a_table_that_takes_too_long_leaves_open_its_own_promises_and_no_others() {
    for kind in ALL {
        let world = small(kind, Kind::Lite);
        let before = by_id(audit(&world, None));
        assert_eq!(before["purpose.service.keep"].verdict, Verdict::Broken, "{kind:?}: a row is due");
        slow(&world, kind);
        let began = std::time::Instant::now();
        let after = by_id(audit(&world, Some(LIMIT)));
        assert!(began.elapsed() < LIMIT * 10, "{kind:?}: one table is waited for, {:?}", began.elapsed());
        let mut open = Vec::new();
        for (id, one) in &after {
            let told = uncounted(one);
            if told.is_empty() {
                let was = &before[id];
                assert_eq!((one.verdict, &one.breaches), (was.verdict, &was.breaches), "{kind:?}: {id}");
                continue;
            }
            let [(table, problem)] = told.as_slice() else { panic!("{kind:?}: {id}: {told:?}") };
            assert_eq!(table, "app.messages", "{kind:?}: {id}");
            assert!(problem.contains("did not answer within 3.0 s"), "{kind:?}: {problem}");
            assert!(problem.contains("kept audit --statement-limit"), "{kind:?}: {problem}");
            assert_ne!(one.verdict, Verdict::Kept, "{kind:?}: {id}");
            open.push(id.as_str());
        }
        for id in ["purpose.messages.keep", "purpose.messages.basis", "data.message"] {
            assert!(open.contains(&id), "{kind:?}: `{id}` hangs on the table: {open:?}");
            assert_eq!(after[id].verdict, Verdict::CannotTell, "{kind:?}: {id}");
        }
        for id in ["purpose.service.keep", "purpose.newsletter.keep", "purpose.billing.keep.archive"] {
            assert!(!open.contains(&id), "{kind:?}: `{id}` does not hang on the table");
        }
    }
}
