//! One store's part of an erasure: the table of work, `intended`, the store's transaction, `done`.
//!
//! Not here: what is planned, and when a case is answered (`erase`).

use kept_connect::{Applied, Failed, Mode};
use kept_core::ledger::entry::Found;
use kept_core::ledger::{Durable, Entry, Kind, Outcome};
use kept_core::name::StoreName;
use kept_core::plan::{Action, StorePlan};
use kept_core::time::Instant;
use kept_vault::Fault;
use kept_vault::work::{Hold, Lease, Stepped, Work, WorkState};
use serde::{Deserialize, Serialize};

use crate::company::{Act, Company};
use crate::desk::Case;
use crate::erase::{Carried, outcome};
use crate::failure::Failure;
use crate::overtaken::Basis;
use crate::report::erasure::{StoreOutcome, StoreState};

/// How long a store that failed is left alone before the next try, by the number of tries.
const BACK_OFF_SECONDS: [i64; 5] = [30, 120, 600, 3_600, 14_400];

/// A store's plan as it lies on the table of work.
#[derive(Serialize, Deserialize)]
struct Planned {
    policy: String,
    vacuum: bool,
    plan: StorePlan,
    /// The last event of the person's record from which it was made; plans of before say none, and are made anew.
    #[serde(default)]
    known_to: i64,
}

/// Why a store did not carry out a plan; it is as it was.
#[derive(Debug)]
pub(crate) enum Unapplied {
    /// It refused, or can't be used now; in words.
    Told(StoreState, String),
    /// Something was recorded of the person meanwhile.
    Overtaken,
}

impl Unapplied {
    /// How the part of a store ended by it.
    pub(crate) fn outcome(&self, store: &StoreName) -> StoreOutcome {
        StoreOutcome { notes: vec![self.words()], ..outcome(store, self.state()) }
    }

    fn state(&self) -> StoreState {
        match self {
            Self::Told(state, _) => *state,
            Self::Overtaken => StoreState::Waiting,
        }
    }

    /// Whether it is to be tried again later.
    pub(crate) fn waits(&self) -> bool {
        self.state() == StoreState::Waiting
    }

    /// The words for people.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Told(_, words) => words.clone(),
            Self::Overtaken => Failed::Overtaken.to_string(),
        }
    }
}

impl Company {
    /// Puts every plan that changes something on the table of work, unless it lies there already.
    pub(super) fn put_plans(
        &self,
        case: &Case,
        plans: &[&StorePlan],
        (vacuum, basis): (bool, Basis),
        now: Instant,
    ) -> Result<Vec<Work>, Failure> {
        let policy = self.policy().digest.clone();
        let known_to = basis.event();
        let put = plans.iter().map(|plan| {
            let plan = (*plan).clone();
            let planned = Planned { policy: policy.clone(), vacuum, plan, known_to };
            serde_json::to_vec(&planned)
                .map(|bytes| (planned.plan.store.clone(), bytes))
                .map_err(|_| Failure::Plan)
        });
        let put: Vec<(StoreName, Vec<u8>)> = put.collect::<Result<_, _>>()?;
        self.vault.write("put_plans", |tx| {
            let lying = tx.work_of(&case.number)?;
            for (store, bytes) in &put {
                match lying.iter().find(|work| work.store == *store) {
                    Some(work) => tx.change_work_plan(work, bytes, now)?,
                    None => {
                        tx.put_work(case.subject, (&case.number, store), bytes, now)?;
                    }
                }
            }
            let work = tx.work_of(&case.number)?;
            Ok(work.into_iter().filter(|work| put.iter().any(|(store, _)| *store == work.store)).collect())
        })
    }

    /// Carries out one store's part: `intended` durable, the store's transaction, `done` with what
    /// the second look found.
    ///
    /// # Errors
    /// [`Failure::Overtaken`] where something was recorded of the person after the plan was made: nothing was
    /// done, and it is to be planned anew.
    pub(crate) fn carry_out(
        &mut self,
        work: &Work,
        lease: &Lease,
        now: Instant,
    ) -> Result<StoreOutcome, Failure> {
        let intent = self.case_entry(Kind::ErasureIntended, work, now)?;
        let (step_state, hold) = (WorkState::Intended, Hold::Keep);
        let intended = self.act("intend_erasure", |tx| {
            let step = Stepped {
                state: step_state,
                next_attempt_at: Some(now),
                intent: None,
                last_error: None,
                hold,
            };
            tx.step_work(work.id, lease, &step, now)?;
            Ok(((), Act { entry: intent.clone(), subject: Some(work.subject) }))
        });
        let ((), receipt) = match intended {
            Err(failure) if is_taken(&failure) => return Ok(taken(&work.store)),
            intended => intended?,
        };
        self.reached(&format!("intended:{}", work.store));
        let bytes = self.vault.read("work_plan", |tx| {
            let current = tx.work(work.id)?.ok_or(Failure::Plan)?;
            tx.work_plan(&current, &receipt).map_err(Failure::from)
        })?;
        let planned: Planned = serde_json::from_slice(&bytes).map_err(|_| Failure::Plan)?;
        if planned.policy != self.policy().digest {
            return self.stale(work, lease, now);
        }
        let basis = Basis::Person(work.subject, planned.known_to);
        let mode = Mode::Commit { vacuum: planned.vacuum };
        let applied = self.apply(&planned.plan, (mode, basis), &receipt);
        let ended = match applied {
            Ok(ref applied) => StoreOutcome {
                changed: applied.changed,
                left: applied.left,
                notes: applied.notes.clone(),
                ..outcome(&work.store, StoreState::Done)
            },
            Err(ref unapplied) => unapplied.outcome(&work.store),
        };
        self.reached(&format!("applied:{}", work.store));
        let reported = self.report_step(work, lease, &ended, receipt.commitment(), now);
        self.reached(&format!("done:{}", work.store));
        match reported {
            Err(failure) if is_taken(&failure) => Ok(taken(&work.store)),
            Ok(()) if matches!(applied, Err(Unapplied::Overtaken)) => Err(Failure::Overtaken),
            reported => reported.map(|()| ended),
        }
    }

    /// The parts of a case that are through, in this run or an earlier one, with what was done.
    pub(crate) fn verified(&self, case: &Case, receipt: &Durable) -> Result<Carried, Failure> {
        let plans = self.vault.read("verified_work", |tx| {
            let work = tx.work_of(&case.number)?.into_iter();
            let done = work.filter(|work| work.state == WorkState::Verified);
            done.map(|work| tx.work_plan(&work, receipt).map_err(Failure::from))
                .collect::<Result<Vec<_>, _>>()
        })?;
        let carried = plans.iter().map(|bytes| {
            let Planned { plan, .. } = serde_json::from_slice(bytes).map_err(|_| Failure::Plan)?;
            let takes = plan.steps.iter().filter(|step| step.action != Action::Keep);
            // The second look found all of them done.
            let changed = takes.map(|step| step.keys.len() as u64).sum();
            let ended = StoreOutcome { changed, ..outcome(&plan.store, StoreState::Done) };
            Ok((plan.store.clone(), (plan, ended)))
        });
        carried.collect()
    }

    /// Has a store carry out a plan, as long as what it was made from stands.
    pub(crate) fn apply(
        &mut self,
        plan: &StorePlan,
        (mode, basis): (Mode, Basis),
        receipt: &Durable,
    ) -> Result<Applied, Unapplied> {
        let policy = self.policy().clone();
        let Some(map) = policy.stores.get(&plan.store) else {
            let why = "the policy in force has no store of this name".to_owned();
            return Err(Unapplied::Told(StoreState::Refused, why));
        };
        let connector = self
            .stores
            .get(&policy, &plan.store)
            .map_err(|unreached| Unapplied::Told(StoreState::Waiting, unreached.problem))?;
        let applied = connector.apply(map, plan, mode, &mut || basis.stands(&self.vault), receipt);
        applied.map_err(|failed| match failed {
            Failed::Refused(refused) => Unapplied::Told(StoreState::Refused, refused.to_string()),
            Failed::Fault(fault) => {
                self.stores.forget(&plan.store);
                Unapplied::Told(StoreState::Waiting, fault.to_string())
            }
            Failed::Overtaken => Unapplied::Overtaken,
        })
    }

    /// A plan made under an earlier policy is not carried out: the case waits for a new one.
    fn stale(&self, work: &Work, lease: &Lease, now: Instant) -> Result<StoreOutcome, Failure> {
        let note = "the policy changed after this plan was made; `kept resume` plans it anew";
        let ended =
            StoreOutcome { notes: vec![note.to_owned()], ..outcome(&work.store, StoreState::Refused) };
        let step = Stepped {
            state: WorkState::Waiting,
            next_attempt_at: Some(later(work.attempts, now)),
            intent: None,
            last_error: Some("policy-changed"),
            hold: Hold::Release,
        };
        self.vault
            .write("stale_plan", |tx| tx.step_work(work.id, lease, &step, now).map_err(Failure::from))?;
        Ok(ended)
    }

    fn report_step(
        &self,
        work: &Work,
        lease: &Lease,
        ended: &StoreOutcome,
        follows: &kept_core::ledger::Commitment,
        now: Instant,
    ) -> Result<(), Failure> {
        let mut entry = self.case_entry(Kind::ErasureDone, work, now)?;
        entry.follows = Some(*follows);
        entry.found = Some(Found { changed: ended.changed, left: ended.left });
        let (state, outcome) = match ended.state {
            StoreState::Done if ended.left == 0 => (WorkState::Verified, Outcome::Done),
            StoreState::Done => (WorkState::Waiting, Outcome::Partly),
            StoreState::Refused => (WorkState::Refused, Outcome::Refused),
            _ => (WorkState::Waiting, Outcome::Failed),
        };
        entry.outcome = outcome;
        let error = (outcome != Outcome::Done).then_some(outcome.word());
        let next = later(work.attempts, now);
        self.act("erasure_done", |tx| {
            let step = Stepped {
                state,
                next_attempt_at: Some(next),
                intent: None,
                last_error: error,
                hold: Hold::Release,
            };
            tx.step_work(work.id, lease, &step, now)?;
            Ok(((), Act { entry: entry.clone(), subject: Some(work.subject) }))
        })?;
        Ok(())
    }

    fn case_entry(&self, kind: Kind, work: &Work, now: Instant) -> Result<Entry, Failure> {
        let mut entry = self.entry(kind, now)?;
        entry.request = Some(work.case.clone());
        entry.store = Some(work.store.clone());
        Ok(entry)
    }
}

/// Whether another process holds or finished the work that was to be stepped.
fn is_taken(failure: &Failure) -> bool {
    matches!(failure, Failure::Vault(Fault::Count { statement: "work_step", .. } | Fault::Erased))
}

fn taken(store: &StoreName) -> StoreOutcome {
    let note = "another process works on this case, or was killed at it a few minutes ago; ask again when it is through";
    StoreOutcome { notes: vec![note.to_owned()], ..outcome(store, StoreState::Waiting) }
}

/// When a store is tried again.
fn later(attempts: i64, now: Instant) -> Instant {
    let place = usize::try_from(attempts).unwrap_or(0).min(BACK_OFF_SECONDS.len() - 1);
    let seconds = BACK_OFF_SECONDS.get(place).copied().unwrap_or(14_400);
    now.checked_add(jiff::SignedDuration::from_secs(seconds)).unwrap_or(now)
}
