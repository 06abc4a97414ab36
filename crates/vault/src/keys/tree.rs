//! The keys below the root: buckets, and the two keys of each subject. Not here: the root keys
//! (`ring`), and what a subject is (`subject`).

use super::Secret;
use std::sync::Arc;

use super::seal::{Cipher, WRAP_BYTES, bound, unwrap, wrap};
use crate::fault::Fault;
use crate::row::{Row, bytes, integer};
use crate::statements::{
    BUCKET_JOIN, BUCKET_MAKE, BUCKET_MEMBERS, BUCKET_OPEN, BUCKET_REKEY, BUCKET_REWRAP, SUBJECT_KEYS,
};
use crate::subject::SubjectId;
use crate::transaction::Tx;

/// How many subjects share a bucket.
const SLOTS: usize = 1024;

/// The two keys of a subject; a key that is `None` was destroyed.
#[derive(Debug)]
pub(crate) struct SubjectKeys {
    /// The key of values, made ready: a timeline opens a hundred.
    pub(crate) vault: Option<Cipher>,
    pub(crate) ledger: Option<Secret>,
    pub(crate) bucket: i64,
}

/// Which of a subject's keys.
#[derive(Clone, Copy)]
enum Which {
    Vault,
    Ledger,
}

/// A place in a bucket, with the bucket's key.
pub(crate) struct Seat {
    pub(crate) bucket: i64,
    pub(crate) slot: i64,
    key: Secret,
}

impl Seat {
    /// The wraps of a new subject's two keys.
    pub(crate) fn wrap(&self, id: SubjectId, keys: [&Secret; 2]) -> Result<[Vec<u8>; 2], Fault> {
        let [vault, ledger] = keys;
        Ok([
            wrap(&self.key, &place(id, self.bucket, Which::Vault), vault)?,
            wrap(&self.key, &place(id, self.bucket, Which::Ledger), ledger)?,
        ])
    }
}

fn place(id: SubjectId, bucket: i64, which: Which) -> Vec<u8> {
    let which: &[u8] = match which {
        Which::Vault => b"vault",
        Which::Ledger => b"ledger",
    };
    bound(&[b"kept/subject-key", id.as_bytes(), &bucket.to_be_bytes(), which])
}

fn bucket_place(bucket: i64, epoch: i64) -> Vec<u8> {
    bound(&[b"kept/bucket-key", &bucket.to_be_bytes(), &epoch.to_be_bytes()])
}

impl Tx {
    /// Takes the next place of a bucket that is not full, in a new bucket where there is none.
    pub(crate) fn take_seat(&mut self) -> Result<Seat, Fault> {
        let (bucket, slot, key) = match self.one(BUCKET_OPEN, &[])? {
            Some(row) => {
                let bucket = row.integer(0)?;
                let key = self.bucket_key(bucket, row.integer(1)?, row.bytes(2)?)?;
                (bucket, row.integer(3)?, key)
            }
            None => self.make_bucket()?,
        };
        self.execute_one(BUCKET_JOIN, &[integer(bucket), integer(slot)])?;
        Ok(Seat { bucket, slot, key })
    }

    fn make_bucket(&mut self) -> Result<(i64, i64, Secret), Fault> {
        let (id, epoch) = (self.next_number("bucket")?, self.current_epoch()?);
        let key = Secret::random()?;
        let wrapped = self.wrap_bucket_key(id, epoch, &key)?;
        self.execute_one(BUCKET_MAKE, &[integer(id), integer(epoch), bytes(wrapped)])?;
        Ok((id, 0, key))
    }

    pub(crate) fn bucket_key(&self, bucket: i64, epoch: i64, wrapped: &[u8]) -> Result<Secret, Fault> {
        unwrap(&self.ring.epoch(epoch)?, &bucket_place(bucket, epoch), wrapped)
            .ok_or(Fault::Sealed { table: "bucket", field: "wrapped" })
    }

    /// A bucket's key under the key of an epoch.
    pub(crate) fn wrap_bucket_key(&self, bucket: i64, epoch: i64, key: &Secret) -> Result<Vec<u8>, Fault> {
        wrap(&self.ring.epoch(epoch)?, &bucket_place(bucket, epoch), key)
    }

    /// The keys of a subject.
    pub(crate) fn subject_keys(&mut self, id: SubjectId) -> Result<Arc<SubjectKeys>, Fault> {
        if let Some(keys) = self.keys.get(&id) {
            return Ok(Arc::clone(keys));
        }
        let ([vault, ledger], bucket) = self.unwrap_subject_keys(id)?;
        let vault = vault.map(|key| Cipher::new(&key)).transpose()?;
        let keys = Arc::new(SubjectKeys { vault, ledger, bucket });
        self.keys.insert(id, Arc::clone(&keys));
        Ok(keys)
    }

    /// The key of values, the key of the ledger, and the bucket.
    fn unwrap_subject_keys(&mut self, id: SubjectId) -> Result<([Option<Secret>; 2], i64), Fault> {
        let row = self.one(SUBJECT_KEYS, &[bytes(*id.as_bytes())])?;
        let row = row.ok_or(Fault::Missing { what: "subject" })?;
        let bucket = row.integer(2)?;
        let outer = Cipher::new(&self.bucket_key(bucket, row.integer(3)?, row.bytes(4)?)?)?;
        let vault = inner(&outer, &row, 0, &place(id, bucket, Which::Vault))?;
        let ledger = inner(&outer, &row, 1, &place(id, bucket, Which::Ledger))?;
        Ok(([vault, ledger], bucket))
    }

    /// The keys in clear, to search files for them.
    #[cfg(test)]
    pub(crate) fn keys_in_clear(&mut self, id: SubjectId) -> Result<[Option<Secret>; 2], Fault> {
        self.unwrap_subject_keys(id).map(|(keys, _)| keys)
    }

    /// Gives a bucket a new key and wraps the keys of those who are left in it anew, so that a
    /// copy of a destroyed key's wrap opens with no key that is still there.
    pub(crate) fn rekey_bucket(&mut self, bucket: i64) -> Result<(), Fault> {
        let rows = self.query(BUCKET_MEMBERS, &[integer(bucket)])?;
        let Some(first) = rows.first() else { return Ok(()) };
        let old = Cipher::new(&self.bucket_key(bucket, first.integer(4)?, first.bytes(5)?)?)?;
        let (key, epoch) = (Secret::random()?, self.current_epoch()?);
        let new = Cipher::new(&key)?;
        let (mut vault, mut ledger) = (vec![0; SLOTS * WRAP_BYTES], vec![0; SLOTS * WRAP_BYTES]);
        for row in &rows {
            let id = SubjectId::from_row(row, 0)?;
            let slot = row.integer(1)?;
            for (column, which, wraps) in [(2, Which::Vault, &mut vault), (3, Which::Ledger, &mut ledger)] {
                let place = place(id, bucket, which);
                if let Some(inner) = inner(&old, row, column, &place)? {
                    put_wrap(wraps, slot, &new.wrap(&place, &inner)?)?;
                }
            }
        }
        let wrapped = self.wrap_bucket_key(bucket, epoch, &key)?;
        self.execute_one(BUCKET_REKEY, &[integer(bucket), bytes(wrapped), integer(epoch)])?;
        self.execute(BUCKET_REWRAP, &[integer(bucket), bytes(vault), bytes(ledger)])?;
        Ok(())
    }
}

fn inner(outer: &Cipher, row: &Row, column: usize, place: &[u8]) -> Result<Option<Secret>, Fault> {
    let Some(wrapped) = row.bytes_or_null(column)? else { return Ok(None) };
    let key = outer.unwrap(place, wrapped);
    Ok(Some(key.ok_or(Fault::Sealed { table: "subject", field: "key" })?))
}

fn put_wrap(wraps: &mut [u8], slot: i64, wrap: &[u8]) -> Result<(), Fault> {
    let slot = usize::try_from(slot).map_err(|_| Fault::Missing { what: "slot" })?;
    let start = slot * WRAP_BYTES;
    let room = wraps.get_mut(start..start + WRAP_BYTES).ok_or(Fault::Missing { what: "slot" })?;
    room.copy_from_slice(wrap);
    Ok(())
}
