//! What is due in one table: the rules of `decide` for rows, columns, shares, mentions and the
//! archive, over what each purpose says.

use std::collections::{BTreeMap, BTreeSet};

use crate::name::{ColumnName, PurposeName, TableName};
use crate::plan::due::bound::Bound;
use crate::plan::due::condition::{Cell, Condition, THIS};
use crate::plan::due::elsewhere::Open;
use crate::plan::due::ground::{Ground, Source};
use crate::plan::due::lean::{Leaned, lean};
use crate::plan::due::routes::{Node, Rows, Way, WayMeaning, Ways, personal, routes};
use crate::plan::due::tell::Clock;
use crate::plan::due::{Archiving, Detaching, Emptying, Hanging, Reach, TableDue, unread};
use crate::policy::Policy;
use crate::policy::model::{ArchiveWay, Detach, Purpose, Store, Table};
use crate::time::Instant;

mod candidates;
mod gathered;
mod relate;
mod rules;
mod tellers;

pub(super) use candidates::may_be_due;
use relate::{above, hanging};

pub(super) fn compile(
    policy: &Policy,
    map: &Store,
    ways: &Ways,
    at: Instant,
    (reach, hanging): (Reach, Hanging),
) -> Vec<TableDue> {
    compile_taken(policy, map, ways, at, (reach, hanging, &BTreeSet::new()))
}

pub(super) fn compile_taken(
    policy: &Policy,
    map: &Store,
    ways: &Ways,
    at: Instant,
    (reach, hanging, taken): (Reach, Hanging, &BTreeSet<TableName>),
) -> Vec<TableDue> {
    let source = Source { policy, map, ways, clock: Clock::new(at, policy.zone()) };
    let open = &Open::new();
    let bound = &Bound::default();
    let mut compiler = Compiler { source, reach, hanging, taken, only: None, open, bound, rows: Rows::new() };
    map.tables.values().filter_map(|table| compiler.table(table)).collect()
}

pub(super) fn foresee(
    policy: &Policy,
    map: &Store,
    ways: &Ways,
    at: Instant,
    (reach, only): (Reach, Option<&PurposeName>),
) -> Vec<TableDue> {
    let source = Source { policy, map, ways, clock: Clock::new(at, policy.zone()) };
    let (taken, open) = (&BTreeSet::new(), &Open::new());
    let (hanging, bound) = (Hanging::Foreseen, &Bound::default());
    let mut compiler = Compiler { source, reach, hanging, taken, only, open, bound, rows: Rows::new() };
    let narrowed = |due: TableDue| match only {
        Some(purpose) => due.only(purpose),
        None => due,
    };
    map.tables.values().filter_map(|table| compiler.table(table)).map(narrowed).collect()
}

struct Compiler<'a> {
    source: Source<'a>,
    reach: Reach,
    hanging: Hanging,
    /// Tables whose rows that are due are known by their keys.
    taken: &'a BTreeSet<TableName>,
    /// The only purpose whose rows go; all of them where none is said.
    only: Option<&'a PurposeName>,
    /// Purposes of which rows elsewhere may tell, and which count as over therefore.
    open: &'a Open,
    /// Earlier versions by which more is over.
    bound: &'a Bound<'a>,
    rows: Rows,
}

/// What the purposes say of the rows of a table, bound to one of its rows.
struct Judged<'a> {
    node: Node<'a>,
    groups: Vec<Group<'a>>,
    grounds: BTreeMap<PurposeName, Leaned>,
    /// Nothing keeps any of it, something once did, and what never had a ground may go along.
    due: Condition,
    /// The same for each party by itself.
    released: Vec<Condition>,
    spared: Condition,
}

/// Columns that the same purposes need.
struct Group<'a> {
    columns: Vec<&'a ColumnName>,
    purposes: Vec<&'a Purpose>,
    kept: Condition,
    /// Something once kept them, and ended.
    ever: Condition,
    over: Condition,
}

impl Group<'_> {
    fn needs(&self, purpose: &Purpose) -> bool {
        self.purposes.iter().any(|one| one.name == purpose.name)
    }

    fn never(&self) -> Condition {
        Condition::all([self.kept.clone().negated(), self.ever.clone().negated()])
    }
}

impl<'a> Compiler<'a> {
    fn table(&mut self, table: &'a Table) -> Option<TableDue> {
        let node = Node { row: THIS, table };
        let judged = self.judge(node);
        let leads = self.source.ways.ways.iter().any(|way| way.child == table.name);
        if judged.groups.is_empty() && !leads {
            return None;
        }
        let mut passed = Vec::new();
        let goes = Condition::all([personal(node), self.goes(&judged, &mut passed)]);
        let empties = self.empties(&judged, &goes);
        let rules = self.rules(&judged);
        let archives = self.archives(&judged);
        let detaches = self.detaches(&judged, &goes);
        let never = Condition::any(
            judged
                .groups
                .iter()
                .map(|group| Condition::all([group.never(), filled(node, group.columns.iter().copied())])),
        );
        Some(TableDue {
            table: table.name.clone(),
            key: self.source.ways.keys.get(&table.name).cloned().unwrap_or_default(),
            personal: personal(node),
            due: Condition::all([personal(node), judged.due.clone(), judged.spared.clone().negated()]),
            goes,
            empties,
            detaches,
            archives,
            rules,
            without_ground: Condition::all([personal(node), judged.spared.negated(), never]),
            ownerless: Condition::all([personal(node), self.ownerless(node)]),
        })
    }

    fn judge(&mut self, node: Node<'a>) -> Judged<'a> {
        let mut groups: Vec<(Vec<&'a ColumnName>, Vec<&'a Purpose>)> = Vec::new();
        for (column, datum) in &node.table.columns {
            let purposes: Vec<&Purpose> = self.source.policy.purposes_of(datum).collect();
            let names = |all: &[&Purpose]| all.iter().map(|one| one.name.clone()).collect::<Vec<_>>();
            match groups.iter_mut().find(|(_, known)| names(known) == names(&purposes)) {
                Some((columns, _)) => columns.push(column),
                None => groups.push((vec![column], purposes)),
            }
        }
        let mut grounds: BTreeMap<PurposeName, Leaned> = BTreeMap::new();
        for purpose in groups.iter().flat_map(|(_, purposes)| purposes) {
            if !grounds.contains_key(&purpose.name)
                && let Some(leaned) = lean(&self.source, purpose, node, &self.rows)
            {
                let is_open =
                    self.open.get(&node.table.name).is_some_and(|open| open.contains(&purpose.name));
                let leaned = if is_open {
                    leaned.over()
                } else {
                    self.bound.loosened(purpose, node, &self.rows, leaned)
                };
                grounds.insert(purpose.name.clone(), leaned);
            }
        }
        let mut groups: Vec<Group<'a>> = groups
            .into_iter()
            .map(|(columns, purposes)| {
                self.group(columns, purposes, &grounds, &|leaned| Some(&leaned.ground))
            })
            .collect();
        let parties = grounds.values().map(|leaned| leaned.parties.len()).max().unwrap_or_default();
        let released = (0..parties)
            .map(|party| {
                let each: Vec<Group<'a>> = groups
                    .iter()
                    .map(|group| {
                        let pick = |leaned: &'_ Leaned| leaned.parties.get(party).cloned();
                        self.group_of(group.columns.clone(), group.purposes.clone(), &grounds, &pick)
                    })
                    .collect();
                due(node, self.reach, &each)
            })
            .collect();
        let spared = self.spared(node);
        let mut due = due(node, self.reach, &groups);
        if self.taken.contains(&node.table.name) && due != Condition::Never {
            // Rows that came since may speak for it.
            let taken = Condition::Taken(node.row, node.table.name.clone(), None);
            due = Condition::all([taken, due.once_held()]);
        }
        for group in groups.iter_mut().filter(|group| group.over != Condition::Never) {
            if self.taken.contains(&node.table.name) {
                let first = self.without_key(node.table, group).next().cloned();
                let taken = Condition::Taken(node.row, node.table.name.clone(), first);
                group.over = Condition::all([taken, group.over.clone().once_held()]);
            }
        }
        Judged { node, due, released, groups, grounds, spared }
    }

    /// A group's columns that can be emptied.
    fn without_key<'g>(
        &self,
        table: &Table,
        group: &'g Group<'a>,
    ) -> impl Iterator<Item = &'a ColumnName> + use<'a, 'g> {
        let key = self.source.ways.keys.get(&table.name).cloned().unwrap_or_default();
        group.columns.iter().copied().filter(move |column| !key.contains(column))
    }

    fn group(
        &self,
        columns: Vec<&'a ColumnName>,
        purposes: Vec<&'a Purpose>,
        grounds: &BTreeMap<PurposeName, Leaned>,
        pick: &dyn Fn(&Leaned) -> Option<&Ground>,
    ) -> Group<'a> {
        self.group_of(columns, purposes, grounds, &|leaned| pick(leaned).cloned())
    }

    fn group_of(
        &self,
        columns: Vec<&'a ColumnName>,
        purposes: Vec<&'a Purpose>,
        grounds: &BTreeMap<PurposeName, Leaned>,
        pick: &dyn Fn(&Leaned) -> Option<Ground>,
    ) -> Group<'a> {
        let own: Vec<Ground> =
            purposes.iter().filter_map(|purpose| pick(grounds.get(&purpose.name)?)).collect();
        let kept = Condition::any(own.iter().map(|ground| ground.keeps.clone()));
        let none_keeps = Condition::all(own.iter().map(|ground| ground.keeps.clone().negated()));
        let ever = Condition::any(own.iter().map(|ground| ground.ended.clone()));
        let over = match self.reach {
            Reach::Ended => Condition::all([none_keeps, ever.clone()]),
            Reach::WithoutGround => none_keeps,
        };
        Group { columns, purposes, kept, ever, over }
    }

    /// Whether the row, or one that it belongs to, is excepted.
    fn spared(&mut self, node: Node<'a>) -> Condition {
        let excepted = |node: Node<'a>| Condition::Excepted(node.row, node.table.name.clone());
        let mut all = vec![excepted(node)];
        for mut route in routes(self.source.map, self.source.ways, node, &self.rows) {
            while let Some(last) = route.nodes.last().copied().filter(|_| !route.hops.is_empty()) {
                all.push(route.bound(excepted(last)));
                route.nodes.pop();
                route.hops.pop();
            }
        }
        Condition::any(all)
    }

    /// Whether the row goes: nothing keeps it, and no row that stays hangs on it or stands on what it tells.
    fn goes(&mut self, judged: &Judged<'a>, passed: &mut Vec<TableName>) -> Condition {
        let node = judged.node;
        let own = if judged.groups.is_empty() { self.follows(node, passed) } else { judged.due.clone() };
        if own == Condition::Never {
            return Condition::Never;
        }
        let own = match self.only {
            Some(purpose) if !judged.groups.is_empty() => Condition::all([own, self.let_go(judged, purpose)]),
            _ => own,
        };
        let blocked = self.blocked(node, passed);
        let told_for = self.is_told_for(judged);
        Condition::all([own, judged.spared.clone().negated(), blocked.negated(), told_for.negated()])
    }

    /// Whether rows that stay hang on the row.
    fn blocked(&mut self, node: Node<'a>, passed: &mut Vec<TableName>) -> Condition {
        let ways: Vec<&'a Way> = self.source.ways.down(&node.table.name).collect();
        passed.push(node.table.name.clone());
        let mut all = Vec::new();
        for way in ways {
            let Some(table) = self.source.map.tables.get(&way.child) else { continue };
            let child = Node { row: self.rows.next(), table };
            let stays = if passed.contains(&way.child) || self.holds_as_it_stands(table) {
                self.other_row(child, node)
            } else {
                self.stays(child, way, passed)
            };
            let stays = match way.meaning {
                WayMeaning::Through => {
                    Condition::all([stays, self.another_stays(child, node, way).negated()])
                }
                _ => stays,
            };
            all.push(hanging(child, node, way, stays));
        }
        passed.pop();
        Condition::any(all)
    }

    /// Whether another row of a table between leads to the same row, and stays: then that row is
    /// somebody else's too, and holds neither this row between nor its owner.
    fn another_stays(&mut self, child: Node<'a>, between: Node<'a>, way: &Way) -> Condition {
        let other = Node { row: self.rows.next(), table: between.table };
        let judged = self.judge(other);
        let mut goes = Vec::new();
        if judged.groups.is_empty() {
            let ups: Vec<&'a Way> = self.source.ways.up(&between.table.name).collect();
            for way in ups.into_iter().filter(|way| matches!(way.meaning, WayMeaning::Owned(_))) {
                let Some(table) = self.source.map.tables.get(&way.parent) else { continue };
                let owner = Node { row: self.rows.next(), table };
                let owners = self.judge(owner);
                let leaves = Condition::all([owners.due, owners.spared.negated()]);
                goes.push(above(owner, other, way, leaves));
            }
        } else {
            goes.push(Condition::all([judged.due, judged.spared.negated()]));
        }
        let is_other = self.differs(other, between);
        above(other, child, way, Condition::all([is_other, Condition::any(goes).negated()]))
    }

    /// Whether any row of a table holds what it hangs on: rows without data of their own go along.
    fn holds_as_it_stands(&self, table: &Table) -> bool {
        self.hanging == Hanging::AsItStands && !table.columns.is_empty()
    }

    /// In a circle of tables every other row counts: leaves go first, run by run.
    fn other_row(&self, child: Node<'a>, node: Node<'a>) -> Condition {
        if child.table.name != node.table.name {
            return Condition::Always;
        }
        self.differs(child, node)
    }

    /// Whether two rows of one table are not the same.
    fn differs(&self, child: Node<'a>, node: Node<'a>) -> Condition {
        let key = self.source.ways.keys.get(&node.table.name).cloned().unwrap_or_default();
        let same = key.iter().map(|column| {
            Condition::Same(
                Cell::new(child.row, &child.table.name, column),
                Cell::new(node.row, &node.table.name, column),
            )
        });
        Condition::all(same).negated()
    }

    fn stays(&mut self, child: Node<'a>, way: &Way, passed: &mut Vec<TableName>) -> Condition {
        let judged = self.judge(child);
        let impersonal = personal(child).negated();
        if judged.groups.is_empty() {
            let blocked = self.blocked(child, passed);
            return Condition::any([impersonal, judged.spared, blocked]);
        }
        let stays = self.goes(&judged, passed).negated();
        let let_go = match self.party_of(child.table, way) {
            Some(party) if !child.table.shared_with.is_empty() => {
                judged.released.get(party).cloned().unwrap_or(Condition::Never)
            }
            _ => Condition::Never,
        };
        let let_go = Condition::all([let_go, judged.spared.negated()]);
        Condition::any([impersonal, Condition::all([stays, let_go.negated()])])
    }

    /// A row without data of its own goes with its owner, or with the row that it leads to.
    fn follows(&mut self, node: Node<'a>, passed: &mut Vec<TableName>) -> Condition {
        let mut all = Vec::new();
        passed.push(node.table.name.clone());
        let ups: Vec<&'a Way> = self.source.ways.up(&node.table.name).collect();
        let downs: Vec<&'a Way> = self.source.ways.down(&node.table.name).collect();
        for way in ups.into_iter().filter(|way| matches!(way.meaning, WayMeaning::Owned(_))) {
            if let Some(table) = self.source.map.tables.get(&way.parent)
                && !passed.contains(&way.parent)
            {
                let owner = Node { row: self.rows.next(), table };
                let judged = self.judge(owner);
                let goes = self.goes(&judged, passed);
                all.push(above(owner, node, way, goes));
            }
        }
        for way in downs.into_iter().filter(|way| way.meaning == WayMeaning::Through) {
            if let Some(table) = self.source.map.tables.get(&way.child)
                && !passed.contains(&way.child)
            {
                let child = Node { row: self.rows.next(), table };
                let judged = self.judge(child);
                let goes = self.goes(&judged, passed);
                all.push(hanging(child, node, way, goes));
            }
        }
        passed.pop();
        Condition::any(all)
    }

    /// The place of a way among a table's parties: routes begin with ways in the same order.
    fn party_of(&self, table: &'a Table, way: &Way) -> Option<usize> {
        let node = Node { row: THIS, table };
        let rows = Rows::new();
        routes(self.source.map, self.source.ways, node, &rows)
            .iter()
            .position(|route| route.hops.first().is_some_and(|first| *first == way))
    }

    fn empties(&self, judged: &Judged<'a>, goes: &Condition) -> Vec<Emptying> {
        let node = judged.node;
        let key = self.source.ways.keys.get(&node.table.name).cloned().unwrap_or_default();
        let mut all = Vec::new();
        for group in &judged.groups {
            let columns: Vec<ColumnName> = group
                .columns
                .iter()
                .filter(|column| !key.contains(column))
                .map(|column| (*column).clone())
                .collect();
            let over = Condition::all([
                personal(node),
                group.over.clone(),
                judged.spared.clone().negated(),
                match self.hanging {
                    Hanging::Foreseen => goes.clone().negated(),
                    Hanging::AsItStands => Condition::Always,
                },
                frozen(node).negated(),
            ]);
            if columns.is_empty() || over == Condition::Never {
                continue;
            }
            let filled = columns.iter().map(|column| holds(node, column)).collect();
            let replaced_by = columns.iter().map(|column| node.table.emptied.get(column).cloned()).collect();
            let (unread, stays) = (Condition::Never, Condition::Never);
            all.push(Emptying { columns, replaced_by, filled, over, unread, stays });
        }
        unread::settle(self.source.map, node, &mut all);
        all
    }

    fn archives(&self, judged: &Judged<'a>) -> Option<Archiving> {
        let way = judged.node.table.archive.clone()?;
        let node = judged.node;
        let key = self.source.ways.keys.get(&node.table.name).cloned().unwrap_or_default();
        let kept = Condition::any(judged.groups.iter().map(|group| group.kept.clone()));
        let all_archived = judged.grounds.values().map(|leaned| {
            Condition::any([leaned.ground.archived.clone(), leaned.ground.keeps.clone().negated()])
        });
        let nothing_to_empty = judged.groups.iter().map(|group| {
            let columns = group.columns.iter().copied().filter(|column| !key.contains(column));
            Condition::all([group.over.clone(), filled(node, columns)]).negated()
        });
        let unmarked = match &way {
            ArchiveWay::Flag(flag) => Condition::Null(Cell::new(node.row, &node.table.name, flag)),
            ArchiveWay::Table(_) => Condition::Always,
        };
        let when = Condition::all(
            [personal(node), unmarked, kept, judged.spared.clone().negated()]
                .into_iter()
                .chain(all_archived)
                .chain(nothing_to_empty),
        );
        Some(Archiving { way, when }).filter(|archiving| archiving.when != Condition::Never)
    }

    fn detaches(&mut self, judged: &Judged<'a>, goes: &Condition) -> Vec<Detaching> {
        let node = judged.node;
        let mut all = Vec::new();
        for link in &node.table.refers_to {
            let ways = self.source.ways.ways.iter();
            let found = ways.filter(|way| way.child == node.table.name && way.parent == link.table);
            let Some(way) =
                found.into_iter().find(|way| way.meaning == WayMeaning::Mentions(link.column.clone()))
            else {
                continue;
            };
            let Some(table) = self.source.map.tables.get(&link.table) else { continue };
            let target = Node { row: self.rows.next(), table };
            let target_judged = self.judge(target);
            let gone = self.goes(&target_judged, &mut Vec::new());
            let when = above(target, node, way, Condition::all([personal(target), gone]));
            all.push(detaching(node, &link.column, link.detach.clone(), when));
        }
        if !node.table.shared_with.is_empty() {
            all.extend(self.parties(judged, goes));
        }
        all.retain(|one| one.when != Condition::Never);
        all
    }

    /// A row that stays with others lets go of the one whom nothing keeps it for.
    fn parties(&self, judged: &Judged<'a>, goes: &Condition) -> Vec<Detaching> {
        let node = judged.node;
        let ups: Vec<&Way> = self.source.ways.up(&node.table.name).collect();
        let mut all = Vec::new();
        for way in ups {
            let (column, to) = match &way.meaning {
                WayMeaning::Owned(column) => (column, Detach::Null),
                WayMeaning::Shared(column) => {
                    let links = node.table.shared_with.iter();
                    let link = links.into_iter().find(|link| link.column == *column);
                    (column, link.map_or(Detach::Null, |link| link.detach.clone()))
                }
                WayMeaning::Through | WayMeaning::Mentions(_) => continue,
            };
            let released = self.party_of(node.table, way).and_then(|party| judged.released.get(party));
            let Some(released) = released else { continue };
            let when = Condition::all([
                personal(node),
                released.clone(),
                goes.clone().negated(),
                judged.spared.clone().negated(),
            ]);
            all.push(detaching(node, column, to, when));
        }
        all
    }

    fn ownerless(&mut self, node: Node<'a>) -> Condition {
        if node.table.person.is_some() {
            return Condition::Never;
        }
        let found = routes(self.source.map, self.source.ways, node, &self.rows);
        if found.iter().all(|route| route.hops.is_empty()) {
            return Condition::Never;
        }
        Condition::any(found.iter().map(|route| route.bound(Condition::Always))).negated()
    }
}

/// A row in which something stands that never had a ground stays, emptied of the rest, until somebody approves
/// that it goes (semantics 3). Said once that nothing keeps any of it, the rest asks what once did alone: the
/// condition is nested for each row that hangs on another, and statements have an end.
fn due(node: Node<'_>, reach: Reach, groups: &[Group<'_>]) -> Condition {
    if groups.is_empty() {
        return Condition::Never;
    }
    let none = groups.iter().map(|group| group.kept.clone().negated());
    if reach == Reach::WithoutGround {
        return Condition::all(none);
    }
    let some = Condition::any(groups.iter().map(|group| group.ever.clone()));
    let had_ground = groups.iter().filter(|_| groups.len() > 1).map(|group| {
        let columns = group.columns.iter().copied();
        Condition::any([group.ever.clone(), filled(node, columns).negated()])
    });
    Condition::all(none.chain([some]).chain(had_ground))
}

fn frozen(node: Node<'_>) -> Condition {
    node.table.frozen.as_ref().map_or(Condition::Never, |frozen| {
        Condition::Null(Cell::new(node.row, &node.table.name, &frozen.once)).negated()
    })
}

/// Whether any of these columns holds something that is not the replacement of an emptied value.
fn filled<'c>(node: Node<'_>, columns: impl Iterator<Item = &'c ColumnName>) -> Condition {
    Condition::any(columns.flat_map(|column| [holds(node, column), unread::at(node, column)]))
}

fn holds(node: Node<'_>, column: &ColumnName) -> Condition {
    let cell = Cell::new(node.row, &node.table.name, column);
    let there = Condition::Null(cell.clone()).negated();
    match node.table.emptied.get(column) {
        None => there,
        Some(empty) => Condition::all([there, Condition::Is(cell, empty.clone()).negated()]),
    }
}

fn detaching(node: Node<'_>, column: &ColumnName, to: Detach, when: Condition) -> Detaching {
    let cell = Cell::new(node.row, &node.table.name, column);
    let still = match &to {
        Detach::Null => Condition::Null(cell).negated(),
        Detach::To(key) => Condition::all([
            Condition::Null(cell.clone()).negated(),
            Condition::Is(cell, key.clone()).negated(),
        ]),
    };
    let columns = node.table.columns_of.get(column).cloned().unwrap_or_default();
    let replaced_by = columns.iter().map(|column| node.table.emptied.get(column).cloned()).collect();
    Detaching { column: column.clone(), to, columns, replaced_by, when: Condition::all([still, when]) }
}
