//! TILT's `dataDisclosed` and `sources`: for each category its purposes, bases, recipients, periods.

use kept_core::policy::Policy;
use kept_core::policy::keep::Limit;
use kept_core::policy::model::{
    Basis, Category, DataRef, DataSource, FieldType, Purpose, Recipient, Retention,
};
use kept_core::time::Span;
use serde_json::{Map, Value, json};

use crate::notice::compose::basis;
use crate::words::{Words, within};

/// What is said of each category.
pub(super) fn disclosed(policy: &Policy, words: &Words) -> Value {
    policy.data.values().map(|category| one(policy, words, category)).collect()
}

/// Where each category comes from.
pub(super) fn sources(policy: &Policy, words: &Words) -> Value {
    let categories = policy.data.values();
    let sources = categories.map(|category| {
        let named = policy.sources.values().filter(|source| comes_from(category, source));
        let named = named.map(|source| {
            json!({
                "description": within(&words.text(policy, &source.name)),
                "url": "",
                "publiclyAvailable": source.public,
                "statement": format!("source.{}", source.id),
            })
        });
        let named: Vec<_> = named.collect();
        let is_named = |said: &String| named.iter().any(|one| one["description"] == **said);
        let others = words.sources(policy, category).into_iter().filter(|said| !is_named(said));
        let others: Vec<_> = others
            .map(|source| json!({ "description": source, "url": "", "publiclyAvailable": false }))
            .collect();
        json!({
            "_id": format!("data.{}.from", category.name),
            "dataCategory": words.text(policy, &category.title),
            "sources": others.into_iter().chain(named).collect::<Vec<_>>(),
        })
    });
    sources.collect()
}

/// Whether a category, or a field of it, comes from a source.
fn comes_from(category: &Category, source: &DataSource) -> bool {
    let name = format!("source.{}", source.id);
    let of_fields = category.fields.values().flat_map(|field| &field.from);
    category.from.iter().chain(of_fields).any(|from| *from == name)
        || source.gives.iter().any(|datum| datum.category == category.name)
}

fn one(policy: &Policy, words: &Words, category: &Category) -> Value {
    let datum = DataRef::whole(category.name.clone());
    let purposes: Vec<&Purpose> = policy.purposes_of(&datum).collect();
    let fields = category.fields.values();
    let fields: Vec<_> = fields.map(|field| words.field(policy, category, field)).collect();
    let each =
        |of: &dyn Fn(&Purpose) -> Value| -> Value { purposes.iter().map(|purpose| of(purpose)).collect() };
    let kinds = category.fields.values();
    let kinds: Vec<_> = kinds.map(|field| json!({ "name": field.name, "type": kebab(field.kind) })).collect();
    let mut out = json!({
        "_id": format!("data.{}", category.name),
        "category": words.text(policy, &category.title),
        "fields": fields,
        "fieldKinds": kinds,
        "purposes": each(&|purpose| one_purpose(policy, words, purpose, category)),
        "legalBases": each(&|purpose| one_basis(policy, words, purpose)),
        "legitimateInterests": each(&|purpose| interest(policy, words, purpose)),
        "recipients": recipients(policy, words, &purposes),
        "storage": each(&|purpose| storage(policy, words, purpose)),
        "nonDisclosure": non_disclosure(policy, words, &purposes),
    });
    if let (Some(special), Some(fields)) = (&category.special, out.as_object_mut()) {
        fields.insert("special".to_owned(), json!(special));
    }
    out
}

/// A kind of value as the policy language writes it: `PostalAddress` as `postal-address`.
fn kebab(kind: FieldType) -> String {
    let mut out = String::new();
    for letter in format!("{kind:?}").chars() {
        if letter.is_uppercase() && !out.is_empty() {
            out.push('-');
        }
        out.extend(letter.to_lowercase());
    }
    out
}

/// A purpose, with what TILT says only of the category: whom it concerns, which fields it needs, who
/// receives them and what follows where they are not given.
fn one_purpose(policy: &Policy, words: &Words, purpose: &Purpose, category: &Category) -> Value {
    let title = words.text(policy, &purpose.title);
    let description = purpose.description.as_ref().map(|text| words.text(policy, text));
    let people = purpose.people.iter().map(|kind| {
        let who = policy.people.get(kind).map(|one| words.text(policy, &one.who));
        json!({ "name": kind, "who": who.unwrap_or_else(|| kind.to_string()) })
    });
    let people: Vec<_> = people.collect();
    let own = purpose.data.iter().filter(|datum| datum.category == category.name);
    let fields: Vec<_> = own.filter_map(|datum| datum.field.as_ref()).collect();
    let required = purpose.required.as_ref().map(|text| words.text(policy, text));
    let receives =
        |one: &&Recipient| purpose.recipients.contains(&one.id) || one.purposes.contains(&purpose.name);
    let recipients: Vec<_> = policy.recipients.values().filter(receives).map(|one| &one.id).collect();
    let mut out = json!({
        "purpose": title,
        "description": description.unwrap_or_else(|| title.clone()),
        "statement": format!("purpose.{}", purpose.name),
        "recipients": recipients,
        "people": people,
    });
    let more = [
        ("required", required.map(|text| json!(text))),
        ("fields", (!fields.is_empty()).then(|| json!(fields))),
        (
            "marketing",
            (!purpose.marketing.is_empty())
                .then(|| purpose.marketing.iter().map(|channel| json!(channel.word())).collect()),
        ),
        ("profiling", purpose.profiling.then(|| json!(true))),
        ("off", purpose.off.as_ref().map(|text| json!(words.text(policy, text)))),
    ];
    if let Some(known) = out.as_object_mut() {
        known.extend(more.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))));
    }
    out
}

fn one_basis(policy: &Policy, words: &Words, purpose: &Purpose) -> Value {
    json!({
        "reference": reference(&purpose.basis),
        "description": basis(policy, words, purpose),
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
        out.insert("statement".to_owned(), json!(format!("recipient.{}", recipient.id)));
        Value::Object(out)
    });
    recipients.collect()
}

/// How long, in TILT's terms, and as exactly as the policy says it: a sentence under `keep`, or
/// what ends or bounds a criterion.
fn storage(policy: &Policy, words: &Words, purpose: &Purpose) -> Value {
    let said = words.retention(policy, purpose);
    let mut temporal = Vec::new();
    for stage in purpose.keep().map_or(&[][..], |keep| &keep.stages) {
        if let Limit::After(span, _) | Limit::More(span) = &stage.limit {
            temporal.push(json!({ "description": said, "ttl": iso(*span) }));
        }
    }
    let mut conditions = vec![said];
    let mut exact = Map::new();
    match &purpose.retention {
        Retention::Keep(keep) => {
            exact.insert("keep".to_owned(), json!(keep.written));
        }
        Retention::Criterion { criterion, ends, review, at_most, then_anonymised } => {
            conditions.insert(0, words.text(policy, criterion));
            let ends = ends.as_ref().map(|event| ("ends".to_owned(), json!(event)));
            let review = review.map(|span| ("review".to_owned(), json!(iso(span))));
            let at_most = at_most.map(|span| ("atMost".to_owned(), json!(iso(span))));
            exact.extend([ends, review, at_most].into_iter().flatten());
            exact.extend(then_anonymised.then(|| ("thenAnonymised".to_owned(), json!(true))));
        }
        // That nothing is said is no condition.
        Retention::Missing => conditions.clear(),
    }
    let mut out = json!({
        "temporal": temporal,
        "purposeConditional": conditions,
        "legalBasisConditional": [reference(&purpose.basis)],
        "aggregationFunction": "sum",
        "statement": purpose.path("keep"),
    });
    if let Some(fields) = out.as_object_mut() {
        fields.extend(exact);
    }
    out
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
