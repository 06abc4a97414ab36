//! Codes about groups of data.

use super::codes;
use crate::policy::check::Judge;

codes! {
    EMPTY "group/empty" Warning -
        "The group holds nothing, so whoever names it names no data, and a promise about it covers nothing. List its categories in `of`, or remove the group."
}

/// Groups that hold nothing.
pub(crate) fn check(judge: &mut Judge<'_>) {
    for group in judge.policy.groups.values().filter(|group| group.of.is_empty()) {
        let message = format!("the group `{}` holds nothing", group.id);
        judge.say(&EMPTY, &format!("group.{}.of", group.id), message, "list its categories, or remove it");
    }
}
