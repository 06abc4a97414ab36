//! Free text that people look through, over HTTP and by retention.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::serving::{ADA, Service};

fn consent(purpose: &str) -> Value {
    json!([{ "purpose": purpose, "wording": 1, "proof": { "how": "form" } }])
}

fn enquiry(message: &str) -> Value {
    json!({
        "person": { "email": ADA }, "purposes": ["enquiry"], "people": "enquirer", "consents": consent("enquiry"),
        "fields": { "enquiry.name": "Ada", "enquiry.email": ADA, "enquiry.message": message },
    })
}

fn application(note: &str, days_ago: i64) -> Value {
    let then = super::company::now() - jiff::SignedDuration::from_hours(24 * days_ago);
    json!({
        "person": { "email": ADA }, "purposes": ["recruitment"], "people": "applicant",
        "consents": consent("recruitment"), "happened-at": then.to_string(),
        "fields": { "applicant.name": "Ada", "applicant.email": ADA, "applicant.further": note },
    })
}

fn desk(service: &Service) -> String {
    service.key("desk", &["collect", "read", "explain", "restrict"], &["enquiry", "recruitment"])
}

/// A retention run over Kept's own values concerns every purpose.
fn sweeper(service: &Service) -> String {
    let words = ["key", "new", "sweeper", "--may", "sweep", "--every-purpose"];
    service.command(&words).ending(0).out.trim().to_owned()
}

fn waiting(service: &Service, key: &str, purpose: &str, role: &str) -> Vec<Value> {
    let (status, list) = service.post(key, "/v1/screenings", &json!({ "purpose": purpose, "role": role }));
    assert_eq!(status, 200, "{list}");
    list["pieces"].as_array().unwrap().clone()
}

fn decision(piece: &Value, purpose: &str, decision: &str, role: &str) -> Value {
    json!({
        "purpose": purpose, "person": piece["person"], "record": piece["record"], "field": piece["field"],
        "decision": decision, "role": role, "reason": "it says nothing of the work",
    })
}

fn reads(service: &Service, key: &str, purpose: &str, field: &str) -> bool {
    let asked = json!({ "person": { "email": ADA }, "purpose": purpose });
    let (_, read) = service.post(key, "/v1/read", &asked);
    read["values"].as_array().unwrap().iter().any(|one| one["field"] == field)
}

#[test]
fn klr_53_a_note_with_a_health_detail_is_flagged_and_a_human_decides_and_the_default_is_that_it_goes() {
    let service = Service::of("klarrio");
    let key = desk(&service);
    let note = "I look forward to it. After my illness I work four days.";
    let (status, told) = service.post(&key, "/v1/collect", &application(note, 2));
    assert_eq!(status, 200, "{told}");
    assert_eq!(waiting(&service, &key, "recruitment", "sales"), [Value::Null; 0], "not for this role");
    let pieces = waiting(&service, &key, "recruitment", "people-team");
    assert_eq!(pieces.len(), 1, "{pieces:?}");
    assert_eq!((&pieces[0]["flagged"], &pieces[0]["text"]), (&json!(["illness"]), &json!(note)));
    let decide_by: Date = pieces[0]["decide-by"].as_str().unwrap().parse().unwrap();
    let since: jiff::Timestamp = pieces[0]["since"].as_str().unwrap().parse().unwrap();
    let days = decide_by - since.to_zoned(jiff::tz::TimeZone::get("Europe/Brussels").unwrap()).date();
    assert_eq!(days.get_days(), 14);
    // Another role decides nothing, nor does anybody without a reason.
    let other = decision(&pieces[0], "recruitment", "remove", "sales");
    assert_eq!(service.post(&key, "/v1/screenings/decisions", &other).0, 422);
    let mut silent = decision(&pieces[0], "recruitment", "remove", "people-team");
    silent["reason"] = json!(" ");
    assert_eq!(service.post(&key, "/v1/screenings/decisions", &silent).0, 422);
    let remove = decision(&pieces[0], "recruitment", "remove", "people-team");
    let (status, done) = service.post(&key, "/v1/screenings/decisions", &remove);
    assert_eq!(status, 200, "{done}");
    assert!(done["entry"].as_u64().is_some(), "logged: {done}");
    assert!(!reads(&service, &key, "recruitment", "applicant.further"));
    assert!(reads(&service, &key, "recruitment", "applicant.name"), "the rest stays");
    assert_eq!(service.post(&key, "/v1/screenings/decisions", &remove).0, 404, "decided already");
    let sweeper = sweeper(&service);
    // On the next one nobody decides: before the day it stays, and then it goes.
    service.post(&key, "/v1/collect", &application("I also like chess.", 14));
    assert_eq!(service.post(&sweeper, "/v1/sweep", &json!({})).0, 200);
    assert!(reads(&service, &key, "recruitment", "applicant.further"), "the last day is not over");
    service.post(&key, "/v1/collect", &application("And my religion matters to me.", 16));
    let (_, dry) = service.post(&sweeper, "/v1/sweep?dry-run=true", &json!({}));
    assert!(dry.to_string().contains("\"deleted\":1"), "{dry}");
    assert_eq!(service.post(&sweeper, "/v1/sweep", &json!({})).0, 200);
    let left = waiting(&service, &key, "recruitment", "people-team");
    assert_eq!(left.iter().map(|one| &one["text"]).collect::<Vec<_>>(), [&json!("I also like chess.")]);
    service.command(&["ledger", "verify"]).ending(0);
}

#[test]
fn what_is_kept_stays_until_it_is_changed_and_a_hold_outlasts_the_default() {
    let service = Service::of("klarrio");
    let key = desk(&service);
    service.post(&key, "/v1/collect", &application("I speak Dutch.", 3));
    let pieces = waiting(&service, &key, "recruitment", "people-team");
    let keep = decision(&pieces[0], "recruitment", "keep", "people-team");
    assert_eq!(service.post(&key, "/v1/screenings/decisions", &keep).0, 200);
    assert_eq!(waiting(&service, &key, "recruitment", "people-team"), [Value::Null; 0]);
    service.post(&key, "/v1/collect", &application("My union helped me.", 20));
    let hold = json!({
        "person": { "email": ADA }, "data": ["applicant.further"], "reason": "claim 7", "approver": "legal",
        "review-on": "2040-01-01",
    });
    let (status, held) = service.post(&key, "/v1/holds", &hold);
    assert_eq!(status, 200, "{held}");
    let swept = service.post(&sweeper(&service), "/v1/sweep", &json!({}));
    assert_eq!(swept.0, 200, "{}", swept.1);
    assert!(reads(&service, &key, "recruitment", "applicant.further"), "held");
    let pieces = waiting(&service, &key, "recruitment", "people-team");
    let remove = decision(&pieces[0], "recruitment", "remove", "people-team");
    let (status, refused) = service.post(&key, "/v1/screenings/decisions", &remove);
    assert_eq!((status, &refused["article"]), (422, &json!("Art. 17(3)(e) GDPR")), "{refused}");
}

#[test]
fn klr_21_a_question_is_stored_for_enquiries_and_one_about_privacy_gets_a_day_within_a_month() {
    let service = Service::of("klarrio");
    let key = desk(&service);
    let (status, plain) = service.post(&key, "/v1/collect", &enquiry("When do you open?"));
    assert_eq!((status, plain["request"].as_str()), (200, None), "{plain}");
    assert!(reads(&service, &key, "enquiry", "enquiry.message"));
    let other = json!({ "person": { "email": ADA }, "purpose": "service-information" });
    let everything = service.key("all", &["read"], &["service-information"]);
    assert_eq!(service.post(&everything, "/v1/read", &other).1["values"], json!([]), "for enquiries alone");
    // The form says that it is about privacy.
    let mut asked = enquiry("Which data do you have of me?");
    asked["asks"] = json!("access");
    let (status, told) = service.post(&key, "/v1/collect", &asked);
    assert_eq!(status, 200, "{told}");
    let number = told["request"].as_str().unwrap();
    let request = of_number(&service, &key, number);
    is_within_a_month(&request);
    // Or somebody sees it as they look through.
    let stranger = "cy@example.org";
    let mut hidden = enquiry("Please forget me. I have diabetes and a disability.");
    hidden["person"] = json!({ "email": stranger });
    assert_eq!(service.post(&key, "/v1/collect", &hidden).0, 200);
    let pieces = waiting(&service, &key, "enquiry", "legal");
    assert_eq!(pieces[0]["flagged"], json!(["disab*"]), "flagged ones first: {pieces:?}");
    assert_eq!(pieces.len(), 3);
    let mut keep = decision(&pieces[0], "enquiry", "keep", "legal");
    keep["asks"] = json!("erasure");
    let (status, done) = service.post(&key, "/v1/screenings/decisions", &keep);
    assert_eq!(status, 200, "{done}");
    let request = of_number(&service, &key, done["request"].as_str().unwrap());
    assert_eq!(request["right"], "erasure");
    is_within_a_month(&request);
}

fn of_number(service: &Service, key: &str, number: &str) -> Value {
    let (status, text) = service.get_with(key, "/v1/requests");
    assert_eq!(status, 200, "{text}");
    let page: Value = serde_json::from_str(&text).unwrap();
    page["requests"].as_array().unwrap().iter().find(|one| one["case"] == number).unwrap().clone()
}

fn is_within_a_month(request: &Value) {
    let day = |name: &str| -> Date { request[name].as_str().unwrap().parse().unwrap() };
    let month = day("received_on").checked_add(jiff::Span::new().months(1)).unwrap();
    assert!(day("promised_on") <= month && day("promised_on") > day("received_on"), "{request}");
}

#[test]
fn klr_53_what_waits_is_listed_page_by_page_and_decided_on_the_command_line_with_a_dry_run() {
    let service = Service::of("klarrio");
    let key = desk(&service);
    for who in ["ada", "bo", "cy"] {
        let mut one = application(&format!("{who} plays chess."), 2);
        one["person"] = json!({ "email": format!("{who}@example.org") });
        assert_eq!(service.post(&key, "/v1/collect", &one).0, 200);
    }
    let list = |more: &[&str]| {
        let words = ["screening", "list", "--purpose", "recruitment", "--role", "people-team"];
        service.command(&[&words[..], more].concat())
    };
    let (mut after, mut texts) = (None::<String>, Vec::new());
    loop {
        let mut more = vec!["--count", "1", "--json"];
        if let Some(after) = &after {
            more.extend(["--after", after.as_str()]);
        }
        let page = list(&more).ending(0).json();
        let pieces = page["pieces"].as_array().unwrap();
        assert!(pieces.len() <= 1, "{page}");
        texts.extend(pieces.iter().map(|one| one["text"].as_str().unwrap().to_owned()));
        match page["next"].as_str() {
            Some(next) => after = Some(next.to_owned()),
            None => break,
        }
    }
    texts.sort();
    assert_eq!(texts, ["ada plays chess.", "bo plays chess.", "cy plays chess."], "each once");
    assert!(list(&["--after", "nobody"]).ending(2).err.contains("no number of a person"));
    assert!(
        service.command(&["screening", "list", "--purpose", "recruitment"]).ending(2).err.contains("role")
    );
    let text = list(&[]).ending(0).out;
    assert!(text.contains("decide by") && text.contains("bo plays chess."), "{text}");
    let piece = list(&["--json"]).ending(0).json()["pieces"][0].clone();
    let (person, record) = (piece["person"].as_str().unwrap().to_owned(), piece["record"].to_string());
    let decide = |becomes: &str, more: &[&str]| {
        let words = [
            "screening",
            "decide",
            becomes,
            "--purpose",
            "recruitment",
            "--role",
            "people-team",
            "--person",
            &person,
            "--record",
            &record,
            "--field",
            "applicant.further",
            "--reason",
            "says nothing of the work",
        ];
        service.command(&[&words[..], more].concat())
    };
    assert!(decide("remove", &["--dry-run"]).ending(0).out.contains("would go"));
    assert_eq!(list(&["--json"]).ending(0).json()["pieces"].as_array().unwrap().len(), 3, "nothing was done");
    assert!(decide("remove", &[]).ending(0).out.contains("is gone (entry"));
    let again = decide("remove", &[]).ending(1);
    assert!(again.err.contains("no such piece waits"), "{}", again.err);
    assert_eq!(list(&["--json"]).ending(0).json()["pieces"].as_array().unwrap().len(), 2);
}
