//! The use cases over real stores of both engines, made by each test: what is asked of them, what
//! goes wrong, and what the promises say.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test's own set-up may fail loudly"
)]

mod bad_input;
mod erasing;
mod reporting;
mod sweeping;
mod together;
mod world;
