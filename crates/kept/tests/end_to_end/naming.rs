//! Names that a policy does not have, and bodies of another form: what is wrong is said, with what is right,
//! and nothing that may be personal is repeated.

use serde_json::{Value, json};

use super::serving::{ADA, Service};

const MAY: [&str; 6] = ["collect", "consent", "decide", "read", "record", "disclose"];

fn said(told: &Value) -> String {
    format!("{} {}", told["detail"].as_str().unwrap_or_default(), told["mend"].as_str().unwrap_or_default())
}

#[test]
fn a_name_that_the_policy_lacks_is_refused_by_its_name_with_the_nearest_and_nothing_is_stored() {
    let service = Service::start(&[]);
    let key = service.key("shop", &MAY, &["newsletter", "enquiry"]);
    let person = json!({ "email": ADA });
    let good = json!({ "person": person, "purposes": ["enquiry"], "fields": { "contact.email": ADA }, "people": "visitor" });
    for (path, member, value, shown, near) in [
        ("/v1/collect", "purposes", json!(["enquiri"]), "`enquiri`", "`enquiry`"),
        ("/v1/collect", "fields", json!({ "contact.e-mail": ADA }), "`contact.e-mail`", "`contact.email`"),
        ("/v1/collect", "people", json!("visiter"), "`visiter`", "`visitor`"),
        ("/v1/collect", "controller", json!("klub"), "`klub`", "`club`"),
        ("/v1/collect", "source", json!("data-broker"), "`data-broker`", ""),
    ] {
        let mut body = good.clone();
        body[member] = value;
        let (status, told) = service.post(&key, path, &body);
        let words = said(&told);
        assert!(status == 422 && words.contains(shown) && words.contains(near), "{member}: {status} {told}");
    }
    let (status, told) =
        service.post(&key, "/v1/read", &json!({ "person": { "emial": ADA }, "purpose": "enquiry" }));
    let words = said(&told);
    assert!(status == 422 && words.contains("`emial`") && words.contains("did you mean `email`?"), "{told}");
    let asked = json!({ "person": person, "purpose": "enquiry", "fields": ["contact.nam"] });
    let (_, told) = service.post(&key, "/v1/read", &asked);
    let words = told["refused"][0]["words"].as_str().unwrap();
    assert_eq!(told["refused"][0]["field"], "contact.nam", "{told}");
    assert!(words.contains("did you mean `contact.name`?"), "{told}");
    let question = json!({ "person": person, "purpose": "enquiry", "verb": { "disclose": "printer" } });
    let (_, told) = service.post(&key, "/v1/decide", &json!({ "questions": [question] }));
    let problem = told["answers"][0]["problem"].as_str().unwrap_or_default();
    assert!(problem.contains("no recipient `printer`"), "{told}");
    assert_eq!(service.files_with(ADA), Vec::<std::path::PathBuf>::new());
    let unknown =
        service.command(&["key", "new", "x", "--may", "read", "--purpose", "newsleter"]).ending(2).err;
    assert!(unknown.contains("did you mean `newsletter`?"), "{unknown}");
}

#[test]
fn what_stands_in_a_names_place_and_may_be_personal_is_repeated_nowhere() {
    let service = Service::start(&[]);
    let key = service.key("shop", &MAY, &["newsletter", "enquiry"]);
    for personal in ["ada@example.org", "Ada Lovelace", "Lovelace", "0475123456", "order-47110815"] {
        for body in [
            json!({ "person": { "email": ADA }, "purposes": [personal], "fields": {} }),
            json!({ "person": { "email": ADA }, "purposes": ["enquiry"], "fields": { personal: "x" } }),
            json!({ "person": { "email": ADA }, "purposes": ["enquiry"], "fields": {}, "source": personal }),
            json!({ "person": { "email": ADA }, "purposes": ["enquiry"], "fields": {}, "controller": personal }),
            json!({ "person": { personal: "x" }, "purposes": ["enquiry"], "fields": { "contact.name": "A" } }),
            json!({ personal: 1, "person": { "email": ADA }, "purposes": ["enquiry"], "fields": {} }),
        ] {
            let (status, told) = service.post(&key, "/v1/collect", &body);
            assert!(matches!(status, 400 | 409 | 422), "{status} {told}");
            assert!(!told.to_string().contains(personal), "{personal}: {told}");
        }
        let question = json!({ "person": { "email": ADA }, "purpose": "enquiry", "verb": "read", "controller": personal });
        let (_, told) = service.post(&key, "/v1/decide", &json!({ "questions": [question] }));
        assert!(!told.to_string().contains(personal), "{personal}: {told}");
    }
}

#[test]
fn a_body_or_a_query_of_another_form_is_told_the_form_that_is_expected() {
    let service = Service::start(&[]);
    let key = service.key("shop", &[&MAY[..], &["explain"]].concat(), &["newsletter", "enquiry"]);
    let person = json!({ "email": ADA });
    for (path, body, at, form) in [
        (
            "/v1/events",
            json!({ "person": person, "event": "x", "happened-at": "yesterday" }),
            "happened-at",
            "2026-03-02T10:00:00Z",
        ),
        (
            "/v1/decide",
            json!({ "questions": [{ "person": person, "purpose": "x", "verb": "writes" }] }),
            "questions[0].verb",
            "`decide-automatically`",
        ),
        ("/v1/audience", json!({ "purpose": "newsletter", "channel": "pigeon" }), "channel", "`email`"),
        ("/v1/read", json!({ "person": person }), "body", "`purpose` is missing"),
        (
            "/v1/holds",
            json!({ "person": person, "data": [], "reason": "x", "approver": "y", "review-on": "soon" }),
            "review-on",
            "2026-03-02",
        ),
        (
            "/v1/messages",
            json!({ "message": "a", "purpose": "newsletter", "channel": "email", "template": "", "reached-at": "example.org", "people": [] }),
            "reached-at",
            "https://privacy.example.org",
        ),
    ] {
        let (status, told) = service.post(&key, path, &body);
        let words = said(&told);
        assert!(status == 400 && words.contains(at) && words.contains(form), "{path}: {status} {told}");
    }
    let (status, told) = service.get_with(&key, "/v1/forecast?until=soon");
    assert!(status == 400 && told.contains("`until`") && told.contains("2026-03-02"), "{told}");
}
