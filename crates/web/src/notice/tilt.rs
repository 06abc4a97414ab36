//! The notice in the Transparency Information Language (TILT), a public JSON form.
//!
//! Facts for which TILT has no place stay out, but for some that ride along where its schema lets
//! them pass: `statement`, the id of a statement, `keep`, a retention sentence as the policy writes
//! it, and of each purpose whom it concerns, which fields it needs and who receives them. `data` fills what is said of each category, `rights` of each right. Not here:
//! sentences (`words`).

use kept_core::law::{adequacy, country};
use kept_core::policy::Policy;
use kept_core::policy::model::{Controller, Recipient, UsesAlsoWhy};
use kept_core::time::Day;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::notice::NoticeError;
use crate::words::Words;

mod data;
mod rights;

pub(crate) use data::iso;

const SCHEMA: &str = "https://github.com/Transparency-Information-Language/schema";

/// What stands for the hash while it is not yet known.
const UNHASHED: &str = "\"_hash\": \"\"";

/// A policy's notice as TILT. Its `_hash` is the SHA-256 of this document with an empty `_hash`, so
/// that it changes when the notice does and not when the policy's files are laid out anew.
///
/// # Errors
/// [`NoticeError::Tilt`] names facts that TILT demands and the policy does not state.
pub fn tilt(policy: &Policy, words: &Words) -> Result<String, NoticeError> {
    let must = Must::of(policy)?;
    let mut document = json!({
        "meta": meta(words, &must),
        "controller": controller(&must),
        "dataProtectionOfficer": officer(words, &must),
        "dataDisclosed": data::disclosed(policy, words),
        "thirdCountryTransfers": transfers(policy, words, &must),
    });
    let more = json!({
        "sources": data::sources(policy, words),
        "automatedDecisionMaking": automated(policy, words),
        "changesOfPurpose": changes(policy, words),
    });
    if let (Some(document), Value::Object(more)) = (document.as_object_mut(), more) {
        document.extend(rights::all(policy, words, &must));
        document.extend(more);
    }
    let text = format!("{document:#}\n");
    let digest: String = Sha256::digest(&text).iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(text.replacen(UNHASHED, &format!("\"_hash\": \"{digest}\""), 1))
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

fn meta(words: &Words, must: &Must<'_>) -> Value {
    let date = must.version.to_string();
    let language = words.language().as_str();
    json!({
        "_id": format!("{}-{date}-{language}", must.controller.id),
        "name": must.controller.name,
        "created": date,
        "modified": date,
        "version": 1,
        "language": language,
        "status": "active",
        "url": SCHEMA,
        "_hash": "",
    })
}

/// The first e-mail address of a contact written in words.
fn mail_of(contact: &str) -> Option<&str> {
    let mail = contact.split_whitespace().find(|word| word.contains('@'));
    mail.map(|mail| mail.trim_matches(|letter| "<>(),;".contains(letter)))
}

fn controller(must: &Must<'_>) -> Value {
    let who = must.controller;
    let name = who.representative.as_deref().unwrap_or(&who.name);
    let mut representative = json!({ "name": name, "email": mail_of(name).unwrap_or(must.email) });
    if let (Some(phone), None, Some(fields)) =
        (&who.phone, &who.representative, representative.as_object_mut())
    {
        fields.insert("phone".to_owned(), json!(phone));
    }
    json!({
        "name": who.name,
        "address": must.post,
        "country": must.country,
        "representative": representative,
        "registered": who.registered,
        "statement": format!("controller.{}.name", who.id),
    })
}

/// TILT has no form without an officer; that there is none is then said in words.
fn officer(words: &Words, must: &Must<'_>) -> Value {
    let contact = must.controller.officer.as_deref();
    json!({
        "name": contact.map_or_else(|| words.word("tilt-no-officer"), str::to_owned),
        "address": must.post,
        "country": must.country,
        "email": contact.and_then(mail_of).unwrap_or(must.email),
    })
}

/// Recipients outside the European Economic Area, and those for whom a safeguard is stated.
fn transfers(policy: &Policy, words: &Words, must: &Must<'_>) -> Value {
    let is_away = |one: &&Recipient| {
        let code = one.country.as_deref();
        one.safeguard.is_some() || code.is_some_and(|code| code.len() == 2 && !country::is_in_eea(code))
    };
    policy.recipients.values().filter(is_away).map(|one| transfer(policy, words, must, one)).collect()
}

fn transfer(policy: &Policy, words: &Words, must: &Must<'_>, recipient: &Recipient) -> Value {
    let mut out = Map::new();
    let decision = recipient.country.as_deref().and_then(|code| adequacy::on(code, must.version));
    if let Some(country) = &recipient.country {
        out.insert("country".to_owned(), json!(country));
    }
    // A safeguard that the policy states is what it relies on; a decision may not cover this recipient.
    if let (Some(decision), None) = (decision, &recipient.safeguard) {
        let said = words.say("register-adequate", &[("decision", decision.decision.into())]);
        let adequate = json!({ "available": true, "description": said });
        out.insert("adequacyDecision".to_owned(), adequate);
    }
    if let Some(safeguard) = &recipient.safeguard {
        let safeguard = words.text(policy, safeguard);
        let guarantee = json!({ "available": true, "description": safeguard });
        out.insert("appropriateGuarantees".to_owned(), guarantee);
    }
    out.insert("statement".to_owned(), json!(format!("recipient.{}.safeguard", recipient.id)));
    Value::Object(out)
}

/// Data that serve another purpose than the one they were collected for (13(3)), where neither a
/// consent nor a law says so.
fn changes(policy: &Policy, words: &Words) -> Value {
    let uses = policy.purposes.values().flat_map(|purpose| {
        purpose.uses_also.iter().filter_map(move |one| match &one.why {
            UsesAlsoWhy::Compatible(why, _) => Some((purpose, one, why)),
            UsesAlsoWhy::Consent | UsesAlsoWhy::Law(_) => None,
        })
    });
    let said = uses.map(|(purpose, one, why)| {
        let (title, why) = (words.text(policy, &purpose.title), words.text(policy, why));
        json!({
            "description": format!("{title}: {why}"),
            "affectedDataCategories": [words.category(policy, &one.data.category)],
            "statement": format!("purpose.{}.uses-also", purpose.name),
        })
    });
    said.collect()
}

fn automated(policy: &Policy, words: &Words) -> Value {
    let texts: Vec<_> = policy.purposes.values().filter_map(|purpose| purpose.decides.as_ref()).collect();
    let said: Vec<_> = texts.iter().map(|decides| words.decides(policy, decides)).collect();
    let said = said.join(" ");
    json!({ "inUse": !texts.is_empty(), "logicInvolved": said, "scopeAndIntendedEffects": said })
}
