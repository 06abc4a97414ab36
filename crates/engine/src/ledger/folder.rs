//! The folder in which a ledger is published: each file is whole or not there. Not here: which
//! files there are (`kept_core::ledger::growth`).

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use kept_core::ledger::tile::{TileNodes, Unreadable};
use kept_core::ledger::{Files, Hash, Node, Nodes, PublishedFile};

use super::PublishError;

/// A folder with a published ledger, for writing and for checking it.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// The ledger in this folder; it is made at the first write.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The bytes of a file; `None` where there is none.
    pub(super) fn get(&self, path: &str) -> Result<Option<Vec<u8>>, PublishError> {
        read_if_there(&self.path.join(path))
    }

    /// The hash of a published leaf, in a tree of this size.
    pub(super) fn leaf_hash(&self, index: u64, size: u64) -> Option<Hash> {
        TileNodes::new(self, size).node(Node { level: 0, index })
    }

    /// Writes files in their order, each durable and in its place.
    pub(super) fn put(&self, files: &[PublishedFile]) -> Result<(), PublishError> {
        files.iter().try_for_each(|file| self.put_one(&file.path, &file.bytes))
    }

    /// Writes one file, durable and in its place.
    pub(super) fn put_one(&self, path: &str, bytes: &[u8]) -> Result<(), PublishError> {
        // Beside the folder, not in it: what is half written is never published.
        let mut draft = self.path.as_os_str().to_owned();
        draft.push(".new");
        replace(&self.path.join(path), Path::new(&draft), bytes)
    }
}

impl Files for Folder {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, Unreadable> {
        let bytes = read_if_there(&self.path.join(path));
        bytes.map_err(|error| Unreadable(error.to_string()))
    }

    fn paths(&self) -> Vec<String> {
        let mut found = Vec::new();
        list(&self.path, "", &mut found);
        found.sort();
        found
    }
}

fn list(folder: &Path, prefix: &str, found: &mut Vec<String>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            list(&entry.path(), &format!("{path}/"), found);
        } else {
            found.push(path);
        }
    }
}

/// The bytes of a file; `None` where there is none.
pub(super) fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>, PublishError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failure("can't read", path, &error)),
    }
}

/// Puts bytes into a file so that after a crash it holds the old ones or all of the new ones.
pub(super) fn replace(path: &Path, draft: &Path, bytes: &[u8]) -> Result<(), PublishError> {
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    let written = || -> std::io::Result<()> {
        make_folder(folder)?;
        let mut file = File::create(draft)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(draft, path)?;
        File::open(folder)?.sync_all()
    };
    written().map_err(|error| failure("can't write", path, &error))
}

/// Makes a folder and those above it, each name durable.
fn make_folder(folder: &Path) -> std::io::Result<()> {
    if folder.as_os_str().is_empty() || folder.is_dir() {
        return Ok(());
    }
    let above = folder.parent().filter(|above| !above.as_os_str().is_empty());
    let above = above.unwrap_or_else(|| Path::new("."));
    make_folder(above)?;
    match fs::create_dir(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    File::open(above)?.sync_all()
}

/// A failure with the file that it is about.
pub(super) fn failure(what: &'static str, path: &Path, error: &std::io::Error) -> PublishError {
    PublishError::File { what, path: path.to_owned(), reason: error.kind() }
}
