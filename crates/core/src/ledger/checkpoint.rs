//! Checkpoints, as C2SP `tlog-checkpoint` has them: whose ledger, how many entries, which root,
//! signed. Who holds one can show that anything before it was changed or cut off.
//!
//! Not here: signatures as such (`note`), whether the files fit (`verify`).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::note::{Note, NoteError, SigningKey, VerifierKey};
use super::proof::TreeHead;
use super::tree::Hash;

/// What a checkpoint says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Whose ledger: a name without scheme, `privacy.example.com/ledger`; also the key's name.
    pub origin: String,
    /// Size and root.
    pub head: TreeHead,
    /// Further lines, which mean nothing here and are kept.
    pub extensions: Vec<String>,
}

/// Why a checkpoint is not to be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// Its form or its signature.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The text is signed, and is not a checkpoint's.
    #[error("the note is not a checkpoint: origin, size and root, each on a line")]
    Shape,
    /// Signed by the key, for another ledger.
    #[error("the checkpoint is for another ledger than the key")]
    Origin,
}

impl Checkpoint {
    /// A checkpoint of the ledger with this origin.
    pub fn new(origin: &str, head: TreeHead) -> Self {
        Self { origin: origin.to_owned(), head, extensions: Vec::new() }
    }

    /// The text that is signed.
    pub fn to_text(&self) -> String {
        let root = BASE64.encode(self.head.root.as_bytes());
        let mut text = format!("{}\n{}\n{root}\n", self.origin, self.head.size);
        for line in &self.extensions {
            text.push_str(line);
            text.push('\n');
        }
        text
    }

    /// Reads the signed text.
    ///
    /// # Errors
    /// [`CheckpointError::Shape`].
    pub fn from_text(text: &str) -> Result<Self, CheckpointError> {
        let mut lines = text.strip_suffix('\n').ok_or(CheckpointError::Shape)?.split('\n');
        let mut line = || lines.next().filter(|line| !line.is_empty()).ok_or(CheckpointError::Shape);
        let (origin, size, root) = (line()?, line()?, line()?);
        let size = size.parse().ok().filter(|number: &u64| number.to_string() == size);
        let root = BASE64.decode(root).ok().and_then(|bytes| Hash::from_slice(&bytes));
        let extensions: Vec<String> = lines.map(str::to_owned).collect();
        if extensions.iter().any(String::is_empty) {
            return Err(CheckpointError::Shape);
        }
        let shape = CheckpointError::Shape;
        let head = TreeHead { size: size.ok_or(shape)?, root: root.ok_or(shape)? };
        Ok(Self { origin: origin.to_owned(), head, extensions })
    }

    /// The signed note to be published.
    ///
    /// # Errors
    /// [`CheckpointError::Origin`] where the key is another ledger's, [`CheckpointError::Shape`]
    /// where origin or extensions break lines.
    pub fn sign(&self, key: &SigningKey) -> Result<String, CheckpointError> {
        if key.verifier().name() != self.origin {
            return Err(CheckpointError::Origin);
        }
        let text = self.to_text();
        if Self::from_text(&text)? == *self { Ok(key.sign(&text)?) } else { Err(CheckpointError::Shape) }
    }

    /// Reads a published checkpoint, if this key signed it for its own ledger.
    ///
    /// # Errors
    /// [`CheckpointError`] says why it is not to be believed.
    pub fn open(note: &[u8], key: &VerifierKey) -> Result<Self, CheckpointError> {
        let note = Note::parse(note)?;
        let checkpoint = Self::from_text(note.text_signed_by(key)?)?;
        if checkpoint.origin == key.name() { Ok(checkpoint) } else { Err(CheckpointError::Origin) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> SigningKey {
        SigningKey::from_seed("privacy.example/ledger", &[9; 32]).unwrap()
    }

    fn checkpoint() -> Checkpoint {
        Checkpoint::new("privacy.example/ledger", TreeHead { size: 20_852_163, root: Hash::of_leaf(b"x") })
    }

    #[test]
    fn a_checkpoint_reads_back_as_signed() {
        let mut checkpoint = checkpoint();
        checkpoint.extensions.push("day 2026-11-22".to_owned());
        let note = checkpoint.sign(&key()).unwrap();
        assert_eq!(Checkpoint::open(note.as_bytes(), &key().verifier()), Ok(checkpoint));
        assert!(note.starts_with("privacy.example/ledger\n20852163\n"));
    }

    #[test]
    fn every_flipped_bit_of_a_checkpoint_is_found() {
        let note = checkpoint().sign(&key()).unwrap().into_bytes();
        for at in 0..note.len() {
            for bit in 0..8 {
                let mut changed = note.clone();
                changed[at] ^= 1 << bit;
                assert!(Checkpoint::open(&changed, &key().verifier()).is_err(), "byte {at}, bit {bit}");
            }
        }
    }

    #[test]
    fn other_ways_to_write_a_checkpoint_are_refused() {
        let root = BASE64.encode([0; 32]);
        for text in [
            String::new(),
            "a\n".to_owned(),
            format!("a\n01\n{root}\n"),
            format!("a\n+1\n{root}\n"),
            format!("a\n-1\n{root}\n"),
            format!("\n1\n{root}\n"),
            "a\n1\nAAAA\n".to_owned(),
            format!("a\n1\n{root}"),
            format!("a\n1\n{root}\n\n"),
            format!("a\n18446744073709551616\n{root}\n"),
        ] {
            assert_eq!(Checkpoint::from_text(&text), Err(CheckpointError::Shape), "{text:?}");
        }
    }

    #[test]
    fn a_key_signs_and_checks_its_own_ledger_only() {
        let other = SigningKey::from_seed("other.example", &[9; 32]).unwrap();
        assert_eq!(checkpoint().sign(&other), Err(CheckpointError::Origin));
        let note = other.sign(&checkpoint().to_text()).unwrap();
        assert_eq!(Checkpoint::open(note.as_bytes(), &other.verifier()), Err(CheckpointError::Origin));
    }
}
