//! Codes about retention: sentences, criteria, and the events that they count from.

use super::codes;
use crate::law::benchmark;
use crate::name::EventKind;
use crate::policy::check::Judge;
use crate::policy::keep::{Keep, Limit, end_event};
use crate::policy::model::{OccasionKind, Purpose, Retention};
use crate::time::Span;

codes! {
    SYNTAX "keep/syntax" Error "Art. 13(2)(a) GDPR"
        "The retention sentence can't be read at this place. Its forms are: `3 years after the last contact`, `until contract-end`, `for the contract, then 10 years in the archive`, `for the calendar year of the request, then 2 years in the archive`, each with `, at most …` or `, then anonymised` where needed."
    UNKNOWN_EVENT "keep/unknown-event" Error -
        "The period counts from an event that the policy does not know, so it would never end. Use a built-in event such as `collection`, `contract-end` or `last-contact`, or declare your own as `[event.name]`."
    NO_CRITERION "keep/no-criterion" Error "Art. 13(2)(a) GDPR"
        "A `keep` table stands for a criterion in place of a figure, and the criterion is missing. Say in words what decides how long the data are kept, or write a retention sentence."
    OPEN_CRITERION "keep/open-criterion" Error "Art. 5(1)(e) GDPR"
        "A criterion without an event that ends it and without a review would let data be kept for ever without anybody looking. Name the event as `ends`, or a review such as `every 12 months`."
    BELOW_MINIMUM "keep/below-minimum" Warning "Art. 6(1)(c) GDPR"
        "The policy names a period that a law makes you keep these data for, and its own promise is shorter. The legal period holds, for the legal purpose only, and the notice would say less than what happens. Lengthen `keep`."
    NO_SOURCE "keep/no-source" Advice "Art. 5(1)(e) GDPR"
        "The period counts from an event that no table of any store supplies, though tables hold data of this purpose. Unless the event is told to kept in another way, the audit can't tell when the period ends. Name the column under `events`."
    VAGUE "keep/vague-criterion" Warning "Art. 13(2)(a) GDPR"
        "The criterion says only that data are kept as long as necessary, which the law says anyway. People can compute nothing from it (WP260). Say what decides: the end of a project, the closing of a case, a period of limitation; or write a sentence with a figure."
    BEYOND_BENCHMARK "keep/beyond-benchmark" Advice "Art. 5(1)(e) GDPR"
        "The period is longer than the one that the authority of the controller's country holds right for such data. It does not bind, and whoever keeps longer should be able to say why. Shorten `keep`, or note the reason."
    SHORT_REVIEW "keep/rare-review" Advice "Art. 5(1)(e) GDPR"
        "The criterion is reviewed less often than every three years, so data that nobody needs may lie there for long. Write a shorter `review`."
    VERY_LONG "keep/very-long" Advice "Art. 5(1)(e) GDPR"
        "The data are kept for thirty years or more. Few purposes need that, and everything kept can leak. Check that the period is meant in years and that a law asks for it."
}

/// Criteria that somebody ends or reviews; events that some store can supply.
pub(crate) fn check(judge: &mut Judge<'_>) {
    for purpose in judge.policy.purposes.values() {
        match &purpose.retention {
            Retention::Criterion { ends: None, review: None, .. } => open(judge, purpose),
            Retention::Keep(keep) => {
                sources(judge, purpose, keep);
                long(judge, purpose, keep);
            }
            Retention::Criterion { .. } | Retention::Missing => {}
        }
        criterion(judge, purpose);
        benchmark(judge, purpose);
    }
}

/// A criterion that decides something, and that somebody looks at.
fn criterion(judge: &mut Judge<'_>, purpose: &Purpose) {
    let Retention::Criterion { criterion, review, .. } = &purpose.retention else { return };
    if is_vague(&criterion.written) {
        let message = format!("`{}` decides nothing", criterion.written);
        judge.say(&VAGUE, &purpose.path("keep.criterion"), message, "say what ends it, or write a figure");
    }
    if review.is_some_and(|review| days(review) > days(Span::years(3))) {
        let message = format!("somebody looks at `{}` less often than every three years", purpose.name);
        judge.say(
            &SHORT_REVIEW,
            &purpose.path("keep.review"),
            message,
            "write `review = \"every 12 months\"`",
        );
    }
}

/// Words of criteria that say no more than Art. 5(1)(e).
const EMPTY_CRITERIA: &[&str] = &[
    "as long as necessary",
    "as long as needed",
    "no longer than necessary",
    "not longer than necessary",
    "as long as is necessary",
    "as long as required",
    "as long as the law allows",
    "aussi longtemps que nécessaire",
    "le temps nécessaire",
    "pas plus longtemps que nécessaire",
    "zo lang als nodig",
    "zolang als nodig",
    "zolang nodig",
    "zolang dit nodig",
    "niet langer dan noodzakelijk",
    "niet langer dan nodig",
];

/// Whether a criterion is such words and little more.
fn is_vague(criterion: &str) -> bool {
    let lower = criterion.to_lowercase();
    let said = lower.split_whitespace().count();
    let few = |phrase: &&&str| lower.contains(**phrase) && said <= phrase.split(' ').count() + 8;
    EMPTY_CRITERIA.iter().find(few).is_some()
}

fn benchmark(judge: &mut Judge<'_>, purpose: &Purpose) {
    let (Some(country), Some(keep)) = (judge.country(), purpose.keep()) else { return };
    let words = format!("{} {}", purpose.name.as_str().replace(['-', '_'], " "), purpose.title.written);
    let Some(usual) = benchmark::of(country, &words, purpose.is_marketing()) else { return };
    if length(keep).is_some_and(|lasts| days(lasts) > days(usual.longest)) {
        let message = format!(
            "`{}` keeps data longer than {}, usual for {} ({})",
            purpose.name, usual.longest, usual.what, usual.source
        );
        judge.say(&BEYOND_BENCHMARK, &purpose.path("keep"), message, "shorten it, or note the reason");
    }
}

/// The figures of a sentence together, if it has any, cut at its longest.
pub(crate) fn length(keep: &Keep) -> Option<Span> {
    let parts = keep.stages.iter().filter_map(|stage| match &stage.limit {
        Limit::After(span, _) | Limit::More(span) => Some(*span),
        Limit::CalendarYearOf(_) | Limit::Until(_) | Limit::For(_) => None,
    });
    let total = parts.fold(Span::ZERO, |total, part| total.plus(part).unwrap_or(total));
    let total = keep.at_most.filter(|most| days(*most) < days(total)).unwrap_or(total);
    (total != Span::ZERO).then_some(total)
}

/// A span in days, near enough to compare promises.
pub(crate) fn days(span: Span) -> u32 {
    u32::from(span.whole_months()) * 30 + u32::from(span.whole_months()) * 5 / 12 + span.whole_days()
}

fn open(judge: &mut Judge<'_>, purpose: &Purpose) {
    let path = purpose.path("keep");
    if judge.places.is_broken(&format!("{path}.ends"))
        || judge.places.is_broken(&format!("{path}.review"))
        || judge.places.has(&format!("{path}.ends"))
        || judge.places.has(&format!("{path}.review"))
    {
        return; // what is there could not be read, and that has been said
    }
    let message = format!("the criterion of `{}` has neither an end nor a review", purpose.name);
    judge.say(&OPEN_CRITERION, &path, message, "add `review = \"every 12 months\"`, or the event as `ends`");
}

/// Advice where tables hold the purpose's data and no table supplies an event that it counts from.
fn sources(judge: &mut Judge<'_>, purpose: &Purpose, keep: &Keep) {
    let policy = judge.policy;
    let tables = || policy.stores.values().flat_map(|store| store.tables.values());
    if !tables().any(|table| table.columns.values().any(|datum| purpose.covers(datum))) {
        return;
    }
    let supplied = |event: &EventKind| tables().any(|table| table.events.contains_key(event));
    let mut needed = events(keep);
    needed.retain(|event| !is_kepts_own(event) && !supplied(event));
    if let Some(event) = needed.first() {
        let message = format!("`{}` counts from `{event}`, which no table supplies", purpose.name);
        let help = format!("name its column in a table: `events = {{ {event} = \"…\" }}`");
        judge.say(&NO_SOURCE, &purpose.path("keep"), message, help);
    }
}

/// Events that Kept sees itself, in requests and consents that come through it.
fn is_kepts_own(event: &EventKind) -> bool {
    matches!(event.as_str(), "request-received" | "request-closed" | "consent-given" | "consent-end")
}

/// The events that a sentence counts from.
pub(crate) fn events(keep: &Keep) -> Vec<EventKind> {
    let of_limit = |limit: &Limit| match limit {
        Limit::Until(when) | Limit::After(_, when) => when.events().to_vec(),
        Limit::For(OccasionKind::Contract) => vec![end_event(OccasionKind::Contract)],
        Limit::For(_) | Limit::CalendarYearOf(_) | Limit::More(_) => Vec::new(),
    };
    keep.stages.iter().flat_map(|stage| of_limit(&stage.limit)).collect()
}

fn long(judge: &mut Judge<'_>, purpose: &Purpose, keep: &Keep) {
    let years = |limit: &Limit| match limit {
        Limit::After(span, _) | Limit::More(span) => span.whole_months() / 12,
        _ => 0,
    };
    if keep.stages.iter().any(|stage| years(&stage.limit) >= 30) {
        let message = format!("`{}` keeps data for thirty years or more", purpose.name);
        judge.say(&VERY_LONG, &purpose.path("keep"), message, "check that the period is meant in years");
    }
}
