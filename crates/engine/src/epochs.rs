//! The turn of key epochs: a new one begins every week, and the key of an ended one is destroyed three
//! weeks later. From then on no copy of Kept's own store from its time opens, so that an erased
//! person's values open nowhere 28 days after the erasure (docs/vault.md).
//!
//! Not here: how keys are wrapped (`kept-vault`), and how often somebody looks (`kept`).

use kept_core::time::Instant;
use kept_vault::Tx;

use crate::company::{Company, log_purpose};
use crate::failure::Failure;

/// How long an epoch lasts.
pub const EPOCH_DAYS: i64 = 7;

/// How long after its end an epoch's key is there.
pub const HORIZON_DAYS: i64 = 21;

/// What a turn did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Turned {
    /// The epoch that began, if one did.
    pub begun: Option<i64>,
    /// The epochs whose keys were destroyed.
    pub destroyed: Vec<i64>,
}

impl Company {
    /// Begins an epoch and destroys keys, as far as it is time. Doing it again changes nothing.
    ///
    /// # Errors
    /// A fault of Kept's own store or of the key store.
    pub fn turn_epochs(&self, now: Instant) -> Result<Turned, Failure> {
        let epochs = self.vault.read("epochs", Tx::epochs)?;
        let passed = |since: Instant, days: i64| {
            now.duration_since(since) >= jiff::SignedDuration::from_hours(24 * days)
        };
        let mut turned = Turned::default();
        if epochs.last().is_some_and(|last| last.ended_at.is_none() && passed(last.begun_at, EPOCH_DAYS)) {
            turned.begun = Some(self.vault.begin_epoch(now, &log_purpose())?);
        }
        for epoch in epochs.iter().filter(|epoch| epoch.destroyed_at.is_none()) {
            if !epoch.ended_at.is_some_and(|ended| passed(ended, HORIZON_DAYS)) {
                break;
            }
            self.vault.destroy_epoch(epoch.number, now, &log_purpose())?;
            turned.destroyed.push(epoch.number);
        }
        Ok(turned)
    }
}
