//! Rings of tables that point to each other, and how each engine lets go of their rows.
//!
//! In this order (decision 12): wait for the commit where a foreign key allows it; empty a nullable
//! reference; delete all of them in one statement where the engine can; else refuse. Checks are
//! never switched off. MariaDB never waits: rows of one table go as `depth` says.

use std::collections::{BTreeMap, BTreeSet};

use kept_core::policy::model::Engine;

use super::Failed;
use super::depth::delete_by_depth;
use super::order::groups;
use super::refusal::{Refused, RefusedWhy};
use super::run::{Removal, delete, delete_together, unlink};
use crate::engine::Session;
use crate::map::Map;
use crate::schema::{Column, ForeignKey, OnDelete, Table};

/// Which references between tables of the plan still matter.
type Points = BTreeMap<usize, BTreeSet<usize>>;

/// Deletes rows of several tables, whoever points first.
pub(super) fn delete_all(
    session: &mut Session,
    map: &Map<'_>,
    removals: &BTreeMap<usize, Removal<'_>>,
) -> Result<(), Failed> {
    let tables: Vec<usize> = removals.keys().copied().collect();
    let all = points(map, &|_, _| true);
    let order = groups(&tables, &all);
    let is_ring = |group: &Vec<usize>| match group.as_slice() {
        [only] => all.get(only).is_some_and(|to| to.contains(only)),
        _ => true,
    };
    if session.engine() == Engine::Sqlite && order.iter().any(is_ring) {
        // Every foreign key but RESTRICT waits for the commit, in this transaction only.
        session.batch("PRAGMA defer_foreign_keys = ON")?;
    }
    for group in order {
        match group.as_slice() {
            [only] => delete_one(session, map, *only, removals)?,
            _ => open_ring(session, map, &group, removals)?,
        }
    }
    Ok(())
}

/// Where each table points to, by places in the schema, over the foreign keys that count.
fn points(map: &Map<'_>, counts: &dyn Fn(&Table, &ForeignKey) -> bool) -> Points {
    let mut points = Points::new();
    for (from, table) in map.schema.tables.iter().enumerate() {
        for key in table.foreign_keys.iter().filter(|key| counts(table, key)) {
            let target = map.schema.target(key);
            let to = map
                .schema
                .tables
                .iter()
                .position(|other| target.is_some_and(|target| std::ptr::eq(target, other)));
            if let Some(to) = to {
                points.entry(from).or_default().insert(to);
            }
        }
    }
    points
}

/// One table, that may point to itself: all of its rows at once.
fn delete_one(
    session: &mut Session,
    map: &Map<'_>,
    place: usize,
    removals: &BTreeMap<usize, Removal<'_>>,
) -> Result<(), Failed> {
    let Some(removal) = removals.get(&place) else { return Ok(()) };
    if session.engine() == Engine::Mariadb {
        let to_itself = |key: &&ForeignKey| {
            map.schema.target(key).is_some_and(|target| std::ptr::eq(target, removal.table))
        };
        let own: Vec<&ForeignKey> = removal.table.foreign_keys.iter().filter(to_itself).collect();
        return delete_by_depth(session, removal, &own, is_frozen(map, removal.table));
    }
    let restricting = removal.table.foreign_keys.iter().filter(|key| {
        key.on_delete == OnDelete::Restrict
            && map.schema.target(key).is_some_and(|target| std::ptr::eq(target, removal.table))
    });
    for key in restricting {
        // SQLite checks RESTRICT row by row.
        if session.engine() == Engine::Sqlite && !is_frozen(map, removal.table) {
            let columns = nullable(map, removal.table, key);
            if !columns.is_empty() {
                unlink(session, removal, &columns)?;
            }
        }
    }
    delete(session, removal)
}

fn open_ring(
    session: &mut Session,
    map: &Map<'_>,
    group: &[usize],
    removals: &BTreeMap<usize, Removal<'_>>,
) -> Result<(), Failed> {
    let waits = |_: &Table, key: &ForeignKey| !(key.is_deferrable && key.on_delete == OnDelete::NoAction);
    let emptied = |table: &Table, key: &ForeignKey| {
        waits(table, key) && (is_frozen(map, table) || nullable(map, table, key).is_empty())
    };
    let order = groups(group, &points(map, &waits));
    if order.iter().all(|group| group.len() == 1) {
        return one_by_one(session, map, &order, removals);
    }
    let order_emptied = groups(group, &points(map, &emptied));
    if order_emptied.iter().all(|group| group.len() == 1) {
        for removal in group.iter().filter_map(|place| removals.get(place)) {
            empty_references(session, map, removal, group)?;
        }
        return one_by_one(session, map, &order_emptied, removals);
    }
    let ring: Vec<&Removal<'_>> = group.iter().filter_map(|place| removals.get(place)).collect();
    if session.engine() == Engine::Postgres {
        return delete_together(session, &ring);
    }
    let mut names = ring.iter().map(|removal| removal.table.full_name());
    let first = names.next().unwrap_or_default();
    let with = names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    Err(Refused::new(first, RefusedWhy::Ring { with }).into())
}

fn one_by_one(
    session: &mut Session,
    map: &Map<'_>,
    order: &[Vec<usize>],
    removals: &BTreeMap<usize, Removal<'_>>,
) -> Result<(), Failed> {
    for place in order.iter().flatten() {
        delete_one(session, map, *place, removals)?;
    }
    Ok(())
}

/// Empties the nullable references of rows that go to other tables of their ring.
fn empty_references(
    session: &mut Session,
    map: &Map<'_>,
    removal: &Removal<'_>,
    group: &[usize],
) -> Result<(), Failed> {
    if is_frozen(map, removal.table) {
        return Ok(());
    }
    for key in &removal.table.foreign_keys {
        let target = map.schema.target(key);
        let within = group.iter().filter_map(|place| map.schema.tables.get(*place)).any(|table| {
            target.is_some_and(|target| std::ptr::eq(target, table)) && !std::ptr::eq(table, removal.table)
        });
        let waits = key.is_deferrable && key.on_delete == OnDelete::NoAction;
        let columns = nullable(map, removal.table, key);
        if within && !waits && !columns.is_empty() {
            unlink(session, removal, &columns)?;
        }
    }
    Ok(())
}

fn is_frozen(map: &Map<'_>, table: &Table) -> bool {
    map.over(table).is_some_and(|mapped| mapped.policy.frozen.is_some())
}

/// The columns of a foreign key that can be emptied: one that is NULL points nowhere.
fn nullable<'a>(map: &Map<'_>, table: &'a Table, key: &ForeignKey) -> Vec<&'a Column> {
    let own = map.over(table).map(|mapped| mapped.key.clone()).unwrap_or_default();
    let columns = key.columns.iter().filter_map(|name| map.schema.column(table, name));
    columns
        .filter(|column| {
            column.is_nullable && !column.is_generated && !own.iter().any(|known| known.name == column.name)
        })
        .collect()
}
