//! Keys of the pages that the notice points to.

use super::Shape::{Table, Text};
use super::{Key, key};

pub(super) const KEYS: &[Key] = &[
    key(
        ["", "link"],
        Table,
        "",
        "Pages that the notice points to, each under a name.",
        "Art. 12(1)",
        "[link.security]",
    ),
    key(["link", "*"], Table, "", "One page.", "", "[link.security]"),
    key(
        ["link.*", "title"],
        Text,
        "the name, in words",
        "How people know it.",
        "",
        "title = \"How we protect data\"",
    ),
    key(
        ["link.*", "url"],
        Text,
        "",
        "Its address, beginning with `https://`, `http://` or `mailto:`.",
        "",
        "url = \"https://example.com/security\"",
    ),
];
