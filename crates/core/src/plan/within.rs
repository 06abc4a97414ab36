//! Documents in columns, as plans see them: which places of a document a map names, and what may
//! become of one that can't be read.
//!
//! A document that can't be read counts as holding something at every place that it is asked for. It goes as a whole where all
//! the data that the map sees in it go; until then it stays as it is and is told. Not here: how
//! documents are read (`kept-connect`).

use std::collections::BTreeSet;

use crate::name::{ColumnName, TableName};
use crate::policy::model::store::{ArchiveWay, EventSource, Label, OwnerPath, Store, Table};

/// The column of whose documents a name is a place: `profile` of `profile$.contact.phone`.
pub fn document_of(column: &ColumnName) -> Option<&str> {
    let name = column.as_str();
    let begins = |at: usize| name.get(at + 1..).is_some_and(|rest| rest.starts_with(['.', '[']));
    let at = name.match_indices('$').map(|(at, _)| at).find(|at| *at > 0 && begins(*at))?;
    name.get(..at)
}

/// What a map names in the documents of one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The column.
    pub base: String,
    /// Places that hold data, with the column itself where the map says what it holds.
    pub data: Vec<ColumnName>,
    /// Places that hold what the map needs and no data: dates, links, marks.
    pub others: Vec<ColumnName>,
}

/// The documents of a table, over all that the map says of it in the database.
pub fn documents(map: &Store, table: &Table) -> Vec<Document> {
    let mut found: Vec<Document> = Vec::new();
    let same = || map.tables.values().filter(|other| other.sql_name == table.sql_name);
    let names: BTreeSet<ColumnName> = same().flat_map(|other| read_columns(map, other)).collect();
    let holds = |name: &ColumnName| same().any(|other| other.columns.contains_key(name));
    for name in &names {
        let Some(base) = document_of(name) else { continue };
        let place = found.iter().position(|document| document.base == base).unwrap_or_else(|| {
            let whole = names.get(base).into_iter().cloned();
            let (data, others) = whole.partition(&holds);
            found.push(Document { base: base.to_owned(), data, others });
            found.len() - 1
        });
        if let Some(document) = found.get_mut(place) {
            let names = if holds(name) { &mut document.data } else { &mut document.others };
            names.push(name.clone());
        }
    }
    found
}

/// The columns that a reading needs: the mapped ones first, then those that hold dates, consents,
/// links, occasions, marks and conditions; each once.
pub fn read_columns(store: &Store, table: &Table) -> Vec<ColumnName> {
    let mut names: Vec<ColumnName> = table.columns.keys().cloned().collect();
    names.extend(table.identifies.values().cloned());
    for source in table.events.values() {
        if let EventSource::Column { column, or, .. } = source {
            names.push(column.clone());
            names.extend(or.clone());
        }
    }
    names.extend(aggregated(store, &table.name));
    for consent in table.consents.values() {
        names.push(consent.given.clone());
        names.extend(consent.withdrawn.clone());
        names.extend(consent.when.iter().map(|condition| condition.column.clone()));
    }
    names.extend(table.occasion.iter().map(|(_, column)| column.clone()));
    names.extend(table.owned_by.iter().filter_map(|owner| match &owner.path {
        OwnerPath::Column(column) => Some(column.clone()),
        OwnerPath::Through { .. } => None,
    }));
    names.extend(table.shared_with.iter().chain(&table.refers_to).map(|link| link.column.clone()));
    names.extend(table.columns_of.values().flatten().cloned());
    names.extend(table.archive.iter().filter_map(|way| match way {
        ArchiveWay::Flag(column) => Some(column.clone()),
        ArchiveWay::Table(_) => None,
    }));
    names.extend(table.frozen.iter().map(|frozen| frozen.once.clone()));
    names.extend(table.restricted.clone());
    names.extend([&table.source, &table.controller].into_iter().flatten().filter_map(|label| match label {
        Label::Column { column, .. } => Some(column.clone()),
        Label::All(_) => None,
    }));
    names.extend(table.when.iter().map(|condition| condition.column.clone()));
    let mut seen = BTreeSet::new();
    names.retain(|name| seen.insert(name.clone()));
    names
}

/// The columns of a table over which other tables' events are aggregated.
pub fn aggregated(store: &Store, name: &TableName) -> Vec<ColumnName> {
    let sources = store.tables.values().flat_map(|table| table.events.values());
    let columns = sources.filter_map(|source| match source {
        EventSource::Aggregate { table, column, .. } if table == name => Some(column.clone()),
        _ => None,
    });
    columns.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_column_of_a_place_is_what_stands_before_its_way() {
        let of = |name: &str| document_of(&name.into()).map(str::to_owned);
        assert_eq!(of("profile$.contact.phone").as_deref(), Some("profile"));
        assert_eq!(of("a$b$[0]").as_deref(), Some("a$b"));
        for other in ["profile", "cost$", "$.a", "a$b"] {
            assert_eq!(of(other), None, "{other}");
        }
    }
}
