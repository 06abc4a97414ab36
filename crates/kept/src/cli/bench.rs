//! The command line of `kept bench`: figures of this build on this machine.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// `kept bench`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct BenchArgs {
    /// Measure something else than the made-up shop.
    #[command(subcommand)]
    pub(crate) what: Option<BenchCommand>,
    /// How many accounts the made-up shop has; 110,000 make a million rows in all
    #[arg(long, default_value_t = 110_000)]
    pub(crate) people: u32,
    /// Leave PostgreSQL out
    #[arg(long)]
    pub(crate) no_postgres: bool,
    /// Only measure reading and checking: of a made-up policy of 1,000 purposes and 5,000 fields,
    /// and of those in these folders
    #[arg(long, value_name = "DIR", num_args = 0..)]
    pub(crate) policies: Option<Vec<PathBuf>>,
    /// Print JSON for machines
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Print a table of Markdown
    #[arg(long, global = true, conflicts_with = "json")]
    pub(crate) markdown: bool,
    /// Only make the company, in this folder
    #[arg(long, value_name = "DIR")]
    pub(crate) make: Option<PathBuf>,
}

/// What else is measured.
#[derive(Debug, Subcommand)]
pub(crate) enum BenchCommand {
    /// The workloads of GDPRbench, over Kept and over plain SQLite in the same run
    #[command(
        after_help = "Examples:\n  kept bench gdpr\n  kept bench gdpr --records 100000 --role processor\n  kept bench gdpr --profile paper --independent --markdown"
    )]
    Gdpr(GdprArgs),
    /// The service over HTTP: what a request costs, how many a second, how much memory
    #[command(after_help = "Example:\n  kept bench http --people 100000 --connections 64")]
    Http(HttpArgs),
    /// A retention run over many rows of which few are due, and over few of which as many are
    #[command(after_help = "Example:\n  kept bench sweep --rows 10000000")]
    Sweep(SweepArgs),
    /// Whom a newsletter reaches where columns tell the consents, on SQLite and PostgreSQL
    #[command(after_help = "Example:\n  kept bench audience --customers 100000")]
    Audience(AudienceArgs),
    /// An audit of a large company, beside reading each of its tables once by hand
    #[command(after_help = "Example:\n  kept bench audit --accounts 1100000")]
    Audit(AuditArgs),
}

/// `kept bench gdpr`.
#[derive(Debug, Args)]
pub(crate) struct GdprArgs {
    /// How many records are loaded; without it 10,000, in the profile of the paper 100,000, for 10,000 users
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    pub(crate) records: Option<u32>,
    /// How many operations each workload has; without it 1,000, in the profile of the paper 10,000
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) operations: Option<u32>,
    /// Which shares the operations have: of the public code, or of the paper
    #[arg(long, value_enum, default_value_t = ProfileWord::Head)]
    pub(crate) profile: ProfileWord,
    /// Draw each attribute by itself; else all records of a person have the same, as the original makes them
    #[arg(long)]
    pub(crate) independent: bool,
    /// How many write at once when correctness is looked at
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=64))]
    pub(crate) threads: u32,
    /// Whose operations are done; without it everybody's
    #[arg(long, value_enum)]
    pub(crate) role: Option<RoleWord>,
}

/// Whose work is done.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum RoleWord {
    /// Creates, changes and deletes.
    Controller,
    /// Sees to the own records.
    Customer,
    /// Reads for purposes.
    Processor,
    /// Asks what became of somebody's records.
    Regulator,
}

/// The shares of operations.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ProfileWord {
    /// Of the public code's newest state.
    Head,
    /// Of the paper.
    Paper,
}

/// `kept bench http`.
#[derive(Debug, Args)]
pub(crate) struct HttpArgs {
    /// How many people are collected
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(2_000..))]
    pub(crate) people: u32,
    /// How many connections ask at once
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=4_096))]
    pub(crate) connections: u32,
    /// How many requests the service works on at once
    #[arg(long, default_value_t = 16)]
    pub(crate) workers: u16,
}

/// `kept bench audience`.
#[derive(Debug, Args)]
pub(crate) struct AudienceArgs {
    /// How many customers the shop has; half of them opted in
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(100..))]
    pub(crate) customers: u32,
}

/// `kept bench audit`.
#[derive(Debug, Args)]
pub(crate) struct AuditArgs {
    /// How many accounts the company has; it has some nine rows for each
    #[arg(long, default_value_t = 1_100_000, value_parser = clap::value_parser!(u32).range(1_000..))]
    pub(crate) accounts: u32,
}

/// `kept bench sweep`.
#[derive(Debug, Args)]
pub(crate) struct SweepArgs {
    /// How many rows there are, of which one in a hundred is due
    #[arg(long, default_value_t = 10_000_000, value_parser = clap::value_parser!(u32).range(10_000..))]
    pub(crate) rows: u32,
}
