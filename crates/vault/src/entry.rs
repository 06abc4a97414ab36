//! The ledger's rows: an entry is committed to, sealed and written in the transaction of the act
//! that it tells of. If it can't be written, the act does not happen.
//!
//! `E = AEAD(k, salt ‖ payload, aad = C)` with `k = HKDF(K_ledger(subject) ‖ K_day, "kept/payload" ‖ C)`:
//! a payload ends with its person's ledger key or with its day's key, whichever goes first. Not
//! here: what an entry may say and how the leaves become a tree (`kept_core::ledger`), publishing
//! them (`kept-engine`).

use std::ops::Range;
use std::sync::Arc;

use kept_core::ledger::{
    Commitment, Durable, Entry, Leaf, LeafError, Pseudonym, Salt, Scope, Sequence, SystemEntry,
};
use kept_core::name::PurposeName;

use crate::fault::Fault;
use crate::keys::seal::{bound, seal, unwrap, wrap};
use crate::keys::tree::pseudonym;
use crate::keys::{Secret, fill};
pub use crate::line::{Lines, Recorded};
use crate::line::{leaf, payload_key};
use crate::member;
use crate::row::{Row, bytes, integer, or_null, text};
use crate::statements::{
    DAY_KEY_FIND, DAY_KEY_MAKE, ENTRY_CHAIN, ENTRY_LEAF, ENTRY_LEAVES, ENTRY_MAKE, ENTRY_NEXT,
    ENTRY_OF_NOBODY, ENTRY_OF_SUBJECT, ENTRY_OF_SUBJECT_SINCE, ENTRY_READ,
};
use crate::subject::SubjectId;
use crate::transaction::Tx;

pub(crate) const DAY_SECONDS: i64 = 86_400;

/// Whom an entry is about.
#[derive(Clone, Copy, Debug)]
pub enum Whom<'a> {
    /// Nobody: an audit, a sign-in.
    Nobody,
    /// One person, whose chain the entry continues.
    One(SubjectId),
    /// Many at once, each of them once (decision 20): one entry, and a small row for each.
    Many(&'a [SubjectId]),
}

/// An entry that is written and not yet committed: it becomes a receipt when the transaction
/// does. The receipts of [`crate::vault::Acted`] come in the same order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pending {
    /// The entry's commitment, for an entry that follows it.
    pub commitment: Commitment,
    /// The number that it will have.
    pub sequence: Sequence,
}

/// How an entry is sealed and filed.
struct Filing<'a> {
    subject: Option<SubjectId>,
    number: Option<u64>,
    purpose: &'a PurposeName,
    day: i64,
}

impl Tx {
    /// Writes an entry about people (or nobody), to be kept for as long as `purpose` has its
    /// entries kept. The entry's scope is filled in here.
    ///
    /// # Errors
    /// [`Fault::Entry`] where it holds what is not a name; [`Fault::Erased`] when the ledger key
    /// of the person is gone. The act must then not happen.
    pub fn log(&mut self, whom: Whom<'_>, mut entry: Entry, purpose: &PurposeName) -> Result<Pending, Fault> {
        let day = entry.at.as_second().div_euclid(DAY_SECONDS);
        let sequence = self.next_sequence()?;
        let mut filing = Filing { subject: None, number: None, purpose, day };
        let salt = new_salt()?;
        let mut members = Vec::new();
        entry.scope = match whom {
            Whom::Nobody => Scope::Nobody,
            Whom::One(subject) => {
                let (number, previous) = self.chain(subject)?;
                (filing.subject, filing.number) = (Some(subject), Some(number));
                Scope::One { subject: self.pseudonym(subject)?, number, previous }
            }
            Whom::Many(subjects) => {
                members = self.member_commitments(subjects, &salt)?;
                member::scope(&members)
            }
        };
        let (commitment, sealed) = self.seal_payload(&salt, &entry.to_payload()?, &filing)?;
        let leaf = Leaf::Sealed(commitment);
        self.put_entry(sequence, &leaf, Some(sealed), &filing)?;
        if let Whom::Many(subjects) = whom {
            self.put_members(sequence, subjects, &members)?;
        }
        self.keep_line((sequence, purpose), leaf, Some((salt, entry.as_written())));
        self.pending(commitment, sequence)
    }

    /// Writes a system entry: about no person, and in clear.
    ///
    /// # Errors
    /// [`Fault::Entry`] where it holds what is not a name.
    pub fn log_system(&mut self, entry: SystemEntry, purpose: &PurposeName) -> Result<Sequence, Fault> {
        let day = entry.at.as_second().div_euclid(DAY_SECONDS);
        let sequence = self.next_sequence()?;
        let filing = Filing { subject: None, number: None, purpose, day };
        let leaf = Leaf::System(entry.as_written());
        self.put_entry(sequence, &leaf, None, &filing)?;
        self.keep_line((sequence, purpose), leaf, None);
        Ok(Sequence(sequence.unsigned_abs()))
    }

    /// Has an entry in memory once it is committed, as it would be read from the store.
    fn keep_line(
        &mut self,
        (sequence, purpose): (i64, &PurposeName),
        leaf: Leaf,
        opened: Option<(Salt, Entry)>,
    ) {
        if self.memory.is_none() {
            return;
        }
        let sequence = Sequence(sequence.unsigned_abs());
        let line = Arc::new(Recorded { sequence, purpose: purpose.clone(), leaf, opened });
        self.made.lines.push(line);
    }

    fn next_sequence(&mut self) -> Result<i64, Fault> {
        self.one(ENTRY_NEXT, &[])?.ok_or(Fault::Missing { what: "entry" })?.integer(0)
    }

    fn pending(&mut self, commitment: Commitment, sequence: i64) -> Result<Pending, Fault> {
        let sequence = Sequence(sequence.unsigned_abs());
        self.logged.push((commitment, sequence));
        Ok(Pending { commitment, sequence })
    }

    /// Under which name a person appears in the ledger: it dies with the person's ledger key.
    ///
    /// # Errors
    /// [`Fault::Erased`] when that key is gone.
    pub fn pseudonym(&mut self, subject: SubjectId) -> Result<Pseudonym, Fault> {
        Ok(self.subject_keys(subject)?.ledger()?.ok_or(Fault::Erased)?.name)
    }

    /// Under which name somebody who acts (a member of staff, an application) appears in the ledger.
    ///
    /// # Errors
    /// Only when the cipher fails.
    pub fn actor(&self, name: &str) -> Result<Pseudonym, Fault> {
        pseudonym(&self.ring.lookup, &[b"kept/actor", name.as_bytes()])
    }

    /// The number and the predecessor of a person's next entry.
    fn chain(&mut self, subject: SubjectId) -> Result<(u64, Option<Commitment>), Fault> {
        let Some(row) = self.one(ENTRY_CHAIN, &[subject.value()])? else { return Ok((0, None)) };
        let Leaf::Sealed(previous) = leaf(&row, 1)? else {
            return Err(Fault::Shape { statement: row.statement, column: 1 });
        };
        Ok((row.integer(0)?.unsigned_abs() + 1, Some(previous)))
    }

    fn seal_payload(
        &mut self,
        salt: &Salt,
        payload: &[u8],
        filing: &Filing<'_>,
    ) -> Result<(Commitment, Vec<u8>), Fault> {
        let commitment = Commitment::new(salt, payload);
        let day = self.day_key(filing.purpose, filing.day, Missing::Make)?.ok_or(Fault::Erased)?;
        let keys = filing.subject.map(|subject| self.subject_keys(subject)).transpose()?;
        let key = payload_key(keys.as_deref(), &day, &commitment)?.ok_or(Fault::Erased)?;
        let plain = zeroize::Zeroizing::new([salt.as_bytes(), payload].concat());
        let sealed = seal(&key, commitment.as_bytes(), &plain)?;
        Ok((commitment, sealed))
    }

    fn put_entry(
        &mut self,
        sequence: i64,
        leaf: &Leaf,
        sealed: Option<Vec<u8>>,
        filing: &Filing<'_>,
    ) -> Result<(), Fault> {
        let leaf = leaf.to_bytes().map_err(|error| match error {
            LeafError::System(error) => Fault::Entry(error),
            LeafError::Kind | LeafError::Length => Fault::Crypto,
        })?;
        let number = filing.number.and_then(|number| i64::try_from(number).ok());
        self.execute_one(
            ENTRY_MAKE,
            &[
                integer(sequence),
                or_null(filing.subject, SubjectId::value),
                or_null(number, integer),
                text(filing.purpose.as_str()),
                integer(filing.day),
                bytes(leaf),
                or_null(sealed, bytes),
            ],
        )
    }

    /// The key of a purpose's entries of one day; `None` where it was destroyed.
    pub(crate) fn day_key(
        &mut self,
        of: &PurposeName,
        day: i64,
        missing: Missing,
    ) -> Result<Option<Secret>, Fault> {
        let name = (of.as_str().to_owned(), day);
        let remembered = || self.memory.as_ref()?.day(&name);
        if let Some(key) = self.made.days.get(&name).cloned().or_else(remembered) {
            return Ok(Some(key));
        }
        let (purpose, number) = (text(of.as_str()), integer(day));
        let key = match (self.one(DAY_KEY_FIND, &[purpose.clone(), number.clone()])?, missing) {
            (Some(row), _) => self.unwrap_day_key((of, day), row.integer(0)?, row.bytes(1)?)?,
            (None, Missing::Leave) => return Ok(None),
            (None, Missing::Make) => {
                let (key, epoch) = (Secret::random()?, self.current_epoch()?);
                let wrapped = self.wrap_day_key((of, day), epoch, &key)?;
                self.execute_one(DAY_KEY_MAKE, &[purpose, number, integer(epoch), bytes(wrapped)])?;
                key
            }
        };
        self.made.days.insert(name, key.clone());
        Ok(Some(key))
    }

    /// A day's key under the key of an epoch.
    pub(crate) fn wrap_day_key(
        &self,
        (purpose, day): (&PurposeName, i64),
        epoch: i64,
        key: &Secret,
    ) -> Result<Vec<u8>, Fault> {
        wrap(&self.ring.epoch(epoch)?, &day_place(purpose, day, epoch), key)
    }

    /// A day's key from under the key of its epoch.
    pub(crate) fn unwrap_day_key(
        &self,
        (purpose, day): (&PurposeName, i64),
        epoch: i64,
        wrapped: &[u8],
    ) -> Result<Secret, Fault> {
        unwrap(&self.ring.epoch(epoch)?, &day_place(purpose, day, epoch), wrapped)
            .ok_or(Fault::Sealed { table: "day_key", field: "wrapped" })
    }

    /// How many entries the ledger has.
    ///
    /// # Errors
    /// When the store fails.
    pub fn count_entries(&mut self) -> Result<u64, Fault> {
        self.next_sequence().map(i64::unsigned_abs)
    }

    /// The leaves from a number on, at most `count`, in order and without gap.
    ///
    /// # Errors
    /// [`Fault::Missing`] when a row was taken out of the middle.
    pub fn leaves(&mut self, from: Sequence, count: u32) -> Result<Vec<Vec<u8>>, Fault> {
        let first = i64::try_from(from.0).map_err(|_| Fault::Missing { what: "entry" })?;
        let rows = self.query(ENTRY_LEAVES, &[integer(first), integer(i64::from(count))])?;
        (first..)
            .zip(&rows)
            .map(|(expected, row)| match row.integer(0)? {
                found if found == expected => Ok(row.bytes(1)?.to_vec()),
                _ => Err(Fault::Missing { what: "entry" }),
            })
            .collect()
    }

    pub(crate) fn commitment(&mut self, of: Sequence) -> Result<Commitment, Fault> {
        let missing = Fault::Missing { what: "entry about people" };
        let Ok(sequence) = i64::try_from(of.0) else { return Err(missing) };
        let Some(row) = self.one(ENTRY_LEAF, &[integer(sequence)])? else { return Err(missing) };
        match leaf(&row, 0)? {
            Leaf::Sealed(commitment) => Ok(commitment),
            Leaf::System(_) => Err(missing),
        }
    }

    /// One entry by its number.
    ///
    /// # Errors
    /// [`Fault::Sealed`] when its payload was changed.
    pub fn entry(&mut self, at: Sequence, _: &Durable) -> Result<Option<Recorded>, Fault> {
        let Ok(sequence) = i64::try_from(at.0) else { return Ok(None) };
        let rows = self.query(ENTRY_READ, &[integer(sequence)])?;
        Ok(self.recorded(rows)?.pop())
    }

    /// The entries from one number up to another, which is not among them.
    ///
    /// # Errors
    /// [`Fault::Sealed`] when a payload was changed.
    pub fn entries(&mut self, between: Range<u64>, receipt: &Durable) -> Result<Vec<Recorded>, Fault> {
        Ok(self.lines(between)?.open(receipt)?.into_iter().map(Arc::unwrap_or_clone).collect())
    }

    /// Every entry about a person: those of the person's own chain, then those about many.
    ///
    /// # Errors
    /// [`Fault::Sealed`] when a payload was changed.
    pub fn entries_of(&mut self, subject: SubjectId, _: &Durable) -> Result<Vec<Recorded>, Fault> {
        let mut rows = self.query(ENTRY_OF_SUBJECT, &[subject.value()])?;
        for sequence in self.sets_with(subject)? {
            rows.extend(self.query(ENTRY_READ, &[integer(sequence)])?);
        }
        self.recorded(rows)
    }

    /// The entries of a person's own chain since an instant's day that still open.
    ///
    /// # Errors
    /// [`Fault::Sealed`] when a payload was changed.
    pub fn entries_since(
        &mut self,
        subject: SubjectId,
        since: jiff::Timestamp,
        _: &Durable,
    ) -> Result<Vec<Recorded>, Fault> {
        let rows = self.query(ENTRY_OF_SUBJECT_SINCE, &[subject.value(), integer(day_of(since))])?;
        self.recorded(rows)
    }

    /// A page of the entries about nobody whom Kept knows, since an instant's day, after a number.
    ///
    /// # Errors
    /// [`Fault::Sealed`] when a payload was changed.
    pub fn entries_of_nobody(
        &mut self,
        after: Option<Sequence>,
        (since, count): (jiff::Timestamp, u32),
        _: &Durable,
    ) -> Result<Vec<Recorded>, Fault> {
        let after = after.and_then(|after| i64::try_from(after.0).ok()).unwrap_or(-1);
        let values = [integer(after), integer(day_of(since)), integer(i64::from(count))];
        let rows = self.query(ENTRY_OF_NOBODY, &values)?;
        self.recorded(rows)
    }

    fn recorded(&mut self, rows: Vec<Row>) -> Result<Vec<Recorded>, Fault> {
        rows.into_iter().map(|mut row| self.stored_line(&mut row)?.open()).collect()
    }
}

/// The day by which entries are filed.
fn day_of(at: jiff::Timestamp) -> i64 {
    at.as_second().div_euclid(DAY_SECONDS)
}

/// What is done about a day's key that is not there.
#[derive(Clone, Copy)]
pub(crate) enum Missing {
    Make,
    Leave,
}

fn new_salt() -> Result<Salt, Fault> {
    let mut salt = [0; Salt::LENGTH];
    fill(&mut salt)?;
    Ok(Salt::from_bytes(salt))
}

fn day_place(purpose: &PurposeName, day: i64, epoch: i64) -> Vec<u8> {
    bound(&[b"kept/day-key", purpose.as_str().as_bytes(), &day.to_be_bytes(), &epoch.to_be_bytes()])
}
