//! Codes about organisational duties.

use super::codes;
use crate::policy::check::Judge;

codes! {
    NO_OWNER "duty/no-owner" Warning "Art. 24(1), 32 GDPR"
        "Nobody answers for the duty, so nobody will do it. Name a role or a person as `owner`."
    NO_TERM "duty/no-term" Advice "Art. 24(1), 32(1)(d) GDPR"
        "The duty has no date, no rhythm and no act that it comes before, so it is never late. Write `every`, `due` or `before`."
    NO_EVIDENCE "duty/no-evidence" Advice "Art. 5(2), 24(1) GDPR"
        "Nothing counts as evidence that the duty was done, so nobody could show it later. Write `evidence`: a report, a list, a protocol."
    OVERDUE "duty/overdue" Warning "Art. 24(1) GDPR"
        "The duty was due before the day of the check. Do it, record the evidence, and set the next date; or remove it if it no longer applies."
}

/// Duties that somebody can do and show.
pub(crate) fn check(judge: &mut Judge<'_>) {
    for duty in judge.policy.duties.values() {
        let path = format!("duty.{}", duty.id);
        if duty.owner.as_deref().is_none_or(|owner| owner.trim().is_empty()) {
            let message = format!("nobody answers for `{}`", duty.id);
            judge.say(&NO_OWNER, &format!("{path}.owner"), message, "write `owner = \"…\"`");
        }
        if duty.every.is_none() && duty.due.is_none() && duty.before.is_none() {
            let message = format!("`{}` is never due", duty.id);
            judge.say(&NO_TERM, &format!("{path}.every"), message, "write `every = \"1 year\"`, or `due`");
        }
        if duty.evidence.is_none() {
            let message = format!("nothing would show that `{}` was done", duty.id);
            judge.say(&NO_EVIDENCE, &format!("{path}.evidence"), message, "write `evidence = \"…\"`");
        }
        if let Some(due) = duty.due.filter(|due| duty.every.is_none() && *due < judge.at) {
            let message = format!("`{}` was due on {due}", duty.id);
            judge.say(&OVERDUE, &format!("{path}.due"), message, "do it, and set the next date");
        }
    }
}
