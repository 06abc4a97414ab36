//! Codes about the notice's settings.

use super::codes;
use crate::policy::check::Judge;

codes! {
    NO_VERSION "notice/no-version" Error "Art. 5(2) GDPR"
        "Every act names the version of the notice that people were told, so the notice has a date. Without it nobody can show later what was promised when. Write `version = 2024-01-01` under `[notice]`."
    NOT_WRITTEN_IN "notice/written-in" Error -
        "The first of `languages` is the one that the policy's own texts are in; the others are translations. `written-in` names another one, so every text would be published under the wrong language. Put it first."
    UNKNOWN_LANGUAGE "notice/unknown-language" Error -
        "Languages are named by two small letters, `en`, `fr`, `nl`. Under this code the translations are looked for, `texts/fr.toml`, and pages are published, so it has to be exact."
    NO_CHANGE_RULE "notice/no-change-rule" Advice "Art. 13(3) GDPR"
        "The policy does not say how people hear of changes to it. When a new purpose comes they have to be told before it begins. Say the ways under `[notice.changes]`."
}

/// The notice has a date and a way to change.
pub(crate) fn check(judge: &mut Judge<'_>) {
    let notice = &judge.policy.notice;
    if notice.version.is_none() && notice.version_month.is_none() {
        judge.say(
            &NO_VERSION,
            "notice.version",
            "the notice has no version",
            "write `version = 2024-01-01` under `[notice]`",
        );
    }
    if notice.significant_changes.is_empty() {
        let message = "the policy does not say how people hear of significant changes";
        judge.say(
            &NO_CHANGE_RULE,
            "notice.changes",
            message,
            "write `significant = [\"page\", \"e-mail\"]` under `[notice.changes]`",
        );
    }
}
