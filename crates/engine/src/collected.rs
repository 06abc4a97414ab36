//! For which purposes a value of Kept's own may be used: those told at its collection, and others that
//! the policy lets use it (5(1)(b), 6(4)). Not here: whether the purpose stands now (`decide`).

use kept_core::policy::model::{Basis, DataRef, Purpose, UsesAlsoWhy};
use kept_core::time::Instant;
use kept_core::timeline::{EventId, Happening, Timeline};

/// Whether a value that Kept keeps was collected for a purpose, or for one whose data it may use.
/// Where a consent allows the other use, it reaches what was collected since, and nothing older
/// (semantics 13: the scope is that of the wording, and silence is never consent).
pub(crate) fn is_for(purpose: &Purpose, timeline: &Timeline, event: EventId, field: &DataRef) -> bool {
    let collected = timeline.events().iter().find(|one| one.id == event);
    let Some(collected) = collected else { return false };
    let Happening::Collected { purposes, .. } = &collected.what else { return false };
    // Nobody gives data for an emergency: where life is in danger it reaches what is there (6(1)(d)).
    if purposes.contains(&purpose.name) || matches!(purpose.basis, Basis::VitalInterest(_)) {
        return true;
    }
    let also = purpose.uses_also.iter().filter(|also| also.data.overlaps(field));
    let mut also = also.filter(|also| purposes.contains(&also.collected_for));
    also.any(|also| match also.why {
        UsesAlsoWhy::Consent => {
            consented_since(purpose, timeline).is_some_and(|since| collected.happened_at >= since)
        }
        UsesAlsoWhy::Law(_) | UsesAlsoWhy::Compatible(..) => true,
    })
}

/// Since when the consent to a purpose stands: the first that was given after the last withdrawal of
/// the whole.
fn consented_since(purpose: &Purpose, timeline: &Timeline) -> Option<Instant> {
    let mut since = None;
    for event in timeline.events() {
        match &event.what {
            Happening::ConsentGiven { purpose: given, .. } if *given == purpose.name => {
                since.get_or_insert(event.happened_at);
            }
            Happening::ConsentWithdrawn { purpose: from, channels }
                if *from == purpose.name && channels.is_empty() =>
            {
                since = None;
            }
            _ => {}
        }
    }
    since
}
