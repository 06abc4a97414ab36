//! The words of `kept scan`.

use std::path::PathBuf;

use clap::Args;
use kept_connect::scan::{SAMPLE, SAMPLE_MAX};

/// How it is used.
pub(crate) const EXAMPLES: &str = "Examples:\n  kept scan shop.db\n  \
    kept scan postgres://reader@db/crm -o my-policy/crm.toml --policy my-policy\n  \
    kept scan --env PLATFORM_URL --name platform -o my-policy/platform.toml\n  \
    kept scan shop.db --json\n\n\
    The draft says of each line how sure it is and why, and never holds a value of the database.\n\
    A user who may only read is enough. Exit status 1 when a table could not be read.";

/// `kept scan`.
#[derive(Debug, Args)]
pub(crate) struct ScanArgs {
    /// The database: a file of SQLite, or the URL of a PostgreSQL, MariaDB or MySQL server
    #[arg(value_name = "URL", required_unless_present = "env", conflicts_with = "env")]
    pub(crate) url: Option<String>,
    /// The environment variable that holds the URL, so that no password stands on the command line
    #[arg(long, value_name = "VARIABLE")]
    pub(crate) env: Option<String>,
    /// The store's name in the policy [default: the database's]
    #[arg(long, value_name = "STORE")]
    pub(crate) name: Option<String>,
    /// A policy whose kinds of people and data the draft is to use where they fit
    #[arg(long, value_name = "DIR")]
    pub(crate) policy: Option<PathBuf>,
    /// How many rows of each table are looked at, at most
    #[arg(long, value_name = "ROWS", default_value_t = SAMPLE, value_parser = clap::value_parser!(u32).range(1..=i64::from(SAMPLE_MAX)))]
    pub(crate) sample: u32,
    /// The file to write the draft to
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Write over a file that is there
    #[arg(long)]
    pub(crate) force: bool,
    /// Print JSON for machines: every table, column and way with how sure it is and why
    #[arg(long)]
    pub(crate) json: bool,
}
