//! Statements: what each sentence of the notice promises, and the id under which it is filed.
//!
//! Not here: the facts that a statement is made of (`fact`), and whether it is kept (the audit).

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::name::{
    CategoryName, ControllerName, EventKind, PersonKind, PurposeName, RecipientName, StoreName, TableName,
};
use crate::timeline::Right;

/// The id of a statement: its path in the policy, the same in every language and format.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StatementId(Arc<str>);

impl StatementId {
    /// The path, `purpose.prospecting.keep`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for StatementId {
    fn from(path: String) -> Self {
        Self(Arc::from(path))
    }
}

impl From<&str> for StatementId {
    fn from(path: &str) -> Self {
        Self(Arc::from(path))
    }
}

impl fmt::Display for StatementId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(&self.0)
    }
}

/// One statement of the notice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Statement {
    /// Its id.
    pub id: StatementId,
    /// What it promises.
    pub kind: StatementKind,
}

/// What a statement promises, so that an audit knows where to look.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StatementKind {
    /// Free words at the head of the notice.
    Introduction,
    /// Who answers for the data (13(1)(a)).
    Identity(ControllerName),
    /// The representative in the Union (Art. 27).
    Representative(ControllerName),
    /// The data protection officer (13(1)(b)).
    Officer(ControllerName),
    /// A way by which the controller is reached.
    Contact {
        /// The controller.
        controller: ControllerName,
        /// The way.
        way: ContactWay,
    },
    /// A kind of people whom the notice covers.
    People(PersonKind),
    /// Nobody of this kind under an age.
    MinimumAge(PersonKind),
    /// A category of data: its fields and source, and no others.
    Data(CategoryName),
    /// A form and the fields that it asks for.
    Form(String),
    /// What a purpose is.
    Purpose(PurposeName),
    /// The purpose is shut: no data are used for it.
    Shut(PurposeName),
    /// The data that a purpose needs, and no others.
    PurposeData(PurposeName),
    /// Its legal basis (13(1)(c)).
    Basis(PurposeName),
    /// The condition of Art. 9(2) for its special categories.
    Special(PurposeName),
    /// How long data are kept for it (13(2)(a)).
    Retention(PurposeName),
    /// What withdrawing consent does to them.
    AfterWithdrawal(PurposeName),
    /// A time apart from use, in the archive.
    ArchivePeriod(PurposeName),
    /// Who may read that archive, and why.
    ArchiveReaders(PurposeName),
    /// What a request for erasure does, beyond the law.
    Erasure(PurposeName),
    /// Who receives data for it (13(1)(e)).
    Recipients(PurposeName),
    /// By which channels it may address people (marketing).
    Channels(PurposeName),
    /// Whether the data must be given (13(2)(e)).
    Required(PurposeName),
    /// Decisions by automated means (13(2)(f)).
    AutomatedDecision(PurposeName),
    /// What an event that ends a period means.
    Event(EventKind),
    /// A recipient, its role and country.
    Recipient(RecipientName),
    /// What protects data with a recipient elsewhere (13(1)(f)).
    Safeguard(RecipientName),
    /// What the notice says about places.
    Transfers,
    /// Where providers are preferred.
    PreferredPlaces,
    /// What is needed before data go elsewhere.
    OtherPlaces,
    /// A right (13(2)(b)).
    Right(Right),
    /// Directives about data after death (French law, LIL 85).
    AfterDeath,
    /// How people use their rights.
    RequestWays,
    /// How soon a request is answered (12(3)).
    Reply,
    /// What a request costs (12(5)).
    Fee,
    /// When proof of identity is asked for (12(6)).
    ProofOfIdentity,
    /// Data that erasure ends although the law would let them stay.
    ErasureEnds,
    /// The authority to which people may complain (13(2)(d)).
    Authority(ControllerName),
    /// An organisational measure.
    Duty(String),
    /// Records that no one may change.
    Frozen {
        /// The store.
        store: StoreName,
        /// The table, by its policy name.
        table: TableName,
    },
    /// The date of this version.
    Version,
    /// How people hear of a change.
    Changes(Weight),
}

/// A way by which a controller is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ContactWay {
    /// E-mail.
    Email,
    /// Letter.
    Post,
    /// Telephone.
    Phone,
    /// Website.
    Website,
}

/// How much a change of the notice matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Weight {
    /// A small change.
    Minor,
    /// One that touches people.
    Significant,
}
