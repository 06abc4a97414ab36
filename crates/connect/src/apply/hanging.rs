//! What hangs on the rows that would go: rows of any table, mapped or not, whose foreign keys point
//! to them and that are not in the plan themselves.
//!
//! A foreign key that refuses is found before the first step; one that would delete what the plan
//! keeps is never let do it; one that deletes rows nobody maps is reported, and followed.

use std::collections::{BTreeMap, BTreeSet};

use kept_core::plan::Value;

use super::confirm::{There, is_set};
use super::refusal::{Refused, RefusedWhy};
use super::work::Work;
use super::{Cascade, Failed};
use crate::engine::{Rows, Session};
use crate::fault::StoreFault;
use crate::map::Map;
use crate::rows;
use crate::schema::{Column, ForeignKey, OnDelete, Table};
use crate::sql::{BATCH, Statement};

/// Rows of one table that go: their columns and values.
struct Going<'a> {
    table: &'a Table,
    columns: Vec<&'a Column>,
    rows: Rows,
}

struct Check<'w, 'a> {
    map: &'a Map<'a>,
    /// Keys of the rows that go, by table.
    going: BTreeSet<(String, Vec<u8>)>,
    /// Columns that the plan changes before anything goes.
    changing: BTreeMap<(String, Vec<u8>), BTreeSet<&'w str>>,
    cascades: Vec<Cascade>,
}

/// Refuses what would break or delete too much; returns what the database will do by itself.
pub(super) fn check(
    session: &mut Session,
    map: &Map<'_>,
    work: &Work<'_>,
    there: &There,
) -> Result<Vec<Cascade>, Failed> {
    let changing = work.set_columns();
    let mut check = Check { map, going: BTreeSet::new(), changing, cascades: Vec::new() };
    let mut waiting = Vec::new();
    for (number, job) in work.jobs.iter().enumerate().filter(|(_, job)| job.way.removes()) {
        let found = there.get(&number).cloned().unwrap_or_default();
        let shape = job.table.shape;
        for row in &found {
            check.going.insert((shape.full_name(), rows::exact(&rows::key(job.table, row))));
        }
        waiting.push(Going { table: shape, columns: job.table.fetched.clone(), rows: found });
    }
    while let Some(going) = waiting.pop() {
        for (from, key) in map.schema.pointing_to(going.table) {
            if let Some(more) = check.follow(session, &going, from, key)? {
                waiting.push(more);
            }
        }
    }
    Ok(check.cascades)
}

impl<'a> Check<'_, 'a> {
    /// One foreign key that points to rows that go. Returns the rows that go with them.
    fn follow(
        &mut self,
        session: &mut Session,
        going: &Going<'_>,
        from: &'a Table,
        key: &ForeignKey,
    ) -> Result<Option<Going<'a>>, Failed> {
        let targets = self.targets(session, going, key)?;
        if targets.is_empty() {
            return Ok(None);
        }
        let identity = self.identity(from);
        let mut columns: Vec<&Column> = identity.clone();
        for name in &key.columns {
            let column = self.map.schema.need_column(from, name)?;
            if !columns.iter().any(|known| known.name == column.name) {
                columns.push(column);
            }
        }
        if let Some(once) =
            self.frozen_column(from).filter(|once| !columns.iter().any(|known| known.name == once.name))
        {
            columns.push(once);
        }
        let mut hanging = pointing(session, from, &columns, key, self.map, &targets)?;
        hanging.retain(|row| !self.is_in_plan(from, key, identity.len(), row));
        if hanging.is_empty() {
            return Ok(None);
        }
        self.judge(going.table, from, key, &columns, &hanging)?;
        let goes_on = key.on_delete == OnDelete::Cascade && !identity.is_empty();
        if !goes_on {
            return Ok(None);
        }
        for row in &hanging {
            let own: Vec<Value> = row.iter().take(identity.len()).cloned().collect();
            self.going.insert((from.full_name(), rows::exact(&own)));
        }
        Ok(Some(Going { table: from, columns, rows: hanging }))
    }

    /// The values that a foreign key would point to, of the rows that go.
    fn targets(
        &self,
        session: &mut Session,
        going: &Going<'_>,
        key: &ForeignKey,
    ) -> Result<Rows, StoreFault> {
        let schema = self.map.schema;
        let place = |name: &String| going.columns.iter().position(|column| schema.same(&column.name, name));
        let places: Option<Vec<usize>> = key.to_columns.iter().map(place).collect();
        let wanted = match places {
            Some(places) => going.rows.iter().map(|row| pick(row, &places)).collect(),
            None => self.asked_targets(session, going, key)?,
        };
        Ok(wanted.into_iter().filter(|row: &Vec<Value>| !row.iter().any(Value::is_null)).collect())
    }

    fn asked_targets(
        &self,
        session: &mut Session,
        going: &Going<'_>,
        key: &ForeignKey,
    ) -> Result<Rows, StoreFault> {
        let identity = self.identity(going.table);
        let columns: Vec<&Column> = key
            .to_columns
            .iter()
            .map(|name| self.map.schema.need_column(going.table, name))
            .collect::<Result<_, _>>()?;
        let names: Vec<usize> = identity
            .iter()
            .filter_map(|column| going.columns.iter().position(|known| known.name == column.name))
            .collect();
        let keys: Rows = going.rows.iter().map(|row| pick(row, &names)).collect();
        let keys: Vec<&[Value]> = keys.iter().map(Vec::as_slice).collect();
        select(session, going.table, &columns, &identity, &keys)
    }

    /// The columns that tell a table's rows apart, mapped or not; empty where nothing does.
    fn identity<'t>(&self, table: &'t Table) -> Vec<&'t Column>
    where
        'a: 't,
    {
        if let Some(mapped) = self.map.over(table) {
            return mapped.key.clone();
        }
        let schema = self.map.schema;
        table.primary_key.iter().filter_map(|name| schema.column(table, name)).collect()
    }

    fn frozen_column(&self, table: &'a Table) -> Option<&'a Column> {
        let mapped = self.map.over(table)?;
        let once = &mapped.policy.frozen.as_ref()?.once;
        mapped.read.iter().find(|(name, _)| name == once).map(|(_, column)| *column)
    }

    fn is_in_plan(&self, from: &Table, key: &ForeignKey, identity: usize, row: &[Value]) -> bool {
        let own: Vec<Value> = row.iter().take(identity).cloned().collect();
        let name = (from.full_name(), rows::exact(&own));
        identity > 0
            && (self.going.contains(&name)
                || self.changing.get(&name).is_some_and(|columns| {
                    key.columns.iter().any(|column| columns.contains(column.as_str()))
                }))
    }

    fn judge(
        &mut self,
        to: &Table,
        from: &Table,
        key: &ForeignKey,
        columns: &[&Column],
        hanging: &Rows,
    ) -> Result<(), Refused> {
        let rows = hanging.len() as u64;
        let is_mapped = self.map.over(from).is_some();
        let refuse = |why| Err(Refused::new(to.full_name(), why));
        match key.on_delete {
            OnDelete::NoAction | OnDelete::Restrict => refuse(RefusedWhy::PointedTo {
                from: from.full_name(),
                columns: key.columns.clone(),
                is_mapped,
                rows,
            }),
            OnDelete::Cascade if is_mapped => {
                refuse(RefusedWhy::WouldCascade { from: from.full_name(), rows })
            }
            OnDelete::Cascade => {
                self.cascades.push(Cascade { table: from.full_name(), is_deleted: true, rows });
                Ok(())
            }
            OnDelete::SetNull | OnDelete::SetDefault => self.let_go(from, key, columns, hanging),
        }
    }

    /// The database itself empties a reference: not where it must not be empty, nor in frozen rows.
    fn let_go(
        &mut self,
        from: &Table,
        key: &ForeignKey,
        columns: &[&Column],
        hanging: &Rows,
    ) -> Result<(), Refused> {
        let own = columns.iter().filter(|column| key.columns.contains(&column.name));
        let mut fixed = own.filter(|column| !column.is_nullable);
        if let Some(column) = fixed.next().filter(|_| key.on_delete == OnDelete::SetNull) {
            let why = RefusedWhy::Reference { column: column.name.clone() };
            return Err(Refused::new(from.full_name(), why));
        }
        let once =
            self.map.over(from).and_then(|table| table.policy.frozen.as_ref()).map(|frozen| &frozen.once);
        let place = once.and_then(|once| {
            columns.iter().position(|column| self.map.schema.same(&column.name, once.as_str()))
        });
        let frozen =
            hanging.iter().filter(|row| place.and_then(|place| row.get(place)).is_some_and(is_set)).count();
        if frozen > 0 {
            return Err(Refused::new(from.full_name(), RefusedWhy::Frozen { rows: frozen as u64 }));
        }
        let rows = hanging.len() as u64;
        self.cascades.push(Cascade { table: from.full_name(), is_deleted: false, rows });
        Ok(())
    }
}

fn pick(row: &[Value], places: &[usize]) -> Vec<Value> {
    places.iter().map(|place| row.get(*place).cloned().unwrap_or(Value::Null)).collect()
}

fn pointing(
    session: &mut Session,
    from: &Table,
    columns: &[&Column],
    key: &ForeignKey,
    map: &Map<'_>,
    targets: &Rows,
) -> Result<Rows, StoreFault> {
    let by: Vec<&Column> =
        key.columns.iter().map(|name| map.schema.need_column(from, name)).collect::<Result<_, _>>()?;
    let targets: Vec<&[Value]> = targets.iter().map(Vec::as_slice).collect();
    select(session, from, columns, &by, &targets)
}

fn select(
    session: &mut Session,
    table: &Table,
    columns: &[&Column],
    by: &[&Column],
    values: &[&[Value]],
) -> Result<Rows, StoreFault> {
    let mut found = Vec::new();
    for batch in values.chunks(BATCH) {
        let mut statement = Statement::with(session.engine(), "SELECT ");
        statement.read(columns).push(" FROM ").table(table).push(" WHERE ").one_of(by, batch);
        found.append(&mut session.query(&statement)?);
    }
    Ok(found)
}
