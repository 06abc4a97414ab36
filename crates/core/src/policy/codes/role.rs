//! Codes about roles of staff.

use super::codes;
use crate::policy::check::Judge;

codes! {
    UNKNOWN_PURPOSE "role/unknown-purpose" Error -
        "The role may use data for a purpose that the policy does not declare. Nothing would be allowed by it, and what was meant is not. Correct the name, or declare the purpose."
    USELESS "role/useless" Advice "Art. 29 GDPR"
        "The role has no purpose and no archive names it, so whoever holds it may see nothing. Give it purposes, name it in the `archive` of a purpose, or remove it."
}

/// Roles that nothing opens to.
pub(crate) fn check(judge: &mut Judge<'_>) {
    let policy = judge.policy;
    if judge.any_broken(policy.purposes.values().map(|purpose| purpose.path("archive.roles"))) {
        return;
    }
    for role in policy.roles.values().filter(|role| role.purposes.is_empty()) {
        let mut archives = policy.purposes.values().filter_map(|purpose| purpose.archive.as_ref());
        if !archives.any(|archive| archive.roles.contains(&role.name)) {
            let path = format!("role.{}", role.name);
            if judge.places.is_broken(&format!("{path}.purposes")) {
                continue;
            }
            let message = format!("the role `{}` may use nothing", role.name);
            judge.say_of(&USELESS, &path, message, "give it `purposes`, or name it in an `archive`");
        }
    }
}
