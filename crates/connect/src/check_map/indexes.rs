//! Indexes that are missing, with the exact statement that makes them.

use kept_core::diagnostic::Severity;
use kept_core::identifier::{IdentifierClass, is_unique};
use kept_core::policy::model::Engine;

use super::{Finding, events};
use crate::find::{CaseWay, case_way};
use crate::map::{Map, Table};
use crate::schema::{self, Column, Part};
use crate::sql::quote_printed;

/// Every index that finding, reading, erasing or sweeping would use and that is not there.
pub(super) fn check(map: &Map<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for table in map.tables.iter().filter(|table| !table.shape.is_view) {
        findings.extend(identifiers(map, table));
        for name in events::dated(table) {
            let column = map.schema.column(table.shape, name.as_str());
            findings.extend(column.and_then(|column| {
                needed(
                    map,
                    table.shape,
                    &[column],
                    (Severity::Advice, table.policy.name.as_str(), "by which sweeps go"),
                )
            }));
        }
    }
    for edge in &map.edges {
        let Some(child) = map.tables.get(edge.child).filter(|table| !table.shape.is_view) else { continue };
        let columns: Vec<&Column> = edge.own().collect();
        let name = child.policy.name.as_str();
        let why = (Severity::Warning, name, "which requests follow");
        findings.extend(needed(map, child.shape, &columns, why));
    }
    findings.extend(unmapped_references(map));
    findings
}

fn identifiers(map: &Map<'_>, table: &Table<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (kind, name) in &table.policy.identifies {
        let Some(column) = map.schema.column(table.shape, name.as_str()) else { continue };
        let own = table.policy.name.as_str();
        match IdentifierClass::of(kind) {
            IdentifierClass::Email => findings.extend(address(map, table, column)),
            IdentifierClass::Exact => {
                let why = (Severity::Warning, own, "by which people are found");
                findings.extend(needed(map, table.shape, &[column], why));
            }
            // No index serves a number that is written in many ways.
            IdentifierClass::Phone => {}
        }
        if is_unique(kind) && table.policy.person.is_some() && !table.shape.is_unique(&[&column.name]) {
            let message = format!(
                "`{}` is not unique in the database: two people may be found by one `{kind}`",
                column.name
            );
            let finding = Finding::advice("store/identifier-not-unique", &table.policy.name, message);
            findings
                .push(finding.column(&column.name).help("make it UNIQUE, or pick by key when two are found"));
        }
    }
    findings
}

/// An index by which addresses are found whatever their case.
fn address(map: &Map<'_>, table: &Table<'_>, column: &Column) -> Option<Finding> {
    let (way, is_served) = case_way(table.shape, column);
    if is_served || column.within.is_some() || column.is_list {
        return None;
    }
    let engine = map.schema.engine;
    let name = quote_printed(engine, &column.name);
    let suffix = format!("{}_lower", column.name);
    let statement = match (way, engine) {
        (CaseWay::Own, _) => create(engine, table.shape, &suffix, &part(engine, column)),
        (_, Engine::Sqlite | Engine::Postgres) => {
            create(engine, table.shape, &suffix, &format!("lower({name})"))
        }
        (_, Engine::Mariadb) => computed(table.shape, column),
    };
    let message = format!(
        "no index finds people by `{}` without regard to case: each search reads every row",
        column.name
    );
    let finding = Finding::warning("store/missing-index", &table.policy.name, message);
    Some(finding.column(&column.name).help(statement))
}

/// An index that begins with these columns.
fn needed(
    map: &Map<'_>,
    shape: &schema::Table,
    columns: &[&Column],
    (severity, table, why): (Severity, &str, &str),
) -> Option<Finding> {
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    let by_case = |column: &Column| {
        shape
            .indexes
            .iter()
            .any(|index| !index.is_partial && index.parts.first() == Some(&Part::Column(column.name.clone())))
    };
    // One column of several is enough to keep a search short.
    // No look at the schema tells whether an index serves a place within documents.
    let is_within = columns.iter().any(|column| column.within.is_some());
    if is_within
        || names.is_empty()
        || shape.index_on(&names).is_some()
        || columns.iter().any(|column| by_case(column))
    {
        return None;
    }
    let listed = names.join("`, `");
    let engine = map.schema.engine;
    let quoted: Vec<String> = columns.iter().map(|column| part(engine, column)).collect();
    let message = format!("no index on `{listed}`, {why}: each time every row is read");
    let finding = Finding::new("store/missing-index", severity, table, message);
    let finding = finding.help(create(engine, shape, &names.join("_"), &quoted.join(", ")));
    Some(match columns {
        [only] => finding.column(&only.name),
        _ => finding,
    })
}

/// Foreign keys of tables that nobody maps into mapped ones: the database itself reads every row
/// of them each time something goes.
fn unmapped_references(map: &Map<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for table in &map.tables {
        for (from, key) in map.schema.pointing_to(table.shape) {
            if map.over(from).is_some() {
                continue;
            }
            let columns: Vec<&Column> =
                key.columns.iter().filter_map(|name| map.schema.column(from, name)).collect();
            let name = from.full_name();
            let why = (Severity::Advice, name.as_str(), "which requests follow");
            findings.extend(needed(map, from, &columns, why));
        }
    }
    findings
}

/// A column as an index names it: of long texts, MariaDB takes a beginning only.
fn part(engine: Engine, column: &Column) -> String {
    const LETTERS: u32 = 191;
    let name = quote_printed(engine, &column.name);
    let is_long = column.declared.ends_with("text") || column.declared.ends_with("blob");
    if engine == Engine::Mariadb && is_long { format!("{name}({LETTERS})") } else { name }
}

/// The statement that lets MariaDB, which has no index over an expression, keep the lower case of a
/// column, and an index over that.
fn computed(shape: &schema::Table, column: &Column) -> String {
    let engine = Engine::Mariadb;
    let name = quote_printed(engine, &column.name);
    let lower = quote_printed(engine, &format!("{}_lower", column.name));
    let kind = if column.declared.ends_with("text") { "varchar(255)" } else { column.declared.as_str() };
    format!(
        "ALTER TABLE {} ADD COLUMN {lower} {kind} AS (lower({name})) VIRTUAL, ADD INDEX ({lower});",
        quote_printed(engine, &shape.name)
    )
}

fn create(engine: Engine, shape: &schema::Table, suffix: &str, expression: &str) -> String {
    const NAME_BYTES_MAX: usize = 63;
    let plain = |text: &str| -> String {
        text.chars()
            .map(|sign| if sign.is_ascii_alphanumeric() { sign.to_ascii_lowercase() } else { '_' })
            .collect()
    };
    let mut name = format!("{}_{}", plain(&shape.name), plain(suffix));
    name.truncate(NAME_BYTES_MAX);
    let table = match &shape.schema {
        Some(schema) if !shape.is_in_path => {
            format!("{}.{}", quote_printed(engine, schema), quote_printed(engine, &shape.name))
        }
        _ => quote_printed(engine, &shape.name),
    };
    format!("CREATE INDEX {} ON {table} ({expression});", quote_printed(engine, &name))
}
