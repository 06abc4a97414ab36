//! The law as dated data: what a country's law fixes and a year may change.
//!
//! Each list is a small file beside its reader, with the years in which each line holds. Not here:
//! rules that are arithmetic (`time`) and what a policy says (`policy`).

pub mod holiday;
