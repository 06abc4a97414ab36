//! Cookies and addresses of visitors: what of them never gets into Kept, and what never leaves it.

use serde_json::{Value, json};

use super::serving::{ADA, Service};

/// What a browser sends along: an e-mail address, the number of a user, and something like a session.
const COOKIE: &str = "mail=cookie-reader@example.org; uid=u-7d41c0ffee; form=93d1quaimarque";

const PARTS: [&str; 3] = ["cookie-reader", "7d41c0ffee", "93d1quaimarque"];

fn enquiry(person: &str) -> Value {
    json!({
        "person": { "email": person }, "purposes": ["enquiry"], "people": "enquirer",
        "consents": [{ "purpose": "enquiry", "wording": 1, "proof": { "how": "form" } }],
        "fields": { "enquiry.name": "Ada", "enquiry.email": person, "enquiry.message": "When do you open?" },
    })
}

#[test]
fn klr_23_nothing_of_a_cookie_is_stored_logged_or_answered_and_no_data_are_taken_from_cookies() {
    let service = Service::of("klarrio");
    let key = service.key("site", &["collect", "read", "decide"], &["enquiry"]);
    let (asked, said) = (enquiry(ADA), json!({ "person": { "email": ADA }, "purpose": "enquiry" }));
    let strange = json!({ "strange": true });
    let mut answered = 0;
    for (path, body) in [
        ("/notice", None),
        ("/ledger/checkpoint", None),
        ("/nowhere", None),
        ("/v1/collect", Some(&asked)),
        ("/v1/collect", Some(&strange)),
        ("/v1/read", Some(&said)),
        ("/v1/nowhere", Some(&said)),
    ] {
        let (status, text, headers) = service.with_cookie((COOKIE, &key), path, body);
        answered += u32::from(status == 200);
        assert!(PARTS.iter().all(|part| !text.contains(part)), "{path}: {text}");
        assert!(headers.get("set-cookie").is_none(), "{path}: {headers:?}");
    }
    assert!(answered >= 3, "the notice, the collection and the reading");

    // Nor may the site pass a cookie's content on as what the form asks for.
    let reader = "cookie-reader@example.org";
    for field in ["enquiry.name", "enquiry.email", "enquiry.phone", "enquiry.message"] {
        let mut from_cookie = enquiry(reader);
        let value = if field == "enquiry.phone" { "+32 3 299 68 67" } else { reader };
        (from_cookie["fields"], from_cookie["source"]) = (json!({ field: value }), json!("cookies"));
        let (status, refused) = service.post(&key, "/v1/collect", &from_cookie);
        assert_eq!(
            (status, refused["type"].as_str()),
            (422, Some("urn:kept:problem:not-from-there")),
            "{field}: {refused}"
        );
        assert!(!refused.to_string().contains("cookie-reader"), "{refused}");
    }
    let read = json!({ "person": { "email": reader }, "purpose": "enquiry" });
    let (_, nobody) = service.post(&key, "/v1/read", &read);
    assert!(nobody["values"].as_array().is_none_or(Vec::is_empty), "{nobody}");
    for part in PARTS {
        assert!(service.files_with(part).is_empty(), "{part}: {:?}", service.files_with(part));
    }
}

/// A visit, seen from an address, by somebody who agreed to the analysis of visits.
fn visit(visitor: &str, address: &str) -> Value {
    json!({
        "person": { "email": visitor }, "purposes": ["visitor-analysis"], "people": "visitor",
        "fields": { "web-visit.ip-address": address },
        "consents": [{ "purpose": "visitor-analysis", "wording": 1, "proof": { "how": "panel" } }],
    })
}

fn addresses(answer: &Value) -> Vec<&str> {
    let values = answer["values"].as_array().unwrap().iter();
    values
        .filter(|one| one["field"] == "web-visit.ip-address")
        .filter_map(|one| one["value"].as_str())
        .collect()
}

#[test]
fn kre_33_an_address_leaves_for_the_analysis_without_its_last_part_and_is_not_kept_whole_either() {
    let service = Service::of("kresoft");
    let key = service.key("site", &["collect", "read", "disclose"], &["visitor-analysis"]);
    for (visitor, address, network) in [
        ("one@example.org", "203.0.113.77", "203.0.113.0"),
        ("two@example.org", "2001:db8:85a3:8d3:1319:8a2e:370:7348", "2001:db8:85a3::"),
        ("three@example.org", "::ffff:203.0.113.77", "203.0.113.0"),
    ] {
        let (status, collected) = service.post(&key, "/v1/collect", &visit(visitor, address));
        assert_eq!(status, 200, "{collected}");
        let give = json!({
            "person": { "email": visitor }, "purpose": "visitor-analysis", "recipient": "google-analytics",
            "fields": ["web-visit.ip-address"],
        });
        let (status, given) = service.post(&key, "/v1/disclose", &give);
        assert_eq!((status, addresses(&given)), (200, vec![network]), "{given}");
        let read = json!({ "person": { "email": visitor }, "purpose": "visitor-analysis" });
        assert_eq!(addresses(&service.post(&key, "/v1/read", &read).1), [network]);
        // The whole is gone for everybody: Kept's own answer to the person has it no more.
        let report = service.command(&["request", "access", "--person", &format!("email={visitor}")]);
        assert!(report.all().contains(network) && !report.all().contains(address), "{}", report.all());
    }
    let (status, wrong) = service.post(&key, "/v1/collect", &visit("four@example.org", "203.0.113.777"));
    assert_eq!(status, 422, "{wrong}");
}
