//! What is said of parties and places: who stands beside a controller, what limits a recipient,
//! joint control, disclosures on demand, and data held for customers.

use crate::notice::statement::StatementKind;
use crate::policy::model::{Controller, Custody, Joint, Recipient, Retention, Text};

/// What stands beside a controller's name.
#[derive(Clone, Debug, PartialEq)]
pub enum PartyFact<'p> {
    /// Why there is no data protection officer (37(1)).
    NoOfficer(&'p Controller, &'p Text),
    /// The other companies for which it speaks.
    Affiliates(&'p Controller, &'p Text),
    /// Joint control and its essence (26(2)).
    Joint(&'p Joint),
}

impl PartyFact<'_> {
    /// What a statement of this fact promises.
    pub fn kind(&self) -> StatementKind {
        match self {
            Self::NoOfficer(who, _) => StatementKind::NoOfficer(who.id.clone()),
            Self::Affiliates(who, _) => StatementKind::Affiliates(who.id.clone()),
            Self::Joint(joint) => StatementKind::Joint(joint.id.clone()),
        }
    }
}

/// What limits a recipient.
#[derive(Clone, Debug, PartialEq)]
pub enum RecipientFact<'p> {
    /// The only data that it may receive.
    Data,
    /// When data go to it, where not always.
    OnlyIf(&'p Text),
    /// The instructions that bind it (28(3)(a)).
    Instructions(&'p Text),
    /// The settings under which it is used.
    Settings(&'p Text),
}

impl RecipientFact<'_> {
    /// What a statement of this fact promises.
    pub fn kind(&self, recipient: &Recipient) -> StatementKind {
        StatementKind::RecipientLimits(recipient.id.clone())
    }
}

/// What is said of data held for customers.
#[derive(Clone, Debug, PartialEq)]
pub enum CustodyFact<'p> {
    /// What they are, and that they are held on a customer's instructions.
    Opening,
    /// Which data.
    Data,
    /// What is done with them.
    Tasks(&'p [String]),
    /// For how long.
    Keep(&'p Retention),
    /// What becomes of them then (28(3)(g)).
    Then(&'p Text),
    /// What is done with requests of people (28(3)(e)).
    Requests(&'p Text),
    /// How they are protected.
    Protection(&'p Text),
    /// Sub-processors.
    Recipients(Vec<&'p Recipient>),
}

impl CustodyFact<'_> {
    /// What a statement of this fact promises.
    pub fn kind(&self, custody: &Custody) -> StatementKind {
        StatementKind::Custody(custody.id.clone())
    }
}
