//! Kept's own values of a person: which of them a purpose may have, and the newest of each field.
//!
//! Not here: what the gate lets be used (`reading`), and which of them are meant (`within`).

use std::collections::BTreeMap;

use kept_core::ledger::Durable;
use kept_core::policy::model::{Basis, DataRef, Purpose, UsesAlsoWhy};
use kept_core::time::Instant;
use kept_core::timeline::{EventId, Happening, Timeline};
use kept_vault::value::SealedValue;
use kept_vault::{SubjectId, Tx};

use crate::decide::Sight;
use crate::failure::Failure;
use crate::reading::{ReadValue, Sorted};
use crate::within::Labels;

/// Kept's own values, still sealed: those that were collected for the purpose, or may be used for it too
/// (semantics 20). What a sight tells of the collections spares the timeline.
pub(crate) fn own_values(
    tx: &mut Tx,
    subject: SubjectId,
    (purpose, sorted): (&Purpose, &Sorted),
    sight: Option<&Sight>,
) -> Result<Vec<SealedValue>, Failure> {
    let mut values = tx.sealed_values(subject)?;
    values.retain(|one| sorted.allowed.contains(&one.field));
    let is_own =
        |one: &SealedValue| sight.is_some_and(|sight| sight.purposes_of(one.event).contains(&purpose.name));
    if sorted.within.confines() || !values.iter().all(is_own) {
        let timeline = tx.timeline(subject)?;
        values.retain(|one| is_for(purpose, &timeline, one.event, &one.field));
        let meant = |one: &SealedValue| {
            let collected = timeline.events().iter().find(|event| event.id == one.event);
            collected.is_some_and(|event| sorted.within.holds(event))
        };
        values.retain(meant);
    }
    Ok(values)
}

/// The newest value of each field: it comes last.
pub(crate) fn newest_opened(
    values: &[SealedValue],
    labels: &Labels,
    receipt: &Durable,
) -> Result<Vec<ReadValue>, Failure> {
    let newest: BTreeMap<&DataRef, &SealedValue> = values.iter().map(|one| (&one.field, one)).collect();
    let open = |one: &SealedValue| {
        let kept = one.open(receipt)?;
        let (source, controller) = labels.get(one.event);
        Ok(ReadValue { field: kept.field, value: kept.value, from: "kept".to_owned(), source, controller })
    };
    newest.into_values().map(open).collect()
}

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
