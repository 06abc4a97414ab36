//! Taking up what was left open: parts whose store was down or whose process was killed, plans of an
//! earlier policy, parts that were refused before the policy was mended. A case whose last part is
//! done is answered.

use std::time::Instant as Clock;

use jiff::SignedDuration;
use kept_core::ledger::{Kind, Outcome};
use kept_core::name::CaseId;
use kept_core::standing::RequestState;
use kept_core::time::Instant;
use kept_core::timeline::Right;
use kept_vault::request::Request;
use kept_vault::work::{Lease, Work};

use crate::company::{Act, Company};
use crate::desk::Case;
use crate::erase::{Carried, Going, and_before, is_done, outcome};
use crate::failure::Failure;
use crate::report::erasure::{ErasureReport, StoreOutcome, StoreState};

/// How long nobody else takes up what this process leased. Renewed before each part: only what a
/// killed process held waits it out.
const LEASE: SignedDuration = SignedDuration::from_mins(2);

/// How many parts are leased at once.
const LEASED_MAX: u16 = 100;

impl Company {
    /// Takes up open erasures: plans that were interrupted or whose store was down are carried out,
    /// those of an earlier policy and those refused are made anew, and cases that are done are
    /// answered. Returns how each part ended.
    ///
    /// # Errors
    /// A fault of Kept's own store.
    pub fn resume(&mut self, now: Instant) -> Result<Vec<(CaseId, StoreOutcome)>, Failure> {
        self.resume_telling(now, &mut |_| {})
    }

    /// The same, handing out the report of each case as it stands now: what was done in earlier runs is in it.
    ///
    /// # Errors
    /// As for [`Company::resume`].
    pub fn resume_telling(
        &mut self,
        now: Instant,
        told: &mut dyn FnMut(ErasureReport),
    ) -> Result<Vec<(CaseId, StoreOutcome)>, Failure> {
        let began = Clock::now();
        self.resume_exceptions(now)?;
        let until = now.checked_add(LEASE).unwrap_or(now);
        let (lease, leased) = self
            .vault
            .write("lease_work", |tx| tx.lease_work(now, until, LEASED_MAX).map_err(Failure::from))?;
        let open = self.vault.read("open_requests", |tx| tx.open_requests().map_err(Failure::from))?;
        let erasures =
            open.iter().filter(|one| one.right == Right::Erasure && one.state == RequestState::Open);
        let mut ended = Vec::new();
        for request in erasures {
            let mine: Vec<&Work> = leased.iter().filter(|work| work.case == request.number).collect();
            if !mine.is_empty() {
                let passed = SignedDuration::try_from(began.elapsed()).unwrap_or_default();
                let until = now.checked_add(passed + LEASE).unwrap_or(now);
                self.vault.write("renew_lease", |tx| tx.renew_lease(&lease, until).map_err(Failure::from))?;
            }
            let parts = self.take_up(request, (&mine, &lease), told, now)?;
            ended.extend(parts.into_iter().map(|part| (request.number.clone(), part)));
        }
        Ok(ended)
    }

    /// One case: first the plans that lie ready, then a new look at the stores for everything else.
    fn take_up(
        &mut self,
        request: &Request,
        (mine, lease): (&[&Work], &Lease),
        told: &mut dyn FnMut(ErasureReport),
        now: Instant,
    ) -> Result<Vec<StoreOutcome>, Failure> {
        let lying = self.vault.read("work_of", |tx| tx.work_of(&request.number).map_err(Failure::from))?;
        if mine.is_empty() && lying.iter().any(|work| !work.state.is_final()) {
            // Somebody else is at it, or its store is left alone for a while.
            return Ok(Vec::new());
        }
        let case = Case { number: request.number.clone(), subject: request.subject };
        let mut earlier = Vec::new();
        for work in mine {
            match self.carry_out(work, lease, now) {
                // What was recorded since it was planned is planned anew below.
                Err(Failure::Overtaken) => {}
                ended => earlier.push(ended?),
            }
        }
        let mut entry = self.entry(Kind::RequestStep, now)?;
        entry.request = Some(case.number.clone());
        entry.outcome = Outcome::Intended;
        let ((), receipt) =
            self.act("take_up", |_| Ok(((), Act { entry: entry.clone(), subject: Some(case.subject) })))?;
        let before = self.verified(&case, &receipt)?;
        let mut file = self.case_file(&case, &receipt)?;
        let whom = file.whom(self.policy());
        if whom.identifiers.is_empty() {
            return Ok(earlier);
        }
        let located = match self.look(&whom, now) {
            Ok((located, _)) => located,
            Err(Failure::Person(refusal)) => {
                earlier.extend(self.waiting(refusal.to_string()));
                return Ok(earlier);
            }
            Err(failure) => return Err(failure),
        };
        file.learn(self.policy(), &whom.picks, &located, now);
        // Refused parts are tried with the new plan, those whose store is down are not.
        earlier.retain(|part| is_done(part) || part.state == StoreState::Waiting);
        let going = Going { vacuum: false, earlier };
        let order = (&going, &mut Carried::new());
        let report = match self.erase_located(&case, (&located, &file), order, now) {
            // Somebody else answered the case meanwhile, or is at it.
            Err(Failure::Overtaken) => return Ok(going.earlier),
            ended => ended?,
        };
        let down = report.unreached.iter().map(|down| StoreOutcome {
            notes: vec![down.problem.clone()],
            ..outcome(&down.store, StoreState::Waiting)
        });
        let parts = report.stores.iter().filter(|part| part.state != StoreState::Nothing);
        let parts = parts.cloned().chain(down).collect();
        told(and_before(report, &before));
        Ok(parts)
    }

    /// A case that can't be taken up says so beside the first store.
    fn waiting(&self, note: String) -> Option<StoreOutcome> {
        let store = self.policy().stores.keys().next()?;
        Some(StoreOutcome { notes: vec![note], ..outcome(store, StoreState::Waiting) })
    }
}
