//! What can go wrong with a store, in words that hold no personal value and no password.
//!
//! A database's own error text may quote a row; it is never passed on. Only codes and the names of
//! tables, columns and constraints are. Refusals of a plan are in [`crate::apply`].

use std::fmt;
use std::time::Duration;

use thiserror::Error;

/// A store that could not do what it was asked. Nothing has been changed by the call that failed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum StoreFault {
    /// Nobody answers: the server is down, the file is not there, the password is wrong.
    #[error("the store can't be reached: {why}")]
    Unreachable {
        /// Why, without the URL.
        why: String,
    },
    /// It took too long.
    #[error("the store did not answer within {} s", seconds(.after))]
    TimedOut {
        /// The limit that was reached.
        after: Duration,
    },
    /// Somebody else holds what is needed; the same call may succeed later.
    #[error("the store is locked by another process; try again")]
    Locked,
    /// The call was cancelled.
    #[error("the call was cancelled")]
    Cancelled,
    /// A table that the policy maps is not there.
    #[error("there is no table `{table}`{}", suggested(.suggestion))]
    NoTable {
        /// The table, as the policy spells it in the database.
        table: String,
        /// The nearest name that is there.
        suggestion: Option<String>,
    },
    /// A column that the policy maps is not there.
    #[error("table `{table}` has no column `{column}`{}", suggested(.suggestion))]
    NoColumn {
        /// The table, as the database spells it.
        table: String,
        /// The column, as the policy spells it.
        column: String,
        /// The nearest name that is there.
        suggestion: Option<String>,
    },
    /// The schema changed since it was last looked at, or a view or trigger names what is gone.
    #[error("the store's schema changed while it was being used; try again")]
    SchemaChanged,
    /// The policy's map and the schema can't be brought together.
    #[error("{what}")]
    Map {
        /// What does not fit and how to mend it.
        what: String,
    },
    /// The database user may not do this.
    #[error("the database user has no permission for this{}", on(.table))]
    NotAllowed {
        /// The table, where the database said so.
        table: Option<String>,
    },
    /// The store was opened for reading, or is read-only itself.
    #[error("the store is read-only")]
    ReadOnly,
    /// The disk is full.
    #[error("the store's disk or quota is full; nothing was changed; make room and run the same again")]
    Full,
    /// The file is not a database, or a damaged one.
    #[error("the store is damaged or no database")]
    Damaged,
    /// A file of a store of files can't be read for sure, or not be replaced. Nothing of it is used.
    #[error("`{file}`{}: {what}", at_line(.line))]
    File {
        /// The file's name in its folder.
        file: String,
        /// The line, from 1, where one is to blame.
        line: Option<u64>,
        /// What is wrong, without any value.
        what: String,
    },
    /// Somebody else wrote to a file while it was used: it is not replaced.
    #[error("`{file}` was changed by somebody else meanwhile; nothing was written; try again")]
    FileChanged {
        /// The file's name in its folder.
        file: String,
    },
    /// A constraint or trigger refused.
    #[error("{0}")]
    Constraint(Constraint),
    /// A value can't be said in this engine's types.
    #[error("a value does not fit the type of its column")]
    Value,
    /// Anything else, by the engine's code.
    #[error("the store refused with code {code}")]
    Other {
        /// SQLSTATE, or SQLite's extended result code.
        code: String,
    },
}

impl StoreFault {
    /// Whether the same call may succeed a little later without anybody mending anything.
    pub fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::Unreachable { .. }
                | Self::TimedOut { .. }
                | Self::Locked
                | Self::SchemaChanged
                | Self::FileChanged { .. }
        )
    }
}

/// What a constraint refused, by names only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constraint {
    /// Of which kind it is.
    pub kind: ConstraintKind,
    /// The table, where the engine said so.
    pub table: Option<String>,
    /// The column, where the engine said so.
    pub column: Option<String>,
    /// The constraint's own name, where it has one.
    pub name: Option<String>,
}

/// The kinds of constraints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ConstraintKind {
    /// NOT NULL.
    NotNull,
    /// CHECK.
    Check,
    /// UNIQUE, a primary key or an exclusion.
    Unique,
    /// A foreign key.
    ForeignKey,
    /// A trigger or rule of the company's own.
    Trigger,
    /// Some other rule.
    Other,
}

impl fmt::Display for ConstraintKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::NotNull => "a NOT NULL constraint",
            Self::Check => "a CHECK constraint",
            Self::Unique => "a UNIQUE constraint",
            Self::ForeignKey => "a foreign key",
            Self::Trigger => "a trigger",
            Self::Other => "a constraint",
        })
    }
}

impl fmt::Display for Constraint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.kind)?;
        if let Some(name) = &self.name {
            write!(out, " `{name}`")?;
        }
        match (&self.table, &self.column) {
            (Some(table), Some(column)) => write!(out, " on `{table}.{column}`")?,
            (Some(table), None) => write!(out, " on `{table}`")?,
            _ => {}
        }
        out.write_str(" refused")
    }
}

fn seconds(after: &Duration) -> String {
    let tenths = after.as_millis() / 100;
    format!("{}.{}", tenths / 10, tenths % 10)
}

fn at_line(line: &Option<u64>) -> String {
    line.map_or_else(String::new, |line| format!(", line {line}"))
}

fn suggested(suggestion: &Option<String>) -> String {
    suggestion.as_ref().map_or_else(String::new, |name| format!("; did you mean `{name}`?"))
}

fn on(table: &Option<String>) -> String {
    table.as_ref().map_or_else(String::new, |name| format!(" on `{name}`"))
}
