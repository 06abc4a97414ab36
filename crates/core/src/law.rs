//! The law as dated data: countries, adequacy decisions, supervisory authorities.
//!
//! Each file of data says as of when it was read. Not here: what follows from it (`policy`,
//! `standing`).

pub mod adequacy;
pub mod authority;
pub mod country;
