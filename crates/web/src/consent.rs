//! Consents as records of ISO/IEC TS 27560, in the terms of the Data Privacy Vocabulary (JSON-LD):
//! whose, given to whom, for what, on which notice, when, how, and how they stand.
//!
//! What DPV has no term for stays out; the values of the person's data are not in it. Not here: what
//! is recorded (`kept_engine::consents`).

use kept_core::name::Language;
use kept_core::policy::Policy;
use kept_core::policy::model::{Basis, Purpose};
use kept_core::time::Instant;
use kept_engine::consents::{ConsentEvent, ConsentRecord, ConsentRecords, ConsentState};
use serde_json::{Map, Value, json};

use crate::notice::dpv;
use crate::words::{Words, WordsError};

/// The profile of a consent record that the records follow.
const PROFILE: &str = "https://w3id.org/dpv/schema/dpv-27560#record";

/// The consents of a person as JSON-LD, in a language of the notice.
///
/// # Errors
/// When there are no words in the language.
pub fn json_ld(policy: &Policy, records: &ConsentRecords, language: &Language) -> Result<Value, WordsError> {
    let words = Words::load(language)?.with(policy);
    let person = format!("urn:kept:person:{}", records.person);
    let graph: Vec<Value> = records
        .records
        .iter()
        .filter_map(|one| Some(record(policy, &words, (&person, one), policy.purposes.get(&one.purpose)?)))
        .collect();
    Ok(json!({ "@context": dpv::context(language.as_str()), "@graph": graph }))
}

fn record(policy: &Policy, words: &Words, (person, one): (&str, &ConsentRecord), purpose: &Purpose) -> Value {
    let identifier = format!("{person}:consent:{}", one.purpose);
    let mut out = Map::new();
    let mut put = |key: &str, value: Value| out.insert(key.to_owned(), value);
    put("@id", json!(identifier));
    put("@type", json!("dpv:ConsentRecord"));
    put("dct:identifier", dpv::plain(&identifier));
    put("dct:conformsTo", json!({ "@id": PROFILE }));
    put("dpv:hasDataSubject", json!({ "@id": person, "@type": "dpv:DataSubject" }));
    let controller = policy.controllers.get(&purpose.controller).or_else(|| policy.controller());
    if let Some(controller) = controller {
        put("dpv:hasDataController", dpv::controller(controller));
    }
    put("dpv:hasLegalBasis", json!({ "@id": format!("eu-gdpr:{}", basis(purpose)) }));
    put("dpv:hasProcess", dpv::process(policy, words, purpose));
    put("dpv:hasPersonalData", purpose.data.iter().map(|data| dpv::plain(&data.to_string())).collect());
    put("dpv:hasRight", dpv::rights(policy));
    put("dpv:hasConsentControl", json!(["dpv:ObtainConsent", "dpv:WithdrawConsent"].map(reference)));
    let mut states: Vec<Value> = one.events.iter().map(|event| act(policy, words, event)).collect();
    states.extend(ending(one));
    put("dpv:hasConsentStatus", json!(states));
    // Of a consent that a column tells nobody knows when it was written down.
    if let Some(at) = one.events.iter().find_map(|event| event.recorded_at) {
        put("dct:created", instant(at));
    }
    out.retain(|_, value| !value.as_array().is_some_and(Vec::is_empty));
    Value::Object(out)
}

fn reference(term: &str) -> Value {
    json!({ "@id": term })
}

fn basis(purpose: &Purpose) -> &'static str {
    let explicit = purpose.bases().any(|basis| matches!(basis, Basis::Consent { explicit: true }));
    if explicit { "A6-1-a-explicit-consent" } else { "A6-1-a" }
}

fn instant(at: Instant) -> Value {
    json!({ "@type": "xsd:dateTime", "@value": at.to_string() })
}

/// One act of giving or withdrawing.
fn act(policy: &Policy, words: &Words, event: &ConsentEvent) -> Value {
    let mut out = Map::new();
    let mut put = |key: &str, value: Value| out.insert(key.to_owned(), value);
    put("@type", json!(if event.gives { "dpv:ConsentGiven" } else { "dpv:ConsentWithdrawn" }));
    put("dpv:isIndicatedAtTime", instant(event.happened_at));
    if let Some(at) = event.recorded_at {
        put("dct:dateSubmitted", instant(at));
    }
    let proof = event.proof.as_deref();
    let who = match proof {
        Some(proof) if proof.guardian.is_some() => "dpv:GuardianOfDataSubject",
        _ => "dpv:DataSubject",
    };
    put("dpv:isIndicatedBy", reference(who));
    if let Some(how) = proof.and_then(|proof| proof.how.as_deref()) {
        put("dpv:hasIndicationMethod", dpv::plain(how));
    }
    if let Some(source) = proof.and_then(|proof| policy.sources.get(proof.source.as_deref()?)) {
        put("dpv:hasDataSource", dpv::plain(&words.text(policy, &source.name)));
    }
    let channels: Vec<Value> = event.channels.iter().map(|channel| dpv::plain(channel.word())).collect();
    if !channels.is_empty() {
        put("dct:medium", json!(channels));
    }
    if event.gives {
        put("dpv:hasNotice", notice(event));
    }
    Value::Object(out)
}

/// The notice on which the consent was given: the wording, its language, the policy in force.
fn notice(event: &ConsentEvent) -> Value {
    let mut out = Map::new();
    let mut put = |key: &str, value: Value| out.insert(key.to_owned(), value);
    put("@type", json!("dpv:ConsentNotice"));
    put("dct:isPartOf", dpv::plain(&event.policy));
    if let Some(wording) = event.wording {
        put("dct:hasVersion", dpv::plain(&wording.to_string()));
    }
    if let Some(language) = event.proof.as_ref().and_then(|proof| proof.language.as_ref()) {
        put("dct:language", dpv::plain(language.as_str()));
    }
    Value::Object(out)
}

/// How it stands where no act of the person says so.
fn ending(one: &ConsentRecord) -> Option<Value> {
    let state = match one.state {
        ConsentState::Given => {
            let until = one.until?;
            return Some(
                json!({ "@type": "dpv:ConsentStatusValidForProcessing", "dct:valid": instant(until) }),
            );
        }
        ConsentState::Withdrawn => return None,
        ConsentState::Expired => "dpv:ConsentExpired",
        ConsentState::Ended => "dpv:ConsentInvalidated",
        ConsentState::Unknown => "dpv:ConsentUnknown",
    };
    let mut out = Map::from_iter([("@type".to_owned(), json!(state))]);
    if let Some(at) = one.until {
        out.insert("dpv:isIndicatedAtTime".to_owned(), instant(at));
    }
    Some(Value::Object(out))
}
