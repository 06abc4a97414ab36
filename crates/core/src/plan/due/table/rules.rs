//! What each purpose has to say of the rows of a table, for counts and for runs of one purpose.

use super::{Compiler, Judged, filled, frozen};
use crate::name::{EventKind, PurposeName};
use crate::plan::due::condition::{Cell, Condition, Related};
use crate::plan::due::ground::counts;
use crate::plan::due::routes::{Node, Rows, personal, routes};
use crate::plan::due::{Dated, Rule};
use crate::policy::model::{EventSource, Purpose, Retention};

impl<'a> Compiler<'a> {
    /// Whether one purpose has let go of something in a row.
    pub(super) fn let_go(&self, judged: &Judged<'a>, purpose: &PurposeName) -> Condition {
        let rules = self.rules(judged);
        Condition::any(rules.into_iter().filter(|rule| rule.purpose == *purpose).map(|rule| rule.due))
    }

    pub(super) fn rules(&self, judged: &Judged<'a>) -> Vec<Rule> {
        let (mut rules, node) = (Vec::new(), judged.node);
        let here = Condition::all([personal(node), judged.spared.clone().negated()]);
        for (name, leaned) in &judged.grounds {
            let Some(purpose) = self.source.policy.purposes.get(name) else { continue };
            let mine =
                || judged.groups.iter().filter(|group| group.purposes.iter().any(|one| one.name == *name));
            // A frozen row is not emptied; it goes as a whole or not at all.
            let acts = mine().map(|group| {
                let own = Condition::any([judged.due.clone(), frozen(node).negated()]);
                Condition::all([group.over.clone(), own, filled(node, group.columns.iter().copied())])
            });
            let acts = Condition::all([here.clone(), Condition::any(acts)]);
            let never =
                Condition::any(mine().map(|group| {
                    Condition::all([group.never(), filled(node, group.columns.iter().copied())])
                }));
            rules.push(Rule {
                purpose: name.clone(),
                statement: purpose.path("keep"),
                due: Condition::all([leaned.ground.ended.clone(), acts]),
                unknown: Condition::all([here.clone(), leaned.ground.unknown.clone()]),
                archived: leaned.ground.archived.clone(),
                without_ground: Condition::all([here.clone(), never]),
                unreviewed: Condition::all([here.clone(), leaned.ground.unreviewed.clone()]),
                unread: Condition::all([here.clone(), leaned.ground.unread.clone()]),
                dated: self.dated(node, &|kind| counts(purpose, kind).then(|| names(purpose, kind))),
                started: purpose
                    .review()
                    .and_then(|_| self.dated(node, &|kind| (*kind == purpose.starts).then_some(true))),
            });
        }
        rules
    }

    /// The date that people are shown as the oldest: of the events that count, the one preferred.
    fn dated(&self, node: Node<'a>, counts: &dyn Fn(&EventKind) -> Option<bool>) -> Option<Dated> {
        let rows = Rows::new();
        let all = routes(self.source.map, self.source.ways, node, &rows);
        let route = all.first().filter(|route| route.is_single())?;
        let mut through: Vec<Related> = Vec::new();
        for (index, at) in route.nodes.iter().enumerate() {
            if let Some(place) = index.checked_sub(1)
                && let (Some(way), Some(below)) = (route.hops.get(place), route.nodes.get(place))
            {
                let on = way
                    .pairs
                    .iter()
                    .map(|(child, parent)| (parent.clone(), Cell::new(below.row, &below.table.name, child)));
                let table = at.table.name.clone();
                through.push(Related { row: at.row, table, on: on.collect(), holds: Condition::Always });
            }
            let events = at.table.events.iter();
            let last = events.filter_map(|(kind, from)| Some((counts(kind)?, from))).max_by_key(|one| one.0);
            if let Some((_, EventSource::Column { column, or, .. })) = last {
                let cell = Cell::new(at.row, &at.table.name, column).or(or.as_ref());
                return Some(Dated { through, cell });
            }
        }
        None
    }
}

/// Whether the sentence itself names the event, which is better than the start.
fn names(purpose: &Purpose, kind: &EventKind) -> bool {
    match &purpose.retention {
        Retention::Keep(keep) => keep.stages.iter().any(|stage| stage.names(kind)),
        Retention::Criterion { ends, .. } => ends.as_ref() == Some(kind),
        Retention::Missing => false,
    }
}
