//! Records that an application finds again by a key of its own.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::act::{Age, Consent, Occasion, Person};
use crate::answer::{RefusedField, ValueOfField};

/// A record that is to be kept.
#[derive(Clone, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct NewRecord {
    /// The application's key, 1 to 200 bytes: by it the record is found again.
    pub key: String,
    /// Whose.
    pub person: Person,
    /// For which purpose.
    pub purpose: String,
    /// The values, by `category.field`.
    pub fields: BTreeMap<String, String>,
    /// The kind of people, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub people: Option<String>,
    /// The age, as far as it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age: Option<Age>,
    /// From which source, where not from the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Consents that come with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub consents: Vec<Consent>,
    /// Events that happen with it: `contract-start`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<String>,
    /// What those are about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<Occasion>,
    /// The digest of the notice's version that was shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
    /// The controller of the policy that collects it; the leading one where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub controller: Option<String>,
    /// The right that the person uses by it: `access`, `erasure` … A request is opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asks: Option<String>,
    /// When it was collected (RFC 3339); now where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub happened_at: Option<String>,
    /// Who records it; the application where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
}

impl std::fmt::Debug for NewRecord {
    /// Values and keys reach no log.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "a record of {} fields for {}", self.fields.len(), self.purpose)
    }
}

/// Which record is to be read, and for what.
#[derive(Clone, Default, Serialize)]
pub struct ReadRecord {
    /// The application's key.
    pub key: String,
    /// For which purpose.
    pub purpose: String,
    /// Which data; all of the purpose where none is named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
    /// In which role somebody reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Why the archive is read: the case or the legal reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The controller of the policy that asks, where it has several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub controller: Option<String>,
    /// Who asks; the application where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
}

impl std::fmt::Debug for ReadRecord {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "a record for {}", self.purpose)
    }
}

/// Whose records are to be listed, and for what.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ListRecords {
    /// Whose.
    pub person: Person,
    /// For which purpose.
    pub purpose: String,
    /// Which data; all of the purpose where none is named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
    /// Those after this number: the `next` of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<u64>,
    /// How many at once, at most 1,000; 100 where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
    /// In which role somebody reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Why the archive is read: the case or the legal reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The controller of the policy that asks, where it has several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub controller: Option<String>,
    /// Who asks; the application where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
}

/// Which record is to be changed, put right or taken away, and for what.
#[derive(Clone, Default, Serialize)]
pub struct Edit {
    /// The application's key.
    pub key: String,
    /// For which purpose.
    pub purpose: String,
    /// The controller of the policy that asks, where it has several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub controller: Option<String>,
    /// Why, where the purpose rests on a vital interest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who asks; the application where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
}

impl Edit {
    /// The record under a key, for a purpose.
    pub fn of(key: &str, purpose: &str) -> Self {
        Self { key: key.to_owned(), purpose: purpose.to_owned(), ..Self::default() }
    }
}

impl std::fmt::Debug for Edit {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "a record for {}", self.purpose)
    }
}

/// How something is to be done.
#[derive(Clone, Debug, Default)]
pub struct Manner {
    /// The same key and act are done once and answered alike.
    pub idempotency_key: Option<String>,
    /// Only say what it would come to.
    pub dry_run: bool,
}

impl Manner {
    /// Done once, however often it is sent with this key.
    pub fn once(key: &str) -> Self {
        Self { idempotency_key: Some(key.to_owned()), dry_run: false }
    }

    pub(crate) fn query(&self) -> &'static str {
        if self.dry_run { "?dry-run=true" } else { "" }
    }
}

/// What came of a change.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ChangedRecord {
    /// How many fields were changed, or went.
    pub fields: u64,
    /// The number of the ledger's entry.
    pub entry: Option<u64>,
    /// The idempotency key was used for this very act before: nothing was done.
    pub repeated: bool,
}

/// A record of a person's.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ListedRecord {
    /// Its number, by which pages go on.
    pub number: u64,
    /// When it was collected (RFC 3339).
    pub collected_at: String,
    /// Its values.
    pub values: Vec<ValueOfField>,
}

/// A page of a person's records, the oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct RecordPage {
    /// The records.
    pub records: Vec<ListedRecord>,
    /// After which number the next page begins, where there is one.
    pub next: Option<u64>,
    /// The fields that were refused.
    pub refused: Vec<RefusedField>,
    /// The number of the ledger's entry.
    pub entry: u64,
    /// What else to know.
    pub problem: Option<String>,
}
