//! Signed notes, as C2SP `signed-note` has them: a text, an empty line, and lines of signatures by
//! named Ed25519 keys.
//!
//! Signatures by keys that the reader does not know are passed over, so witnesses can add theirs.
//! Not here: what the text says (`checkpoint`), where keys are kept (`kept-vault`).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ed25519_dalek::Signer as _;
use sha2::{Digest, Sha256};

/// The longest note that is read, in bytes.
pub const NOTE_BYTES_MAX: usize = 1_000_000;
/// The most signatures that are read.
pub const SIGNATURES_MAX: usize = 100;

const ED25519: u8 = 1;
const DASH: &str = "— ";
const PRIVATE: &str = "PRIVATE+KEY+";

/// Why a note or a key does not read, or a signature does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Not a note at all.
    #[error("the file is not a signed note: a text, an empty line, and lines of signatures")]
    Shape,
    /// Too long, or too many signatures.
    #[error("the note is longer than 1000000 bytes or has more than 100 signatures")]
    TooLong,
    /// A key's name with spaces or a plus sign, or none.
    #[error("a key's name must not be empty, nor contain spaces or `+`")]
    KeyName,
    /// A key that does not read.
    #[error("the key is not of the form `name+hash+base64` for Ed25519")]
    Key,
    /// The key's hash is not that of its name and bytes: a typing error.
    #[error("the key's hash does not fit its name and bytes")]
    KeyHash,
    /// No signature by the key.
    #[error("the note carries no signature by the key")]
    NotSigned,
    /// A signature by the key that does not hold.
    #[error("the signature does not hold: the text or the signature was changed")]
    Forged,
}

/// A key that checks signatures, published as `name+hash+base64`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    key: ed25519_dalek::VerifyingKey,
}

impl VerifierKey {
    /// Reads the published form.
    ///
    /// # Errors
    /// [`NoteError`] says what is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let (name, bytes) = parse_key(text.trim())?;
        let key = ed25519_dalek::VerifyingKey::from_bytes(&bytes.material).map_err(|_| NoteError::Key)?;
        let read = Self { name, key };
        if read.id() == bytes.id { Ok(read) } else { Err(NoteError::KeyHash) }
    }

    /// The key's name; for a ledger, its origin.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The four bytes by which a signature names its key.
    fn id(&self) -> [u8; 4] {
        let digest = Sha256::new()
            .chain_update(&self.name)
            .chain_update([b'\n', ED25519])
            .chain_update(self.key.as_bytes())
            .finalize();
        let [a, b, c, d, ..]: [u8; 32] = digest.into();
        [a, b, c, d]
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_key(out, &self.name, self.id(), self.key.as_bytes())
    }
}

/// A key that signs. Its `Debug` hides it, and it has no `Display`.
#[derive(Clone)]
pub struct SigningKey {
    name: String,
    key: ed25519_dalek::SigningKey,
}

impl SigningKey {
    /// A key of this name from 32 random bytes.
    ///
    /// # Errors
    /// [`NoteError::KeyName`] where the name can't be a key's.
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<Self, NoteError> {
        check_key_name(name)?;
        Ok(Self { name: name.to_owned(), key: ed25519_dalek::SigningKey::from_bytes(seed) })
    }

    /// Reads the form in which it is kept, `PRIVATE+KEY+name+hash+base64`.
    ///
    /// # Errors
    /// [`NoteError`] says what is wrong with the text, without showing it.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let (name, bytes) = parse_key(text.trim().strip_prefix(PRIVATE).ok_or(NoteError::Key)?)?;
        let read = Self::from_seed(&name, &bytes.material)?;
        if read.verifier().id() == bytes.id { Ok(read) } else { Err(NoteError::KeyHash) }
    }

    /// The form in which it is kept. Secret.
    pub fn to_secret_text(&self) -> String {
        struct Shown<'a>(&'a SigningKey);
        impl fmt::Display for Shown<'_> {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(PRIVATE)?;
                write_key(out, &self.0.name, self.0.verifier().id(), self.0.key.as_bytes())
            }
        }
        Shown(self).to_string()
    }

    /// The key that checks its signatures.
    pub fn verifier(&self) -> VerifierKey {
        VerifierKey { name: self.name.clone(), key: self.key.verifying_key() }
    }

    /// Signs a text, which must end with a line's end, and returns the whole note.
    ///
    /// # Errors
    /// [`NoteError::Shape`] where the text can't be a note's.
    pub fn sign(&self, text: &str) -> Result<String, NoteError> {
        check_text(text)?;
        let signature = self.key.sign(text.as_bytes()).to_bytes();
        let bytes = [self.verifier().id().as_slice(), &signature].concat();
        Ok(format!("{text}\n{DASH}{} {}\n", self.name, BASE64.encode(bytes)))
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "SigningKey({}, …)", self.name)
    }
}

/// A note as read; nothing about its signatures is known yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<Signature>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Signature {
    name: String,
    bytes: Vec<u8>,
}

impl Note {
    /// Reads a note from any bytes.
    ///
    /// # Errors
    /// [`NoteError::Shape`] and [`NoteError::TooLong`].
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteError> {
        if bytes.len() > NOTE_BYTES_MAX {
            return Err(NoteError::TooLong);
        }
        let whole = std::str::from_utf8(bytes).map_err(|_| NoteError::Shape)?;
        let (before, lines) = whole.rsplit_once("\n\n").ok_or(NoteError::Shape)?;
        let text = format!("{before}\n");
        check_text(&text)?;
        let lines = lines.strip_suffix('\n').ok_or(NoteError::Shape)?;
        if lines.split('\n').count() > SIGNATURES_MAX {
            return Err(NoteError::TooLong);
        }
        let signatures = lines.split('\n').map(Signature::parse).collect::<Result<_, _>>()?;
        Ok(Self { text, signatures })
    }

    /// The text, if the key signed it. Signatures by other keys do not count for or against it.
    ///
    /// # Errors
    /// [`NoteError::NotSigned`] or [`NoteError::Forged`].
    pub fn text_signed_by(&self, key: &VerifierKey) -> Result<&str, NoteError> {
        let mut signed = false;
        for signature in self.signatures.iter().filter(|signature| signature.name == key.name) {
            let Some((id, bytes)) = signature.bytes.split_first_chunk::<4>() else { continue };
            if *id != key.id() {
                continue;
            }
            let signature = ed25519_dalek::Signature::from_slice(bytes).map_err(|_| NoteError::Forged)?;
            key.key.verify_strict(self.text.as_bytes(), &signature).map_err(|_| NoteError::Forged)?;
            signed = true;
        }
        if signed { Ok(&self.text) } else { Err(NoteError::NotSigned) }
    }
}

impl Signature {
    fn parse(line: &str) -> Result<Self, NoteError> {
        let (name, encoded) =
            line.strip_prefix(DASH).and_then(|line| line.split_once(' ')).ok_or(NoteError::Shape)?;
        check_key_name(name).map_err(|_| NoteError::Shape)?;
        let bytes = BASE64.decode(encoded).map_err(|_| NoteError::Shape)?;
        if bytes.len() < 5 { Err(NoteError::Shape) } else { Ok(Self { name: name.to_owned(), bytes }) }
    }
}

fn check_text(text: &str) -> Result<(), NoteError> {
    let clean = text.chars().all(|letter| letter == '\n' || !letter.is_ascii_control());
    if text.ends_with('\n') && clean { Ok(()) } else { Err(NoteError::Shape) }
}

fn check_key_name(name: &str) -> Result<(), NoteError> {
    let fits = |letter: char| letter != '+' && !letter.is_whitespace() && !letter.is_control();
    if !name.is_empty() && name.chars().all(fits) { Ok(()) } else { Err(NoteError::KeyName) }
}

/// What `hash+base64` says.
struct KeyBytes {
    id: [u8; 4],
    material: [u8; 32],
}

fn parse_key(text: &str) -> Result<(String, KeyBytes), NoteError> {
    let (name, rest) = text.split_once('+').ok_or(NoteError::Key)?;
    let (id, encoded) = rest.split_once('+').ok_or(NoteError::Key)?;
    check_key_name(name)?;
    let hexadecimal = id.len() == 8 && id.bytes().all(|digit| digit.is_ascii_hexdigit());
    let id = u32::from_str_radix(id, 16).ok().filter(|_| hexadecimal).ok_or(NoteError::Key)?;
    let bytes = BASE64.decode(encoded).map_err(|_| NoteError::Key)?;
    match bytes.split_first() {
        Some((&ED25519, material)) => {
            let material = material.try_into().map_err(|_| NoteError::Key)?;
            Ok((name.to_owned(), KeyBytes { id: id.to_be_bytes(), material }))
        }
        _ => Err(NoteError::Key),
    }
}

fn write_key(out: &mut fmt::Formatter<'_>, name: &str, id: [u8; 4], material: &[u8; 32]) -> fmt::Result {
    let bytes = [&[ED25519], material.as_slice()].concat();
    write!(out, "{name}+{:08x}+{}", u32::from_be_bytes(id), BASE64.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_go_package_is_checked_and_its_changes_are_found() {
        // The published example of golang.org/x/mod/sumdb/note.
        let key =
            VerifierKey::parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW").unwrap();
        let note = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
        assert!(Note::parse(note.as_bytes()).unwrap().text_signed_by(&key).is_ok());
        let changed = note.replace("your problem is", "your problem was");
        assert_eq!(Note::parse(changed.as_bytes()).unwrap().text_signed_by(&key), Err(NoteError::Forged));
        assert_eq!(key.to_string(), "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
    }

    #[test]
    fn the_private_example_of_the_go_package_signs_as_it_does() {
        let text = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
        let key = SigningKey::parse(text).unwrap();
        assert_eq!(key.to_secret_text(), text);
        let note = key.sign("If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n").unwrap();
        assert!(note.ends_with("— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"));
        assert_eq!(format!("{key:?}"), "SigningKey(PeterNeumann, …)");
    }

    #[test]
    fn signatures_of_others_are_passed_over() {
        let ours = SigningKey::from_seed("log.example/ledger", &[1; 32]).unwrap();
        let witness = SigningKey::from_seed("witness.example", &[2; 32]).unwrap();
        let note = ours.sign("hello\n").unwrap();
        let line = witness.sign("hello\n").unwrap().lines().last().unwrap().to_owned();
        let both = format!("{note}{line}\n— other.example AAAAAAAAAA==\n");
        let read = Note::parse(both.as_bytes()).unwrap();
        assert_eq!(read.text_signed_by(&ours.verifier()), Ok("hello\n"));
        assert_eq!(read.text_signed_by(&witness.verifier()), Ok("hello\n"));
        let same_name = SigningKey::from_seed("log.example/ledger", &[3; 32]).unwrap();
        assert_eq!(read.text_signed_by(&same_name.verifier()), Err(NoteError::NotSigned));
    }

    #[test]
    fn malformed_notes_and_keys_are_refused() {
        for note in [
            "",
            "\n\n",
            "a\n",
            "a\n\n",
            "a\n\n\n",
            "a\n\n— x\n",
            "a\n\n— x AAAA\n",
            "a\n\n— x AAAAAAA=",
            "a\n\n-- x AAAAAAA=\n",
            "a\rb\n\n— x AAAAAAA=\n",
            "a\n\n— x+y AAAAAAA=\n",
        ] {
            assert_eq!(Note::parse(note.as_bytes()), Err(NoteError::Shape), "{note:?}");
        }
        for key in [
            "",
            "a",
            "a+b",
            "a+00000000+AAAA",
            "a+0000000+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "a +c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        ] {
            assert!(VerifierKey::parse(key).is_err(), "{key}");
        }
        let mistyped = "PeterNeumenn+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        assert_eq!(VerifierKey::parse(mistyped), Err(NoteError::KeyHash));
        assert!(SigningKey::from_seed("two words", &[0; 32]).is_err());
        assert!(SigningKey::from_seed("a", &[0; 32]).unwrap().sign("no line end").is_err());
    }
}
