//! The instants of acts that wait for each other: whose turn comes later is not dated earlier, so that it
//! sees what the act before it wrote. Not here: the clock, which is read when an act is asked for.

use std::sync::{Mutex, PoisonError};

use jiff::SignedDuration;
use kept_core::time::Instant;
use kept_core::timeline::{EventId, Timeline};

use crate::company::Company;

/// How far ahead of the clock an act is dated at most. A larger lead is a clock that was set back, and
/// what it says counts.
pub(crate) const LEAD_MAX: SignedDuration = SignedDuration::from_secs(60);

/// The instant of the last act whose turn it was.
#[derive(Debug, Default)]
pub(crate) struct LastTurn(Mutex<Option<Instant>>);

impl LastTurn {
    /// Has nothing be dated before this, as far as [`LEAD_MAX`] reaches.
    pub(crate) fn not_before(&self, at: Instant) {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *last = (*last).max(Some(at));
    }
}

/// From when a timeline is seen: what another process recorded after this act was asked for counts for it too.
pub(crate) fn as_recorded(timeline: &Timeline, now: Instant) -> Instant {
    let own = timeline.events().iter().filter(|event| event.id.0 < EventId::FIRST_FROM_STORES);
    let leads = |at: &Instant| *at > now && at.duration_since(now) <= LEAD_MAX;
    own.map(|event| event.recorded_at).filter(leads).max().unwrap_or(now)
}

impl Company {
    /// The instant of an act whose turn it is: that at which it was asked for, or that of the act before
    /// it where somebody was faster who was asked later. To be called within the act's transaction.
    pub(crate) fn in_turn(&self, now: Instant) -> Instant {
        let mut last = self.last_turn.0.lock().unwrap_or_else(PoisonError::into_inner);
        let leads = |before: &Instant| *before > now && before.duration_since(now) <= LEAD_MAX;
        let turn = last.filter(leads).unwrap_or(now);
        *last = Some(turn);
        turn
    }
}
