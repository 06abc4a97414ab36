//! Leaves: what the tree is over, and what anybody may read of an entry for ever.
//!
//! `0x01 ‖ commitment` (33 bytes) for an entry about people, `0x02 ‖ CBOR` for a system entry.
//! Not here: the payload behind a commitment, which is sealed and goes with its period.

use super::commitment::Commitment;
use super::entry::EntryError;
use super::system::SystemEntry;
use super::tree::Hash;

/// A leaf of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leaf {
    /// A sealed entry, by its commitment.
    Sealed(Commitment),
    /// A system entry, in clear.
    System(SystemEntry),
}

/// Why bytes are not a leaf.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LeafError {
    /// Neither kind of leaf begins so.
    #[error("an entry begins with 0x01 (sealed) or 0x02 (system)")]
    Kind,
    /// A sealed leaf that is not 33 bytes long.
    #[error("a sealed entry is 33 bytes long")]
    Length,
    /// A system entry that does not read.
    #[error("the system entry does not read: {0}")]
    System(EntryError),
}

impl Leaf {
    /// The leaf's bytes, as published.
    ///
    /// # Errors
    /// [`LeafError::System`] where a system entry's text is not a name.
    pub fn to_bytes(&self) -> Result<Vec<u8>, LeafError> {
        Ok(match self {
            Self::Sealed(commitment) => [&[1], commitment.as_bytes().as_slice()].concat(),
            Self::System(entry) => [vec![2], entry.to_bytes().map_err(LeafError::System)?].concat(),
        })
    }

    /// Reads a leaf.
    ///
    /// # Errors
    /// [`LeafError`] says what is wrong with the bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, LeafError> {
        match bytes.split_first() {
            Some((1, rest)) => Commitment::from_slice(rest).map(Self::Sealed).ok_or(LeafError::Length),
            Some((2, rest)) => SystemEntry::from_bytes(rest).map(Self::System).map_err(LeafError::System),
            _ => Err(LeafError::Kind),
        }
    }

    /// The leaf's hash in the tree.
    ///
    /// # Errors
    /// As [`Leaf::to_bytes`].
    pub fn hash(&self) -> Result<Hash, LeafError> {
        match self {
            Self::Sealed(commitment) => Ok(Hash::of_sealed(commitment)),
            Self::System(_) => Ok(Hash::of_leaf(&self.to_bytes()?)),
        }
    }
}
