//! What was read of people, kept in memory by a process that writes: who has an identifier, the keys made
//! ready, the number of the last event and the values as they are sealed, so that the same people again
//! open no page and unwrap no key.
//!
//! It holds only for a connection of SQLite between whose transactions nobody else wrote (SQLite counts
//! that: `PRAGMA data_version`), and of those of whom nothing was changed through it since. Of a person of
//! whom something changes only the keys stay, and the identifiers, which are never taken from anybody but by an
//! erasure; everybody is dropped when a key is destroyed. Not here: reading it from the store (`holding`, `subject`).

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use indexmap::IndexMap;

use crate::holding::Holding;
use crate::keys::tree::SubjectKeys;
use crate::subject::SubjectId;

/// How many bytes are kept, by and large.
const BYTES_MAX: usize = 20_000_000;

/// How many bytes a person's keys take when they are ready, by and large.
const KEYS_BYTES: usize = 2_000;

/// How many bytes a person takes of whom next to nothing is known.
const PLACE_BYTES: usize = 200;

/// How many identifiers are kept: some hundred bytes each.
const IDENTIFIERS_MAX: usize = 30_000;

/// Which state of the store: a connection, and how often others had written.
pub(crate) type Version = (u64, i64);

/// An identifier as it is filed.
pub(crate) type Blind = [u8; 16];

/// The people who are kept in memory.
#[derive(Debug, Default)]
pub(crate) struct Memory(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    version: Option<Version>,
    people: IndexMap<SubjectId, Known>,
    identifiers: IndexMap<Blind, SubjectId>,
    /// The oldest first; some of them are gone already.
    order: VecDeque<SubjectId>,
    bytes: usize,
}

/// What is known of a person.
#[derive(Debug, Default)]
struct Known {
    keys: Option<Arc<SubjectKeys>>,
    last: Option<i64>,
    holding: Option<Arc<Holding>>,
}

impl Known {
    fn bytes(&self) -> usize {
        let keys = if self.keys.is_some() { KEYS_BYTES } else { 0 };
        PLACE_BYTES + keys + self.holding.as_deref().map_or(0, Holding::bytes)
    }
}

impl State {
    /// Changes what is known of a person, and drops the oldest where there is no room.
    fn know(&mut self, of: SubjectId, change: impl FnOnce(&mut Known)) {
        let before = self.people.get(&of).map_or(0, Known::bytes);
        let known = self.people.entry(of).or_insert_with(|| {
            self.order.push_back(of);
            Known::default()
        });
        change(known);
        self.bytes = (self.bytes + known.bytes()).saturating_sub(before);
        while self.bytes > BYTES_MAX {
            let Some(oldest) = self.order.pop_front() else { break };
            let gone = self.people.swap_remove(&oldest);
            self.bytes = self.bytes.saturating_sub(gone.map_or(0, |gone| gone.bytes()));
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

    /// What is held of those of the people who are known, in their order.
    pub(crate) fn holdings(&self, of: &[SubjectId]) -> Vec<Option<Arc<Holding>>> {
        let Ok(state) = self.0.lock() else { return vec![None; of.len()] };
        of.iter().map(|subject| state.people.get(subject)?.holding.clone()).collect()
    }

    /// Keeps what is held of people, as long as there is room for them.
    pub(crate) fn keep_holdings<'h>(&self, people: impl Iterator<Item = &'h Arc<Holding>>) {
        let Ok(mut state) = self.0.lock() else { return };
        for one in people {
            state.know(one.subject, |known| {
                known.keys = Some(Arc::clone(&one.keys));
                known.last = Some(one.last);
                known.holding = Some(Arc::clone(one));
            });
        }
    }

    /// The keys of those of the people who are known.
    pub(crate) fn keys(&self, of: &[SubjectId]) -> Vec<(SubjectId, Arc<SubjectKeys>)> {
        let Ok(state) = self.0.lock() else { return Vec::new() };
        let keys =
            |subject: &SubjectId| Some((*subject, Arc::clone(state.people.get(subject)?.keys.as_ref()?)));
        of.iter().filter_map(keys).collect()
    }

    /// Keeps keys, as long as there is room for them.
    pub(crate) fn keep_keys<'k>(&self, keys: impl Iterator<Item = (SubjectId, &'k Arc<SubjectKeys>)>) {
        let Ok(mut state) = self.0.lock() else { return };
        for (subject, keys) in keys {
            state.know(subject, |known| known.keys = Some(Arc::clone(keys)));
        }
    }

    /// Who has each identifier, and the number of the person's last event, where both are known.
    pub(crate) fn versions(&self, of: &[Blind]) -> Vec<Option<(SubjectId, i64)>> {
        let Ok(state) = self.0.lock() else { return vec![None; of.len()] };
        let version = |blind: &Blind| {
            let subject = *state.identifiers.get(blind)?;
            Some((subject, state.people.get(&subject)?.last?))
        };
        of.iter().map(version).collect()
    }

    /// Keeps who has an identifier, and the number of the person's last event.
    pub(crate) fn keep_versions(&self, of: impl Iterator<Item = (Blind, (SubjectId, i64))>) {
        let Ok(mut state) = self.0.lock() else { return };
        for (blind, (subject, last)) in of {
            if state.identifiers.len() >= IDENTIFIERS_MAX {
                state.identifiers.clear();
            }
            state.identifiers.insert(blind, subject);
            state.know(subject, |known| known.last = Some(last));
        }
    }

    /// Drops what changes of a person.
    pub(crate) fn forget(&self, subject: SubjectId) {
        let Ok(mut state) = self.0.lock() else { return };
        if state.people.contains_key(&subject) {
            state.know(subject, |known| (known.last, known.holding) = (None, None));
        }
    }

    /// Drops everybody.
    pub(crate) fn clear(&self) {
        if let Ok(mut state) = self.0.lock() {
            state.clear();
        }
    }
}
