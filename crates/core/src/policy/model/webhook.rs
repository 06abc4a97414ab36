//! Webhooks: services of the company's own that are told when something happened about a person on
//! which they must act. Not here: how they are called (`kept-connect`).

use serde::{Deserialize, Serialize};

use super::store::{Secret, Url};
use crate::name::{IdentifierKind, WebhookName};
use crate::timeline::Happening;

/// What a webhook can be told, by the words of the language, in the order of the reference.
pub const TOLD: &[&str] = &[
    "consent-withdrawn",
    "objected",
    "objection-upheld",
    "objection-rejected",
    "restricted",
    "restriction-lifted",
    "died",
    "guardian-reported",
    "report-dismissed",
    CORRECTED,
    ERASED,
];

/// That data of a person were corrected (16, 19).
pub const CORRECTED: &str = "corrected";

/// That a person was erased.
pub const ERASED: &str = "erased";

/// A service that is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    /// Its name in the policy.
    pub name: WebhookName,
    /// Where it is.
    pub url: Url,
    /// Where the secret is that calls are signed with.
    pub secret: Secret,
    /// Whether calls may leave the machine without encryption.
    pub allows_plain: bool,
    /// The file of the authorities that its certificate is checked against, as for stores.
    #[serde(default)]
    pub ca: Option<String>,
    /// The kind of identifier by which it knows people; no other word about a person is sent.
    pub identifier: IdentifierKind,
    /// What it is told, of [`TOLD`]; empty means all of it.
    pub tells: Vec<String>,
}

impl Webhook {
    /// Whether it is told of this.
    pub fn is_told(&self, word: &str) -> bool {
        TOLD.contains(&word) && (self.tells.is_empty() || self.tells.iter().any(|told| told == word))
    }

    /// Whether it is told of this event.
    pub fn is_told_of(&self, what: &Happening) -> bool {
        // Which data an erasure within a run of retention took is no word of the person's.
        !matches!(what, Happening::Erased) && self.is_told(what.word())
    }
}
