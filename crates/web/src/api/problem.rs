//! What went wrong, as problem details (RFC 9457): a word for machines, words for people, the article
//! behind a refusal and what would mend it. No personal value is in one.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kept_core::admission::Refused;
use kept_core::policy::Policy;
use kept_core::policy::model::{Channel, EventSource};
use kept_core::policy::naming::Stranger;
use kept_core::policy::suggest::nearest;
use kept_engine::Failure;
use kept_engine::person::PersonRefusal;
use serde::Serialize;

/// After how many seconds a caller tries again whose act found the disk full.
const FULL_SECONDS: u64 = 60;

/// After how many seconds it is worth asking a store again that was away.
const STORE_AWAY_SECONDS: u64 = 30;

/// A problem. It is small to hand about.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub(super) struct Problem(Box<Details>);

/// A problem, as it is answered.
#[derive(Clone, Debug, Serialize)]
struct Details {
    /// `urn:kept:problem:` and a word that stays.
    #[serde(rename = "type")]
    kind: String,
    title: &'static str,
    status: u16,
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    article: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mend: Option<String>,
    /// The number under which the operator finds what happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    /// After how many seconds to try again.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u64>,
    /// Why a report was not recorded: where a name is the reason, those of the policy are told.
    #[serde(skip)]
    refused: Option<Box<Refused>>,
    /// Whether what stands between accents was looked at one by one when the words were made.
    #[serde(skip)]
    shown: bool,
}

impl Problem {
    pub(super) fn new(status: StatusCode, word: &str, detail: impl Into<String>) -> Self {
        Self(Box::new(Details {
            kind: format!("urn:kept:problem:{word}"),
            title: status.canonical_reason().unwrap_or("Problem"),
            status: status.as_u16(),
            detail: detail.into(),
            article: None,
            mend: None,
            reference: None,
            retry_after: None,
            refused: None,
            shown: false,
        }))
    }

    pub(super) fn mend(mut self, mend: impl Into<String>) -> Self {
        self.0.mend = Some(mend.into()).filter(|mend| !mend.is_empty());
        self
    }

    /// A name that the policy does not have, with those that it has.
    pub(super) fn no_such(stranger: &Stranger) -> Self {
        let code = format!("no-{}", stranger.kind().word());
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, &code, stranger.to_string()).mend(stranger.hint()).shown()
    }

    /// Of which every name between accents may be told.
    fn shown(mut self) -> Self {
        self.0.shown = true;
        self
    }

    /// Without words of the caller's own: what stands between accents, is no name of the policy and does not
    /// look like one either is left out, since it may be anything, and so personal. Of a name that the policy
    /// does not have it tells those that it has.
    pub(super) fn without_strangers(mut self, policy: &Policy) -> Self {
        if let Some(stranger) = self.0.refused.take().and_then(|refused| refused.stranger(policy)) {
            let mend = self.0.mend.take().unwrap_or_default();
            self.0.mend = Some(format!("{}; {mend}", stranger.hint()));
            self.0.shown = stranger.may_be_repeated();
        }
        if !self.0.shown {
            self.0.detail = known_words(policy, &self.0.detail);
        }
        self
    }

    pub(super) fn article(mut self, article: &str) -> Self {
        self.0.article = (!article.is_empty()).then(|| article.to_owned());
        self
    }

    pub(super) fn retry_after(mut self, seconds: u64) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }

    /// What a caller is told of a fault that is ours: a reference, and nothing else.
    pub(super) fn fault(reference: String) -> Self {
        let mut problem = Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "fault",
            "something went wrong on our side; nothing was done that was not answered",
        );
        problem.0.reference = Some(reference);
        problem.mend("try again; if it stays, tell the operator the reference")
    }

    /// What a caller is told while Kept's own store has no room: nothing was done, and what is asked again
    /// later is done once there is.
    pub(super) fn full(reference: String) -> Self {
        let words = "kept's own store is full, so nothing was done";
        let mut problem = Self::new(StatusCode::INSUFFICIENT_STORAGE, "full", words);
        problem.0.reference = Some(reference);
        problem.mend("try again when the operator has made room").retry_after(FULL_SECONDS)
    }

    /// A refusal or a mistake of the caller; `None` for a fault of ours.
    pub(super) fn of(failure: &Failure) -> Option<Self> {
        let words = failure.to_string();
        if failure.is_busy() {
            let busy = "kept's own store is busy; nothing was done";
            return Some(Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", busy).retry_after(1));
        }
        Some(match failure {
            Failure::NotAdmitted(refused) if matches!(**refused, Refused::StoreNotReached(..)) => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, refused.code(), words)
                    .article(refused.article())
                    .mend(refused.mend())
                    .retry_after(STORE_AWAY_SECONDS)
            }
            Failure::NotAdmitted(refused) => {
                let mut problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, refused.code(), words)
                    .article(refused.article())
                    .mend(refused.mend());
                problem.0.refused = Some(refused.clone());
                problem
            }
            Failure::Person(PersonRefusal::UnknownKind { kind, known }) => {
                let near = nearest(kind.as_str(), known.split(['`', ',', ' ']));
                let near = near.map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "identifier-kind", words)
                    .mend(format!("{near}name the person by an identifier of one of these kinds"))
                    .shown()
            }
            Failure::NoSuch(stranger) => Self::no_such(stranger),
            // Keys of rows may be personal: which people they are is told at the terminal only.
            Failure::Person(
                PersonRefusal::FoundTwice { count, store, table, .. }
                | PersonRefusal::SeveralPeople { count, store, table, .. },
            ) => {
                let words = format!("{count} people in `{store}.{table}` are meant by these identifiers");
                Self::new(StatusCode::CONFLICT, "person", words).mend(
                    "name the person by an identifier that is theirs alone, or by their `row` there beside it",
                )
            }
            Failure::Person(_) => Self::new(StatusCode::CONFLICT, "person", words)
                .mend("name the person by an identifier that is theirs alone"),
            Failure::Controller(refusal) => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "controller", words)
                .article("Art. 4(7), 6(1) GDPR")
                .mend(refusal.mend())
                .shown(),
            Failure::Identifier(_) => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "identifier", words),
            Failure::Revoked => super::caller::nobody(&words),
            Failure::Superseded { .. } => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "policy-superseded", words)
                    .mend("start the service again, with the policy that is in force")
            }
            Failure::Overtaken => Self::new(StatusCode::CONFLICT, "overtaken", words).retry_after(1),
            Failure::Clock(_) => Self::new(StatusCode::SERVICE_UNAVAILABLE, "clock", words),
            Failure::KeyUsed => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "key-used", words),
            Failure::RecordKept => Self::new(StatusCode::CONFLICT, "record-kept", words),
            Failure::Refused(_) => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "refused", words),
            Failure::Vault(_)
            | Failure::Store(_)
            | Failure::Entry(_)
            | Failure::Digest
            | Failure::OldPolicy { .. }
            | Failure::CaseFile { .. }
            | Failure::Plan
            | Failure::Ledger(_) => return None,
        })
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry = self.0.retry_after;
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if matches!(status, StatusCode::PAYLOAD_TOO_LARGE | StatusCode::REQUEST_TIMEOUT) {
            // The rest of the body is not read: the connection ends, and nobody shall use it again.
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        if let Some(seconds) = retry {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// A sentence from whose first strange name to its last accent everything is left out.
fn known_words(policy: &Policy, words: &str) -> String {
    let mut out = String::new();
    let mut rest = words;
    while let Some((before, after)) = rest.split_once('`') {
        out.push_str(before);
        out.push('`');
        match after.split_once('`') {
            Some((name, further)) if is_known(policy, name) => {
                out.push_str(name);
                out.push('`');
                rest = further;
            }
            _ => {
                let tail = after.rsplit_once('`').map_or("", |(_, tail)| tail);
                out.push_str("…`");
                out.push_str(tail);
                return out;
            }
        }
    }
    out.push_str(rest);
    out
}

/// Whether a name is the policy's or Kept's own: `newsletter`, `contact.email`, `shop.people.born_on`,
/// `source.partner`, `L-2026-0001`.
fn is_known(policy: &Policy, name: &str) -> bool {
    is_case(name) || (!name.is_empty() && name.split('.').all(|part| is_name(policy, part)))
}

/// Words of Kept's own that stand between accents.
const OWN: [&str; 13] = [
    "collection",
    "consent-given",
    "consent-withdrawn",
    "consent-end",
    "objected",
    "request-received",
    "request-closed",
    "reviewed",
    "person",
    "cookies",
    "source",
    "decide",
    "resume",
];

fn is_name(policy: &Policy, part: &str) -> bool {
    let mut categories = policy.data.values();
    let mut tables = policy.stores.values().flat_map(|store| store.tables.values());
    OWN.contains(&part)
        || Channel::ALL.iter().any(|(_, word)| *word == part)
        || policy.purposes.contains_key(part)
        || policy.data.contains_key(part)
        || categories.any(|category| category.fields.contains_key(part))
        || policy.people.contains_key(part)
        || policy.controllers.contains_key(part)
        || policy.sources.contains_key(part)
        || policy.recipients.contains_key(part)
        || policy.roles.contains_key(part)
        || policy.messages.contains_key(part)
        || policy.events.contains_key(part)
        || policy.purposes.values().any(|purpose| purpose.starts.as_str() == part)
        || policy.stores.contains_key(part)
        || tables.any(|table| {
            table.name.as_str() == part
                || table.identifies.keys().any(|kind| kind.as_str() == part)
                || table.columns.keys().any(|column| column.as_str() == part)
                || table.events.values().any(|source| tells(source, part))
        })
}

fn tells(source: &EventSource, part: &str) -> bool {
    match source {
        EventSource::Column { column, .. } | EventSource::Aggregate { column, .. } => column.as_str() == part,
    }
}

/// The number of a restriction, a hold or a request: a letter, a year, a number.
fn is_case(name: &str) -> bool {
    let mut parts = name.split('-');
    let letter =
        parts.next().is_some_and(|one| one.len() == 1 && one.bytes().all(|byte| byte.is_ascii_uppercase()));
    let digits = |part: Option<&str>| {
        part.is_some_and(|one| (4..=9).contains(&one.len()) && one.bytes().all(|byte| byte.is_ascii_digit()))
    };
    letter && digits(parts.next()) && digits(parts.next()) && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use axum::response::IntoResponse;

    use super::*;

    #[test]
    fn a_full_store_is_told_as_such_with_a_reference_and_when_to_ask_again() {
        let response = Problem::full("5f-1".to_owned()).into_response();
        assert_eq!(response.status(), StatusCode::INSUFFICIENT_STORAGE);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json");
        assert_eq!(response.headers()[header::RETRY_AFTER], "60");
    }
}
