//! A timeline: the dated events about one person, each with the instant it happened and the instant
//! it was recorded. Append-only; the order of insertion does not matter.
//!
//! Not here: what events mean for a ground (`standing`), where they are stored (`kept-vault`) or
//! read from (`kept-connect`).

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::name::{
    CaseId, ControllerName, EventKind, Language, PersonKind, PurposeName, RecipientName, StoreName, TableName,
};
use crate::policy::model::{Channel, DataRef};
use crate::time::{Day, Instant};

/// Everything known about one person's dealings, in the order of decision 4.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    events: Vec<Event>,
}

impl Timeline {
    /// A timeline of these events, whatever their order. The same event twice counts once.
    pub fn new(mut events: Vec<Event>) -> Self {
        events.sort_by(Event::order);
        events.dedup();
        Self { events }
    }

    /// The events in order: by instant, refusals last, then by recording and id.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// This timeline with more events.
    #[must_use]
    pub fn with(mut self, more: impl IntoIterator<Item = Event>) -> Self {
        self.events.extend(more);
        Self::new(self.events)
    }
}

/// One dated fact about one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Its number, unique within the timeline.
    pub id: EventId,
    /// When it happened.
    pub happened_at: Instant,
    /// When Kept came to know it.
    pub recorded_at: Instant,
    /// The occasion it is about.
    pub about: Occasion,
    /// The data it is about; empty means all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub data: Vec<DataRef>,
    /// What happened.
    pub what: Happening,
}

impl Event {
    pub(crate) fn order(&self, other: &Self) -> std::cmp::Ordering {
        let key = |event: &Self| (event.happened_at, event.what.is_refusal(), event.recorded_at, event.id);
        key(self).cmp(&key(other)).then_with(|| self.about.cmp(&other.about))
    }
}

/// The number of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EventId(pub u64);

impl EventId {
    /// The first number of events that are read from stores; those that Kept records lie below.
    pub const FIRST_FROM_STORES: u64 = 1 << 63;

    /// Whether the event was read from a column, which holds the last value only.
    pub fn is_from_store(self) -> bool {
        self.0 >= Self::FIRST_FROM_STORES
    }
}

/// What an event or a ground is about (semantics 1).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Occasion {
    /// The person, and no occasion of its own.
    Person,
    /// A contract, by the company's own number.
    Contract(Arc<str>),
    /// A row of a store.
    Record {
        /// The store.
        store: StoreName,
        /// The table, by its policy name.
        table: TableName,
        /// The row's key, as text.
        key: Arc<str>,
    },
    /// A request of the person.
    Request(CaseId),
    /// A hold, a restriction or another case.
    Case(CaseId),
}

/// The word of a consent.
pub const CONSENT_GIVEN: &str = "consent-given";

/// The word of a collection.
pub const COLLECTION: &str = "collection";

/// The word of its withdrawal.
pub const CONSENT_WITHDRAWN: &str = "consent-withdrawn";

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Happening {
    /// An event that the policy counts from: `collection`, `contract-end`, `last-contact`.
    Dated {
        /// Which.
        event: EventKind,
        /// The kind of people as which a row of a store tells it of the person: the end of an employee's contract
        /// ends none that the same person has as a customer. `None` says it of the person whatever they are.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        of: Option<PersonKind>,
    },
    /// A store can't say whether or when this event happened.
    NotKnown {
        /// Which.
        event: EventKind,
        /// As which kind of people.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        of: Option<PersonKind>,
    },
    /// A store holds something where the date of a consent to this purpose stands, or of its withdrawal, and nobody
    /// can read it.
    ConsentUnread {
        /// The purpose.
        purpose: PurposeName,
        /// Whether it is the withdrawal.
        withdrawn: bool,
    },
    /// The event's data were collected for these purposes and no others (5(1)(b), semantics 20): a
    /// `collection` to them, and to them alone.
    Collected {
        /// For what.
        purposes: Vec<PurposeName>,
        /// The source that they came from; `None` means the person, or what was observed of them.
        source: Option<String>,
        /// The controller that collected them, and whose the contract is that the event is about; `None`
        /// means the leading one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        controller: Option<ControllerName>,
    },
    /// What a collection says is put right by another one, which was added beside it (16): the first
    /// stays as it is.
    Corrected {
        /// The collection with the error.
        collection: EventId,
        /// The collection that puts it right.
        by: EventId,
    },
    /// Somebody looked through a piece of free text, the event's data, and decided whether it stays; or it
    /// was changed, and waits anew.
    Screened {
        /// The collection that brought it.
        collection: EventId,
        /// What came of it.
        outcome: ScreeningOutcome,
        /// The role that decided; empty where nobody did, or none was named.
        by: String,
        /// Why.
        reason: String,
    },
    /// Values of the event's data were seen in a store.
    Observed {
        /// The kind of people as which the person was found, where the store tells.
        person: Option<PersonKind>,
    },
    /// Consent was given (Art. 7).
    ConsentGiven {
        /// For this purpose.
        purpose: PurposeName,
        /// The number of the wording shown.
        wording: Option<u32>,
        /// The channels consented to, of those that the purpose has; empty means all of them.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        channels: Vec<Channel>,
        /// What shows that it was given (7(1)); decisions do not read it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        proof: Option<Box<Proof>>,
        /// To whom and for which data, where that is not the usual.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        scope: Option<Box<Scope>>,
    },
    /// Consent was withdrawn (7(3)).
    ConsentWithdrawn {
        /// For this purpose.
        purpose: PurposeName,
        /// Only for these channels; empty means the whole consent.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        channels: Vec<Channel>,
    },
    /// The person objected (21); for every purpose that can be objected to where none is named.
    Objected {
        /// To this purpose.
        purpose: Option<PurposeName>,
    },
    /// The objection stands: the ground ends.
    ObjectionUpheld {
        /// For this purpose.
        purpose: PurposeName,
    },
    /// Compelling grounds outweigh the objection (21(1)); the person was told.
    ObjectionRejected {
        /// For this purpose.
        purpose: PurposeName,
        /// The compelling ground.
        ground: String,
        /// Who decided.
        approver: String,
    },
    /// Processing of the event's data is restricted (18).
    Restricted {
        /// The restriction's number.
        case: CaseId,
        /// Why: 18(1)(a) to (d).
        reason: RestrictionReason,
        /// When somebody looks at it again.
        review_on: Option<Day>,
    },
    /// The person was told that a restriction will be lifted (18(3)).
    ToldOfLifting {
        /// Which.
        case: CaseId,
    },
    /// The restriction was lifted.
    RestrictionLifted {
        /// Which.
        case: CaseId,
    },
    /// The event's data are held for a named reason (17(3)(e)).
    HoldPlaced {
        /// The hold's number.
        case: CaseId,
        /// Why.
        reason: String,
        /// Who approved it.
        approver: String,
        /// When somebody looks at it again.
        review_on: Day,
    },
    /// The hold was released.
    HoldReleased {
        /// Which.
        case: CaseId,
    },
    /// A request arrived.
    RequestReceived {
        /// Which right.
        right: Right,
        /// The rules for people under another law that it falls under, by their name in the policy
        /// (`[rights-for.california]`); `None` where nobody knows. Older events have none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        regime: Option<String>,
    },
    /// The person was told that the answer takes up to two further months, and why (12(3)).
    RequestExtended,
    /// Proof of identity or a narrowing was asked for: the clock pauses.
    RequestPaused,
    /// What was asked for arrived: the clock runs on.
    RequestResumed,
    /// The request was answered.
    RequestAnswered,
    /// The person asked for erasure (17): grounds end as the law's table says.
    ErasureRequested,
    /// The person was told of a version of the notice (13, 14).
    Told {
        /// The policy's digest.
        version: String,
    },
    /// The person agreed to what a later version changed (semantics 9).
    Agreed {
        /// The policy's digest.
        version: String,
    },
    /// A refusal kept beyond an earlier erasure was found (semantics 19).
    RefusalFound {
        /// For this purpose.
        purpose: PurposeName,
    },
    /// The person died (semantics 24).
    Died,
    /// Somebody reported that the person is a child under the age (semantics 25).
    GuardianReported,
    /// A guardian's report was looked into and did not hold; one that holds is followed by an erasure.
    ReportDismissed {
        /// What showed that it did not.
        ground: String,
        /// Who decided.
        approver: String,
    },
    /// A recipient looks after the event's contract from now on.
    Linked {
        /// Which; of a kind of recipients the member.
        recipient: RecipientName,
    },
    /// It does no longer.
    Unlinked {
        /// Which.
        recipient: RecipientName,
    },
    /// Kept erased the event's data, or all of the occasion.
    Erased,
}

impl Happening {
    /// Whether it takes a permission away; at the same instant such an event counts last.
    pub fn is_refusal(&self) -> bool {
        matches!(
            self,
            Self::ConsentWithdrawn { .. }
                | Self::Objected { .. }
                | Self::ObjectionUpheld { .. }
                | Self::Restricted { .. }
                | Self::ErasureRequested
                | Self::RefusalFound { .. }
                | Self::Died
                | Self::GuardianReported
                | Self::Unlinked { .. }
                | Self::Erased
        )
    }

    /// Its word, as pages and JSON show it.
    pub fn word(&self) -> &str {
        match self {
            Self::Dated { event, .. } | Self::NotKnown { event, .. } => event.as_str(),
            Self::Collected { .. } => COLLECTION,
            Self::Corrected { .. } => "corrected",
            Self::Screened { .. } => "screened",
            Self::Observed { .. } => "observed",
            Self::ConsentGiven { .. } | Self::ConsentUnread { withdrawn: false, .. } => CONSENT_GIVEN,
            Self::ConsentWithdrawn { .. } | Self::ConsentUnread { withdrawn: true, .. } => CONSENT_WITHDRAWN,
            Self::Objected { .. } => "objected",
            Self::ObjectionUpheld { .. } => "objection-upheld",
            Self::ObjectionRejected { .. } => "objection-rejected",
            Self::Restricted { .. } => "restricted",
            Self::ToldOfLifting { .. } => "told-of-lifting",
            Self::RestrictionLifted { .. } => "restriction-lifted",
            Self::HoldPlaced { .. } => "hold-placed",
            Self::HoldReleased { .. } => "hold-released",
            Self::RequestReceived { .. } => "request-received",
            Self::RequestExtended => "request-extended",
            Self::RequestPaused => "request-paused",
            Self::RequestResumed => "request-resumed",
            Self::RequestAnswered => "request-answered",
            Self::ErasureRequested => "erasure-requested",
            Self::Told { .. } => "told",
            Self::Agreed { .. } => "agreed",
            Self::RefusalFound { .. } => "refusal-found",
            Self::Died => "died",
            Self::GuardianReported => "guardian-reported",
            Self::ReportDismissed { .. } => "report-dismissed",
            Self::Linked { .. } => "linked",
            Self::Unlinked { .. } => "unlinked",
            Self::Erased => "erased",
        }
    }
}

/// What shows that somebody consented (7(1)): free text of the controller's, sealed like a value.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Proof {
    /// The language of the wording.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// How it was given: `sign-up form`, `by phone`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub how: Option<String>,
    /// The source that obtained it for the controller, by its name in the policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Who consented for a child, and how that was checked (8(2)).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guardian: Option<String>,
    /// Further evidence by its name: `wording`, `when`, `recording`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub evidence: BTreeMap<String, String>,
}

impl fmt::Debug for Proof {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Proof").field("source", &self.source).finish_non_exhaustive()
    }
}

/// What came of looking through a piece of free text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScreeningOutcome {
    /// It stays.
    Kept,
    /// It went.
    Removed,
    /// It was changed since, and waits for a decision again.
    Changed,
}

/// To whom a consent was given, and what it lets be joined with the person's own data.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Scope {
    /// The controller that it was given to; `None` means the leading one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub controller: Option<ControllerName>,
    /// The sources whose data may be joined with others.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
}

/// Why processing is restricted: the cases of 18(1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RestrictionReason {
    /// 18(1)(a): accuracy is contested.
    Accuracy,
    /// 18(1)(b): unlawful, and the person wants it kept.
    Unlawful,
    /// 18(1)(c): the person needs it for a claim.
    Claim,
    /// 18(1)(d): an objection is being weighed.
    Objection,
}

/// The right that a request uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Right {
    /// Art. 15.
    Access,
    /// Art. 16.
    Rectification,
    /// Art. 17.
    Erasure,
    /// Art. 18.
    Restriction,
    /// Art. 20.
    Portability,
    /// Art. 21.
    Objection,
    /// 7(3).
    Withdrawal,
}
