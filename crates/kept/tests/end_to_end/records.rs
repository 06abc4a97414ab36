//! Records by keys of the applications' own, over HTTP: kept, read for their purpose, changed, listed by page
//! and taken away, each once and none beyond its ground.

use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};

use super::serving::{ADA, Service};

fn enquiry(key: &str, name: &str) -> Value {
    json!({
        "key": key, "person": { "email": ADA }, "purpose": "enquiry", "fields": { "contact.name": name },
    })
}

fn named(key: &str) -> Value {
    json!({ "key": key, "purpose": "enquiry" })
}

/// The only value of an answer.
fn value(answer: &Value) -> &str {
    answer["values"][0]["value"].as_str().unwrap_or_default()
}

fn shop(service: &Service) -> String {
    service.key("shop", &["collect", "read", "restrict", "consent"], &["newsletter", "enquiry"])
}

#[test]
fn a_record_is_kept_read_changed_and_taken_away_by_its_own_key() {
    let service = Service::start(&[]);
    let key = shop(&service);
    let (status, kept) = service.post(&key, "/v1/records", &enquiry("e-1", "Ada"));
    assert_eq!((status, kept["events"][0].as_str()), (200, Some("collection")), "{kept}");
    let (status, taken) = service.post(&key, "/v1/records", &enquiry("e-1", "Bo"));
    assert_eq!((status, taken["type"].as_str()), (409, Some("urn:kept:problem:record-kept")), "{taken}");
    let (_, read) = service.post(&key, "/v1/records/read", &named("e-1"));
    assert_eq!((value(&read), read["values"].as_array().map(Vec::len)), ("Ada", Some(1)), "{read}");
    let mut change = named("e-1");
    change["fields"] = json!({ "contact.name": "Ada Quaimarque" });
    let (status, changed) = service.post(&key, "/v1/records/change", &change);
    assert_eq!((status, &changed["fields"]), (200, &json!(1)), "{changed}");
    assert_eq!(value(&service.post(&key, "/v1/records/read", &named("e-1")).1), "Ada Quaimarque");
    change["fields"] = json!({ "contact.email": "x@example.org" });
    assert_eq!(service.post(&key, "/v1/records/change", &change).0, 422, "the record has no such field");
    assert_eq!(service.post(&key, "/v1/records/delete", &named("e-1")).0, 200);
    for path in ["/v1/records/read", "/v1/records/delete"] {
        let (status, gone) = service.post(&key, path, &named("e-1"));
        assert_eq!((status, gone["type"].as_str()), (404, Some("urn:kept:problem:no-record")), "{gone}");
    }
    assert!(service.files_with("e-1-of-nobody").is_empty() && service.files_with("Quaimarque").is_empty());
    assert_eq!(service.post(&key, "/v1/records", &enquiry("e-1", "Again")).0, 200, "the key is free again");
}

#[test]
fn a_restriction_that_was_recorded_first_is_never_overtaken() {
    let service = Service::start(&[]);
    let key = shop(&service);
    for (round, act) in ["delete", "change", "read", "list"].into_iter().cycle().take(60).enumerate() {
        let person = json!({ "email": format!("p{round}@example.org") });
        let record = format!("e-{round}");
        let mut kept = enquiry(&record, "Ada");
        kept["person"] = person.clone();
        assert_eq!(service.post(&key, "/v1/records", &kept).0, 200);
        let mut body = named(&record);
        match act {
            "change" => body["fields"] = json!({ "contact.name": "Bo" }),
            "list" => body = json!({ "person": person, "purpose": "enquiry" }),
            _ => {}
        }
        let path = format!("/v1/records/{act}");
        let restrict = json!({ "person": person, "reason": "unlawful", "review-on": "2030-01-01" });
        let ((placed, restricted), (status, done)) = std::thread::scope(|scope| {
            let restricting = scope.spawn(|| service.post(&key, "/v1/restrictions", &restrict));
            let done = service.post(&key, &path, &body);
            (restricting.join().unwrap(), done)
        });
        assert_eq!(placed, 200, "{restricted}");
        let gives = |name: &str| done[name].as_array().is_some_and(|all| !all.is_empty());
        let through =
            status == 200 && (matches!(act, "delete" | "change") || gives("values") || gives("records"));
        let entry = |answer: &Value| answer["entry"].as_u64();
        assert!(!through || entry(&done) < entry(&restricted), "{act}: {restricted} {done}");
    }
}

#[test]
fn the_same_change_sent_four_times_at_once_is_done_once_and_answered_alike() {
    let service = Service::start(&[]);
    let key = shop(&service);
    service.post(&key, "/v1/records", &enquiry("e-1", "Ada"));
    let mut change = named("e-1");
    change["fields"] = json!({ "contact.name": "Bo" });
    for (path, body) in [("/v1/records/change", &change), ("/v1/records/delete", &named("e-1"))] {
        let answers: Vec<(u16, Value)> = std::thread::scope(|scope| {
            let send = || scope.spawn(|| service.post_once(&key, Some(path), path, body));
            let sent: Vec<_> = (0..4).map(|_| send()).collect();
            sent.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert!(answers.iter().all(|(status, _)| *status == 200), "{path}: {answers:?}");
        let first = answers.iter().filter(|(_, answer)| answer["repeated"] == json!(false));
        assert_eq!(first.count(), 1, "{path}: {answers:?}");
    }
}

#[test]
fn a_record_opens_for_its_own_purpose_and_keys_of_it_only() {
    let service = Service::start(&[]);
    let key = shop(&service);
    service.post(&key, "/v1/records", &enquiry("e-1", "Ada"));
    let (status, other) =
        service.post(&key, "/v1/records/read", &json!({ "key": "e-1", "purpose": "newsletter" }));
    assert_eq!((status, &other["values"]), (200, &json!([])), "{other}");
    let narrow = service.key("mailer", &["collect", "read"], &["newsletter"]);
    let change = json!({ "key": "e-1", "purpose": "enquiry", "fields": { "contact.name": "Bo" } });
    for (path, body) in [("read", named("e-1")), ("change", change.clone()), ("delete", named("e-1"))] {
        assert_eq!(service.post(&narrow, &format!("/v1/records/{path}"), &body).0, 403, "{path}");
    }
    let mut as_other = change;
    as_other["purpose"] = json!("newsletter");
    for (path, body) in [("change", as_other), ("delete", json!({ "key": "e-1", "purpose": "newsletter" }))] {
        let (status, refused) = service.post(&narrow, &format!("/v1/records/{path}"), &body);
        assert_eq!(status, 422, "{path}: {refused}");
    }
    assert_eq!(value(&service.post(&key, "/v1/records/read", &named("e-1")).1), "Ada");
}

#[test]
fn records_are_changed_once_by_an_idempotency_key_and_kept_once() {
    let service = Service::start(&[]);
    let key = shop(&service);
    for repeated in [false, true] {
        let (status, kept) = service.post_once(&key, Some("new"), "/v1/records", &enquiry("e-1", "Ada"));
        assert_eq!((status, &kept["repeated"]), (200, &json!(repeated)), "{kept}");
    }
    assert_eq!(service.post_once(&key, Some("new"), "/v1/records", &enquiry("e-2", "Ada")).0, 422);
    let mut change = named("e-1");
    change["fields"] = json!({ "contact.name": "Bo" });
    for repeated in [false, true] {
        let (status, changed) = service.post_once(&key, Some("change"), "/v1/records/change", &change);
        assert_eq!((status, &changed["repeated"]), (200, &json!(repeated)), "{changed}");
    }
    for repeated in [false, true] {
        let (status, gone) = service.post_once(&key, Some("go"), "/v1/records/delete", &named("e-1"));
        assert_eq!((status, &gone["repeated"]), (200, &json!(repeated)), "{gone}");
    }
    assert_eq!(service.post_once(&key, Some("go"), "/v1/records/delete", &named("e-2")).0, 422);
}

#[test]
fn a_persons_records_are_listed_page_by_page_the_oldest_first() {
    let service = Service::start(&[]);
    let key = shop(&service);
    for number in 0..5 {
        let record = enquiry(&format!("e-{number}"), &format!("name {number}"));
        assert_eq!(service.post(&key, "/v1/records", &record).0, 200);
    }
    let (mut after, mut names, mut pages) = (json!(0), Vec::new(), 0);
    loop {
        let list = json!({ "person": { "email": ADA }, "purpose": "enquiry", "after": after, "count": 2 });
        let (status, page) = service.post(&key, "/v1/records/list", &list);
        assert_eq!(status, 200, "{page}");
        let records = page["records"].as_array().unwrap();
        names.extend(records.iter().map(|one| value(one).to_owned()));
        pages += 1;
        if page["next"].is_null() {
            break;
        }
        after = page["next"].clone();
    }
    assert_eq!(names, ["name 0", "name 1", "name 2", "name 3", "name 4"]);
    assert_eq!(pages, 3);
    let stranger = json!({ "person": { "email": "nobody@example.org" }, "purpose": "enquiry" });
    assert_eq!(service.post(&key, "/v1/records/list", &stranger).1["records"], json!([]));
}

#[test]
fn cla_59_what_is_restricted_is_neither_read_nor_changed_nor_taken_away() {
    let service = Service::start(&[]);
    let key = shop(&service);
    service.post(&key, "/v1/records", &enquiry("e-1", "Ada"));
    let restrict = json!({ "person": { "email": ADA }, "reason": "accuracy", "review-on": "2040-01-01" });
    assert_eq!(service.post(&key, "/v1/restrictions", &restrict).0, 200);
    let (_, read) = service.post(&key, "/v1/records/read", &named("e-1"));
    assert_eq!(
        (&read["values"], &read["refused"][0]["article"]),
        (&json!([]), &json!("Art. 18 GDPR")),
        "{read}"
    );
    let mut change = named("e-1");
    change["fields"] = json!({ "contact.name": "Bo" });
    for (path, body) in [("change", change), ("delete", named("e-1"))] {
        let (status, refused) = service.post(&key, &format!("/v1/records/{path}"), &body);
        assert_eq!((status, &refused["article"]), (422, &json!("Art. 18 GDPR")), "{path}: {refused}");
    }
}

#[test]
fn a_packed_body_is_refused_with_what_to_do() {
    let service = Service::start(&[]);
    let key = shop(&service);
    let (status, problem) = service.post_packed(&key, "/v1/records", "gzip");
    assert_eq!((status, problem["type"].as_str()), (415, Some("urn:kept:problem:packed")), "{problem}");
}

/// How many records are kept while the service is killed again and again.
const DRILL: u32 = 120;

#[test]
fn no_record_that_was_acknowledged_is_lost_and_none_is_twice_though_the_service_is_killed_at_random() {
    let mut service = Service::start(&[]);
    let key = shop(&service);
    let (mut kills, mut random) = (0, 4_711_u64);
    for number in 0..DRILL {
        let record = enquiry(&format!("e-{number}"), &format!("name {number}"));
        let once = format!("once-{number}");
        if number % 8 == 3 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let (process, wait) = (service.process(), Duration::from_micros((random >> 33) % 12_000));
            std::thread::spawn(move || {
                std::thread::sleep(wait);
                Command::new("kill").args(["-KILL", &process.to_string()]).status().unwrap();
            });
        }
        // As a client does: the same request again, until it is answered.
        while service.try_post(&key, &once, "/v1/records", &record) != Some(200) {
            service.kill();
            service.start_again();
            kills += 1;
        }
    }
    assert!(kills > 5, "{kills} kills: the drill was none");
    let list = json!({ "person": { "email": ADA }, "purpose": "enquiry", "count": 1000 });
    let (_, page) = service.post(&key, "/v1/records/list", &list);
    let names: Vec<&str> = page["records"].as_array().unwrap().iter().map(value).collect();
    let expected: Vec<String> = (0..DRILL).map(|number| format!("name {number}")).collect();
    assert_eq!(names, expected, "after {kills} kills");
    service.command(&["ledger", "verify"]).ending(0);
}

#[test]
fn a_dry_run_of_a_change_says_what_it_would_come_to_and_does_nothing() {
    let service = Service::start(&[]);
    let key = shop(&service);
    service.post(&key, "/v1/records", &enquiry("e-1", "Ada"));
    let mut change = named("e-1");
    change["fields"] = json!({ "contact.name": "Bo" });
    for (path, body) in [("change", &change), ("delete", &named("e-1"))] {
        let (status, told) = service.post(&key, &format!("/v1/records/{path}?dry-run=true"), body);
        assert_eq!(
            (status, &told["fields"], &told["entry"]),
            (200, &json!(1), &Value::Null),
            "{path}: {told}"
        );
    }
    change["fields"] = json!({ "contact.email": "bo@example.org" });
    assert_eq!(
        service.post(&key, "/v1/records/change?dry-run=true", &change).0,
        422,
        "refused as it would be"
    );
    assert_eq!(value(&service.post(&key, "/v1/records/read", &named("e-1")).1), "Ada");
}

#[test]
fn pages_of_no_record_and_texts_with_nul_bytes_are_refused_and_nobody_is_said_to_be_nobody() {
    let service = Service::start(&[]);
    let key = shop(&service);
    let list = |count: u64| json!({ "person": { "email": ADA }, "purpose": "enquiry", "count": count });
    for count in [0, 1_001] {
        let (status, told) = service.post(&key, "/v1/records/list", &list(count));
        assert_eq!(status, 400, "{told}");
    }
    let (_, nobody) = service.post(&key, "/v1/records/list", &list(5));
    assert!(nobody["problem"].as_str().unwrap().contains("nothing of anybody"), "{nobody}");
    assert_eq!(service.post(&key, "/v1/records", &enquiry("e\0-1", "Ada")).0, 400);
    let (status, told) = service.post(&key, "/v1/records", &enquiry("e-1", "A\0da"));
    assert!(status == 422 && told["detail"].as_str().unwrap().contains("NUL"), "{told}");
    assert_eq!(service.post(&key, "/v1/records", &enquiry("e-1", "Ada")).0, 200);
    let mut change = named("e-1");
    change["fields"] = json!({ "contact.name": "A\0da" });
    assert_eq!(service.post(&key, "/v1/records/change", &change).0, 422);
}
