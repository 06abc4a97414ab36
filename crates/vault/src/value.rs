//! Values that Kept itself keeps: the fields of a collection, sealed together under the person's key and
//! bound to the fields' names. Not here: whether they may be kept or read (`kept_core`), and what is read of
//! many people at once (`holding`).

use std::collections::BTreeMap;
use std::sync::Arc;

use kept_core::ledger::Durable;
use kept_core::plan::Value;
use kept_core::policy::model::DataRef;
use kept_core::timeline::EventId;
use zeroize::Zeroizing;

use crate::fault::Fault;
use crate::holding::Holding;
use crate::keys::tree::SubjectKeys;
use crate::row::{Row, bytes, integer};
use crate::statements::{VALUE_CHANGE, VALUE_LIST, VALUE_OF_EVENT};
use crate::subject::{Place, SubjectId};
use crate::transaction::Tx;
use crate::word::Word;

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
        opened.pop().ok_or(Fault::Sealed { table: "event", field: "sealed" })
    }
}

/// The values of one collection, as they stand in the store.
pub(crate) struct SealedRow {
    pub(crate) event: EventId,
    /// What the collection says, where a word says it.
    says: Option<Arc<Word>>,
    fields: Arc<Word>,
    sealed: Vec<u8>,
}

impl SealedRow {
    pub(crate) fn fields(&self) -> &[DataRef] {
        self.fields.fields()
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
        let fault = || Fault::Sealed { table: "event", field: "sealed" };
        let bound = bound_to(of, self.event, (&self.fields, self.says.as_deref()))?;
        let plain = Zeroizing::new(keys.vault()?.open(&bound, &self.sealed).ok_or_else(fault)?);
        let values = parts(&plain, self.fields().len()).ok_or_else(fault)?;
        for (field, value) in self.fields().iter().zip(values).filter(|(field, _)| wanted(field)) {
            let value = std::str::from_utf8(value).map_err(|_| fault())?.to_owned();
            opened.push(Kept { event: self.event, field: field.clone(), value });
        }
        Ok(())
    }
}

/// What values are bound to: the person, the collection, what it says, and the names of the fields. Under
/// another purpose than that for which they were collected they open no more.
pub(crate) fn bound_to(
    of: SubjectId,
    event: EventId,
    (fields, says): (&Word, Option<&Word>),
) -> Result<Vec<u8>, Fault> {
    let version = i64::try_from(event.0).map_err(|_| Fault::Missing { what: "event" })?;
    let place = Place { table: "event", field: "sealed", subject: of, version };
    Ok(place.aad_with([&fields.text, says.map_or("", |says| &says.text)]))
}

/// Several values as one: each after its length, seven bits a byte and the last one marked. One alone stands
/// as it is.
pub(crate) fn joined<'v>(values: impl ExactSizeIterator<Item = &'v str>) -> Zeroizing<Vec<u8>> {
    let is_alone = values.len() == 1;
    let mut plain = Zeroizing::new(Vec::new());
    for value in values {
        if !is_alone {
            let mut rest = value.len();
            while rest > LOW_BITS {
                plain.push((rest & LOW_BITS) as u8);
                rest >>= LOW_BITS.count_ones();
            }
            plain.push(rest as u8 | LAST);
        }
        plain.extend_from_slice(value.as_bytes());
    }
    plain
}

/// The bits of a length that a byte holds, and the mark of its last byte.
const LOW_BITS: usize = 0x7f;
const LAST: u8 = 0x80;

/// The values again, where there are so many.
fn parts(plain: &[u8], count: usize) -> Option<Vec<&[u8]>> {
    if count == 1 {
        return Some(vec![plain]);
    }
    let (mut rest, mut found) = (plain, Vec::with_capacity(count));
    for _ in 0..count {
        let end = rest.iter().position(|byte| byte & LAST != 0)?;
        let (length, after) = rest.split_at_checked(end + 1)?;
        let length = length.iter().rev().try_fold(0_usize, |length, byte| {
            Some(length.checked_mul(LOW_BITS + 1)? | usize::from(byte & !LAST))
        })?;
        let (value, after) = after.split_at_checked(length)?;
        found.push(value);
        rest = after;
    }
    rest.is_empty().then_some(found)
}

impl Tx {
    /// Keeps values of a collection, sealed together with those that it has.
    ///
    /// # Errors
    /// [`Fault::Erased`] when the subject's keys are gone; [`Fault::Missing`] where there is no such collection.
    pub fn put_values<'v>(
        &mut self,
        subject: SubjectId,
        event: EventId,
        values: impl IntoIterator<Item = (&'v DataRef, &'v str)>,
    ) -> Result<(), Fault> {
        let values = values.into_iter().map(|(field, value)| (field.to_string(), value)).collect();
        self.merge_values(subject, event, values)
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
        let values = values.iter().map(|(field, value)| (field.to_string(), value.as_str())).collect();
        self.merge_values(subject, event, values)
    }

    fn merge_values(
        &mut self,
        subject: SubjectId,
        event: EventId,
        values: BTreeMap<String, &str>,
    ) -> Result<(), Fault> {
        if values.is_empty() {
            return Ok(());
        }
        self.living_row(subject)?;
        let (says, row) = self.values_of(subject, event)?;
        let mut stay = Vec::new();
        if let Some(row) = &row {
            let stays = |field: &DataRef| !values.contains_key(&field.to_string());
            if row.fields().iter().any(stays) {
                let keys = self.subject_keys(subject)?;
                row.open(subject, &keys, &stays, &mut stay)?;
            }
        }
        let stay = in_words(stay);
        let mut all: BTreeMap<String, &str> =
            stay.iter().map(|(name, value)| (name.clone(), value.as_str())).collect();
        all.extend(values);
        self.seal_values(subject, event, (&all, says.as_deref()))
    }

    /// Writes all values of a collection anew.
    fn seal_values(
        &mut self,
        subject: SubjectId,
        event: EventId,
        (values, says): (&BTreeMap<String, &str>, Option<&Word>),
    ) -> Result<(), Fault> {
        self.touch(subject);
        let names = values.keys().map(String::as_str).collect::<Vec<_>>().join(" ");
        let fields = self.put_word(&names)?;
        let bound = bound_to(subject, event, (&fields, says))?;
        let keys = self.subject_keys(subject)?;
        let sealed = keys.vault()?.seal(&bound, &joined(values.values().copied()))?;
        let place = [integer(keys.row()), number(event)?, integer(fields.number), bytes(sealed)];
        self.execute_one(VALUE_CHANGE, &place)
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
        let rows = self.sealed_rows(subject)?;
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
        let rows = self.sealed_rows(subject)?;
        let names = rows.iter().flat_map(|row| row.fields().iter().map(|field| (row.event, field.clone())));
        let mut names: Vec<(EventId, DataRef)> = names.collect();
        names.sort_by(|(one, field), (other, second)| (field, one).cmp(&(second, other)));
        Ok(names)
    }

    /// Which values Kept keeps of one collection, without opening one.
    ///
    /// # Errors
    /// [`Fault::Missing`] where there is no such collection; when the store fails.
    pub fn value_names_of(&mut self, subject: SubjectId, of: EventId) -> Result<Vec<DataRef>, Fault> {
        let (_, row) = self.values_of(subject, of)?;
        Ok(row.map(|row| row.fields().to_vec()).unwrap_or_default())
    }

    fn sealed_rows(&mut self, subject: SubjectId) -> Result<Vec<SealedRow>, Fault> {
        let of = self.row(subject)?;
        let rows = self.query(VALUE_LIST, &[of])?;
        rows.into_iter().filter_map(|mut row| self.sealed_row(&mut row, 0).transpose()).collect()
    }

    /// What a collection says, where a word says it, and its values.
    fn values_of(
        &mut self,
        subject: SubjectId,
        event: EventId,
    ) -> Result<(Option<Arc<Word>>, Option<SealedRow>), Fault> {
        let place = [self.row(subject)?, number(event)?];
        let mut row = self.one(VALUE_OF_EVENT, &place)?.ok_or(Fault::Missing { what: "event" })?;
        let says = row.integer_or_null(1)?.map(|says| self.word(says)).transpose()?;
        Ok((says, self.sealed_row(&mut row, 0)?))
    }

    /// Out of a row whose columns from `first` on are the event, what it says, the fields and their values.
    pub(crate) fn sealed_row(&mut self, row: &mut Row, first: usize) -> Result<Option<SealedRow>, Fault> {
        let Some(fields) = row.integer_or_null(first + 2)? else { return Ok(None) };
        let (event, fields) = (EventId(row.integer(first)?.unsigned_abs()), self.word(fields)?);
        let says = row.integer_or_null(first + 1)?.map(|says| self.word(says)).transpose()?;
        let sealed = row.take_bytes(first + 3)?.unwrap_or_default();
        Ok(Some(SealedRow { event, says, fields, sealed }))
    }

    /// Takes a value away; its bytes go with the next scrub. Those that were sealed together with it are
    /// sealed anew.
    ///
    /// # Errors
    /// When the store fails; [`Fault::Erased`] when others were sealed together with it and the subject's
    /// keys are gone.
    pub fn remove_value(&mut self, subject: SubjectId, of: EventId, field: &DataRef) -> Result<u64, Fault> {
        let (says, row) = self.values_of(subject, of)?;
        let Some(row) = row.filter(|row| row.fields().contains(field)) else { return Ok(0) };
        if row.fields().len() == 1 {
            self.remove_values(subject, of)?;
            return Ok(1);
        }
        let (keys, mut stay) = (self.subject_keys(subject)?, Vec::new());
        row.open(subject, &keys, &|one| one != field, &mut stay)?;
        let stay = in_words(stay);
        let stay = stay.iter().map(|(name, value)| (name.clone(), value.as_str())).collect();
        self.seal_values(subject, of, (&stay, says.as_deref()))?;
        Ok(1)
    }

    /// Takes all values of a collection away; their bytes go with the next scrub.
    ///
    /// # Errors
    /// When the store fails.
    pub fn remove_values(&mut self, subject: SubjectId, of: EventId) -> Result<(), Fault> {
        self.touch(subject);
        let place = [self.row(subject)?, number(of)?, Value::Null, Value::Null];
        self.execute(VALUE_CHANGE, &place).map(drop)
    }
}

fn number(event: EventId) -> Result<Value, Fault> {
    i64::try_from(event.0).map(integer).map_err(|_| Fault::Missing { what: "event" })
}

/// Values by the names of their fields.
fn in_words(values: Vec<Kept>) -> Vec<(String, Zeroizing<String>)> {
    values.into_iter().map(|kept| (kept.field.to_string(), Zeroizing::new(kept.value))).collect()
}

#[cfg(test)]
mod tests {
    use super::{joined, parts};

    #[test]
    fn values_that_are_sealed_together_come_apart_as_they_were() {
        let [long, shorter, longer] = [20_000, 127, 128].map(|count| "x".repeat(count));
        for values in [vec!["one"], vec!["", "two"], vec!["é", &long, "", &shorter, &longer]] {
            let plain = joined(values.iter().copied());
            let whole: Vec<&[u8]> = values.iter().map(|value| value.as_bytes()).collect();
            assert_eq!(parts(&plain, values.len()), Some(whole));
            for cut in 0..plain.len() {
                assert!(values.len() == 1 || parts(&plain[..cut], values.len()).is_none(), "cut at {cut}");
            }
        }
        assert_eq!(parts(&[0x7f; 40], 2), None);
        assert_eq!(parts(&[0xff, 1], 2), None);
    }
}
