//! The words of `kept webhook`.

use clap::{Args, Subcommand};

use super::WorkArgs;
use super::service::NamedWorkArgs;

/// `kept webhook`.
#[derive(Debug, Subcommand)]
pub(crate) enum WebhookCommand {
    /// What waits to be told, the oldest first, and why it could not be told yet
    #[command(
        after_help = "Example:\n  kept webhook list\n\nExit status 1 when something was tried in vain."
    )]
    List(WorkArgs),
    /// Tell now what waits; `kept serve` does so by itself
    #[command(
        after_help = "Example:\n  kept webhook deliver\n\nEvery letter is tried once; a receiver that answers nothing several times in a row is left alone.\nExit status 1 when something still waits."
    )]
    Deliver(WorkArgs),
    /// Take away what shall not be told any more
    #[command(after_help = "Example:\n  kept webhook drop 17")]
    Drop(WebhookDropArgs),
}

/// `kept webhook drop`.
#[derive(Debug, Args)]
pub(crate) struct WebhookDropArgs {
    /// Its number, as `kept webhook list` shows it
    pub(crate) number: i64,
    /// Policy and data.
    #[command(flatten)]
    pub(crate) work: NamedWorkArgs,
    /// Only say whether it would be done
    #[arg(long)]
    pub(crate) dry_run: bool,
}
