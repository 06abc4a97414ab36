//! What a retention run would do, now or later, to the people it looks at one by one and to Kept's own
//! values: for dry runs and forecasts.
//!
//! The same decisions as the run's own (`sweep_ones`, `own`), without their acts: nothing is changed, and
//! nothing is filed. Not here: everybody else, who is counted by the set (`kept_connect::due`).

use std::collections::{BTreeMap, BTreeSet};

use kept_connect::Possible;
use kept_core::ledger::Durable;
use kept_core::name::{StoreName, TableName};
use kept_core::plan::decide::{Occasioned, decide};
use kept_core::plan::{Action, StorePlan};
use kept_core::policy::Policy;
use kept_core::policy::model::Store;
use kept_core::standing::proof::{self, proofs_given};
use kept_core::standing::standing;
use kept_core::time::Instant;
use kept_vault::SubjectId;

use crate::case_file::CaseFile;
use crate::company::Company;
use crate::failure::Failure;
use crate::own;
use crate::own_told::{DuePerson, ToldByStores};
use crate::sweep_ones::{looked_at, note_stuck};

/// How many rows each statement lets go in each table, by some instant.
pub(crate) type Tally = BTreeMap<(TableName, String), u64>;

/// In what Kept's own values are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Each by itself.
    Values,
    /// Those of one collection together.
    Records,
}

/// What a run at some instant would do to the people whom it looks at one by one, in one store.
#[derive(Clone, Debug, Default)]
pub(crate) struct Foreseen {
    /// Rows that would go or be changed.
    pub(crate) changed: u64,
    /// The same by table and statement; a row that several let go counts for each.
    pub(crate) tally: Tally,
}

/// What is foreseen of the people looked at one by one.
#[derive(Clone, Debug, Default)]
pub(crate) struct ForeseenOnes {
    /// One for each instant asked for.
    pub(crate) at: Vec<Foreseen>,
    /// How many people there are.
    pub(crate) people: u64,
    /// Of how many it can't be said which rows are theirs: a run leaves the store alone meanwhile.
    pub(crate) untold: u64,
    /// Rows that can't be emptied at the first of the instants.
    pub(crate) left: u64,
    /// Why, each reason once.
    pub(crate) refusals: Vec<String>,
}

impl ForeseenOnes {
    /// What to say of them, if there are any.
    pub(crate) fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.people > 0 {
            notes.push(looked_at(self.people));
        }
        if self.untold > 0 {
            notes.push(format!(
                "which rows are those of {} of them can't be told now: a run may leave this store as it is",
                self.untold
            ));
        }
        notes
    }
}

impl Company {
    /// What runs at these instants would do to the excepted people of a store.
    pub(crate) fn foresee_ones(
        &mut self,
        place: (&Policy, &StoreName, &Store),
        occasioned: Occasioned,
        instants: &[Instant],
        receipt: &Durable,
        now: Instant,
    ) -> Result<ForeseenOnes, Failure> {
        let mut ones =
            ForeseenOnes { at: vec![Foreseen::default(); instants.len()], ..ForeseenOnes::default() };
        self.each_exception(&mut |company, subject| {
            ones.people += 1;
            match company.foresee_one(place, subject, (occasioned, instants), receipt, now)? {
                Some(plans) => {
                    for (place, (foreseen, plan)) in ones.at.iter_mut().zip(&plans).enumerate() {
                        foreseen.add(&plan.plan);
                        if place == 0 {
                            note_stuck(&plan.stuck, (&mut ones.left, &mut ones.refusals));
                        }
                    }
                }
                None => ones.untold += 1,
            }
            Ok(())
        })?;
        Ok(ones)
    }

    /// One person's plans, one for each instant; none where their rows are not known.
    fn foresee_one(
        &mut self,
        (policy, name, map): (&Policy, &StoreName, &Store),
        subject: SubjectId,
        (occasioned, instants): (Occasioned, &[Instant]),
        receipt: &Durable,
        now: Instant,
    ) -> Result<Option<Vec<Possible>>, Failure> {
        let located = match self.relocate(subject, None, receipt)? {
            Ok(Some(located)) => located,
            Ok(None) => return Ok(Some(Vec::new())),
            Err(_) => return Ok(None),
        };
        if !located.unreached.is_empty() {
            return Ok(None);
        }
        let Some(rows) = located.rows.get(name) else { return Ok(Some(Vec::new())) };
        let timeline = self.timeline_of(Some(subject), &located, &CaseFile::default(), now)?;
        let plan = |at: &Instant| {
            let then = standing(&self.history, &timeline, now, *at);
            decide(policy, map, rows, &then, occasioned)
        };
        let plans: Vec<StorePlan> = instants.iter().map(plan).collect();
        let possible = plans.iter().map(|plan| self.possible((policy, name, map), plan).ok());
        // A store that can't say so now would not be swept either.
        Ok(possible.collect())
    }

    /// How many of Kept's own values, and of the events of its record, runs at these instants would take away,
    /// by statement; or of how many records, as the rows of stores are counted.
    pub(crate) fn foresee_own(
        &mut self,
        instants: &[Instant],
        unit: Unit,
        receipt: &Durable,
        now: Instant,
    ) -> Result<Vec<Tally>, Failure> {
        self.refresh_grounds(now)?;
        let mut tallies = vec![Tally::new(); instants.len()];
        let Some(until) = instants.iter().max().copied() else { return Ok(tallies) };
        let mut after = None;
        loop {
            let page = self.due_people((until, after), receipt, now)?;
            let Some(last) = page.last() else { return Ok(tallies) };
            after = Some(last.due);
            for one in &page {
                for (tally, at) in tallies.iter_mut().zip(instants) {
                    self.foresee_own_one(one, (now, *at), unit, tally);
                }
            }
        }
    }

    /// The same of one person at one instant.
    fn foresee_own_one(
        &self,
        DuePerson { timeline, values, told, .. }: &DuePerson,
        (now, at): (Instant, Instant),
        unit: Unit,
        tally: &mut Tally,
    ) {
        let then = standing(&self.history, timeline, now, at);
        let go = proofs_given(&self.history, timeline, &then, now, at).go.len() as u64;
        if go > 0 {
            let place = (own::RECORD.into(), proof::STATEMENT.to_owned());
            *tally.entry(place).or_default() += go;
        }
        let merged = match told {
            ToldByStores::Missing => return,
            ToldByStores::None => None,
            ToldByStores::Events(events) => Some(timeline.clone().with(events.iter().cloned())),
        };
        let then = merged.as_ref().map_or(then, |whole| standing(&self.history, whole, now, at));
        let whole = merged.as_ref().unwrap_or(timeline);
        let mut counted = BTreeSet::new();
        for (record, statement) in own::let_go(whole, &then, values) {
            if unit == Unit::Values || counted.insert((record, statement.clone())) {
                *tally.entry((own::TABLE.into(), statement)).or_default() += 1;
            }
        }
    }
}

impl Foreseen {
    fn add(&mut self, plan: &StorePlan) {
        for step in plan.steps.iter().filter(|step| step.action != Action::Keep) {
            let rows = step.keys.len() as u64;
            self.changed += rows;
            for reason in &step.reasons {
                *self.tally.entry((step.table.clone(), reason.statement.clone())).or_default() += rows;
            }
        }
    }
}
