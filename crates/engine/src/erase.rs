//! The right to erasure (Art. 17): look, open the case, plan, carry out store by store, look
//! again, answer. A killed process is taken over from the table of work; a store that is down
//! waits there and holds up nobody else.
//!
//! Not here: how one store's part is carried out (`parts`).

use std::collections::BTreeMap;
use std::time::Duration;

use kept_connect::Mode;
use kept_core::ledger::{Durable, Kind};
use kept_core::name::{IdentifierKind, StoreName};
use kept_core::plan::decide::{Occasioned, decide};
use kept_core::plan::{Action, Reason, Step, StorePlan};
use kept_core::policy::model::DataRef;
use kept_core::standing::{RequestState, Standing};
use kept_core::time::Instant;
use kept_core::timeline::{Event, EventId, Happening, Occasion, Right};
use kept_vault::request::Request;
use kept_vault::subject::Destroy;
use kept_vault::work::Lease;
use kept_vault::{Scrub, SubjectId, Tx};

use crate::case_file::CaseFile;
use crate::company::{Act, Company, log_purpose};
use crate::desk::{Case, Whom};
use crate::failure::Failure;
use crate::in_turn::as_recorded;
use crate::overtaken::{Basis, TRIES};
use crate::own;
use crate::person::Located;
use crate::report::FoundIn;
use crate::report::access::purpose_lines;
use crate::report::erasure::{ErasureReport, Own, StepLine, StoreOutcome, StoreState, lines};

mod parts;

pub(crate) use parts::Unapplied;

/// How long a scrub waits for readers.
const SCRUB_WAIT: Duration = Duration::from_secs(2);

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
        // What this run took before another one answered the case is told in its own report.
        let mut before = Carried::new();
        self.looking_anew(|company| {
            let (located, receipt) = company.look(whom, now)?;
            let case = company.receive(Right::Erasure, &located, received_at, now)?;
            let mut file = company.case_file(&case, &receipt)?;
            file.learn(company.policy(), &whom.picks, &located, now);
            let (going, mut carried) = (Going { vacuum, earlier: Vec::new() }, Carried::new());
            let erased = company.erase_located(&case, (&located, &file), (&going, &mut carried), now);
            let told = erased.map(|report| and_before(report, &before));
            before.extend(carried.into_iter().filter(|(_, (_, ended))| ended.changed > 0));
            told
        })
    }

    /// Plans what was found of a person and carries it out, store by store; the parts that ended
    /// earlier in the same run are left as they are. What is recorded of the person meanwhile, a hold, a
    /// restriction, has the parts planned anew that are still to be done.
    ///
    /// # Errors
    /// [`Failure::Overtaken`] where another run answered the case meanwhile, or something is recorded of the
    /// person again and again.
    pub(crate) fn erase_located(
        &mut self,
        case: &Case,
        (located, file): (&Located, &CaseFile),
        (going, carried): (&Going, &mut Carried),
        now: Instant,
    ) -> Result<ErasureReport, Failure> {
        for _ in 0..TRIES {
            match self.erase_round(case, located, (file.clone(), going, carried), now) {
                Err(Failure::Overtaken) if self.is_open(case)? => {}
                ended => return ended,
            }
        }
        Err(Failure::Overtaken)
    }

    fn is_open(&self, case: &Case) -> Result<bool, Failure> {
        self.vault.read("case_is_open", |tx| Ok(open_request(tx, case)?.is_some()))
    }

    fn erase_round(
        &mut self,
        case: &Case,
        located: &Located,
        (mut file, going, carried): (CaseFile, &Going, &mut Carried),
        now: Instant,
    ) -> Result<ErasureReport, Failure> {
        self.keep_going_proofs(Some(case.subject), located, now)?;
        let (timeline, basis) = self.known_of(case.subject, located, &file, now)?;
        let now = as_recorded(&timeline, now);
        let standing = self.standing_of(&timeline, now);
        let mut plans = self.plans(located, &standing);
        for plan in &mut plans {
            if let Some((done, _)) = carried.get(&plan.store) {
                plan.clone_from(done);
            }
        }
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
        let mut outcomes: Vec<StoreOutcome> = Vec::new();
        for plan in &plans {
            match carried.get(&plan.store) {
                Some((_, ended)) => outcomes.push(ended.clone()),
                None if plan.is_idle() => outcomes.push(outcome(&plan.store, StoreState::Nothing)),
                None => {}
            }
        }
        let to_do = plans.iter().filter(|plan| !carried.contains_key(&plan.store) && !plan.is_idle());
        let to_do: Vec<&StorePlan> = to_do.collect();
        if self.keep_facts(case.subject, (located, &to_do), now)? {
            // What was written is looked at with the rest.
            return Err(Failure::Overtaken);
        }
        let work = self.put_plans(case, &to_do, (going.vacuum, basis), now)?;
        self.reached("planned");
        for one in &work {
            let ended = self.carry_out(one, &Lease::none(), now)?;
            if let Some(plan) = to_do.iter().find(|plan| plan.store == one.store) {
                carried.insert(one.store.clone(), ((*plan).clone(), ended.clone()));
            }
            outcomes.push(ended);
        }
        let outcomes = joined(&going.earlier, outcomes);
        let of_kept = self.of_kept(case.subject, &standing, now)?;
        let takes = of_kept.steps.iter().any(|step| step.action != Action::Keep && step.rows > 0);
        let settled = Settled { located, plans: &whole, takes_own: takes, standing: &standing, basis };
        let own = self.settle_erasure(case, &settled, &file, &outcomes, now)?;
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
        match self.apply(plan, (Mode::Rehearse, Basis::LookedAtAgain), receipt) {
            Ok(applied) => StoreOutcome { notes: applied.notes, ..outcome(&plan.store, StoreState::Planned) },
            Err(unapplied) => unapplied.outcome(&plan.store),
        }
    }

    /// Answers the case when every part is done; Kept's own values about the person go when no
    /// store holds anything of them any more.
    fn settle_erasure(
        &mut self,
        case: &Case,
        settled: &Settled<'_>,
        file: &CaseFile,
        outcomes: &[StoreOutcome],
        now: Instant,
    ) -> Result<Own, Failure> {
        let located = settled.located;
        if !located.unreached.is_empty() || !outcomes.iter().all(is_done) {
            return Ok(Own::Waiting);
        }
        self.remember_refusals(located, now)?;
        self.reached("refusals");
        let names = self.names_for_webhooks(case.subject, located, now)?;
        if !file.stays {
            return self.forget(case, settled.basis, &names, now);
        }
        self.remember(case.subject, located, settled.plans)?;
        self.reached("remembered");
        let mut entry = self.entry(Kind::RequestStep, now)?;
        entry.request = Some(case.number.clone());
        // Whoever is told of an erasure erases: where all is kept, for a claim say, nobody is told.
        let tells = settled.takes_own || outcomes.iter().any(|outcome| outcome.state != StoreState::Nothing);
        self.act("answer_erasure", |tx| {
            self.still_to_answer(tx, case, settled.basis)?;
            if tells {
                self.tell_of_erasure(tx, (case.subject, &case.number), &names, now)?;
            }
            self.let_values_go(tx, case.subject, settled.standing)?;
            close(tx, case, now)?;
            Ok(((), Act { entry: entry.clone(), subject: Some(case.subject) }))
        })?;
        self.reached("answered");
        Ok(Own::Untouched)
    }

    /// Whether nobody answered the case meanwhile, and nothing was recorded of the person.
    fn still_to_answer(&self, tx: &mut Tx, case: &Case, basis: Basis) -> Result<(), Failure> {
        let is_open = open_request(tx, case)?.is_some();
        if is_open && basis.stands_in(tx)? { Ok(()) } else { Err(Failure::Overtaken) }
    }

    /// Answers the case and destroys the person's key in one act: an answered case is taken up by
    /// nobody, so that a key left to a later step could stay for ever.
    fn forget(
        &self,
        case: &Case,
        basis: Basis,
        names: &[(IdentifierKind, String)],
        now: Instant,
    ) -> Result<Own, Failure> {
        let mut answered = self.entry(Kind::RequestStep, now)?;
        answered.request = Some(case.number.clone());
        let mut entry = self.entry(Kind::ErasureDone, now)?;
        entry.request = Some(case.number.clone());
        self.act("forget_subject", |tx| {
            self.still_to_answer(tx, case, basis)?;
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

/// The case, if nobody has answered it.
fn open_request(tx: &mut Tx, case: &Case) -> Result<Option<Request>, Failure> {
    Ok(tx.request(&case.number)?.filter(|request| request.state != RequestState::Answered))
}

/// The state and the event of a case that is answered.
fn close(tx: &mut Tx, case: &Case, now: Instant) -> Result<(), Failure> {
    let Some(request) = open_request(tx, case)? else { return Ok(()) };
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

/// What was carried out in the rounds of one run, by store: the plan, and how it ended.
pub(crate) type Carried = BTreeMap<StoreName, (StorePlan, StoreOutcome)>;

/// The report with what was taken before the last look: by the same run, before it had to begin anew, or by an
/// earlier one.
pub(crate) fn and_before(mut report: ErasureReport, before: &Carried) -> ErasureReport {
    for (store, (plan, ended)) in before {
        report.steps.extend(lines(plan).into_iter().filter(|step| step.action != Action::Keep));
        report.stores.retain(|part| part.store != *store || part.state != StoreState::Nothing);
        if report.stores.iter().all(|part| part.store != *store) {
            report.stores.push(ended.clone());
        }
    }
    report
}

/// From what a case is answered.
struct Settled<'a> {
    located: &'a Located,
    plans: &'a [StorePlan],
    /// Whether something goes of what Kept itself recorded.
    takes_own: bool,
    standing: &'a Standing,
    basis: Basis,
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
