//! Codes about what is promised never to happen, and does.

use super::codes;
use crate::law::country;
use crate::policy::check::Judge;
use crate::policy::model::{Channel, NeverTo, RecipientRole};

codes! {
    UNKNOWN_REGION "never/unknown-region" Error -
        "What data never leave is `EU`, `EEA`, or a country by the two capital letters of ISO 3166-1. A promise about another word could not be held against any recipient or store."
    MISSPELT "never/misspelt" Error -
        "A name under `[never]` that is not of the language is a promise in words: it is published and nothing enforces it. This one is nearly the name of a promise that is enforced, so it is taken for a slip. Correct it, or choose a name further away."
    SOLD "never/sold" Error "Art. 5(1)(a) GDPR"
        "The policy promises never to sell personal data, and says elsewhere that they are sold or shared. Such a promise can't be opened by consent. Remove one of the two."
    DISCLOSED "never/disclosed" Error "Art. 5(1)(a), 13(1)(e) GDPR"
        "The policy promises never to give data to anybody of this kind, and gives them to this recipient. Processors are recipients too (Art. 4(9)): who uses a provider for hosting or statistics gives it data. Narrow the promise, or take the recipient out."
    TRACKED "never/tracked" Error "Art. 5(1)(a) GDPR"
        "The policy promises that nobody is tracked, and sets a cookie of a third party that acts for itself, or addresses people by adverts on profiles. Remove the promise, or the tracker."
    PROFILED "never/profiled" Error "Art. 5(1)(a) GDPR"
        "The policy promises that nobody is profiled, and a purpose of it profiles people. Such a promise can't be opened by consent. Remove one of the two."
    DECIDED "never/decided" Error "Art. 5(1)(a), 22 GDPR"
        "The policy promises that nothing is decided by automated means alone, and a purpose of it does so. Such a promise can't be opened by consent. Remove one of the two."
    LEAVES "never/leaves" Error "Art. 5(1)(a), 44 GDPR"
        "The policy promises that data never leave a region, and a recipient or a store is elsewhere. Every copy counts, those of processors and backups too. Choose another place, or narrow the promise."
}

/// Promises against everything else.
pub(crate) fn check(judge: &mut Judge<'_>) {
    let policy = judge.policy;
    if policy.never.sell {
        for regime in policy.rights.regimes.values().filter(|regime| regime.sells == Some(true)) {
            let message = format!("data are never sold, it is said, and `{}` says that they are", regime.id);
            judge.say(&SOLD, "never.sell", message, "remove one of the two");
        }
    }
    disclosed(judge);
    behaviour(judge);
    leaves(judge);
}

fn disclosed(judge: &mut Judge<'_>) {
    let policy = judge.policy;
    let Some(to) = policy.never.disclose_to else { return };
    for recipient in policy.recipients.values() {
        let barred = match (to, recipient.role) {
            (NeverTo::AnyoneButAuthorities, role) => role != RecipientRole::Authority,
            (NeverTo::Controllers, role) => role != RecipientRole::Processor,
            (NeverTo::ControllersButAuthorities, role) => {
                !matches!(role, RecipientRole::Processor | RecipientRole::Authority)
            }
        };
        if barred {
            let message = format!("data are never given to the like of `{}`, it is said", recipient.id);
            judge.say_of(
                &DISCLOSED,
                &format!("recipient.{}", recipient.id),
                message,
                "narrow `never.disclose-to`, or take the recipient out",
            );
        }
    }
}

fn behaviour(judge: &mut Judge<'_>) {
    let policy = judge.policy;
    let help = "remove one of the two";
    for purpose in policy.purposes.values() {
        if policy.never.profile && purpose.profiling && !policy.decisions.no_profiling {
            let message = format!("nobody is ever profiled, it is said, and `{}` does", purpose.name);
            judge.say(&PROFILED, "never.profile", message, help);
        }
        if policy.never.decide_automatically && purpose.decides.is_some() && !policy.decisions.no_automated {
            let message = format!(
                "nothing is ever decided by automated means, it is said, and `{}` does",
                purpose.name
            );
            judge.say(&DECIDED, "never.decide-automatically", message, help);
        }
        if policy.never.track && purpose.profiling && purpose.marketing.contains(&Channel::Adverts) {
            let message =
                format!("nobody is tracked, it is said, and `{}` shows adverts on profiles", purpose.name);
            judge.say(&TRACKED, "never.track", message, help);
        }
    }
    let cookies = policy.cookies.iter().flat_map(|cookies| cookies.cookies.values());
    for cookie in cookies.filter(|_| policy.never.track) {
        let recipient = cookie.recipient.as_ref().and_then(|name| policy.recipients.get(name));
        if let Some(recipient) = recipient.filter(|one| one.role != RecipientRole::Processor) {
            let message =
                format!("nobody is tracked, it is said, and `{}` reads `{}`", recipient.id, cookie.id);
            judge.say(&TRACKED, &format!("cookie.{}.recipient", cookie.id), message, help);
        }
    }
}

fn leaves(judge: &mut Judge<'_>) {
    let policy = judge.policy;
    let stays = &policy.never.leave;
    if stays.is_empty() {
        return;
    }
    let inside = |code: &str| super::place::within(stays, code, judge.at);
    let recipients = policy.recipients.values().filter_map(|recipient| {
        Some((format!("recipient.{}.country", recipient.id), recipient.country.as_deref()?))
    });
    let stores = policy
        .stores
        .values()
        .filter_map(|store| Some((format!("store.{}.server", store.name), store.server.as_deref()?)));
    let outside: Vec<(String, &str)> =
        recipients.chain(stores).filter(|(_, code)| country::is_known(code) && !inside(code)).collect();
    for (path, code) in outside {
        let message = format!("data never leave {}, it is said, and this is in `{code}`", stays.join(", "));
        judge.say(&LEAVES, &path, message, "choose another place, or narrow `never.leave`");
    }
}
