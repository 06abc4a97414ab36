//! Rows that are put into the archive: marked, or moved to another table.

use kept_core::plan::Value;
use kept_core::plan::due::{Archiving, Condition, THIS};
use kept_core::policy::model::{ArchiveWay, Engine};

use super::page::{Page, pages_at_once};
use super::run::Run;
use super::{Act, Progress};
use crate::due::taken::keys;
use crate::fault::StoreFault;
use crate::map::Table;
use crate::path::{self, Setting};
use crate::schema::{Class, Column};
use crate::sql::{BATCH, Statement};

impl<'m> Run<'_, 'm> {
    pub(super) fn archive(
        &mut self,
        table: &Table<'m>,
        archiving: &Archiving,
        of: u64,
    ) -> Result<(), StoreFault> {
        match &archiving.way {
            ArchiveWay::Flag(flag) => {
                let column = self.map.schema.need_column(table.shape, flag.as_str())?;
                let mark = self.mark(column);
                let engine = self.map.schema.engine;
                let mut statement = Statement::with(engine, "UPDATE ");
                self.renderer.from(&mut statement, &table.policy.name, THIS)?;
                statement.push(" SET ");
                path::assign(&mut statement, &[(column, Setting::Value(mark))]);
                statement.push(" WHERE ");
                self.pages(table, &statement, &archiving.when, (Act::Archive, of))
            }
            ArchiveWay::Table(name) => self.move_rows(table, name, &archiving.when, of),
        }
    }

    /// The instant of the run in the flag's own spelling.
    pub(super) fn mark(&self, column: &Column) -> Value {
        let zone = &self.question.store.zone;
        let at = self.question.at;
        match (self.map.schema.engine, column.class) {
            (_, Class::Truth) if self.map.schema.engine == Engine::Postgres => Value::Text("true".to_owned()),
            (_, Class::Truth) => Value::Integer(1),
            (_, Class::Integer) => Value::Integer(at.as_second()),
            (_, Class::Date) => Value::Text(zone.day_of(at).to_string()),
            (_, Class::Instant) => Value::Text(at.to_string()),
            _ => {
                let second = kept_core::time::Instant::from_second(at.as_second()).unwrap_or(at);
                Value::Text(zone.civil(second).to_string().replace('T', " "))
            }
        }
    }

    pub(super) fn move_rows(
        &mut self,
        table: &Table<'m>,
        archive: &str,
        when: &Condition,
        of: u64,
    ) -> Result<(), StoreFault> {
        let engine = self.map.schema.engine;
        let to = self.map.schema.need_table(archive)?;
        let shared: Vec<&Column> = table
            .shape
            .columns
            .iter()
            .filter(|column| self.map.schema.column(to, &column.name).is_some())
            .collect();
        let all = keys(self.session, self.renderer, table, when)?;
        let mut done = 0;
        for part in all.chunks(BATCH) {
            let mut copy = Statement::with(engine, "INSERT INTO ");
            copy.table(to).push(" (").names(shared.iter().map(|column| column.name.as_str()));
            copy.push(") SELECT ").names(shared.iter().map(|column| column.name.as_str())).push(" FROM ");
            copy.table(table.shape).push(" WHERE ");
            self.among(&mut copy, table, part)?;
            let mut delete = Statement::with(engine, "DELETE FROM ");
            delete.table(table.shape).push(" WHERE ");
            self.among(&mut delete, table, part)?;
            match pages_at_once(self.session, &[copy, delete], self.watch)? {
                Page::Done(_) => done += part.len() as u64,
                Page::Stopped => {
                    self.stopped = true;
                    return Ok(());
                }
                Page::Refused(constraint) => {
                    self.refuse(table, Act::Archive, part.len() as u64, Some(constraint));
                }
            }
            self.watch.progress(&Progress {
                table: &table.policy.name,
                act: Act::Archive,
                done,
                of: of.max(done),
            });
        }
        Ok(())
    }
}
