//! The ledger from outside: published vectors, changed files, and any bytes at all.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

#[path = "ledger/entries.rs"]
mod entries;
#[path = "ledger/tampering.rs"]
mod tampering;
#[path = "ledger/vectors.rs"]
mod vectors;
