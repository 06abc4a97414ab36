//! Keys of places: where data may be, who chooses, and what is needed elsewhere.

use super::Shape::{Choice, List, Table, Text};
use super::{Key, TEXTS, key};

/// What may be needed where data leave the preferred places.
pub(crate) const NEEDS: &[&str] = &["reason", "safeguard", "agreement", "consent", "reason or consent"];

/// When the rule for other places applies.
pub(crate) const APPLIES: &[&str] = &["outside the Union", "without adequacy"];

pub(super) const KEYS: &[Key] = &[
    key(["", "transfers"], Table, "", "Where data may be processed.", "Art. 44, 13(1)(f)", "[transfers]"),
    key(
        ["transfers", "statement"],
        Text,
        "",
        "What the notice says about places.",
        "Art. 13(1)(f)",
        "statement = \"Data are mainly hosted in the Union.\"",
    ),
    key(
        ["transfers", "prefer"],
        TEXTS,
        "",
        "Regions or countries in which providers are preferred.",
        "",
        "prefer = [\"EU\"]",
    ),
    key(
        ["transfers", "otherwise"],
        List(&Choice(NEEDS)),
        "",
        "What is needed elsewhere.",
        "Art. 46, 28(3)",
        "otherwise = [\"reason\", \"safeguard\", \"agreement\"]",
    ),
    key(
        ["transfers", "copy"],
        Text,
        "",
        "Where a copy of the safeguards may be had.",
        "Art. 13(1)(f)",
        "copy = \"on request\"",
    ),
    key(
        ["transfers", "applies"],
        List(&Choice(APPLIES)),
        "",
        "When the rule for other places applies; the two overlap.",
        "Art. 44, 45",
        "applies = [\"without adequacy\"]",
    ),
    key(
        ["", "place"],
        Table,
        "",
        "Promises about the place of single kinds of stores and services.",
        "Art. 44, 13(1)(f)",
        "[place.cloud]",
    ),
    key(["place", "*"], Table, "", "One kind of stores or services.", "", "[place.cloud]"),
    key(
        ["place.*", "title"],
        Text,
        "the name, in words",
        "What it is about.",
        "",
        "title = \"Cloud services\"",
    ),
    key(
        ["place.*", "only"],
        TEXTS,
        "",
        "Regions or countries outside which no data of it may be: `EU`, `EEA`, or country codes.",
        "Art. 44",
        "only = [\"EU\"]",
    ),
    key(
        ["place.*", "prefer"],
        TEXTS,
        "",
        "Regions or countries in which it is preferred.",
        "",
        "prefer = [\"EU\"]",
    ),
    key(
        ["place.*", "otherwise"],
        List(&Choice(NEEDS)),
        "",
        "What is needed elsewhere.",
        "Art. 46, 28(3)",
        "otherwise = [\"reason\", \"safeguard\"]",
    ),
    key(
        ["place.*", "options"],
        Table,
        "",
        "The options among which somebody chooses, each with its regions.",
        "Art. 28(3)(a)",
        "options = { eu = [\"EU\"], us = [\"US\"] }",
    ),
    key(["place.*.options", "*"], TEXTS, "", "An option and its regions.", "", "eu = [\"EU\"]"),
    key(
        ["place.*", "chosen-by"],
        Text,
        "",
        "Who chooses among the options.",
        "Art. 28(3)(a)",
        "chosen-by = \"customer\"",
    ),
];
