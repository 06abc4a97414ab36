//! Objections (21): marketing ends at once; the rest is contested until somebody decided. So it is with everything
//! where somebody reports that the person is a child (8).

use crate::name::PurposeName;
use crate::policy::Policy;
use crate::policy::model::{Basis, Purpose};
use crate::timeline::Happening;

use super::{Admitted, Desk, Refused};

pub(super) fn object(desk: &Desk<'_>, to: Option<&PurposeName>) -> Result<Admitted, Refused> {
    if let Some(name) = to {
        let purpose = desk.purpose(name)?;
        if !may_be_objected_to(desk.policy, purpose) {
            return Err(Refused::NoObjection(name.clone(), purpose.basis.article()));
        }
    }
    Ok(desk.person(Happening::Objected { purpose: to.cloned() }))
}

/// Whether an objection changes anything: to marketing always, to what the policy or 21(6) says, to
/// decisions by machine, else where an interest or a public task is the basis, for some people at
/// least (21(1), 21(2), 22(3)).
fn may_be_objected_to(policy: &Policy, purpose: &Purpose) -> bool {
    policy.objection_ends(purpose)
        || purpose.decides.is_some()
        || purpose.bases().any(|basis| matches!(basis, Basis::LegitimateInterest(_) | Basis::PublicTask(_)))
}

pub(super) fn uphold(desk: &Desk<'_>, name: &PurposeName) -> Result<Admitted, Refused> {
    contested(desk, name)?;
    Ok(desk.person(Happening::ObjectionUpheld { purpose: name.clone() }))
}

pub(super) fn reject(
    desk: &Desk<'_>,
    name: &PurposeName,
    (ground, approver): (&str, &str),
    told: bool,
) -> Result<Admitted, Refused> {
    // Marketing first: whatever else is missing, nothing can outweigh that objection (21(3)).
    if desk.purpose(name)?.is_marketing() {
        return Err(Refused::MarketingNotOutweighed(name.clone()));
    }
    if desk.policy.objection_ends(desk.purpose(name)?) {
        return Err(Refused::PromiseNotOutweighed(name.clone()));
    }
    contested(desk, name)?;
    if ground.trim().is_empty() {
        return Err(Refused::NoCompellingGround);
    }
    if approver.trim().is_empty() {
        return Err(Refused::NoApprover);
    }
    if !told {
        return Err(Refused::NotToldOfRejection);
    }
    let (ground, approver) = (ground.trim().to_owned(), approver.trim().to_owned());
    Ok(desk.person(Happening::ObjectionRejected { purpose: name.clone(), ground, approver }))
}

/// A guardian's report that did not hold: what the person's data are used for goes on.
pub(super) fn dismiss_report(desk: &Desk<'_>, (ground, approver): (&str, &str)) -> Result<Admitted, Refused> {
    let word = |event: &crate::timeline::Event| match &event.what {
        Happening::GuardianReported => Some(true),
        Happening::ReportDismissed { .. } => Some(false),
        _ => None,
    };
    if desk.known.timeline.events().iter().rev().find_map(word) != Some(true) {
        return Err(Refused::NotReported);
    }
    if ground.trim().is_empty() {
        return Err(Refused::NotDisproven);
    }
    if approver.trim().is_empty() {
        return Err(Refused::NoApprover);
    }
    let (ground, approver) = (ground.trim().to_owned(), approver.trim().to_owned());
    Ok(desk.person(Happening::ReportDismissed { ground, approver }))
}

fn contested(desk: &Desk<'_>, name: &PurposeName) -> Result<(), Refused> {
    let purpose = desk.purpose(name)?;
    // By the events and not by the grounds: one that begins in a store's column may not be seen here.
    let word = |event: &crate::timeline::Event| match &event.what {
        Happening::Objected { purpose: None } => Some(true),
        Happening::Objected { purpose: Some(to) } if to == name => Some(true),
        Happening::ObjectionUpheld { purpose: of } | Happening::ObjectionRejected { purpose: of, .. }
            if of == name =>
        {
            Some(false)
        }
        _ => None,
    };
    let last = desk.known.timeline.events().iter().rev().find_map(word);
    if last == Some(true) && may_be_objected_to(desk.policy, purpose) {
        return Ok(());
    }
    Err(Refused::NotContested(name.clone()))
}
