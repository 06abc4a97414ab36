//! The people of an entry about many (decision 20): who they are, and what the entry commits to of each.
//!
//! A member's salt is `HMAC(K_ledger(person), "kept/member" ‖ the entry's salt)`, so that it is written
//! nowhere: it ends with the person's ledger key, or with the entry's payload. What it commits to is the
//! name under which the person appears in the ledger. Not here: the entry itself (`entry`).

use std::collections::BTreeMap;

use kept_core::ledger::{Commitment, Durable, Frontier, Hash, Pseudonym, Salt, Scope, Sequence};

use crate::fault::Fault;
use crate::keys::tree::LedgerKey;
use crate::people;
use crate::row::{Row, bytes, integer};
use crate::statements::{
    MEMBER_OF_SUBJECT, SET_ENTRY_FIND, SET_ENTRY_MAKE, SET_LINE_LIST, SET_LINE_MAKE, SET_PENDING_CLEAR,
    SET_PENDING_LIST, SET_PENDING_MAKE,
};
use crate::subject::SubjectId;
use crate::transaction::Tx;

/// How long a commitment is.
const COMMITMENT: usize = 32;

/// How many people may wait to be filed: who asks for the entries about a person looks through them, and
/// whoever writes the entry that is one too many files them all.
const PENDING_MAX: i64 = 65_536;

/// How many people are filed by one statement.
const FILED_AT_ONCE: usize = 4_096;

/// How long a line is: the number of an entry and a place in it.
const LINE: usize = 10;

/// What tells that a person is in an entry; the earlier entry is the smaller one.
type Line = [u8; LINE];

fn line(sequence: i64, place: u32) -> Line {
    let ([_, _, a, b, c, d, e, f], [g, h, i, j]) = (sequence.to_be_bytes(), place.to_be_bytes());
    [a, b, c, d, e, f, g, h, i, j]
}

fn of_line(line: &[u8]) -> (i64, Option<u64>) {
    let number = |bytes: &[u8]| bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
    let (sequence, place) = line.split_at_checked(LINE - 4).unwrap_or_default();
    (number(sequence).cast_signed(), Some(number(place)))
}

/// The people of a row, with their places.
fn people_in(row: &Row, column: usize) -> Result<impl Iterator<Item = (u32, SubjectId)>, Fault> {
    let ids = row.bytes(column)?.chunks_exact(16).filter_map(|id| id.try_into().ok());
    Ok((0..).zip(ids.map(SubjectId::from_bytes)))
}

/// A person's part in an entry about many: what shows to somebody else that the person was among them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// Which of them, from 0.
    pub place: u64,
    /// What opens the commitment at that place.
    pub salt: Salt,
    /// The name that it commits to.
    pub name: Pseudonym,
    /// The commitments of all, in their order.
    pub commitments: Vec<Commitment>,
}

impl Tx {
    /// What an entry with this salt commits to of each of these people.
    pub(crate) fn member_commitments(
        &mut self,
        of: &[SubjectId],
        entry: &Salt,
    ) -> Result<Vec<Commitment>, Fault> {
        self.load_keys(of)?;
        let mut made = Vec::with_capacity(of.len());
        for subject in of {
            let keys = self.subject_keys(*subject)?;
            let key = keys.ledger()?.ok_or(Fault::Erased)?;
            made.push(Commitment::new(&salt(key, entry), key.name.as_bytes()));
        }
        Ok(made)
    }

    /// Writes the people of an entry that is written already.
    pub(crate) fn put_members(
        &mut self,
        sequence: i64,
        of: &[SubjectId],
        commitments: &[Commitment],
    ) -> Result<(), Fault> {
        if of.is_empty() {
            return Ok(());
        }
        let all: Vec<u8> = commitments.iter().flat_map(Commitment::as_bytes).copied().collect();
        self.execute_one(SET_ENTRY_MAKE, &[integer(sequence), bytes(all)])?;
        let [ids, count] = people::list(of);
        let row = self.one(SET_PENDING_MAKE, &[integer(sequence), count, ids])?;
        let waiting = row.ok_or(Fault::Missing { what: "set_pending" })?.integer(0)?;
        if waiting > PENDING_MAX { self.file_members() } else { Ok(()) }
    }

    /// Files the people of entries about many who wait for it by person: one row for each, however many
    /// entries they are in. It is done by itself when many wait; what is asked about a person is answered
    /// alike before and after.
    ///
    /// # Errors
    /// When the store fails.
    pub fn file_members(&mut self) -> Result<(), Fault> {
        let (mut lines, mut until) = (Vec::new(), 0);
        for row in self.query(SET_PENDING_LIST, &[])? {
            until = row.integer(0)?;
            for (place, person) in people_in(&row, 1)? {
                lines.push((person, line(until, place)));
            }
        }
        lines.sort_unstable();
        // Those with as many lines are one statement.
        let mut groups: BTreeMap<usize, Vec<&[(SubjectId, Line)]>> = BTreeMap::new();
        for own in lines.chunk_by(|(one, _), (other, _)| one == other) {
            groups.entry(own.len()).or_default().push(own);
        }
        for (count, group) in groups {
            for some in group.chunks(FILED_AT_ONCE) {
                let ids: Vec<SubjectId> = some.iter().filter_map(|own| Some(own.first()?.0)).collect();
                let lines: Vec<u8> = some.iter().copied().flatten().flat_map(|(_, line)| *line).collect();
                let [ids, number] = people::list(&ids);
                let width = i64::try_from(count * LINE).map_err(|_| Fault::Missing { what: "line" })?;
                self.execute(SET_LINE_MAKE, &[integer(until), ids, number, bytes(lines), integer(width)])?;
            }
        }
        self.execute(SET_PENDING_CLEAR, &[integer(until)]).map(drop)
    }

    /// The entries about many in which a person is, by their numbers, with the person's place; none
    /// for those of the first versions.
    fn sets_of(&mut self, subject: SubjectId) -> Result<BTreeMap<i64, Option<u64>>, Fault> {
        let mut found = BTreeMap::new();
        for row in self.query(MEMBER_OF_SUBJECT, &[subject.value()])? {
            found.insert(row.integer(0)?, None);
        }
        for row in self.query(SET_LINE_LIST, &[subject.value()])? {
            found.extend(row.bytes(0)?.chunks_exact(LINE).map(of_line));
        }
        for row in self.query(SET_PENDING_LIST, &[])? {
            let sequence = row.integer(0)?;
            let own = people_in(&row, 1)?.find(|(_, person)| *person == subject);
            found.extend(own.map(|(place, _)| (sequence, Some(u64::from(place)))));
        }
        Ok(found)
    }

    /// The numbers of those entries, in order.
    pub(crate) fn sets_with(&mut self, subject: SubjectId) -> Result<Vec<i64>, Fault> {
        Ok(self.sets_of(subject)?.into_keys().collect())
    }

    /// A person's part in an entry about many; `None` where the person has none, or what opens it is gone.
    ///
    /// # Errors
    /// [`Fault::Sealed`] when the entry or the list of its people was changed.
    pub fn membership(
        &mut self,
        subject: SubjectId,
        at: Sequence,
        receipt: &Durable,
    ) -> Result<Option<Membership>, Fault> {
        let Ok(sequence) = i64::try_from(at.0) else { return Ok(None) };
        let Some(Some(place)) = self.sets_of(subject)?.get(&sequence).copied() else { return Ok(None) };
        let Some(row) = self.one(SET_ENTRY_FIND, &[integer(sequence)])? else { return Ok(None) };
        let opened = self.entry(at, receipt)?.and_then(|entry| entry.opened);
        let keys = self.subject_keys(subject)?;
        let (Some((entry_salt, entry)), Some(key)) = (opened, keys.ledger()?) else { return Ok(None) };
        let found = row.bytes(0)?.chunks_exact(COMMITMENT).filter_map(Commitment::from_slice);
        let commitments: Vec<Commitment> = found.collect();
        let (salt, name) = (salt(key, &entry_salt), key.name);
        let own = usize::try_from(place).ok().and_then(|place| commitments.get(place));
        let is_own = own.is_some_and(|own| own.opens_with(&salt, name.as_bytes()));
        if !is_own || scope(&commitments) != entry.scope {
            return Err(Fault::Sealed { table: "set_entry", field: "commitments" });
        }
        Ok(Some(Membership { place, salt, name, commitments }))
    }
}

fn salt(key: &LedgerKey, entry: &Salt) -> Salt {
    Salt::from_bytes(key.tagger.tag(&[b"kept/member", entry.as_bytes()]))
}

/// The scope of an entry about many: the tree over their commitments, in order.
pub(crate) fn scope(of: &[Commitment]) -> Scope {
    let mut tree = Frontier::default();
    for commitment in of {
        tree.push(Hash::of_sealed(commitment));
    }
    Scope::Many { count: of.len() as u64, root: tree.root() }
}
