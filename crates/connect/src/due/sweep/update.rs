//! Columns that are emptied and references that are let go.

use kept_core::plan::Value;
use kept_core::plan::due::{Condition, Detaching, Emptying, THIS};
use kept_core::policy::model::{Detach, Engine};

use super::Act;
use super::run::Run;
use crate::fault::StoreFault;
use crate::map::Table;
use crate::schema::Column;
use crate::sql::{Statement, quote};

/// Columns that are emptied, each with what is written instead, if not NULL.
type Sets<'m> = Vec<(&'m Column, Option<String>)>;

impl<'m> Run<'_, 'm> {
    /// Rows that mention rows of this table let go of those that go.
    pub(super) fn detach_references_to(&mut self, table: &Table<'m>) -> Result<(), StoreFault> {
        for due in self.dues {
            let Some(own) = self.question.store.tables.get(&due.table) else { continue };
            for link in own.refers_to.iter().filter(|link| link.table == table.policy.name) {
                let Some(detaching) = due.detaches.iter().find(|one| one.column == link.column) else {
                    continue;
                };
                let from = self.map.table(&due.table)?.clone();
                self.detach(&from, detaching)?;
            }
        }
        Ok(())
    }

    pub(super) fn detach(&mut self, table: &Table<'m>, detaching: &Detaching) -> Result<(), StoreFault> {
        let column = self.map.schema.need_column(table.shape, detaching.column.as_str())?;
        if detaching.to == Detach::Null && !column.is_nullable {
            self.refuse_columns(table, Act::Detach, std::slice::from_ref(&detaching.column));
            return Ok(());
        }
        let to = match &detaching.to {
            Detach::Null => None,
            Detach::To(key) => Some(key.clone()),
        };
        let mut sets = vec![(column, to)];
        for (name, replaced_by) in detaching.columns.iter().zip(&detaching.replaced_by) {
            let own = self.map.schema.need_column(table.shape, name.as_str())?;
            if own.is_nullable || replaced_by.is_some() {
                sets.push((own, replaced_by.clone()));
            }
        }
        self.update(table, &detaching.when, &sets, (Act::Detach, 0))
    }

    /// Every column of a row that is emptied is emptied at once: if the store refuses one, the row
    /// stays as it was and is told.
    pub(super) fn empty(
        &mut self,
        table: &Table<'m>,
        empties: &[Emptying],
        of: u64,
    ) -> Result<(), StoreFault> {
        let mut all = Vec::new();
        for emptying in empties {
            let (sets, when) = self.emptied(table, emptying, of)?;
            if !sets.is_empty() && when != Condition::Never {
                all.push((sets, emptying.over.clone(), when));
            }
        }
        if let [(sets, _, when)] = all.as_slice() {
            return self.update(table, when, sets, (Act::Empty, of));
        }
        if all.is_empty() {
            return Ok(());
        }
        let engine = self.map.schema.engine;
        if engine == Engine::Mariadb {
            let starts = all.iter().map(|(sets, _, when)| Ok((self.updating(table, sets)?, when.clone())));
            let starts = starts.collect::<Result<Vec<_>, StoreFault>>()?;
            return self.pages_by_key(table, &starts, (Act::Empty, of));
        }
        let mut statement = Statement::with(engine, "UPDATE ");
        self.renderer.from(&mut statement, &table.policy.name, THIS)?;
        let mut word = " SET ";
        for (sets, over, _) in &all {
            for (column, replaced_by) in sets {
                let name = quote(engine, &column.name);
                statement.push(word).push(&format!("{name} = CASE WHEN "));
                self.renderer.condition(&mut statement, over)?;
                statement.push(" THEN ");
                match replaced_by {
                    None => statement.push("NULL"),
                    Some(text) => statement
                        .push(&format!("CASE WHEN k0.{name} IS NULL THEN k0.{name} ELSE "))
                        .bind(Value::Text(text.clone()))
                        .push(" END"),
                };
                statement.push(&format!(" ELSE k0.{name} END"));
                word = ", ";
            }
        }
        statement.push(" WHERE ");
        let when = Condition::any(all.into_iter().map(|(_, _, when)| when));
        self.pages(table, &statement, &when, (Act::Empty, of))
    }

    /// The columns of one emptying that can be emptied, and when there is something to empty.
    pub(super) fn emptied(
        &mut self,
        table: &Table<'m>,
        emptying: &Emptying,
        of: u64,
    ) -> Result<(Sets<'m>, Condition), StoreFault> {
        let (mut sets, mut filled, mut fixed) = (Vec::new(), Vec::new(), Vec::new());
        let columns = emptying.columns.iter().zip(&emptying.replaced_by).zip(&emptying.filled);
        for ((name, replaced_by), is_filled) in columns {
            let column = self.map.schema.need_column(table.shape, name.as_str())?;
            if column.is_generated {
                continue;
            }
            if column.is_nullable || replaced_by.is_some() {
                sets.push((column, replaced_by.clone()));
                filled.push(is_filled.clone());
            } else {
                fixed.push(name.clone());
            }
        }
        if !fixed.is_empty() && of > 0 {
            self.refuse_columns(table, Act::Empty, &fixed);
        }
        Ok((sets, Condition::all([emptying.over.clone(), Condition::any(filled)])))
    }

    pub(super) fn update(
        &mut self,
        table: &Table<'m>,
        when: &Condition,
        sets: &[(&Column, Option<String>)],
        (act, of): (Act, u64),
    ) -> Result<(), StoreFault> {
        if sets.is_empty() || *when == Condition::Never {
            return Ok(());
        }
        let statement = self.updating(table, sets)?;
        self.pages(table, &statement, when, (act, of))
    }

    /// The beginning of a statement that empties columns of rows.
    fn updating(
        &self,
        table: &Table<'m>,
        sets: &[(&Column, Option<String>)],
    ) -> Result<Statement, StoreFault> {
        let engine = self.map.schema.engine;
        let mut statement = Statement::with(engine, "UPDATE ");
        self.renderer.from(&mut statement, &table.policy.name, THIS)?;
        statement.push(" SET ");
        for (index, (column, replaced_by)) in sets.iter().enumerate() {
            let name = quote(engine, &column.name);
            statement.push(if index == 0 { "" } else { ", " });
            match replaced_by {
                None => statement.push(&format!("{name} = NULL")),
                Some(text) => statement
                    .push(&format!("{name} = CASE WHEN k0.{name} IS NULL THEN k0.{name} ELSE "))
                    .bind_into(column, Value::Text(text.clone()))
                    .push(" END"),
            };
        }
        statement.push(" WHERE ");
        Ok(statement)
    }
}
