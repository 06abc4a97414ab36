//! Keys of the rows of held, restricted and contested people (decision 13): the small set that
//! sweeps pass by. Not here: why somebody is in it.

use kept_core::name::{StoreName, TableName};
use kept_core::plan::Key;

use crate::fault::Fault;
use crate::row::{bytes, integer, text};
use crate::statements::{
    STORE_KEY_MAKE, STORE_KEY_OF_ROW, STORE_KEY_OF_SUBJECT, STORE_KEY_PAGE, STORE_KEY_REMOVE,
};
use crate::subject::{Place, SubjectId};
use crate::transaction::Tx;
use kept_core::ledger::Durable;

/// The counter that rises whenever the set changes: a sweep reads it again before each page.
pub(crate) const VERSION: &str = "exceptions";

/// A row that sweeps pass by.
#[derive(Clone, Debug, PartialEq)]
pub struct StoreKey {
    /// Whose row.
    pub subject: SubjectId,
    /// Its key.
    pub key: Key,
    blind: [u8; 32],
}

impl Tx {
    /// Adds rows of a person to those that sweeps pass by; rows that are there already stay once.
    ///
    /// # Errors
    /// [`Fault::Erased`] when the subject's keys are gone.
    pub fn put_store_keys(
        &mut self,
        subject: SubjectId,
        (store, table): (&StoreName, &TableName),
        keys: &[Key],
    ) -> Result<(), Fault> {
        let mut added = 0;
        for key in keys {
            let blind = self.ring.store_key(store, table, key)?;
            let plain = serde_json::to_vec(key).map_err(|_| Fault::Json { what: "key of a row" })?;
            let sealed = self.seal(place(subject, &blind), &plain)?;
            let (store, table) = (text(store.as_str()), text(table.as_str()));
            let values = [subject.value(), store, table, bytes(blind), bytes(sealed)];
            added += self.execute(STORE_KEY_MAKE, &values)?;
        }
        if added > 0 {
            self.next_number(VERSION)?;
        }
        Ok(())
    }

    /// A page of the rows of a table that sweeps pass by, after the last one of the page before.
    ///
    /// # Errors
    /// When the store fails or a key does not open.
    pub fn store_keys(
        &mut self,
        (store, table): (&StoreName, &TableName),
        after: Option<&StoreKey>,
        (count, receipt): (u32, &Durable),
    ) -> Result<Vec<StoreKey>, Fault> {
        let (blind, subject) =
            after.map_or(([0; 32], SubjectId::from_bytes([0; 16])), |last| (last.blind, last.subject));
        let rows = self.query(
            STORE_KEY_PAGE,
            &[
                text(store.as_str()),
                text(table.as_str()),
                bytes(blind),
                subject.value(),
                integer(i64::from(count)),
            ],
        )?;
        rows.iter()
            .map(|row| {
                let subject = SubjectId::from_row(row, 0)?;
                let shape = Fault::Shape { statement: row.statement, column: 1 };
                let blind: [u8; 32] = row.bytes(1)?.try_into().map_err(|_| shape)?;
                let plain = self.open(place(subject, &blind), row.bytes(2)?, receipt)?;
                let key = serde_json::from_slice(&plain).map_err(|_| Fault::Json { what: "key of a row" })?;
                Ok(StoreKey { subject, key, blind })
            })
            .collect()
    }

    /// The people under whom a row is listed that sweeps pass by.
    ///
    /// # Errors
    /// When the store fails.
    pub fn subjects_of_row(
        &mut self,
        (store, table): (&StoreName, &TableName),
        key: &Key,
    ) -> Result<Vec<SubjectId>, Fault> {
        let blind = self.ring.store_key(store, table, key)?;
        let values = [text(store.as_str()), text(table.as_str()), bytes(blind)];
        self.query(STORE_KEY_OF_ROW, &values)?.iter().map(|row| SubjectId::from_row(row, 0)).collect()
    }

    /// The rows of one person that sweeps pass by, in every store.
    ///
    /// # Errors
    /// When the store fails or a key does not open.
    pub fn store_keys_of(
        &mut self,
        subject: SubjectId,
        receipt: &Durable,
    ) -> Result<Vec<(StoreName, TableName, Key)>, Fault> {
        let rows = self.query(STORE_KEY_OF_SUBJECT, &[subject.value()])?;
        rows.iter()
            .map(|row| {
                let shape = Fault::Shape { statement: row.statement, column: 2 };
                let blind: [u8; 32] = row.bytes(2)?.try_into().map_err(|_| shape)?;
                let plain = self.open(place(subject, &blind), row.bytes(3)?, receipt)?;
                let key = serde_json::from_slice(&plain).map_err(|_| Fault::Json { what: "key of a row" })?;
                Ok((StoreName::from(row.text(0)?), TableName::from(row.text(1)?), key))
            })
            .collect()
    }

    /// Takes a person's rows off the set, in every store; returns how many there were.
    ///
    /// # Errors
    /// When the store fails.
    pub fn remove_store_keys(&mut self, subject: SubjectId) -> Result<u64, Fault> {
        let removed = self.execute(STORE_KEY_REMOVE, &[subject.value()])?;
        if removed > 0 {
            self.next_number(VERSION)?;
        }
        Ok(removed)
    }

    /// The version of the set: it rises with every change.
    ///
    /// # Errors
    /// When the store fails.
    pub fn exceptions_version(&mut self) -> Result<i64, Fault> {
        self.last_number(VERSION)
    }
}

/// The blind value's first bytes tell one key's place from another's.
fn place(subject: SubjectId, blind: &[u8; 32]) -> Place {
    let version = blind.iter().take(8).fold(0_i64, |version, byte| (version << 8) | i64::from(*byte));
    Place { table: "store_key", field: "key", subject, version }
}
