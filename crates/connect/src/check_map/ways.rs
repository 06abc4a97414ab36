//! The ways from rows to people: do they lead anywhere, and can references be let go?

use std::collections::BTreeSet;

use kept_core::diagnostic::Severity;
use kept_core::name::TableName;
use kept_core::policy::model::store::{self as policy, Detach, OwnerPath, Store};

use super::Finding;
use crate::map::{Map, Meaning, Table};
use crate::schema::{Class, OnDelete, Part};

/// Tables from whose rows no way leads to a person.
pub(super) fn nowhere(store: &Store) -> Vec<Finding> {
    let tables = store.tables.values().filter(|table| !is_between(store, table));
    let lost = tables.filter_map(|table| {
        let mut seen = BTreeSet::new();
        let mut is_circle = false;
        if leads(store, &table.name, &mut seen, &mut is_circle) {
            return None;
        }
        let message = match (parents(table).is_empty(), is_circle) {
            (true, _) => "nothing says whose its rows are".to_owned(),
            (false, true) => "its owners lead in a circle and to no person".to_owned(),
            (false, false) => "its owners lead to no table of people".to_owned(),
        };
        let help =
            "say `person = \"…\"`, or `owned-by`, `shared-with` or `refers-to` a table that leads to people";
        Some(Finding::error("store/no-owner-path", &table.name, message).help(help))
    });
    lost.collect()
}

/// Whether a table lies between another and its owners, who are then its own.
fn is_between(store: &Store, table: &policy::Table) -> bool {
    store.tables.values().flat_map(|other| &other.owned_by).any(
        |owner| matches!(&owner.path, OwnerPath::Through { table: between, .. } if *between == table.name),
    )
}

fn parents(table: &policy::Table) -> Vec<&TableName> {
    let owners = table.owned_by.iter().map(|owner| &owner.table);
    owners.chain(table.shared_with.iter().chain(&table.refers_to).map(|link| &link.table)).collect()
}

fn leads<'a>(
    store: &'a Store,
    name: &'a TableName,
    seen: &mut BTreeSet<&'a TableName>,
    is_circle: &mut bool,
) -> bool {
    if !seen.insert(name) {
        *is_circle = true;
        return false;
    }
    let Some(table) = store.tables.get(name) else { return false };
    table.person.is_some()
        || !table.identifies.is_empty()
        || parents(table).into_iter().any(|parent| leads(store, parent, seen, is_circle))
}

/// Owners that may be missing, that the database sees elsewhere, and references that can't be let
/// go.
pub(super) fn check(map: &Map<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for table in &map.tables {
        findings.extend(nullable_owner(map, table));
        findings.extend(other_targets(map, table));
        findings.extend(fixed_references(map, table));
        findings.extend(fixed_columns(map, table));
        findings.extend(unfit_replacements(map, table));
        findings.extend(replacements_taken_once(table));
        findings.extend(held_back(map, table));
    }
    findings
}

fn nullable_owner(map: &Map<'_>, table: &Table<'_>) -> Option<Finding> {
    let [policy::Owner { path: OwnerPath::Column(name), .. }] = table.policy.owned_by.as_slice() else {
        return None;
    };
    let column = map.schema.column(table.shape, name.as_str()).filter(|column| column.is_nullable)?;
    let message = format!("`{}` may be NULL; such rows belong to nobody and are never found", column.name);
    let help = format!("make `{}` NOT NULL, or say a second owner", column.name);
    Some(Finding::advice("store/nullable-owner", &table.policy.name, message).column(&column.name).help(help))
}

/// A column whose foreign key leads to another table than the map says.
fn other_targets(map: &Map<'_>, table: &Table<'_>) -> Vec<Finding> {
    let place = map.place(&table.policy.name);
    let edges = map.edges.iter().filter(|edge| Some(edge.child) == place && !edge.is_archive);
    let wrong = edges.filter_map(|edge| {
        let (Meaning::Owned(name) | Meaning::Shared(name) | Meaning::Mentions(name, _)) = &edge.meaning
        else {
            return None;
        };
        let parent = map.tables.get(edge.parent)?;
        let keys =
            table.shape.foreign_keys.iter().filter(
                |key| matches!(key.columns.as_slice(), [only] if map.schema.same(only, name.as_str())),
            );
        let targets: Vec<_> = keys.filter_map(|key| map.schema.target(key)).collect();
        let other =
            targets.first().filter(|_| !targets.iter().any(|target| std::ptr::eq(*target, parent.shape)))?;
        let message = format!(
            "`{name}` points to `{}` in the database, and to `{}` in the policy",
            other.full_name(),
            parent.policy.name
        );
        Some(Finding::warning("store/other-owner", &table.policy.name, message).column(name.as_str()))
    });
    wrong.collect()
}

fn fixed_references(map: &Map<'_>, table: &Table<'_>) -> Vec<Finding> {
    let links = table.policy.shared_with.iter().chain(&table.policy.refers_to);
    let fixed = links.filter(|link| link.detach == Detach::Null).filter_map(|link| {
        let column = map.schema.column(table.shape, link.column.as_str())?;
        (!column.is_nullable).then(|| {
            let message = format!("`{}` is NOT NULL, so a reference can't be let go with NULL", column.name);
            Finding::error("store/detach-not-null", &table.policy.name, message)
                .column(&column.name)
                .help("say where it points to instead: `detach = { to = \"…\" }`")
        })
    });
    fixed.collect()
}

/// Rows that can't be moved to an archive, or not without harm, because of foreign keys to them.
fn held_back(map: &Map<'_>, table: &Table<'_>) -> Vec<Finding> {
    let Some(policy::ArchiveWay::Table(archive)) = &table.policy.archive else { return Vec::new() };
    let found = map.schema.pointing_to(table.shape).map(|(from, key)| {
        let name = from.full_name();
        let own = table.shape.full_name();
        let (severity, effect) = match key.on_delete {
            OnDelete::NoAction | OnDelete::Restrict => {
                (Severity::Warning, format!("a row of `{own}` that rows of `{name}` point to can't be moved"))
            }
            OnDelete::Cascade => {
                (Severity::Error, format!("rows of `{name}` are deleted when what they point to is moved"))
            }
            OnDelete::SetNull | OnDelete::SetDefault => (
                Severity::Error,
                format!("rows of `{name}` lose whose they are when what they point to is moved"),
            ),
        };
        let message = format!("{effect} to `{archive}`: the foreign key on `{}`", key.columns.join("`, `"));
        let help = format!(
            "mark rows instead, `archive = {{ flag = \"…\" }}`, or take the foreign key away: what hangs on a moved \
             row is found by the same key in `{archive}`"
        );
        Finding::new("store/archive-held", severity, table.policy.name.as_str(), message).help(help)
    });
    found.collect()
}

/// Replacements that their columns can't hold: texts for numbers, and for dates.
fn unfit_replacements(map: &Map<'_>, table: &Table<'_>) -> Vec<Finding> {
    let unfit = table.policy.emptied.iter().filter_map(|(name, text)| {
        let column = map.schema.column(table.shape, name.as_str())?;
        let fits = match column.class {
            Class::Integer => text.parse::<i64>().is_ok(),
            Class::Real | Class::Decimal => text.parse::<f64>().is_ok(),
            Class::Date | Class::LocalTime | Class::Instant => {
                text.starts_with(|sign: char| sign.is_ascii_digit())
            }
            _ => true,
        };
        (!fits).then(|| {
            let message = format!("`emptied` of `{name}` does not fit its type `{}`", column.declared);
            Finding::error("store/emptied-type", &table.policy.name, message).column(name.as_str())
        })
    });
    unfit.collect()
}

/// Replacements that a UNIQUE column takes once only: with the second erasure two rows would agree.
fn replacements_taken_once(table: &Table<'_>) -> Vec<Finding> {
    let is_replaced =
        |name: &String| table.policy.emptied.keys().any(|column| column.as_str().eq_ignore_ascii_case(name));
    // An index that leaves rows out (`WHERE email <> ''`) may leave out just these.
    let uniques = table.shape.indexes.iter().filter(|index| index.is_unique && !index.is_partial);
    let of_index = uniques.filter_map(|index| {
        let column = |part: &Part| match part {
            Part::Column(name) | Part::NoCase(name) | Part::Lower(name) => Some(name.clone()),
            Part::Other => None,
        };
        index.parts.iter().map(column).collect::<Option<Vec<String>>>()
    });
    let mut lists: Vec<Vec<String>> = of_index.chain([table.shape.primary_key.clone()]).collect();
    lists.retain(|list| !list.is_empty() && list.iter().all(is_replaced));
    lists.sort();
    lists.dedup();
    let finding = |list: Vec<String>| {
        let listed = list.join("`, `");
        let is = if list.len() == 1 { "is" } else { "are together" };
        let message = format!(
            "`{listed}` {is} UNIQUE, and `emptied` writes the same there into every row that is emptied"
        );
        let help = "the second erasure would be refused: let the column be NULL and take it out of `emptied`, \
                    since many rows may be NULL where they must differ otherwise";
        let finding = Finding::error("store/emptied-unique", &table.policy.name, message).help(help);
        match list.as_slice() {
            [only] => finding.column(only.as_str()),
            _ => finding,
        }
    };
    lists.into_iter().map(finding).collect()
}

/// Columns that could not be emptied while their row stays.
fn fixed_columns(map: &Map<'_>, table: &Table<'_>) -> Option<Finding> {
    let columns = table.policy.columns.keys().filter(|name| !table.policy.emptied.contains_key(*name));
    let fixed: Vec<&str> = columns
        .filter_map(|name| map.schema.column(table.shape, name.as_str()))
        .filter(|column| !column.is_nullable && !table.key.iter().any(|key| key.name == column.name))
        .map(|column| column.name.as_str())
        .collect();
    if fixed.is_empty() {
        return None;
    }
    let listed = fixed.join("`, `");
    let are = if fixed.len() == 1 { "is" } else { "are" };
    let message = format!("`{listed}` {are} NOT NULL and can't be emptied while the row stays");
    let help = "say what to write instead, where a row may outlive them: `emptied = { … = \"…\" }`";
    Some(Finding::advice("store/not-null", &table.policy.name, message).help(help))
}
