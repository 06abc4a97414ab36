//! Values that Kept itself keeps: one field of one collection each, sealed under the person's key
//! together with the field's name. Not here: whether they may be kept or read (`kept_core`).

use kept_core::ledger::Durable;
use kept_core::policy::model::DataRef;
use kept_core::timeline::EventId;
use serde::{Deserialize, Serialize};

use crate::fault::Fault;
use crate::row::{bytes, integer, text};
use crate::statements::{DATUM_LIST, DATUM_MAKE, DATUM_REMOVE};
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
        let rows = self.query(DATUM_LIST, &[subject.value()])?;
        let mut kept = Vec::new();
        for row in &rows {
            let (number, name) = (row.integer(0)?, row.text(1)?);
            let field = datum(name);
            if !wanted(&field) {
                continue;
            }
            let plain = self.open(place(subject, number), row.bytes(2)?, receipt)?;
            let fault = Fault::Sealed { table: "datum", field: "value" };
            let Ok(opened) = serde_json::from_slice::<Sealed<'_>>(&plain) else { return Err(fault) };
            if opened.field != name {
                return Err(fault);
            }
            let event = kept_core::timeline::EventId(number.unsigned_abs());
            kept.push(Kept { event, field, value: opened.value.into_owned() });
        }
        Ok(kept)
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
