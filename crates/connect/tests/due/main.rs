//! Retention over stores: the compiled form against the reference, and runs on every engine.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test's own set-up may fail loudly"
)]

#[path = "../support/export.rs"]
mod export;
mod found;
mod killed;
mod klivar;
mod property;
mod runs;
mod texts;
mod together;
mod world;
