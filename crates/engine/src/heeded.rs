//! What stops uses for a row whose person is not known by any identifier any more: an address was changed in
//! the row, and an objection, a withdrawal or a restriction was recorded under the earlier one. It is heeded
//! for the row all the same. What allows a use is not taken over: nobody can tell whether the row is still the
//! same person's, and of nobody else's record anything is shown.
//!
//! Not here: under whom a person is filed (`remembered`), and which rows are listed (`exceptions`).

use kept_core::timeline::{Event, Happening};
use kept_vault::Tx;

use crate::company::Company;
use crate::failure::Failure;
use crate::person::Located;
use crate::remembered::found_rows;

impl Company {
    /// The events that stop uses, of those under whom rows are listed in which a person was found.
    pub(crate) fn heeded(&self, tx: &mut Tx, located: &Located) -> Result<Vec<Event>, Failure> {
        let mut heeded = Vec::new();
        for row in found_rows(located) {
            for subject in tx.subjects_of_row((&row.store, &row.table), &row.key)? {
                let timeline = tx.timeline(subject)?;
                heeded.extend(timeline.events().iter().filter(|event| stops(&event.what)).cloned());
            }
        }
        Ok(heeded)
    }
}

/// Whether something stops uses, or tells of the end of what did.
fn stops(what: &Happening) -> bool {
    matches!(
        what,
        Happening::ConsentWithdrawn { .. }
            | Happening::Objected { .. }
            | Happening::ObjectionUpheld { .. }
            | Happening::ObjectionRejected { .. }
            | Happening::Restricted { .. }
            | Happening::RestrictionLifted { .. }
            | Happening::RefusalFound { .. }
            | Happening::Died
            | Happening::GuardianReported
            | Happening::ReportDismissed { .. }
    )
}
