//! Giving data to a recipient: field by field through the gate, and only what the gate lets go. The
//! ledger's entry is the disclosure record: recipient, purpose, fields, instant, never a value; it
//! outlives the erasure of the data, and an access answer shows it (15(1)(c), 19).
//!
//! Not here: what a recipient may receive (`kept_core::decision`), and sending it.

use std::collections::BTreeMap;

use kept_core::decision::Refusal;
use kept_core::ledger::Kind;
use kept_core::name::{PurposeName, RecipientName, RoleName};
use kept_core::policy::model::{DataRef, Disclosure, RecipientRole};
use kept_core::time::Instant;
use serde::Serialize;

use crate::company::Company;
use crate::decide::Verb;
use crate::desk::Whom;
use crate::failure::Failure;
use crate::reading::{ReadValue, RefusedField, Sorted, Wanted, cut};

/// What is to be given to whom.
#[derive(Clone, Debug)]
pub struct DisclosureOrder {
    /// Whose data.
    pub whom: Whom,
    /// To whom.
    pub recipient: RecipientName,
    /// For which purpose.
    pub purpose: PurposeName,
    /// Which fields; each is named.
    pub fields: Vec<DataRef>,
    /// In which role somebody gives them.
    pub role: Option<RoleName>,
    /// Whether something is given in return: a sale.
    pub paid: bool,
    /// What the policy asks for first, by its words: `legal reference`, `approval by legal`. The
    /// legal reference is written into the entry, and so is a name of letters, digits and `-_./:`.
    pub evidence: BTreeMap<String, String>,
    /// Who gives them, for the ledger's pseudonym.
    pub actor: Option<String>,
}

/// What was given.
#[derive(Debug, Serialize)]
pub struct Disclosed {
    /// The values that leave.
    pub values: Vec<ReadValue>,
    /// The fields that do not.
    pub cut: Vec<RefusedField>,
    /// Why nothing leaves, where that is no matter of single fields.
    pub refused: Option<NotDisclosed>,
    /// The number of the ledger's entry.
    pub entry: u64,
    /// Why the person can't be told from others, or a store could not be asked.
    pub problem: Option<String>,
}

/// Why nothing is given at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NotDisclosed {
    /// The policy promises that data are never sold.
    #[error("data are never sold: nothing may be given in return")]
    Sold,
    /// No field is named.
    #[error("no field is named")]
    NoFields,
    /// Something that the policy asks for first is missing.
    #[error("the policy asks for `{0}` first")]
    Needs(String),
    /// A legal reference is no name.
    #[error("the legal reference is at most 128 letters, digits and `-_./:`")]
    Reference,
}

/// To whom and on what, for the entry.
pub(crate) struct To<'a> {
    pub(crate) recipient: &'a RecipientName,
    pub(crate) reference: Option<&'a str>,
    pub(crate) rule: Option<String>,
}

/// What is asked of an authority's demand where the policy does not say.
const USUAL: [&str; 2] = ["legal reference", "approval"];

impl Company {
    /// Gives a person's data to a recipient: the values, once the record of it is durable.
    ///
    /// # Errors
    /// [`Failure::Refused`] for a purpose or recipient that the policy does not have; a fault of
    /// Kept's own store. What is refused otherwise is part of the answer, and in the ledger.
    pub fn disclose(&mut self, order: &DisclosureOrder, now: Instant) -> Result<Disclosed, Failure> {
        let policy = self.policy().clone();
        if !policy.recipients.contains_key(&order.recipient) {
            return Err(Failure::Refused(format!("the policy has no recipient `{}`", order.recipient)));
        }
        let by = self.disclosure_of(&order.recipient).cloned();
        let by = by.as_ref();
        let refused = self.not_disclosed(order, by);
        let wanted = Wanted {
            whom: &order.whom,
            purpose: &order.purpose,
            fields: &order.fields,
            verb: Verb::Disclose(order.recipient.clone()),
            role: &order.role,
            exception: &None,
        };
        let mut sorted = self.sort(&wanted, now)?;
        if let Some(by) = by.filter(|by| !by.data.is_empty()) {
            let outside = |field: &DataRef| !by.data.iter().any(|data| data.contains(field));
            shut(&mut sorted, outside);
        }
        if refused.is_some() {
            shut(&mut sorted, |_| true);
        }
        let reference = order.evidence.get(USUAL[0]).map(|text| text.trim()).filter(|text| is_name(text));
        let rule = by.map(|by| format!("disclosure.{}", by.id));
        let to = To { recipient: &order.recipient, reference, rule };
        let about = (&order.whom, &order.purpose);
        let receipt =
            self.upon_data(Kind::Disclosed, about, &sorted, (order.actor.as_deref(), Some(&to)), now)?;
        let values = self.open_values(&order.whom, &order.purpose, &sorted, &receipt, now)?;
        let Sorted { refused: cut, problem, .. } = sorted;
        Ok(Disclosed { values, cut, refused, entry: receipt.sequence().0, problem })
    }

    /// The way of disclosure on demand that the policy has for a recipient.
    fn disclosure_of(&self, to: &RecipientName) -> Option<&Disclosure> {
        let policy = self.policy();
        let authority = policy.recipients.get(to).is_some_and(|to| to.role == RecipientRole::Authority);
        let mut ways = policy.disclosures.values();
        ways.find(|way| way.to.iter().any(|name| name == to.as_str() || (authority && name == "authority")))
    }

    fn not_disclosed(&self, order: &DisclosureOrder, by: Option<&Disclosure>) -> Option<NotDisclosed> {
        let policy = self.policy();
        if order.paid && policy.never.sell {
            return Some(NotDisclosed::Sold);
        }
        if order.fields.is_empty() {
            return Some(NotDisclosed::NoFields);
        }
        let to = policy.recipients.get(&order.recipient)?;
        let usual = USUAL.map(str::to_owned);
        let needs = match by {
            Some(by) => by.needs.as_slice(),
            None if to.role == RecipientRole::Authority => &usual[..],
            None => &[],
        };
        let given = |need: &String| order.evidence.get(need).is_some_and(|text| !text.trim().is_empty());
        if let Some(missing) = needs.iter().find(|need| !given(need)) {
            return Some(NotDisclosed::Needs(missing.clone()));
        }
        let reference = order.evidence.get(USUAL[0]);
        reference.filter(|text| !is_name(text.trim())).map(|_| NotDisclosed::Reference)
    }
}

/// Takes fields out of what may leave.
fn shut(sorted: &mut Sorted, out: impl Fn(&DataRef) -> bool) {
    let (cut_off, left): (Vec<_>, Vec<_>) = sorted.allowed.drain(..).partition(|field| out(field));
    sorted.allowed = left;
    sorted.refused.extend(cut_off.into_iter().map(|field| cut(field, Refusal::NotRecipient)));
}

/// Whether a text may stand in an entry.
pub(crate) fn is_name(text: &str) -> bool {
    let fits = |letter: char| letter.is_alphanumeric() || "-_./:".contains(letter);
    !text.is_empty() && text.len() <= kept_core::ledger::entry::NAME_BYTES_MAX && text.chars().all(fits)
}
