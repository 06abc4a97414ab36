//! Consents whose dates a store holds and nobody can read: data are kept, for a consent may stand, and not used,
//! for it may never have been given, or be withdrawn (7(1), 7(3)).
//!
//! Not here: reading a date (`time::reading`), and the same rule as conditions (`plan::due`).

use crate::policy::Policy;
use crate::standing::{Ground, KeepState, Purposed, UseState, Why};
use crate::timeline::{CONSENT_GIVEN, CONSENT_WITHDRAWN, Event, EventId, Happening};

/// Corrects a ground by what nobody can read of the consents to its purpose.
pub(super) fn settle(policy: &Policy, events: &[&Event], ground: &mut Ground) {
    let Purposed::Purpose(name) = &ground.id.purpose else { return };
    let Some(rule) = policy.purposes.get(name).and_then(|purpose| purpose.rule(ground.id.arm)) else {
        return;
    };
    let unread = |of: bool| {
        let is = |what: &Happening| matches!(what, Happening::ConsentUnread { purpose, withdrawn } if purpose == name && *withdrawn == of);
        events.iter().any(|event| is(&event.what))
    };
    let is_consent = rule.basis.is_consent();
    let unknown = if is_consent && may_be_given(ground) && unread(false) {
        CONSENT_GIVEN
    } else if (is_consent || (rule.arm.is_some() && rule.is_marketing()))
        && may_be_withdrawn(&ground.keep)
        && unread(true)
    {
        CONSENT_WITHDRAWN
    } else {
        return;
    };
    (ground.keep, ground.usage) = (KeepState::Unknown(unknown.into()), UseState::No);
}

/// Whether a consent that nobody can read could be what is missing. What the person, or their death, ended by
/// Kept's own record no column of a store begins again.
fn may_be_given(ground: &Ground) -> bool {
    match ground.keep {
        KeepState::Never(why) => why == Why::NoConsent,
        KeepState::Ended(_, Why::PeriodOver) => true,
        KeepState::Ended(_, Why::Withdrawn) => ground.reason.event.is_some_and(EventId::is_from_store),
        KeepState::Ended(..) | KeepState::Until(..) | KeepState::Unknown(_) => false,
    }
}

fn may_be_withdrawn(keep: &KeepState) -> bool {
    match keep {
        KeepState::Until(_, why) => *why != Why::Withdrawn,
        KeepState::Unknown(_) | KeepState::Ended(..) | KeepState::Never(_) => false,
    }
}
