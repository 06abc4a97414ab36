//! Codes about people's rights.

use super::codes;
use crate::policy::check::Judge;
use crate::policy::model::Basis;

codes! {
    UNKNOWN_DATA "rights/unknown-data" Error -
        "Erasure is promised for data that the policy does not declare, so nothing would go by the promise. Correct the name, or declare the category."
    BAD_LENGTH "rights/bad-length" Error -
        "The value is a length of time with a few words around it, such as `at least 12 months`, `10 working days` or `60 days from the request`. Anything else could not be counted."
    BAD_ARTICLE "rights/bad-article" Error -
        "An article is cited by its number, with paragraph and point where there are some: `17`, `17(3)`, `17(3)(b)`. Write it so that it can be compared with the right that it is cited for."
    UNNAMED "rights/unnamed" Error -
        "The policy has a rule for a right that its own list `named` leaves out. Add the right to `named`, which says what the notice names, or remove the rule."
    NO_AUTHORITY_NAME "rights/no-authority-name" Error "Art. 13(2)(d) GDPR"
        "The policy gives an authority in its own words and not its name. Write `authority = { name = \"…\" }`, or one of the words that stand for an authority: `controller's`, `by residence`."
    NO_REGION "rights/no-region" Error -
        "Rules of another law hold for the people of some region, and this one does not say which in a form that can be looked up. Write `for = \"residents of US-CA\"`, with the code of ISO 3166."
    LATE_REPLY "rights/late-reply" Error "Art. 12(3) GDPR"
        "Requests are answered within one month of receipt. A policy may promise less, and it may not promise more; the two further months of Art. 12(3) are for single requests and are told with the reason. Write `reply = \"1 month\"` or less."
    ENDS_DUTY "rights/ends-duty" Warning "Art. 17(3)(b) GDPR"
        "Erasure is promised for data that a purpose with a legal obligation needs. A promise may narrow a permission, never a duty: these data stay for that purpose until its period is over, and the person is told so."
    FEE "rights/fee-not-said" Advice "Art. 12(5) GDPR"
        "The policy does not say that requests are free of charge. The law asks no fee but for requests that are manifestly unfounded or excessive; saying so costs nothing. Write `fee = \"never\"` under `[rights]`, or `fee = \"as the law allows\"`."
}

/// Promises about rights against the law's floor.
pub(crate) fn check(judge: &mut Judge<'_>) {
    let rights = &judge.policy.rights;
    if let Some(reply) = rights.reply.filter(|reply| is_longer_than_a_month(*reply)) {
        let message = format!("a reply within {reply} is later than the law's one month");
        judge.say(&LATE_REPLY, "rights.reply", message, "write `reply = \"1 month\"` or less");
    }
    if !judge.places.has("rights.fee") {
        judge.say_of(
            &FEE,
            "rights",
            "the policy does not say whether requests are free",
            "write `fee = \"never\"` under `[rights]`",
        );
    }
    for datum in &rights.erasure_ends {
        let duty = judge
            .policy
            .purposes_of(datum)
            .find(|purpose| matches!(purpose.basis, Basis::LegalObligation(_)));
        if let Some(purpose) = duty {
            let message =
                format!("`{datum}` is promised to go on request, but `{}` has to keep it", purpose.name);
            judge.say(
                &ENDS_DUTY,
                "rights.erasure.ends",
                message,
                "leave it out, or name the fields that no duty needs",
            );
        }
    }
}

/// Longer than the shortest month by days, or than one month by months.
fn is_longer_than_a_month(span: crate::time::Span) -> bool {
    match span.whole_months() {
        0 => span.whole_days() > 30,
        1 => span.whole_days() > 0,
        _ => true,
    }
}
