//! Why a person's data are held: a look, and the standing printed.

mod held;

use kept_core::policy::Policy;
use kept_core::policy::model::{DataRef, OccasionKind, OwnRecord};
use kept_core::standing::proof::proofs;
use kept_core::standing::{Ground, Standing, next_change, standing};
use kept_core::time::Instant;
use kept_core::timeline::EventId;
use kept_vault::SubjectId;
use kept_vault::request::Request;

use crate::case_file::CaseFile;
use crate::company::Company;
use crate::desk::Whom;
use crate::failure::Failure;
use crate::own;
use crate::person::Located;
use crate::report::why::{GroundLine, WhyReport, case_line, ground_lines, proof_line};

pub(crate) use held::{Held, Places};

impl Company {
    /// The grounds of a person at `at`, as known now.
    ///
    /// # Errors
    /// [`Failure::Refused`] when the policy has no such data; else as for access.
    pub fn why(
        &mut self,
        whom: &Whom,
        only: Option<&DataRef>,
        at: Instant,
        now: Instant,
    ) -> Result<WhyReport, Failure> {
        if let Some(datum) = only {
            self.check_datum(datum)?;
        }
        let (located, _) = self.look_for(whom, None, now)?;
        let subject = self.subject_of(&located)?;
        let timeline = self.timeline_of(subject, &located, &CaseFile::default(), now)?;
        let mut then = standing(&self.history, &timeline, now, at);
        if located.unreached.is_empty() {
            drop_unused(&self.history.at(at).policy, &located, &mut then);
        }
        let mut found = located.found.clone();
        if let Some(subject) = subject {
            found.extend(own::found(&self.recorded(subject)?));
        }
        let language = self.language();
        let policy = &self.history.at(at).policy;
        let held = Held::of(policy, &located, &then, only);
        let mut grounds = ground_lines(policy, (&then, &held), only, &language);
        if only.is_none() {
            let proofs = proofs(&self.history, &timeline, now, at);
            grounds.extend(proofs.over.iter().map(|proof| proof_line(policy, proof, &language)));
            grounds.extend(self.case_lines(subject, at, now)?);
        }
        Ok(WhyReport {
            at,
            found,
            unreached: located.unreached,
            grounds,
            next_change: next_change(&self.history, &timeline, now, at),
        })
    }

    /// The files of a person's requests, as far as the policy says how long such files are kept.
    fn case_lines(
        &self,
        subject: Option<SubjectId>,
        at: Instant,
        now: Instant,
    ) -> Result<Vec<GroundLine>, Failure> {
        let policy = &self.history.at(at).policy;
        let Some(subject) = subject.filter(|_| policy.own.contains_key(&OwnRecord::Requests)) else {
            return Ok(Vec::new());
        };
        self.vault.read("case_lines", |tx| {
            let requests = tx.requests_of(subject)?;
            let line = |request: &Request| {
                let ends = self.case_ends(tx, request, &[at], now)?;
                let until = ends.first().and_then(|end| end.goes_at);
                Ok(case_line(policy.zone().day_of(request.changed_at), request, until))
            };
            requests.iter().map(line).collect()
        })
    }

    fn check_datum(&self, datum: &DataRef) -> Result<(), Failure> {
        let policy = self.policy();
        let known = policy.data.get(&datum.category).is_some_and(|category| {
            datum.field.as_ref().is_none_or(|field| category.fields.contains_key(field))
        });
        if known {
            return Ok(());
        }
        let names: Vec<String> = policy.data.keys().map(|name| format!("`{name}`")).collect();
        Err(Failure::Refused(format!(
            "the policy has no data `{datum}`; its categories are {}",
            names.join(", ")
        )))
    }
}

/// Leaves out what a date of the person's own row would say of data that are collected at other times: an
/// account's creation is no collection of rows that have dates of their own, or that are not there.
fn drop_unused(policy: &Policy, located: &Located, standing: &mut Standing) {
    let used = Held::of(policy, located, standing, None).grounds;
    let is_by_store = |ground: &Ground| ground.reason.event.is_some_and(EventId::is_from_store);
    let is_collected = |ground: &Ground| {
        let purpose = ground.purpose().and_then(|name| policy.purposes.get(name));
        purpose.is_some_and(|purpose| purpose.occasion == OccasionKind::Collection)
    };
    standing
        .grounds
        .retain(|ground| !is_by_store(ground) || !is_collected(ground) || used.contains_key(&ground.id));
}
