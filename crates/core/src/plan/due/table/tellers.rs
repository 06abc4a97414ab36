//! Rows that tell when the grounds of other data began and end, as conditions: the same rule as for one person's
//! rows (`plan::decide`).
//!
//! Not here: rows on which others hang by their keys (`table`).

use super::{Compiler, Group, Judged, filled};
use crate::plan::due::condition::{Cell, Condition};
use crate::plan::due::ground::tells;
use crate::plan::due::lean::{of_row, strongest};
use crate::plan::due::routes::{Node, Route, holds, routes};
use crate::plan::due::tell::routes_to;
use crate::policy::model::{OccasionKind, Purpose, Table};

/// Of which occasion the rows of a route's first table ask.
enum Asks {
    /// Of the one that this cell names; of all where it names none, if it is the rows' own cell.
    Named { kind: OccasionKind, cell: Cell, is_own: bool },
    /// Of that of a row on the route, which hangs together with them.
    OfRow,
    /// Of all that the person has.
    All,
}

impl<'a> Compiler<'a> {
    /// Whether data of other rows that stay stand on what the row tells.
    pub(super) fn is_told_for(&mut self, judged: &Judged<'a>) -> Condition {
        let node = judged.node;
        let policy = self.source.policy;
        let told: Vec<&'a Purpose> =
            policy.purposes.values().filter(|purpose| may_tell(purpose, node.table)).collect();
        if told.is_empty() {
            return Condition::Never;
        }
        let map = self.source.map;
        let mut all = Vec::new();
        for route in routes(map, self.source.ways, node, &self.rows) {
            let Some(person) = route.person() else { continue };
            for table in map.tables.values().filter(|table| table.name != node.table.name) {
                let asking: Vec<&'a Purpose> = told
                    .iter()
                    .copied()
                    .filter(|purpose| table.columns.values().any(|datum| purpose.covers(datum)))
                    .collect();
                if asking.is_empty() {
                    continue;
                }
                let held = self.held_by(node, (table, person), &asking);
                all.push(route.bound(held));
            }
        }
        Condition::any(all)
    }

    /// Whether data of a person's rows in a table stay that stand on what a row tells of these purposes.
    fn held_by(
        &mut self,
        node: Node<'a>,
        (table, person): (&'a Table, Node<'a>),
        asking: &[&'a Purpose],
    ) -> Condition {
        let own = Route { nodes: vec![person], hops: Vec::new() };
        let found = if table.name == person.table.name {
            vec![own]
        } else {
            routes_to(self.source.map, self.source.ways, table, person, &self.rows)
        };
        let kind = person.table.person.as_ref();
        let about = |purpose: &&Purpose| kind.is_none_or(|kind| purpose.is_about(kind));
        let mut all = Vec::new();
        for route in found {
            let Some(first) = route.nodes.first().copied() else { continue };
            // What hangs on a row holds it anyway.
            if route.nodes.iter().any(|above| above.table.name == node.table.name) {
                continue;
            }
            let listener = self.judge(first);
            for purpose in asking.iter().copied().filter(about) {
                let needs = |group: &&Group<'a>| group.purposes.iter().any(|one| one.name == purpose.name);
                let each = listener.groups.iter().filter(needs).map(|group| {
                    let there = filled(first, group.columns.iter().copied());
                    let rules = purpose.rules();
                    let held =
                        rules.map(|rule| self.held((node, person), (&route, rule), (&listener, group)));
                    Condition::all([there, Condition::any(held)])
                });
                all.push(route.bound_down(Condition::any(each)));
            }
        }
        Condition::any(all)
    }

    /// Whether a group of columns stays and stands on what a row tells of a purpose.
    fn held(
        &self,
        (node, person): (Node<'a>, Node<'a>),
        (route, rule): (&Route<'a>, &'a Purpose),
        (listener, group): (&Judged<'a>, &Group<'a>),
    ) -> Condition {
        let stays = || group.over.clone().negated();
        let consent = node.table.consents.get(&rule.name).filter(|_| rule.basis.is_consent());
        let by_consent =
            consent.map_or(Condition::Never, |consent| Condition::all([holds(node, &consent.when), stays()]));
        if !tells(rule, node.table) {
            return by_consent;
        }
        let among_all = || self.held_among_all((node, person), rule, (listener, group));
        let by_date = match asks(route, rule) {
            Asks::All => among_all(),
            Asks::OfRow => Condition::Never,
            Asks::Named { kind, cell, is_own } => {
                let unnamed = if is_own { self.source.ways.null(&cell) } else { Condition::Never };
                let same = node.table.occasion.as_ref().filter(|(own, _)| *own == kind);
                let same = same.map_or(Condition::Never, |(_, column)| {
                    Condition::Same(cell, Cell::new(node.row, &node.table.name, column))
                });
                let unnamed = match unnamed {
                    Condition::Never => Condition::Never,
                    unnamed => Condition::all([unnamed, among_all()]),
                };
                Condition::any([unnamed, Condition::all([same, stays()])])
            }
        };
        Condition::any([by_consent, by_date])
    }

    /// The same of data that lean on all occasions of the person: those that are over are no matter while another
    /// keeps, or nothing else does.
    fn held_among_all(
        &self,
        (node, person): (Node<'a>, Node<'a>),
        rule: &'a Purpose,
        (listener, group): (&Judged<'a>, &Group<'a>),
    ) -> Condition {
        let own = of_row(&self.source, rule, node, Some(person), &self.rows);
        // What it keeps of the row itself holds the row without this.
        let is_mine = node.table.columns.values().any(|datum| rule.covers(datum));
        let running = if is_mine { Condition::Never } else { own.keeps };
        let other = |one: &&&Purpose| one.name != rule.name || rule.arm.is_some() || !one.arms.is_empty();
        let others = group.purposes.iter().filter(other);
        let by_others = others
            .filter_map(|one| listener.grounds.get(&one.name))
            .map(|leaned| leaned.ground.keeps.clone());
        let by_others = Condition::any(by_others);
        if by_others == Condition::Never {
            return running;
        }
        let all = strongest(&self.source, rule, Some(person), &self.rows);
        let last =
            all.map_or(Condition::Never, |all| Condition::all([by_others, own.ended, all.keeps.negated()]));
        Condition::any([running, last])
    }
}

/// Whether a table's rows tell of a purpose or an arm of it.
fn may_tell(purpose: &Purpose, table: &Table) -> bool {
    let consents = purpose.rests_on_consent() && table.consents.contains_key(&purpose.name);
    consents || purpose.rules().any(|rule| tells(rule, table))
}

fn asks(route: &Route<'_>, rule: &Purpose) -> Asks {
    let named = |node: &Node<'_>, is_own: bool| {
        let (kind, column) = node.table.occasion.as_ref()?;
        let is_named = matches!(kind, OccasionKind::Contract | OccasionKind::Request);
        let cell = Cell::new(node.row, &node.table.name, column);
        is_named.then_some(Asks::Named { kind: *kind, cell, is_own })
    };
    let Some(first) = route.nodes.first() else { return Asks::All };
    if first.table.occasion.as_ref().is_some_and(|(kind, _)| *kind == rule.occasion) {
        return named(first, true).unwrap_or(Asks::All);
    }
    match route.nodes.iter().find(|above| tells(rule, above.table)) {
        Some(teller) => named(teller, false).unwrap_or(Asks::OfRow),
        None if rule.basis.is_consent() => Asks::OfRow,
        None => Asks::All,
    }
}
