//! What was read of people, kept in memory by a process that writes: who has an identifier, the keys made
//! ready, the number of the last event and the values as they are sealed, so that the same people again
//! open no page and unwrap no key.
//!
//! It holds only for a connection of SQLite between whose transactions nobody else wrote (SQLite counts
//! that: `PRAGMA data_version`), and of those of whom nothing was changed through it since. Of a person of
//! whom something changes only the keys stay, and the identifiers, which are never taken from anybody but by an
//! erasure; everybody is dropped when a key is destroyed. Not here: reading it from the store (`holding`, `subject`).

use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;
use std::sync::{Arc, Mutex};

use indexmap::IndexMap;

use crate::holding::Holding;
use crate::keys::Secret;
use crate::keys::tree::SubjectKeys;
use crate::line::{Recorded, Tail};
use crate::random::{ById, Spread};
use crate::subject::SubjectId;

/// How many bytes are kept, by and large.
const BYTES_MAX: usize = 20_000_000;

/// How many bytes a person's keys take when they are ready, by and large: themselves, the two wraps, and what
/// the cipher of values and the secret have beside.
const KEYS_BYTES: usize = size_of::<SubjectKeys>() + 900;

/// How many bytes a person takes of whom next to nothing is known.
const PLACE_BYTES: usize = 200;

/// How many identifiers are kept: some hundred bytes each.
const IDENTIFIERS_MAX: usize = 30_000;

/// How many keys of days are kept.
const DAYS_MAX: usize = 64;

/// Which state of the store: a connection, and how often others had written.
pub(crate) type Version = (u64, i64);

/// A purpose and a day, counted from 1970, of which the entries have one key.
pub(crate) type DayName = (String, i64);

/// The memory, and the generation of what is in it.
pub(crate) type Remembered = (Arc<Memory>, u64);

/// An identifier as it is filed.
pub(crate) type Blind = [u8; crate::blind::SHORT];

/// The people who are kept in memory.
#[derive(Debug, Default)]
pub(crate) struct Memory(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    version: Option<Version>,
    people: ById<Known>,
    identifiers: IndexMap<Blind, SubjectId, Spread>,
    /// The oldest first; some of them are gone already.
    order: VecDeque<SubjectId>,
    bytes: usize,
    tail: Tail,
    days: BTreeMap<DayName, Secret>,
    /// How often everything was dropped: what an act read or wrote before is not kept after.
    generation: u64,
}

/// What an act leaves to be kept when it is committed.
#[derive(Debug, Default)]
pub(crate) struct Made {
    /// The entries that it wrote.
    pub(crate) lines: Vec<Arc<Recorded>>,
    /// The keys of days that it made or read.
    pub(crate) days: BTreeMap<DayName, Secret>,
}

impl Made {
    pub(crate) fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.days.is_empty()
    }
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
        *self = Self { version: self.version, generation: self.generation + 1, ..Self::default() };
    }
}

impl Memory {
    /// Drops everything unless the store is as this process left it; the generation of what is kept from here on.
    pub(crate) fn begin(&self, version: Version) -> u64 {
        let Ok(mut state) = self.0.lock() else { return 0 };
        if state.version != Some(version) {
            state.clear();
            state.version = Some(version);
        }
        state.generation
    }

    /// Those of the last entries that are kept, of the numbers between two.
    pub(crate) fn tail(&self, numbers: &Range<u64>) -> Vec<Arc<Recorded>> {
        self.0.lock().map_or_else(|_| Vec::new(), |state| state.tail.between(numbers))
    }

    /// The key of a day's entries.
    pub(crate) fn day(&self, of: &DayName) -> Option<Secret> {
        self.0.lock().ok()?.days.get(of).cloned()
    }

    /// Keeps what a committed act of a generation wrote, unless everything was dropped since.
    pub(crate) fn keep_committed(&self, generation: u64, made: Made) {
        let Ok(mut state) = self.0.lock() else { return };
        if state.generation != generation {
            return;
        }
        made.lines.into_iter().for_each(|line| state.tail.keep(line));
        if state.days.len() + made.days.len() > DAYS_MAX {
            state.days.clear();
        }
        state.days.extend(made.days);
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
