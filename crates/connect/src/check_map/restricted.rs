//! Columns that mark restricted rows: does their type do, and may they be written?

use super::Finding;
use crate::map::Map;
use crate::marks;

/// Every mark that could not be set or taken off.
pub(super) fn check(map: &Map<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for table in &map.tables {
        let Some(mark) = &table.policy.restricted else { continue };
        let Some(column) = map.schema.column(table.shape, mark.as_str()) else { continue };
        let why = if table.shape.is_view {
            Some("is a view's, through which nothing is written")
        } else {
            marks::unusable(map.schema.engine, table, column)
        };
        findings.extend(why.map(|why| {
            let message = format!("`{mark}` of `{}` can't mark restricted rows: it {why}", table.policy.name);
            Finding::error("store/restriction-mark", &table.policy.name, message)
                .column(&column.name)
                .help("add a column for it: `is_restricted boolean NOT NULL DEFAULT false`")
        }));
    }
    findings
}
