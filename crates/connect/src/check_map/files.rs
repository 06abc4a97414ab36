//! What `kept check --stores` says of files: columns that no line of JSON has. What only a database
//! could mend is not said of them.

use kept_core::policy::model::store::Store;

use super::Finding;
use crate::files::layout::ABSENT;
use crate::schema::Schema;

/// Codes whose mend is a statement that a database runs.
const OF_DATABASES: [&str; 3] =
    ["store/missing-index", "store/identifier-not-unique", "store/nullable-owner"];

/// Adds what is said of files, and takes away what is said of databases only.
pub(super) fn check(store: &Store, schema: &Schema, findings: &mut Vec<Finding>) {
    if store.files.is_none() {
        return;
    }
    findings.retain(|finding| !OF_DATABASES.contains(&finding.code));
    for table in store.tables.values() {
        let Some(shape) = schema.table(&table.sql_name) else { continue };
        for column in shape.columns.iter().filter(|column| column.declared == ABSENT) {
            let message = format!("no line has `{}`: it counts as empty everywhere", column.name);
            let help = "correct the name, if it is wrong; lines that come later may have it";
            let finding = Finding::warning("store/absent-column", &table.name, message);
            findings.push(finding.column(&column.name).help(help));
        }
    }
}
