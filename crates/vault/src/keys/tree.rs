//! The keys below the root: buckets, and the two keys of each subject. Not here: the root keys
//! (`ring`), and what a subject is (`subject`).

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use kept_core::ledger::Pseudonym;

use super::Secret;
use super::seal::{Cipher, Tagger, WRAP_BYTES, bound, unwrap, wrap};
use crate::fault::Fault;
use crate::people;
use crate::row::{Row, bytes, integer};
use crate::statements::{
    BUCKET_JOIN, BUCKET_KEY, BUCKET_MAKE, BUCKET_MEMBERS, BUCKET_OPEN, BUCKET_REKEY, BUCKET_REWRAP,
    SUBJECT_KEYS, SUBJECT_KEYS_OF, SUBJECT_ROW,
};
use crate::subject::SubjectId;
use crate::transaction::Tx;
use kept_core::plan::Value;

/// How many subjects share a bucket.
const SLOTS: usize = 1024;

/// The two keys of a subject, each unwrapped when it is first asked for.
#[derive(Debug)]
pub(crate) struct SubjectKeys {
    id: SubjectId,
    pub(crate) bucket: i64,
    slot: i64,
    outer: Arc<Cipher>,
    /// The wraps, as [`Which`] orders them; one that is `None` was destroyed.
    wraps: [Option<Vec<u8>>; 2],
    vault: OnceLock<Cipher>,
    ledger: OnceLock<LedgerKey>,
}

/// A person's key of the ledger.
#[derive(Debug)]
pub(crate) struct LedgerKey {
    pub(crate) secret: Secret,
    pub(crate) tagger: Tagger,
    /// Under which name the person appears.
    pub(crate) name: Pseudonym,
}

impl LedgerKey {
    fn new(secret: Secret, of: SubjectId) -> Result<Self, Fault> {
        let tagger = Tagger::new(&secret);
        let name = pseudonym(&tagger, &[b"kept/pseudonym", of.as_bytes()])?;
        Ok(Self { secret, tagger, name })
    }
}

/// A name in the ledger.
pub(crate) fn pseudonym(key: &Tagger, parts: &[&[u8]]) -> Result<Pseudonym, Fault> {
    let tag = key.tag(parts);
    let name = tag.split_first_chunk::<{ Pseudonym::LENGTH }>();
    name.and_then(|(name, _)| Pseudonym::from_slice(name)).ok_or(Fault::Crypto)
}

impl SubjectKeys {
    /// Out of a row whose first columns are the two wraps, the bucket and the slot.
    pub(crate) fn from_row(
        id: SubjectId,
        row: &mut Row,
        first: usize,
        outer: Arc<Cipher>,
    ) -> Result<Self, Fault> {
        Ok(Self {
            id,
            bucket: row.integer(first + 2)?,
            slot: row.integer(first + 3)?,
            outer,
            wraps: [row.take_bytes(first)?, row.take_bytes(first + 1)?],
            vault: OnceLock::new(),
            ledger: OnceLock::new(),
        })
    }

    /// Under which number the person's rows stand: that of the keys' place, which never changes.
    pub(crate) fn row(&self) -> i64 {
        row_number(self.bucket, self.slot)
    }

    fn wrap(&self, which: Which) -> Option<&[u8]> {
        let [vault, ledger] = &self.wraps;
        match which {
            Which::Vault => vault.as_deref(),
            Which::Ledger => ledger.as_deref(),
        }
    }

    /// Whether a key is still there.
    pub(crate) fn has(&self, which: Which) -> bool {
        self.wrap(which).is_some()
    }

    fn unwrap(&self, which: Which) -> Result<Option<Secret>, Fault> {
        let Some(wrapped) = self.wrap(which) else { return Ok(None) };
        let key = self.outer.unwrap(&place(self.id, self.bucket, which), wrapped);
        Ok(Some(key.ok_or(Fault::Sealed { table: "subject", field: "key" })?))
    }

    /// The key of values, made ready: a timeline opens a hundred.
    ///
    /// # Errors
    /// [`Fault::Erased`] when it was destroyed.
    pub(crate) fn vault(&self) -> Result<&Cipher, Fault> {
        if let Some(key) = self.vault.get() {
            return Ok(key);
        }
        let key = Cipher::new(&self.unwrap(Which::Vault)?.ok_or(Fault::Erased)?)?;
        Ok(self.vault.get_or_init(|| key))
    }

    /// The key of the ledger; `None` when it was destroyed.
    pub(crate) fn ledger(&self) -> Result<Option<&LedgerKey>, Fault> {
        if let Some(key) = self.ledger.get() {
            return Ok(Some(key));
        }
        let Some(secret) = self.unwrap(Which::Ledger)? else { return Ok(None) };
        let key = LedgerKey::new(secret, self.id)?;
        Ok(Some(self.ledger.get_or_init(|| key)))
    }
}

/// Which of a subject's keys.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Which {
    /// That of values.
    Vault,
    /// That of the ledger's entries.
    Ledger,
}

/// A place in a bucket, with the bucket's key.
pub(crate) struct Seat {
    pub(crate) bucket: i64,
    pub(crate) slot: i64,
    key: Arc<Cipher>,
}

/// The number of a place of a bucket among all places.
fn row_number(bucket: i64, slot: i64) -> i64 {
    bucket.saturating_mul(SLOTS as i64).saturating_add(slot)
}

impl Seat {
    /// Its place among all seats, in the order in which they are taken.
    pub(crate) fn order(&self) -> u64 {
        row_number(self.bucket, self.slot).unsigned_abs()
    }

    /// The wraps of a new subject's two keys.
    pub(crate) fn wrap(&self, id: SubjectId, keys: [&Secret; 2]) -> Result<[Vec<u8>; 2], Fault> {
        let [vault, ledger] = keys;
        Ok([
            self.key.wrap(&place(id, self.bucket, Which::Vault), vault)?,
            self.key.wrap(&place(id, self.bucket, Which::Ledger), ledger)?,
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
                let key = self.bucket_cipher(bucket, row.integer(1)?, row.bytes(2)?)?;
                (bucket, row.integer(3)?, key)
            }
            None => self.make_bucket()?,
        };
        self.execute_one(BUCKET_JOIN, &[integer(bucket), integer(slot)])?;
        Ok(Seat { bucket, slot, key })
    }

    fn make_bucket(&mut self) -> Result<(i64, i64, Arc<Cipher>), Fault> {
        let (id, epoch) = (self.next_number("bucket")?, self.current_epoch()?);
        let key = Secret::random()?;
        let wrapped = self.wrap_bucket_key(id, epoch, &key)?;
        self.execute_one(BUCKET_MAKE, &[integer(id), integer(epoch), bytes(wrapped)])?;
        Ok((id, 0, Arc::new(Cipher::new(&key)?)))
    }

    pub(crate) fn bucket_key(&self, bucket: i64, epoch: i64, wrapped: &[u8]) -> Result<Secret, Fault> {
        unwrap(&self.ring.epoch(epoch)?, &bucket_place(bucket, epoch), wrapped)
            .ok_or(Fault::Sealed { table: "bucket", field: "wrapped" })
    }

    /// The same key, made ready, and kept so as long as its wrap stays the same.
    fn bucket_cipher(&self, bucket: i64, epoch: i64, wrapped: &[u8]) -> Result<Arc<Cipher>, Fault> {
        self.ring.bucket(bucket, wrapped, || self.bucket_key(bucket, epoch, wrapped))
    }

    /// A bucket's key under the key of an epoch.
    pub(crate) fn wrap_bucket_key(&self, bucket: i64, epoch: i64, key: &Secret) -> Result<Vec<u8>, Fault> {
        wrap(&self.ring.epoch(epoch)?, &bucket_place(bucket, epoch), key)
    }

    /// The keys of a subject.
    pub(crate) fn subject_keys(&mut self, id: SubjectId) -> Result<Arc<SubjectKeys>, Fault> {
        if !self.keys.contains_key(&id) {
            self.recall_keys(&[id]);
        }
        if let Some(keys) = self.keys.get(&id) {
            return Ok(Arc::clone(keys));
        }
        let row = self.one(SUBJECT_KEYS, &[id.value()])?;
        let mut row = row.ok_or(Fault::Missing { what: "subject" })?;
        let outer = self.bucket_cipher(row.integer(2)?, row.integer(4)?, row.bytes(5)?)?;
        let keys = Arc::new(SubjectKeys::from_row(id, &mut row, 0, outer)?);
        self.at_hand(id, &keys);
        Ok(keys)
    }

    /// Under which number a person's rows stand.
    ///
    /// # Errors
    /// [`Fault::Missing`] where there is no such person.
    pub(crate) fn row(&mut self, id: SubjectId) -> Result<Value, Fault> {
        Ok(integer(self.subject_keys(id)?.row()))
    }

    /// Under which numbers the rows of many people stand, in their order.
    pub(crate) fn rows(&mut self, of: &[SubjectId]) -> Result<Vec<i64>, Fault> {
        self.load_keys(of)?;
        of.iter().map(|id| Ok(self.subject_keys(*id)?.row())).collect()
    }

    /// After which number the rows of a next page stand; every number is larger than the first.
    pub(crate) fn row_after(&mut self, after: Option<SubjectId>) -> Result<Value, Fault> {
        let Some(after) = after else { return Ok(integer(0)) };
        let row = self.one(SUBJECT_ROW, &[after.value()])?;
        row.ok_or(Fault::Missing { what: "subject" })?.integer(0).map(integer)
    }

    /// Has keys at hand, in this transaction and the next.
    fn at_hand(&mut self, id: SubjectId, keys: &Arc<SubjectKeys>) {
        self.keys.insert(id, Arc::clone(keys));
        if let Some(memory) = &self.memory {
            memory.keep_keys(std::iter::once((id, keys)));
        }
    }

    /// Has those keys at hand that are known from before.
    pub(crate) fn recall_keys(&mut self, of: &[SubjectId]) {
        let Some(memory) = &self.memory else { return };
        let new: Vec<SubjectId> = of.iter().filter(|id| !self.keys.contains_key(*id)).copied().collect();
        if !new.is_empty() {
            self.keys.extend(memory.keys(&new));
        }
    }

    /// Has the keys of somebody new at hand.
    pub(crate) fn keep_keys(&mut self, seat: &Seat, id: SubjectId, wraps: [&Vec<u8>; 2]) {
        let keys = SubjectKeys {
            id,
            bucket: seat.bucket,
            slot: seat.slot,
            outer: Arc::clone(&seat.key),
            wraps: wraps.map(|wrap| Some(wrap.clone())),
            vault: OnceLock::new(),
            ledger: OnceLock::new(),
        };
        self.at_hand(id, &Arc::new(keys));
    }

    /// Reads the keys of many people at once, to be at hand for what follows in this transaction.
    ///
    /// # Errors
    /// When the store fails.
    pub fn load_keys(&mut self, of: &[SubjectId]) -> Result<(), Fault> {
        self.recall_keys(of);
        let new: Vec<SubjectId> = of.iter().filter(|id| !self.keys.contains_key(*id)).copied().collect();
        if new.len() < 2 {
            return Ok(());
        }
        let mut buckets: BTreeMap<i64, Arc<Cipher>> = BTreeMap::new();
        for mut row in self.query(SUBJECT_KEYS_OF, &people::list(&new))? {
            let (id, bucket) = (SubjectId::from_row(&row, 0)?, row.integer(3)?);
            let outer = self.outer_of(bucket, &mut buckets)?;
            self.keys.insert(id, Arc::new(SubjectKeys::from_row(id, &mut row, 1, outer)?));
        }
        if let Some(memory) = &self.memory {
            memory.keep_keys(new.iter().filter_map(|id| Some((*id, self.keys.get(id)?))));
        }
        Ok(())
    }

    /// The key of a bucket, read once.
    pub(crate) fn outer_of(
        &mut self,
        bucket: i64,
        known: &mut BTreeMap<i64, Arc<Cipher>>,
    ) -> Result<Arc<Cipher>, Fault> {
        if let Some(outer) = known.get(&bucket) {
            return Ok(Arc::clone(outer));
        }
        let found = self.one(BUCKET_KEY, &[integer(bucket)])?;
        let found = found.ok_or(Fault::Missing { what: "bucket" })?;
        let outer = self.bucket_cipher(bucket, found.integer(0)?, found.bytes(1)?)?;
        known.insert(bucket, Arc::clone(&outer));
        Ok(outer)
    }

    /// The keys in clear, to search files for them.
    #[cfg(test)]
    pub(crate) fn keys_in_clear(&mut self, id: SubjectId) -> Result<[Option<Secret>; 2], Fault> {
        let keys = self.subject_keys(id)?;
        Ok([keys.unwrap(Which::Vault)?, keys.unwrap(Which::Ledger)?])
    }

    /// Gives a bucket a new key and wraps the keys of those who are left in it anew, so that a
    /// copy of a destroyed key's wrap opens with no key that is still there.
    pub(crate) fn rekey_bucket(&mut self, bucket: i64) -> Result<(), Fault> {
        self.forget_everybody();
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
        self.ring.forget_bucket(bucket)
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
