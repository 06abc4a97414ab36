//! Giving data to a recipient: field by field through the gate, and only what the gate lets go. The
//! ledger's entry is the disclosure record: recipient, purpose, fields, instant, never a value; it
//! outlives the erasure of the data, and an access answer shows it (15(1)(c), 19).
//!
//! Not here: what a recipient may receive (`kept_core::decision`), and sending it.

use std::collections::BTreeMap;

use kept_core::decision::Refusal;
pub use kept_core::decision::demand::Unmet;
use kept_core::decision::demand::{Demand, LEGAL_REFERENCE, Reach, demand, is_name};
use kept_core::ledger::{Durable, Kind, Telling};
use kept_core::name::{ControllerName, PurposeName, RecipientName, RoleName};
use kept_core::policy::model::{DataRef, Disclosure, RecipientRole};
use kept_core::policy::{Policy, naming};
use kept_core::time::Instant;
use kept_vault::SubjectId;
use serde::Serialize;

use crate::company::Company;
use crate::decide::Verb;
use crate::desk::Whom;
use crate::failure::Failure;
use crate::overtaken::Seen;
use crate::reading::{By, ReadValue, RefusedField, Sorted, Wanted, cut};
use crate::within::{HeldBy, Linked};

/// What is to be given to whom.
#[derive(Clone, Debug)]
pub struct DisclosureOrder {
    /// Whose data.
    pub whom: Whom,
    /// To whom: a recipient of the policy, or a way in which an authority demands data
    /// (`[disclosure.courts]`), whoever that is.
    pub recipient: RecipientName,
    /// For which purpose.
    pub purpose: PurposeName,
    /// Which fields; each is named.
    pub fields: Vec<DataRef>,
    /// Only what is held of this contract; all that may leave where none is named.
    pub contract: Option<String>,
    /// The controller that gives them, where the policy has several: only what it holds leaves. `None`
    /// means the only one that can be meant.
    pub controller: Option<ControllerName>,
    /// In which role somebody gives them.
    pub role: Option<RoleName>,
    /// Whether something is given in return: a sale.
    pub paid: bool,
    /// What the policy asks for first, by its words: `legal reference`, `scope`, `approval by legal`.
    /// The legal reference is written into the entry, and so is a name of letters, digits and
    /// `-_./:`. A scope is names of data with commas between: nothing beyond it leaves.
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

/// What would be given.
#[derive(Debug, Serialize)]
pub struct WouldDisclose {
    /// The fields that would leave, as far as there are values.
    pub would: Vec<DataRef>,
    /// The fields that would not.
    pub cut: Vec<RefusedField>,
    /// Why nothing would leave, where that is no matter of single fields.
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
    /// Data go on a vital interest only with a reason.
    #[error(
        "data are given on a vital interest with a `reason`: name the emergency, in letters, digits and `-_./:`"
    )]
    NoEmergency,
    /// A demand is not met: something that is asked for first is missing, or it reaches too far.
    #[error(transparent)]
    #[serde(untagged)]
    Unmet(Unmet),
}

/// To whom and on what, for the entry.
pub(crate) struct To<'a> {
    pub(crate) recipient: &'a RecipientName,
    pub(crate) reference: Option<&'a str>,
    pub(crate) rule: Option<String>,
    pub(crate) telling: Option<Telling>,
}

/// Who receives, and by which way of the policy.
struct Receiving<'p> {
    way: Option<&'p Disclosure>,
    official: bool,
    /// Whether the policy says in which country they are.
    placed: bool,
}

/// What a disclosure would come to, before anything leaves.
struct Weighed {
    sorted: Sorted,
    refused: Option<NotDisclosed>,
    reference: Option<String>,
    rule: Option<String>,
    telling: Option<Telling>,
}

impl Company {
    /// Gives a person's data to a recipient: the values, once the record of it is durable.
    ///
    /// # Errors
    /// [`Failure::Refused`] for a purpose or recipient that the policy does not have; a fault of
    /// Kept's own store. What is refused otherwise is part of the answer, and in the ledger.
    pub fn disclose(&mut self, order: &DisclosureOrder, now: Instant) -> Result<Disclosed, Failure> {
        let order = self.given_by(Kind::Disclosed, order, now)?;
        self.disclose_of(&order, None, now)
    }

    /// What is to be given, with the controller that gives it.
    fn given_by(
        &self,
        kind: Kind,
        order: &DisclosureOrder,
        now: Instant,
    ) -> Result<DisclosureOrder, Failure> {
        let controller = self.asked_as((kind, &order.purpose), order.controller.as_ref(), now)?;
        Ok(DisclosureOrder { controller, ..order.clone() })
    }

    /// The same of what some controllers hold.
    pub(crate) fn disclose_of(
        &mut self,
        order: &DisclosureOrder,
        held_by: Option<&HeldBy>,
        now: Instant,
    ) -> Result<Disclosed, Failure> {
        let (weighed, receipt) = self.looking_anew(|company| {
            let (seen, now) = (company.seen(&order.whom)?, company.in_turn(now));
            let mut weighed = company.weigh(order, now)?;
            if let Some(held_by) = held_by {
                weighed.sorted.within.held_by = Some(held_by.clone());
            }
            let (filed, seen) = company.filed_for(&order.whom, (&weighed.sorted, seen), now)?;
            let by = (Some(seen), filed);
            let receipt = company.weighed_entry(Kind::Disclosed, order, (&weighed, by), now)?;
            Ok((weighed, receipt))
        })?;
        let (values, _) = self.open_values(&order.whom, &order.purpose, &weighed.sorted, &receipt, now)?;
        let Weighed { sorted: Sorted { refused: cut, problem, .. }, refused, .. } = weighed;
        Ok(Disclosed { values, cut, refused, entry: receipt.sequence().0, problem })
    }

    /// What would leave: the same questions as for a disclosure, and no value is opened. It is a question to
    /// the gate, and stands as one in the ledger.
    ///
    /// # Errors
    /// As for [`Company::disclose`].
    pub fn rehearse_disclosure(
        &mut self,
        order: &DisclosureOrder,
        now: Instant,
    ) -> Result<WouldDisclose, Failure> {
        let order = &self.given_by(Kind::Decided, order, now)?;
        let weighed = self.weigh(order, now)?;
        let receipt = self.weighed_entry(Kind::Decided, order, (&weighed, (None, None)), now)?;
        let Weighed { sorted: Sorted { allowed: would, refused: cut, problem, .. }, refused, .. } = weighed;
        Ok(WouldDisclose { would, cut, refused, entry: receipt.sequence().0, problem })
    }

    fn weigh(&mut self, order: &DisclosureOrder, now: Instant) -> Result<Weighed, Failure> {
        let policy = self.policy().clone();
        let Some(receiving) = receiving(&policy, &order.recipient) else {
            return Err(Failure::no_such(&policy, naming::NameOf::Recipient, order.recipient.as_str()));
        };
        let way = receiving.way;
        let vital = policy.purposes.get(&order.purpose).and_then(|one| crate::emergency::rule(&policy, one));
        let emergency = order.evidence.get(REASON).map(|text| text.trim()).filter(|text| is_name(text));
        let met = match (&vital, emergency) {
            (Some(_), None) => Err(NotDisclosed::NoEmergency),
            _ => met(&policy, order, &receiving, now),
        };
        let (refused, reach) = match met {
            Ok(reach) => (None, Some(reach)),
            Err(refused) => (Some(refused), None),
        };
        let wanted = Wanted {
            whom: &order.whom,
            purpose: &order.purpose,
            fields: &order.fields,
            verb: Verb::Disclose(order.recipient.clone()),
            role: &order.role,
            exception: &None,
            paid: order.paid,
            controller: order.controller.as_ref(),
            only_own: true,
        };
        let mut sorted = self.sort(&wanted, now)?;
        if let Some(way) = way.filter(|way| !way.data.is_empty()) {
            let outside = |field: &DataRef| !way.data.iter().any(|data| data.contains(field));
            shut(&mut sorted, outside, |field| cut(field, Refusal::NotRecipient));
        }
        match &reach {
            Some(reach) => shut(&mut sorted, |field| !reach.holds(field), beyond),
            None => shut(&mut sorted, |_| true, |field| cut(field, Refusal::NotRecipient)),
        }
        match self.linked(order, now)? {
            Linked::To(occasions) => sorted.within.occasions = occasions,
            Linked::Not => shut(&mut sorted, |_| true, |field| cut(field, Refusal::NotLinked)),
        }
        let reference = order.evidence.get(LEGAL_REFERENCE).map(|text| text.trim());
        let reference = reference.filter(|text| is_name(text)).or(emergency.filter(|_| vital.is_some()));
        let reference = reference.map(str::to_owned);
        let (basis, telling) = reach.map_or((None, None), |reach| (reach.basis, reach.telling));
        let rule = way.map(|way| match basis {
            Some(basis) => format!("disclosure.{}.{basis}", way.id),
            None => format!("disclosure.{}", way.id),
        });
        // By its way it is known who reads what may be a secret.
        let rule = if telling.is_some() { rule } else { vital.or(rule) };
        Ok(Weighed { sorted, refused, reference, rule, telling })
    }

    fn weighed_entry(
        &self,
        kind: Kind,
        order: &DisclosureOrder,
        (weighed, (seen, filed)): (&Weighed, (Option<Seen>, Option<SubjectId>)),
        now: Instant,
    ) -> Result<Durable, Failure> {
        let Weighed { sorted, reference, rule, telling, .. } = weighed;
        let (reference, rule) = (reference.as_deref(), rule.clone());
        let to = To { recipient: &order.recipient, reference, rule, telling: telling.clone() };
        let about = (&order.whom, &order.purpose);
        let by = By { actor: order.actor.as_deref(), to: Some(&to), seen, filed };
        self.upon_data(kind, about, sorted, &by, now)
    }
}

/// Whoever receives, if the policy knows them: a recipient, with the way of disclosure on demand that
/// it has for them, or any authority that comes by such a way.
fn receiving<'p>(policy: &'p Policy, to: &RecipientName) -> Option<Receiving<'p>> {
    let Some((known, _)) = policy.recipient(to) else {
        return demanded(policy, to).map(|way| Receiving { way: Some(way), official: true, placed: false });
    };
    let official = known.role == RecipientRole::Authority;
    // A way that names them goes before one for whatever authority.
    let named = |way: &&Disclosure| way.to.iter().any(|name| name == known.id.as_str());
    let any = || policy.disclosures.values().find(|way| official && by_authorities(way));
    let way = policy.disclosures.values().find(named).or_else(any);
    let placed = known.country.is_some() || known.seat.is_some();
    Some(Receiving { way, official, placed })
}

/// The way of this name by which any authority may demand data, if the policy has one.
pub(crate) fn demanded<'p>(policy: &'p Policy, name: &RecipientName) -> Option<&'p Disclosure> {
    policy.disclosures.get(name.as_str()).filter(|way| by_authorities(way))
}

fn by_authorities(way: &Disclosure) -> bool {
    way.to.iter().any(|name| name == AUTHORITY)
}

/// What a disclosure on a vital interest brings.
const REASON: &str = "reason";

/// Any authority with power to demand, as a way names it.
const AUTHORITY: &str = "authority";

/// What may leave at most; an error where nothing may.
fn met(
    policy: &Policy,
    order: &DisclosureOrder,
    to: &Receiving<'_>,
    now: Instant,
) -> Result<Reach, NotDisclosed> {
    if order.paid && policy.never.sell {
        return Err(NotDisclosed::Sold);
    }
    if order.fields.is_empty() {
        return Err(NotDisclosed::NoFields);
    }
    let asked = Demand {
        way: to.way,
        official: to.official,
        placed: to.placed,
        fields: &order.fields,
        evidence: &order.evidence,
        on: policy.zone().day_of(now),
    };
    demand(policy, &asked).map_err(NotDisclosed::Unmet)
}

/// A field that a demand does not reach.
fn beyond(field: DataRef) -> RefusedField {
    let words = "the scope of the demand does not reach it".to_owned();
    RefusedField { field, words, article: Some("Art. 5(1)(c) GDPR") }
}

/// Takes fields out of what may leave.
fn shut(sorted: &mut Sorted, out: impl Fn(&DataRef) -> bool, said: impl Fn(DataRef) -> RefusedField) {
    let (cut_off, left): (Vec<_>, Vec<_>) = sorted.allowed.drain(..).partition(|field| out(field));
    sorted.allowed = left;
    sorted.refused.extend(cut_off.into_iter().map(said));
}
