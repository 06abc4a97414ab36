//! The commitment that a leaf makes to its payload: it hides the payload while the salt is kept,
//! and says nothing at all once the salt is destroyed.
//!
//! Not here: drawing salts and sealing payloads (`kept-vault`).

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::bytes::fixed_bytes;

/// What the commitment is over besides the payload, so that it is never taken for another's.
const DOMAIN: &[u8] = b"kept/entry/v1";
const BLOCK: usize = 64;

/// 32 random bytes, drawn anew for each entry by the vault and sealed with the payload.
/// Its `Debug` hides it: who knows it can test guesses about the payload.
#[derive(Clone, PartialEq, Eq)]
pub struct Salt([u8; Salt::LENGTH]);

impl Salt {
    /// Bytes of a salt.
    pub const LENGTH: usize = 32;

    /// A salt from random bytes.
    pub const fn from_bytes(bytes: [u8; Self::LENGTH]) -> Self {
        Self(bytes)
    }

    /// The salt's bytes.
    pub const fn as_bytes(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }
}

impl fmt::Debug for Salt {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Salt(…)")
    }
}

fixed_bytes! {
    /// `HMAC-SHA256(key = salt, "kept/entry/v1" || payload)`: what the ledger publishes of an
    /// entry, and the associated data under which its payload is sealed.
    Commitment[32],
}

impl Commitment {
    /// Commits to a payload with a salt.
    pub fn new(salt: &Salt, payload: &[u8]) -> Self {
        // HMAC pads its key with zeros to a block, so a padded key is the same key.
        let mut key = [0; BLOCK];
        for (padded, byte) in key.iter_mut().zip(salt.0) {
            *padded = byte;
        }
        let mac = Hmac::<Sha256>::new(&key.into()).chain_update(DOMAIN).chain_update(payload);
        Self(mac.finalize().into_bytes().into())
    }

    /// Whether this salt and payload open it.
    pub fn opens_with(&self, salt: &Salt, payload: &[u8]) -> bool {
        Self::new(salt, payload) == *self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commitment_is_plain_hmac_over_the_named_domain() {
        // Computed with `printf 'kept/entry/v1abc' | openssl dgst -sha256 -mac hmac` under this key.
        let salt = Salt::from_bytes([7; 32]);
        let mut long_way = <Hmac<Sha256> as KeyInit>::new_from_slice(&[7; 32]).unwrap();
        long_way.update(b"kept/entry/v1abc");
        let expected: [u8; 32] = long_way.finalize().into_bytes().into();
        assert_eq!(Commitment::new(&salt, b"abc").as_bytes(), &expected);
        assert_eq!(
            Commitment::new(&salt, b"abc").to_string(),
            "7decfb9d13dda17bdb823ad684e1e213623fae2ab8d8c7ee07e0a98b99c493d5"
        );
    }

    #[test]
    fn another_salt_or_payload_does_not_open_it() {
        let commitment = Commitment::new(&Salt::from_bytes([1; 32]), b"payload");
        assert!(commitment.opens_with(&Salt::from_bytes([1; 32]), b"payload"));
        assert!(!commitment.opens_with(&Salt::from_bytes([2; 32]), b"payload"));
        assert!(!commitment.opens_with(&Salt::from_bytes([1; 32]), b"payloae"));
        assert_eq!(format!("{:?}", Salt::from_bytes([1; 32])), "Salt(…)");
    }
}
