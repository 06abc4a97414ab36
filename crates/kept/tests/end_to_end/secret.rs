//! Releases that may be kept from the person, on the command line and over HTTP: one role reads them, ends
//! them, and nobody else learns of them.

use serde_json::{Value, json};

use super::serving::{ADA, Service};

const PURPOSE: &str = "service-delivery";

/// A customer of Claranet's, and a release for national security of which they are not told.
fn released(service: &Service) -> u64 {
    let desk = service.key("desk", &["collect", "record", "disclose"], &[PURPOSE]);
    let collected = json!({
        "person": { "email": ADA }, "purposes": [PURPOSE], "people": "consumer",
        "events": ["contract-start"], "about": { "contract": "C-1" },
        "fields": { "form-data.name": "Ada", "form-data.email": ADA },
    });
    let (status, told) = service.post(&desk, "/v1/collect", &collected);
    assert_eq!(status, 200, "{told}");
    let demand = json!({
        "person": { "email": ADA }, "recipient": "national-security", "purpose": PURPOSE,
        "fields": ["form-data.name"], "controller": "holdings",
        "evidence": {
            "legal reference": "Rechtbank-Amsterdam/C-1", "scope": "form-data.name",
            "approval by legal": "head of legal", "basis": "legal-obligation", "not told": "UAVG-41-1-a",
        },
    });
    let (status, given) = service.post(&desk, "/v1/disclose", &demand);
    assert_eq!((status, given["values"].as_array().map(Vec::len)), (200, Some(1)), "{given}");
    given["entry"].as_u64().unwrap()
}

#[test]
fn cla_36_a_secret_release_is_listed_for_its_role_and_ended_by_it_on_the_command_line() {
    let service = Service::of("claranet");
    let entry = released(&service);
    let listed = service.command(&["secrecy", "list", "--role", "legal", "--json"]).ending(0).json();
    assert_eq!((&listed[0]["entry"], &listed[0]["secret"]), (&json!(entry), &json!(true)), "{listed}");
    let text = service.command(&["secrecy", "list", "--role", "legal"]).ending(0).out;
    assert!(text.contains(&format!("entry-{entry}")) && text.contains("not told: UAVG-41-1-a"), "{text}");
    let other = service.command(&["secrecy", "list", "--role", "service"]).ending(2);
    assert!(other.err.contains("no way of disclosure lets this role"), "{}", other.err);
    let person = format!("email={ADA}");
    let end = |release: &str, role: &str, person: &str| {
        service.command(&["secrecy", "end", release, "--person", person, "--role", role])
    };
    let release = format!("entry-{entry}");
    assert!(end("the first", "legal", &person).ending(2).err.contains("write entry-17"));
    end(&release, "service", &person).ending(2);
    end(&release, "legal", "email=bo@example.org").ending(2);
    assert!(end(&release, "legal", &person).ending(0).out.contains("answers to the person show the release"));
    let again = end(&release, "legal", &person).ending(2);
    assert!(again.err.contains("no release"), "{}", again.err);
    let listed = service.command(&["secrecy", "list", "--role", "legal", "--json"]).ending(0).json();
    assert_eq!(listed[0]["secret"], json!(false));
    // The court's reference is nobody's request.
    let report = service.command(&["request", "access", "--person", &person]).ending(0).out;
    assert!(report.contains("under the reference “Rechtbank-Amsterdam/C-1”"), "{report}");
    assert!(!report.contains("for your request Rechtbank"), "{report}");
}

#[test]
fn cla_36_a_secret_release_is_listed_for_its_role_and_ended_by_it_over_http() {
    let service = Service::of("claranet");
    let entry = released(&service);
    let legal = service.key("legal", &["disclose"], &[PURPOSE]);
    let list = |key: &str, role: &str| service.post(key, "/v1/secrecy", &json!({ "role": role }));
    let (status, told) = list(&legal, "legal");
    assert_eq!(status, 200, "{told}");
    assert_eq!(told["releases"][0]["entry"], json!(entry));
    assert_eq!(told["releases"][0]["reason"], "UAVG-41-1-a");
    assert_eq!(list(&legal, "service").0, 422, "not in this role");
    let reader = service.key("reader", &["read"], &[PURPOSE]);
    assert_eq!(list(&reader, "legal").0, 403, "not with this key");
    // A key for another purpose learns of nothing, and ends nothing.
    let other = service.key("other", &["disclose"], &["billing"]);
    assert_eq!(list(&other, "legal").1["releases"], json!([]));
    let end = |key: &str| {
        let body = json!({ "person": { "email": ADA }, "release": entry, "role": "legal" });
        service.post(key, "/v1/secrecy/ended", &body)
    };
    assert_eq!(end(&other).0, 422);
    let (status, ended) = end(&legal);
    assert_eq!((status, ended["entry"].as_u64().is_some()), (200, true), "{ended}");
    assert_eq!(end(&legal).0, 422, "once");
    let secret: Vec<Value> = list(&legal, "legal").1["releases"].as_array().unwrap().clone();
    assert_eq!(secret[0]["secret"], json!(false));
}
