//! Questions that Kept alone can't answer: columns of the company's stores tell of what the purpose is
//! made. Not here: questions about what Kept keeps (`decide`).

use std::collections::BTreeMap;

use kept_core::decision::Gate;
use kept_core::ledger::{Durable, Kind, Outcome};
use kept_core::name::PurposeName;
use kept_core::policy::Policy;
use kept_core::policy::model::Purpose;
use kept_core::standing::reads;
use kept_core::time::Instant;

use super::{Ask, Subject, Verb};
use crate::case_file::CaseFile;
use crate::company::Company;
use crate::failure::Failure;

impl Company {
    /// Which of the questions are about purposes that columns tell of, by their places.
    pub(super) fn asked_in_stores(&self, asks: &[Ask]) -> Vec<usize> {
        let policy = self.policy();
        let mut told: BTreeMap<&PurposeName, bool> = BTreeMap::new();
        let mut is_told = |name| {
            let purpose = || policy.purposes.get(name);
            *told
                .entry(name)
                .or_insert_with(|| purpose().is_some_and(|purpose| is_told_by_stores(policy, purpose)))
        };
        let mut wanted = Vec::new();
        for (place, ask) in asks.iter().enumerate() {
            let agreed = match &ask.verb {
                Verb::Disclose(to) => policy.recipient(to),
                _ => None,
            };
            let agreed = agreed.and_then(|(to, _)| to.transfer_consent.as_ref());
            if is_told(&ask.purpose) || agreed.is_some_and(&mut is_told) {
                wanted.push(place);
            }
        }
        wanted
    }

    /// Looks the people up in the stores whose purposes are told there: what columns tell may change
    /// behind Kept's back, so nothing of it is remembered.
    pub(super) fn ask_stores(
        &mut self,
        asks: &[Ask],
        gate: &Gate,
        people: &mut [Subject],
        now: Instant,
    ) -> Result<(), Failure> {
        let wanted = self.asked_in_stores(asks);
        if wanted.is_empty() {
            return Ok(());
        }
        let mut entry = self.entry(Kind::Decided, now)?;
        entry.outcome = Outcome::Intended;
        let ((), receipt) = self.act("look_to_decide", |_| {
            Ok(((), crate::company::Act { entry: entry.clone(), subject: None }))
        })?;
        for place in wanted {
            let (Some(ask), Some(person)) = (asks.get(place), people.get_mut(place)) else { continue };
            if person.sight.is_ok() {
                self.see_in_stores(ask, gate, person, &receipt, now)?;
            }
        }
        Ok(())
    }

    fn see_in_stores(
        &mut self,
        ask: &Ask,
        gate: &Gate,
        person: &mut Subject,
        receipt: &Durable,
        now: Instant,
    ) -> Result<(), Failure> {
        let Some(whom) = self.in_stores(&ask.whom) else { return Ok(()) };
        let policy = self.policy().clone();
        let rows = person.id.map_or(Ok(Vec::new()), |subject| self.remembered(subject, receipt))?;
        let located = match crate::person::locate(&policy, &mut self.stores, &whom, &rows, receipt) {
            Ok(located) => located,
            Err(refusal) => {
                person.sight = Err(refusal.to_string());
                return Ok(());
            }
        };
        if let Some(down) = located.unreached.first() {
            // A fact is missing, and a missing fact is no permission.
            person.sight = Err(format!("the store `{}` could not be asked: {}", down.store, down.problem));
            return Ok(());
        }
        if person.id.is_none() {
            person.id = self.subject_of(&located)?;
        }
        let timeline = self.timeline_of(person.id, &located, &CaseFile::default(), now)?;
        if let Ok(sight) = &mut person.sight {
            *sight = self.far_sight(gate, &timeline, sight.version, now);
        }
        Ok(())
    }
}

/// Whether a column of a store tells anything of which this purpose is made.
pub(crate) fn is_told_by_stores(policy: &Policy, purpose: &Purpose) -> bool {
    let tables = || policy.stores.values().flat_map(|store| store.tables.values());
    tables().any(|table| {
        table.consents.contains_key(&purpose.name)
            || purpose
                .rules()
                .any(|rule| table.events.keys().any(|event| *event == rule.starts || reads(rule, event)))
    })
}
