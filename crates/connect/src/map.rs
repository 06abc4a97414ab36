//! The policy's map of a store brought together with the schema as it is: every name looked up,
//! every key known, every way from owner to owned as pairs of columns.
//!
//! Nothing is asked of the store here. Advice about a map is `check_map`'s.

use std::collections::BTreeSet;

use kept_core::name::{ColumnName, TableName};
use kept_core::plan::within;
pub(crate) use kept_core::plan::within::read_columns;
use kept_core::policy::model::store::{self as policy, Detach, EventSource, OwnerPath, Store};

use crate::fault::StoreFault;
use crate::schema::{self, Column, Part, Schema};

/// A store's map with its schema.
#[derive(Clone, Debug)]
pub struct Map<'a> {
    /// The map as the policy has it.
    pub store: &'a Store,
    /// The schema as it is.
    pub schema: &'a Schema,
    /// The mapped tables, in the policy's order.
    pub tables: Vec<Table<'a>>,
    /// The ways between them.
    pub edges: Vec<Edge<'a>>,
}

/// A mapped table with its shape.
#[derive(Clone, Debug)]
pub struct Table<'a> {
    /// As the policy has it.
    pub policy: &'a policy::Table,
    /// As the database has it.
    pub shape: &'a schema::Table,
    /// The columns that tell its rows apart.
    pub key: Vec<&'a Column>,
    /// The columns that are read, by the policy's names.
    pub read: Vec<(ColumnName, &'a Column)>,
    /// The columns that are fetched: the key's, those read, and those that lead to other tables.
    pub fetched: Vec<&'a Column>,
    /// Of the places within documents that are read for data and dates: the document where it can't be.
    pub unread: Vec<(ColumnName, &'a Column)>,
    /// What must hold of a row for it to be personal.
    pub conditions: Vec<(&'a Column, &'a str)>,
}

/// A way from rows of one table to rows of another.
#[derive(Clone, Debug)]
pub struct Edge<'a> {
    /// The table whose rows are reached, by its place in [`Map::tables`].
    pub child: usize,
    /// The table from whose rows they are reached.
    pub parent: usize,
    /// Pairs of a column of the child and the column of the parent that it equals.
    pub pairs: Vec<(&'a Column, &'a Column)>,
    /// What the way means.
    pub meaning: Meaning,
    /// Whether a foreign key of the database holds the two together.
    pub is_key: bool,
    /// Whether the parent is the archive of the table that the policy names: the row was moved there.
    pub is_archive: bool,
}

/// Pairs of a column of one table and the column of another that it equals.
type Pairs<'a> = Vec<(&'a Column, &'a Column)>;

/// What a way between two tables means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// The child belongs to the parent, by this column of the child.
    Owned(ColumnName),
    /// The parent is a table between the child and its owner; the child goes with the last.
    Through,
    /// The child is shared by its parents, by this column of the child.
    Shared(ColumnName),
    /// The child mentions the parent in this column.
    Mentions(ColumnName, Detach),
}

impl<'a> Map<'a> {
    /// Brings a map and a schema together.
    ///
    /// # Errors
    /// [`StoreFault::NoTable`] and [`StoreFault::NoColumn`] name what is not there;
    /// [`StoreFault::Map`] says what can't be understood and how to mend it.
    pub fn new(store: &'a Store, schema: &'a Schema) -> Result<Self, StoreFault> {
        let tables = store.tables.values().map(|table| Table::new(store, table, schema));
        let mut map = Self { store, schema, tables: tables.collect::<Result<_, _>>()?, edges: Vec::new() };
        for child in 0..map.tables.len() {
            map.add_edges(child)?;
        }
        map.follow_archives();
        map.drop_ways_back();
        map.fetch_ways();
        Ok(map)
    }

    /// The place of a table in [`Map::tables`].
    pub fn place(&self, name: &TableName) -> Option<usize> {
        self.store.tables.get_index_of(name)
    }

    /// A mapped table by its policy name.
    ///
    /// # Errors
    /// [`StoreFault::Map`] when the policy maps no such table.
    pub fn table(&self, name: &TableName) -> Result<&Table<'a>, StoreFault> {
        self.place(name)
            .and_then(|place| self.tables.get(place))
            .ok_or_else(|| unknown_table(self.store, name))
    }

    /// The mapped table that lies on a table of the database.
    pub fn over(&self, shape: &schema::Table) -> Option<&Table<'a>> {
        self.tables.iter().find(|table| std::ptr::eq(table.shape, shape))
    }

    fn add_edges(&mut self, child: usize) -> Result<(), StoreFault> {
        let Some(table) = self.tables.get(child).map(|table| table.policy) else { return Ok(()) };
        for owner in &table.owned_by {
            match &owner.path {
                OwnerPath::Column(column) => {
                    self.add(child, &owner.table, column, Meaning::Owned(column.clone()))?;
                }
                OwnerPath::Through { table: between, row, owner: to_owner } => {
                    self.add_through(child, between, row)?;
                    let place = self.place_of(between)?;
                    self.add(place, &owner.table, to_owner, Meaning::Owned(to_owner.clone()))?;
                }
            }
        }
        for link in &table.shared_with {
            self.add(child, &link.table, &link.column, Meaning::Shared(link.column.clone()))?;
        }
        for link in &table.refers_to {
            let meaning = Meaning::Mentions(link.column.clone(), link.detach.clone());
            self.add(child, &link.table, &link.column, meaning)?;
        }
        Ok(())
    }

    /// The child's `column` holds the parent's key.
    fn add(
        &mut self,
        child: usize,
        parent: &TableName,
        column: &ColumnName,
        meaning: Meaning,
    ) -> Result<(), StoreFault> {
        let parent = self.place_of(parent)?;
        let (pairs, is_key) = self.pairs(child, parent, column)?;
        let edge = Edge { child, parent, pairs, meaning, is_key, is_archive: false };
        if !self.edges.iter().any(|known| known.is_like(&edge)) {
            self.edges.push(edge);
        }
        Ok(())
    }

    /// The table between holds the child's key in `row`: the same pairs, seen from the other side.
    fn add_through(&mut self, child: usize, between: &TableName, row: &ColumnName) -> Result<(), StoreFault> {
        let parent = self.place_of(between)?;
        let (pairs, is_key) = self.pairs(parent, child, row)?;
        let pairs = pairs.into_iter().map(|(between, row)| (row, between)).collect();
        let meaning = Meaning::Through;
        self.edges.push(Edge { child, parent, pairs, meaning, is_key, is_archive: false });
        Ok(())
    }

    /// What hangs on a row that was moved to an archive hangs on it there: the archive has the same
    /// columns. A reference that only mentions a row is not followed.
    fn follow_archives(&mut self) {
        let mut found: Vec<Edge<'a>> = Vec::new();
        for edge in self.edges.iter().filter(|edge| edge.carries()) {
            let archives = self.tables.iter().enumerate();
            for (place, archive) in archives.filter(|(place, _)| self.is_archive_of(*place, edge.parent)) {
                let pair = |(own, other): &(&'a Column, &'a Column)| {
                    Some((*own, self.schema.column(archive.shape, &other.name)?))
                };
                let pairs: Option<Pairs<'a>> = edge.pairs.iter().map(pair).collect();
                let Some(pairs) = pairs.filter(|_| place != edge.child) else { continue };
                let meaning = edge.meaning.clone();
                let edge = Edge {
                    child: edge.child,
                    parent: place,
                    pairs,
                    meaning,
                    is_key: false,
                    is_archive: true,
                };
                if !self.edges.iter().chain(&found).any(|known| known.is_like(&edge)) {
                    found.push(edge);
                }
            }
        }
        self.edges.append(&mut found);
    }

    /// Whether a mapped table is the archive of another.
    fn is_archive_of(&self, archive: usize, of: usize) -> bool {
        let (Some(archive), Some(of)) = (self.tables.get(archive), self.tables.get(of)) else { return false };
        let Some(policy::ArchiveWay::Table(name)) = &of.policy.archive else { return false };
        self.schema.table(name).is_some_and(|named| std::ptr::eq(named, archive.shape))
    }

    fn place_of(&self, name: &TableName) -> Result<usize, StoreFault> {
        self.place(name).ok_or_else(|| unknown_table(self.store, name))
    }

    /// The columns by which a child's column leads to a parent: those of the foreign key that holds
    /// the column, or the column and the parent's only key column. Whether it is a foreign key.
    fn pairs(
        &self,
        child: usize,
        parent: usize,
        column: &ColumnName,
    ) -> Result<(Pairs<'a>, bool), StoreFault> {
        let (Some(child), Some(parent)) = (self.tables.get(child), self.tables.get(parent)) else {
            return Ok((Vec::new(), false));
        };
        let own = self.schema.need_column(child.shape, column.as_str())?;
        if let Some(key) = self.foreign_key(child.shape, parent.shape, &own.name) {
            let pairs = key.columns.iter().zip(&key.to_columns).map(|(from, to)| {
                Ok((self.schema.need_column(child.shape, from)?, self.schema.need_column(parent.shape, to)?))
            });
            let pairs: Result<Pairs<'a>, StoreFault> = pairs.collect();
            return Ok((pairs?, true));
        }
        match parent.key.as_slice() {
            [only] => Ok((vec![(own, *only)], false)),
            _ => Err(StoreFault::Map {
                what: format!(
                    "column `{column}` of `{}` can't lead to `{}`, whose key has several columns; \
                     give the database a foreign key over all of them, or `{}` a key of one column",
                    child.policy.name, parent.policy.name, parent.policy.name
                ),
            }),
        }
    }

    /// The foreign key between two tables that holds a column; the shortest, if several do.
    fn foreign_key(
        &self,
        child: &schema::Table,
        parent: &schema::Table,
        column: &str,
    ) -> Option<&'a schema::ForeignKey> {
        let shape = self.schema.tables.iter().find(|table| std::ptr::eq(*table, child))?;
        let points = |key: &&schema::ForeignKey| {
            self.schema.target(key).is_some_and(|target| std::ptr::eq(target, parent))
                && key.columns.iter().any(|name| self.schema.same(name, column))
                && key.columns.len() == key.to_columns.len()
        };
        shape.foreign_keys.iter().filter(points).min_by_key(|key| key.columns.len())
    }

    /// A table between two is never walked back from the row it leads to: that way lie the others
    /// who share the row.
    fn drop_ways_back(&mut self) {
        let between: BTreeSet<(usize, usize)> = self
            .edges
            .iter()
            .filter(|edge| edge.meaning == Meaning::Through)
            .map(|edge| (edge.parent, edge.child))
            .collect();
        self.edges.retain(|edge| {
            !matches!(edge.meaning, Meaning::Owned(_) | Meaning::Shared(_))
                || !between.contains(&(edge.child, edge.parent))
        });
    }

    fn fetch_ways(&mut self) {
        for edge in &self.edges {
            for (own, other) in &edge.pairs {
                for (place, column) in [(edge.child, *own), (edge.parent, *other)] {
                    if let Some(table) = self.tables.get_mut(place) {
                        table.fetch(column);
                    }
                }
            }
        }
    }
}

impl Edge<'_> {
    fn is_like(&self, other: &Self) -> bool {
        let names = |edge: &Self| -> Vec<(String, String)> {
            edge.pairs.iter().map(|(own, other)| (own.name.clone(), other.name.clone())).collect()
        };
        self.child == other.child
            && self.parent == other.parent
            && self.meaning == other.meaning
            && names(self) == names(other)
    }

    /// The child's columns.
    pub fn own(&self) -> impl Iterator<Item = &Column> {
        self.pairs.iter().map(|(own, _)| *own)
    }

    /// Whether rows reached by it are the person's, or partly so.
    pub fn carries(&self) -> bool {
        !matches!(self.meaning, Meaning::Mentions(..))
    }
}

impl<'a> Table<'a> {
    fn new(store: &'a Store, policy: &'a policy::Table, schema: &'a Schema) -> Result<Self, StoreFault> {
        let shape = schema.need_table(&policy.sql_name)?;
        let key = key(store, policy, shape, schema)?;
        let mut read = Vec::new();
        for name in read_columns(store, policy) {
            let column = schema.need_column(shape, name.as_str())?;
            read.push((name, column));
        }
        let conditions = policy.when.iter().map(|condition| {
            Ok((schema.need_column(shape, condition.column.as_str())?, condition.is.as_str()))
        });
        let conditions = conditions.collect::<Result<_, StoreFault>>()?;
        let told = |name: &ColumnName| {
            let dates = policy.events.values().any(
                |source| matches!(source, EventSource::Column { column, or: None, .. } if column == name),
            );
            dates
                || policy.columns.contains_key(name)
                || within::aggregated(store, &policy.name).contains(name)
        };
        let unread = read
            .iter()
            .filter(|(name, column): &&(ColumnName, &Column)| column.within.is_some() && told(name));
        let unread = unread.filter_map(|(name, _)| Some((name.clone(), shape.unread(name.as_str())?)));
        let unread: Vec<(ColumnName, &'a Column)> = unread.collect();
        let mut table = Self { policy, shape, key, read, fetched: Vec::new(), unread, conditions };
        let known: Vec<&'a Column> = table
            .key
            .iter()
            .chain(table.read.iter().chain(&table.unread).map(|(_, column)| column))
            .copied()
            .collect();
        for column in known {
            table.fetch(column);
        }
        Ok(table)
    }

    fn fetch(&mut self, column: &'a Column) {
        if !self.fetched.iter().any(|known| known.name == column.name) {
            self.fetched.push(column);
        }
    }

    /// Where a fetched row holds a column.
    pub fn at(&self, column: &Column) -> Option<usize> {
        self.fetched.iter().position(|known| known.name == column.name)
    }
}

fn unknown_table(store: &Store, name: &TableName) -> StoreFault {
    StoreFault::Map { what: format!("store `{}` maps no table `{name}`", store.name) }
}

/// The columns that tell rows apart: the policy's, the primary key, a unique index over columns
/// that are never NULL, or for a table between two its pair of columns.
pub(crate) fn key<'a>(
    store: &Store,
    policy: &'a policy::Table,
    shape: &'a schema::Table,
    schema: &'a Schema,
) -> Result<Vec<&'a Column>, StoreFault> {
    let names: Vec<&str> = if policy.key.is_empty() {
        shape.primary_key.iter().map(String::as_str).collect()
    } else {
        policy.key.iter().map(ColumnName::as_str).collect()
    };
    if !names.is_empty() {
        return names.into_iter().map(|name| schema.need_column(shape, name)).collect();
    }
    if let Some(columns) = unique_columns(shape) {
        return Ok(columns);
    }
    if let Some((row, owner)) = between(store, policy) {
        return Ok(vec![
            schema.need_column(shape, row.as_str())?,
            schema.need_column(shape, owner.as_str())?,
        ]);
    }
    Err(StoreFault::Map {
        what: format!(
            "table `{}` has no primary key; say which columns tell its rows apart: `key = [\"…\"]`",
            policy.name
        ),
    })
}

fn unique_columns(shape: &schema::Table) -> Option<Vec<&Column>> {
    shape.indexes.iter().filter(|index| index.is_unique && !index.is_partial).find_map(|index| {
        let columns = index.parts.iter().map(|part| match part {
            Part::Column(name) => {
                shape.columns.iter().find(|column| column.name == *name && !column.is_nullable)
            }
            _ => None,
        });
        columns.collect()
    })
}

/// The two columns of a table that some other table is owned through.
fn between<'a>(store: &'a Store, policy: &policy::Table) -> Option<(&'a ColumnName, &'a ColumnName)> {
    let paths = store.tables.values().flat_map(|table| &table.owned_by).map(|owner| &owner.path);
    let mut found = paths.filter_map(|path| match path {
        OwnerPath::Through { table, row, owner } if *table == policy.name => Some((row, owner)),
        _ => None,
    });
    found.next()
}

/// Every column that a map names, by the table's name in the database.
pub(crate) fn named_columns(store: &Store) -> Vec<(String, Vec<String>)> {
    let named = |table: &policy::Table| {
        let mut names = read_columns(store, table);
        names.extend(table.key.iter().chain(table.emptied.keys()).cloned());
        for owner in store.tables.values().flat_map(|other| &other.owned_by) {
            if let OwnerPath::Through { table: between, row, owner } = &owner.path
                && *between == table.name
            {
                names.extend([row.clone(), owner.clone()]);
            }
        }
        names.iter().map(|name| name.as_str().to_owned()).collect()
    };
    store.tables.values().map(|table| (table.sql_name.clone(), named(table))).collect()
}
