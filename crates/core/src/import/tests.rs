//! No crash, no silent loss: every leaf of a document is accounted for.

use super::*;
use crate::diagnostic::Severity;
use crate::policy::examine;
use crate::policy::reader::Read;
use crate::policy::source::SourceFile;

const TILT: &str = include_str!("../../tests/imports/shop.tilt.json");
const SYSTEMS: &str = include_str!("../../tests/imports/systems.yml");
const OLD: &str = include_str!("../../tests/imports/old.yml");

fn imported(text: &str) -> Imported {
    import(text.as_bytes()).unwrap()
}

fn read(imported: &Imported) -> Read {
    examine(&[SourceFile::new("policy.toml", imported.toml.clone())])
}

fn outcome<'a>(imported: &'a Imported, path: &str) -> &'a Outcome {
    let found = imported.leaves.iter().find(|leaf| leaf.path == path);
    &found.unwrap_or_else(|| panic!("no leaf {path}")).outcome
}

/// Errors that say that the draft is no TOML of the language, not that facts are missing.
fn faults(read: &Read) -> Vec<String> {
    let wrong = |code: &str| {
        ["toml/", "key/", "table/", "edition/", "text/", "keep/unreadable"]
            .iter()
            .any(|start| code.starts_with(start))
    };
    let errors = read.diagnostics.iter().filter(|one| one.severity == Severity::Error && wrong(one.code));
    errors.map(|one| format!("{}: {}", one.code, one.message)).collect()
}

fn count(node: &Node) -> usize {
    match node {
        Node::Leaf(..) => 1,
        Node::List(items) => items.iter().map(count).sum(),
        Node::Table(fields) => fields.iter().map(|(_, field)| count(field)).sum(),
    }
}

#[test]
fn every_leaf_of_a_document_is_accounted_for() {
    for text in [TILT, SYSTEMS, OLD] {
        let imported = imported(text);
        assert_eq!(imported.leaves.len(), count(&node::read(text).unwrap()));
        for leaf in &imported.leaves {
            match &leaf.outcome {
                Outcome::Empty => assert_eq!(leaf.says, None, "{}", leaf.path),
                Outcome::NotCarried(why) => assert!(why.len() > 10, "{}", leaf.path),
                Outcome::Carried(to) | Outcome::Remark { to, .. } => assert!(!to.is_empty(), "{}", leaf.path),
            }
        }
    }
}

/// What the draft may say by a word of the language in place of the document's own.
const TURNED: &[&str] =
    &["reference", "statement", "_id", "basis", "category", "ttl", "legalBases", "publiclyAvailable"];

#[test]
fn what_is_carried_stands_in_the_draft() {
    for text in [TILT, SYSTEMS, OLD] {
        let imported = imported(text);
        let plain = imported.toml.replace("\\\"", "\"").to_lowercase();
        for leaf in &imported.leaves {
            let (Outcome::Carried(_), Some(says)) = (&leaf.outcome, &leaf.says) else { continue };
            let turned = TURNED.iter().any(|word| leaf.path.contains(word)) || !says.contains(' ');
            if !turned {
                let start = says.to_lowercase();
                let start =
                    start.strip_prefix("kept for ").unwrap_or(&start).trim_end_matches('.').to_owned();
                assert!(plain.contains(&start), "{} = {says}\n{}", leaf.path, imported.toml);
            }
        }
    }
}

#[test]
fn what_is_said_to_be_a_comment_is_one() {
    let on_one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    for text in [TILT, SYSTEMS, OLD] {
        let imported = imported(text);
        let comments = imported.toml.lines().filter(|line| line.starts_with('#')).map(on_one_line);
        let comments: Vec<String> = comments.collect();
        for leaf in &imported.leaves {
            let (Outcome::Remark { remark, .. }, Some(says)) = (&leaf.outcome, &leaf.says) else { continue };
            if remark.contains("comment") {
                let says = on_one_line(says);
                assert!(comments.iter().any(|line| line.contains(&says)), "{} = {says}", leaf.path);
            }
        }
    }
}

#[test]
fn a_draft_is_of_the_language_and_only_facts_are_missing() {
    for text in [TILT, SYSTEMS, OLD] {
        let imported = imported(text);
        let read = read(&imported);
        assert!(faults(&read).is_empty(), "{:#?}\n{}", faults(&read), imported.toml);
        assert!(read.policy.is_some());
    }
}

#[test]
fn a_tilt_document_becomes_purposes_with_bases_periods_and_recipients() {
    let imported = imported(TILT);
    assert_eq!(imported.kind, Kind::Tilt);
    let policy = read(&imported).policy.unwrap();
    let controller = policy.controller().unwrap();
    assert_eq!(controller.name, "Garden Shop GmbH");
    assert_eq!(controller.country.as_deref(), Some("DE"));
    assert_eq!(controller.email.as_deref(), Some("contact@shop.example"));
    assert!(controller.officer.as_deref().unwrap().contains("dpo@shop.example"));
    let names: Vec<&str> = policy.purposes.keys().map(crate::name::PurposeName::as_str).collect();
    assert_eq!(names, ["advertising", "order-handling", "security", "automated-decisions"]);
    let advertising = &policy.purposes["advertising"];
    assert!(advertising.basis.is_consent());
    assert_eq!(advertising.keep().unwrap().written, "3 years after the last contact");
    assert_eq!(advertising.recipients.len(), 2);
    assert_eq!(policy.purposes["order-handling"].keep().unwrap().written, "10 years");
    assert_eq!(policy.purposes["security"].basis.word(), "legitimate-interest");
    assert_eq!(policy.recipients["mailer-inc"].country.as_deref(), Some("US"));
    assert!(policy.recipients["mailer-inc"].safeguard.is_some());
    assert!(policy.recipients.values().any(|one| one.country.as_deref() == Some("BR")));
    assert!(policy.sources.values().any(|one| one.public && one.name.written == "Address broker"));
    assert!(matches!(outcome(&imported, "changesOfPurpose[0].description"), Outcome::NotCarried(_)));
    assert!(matches!(outcome(&imported, "meta._hash"), Outcome::Remark { .. }), "kept as a comment");
}

/// A document of Kept's own making with one purpose, and what it says of the period.
fn own(keep: &str) -> Imported {
    imported(&format!(
        r#"{{ "dataDisclosed": [ {{ "_id": "data.report", "category": "Report", "purposes": [
            {{ "purpose": "Repair", "description": "To mend it", "statement": "purpose.repair" }} ],
            "storage": [ {{ "keep": {keep}, "purposeConditional": ["in words"], "temporal": [
            {{ "description": "in words", "ttl": "P1Y" }} ] }} ] }} ] }}"#
    ))
}

#[test]
fn a_period_that_kept_wrote_comes_back_whole_with_its_events() {
    use crate::policy::model::Retention;
    let sentence = own(r#""1 year after the latest of collection and repair-done, then 2 years locked""#);
    let policy = read(&sentence).policy.unwrap();
    assert!(
        policy.purposes["repair"]
            .keep()
            .unwrap()
            .written
            .contains("the latest of collection and repair-done")
    );
    assert!(policy.events.contains_key("repair-done"), "{}", sentence.toml);
    let criterion = own(
        r#"{ "criterion": "Until it is mended", "ends": "repair-done", "review": "every 6 months", "at-most": "2 years" }"#,
    );
    let policy = read(&criterion).policy.unwrap();
    let Retention::Criterion { ends, review, at_most, .. } = &policy.purposes["repair"].retention else {
        panic!("{}", criterion.toml)
    };
    assert_eq!(ends.as_ref().unwrap().as_str(), "repair-done");
    assert!(review.is_some() && at_most.is_some());
    for imported in [sentence, criterion] {
        assert!(
            imported.leaves.iter().all(|leaf| !matches!(leaf.outcome, Outcome::NotCarried(_))),
            "{imported:#?}"
        );
        assert!(faults(&read(&imported)).is_empty());
    }
    let odd = own(r#""as long as we like""#);
    assert!(odd.toml.contains("1 year"), "the length in its place");
}

#[test]
fn what_the_public_documents_of_tilt_have_beside_the_schema_is_carried() {
    let imported = imported(
        r#"{ "meta": { "name": "Town library", "language": "de", "created": "2021-07-17T10:19:19.79" },
          "controller": { "name": "Town library", "country": "DE", "address": "Markt 1", "sector": "R",
            "representative": { "name": null, "email": null } },
          "dataProtectionOfficer": { "name": null, "email": "dpo@library.example", "country": "DE" },
          "dataDisclosed": [ { "_id": "7d", "category": "Log", "subcategories": ["IP address", "Time"],
            "purposes": [ { "purpose": "Find faults", "description": null } ],
            "legalBases": [ { "reference": "GDPR-6-1-f", "description": "our interest" } ],
            "legitimateInterests": [ { "reasoning": "a site that works", "exists": true } ],
            "recipients": [ { "name": [], "category": [], "country": [] },
              { "name": "Map service", "representative": { "name": "J. Doe", "email": "doe@maps.example" } } ],
            "storage": [ { "temporal": [ { "description": "backups", "ttl": "2020-08-09T18:31:42P3Y6M4DT12H" },
              { "description": "order", "ttl": "P2W" } ], "aggregationFunction": "max" } ] } ],
          "thirdCountryTransfers": [ { "country": [], "adequacyDecision": [] } ],
          "accessAndDataPortability": { "available": true, "description": null, "dataFormat": "json" },
          "rightToComplain": { "available": true, "description": "You may turn to our data protection team.",
            "email": "complaints@library.example", "url": "https://library.example/complain" },
          "changesOfPurpose": [ { "description": [] } ] }"#,
    );
    let lost: Vec<&Leaf> =
        imported.leaves.iter().filter(|leaf| matches!(leaf.outcome, Outcome::NotCarried(_))).collect();
    assert!(lost.is_empty(), "{lost:#?}");
    let policy = read(&imported).policy.unwrap();
    let (name, purpose) = policy.purposes.first().unwrap();
    assert_eq!(
        (name.as_str(), purpose.keep().unwrap().written.as_str()),
        ("find-faults", "3 years 6 months 4 days")
    );
    assert_eq!(policy.data["log"].fields.len(), 2);
    for said in ["sector: R", "doe@maps.example", "our data protection team", "complaints@library.example"] {
        assert!(imported.toml.contains(said), "{said}\n{}", imported.toml);
    }
}

#[test]
fn a_fides_manifest_becomes_purposes_people_and_data() {
    let imported = imported(SYSTEMS);
    assert_eq!(imported.kind, Kind::Fides);
    let policy = read(&imported).policy.unwrap();
    assert_eq!(policy.controller().unwrap().name, "Acme Gardens");
    assert!(imported.toml.contains("# the controller's contact: Acme Gardens SAS"), "{}", imported.toml);
    assert!(imported.toml.contains("# in the system Analytics System (analytics_system): "));
    assert_eq!(policy.purposes.len(), 4);
    let letter = &policy.purposes["send-the-newsletter"];
    assert!(letter.basis.is_consent() && letter.is_marketing());
    assert_eq!(letter.keep().unwrap().written, "3 years after the last contact");
    assert_eq!(letter.people.len(), 2);
    assert_eq!(letter.recipients.len(), 3, "the mail company and two countries");
    assert!(policy.purposes.contains_key("keep-the-shop-safe"), "the manifest's own words name a use");
    assert_eq!(policy.people["customer"].who.written, "Customers of the shop");
    assert_eq!(policy.data["contact"].title.written, "Contact details");
    assert!(policy.data["contact"].fields.contains_key("email"));
    assert!(
        policy.data["contact"].fields.contains_key("address-street"),
        "found in a dataset's nested fields"
    );
    assert_eq!(policy.data["health-and-medical"].special.as_deref(), Some("health"));
    let mailer = &policy.recipients["mailer-inc"];
    assert_eq!(mailer.country.as_deref(), Some("US"));
    assert!(policy.duties.len() == 1 && policy.joint.len() == 1);
    assert!(matches!(outcome(&imported, "policy[0].rules[0].name"), Outcome::NotCarried(_)));
    assert!(matches!(outcome(&imported, "system[2].name"), Outcome::NotCarried(_)));
    assert!(matches!(outcome(&imported, "dataset[0].retention"), Outcome::NotCarried(_)));
}

#[test]
fn older_spellings_of_keys_are_understood() {
    let policy = read(&imported(OLD)).policy.unwrap();
    let bill = &policy.purposes["bill-customers"];
    assert_eq!(bill.data.iter().map(ToString::to_string).collect::<Vec<_>>(), ["contact.email", "financial"]);
    assert_eq!(bill.people, ["customer".into()]);
}

#[test]
fn a_key_that_stands_twice_is_lost_in_no_language() {
    let json = imported(r#"{ "dataDisclosed": [], "meta": { "name": "one", "name": "two" } }"#);
    assert_eq!(json.leaves.iter().filter(|leaf| leaf.path == "meta.name").count(), 2);
    let yaml = imported("organization:\n  name: A firm\n  unheard_of: { deep: [1, x] }\n");
    assert!(matches!(outcome(&yaml, "organization.unheard_of.deep[1]"), Outcome::NotCarried(_)));
}

#[test]
fn documents_that_can_t_be_read_are_refused_with_the_reason() {
    let deep = "[".repeat(200) + &"]".repeat(200);
    let deep_json = format!("{{ \"dataDisclosed\": {deep} }}");
    let deep_yaml = (0..100).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect::<String>();
    let mut laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for step in 1..12 {
        let items = vec![format!("*a{}", step - 1); 10].join(", ");
        laughs += &format!("a{step}: &a{step} [{items}]\n");
    }
    let many = format!("{{ \"dataDisclosed\": [{}1] }}", "1,".repeat(300_000));
    for (text, error) in [
        ("", ImportError::Empty),
        (" \n\u{feff}", ImportError::Neither),
        ("hello", ImportError::Neither),
        ("[1, 2]", ImportError::Neither),
        ("{ \"name\": \"x\" }", ImportError::Neither),
        (&deep_json, ImportError::TooDeep),
        (&deep_yaml, ImportError::TooDeep),
        (&laughs, ImportError::TooMany),
        (&many, ImportError::TooMany),
    ] {
        let start: String = text.chars().take(40).collect();
        assert_eq!(import(text.as_bytes()).unwrap_err(), error, "{start}");
    }
    assert_eq!(import(b"\xff\xfe{").unwrap_err(), ImportError::NotUtf8(1));
    assert_eq!(import(&vec![b' '; node::BYTES_MAX + 1]).unwrap_err(), ImportError::TooLarge);
    let broken = import(b"{ \"dataDisclosed\": [ }").unwrap_err();
    assert!(matches!(broken, ImportError::Syntax { format: "JSON", line: 1, .. }), "{broken}");
    let broken = import(b"system:\n  - name: \"x\n").unwrap_err();
    assert!(matches!(broken, ImportError::Syntax { format: "YAML", .. }), "{broken}");
}

/// What may stand where something else was expected.
fn odd() -> Vec<serde_json::Value> {
    use serde_json::json;
    vec![
        json!(null),
        json!(true),
        json!(-1.5e300),
        json!(""),
        json!("\u{0}\"\\\n]#= '''\u{7f}é"),
        json!("x".repeat(3000)),
        json!([]),
        json!([["nested", {}]]),
        json!({ "a": { "b": [1, "c"] } }),
    ]
}

fn pointers(tree: &serde_json::Value, here: &str, out: &mut Vec<String>) {
    use serde_json::Value::{Array, Object};
    match tree {
        Array(items) => {
            items.iter().enumerate().for_each(|(place, one)| pointers(one, &format!("{here}/{place}"), out))
        }
        Object(fields) => fields.iter().for_each(|(key, one)| pointers(one, &format!("{here}/{key}"), out)),
        _ => {}
    }
    out.push(here.to_owned());
}

fn tree(node: &Node) -> serde_json::Value {
    use serde_json::Value;
    match node {
        Node::Leaf(_, node::Scalar::Nothing) => Value::Null,
        Node::Leaf(_, node::Scalar::Truth(truth)) => Value::Bool(*truth),
        Node::Leaf(_, node::Scalar::Number(text) | node::Scalar::Text(text)) => Value::String(text.clone()),
        Node::List(items) => Value::Array(items.iter().map(tree).collect()),
        Node::Table(fields) => fields.iter().map(|(key, field)| (key.clone(), tree(field))).collect(),
    }
}

#[test]
fn whatever_stands_anywhere_nothing_crashes_and_the_draft_stays_toml() {
    for text in [TILT, SYSTEMS, OLD] {
        let whole = tree(&node::read(text).unwrap());
        let mut all = Vec::new();
        pointers(&whole, "", &mut all);
        for (turn, pointer) in all.iter().filter(|pointer| !pointer.is_empty()).enumerate() {
            let odd = odd();
            // Three of the odd things at each place; all of them over the places.
            for step in 0..3 {
                let mut mutant = whole.clone();
                *mutant.pointer_mut(pointer).unwrap() = odd[(turn + step * 3) % odd.len()].clone();
                let text = mutant.to_string();
                let Ok(imported) = import(text.as_bytes()) else { continue };
                assert_eq!(imported.leaves.len(), count(&node::read(&text).unwrap()), "{pointer}");
                let parsed = imported.toml.parse::<toml::Table>();
                assert!(parsed.is_ok(), "{pointer}: {parsed:?}\n{}", imported.toml);
            }
        }
    }
}

#[test]
fn the_same_document_makes_the_same_draft() {
    assert_eq!(imported(SYSTEMS), imported(SYSTEMS));
}

#[test]
fn lengths_of_other_languages_are_read() {
    for (text, length) in [
        ("P3Y", Some("3 years")),
        ("P2Y6M", Some("2 years 6 months")),
        ("P30D", Some("30 days")),
        ("P4W", Some("28 days")),
        ("365", Some("365 days")),
        ("2 years", Some("2 years")),
        ("P0D", None),
        ("P", None),
        ("PT5M", None),
        ("soon", None),
        ("P99999999999Y", None),
    ] {
        assert_eq!(keep::length(text).as_deref(), length, "{text}");
    }
}

#[test]
fn sentences_of_a_published_notice_come_back() {
    for (words, sentence) in [
        ("Kept for 3 years after the last contact.", Some("3 years after the last contact")),
        (
            "Kept for the duration of the contract, then 10 years in the archive.",
            Some("for the contract, then 10 years in the archive"),
        ),
        ("Kept until the end of the contract.", Some("until contract-end")),
        ("as long as we like", None),
    ] {
        assert_eq!(keep::sentence(words).as_deref(), sentence, "{words}");
    }
}
