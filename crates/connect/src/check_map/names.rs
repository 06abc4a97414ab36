//! Tables, columns and keys that the map names: are they there, and do keys tell rows apart?

use kept_core::name::ColumnName;
use kept_core::policy::model::store::{self as policy, ArchiveWay, OwnerPath, Store};

use super::Finding;
use crate::fault::StoreFault;
use crate::map::{self, read_columns};
use crate::schema::{Schema, Table};

/// Every name that is not there, and every key that is none.
pub(super) fn check(store: &Store, schema: &Schema) -> Vec<Finding> {
    let mut findings = Vec::new();
    for table in store.tables.values() {
        match schema.need_table(&table.sql_name) {
            Err(fault) => findings.push(missing("store/no-table", table, &fault)),
            Ok(shape) => {
                findings.extend(columns(store, schema, table, shape));
                findings.extend(key(store, table, shape, schema));
                findings.extend(archive(store, schema, table, shape));
                findings.extend(view(table, shape));
            }
        }
    }
    for name in store.not_personal.iter().filter(|name| schema.table(name).is_none()) {
        let message = format!("there is no table `{name}`, which `not-personal` names");
        findings.push(Finding::warning("store/no-table", &name.as_str().into(), message));
    }
    findings
}

/// A missing name: the words are the fault's own, its suggestion the help.
fn missing(code: &'static str, table: &policy::Table, fault: &StoreFault) -> Finding {
    let finding = Finding::error(code, &table.name, fault.to_string());
    match fault {
        StoreFault::NoColumn { column, .. } => finding.column(column),
        _ => finding,
    }
}

fn columns(store: &Store, schema: &Schema, table: &policy::Table, shape: &Table) -> Vec<Finding> {
    let mut names: Vec<ColumnName> = read_columns(store, table);
    names.extend(table.key.iter().chain(table.emptied.keys()).cloned());
    for owner in store.tables.values().flat_map(|other| &other.owned_by) {
        if let OwnerPath::Through { table: between, row, owner } = &owner.path
            && *between == table.name
        {
            names.extend([row.clone(), owner.clone()]);
        }
    }
    names.sort();
    names.dedup();
    let missing_ones = names.iter().filter_map(|name| {
        let fault = schema.need_column(shape, name.as_str()).err()?;
        Some(missing("store/no-column", table, &fault))
    });
    missing_ones.collect()
}

fn key(store: &Store, table: &policy::Table, shape: &Table, schema: &Schema) -> Option<Finding> {
    let Ok(key) = map::key(store, table, shape, schema) else {
        let is_missing = table.key.iter().any(|name| schema.column(shape, name.as_str()).is_none());
        let message = format!("table `{}` has no primary key", table.sql_name);
        return (!is_missing).then(|| {
            Finding::error("store/no-key", &table.name, message)
                .help("say which columns tell its rows apart: `key = [\"…\"]`")
        });
    };
    let names: Vec<&str> = key.iter().map(|column| column.name.as_str()).collect();
    let is_between = table.key.is_empty() && shape.primary_key.is_empty();
    if shape.is_unique(&names) || is_between || shape.is_view {
        return None;
    }
    let listed = names.join("`, `");
    let message = format!("the key `{listed}` is not unique in the database, so it can't tell rows apart");
    let help = if shape.primary_key.is_empty() {
        format!("give the table a UNIQUE constraint over `{listed}`")
    } else {
        "leave `key` out: the table has a primary key".to_owned()
    };
    Some(Finding::error("store/key-not-unique", &table.name, message).help(help))
}

/// A view that is mapped: it is read, and never written.
fn view(table: &policy::Table, shape: &Table) -> Option<Finding> {
    shape.is_view.then(|| {
        let message =
            format!("`{}` is a view: it is read, and nothing is written through it", shape.full_name());
        Finding::advice("store/view", &table.name, message)
            .help("map the tables under it too: what it shows goes with their rows")
    })
}

fn archive(store: &Store, schema: &Schema, table: &policy::Table, shape: &Table) -> Vec<Finding> {
    let Some(ArchiveWay::Table(name)) = &table.archive else { return Vec::new() };
    let Some(archive) = schema.table(name) else {
        let message = format!("there is no archive table `{name}`");
        let help = format!("make it with the columns of `{}`", table.sql_name);
        return vec![Finding::error("store/no-archive-table", &table.name, message).help(help)];
    };
    let lacking = shape
        .columns
        .iter()
        .filter(|column| !column.is_generated && schema.column(archive, &column.name).is_none());
    let lacking = lacking.map(|column| {
        let message = format!("archive table `{name}` has no column `{}`", column.name);
        Finding::error("store/archive-shape", &table.name, message).column(&column.name)
    });
    lacking.chain(out_of_sight(store, schema, table, archive)).collect()
}

/// What is moved to a table that the map does not have is found by nobody.
fn out_of_sight(store: &Store, schema: &Schema, table: &policy::Table, archive: &Table) -> Vec<Finding> {
    let name = archive.full_name();
    let is_archive = |one: &&policy::Table| {
        schema.table(&one.sql_name).is_some_and(|shape| shape.full_name() == archive.full_name())
    };
    let mapped: Vec<&policy::Table> = store.tables.values().filter(is_archive).collect();
    if mapped.is_empty() {
        let message = format!(
            "rows that are moved to `{name}` leave the map: no request finds them, and they never go"
        );
        let help = format!("map `{name}` as a table too, with the same people, owners, columns and events");
        return vec![Finding::error("store/archive-out-of-sight", &table.name, message).help(help)];
    }
    let columns = table.columns.keys().filter(|own| !mapped.iter().any(|one| one.columns.contains_key(*own)));
    let columns = columns.map(|column| {
        let message =
            format!("rows that are moved to `{name}` take `{column}` along, which is not mapped there");
        let help = format!("say of `{name}` too what `{column}` holds");
        Finding::error("store/archive-out-of-sight", &table.name, message).column(column.as_str()).help(help)
    });
    let events = table.events.keys().filter(|own| !mapped.iter().any(|one| one.events.contains_key(*own)));
    let events = events.map(|event| {
        let message = format!("in `{name}` nothing says when {event} was, which `{}` tells", table.name);
        let help = format!("say where its date is: `events = {{ {event} = \"…\" }}` of `{name}`");
        Finding::warning("store/archive-out-of-sight", &table.name, message).help(help)
    });
    columns.chain(events).collect()
}
