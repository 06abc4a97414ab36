//! When the service last did what it does on schedule, so that a missed run is caught up. Not here:
//! what the duties are, and when they are due (`kept`).

use jiff::Timestamp as Instant;

use crate::fault::Fault;
use crate::row::{instant, text};
use crate::statements::{DUTY_DONE, DUTY_LAST};
use crate::transaction::Tx;

impl Tx {
    /// When a duty was last done.
    ///
    /// # Errors
    /// When the store fails.
    pub fn duty_last(&mut self, name: &str) -> Result<Option<Instant>, Fault> {
        self.one(DUTY_LAST, &[text(name)])?.map(|row| row.instant(0)).transpose()
    }

    /// Notes that a duty was done.
    ///
    /// # Errors
    /// When the store fails.
    pub fn duty_done(&mut self, name: &str, now: Instant) -> Result<(), Fault> {
        self.execute(DUTY_DONE, &[text(name), instant(now)]).map(drop)
    }
}
