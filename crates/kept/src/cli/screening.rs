//! What `kept screening` takes on the command line.

use clap::{Args, Subcommand, ValueEnum};

use super::WorkArgs;

/// `kept screening`.
#[derive(Debug, Subcommand)]
pub(crate) enum ScreeningCommand {
    /// The free text that waits for a decision, flagged pieces first, then those that go first
    #[command(after_help = "Examples:\n  kept screening list --purpose recruitment --role people-team\n  \
        kept screening list --purpose recruitment --role people-team --count 20 --json\n\n\
        It shows what people wrote. A flag is a word of the policy that stands in it: a help, and no judgement.")]
    List(ListArgs),
    /// Decide whether a piece stays; what nobody decides on in time goes with retention
    #[command(
        after_help = "Examples:\n  kept screening decide remove --purpose recruitment --role people-team \
        --person 0195… \\\n    --record 3 --field applicant.further --reason \"says nothing of the work\"\n  \
        kept screening decide keep … --dry-run"
    )]
    Decide(DecideArgs),
}

/// `kept screening list`.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// Policy and data.
    #[command(flatten)]
    pub(crate) work: WorkArgs,
    /// Collected for which purpose
    #[arg(long, value_name = "PURPOSE")]
    pub(crate) purpose: String,
    /// In which role you look: one of `roles` of the field's `screen`
    #[arg(long, value_name = "ROLE")]
    pub(crate) role: Option<String>,
    /// About how many at once; a page ends with a person
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(crate) count: u16,
    /// Begin after this person, as the page before said
    #[arg(long, value_name = "PERSON")]
    pub(crate) after: Option<String>,
    /// Who looks: the ledger has a keyed pseudonym of the name
    #[arg(long, value_name = "NAME")]
    pub(crate) actor: Option<String>,
}

/// What becomes of a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Becomes {
    /// It stays
    Keep,
    /// It goes
    Remove,
}

/// The right that somebody uses by what they wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Asks {
    /// Art. 15
    Access,
    /// Art. 16
    Rectification,
    /// Art. 17
    Erasure,
    /// Art. 18
    Restriction,
    /// Art. 20
    Portability,
    /// Art. 21
    Objection,
    /// Art. 7(3)
    Withdrawal,
}

/// `kept screening decide`.
#[derive(Debug, Args)]
pub(crate) struct DecideArgs {
    /// Whether it stays or goes
    pub(crate) becomes: Becomes,
    /// Policy and data.
    #[command(flatten)]
    pub(crate) work: WorkArgs,
    /// Collected for which purpose
    #[arg(long, value_name = "PURPOSE")]
    pub(crate) purpose: String,
    /// The person, by the number that the list shows
    #[arg(long, value_name = "PERSON")]
    pub(crate) person: String,
    /// The record, by the number that the list shows
    #[arg(long, value_name = "N")]
    pub(crate) record: u64,
    /// The field: applicant.further
    #[arg(long, value_name = "FIELD")]
    pub(crate) field: String,
    /// In which role you decide
    #[arg(long, value_name = "ROLE")]
    pub(crate) role: Option<String>,
    /// Why it stays or goes; sealed under the person's key
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
    /// What was written is a request: it is opened, and its clock runs from the day of the writing
    #[arg(long, value_name = "RIGHT")]
    pub(crate) asks: Option<Asks>,
    /// Who decides: the ledger has a keyed pseudonym of the name
    #[arg(long, value_name = "NAME")]
    pub(crate) actor: Option<String>,
    /// Say what would be done, and do nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}
