//! Replacing files: each is written whole beside the old one, made durable, and renamed over it.
//!
//! Several files become new together: what is to be renamed stands in a list in the folder until all
//! of it is done, and whoever opens the folder next goes on with the list. A file that somebody else
//! changed meanwhile is never replaced. Not here: what files hold.

use std::fs::{self, File, OpenOptions};
use std::io::{BufWriter, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, fchown};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::folder::Stamp;
use super::lines::shown;
use super::table::{RowNumbers, Table, unwritable};
use crate::engine::sqlite;
use crate::fault::StoreFault;

/// The list of files that are about to be renamed.
const LIST: &str = ".kept-commit";

/// How the names of new files end until they are renamed.
const NEW: &str = ".kept-new";

/// New files, written and not yet in their places. Dropped, they are removed.
#[derive(Debug)]
pub(super) struct Prepared {
    folder: PathBuf,
    pub(super) changes: Vec<Change>,
    is_listed: bool,
}

/// A new file.
#[derive(Debug)]
pub(super) struct Change {
    /// The table whose file it is.
    pub(super) table: String,
    /// The numbers that its rows have in the copy.
    pub(super) rows: RowNumbers,
    /// The old file as it was taken in.
    stamp: Stamp,
    /// What is renamed to what.
    step: Step,
}

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Step {
    /// The file to be replaced.
    file: PathBuf,
    /// The new one, beside it.
    new: PathBuf,
    /// The digest of the file that is replaced.
    was: String,
    /// The digest of the new one.
    becomes: String,
}

/// A file that was replaced.
#[derive(Debug)]
pub(super) struct Replaced {
    /// The table whose file it is.
    pub(super) table: String,
    /// Its rows.
    pub(super) rows: RowNumbers,
    /// Its digest.
    pub(super) digest: String,
    /// What tells that it was changed; none where it can't be looked at.
    pub(super) stamp: Option<Stamp>,
}

impl Prepared {
    pub(super) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), changes: Vec::new(), is_listed: false }
    }

    /// Writes a table's new file beside the old one, where it differs from it.
    ///
    /// # Errors
    /// As [`Table::write`], and [`StoreFault::File`] where the old file can't be replaced without
    /// leaving its bytes somewhere or taking it from its owner.
    pub(super) fn add(&mut self, table: &Table, copy: &mut sqlite::Link) -> Result<(), StoreFault> {
        let file = table.found.path.clone();
        let mut name = std::ffi::OsString::from(".");
        name.push(file.file_name().unwrap_or_default());
        name.push(NEW);
        let new = file.with_file_name(name);
        let written = write(table, copy, &new);
        let (rows, becomes) = match written {
            Ok(Some(written)) => written,
            other => {
                // What could not be written holds rows; what is the same is not needed.
                let _gone = fs::remove_file(&new);
                return other.map(drop);
            }
        };
        let step = Step { file, new, was: table.layout.digest.clone(), becomes };
        let stamp = table.stamp.clone();
        self.changes.push(Change { table: table.found.table.clone(), rows, stamp, step });
        Ok(())
    }

    /// Puts every new file into its place: all of them, or none.
    ///
    /// # Errors
    /// [`StoreFault::FileChanged`] when one was changed meanwhile: nothing is replaced. When the disk
    /// fails between two files, the rest is put into place when the folder is opened next.
    pub(super) fn finish(mut self) -> Result<Vec<Replaced>, StoreFault> {
        for change in &self.changes {
            if Stamp::now(&change.step.file).as_ref() != Some(&change.stamp) {
                return Err(StoreFault::FileChanged { file: name_of(&change.step.file) });
            }
        }
        if self.changes.len() > 1 {
            self.list()?;
        }
        let steps: Vec<Step> = self.changes.iter().map(|change| change.step.clone()).collect();
        for (place, step) in steps.iter().enumerate() {
            if let Err(error) = fs::rename(&step.new, &step.file) {
                if place == 0 {
                    self.unlist();
                }
                return Err(unwritable(&error));
            }
        }
        for step in &steps {
            settle(&step.file)?;
        }
        self.unlist();
        let changes = std::mem::take(&mut self.changes);
        Ok(changes.into_iter().map(Change::replaced).collect())
    }

    /// Writes down what is about to be renamed.
    fn list(&mut self) -> Result<(), StoreFault> {
        let steps: Vec<&Step> = self.changes.iter().map(|change| &change.step).collect();
        let text = serde_json::to_vec(&steps).map_err(|_| StoreFault::Value)?;
        let (draft, list) = (self.folder.join(format!("{LIST}{NEW}")), self.folder.join(LIST));
        let write = || {
            let mut file =
                OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
            file.write_all(&text)?;
            file.sync_all()?;
            fs::rename(&draft, &list)
        };
        write().map_err(|error| unwritable(&error))?;
        self.is_listed = true;
        settle(&list)
    }

    fn unlist(&mut self) {
        if self.is_listed {
            let list = self.folder.join(LIST);
            // A list that stays is gone through again, and finds nothing left to do.
            if fs::remove_file(&list).is_ok() {
                let _durable = settle(&list);
            }
            self.is_listed = false;
        }
    }
}

impl Drop for Prepared {
    fn drop(&mut self) {
        if !self.is_listed {
            for change in &self.changes {
                let _gone = fs::remove_file(&change.step.new);
            }
        }
    }
}

impl Change {
    fn replaced(self) -> Replaced {
        let stamp = Stamp::now(&self.step.file);
        Replaced { table: self.table, rows: self.rows, digest: self.step.becomes, stamp }
    }
}

/// Writes a new file; none where it would be the same.
fn write(
    table: &Table,
    copy: &mut sqlite::Link,
    new: &Path,
) -> Result<Option<(RowNumbers, String)>, StoreFault> {
    let old = fs::metadata(&table.found.path)
        .map_err(|_| StoreFault::FileChanged { file: table.found.file.clone() })?;
    let refuse = |what: &str| {
        let (file, what) = (table.found.file.clone(), what.to_owned());
        Err(StoreFault::File { file, line: None, what })
    };
    if old.nlink() > 1 {
        return refuse(
            "it has several hard links, and the others would keep the old rows; leave one of them",
        );
    }
    // A file of an earlier run that was killed may be there.
    let _gone = fs::remove_file(new);
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(new);
    let file = file.map_err(|error| unwritable(&error))?;
    let is_others = file.metadata().map_or(true, |own| (own.uid(), own.gid()) != (old.uid(), old.gid()));
    if is_others && fchown(&file, Some(old.uid()), Some(old.gid())).is_err() {
        return refuse("it belongs to another user, who would lose it; run Kept as its owner");
    }
    let mut to = Hashing { to: BufWriter::with_capacity(1 << 16, &file), digest: Sha256::new() };
    let Some(rows) = table.write(copy, &mut to)? else { return Ok(None) };
    let end = to.to.flush().and_then(|()| file.set_permissions(old.permissions()));
    end.and_then(|()| file.sync_all()).map_err(|error| unwritable(&error))?;
    let Hashing { digest, .. } = to;
    Ok(Some((rows, shown(digest))))
}

struct Hashing<W> {
    to: W,
    digest: Sha256,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.to.write(bytes)?;
        self.digest.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.to.flush()
    }
}

/// Makes the names in a file's folder durable.
fn settle(file: &Path) -> Result<(), StoreFault> {
    let folder = file.parent().unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(|error| unwritable(&error))
}

fn name_of(file: &Path) -> String {
    file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Whether a change of several files was interrupted.
pub(super) fn is_interrupted(folder: &Path) -> bool {
    folder.join(LIST).exists()
}

/// Whether new files lie there that nobody put into their places.
pub(super) fn has_left_overs(folder: &Path) -> bool {
    fs::read_dir(folder)
        .is_ok_and(|mut entries| entries.any(|entry| entry.is_ok_and(|entry| is_new(&entry.path()))))
}

fn is_new(path: &Path) -> bool {
    let name = name_of(path);
    name.starts_with('.') && name.ends_with(NEW)
}

/// Finishes what was interrupted and removes new files that nobody wants any more; only alone in the
/// folder. A file that was changed since stays as it is: what was to be done to it is due still.
///
/// # Errors
/// As the file system answers; [`StoreFault::Damaged`] where the list is none of ours.
pub(super) fn resume(folder: &Path) -> Result<(), StoreFault> {
    let list = folder.join(LIST);
    if let Ok(text) = fs::read(&list) {
        let steps: Vec<Step> = serde_json::from_slice(&text).map_err(|_| StoreFault::Damaged)?;
        for step in &steps {
            let is_ready = digest_of(&step.new).is_some_and(|digest| digest == step.becomes);
            if is_ready && digest_of(&step.file).is_some_and(|digest| digest == step.was) {
                fs::rename(&step.new, &step.file).map_err(|error| unwritable(&error))?;
                settle(&step.file)?;
            } else {
                let _gone = fs::remove_file(&step.new);
            }
        }
        fs::remove_file(&list).map_err(|error| unwritable(&error))?;
        settle(&list)?;
    }
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    for left in entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| is_new(path)) {
        fs::remove_file(&left).map_err(|error| unwritable(&error))?;
    }
    Ok(())
}

fn digest_of(path: &Path) -> Option<String> {
    let mut file = File::open(path).ok()?;
    let (mut digest, mut part) = (Sha256::new(), vec![0; 1 << 16]);
    loop {
        match file.read(&mut part).ok()? {
            0 => return Some(shown(digest)),
            read => digest.update(part.get(..read)?),
        }
    }
}
