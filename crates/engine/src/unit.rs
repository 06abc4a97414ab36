//! Which controller of the policy asks, where it has several, and what of a person's grounds is its own.
//!
//! Every use case that opens, weighs or hands out data asks here. Not here: whose a single value is
//! (`within`), and what one controller gives to another (`across`).

use kept_core::admission::{Act as Told, Consent, is_told};
use kept_core::decision::{Gate, View, human_asked};
use kept_core::ledger::{Kind, Outcome};
use kept_core::name::{ControllerName, PurposeName};
use kept_core::policy::Policy;
use kept_core::policy::model::{Answers, Purpose};
use kept_core::policy::naming::shown;
use kept_core::standing::{Standing, changes, standing};
use kept_core::time::Instant;
use kept_core::timeline::{Event, Happening, Timeline};

use crate::company::{Act, Company};
use crate::failure::Failure;
use crate::record::Recording;

/// Why it is not clear, or not so, that a controller asks. No message holds a name that the policy lacks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ControllerRefusal {
    /// The policy has no controller of this name.
    #[error("the policy has no controller `{}`; it has {}", shown(name.as_str()), listed(known))]
    Unknown {
        /// What was named.
        name: ControllerName,
        /// Those of the policy.
        known: Vec<ControllerName>,
    },
    /// Each of several controllers may hold data for the purpose, and none is named.
    #[error(
        "data for `{purpose}` may be held by any of {}, each by its own ground: the one that asks has to be named",
        listed(known)
    )]
    Unnamed {
        /// The purpose.
        purpose: PurposeName,
        /// Those that may hold data for it.
        known: Vec<ControllerName>,
    },
    /// The policy names who answers for the purpose, and it is another.
    #[error("`{answers}` answers for `{purpose}`, and no other controller uses data for it")]
    NotIts {
        /// The purpose.
        purpose: PurposeName,
        /// Who answers for it.
        answers: ControllerName,
    },
}

impl ControllerRefusal {
    /// What the caller can do about it.
    pub fn mend(&self) -> String {
        match self {
            Self::Unknown { known, .. } | Self::Unnamed { known, .. } => {
                format!("name the one that asks as `controller`: {}", listed(known))
            }
            Self::NotIts { answers, .. } => {
                format!("leave `controller` out, or name `{answers}` if it is the one that asks")
            }
        }
    }
}

fn listed(names: &[ControllerName]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => quoted.concat(),
    }
}

/// The controller that asks for a purpose: the one that is named, or the only one that can be meant.
/// `None` where the policy has one and nobody names it.
///
/// # Errors
/// [`ControllerRefusal`] where several can be meant and none is named, or another is named than answers.
pub(crate) fn asking<'a>(
    policy: &'a Policy,
    purpose: &PurposeName,
    named: Option<&'a ControllerName>,
) -> Result<Option<&'a ControllerName>, ControllerRefusal> {
    let several = policy.controllers.len() > 1;
    if !several && named.is_none() {
        return Ok(None);
    }
    let known = || policy.controllers.keys().cloned().collect();
    if let Some(name) = named.filter(|name| !policy.controllers.contains_key(*name)) {
        return Err(ControllerRefusal::Unknown { name: name.clone(), known: known() });
    }
    let Some(declared) = policy.purposes.get(purpose) else { return Ok(named) };
    match (declared.answers, named) {
        (Answers::Named, Some(name)) if *name != declared.controller => {
            Err(ControllerRefusal::NotIts { purpose: purpose.clone(), answers: declared.controller.clone() })
        }
        (Answers::Named, _) => Ok(Some(&declared.controller)),
        (_, None) if several => Err(ControllerRefusal::Unnamed { purpose: purpose.clone(), known: known() }),
        (_, named) => Ok(named),
    }
}

/// Whether who answers for a purpose differs by record: then each of the controllers has grounds of its own.
pub(crate) fn differs(policy: &Policy, purpose: &Purpose) -> bool {
    policy.controllers.len() > 1 && purpose.answers != Answers::Named
}

/// A person as one of several controllers sees them: by its own contracts, and by consents given to it.
#[derive(Clone, Debug)]
pub(crate) struct Own {
    pub(crate) name: ControllerName,
    pub(crate) view: View,
    /// When its view changes by itself.
    pub(crate) until: Option<Instant>,
    /// How it sees them later, from when on.
    pub(crate) later: Vec<(Instant, View)>,
}

impl Company {
    /// The controller that asks for a purpose ([`asking`]); that it is refused stands in the ledger.
    pub(crate) fn asked_as(
        &self,
        (kind, purpose): (Kind, &PurposeName),
        named: Option<&ControllerName>,
        now: Instant,
    ) -> Result<Option<ControllerName>, Failure> {
        match asking(self.policy(), purpose, named) {
            Ok(name) => Ok(name.cloned()),
            Err(refusal) => Err(self.not_asked(kind, purpose, refusal, now)),
        }
    }

    /// Makes a recording the controller's own that reports it; `false` where it names another.
    pub fn binds(&self, recording: &mut Recording, own: &ControllerName) -> bool {
        let policy = self.policy();
        let mut free = true;
        let mut bind = |named: &mut Option<ControllerName>| {
            free &= named.as_ref().is_none_or(|named| named == own);
            *named = Some(own.clone());
        };
        let by_record = |consent: &&mut Consent| {
            let declared = policy.purposes.get(&consent.purpose);
            consent.scope.controller.is_some() || declared.is_some_and(|declared| differs(policy, declared))
        };
        match &mut recording.act {
            Told::Collect(collection) => {
                bind(&mut collection.controller);
                let consents = collection.consents.iter_mut().filter(by_record);
                consents.for_each(|consent| bind(&mut consent.scope.controller));
            }
            Told::GiveConsent(consent) if by_record(&consent) => bind(&mut consent.scope.controller),
            _ => {}
        }
        free
    }

    /// Writes down that a controller was not let in.
    pub(crate) fn not_asked(
        &self,
        kind: Kind,
        purpose: &PurposeName,
        refusal: ControllerRefusal,
        now: Instant,
    ) -> Failure {
        let logged = self.entry(kind, now).and_then(|mut entry| {
            (entry.outcome, entry.rule) = (Outcome::Refused, Some("controller".to_owned()));
            entry.purpose = self.policy().purposes.contains_key(purpose).then(|| purpose.clone());
            self.act("refused", |_| Ok(((), Act { entry: entry.clone(), subject: None })))
        });
        logged.err().unwrap_or(Failure::Controller(Box::new(refusal)))
    }

    /// A person as each of several controllers sees them; nothing where who answers never differs by record.
    pub(crate) fn owns(&self, timeline: &Timeline, now: Instant, later_max: usize) -> Vec<Own> {
        let policy = self.policy();
        if !policy.purposes.values().any(|purpose| differs(policy, purpose)) {
            return Vec::new();
        }
        let of = |name: &ControllerName| self.own(timeline, name, (now, later_max));
        policy.controllers.keys().map(of).collect()
    }

    fn own(&self, timeline: &Timeline, name: &ControllerName, (now, later_max): (Instant, usize)) -> Own {
        let gate = self.gate(now);
        let own = own_timeline(self.policy(), timeline, name);
        let (view, mut until, mut later) = (self.own_view(&gate, &own, name, now), None, Vec::new());
        for (from, standing) in changes(&self.history, &own, now, now).take(later_max.max(1)) {
            until.get_or_insert(from);
            later.push((from, self.seen_by(&gate, (&own, standing), name, from)));
        }
        later.truncate(later_max);
        Own { name: name.clone(), view, until, later }
    }

    /// A person as a controller sees them; as the whole company does where none is named.
    pub(crate) fn view_as(
        &self,
        gate: &Gate,
        timeline: &Timeline,
        named: Option<&ControllerName>,
        now: Instant,
    ) -> View {
        match named {
            Some(name) => self.own_view(gate, &own_timeline(self.policy(), timeline, name), name, now),
            None => self.view(gate, timeline, now).1,
        }
    }

    fn own_view(&self, gate: &Gate, own: &Timeline, name: &ControllerName, now: Instant) -> View {
        self.seen_by(gate, (own, standing(&self.history, own, now, now)), name, now)
    }

    fn seen_by(
        &self,
        gate: &Gate,
        (own, mut standing): (&Timeline, Standing),
        name: &ControllerName,
        at: Instant,
    ) -> View {
        let policy = self.policy();
        keep_own(policy, &mut standing, name);
        let view = View::new(gate, &standing, is_told(policy, own, at)).with_people(gate, own);
        view.with_human(gate, &human_asked(policy, own, at))
    }
}

/// A timeline without the consents that were given to other controllers.
fn own_timeline(policy: &Policy, timeline: &Timeline, name: &ControllerName) -> Timeline {
    let is_own = |event: &&Event| match &event.what {
        Happening::ConsentGiven { purpose, scope, .. } => {
            let declared = policy.purposes.get(purpose).filter(|one| one.answers == Answers::ConsentedTo);
            let to = scope.as_ref().and_then(|scope| scope.controller.as_ref());
            declared.is_none_or(|declared| to.unwrap_or(&declared.controller) == name)
        }
        _ => true,
    };
    Timeline::new(timeline.events().iter().filter(is_own).cloned().collect())
}

/// Leaves out the grounds of other controllers, of purposes for which who answers differs by record.
fn keep_own(policy: &Policy, standing: &mut Standing, name: &ControllerName) {
    standing.grounds.retain(|ground| {
        let declared = ground.purpose().and_then(|purpose| policy.purposes.get(purpose));
        declared.is_none_or(|declared| !differs(policy, declared) || ground.id.controller == *name)
    });
}
