//! Codes about what the notice says of places. Transfers themselves are judged with their
//! recipients.

use super::codes;

codes! {
    NO_STATEMENT "transfers/no-statement" Error "Art. 13(1)(f) GDPR"
        "The policy has rules about places of processing and does not tell them to people. Write `statement` under `[transfers]`: where data are processed, and with which safeguard outside the Union."
    UNKNOWN_REGION "transfers/unknown-region" Error -
        "A preferred place is `EU`, `EEA`, or a country by the two capital letters of ISO 3166-1. Whether a provider is elsewhere follows from it, so another word is not guessed."
}
