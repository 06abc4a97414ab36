//! The notice as linked data (JSON-LD) in the terms of the Data Privacy Vocabulary (DPV) and its
//! GDPR extension.
//!
//! Every node's id is the policy path of its statement, so that links from outside find the
//! sentence on the page too. What DPV has no term for stays out. Not here: sentences (`words`).

use kept_core::policy::Policy;
use kept_core::policy::keep::{Keep, Limit};
use kept_core::policy::model::{Basis, Category, Controller, Purpose, Recipient, RecipientRole, Retention};
use kept_core::time::Span;
use kept_core::timeline::Right;
use serde_json::{Map, Value, json};

use crate::notice::Scope;
use crate::words::Words;

/// The namespaces; those of DPV are the current ones, without a version.
pub(crate) fn context(language: &str) -> Value {
    json!({
        "dpv": "https://w3id.org/dpv#",
        "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
        "dct": "http://purl.org/dc/terms/",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        "@language": language,
    })
}

/// A policy's notice as JSON-LD.
pub fn json_ld(policy: &Policy, words: &Words, scope: &Scope) -> String {
    let from_elsewhere = matches!(scope, Scope::Elsewhere(_));
    let article = if from_elsewhere { "IndirectDataCollectionNotice" } else { "DirectDataCollectionNotice" };
    let mut notice = Map::new();
    let mut put = |key: &str, value: Value| notice.insert(key.to_owned(), value);
    put("@context", context(words.language().as_str()));
    put("@id", json!("#notice"));
    put("@type", json!(["dpv:PrivacyNotice", format!("eu-gdpr:{article}")]));
    put("dct:language", plain(words.language().as_str()));
    if let Some(day) = policy.notice.version {
        put("dct:issued", json!({ "@type": "xsd:date", "@value": day.to_string() }));
    }
    put("dpv:hasDataController", each(policy.controllers.values(), controller));
    put(
        "dpv:hasDataSubject",
        each(policy.people.values(), |people| {
            let who = words.text(policy, &people.who);
            node(&format!("people.{}", people.kind), "dpv:DataSubject", &who)
        }),
    );
    put("dpv:hasPersonalData", each(policy.data.values(), |one| category(policy, words, one)));
    put(
        "dpv:hasDataSource",
        each(policy.sources.values(), |source| {
            node(&format!("source.{}", source.id), "dpv:DataSource", &words.text(policy, &source.name))
        }),
    );
    put("dpv:hasRecipient", each(policy.recipients.values(), |one| recipient(policy, words, one)));
    put("dpv:hasProcess", each(policy.purposes.values(), |one| process(policy, words, one)));
    put("dpv:hasRight", rights(policy));
    notice.retain(|_, value| !value.as_array().is_some_and(Vec::is_empty));
    format!("{:#}\n", Value::Object(notice))
}

fn each<'a, T: 'a>(items: impl Iterator<Item = &'a T>, one: impl Fn(&T) -> Value) -> Value {
    items.map(one).collect()
}

fn id(path: &str) -> String {
    format!("#{path}")
}

fn node(path: &str, kind: &str, title: &str) -> Value {
    json!({ "@id": id(path), "@type": kind, "dct:title": title })
}

/// A text in no language: names, addresses, codes.
pub(crate) fn plain(text: &str) -> Value {
    json!({ "@value": text, "@type": "xsd:string" })
}

pub(crate) fn controller(one: &Controller) -> Value {
    let mut out = json!({
        "@id": id(&format!("controller.{}.name", one.id)),
        "@type": "dpv:DataController",
        "dpv:hasName": plain(&one.name),
    });
    if let Some(fields) = out.as_object_mut() {
        let contact: Vec<_> = [&one.email, &one.post, &one.phone].into_iter().flatten().collect();
        if !contact.is_empty() {
            fields.insert("dpv:hasContact".to_owned(), contact.into_iter().map(|at| plain(at)).collect());
        }
        if let Some(officer) = &one.officer {
            let officer = json!({
                "@id": id(&format!("controller.{}.officer", one.id)),
                "@type": "dpv:DataProtectionOfficer",
                "dpv:hasContact": plain(officer),
            });
            fields.insert("dpv:hasDataProtectionOfficer".to_owned(), officer);
        }
    }
    out
}

fn category(policy: &Policy, words: &Words, one: &Category) -> Value {
    let kind = if one.special.is_some() { "dpv:SpecialCategoryPersonalData" } else { "dpv:PersonalData" };
    let mut out = node(&format!("data.{}", one.name), kind, &words.text(policy, &one.title));
    let fields: Vec<_> = one.fields.values().map(|field| words.field(policy, one, field)).collect();
    if let Some(object) = out.as_object_mut()
        && !fields.is_empty()
    {
        object.insert("dct:description".to_owned(), json!(words.commas(&fields)));
    }
    out
}

fn recipient(policy: &Policy, words: &Words, one: &Recipient) -> Value {
    let kind = match one.role {
        RecipientRole::Processor => "dpv:DataProcessor",
        RecipientRole::Controller => "dpv:DataController",
        RecipientRole::Joint => "dpv:JointDataControllers",
        RecipientRole::Affiliate => "dpv:ThirdParty",
        RecipientRole::Authority => "dpv:Authority",
    };
    let mut out = node(&format!("recipient.{}", one.id), kind, &words.text(policy, &one.name));
    if let (Some(object), Some(code)) = (out.as_object_mut(), &one.country) {
        object.insert("dpv:hasLocation".to_owned(), plain(code));
    }
    out
}

pub(crate) fn process(policy: &Policy, words: &Words, purpose: &Purpose) -> Value {
    let path = format!("purpose.{}", purpose.name);
    let kind = if purpose.is_marketing() { "dpv:DirectMarketing" } else { "dpv:Purpose" };
    let title = words.text(policy, &purpose.title);
    let mut out = Map::new();
    let mut put = |key: &str, value: Value| out.insert(key.to_owned(), value);
    put("@id", json!(id(&path)));
    put("@type", json!("dpv:Process"));
    put("dct:title", json!(title));
    put("dpv:hasPurpose", json!({ "@type": kind, "dct:title": title }));
    let bases: Vec<_> = purpose.bases().filter_map(|basis| legal_basis(policy, words, basis)).collect();
    put("dpv:hasLegalBasis", json!(bases));
    let refer =
        |paths: Vec<String>| -> Value { paths.iter().map(|path| json!({ "@id": id(path) })).collect() };
    let mut data: Vec<_> = purpose.data.iter().map(|datum| format!("data.{}", datum.category)).collect();
    data.dedup();
    put("dpv:hasPersonalData", refer(data));
    put("dpv:hasDataController", json!({ "@id": id(&format!("controller.{}.name", purpose.controller)) }));
    let people = purpose.people.iter().filter(|kind| policy.people.contains_key(*kind));
    put("dpv:hasDataSubject", refer(people.map(|kind| format!("people.{kind}")).collect()));
    let receives = policy
        .recipients
        .values()
        .filter(|one| purpose.recipients.contains(&one.id) || one.purposes.contains(&purpose.name));
    put("dpv:hasRecipient", refer(receives.map(|one| format!("recipient.{}", one.id)).collect()));
    if let Some(storage) = storage(policy, words, purpose) {
        put("dpv:hasStorageCondition", storage);
    }
    out.retain(|_, value| !value.as_array().is_some_and(Vec::is_empty));
    Value::Object(out)
}

fn legal_basis(policy: &Policy, words: &Words, basis: &Basis) -> Option<Value> {
    let term = match basis {
        Basis::Consent { explicit: true } => "A6-1-a-explicit-consent",
        Basis::Consent { explicit: false } => "A6-1-a",
        Basis::Contract => "A6-1-b",
        Basis::LegalObligation(_) => "A6-1-c",
        Basis::VitalInterest(_) => "A6-1-d",
        Basis::PublicTask(_) => "A6-1-e",
        Basis::LegitimateInterest(_) => "A6-1-f",
        Basis::Missing => return None,
    };
    Some(json!({ "@type": format!("eu-gdpr:{term}"), "dct:description": words.basis(policy, basis) }))
}

/// The period: its words, and its lengths as durations.
fn storage(policy: &Policy, words: &Words, purpose: &Purpose) -> Option<Value> {
    let said = words.retention(policy, purpose);
    let durations: Vec<Value> = match &purpose.retention {
        Retention::Keep(keep) => durations(keep),
        Retention::Criterion { ends: Some(_), .. } => vec![json!({ "@type": "dpv:UntilEventDuration" })],
        Retention::Criterion { .. } => vec![json!({ "@type": "dpv:IndeterminateDuration" })],
        Retention::Missing => return None,
    };
    Some(json!({
        "@id": id(&purpose.path("keep")),
        "@type": "dpv:StorageCondition",
        "dct:description": said,
        "dpv:hasDuration": durations,
    }))
}

fn durations(keep: &Keep) -> Vec<Value> {
    let stages = keep.stages.iter().map(|stage| match &stage.limit {
        Limit::After(span, _) | Limit::More(span) => length(*span),
        Limit::Until(_) | Limit::For(_) | Limit::CalendarYearOf(_) => {
            json!({ "@type": "dpv:UntilEventDuration" })
        }
    });
    stages.collect()
}

fn length(span: Span) -> Value {
    let value = json!({ "@type": "xsd:duration", "@value": crate::notice::tilt::iso(span) });
    json!({ "@type": "dpv:TemporalDuration", "dct:extent": value })
}

/// The rights that the notice names, and the one to complain.
pub(crate) fn rights(policy: &Policy) -> Value {
    let all = [
        (Right::Access, "A15"),
        (Right::Rectification, "A16"),
        (Right::Erasure, "A17"),
        (Right::Restriction, "A18"),
        (Right::Portability, "A20"),
        (Right::Objection, "A21"),
        (Right::Withdrawal, "A7-3"),
    ];
    let named = policy.rights.named.as_ref();
    let consents = policy.purposes.values().any(Purpose::rests_on_consent);
    let said = all.into_iter().filter(|(right, _)| {
        named.is_none_or(|named| named.contains(right)) && (*right != Right::Withdrawal || consents)
    });
    said.map(|(_, term)| term)
        .chain(["A77"])
        .map(|term| json!({ "@id": format!("eu-gdpr:{term}") }))
        .collect()
}
