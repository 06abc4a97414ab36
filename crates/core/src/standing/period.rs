//! The retention sentence at work on one ground: which stage it is in, when it changes by itself,
//! and when it ran out, under every version of the policy that binds it (semantics 9).

use crate::name::EventKind;
use crate::policy::Policy;
use crate::policy::keep::Phase;
use crate::policy::keep::ending::{Ending, LastDay, StageEnd};
use crate::policy::model::{Purpose, Retention};
use crate::standing::Why;
use crate::standing::ground::{Fold, Stopped};
use crate::standing::history::PolicyVersion;
use crate::time::{Instant, Zone};

/// Where a begun ground stands in its retention sentence.
#[derive(Debug)]
pub(super) struct Place {
    /// How data are held.
    pub(super) phase: Phase,
    /// When the whole sentence ends, where a day is known.
    pub(super) until: Option<Instant>,
    /// A missing fact that leaves the end open.
    pub(super) missing: Option<EventKind>,
    /// Why it keeps.
    pub(super) why: Why,
    /// Later instants at which the place may differ.
    pub(super) boundaries: Vec<Instant>,
    /// The event that the running stage counts from or waits for.
    pub(super) counts_from: Option<EventKind>,
}

/// Whether the retention of a purpose reads an event.
pub fn reads(purpose: &Purpose, kind: &EventKind) -> bool {
    purpose.counted().contains(kind)
}

/// Whether and when the ground's time ran out at or before `at`: the earliest end under any version
/// that binds it, a later version counting from the instant it came into force.
pub(super) fn run_out<'a>(fold: &Fold<'a>, at: Instant) -> Option<Stopped<'a>> {
    let begun = fold.begun?;
    let (end, why, last_day) = first_end(fold, at).filter(|(end, ..)| *end <= at)?;
    let zone = fold.history.at(at).policy.zone();
    let decided = |day: &LastDay| day.decided_by(&fold.facts(&fold.history.at(at).policy, &zone));
    let by = last_day.as_ref().and_then(decided).and_then(|kind| fold.fact_event(&kind));
    Some(Stopped { at: end, why, by: by.or(Some(begun.by)), locked_until: None })
}

/// When the ground's time runs out, as far as is known at `at`.
pub(super) fn earliest_end(fold: &Fold<'_>, at: Instant) -> Option<Instant> {
    first_end(fold, at).map(|(end, ..)| end)
}

fn first_end(fold: &Fold<'_>, at: Instant) -> Option<(Instant, Why, Option<LastDay>)> {
    let begun = fold.begun?;
    let versions = fold.history.binding(begun.at, fold.agreed, at);
    let ends = versions.iter().enumerate().filter_map(|(place, version)| {
        let from = fold.history.binds_from(version).max(begun.at);
        let Some(purpose) = fold.rule_in(&version.policy) else {
            return Some((from, Why::PolicyChanged, None));
        };
        let (ending, last_day) = whole_ending(fold, &version.policy, purpose);
        let end = ending.by.map(|day| version.policy.zone().end_of(day))?.max(from);
        (!outlived_by_duty(fold, &versions, place, end)).then_some((end, Why::PeriodOver, Some(last_day)))
    });
    ends.min_by_key(|(end, ..)| *end)
}

/// Whether the law that obliges keeps data beyond the end that an earlier version told of the same duty: a promise
/// narrows no duty (semantics 10). What had ended before the later version came stays ended, and what rested on
/// something else is not kept longer by a duty that came later.
fn outlived_by_duty(fold: &Fold<'_>, versions: &[&PolicyVersion], place: usize, end: Instant) -> bool {
    let is_duty = |version: &&PolicyVersion| {
        fold.rule_in(&version.policy).is_some_and(|purpose| purpose.basis.is_duty())
    };
    versions.get(place).is_some_and(is_duty)
        && versions.iter().skip(place + 1).any(|later| is_duty(later) && end > later.from)
}

fn whole_ending(fold: &Fold<'_>, policy: &Policy, purpose: &Purpose) -> (Ending, LastDay) {
    let zone = policy.zone();
    let Some(StageEnd { last_day, .. }) = purpose.stage_ends().pop() else {
        return (Ending::OPEN, LastDay::Latest(Vec::new()));
    };
    (evaluate(fold, policy, &zone, &last_day), last_day)
}

fn evaluate(fold: &Fold<'_>, policy: &Policy, zone: &Zone, last_day: &LastDay) -> Ending {
    match last_day {
        LastDay::First(all) if all.is_empty() => Ending::OPEN,
        other => other.evaluate(&fold.facts(policy, zone)),
    }
}

/// The place of a begun, unstopped ground at `at`.
pub(super) fn place(fold: &Fold<'_>, policy: &Policy, purpose: &Purpose, at: Instant) -> Place {
    let mut place = match &purpose.retention {
        Retention::Keep(_) => staged(fold, policy, &purpose.stage_ends(), at),
        Retention::Criterion { .. } => {
            let (ending, last_day) = whole_ending(fold, policy, purpose);
            let counts_from = last_day.decided_by(&fold.facts(policy, &policy.zone()));
            open_place(&ending, &policy.zone(), Why::Criterion, counts_from)
        }
        Retention::Missing => {
            let (ending, _) = whole_ending(fold, policy, purpose);
            open_place(&ending, &policy.zone(), Why::NotYetEnded, None)
        }
    };
    if let Some(begun) = fold.begun {
        let versions = fold.history.binding(begun.at, fold.agreed, at);
        let ends = versions.iter().enumerate().filter_map(|(place, version)| {
            let purpose = fold.rule_in(&version.policy)?;
            let day = whole_ending(fold, &version.policy, purpose).0.by?;
            let end = version.policy.zone().end_of(day).max(fold.history.binds_from(version));
            (!outlived_by_duty(fold, &versions, place, end)).then_some(end)
        });
        place.until = place.until.into_iter().chain(ends).min();
        place.boundaries.extend(place.until);
    }
    place
}

fn open_place(ending: &Ending, zone: &Zone, why: Why, counts_from: Option<EventKind>) -> Place {
    let until = ending.by.map(|day| zone.end_of(day));
    Place {
        phase: Phase::Live,
        until,
        missing: ending.missing.clone(),
        why,
        boundaries: until.into_iter().collect(),
        counts_from,
    }
}

fn staged(fold: &Fold<'_>, policy: &Policy, stages: &[StageEnd], at: Instant) -> Place {
    let zone = policy.zone();
    let endings: Vec<_> =
        stages.iter().map(|stage| (stage, evaluate(fold, policy, &zone, &stage.last_day))).collect();
    let over = |ending: &Ending| ending.by.is_some_and(|day| zone.end_of(day) <= at);
    let running = endings.iter().find(|(_, ending)| !over(ending)).or(endings.last());
    let whole = endings.last().map(|(_, ending)| ending.clone()).unwrap_or(Ending::OPEN);
    let missing = running.and_then(|(_, ending)| ending.missing.clone());
    let waits = running.is_some_and(|(_, ending)| ending.by.is_none() && ending.missing.is_none());
    Place {
        phase: running.map_or(Phase::Live, |(stage, _)| stage.phase),
        until: whole.by.map(|day| zone.end_of(day)),
        missing,
        why: if waits { Why::NotYetEnded } else { Why::Period },
        boundaries: endings.iter().filter_map(|(_, ending)| ending.by).map(|day| zone.end_of(day)).collect(),
        counts_from: running.and_then(|(stage, _)| stage.last_day.decided_by(&fold.facts(policy, &zone))),
    }
}
