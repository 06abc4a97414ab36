//! Whose a record is: for which purpose it was collected, and which controller holds it.
//!
//! Not here: which controller asks (`unit`), and what is done with the record (`keyed`, `correction`).

use kept_core::decision::Refusal;
use kept_core::ledger::Kind;
use kept_core::name::ControllerName;
use kept_core::policy::model::{DataRef, Purpose};
use kept_core::time::Instant;

use crate::company::Company;
use crate::failure::Failure;
use crate::keyed::{Found, KeyedChange, OTHER_PURPOSE};
use crate::own_values::is_for;
use crate::reading::{RefusedField, Sorted, cut};
use crate::within::Labels;

impl Company {
    /// A change with the controller that makes it.
    pub(crate) fn changed_by(
        &self,
        kind: Kind,
        change: &KeyedChange,
        now: Instant,
    ) -> Result<KeyedChange, Failure> {
        let controller = self.asked_as((kind, &change.purpose), change.controller.as_ref(), now)?;
        Ok(KeyedChange { controller, ..change.clone() })
    }

    /// Refuses what the record was not collected for (5(1)(b)), and what another controller holds.
    pub(crate) fn of_record(
        &self,
        purpose: &Purpose,
        (found, named): (&Found, Option<&ControllerName>),
        sorted: &mut Sorted,
    ) {
        let own = |field: &DataRef| is_for(purpose, &found.timeline, found.event, field);
        let held: Vec<DataRef> =
            found.fields.iter().filter(|field| sorted.allowed.contains(*field)).cloned().collect();
        if !held.iter().any(own) {
            let article = Some("Art. 5(1)(b) GDPR");
            let cut = |field: DataRef| RefusedField { field, words: OTHER_PURPOSE.to_owned(), article };
            sorted.refused.extend(held.into_iter().map(cut));
            sorted.allowed.clear();
        } else if !self.is_of(found, named) {
            sorted.refused.extend(held.into_iter().map(|field| cut(field, Refusal::OtherController)));
            sorted.allowed.clear();
        }
    }

    /// Whether a record is the controller's that is named; all are anybody's where none is.
    pub(crate) fn is_of(&self, found: &Found, named: Option<&ControllerName>) -> bool {
        let Some(named) = named else { return true };
        let (_, label) = Labels::of(&found.timeline).get(found.event);
        label.as_deref().unwrap_or(self.controller().as_str()) == named.as_str()
    }
}
