//! Restrictions in force (Art. 18): they attach to data, and lifting needs telling first.

use std::collections::{BTreeMap, BTreeSet};

use crate::name::CaseId;
use crate::policy::model::DataRef;
use crate::standing::{Mark, Restriction};
use crate::timeline::{Event, Happening};

/// The restrictions of a person.
#[derive(Debug)]
pub(super) struct Restrictions {
    /// Those in force: they keep their data, and stop their use.
    pub(super) in_force: Vec<Restriction>,
    /// Those that stop use: the ones in force, and the ones that the person's own erasure request
    /// ended. Such a one keeps nothing any more, but a request for erasure never widens the use of
    /// what the law lets stand.
    pub(super) marking: Vec<Restriction>,
}

/// The restrictions after these events, in the order of their numbers. A lifting counts only after
/// the person was told of it (18(3)); the person's own erasure request ends theirs.
pub(super) fn after(events: &[&Event]) -> Restrictions {
    let mut marking: BTreeMap<&CaseId, Restriction> = BTreeMap::new();
    let mut ended: BTreeSet<&CaseId> = BTreeSet::new();
    let mut told: BTreeSet<&CaseId> = BTreeSet::new();
    for event in events {
        match &event.what {
            Happening::Restricted { case, reason, review_on } => {
                told.remove(case);
                ended.remove(case);
                let before = marking.remove(case);
                let placed = Restriction {
                    case: case.clone(),
                    data: event.data.clone(),
                    reason: *reason,
                    review_on: *review_on,
                    since: event.happened_at,
                };
                marking.insert(case, widened(placed, before.as_ref()));
            }
            Happening::ToldOfLifting { case } => {
                told.insert(case);
            }
            Happening::RestrictionLifted { case } if told.contains(case) => {
                marking.remove(case);
            }
            Happening::ErasureRequested => ended.extend(marking.keys()),
            _ => {}
        }
    }
    let in_force =
        marking.iter().filter(|(case, _)| !ended.contains(*case)).map(|(_, one)| one.clone()).collect();
    Restrictions { in_force, marking: marking.into_values().collect() }
}

/// A restriction placed again under its number: what it covered it still covers.
fn widened(again: Restriction, before: Option<&Restriction>) -> Restriction {
    match before {
        Some(before) => Restriction { data: united(&before.data, &again.data), since: before.since, ..again },
        None => again,
    }
}

/// The data of both, where no data means all.
pub(super) fn united(before: &[DataRef], again: &[DataRef]) -> Vec<DataRef> {
    if before.is_empty() || again.is_empty() {
        return Vec::new();
    }
    let added = again.iter().filter(|datum| !before.contains(datum));
    before.iter().chain(added).cloned().collect()
}

/// The marks that restrictions put on a ground with these data.
pub(super) fn marks(restrictions: &[Restriction], data: &[DataRef]) -> Vec<Mark> {
    let touches = |restriction: &&Restriction| {
        restriction.data.is_empty()
            || restriction.data.iter().any(|held| data.iter().any(|own| own.overlaps(held)))
    };
    restrictions
        .iter()
        .filter(touches)
        .map(|restriction| Mark::Restricted(restriction.case.clone()))
        .collect()
}
