//! Answers of the gate: what allows an act, or what stands against it, with its article.

use serde::Serialize;

use crate::decision::FieldId;
use crate::standing::Why;

/// Why no ground stands, in words.
fn no_ground(why: Why) -> &'static str {
    match why {
        Why::NoConsent => "no consent is on record",
        Why::Withdrawn => "consent was withdrawn",
        Why::Objected => "the person objected",
        Why::Refused => "an earlier refusal or erasure of the person still counts",
        Why::ErasureRequested => "the person asked for erasure",
        Why::Died => "the person died",
        Why::Child => "the person is a child under the age",
        Why::PeriodOver => "its period is over",
        Why::Erased => "the data were erased",
        _ => "it never began for this person",
    }
}

/// The article by which no ground stands: what the person did comes before the period.
fn no_ground_article(why: Why) -> &'static str {
    match why {
        Why::NoConsent => "Art. 7(1) GDPR",
        Why::Withdrawn => "Art. 7(3) GDPR",
        Why::Objected | Why::Refused => "Art. 21 GDPR",
        Why::ErasureRequested => "Art. 17(1) GDPR",
        Why::Child => "Art. 8 GDPR",
        _ => "Art. 5(1)(e), 6(1) GDPR",
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.pad(self.words())
    }
}

/// What the gate says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// It may be done.
    Allowed(Allowed),
    /// It may not.
    Refused(Refusal),
}

impl Answer {
    /// Whether it may be done.
    pub fn is_allowed(self) -> bool {
        matches!(self, Self::Allowed(_))
    }
}

/// What allows an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Allowed {
    /// A live ground of the purpose.
    Ground,
    /// The archive of the purpose, open to the role that asks.
    Archive,
    /// The act itself begins the ground: a collection.
    Begins,
    /// A built-in purpose: rights, erasure, incident, backup (semantics 15).
    BuiltIn,
    /// An exception of 18(2) to a restriction.
    Exception,
}

/// What stands against an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Refusal {
    /// The policy has no such purpose, field, recipient or role.
    Unknown,
    /// The purpose is shut, or has no basis.
    Shut,
    /// The purpose does not need this field (5(1)(c)).
    NotNeeded(FieldId),
    /// The purpose does not concern this kind of people.
    NotConcerned,
    /// The person is under the age that the policy sets (Art. 8).
    UnderAge,
    /// The policy sets an age, and the person's is not known.
    AgeNotKnown,
    /// No consent is on record, and none was given with the act (7(1)).
    NoConsent,
    /// No ground stands, for this reason.
    NoGround(Why),
    /// A fact is missing: whether the ground stands is not known.
    FactMissing,
    /// Kept, not used.
    Locked,
    /// In the archive, which is not open to the role that asks.
    Archived,
    /// An objection is being weighed (21(1)).
    Contested,
    /// A guardian's report is being looked into (8, 17(1)(f)).
    Reported,
    /// The field is restricted (18).
    Restricted(FieldId),
    /// A restriction stands on everything of the purpose.
    RestrictedWholly,
    /// The review of the criterion is overdue.
    ReviewOverdue,
    /// The role may not use data for the purpose (29, 32(4)).
    NotOfRole,
    /// The purpose does not make contact by this channel.
    NotByChannel,
    /// The person has not been told yet where the data come from (14(3)).
    NotTold,
    /// The purpose gives no data to this recipient (13(1)(e)).
    NotRecipient,
    /// The recipient may not receive this field.
    NotForRecipient(FieldId),
    /// A kind of recipients is named, and not which of them receives (15(1)(c)).
    NoMember,
    /// The certificate of the member is not in force.
    NotCertified,
    /// The recipient is not linked to a contract that the data are held for.
    NotLinked,
    /// The terms of the source that the data came from forbid it.
    SourceForbids,
    /// The consent does not name the source of this field, and it would be joined with other data.
    NotCombined(FieldId),
    /// Another controller holds the data, and gives none to the one that asks.
    OtherController,
    /// The purpose needs this field since a later version of the policy than the one by which the person
    /// consented (7(1)).
    NotAgreed(FieldId),
    /// Each of several controllers may hold data for the purpose, and none is named.
    ControllerNotNamed,
    /// The policy says that this is never done.
    Never,
    /// No processing agreement with the recipient is in force (28(3)).
    NoContract,
    /// No due diligence was done before (28(1)).
    NoDueDiligence,
    /// The recipient is in a country without adequate protection, and no safeguard that holds is named (46).
    NoSafeguard,
    /// The policy asks for a reason to go outside the Union, and none is given.
    NoReason,
    /// The person did not agree that data go to the recipient's country (49(1)(a)).
    NoTransferConsent,
    /// The purpose makes no decisions by automated means, or nothing allows them (22).
    NoAutomatedDecisions,
    /// The person asked that a human decides (22(3)).
    HumanAsked,
    /// No contract needs the decision, and the policy lets a machine decide for a contract only: it is
    /// held for a human.
    HumanDecides,
}

impl Refusal {
    /// The article behind it, where there is one.
    pub fn article(self) -> Option<&'static str> {
        Some(match self {
            Self::Shut => "Art. 6(1) GDPR",
            Self::NotNeeded(_) => "Art. 5(1)(c) GDPR",
            Self::NotConcerned => "Art. 5(1)(b) GDPR",
            Self::UnderAge | Self::AgeNotKnown => "Art. 8 GDPR",
            Self::NoConsent | Self::NotAgreed(_) => "Art. 7(1) GDPR",
            Self::NoGround(why) => no_ground_article(why),
            Self::FactMissing | Self::Locked | Self::ReviewOverdue => "Art. 5(1)(e), 6(1) GDPR",
            Self::Archived | Self::NotOfRole => "Art. 29, 32(4) GDPR",
            Self::Contested => "Art. 21(1) GDPR",
            Self::Reported => "Art. 8, 17(1)(f) GDPR",
            Self::Restricted(_) | Self::RestrictedWholly => "Art. 18 GDPR",
            Self::NotByChannel => "Art. 21(2) GDPR, 13 ePrivacy",
            Self::NotTold => "Art. 14(3) GDPR",
            Self::NotRecipient | Self::NotForRecipient(_) => "Art. 13(1)(e) GDPR",
            Self::SourceForbids => "Art. 5(1)(b) GDPR",
            Self::NotCombined(_) => "Art. 4(11), 7(1) GDPR",
            Self::OtherController | Self::ControllerNotNamed => "Art. 4(7), 6(1) GDPR",
            Self::NoMember => "Art. 15(1)(c) GDPR",
            Self::NotCertified => "Art. 24(1) GDPR",
            Self::NotLinked => "Art. 5(1)(b), 5(1)(c) GDPR",
            Self::NoContract => "Art. 28(3) GDPR",
            Self::NoDueDiligence => "Art. 28(1) GDPR",
            Self::NoSafeguard | Self::NoReason => "Art. 44, 46 GDPR",
            Self::NoTransferConsent => "Art. 49(1)(a) GDPR",
            Self::NoAutomatedDecisions | Self::HumanAsked | Self::HumanDecides => "Art. 22 GDPR",
            Self::Unknown | Self::Never => return None,
        })
    }

    /// What stands against it, in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Unknown => "the policy has no such purpose, field, recipient or role",
            Self::Shut => "it is shut, or has no basis",
            Self::NotNeeded(_) => "it does not need this field",
            Self::NotConcerned => "it does not concern this kind of people",
            Self::UnderAge => "the person is under the age that the policy sets",
            Self::AgeNotKnown => "the policy sets an age, and the person's is not known",
            Self::NoConsent => "no consent is on record, and none is given with this",
            Self::NoGround(why) => no_ground(why),
            Self::FactMissing => "a fact is missing: nobody can tell whether it stands",
            Self::Locked => "the data are kept and not used",
            Self::Archived => "the data are in the archive, which this role may not read",
            Self::Contested => "an objection is being weighed",
            Self::Reported => "a report that the person is a child is being looked into",
            Self::Restricted(_) => "the field is restricted",
            Self::RestrictedWholly => "everything is restricted",
            Self::ReviewOverdue => "the review of its criterion is overdue",
            Self::NotOfRole => "the role may not use data for it",
            Self::NotByChannel => "no contact is made for it by this channel",
            Self::NotTold => "the person was not told yet where the data come from",
            Self::NotRecipient => "it gives no data to this recipient",
            Self::NotForRecipient(_) => "the recipient may not receive this field",
            Self::NoMember => "it is a kind of recipients, and which of them receives is not said",
            Self::NotCertified => "its certificate is not in force",
            Self::NotLinked => "the recipient is not linked to a contract that the data are held for",
            Self::SourceForbids => "the terms of the source that the data came from forbid it",
            Self::NotCombined(_) => "the consent does not reach to data of this source joined with others",
            Self::OtherController => "another controller holds the data, and gives none to this one",
            Self::NotAgreed(_) => "the person consented before the purpose needed this field",
            Self::ControllerNotNamed => "several controllers may hold data for it, and none is named",
            Self::Never => "the policy promises that this is never done",
            Self::NoContract => "no processing agreement with the recipient is in force",
            Self::NoDueDiligence => "no due diligence on the recipient was done",
            Self::NoSafeguard => {
                "the recipient is in a country without protection, and no safeguard that holds is named"
            }
            Self::NoReason => "no reason is named for going outside the Union",
            Self::NoTransferConsent => "no consent of the person to this transfer stands",
            Self::NoAutomatedDecisions => "nothing allows decisions by machine alone",
            Self::HumanAsked => "the person asked that a human decides",
            Self::HumanDecides => "no contract needs this decision: it is held for a human",
        }
    }

    /// How much it tells where several grounds refuse: the highest is said.
    pub(super) fn rank(self) -> u8 {
        match self {
            Self::Contested => 6,
            Self::Reported => 7,
            Self::RestrictedWholly => 5,
            Self::ReviewOverdue => 4,
            Self::Locked => 3,
            Self::FactMissing => 2,
            Self::NoGround(Why::NoConsent | Why::NoStart) => 0,
            _ => 1,
        }
    }
}
