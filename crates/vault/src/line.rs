//! Lines of the ledger as they are read: chosen in a transaction, and opened when the act that reads them is
//! in the ledger itself. What this process wrote last is in memory (`tail`); everything else is opened and held
//! against its commitment. Not here: writing entries (`entry`).

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use kept_core::ledger::{Commitment, Durable, Entry, Leaf, Salt, Sequence};
use kept_core::name::PurposeName;

use crate::entry::Missing;
use crate::fault::Fault;
use crate::keys::Secret;
use crate::keys::seal::{derive, open};
use crate::keys::tree::SubjectKeys;
use crate::row::{Row, integer};
use crate::statements::ENTRY_PAGE;
use crate::subject::SubjectId;
use crate::transaction::Tx;

/// An entry as read from the vault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Its number.
    pub sequence: Sequence,
    /// The purpose for whose period it is kept.
    pub purpose: PurposeName,
    /// Its leaf.
    pub leaf: Leaf,
    /// What it says, with the salt that opens its commitment; `None` once its keys are gone, and
    /// for a system entry.
    pub opened: Option<(Salt, Entry)>,
}

impl Recorded {
    /// How much memory it takes, by and large.
    pub(crate) fn bytes(&self) -> usize {
        let fields = self.opened.as_ref().map_or(0, |(_, entry)| entry.fields.len());
        size_of::<Self>() + PLACE_BYTES + fields * FIELD_BYTES
    }
}

/// What an entry in memory takes beside itself: its place among others and its words.
const PLACE_BYTES: usize = 150;

/// What a field that it names takes.
const FIELD_BYTES: usize = 80;

/// Lines that were chosen and are still to be opened, in the order of their numbers.
pub struct Lines(Vec<Line>);

impl std::fmt::Debug for Lines {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{} lines", self.0.len())
    }
}

enum Line {
    /// This process wrote it, and it is committed.
    Known(Arc<Recorded>),
    Stored(Box<Stored>),
}

/// An entry as it stands in the store, with the keys that open it.
pub(crate) struct Stored {
    sequence: Sequence,
    purpose: PurposeName,
    leaf: Leaf,
    sealed: Option<Vec<u8>>,
    /// None where the day's key was destroyed.
    day: Option<Secret>,
    /// The person whom the entry is about, if it is about one.
    keys: Option<Arc<SubjectKeys>>,
}

impl Lines {
    /// Opens them. The receipt shows that the act which reads them is in the ledger.
    ///
    /// # Errors
    /// [`Fault::Sealed`] when a payload was changed.
    pub fn open(self, _: &Durable) -> Result<Vec<Arc<Recorded>>, Fault> {
        let opened = |line| match line {
            Line::Known(recorded) => Ok(recorded),
            Line::Stored(stored) => stored.open().map(Arc::new),
        };
        self.0.into_iter().map(opened).collect()
    }
}

impl Stored {
    /// What it says, held against its commitment.
    pub(crate) fn open(self) -> Result<Recorded, Fault> {
        let Self { sequence, purpose, leaf, sealed, day, keys } = self;
        let opened = match (&leaf, sealed, day) {
            (Leaf::Sealed(commitment), Some(sealed), Some(day)) => {
                let key = payload_key(keys.as_deref(), &day, commitment)?;
                key.map(|key| opened(&key, commitment, &sealed)).transpose()?
            }
            _ => None,
        };
        Ok(Recorded { sequence, purpose, leaf, opened })
    }
}

/// The key of a payload; `None` when the person's ledger key is gone.
pub(crate) fn payload_key(
    of: Option<&SubjectKeys>,
    day: &Secret,
    commitment: &Commitment,
) -> Result<Option<Secret>, Fault> {
    let info: [&[u8]; 2] = [b"kept/payload", commitment.as_bytes()];
    let Some(keys) = of else { return derive(&[day], &info).map(Some) };
    keys.ledger()?.map(|ledger| derive(&[&ledger.secret, day], &info)).transpose()
}

fn opened(key: &Secret, of: &Commitment, sealed: &[u8]) -> Result<(Salt, Entry), Fault> {
    let fault = Fault::Sealed { table: "entry", field: "payload" };
    let Some(plain) = open(key, of.as_bytes(), sealed) else { return Err(fault) };
    let Some((salt, payload)) = plain.split_first_chunk::<{ Salt::LENGTH }>() else { return Err(fault) };
    let salt = Salt::from_bytes(*salt);
    if !of.opens_with(&salt, payload) {
        return Err(fault);
    }
    Ok((salt, Entry::from_payload(payload)?))
}

pub(crate) fn leaf(row: &Row, column: usize) -> Result<Leaf, Fault> {
    Leaf::from_bytes(row.bytes(column)?).map_err(|_| Fault::Shape { statement: row.statement, column })
}

impl Tx {
    /// The lines from one number up to another, which is not among them, to be opened when the entry that tells
    /// of it is durable.
    ///
    /// # Errors
    /// When the store fails.
    pub fn lines(&mut self, between: Range<u64>) -> Result<Lines, Fault> {
        let known = self.memory.as_ref().map_or_else(Vec::new, |memory| memory.tail(&between));
        let mut lines = Vec::new();
        let mut next = between.start;
        for recorded in known {
            let number = recorded.sequence.0;
            self.stored(next..number, &mut lines)?;
            next = number + 1;
            lines.push(Line::Known(recorded));
        }
        self.stored(next..between.end, &mut lines)?;
        Ok(Lines(lines))
    }

    /// Those that no memory holds.
    fn stored(&mut self, between: Range<u64>, lines: &mut Vec<Line>) -> Result<(), Fault> {
        if between.is_empty() {
            return Ok(());
        }
        let bound = |number: u64| integer(i64::try_from(number).unwrap_or(i64::MAX));
        let mut rows = self.query(ENTRY_PAGE, &[bound(between.start), bound(between.end)])?;
        let mut people = BTreeSet::new();
        for row in &rows {
            people.extend(row.bytes_or_null(1)?.map(|_| SubjectId::from_row(row, 1)).transpose()?);
        }
        self.load_keys(&people.into_iter().collect::<Vec<_>>())?;
        for row in &mut rows {
            lines.push(Line::Stored(Box::new(self.stored_line(row)?)));
        }
        Ok(())
    }

    /// A line out of its row, with its keys.
    pub(crate) fn stored_line(&mut self, row: &mut Row) -> Result<Stored, Fault> {
        let (sequence, purpose) = (Sequence(row.integer(0)?.unsigned_abs()), PurposeName::from(row.text(2)?));
        let (leaf, sealed) = (leaf(row, 4)?, row.take_bytes(5)?);
        let (mut day, mut keys) = (None, None);
        if sealed.is_some() {
            day = self.day_key(&purpose, row.integer(3)?, Missing::Leave)?;
        }
        if day.is_some() && row.bytes_or_null(1)?.is_some() {
            keys = Some(self.subject_keys(SubjectId::from_row(row, 1)?)?);
        }
        Ok(Stored { sequence, purpose, leaf, sealed, day, keys })
    }
}

/// How many bytes of entries are kept in memory, by and large.
const TAIL_BYTES_MAX: usize = 2_000_000;

/// The last entries that this process wrote, in memory.
#[derive(Debug, Default)]
pub(crate) struct Tail {
    entries: BTreeMap<u64, Arc<Recorded>>,
    bytes: usize,
}

impl Tail {
    /// Keeps an entry, and drops the earliest where there is no room.
    pub(crate) fn keep(&mut self, entry: Arc<Recorded>) {
        self.bytes += entry.bytes();
        let before = self.entries.insert(entry.sequence.0, entry);
        self.bytes = self.bytes.saturating_sub(before.map_or(0, |before| before.bytes()));
        while self.bytes > TAIL_BYTES_MAX {
            let Some((_, earliest)) = self.entries.pop_first() else { break };
            self.bytes = self.bytes.saturating_sub(earliest.bytes());
        }
    }

    /// Those that are kept of the numbers between two.
    pub(crate) fn between(&self, numbers: &Range<u64>) -> Vec<Arc<Recorded>> {
        if numbers.is_empty() {
            return Vec::new();
        }
        self.entries.range(numbers.clone()).map(|(_, entry)| Arc::clone(entry)).collect()
    }
}
