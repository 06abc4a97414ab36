//! Subjects: people by a number that tells nothing of them, found by the blind values of their identifiers, and the
//! sealing of what belongs to them. Not here: how keys are wrapped (`keys::tree`).

use std::fmt;

use jiff::Timestamp as Instant;
use kept_core::name::{ControllerName, IdentifierKind};

use crate::blind::Identifier;
use crate::fault::Fault;
use crate::keys::seal::bound;
use crate::keys::tree::{Seat, SubjectKeys, Which};
use crate::keys::{Secret, fill};
use crate::memory::Blind;
use crate::people;
use crate::row::{Row, bytes, instant, integer, text};
use crate::statements::{
    EVENT_CLEAR, GROUND_CLEAR, IDENTIFIER_COMPLETE, IDENTIFIER_FIND, IDENTIFIER_KNOWN, IDENTIFIER_KNOWN_OF,
    IDENTIFIER_LIST, IDENTIFIER_MAKE, IDENTIFIER_REMOVE, SUBJECT_COUNT, SUBJECT_ERASE, SUBJECT_ERASED,
    SUBJECT_MAKE, SUBJECT_OPENED, SUBJECT_PAGE,
};
use crate::transaction::Tx;
use kept_core::ledger::Durable;

/// How many bytes of a number tell the order.
const ORDER_BYTES: usize = 5;

/// A data subject, by a number that tells nothing of the person: it rises with the order in which people were
/// first met, so that what was written together lies together (decision 22 of docs/decisions), and ends in
/// 88 random bits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubjectId([u8; 16]);

impl SubjectId {
    /// The number from its bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// The number of somebody new in a place of a bucket.
    fn new(seat: &Seat) -> Result<Self, Fault> {
        let mut bytes = [0; 16];
        fill(&mut bytes)?;
        let order = seat.order().to_be_bytes();
        for (byte, order) in bytes.iter_mut().zip(order.iter().skip(order.len() - ORDER_BYTES)) {
            *byte = *order;
        }
        Ok(Self(bytes))
    }

    pub(crate) fn from_row(row: &Row, column: usize) -> Result<Self, Fault> {
        let shape = Fault::Shape { statement: row.statement, column };
        row.bytes(column)?.try_into().map(Self).map_err(|_| shape)
    }

    pub(crate) fn value(self) -> kept_core::plan::Value {
        bytes(self.0)
    }
}

impl fmt::Display for SubjectId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Audiences print a million: by hand it takes a tenth of the time.
        let digit = |nibble: u8| if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 };
        let mut text = [0; 32];
        for (place, byte) in text.chunks_exact_mut(2).zip(self.0) {
            place.copy_from_slice(&[digit(byte >> 4), digit(byte & 15)]);
        }
        out.write_str(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for SubjectId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

/// An identifier as the store keeps it.
#[derive(Clone, PartialEq, Eq)]
pub struct Known {
    /// Whose people.
    pub controller: ControllerName,
    /// Its kind.
    pub kind: IdentifierKind,
    /// Its canonical value.
    pub canonical: String,
}

impl fmt::Debug for Known {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} of {}", self.kind, self.controller)
    }
}

/// Which of a person's keys are destroyed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Destroy {
    /// The key of values; entries of the ledger live on their own ground.
    Values,
    /// The ledger's as well: its entries about the person open no more.
    ValuesAndLedger,
}

/// How far an erasure has come (decision 22).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Erasure {
    /// The keys are there.
    No,
    /// The keys are gone; their wrapped bytes may still be in a file.
    Erased(Instant),
    /// The bytes are gone too, or open with no key that exists anywhere.
    Scrubbed(Instant),
}

/// Where a sealed value belongs; it opens nowhere else.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// The table.
    pub table: &'static str,
    /// The field.
    pub field: &'static str,
    /// Whose.
    pub subject: SubjectId,
    /// What tells it from others of the same field: a row's number or version.
    pub version: i64,
}

impl Place {
    /// What was sealed for this place.
    ///
    /// # Errors
    /// [`Fault::Erased`] when the key is gone; [`Fault::Sealed`] when the bytes were changed or moved.
    pub(crate) fn open(&self, keys: &SubjectKeys, sealed: &[u8]) -> Result<Vec<u8>, Fault> {
        let opened = keys.vault()?.open(&self.aad(), sealed);
        opened.ok_or(Fault::Sealed { table: self.table, field: self.field })
    }

    fn aad(&self) -> Vec<u8> {
        let version = self.version.to_be_bytes();
        bound(&[self.table.as_bytes(), self.field.as_bytes(), self.subject.as_bytes(), &version])
    }

    /// The place with one more word, as earlier versions had it.
    pub(crate) fn aad_and(&self, word: &str) -> Vec<u8> {
        let (table, field, version) =
            (self.table.as_bytes(), self.field.as_bytes(), self.version.to_be_bytes());
        bound(&[table, field, self.subject.as_bytes(), &version, word.as_bytes()])
    }

    /// The place with two more words that tell it from others.
    pub(crate) fn aad_with(&self, [one, other]: [&str; 2]) -> Vec<u8> {
        let (table, field, version) =
            (self.table.as_bytes(), self.field.as_bytes(), self.version.to_be_bytes());
        bound(&[table, field, self.subject.as_bytes(), &version, one.as_bytes(), other.as_bytes()])
    }
}

impl Tx {
    /// The subject with this identifier.
    ///
    /// # Errors
    /// When the store fails.
    pub fn find_subject(&mut self, by: &Identifier<'_>) -> Result<Option<SubjectId>, Fault> {
        let blind = self.ring.identifier(by);
        let row = self.one(IDENTIFIER_FIND, &[bytes(blind)])?;
        row.map(|row| SubjectId::from_row(&row, 0)).transpose()
    }

    /// A page of the people of whom something still opens, in the order of their numbers; whether
    /// their values do, or the ledger's entries alone.
    ///
    /// # Errors
    /// When the store fails.
    pub fn subjects_page(
        &mut self,
        after: Option<SubjectId>,
        count: u32,
    ) -> Result<Vec<(SubjectId, bool)>, Fault> {
        let after = after.map_or_else(|| bytes(Vec::new()), SubjectId::value);
        let rows = self.query(SUBJECT_PAGE, &[after, integer(i64::from(count))])?;
        rows.iter().map(|row| Ok((SubjectId::from_row(row, 0)?, row.integer(1)? == 1))).collect()
    }

    /// How many people those are.
    ///
    /// # Errors
    /// When the store fails.
    pub fn count_subjects(&mut self) -> Result<u64, Fault> {
        self.one(SUBJECT_COUNT, &[])?.map_or(Ok(0), |row| row.integer(0).map(i64::unsigned_abs))
    }

    /// How many people were ever given keys, those included whose keys are gone: told without looking
    /// at each.
    ///
    /// # Errors
    /// When the store fails.
    pub fn subjects_opened(&mut self) -> Result<u64, Fault> {
        self.one(SUBJECT_OPENED, &[])?.map_or(Ok(0), |row| row.integer(0).map(i64::unsigned_abs))
    }

    /// For each identifier the subject that has it, and the number of the last event of its timeline:
    /// while that stands, nothing was recorded of the person.
    ///
    /// # Errors
    /// When the store fails.
    pub fn find_versions(&mut self, by: &[Identifier<'_>]) -> Result<Vec<Option<(SubjectId, i64)>>, Fault> {
        let blinds: Vec<Blind> = by.iter().map(|one| self.ring.identifier(one)).collect();
        let mut found = match &self.memory {
            Some(memory) => memory.versions(&blinds),
            None => vec![None; by.len()],
        };
        let missing: Vec<usize> =
            (0..).zip(&found).filter(|(_, one)| one.is_none()).map(|(at, _)| at).collect();
        let asked: Vec<Blind> = missing.iter().filter_map(|at| blinds.get(*at)).copied().collect();
        let answers = self.read_versions(&asked)?;
        if let Some(memory) = &self.memory {
            let told = asked.iter().zip(&answers).filter_map(|(blind, one)| Some((*blind, (*one)?)));
            memory.keep_versions(told.filter(|(_, (subject, _))| !self.touched.contains(subject)));
        }
        for (at, answer) in missing.into_iter().zip(answers) {
            if let Some(room) = found.get_mut(at) {
                *room = answer;
            }
        }
        Ok(found)
    }

    fn read_versions(&mut self, by: &[Blind]) -> Result<Vec<Option<(SubjectId, i64)>>, Fault> {
        let mut found = vec![None; by.len()];
        match by {
            [] => {}
            [one] => {
                let row = self.one(IDENTIFIER_KNOWN, &[bytes(*one)])?;
                let version = |row: Row| Ok::<_, Fault>((SubjectId::from_row(&row, 0)?, row.integer(1)?));
                return Ok(vec![row.map(version).transpose()?]);
            }
            several => {
                let count = integer(i64::try_from(several.len()).unwrap_or(i64::MAX));
                for row in &self.query(IDENTIFIER_KNOWN_OF, &[bytes(several.concat()), count])? {
                    let version = (SubjectId::from_row(row, 1)?, row.integer(2)?);
                    *people::of_row(&mut found, row, 0)? = Some(version);
                }
            }
        }
        Ok(found)
    }

    /// The subject with one of these identifiers, made where there is none; identifiers that it
    /// did not have are added. Without any, a subject of its own is made (a sweep has one).
    ///
    /// # Errors
    /// [`Fault::FoundTwice`] when the identifiers belong to different subjects.
    pub fn put_subject(&mut self, identifiers: &[Identifier<'_>], now: Instant) -> Result<SubjectId, Fault> {
        self.put_subject_by(identifiers, false, now)
    }

    /// Files a person by the keyed digests of identifiers alone: they are recognised by them, and what was
    /// digested stands nowhere, not even sealed.
    ///
    /// # Errors
    /// As [`Tx::put_subject`].
    pub fn put_digests(&mut self, identifiers: &[Identifier<'_>], now: Instant) -> Result<SubjectId, Fault> {
        self.put_subject_by(identifiers, true, now)
    }

    /// Keeps, sealed, an identifier of a person that was filed by its digest alone.
    ///
    /// # Errors
    /// [`Fault::Erased`] when the subject's keys are gone.
    pub fn complete_identifier(&mut self, id: SubjectId, by: &Identifier<'_>) -> Result<(), Fault> {
        let blind = self.ring.identifier(by);
        let sealed = self.seal(identifier_place(id), by.canonical.as_bytes())?;
        let row = self.row(id)?;
        self.touch(id);
        self.execute(IDENTIFIER_COMPLETE, &[bytes(blind), row, bytes(sealed)]).map(drop)
    }

    fn put_subject_by(
        &mut self,
        identifiers: &[Identifier<'_>],
        digests_alone: bool,
        now: Instant,
    ) -> Result<SubjectId, Fault> {
        let mut found = Vec::new();
        for identifier in identifiers {
            found.push(self.find_subject(identifier)?);
        }
        let mut known: Vec<_> = found.iter().flatten().copied().collect();
        known.sort_unstable();
        known.dedup();
        let subject = match known.as_slice() {
            [] => self.make_subject(now)?,
            [one] => *one,
            several => return Err(Fault::FoundTwice { count: several.len() }),
        };
        for (identifier, found) in identifiers.iter().zip(found) {
            match found {
                Some(_) if digests_alone => {}
                Some(_) => self.add_identifier(subject, identifier)?,
                None if digests_alone => self.file_sealed(subject, identifier, Vec::new())?,
                None => self.file_identifier(subject, identifier)?,
            }
        }
        Ok(subject)
    }

    fn make_subject(&mut self, now: Instant) -> Result<SubjectId, Fault> {
        let seat = self.take_seat()?;
        let id = SubjectId::new(&seat)?;
        let [vault, ledger] = seat.wrap(id, [&Secret::random()?, &Secret::random()?])?;
        self.keep_keys(&seat, id, [&vault, &ledger]);
        let (vault, ledger) = (bytes(vault), bytes(ledger));
        let (bucket, slot) = (integer(seat.bucket), integer(seat.slot));
        self.execute_one(SUBJECT_MAKE, &[id.value(), bucket, slot, vault, ledger, instant(now)])?;
        Ok(id)
    }

    /// Adds an identifier to a subject; one that some subject has stays that one's, and one of which there is the
    /// subject's digest alone is sealed beside it: whoever acts is looked up in stores by what is known of them.
    ///
    /// # Errors
    /// [`Fault::Erased`] when the subject's keys are gone.
    pub fn add_identifier(&mut self, id: SubjectId, by: &Identifier<'_>) -> Result<(), Fault> {
        let blind = self.ring.identifier(by);
        let Some(row) = self.one(IDENTIFIER_FIND, &[bytes(blind)])? else {
            return self.file_identifier(id, by);
        };
        let digest_alone = row.integer(1)? == 0;
        if digest_alone && SubjectId::from_row(&row, 0)? == id {
            return self.complete_identifier(id, by);
        }
        Ok(())
    }

    fn file_identifier(&mut self, id: SubjectId, by: &Identifier<'_>) -> Result<(), Fault> {
        let sealed = self.seal(identifier_place(id), by.canonical.as_bytes())?;
        self.file_sealed(id, by, sealed)
    }

    fn file_sealed(&mut self, id: SubjectId, by: &Identifier<'_>, sealed: Vec<u8>) -> Result<(), Fault> {
        let blind = self.ring.identifier(by);
        let (controller, kind) = (text(by.controller.as_str()), text(by.kind.as_str()));
        let row = self.row(id)?;
        self.touch(id);
        self.execute_one(IDENTIFIER_MAKE, &[bytes(blind), row, controller, kind, bytes(sealed)])
    }

    /// The identifiers of a subject, opened; those of which there is a digest alone are left out.
    ///
    /// # Errors
    /// [`Fault::Erased`] when the subject's keys are gone.
    pub fn identifiers(&mut self, id: SubjectId, receipt: &Durable) -> Result<Vec<Known>, Fault> {
        let row = self.row(id)?;
        let rows = self.query(IDENTIFIER_LIST, &[row])?;
        let is_kept = |row: &&Row| !row.bytes(3).is_ok_and(<[u8]>::is_empty);
        rows.iter()
            .filter(is_kept)
            .map(|row| {
                let plain = self.open(identifier_place(id), row.bytes(3)?, receipt)?;
                Ok(Known {
                    controller: ControllerName::from(row.text(1)?),
                    kind: IdentifierKind::from(row.text(2)?),
                    canonical: String::from_utf8(plain)
                        .map_err(|_| Fault::Sealed { table: "identifier", field: "value" })?,
                })
            })
            .collect()
    }

    /// Seals a value of a person under the person's own key.
    ///
    /// # Errors
    /// [`Fault::Erased`] when the subject's keys are gone.
    pub fn seal(&mut self, place: Place, plain: &[u8]) -> Result<Vec<u8>, Fault> {
        self.subject_keys(place.subject)?.vault()?.seal(&place.aad(), plain)
    }

    /// Opens a sealed value. The receipt shows that the act which needs it is in the ledger.
    ///
    /// # Errors
    /// [`Fault::Erased`] when the subject's keys are gone; [`Fault::Sealed`] when the bytes were
    /// changed, or sealed for another place.
    pub fn open(&mut self, place: Place, sealed: &[u8], _: &Durable) -> Result<Vec<u8>, Fault> {
        self.open_structure(place, sealed)
    }

    /// Opens what decisions are made of (occasions, keys of rows) and nobody is shown.
    pub(crate) fn open_structure(&mut self, at: Place, sealed: &[u8]) -> Result<Vec<u8>, Fault> {
        let keys = self.subject_keys(at.subject)?;
        at.open(&keys, sealed)
    }

    /// Destroys the keys of a person, forgets the identifiers and the store keys, and gives the
    /// bucket a new key. What was sealed for the person opens no more, in any copy.
    ///
    /// The bytes themselves go with [`crate::Vault::scrub`]. Doing it again changes nothing.
    ///
    /// # Errors
    /// When the store fails or there is no such subject.
    pub fn erase_subject_keys(&mut self, id: SubjectId, which: Destroy, now: Instant) -> Result<(), Fault> {
        let keys = self.subject_keys(id)?;
        let both = which == Destroy::ValuesAndLedger;
        if !keys.has(Which::Vault) && (!keys.has(Which::Ledger) || !both) {
            return Ok(());
        }
        self.touch(id);
        let row = [integer(keys.row())];
        for statement in [IDENTIFIER_REMOVE, EVENT_CLEAR, GROUND_CLEAR] {
            self.execute(statement, &row)?;
        }
        self.remove_exception(id)?;
        let erasure = integer(self.next_number("erasure")?);
        let both = integer(i64::from(both));
        self.execute_one(SUBJECT_ERASE, &[id.value(), both, erasure, instant(now)])?;
        self.rekey_bucket(keys.bucket)?;
        self.keys.clear();
        Ok(())
    }

    /// How far the erasure of a person has come.
    ///
    /// # Errors
    /// [`Fault::Missing`] when there is no such subject.
    pub fn erasure(&mut self, id: SubjectId) -> Result<Erasure, Fault> {
        let row = self.one(SUBJECT_ERASED, &[id.value()])?;
        let row = row.ok_or(Fault::Missing { what: "subject" })?;
        Ok(match (row.instant_or_null(0)?, row.instant_or_null(1)?) {
            (None, _) => Erasure::No,
            (Some(at), None) => Erasure::Erased(at),
            (Some(_), Some(at)) => Erasure::Scrubbed(at),
        })
    }
}

/// The blind value is the row's key, so that no version is needed.
fn identifier_place(subject: SubjectId) -> Place {
    Place { table: "identifier", field: "value", subject, version: 0 }
}
