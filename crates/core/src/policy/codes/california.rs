//! Codes about rules for residents of California (Civil Code 1798.100 ff.; 11 CCR 7000 ff.), where the
//! policy has them. Whether the law applies at all depends on figures that no policy shows, so
//! what is missing is a warning and only what contradicts the law is an error.

use super::{codes, keep::days};
use crate::law::says_stem;
use crate::policy::check::Judge;
use crate::policy::model::{Basis, Erasure, RefusalGround, Regime};
use crate::time::Span;

codes! {
    LATE_REPLY "california/late-reply" Error "Civil Code 1798.130(a)(2); 11 CCR 7021(b)"
        "Requests of Californians are answered within 45 calendar days of receipt, whatever time verification takes. The policy takes longer. The second 45 days are for single requests, and are told with the reason."
    LATE_CONFIRM "california/late-confirmation" Error "11 CCR 7021(a)"
        "The receipt of a request is confirmed within ten business days. The policy takes longer. Write `confirm = \"10 working days\"` or less."
    SHORT_LOOK_BACK "california/short-look-back" Warning "Civil Code 1798.130(a)(2)(B)"
        "The answer looks back less than the twelve months before the request, which the law asks for at least; older data since 1 January 2022 can be asked for too. Write `look-back = \"at least 12 months\"`."
    RIGHTS_MISSING "california/rights-missing" Warning "Civil Code 1798.105, .106, .110"
        "Californians may know what is held, have it deleted and have it corrected, and the policy explains each. One of the three is not named in `rights`."
    SELLS_UNSAID "california/sells-unsaid" Warning "Civil Code 1798.115(c), .130(a)(5)(C)"
        "The policy does not say whether personal data were sold or shared in the preceding twelve months. It lists the categories, or says that there were none. Write `sells = false`, or `true` with a way to opt out."
    NO_OPT_OUT "california/no-opt-out" Warning "Civil Code 1798.120, .135"
        "Data are sold or shared and the policy names no way to say no: the right to opt out and its link. Add it to `rights`."
    NO_SIGNAL "california/no-signal" Warning "11 CCR 7025"
        "Data are sold or shared and the policy does not say how opt-out preference signals, such as the Global Privacy Control, are obeyed. Add it to `methods` or `text`."
    MINORS "california/minors" Warning "Civil Code 1798.120(c)-(d)"
        "Data are sold or shared and nothing keeps people under sixteen out of it. Theirs may be sold only if they, or a parent for those under thirteen, opted in. Set a minimum age, or name the opt-in in `rights`."
    SENSITIVE_UNSAID "california/sensitive-unsaid" Warning "Civil Code 1798.100(a)(2), .121"
        "The policy does not say whether sensitive data are used beyond what the law allows without a choice. Write `sensitive = false`, or `true` with the right to limit it."
    NO_LIMIT "california/no-limit" Warning "Civil Code 1798.121, .135"
        "Sensitive data are used beyond what the law allows without a choice, and the policy does not name the right to limit that. Add it to `rights`."
    ONE_METHOD "california/one-method" Warning "Civil Code 1798.130(a)(1); 11 CCR 7020"
        "Requests can be made in two or more ways, one of them free of charge by telephone; an e-mail address alone is enough only for who deals with people online only. Add a method."
    NO_VERIFICATION "california/no-verification" Warning "11 CCR 7060 to 7062"
        "The policy does not describe how it is verified who asks. Write `verification`: what is compared, and what happens when it does not fit."
    NO_AGENT "california/no-agent" Warning "11 CCR 7063"
        "Californians may let an agent ask for them, and the policy tells how. It has no `[rights.agent]`. Write what proves the mandate and how the person confirms it."
    RETALIATION "california/retaliation-unsaid" Warning "Civil Code 1798.125"
        "The policy does not say that nobody is treated worse for using a right. Write `no-retaliation` under `[rights]`."
    OTHER_GROUND "california/other-ground" Error "Civil Code 1798.105(d)"
        "A deletion that a Californian asks for is refused on few grounds, and the policy lists its own under `refuses`. This purpose keeps data against a request on another one. Let it end on request, give it its right basis, or add the ground to the list."
    STALE "california/stale" Warning "Civil Code 1798.130(a)(5)"
        "The policy is updated at least every twelve months, and its version is older on the day of the check. Review it and date it anew."
}

/// Every regime for Californians.
pub(crate) fn check(judge: &mut Judge<'_>) {
    let policy = judge.policy;
    for regime in policy.rights.regimes.values().filter(|regime| regime.region == "US-CA") {
        times(judge, regime);
        contents(judge, regime);
        if regime.sells == Some(true) {
            sale(judge, regime);
        }
        whole(judge, regime);
        refusals(judge, regime);
    }
}

/// What stays against a request stays on a ground that the policy lists.
fn refusals(judge: &mut Judge<'_>, regime: &Regime) {
    let policy = judge.policy;
    for purpose in policy.purposes.values().filter(|_| !regime.refuses.is_empty()) {
        let ground = RefusalGround::of(purpose);
        let stays = match purpose.erasure {
            Erasure::Ends => false,
            Erasure::Stays(_) => true,
            Erasure::ByBasis => ground.is_some() || matches!(purpose.basis, Basis::PublicTask(_)),
        };
        let is_listed = ground.is_some_and(|ground| regime.refuses.contains(&ground));
        if stays && !is_listed && purpose.off.is_none() {
            let message =
                format!("`{}` keeps data against a request on a ground that is not listed", purpose.name);
            judge.say(
                &OTHER_GROUND,
                &path(regime, "refuses"),
                message,
                "write `on-erasure = \"ends\"` there, or list its ground",
            );
        }
    }
}

fn path(regime: &Regime, key: &str) -> String {
    format!("rights-for.{}.{key}", regime.id)
}

fn times(judge: &mut Judge<'_>, regime: &Regime) {
    if let Some(reply) = regime.reply.filter(|reply| days(*reply) > 45) {
        let message = format!("{reply} are more than the 45 days of the law");
        judge.say(&LATE_REPLY, &path(regime, "reply"), message, "write `reply = \"45 days\"` or less");
    }
    let working = if regime.confirm_working { ", counted in working days," } else { "" };
    let most = if regime.confirm_working { 10 } else { 14 };
    if let Some(confirm) = regime.confirm.filter(|confirm| days(*confirm) > most) {
        let message = format!("{confirm}{working} are more than the ten business days of the law");
        judge.say(&LATE_CONFIRM, &path(regime, "confirm"), message, "write `confirm = \"10 working days\"`");
    }
    if let Some(back) = regime.look_back.filter(|back| days(*back) < days(Span::months(12))) {
        let message = format!("{back} are less than the twelve months of the law");
        judge.say(
            &SHORT_LOOK_BACK,
            &path(regime, "look-back"),
            message,
            "write `look-back = \"at least 12 months\"`",
        );
    }
}

fn has(said: &[String], stems: &[&str]) -> bool {
    said.iter().any(|said| stems.iter().any(|stem| says_stem(said, stem)))
}

fn contents(judge: &mut Judge<'_>, regime: &Regime) {
    let kinds: [(&str, &[&str]); 3] =
        [("know", &["know", "access"]), ("delete", &["delet", "eras"]), ("correct", &["correct", "rectif"])];
    let missing: Vec<&str> =
        kinds.iter().filter(|(_, stems)| !has(&regime.rights, stems)).map(|(name, _)| *name).collect();
    if !missing.is_empty() {
        let message = format!("the right to {} is not named", missing.join(", to "));
        judge.say(&RIGHTS_MISSING, &path(regime, "rights"), message, "add it to `rights`");
    }
    if regime.sells.is_none() {
        let message = "nothing says whether personal data are sold or shared";
        judge.say(&SELLS_UNSAID, &path(regime, "sells"), message, "write `sells = false`, or `true`");
    }
    match regime.sensitive {
        None => {
            let message = "nothing says how sensitive data are used";
            judge.say(
                &SENSITIVE_UNSAID,
                &path(regime, "sensitive"),
                message,
                "write `sensitive = false`, or `true`",
            );
        }
        Some(true) if !has(&regime.rights, &["limit"]) => {
            let message = "the right to limit the use of sensitive data is not named";
            judge.say(&NO_LIMIT, &path(regime, "rights"), message, "add it to `rights`");
        }
        Some(_) => {}
    }
    if regime.methods.len() < 2 {
        let message = "there is one way only to ask";
        judge.say(&ONE_METHOD, &path(regime, "methods"), message, "add a second method");
    }
    if regime.verification.is_none() {
        let message = "nothing says how it is verified who asks";
        judge.say(&NO_VERIFICATION, &path(regime, "verification"), message, "write `verification = \"…\"`");
    }
}

fn sale(judge: &mut Judge<'_>, regime: &Regime) {
    if !has(&regime.rights, &["opt"]) {
        let message = "data are sold or shared, and nobody can say no";
        judge.say(&NO_OPT_OUT, &path(regime, "rights"), message, "add the right to opt out");
    }
    let text: Vec<String> = regime.text.iter().map(|text| text.written.clone()).collect();
    let signal = |said: &[String]| has(said, &["signal", "gpc", "global"]);
    if !signal(&regime.methods) && !signal(&regime.rights) && !signal(&text) {
        let message = "nothing says how opt-out signals are obeyed";
        judge.say(
            &NO_SIGNAL,
            &path(regime, "methods"),
            message,
            "add the Global Privacy Control to `methods`",
        );
    }
    let policy = judge.policy;
    let grown = policy.children.offered == Some(false)
        || policy.people.values().all(|people| people.minimum_age.is_some_and(|age| age >= 16));
    if !grown && !regime.rights.iter().any(|right| right.to_lowercase().contains("opt-in")) {
        let message = "data of people under sixteen may be sold or shared";
        judge.say(
            &MINORS,
            &path(regime, "sells"),
            message,
            "set a minimum age, or add the opt-in to `rights`",
        );
    }
}

/// What the rest of the policy has to say for Californians.
fn whole(judge: &mut Judge<'_>, regime: &Regime) {
    let rights = &judge.policy.rights;
    let of = format!("rights-for.{}", regime.id);
    if rights.agent.is_none() {
        judge.say_of(&NO_AGENT, &of, "nothing says how an agent asks for somebody", "add `[rights.agent]`");
    }
    if rights.no_retaliation.is_none() {
        let message = "nothing says that nobody is treated worse for using a right";
        judge.say_of(&RETALIATION, &of, message, "write `no-retaliation = \"…\"` under `[rights]`");
    }
    let version = judge.policy.notice.version;
    if let Some(version) = version.filter(|version| Span::months(12).last_day_after(*version) < judge.at) {
        let message = format!("the version of {version} is older than twelve months");
        judge.say(&STALE, "notice.version", message, "review the policy and date it anew");
    }
}
