//! The difference as JSON: facts for machines, each with its sentence.

use kept_core::policy::difference::{Change, Difference, Weight};
use serde_json::{Value, json};

use crate::difference::report::{Entry, Report};
use crate::words::Words;

/// The difference as JSON.
pub(super) fn json(difference: &Difference<'_>, report: &Report, words: &Words) -> String {
    let entries: Vec<&Entry> =
        report.groups.iter().flat_map(|group| &group.things).flat_map(|thing| &thing.entries).collect();
    let changes = difference.changes.iter().enumerate().map(|(place, change)| {
        let entry = entries.iter().find(|entry| entry.place == place);
        one(change, entry.copied())
    });
    let count = |weight| difference.changes.iter().filter(|change| change.weight == weight).count();
    let telling = &difference.telling;
    let told = telling
        .told
        .iter()
        .map(|told| json!({ "people": told.people, "changes": told.changes, "articles": told.articles }));
    let document = json!({
        "language": words.language(),
        "old": { "digest": difference.old.digest, "version": difference.old.notice.version },
        "new": { "digest": difference.new.digest, "version": difference.new.notice.version },
        "significant": count(Weight::Significant),
        "minor": count(Weight::Minor),
        "internal": count(Weight::Internal),
        "changes": changes.collect::<Vec<_>>(),
        "telling": {
            "people": told.collect::<Vec<_>>(),
            "significant-ways": telling.significant_ways,
            "minor-ways": telling.minor_ways,
            "before": telling.before.map(|span| span.to_string()),
            "begins": telling.begins,
            "by": telling.by,
            "words": report.telling,
        },
    });
    format!("{document:#}\n")
}

fn one(change: &Change, entry: Option<&Entry>) -> Value {
    json!({
        "path": change.path,
        "section": change.item.section,
        "name": change.item.name,
        "topic": change.topic,
        "how": change.how.word(),
        "weight": change.weight.word(),
        "people": change.people,
        "data": change.data.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "reach": change.reach.word(),
        "says": entry.map(|entry| &entry.sentence),
        "remarks": entry.map(|entry| &entry.remarks),
    })
}
