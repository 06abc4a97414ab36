//! The root keys in use by an open vault. Not here: bucket and subject keys (`tree`).

use std::collections::BTreeMap;
use std::sync::Mutex;

use super::seal::tag;
use super::{KeyName, KeyStore, Secret};
use crate::fault::Fault;

/// The epoch in which a new store begins.
pub(crate) const FIRST_EPOCH: i64 = 1;

/// The root keys.
#[derive(Debug)]
pub(crate) struct Keyring {
    store: Box<dyn KeyStore>,
    pub(crate) lookup: Secret,
    pub(crate) suppress: Secret,
    epochs: Mutex<BTreeMap<i64, Secret>>,
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
        Ok(Self { store, lookup, suppress, epochs: Mutex::default() })
    }

    /// What the database keeps to know its own keys by.
    pub(crate) fn check(&self) -> [u8; 32] {
        tag(&self.lookup, &[b"kept/check"])
    }

    /// Makes the key of an epoch that is about to begin; one that is there already stays.
    pub(crate) fn make_epoch(&self, number: i64) -> Result<(), Fault> {
        self.store.put(KeyName::Epoch(number), &Secret::random()?).map(drop)
    }

    /// Destroys the key of an epoch.
    pub(crate) fn destroy_epoch(&self, number: i64) -> Result<(), Fault> {
        self.epochs.lock().map_err(|_| Fault::Poisoned)?.remove(&number);
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
