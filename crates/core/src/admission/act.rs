//! What may be reported about a person.
//!
//! Values of data are not in here: their names are. Not here: whether it is admitted.

use serde::{Deserialize, Serialize};

use crate::name::{CaseId, ControllerName, EventKind, PersonKind, PurposeName, RecipientName};
use crate::policy::model::{Channel, DataRef};
use crate::time::{Day, Zone};
use crate::timeline::{Occasion, Proof, RestrictionReason, Scope};

/// Something that is reported about one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum Act {
    /// Data are collected (13, 14).
    Collect(Collection),
    /// A dated event happened that grounds count from: `contract-start`, `last-contact`.
    Happened {
        /// Which.
        event: EventKind,
        /// What it is about.
        about: Occasion,
        /// The data it is about; empty means all.
        data: Vec<DataRef>,
    },
    /// A recipient begins or ends to look after a contract: `linked`, `unlinked`.
    Link {
        /// Which of the two.
        event: EventKind,
        /// Which recipient; of a kind of recipients the member, `partners.north`.
        recipient: RecipientName,
        /// The contract.
        about: Occasion,
    },
    /// Consent is given (7).
    GiveConsent(Consent),
    /// Consent is withdrawn (7(3)).
    WithdrawConsent {
        /// For this purpose.
        purpose: PurposeName,
        /// Only for these channels; empty means the whole.
        channels: Vec<Channel>,
    },
    /// The person objects (21); to every purpose that can be objected to where none is named.
    Object {
        /// To this purpose.
        purpose: Option<PurposeName>,
    },
    /// The objection stands.
    UpholdObjection {
        /// Against this purpose.
        purpose: PurposeName,
    },
    /// Compelling grounds outweigh the objection (21(1)).
    RejectObjection {
        /// Against this purpose.
        purpose: PurposeName,
        /// The compelling ground.
        ground: String,
        /// Who decided.
        approver: String,
        /// Whether the person was told, with the reasons (12(4)).
        told: bool,
    },
    /// Processing is restricted (18(1)).
    Restrict {
        /// Of these data; empty means all.
        data: Vec<DataRef>,
        /// In which case of 18(1).
        reason: RestrictionReason,
        /// When somebody looks again.
        review_on: Option<Day>,
    },
    /// The person was told that a restriction will be lifted (18(3)).
    TellOfLifting {
        /// Which.
        case: CaseId,
    },
    /// A restriction is lifted.
    Lift {
        /// Which.
        case: CaseId,
    },
    /// Data are held (17(3)(e)).
    PlaceHold {
        /// These fields, named one by one.
        data: Vec<DataRef>,
        /// Why.
        reason: String,
        /// Who approved it.
        approver: String,
        /// When somebody looks again.
        review_on: Option<Day>,
    },
    /// A hold is released.
    ReleaseHold {
        /// Which.
        case: CaseId,
    },
    /// The person was told of a version of the notice (13, 14).
    Tell {
        /// The policy's digest.
        version: String,
    },
    /// The person agreed to what a version changed.
    Agree {
        /// The policy's digest.
        version: String,
    },
    /// The person died.
    Died,
    /// Somebody reported that the person is a child under the age (17(1)(f)).
    ReportGuardian,
    /// Such a report did not hold, for this reason, as somebody decided. One that holds is met by an erasure.
    DismissReport {
        /// What showed it.
        ground: String,
        /// Who decided.
        approver: String,
    },
}

/// A collection of data about one person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Collection {
    /// For which purposes, told at this collection (5(1)(b)).
    pub purposes: Vec<PurposeName>,
    /// The fields, each by its name in the policy.
    pub fields: Vec<DataRef>,
    /// The kind of people.
    pub people: Option<PersonKind>,
    /// The person's age.
    pub age: Option<Age>,
    /// Where the data come from: a source of the policy, `cookies`; `None` means the person.
    pub source: Option<String>,
    /// Consents that are given with it.
    pub consents: Vec<Consent>,
    /// Events that happen with it, such as the start of a contract.
    pub events: Vec<EventKind>,
    /// The contract or request that it is about; `None` means the person.
    pub about: Option<Occasion>,
    /// The version of the notice that was shown, by the policy's digest.
    pub notice: Option<String>,
    /// The controller that collects them, and has the contract; `None` means the leading one.
    pub controller: Option<ControllerName>,
}

/// A consent as it is given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Consent {
    /// For which purpose.
    pub purpose: PurposeName,
    /// By which channels; empty means all that the purpose has.
    #[serde(default)]
    pub channels: Vec<Channel>,
    /// The number of the wording shown.
    pub wording: Option<u32>,
    /// Whether the caller says when it was given; a source must.
    #[serde(default)]
    pub dated: bool,
    /// The person's age, where it is known.
    pub age: Option<Age>,
    /// What shows it.
    #[serde(default)]
    pub proof: Proof,
    /// To whom it is given, and what it lets be joined.
    #[serde(default)]
    pub scope: Scope,
}

/// How old a person is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Age {
    /// As declared, in years.
    Years(u8),
    /// By the day of birth.
    Born(Day),
}

impl Age {
    /// In whole years on a day; a person born on 29 February is a year older on 1 March.
    pub fn in_years(self, on: Day) -> u8 {
        match self {
            Self::Years(years) => years,
            Self::Born(born) => {
                let before = (on.month(), on.day()) < (born.month(), born.day());
                let years = i32::from(on.year()) - i32::from(born.year()) - i32::from(before);
                u8::try_from(years.max(0)).unwrap_or(u8::MAX)
            }
        }
    }

    /// In whole years at an instant.
    pub(super) fn at(self, zone: &Zone, at: crate::time::Instant) -> u8 {
        self.in_years(zone.day_of(at))
    }
}
