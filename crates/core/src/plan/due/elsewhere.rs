//! Of which purposes rows of other tables may tell, although they don't hang on a person's row: the same
//! person stands there too, found by the same identifier.
//!
//! The conditions of a table know what hangs on its own rows. A newsletter that a row of `subscribers`
//! tells keeps the address of the same person in `customers` all the same. Not here: who does stand in
//! several tables, which only a search by identifiers tells.

use std::collections::{BTreeMap, BTreeSet};

use crate::identifier::is_unique;
use crate::name::{EventKind, IdentifierKind, PersonKind, PurposeName, StoreName, TableName};
use crate::plan::due::ground::{counts, tells};
use crate::plan::due::routes::Ways;
use crate::policy::Policy;
use crate::policy::model::{EventSource, Nulls, Purpose, Store, Table};

/// By table, the purposes of its data of which rows elsewhere may tell.
pub(super) type Open = BTreeMap<TableName, BTreeSet<PurposeName>>;

/// Whether a person is found by a row of this table alone: each is one, or is identified and nobody's.
pub fn is_root(table: &Table) -> bool {
    let is_owned = !table.owned_by.is_empty() || !table.shared_with.is_empty();
    table.person.is_some() || (!table.identifies.is_empty() && !is_owned)
}

/// The tables of whose data something may be told elsewhere.
pub(super) fn open(policy: &Policy, map: &Store, ways: &Ways) -> Open {
    let mut open = Open::new();
    for root in map.tables.values().filter(|table| is_root(table)) {
        let others = same_people(policy, (&map.name, root));
        let around = others.iter().flat_map(|(store, root)| {
            let tables = around(map, ways, store, root).into_iter();
            tables.map(|table| (table.person.as_ref().or(root.person.as_ref()), table))
        });
        let tellers: Vec<(Option<&PersonKind>, &Table)> = around.collect();
        let is_someone_else =
            others.iter().any(|(_, table)| table.person.is_some() && table.person != root.person);
        for table in tree(ways, &root.name).iter().filter_map(|name| map.tables.get(name)) {
            let is_open = |purpose: &&Purpose| {
                (is_someone_else && !purpose.arms.is_empty())
                    || tellers.iter().any(|(kind, teller)| {
                        kind.is_none_or(|kind| purpose.is_about(kind)) && tells_of(purpose, teller, table)
                    })
            };
            let covers = |purpose: &&Purpose| table.columns.values().any(|datum| purpose.covers(datum));
            let purposes = policy.purposes.values().filter(covers).filter(is_open);
            let names: Vec<PurposeName> = purposes.map(|purpose| purpose.name.clone()).collect();
            if !names.is_empty() {
                open.entry(table.name.clone()).or_default().extend(names);
            }
        }
    }
    open
}

/// Whether rows of a table may say something on which a purpose begins, runs or ends for the rows of another.
fn tells_of(purpose: &Purpose, teller: &Table, table: &Table) -> bool {
    let names = |table: &Table| table.occasion.as_ref().is_some_and(|(kind, _)| *kind == purpose.occasion);
    if teller.consents.contains_key(&purpose.name) || (teller.controller.is_some() && names(teller)) {
        return true;
    }
    if !purpose.rules().any(|rule| tells(rule, teller)) {
        return false;
    }
    // A row leans on the occasion that it tells of itself; of the person's events only those count there of
    // which it is silent.
    let is_own = !purpose.rests_on_consent() && purpose.rules().all(|rule| tells(rule, table));
    if !is_own || (names(table) && names(teller)) {
        return true;
    }
    let is_silent = |kind: &EventKind| match table.events.get(kind) {
        Some(EventSource::Column { null, .. } | EventSource::Aggregate { null, .. }) => {
            *null != Nulls::Unknown
        }
        None => true,
    };
    let counted = |kind: &&EventKind| purpose.rules().any(|rule| counts(rule, kind));
    teller.person.is_some() && (table.person.is_some() || teller.events.keys().filter(counted).any(is_silent))
}

/// The other tables in which people of a table may be found, directly or by way of others. Only identifiers of
/// one person lead on.
fn same_people<'p>(policy: &'p Policy, (store, root): (&StoreName, &Table)) -> Vec<(&'p Store, &'p Table)> {
    let unique = |table: &Table| -> Vec<IdentifierKind> {
        table.identifies.keys().filter(|kind| is_unique(kind)).cloned().collect()
    };
    let mut known: BTreeSet<IdentifierKind> = unique(root).into_iter().collect();
    let mut waiting: Vec<(&Store, &Table)> = policy
        .stores
        .values()
        .flat_map(|other| other.tables.values().map(move |table| (other, table)))
        .filter(|(other, table)| (&other.name, &table.name) != (store, &root.name))
        .collect();
    let mut found = Vec::new();
    loop {
        let is_theirs =
            |(_, table): &(&Store, &Table)| table.identifies.keys().any(|kind| known.contains(kind));
        let (new, rest): (Vec<_>, Vec<_>) = waiting.into_iter().partition(is_theirs);
        if new.is_empty() {
            return found;
        }
        known.extend(new.iter().flat_map(|(_, table)| unique(table)));
        found.extend(new);
        waiting = rest;
    }
}

/// The tables whose rows hang on those of another. Of another store each may.
fn around<'p>(map: &Store, ways: &Ways, store: &'p Store, table: &Table) -> Vec<&'p Table> {
    if store.name != map.name {
        return store.tables.values().collect();
    }
    tree(ways, &table.name).iter().filter_map(|name| store.tables.get(name)).collect()
}

/// A table, and those whose rows hang on its rows.
fn tree(ways: &Ways, root: &TableName) -> BTreeSet<TableName> {
    let (mut found, mut waiting) = (BTreeSet::new(), vec![root.clone()]);
    while let Some(name) = waiting.pop() {
        waiting.extend(ways.down(&name).map(|way| way.child.clone()).filter(|child| !found.contains(child)));
        found.insert(name);
    }
    found
}
