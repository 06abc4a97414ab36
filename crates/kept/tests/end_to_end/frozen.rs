//! Records that a law keeps as they are, and the corrections beside them, over HTTP.

use serde_json::{Value, json};

use super::serving::{ADA, Service};

const INVOICE: &str = "administration.vat-number";

fn office(service: &Service) -> String {
    service.key(
        "office",
        &["collect", "read", "record", "restrict"],
        &["administration", "documents-and-delivery"],
    )
}

fn invoice(key: &str, contract: &str) -> Value {
    json!({
        "key": key, "person": { "email": ADA }, "purpose": "administration", "people": "customer",
        "about": { "contract": contract }, "fields": { INVOICE: "BE0123456789", "administration.amount": "120.00 EUR" },
    })
}

fn named(key: &str) -> Value {
    json!({ "key": key, "purpose": "administration" })
}

fn with(key: &str, value: &str) -> Value {
    json!({ "key": key, "purpose": "administration", "fields": { INVOICE: value } })
}

fn place(service: &Service, key: &str, contract: &str) -> u16 {
    let placed =
        json!({ "person": { "email": ADA }, "event": "order-placed", "about": { "contract": contract } });
    service.post(key, "/v1/events", &placed).0
}

fn vat_number(read: &Value) -> &str {
    let values = read["values"].as_array().unwrap();
    values.iter().find(|one| one["field"] == INVOICE).unwrap()["value"].as_str().unwrap()
}

#[test]
fn kre_55_invoicing_data_stay_as_they_are_once_the_order_is_placed_and_an_error_is_put_right_beside_them() {
    let service = Service::of("kresoft");
    let key = office(&service);
    for (record, contract) in [("i-1", "O-1"), ("i-2", "O-2")] {
        assert_eq!(service.post(&key, "/v1/records", &invoice(record, contract)).0, 200);
    }
    // Before the order, a change works.
    assert_eq!(service.post(&key, "/v1/records/change", &with("i-1", "BE0987654321")).0, 200);
    assert_eq!(place(&service, &key, "O-1"), 200);
    for (path, body) in [("change", with("i-1", "BE0111111111")), ("delete", named("i-1"))] {
        let (status, refused) = service.post(&key, &format!("/v1/records/{path}"), &body);
        assert_eq!(status, 422, "{path}: {refused}");
        let words = refused["detail"].as_str().unwrap();
        let year = i64::from(super::company::now().to_zoned(jiff::tz::TimeZone::UTC).year()) + 10;
        assert!(words.contains("Belgian VAT Code, art. 60"), "why: {words}");
        assert!(words.contains(&format!("until {year}-12-31")), "until when: {words}");
        assert_eq!(refused["article"], "Art. 16, 17(3)(b) GDPR");
    }
    let (_, read) = service.post(&key, "/v1/records/read", &named("i-1"));
    assert_eq!(vat_number(&read), "BE0987654321", "the record is untouched");
    // Another order that is not placed is still changed, and then taken away.
    assert_eq!(service.post(&key, "/v1/records/change", &with("i-2", "BE0222222222")).0, 200);
    assert_eq!(service.post(&key, "/v1/records/delete", &named("i-2")).0, 200);

    let mut correction = with("i-1", "BE0333333333");
    correction["correction"] = json!("i-1-corrected");
    for repeated in [false, true] {
        let (status, added) = service.post_once(&key, Some("c"), "/v1/records/correct", &correction);
        assert_eq!((status, &added["repeated"]), (200, &json!(repeated)), "{added}");
    }
    let (_, first) = service.post(&key, "/v1/records/read", &named("i-1"));
    let (_, second) = service.post(&key, "/v1/records/read", &named("i-1-corrected"));
    assert_eq!((vat_number(&first), vat_number(&second)), ("BE0987654321", "BE0333333333"));
    assert_eq!(first["corrected-by"], json!([second["number"]]), "{first}");
    assert_eq!(second["corrects"], first["number"], "{second}");
    // A future order takes what the person's data say now.
    let person = json!({ "person": { "email": ADA }, "purpose": "administration" });
    let (_, now) = service.post(&key, "/v1/read", &person);
    assert_eq!(vat_number(&now), "BE0333333333");
    // The correction belongs to the placed order, and stays as it is too.
    assert_eq!(service.post(&key, "/v1/records/change", &with("i-1-corrected", "BE0444444444")).0, 422);
}

#[test]
fn kre_55_a_correction_stays_as_it_is_with_the_record_that_it_puts_right_and_is_itself_corrected_beside() {
    let service = Service::of("kresoft");
    let key = office(&service);
    // Of no order: the order was placed after the record, and before its correction.
    let mut record = invoice("i-1", "O-1");
    record.as_object_mut().unwrap().remove("about");
    assert_eq!(service.post(&key, "/v1/records", &record).0, 200);
    let placed = json!({ "person": { "email": ADA }, "event": "order-placed" });
    assert_eq!(service.post(&key, "/v1/events", &placed).0, 200);
    for (wrong, right, value) in [("i-1", "i-2", "BE0333333333"), ("i-2", "i-3", "BE0444444444")] {
        let mut correction = with(wrong, value);
        correction["correction"] = json!(right);
        let (status, added) = service.post(&key, "/v1/records/correct", &correction);
        assert_eq!(status, 200, "{added}");
    }
    for (path, body) in [("change", with("i-1", "BE0111111111")), ("delete", named("i-1"))] {
        let (_, first) = service.post(&key, &format!("/v1/records/{path}"), &body);
        for correction in ["i-2", "i-3"] {
            let mut body = body.clone();
            body["key"] = json!(correction);
            let (status, refused) = service.post(&key, &format!("/v1/records/{path}"), &body);
            assert_eq!(status, 422, "{path} {correction}: {refused}");
            let words = refused["detail"].as_str().unwrap();
            assert!(words.contains("Belgian VAT Code, art. 60") && words.contains("until "), "{words}");
            assert_eq!(refused["article"], first["article"], "the same rule");
        }
    }
    let person = json!({ "person": { "email": ADA }, "purpose": "administration" });
    assert_eq!(vat_number(&service.post(&key, "/v1/read", &person).1), "BE0444444444");
}

#[test]
fn a_request_for_erasure_takes_no_frozen_record_and_says_until_when_it_stays() {
    let service = Service::of("kresoft");
    let key = office(&service);
    let mut placed = invoice("i-1", "O-1");
    placed["events"] = json!(["order-placed"]);
    assert_eq!(service.post(&key, "/v1/records", &placed).0, 200);
    assert_eq!(
        service.post(&key, "/v1/records/change", &with("i-1", "BE0111111111")).0,
        422,
        "placed with it"
    );
    let person = format!("email={ADA}");
    service.command(&["request", "erase", "--person", &person, "--yes"]).ending(0);
    let (_, read) = service.post(&key, "/v1/records/read", &named("i-1"));
    assert_eq!(vat_number(&read), "BE0123456789", "{read}");
}

#[test]
fn what_a_hold_keeps_is_not_changed_and_is_corrected_beside_it() {
    let service = Service::of("kresoft");
    let key = office(&service);
    assert_eq!(service.post(&key, "/v1/records", &invoice("i-1", "O-1")).0, 200);
    let hold = json!({
        "person": { "email": ADA }, "data": ["administration"], "reason": "claim 7", "approver": "legal",
        "review-on": "2040-01-01",
    });
    assert_eq!(service.post(&key, "/v1/holds", &hold).0, 200);
    for (path, body) in [("change", with("i-1", "BE0111111111")), ("delete", named("i-1"))] {
        let (status, refused) = service.post(&key, &format!("/v1/records/{path}"), &body);
        assert_eq!((status, &refused["article"]), (422, &json!("Art. 17(3)(e) GDPR")), "{path}: {refused}");
    }
    let mut correction = with("i-1", "BE0111111111");
    correction["correction"] = json!("i-1");
    assert_eq!(service.post(&key, "/v1/records/correct", &correction).0, 409, "the key is taken");
    correction["correction"] = json!("i-1-corrected");
    assert_eq!(service.post(&key, "/v1/records/correct", &correction).0, 200);
    correction["fields"] = json!({ "general.name": "Ada" });
    assert_eq!(service.post(&key, "/v1/records/correct", &correction).0, 422, "the record has no such field");
}

#[test]
fn an_access_report_says_what_a_correction_puts_right_and_no_link_leads_to_a_record_that_is_gone() {
    let service = Service::of("kresoft");
    let key = office(&service);
    assert_eq!(service.post(&key, "/v1/records", &invoice("i-1", "O-1")).0, 200, "of no placed order");
    let mut correction = with("i-1", "BE0111111111");
    correction["correction"] = json!("i-1-right");
    assert_eq!(service.post(&key, "/v1/records/correct", &correction).0, 200);
    let (_, first) = service.post(&key, "/v1/records/read", &named("i-1"));
    let (_, second) = service.post(&key, "/v1/records/read", &named("i-1-right"));
    let person = format!("email={ADA}");
    let said = service.command(&["request", "access", "--person", &person]).ending(0).out;
    let (wrong, right) = (first["number"].to_string(), second["number"].to_string());
    assert!(said.contains(&format!("puts right what row {wrong} says")), "{said}");
    assert!(said.contains(&format!("put right by row {right}")), "{said}");
    assert!(!said.contains("(empty)"), "a field that a record does not have is none that is empty: {said}");
    assert_eq!(service.post(&key, "/v1/records/delete", &named("i-1-right")).0, 200);
    let (_, first) = service.post(&key, "/v1/records/read", &named("i-1"));
    assert_eq!(first.get("corrected-by"), None, "it is gone: {first}");
    let list = json!({ "person": { "email": ADA }, "purpose": "administration" });
    let (_, page) = service.post(&key, "/v1/records/list", &list);
    assert!(!page.to_string().contains("corrected-by"), "{page}");
}
