//! Links that people follow without signing in: what stands in one is shown to be Kept's own by an HMAC
//! with a key that stands outside the epochs, so that a link in an old message holds. Not here: what a
//! link is for (`kept-engine`).

use aws_lc_rs::constant_time::verify_slices_are_equal;

use crate::vault::Vault;

/// How long a mark is: nobody guesses 128 bits, and it stands in messages that were sent.
const MARK: usize = 16;

impl Vault {
    /// The mark by which what a link says is known as Kept's own (RFC 2104).
    pub fn link_mark(&self, says: &[u8]) -> [u8; MARK] {
        self.ring.lookup.tag(&[b"link", says]).first_chunk().copied().unwrap_or_default()
    }

    /// Whether Kept made a link that says this, in the same time whatever the mark is.
    pub fn is_own_link(&self, says: &[u8], mark: &[u8]) -> bool {
        verify_slices_are_equal(&self.link_mark(says), mark).is_ok()
    }
}
