//! The arms of a basis as rules of their own: for each arm that holds beside the consent that leads,
//! the people, the start and the end that are its.
//!
//! Not here: reading arms (`basis`), and whom an arm concerns at an instant (`standing`).

use super::keep::{occasion, occasion_of};
use crate::name::PersonKind;
use crate::policy::keep::start_event;
use crate::policy::model::purpose::ArmOf;
use crate::policy::model::{AfterWithdrawal, Arm, OccasionKind, Purpose};

/// Fills in the rule of each arm. Where no arm is consent the first one leads for everybody, and
/// the others decide nothing.
pub(super) fn rules(purpose: &mut Purpose, starts_is_named: bool) {
    if !purpose.basis.is_consent() {
        return;
    }
    let plain = purpose.clone();
    for (place, arm) in purpose.arms.iter_mut().enumerate() {
        let Some(people) = people_of(&plain, place) else { continue };
        let lasts = matches!(arm.during, None | Some(OccasionKind::Contract | OccasionKind::Request));
        if arm.basis.is_consent() || !lasts {
            continue;
        }
        let derived = arm.during.unwrap_or_else(|| occasion(&arm.basis, &plain.retention));
        let named = starts_is_named && arm.during.is_none();
        let (starts, occasion) = if named {
            (plain.starts.clone(), occasion_of(&plain.starts).unwrap_or(derived))
        } else {
            (start_event(derived), derived)
        };
        arm.rule = Some(Box::new(Purpose {
            people,
            basis: arm.basis.clone(),
            arms: Vec::new(),
            reconfirm: None,
            after_withdrawal: AfterWithdrawal::Erase,
            starts,
            occasion,
            arm: Some(ArmOf { place, during: arm.during }),
            ..plain.clone()
        }));
    }
}

/// The people of an arm who are sure not to come under an earlier consent: the first arm that fits
/// counts, and of an earlier consent with `while` nobody can be sure. `None` where nobody is left.
fn people_of(purpose: &Purpose, place: usize) -> Option<Vec<PersonKind>> {
    let arm = purpose.arms.get(place)?;
    let earlier: Vec<&Arm> = purpose.arms.iter().take(place).collect();
    let taken = |arm: &&&Arm| arm.basis.is_consent() || arm.during.is_none();
    if earlier.iter().filter(taken).any(|arm| arm.people.is_empty()) {
        return None;
    }
    let before = |kind: &PersonKind| earlier.iter().filter(taken).any(|arm| arm.people.contains(kind));
    let all = if arm.people.is_empty() { &purpose.people } else { &arm.people };
    let concerned = |kind: &PersonKind| purpose.people.is_empty() || purpose.people.contains(kind);
    let left: Vec<PersonKind> = all.iter().filter(|kind| concerned(kind) && !before(kind)).cloned().collect();
    // An arm for all others of a purpose that names nobody would be one for those named before, too.
    let nobody = left.is_empty() && (!all.is_empty() || earlier.iter().any(|arm| !arm.people.is_empty()));
    (!nobody).then_some(left)
}
