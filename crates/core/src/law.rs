//! The law as dated data: what a country's law fixes and a year may change.
//!
//! Countries, adequacy decisions, transfer tools, supervisory authorities and their former names,
//! ages of consent, holidays, authorities' usual periods, known trackers: each list is a small file
//! beside its reader, says as of when it was read, and answers for a day. Not here: rules that are
//! arithmetic (`time`), and what follows from them (`policy`, `standing`).

use crate::time::Day;

pub mod adequacy;
pub mod article;
pub mod authority;
pub mod benchmark;
pub mod consent_age;
pub mod country;
pub mod holiday;
pub mod names;
pub mod tool;
pub mod tracker;

mod rows;

pub(crate) use rows::{holds, says, says_stem};

/// The day on which the lists were last read against their sources. Who judges a policy without
/// saying for which day judges by the law of this day.
pub const READ_ON: Day = Day::constant(2026, 11, 21);

/// The first day on which the GDPR applied (Art. 99(2)).
pub const GDPR_APPLIES: Day = Day::constant(2018, 5, 25);
