//! A run in progress: whose turn it is, and which acts have anything to do.

use std::collections::{BTreeMap, BTreeSet};

use kept_core::name::{ColumnName, TableName};
use kept_core::plan::due::{Condition, TableDue};

use super::{Act, Refusal, Watch};
use crate::due::look::{Asks, TableLook, look};
use crate::due::{Question, Renderer};
use crate::engine::{Mode, Session};
use crate::fault::{Constraint, StoreFault};
use crate::map::{Map, Table};

/// A run in progress.
pub(super) struct Run<'r, 'm> {
    pub(super) session: &'r mut Session,
    pub(super) watch: &'r mut dyn Watch,
    pub(super) question: &'r Question<'r>,
    pub(super) map: &'r Map<'m>,
    pub(super) renderer: &'r Renderer<'m>,
    pub(super) dues: &'r [TableDue],
    /// What is due in each table; where nobody looks before, what is known so far.
    pub(super) before: Vec<TableLook>,
    /// The tables whose rows simply go.
    pub(super) straight: &'r BTreeSet<TableName>,
    pub(super) refusals: Vec<Refusal>,
    /// Rows that the store says it deleted.
    pub(super) deleted: BTreeMap<TableName, u64>,
    /// References that were let go, by table.
    pub(super) detached: BTreeMap<TableName, u64>,
    /// Rows of which columns were to be emptied, when their turn came.
    pub(super) to_empty: BTreeMap<TableName, u64>,
    /// The engine's own address of the rows of a table, where it was asked for.
    pub(super) addresses: BTreeMap<TableName, Option<String>>,
    pub(super) stopped: bool,
}

impl<'m> Run<'_, 'm> {
    /// Everything that is due in one table.
    pub(super) fn table(&mut self, table: &Table<'m>) -> Result<(), StoreFault> {
        let dues = self.dues;
        let Some(due) = dues.iter().find(|due| due.table == table.policy.name) else { return Ok(()) };
        // Nothing is written through a view: what it shows goes with the tables under it.
        if table.shape.is_view {
            return Ok(());
        }
        if self.straight.contains(&due.table) {
            return self.straight(table, due);
        }
        let Some(seen) = self.before.iter().find(|seen| seen.table == due.table).cloned() else {
            return Ok(());
        };
        if seen.going > 0 {
            self.detach_references_to(table)?;
        }
        for detaching in &due.detaches {
            if !self.is_reference(&due.table, &detaching.column) {
                self.detach(table, detaching)?;
            }
        }
        if !table.policy.columns.is_empty() && due.goes != Condition::Never && seen.going > 0 {
            self.delete(table, &due.goes, seen.going)?;
        }
        // Rows that stay as shells because kept rows hang on them are emptied too.
        let shells = seen.going.saturating_sub(self.deleted.get(&due.table).copied().unwrap_or_default());
        if seen.emptied + shells > 0 {
            let to_empty = if seen.going > 0 { self.count_filled(due)? } else { seen.emptied };
            self.to_empty.insert(due.table.clone(), to_empty);
            self.empty(table, &due.empties, seen.emptied + seen.going)?;
        }
        if let Some(archiving) = due.archives.as_ref().filter(|_| seen.to_archive + seen.emptied > 0) {
            self.archive(table, archiving, seen.to_archive + seen.emptied)?;
        }
        Ok(())
    }

    /// How many rows hold what is to be emptied, now that those that go have gone.
    fn count_filled(&mut self, due: &TableDue) -> Result<u64, StoreFault> {
        let renderer = self.renderer;
        let seen =
            self.session.transaction(Mode::Look, |session| look(session, renderer, due, Asks::Rows))?;
        Ok(seen.emptied + seen.filled)
    }

    /// Whether a column only mentions rows: it is let go of at the turn of those.
    fn is_reference(&self, table: &TableName, column: &ColumnName) -> bool {
        let own = self.question.store.tables.get(table);
        own.is_some_and(|own| own.refers_to.iter().any(|link| link.column == *column))
    }

    pub(super) fn refuse_columns(&mut self, table: &Table<'m>, act: Act, columns: &[ColumnName]) {
        self.refusals.push(Refusal {
            table: table.policy.name.clone(),
            act,
            rows: 0,
            constraint: None,
            columns: columns.to_vec(),
        });
    }

    pub(super) fn refuse(&mut self, table: &Table<'m>, act: Act, rows: u64, constraint: Option<Constraint>) {
        self.refusals.push(Refusal {
            table: table.policy.name.clone(),
            act,
            rows,
            constraint,
            columns: Vec::new(),
        });
    }
}
