//! What a policy wants of a folder of files: which tables, by which keys, with which dates.
//!
//! Not here: whether the files are there (`folder`), and what they hold (`layout`).

use std::collections::BTreeSet;
use std::path::PathBuf;

use indexmap::IndexMap;
use kept_core::identifier::IdentifierClass;
use kept_core::name::ColumnName;
use kept_core::policy::model::FileFormat;
use kept_core::policy::model::store::{self, ArchiveWay, EventSource, OwnerPath, Store};

use crate::map::read_columns;

/// A store whose tables are files of one folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
    /// The folder.
    pub path: PathBuf,
    /// The form of its files.
    pub format: FileFormat,
    /// The tables that the policy maps, and the archives of their rows, by name in lower case.
    pub(super) wanted: IndexMap<String, Wanted>,
    /// Whether the rows of files that nobody maps are wanted too.
    pub(super) is_whole: bool,
}

/// What is wanted of one table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// Its name, as the policy writes the database's: a file's, with or without its ending.
    pub(crate) name: String,
    /// The columns that tell its rows apart.
    pub(crate) key: Vec<String>,
    /// The columns that the policy names.
    pub(crate) columns: BTreeSet<String>,
    /// Those that hold dates.
    pub(super) dates: BTreeSet<String>,
    /// Those that rows are looked for by; with `true` whatever the case.
    pub(crate) indexes: BTreeSet<(String, bool)>,
    /// The tables of which it is the archive.
    pub(super) archive_of: BTreeSet<String>,
}

impl Folder {
    /// A folder in which every file is a table, without a map.
    pub fn whole(path: PathBuf, format: FileFormat) -> Self {
        Self { path, format, wanted: IndexMap::new(), is_whole: true }
    }

    /// The folder of a store, with what its map wants.
    pub fn of(store: &Store, path: PathBuf, format: FileFormat) -> Self {
        let mut folder = Self { path, format, wanted: IndexMap::new(), is_whole: false };
        for table in store.tables.values() {
            folder.table(store, table);
        }
        for table in store.tables.values() {
            if let Some(ArchiveWay::Table(archive)) = &table.archive {
                folder.entry(archive).archive_of.insert(table.sql_name.clone());
            }
            for owner in &table.owned_by {
                let OwnerPath::Through { table: between, row, owner } = &owner.path else { continue };
                let Some(between) = store.tables.get(between) else { continue };
                let entry = folder.entry(&between.sql_name);
                for column in [row, owner] {
                    entry.columns.insert(column.as_str().to_owned());
                    entry.indexes.insert((column.as_str().to_owned(), false));
                }
            }
        }
        folder
    }

    /// What a store's map wants of each table, by name in lower case.
    pub(crate) fn wanted_of(store: &Store) -> IndexMap<String, Wanted> {
        Self::of(store, PathBuf::new(), FileFormat::JsonLines).wanted
    }

    /// The same with the rows of files that the map does not name.
    #[must_use]
    pub fn with_unmapped(mut self) -> Self {
        self.is_whole = true;
        self
    }

    fn entry(&mut self, name: &str) -> &mut Wanted {
        let new = || Wanted { name: name.to_owned(), ..Wanted::default() };
        self.wanted.entry(name.to_lowercase()).or_insert_with(new)
    }

    fn table(&mut self, store: &Store, table: &store::Table) {
        let name = |column: &ColumnName| document(column.as_str()).to_owned();
        // What lies within a document is no column: neither a date of the file's, nor indexed.
        let mut dates = dates(store, table);
        dates.retain(|date| document(date) == date);
        let entry = self.entry(&table.sql_name);
        if entry.key.is_empty() {
            entry.key = table.key.iter().map(name).collect();
        }
        entry.columns.extend(read_columns(store, table).iter().chain(&table.key).map(name));
        entry.indexes.extend(dates.iter().map(|date| (date.clone(), false)));
        entry.dates.extend(dates);
        for (kind, column) in &table.identifies {
            let any_case = IdentifierClass::of(kind) == IdentifierClass::Email;
            if document(column.as_str()) == column.as_str() {
                entry.indexes.insert((name(column), any_case));
            }
        }
        let owners = table.owned_by.iter().filter_map(|owner| match &owner.path {
            OwnerPath::Column(column) => Some(column),
            OwnerPath::Through { .. } => None,
        });
        let links = table.shared_with.iter().chain(&table.refers_to).map(|link| &link.column);
        entry.indexes.extend(owners.chain(links).map(|column| (name(column), false)));
    }
}

/// The column that holds what a policy names: of a place within a document (`profile$.phone`) the
/// document's.
fn document(name: &str) -> &str {
    let end = ["$.", "$["].iter().filter_map(|sign| name.find(sign)).min();
    end.and_then(|end| name.get(..end)).filter(|column| !column.is_empty()).unwrap_or(name)
}

/// The columns of a table that the policy reads dates from.
fn dates(store: &Store, table: &store::Table) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut add = |column: &ColumnName| {
        found.insert(column.as_str().to_owned());
    };
    for source in table.events.values() {
        if let EventSource::Column { column, or, .. } = source {
            add(column);
            or.iter().for_each(&mut add);
        }
    }
    for source in store.tables.values().flat_map(|other| other.events.values()) {
        if let EventSource::Aggregate { table: of, column, .. } = source
            && *of == table.name
        {
            add(column);
        }
    }
    for consent in table.consents.values() {
        add(&consent.given);
        consent.withdrawn.iter().for_each(&mut add);
    }
    if let Some(ArchiveWay::Flag(flag)) = &table.archive {
        add(flag);
    }
    found
}
