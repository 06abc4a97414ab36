//! Keys: what a key is, where root keys live, and the names under which they are filed.
//!
//! The hierarchy: the key store holds epoch keys; an epoch key wraps bucket keys (one for 1,024
//! subjects); a bucket key wraps two keys of each subject, one for values and one for the ledger.
//! The keys of blind indexes and of refusals stand outside the epochs. Not here: who reads what.

pub mod file;
pub(crate) mod ring;
pub(crate) mod seal;
pub(crate) mod tree;

use std::fmt;

use zeroize::Zeroize;

use crate::fault::Fault;

/// How long every key is, in bytes.
pub const KEY_BYTES: usize = 32;

/// A key. It is wiped when dropped, and `Debug` hides it. It lies on the heap, so that moving it
/// leaves no copy behind.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Box<[u8; KEY_BYTES]>);

impl Secret {
    /// A fresh random key.
    ///
    /// # Errors
    /// [`Fault::Crypto`] when the system has no randomness to give.
    pub fn random() -> Result<Self, Fault> {
        let mut key = Self(Box::new([0; KEY_BYTES]));
        fill(key.0.as_mut())?;
        Ok(key)
    }

    /// A key from its bytes; `None` when there are not 32 of them.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut key = Self(Box::new([0; KEY_BYTES]));
        if bytes.len() != KEY_BYTES {
            return None;
        }
        key.0.copy_from_slice(bytes);
        Some(key)
    }

    /// The bytes, to hand to a cipher or a key store. Never to a log.
    pub fn expose(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Secret(…)")
    }
}

/// Fills bytes at random.
pub(crate) fn fill(bytes: &mut [u8]) -> Result<(), Fault> {
    aws_lc_rs::rand::fill(bytes).map_err(|_| Fault::Crypto)
}

/// What a root key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyName {
    /// Blind indexes of identifiers. Outside the epochs.
    Lookup,
    /// Refusals that outlive an erasure. Outside the epochs; never rotates away.
    Suppress,
    /// The seed of the ledger's signature (Ed25519, RFC 8032).
    Sign,
    /// The key of one epoch.
    Epoch(i64),
}

impl fmt::Display for KeyName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lookup => out.write_str("lookup"),
            Self::Suppress => out.write_str("suppress"),
            Self::Sign => out.write_str("sign"),
            Self::Epoch(number) => write!(out, "epoch-{number}"),
        }
    }
}

/// Where root keys are kept: never in the vault's own database, never in its backups.
pub trait KeyStore: fmt::Debug + Send + Sync {
    /// The key of this name, if it is there.
    ///
    /// # Errors
    /// When the key store can't be read.
    fn get(&self, name: KeyName) -> Result<Option<Secret>, Fault>;

    /// Files a key if none of its name is there, durably, and returns the one that is there now:
    /// of two that put at once, both get the same.
    ///
    /// # Errors
    /// When the key store can't be written.
    fn put(&self, name: KeyName, key: &Secret) -> Result<Secret, Fault>;

    /// Destroys a key; destroying one that is not there is no error.
    ///
    /// # Errors
    /// When the key store can't be written.
    fn destroy(&self, name: KeyName) -> Result<(), Fault>;
}
