//! A machine's clock that was set wrong between two acts: nothing goes by it, and what was recorded last
//! counts. The other side of it is moved here: when Kept was last used.

use rusqlite::Connection;
use serde_json::json;

use super::company::{Company, Desk};
use super::serving::{ADA, Service, is_allowed, may_write_to_ada};

/// Sets when Kept was last used, as so many hours from now.
fn last_used(kept: &std::path::Path, hours_from_now: i64) {
    let vault = Connection::open(kept).unwrap();
    let changed = vault
        .execute(
            "UPDATE duty_done SET done_at = (unixepoch() + ?1 * 3600) * 1000000 WHERE name = 'clock'",
            [hours_from_now],
        )
        .unwrap();
    assert_eq!(changed, 1, "no use was noted");
}

fn rows(company: &Company) -> i64 {
    company.in_shop("SELECT (SELECT count(*) FROM prospects) + (SELECT count(*) FROM usage_events)")
}

#[test]
fn a_sweep_under_a_clock_a_year_ahead_takes_nothing_until_somebody_says_that_it_is_right() {
    let company = Company::new(Desk::File);
    company.run(&["audit"]);
    let kept = company.file(".kept/kept.db");
    last_used(&kept, -365 * 24);
    let before = rows(&company);
    for _ in 0..2 {
        let refused = company.run(&["sweep"]).ending(2);
        assert!(refused.err.contains("365 days before: nothing was done"), "{}", refused.err);
        assert!(refused.err.contains("kept clock --is-right"), "{}", refused.err);
    }
    assert_eq!(rows(&company), before);
    let vault = Connection::open(&kept).unwrap();
    let doubts = |word: &str| -> i64 {
        // The acts of the clock are the last numbers of a system entry's kinds.
        let number = if word == "doubted" { 11 } else { 12 };
        let count = "SELECT count(*) FROM entry WHERE substr(leaf, 1, 1) = x'02' AND substr(leaf, 4, 1) = ?1";
        vault.query_row(count, [[number].as_slice()], |row| row.get(0)).unwrap()
    };
    assert_eq!((doubts("doubted"), doubts("believed")), (1, 0), "one entry, however often it is tried");
    company.run(&["clock"]).ending(1);
    company.run(&["clock", "--is-right"]).ending(0);
    assert_eq!((doubts("doubted"), doubts("believed")), (1, 1));
    company.run(&["clock"]).ending(0);
    company.run(&["sweep"]).ending(0);
    assert!(rows(&company) < before);
    company.ledger_is_sound();
}

#[test]
fn an_act_under_a_clock_that_was_set_back_is_refused_and_leaves_the_order_as_it_is() {
    let company = Company::new(Desk::File);
    company.run(&["audit"]);
    for hours in [1, 24] {
        last_used(&company.file(".kept/kept.db"), hours);
        for command in [&["audit"][..], &["sweep"], &["forecast", "--until", "2030-01-01"]] {
            let refused = company.run(command).ending(2);
            assert!(refused.err.contains("would lie before what was recorded then"), "{}", refused.err);
        }
    }
    company.run(&["clock", "--is-right"]).ending(0);
    company.run(&["forecast", "--until", "2030-01-01"]).ending(0);
    company.ledger_is_sound();
}

#[test]
fn a_withdrawal_counts_when_the_service_starts_again_under_a_clock_set_back() {
    let mut service = Service::start(&[]);
    let key = service.key("shop", &["collect", "consent", "decide"], &["newsletter"]);
    let sign_up = json!({
        "person": { "email": ADA }, "purposes": ["newsletter"], "fields": { "contact.email": ADA },
        "consents": [{ "purpose": "newsletter", "wording": 1, "proof": { "how": "sign-up form" } }],
    });
    assert_eq!(service.post(&key, "/v1/collect", &sign_up).0, 200);
    assert!(is_allowed(&service.post(&key, "/v1/decide", &may_write_to_ada())));
    let withdrawn = json!({ "person": { "email": ADA }, "purpose": "newsletter" });
    assert_eq!(service.post(&key, "/v1/consents/withdrawals", &withdrawn).0, 200);
    service.stop();
    // As if the withdrawal had been a day later than the clock says now.
    let kept = Connection::open(service.path(".kept/kept.db")).unwrap();
    let later = "UPDATE event SET happened_at = happened_at + 86400000000 \
                 WHERE id = (SELECT max(id) FROM event)";
    assert_eq!(kept.execute(later, []).unwrap(), 1);
    last_used(&service.path(".kept/kept.db"), 25);
    // A service has a time of its own, and begins with the last act.
    service.start_again();
    assert!(!is_allowed(&service.post(&key, "/v1/decide", &may_write_to_ada())));
    service.kill();
    last_used(&service.path(".kept/kept.db"), -365 * 24);
    let refused = service.command(&["serve", "--listen", "127.0.0.1:0"]).ending(2);
    assert!(refused.err.contains("365 days before"), "{}", refused.err);
}
