//! Keys of what Kept makes itself of the data of a purpose: figures by group and records of which nobody
//! can be told.

use super::Shape::{Table, Text, Whole};
use super::{Key, TEXTS, key};

pub(super) const KEYS: &[Key] = &[
    key(
        ["statistics.*", "purpose"],
        Text,
        "",
        "The purpose on whose ground Kept draws them from people's data. Whoever has no live ground of it, objected or is restricted is left out.",
        "Art. 5(1)(b)",
        "purpose = \"quality\"",
    ),
    key(
        ["statistics.*", "by"],
        TEXTS,
        "",
        "The fields by which people are grouped for `kept statistic`.",
        "Recital 26",
        "by = [\"account.country\"]",
    ),
    key(
        ["statistics.*", "sums"],
        TEXTS,
        "",
        "The fields that are summed in each group. A sum is left out where one person makes up most of it.",
        "Recital 26",
        "sums = [\"usage.minutes\"]",
    ),
    key(
        ["statistics.*", "records"],
        TEXTS,
        "",
        "The columns of the data set that `kept anonymous` makes: each combination of them is that of `smallest-group` people at least.",
        "Recital 26",
        "records = [\"account.country\", \"account.born\"]",
    ),
    key(
        ["statistics.*", "coarser"],
        Table,
        "",
        "How much of a field's values is shown.",
        "Recital 26",
        "coarser = { account.born = \"10 years\" }",
    ),
    key(
        ["statistics.*.coarser", "*"],
        Table,
        "",
        "The fields of a category.",
        "Recital 26",
        "account = { born = \"10 years\" }",
    ),
    key(
        ["statistics.*.coarser.*", "*"],
        TEXTS,
        "",
        "How a field's values are shown: `month`, `year`, `10 years`, `steps of 10`, `first 2`, `left out`. Figures take the first; records go on to the next where too few people are alike.",
        "Recital 26",
        "born = [\"year\", \"10 years\"]",
    ),
    key(
        ["statistics.*", "distinct"],
        Table,
        "",
        "Columns of which records that are alike in all others must have several values.",
        "Recital 26",
        "distinct = { account.plan = 2 }",
    ),
    key(
        ["statistics.*.distinct", "*"],
        Table,
        "",
        "The fields of a category.",
        "Recital 26",
        "account = { plan = 2 }",
    ),
    key(
        ["statistics.*.distinct.*", "*"],
        Whole,
        "",
        "How many values a column has among records that are alike in all others.",
        "Recital 26",
        "plan = 2",
    ),
];
