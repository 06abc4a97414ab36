//! What the company's stores tell of people whose values Kept keeps: a contract that began in a column keeps
//! a value that was collected for it, and one that ended there lets it go.
//!
//! Not here: which values go (`own`), and the rows of the stores (`sweep`).

use kept_core::ledger::{Durable, Kind};
use kept_core::plan::observe::observe;
use kept_core::plan::{Action, PersonRows, Step, StorePlan};
use kept_core::policy::Policy;
use kept_core::policy::model::{DataRef, Purpose};
use kept_core::standing::{Stage, Standing, reads};
use kept_core::time::Instant;
use kept_core::timeline::{Event, EventId, Happening, Timeline};
use kept_vault::SubjectId;
use kept_vault::ground::Due;

use crate::case_file::CaseFile;
use crate::company::{Act, Company};
use crate::consents::is_echo;
use crate::decide::is_told_by_stores;
use crate::failure::Failure;
use crate::own;
use crate::person::Located;
use crate::proofs::with_proof;

/// What stores tell of the purposes of a person's values.
#[derive(Debug)]
pub(crate) enum ToldByStores {
    /// Columns tell of none of the purposes: Kept's own record is all there is.
    None,
    /// These events, which are not recorded.
    Events(Vec<Event>),
    /// No row of the person is found any more: only of what Kept's own record shows to have ended can anybody
    /// tell that it is over.
    Nothing,
    /// A store could not be asked, or the person can't be told from others: a fact is missing, and nothing
    /// goes for it.
    Missing,
}

/// Somebody of whom something changes by itself by an instant.
pub(crate) struct DuePerson {
    pub(crate) due: Due,
    pub(crate) timeline: Timeline,
    /// The names of Kept's own values.
    pub(crate) values: Vec<(EventId, DataRef)>,
    pub(crate) told: ToldByStores,
}

/// How many people are looked at together.
const PAGE: u32 = 200;

impl Company {
    /// A page of those of whom something changes by `until`, each with what stores tell of their values.
    ///
    /// # Errors
    /// A fault of Kept's own store.
    pub(crate) fn due_people(
        &mut self,
        (until, after): (Instant, Option<Due>),
        receipt: &Durable,
        now: Instant,
    ) -> Result<Vec<DuePerson>, Failure> {
        let mut page = self.vault.read("due_people", |tx| {
            let read = tx.due(until, after, PAGE)?.into_iter().map(|due| {
                let (timeline, values) = (tx.timeline(due.subject)?, tx.value_names(due.subject)?);
                Ok::<_, Failure>(DuePerson { due, timeline, values, told: ToldByStores::None })
            });
            read.collect::<Result<Vec<_>, _>>()
        })?;
        for one in &mut page {
            one.told = self.told_by_stores(one.due.subject, (&one.timeline, &one.values), (receipt, now))?;
        }
        Ok(page)
    }

    /// Whether columns of stores tell of a purpose for which one of these values was collected.
    pub(crate) fn rests_on_stores(&self, timeline: &Timeline, values: &[(EventId, DataRef)]) -> bool {
        let policy = self.policy();
        let mut purposes = values.iter().flat_map(|(event, _)| own::purposes_of(timeline, *event));
        purposes
            .any(|name| policy.purposes.get(name).is_some_and(|purpose| is_told_by_stores(policy, purpose)))
    }

    /// What stores tell of the purposes of a person's values.
    ///
    /// # Errors
    /// A fault of Kept's own store.
    pub(crate) fn told_by_stores(
        &mut self,
        subject: SubjectId,
        (timeline, values): (&Timeline, &[(EventId, DataRef)]),
        (receipt, now): (&Durable, Instant),
    ) -> Result<ToldByStores, Failure> {
        if !self.rests_on_stores(timeline, values) {
            return Ok(ToldByStores::None);
        }
        Ok(match self.relocate(subject, None, receipt)? {
            Ok(Some(located)) if !located.unreached.is_empty() => ToldByStores::Missing,
            Ok(Some(located)) if !located.found.is_empty() => {
                ToldByStores::Events(self.told_by(&located, &CaseFile::default(), now))
            }
            // Their address there may have been changed, or the row was taken away.
            Ok(_) => ToldByStores::Nothing,
            Err(_) => ToldByStores::Missing,
        })
    }
}

/// Whether Kept's own record alone shows that nothing keeps a value any more: each purpose of which stores tell
/// began by it, and ended.
pub(crate) fn is_shown_over(
    policy: &Policy,
    (timeline, standing): (&Timeline, &Standing),
    (event, field): &(EventId, DataRef),
) -> bool {
    let told = own::purposes_of(timeline, *event).iter().filter_map(|name| policy.purposes.get(name));
    let mut told = told.filter(|purpose| purpose.covers(field) && is_told_by_stores(policy, purpose));
    told.all(|purpose| standing.of(&purpose.name).any(|ground| ground.stage() == Stage::Ended))
}

impl Company {
    /// What rows that are about to go tell of the purposes of somebody's values in Kept's own record, and that
    /// it does not tell yet: without it nobody could say afterwards when those are over.
    fn told_by_going(
        &self,
        subject: SubjectId,
        located: &Located,
        plan: &StorePlan,
        now: Instant,
    ) -> Result<Vec<Event>, Failure> {
        let (timeline, values) = self
            .vault
            .read("values_of", |tx| Ok::<_, Failure>((tx.timeline(subject)?, tx.value_names(subject)?)))?;
        let policy = self.policy();
        let (Some(map), Some(rows)) = (policy.stores.get(&plan.store), located.rows.get(&plan.store)) else {
            return Ok(Vec::new());
        };
        if !self.rests_on_stores(&timeline, &values) {
            return Ok(Vec::new());
        }
        let of = values.iter().flat_map(|(event, _)| own::purposes_of(&timeline, *event));
        let purposes: Vec<&Purpose> = of.filter_map(|name| policy.purposes.get(name)).collect();
        let counts = |event: &Event| match &event.what {
            Happening::Dated { event: kind, .. } => {
                let mut rules = purposes.iter().flat_map(|purpose| purpose.rules());
                rules.any(|rule| *kind == rule.starts || reads(rule, kind))
            }
            Happening::ConsentGiven { purpose, .. } | Happening::ConsentWithdrawn { purpose, .. } => {
                purposes.iter().any(|one| one.name == *purpose)
            }
            _ => false,
        };
        let zones = self.zones();
        let is_new = |event: &Event| match &event.what {
            // It is kept with where it was read.
            Happening::ConsentGiven { .. } | Happening::ConsentWithdrawn { .. } => {
                !is_echo(&zones, timeline.events(), event)
            }
            _ => {
                let told = (event.happened_at, &event.about, &event.what);
                !timeline.events().iter().any(|own| (own.happened_at, &own.about, &own.what) == told)
            }
        };
        let told = observe(map, &going(rows, plan), now, 0).into_iter();
        let told = told.filter(|event| counts(event) && is_new(event));
        let kept = |event: Event| match &event.what {
            Happening::ConsentGiven { purpose, .. } => {
                let places = self.places(located, purpose);
                with_proof(event, &places, now)
            }
            _ => event,
        };
        Ok(told.map(kept).collect())
    }

    /// Writes into a person's own record what their rows tell of it before they go; whether there was anything.
    pub(crate) fn keep_facts(
        &self,
        subject: SubjectId,
        (located, plans): (&Located, &[&StorePlan]),
        now: Instant,
    ) -> Result<bool, Failure> {
        let mut told = Vec::new();
        for plan in plans {
            told.extend(self.told_by_going(subject, located, plan, now)?);
        }
        if told.is_empty() {
            return Ok(false);
        }
        let entry = self.entry(Kind::Recorded, now)?;
        self.act("keep_facts", |tx| {
            tx.append_events(subject, told.clone())?;
            let timeline = tx.timeline(subject)?;
            self.settle_and_mark(tx, subject, &timeline, now)?;
            Ok(((), Act { entry: entry.clone(), subject: Some(subject) }))
        })?;
        Ok(true)
    }
}

/// The rows of a person that a plan deletes.
fn going(rows: &PersonRows, plan: &StorePlan) -> PersonRows {
    let mut going = rows.clone();
    for table in &mut going.tables {
        let deleted = |step: &&Step| step.table == table.table && matches!(step.action, Action::Delete);
        let keys: Vec<_> = plan.steps.iter().filter(deleted).flat_map(|step| &step.keys).cloned().collect();
        table.rows.retain(|row| keys.contains(&row.key));
    }
    going
}
