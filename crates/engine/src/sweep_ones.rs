//! A sweep's excepted people, one by one: their rows are looked up anew, and what no ground, hold or
//! restriction keeps goes by the pure function's plan.
//!
//! Not here: who is excepted (`exceptions`), and everybody else, who goes by the set (`sweep`).

use std::collections::BTreeSet;

use kept_connect::{Failed, Mode, Possible, Stuck};
use kept_core::ledger::entry::Found;
use kept_core::ledger::{Durable, Kind, Outcome};
use kept_core::name::{IdentifierKind, StoreName, TableName};
use kept_core::plan::decide::decide;
use kept_core::plan::{PersonRows, Step, StorePlan};
use kept_core::policy::Policy;
use kept_core::policy::model::Store;
use kept_core::standing::Why;
use kept_core::time::Instant;
use kept_core::timeline::Timeline;
use kept_vault::SubjectId;

use crate::case_file::CaseFile;
use crate::company::{Act, Company};
use crate::erase::Unapplied;
use crate::failure::Failure;
use crate::marks::InStep;
use crate::overtaken::{Basis, TRIES};
use crate::person::Located;
use crate::proofs::Kept;
use crate::record::Recorded;
use crate::stores::unreached;
use crate::sweep::{self, SweepOrder};
use crate::webhook::later::takes;

/// How many people are taken from the set at once.
const PAGE: u16 = 500;

/// Somebody whose rows are looked at by themselves.
#[derive(Clone, Copy)]
pub(crate) struct One<'a> {
    /// Nobody whom Kept's own record knows, for those who stand in several tables and nothing else.
    pub(crate) subject: Option<SubjectId>,
    pub(crate) located: &'a Located,
    pub(crate) timeline: &'a Timeline,
    /// Up to what the timeline goes.
    pub(crate) basis: Basis,
}

/// What became of the people of a store who are looked at one by one.
#[derive(Debug, Default)]
pub(crate) struct Ones {
    /// How many were looked at.
    pub(crate) people: u64,
    /// Rows that went or were changed.
    pub(crate) changed: u64,
    /// Rows that should have been and were not.
    pub(crate) left: u64,
    /// Rows of restricted people that were marked, or lost their mark.
    pub(crate) marked: u64,
    /// What the store refused.
    pub(crate) refusals: Vec<String>,
    /// What was kept of consents that their rows told.
    pub(crate) kept: Kept,
    /// How many of them stand in several tables.
    pub(crate) spread: u64,
    /// How many people's rows are not known, and why the first one's are not.
    unlisted: u64,
    why: Option<String>,
}

impl Ones {
    /// Why the store is not swept, where somebody's rows in it are not known.
    pub(crate) fn refusal(&self) -> Option<String> {
        let why = self.why.as_deref().unwrap_or_default();
        (self.unlisted > 0).then(|| {
            format!(
                "not swept: {} people are held, restricted or known by kept's own record, and which rows are \
                 theirs is not known yet: {why}; {} rows of others among them went or were emptied",
                self.unlisted, self.changed
            )
        })
    }

    /// What to say of them.
    pub(crate) fn note(&self) -> Option<String> {
        if self.changed + self.left == 0 { None } else { looked_at(self.people, self.spread) }
    }

    /// What to say of marks.
    pub(crate) fn marks(&self) -> Option<String> {
        (self.marked > 0).then(|| {
            format!("{} rows of restricted people were marked as restricted, or lost their mark", self.marked)
        })
    }
}

/// That people were looked at one by one, for runs and for what is foreseen of them: those whom sweeps except, and
/// those who stand in several tables.
pub(crate) fn looked_at(excepted: u64, spread: u64) -> Option<String> {
    let own = "whose holds, restrictions or grounds only kept's own record tells of";
    let tables = "who stand in several tables, or of whom an earlier version of the policy may decide";
    match (excepted, spread) {
        (0, 0) => None,
        (people, 0) => Some(format!("{people} people {own} were looked at one by one")),
        (0, people) => Some(format!("{people} people {tables} were looked at one by one")),
        (one, other) => Some(format!("{one} people {own}, and {other} {tables}, were looked at one by one")),
    }
}

impl Company {
    /// Goes through the excepted people of a store.
    pub(crate) fn sweep_ones(
        &mut self,
        place: (&Policy, &StoreName, &Store),
        order: &SweepOrder,
        receipt: &Durable,
        now: Instant,
    ) -> Result<Ones, Failure> {
        let mut ones = Ones::default();
        self.each_exception(&mut |company, subject| {
            ones.people += 1;
            company.sweep_one(place, (subject, order), receipt, &mut ones, now)
        })?;
        Ok(ones)
    }

    /// Goes through the excepted people, page by page.
    pub(crate) fn each_exception(
        &mut self,
        each: &mut dyn FnMut(&mut Self, SubjectId) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let mut after = None;
        loop {
            let page =
                self.vault.read("exceptions", |tx| tx.exceptions_page(after, PAGE).map_err(Failure::from))?;
            let Some(last) = page.last().copied() else { return Ok(()) };
            after = Some(last);
            for subject in page {
                each(self, subject)?;
            }
        }
    }

    /// What of a plan the store can take.
    pub(crate) fn possible(
        &mut self,
        (policy, name, map): (&Policy, &StoreName, &Store),
        plan: &StorePlan,
    ) -> Result<Possible, String> {
        if plan.is_idle() {
            return Ok(Possible { plan: plan.clone(), stuck: Vec::new() });
        }
        let connector = self.stores.get(policy, name).map_err(|down| down.problem)?;
        connector.possible(map, plan).map_err(|fault| unreached(name, &fault).problem)
    }

    fn sweep_one(
        &mut self,
        (policy, name, map): (&Policy, &StoreName, &Store),
        (subject, order): (SubjectId, &SweepOrder),
        receipt: &Durable,
        ones: &mut Ones,
        now: Instant,
    ) -> Result<(), Failure> {
        let located = match self.relocate(subject, None, receipt)? {
            Ok(Some(located)) => located,
            // No store knows people by anything that is known of this one.
            Ok(None) => return self.release(subject, &InStep::default(), None, now),
            Err(problem) => return self.unlisted(name, subject, problem, ones),
        };
        let mut said = Recorded::default();
        let in_step = self.list_in_step(subject, &located, (receipt, now), &mut said)?;
        ones.marked += in_step.changed;
        if let Some(down) = located.unreached.first() {
            // What another store tells may keep rows here: without it nothing of the person goes.
            return self.unlisted(name, subject, format!("`{}`: {}", down.store, down.problem), ones);
        }
        self.write_withdrawals(subject, &located, &mut said, now)?;
        ones.refusals.extend(said.notes);
        self.release(subject, &in_step, Some(&located), now)?;
        let Some(rows) = located.rows.get(name).filter(|_| order.purpose.is_none()) else { return Ok(()) };
        let (timeline, basis) = self.known_of(subject, &located, &CaseFile::default(), now)?;
        let person = One { subject: Some(subject), located: &located, timeline: &timeline, basis };
        match self.take_ones_rows((policy, name, map), (person, rows, order), receipt, ones, now)? {
            Ok(()) => Ok(()),
            Err(problem) => self.unlisted(name, subject, problem, ones),
        }
    }

    /// Carries out what is due of one person in a store; words where the store can't say what of it it can
    /// take. What is recorded of the person meanwhile has it decided anew.
    pub(crate) fn take_ones_rows(
        &mut self,
        place: (&Policy, &StoreName, &Store),
        (person, rows, order): (One<'_>, &PersonRows, &SweepOrder),
        receipt: &Durable,
        ones: &mut Ones,
        now: Instant,
    ) -> Result<Result<(), String>, Failure> {
        let mut again = None;
        for _ in 0..TRIES {
            let person = match &again {
                Some((timeline, basis)) => One { timeline, basis: *basis, ..person },
                None => person,
            };
            match self.take_decided(place, (&person, rows, order), receipt, ones, now) {
                Err(Failure::Overtaken) => {}
                ended => return ended,
            }
            let Some(subject) = person.subject else { break };
            again = Some(self.known_of(subject, person.located, &CaseFile::default(), now)?);
        }
        ones.left += 1;
        ones.refusals.push(Failed::Overtaken.to_string());
        Ok(Ok(()))
    }

    /// # Errors
    /// [`Failure::Overtaken`] where something was recorded of the person meanwhile: nothing was done.
    fn take_decided(
        &mut self,
        (policy, name, map): (&Policy, &StoreName, &Store),
        (person, rows, order): (&One<'_>, &PersonRows, &SweepOrder),
        receipt: &Durable,
        ones: &mut Ones,
        now: Instant,
    ) -> Result<Result<(), String>, Failure> {
        let standing = self.standing_of(person.timeline, now);
        let decided = decide(policy, map, rows, &standing, order.occasioned());
        let Possible { plan, stuck } = match self.possible((policy, name, map), &decided) {
            Ok(possible) => possible,
            Err(problem) => return Ok(Err(problem)),
        };
        let mut applied = None;
        if !plan.is_idle() {
            let proofs = self.keep_going_proofs(person.subject, person.located, now)?;
            ones.kept = ones.kept.and(proofs);
            if let Some(subject) = person.subject {
                let facts = self.keep_facts(subject, (person.located, &[&plan]), now)?;
                // What was written is looked at with the rest, once it is there.
                if facts || proofs.acts > 0 {
                    return Err(Failure::Overtaken);
                }
            }
            applied = match self.apply(&plan, (Mode::Commit { vacuum: false }, person.basis), receipt) {
                Err(Unapplied::Overtaken) => return Err(Failure::Overtaken),
                told => Some(told),
            };
        }
        for (table, rows) in unreadable(&decided) {
            ones.left += rows;
            ones.refusals.extend(sweep::unread(table, rows));
        }
        note_stuck(&stuck, (&mut ones.left, &mut ones.refusals));
        let found = match applied {
            None => return Ok(Ok(())),
            Some(Ok(applied)) => Some(Found { changed: applied.changed, left: applied.left }),
            Some(Err(unapplied)) => {
                ones.refusals.push(unapplied.words());
                None
            }
        };
        ones.changed += found.map_or(0, |found| found.changed);
        ones.left += found.map_or(0, |found| found.left);
        if let Some(subject) = person.subject {
            let takes = found.is_some_and(|found| found.changed > 0) && takes(&plan);
            self.swept_one(name, (subject, takes.then_some(person.timeline)), (receipt, found), now)?;
        }
        Ok(Ok(()))
    }

    /// The person's own entry of what a sweep did with their rows; where it took some of them, those who were
    /// told of an erasure learn of it in the same transaction.
    fn swept_one(
        &self,
        store: &StoreName,
        (subject, taken): (SubjectId, Option<&Timeline>),
        (receipt, found): (&Durable, Option<Found>),
        now: Instant,
    ) -> Result<(), Failure> {
        let mut entry = self.entry(Kind::SweepDone, now)?;
        entry.store = Some(store.clone());
        entry.follows = Some(*receipt.commitment());
        entry.found = found;
        entry.outcome = match found {
            Some(found) if found.left == 0 => Outcome::Done,
            Some(_) => Outcome::Partly,
            None => Outcome::Failed,
        };
        self.act("swept_one", |tx| {
            if let Some(timeline) = taken {
                self.tell_of_what_went_later(tx, subject, timeline, now)?;
            }
            Ok(((), Act { entry: entry.clone(), subject: Some(subject) }))
        })?;
        Ok(())
    }

    /// Counts a person whose rows in this store nobody knows, unless they were known before.
    fn unlisted(
        &self,
        store: &StoreName,
        subject: SubjectId,
        problem: String,
        ones: &mut Ones,
    ) -> Result<(), Failure> {
        let listed =
            self.vault.read("listed_at", |tx| tx.listed_at(store, subject).map_err(Failure::from))?;
        if listed.is_none() {
            ones.unlisted += 1;
            ones.why.get_or_insert(problem);
        }
        Ok(())
    }

    /// Looks up the people whose rows some store has not told yet, and brings their consent columns in
    /// step. Returns of how many that is still open.
    ///
    /// # Errors
    /// A fault of Kept's own store.
    pub fn resume_exceptions(&mut self, now: Instant) -> Result<u64, Failure> {
        let stores: Vec<StoreName> = self.policy().stores.keys().cloned().collect();
        let (mut open, mut after) = (0, None);
        loop {
            let page = self.vault.read("exceptions", |tx| {
                let page = tx.exceptions_page(after, PAGE)?;
                let mut waiting = Vec::new();
                for subject in &page {
                    let listed = stores.iter().map(|store| tx.listed_at(store, *subject));
                    if listed.collect::<Result<Vec<_>, _>>()?.iter().any(Option::is_none) {
                        waiting.push(*subject);
                    }
                }
                Ok::<_, Failure>((page.last().copied(), waiting))
            })?;
            let (Some(last), waiting) = page else { return Ok(open) };
            after = Some(last);
            for subject in waiting {
                open += u64::from(!self.resume_exception(subject, now)?);
            }
        }
    }

    fn resume_exception(&mut self, subject: SubjectId, now: Instant) -> Result<bool, Failure> {
        let mut entry = self.entry(Kind::Read, now)?;
        entry.outcome = Outcome::Intended;
        let ((), receipt) =
            self.act("look", |_| Ok(((), Act { entry: entry.clone(), subject: Some(subject) })))?;
        let located = match self.relocate(subject, None, &receipt)? {
            Ok(Some(located)) => located,
            Ok(None) => {
                self.release(subject, &InStep::default(), None, now)?;
                return Ok(false);
            }
            Err(_) => return Ok(false),
        };
        let mut said = Recorded::default();
        let in_step = self.list_in_step(subject, &located, (&receipt, now), &mut said)?;
        if !located.unreached.is_empty() {
            return Ok(false);
        }
        self.keep_proofs(subject, &located, now)?;
        self.write_withdrawals(subject, &located, &mut said, now)?;
        self.release(subject, &in_step, Some(&located), now)?;
        Ok(in_step.behind.is_empty())
    }
}

/// Counts what can't be emptied or let go; each reason is told once.
pub(crate) fn note_stuck(stuck: &[Stuck], (left, refusals): (&mut u64, &mut Vec<String>)) {
    for one in stuck {
        *left += one.rows;
        let words = one.why.to_string();
        if !refusals.contains(&words) {
            refusals.push(words);
        }
    }
}

/// The rows of which something should go and stays in a document that can't be read, by table.
fn unreadable(plan: &StorePlan) -> Vec<(&TableName, u64)> {
    let is_unread = |step: &&Step| step.reasons.iter().any(|reason| reason.why == Why::Unreadable);
    let steps = plan.steps.iter().filter(is_unread);
    steps.map(|step| (&step.table, u64::try_from(step.keys.len()).unwrap_or(u64::MAX))).collect()
}

/// Whether a look found all that a store can hold of a person although others were down: none of those
/// could have added an identifier by which this one knows people.
pub(crate) fn is_sure(policy: &Policy, store: &StoreName, located: &Located) -> bool {
    let kinds = |name: &StoreName| -> BTreeSet<IdentifierKind> {
        let tables = policy.stores.get(name).into_iter().flat_map(|store| store.tables.values());
        tables.flat_map(|table| table.identifies.keys().cloned()).collect()
    };
    if located.unreached.iter().any(|down| down.store == *store) {
        return false;
    }
    let own = kinds(store);
    let known = |kind: &IdentifierKind| located.identifiers.iter().any(|one| one.kind() == kind);
    let may_add = |kind: &IdentifierKind| own.contains(kind) && !known(kind);
    !located.unreached.iter().flat_map(|down| kinds(&down.store)).any(|kind| may_add(&kind))
}
