//! Rows that hang on each other, as conditions.
//!
//! Not here: what is asked of the other row (`table`), and the ways between tables (`routes`).

use crate::plan::due::condition::{Cell, Condition, Related};
use crate::plan::due::routes::{Node, Way, personal};

/// A row below another; where a foreign key holds it there, personal or not.
pub(super) fn hanging(child: Node<'_>, parent: Node<'_>, way: &Way, holds: Condition) -> Condition {
    if holds == Condition::Never {
        return Condition::Never;
    }
    // Without one, a row that is not personal may mean another table by the same number.
    let holds = if way.is_key { holds } else { Condition::all([personal(child), holds]) };
    let on =
        way.pairs.iter().map(|(own, other)| (own.clone(), Cell::new(parent.row, &parent.table.name, other)));
    let table = child.table.name.clone();
    Condition::Exists(Box::new(Related { row: child.row, table, on: on.collect(), holds }))
}

/// A row above another.
pub(super) fn above(parent: Node<'_>, child: Node<'_>, way: &Way, holds: Condition) -> Condition {
    if holds == Condition::Never {
        return Condition::Never;
    }
    let on =
        way.pairs.iter().map(|(own, other)| (other.clone(), Cell::new(child.row, &child.table.name, own)));
    let table = parent.table.name.clone();
    Condition::Exists(Box::new(Related { row: parent.row, table, on: on.collect(), holds }))
}
