//! Keys of people's rights: in general, right by right, by another's hand, and under other laws.

use super::Shape::{Choice, Length, List, Or, Table, Text, Truth};
use super::{Key, TEXTS, key};

/// The rights, by the words of the language.
pub(crate) const RIGHTS: &[&str] =
    &["access", "rectification", "erasure", "restriction", "portability", "objection", "withdrawal"];

/// The uses that a right may be said to reach.
pub(crate) const USES: &[&str] = &["marketing", "research", "profiling", "automated-decisions", "interest"];

/// Which authority a notice names, where no other is written.
pub(crate) const AUTHORITIES: &[&str] = &["controller's", "by residence", "none"];

/// What holds for all rights.
pub(super) const KEYS: &[Key] = &[
    key(["", "rights"], Table, "", "How people use their rights.", "Art. 12, 13(2)(b)", "[rights]"),
    key(
        ["rights", "reply"],
        Length,
        "1 month",
        "The reply limit that you promise.",
        "Art. 12(3)",
        "reply = \"1 month\"",
    ),
    key(
        ["rights", "inquiries"],
        Length,
        "",
        "The limit for any other inquiry.",
        "",
        "inquiries = \"1 month\"",
    ),
    key(
        ["rights", "extension"],
        Choice(&["never", "as the law allows"]),
        "as the law allows",
        "Whether you promise not to take the two further months.",
        "Art. 12(3)",
        "extension = \"never\"",
    ),
    key(
        ["rights", "fee"],
        Or(&[Choice(&["never", "as the law allows"]), Table]),
        "as the law allows",
        "Whether you promise never to ask a fee, or which one is asked for further copies.",
        "Art. 12(5), 15(3)",
        "fee = \"never\"",
    ),
    key(
        ["rights.fee", "extra-copy"],
        Text,
        "",
        "The fee for further copies, in words.",
        "Art. 15(3)",
        "extra-copy = \"the cost of the copy\"",
    ),
    key(
        ["rights", "identity"],
        Text,
        "",
        "When proof of identity is asked for.",
        "Art. 12(6)",
        "identity = \"when in doubt\"",
    ),
    key(
        ["rights", "channels"],
        TEXTS,
        "the controller's addresses",
        "The ways by which requests are made.",
        "Art. 12(2)",
        "channels = [\"form\"]",
    ),
    key(
        ["rights", "named"],
        List(&Choice(RIGHTS)),
        "all of them",
        "The rights that the notice names: for a notice as it was published.",
        "Art. 13(2)(b)",
        "named = [\"access\", \"erasure\"]",
    ),
    key(
        ["rights", "no-retaliation"],
        Text,
        "",
        "That nobody is treated worse for using a right.",
        "Art. 12(2)",
        "no-retaliation = \"Using your rights never costs you service.\"",
    ),
    key(
        ["rights", "inside-first"],
        Choice(&["asked", "required"]),
        "",
        "Whether people are asked to write to you before they complain to an authority. `required` is below the law: for a notice as it was published.",
        "Art. 77",
        "inside-first = \"asked\"",
    ),
    key(
        ["rights", "authority"],
        Or(&[Choice(AUTHORITIES), Table]),
        "controller's",
        "Which supervisory authority the notice names.",
        "Art. 13(2)(d), 77",
        "authority = \"by residence\"",
    ),
    key(
        ["rights.authority", "name"],
        Text,
        "",
        "Its name, as published.",
        "",
        "name = \"Commission for the protection of privacy\"",
    ),
    key(
        ["rights.authority", "post"],
        Text,
        "",
        "Its address, as published.",
        "",
        "post = \"Drukpersstraat 35\"",
    ),
];

/// The keys that every right has: its name, what it holds, the article, one of its values.
macro_rules! of_each_right {
    ($($name:literal $shape:expr, $article:literal $example:literal;)+) => {
        pub(super) const BY_RIGHT: &[Key] = &[
            $(
                key(
                    ["rights", $name],
                    $shape,
                    "",
                    "What is said or promised about this right beside the law.",
                    $article,
                    $example,
                ),
                key([concat!("rights.", $name), "text"], Text, "", "What is said of it.", $article, "text = \"Ask us at any time.\""),
                key(
                    [concat!("rights.", $name), "reply"],
                    Or(&[Length, Table]),
                    "the general one",
                    "A reply limit of its own, or a table with more.",
                    "Art. 12(3)",
                    "reply = \"30 days\"",
                ),
                key(
                    [concat!("rights.", $name, ".reply"), "within"],
                    Length,
                    "the general one",
                    "The limit.",
                    "Art. 12(3)",
                    "within = \"30 days\"",
                ),
                key(
                    [concat!("rights.", $name, ".reply"), "data"],
                    TEXTS,
                    "all",
                    "The data that the limit is promised for.",
                    "Art. 12(3)",
                    "data = [\"account\"]",
                ),
                key(
                    [concat!("rights.", $name), "only"],
                    Text,
                    "",
                    "A condition under which alone it is granted: for a notice as it was published.",
                    $article,
                    "only = \"outdated data\"",
                ),
                key(
                    [concat!("rights.", $name), "article"],
                    Text,
                    "the right one",
                    "The article that the published notice cites for it.",
                    "",
                    "article = \"17(3)\"",
                ),
                key(
                    [concat!("rights.", $name), "covers"],
                    List(&Choice(USES)),
                    "",
                    "The uses that it is said to reach.",
                    $article,
                    "covers = [\"marketing\", \"research\"]",
                ),
                key(
                    [concat!("rights.", $name), "yourself"],
                    Text,
                    "",
                    "How people use it themselves, without asking.",
                    $article,
                    "yourself = \"in your account\"",
                ),
            )+
        ];
    };
}

of_each_right! {
    "access" Table, "Art. 15" "[rights.access]";
    "rectification" Table, "Art. 16" "[rights.rectification]";
    "erasure" Table, "Art. 17" "[rights.erasure]";
    "restriction" Table, "Art. 18" "[rights.restriction]";
    "portability" Table, "Art. 20" "[rights.portability]";
    "objection" Table, "Art. 21" "[rights.objection]";
    "withdrawal" Or(&[Text, Table]), "Art. 7(3)" "withdrawal = \"as easily as you gave it, in your account\"";
}

/// What only single rights have, how somebody acts for another, and other laws.
pub(super) const MORE: &[Key] = &[
    key(
        ["rights.erasure.reply", "backups"],
        Text,
        "",
        "By when copies in backups are gone.",
        "Art. 17, 5(1)(e)",
        "backups = \"60 days from the request\"",
    ),
    key(
        ["rights.erasure", "ends"],
        TEXTS,
        "",
        "Data that go on request although the law would let them stay.",
        "Art. 17",
        "ends = [\"account\"]",
    ),
    key(
        ["rights.access", "look-back"],
        Text,
        "all that is held",
        "How far back the answer looks, at least.",
        "Art. 15",
        "look-back = \"at least 12 months\"",
    ),
    key(
        ["rights.portability", "look-back"],
        Text,
        "all that is held",
        "How far back the answer looks, at least.",
        "Art. 20",
        "look-back = \"at least 12 months\"",
    ),
    key(
        ["rights", "agent"],
        Table,
        "",
        "How somebody acts for another.",
        "Art. 80(1), 12(6)",
        "[rights.agent]",
    ),
    key(
        ["rights.agent", "proof"],
        Text,
        "",
        "What proves the mandate.",
        "Art. 12(6)",
        "proof = \"official papers of both\"",
    ),
    key(
        ["rights.agent", "person-confirms"],
        Text,
        "",
        "How the person confirms it.",
        "Art. 12(6)",
        "person-confirms = \"in writing\"",
    ),
    key(
        ["rights.agent", "papers"],
        Text,
        "",
        "What becomes of the papers.",
        "Art. 5(1)(e)",
        "papers = \"destroyed after the check\"",
    ),
    key(
        ["", "rights-for"],
        Table,
        "",
        "Rules for people under another law, beside the rights of everybody.",
        "",
        "[rights-for.california]",
    ),
    key(["rights-for", "*"], Table, "", "One such law.", "", "[rights-for.california]"),
    key(
        ["rights-for.*", "for"],
        Text,
        "",
        "For whom: `residents of` and a country or region by its ISO 3166 code.",
        "",
        "for = \"residents of US-CA\"",
    ),
    key(
        ["rights-for.*", "reply"],
        Length,
        "",
        "The reply limit.",
        "Cal. Civ. Code 1798.130(a)(2)",
        "reply = \"45 days\"",
    ),
    key(
        ["rights-for.*", "confirm"],
        Text,
        "",
        "Within which the receipt is confirmed, in days or in working days.",
        "11 CCR 7021(a)",
        "confirm = \"10 working days\"",
    ),
    key(
        ["rights-for.*", "look-back"],
        Text,
        "",
        "How far back an answer looks, at least.",
        "Cal. Civ. Code 1798.130(a)(2)(B)",
        "look-back = \"at least 12 months\"",
    ),
    key(
        ["rights-for.*", "rights"],
        TEXTS,
        "",
        "What may be asked.",
        "Cal. Civ. Code 1798.100-1798.125",
        "rights = [\"know\", \"delete\", \"correct\"]",
    ),
    key(
        ["rights-for.*", "methods"],
        TEXTS,
        "",
        "The ways by which it is asked.",
        "Cal. Civ. Code 1798.130(a)(1)",
        "methods = [\"e-mail\", \"form\"]",
    ),
    key(
        ["rights-for.*", "sells"],
        Truth,
        "",
        "Whether personal data are sold or shared in the sense of that law.",
        "Cal. Civ. Code 1798.120",
        "sells = false",
    ),
    key(
        ["rights-for.*", "sensitive"],
        Truth,
        "",
        "Whether sensitive data are used beyond what that law allows without a choice.",
        "Cal. Civ. Code 1798.121",
        "sensitive = false",
    ),
    key(
        ["rights-for.*", "verification"],
        Text,
        "",
        "How the asker is verified.",
        "11 CCR 7060",
        "verification = \"by the address of the account\"",
    ),
    key(
        ["rights-for.*", "refuses"],
        List(&Choice(&["legal duty", "service"])),
        "as the basis says",
        "The only grounds on which an erasure may be refused: a legal duty, or that the data are needed to provide the service. The report names the ground of whatever stays.",
        "Cal. Civ. Code 1798.105(d)",
        "refuses = [\"legal duty\", \"service\"]",
    ),
    key(
        ["rights-for.*", "text"],
        Text,
        "",
        "What is said of it.",
        "",
        "text = \"Californians may also ask what was sold.\"",
    ),
];
