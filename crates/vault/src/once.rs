//! Acts that are never done twice: a caller's own key, and what was answered to it. Both the key and
//! the act stand as keyed digests. Not here: which acts those are (`kept-engine`).

use jiff::Timestamp as Instant;

use crate::fault::Fault;
use crate::row::{bytes, instant, text};
use crate::statements::{ONCE_FIND, ONCE_FORGET, ONCE_MAKE};
use crate::transaction::Tx;

/// What a caller's key stands for already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Before {
    /// Nothing: the act is to be done.
    New,
    /// This very act, and what was answered: without any personal value.
    Done(String),
    /// Another act: the caller made a mistake.
    Other,
}

impl Tx {
    /// What was done under a caller's key before.
    ///
    /// # Errors
    /// When the store fails.
    pub fn before(&mut self, key: &str, act: &[u8]) -> Result<Before, Fault> {
        let (key, act) = self.once_names(key, act);
        let Some(row) = self.one(ONCE_FIND, &[bytes(key)])? else { return Ok(Before::New) };
        if row.bytes(0)? != act {
            return Ok(Before::Other);
        }
        Ok(Before::Done(row.text(1)?.to_owned()))
    }

    /// Notes what was answered to a caller's key. The answer holds no personal value.
    ///
    /// # Errors
    /// [`Fault::Statement`] when the key is taken.
    pub fn put_once(&mut self, key: &str, act: &[u8], answer: &str, now: Instant) -> Result<(), Fault> {
        let (key, act) = self.once_names(key, act);
        self.execute_one(ONCE_MAKE, &[bytes(key), bytes(act), text(answer), instant(now)])
    }

    /// Forgets the keys of acts before an instant; returns how many there were.
    ///
    /// # Errors
    /// When the store fails.
    pub fn forget_once(&mut self, before: Instant) -> Result<u64, Fault> {
        self.execute(ONCE_FORGET, &[instant(before)])
    }

    fn once_names(&self, key: &str, act: &[u8]) -> ([u8; 32], [u8; 32]) {
        let lookup = &self.ring.lookup;
        (lookup.tag(&[b"once", key.as_bytes()]), lookup.tag(&[b"once-act", act]))
    }
}
