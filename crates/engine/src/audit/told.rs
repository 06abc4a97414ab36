//! People told in time: of data from elsewhere (14(3)), before a recording, of changes of the policy.
//!
//! Not here: who must hear of a change (`kept_core::policy::difference`).

use kept_core::policy::difference::{Weight, difference};
use kept_core::standing::PolicyHistory;
use kept_core::time::{Instant, Span};
use kept_core::timeline::{Event, Happening, Timeline};

use crate::audit::acts::Topic;
use crate::audit::person::Pass;
use crate::report::audit::Wrong;

/// How long a person may be without word of data from elsewhere, or of a change.
const WITHIN: Span = Span::months(1);

/// A change of the policy that weighs on people.
#[derive(Debug)]
pub(super) struct Change {
    from: Instant,
    digest: String,
    /// Whether each person is told, and not a page alone.
    each: bool,
    before: Option<Span>,
}

/// The changes of the last year that weigh on people.
pub(super) fn changes(history: &PolicyHistory, since: Instant, now: Instant) -> Vec<Change> {
    let versions: Vec<_> = history.versions().collect();
    let pairs = versions.windows(2).filter_map(|pair| match pair {
        [old, new] => Some((old, new)),
        _ => None,
    });
    let recent = pairs.filter(|(_, new)| new.from >= since && new.from <= now);
    let weighs = recent.filter_map(|(old, new)| {
        let found = difference(&old.policy, &new.policy);
        if !found.changes.iter().any(|change| change.weight == Weight::Significant) {
            return None;
        }
        let ways = &found.telling.significant_ways;
        Some(Change {
            from: new.from,
            digest: new.policy.digest.clone(),
            each: ways.iter().any(|way| way != "page"),
            before: found.telling.before,
        })
    });
    weighs.collect()
}

impl Pass<'_> {
    /// Whether the person was told whenever there was something to tell.
    pub(super) fn told(&mut self, timeline: &Timeline) {
        for event in timeline.events() {
            if let Happening::Collected { source, .. } = &event.what {
                self.told_of_source(timeline, event, source.as_deref());
                // Who gave them is told at once; who is in a source's list, later (14(3)).
                if source.is_none() {
                    self.told_before(timeline, event);
                }
            }
        }
        self.told_of_changes(timeline);
    }

    fn told_of_source(&mut self, timeline: &Timeline, event: &Event, source: Option<&str>) {
        let Some(source) = source.and_then(|name| self.policy.sources.get(name)) else { return };
        if source.exempt.is_some() {
            return;
        }
        let on = self.day_of(event.happened_at);
        let due = self.policy.zone().end_of(WITHIN.last_day_after(on));
        let topic = Topic::Source(source.id.clone());
        if due <= self.now && !is_told_by(timeline, due) {
            self.acts.wrong(topic, Wrong::NotTold, on);
        }
    }

    /// Data of which people are told at the collection itself.
    fn told_before(&mut self, timeline: &Timeline, event: &Event) {
        if event.happened_at < self.since {
            return;
        }
        let on = self.day_of(event.happened_at);
        let just_after = event.happened_at.checked_add(jiff::SignedDuration::from_micros(1));
        let told = is_told_by(timeline, just_after.unwrap_or(event.happened_at));
        let mut categories: Vec<_> = event.data.iter().map(|data| data.category.clone()).collect();
        categories.dedup();
        for category in categories {
            let asks = self.policy.data.get(&category).is_some_and(|category| category.tell.is_some());
            if asks && !told {
                self.acts.wrong(Topic::Category(category), Wrong::NotTold, on);
            }
        }
    }

    fn told_of_changes(&mut self, timeline: &Timeline) {
        let mut wrong = Vec::new();
        for change in self.changes.iter().filter(|change| change.each) {
            if !timeline.events().iter().any(|event| event.happened_at < change.from) {
                continue;
            }
            let from = self.policy.zone().day_of(change.from);
            let told = timeline.events().iter().filter(
                |event| matches!(&event.what, Happening::Told { version } if *version == change.digest),
            );
            let told = told.map(|event| event.happened_at).min();
            let due = self.policy.zone().end_of(WITHIN.last_day_after(from));
            if due <= self.now && told.is_none_or(|at| at >= due) {
                wrong.push((Topic::Changes, from));
            }
            let in_time = |span: Span| {
                told.is_some_and(|at| span.last_day_after(self.policy.zone().day_of(at)) <= from)
            };
            if change.before.is_some_and(|span| !in_time(span)) {
                wrong.push((Topic::ChangesBefore, from));
            }
        }
        for (topic, on) in wrong {
            self.acts.wrong(topic, Wrong::NotTold, on);
        }
    }
}

/// Whether the person was told of anything before an instant.
fn is_told_by(timeline: &Timeline, due: Instant) -> bool {
    let told = |event: &Event| matches!(event.what, Happening::Told { .. }) && event.happened_at < due;
    timeline.events().iter().any(told)
}
