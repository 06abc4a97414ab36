//! The words of the commands that record something about a person, ask the gate, or give data away.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{PersonArgs, WorkArgs};

/// What can be recorded, asked and given.
#[derive(Debug, Subcommand)]
pub(crate) enum RecordCommand {
    /// Keep data about a person, where a purpose of the policy needs them
    #[command(
        after_help = "Example:\n  kept collect --person email=ada@example.org --purpose enquiry --values form.json"
    )]
    Collect(Box<CollectArgs>),
    /// Record an event that retention counts from, or that the person was told, agreed or died
    #[command(
        after_help = "Examples:\n  kept record contract-start --person email=ada@example.org --contract C-17\n  \
        kept record told --person email=ada@example.org\n  \
        kept record reviewed --person email=ada@example.org"
    )]
    Record(EventArgs),
    /// Record consent given and withdrawn, and show its history (Art. 7)
    #[command(subcommand)]
    Consent(ConsentCommand),
    /// Record an objection, or decide on one (Art. 21)
    #[command(
        after_help = "Examples:\n  kept object --person email=ada@example.org --purpose prospecting\n  \
        kept object --person email=ada@example.org --purpose research --uphold"
    )]
    Object(ObjectArgs),
    /// Restrict the processing of a person's data (Art. 18)
    #[command(
        after_help = "Example:\n  kept restrict --person email=ada@example.org --reason accuracy --review 2027-01-31"
    )]
    Restrict(RestrictArgs),
    /// Lift a restriction, once the person was told (18(3))
    #[command(after_help = "Examples:\n  kept lift L-2026-0001 --person email=ada@example.org --told\n  \
        kept lift L-2026-0001 --person email=ada@example.org")]
    Lift(LiftArgs),
    /// Hold named data for a claim or a duty (17(3)), and show the holds that stand
    #[command(subcommand)]
    Hold(HoldCommand),
    /// Ask whether a use is allowed now
    #[command(
        after_help = "Example:\n  kept decide --person email=ada@example.org --purpose newsletter --for contact:email\n\nExit status 1 when it is refused."
    )]
    Decide(DecideArgs),
    /// Whom a purpose may reach by a channel now
    #[command(after_help = "Example:\n  kept audience --purpose newsletter --channel email --count")]
    Audience(AudienceArgs),
    /// Give a person's data to a recipient: only what the policy lets go, and on record
    #[command(
        after_help = "Example:\n  kept disclose --person email=ada@example.org --to hosting --purpose billing --field billing.number\n\nExit status 1 when a field does not leave."
    )]
    Disclose(DiscloseArgs),
    /// Releases that may be kept from the person: list them in a role that may, or end a secrecy
    #[command(subcommand)]
    Secrecy(crate::cli::secrecy::SecrecyCommand),
    /// Free text that people look through: list what waits, decide on a piece
    #[command(subcommand)]
    Screening(crate::cli::screening::ScreeningCommand),
}

/// What every record takes.
#[derive(Debug, Clone, Args)]
pub(crate) struct RecordArgs {
    /// Policy and data.
    #[command(flatten)]
    pub(crate) work: WorkArgs,
    /// Whom.
    #[command(flatten)]
    pub(crate) person: PersonArgs,
    /// When it happened, a day [default: now]
    #[arg(long, value_name = "DATE")]
    pub(crate) on: Option<String>,
    /// Your own key: the same key and act are done once
    #[arg(long, value_name = "KEY")]
    pub(crate) key: Option<String>,
    /// Who records it: the ledger has a keyed pseudonym of the name
    #[arg(long, value_name = "NAME")]
    pub(crate) actor: Option<String>,
    /// Only say whether it would be recorded
    #[arg(long)]
    pub(crate) dry_run: bool,
}

/// What consent takes, given by itself or with a collection.
#[derive(Debug, Clone, Args)]
pub(crate) struct ProofArgs {
    /// The number of the wording that was shown
    #[arg(long, value_name = "NUMBER")]
    pub(crate) wording: Option<u32>,
    /// How it was given: `sign-up form`, `by phone`
    #[arg(long, value_name = "TEXT")]
    pub(crate) how: Option<String>,
    /// The language of the wording
    #[arg(long = "lang", value_name = "CODE")]
    pub(crate) language: Option<String>,
    /// The channels agreed to [default: all that the purpose has]
    #[arg(long = "channel", value_name = "CHANNEL")]
    pub(crate) channels: Vec<String>,
    /// The source that obtained it, by its name in the policy
    #[arg(long, value_name = "SOURCE")]
    pub(crate) obtained_by: Option<String>,
    /// Evidence by its name, NAME=TEXT; may be given several times
    #[arg(long = "proof", value_name = "NAME=TEXT")]
    pub(crate) evidence: Vec<String>,
    /// Who consented for a child, and how that was checked
    #[arg(long, value_name = "TEXT")]
    pub(crate) guardian: Option<String>,
    /// The controller that it is given to [default: the leading one]
    #[arg(long = "given-to", value_name = "CONTROLLER")]
    pub(crate) given_to: Option<String>,
    /// A source whose data may be joined with others; may be given several times
    #[arg(long = "join", value_name = "SOURCE")]
    pub(crate) join: Vec<String>,
}

/// How old a person is.
#[derive(Debug, Clone, Args)]
pub(crate) struct AgeArgs {
    /// The person's age in years, as declared
    #[arg(long, value_name = "YEARS", conflicts_with = "born")]
    pub(crate) age: Option<u8>,
    /// The person's day of birth
    #[arg(long, value_name = "DATE")]
    pub(crate) born: Option<String>,
}

/// `kept collect`.
#[derive(Debug, Args)]
pub(crate) struct CollectArgs {
    /// As for every record.
    #[command(flatten)]
    pub(crate) record: RecordArgs,
    /// What the data are for; may be given several times
    #[arg(long = "purpose", value_name = "PURPOSE", required = true)]
    pub(crate) purposes: Vec<String>,
    /// The values as JSON, {"category.field": "value"}; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) values: PathBuf,
    /// The kind of people
    #[arg(long, value_name = "PEOPLE")]
    pub(crate) people: Option<String>,
    /// How old.
    #[command(flatten)]
    pub(crate) age: AgeArgs,
    /// Where the data come from, if not from the person
    #[arg(long, value_name = "SOURCE")]
    pub(crate) source: Option<String>,
    /// Purposes that the person consents to with it
    #[arg(long = "consent", value_name = "PURPOSE")]
    pub(crate) consents: Vec<String>,
    /// The proof of those consents.
    #[command(flatten)]
    pub(crate) proof: ProofArgs,
    /// Events that happen with it: `contract-start`
    #[arg(long = "event", value_name = "EVENT")]
    pub(crate) events: Vec<String>,
    /// The contract that it is about
    #[arg(long, value_name = "NUMBER")]
    pub(crate) contract: Option<String>,
    /// The digest of the notice that was shown
    #[arg(long, value_name = "DIGEST")]
    pub(crate) notice: Option<String>,
    /// The controller that collects them, and has the contract [default: the leading one]
    #[arg(long, value_name = "CONTROLLER")]
    pub(crate) controller: Option<String>,
}

/// `kept record`.
#[derive(Debug, Args)]
pub(crate) struct EventArgs {
    /// The event: one that the policy counts from, reviewed where it keeps by a criterion, or told, agreed,
    /// died, guardian-reported, report-dismissed with `--why` and `--approver`; linked or unlinked with
    /// `--contract` and `--to`
    pub(crate) event: String,
    /// As for every record.
    #[command(flatten)]
    pub(crate) record: RecordArgs,
    /// The contract that it is about
    #[arg(long, value_name = "NUMBER")]
    pub(crate) contract: Option<String>,
    /// For linked and unlinked: the recipient that looks after the contract
    #[arg(long = "to", value_name = "RECIPIENT", requires = "contract", conflicts_with = "fields")]
    pub(crate) recipient: Option<String>,
    /// The data that it is about [default: all]
    #[arg(long = "field", value_name = "CATEGORY[.FIELD]")]
    pub(crate) fields: Vec<String>,
    /// For told and agreed: the digest of the policy's version [default: the one in force]
    #[arg(long, value_name = "DIGEST")]
    pub(crate) version: Option<String>,
    /// For report-dismissed: what showed that the person is no child
    #[arg(long, value_name = "REASON")]
    pub(crate) why: Option<String>,
    /// For report-dismissed: who decided
    #[arg(long, value_name = "NAME")]
    pub(crate) approver: Option<String>,
}

/// `kept consent`.
#[derive(Debug, Subcommand)]
pub(crate) enum ConsentCommand {
    /// Record that consent was given, with its proof
    #[command(
        after_help = "Example:\n  kept consent give --person email=ada@example.org --purpose newsletter \\\n    --channel email --wording 12 --how \"sign-up form\" --lang fr"
    )]
    Give(Box<GiveArgs>),
    /// Record that consent was withdrawn: at once, and for good until it is given again
    #[command(
        after_help = "Example:\n  kept consent withdraw --person email=ada@example.org --purpose newsletter"
    )]
    Withdraw(WithdrawArgs),
    /// The history of a person's consents, with its proof
    #[command(after_help = "Example:\n  kept consent list --person email=ada@example.org --json")]
    List(PersonListArgs),
    /// A person's consents as records of ISO/IEC TS 27560, in DPV JSON-LD
    #[command(
        after_help = "Example:\n  kept consent export --person email=ada@example.org > consents.jsonld"
    )]
    Export(PersonListArgs),
}

/// `kept consent give`.
#[derive(Debug, Args)]
pub(crate) struct GiveArgs {
    /// As for every record.
    #[command(flatten)]
    pub(crate) record: RecordArgs,
    /// For which purpose
    #[arg(long, value_name = "PURPOSE")]
    pub(crate) purpose: String,
    /// Its proof.
    #[command(flatten)]
    pub(crate) proof: ProofArgs,
    /// How old.
    #[command(flatten)]
    pub(crate) age: AgeArgs,
}

/// `kept consent withdraw`.
#[derive(Debug, Args)]
pub(crate) struct WithdrawArgs {
    /// As for every record.
    #[command(flatten)]
    pub(crate) record: RecordArgs,
    /// For which purpose
    #[arg(long, value_name = "PURPOSE")]
    pub(crate) purpose: String,
    /// Only for these channels
    #[arg(long = "channel", value_name = "CHANNEL")]
    pub(crate) channels: Vec<String>,
}

/// A list about one person.
#[derive(Debug, Args)]
pub(crate) struct PersonListArgs {
    /// Policy and data.
    #[command(flatten)]
    pub(crate) work: WorkArgs,
    /// Whom.
    #[command(flatten)]
    pub(crate) person: PersonArgs,
}

/// `kept object`.
#[derive(Debug, Args)]
pub(crate) struct ObjectArgs {
    /// As for every record.
    #[command(flatten)]
    pub(crate) record: RecordArgs,
    /// Against this purpose [default: all that can be objected to]
    #[arg(long, value_name = "PURPOSE")]
    pub(crate) purpose: Option<String>,
    /// Decide: the objection stands
    #[arg(long, requires = "purpose", conflicts_with = "reject")]
    pub(crate) uphold: bool,
    /// Decide: this compelling ground outweighs it
    #[arg(long, value_name = "GROUND", requires = "purpose")]
    pub(crate) reject: Option<String>,
    /// Who decided
    #[arg(long, value_name = "NAME", requires = "reject")]
    pub(crate) approver: Option<String>,
    /// The person was told of the rejection, and why
    #[arg(long, requires = "reject")]
    pub(crate) told: bool,
}

/// `kept restrict`.
#[derive(Debug, Args)]
pub(crate) struct RestrictArgs {
    /// As for every record.
    #[command(flatten)]
    pub(crate) record: RecordArgs,
    /// The case of Art. 18(1)
    #[arg(long, value_enum)]
    pub(crate) reason: RestrictReason,
    /// The data [default: all]
    #[arg(long = "field", value_name = "CATEGORY[.FIELD]")]
    pub(crate) fields: Vec<String>,
    /// When somebody looks at it again
    #[arg(long, value_name = "DATE")]
    pub(crate) review: Option<String>,
}

/// The cases of 18(1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RestrictReason {
    /// 18(1)(a): accuracy is contested
    Accuracy,
    /// 18(1)(b): unlawful, and the person wants it kept
    Unlawful,
    /// 18(1)(c): the person needs it for a claim
    Claim,
    /// 18(1)(d): an objection is being weighed
    Objection,
}

/// `kept lift`.
#[derive(Debug, Args)]
pub(crate) struct LiftArgs {
    /// The restriction's number
    pub(crate) case: String,
    /// As for every record.
    #[command(flatten)]
    pub(crate) record: RecordArgs,
    /// Only record that the person was told of the lifting to come
    #[arg(long)]
    pub(crate) told: bool,
}

/// `kept hold`.
#[derive(Debug, Subcommand)]
pub(crate) enum HoldCommand {
    /// Hold named fields of a person for a claim or a duty
    #[command(
        after_help = "Example:\n  kept hold place --person email=ada@example.org --field billing.number \\\n    --reason \"invoice 17 is disputed\" --approver \"head of legal\" --review 2027-01-31"
    )]
    Place(HoldArgs),
    /// Release a hold: what nothing else keeps goes with the next sweep
    #[command(after_help = "Example:\n  kept hold release H-2026-0001 --person email=ada@example.org")]
    Release(ReleaseArgs),
    /// The holds and restrictions that stand, with their days of review, and uses on a vital interest
    #[command(after_help = "Example:\n  kept hold list")]
    List(WorkArgs),
    /// Note that you looked at a use on a vital interest: it leaves the list
    #[command(after_help = "Example:\n  kept hold reviewed entry-17")]
    Reviewed(ReviewedArgs),
}

/// `kept hold place`.
#[derive(Debug, Args)]
pub(crate) struct HoldArgs {
    /// As for every record.
    #[command(flatten)]
    pub(crate) record: RecordArgs,
    /// The data that are needed; may be given several times
    #[arg(long = "field", value_name = "CATEGORY[.FIELD]")]
    pub(crate) fields: Vec<String>,
    /// Why
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub(crate) reason: String,
    /// Who approved it
    #[arg(long, value_name = "NAME", default_value = "")]
    pub(crate) approver: String,
    /// When somebody looks at it again
    #[arg(long, value_name = "DATE")]
    pub(crate) review: Option<String>,
}

/// `kept hold reviewed`.
#[derive(Debug, Args)]
pub(crate) struct ReviewedArgs {
    /// The number that `kept hold list` shows: entry-17
    pub(crate) case: String,
    /// Policy and data.
    #[command(flatten)]
    pub(crate) work: WorkArgs,
    /// Who looked at it: the ledger has a keyed pseudonym of the name
    #[arg(long, value_name = "NAME")]
    pub(crate) actor: Option<String>,
}

/// `kept hold release`.
#[derive(Debug, Args)]
pub(crate) struct ReleaseArgs {
    /// The hold's number
    pub(crate) case: String,
    /// As for every record.
    #[command(flatten)]
    pub(crate) record: RecordArgs,
}

/// `kept decide`.
#[derive(Debug, Args)]
pub(crate) struct DecideArgs {
    /// Policy and data.
    #[command(flatten)]
    pub(crate) work: WorkArgs,
    /// Whom.
    #[command(flatten)]
    pub(crate) person: PersonArgs,
    /// For which purpose: one of the policy, or rights, erasure, incident, backup
    #[arg(long, value_name = "PURPOSE")]
    pub(crate) purpose: String,
    /// What is to be done: read, contact:CHANNEL, disclose:RECIPIENT, decide-automatically
    #[arg(long = "for", value_name = "ACT", default_value = "read")]
    pub(crate) act: String,
    /// With which data
    #[arg(long = "field", value_name = "CATEGORY[.FIELD]")]
    pub(crate) fields: Vec<String>,
    /// In which role
    #[arg(long, value_name = "ROLE")]
    pub(crate) role: Option<String>,
    /// The source that the data came from: its terms may forbid what the policy allows
    #[arg(long, value_name = "SOURCE")]
    pub(crate) source: Option<String>,
    /// The controller of the policy that asks, where it has several
    #[arg(long, value_name = "CONTROLLER")]
    pub(crate) controller: Option<String>,
}

/// `kept audience`.
#[derive(Debug, Args)]
pub(crate) struct AudienceArgs {
    /// Policy and data.
    #[command(flatten)]
    pub(crate) work: WorkArgs,
    /// For which purpose
    #[arg(long, value_name = "PURPOSE")]
    pub(crate) purpose: String,
    /// By which channel: email, phone, sms, post, social-media, adverts, in-product
    #[arg(long, value_name = "CHANNEL")]
    pub(crate) channel: String,
    /// The controller of the policy that asks, where it has several
    #[arg(long, value_name = "CONTROLLER")]
    pub(crate) controller: Option<String>,
    /// Only count them
    #[arg(long)]
    pub(crate) count: bool,
}

/// `kept disclose`.
#[derive(Debug, Args)]
pub(crate) struct DiscloseArgs {
    /// Policy and data.
    #[command(flatten)]
    pub(crate) work: WorkArgs,
    /// Whose data.
    #[command(flatten)]
    pub(crate) person: PersonArgs,
    /// To whom, by the recipient's name in the policy; for an authority that demands data, the name of
    /// the way: `courts` for `[disclosure.courts]`
    #[arg(long = "to", value_name = "RECIPIENT")]
    pub(crate) recipient: String,
    /// For which purpose
    #[arg(long, value_name = "PURPOSE")]
    pub(crate) purpose: String,
    /// Which fields; may be given several times
    #[arg(long = "field", value_name = "CATEGORY.FIELD", required = true)]
    pub(crate) fields: Vec<String>,
    /// Only what is held of this contract
    #[arg(long, value_name = "NUMBER")]
    pub(crate) contract: Option<String>,
    /// The controller of the policy that gives them, where it has several
    #[arg(long, value_name = "CONTROLLER")]
    pub(crate) controller: Option<String>,
    /// What the policy asks for first, NAME=TEXT: "legal reference=PV-2026/117"
    #[arg(long = "evidence", value_name = "NAME=TEXT")]
    pub(crate) evidence: Vec<String>,
    /// Something is given in return
    #[arg(long)]
    pub(crate) paid: bool,
    /// In which role
    #[arg(long, value_name = "ROLE")]
    pub(crate) role: Option<String>,
    /// Who gives them: the ledger has a keyed pseudonym of the name
    #[arg(long, value_name = "NAME")]
    pub(crate) actor: Option<String>,
    /// Only say which fields would leave, and why others would not
    #[arg(long)]
    pub(crate) dry_run: bool,
}
