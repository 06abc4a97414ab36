//! What went wrong, as problem details (RFC 9457): a word for machines, words for people, the article
//! behind a refusal and what would mend it. No personal value is in one.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kept_core::admission::Refused;
use kept_engine::Failure;
use serde::Serialize;

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
        }))
    }

    pub(super) fn mend(mut self, mend: impl Into<String>) -> Self {
        self.0.mend = Some(mend.into()).filter(|mend| !mend.is_empty());
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

    /// A refusal or a mistake of the caller; `None` for a fault of ours.
    pub(super) fn of(failure: &Failure) -> Option<Self> {
        let words = failure.to_string();
        Some(match failure {
            Failure::NotAdmitted(refused) if matches!(**refused, Refused::StoreNotReached(..)) => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, refused.code(), words)
                    .article(refused.article())
                    .mend(refused.mend())
                    .retry_after(STORE_AWAY_SECONDS)
            }
            Failure::NotAdmitted(refused) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, refused.code(), words)
                    .article(refused.article())
                    .mend(refused.mend())
            }
            Failure::Person(_) => Self::new(StatusCode::CONFLICT, "person", words)
                .mend("name the person by an identifier that is theirs alone"),
            Failure::Identifier(_) => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "identifier", words),
            Failure::KeyUsed => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "key-used", words),
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
        if status == StatusCode::PAYLOAD_TOO_LARGE {
            // The rest of the body is not read: the connection ends, and nobody shall use it again.
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        if let Some(seconds) = retry {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
