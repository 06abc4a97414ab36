//! Reading a payload: any bytes in, an entry or an error out.
//!
//! It reads a little more than the canonical form; the caller writes the entry again and compares.

use minicbor::Decoder;
use minicbor::decode::Error;

use crate::name::{CaseId, CategoryName, FieldName, PurposeName, RecipientName, StoreName};
use crate::policy::model::DataRef;
use crate::time::Instant;

use super::{
    Commitment, Entry, EntryError, FIELDS_MAX, Found, Hash, Kind, Outcome, PolicyVersion, Pseudonym, Scope,
    Telling,
};

/// The pairs of the map as they come.
#[derive(Default)]
struct Parts<'a> {
    kind: Option<u64>,
    at: Option<i64>,
    actor: Option<&'a [u8]>,
    subject: Option<&'a [u8]>,
    number: Option<u64>,
    previous: Option<&'a [u8]>,
    many: Option<(u64, &'a [u8])>,
    purpose: Option<&'a str>,
    fields: Vec<DataRef>,
    policy: Option<&'a [u8]>,
    outcome: Option<u64>,
    rule: Option<&'a str>,
    request: Option<&'a str>,
    store: Option<&'a str>,
    recipient: Option<&'a str>,
    follows: Option<&'a [u8]>,
    found: Option<Found>,
    telling: Option<Telling>,
}

pub(super) fn entry(bytes: &[u8]) -> Result<Entry, EntryError> {
    let mut decoder = Decoder::new(bytes);
    let pairs = decoder.map().ok().flatten().ok_or(EntryError::Shape)?;
    let mut parts = Parts::default();
    for _ in 0..pairs {
        let key = decoder.u64().map_err(|_| EntryError::Shape)?;
        let known = parts.pair(key, &mut decoder).map_err(|_| EntryError::Shape)?;
        if !known {
            return Err(EntryError::Unknown("key"));
        }
    }
    if decoder.position() != bytes.len() {
        return Err(EntryError::Shape);
    }
    parts.entry()
}

impl<'a> Parts<'a> {
    /// Reads the value of a key; false where the key is not known.
    fn pair(&mut self, key: u64, decoder: &mut Decoder<'a>) -> Result<bool, Error> {
        match key {
            1 => self.kind = Some(decoder.u64()?),
            2 => self.at = Some(decoder.i64()?),
            3 => self.actor = Some(decoder.bytes()?),
            4 => self.subject = Some(decoder.bytes()?),
            5 => self.number = Some(decoder.u64()?),
            6 => self.previous = Some(decoder.bytes()?),
            7 => {
                two(decoder)?;
                self.many = Some((decoder.u64()?, decoder.bytes()?));
            }
            8 => self.purpose = Some(decoder.str()?),
            9 => self.fields = fields(decoder)?,
            10 => self.policy = Some(decoder.bytes()?),
            11 => self.outcome = Some(decoder.u64()?),
            12 => self.rule = Some(decoder.str()?),
            13 => self.request = Some(decoder.str()?),
            14 => self.store = Some(decoder.str()?),
            15 => self.recipient = Some(decoder.str()?),
            16 => self.follows = Some(decoder.bytes()?),
            17 => {
                two(decoder)?;
                self.found = Some(Found { changed: decoder.u64()?, left: decoder.u64()? });
            }
            18 => self.telling = Some(telling(decoder)?),
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn entry(self) -> Result<Entry, EntryError> {
        let shape = EntryError::Shape;
        let kind = self.kind.ok_or(shape)?;
        let outcome = self.outcome.ok_or(shape)?;
        Ok(Entry {
            kind: Kind::from_number(kind).ok_or(EntryError::Unknown("kind"))?,
            at: self.at.and_then(|at| Instant::from_microsecond(at).ok()).ok_or(shape)?,
            actor: self.actor.and_then(Pseudonym::from_slice).ok_or(shape)?,
            scope: self.scope()?,
            policy: self.policy.and_then(PolicyVersion::from_slice).ok_or(shape)?,
            outcome: Outcome::from_number(outcome).ok_or(EntryError::Unknown("outcome"))?,
            follows: sized(self.follows, Commitment::from_slice)?,
            purpose: self.purpose.map(PurposeName::from),
            rule: self.rule.map(str::to_owned),
            request: self.request.map(CaseId::from),
            store: self.store.map(StoreName::from),
            recipient: self.recipient.map(RecipientName::from),
            found: self.found,
            telling: self.telling,
            fields: self.fields,
        })
    }

    fn scope(&self) -> Result<Scope, EntryError> {
        let previous = sized(self.previous, Commitment::from_slice)?;
        match (self.subject, self.number, previous, self.many) {
            (None, None, None, None) => Ok(Scope::Nobody),
            (Some(subject), Some(number), previous, None) => {
                let subject = Pseudonym::from_slice(subject).ok_or(EntryError::Shape)?;
                Ok(Scope::One { subject, number, previous })
            }
            (None, None, None, Some((count, root))) => {
                Ok(Scope::Many { count, root: Hash::from_slice(root).ok_or(EntryError::Shape)? })
            }
            _ => Err(EntryError::Shape),
        }
    }
}

fn sized<T>(bytes: Option<&[u8]>, read: impl FnOnce(&[u8]) -> Option<T>) -> Result<Option<T>, EntryError> {
    bytes.map(|bytes| read(bytes).ok_or(EntryError::Shape)).transpose()
}

fn two(decoder: &mut Decoder<'_>) -> Result<(), Error> {
    if decoder.array()? == Some(2) { Ok(()) } else { Err(Error::message("expected two items")) }
}

fn telling(decoder: &mut Decoder<'_>) -> Result<Telling, Error> {
    let parts = decoder.array()?;
    let is_secret = match decoder.u64()? {
        0 => false,
        1 => true,
        _ => return Err(Error::message("expected 0 or 1")),
    };
    let reason = decoder.str()?.to_owned();
    let until = match parts {
        Some(2) => None,
        Some(3) => {
            let until = Instant::from_microsecond(decoder.i64()?);
            Some(until.map_err(|_| Error::message("expected an instant"))?)
        }
        _ => return Err(Error::message("expected whether, why and perhaps until when")),
    };
    Ok(Telling { is_secret, reason, until })
}

fn fields(decoder: &mut Decoder<'_>) -> Result<Vec<DataRef>, Error> {
    let count = decoder.array()?.ok_or_else(|| Error::message("expected a definite length"))?;
    if usize::try_from(count).map_or(true, |count| count == 0 || count > FIELDS_MAX) {
        return Err(Error::message("expected 1 to 1000 fields"));
    }
    (0..count).map(|_| field(decoder)).collect()
}

fn field(decoder: &mut Decoder<'_>) -> Result<DataRef, Error> {
    let parts = decoder.array()?;
    let category = CategoryName::from(decoder.str()?);
    match parts {
        Some(1) => Ok(DataRef { category, field: None }),
        Some(2) => Ok(DataRef { category, field: Some(FieldName::from(decoder.str()?)) }),
        _ => Err(Error::message("expected a category and perhaps a field")),
    }
}
