//! Publishing the ledger: the vault's rows, in order, become tiles and a signed checkpoint in a
//! folder that anybody may copy.
//!
//! The order of effects is the design (docs/ledger.md): stage tiles, make them durable, sign,
//! remember the checkpoint by compare-and-swap, publish it. After a crash at any point the next
//! publication goes on from what is remembered. Not here: entries as rows (`kept-vault`), tiles
//! and proofs as such (`kept_core::ledger`).

use std::path::PathBuf;

use kept_core::ledger::proof::TreeHead;
use kept_core::ledger::tile::CHECKPOINT_PATH;
use kept_core::ledger::{
    Checkpoint, CheckpointError, GrowError, Hash, Sequence, SigningKey, VerifierKey, grow,
};
use kept_vault::{Fault, Tx, Vault};

mod compared;
mod folder;
mod memory;

pub use compared::{Compared, compare};
pub use folder::Folder;
pub use memory::Memory;

/// How many leaves one checkpoint adds at most: 33 bytes each are held in memory.
const ROUND_LEAVES: u32 = 65_536;

/// How often a count below what was signed is asked again, and after how long.
const COUNTED_AGAIN: u32 = 5;
const COUNTED_AFTER: std::time::Duration = std::time::Duration::from_millis(100);

/// Publishes the ledger of one vault.
#[derive(Debug)]
pub struct Publisher<'a> {
    vault: &'a Vault,
    folder: Folder,
    memory: Memory,
    key: SigningKey,
}

/// Why the ledger was not published. The entries themselves are in the vault, and stay.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The vault failed.
    #[error(transparent)]
    Vault(#[from] Fault),
    /// The store has fewer entries than were signed.
    #[error(
        "the store holds {entries} ledger entries, but a checkpoint over {signed} was signed: the store was \
         cut or restored from an old copy\nhelp: restore a newer copy of the store; if there is none, keep \
         `{}` as evidence, tell those who hold receipts, and begin a ledger under another name",
        memory.display()
    )]
    Shrunk {
        /// Entries in the store.
        entries: u64,
        /// Entries under the last checkpoint.
        signed: u64,
        /// Where the last checkpoint is remembered.
        memory: PathBuf,
    },
    /// The store has other entries than were published.
    #[error(
        "entry {sequence} of the store is not the one that was published: the store was changed, or restored \
         from an old copy and written to since\nhelp: restore the store as it was; nothing was signed"
    )]
    Diverged {
        /// The entry's number.
        sequence: u64,
    },
    /// There is a published ledger, and the signer does not know it.
    #[error(
        "`{}` holds a checkpoint, but the signer remembers none in `{}`\nhelp: restore the signer's file; \
         without it nobody can tell whether the ledger was cut",
        folder.display(), memory.display()
    )]
    Forgotten {
        /// The published folder.
        folder: PathBuf,
        /// Where the last checkpoint should be remembered.
        memory: PathBuf,
    },
    /// What the signer remembers is not its own checkpoint.
    #[error("the remembered checkpoint in `{}` is not this ledger's: {problem}", path.display())]
    Memory {
        /// Where it is remembered.
        path: PathBuf,
        /// What is wrong with it.
        problem: CheckpointError,
    },
    /// The published files don't lead to the remembered checkpoint.
    #[error(
        "the published ledger was changed: {0}\nhelp: `kept ledger verify` shows where; nothing was signed"
    )]
    Grow(#[from] GrowError),
    /// The new checkpoint can't be signed.
    #[error(transparent)]
    Sign(#[from] CheckpointError),
    /// Somebody else published at the same time; nothing is lost.
    #[error("another publisher was faster; it publishes the rest")]
    Raced,
    /// A file could not be written or read.
    #[error("{what} `{}`: {reason}", path.display())]
    File {
        /// What was being done.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's word for it.
        reason: std::io::ErrorKind,
    },
}

/// What was just done, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// The tiles are in their place and durable.
    Staged,
    /// The checkpoint is signed; nobody has it yet.
    Signed,
    /// The checkpoint is remembered: from now on there is no way back.
    Remembered,
    /// The checkpoint is public.
    Published,
}

impl<'a> Publisher<'a> {
    /// A publisher into `folder`, under the ledger's name `origin`, that remembers its last
    /// checkpoint in the file `memory`: beside the key file, outside every backup of the vault.
    ///
    /// # Errors
    /// When the signing key is missing or the name can't be a ledger's.
    pub fn new(
        vault: &'a Vault,
        folder: impl Into<PathBuf>,
        memory: impl Into<PathBuf>,
        origin: &str,
    ) -> Result<Self, PublishError> {
        let key = vault.signing_key(origin)?;
        Ok(Self { vault, folder: Folder::new(folder), memory: Memory::new(memory), key })
    }

    /// The key that checks the published checkpoints.
    pub fn verifier(&self) -> VerifierKey {
        self.key.verifier()
    }

    /// Publishes every entry that is not yet public, and returns the size and root of the tree.
    ///
    /// # Errors
    /// [`PublishError`] says what to do. What was signed before stays published.
    pub fn publish(&self) -> Result<TreeHead, PublishError> {
        self.publish_in_steps(&mut |_| Ok(()))
    }

    fn publish_in_steps(
        &self,
        after: &mut dyn FnMut(Step) -> Result<(), PublishError>,
    ) -> Result<TreeHead, PublishError> {
        let _turn = self.memory.turn()?;
        // As many as there are now: those that come meanwhile are for the next time, or a busy service
        // would never be done.
        let mut wanted = None;
        loop {
            let note = self.memory.read()?;
            let old = self.remembered(note.as_deref())?;
            let entries = self.count_entries(old)?;
            self.check_continues(old, entries)?;
            let wanted = *wanted.get_or_insert(entries);
            match note {
                Some(note) if old.size >= wanted => {
                    self.show(&note)?;
                    return Ok(old);
                }
                note => self.round(old, note.as_deref(), after)?,
            }
        }
    }

    /// How many entries the store has. Where it seems to have fewer than were signed it is asked again: a
    /// reader may see for a moment what was before another process's last commit, and a store that was
    /// really cut stays so.
    fn count_entries(&self, old: TreeHead) -> Result<u64, PublishError> {
        let mut entries = self.vault.read("count_entries", Tx::count_entries)?;
        for _ in 0..COUNTED_AGAIN {
            if entries >= old.size {
                break;
            }
            std::thread::sleep(COUNTED_AFTER);
            entries = self.vault.read("count_entries", Tx::count_entries)?;
        }
        Ok(entries)
    }

    /// One checkpoint more.
    fn round(
        &self,
        old: TreeHead,
        note: Option<&[u8]>,
        after: &mut dyn FnMut(Step) -> Result<(), PublishError>,
    ) -> Result<(), PublishError> {
        let leaves = self.vault.read("leaves", |tx| tx.leaves(Sequence(old.size), ROUND_LEAVES))?;
        let growth = grow(&self.folder, old, &leaves)?;
        self.folder.put(&growth.files)?;
        after(Step::Staged)?;
        let checkpoint = Checkpoint::new(self.key.verifier().name(), growth.head);
        let signed = checkpoint.sign(&self.key)?;
        after(Step::Signed)?;
        self.memory.swap(note, signed.as_bytes())?;
        after(Step::Remembered)?;
        self.show(signed.as_bytes())?;
        after(Step::Published)
    }

    /// The last checkpoint; that of an empty ledger where nothing was ever signed.
    fn remembered(&self, note: Option<&[u8]>) -> Result<TreeHead, PublishError> {
        let Some(note) = note else {
            if self.folder.get(CHECKPOINT_PATH)?.is_some() {
                let (folder, memory) = (self.folder.path().to_owned(), self.memory.path().to_owned());
                return Err(PublishError::Forgotten { folder, memory });
            }
            return Ok(TreeHead { size: 0, root: Hash::of_empty_tree() });
        };
        let opened = Checkpoint::open(note, &self.key.verifier());
        let path = || self.memory.path().to_owned();
        Ok(opened.map_err(|problem| PublishError::Memory { path: path(), problem })?.head)
    }

    /// A store that was restored has fewer entries, or other ones from some number on: then its
    /// last published one differs, since every salt is new.
    fn check_continues(&self, old: TreeHead, entries: u64) -> Result<(), PublishError> {
        if entries < old.size {
            let memory = self.memory.path().to_owned();
            return Err(PublishError::Shrunk { entries, signed: old.size, memory });
        }
        let Some(last) = old.size.checked_sub(1) else { return Ok(()) };
        let leaf = self.vault.read("leaves", |tx| tx.leaves(Sequence(last), 1))?;
        let hash = leaf.first().map(|leaf| Hash::of_leaf(leaf));
        if hash.is_some() && hash == self.folder.leaf_hash(last, old.size) {
            return Ok(());
        }
        Err(PublishError::Diverged { sequence: last })
    }

    /// Publishes a remembered checkpoint, unless it is public already.
    fn show(&self, note: &[u8]) -> Result<(), PublishError> {
        if self.folder.get(CHECKPOINT_PATH)?.as_deref() == Some(note) {
            return Ok(());
        }
        self.folder.put_one(CHECKPOINT_PATH, note)
    }
}

#[cfg(test)]
mod tests;
