//! What the rows that were reached mean: the person's own, shared with others who are still there,
//! or only mentioning the person.

use std::collections::{BTreeMap, BTreeSet};

use kept_core::name::ColumnName;
use kept_core::plan::{Relation, Value};

use crate::engine::Session;
use crate::fault::StoreFault;
use crate::map::{Edge, Map, Meaning, Table};
use crate::rows;
use crate::walk::{Reached, children};

/// The relation of each reached row, in their order.
///
/// # Errors
/// As the store answers.
pub(crate) fn relations(
    session: &mut Session,
    map: &Map<'_>,
    reached: &Reached,
) -> Result<Vec<Relation>, StoreFault> {
    let shared = shared_with_others(session, map, reached)?;
    let own = own(map, reached, &shared);
    let relation = |(place, row): (usize, &crate::walk::Visited)| {
        let table = map.tables.get(row.table);
        if let Some(kind) = table.and_then(|table| table.policy.person.clone()) {
            return Relation::Person(kind);
        }
        let has_parties = table.is_some_and(|table| !table.policy.shared_with.is_empty());
        let others = !own.contains(&place);
        if !has_parties && !others {
            return Relation::Owned;
        }
        Relation::Shared { mine: if has_parties { links(map, row) } else { Vec::new() }, others }
    };
    Ok(reached.rows.iter().enumerate().map(relation).collect())
}

/// The columns of a row that lead to this person.
pub(crate) fn links(map: &Map<'_>, row: &crate::walk::Visited) -> Vec<ColumnName> {
    let mut columns: Vec<ColumnName> = Vec::new();
    for (edge, _) in &row.by {
        if let Some(Meaning::Owned(column) | Meaning::Shared(column)) =
            map.edges.get(*edge).map(|edge| &edge.meaning)
            && !columns.contains(column)
        {
            columns.push(column.clone());
        }
    }
    columns
}

/// The rows that go with this person: those in which they were found, and what hangs on a row that
/// goes and is shared with nobody.
fn own(map: &Map<'_>, reached: &Reached, shared: &BTreeSet<usize>) -> BTreeSet<usize> {
    let mut hanging: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (place, row) in reached.rows.iter().enumerate() {
        for (_, parent) in &row.by {
            hanging.entry(*parent).or_default().push(place);
        }
    }
    let is_person = |row: &crate::walk::Visited| {
        row.is_root || map.tables.get(row.table).is_some_and(|table| table.policy.person.is_some())
    };
    let mut own = BTreeSet::new();
    let mut waiting: Vec<usize> =
        reached.rows.iter().enumerate().filter(|(_, row)| is_person(row)).map(|(place, _)| place).collect();
    while let Some(place) = waiting.pop() {
        let is_root = reached.rows.get(place).is_some_and(is_person);
        if (is_root || !shared.contains(&place)) && own.insert(place) {
            waiting.extend(hanging.get(&place).into_iter().flatten());
        }
    }
    own
}

/// The rows that somebody else holds too, and who is still there.
fn shared_with_others(
    session: &mut Session,
    map: &Map<'_>,
    reached: &Reached,
) -> Result<BTreeSet<usize>, StoreFault> {
    let mut shared = BTreeSet::new();
    for (place, table) in map.tables.iter().enumerate() {
        let rows: Vec<usize> = reached
            .rows
            .iter()
            .enumerate()
            .filter(|(_, row)| row.table == place && !row.is_root)
            .map(|(number, _)| number)
            .collect();
        if rows.is_empty() {
            continue;
        }
        if !table.policy.shared_with.is_empty() {
            shared.extend(other_parties(session, map, place, &rows, reached)?);
        }
        for edge in map.edges.iter().filter(|edge| edge.child == place && edge.meaning == Meaning::Through) {
            shared.extend(other_links(session, map, edge, &rows, reached)?);
        }
    }
    Ok(shared)
}

/// Rows of which a linking column leads to a row that was not reached and is there.
fn other_parties(
    session: &mut Session,
    map: &Map<'_>,
    table: usize,
    rows: &[usize],
    reached: &Reached,
) -> Result<BTreeSet<usize>, StoreFault> {
    let mut shared = BTreeSet::new();
    for (number, edge) in map.edges.iter().enumerate() {
        let is_party = edge.child == table && matches!(edge.meaning, Meaning::Owned(_) | Meaning::Shared(_));
        let Some(child) = map.tables.get(table).filter(|_| is_party) else { continue };
        let mut asked: BTreeMap<String, (Vec<Value>, Vec<usize>)> = BTreeMap::new();
        for place in rows {
            let Some(row) = reached.rows.get(*place) else { continue };
            if row.by.iter().any(|(by, _)| *by == number) {
                continue;
            }
            if let Some(values) = rows::cells(child, &row.values, edge.own()) {
                asked.entry(rows::loose(&values, edge)).or_insert((values, Vec::new())).1.push(*place);
            }
        }
        for found in there(session, map, edge, asked.values().map(|(values, _)| values.as_slice()))? {
            shared.extend(asked.get(&found).into_iter().flat_map(|(_, places)| places));
        }
    }
    Ok(shared)
}

/// Which of these values of a way's own columns lead to a row that is there.
fn there<'v>(
    session: &mut Session,
    map: &Map<'_>,
    edge: &Edge<'_>,
    values: impl Iterator<Item = &'v [Value]>,
) -> Result<BTreeSet<String>, StoreFault> {
    let values: Vec<&[Value]> = values.collect();
    let Some(parent) = map.tables.get(edge.parent) else { return Ok(BTreeSet::new()) };
    let columns: Vec<_> = edge.pairs.iter().map(|(_, other)| *other).collect();
    let found = rows::select_where(session, parent, &columns, &values)?;
    let keys = found.iter().filter_map(|row| rows::cells(parent, row, columns.iter().copied()));
    Ok(keys.map(|key| rows::loose(&key, edge)).collect())
}

/// Rows with a link to somebody else in the table between them and their owners.
fn other_links(
    session: &mut Session,
    map: &Map<'_>,
    edge: &Edge<'_>,
    rows_here: &[usize],
    reached: &Reached,
) -> Result<BTreeSet<usize>, StoreFault> {
    let (Some(row), Some(between)) = (map.tables.get(edge.child), map.tables.get(edge.parent)) else {
        return Ok(BTreeSet::new());
    };
    let mut asked: BTreeMap<String, (Vec<Value>, Vec<usize>)> = BTreeMap::new();
    for place in rows_here {
        let values = reached.rows.get(*place).and_then(|found| rows::cells(row, &found.values, edge.own()));
        if let Some(values) = values {
            asked.entry(rows::loose(&values, edge)).or_insert((values, Vec::new())).1.push(*place);
        }
    }
    let columns: Vec<_> = edge.pairs.iter().map(|(_, between)| *between).collect();
    let tuples: Vec<&[Value]> = asked.values().map(|(values, _)| values.as_slice()).collect();
    let links = rows::select_where(session, between, &columns, &tuples)?;
    let others = links.iter().filter(|link| reached.place(edge.parent, &rows::key(between, link)).is_none());
    let others: Vec<&Vec<Value>> = others.collect();
    let held = held_by_somebody(session, map, edge.parent, between, &others)?;
    let mut shared = BTreeSet::new();
    for (link, held) in others.iter().zip(held) {
        let pointed = rows::cells(between, link, columns.iter().copied()).filter(|_| held);
        if let Some((_, places)) = pointed.and_then(|values| asked.get(&rows::loose(&values, edge))) {
            shared.extend(places);
        }
    }
    Ok(shared)
}

/// Which of these links lead to an owner who is there.
fn held_by_somebody(
    session: &mut Session,
    map: &Map<'_>,
    between: usize,
    table: &Table<'_>,
    links: &[&Vec<Value>],
) -> Result<Vec<bool>, StoreFault> {
    let mut held = vec![false; links.len()];
    let owners =
        map.edges.iter().filter(|edge| edge.child == between && matches!(edge.meaning, Meaning::Owned(_)));
    for edge in owners {
        let values: Vec<Option<Vec<Value>>> =
            links.iter().map(|link| rows::cells(table, link, edge.own())).collect();
        let found = there(session, map, edge, values.iter().flatten().map(Vec::as_slice))?;
        for (place, values) in values.iter().enumerate() {
            let is_there = values.as_ref().is_some_and(|values| found.contains(&rows::loose(values, edge)));
            if let Some(held) = held.get_mut(place) {
                *held |= is_there;
            }
        }
    }
    Ok(held)
}

/// A row that only mentions the person.
pub(crate) struct Mention {
    /// Its table, by its place in the map.
    pub(crate) table: usize,
    /// Its fetched values.
    pub(crate) values: Vec<Value>,
    /// The columns that do.
    pub(crate) columns: Vec<ColumnName>,
    /// The reached row that it points to first.
    pub(crate) to: usize,
}

/// Mentions among the rows that were reached: their places and the mentioning columns.
pub(crate) type Within = Vec<(usize, ColumnName)>;

/// The rows that mention a row that goes with the person, those that were reached left out; and
/// for those, the mentioning columns by their place.
///
/// # Errors
/// As the store answers.
pub(crate) fn mentions(
    session: &mut Session,
    map: &Map<'_>,
    reached: &Reached,
    relations: &[Relation],
) -> Result<(Vec<Mention>, Within), StoreFault> {
    let mut mentions: BTreeMap<(usize, Vec<u8>), Mention> = BTreeMap::new();
    let mut within = Vec::new();
    for edge in &map.edges {
        let Meaning::Mentions(column, _) = &edge.meaning else { continue };
        let Some(child) = map.tables.get(edge.child) else { continue };
        let goes = |relation: &Relation| !matches!(relation, Relation::Shared { others: true, .. });
        let to: Vec<usize> = (reached.rows.iter().zip(relations).enumerate())
            .filter(|(_, (row, relation))| row.table == edge.parent && goes(relation))
            .map(|(place, _)| place)
            .collect();
        if to.is_empty() {
            continue;
        }
        for (values, to) in children(session, map, edge, &to, reached)? {
            let key = rows::key(child, &values);
            if let Some(place) = reached.place(edge.child, &key) {
                within.push((place, column.clone()));
                continue;
            }
            let name = (edge.child, rows::exact(&key));
            let mention = mentions.entry(name).or_insert(Mention {
                table: edge.child,
                values,
                columns: Vec::new(),
                to,
            });
            if !mention.columns.contains(column) {
                mention.columns.push(column.clone());
            }
        }
    }
    Ok((mentions.into_values().collect(), within))
}
