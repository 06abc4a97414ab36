//! When Kept's own records about people go (`[own]`): which of them are over, when each goes, and what has to
//! be reviewed.
//!
//! Every record is dated by one or two days of its own. A sentence that counts from anything else says nothing
//! that Kept could tell: such a record stays. Not here: the proof of consents, whose end the whole timeline
//! decides (`proof`), and carrying it out (`kept-engine`).

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::date;

use crate::name::{CaseId, EventKind};
use crate::policy::Policy;
use crate::policy::keep::ending::{Facts, Known};
use crate::policy::model::{EventNature, OwnRecord, Retention};
use crate::standing::proof::is_undecided;
use crate::standing::{PolicyHistory, Standing, standing};
use crate::time::{Day, Instant};
use crate::timeline::{Event, EventId, Occasion, Timeline};

/// The statement that lets a record go.
pub fn statement(record: OwnRecord) -> &'static str {
    match record {
        OwnRecord::ConsentProof => super::proof::STATEMENT,
        OwnRecord::Disclosures => "own.disclosures",
        OwnRecord::IdentityPapers => "own.identity-papers",
        OwnRecord::Refusals => "own.refusals",
        OwnRecord::Requests => "own.requests",
        OwnRecord::Log => "own.log",
    }
}

/// The days from which the period of a record may count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dates {
    /// When it was made: a request received, data disclosed, an entry written.
    pub from: Day,
    /// When it had done its work: a request answered, papers verified; `None` before.
    pub until: Option<Day>,
}

impl Dates {
    /// A record that is made at once.
    pub fn on(day: Day) -> Self {
        Self { from: day, until: None }
    }
}

/// When a record of these days goes by the policy; `None` while nothing says so: no period, a criterion that
/// only a review ends, or an event that has not come or that Kept does not know.
pub fn goes_at(policy: &Policy, record: OwnRecord, dates: Dates) -> Option<Instant> {
    let zone = policy.zone();
    let last_day = match policy.own.get(&record)? {
        Retention::Keep(keep) => {
            let facts = OfRecord { record, dates };
            keep.last_day(&EventKind::from(starts(record))).evaluate(&facts).by?
        }
        Retention::Criterion { ends, at_most, .. } => {
            let ended = ends.as_ref().and_then(|ends| match (OfRecord { record, dates }.known(ends)) {
                Known::On(day) => Some(day),
                Known::Not | Known::Unknown => None,
            });
            let most = at_most.map(|most| most.last_day_after(dates.from));
            ended.into_iter().chain(most).min()?
        }
        Retention::Missing => return None,
    };
    Some(zone.end_of(last_day))
}

/// Of records that are made at once, the first day whose records stay at an instant: earlier ones are over.
/// `None` where none is over, or no period tells.
pub fn first_kept(policy: &Policy, record: OwnRecord, at: Instant) -> Option<Day> {
    let is_over = |day: Day| goes_at(policy, record, Dates::on(day)).is_some_and(|goes| goes <= at);
    // INVARIANT: `over` is over and `kept` is not; a later record never goes before an earlier one.
    let (mut over, mut kept) = (EARLIEST, policy.zone().day_of(at).tomorrow().ok()?);
    if !is_over(over) {
        return None;
    }
    while let Some(days) = over.until(kept).ok().map(|span| span.get_days()).filter(|days| *days > 1) {
        let middle = over.checked_add((days / 2).days()).ok()?;
        if is_over(middle) { over = middle } else { kept = middle }
    }
    Some(kept)
}

/// No record is older: Kept's instants are later than this.
const EARLIEST: Day = date(1970, 1, 1);

/// The last day on which a record without a figure is to be reviewed, counted from its beginning or from the
/// last review; `None` where the policy asks for none.
pub fn review_due(policy: &Policy, record: OwnRecord, since: Day) -> Option<Day> {
    match policy.own.get(&record)? {
        Retention::Criterion { review, .. } => review.map(|every| every.last_day_after(since)),
        Retention::Keep(_) | Retention::Missing => None,
    }
}

/// A case of rights as it is filed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Case<'a> {
    /// Its number.
    pub number: &'a CaseId,
    /// When it was received.
    pub received_at: Instant,
    /// When it was answered; `None` while it is open or paused.
    pub answered_at: Option<Instant>,
    /// Whether some part of it is still to be carried out.
    pub unfinished: bool,
}

/// What becomes of the file of a case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseEnd {
    /// When it goes; `None` while nothing says so.
    pub goes_at: Option<Instant>,
    /// Whether it stays for now although its time may have come: it is not finished, or something of the
    /// person is held, restricted, contested or asked for.
    pub waits: bool,
    /// Whether it goes now.
    pub goes: bool,
    /// The events that go with it: none on which a ground, a restriction or another request leans.
    pub events: Vec<EventId>,
}

/// What becomes of the file of a case at `at`. `person` is what Kept recorded of whoever asked; `None` once the
/// key of it is gone, when nothing can lean on it any more.
///
/// Pure and total. What goes leaves every ground, restriction and other request as it was.
pub fn case_end(
    policies: &PolicyHistory,
    case: Case<'_>,
    person: Option<&Timeline>,
    known_at: Instant,
    at: Instant,
) -> CaseEnd {
    let policy = &policies.at(at).policy;
    let Some(answered_at) = case.answered_at.filter(|answered| *answered <= at) else {
        return CaseEnd { waits: true, ..CaseEnd::default() };
    };
    let zone = policy.zone();
    let dates = Dates { from: zone.day_of(case.received_at), until: Some(zone.day_of(answered_at)) };
    let goes_at = goes_at(policy, OwnRecord::Requests, dates);
    if goes_at.is_none_or(|goes| goes > at) {
        return CaseEnd { goes_at, waits: case.unfinished, ..CaseEnd::default() };
    }
    let Some(timeline) = person else {
        return CaseEnd { goes_at, waits: case.unfinished, goes: !case.unfinished, events: Vec::new() };
    };
    let now = standing(policies, timeline, known_at, at);
    if case.unfinished || is_undecided(&now) {
        return CaseEnd { goes_at, waits: true, ..CaseEnd::default() };
    }
    let of_case = |event: &&Event| {
        !event.id.is_from_store()
            && matches!(&event.about, Occasion::Request(number) if number == case.number)
    };
    let events: BTreeSet<EventId> = timeline.events().iter().filter(of_case).map(|event| event.id).collect();
    let rest = timeline.events().iter().filter(|event| !events.contains(&event.id));
    let after = standing(policies, &Timeline::new(rest.cloned().collect()), known_at, at);
    let free = is_unharmed(&now, &after, case.number);
    let events = if free { events.into_iter().collect() } else { Vec::new() };
    CaseEnd { goes_at, waits: false, goes: true, events }
}

/// Whether all that stands without a case stood with it, but for what is over.
fn is_unharmed(before: &Standing, after: &Standing, number: &CaseId) -> bool {
    let stands = |standing: &Standing| {
        let keeps = standing.grounds.iter().filter(|ground| {
            ground.keep.keeps()
                || ground.allows_use()
                || ground.id.occasion != Occasion::Request(number.clone())
        });
        keeps.cloned().collect::<Vec<_>>()
    };
    let others = |standing: &Standing| {
        let others = standing.requests.iter().filter(|request| request.case != *number);
        others.cloned().collect::<Vec<_>>()
    };
    before.restrictions == after.restrictions
        && before.links == after.links
        && others(before) == others(after)
        && stands(before) == stands(after)
}

/// The event that begins a record.
fn starts(record: OwnRecord) -> &'static str {
    match record {
        OwnRecord::Requests => "request-received",
        OwnRecord::Disclosures => "disclosure",
        OwnRecord::ConsentProof => "consent-given",
        OwnRecord::IdentityPapers | OwnRecord::Refusals | OwnRecord::Log => "collection",
    }
}

/// The event by which a record has done its work, if its kind has one.
fn ends(record: OwnRecord) -> Option<&'static str> {
    match record {
        OwnRecord::Requests => Some("request-closed"),
        OwnRecord::IdentityPapers => Some("verification"),
        OwnRecord::Disclosures | OwnRecord::ConsentProof | OwnRecord::Refusals | OwnRecord::Log => None,
    }
}

/// What is known of one record for the sentence that keeps it.
struct OfRecord {
    record: OwnRecord,
    dates: Dates,
}

impl Facts for OfRecord {
    fn known(&self, event: &EventKind) -> Known {
        let event = event.as_str();
        if event == starts(self.record) || event == "collection" {
            return Known::On(self.dates.from);
        }
        if Some(event) == ends(self.record) {
            return self.dates.until.map_or(Known::Not, Known::On);
        }
        Known::Unknown
    }

    fn nature(&self, _: &EventKind) -> EventNature {
        EventNature::End
    }
}
