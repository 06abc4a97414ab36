//! Restrictions (18): on data, reviewed, and lifted only after the person was told.

use crate::name::CaseId;
use crate::policy::model::DataRef;
use crate::time::Day;
use crate::timeline::{Happening, Occasion, RestrictionReason};

use super::hold::review;
use super::{Admitted, Desk, Refused};

pub(super) fn restrict(
    desk: &Desk<'_>,
    data: &[DataRef],
    reason: RestrictionReason,
    review_on: Option<Day>,
) -> Result<Admitted, Refused> {
    desk.check_data(data)?;
    let review_on = Some(review(desk, review_on)?.ok_or(Refused::NoReview)?);
    let case = desk.known.next_case.clone();
    let what = Happening::Restricted { case: case.clone(), reason, review_on };
    let event = desk.event(Occasion::Case(case.clone()), data.to_vec(), what);
    Ok(Admitted { events: vec![event], case: Some(case), opens_case: true })
}

pub(super) fn tell(desk: &Desk<'_>, case: &CaseId) -> Result<Admitted, Refused> {
    in_force(desk, case)?;
    Ok(moved(desk, case, Happening::ToldOfLifting { case: case.clone() }))
}

/// Lifting is refused before the person was told (18(3)).
pub(super) fn lift(desk: &Desk<'_>, case: &CaseId) -> Result<Admitted, Refused> {
    in_force(desk, case)?;
    let lifted = moved(desk, case, Happening::RestrictionLifted { case: case.clone() });
    let after = desk.standing_with(&lifted.events);
    if after.restrictions.iter().any(|held| held.case == *case) {
        return Err(Refused::NotToldOfLifting(case.clone()));
    }
    Ok(lifted)
}

fn in_force(desk: &Desk<'_>, case: &CaseId) -> Result<(), Refused> {
    let stands = desk.standing.restrictions.iter().any(|held| held.case == *case);
    if stands { Ok(()) } else { Err(Refused::NoCase(case.clone())) }
}

fn moved(desk: &Desk<'_>, case: &CaseId, what: Happening) -> Admitted {
    let event = desk.event(Occasion::Case(case.clone()), Vec::new(), what);
    Admitted { events: vec![event], case: Some(case.clone()), opens_case: false }
}
