//! The pure core of Kept: everything that decides, nothing that touches the world.
//!
//! What lives here: names, calendar time, diagnostics, the policy (as read, checked and modelled),
//! the law as dated data, the record of processing, what a database's URL demands of its connection, timelines, the standing of a person's grounds, plans, the notice as a
//! document value, and the formats and proofs of the ledger. What does not: files, sockets,
//! clocks, randomness, SQL text and HTML. Every function is total and deterministic.

pub mod admission;
pub mod anonymous;
pub mod decision;
pub mod diagnostic;
pub mod identifier;
pub mod import;
pub mod law;
pub mod ledger;
pub mod name;
pub mod notice;
pub mod plan;
pub mod policy;
pub mod register;
pub mod standing;
pub mod time;
pub mod timeline;
pub mod transport;
