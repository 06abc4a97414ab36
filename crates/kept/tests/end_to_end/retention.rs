//! `audit`, `sweep`, `forecast`: what should be gone, and that it goes and nothing else.

use super::company::{BOTH, Company, Desk};

/// What is overdue, by dates and NULLs alone: where, the statement it breaks, and how it is counted.
/// Days are a little off the edge of each period, on which the two calendars may differ.
const IN_SHOP: [(&str, &str); 11] = [
    (
        "purpose.account.keep",
        "SELECT count(*) FROM accounts WHERE closed_at IS NOT NULL AND password_hash <> ''",
    ),
    (
        "purpose.customer-file.keep",
        "SELECT count(*) FROM accounts WHERE closed_at < date('now', '-5 years') AND (email <> '' OR street IS NOT NULL)",
    ),
    (
        "purpose.customer-file.keep",
        "SELECT count(*) FROM orders x JOIN accounts a ON a.id = x.account_id WHERE a.closed_at < date('now', '-5 years')",
    ),
    (
        "purpose.customer-file.keep.archive",
        "SELECT count(*) FROM orders x JOIN accounts a ON a.id = x.account_id \
         WHERE a.closed_at >= date('now', '-5 years') AND x.archived_at IS NULL",
    ),
    (
        "purpose.customer-file.keep.archive",
        "SELECT count(*) FROM accounts WHERE closed_at >= date('now', '-5 years') AND archived_at IS NULL",
    ),
    (
        "purpose.billing.keep",
        "SELECT count(*) FROM invoices x JOIN accounts a ON a.id = x.account_id WHERE a.closed_at < date('now', '-10 years')",
    ),
    (
        "purpose.newsletter.keep",
        "SELECT count(*) FROM accounts WHERE newsletter_topics IS NOT NULL \
         AND (newsletter_stopped_at IS NOT NULL OR last_seen_at < date('now', '-3 years'))",
    ),
    (
        "purpose.catalogue.keep",
        "SELECT count(*) FROM prospects WHERE opted_out_at IS NOT NULL \
         OR coalesce(last_click_at, opted_in_at) < date('now', '-3 years')",
    ),
    ("purpose.swaps.keep", "SELECT count(*) FROM messages WHERE sent_at < date('now', '-2 years')"),
    (
        "purpose.security-log.keep",
        "SELECT count(*) FROM usage_events WHERE seen_at < date('now', '-1 years')",
    ),
    (
        "purpose.account.keep",
        "SELECT count(*) FROM accounts WHERE closed_at IS NOT NULL AND language IS NOT NULL",
    ),
];

/// The same for the desk, in words that both engines know; `{n}` is a day that many years ago.
const AT_DESK: [(&str, &str); 3] = [
    ("purpose.security-log.keep", "SELECT count(*) FROM access_log WHERE seen_at < '{1}'"),
    ("purpose.support.keep", "SELECT count(*) FROM contacts WHERE updated_at < '{3}'"),
    (
        "purpose.support.keep",
        "SELECT count(*) FROM tickets t JOIN contacts c ON c.id = t.contact_id WHERE c.updated_at < '{3}'",
    ),
];

fn desk_sql(company: &Company, sql: &str) -> String {
    let day = |years: u32| -> String {
        company
            .shop()
            .query_row(&format!("SELECT date('now', '-{years} years')"), [], |row| row.get(0))
            .unwrap()
    };
    sql.replace("{1}", &day(1)).replace("{3}", &day(3))
}

/// How many rows are overdue, place by place.
fn overdue(company: &Company) -> Vec<(&'static str, &'static str, i64)> {
    let shop = IN_SHOP.iter().map(|(statement, sql)| (*statement, *sql, company.in_shop(sql)));
    let desk =
        AT_DESK.iter().map(|(statement, sql)| (*statement, *sql, company.at_desk(&desk_sql(company, sql))));
    shop.chain(desk).collect()
}

#[test]
fn an_audit_of_a_company_that_starts_names_every_broken_promise_with_its_mend() {
    for desk in BOTH {
        let company = Company::new(desk);
        let before = company.everything();
        let answer = company.run(&["audit"]).ending(1);
        for (statement, _, rows) in overdue(&company) {
            assert!(rows > 0, "{desk:?}: nothing is overdue for {statement}");
            assert!(answer.out.contains(statement), "{desk:?}: no {statement} in\n{}", answer.out);
        }
        assert!(answer.out.contains("kept sweep --dry-run"), "{}", answer.out);
        let messages =
            company.in_shop("SELECT count(*) FROM messages WHERE sent_at < date('now', '-2 years')");
        assert!(answer.out.contains(&format!("{messages} rows in `shop.messages`")), "{}", answer.out);
        assert!(!answer.all().contains('@') || !answer.all().contains("example.org"), "{}", answer.all());
        assert!(before == company.everything(), "{desk:?}: the audit changed something");
        let json = company.run(&["audit", "--json"]).ending(1).json();
        assert!(json["totals"]["broken"].as_u64().unwrap() >= 9, "{}", json["totals"]);
    }
}

#[test]
fn klv_25_a_sweep_takes_what_is_overdue_and_nothing_else_and_then_no_promise_is_broken() {
    for desk in BOTH {
        let company = Company::new(desk);
        let open =
            "SELECT count(*) FROM accounts WHERE closed_at IS NULL AND email <> '' AND password_hash <> ''";
        let in_order = [
            open,
            "SELECT count(*) FROM orders x JOIN accounts a ON a.id = x.account_id \
             WHERE a.closed_at IS NULL OR a.closed_at >= date('now', '-5 years')",
            "SELECT count(*) FROM invoices x JOIN accounts a ON a.id = x.account_id \
             WHERE a.closed_at IS NULL OR a.closed_at >= date('now', '-10 years')",
            "SELECT count(*) FROM messages WHERE sent_at >= date('now', '-2 years')",
            "SELECT count(*) FROM usage_events WHERE seen_at >= date('now', '-1 years')",
            "SELECT count(*) FROM prospects WHERE opted_out_at IS NULL \
             AND coalesce(last_click_at, opted_in_at) >= date('now', '-3 years')",
            "SELECT count(*) FROM accounts WHERE newsletter_topics IS NOT NULL AND newsletter_stopped_at IS NULL \
             AND last_seen_at >= date('now', '-3 years')",
        ];
        let kept: Vec<i64> = in_order.iter().map(|sql| company.in_shop(sql)).collect();
        let tickets = desk_sql(
            &company,
            "SELECT count(*) FROM tickets t JOIN contacts c ON c.id = t.contact_id WHERE c.updated_at >= '{3}'",
        );
        let kept_tickets = company.at_desk(&tickets);
        company.run(&["sweep"]).ending(0);
        for (statement, sql, rows) in overdue(&company) {
            assert_eq!(rows, 0, "{desk:?}: {statement}: {sql}");
        }
        for (sql, rows) in in_order.iter().zip(kept) {
            assert_eq!(company.in_shop(sql), rows, "{desk:?}: {sql}");
        }
        assert_eq!(company.at_desk(&tickets), kept_tickets, "{desk:?}");
        assert_eq!(company.in_shop("SELECT count(*) FROM pragma_foreign_key_check"), 0);
        company.run(&["audit"]).ending(0);
    }
}

#[test]
fn a_second_sweep_finds_nothing_due() {
    for desk in BOTH {
        let company = Company::new(desk);
        company.run(&["sweep"]).ending(0);
        let after = company.everything();
        assert!(company.run(&["sweep"]).ending(0).out.contains("nothing is due"));
        assert!(after == company.everything(), "{desk:?}");
    }
}

#[test]
fn a_dry_run_counts_what_the_sweep_then_takes_and_changes_nothing() {
    let company = Company::new(Desk::File);
    let before = company.everything();
    let dry = company.run(&["sweep", "--dry-run"]);
    assert!(before == company.everything());
    let events = company.in_shop("SELECT count(*) FROM usage_events");
    let due = company.in_shop("SELECT count(*) FROM usage_events WHERE seen_at < date('now', '-1 years')");
    assert!(dry.out.contains(&format!("shop.usage_events: {due} rows to delete")), "{}", dry.out);
    company.run(&["sweep"]).ending(0);
    assert_eq!(company.in_shop("SELECT count(*) FROM usage_events"), events - due);
    company.run(&["sweep", "--dry-run", "--json"]).ending(0).json();
}

#[test]
fn a_sweep_for_one_purpose_leaves_the_others_alone() {
    let company = Company::new(Desk::File);
    let accounts =
        company.in_shop("SELECT count(*) FROM accounts WHERE closed_at IS NOT NULL AND password_hash <> ''");
    company.run(&["sweep", "--purpose", "swaps"]).ending(0);
    assert_eq!(company.in_shop("SELECT count(*) FROM messages WHERE sent_at < date('now', '-2 years')"), 0);
    assert!(company.in_shop("SELECT count(*) FROM usage_events WHERE seen_at < date('now', '-1 years')") > 0);
    assert_eq!(
        company.in_shop("SELECT count(*) FROM accounts WHERE closed_at IS NOT NULL AND password_hash <> ''"),
        accounts
    );
    let unknown = company.run(&["sweep", "--purpose", "swpas"]).ending(2);
    assert!(unknown.err.contains("swaps"), "{}", unknown.err);
}

#[test]
fn another_day_is_only_counted() {
    let company = Company::new(Desk::File);
    let before = company.everything();
    // What came since then, a hold or a consent, counts too.
    for day in ["2999-01-01", "2020-01-01"] {
        let refused = company.run(&["sweep", "--at", day]).ending(2);
        assert!(refused.err.contains("--dry-run"), "{}", refused.err);
    }
    let counted = company.run(&["sweep", "--at", "2999-01-01", "--dry-run"]);
    assert!(counted.out.contains("shop.usage_events"), "{}", counted.out);
    assert!(before == company.everything());
    let soon: String = company
        .shop()
        .query_row("SELECT date('now', 'start of month', '+2 months', '-1 day')", [], |row| row.get(0))
        .unwrap();
    company.run(&["forecast", "--until", &soon]).ending(0);
    company.run(&["forecast", "--until", &soon, "--json"]).ending(0).json();
    assert!(before == company.everything());
}

#[test]
fn an_audit_of_a_store_that_is_away_cannot_tell_and_says_why() {
    let company = Company::new(Desk::File);
    std::fs::rename(company.file("desk.db"), company.file("desk.away")).unwrap();
    let answer = company.run(&["audit"]).ending(1);
    assert!(answer.out.contains("can't tell") && answer.out.contains("desk"), "{}", answer.out);
    assert!(answer.out.contains("shop.messages"), "{}", answer.out);
}

#[test]
fn swept_bytes_are_in_no_file() {
    let company = Company::new(Desk::File);
    company
        .shop()
        .execute_batch(
            "UPDATE messages SET body = 'Quai-Marque-Body' WHERE sent_at < date('now', '-2 years')",
        )
        .unwrap();
    assert!(!company.files_with(b"Quai-Marque-Body").is_empty());
    company.run(&["sweep"]).ending(0);
    assert_eq!(company.files_with(b"Quai-Marque-Body"), Vec::<std::path::PathBuf>::new());
}

#[test]
fn rows_whose_date_comes_from_the_rows_they_own_go_with_them() {
    for desk in BOTH {
        let company = Company::new(desk);
        company.rewrite(
            "desk.toml",
            "last-exchange = \"updated_at\"",
            "last-exchange = \"latest of tickets.updated_at\"",
        );
        company.run(&["sweep"]).ending(0);
        assert_eq!(
            company.at_desk(&desk_sql(&company, "SELECT count(*) FROM contacts WHERE updated_at < '{3}'")),
            0
        );
        company.run(&["audit"]).ending(0);
    }
}

#[test]
fn the_whole_demo_ends_with_no_promise_broken() {
    let folder = tempfile::tempdir().unwrap();
    let keep = folder.path().join("demo").to_string_lossy().into_owned();
    let answer =
        super::company::kept(&["demo", "--keep", &keep, "--no-postgres", "--people", "200"], &[]).ending(0);
    for said in ["found nowhere", "0 broken", "sound"] {
        assert!(answer.out.contains(said), "no `{said}` in\n{}", answer.out);
    }
}
