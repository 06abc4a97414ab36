//! Records that stay as they are, and the corrections that are added beside them (16): a law forbids to
//! change them, or a hold keeps them. Not here: what is frozen (`kept_core::admission::frozen`).

use std::collections::BTreeSet;

use kept_core::admission::frozen::{Frozen, frozen};
use kept_core::admission::{Act as Told, Collection, check_value};
use kept_core::ledger::Kind;
use kept_core::name::PurposeName;
use kept_core::policy::model::DataRef;
use kept_core::standing::Standing;
use kept_core::time::Instant;
use kept_core::timeline::{Event, EventId, Happening, Occasion, Timeline};
use kept_vault::Tx;
use serde::Serialize;

use crate::company::Company;
use crate::desk::Whom;
use crate::failure::Failure;
use crate::keyed::{Changed, Ended, Found, KeyedChange, OTHER_PURPOSE, none};
use crate::own_values::is_for;
use crate::reading::{By, RefusedField, Sorted};
use crate::record::Recording;

/// A correction that is to be added.
#[derive(Clone, Debug)]
pub struct CorrectionOrder {
    /// The record with the error, for which purpose, and the right values of its fields.
    pub change: KeyedChange,
    /// The application's key of the record that puts it right.
    pub under: String,
}

/// What records say of each other, by their numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Links {
    /// The record that this one puts right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corrects: Option<u64>,
    /// The records that put this one right, the oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub corrected_by: Vec<u64>,
}

impl Links {
    /// The links of a record to those of which anything is held still: a record that was deleted, or that
    /// retention took, is nothing that anybody could follow.
    pub(crate) fn of(timeline: &Timeline, record: EventId, held: &BTreeSet<EventId>) -> Self {
        let mut links = Self::default();
        for event in timeline.events() {
            match event.what {
                Happening::Corrected { collection, by } if by == record && held.contains(&collection) => {
                    links.corrects = Some(collection.0);
                }
                Happening::Corrected { collection, by } if collection == record && held.contains(&by) => {
                    links.corrected_by.push(by.0);
                }
                _ => {}
            }
        }
        links
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.corrects.is_none() && self.corrected_by.is_empty()
    }
}

/// The records of which anything is held.
pub(crate) fn held(names: Vec<(EventId, DataRef)>) -> BTreeSet<EventId> {
    names.into_iter().map(|(event, _)| event).collect()
}

/// The article that stands by what a law keeps as it is.
const LAW_KEEPS: &str = "Art. 16, 17(3)(b) GDPR";

/// The article that stands by what a hold keeps as it is.
const HOLD_KEEPS: &str = "Art. 17(3)(e) GDPR";

/// Whether a field is refused because it stays as it is, so that an error in it is put right by a correction.
pub fn stays(refused: &RefusedField) -> bool {
    refused.article.is_some_and(|article| [LAW_KEEPS, HOLD_KEEPS].contains(&article))
}

impl Company {
    /// Puts an error in a record right by a record that is added and linked to it: the first stays as it is.
    /// Readings of the person give the newest value of a field, and so the right one.
    ///
    /// # Errors
    /// [`Failure::Refused`] for fields that the record has not, [`Failure::NotAdmitted`] for a value that
    /// is none of its kind or a collection that may not be, [`Failure::RecordKept`] for a key that is taken,
    /// [`Failure::KeyUsed`]; a fault of Kept's own store.
    pub fn correct_keyed(
        &mut self,
        order: &CorrectionOrder,
        now: Instant,
    ) -> Result<Ended<Changed>, Failure> {
        if order.change.values.is_empty() {
            return Err(Failure::Refused("no field is named that is to be put right".to_owned()));
        }
        for (field, value) in &order.change.values {
            check_value(self.policy(), field, value)
                .map_err(|refused| Failure::NotAdmitted(Box::new(refused)))?;
        }
        let change = self.changed_by(Kind::RectificationDone, &order.change, now)?;
        let order = CorrectionOrder { change, under: order.under.clone() };
        self.looking_anew(|company| company.correct_found(&order, now))
    }

    fn correct_found(&mut self, order: &CorrectionOrder, now: Instant) -> Result<Ended<Changed>, Failure> {
        let CorrectionOrder { change, under } = order;
        let what = format!("correct as {under}");
        if let Some(before) = self.done_before(change, &what)? {
            return Ok(Ended::Done(before));
        }
        let Some(found) =
            self.find_keyed(&change.key, (change.meant(Kind::RectificationIntended), &change.purpose), now)?
        else {
            return Ok(Ended::NoRecord);
        };
        let now = self.in_turn(now);
        let fields: Vec<DataRef> = change.values.keys().cloned().collect();
        found.has_all(&fields)?;
        let sorted = self.may_change(&found, change, &fields, now)?;
        if !sorted.refused.is_empty() {
            let about = (&found.whom, &change.purpose);
            let by = By { actor: change.actor.as_deref(), ..By::default() };
            self.upon_data(Kind::RectificationDone, about, &none(&sorted), &by, now)?;
            return Ok(Ended::Refused(sorted.refused));
        }
        self.settle_change(
            &found,
            (change, &what),
            Kind::RectificationDone,
            &mut |tx| self.add_correction(tx, &found, order, now),
            now,
        )
    }

    /// The correction as a collection of its own, for the same purpose and on the same occasion, and the link.
    fn add_correction(
        &self,
        tx: &mut Tx,
        found: &Found,
        order: &CorrectionOrder,
        now: Instant,
    ) -> Result<(), Failure> {
        let CorrectionOrder { change, under } = order;
        if crate::record::is_kept(tx, under)? {
            return Err(Failure::RecordKept);
        }
        let first = found.timeline.events().iter().find(|event| event.id == found.event);
        let about = first.map_or(Occasion::Person, |first| first.about.clone());
        let controller = first.and_then(|first| match &first.what {
            Happening::Collected { controller, .. } => controller.clone(),
            _ => None,
        });
        let collection = Collection {
            controller,
            purposes: vec![change.purpose.clone()],
            fields: change.values.keys().cloned().collect(),
            about: (about != Occasion::Person).then_some(about.clone()),
            ..Collection::default()
        };
        let whom = Whom { identifiers: found.whom.identifiers.clone(), picks: Vec::new() };
        let values = change.values.clone();
        let recording = Recording { values, ..Recording::new(whom, Told::Collect(collection)) };
        let before = self.before(tx, &recording.whom.identifiers, now)?;
        let (_, mut admitted) = self.admitted(tx, &recording, &before, now)?;
        let place = admitted.events.iter().position(|one| matches!(one.what, Happening::Collected { .. }));
        let place = place.ok_or(Failure::Plan)? + before.count_refusals();
        // The numbers that the events will have follow those that are there.
        let next = tx.last_event(found.subject)?.unsigned_abs() + 1;
        let by = EventId(next + place as u64);
        admitted.events.push(Event {
            id: EventId(0),
            happened_at: now,
            recorded_at: now,
            about,
            data: change.values.keys().cloned().collect(),
            what: Happening::Corrected { collection: found.event, by },
        });
        let appended = self.append(tx, found.subject, (&recording, &admitted, &before), (true, now))?;
        if appended.collected != Some(by) {
            return Err(Failure::Plan);
        }
        tx.put_reference(under, found.subject, by)?;
        let fields: Vec<DataRef> = change.values.keys().cloned().collect();
        self.tell_of_correction(tx, found.subject, &fields, now)
    }

    /// Refuses to change what stays as it is.
    pub(crate) fn stays_as_it_is(
        &self,
        found: &Found,
        fields: &[DataRef],
        sorted: &mut Sorted,
        now: Instant,
    ) {
        let standing = self.standing_of(&found.timeline, now);
        for field in fields {
            let why = frozen(self.policy(), (&found.timeline, &standing), (found.event, field));
            if let Some(why) = why {
                sorted.allowed.retain(|allowed| allowed != field);
                sorted.refused.push(self.told(field, &why));
            }
        }
    }

    /// The fields of a record that may not go: those of another purpose, and those that a law, a hold or
    /// a restriction keeps.
    pub(crate) fn may_not_go(
        &self,
        found: &Found,
        purpose: &PurposeName,
        now: Instant,
    ) -> Result<Vec<RefusedField>, Failure> {
        let purpose = self.declared(purpose)?;
        let standing = self.standing_of(&found.timeline, now);
        let other = |field: &DataRef| RefusedField {
            field: field.clone(),
            words: OTHER_PURPOSE.to_owned(),
            article: Some("Art. 5(1)(b) GDPR"),
        };
        let refused = found.fields.iter().filter_map(|field| {
            if !is_for(purpose, &found.timeline, found.event, field) {
                return Some(other(field));
            }
            self.bound((&found.timeline, &standing), (found.event, field))
        });
        Ok(refused.collect())
    }

    /// Why a field of a record may not go: a law, a hold or a restriction keeps it. Records one at a time and
    /// by the thousand ask the same.
    pub(crate) fn bound(
        &self,
        (timeline, standing): (&Timeline, &Standing),
        (record, field): (EventId, &DataRef),
    ) -> Option<RefusedField> {
        if let Some(why) = frozen(self.policy(), (timeline, standing), (record, field)) {
            return Some(self.told(field, &why));
        }
        standing.restricting(field).next().map(|_| RefusedField {
            field: field.clone(),
            words: "a restriction keeps the field".to_owned(),
            article: Some("Art. 18 GDPR"),
        })
    }

    /// The last day before an instant at which a day begins.
    pub(crate) fn last_day(&self, until: Instant) -> kept_core::time::Day {
        let moment = jiff::SignedDuration::from_nanos(1);
        self.policy().zone().day_of(until.checked_sub(moment).unwrap_or(until))
    }

    /// Why a field stays as it is, until when, and what may be done.
    pub(crate) fn told(&self, field: &DataRef, why: &Frozen<'_>) -> RefusedField {
        let (words, article) = match why {
            Frozen::Hold => ("a hold keeps the field as it is until it is released".to_owned(), HOLD_KEEPS),
            Frozen::Law { law, until } => {
                let language = self.language();
                let law = self.policy().text(law, &language);
                let until = until.map_or_else(
                    || "as long as the data are kept for it".to_owned(),
                    |until| format!("until {}", self.last_day(until)),
                );
                let words =
                    format!("{law} keeps the field as it is {until}; an error is put right by a correction");
                (words, LAW_KEEPS)
            }
        };
        RefusedField { field: field.clone(), words, article: Some(article) }
    }
}
