//! A policy of two companies, over HTTP: which of them asks is clear before anything is told.

use serde_json::{Value, json};

use super::serving::{ADA, Service};

const MAY: [&str; 5] = ["collect", "consent", "decide", "read", "disclose"];

const PURPOSES: [&str; 2] = ["service-delivery", "email-marketing"];

/// Claranet's service with a customer of the holding, who consented to the Benelux company.
fn with_customer() -> (Service, String) {
    let service = Service::of("claranet");
    let key = service.key("crm", &MAY, &PURPOSES);
    let signed = json!({
        "person": { "email": ADA }, "key": "C-1", "purpose": "service-delivery", "people": "consumer",
        "fields": { "form-data.name": "Ada", "form-data.email": ADA },
        "events": ["contract-start"], "about": { "contract": "C-1" }, "controller": "holdings",
    });
    let (status, told) = service.post(&key, "/v1/records", &signed);
    assert_eq!(status, 200, "{told}");
    let consent = json!({
        "person": { "email": ADA }, "purpose": "email-marketing", "wording": 1, "controller": "benelux",
        "proof": { "how": "sign-up form" },
    });
    let (status, told) = service.post(&key, "/v1/consents", &consent);
    assert_eq!(status, 200, "{told}");
    (service, key)
}

fn with(body: &Value, controller: Option<&str>) -> Value {
    let mut body = body.clone();
    if let Some(controller) = controller {
        body["controller"] = controller.into();
    }
    body
}

#[test]
fn cla_03_nothing_is_told_before_the_unit_that_asks_is_named_and_then_its_own_alone() {
    let (service, key) = with_customer();
    let read = json!({ "person": { "email": ADA }, "purpose": "service-delivery" });
    let keyed = json!({ "key": "C-1", "purpose": "service-delivery" });
    for (path, body) in [("/v1/read", &read), ("/v1/records/list", &read), ("/v1/records/read", &keyed)] {
        let (status, refused) = service.post(&key, path, body);
        assert_eq!(
            (status, refused["type"].as_str()),
            (422, Some("urn:kept:problem:controller")),
            "{refused}"
        );
        let mend = refused["mend"].as_str().unwrap();
        assert!(mend.contains("`controller`: `holdings` and `benelux`"), "{mend}");
        let (status, own) = service.post(&key, path, &with(body, Some("holdings")));
        assert_eq!(status, 200, "{own}");
        assert!(own.to_string().contains(ADA), "{path}: {own}");
        let (_, other) = service.post(&key, path, &with(body, Some("benelux")));
        assert!(!other.to_string().contains(ADA), "{path}: {other}");
    }
    let question = |controller: Option<&str>| {
        let about = json!({
            "person": { "email": ADA }, "purpose": "email-marketing", "verb": { "contact": "email" },
        });
        service.post(&key, "/v1/decide", &json!({ "questions": [with(&about, controller)] })).1["answers"][0]
            .clone()
    };
    assert_eq!(question(Some("benelux"))["allowed"], true);
    assert_eq!(question(Some("holdings"))["allowed"], false);
    let unnamed = question(None);
    assert_eq!(
        (unnamed["allowed"].as_bool(), unnamed["because"].to_string().contains("controller-not-named")),
        (Some(false), true),
        "{unnamed}"
    );
    let reach = json!({ "purpose": "email-marketing", "channel": "email" });
    let (status, refused) = service.post(&key, "/v1/audience", &reach);
    assert_eq!(status, 422, "{refused}");
    let (_, lines) = service.post_text(&key, "/v1/audience", &with(&reach, Some("holdings")).to_string());
    assert!(lines.contains("\"count\":0"), "{lines}");
    let (_, lines) = service.post_text(&key, "/v1/audience", &with(&reach, Some("benelux")).to_string());
    assert!(lines.contains("\"count\":1"), "{lines}");
    let told = service.command(&[
        "decide",
        "--person",
        &format!("email={ADA}"),
        "--purpose",
        "email-marketing",
        "--for",
        "contact:email",
        "--controller",
        "benelux",
    ]);
    told.ending(0);
}

#[test]
fn cla_03_a_key_that_is_bound_to_a_unit_asks_as_that_unit_and_as_no_other() {
    let (service, _) = with_customer();
    let mut arguments = vec!["key", "new", "benelux-crm", "--controller", "benelux"];
    arguments.extend(MAY.iter().flat_map(|word| ["--may", *word]));
    arguments.extend(PURPOSES.iter().flat_map(|purpose| ["--purpose", *purpose]));
    let key = service.command(&arguments).ending(0).out.trim().to_owned();
    let read = json!({ "person": { "email": ADA }, "purpose": "service-delivery" });
    let (status, told) = service.post(&key, "/v1/read", &read);
    assert_eq!((status, told.to_string().contains(ADA)), (200, false), "{told}");
    let (status, told) = service.post(&key, "/v1/read", &with(&read, Some("holdings")));
    assert_eq!((status, told["type"].as_str()), (403, Some("urn:kept:problem:not-for-controller")), "{told}");
    let signed = json!({
        "person": { "email": ADA }, "purposes": ["service-delivery"], "people": "consumer",
        "fields": { "form-data.email": ADA }, "events": ["contract-start"], "about": { "contract": "C-2" },
    });
    let (status, told) = service.post(&key, "/v1/collect", &signed);
    assert_eq!(status, 200, "{told}");
    let (_, own) = service.post(&key, "/v1/read", &read);
    assert_eq!(own["values"][0]["controller"], "benelux", "what a bound key collects is its own: {own}");
    let (status, told) = service.post(&key, "/v1/collect", &with(&signed, Some("holdings")));
    assert_eq!(status, 403, "{told}");
    let listed = service.command(&["key", "list"]).ending(0).out;
    assert!(listed.contains("as `benelux`"), "{listed}");
}
