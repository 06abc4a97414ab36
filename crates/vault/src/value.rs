//! Values that Kept itself keeps: one field of one collection each, sealed under the person's key
//! bound to the field's name. Not here: whether they may be kept or read (`kept_core`).

use std::sync::Arc;

use kept_core::ledger::Durable;
use kept_core::policy::model::DataRef;
use kept_core::timeline::EventId;
use serde::Deserialize;

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
        let (place, name) = (place(self.subject, number), self.field.to_string());
        let value = match self.keys.vault()?.open(&place.aad_with(&name), &self.sealed) {
            Some(plain) => String::from_utf8(plain).ok(),
            None => {
                let plain = zeroize::Zeroizing::new(place.open(&self.keys, &self.sealed)?);
                let before = serde_json::from_slice::<Sealed<'_>>(&plain).ok();
                before.filter(|before| before.field == name).map(|before| before.value.into_owned())
            }
        };
        let value = value.ok_or(Fault::Sealed { table: "datum", field: "value" })?;
        Ok(Kept { event: self.event, field: self.field.clone(), value })
    }
}

/// What was sealed by earlier versions: the field stood beside the value and not in the place.
#[derive(Deserialize)]
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
            let place = place(subject, number).aad_with(&name);
            let sealed = self.subject_keys(subject)?.vault()?.seal(&place, value.as_bytes())?;
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
        rows.into_iter().map(|row| self.sealed_value(subject, row)).collect()
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
        for row in self.query(DATUM_LIST_OF, &people::list(of))? {
            let (subject, values) = people::of_row(&mut gathered, &row, 3)?;
            values.push(self.sealed_value(*subject, row)?);
        }
        Ok(gathered.into_iter().map(|(_, values)| values).collect())
    }

    fn sealed_value(&mut self, subject: SubjectId, mut row: Row) -> Result<SealedValue, Fault> {
        Ok(SealedValue {
            subject,
            event: EventId(row.integer(0)?.unsigned_abs()),
            field: datum(row.text(1)?),
            sealed: row.take_bytes(2)?.unwrap_or_default(),
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
