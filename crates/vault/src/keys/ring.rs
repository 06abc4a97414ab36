//! The root keys in use by an open vault. Not here: bucket and subject keys (`tree`).

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use super::seal::{Cipher, Tagger};
use super::{KeyName, KeyStore, Secret};
use crate::fault::Fault;
use crate::word::Words;

/// The epoch in which a new store begins.
pub(crate) const FIRST_EPOCH: i64 = 1;

/// Of how many buckets the key is kept ready: each is for a thousand people.
const BUCKETS_MAX: usize = 4_096;

/// Keys of buckets, each with the wrap that it came out of: another wrap is another key.
type Buckets = BTreeMap<i64, (Vec<u8>, Arc<Cipher>)>;

/// The root keys.
#[derive(Debug)]
pub(crate) struct Keyring {
    store: Box<dyn KeyStore>,
    pub(crate) lookup: Tagger,
    pub(crate) suppress: Tagger,
    epochs: Mutex<BTreeMap<i64, Secret>>,
    buckets: Mutex<Buckets>,
    pub(crate) words: Words,
}

impl Keyring {
    /// Reads the root keys; makes those that are missing only where the database is `fresh`.
    pub(crate) fn open(store: Box<dyn KeyStore>, state: Database) -> Result<Self, Fault> {
        let root = |name| match (store.get(name)?, state) {
            (Some(key), _) => Ok(key),
            (None, Database::Fresh) => store.put(name, &Secret::random()?),
            (None, Database::InUse) => Err(Fault::KeyMissing { name: name.to_string() }),
        };
        let (lookup, suppress) = (root(KeyName::Lookup)?, root(KeyName::Suppress)?);
        root(KeyName::Sign)?;
        if state == Database::Fresh {
            root(KeyName::Epoch(FIRST_EPOCH))?;
        }
        let (lookup, suppress) = (Tagger::new(&lookup), Tagger::new(&suppress));
        Ok(Self {
            store,
            lookup,
            suppress,
            epochs: Mutex::default(),
            buckets: Mutex::default(),
            words: Words::default(),
        })
    }

    /// What the database keeps to know its own keys by.
    pub(crate) fn check(&self) -> [u8; 32] {
        self.lookup.tag(&[b"kept/check"])
    }

    /// Makes the key of an epoch that is about to begin; one that is there already stays.
    pub(crate) fn make_epoch(&self, number: i64) -> Result<(), Fault> {
        self.store.put(KeyName::Epoch(number), &Secret::random()?).map(drop)
    }

    /// Destroys the key of an epoch.
    pub(crate) fn destroy_epoch(&self, number: i64) -> Result<(), Fault> {
        self.epochs.lock().map_err(|_| Fault::Poisoned)?.remove(&number);
        self.buckets.lock().map_err(|_| Fault::Poisoned)?.clear();
        self.store.destroy(KeyName::Epoch(number))
    }

    /// The key of an epoch.
    pub(crate) fn epoch(&self, number: i64) -> Result<Secret, Fault> {
        let mut epochs = self.epochs.lock().map_err(|_| Fault::Poisoned)?;
        if let Some(key) = epochs.get(&number) {
            return Ok(key.clone());
        }
        let name = KeyName::Epoch(number);
        let key = self.store.get(name)?;
        let key = key.ok_or_else(|| Fault::KeyMissing { name: name.to_string() })?;
        epochs.insert(number, key.clone());
        Ok(key)
    }

    /// The key of a bucket, made ready; unwrapped anew where the wrap is not the one that is known.
    pub(crate) fn bucket(
        &self,
        id: i64,
        wrapped: &[u8],
        unwrap: impl FnOnce() -> Result<Secret, Fault>,
    ) -> Result<Arc<Cipher>, Fault> {
        let mut buckets = self.buckets.lock().map_err(|_| Fault::Poisoned)?;
        if let Some((_, key)) = buckets.get(&id).filter(|(known, _)| known == wrapped) {
            return Ok(Arc::clone(key));
        }
        let key = Arc::new(Cipher::new(&unwrap()?)?);
        if buckets.len() >= BUCKETS_MAX {
            buckets.clear();
        }
        buckets.insert(id, (wrapped.to_vec(), Arc::clone(&key)));
        Ok(key)
    }

    /// Forgets the key of a bucket, which gets another.
    pub(crate) fn forget_bucket(&self, id: i64) -> Result<(), Fault> {
        self.buckets.lock().map_err(|_| Fault::Poisoned)?.remove(&id);
        Ok(())
    }

    /// The seed of the ledger's signature.
    pub(crate) fn signer(&self) -> Result<Secret, Fault> {
        let key = self.store.get(KeyName::Sign)?;
        key.ok_or_else(|| Fault::KeyMissing { name: KeyName::Sign.to_string() })
    }
}

/// Whether the database was just made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Database {
    /// It holds nothing yet.
    Fresh,
    /// It holds a vault.
    InUse,
}
