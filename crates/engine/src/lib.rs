//! Use cases: read events, ask the core, write events, work and one ledger entry in one
//! transaction. Synchronous; what belongs to a language or a page is above, what decides is below.

pub mod access;
pub mod applications;
pub mod audience;
pub mod audit;
mod case_file;
pub mod certificate;
pub mod company;
pub mod consents;
pub mod decide;
pub mod desk;
pub mod disclose;
mod emergency;
pub mod epochs;
pub mod erase;
mod exceptions;
pub mod failure;
mod foreseen;
mod grounds;
mod identify;
mod in_turn;
mod killed;
pub mod ledger;
pub mod listing;
mod marks;
pub mod own;
pub mod person;
mod proofs;
pub mod reading;
pub mod record;
pub mod records;
pub mod remembered;
pub mod report;
pub mod requests;
pub mod resume;
pub mod row_security;
pub mod status;
pub mod stores;
pub mod sweep;
mod sweep_ones;
mod turn;
pub mod webhook;
pub mod why;
mod withdrawn;

pub use failure::Failure;
