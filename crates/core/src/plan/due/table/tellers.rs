//! Rows that tell when the grounds of other data began and end, as conditions: the same rule as for one person's
//! rows (`plan::decide`).
//!
//! Not here: dates that a row tells by those below it (`gathered`), and rows on which others hang by their keys
//! (`table`).

use super::{Compiler, Group, Judged, filled};
use crate::name::EventKind;
use crate::plan::due::condition::{Cell, Condition};
use crate::plan::due::ground::{tells, tells_kind};
use crate::plan::due::lean::{of_row, strongest};
use crate::plan::due::routes::{Node, Route, holds, routes};
use crate::plan::due::tell::routes_to;
use crate::policy::model::{Consent, OccasionKind, Purpose, Table};

/// Of which occasion the rows of a route's first table ask.
enum Asks {
    /// Of the one that this cell names; of all where it names none, if it is the rows' own cell.
    Named { kind: OccasionKind, cell: Cell, is_own: bool },
    /// Of that of a row on the route, which hangs together with them.
    OfRow,
    /// Of all that the person has.
    All,
}

/// A row that tells, by itself or by those below it.
pub(super) struct Telling<'a> {
    pub(super) node: Node<'a>,
    pub(super) person: Node<'a>,
    /// What it tells by the rows below it; all that it tells itself where none is said.
    pub(super) gathered: Option<Vec<&'a EventKind>>,
}

impl<'a> Telling<'a> {
    /// Whether it tells of a purpose, or of one arm of it.
    pub(super) fn tells(&self, rule: &Purpose) -> bool {
        let table = self.node.table;
        match &self.gathered {
            None => tells(rule, table),
            Some(kinds) => kinds.iter().any(|kind| tells_kind(rule, table, kind)),
        }
    }

    fn records(&self, rule: &Purpose) -> Option<&'a Consent> {
        let is_own = self.gathered.is_none() && rule.basis.is_consent();
        self.node.table.consents.get(&rule.name).filter(|_| is_own)
    }

    /// The purposes of a table's data of which it tells something.
    pub(super) fn purposes(&self, compiler: &Compiler<'a>, table: &Table) -> Vec<&'a Purpose> {
        let kind = self.person.table.person.as_ref();
        let policy = compiler.source.policy;
        let all = policy.purposes.values().filter(|one| kind.is_none_or(|kind| one.is_about(kind)));
        let told = all.filter(|one| one.rules().any(|rule| self.tells(rule) || self.records(rule).is_some()));
        told.filter(|one| table.columns.values().any(|datum| one.covers(datum))).collect()
    }
}

impl<'a> Compiler<'a> {
    /// Whether data of other rows that stay stand on what the row tells.
    pub(super) fn is_told_for(&mut self, judged: &Judged<'a>) -> Condition {
        let mut all = Vec::new();
        for route in routes(self.source.map, self.source.ways, judged.node, &self.rows) {
            let Some(person) = route.person() else { continue };
            let own = self.needed(&Telling { node: judged.node, person, gathered: None });
            let gathered = self.gathered(&route, person);
            all.push(route.bound(Condition::any([own, gathered])));
        }
        Condition::any(all)
    }

    /// Whether data of other branches stay that stand on what a row tells.
    pub(super) fn needed(&mut self, telling: &Telling<'a>) -> Condition {
        let own = &telling.node.table.name;
        let mut all = Vec::new();
        for table in self.source.map.tables.values().filter(|table| table.name != *own) {
            let asking = telling.purposes(self, table);
            if asking.is_empty() {
                continue;
            }
            for route in self.down(table, telling.person) {
                // What hangs on a row holds it anyway.
                if !route.nodes.iter().any(|above| above.table.name == *own) {
                    all.push(self.held_by(telling, &route, &asking));
                }
            }
        }
        Condition::any(all)
    }

    /// The ways from a row down to those of a table, the row itself among them.
    pub(super) fn down(&self, table: &'a Table, from: Node<'a>) -> Vec<Route<'a>> {
        if table.name == from.table.name {
            return vec![Route { nodes: vec![from], hops: Vec::new() }];
        }
        routes_to(self.source.map, self.source.ways, table, from, &self.rows)
    }

    /// Whether data at the end of a way down stay that stand on what a row tells of these purposes.
    fn held_by(&mut self, telling: &Telling<'a>, route: &Route<'a>, asking: &[&'a Purpose]) -> Condition {
        let Some(first) = route.nodes.first().copied() else { return Condition::Never };
        let listener = self.judge(first);
        let mut all = Vec::new();
        for purpose in asking {
            for group in listener.groups.iter().filter(|group| group.needs(purpose)) {
                let there = filled(first, group.columns.iter().copied());
                let rules = purpose.rules();
                let held = rules.map(|rule| self.held(telling, (route, rule), (&listener, group)));
                all.push(Condition::all([there, Condition::any(held)]));
            }
        }
        route.bound_down(Condition::any(all))
    }

    /// Whether a group of columns stays and stands on what a row tells of a purpose.
    fn held(
        &self,
        telling: &Telling<'a>,
        (route, rule): (&Route<'a>, &'a Purpose),
        (listener, group): (&Judged<'a>, &Group<'a>),
    ) -> Condition {
        let node = telling.node;
        let stays = || group.over.clone().negated();
        let by_consent = telling
            .records(rule)
            .map_or(Condition::Never, |consent| Condition::all([holds(node, &consent.when), stays()]));
        if !telling.tells(rule) {
            return by_consent;
        }
        let among_all = || self.held_among_all(telling, rule, (listener, group));
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
        telling: &Telling<'a>,
        rule: &'a Purpose,
        (listener, group): (&Judged<'a>, &Group<'a>),
    ) -> Condition {
        let Telling { node, person, .. } = telling;
        let own = of_row(&self.source, rule, *node, Some(*person), &self.rows);
        // What it keeps of the row itself holds the row without this.
        let is_mine =
            telling.gathered.is_none() && node.table.columns.values().any(|datum| rule.covers(datum));
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
        let all = strongest(&self.source, rule, Some(*person), &self.rows);
        let last =
            all.map_or(Condition::Never, |all| Condition::all([by_others, own.ended, all.keeps.negated()]));
        Condition::any([running, last])
    }
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
