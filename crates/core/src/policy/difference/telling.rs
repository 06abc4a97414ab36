//! Who must hear of a change, how, and by when (12(1), 13(3), 14(4), and the policy's own promise).
//!
//! The promise of the version in force counts, and that of the new one where it is stricter.

use super::period::{self, Turn};
use super::{Change, How, Weight};
use crate::name::PersonKind;
use crate::policy::Policy;
use crate::policy::model::DataRef;
use crate::time::{Day, Span};

/// Who must hear of the changes, how, and by when.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Telling {
    /// Each kind of people whom significant changes concern.
    pub told: Vec<Told>,
    /// The ways of the policy for significant changes.
    pub significant_ways: Vec<String>,
    /// The ways of the policy for small ones.
    pub minor_ways: Vec<String>,
    /// How long before they begin people hear of significant changes.
    pub before: Option<Span>,
    /// The day on which the new version begins, where it names a later one than the old.
    pub begins: Option<Day>,
    /// The last day on which people can be told in time.
    pub by: Option<Day>,
}

/// A kind of people to be told.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// Who.
    pub people: PersonKind,
    /// The changes that concern them, by their place in the list.
    pub changes: Vec<usize>,
    /// The articles that ask for it: `13(3)` for data from the person, `14(4)` for data from
    /// elsewhere, `12(1)` where no further use of data is meant.
    pub articles: Vec<&'static str>,
}

/// Topics by which data are used further than people were told (13(3), 14(4)).
const FURTHER: &[&str] = &[
    "purpose",
    "controller-of",
    "data-of",
    "basis",
    "arms",
    "uses-also",
    "only",
    "marketing",
    "recipients",
    "recipient",
    "country",
    "seat",
    "server",
    "decides",
    "profiling",
    "research",
    "special",
    "purposes-of",
    "data-for",
    "keep",
    "starts",
    "acts",
    "people-of",
    "cookie-recipient",
];

/// Who is told of these changes.
pub(super) fn telling(old: &Policy, new: &Policy, changes: &[Change]) -> Telling {
    let before = stricter(old.notice.changes_before, new.notice.changes_before);
    let begins = new.notice.version.filter(|day| old.notice.version.is_none_or(|old| *day > old));
    let any = changes.iter().any(|change| change.weight == Weight::Significant);
    Telling {
        told: told(old, new, changes),
        significant_ways: both(&old.notice.significant_changes, &new.notice.significant_changes),
        minor_ways: both(&old.notice.minor_changes, &new.notice.minor_changes),
        before,
        begins,
        by: begins.filter(|_| any).and_then(|day| last_day(day, before)),
    }
}

/// The longer of two notices; of two that can't be told apart, the newer one.
fn stricter(old: Option<Span>, new: Option<Span>) -> Option<Span> {
    match (old, new) {
        (Some(old), Some(new)) => {
            let keeps = matches!(period::of_span(old, new), Turn::Same | Turn::Shorter);
            Some(if keeps { old } else { new })
        }
        (one, other) => one.or(other),
    }
}

/// The last day that leaves the whole span before a day; the day before where there is no span.
fn last_day(begins: Day, before: Option<Span>) -> Option<Day> {
    let mut day = begins.yesterday().ok()?;
    let Some(span) = before else { return Some(day) };
    // The span counted forward from the telling must be over by the day itself; months differ, so
    // the day is looked for.
    for _ in 0..1_000_000 {
        if span.last_day_after(day) <= begins {
            return Some(day);
        }
        day = day.yesterday().ok()?;
    }
    None
}

fn both(old: &[String], new: &[String]) -> Vec<String> {
    let mut all = old.to_vec();
    all.extend(new.iter().filter(|way| !old.contains(way)).cloned());
    all
}

fn told(old: &Policy, new: &Policy, changes: &[Change]) -> Vec<Told> {
    let kinds = new.people.keys().chain(old.people.keys().filter(|kind| !new.people.contains_key(*kind)));
    let told = kinds.filter_map(|kind| {
        let concerned = |(_, change): &(usize, &Change)| {
            change.weight == Weight::Significant && change.people.contains(kind)
        };
        let mine: Vec<(usize, &Change)> = changes.iter().enumerate().filter(concerned).collect();
        let mut articles: Vec<&'static str> =
            mine.iter().flat_map(|(_, change)| articles(new, change)).collect();
        articles.sort_unstable();
        articles.dedup();
        let changes: Vec<usize> = mine.iter().map(|(place, _)| *place).collect();
        (!changes.is_empty()).then(|| Told { people: kind.clone(), changes, articles })
    });
    told.collect()
}

fn articles(policy: &Policy, change: &Change) -> Vec<&'static str> {
    if !FURTHER.contains(&change.topic) || change.how == How::Removed {
        return vec!["12(1)"];
    }
    let touched: Vec<&DataRef> = change.data.iter().collect();
    let categories = policy.data.values();
    let categories = categories
        .filter(|category| touched.is_empty() || touched.iter().any(|datum| datum.category == category.name));
    let (mut given, mut elsewhere) = (false, false);
    for category in categories {
        let from = category.from.iter().chain(category.fields.values().flat_map(|field| &field.from));
        let foreign = from.filter(|source| source.starts_with("source.")).count();
        elsewhere |= foreign > 0;
        given |= category.from.is_empty() || category.from.iter().any(|one| !one.starts_with("source."));
    }
    let given = (given || !elsewhere).then_some("13(3)");
    given.into_iter().chain(elsewhere.then_some("14(4)")).collect()
}
