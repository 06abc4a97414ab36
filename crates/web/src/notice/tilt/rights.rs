//! What TILT says of the rights, and of whom people may complain to.

use kept_core::notice::Authority;
use kept_core::policy::Policy;
use kept_core::policy::model::{AuthorityNamed, Basis};
use serde_json::{Map, Value, json};

use crate::notice::tilt::Must;
use crate::words::Words;

/// Every right under TILT's names.
pub(super) fn all(policy: &Policy, words: &Words, must: &Must<'_>) -> Map<String, Value> {
    let consent = titles(policy, words, Basis::is_consent);
    let portable = titles(policy, words, |basis| basis.is_consent() || matches!(basis, Basis::Contract));
    let deletion = [words.word("right-rectification-text"), words.word("right-erasure-text")].join(" ");
    let covering = |key, titles: String| words.say(key, &[("purposes", titles.into())]);
    let portability = portable.map_or_else(
        || words.word("right-portability-none"),
        |titles| covering("right-portability-text", titles),
    );
    let withdrawal = consent.map(|titles| covering("right-withdrawal-text", titles));
    let one = |name: &str, said: Option<String>| right(policy, words, must, name, said);
    let rights = [
        ("accessAndDataPortability", access(policy, words, must)),
        ("rightToInformation", one("access", Some(words.word("right-access-text")))),
        ("rightToRectificationOrDeletion", one("erasure", Some(deletion))),
        ("rightToDataPortability", one("portability", Some(portability))),
        ("rightToWithdrawConsent", one("withdrawal", withdrawal)),
        ("rightToComplain", complaint(policy, words, must)),
    ];
    rights.into_iter().map(|(name, said)| (name.to_owned(), said)).collect()
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

/// The titles of the purposes that rest on a kind of basis, if there are any.
fn titles(policy: &Policy, words: &Words, rests: fn(&Basis) -> bool) -> Option<String> {
    let titles = policy.purposes.values().filter(|purpose| purpose.bases().any(rests));
    let titles: Vec<_> = titles.map(|one| words.quoted(&words.text(policy, &one.title))).collect();
    (!titles.is_empty()).then(|| words.and(&titles))
}

/// A right; one of which nothing is said is not there, since no purpose gives rise to it.
fn right(policy: &Policy, words: &Words, must: &Must<'_>, name: &str, said: Option<String>) -> Value {
    json!({
        "available": said.is_some(),
        "description": said.unwrap_or_default(),
        "email": must.email,
        "identificationEvidences": evidence(policy, words),
        "statement": format!("rights.{name}"),
    })
}

/// Where people complain: the address, page and telephone are the authority's, not the controller's.
fn complaint(policy: &Policy, words: &Words, must: &Must<'_>) -> Value {
    let mut out = json!({
        "available": true,
        "description": words.word("authority-elsewhere"),
        "identificationEvidences": [],
        "statement": format!("controller.{}.authority", must.controller.id),
    });
    let mut found = Map::new();
    let (mut email, mut url) = (None, None);
    if let AuthorityNamed::AsPublished { name, post } = &policy.rights.complaint.authority {
        found.insert("name".to_owned(), json!(name));
        found.extend(post.iter().map(|post| ("address".to_owned(), json!(post))));
    } else {
        let code = must.controller.authority.as_deref().unwrap_or(must.country);
        let authority = Authority::of_country(code);
        // TILT has no form without a name: where no authority is known, it is said which one in words.
        let name = authority.as_ref().map_or_else(|| words.word("authority-any"), |one| one.name.to_owned());
        found.insert("name".to_owned(), json!(name));
        found.insert("country".to_owned(), json!(code));
        if let Some(one) = &authority {
            let more = [("address", one.address), ("email", one.email), ("phone", one.phone)];
            let more = more.into_iter().filter_map(|(key, value)| Some((key.to_owned(), json!(value?))));
            found.extend(more);
            (email, url) = (one.email, one.website);
        }
    }
    if let Some(fields) = out.as_object_mut() {
        fields.extend(email.map(|email| ("email".to_owned(), json!(email))));
        fields.extend(url.map(|url| ("url".to_owned(), json!(url))));
        fields.insert("supervisoryAuthority".to_owned(), Value::Object(found));
    }
    out
}
