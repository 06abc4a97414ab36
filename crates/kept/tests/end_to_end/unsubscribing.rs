//! Newsletters that people stop by the link in them, over HTTP.

use serde_json::{Value, json};

use super::serving::{ADA, Service};

const TEMPLATE: &str = "<p>What is new.</p><p><a href=\"{{unsubscribe}}\">Stop these messages</a></p>";

fn send(people: &[&str], template: &str) -> Value {
    let people: Vec<Value> = people.iter().map(|email| json!({ "email": email })).collect();
    json!({
        "message": "newsletter", "purpose": "product-news", "channel": "email", "template": template,
        "reached-at": "https://privacy.example.org/", "people": people,
    })
}

fn subscribe(service: &Service, key: &str, email: &str) {
    let consents = json!([{ "purpose": "product-news", "wording": 1, "proof": { "how": "form" }, "age": { "years": 40 } }]);
    let subscriber = json!({
        "person": { "email": email }, "purposes": ["product-news"], "people": "subscriber", "age": { "years": 40 },
        "consents": consents, "fields": { "newsletter.name": "Ada", "newsletter.email": email },
    });
    let (status, told) = service.post(key, "/v1/collect", &subscriber);
    assert_eq!(status, 200, "{told}");
}

fn mailer(service: &Service) -> String {
    service.key("mailer", &["collect", "consent", "decide"], &["product-news"])
}

/// The link of somebody who may be written to, without the service's public address.
fn link(service: &Service, key: &str, email: &str) -> String {
    let (status, sent) = service.post(key, "/v1/messages", &send(&[email], TEMPLATE));
    assert_eq!(status, 200, "{sent}");
    let link = sent["people"][0]["unsubscribe"].as_str().unwrap_or_else(|| panic!("{sent}"));
    link.strip_prefix("https://privacy.example.org").unwrap().to_owned()
}

fn reached(service: &Service, key: &str) -> u64 {
    let (_, text) = service.post_text(
        key,
        "/v1/audience",
        &json!({ "purpose": "product-news", "channel": "email" }).to_string(),
    );
    let last: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    last["end"]["count"].as_u64().unwrap()
}

#[test]
fn klx_53_a_newsletter_without_its_link_is_not_sent_and_the_link_stops_the_next_one_though_it_is_queued() {
    let service = Service::of("klaxoon");
    let key = mailer(&service);
    let bo = "bo@example.org";
    subscribe(&service, &key, ADA);
    subscribe(&service, &key, bo);
    for template in ["<p>What is new.</p>", "<p>New.</p><!-- {{unsubscribe}} -->", ""] {
        let (status, refused) = service.post(&key, "/v1/messages", &send(&[ADA], template));
        assert_eq!((status, refused["type"].as_str()), (422, Some("urn:kept:problem:no-unsubscribe-link")));
        assert!(refused["article"].as_str().unwrap().contains("13(4)"), "{refused}");
    }
    let (_, queued) = service.post(&key, "/v1/messages", &send(&[ADA, bo, "nobody@example.org"], TEMPLATE));
    let allowed: Vec<bool> =
        queued["people"].as_array().unwrap().iter().map(|one| one["allowed"].as_bool().unwrap()).collect();
    assert_eq!(allowed, [true, true, false], "{queued}");
    let headers = &queued["people"][0]["headers"];
    let whole = queued["people"][0]["unsubscribe"].as_str().unwrap();
    assert_eq!(headers["List-Unsubscribe"], format!("<{whole}>"));
    assert_eq!(headers["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click");
    assert!(!whole.contains("ada") && !whole.contains('@') && !whole.contains('%'), "{whole}");
    assert_eq!(reached(&service, &key), 2);

    let path = whole.strip_prefix("https://privacy.example.org").unwrap();
    // Opening the link alone stops nothing: programs look at links too.
    let (status, page, headers) = service.get(path, "fr");
    assert_eq!(status, 200);
    assert!(page.contains("<html lang=\"fr\"") && page.contains("<form method=\"post\">"), "{page}");
    assert!(headers["content-security-policy"].to_str().unwrap().contains("form-action 'self'"));
    assert_eq!(reached(&service, &key), 2);
    // The language may be asked for, and the button asks in the same; none that there is not keeps anybody.
    let (_, english, _) = service.get(&format!("{path}?lang=en"), "fr");
    assert!(english.contains("<html lang=\"en\"") && english.contains("min-height:3rem"), "{english}");
    let (status, other, _) = service.get(&format!("{path}?lang=xx&utm_source=news"), "fr");
    assert!(status == 200 && other.contains("<html lang=\"fr\""), "{other}");
    // One click, without signing in.
    let (status, page) = service.click(path);
    assert_eq!(status, 200, "{page}");
    assert!(page.contains("Done."), "{page}");
    assert_eq!(reached(&service, &key), 1);
    // The next issue, queued before, is looked at again as it is sent.
    let (_, sent) = service.post(&key, "/v1/messages", &send(&[ADA, bo], TEMPLATE));
    assert_eq!(sent["people"][0]["allowed"], false, "{sent}");
    assert!(sent["people"][0].get("unsubscribe").is_none() && sent["people"][1]["unsubscribe"].is_string());
    // A second click changes nothing and says the same; the person's own consent begins again.
    assert_eq!(service.click(path).0, 200);
    subscribe(&service, &key, ADA);
    assert_eq!(reached(&service, &key), 2);
}

#[test]
fn a_link_that_kept_did_not_make_stops_nothing() {
    let service = Service::of("klaxoon");
    let key = mailer(&service);
    subscribe(&service, &key, ADA);
    let path = link(&service, &key, ADA);
    let (start, token) = path.rsplit_once('/').unwrap();
    for place in [0, 5, 30, token.len() - 1] {
        let mut forged: Vec<u8> = token.bytes().collect();
        forged[place] = if forged[place] == b'A' { b'B' } else { b'A' };
        let forged = format!("{start}/{}", String::from_utf8(forged).unwrap());
        let (status, _) = service.click(&forged);
        assert!(status == 404 || forged == path, "{place}: {status}");
    }
    for strange in ["", "x", "%2e%2e", "AAAA", &"A".repeat(1000)] {
        assert_eq!(service.click(&format!("/unsubscribe/{strange}")).0, 404, "{strange}");
    }
    assert_eq!(reached(&service, &key), 1);
    // After an erasure the link is answered, and does nothing.
    let person = format!("email={ADA}");
    service.command(&["request", "erase", "--person", &person, "--yes"]).ending(0);
    assert_eq!(service.click(&path).0, 200);
}

#[test]
fn a_link_in_a_message_that_rests_on_an_interest_is_an_objection() {
    let service = Service::of("kresoft");
    let key = service.key(
        "office",
        &["collect", "consent", "decide"],
        &["customer-mailing", "requested-service-contact"],
    );
    let customer = json!({
        "person": { "email": ADA }, "purposes": ["customer-mailing", "requested-service-contact"], "people": "customer",
        "events": ["contract-start"], "about": { "contract": "C-1" },
        "consents": [{ "purpose": "customer-mailing", "wording": 1, "proof": { "how": "form" } }],
        "fields": { "general.name": "Ada", "general.email": ADA },
    });
    let (status, told) = service.post(&key, "/v1/collect", &customer);
    assert_eq!(status, 200, "{told}");
    let send = json!({
        "message": "newsletter", "purpose": "customer-mailing", "channel": "email", "template": TEMPLATE,
        "reached-at": "https://privacy.example.org", "people": [{ "email": ADA }],
    });
    let (_, sent) = service.post(&key, "/v1/messages", &send);
    let path = sent["people"][0]["unsubscribe"].as_str().unwrap_or_else(|| panic!("{sent}"));
    assert_eq!(service.click(path.strip_prefix("https://privacy.example.org").unwrap()).0, 200);
    assert_eq!(service.post(&key, "/v1/messages", &send).1["people"][0]["allowed"], false);
}
