//! Values that Kept itself keeps: the fields of a collection, sealed together under the person's key and
//! bound to the fields' names. Not here: whether they may be kept or read (`kept_core`), and what is read of
//! many people at once (`holding`).

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use kept_core::ledger::Durable;
use kept_core::policy::model::DataRef;
use kept_core::timeline::EventId;
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::fault::Fault;
use crate::holding::Holding;
use crate::keys::tree::SubjectKeys;
use crate::row::{Row, bytes, integer, text};
use crate::statements::{
    DATUM_CHANGE, DATUM_LIST, DATUM_MAKE, DATUM_OF_EVENT, DATUM_REMOVE, DATUM_REMOVE_EVENT,
};
use crate::subject::{Place, SubjectId};
use crate::transaction::Tx;

/// A value that Kept keeps.
#[derive(Clone, PartialEq, Eq)]
pub struct Kept {
    /// The collection that brought it.
    pub event: EventId,
    /// The field.
    pub field: DataRef,
    /// The value.
    pub value: String,
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{} of event {}", self.field, self.event.0)
    }
}

/// A value that Kept keeps, still sealed.
#[derive(Clone)]
pub struct SealedValue {
    /// Whose.
    pub subject: SubjectId,
    /// The collection that brought it.
    pub event: EventId,
    /// The field.
    pub field: DataRef,
    of: Arc<Holding>,
}

impl std::fmt::Debug for SealedValue {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{} of event {}", self.field, self.event.0)
    }
}

impl SealedValue {
    /// Opens it, as it was when it was read. The receipt shows that the act which needs it is in the
    /// ledger.
    ///
    /// # Errors
    /// [`Fault::Erased`] when the subject's keys were gone; [`Fault::Sealed`] when it was moved.
    pub fn open(&self, receipt: &Durable) -> Result<Kept, Fault> {
        let mut opened = self.of.open(self.event, &|field| *field == self.field, receipt)?;
        opened.pop().ok_or(Fault::Sealed { table: "datum", field: "value" })
    }
}

/// The fields that are sealed together in a row, and their names as the row has them.
#[derive(Debug)]
pub(crate) struct Fields {
    /// In the order of their values, with spaces between: no name has one.
    text: String,
    list: Vec<DataRef>,
}

impl Fields {
    fn new(text: &str) -> Self {
        Self { text: text.to_owned(), list: text.split(' ').map(datum).collect() }
    }
}

/// How many lists of fields are kept: a policy has some hundreds of purposes.
const NAMES_MAX: usize = 1_000;

/// The lists of fields that were met, so that a thousand rows share one.
#[derive(Debug, Default)]
pub(crate) struct Names(Mutex<BTreeMap<String, Arc<Fields>>>);

impl Names {
    pub(crate) fn of(&self, text: &str) -> Arc<Fields> {
        let Ok(mut known) = self.0.lock() else { return Arc::new(Fields::new(text)) };
        if let Some(known) = known.get(text) {
            return Arc::clone(known);
        }
        if known.len() >= NAMES_MAX {
            known.clear();
        }
        let fields = Arc::new(Fields::new(text));
        known.insert(text.to_owned(), Arc::clone(&fields));
        fields
    }
}

/// A row of values of one collection, as it stands in the store.
pub(crate) struct SealedRow {
    pub(crate) event: EventId,
    pub(crate) fields: Arc<Fields>,
    pub(crate) sealed: Vec<u8>,
}

impl SealedRow {
    pub(crate) fn fields(&self) -> &[DataRef] {
        &self.fields.list
    }

    /// How much memory it takes, by and large.
    pub(crate) fn bytes(&self) -> usize {
        std::mem::size_of::<Self>() + self.sealed.len()
    }

    /// Opens it, and adds the values that are wanted.
    pub(crate) fn open(
        &self,
        of: SubjectId,
        keys: &SubjectKeys,
        wanted: &dyn Fn(&DataRef) -> bool,
        opened: &mut Vec<Kept>,
    ) -> Result<(), Fault> {
        let fault = || Fault::Sealed { table: "datum", field: "value" };
        let number = i64::try_from(self.event.0).map_err(|_| Fault::Missing { what: "event" })?;
        let (place, names) = (place(of, number), self.fields.text.as_str());
        let plain = match keys.vault()?.open(&place.aad_with(names), &self.sealed) {
            Some(plain) => Zeroizing::new(plain),
            None => {
                let plain = Zeroizing::new(place.open(keys, &self.sealed)?);
                let before = serde_json::from_slice::<Sealed<'_>>(&plain).ok();
                let before = before.filter(|before| before.field == names).ok_or_else(fault)?;
                Zeroizing::new(before.value.as_bytes().to_vec())
            }
        };
        let values = parts(&plain, self.fields.list.len()).ok_or_else(fault)?;
        for (field, value) in self.fields.list.iter().zip(values).filter(|(field, _)| wanted(field)) {
            let value = std::str::from_utf8(value).map_err(|_| fault())?.to_owned();
            opened.push(Kept { event: self.event, field: field.clone(), value });
        }
        Ok(())
    }
}

/// What was sealed by earlier versions: the field stood beside the value and not in the place.
#[derive(Deserialize)]
struct Sealed<'a> {
    field: std::borrow::Cow<'a, str>,
    value: std::borrow::Cow<'a, str>,
}

/// Several values as one: each after its length in four bytes. One alone stands as it is.
fn joined<'v>(values: impl ExactSizeIterator<Item = &'v str>) -> Result<Zeroizing<Vec<u8>>, Fault> {
    let is_alone = values.len() == 1;
    let mut plain = Zeroizing::new(Vec::new());
    for value in values {
        if !is_alone {
            let length = u32::try_from(value.len()).map_err(|_| Fault::Crypto)?;
            plain.extend_from_slice(&length.to_be_bytes());
        }
        plain.extend_from_slice(value.as_bytes());
    }
    Ok(plain)
}

/// The values again, where there are so many.
fn parts(plain: &[u8], count: usize) -> Option<Vec<&[u8]>> {
    if count == 1 {
        return Some(vec![plain]);
    }
    let (mut rest, mut found) = (plain, Vec::with_capacity(count));
    for _ in 0..count {
        let (length, after) = rest.split_first_chunk()?;
        let (value, after) = after.split_at_checked(u32::from_be_bytes(*length) as usize)?;
        found.push(value);
        rest = after;
    }
    rest.is_empty().then_some(found)
}

impl Tx {
    /// Keeps the values of a collection: they are sealed together.
    ///
    /// # Errors
    /// [`Fault::Erased`] when the subject's keys are gone.
    pub fn put_values<'v>(
        &mut self,
        subject: SubjectId,
        event: EventId,
        values: impl IntoIterator<Item = (&'v DataRef, &'v str)>,
    ) -> Result<(), Fault> {
        let values = values.into_iter().map(|(field, value)| (field.to_string(), value)).collect();
        self.put_row(subject, event, &values)
    }

    /// Writes values of a collection anew; those that are not named stay.
    ///
    /// # Errors
    /// [`Fault::Erased`] when the subject's keys are gone; [`Fault::Sealed`] when one was moved.
    pub fn replace_values(
        &mut self,
        subject: SubjectId,
        event: EventId,
        values: &BTreeMap<DataRef, String>,
    ) -> Result<(), Fault> {
        let rows = self.rows_of(subject, event)?;
        let mut named: BTreeMap<String, &str> =
            values.iter().map(|(field, value)| (field.to_string(), value.as_str())).collect();
        let mut stay = Vec::new();
        let is_new = |field: &DataRef| values.contains_key(field);
        if let [row] = rows.as_slice()
            && row.fields().len() == values.len()
            && row.fields().iter().all(is_new)
        {
            return self.change_row(subject, row, &named);
        }
        for row in rows.iter().filter(|row| row.fields().iter().any(is_new)) {
            let keys = self.subject_keys(subject)?;
            row.open(subject, &keys, &|field| !is_new(field), &mut stay)?;
            self.remove_row(subject, row)?;
        }
        let stay: Vec<(String, Zeroizing<String>)> =
            stay.into_iter().map(|kept| (kept.field.to_string(), Zeroizing::new(kept.value))).collect();
        named.extend(stay.iter().map(|(name, value)| (name.clone(), value.as_str())));
        self.put_row(subject, event, &named)
    }

    fn put_row(
        &mut self,
        subject: SubjectId,
        event: EventId,
        values: &BTreeMap<String, &str>,
    ) -> Result<(), Fault> {
        if values.is_empty() {
            return Ok(());
        }
        self.touch(subject);
        let names = values.keys().map(String::as_str).collect::<Vec<_>>().join(" ");
        let (number, sealed) = self.sealed_row(subject, event, &names, values.values().copied())?;
        self.execute_one(DATUM_MAKE, &[subject.value(), integer(number), text(names), bytes(sealed)])
    }

    /// The same fields with other values.
    fn change_row(
        &mut self,
        subject: SubjectId,
        row: &SealedRow,
        values: &BTreeMap<String, &str>,
    ) -> Result<(), Fault> {
        self.touch(subject);
        let fields = Arc::clone(&row.fields);
        let values: Vec<&str> = fields.text.split(' ').filter_map(|name| values.get(name).copied()).collect();
        let (number, sealed) = self.sealed_row(subject, row.event, &fields.text, values.into_iter())?;
        let row = [subject.value(), integer(number), text(fields.text.as_str()), bytes(sealed)];
        self.execute_one(DATUM_CHANGE, &row)
    }

    fn sealed_row<'v>(
        &mut self,
        subject: SubjectId,
        event: EventId,
        names: &str,
        values: impl ExactSizeIterator<Item = &'v str>,
    ) -> Result<(i64, Vec<u8>), Fault> {
        let number = i64::try_from(event.0).map_err(|_| Fault::Missing { what: "event" })?;
        let place = place(subject, number).aad_with(names);
        let sealed = self.subject_keys(subject)?.vault()?.seal(&place, &joined(values)?)?;
        Ok((number, sealed))
    }

    /// The values that Kept keeps of a person, opened, by field and then the oldest first. Only the
    /// fields that `wanted` names are opened.
    ///
    /// # Errors
    /// [`Fault::Erased`] when the subject's keys are gone; [`Fault::Sealed`] when one was moved.
    pub fn values(
        &mut self,
        subject: SubjectId,
        wanted: &dyn Fn(&DataRef) -> bool,
        _: &Durable,
    ) -> Result<Vec<Kept>, Fault> {
        let rows = self.rows(subject)?;
        let mut opened = Vec::new();
        for row in rows.iter().filter(|row| row.fields().iter().any(wanted)) {
            let keys = self.subject_keys(subject)?;
            row.open(subject, &keys, wanted, &mut opened)?;
        }
        opened.sort_by(|one, other| (&one.field, one.event).cmp(&(&other.field, other.event)));
        Ok(opened)
    }

    /// The values that Kept keeps of a person, sealed, by field and then the oldest first: to be opened
    /// when the record of it is durable, as they were at this instant.
    ///
    /// # Errors
    /// When the store fails.
    pub fn sealed_values(&mut self, subject: SubjectId) -> Result<Vec<SealedValue>, Fault> {
        let mut values = Vec::new();
        for of in self.holdings(&[subject])? {
            for (event, fields) in of.values() {
                let value = |field: &DataRef| {
                    let (field, of) = (field.clone(), Arc::clone(&of));
                    SealedValue { subject, event, field, of }
                };
                values.extend(fields.iter().map(value));
            }
        }
        values.sort_by(|one, other| (&one.field, one.event).cmp(&(&other.field, other.event)));
        Ok(values)
    }

    /// Which values Kept keeps of a person, without opening one, by field and then the oldest first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn value_names(&mut self, subject: SubjectId) -> Result<Vec<(EventId, DataRef)>, Fault> {
        let rows = self.rows(subject)?;
        let names = rows.iter().flat_map(|row| row.fields().iter().map(|field| (row.event, field.clone())));
        let mut names: Vec<(EventId, DataRef)> = names.collect();
        names.sort_by(|(one, field), (other, second)| (field, one).cmp(&(second, other)));
        Ok(names)
    }

    fn rows(&mut self, subject: SubjectId) -> Result<Vec<SealedRow>, Fault> {
        let rows = self.query(DATUM_LIST, &[subject.value()])?;
        self.sealed_rows(rows)
    }

    fn rows_of(&mut self, subject: SubjectId, event: EventId) -> Result<Vec<SealedRow>, Fault> {
        let number = i64::try_from(event.0).map_err(|_| Fault::Missing { what: "event" })?;
        let rows = self.query(DATUM_OF_EVENT, &[subject.value(), integer(number)])?;
        self.sealed_rows(rows)
    }

    fn sealed_rows(&self, rows: Vec<Row>) -> Result<Vec<SealedRow>, Fault> {
        let row = |mut row: Row| {
            let (event, fields) = (EventId(row.integer(0)?.unsigned_abs()), self.ring.fields(row.text(1)?));
            Ok(SealedRow { event, fields, sealed: row.take_bytes(2)?.unwrap_or_default() })
        };
        rows.into_iter().map(row).collect()
    }

    /// Takes a value away; its bytes go with the next scrub. Those that were sealed together with it are
    /// sealed anew.
    ///
    /// # Errors
    /// When the store fails; [`Fault::Erased`] when others were sealed together with it and the subject's
    /// keys are gone.
    pub fn remove_value(&mut self, subject: SubjectId, of: EventId, field: &DataRef) -> Result<u64, Fault> {
        let rows = self.rows_of(subject, of)?;
        let Some(row) = rows.iter().find(|row| row.fields().contains(field)) else { return Ok(0) };
        let mut stay = Vec::new();
        if row.fields().len() > 1 {
            let keys = self.subject_keys(subject)?;
            row.open(subject, &keys, &|one| one != field, &mut stay)?;
        }
        self.remove_row(subject, row)?;
        let stay: Vec<(String, Zeroizing<String>)> =
            stay.into_iter().map(|kept| (kept.field.to_string(), Zeroizing::new(kept.value))).collect();
        let stay = stay.iter().map(|(name, value)| (name.clone(), value.as_str())).collect();
        self.put_row(subject, of, &stay)?;
        Ok(1)
    }

    fn remove_row(&mut self, subject: SubjectId, row: &SealedRow) -> Result<(), Fault> {
        self.touch(subject);
        let number = i64::try_from(row.event.0).map_err(|_| Fault::Missing { what: "event" })?;
        let names = text(row.fields.text.as_str());
        self.execute_one(DATUM_REMOVE, &[subject.value(), integer(number), names])
    }

    /// Takes all values of a collection away; their bytes go with the next scrub.
    ///
    /// # Errors
    /// When the store fails.
    pub fn remove_values(&mut self, subject: SubjectId, of: EventId) -> Result<(), Fault> {
        self.touch(subject);
        let number = i64::try_from(of.0).map_err(|_| Fault::Missing { what: "event" })?;
        self.execute(DATUM_REMOVE_EVENT, &[subject.value(), integer(number)]).map(drop)
    }
}

pub(crate) fn datum(name: &str) -> DataRef {
    match name.split_once('.') {
        Some((category, field)) => DataRef { category: category.into(), field: Some(field.into()) },
        None => DataRef::whole(name.into()),
    }
}

fn place(subject: SubjectId, event: i64) -> Place {
    Place { table: "datum", field: "value", subject, version: event }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FileKeys, Location, Settings, Vault};
    use kept_core::ledger::{Commitment, Salt, Sequence};

    #[test]
    fn what_an_earlier_version_sealed_opens_under_its_own_field_alone() {
        let folder = tempfile::tempdir().unwrap();
        let location = Location::Sqlite(folder.path().join("vault.db"));
        let keys = Box::new(FileKeys::new(folder.path().join("keys")));
        let now = jiff::Timestamp::UNIX_EPOCH;
        let vault = Vault::open(&location, keys, Settings::default(), now).unwrap();
        let receipt = Durable::after_commit(Commitment::new(&Salt::from_bytes([0; 32]), b""), Sequence(0));
        let (name, mail) = (datum("identification.name"), datum("identification.email"));
        let subject = vault.write("fill", |tx| {
            let subject = tx.put_subject(&[], now)?;
            let before = br#"{"field":"identification.name","value":"Ana \"A\""}"#;
            let sealed = tx.seal(place(subject, 1), before)?;
            let row = |field: &str| [subject.value(), integer(1), text(field), bytes(sealed.clone())];
            tx.execute_one(DATUM_MAKE, &row("identification.name"))?;
            tx.put_values(subject, EventId(2), [(&mail, "ana@example.org")])?;
            Ok::<_, Fault>((subject, row("identification.email")))
        });
        let (subject, moved) = subject.unwrap();
        let values = || vault.read("values", |tx| tx.values(subject, &|_| true, &receipt));
        let found: Vec<_> = values().unwrap().into_iter().map(|one| (one.field, one.value)).collect();
        assert_eq!(found, [(mail, "ana@example.org".to_owned()), (name, r#"Ana "A""#.to_owned())]);
        vault.write("move", |tx| tx.execute_one(DATUM_MAKE, &moved)).unwrap();
        assert!(matches!(values(), Err(Fault::Sealed { table: "datum", .. })));
        let swap = "UPDATE datum SET field = 'identification.phone' WHERE event = 2";
        rusqlite::Connection::open(folder.path().join("vault.db")).unwrap().execute_batch(swap).unwrap();
        assert!(matches!(values(), Err(Fault::Sealed { table: "datum", .. })));
    }
}
