//! Codes about people's rights.

use super::codes;
use crate::policy::check::Judge;
use crate::policy::model::{Basis, Purpose};
use crate::time::Span;
use crate::timeline::Right;

mod complaint;
mod single;

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
    MISSING "rights/missing" Error "Art. 13(2)(b)-(c) GDPR"
        "The published notice does not name every right that people have. Access, rectification, erasure, restriction and the right to object are always named, portability where consent or a contract is a basis, withdrawal where consent is. Add them to `named`, or remove the key: all are said then."
    DAYS_FOR_MONTH "rights/days-for-month" Warning "Art. 12(3) GDPR"
        "The reply is promised in 29 or 30 days, and the law's limit is one month: from 30 January or 1 February the month is over first. Kept works towards the earlier of the two. Write `1 month`, or 28 days."
    NO_REPLY_TIME "rights/no-reply-time" Advice "Art. 12(3) GDPR"
        "The policy does not say how fast requests are answered. The law's month holds all the same; saying so costs nothing. Write `reply = \"1 month\"`."
    NARROWED "rights/narrowed" Error "Art. 15 to 22 GDPR"
        "The right is granted only under a condition that the law does not know, such as erasure of outdated data alone. People have the whole right. Remove `only`; what the law itself excepts (17(3), 20(3), 21(1)) needs no words."
    WRONG_ARTICLE "rights/wrong-article" Warning "Art. 12(1) GDPR"
        "The article that is cited does not hold this right. Who looks it up finds something else, and an exception of one right can't limit another. The help names the article."
    IDLE "rights/idle" Warning "Art. 12(1) GDPR"
        "The right is said to reach a use that no purpose makes. Either a purpose was forgotten, or the words came from another notice. Declare the purpose, take the use out of `covers`, or say under `[decisions]` that there is none."
    NO_COMPLAINT "rights/no-complaint" Error "Art. 13(2)(d), 77 GDPR"
        "People may complain to a supervisory authority, and a notice says so. The published one names none. Remove `authority = \"none\"`: the authority of the controller's country is named then."
    INSIDE_FIRST "rights/inside-first" Error "Art. 77(1) GDPR"
        "People are made to complain inside the company before they may go to the authority. The law knows no such step. Ask them to, if you like: `inside-first = \"asked\"`."
    AUTHORITY_OUTDATED "rights/authority-outdated" Error "Art. 13(2)(d) GDPR"
        "The authority, or its address, no longer exists under this name on the day of the check. A complaint sent there may be lost. The help says what stands in its place."
    AUTHORITY_ADDRESS "rights/authority-address" Warning "Art. 13(2)(d) GDPR"
        "The address of the authority has no post code, so a letter may not arrive. Copy the address from the authority's site, or let the policy name the authority by country: kept knows it."
    EXCESSIVE_IDENTITY "rights/excessive-identity" Warning "Art. 12(2), 12(6) GDPR"
        "A passport or an identity card is asked of everybody. More than is known may be asked only on reasonable doubt, and a copy of a card is rarely needed. Write when you ask, and for what."
}

/// Promises about rights against the law's floor.
pub(crate) fn check(judge: &mut Judge<'_>) {
    times(judge);
    if !judge.places.has("rights.fee") {
        judge.say_of(
            &FEE,
            "rights",
            "the policy does not say whether requests are free",
            "write `fee = \"never\"` under `[rights]`",
        );
    }
    ends(judge);
    named(judge);
    identity(judge);
    single::check(judge);
    complaint::check(judge);
}

/// The limit for all requests, and those of single rights.
fn times(judge: &mut Judge<'_>) {
    let rights = &judge.policy.rights;
    let own = rights
        .by_right
        .iter()
        .filter_map(|(right, rule)| Some((format!("rights.{}.reply", single::word(*right)), rule.reply?)));
    let limits: Vec<(String, Span)> =
        rights.reply.map(|reply| ("rights.reply".to_owned(), reply)).into_iter().chain(own).collect();
    if limits.is_empty() && !judge.places.is_broken("rights.reply") {
        judge.say(
            &NO_REPLY_TIME,
            "rights.reply",
            "nothing says how fast requests are answered",
            "write `reply = \"1 month\"`",
        );
    }
    for (path, reply) in limits {
        if is_longer_than_a_month(reply) {
            let message = format!("a reply within {reply} is later than the law's one month");
            judge.say(&LATE_REPLY, &path, message, "write `reply = \"1 month\"` or less");
        } else if reply.whole_months() == 0 && reply.whole_days() > 28 {
            let message = format!("{reply} end later than one month that begins in February");
            judge.say(&DAYS_FOR_MONTH, &path, message, "write `reply = \"1 month\"`, or 28 days");
        }
    }
}

fn ends(judge: &mut Judge<'_>) {
    let policy = judge.policy;
    for datum in &policy.rights.erasure_ends {
        let duty =
            policy.purposes_of(datum).find(|purpose| matches!(purpose.basis, Basis::LegalObligation(_)));
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

/// The rights that a published notice names, against those that people have.
fn named(judge: &mut Judge<'_>) {
    let policy = judge.policy;
    let Some(named) = &policy.rights.named else { return };
    let basis = |fits: fn(&Basis) -> bool| {
        let of = |purpose: &Purpose| fits(&purpose.basis) || purpose.arms.iter().any(|arm| fits(&arm.basis));
        policy.purposes.values().any(of)
    };
    let missing: Vec<&str> = single::ALL
        .iter()
        .filter(|right| match right {
            Right::Portability => basis(|basis| matches!(basis, Basis::Consent { .. } | Basis::Contract)),
            Right::Withdrawal => basis(Basis::is_consent) && policy.rights.withdrawal.is_none(),
            _ => true,
        })
        // A right with a rule of its own is said by the reader.
        .filter(|right| !named.contains(right) && !policy.rights.by_right.contains_key(*right))
        .map(|right| single::word(*right))
        .collect();
    if !missing.is_empty() {
        let message = format!("the notice does not name {}", missing.join(", "));
        judge.say(&MISSING, "rights.named", message, "name them, or remove `named`: all are said then");
    }
}

fn identity(judge: &mut Judge<'_>) {
    let Some(identity) = &judge.policy.rights.identity else { return };
    let lower = identity.written.to_lowercase();
    let papers = [
        "passport",
        "identity card",
        "id card",
        "carte d'identité",
        "passeport",
        "identiteitskaart",
        "paspoort",
    ];
    let conditions = [
        " if ",
        " when ",
        "only",
        "doubt",
        "necessary",
        "needed",
        "doute",
        "si ",
        "twijfel",
        "als ",
        "indien",
    ];
    let lower = format!(" {lower}");
    if papers.iter().any(|paper| lower.contains(paper)) && !conditions.iter().any(|word| lower.contains(word))
    {
        let message = "everybody has to show a paper, doubt or not";
        judge.say(&EXCESSIVE_IDENTITY, "rights.identity", message, "write when you ask, and for what");
    }
}

/// Longer than the shortest month by days, or than one month by months.
fn is_longer_than_a_month(span: Span) -> bool {
    match span.whole_months() {
        0 => span.whole_days() > 30,
        1 => span.whole_days() > 0,
        _ => true,
    }
}
