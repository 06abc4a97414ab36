//! A lock that dies with its process, beside a turn that is leased: by it the next run on the same machine
//! knows that the run before was killed, and need not wait for the lease to lapse.
//!
//! The lock alone decides nothing: the turn is the row in Kept's own store, which other machines see too.
//! Not here: the turn (`turn`).

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use kept_core::name::StoreName;
use kept_core::time::Instant;

/// The longest note, in bytes: an instant.
const NOTE_MAX: u64 = 32;

/// A file that the operating system holds for one run at a time, and lets go when its process is gone.
#[derive(Debug)]
pub(crate) struct AliveLock(File);

impl AliveLock {
    /// The lock for a store, where no living run has it; `None` too where the folder can't be written: the
    /// lease holds without it.
    pub(crate) fn take(folder: &Path, store: &StoreName) -> Option<Self> {
        let fits = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
        if !store.as_str().chars().all(fits) {
            return None;
        }
        let path = folder.join(format!(".kept-sweep-{store}.lock"));
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path).ok()?;
        file.try_lock().ok()?;
        Some(Self(file))
    }

    /// When the run began that had the lock and was killed with it.
    pub(crate) fn killed_since(&mut self) -> Option<Instant> {
        let mut text = String::new();
        self.0.seek(SeekFrom::Start(0)).ok()?;
        (&self.0).take(NOTE_MAX).read_to_string(&mut text).ok()?;
        Instant::from_microsecond(text.trim().parse().ok()?).ok()
    }

    /// Notes when the run began that has the lock. Where it can't be noted the lease has to lapse.
    pub(crate) fn note(&mut self, since: Instant) {
        let written = self.0.set_len(0).and_then(|()| self.0.seek(SeekFrom::Start(0)));
        if written.is_ok() {
            drop(self.0.write_all(since.as_microsecond().to_string().as_bytes()));
        }
    }
}

impl Drop for AliveLock {
    /// A run that came to its end leaves no note.
    fn drop(&mut self) {
        drop(self.0.set_len(0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_run_has_the_lock_and_only_a_killed_one_leaves_its_note() {
        let folder = tempfile::tempdir().unwrap();
        let (store, since) = (StoreName::from("app"), Instant::from_microsecond(17).unwrap());
        let mut first = AliveLock::take(folder.path(), &store).unwrap();
        first.note(since);
        assert!(AliveLock::take(folder.path(), &store).is_none(), "somebody living has it");
        drop(first);
        let mut second = AliveLock::take(folder.path(), &store).unwrap();
        assert_eq!(second.killed_since(), None);
        second.note(since);
        // As a kill leaves it: the lock is gone, and the note is not.
        second.0.unlock().unwrap();
        let mut third = AliveLock::take(folder.path(), &store).unwrap();
        assert_eq!(third.killed_since(), Some(since));
        std::mem::forget(second);
        assert!(AliveLock::take(folder.path(), &"../app".into()).is_none(), "no name of a file");
    }
}
