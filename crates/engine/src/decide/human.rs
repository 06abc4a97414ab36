//! Who decides where a machine may not. Not here: whether one may (`kept_core::decision`).

use kept_core::name::PurposeName;
use kept_core::policy::Policy;

/// The human who decides for a purpose.
pub(super) fn human(policy: &Policy, purpose: &PurposeName) -> Option<String> {
    let said = policy.purposes.get(purpose)?.decides.as_ref().and_then(|decides| decides.human.as_ref());
    if let Some(said) = said {
        return Some(said.written.clone());
    }
    let roles = policy.roles.values().filter(|role| role.purposes.contains(purpose));
    let title = |role: &kept_core::policy::model::Role| {
        role.title.as_ref().map_or_else(|| role.name.to_string(), |title| title.written.clone())
    };
    let titles: Vec<String> = roles.map(title).collect();
    (!titles.is_empty()).then(|| titles.join(", "))
}
