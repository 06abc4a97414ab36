//! Admission: whether something that is reported about a person may be recorded, and as which events.
//!
//! Every record about a person passes here first: a collection, a consent, an objection, a
//! restriction, a hold, a dated event. [`admit`] compares it with the policies and with what is known
//! of the person and gives the events to append, or says why not, by which article, and what would
//! mend it. Pure: no clock, no store. Not here: finding the person, sealing values, writing events
//! (`kept-engine`).

mod act;
mod collect;
mod consent;
pub mod frozen;
mod hold;
mod link;
pub mod mailing;
pub mod missing;
mod objection;
mod refused;
mod restriction;
pub mod screened;
#[cfg(test)]
mod tests;
mod value;

use std::collections::BTreeSet;

use crate::decision::Gate;
use crate::name::{CaseId, ControllerName, EventKind, PurposeName, StoreName, TableName};
use crate::policy::Policy;
use crate::policy::model::{DataRef, Purpose};
use crate::standing::{PolicyHistory, Standing, standing};
use crate::time::Instant;
use crate::timeline::{Event, EventId, Happening, Occasion, Timeline};

pub use act::{Act, Age, Collection, Consent};
pub use refused::Refused;
pub use value::check_value;

/// What is known when something is to be recorded.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// Every policy that was in force.
    pub history: &'a PolicyHistory,
    /// The policy in force, as a gate.
    pub gate: &'a Gate,
    /// What Kept recorded of the person, and what stores told where they were asked.
    pub timeline: &'a Timeline,
    /// The number that a new restriction or hold will have.
    pub next_case: &'a CaseId,
}

/// When something happened, and when Kept came to know it.
#[derive(Clone, Copy, Debug)]
pub struct When {
    /// When it happened; not later than `now`.
    pub happened_at: Instant,
    /// Now.
    pub now: Instant,
}

/// What may be recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admitted {
    /// The events to append, in this order; their numbers are given when they are filed.
    pub events: Vec<Event>,
    /// The restriction or hold that is placed or moved.
    pub case: Option<CaseId>,
    /// Whether a new number of [`Known::next_case`] was used.
    pub opens_case: bool,
}

/// Whether this may be recorded of the person, and as which events.
///
/// # Errors
/// [`Refused`], with its article and what would mend it. Nothing of the act is to be kept then.
pub fn admit(known: &Known<'_>, act: &Act, when: When) -> Result<Admitted, Refused> {
    check_instant(when)?;
    let desk = Desk::new(known, when);
    match act {
        Act::Collect(collection) => collect::collect(&desk, collection),
        Act::Happened { event, about, data } => desk.happened(event, about, data),
        Act::Link { event, recipient, about } => link::link(&desk, event, (recipient, about)),
        Act::GiveConsent(consent) => consent::give(&desk, consent),
        Act::WithdrawConsent { purpose, channels } => consent::withdraw(&desk, purpose, channels),
        Act::Object { purpose } => objection::object(&desk, purpose.as_ref()),
        Act::UpholdObjection { purpose } => objection::uphold(&desk, purpose),
        Act::RejectObjection { purpose, ground, approver, told } => {
            objection::reject(&desk, purpose, (ground, approver), *told)
        }
        Act::Restrict { data, reason, review_on } => restriction::restrict(&desk, data, *reason, *review_on),
        Act::TellOfLifting { case } => restriction::tell(&desk, case),
        Act::Lift { case } => restriction::lift(&desk, case),
        Act::PlaceHold { data, reason, approver, review_on } => {
            hold::place(&desk, data, (reason, approver), *review_on)
        }
        Act::ReleaseHold { case } => hold::release(&desk, case),
        Act::Tell { version } => desk.version(version, |version| Happening::Told { version }),
        Act::Agree { version } => desk.version(version, |version| Happening::Agreed { version }),
        Act::Died => Ok(desk.person(Happening::Died)),
        Act::ReportGuardian => Ok(desk.person(Happening::GuardianReported)),
        Act::DismissReport { ground, approver } => objection::dismiss_report(&desk, (ground, approver)),
    }
}

/// Whether the person knows where the data come from: gave them, was told of it since, or need not
/// be told by a point of 14(5).
pub fn is_told(policy: &Policy, timeline: &Timeline, at: Instant) -> bool {
    let mut told = true;
    for event in timeline.events().iter().filter(|event| event.happened_at <= at) {
        match &event.what {
            Happening::Collected { source: Some(source), .. } => {
                told &= policy.sources.get(source).is_some_and(|source| source.exempt.is_some());
            }
            Happening::Told { .. } => told = true,
            _ => {}
        }
    }
    told
}

/// Where a store tells an event, if one does: its home is that column then, and not Kept
/// (each event kind has one home).
pub fn home<'p>(policy: &'p Policy, event: &EventKind) -> Option<(&'p StoreName, &'p TableName)> {
    let tables = policy
        .stores
        .values()
        .flat_map(|store| store.tables.values().map(move |table| (&store.name, &table.name, &table.events)));
    let mut telling = tables.filter(|(.., events)| events.contains_key(event));
    telling.next().map(|(store, table, _)| (store, table))
}

/// What is earlier than this was not about anybody alive: 1900.
const EARLIEST_SECONDS: i64 = -2_208_988_800;

fn check_instant(when: When) -> Result<(), Refused> {
    if when.happened_at > when.now {
        return Err(Refused::InFuture);
    }
    if when.happened_at.as_second() < EARLIEST_SECONDS {
        return Err(Refused::TooOld);
    }
    Ok(())
}

/// What every act has at hand.
struct Desk<'a> {
    known: &'a Known<'a>,
    policy: &'a Policy,
    when: When,
    standing: Standing,
}

impl<'a> Desk<'a> {
    fn new(known: &'a Known<'a>, when: When) -> Self {
        let standing = standing(known.history, known.timeline, when.now, when.now);
        Self { known, policy: &known.history.newest().policy, when, standing }
    }

    fn purpose(&self, name: &PurposeName) -> Result<&'a Purpose, Refused> {
        self.policy.purposes.get(name).ok_or_else(|| Refused::NoPurpose(name.clone()))
    }

    /// Refuses data that the policy does not declare.
    fn check_data(&self, data: &[DataRef]) -> Result<(), Refused> {
        let declared = |datum: &DataRef| {
            self.policy.data.get(&datum.category).is_some_and(|category| {
                datum.field.as_ref().is_none_or(|field| category.fields.contains_key(field))
            })
        };
        match data.iter().find(|datum| !declared(datum)) {
            Some(datum) => Err(Refused::NoData(datum.clone())),
            None => Ok(()),
        }
    }

    fn check_controller(&self, named: Option<&ControllerName>) -> Result<(), Refused> {
        match named.filter(|name| !self.policy.controllers.contains_key(*name)) {
            Some(name) => Err(Refused::NoController(name.clone())),
            None => Ok(()),
        }
    }

    fn event(&self, about: Occasion, data: Vec<DataRef>, what: Happening) -> Event {
        let When { happened_at, now } = self.when;
        Event { id: EventId(0), happened_at, recorded_at: now, about, data, what }
    }

    /// One event about the person.
    fn person(&self, what: Happening) -> Admitted {
        self.admitted(vec![self.event(Occasion::Person, Vec::new(), what)])
    }

    fn admitted(&self, events: Vec<Event>) -> Admitted {
        Admitted { events, case: None, opens_case: false }
    }

    /// The standing with more events.
    fn standing_with(&self, events: &[Event]) -> Standing {
        // Recorded last, they count last among those of one instant, as they will once they are filed.
        let last = EventId::FIRST_FROM_STORES - events.len() as u64;
        let numbered = (last..).zip(events).map(|(id, event)| Event { id: EventId(id), ..event.clone() });
        let timeline = self.known.timeline.clone().with(numbered);
        standing(self.known.history, &timeline, self.when.now, self.when.now)
    }

    /// A dated event that the policy counts from and no store tells.
    fn happened(&self, event: &EventKind, about: &Occasion, data: &[DataRef]) -> Result<Admitted, Refused> {
        self.check_event(event)?;
        self.check_data(data)?;
        if let Occasion::Record { store, .. } = about {
            return Err(Refused::AboutRow(store.clone()));
        }
        let what = Happening::Dated { event: event.clone(), of: None };
        Ok(self.admitted(vec![self.event(about.clone(), data.to_vec(), what)]))
    }

    fn check_event(&self, event: &EventKind) -> Result<(), Refused> {
        if RESERVED.contains(&event.as_str()) {
            return Err(Refused::OwnAct(event.clone()));
        }
        if !self.kinds().contains(event) && !self.is_review(event) {
            return Err(Refused::NoEvent(event.clone(), self.kinds_in_words()));
        }
        match home(self.policy, event) {
            Some((store, table)) => Err(Refused::HasColumn(event.clone(), store.clone(), table.clone())),
            None => Ok(()),
        }
    }

    /// Whether it is the review of a criterion, and some purpose of the policy has one.
    fn is_review(&self, event: &EventKind) -> bool {
        event.as_str() == REVIEWED && self.has_reviews()
    }

    fn has_reviews(&self) -> bool {
        self.policy.purposes.values().any(|purpose| purpose.review().is_some())
    }

    /// The events that can be recorded, for whoever named another.
    fn kinds_in_words(&self) -> String {
        let mut kinds: Vec<&str> = self.kinds().into_iter().map(EventKind::as_str).collect();
        kinds.retain(|kind| !RESERVED.contains(kind));
        kinds.extend(self.has_reviews().then_some(REVIEWED));
        if kinds.is_empty() {
            return "of no purpose".to_owned();
        }
        let quoted: Vec<String> = kinds.into_iter().map(|kind| format!("`{kind}`")).collect();
        quoted.join(", ")
    }

    /// The kinds of events that the policy knows.
    fn kinds(&self) -> BTreeSet<&EventKind> {
        let starts = self.policy.purposes.values().map(|purpose| &purpose.starts);
        self.policy.events.keys().chain(starts).collect()
    }

    fn version(&self, version: &str, what: impl Fn(String) -> Happening) -> Result<Admitted, Refused> {
        let mut versions = self.known.history.versions();
        if versions.any(|known| known.policy.digest == version) {
            return Ok(self.person(what(version.to_owned())));
        }
        Err(Refused::NoVersion)
    }
}

/// The event that somebody reviewed the criteria by which a person's data are kept.
const REVIEWED: &str = "reviewed";

/// Events that are recorded by an act of their own, never as a bare date.
const RESERVED: [&str; 9] = [
    "collection",
    "consent-given",
    "consent-withdrawn",
    "consent-end",
    "objected",
    "request-received",
    "request-closed",
    "linked",
    "unlinked",
];
