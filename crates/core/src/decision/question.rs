//! A question to the gate: for what, what is to be done, and with which fields, in the numbers of one gate.
//!
//! Not here: what answers it (`gate`).

use serde::Serialize;

use crate::policy::model::Channel;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
        #[serde(transparent)]
        pub struct $name(pub(super) u32);
    )+};
}

ids! {
    /// A purpose, by its number in one gate.
    PurposeId,
    /// A field of a category, or a category without fields.
    FieldId,
    /// A recipient.
    RecipientId,
    /// A role of staff.
    RoleId,
    /// A kind of people.
    PeopleId,
}

/// A question to the gate.
#[derive(Clone, Copy, Debug)]
pub struct Question<'q> {
    /// For what.
    pub aim: Aim,
    /// What is to be done.
    pub act: Act,
    /// With which fields.
    pub fields: &'q [FieldId],
    /// In which role somebody asks; an application without staff behind it has none.
    pub role: Option<RoleId>,
    /// The exception of 18(2) that is claimed, with reason and approver on record.
    pub exception: Option<Exception>,
}

/// For what something is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aim {
    /// A purpose of the policy.
    Purpose(PurposeId),
    /// Answering a request of the person (semantics 15).
    Rights,
    /// Erasing.
    Erasure,
    /// Handling an incident.
    Incident,
    /// Making a backup.
    Backup,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Take in new data.
    Collect {
        /// The kind of people, where it is known.
        people: Option<PeopleId>,
        /// The person's age in years, where it is known.
        age: Option<u8>,
        /// Whether the person consents with this act, the wording shown.
        consents: bool,
    },
    /// Read, and use inside.
    Read,
    /// Address the person.
    Contact(Channel),
    /// Give to a recipient.
    Disclose(RecipientId),
    /// Decide about the person by automated means alone.
    DecideAutomatically,
}

/// What may be done with restricted data all the same (18(2)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Exception {
    /// The person's consent.
    Consent,
    /// Legal claims.
    Claims,
    /// The rights of another person.
    RightsOfAnother,
    /// Important public interest.
    ImportantPublicInterest,
}

impl Exception {
    /// Each, with the rule that an entry names where it was used.
    const RULES: [(Self, &'static str); 4] = [
        (Self::Consent, "exception.consent"),
        (Self::Claims, "exception.claims"),
        (Self::RightsOfAnother, "exception.rights-of-another"),
        (Self::ImportantPublicInterest, "exception.important-public-interest"),
    ];

    /// The rule that an entry names where it was used.
    pub fn rule(self) -> &'static str {
        Self::RULES.iter().find(|(one, _)| *one == self).map_or("", |(_, rule)| rule)
    }

    /// The exception that an entry's rule names, if it names one.
    pub fn of_rule(rule: &str) -> Option<Self> {
        Self::RULES.iter().find(|(_, known)| *known == rule).map(|(one, _)| *one)
    }
}
