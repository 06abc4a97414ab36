//! People by Kept's own number, as audiences and reports give it: `{ "person": "9f2c…" }`. The number is no
//! identifier that anybody else knows; the person's own are opened, which is an entry, and stand in its place.
//!
//! Not here: who is reached (`audience`), and what is done with the person then.

use kept_core::identifier::Identifier;
use kept_core::ledger::{Kind, Outcome};
use kept_core::name::PurposeName;
use kept_core::time::Instant;
use kept_vault::entry::Whom as Named;
use kept_vault::subject::Erasure;
use kept_vault::{Fault, SubjectId, Tx};

use crate::company::{Company, log_purpose};
use crate::desk::Whom;
use crate::failure::Failure;
use crate::person::PersonRefusal;

/// Under which word the number stands among identifiers.
const WORD: &str = "person";

/// A person by Kept's own number, as answers write it.
pub(crate) fn subject(number: &str) -> Option<SubjectId> {
    let digits: String = number.chars().filter(|sign| *sign != '-').collect();
    let number = u128::from_str_radix(&digits, 16).ok().filter(|_| digits.len() == 32)?;
    Some(SubjectId::from_bytes(number.to_be_bytes()))
}

/// Whose number is given, where one is.
fn number(whom: &Whom) -> Option<SubjectId> {
    match whom.identifiers.as_slice() {
        [only] if only.kind().as_str() == WORD => subject(only.canonical()),
        _ => None,
    }
}

impl Company {
    /// Whether somebody is named by Kept's own number or by a row of a store, and so is to be recognised first.
    pub fn needs_recognising(&self, whom: &Whom) -> bool {
        !whom.picks.is_empty() || self.has_number(whom)
    }

    fn has_number(&self, whom: &Whom) -> bool {
        number(whom).is_some() && self.check_identifiers([whom.identifiers.as_slice()]).is_err()
    }

    /// Puts the identifiers of people in the place of Kept's own numbers and of rows of stores, with one entry
    /// for all numbers and one for all rows. Whoever is named otherwise stays as named.
    ///
    /// # Errors
    /// [`Failure::Person`] for a number of nobody, or of somebody who was erased, and for a row that leads to
    /// nobody; a fault of Kept's own store.
    pub fn recognise(
        &mut self,
        people: &mut [&mut Whom],
        purpose: Option<&PurposeName>,
        now: Instant,
    ) -> Result<(), Failure> {
        self.recognise_rows(people, purpose, now)?;
        let numbered: Vec<(&mut &mut Whom, SubjectId)> = people
            .iter_mut()
            .filter(|whom| self.has_number(whom))
            .filter_map(|whom| number(whom).map(|subject| (whom, subject)))
            .collect();
        if numbered.is_empty() {
            return Ok(());
        }
        let mut subjects: Vec<SubjectId> = numbered.iter().map(|(_, subject)| *subject).collect();
        subjects.sort_unstable();
        subjects.dedup();
        let mut entry = self.entry(Kind::Read, now)?;
        entry.purpose = purpose.filter(|purpose| self.policy().purposes.contains_key(*purpose)).cloned();
        (entry.outcome, entry.rule) = (Outcome::Intended, Some("number".to_owned()));
        let acted = self.vault.act("recognise", |tx| {
            self.still_admitted(tx)?;
            subjects.iter().try_for_each(|subject| is_somebody(tx, *subject))?;
            let whom = match subjects.as_slice() {
                [one] => Named::One(*one),
                several => Named::Many(several),
            };
            tx.log(whom, entry.clone(), &log_purpose()).map(drop).map_err(Failure::from)
        })?;
        let receipt = acted.receipts.first().ok_or(Failure::Plan)?;
        for (whom, subject) in numbered {
            let known = self.vault.read("recognise", |tx| {
                is_somebody(tx, subject)?;
                tx.identifiers(subject, receipt).map_err(Failure::from)
            })?;
            let known = known.into_iter().filter_map(|one| Identifier::new(one.kind, &one.canonical).ok());
            whom.identifiers =
                known.filter(|one| self.check_identifiers([std::slice::from_ref(one)]).is_ok()).collect();
            if whom.identifiers.is_empty() {
                return Err(PersonRefusal::NoNumber.into());
            }
        }
        Ok(())
    }
}

/// Refuses a number of nobody.
fn is_somebody(tx: &mut Tx, subject: SubjectId) -> Result<(), Failure> {
    match tx.erasure(subject) {
        Ok(Erasure::No) => Ok(()),
        Ok(_) | Err(Fault::Missing { .. }) => Err(PersonRefusal::NoNumber.into()),
        Err(fault) => Err(fault.into()),
    }
}
