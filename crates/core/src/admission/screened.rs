//! Which pieces of free text wait until somebody decides whether they stay, and until when. A piece is a
//! value of one collection in a field that the policy has looked through (`screen`). Not here: what stands
//! in it, which no rule can tell.

use crate::policy::Policy;
use crate::policy::model::{DataRef, Screen};
use crate::time::Instant;
use crate::timeline::{EventId, Happening, ScreeningOutcome, Timeline};

/// A piece on which nobody has decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece<'p> {
    /// How it is looked through.
    pub screen: &'p Screen,
    /// The collection that brought it.
    pub collection: EventId,
    /// The field.
    pub field: DataRef,
    /// When it was collected, or changed since.
    pub since: Instant,
    /// From when it goes if nobody has decided.
    pub goes_at: Instant,
}

/// The pieces among the values held of a person that wait for a decision, in the order of the values.
pub fn undecided<'p>(
    policy: &'p Policy,
    timeline: &Timeline,
    held: impl IntoIterator<Item = (EventId, DataRef)>,
) -> Vec<Piece<'p>> {
    let piece = |(collection, field): (EventId, DataRef)| {
        let screen = policy.field(&field)?.screen.as_ref()?;
        let since = waiting_since(timeline, (collection, &field))?;
        let zone = policy.zone();
        let goes_at = zone.end_of(screen.within.last_day_after(zone.day_of(since)));
        Some(Piece { screen, collection, field, since, goes_at })
    };
    held.into_iter().filter_map(piece).collect()
}

/// Since when a piece waits: its collection, or its last change; `None` once somebody decided.
fn waiting_since(timeline: &Timeline, (collection, field): (EventId, &DataRef)) -> Option<Instant> {
    let collected = timeline.events().iter().find(|event| event.id == collection)?;
    let decided = timeline.events().iter().rev().find_map(|event| match &event.what {
        Happening::Screened { collection: of, outcome, .. }
            if *of == collection && event.data.contains(field) =>
        {
            Some((*outcome, event.happened_at))
        }
        _ => None,
    });
    match decided {
        None => Some(collected.happened_at),
        Some((ScreeningOutcome::Changed, at)) => Some(at),
        Some((ScreeningOutcome::Kept | ScreeningOutcome::Removed, _)) => None,
    }
}
