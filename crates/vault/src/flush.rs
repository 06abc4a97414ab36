//! Making commits durable, many at once: SQLite commits without waiting for the disk, and whoever has
//! committed waits here until one flush of the write-ahead log has covered the commit (group commit).
//!
//! While one flush is under way others commit; the next one covers all of them. The log is written in
//! the order of the commits, so a later commit is never durable without an earlier one that it saw. Not
//! here: PostgreSQL, whose server does the same by itself.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};

use crate::fault::Fault;
use crate::waiter::Waiter;

/// The flushes of one store.
#[derive(Debug)]
pub(crate) struct Flush {
    log: PathBuf,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Whether somebody flushes.
    flushing: bool,
    /// Those who committed since that flush began.
    waiting: Vec<Waiter<Told>>,
    /// Why a flush failed. What the system dropped then, no later flush brings back.
    failed: Option<std::io::ErrorKind>,
}

/// What a waiter is told.
#[derive(Clone, Copy, Debug)]
enum Told {
    Durable,
    Failed,
    YourTurn,
}

impl Flush {
    /// The flushes of the store in this file, which must be there.
    pub(crate) fn new(store: &Path) -> Result<Self, Fault> {
        // SQLite's log lies beside the file itself, not beside a link to it.
        let real = store.canonicalize().map_err(|error| Fault::File {
            what: "can't find the store",
            path: store.to_owned(),
            reason: error.kind(),
        })?;
        let mut log = real.into_os_string();
        log.push("-wal");
        Ok(Self { log: log.into(), state: Mutex::default() })
    }

    /// Returns when everything that was committed before the call is durable.
    ///
    /// # Errors
    /// [`Fault::File`] when the disk did not confirm it, then and from then on: whether it is there after
    /// a power cut nobody knows.
    pub(crate) fn durable(&self) -> Result<(), Fault> {
        let mut state = self.lock()?;
        if let Some(reason) = state.failed {
            return Err(self.fault(reason));
        }
        if state.flushing {
            let own = Waiter::new();
            state.waiting.push(own.clone());
            drop(state);
            match own.wait() {
                Told::Durable => return Ok(()),
                Told::Failed => {
                    return Err(self.fault(self.lock()?.failed.unwrap_or(std::io::ErrorKind::Other)));
                }
                Told::YourTurn => state = self.lock()?,
            }
        }
        state.flushing = true;
        let covered = std::mem::take(&mut state.waiting);
        drop(state);
        let flushed = self.flush();
        let mut state = self.lock()?;
        state.failed = flushed.as_ref().err().map(std::io::Error::kind);
        // One of those who came meanwhile goes on, first of all; after a failure nobody does.
        let next = if flushed.is_ok() { state.waiting.pop() } else { None };
        let lost = if flushed.is_ok() { Vec::new() } else { std::mem::take(&mut state.waiting) };
        state.flushing = next.is_some();
        drop(state);
        next.iter().for_each(|waiter| waiter.tell(Told::YourTurn));
        lost.iter().for_each(|waiter| waiter.tell(Told::Failed));
        let told = if flushed.is_ok() { Told::Durable } else { Told::Failed };
        covered.iter().for_each(|waiter| waiter.tell(told));
        flushed.map_err(|error| self.fault(error.kind()))
    }

    /// The log is opened each time: SQLite makes a new one when the last connection had been closed. It
    /// holds no lock in this file, so that closing it lets none go.
    fn flush(&self) -> std::io::Result<()> {
        match File::open(&self.log) {
            // Whoever closed the last connection moved it all into the file, and flushed that.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
            opened => opened?.sync_data(),
        }
    }

    fn lock(&self) -> Result<MutexGuard<'_, State>, Fault> {
        self.state.lock().map_err(|_| Fault::Poisoned)
    }

    fn fault(&self, reason: std::io::ErrorKind) -> Fault {
        Fault::File { what: "can't make durable what was written to", path: self.log.clone(), reason }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_waits_for_a_flush_that_began_after_it() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("kept.db");
        std::fs::write(&store, b"").unwrap();
        std::fs::write(folder.path().join("kept.db-wal"), b"frames").unwrap();
        let flush = Flush::new(&store).unwrap();
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| (0..50).for_each(|_| flush.durable().unwrap()));
            }
        });
        let state = flush.lock().unwrap();
        assert!(!state.flushing && state.waiting.is_empty() && state.failed.is_none());
    }

    #[test]
    fn after_a_flush_that_failed_nothing_counts_as_durable_any_more() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("kept.db");
        std::fs::write(&store, b"").unwrap();
        let mut flush = Flush::new(&store).unwrap();
        flush.durable().unwrap();
        let log = std::mem::replace(&mut flush.log, store.join("no folder"));
        assert!(matches!(flush.durable(), Err(Fault::File { .. })));
        flush.log = log;
        assert!(matches!(flush.durable(), Err(Fault::File { .. })), "what was lost then is not there now");
    }
}
