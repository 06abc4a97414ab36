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

pub(crate) mod events;
mod files;
mod indexes;
mod names;
pub(crate) mod personal;
mod restricted;
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
    pub(crate) fn new(
        code: &'static str,
        severity: Severity,
        table: impl Into<String>,
        message: String,
    ) -> Self {
        Self { code, severity, table: table.into(), column: None, message, help: None }
    }

    fn error(code: &'static str, table: &TableName, message: String) -> Self {
        Self::new(code, Severity::Error, table.as_str(), message)
    }

    pub(crate) fn warning(code: &'static str, table: &TableName, message: String) -> Self {
        Self::new(code, Severity::Warning, table.as_str(), message)
    }

    pub(crate) fn advice(code: &'static str, table: &TableName, message: String) -> Self {
        Self::new(code, Severity::Advice, table.as_str(), message)
    }

    pub(crate) fn column(mut self, column: impl Into<String>) -> Self {
        self.column = Some(column.into());
        self
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Everything that can be said of a store's map, the gravest first.
pub fn check_map(store: &Store, schema: &Schema) -> Vec<Finding> {
    let schema = &schema.clone().with_places(store);
    let mut findings = names::check(store, schema);
    findings.extend(ways::nowhere(store));
    findings.extend(personal::check(store, schema));
    let broken = findings.iter().any(|finding| finding.code.starts_with("store/no-"));
    match Map::new(store, schema) {
        Ok(map) => {
            findings.extend(ways::check(&map));
            findings.extend(events::check(&map));
            findings.extend(indexes::check(&map));
            findings.extend(restricted::check(&map));
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
    files::check(store, schema, &mut findings);
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

/// What a code of a store's map means and how to mend it; `None` for an unknown one.
pub fn explain(code: &str) -> Option<&'static str> {
    Some(match code {
        "store/no-table" => {
            "The policy maps a table that the database does not have. Correct its `name`, or take it out of the map."
        }
        "store/no-column" => {
            "The policy names a column that the table does not have. Correct the name, or take it out of the map."
        }
        "store/absent-column" => {
            "The policy names a member that no line of the file has: it counts as empty in all of them. That may be so; if the name is wrong, what it should name is never found."
        }
        "store/no-key" => {
            "Nothing tells the rows of the table apart: it has no primary key and the policy names no `key`. Write `key = \"…\"` with columns that are unique together."
        }
        "store/key-not-unique" => {
            "The columns that the policy calls `key` are not unique in the database: one row could be taken for another."
        }
        "store/no-owner-path" => {
            "No way leads from the table to a person: its rows are found by no request. Write `owned-by`, `shared-with` or `refers-to`, or `person`."
        }
        "store/nullable-owner" => {
            "The column that holds the owner may be NULL: such rows belong to nobody and are found by no request."
        }
        "store/other-owner" => "The column points by a foreign key to another table than the policy says.",
        "store/event-type" => {
            "The column of an event holds no date by its type: what it says can't be read, and rows are kept."
        }
        "store/identifier-not-unique" => {
            "The database allows two rows with the same identifier: two people may be found by one. Make it UNIQUE, or pick by key when two are found."
        }
        "store/missing-index" => {
            "Without this index every row is read each time. The help is the statement to run."
        }
        "store/not-null" => {
            "The column is NOT NULL: while its row stays it can't be emptied. Write what to put there instead under `emptied`."
        }
        "store/detach-not-null" => {
            "The reference is NOT NULL and can't be let go. Write `detach = { to = \"KEY\" }`, a row that stands for erased people."
        }
        "store/emptied-unique" => {
            "No two rows may agree in this column, and `emptied` writes one and the same value into it for everybody: the first erasure succeeds, and the database refuses every other one. Let the column be NULL and take it out of `emptied`: a UNIQUE column may be NULL in many rows."
        }
        "store/emptied-type" => "What the policy writes under `emptied` does not fit the column's type.",
        "store/no-archive-table" => "The table named under `archive` is not there.",
        "store/archive-out-of-sight" => {
            "The archive table is not mapped, or not all of it. What is moved there is in no answer to a person (Art. 15), is not erased (Art. 17), and never falls due (Art. 5(1)(e)): map it as a table too."
        }
        "store/archive-held" => {
            "Rows that are moved to the archive leave their table, and a foreign key of other rows points to them there: the database refuses the move, deletes those rows along, or lets go of the reference. Mark rows instead (`archive = { flag = … }`), or take the foreign key away: what hangs on a moved row is found by the same key in the archive table."
        }
        "store/archive-shape" => "The archive table lacks columns of the table that it archives.",
        "store/unmapped-column" => {
            "The column looks personal by its name and the policy does not map it: no request and no sweep sees it. Map it, or name its table under `not-personal`."
        }
        "store/unmapped-table" => {
            "The table looks personal and the policy does not map it. Map it, or name it under `not-personal`."
        }
        "store/unmapped-reference" => {
            "A table that the policy does not map points to rows that Kept may delete: the database will refuse, or delete along. Map it, or name it under `not-personal`."
        }
        "store/view" => {
            "The policy maps a view. Access reports read it; erasures and sweeps write nothing through it and are refused while it still shows what is to go, so that the tables under it must be mapped too. A materialized view keeps a copy until it is refreshed."
        }
        "store/restriction-mark" => {
            "The column that marks restricted rows can't be written as the mark needs it. A mark is a truth, a whole number (1 or 0), or a date or text that may be NULL (the instant, and NULL when lifted), in a column of its own."
        }
        "store/unclear" => "The map does not fit the database in a way that the message says.",
        other => return of_rows(other),
    })
}

/// The same of codes that a look at rows tells.
fn of_rows(code: &str) -> Option<&'static str> {
    Some(match code {
        "store/unread-document" => {
            "Rows hold in a column of documents what can't be read where the map names places: text that is no JSON, JSON of another shape, or an object that names a member more than once. Such a row's document goes as a whole once all that is mapped in it goes; until then it stays, and runs and reports tell it."
        }
        "store/uncounted" => {
            "Whether what a column holds can all be read could not be counted, for the reason given. Try again when the store is less busy."
        }
        "store/unread-date" => {
            "The column dates an event and holds values that are no dates as Kept reads them: for these rows nobody can tell when their time is over, and they are kept."
        }
        "store/unmapped-member" => {
            "Documents have members that no place of the map names: no request and no sweep sees them. Map them as places (`profile$.contact.phone`), or map the column as a whole."
        }
        _ => return None,
    })
}
