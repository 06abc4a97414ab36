//! Bringing the company's consent columns in step with what the person said to Kept: whoever reads
//! the column alone must not use a consent that was withdrawn (7(3)), and sees one that was given.
//!
//! Not here: which columns those are (`kept_core::plan::decide`), and carrying a plan out
//! (`kept-connect`).

use kept_connect::Mode;
use kept_core::admission::Act as Told;
use kept_core::ledger::entry::Found;
use kept_core::ledger::{Kind, Outcome};
use kept_core::plan::StorePlan;
use kept_core::plan::decide::{gifts, untold_gifts, withdrawals};
use kept_core::time::Instant;
use kept_vault::SubjectId;

use crate::case_file::CaseFile;
use crate::company::{Act, Company};
use crate::erase::Unapplied;
use crate::failure::Failure;
use crate::overtaken::Basis;
use crate::person::Located;
use crate::record::Recorded;

/// What is said where the columns could not be written, since the person's record changed meanwhile.
const BUSY: &str = "more was recorded of this person again and again, so that the columns of their consents wait for \
                    the next run, or for `kept resume`";

impl Company {
    /// Writes into the stores that could be reached what the person withdrew, objected to or gave; what
    /// did not work is said in the notes, and is tried again by `kept resume`.
    pub(crate) fn write_withdrawals(
        &mut self,
        subject: SubjectId,
        located: &Located,
        recorded: &mut Recorded,
        now: Instant,
    ) -> Result<u64, Failure> {
        match self.looking_anew(|company| company.write_as_said(subject, located, recorded, now)) {
            // What the person said is on record all the same.
            Err(Failure::Overtaken) => {
                recorded.notes.push(BUSY.to_owned());
                Ok(0)
            }
            ended => ended,
        }
    }

    fn write_as_said(
        &mut self,
        subject: SubjectId,
        located: &Located,
        recorded: &mut Recorded,
        now: Instant,
    ) -> Result<u64, Failure> {
        let (timeline, basis) = self.known_of(subject, located, &CaseFile::default(), now)?;
        let standing = self.standing_of(&timeline, now);
        let policy = self.policy().clone();
        let mapped = located.rows.iter().filter_map(|(name, rows)| Some((policy.stores.get(name)?, rows)));
        let plans: Vec<StorePlan> = mapped
            .flat_map(|(map, rows)| {
                [withdrawals(&policy, map, rows, &standing), gifts(&policy, map, rows, &standing)]
            })
            .collect();
        if self.keep_overwritten(subject, located, (&timeline, &plans), now)? {
            // What was written is looked at with the rest.
            return Err(Failure::Overtaken);
        }
        let (mut changed, mut notes) = (0, Vec::new());
        for plan in plans.iter().filter(|plan| !plan.is_idle()) {
            match self.write_withdrawal(basis, subject, plan, now)? {
                Ok(count) => changed += count,
                Err(Unapplied::Overtaken) => return Err(Failure::Overtaken),
                Err(Unapplied::Told(_, problem)) => {
                    notes.push(format!("`{}`: {problem}", plan.store));
                }
            }
        }
        recorded.notes.extend(notes);
        Ok(changed)
    }

    /// Says what a consent waits for that stores tell, and which tables of consents have no row of the person's for a consent that was given: only the
    /// company's applications know what else such a row holds.
    pub(crate) fn note_untold_gifts(
        &self,
        (act, subject): (&Told, SubjectId),
        located: &Located,
        recorded: &mut Recorded,
        now: Instant,
    ) -> Result<(), Failure> {
        let timeline = self.timeline_of(Some(subject), located, &CaseFile::default(), now)?;
        let standing = self.standing_of(&timeline, now);
        if located.unreached.is_empty() {
            recorded.notes.extend(self.not_yet_in_stores(act, &standing));
        }
        for (name, rows) in &located.rows {
            let Some(map) = self.policy().stores.get(name) else { continue };
            let untold = untold_gifts(self.policy(), map, rows, &standing).into_iter();
            recorded.notes.extend(untold.map(|(table, purpose)| {
                format!("`{name}.{table}` has no row of this person that could tell the consent to `{purpose}`: write one there")
            }));
        }
        Ok(())
    }

    /// One store's part: `intended`, the store's transaction, `done` with what the second look found.
    fn write_withdrawal(
        &mut self,
        basis: Basis,
        subject: SubjectId,
        plan: &StorePlan,
        now: Instant,
    ) -> Result<Result<u64, Unapplied>, Failure> {
        let mut entry = self.entry(Kind::RectificationIntended, now)?;
        entry.store = Some(plan.store.clone());
        entry.outcome = Outcome::Intended;
        let act = |entry: &kept_core::ledger::Entry| Act { entry: entry.clone(), subject: Some(subject) };
        let ((), receipt) = self.act("intend_withdrawal", |_| Ok(((), act(&entry))))?;
        self.reached("withdrawal-intended");
        let applied = self.apply(plan, (Mode::Commit { vacuum: false }, basis), &receipt);
        let mut done = self.entry(Kind::RectificationDone, now)?;
        done.store = Some(plan.store.clone());
        done.follows = Some(*receipt.commitment());
        done.outcome = match &applied {
            Ok(applied) if applied.left == 0 => Outcome::Done,
            Ok(_) => Outcome::Partly,
            Err(_) => Outcome::Failed,
        };
        done.found = applied.as_ref().ok().map(|found| Found { changed: found.changed, left: found.left });
        self.act("withdrawal_done", |_| Ok(((), act(&done))))?;
        Ok(applied.map(|applied| applied.changed))
    }
}
