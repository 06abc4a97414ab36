//! Keys of the kinds of people, and of the care for children.

use super::Shape::{Choice, Or, Table, Text, Truth, Whole};
use super::{Key, key};

/// Words for an age of consent that is not a number.
pub(crate) const CONSENT_AGES: &[&str] = &["by law", "by residence"];

pub(super) const KEYS: &[Key] = &[
    key(
        ["", "people"],
        Table,
        "",
        "The kinds of people whose data the policy covers.",
        "Art. 4(1)",
        "[people]",
    ),
    key(
        ["people", "*"],
        Or(&[Text, Table]),
        "",
        "One kind: who they are, or a table with more.",
        "",
        "user = \"has an account on the platform\"",
    ),
    key(
        ["people.*", "who"],
        Text,
        "the name, in words",
        "Who they are: what follows “anybody who”, in French « toute personne qui » (a participle agrees with it: « s’est inscrite »), in Dutch “iedereen die” (the verb stands last: “een account heeft”). A text that begins with a capital stands as it is.",
        "",
        "who = \"has an account\"",
    ),
    key(
        ["people.*", "at-least"],
        Or(&[Whole, Table]),
        "",
        "The age below which no data may be collected from them. An age is asked for where all kinds of people that a purpose concerns have one, and of whoever is on record as one of a kind it is asked no more.",
        "Art. 8",
        "at-least = 16",
    ),
    key(["people.*.at-least", "age"], Whole, "", "The age in years.", "Art. 8", "age = 16"),
    key(
        ["people.*.at-least", "known-by"],
        Text,
        "",
        "How the age is known.",
        "Art. 8(2)",
        "known-by = \"declaration\"",
    ),
    key(["", "children"], Table, "", "How children are cared for.", "Art. 8", "[children]"),
    key(
        ["children", "offered"],
        Truth,
        "",
        "Whether services are offered to children at all.",
        "Art. 8(1)",
        "offered = false",
    ),
    key(
        ["children", "consent-age"],
        Or(&[Whole, Choice(CONSENT_AGES)]),
        "by law",
        "From which age a child consents alone: the law of your country, that of the country where the child lives, or an age in years.",
        "Art. 8(1)",
        "consent-age = \"by residence\"",
    ),
    key(
        ["children", "guardian"],
        Table,
        "",
        "How a guardian consents for a younger child.",
        "Art. 8(2)",
        "guardian = { proof = \"relation\", confirms = \"by e-mail\" }",
    ),
    key(
        ["children.guardian", "proof"],
        Text,
        "",
        "How a guardian shows to be one.",
        "Art. 8(2)",
        "proof = \"relation\"",
    ),
    key(
        ["children.guardian", "confirms"],
        Text,
        "",
        "How a guardian confirms.",
        "Art. 8(2)",
        "confirms = \"by e-mail\"",
    ),
    key(
        ["children", "on-report"],
        Text,
        "",
        "What happens when somebody reports that a child's data were collected.",
        "Art. 17(1)(f)",
        "on-report = \"we erase the data within 3 days\"",
    ),
];
