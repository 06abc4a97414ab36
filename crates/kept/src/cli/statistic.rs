//! The words of the commands that draw figures and data sets of which nobody can be told.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::service::NamedWorkArgs;

/// Examples of `kept statistic`.
pub(crate) const EXAMPLES: &str = "Examples:\n  kept statistic quality --purpose quality-statistics\n  \
    kept statistic browsing --purpose improvement --to advertisers --output figures.csv\n\n\
    Exit status 2 when they are not for that purpose or recipient.";

/// `kept statistic`.
#[derive(Debug, Args)]
pub(crate) struct StatisticArgs {
    /// The statistics, by their name in the policy: `quality` for `[statistics.quality]`
    pub(crate) name: String,
    /// Policy and data.
    #[command(flatten)]
    pub(crate) work: NamedWorkArgs,
    /// What they are wanted for: the purpose that the policy names for them
    #[arg(long, value_name = "PURPOSE")]
    pub(crate) purpose: String,
    /// To whom they go, by the recipient's name in the policy [default: nobody outside]
    #[arg(long, value_name = "RECIPIENT")]
    pub(crate) to: Option<String>,
    /// Write them to a file instead of printing them
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Write over a file that is there
    #[arg(long)]
    pub(crate) force: bool,
}

/// `kept anonymous`.
#[derive(Debug, Subcommand)]
pub(crate) enum AnonymousCommand {
    /// Make a data set whose every combination of values is that of several people
    #[command(
        after_help = "Example:\n  kept anonymous make quality --output records.csv\n\nA set that leads back to people is refused, and nothing is written."
    )]
    Make(MakeArgs),
    /// Try whether a data set, wherever it comes from, leads back to people
    #[command(
        after_help = "Example:\n  kept anonymous test quality --file records.csv --purpose sales\n\nExit status 1 when it is personal data."
    )]
    Test(TestArgs),
}

/// `kept anonymous make`.
#[derive(Debug, Args)]
pub(crate) struct MakeArgs {
    /// The statistics that name its columns: `quality` for `[statistics.quality]`
    pub(crate) name: String,
    /// Policy and data.
    #[command(flatten)]
    pub(crate) work: NamedWorkArgs,
    /// Write it to a file instead of printing it
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Write over a file that is there
    #[arg(long)]
    pub(crate) force: bool,
}

/// `kept anonymous test`.
#[derive(Debug, Args)]
pub(crate) struct TestArgs {
    /// The statistics that name its columns
    pub(crate) name: String,
    /// Policy and data.
    #[command(flatten)]
    pub(crate) work: NamedWorkArgs,
    /// The data set, as comma-separated values whose first line names the columns
    #[arg(long, value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// What it is wanted for: a set that passes may be used for any purpose
    #[arg(long, value_name = "PURPOSE")]
    pub(crate) purpose: Option<String>,
}
