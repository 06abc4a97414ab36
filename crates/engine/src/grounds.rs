//! The cache of a person's grounds, made anew in the transaction of what changed them, and the
//! policy in force as a gate.
//!
//! Not here: what a ground is (`kept_core::standing`), and the rows of the cache (`kept-vault`).

use std::collections::BTreeMap;
use std::sync::Arc;

use kept_core::admission::is_told;
use kept_core::decision::{Gate, View, human_asked};
use kept_core::name::PurposeName;
use kept_core::policy::Policy;
use kept_core::standing::proof::proofs_given;
use kept_core::standing::{Standing, next_change, standing};
use kept_core::time::{Day, Instant};
use kept_core::timeline::Timeline;
use kept_vault::ground::Cached;
use kept_vault::{SubjectId, Tx};

use crate::company::Company;
use crate::failure::Failure;
use crate::in_turn::as_recorded;

/// How many people are looked at in one transaction when the policy changed.
const PAGE: u32 = 200;

/// The gate of a policy on a day.
#[derive(Debug, Default)]
pub(crate) struct Gates(std::sync::Mutex<Option<(Day, Arc<Gate>)>>);

/// How a person stands from now on.
pub(crate) struct Settled {
    /// The standing.
    pub(crate) standing: Standing,
    /// As the gate sees it.
    pub(crate) view: View,
    /// When it changes by itself.
    pub(crate) until: Option<Instant>,
}

impl Company {
    /// The policy in force as a gate, on the day of `now`.
    pub(crate) fn gate(&self, now: Instant) -> Arc<Gate> {
        let policy = self.policy();
        let today = policy.zone().day_of(now);
        let Ok(mut kept) = self.gates.0.lock() else { return Arc::new(Gate::new(policy, today)) };
        match &*kept {
            Some((day, gate)) if *day == today => Arc::clone(gate),
            _ => {
                let gate = Arc::new(Gate::new(policy, today));
                *kept = Some((today, Arc::clone(&gate)));
                gate
            }
        }
    }

    /// A person as the gate sees them.
    pub(crate) fn view(&self, gate: &Gate, timeline: &Timeline, now: Instant) -> (Standing, View) {
        let now = as_recorded(timeline, now);
        let standing = standing(&self.history, timeline, now, now);
        let view = View::new(gate, &standing, is_told(self.policy(), timeline, now));
        let view = view.with_people(gate, timeline);
        let view = view.with_human(gate, &human_asked(self.policy(), timeline, now));
        (standing, view)
    }

    /// Makes the cache of a person's grounds anew, of what Kept itself recorded.
    pub(crate) fn settle_grounds(
        &self,
        tx: &mut Tx,
        subject: SubjectId,
        timeline: &Timeline,
        now: Instant,
    ) -> Result<Settled, Failure> {
        let gate = self.gate(now);
        let (standing, view) = self.view(&gate, timeline, now);
        let contacts = contacts(self.policy(), &gate, &view);
        // The proof of a consent that is over goes by itself, too.
        let proofs = proofs_given(&self.history, timeline, &standing, now, now);
        let goes = if proofs.go.is_empty() { proofs.next(now) } else { Some(now) };
        let until = next_change(&self.history, timeline, now, now).into_iter().chain(goes).min();
        let policy_version = &self.policy().digest;
        let cached = Cached { next_change_at: until, contacts: &contacts, policy_version };
        tx.put_grounds(subject, &standing.grounds, &cached)?;
        Ok(Settled { standing, view, until })
    }

    /// The same, and has the next run look at a person of whom something is kept by nothing any more: what has
    /// ended already changes no more by itself.
    pub(crate) fn settle_and_mark(
        &self,
        tx: &mut Tx,
        subject: SubjectId,
        timeline: &Timeline,
        now: Instant,
    ) -> Result<Settled, Failure> {
        let settled = self.settle_grounds(tx, subject, timeline, now)?;
        self.mark_overdue(tx, subject, (timeline, &settled.standing), now)?;
        Ok(settled)
    }

    /// Makes the grounds anew that were computed under an earlier policy; returns whose.
    ///
    /// # Errors
    /// A fault of Kept's own store.
    pub fn refresh_grounds(&self, now: Instant) -> Result<u64, Failure> {
        let digest = self.policy().digest.clone();
        if !self.vault.read("has_stale", |tx| tx.has_stale(&digest).map_err(Failure::from))? {
            return Ok(0);
        }
        let (mut count, mut after) = (0, None);
        loop {
            let page = self.vault.write("refresh_grounds", |tx| {
                let stale = tx.stale_subjects(&digest, after, PAGE)?;
                for subject in &stale {
                    let timeline = tx.timeline(*subject)?;
                    self.settle_and_mark(tx, *subject, &timeline, now)?;
                }
                Ok::<_, Failure>(stale)
            })?;
            let Some(last) = page.last() else { return Ok(count) };
            after = Some(*last);
            count += page.len() as u64;
        }
    }
}

/// By which channels contact may be made for each purpose, as bits.
fn contacts(policy: &Policy, gate: &Gate, view: &View) -> BTreeMap<PurposeName, u8> {
    let reach = |name: &PurposeName| gate.contact_bits(view, gate.purpose(name.as_str())?);
    policy.purposes.keys().filter_map(|name| Some((name.clone(), reach(name)?))).collect()
}
