//! The JSON form against the public schema of TILT.

use kept_core::policy::model::Retention;
use kept_web::notice::Format;
use kept_web::notice::{NoticeError, notice};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{klivar, said, whole};

const SCHEMA: &str = include_str!("../data/tilt/tilt-schema.json");

fn faults(document: &Value) -> Vec<String> {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let options = jsonschema::options().should_validate_formats(true);
    let validator = options.build(&schema).unwrap();
    validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn the_json_form_is_valid_tilt_in_every_language() {
    let policies = crate::real::by_name()
        .into_iter()
        .chain([("by hand".to_owned(), klivar::policy()), ("whole".to_owned(), whole::policy())]);
    let mut written = 0;
    for (name, policy) in policies {
        for language in &policy.notice.languages {
            let text = match notice(&policy, language, Format::Json) {
                // What was published lacks facts that TILT demands.
                Err(NoticeError::Tilt(_)) if name.starts_with("as-published") => continue,
                text => text.unwrap(),
            };
            let document: Value = serde_json::from_str(&text).unwrap();
            assert_eq!(faults(&document), Vec::<String>::new(), "{name} {language}");
            assert_eq!(document["meta"]["language"], language.as_str());
            written += 1;
        }
    }
    assert!(written > 15, "{written} documents");
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

#[test]
fn the_hash_is_of_the_document_and_a_new_layout_of_the_files_does_not_change_it() {
    let mut policy = klivar::policy();
    let first = said(&policy, "en", Format::Json);
    policy.digest = "another layout of the same files".to_owned();
    assert_eq!(said(&policy, "en", Format::Json), first);
    let document: Value = serde_json::from_str(&first).unwrap();
    let hash = document["meta"]["_hash"].as_str().unwrap();
    let unhashed = first.replacen(hash, "", 1);
    let digest: String = Sha256::digest(&unhashed).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hash, digest, "anybody can compute it from the document alone");
    policy.purposes["billing"].title.written = "Invoices".to_owned();
    assert!(!said(&policy, "en", Format::Json).contains(hash), "another notice has another hash");
}

#[test]
fn periods_ride_along_as_the_policy_writes_them() {
    let policy = crate::real::by_name().into_iter().find(|(name, _)| name == "kresoft").unwrap().1;
    let document: Value = serde_json::from_str(&said(&policy, "nl", Format::Json)).unwrap();
    let disclosed = document["dataDisclosed"].as_array().unwrap();
    let periods: Vec<&Value> = disclosed.iter().flat_map(|one| one["storage"].as_array().unwrap()).collect();
    for purpose in policy.purposes.values() {
        let statement = format!("purpose.{}.keep", purpose.name);
        let Some(said) = periods.iter().find(|one| one["statement"] == *statement) else { continue };
        match &purpose.retention {
            Retention::Keep(keep) => assert_eq!(said["keep"], *keep.written, "{statement}"),
            Retention::Criterion { criterion, review, .. } => {
                let written = policy.text(criterion, &"nl".into());
                assert_eq!(said["purposeConditional"][0], *written, "{statement}");
                assert_eq!(said["review"].is_string(), review.is_some(), "{statement}");
            }
            Retention::Missing => {}
        }
    }
    assert!(periods.iter().any(|one| one["review"].is_string()), "a criterion is reviewed");
}

#[test]
fn complaints_go_to_the_authority_and_sources_say_whether_they_are_public() {
    let document: Value = serde_json::from_str(&said(&whole::policy(), "en", Format::Json)).unwrap();
    let sources = document["sources"].as_array().unwrap().iter();
    let log = sources.clone().find(|one| one["_id"] == "data.log.from").unwrap();
    let telecom = log["sources"].as_array().unwrap().iter().find(|one| one["statement"] == "source.telecom");
    assert_eq!(telecom.unwrap()["publiclyAvailable"], true);
    let uses = document["changesOfPurpose"].as_array().unwrap();
    assert!(uses[0]["description"].as_str().unwrap().contains("a close link"), "{uses:?}");
    let prospecting = document["dataDisclosed"].as_array().unwrap().iter();
    let mut bases = prospecting.flat_map(|one| one["legalBases"].as_array().unwrap());
    let arms = bases.find(|one| one["statement"] == "purpose.prospecting.basis").unwrap();
    assert!(arms["description"].as_str().unwrap().contains("For anybody who has an account"), "{arms}");
    let document: Value = serde_json::from_str(&said(&klivar::policy(), "en", Format::Json)).unwrap();
    let complaint = &document["rightToComplain"];
    assert_ne!(complaint["email"], document["controller"]["representative"]["email"]);
    assert!(complaint["url"].as_str().unwrap().contains("cnil.fr"), "{complaint}");
}

/// Everything that TILT and what rides along in it say of a purpose.
fn facts(policy: &kept_core::policy::Policy) -> Vec<String> {
    let sorted = |mut all: Vec<String>| {
        all.sort();
        all.join(",")
    };
    let purposes = policy.purposes.values().map(|one| {
        let receives = policy.recipients.values().filter(|recipient| {
            one.recipients.contains(&recipient.id) || recipient.purposes.contains(&one.name)
        });
        let retention = match &one.retention {
            Retention::Keep(keep) => keep.written.clone(),
            Retention::Criterion { criterion, ends, review, at_most, then_anonymised } => {
                format!("{} {ends:?} {review:?} {at_most:?} {then_anonymised}", criterion.written)
            }
            Retention::Missing => String::new(),
        };
        // TILT has one basis for a purpose: that of several audiences is the one that allows least.
        let basis = format!("{:?}", one.basis.word());
        let text =
            |text: &Option<kept_core::policy::model::Text>| text.as_ref().map(|text| text.written.clone());
        format!(
            "{} {} {:?} {:?} {basis} {retention} data={} people={} to={} {:?} {} {:?}",
            one.name,
            one.title.written,
            text(&one.description),
            text(&one.required),
            sorted(one.data.iter().map(ToString::to_string).collect()),
            sorted(one.people.iter().map(ToString::to_string).collect()),
            sorted(receives.map(|recipient| recipient.id.to_string()).collect()),
            one.marketing,
            one.profiling,
            text(&one.off),
        )
    });
    let fields = policy.data.values().flat_map(|category| {
        category.fields.values().map(move |field| {
            format!("{}.{} {:?} {:?}", category.name, field.name, field.kind, category.special)
        })
    });
    let mut all: Vec<String> = purposes.chain(fields).collect();
    all.sort();
    all
}

#[test]
fn what_a_policy_says_of_its_purposes_comes_back_from_its_own_tilt() {
    use kept_core::import::{Outcome, import};
    use kept_core::policy::source::SourceFile;
    let mut compared = 0;
    for (name, policy) in crate::real::by_name() {
        if name.starts_with("as-published") {
            continue;
        }
        let language = policy.notice.languages[0].clone();
        let Ok(document) = notice(&policy, &language, Format::Json) else { continue };
        let imported = import(document.as_bytes()).unwrap();
        let lost = imported.leaves.iter().filter(|leaf| matches!(leaf.outcome, Outcome::NotCarried(_)));
        assert_eq!(lost.count(), 0, "{name}");
        let read = kept_core::policy::examine(&[SourceFile::new("policy.toml", imported.toml.clone())]);
        let (before, after) = (facts(&policy), facts(&read.policy.unwrap()));
        let gone: Vec<_> = before.iter().filter(|fact| !after.contains(fact)).collect();
        let made: Vec<_> = after.iter().filter(|fact| !before.contains(fact)).collect();
        assert!(gone.is_empty() && made.is_empty(), "{name}: gone {gone:#?}, made {made:#?}");
        compared += 1;
    }
    assert!(compared >= 5, "{compared} policies");
}
