//! The command line of `kept row-security`.

use clap::Args;

use super::WorkArgs;

/// What its help ends with.
pub(crate) const EXAMPLES: &str = "Examples:\n  kept row-security --dry-run           print the statements, change nothing\n  \
    kept row-security                     write the policies of every store that asks for it\n  \
    kept row-security --undo --store crm  take them away again\n\n\
    A store asks with `row-security = { see = [\"case_handlers\"] }`, a table with `restricted = { column = \"…\" }`.\n\
    Only the owner of a table may do this: for another, print the statements and have the owner run them.\n\
    Superusers, roles with BYPASSRLS and, without `force = true`, the tables' owner see all rows still.\n\
    Exit status 1 when a store could not be brought in step.";

/// `kept row-security`.
#[derive(Debug, Args)]
pub(crate) struct RowSecurityArgs {
    /// Policy and data.
    #[command(flatten)]
    pub(crate) work: WorkArgs,
    /// Only this store
    #[arg(long, value_name = "STORE")]
    pub(crate) store: Option<String>,
    /// Print the statements and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Take Kept's policies away again, and switch off what Kept switched on
    #[arg(long)]
    pub(crate) undo: bool,
}
