//! From a person's rows to everything that hangs on them: level by level, one question a level and
//! way, never one a row.
//!
//! What a row that was reached means (owned, shared, mentioned) is `share`'s.

use std::collections::{BTreeMap, BTreeSet};

use kept_core::identifier::Identifier;
use kept_core::plan::{Key, Value};

use crate::engine::Session;
use crate::fault::StoreFault;
use crate::find::{Found, identifiers};
use crate::map::{Edge, Map, Table};
use crate::rows;

/// The rows reached from a person.
#[derive(Debug, Default)]
pub(crate) struct Reached {
    /// In the order in which they were reached: owners before what they own.
    pub(crate) rows: Vec<Visited>,
    known: BTreeMap<(usize, Vec<u8>), usize>,
}

/// A row that was reached.
#[derive(Debug)]
pub(crate) struct Visited {
    /// Its table, by its place in the map.
    pub(crate) table: usize,
    /// Its key.
    pub(crate) key: Key,
    /// Its fetched values.
    pub(crate) values: Vec<Value>,
    /// Whether the person was found in it.
    pub(crate) is_root: bool,
    /// The ways by which it was reached: an edge of the map and a reached row.
    pub(crate) by: BTreeSet<(usize, usize)>,
    /// The way by which it was reached first.
    pub(crate) first: Option<(usize, usize)>,
}

impl Reached {
    /// The place of a row.
    pub(crate) fn place(&self, table: usize, key: &[Value]) -> Option<usize> {
        self.known.get(&(table, rows::exact(key))).copied()
    }

    fn add(&mut self, row: Visited) -> usize {
        let place = self.rows.len();
        self.known.insert((row.table, rows::exact(&row.key)), place);
        self.rows.push(row);
        place
    }
}

/// Reaches every row that is the person's, from the rows in which they were found.
///
/// # Errors
/// As the store answers.
pub(crate) fn reach(session: &mut Session, map: &Map<'_>, persons: &[Found]) -> Result<Reached, StoreFault> {
    let mut reached = Reached::default();
    let mut known = BTreeSet::new();
    let mut front = roots(session, map, persons, &mut reached, &mut known)?;
    while !front.is_empty() {
        let mut next = Vec::new();
        for (number, edge) in map.edges.iter().enumerate().filter(|(_, edge)| edge.carries()) {
            let here: Vec<usize> = front
                .iter()
                .copied()
                .filter(|place| reached.rows.get(*place).is_some_and(|row| row.table == edge.parent))
                .collect();
            if !here.is_empty() {
                next.append(&mut step(session, map, (number, edge), &here, &mut reached, &known)?);
            }
        }
        front = next;
    }
    Ok(reached)
}

fn roots(
    session: &mut Session,
    map: &Map<'_>,
    persons: &[Found],
    reached: &mut Reached,
    known: &mut BTreeSet<Identifier>,
) -> Result<Vec<usize>, StoreFault> {
    let mut front = Vec::new();
    for (place, table) in map.tables.iter().enumerate() {
        let keys: Vec<&[Value]> = persons
            .iter()
            .filter(|found| found.table == table.policy.name)
            .map(|found| found.key.as_slice())
            .collect();
        if keys.is_empty() {
            continue;
        }
        for values in rows::select_where(session, table, &table.key, &keys)? {
            let key = rows::key(table, &values);
            if reached.place(place, &key).is_some() {
                continue;
            }
            known.extend(identifiers(table, &values));
            let row = Visited { table: place, key, values, is_root: true, by: BTreeSet::new(), first: None };
            front.push(reached.add(row));
        }
    }
    Ok(front)
}

/// One way, from all rows of a level at once.
fn step(
    session: &mut Session,
    map: &Map<'_>,
    (number, edge): (usize, &Edge<'_>),
    here: &[usize],
    reached: &mut Reached,
    known: &BTreeSet<Identifier>,
) -> Result<Vec<usize>, StoreFault> {
    let mut next = Vec::new();
    let Some(child) = map.tables.get(edge.child) else { return Ok(next) };
    for (values, parent) in children(session, map, edge, here, reached)? {
        let key = rows::key(child, &values);
        let place = match reached.place(edge.child, &key) {
            Some(place) => place,
            None if is_somebody_else(child, &values, known) => continue,
            None => {
                let first = Some((number, parent));
                let by = BTreeSet::new();
                let place =
                    reached.add(Visited { table: edge.child, key, values, is_root: false, by, first });
                next.push(place);
                place
            }
        };
        if let Some(row) = reached.rows.get_mut(place) {
            row.by.insert((number, parent));
        }
    }
    Ok(next)
}

/// The rows that a way leads to from some reached rows, each with the row it was reached from.
pub(crate) fn children(
    session: &mut Session,
    map: &Map<'_>,
    edge: &Edge<'_>,
    from: &[usize],
    reached: &Reached,
) -> Result<Vec<(Vec<Value>, usize)>, StoreFault> {
    let (Some(child), Some(parent)) = (map.tables.get(edge.child), map.tables.get(edge.parent)) else {
        return Ok(Vec::new());
    };
    let mut wanted: BTreeMap<String, (Vec<Value>, usize)> = BTreeMap::new();
    for place in from {
        let Some(row) = reached.rows.get(*place) else { continue };
        let values = rows::cells(parent, &row.values, edge.pairs.iter().map(|(_, other)| *other));
        if let Some(values) = values {
            wanted.entry(rows::loose(&values, edge)).or_insert((values, *place));
        }
    }
    let tuples: Vec<&[Value]> = wanted.values().map(|(values, _)| values.as_slice()).collect();
    let columns: Vec<_> = edge.own().collect();
    let found = rows::select_where(session, child, &columns, &tuples)?;
    let with_parents = found.into_iter().filter_map(|values| {
        let pointing = rows::cells(child, &values, edge.own())?;
        let (_, parent) = wanted.get(&rows::loose(&pointing, edge))?;
        Some((values, *parent))
    });
    Ok(with_parents.collect())
}

/// Whether a row of a person table is another person: one of its own identifiers is of a kind that
/// is known of this person, with another value.
fn is_somebody_else(table: &Table<'_>, values: &[Value], known: &BTreeSet<Identifier>) -> bool {
    table.policy.person.is_some()
        && identifiers(table, values)
            .iter()
            .any(|own| !known.contains(own) && known.iter().any(|identifier| identifier.kind() == own.kind()))
}
