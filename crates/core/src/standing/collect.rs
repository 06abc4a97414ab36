//! All grounds of a person at one instant: which purposes apply on which occasions, and what the
//! fold of their events says of each.

use std::collections::{BTreeMap, BTreeSet};

use crate::name::{CaseId, EventKind, PurposeName, RecipientName};
use crate::policy::Policy;
use crate::policy::keep::Phase;
use crate::policy::model::{Basis, DataRef, OccasionKind, Purpose};
use crate::standing::ground::{Fold, is_foreign};
use crate::standing::history::PolicyHistory;
use crate::standing::{
    Ground, GroundId, GroundReason, KeepState, Mark, Purposed, Restriction, Standing, UseState, Why, period,
    request, restriction, unread,
};
use crate::time::Instant;
use crate::timeline::{Event, Happening, Occasion};

/// A standing with the later instants at which it may differ.
#[derive(Debug, Default)]
pub(super) struct Collected {
    pub(super) standing: Standing,
    pub(super) boundaries: BTreeSet<Instant>,
}

/// The events of a person that count at an instant, in order, sorted by what they are about.
struct Visible<'a> {
    all: Vec<&'a Event>,
    about: BTreeMap<&'a Occasion, Vec<&'a Event>>,
}

/// A purpose, or one of its arms by its place.
type RuleName<'a> = (&'a PurposeName, Option<usize>);

const PERSON: Occasion = Occasion::Person;

impl<'a> Visible<'a> {
    fn new(events: impl Iterator<Item = &'a Event>) -> Self {
        let all: Vec<&Event> = events.collect();
        let mut about: BTreeMap<&Occasion, Vec<&Event>> = BTreeMap::new();
        for event in &all {
            about.entry(&event.about).or_default().push(event);
        }
        Self { all, about }
    }

    /// Whether a purpose concerns any of the kinds of people as which the person was found; one of
    /// whom nothing is known is taken to be concerned, but for an arm that is for some kinds only.
    fn is_concerned(&self, history: &PolicyHistory, (name, arm): RuleName<'_>, at: Instant) -> bool {
        let kinds = || {
            self.all.iter().filter_map(|event| match &event.what {
                Happening::Observed { person } => person.as_ref(),
                _ => None,
            })
        };
        (arm.is_none() && kinds().next().is_none())
            || history
                .until(at)
                .filter_map(|version| version.policy.purposes.get(name)?.rule(arm))
                .any(|purpose| purpose.people.is_empty() || kinds().any(|kind| purpose.people.contains(kind)))
    }

    /// The events that concern an occasion: its own and those about the person, in order.
    fn concerning(&self, occasion: &Occasion) -> Vec<&'a Event> {
        let own = self.about.get(occasion).map_or(&[][..], Vec::as_slice);
        if *occasion == PERSON {
            return own.to_vec();
        }
        let person = self.about.get(&PERSON).map_or(&[][..], Vec::as_slice);
        merged(own, person)
    }
}

/// Two ordered runs as one; ties keep the timeline's order, which both runs follow.
fn merged<'a>(own: &[&'a Event], person: &[&'a Event]) -> Vec<&'a Event> {
    let mut all: Vec<&Event> = own.iter().chain(person).copied().collect();
    if !person.is_empty() {
        all.sort_by(|left, right| Event::order(left, right));
    }
    all
}

/// Collects the standing of a person.
pub(super) fn collect(
    history: &PolicyHistory,
    events: &[Event],
    known_at: Instant,
    at: Instant,
) -> Collected {
    let counted = events.iter().filter(|event| event.happened_at <= at && event.recorded_at <= known_at);
    let visible = Visible::new(counted);
    let mut collected = Collected::default();
    if visible.all.is_empty() {
        return collected;
    }
    let restrictions = restriction::after(&visible.all);
    for rule in purpose_names(history, at) {
        if !visible.is_concerned(history, rule, at) {
            continue;
        }
        purpose_grounds(history, rule, &visible, &restrictions, at, &mut collected);
    }
    holds(history, &visible, at, &mut collected);
    collected.standing.restrictions = restrictions;
    collected.standing.links = links(&visible.all);
    request::collect(history, &visible.all, at, &mut collected);
    collected.boundaries.extend(history.versions().map(|version| version.from).filter(|from| *from > at));
    collected.standing.grounds.sort_by(|left, right| left.id.cmp(&right.id));
    collected
}

/// Every purpose of any version in force up to `at`, in the order of its first appearance, and its arms.
fn purpose_names(history: &PolicyHistory, at: Instant) -> Vec<RuleName<'_>> {
    let mut names: Vec<RuleName<'_>> = Vec::new();
    for version in history.until(at) {
        for (name, purpose) in &version.policy.purposes {
            for rule in purpose.rules().map(|rule| (name, rule.arm.map(|arm| arm.place))) {
                if !names.contains(&rule) {
                    names.push(rule);
                }
            }
        }
    }
    names
}

fn purpose_grounds(
    history: &PolicyHistory,
    rule: RuleName<'_>,
    visible: &Visible<'_>,
    restrictions: &[Restriction],
    at: Instant,
    collected: &mut Collected,
) {
    let mut any = false;
    for (occasion, own) in &visible.about {
        if !may_begin(history, rule, (occasion, own), at) {
            continue;
        }
        let mut fold = Fold::new(history, rule, occasion);
        let concerning = visible.concerning(occasion);
        fold.look_ahead(&concerning);
        for event in concerning {
            fold.take(event);
        }
        fold.settle(at);
        if fold.begun.is_none() {
            if let Some(early) = told_later(history, rule, (occasion, own), at) {
                any = true;
                collected.standing.grounds.push(early);
            }
            continue;
        }
        any = true;
        let (mut ground, boundaries) = begun_ground(&fold, restrictions, at);
        unread::settle(&history.at(at).policy, &visible.all, &mut ground);
        collected.boundaries.extend(boundaries.into_iter().filter(|boundary| *boundary > at));
        collected.standing.grounds.push(ground);
    }
    if !any {
        let policy = &history.at(at).policy;
        let mut missing = missing_ground(policy, rule, visible);
        missing.iter_mut().for_each(|ground| unread::settle(policy, &visible.all, ground));
        collected.standing.grounds.extend(missing);
    }
}

/// Whether an occasion's own events could begin the purpose: spares the fold for the many rows
/// that it has nothing to do with.
fn may_begin(
    history: &PolicyHistory,
    (name, arm): RuleName<'_>,
    (occasion, own): (&Occasion, &[&Event]),
    at: Instant,
) -> bool {
    history.until(at).filter_map(|version| version.policy.purposes.get(name)?.rule(arm)).any(|purpose| {
        if purpose.basis.is_consent() && *occasion == PERSON {
            return true;
        }
        let begins = |kind: &EventKind| *kind == purpose.starts || period::reads(purpose, kind);
        own.iter().any(|event| match &event.what {
            Happening::Dated { event: kind, .. } => begins(kind) && !is_foreign(purpose, event),
            Happening::Collected { purposes, .. } => purposes.contains(name) && begins(&"collection".into()),
            Happening::RequestReceived { .. } => begins(&"request-received".into()),
            Happening::RequestAnswered => begins(&"request-closed".into()),
            _ => false,
        })
    })
}

/// What is said of a purpose that would have begun, had the policy of that time told of it or rested it on what
/// begins it now: what was collected before is not collected for it (5(1)(b), 13(3); semantics 9).
fn told_later(
    history: &PolicyHistory,
    (name, arm): RuleName<'_>,
    (occasion, own): (&Occasion, &[&Event]),
    at: Instant,
) -> Option<Ground> {
    let rule = |policy: &'_ Policy| -> Option<(EventKind, bool)> {
        let purpose = policy.purposes.get(name)?.rule(arm)?;
        Some((purpose.starts.clone(), purpose.basis.is_consent()))
    };
    let purpose = history.at(at).policy.purposes.get(name)?.rule(arm)?;
    // A duty is there whether or not a notice told of it: of when it began nobody knows.
    let (starts, _) =
        rule(&history.at(at).policy).filter(|(_, consent)| !consent && !purpose.basis.is_duty())?;
    let would_begin = |event: &&&Event| match &event.what {
        Happening::Dated { event: kind, .. } => *kind == starts && !is_foreign(purpose, event),
        _ => false,
    };
    let did_not = |event: &&&Event| {
        rule(&history.at(event.happened_at).policy).is_none_or(|(kind, consent)| consent || kind != starts)
    };
    let event = own.iter().filter(would_begin).find(did_not)?;
    Some(not_begun((purpose, arm), occasion, KeepState::Never(Why::ToldLater), Some(event)))
}

/// A ground that began: running, locked after a withdrawal, or over.
fn begun_ground(fold: &Fold<'_>, restrictions: &[Restriction], at: Instant) -> (Ground, Vec<Instant>) {
    let policy = &fold.history.at(at).policy;
    let purpose = fold
        .rule_in(policy)
        .or_else(|| fold.history.until(at).rev().find_map(|version| fold.rule_in(&version.policy)));
    let mut boundaries = Vec::new();
    let (keep, usage, statement_key, event) = match (&fold.stopped, purpose) {
        (Some(stopped), _) => match stopped.locked_until.filter(|until| *until > at) {
            Some(until) => {
                boundaries.push(until);
                (KeepState::Until(Some(until), stopped.why), UseState::No, "after-withdrawal", stopped.by)
            }
            None => {
                let ended = stopped.locked_until.unwrap_or(stopped.at);
                (KeepState::Ended(ended, stopped.why), UseState::No, "keep", stopped.by)
            }
        },
        (None, Some(purpose)) => {
            let place = period::place(fold, policy, purpose, at);
            boundaries.extend(&place.boundaries);
            let event = place.counts_from.as_ref().and_then(|kind| fold.fact_event(kind));
            let (keep, usage) = running(purpose, &place);
            (keep, usage, "keep", event.or(fold.begun.map(|begun| begun.by)))
        }
        (None, None) => (KeepState::Never(Why::PolicyChanged), UseState::No, "keep", None),
    };
    let data = purpose.map_or_else(Vec::new, |purpose| purpose.data.clone());
    let mut marks = fold.marks();
    marks.extend(restriction::marks(restrictions, &data));
    if let Some(due) = purpose.and_then(|purpose| review_due(fold, purpose, policy)) {
        boundaries.push(due);
        marks.extend((due <= at && fold.stopped.is_none()).then_some(Mark::ReviewOverdue));
    }
    let zone = policy.zone();
    let ground = Ground {
        id: GroundId {
            purpose: Purposed::Purpose(fold.purpose.clone()),
            occasion: fold.occasion.clone(),
            controller: purpose.map_or_else(|| "".into(), |purpose| fold.controller(purpose)),
            arm: fold.arm,
        },
        data,
        keep,
        usage,
        marks,
        channels: fold.channels.clone().filter(|open| {
            purpose.is_none_or(|purpose| purpose.marketing.iter().any(|channel| !open.contains(channel)))
        }),
        consented: purpose.and_then(|purpose| fold.reached(policy, purpose)),
        combined: fold.combined.clone(),
        since: fold.begun.map(|begun| begun.at),
        reason: GroundReason {
            statement: format!("purpose.{}.{statement_key}", fold.purpose),
            event: event.map(|event| event.id),
            event_kind: event.map(|event| event.what.word().into()),
            event_on: event
                .filter(|event| event.happened_at > Instant::MIN)
                .map(|event| zone.day_of(event.happened_at)),
            event_at: event.map(|event| event.happened_at).filter(|at| *at > Instant::MIN),
        },
    };
    (ground, boundaries)
}

fn running(purpose: &Purpose, place: &period::Place) -> (KeepState, UseState) {
    if let Some(missing) = &place.missing {
        return (KeepState::Unknown(missing.clone()), UseState::No);
    }
    let keep = KeepState::Until(place.until, place.why);
    let usage = match place.phase {
        _ if purpose.off.is_some() || purpose.basis == Basis::Missing => UseState::No,
        Phase::Live => UseState::Live,
        Phase::Archive => UseState::ArchiveRoles,
        Phase::Locked => UseState::No,
    };
    (keep, usage)
}

/// When the review of a criterion is overdue.
fn review_due(fold: &Fold<'_>, purpose: &Purpose, policy: &Policy) -> Option<Instant> {
    let every = purpose.review()?;
    let from = fold.reviewed_at.into_iter().chain(fold.begun.map(|begun| begun.at)).max()?;
    let zone = policy.zone();
    Some(zone.end_of(every.last_day_after(zone.day_of(from))))
}

/// What is said of a purpose that never began for this person, where there is something to say: no
/// consent, or data that were seen although nothing tells when the purpose began (semantics 4).
fn missing_ground(policy: &Policy, (name, arm): RuleName<'_>, visible: &Visible<'_>) -> Option<Ground> {
    let purpose = policy.purposes.get(name)?.rule(arm)?;
    if purpose.must_be_shown() && !purpose.basis.is_consent() {
        return None;
    }
    let seen = |event: &&Event| {
        matches!(event.what, Happening::Observed { .. })
            && event.data.iter().any(|datum| purpose.covers(datum))
    };
    let observed = visible.all.iter().copied().find(seen);
    let keep = match (&purpose.basis, purpose.occasion) {
        _ if purpose.off.is_some() => KeepState::Never(Why::Shut),
        (Basis::Missing, _) => KeepState::Never(Why::Shut),
        (Basis::Consent { .. }, _) => KeepState::Never(Why::NoConsent),
        (_, OccasionKind::Request) => return None,
        _ => {
            observed?;
            KeepState::Unknown(purpose.starts.clone())
        }
    };
    Some(not_begun((purpose, arm), &PERSON, keep, observed))
}

/// A ground of a purpose that never began on an occasion, or of which nobody knows.
fn not_begun(
    (purpose, arm): (&Purpose, Option<usize>),
    occasion: &Occasion,
    keep: KeepState,
    by: Option<&Event>,
) -> Ground {
    Ground {
        id: GroundId {
            purpose: Purposed::Purpose(purpose.name.clone()),
            occasion: occasion.clone(),
            controller: purpose.controller.clone(),
            arm,
        },
        data: purpose.data.clone(),
        keep,
        usage: UseState::No,
        marks: Vec::new(),
        channels: None,
        consented: None,
        combined: BTreeSet::new(),
        since: None,
        reason: GroundReason {
            statement: purpose.path("basis"),
            event: by.map(|event| event.id),
            event_kind: None,
            event_on: None,
            event_at: None,
        },
    }
}

/// Which recipients are linked to which occasions, after these events.
fn links(events: &[&Event]) -> BTreeSet<(RecipientName, Occasion)> {
    let mut links = BTreeSet::new();
    for event in events {
        match &event.what {
            Happening::Linked { recipient } => {
                links.insert((recipient.clone(), event.about.clone()));
            }
            Happening::Unlinked { recipient } => {
                links.remove(&(recipient.clone(), event.about.clone()));
            }
            _ => {}
        }
    }
    links
}

/// Holds: grounds of their own, that keep their data and allow nothing (semantics 5).
fn holds(history: &PolicyHistory, visible: &Visible<'_>, at: Instant, collected: &mut Collected) {
    let policy = &history.at(at).policy;
    let mut found: BTreeMap<&CaseId, Hold<'_>> = BTreeMap::new();
    for event in &visible.all {
        match &event.what {
            Happening::HoldPlaced { case, .. } => {
                let before = found.remove(case).filter(|hold| hold.released.is_none());
                // Placed again under its number: what it held it still holds.
                let data = before
                    .map_or_else(|| event.data.clone(), |hold| restriction::united(&hold.data, &event.data));
                found.insert(case, Hold { placed: event, data, released: None });
            }
            Happening::HoldReleased { case } => {
                if let Some(hold) = found.get_mut(case) {
                    hold.released.get_or_insert(event);
                }
            }
            _ => {}
        }
    }
    for (case, hold) in found {
        collected.standing.grounds.push(hold_ground(policy, case, hold));
    }
}

/// A hold as its events tell it.
struct Hold<'a> {
    placed: &'a Event,
    data: Vec<DataRef>,
    released: Option<&'a Event>,
}

fn hold_ground(policy: &Policy, case: &CaseId, hold: Hold<'_>) -> Ground {
    let Hold { placed, data, released } = hold;
    let keep = match released {
        None => KeepState::Until(None, Why::Hold),
        Some(event) => KeepState::Ended(event.happened_at, Why::Hold),
    };
    let everything = || policy.data.keys().cloned().map(DataRef::whole).collect();
    Ground {
        id: GroundId {
            purpose: Purposed::Hold(case.clone()),
            occasion: Occasion::Case(case.clone()),
            controller: policy.controller().map_or_else(|| "".into(), |controller| controller.id.clone()),
            arm: None,
        },
        data: if data.is_empty() { everything() } else { data },
        keep,
        usage: UseState::No,
        marks: Vec::new(),
        channels: None,
        consented: None,
        combined: BTreeSet::new(),
        since: Some(placed.happened_at),
        reason: GroundReason {
            statement: format!("hold.{case}"),
            event: Some(placed.id),
            event_kind: Some(placed.what.word().into()),
            event_on: Some(policy.zone().day_of(placed.happened_at)),
            event_at: Some(placed.happened_at),
        },
    }
}
