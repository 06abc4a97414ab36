//! A plan brought together with the schema: for each step the rows, and what their columns become.
//!
//! What can be refused without asking the store is refused here.

use std::collections::{BTreeMap, BTreeSet};

use kept_core::name::ColumnName;
use kept_core::plan::{Action, Key, StorePlan, Value};
use kept_core::policy::model::{ArchiveWay, Detach, Engine};
use kept_core::time::Instant;

use super::refusal::{Refused, RefusedWhy};
use crate::map::{Map, Table};
use crate::marks;
use crate::path;
use crate::rows;
use crate::schema::{self, Class, Column, Schema};
use crate::sql::{Statement, quote};

/// A plan, ready to be carried out.
pub(super) struct Work<'a> {
    pub(super) jobs: Vec<Job<'a>>,
}

/// What is done to some rows of one table.
pub(super) struct Job<'a> {
    pub(super) table: &'a Table<'a>,
    pub(super) action: Action,
    pub(super) keys: Vec<Key>,
    pub(super) way: Way<'a>,
}

/// How a step is carried out.
pub(super) enum Way<'a> {
    /// The rows go.
    Delete,
    /// These columns get these values.
    Set(Vec<(&'a Column, Value)>),
    /// This column gets the instant.
    Flag(&'a Column),
    /// These consents are recorded as withdrawn.
    Withdraw(Vec<Consent<'a>>),
    /// This column marks the rows as restricted, or does so no more.
    Restrict(&'a Column, bool, Option<Instant>),
    /// The rows move to another table.
    Move(&'a schema::Table),
}

/// The columns that record one consent.
pub(super) struct Consent<'a> {
    pub(super) given: &'a Column,
    pub(super) withdrawn: Option<&'a Column>,
    /// Whether it is to be recorded as given, and not as withdrawn.
    pub(super) gives: bool,
    /// When it was given or ended.
    pub(super) at: Option<Instant>,
}

impl Consent<'_> {
    /// Adds that the columns do not say yet what they are to say.
    pub(super) fn differs(&self, statement: &mut Statement) {
        if self.gives {
            statement.push("(");
            self.stands(statement);
            statement.push(") IS NOT TRUE");
        } else {
            self.stands(statement);
        }
    }

    /// A time of withdrawal in SQL, not before the time at which the consent was given as that column says it:
    /// of an hour that clocks show twice, and of days, the order is not to be seen otherwise.
    pub(super) fn not_before_given(&self, engine: Engine, withdrawn: &Column, value: String) -> String {
        let is_number =
            matches!(withdrawn.class, Class::Integer | Class::Decimal | Class::Real | Class::Truth);
        let is_plain = self.given.within.is_none() && withdrawn.within.is_none();
        if !is_plain || is_number || withdrawn.class != self.given.class {
            return value;
        }
        let latest = if engine == Engine::Sqlite { "max" } else { "GREATEST" };
        format!("{latest}({value}, {})", quote(engine, &self.given.name))
    }

    /// The column that is written.
    pub(super) fn written(&self) -> &Column {
        self.withdrawn.unwrap_or(self.given)
    }

    /// Adds that the columns say that the consent stands: given, and not withdrawn since. Numbers
    /// may be of different measures, so that only their absence counts.
    pub(super) fn stands(&self, statement: &mut Statement) {
        statement.push("(").cell(self.given).push(" IS NOT NULL");
        if let Some(withdrawn) = self.withdrawn {
            statement.push(" AND (").cell(withdrawn).push(" IS NULL");
            let is_number = matches!(withdrawn.class, Class::Integer | Class::Decimal | Class::Real);
            if withdrawn.class == self.given.class && !is_number {
                statement.push(" OR ").cell(withdrawn).push(" < ").cell(self.given);
            }
            statement.push(")");
        }
        statement.push(")");
    }
}

impl Way<'_> {
    /// Whether there is nothing to do to the rows.
    pub(super) fn is_idle(&self) -> bool {
        matches!(self, Self::Set(columns) if columns.is_empty())
    }

    /// Whether the rows leave their table.
    pub(super) fn removes(&self) -> bool {
        matches!(self, Self::Delete | Self::Move(_))
    }
}

impl<'a> Work<'a> {
    /// Looks every step up.
    pub(super) fn new(map: &'a Map<'a>, plan: &StorePlan) -> Result<Self, Refused> {
        let going: BTreeSet<(&str, Vec<u8>)> = plan
            .steps
            .iter()
            .filter(|step| step.action == Action::Delete)
            .flat_map(|step| step.keys.iter().map(|key| (step.table.as_str(), rows::exact(key))))
            .collect();
        let mut jobs = Vec::new();
        for step in plan.steps.iter().filter(|step| step.action != Action::Keep && !step.keys.is_empty()) {
            let table = map
                .table(&step.table)
                .map_err(|_| Refused::new(step.table.as_str(), RefusedWhy::Unmapped))?;
            let mut seen = BTreeSet::new();
            let keys: Vec<Key> = step
                .keys
                .iter()
                .filter(|key| {
                    let exact = rows::exact(key);
                    let goes = going.contains(&(step.table.as_str(), exact.clone()));
                    (step.action == Action::Delete || !goes) && seen.insert(exact)
                })
                .cloned()
                .collect();
            if keys.iter().any(|key| key.len() != table.key.len()) {
                return Err(Refused::new(table.shape.full_name(), RefusedWhy::OtherKey));
            }
            let way = way(map, table, &step.action)?;
            jobs.push(Job { table, action: step.action.clone(), keys, way });
        }
        Ok(Self { jobs })
    }

    /// The columns that the plan changes, by table and key.
    pub(super) fn set_columns(&self) -> BTreeMap<(String, Vec<u8>), BTreeSet<&'a str>> {
        let mut all: BTreeMap<(String, Vec<u8>), BTreeSet<&'a str>> = BTreeMap::new();
        for job in &self.jobs {
            let Way::Set(columns) = &job.way else { continue };
            for key in &job.keys {
                let names = all.entry((job.table.shape.full_name(), rows::exact(key))).or_default();
                names.extend(columns.iter().map(|(column, _)| column.name.as_str()));
            }
        }
        all
    }
}

fn way<'a>(map: &'a Map<'a>, table: &'a Table<'a>, action: &Action) -> Result<Way<'a>, Refused> {
    match action {
        Action::Delete | Action::Keep => Ok(Way::Delete),
        Action::Empty { columns } => Ok(Way::Set(emptied(map.schema, table, columns)?)),
        Action::Detach { links, columns } => {
            let mut set = detached(map.schema, table, links)?;
            set.extend(emptied(map.schema, table, columns)?);
            Ok(Way::Set(set))
        }
        Action::Withdraw { consents } => {
            let mut found = Vec::new();
            for consent in consents {
                let given = column(map.schema, table, &consent.given)?;
                let withdrawn = consent.withdrawn.as_ref();
                let withdrawn = withdrawn.map(|name| column(map.schema, table, name)).transpose()?;
                // A date that may not be empty stays: nobody can say otherwise in this table.
                if consent.gives || withdrawn.is_some() || given.is_nullable {
                    found.push(Consent { given, withdrawn, gives: consent.gives, at: consent.at });
                }
            }
            Ok(if found.is_empty() { Way::Set(Vec::new()) } else { Way::Withdraw(found) })
        }
        Action::Archive => archived(map.schema, table),
        Action::Restrict { mark, lifts, at } => {
            let column = column(map.schema, table, mark)?;
            match marks::unusable(map.schema.engine, table, column) {
                None => Ok(Way::Restrict(column, *lifts, *at)),
                Some(why) => {
                    let why = RefusedWhy::Mark { column: column.name.clone(), why };
                    Err(Refused::new(table.shape.full_name(), why))
                }
            }
        }
    }
}

fn column<'a>(schema: &Schema, table: &Table<'a>, name: &ColumnName) -> Result<&'a Column, Refused> {
    let refused = || {
        let constraint =
            RefusedWhy::ArchiveShape { archive: table.shape.full_name(), column: name.as_str().to_owned() };
        Refused::new(table.shape.full_name(), constraint)
    };
    schema.column(table.shape, name.as_str()).ok_or_else(refused)
}

/// The columns to be emptied and what is written into them.
pub(super) fn emptied<'a>(
    schema: &Schema,
    table: &Table<'a>,
    columns: &[ColumnName],
) -> Result<Vec<(&'a Column, Value)>, Refused> {
    let set = columns.iter().map(|name| {
        let column = column(schema, table, name)?;
        let refuse = |why: fn(String) -> RefusedWhy| {
            Err(Refused::new(table.shape.full_name(), why(column.name.clone())))
        };
        if column.is_generated {
            return refuse(|column| RefusedWhy::Generated { column });
        }
        if table.key.iter().any(|key| key.name == column.name) {
            return refuse(|column| RefusedWhy::Key { column });
        }
        match table.policy.emptied.get(name) {
            // Of a list within a document, what lies there goes; nothing is written into each item.
            Some(_) if column.is_list && column.within.is_some() => Ok((column, Value::Null)),
            Some(text) => Ok((column, Value::Text(text.clone()))),
            None if column.is_nullable => Ok((column, Value::Null)),
            None => refuse(|column| RefusedWhy::NotNull { column }),
        }
    });
    set.collect()
}

/// The references to be let go and where they point instead.
pub(super) fn detached<'a>(
    schema: &Schema,
    table: &Table<'a>,
    links: &[ColumnName],
) -> Result<Vec<(&'a Column, Value)>, Refused> {
    let set = links.iter().map(|name| {
        let column = column(schema, table, name)?;
        let known = table.policy.refers_to.iter().chain(&table.policy.shared_with);
        let detach = known.filter(|link| link.column == *name).map(|link| &link.detach).next();
        match detach {
            Some(Detach::To(key)) => Ok((column, Value::Text(key.clone()))),
            _ if column.is_nullable => Ok((column, Value::Null)),
            _ => {
                let why = RefusedWhy::Reference { column: column.name.clone() };
                Err(Refused::new(table.shape.full_name(), why))
            }
        }
    });
    set.collect()
}

fn archived<'a>(schema: &'a Schema, table: &'a Table<'a>) -> Result<Way<'a>, Refused> {
    let name = table.shape.full_name();
    match &table.policy.archive {
        None => Err(Refused::new(name, RefusedWhy::ArchiveUnsaid)),
        Some(ArchiveWay::Flag(flag)) => Ok(Way::Flag(column(schema, table, flag)?)),
        Some(ArchiveWay::Table(archive)) => {
            let Some(found) = schema.table(archive) else {
                return Err(Refused::new(name, RefusedWhy::NoArchive { archive: archive.clone() }));
            };
            for own in table.shape.columns.iter().filter(|column| !column.is_generated) {
                if schema.column(found, &own.name).is_none() {
                    let (archive, column) = (found.full_name(), own.name.clone());
                    return Err(Refused::new(name, RefusedWhy::ArchiveShape { archive, column }));
                }
            }
            Ok(Way::Move(found))
        }
    }
}

/// Adds that the columns have the values wanted; false or unknown where they don't.
pub(super) fn wanted(statement: &mut Statement, set: &[(&Column, Value)]) {
    for (index, (column, value)) in set.iter().enumerate() {
        if index > 0 {
            statement.push(" AND ");
        }
        let is_json = statement.engine == Engine::Postgres && column.class == Class::Json;
        match value {
            Value::Null if column.within.is_some() => {
                statement.cell(column).push(" IS NULL");
                readable(statement, column)
            }
            Value::Null => statement.cell(column).push(" IS NULL"),
            // JSON has no equality of its own there.
            value if is_json => statement
                .push("CAST(")
                .name(&column.name)
                .push(" AS jsonb) = CAST(CAST(")
                .bind(value.clone())
                .push(" AS text) AS jsonb)"),
            // Where a document has no such place, nothing is written into it.
            value if column.within.is_some() => {
                statement.push("(").cell(column).push(" IS NULL OR ").cell(column).push(" = ");
                statement.bind_compared(column, value.clone()).push(")");
                readable(statement, column)
            }
            // A column without a type holds a number where the policy could only write its digits.
            Value::Text(_) if statement.engine == Engine::Sqlite && column.class == Class::Other => {
                let name = quote(statement.engine, &column.name);
                statement.as_text(column, &name).push(" = ").bind(value.clone())
            }
            value => {
                statement.cell(column).push(" = ");
                statement.bind_compared(column, value.clone())
            }
        };
    }
}

/// Adds that a place does not lie in a document that can't be read: there it is not seen to be empty.
fn readable<'s>(statement: &'s mut Statement, column: &Column) -> &'s mut Statement {
    let unread = path::is_unread(statement.engine, column, None);
    statement.push(" AND NOT ").push(&unread)
}
