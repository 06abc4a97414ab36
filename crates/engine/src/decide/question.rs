//! A question in the gate's numbers. Not here: its answer (`kept_core::decision`).

use kept_core::decision::{self, Aim, FieldId, Gate};
use kept_core::policy::Policy;
use kept_core::policy::naming::{NameOf, Stranger, unknown_data};

use super::{Ask, Verb};
use crate::applications::BUILT_IN;

pub(super) type Asked = (Aim, decision::Act, Vec<FieldId>, Option<decision::RoleId>);

/// The first name of a question that the policy does not have.
pub(super) fn stranger(policy: &Policy, ask: &Ask) -> Option<Stranger> {
    let named = |kind, name: &str| Some(Stranger::new(policy, kind, name));
    let purpose = &ask.purpose;
    if !policy.purposes.contains_key(purpose) && !BUILT_IN.contains(&purpose.as_str()) {
        return named(NameOf::Purpose, purpose.as_str());
    }
    match &ask.verb {
        Verb::Collect { people: Some(kind), .. } if !policy.people.contains_key(kind) => {
            return named(NameOf::People, kind.as_str());
        }
        Verb::Disclose(to)
            if policy.recipient(to).is_none() && crate::disclose::demanded(policy, to).is_none() =>
        {
            return named(NameOf::Recipient, to.as_str());
        }
        _ => {}
    }
    if let Some(data) = unknown_data(policy, ask.fields.iter()) {
        return Some(data);
    }
    if let Some(role) = ask.role.as_ref().filter(|role| !policy.roles.contains_key(*role)) {
        return named(NameOf::Role, role.as_str());
    }
    let source = ask.source.as_ref().filter(|source| !policy.sources.contains_key(*source))?;
    named(NameOf::Source, source)
}

/// A question in the gate's numbers; `None` where it names what the policy does not have.
pub(super) fn question(policy: &Policy, gate: &Gate, ask: &Ask) -> Option<Asked> {
    let aim = match gate.purpose(ask.purpose.as_str()) {
        Some(purpose) => Aim::Purpose(purpose),
        None => match ask.purpose.as_str() {
            "rights" => Aim::Rights,
            "erasure" => Aim::Erasure,
            "incident" => Aim::Incident,
            "backup" => Aim::Backup,
            _ => return None,
        },
    };
    let act = match &ask.verb {
        Verb::Collect { people, age, consents } => decision::Act::Collect {
            people: match people {
                Some(kind) => Some(gate.people(kind.as_str())?),
                None => None,
            },
            age: *age,
            consents: *consents,
        },
        Verb::Read => decision::Act::Read,
        Verb::Contact(channel) => decision::Act::Contact(*channel),
        Verb::Disclose(to) => match gate.recipient(to.as_str()) {
            Some(to) => decision::Act::Disclose(to),
            // Whoever demands by a way of the policy is no recipient of the purpose: its ground has to
            // stand, and what the demand has to bring is asked for by `disclose`.
            None => crate::disclose::demanded(policy, to).map(|_| decision::Act::Read)?,
        },
        Verb::DecideAutomatically => decision::Act::DecideAutomatically,
    };
    let mut fields = Vec::new();
    for data in &ask.fields {
        let declared = policy.data.get(&data.category)?;
        if data.field.as_ref().is_some_and(|field| !declared.fields.contains_key(field)) {
            return None;
        }
        fields.extend(gate.fields_in(data));
    }
    let role = match &ask.role {
        Some(role) => Some(gate.role(role.as_str())?),
        None => None,
    };
    Some((aim, act, fields, role))
}
