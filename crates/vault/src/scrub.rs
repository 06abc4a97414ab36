//! Scrubbing: after keys were destroyed, their bytes leave the files too (decision 22). "Erased"
//! and "scrubbed" are two states. Not here: destroying keys (`subject`).

use std::time::Duration;

use jiff::Timestamp as Instant;

use crate::database::Connection;
use crate::fault::Fault;
use crate::row::{instant, integer};
use crate::statements::{SUBJECT_SCRUBBED, SUBJECT_UNSCRUBBED};
use crate::vault::Vault;

/// What a scrub came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scrub {
    /// Nothing was erased since the last one.
    Nothing,
    /// The bytes of destroyed keys are in none of the store's files.
    Done,
    /// A reader or writer was in the way: they are still there; try again later.
    Busy,
    /// PostgreSQL: dead rows were vacuumed, but its write-ahead log and its pages may hold the
    /// *wrapped* keys until they are written over. They open with no key once the epoch's key is
    /// destroyed; the bucket's key is gone already.
    UntilEpochEnds,
}

impl Vault {
    /// Takes the bytes of destroyed keys out of the files, waiting at most `wait` for readers to
    /// finish. Many erasures need one scrub.
    ///
    /// # Errors
    /// When the store fails. Being in somebody's way is no error: [`Scrub::Busy`].
    pub fn scrub(&self, wait: Duration, now: Instant) -> Result<Scrub, Fault> {
        let Some(last) = self.read("scrub", |tx| {
            let row = tx.one(SUBJECT_UNSCRUBBED, &[])?.ok_or(Fault::Missing { what: "subject" })?;
            row.integer_or_null(0)
        })?
        else {
            return Ok(Scrub::Nothing);
        };
        let done = match self.pool.alone(wait, || self.sweep_bytes(wait))? {
            Some(done) => done?,
            None => Scrub::Busy,
        };
        if done == Scrub::Done {
            // One writer at a time: what was erased since then has a higher number.
            self.write("scrubbed", |tx| tx.execute(SUBJECT_SCRUBBED, &[instant(now), integer(last)]))?;
        }
        Ok(done)
    }

    fn sweep_bytes(&self, wait: Duration) -> Result<Scrub, Fault> {
        match Connection::open(&self.location, self.pool.settings())? {
            Connection::Sqlite(mut connection) => {
                Ok(if connection.truncate_log(wait)? { Scrub::Done } else { Scrub::Busy })
            }
            Connection::Postgres(mut connection) => {
                connection.vacuum()?;
                Ok(Scrub::UntilEpochEnds)
            }
        }
    }
}

#[cfg(test)]
mod tests;
