//! What one controller of the policy uses of another's data: it is a disclosure, to the recipient that the
//! one who uses them is, and nothing where the policy has none.
//!
//! Not here: which values are whose (`within`).

use std::collections::{BTreeMap, BTreeSet};

use kept_core::decision::Refusal;
use kept_core::ledger::Kind;
use kept_core::name::RecipientName;
use kept_core::policy::model::DataRef;
use kept_core::time::Instant;

use crate::company::Company;
use crate::disclose::{DisclosureOrder, To};
use crate::failure::Failure;
use crate::reading::{By, ReadOrder, Reading, Sorted, cut};
use crate::within::HeldBy;

/// What others hold of what was read.
pub(crate) struct Across {
    /// The fields.
    pub(crate) fields: BTreeSet<DataRef>,
    /// Who reads.
    pub(crate) held_by: Option<HeldBy>,
}

impl Company {
    /// Adds to a reading what other controllers hold, as far as they give it.
    pub(crate) fn read_across(
        &mut self,
        order: &ReadOrder,
        (mut reading, across): (Reading, Across),
        now: Instant,
    ) -> Result<Reading, Failure> {
        let Some(held_by) = across.held_by.filter(|_| !across.fields.is_empty()) else { return Ok(reading) };
        let fields: Vec<DataRef> = across.fields.into_iter().collect();
        let recipients = self.policy().recipients.values();
        let is_reader = |name: &kept_core::name::ControllerName| held_by.names.contains(name);
        let mut readers = recipients.filter(|one| one.controller.as_ref().is_some_and(is_reader));
        let Some(recipient) = readers.next().map(|one| one.id.clone()) else {
            let refused: Vec<_> =
                fields.iter().map(|field| cut(field.clone(), Refusal::OtherController)).collect();
            let reader = held_by.names.first().map(|name| RecipientName::from(name.as_str()));
            if let Some(recipient) = &reader {
                let to =
                    To { recipient, reference: None, rule: Some("controller".to_owned()), telling: None };
                let by = By { actor: order.actor.as_deref(), to: Some(&to), seen: None, filed: None };
                let about = (&order.whom, &order.purpose);
                self.upon_data(Kind::Disclosed, about, &Sorted::refusing(refused.clone()), &by, now)?;
            }
            reading.refused.extend(refused);
            return Ok(reading);
        };
        let disclosure = DisclosureOrder {
            whom: order.whom.clone(),
            recipient,
            purpose: order.purpose.clone(),
            fields,
            contract: None,
            controller: None,
            role: order.role.clone(),
            paid: false,
            evidence: BTreeMap::new(),
            actor: order.actor.clone(),
        };
        let given = self.disclose_of(&disclosure, Some(&held_by.inverted()), now)?;
        reading.values.extend(given.values);
        reading.refused.extend(given.cut);
        reading.problem = reading.problem.or(given.problem);
        Ok(reading)
    }
}
