//! Codes about joint control.

use super::codes;
use crate::policy::check::Judge;

codes! {
    UNKNOWN_PURPOSE "joint/unknown-purpose" Error -
        "The arrangement is about a purpose that the policy does not declare. Correct the name, or declare the purpose; until then nobody can tell what is decided together."
    NO_PARTNER "joint/no-partner" Error "Art. 26(1) GDPR"
        "Joint control needs somebody with whom the purposes are decided, and the arrangement names nobody. Write `with = \"…\"`, by name or by kind."
    NO_ESSENCE "joint/no-essence" Error "Art. 26(2) GDPR"
        "Two controllers decide together and the essence of their arrangement is not made available: who tells people, who answers requests, where they may turn. Write it as `essence`, in two or three sentences."
    NO_PURPOSES "joint/no-purposes" Warning "Art. 26(1) GDPR"
        "Joint control is declared for no purpose, so nobody can tell what is decided together. Name the purposes."
}

/// Arrangements that people can know.
pub(crate) fn check(judge: &mut Judge<'_>) {
    for joint in judge.policy.joint.values() {
        let path = format!("joint.{}", joint.id);
        if joint.essence.is_none() {
            let message = format!("nothing says what was arranged for `{}`", joint.id);
            judge.say(&NO_ESSENCE, &format!("{path}.essence"), message, "write `essence = \"…\"`");
        }
        if joint.purposes.is_empty() {
            let message = format!("`{}` names no purpose", joint.id);
            judge.say(&NO_PURPOSES, &format!("{path}.purposes"), message, "write `purposes = [\"…\"]`");
        }
    }
}
