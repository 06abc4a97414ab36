//! Keys of webhooks.

use super::Shape::{Choice, List, Or, Table, Text, Truth};
use super::{Key, key};
use crate::policy::model::webhook::TOLD;

pub(super) const KEYS: &[Key] = &[
    key(
        ["", "webhook"],
        Table,
        "",
        "Services of your own that are told, by a signed call, when something happened about a person on which they must act.",
        "Art. 7(3), 19, 21",
        "[webhook.crm]",
    ),
    key(["webhook", "*"], Table, "", "One service.", "", "[webhook.crm]"),
    key(
        ["webhook.*", "url"],
        Or(&[Text, Table]),
        "",
        "The URL that is called: an environment variable, or written out.",
        "",
        "url = { env = \"CRM_HOOK_URL\" }",
    ),
    key(
        ["webhook.*.url", "env"],
        Text,
        "",
        "The environment variable that holds it.",
        "",
        "env = \"CRM_HOOK_URL\"",
    ),
    key(
        ["webhook.*", "secret"],
        Table,
        "",
        "Where the secret is that calls are signed with: at least 16 bytes, never in the policy.",
        "Art. 32",
        "secret = { env = \"CRM_HOOK_SECRET\" }",
    ),
    key(
        ["webhook.*.secret", "env"],
        Text,
        "",
        "The environment variable that holds it.",
        "",
        "env = \"CRM_HOOK_SECRET\"",
    ),
    key(
        ["webhook.*.secret", "file"],
        Text,
        "",
        "The file that holds it, relative to the policy folder.",
        "",
        "file = \"crm-hook.secret\"",
    ),
    key(
        ["webhook.*", "ca"],
        Table,
        "the usual public authorities",
        "The authorities that its certificate is checked against, and no others: your own, where you run one.",
        "Art. 32",
        "ca = { file = \"ca.pem\" }",
    ),
    key(
        ["webhook.*.ca", "file"],
        Text,
        "",
        "The file of their certificates, in PEM, relative to the policy folder.",
        "",
        "file = \"ca.pem\"",
    ),
    key(
        ["webhook.*", "plain"],
        Truth,
        "false",
        "Whether calls may leave this machine without encryption.",
        "Art. 32",
        "plain = true",
    ),
    key(
        ["webhook.*", "identifier"],
        Text,
        "",
        "The kind of identifier by which the service knows people. Nothing else about a person is sent.",
        "Art. 5(1)(c)",
        "identifier = \"customer-number\"",
    ),
    key(
        ["webhook.*", "tells"],
        List(&Choice(TOLD)),
        "all of it",
        "What it is told.",
        "Art. 5(1)(c)",
        "tells = [\"consent-withdrawn\", \"erased\"]",
    ),
];
