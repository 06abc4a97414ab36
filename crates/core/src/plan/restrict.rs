//! Marks of restricted rows: which rows of a person bear the mark by which other programs see that
//! they are restricted (18), and what brings the marks in step.
//!
//! A row bears the mark while a restriction stops the use of some datum that its table holds, and it
//! is the person's alone; a row that others share goes with the last of them, as for erasure. Not
//! here: the column's type and SQL (`kept-connect`).

use crate::name::TableName;
use crate::plan::{Action, Key, PersonRows, Relation, Row, Step, StorePlan, TableRows, Value};
use crate::policy::model::{Store, Table};
use crate::standing::{Restriction, Standing};
use crate::time::Instant;

/// The marks of one person's rows in one table.
#[derive(Clone, Debug, PartialEq)]
pub struct Marks {
    /// The table.
    pub table: TableName,
    /// Rows that bear the mark, and should.
    pub right: Vec<Key>,
    /// Rows that should bear the mark, and don't.
    pub wanting: Vec<Key>,
    /// Rows that bear the mark, and should not.
    pub stale: Vec<Key>,
    /// Rows that a restriction covers and that bear no mark because others share them.
    pub shared: u64,
}

/// Whether a store has a mark for restricted rows at all.
pub fn has_marks(map: &Store) -> bool {
    map.tables.values().any(|table| table.restricted.is_some())
}

/// How the marks of a person's rows are, and how they should be, table by table.
pub fn marks(map: &Store, rows: &PersonRows, standing: &Standing) -> Vec<Marks> {
    let marked = rows.tables.iter().filter_map(|found| Some((map.tables.get(&found.table)?, found)));
    marked.filter_map(|(table, found)| in_table(table, found, standing)).collect()
}

/// What brings the marks of a person's rows in step with the restrictions. Nothing else is done to
/// the rows; idle where everything is as it should be.
pub fn restrict(map: &Store, rows: &PersonRows, standing: &Standing) -> StorePlan {
    let mut steps = Vec::new();
    for marks in marks(map, rows, standing) {
        let Some(mark) = map.tables.get(&marks.table).and_then(|table| table.restricted.clone()) else {
            continue;
        };
        let since = map.tables.get(&marks.table).and_then(|table| since(table, standing));
        for (keys, lifts) in [(marks.wanting, false), (marks.stale, true)] {
            if !keys.is_empty() {
                let action = Action::Restrict { mark: mark.clone(), lifts, at: since.filter(|_| !lifts) };
                steps.push(Step {
                    table: marks.table.clone(),
                    action,
                    keys,
                    columns: Vec::new(),
                    reasons: Vec::new(),
                });
            }
        }
    }
    StorePlan { store: map.name.clone(), steps }
}

/// Since when a table's rows are restricted: by the first of the restrictions that cover it.
fn since(table: &Table, standing: &Standing) -> Option<Instant> {
    let covers =
        |held: &&Restriction| held.data.is_empty() || table.columns.values().any(|datum| held.covers(datum));
    standing.restrictions.iter().filter(covers).map(|held| held.since).min()
}

/// Whether a restriction covers data that a table holds; one of all data covers tables without any
/// of their own, such as those between two others.
pub fn covers(table: &Table, standing: &Standing) -> bool {
    standing.restrictions.iter().any(|held| held.data.is_empty())
        || table.columns.values().any(|datum| standing.is_stopped(datum))
}

/// Whether a mark is set: there, and neither zero nor false nor empty.
pub fn is_set(value: &Value) -> bool {
    match value {
        Value::Null | Value::Integer(0) => false,
        Value::Text(text) => !UNSET.contains(&text.as_str()),
        Value::Integer(_) | Value::Real(_) | Value::Bytes(_) | Value::Unread(_) => true,
    }
}

/// What a mark that is not set reads as, in text.
pub const UNSET: [&str; 4] = ["", "0", "false", "f"];

fn in_table(table: &Table, found: &TableRows, standing: &Standing) -> Option<Marks> {
    let mark = table.restricted.as_ref()?;
    let covers = covers(table, standing);
    let mut marks = Marks {
        table: table.name.clone(),
        right: Vec::new(),
        wanting: Vec::new(),
        stale: Vec::new(),
        shared: 0,
    };
    for row in found.rows.iter().filter(|row| !matches!(row.relation, Relation::Mentions(_))) {
        let is_marked = found.cell(row, mark).is_some_and(is_set);
        let alone = is_alone(row);
        marks.shared += u64::from(covers && !alone);
        match (covers && alone, is_marked) {
            (true, true) => marks.right.push(row.key.clone()),
            (true, false) => marks.wanting.push(row.key.clone()),
            (false, true) => marks.stale.push(row.key.clone()),
            (false, false) => {}
        }
    }
    Some(marks)
}

/// Whether nobody else holds the row.
fn is_alone(row: &Row) -> bool {
    !matches!(row.relation, Relation::Shared { others: true, .. })
}
