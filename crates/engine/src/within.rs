//! Which of a person's values are meant, where not all of a field are: those held of some contracts only,
//! those of some sources not, those of some controllers only.
//!
//! Not here: which fields are allowed (`reading`, `decide`), and what one controller gives to another
//! (`across`).

use std::collections::{BTreeMap, BTreeSet};

use kept_core::decision::origin::{Used, barred};
use kept_core::decision::{self, FieldId, Gate, Refusal};
use kept_core::name::{ControllerName, PurposeName, RecipientName};
use kept_core::policy::Policy;
use kept_core::policy::model::{Answers, DataRef, Purpose};
use kept_core::standing::Ground;
use kept_core::time::Instant;
use kept_core::timeline::{Event, EventId, Happening, Occasion, Timeline};

use crate::company::Company;
use crate::decide::{Ask, Sight, Verb};
use crate::disclose::DisclosureOrder;
use crate::failure::Failure;
use crate::reading::{Sorted, Wanted, cut};
use crate::unit::differs;

/// Which values are meant.
#[derive(Clone, Debug, Default)]
pub(crate) struct Within {
    /// Those held of these occasions; all where nothing is said.
    pub(crate) occasions: Option<Vec<Occasion>>,
    /// None of these sources.
    pub(crate) barred: BTreeSet<String>,
    /// Those of some controllers; all where nothing is said.
    pub(crate) held_by: Option<HeldBy>,
}

/// By which controllers values are held.
#[derive(Clone, Debug)]
pub(crate) struct HeldBy {
    /// These, or all others.
    pub(crate) names: BTreeSet<ControllerName>,
    /// Whether the others are meant.
    pub(crate) others: bool,
    /// Whether a ground of theirs stands: without one they use nothing that they hold themselves.
    pub(crate) has_ground: bool,
    /// Who holds what no record says.
    pub(crate) leading: ControllerName,
}

impl HeldBy {
    fn holds(&self, controller: Option<&str>) -> bool {
        (self.others || self.has_ground)
            && self.names.contains(controller.unwrap_or(self.leading.as_str())) != self.others
    }

    /// The values of the others.
    pub(crate) fn inverted(&self) -> Self {
        Self { others: !self.others, ..self.clone() }
    }
}

impl Within {
    /// What an application may use for a purpose that draws figures or records from data.
    pub(crate) fn of(policy: &Policy, purpose: &Purpose) -> Self {
        let used = Used { purpose, by_people: false, paid: false, to: None };
        Self { barred: barred(policy, &used), ..Self::default() }
    }

    /// Whether some values are left out.
    pub(crate) fn confines(&self) -> bool {
        self.occasions.is_some() || !self.barred.is_empty() || self.held_by.is_some()
    }

    /// Whether what was collected by an event of Kept's own record is meant.
    pub(crate) fn holds(&self, collected: &Event) -> bool {
        let (source, controller) = labels(collected);
        self.is_of(&collected.about) && self.holds_labelled(source, controller)
    }

    /// Whether a value of a store's row is meant that leans on a ground.
    pub(crate) fn holds_on(&self, ground: &Ground) -> bool {
        self.is_of(&ground.id.occasion)
    }

    /// Whether a value of this source, held by this controller, is meant.
    pub(crate) fn holds_labelled(&self, source: Option<&str>, controller: Option<&str>) -> bool {
        source.is_none_or(|source| !self.barred.contains(source))
            && self.held_by.as_ref().is_none_or(|held| held.holds(controller))
    }

    /// The values that other controllers hold, where only those of some are meant.
    pub(crate) fn across(&self) -> Option<Self> {
        let held_by = self.held_by.as_ref().filter(|held| !held.others)?;
        Some(Self { held_by: Some(held_by.inverted()), ..self.clone() })
    }

    fn is_of(&self, occasion: &Occasion) -> bool {
        self.occasions.as_ref().is_none_or(|occasions| occasions.contains(occasion))
    }
}

fn labels(collected: &Event) -> (Option<&str>, Option<&str>) {
    match &collected.what {
        Happening::Collected { source, controller, .. } => {
            (source.as_deref(), controller.as_ref().map(ControllerName::as_str))
        }
        _ => (None, None),
    }
}

/// Where the values of Kept's own record came from, and who holds them, by the event that collected them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Labels(BTreeMap<EventId, (Option<String>, Option<String>)>);

impl Labels {
    /// What a timeline tells.
    pub(crate) fn of(timeline: &Timeline) -> Self {
        let labelled = timeline.events().iter().filter_map(|event| {
            let (source, controller) = labels(event);
            (source.is_some() || controller.is_some())
                .then(|| (event.id, (source.map(str::to_owned), controller.map(str::to_owned))))
        });
        Self(labelled.collect())
    }

    /// Source and controller of what an event collected.
    pub(crate) fn get(&self, event: EventId) -> (Option<String>, Option<String>) {
        self.0.get(&event).cloned().unwrap_or_default()
    }

    /// Whether a policy has anything that values could be labelled with.
    pub(crate) fn matter(policy: &Policy) -> bool {
        !policy.sources.is_empty() || policy.controllers.len() > 1
    }
}

/// What a link lets go to a recipient.
pub(crate) enum Linked {
    /// What is held of these contracts; all where nothing is said.
    To(Option<Vec<Occasion>>),
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
        Ok(Linked::To(occasions))
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
            source: None,
            controller: None,
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

/// The sources that are not joined with the rest.
fn kept_apart(gate: &Gate, sight: &Sight, (wanted, allowed): (&Wanted<'_>, &[DataRef])) -> BTreeSet<String> {
    let Some(purpose) = gate.purpose(wanted.purpose.as_str()) else { return BTreeSet::new() };
    let fields: Vec<FieldId> = allowed.iter().flat_map(|field| gate.fields_in(field)).collect();
    gate.uncombined(&sight.view, purpose, &fields).into_iter().map(str::to_owned).collect()
}

impl Company {
    /// Leaves out what the terms of sources forbid, what would be joined without consent, and what other
    /// controllers hold.
    pub(crate) fn confine(
        &mut self,
        sorted: &mut Sorted,
        wanted: &Wanted<'_>,
        now: Instant,
    ) -> Result<(), Failure> {
        let policy = self.policy().clone();
        let declared = policy.purposes.get(wanted.purpose).filter(|_| policy.confines_values());
        let Some(purpose) = declared.filter(|_| !sorted.allowed.is_empty()) else { return Ok(()) };
        let to = match &wanted.verb {
            Verb::Disclose(name) => policy.recipient(name).map(|(kind, _)| kind),
            _ => None,
        };
        let used = Used { purpose, by_people: wanted.role.is_some(), paid: wanted.paid, to };
        sorted.within.barred = barred(&policy, &used);
        let gate = self.gate(now);
        let (joins, held_by) = match self.sight_for(wanted, &gate, now)? {
            Some(sight) => {
                let held_by = self.held_by(&gate, &sight, (wanted, purpose));
                (kept_apart(&gate, &sight, (wanted, &sorted.allowed)), held_by)
            }
            None => Default::default(),
        };
        let groundless = held_by.as_ref().is_some_and(|held| !held.has_ground);
        if groundless && (wanted.only_own || purpose.answers == Answers::ConsentedTo) {
            // Nor is anything disclosed to it: a consent to one controller is none to another (7(1)).
            let refusal = match purpose.answers {
                Answers::ConsentedTo => Refusal::NoConsent,
                _ => Refusal::OtherController,
            };
            let allowed = std::mem::take(&mut sorted.allowed);
            sorted.refused.extend(allowed.into_iter().map(|field| cut(field, refusal)));
            return Ok(());
        }
        sorted.within.held_by = held_by;
        let barred = sorted.within.barred.clone();
        sorted.within.barred.extend(joins.iter().cloned());
        let held_back = self.held_back(wanted, &sorted.within, &sorted.allowed)?;
        let allowed = std::mem::take(&mut sorted.allowed);
        for field in allowed {
            let number = gate.field(&field.to_string());
            let sources = number.map_or(&[][..], |number| gate.sources_of(number));
            let only =
                |of: &BTreeSet<String>| !sources.is_empty() && sources.iter().all(|one| of.contains(one));
            match number {
                Some(number) if only(&joins) => {
                    sorted.refused.push(cut(field, Refusal::NotCombined(number)));
                }
                _ if only(&barred) || held_back.contains(&field) => {
                    sorted.refused.push(cut(field, Refusal::SourceForbids));
                }
                _ => sorted.allowed.push(field),
            }
        }
        Ok(())
    }

    fn sight_for(
        &mut self,
        wanted: &Wanted<'_>,
        gate: &Gate,
        now: Instant,
    ) -> Result<Option<Sight>, Failure> {
        let ask = Ask {
            whom: wanted.whom.clone(),
            purpose: wanted.purpose.clone(),
            verb: wanted.verb.clone(),
            fields: Vec::new(),
            role: wanted.role.clone(),
            exception: *wanted.exception,
            source: None,
            controller: None,
        };
        Ok(self.see_one(gate, &ask, now)?.and_then(|subject| subject.sight.ok()))
    }

    /// Whose values the controller that is named uses: its own, by a ground of its own where who answers
    /// differs by record, which is a contract with it, or a consent given to it.
    fn held_by(
        &self,
        gate: &Gate,
        sight: &Sight,
        (wanted, declared): (&Wanted<'_>, &Purpose),
    ) -> Option<HeldBy> {
        let named = wanted.controller?;
        let stands = || {
            let (exception, role) = (*wanted.exception, wanted.role.as_ref());
            let role = role.and_then(|role| gate.role(role.as_str()));
            let act = match &wanted.verb {
                Verb::Disclose(to) => {
                    gate.recipient(to.as_str()).map_or(decision::Act::Read, decision::Act::Disclose)
                }
                _ => decision::Act::Read,
            };
            let aim = decision::Aim::Purpose(gate.purpose(declared.name.as_str())?);
            let question = decision::Question { aim, act, fields: &[], role, exception };
            Some(gate.decide(sight.view_of(Some(named)), &question).is_allowed())
        };
        let has_ground = !differs(self.policy(), declared) || stands().unwrap_or(false);
        let names = std::iter::once(named.clone()).collect();
        Some(HeldBy { names, others: false, has_ground, leading: self.controller() })
    }

    /// The fields of which all values that Kept itself has came from sources that are left out. What stores
    /// hold is looked at when it is opened.
    fn held_back(
        &self,
        wanted: &Wanted<'_>,
        within: &Within,
        fields: &[DataRef],
    ) -> Result<BTreeSet<DataRef>, Failure> {
        if within.barred.is_empty() || self.in_stores(wanted.whom).is_some() {
            return Ok(BTreeSet::new());
        }
        self.vault.read("origins", |tx| {
            let Some(subject) = self.one_subject(tx, &wanted.whom.identifiers).unwrap_or_default() else {
                return Ok(BTreeSet::new());
            };
            let (names, timeline) = (tx.value_names(subject)?, tx.timeline(subject)?);
            let labels = Labels::of(&timeline);
            let is_barred =
                |event: EventId| labels.get(event).0.is_some_and(|source| within.barred.contains(&source));
            let all = |field: &&DataRef| {
                let mut own = names.iter().filter(|(_, name)| name == *field).peekable();
                own.peek().is_some() && own.all(|(event, _)| is_barred(*event))
            };
            Ok::<_, Failure>(fields.iter().filter(all).cloned().collect())
        })
    }

    /// Whether the terms of a source forbid what is asked, and so do those of the only sources of a field.
    pub(crate) fn source_forbids(policy: &Policy, gate: &Gate, ask: &Ask, fields: &[FieldId]) -> bool {
        let Some(purpose) = policy.purposes.get(&ask.purpose).filter(|_| policy.confines_values()) else {
            return false;
        };
        let to = match &ask.verb {
            Verb::Disclose(name) => policy.recipient(name).map(|(kind, _)| kind),
            Verb::Collect { .. } => return false,
            _ => None,
        };
        let used = Used { purpose, by_people: ask.role.is_some(), paid: false, to };
        let barred = barred(policy, &used);
        let only = |field: &FieldId| {
            let sources = gate.sources_of(*field);
            !sources.is_empty() && sources.iter().all(|source| barred.contains(source))
        };
        ask.source.as_ref().is_some_and(|source| barred.contains(source)) || fields.iter().any(only)
    }

    /// The sources of which an application may read no record for a purpose.
    pub(crate) fn barred_for(&self, purpose: &PurposeName) -> BTreeSet<String> {
        let policy = self.policy();
        let declared = policy.purposes.get(purpose).filter(|_| policy.confines_values());
        declared.map_or_else(BTreeSet::new, |purpose| Within::of(policy, purpose).barred)
    }
}
