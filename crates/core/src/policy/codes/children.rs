//! Codes about children: the age of consent, guardians, reports.

use super::codes;
use crate::law::consent_age::{self, FLOOR};
use crate::policy::check::Judge;
use crate::policy::model::{ConsentAge, Purpose};

codes! {
    BELOW_LAW "children/consent-age" Error "Art. 8(1) GDPR"
        "The policy lets children consent alone at an age below that of the law that applies, so what they consent to has no basis. Countries set the age between 13 and 16: 13 in Belgium, 15 in France, 16 in the Netherlands. Raise it, or write `consent-age = \"by residence\"`."
    NO_GUARDIAN "children/no-guardian" Error "Art. 8(1)-(2) GDPR"
        "The service is offered to children and asks for consent, and nothing says how a parent or guardian gives it for those who are too young. Below the age of consent only theirs counts. Write `guardian = { proof = \"…\", confirms = \"…\" }`, or set a minimum age."
    NO_REPORT "children/no-report" Advice "Art. 8, 17(1)(f) GDPR"
        "The service is offered to children and the policy does not say what happens when somebody reports that a child's data were collected without a guardian. Write `on-report` with what is done and how fast."
    NOT_OFFERED "children/offered-clash" Warning "Art. 8(1) GDPR"
        "The policy says that the service is not offered to children and also how their guardians consent. One of the two is not meant. Write `offered = true`, or remove `guardian`."
}

/// Ages against the law, and guardians where they are needed.
pub(crate) fn check(judge: &mut Judge<'_>) {
    let children = &judge.policy.children;
    if let ConsentAge::Years(age) = children.consent_age {
        let lawful = judge.country().map_or(FLOOR, |country| consent_age::of(country, judge.at));
        if age < lawful {
            let message =
                format!("consent from the age of {age} counts for nothing here; the law asks for {lawful}");
            let help = format!("write `consent-age = {lawful}`, or \"by residence\"");
            judge.say(&BELOW_LAW, "children.consent-age", message, help);
        }
    }
    let guarded = children.guardian_proof.is_some() || children.guardian_confirms.is_some();
    match children.offered {
        Some(true) => offered(judge, guarded),
        Some(false) if guarded => {
            let message = "guardians consent for children to whom nothing is offered";
            judge.say(
                &NOT_OFFERED,
                "children.offered",
                message,
                "write `offered = true`, or remove `guardian`",
            );
        }
        _ => {}
    }
}

fn offered(judge: &mut Judge<'_>, guarded: bool) {
    let policy = judge.policy;
    let age = match policy.children.consent_age {
        ConsentAge::Years(age) => age,
        ConsentAge::ByLaw => judge.country().map_or(16, |country| consent_age::of(country, judge.at)),
        ConsentAge::ByResidence => 16,
    };
    let young = |purpose: &Purpose| {
        let mut kinds = policy.people.values().filter(|people| purpose.is_about(&people.kind));
        kinds.any(|people| people.minimum_age.is_none_or(|minimum| minimum < age))
    };
    let asked = policy.purposes.values().any(|purpose| purpose.basis.is_consent() && young(purpose));
    if asked && !guarded {
        let message = format!("nobody consents for children below {age}");
        let help = "write `guardian = { proof = \"…\", confirms = \"…\" }`";
        judge.say(&NO_GUARDIAN, "children.guardian", message, help);
    }
    if policy.children.on_report.is_none() {
        let message = "nothing says what a report about a child leads to";
        judge.say(&NO_REPORT, "children.on-report", message, "write `on-report = \"…\"`");
    }
}
