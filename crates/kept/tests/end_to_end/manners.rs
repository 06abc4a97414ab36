//! What the API takes and what it repeats: objects and no arrays, each name once, known kinds of
//! identifiers, and never a word of the caller's own in a problem.

use serde_json::{Value, json};

use super::serving::{ADA, Service};

/// What nobody may read again in an answer.
const SECRET: &str = "Zebulon Quaimarque";

#[test]
fn an_array_is_no_object_wherever_it_stands() {
    let service = Service::start(&[]);
    let key = service.key("shop", &["collect", "consent", "decide"], &["newsletter", "enquiry"]);
    let by_order = |path: &str, body: Value| service.post(&key, path, &body);
    let person = json!({ "email": ADA });
    for (path, body) in [
        ("/v1/consents/withdrawals", json!([person, null, null, "newsletter", []])),
        ("/v1/decide", json!([[{ "person": person, "purpose": "enquiry", "verb": "read" }]])),
        ("/v1/decide", json!({ "questions": [[person, "enquiry", "read", [], null, null]] })),
        (
            "/v1/decide",
            json!({ "questions": [{ "person": person, "purpose": "enquiry", "verb": { "collect": [null, 17, false] } }] }),
        ),
        (
            "/v1/consents",
            json!({ "person": person, "purpose": "newsletter", "wording": 1, "proof": ["en", "form"] }),
        ),
    ] {
        let (status, problem) = by_order(path, body);
        assert_eq!(status, 400, "{path}: {problem}");
    }
    let question = json!({ "questions": [{ "person": person, "purpose": "enquiry", "verb": { "collect": { "age": 17 } } }] });
    assert_eq!(by_order("/v1/decide", question).0, 200);
}

#[test]
fn a_name_that_stands_twice_in_one_object_is_refused() {
    let service = Service::start(&[]);
    let key = service.key("shop", &["consent"], &["newsletter"]);
    let once = format!(
        r#"{{"person":{{"email":"{ADA}"}},"purpose":"newsletter","wording":1,"proof":{{"how":"form","evidence":{{"recording":"a","page":"b"}}}}}}"#
    );
    assert_eq!(service.post_text(&key, "/v1/consents", &once).0, 200);
    let (status, problem) =
        service.post_text(&key, "/v1/consents", &once.replace("\"page\"", "\"recording\""));
    assert_eq!(status, 400, "{problem}");
    assert!(problem.contains("proof.evidence"), "{problem}");
}

#[test]
fn a_kind_of_identifier_that_the_policy_does_not_know_is_a_mistake_and_the_known_ones_are_named() {
    let service = Service::start(&[]);
    let all = ["collect", "consent", "decide", "read", "explain", "disclose"];
    let key = service.key("shop", &all, &["newsletter", "enquiry"]);
    let person = json!({ "customer-number": "17" });
    for (path, body) in [
        ("/v1/decide", json!({ "questions": [{ "person": person, "purpose": "enquiry", "verb": "read" }] })),
        ("/v1/read", json!({ "person": person, "purpose": "enquiry" })),
        ("/v1/why", json!({ "person": person })),
        ("/v1/consents/export", json!({ "person": person })),
        ("/v1/consents/withdrawals", json!({ "person": person, "purpose": "newsletter" })),
    ] {
        let (status, problem) = service.post(&key, path, &body);
        assert_eq!(status, 422, "{path}: {problem}");
        assert_eq!(problem["type"], "urn:kept:problem:identifier-kind", "{path}");
        let words = problem["detail"].as_str().unwrap();
        assert!(words.contains("`email`") && words.contains("`customer-number`"), "{path}: {words}");
    }
}

#[test]
fn no_word_of_the_callers_own_comes_back_in_a_problem() {
    let service = Service::start(&[]);
    let all: Vec<&str> = kept_engine::applications::May::ALL.iter().map(|may| may.word()).collect();
    let key = service.key("shop", &all, &["newsletter", "enquiry"]);
    let narrow = service.key("mailer", &["decide"], &["enquiry"]);
    let person = json!({ "email": ADA });
    let ticks = format!("a`{SECRET}`b");
    for name in [SECRET, &ticks, ADA] {
        for (path, body) in [
            ("/v1/collect", json!({ "person": person, "purposes": ["enquiry"], "fields": { name: "x" } })),
            (
                "/v1/collect",
                json!({ "person": person, "purposes": ["enquiry"], "fields": { "contact.name": "x" }, "people": name }),
            ),
            (
                "/v1/collect",
                json!({ "person": person, "purposes": ["enquiry"], "fields": { "contact.name": "x" }, "source": name }),
            ),
            (
                "/v1/collect",
                json!({ "person": person, "purposes": ["enquiry"], "fields": { "contact.name": 1, name: 2 } }),
            ),
            ("/v1/events", json!({ "person": person, "event": name })),
            ("/v1/told", json!({ "person": person, "version": name })),
            ("/v1/holds/released", json!({ "person": person, "case": name })),
            ("/v1/read", json!({ "person": { name: "x" }, "purpose": "enquiry" })),
            ("/v1/decide", json!({ "questions": [{ "person": person, "purpose": name, "verb": "read" }] })),
            ("/v1/audience", json!({ "purpose": name, "channel": "email" })),
            ("/v1/audience", json!({ "purpose": "newsletter", "channel": name })),
            (
                "/v1/disclose",
                json!({ "person": person, "purpose": "enquiry", "recipient": name, "fields": [] }),
            ),
            ("/v1/why", json!({ "person": person, "field": name })),
            ("/v1/consents", json!({ "person": person, "purpose": "newsletter", name: 1 })),
        ] {
            for key in [&key, &narrow] {
                let (status, problem) = service.post(key, path, &body);
                assert!((400..500).contains(&status), "{path}: {status} {problem}");
                let words = problem.to_string();
                assert!(!words.contains("Quaimarque") && !words.contains("ada@"), "{path}: {words}");
            }
        }
    }
    let unread = json!({ "person": person, "purposes": ["enquiry"], "fields": { SECRET: 17 } });
    let (_, problem) = service.post(&key, "/v1/collect", &unread);
    assert!(problem["detail"].as_str().unwrap().contains("`fields.…`"), "{problem}");
}
