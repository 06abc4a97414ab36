//! Sealing: AES-256-GCM (NIST SP 800-38D) with a fresh random nonce, and the bytes that bind a
//! sealed value to its place. Not here: which key seals what.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::{KEY_BYTES, Secret};
use crate::fault::Fault;

/// How long a wrapped key is: nonce, key, tag.
pub(crate) const WRAP_BYTES: usize = NONCE_LEN + KEY_BYTES + 16;

/// How long a block of SHA-256 is, and with it a key of HMAC.
const BLOCK_BYTES: usize = 64;

/// Joins parts so that no two lists of parts give the same bytes.
pub(crate) fn bound(parts: &[&[u8]]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(parts.iter().map(|part| part.len() + 8).sum());
    for part in parts {
        bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bytes.extend_from_slice(part);
    }
    bytes
}

/// A key made ready for many tags: setting it up costs as much as one. A small one (some hundred bytes where
/// AWS-LC's takes over a thousand), since one stands in memory for each of thousands of people; it is wiped when dropped.
pub(crate) struct Tagger(Hmac<Sha256>);

impl std::fmt::Debug for Tagger {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Tagger(…)")
    }
}

impl Tagger {
    pub(crate) fn new(key: &Secret) -> Self {
        // HMAC pads its key with zeros to a block, so a padded key is the same key.
        let mut padded = Zeroizing::new([0; BLOCK_BYTES]);
        for (padded, byte) in padded.iter_mut().zip(key.expose()) {
            *padded = *byte;
        }
        Self(Hmac::new((&*padded).into()))
    }

    /// HMAC-SHA256 (RFC 2104) over parts, as [`bound`] joins them.
    pub(crate) fn tag(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = self.0.clone();
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

/// A key derived from others (HKDF-SHA256, RFC 5869, without salt) for one use.
pub(crate) fn derive(from: &[&Secret], info: &[&[u8]]) -> Result<Secret, Fault> {
    let mut input = Zeroizing::new(Vec::with_capacity(from.len() * KEY_BYTES));
    for key in from {
        input.extend_from_slice(key.expose());
    }
    let extracted = hkdf::Salt::new(hkdf::HKDF_SHA256, &[]).extract(&input);
    let mut made = Zeroizing::new([0; KEY_BYTES]);
    let expanded = extracted.expand(info, hkdf::HKDF_SHA256).map_err(|_| Fault::Crypto)?;
    expanded.fill(made.as_mut()).map_err(|_| Fault::Crypto)?;
    Secret::from_bytes(made.as_ref()).ok_or(Fault::Crypto)
}

/// A key made ready for several seals: setting it up costs more than sealing a key.
pub(crate) struct Cipher(RandomizedNonceKey);

impl std::fmt::Debug for Cipher {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Cipher(…)")
    }
}

impl Cipher {
    pub(crate) fn new(key: &Secret) -> Result<Self, Fault> {
        RandomizedNonceKey::new(&AES_256_GCM, key.expose()).map(Self).map_err(|_| Fault::Crypto)
    }

    /// Nonce, ciphertext, tag.
    pub(crate) fn seal(&self, aad: &[u8], plain: &[u8]) -> Result<Vec<u8>, Fault> {
        let mut sealed = vec![0; NONCE_LEN];
        sealed.reserve_exact(plain.len() + 16);
        sealed.extend_from_slice(plain);
        let (head, text) = sealed.split_at_mut_checked(NONCE_LEN).ok_or(Fault::Crypto)?;
        let sealing = self.0.seal_in_place_separate_tag(Aad::from(aad), text);
        let (nonce, tag) = sealing.map_err(|_| Fault::Crypto)?;
        head.copy_from_slice(nonce.as_ref());
        sealed.extend_from_slice(tag.as_ref());
        Ok(sealed)
    }

    /// The plain bytes; `None` when they were changed, moved, or sealed with another key.
    pub(crate) fn open(&self, aad: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, text) = sealed.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut text = text.to_vec();
        let length = self.0.open_in_place(nonce, Aad::from(aad), &mut text).ok()?.len();
        text.truncate(length);
        Some(text)
    }

    /// A key under this one.
    pub(crate) fn wrap(&self, aad: &[u8], inner: &Secret) -> Result<Vec<u8>, Fault> {
        self.seal(aad, inner.expose())
    }

    /// A key from under this one.
    pub(crate) fn unwrap(&self, aad: &[u8], wrapped: &[u8]) -> Option<Secret> {
        Secret::from_bytes(&Zeroizing::new(self.open(aad, wrapped)?))
    }
}

/// Nonce, ciphertext, tag.
pub(crate) fn seal(key: &Secret, aad: &[u8], plain: &[u8]) -> Result<Vec<u8>, Fault> {
    Cipher::new(key)?.seal(aad, plain)
}

/// The plain bytes; `None` when they were changed, moved, or sealed with another key.
pub(crate) fn open(key: &Secret, aad: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    Cipher::new(key).ok()?.open(aad, sealed)
}

/// A key under another key.
pub(crate) fn wrap(outer: &Secret, aad: &[u8], inner: &Secret) -> Result<Vec<u8>, Fault> {
    Cipher::new(outer)?.wrap(aad, inner)
}

/// A key from under another key.
pub(crate) fn unwrap(outer: &Secret, aad: &[u8], wrapped: &[u8]) -> Option<Secret> {
    Cipher::new(outer).ok()?.unwrap(aad, wrapped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_value_opens_in_its_own_place_alone() {
        let key = Secret::random().unwrap();
        let sealed = seal(&key, b"here", b"words").unwrap();
        assert_eq!(open(&key, b"here", &sealed).unwrap(), b"words");
        assert!(open(&key, b"there", &sealed).is_none());
        assert!(open(&Secret::random().unwrap(), b"here", &sealed).is_none());
        for position in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[position] ^= 1;
            assert!(open(&key, b"here", &changed).is_none(), "byte {position}");
        }
        assert!(open(&key, b"here", b"short").is_none());
    }

    #[test]
    fn a_wrapped_key_has_a_fixed_length() {
        let (outer, inner) = (Secret::random().unwrap(), Secret::random().unwrap());
        let wrapped = wrap(&outer, b"place", &inner).unwrap();
        assert_eq!(wrapped.len(), WRAP_BYTES);
        assert_eq!(unwrap(&outer, b"place", &wrapped), Some(inner));
    }

    #[test]
    fn a_tag_is_plain_hmac_over_the_joined_parts() {
        let key = Secret::from_bytes(&[7; KEY_BYTES]).unwrap();
        let long = [9; 200];
        for parts in [&[b"a".as_slice(), b"", b"bc"][..], &[&long], &[]] {
            let whole = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, key.expose());
            let expected = aws_lc_rs::hmac::sign(&whole, &bound(parts));
            assert_eq!(Tagger::new(&key).tag(parts).as_slice(), expected.as_ref());
        }
    }

    #[test]
    fn parts_that_meet_elsewhere_are_other_bytes() {
        assert_ne!(bound(&[b"ab", b"c"]), bound(&[b"a", b"bc"]));
    }
}
