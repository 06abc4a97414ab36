//! What of an erasure is refused, under a law that lists the grounds: each ground with the data concerned.
//!
//! Not here: what stays (`kept_core::plan`), and why by the Regulation (`erasure`).

use std::collections::{BTreeMap, BTreeSet};

use kept_core::plan::{Action, Reason};
use kept_core::policy::Policy;
use kept_core::policy::model::{DataRef, RefusalGround, Regime};
use kept_core::standing::Why;
use serde::Serialize;

use crate::report::erasure::StepLine;

/// What stays on one ground.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RefusedErasure {
    /// The ground; none where a fact is missing that would tell.
    pub ground: Option<RefusalGround>,
    /// The data concerned.
    pub data: BTreeSet<DataRef>,
    /// The statements of the policy by which they stay.
    pub statements: BTreeSet<String>,
}

/// What stays of a person's data, by the ground on which the regime lets the erasure be refused; nothing
/// where it lists none.
pub(crate) fn refused(
    policy: &Policy,
    regime: &Regime,
    (steps, own): (&[StepLine], &[(DataRef, Vec<Reason>)]),
) -> Vec<RefusedErasure> {
    if regime.refuses.is_empty() {
        return Vec::new();
    }
    let mut found: BTreeMap<Option<RefusalGround>, RefusedErasure> = BTreeMap::new();
    let kept = steps.iter().filter(|step| step.action == Action::Keep);
    let rows = kept.flat_map(|step| data_of(policy, step).into_iter().map(|data| (data, &step.reasons)));
    for (data, reasons) in rows.chain(own.iter().map(|(data, reasons)| (data.clone(), reasons))) {
        for reason in reasons.iter().filter(|reason| reason.stage != kept_core::standing::Stage::Ended) {
            if covers(policy, reason, &data) == Some(false) {
                continue;
            }
            let ground = ground(policy, reason);
            let none = || RefusedErasure { ground, data: BTreeSet::new(), statements: BTreeSet::new() };
            let refused = found.entry(ground).or_insert_with(none);
            refused.data.insert(data.clone());
            refused.statements.insert(reason.statement.clone());
        }
    }
    found.into_values().collect()
}

/// The data of the rows or columns of a step.
fn data_of(policy: &Policy, step: &StepLine) -> Vec<DataRef> {
    let table = policy.stores.get(&step.store).and_then(|store| store.tables.get(&step.table));
    let columns = table.into_iter().flat_map(|table| &table.columns);
    let meant = columns.filter(|(name, _)| step.columns.is_empty() || step.columns.contains(name));
    meant.map(|(_, data)| data.clone()).collect()
}

fn purpose<'p>(policy: &'p Policy, reason: &Reason) -> Option<&'p kept_core::policy::model::Purpose> {
    policy.purposes.get(reason.statement.strip_prefix("purpose.")?.split('.').next()?)
}

/// Whether the reason's purpose needs the data; nothing where it is no purpose's.
fn covers(policy: &Policy, reason: &Reason, data: &DataRef) -> Option<bool> {
    purpose(policy, reason).map(|purpose| purpose.covers(data))
}

/// A claim is held for a duty; what a law freezes too.
fn ground(policy: &Policy, reason: &Reason) -> Option<RefusalGround> {
    match reason.why {
        Why::Hold | Why::Frozen => Some(RefusalGround::LegalDuty),
        _ => RefusalGround::of(purpose(policy, reason)?),
    }
}
