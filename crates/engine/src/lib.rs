//! Use cases: read events, ask the core, write events, work and one ledger entry in one
//! transaction. Synchronous; what belongs to a language or a page is above, what decides is below.

pub mod ledger;
pub mod report;
