//! References: by which an application finds again what it had collected, under a key of its own. Only
//! the key's keyed digest stands in the store. Not here: what a record is (`kept-engine`).

use kept_core::timeline::EventId;

use crate::blind::{SHORT, short};
use crate::fault::Fault;
use crate::row::{bytes, integer};
use crate::statements::{REFERENCE_FIND, REFERENCE_MAKE, REFERENCE_REMOVE};
use crate::subject::SubjectId;
use crate::transaction::Tx;

impl Tx {
    /// Files a collection under a key; the key's earlier collection is found by it no more.
    ///
    /// # Errors
    /// When the store fails.
    pub fn put_reference(&mut self, key: &str, subject: SubjectId, event: EventId) -> Result<(), Fault> {
        let event = i64::try_from(event.0).map_err(|_| Fault::Missing { what: "event" })?;
        self.remove_reference(key)?;
        let (row, blind) = (self.row(subject)?, bytes(self.reference(key)));
        self.execute_one(REFERENCE_MAKE, &[row, integer(event), blind])
    }

    /// The person and the collection that a key stands for.
    ///
    /// # Errors
    /// When the store fails.
    pub fn find_reference(&mut self, key: &str) -> Result<Option<(SubjectId, EventId)>, Fault> {
        let blind = bytes(self.reference(key));
        let row = self.one(REFERENCE_FIND, &[blind])?;
        row.map(|row| Ok((SubjectId::from_row(&row, 0)?, EventId(row.integer(1)?.unsigned_abs()))))
            .transpose()
    }

    /// Forgets a key.
    ///
    /// # Errors
    /// When the store fails.
    pub fn remove_reference(&mut self, key: &str) -> Result<(), Fault> {
        let blind = bytes(self.reference(key));
        self.execute(REFERENCE_REMOVE, &[blind]).map(drop)
    }

    fn reference(&self, key: &str) -> [u8; SHORT] {
        short(self.ring.lookup.tag(&[b"reference", key.as_bytes()]))
    }
}
