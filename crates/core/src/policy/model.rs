//! A policy once it has been read and checked: every name resolved, every default filled in.
//!
//! Order is the author's own. A statement's id is its path in the policy
//! (`purpose.prospecting.keep`), in every language and format. Not here: TOML, spans, diagnostics.

use std::borrow::Cow;

use indexmap::IndexMap;

use crate::name::{
    CategoryName, ControllerName, EventKind, FieldName, IdentifierKind, Language, PersonKind, PurposeName,
    RecipientName, RoleName, StoreName, WebhookName,
};
use crate::time::Zone;
use crate::timeline::Right;

pub mod cookie;
pub mod data;
pub mod mask;
pub mod party;
pub mod people;
pub mod place;
pub mod promise;
pub mod purpose;
pub mod rights;
pub mod screen;
pub mod store;
pub mod webhook;

pub use cookie::{Cookie, CookieClass, CookieSettings, Drawn, Placed, Refuse, Statistics};
pub use data::{
    Category, DataSource, Field, FieldType, Group, NeverUse, ObtainedConsent, Origin, PeopleRead,
    SourceLimits,
};
pub use mask::Mask;
pub use party::{Controller, Custody, Disclosure, Joint, Member, Recipient, RecipientRole, Secrecy, Tell};
pub use people::{Children, ConsentAge, People};
pub use place::{Place, Transfers};
pub use promise::{
    Decisions, Duty, Form, Message, MessageClass, Never, NeverTo, NoticeLink, NoticeSettings, Own, OwnRecord,
    Role,
};
pub use rights::{Agent, AuthorityNamed, Complaint, InsideFirst, RefusalGround, Regime, RightRule, Rights};

pub use purpose::{
    AfterWithdrawal, Answers, Archive, Arm, Basis, Channel, Decides, Erasure, FrozenData, Narrowing,
    OccasionKind, Purpose, Retention, UsesAlso, UsesAlsoWhy,
};
pub use screen::Screen;
pub use store::{
    ArchiveWay, Condition, Consent, Detach, Engine, EventSource, FileFormat, Frozen, Http, Label, Link,
    Nulls, Owner, OwnerPath, RowSecurity, Secret, Store, Table, Url,
};
pub use webhook::Webhook;

/// A whole policy of one edition.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
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
    /// Sources of data other than the person.
    pub sources: IndexMap<String, DataSource>,
    /// Several categories under one name.
    pub groups: IndexMap<String, Group>,
    /// How children are cared for.
    pub children: Children,
    /// The purposes.
    pub purposes: IndexMap<PurposeName, Purpose>,
    /// What is said of decisions by automated means.
    pub decisions: Decisions,
    /// Messages that are sent to people.
    pub messages: IndexMap<String, Message>,
    /// What is never done.
    pub never: Never,
    /// How long Kept's own records are kept.
    pub own: Own,
    /// The recipients.
    pub recipients: IndexMap<RecipientName, Recipient>,
    /// How people use their rights.
    pub rights: Rights,
    /// Joint control.
    pub joint: IndexMap<String, Joint>,
    /// Ways in which data leave on demand.
    pub disclosures: IndexMap<String, Disclosure>,
    /// Data held for others.
    pub custody: IndexMap<String, Custody>,
    /// Where data may be.
    pub transfers: Option<Transfers>,
    /// Places of single kinds of stores and services.
    pub places: IndexMap<String, Place>,
    /// Cookies and other trackers; `None` where the policy is silent.
    pub cookies: Option<CookieSettings>,
    /// Statistics without personal data.
    pub statistics: IndexMap<String, Statistics>,
    /// Roles of staff and what they may do.
    pub roles: IndexMap<RoleName, Role>,
    /// Organisational duties.
    pub duties: IndexMap<String, Duty>,
    /// Forms by which data are collected.
    pub forms: IndexMap<String, Form>,
    /// The company's databases.
    pub stores: IndexMap<StoreName, Store>,
    /// Services that are told what they must act on.
    #[serde(default)]
    pub webhooks: IndexMap<WebhookName, Webhook>,
    /// Translations: language, then the path of the text.
    pub texts: IndexMap<Language, IndexMap<String, String>>,
}

impl Policy {
    /// The fields that a reference names; itself where its category has none.
    pub fn fields_in(&self, data: &DataRef) -> Vec<DataRef> {
        let category = self.data.get(&data.category).filter(|category| !category.fields.is_empty());
        match (&data.field, category) {
            (None, Some(category)) => {
                let field =
                    |name: &FieldName| DataRef { category: data.category.clone(), field: Some(name.clone()) };
                category.fields.keys().map(field).collect()
            }
            _ => vec![data.clone()],
        }
    }

    /// Whether the policy has this category, and the field where one is named.
    pub fn declares(&self, data: &DataRef) -> bool {
        let category = self.data.get(&data.category);
        category.is_some_and(|category| match &data.field {
            Some(name) => category.fields.is_empty() || category.fields.contains_key(name),
            None => true,
        })
    }

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

    /// Whether an objection ends a purpose at once and for good: marketing (21(3)); profiling that the
    /// policy says can be refused; research, but for a task in the public interest (21(6)). Any other
    /// objection is weighed.
    pub fn objection_ends(&self, purpose: &Purpose) -> bool {
        let rule = self.rights.by_right.get(&Right::Objection);
        let promised =
            |used: &str| rule.is_some_and(|rule| rule.covers.iter().any(|covered| covered == used));
        purpose.is_marketing()
            || (purpose.profiling && promised("profiling"))
            || (purpose.research && !matches!(purpose.basis, Basis::PublicTask(_)))
    }

    /// A field of a category, where one is named and declared.
    pub fn field(&self, datum: &DataRef) -> Option<&Field> {
        self.data.get(&datum.category)?.fields.get(datum.field.as_ref()?)
    }

    /// What is shown of a value of a field: all of it, or as much as the policy lets be seen.
    pub fn shown(&self, datum: &DataRef, value: String) -> String {
        match self.field(datum).and_then(|field| field.shown) {
            Some(mask) => mask.of(&value),
            None => value,
        }
    }

    /// What of a value of a field is kept, and handed to a recipient: all of it, but where the policy cuts it.
    pub fn kept<'v>(&self, datum: &DataRef, value: &'v str) -> Cow<'v, str> {
        match self.field(datum).and_then(|field| field.shown) {
            Some(mask) => mask.kept(value),
            None => value.into(),
        }
    }

    /// Whether it matters of a value where it came from, or which controller holds it.
    pub fn confines_values(&self) -> bool {
        self.controllers.len() > 1
            || self.sources.values().any(|source| source.limits.confines())
            || self.purposes.values().any(|purpose| !purpose.combines.is_empty())
    }

    /// The recipient of a name; of `partners.north` the kind that it is a member of, and the member.
    pub fn recipient(&self, name: &RecipientName) -> Option<(&Recipient, Option<&Member>)> {
        if let Some(whole) = self.recipients.get(name) {
            return Some((whole, None));
        }
        let (kind, member) = name.as_str().split_once('.')?;
        let kind = self.recipients.get(kind)?;
        Some((kind, Some(kind.members.get(member)?)))
    }

    /// Every purpose that a category of data serves, in the policy's order.
    pub fn purposes_of<'a>(&'a self, datum: &'a DataRef) -> impl Iterator<Item = &'a Purpose> + 'a {
        self.purposes.values().filter(move |purpose| purpose.covers(datum))
    }
}

/// A text that people read, with the path under which a translation is filed.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
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

/// What an event kind means.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum EventNature {
    /// Something that lasts until it comes: `contract-end`. Absent means: not yet.
    End,
    /// Something that happens: `collection`, `last-contact`. Absent means: it did not happen, or
    /// nobody knows.
    Point,
}

/// The name under which an identifier column counts, with its rule for equality.
pub type Identifies = IndexMap<IdentifierKind, crate::name::ColumnName>;
