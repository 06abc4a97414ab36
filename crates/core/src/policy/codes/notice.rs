//! Codes about the notice's settings.

use super::codes;
use crate::law::{GDPR_APPLIES, names};
use crate::policy::check::{Judge, texts};
use crate::time::Span;

codes! {
    NOT_WRITTEN_IN "notice/written-in" Error -
        "The first of `languages` is the one that the policy's own texts are in; the others are translations. `written-in` names another one, so every text would be published under the wrong language. Put it first."
    NO_VERSION "notice/no-version" Error "Art. 5(2) GDPR"
        "Every act names the version of the notice that people were told, so the notice has a date. Without it nobody can show later what was promised when. Write `version = 2024-01-01` under `[notice]`."
    UNKNOWN_LANGUAGE "notice/unknown-language" Error -
        "Languages are named by two small letters, `en`, `fr`, `nl`. Under this code the translations are looked for, `texts/fr.toml`, and pages are published, so it has to be exact."
    WITHOUT_DAY "notice/version-without-day" Warning "Art. 5(2) GDPR"
        "The version names a month and no day. Which notice held on a day of that month can't be told, and acts are bound to the notice of their day. Write the whole date."
    NO_WORDS "notice/no-words" Error "Art. 12(1) GDPR"
        "The sentences of a notice are Kept's own, and it has none in this language, so the notice that `languages` announces could not be published. Take the language out; if the policy's own texts are in it, translate them into one that there are words in."
    STALE "notice/stale" Advice "Art. 5(2), 24(1) GDPR"
        "The version is more than two years old on the day of the check. Providers, purposes and the law change; somebody should read the notice against what really happens, and give it a new date."
    OLDER_THAN_LAW "notice/older-than-law" Warning "Art. 5(2), 24(1) GDPR"
        "The version is older than a law that it names or has to follow, so it can't have been checked against it. Review the notice and give it the date of the review."
    PASSIVE "notice/passive-change" Warning "Art. 13(3), 5(1)(a) GDPR"
        "Significant changes appear on the page and nobody is told of them. The guidelines on transparency (WP260) ask for a way that reaches people, such as e-mail or a message at the next sign-in. Add one to `significant`."
    PREVAILS "notice/prevails-unpublished" Warning "Art. 12(1) GDPR"
        "The language that is said to prevail is not one in which the notice appears, so nobody could read the text that decides. Add it to `languages`, or let a published one prevail."
    NO_CHANGE_RULE "notice/no-change-rule" Advice "Art. 13(3) GDPR"
        "The policy does not say how people hear of changes to it. When a new purpose comes they have to be told before it begins. Say the ways under `[notice.changes]`."
}

/// The notice has a date and a way to change.
pub(crate) fn check(judge: &mut Judge<'_>) {
    version(judge);
    let notice = &judge.policy.notice;
    if notice.significant_changes.is_empty() {
        let message = "the policy does not say how people hear of significant changes";
        judge.say(
            &NO_CHANGE_RULE,
            "notice.changes",
            message,
            "write `significant = [\"page\", \"e-mail\"]` under `[notice.changes]`",
        );
    } else if notice.significant_changes.iter().all(|way| is_passive(way)) {
        let message = "significant changes reach nobody who does not look for them";
        let help = "add `\"e-mail\"` or `\"at next sign-in\"`";
        judge.say(&PASSIVE, "notice.changes.significant", message, help);
    }
    if let Some(prevails) = notice.prevails.as_ref().filter(|one| !notice.languages.contains(one)) {
        let message = format!("`{prevails}` prevails, and the notice does not appear in it");
        judge.say(&PREVAILS, "notice.prevails", message, "add it to `languages`, or name another");
    }
}

fn version(judge: &mut Judge<'_>) {
    let path = "notice.version";
    let Some(version) = judge.policy.notice.version else {
        let help = "write `version = 2024-01-01` under `[notice]`";
        if let Some(month) = &judge.policy.notice.version_month {
            judge.say(&WITHOUT_DAY, path, format!("the version `{month}` has no day"), help);
        } else {
            judge.say(&NO_VERSION, path, "the notice has no version", help);
        }
        return;
    };
    let newer_law = version < GDPR_APPLIES && GDPR_APPLIES <= judge.at;
    let named = texts::all(judge.policy)
        .into_iter()
        .find_map(|text| names::not_yet_law(&text.written, version).filter(|(_, from)| *from <= judge.at));
    if newer_law || named.is_some() {
        let law = named.map_or("the GDPR", |(law, _)| law);
        let message = format!("the version of {version} is older than {law}");
        judge.say(&OLDER_THAN_LAW, path, message, "review the notice and date it anew");
    } else if Span::years(2).last_day_after(version) < judge.at {
        let message = format!("the version of {version} is more than two years old");
        judge.say(&STALE, path, message, "review the notice and date it anew");
    }
}

/// A way that tells only people who look.
fn is_passive(way: &str) -> bool {
    matches!(way.to_lowercase().as_str(), "page" | "web" | "website" | "site" | "web page" | "web site")
}
