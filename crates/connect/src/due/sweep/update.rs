//! Columns that are emptied and references that are let go.

use indexmap::IndexMap;
use kept_core::plan::Value;
use kept_core::plan::due::{Condition, Detaching, Emptying, THIS};
use kept_core::policy::model::{Detach, Engine};

use super::Act;
use super::run::Run;
use crate::fault::StoreFault;
use crate::map::Table;
use crate::path::{self, Path, Setting};
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
        statement.push(" SET ");
        let mut parts = Vec::new();
        for (sets, over, _) in &all {
            let over = self.said(&mut statement, over)?;
            parts.push((sets.as_slice(), Some(over)));
        }
        assign(&mut statement, &parts);
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
        assign(&mut statement, &[(sets, None)]);
        statement.push(" WHERE ");
        Ok(statement)
    }

    /// A condition as text, its values bound.
    fn said(&self, statement: &mut Statement, condition: &Condition) -> Result<String, StoreFault> {
        let start = statement.text.len();
        self.renderer.condition(statement, condition)?;
        Ok(statement.text.split_off(start))
    }
}

/// Columns that are emptied together, and the condition under which, where it is not the statement's.
type Part<'p, 'm> = (&'p [(&'m Column, Option<String>)], Option<String>);

/// Adds `column = …` for each, what lies within one document together.
fn assign(statement: &mut Statement, parts: &[Part<'_, '_>]) {
    let engine = statement.engine;
    let mut assigned: IndexMap<String, String> = IndexMap::new();
    for (sets, over) in parts {
        let mut within: IndexMap<&str, Vec<(&Path, Setting)>> = IndexMap::new();
        for (column, replaced_by) in *sets {
            if let Some(path) = &column.within {
                let setting =
                    replaced_by.clone().map_or(Setting::Nothing, |text| Setting::Value(Value::Text(text)));
                within.entry(path.base.as_str()).or_default().push((path, setting));
            }
        }
        for (base, all) in within {
            let own = format!("k0.{}", quote(engine, base));
            let document = assigned.get(base).cloned().unwrap_or_else(|| own.clone());
            let settings: Vec<(&Path, &Setting)> =
                all.iter().map(|(path, setting)| (*path, setting)).collect();
            let changed = path::settled(statement, &own, &document, &settings);
            let changed = match over {
                Some(over) => format!("(CASE WHEN {over} THEN {changed} ELSE {document} END)"),
                None => changed,
            };
            assigned.insert(base.to_owned(), changed);
        }
    }
    for (sets, over) in parts {
        for (column, replaced_by) in sets.iter().filter(|(column, _)| column.within.is_none()) {
            let own = format!("k0.{}", quote(engine, &column.name));
            let value = emptied(statement, column, (&own, replaced_by.as_ref()));
            let rest = assigned.get(&column.name).cloned().unwrap_or(own);
            let value = match over {
                Some(over) => format!("CASE WHEN {over} THEN {value} ELSE {rest} END"),
                None => value,
            };
            assigned.insert(column.name.clone(), value);
        }
    }
    for (index, (name, value)) in assigned.iter().enumerate() {
        statement.push(if index > 0 { ", " } else { "" }).name(name).push(" = ").push(value);
    }
}

/// What an emptied column holds: NULL, or the replacement where there was something.
fn emptied(
    statement: &mut Statement,
    column: &Column,
    (own, replaced_by): (&str, Option<&String>),
) -> String {
    let Some(text) = replaced_by else { return "NULL".to_owned() };
    let start = statement.text.len();
    statement.bind_into(column, Value::Text(text.clone()));
    let bound = statement.text.split_off(start);
    format!("CASE WHEN {own} IS NULL THEN {own} ELSE {bound} END")
}
