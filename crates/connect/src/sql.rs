//! SQL text with its bound values, built piece by piece for any engine.
//!
//! Names are quoted, values are always bound, never written into the text. Which names exist is
//! `schema`'s business: a name that was not looked up there does not belong here.

use kept_core::plan::Value;
use kept_core::policy::model::Engine;

use crate::path;
use crate::schema::{Class, Column, Table};

pub(crate) mod mariadb;

/// How many keys go into one statement at most. SQLite binds up to 32,766 values a statement, and
/// composite keys take several each.
pub const BATCH: usize = 1_000;

/// A bound argument.
#[derive(Clone, Debug, PartialEq)]
pub enum Arg {
    /// One value.
    One(Value),
    /// A PostgreSQL array of values; other engines have none.
    Many(Vec<Value>),
}

impl From<Value> for Arg {
    fn from(value: Value) -> Self {
        Self::One(value)
    }
}

/// A statement being built: `?1`, `?2`, … on SQLite, `$1`, `$2`, … elsewhere.
#[derive(Clone, Debug)]
pub struct Statement {
    /// The engine for which it is written.
    pub engine: Engine,
    /// Its text so far.
    pub text: String,
    /// Its arguments so far.
    pub args: Vec<Arg>,
}

impl Statement {
    /// An empty statement for an engine.
    pub fn new(engine: Engine) -> Self {
        Self { engine, text: String::new(), args: Vec::new() }
    }

    /// A statement that begins with this text.
    pub fn with(engine: Engine, text: &str) -> Self {
        Self { engine, text: text.to_owned(), args: Vec::new() }
    }

    /// Adds text as it is. Only words of SQL and quoted names belong in it.
    pub fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Adds a quoted name.
    pub fn name(&mut self, name: &str) -> &mut Self {
        let quoted = quote(self.engine, name);
        self.push(&quoted)
    }

    /// Adds a column as it is read and compared: its quoted name, or what lies within its document.
    pub fn cell(&mut self, column: &Column) -> &mut Self {
        let cell = path::cell(self.engine, column, None);
        self.push(&cell)
    }

    /// Adds columns as they are read and compared, separated by commas.
    fn cells(&mut self, columns: &[&Column]) -> &mut Self {
        for (index, column) in columns.iter().enumerate() {
            self.push(if index > 0 { ", " } else { "" }).cell(column);
        }
        self
    }

    /// Adds quoted names, separated by commas.
    pub fn names<'a>(&mut self, names: impl IntoIterator<Item = &'a str>) -> &mut Self {
        for (index, name) in names.into_iter().enumerate() {
            if index > 0 {
                self.push(", ");
            }
            self.name(name);
        }
        self
    }

    /// Adds a table's full name, quoted.
    pub fn table(&mut self, table: &Table) -> &mut Self {
        let name = table_name(self.engine, table);
        self.push(&name)
    }

    /// Adds columns as they are read: as they are where the value travels well, else as text.
    pub fn read(&mut self, columns: &[&Column]) -> &mut Self {
        for (index, column) in columns.iter().enumerate() {
            if index > 0 {
                self.push(", ");
            }
            self.cell(column);
            if self.engine == Engine::Postgres && !column.class.is_read_natively() {
                self.push("::text");
            }
        }
        self
    }

    /// Adds a placeholder and binds a value to it.
    pub fn bind(&mut self, value: Value) -> &mut Self {
        self.argument(Arg::One(value))
    }

    /// Adds a placeholder and binds a value that is written into a column: in the spelling that the
    /// column takes.
    pub fn bind_into(&mut self, column: &Column, value: Value) -> &mut Self {
        match self.engine {
            Engine::Mariadb => mariadb::bind_into(self, column, value),
            Engine::Sqlite | Engine::Postgres => self.bind(value),
        }
    }

    /// Adds a placeholder and binds a value that is compared with a column.
    pub fn bind_compared(&mut self, column: &Column, value: Value) -> &mut Self {
        match self.engine {
            Engine::Mariadb => mariadb::compared(self, column, &value),
            Engine::Sqlite | Engine::Postgres => {
                self.bind(value);
            }
        }
        self
    }

    /// Adds a column as text, as conditions compare it.
    pub fn as_text(&mut self, column: &Column, name: &str) -> &mut Self {
        let text = as_text(self.engine, column, name);
        self.push(&text)
    }

    /// Adds a placeholder and binds an array to it: PostgreSQL only. The same array is bound once.
    pub fn bind_many(&mut self, values: Vec<Value>) -> &mut Self {
        let arg = Arg::Many(values);
        match self.args.iter().position(|known| *known == arg) {
            Some(known) => self.push(&format!("${}", known + 1)),
            None => self.argument(arg),
        }
    }

    /// Adds a condition that the columns' values are one of these rows of values; each row has
    /// one value per column. An index that begins with these columns serves it.
    pub fn one_of(&mut self, columns: &[&Column], rows: &[&[Value]]) -> &mut Self {
        match self.engine {
            Engine::Postgres => self.one_of_arrays(columns, rows),
            Engine::Sqlite => self.one_of_list(columns, rows),
            Engine::Mariadb => mariadb::one_of(self, columns, rows),
        }
    }

    fn one_of_arrays(&mut self, columns: &[&Column], rows: &[&[Value]]) -> &mut Self {
        if let [column] = columns {
            self.cell(column).push(" = ANY(");
            self.array(column, 0, rows);
            return self.push(")");
        }
        self.push("(").cells(columns);
        self.push(") IN (SELECT * FROM unnest(");
        for (index, column) in columns.iter().enumerate() {
            if index > 0 {
                self.push(", ");
            }
            self.array(column, index, rows);
        }
        self.push("))")
    }

    fn array(&mut self, column: &Column, index: usize, rows: &[&[Value]]) -> &mut Self {
        let values = rows.iter().map(|row| row.get(index).cloned().unwrap_or(Value::Null)).collect();
        // Whole numbers are widened: a key may be wider than the column that holds it.
        let cast = if column.class == Class::Integer { "pg_catalog.int8" } else { column.cast.as_str() };
        self.argument(Arg::Many(values)).push("::").push(cast).push("[]")
    }

    fn one_of_list(&mut self, columns: &[&Column], rows: &[&[Value]]) -> &mut Self {
        let composite = columns.len() != 1;
        if composite {
            self.push("(").cells_as_bound(columns);
            self.push(") IN (VALUES ");
        } else {
            self.cells_as_bound(columns).push(" IN (");
        }
        for (at, row) in rows.iter().enumerate() {
            if at > 0 {
                self.push(",");
            }
            if composite {
                self.push("(");
            }
            for (index, value) in row.iter().enumerate() {
                if index > 0 {
                    self.push(",");
                }
                // What a document holds may be a number or its text.
                let is_within = columns.get(index).is_some_and(|column| column.within.is_some());
                self.bind(if is_within { Value::Text(value.shown()) } else { value.clone() });
            }
            if composite {
                self.push(")");
            }
        }
        self.push(")")
    }

    /// Adds columns as SQLite compares them with bound values.
    fn cells_as_bound(&mut self, columns: &[&Column]) -> &mut Self {
        for (index, column) in columns.iter().enumerate() {
            let (open, close) = if column.within.is_some() { ("CAST(", " AS text)") } else { ("", "") };
            self.push(if index > 0 { ", " } else { "" }).push(open).cell(column).push(close);
        }
        self
    }

    fn argument(&mut self, arg: Arg) -> &mut Self {
        self.args.push(arg);
        let sign = if self.engine == Engine::Sqlite { '?' } else { '$' };
        let place = format!("{sign}{}", self.args.len());
        self.push(&place)
    }
}

/// A column's value as text, as conditions compare it; `name` is the column as the statement names it.
pub fn as_text(engine: Engine, column: &Column, name: &str) -> String {
    match engine {
        Engine::Mariadb => mariadb::as_text(column, name),
        Engine::Sqlite | Engine::Postgres => format!("CAST({name} AS text)"),
    }
}

/// A name, quoted for statements. SQLite gets backticks: it takes an unknown name in double quotes
/// for a string, as MariaDB does in other sessions.
pub fn quote(engine: Engine, name: &str) -> String {
    match engine {
        Engine::Sqlite | Engine::Mariadb => format!("`{}`", name.replace('`', "``")),
        Engine::Postgres => quote_standard(name),
    }
}

/// A name, quoted for what is printed for people to run.
pub fn quote_printed(engine: Engine, name: &str) -> String {
    match engine {
        Engine::Sqlite | Engine::Postgres => quote_standard(name),
        Engine::Mariadb => quote(engine, name),
    }
}

fn quote_standard(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A table's full name, quoted for statements.
pub fn table_name(engine: Engine, table: &Table) -> String {
    match &table.schema {
        Some(schema) => format!("{}.{}", quote(engine, schema), quote(engine, &table.name)),
        None => quote(engine, &table.name),
    }
}
