//! Where the rows of a person came from, and which controller holds them, as the policy maps it. What
//! hangs on a row has its label, unless it bears one of its own.
//!
//! Not here: what a label forbids (`decision::origin`).

use crate::plan::{PersonRows, Row, TableRows};
use crate::policy::model::{Label, Store, Table};

/// The source of a row, by its name in the policy; `None` where nothing tells of one.
pub fn source(map: &Store, rows: &PersonRows, of: (&Table, &TableRows, &Row)) -> Option<String> {
    label(map, rows, of, |table| table.source.as_ref())
}

/// The controller of a row, by its name in the policy; `None` where nothing tells of one.
pub fn controller(map: &Store, rows: &PersonRows, of: (&Table, &TableRows, &Row)) -> Option<String> {
    label(map, rows, of, |table| table.controller.as_ref())
}

fn label(
    map: &Store,
    rows: &PersonRows,
    (table, found, row): (&Table, &TableRows, &Row),
    which: fn(&Table) -> Option<&Label>,
) -> Option<String> {
    if map.tables.values().all(|table| which(table).is_none()) {
        return None;
    }
    let own = |table, found, row| which(table).and_then(|label| said(label, found, row));
    own(table, found, row).or_else(|| {
        rows.above(row).find_map(|(found, above)| own(map.tables.get(&found.table)?, found, above))
    })
}

fn said(label: &Label, found: &TableRows, row: &Row) -> Option<String> {
    match label {
        Label::All(name) => Some(name.clone()),
        Label::Column { column, is } => {
            let value = found.cell(row, column).filter(|value| !value.is_null() && !value.is_unread())?;
            let value = value.shown();
            // A column of fixed width fills up with blanks, which are no part of what it says.
            is.get(&value).or_else(|| is.get(value.trim_end_matches(' '))).cloned()
        }
    }
}
