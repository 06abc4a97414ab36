//! Keys of the labels that rows bear: where they came from, and which controller holds them.

use super::Shape::{Or, Table, Text};
use super::{Key, key};

pub(super) const KEYS: &[Key] = &[
    key(
        ["store.*.table.*", "source"],
        Or(&[Text, Table]),
        "",
        "The source that the rows came from, by its name: for all rows, or by the values of a column. What hangs on a row has its label.",
        "Art. 14(2)(f)",
        "source = { column = \"source\", is = { X = \"import\" } }",
    ),
    key(["store.*.table.*.source", "column"], Text, "", "The column.", "", "column = \"source\""),
    key(
        ["store.*.table.*.source", "is"],
        Table,
        "",
        "The name in the policy for each value of the column.",
        "",
        "is = { X = \"import\" }",
    ),
    key(["store.*.table.*.source.is", "*"], Text, "", "A value and the name.", "", "X = \"import\""),
    key(
        ["store.*.table.*", "controller"],
        Or(&[Text, Table]),
        "",
        "The controller that the rows belong to: for all rows, or by the values of a column. What hangs on a row has its label.",
        "Art. 4(7)",
        "controller = { column = \"controller\", is = { X = \"acme\" } }",
    ),
    key(["store.*.table.*.controller", "column"], Text, "", "The column.", "", "column = \"controller\""),
    key(
        ["store.*.table.*.controller", "is"],
        Table,
        "",
        "The name in the policy for each value of the column.",
        "",
        "is = { X = \"acme\" }",
    ),
    key(["store.*.table.*.controller.is", "*"], Text, "", "A value and the name.", "", "X = \"acme\""),
];
