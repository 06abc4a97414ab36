//! The standing of a person: every ground, its stage, its marks and its reason, at one instant.
//!
//! Two pure functions decide everything: [`standing`] and [`next_change`]. Gates, retention,
//! forecasts, access reports and erasure all read the same value.

mod collect;
mod ground;
pub mod history;
pub mod own;
mod period;
pub mod proof;
mod request;
mod restriction;
mod unread;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::name::{CaseId, ControllerName, EventKind, PurposeName, RecipientName};
use crate::policy::model::{Channel, DataRef};
use crate::time::{Day, Instant};
use crate::timeline::{EventId, Occasion, RestrictionReason, Right, Timeline};

pub use history::{PolicyHistory, PolicyVersion};
pub use period::reads;

/// Every ground of a person at `at`, as known at `known_at`, with its reason.
///
/// Pure and total: no clock, no I/O; what happened after `at` or was recorded after `known_at`
/// does not count, and the order in which events were added does not matter.
pub fn standing(policies: &PolicyHistory, timeline: &Timeline, known_at: Instant, at: Instant) -> Standing {
    collect::collect(policies, timeline.events(), known_at, at).standing
}

/// The first instant after `at` at which the standing differs, if there is one: by itself, by a
/// later event of the timeline, or by a later policy.
pub fn next_change(
    policies: &PolicyHistory,
    timeline: &Timeline,
    known_at: Instant,
    at: Instant,
) -> Option<Instant> {
    changes(policies, timeline, known_at, at).next().map(|(instant, _)| instant)
}

/// Every later instant at which the standing differs from what it was before, with what it is then,
/// as far as is known at `known_at`: by itself, by a later event of the timeline, or by a later policy.
pub fn changes<'a>(
    policies: &'a PolicyHistory,
    timeline: &'a Timeline,
    known_at: Instant,
    at: Instant,
) -> impl Iterator<Item = (Instant, Standing)> + 'a {
    let events = timeline.events();
    let now = collect::collect(policies, events, known_at, at);
    let (mut boundaries, mut before) = (now.boundaries, now.standing);
    let known = events.iter().filter(move |event| event.recorded_at <= known_at);
    boundaries.extend(known.map(|event| event.happened_at).filter(|happened| *happened > at));
    std::iter::from_fn(move || {
        while let Some(candidate) = boundaries.pop_first() {
            let later = collect::collect(policies, events, known_at, candidate);
            boundaries.extend(later.boundaries);
            if later.standing != before {
                before = later.standing;
                return Some((candidate, before.clone()));
            }
        }
        None
    })
}

/// Everything that stands about one person at one instant, as known at one instant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// Grounds, ordered by purpose and occasion.
    pub grounds: Vec<Ground>,
    /// Restrictions in force (Art. 18); they attach to data, not to purposes.
    pub restrictions: Vec<Restriction>,
    /// Requests and their deadlines.
    pub requests: Vec<RequestStanding>,
    /// Which recipients are linked to which contracts.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub links: BTreeSet<(RecipientName, Occasion)>,
}

/// One purpose of one controller on one occasion.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct GroundId {
    /// The purpose, or the hold.
    pub purpose: Purposed,
    /// What it is applied to.
    pub occasion: Occasion,
    /// Who answers for it.
    pub controller: ControllerName,
    /// The arm of the basis that decides here, by its place; none for the purpose as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arm: Option<usize>,
}

/// What a ground is for: a purpose of the policy, or a hold, which is a ground of its own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purposed {
    /// A purpose of the policy.
    Purpose(PurposeName),
    /// A hold (17(3)(e)): it keeps, and allows nothing else.
    Hold(CaseId),
}

/// A ground at one instant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ground {
    /// Which.
    pub id: GroundId,
    /// The data that lean on it.
    pub data: Vec<DataRef>,
    /// Whether data are kept by it.
    pub keep: KeepState,
    /// Whether data may be used for it, marks aside.
    pub usage: UseState,
    /// What stops its use beside its stage.
    pub marks: Vec<Mark>,
    /// The channels by which contact may be made for it, where the person consented to some of them
    /// only; `None` means all that the purpose has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channels: Option<BTreeSet<Channel>>,
    /// The data of the purpose that the person's consent reaches, where the purpose has come to need more
    /// since; `None` means all of them. The others may be kept, and are not used (semantics 13).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consented: Option<Vec<DataRef>>,
    /// The sources whose data may be joined with others, by the person's consent.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub combined: BTreeSet<String>,
    /// When it started, if it did.
    pub since: Option<Instant>,
    /// The policy statement and the event that decided it.
    pub reason: GroundReason,
}

/// Whether and until when a ground keeps data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeepState {
    /// It never began.
    Never(Why),
    /// A fact is missing: this event.
    Unknown(EventKind),
    /// It keeps; until an instant where one is known.
    Until(Option<Instant>, Why),
    /// It ended.
    Ended(Instant, Why),
}

/// Whether a ground allows use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum UseState {
    /// In use.
    Live,
    /// Archive roles only.
    ArchiveRoles,
    /// Not at all.
    No,
}

/// The one word that people read (semantics 2), derived from keep and use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Never begun.
    None,
    /// A fact is missing.
    Unknown,
    /// In use.
    Live,
    /// Kept, not used.
    Locked,
    /// Kept apart, for archive roles.
    Archived,
    /// Over.
    Ended,
}

/// Why a ground is as it is; words are made of it in each language at the edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// Nothing started it.
    NoStart,
    /// No proof of consent (7(1)).
    NoConsent,
    /// The purpose is shut, or has no basis.
    Shut,
    /// The retention sentence, in this phase.
    Period,
    /// An event that it lasts until has not come.
    NotYetEnded,
    /// The retention sentence has run out.
    PeriodOver,
    /// Consent was withdrawn (7(3)).
    Withdrawn,
    /// The person objected, and it is being weighed or was upheld (21).
    Objected,
    /// The person asked for erasure (17).
    ErasureRequested,
    /// A refusal that outlived an earlier erasure.
    Refused,
    /// The person died.
    Died,
    /// A child under the age.
    Child,
    /// A hold.
    Hold,
    /// A restriction preserves the data.
    Restricted,
    /// The purpose is no longer in the policy.
    PolicyChanged,
    /// The policy told of the purpose only after the data were collected.
    ToldLater,
    /// Kept erased the data.
    Erased,
    /// A criterion, reviewed by people.
    Criterion,
    /// Another person's ground or share keeps the row.
    SharedWithOthers,
    /// The row only mentions the person.
    Mention,
    /// Other rows that are kept hang on this one.
    OthersHangOnIt,
    /// No one may change the row, by a law that the policy names.
    Frozen,
    /// The document in which the data lie can't be read, and not all that lies in it goes.
    Unreadable,
    /// No purpose of the policy needs the data.
    NoPurpose,
}

/// A mark beside a stage: it stops use and never widens it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    /// An objection is being weighed (21(1), 18(1)(d)).
    Contested,
    /// Somebody reported that the person is a child, and it is being looked into (8, 17(1)(f)).
    Reported,
    /// Some or all of its data are restricted (18).
    Restricted(CaseId),
    /// A review of the criterion is overdue.
    ReviewOverdue,
}

impl Mark {
    /// Whether somebody has to decide, until when the data stay as they are and are not used.
    pub fn is_undecided(&self) -> bool {
        matches!(self, Self::Contested | Self::Reported)
    }
}

/// What decided a ground.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GroundReason {
    /// The statement: `purpose.billing.keep`.
    pub statement: String,
    /// The event, if one did.
    pub event: Option<EventId>,
    /// The event's word, for people.
    pub event_kind: Option<EventKind>,
    /// The day of the event.
    pub event_on: Option<Day>,
    /// The instant of the event.
    #[serde(skip)]
    pub event_at: Option<Instant>,
}

/// A restriction in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Restriction {
    /// Its number.
    pub case: CaseId,
    /// What it covers; empty means all.
    pub data: Vec<DataRef>,
    /// Why.
    pub reason: RestrictionReason,
    /// When somebody looks again.
    pub review_on: Option<Day>,
    /// Since when.
    pub since: Instant,
    /// Whether it keeps its data. Where the person asked for erasure since, it may only go on stopping
    /// the use of what stays, until it is lifted.
    pub keeps: bool,
}

impl Restriction {
    /// Whether it covers a datum.
    pub fn covers(&self, datum: &DataRef) -> bool {
        self.data.is_empty() || self.data.iter().any(|data| data.overlaps(datum))
    }
}

/// A request and its clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RequestStanding {
    /// Its number.
    pub case: CaseId,
    /// The right used.
    pub right: Right,
    /// The rules for people under another law that it falls under, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub regime: Option<String>,
    /// When it was received.
    pub received_on: Day,
    /// When the answer is promised (raw end of the period).
    pub promised_on: Day,
    /// When the law wants it (rolled to a working day).
    pub lawful_on: Day,
    /// Where it stands.
    pub state: RequestState,
    /// The promised day has passed.
    pub promise_missed: bool,
    /// The lawful day has passed.
    pub law_missed: bool,
}

/// Where a request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RequestState {
    /// Being worked on.
    Open,
    /// Waiting for the person.
    Paused,
    /// Answered.
    Answered,
}

impl KeepState {
    /// Whether data are kept: until something, or because a fact is missing.
    pub fn keeps(&self) -> bool {
        matches!(self, Self::Until(..) | Self::Unknown(_))
    }
}

impl Ground {
    /// The one word that people read, derived from keep and use.
    pub fn stage(&self) -> Stage {
        match (&self.keep, self.usage) {
            (KeepState::Never(_), _) => Stage::None,
            (KeepState::Unknown(_), _) => Stage::Unknown,
            (KeepState::Ended(..), _) => Stage::Ended,
            (KeepState::Until(..), UseState::Live) => Stage::Live,
            (KeepState::Until(..), UseState::ArchiveRoles) => Stage::Archived,
            (KeepState::Until(..), UseState::No) => Stage::Locked,
        }
    }

    /// Whether all of its data may be used for it now: live and unmarked. Of one datum
    /// [`Standing::may_use`] tells.
    pub fn allows_use(&self) -> bool {
        self.stage() == Stage::Live && self.marks.is_empty()
    }

    /// Whether a datum leans on it.
    pub fn covers(&self, datum: &DataRef) -> bool {
        self.data.iter().any(|own| own.overlaps(datum))
    }

    /// Whether the person's consent reaches a datum; of what rests on no consent it is not asked.
    pub fn is_agreed(&self, datum: &DataRef) -> bool {
        self.consented.as_ref().is_none_or(|reached| reached.iter().any(|one| one.contains(datum)))
    }

    /// The purpose, unless it is a hold.
    pub fn purpose(&self) -> Option<&PurposeName> {
        match &self.id.purpose {
            Purposed::Purpose(name) => Some(name),
            Purposed::Hold(_) => None,
        }
    }

    /// Why it is as it is.
    pub fn why(&self) -> Why {
        match self.keep {
            KeepState::Never(why) | KeepState::Until(_, why) | KeepState::Ended(_, why) => why,
            KeepState::Unknown(_) => Why::NoStart,
        }
    }

    /// When it ends or ended, where that is known.
    pub fn until(&self) -> Option<Instant> {
        match self.keep {
            KeepState::Until(until, _) => until,
            KeepState::Ended(at, _) => Some(at),
            KeepState::Never(_) | KeepState::Unknown(_) => None,
        }
    }
}

impl Standing {
    /// The grounds of a purpose.
    pub fn of<'a>(&'a self, purpose: &'a PurposeName) -> impl Iterator<Item = &'a Ground> + 'a {
        self.grounds.iter().filter(move |ground| ground.purpose() == Some(purpose))
    }

    /// Whether a datum may be used for a purpose now.
    pub fn may_use(&self, purpose: &PurposeName, datum: &DataRef) -> bool {
        self.of(purpose).any(|ground| {
            ground.covers(datum)
                && ground.is_agreed(datum)
                && ground.stage() == Stage::Live
                && ground.marks.iter().all(|mark| self.spares(mark, datum))
        })
    }

    /// Whether contact may be made for a purpose by a channel now, with a datum of the person. Which
    /// channels the purpose has at all is the policy's to say.
    pub fn may_contact(&self, purpose: &PurposeName, channel: Channel, datum: &DataRef) -> bool {
        self.of(purpose).any(|ground| {
            ground.covers(datum)
                && ground.is_agreed(datum)
                && ground.stage() == Stage::Live
                && ground.channels.as_ref().is_none_or(|open| open.contains(&channel))
                && ground.marks.iter().all(|mark| self.spares(mark, datum))
        })
    }

    /// Whether a mark leaves a datum alone: a restriction of other data does, for it attaches to
    /// data and not to purposes (semantics 6).
    fn spares(&self, mark: &Mark, datum: &DataRef) -> bool {
        let Mark::Restricted(case) = mark else { return false };
        self.restrictions.iter().any(|held| held.case == *case && !held.covers(datum))
    }

    /// The restrictions that keep a datum.
    pub fn restricting<'a>(&'a self, datum: &'a DataRef) -> impl Iterator<Item = &'a Restriction> + 'a {
        self.restrictions.iter().filter(move |held| held.keeps && held.covers(datum))
    }

    /// Whether a restriction stops the use of a datum, be it that it keeps it or not.
    pub fn is_stopped(&self, datum: &DataRef) -> bool {
        self.restrictions.iter().any(|held| held.covers(datum))
    }

    /// Whether anything keeps a datum of the person: a ground, a hold or a restriction.
    pub fn keeps(&self, datum: &DataRef) -> bool {
        self.restricting(datum).next().is_some()
            || self.grounds.iter().any(|ground| ground.covers(datum) && ground.keep.keeps())
    }
}
