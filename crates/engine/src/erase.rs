//! The right to erasure (Art. 17): look, open the case, plan, carry out store by store, look
//! again, answer. A killed process is taken over from the table of work; a store that is down
//! waits there and holds up nobody else.

use kept_connect::{Applied, Failed, Mode};
use kept_core::ledger::entry::Found;
use kept_core::ledger::{Durable, Entry, Kind, Outcome};
use kept_core::name::{IdentifierKind, StoreName};
use kept_core::plan::decide::{Occasioned, decide};
use kept_core::plan::{Action, Reason, Step, StorePlan};
use kept_core::policy::model::DataRef;
use kept_core::standing::{RequestState, Standing};
use kept_core::time::Instant;
use kept_core::timeline::{Event, EventId, Happening, Occasion, Right};
use kept_vault::subject::Destroy;
use kept_vault::work::{Hold, Lease, Stepped, Work, WorkState};
use kept_vault::{Fault, Scrub, SubjectId, Tx};
use serde::{Deserialize, Serialize};
use std::time::Duration;

use crate::case_file::CaseFile;
use crate::company::{Act, Company, log_purpose};
use crate::desk::{Case, Whom};
use crate::failure::Failure;
use crate::own;
use crate::person::Located;
use crate::report::FoundIn;
use crate::report::access::purpose_lines;
use crate::report::erasure::{ErasureReport, Own, StepLine, StoreOutcome, StoreState, lines};

/// How long a store that failed is left alone before the next try, by the number of tries.
const BACK_OFF_SECONDS: [i64; 5] = [30, 120, 600, 3_600, 14_400];

/// How long a scrub waits for readers.
const SCRUB_WAIT: Duration = Duration::from_secs(2);

/// A store's plan as it lies on the table of work.
#[derive(Serialize, Deserialize)]
struct Planned {
    policy: String,
    vacuum: bool,
    plan: StorePlan,
}

impl Company {
    /// What an erasure would do: every step and every refusal that the stores would raise. Nothing
    /// is changed.
    ///
    /// # Errors
    /// As for [`Company::access`].
    pub fn rehearse_erasure(&mut self, whom: &Whom, now: Instant) -> Result<ErasureReport, Failure> {
        let (located, receipt) = self.look(whom, now)?;
        let subject = self.subject_of(&located)?;
        let asked = Event {
            id: EventId(u64::MAX),
            happened_at: now,
            recorded_at: now,
            about: Occasion::Person,
            data: Vec::new(),
            what: Happening::ErasureRequested,
        };
        let timeline = self.timeline_of(subject, &located, &CaseFile::default(), now)?.with([asked]);
        let standing = self.standing_of(&timeline, now);
        let plans = self.plans(&located, &standing);
        let mut outcomes = Vec::new();
        for plan in &plans {
            outcomes.push(self.rehearse(plan, &receipt));
        }
        let of_kept = match subject {
            Some(subject) => self.of_kept(subject, &standing, now)?,
            None => OfKept::default(),
        };
        let own = (Own::Untouched, of_kept);
        Ok(self.erasure_report(None, &located, &standing, &plans, outcomes, own, now))
    }

    /// Erases what the law and the policy allow to end, in every store that can be reached.
    ///
    /// # Errors
    /// As for [`Company::access`]. A store's refusal or absence is part of the report.
    pub fn erase(
        &mut self,
        whom: &Whom,
        received_at: Instant,
        vacuum: bool,
        now: Instant,
    ) -> Result<ErasureReport, Failure> {
        let (located, receipt) = self.look(whom, now)?;
        let case = self.receive(Right::Erasure, &located, received_at, now)?;
        let mut file = self.case_file(&case, &receipt)?;
        file.learn(self.policy(), &whom.picks, &located, now);
        self.erase_located(&case, &located, file, &Going { vacuum, earlier: Vec::new() }, now)
    }

    /// Plans what was found of a person and carries it out, store by store; the parts that ended
    /// earlier in the same run are left as they are.
    pub(crate) fn erase_located(
        &mut self,
        case: &Case,
        located: &Located,
        mut file: CaseFile,
        going: &Going,
        now: Instant,
    ) -> Result<ErasureReport, Failure> {
        self.keep_going_proofs(Some(case.subject), located, now)?;
        let timeline = self.timeline_of(Some(case.subject), located, &file, now)?;
        let standing = self.standing_of(&timeline, now);
        let mut plans = self.plans(located, &standing);
        file.stays |= plans.iter().flat_map(|plan| &plan.steps).any(is_kept);
        // Kept's own values that a ground keeps stay, and so does the key under which they lie.
        file.stays |= self.keeps_values(case.subject, &standing)?;
        // The proof of a consent outlives it, and the erasure (semantics 12).
        file.stays |= !self.proof_steps(case.subject, now)?.is_empty();
        self.keep_case_file(case, &file, now)?;
        self.reached("filed");
        let waits =
            |plan: &StorePlan| going.earlier.iter().any(|part| part.store == plan.store && !is_done(part));
        let whole = plans.clone();
        plans.retain(|plan| !waits(plan));
        let work = self.put_plans(case, &plans, going.vacuum, now)?;
        self.reached("planned");
        let mut outcomes: Vec<StoreOutcome> = plans
            .iter()
            .filter(|plan| plan.is_idle())
            .map(|plan| outcome(&plan.store, StoreState::Nothing))
            .collect();
        for one in &work {
            outcomes.push(self.carry_out(one, &Lease::none(), now)?);
        }
        let outcomes = joined(&going.earlier, outcomes);
        let of_kept = self.of_kept(case.subject, &standing, now)?;
        let takes = of_kept.steps.iter().any(|step| step.action != Action::Keep && step.rows > 0);
        let own = self.settle_erasure(case, (located, &whole, takes), &file, &outcomes, now)?;
        if own != Own::Waiting && file.stays {
            self.vault.write("own_values_go", |tx| self.let_values_go(tx, case.subject, &standing))?;
        }
        let own = (own, of_kept);
        Ok(self.erasure_report(Some(case), located, &standing, &plans, outcomes, own, now))
    }

    /// What of Kept's own record of a person goes and stays, and where the person was found in it.
    fn of_kept(&self, subject: SubjectId, standing: &Standing, now: Instant) -> Result<OfKept, Failure> {
        let found = own::found(&self.recorded(subject)?);
        let (mut steps, stays) = (self.own_steps(subject, standing)?, self.own_stays(subject, standing)?);
        steps.extend(self.proof_steps(subject, now)?);
        Ok(OfKept { found, steps, stays })
    }

    fn plans(&self, located: &Located, standing: &Standing) -> Vec<StorePlan> {
        let policy = self.policy();
        let mapped = located.rows.iter().filter_map(|(name, rows)| Some((policy.stores.get(name)?, rows)));
        mapped.map(|(map, rows)| decide(policy, map, rows, standing, Occasioned::Erasure)).collect()
    }

    fn rehearse(&mut self, plan: &StorePlan, receipt: &Durable) -> StoreOutcome {
        if plan.is_idle() {
            return outcome(&plan.store, StoreState::Nothing);
        }
        match self.apply(plan, Mode::Rehearse, receipt) {
            Ok(applied) => StoreOutcome { notes: applied.notes, ..outcome(&plan.store, StoreState::Planned) },
            Err((state, note)) => StoreOutcome { notes: vec![note], ..outcome(&plan.store, state) },
        }
    }

    /// Puts every plan that changes something on the table of work, unless it lies there already.
    fn put_plans(
        &self,
        case: &Case,
        plans: &[StorePlan],
        vacuum: bool,
        now: Instant,
    ) -> Result<Vec<Work>, Failure> {
        let policy = self.policy().digest.clone();
        let put = plans.iter().filter(|plan| !plan.is_idle()).map(|plan| {
            let planned = Planned { policy: policy.clone(), vacuum, plan: plan.clone() };
            serde_json::to_vec(&planned).map(|bytes| (plan.store.clone(), bytes)).map_err(|_| Failure::Plan)
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
        let applied = self.apply(&planned.plan, Mode::Commit { vacuum: planned.vacuum }, &receipt);
        let ended = match applied {
            Ok(applied) => StoreOutcome {
                changed: applied.changed,
                left: applied.left,
                notes: applied.notes,
                ..outcome(&work.store, StoreState::Done)
            },
            Err((state, note)) => StoreOutcome { notes: vec![note], ..outcome(&work.store, state) },
        };
        self.reached(&format!("applied:{}", work.store));
        let reported = self.report_step(work, lease, &ended, receipt.commitment(), now);
        self.reached(&format!("done:{}", work.store));
        match reported {
            Err(failure) if is_taken(&failure) => Ok(taken(&work.store)),
            reported => reported.map(|()| ended),
        }
    }

    pub(crate) fn apply(
        &mut self,
        plan: &StorePlan,
        mode: Mode,
        receipt: &Durable,
    ) -> Result<Applied, (StoreState, String)> {
        let policy = self.policy().clone();
        let Some(map) = policy.stores.get(&plan.store) else {
            return Err((StoreState::Refused, "the policy in force has no store of this name".to_owned()));
        };
        let connector = self
            .stores
            .get(&policy, &plan.store)
            .map_err(|unreached| (StoreState::Waiting, unreached.problem))?;
        let applied = connector.apply(map, plan, mode, receipt);
        applied.map_err(|failed| match failed {
            Failed::Refused(refused) => (StoreState::Refused, refused.to_string()),
            Failed::Fault(fault) => {
                self.stores.forget(&plan.store);
                (StoreState::Waiting, fault.to_string())
            }
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

    /// Answers the case when every part is done; Kept's own values about the person go when no
    /// store holds anything of them any more.
    fn settle_erasure(
        &mut self,
        case: &Case,
        (located, plans, takes_own): (&Located, &[StorePlan], bool),
        file: &CaseFile,
        outcomes: &[StoreOutcome],
        now: Instant,
    ) -> Result<Own, Failure> {
        if !located.unreached.is_empty() || !outcomes.iter().all(is_done) {
            return Ok(Own::Waiting);
        }
        self.remember_refusals(located, now)?;
        self.reached("refusals");
        let names = self.names_for_webhooks(case.subject, located, now)?;
        if file.stays {
            self.remember(case.subject, located, plans)?;
            self.reached("remembered");
            // Whoever is told of an erasure erases: where all is kept, for a claim say, nobody is told.
            if takes_own || outcomes.iter().any(|outcome| outcome.state != StoreState::Nothing) {
                self.vault.write("tell_of_erasure", |tx| {
                    self.tell_of_erasure(tx, (case.subject, &case.number), &names, now)
                })?;
            }
            self.answer(case, Kind::RequestStep, Vec::new(), now)?;
            self.reached("answered");
            return Ok(Own::Untouched);
        }
        self.forget(case, &names, now)
    }

    /// Answers the case and destroys the person's key in one act: an answered case is taken up by
    /// nobody, so that a key left to a later step could stay for ever.
    fn forget(&self, case: &Case, names: &[(IdentifierKind, String)], now: Instant) -> Result<Own, Failure> {
        let mut answered = self.entry(Kind::RequestStep, now)?;
        answered.request = Some(case.number.clone());
        let mut entry = self.entry(Kind::ErasureDone, now)?;
        entry.request = Some(case.number.clone());
        self.act("forget_subject", |tx| {
            close(tx, case, now)?;
            tx.log(kept_vault::entry::Whom::One(case.subject), answered.clone(), &log_purpose())?;
            tx.remove_finished_work(&case.number)?;
            self.tell_of_erasure(tx, (case.subject, &case.number), names, now)?;
            tx.erase_subject_keys(case.subject, Destroy::Values, now)?;
            Ok(((), Act { entry: entry.clone(), subject: Some(case.subject) }))
        })?;
        self.reached("forgotten");
        Ok(match self.vault.scrub(SCRUB_WAIT, now)? {
            Scrub::Done | Scrub::Nothing => Own::Gone,
            Scrub::Busy | Scrub::UntilEpochEnds => Own::KeyGone,
        })
    }

    /// Files the refusals of marketing that an erasure implies, so that they outlive it (KLV-26).
    fn remember_refusals(&self, located: &Located, now: Instant) -> Result<(), Failure> {
        let controller = self.controller();
        let marketing: Vec<_> =
            self.policy().purposes.values().filter(|purpose| purpose.is_marketing()).collect();
        self.vault.write("remember_refusals", |tx| {
            for identifier in located.identifiers.iter().filter(|identifier| identifier.is_unique()) {
                let blind = kept_vault::blind::Identifier {
                    controller: &controller,
                    kind: identifier.kind(),
                    canonical: identifier.canonical(),
                };
                for purpose in &marketing {
                    tx.put_refusal(&blind, &purpose.name, now)?;
                }
            }
            Ok(())
        })
    }

    /// Closes a case: its event, its state, its entry.
    pub(crate) fn answer(
        &self,
        case: &Case,
        kind: Kind,
        fields: Vec<kept_core::policy::model::DataRef>,
        now: Instant,
    ) -> Result<(), Failure> {
        let mut entry = self.entry(kind, now)?;
        entry.request = Some(case.number.clone());
        entry.fields = fields;
        self.act("answer_request", |tx| {
            close(tx, case, now)?;
            Ok(((), Act { entry: entry.clone(), subject: Some(case.subject) }))
        })?;
        Ok(())
    }

    #[expect(clippy::too_many_arguments, reason = "a report gathers what the steps before it made")]
    fn erasure_report(
        &self,
        case: Option<&Case>,
        located: &Located,
        standing: &Standing,
        plans: &[StorePlan],
        stores: Vec<StoreOutcome>,
        (own, of_kept): (Own, OfKept),
        now: Instant,
    ) -> ErasureReport {
        let mut steps: Vec<StepLine> = plans.iter().flat_map(lines).collect();
        steps.extend(of_kept.steps);
        let mut found = located.found.clone();
        found.extend(of_kept.found);
        let language = self.language();
        let mut purposes = purpose_lines(self.policy(), &language);
        purposes.retain(|line| {
            let purpose = crate::access::purpose_of(&line.statement);
            steps
                .iter()
                .flat_map(|step| &step.reasons)
                .any(|reason| crate::access::purpose_of(&reason.statement) == purpose)
        });
        let request = case.and_then(|case| standing.requests.iter().find(|one| one.case == case.number));
        let regime = request.map_or(self.asked_under.as_deref(), |request| request.regime.as_deref());
        let regime = regime.and_then(|name| self.policy().rights.regimes.get(name));
        let refused = regime
            .map(|regime| crate::report::refusal::refused(self.policy(), regime, (&steps, &of_kept.stays)));
        ErasureReport {
            refused: refused.unwrap_or_default(),
            head: self.head(case.map(|case| &case.number), standing, now),
            dry_run: case.is_none(),
            found,
            steps,
            stores,
            unreached: located.unreached.clone(),
            own,
            restrictions: standing.restrictions.clone(),
            purposes,
        }
    }
}

/// The state and the event of a case that is answered.
fn close(tx: &mut Tx, case: &Case, now: Instant) -> Result<(), Failure> {
    let open = tx.request(&case.number)?.filter(|request| request.state != RequestState::Answered);
    let Some(request) = open else { return Ok(()) };
    tx.change_request(&request, RequestState::Answered, &[], now)?;
    let answered = Event {
        id: EventId(0),
        happened_at: now,
        recorded_at: now,
        about: Occasion::Request(case.number.clone()),
        data: Vec::new(),
        what: Happening::RequestAnswered,
    };
    tx.append_events(case.subject, [answered])?;
    Ok(())
}

pub(crate) fn outcome(store: &StoreName, state: StoreState) -> StoreOutcome {
    StoreOutcome { store: store.clone(), state, changed: 0, left: 0, notes: Vec::new() }
}

/// Whether nothing of a store's part is left to do.
pub(crate) fn is_done(outcome: &StoreOutcome) -> bool {
    match outcome.state {
        StoreState::Done => outcome.left == 0,
        StoreState::Nothing => true,
        StoreState::Planned | StoreState::Refused | StoreState::Waiting => false,
    }
}

/// Whether rows of the person stay by this step.
fn is_kept(step: &Step) -> bool {
    !step.keys.is_empty() && !matches!(step.action, Action::Delete | Action::Detach { .. })
}

/// What Kept's own record of a person has to say in the report.
#[derive(Default)]
struct OfKept {
    found: Option<FoundIn>,
    steps: Vec<StepLine>,
    /// The fields that stay, and why.
    stays: Vec<(DataRef, Vec<Reason>)>,
}

/// How a run over a case is gone about.
#[derive(Debug)]
pub(crate) struct Going {
    /// Rewrite SQLite files afterwards.
    pub(crate) vacuum: bool,
    /// The parts that ended earlier in this run.
    pub(crate) earlier: Vec<StoreOutcome>,
}

/// The later word on each store, where it says anything.
fn joined(earlier: &[StoreOutcome], later: Vec<StoreOutcome>) -> Vec<StoreOutcome> {
    let says = |part: &StoreOutcome| part.state != StoreState::Nothing;
    let replaced = |part: &StoreOutcome| later.iter().any(|other| other.store == part.store && says(other));
    let mut all: Vec<StoreOutcome> = earlier.iter().filter(|part| !replaced(part)).cloned().collect();
    let new: Vec<StoreOutcome> = later
        .into_iter()
        .filter(|part| says(part) || all.iter().all(|other| other.store != part.store))
        .collect();
    all.extend(new);
    all
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
