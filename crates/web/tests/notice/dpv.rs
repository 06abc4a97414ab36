//! The JSON-LD form: its structure, and that each of its terms is one of the vocabulary.

use std::collections::BTreeSet;

use kept_web::notice::{Format, Scope, notice_for};
use serde_json::{Map, Value};

use crate::{klivar, said, whole};

const TERMS: &str = include_str!("../data/dpv/terms.txt");

/// Terms of other vocabularies that are used.
const OTHERS: [&str; 8] = [
    "http://purl.org/dc/terms/title",
    "http://purl.org/dc/terms/description",
    "http://purl.org/dc/terms/language",
    "http://purl.org/dc/terms/issued",
    "http://purl.org/dc/terms/extent",
    "http://www.w3.org/2001/XMLSchema#date",
    "http://www.w3.org/2001/XMLSchema#string",
    "http://www.w3.org/2001/XMLSchema#duration",
];

/// Every term of a document, expanded by its context, and every id that it defines or names.
#[derive(Default)]
struct Found {
    terms: BTreeSet<String>,
    defined: BTreeSet<String>,
    named: BTreeSet<String>,
}

fn expanded(context: &Map<String, Value>, term: &str) -> String {
    let (prefix, name) = term.split_once(':').unwrap_or_else(|| panic!("`{term}` has no prefix"));
    let space = context.get(prefix).unwrap_or_else(|| panic!("the context lacks `{prefix}`"));
    format!("{}{name}", space.as_str().unwrap())
}

fn strings(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().flat_map(strings).collect(),
        other => panic!("{other} is neither a term nor a list of terms"),
    }
}

fn walk(context: &Map<String, Value>, value: &Value, found: &mut Found) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| walk(context, item, found)),
        Value::Object(fields) => {
            if let Some(id) = fields.get("@id") {
                let id = id.as_str().unwrap();
                match id.strip_prefix('#') {
                    Some(id) if fields.len() > 1 => drop(found.defined.insert(id.to_owned())),
                    Some(id) => drop(found.named.insert(id.to_owned())),
                    None => drop(found.terms.insert(expanded(context, id))),
                }
            }
            for (key, inner) in fields {
                match key.as_str() {
                    "@context" | "@id" | "@value" => {}
                    "@type" => found.terms.extend(strings(inner).iter().map(|term| expanded(context, term))),
                    key => {
                        assert!(!key.starts_with('@'), "{key} is no keyword");
                        found.terms.insert(expanded(context, key));
                        walk(context, inner, found);
                    }
                }
            }
            assert!(!fields.contains_key("@value") || fields.len() <= 2, "a value has no other fields");
        }
        Value::String(text) => assert!(!text.is_empty(), "an empty text"),
        other => panic!("{other} is not expected in this document"),
    }
}

fn found(text: &str) -> Found {
    let document: Value = serde_json::from_str(text).unwrap();
    let context = document["@context"].as_object().unwrap().clone();
    let mut found = Found::default();
    walk(&context, &document, &mut found);
    found
}

#[test]
fn every_term_is_one_of_its_vocabulary_and_every_reference_leads_somewhere() {
    let known: BTreeSet<&str> = TERMS.lines().chain(OTHERS).collect();
    for policy in [klivar::policy(), whole::policy(), crate::real::policy()] {
        for language in ["en", "fr"] {
            let found = found(&said(&policy, language, Format::JsonLd));
            let unknown: Vec<_> = found.terms.iter().filter(|term| !known.contains(term.as_str())).collect();
            assert!(unknown.is_empty(), "{unknown:?}");
            let lost: Vec<_> = found.named.difference(&found.defined).collect();
            assert!(lost.is_empty(), "{lost:?}");
        }
    }
}

#[test]
fn each_node_is_a_statement_of_the_page() {
    let policy = whole::policy();
    let page = said(&policy, "en", Format::Html);
    for id in found(&said(&policy, "en", Format::JsonLd)).defined {
        assert!(id == "notice" || page.contains(&format!("id=\"{id}\"")), "{id}");
    }
}

#[test]
fn purposes_bases_recipients_periods_and_rights_are_said_in_the_vocabularys_terms() {
    let text = said(&klivar::policy(), "en", Format::JsonLd);
    let document: Value = serde_json::from_str(&text).unwrap();
    let processes = document["dpv:hasProcess"].as_array().unwrap();
    let of = |id: &str| processes.iter().find(|one| one["@id"] == id).unwrap();
    let billing = of("#purpose.billing");
    assert_eq!(billing["dpv:hasLegalBasis"][0]["@type"], "eu-gdpr:A6-1-c");
    assert_eq!(billing["dpv:hasStorageCondition"]["dpv:hasDuration"][1]["dct:extent"]["@value"], "P10Y");
    assert_eq!(of("#purpose.prospecting")["dpv:hasPurpose"]["@type"], "dpv:DirectMarketing");
    assert_eq!(of("#purpose.prospecting")["dpv:hasRecipient"][1]["@id"], "#recipient.mailer");
    let rights = document["dpv:hasRight"].as_array().unwrap();
    assert!(rights.iter().any(|right| right["@id"] == "eu-gdpr:A7-3"));
}

#[test]
fn a_notice_for_data_from_elsewhere_is_of_that_kind() {
    let scope = Scope::Elsewhere(None);
    let text = notice_for(&whole::policy(), &"en".into(), Format::JsonLd, &scope).unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["@type"][1], "eu-gdpr:IndirectDataCollectionNotice");
}
