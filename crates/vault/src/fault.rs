//! What goes wrong with the vault: the disk, the network, the keys, another writer. A fault never
//! holds a value of a row: errors of the engines are reduced to code, table, column, constraint.

use std::path::PathBuf;

use thiserror::Error;

/// A failure of the vault. What a person asked wrongly is never one of these.
#[derive(Debug, Error)]
pub enum Fault {
    /// The location can't be read.
    #[error("the store's location is neither a path nor a `postgres://` URL")]
    Location,
    /// The database can't be reached or opened.
    #[error("can't open the store: {reason}")]
    Open {
        /// What the engine said, without any value.
        reason: String,
    },
    /// The connection broke; what was not committed is not done.
    #[error("the connection to the store was lost")]
    Lost,
    /// Another writer or reader holds what is needed; nothing was done.
    #[error("the store is busy: `{act}` waited long enough and changed nothing")]
    Busy {
        /// The act that waited.
        act: &'static str,
    },
    /// The disk, or the size set for the store, is full; nothing was done.
    #[error("the store is full: `{act}` changed nothing; make room on its disk or raise its limit")]
    Full {
        /// The act or statement that found it.
        act: &'static str,
    },
    /// The database holds a schema that this version does not know.
    #[error(
        "the store has schema version {found}, and this version of kept knows {known}: use the version that wrote it, or a newer one"
    )]
    UnknownSchema {
        /// The version found.
        found: i64,
        /// The newest version known.
        known: i64,
    },
    /// The database belongs to something else.
    #[error("the database holds tables but is no store of kept: give kept a database or schema of its own")]
    NotAVault,
    /// A statement failed.
    #[error("statement `{statement}` failed: {code}{place}")]
    Statement {
        /// The statement's name.
        statement: &'static str,
        /// The engine's code.
        code: String,
        /// Constraint, table or column, where the engine named one; starts with a blank.
        place: String,
    },
    /// A row is not as the schema says.
    #[error("column {column} of `{statement}` is not what the schema says")]
    Shape {
        /// The statement's name.
        statement: &'static str,
        /// The column's position, from 0.
        column: usize,
    },
    /// More or fewer rows changed than the act meant to change.
    #[error(
        "`{statement}` changed {changed} rows where {wanted} was meant: the store was changed from outside, or the row is gone"
    )]
    Count {
        /// The statement's name.
        statement: &'static str,
        /// How many rows changed.
        changed: u64,
        /// How many were meant.
        wanted: u64,
    },
    /// A key that the store needs is not in the key store.
    #[error(
        "the key `{name}` is missing from the key store: restore the key file that belongs to this store"
    )]
    KeyMissing {
        /// The key's name.
        name: String,
    },
    /// The keys belong to another store.
    #[error("the key file does not belong to this store: point KEPT_KEYS to the one that was made with it")]
    WrongKeys,
    /// The key file can't be read or written.
    #[error("key file `{}`: {reason}", path.display())]
    KeyFile {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The keys of this subject were destroyed.
    #[error(
        "the keys of this person were destroyed; what was sealed with them is gone; if another run erased them just now, run this again"
    )]
    Erased,
    /// There is no such row.
    #[error("there is no {what} of that number in the store")]
    Missing {
        /// What was looked for.
        what: &'static str,
    },
    /// A sealed value does not open: changed, moved, or sealed with another key.
    #[error(
        "the sealed value `{table}.{field}` does not open: it was changed, moved, or sealed with another key"
    )]
    Sealed {
        /// The table.
        table: &'static str,
        /// The field.
        field: &'static str,
    },
    /// A value can't be written or read as JSON.
    #[error("`{what}` can't be written or read as JSON")]
    Json {
        /// What.
        what: &'static str,
    },
    /// An instant lies outside what can be stored.
    #[error("an instant in `{statement}` lies outside the calendar")]
    Instant {
        /// The statement's name.
        statement: &'static str,
    },
    /// Randomness or a cipher failed.
    #[error("the cryptographic library refused to work")]
    Crypto,
    /// The identifiers given belong to more than one subject.
    #[error("the identifiers belong to {count} different people in the store")]
    FoundTwice {
        /// How many.
        count: usize,
    },
    /// The epoch's key is needed still.
    #[error("the key of epoch {number} is needed still: destroy only ended epochs, the oldest first")]
    EpochInUse {
        /// The epoch.
        number: i64,
    },
    /// The ledger can't take an entry: the act that it is about does not happen.
    #[error("the ledger refuses the entry, so nothing was done")]
    Entry(#[from] kept_core::ledger::EntryError),
    /// The ledger's name can't be a key's.
    #[error("the ledger's name must not be empty nor hold blanks or `+`")]
    Origin,
    /// A file could not be read, written or made durable.
    #[error("{what} `{}`: {reason}", path.display())]
    File {
        /// What was being done.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's word for it.
        reason: std::io::ErrorKind,
    },
    /// A thread died while it held the store.
    #[error("another thread failed while it held the store")]
    Poisoned,
}

impl Fault {
    /// Whether the same act may succeed a moment later.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Busy { .. } | Self::Lost)
    }
}
