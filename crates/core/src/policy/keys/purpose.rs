//! Keys of purposes.

use super::Shape::{Choice, Length, List, Or, Table, Text};
use super::{Key, TEXTS, key};

/// The legal bases of Art. 6(1), by the words of the language.
pub(crate) const BASES: &[&str] = &[
    "consent", "explicit-consent", "contract", "legal-obligation", "vital-interest", "public-task", "legitimate-interest",
];

/// Channels of direct marketing.
pub(crate) const CHANNELS: &[&str] = &["email", "phone", "sms", "post", "social-media", "adverts"];

pub(super) const KEYS: &[Key] = &[
    key(["", "purpose"], Table, "", "What data are for.", "Art. 5(1)(b), 13(1)(c)", "[purpose.billing]"),
    key(["purpose", "*"], Table, "", "One purpose. Its statements are filed under its path, `purpose.billing.keep`.", "", "[purpose.billing]"),
    key(["purpose.*", "title"], Text, "the name, in words", "How people know it.", "Art. 13(1)(c)", "title = \"Billing\""),
    key(["purpose.*", "description"], Text, "", "What is done.", "Art. 13(1)(c)", "description = \"To send and book invoices.\""),
    key(["purpose.*", "controller"], Text, "the leading one", "Which controller answers for it.", "Art. 4(7)", "controller = \"klivar\""),
    key(["purpose.*", "people"], TEXTS, "everybody", "The kinds of people whom it concerns.", "", "people = [\"user\"]"),
    key(["purpose.*", "data"], TEXTS, "", "The data that it needs: categories, fields (`billing.amount`) or groups.", "Art. 5(1)(c)", "data = [\"billing\"]"),
    key(["purpose.*", "basis"], Or(&[Text, Table, List(&Or(&[Text, Table]))]), "", "The legal basis: a word, or a table that names the law, the task or the interest.", "Art. 6(1), 13(1)(c)-(d)", "basis = { legal-obligation = \"Code de commerce L123-22\" }"),
    key(["purpose.*.basis", "consent"], Choice(&["explicit", "given"]), "given", "Consent, explicit where special categories need it.", "Art. 6(1)(a), 9(2)(a)", "consent = \"explicit\""),
    key(["purpose.*.basis", "contract"], Text, "", "A contract, or steps before one; a note for the reader of the policy.", "Art. 6(1)(b)", "contract = \"the subscription\""),
    key(["purpose.*.basis", "legal-obligation"], Text, "", "The law that obliges.", "Art. 6(1)(c), 6(3)", "legal-obligation = \"GDPR 12\""),
    key(["purpose.*.basis", "vital-interest"], Text, "", "The vital interest.", "Art. 6(1)(d)", "vital-interest = \"emergency calls\""),
    key(["purpose.*.basis", "public-task"], Text, "", "The task in the public interest.", "Art. 6(1)(e)", "public-task = \"the land register\""),
    key(["purpose.*.basis", "legitimate-interest"], Text, "", "The interest pursued.", "Art. 6(1)(f), 13(1)(d)", "legitimate-interest = \"find misuse\""),
    key(["purpose.*", "marketing"], List(&Choice(CHANNELS)), "not marketing", "The channels, if it is direct marketing.", "Art. 21(2)", "marketing = [\"email\"]"),
    key(["purpose.*", "keep"], Or(&[Text, Table]), "", "How long data are kept: a retention sentence, or a criterion. The sentence's grammar stands below.", "Art. 5(1)(e), 13(2)(a)", "keep = \"for the contract, then 10 years in the archive\""),
    key(["purpose.*.keep", "criterion"], Text, "", "The criterion, where there is no figure.", "Art. 13(2)(a)", "criterion = \"as long as the project runs\""),
    key(["purpose.*.keep", "ends"], Text, "", "The event that ends it.", "", "ends = \"project-end\""),
    key(["purpose.*.keep", "review"], Text, "", "How often somebody reviews it.", "Art. 5(1)(e)", "review = \"every 12 months\""),
    key(["purpose.*.keep", "at-most"], Length, "", "The longest it may last.", "", "at-most = \"10 years\""),
    key(["purpose.*", "legal-minimum"], Length, "", "A period that a law makes you keep the data for; a shorter `keep` is reported.", "Art. 6(1)(c)", "legal-minimum = \"10 years\""),
    key(["purpose.*", "starts"], Text, "follows from basis and keep", "The event that starts it.", "", "starts = \"contract-start\""),
    key(["purpose.*", "recipients"], TEXTS, "none", "Who receives data for it.", "Art. 13(1)(e)", "recipients = [\"hosting\"]"),
    key(["purpose.*", "archive"], Table, "", "Who may read it once archived, and why it is kept.", "Art. 5(1)(b), 32", "archive = { reason = \"tax audits\", roles = [\"legal\"] }"),
    key(["purpose.*.archive", "reason"], Text, "", "The reason of keeping.", "", "reason = \"tax audits\""),
    key(["purpose.*.archive", "roles"], TEXTS, "", "The roles that may read it.", "Art. 32(4)", "roles = [\"legal\"]"),
    key(["purpose.*", "after-withdrawal"], Text, "erase", "What withdrawal of consent does to data already held: `erase`, or `locked` and a length.", "Art. 7(3), 17(1)(b)", "after-withdrawal = \"locked 30 days\""),
    key(["purpose.*", "on-erasure"], Or(&[Choice(&["by basis", "ends"]), Table]), "by basis", "What an erasure request does to it.", "Art. 17", "on-erasure = \"ends\""),
    key(["purpose.*.on-erasure", "stays"], Text, "", "It stays, on this compelling ground.", "Art. 17(3), 21(1)", "stays = \"claims before a court\""),
    key(["purpose.*", "special"], Table, "", "The condition for special categories: category, or kind of special category, and the point of Art. 9(2).", "Art. 9(2)", "special = { health = \"9(2)(a)\" }"),
    key(["purpose.*.special", "*"], Text, "", "The point of Art. 9(2).", "Art. 9(2)", "health = \"9(2)(a)\""),
    key(["purpose.*", "required"], Text, "", "That giving the data is required, and what follows if they are not given.", "Art. 13(2)(e)", "required = \"Without an e-mail address we cannot open an account.\""),
    key(["purpose.*", "decides"], Or(&[Text, Table]), "", "A statement about automated decisions.", "Art. 13(2)(f), 22", "decides = \"Orders above 1000 euro are screened.\""),
    key(["purpose.*.decides", "what"], Text, "", "What is decided.", "Art. 22(1)", "what = \"whether you may pay later\""),
    key(["purpose.*.decides", "logic"], Text, "", "The logic involved.", "Art. 13(2)(f)", "logic = \"open invoices are counted\""),
    key(["purpose.*.decides", "effect"], Text, "", "What follows for the person.", "Art. 13(2)(f)", "effect = \"payment in advance\""),
    key(["purpose.*.decides", "allowed-by"], Text, "", "What allows it.", "Art. 22(2)", "allowed-by = \"contract\""),
    key(["purpose.*.decides", "human"], Text, "", "How a human steps in.", "Art. 22(3)", "human = \"support looks again on request\""),
    key(["purpose.*", "off"], Text, "", "Why the purpose is shut. Nothing is used for it.", "", "off = \"the notice states no basis\""),
];
