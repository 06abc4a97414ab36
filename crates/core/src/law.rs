//! The law as dated data: what a country's law fixes and a year may change.
//!
//! Countries, adequacy decisions, supervisory authorities, holidays: each list is a small file
//! beside its reader and says as of when it was read. Not here: rules that are arithmetic
//! (`time`), and what follows from them (`policy`, `standing`).

pub mod adequacy;
pub mod authority;
pub mod country;
pub mod holiday;
