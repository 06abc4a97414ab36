//! Keys of messages to people, and of what is said about decisions by automated means.

use super::Shape::{Choice, List, Table, Text};
use super::purpose::CHANNELS;
use super::{Key, TEXTS, key};

pub(super) const KEYS: &[Key] = &[
    key(
        ["", "decisions"],
        Table,
        "",
        "What is said of decisions by automated means, for the whole policy.",
        "Art. 13(2)(f), 22",
        "[decisions]",
    ),
    key(
        ["decisions", "automated"],
        Choice(&["none", "for a contract only"]),
        "",
        "That no decision with legal or similar effect is made by automated means alone; or only where a contract with the person needs it, and any other is held for a human.",
        "Art. 22(1), 22(2)(a)",
        "automated = \"none\"",
    ),
    key(
        ["decisions", "profiling"],
        Choice(&["none"]),
        "",
        "That nobody is profiled.",
        "Art. 4(4)",
        "profiling = \"none\"",
    ),
    key(
        ["", "message"],
        Table,
        "",
        "Messages that are sent to people, and why they are or are not marketing.",
        "Art. 21(2)",
        "[message.invoice-reminder]",
    ),
    key(["message", "*"], Table, "", "One kind of message.", "", "[message.invoice-reminder]"),
    key(
        ["message.*", "title"],
        Text,
        "the name, in words",
        "How people know it.",
        "",
        "title = \"Reminder of an invoice\"",
    ),
    key(
        ["message.*", "class"],
        Choice(&["essential", "marketing"]),
        "marketing",
        "Whether it is needed for what the person asked for, or is marketing. A message with mixed content is marketing.",
        "Art. 21(2)",
        "class = \"essential\"",
    ),
    key(
        ["message.*", "purpose"],
        Text,
        "",
        "The purpose that it serves.",
        "Art. 5(1)(b)",
        "purpose = \"billing\"",
    ),
    key(
        ["message.*", "why"],
        Text,
        "",
        "Why it is essential.",
        "Art. 5(2)",
        "why = \"an invoice would else be paid late\"",
    ),
    key(
        ["message.*", "channels"],
        List(&Choice(CHANNELS)),
        "",
        "How it reaches people.",
        "",
        "channels = [\"email\", \"in-product\"]",
    ),
    key(
        ["message.*", "people"],
        TEXTS,
        "those of its purpose",
        "The kinds of people who get it.",
        "",
        "people = [\"user\"]",
    ),
];
