//! Which of a person's values are meant, where not all of a field are: those held of some contracts only.
//!
//! Not here: which fields are allowed (`reading`, `decide`).

use kept_core::name::RecipientName;
use kept_core::policy::model::DataRef;
use kept_core::standing::Ground;
use kept_core::time::Instant;
use kept_core::timeline::{Event, Occasion};

use crate::company::Company;
use crate::decide::{Ask, Verb};
use crate::disclose::DisclosureOrder;
use crate::failure::Failure;

/// Which values are meant.
#[derive(Clone, Debug, Default)]
pub(crate) struct Within {
    /// Those held of these occasions; all where nothing is said.
    pub(crate) occasions: Option<Vec<Occasion>>,
}

impl Within {
    /// Whether some values are left out.
    pub(crate) fn confines(&self) -> bool {
        self.occasions.is_some()
    }

    /// Whether what was collected by an event of Kept's own record is meant.
    pub(crate) fn holds(&self, collected: &Event) -> bool {
        self.is_of(&collected.about)
    }

    /// Whether a value of a store's row is meant that leans on a ground.
    pub(crate) fn holds_on(&self, ground: &Ground) -> bool {
        self.is_of(&ground.id.occasion)
    }

    fn is_of(&self, occasion: &Occasion) -> bool {
        self.occasions.as_ref().is_none_or(|occasions| occasions.contains(occasion))
    }
}

/// What a link lets go to a recipient.
pub(crate) enum Linked {
    /// These values.
    To(Within),
    /// Nothing: it is not linked to the contract.
    Not,
}

impl Company {
    /// Which values a disclosure may reach by the contract that is named and by those that the recipient
    /// is linked to.
    pub(crate) fn linked(&mut self, order: &DisclosureOrder, now: Instant) -> Result<Linked, Failure> {
        let links = self.links(order, now)?;
        let named = order.contract.as_deref().map(|number| Occasion::Contract(number.into()));
        let occasions = match (links, named) {
            (Some(links), Some(named)) if !links.contains(&named) => return Ok(Linked::Not),
            (_, Some(named)) => Some(vec![named]),
            (links, None) => links,
        };
        Ok(Linked::To(Within { occasions }))
    }

    /// The contracts that a recipient is linked to; nothing where it needs no link.
    fn links(&mut self, order: &DisclosureOrder, now: Instant) -> Result<Option<Vec<Occasion>>, Failure> {
        if !needs_link(self, &order.recipient) {
            return Ok(None);
        }
        let gate = self.gate(now);
        let fields: Vec<DataRef> = Vec::new();
        let ask = Ask {
            whom: order.whom.clone(),
            purpose: order.purpose.clone(),
            verb: Verb::Disclose(order.recipient.clone()),
            fields,
            role: None,
            exception: None,
        };
        let subject = self.see_one(&gate, &ask, now)?;
        let (Some(purpose), Some(to), Some(Ok(sight))) = (
            gate.purpose(order.purpose.as_str()),
            gate.recipient(order.recipient.as_str()),
            subject.map(|subject| subject.sight),
        ) else {
            return Ok(Some(Vec::new()));
        };
        Ok(gate.linked(&sight.view, purpose, to).map(|links| links.cloned().collect()))
    }
}

fn needs_link(company: &Company, to: &RecipientName) -> bool {
    company.policy().recipient(to).is_some_and(|(kind, _)| kind.linked_to.is_some())
}
