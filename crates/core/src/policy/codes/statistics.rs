//! Codes about statistics of which it is said that they hold no personal data.

use super::codes;
use crate::law::says_stem;
use crate::policy::check::Judge;
use crate::policy::model::Statistics;

codes! {
    UNKNOWN_RECIPIENT "statistics/unknown-recipient" Error "Art. 13(1)(e) GDPR"
        "The statistics go to somebody whom the policy does not declare as a recipient. Correct the name, or declare the recipient."
    BAD_GROUP "statistics/bad-group" Error -
        "The smallest group that is shown is a whole number from 2 up: a group of one is a person. Ten is a usual choice."
    DROPS_UNREAD "statistics/drops-unread" Error -
        "Something is said to be dropped that was never read, so one of the two lists is wrong. Add it to `reads`, which tells people what is looked at, or take it out of `drops`."
    KEPT "statistics/not-dropped" Warning "Art. 4(1), 4(5) GDPR"
        "What is read for the statistics is not dropped before they are stored, so they hold personal data, whatever they are called. Add it to `drops`, or declare a purpose with a basis and a period."
    COUNTED_AND_DROPPED "statistics/counted-and-dropped" Warning "Art. 5(1)(a) GDPR"
        "The same thing is said to be counted and to be dropped. What is counted stays in the figures, so people are told two things of which one is wrong. Take it out of `counts`, or out of `reads` and `drops`; what is only computed from something else has a name of its own, as a region from an address."
    NO_PERSONAL_DATA "statistics/no-personal-data" Warning "Art. 4(2) GDPR"
        "The notice says that no personal data are involved, and some are read on the way. Reading and dropping them is processing too. Say what is read and when it is dropped, in place of saying that there is none."
    SMALL_GROUPS "statistics/small-groups" Advice "Recital 26 GDPR"
        "Figures about very few people can tell who they are. The statistics show groups of fewer than five, or set no limit. Write `smallest-group = 5`."
}

/// Whether statistics are as anonymous as they are called.
pub(crate) fn check(judge: &mut Judge<'_>) {
    for statistics in judge.policy.statistics.values() {
        let path = format!("statistics.{}", statistics.id);
        let stored = statistics.reads.iter().find(|read| !statistics.drops.contains(read));
        if let Some(read) = stored {
            let message = format!("`{read}` is read and not dropped");
            judge.say(&KEPT, &format!("{path}.drops"), message, format!("add `\"{read}\"` to `drops`"));
        } else if denies(statistics) && !statistics.reads.is_empty() {
            let message = format!(
                "personal data are read for `{}`, though it is said that there are none",
                statistics.id
            );
            judge.say(
                &NO_PERSONAL_DATA,
                &format!("{path}.statement"),
                message,
                "say what is read, and when it is dropped",
            );
        }
        if let Some(both) = statistics.counts.iter().find(|counted| statistics.drops.contains(counted)) {
            let message = format!("`{both}` is counted, and is said to be dropped");
            let help = format!("take `\"{both}\"` out of `counts`, or out of `reads` and `drops`");
            judge.say(&COUNTED_AND_DROPPED, &format!("{path}.counts"), message, help);
        }
        if statistics.smallest_group.is_none_or(|smallest| smallest < 5) {
            let message = format!("`{}` may show figures about very few people", statistics.id);
            judge.say(
                &SMALL_GROUPS,
                &format!("{path}.smallest-group"),
                message,
                "write `smallest-group = 5`",
            );
        }
    }
}

/// Whether the statement says that there are no personal data.
fn denies(statistics: &Statistics) -> bool {
    let Some(statement) = &statistics.statement else { return false };
    let lower = statement.written.to_lowercase();
    let none = [
        "no personal data",
        "aucune donnée",
        "pas de données",
        "geen persoonsgegevens",
        "no personal information",
    ];
    none.iter().any(|phrase| lower.contains(phrase))
        || ["anonym", "anoniem"].iter().any(|stem| says_stem(&lower, stem))
}
