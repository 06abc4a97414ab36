//! The numbers of restrictions and holds, by the year in which they are placed. Not here: requests, which
//! have numbers of their own (`kept_vault::request`).

use kept_core::admission::Act as Told;
use kept_core::name::CaseId;
use kept_core::time::Instant;
use kept_vault::Tx;

use crate::failure::Failure;

/// The counter of restrictions or holds of a year, and the letter that their numbers begin with.
fn counter(act: &Told, now: Instant) -> Option<(String, &'static str, i16)> {
    let year = now.to_zoned(jiff::tz::TimeZone::UTC).year();
    match act {
        Told::Restrict { .. } => Some((format!("restriction/{year}"), "L", year)),
        Told::PlaceHold { .. } => Some((format!("hold/{year}"), "H", year)),
        _ => None,
    }
}

/// The number that a new restriction or hold would have.
pub(crate) fn next_case(tx: &mut Tx, act: &Told, now: Instant) -> Result<CaseId, Failure> {
    let Some((name, letter, year)) = counter(act, now) else { return Ok(CaseId::from("")) };
    let next = tx.last_case(&name)? + 1;
    Ok(CaseId::from(format!("{letter}-{year}-{next:04}")))
}

/// Uses up the number that a new restriction or hold has.
pub(crate) fn take_case(tx: &mut Tx, act: &Told, now: Instant) -> Result<(), Failure> {
    if let Some((name, ..)) = counter(act, now) {
        tx.next_case(&name)?;
    }
    Ok(())
}
