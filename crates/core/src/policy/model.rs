//! A policy once it has been read and checked: every name resolved, every default filled in.
//!
//! Order is the author's own. A statement's id is its path in the policy
//! (`purpose.prospecting.keep`), in every language and format. Not here: TOML, spans, diagnostics.

use indexmap::IndexMap;

use crate::name::{
    CategoryName, ControllerName, EventKind, FieldName, IdentifierKind, Language, PersonKind, PurposeName,
    RecipientName, RoleName, StoreName,
};
use crate::time::{Day, Span, Zone};

pub mod purpose;
pub mod store;

pub use purpose::{AfterWithdrawal, Archive, Basis, Channel, Erasure, OccasionKind, Purpose, Retention};
pub use store::{
    ArchiveWay, Condition, Consent, Detach, Engine, EventSource, Frozen, Link, Nulls, Owner, OwnerPath,
    Store, Table, Url,
};

/// A whole policy of one edition.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// SHA-256 over the policy's files, in hexadecimal: the version that every act names.
    pub digest: String,
    /// The controllers; the first one leads.
    pub controllers: IndexMap<ControllerName, Controller>,
    /// How and in which languages the notice is published.
    pub notice: NoticeSettings,
    /// The kinds of people it covers.
    pub people: IndexMap<PersonKind, People>,
    /// The categories of personal data.
    pub data: IndexMap<CategoryName, Category>,
    /// Event kinds, the built-in ones and the policy's own.
    pub events: IndexMap<EventKind, EventDefinition>,
    /// The purposes.
    pub purposes: IndexMap<PurposeName, Purpose>,
    /// The recipients.
    pub recipients: IndexMap<RecipientName, Recipient>,
    /// How people use their rights.
    pub rights: Rights,
    /// Where data may be.
    pub transfers: Option<Transfers>,
    /// Roles of staff and what they may do.
    pub roles: IndexMap<RoleName, Role>,
    /// Organisational duties.
    pub duties: IndexMap<String, Duty>,
    /// Forms by which data are collected.
    pub forms: IndexMap<String, Form>,
    /// The company's databases.
    pub stores: IndexMap<StoreName, Store>,
    /// Translations: language, then the path of the text.
    pub texts: IndexMap<Language, IndexMap<String, String>>,
}

impl Policy {
    /// The leading controller, in whose zone days are counted.
    pub fn controller(&self) -> Option<&Controller> {
        self.controllers.values().next()
    }

    /// The zone in which this policy's days are counted: the leading controller's.
    pub fn zone(&self) -> Zone {
        self.controller().map_or_else(Zone::utc, |controller| controller.zone.clone())
    }

    /// A text in a language: its translation, or as written where there is none.
    pub fn text<'a>(&'a self, text: &'a Text, language: &Language) -> &'a str {
        self.texts.get(language).and_then(|texts| texts.get(&text.path)).map_or(&text.written, String::as_str)
    }

    /// Every purpose that a category of data serves, in the policy's order.
    pub fn purposes_of<'a>(&'a self, datum: &'a DataRef) -> impl Iterator<Item = &'a Purpose> + 'a {
        self.purposes.values().filter(move |purpose| purpose.covers(datum))
    }
}

/// A text that people read, with the path under which a translation is filed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The policy path, `purpose.prospecting.title`.
    pub path: String,
    /// The words as the policy writes them.
    pub written: String,
}

/// A category of data, or one field of it, as purposes and columns name it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct DataRef {
    /// The category.
    pub category: CategoryName,
    /// The field; `None` means the whole category.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<FieldName>,
}

impl DataRef {
    /// The whole of a category.
    pub fn whole(category: CategoryName) -> Self {
        Self { category, field: None }
    }

    /// Whether `other` lies within this reference: the same category, and the same field or all.
    pub fn contains(&self, other: &Self) -> bool {
        self.category == other.category && (self.field.is_none() || self.field == other.field)
    }

    /// Whether the two have a field in common.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.contains(other) || other.contains(self)
    }
}

impl std::fmt::Display for DataRef {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.field {
            Some(field) => write!(out, "{}.{field}", self.category),
            None => write!(out, "{}", self.category),
        }
    }
}

/// Who is responsible (Art. 4(7), 13(1)(a)).
#[derive(Clone, Debug, PartialEq)]
pub struct Controller {
    /// Its name in the policy.
    pub id: ControllerName,
    /// Its legal or trade name.
    pub name: String,
    /// Numbers under which it is registered: `siren`, `vat`, `kvk`.
    pub registered: IndexMap<String, String>,
    /// Two-letter country code: its law, holidays and authority.
    pub country: Option<String>,
    /// Postal address.
    pub post: Option<String>,
    /// E-mail address for questions and requests.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// Website.
    pub website: Option<String>,
    /// Data protection officer's contact (13(1)(b)).
    pub officer: Option<String>,
    /// Representative in the Union (Art. 27).
    pub representative: Option<String>,
    /// The zone in which its days are counted; by default its country's.
    pub zone: Zone,
    /// The supervisory authority's country code (Art. 77); by default its own.
    pub authority: Option<String>,
}

/// How the notice is published.
#[derive(Clone, Debug, PartialEq)]
pub struct NoticeSettings {
    /// The date of this version.
    pub version: Option<Day>,
    /// Languages in which it appears, the one it is written in first.
    pub languages: Vec<Language>,
    /// A title other than the usual one.
    pub title: Option<Text>,
    /// Paragraphs before everything else.
    pub introduction: Option<Text>,
    /// Ways by which people hear of a small change: `page`, `e-mail`, `at next sign-in`.
    pub minor_changes: Vec<String>,
    /// Ways by which people hear of a significant change.
    pub significant_changes: Vec<String>,
}

/// A kind of people.
#[derive(Clone, Debug, PartialEq)]
pub struct People {
    /// Its name.
    pub kind: PersonKind,
    /// Who they are.
    pub who: Text,
    /// The age below which no data may be collected from them.
    pub minimum_age: Option<u8>,
}

/// A category of personal data with its closed list of fields.
#[derive(Clone, Debug, PartialEq)]
pub struct Category {
    /// Its name.
    pub name: CategoryName,
    /// How people know it.
    pub title: Text,
    /// Its fields and their types.
    pub fields: IndexMap<FieldName, Field>,
    /// Where it comes from: `person` or a named source (14(2)(f)).
    pub from: Vec<String>,
    /// How it reaches the company, in words.
    pub collected: Option<Text>,
    /// The special category it belongs to (Art. 9), if any.
    pub special: Option<String>,
}

/// A field of a category.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: FieldName,
    /// How people know it.
    pub title: Text,
    /// What kind of value it holds.
    pub kind: FieldType,
    /// Whether the person gave it, it was observed, derived or received.
    pub origin: Origin,
}

/// The kind of value of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FieldType {
    /// A person's name.
    PersonName,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// A postal address.
    PostalAddress,
    /// An organisation's name.
    Organisation,
    /// An IP address.
    IpAddress,
    /// A user name or account number.
    Account,
    /// A password: only a slow salted hash, never shown.
    Password,
    /// A date.
    Date,
    /// An instant.
    DateTime,
    /// A number.
    Number,
    /// Money.
    Money,
    /// Yes or no.
    Truth,
    /// One of a closed list.
    Choice,
    /// A short text.
    Text,
    /// Free text, in which anything may stand.
    FreeText,
    /// A file or picture.
    File,
}

/// Where a field's value comes from (for Art. 20, only `Given` and `Observed` count).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Given by the person.
    Given,
    /// Observed of the person.
    Observed,
    /// Derived from other data.
    Derived,
    /// Received from a source.
    Received,
}

/// What an event kind means.
#[derive(Clone, Debug, PartialEq)]
pub struct EventDefinition {
    /// Its name.
    pub kind: EventKind,
    /// Whether its absence means that it has not come yet (an end), or that nothing is known.
    pub nature: EventNature,
    /// Which acts count (`reply`, `click`, `order`), for events that need saying.
    pub acts: Vec<String>,
    /// What it is, in words.
    pub title: Option<Text>,
}

/// How an event that is not there is understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventNature {
    /// Something that lasts until it comes: `contract-end`. Absent means: not yet.
    End,
    /// Something that happens: `collection`, `last-contact`. Absent means: it did not happen, or
    /// nobody knows.
    Point,
}

/// A recipient (Art. 4(9), 13(1)(e)).
#[derive(Clone, Debug, PartialEq)]
pub struct Recipient {
    /// Its name in the policy.
    pub id: RecipientName,
    /// Its name, or the kind of recipients.
    pub name: Text,
    /// `processor`, `controller` or `authority`.
    pub role: RecipientRole,
    /// Country code of its seat or of the place of processing.
    pub country: Option<String>,
    /// Purposes for which it may receive data; empty means as the purposes say.
    pub purposes: Vec<PurposeName>,
    /// The safeguard for a transfer: `standard contractual clauses of 2021`.
    pub safeguard: Option<Text>,
    /// The date of the processing agreement (Art. 28(3)).
    pub contract: Option<Day>,
    /// Why a place outside the Union is necessary.
    pub necessity: Option<Text>,
}

/// Whether a recipient acts for the controller or for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecipientRole {
    /// On the controller's instructions (Art. 28).
    Processor,
    /// For its own purposes.
    Controller,
    /// A public authority.
    Authority,
}

/// How people use their rights, where the policy promises more than the law.
#[derive(Clone, Debug, PartialEq)]
pub struct Rights {
    /// The reply limit that the policy promises; the law's month stands beside it (12(3)).
    pub reply: Option<Span>,
    /// Whether the policy promises never to ask a fee.
    pub never_a_fee: bool,
    /// When proof of identity is asked for, in words.
    pub identity: Option<Text>,
    /// Categories that erasure ends although the law would let them stay (semantics 11).
    pub erasure_ends: Vec<DataRef>,
}

/// Where data may be processed (Art. 44 to 49).
#[derive(Clone, Debug, PartialEq)]
pub struct Transfers {
    /// What the notice says about places.
    pub statement: Text,
    /// Regions or countries in which providers are preferred.
    pub prefer: Vec<String>,
    /// What is needed elsewhere: `reason`, `safeguard`, `agreement`.
    pub otherwise: Vec<String>,
}

/// A role of staff.
#[derive(Clone, Debug, PartialEq)]
pub struct Role {
    /// Its name.
    pub name: RoleName,
    /// Purposes for which it may use data.
    pub purposes: Vec<PurposeName>,
    /// What somebody needs to hold it: `secrecy`, `training`, `mfa`.
    pub needs: Vec<String>,
}

/// An organisational measure with an owner.
#[derive(Clone, Debug, PartialEq)]
pub struct Duty {
    /// Its name.
    pub id: String,
    /// What is to be done.
    pub what: Text,
    /// Who answers for it.
    pub owner: Option<String>,
    /// How often it is due.
    pub every: Option<Span>,
    /// What counts as evidence.
    pub evidence: Option<String>,
}

/// A form by which data are collected.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    /// Its name.
    pub id: String,
    /// The purpose that it serves.
    pub purpose: PurposeName,
    /// The fields that it asks for.
    pub fields: Vec<DataRef>,
    /// Where people find it, in words.
    pub title: Text,
}

/// The name under which an identifier column counts, with its rule for equality.
pub type Identifies = IndexMap<IdentifierKind, crate::name::ColumnName>;
