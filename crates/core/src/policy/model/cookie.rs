//! Cookies and other trackers, and statistics without personal data.
//!
//! ePrivacy 5(3): what is stored on or read from a person's device needs consent, unless it is
//! strictly necessary for what the person asked for.

use indexmap::IndexMap;

use crate::anonymous::coarse::Coarse;
use crate::name::{PurposeName, RecipientName};
use crate::policy::model::{DataRef, Text};
use crate::time::Span;

/// What the policy says of cookies in general (`[cookies]`).
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct CookieSettings {
    /// What the notice says of cookies.
    pub statement: Option<Text>,
    /// Where the cookie statement stands, if apart.
    pub link: Option<String>,
    /// When they are set.
    pub placed: Placed,
    /// How people refuse.
    pub refuse: Refuse,
    /// How long a choice is remembered before it is asked again.
    pub choice_kept: Option<Span>,
    /// The classes, by name.
    pub classes: IndexMap<String, CookieClass>,
    /// The cookies, by name in the policy.
    pub cookies: IndexMap<String, Cookie>,
}

/// When cookies that need consent are set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Placed {
    /// Only after consent (ePrivacy 5(3)).
    #[default]
    AfterConsent,
    /// Unless the person refused: below the law's floor (as published).
    UnlessRefused,
}

/// How people refuse cookies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Refuse {
    /// In the page, as easily as they accept.
    #[default]
    AsEasily,
    /// By the settings of their browser alone: below the law's floor (as published).
    BrowserSettings,
}

/// A class of cookies (`[cookie-class.*]`).
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct CookieClass {
    /// Its name.
    pub id: String,
    /// How people know it.
    pub title: Text,
    /// What its cookies are for.
    pub why: Option<Text>,
    /// Whether they are set only after consent; `None` where the policy is silent.
    pub consent: Option<bool>,
    /// Why no consent is needed: `strictly necessary`, `audience measurement`.
    pub exempt: Option<Text>,
    /// The longest life of a cookie of this class, from its first setting, never renewed.
    pub life: Option<Span>,
    /// The purpose that they serve.
    pub purpose: Option<PurposeName>,
}

/// A cookie or tracker (`[cookie.*]`).
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Cookie {
    /// Its name in the policy.
    pub id: String,
    /// Its name on the device, a `*` standing for any letters; several where one tool sets several.
    pub names: Vec<String>,
    /// The classes it belongs to: consent to all is needed and the shortest life holds.
    pub classes: Vec<String>,
    /// Its life, where it is shorter than its classes allow; `Span::ZERO` is the session.
    pub life: Option<Span>,
    /// What it is for, in words.
    pub why: Option<Text>,
    /// Who sets or reads it, where that is not the controller.
    pub recipient: Option<RecipientName>,
    /// The data that it reads.
    pub reads: Vec<DataRef>,
}

/// Statistics of which the policy says that they hold no personal data (`[statistics.*]`).
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Statistics {
    /// Its name in the policy.
    pub id: String,
    /// How people know it.
    pub title: Text,
    /// What is counted: a closed list.
    pub counts: Vec<String>,
    /// What is read for it.
    pub reads: Vec<String>,
    /// What is dropped before anything is stored.
    pub drops: Vec<String>,
    /// The smallest group that is shown.
    pub smallest_group: Option<u32>,
    /// Who sees them.
    pub recipients: Vec<RecipientName>,
    /// The tool, where it is named.
    pub tool: Option<Text>,
    /// What the notice says of them: `no personal data`.
    pub statement: Option<Text>,
    /// What Kept makes of them itself; empty where they come from elsewhere.
    #[serde(default)]
    pub drawn: Drawn,
}

/// What Kept makes itself of the data of a purpose: figures by group, and records of which nobody can
/// be told.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Drawn {
    /// The purpose on whose ground people's data are used.
    pub purpose: Option<PurposeName>,
    /// The fields by which people are grouped.
    pub by: Vec<DataRef>,
    /// The fields that are summed.
    pub sums: Vec<DataRef>,
    /// The columns of the records.
    pub records: Vec<DataRef>,
    /// How a field's values may be said, by the field's name, from the finest on.
    pub coarser: IndexMap<String, Vec<Coarse>>,
    /// Of which fields people who are alike otherwise have several values, and how many.
    pub distinct: IndexMap<String, u32>,
}

impl Drawn {
    /// Every field that is named.
    pub fn fields(&self) -> impl Iterator<Item = &DataRef> {
        self.by.iter().chain(&self.sums).chain(&self.records)
    }
}

impl Statistics {
    /// All that is counted, as people are told: what the policy says in words, and the fields.
    pub fn counted(&self) -> Vec<String> {
        let mut counted = self.counts.clone();
        for field in self.drawn.fields().map(ToString::to_string) {
            if !counted.contains(&field) {
                counted.push(field);
            }
        }
        counted
    }
}
