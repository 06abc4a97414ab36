//! What an erasure had to leave of a person, for a claim say, and what goes at last in a run of retention: those
//! who were told of the erasure are told of that too, or they would keep what Kept keeps no more.
//!
//! Not here: the rows that go (`sweep_ones`) and Kept's own values (`own`).

use kept_core::name::CaseId;
use kept_core::plan::{Action, StorePlan};
use kept_core::policy::model::webhook::ERASED;
use kept_core::time::Instant;
use kept_core::timeline::{Happening, Occasion, Right, Timeline};
use kept_vault::{SubjectId, Tx};

use crate::company::Company;
use crate::failure::Failure;

impl Company {
    /// Puts into the outbox that more of a person was erased, where the person had asked for it; once a run,
    /// however many stores it goes through.
    pub(crate) fn tell_of_what_went_later(
        &self,
        tx: &mut Tx,
        subject: SubjectId,
        timeline: &Timeline,
        now: Instant,
    ) -> Result<(), Failure> {
        let Some(case) = asked_for(timeline) else { return Ok(()) };
        let waits = tx.letters_of(subject)?;
        if waits.iter().any(|letter| letter.what == ERASED && letter.made_at == now) {
            return Ok(());
        }
        // The identifier is looked up when the letter is sent: the person's key stays while rows do.
        self.tell_of_erasure(tx, (subject, case), &[], now)
    }
}

/// The case under which the person asked for erasure, the latest of several.
fn asked_for(timeline: &Timeline) -> Option<&CaseId> {
    timeline.events().iter().rev().find_map(|event| match (&event.what, &event.about) {
        (Happening::RequestReceived { right: Right::Erasure, .. }, Occasion::Request(case)) => Some(case),
        _ => None,
    })
}

/// Whether a plan takes something away, and does not only move or mark it.
pub(crate) fn takes(plan: &StorePlan) -> bool {
    let takes =
        |action: &Action| matches!(action, Action::Delete | Action::Empty { .. } | Action::Detach { .. });
    plan.steps.iter().any(|step| takes(&step.action) && !step.keys.is_empty())
}
