//! What is wrong with a store's map, or could be better: for `kept check --stores`.
//!
//! Pure: a map and a schema in, findings out. Nothing is read from the company's rows.

use std::collections::BTreeSet;

use kept_core::diagnostic::Severity;
use kept_core::name::TableName;
use kept_core::policy::model::store::{self as policy, Store};
use serde::Serialize;

use crate::map::Map;
use crate::schema::Schema;

mod events;
mod indexes;
mod names;
mod personal;
mod ways;

/// One finding about a store's map.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Its stable code, `store/no-table`.
    pub code: &'static str,
    /// How grave it is.
    pub severity: Severity,
    /// The table: by its policy name where it is mapped, else by the database's.
    pub table: String,
    /// The column, where it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// What is wrong: lower case, no final period, names in backticks.
    pub message: String,
    /// What to write or run instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

impl Finding {
    fn new(code: &'static str, severity: Severity, table: impl Into<String>, message: String) -> Self {
        Self { code, severity, table: table.into(), column: None, message, help: None }
    }

    fn error(code: &'static str, table: &TableName, message: String) -> Self {
        Self::new(code, Severity::Error, table.as_str(), message)
    }

    fn warning(code: &'static str, table: &TableName, message: String) -> Self {
        Self::new(code, Severity::Warning, table.as_str(), message)
    }

    fn advice(code: &'static str, table: &TableName, message: String) -> Self {
        Self::new(code, Severity::Advice, table.as_str(), message)
    }

    fn column(mut self, column: impl Into<String>) -> Self {
        self.column = Some(column.into());
        self
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Everything that can be said of a store's map, the gravest first.
pub fn check_map(store: &Store, schema: &Schema) -> Vec<Finding> {
    let mut findings = names::check(store, schema);
    findings.extend(ways::nowhere(store));
    findings.extend(personal::check(store, schema));
    let broken = findings.iter().any(|finding| finding.code.starts_with("store/no-"));
    match Map::new(store, schema) {
        Ok(map) => {
            findings.extend(ways::check(&map));
            findings.extend(events::check(&map));
            findings.extend(indexes::check(&map));
        }
        // What names are missing was said above, all at once.
        Err(_) if broken => {}
        Err(fault) => findings.push(Finding::new(
            "store/unclear",
            Severity::Error,
            store.name.as_str(),
            fault.to_string(),
        )),
    }
    let mut seen = BTreeSet::new();
    findings.retain(|finding| seen.insert((finding.code, finding.table.clone(), finding.message.clone())));
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    findings
}

/// The database's tables that the map names: those mapped, and the archives.
fn mapped<'a>(
    store: &'a Store,
    schema: &'a Schema,
) -> Vec<(&'a crate::schema::Table, Option<&'a policy::Table>)> {
    let tables =
        store.tables.values().filter_map(|table| Some((schema.table(&table.sql_name)?, Some(table))));
    let archives = store.tables.values().filter_map(|table| match &table.archive {
        Some(policy::ArchiveWay::Table(name)) => Some((schema.table(name)?, None)),
        _ => None,
    });
    tables.chain(archives).collect()
}
