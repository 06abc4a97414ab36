//! A basis that depends on the audience: nobody is left out.

use super::ARM_MISSING;
use crate::name::PersonKind;
use crate::policy::check::Judge;
use crate::policy::model::{Arm, Purpose};

/// The arms of one purpose.
pub(super) fn check(judge: &mut Judge<'_>, purpose: &Purpose) {
    let arms = &purpose.arms;
    if arms.is_empty() || judge.places.is_broken(&purpose.path("basis")) {
        return;
    }
    let path = purpose.path("basis");
    let concerned: Vec<&PersonKind> = if purpose.people.is_empty() {
        judge.policy.people.keys().collect()
    } else {
        purpose.people.iter().collect()
    };
    let covers = |arm: &Arm, kind: &PersonKind| arm.people.is_empty() || arm.people.contains(kind);
    let sure = |arm: &Arm, kind: &PersonKind| arm.during.is_none() && covers(arm, kind);
    let out = concerned.iter().find(|kind| !arms.iter().any(|arm| sure(arm, kind)));
    let everybody = arms.iter().any(|arm| arm.people.is_empty() && arm.during.is_none());
    if let (Some(kind), false) = (out, everybody) {
        let message = format!("`{}` has no basis for `{kind}` in every case", purpose.name);
        judge.say(&ARM_MISSING, &path, message, "add an arm `{ for = \"others\", … }`");
    }
}
