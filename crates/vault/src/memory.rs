//! What was read of people, kept in memory by a process that writes: their values as they are sealed, the
//! number of their last event and their keys made ready, so that reading the same people again opens no
//! page and unwraps no key.
//!
//! It holds only for a connection of SQLite between whose transactions nobody else wrote (SQLite counts
//! that: `PRAGMA data_version`), and of those of whom nothing was changed through it since. A person of
//! whom something changes is dropped at once; everybody is when a key is destroyed. Not here: reading it
//! from the store (`holding`).

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};

use crate::holding::Holding;
use crate::subject::SubjectId;

/// How many bytes are kept, by and large.
const BYTES_MAX: usize = 20_000_000;

/// Which state of the store: a connection, and how often others had written.
pub(crate) type Version = (u64, i64);

/// The people who are kept in memory.
#[derive(Debug, Default)]
pub(crate) struct Memory(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    version: Option<Version>,
    people: BTreeMap<SubjectId, Arc<Holding>>,
    /// The oldest first; some of them are gone already.
    order: VecDeque<SubjectId>,
    bytes: usize,
}

impl State {
    fn forget(&mut self, subject: SubjectId) {
        if let Some(gone) = self.people.remove(&subject) {
            self.bytes = self.bytes.saturating_sub(gone.bytes());
        }
    }

    fn clear(&mut self) {
        *self = Self { version: self.version, ..Self::default() };
    }
}

impl Memory {
    /// Drops everybody unless the store is as this process left it.
    pub(crate) fn begin(&self, version: Version) {
        let Ok(mut state) = self.0.lock() else { return };
        if state.version != Some(version) {
            state.clear();
            state.version = Some(version);
        }
    }

    /// Those of the people who are known, in their order.
    pub(crate) fn find(&self, of: &[SubjectId]) -> Vec<Option<Arc<Holding>>> {
        let Ok(state) = self.0.lock() else { return vec![None; of.len()] };
        of.iter().map(|subject| state.people.get(subject).cloned()).collect()
    }

    /// Keeps people, as long as there is room for them.
    pub(crate) fn keep<'h>(&self, people: impl Iterator<Item = &'h Arc<Holding>>) {
        let Ok(mut state) = self.0.lock() else { return };
        for one in people {
            state.forget(one.subject);
            state.bytes += one.bytes();
            state.people.insert(one.subject, Arc::clone(one));
            state.order.push_back(one.subject);
        }
        while state.bytes > BYTES_MAX {
            let Some(oldest) = state.order.pop_front() else { break };
            state.forget(oldest);
        }
        if state.order.len() > 1_000 + 2 * state.people.len() {
            state.order = state.people.keys().copied().collect();
        }
    }

    /// Drops a person.
    pub(crate) fn forget(&self, subject: SubjectId) {
        if let Ok(mut state) = self.0.lock() {
            state.forget(subject);
        }
    }

    /// Drops everybody.
    pub(crate) fn clear(&self) {
        if let Ok(mut state) = self.0.lock() {
            state.clear();
        }
    }
}
