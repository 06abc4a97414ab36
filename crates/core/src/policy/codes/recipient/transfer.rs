//! Where a recipient processes data, and what carries a transfer to a third country.

use super::{
    ADEQUACY_UNNAMED, AGREEMENT_ADVISED, CONSENT_NOT_EXPLICIT, CONSENT_UNASKED, DEROGATION, FOREIGN_SEAT,
    NO_AGREEMENT, NO_COPY, NO_COUNTRY, NO_NECESSITY, NO_SAFEGUARD, NOT_ADEQUATE, NOT_YET, STRUCK_DOWN,
    UNCERTIFIED, UNKNOWN_COUNTRY, VAGUE_SAFEGUARD,
};
use crate::law::country;
use crate::law::tool::Tool;
use crate::policy::check::Judge;
use crate::policy::codes::Code;
use crate::policy::model::{Basis, Purpose, Recipient, RecipientRole};
use crate::policy::transfer::{self, Asked, Carrier, Lack};

/// The place of a recipient, and all that follows from it.
pub(super) fn place(judge: &mut Judge<'_>, recipient: &Recipient) {
    if unknown(judge, recipient) {
        return;
    }
    let path = format!("recipient.{}", recipient.id);
    let country = recipient.country.as_deref();
    if country.is_none() && recipient.role != RecipientRole::Authority {
        let message = format!("the place of `{}` is not known", recipient.id);
        judge.say(&NO_COUNTRY, &format!("{path}.country"), message, "write `country = \"FR\"`");
    }
    let outside = country.is_some_and(|code| !country::is_in_eea_on(code, judge.at));
    if recipient.role == RecipientRole::Processor {
        agreement(judge, recipient, if outside { &NO_AGREEMENT } else { &AGREEMENT_ADVISED });
    }
    match transfer::carrier(recipient, judge.at) {
        Ok(Carrier::Decision(decision)) if outside => {
            let code = country.unwrap_or_default();
            let message =
                format!("`{}` is in `{code}`, and the decision that allows it is not named", recipient.id);
            let help = format!("write `safeguard = \"adequacy decision {}\"`", decision.decision);
            judge.say(&ADEQUACY_UNNAMED, &format!("{path}.safeguard"), message, help);
        }
        Ok(Carrier::Tool(tool)) => named(judge, recipient, tool),
        Ok(_) => {}
        Err(lack) => lacking(judge, recipient, &lack),
    }
    if transfer::lacks_reason(judge.policy, recipient, judge.at) {
        let message =
            format!("`{}` is outside the EEA and no reason says why that is necessary", recipient.id);
        judge.say(&NO_NECESSITY, &format!("{path}.necessity"), message, "write `necessity = \"…\"`");
    }
    consent(judge, recipient);
}

/// Whether a place is no country.
fn unknown(judge: &mut Judge<'_>, recipient: &Recipient) -> bool {
    let mut any = false;
    for (key, code) in [("country", &recipient.country), ("seat", &recipient.seat)] {
        let Some(code) = code.as_deref().filter(|code| !country::is_known(code)) else { continue };
        let message = format!("`{code}` is not a country code");
        let path = format!("recipient.{}.{key}", recipient.id);
        judge.say(&UNKNOWN_COUNTRY, &path, message, country::hint(code));
        any = true;
    }
    any
}

/// What stands against a transfer.
fn lacking(judge: &mut Judge<'_>, recipient: &Recipient, lack: &Lack<'_>) {
    let id = &recipient.id;
    let path = format!("recipient.{id}.safeguard");
    match lack {
        Lack::Bare { country, limit } => {
            let covers =
                limit.map_or_else(String::new, |limit| format!("; the decision on it covers only {limit}"));
            let message = format!("`{id}` is in `{country}`, outside the EEA, without a safeguard{covers}");
            let help = "write `safeguard = \"standard contractual clauses of 2021\"`";
            judge.say(&NO_SAFEGUARD, &path, message, help);
        }
        Lack::BareSeat { country } => {
            let message = format!("`{id}` has its seat in `{country}`, whose law may reach the data");
            let help = "write `safeguard`, or the `settings` that keep its law out";
            judge.say(&FOREIGN_SEAT, &format!("recipient.{id}.seat"), message, help);
        }
        Lack::Vague(text) => {
            let message = format!("`{}` names no tool that the law knows", text.written);
            let help = "write `standard contractual clauses of 2021`, `binding corporate rules` or the like";
            judge.say(&VAGUE_SAFEGUARD, &path, message, help);
        }
        Lack::Over(tool, until) => {
            let message = format!("{} has been invalid since {until}", tool.name);
            judge.say(&STRUCK_DOWN, &path, message, "name a safeguard that holds");
        }
        Lack::NotYet(tool, from) => {
            let message = format!("{} holds only from {from}", tool.name);
            judge.say(&NOT_YET, &path, message, "name a safeguard that holds on the day of the check");
        }
        Lack::NotAdequate(code) => {
            let message = format!("no adequacy decision about `{code}` holds");
            judge.say(&NOT_ADEQUATE, &path, message, "agree on standard contractual clauses");
        }
        Lack::Uncertified => {
            let message = format!("nothing says that `{id}` is certified");
            let help = "write `certified under the EU-US Data Privacy Framework`, or add clauses";
            judge.say(&UNCERTIFIED, &path, message, help);
        }
    }
}

/// What follows from the tool that a safeguard names.
fn named(judge: &mut Judge<'_>, recipient: &Recipient, tool: Tool) {
    if tool.is_derogation() {
        let message = format!("the transfer to `{}` rests on a derogation", recipient.id);
        let path = format!("recipient.{}.safeguard", recipient.id);
        judge.say(&DEROGATION, &path, message, "agree on standard contractual clauses");
    }
    let copy = recipient.copy.is_some()
        || judge.policy.transfers.as_ref().is_some_and(|transfers| transfers.copy.is_some());
    if tool.has_copy() && !copy {
        let message = format!("nothing says where a copy of the safeguard of `{}` may be had", recipient.id);
        judge.say(&NO_COPY, &format!("recipient.{}.copy", recipient.id), message, "write `copy = \"…\"`");
    }
}

/// The consent that a transfer asks of each person.
fn consent(judge: &mut Judge<'_>, recipient: &Recipient) {
    let policy = judge.policy;
    let path = format!("recipient.{}.transfer-consent", recipient.id);
    match transfer::consent(policy, recipient, judge.at) {
        Asked::Nobody => {}
        Asked::Unnamed => {
            let message =
                format!("data go to `{}` by consent, and no purpose says for what it is given", recipient.id);
            let help = "write `transfer-consent = \"…\"` with a purpose of explicit consent";
            judge.say(&CONSENT_UNASKED, &path, message, help);
        }
        Asked::Person(name) => {
            let explicit = |purpose: &Purpose| matches!(purpose.basis, Basis::Consent { explicit: true, .. });
            if !policy.purposes.get(name).is_some_and(explicit) {
                let message = format!("the consent for `{name}` is not explicit");
                let help = "write `basis = { consent = \"explicit\" }` at the purpose";
                judge.say(&CONSENT_NOT_EXPLICIT, &path, message, help);
            }
        }
    }
}

fn agreement(judge: &mut Judge<'_>, recipient: &Recipient, code: &Code) {
    if recipient.contract.is_none() {
        let path = format!("recipient.{}.contract", recipient.id);
        let message = format!("the processor `{}` has no dated processing agreement", recipient.id);
        judge.say(code, &path, message, "write `contract = 2024-01-31`, the day it was signed");
    }
}
