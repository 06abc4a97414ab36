//! What a call is signed with: HMAC-SHA-256 (RFC 2104) over what the call is, when, and its body.
//!
//! Not here: how a call is sent (`client`), and the receiver's side, which `docs/guides/http-stores.md`
//! shows.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// A secret that both sides know. Its `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

/// The shortest secret that is taken, in bytes.
pub const SECRET_MIN: usize = 16;

impl std::fmt::Debug for Secret {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Secret(…)")
    }
}

impl Secret {
    /// A secret from its text, blanks around it taken off; none where it is too short to be one.
    pub fn new(text: &str) -> Option<Self> {
        let bytes = text.trim().as_bytes();
        (bytes.len() >= SECRET_MIN).then(|| Self(bytes.to_vec()))
    }

    /// The value of the header `Kept-Signature` of a call: `v1=` and hexadecimal digits. `seconds`
    /// since 1970 is what `Kept-Timestamp` says.
    pub fn signature(&self, method: &str, path: &str, seconds: i64, body: &[u8]) -> String {
        let text = format!("v1\n{method}\n{path}\n{seconds}\n{}", hexadecimal(&Sha256::digest(body)));
        // HMAC takes keys of any length.
        let Ok(mut mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(&self.0) else { return String::new() };
        mac.update(text.as_bytes());
        format!("v1={}", hexadecimal(&mac.finalize().into_bytes()))
    }

    /// Whether a signature is this call's; takes as long whichever digit is wrong.
    pub fn verifies(&self, signature: &str, (method, path): (&str, &str), seconds: i64, body: &[u8]) -> bool {
        let own = self.signature(method, path, seconds, body);
        let differing = own.bytes().zip(signature.bytes()).fold(0, |seen, (one, other)| seen | (one ^ other));
        own.len() == signature.len() && differing == 0
    }
}

/// Bytes as digits.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_of_one_call_only() {
        let secret = Secret::new(" a secret of some length\n").unwrap();
        let own = secret.signature("POST", "/kept/rows", 1_700_000_000, b"{}");
        assert!(secret.verifies(&own, ("POST", "/kept/rows"), 1_700_000_000, b"{}"));
        for (method, path, seconds, body) in [
            ("GET", "/kept/rows", 1_700_000_000, b"{}".as_slice()),
            ("POST", "/kept/row", 1_700_000_000, b"{}"),
            ("POST", "/kept/rows", 1_700_000_001, b"{}"),
            ("POST", "/kept/rows", 1_700_000_000, b"[]"),
        ] {
            assert!(!secret.verifies(&own, (method, path), seconds, body));
        }
        let other = Secret::new("another secret of some length").unwrap();
        assert!(!other.verifies(&own, ("POST", "/kept/rows"), 1_700_000_000, b"{}"));
        assert!(Secret::new("short").is_none() && !format!("{secret:?}").contains("length"));
    }

    #[test]
    fn the_guides_example_is_what_is_computed() {
        let secret = Secret::new("0123456789abcdef0123456789abcdef").unwrap();
        let own = secret.signature("POST", "/kept/rows", 1_767_225_600, b"{\"table\":\"accounts\"}");
        assert_eq!(own.len(), 67);
        let guide = include_str!("../../../../docs/guides/http-stores.md");
        assert!(guide.contains(&own), "{own}");
    }
}
