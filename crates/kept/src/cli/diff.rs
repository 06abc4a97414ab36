//! The words of `kept diff`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::DataArgs;

/// `kept diff`.
#[derive(Debug, Args)]
pub(crate) struct DiffArgs {
    /// The older version: a policy folder, git:REV for the other one as it was in git, or the digest
    /// of a version that Kept recorded (its first letters are enough), or `recorded` for the newest
    pub(crate) old: String,
    /// The newer version, likewise
    pub(crate) new: String,
    /// Where versions are recorded.
    #[command(flatten)]
    pub(crate) data: DataArgs,
    /// The language: en, fr or nl [default: the newer policy's first that is one of them]
    #[arg(long, value_name = "CODE")]
    pub(crate) lang: Option<String>,
    /// The form
    #[arg(long, value_enum, default_value_t = DiffFormat::Text)]
    pub(crate) format: DiffFormat,
    /// Print JSON for machines, as --format json does
    #[arg(long, conflicts_with = "format")]
    pub(crate) json: bool,
    /// Write to a file instead of the terminal; `-` is the terminal
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Write over a file that is there
    #[arg(long, requires = "output")]
    pub(crate) force: bool,
}

/// The forms of a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormat {
    /// Plain text
    Text,
    /// Markdown
    Markdown,
    /// For machines
    Json,
}
