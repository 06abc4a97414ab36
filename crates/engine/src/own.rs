//! Kept's own values of a person: shown in answers, and gone when no ground keeps them.
//!
//! A value stands on the purposes that it was collected for, and on holds and restrictions; a ground
//! of another purpose that needs the same field keeps that purpose's own value, not this one. Not
//! here: the rows of the company's stores (`person`, `erase`, `sweep`).

use std::collections::BTreeMap;

use kept_core::ledger::Durable;
use kept_core::name::PurposeName;
use kept_core::plan::lean::Lean;
use kept_core::plan::{Action, Reason};
use kept_core::policy::model::{DataRef, OwnRecord};
use kept_core::standing::proof::{self, proofs};
use kept_core::standing::{Ground, Stage, Standing, Why};
use kept_core::time::Instant;
use kept_core::timeline::{Event, EventId, Happening, Timeline};
use kept_vault::ground::Due;
use kept_vault::{SubjectId, Tx};

use crate::company::Company;
use crate::correction::{Links, held};
use crate::failure::Failure;
use crate::own_records::{AllOver, Over};
use crate::own_told::{ToldByStores, is_shown_over};
use crate::report::FoundIn;
use crate::report::access::{HeldRow, HeldTable, HeldValue, RecordedLine, columns_of, recorded_lines};
use crate::report::erasure::StepLine;

/// Under what name Kept's own values stand in reports, beside the company's stores.
pub const STORE: &str = "kept";

/// The same as a table's.
pub const TABLE: &str = "collected";

/// The same of the events of people's timelines.
pub const RECORD: &str = "record";

/// What went of Kept's own records of people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OwnGone {
    /// Values.
    pub values: u64,
    /// Events whose own period was over.
    pub events: u64,
    /// Files of requests whose own period was over.
    pub requests: u64,
    /// Records of disclosures.
    pub disclosures: u64,
    /// Refusals.
    pub refusals: u64,
    /// Entries of the ledger.
    pub log: u64,
    /// People of whom nothing went because a fact is missing that a store tells.
    pub untold: u64,
}

impl OwnGone {
    /// All of it.
    pub fn all(self) -> u64 {
        self.values + self.events + self.requests + self.disclosures + self.refusals + self.log
    }

    /// The same, with records that have periods of their own.
    pub(crate) fn and(self, over: &AllOver) -> Self {
        let of = |record| over.get(&record).map_or(0, |over: &Over| over.count);
        Self {
            requests: self.requests + of(OwnRecord::Requests),
            disclosures: self.disclosures + of(OwnRecord::Disclosures),
            refusals: self.refusals + of(OwnRecord::Refusals),
            log: self.log + of(OwnRecord::Log),
            ..self
        }
    }
}

impl Company {
    /// Whether Kept keeps values of a person that some ground keeps.
    pub(crate) fn keeps_values(&self, subject: SubjectId, standing: &Standing) -> Result<bool, Failure> {
        self.vault.read("keeps_values", |tx| {
            let timeline = tx.timeline(subject)?;
            let names = tx.value_names(subject)?;
            Ok(names.iter().any(|(event, field)| stays(&timeline, standing, *event, field)))
        })
    }

    /// Takes away the values that nothing keeps; how many there were.
    pub(crate) fn let_values_go(
        &self,
        tx: &mut Tx,
        subject: SubjectId,
        standing: &Standing,
    ) -> Result<u64, Failure> {
        let timeline = tx.timeline(subject)?;
        let mut gone = 0;
        for (event, field) in tx.value_names(subject)? {
            if !stays(&timeline, standing, event, &field) {
                gone += tx.remove_value(subject, event, &field)?;
            }
        }
        Ok(gone)
    }

    /// The same of what Kept's own record alone shows to be over; whether something else stays for want of a
    /// fact.
    fn let_shown_go(
        &self,
        tx: &mut Tx,
        subject: SubjectId,
        (timeline, standing): (&Timeline, &Standing),
    ) -> Result<(u64, bool), Failure> {
        let (mut gone, mut untold) = (0, false);
        for (event, field) in tx.value_names(subject)? {
            if stays(timeline, standing, event, &field) {
                continue;
            }
            if is_shown_over(self.policy(), (timeline, standing), &(event, field.clone())) {
                gone += tx.remove_value(subject, event, &field)?;
            } else {
                untold = true;
            }
        }
        Ok((gone, untold))
    }

    /// Puts a person on the next run's list where some value of theirs is kept by nothing any more:
    /// withdrawing is not erasing, but what has lost its last ground goes with retention. Who has values for
    /// purposes of which stores tell is looked at by each run: a column may change behind Kept's back.
    pub(crate) fn mark_overdue(
        &self,
        tx: &mut Tx,
        subject: SubjectId,
        (timeline, standing): (&Timeline, &Standing),
        now: Instant,
    ) -> Result<(), Failure> {
        let names = tx.value_names(subject)?;
        if names.iter().any(|(event, field)| !stays(timeline, standing, *event, field))
            || self.rests_on_stores(timeline, &names)
        {
            tx.mark_due(subject, now)?;
        }
        Ok(())
    }

    /// Whether some person's grounds are due to be looked at, by the policy in force.
    pub(crate) fn has_due(&self, now: Instant) -> Result<bool, Failure> {
        self.refresh_grounds(now)?;
        self.vault.read("has_due", |tx| Ok(!tx.due(now, None, 1)?.is_empty()))
    }

    /// Goes through the people of whom something changed by itself, takes away what nothing keeps any
    /// more of Kept's own values and the proofs of consents whose own period is over, and makes their
    /// grounds anew. Returns how many values and events went.
    ///
    /// # Errors
    /// A fault of Kept's own store.
    pub(crate) fn sweep_own(&mut self, receipt: &Durable, now: Instant) -> Result<OwnGone, Failure> {
        self.refresh_grounds(now)?;
        let (mut gone, mut after) = (OwnGone::default(), None);
        loop {
            let page = self.due_people((now, after), receipt, now)?;
            let Some(last) = page.last() else { return Ok(gone) };
            after = Some(last.due);
            let went = self.vault.write("sweep_own", |tx| {
                let mut went = OwnGone::default();
                for one in &page {
                    self.sweep_own_one(tx, one.due, &one.told, (&mut went, now))?;
                }
                Ok::<_, Failure>(went)
            })?;
            gone.values += went.values;
            gone.events += went.events;
            gone.untold += went.untold;
            self.reached("own-swept");
        }
    }

    /// The same of one person.
    fn sweep_own_one(
        &self,
        tx: &mut Tx,
        Due { at, subject }: Due,
        told: &ToldByStores,
        (went, now): (&mut OwnGone, Instant),
    ) -> Result<(), Failure> {
        let timeline = tx.timeline(subject)?;
        let (timeline, proofs) = self.let_proofs_go(tx, subject, timeline, now)?;
        went.events += proofs;
        let own = self.settle_grounds(tx, subject, &timeline, now)?;
        let by_stores = self.rests_on_stores(&timeline, &tx.value_names(subject)?);
        let values = match told {
            // What was collected since the stores were asked waits for the next run.
            ToldByStores::None if by_stores => 0,
            ToldByStores::None => self.let_values_go(tx, subject, &own.standing)?,
            ToldByStores::Nothing => {
                let (gone, untold) = self.let_shown_go(tx, subject, (&timeline, &own.standing))?;
                went.untold += u64::from(untold);
                gone
            }
            ToldByStores::Missing => {
                went.untold += 1;
                0
            }
            ToldByStores::Events(events) => {
                let whole = timeline.clone().with(events.iter().cloned());
                self.let_values_go(tx, subject, &self.standing_of(&whole, now))?
            }
        };
        if values > 0 {
            self.tell_of_what_went_later(tx, subject, &timeline, now)?;
        }
        went.values += values;
        if by_stores {
            // The next run looks again; this one has passed the place.
            tx.mark_due(subject, at)?;
        }
        Ok(())
    }

    /// Takes away the proofs of a person's consents whose own period is over; the timeline that is left, and
    /// how many events went.
    fn let_proofs_go(
        &self,
        tx: &mut Tx,
        subject: SubjectId,
        timeline: Timeline,
        now: Instant,
    ) -> Result<(Timeline, u64), Failure> {
        let go = proofs(&self.history, &timeline, now, now).go;
        if go.is_empty() {
            return Ok((timeline, 0));
        }
        let gone = tx.remove_events(subject, &go, (proof::STATEMENT, now))?;
        self.reached("proofs-half-gone");
        Ok((tx.timeline(subject)?, gone))
    }

    /// What a person said and what was noted of them, as Kept recorded it.
    pub(crate) fn recorded(&self, subject: SubjectId) -> Result<Vec<RecordedLine>, Failure> {
        self.vault.read("recorded", |tx| Ok(recorded_lines(&tx.timeline(subject)?)))
    }

    /// What an erasure does with Kept's own values: those that nothing keeps go, the others stay.
    pub(crate) fn own_steps(
        &self,
        subject: SubjectId,
        standing: &Standing,
    ) -> Result<Vec<StepLine>, Failure> {
        let (timeline, names) = self
            .vault
            .read("own_steps", |tx| Ok::<_, Failure>((tx.timeline(subject)?, tx.value_names(subject)?)))?;
        let mut steps: Vec<StepLine> = Vec::new();
        for (event, field) in &names {
            let action =
                if stays(&timeline, standing, *event, field) { Action::Keep } else { Action::Delete };
            let reasons = reasons(&timeline, standing, *event, std::slice::from_ref(field));
            match steps.iter_mut().find(|step| step.action == action && step.reasons == reasons) {
                Some(step) => step.rows += 1,
                None => steps.push(StepLine {
                    store: STORE.into(),
                    table: TABLE.into(),
                    action,
                    rows: 1,
                    reasons,
                    columns: Vec::new(),
                }),
            }
        }
        Ok(steps)
    }

    /// What an erasure does with the proofs of consents that are over: they stay for a time of their own.
    pub(crate) fn proof_steps(&self, subject: SubjectId, now: Instant) -> Result<Vec<StepLine>, Failure> {
        let timeline = self.vault.read("proof_steps", |tx| Ok::<_, Failure>(tx.timeline(subject)?))?;
        let over = proofs(&self.history, &timeline, now, now).over;
        let stay = over.iter().filter(|proof| proof.goes_at.is_none_or(|goes| goes > now));
        let reason = |until| Reason {
            statement: proof::STATEMENT.to_owned(),
            stage: Stage::Locked,
            until,
            why: Why::Period,
        };
        let step = |proof: &proof::Proof| StepLine {
            store: STORE.into(),
            table: RECORD.into(),
            action: Action::Keep,
            rows: proof.events.len(),
            reasons: vec![reason(proof.goes_at)],
            columns: Vec::new(),
        };
        Ok(stay.map(step).collect())
    }

    /// The fields of Kept's own values that an erasure leaves, with what keeps each.
    pub(crate) fn own_stays(
        &self,
        subject: SubjectId,
        standing: &Standing,
    ) -> Result<Vec<(DataRef, Vec<Reason>)>, Failure> {
        let (timeline, names) = self
            .vault
            .read("own_stays", |tx| Ok::<_, Failure>((tx.timeline(subject)?, tx.value_names(subject)?)))?;
        let kept = names.iter().filter(|(event, field)| stays(&timeline, standing, *event, field));
        let why = |(event, field): &(EventId, DataRef)| {
            (field.clone(), reasons(&timeline, standing, *event, std::slice::from_ref(field)))
        };
        Ok(kept.map(why).collect())
    }

    /// Kept's own values of a person as an answer shows them, and where they were found.
    pub(crate) fn held_by_kept(
        &self,
        subject: SubjectId,
        standing: &Standing,
        receipt: &Durable,
    ) -> Result<Option<(FoundIn, HeldTable)>, Failure> {
        let (timeline, values) = self.vault.read("held_by_kept", |tx| {
            Ok::<_, Failure>((tx.timeline(subject)?, tx.values(subject, &|_| true, receipt)?))
        })?;
        let Some(first) = values.first().map(|value| value.event) else { return Ok(None) };
        let mut fields: Vec<DataRef> = values.iter().map(|value| value.field.clone()).collect();
        fields.sort();
        fields.dedup();
        let mut rows: BTreeMap<u64, Vec<HeldValue>> = BTreeMap::new();
        for value in &values {
            let row = rows.entry(value.event.0).or_insert_with(|| vec![HeldValue::Absent; fields.len()]);
            let place = fields.iter().position(|field| *field == value.field);
            if let Some(cell) = place.and_then(|place| row.get_mut(place)) {
                *cell = HeldValue::Value(self.policy().shown(&value.field, value.value.clone()));
            }
        }
        let held = held(values.iter().map(|value| (value.event, value.field.clone())).collect());
        let row = |(event, values): (u64, Vec<HeldValue>)| HeldRow {
            key: event.to_string(),
            relation: "person",
            values,
            links: Links::of(&timeline, EventId(event), &held),
            grounds: reasons(&timeline, standing, EventId(event), &fields),
        };
        let table = HeldTable {
            store: STORE.into(),
            table: TABLE.into(),
            columns: columns_of(self.policy(), &fields, &self.language()),
            rows: rows.into_iter().map(row).collect(),
        };
        let found = FoundIn {
            store: STORE.into(),
            table: TABLE.into(),
            key: first.0.to_string(),
            kind: None,
            by: OWN_RECORD.to_owned(),
        };
        Ok(Some((found, table)))
    }
}

/// Where a person of whom only events are recorded was found.
pub(crate) fn found(recorded: &[RecordedLine]) -> Option<FoundIn> {
    (!recorded.is_empty()).then(|| FoundIn {
        store: STORE.into(),
        table: RECORD.into(),
        key: recorded.len().to_string(),
        kind: None,
        by: OWN_RECORD.to_owned(),
    })
}

/// By what a person was found whom no store of the company knows.
const OWN_RECORD: &str = "kept's own record";

/// For which purposes a collection was made.
pub(crate) fn purposes_of(timeline: &Timeline, event: EventId) -> &[PurposeName] {
    match collected(timeline, event).map(|event| &event.what) {
        Some(Happening::Collected { purposes, .. }) => purposes.as_slice(),
        _ => &[],
    }
}

fn collected(timeline: &Timeline, event: EventId) -> Option<&Event> {
    timeline.events().iter().find(|one| one.id == event)
}

/// The grounds that a value of a collection stands on: its purposes', and the holds.
fn grounds<'s>(
    timeline: &Timeline,
    standing: &'s Standing,
    event: EventId,
    field: &DataRef,
) -> Vec<&'s Ground> {
    let purposes = purposes_of(timeline, event);
    let mine = |ground: &&Ground| {
        ground.purpose().is_none_or(|purpose| purposes.contains(purpose)) && ground.covers(field)
    };
    standing.grounds.iter().filter(mine).collect()
}

pub(crate) fn stays(timeline: &Timeline, standing: &Standing, event: EventId, field: &DataRef) -> bool {
    standing.restricting(field).next().is_some()
        || grounds(timeline, standing, event, field).iter().any(|ground| ground.keep.keeps())
}

/// Of each value that nothing keeps, its record and the statement that has let it go.
pub(crate) fn let_go(
    timeline: &Timeline,
    standing: &Standing,
    names: &[(EventId, DataRef)],
) -> Vec<(EventId, String)> {
    let gone = names.iter().filter(|(event, field)| !stays(timeline, standing, *event, field));
    gone.map(|(event, field)| {
        let reasons = reasons(timeline, standing, *event, std::slice::from_ref(field));
        let statement = reasons.into_iter().next().map(|reason| reason.statement);
        (*event, statement.unwrap_or_else(|| "no ground".to_owned()))
    })
    .collect()
}

/// Why the values of a collection are held, each statement once.
fn reasons(timeline: &Timeline, standing: &Standing, event: EventId, fields: &[DataRef]) -> Vec<Reason> {
    let mut all: BTreeMap<String, Reason> = BTreeMap::new();
    for ground in fields.iter().flat_map(|field| grounds(timeline, standing, event, field)) {
        let lean = Lean::On(ground);
        if lean.is_ended_hold() {
            continue;
        }
        let reason = kept_core::plan::decide::reason_of(&lean);
        all.entry(reason.statement.clone()).or_insert(reason);
    }
    all.into_values().collect()
}
