//! Rows and plans as values: what was found of a person in a store, and what is to be done to it.
//!
//! Pure data, made by `decide` and shown before it runs; carried out by `kept-connect`.

pub mod address;
pub mod decide;
pub mod due;
pub mod label;
pub mod lean;
pub mod observe;
pub mod restrict;
pub mod within;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::name::{ColumnName, PersonKind, StoreName, TableName};

/// A value of a column, as an engine returned it. Its `Debug` hides the content.
#[derive(Clone, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// NULL.
    Null,
    /// A whole number.
    Integer(i64),
    /// A number.
    Real(f64),
    /// Text; also dates, decimals, identifiers and documents in the engine's own spelling.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// The whole text of a document in which a place was to be read and can't be.
    Unread(String),
}

impl Value {
    /// Whether it is NULL.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Whether it is the text of a document that can't be read.
    pub fn is_unread(&self) -> bool {
        matches!(self, Self::Unread(_))
    }

    /// The value as people read it; bytes in hexadecimal.
    pub fn shown(&self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Integer(number) => number.to_string(),
            Self::Real(number) => number.to_string(),
            Self::Text(text) | Self::Unread(text) => text.clone(),
            Self::Bytes(bytes) => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Null => "null",
            Self::Integer(_) => "integer(…)",
            Self::Real(_) => "real(…)",
            Self::Text(_) => "text(…)",
            Self::Bytes(_) => "bytes(…)",
            Self::Unread(_) => "unread(…)",
        })
    }
}

/// What tells a row apart within its table: one value per key column.
pub type Key = Vec<Value>;

/// Everything of one person in one store.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonRows {
    /// The store.
    pub store: StoreName,
    /// The rows, table by table in the policy's order.
    pub tables: Vec<TableRows>,
}

/// The rows of one person in one table.
#[derive(Clone, Debug, PartialEq)]
pub struct TableRows {
    /// The table, by its policy name.
    pub table: TableName,
    /// The names of the key's columns.
    pub key: Vec<ColumnName>,
    /// The columns read: the mapped ones, and those that hold dates, links and occasions.
    pub columns: Vec<ColumnName>,
    /// The rows.
    pub rows: Vec<Row>,
}

/// One row of a person.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its key.
    pub key: Key,
    /// Its values, in the order of the table's `columns`.
    pub values: Vec<Value>,
    /// How it belongs to the person.
    pub relation: Relation,
    /// The row through which it was reached: table and key; `None` for the person's own row.
    pub through: Option<(TableName, Key)>,
}

/// How a row belongs to a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Relation {
    /// The row is the person.
    Person(PersonKind),
    /// The person owns it, directly or through other rows.
    Owned,
    /// The person shares it with others who are still there; `mine` links to this person, the
    /// columns of the others are masked.
    Shared {
        /// The columns that link it to this person.
        mine: Vec<ColumnName>,
        /// Whether anybody else still holds it.
        others: bool,
    },
    /// It only mentions the person, in these columns.
    Mentions(Vec<ColumnName>),
}

/// What is to be done to one row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
pub enum Action {
    /// The row goes.
    Delete,
    /// The row stays; these columns are emptied.
    Empty {
        /// Which.
        columns: Vec<ColumnName>,
    },
    /// The row stays with others; these references to the person are let go and these columns,
    /// which were the person's alone, are emptied.
    Detach {
        /// The references.
        links: Vec<ColumnName>,
        /// The person's own columns.
        columns: Vec<ColumnName>,
    },
    /// The row is put into the archive.
    Archive,
    /// The row stays; the consents that ended with the request are recorded as withdrawn, so that no
    /// later run takes them for given, or those that the person gave are recorded as given.
    Withdraw {
        /// The columns that record them.
        consents: Vec<Withdrawal>,
    },
    /// The row stays; its mark says that it is restricted, or does so no more (18).
    Restrict {
        /// The column of the mark.
        mark: ColumnName,
        /// Whether the mark is taken off.
        lifts: bool,
        /// Since when the row is restricted, which a mark that is a time says; the store's own time where
        /// it is not told.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<crate::time::Instant>,
    },
    /// Nothing is done, and `Step::reasons` say why.
    Keep,
}

/// The columns of a consent that is to be recorded as withdrawn, or as given anew.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Withdrawal {
    /// When it was given; emptied where no column says when it was withdrawn and it may be NULL.
    pub given: ColumnName,
    /// When it was withdrawn: set to when it was.
    pub withdrawn: Option<ColumnName>,
    /// The other way round: given then, and not withdrawn.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub gives: bool,
    /// When the person gave it, or it ended; the store's own time where that is not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<crate::time::Instant>,
}

/// One step of a plan: the same action on some rows of one table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// The table, by its policy name.
    pub table: TableName,
    /// What is done.
    pub action: Action,
    /// To which rows.
    pub keys: Vec<Key>,
    /// Why, each once.
    pub reasons: Vec<Reason>,
    /// What of the rows is meant where not all of them: columns that stay in rows of which others are
    /// emptied.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<ColumnName>,
}

/// Why a row is kept or goes, for one purpose.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Reason {
    /// The statement it comes from: `purpose.billing.keep`.
    pub statement: String,
    /// The stage of the ground.
    pub stage: crate::standing::Stage,
    /// Until when, where a day is known (exclusive instant).
    pub until: Option<crate::time::Instant>,
    /// The reason in words, language-free code: see `standing::Why`.
    pub why: crate::standing::Why,
}

/// What is to be done to one store for one person, in one transaction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StorePlan {
    /// The store.
    pub store: StoreName,
    /// The steps, in no particular order: the connector orders them so that no foreign key breaks.
    pub steps: Vec<Step>,
}

impl StorePlan {
    /// Whether nothing is to be changed.
    pub fn is_idle(&self) -> bool {
        self.steps.iter().all(|step| step.action == Action::Keep || step.keys.is_empty())
    }
}

/// A key as one text, as events and reports name a row.
pub fn key_text(key: &[Value]) -> String {
    let parts: Vec<String> = key.iter().map(Value::shown).collect();
    parts.join("/")
}

impl TableRows {
    /// The value of a column in a row of this table, if the column was read.
    pub fn cell<'r>(&self, row: &'r Row, column: &ColumnName) -> Option<&'r Value> {
        let place = self.columns.iter().position(|read| read == column)?;
        row.values.get(place)
    }
}

impl PersonRows {
    /// The rows of a table.
    pub fn table(&self, name: &TableName) -> Option<&TableRows> {
        self.tables.iter().find(|rows| rows.table == *name)
    }

    /// The rows through which a row was reached, the nearest first.
    pub fn above<'a>(&'a self, row: &'a Row) -> impl Iterator<Item = (&'a TableRows, &'a Row)> {
        let next = move |row: &'a Row| {
            let (name, key) = row.through.as_ref()?;
            let found = self.table(name)?;
            Some((found, found.rows.iter().find(|above| above.key == *key)?))
        };
        // A chain is never longer than the number of tables, whatever the data.
        std::iter::successors(next(row), move |(_, above)| next(above)).take(self.tables.len() + 1)
    }

    /// How many rows there are in all.
    pub fn count(&self) -> usize {
        self.tables.iter().map(|table| table.rows.len()).sum()
    }
}
