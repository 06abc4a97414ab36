//! Making commits durable, many at once: SQLite commits without waiting for the disk, and whoever has
//! committed waits here until one flush of the write-ahead log has covered the commit (group commit).
//!
//! While one flush is under way others commit; the next one covers all of them. The log is written in
//! the order of the commits, so a later commit is never durable without an earlier one that it saw. Not
//! here: PostgreSQL, whose server does the same by itself.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard};

use crate::fault::Fault;

/// The flushes of one store.
#[derive(Debug)]
pub(crate) struct Flush {
    log: PathBuf,
    state: Mutex<State>,
    turned: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// How many commits asked to be made durable.
    committed: u64,
    /// How many of them are.
    durable: u64,
    /// Whether somebody flushes.
    flushing: bool,
    /// Why a flush failed. What the system dropped then, no later flush brings back.
    failed: Option<std::io::ErrorKind>,
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
        Ok(Self { log: log.into(), state: Mutex::default(), turned: Condvar::new() })
    }

    /// Returns when everything that was committed before the call is durable.
    ///
    /// # Errors
    /// [`Fault::File`] when the disk did not confirm it, then and from then on: whether it is there after
    /// a power cut nobody knows.
    pub(crate) fn durable(&self) -> Result<(), Fault> {
        let mut state = self.lock()?;
        state.committed += 1;
        let mine = state.committed;
        loop {
            if let Some(reason) = state.failed {
                return Err(self.fault(reason));
            }
            if state.durable >= mine {
                return Ok(());
            }
            if state.flushing {
                state = self.turned.wait(state).map_err(|_| Fault::Poisoned)?;
                continue;
            }
            let covers = state.committed;
            state.flushing = true;
            drop(state);
            let flushed = self.flush();
            state = self.lock()?;
            state.flushing = false;
            match flushed {
                Ok(()) => state.durable = state.durable.max(covers),
                Err(error) => state.failed = Some(error.kind()),
            }
            self.turned.notify_all();
        }
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
        assert_eq!((state.committed, state.durable, state.flushing), (400, 400, false));
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
