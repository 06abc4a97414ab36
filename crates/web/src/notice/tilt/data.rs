//! TILT's `dataDisclosed` and `sources`: for each category its purposes, bases, recipients, periods.

use kept_core::policy::Policy;
use kept_core::policy::keep::Limit;
use kept_core::policy::model::{Basis, Category, DataRef, Purpose, Recipient};
use kept_core::time::Span;
use serde_json::{Map, Value, json};

use crate::words::Words;

/// What is said of each category.
pub(super) fn disclosed(policy: &Policy, words: &Words) -> Value {
    policy.data.values().map(|category| one(policy, words, category)).collect()
}

/// Where each category comes from.
pub(super) fn sources(policy: &Policy, words: &Words) -> Value {
    let categories = policy.data.values();
    let sources = categories.map(|category| {
        let from = words.sources(policy, category).into_iter();
        let from: Vec<_> = from
            .map(|source| json!({ "description": source, "url": "", "publiclyAvailable": false }))
            .collect();
        json!({
            "_id": format!("data.{}.from", category.name),
            "dataCategory": words.text(policy, &category.title),
            "sources": from,
        })
    });
    sources.collect()
}

fn one(policy: &Policy, words: &Words, category: &Category) -> Value {
    let datum = DataRef::whole(category.name.clone());
    let purposes: Vec<&Purpose> = policy.purposes_of(&datum).collect();
    let fields = category.fields.values();
    let fields: Vec<_> = fields.map(|field| words.field(policy, category, field)).collect();
    let each =
        |of: &dyn Fn(&Purpose) -> Value| -> Value { purposes.iter().map(|purpose| of(purpose)).collect() };
    json!({
        "_id": format!("data.{}", category.name),
        "category": words.text(policy, &category.title),
        "fields": fields,
        "purposes": each(&|purpose| one_purpose(policy, words, purpose)),
        "legalBases": each(&|purpose| one_basis(policy, words, purpose)),
        "legitimateInterests": each(&|purpose| interest(policy, words, purpose)),
        "recipients": recipients(policy, words, &purposes),
        "storage": each(&|purpose| storage(policy, words, purpose)),
        "nonDisclosure": non_disclosure(policy, words, &purposes),
    })
}

fn one_purpose(policy: &Policy, words: &Words, purpose: &Purpose) -> Value {
    let title = words.text(policy, &purpose.title);
    let description = purpose.description.as_ref().map(|text| words.text(policy, text));
    json!({
        "purpose": title,
        "description": description.unwrap_or_else(|| title.clone()),
        "statement": format!("purpose.{}", purpose.name),
    })
}

fn one_basis(policy: &Policy, words: &Words, purpose: &Purpose) -> Value {
    json!({
        "reference": reference(&purpose.basis),
        "description": words.basis(policy, &purpose.basis),
        "statement": purpose.path("basis"),
    })
}

/// The article in TILT's spelling; empty where the policy states no basis.
fn reference(basis: &Basis) -> &'static str {
    match basis {
        Basis::Consent { .. } => "GDPR-6-1-a",
        Basis::Contract => "GDPR-6-1-b",
        Basis::LegalObligation(_) => "GDPR-6-1-c",
        Basis::VitalInterest(_) => "GDPR-6-1-d",
        Basis::PublicTask(_) => "GDPR-6-1-e",
        Basis::LegitimateInterest(_) => "GDPR-6-1-f",
        Basis::Missing => "",
    }
}

fn interest(policy: &Policy, words: &Words, purpose: &Purpose) -> Value {
    match &purpose.basis {
        Basis::LegitimateInterest(text) => {
            json!({ "exists": true, "reasoning": words.text(policy, text) })
        }
        _ => json!({ "exists": false }),
    }
}

fn recipients(policy: &Policy, words: &Words, purposes: &[&Purpose]) -> Value {
    let receives = |recipient: &&Recipient| {
        purposes.iter().any(|purpose| {
            purpose.recipients.contains(&recipient.id) || recipient.purposes.contains(&purpose.name)
        })
    };
    let recipients = policy.recipients.values().filter(receives).map(|recipient| {
        let mut out = Map::new();
        out.insert("name".to_owned(), json!(words.text(policy, &recipient.name)));
        out.insert("category".to_owned(), json!(words.recipient_role(recipient.role)));
        if let Some(country) = &recipient.country {
            out.insert("country".to_owned(), json!(country));
        }
        Value::Object(out)
    });
    recipients.collect()
}

fn storage(policy: &Policy, words: &Words, purpose: &Purpose) -> Value {
    let said = words.retention(policy, purpose);
    let mut temporal = Vec::new();
    for stage in purpose.keep().map_or(&[][..], |keep| &keep.stages) {
        if let Limit::After(span, _) | Limit::More(span) = &stage.limit {
            temporal.push(json!({ "description": said, "ttl": iso(*span) }));
        }
    }
    json!({
        "temporal": temporal,
        "purposeConditional": [said],
        "legalBasisConditional": [reference(&purpose.basis)],
        "aggregationFunction": "sum",
        "statement": purpose.path("keep"),
    })
}

/// A span as ISO 8601: `P3Y`, `P2Y6M`, `P30D`.
pub(crate) fn iso(span: Span) -> String {
    let months = span.whole_months();
    let parts = [(u32::from(months / 12), 'Y'), (u32::from(months % 12), 'M'), (span.whole_days(), 'D')];
    let parts = parts.into_iter().filter(|(count, _)| *count > 0);
    std::iter::once("P".to_owned()).chain(parts.map(|(count, unit)| format!("{count}{unit}"))).collect()
}

fn non_disclosure(policy: &Policy, words: &Words, purposes: &[&Purpose]) -> Value {
    let by = |is: fn(&Basis) -> bool| purposes.iter().any(|purpose| is(&purpose.basis));
    let said = purposes.iter().filter_map(|purpose| purpose.required.as_ref());
    let said: Vec<_> = said.map(|text| words.text(policy, text)).collect();
    json!({
        "legalRequirement": by(|basis| matches!(basis, Basis::LegalObligation(_))),
        "contractualRegulation": by(|basis| matches!(basis, Basis::Contract)),
        "obligationToProvide": !said.is_empty(),
        "consequences": said.join(" "),
    })
}
