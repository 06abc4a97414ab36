//! Codes about what the notice says of places. Single transfers are judged with their recipients.

use super::codes;
use crate::law::country;
use crate::policy::check::Judge;

codes! {
    UNKNOWN_REGION "transfers/unknown-region" Error -
        "A preferred place is `EU`, `EEA`, or a country by the two capital letters of ISO 3166-1. Whether a provider is elsewhere follows from it, so another word is not guessed."
    NO_STATEMENT "transfers/no-statement" Error "Art. 13(1)(f) GDPR"
        "The policy has rules about places of processing and does not tell them to people. Write `statement` under `[transfers]`: where data are processed, and with which safeguard outside the Union."
    OVERLAP "transfers/overlap" Warning "Art. 44, 45 GDPR"
        "The rule for elsewhere applies to places outside the Union and to places without an adequate level of protection: two tests that overlap. Whether it holds in a country outside the Union that is adequate can't be told. Choose one of the two."
    WITHOUT_SAFEGUARD "transfers/without-safeguard" Warning "Art. 46 GDPR"
        "Data may leave the region for a reason or with an agreement, and no safeguard is asked for. A reason, a contract with the provider and even a consent do not make a third country safe. Add `\"safeguard\"` to `otherwise`."
    NO_COUNTRY "transfers/no-country" Warning "Art. 13(1)(f) GDPR"
        "The policy says that data may leave the region and no recipient or store in a third country is named. People are told the countries (WP260). Declare who receives the data there, or say that they stay."
}

/// The rule for places elsewhere.
pub(crate) fn check(judge: &mut Judge<'_>) {
    let policy = judge.policy;
    let Some(transfers) = &policy.transfers else { return };
    if transfers.applies.len() > 1 {
        let tests = transfers.applies.join("` and `");
        let message = format!("`{tests}` overlap");
        judge.say(&OVERLAP, "transfers.applies", message, "choose one of the two");
    }
    if transfers.otherwise.is_empty() {
        return;
    }
    if !transfers.otherwise.iter().any(|need| need == "safeguard") {
        let message = "data may leave without a safeguard";
        judge.say(&WITHOUT_SAFEGUARD, "transfers.otherwise", message, "add `\"safeguard\"`");
    }
    let far = |code: &Option<String>| {
        code.as_deref().is_some_and(|code| country::is_known(code) && !country::is_in_eea_on(code, judge.at))
    };
    let named = policy.recipients.values().any(|recipient| far(&recipient.country))
        || policy.stores.values().any(|store| far(&store.server));
    if !named {
        let message = "data may leave, it is said, and no country is named";
        judge.say(
            &NO_COUNTRY,
            "transfers.statement",
            message,
            "declare the recipient there, with its `country`",
        );
    }
}
