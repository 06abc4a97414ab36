//! Why a plan is refused, by names and counts only, and how to mend it.

use thiserror::Error;

use crate::fault::{Constraint, ConstraintKind};

/// A plan that the store refuses, or that would break it. Nothing has been changed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{table}`: {why}; {}", .why.mend(.table))]
pub struct Refused {
    /// The table, by its name in the database.
    pub table: String,
    /// What stands in the way.
    pub why: RefusedWhy,
}

/// What stands in the way of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RefusedWhy {
    /// A column must have a value and the policy names none to write instead.
    #[error("column `{column}` is NOT NULL and can't be emptied")]
    NotNull {
        /// The column.
        column: String,
    },
    /// A reference must have a value and the policy names none to point to instead.
    #[error("column `{column}` is NOT NULL, so the reference can't be let go")]
    Reference {
        /// The column.
        column: String,
    },
    /// The database computes the column.
    #[error("column `{column}` is computed by the database and can't be emptied")]
    Generated {
        /// The column.
        column: String,
    },
    /// The column tells rows apart.
    #[error("column `{column}` belongs to the key and can't be emptied")]
    Key {
        /// The column.
        column: String,
    },
    /// Other rows point to rows that would go, and are not in the plan.
    #[error("{rows} rows of `{from}` point to rows that would go")]
    PointedTo {
        /// The table with the rows that point.
        from: String,
        /// Its columns that do.
        columns: Vec<String>,
        /// Whether the policy maps it.
        is_mapped: bool,
        /// How many.
        rows: u64,
    },
    /// The database would delete rows that the plan keeps.
    #[error("the database would delete {rows} rows of `{from}` with them, which the plan keeps")]
    WouldCascade {
        /// The table with the rows that would go.
        from: String,
        /// How many.
        rows: u64,
    },
    /// Frozen rows would change.
    #[error("{rows} rows are frozen and must not be changed")]
    Frozen {
        /// How many.
        rows: u64,
    },
    /// Rows are no longer what they were when the plan was made.
    #[error("{rows} rows changed since the plan was made")]
    Changed {
        /// How many.
        rows: u64,
    },
    /// Several rows have one key.
    #[error("several rows have the same key")]
    NotUnique,
    /// The key has another number of columns than the plan's keys.
    #[error("the plan's keys don't fit the table's key")]
    OtherKey,
    /// A trigger or rule left rows as they were, without a word.
    #[error("{rows} rows stayed as they were although the database reported no error")]
    Undone {
        /// How many.
        rows: u64,
    },
    /// A view, through which nothing is written, still shows rows that were to go or to change.
    #[error("it is a view, and {rows} of its rows would stay as they are")]
    View {
        /// How many.
        rows: u64,
    },
    /// Rows point to each other in a ring that can't be opened.
    #[error("its rows and those of {with} point to each other, and no reference can be emptied")]
    Ring {
        /// The other tables of the ring.
        with: String,
    },
    /// The table into which rows are archived is not there.
    #[error("there is no archive table `{archive}`")]
    NoArchive {
        /// The archive table.
        archive: String,
    },
    /// The table into which rows are archived has another shape.
    #[error("archive table `{archive}` has no column `{column}`")]
    ArchiveShape {
        /// The archive table.
        archive: String,
        /// The column that it lacks.
        column: String,
    },
    /// The policy says nothing of how rows of this table are archived.
    #[error("the policy does not say how its rows are archived")]
    ArchiveUnsaid,
    /// The policy maps no such table.
    #[error("the policy maps no such table")]
    Unmapped,
    /// The column can't mark restricted rows.
    #[error("column `{column}` can't mark restricted rows: it {why}")]
    Mark {
        /// The column.
        column: String,
        /// Why.
        why: &'static str,
    },
    /// What the policy writes does not fit a column's type.
    #[error("a value that the policy writes does not fit the type of its column")]
    Value,
    /// The database user may not do it.
    #[error("the database user has no permission to change its rows")]
    NotAllowed,
    /// Something of the company's own refused, by a code of its own.
    #[error("the database refused with code {code}")]
    Code {
        /// SQLSTATE, or SQLite's extended result code.
        code: String,
    },
    /// A constraint or trigger refused while the plan was carried out.
    #[error("{0}")]
    Constraint(Constraint),
}

impl Refused {
    /// A refusal on a table.
    pub(crate) fn new(table: impl Into<String>, why: RefusedWhy) -> Self {
        Self { table: table.into(), why }
    }

    /// A refusal by the database itself.
    pub(crate) fn by(constraint: Constraint) -> Self {
        let table = constraint.table.clone().unwrap_or_else(|| "the store".to_owned());
        Self { table, why: RefusedWhy::Constraint(constraint) }
    }
}

impl RefusedWhy {
    /// What to do about it.
    pub fn mend(&self, table: &str) -> String {
        match self {
            Self::NotNull { column } => {
                format!("say what to write instead: `emptied = {{ {column} = \"…\" }}`")
            }
            Self::Reference { column } => {
                format!("say where `{column}` points to instead: `detach = {{ to = \"…\" }}`")
            }
            Self::Generated { .. } => "empty the columns that it is computed from".to_owned(),
            Self::Key { .. } => "let the row go as a whole, or give the table another key".to_owned(),
            Self::PointedTo { from, is_mapped: true, .. } => {
                format!(
                    "let the reference go (`refers-to`), or keep the rows of `{table}` as long as those of `{from}`"
                )
            }
            Self::PointedTo { from, columns, .. } => {
                format!("map `{from}`, `owned-by` or `refers-to` `{table}` by `{}`", columns.join("`, `"))
            }
            Self::WouldCascade { from, .. } => {
                format!("change the foreign key of `{from}`, or keep the rows of `{table}` as long")
            }
            Self::Frozen { .. } | Self::Changed { .. } => "make the plan anew".to_owned(),
            Self::NotUnique | Self::OtherKey => "give the table a key that tells its rows apart".to_owned(),
            Self::Undone { .. } => "look at its triggers and rules".to_owned(),
            Self::View { .. } => {
                "map the tables under it; a materialized one is refreshed by the company".to_owned()
            }
            Self::Ring { .. } => {
                "make one of the references nullable, or its foreign key deferrable".to_owned()
            }
            Self::NoArchive { archive } => format!("make `{archive}` with the columns of `{table}`"),
            Self::ArchiveShape { column, .. } => format!("add `{column}` to it"),
            Self::ArchiveUnsaid => {
                "say `archive = { table = \"…\" }` or `archive = { flag = \"…\" }`".to_owned()
            }
            Self::Unmapped => "make the plan anew".to_owned(),
            Self::Mark { .. } => "name another column: `restricted = { column = \"…\" }`".to_owned(),
            Self::Value => "say a value of the column's type: `emptied = { … = \"…\" }`".to_owned(),
            Self::NotAllowed => format!("grant it SELECT, UPDATE and DELETE on `{table}`"),
            Self::Code { .. } => "look at its triggers and rules".to_owned(),
            Self::Constraint(constraint) => mend_constraint(constraint),
        }
    }
}

fn mend_constraint(constraint: &Constraint) -> String {
    match constraint.kind {
        ConstraintKind::NotNull | ConstraintKind::Check => {
            "say a value that it allows: `emptied = { … = \"…\" }`".to_owned()
        }
        ConstraintKind::Unique => "say a value that may stand in several rows, or let the row go".to_owned(),
        ConstraintKind::ForeignKey => "map the table that points to it, or points from it".to_owned(),
        ConstraintKind::Trigger => "look at the trigger, or keep these rows".to_owned(),
        ConstraintKind::Other => "look at the constraint".to_owned(),
    }
}
