//! Consents in a table of their own, with a row for each purpose.

use rusqlite::Connection;
use serde_json::{Value, json};

use super::serving::{ADA, Service};

const SHOP: &str = r#"
[purpose.profile]
title = "Profile"
description = "To guess what you may like."
people = ["visitor"]
data = ["contact"]
basis = "consent"
keep = "3 years after consent-given"

[store.shop]
engine = "sqlite"
url = "shop.db"
zone = "UTC"
server = "FR"

[store.shop.table.people]
person = "visitor"
key = "id"
identifies = { email = "email" }
columns = { name = "contact.name", email = "contact.email" }
events = { collection = "created_at" }

[store.shop.table.agreed]
key = "id"
owned-by = { people = "person_id" }
consents = { newsletter = { given = "given_at", withdrawn = "withdrawn_at", when = { topic = "news" } }, profile = { given = "given_at", withdrawn = "withdrawn_at", when = { topic = "profile" } } }
"#;

/// Ada agreed to a profile, and never to the newsletter.
fn shop() -> (Service, Connection) {
    let service = Service::start_with(SHOP, &[], &[]);
    let store = Connection::open(service.path("shop.db")).unwrap();
    let rows = "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, email TEXT, created_at TEXT); \
        CREATE TABLE agreed (id INTEGER PRIMARY KEY, person_id INTEGER, topic TEXT, given_at TEXT, withdrawn_at TEXT); \
        INSERT INTO people VALUES (1, 'Ada', 'ada@example.org', '2020-01-01'); \
        INSERT INTO agreed VALUES (10, 1, 'profile', '2026-06-01 10:00:00', NULL)";
    store.execute_batch(rows).unwrap();
    (service, store)
}

fn key(service: &Service) -> String {
    service.key("shop", &["consent", "decide", "explain"], &["newsletter", "profile", "enquiry"])
}

fn may(service: &Service, key: &str, purpose: &str) -> bool {
    let question = json!({ "person": { "email": ADA }, "purpose": purpose, "verb": "read" });
    let (status, told) = service.post(key, "/v1/decide", &json!({ "questions": [question] }));
    assert_eq!(status, 200, "{told}");
    told["answers"][0]["allowed"].as_bool().unwrap()
}

fn stopped(store: &Connection, topic: &str) -> bool {
    let sql = "SELECT count(*) FROM agreed WHERE topic = ? AND withdrawn_at IS NOT NULL";
    store.query_row(sql, [topic], |row| row.get::<_, i64>(0)).unwrap() > 0
}

#[test]
fn a_row_of_consent_tells_of_its_own_purpose_alone() {
    let (service, store) = shop();
    let key = key(&service);
    assert!(may(&service, &key, "profile"));
    assert!(!may(&service, &key, "newsletter"), "nobody agreed to that");
    let (_, lines) = service.post_text(
        &key,
        "/v1/audience",
        &json!({ "purpose": "newsletter", "channel": "email" }).to_string(),
    );
    assert!(lines.contains("\"count\":0"), "{lines}");
    store.execute("INSERT INTO agreed VALUES (11, 1, 'news', '2026-06-02 10:00:00', NULL)", []).unwrap();
    assert!(may(&service, &key, "newsletter"));
}

#[test]
fn a_withdrawal_is_written_into_the_row_of_its_purpose_and_a_consent_without_a_row_is_said() {
    let (service, store) = shop();
    let key = key(&service);
    let given = json!({
        "person": { "email": ADA }, "purpose": "newsletter", "wording": 1, "proof": { "how": "form" },
    });
    let (status, told) = service.post(&key, "/v1/consents", &given);
    assert_eq!(status, 200, "{told}");
    assert!(told["notes"].to_string().contains("`shop.agreed` has no row of this person"), "{told}");
    store.execute("INSERT INTO agreed VALUES (11, 1, 'news', NULL, NULL)", []).unwrap();
    let (_, told) = service.post(&key, "/v1/consents", &given);
    assert!(told["notes"].as_array().is_none_or(Vec::is_empty), "{told}");
    let written: Option<String> =
        store.query_row("SELECT given_at FROM agreed WHERE id = 11", [], |row| row.get(0)).unwrap();
    assert!(written.is_some());
    let withdrawal: Value = json!({ "person": { "email": ADA }, "purpose": "profile" });
    assert_eq!(service.post(&key, "/v1/consents/withdrawals", &withdrawal).0, 200);
    assert_eq!((stopped(&store, "profile"), stopped(&store, "news")), (true, false));
    assert_eq!((may(&service, &key, "profile"), may(&service, &key, "newsletter")), (false, true));
}

#[test]
fn the_list_of_consents_has_what_columns_tell_and_says_which_store_is_away() {
    let (service, store) = shop();
    drop(store);
    let list = |more: &[&str]| {
        let person = format!("email={ADA}");
        let words = ["consent", "list", "--person", &person];
        service.command(&[&words[..], more].concat())
    };
    let told = list(&[]).ending(0).out;
    assert!(told.contains("2026-06-01") && told.contains("profile"), "{told}");
    assert!(told.contains("by a store's column"), "{told}");
    let json = list(&["--json"]).ending(0).json();
    assert_eq!((json.as_array().unwrap().len(), &json[0]["from_store"]), (1, &json!(true)), "{json}");
    std::fs::rename(service.path("shop.db"), service.path("away.db")).unwrap();
    let away = list(&[]).ending(1);
    assert!(away.err.contains("store `shop` could not be asked"), "{}", away.err);
}

#[test]
fn a_sweep_goes_by_the_row_of_the_purpose() {
    let (service, store) = shop();
    // The profile's consent is over; the newsletter's, in another row, stands.
    let rows = "INSERT INTO people VALUES (2, 'Bo', 'bo@example.org', '2020-01-01'), (3, 'Cy', 'cy@example.org', '2020-01-01'); \
        INSERT INTO agreed VALUES (12, 2, 'profile', '2020-01-01 10:00:00', NULL), (13, 2, 'news', '2026-01-01 10:00:00', NULL), \
        (14, 3, 'profile', '2020-01-01 10:00:00', NULL), (15, 3, 'other', '2026-01-01 10:00:00', NULL)";
    store.execute_batch(rows).unwrap();
    service.command(&["sweep"]).ending(0);
    let mut left = store.prepare("SELECT id FROM people WHERE email IS NOT NULL ORDER BY id").unwrap();
    let left: Vec<i64> = left.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert_eq!(left, [1, 2], "a row of another topic keeps nobody");
}
