//! Codes about disclosures on demand.

use super::codes;

codes! {
    NO_RECIPIENT "disclosure/no-recipient" Error "Art. 13(1)(e) GDPR"
        "The disclosure does not say to whom data go. Write `to = \"authority\"` for whoever has the legal power to demand them, or name recipients of the policy."
    UNKNOWN_RECIPIENT "disclosure/unknown-recipient" Error "Art. 13(1)(e) GDPR"
        "The disclosure names a recipient that the policy does not declare. Correct the name, declare the recipient, or write `authority` for any authority with power to demand."
    UNKNOWN_DATA "disclosure/unknown-data" Error -
        "The disclosure is confined to data that the policy does not declare, so nothing could be released by it. Correct the name, or declare the category."
    BAD_TELL "disclosure/bad-tell" Error -
        "When people are told of a disclosure is a length of time before it, `before = \"5 days\"`, or `before = \"release\"` for before it without a figure. Anything else could not be carried out."
}
