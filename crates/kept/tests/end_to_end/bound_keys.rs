//! Keys of applications that are bound to purposes: what they may do for others, and what they may not.

use serde_json::{Value, json};

use super::serving::{ADA, Service};

/// The case that a report opened.
fn case(answer: &(u16, Value)) -> String {
    let (status, body) = answer;
    assert_eq!(*status, 200, "{body}");
    body["case"].as_str().unwrap_or_else(|| panic!("{body}")).to_owned()
}

/// What a refusal because of the purpose says.
fn is_refused((status, body): &(u16, Value)) -> bool {
    *status == 403 && body.to_string().contains("not-for-purpose")
}

#[test]
fn a_key_for_one_purpose_gives_nothing_back_for_all() {
    let service = Service::start(&[]);
    let whole = service.key(
        "whole",
        &["collect", "consent", "restrict", "explain", "sweep"],
        &["newsletter", "enquiry"],
    );
    let bound = service.key("bound", &["consent", "restrict", "explain", "sweep"], &["newsletter"]);
    let ada = json!({ "email": ADA });
    let asked = json!({ "person": ada, "purposes": ["enquiry"], "source": "person",
        "fields": { "contact.name": "Ada" } });
    let (status, said) = service.post(&whole, "/v1/collect", &asked);
    assert_eq!(status, 200, "{said}");

    let hold = json!({ "person": ada, "data": ["contact"], "reason": "a claim", "approver": "Privacy lead", "review-on": "2031-01-31" });
    let held = json!({ "person": ada, "case": case(&service.post(&bound, "/v1/holds", &hold)) });
    assert!(is_refused(&service.post(&bound, "/v1/holds/released", &held)));
    let restrict =
        json!({ "person": ada, "data": ["contact"], "reason": "accuracy", "review-on": "2031-01-31" });
    let restricted =
        json!({ "person": ada, "case": case(&service.post(&bound, "/v1/restrictions", &restrict)) });
    assert!(is_refused(&service.post(&bound, "/v1/restrictions/told", &restricted)));
    assert!(is_refused(&service.post(&bound, "/v1/restrictions/lifted", &restricted)));
    assert!(is_refused(&service.post(&bound, "/v1/why", &json!({ "person": ada }))));
    assert!(is_refused(&service.post(&bound, "/v1/sweep", &json!({}))));
    assert!(is_refused(&service.post(&bound, "/v1/sweep", &json!({ "purpose": "enquiry" }))));

    let (status, said) = service.post(&bound, "/v1/sweep", &json!({ "purpose": "newsletter" }));
    assert_eq!(status, 200, "{said}");
    for (path, body) in [
        ("/v1/holds/released", &held),
        ("/v1/restrictions/told", &restricted),
        ("/v1/restrictions/lifted", &restricted),
    ] {
        let (status, said) = service.post(&whole, path, body);
        assert_eq!(status, 200, "{path}: {said}");
    }
}

/// A purpose that begins with a contract.
const MEMBERSHIP: &str = r#"
[purpose.membership]
title = "Membership"
description = "To be your club."
people = ["visitor"]
data = ["contact"]
basis = "contract"
keep = "for the contract, then 1 year"
"#;

#[test]
fn a_key_for_one_purpose_reports_no_event_that_only_others_count_from() {
    let service = Service::start_with(MEMBERSHIP, &[], &[]);
    let may = ["collect", "record", "consent"];
    let news = service.key("news", &may, &["newsletter"]);
    let desk = service.key("desk", &may, &["newsletter", "membership"]);
    let ada = json!({ "email": ADA });
    let begins = json!({ "person": ada, "event": "contract-start", "about": { "contract": "C-1" } });
    let collected = json!({
        "person": ada, "purposes": ["newsletter"], "fields": { "contact.email": ADA }, "events": ["contract-start"],
        "consents": [{ "purpose": "newsletter", "wording": 1, "proof": { "how": "form" } }],
        "about": { "contract": "C-1" },
    });
    for (path, body) in [("/v1/events", &begins), ("/v1/collect", &collected)] {
        let refused = service.post(&news, path, body);
        assert!(is_refused(&refused), "{path}: {refused:?}");
        assert!(refused.1.to_string().contains("`membership`"), "{path}: {refused:?}");
    }
    let (status, said) = service.post(&desk, "/v1/events", &begins);
    assert_eq!(status, 200, "{said}");
    // Nothing counts from this: it is a fact that everybody may report.
    let contact = json!({ "person": ada, "event": "last-contact" });
    assert_eq!(service.post(&news, "/v1/events", &contact).0, 200);
}

#[test]
fn an_export_of_consents_has_the_purposes_of_the_key() {
    let service = Service::start(&[]);
    let whole = service.key("whole", &["consent", "explain"], &["newsletter", "enquiry"]);
    let other = service.key("other", &["explain"], &["enquiry"]);
    let own = service.key("own", &["explain"], &["newsletter"]);
    let ada = json!({ "email": ADA });
    let given = json!({ "person": ada, "purpose": "newsletter", "wording": 1, "proof": { "how": "form" } });
    let (status, said) = service.post(&whole, "/v1/consents", &given);
    assert_eq!(status, 200, "{said}");
    let exported =
        |key: &str| service.post(key, "/v1/consents/export", &json!({ "person": ada })).1.to_string();
    assert!(exported(&whole).contains("newsletter"));
    assert!(exported(&own).contains("newsletter"));
    assert!(!exported(&other).contains("newsletter"));
}
