//! The ways from a row to the people whose it is, and back down to what else is theirs.
//!
//! The ways between tables come from the store's map and schema (`kept-connect` resolves keys and
//! foreign keys); here they are strung together.

use std::collections::{BTreeMap, BTreeSet};

use crate::name::{ColumnName, TableName};
use crate::plan::due::condition::{Cell, Condition, Related, RowRef};
use crate::policy::model::{Condition as ColumnHas, Store, Table};

/// A way from the rows of one table to those of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// The table that leads.
    pub child: TableName,
    /// The table that it leads to.
    pub parent: TableName,
    /// Pairs of a column of the child and the column of the parent that it equals.
    pub pairs: Vec<(ColumnName, ColumnName)>,
    /// What it means.
    pub meaning: WayMeaning,
    /// Whether the database itself holds the two together by a foreign key.
    pub is_key: bool,
}

/// What a way means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WayMeaning {
    /// The child belongs to the parent, by this column.
    Owned(ColumnName),
    /// The parent is a table between; a row may have several there.
    Through,
    /// The child is shared, by this column.
    Shared(ColumnName),
    /// The child only mentions the parent, in this column.
    Mentions(ColumnName),
}

/// Every way of a store, and the columns that tell rows apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ways {
    /// The ways, in the policy's order.
    pub ways: Vec<Way>,
    /// The key of each table.
    pub keys: BTreeMap<TableName, Vec<ColumnName>>,
    /// Columns that are never NULL.
    pub required: BTreeSet<(TableName, ColumnName)>,
    /// Columns in which no two rows agree.
    pub unique: BTreeSet<(TableName, ColumnName)>,
}

impl Ways {
    /// The condition that a value is NULL, where it can be.
    pub(super) fn null(&self, cell: &Cell) -> Condition {
        if self.required.contains(&(cell.table.clone(), cell.column.clone())) {
            return Condition::Never;
        }
        Condition::Null(cell.clone())
    }

    /// The ways that make a table's rows somebody's.
    pub fn up<'a>(&'a self, table: &'a TableName) -> impl Iterator<Item = &'a Way> + 'a {
        self.ways.iter().filter(move |way| way.child == *table && way.carries())
    }

    /// The ways by which rows belong to rows of a table.
    pub fn down<'a>(&'a self, table: &'a TableName) -> impl Iterator<Item = &'a Way> + 'a {
        self.ways.iter().filter(move |way| way.parent == *table && way.carries())
    }
}

impl Way {
    /// Whether rows reached by it are the person's.
    pub fn carries(&self) -> bool {
        !matches!(self.meaning, WayMeaning::Mentions(_))
    }
}

/// A way up from a row to a person, or as far as it goes.
#[derive(Clone, Debug)]
pub(super) struct Route<'a> {
    /// The row itself, then those above it.
    pub(super) nodes: Vec<Node<'a>>,
    /// The ways between them, one fewer.
    pub(super) hops: Vec<&'a Way>,
}

/// A row on a route.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node<'a> {
    pub(super) row: RowRef,
    pub(super) table: &'a Table,
}

/// Gives out names for rows.
#[derive(Debug)]
pub(super) struct Rows(std::cell::Cell<usize>);

impl Rows {
    pub(super) fn new() -> Self {
        Self(std::cell::Cell::new(0))
    }

    pub(super) fn next(&self) -> RowRef {
        self.0.set(self.0.get() + 1);
        RowRef(self.0.get())
    }
}

impl<'a> Route<'a> {
    /// The person at the end, if it leads to one.
    pub(super) fn person(&self) -> Option<Node<'a>> {
        self.nodes.last().copied().filter(|node| node.table.person.is_some())
    }

    /// Whether each row has one row above it at most.
    pub(super) fn is_single(&self) -> bool {
        self.hops.iter().all(|way| !matches!(way.meaning, WayMeaning::Through))
    }

    /// The rows above the first.
    pub(super) fn above(&self) -> impl Iterator<Item = RowRef> + '_ {
        self.nodes.iter().skip(1).map(|node| node.row)
    }

    /// Binds the rows above the first, from the first, and says what holds of all.
    pub(super) fn bound(&self, holds: Condition) -> Condition {
        let mut inner = holds;
        for (index, way) in self.hops.iter().enumerate().rev() {
            let (Some(below), Some(node)) = (self.nodes.get(index), self.nodes.get(index + 1)) else {
                continue;
            };
            let on = way
                .pairs
                .iter()
                .map(|(child, parent)| (parent.clone(), Cell::new(below.row, &below.table.name, child)));
            inner = exists(*node, on.collect(), inner);
        }
        inner
    }

    /// Binds the rows below the last, from the last: the route walked down.
    pub(super) fn bound_down(&self, holds: Condition) -> Condition {
        let mut inner = holds;
        for (index, way) in self.hops.iter().enumerate() {
            let (Some(node), Some(above)) = (self.nodes.get(index), self.nodes.get(index + 1)) else {
                continue;
            };
            let on = way
                .pairs
                .iter()
                .map(|(child, parent)| (child.clone(), Cell::new(above.row, &above.table.name, parent)));
            inner = exists(*node, on.collect(), inner);
        }
        inner
    }
}

/// A row of a table that hangs together with others, is personal, and of which something holds.
pub(super) fn exists(node: Node<'_>, on: Vec<(ColumnName, Cell)>, holds: Condition) -> Condition {
    let holds = Condition::all([personal(node), holds]);
    if holds == Condition::Never {
        return Condition::Never;
    }
    Condition::Exists(Box::new(Related { row: node.row, table: node.table.name.clone(), on, holds }))
}

/// The conditions under which a table's rows are personal at all.
pub(super) fn personal(node: Node<'_>) -> Condition {
    holds(node, &node.table.when)
}

/// What a policy says that columns of a row must have.
pub(super) fn holds(node: Node<'_>, conditions: &[ColumnHas]) -> Condition {
    Condition::all(conditions.iter().map(|condition| {
        Condition::Is(Cell::new(node.row, &node.table.name, &condition.column), condition.is.clone())
    }))
}

/// Every route from a row upwards. A table whose rows are people is an end; so is one without
/// owners. No table is passed twice.
pub(super) fn routes<'a>(map: &'a Store, ways: &'a Ways, from: Node<'a>, rows: &Rows) -> Vec<Route<'a>> {
    let mut found = Vec::new();
    climb(map, ways, Route { nodes: vec![from], hops: Vec::new() }, rows, &mut found);
    found
}

fn climb<'a>(map: &'a Store, ways: &'a Ways, route: Route<'a>, rows: &Rows, found: &mut Vec<Route<'a>>) {
    let Some(last) = route.nodes.last().copied() else { return };
    let passed = |name: &TableName| route.nodes.iter().any(|node| node.table.name == *name);
    let steps: Vec<(&Way, &Table)> = if last.table.person.is_some() {
        Vec::new()
    } else {
        let open = ways.up(&last.table.name).filter(|way| !passed(&way.parent));
        open.filter_map(|way| Some((way, map.tables.get(&way.parent)?))).collect()
    };
    if steps.is_empty() {
        found.push(route);
        return;
    }
    for (way, table) in steps {
        let mut longer = route.clone();
        longer.nodes.push(Node { row: rows.next(), table });
        longer.hops.push(way);
        climb(map, ways, longer, rows, found);
    }
}
