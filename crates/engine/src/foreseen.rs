//! What a retention run would do, now or later, to the people it looks at one by one and to Kept's own
//! values: for dry runs and forecasts.
//!
//! The same decisions as the run's own (`sweep_ones`, `own`), without their acts: nothing is changed, and
//! nothing is filed. Not here: everybody else, who is counted by the set (`kept_connect::due`).

use std::collections::{BTreeMap, BTreeSet};

use kept_connect::{Possible, StoreFault};
use kept_core::ledger::Durable;
use kept_core::name::{StoreName, TableName};
use kept_core::plan::decide::{Occasioned, decide};
use kept_core::plan::{Action, Key, PersonRows, Step, StorePlan};
use kept_core::policy::Policy;
use kept_core::policy::model::Store;
use kept_core::standing::proof::{self, proofs_given};
use kept_core::standing::{Stage, standing};
use kept_core::time::Instant;
use kept_core::timeline::Timeline;
use kept_vault::SubjectId;

use crate::case_file::CaseFile;
use crate::company::Company;
use crate::failure::Failure;
use crate::own;
use crate::own_told::{DuePerson, ToldByStores, is_shown_over};
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
    /// Rows of which something would go, by table and statement; a row that several let go counts for each.
    pub(crate) due: Tally,
    /// Rows that would be put into the archive, by what keeps them there.
    pub(crate) to_archive: Tally,
    /// Rows that stay because a fact is missing.
    pub(crate) unknown: Tally,
    /// Rows that hold something which never had a ground and stays for it, by what never began; told of the first
    /// instant alone.
    pub(crate) groundless: Tally,
}

/// One person's plans in a store.
pub(crate) struct Plans {
    /// One for each instant.
    at: Vec<Possible>,
    /// The one for the first of them were somebody to approve that what never had a ground goes too.
    without_ground: StorePlan,
}

/// What is foreseen of the people looked at one by one.
#[derive(Clone, Debug, Default)]
pub(crate) struct ForeseenOnes {
    /// One for each instant asked for.
    pub(crate) at: Vec<Foreseen>,
    /// How many people there are whom sweeps except.
    pub(crate) people: u64,
    /// How many stand in several tables.
    pub(crate) spread: u64,
    /// Of how many it can't be said which rows are theirs: a run leaves the store alone meanwhile.
    pub(crate) untold: u64,
    /// Of how many who stand in a table nobody can tell which rows of others are theirs.
    pub(crate) unclear: BTreeMap<TableName, u64>,
    /// Tables of whose people it could not be asked who stands in others, with why.
    pub(crate) unasked: Vec<(TableName, StoreFault)>,
    /// Rows that can't be emptied at the first of the instants.
    pub(crate) left: u64,
    /// Why, each reason once.
    pub(crate) refusals: Vec<String>,
}

impl ForeseenOnes {
    /// Nobody, at these instants.
    pub(crate) fn at(instants: &[Instant]) -> Self {
        Self { at: vec![Foreseen::default(); instants.len()], ..Self::default() }
    }

    /// Adds one person's plans, one for each instant; none where nothing is to be planned.
    pub(crate) fn add(&mut self, plans: &Plans) {
        for (foreseen, plan) in self.at.iter_mut().zip(&plans.at) {
            foreseen.add(&plan.plan);
        }
        if let (Some(first), Some(foreseen)) = (plans.at.first(), self.at.first_mut()) {
            note_stuck(&first.stuck, (&mut self.left, &mut self.refusals));
            foreseen.add_groundless(&first.plan, &plans.without_ground);
        }
    }

    /// Both together, at the same instants.
    #[must_use]
    pub(crate) fn and(mut self, other: Self) -> Self {
        for (mine, theirs) in self.at.iter_mut().zip(other.at) {
            mine.and(theirs);
        }
        self.people += other.people;
        self.spread += other.spread;
        self.untold += other.untold;
        self.unclear.extend(other.unclear);
        self.unasked.extend(other.unasked);
        self.left += other.left;
        self.refusals.extend(other.refusals);
        self
    }

    /// What to say of them, if there are any.
    pub(crate) fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        notes.extend(looked_at(self.people, self.spread));
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
        (occasioned, instants): (Occasioned, &[Instant]),
        receipt: &Durable,
        now: Instant,
    ) -> Result<ForeseenOnes, Failure> {
        let mut ones = ForeseenOnes::at(instants);
        self.each_exception(&mut |company, subject| {
            ones.people += 1;
            match company.foresee_one(place, subject, (occasioned, instants), receipt, now)? {
                Some(plans) => ones.add(&plans),
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
    ) -> Result<Option<Plans>, Failure> {
        let located = match self.relocate(subject, None, receipt)? {
            Ok(Some(located)) => located,
            Ok(None) => return Ok(Some(Plans::none(name))),
            Err(_) => return Ok(None),
        };
        if !located.unreached.is_empty() {
            return Ok(None);
        }
        let Some(rows) = located.rows.get(name) else { return Ok(Some(Plans::none(name))) };
        let timeline = self.timeline_of(Some(subject), &located, &CaseFile::default(), now)?;
        Ok(self.plans_of((policy, name, map), (rows, &timeline), (occasioned, instants), now))
    }

    /// What runs at these instants would do to a person's rows; none where the store can't say so now: it would
    /// not be swept either.
    pub(crate) fn plans_of(
        &mut self,
        (policy, name, map): (&Policy, &StoreName, &Store),
        (rows, timeline): (&PersonRows, &Timeline),
        (occasioned, instants): (Occasioned, &[Instant]),
        now: Instant,
    ) -> Option<Plans> {
        let plan = |at: Instant, occasioned: Occasioned| {
            let then = standing(&self.history, timeline, now, at);
            decide(policy, map, rows, &then, occasioned)
        };
        let plans: Vec<StorePlan> = instants.iter().map(|at| plan(*at, occasioned)).collect();
        let first = instants.first().copied().unwrap_or(now);
        let without_ground = plan(first, Occasioned::SweepWithoutGround);
        let at = plans.iter().map(|plan| self.possible((policy, name, map), plan).ok());
        Some(Plans { at: at.collect::<Option<_>>()?, without_ground })
    }

    /// How many of Kept's own values, and of the events of its record, runs at these instants would take away,
    /// by statement; or of how many records, as the rows of stores are counted.
    pub(crate) fn foresee_own(
        &mut self,
        instants: &[Instant],
        unit: Unit,
        receipt: &Durable,
        now: Instant,
    ) -> Result<ForeseenOwn, Failure> {
        self.refresh_grounds(now)?;
        let mut foreseen = ForeseenOwn { at: vec![Tally::new(); instants.len()], untold: 0 };
        let Some(until) = instants.iter().max().copied() else { return Ok(foreseen) };
        let mut after = None;
        loop {
            let page = self.due_people((until, after), receipt, now)?;
            let Some(last) = page.last() else { return Ok(foreseen) };
            after = Some(last.due);
            for one in &page {
                foreseen.untold += u64::from(self.is_untold(one, now));
                for (tally, at) in foreseen.at.iter_mut().zip(instants) {
                    self.foresee_own_one(one, (now, *at), unit, tally);
                }
            }
        }
    }

    /// Whether values of somebody stay for want of a fact that a store tells.
    fn is_untold(&self, DuePerson { timeline, values, told, .. }: &DuePerson, now: Instant) -> bool {
        match told {
            ToldByStores::None | ToldByStores::Events(_) => false,
            ToldByStores::Missing => true,
            ToldByStores::Nothing => {
                let own = standing(&self.history, timeline, now, now);
                values.iter().any(|value| {
                    !own::stays(timeline, &own, value.0, &value.1)
                        && !is_shown_over(self.policy(), (timeline, &own), value)
                })
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
            ToldByStores::None | ToldByStores::Nothing => None,
            ToldByStores::Events(events) => Some(timeline.clone().with(events.iter().cloned())),
        };
        let then = merged.as_ref().map_or(then, |whole| standing(&self.history, whole, now, at));
        let whole = merged.as_ref().unwrap_or(timeline);
        let mut counted = BTreeSet::new();
        let is_told = !matches!(told, ToldByStores::Nothing);
        let values =
            values.iter().filter(|value| is_told || is_shown_over(self.policy(), (whole, &then), value));
        let values: Vec<_> = values.cloned().collect();
        for (record, statement) in own::let_go(whole, &then, &values) {
            if unit == Unit::Values || counted.insert((record, statement.clone())) {
                *tally.entry((own::TABLE.into(), statement)).or_default() += 1;
            }
        }
    }
}

/// What runs would take of Kept's own records.
pub(crate) struct ForeseenOwn {
    /// At each of the instants.
    pub(crate) at: Vec<Tally>,
    /// People of whom values stay, since nobody can tell whether they are due.
    pub(crate) untold: u64,
}

impl Plans {
    /// Nothing, where a store has nothing of the person.
    fn none(store: &StoreName) -> Self {
        Self { at: Vec::new(), without_ground: StorePlan { store: store.clone(), steps: Vec::new() } }
    }
}

impl Foreseen {
    /// Adds the rows that would go, or be emptied, only if what never had a ground went too.
    fn add_groundless(&mut self, plan: &StorePlan, without_ground: &StorePlan) {
        let takes = |action: &Action| matches!(action, Action::Delete | Action::Empty { .. });
        let is_planned = |step: &Step, key: &Key| {
            let same = plan.steps.iter().filter(|own| own.table == step.table && own.action == step.action);
            same.into_iter().any(|own| own.keys.contains(key))
        };
        for step in without_ground.steps.iter().filter(|step| takes(&step.action)) {
            let rows = step.keys.iter().filter(|key| !is_planned(step, key)).count() as u64;
            for reason in step.reasons.iter().filter(|reason| rows > 0 && reason.stage == Stage::None) {
                *self.groundless.entry((step.table.clone(), reason.statement.clone())).or_default() += rows;
            }
        }
    }

    fn and(&mut self, other: Self) {
        self.changed += other.changed;
        add(&mut self.due, other.due);
        add(&mut self.to_archive, other.to_archive);
        add(&mut self.unknown, other.unknown);
        add(&mut self.groundless, other.groundless);
    }

    fn add(&mut self, plan: &StorePlan) {
        for step in &plan.steps {
            let rows = step.keys.len() as u64;
            let (tally, counts): (_, fn(Stage) -> bool) = match step.action {
                Action::Keep => (&mut self.unknown, |stage| stage == Stage::Unknown),
                Action::Archive => (&mut self.to_archive, |_| true),
                _ => (&mut self.due, |stage| stage == Stage::Ended),
            };
            for reason in step.reasons.iter().filter(|reason| counts(reason.stage)) {
                *tally.entry((step.table.clone(), reason.statement.clone())).or_default() += rows;
            }
            self.changed += if step.action == Action::Keep { 0 } else { rows };
        }
    }
}

fn add(tally: &mut Tally, more: Tally) {
    for (place, rows) in more {
        *tally.entry(place).or_default() += rows;
    }
}
