//! Keeping the marks of restricted rows in step: other programs honour a restriction by a column of
//! the company's own (18).
//!
//! A person stays among the exceptions until their rows bear no mark any more, and a store counts as
//! listed only once its marks are in step: what was interrupted is taken up by `kept resume`, and rows
//! that came later are marked by the next sweep. Not here: which rows those are
//! (`kept_core::plan::restrict`).

use std::collections::BTreeSet;

use kept_connect::Mode;
use kept_core::ledger::entry::Found;
use kept_core::ledger::{Durable, Entry, Kind, Outcome};
use kept_core::name::StoreName;
use kept_core::plan::restrict::{has_marks, marks, restrict};
use kept_core::plan::{Action, PersonRows, StorePlan};
use kept_core::policy::model::Store;
use kept_core::standing::Standing;
use kept_core::time::Instant;
use kept_core::timeline::Timeline;
use kept_vault::{SubjectId, Tx};

use crate::company::{Act, Company};
use crate::erase::Unapplied;
use crate::exceptions::{is_guarded, tells_grounds};
use crate::failure::Failure;
use crate::overtaken::Basis;
use crate::person::Located;
use crate::record::Recorded;

/// How often marks are written anew because another act changed the restrictions meanwhile.
const ROUNDS: usize = 4;

/// How a look at a person's marks ended.
#[derive(Debug, Default)]
pub(crate) struct InStep {
    /// Stores that could not be written now: they are tried again before the next sweep.
    pub(crate) behind: BTreeSet<StoreName>,
    /// Whether some store refused: it is tried again by the next sweep.
    refused: bool,
    /// How many rows were changed.
    pub(crate) changed: u64,
    /// What to say of rows that others share.
    pub(crate) shared: Vec<String>,
}

impl Company {
    /// Whether some store has a column that marks restricted rows.
    pub(crate) fn marks_rows(&self) -> bool {
        self.policy().stores.values().any(has_marks)
    }

    /// Whether a person is looked at one by one by every sweep.
    pub(crate) fn is_excepted(&self, timeline: &Timeline, standing: &Standing) -> bool {
        is_guarded(standing) || (tells_grounds(timeline) && !self.policy().stores.is_empty())
    }

    /// Has a person's rows looked up anew in every store, since what they are to bear changed.
    pub(crate) fn unlist(&self, tx: &mut Tx, subject: SubjectId) -> Result<(), Failure> {
        if self.marks_rows() {
            tx.remove_listings(subject)?;
        }
        Ok(())
    }

    /// Marks the rows of a restricted person, and takes marks off that no restriction asks for. What did
    /// not work is said in the notes.
    pub(crate) fn write_marks(
        &mut self,
        subject: SubjectId,
        located: &Located,
        (receipt, now): (&Durable, Instant),
        said: &mut Recorded,
    ) -> Result<InStep, Failure> {
        let mut ended = InStep::default();
        if !self.marks_rows() {
            return Ok(ended);
        }
        let mut standing = self.restrictions_of(subject, now)?;
        let mut again: Option<Located> = None;
        for _ in 0..ROUNDS {
            ended = self.write_all(subject, (again.as_ref().unwrap_or(located), &standing), said, now)?;
            let later = self.restrictions_of(subject, now)?;
            if later.restrictions == standing.restrictions {
                return Ok(ended);
            }
            // Another act came in between and may have looked before this one wrote.
            standing = later;
            again = self.relocate(subject, None, receipt)?.ok().flatten();
        }
        ended.behind.extend(self.policy().stores.keys().cloned());
        Ok(ended)
    }

    /// Every store once.
    fn write_all(
        &mut self,
        subject: SubjectId,
        (located, standing): (&Located, &Standing),
        said: &mut Recorded,
        now: Instant,
    ) -> Result<InStep, Failure> {
        let mut ended = InStep::default();
        let policy = self.policy().clone();
        for (name, rows) in &located.rows {
            let Some(map) = policy.stores.get(name).filter(|map| has_marks(map)) else { continue };
            ended.shared.extend(shared(map, rows, standing));
            let plan = restrict(map, rows, standing);
            if plan.is_idle() {
                continue;
            }
            match self.write_mark(subject, (&plan, standing), now)? {
                Ok(found) => {
                    ended.changed += found.changed;
                    if found.left > 0 {
                        ended.behind.insert(name.clone());
                    }
                }
                Err(unapplied) => {
                    said.notes.push(format!("`{name}`: {}", unapplied.words()));
                    if unapplied.waits() {
                        ended.behind.insert(name.clone());
                    } else {
                        ended.refused = true;
                    }
                }
            }
        }
        Ok(ended)
    }

    /// One store's part: `intended`, the store's transaction, `done` with what the second look found.
    fn write_mark(
        &mut self,
        subject: SubjectId,
        (plan, standing): (&StorePlan, &Standing),
        now: Instant,
    ) -> Result<Result<Found, Unapplied>, Failure> {
        let mut entry = self.mark_entry(plan, standing, now)?;
        entry.outcome = Outcome::Intended;
        let act = |entry: &Entry| Act { entry: entry.clone(), subject: Some(subject) };
        let ((), receipt) = self.act("intend_marks", |_| Ok(((), act(&entry))))?;
        self.reached(&format!("marks-intended:{}", plan.store));
        // Whether the restrictions are still the same is asked afterwards, and the rows are marked anew.
        let order = (Mode::Commit { vacuum: false }, Basis::LookedAtAgain);
        let applied = self.apply(plan, order, &receipt);
        self.reached(&format!("marks-written:{}", plan.store));
        let mut done = self.mark_entry(plan, standing, now)?;
        done.follows = Some(*receipt.commitment());
        done.outcome = match &applied {
            Ok(applied) if applied.left == 0 => Outcome::Done,
            Ok(_) => Outcome::Partly,
            Err(_) => Outcome::Failed,
        };
        let found = applied.map(|found| Found { changed: found.changed, left: found.left });
        done.found = found.as_ref().ok().copied();
        self.act("marks_written", |_| Ok(((), act(&done))))?;
        self.reached(&format!("marks-done:{}", plan.store));
        Ok(found)
    }

    /// A store's entry: as a restriction placed there, or as one lifted where marks only go.
    fn mark_entry(&self, plan: &StorePlan, standing: &Standing, now: Instant) -> Result<Entry, Failure> {
        let lifts =
            |step: &kept_core::plan::Step| matches!(step.action, Action::Restrict { lifts: true, .. });
        let only_lifts = plan.steps.iter().all(lifts);
        let kind = if only_lifts { Kind::RestrictionLifted } else { Kind::RestrictionPlaced };
        let mut entry = self.entry(kind, now)?;
        entry.store = Some(plan.store.clone());
        if let [only] = standing.restrictions.as_slice() {
            entry.request = Some(only.case.clone());
        }
        Ok(entry)
    }

    /// Takes a person off the exceptions once nothing stands and no row can bear a mark any more.
    pub(crate) fn release(
        &self,
        subject: SubjectId,
        ended: &InStep,
        located: Option<&Located>,
        now: Instant,
    ) -> Result<(), Failure> {
        let reached = located.is_none_or(|located| located.unreached.is_empty());
        if !self.marks_rows() || !reached || ended.refused || !ended.behind.is_empty() {
            return Ok(());
        }
        self.vault.write("release_exception", |tx| {
            let timeline = tx.timeline(subject)?;
            let standing = self.standing_of(&timeline, now);
            if !self.is_excepted(&timeline, &standing) && tx.is_exception(subject)? {
                tx.remove_exception(subject)?;
            }
            Ok::<_, Failure>(())
        })
    }

    /// The standing by Kept's own record, which alone tells of restrictions.
    pub(crate) fn restrictions_of(&self, subject: SubjectId, now: Instant) -> Result<Standing, Failure> {
        let timeline = self.vault.read("timeline", |tx| tx.timeline(subject).map_err(Failure::from))?;
        Ok(self.standing_of(&timeline, now))
    }
}

/// What to say of rows that a restriction covers and that others share.
fn shared(map: &Store, rows: &PersonRows, standing: &Standing) -> Vec<String> {
    let shared = marks(map, rows, standing).into_iter().filter(|marks| marks.shared > 0);
    let words = |marks: kept_core::plan::restrict::Marks| {
        let (rows, store, table) = (marks.shared, &map.name, marks.table);
        format!("{rows} rows of `{store}.{table}` are shared with others, and are not marked")
    };
    shared.map(words).collect()
}
