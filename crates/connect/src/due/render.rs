//! Conditions as SQL for every engine.
//!
//! A condition is never NULL where it is denied: below a NOT every comparison is closed with
//! `IS TRUE`. Rows of other tables are found by `IN`, which lets the engine begin there, or by
//! `EXISTS` where that would not be true to NULLs.

use std::collections::BTreeMap;

use kept_core::name::{ColumnName, TableName};
use kept_core::plan::due::{Cell, Condition, Related, RowRef, THIS, TableDue, Way, WayMeaning, Ways};
use kept_core::plan::{Key, Value};
use kept_core::policy::model::Engine;

use crate::due::dates::{self, Spelt, Zones};
use crate::due::shared::Names;
use crate::engine::Session;
use crate::fault::StoreFault;
use crate::map::{Map, Meaning, Table};
use crate::path;
use crate::rows::condition_text;
use crate::schema::Column;
use crate::sql::{Arg, Statement, mariadb, table_name};

mod bound;
mod source;

use bound::{cells, inner_rows};

/// The ways of a map, as the compiler reads them.
pub fn ways(map: &Map<'_>) -> Ways {
    let name = |place: usize| map.tables.get(place).map(|table| table.policy.name.clone());
    let column = |column: &Column| ColumnName::from(column.name.as_str());
    let ways = map.edges.iter().filter_map(|edge| {
        Some(Way {
            child: name(edge.child)?,
            parent: name(edge.parent)?,
            pairs: edge.pairs.iter().map(|(own, other)| (column(own), column(other))).collect(),
            is_key: edge.is_key,
            meaning: match &edge.meaning {
                Meaning::Owned(link) => WayMeaning::Owned(link.clone()),
                Meaning::Through => WayMeaning::Through,
                Meaning::Shared(link) => WayMeaning::Shared(link.clone()),
                Meaning::Mentions(link, _) => WayMeaning::Mentions(link.clone()),
            },
        })
    });
    let keys = map.tables.iter().map(|table| (table.policy.name.clone(), crate::read::key_names(table)));
    let all = || {
        map.tables
            .iter()
            .flat_map(|table| table.read.iter().map(move |(name, column)| (table, name, *column)))
    };
    let place = |table: &Table<'_>, name: &ColumnName| (table.policy.name.clone(), name.clone());
    let required = all().filter(|(_, _, column)| !column.is_nullable);
    let unique = all().filter(|(table, _, column)| table.shape.is_unique(&[column.name.as_str()]));
    Ways {
        ways: ways.collect(),
        keys: keys.collect(),
        required: required.map(|(table, name, _)| place(table, name)).collect(),
        unique: unique.map(|(table, name, _)| place(table, name)).collect(),
    }
}

/// Rows that must not be touched, per table by its policy name: the keys of held, restricted and
/// contested people. What belongs to such a row is left alone too.
pub type Exceptions = BTreeMap<TableName, Vec<Key>>;

/// The keys of the rows that were found due before a run began, where its own first steps would make
/// that impossible to see: by table, as a whole or for the emptying of columns.
pub type Taken = BTreeMap<(TableName, Option<ColumnName>), Vec<Key>>;

/// How date columns of a store are spelt, or why that could not be seen, as far as it was looked at.
pub(crate) type Spellings = BTreeMap<(TableName, ColumnName), Result<Spelt, StoreFault>>;

/// Writes conditions for one store.
#[derive(Clone, Debug)]
pub struct Renderer<'m> {
    map: &'m Map<'m>,
    zones: Zones,
    exceptions: &'m Exceptions,
    taken: Taken,
    spellings: BTreeMap<(TableName, ColumnName), Spelt>,
    keys: BTreeMap<TableName, Vec<ColumnName>>,
    /// Columns that a subquery adds to the row in question.
    columns: Names,
}

impl<'m> Renderer<'m> {
    /// Looks how every date column in these conditions is spelt.
    ///
    /// # Errors
    /// As the store answers; [`StoreFault::NoColumn`] where the map names what is not there.
    pub fn new(
        session: &mut Session,
        map: &'m Map<'m>,
        zones: Zones,
        exceptions: &'m Exceptions,
        dues: &[TableDue],
    ) -> Result<Self, StoreFault> {
        let dues: Vec<&TableDue> = dues.iter().collect();
        Self::knowing(session, (map, zones), exceptions, &dues, &mut Spellings::new())
    }

    /// The same, where some columns were looked at before: each is looked at once, whatever came of it.
    ///
    /// # Errors
    /// As [`Renderer::new`].
    pub(crate) fn knowing(
        session: &mut Session,
        (map, zones): (&'m Map<'m>, Zones),
        exceptions: &'m Exceptions,
        dues: &[&TableDue],
        known: &mut Spellings,
    ) -> Result<Self, StoreFault> {
        let mut cells: Vec<(TableName, ColumnName)> = Vec::new();
        for condition in dues.iter().flat_map(|due| conditions(due)) {
            dated(condition, &mut cells);
        }
        let rules = dues.iter().flat_map(|due| &due.rules);
        let rule_dates = rules.flat_map(|rule| rule.dated.iter().chain(&rule.started));
        rule_dates.for_each(|dated| note(&dated.cell, &mut cells));
        let mut spellings = BTreeMap::new();
        for cell in cells {
            let spelt = match known.get(&cell) {
                Some(spelt) => spelt.clone(),
                None => {
                    let shape = map.table(&cell.0)?.shape;
                    let found = map.schema.need_column(shape, cell.1.as_str())?;
                    let spelt = dates::spelt(session, shape, found, &zones);
                    known.insert(cell.clone(), spelt.clone());
                    spelt
                }
            };
            spellings.insert(cell, spelt?);
        }
        Ok(Self {
            map,
            zones,
            exceptions,
            taken: Taken::new(),
            spellings,
            keys: ways(map).keys,
            columns: Names::default(),
        })
    }

    /// The same, knowing which rows were taken.
    #[must_use]
    pub fn with_taken(mut self, taken: Taken) -> Self {
        self.taken = taken;
        self
    }

    /// The date of a column of the row in question, where a subquery found it.
    fn found_date(&self, cell: &Cell, column: &ColumnName) -> Option<String> {
        let name = self.columns.dates.get(column).filter(|_| cell.row == THIS)?;
        Some(format!("{}.{name}", alias(THIS)))
    }

    fn engine(&self) -> Engine {
        self.map.schema.engine
    }

    /// A mapped table.
    ///
    /// # Errors
    /// [`StoreFault::Map`] when there is none of this name.
    pub fn table(&self, name: &TableName) -> Result<&Table<'m>, StoreFault> {
        self.map.table(name)
    }

    /// Adds the table as `FROM`, `UPDATE` and `DELETE FROM` name it, for the row of this reference.
    ///
    /// # Errors
    /// [`StoreFault::Map`] when there is none of this name.
    pub fn from(&self, statement: &mut Statement, name: &TableName, row: RowRef) -> Result<(), StoreFault> {
        let table = self.map.table(name)?;
        statement.push(&format!("{} AS {}", table_name(self.engine(), table.shape), alias(row)));
        Ok(())
    }

    /// Adds a condition that is to hold.
    ///
    /// # Errors
    /// [`StoreFault::NoColumn`] where the map names what is not there.
    pub fn condition(&self, statement: &mut Statement, condition: &Condition) -> Result<(), StoreFault> {
        self.write(statement, &self.decided(condition), true)
    }

    /// The same condition without what can't hold because nothing is excepted or was taken.
    pub(crate) fn decided(&self, condition: &Condition) -> Condition {
        condition.clone().decided(&|one| match one {
            Condition::Excepted(_, table) => {
                let none = self.exceptions.get(table).is_none_or(Vec::is_empty);
                none.then_some(Condition::Never)
            }
            Condition::Taken(_, table, column) => {
                let none = self.taken.get(&(table.clone(), column.clone())).is_none_or(Vec::is_empty);
                none.then_some(Condition::Never)
            }
            _ => None,
        })
    }

    fn write(&self, statement: &mut Statement, condition: &Condition, holds: bool) -> Result<(), StoreFault> {
        if let Some(name) = self.columns.of(condition) {
            statement.push(&format!("{}.{name}", alias(THIS)));
            return Ok(());
        }
        match condition {
            Condition::Always => statement.push("TRUE"),
            Condition::Never => statement.push("FALSE"),
            Condition::All(all) => return self.joined(statement, all, " AND ", holds),
            Condition::Any(all) => return self.joined(statement, all, " OR ", holds),
            Condition::Not(inner) => {
                statement.push("NOT (");
                self.write(statement, inner, !holds)?;
                statement.push(")")
            }
            Condition::Null(cell) => {
                let both = std::iter::once(&cell.column).chain(&cell.or);
                let parts: Vec<String> = both
                    .map(|column| Ok(format!("{} IS NULL", self.place(cell, column)?)))
                    .collect::<Result<_, StoreFault>>()?;
                statement.push(&format!("({})", parts.join(" AND ")))
            }
            Condition::Unread(cell) => {
                let column = self.column(&cell.table, &cell.column)?;
                statement.push(&path::is_unread(self.engine(), column, Some(&alias(cell.row))))
            }
            Condition::Date(cell) => return self.dated(statement, cell, None, holds),
            Condition::Before(cell, until) => return self.dated(statement, cell, Some(*until), holds),
            Condition::NotBefore { cell, than, by_day } => {
                return self.not_before(statement, cell, than, *by_day);
            }
            Condition::Is(cell, text) => return self.is(statement, cell, text),
            Condition::Same(one, other) => {
                let word = match self.engine() {
                    Engine::Sqlite => "IS",
                    Engine::Postgres => "IS NOT DISTINCT FROM",
                    Engine::Mariadb => "<=>",
                };
                let text =
                    format!("{} {word} {}", self.place(one, &one.column)?, self.place(other, &other.column)?);
                statement.push(&text)
            }
            Condition::Excepted(row, table) => {
                let keys = self.exceptions.get(table).map_or(&[][..], Vec::as_slice);
                return self.one_of(statement, *row, table, keys);
            }
            Condition::Taken(row, table, column) => {
                let keys = self.taken.get(&(table.clone(), column.clone())).map_or(&[][..], Vec::as_slice);
                return self.one_of(statement, *row, table, keys);
            }
            Condition::Exists(related) => return self.exists(statement, related, holds),
        };
        Ok(())
    }

    fn joined(
        &self,
        statement: &mut Statement,
        all: &[Condition],
        word: &str,
        holds: bool,
    ) -> Result<(), StoreFault> {
        statement.push("(");
        for (index, one) in all.iter().enumerate() {
            if index > 0 {
                statement.push(word);
            }
            self.write(statement, one, holds)?;
        }
        statement.push(")");
        Ok(())
    }

    fn column(&self, table: &TableName, column: &ColumnName) -> Result<&'m Column, StoreFault> {
        let shape = self.map.table(table)?.shape;
        self.map.schema.need_column(shape, column.as_str())
    }

    fn place(&self, cell: &Cell, column: &ColumnName) -> Result<String, StoreFault> {
        let found = self.column(&cell.table, column)?;
        Ok(path::cell(self.engine(), found, Some(&alias(cell.row))))
    }

    /// Two cells as they can be compared.
    fn alike(&self, one: &Cell, other: &Cell) -> Result<[String; 2], StoreFault> {
        let texts = [self.place(one, &one.column)?, self.place(other, &other.column)?];
        Ok(match self.engine() {
            Engine::Mariadb => {
                let one = self.column(&one.table, &one.column)?;
                mariadb::alike([one, self.column(&other.table, &other.column)?], texts)
            }
            Engine::Sqlite | Engine::Postgres => {
                let (one, other) =
                    (self.column(&one.table, &one.column)?, self.column(&other.table, &other.column)?);
                // What a document holds is text, whatever it is compared with.
                if one.within.is_some() || other.within.is_some() {
                    texts.map(|text| format!("CAST({text} AS text)"))
                } else {
                    texts
                }
            }
        })
    }

    fn spelt(&self, cell: &Cell, column: &ColumnName) -> &Spelt {
        const NONE: &Spelt = &Spelt::NONE;
        self.spellings.get(&(cell.table.clone(), column.clone())).unwrap_or(NONE)
    }

    fn dated(
        &self,
        statement: &mut Statement,
        cell: &Cell,
        until: Option<kept_core::time::Instant>,
        holds: bool,
    ) -> Result<(), StoreFault> {
        let one = |statement: &mut Statement, column: &ColumnName| -> Result<(), StoreFault> {
            let expression = self.place(cell, column)?;
            let spelling = self.spelt(cell, column);
            statement.push(if holds { "(" } else { "((" });
            match (self.found_date(cell, column), until) {
                (Some(date), None) => _ = statement.push(&format!("{date} IS NOT NULL")),
                (Some(date), Some(until)) => {
                    _ = statement.push(&format!("{date} < {}", until.as_microsecond()));
                }
                (None, None) => dates::readable(statement, spelling, &expression, &self.zones),
                (None, Some(until)) => dates::before(statement, spelling, &expression, until, &self.zones),
            }
            statement.push(if holds { ")" } else { ") IS TRUE)" });
            Ok(())
        };
        let Some(other) = &cell.or else { return one(statement, &cell.column) };
        statement.push("(");
        one(statement, &cell.column)?;
        statement.push(&format!(" OR ({} IS NULL AND ", self.place(cell, &cell.column)?));
        one(statement, other)?;
        statement.push("))");
        Ok(())
    }

    /// Writes an expression that sorts as a date does; NULL where it can't be read.
    fn comparable(&self, statement: &mut Statement, cell: &Cell) -> Result<(), StoreFault> {
        let one = |statement: &mut Statement, column: &ColumnName| -> Result<(), StoreFault> {
            if let Some(date) = self.found_date(cell, column) {
                statement.push(&date);
                return Ok(());
            }
            let expression = self.place(cell, column)?;
            dates::comparable(statement, self.spelt(cell, column), &expression, &self.zones);
            Ok(())
        };
        let Some(other) = &cell.or else { return one(statement, &cell.column) };
        statement.push(&format!("CASE WHEN {} IS NULL THEN ", self.place(cell, &cell.column)?));
        one(statement, other)?;
        statement.push(" ELSE ");
        one(statement, &cell.column)?;
        statement.push(" END");
        Ok(())
    }

    fn not_before(
        &self,
        statement: &mut Statement,
        cell: &Cell,
        than: &Cell,
        by_day: bool,
    ) -> Result<(), StoreFault> {
        for (open, cell) in [("((", cell), (") >= (", than)] {
            statement.push(open);
            if by_day && cell.or.is_none() {
                let place = self.place(cell, &cell.column)?;
                let spelt = self.spelt(cell, &cell.column);
                if let Some(day) = dates::own_day(self.engine(), spelt, &place, &self.zones) {
                    statement.push(&day);
                    continue;
                }
            }
            let start = statement.text.len();
            self.comparable(statement, cell)?;
            if by_day {
                let date = statement.text.split_off(start);
                statement.push(&self.day_text(&date));
            }
        }
        statement.push(")) IS TRUE");
        Ok(())
    }

    fn is(&self, statement: &mut Statement, cell: &Cell, text: &str) -> Result<(), StoreFault> {
        let column = self.column(&cell.table, &cell.column)?;
        let expression = self.place(cell, &cell.column)?;
        statement.push("(").as_text(column, &expression).push(" = ");
        statement.bind(Value::Text(condition_text(self.engine(), column, text))).push(") IS TRUE");
        Ok(())
    }

    fn one_of(
        &self,
        statement: &mut Statement,
        row: RowRef,
        table: &TableName,
        keys: &[Key],
    ) -> Result<(), StoreFault> {
        let columns = self.keys.get(table).cloned().unwrap_or_default();
        let cells: Vec<String> = columns
            .iter()
            .map(|column| self.place(&Cell::new(row, table, column), column))
            .collect::<Result<_, _>>()?;
        match self.engine() {
            Engine::Sqlite => {
                let rows: Vec<serde_json::Value> = keys.iter().map(json).collect();
                let all = serde_json::Value::Array(rows).to_string();
                let parts = (0..cells.len()).map(|index| {
                    // Bytes are told apart by standing in a list of their own.
                    format!(
                        "CASE json_type(value, '$[{index}]') WHEN 'array' \
                         THEN unhex(json_extract(value, '$[{index}][0]')) \
                         ELSE json_extract(value, '$[{index}]') END"
                    )
                });
                let parts: Vec<String> = parts.collect();
                let (open, close) = if cells.len() == 1 { ("", "") } else { ("(", ")") };
                statement.push(&format!(
                    "{open}{}{close} IN (SELECT {} FROM json_each(",
                    cells.join(", "),
                    parts.join(", ")
                ));
                statement.bind(Value::Text(all)).push("))");
            }
            Engine::Postgres => {
                statement.push(&format!("({}) IN (SELECT * FROM unnest(", cells.join(", ")));
                for (index, column) in columns.iter().enumerate() {
                    let cast = &self.column(table, column)?.cast;
                    let values = keys.iter().map(|key| key.get(index).cloned().unwrap_or(Value::Null));
                    statement.args.push(Arg::Many(values.collect()));
                    let comma = if index == 0 { "" } else { ", " };
                    let place = statement.args.len();
                    statement.push(&format!("{comma}${place}::{cast}[]"));
                }
                statement.push("))");
            }
            Engine::Mariadb => {
                let columns: Vec<&Column> =
                    columns.iter().map(|column| self.column(table, column)).collect::<Result<_, _>>()?;
                let rows: Vec<serde_json::Value> = keys.iter().map(mariadb::listed_key).collect();
                mariadb::in_list(statement, &cells, &columns, &serde_json::Value::Array(rows));
            }
        }
        Ok(())
    }

    fn exists(&self, statement: &mut Statement, related: &Related, holds: bool) -> Result<(), StoreFault> {
        let inside: Vec<RowRef> = inner_rows(related);
        let is_closed = cells(&related.holds).iter().all(|row| inside.contains(row));
        if let ([(own, outer)], true, true) = (related.on.as_slice(), holds, is_closed) {
            let own = Cell::new(related.row, &related.table, own);
            let [outer, own] = self.alike(outer, &own)?;
            statement.push(&format!("{outer} IN (SELECT {own} FROM "));
            self.from(statement, &related.table, related.row)?;
            statement.push(" WHERE ");
            self.write(statement, &related.holds, holds)?;
            statement.push(")");
            return Ok(());
        }
        statement.push("EXISTS (SELECT 1 FROM ");
        self.from(statement, &related.table, related.row)?;
        statement.push(" WHERE ");
        for (own, outer) in &related.on {
            let own = Cell::new(related.row, &related.table, own);
            let [own, outer] = self.alike(&own, outer)?;
            statement.push(&format!("{own} = {outer} AND "));
        }
        // Within EXISTS a NULL counts as false, whatever stands around it.
        self.write(statement, &related.holds, true)?;
        statement.push(")");
        Ok(())
    }

    /// Writes a rule's date, as an expression over the row in question that sorts as dates do.
    ///
    /// # Errors
    /// [`StoreFault::NoColumn`] where the map names what is not there.
    pub(crate) fn oldest(
        &self,
        statement: &mut Statement,
        dated: &kept_core::plan::due::Dated,
    ) -> Result<(), StoreFault> {
        let Some((first, rest)) = dated.through.split_first() else {
            return self.comparable(statement, &dated.cell);
        };
        statement.push("(SELECT min(");
        self.comparable(statement, &dated.cell)?;
        statement.push(") FROM ");
        self.from(statement, &first.table, first.row)?;
        for next in rest {
            statement.push(", ");
            self.from(statement, &next.table, next.row)?;
        }
        for (index, related) in dated.through.iter().enumerate() {
            for (place, (own, outer)) in related.on.iter().enumerate() {
                let own = Cell::new(related.row, &related.table, own);
                let word = if index == 0 && place == 0 { " WHERE " } else { " AND " };
                let [own, outer] = self.alike(&own, outer)?;
                statement.push(&format!("{word}{own} = {outer}"));
            }
        }
        statement.push(")");
        Ok(())
    }

    /// The day of such an expression, as text.
    pub(crate) fn day_text(&self, date: &str) -> String {
        dates::day_of(self.engine(), &self.zones, date)
    }
}

fn json(key: &Key) -> serde_json::Value {
    let part = |value: &Value| match value {
        Value::Null => serde_json::Value::Null,
        Value::Integer(number) => (*number).into(),
        Value::Real(number) => (*number).into(),
        Value::Text(text) | Value::Unread(text) => text.clone().into(),
        Value::Bytes(_) => serde_json::Value::Array(vec![value.shown().into()]),
    };
    serde_json::Value::Array(key.iter().map(part).collect())
}

/// The name of a row in SQL.
pub fn alias(row: RowRef) -> String {
    format!("k{}", row.0)
}

fn conditions(due: &TableDue) -> Vec<&Condition> {
    let mut all = vec![&due.personal, &due.due, &due.goes, &due.without_ground, &due.ownerless];
    all.extend(due.empties.iter().flat_map(|one| [&one.over, &one.stays]));
    all.extend(due.detaches.iter().map(|one| &one.when));
    all.extend(due.archives.iter().map(|one| &one.when));
    for rule in &due.rules {
        let more = [&rule.archived, &rule.without_ground, &rule.unreviewed, &rule.unread];
        all.extend([&rule.due, &rule.unknown].into_iter().chain(more));
    }
    all
}

fn note(cell: &Cell, found: &mut Vec<(TableName, ColumnName)>) {
    for column in std::iter::once(&cell.column).chain(&cell.or) {
        let pair = (cell.table.clone(), column.clone());
        if !found.contains(&pair) {
            found.push(pair);
        }
    }
}

fn dated(condition: &Condition, found: &mut Vec<(TableName, ColumnName)>) {
    match condition {
        Condition::All(all) | Condition::Any(all) => all.iter().for_each(|one| dated(one, found)),
        Condition::Not(inner) => dated(inner, found),
        Condition::Date(cell) | Condition::Before(cell, _) => note(cell, found),
        Condition::NotBefore { cell, than, .. } => {
            note(cell, found);
            note(than, found);
        }
        Condition::Exists(related) => dated(&related.holds, found),
        _ => {}
    }
}
