//! What of a record stays as it is: data that a law forbids to change once something happened, and data
//! that are held. An error in them is put right by a collection added beside (16). Not here: restrictions,
//! which stop use as well (`decision`), and frozen rows of the company's stores (`plan`).

use std::collections::BTreeSet;

use crate::policy::Policy;
use crate::policy::model::{DataRef, FrozenData, Purpose, Text};
use crate::standing::{Ground, KeepState, Purposed, Standing};
use crate::time::Instant;
use crate::timeline::{Event, EventId, Happening, Occasion, Timeline};

/// Why a datum of a record stays as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frozen<'p> {
    /// A law forbids to change it as long as the purpose keeps it.
    Law {
        /// The law.
        law: &'p Text,
        /// Until when, where that is known.
        until: Option<Instant>,
    },
    /// A hold keeps it as it is, until it is released (17(3)(e)).
    Hold,
}

/// Why a field of a collection may be neither changed nor taken away now, if something is against it.
pub fn frozen<'p>(
    policy: &'p Policy,
    (timeline, standing): (&Timeline, &Standing),
    (collection, field): (EventId, &DataRef),
) -> Option<Frozen<'p>> {
    timeline.events().iter().find(|event| event.id == collection)?;
    let put_right = put_right(timeline, collection);
    let collected = timeline.events().iter().filter(|event| put_right.contains(&event.id));
    let by_law = collected.flat_map(|collected| {
        policy.purposes.values().filter_map(move |purpose| {
            let frozen = purpose.frozen.as_ref().filter(|frozen| frozen.covers(field))?;
            let is_set = is_for(purpose, collected, field) && has_begun(frozen, timeline, (collected, field));
            let until = kept_until(purpose, standing, (collected, field)).filter(|_| is_set)?;
            Some((&frozen.law, until))
        })
    });
    // The longest counts; one without a known end is longer than any other.
    let longest = by_law.max_by_key(|(_, until)| until.unwrap_or(Instant::MAX));
    if let Some((law, until)) = longest {
        return Some(Frozen::Law { law, until });
    }
    let holds = |ground: &&Ground| matches!(ground.id.purpose, Purposed::Hold(_));
    let mut holds = standing.grounds.iter().filter(holds);
    let is_held = holds.any(|hold| matches!(hold.keep, KeepState::Until(..)) && hold.covers(field));
    is_held.then_some(Frozen::Hold)
}

/// A collection and those that it puts right, one behind the other. A correction stays as it is with what
/// it corrects: it is the truth of that record, and came after the event from which that one stays.
fn put_right(timeline: &Timeline, collection: EventId) -> BTreeSet<EventId> {
    let mut found = BTreeSet::from([collection]);
    let mut last = collection;
    loop {
        let before = timeline.events().iter().find_map(|event| match event.what {
            Happening::Corrected { collection, by } if by == last => Some(collection),
            _ => None,
        });
        match before {
            Some(before) if found.insert(before) => last = before,
            _ => return found,
        }
    }
}

/// Whether the datum was collected for the purpose.
fn is_for(purpose: &Purpose, collected: &Event, field: &DataRef) -> bool {
    let Happening::Collected { purposes, .. } = &collected.what else { return false };
    purposes.contains(&purpose.name) && purpose.covers(field)
}

/// Whether the event came from which the datum stays as it is: on the same occasion, or about the person
/// after the collection.
fn has_begun(frozen: &FrozenData, timeline: &Timeline, (collected, field): (&Event, &DataRef)) -> bool {
    if frozen.once.as_str() == "collection" {
        return true;
    }
    timeline.events().iter().any(|event| {
        let is_it = matches!(&event.what, Happening::Dated { event, .. } if *event == frozen.once);
        let same = event.about == collected.about && event.about != Occasion::Person;
        let after = event.about == Occasion::Person && event.happened_at >= collected.happened_at;
        let data = event.data.is_empty() || event.data.iter().any(|data| data.overlaps(field));
        is_it && data && (same || after)
    })
}

/// Until when the purpose keeps the datum; `None` where nothing of it does. Its ground on the occasion of
/// the collection counts, and where it has none there, any.
fn kept_until(
    purpose: &Purpose,
    standing: &Standing,
    (collected, field): (&Event, &DataRef),
) -> Option<Option<Instant>> {
    let of = |ground: &&Ground| ground.purpose() == Some(&purpose.name) && ground.covers(field);
    let keeps: Vec<&Ground> = standing.grounds.iter().filter(of).filter(|one| one.keep.keeps()).collect();
    let own = |ground: &&&Ground| ground.id.occasion == collected.about;
    let chosen: Vec<&Ground> = match keeps.iter().any(|one| own(&one)) {
        true => keeps.iter().filter(own).copied().collect(),
        false => keeps,
    };
    let until = |ground: &&Ground| match ground.keep {
        KeepState::Until(until, _) => until,
        _ => None,
    };
    chosen.iter().map(until).max_by_key(|until| until.unwrap_or(Instant::MAX))
}
