//! Personal data: categories with closed lists of fields, where they come from, and groups.
//!
//! Not here: columns of a store that hold them (`store`).

use indexmap::IndexMap;

use crate::name::{CategoryName, FieldName, PersonKind, PurposeName, RecipientName};
use crate::policy::model::{DataRef, Mask, Screen, Text};

/// A category of personal data with its closed list of fields.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Category {
    /// Its name.
    pub name: CategoryName,
    /// How people know it.
    pub title: Text,
    /// Its fields and their types.
    pub fields: IndexMap<FieldName, Field>,
    /// Where it comes from: `person`, `cookies`, or `source.<name>` (14(2)(f)).
    pub from: Vec<String>,
    /// How it reaches the company, in words.
    pub collected: Option<Text>,
    /// The special category it belongs to (Art. 9), if any.
    pub special: Option<String>,
    /// The kinds of people that the data are about where it is not only the one who gives them
    /// (recordings: the caller and the employee).
    pub about: Vec<PersonKind>,
    /// When people are told: `before recording`.
    pub tell: Option<Text>,
    /// How the published list goes on where it is not closed: `etc.` (as published only).
    pub open: Option<Text>,
}

/// A field of a category.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Field {
    /// Its name.
    pub name: FieldName,
    /// How people know it.
    pub title: Text,
    /// What kind of value it holds.
    pub kind: FieldType,
    /// Whether the person gave it, it was observed, derived or received.
    pub origin: Origin,
    /// Where this field comes from, where it differs from its category.
    pub from: Vec<String>,
    /// Whether it may be left out (a photo); a form never demands it (5(1)(c)).
    pub optional: bool,
    /// How much of its values is shown; `None` means all.
    #[serde(default)]
    pub shown: Option<Mask>,
    /// How people look through it, where anything may stand in it.
    #[serde(default)]
    pub screen: Option<Screen>,
}

/// The kind of value of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
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
    /// The number of a payment card.
    CardNumber,
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
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

/// A source other than the person (`[source.*]`, Art. 14).
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct DataSource {
    /// Its name in the policy.
    pub id: String,
    /// Its name, or the kind of source.
    pub name: Text,
    /// What it gives.
    pub gives: Vec<DataRef>,
    /// Whether it is publicly accessible (14(2)(f)).
    pub public: bool,
    /// When the person is told (14(3)): `at the first contact, within 1 month at most`.
    pub told: Option<Text>,
    /// Why the person is not told, by a point of 14(5): `14(5)(b)`.
    pub exempt: Option<String>,
    /// The consent that the source obtained, where it did.
    pub consent: Option<ObtainedConsent>,
    /// What the source allows to be done with its data.
    #[serde(default)]
    pub limits: SourceLimits,
}

/// What the terms of a source allow to be done with what came from it, wherever that lies.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SourceLimits {
    /// The only purposes; empty means any.
    pub only_for: Vec<PurposeName>,
    /// The only recipients; empty means any.
    pub only_to: Vec<RecipientName>,
    /// What is never done with them.
    pub never: Vec<NeverUse>,
    /// Whether people of the staff may read them.
    pub people_read: PeopleRead,
}

impl SourceLimits {
    /// Whether anything is forbidden.
    pub fn confines(&self) -> bool {
        *self != Self::default()
    }
}

/// A use that the terms of a source forbid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum NeverUse {
    /// Direct marketing and adverts.
    Advertising,
    /// Profiling (4(4)).
    Profiling,
    /// Giving them away for something in return.
    Sale,
}

/// Whether people, and not only machines, may read what came from a source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum PeopleRead {
    /// As the policy's roles say.
    #[default]
    ByRole,
    /// Only for a purpose that the person consented to.
    WithConsent,
    /// Nobody.
    Never,
}

/// A consent that another obtained for the controller (7(1)).
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct ObtainedConsent {
    /// Who obtained it: `the source`.
    pub obtained_by: Option<Text>,
    /// What proves it: `wording`, `when`, `how`.
    pub proof: Vec<String>,
    /// Whom the wording names: `us`.
    pub names: Option<Text>,
}

/// Several categories under one name (`[group.*]`), usable wherever data are named.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Group {
    /// Its name.
    pub id: String,
    /// How people know it.
    pub title: Text,
    /// What it holds, groups within it opened.
    pub of: Vec<DataRef>,
}
