//! The record of processing, read back as a person, a spreadsheet and a machine would read it.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests may fail loudly"
)]

mod register;
mod world;
