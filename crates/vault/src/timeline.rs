//! Timelines as rows: appended, never changed, and gone when their own retention is over. In clear under the
//! place of the person's keys: instants, and which data a collection brought for which purposes, by the number
//! of a word; sealed: what every other event says, and free text apart. Not here: what events mean, and the
//! values of a collection (`value`).

use jiff::Timestamp as Instant;
use kept_core::plan::Value;
use kept_core::policy::model::DataRef;
use kept_core::timeline::{Event, EventId, Happening, Occasion, Timeline};
use serde::{Deserialize, Serialize};

use crate::fault::Fault;
use crate::keys::tree::Which;
use crate::people;
use crate::row::{Row, bytes, integer, or_null};
use crate::statements::{
    EVENT_LAST, EVENT_LAST_OF, EVENT_LIST, EVENT_LIST_OF, EVENT_MAKE, EVENT_NEXT, EVENT_REMOVE,
};
use crate::subject::{Place, SubjectId};
use crate::transaction::Tx;
use crate::word::{self, Said};
use kept_core::ledger::Durable;

/// What is sealed of every event.
#[derive(Serialize, Deserialize)]
struct About {
    #[serde(default = "person", skip_serializing_if = "is_person")]
    about: Occasion,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    data: Vec<Datum>,
    what: Happening,
}

fn person() -> Occasion {
    Occasion::Person
}

fn is_person(about: &Occasion) -> bool {
    *about == Occasion::Person
}

/// Data by one word, `category.field`; earlier versions wrote both apart.
#[derive(Deserialize)]
#[serde(untagged)]
enum Datum {
    Word(String),
    Apart(DataRef),
}

impl Serialize for Datum {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Word(word) => to.serialize_str(word),
            Self::Apart(data) => to.collect_str(data),
        }
    }
}

impl From<Datum> for DataRef {
    fn from(datum: Datum) -> Self {
        match datum {
            Datum::Word(name) => word::datum(&name),
            Datum::Apart(data) => data,
        }
    }
}

impl Tx {
    /// Appends events to a timeline, in order, and returns their numbers: the numbers they came
    /// with do not count.
    ///
    /// # Errors
    /// [`Fault::Erased`] when the subject's keys are gone.
    pub fn append_events(
        &mut self,
        subject: SubjectId,
        events: impl IntoIterator<Item = Event>,
    ) -> Result<Vec<EventId>, Fault> {
        self.touch(subject);
        let row = self.living_row(subject)?;
        let row = self.one(EVENT_NEXT, &[row])?;
        let next = row.ok_or(Fault::Missing { what: "event" })?.integer(0)?;
        (next..)
            .zip(events)
            .map(|(id, event)| {
                self.append(subject, id, event)?;
                u64::try_from(id).map(EventId).map_err(|_| Fault::Missing { what: "event" })
            })
            .collect()
    }

    /// Takes events away, and says so in one content-free event about the statement that let them go: numbers
    /// rise for ever, and what was made of the timeline before is known to be of another one. Returns how
    /// many went.
    ///
    /// # Errors
    /// [`Fault::Erased`] when the subject's keys are gone.
    pub fn remove_events(
        &mut self,
        subject: SubjectId,
        events: &[EventId],
        (statement, now): (&str, Instant),
    ) -> Result<u64, Fault> {
        let about = Occasion::Case(statement.into());
        let says_so = |event: &&Event| event.what == Happening::Erased && event.about == about;
        let said: Vec<EventId> =
            self.timeline(subject)?.events().iter().filter(says_so).map(|event| event.id).collect();
        let (id, data, what) = (EventId(0), Vec::new(), Happening::Erased);
        let gone = Event { id, happened_at: now, recorded_at: now, about: about.clone(), data, what };
        self.append_events(subject, [gone])?;
        let row = self.row(subject)?;
        let mut removed = 0;
        for (event, counts) in events.iter().map(|id| (id, 1)).chain(said.iter().map(|id| (id, 0))) {
            let number = i64::try_from(event.0).map_err(|_| Fault::Missing { what: "event" })?;
            removed += counts * self.execute(EVENT_REMOVE, &[row.clone(), integer(number)])?;
        }
        Ok(removed)
    }

    fn append(&mut self, subject: SubjectId, id: i64, event: Event) -> Result<(), Fault> {
        let (what, full) = match without_words(&event.what) {
            Some(blank) => (blank, Some(event.what)),
            None => (event.what, None),
        };
        // A collection from the person says nothing but words of the policy.
        let is_word = matches!(what, Happening::Collected { source: None, .. }) && is_person(&event.about);
        let data = event.data.into_iter().map(Datum::Apart).collect();
        let said = json(&About { about: event.about, data, what })?;
        let (says, about) = if is_word {
            let text = String::from_utf8(said).map_err(|_| Fault::Json { what: "event" })?;
            (Some(self.put_word(&text)?.number), None)
        } else {
            (None, Some(self.seal(place(subject, "about", id), &said)?))
        };
        let words = match full {
            Some(full) => Some(self.seal(place(subject, "words", id), &json(&full)?)?),
            None => None,
        };
        let (row, happened) = (self.living_row(subject)?, event.happened_at.as_microsecond());
        self.execute_one(
            EVENT_MAKE,
            &[
                row,
                integer(id),
                integer(happened),
                integer(event.recorded_at.as_microsecond().saturating_sub(happened)),
                or_null(says, integer),
                or_null(about, bytes),
                or_null(words, bytes),
            ],
        )
    }

    /// Under which number the rows stand of somebody whose keys are there.
    pub(crate) fn living_row(&mut self, subject: SubjectId) -> Result<Value, Fault> {
        let keys = self.subject_keys(subject)?;
        if keys.has(Which::Vault) { Ok(integer(keys.row())) } else { Err(Fault::Erased) }
    }

    /// The number of the last event of a timeline, 0 before the first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn last_event(&mut self, subject: SubjectId) -> Result<i64, Fault> {
        Ok(self.last_recorded(subject)?.map_or(0, |(number, _)| number))
    }

    /// The number of the last event of a timeline, and when it was recorded.
    ///
    /// # Errors
    /// When the store fails.
    pub fn last_recorded(&mut self, subject: SubjectId) -> Result<Option<(i64, Instant)>, Fault> {
        let row = match self.row(subject) {
            Err(Fault::Missing { .. }) => return Ok(None),
            row => row?,
        };
        let last = self.one(EVENT_LAST, &[row])?;
        last.map(|row| Ok((row.integer(0)?, row.instant(1)?))).transpose()
    }

    /// The timeline of a subject, as decisions need it: free text (the reason of a hold, who
    /// approved it) is left empty.
    ///
    /// # Errors
    /// [`Fault::Erased`] when the subject's keys are gone.
    pub fn timeline(&mut self, subject: SubjectId) -> Result<Timeline, Fault> {
        let row = self.row(subject)?;
        let rows = self.query(EVENT_LIST, &[row])?;
        let events = rows.iter().map(|row| self.event(subject, row).map(|(event, _)| event));
        Ok(Timeline::new(events.collect::<Result<_, _>>()?))
    }

    /// The numbers of the last events of many timelines, in the order of the people.
    ///
    /// # Errors
    /// When the store fails.
    pub fn last_events(&mut self, of: &[SubjectId]) -> Result<Vec<i64>, Fault> {
        let mut last = vec![0; of.len()];
        if of.is_empty() {
            return Ok(last);
        }
        let rows = people::rows(&self.rows(of)?)?;
        for row in &self.query(EVENT_LAST_OF, &rows)? {
            *people::of_row(&mut last, row, 0)? = row.integer_or_null(1)?.unwrap_or(0);
        }
        Ok(last)
    }

    /// The timelines of many people, in their order, as [`Tx::timeline`] gives each.
    ///
    /// # Errors
    /// As for [`Tx::timeline`], of any of them.
    pub fn timelines(&mut self, of: &[SubjectId]) -> Result<Vec<Timeline>, Fault> {
        if let [one] = of {
            return Ok(vec![self.timeline(*one)?]);
        }
        if of.is_empty() {
            return Ok(Vec::new());
        }
        let rows = people::rows(&self.rows(of)?)?;
        let mut gathered: Vec<(SubjectId, Vec<Event>)> = of.iter().map(|id| (*id, Vec::new())).collect();
        for row in &self.query(EVENT_LIST_OF, &rows)? {
            let (subject, events) = people::of_row(&mut gathered, row, 6)?;
            events.push(self.event(*subject, row)?.0);
        }
        let timeline = |(_, mut events): (SubjectId, Vec<Event>)| {
            events.sort_by_key(|event| event.id);
            Timeline::new(events)
        };
        Ok(gathered.into_iter().map(timeline).collect())
    }

    /// The timeline of a subject with its free text, to be shown.
    ///
    /// # Errors
    /// [`Fault::Erased`] when the subject's keys are gone.
    pub fn timeline_in_words(&mut self, subject: SubjectId, receipt: &Durable) -> Result<Timeline, Fault> {
        let row = self.row(subject)?;
        let rows = self.query(EVENT_LIST, &[row])?;
        let mut events = Vec::with_capacity(rows.len());
        for row in &rows {
            let (mut event, id) = self.event(subject, row)?;
            if let Some(words) = row.bytes_or_null(5)? {
                let plain = self.open(place(subject, "words", id), words, receipt)?;
                event.what = from_json(&plain)?;
            }
            events.push(event);
        }
        Ok(Timeline::new(events))
    }

    fn event(&mut self, subject: SubjectId, row: &Row) -> Result<(Event, i64), Fault> {
        let id = row.integer(0)?;
        if !self.subject_keys(subject)?.has(Which::Vault) {
            return Err(Fault::Erased);
        }
        let (about, data, what) = match row.integer_or_null(3)? {
            Some(says) => self.word(says)?.said()?.clone(),
            None => said(&self.open_structure(place(subject, "about", id), row.bytes(4)?)?)?,
        };
        let happened_at = row.instant(1)?;
        let recorded_at = i64::checked_add(happened_at.as_microsecond(), row.integer(2)?);
        let recorded_at = recorded_at.and_then(|at| Instant::from_microsecond(at).ok());
        let number = u64::try_from(id).map_err(|_| Fault::Missing { what: "event" })?;
        let event = Event {
            id: EventId(number),
            happened_at,
            recorded_at: recorded_at.ok_or(Fault::Instant { statement: row.statement })?,
            about,
            data,
            what,
        };
        Ok((event, id))
    }
}

/// What an event says, out of the bytes that were sealed.
pub(crate) fn said(plain: &[u8]) -> Result<Said, Fault> {
    let About { about, data, what } = from_json(plain)?;
    Ok((about, data.into_iter().map(DataRef::from).collect(), what))
}

fn place(subject: SubjectId, field: &'static str, version: i64) -> Place {
    Place { table: "event", field, subject, version }
}

fn json(value: &impl Serialize) -> Result<Vec<u8>, Fault> {
    serde_json::to_vec(value).map_err(|_| Fault::Json { what: "event" })
}

fn from_json<T: for<'a> Deserialize<'a>>(plain: &[u8]) -> Result<T, Fault> {
    serde_json::from_slice(plain).map_err(|_| Fault::Json { what: "event" })
}

/// The same without free text; `None` when it has none.
fn without_words(what: &Happening) -> Option<Happening> {
    match what.clone() {
        Happening::ObjectionRejected { purpose, .. } => {
            Some(Happening::ObjectionRejected { purpose, ground: String::new(), approver: String::new() })
        }
        Happening::ReportDismissed { .. } => {
            Some(Happening::ReportDismissed { ground: String::new(), approver: String::new() })
        }
        Happening::HoldPlaced { case, review_on, .. } => {
            Some(Happening::HoldPlaced { case, reason: String::new(), approver: String::new(), review_on })
        }
        Happening::Screened { collection, outcome, by, reason } if !reason.is_empty() => {
            Some(Happening::Screened { collection, outcome, by, reason: String::new() })
        }
        Happening::ConsentGiven { purpose, wording, channels, proof: Some(_), scope } => {
            Some(Happening::ConsentGiven { purpose, wording, channels, proof: None, scope })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_earlier_version_wrote_of_an_event_is_read_as_before() {
        let before = br#"{"about":"person","data":[{"category":"a","field":"b"},{"category":"c","field":null}],"what":{"kind":"died"}}"#;
        let read: About = from_json(before).unwrap();
        let now = json(&read).unwrap();
        assert_eq!(String::from_utf8(now.clone()).unwrap(), r#"{"data":["a.b","c"],"what":{"kind":"died"}}"#);
        for bytes in [before.as_slice(), &now] {
            let About { about, data, what } = from_json(bytes).unwrap();
            let data: Vec<String> = data.into_iter().map(|datum| DataRef::from(datum).to_string()).collect();
            assert_eq!((about, what), (Occasion::Person, Happening::Died));
            assert_eq!(data, ["a.b", "c"]);
        }
    }
}
