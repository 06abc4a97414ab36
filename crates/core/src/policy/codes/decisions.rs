//! Codes about decisions by automated means, and about what is said of them.

use super::codes;
use crate::law::says;
use crate::policy::check::Judge;
use crate::policy::model::{Decides, Purpose};

codes! {
    CONTRADICTED "decisions/contradicted" Error "Art. 13(2)(f), 5(1)(a) GDPR"
        "The policy says that nothing of the kind happens and one of its purposes does it. People would be told something untrue. Correct `[decisions]`, or the purpose."
    UNSAID "decisions/unsaid" Advice "Art. 13(2)(f) GDPR"
        "No purpose decides by automated means and the policy does not say so. A clear `none` is good practice: people need not wonder. Write `automated = \"none\"` under `[decisions]`."
    UNEXPLAINED "decisions/unexplained" Error "Art. 13(2)(f) GDPR"
        "A decision is made by automated means, and people are not told how it comes about or what follows for them. Write `logic` and `effect` under `decides`."
    NOT_ALLOWED "decisions/not-allowed" Error "Art. 22(2) GDPR"
        "Deciding about people by automated means alone is allowed only where a contract needs it, a law allows it or they consented explicitly. The purpose names none of the three. Write `allowed-by = \"contract\"`, `\"law\"` or `\"explicit consent\"`."
    NO_HUMAN "decisions/no-human" Error "Art. 22(3) GDPR"
        "Who is decided about by automated means may have a human look again, may give a view and contest the decision. The policy does not say how. Write `human` under `decides`."
    SPECIAL "decisions/special-data" Error "Art. 22(4) GDPR"
        "Decisions by automated means rest on special categories only with explicit consent, 9(2)(a), or for a substantial public interest, 9(2)(g). The purpose uses such data under another condition, or none."
}

/// Decisions that are explained, allowed and reviewed; statements that are true.
pub(crate) fn check(judge: &mut Judge<'_>) {
    let policy = judge.policy;
    for purpose in policy.purposes.values() {
        if let Some(decides) = &purpose.decides {
            decision(judge, purpose, decides);
        }
        if policy.decisions.no_profiling && purpose.profiling {
            let message = format!("nobody is profiled, it is said, and `{}` does", purpose.name);
            judge.say(&CONTRADICTED, "decisions.profiling", message, "remove one of the two");
        }
    }
    let decided = policy.purposes.values().any(|purpose| purpose.decides.is_some());
    let said = policy.decisions.no_automated || policy.decisions.only_for_contract;
    if !decided && !said && !policy.never.decide_automatically {
        let message = "the policy does not say whether decisions are made by automated means";
        judge.say(
            &UNSAID,
            "decisions.automated",
            message,
            "write `automated = \"none\"` under `[decisions]`",
        );
    }
}

fn decision(judge: &mut Judge<'_>, purpose: &Purpose, decides: &Decides) {
    let (name, path) = (&purpose.name, purpose.path("decides"));
    if judge.policy.decisions.no_automated {
        let message = format!("nothing is decided by automated means, it is said, and `{name}` does");
        judge.say(&CONTRADICTED, "decisions.automated", message, "remove one of the two");
    }
    if decides.logic.is_none() || decides.effect.is_none() {
        let lacks = if decides.logic.is_none() { "logic" } else { "effect" };
        let message = format!("the decision of `{name}` is not explained: `{lacks}` is missing");
        judge.say(&UNEXPLAINED, &path, message, format!("add `{lacks} = \"…\"`"));
    }
    let allowed = decides.allowed_by.as_ref().map(|text| text.written.as_str()).unwrap_or_default();
    let ground = |words: &[&str]| words.iter().any(|word| says(allowed, word));
    let by_law = ground(&["law", "loi", "wet", "22(2)(b)"]);
    let by_will = ground(&["contract", "contrat", "consent", "consentement", "toestemming", "overeenkomst"])
        || ground(&["22(2)(a)", "22(2)(c)"]);
    if !by_law && !by_will {
        let message = format!("nothing allows `{name}` to decide by automated means");
        let help = "write `allowed-by = \"contract\"`, `\"law\"` or `\"explicit consent\"`";
        judge.say(&NOT_ALLOWED, &path, message, help);
    } else if by_will && decides.human.is_none() {
        let message = format!("no human looks again at what `{name}` decides");
        judge.say(&NO_HUMAN, &path, message, "write `human = \"…\"`");
    }
    let policy = judge.policy;
    let special = policy.data.values().filter(|category| category.special.is_some());
    for category in
        special.filter(|category| purpose.data.iter().any(|datum| datum.category == category.name))
    {
        let condition = purpose.special.iter().find(|(name, _)| *name == category.name);
        if !condition.is_some_and(|(_, point)| matches!(point.as_str(), "9(2)(a)" | "9(2)(g)")) {
            let message = format!("`{name}` decides by automated means on `{}`", category.name);
            judge.say(&SPECIAL, &path, message, "leave the data out, or ask for explicit consent");
        }
    }
}
