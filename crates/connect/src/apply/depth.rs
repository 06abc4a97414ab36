//! Rows that point to rows of their own table, on an engine that checks each row by itself: those to
//! which nobody points go first.
//!
//! What is left when nobody is free is a ring, if only of one row that points to itself, which no
//! such engine deletes: its nullable references are emptied, others are made to point to a row that
//! stays, until they go within the same transaction. Frozen rows are never changed, so that a ring of
//! theirs is refused, and so is one beside which no row stays.

use std::collections::{BTreeMap, BTreeSet};

use kept_core::plan::{Key, Value};

use super::Failed;
use super::refusal::{Refused, RefusedWhy};
use super::run::{Removal, delete, named, unlink, update};
use crate::engine::Session;
use crate::rows::exact;
use crate::schema::{Column, ForeignKey, OnDelete};
use crate::sql::{BATCH, Statement};

/// Deletes rows of a table with these foreign keys to itself.
pub(super) fn delete_by_depth(
    session: &mut Session,
    removal: &Removal<'_>,
    own: &[&ForeignKey],
    is_frozen: bool,
) -> Result<(), Failed> {
    // What the database itself deletes or empties along stands in nobody's way.
    let held: Vec<&ForeignKey> = own
        .iter()
        .copied()
        .filter(|key| matches!(key.on_delete, OnDelete::Restrict | OnDelete::NoAction))
        .collect();
    if held.is_empty() {
        return delete(session, removal);
    }
    let pointing = pointing(session, removal, &held)?;
    let (levels, ring) = levels(&removal.keys, &pointing);
    for level in levels {
        delete(session, &part(removal, level))?;
    }
    if ring.is_empty() {
        return Ok(());
    }
    if is_frozen {
        return Err(closed(removal));
    }
    let ring = part(removal, ring);
    for key in held {
        open(session, &ring, key)?;
    }
    delete(session, &ring)
}

fn closed(removal: &Removal<'_>) -> Failed {
    let why = RefusedWhy::Ring { with: "the same table".to_owned() };
    Refused::new(removal.table.full_name(), why).into()
}

fn part<'a>(removal: &Removal<'a>, keys: Vec<Key>) -> Removal<'a> {
    Removal { table: removal.table, key: removal.key.clone(), keys }
}

/// For each row that goes, the other rows that go to which it points, by their keys.
fn pointing(
    session: &mut Session,
    removal: &Removal<'_>,
    held: &[&ForeignKey],
) -> Result<BTreeMap<Vec<u8>, BTreeSet<Vec<u8>>>, Failed> {
    let column = |name: &String| removal.table.columns.iter().find(|column| column.name == *name);
    let mut columns: Vec<&Column> = removal.key.clone();
    for key in held {
        columns.extend(key.columns.iter().filter_map(column));
        columns.extend(key.to_columns.iter().filter_map(column));
    }
    let mut rows = Vec::new();
    for batch in removal.keys.chunks(BATCH) {
        let batch: Vec<&[Value]> = batch.iter().map(Vec::as_slice).collect();
        let mut statement = Statement::with(session.engine(), "SELECT ");
        statement.read(&columns).push(" FROM ").table(removal.table).push(" WHERE ");
        statement.one_of(&removal.key, &batch);
        let found = session.query(&statement).map_err(|fault| named(fault, removal.table));
        rows.append(&mut found?);
    }
    let mut pointing: BTreeMap<Vec<u8>, BTreeSet<Vec<u8>>> = BTreeMap::new();
    let mut at = removal.key.len();
    for key in held {
        let wide = key.columns.len();
        let cells = |row: &[Value], from: usize| row.get(from..from + wide).map(exact);
        let targets: BTreeMap<Vec<u8>, Vec<u8>> = rows
            .iter()
            .filter_map(|row| Some((cells(row, at + wide)?, exact(row.get(..removal.key.len())?))))
            .collect();
        for row in &rows {
            let (Some(own), Some(to)) = (row.get(..removal.key.len()), cells(row, at)) else { continue };
            if let Some(target) = targets.get(&to) {
                pointing.entry(exact(own)).or_default().insert(target.clone());
            }
        }
        at += 2 * wide;
    }
    Ok(pointing)
}

/// The keys level by level, and those of rows that point to each other in a ring.
fn levels(keys: &[Key], pointing: &BTreeMap<Vec<u8>, BTreeSet<Vec<u8>>>) -> (Vec<Vec<Key>>, Vec<Key>) {
    let mut pointed: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
    for to in pointing.values().flatten() {
        *pointed.entry(to.clone()).or_default() += 1;
    }
    let mut waiting: BTreeMap<Vec<u8>, &Key> = keys.iter().map(|key| (exact(key), key)).collect();
    let mut free: Vec<Vec<u8>> = waiting.keys().filter(|key| !pointed.contains_key(*key)).cloned().collect();
    let mut levels = Vec::new();
    while !free.is_empty() {
        let mut next = Vec::new();
        let mut level = Vec::new();
        for name in free {
            level.extend(waiting.remove(&name).cloned());
            for to in pointing.get(&name).into_iter().flatten() {
                let left = pointed.entry(to.clone()).or_default();
                *left = left.saturating_sub(1);
                if *left == 0 {
                    next.push(to.clone());
                }
            }
        }
        levels.push(level);
        free = next;
    }
    (levels, waiting.into_values().cloned().collect())
}

/// Lets the rows of a ring point nowhere, or to a row that stays.
fn open(session: &mut Session, ring: &Removal<'_>, key: &ForeignKey) -> Result<(), Failed> {
    let column = |name: &String| ring.table.columns.iter().find(|column| column.name == *name);
    let is_free =
        |column: &&Column| !column.is_generated && !ring.key.iter().any(|own| own.name == column.name);
    let own = || key.columns.iter().filter_map(column).filter(is_free);
    let nullable: Vec<&Column> = own().filter(|column| column.is_nullable).collect();
    if !nullable.is_empty() {
        return unlink(session, ring, &nullable);
    }
    let pairs: Vec<(&Column, &Column)> =
        key.columns.iter().filter_map(column).zip(key.to_columns.iter().filter_map(column)).collect();
    if !pairs.iter().all(|(own, _)| is_free(own)) {
        return Err(closed(ring));
    }
    let targets: Vec<&Column> = pairs.iter().map(|(_, to)| *to).collect();
    let staying = staying(session, ring, &targets)?.ok_or_else(|| closed(ring))?;
    for batch in ring.keys.chunks(BATCH) {
        let batch: Vec<&[Value]> = batch.iter().map(Vec::as_slice).collect();
        let mut statement = update(session.engine(), ring.table);
        for (index, ((own, _), value)) in pairs.iter().zip(&staying).enumerate() {
            statement.push(if index > 0 { ", " } else { "" }).name(&own.name).push(" = ");
            statement.bind_into(own, value.clone());
        }
        statement.push(" WHERE ").one_of(&ring.key, &batch);
        session.execute(&statement).map_err(|fault| named(fault, ring.table))?;
    }
    Ok(())
}

/// What some columns hold in a row that stays. Whoever else goes is gone already.
fn staying(
    session: &mut Session,
    ring: &Removal<'_>,
    columns: &[&Column],
) -> Result<Option<Vec<Value>>, Failed> {
    let all: Vec<&Column> = ring.key.iter().chain(columns).copied().collect();
    let mut statement = Statement::with(session.engine(), "SELECT ");
    statement.read(&all).push(" FROM ").table(ring.table);
    statement.push(&format!(" LIMIT {} FOR UPDATE", ring.keys.len() + 1));
    let found = session.query(&statement).map_err(|fault| named(fault, ring.table))?;
    let going: BTreeSet<Vec<u8>> = ring.keys.iter().map(|key| exact(key)).collect();
    let split = found.iter().filter_map(|row| row.split_at_checked(ring.key.len()));
    let mut stay =
        split.filter(|(key, values)| !going.contains(&exact(key)) && !values.iter().any(Value::is_null));
    Ok(stay.next().map(|(_, values)| values.to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: i64) -> Key {
        vec![Value::Integer(number)]
    }

    fn pointing(pairs: &[(i64, i64)]) -> BTreeMap<Vec<u8>, BTreeSet<Vec<u8>>> {
        let mut all: BTreeMap<Vec<u8>, BTreeSet<Vec<u8>>> = BTreeMap::new();
        for (from, to) in pairs {
            all.entry(exact(&key(*from))).or_default().insert(exact(&key(*to)));
        }
        all
    }

    #[test]
    fn those_to_whom_nobody_points_go_first() {
        let keys: Vec<Key> = (1..=4).map(key).collect();
        let (found, ring) = levels(&keys, &pointing(&[(3, 2), (2, 1), (4, 1)]));
        assert_eq!(found, [vec![key(3), key(4)], vec![key(2)], vec![key(1)]]);
        assert!(ring.is_empty());
    }

    #[test]
    fn a_ring_is_left_with_what_it_points_to() {
        let keys: Vec<Key> = (1..=4).map(key).collect();
        let (found, ring) = levels(&keys, &pointing(&[(1, 2), (2, 1), (2, 3), (4, 1)]));
        assert_eq!(found, [vec![key(4)]]);
        assert_eq!(ring, [key(1), key(2), key(3)]);
    }
}
