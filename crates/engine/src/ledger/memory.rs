//! What the signer remembers: the last checkpoint that it signed, in a file of its own that no
//! backup of the vault brings back. Not here: what the checkpoint says.

use std::fs::File;
use std::path::{Path, PathBuf};

use super::PublishError;
use super::folder::{failure, read_if_there, replace};

/// The signer's memory.
#[derive(Debug)]
pub struct Memory {
    path: PathBuf,
}

impl Memory {
    /// The memory in this file; it is made at the first signature.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Waits until no other process publishes; the turn ends when the answer is dropped.
    pub(super) fn turn(&self) -> Result<File, PublishError> {
        let path = self.beside("lock");
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(|error| failure("can't make", folder, &error))?;
        }
        let taken = File::create(&path).and_then(|file| file.lock().map(|()| file));
        taken.map_err(|error| failure("can't lock", &path, &error))
    }

    /// The last signed checkpoint; `None` before the first.
    pub(super) fn read(&self) -> Result<Option<Vec<u8>>, PublishError> {
        read_if_there(&self.path)
    }

    /// Remembers a checkpoint, if the one before is still the last.
    pub(super) fn swap(&self, old: Option<&[u8]>, new: &[u8]) -> Result<(), PublishError> {
        if self.read()?.as_deref() != old {
            return Err(PublishError::Raced);
        }
        replace(&self.path, &self.beside("new"), new)
    }

    fn beside(&self, ending: &str) -> PathBuf {
        let mut name = self.path.as_os_str().to_owned();
        name.push(".");
        name.push(ending);
        PathBuf::from(name)
    }
}
