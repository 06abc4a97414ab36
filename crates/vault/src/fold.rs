//! What earlier versions wrote of timelines in three tables, moved into one: it is opened under each person's
//! key and sealed anew in its new place. Begun by a migration and done in steps, so that a store of any size is
//! moved though the process is killed meanwhile. Not here: how values are sealed now (`value`).

use std::collections::BTreeMap;

use serde::Deserialize;
use zeroize::Zeroizing;

use crate::blind::SHORT;
use crate::fault::Fault;
use crate::keys::tree::Which;
use crate::migrate::{FOLDING, VERSION_READ};
use crate::row::{Row, bytes, integer, or_null};
use crate::statements::Statement;
use crate::subject::{Place, SubjectId};
use crate::transaction::Tx;
use crate::value::{bound_to, joined};
use crate::word::Word;
use kept_core::plan::Value;
use kept_core::timeline::EventId;

macro_rules! statements {
    ($($constant:ident = $name:literal),+ $(,)?) => {
        $(const $constant: Statement = Statement {
            name: $name,
            text: include_str!(concat!("sql/migrations/", $name, ".sql")),
        };)+
    };
}

// Apart from the others: their tables are gone when it is done.
statements! {
    FOLD_PEOPLE = "fold_people",
    FOLD_EVENTS = "fold_events",
    FOLD_VALUES = "fold_values",
    FOLD_REFERENCES = "fold_references",
    FOLD_PHRASE = "fold_phrase",
    FOLD_MAKE = "fold_make",
    FOLD_EVENTS_DONE = "fold_events_done",
    FOLD_VALUES_DONE = "fold_values_done",
    FOLD_REFERENCES_DONE = "fold_references_done",
}

/// With which byte a number began that stood for a phrase: no JSON does.
const MARK: u8 = 1;

/// Values by the names of their fields.
type Values = BTreeMap<String, Zeroizing<String>>;

impl Tx {
    /// Moves what some people have; whether nobody is left.
    pub(crate) fn fold_some(&mut self) -> Result<bool, Fault> {
        // Another process may have done it.
        if self.one(VERSION_READ, &[])?.map_or(Ok(0), |row| row.integer(0))? != FOLDING {
            return Ok(true);
        }
        let rows = self.query(FOLD_PEOPLE, &[])?;
        for row in &rows {
            let person = SubjectId::from_row(row, 0)?;
            if self.subject_keys(person)?.has(Which::Vault) {
                self.fold_person(person)?;
            }
            for done in [FOLD_EVENTS_DONE, FOLD_VALUES_DONE, FOLD_REFERENCES_DONE] {
                self.execute(done, &[person.value()])?;
            }
        }
        Ok(rows.is_empty())
    }

    /// Values of a collection that is not there stay behind: no ground could keep them.
    fn fold_person(&mut self, person: SubjectId) -> Result<(), Fault> {
        let mut values: BTreeMap<i64, Values> = BTreeMap::new();
        for row in self.query(FOLD_VALUES, &[person.value()])? {
            let event = row.integer(0)?;
            values.entry(event).or_default().extend(self.values_before(person, &row)?);
        }
        let mut references = BTreeMap::new();
        for row in self.query(FOLD_REFERENCES, &[person.value()])? {
            references.insert(row.integer(1)?, row.bytes(0)?.first_chunk::<SHORT>().copied());
        }
        for row in self.query(FOLD_EVENTS, &[person.value()])? {
            let id = row.integer(0)?;
            let of = (values.remove(&id).unwrap_or_default(), references.remove(&id).flatten());
            self.fold_event(person, &row, of)?;
        }
        Ok(())
    }

    fn fold_event(
        &mut self,
        person: SubjectId,
        row: &Row,
        (values, reference): (Values, Option<[u8; SHORT]>),
    ) -> Result<(), Fault> {
        let (id, sealed) = (row.integer(0)?, row.bytes(3)?);
        let about = Place { table: "event", field: "about", subject: person, version: id };
        let phrase = match self.open_structure(about, sealed)?.as_slice() {
            [MARK, number @ ..] => Some(self.phrase_before(number)?),
            _ => None,
        };
        let (fields, held) = match values.is_empty() {
            true => (Value::Null, Value::Null),
            false => self.sealed_now(person, id, (&values, phrase.as_deref()))?,
        };
        let happened = row.integer(1)?;
        let values = [
            self.row(person)?,
            integer(id),
            integer(happened),
            integer(row.integer(2)?.saturating_sub(happened)),
            or_null(phrase.as_ref(), |phrase| integer(phrase.number)),
            if phrase.is_some() { Value::Null } else { bytes(sealed) },
            or_null(row.bytes_or_null(4)?, bytes),
            fields,
            held,
            or_null(reference, bytes),
        ];
        self.execute_one(FOLD_MAKE, &values)
    }

    /// The fields and the values of an event as they are sealed now.
    fn sealed_now(
        &mut self,
        person: SubjectId,
        event: i64,
        (values, says): (&Values, Option<&Word>),
    ) -> Result<(Value, Value), Fault> {
        let names = values.keys().map(String::as_str).collect::<Vec<_>>().join(" ");
        let fields = self.put_word(&names)?;
        let bound = bound_to(person, EventId(event.unsigned_abs()), (&fields, says))?;
        let plain = joined(values.values().map(|value| value.as_str()));
        let sealed = self.subject_keys(person)?.vault()?.seal(&bound, &plain)?;
        Ok((integer(fields.number), bytes(sealed)))
    }

    /// What a number stood for that events of words alone had.
    fn phrase_before(&mut self, number: &[u8]) -> Result<std::sync::Arc<Word>, Fault> {
        let number = number.first_chunk().copied().ok_or(Fault::Json { what: "event" })?;
        let row = self.one(FOLD_PHRASE, &[integer(i64::from_be_bytes(number))])?;
        self.put_word(row.ok_or(Fault::Missing { what: "phrase" })?.text(0)?)
    }

    /// Values that were sealed together, or one that was sealed by itself.
    fn values_before(&mut self, person: SubjectId, row: &Row) -> Result<Values, Fault> {
        let fault = || Fault::Sealed { table: "datum", field: "value" };
        let (version, names, sealed) = (row.integer(0)?, row.text(1)?, row.bytes(2)?);
        let place = Place { table: "datum", field: "value", subject: person, version };
        let keys = self.subject_keys(person)?;
        let Some(plain) = keys.vault()?.open(&place.aad_and(names), sealed).map(Zeroizing::new) else {
            let plain = Zeroizing::new(place.open(&keys, sealed)?);
            let alone: Alone<'_> = serde_json::from_slice(&plain).map_err(|_| fault())?;
            return match alone.field == names {
                true => Ok(Values::from([(names.to_owned(), Zeroizing::new(alone.value.into_owned()))])),
                false => Err(fault()),
            };
        };
        let names: Vec<&str> = names.split(' ').collect();
        let values = parts_before(&plain, names.len()).ok_or_else(fault)?;
        names
            .into_iter()
            .zip(values)
            .map(|(name, value)| {
                let value = std::str::from_utf8(value).map_err(|_| fault())?;
                Ok((name.to_owned(), Zeroizing::new(value.to_owned())))
            })
            .collect()
    }
}

/// A value that was sealed with the name of its field.
#[derive(Deserialize)]
struct Alone<'a> {
    field: std::borrow::Cow<'a, str>,
    value: std::borrow::Cow<'a, str>,
}

/// Several values as one: each stood after its length in four bytes, one alone as it is.
fn parts_before(plain: &[u8], count: usize) -> Option<Vec<&[u8]>> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::row::text;
    use crate::{FileKeys, Location, Settings, Vault};
    use kept_core::ledger::{Commitment, Durable, Salt, Sequence};
    use kept_core::timeline::Happening;

    /// The tables of the schema of eleven, as the migration leaves them.
    const BEFORE: &str = "CREATE TABLE event_before (subject {bytes}, id {integer}, happened_at {integer},
             recorded_at {integer}, kind TEXT, purpose TEXT, about {bytes}, words {bytes});
         CREATE TABLE datum_before (subject {bytes}, event {integer}, field TEXT, sealed {bytes});
         CREATE TABLE reference_before (blind {bytes}, subject {bytes}, event {integer});
         CREATE TABLE phrase (id {integer} PRIMARY KEY, text TEXT NOT NULL);
         DELETE FROM schema_version WHERE version >= 13";
    const EVENT: Statement = Statement {
        name: "event",
        text: "INSERT INTO event_before VALUES ($1, $2, 7, 9, 'collected', NULL, $3, NULL)",
    };
    const DATUM: Statement =
        Statement { name: "datum", text: "INSERT INTO datum_before VALUES ($1, $2, $3, $4)" };
    const REFERENCE: Statement =
        Statement { name: "reference", text: "INSERT INTO reference_before VALUES ($1, $2, $3)" };
    const PHRASE: Statement = Statement { name: "phrase", text: "INSERT INTO phrase VALUES ($1, $2)" };
    const COLLECTED: &str =
        r#"{"data":["identification.name"],"what":{"kind":"collected","purposes":["billing"]}}"#;

    fn open(location: &Location, folder: &std::path::Path) -> Vault {
        let keys = Box::new(FileKeys::new(folder.join("keys")));
        Vault::open(location, keys, Settings::default(), jiff::Timestamp::UNIX_EPOCH).unwrap()
    }

    /// One event sealed as a phrase with two values sealed each alone, one with two sealed together.
    fn fill(tx: &mut Tx, person: SubjectId) -> Result<(), Fault> {
        let place = |table, field, version| Place { table, field, subject: person, version };
        tx.execute_one(PHRASE, &[integer(i64::from_be_bytes([3; 8])), text(COLLECTED)])?;
        let about = tx.seal(place("event", "about", 1), &[MARK, 3, 3, 3, 3, 3, 3, 3, 3])?;
        tx.execute_one(EVENT, &[person.value(), integer(1), bytes(about)])?;
        let about = tx.seal(place("event", "about", 2), br#"{"what":{"kind":"died"}}"#)?;
        tx.execute_one(EVENT, &[person.value(), integer(2), bytes(about)])?;
        for (field, value) in [("identification.name", "Ana \"A\""), ("identification.town", "Gent")] {
            let plain = serde_json::json!({ "field": field, "value": value }).to_string();
            let sealed = tx.seal(place("datum", "value", 1), plain.as_bytes())?;
            tx.execute_one(DATUM, &[person.value(), integer(1), text(field), bytes(sealed)])?;
        }
        let names = "identification.name identification.town";
        let bound = place("datum", "value", 2).aad_and(names);
        let sealed = tx.subject_keys(person)?.vault()?.seal(&bound, b"\0\0\0\x02Bo\0\0\0\x00")?;
        tx.execute_one(DATUM, &[person.value(), integer(2), text(names), bytes(sealed)])?;
        let blind = tx.ring.lookup.tag(&[b"reference", b"order 1"]);
        tx.execute_one(REFERENCE, &[bytes(blind[..16].to_vec()), person.value(), integer(2)]).map(drop)
    }

    fn what_was_kept_before_is_kept_after(location: &Location, folder: &std::path::Path) {
        let now = jiff::Timestamp::UNIX_EPOCH;
        let vault = open(location, folder);
        let mut loan =
            vault.pool.lend(crate::database::Access::Write, crate::pool::Manner::Alone, "before").unwrap();
        let connection = loan.connection().unwrap();
        let before = connection.in_own_words(BEFORE);
        connection.run("before", &before).unwrap();
        drop(loan);
        let people = vault.write("fill", |tx| {
            let people = [tx.put_subject(&[], now)?, tx.put_subject(&[], now)?];
            fill(tx, people[0])?;
            let gone = tx.seal(
                Place { table: "event", field: "about", subject: people[1], version: 1 },
                br#"{"what":{"kind":"died"}}"#,
            )?;
            tx.execute_one(EVENT, &[people[1].value(), integer(1), bytes(gone)])?;
            tx.erase_subject_keys(people[1], crate::subject::Destroy::ValuesAndLedger, now)?;
            Ok::<_, Fault>(people)
        });
        let [ana, gone] = people.unwrap();
        drop(vault);
        for _ in 0..2 {
            let vault = open(location, folder);
            let receipt =
                Durable::after_commit(Commitment::new(&Salt::from_bytes([0; 32]), b""), Sequence(0));
            vault
                .read("check", |tx| {
                    let timeline = tx.timeline(ana)?;
                    let [collected, died] = timeline.events() else { panic!("{timeline:?}") };
                    assert!(matches!(&collected.what, Happening::Collected { purposes, .. }
                        if purposes == &["billing".into()]));
                    assert_eq!(collected.recorded_at.as_microsecond(), 9);
                    assert_eq!(died.what, Happening::Died);
                    let kept = tx.values(ana, &|_| true, &receipt)?;
                    let kept: Vec<_> = kept
                        .iter()
                        .map(|one| (one.event.0, one.field.to_string(), one.value.as_str()))
                        .collect();
                    let (name, town) =
                        (|| "identification.name".to_owned(), || "identification.town".to_owned());
                    assert_eq!(
                        kept,
                        [(1, name(), "Ana \"A\""), (2, name(), "Bo"), (1, town(), "Gent"), (2, town(), "")]
                    );
                    assert_eq!(tx.find_reference("order 1")?, Some((ana, EventId(2))));
                    assert!(tx.value_names(gone)?.is_empty() && tx.timeline(gone)?.events().is_empty());
                    Ok::<_, Fault>(())
                })
                .unwrap();
        }
    }

    #[test]
    fn what_earlier_versions_wrote_of_people_is_found_in_its_new_place_on_sqlite() {
        let folder = tempfile::tempdir().unwrap();
        let location = Location::Sqlite(folder.path().join("vault.db"));
        what_was_kept_before_is_kept_after(&location, folder.path());
    }

    #[test]
    fn what_earlier_versions_wrote_of_people_is_found_in_its_new_place_on_postgres() {
        let folder = tempfile::tempdir().unwrap();
        let url =
            kept_connect::private_postgres::PrivatePostgres::shared().unwrap().database("fold").unwrap();
        what_was_kept_before_is_kept_after(&Location::Postgres(url), folder.path());
    }
}
