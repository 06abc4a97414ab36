//! An entry: one act, said in names and pseudonyms, and its canonical bytes.
//!
//! No personal value enters: people appear under pseudonyms that die with their ledger key, data by
//! the names that the policy gives them, and every text is a name (letters, digits and
//! `- _ . / :`, 128 bytes at most), so that a sentence or an address finds no field to live in.
//! Not here: committing to an entry (`commitment`), sealing it (`kept-vault`), entries without a
//! person (`system`).

use crate::name::{CaseId, PurposeName, RecipientName, StoreName};
use crate::policy::model::DataRef;
use crate::time::Instant;

use super::bytes::fixed_bytes;
use super::cbor::{MapWriter, Writer};
use super::commitment::Commitment;
use super::tree::Hash;

mod kind;
mod read;

pub use kind::{Kind, Outcome};

/// The longest text in an entry, in bytes.
pub const NAME_BYTES_MAX: usize = 128;
/// The most fields that one entry names.
pub const FIELDS_MAX: usize = 1_000;
/// The longest payload that is read, in bytes.
pub const PAYLOAD_BYTES_MAX: usize = 65_000;

fixed_bytes! {
    /// Who acted, or whom it is about, under a keyed pseudonym: nobody can tell who it was once
    /// the key is gone.
    Pseudonym[16],
    /// A version of the policy: SHA-256 over its files.
    PolicyVersion[32],
}

impl Pseudonym {
    /// Kept itself, when it acts by the policy and not for somebody who is signed in.
    pub const KEPT: Self = Self([0; 16]);
}

impl PolicyVersion {
    /// From 64 hexadecimal digits, as [`crate::policy::model::Policy::digest`] has them.
    pub fn from_hex(text: &str) -> Option<Self> {
        let digits = text.as_bytes();
        if digits.len() != 64 {
            return None;
        }
        let nibble = |digit: &u8| char::from(*digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
        let bytes: Option<Vec<u8>> = digits
            .chunks_exact(2)
            .map(|pair| match pair {
                [high, low] => Some((nibble(high)? << 4) | nibble(low)?),
                _ => None,
            })
            .collect();
        Self::from_slice(&bytes?)
    }
}

/// One act, to be sealed and committed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What was done.
    pub kind: Kind,
    /// When, in whole microseconds; anything finer is dropped.
    pub at: Instant,
    /// Who did it.
    pub actor: Pseudonym,
    /// Whom it is about.
    pub scope: Scope,
    /// For which purpose.
    pub purpose: Option<PurposeName>,
    /// Which data, by name.
    pub fields: Vec<DataRef>,
    /// Under which version of the policy.
    pub policy: PolicyVersion,
    /// What came of it.
    pub outcome: Outcome,
    /// The statement of the policy that decided: `purpose.prospecting.keep`.
    pub rule: Option<String>,
    /// The request or case that it belongs to.
    pub request: Option<CaseId>,
    /// The store in which it took effect.
    pub store: Option<StoreName>,
    /// To whom data were disclosed.
    pub recipient: Option<RecipientName>,
    /// The entry that this one completes: `intended`, for a `done`.
    pub follows: Option<Commitment>,
    /// What the second look found.
    pub found: Option<Found>,
    /// Whether the person is told of it, where that is a question.
    pub telling: Option<Telling>,
}

/// Whether the person is told of a release, and why (14(5)(d), 23).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Telling {
    /// Whether it is kept from the person.
    pub is_secret: bool,
    /// Why it is, or is not: a name, such as the article of a law.
    pub reason: String,
    /// When the secrecy ends by itself; until somebody ends it where there is none.
    pub until: Option<Instant>,
}

/// Whom an entry is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Nobody: a sign-in, an audit.
    Nobody,
    /// One person; the entry is the next of this person's own chain.
    One {
        /// The person.
        subject: Pseudonym,
        /// The entry's number in this person's chain, from 0.
        number: u64,
        /// The person's entry before it; `None` for the first.
        previous: Option<Commitment>,
    },
    /// Many people at once; who they are is sealed beside the entry (decision 20).
    Many {
        /// How many.
        count: u64,
        /// The root of the tree over the sealed members' commitments.
        root: Hash,
    },
}

/// What Kept found when it looked again after a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// Rows changed or gone.
    pub changed: u64,
    /// Rows that should have changed and did not.
    pub left: u64,
}

/// Why an entry can't be written or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// A text is not a name; the text itself is not shown, for it may be personal.
    #[error("the entry's {0} is not a name: at most 128 bytes of letters, digits and `- _ . / :`")]
    NotAName(&'static str),
    /// Too many fields.
    #[error("the entry names more than 1000 fields")]
    TooManyFields,
    /// Longer than any entry.
    #[error("the payload is longer than 65000 bytes")]
    TooLong,
    /// The bytes are not CBOR of the expected shape.
    #[error("the payload is not the CBOR of an entry")]
    Shape,
    /// A number that this version does not know: a kind, an outcome or a key.
    #[error("the entry has a {0} that this version does not know")]
    Unknown(&'static str),
    /// The bytes say the same as the canonical ones, and are not them.
    #[error("the payload is not in its canonical form")]
    NotCanonical,
}

impl Entry {
    /// An entry with only what each must have; the rest is filled in by name.
    pub fn new(kind: Kind, at: Instant, actor: Pseudonym, policy: PolicyVersion) -> Self {
        Self {
            kind,
            at,
            actor,
            scope: Scope::Nobody,
            purpose: None,
            fields: Vec::new(),
            policy,
            outcome: Outcome::Done,
            rule: None,
            request: None,
            store: None,
            recipient: None,
            follows: None,
            found: None,
            telling: None,
        }
    }

    /// The entry's canonical bytes: the payload that is committed to and sealed.
    ///
    /// # Errors
    /// [`EntryError`] where a text is not a name or there are too many fields.
    pub fn to_payload(&self) -> Result<Vec<u8>, EntryError> {
        self.check()?;
        let bytes = self.written();
        if bytes.len() > PAYLOAD_BYTES_MAX { Err(EntryError::TooLong) } else { Ok(bytes) }
    }

    /// The same entry as its payload says it: instants in whole microseconds.
    #[must_use]
    pub fn as_written(mut self) -> Self {
        self.at = whole(self.at);
        if let Some(telling) = &mut self.telling {
            telling.until = telling.until.map(whole);
        }
        self
    }

    /// Reads a payload, in its canonical form only.
    ///
    /// # Errors
    /// [`EntryError`] says what is wrong with the bytes.
    pub fn from_payload(bytes: &[u8]) -> Result<Self, EntryError> {
        if bytes.len() > PAYLOAD_BYTES_MAX {
            return Err(EntryError::TooLong);
        }
        let entry = read::entry(bytes)?;
        entry.check()?;
        if entry.written() == bytes { Ok(entry) } else { Err(EntryError::NotCanonical) }
    }

    fn check(&self) -> Result<(), EntryError> {
        if self.fields.len() > FIELDS_MAX {
            return Err(EntryError::TooManyFields);
        }
        for field in &self.fields {
            check_name("field", field.category.as_str())?;
            field.field.as_ref().map_or(Ok(()), |name| check_name("field", name.as_str()))?;
        }
        let names = [
            ("purpose", self.purpose.as_ref().map(PurposeName::as_str)),
            ("rule", self.rule.as_deref()),
            ("request", self.request.as_ref().map(CaseId::as_str)),
            ("store", self.store.as_ref().map(StoreName::as_str)),
            ("recipient", self.recipient.as_ref().map(RecipientName::as_str)),
            ("reason", self.telling.as_ref().map(|telling| telling.reason.as_str())),
        ];
        names.into_iter().try_for_each(|(what, name)| name.map_or(Ok(()), |name| check_name(what, name)))
    }

    fn written(&self) -> Vec<u8> {
        let mut map = MapWriter::default();
        map.pair(1, |out| out.unsigned(self.kind.number()));
        map.pair(2, |out| out.signed(self.at.as_microsecond()));
        map.pair(3, |out| out.bytes(self.actor.as_bytes()));
        write_scope(&mut map, &self.scope);
        map.pair_if(8, self.purpose.as_ref(), |out, name| out.text(name.as_str()));
        map.pair_if(9, (!self.fields.is_empty()).then_some(&self.fields), |out, fields| {
            write_fields(out, fields);
        });
        map.pair(10, |out| out.bytes(self.policy.as_bytes()));
        map.pair(11, |out| out.unsigned(self.outcome.number()));
        map.pair_if(12, self.rule.as_deref(), Writer::text);
        map.pair_if(13, self.request.as_ref(), |out, name| out.text(name.as_str()));
        map.pair_if(14, self.store.as_ref(), |out, name| out.text(name.as_str()));
        map.pair_if(15, self.recipient.as_ref(), |out, name| out.text(name.as_str()));
        map.pair_if(16, self.follows.as_ref(), |out, entry| out.bytes(entry.as_bytes()));
        map.pair_if(17, self.found, |out, found| {
            out.array(2);
            out.unsigned(found.changed);
            out.unsigned(found.left);
        });
        map.pair_if(18, self.telling.as_ref(), write_telling);
        map.into_bytes()
    }
}

/// An instant without what is finer than a microsecond.
pub(super) fn whole(at: Instant) -> Instant {
    Instant::from_microsecond(at.as_microsecond()).unwrap_or(at)
}

fn write_scope(map: &mut MapWriter, scope: &Scope) {
    match scope {
        Scope::Nobody => {}
        Scope::One { subject, number, previous } => {
            map.pair(4, |out| out.bytes(subject.as_bytes()));
            map.pair(5, |out| out.unsigned(*number));
            map.pair_if(6, previous.as_ref(), |out, entry| out.bytes(entry.as_bytes()));
        }
        Scope::Many { count, root } => map.pair(7, |out| {
            out.array(2);
            out.unsigned(*count);
            out.bytes(root.as_bytes());
        }),
    }
}

fn write_telling(out: &mut Writer, telling: &Telling) {
    out.array(if telling.until.is_some() { 3 } else { 2 });
    out.unsigned(u64::from(telling.is_secret));
    out.text(&telling.reason);
    if let Some(until) = telling.until {
        out.signed(until.as_microsecond());
    }
}

fn write_fields(out: &mut Writer, fields: &[DataRef]) {
    out.array(fields.len());
    for field in fields {
        out.array(if field.field.is_some() { 2 } else { 1 });
        out.text(field.category.as_str());
        if let Some(name) = &field.field {
            out.text(name.as_str());
        }
    }
}

/// Whether a text is a name: short, and without anything that a sentence or an address needs.
pub(crate) fn check_name(what: &'static str, text: &str) -> Result<(), EntryError> {
    let fits = |letter: char| letter.is_alphanumeric() || "-_./:".contains(letter);
    if !text.is_empty() && text.len() <= NAME_BYTES_MAX && text.chars().all(fits) {
        Ok(())
    } else {
        Err(EntryError::NotAName(what))
    }
}
