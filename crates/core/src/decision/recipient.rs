//! Whether a purpose may give data to a recipient at all, on a given day.
//!
//! Not here: the person's ground, which is needed besides, and their consent to a transfer (`gate`).

use crate::decision::answer::Refusal;
use crate::law::country;
use crate::policy::Policy;
use crate::policy::model::{Member, NeverTo, Purpose, Recipient, RecipientRole};
use crate::policy::transfer::{self, Asked};
use crate::time::Day;

/// What stands against giving data of a purpose to a recipient on this day, if anything does.
pub fn refusal(policy: &Policy, purpose: &Purpose, to: &Recipient, on: Day) -> Option<Refusal> {
    if !purpose.recipients.contains(&to.id) || !to.purposes.is_empty() && !to.purposes.contains(&purpose.name)
    {
        return Some(Refusal::NotRecipient);
    }
    if never(policy, to) {
        return Some(Refusal::Never);
    }
    if to.role == RecipientRole::Processor {
        if to.contract.is_none_or(|signed| signed > on) {
            return Some(Refusal::NoContract);
        }
        if !is_looked_at(policy, to, on) {
            return Some(Refusal::NoDueDiligence);
        }
    }
    elsewhere(policy, to, on)
}

/// What stands against giving data to one of several recipients of a kind, if anything does.
pub(super) fn member(to: &Recipient, member: Option<&Member>, on: Day) -> Option<Refusal> {
    match member {
        None => (!to.members.is_empty() || to.certified_members).then_some(Refusal::NoMember),
        Some(member) => (to.certified_members && !member.is_certified(on)).then_some(Refusal::NotCertified),
    }
}

/// Whether the policy says that such a recipient never receives data.
fn never(policy: &Policy, to: &Recipient) -> bool {
    let decides =
        matches!(to.role, RecipientRole::Controller | RecipientRole::Joint | RecipientRole::Affiliate);
    let authority = to.role == RecipientRole::Authority;
    let refused = match policy.never.disclose_to {
        None => false,
        Some(NeverTo::AnyoneButAuthorities) => !authority,
        Some(NeverTo::Controllers) => decides || authority,
        Some(NeverTo::ControllersButAuthorities) => decides,
    };
    let stays = &policy.never.leave;
    let leaves = |code: &String| !stays.iter().any(|region| country::lies_in(code, region));
    refused || !stays.is_empty() && [&to.country, &to.seat].into_iter().flatten().any(leaves)
}

/// Whether due diligence was done. One with a date in the future was not; one without a date counts
/// unless a duty of the policy comes before the first disclosure (28(1)).
fn is_looked_at(policy: &Policy, to: &Recipient, on: Day) -> bool {
    let asked = || {
        let before = policy.duties.values().filter_map(|duty| duty.before.as_ref());
        before.into_iter().any(|before| before.written.starts_with("first disclosure"))
    };
    match to.due_diligence {
        Some(done) => done <= on,
        None => !asked(),
    }
}

/// What is missing for a place outside the Economic Area, if anything is.
fn elsewhere(policy: &Policy, to: &Recipient, on: Day) -> Option<Refusal> {
    if transfer::carrier(to, on).is_err() {
        return Some(Refusal::NoSafeguard);
    }
    if transfer::lacks_reason(policy, to, on) {
        return Some(Refusal::NoReason);
    }
    // Nobody can have agreed where no purpose asks.
    (transfer::consent(policy, to, on) == Asked::Unnamed).then_some(Refusal::NoTransferConsent)
}
