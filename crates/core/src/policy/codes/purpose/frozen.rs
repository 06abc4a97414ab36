//! Data that a law forbids to change: those of the purpose, and by a law.

use super::{FROZEN_BY_CHOICE, FROZEN_ELSEWHERE, bases};
use crate::policy::check::Judge;
use crate::policy::model::{Basis, Purpose};

/// What one purpose freezes.
pub(super) fn check(judge: &mut Judge<'_>, purpose: &Purpose) {
    let Some(frozen) = &purpose.frozen else { return };
    let path = purpose.path("frozen");
    if let Some(data) = frozen.data.iter().find(|data| !purpose.covers(data)) {
        let message = format!("`{}` freezes `{data}`, which it does not need", purpose.name);
        judge.say(&FROZEN_ELSEWHERE, &format!("{path}.data"), message, "name data of the purpose");
    }
    let is_law =
        |basis: &Basis| matches!(basis, Basis::LegalObligation(_) | Basis::PublicTask(_) | Basis::Missing);
    if !bases(purpose).any(is_law) {
        let message = format!("`{}` freezes data and rests on no law", purpose.name);
        judge.say(&FROZEN_BY_CHOICE, &path, message, "split the duty off as a purpose of its own");
    }
}
