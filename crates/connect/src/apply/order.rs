//! The order in which tables give up their rows: whoever points goes before what it points to.
//!
//! Pure: tables and foreign keys in, groups out. A group of several tables is a ring.

use std::collections::{BTreeMap, BTreeSet};

/// Groups of tables, in the order in which their rows can go. `points` holds for each table those
/// that it points to. A table that points to itself is a group of one.
pub(super) fn groups(tables: &[usize], points: &BTreeMap<usize, BTreeSet<usize>>) -> Vec<Vec<usize>> {
    let reach: BTreeMap<usize, BTreeSet<usize>> =
        tables.iter().map(|table| (*table, reachable(*table, points))).collect();
    let leads = |from: usize, to: usize| reach.get(&from).is_some_and(|all| all.contains(&to));
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for table in tables {
        let ring = groups
            .iter_mut()
            .find(|group| group.first().is_some_and(|first| leads(*table, *first) && leads(*first, *table)));
        match ring {
            Some(group) => group.push(*table),
            None => groups.push(vec![*table]),
        }
    }
    // Repeatedly the first group to which no group that is still waiting points.
    let mut ordered = Vec::new();
    while !groups.is_empty() {
        let free = groups.iter().position(|group| {
            !groups.iter().any(|other| {
                other != group && other.iter().any(|from| group.iter().any(|to| leads(*from, *to)))
            })
        });
        ordered.push(groups.remove(free.unwrap_or(0)));
    }
    ordered
}

fn reachable(from: usize, points: &BTreeMap<usize, BTreeSet<usize>>) -> BTreeSet<usize> {
    let mut reached = BTreeSet::new();
    let mut waiting = vec![from];
    while let Some(table) = waiting.pop() {
        for to in points.get(&table).into_iter().flatten() {
            if reached.insert(*to) {
                waiting.push(*to);
            }
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(pairs: &[(usize, usize)]) -> BTreeMap<usize, BTreeSet<usize>> {
        let mut all: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        for (from, to) in pairs {
            all.entry(*from).or_default().insert(*to);
        }
        all
    }

    #[test]
    fn children_go_before_parents() {
        assert_eq!(groups(&[1, 2, 3], &points(&[(3, 2), (2, 1)])), [[3], [2], [1]]);
    }

    #[test]
    fn a_ring_is_one_group_and_its_children_go_first() {
        let found = groups(&[1, 2, 3, 4], &points(&[(1, 2), (2, 1), (3, 1), (2, 4)]));
        assert_eq!(found, [vec![3], vec![1, 2], vec![4]]);
    }

    #[test]
    fn a_table_that_points_to_itself_stands_alone() {
        assert_eq!(groups(&[1, 2], &points(&[(1, 1), (2, 1)])), [[2], [1]]);
    }

    #[test]
    fn tables_between_that_are_not_in_the_plan_count() {
        assert_eq!(groups(&[1, 3], &points(&[(3, 2), (2, 1)])), [[3], [1]]);
    }
}
