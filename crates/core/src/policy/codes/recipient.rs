//! Codes about recipients and transfers to third countries.

use super::codes;
use crate::policy::check::Judge;
use crate::policy::model::{Policy, Recipient, RecipientRole};

mod transfer;

codes! {
    UNKNOWN_PURPOSE "recipient/unknown-purpose" Error -
        "The recipient may receive data for a purpose that the policy does not declare. Correct the name, or declare the purpose; until then nothing is disclosed for it."
    UNKNOWN_DATA "recipient/unknown-data" Error -
        "The recipient is confined to data that the policy does not declare, so nothing could go to it. Correct the name, or declare the category."
    INSTRUCTED "recipient/instructed" Error "Art. 28(3)(a), 28(10) GDPR"
        "The recipient decides for itself, and is also said to be bound to your instructions. One who is bound is a processor; one who is not can't be instructed. Correct `role`, or remove `instructions`."
    UNKNOWN_CONTROLLER "recipient/unknown-controller" Error -
        "The recipient is said to be a controller that the policy does not declare, so nobody could tell when data go from one controller to another. Correct the name, or declare it as `[controller.*]`."
    CERTIFICATE "recipient/certificate" Error "Art. 24(1) GDPR"
        "The certificate of a member ends before it begins, so it was never in force and nothing would go to the member. Correct `certified` or `until`."
    NO_MEMBER "recipient/no-member" Error "Art. 24(1) GDPR"
        "Only members whose certificate is in force receive data, and the policy names no member: nothing can go to anybody. Write `[recipient.*.members]` with each of them and the dates of the certificate, or remove `certified-members`."
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
    NO_NAME "recipient/no-name" Error "Art. 13(1)(e) GDPR"
        "The recipient has no name, so people are not told who receives their data. In a published notice a name was perhaps lost with its link. Write `name`, or the kind of recipients as precisely as can be."
    VAGUE_NAME "recipient/vague-name" Warning "Art. 13(1)(e) GDPR"
        "The recipient is named as `partners`, `third parties` or the like, which could be anybody. People are told who receives their data, or at least the kind, the trade and the place (WP260). Name it, or say what it does for you."
    NONE "recipient/none" Advice "Art. 13(1)(e) GDPR"
        "The policy names no recipient. That is rare: who hosts a site, sends e-mail or keeps the books is one (Art. 4(9)). Declare each as `[recipient.*]`, or say under `[never]` that there is none."
    NO_ARRANGEMENT "recipient/no-arrangement" Error "Art. 26(1)-(2) GDPR"
        "The recipient is said to decide together with the controller, and no arrangement between them is declared. Write `[joint.*]` with whom, for which purposes, and the essence of what was arranged."
    CONTRACT_DATE "recipient/contract-date" Warning "Art. 28(3) GDPR"
        "The date of the processing agreement lies in the future, so data go there without one; or it lies before 25 May 2018, and an agreement of that time seldom has what Art. 28(3) asks for. Sign it first, or renew it."
    NO_DILIGENCE "recipient/no-due-diligence" Warning "Art. 28(1) GDPR"
        "A duty of the policy comes before the first disclosure to a processor, and for this processor no date says that it was done. Write `due-diligence` with the day of the check."
    LATE_DILIGENCE "recipient/late-due-diligence" Warning "Art. 28(1) GDPR"
        "The processor was checked after the agreement was signed, and the law asks to use only processors that offer sufficient guarantees. Check before, or correct one of the two dates."
    FOREIGN_SEAT "recipient/foreign-seat" Warning "Art. 44, 48 GDPR"
        "The data are processed within the EEA by a provider whose seat is in a country that no adequacy decision covers as a whole. Its law may reach the data (C-311/18). Say which safeguard you agreed on, as `safeguard`, or which `settings` keep it out; until then nothing is given to it."
    NO_COPY "recipient/no-copy" Warning "Art. 13(1)(f) GDPR"
        "A transfer rests on clauses or rules of which people may have a copy, and the policy does not say where. Write `copy`, here or under `[transfers]`: an address, or a page."
    VAGUE_SAFEGUARD "recipient/vague-safeguard" Warning "Art. 13(1)(f), 46 GDPR"
        "The safeguard names no tool that the law knows. `Appropriate measures` can't be checked. Name standard contractual clauses, binding corporate rules, an adequacy decision, or a point of Art. 49; until then nothing is given to the recipient."
    ADEQUACY_UNNAMED "recipient/adequacy-unnamed" Warning "Art. 13(1)(f) GDPR"
        "The recipient is outside the EEA in a country that an adequacy decision covers, and the policy does not name the decision. People are told on what a transfer rests, an adequacy decision included. Write it as `safeguard`."
    NOT_ADEQUATE "recipient/not-adequate" Error "Art. 45, 46 GDPR"
        "The safeguard names an adequacy decision, and on the day of the check there is none about this country. The transfer has no ground. Agree on standard contractual clauses, or correct the country."
    NOT_YET "recipient/safeguard-not-yet" Error "Art. 45, 46 GDPR"
        "On the day of the check the safeguard does not hold yet, so the transfer has no ground. Name one that held on that day."
    UNCERTIFIED "recipient/uncertified" Warning "Art. 45 GDPR"
        "The Data Privacy Framework covers only organisations that certified themselves, and of this recipient that is not said. Look it up in the list of participants and write `certified under the EU-US Data Privacy Framework`, or add clauses; until then nothing is given to it."
    DEROGATION "recipient/derogation" Warning "Art. 49(1) GDPR"
        "The transfer rests on consent or another derogation. These are for single occasions, not for what a provider does every day (recital 111). Agree on standard contractual clauses."
    CONSENT_UNASKED "recipient/transfer-consent-unasked" Warning "Art. 49(1)(a) GDPR"
        "By its safeguard or by the rule of `[transfers]`, data go to the recipient only if the person agreed, and no purpose says for what that consent is given. Nobody can have given it, so nothing is given to the recipient. Declare a purpose of explicit consent whose wording tells the risks, and name it as `transfer-consent`."
    CONSENT_NOT_EXPLICIT "recipient/transfer-consent-not-explicit" Error "Art. 49(1)(a) GDPR"
        "Consent carries a transfer to a third country only if it is explicit, given by people who were told of the risks. Write `basis = { consent = \"explicit\" }` at the purpose that `transfer-consent` names, or name another."
}

/// Recipients that are named, used as declared, and bound.
pub(crate) fn check(judge: &mut Judge<'_>) {
    let policy = judge.policy;
    if policy.recipients.is_empty()
        && policy.never.disclose_to.is_none()
        && !policy.purposes.is_empty()
        && !judge.places.is_broken("recipient")
    {
        let message = "the policy names nobody who receives data";
        judge.say_of(&NONE, "recipient", message, "declare who does, as `[recipient.hosting]`");
    }
    let unsure = judge.any_broken(policy.purposes.values().map(|purpose| purpose.path("recipients")));
    let asked = asks_diligence(policy);
    for recipient in policy.recipients.values() {
        name(judge, recipient);
        if !unsure {
            used(judge, recipient);
        }
        arrangement(judge, recipient);
        if recipient.role == RecipientRole::Processor {
            dates(judge, recipient, asked);
        }
        transfer::place(judge, recipient);
        if recipient.certified_members && recipient.members.is_empty() {
            let message = format!("`{}` gives data to certified members, and has none", recipient.id);
            let path = format!("recipient.{}.certified-members", recipient.id);
            judge.say(&NO_MEMBER, &path, message, "write `[recipient.*.members]` with each of them");
        }
    }
}

/// Names that could be anybody's.
const ANYBODY: &[&str] = &[
    "partners",
    "our partners",
    "selected partners",
    "business partners",
    "third parties",
    "selected third parties",
    "other third parties",
    "service providers",
    "our service providers",
    "others",
    "other companies",
    "affiliates",
    "suppliers",
    "partenaires",
    "nos partenaires",
    "tiers",
    "prestataires",
    "derden",
    "partners van ons",
    "onze partners",
    "leveranciers",
];

fn name(judge: &mut Judge<'_>, recipient: &Recipient) {
    let path = format!("recipient.{}.name", recipient.id);
    let written = recipient.name.written.trim();
    if written.is_empty() {
        let message = format!("the recipient `{}` has no name", recipient.id);
        judge.say(&NO_NAME, &path, message, "write `name = \"…\"`");
    } else if ANYBODY.contains(&written.to_lowercase().trim_end_matches('.')) {
        let message = format!("`{written}` could be anybody");
        judge.say(&VAGUE_NAME, &path, message, "name it, or say what it does for you and where");
    }
}

fn used(judge: &mut Judge<'_>, recipient: &Recipient) {
    let policy = judge.policy;
    let path = format!("recipient.{}", recipient.id);
    let mut givers =
        policy.purposes.values().filter(|purpose| purpose.recipients.contains(&recipient.id)).peekable();
    if givers.peek().is_none() && recipient.purposes.is_empty() && !is_named_elsewhere(judge, recipient) {
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

/// Whether anything but a purpose gives it data.
fn is_named_elsewhere(judge: &Judge<'_>, recipient: &Recipient) -> bool {
    let (policy, id) = (judge.policy, &recipient.id);
    let mut cookies = policy.cookies.iter().flat_map(|cookies| cookies.cookies.values());
    cookies.any(|cookie| cookie.recipient.as_ref() == Some(id))
        || policy.custody.values().any(|custody| custody.recipients.contains(id))
        || policy.statistics.values().any(|statistics| statistics.recipients.contains(id))
        || policy.disclosures.values().any(|disclosure| disclosure.to.iter().any(|to| to == id.as_str()))
}

fn arrangement(judge: &mut Judge<'_>, recipient: &Recipient) {
    if recipient.role != RecipientRole::Joint {
        return;
    }
    let policy = judge.policy;
    let shared = |purpose: &crate::name::PurposeName| {
        let gives = policy.purposes.get(purpose).is_some_and(|one| one.recipients.contains(&recipient.id));
        gives || recipient.purposes.contains(purpose)
    };
    let arranged =
        policy.joint.values().any(|joint| joint.purposes.is_empty() || joint.purposes.iter().any(shared));
    if !arranged {
        let message = format!("nothing is arranged with the joint controller `{}`", recipient.id);
        let help = format!("add `[joint.{}]` with its purposes and the essence", recipient.id);
        judge.say(&NO_ARRANGEMENT, &format!("recipient.{}.role", recipient.id), message, help);
    }
}

/// Whether a duty comes before the first disclosure to a processor.
fn asks_diligence(policy: &Policy) -> bool {
    policy.duties.values().any(|duty| {
        let before = duty.before.as_ref().map(|before| before.written.to_lowercase());
        before.is_some_and(|before| before.contains("processor") || before.contains("provider"))
    })
}

/// The agreement and the check before it, if a duty asks for one.
fn dates(judge: &mut Judge<'_>, recipient: &Recipient, asked: bool) {
    let path = format!("recipient.{}", recipient.id);
    if let Some(contract) = recipient.contract {
        let old = contract < crate::law::GDPR_APPLIES && crate::law::GDPR_APPLIES <= judge.at;
        if old || judge.at < contract {
            let why = if old { "is older than the GDPR" } else { "begins only then" };
            let message = format!("the agreement with `{}` of {contract} {why}", recipient.id);
            judge.say(&CONTRACT_DATE, &format!("{path}.contract"), message, "sign it before, or renew it");
        }
    }
    match (recipient.due_diligence, recipient.contract) {
        (None, _) if asked => {
            let message = format!("nothing says that `{}` was checked before it received data", recipient.id);
            judge.say(
                &NO_DILIGENCE,
                &format!("{path}.due-diligence"),
                message,
                "write `due-diligence = 2024-01-31`",
            );
        }
        (Some(checked), Some(contract)) if contract < checked => {
            let message = format!("`{}` was checked after the agreement", recipient.id);
            judge.say(
                &LATE_DILIGENCE,
                &format!("{path}.due-diligence"),
                message,
                "correct one of the two dates",
            );
        }
        _ => {}
    }
}
