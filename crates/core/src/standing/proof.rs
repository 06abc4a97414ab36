//! When the proof of a consent goes that is over: its own retention (`[own] consent-proof`), and which events
//! of a timeline may go then without changing what the rest of it says.
//!
//! The proof of a consent is a purpose of its own and outlives it (semantics 12). Not here: carrying it out
//! (`kept-engine`), and consents that only a store's column tells, which go with their row.

use std::collections::BTreeSet;

use crate::name::{EventKind, PurposeName};
use crate::policy::Policy;
use crate::policy::keep::Keep;
use crate::policy::keep::ending::{Facts, Known};
use crate::policy::model::{EventNature, OwnRecord, Retention};
use crate::standing::ground::nature;
use crate::standing::{KeepState, Mark, PolicyHistory, Purposed, RequestState, Standing, UseState, standing};
use crate::time::{Day, Instant};
use crate::timeline::{Event, EventId, Happening, Occasion, Timeline};

/// The statement that lets the proof of a consent go.
pub const STATEMENT: &str = "own.consent-proof";

/// The proof of one consent that is over: every act from giving it on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// To which purpose.
    pub purpose: PurposeName,
    /// The acts, in order.
    pub events: Vec<EventId>,
    /// The day on which the consent ended.
    pub ended_on: Day,
    /// When the proof goes; `None` while nothing says so: no period, or one that counts from an event that
    /// has not come.
    pub goes_at: Option<Instant>,
}

/// What is to be done about the proofs of a person's consents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proofs {
    /// The consents that are over, whose proof is still there.
    pub over: Vec<Proof>,
    /// The events that go now.
    pub go: Vec<EventId>,
    /// Whether something of the person is held, restricted, contested or asked for: nothing goes before
    /// that is over.
    pub waits: bool,
}

impl Proofs {
    /// The first instant after `at` at which the proof of a consent is to go.
    pub fn next(&self, at: Instant) -> Option<Instant> {
        self.over.iter().filter_map(|proof| proof.goes_at).filter(|goes| *goes > at).min()
    }
}

/// What is to be done at `at` about the proofs of the consents that Kept's own record tells of.
///
/// Pure and total. What goes leaves every other ground, every restriction and every request as they were, and
/// no use comes back by it: a withdrawal that still refuses something stays although its proof goes.
pub fn proofs(policies: &PolicyHistory, timeline: &Timeline, known_at: Instant, at: Instant) -> Proofs {
    proofs_given(policies, timeline, &standing(policies, timeline, known_at, at), known_at, at)
}

/// [`proofs`], where the person's standing at `at` is at hand.
pub fn proofs_given(
    policies: &PolicyHistory,
    timeline: &Timeline,
    now: &Standing,
    known_at: Instant,
    at: Instant,
) -> Proofs {
    let policy = &policies.at(at).policy;
    let Some(Retention::Keep(keep)) = policy.own.get(&OwnRecord::ConsentProof) else {
        return Proofs::default();
    };
    let counted = |event: &&Event| event.happened_at <= at && event.recorded_at <= known_at;
    let purposes: BTreeSet<&PurposeName> = timeline
        .events()
        .iter()
        .filter(counted)
        .filter_map(|event| act(event).filter(|(_, gives)| *gives).map(|(purpose, _)| purpose))
        .collect();
    if purposes.is_empty() {
        return Proofs::default();
    }
    let look = Look { policies, policy, timeline, known_at, at };
    let mut found = Proofs { waits: is_undecided(now), ..Proofs::default() };
    for purpose in purposes {
        found.over.extend(look.over((purpose, now), keep));
    }
    if !found.waits {
        found.go = look.free(&found.over, now.clone());
    }
    found
}

/// Whether something of the person is held, restricted, contested or asked for: the person's record may be
/// needed as it is.
pub fn is_undecided(standing: &Standing) -> bool {
    let held = standing.grounds.iter().any(|ground| {
        matches!(ground.id.purpose, Purposed::Hold(_)) && matches!(ground.keep, KeepState::Until(..))
    });
    held || !standing.restrictions.is_empty()
        || standing.grounds.iter().any(|ground| ground.marks.iter().any(Mark::is_undecided))
        || standing.requests.iter().any(|request| request.state != RequestState::Answered)
}

/// The purpose of an act of consenting that Kept recorded, and whether it gives.
fn act(event: &Event) -> Option<(&PurposeName, bool)> {
    if event.id.is_from_store() {
        return None;
    }
    match &event.what {
        Happening::ConsentGiven { purpose, .. } => Some((purpose, true)),
        Happening::ConsentWithdrawn { purpose, .. } => Some((purpose, false)),
        _ => None,
    }
}

/// When a consent ended by its last act, where that took it back as a whole.
fn withdrawn(last: Option<&&Event>) -> Option<Instant> {
    let event = last?;
    let whole = matches!(&event.what, Happening::ConsentWithdrawn { channels, .. } if channels.is_empty());
    whole.then_some(event.happened_at)
}

/// What the look at one person needs.
struct Look<'a> {
    policies: &'a PolicyHistory,
    policy: &'a Policy,
    timeline: &'a Timeline,
    known_at: Instant,
    at: Instant,
}

impl Look<'_> {
    /// The consents to a purpose that are over, one after the other.
    fn over(&self, (purpose, now): (&PurposeName, &Standing), keep: &Keep) -> Vec<Proof> {
        let counted = |event: &&Event| event.happened_at <= self.at && event.recorded_at <= self.known_at;
        let of_purpose = |event: &&Event| act(event).is_some_and(|(of, _)| of == purpose);
        let acts = self.timeline.events().iter().filter(counted).filter(of_purpose);
        let (mut over, mut consent): (Vec<Proof>, Vec<&Event>) = (Vec::new(), Vec::new());
        for event in acts {
            let gives = act(event).is_some_and(|(_, gives)| gives);
            if gives && let Some(ended) = self.ended_before(purpose, &consent, event) {
                over.push(self.proof((purpose, keep), &consent, ended));
                consent.clear();
            }
            if gives || !consent.is_empty() {
                consent.push(event);
            }
        }
        if let Some(ended) = ended(purpose, &consent, now) {
            over.push(self.proof((purpose, keep), &consent, ended));
        }
        over
    }

    /// When the consent ended that another one followed; none where that one only renewed it.
    fn ended_before(&self, purpose: &PurposeName, consent: &[&Event], next: &Event) -> Option<Instant> {
        consent.first()?;
        let before = just_before(next.happened_at);
        ended(purpose, consent, &standing(self.policies, self.timeline, self.known_at, before))
    }

    fn proof(&self, (purpose, keep): (&PurposeName, &Keep), consent: &[&Event], ended: Instant) -> Proof {
        let zone = self.policy.zone();
        let given = consent.first().map_or(ended, |event| event.happened_at);
        let facts = OfConsent { look: self, given: zone.day_of(given), ended: zone.day_of(ended) };
        let last = keep.stage_ends(&EventKind::from("consent-given")).pop();
        let by = last.and_then(|stage| stage.last_day.evaluate(&facts).by);
        Proof {
            purpose: purpose.clone(),
            events: consent.iter().map(|event| event.id).collect(),
            ended_on: facts.ended,
            goes_at: by.map(|day| zone.end_of(day)),
        }
    }

    /// The events of overdue proofs that may go: nothing else stands otherwise without them.
    fn free(&self, over: &[Proof], mut before: Standing) -> Vec<EventId> {
        let mut gone: BTreeSet<EventId> = BTreeSet::new();
        for proof in over.iter().filter(|proof| proof.goes_at.is_some_and(|goes| goes <= self.at)) {
            let gifts = |id: &&EventId| {
                let event = self.timeline.events().iter().find(|event| event.id == **id);
                event.and_then(act).is_some_and(|(_, gives)| gives)
            };
            // What the columns of a store say of the same consent is not known here: what was taken back
            // there stays taken back.
            let whole = (!self.is_told_by_columns(&proof.purpose)).then(|| proof.events.clone());
            let gifts: Vec<EventId> = proof.events.iter().filter(gifts).copied().collect();
            for ids in whole.into_iter().chain([gifts]) {
                let without = gone.iter().chain(&ids).copied().collect();
                let after = self.without(&without);
                if is_unharmed((&before, &after), &proof.purpose) {
                    (gone, before) = (without, after);
                    break;
                }
            }
        }
        gone.into_iter().collect()
    }

    fn is_told_by_columns(&self, purpose: &PurposeName) -> bool {
        let mut tables = self.policy.stores.values().flat_map(|store| store.tables.values());
        tables.any(|table| table.consents.contains_key(purpose))
    }

    fn without(&self, gone: &BTreeSet<EventId>) -> Standing {
        let events = self.timeline.events().iter().filter(|event| !gone.contains(&event.id));
        let rest = Timeline::new(events.cloned().collect());
        standing(self.policies, &rest, self.known_at, self.at)
    }
}

fn just_before(at: Instant) -> Instant {
    at.checked_sub(jiff::SignedDuration::from_micros(1)).unwrap_or(at)
}

/// When a consent is over, by its last act or by what its ground became.
fn ended(purpose: &PurposeName, consent: &[&Event], then: &Standing) -> Option<Instant> {
    consent.first()?;
    let mine = || then.of(purpose).filter(|ground| ground.id.occasion == Occasion::Person);
    if mine().any(|ground| ground.keep.keeps() || ground.usage != UseState::No) {
        return None;
    }
    let by_period = || {
        let ends = mine().filter_map(|ground| match ground.keep {
            // A period is over when its last day is: at that day's end, which is the next one's first instant.
            KeepState::Ended(at, _) => Some(just_before(at)),
            _ => None,
        });
        ends.max()
    };
    withdrawn(consent.last()).or_else(by_period)
}

/// Whether what stands after is what stood before, but for what is over of a purpose.
fn is_unharmed((before, after): (&Standing, &Standing), purpose: &PurposeName) -> bool {
    let stands = |standing: &Standing| {
        let grounds = standing.grounds.iter().filter(|ground| {
            ground.keep.keeps() || ground.usage != UseState::No || ground.purpose() != Some(purpose)
        });
        grounds.cloned().collect::<Vec<_>>()
    };
    before.restrictions == after.restrictions
        && before.requests == after.requests
        && before.links == after.links
        && stands(before) == stands(after)
}

/// What is known of one consent for the sentence that keeps its proof.
struct OfConsent<'a> {
    look: &'a Look<'a>,
    given: Day,
    ended: Day,
}

impl Facts for OfConsent<'_> {
    fn known(&self, event: &EventKind) -> Known {
        match event.as_str() {
            "consent-given" => return Known::On(self.given),
            "consent-end" => return Known::On(self.ended),
            _ => {}
        }
        let told = self.look.timeline.events().iter().filter(|one| {
            one.happened_at <= self.look.at
                && matches!(&one.what, Happening::Dated { event: kind, .. } if kind == event)
        });
        let last = told.map(|one| one.happened_at).max();
        last.map_or(Known::Not, |last| Known::On(self.look.policy.zone().day_of(last)))
    }

    fn nature(&self, event: &EventKind) -> EventNature {
        nature(self.look.policy, event)
    }
}
