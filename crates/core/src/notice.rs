//! The notice as a document value: its facts, their order, and the id of every statement.
//!
//! `statement` names what can be promised, `fact` holds what is said, `build` puts a policy's facts
//! in order, `authority` knows the supervisory authorities. Not here: sentences and pages, which
//! `kept-web` makes in each language, nor the audit that says whether a statement is kept.

pub mod build;
pub mod fact;
pub mod scope;
pub mod statement;

pub use crate::law::authority::Authority;
pub use build::build;
pub use fact::{
    ChildFact, CookieFact, CustodyFact, DataFact, Fact, HandlingFact, NeverFact, PartyFact, PublishingFact,
    RecipientFact, RegimeFact, RightFact, Said, UseFact,
};
pub use scope::{Scope, ScopeError, narrow};
pub use statement::{ContactWay, Statement, StatementId, StatementKind, Weight};

use crate::policy::Policy;
use crate::policy::model::{Custody, Purpose, Regime};

/// A whole notice: sections in the order in which people read them, none of them empty.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice<'p> {
    /// The policy that it says aloud.
    pub policy: &'p Policy,
    /// Its sections.
    pub sections: Vec<Section<'p>>,
}

/// A section of the notice.
#[derive(Clone, Debug, PartialEq)]
pub struct Section<'p> {
    /// What it is about.
    pub kind: SectionKind,
    /// Its parts, none of them empty.
    pub parts: Vec<Part<'p>>,
}

/// What a part is about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum About<'p> {
    /// The section as a whole.
    Section,
    /// One purpose.
    Purpose(&'p Purpose),
    /// Data held for customers.
    Custody(&'p Custody),
    /// Rights under another law.
    Regime(&'p Regime),
}

/// A part of a section: one purpose, or all the section has to say.
#[derive(Clone, Debug, PartialEq)]
pub struct Part<'p> {
    /// What it is about.
    pub about: About<'p>,
    /// What is said, in order.
    pub said: Vec<Said<'p>>,
}

/// What a section is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SectionKind {
    /// Words of the policy's own at the head.
    Introduction,
    /// Who answers for the data.
    Who,
    /// Whom the notice covers.
    People,
    /// How children are cared for.
    Children,
    /// Which data.
    Data,
    /// Where data come from, where that is not the person.
    Sources,
    /// What for, on which basis, for how long.
    Purposes,
    /// What the events that end a period mean.
    Meanings,
    /// Messages that are sent to people.
    Messages,
    /// Cookies and other trackers.
    Cookies,
    /// Statistics without personal data.
    Statistics,
    /// Who receives data.
    Recipients,
    /// When data leave on demand.
    Disclosures,
    /// Data held for customers.
    Custody,
    /// Where data go.
    Transfers,
    /// Decisions by automated means.
    AutomatedDecisions,
    /// What is never done.
    Never,
    /// How data are looked after.
    Safeguards,
    /// Records of requests and consents themselves.
    Own,
    /// People's rights and how to use them.
    Rights,
    /// Withdrawing consent.
    Withdrawal,
    /// Objection, set apart from the rest (21(4)).
    Objection,
    /// Rights of people under another law.
    Regimes,
    /// Complaints to the authority.
    Authority,
    /// This version and how changes are told.
    Changes,
    /// Pages that the notice points to.
    Links,
    /// How the controller is reached.
    Contact,
}

impl<'p> Notice<'p> {
    /// Everything that is said, in reading order.
    pub fn said(&self) -> impl Iterator<Item = &Said<'p>> {
        self.sections.iter().flat_map(|section| &section.parts).flat_map(|part| &part.said)
    }

    /// The section of a kind, if the notice has one.
    pub fn section(&self, kind: SectionKind) -> Option<&Section<'p>> {
        self.sections.iter().find(|section| section.kind == kind)
    }
}

/// Every statement that a policy's notice makes, in reading order.
pub fn statements(policy: &Policy) -> Vec<Statement> {
    build(policy).said().map(|said| said.statement.clone()).collect()
}
