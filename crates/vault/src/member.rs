//! The people of an entry about many (decision 20): who they are, and what the entry commits to of each.
//!
//! A member's salt is `HMAC(K_ledger(person), "kept/member" ‖ the entry's salt)`, so that it is written
//! nowhere: it ends with the person's ledger key, or with the entry's payload. What it commits to is the
//! name under which the person appears in the ledger. Not here: the entry itself (`entry`).

use kept_core::ledger::{Commitment, Durable, Frontier, Hash, Leaf, Pseudonym, Salt, Scope, Sequence};

use crate::fault::Fault;
use crate::keys::tree::LedgerKey;
use crate::people;
use crate::row::{bytes, integer};
use crate::statements::{SET_ENTRY_FIND, SET_ENTRY_MAKE, SET_MEMBER_MAKE};
use crate::subject::SubjectId;
use crate::transaction::Tx;

/// How long a commitment is.
const COMMITMENT: usize = 32;

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
        let (wanted, statement) = (of.len() as u64, SET_MEMBER_MAKE);
        match self.execute(statement, &[integer(sequence), ids, count])? {
            made if made == wanted => Ok(()),
            changed => Err(Fault::Count { statement: statement.name, changed, wanted }),
        }
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
        let Some(row) = self.one(SET_ENTRY_FIND, &[subject.value(), integer(sequence)])? else {
            return Ok(None);
        };
        let opened = self.entry(at, receipt)?.and_then(|entry| entry.opened);
        let keys = self.subject_keys(subject)?;
        let (Some((entry_salt, entry)), Some(key)) = (opened, keys.ledger()?) else { return Ok(None) };
        let found = row.bytes(1)?.chunks_exact(COMMITMENT).filter_map(Commitment::from_slice);
        let (place, commitments) = (row.integer(0)?.unsigned_abs(), found.collect::<Vec<_>>());
        let (salt, name) = (salt(key, &entry_salt), key.name);
        let own = usize::try_from(place).ok().and_then(|place| commitments.get(place));
        let is_own = own.is_some_and(|own| own.opens_with(&salt, name.as_bytes()));
        if !is_own || scope(&commitments)? != entry.scope {
            return Err(Fault::Sealed { table: "set_entry", field: "commitments" });
        }
        Ok(Some(Membership { place, salt, name, commitments }))
    }
}

fn salt(key: &LedgerKey, entry: &Salt) -> Salt {
    Salt::from_bytes(key.tagger.tag(&[b"kept/member", entry.as_bytes()]))
}

/// The scope of an entry about many: the tree over their commitments, in order.
pub(crate) fn scope(of: &[Commitment]) -> Result<Scope, Fault> {
    let mut tree = Frontier::default();
    for commitment in of {
        tree.append(Leaf::Sealed(*commitment).hash().map_err(|_| Fault::Crypto)?);
    }
    let root: Hash = tree.root();
    Ok(Scope::Many { count: of.len() as u64, root })
}
