//! A store's schema as it is: tables, columns, keys, foreign keys, indexes, triggers.
//!
//! Filled by `schema::sqlite`, `schema::postgres` and `schema::mariadb`; read by everything that writes SQL. Names
//! are looked up here before they are put into a statement. Not here: the policy's map.

use kept_core::plan::within::{self, Document};
use kept_core::policy::model::{Engine, Store};

use crate::engine::Session;
use crate::fault::StoreFault;
use crate::path::{self, Path};

mod mariadb;
mod postgres;
mod sqlite;

/// Everything that a store says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schema {
    /// The engine.
    pub engine: Engine,
    /// Its tables and views, those found without naming a schema first.
    pub tables: Vec<Table>,
}

/// A table or view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its PostgreSQL schema.
    pub schema: Option<String>,
    /// Its name.
    pub name: String,
    /// Whether it is found by its name alone, without its schema.
    pub is_in_path: bool,
    /// Whether it is a view.
    pub is_view: bool,
    /// Its columns, in the database's order.
    pub columns: Vec<Column>,
    /// Places within its documents that a policy names as columns.
    pub places: Vec<Column>,
    /// For each of them the whole document, where it can't be read there.
    pub unread: Vec<Column>,
    /// The table that shows its rows too, where PostgreSQL's tables inherit.
    pub parent: Option<String>,
    /// The primary key's columns; empty where there is none.
    pub primary_key: Vec<String>,
    /// Its foreign keys to other tables.
    pub foreign_keys: Vec<ForeignKey>,
    /// Its indexes, the primary key's and those of UNIQUE constraints among them.
    pub indexes: Vec<Index>,
    /// The names of its triggers.
    pub triggers: Vec<String>,
    /// Whether something besides its triggers may leave rows as they are without a word: a rule,
    /// row-level security, a part of it with triggers of its own.
    pub may_resist: bool,
    /// About how many rows it has, where the database knows without counting.
    pub rows_estimate: Option<u64>,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What kind of values it holds.
    pub class: Class,
    /// Its declared type, for people.
    pub declared: String,
    /// Its type for casts, quoted and without length; on MariaDB a text's collation, and of others the
    /// declared type. SQLite has none.
    pub cast: String,
    /// Whether it may be NULL.
    pub is_nullable: bool,
    /// Whether it has a default.
    pub has_default: bool,
    /// Whether the database computes it.
    pub is_generated: bool,
    /// Whether its own equality ignores case: citext, NOCASE, a non-deterministic collation.
    pub ignores_case: bool,
    /// The column of which it holds the lower case, where the database computes it so.
    pub lowers: Option<String>,
    /// Whether one value of it is several: an array of PostgreSQL's, a list within a document.
    pub is_list: bool,
    /// The place within a document that it is, where the database knows no such column.
    pub within: Option<Path>,
}

/// A kind of values, as far as it matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Whole numbers.
    Integer,
    /// Binary fractions.
    Real,
    /// Decimal numbers.
    Decimal,
    /// Text.
    Text,
    /// Yes or no.
    Truth,
    /// Bytes.
    Bytes,
    /// A day.
    Date,
    /// A local date and time.
    LocalTime,
    /// An instant.
    Instant,
    /// A UUID.
    Uuid,
    /// A document.
    Json,
    /// An address in a network.
    Network,
    /// SQLite's columns without a type, and every other type.
    Other,
}

impl Class {
    /// Whether values travel well without a cast to text.
    pub fn is_read_natively(self) -> bool {
        !matches!(self, Self::Decimal | Self::Other | Self::Json)
    }

    /// Whether the column was declared for dates or instants.
    pub fn is_date_like(self) -> bool {
        matches!(self, Self::Date | Self::LocalTime | Self::Instant)
    }
}

/// A foreign key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignKey {
    /// Its name, where it has one.
    pub name: Option<String>,
    /// Its columns.
    pub columns: Vec<String>,
    /// The PostgreSQL schema of the table that it points to.
    pub to_schema: Option<String>,
    /// The table that it points to.
    pub to_table: String,
    /// The columns that it points to, in the order of `columns`.
    pub to_columns: Vec<String>,
    /// What happens to its rows when what they point to goes.
    pub on_delete: OnDelete,
    /// Whether the check may wait for the commit.
    pub is_deferrable: bool,
}

/// What a foreign key does when the row that it points to goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnDelete {
    /// Refuses at the end of the statement, or of the transaction.
    NoAction,
    /// Refuses at once.
    Restrict,
    /// Deletes the row that points.
    Cascade,
    /// Empties its columns.
    SetNull,
    /// Gives them their defaults.
    SetDefault,
}

/// An index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// Its name.
    pub name: String,
    /// Whether it forbids equal rows.
    pub is_unique: bool,
    /// Whether it leaves rows out (`WHERE …`); such an index serves only questions that say so.
    pub is_partial: bool,
    /// What it sorts by, in order.
    pub parts: Vec<Part>,
}

/// One part of an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// A column as it is.
    Column(String),
    /// A column under a collation that ignores case, other than the column's own.
    NoCase(String),
    /// `lower(column)`.
    Lower(String),
    /// Any other expression.
    Other,
}

/// Looks at a store.
///
/// # Errors
/// As the store answers.
pub fn describe(session: &mut Session) -> Result<Schema, StoreFault> {
    match session.engine() {
        Engine::Sqlite => sqlite::describe(session),
        Engine::Postgres => postgres::describe(session),
        Engine::Mariadb => mariadb::describe(session),
    }
}

impl Schema {
    /// The table of this name, `schema.table` where a schema is needed; parts may stand in double
    /// quotes. A name without a schema finds the table that the database itself would take.
    pub fn table(&self, name: &str) -> Option<&Table> {
        let in_path = || self.tables.iter().filter(|table| table.is_in_path);
        let exact = || in_path().find(|table| table.name == name);
        if let Some(found) = exact().or_else(|| in_path().find(|table| self.same(&table.name, name))) {
            return Some(found);
        }
        let (schema, table) = parts(name);
        self.tables.iter().find(|found| match &schema {
            Some(schema) => {
                self.same(&found.name, &table)
                    && found.schema.as_deref().map_or_else(|| schema == "main", |own| own == schema)
            }
            None => found.is_in_path && self.same(&found.name, &table),
        })
    }

    /// The table of this name.
    ///
    /// # Errors
    /// [`StoreFault::NoTable`] with the nearest name.
    pub fn need_table(&self, name: &str) -> Result<&Table, StoreFault> {
        self.table(name).ok_or_else(|| StoreFault::NoTable {
            table: name.to_owned(),
            suggestion: nearest(name, self.tables.iter().map(Table::full_name)),
        })
    }

    /// A column of a table. Names differ in more than case, on PostgreSQL in case too.
    ///
    /// # Errors
    /// [`StoreFault::NoColumn`] with the nearest name.
    pub fn need_column<'a>(&self, table: &'a Table, name: &str) -> Result<&'a Column, StoreFault> {
        self.column(table, name).ok_or_else(|| {
            let base = path::parse(name).and_then(|(base, _)| self.column(table, base));
            if let Some(base) = base {
                return StoreFault::Map { what: no_documents(table, base, name) };
            }
            StoreFault::NoColumn {
                table: table.full_name(),
                column: name.to_owned(),
                suggestion: nearest(name, table.columns.iter().map(|column| column.name.clone())),
            }
        })
    }

    /// A column of a table, if it has one of this name.
    pub fn column<'a>(&self, table: &'a Table, name: &str) -> Option<&'a Column> {
        table
            .columns
            .iter()
            .find(|column| column.name == name)
            .or_else(|| table.columns.iter().find(|column| self.same(&column.name, name)))
            .or_else(|| table.places.iter().find(|place| place.name == name))
    }

    /// The same schema with the places within documents that a map names as columns. A column of the
    /// whole name comes first.
    #[must_use]
    pub fn with_places(mut self, store: &Store) -> Self {
        for (name, wanted) in crate::map::named_columns(store) {
            let Some(table) = self.table(&name) else { continue };
            let place = self.tables.iter().position(|own| std::ptr::eq(own, table));
            let mut found: Vec<Column> = Vec::new();
            for wanted in wanted {
                let Some((base, steps)) = path::parse(&wanted) else { continue };
                let is_known = |column: &Column| column.name == wanted;
                if self.column(table, &wanted).is_some() || found.iter().any(is_known) {
                    continue;
                }
                let base = self.column(table, base).filter(|base| path::holds_documents(self.engine, base));
                found.extend(base.map(|base| path::column(&wanted, base, steps)));
            }
            if let Some(table) = place.and_then(|place| self.tables.get_mut(place)) {
                table.places.extend(found);
            }
        }
        for table in store.tables.values() {
            let documents = within::documents(store, table);
            let place = self
                .table(&table.sql_name)
                .and_then(|own| self.tables.iter().position(|one| std::ptr::eq(own, one)));
            if let Some(shape) = place.and_then(|place| self.tables.get_mut(place)) {
                shape.settle(&documents);
            }
        }
        self
    }

    /// The table to which a foreign key points.
    pub fn target(&self, key: &ForeignKey) -> Option<&Table> {
        self.tables.iter().find(|table| {
            self.same(&table.name, &key.to_table)
                && (key.to_schema.is_none() || table.schema == key.to_schema)
        })
    }

    /// The foreign keys, with their tables, that point to a table.
    pub fn pointing_to<'a>(
        &'a self,
        table: &'a Table,
    ) -> impl Iterator<Item = (&'a Table, &'a ForeignKey)> + 'a {
        self.tables.iter().flat_map(move |from| {
            from.foreign_keys
                .iter()
                .filter(move |key| self.target(key).is_some_and(|target| std::ptr::eq(target, table)))
                .map(move |key| (from, key))
        })
    }

    /// Whether two names are the same to the engine.
    pub fn same(&self, one: &str, other: &str) -> bool {
        match self.engine {
            Engine::Sqlite => one.eq_ignore_ascii_case(other),
            Engine::Postgres => one == other,
            // Of tables the server may tell cases apart; then the exact name comes first.
            Engine::Mariadb => one.eq_ignore_ascii_case(other) || one.to_lowercase() == other.to_lowercase(),
        }
    }
}

impl Table {
    /// Its name as a policy would write it: with its schema where the name alone is not enough.
    pub fn full_name(&self) -> String {
        match &self.schema {
            Some(schema) if !self.is_in_path => format!("{schema}.{}", self.name),
            _ => self.name.clone(),
        }
    }

    /// The column for the whole document of a place, where it can't be read there.
    pub(crate) fn unread(&self, place: &str) -> Option<&Column> {
        let at = self.places.iter().position(|known| known.name == place)?;
        self.unread.get(at)
    }

    /// Tells the places within documents what else of them the map names.
    fn settle(&mut self, documents: &[Document]) {
        for path in self.places.iter_mut().filter_map(|place| place.within.as_mut()) {
            let is_own = |document: &&Document| document.base.eq_ignore_ascii_case(&path.base);
            let Some(document) = documents.iter().find(is_own) else { continue };
            path.data = document.data.len();
            let others = document.others.iter().filter_map(|name| Some(path::parse(name.as_str())?.1));
            path.others = others.collect();
        }
        self.unread = self.places.iter().map(path::unread).collect();
    }

    /// The first whole index that begins with these columns, in any order.
    pub fn index_on(&self, columns: &[&str]) -> Option<&Index> {
        self.indexes.iter().find(|index| {
            !index.is_partial && index.parts.len() >= columns.len() && {
                let first: Vec<_> = index.parts.iter().take(columns.len()).collect();
                columns.iter().all(|column| {
                    first
                        .iter()
                        .any(|part| matches!(part, Part::Column(name) if name.eq_ignore_ascii_case(column)))
                })
            }
        })
    }

    /// Whether no two rows agree in these columns: they are the primary key, or unique and not NULL.
    pub fn is_unique(&self, columns: &[&str]) -> bool {
        let holds = |names: &[String]| {
            !names.is_empty()
                && names.iter().all(|name| columns.iter().any(|column| column.eq_ignore_ascii_case(name)))
        };
        holds(&self.primary_key)
            || self.indexes.iter().filter(|index| index.is_unique && !index.is_partial).any(|index| {
                let names: Option<Vec<String>> = index
                    .parts
                    .iter()
                    .map(|part| match part {
                        Part::Column(name) | Part::NoCase(name) | Part::Lower(name) => Some(name.clone()),
                        Part::Other => None,
                    })
                    .collect();
                names.is_some_and(|names| holds(&names))
            })
    }
}

fn no_documents(table: &Table, base: &Column, name: &str) -> String {
    format!(
        "`{name}` of table `{}` can't be read: column `{}` is of type `{}`, which holds no documents; \
         name the column as a whole, or make it `json` or `jsonb`",
        table.full_name(),
        base.name,
        base.declared
    )
}

/// The nearest of some names to one that is not there.
pub fn nearest(name: &str, there: impl Iterator<Item = String>) -> Option<String> {
    let lower = name.to_lowercase();
    there
        .map(|known| (strsim::damerau_levenshtein(&lower, &known.to_lowercase()), known))
        .filter(|(distance, known)| *distance <= 2.max(known.chars().count() / 4))
        .min()
        .map(|(_, known)| known)
}

/// A written name in its parts, quotes taken off.
fn parts(name: &str) -> (Option<String>, String) {
    let mut parts = Vec::new();
    let mut part = String::new();
    let mut quoted = false;
    for sign in name.chars() {
        match sign {
            '"' => quoted = !quoted,
            '.' if !quoted && parts.is_empty() => parts.push(std::mem::take(&mut part)),
            _ => part.push(sign),
        }
    }
    (parts.pop(), part)
}
