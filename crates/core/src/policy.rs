//! The policy: a folder of TOML read into a checked model.
//!
//! `model` says what a policy is once it has been read and checked; `keep` is the grammar of
//! retention sentences; `reader` walks the TOML by the one table of `keys` and reports every error
//! with its place (`source`); `check` judges a model against itself and the law; `difference` says
//! what a new version changes for whom; `codes` lists what they may say. `format` lays a file out
//! anew and `translate` keeps a file of translations in step; `words` lists the short words that need none;
//! `transfer` says what carries data to a recipient elsewhere. Not here: what a policy does to a
//! person's data (`standing`), and how it is said
//! aloud (`kept-web`).

pub mod check;
pub mod codes;
pub mod difference;
pub mod format;
pub mod keep;
pub mod keys;
mod layout;
pub mod model;
pub mod naming;
pub mod reader;
pub mod source;
pub mod suggest;
pub mod transfer;
pub mod translate;
pub mod words;

pub use check::{check, check_at};
pub use model::Policy;
pub use reader::{Read, examine, examine_at, read};
pub use source::{Places, SourceFile};
