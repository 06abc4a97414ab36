//! Keys of promises about the organisation: what is never done, Kept's own records, and duties.

use super::Shape::{Choice, Date, Every, Length, Or, Table, Text, Truth};
use super::{Key, TEXTS, key};

/// To whom data are never disclosed.
pub(crate) const NEVER_TO: &[&str] =
    &["anyone but authorities", "other controllers", "other controllers but authorities"];

pub(super) const KEYS: &[Key] = &[
    key(["", "never"], Table, "", "What is never done. No consent opens it.", "Art. 5(1)(a)", "[never]"),
    key(["never", "sell"], Truth, "false", "Personal data are never sold.", "", "sell = true"),
    key(
        ["never", "disclose-to"],
        Choice(NEVER_TO),
        "",
        "To whom data are never disclosed; processors count only under `anyone`.",
        "Art. 13(1)(e)",
        "disclose-to = \"other controllers but authorities\"",
    ),
    key(
        ["never", "track"],
        Truth,
        "false",
        "Nobody is followed across sites.",
        "ePrivacy 5(3)",
        "track = true",
    ),
    key(["never", "profile"], Truth, "false", "Nobody is profiled.", "Art. 4(4)", "profile = true"),
    key(
        ["never", "decide-automatically"],
        Truth,
        "false",
        "Nothing with legal or similar effect is decided by automated means alone.",
        "Art. 22(1)",
        "decide-automatically = true",
    ),
    key(
        ["never", "leave"],
        TEXTS,
        "",
        "Regions or countries that data never leave.",
        "Art. 44",
        "leave = [\"EU\"]",
    ),
    key(
        ["never", "*"],
        Text,
        "",
        "Anything else that is never done, in words.",
        "",
        "rent = \"We never rent out addresses.\"",
    ),
    key(
        ["", "own"],
        Table,
        "",
        "How long the records are kept that this program itself holds about people.",
        "Art. 5(1)(e), 13(2)(a)",
        "[own]",
    ),
];

/// Duties.
pub(super) const DUTIES: &[Key] = &[
    key(
        ["", "duty"],
        Table,
        "",
        "Organisational measures, each with an owner.",
        "Art. 24, 32",
        "[duty.incident-desk]",
    ),
    key(["duty", "*"], Table, "", "One duty.", "", "[duty.incident-desk]"),
    key(
        ["duty.*", "what"],
        Text,
        "the name, in words",
        "What is to be done.",
        "",
        "what = \"Handle incidents\"",
    ),
    key(["duty.*", "owner"], Text, "", "Who answers for it.", "", "owner = \"security officer\""),
    key(["duty.*", "every"], Length, "", "How often it is due.", "", "every = \"1 year\""),
    key(
        ["duty.*", "evidence"],
        Text,
        "",
        "What counts as evidence.",
        "Art. 5(2)",
        "evidence = \"minutes of the drill\"",
    ),
    key(["duty.*", "due"], Date, "", "When it is due, if it is due once.", "", "due = 2026-12-31"),
    key(
        ["duty.*", "before"],
        Text,
        "",
        "The act that it comes before.",
        "Art. 24, 28(1)",
        "before = \"first disclosure to a processor\"",
    ),
    key(
        ["duty.*", "security"],
        Truth,
        "false",
        "Whether it is a measure of security, for the record of processing.",
        "Art. 30(1)(g), 32",
        "security = true",
    ),
];

/// The keys of a kind of record: its name, what it is, the article, an example.
macro_rules! of_each_record {
    ($($name:literal $meaning:literal $article:literal $example:literal;)+) => {
        /// How long each kind of record is kept.
        pub(super) const OWN: &[Key] = &[
            $(
                key(
                    ["own", $name],
                    Or(&[Text, Table]),
                    "",
                    concat!($meaning, " How long: a retention sentence, or a criterion. It may name `disclosure` and `verification` beside the events of the policy."),
                    $article,
                    $example,
                ),
                key(
                    [concat!("own.", $name), "criterion"],
                    Text,
                    "",
                    "The criterion, where there is no figure.",
                    "Art. 13(2)(a)",
                    "criterion = \"as long as the refusal holds\"",
                ),
                key([concat!("own.", $name), "ends"], Text, "", "The event that ends it.", "", "ends = \"request-closed\""),
                key(
                    [concat!("own.", $name), "review"],
                    Every,
                    "",
                    "How often somebody reviews it.",
                    "Art. 5(1)(e)",
                    "review = \"every 3 years\"",
                ),
                key([concat!("own.", $name), "at-most"], Length, "", "The longest it may last.", "", "at-most = \"10 years\""),
                key(
                    [concat!("own.", $name), "then"],
                    Choice(&["anonymised"]),
                    "erased",
                    "What becomes of it then.",
                    "",
                    "then = \"anonymised\"",
                ),
            )+
        ];
    };
}

of_each_record! {
    "consent-proof" "Proof that consent was given and withdrawn." "Art. 7(1)"
        "consent-proof = \"5 years after consent-end\"";
    "disclosures" "Which data went to whom." "Art. 15(1)(c), 19"
        "disclosures = \"3 years after the disclosure\"";
    "identity-papers" "Papers by which somebody showed who they are." "Art. 12(6)"
        "identity-papers = \"until verified, at most 1 month\"";
    "refusals" "The marks of people who must not be contacted again." "Art. 21(3)"
        "refusals = { criterion = \"as long as the refusal holds\", review = \"every 3 years\" }";
    "requests" "Files of requests." "Art. 5(2), 12"
        "requests = \"2 years after request-closed\"";
    "log" "The record of what was done with data." "Art. 5(2)"
        "log = \"3 years after collection\"";
}
