//! Everything a person sees: the words in each language and the public notice.
//!
//! Not here: what is decided (`kept-core`), files and databases (`kept-engine` and below).

pub mod notice;
pub mod words;
