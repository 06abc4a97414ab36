//! What the use cases answer, as values: printed by the command line, shown by pages, sent as JSON.
//!
//! Assembled from rows and a standing; no rule is decided here. Not here: words in a language
//! (`kept-web`).

pub mod access;
pub mod audit;
pub mod erasure;
pub mod refusal;
pub mod sweep;
pub mod why;

use kept_core::name::{PersonKind, StoreName, TableName};
use kept_core::time::Instant;
use serde::Serialize;

/// Where a person was found, and by what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FoundIn {
    /// The store.
    pub store: StoreName,
    /// The table.
    pub table: TableName,
    /// The row's key.
    pub key: String,
    /// The kind of people.
    pub kind: Option<PersonKind>,
    /// The identifier that led there, by its kind; then, where another store gave it, which.
    pub by: String,
}

/// A store that could not be asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct Unreached {
    /// The store.
    pub store: StoreName,
    /// What happened, without any personal value.
    pub problem: String,
}

/// The head of every answer to a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Head {
    /// The case number; none for a dry run.
    pub case: Option<String>,
    /// When the answer was made.
    pub made_at: Instant,
    /// Day of receipt and the days by which an answer is due; none for a dry run.
    pub received_on: Option<kept_core::time::Day>,
    /// The day promised.
    pub promised_on: Option<kept_core::time::Day>,
    /// The day that the law sets (12(3)).
    pub lawful_on: Option<kept_core::time::Day>,
    /// The policy version, by its digest.
    pub policy: String,
    /// Who answers for the data.
    pub controller: String,
    /// How the controller is reached.
    pub contact: Vec<String>,
    /// The supervisory authority (77).
    pub authority: Option<String>,
}
