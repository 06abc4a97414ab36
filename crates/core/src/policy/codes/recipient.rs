//! Codes about recipients and transfers to third countries.

use super::codes;
use crate::law::{adequacy, country};
use crate::policy::check::Judge;
use crate::policy::model::{Recipient, RecipientRole};

codes! {
    UNKNOWN_PURPOSE "recipient/unknown-purpose" Error -
        "The recipient may receive data for a purpose that the policy does not declare. Correct the name, or declare the purpose; until then nothing is disclosed for it."
    UNKNOWN_DATA "recipient/unknown-data" Error -
        "The recipient is confined to data that the policy does not declare, so nothing could go to it. Correct the name, or declare the category."
    INSTRUCTED "recipient/instructed" Error "Art. 28(3)(a), 28(10) GDPR"
        "The recipient decides for itself, and is also said to be bound to your instructions. One who is bound is a processor; one who is not can't be instructed. Correct `role`, or remove `instructions`."
    UNUSED "recipient/unused" Warning "Art. 13(1)(e) GDPR"
        "No purpose gives data to this recipient, so the notice names somebody who receives nothing. Name the recipient in a purpose, or remove it."
    BEYOND_PURPOSE "recipient/beyond-purpose" Error "Art. 5(1)(b) GDPR"
        "A purpose gives data to a recipient whose own list of purposes leaves this one out. One of the two is wrong: add the purpose to the recipient, or take the recipient from the purpose."
    UNKNOWN_COUNTRY "recipient/unknown-country" Error -
        "The country is not a two-letter code of ISO 3166-1. Whether a transfer needs a safeguard follows from it, so it is not guessed. The United Kingdom is `GB`, the United States `US`."
    NO_COUNTRY "recipient/no-country" Advice "Art. 13(1)(f) GDPR"
        "The policy does not say where this recipient processes data, so it can't be told whether that is a transfer to a third country. Write `country` with the code of the place of processing."
    NO_SAFEGUARD "recipient/no-safeguard" Error "Art. 46 GDPR"
        "The recipient is in a country outside the EEA that no adequacy decision covers, or covers only in part. Data may go there only with an appropriate safeguard, such as standard contractual clauses. Write `safeguard`; for a limited decision say that the recipient is covered by it."
    NO_AGREEMENT "recipient/no-agreement" Error "Art. 28(3) GDPR"
        "A processor outside the EEA receives data without a dated processing agreement. A processor acts only under a contract that binds it to the controller's instructions. Write `contract` with its date."
    AGREEMENT_ADVISED "recipient/no-contract" Warning "Art. 28(3) GDPR"
        "A processor receives data without a dated processing agreement in the policy. Every processor acts under a contract that binds it to the controller's instructions. Write `contract` with its date."
    NO_NECESSITY "recipient/no-necessity" Error "Art. 44 GDPR"
        "The policy promises that providers outside the preferred region are chosen only for a reason, and for this recipient none is written. Write `necessity` with the reason."
    STRUCK_DOWN "recipient/struck-down" Error "Art. 46 GDPR"
        "The safeguard has been declared invalid by the Court of Justice, so it protects nothing and the transfer has no ground. Name a safeguard that holds, such as standard contractual clauses of 2021."
}

/// Recipients that are used as declared, and transfers that are allowed.
pub(crate) fn check(judge: &mut Judge<'_>) {
    let purposes = judge.policy.purposes.values();
    let unsure = judge.any_broken(purposes.map(|purpose| purpose.path("recipients")));
    for recipient in judge.policy.recipients.values() {
        if !unsure {
            used(judge, recipient);
        }
        place(judge, recipient);
    }
}

fn used(judge: &mut Judge<'_>, recipient: &Recipient) {
    let policy = judge.policy;
    let path = format!("recipient.{}", recipient.id);
    let mut givers =
        policy.purposes.values().filter(|purpose| purpose.recipients.contains(&recipient.id)).peekable();
    if givers.peek().is_none() && recipient.purposes.is_empty() {
        let message = format!("no purpose gives data to `{}`", recipient.id);
        judge.say_of(&UNUSED, &path, message, "name it in the `recipients` of a purpose, or remove it");
    }
    for purpose in
        givers.filter(|purpose| !recipient.purposes.is_empty() && !recipient.purposes.contains(&purpose.name))
    {
        let message = format!(
            "`{}` gives data to `{}`, which may not receive them for that",
            purpose.name, recipient.id
        );
        let help = format!("add `{}` to `{path}.purposes`, or take the recipient out", purpose.name);
        judge.say(&BEYOND_PURPOSE, &purpose.path("recipients"), message, help);
    }
}

fn place(judge: &mut Judge<'_>, recipient: &Recipient) {
    let path = format!("recipient.{}", recipient.id);
    let processor = recipient.role == RecipientRole::Processor;
    let Some(code) = recipient.country.as_deref() else {
        if recipient.role != RecipientRole::Authority {
            let message = format!("the place of `{}` is not known", recipient.id);
            judge.say(&NO_COUNTRY, &format!("{path}.country"), message, "write `country = \"FR\"`");
        }
        if processor {
            agreement(judge, recipient, &AGREEMENT_ADVISED);
        }
        return;
    };
    if !country::is_known(code) {
        let message = format!("`{code}` is not a country code");
        judge.say(&UNKNOWN_COUNTRY, &format!("{path}.country"), message, country::hint(code));
        return;
    }
    let outside = !country::is_in_eea(code);
    if processor {
        agreement(judge, recipient, if outside { &NO_AGREEMENT } else { &AGREEMENT_ADVISED });
    }
    if outside {
        transfer(judge, recipient, code);
    }
}

fn agreement(judge: &mut Judge<'_>, recipient: &Recipient, code: &super::Code) {
    if recipient.contract.is_none() {
        let path = format!("recipient.{}.contract", recipient.id);
        let message = format!("the processor `{}` has no dated processing agreement", recipient.id);
        judge.say(code, &path, message, "write `contract = 2024-01-31`, the day it was signed");
    }
}

fn transfer(judge: &mut Judge<'_>, recipient: &Recipient, code: &str) {
    let path = format!("recipient.{}", recipient.id);
    let adequate = adequacy::of(code).is_some_and(|decision| {
        let version = judge.policy.notice.version;
        !decision.is_limited() && decision.ends.is_none_or(|ends| version.is_none_or(|day| day < ends))
    });
    match &recipient.safeguard {
        None if !adequate => {
            let limit = adequacy::of(code).filter(adequacy::Adequacy::is_limited);
            let covers = limit.map_or_else(String::new, |limit| {
                format!("; the decision on it covers only {}", limit.scope)
            });
            let message =
                format!("`{}` is in `{code}`, outside the EEA, without a safeguard{covers}", recipient.id);
            judge.say(
                &NO_SAFEGUARD,
                &format!("{path}.safeguard"),
                message,
                "write `safeguard = \"standard contractual clauses of 2021\"`",
            );
        }
        Some(text) => {
            if let Some(why) = adequacy::struck_down(&text.written) {
                judge.say(&STRUCK_DOWN, &format!("{path}.safeguard"), why, "name a safeguard that holds");
            }
        }
        None => {}
    }
    let promised = judge
        .policy
        .transfers
        .as_ref()
        .is_some_and(|places| places.otherwise.iter().any(|need| need == "reason"));
    if promised && recipient.necessity.is_none() {
        let message =
            format!("`{}` is outside the EEA and no reason says why that is necessary", recipient.id);
        judge.say(&NO_NECESSITY, &format!("{path}.necessity"), message, "write `necessity = \"…\"`");
    }
}
