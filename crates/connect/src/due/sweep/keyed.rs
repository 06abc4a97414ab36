//! MariaDB's pages: the keys first, locked, then the changes by key, in one transaction.
//!
//! It changes no table that the same statement asks about, takes texts that are no dates for an error
//! where rows are changed, and checks foreign keys row by row.

use std::collections::BTreeSet;

use kept_core::plan::due::{Condition, THIS};
use kept_core::plan::{Key, Value};
use kept_core::policy::model::Engine;

use super::page::{Page, at_once};
use super::run::Run;
use super::{Act, PAGE, Progress, Watch};
use crate::due::taken::keys;
use crate::engine::Session;
use crate::fault::{Constraint, StoreFault};
use crate::map::Table;
use crate::rows::exact;
use crate::schema::Column;
use crate::sql::{BATCH, Statement};

/// One change of some rows: which they are, and what is done to them.
pub(super) struct Change<'m> {
    /// Finds the keys.
    pub(super) find: Statement,
    /// The columns of the key.
    pub(super) key: Vec<&'m Column>,
    /// Changes rows; ends in `WHERE `.
    pub(super) start: Statement,
}

/// What one page did.
#[derive(Clone, Copy, Debug, Default)]
struct Done {
    /// How many rows the change changed that changed most.
    rows: u64,
    /// Whether there may be more.
    is_full: bool,
}

/// Finds the rows of all changes, then changes them, in a transaction of its own.
fn change_at_once(
    session: &mut Session,
    changes: &[Change<'_>],
    watch: &mut dyn Watch,
) -> Result<Page<Done>, StoreFault> {
    at_once(session, watch, |session| change(session, changes))
}

/// The same, and some statements after it; the rows that the last of them changed.
pub(super) fn delete_at_once(
    session: &mut Session,
    changes: &[Change<'_>],
    statements: &[Statement],
    watch: &mut dyn Watch,
) -> Result<Page, StoreFault> {
    at_once(session, watch, |session| {
        change(session, changes)?;
        statements.iter().try_fold(0, |_, statement| session.execute(statement))
    })
}

fn change(session: &mut Session, changes: &[Change<'_>]) -> Result<Done, StoreFault> {
    let mut found = Vec::new();
    for change in changes {
        let mut find = change.find.clone();
        find.push(" FOR UPDATE");
        found.push(session.query(&find)?);
    }
    let mut done = Done::default();
    for (change, keys) in changes.iter().zip(found) {
        done.is_full |= keys.len() as u64 >= PAGE;
        let mut rows = 0;
        for batch in keys.chunks(BATCH) {
            let batch: Vec<&[Value]> = batch.iter().map(Vec::as_slice).collect();
            let mut statement = change.start.clone();
            statement.one_of(&change.key, &batch);
            rows += session.execute(&statement)?;
        }
        done.rows = done.rows.max(rows);
    }
    Ok(done)
}

impl<'m> Run<'_, 'm> {
    /// The beginning of a statement that deletes rows of a table.
    pub(super) fn deleting_from(&self, table: &Table<'m>) -> Result<Statement, StoreFault> {
        let engine = self.map.schema.engine;
        let words = if engine == Engine::Mariadb { "DELETE k0 FROM " } else { "DELETE FROM " };
        let mut statement = Statement::with(engine, words);
        self.renderer.from(&mut statement, &table.policy.name, THIS)?;
        statement.push(" WHERE ");
        Ok(statement)
    }

    /// Changes pages of rows until there are none: each statement those of which its condition holds.
    pub(super) fn pages_by_key(
        &mut self,
        table: &Table<'m>,
        starts: &[(Statement, Condition)],
        (act, of): (Act, u64),
    ) -> Result<(), StoreFault> {
        let mut done = 0;
        loop {
            let changes = starts.iter().map(|(start, when)| self.change(table, start, None, when));
            let changes = changes.collect::<Result<Vec<_>, _>>()?;
            match change_at_once(self.session, &changes, self.watch)? {
                Page::Stopped => {
                    self.stopped = true;
                    return Ok(());
                }
                Page::Refused(constraint) => return self.parts_by_key(table, starts, (act, constraint)),
                Page::Done(page) => {
                    done += page.rows;
                    self.tell(table, act, page.rows, (done, of));
                    // A trigger that undoes a change must not keep us here for ever.
                    if page.rows == 0 || !page.is_full {
                        return Ok(());
                    }
                }
            }
        }
    }

    fn tell(&mut self, table: &Table<'m>, act: Act, rows: u64, (done, of): (u64, u64)) {
        if rows > 0 {
            self.count(table, act, rows);
            self.watch.progress(&Progress { table: &table.policy.name, act, done, of: of.max(done) });
        }
    }

    /// A change of the rows of which a condition holds, or of those among some.
    fn change(
        &self,
        table: &Table<'m>,
        start: &Statement,
        among: Option<&[Key]>,
        when: &Condition,
    ) -> Result<Change<'m>, StoreFault> {
        let mut find = Statement::with(self.map.schema.engine, "SELECT ");
        find.read(&table.key).push(" FROM ");
        self.renderer.from(&mut find, &table.policy.name, THIS)?;
        find.push(" WHERE ");
        if let Some(keys) = among {
            self.among(&mut find, table, keys)?;
            find.push(" AND ");
        }
        self.renderer.condition(&mut find, when)?;
        find.push(&format!(" LIMIT {PAGE}"));
        Ok(Change { find, key: table.key.clone(), start: start.clone() })
    }

    /// After a refusal: in ever smaller parts, so that one row that can't go keeps no other; and once
    /// more as long as some went, for a row may have stood in the way of another of its table.
    fn parts_by_key(
        &mut self,
        table: &Table<'m>,
        starts: &[(Statement, Condition)],
        (act, constraint): (Act, Constraint),
    ) -> Result<(), StoreFault> {
        let mut left = self.keys_of(table, starts)?;
        let mut last = constraint;
        let mut done = 0;
        loop {
            let before = done;
            let refused = self.each_part(table, starts, (act, &mut last), (left, &mut done))?;
            if refused.is_empty() || self.stopped {
                return Ok(());
            }
            let points_to_itself = table.shape.foreign_keys.iter().any(|key| {
                self.map.schema.target(key).is_some_and(|target| std::ptr::eq(target, table.shape))
            });
            if done == before || !points_to_itself {
                self.refuse(table, act, refused.len() as u64, Some(last));
                return Ok(());
            }
            left = refused;
        }
    }

    /// Every row of which one of the conditions holds, once.
    fn keys_of(
        &mut self,
        table: &Table<'m>,
        starts: &[(Statement, Condition)],
    ) -> Result<Vec<Key>, StoreFault> {
        let mut all = Vec::new();
        let mut seen = BTreeSet::new();
        for (_, when) in starts {
            let found = keys(self.session, self.renderer, table, when)?;
            all.extend(found.into_iter().filter(|key| seen.insert(exact(key))));
        }
        Ok(all)
    }

    /// One way through some rows, part by part; those that were refused.
    fn each_part(
        &mut self,
        table: &Table<'m>,
        starts: &[(Statement, Condition)],
        (act, last): (Act, &mut Constraint),
        (mut left, done): (Vec<Key>, &mut u64),
    ) -> Result<Vec<Key>, StoreFault> {
        let mut refused: Vec<Key> = Vec::new();
        let mut size = BATCH;
        while !left.is_empty() && !self.stopped {
            let part: Vec<Key> = left.iter().take(size).cloned().collect();
            let changes = starts.iter().map(|(start, when)| self.change(table, start, Some(&part), when));
            let changes = changes.collect::<Result<Vec<_>, _>>()?;
            match change_at_once(self.session, &changes, self.watch)? {
                Page::Stopped => self.stopped = true,
                Page::Done(page) => {
                    *done += page.rows;
                    self.tell(table, act, page.rows, (*done, 0));
                    left.drain(..part.len());
                    size = (size * 4).min(BATCH);
                }
                Page::Refused(constraint) if size == 1 => {
                    *last = constraint;
                    refused.extend(part);
                    left.drain(..1);
                    size = 16;
                }
                Page::Refused(_) => size = (part.len() / 8).max(1),
            }
        }
        Ok(refused)
    }
}
