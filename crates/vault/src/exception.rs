//! People whom sweeps pass by as a set and look at one by one (decision 13): who they are, and in
//! which stores their rows are known. Not here: the rows' keys (`store_key`), and why.

use jiff::Timestamp as Instant;
use kept_core::name::StoreName;

use crate::fault::Fault;
use crate::row::{instant, integer, text};
use crate::statements::{
    EXCEPTION_FIND, EXCEPTION_MAKE, EXCEPTION_PAGE, EXCEPTION_REMOVE, LISTING_FIND, LISTING_MAKE,
    LISTING_REMOVE, SWEEP_RUNNING,
};
use crate::store_key::VERSION;
use crate::subject::SubjectId;
use crate::transaction::Tx;

impl Tx {
    /// Puts a person among those whom sweeps pass by; whether the person was not there before.
    ///
    /// # Errors
    /// When the store fails.
    pub fn put_exception(&mut self, subject: SubjectId, now: Instant) -> Result<bool, Fault> {
        Ok(self.execute(EXCEPTION_MAKE, &[subject.value(), instant(now)])? > 0)
    }

    /// Has every sweep that is at work stop before its next page.
    ///
    /// # Errors
    /// When the store fails.
    pub fn stop_sweeps(&mut self) -> Result<(), Fault> {
        self.next_number(VERSION).map(drop)
    }

    /// Whether sweeps pass a person by.
    ///
    /// # Errors
    /// When the store fails.
    pub fn is_exception(&mut self, subject: SubjectId) -> Result<bool, Fault> {
        Ok(self.one(EXCEPTION_FIND, &[subject.value()])?.is_some())
    }

    /// A page of the people whom sweeps pass by.
    ///
    /// # Errors
    /// When the store fails.
    pub fn exceptions_page(&mut self, after: Option<SubjectId>, count: u16) -> Result<Vec<SubjectId>, Fault> {
        let after = after.unwrap_or(SubjectId::from_bytes([0; 16])).value();
        let rows = self.query(EXCEPTION_PAGE, &[after, integer(i64::from(count))])?;
        rows.iter().map(|row| SubjectId::from_row(row, 0)).collect()
    }

    /// Takes a person, and the keys of their rows, off again.
    ///
    /// # Errors
    /// When the store fails.
    pub fn remove_exception(&mut self, subject: SubjectId) -> Result<(), Fault> {
        self.execute(LISTING_REMOVE, &[subject.value()])?;
        self.remove_store_keys(subject)?;
        if self.execute(EXCEPTION_REMOVE, &[subject.value()])? > 0 {
            self.next_number(VERSION)?;
        }
        Ok(())
    }

    /// Notes that the rows of a person in a store are known.
    ///
    /// # Errors
    /// When the store fails.
    pub fn put_listing(&mut self, store: &StoreName, subject: SubjectId, now: Instant) -> Result<(), Fault> {
        self.execute(LISTING_MAKE, &[text(store.as_str()), subject.value(), instant(now)]).map(drop)
    }

    /// Has the rows of a person looked up anew in every store.
    ///
    /// # Errors
    /// When the store fails.
    pub fn remove_listings(&mut self, subject: SubjectId) -> Result<(), Fault> {
        self.execute(LISTING_REMOVE, &[subject.value()]).map(drop)
    }

    /// When the rows of a person in a store were last looked up, if they were.
    ///
    /// # Errors
    /// When the store fails.
    pub fn listed_at(&mut self, store: &StoreName, subject: SubjectId) -> Result<Option<Instant>, Fault> {
        let row = self.one(LISTING_FIND, &[text(store.as_str()), subject.value()])?;
        row.map(|row| row.instant(0)).transpose()
    }

    /// Until when a run has the turn to sweep a store, if one has.
    ///
    /// # Errors
    /// When the store fails.
    pub fn sweep_until(&mut self, store: &StoreName, now: Instant) -> Result<Option<Instant>, Fault> {
        let values = [text(crate::sweep::CASE), text(store.as_str()), instant(now)];
        self.one(SWEEP_RUNNING, &values)?.map(|row| row.instant(0)).transpose()
    }
}
