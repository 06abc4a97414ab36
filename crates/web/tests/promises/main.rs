//! The facts that the five notices declare: each is said by the shipped policy and shown by its notice.
//!
//! One module for each company, one test for each row of the promise ledger of type `declare`. What
//! the engine does about a row at run time is shown elsewhere.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests may fail loudly"
)]

mod claranet;
mod klarrio;
mod klaxoon;
mod klivar;
mod kresoft;
mod settings;
mod shipped;
