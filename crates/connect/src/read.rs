//! Everything of one person in one store, others masked.

use kept_core::name::{ColumnName, TableName};
use kept_core::plan::{Key, PersonRows, Relation, Row, TableRows, Value};
use kept_core::policy::model::{ArchiveWay, OwnerPath, store};

use crate::engine::Session;
use crate::fault::StoreFault;
use crate::find::Found;
use crate::map::{Map, Table};
use crate::rows;
use crate::share::{self, Mention};
use crate::walk::{self, Reached};

/// Reads everything that hangs on the rows in which a person was found.
///
/// # Errors
/// As the store answers.
pub fn read(session: &mut Session, map: &Map<'_>, persons: &[Found]) -> Result<PersonRows, StoreFault> {
    let reached = walk::reach(session, map, persons)?;
    let mut relations = share::relations(session, map, &reached)?;
    let (mentions, within) = share::mentions(session, map, &reached, &relations)?;
    for (place, column) in within {
        if let Some(Relation::Shared { mine, .. }) = relations.get_mut(place)
            && !mine.contains(&column)
        {
            mine.push(column);
        }
    }
    let mut tables: Vec<TableRows> = map.tables.iter().map(empty).collect();
    for (row, relation) in reached.rows.iter().zip(relations) {
        let through = row.first.and_then(|(_, parent)| name(map, &reached, parent));
        let table = map.tables.get(row.table);
        if let (Some(table), Some(found)) = (table, tables.get_mut(row.table)) {
            let by = share::links(map, row);
            found.rows.push(shown(table, &row.values, relation, (through, &by)));
        }
    }
    for Mention { table: place, values, columns, to } in mentions {
        let table = map.tables.get(place);
        if let (Some(table), Some(found)) = (table, tables.get_mut(place)) {
            let through = name(map, &reached, to);
            found.rows.push(shown(table, &values, Relation::Mentions(columns), (through, &[])));
        }
    }
    for table in &mut tables {
        table.rows.sort_by(|one, other| order(&one.key, &other.key));
    }
    tables.retain(|table| !table.rows.is_empty());
    Ok(PersonRows { store: map.store.name.clone(), tables })
}

/// The columns of a row that are not this person's to see: for a shared row the links and columns
/// of the others, for a mention everything but the reference and the marks that a plan needs.
/// They are read as NULL. `by` are the columns by which the row was reached from this person.
fn masked(
    table: &store::Table,
    relation: &Relation,
    by: &[ColumnName],
    columns: &[ColumnName],
) -> Vec<ColumnName> {
    match relation {
        Relation::Person(_) | Relation::Owned => Vec::new(),
        Relation::Shared { mine, .. } => {
            let is_own = |link: &ColumnName| mine.contains(link) || by.contains(link);
            let owners = table.owned_by.iter().filter_map(|owner| match &owner.path {
                OwnerPath::Column(column) => Some(column),
                OwnerPath::Through { .. } => None,
            });
            let links = owners.chain(table.shared_with.iter().map(|link| &link.column));
            let (own, others): (Vec<_>, Vec<_>) =
                links.chain(table.columns_of.keys()).partition(|link| is_own(link));
            let of = |link: &ColumnName| table.columns_of.get(link).into_iter().flatten();
            let mut hidden: Vec<ColumnName> =
                others.iter().flat_map(|link| std::iter::once(*link).chain(of(link))).cloned().collect();
            hidden.retain(|column| {
                !is_own(column) && !own.iter().any(|link| of(link).any(|own| own == column))
            });
            hidden
        }
        Relation::Mentions(links) => {
            let mark = |column: &ColumnName| {
                table.frozen.as_ref().is_some_and(|frozen| frozen.once == *column)
                    || matches!(&table.archive, Some(ArchiveWay::Flag(flag)) if flag == column)
                    || table.restricted.as_ref() == Some(column)
            };
            columns.iter().filter(|column| !links.contains(column) && !mark(column)).cloned().collect()
        }
    }
}

fn empty(table: &Table<'_>) -> TableRows {
    TableRows {
        table: table.policy.name.clone(),
        key: key_names(table),
        columns: table.read.iter().map(|(name, _)| name.clone()).collect(),
        rows: Vec::new(),
    }
}

/// The key's columns by the policy's names, where it names them.
pub(crate) fn key_names(table: &Table<'_>) -> Vec<ColumnName> {
    if table.policy.key.is_empty() {
        table.key.iter().map(|column| ColumnName::from(column.name.as_str())).collect()
    } else {
        table.policy.key.clone()
    }
}

fn shown(
    table: &Table<'_>,
    values: &[Value],
    relation: Relation,
    (through, by): (Option<(TableName, Key)>, &[ColumnName]),
) -> Row {
    let names: Vec<ColumnName> = table.read.iter().map(|(name, _)| name.clone()).collect();
    let hidden = masked(table.policy, &relation, by, &names);
    let value = |(name, column): &(ColumnName, &crate::schema::Column)| {
        if hidden.contains(name) {
            return Value::Null;
        }
        let unread = table.unread.iter().find(|(own, _)| own == name);
        match unread.map(|(_, document)| rows::cell(table, values, document)) {
            None | Some(Value::Null) => rows::cell(table, values, column),
            Some(document) => Value::Unread(document.shown()),
        }
    };
    let key = rows::key(table, values);
    Row { key, values: table.read.iter().map(value).collect(), relation, through }
}

fn name(map: &Map<'_>, reached: &Reached, place: usize) -> Option<(TableName, Key)> {
    let row = reached.rows.get(place)?;
    let table = map.tables.get(row.table)?;
    Some((table.policy.name.clone(), row.key.clone()))
}

/// Keys in order: numbers by size, everything else by its text.
fn order(one: &[Value], other: &[Value]) -> std::cmp::Ordering {
    one.partial_cmp(other).unwrap_or_else(|| rows::exact(one).cmp(&rows::exact(other)))
}
