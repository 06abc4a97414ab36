//! Which rows a condition binds, and of which it speaks.

use kept_core::plan::due::{Condition, Related, RowRef};

/// The rows that a part of a condition binds itself.
pub(super) fn inner_rows(related: &Related) -> Vec<RowRef> {
    let mut found = vec![related.row];
    collect_inner(&related.holds, &mut found);
    found
}

fn collect_inner(condition: &Condition, found: &mut Vec<RowRef>) {
    match condition {
        Condition::All(all) | Condition::Any(all) => all.iter().for_each(|one| collect_inner(one, found)),
        Condition::Not(inner) => collect_inner(inner, found),
        Condition::Exists(related) => {
            found.push(related.row);
            collect_inner(&related.holds, found);
        }
        _ => {}
    }
}

/// The rows that a condition speaks of.
pub(super) fn cells(condition: &Condition) -> Vec<RowRef> {
    match condition {
        Condition::Always | Condition::Never => Vec::new(),
        Condition::All(all) | Condition::Any(all) => all.iter().flat_map(cells).collect(),
        Condition::Not(inner) => cells(inner),
        Condition::Null(cell)
        | Condition::Unread(cell)
        | Condition::Date(cell)
        | Condition::Before(cell, _)
        | Condition::Is(cell, _) => vec![cell.row],
        Condition::NotBefore { cell, than, .. } | Condition::Same(cell, than) => vec![cell.row, than.row],
        Condition::Excepted(row, _) | Condition::Taken(row, ..) => vec![*row],
        Condition::Exists(related) => {
            let mut all = cells(&related.holds);
            all.extend(related.on.iter().map(|(_, outer)| outer.row));
            all
        }
    }
}
