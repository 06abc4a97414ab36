//! The receipt for a durable entry: no receipt, no key (decision 21).
//!
//! Opening a sealed value and reading or changing a company's store demand a [`Durable`]; so the
//! order "first the entry, then the act" is a matter of types. Not here: making entries durable.

use super::commitment::Commitment;

/// The number of an entry's row in the vault, from 0 and without gaps in order of writing.
/// The leaf's place in the published tree follows this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sequence(pub u64);

/// Proof that an entry's transaction has been committed and its bytes are on the disk.
///
/// It has no public fields and only one way to be made, so that a function which takes one can't
/// run before its entry is durable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Durable {
    commitment: Commitment,
    sequence: Sequence,
}

impl Durable {
    /// The receipt for an entry whose transaction has been committed.
    ///
    /// Only the vault may call this, and only after its commit returned: a check over the sources
    /// (`cargo xtask`) refuses the call anywhere else but in tests.
    pub const fn after_commit(commitment: Commitment, sequence: Sequence) -> Self {
        Self { commitment, sequence }
    }

    /// The entry, by its commitment.
    pub const fn commitment(&self) -> &Commitment {
        &self.commitment
    }

    /// The entry's number in the vault.
    pub const fn sequence(&self) -> Sequence {
        self.sequence
    }
}
