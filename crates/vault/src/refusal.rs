//! Refusals that outlive an erasure (semantics 19): a keyed tag of identifier and purpose, so
//! that a person who refused and was forgotten is not written to again. Not here: their effect.

use jiff::Timestamp as Instant;
use kept_core::name::PurposeName;

use crate::blind::Identifier;
use crate::fault::Fault;
use crate::row::{bytes, instant, text};
use crate::statements::{REFUSAL_COUNT, REFUSAL_FIND, REFUSAL_FORGET, REFUSAL_MAKE};
use crate::transaction::Tx;

impl Tx {
    /// Keeps a refusal; the first one of its kind stays.
    ///
    /// # Errors
    /// When the store fails.
    pub fn put_refusal(
        &mut self,
        of: &Identifier<'_>,
        purpose: &PurposeName,
        now: Instant,
    ) -> Result<(), Fault> {
        let blind = self.ring.refusal(of, purpose);
        let values = [bytes(blind), text(purpose.as_str()), instant(now)];
        self.execute(REFUSAL_MAKE, &values).map(drop)
    }

    /// Since when this identifier refuses this purpose, if it does.
    ///
    /// # Errors
    /// When the store fails.
    pub fn refusal(&mut self, of: &Identifier<'_>, purpose: &PurposeName) -> Result<Option<Instant>, Fault> {
        let blind = self.ring.refusal(of, purpose);
        self.one(REFUSAL_FIND, &[bytes(blind)])?.map(|row| row.instant(0)).transpose()
    }

    /// How many refusals were recorded before an instant, and when the first of them was.
    ///
    /// # Errors
    /// When the store fails.
    pub fn count_refusals(&mut self, before: Instant) -> Result<(u64, Option<Instant>), Fault> {
        let row = self.one(REFUSAL_COUNT, &[instant(before)])?;
        let row = row.ok_or(Fault::Missing { what: "refusal" })?;
        Ok((row.integer(0)?.unsigned_abs(), row.instant_or_null(1)?))
    }

    /// Takes the refusals away that were recorded before an instant; how many there were.
    ///
    /// # Errors
    /// When the store fails.
    pub fn remove_refusals(&mut self, before: Instant) -> Result<u64, Fault> {
        self.execute(REFUSAL_FORGET, &[instant(before)])
    }
}
