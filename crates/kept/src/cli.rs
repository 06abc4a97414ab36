//! The command line: its words, its help, its examples. What the commands do is in `commands`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) mod bench;
pub(crate) mod diff;
pub(crate) mod record;
pub(crate) mod restrict;
pub(crate) mod scan;
pub(crate) mod screening;
pub(crate) mod secrecy;
pub(crate) mod service;
pub(crate) mod statistic;
pub(crate) mod webhook;

use diff::DiffArgs;
use record::RecordCommand;
use restrict::RowSecurityArgs;
use scan::ScanArgs;
pub(crate) use service::AuditArgs;
use service::{KeyCommand, ServeArgs};

/// Makes a company's privacy notice true: checks it, publishes it, audits it against the real
/// databases, answers people who use their rights, and deletes on schedule.
#[derive(Debug, Parser)]
#[command(name = "kept", version, max_term_width = 100, arg_required_else_help = true)]
#[command(
    after_help = "Start here:\n  kept demo                     see everything work on made-up people\n  \
    kept new my-policy            begin a policy of your own\n  kept check my-policy          read it as a strict compiler would\n  \
    kept audit my-policy          every promise against the real stores\n\nExit status: 0 done, 1 findings, 2 wrong use or failure."
)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What can be done.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a new policy folder from a template
    #[command(after_help = "Example:\n  kept new my-policy --from klivar")]
    New(NewArgs),
    /// Check a policy against itself, the law and (with --stores) the real databases
    #[command(
        after_help = "Examples:\n  kept check policies/klivar\n  kept check policies/klivar --stores --json\n  \
        kept check policies/klivar --at 2027-01-01\n  kept check policies/klivar --watch"
    )]
    Check(CheckArgs),
    /// Lay policy files out alike: order, comments and meaning stay
    #[command(after_help = "Examples:\n  kept fmt my-policy\n  kept fmt my-policy --check\n\n\
        With --check exit status 1 when a file would change.")]
    Fmt(FmtArgs),
    /// Bring a file of translations in step with its policy
    #[command(
        after_help = "Examples:\n  kept texts my-policy --lang fr\n  kept texts my-policy --lang fr --write\n\n\
        Without --write exit status 1 when a text is missing or stale."
    )]
    Texts(TextsArgs),
    /// Print the JSON Schema of policy files, for editors
    #[command(after_help = "Example:\n  kept schema > policy.schema.json")]
    Schema,
    /// Print what a diagnostic means, why it matters, and an example mended
    #[command(
        after_help = "Examples:\n  kept explain purpose/no-retention\n  kept explain          lists every code"
    )]
    Explain(ExplainArgs),
    /// Print the notice, made from the policy alone
    #[command(
        after_help = "Example:\n  kept notice policies/klivar --lang fr --format html --output notice.html"
    )]
    Notice(NoticeArgs),
    /// Print the record of processing (Art. 30), made from the policy alone
    #[command(after_help = "Examples:\n  kept register policies/klivar --output register.ods\n  \
        kept register policies/klivar --lang fr --format html --output registre.html")]
    Register(RegisterArgs),
    /// Draft a policy from a TILT document or a Fides manifest, and list what could not be carried over
    #[command(
        after_help = "Examples:\n  kept import notice.tilt.json --output my-policy\n  kept import system.yml --dry-run"
    )]
    Import(ImportArgs),
    /// Draft the map of a database: its personal columns, its people, whose every row is
    #[command(after_help = scan::EXAMPLES)]
    Scan(ScanArgs),
    /// Say what a new version of a policy changes for whom, and who must be told
    #[command(
        after_help = "Examples:\n  kept diff policies/old policies/new\n  kept diff git:HEAD~1 policies/klivar --lang fr\n  \
        kept diff recorded policies/klivar\n  kept diff 3f2a9c my-policy --output changes.md --format markdown\n\n\
        Exit status 0 nothing changes, 1 something does, 2 wrong use or failure."
    )]
    Diff(DiffArgs),
    /// Go through every promise of the notice: kept, broken, or can't tell
    #[command(
        after_help = "Examples:\n  kept audit policies/klivar\n  kept audit --findings --json\n  kept audit --html audit.html\n  \
        kept audit --history --since 2026-01-01\n  \
        kept audit --statement-limit 7200    a table may take two hours\n\nExit status 1 when a promise is broken."
    )]
    Audit(AuditArgs),
    /// Answer a person who uses a right
    #[command(subcommand)]
    Request(RequestCommand),
    /// Recording, asking and giving.
    #[command(flatten)]
    Person(Box<RecordCommand>),
    /// Say why a person's data are held: every ground, with its rule and its event
    #[command(
        after_help = "Example:\n  kept why --person email=ada@example.org --field identification.email"
    )]
    Why(WhyArgs),
    /// Erase, empty and archive what the policy says is due, in every store
    #[command(
        after_help = "Examples:\n  kept sweep --dry-run\n  kept sweep --purpose prospecting\n  kept sweep --dry-run --at 2030-01-01"
    )]
    Sweep(SweepArgs),
    /// Say what will be due until a date, by month
    #[command(after_help = "Example:\n  kept forecast --until 2030-12-31")]
    Forecast(ForecastArgs),
    /// Take up plans that were interrupted or whose store was down
    #[command(after_help = "Examples:\n  kept resume\n  kept resume --reports answers")]
    Resume(service::ResumeArgs),
    /// Have PostgreSQL hide rows marked as restricted from all roles but those named (Art. 18)
    #[command(after_help = restrict::EXAMPLES)]
    RowSecurity(RowSecurityArgs),
    /// Figures by group of which nobody can be told, drawn from the people whose data may be used
    #[command(after_help = statistic::EXAMPLES)]
    Statistic(statistic::StatisticArgs),
    /// Data sets of which nobody can be told: making one, and testing any
    #[command(subcommand)]
    Anonymous(statistic::AnonymousCommand),
    /// The organisational duties of the policy, and noting that one was done
    #[command(subcommand)]
    Duty(service::DutyCommand),
    /// Say whether Kept believes the machine's clock, or that the clock is right
    #[command(
        after_help = "Examples:\n  kept clock\n  kept clock --is-right\n\nExit status 1 when it is not believed."
    )]
    Clock(service::ClockArgs),
    /// Verify the ledger of everything Kept did
    #[command(subcommand)]
    Ledger(LedgerCommand),
    /// Serve the API over HTTP, run retention on schedule, publish the ledger
    #[command(
        after_help = "Examples:\n  kept serve policies/klivar\n  kept serve my-policy --listen 127.0.0.1:9000 --sweep-at 02:30"
    )]
    Serve(ServeArgs),
    /// What waits to be told to webhooks, and telling it now
    #[command(subcommand)]
    Webhook(webhook::WebhookCommand),
    /// Keys of applications that ask over HTTP
    #[command(subcommand)]
    Key(KeyCommand),
    /// See everything work on made-up people, in under a minute
    #[command(after_help = "Example:\n  kept demo --keep /tmp/kept-demo")]
    Demo(DemoArgs),
    /// Measure this build on this machine, on a large made-up company
    #[command(hide = true, after_help = "Examples:\n  kept bench --people 100000\n  kept bench http --json")]
    Bench(bench::BenchArgs),
}

/// Which policy folder.
#[derive(Debug, Clone, Args)]
pub(crate) struct PolicyArgs {
    /// The policy folder
    #[arg(value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,
    /// The policy folder, another way to say it [env: KEPT_POLICY] [default: .]
    #[arg(long, value_name = "DIR", conflicts_with = "folder")]
    pub(crate) policy: Option<PathBuf>,
}

impl PolicyArgs {
    /// The folder that was named, in either way, else by the environment, else the current one.
    pub(crate) fn path(&self) -> PathBuf {
        let named = self.folder.as_ref().or(self.policy.as_ref()).cloned();
        let variable =
            || std::env::var_os("KEPT_POLICY").filter(|value| !value.is_empty()).map(PathBuf::from);
        named.or_else(variable).unwrap_or_else(|| PathBuf::from("."))
    }
}

/// Where Kept's own data are.
#[derive(Debug, Clone, Args)]
pub(crate) struct DataArgs {
    /// Folder of Kept's own store and ledger [default: .kept in the policy folder]
    #[arg(long, value_name = "DIR", env = "KEPT_DATA")]
    pub(crate) data: Option<PathBuf>,
    /// Kept's own store in PostgreSQL instead of a file in the data folder
    #[arg(long, value_name = "URL", env = "KEPT_VAULT_URL", hide_env_values = true)]
    pub(crate) vault: Option<String>,
    /// The key file, to be kept out of backups [default: beside the data folder]
    #[arg(long, value_name = "FILE", env = "KEPT_KEYS")]
    pub(crate) keys: Option<PathBuf>,
}

/// Policy, data and manner of output: what every working command takes.
#[derive(Debug, Clone, Args)]
pub(crate) struct WorkArgs {
    /// Which policy.
    #[command(flatten)]
    pub(crate) policy: PolicyArgs,
    /// Where Kept's own data are.
    #[command(flatten)]
    pub(crate) data: DataArgs,
    /// Print JSON for machines
    #[arg(long)]
    pub(crate) json: bool,
}

/// `kept new`.
#[derive(Debug, Args)]
pub(crate) struct NewArgs {
    /// The folder to make
    pub(crate) folder: PathBuf,
    /// The policy to start from
    #[arg(long, value_name = "TEMPLATE", default_value = "starter")]
    pub(crate) from: String,
}

/// `kept check`.
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// Which policy.
    #[command(flatten)]
    pub(crate) policy: PolicyArgs,
    /// Also compare the store maps with the real databases
    #[arg(long)]
    pub(crate) stores: bool,
    /// Judge by the law of this date, 2026-03-31 [default: today]
    #[arg(long, value_name = "DATE")]
    pub(crate) at: Option<String>,
    /// Check again whenever a file changes, until Ctrl-C
    #[arg(long)]
    pub(crate) watch: bool,
    /// Print JSON for machines
    #[arg(long)]
    pub(crate) json: bool,
}

/// `kept explain`.
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The code, as `kept check` prints it; without one, every code is listed
    pub(crate) code: Option<String>,
    /// Print JSON for machines
    #[arg(long)]
    pub(crate) json: bool,
}

/// `kept fmt`.
#[derive(Debug, Args)]
pub(crate) struct FmtArgs {
    /// Which policy.
    #[command(flatten)]
    pub(crate) policy: PolicyArgs,
    /// Only name the files that would change
    #[arg(long)]
    pub(crate) check: bool,
}

/// `kept texts`.
#[derive(Debug, Args)]
pub(crate) struct TextsArgs {
    /// Which policy.
    #[command(flatten)]
    pub(crate) policy: PolicyArgs,
    /// The language of the translations
    #[arg(long, value_name = "CODE")]
    pub(crate) lang: String,
    /// Write the file; without it the new file is printed
    #[arg(long)]
    pub(crate) write: bool,
    /// Take translations that note no source for ones of today's text
    #[arg(long)]
    pub(crate) note_marks: bool,
}

/// `kept notice`.
#[derive(Debug, Args)]
pub(crate) struct NoticeArgs {
    /// Which policy.
    #[command(flatten)]
    pub(crate) policy: PolicyArgs,
    /// The language, one of the policy's [default: the first]
    #[arg(long, value_name = "CODE")]
    pub(crate) lang: Option<String>,
    /// Only what concerns these people, by their name in the policy
    #[arg(long = "for", value_name = "PEOPLE", group = "scope")]
    pub(crate) people: Option<String>,
    /// The short notice beside a form, with the wording of its boxes
    #[arg(long, value_name = "FORM", group = "scope")]
    pub(crate) form: Option<String>,
    /// The notice for data that did not come from the person (Art. 14 GDPR)
    #[arg(long = "article-14", group = "scope")]
    pub(crate) article_14: bool,
    /// The same for one source, by its name in the policy
    #[arg(long, value_name = "SOURCE", group = "scope")]
    pub(crate) source: Option<String>,
    /// The form [default: by the ending of the output file, else markdown]
    #[arg(long, value_enum)]
    pub(crate) format: Option<NoticeFormat>,
    /// Write to a file instead of the terminal
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Write over a file that is there
    #[arg(long, requires = "output")]
    pub(crate) force: bool,
}

/// The forms of a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum NoticeFormat {
    /// Plain text with marks
    Markdown,
    /// A page that stands alone
    Html,
    /// On paper: a tagged PDF
    #[cfg(feature = "pdf")]
    Pdf,
    /// TILT, for machines
    Json,
    /// Linked data in the terms of the Data Privacy Vocabulary
    JsonLd,
}

/// `kept register`.
#[derive(Debug, Args)]
pub(crate) struct RegisterArgs {
    /// Which policy.
    #[command(flatten)]
    pub(crate) policy: PolicyArgs,
    /// The language: en, fr or nl [default: the policy's first that is one of them]
    #[arg(long, value_name = "CODE")]
    pub(crate) lang: Option<String>,
    /// The form [default: by the ending of the output file, else html]
    #[arg(long, value_enum)]
    pub(crate) format: Option<RegisterFormat>,
    /// Print JSON for machines, as --format json does
    #[arg(long, conflicts_with = "format")]
    pub(crate) json: bool,
    /// With the adequacy decisions that hold on this date instead of today
    #[arg(long, value_name = "DATE")]
    pub(crate) at: Option<String>,
    /// Write to a file instead of the terminal
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Write over a file that is there
    #[arg(long, requires = "output")]
    pub(crate) force: bool,
}

/// The forms of a record of processing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RegisterFormat {
    /// A page that stands alone, landscape on paper
    Html,
    /// Comma-separated values, one line for each processing
    Csv,
    /// A spreadsheet (OpenDocument)
    Ods,
    /// For machines
    Json,
}

/// `kept import`.
#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// The document: TILT as JSON, or a Fides manifest as YAML or JSON; `-` reads standard input
    pub(crate) file: PathBuf,
    /// The folder to write the draft to
    #[arg(long, short, value_name = "DIR", required_unless_present = "dry_run")]
    pub(crate) output: Option<PathBuf>,
    /// Write over a policy that is there
    #[arg(long)]
    pub(crate) force: bool,
    /// Print the draft and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Print JSON for machines: what became of every value of the document
    #[arg(long)]
    pub(crate) json: bool,
}

/// `kept request`.
#[derive(Debug, Subcommand)]
pub(crate) enum RequestCommand {
    /// Everything held about a person, with its grounds, dates and recipients (Art. 15)
    #[command(
        after_help = "Example:\n  kept request access --person email=ada@example.org --output report.txt"
    )]
    Access(RequestArgs),
    /// Erase what the law allows to end, and say what stays, why and until when (Art. 17)
    #[command(after_help = "Examples:\n  kept request erase --person email=ada@example.org --dry-run\n  \
        kept request erase --person email=ada@example.org --yes --certificate certificate.json")]
    Erase(EraseArgs),
    /// The open requests and their deadlines; with --all the answered ones too
    #[command(after_help = "Examples:\n  kept request list\n  kept request list --all --page 2")]
    List(ListArgs),
}

/// `kept request list`.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// Policy and data.
    #[command(flatten)]
    pub(crate) work: WorkArgs,
    /// Every request, answered ones too, the newest first
    #[arg(long)]
    pub(crate) all: bool,
    /// Which page of them, of 50 requests each
    #[arg(long, value_name = "NUMBER", default_value_t = 1, requires = "all", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) page: u32,
}

/// Whom a request is about.
#[derive(Debug, Clone, Args)]
pub(crate) struct PersonArgs {
    /// An identifier of the person, KIND=VALUE; may be given several times
    #[arg(long = "person", value_name = "KIND=VALUE", required = true)]
    pub(crate) person: Vec<String>,
    /// Which row, where several people were found: STORE.TABLE=KEY
    #[arg(long = "pick", value_name = "STORE.TABLE=KEY")]
    pub(crate) pick: Vec<String>,
}

/// `kept request access`.
#[derive(Debug, Args)]
pub(crate) struct RequestArgs {
    /// Policy and data.
    #[command(flatten)]
    pub(crate) work: WorkArgs,
    /// Whom.
    #[command(flatten)]
    pub(crate) person: PersonArgs,
    /// Only look and say what would be done
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// The day the request arrived [default: today]
    #[arg(long, value_name = "DATE")]
    pub(crate) received: Option<String>,
    /// The regime that the person asks under, as the policy names it or by its region: california,
    /// US-CA [default: not known, so that every deadline counts]
    #[arg(long, value_name = "REGION")]
    pub(crate) under: Option<String>,
    /// Write the report to a file, readable by you alone
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Write over a file that is there
    #[arg(long, requires = "output")]
    pub(crate) force: bool,
    /// The language of the answer [default: English, where the notice has it, else its first]
    #[arg(long, value_name = "CODE")]
    pub(crate) lang: Option<String>,
}

/// `kept request erase`.
#[derive(Debug, Args)]
pub(crate) struct EraseArgs {
    /// As for access.
    #[command(flatten)]
    pub(crate) request: RequestArgs,
    /// Do not ask before erasing
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// Rewrite SQLite stores and vacuum the tables of PostgreSQL afterwards, so that older copies go too
    #[arg(long)]
    pub(crate) vacuum: bool,
    /// Write a signed certificate for the person into this file (JSON), and its words beside it (.md)
    #[arg(long, value_name = "FILE")]
    pub(crate) certificate: Option<PathBuf>,
}

/// `kept why`.
#[derive(Debug, Args)]
pub(crate) struct WhyArgs {
    /// Policy and data.
    #[command(flatten)]
    pub(crate) work: WorkArgs,
    /// Whom.
    #[command(flatten)]
    pub(crate) person: PersonArgs,
    /// Only this category or field
    #[arg(long, value_name = "CATEGORY[.FIELD]")]
    pub(crate) field: Option<String>,
    /// As it stands on this date instead of now
    #[arg(long, value_name = "DATE")]
    pub(crate) at: Option<String>,
}

/// `kept sweep`.
#[derive(Debug, Args)]
pub(crate) struct SweepArgs {
    /// Policy and data.
    #[command(flatten)]
    pub(crate) work: WorkArgs,
    /// Only count; change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// With --dry-run: count as of this date
    #[arg(long, value_name = "DATE")]
    pub(crate) at: Option<String>,
    /// Only rows whose grounds of this purpose ended
    #[arg(long, value_name = "PURPOSE")]
    pub(crate) purpose: Option<String>,
    /// Also erase data that never had a ground; names who approved it
    #[arg(long, value_name = "APPROVER")]
    pub(crate) without_ground: Option<String>,
    /// Rewrite SQLite stores and vacuum the tables of PostgreSQL afterwards
    #[arg(long)]
    pub(crate) vacuum: bool,
}

/// `kept forecast`.
#[derive(Debug, Args)]
pub(crate) struct ForecastArgs {
    /// Policy and data.
    #[command(flatten)]
    pub(crate) work: WorkArgs,
    /// The last day
    #[arg(long, value_name = "DATE")]
    pub(crate) until: String,
}

/// `kept ledger`.
#[derive(Debug, Subcommand)]
pub(crate) enum LedgerCommand {
    /// Check every entry, the tree and the signatures; finds changed, removed and swapped entries
    #[command(
        after_help = "Examples:\n  kept ledger verify\n  kept ledger verify --against last-month.checkpoint"
    )]
    Verify(VerifyArgs),
    /// Write new entries into the published files and sign a checkpoint
    #[command(after_help = "Example:\n  kept ledger publish")]
    Publish(WorkArgs),
}

/// `kept ledger verify`.
#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// Policy and data.
    #[command(flatten)]
    pub(crate) work: WorkArgs,
    /// An older checkpoint that you kept: finds a cut tail and a rewritten past
    #[arg(long, value_name = "FILE")]
    pub(crate) against: Option<PathBuf>,
    /// The published ledger [default: ledger in the data folder]
    #[arg(long, value_name = "DIR")]
    pub(crate) ledger: Option<PathBuf>,
    /// The public key `name+hash+key` [default: the one beside the published ledger]
    #[arg(long, value_name = "KEY")]
    pub(crate) key: Option<String>,
    /// A certificate of erasure to check instead: no ledger is needed, only the key
    #[arg(long, value_name = "FILE", conflicts_with = "against")]
    pub(crate) certificate: Option<PathBuf>,
}

/// `kept demo`.
#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// Keep the databases, the policy and the ledger in this folder
    #[arg(long, value_name = "DIR")]
    pub(crate) keep: Option<PathBuf>,
    /// How many made-up people
    #[arg(long, default_value_t = 3000)]
    pub(crate) people: u32,
    /// Leave PostgreSQL out
    #[arg(long)]
    pub(crate) no_postgres: bool,
    /// Only make the databases and the policy in the folder of --keep, to try the commands yourself
    #[arg(long, requires = "keep")]
    pub(crate) make_only: bool,
}
