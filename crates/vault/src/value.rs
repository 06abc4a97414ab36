//! Values that Kept itself keeps: one field of one collection each, sealed under the person's key
//! together with the field's name. Not here: whether they may be kept or read (`kept_core`).

use std::sync::Arc;

use kept_core::ledger::Durable;
use kept_core::policy::model::DataRef;
use kept_core::timeline::EventId;
use serde::{Deserialize, Serialize};

use crate::fault::Fault;
use crate::keys::tree::SubjectKeys;
use crate::people;
use crate::row::{Row, bytes, integer, text};
use crate::statements::{DATUM_LIST, DATUM_LIST_OF, DATUM_MAKE, DATUM_REMOVE, DATUM_REMOVE_EVENT};
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
    sealed: Vec<u8>,
    keys: Arc<SubjectKeys>,
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
    pub fn open(&self, _: &Durable) -> Result<Kept, Fault> {
        let number = i64::try_from(self.event.0).map_err(|_| Fault::Missing { what: "event" })?;
        let plain = zeroize::Zeroizing::new(place(self.subject, number).open(&self.keys, &self.sealed)?);
        let fault = Fault::Sealed { table: "datum", field: "value" };
        let Ok(opened) = serde_json::from_slice::<Sealed<'_>>(&plain) else { return Err(fault) };
        if opened.field != self.field.to_string() {
            return Err(fault);
        }
        Ok(Kept { event: self.event, field: self.field.clone(), value: opened.value.into_owned() })
    }
}

#[derive(Serialize, Deserialize)]
struct Sealed<'a> {
    field: std::borrow::Cow<'a, str>,
    value: std::borrow::Cow<'a, str>,
}

impl Tx {
    /// Keeps the values of a collection.
    ///
    /// # Errors
    /// [`Fault::Erased`] when the subject's keys are gone.
    pub fn put_values<'v>(
        &mut self,
        subject: SubjectId,
        event: EventId,
        values: impl IntoIterator<Item = (&'v DataRef, &'v str)>,
    ) -> Result<(), Fault> {
        let number = i64::try_from(event.0).map_err(|_| Fault::Missing { what: "event" })?;
        for (field, value) in values {
            let name = field.to_string();
            let plain = zeroize::Zeroizing::new(
                serde_json::to_vec(&Sealed { field: name.as_str().into(), value: value.into() })
                    .map_err(|_| Fault::Json { what: "value" })?,
            );
            let sealed = self.seal(place(subject, number), &plain)?;
            self.execute_one(DATUM_MAKE, &[subject.value(), integer(number), text(name), bytes(sealed)])?;
        }
        Ok(())
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
        receipt: &Durable,
    ) -> Result<Vec<Kept>, Fault> {
        let sealed = self.sealed_values(subject)?;
        let wanted = sealed.iter().filter(|one| wanted(&one.field));
        wanted.map(|one| one.open(receipt)).collect()
    }

    /// The values that Kept keeps of a person, sealed, by field and then the oldest first: to be opened
    /// when the record of it is durable, as they were at this instant.
    ///
    /// # Errors
    /// When the store fails.
    pub fn sealed_values(&mut self, subject: SubjectId) -> Result<Vec<SealedValue>, Fault> {
        let rows = self.query(DATUM_LIST, &[subject.value()])?;
        rows.iter().map(|row| self.sealed_value(subject, row)).collect()
    }

    /// The same of many people, each one's together and in the order of the people; in no order among
    /// each one's own.
    ///
    /// # Errors
    /// When the store fails.
    pub fn sealed_values_of(&mut self, of: &[SubjectId]) -> Result<Vec<Vec<SealedValue>>, Fault> {
        if let [one] = of {
            return Ok(vec![self.sealed_values(*one)?]);
        }
        if of.is_empty() {
            return Ok(Vec::new());
        }
        self.load_keys(of)?;
        let mut gathered: Vec<(SubjectId, Vec<SealedValue>)> =
            of.iter().map(|id| (*id, Vec::new())).collect();
        for row in &self.query(DATUM_LIST_OF, &people::list(of))? {
            let (subject, values) = people::of_row(&mut gathered, row, 3)?;
            values.push(self.sealed_value(*subject, row)?);
        }
        Ok(gathered.into_iter().map(|(_, values)| values).collect())
    }

    fn sealed_value(&mut self, subject: SubjectId, row: &Row) -> Result<SealedValue, Fault> {
        Ok(SealedValue {
            subject,
            event: EventId(row.integer(0)?.unsigned_abs()),
            field: datum(row.text(1)?),
            sealed: row.bytes(2)?.to_vec(),
            keys: self.subject_keys(subject)?,
        })
    }

    /// Which values Kept keeps of a person, without opening one.
    ///
    /// # Errors
    /// When the store fails.
    pub fn value_names(&mut self, subject: SubjectId) -> Result<Vec<(EventId, DataRef)>, Fault> {
        let rows = self.query(DATUM_LIST, &[subject.value()])?;
        rows.iter().map(|row| Ok((EventId(row.integer(0)?.unsigned_abs()), datum(row.text(1)?)))).collect()
    }

    /// Takes a value away; its bytes go with the next scrub.
    ///
    /// # Errors
    /// When the store fails.
    pub fn remove_value(&mut self, subject: SubjectId, of: EventId, field: &DataRef) -> Result<u64, Fault> {
        let number = i64::try_from(of.0).map_err(|_| Fault::Missing { what: "event" })?;
        self.execute(DATUM_REMOVE, &[subject.value(), integer(number), text(field.to_string())])
    }

    /// Takes all values of a collection away; their bytes go with the next scrub.
    ///
    /// # Errors
    /// When the store fails.
    pub fn remove_values(&mut self, subject: SubjectId, of: EventId) -> Result<u64, Fault> {
        let number = i64::try_from(of.0).map_err(|_| Fault::Missing { what: "event" })?;
        self.execute(DATUM_REMOVE_EVENT, &[subject.value(), integer(number)])
    }
}

fn datum(name: &str) -> DataRef {
    match name.split_once('.') {
        Some((category, field)) => DataRef { category: category.into(), field: Some(field.into()) },
        None => DataRef::whole(name.into()),
    }
}

fn place(subject: SubjectId, event: i64) -> Place {
    Place { table: "datum", field: "value", subject, version: event }
}
