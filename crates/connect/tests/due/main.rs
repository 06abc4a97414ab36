//! Retention over stores: the compiled form against the reference, and runs on every engine.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test's own set-up may fail loudly"
)]

#[path = "../support/endpoint.rs"]
#[expect(dead_code, reason = "troubles are asked for by the other suite")]
mod endpoint;
#[path = "../support/export.rs"]
mod export;

mod archived;
mod found;
mod killed;
mod klivar;
mod property;
mod runs;
mod texts;
mod together;
mod unread;
mod world;
