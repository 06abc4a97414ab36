//! Messages that people may refuse, and free text that somebody looks through.

use serde::{Deserialize, Serialize};

use crate::act::Person;

/// A message that is about to be sent.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Mailing {
    /// Which message of the policy.
    pub message: String,
    /// The purpose that it serves.
    pub purpose: String,
    /// By which channel: `email`, `sms` …
    pub channel: String,
    /// The controller of the policy that sends it, where it has several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub controller: Option<String>,
    /// The template, with `{{unsubscribe}}` where each person's link stands.
    pub template: String,
    /// Where people reach the service: `https://privacy.example.org`.
    pub reached_at: String,
    /// To whom.
    pub people: Vec<Person>,
    /// Who sends it; the application where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
}

/// Whether a message may be sent, in the order of the people.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Mailed {
    /// The people.
    pub people: Vec<Addressed>,
    /// The number of the ledger's entry.
    pub entry: u64,
}

/// Whether a message may be sent to somebody.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Addressed {
    /// Whether it may.
    pub allowed: bool,
    /// What allows it or stands against it, in words.
    pub words: String,
    /// The article behind a refusal.
    pub article: Option<String>,
    /// The person's own link, to be put in the place of the template.
    pub unsubscribe: Option<String>,
    /// The headers by which mail programs show a button of their own (RFC 8058).
    pub headers: Option<std::collections::BTreeMap<String, String>>,
}

/// Which pieces of free text are wanted that wait for somebody.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Screen {
    /// For which purpose.
    pub purpose: String,
    /// In which role somebody looks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// How many at once; 100 where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
    /// After whom the page begins: the `next` of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Who looks; the application where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
}

/// What somebody decides on a piece.
#[derive(Clone, Default, Serialize)]
pub struct Screened {
    /// For which purpose.
    pub purpose: String,
    /// The person, by Kept's own number, as the list gives it.
    pub person: String,
    /// The number of the record.
    pub record: u64,
    /// The field.
    pub field: String,
    /// `keep` or `remove`.
    pub decision: String,
    /// In which role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Why.
    pub reason: String,
    /// The right that the person uses by it: `access`, `erasure` … A request is opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asks: Option<String>,
    /// Who decides; the application where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
}

impl std::fmt::Debug for Screened {
    /// Reasons reach no log.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{} of a piece of `{}` for {}", self.decision, self.field, self.purpose)
    }
}
