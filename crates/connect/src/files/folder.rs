//! A folder of files: which file is which table, whether one was changed, and the lock that keeps
//! two from working on it at once.
//!
//! The lock is the operating system's advisory lock on the folder itself (`flock`), so that no file
//! is added to it; programs of the company's own may take it too. Not here: what files hold.

use std::fs::{self, File, Metadata, TryLockError};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use kept_core::policy::model::FileFormat;

use crate::fault::StoreFault;

/// How much is worked on in memory at most: all files that a policy maps together.
pub(super) const BYTES_MAX: u64 = 1 << 30;

/// What tells that a file was changed, without reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    bytes: u64,
    changed: Option<SystemTime>,
    number: (u64, u64),
}

impl Stamp {
    pub(super) fn of(file: &Metadata) -> Self {
        Self { bytes: file.len(), changed: file.modified().ok(), number: (file.dev(), file.ino()) }
    }

    /// The file's as it is now; none where it is gone.
    pub(super) fn now(path: &Path) -> Option<Self> {
        fs::metadata(path).ok().map(|file| Self::of(&file))
    }

    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }
}

/// A file that is a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// The table's name.
    pub(super) table: String,
    /// The file's name in the folder, for people.
    pub(super) file: String,
    /// The file itself, links followed.
    pub(super) path: PathBuf,
}

/// The endings of files of a form.
fn endings(format: &FileFormat) -> [&'static str; 2] {
    match format {
        FileFormat::Csv { .. } => ["csv", "tsv"],
        FileFormat::JsonLines => ["jsonl", "ndjson"],
    }
}

/// Refuses what is no folder that can be entered.
///
/// # Errors
/// [`StoreFault::Unreachable`] with what is there instead.
pub(super) fn need(path: &Path) -> Result<(), StoreFault> {
    let shown = path.display();
    let why = match fs::metadata(path) {
        Ok(folder) if folder.is_dir() => return Ok(()),
        Ok(_) => format!("`{shown}` is a file; name the folder that holds it, and the file as a table"),
        Err(_) => format!("there is no folder `{shown}`, or it may not be entered"),
    };
    Err(StoreFault::Unreachable { why })
}

/// The file of a table of this name.
pub(super) fn file_of(folder: &Path, format: &FileFormat, table: &str) -> Option<Found> {
    if table.is_empty() || table.starts_with('.') || table.contains(['/', '\\', '\0']) {
        return None;
    }
    let own = endings(format);
    let has_ending = own.iter().any(|ending| is_ending(table, ending));
    let whole = has_ending.then(|| table.to_owned());
    let names = whole.into_iter().chain(own.iter().map(|ending| format!("{table}.{ending}")));
    let mut found = names.filter_map(|file| {
        let path = fs::canonicalize(folder.join(&file)).ok()?;
        path.is_file().then(|| Found { table: table.to_owned(), file, path })
    });
    found.next()
}

fn is_ending(name: &str, ending: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, own)| own.eq_ignore_ascii_case(ending))
}

/// Every file of the form, by name.
pub(super) fn all(folder: &Path, format: &FileFormat) -> Result<Vec<Found>, StoreFault> {
    let unreachable =
        || StoreFault::Unreachable { why: format!("the folder `{}` can't be read", folder.display()) };
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(|_| unreachable())? {
        let Ok(file) = entry.map_err(|_| unreachable())?.file_name().into_string() else { continue };
        let is_one = endings(format).iter().any(|ending| is_ending(&file, ending));
        let Some((table, _)) = file.rsplit_once('.').filter(|_| is_one && !file.starts_with('.')) else {
            continue;
        };
        if let Ok(path) = fs::canonicalize(folder.join(&file))
            && path.is_file()
        {
            found.push(Found { table: table.to_owned(), file: file.clone(), path });
        }
    }
    found.sort_by(|one, other| one.file.cmp(&other.file));
    Ok(found)
}

/// A lock on a folder; given back when it is dropped.
#[derive(Debug)]
pub(super) struct Lock {
    _folder: File,
}

/// How a folder is locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Share {
    /// With others who only look.
    Looking,
    /// Alone.
    Alone,
}

impl Lock {
    /// Waits for the lock.
    ///
    /// # Errors
    /// [`StoreFault::Locked`] when somebody else holds it for longer than `wait`.
    pub(super) fn take(folder: &Path, share: Share, wait: Duration) -> Result<Option<Self>, StoreFault> {
        let until = Instant::now() + wait;
        let file = File::open(folder).map_err(|_| unlockable(folder))?;
        loop {
            let tried = match share {
                Share::Looking => file.try_lock_shared(),
                Share::Alone => file.try_lock(),
            };
            match tried {
                Ok(()) => return Ok(Some(Self { _folder: file })),
                Err(TryLockError::WouldBlock) if Instant::now() >= until => return Err(StoreFault::Locked),
                Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(10)),
                // Some network file systems lock no folders: looking is safe by the digests.
                Err(TryLockError::Error(_)) if share == Share::Looking => return Ok(None),
                Err(TryLockError::Error(_)) => return Err(unlockable(folder)),
            }
        }
    }
}

fn unlockable(folder: &Path) -> StoreFault {
    let why = format!("the folder `{}` can't be locked, so that nothing in it is changed", folder.display());
    StoreFault::Unreachable { why }
}
