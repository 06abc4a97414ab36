//! Values of which the policy lets a part be shown, over HTTP and in reports; and values that are none of
//! their field's kind.

use serde_json::{Value, json};

use super::serving::{ADA, Service};

const CARD: &str = "4111 1111 1111 1234";
/// The same with a check digit that fits.
const RIGHT: &str = "4111 1111 1111 1111";

fn holder(fields: &Value) -> Value {
    json!({
        "person": { "email": ADA }, "purposes": ["contract"], "people": "contract-holder", "fields": fields,
        "events": ["contract-start"], "about": { "contract": "C-1" }, "age": { "years": 40 },
    })
}

fn value<'a>(answer: &'a Value, field: &str) -> &'a str {
    let values = answer["values"].as_array().unwrap();
    values.iter().find(|one| one["field"] == field).unwrap()["value"].as_str().unwrap()
}

#[test]
fn klx_12_a_card_number_is_sealed_shown_by_its_last_four_digits_and_asked_for_in_contract_management_only() {
    let service = Service::of("klaxoon");
    let may = ["collect", "read", "disclose"];
    let key = service.key("shop", &may, &["contract", "account", "product-news", "legal-duties"]);
    let (status, wrong) = service.post(&key, "/v1/collect", &holder(&json!({ "contract.card": CARD })));
    assert_eq!((status, wrong["type"].as_str()), (422, Some("urn:kept:problem:not-of-type")), "{wrong}");
    assert!(wrong.to_string().contains("contract.card") && !wrong.to_string().contains("4111"), "{wrong}");
    let fields =
        json!({ "contract.card": RIGHT, "contract.account-number": "FR76 3000 6000 0112 3456 7890 189" });
    let (status, collected) = service.post(&key, "/v1/collect", &holder(&fields));
    assert_eq!(status, 200, "{collected}");

    let read = json!({ "person": { "email": ADA }, "purpose": "contract" });
    let (_, read) = service.post(&key, "/v1/read", &read);
    assert_eq!(value(&read, "contract.card"), "•••• 1111", "{read}");
    assert_eq!(value(&read, "contract.account-number"), "•••• 0189", "{read}");
    // Whoever is told to bill is given the whole.
    let give = json!({
        "person": { "email": ADA }, "purpose": "contract", "recipient": "subcontractors", "fields": ["contract.card"],
    });
    let (_, given) = service.post(&key, "/v1/disclose", &give);
    assert_eq!(value(&given, "contract.card"), RIGHT, "{given}");
    let person = format!("email={ADA}");
    let report = service.command(&["request", "access", "--person", &person]);
    assert!(report.all().contains("•••• 1111") && !report.all().contains(RIGHT), "{}", report.all());
    // Encrypted wherever it is stored.
    for spelling in [RIGHT, "4111111111111111"] {
        assert!(service.files_with(spelling).is_empty());
    }
    for other in ["account", "product-news", "legal-duties"] {
        let mut asked = holder(&json!({ "contract.card": RIGHT }));
        asked["purposes"] = json!([other]);
        let (status, refused) = service.post(&key, "/v1/collect", &asked);
        assert_eq!(status, 422, "{other}: {refused}");
    }
}

#[test]
fn a_record_shows_no_more_of_a_masked_field_than_other_readings() {
    let service = Service::of("klaxoon");
    let key = service.key("shop", &["collect", "read"], &["contract"]);
    let record = json!({
        "key": "c-1", "person": { "email": ADA }, "purpose": "contract", "people": "contract-holder",
        "events": ["contract-start"], "about": { "contract": "C-1" }, "fields": { "contract.card": RIGHT },
    });
    let (status, kept) = service.post(&key, "/v1/records", &record);
    assert_eq!(status, 200, "{kept}");
    let (_, read) = service.post(&key, "/v1/records/read", &json!({ "key": "c-1", "purpose": "contract" }));
    assert_eq!(value(&read, "contract.card"), "•••• 1111", "{read}");
    let list = json!({ "person": { "email": ADA }, "purpose": "contract" });
    let (_, page) = service.post(&key, "/v1/records/list", &list);
    assert_eq!(value(&page["records"][0], "contract.card"), "•••• 1111", "{page}");
}

#[test]
fn a_value_that_is_none_of_its_kind_is_refused_by_its_field_and_without_the_value() {
    let service = Service::start_with(
        "[data.bill.fields]\namount = \"money\"\nissued = \"date\"\npaid = \"truth\"\n\
         [purpose.bill]\ntitle = \"Bill\"\npeople = [\"visitor\"]\ndata = [\"bill\"]\n\
         basis = \"contract\"\nkeep = \"1 year after collection\"\n",
        &[],
        &[],
    );
    let key = service.key("shop", &["collect"], &["bill"]);
    let collect = |field: &str, value: &str| {
        let body = json!({ "person": { "email": ADA }, "purposes": ["bill"], "fields": { field: value } });
        service.post(&key, "/v1/collect", &body)
    };
    for (field, value) in [("bill.amount", "abc"), ("bill.issued", "tomorrowish"), ("bill.paid", "perhaps")] {
        let (status, refused) = collect(field, value);
        assert_eq!(
            (status, refused["type"].as_str()),
            (422, Some("urn:kept:problem:not-of-type")),
            "{refused}"
        );
        let words = refused.to_string();
        assert!(words.contains(field) && !words.contains(value), "{words}");
    }
    for (field, value) in [("bill.amount", "12.50 EUR"), ("bill.issued", "2026-11-22"), ("bill.paid", "true")]
    {
        assert_eq!(collect(field, value).0, 200, "{field}");
    }
}
