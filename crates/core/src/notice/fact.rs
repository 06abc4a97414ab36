//! Facts: what each statement says, as values borrowed from the policy.
//!
//! `party`, `data`, `promise` and `right` hold the facts of one subject each. Not here: their order
//! (`build`), and the sentences made of them in each language (`kept-web`).

use crate::law::authority::Authority;
use crate::notice::statement::{ContactWay, Statement, StatementKind, Weight};
use crate::policy::keep::Stage;
use crate::policy::model::{
    Archive, Category, Controller, Custody, DataRef, Decides, Disclosure, Duty, EventDefinition, Form,
    Frozen, Message, OwnRecord, People, Place, Purpose, Recipient, Regime, Retention, Role, Statistics,
    Store, Table, Tell, Text, Transfers,
};
use crate::time::{Day, Span};
use crate::timeline::Right;

pub mod data;
pub mod party;
pub mod promise;
pub mod right;

pub use data::{ChildFact, DataFact, UseFact};
pub use party::{CustodyFact, PartyFact, RecipientFact};
pub use promise::{CookieFact, NeverFact, PublishingFact};
pub use right::{HandlingFact, RegimeFact, RightFact};

/// A statement with what it says.
#[derive(Clone, Debug, PartialEq)]
pub struct Said<'p> {
    /// The statement.
    pub statement: Statement,
    /// What it says.
    pub fact: Fact<'p>,
}

impl<'p> Said<'p> {
    /// A fact, filed under its path in the policy.
    pub fn new(path: impl Into<String>, fact: Fact<'p>) -> Self {
        let statement = Statement { id: path.into().into(), kind: fact.kind() };
        Self { statement, fact }
    }
}

/// What one statement says.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact<'p> {
    /// Free words at the head of the notice.
    Introduction(&'p Text),
    /// A controller's name, numbers and country.
    Identity(&'p Controller),
    /// A controller's representative in the Union.
    Representative(&'p Controller, &'p str),
    /// A controller's data protection officer.
    Officer(&'p Controller, &'p str),
    /// A way by which a controller is reached.
    Contact(&'p Controller, ContactWay, &'p str),
    /// A kind of people.
    People(&'p People),
    /// The age below which no data of a kind of people are collected.
    MinimumAge(&'p People, u8),
    /// A category with its fields.
    Data(&'p Category),
    /// A form with its fields.
    Form(&'p Form),
    /// A purpose: what is done, and for whom.
    Purpose(&'p Purpose),
    /// Why a purpose is shut.
    Shut(&'p Purpose, &'p Text),
    /// The data that a purpose needs.
    PurposeData(&'p Purpose),
    /// The basis of a purpose.
    Basis(&'p Purpose),
    /// The 9(2) conditions of a purpose.
    Special(&'p Purpose),
    /// The retention of a purpose.
    Retention(&'p Purpose),
    /// What withdrawal does to the data of a purpose.
    AfterWithdrawal(&'p Purpose),
    /// The stages of a purpose that are spent in the archive.
    ArchivePeriod(&'p Purpose, Vec<&'p Stage>),
    /// Who reads a purpose's archive.
    ArchiveReaders(&'p Purpose, &'p Archive),
    /// What an erasure request does to a purpose.
    Erasure(&'p Purpose),
    /// Who receives data for a purpose.
    Recipients(&'p Purpose, Vec<&'p Recipient>),
    /// The channels of a purpose of marketing.
    Channels(&'p Purpose),
    /// Whether the data of a purpose must be given.
    Required(&'p Purpose, &'p Text),
    /// A decision by automated means.
    AutomatedDecision(&'p Purpose, &'p Decides),
    /// What an event means.
    Event(&'p EventDefinition),
    /// A recipient.
    Recipient(&'p Recipient),
    /// A recipient's safeguard and why it is needed.
    Safeguard(&'p Recipient),
    /// What the notice says about places.
    Transfers(&'p Transfers),
    /// Where providers are preferred.
    PreferredPlaces(&'p Transfers),
    /// What is needed elsewhere.
    OtherPlaces(&'p Transfers),
    /// A right, and the purposes on which it bites where that is not all of them.
    Right(Right, Vec<&'p Purpose>),
    /// Directives about data after death.
    AfterDeath,
    /// The ways by which requests are made.
    RequestWays {
        /// The controller's addresses.
        ways: Vec<(ContactWay, &'p str)>,
        /// Other ways: a form, the account's page.
        channels: &'p [String],
    },
    /// The reply limit that is promised, beside the law's month.
    Reply {
        /// The limit.
        promised: Option<Span>,
        /// The policy promises not to use the law's two further months.
        never_extended: bool,
    },
    /// Whether no fee is asked whatever the request.
    Fee {
        /// The policy promises more than the law: never a fee.
        never: bool,
    },
    /// When proof of identity is asked for.
    ProofOfIdentity(&'p Text),
    /// Data that erasure ends although the law would let them stay.
    ErasureEnds(&'p [DataRef]),
    /// The authority; `None` where the table has none for its country.
    Authority(&'p Controller, Option<Authority>),
    /// An organisational measure.
    Duty(&'p Duty),
    /// Records that no one may change.
    Frozen(&'p Store, &'p Table, &'p Frozen),
    /// The date of this version.
    Version(Day),
    /// How people hear of a change.
    Changes(Weight, &'p [String]),
    /// What stands beside a controller's name.
    Party(PartyFact<'p>),
    /// How children are cared for.
    Child(ChildFact<'p>),
    /// Where data come from and whom they are about.
    DataMore(DataFact<'p>),
    /// What else a purpose does.
    Use(&'p Purpose, UseFact<'p>),
    /// A message that is sent to people.
    Message(&'p Message),
    /// Cookies and other trackers.
    Cookies(CookieFact<'p>),
    /// Statistics without personal data.
    Statistics(&'p Statistics),
    /// What limits a recipient.
    RecipientLimits(&'p Recipient, RecipientFact<'p>),
    /// A way in which data leave on demand.
    Disclosure(&'p Disclosure),
    /// When people are told of such a disclosure.
    DisclosureTell(&'p Disclosure, &'p Tell),
    /// Data held for customers.
    Custody(&'p Custody, CustodyFact<'p>),
    /// A promise about where some data are.
    Place(&'p Place),
    /// Where a copy of the safeguards may be had.
    SafeguardCopy(&'p Text),
    /// No decision is made by automated means alone.
    NoAutomatedDecisions,
    /// Such decisions are made only where a contract with the person needs them.
    DecisionsOnlyForContract,
    /// Nobody is profiled.
    NoProfiling,
    /// What is never done.
    Never(NeverFact<'p>),
    /// What staff of a role may do, and need.
    Role(&'p Role),
    /// How long the controller's own records about requests and consents are kept.
    Own(OwnRecord, &'p Retention),
    /// What the policy says of one right beyond the law.
    RightRule(Right, RightFact<'p>),
    /// How rights are used.
    Handling(HandlingFact<'p>),
    /// Rights under another law.
    Regime(&'p Regime, RegimeFact<'p>),
    /// How the notice is published.
    Publishing(PublishingFact<'p>),
}

impl Fact<'_> {
    /// What a statement of this fact promises.
    pub fn kind(&self) -> StatementKind {
        use StatementKind as Kind;
        match self {
            Self::Introduction(_) => Kind::Introduction,
            Self::Identity(who) => Kind::Identity(who.id.clone()),
            Self::Representative(who, _) => Kind::Representative(who.id.clone()),
            Self::Officer(who, _) => Kind::Officer(who.id.clone()),
            Self::Contact(who, way, _) => Kind::Contact { controller: who.id.clone(), way: *way },
            Self::Authority(who, _) => Kind::Authority(who.id.clone()),
            Self::People(people) => Kind::People(people.kind.clone()),
            Self::MinimumAge(people, _) => Kind::MinimumAge(people.kind.clone()),
            Self::Data(category) => Kind::Data(category.name.clone()),
            Self::Form(form) => Kind::Form(form.id.clone()),
            Self::Event(event) => Kind::Event(event.kind.clone()),
            Self::Recipient(recipient) => Kind::Recipient(recipient.id.clone()),
            Self::Safeguard(recipient) => Kind::Safeguard(recipient.id.clone()),
            Self::Transfers(_) => Kind::Transfers,
            Self::PreferredPlaces(_) => Kind::PreferredPlaces,
            Self::OtherPlaces(_) => Kind::OtherPlaces,
            Self::Right(right, _) => Kind::Right(*right),
            Self::AfterDeath => Kind::AfterDeath,
            Self::RequestWays { .. } => Kind::RequestWays,
            Self::Reply { .. } => Kind::Reply,
            Self::Fee { .. } => Kind::Fee,
            Self::ProofOfIdentity(_) => Kind::ProofOfIdentity,
            Self::ErasureEnds(_) => Kind::ErasureEnds,
            Self::Duty(duty) => Kind::Duty(duty.id.clone()),
            Self::Frozen(store, table, _) => {
                Kind::Frozen { store: store.name.clone(), table: table.name.clone() }
            }
            Self::Version(_) => Kind::Version,
            Self::Changes(weight, _) => Kind::Changes(*weight),
            Self::Shut(purpose, _) => Kind::Shut(purpose.name.clone()),
            Self::PurposeData(purpose) => Kind::PurposeData(purpose.name.clone()),
            Self::Basis(purpose) => Kind::Basis(purpose.name.clone()),
            Self::Special(purpose) => Kind::Special(purpose.name.clone()),
            Self::Retention(purpose) => Kind::Retention(purpose.name.clone()),
            Self::AfterWithdrawal(purpose) => Kind::AfterWithdrawal(purpose.name.clone()),
            Self::ArchivePeriod(purpose, _) => Kind::ArchivePeriod(purpose.name.clone()),
            Self::ArchiveReaders(purpose, _) => Kind::ArchiveReaders(purpose.name.clone()),
            Self::Erasure(purpose) => Kind::Erasure(purpose.name.clone()),
            Self::Recipients(purpose, _) => Kind::Recipients(purpose.name.clone()),
            Self::Channels(purpose) => Kind::Channels(purpose.name.clone()),
            Self::Required(purpose, _) => Kind::Required(purpose.name.clone()),
            Self::AutomatedDecision(purpose, _) => Kind::AutomatedDecision(purpose.name.clone()),
            Self::Purpose(purpose) => Kind::Purpose(purpose.name.clone()),
            other => other.kind_of_more(),
        }
    }

    /// The same for facts that a notice may well do without.
    fn kind_of_more(&self) -> StatementKind {
        use StatementKind as Kind;
        match self {
            Self::Party(fact) => fact.kind(),
            Self::Child(_) => Kind::Children,
            Self::DataMore(fact) => fact.kind(),
            Self::Use(purpose, fact) => fact.kind(&purpose.name),
            Self::Message(message) => Kind::Message(message.id.clone()),
            Self::Cookies(fact) => fact.kind(),
            Self::Statistics(statistics) => Kind::Statistics(statistics.id.clone()),
            Self::RecipientLimits(recipient, fact) => fact.kind(recipient),
            Self::Disclosure(disclosure) => Kind::Disclosure(disclosure.id.clone()),
            Self::DisclosureTell(disclosure, _) => Kind::DisclosureTell(disclosure.id.clone()),
            Self::Custody(custody, fact) => fact.kind(custody),
            Self::Place(place) => Kind::Place(place.id.clone()),
            Self::SafeguardCopy(_) => Kind::SafeguardCopy,
            Self::NoAutomatedDecisions => Kind::NoAutomatedDecisions,
            Self::DecisionsOnlyForContract => Kind::DecisionsOnlyForContract,
            Self::NoProfiling => Kind::NoProfiling,
            Self::Role(role) => Kind::Role(role.name.clone()),
            Self::Own(record, _) => Kind::OwnRecord(own_key(*record).to_owned()),
            Self::RightRule(right, fact) => fact.kind(*right),
            Self::Handling(fact) => fact.kind(),
            Self::Regime(regime, fact) => fact.kind(regime),
            Self::Publishing(fact) => fact.kind(),
            _ => Kind::Never,
        }
    }
}

/// The key of an own record.
pub fn own_key(record: OwnRecord) -> &'static str {
    match record {
        OwnRecord::ConsentProof => "consent-proof",
        OwnRecord::Disclosures => "disclosures",
        OwnRecord::IdentityPapers => "identity-papers",
        OwnRecord::Refusals => "refusals",
        OwnRecord::Requests => "requests",
        OwnRecord::Log => "log",
    }
}
