//! Stores: the company's own databases, as the policy maps them.
//!
//! A table's rows belong to a person directly (`person`), through owners (`owned-by`), to several
//! people (`shared-with`), or only mention one (`refers-to`). Not here: SQL and schemas as found
//! (`kept-connect`).

use indexmap::IndexMap;

use crate::name::{ColumnName, EventKind, IdentifierKind, PersonKind, PurposeName, StoreName, TableName};
use crate::policy::model::{DataRef, OccasionKind, Text};
use crate::time::Zone;

/// A database that holds personal data.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Store {
    /// Its name in the policy.
    pub name: StoreName,
    /// What runs it; SQLite for files and services, which are worked on in a private copy.
    pub engine: Engine,
    /// The form of its files, where its tables are files in a folder and no database's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub files: Option<FileFormat>,
    /// How it is called, where it is a service of the company's own and no database.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http: Option<Http>,
    /// Where it is.
    pub url: Url,
    /// The zone of its columns that carry none; by default the controller's.
    pub zone: Zone,
    /// Country code of the server.
    pub server: Option<String>,
    /// Country code of the seat of whoever runs it.
    pub seat: Option<String>,
    /// The promise about places that it falls under (`[place.*]`).
    pub place: Option<String>,
    /// The option that its people chose, where a place offers several: place, then option.
    pub holds: IndexMap<String, String>,
    /// Its mapped tables.
    pub tables: IndexMap<TableName, Table>,
    /// Tables that hold no personal data, said so that `check --stores` is quiet about them.
    pub not_personal: Vec<String>,
    /// Who sees the rows of restricted people, where PostgreSQL hides them from everybody else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row_security: Option<RowSecurity>,
}

/// Who sees rows that are marked as restricted, where the database hides them from all others (18).
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RowSecurity {
    /// The roles of the database that see them still, beside the one that Kept connects as.
    pub see: Vec<String>,
    /// Whether the tables' owner is held to it too.
    pub binds_owner: bool,
}

/// A database engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum Engine {
    /// SQLite 3, a file.
    Sqlite,
    /// PostgreSQL, by URL.
    Postgres,
    /// MariaDB, or MySQL that speaks the same, by URL.
    Mariadb,
}

impl Engine {
    /// The word of the policy language.
    pub fn word(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::Mariadb => "mariadb",
        }
    }
}

/// The form of a store's files.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileFormat {
    /// Comma-separated values, the columns' names in the first line.
    Csv {
        /// What stands between two fields, an ASCII sign; none to see it in the first line.
        delimiter: Option<char>,
    },
    /// A JSON object a line.
    JsonLines,
}

/// How a service is called that answers for its rows over HTTP.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Http {
    /// Where the secret is that calls are signed with.
    pub secret: Secret,
    /// Whether calls may leave the machine without encryption.
    pub allows_plain: bool,
    /// The file of the authorities that its certificate is checked against, relative to the policy folder;
    /// the usual public ones where none is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca: Option<String>,
}

/// Where a secret is; never in the policy itself.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Secret {
    /// In an environment variable.
    Env(String),
    /// In a file, relative to the policy folder.
    File(String),
}

/// Where a store is.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Url {
    /// In an environment variable, so that no password stands in a policy.
    Env(String),
    /// As written; for SQLite a path and for files a folder, relative to the policy folder.
    Written(String),
}

/// A mapped table.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Table {
    /// Its name in the policy.
    pub name: TableName,
    /// Its name in the database, `schema.table` where a schema is needed.
    pub sql_name: String,
    /// The kind of people of whom each row is one.
    pub person: Option<PersonKind>,
    /// The columns that tell rows apart; empty means the database's primary key.
    pub key: Vec<ColumnName>,
    /// Identifiers by which a person is found here, unique ones first.
    pub identifies: IndexMap<IdentifierKind, ColumnName>,
    /// Owners: the rows are theirs. With several, the row needs only one of them.
    pub owned_by: Vec<Owner>,
    /// Co-owners: the row goes with the last of them, and each sees the other masked.
    pub shared_with: Vec<Link>,
    /// Mentions: on erasure the reference is detached, the row stays.
    pub refers_to: Vec<Link>,
    /// Personal columns and what they hold.
    pub columns: IndexMap<ColumnName, DataRef>,
    /// Columns that belong to one party of a shared row, by the linking column of that party.
    pub columns_of: IndexMap<ColumnName, Vec<ColumnName>>,
    /// Where the dates of events come from.
    pub events: IndexMap<EventKind, EventSource>,
    /// Where consents are recorded, by purpose.
    pub consents: IndexMap<PurposeName, Consent>,
    /// The occasion each row is about: a contract's or a request's number.
    pub occasion: Option<(OccasionKind, ColumnName)>,
    /// How rows are put into the archive.
    pub archive: Option<ArchiveWay>,
    /// Rows that no one may change once something is set.
    pub frozen: Option<Frozen>,
    /// Only rows of which all of this holds are personal (conditional ownership).
    pub when: Vec<Condition>,
    /// What to write where a column must be emptied and can't be NULL.
    pub emptied: IndexMap<ColumnName, String>,
    /// The column by which other programs see that a row is restricted (18).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restricted: Option<ColumnName>,
    /// The source that its rows came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Label>,
    /// The controller that its rows belong to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub controller: Option<Label>,
}

/// A name of the policy that is given to the rows of a table.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Label {
    /// All rows bear it.
    All(String),
    /// A column tells, by its values.
    Column {
        /// The column.
        column: ColumnName,
        /// The name for each value; another value gives none.
        is: IndexMap<String, String>,
    },
}

/// An owner of a table's rows.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Owner {
    /// The owner's table.
    pub table: TableName,
    /// The way to it.
    pub path: OwnerPath,
}

/// The way from a row to its owner.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum OwnerPath {
    /// A column of the row holds the owner's key.
    Column(ColumnName),
    /// A table between the two holds a row for each pair; the row goes with the last owner.
    Through {
        /// The table between, as mapped in the policy.
        table: TableName,
        /// Its column that holds the row's key.
        row: ColumnName,
        /// Its column that holds the owner's key.
        owner: ColumnName,
    },
}

/// A column that holds another table's key.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Link {
    /// The other table.
    pub table: TableName,
    /// The column.
    pub column: ColumnName,
    /// What becomes of the reference when the other is erased.
    pub detach: Detach,
}

/// How a reference to an erased person is let go.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Detach {
    /// The column becomes NULL.
    Null,
    /// The column points to this key instead (an "erased person" row of the company's own).
    To(String),
}

/// Where the date of an event comes from.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum EventSource {
    /// A column of the row.
    Column {
        /// The column.
        column: ColumnName,
        /// What NULL in it means.
        null: Nulls,
        /// The column to read instead where it is NULL.
        or: Option<ColumnName>,
    },
    /// The latest or earliest of a column over the rows that the row owns.
    Aggregate {
        /// Whether the latest counts, or the earliest.
        latest: bool,
        /// The owned table.
        table: TableName,
        /// Its column.
        column: ColumnName,
        /// What it means that there is none.
        null: Nulls,
    },
}

/// What NULL means in an event column (semantics 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Nulls {
    /// The event has not come.
    NotYet,
    /// Nobody knows: nothing is used, nothing is erased.
    Unknown,
}

/// The columns that record one consent.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Consent {
    /// When it was given; NULL means never.
    pub given: ColumnName,
    /// When it was withdrawn; NULL means not.
    pub withdrawn: Option<ColumnName>,
    /// Only rows of which all of this holds record this consent (one row per purpose).
    pub when: Vec<Condition>,
}

/// How rows are archived.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum ArchiveWay {
    /// Moved to a table of the same shape.
    Table(String),
    /// Marked: this column gets the instant.
    Flag(ColumnName),
}

/// Rows that must not change, by a law.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Frozen {
    /// Frozen once this column is set.
    pub once: ColumnName,
    /// The law that says so.
    pub law: Text,
}

/// A column that must have a value.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Condition {
    /// The column.
    pub column: ColumnName,
    /// The value, as text.
    pub is: String,
}
