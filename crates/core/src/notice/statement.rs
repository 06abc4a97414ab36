//! Statements: what each sentence of the notice promises, and the id under which it is filed.
//!
//! Not here: the facts that a statement is made of (`fact`), and whether it is kept (the audit).

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::name::{
    CategoryName, ControllerName, EventKind, FieldName, PersonKind, PurposeName, RecipientName, RoleName,
    StoreName, TableName,
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
    /// Data of a purpose that a law forbids to change.
    FrozenData(PurposeName),
    /// The date of this version.
    Version,
    /// How people hear of a change.
    Changes(Weight),
    /// Why there is no data protection officer (37(1)).
    NoOfficer(ControllerName),
    /// The companies for which a controller speaks.
    Affiliates(ControllerName),
    /// Joint control and its essence (26(2)).
    Joint(String),
    /// How children are cared for (Art. 8).
    Children,
    /// Whom data are about.
    About(CategoryName),
    /// When people are told that data are collected.
    Tell(CategoryName),
    /// Free text that people look through, and what becomes of it.
    Screen(CategoryName, FieldName),
    /// A name under which several categories go.
    Group(String),
    /// A source other than the person (14(2)(f)).
    Source(String),
    /// When a person is told of data from elsewhere, or why not (14(3), 14(5)).
    SourceTold(String),
    /// The consent that a source obtained.
    SourceConsent(String),
    /// A law that a purpose serves beside its basis.
    ServesLaw(PurposeName),
    /// Data used for another purpose than the first (6(4)).
    UsesAlso(PurposeName),
    /// The parts of data to which a purpose is confined.
    Only(PurposeName),
    /// People are profiled for the purpose (4(4)).
    Profiling(PurposeName),
    /// The purpose is research or statistics (Art. 89).
    Research(PurposeName),
    /// How often consent is asked again.
    Reconfirm(PurposeName),
    /// Each message lets people refuse further ones.
    Unsubscribe(PurposeName),
    /// A message, and whether it is marketing.
    Message(String),
    /// When cookies are set, how they are refused, how long a choice is remembered.
    CookieRules,
    /// A class of cookies.
    CookieClass(String),
    /// A cookie and its life.
    Cookie(String),
    /// Statistics without personal data.
    Statistics(String),
    /// What limits a recipient.
    RecipientLimits(RecipientName),
    /// A way in which data leave on demand.
    Disclosure(String),
    /// When people are told of such a disclosure.
    DisclosureTell(String),
    /// Data held for customers (Art. 28).
    Custody(String),
    /// Where some data are.
    Place(String),
    /// Where a copy of the safeguards may be had (13(1)(f)).
    SafeguardCopy,
    /// No decision is made by automated means alone (22(1)).
    NoAutomatedDecisions,
    /// Such decisions are made only where a contract with the person needs them (22(2)(a)).
    DecisionsOnlyForContract,
    /// Nobody is profiled.
    NoProfiling,
    /// Something is never done.
    Never,
    /// What staff of a role may do, and need.
    Role(RoleName),
    /// How long records of requests and consents are kept.
    OwnRecord(String),
    /// What is promised of one right beyond the law.
    RightRule(Right),
    /// How soon other inquiries are answered.
    Inquiries,
    /// How somebody acts for another.
    Agent,
    /// Nobody is treated worse for using a right.
    NoRetaliation,
    /// How consent is withdrawn (7(3)).
    WithdrawalWay,
    /// Whether people are asked to complain inside first.
    InsideFirst,
    /// The authority that the policy names (77(1)).
    AuthorityNamed,
    /// Rights under another law.
    Regime(String),
    /// How long before a significant change people are told.
    ChangesBefore,
    /// The language that decides where two differ.
    Prevails,
    /// A page that the notice points to.
    Link(String),
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
