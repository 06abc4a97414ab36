//! Holds: a ground of their own over named fields (17(3)(e), semantics 5).

use crate::name::CaseId;
use crate::policy::model::DataRef;
use crate::standing::{KeepState, Purposed};
use crate::time::Day;
use crate::timeline::{Happening, Occasion};

use super::{Admitted, Desk, Refused};

pub(super) fn place(
    desk: &Desk<'_>,
    data: &[DataRef],
    (reason, approver): (&str, &str),
    review_on: Option<Day>,
) -> Result<Admitted, Refused> {
    if data.is_empty() {
        return Err(Refused::HoldsEverything);
    }
    desk.check_data(data)?;
    if reason.trim().is_empty() {
        return Err(Refused::NoReason);
    }
    if approver.trim().is_empty() {
        return Err(Refused::NoApprover);
    }
    let review_on = review(desk, review_on)?.ok_or(Refused::NoReview)?;
    let case = desk.known.next_case.clone();
    let what = Happening::HoldPlaced {
        case: case.clone(),
        reason: reason.trim().to_owned(),
        approver: approver.trim().to_owned(),
        review_on,
    };
    let event = desk.event(Occasion::Case(case.clone()), data.to_vec(), what);
    Ok(Admitted { events: vec![event], case: Some(case), opens_case: true })
}

pub(super) fn release(desk: &Desk<'_>, case: &CaseId) -> Result<Admitted, Refused> {
    let holds = |ground: &crate::standing::Ground| {
        matches!(&ground.id.purpose, Purposed::Hold(held) if held == case)
            && matches!(ground.keep, KeepState::Until(..))
    };
    if !desk.standing.grounds.iter().any(holds) {
        return Err(Refused::NoCase(case.clone()));
    }
    let what = Happening::HoldReleased { case: case.clone() };
    let event = desk.event(Occasion::Case(case.clone()), Vec::new(), what);
    Ok(Admitted { events: vec![event], case: Some(case.clone()), opens_case: false })
}

/// A day of review lies ahead.
pub(super) fn review(desk: &Desk<'_>, on: Option<Day>) -> Result<Option<Day>, Refused> {
    match on {
        Some(day) if day <= desk.policy.zone().day_of(desk.when.now) => Err(Refused::ReviewPast),
        other => Ok(other),
    }
}
