//! Where a recipient processes data, and what carries a transfer to a third country.

use super::{
    ADEQUACY_UNNAMED, AGREEMENT_ADVISED, DEROGATION, FOREIGN_SEAT, NO_AGREEMENT, NO_COPY, NO_COUNTRY,
    NO_NECESSITY, NO_SAFEGUARD, NOT_ADEQUATE, NOT_YET, STRUCK_DOWN, UNCERTIFIED, UNKNOWN_COUNTRY,
    VAGUE_SAFEGUARD,
};
use crate::law::{adequacy, country, says_stem, tool};
use crate::policy::check::Judge;
use crate::policy::codes::Code;
use crate::policy::model::{Recipient, RecipientRole, Text};

/// The place of a recipient, and all that follows from it.
pub(super) fn place(judge: &mut Judge<'_>, recipient: &Recipient) {
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
        if let Some(text) = &recipient.safeguard {
            safeguard(judge, recipient, text);
        }
        return;
    };
    if !country::is_known(code) {
        let message = format!("`{code}` is not a country code");
        judge.say(&UNKNOWN_COUNTRY, &format!("{path}.country"), message, country::hint(code));
        return;
    }
    let outside = !country::is_in_eea_on(code, judge.at);
    if processor {
        agreement(judge, recipient, if outside { &NO_AGREEMENT } else { &AGREEMENT_ADVISED });
    }
    if outside {
        transfer(judge, recipient, code);
    } else {
        seat(judge, recipient);
    }
}

fn agreement(judge: &mut Judge<'_>, recipient: &Recipient, code: &Code) {
    if recipient.contract.is_none() {
        let path = format!("recipient.{}.contract", recipient.id);
        let message = format!("the processor `{}` has no dated processing agreement", recipient.id);
        judge.say(code, &path, message, "write `contract = 2024-01-31`, the day it was signed");
    }
}

/// A server within the area, run from outside it.
fn seat(judge: &mut Judge<'_>, recipient: &Recipient) {
    let path = format!("recipient.{}.seat", recipient.id);
    let Some(code) = recipient.seat.as_deref() else { return };
    if !country::is_known(code) {
        let message = format!("`{code}` is not a country code");
        judge.say(&UNKNOWN_COUNTRY, &path, message, country::hint(code));
        return;
    }
    let bare = recipient.safeguard.is_none() && recipient.settings.is_none();
    if bare && !is_adequate(judge, code) && !country::is_in_eea_on(code, judge.at) {
        let message = format!("`{}` processes data in the EEA and has its seat in `{code}`", recipient.id);
        judge.say(
            &FOREIGN_SEAT,
            &path,
            message,
            "write `safeguard`, or the `settings` that keep its law out",
        );
    }
}

/// Whether a decision covers the country as a whole on the day of the check.
fn is_adequate(judge: &Judge<'_>, code: &str) -> bool {
    adequacy::on(code, judge.at).is_some_and(|decision| !decision.is_limited())
}

fn transfer(judge: &mut Judge<'_>, recipient: &Recipient, code: &str) {
    let path = format!("recipient.{}", recipient.id);
    match &recipient.safeguard {
        None if !is_adequate(judge, code) => {
            let covers = adequacy::on(code, judge.at).map_or_else(String::new, |limit| {
                format!("; the decision on it covers only {}", limit.scope)
            });
            let message =
                format!("`{}` is in `{code}`, outside the EEA, without a safeguard{covers}", recipient.id);
            let help = "write `safeguard = \"standard contractual clauses of 2021\"`";
            judge.say(&NO_SAFEGUARD, &format!("{path}.safeguard"), message, help);
        }
        Some(text) => safeguard(judge, recipient, text),
        None => unnamed(judge, recipient, code),
    }
    let promised = judge.policy.transfers.as_ref();
    if promised.is_some_and(|places| places.otherwise.iter().any(|need| need == "reason"))
        && recipient.necessity.is_none()
    {
        let message =
            format!("`{}` is outside the EEA and no reason says why that is necessary", recipient.id);
        judge.say(&NO_NECESSITY, &format!("{path}.necessity"), message, "write `necessity = \"…\"`");
    }
}

/// A transfer that rests on a decision of which people are not told.
fn unnamed(judge: &mut Judge<'_>, recipient: &Recipient, code: &str) {
    let Some(decision) = adequacy::on(code, judge.at) else { return };
    let path = format!("recipient.{}.safeguard", recipient.id);
    let message = format!("`{}` is in `{code}`, and the decision that allows it is not named", recipient.id);
    let help = format!("write `safeguard = \"adequacy decision {}\"`", decision.decision);
    judge.say(&ADEQUACY_UNNAMED, &path, message, help);
}

/// What the safeguard names, and whether it holds on the day of the check.
fn safeguard(judge: &mut Judge<'_>, recipient: &Recipient, text: &Text) {
    let path = format!("recipient.{}.safeguard", recipient.id);
    let Some(tool) = tool::named(&text.written, judge.at) else {
        let message = format!("`{}` names no tool that the law knows", text.written);
        let help = "write `standard contractual clauses of 2021`, `binding corporate rules` or the like";
        judge.say(&VAGUE_SAFEGUARD, &path, message, help);
        return;
    };
    if let Some(until) = tool.holds.until.filter(|until| *until <= judge.at) {
        let message = format!("{} has been invalid since {until}", tool.name);
        judge.say(&STRUCK_DOWN, &path, message, "name a safeguard that holds");
        return;
    }
    if let Some(from) = tool.holds.from.filter(|from| judge.at < *from) {
        let message = format!("{} holds only from {from}", tool.name);
        judge.say(&NOT_YET, &path, message, "name a safeguard that holds on the day of the check");
        return;
    }
    let country = recipient.country.as_deref().filter(|code| !country::is_in_eea_on(code, judge.at));
    if tool.name == "an adequacy decision"
        && let Some(code) = country.filter(|code| adequacy::on(code, judge.at).is_none())
    {
        let message = format!("no adequacy decision about `{code}` holds");
        judge.say(&NOT_ADEQUATE, &path, message, "agree on standard contractual clauses");
    }
    let certified = ["certif", "participa", "listed", "covered", "adher", "gecertif"];
    if tool.name.contains("Data Privacy Framework")
        && !certified.iter().any(|stem| says_stem(&text.written, stem))
    {
        let message = format!("nothing says that `{}` is certified", recipient.id);
        let help = "write `certified under the EU-US Data Privacy Framework`, or add clauses";
        judge.say(&UNCERTIFIED, &path, message, help);
    }
    if tool.is_derogation() {
        let message = format!("the transfer to `{}` rests on a derogation", recipient.id);
        judge.say(&DEROGATION, &path, message, "agree on standard contractual clauses");
    }
    let copy = recipient.copy.is_some()
        || judge.policy.transfers.as_ref().is_some_and(|transfers| transfers.copy.is_some());
    if tool.has_copy() && !copy {
        let message = format!("nothing says where a copy of the safeguard of `{}` may be had", recipient.id);
        judge.say(&NO_COPY, &format!("recipient.{}.copy", recipient.id), message, "write `copy = \"…\"`");
    }
}
