//! Restrictions in force (Art. 18): they attach to data, and lifting needs telling first.

use std::collections::{BTreeMap, BTreeSet};

use crate::name::CaseId;
use crate::policy::model::DataRef;
use crate::standing::{Mark, Restriction};
use crate::timeline::{Event, Happening, RestrictionReason};

/// The restrictions after these events, in the order of their numbers. A lifting counts only after
/// the person was told of it (18(3)). The person's own request for erasure ends what restrictions keep,
/// unless they asked for one so as to have the data for their claims; it ends none as a stop of use.
pub(super) fn after(events: &[&Event]) -> Vec<Restriction> {
    let mut standing: BTreeMap<&CaseId, Restriction> = BTreeMap::new();
    let mut told: BTreeSet<&CaseId> = BTreeSet::new();
    for event in events {
        match &event.what {
            Happening::Restricted { case, reason, review_on } => {
                told.remove(case);
                let before = standing.remove(case);
                let placed = Restriction {
                    case: case.clone(),
                    data: event.data.clone(),
                    reason: *reason,
                    review_on: *review_on,
                    since: event.happened_at,
                    keeps: true,
                };
                standing.insert(case, widened(placed, before.as_ref()));
            }
            Happening::ToldOfLifting { case } => {
                told.insert(case);
            }
            Happening::RestrictionLifted { case } if told.contains(case) => {
                standing.remove(case);
            }
            Happening::ErasureRequested => {
                let ended = standing.values_mut().filter(|held| !outlasts_erasure(held.reason));
                ended.for_each(|held| held.keeps = false);
            }
            _ => {}
        }
    }
    standing.into_values().collect()
}

/// Whether a restriction keeps its data although the person asks for erasure. Who contested accuracy or
/// objected has nothing left to contest in what goes, and who opposed an erasure asks for it now
/// (18(1)(a), (b), (d)). What they need for a claim the law lets stay (17(3)(e)), and gone is gone.
fn outlasts_erasure(reason: RestrictionReason) -> bool {
    match reason {
        RestrictionReason::Claim => true,
        RestrictionReason::Accuracy | RestrictionReason::Unlawful | RestrictionReason::Objection => false,
    }
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
