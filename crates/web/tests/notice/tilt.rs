//! The JSON form against the public schema of TILT.

use kept_web::notice::Format;
use kept_web::notice::{NoticeError, notice};
use serde_json::Value;

use crate::{klivar, said};

const SCHEMA: &str = include_str!("../data/tilt/tilt-schema.json");

fn faults(document: &Value) -> Vec<String> {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let options = jsonschema::options().should_validate_formats(true);
    let validator = options.build(&schema).unwrap();
    validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn the_json_form_is_valid_tilt_in_every_language() {
    let policies = [klivar::policy(), crate::real::policy()];
    for (policy, language) in policies.iter().flat_map(|policy| [(policy, "en"), (policy, "fr")]) {
        let document: Value = serde_json::from_str(&said(policy, language, Format::Json)).unwrap();
        assert_eq!(faults(&document), Vec::<String>::new());
        assert_eq!(document["meta"]["language"], language);
    }
}

#[test]
fn the_schema_would_find_a_fault() {
    let mut document: Value = serde_json::from_str(&said(&klivar::policy(), "en", Format::Json)).unwrap();
    document["controller"]["country"] = Value::from("France");
    document["dataDisclosed"][0]["storage"][0]["aggregationFunction"] = Value::from("most");
    assert!(faults(&document).len() >= 2, "{:?}", faults(&document));
}

#[test]
fn tilt_carries_the_facts_of_the_policy() {
    let document: Value = serde_json::from_str(&said(&klivar::policy(), "en", Format::Json)).unwrap();
    assert_eq!(document["controller"]["name"], "Klivar");
    assert_eq!(document["rightToComplain"]["supervisoryAuthority"]["country"], "FR");
    let billing = document["dataDisclosed"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["_id"] == "data.billing")
        .unwrap();
    assert_eq!(billing["storage"][0]["temporal"][0]["ttl"], "P10Y");
    assert_eq!(billing["legalBases"][0]["reference"], "GDPR-6-1-c");
    assert_eq!(billing["storage"][0]["statement"], "purpose.billing.keep");
    assert_eq!(document["thirdCountryTransfers"][0]["country"], "US");
}

#[test]
fn facts_that_tilt_demands_and_the_policy_lacks_are_named_together() {
    let mut policy = klivar::policy();
    policy.notice.version = None;
    policy.controllers["klivar"].email = None;
    let error = notice(&policy, &"en".into(), Format::Json).unwrap_err();
    assert!(matches!(&error, NoticeError::Tilt(missing) if missing.len() == 2));
    assert!(error.to_string().contains("`[notice] version`"), "{error}");
}
