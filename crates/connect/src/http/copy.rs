//! The private copy of an endpoint's rows: as they were fetched, as they are to be, and the difference.

use indexmap::IndexMap;
use kept_core::plan::Value;
use kept_core::policy::model::Engine;
use serde_json::{Map, Value as Json, json};

use super::unclear;
use crate::engine::{Limits, sqlite};
use crate::fault::StoreFault;
use crate::files::Wanted;
use crate::schema::nearest;
use crate::sql::{Arg, quote};

/// How many rows are worked on in memory at most.
const ROWS_MAX: i64 = 5_000_000;

/// A table as the policy names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) name: String,
    key: Vec<String>,
    columns: Vec<String>,
    indexes: Vec<(String, bool)>,
}

impl Shape {
    pub(super) fn of(wanted: &Wanted) -> Self {
        Self {
            name: wanted.name.clone(),
            key: wanted.key.clone(),
            columns: wanted.columns.iter().cloned().collect(),
            indexes: wanted.indexes.iter().cloned().collect(),
        }
    }

    /// Sees that a row has what the policy names.
    pub(super) fn check(&self, row: &Json) -> Result<(), StoreFault> {
        let row = row.as_object().ok_or_else(|| unclear("rows"))?;
        match self.columns.iter().find(|column| !row.contains_key(*column)) {
            None => Ok(()),
            Some(column) => Err(StoreFault::NoColumn {
                table: self.name.clone(),
                column: column.clone(),
                suggestion: nearest(column, row.keys().cloned()),
            }),
        }
    }

    fn quoted(&self) -> String {
        quote(Engine::Sqlite, &self.name)
    }

    fn list(names: &[String]) -> String {
        names.iter().map(|name| quote(Engine::Sqlite, name)).collect::<Vec<_>>().join(", ")
    }
}

/// The rows in memory: as they are to be in `main`, as they were fetched in `was`.
#[derive(Debug)]
pub(super) struct Copy {
    pub(super) link: sqlite::Link,
    rows: i64,
}

impl Copy {
    pub(super) fn new(limits: Limits, tables: &IndexMap<String, Shape>) -> Result<Self, StoreFault> {
        let mut link = sqlite::Link::private(limits)?;
        link.batch("ATTACH ':memory:' AS was")?;
        for shape in tables.values() {
            let mut columns: Vec<String> = Vec::new();
            for column in &shape.columns {
                let must = if shape.key.contains(column) { " NOT NULL" } else { "" };
                columns.push(format!("{}{must}", quote(Engine::Sqlite, column)));
            }
            if !shape.key.is_empty() {
                columns.push(format!("PRIMARY KEY ({})", Shape::list(&shape.key)));
            }
            for schema in ["main", "was"] {
                link.batch(&format!("CREATE TABLE {schema}.{} ({})", shape.quoted(), columns.join(", ")))?;
            }
            for (place, (column, any_case)) in shape.indexes.iter().enumerate() {
                let index = quote(Engine::Sqlite, &format!("{} {place}", shape.name));
                let column = quote(Engine::Sqlite, column);
                let part = if *any_case { format!("lower({column})") } else { column };
                link.batch(&format!("CREATE INDEX main.{index} ON {} ({part})", shape.quoted()))?;
            }
        }
        Ok(Self { link, rows: 0 })
    }

    /// Adds rows; those that are there already stay as they are.
    pub(super) fn add(&mut self, shape: &Shape, rows: &[Json]) -> Result<(), StoreFault> {
        let places: Vec<String> = (0..shape.columns.len()).map(|place| format!("?{}", place + 2)).collect();
        let insert = |schema: &str| {
            let (name, columns) = (shape.quoted(), Shape::list(&shape.columns));
            format!(
                "INSERT OR IGNORE INTO {schema}.{name} (rowid, {columns}) VALUES (?1, {})",
                places.join(", ")
            )
        };
        let (main, was) = (insert("main"), insert("was"));
        for row in rows {
            let row = row.as_object().ok_or_else(|| unclear("rows"))?;
            if shape.key.iter().any(|key| row.get(key).is_none_or(Json::is_null)) {
                let what =
                    format!("a row of `{}` comes without its key `{}`", shape.name, shape.key.join("`, `"));
                return Err(StoreFault::Map { what });
            }
            self.rows += 1;
            if self.rows > ROWS_MAX {
                let what = format!(
                    "more than {ROWS_MAX} rows are too many to work on in memory; map the service's database instead"
                );
                return Err(StoreFault::Map { what });
            }
            let mut args = vec![Arg::One(Value::Integer(self.rows))];
            args.extend(
                shape.columns.iter().map(|column| Arg::One(row.get(column).map_or(Value::Null, from_json))),
            );
            // What was changed in the copy is not fetched over.
            if self.link.execute(&was, &args)? > 0 {
                self.link.execute(&main, &args)?;
            }
        }
        Ok(())
    }

    /// What differs, table by table: rows that changed and went.
    pub(super) fn changes(&mut self, tables: &IndexMap<String, Shape>) -> Result<Vec<Json>, StoreFault> {
        let mut steps = Vec::new();
        for shape in tables.values() {
            let mut step = Map::from_iter([("table".to_owned(), Json::from(shape.name.as_str()))]);
            for (name, found) in [("set", self.changed(shape)?), ("delete", self.gone(shape)?)] {
                if !found.is_empty() {
                    step.insert(name.to_owned(), Json::Array(found));
                }
            }
            if step.len() > 1 {
                steps.push(Json::Object(step));
            }
        }
        Ok(steps)
    }

    /// The keys of rows that went.
    fn gone(&mut self, shape: &Shape) -> Result<Vec<Json>, StoreFault> {
        let (name, list) = (shape.quoted(), Shape::list(&shape.key));
        let text = format!(
            "SELECT {list} FROM was.{name} WHERE rowid NOT IN (SELECT rowid FROM main.{name}) ORDER BY rowid"
        );
        let rows = if shape.key.is_empty() { Vec::new() } else { self.link.query(&text, &[])? };
        Ok(rows.iter().map(|row| Json::Object(object(&shape.key, row))).collect())
    }

    fn changed(&mut self, shape: &Shape) -> Result<Vec<Json>, StoreFault> {
        let name = shape.quoted();
        let own: Vec<&String> = shape.columns.iter().filter(|column| !shape.key.contains(column)).collect();
        let column = |name: &str| quote(Engine::Sqlite, name);
        let differ: Vec<String> = own.iter().map(|one| format!("m.{0} IS NOT w.{0}", column(one))).collect();
        if differ.is_empty() {
            return Ok(Vec::new());
        }
        let mut list: Vec<String> = shape.key.iter().map(|key| format!("w.{}", column(key))).collect();
        for (one, differs) in own.iter().zip(&differ) {
            list.extend([differs.clone(), format!("m.{}", column(one))]);
        }
        let text = format!(
            "SELECT {} FROM main.{name} AS m JOIN was.{name} AS w ON m.rowid = w.rowid WHERE {} ORDER BY w.rowid",
            list.join(", "),
            differ.join(" OR ")
        );
        let mut steps = Vec::new();
        for row in self.link.query(&text, &[])? {
            let Some((key, cells)) = row.split_at_checked(shape.key.len()) else { continue };
            let pairs = cells.chunks_exact(2).zip(&own);
            let values = pairs.filter_map(|(cell, name)| match cell {
                [Value::Integer(1), value] => Some(((*name).clone(), to_json(value))),
                _ => None,
            });
            steps.push(json!({ "key": object(&shape.key, key), "values": values.collect::<Map<_, _>>() }));
        }
        Ok(steps)
    }
}

fn object(names: &[String], values: &[Value]) -> Map<String, Json> {
    names.iter().cloned().zip(values.iter().map(to_json)).collect()
}

/// A value as JSON.
pub(super) fn to_json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Integer(number) => Json::from(*number),
        Value::Real(number) => Json::from(*number),
        Value::Text(text) | Value::Unread(text) => Json::from(text.as_str()),
        Value::Bytes(_) => Json::from(value.shown()),
    }
}

/// JSON as a value: truths, lists and objects as their text.
fn from_json(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(truth) => Value::Text(truth.to_string()),
        Json::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => Value::Integer(whole),
            (None, Some(fraction)) if number.is_f64() => Value::Real(fraction),
            _ => Value::Text(number.to_string()),
        },
        Json::String(text) => Value::Text(text.clone()),
        other => Value::Text(other.to_string()),
    }
}
