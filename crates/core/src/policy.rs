//! The policy: a folder of TOML read into a checked model.
//!
//! `model` says what a policy is once it has been read and checked; `keep` is the grammar of
//! retention sentences; `reader` walks the TOML and reports every error with its place; `check`
//! judges a model against itself and the law. Not here: what a policy does to a person's data
//! (`standing`), and how it is said aloud (`kept-web`).

pub mod keep;
pub mod model;

pub use model::Policy;
