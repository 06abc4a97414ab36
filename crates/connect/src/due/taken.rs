//! What a run must know before its first change: the keys of rows that are due by dates of rows
//! which the run itself takes earlier (`last-exchange = "latest of tickets.updated_at"`).
//!
//! Only due keys are held. Exceptions, and what hangs on a row, are asked again when its turn
//! comes.

use std::collections::BTreeSet;

use kept_core::name::TableName;
use kept_core::plan::Key;
use kept_core::plan::due::{Condition, THIS, TableDue};

use crate::due::order::children_first;
use crate::due::render::Taken;
use crate::due::{Question, Renderer};
use crate::engine::Session;
use crate::fault::StoreFault;
use crate::map::{Map, Table};
use crate::sql::Statement;

/// The tables of which the keys must be taken: their conditions read dates of rows of a table that
/// goes before them, or of other rows of their own.
pub(crate) fn to_take(map: &Map<'_>, dues: &[TableDue]) -> BTreeSet<TableName> {
    let mut earlier: BTreeSet<TableName> = BTreeSet::new();
    let mut found = BTreeSet::new();
    for table in children_first(map).into_iter().filter_map(|place| map.tables.get(place)) {
        let Some(due) = dues.iter().find(|due| due.table == table.policy.name) else { continue };
        if !due.does_something() {
            continue;
        }
        earlier.insert(due.table.clone());
        let reads = |condition: &Condition| reads_dates_of(condition, &earlier);
        if reads(&due.due) || due.empties.iter().any(|emptying| reads(&emptying.over)) {
            found.insert(due.table.clone());
        }
    }
    found
}

/// What keys are taken of, for which question.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Taking<'t, 'm> {
    pub(crate) question: &'t Question<'t>,
    pub(crate) map: &'t Map<'m>,
    /// The tables of which keys are taken.
    pub(crate) tables: &'t BTreeSet<TableName>,
}

/// Takes the keys.
///
/// # Errors
/// As the store answers.
pub(crate) fn take(
    session: &mut Session,
    taking: &Taking<'_, '_>,
    renderer: &Renderer<'_>,
    dues: &[TableDue],
) -> Result<Taken, StoreFault> {
    let mut taken = Taken::new();
    for due in dues.iter().filter(|due| taking.tables.contains(&due.table)) {
        let table = taking.map.table(&due.table)?;
        let mut whole = due.due.clone();
        if taking.question.only.is_some() {
            let one = Condition::any(due.rules.iter().map(|rule| rule.due.clone()));
            whole = Condition::all([whole, one]);
        }
        let found = keys(session, renderer, table, &whole)?;
        taken.insert((due.table.clone(), None), found);
        for emptying in &due.empties {
            // The emptying of a whole document comes after those of its parts and needs no keys of its own.
            let part = (due.table.clone(), emptying.columns.first().cloned());
            if let std::collections::btree_map::Entry::Vacant(part) = taken.entry(part) {
                part.insert(keys(session, renderer, table, &emptying.concerns())?);
            }
        }
    }
    Ok(taken)
}

/// The keys of the rows of which something holds.
///
/// # Errors
/// As the store answers.
pub(crate) fn keys(
    session: &mut Session,
    renderer: &Renderer<'_>,
    table: &Table<'_>,
    when: &Condition,
) -> Result<Vec<Key>, StoreFault> {
    if *when == Condition::Never {
        return Ok(Vec::new());
    }
    let mut statement = Statement::with(session.engine(), "SELECT ");
    statement.read(&table.key).push(" FROM ");
    renderer.from(&mut statement, &table.policy.name, THIS)?;
    statement.push(" WHERE ");
    renderer.condition(&mut statement, when)?;
    session.query(&statement)
}

/// Whether a condition reads dates of rows of these tables, other than of the row in question.
fn reads_dates_of(condition: &Condition, tables: &BTreeSet<TableName>) -> bool {
    match condition {
        Condition::All(all) | Condition::Any(all) => all.iter().any(|one| reads_dates_of(one, tables)),
        Condition::Not(inner) => reads_dates_of(inner, tables),
        Condition::Exists(related) => reads_dates_of(&related.holds, tables),
        Condition::Date(cell) | Condition::Before(cell, _) | Condition::Null(cell) => {
            cell.row != THIS && tables.contains(&cell.table)
        }
        Condition::NotBefore { cell, than, .. } => {
            [cell, than].iter().any(|cell| cell.row != THIS && tables.contains(&cell.table))
        }
        Condition::Always
        | Condition::Never
        | Condition::Is(..)
        | Condition::Same(..)
        | Condition::Unread(..)
        | Condition::Excepted(..)
        | Condition::Taken(..) => false,
    }
}
