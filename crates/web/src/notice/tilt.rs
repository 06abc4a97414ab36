//! The notice in the Transparency Information Language (TILT), a public JSON form.
//!
//! Facts for which TILT has no place stay out; statement ids ride along as `statement`, which its
//! schema lets pass. `data` fills what is said of each category. Not here: sentences (`words`).

use kept_core::notice::Authority;
use kept_core::policy::Policy;
use kept_core::policy::model::{Controller, Recipient};
use kept_core::time::Day;
use kept_core::timeline::Right;
use serde_json::{Map, Value, json};

use crate::notice::NoticeError;
use crate::words::Words;

mod data;

pub(crate) use data::iso;

const SCHEMA: &str = "https://github.com/Transparency-Information-Language/schema";

/// A policy's notice as TILT.
///
/// # Errors
/// [`NoticeError::Tilt`] names facts that TILT demands and the policy does not state.
pub fn tilt(policy: &Policy, words: &Words) -> Result<String, NoticeError> {
    let must = Must::of(policy)?;
    let right = |right| one_right(policy, words, &must, right);
    let document = json!({
        "meta": meta(policy, words, &must),
        "controller": controller(&must),
        "dataProtectionOfficer": officer(words, &must),
        "dataDisclosed": data::disclosed(policy, words),
        "thirdCountryTransfers": transfers(policy, words),
        "accessAndDataPortability": access(policy, words, &must),
        "sources": data::sources(policy, words),
        "rightToInformation": right(Right::Access),
        "rightToRectificationOrDeletion": right(Right::Erasure),
        "rightToDataPortability": right(Right::Portability),
        "rightToWithdrawConsent": right(Right::Withdrawal),
        "rightToComplain": complaint(words, &must),
        "automatedDecisionMaking": automated(policy, words),
        "changesOfPurpose": [],
    });
    Ok(format!("{document:#}\n"))
}

/// The facts that TILT demands.
struct Must<'p> {
    controller: &'p Controller,
    country: &'p str,
    post: &'p str,
    email: &'p str,
    version: Day,
}

impl<'p> Must<'p> {
    fn of(policy: &'p Policy) -> Result<Self, NoticeError> {
        let Some(controller) = policy.controller() else {
            return Err(NoticeError::Tilt(vec!["a `[controller.…]`"]));
        };
        let (country, post) = (controller.country.as_deref(), controller.post.as_deref());
        let email = controller.email.as_deref();
        let version = policy.notice.version;
        if let (Some(country), Some(post), Some(email), Some(version)) = (country, post, email, version) {
            return Ok(Self { controller, country, post, email, version });
        }
        let missing = [
            (country.is_none(), "the controller's `country`"),
            (post.is_none(), "the controller's `post`"),
            (email.is_none(), "the controller's `email`"),
            (version.is_none(), "`[notice] version`"),
        ];
        let missing = missing.into_iter().filter(|(is_missing, _)| *is_missing);
        Err(NoticeError::Tilt(missing.map(|(_, what)| what).collect()))
    }
}

fn meta(policy: &Policy, words: &Words, must: &Must<'_>) -> Value {
    let date = must.version.to_string();
    json!({
        "_id": policy.digest,
        "name": must.controller.name,
        "created": date,
        "modified": date,
        "version": 1,
        "language": words.language().as_str(),
        "status": "active",
        "url": SCHEMA,
        "_hash": policy.digest,
    })
}

fn controller(must: &Must<'_>) -> Value {
    let representative = must.controller.representative.as_deref();
    let name = representative.unwrap_or(&must.controller.name);
    json!({
        "name": must.controller.name,
        "address": must.post,
        "country": must.country,
        "representative": { "name": name, "email": must.email },
        "registered": must.controller.registered,
        "statement": format!("controller.{}.name", must.controller.id),
    })
}

/// TILT has no form without an officer; that there is none is then said in words.
fn officer(words: &Words, must: &Must<'_>) -> Value {
    let contact = must.controller.officer.as_deref();
    let mail = contact.and_then(|contact| contact.split_whitespace().find(|word| word.contains('@')));
    json!({
        "name": contact.map_or_else(|| words.word("tilt-no-officer"), str::to_owned),
        "address": must.post,
        "country": must.country,
        "email": mail.map_or(must.email, |mail| mail.trim_matches(|c| "<>(),;".contains(c))),
    })
}

fn transfers(policy: &Policy, words: &Words) -> Value {
    let away = policy.recipients.values().filter(|one| one.safeguard.is_some());
    away.map(|recipient| transfer(policy, words, recipient)).collect()
}

fn transfer(policy: &Policy, words: &Words, recipient: &Recipient) -> Value {
    let mut out = Map::new();
    if let Some(country) = &recipient.country {
        out.insert("country".to_owned(), json!(country));
    }
    if let Some(safeguard) = &recipient.safeguard {
        let safeguard = words.text(policy, safeguard);
        let guarantee = json!({ "available": true, "description": safeguard });
        out.insert("appropriateGuarantees".to_owned(), guarantee);
    }
    out.insert("statement".to_owned(), json!(format!("recipient.{}.safeguard", recipient.id)));
    Value::Object(out)
}

fn evidence(policy: &Policy, words: &Words) -> Vec<String> {
    policy.rights.identity.iter().map(|text| words.text(policy, text)).collect()
}

fn access(policy: &Policy, words: &Words, must: &Must<'_>) -> Value {
    json!({
        "available": true,
        "description": words.word("right-access-text"),
        "email": must.email,
        "identificationEvidences": evidence(policy, words),
        "administrativeFee": { "amount": 0, "currency": "EUR" },
        "dataFormats": ["json"],
    })
}

fn one_right(policy: &Policy, words: &Words, must: &Must<'_>, right: Right) -> Value {
    let consents = policy.purposes.values().any(|purpose| purpose.basis.is_consent());
    let (statement, available) = match right {
        Right::Withdrawal => ("rights.withdrawal", consents),
        Right::Portability => ("rights.portability", true),
        Right::Erasure => ("rights.erasure", true),
        _ => ("rights.access", true),
    };
    json!({
        "available": available,
        "description": words.right(right),
        "email": must.email,
        "identificationEvidences": evidence(policy, words),
        "statement": statement,
    })
}

fn complaint(words: &Words, must: &Must<'_>) -> Value {
    let code = must.controller.authority.as_deref().unwrap_or(must.country);
    let mut out = json!({
        "available": true,
        "description": words.word("authority-elsewhere"),
        "email": must.email,
        "identificationEvidences": [],
        "statement": format!("controller.{}.authority", must.controller.id),
    });
    if let (Some(authority), Some(fields)) = (Authority::of_country(code), out.as_object_mut()) {
        let mut found = Map::new();
        found.insert("name".to_owned(), json!(authority.name));
        found.insert("country".to_owned(), json!(code));
        for (key, value) in
            [("address", authority.address), ("email", authority.email), ("phone", authority.phone)]
        {
            if let Some(value) = value {
                found.insert(key.to_owned(), json!(value));
            }
        }
        fields.insert("supervisoryAuthority".to_owned(), Value::Object(found));
        if let Some(website) = authority.website {
            fields.insert("url".to_owned(), json!(website));
        }
    }
    out
}

fn automated(policy: &Policy, words: &Words) -> Value {
    let texts: Vec<_> = policy.purposes.values().filter_map(|purpose| purpose.decides.as_ref()).collect();
    let said: Vec<_> = texts.iter().map(|decides| words.decides(policy, decides)).collect();
    let said = said.join(" ");
    json!({ "inUse": !texts.is_empty(), "logicInvolved": said, "scopeAndIntendedEffects": said })
}
