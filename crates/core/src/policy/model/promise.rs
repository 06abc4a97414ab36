//! Promises about the organisation: what is never done, Kept's own records, duties, roles, forms,
//! messages, and how the notice itself is published.

use indexmap::IndexMap;

use crate::name::{Language, PersonKind, PurposeName, RoleName};
use crate::policy::model::{Channel, DataRef, Retention, Text};
use crate::time::{Day, Span};

/// How the notice is published.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct NoticeSettings {
    /// The date of this version.
    pub version: Option<Day>,
    /// A version without a day, as published: `2024-01`.
    pub version_month: Option<String>,
    /// Languages in which it appears, the one it is written in first.
    pub languages: Vec<Language>,
    /// The language that decides where two differ.
    pub prevails: Option<Language>,
    /// A title other than the usual one.
    pub title: Option<Text>,
    /// Paragraphs before everything else.
    pub introduction: Option<Text>,
    /// Ways by which people hear of a small change: `page`, `e-mail`, `at next sign-in`.
    pub minor_changes: Vec<String>,
    /// Ways by which people hear of a significant change.
    pub significant_changes: Vec<String>,
    /// How long before a significant change begins people are told.
    pub changes_before: Option<Span>,
    /// Pages that the notice points to.
    pub links: IndexMap<String, NoticeLink>,
}

/// A page that the notice points to (`[link.*]`).
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct NoticeLink {
    /// Its name in the policy.
    pub id: String,
    /// How people know it.
    pub title: Text,
    /// Its address.
    pub url: String,
}

/// What is never done (`[never]`): consent can't open it.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Never {
    /// Personal data are never sold.
    pub sell: bool,
    /// To whom they are never disclosed.
    pub disclose_to: Option<NeverTo>,
    /// Nobody is tracked across sites.
    pub track: bool,
    /// Nobody is profiled.
    pub profile: bool,
    /// No decision is made by automated means alone.
    pub decide_automatically: bool,
    /// No data of these regions' outside: nothing leaves.
    pub leave: Vec<String>,
    /// Other things never done, in words, by name.
    pub others: IndexMap<String, Text>,
}

/// To whom data are never disclosed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum NeverTo {
    /// Nobody at all, processors included, save authorities by law.
    AnyoneButAuthorities,
    /// No other controller; processors may.
    Controllers,
    /// No other controller save authorities; processors may.
    ControllersButAuthorities,
}

/// Kinds of records that Kept itself holds about people (`[own]`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum OwnRecord {
    /// Proof that consent was given and withdrawn (7(1)).
    ConsentProof,
    /// Which data went to whom (Art. 19, 15(1)(c)).
    Disclosures,
    /// Papers by which somebody showed who they are (12(6)).
    IdentityPapers,
    /// The keyed digests of people who must not be contacted again (21(3)).
    Refusals,
    /// Files of requests (5(2)).
    Requests,
    /// The ledger's entries.
    Log,
}

/// What Kept keeps of its own and for how long.
pub type Own = IndexMap<OwnRecord, Retention>;

/// An organisational measure with an owner.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Duty {
    /// Its name.
    pub id: String,
    /// What is to be done.
    pub what: Text,
    /// Who answers for it.
    pub owner: Option<String>,
    /// How often it is due.
    pub every: Option<Span>,
    /// When it is due once.
    pub due: Option<Day>,
    /// The act that it comes before: `first disclosure to a processor`.
    pub before: Option<Text>,
    /// What counts as evidence.
    pub evidence: Option<String>,
    /// Whether it is a measure of security (Art. 32), for the register.
    pub security: bool,
}

/// A role of staff.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Role {
    /// Its name.
    pub name: RoleName,
    /// How people know it, where the name does not say enough.
    pub title: Option<Text>,
    /// Purposes for which it may use data.
    pub purposes: Vec<PurposeName>,
    /// What somebody needs to hold it: `secrecy`, `training`, `mfa`.
    pub needs: Vec<String>,
}

/// A form by which data are collected.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Form {
    /// Its name.
    pub id: String,
    /// The purpose that it serves.
    pub purpose: PurposeName,
    /// The fields that it asks for.
    pub fields: Vec<DataRef>,
    /// Where people find it, in words.
    pub title: Text,
    /// Purposes for which it asks consent, each with a box of its own (7(2)).
    pub consents: Vec<PurposeName>,
    /// Whether it shows or links the notice in its version, which each collection names (13(1)).
    #[serde(default)]
    pub notice: bool,
}

/// A message that is sent to people (`[message.*]`), and why it is or is not marketing.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Message {
    /// Its name.
    pub id: String,
    /// How people know it.
    pub title: Text,
    /// Essential messages are no marketing; mixed content is.
    pub class: MessageClass,
    /// The purpose that it serves.
    pub purpose: PurposeName,
    /// Why it is essential.
    pub why: Option<Text>,
    /// Its channels.
    pub channels: Vec<Channel>,
    /// To whom it goes; empty means those of its purpose.
    pub people: Vec<PersonKind>,
}

/// Whether a message is marketing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum MessageClass {
    /// Needed for what the person asked for or has a contract about.
    Essential,
    /// Direct marketing (21(2)), mixed content included.
    Marketing,
}

/// What the policy says of decisions by automated means (`[decisions]`).
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Decisions {
    /// `none`: no decision with legal or similar effect is made by automated means alone (22(1)).
    pub no_automated: bool,
    /// `for a contract only`: a decision that no contract with the person needs is held for a human,
    /// whatever else of 22(2) would allow it.
    #[serde(default)]
    pub only_for_contract: bool,
    /// `none`: nobody is profiled (4(4)).
    pub no_profiling: bool,
}
