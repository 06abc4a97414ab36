//! Restrictions in force (Art. 18): they attach to data, and lifting needs telling first.

use std::collections::{BTreeMap, BTreeSet};

use crate::name::CaseId;
use crate::policy::model::DataRef;
use crate::standing::{Mark, Restriction};
use crate::timeline::{Event, Happening};

/// The restrictions in force after these events, in the order of their numbers. A lifting counts
/// only after the person was told of it (18(3)); the person's own erasure request ends theirs.
pub(super) fn in_force(events: &[&Event]) -> Vec<Restriction> {
    let mut standing: BTreeMap<&CaseId, Restriction> = BTreeMap::new();
    let mut told: BTreeSet<&CaseId> = BTreeSet::new();
    for event in events {
        match &event.what {
            Happening::Restricted { case, reason, review_on } => {
                told.remove(case);
                standing.insert(
                    case,
                    Restriction {
                        case: case.clone(),
                        data: event.data.clone(),
                        reason: *reason,
                        review_on: *review_on,
                        since: event.happened_at,
                    },
                );
            }
            Happening::ToldOfLifting { case } => {
                told.insert(case);
            }
            Happening::RestrictionLifted { case } if told.contains(case) => {
                standing.remove(case);
            }
            Happening::ErasureRequested => standing.clear(),
            _ => {}
        }
    }
    standing.into_values().collect()
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
