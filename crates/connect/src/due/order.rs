//! The order in which tables are swept: what hangs on a row goes before the row.

use std::collections::BTreeSet;

use crate::map::{Map, Meaning};

/// The places of the mapped tables, children before what they point to, by the policy's ways and
/// by the database's foreign keys; in a circle, the policy's order.
pub fn children_first(map: &Map<'_>) -> Vec<usize> {
    let mut order = Vec::new();
    let mut seen = BTreeSet::new();
    for place in 0..map.tables.len() {
        visit(map, place, &mut seen, &mut order);
    }
    order
}

fn visit(map: &Map<'_>, place: usize, seen: &mut BTreeSet<usize>, order: &mut Vec<usize>) {
    if !seen.insert(place) {
        return;
    }
    for child in 0..map.tables.len() {
        if child != place && points(map, child, place) {
            visit(map, child, seen, order);
        }
    }
    order.push(place);
}

/// Whether a table's rows point to rows of another.
pub(crate) fn points(map: &Map<'_>, child: usize, parent: usize) -> bool {
    let by_way = map.edges.iter().any(|edge| edge.child == child && edge.parent == parent && edge.carries());
    let (Some(from), Some(to)) = (map.tables.get(child), map.tables.get(parent)) else { return by_way };
    // A row of a table between goes in one transaction with the row that it leads to, at that one's
    // turn; its foreign key says nothing of the order then.
    let is_between = map
        .edges
        .iter()
        .any(|edge| edge.child == parent && edge.parent == child && edge.meaning == Meaning::Through);
    if is_between {
        return by_way;
    }
    let by_key = from
        .shape
        .foreign_keys
        .iter()
        .any(|key| map.schema.target(key).is_some_and(|target| std::ptr::eq(target, to.shape)));
    by_way || by_key
}
