//! Rows that go, with the rows of tables between that only lead to them.

use kept_core::plan::Key;
use kept_core::plan::due::{Condition, THIS};
use kept_core::policy::model::Engine;

use super::keyed::{Change, delete_at_once};
use super::page::{Page, pages_at_once};
use super::run::Run;
use super::{Act, Progress};
use crate::due::taken::keys;
use crate::fault::StoreFault;
use crate::map::Table;
use crate::path;
use crate::schema::Column;
use crate::sql::{BATCH, Statement};

impl<'m> Run<'_, 'm> {
    pub(super) fn delete(&mut self, table: &Table<'m>, goes: &Condition, of: u64) -> Result<(), StoreFault> {
        let statement = self.deleting_from(table)?;
        if self.links_to(table).is_empty() {
            return self.pages(table, &statement, goes, (Act::Delete, of));
        }
        self.delete_with_links(table, &statement, goes, of)
    }

    /// Tables without data of their own whose rows point to this table's: they go with them.
    pub(super) fn links_to(&self, table: &Table<'m>) -> Vec<(&Table<'m>, Vec<(&'m Column, &'m Column)>)> {
        let mut found = Vec::new();
        let Some(place) = self.map.place(&table.policy.name) else { return found };
        for edge in self.map.edges.iter().filter(|edge| edge.carries()) {
            let (link, pairs) = if edge.parent == place {
                (edge.child, edge.pairs.clone())
            } else if edge.child == place && edge.meaning == crate::map::Meaning::Through {
                (edge.parent, edge.pairs.iter().map(|(row, between)| (*between, *row)).collect())
            } else {
                continue;
            };
            let Some(link) = self.map.tables.get(link) else { continue };
            // Rows with data of their own have a turn of their own, but none before a row that only
            // they lead to.
            if !link.policy.columns.is_empty() && edge.parent == place {
                continue;
            }
            found.push((link, pairs));
        }
        found
    }

    pub(super) fn delete_with_links(
        &mut self,
        table: &Table<'m>,
        start: &Statement,
        goes: &Condition,
        of: u64,
    ) -> Result<(), StoreFault> {
        let mut done = 0;
        let mut refused = 0;
        let mut last = None;
        let all = keys(self.session, self.renderer, table, goes)?;
        let mut parts: Vec<Vec<Key>> = all.chunks(BATCH).map(<[Key]>::to_vec).collect();
        while let Some(part) = parts.pop() {
            match self.with_links(table, start, goes, &part)? {
                Page::Done(rows) => {
                    done += rows;
                    self.count(table, Act::Delete, rows);
                }
                Page::Refused(constraint) if part.len() == 1 => {
                    refused += 1;
                    last = Some(constraint);
                }
                // In ever smaller parts, so that one row that can't go keeps no other.
                Page::Refused(_) => {
                    parts.extend(part.chunks((part.len() / 8).max(1)).map(<[Key]>::to_vec));
                    continue;
                }
                Page::Stopped => {
                    self.stopped = true;
                    break;
                }
            }
            self.watch.progress(&Progress {
                table: &table.policy.name,
                act: Act::Delete,
                done,
                of: of.max(done),
            });
        }
        if refused > 0 {
            self.refuse(table, Act::Delete, refused, last);
        }
        Ok(())
    }

    /// Deletes some rows and those that only lead to them, in one transaction.
    fn with_links(
        &mut self,
        table: &Table<'m>,
        start: &Statement,
        goes: &Condition,
        part: &[Key],
    ) -> Result<Page, StoreFault> {
        let is_by_key = self.map.schema.engine == Engine::Mariadb;
        let (mut statements, mut changes) = (Vec::new(), Vec::new());
        for (link, pairs) in self.links_to(table) {
            let statement = self.delete_link(table, link, &pairs, goes, part)?;
            if is_by_key {
                let (key, start) = (link.key.clone(), self.deleting_from(link)?);
                changes.push(Change { find: statement, key, start });
            } else {
                statements.push(statement);
            }
        }
        let mut statement = start.clone();
        self.among(&mut statement, table, part)?;
        statements.push(statement);
        if is_by_key {
            delete_at_once(self.session, &changes, &statements, self.watch)
        } else {
            pages_at_once(self.session, &statements, self.watch)
        }
    }

    pub(super) fn delete_link(
        &self,
        table: &Table<'m>,
        link: &Table<'m>,
        pairs: &[(&'m Column, &'m Column)],
        goes: &Condition,
        keys: &[Key],
    ) -> Result<Statement, StoreFault> {
        let engine = self.map.schema.engine;
        let list = |names: Vec<String>| {
            if names.len() == 1 { names.join("") } else { format!("({})", names.join(", ")) }
        };
        let own = list(pairs.iter().map(|(own, _)| path::cell(engine, own, Some("k0"))).collect());
        let others: Vec<String> =
            pairs.iter().map(|(_, other)| path::cell(engine, other, Some("k0"))).collect();
        // MariaDB is asked for their keys, by which they are deleted.
        let mut statement = Statement::new(engine);
        match engine {
            Engine::Mariadb => statement.push("SELECT ").read(&link.key).push(" FROM "),
            Engine::Sqlite | Engine::Postgres => statement.push("DELETE FROM "),
        };
        self.renderer.from(&mut statement, &link.policy.name, THIS)?;
        statement.push(&format!(" WHERE {own} IN (SELECT {} FROM ", others.join(", ")));
        self.renderer.from(&mut statement, &table.policy.name, THIS)?;
        statement.push(" WHERE ");
        // The row's own key, and the condition again: a row that was renewed since stays.
        self.among(&mut statement, table, keys)?;
        statement.push(" AND ");
        self.renderer.condition(&mut statement, goes)?;
        statement.push(")");
        // A row between that has data of its own goes only if nothing keeps those; else the store
        // refuses both.
        if !link.policy.columns.is_empty() {
            let due = self.dues.iter().find(|due| due.table == link.policy.name);
            statement.push(" AND ");
            self.renderer.condition(&mut statement, due.map_or(&Condition::Never, |due| &due.due))?;
        }
        Ok(statement)
    }
}
