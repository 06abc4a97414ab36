//! Short words that a policy names and that have words in every language of notices: ways to tell
//! people, what is counted, what is needed.
//!
//! A word that is not listed stands on the page as the policy writes it, so it is a text to be
//! translated, filed under `word.<family>.<word>`. The words themselves live in `kept-web`, whose
//! tests hold these lists equal to its files. Not here: longer texts, which have paths of their own.

/// The languages in which notices can be published.
pub const LANGUAGES: &[&str] = &["en", "fr", "nl"];

/// The families, with the words of each that every language has.
pub const KNOWN: &[(&str, &[&str])] = &[
    (
        "act",
        &[
            "call-in",
            "click",
            "download",
            "meeting",
            "message",
            "order",
            "purchase",
            "registration",
            "reply",
            "sign-in",
            "visit",
        ],
    ),
    (
        "ask",
        &[
            "access",
            "correct",
            "correction",
            "delete",
            "deletion",
            "erasure",
            "know",
            "limit",
            "no-retaliation",
            "non-discrimination",
            "opt-out",
        ],
    ),
    ("by", &["source", "the-source"]),
    (
        "datum",
        &[
            "browser",
            "browser-version",
            "city",
            "clicks",
            "country",
            "device",
            "device-type",
            "downloads",
            "duration",
            "ip-address",
            "language",
            "operating-system",
            "page",
            "pages",
            "referrer",
            "region",
            "searches",
            "time",
            "user-agent",
            "visitors",
            "visits",
        ],
    ),
    ("names", &["us"]),
    (
        "need",
        &[
            "approval-by-legal",
            "identity",
            "legal-reference",
            "mfa",
            "scope",
            "secrecy",
            "training",
            "written-request",
        ],
    ),
    ("proof", &["how", "when", "wording"]),
    (
        "staff",
        &[
            "accounting",
            "hr",
            "it",
            "legal",
            "management",
            "marketing",
            "privacy",
            "product",
            "sales",
            "security",
            "support",
        ],
    ),
    (
        "task",
        &["analysis", "backup", "development", "hosting", "maintenance", "migration", "support", "testing"],
    ),
    (
        "via",
        &[
            "account",
            "e-mail",
            "email",
            "form",
            "in-person",
            "letter",
            "phone",
            "post",
            "telephone",
            "toll-free-number",
            "web-form",
        ],
    ),
    ("way", &["at-next-sign-in", "e-mail", "email", "letter", "page"]),
    (
        "event",
        &[
            "account-creation",
            "account-deletion",
            "agreement-end",
            "application",
            "collection",
            "consent-end",
            "consent-given",
            "contract-end",
            "contract-start",
            "disclosure",
            "employment-end",
            "employment-start",
            "event-end",
            "incident-closed",
            "last-activity",
            "last-contact",
            "last-login",
            "last-order",
            "last-visit",
            "left-organisation",
            "observed",
            "order",
            "payment",
            "project-end",
            "request-closed",
            "request-received",
            "verification",
        ],
    ),
];

/// A word as families list it: small letters and digits, `-` between two words.
pub fn plain(word: &str) -> String {
    let letters = word.trim().to_lowercase();
    let parts = letters.split(|letter: char| !letter.is_alphanumeric());
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

/// Whether every language has words for this one.
pub fn is_known(family: &str, word: &str) -> bool {
    let plain = plain(word);
    KNOWN.iter().any(|(name, words)| *name == family && words.contains(&plain.as_str()))
}

/// The path under which a translation of a word is filed; `None` for one without a letter.
pub fn path(family: &str, word: &str) -> Option<String> {
    let plain = plain(word);
    (!plain.is_empty()).then(|| format!("word.{family}.{plain}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_known_however_it_is_set() {
        assert!(is_known("way", "At next sign-in") && is_known("need", "legal_reference"));
        assert!(!is_known("way", "by pigeon") && !is_known("nothing", "page"));
        assert_eq!(path("way", "By pigeon!").as_deref(), Some("word.way.by-pigeon"));
        assert_eq!(path("way", "—"), None);
    }
}
