//! Rows from which one above them tells its latest or earliest date: the one with that date stays as long as data
//! stand on it.
//!
//! Not here: what a row tells itself (`tellers`).

use super::tellers::Telling;
use super::{Compiler, filled};
use crate::name::{ColumnName, EventKind};
use crate::plan::due::condition::{Cell, Condition};
use crate::plan::due::ground::tells;
use crate::plan::due::routes::{Node, Route};
use crate::policy::model::{EventSource, Purpose, Table};

impl<'a> Compiler<'a> {
    /// Whether data that stay stand on what a row above tells by the row at the beginning of a route.
    pub(super) fn gathered(&mut self, route: &Route<'a>, person: Node<'a>) -> Condition {
        let Some(node) = route.nodes.first().copied() else { return Condition::Never };
        let mut all = Vec::new();
        for above in route.nodes.iter().skip(1).copied() {
            for (kind, latest, column) in gathers(above.table, node.table) {
                let telling = Telling { node: above, person, gathered: Some(vec![kind]) };
                let needed = Condition::any([self.needed(&telling), self.needed_below(&telling)]);
                if needed != Condition::Never {
                    all.push(Condition::all([self.is_last(node, above, (latest, column)), needed]));
                }
            }
        }
        Condition::any(all)
    }

    /// Whether data of the row itself, or below it, stay that stand on what it tells.
    fn needed_below(&mut self, telling: &Telling<'a>) -> Condition {
        let mut all = Vec::new();
        for table in self.source.map.tables.values() {
            let asking = telling.purposes(self, table);
            if asking.is_empty() {
                continue;
            }
            for route in self.down(table, telling.node) {
                let Some(first) = route.nodes.first().copied() else { continue };
                let leaning: Vec<&Purpose> = asking
                    .iter()
                    .copied()
                    .filter(|one| one.rules().any(|rule| telling.tells(rule) && leans_on_end(&route, rule)))
                    .collect();
                if leaning.is_empty() {
                    continue;
                }
                let listener = self.judge(first);
                let groups = listener.groups.iter();
                let stays = groups.filter(|group| leaning.iter().any(|one| group.needs(one))).map(|group| {
                    let there = filled(first, group.columns.iter().copied());
                    Condition::all([there, group.over.clone().negated()])
                });
                all.push(route.bound_down(Condition::any(stays)));
            }
        }
        Condition::any(all)
    }

    /// Whether no other row below the same one has a later date, or an earlier one where that counts.
    fn is_last(&self, node: Node<'a>, above: Node<'a>, (latest, column): (bool, &ColumnName)) -> Condition {
        let cell = |node: Node<'a>| Cell::new(node.row, &node.table.name, column);
        let others = self.down(node.table, above).into_iter().filter_map(|route| {
            let other = route.nodes.first().copied()?;
            let (first, second) = if latest { (node, other) } else { (other, node) };
            let stands = Condition::NotBefore { cell: cell(first), than: cell(second), by_day: false };
            Some(route.bound_down(Condition::all([Condition::Date(cell(other)), stands.negated()])))
        });
        Condition::all([Condition::Date(cell(node)), Condition::any(others).negated()])
    }
}

/// What a table tells by the rows of another that are below its own.
fn gathers<'a>(above: &'a Table, below: &Table) -> Vec<(&'a EventKind, bool, &'a ColumnName)> {
    let told = above.events.iter().filter_map(|(kind, source)| match source {
        EventSource::Aggregate { latest, table, column, .. } if *table == below.name => {
            Some((kind, *latest, column))
        }
        _ => None,
    });
    told.collect()
}

/// Whether the rows at the beginning of a route ask of the occasion of the row at its end.
fn leans_on_end(route: &Route<'_>, rule: &Purpose) -> bool {
    let below = route.nodes.len().saturating_sub(1);
    let names = route.nodes.first().and_then(|first| first.table.occasion.as_ref());
    let is_named = below > 0 && names.is_some_and(|(kind, _)| *kind == rule.occasion);
    !is_named && !route.nodes.iter().take(below).any(|nearer| tells(rule, nearer.table))
}
