//! Codes about statistics of which it is said that they hold no personal data.

mod drawn;

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
    UNKNOWN_PURPOSE "statistics/unknown-purpose" Error "Art. 5(1)(b) GDPR"
        "The statistics are drawn for a purpose that the policy does not declare, so nobody's data could be used for them. Correct the name, or declare the purpose with its basis."
    UNKNOWN_DATA "statistics/unknown-data" Error -
        "The statistics are drawn from data that the policy does not declare. Correct the name, or declare the category with its fields."
    NO_PURPOSE "statistics/no-purpose" Error "Art. 5(1)(b), 6(1) GDPR"
        "Kept is to draw statistics from people's data, and no purpose says on which ground. Reading data to count them is a use like any other, even if the result holds no personal data. Write `purpose = \"…\"`."
    NOT_OF_PURPOSE "statistics/not-of-purpose" Error "Art. 5(1)(c) GDPR"
        "The statistics are drawn from data that their purpose does not use, so that the gate would refuse them for everybody. Add the data to the purpose, or take the field out."
    NOT_ONE_FIELD "statistics/not-one-field" Error -
        "People are grouped by single fields, and single fields are summed and shown. A category with several fields says nothing that could be compared. Name one of its fields."
    IDENTIFIER "statistics/identifier" Error "Recital 26 GDPR"
        "A name, an address, a number of an account or of a device, a free text or a file tells who a person is, or may. Statistics and records that nobody is to be found by can't be made of it. Take the field out; a part of it that many people share, such as a country, can be a field of its own."
    NOT_DRAWN "statistics/not-drawn" Error -
        "It is said how a field's values are shown, or how many of them there must be, and the field is neither grouped by nor a column. Correct the name, or add the field to `by` or `records`."
    BAD_STEP "statistics/bad-step" Error -
        "How much of a value is shown is written `month`, `year` or `10 years` for dates, `steps of 10` for numbers, `first 2` for the first letters of a text, and `left out` for nothing at all."
    BAD_DISTINCT "statistics/bad-distinct" Error -
        "How many values a column must have among records that are alike otherwise is a whole number from 2 up: one value that all share tells it of each of them."
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
        drawn::check(judge, statistics);
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
