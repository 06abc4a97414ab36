//! What `kept secrecy` takes on the command line.

use clap::{Args, Subcommand};

use super::{PersonArgs, WorkArgs};

/// `kept secrecy`.
#[derive(Debug, Subcommand)]
pub(crate) enum SecrecyCommand {
    /// The releases that a role reads: why each person is told or is not, and until when
    #[command(after_help = "Example:\n  kept secrecy list --role legal --actor \"head of legal\"")]
    List(RoleArgs),
    /// End the secrecy of a release: answers to the person show it from then on
    #[command(
        after_help = "Example:\n  kept secrecy end entry-17 --person email=ada@example.org --role legal"
    )]
    End(EndArgs),
}

/// Who reads.
#[derive(Debug, Args)]
pub(crate) struct RoleArgs {
    /// Policy and data.
    #[command(flatten)]
    pub(crate) work: WorkArgs,
    /// In which role: one of `roles` in `[disclosure.*.secrecy]`
    #[arg(long, value_name = "ROLE")]
    pub(crate) role: String,
    /// Who reads: the ledger has a keyed pseudonym of the name
    #[arg(long, value_name = "NAME")]
    pub(crate) actor: Option<String>,
}

/// `kept secrecy end`.
#[derive(Debug, Args)]
pub(crate) struct EndArgs {
    /// The number that `kept secrecy list` shows: entry-17
    pub(crate) release: String,
    /// Whom the release is about.
    #[command(flatten)]
    pub(crate) person: PersonArgs,
    /// Who ends it.
    #[command(flatten)]
    pub(crate) by: RoleArgs,
}
