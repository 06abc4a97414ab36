//! What recording something would come to, for dry runs: nothing is written, and no store is asked.

use kept_core::time::Instant;

use crate::company::Company;
use crate::failure::Failure;
use crate::record::{Recorded, Recording, recorded};
use crate::together::Prepared;

impl Company {
    /// What recording it would come to: nothing is written, neither event nor entry, and no store is
    /// asked.
    ///
    /// # Errors
    /// As for [`Company::record`].
    pub fn rehearse_record(&self, recording: &Recording, now: Instant) -> Result<Recorded, Failure> {
        self.check_recording(recording)?;
        let identifiers = &recording.whom.identifiers;
        self.vault.read("rehearse_record", |tx| {
            self.still_admitted(tx)?;
            let before = self.before(tx, identifiers, now)?;
            let (_, admitted) = self
                .admitted(tx, recording, &before, now)
                .map_err(|failure| self.unsure(recording, failure))?;
            let person = before.subject.map(|subject| subject.to_string()).unwrap_or_default();
            let mut told = recorded(person, &admitted, &before);
            if before.subject.is_none() {
                told.notes.extend(self.unknown_so_far(&recording.whom, &recording.act)?);
            }
            Ok(told)
        })
    }

    /// The same, to be done by a service.
    pub fn prepare_rehearsal(&self, recording: Recording, now: Instant) -> Prepared<Recorded> {
        Prepared::long(move |company| company.rehearse_record(&recording, now))
    }

    /// A refusal for which the stores were not asked says so where they could tell otherwise.
    fn unsure(&self, recording: &Recording, failure: Failure) -> Failure {
        match self.waits_for_stores(&recording.act).first() {
            Some(purpose) if matches!(failure, Failure::NotAdmitted(_)) => Failure::Refused(format!(
                "a dry run asks no store, and columns of the company's stores tell whether `{purpose}` stands; \
                 ask `decide`, which looks there"
            )),
            _ => failure,
        }
    }
}
