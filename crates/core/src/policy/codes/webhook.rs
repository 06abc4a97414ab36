//! Codes about webhooks.

use super::codes;
use crate::policy::check::Judge;

codes! {
    INCOMPLETE "webhook/incomplete" Error -
        "A webhook needs its address, the secret that calls are signed with, and the kind of identifier by which the service knows people. Without one of them nobody can be told. Write what is missing."
    UNKNOWN_IDENTIFIER "webhook/unknown-identifier" Error -
        "The service is told of people by a kind of identifier that no store finds people by and that is no field of the policy, so Kept never knows it of anybody. Name a kind that stands under `identifies` of a table, or a field."
}

/// The kinds of identifiers are known.
pub(crate) fn check(judge: &mut Judge<'_>) {
    let policy = judge.policy;
    for webhook in policy.webhooks.values().filter(|webhook| !webhook.identifier.as_str().is_empty()) {
        let kind = &webhook.identifier;
        let mut tables = policy.stores.values().flat_map(|store| store.tables.values());
        let mut categories = policy.data.values();
        let is_known = tables.any(|table| table.identifies.contains_key(kind))
            || categories.any(|category| category.fields.contains_key(kind.as_str()));
        if !is_known {
            let message = format!("nobody is known by `{kind}`");
            let help = "name a kind of identifier of a store's table, or a field of the policy";
            judge.say(&UNKNOWN_IDENTIFIER, &format!("webhook.{}.identifier", webhook.name), message, help);
        }
    }
}
