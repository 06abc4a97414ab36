//! The command line of the service and of watching over it: `kept serve`, the keys of applications,
//! `kept audit`, `kept duty`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};
use kept_engine::applications::May;
use kept_engine::audit::STATEMENT_LIMIT;

use super::WorkArgs;

/// `kept serve`.
#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// Policy and data.
    #[command(flatten)]
    pub(crate) work: WorkArgs,
    /// The address to listen on; port 0 takes a free one. For TLS put a reverse proxy before it
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8629", env = "KEPT_LISTEN")]
    pub(crate) listen: SocketAddr,
    /// How many requests are worked on at once
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=64))]
    pub(crate) workers: u16,
    /// How many requests one application may make in a minute
    #[arg(long, value_name = "N", default_value_t = 6_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) requests_a_minute: u32,
    /// Within how many seconds the head of a request has to come; so long an idle connection stays open
    #[arg(long, value_name = "SECONDS", default_value_t = 75, value_parser = clap::value_parser!(u64).range(1..=3_600))]
    pub(crate) head_within: u64,
    /// Within how many seconds the body of a request has to come
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=3_600))]
    pub(crate) body_within: u64,
    /// At what time of day retention runs, in the policy's zone
    #[arg(long, value_name = "HH:MM", default_value = "03:00")]
    pub(crate) sweep_at: jiff::civil::Time,
    /// Run no retention: another process does
    #[arg(long)]
    pub(crate) no_sweep: bool,
    /// A folder for the reports and certificates of erasures that end later, since a store was down
    #[arg(long, value_name = "FOLDER", env = "KEPT_REPORTS")]
    pub(crate) reports: Option<PathBuf>,
    /// How long audits let one question to a store take.
    #[command(flatten)]
    pub(crate) patience: PatienceArgs,
}

/// `kept resume`.
#[derive(Debug, Args)]
pub(crate) struct ResumeArgs {
    /// Policy and data.
    #[command(flatten)]
    pub(crate) work: WorkArgs,
    /// A folder for the report of each erasure that is taken up, and its certificate once it is through
    #[arg(long, value_name = "FOLDER", env = "KEPT_REPORTS")]
    pub(crate) reports: Option<PathBuf>,
}

/// How long an audit waits for a store.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct PatienceArgs {
    /// Within how many seconds a store has to answer one question of an audit, mostly one for each table. A
    /// table that takes longer leaves open the promises that hang on it, and no others
    #[arg(long, value_name = "SECONDS", default_value_t = STATEMENT_LIMIT.as_secs(), env = "KEPT_STATEMENT_LIMIT",
        value_parser = clap::value_parser!(u64).range(1..=86_400))]
    statement_limit: u64,
}

impl PatienceArgs {
    /// The limit of one question.
    pub(crate) fn limit(self) -> Duration {
        Duration::from_secs(self.statement_limit)
    }
}

/// `kept key`.
#[derive(Debug, Subcommand)]
pub(crate) enum KeyCommand {
    /// Make a key for an application; it is shown this once
    #[command(
        after_help = "Examples:\n  kept key new shop --may collect --may decide --purpose billing --purpose newsletter\n  \
        kept key new backoffice --may explain --may sweep --every-purpose"
    )]
    New(KeyNewArgs),
    /// List the applications that have or had a key
    #[command(after_help = "Example:\n  kept key list")]
    List(WorkArgs),
    /// Take an application's key back, at once
    #[command(after_help = "Example:\n  kept key revoke shop")]
    Revoke(KeyRevokeArgs),
}

/// `kept key new`.
#[derive(Debug, Args)]
pub(crate) struct KeyNewArgs {
    /// The application's name
    pub(crate) name: String,
    /// What it may do; may be given several times
    #[arg(long, value_name = "WORD", required = true)]
    pub(crate) may: Vec<Word>,
    /// A purpose for which it may do it; may be given several times. One of them, or --every-purpose
    #[arg(long, value_name = "PURPOSE")]
    pub(crate) purpose: Vec<String>,
    /// For every purpose of this policy and of later ones
    #[arg(long, conflicts_with = "purpose")]
    pub(crate) every_purpose: bool,
    /// As which controller of the policy it asks, where it has several [default: any, as each request says]
    #[arg(long, value_name = "CONTROLLER")]
    pub(crate) controller: Option<String>,
    /// Data and manner of output.
    #[command(flatten)]
    pub(crate) work: NamedWorkArgs,
}

/// `kept key revoke`.
#[derive(Debug, Args)]
pub(crate) struct KeyRevokeArgs {
    /// The application's name
    pub(crate) name: String,
    /// Data and manner of output.
    #[command(flatten)]
    pub(crate) work: NamedWorkArgs,
    /// Only say whether it would be done
    #[arg(long)]
    pub(crate) dry_run: bool,
}

/// As [`WorkArgs`], where the place of the folder is another argument's.
#[derive(Debug, Clone, Args)]
pub(crate) struct NamedWorkArgs {
    /// The policy folder [env: KEPT_POLICY] [default: .]
    #[arg(long, value_name = "DIR")]
    policy: Option<std::path::PathBuf>,
    /// Where Kept's own data are.
    #[command(flatten)]
    data: super::DataArgs,
    /// Print JSON for machines
    #[arg(long)]
    json: bool,
}

impl From<NamedWorkArgs> for WorkArgs {
    fn from(named: NamedWorkArgs) -> Self {
        let NamedWorkArgs { policy, data, json } = named;
        Self { policy: super::PolicyArgs { folder: None, policy }, data, json }
    }
}

/// What an application may do, as a word of the command line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Word(pub(crate) May);

impl ValueEnum for Word {
    fn value_variants<'a>() -> &'a [Self] {
        const WORDS: [Word; May::ALL.len()] = {
            let mut words = [Word(May::Collect); May::ALL.len()];
            let mut place = 0;
            while place < words.len() {
                #[expect(clippy::indexing_slicing, reason = "both are as long; checked when compiled")]
                {
                    words[place] = Word(May::ALL[place]);
                }
                place += 1;
            }
            words
        };
        &WORDS
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(self.0.word()))
    }
}

/// `kept duty`.
#[derive(Debug, Subcommand)]
pub(crate) enum DutyCommand {
    /// Every duty of the policy: when it was last done, and when it is due
    #[command(after_help = "Example:\n  kept duty list\n\nExit status 1 when one waits.")]
    List(WorkArgs),
    /// Note that a duty was done; the audit counts it
    #[command(after_help = "Example:\n  kept duty done training --on 2026-03-02")]
    Done(DutyDoneArgs),
}

/// `kept duty done`.
#[derive(Debug, Args)]
pub(crate) struct DutyDoneArgs {
    /// The duty's name in the policy
    pub(crate) name: String,
    /// The day on which it was done; today where none is said
    #[arg(long, value_name = "DATE")]
    pub(crate) on: Option<String>,
    /// Policy and data.
    #[command(flatten)]
    pub(crate) work: WorkArgs,
}

/// `kept clock`.
#[derive(Debug, Args)]
pub(crate) struct ClockArgs {
    /// Policy and data.
    #[command(flatten)]
    pub(crate) work: WorkArgs,
    /// The clock is right, although it lies before the last use of Kept or more than a month after it
    #[arg(long)]
    pub(crate) is_right: bool,
}

/// `kept audit`.
#[derive(Debug, Args)]
pub(crate) struct AuditArgs {
    /// Policy and data.
    #[command(flatten)]
    pub(crate) work: WorkArgs,
    /// Show only promises that are broken or can't be told
    #[arg(long)]
    pub(crate) findings: bool,
    /// Audit nothing: show what earlier audits found, by day
    #[arg(long, conflicts_with_all = ["findings", "html"])]
    pub(crate) history: bool,
    /// From this day on
    #[arg(long, value_name = "DATE")]
    pub(crate) since: Option<String>,
    /// How long it lets one question to a store take.
    #[command(flatten)]
    pub(crate) patience: PatienceArgs,
    /// Write the audit as a page into this file, with its history
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
}
