//! Everything a person sees: the words in each language, the public notice, the record of
//! processing, and what a new version of a policy changes.
//!
//! Not here: what is decided (`kept-core`), files and databases (`kept-engine` and below).

pub mod anonymous;
pub mod api;
pub mod audit;
pub mod consent;
pub mod difference;
pub mod notice;
pub mod register;
pub mod words;
