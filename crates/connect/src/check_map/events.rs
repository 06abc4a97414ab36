//! Columns that hold dates: are they of a type that does?

use kept_core::diagnostic::Severity;
use kept_core::name::ColumnName;
use kept_core::policy::model::Engine;
use kept_core::policy::model::store::EventSource;

use super::Finding;
use crate::map::{Map, Table};
use crate::schema::{Class, Column};

/// Event and consent columns of types that hold no dates.
pub(super) fn check(map: &Map<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for table in &map.tables {
        for name in dated(table) {
            let column = map.schema.column(table.shape, name.as_str());
            findings.extend(column.and_then(|column| judge(map, table, column)));
        }
        for source in table.policy.events.values() {
            let EventSource::Aggregate { table: other, column, .. } = source else { continue };
            let Ok(other) = map.table(other) else { continue };
            let column = map.schema.column(other.shape, column.as_str());
            findings.extend(column.and_then(|column| judge(map, other, column)));
        }
    }
    findings
}

/// The columns of a table that hold the dates of events and consents.
pub(crate) fn dated(table: &Table<'_>) -> Vec<ColumnName> {
    let mut names = Vec::new();
    for source in table.policy.events.values() {
        if let EventSource::Column { column, or, .. } = source {
            names.push(column.clone());
            names.extend(or.clone());
        }
    }
    for consent in table.policy.consents.values() {
        names.push(consent.given.clone());
        names.extend(consent.withdrawn.clone());
    }
    names
}

fn judge(map: &Map<'_>, table: &Table<'_>, column: &Column) -> Option<Finding> {
    let severity = match (map.schema.engine, column.class) {
        (_, Class::Date | Class::LocalTime | Class::Instant) => return None,
        // SQLite has no types for dates: texts and numbers hold them.
        (Engine::Sqlite, Class::Text | Class::Integer | Class::Real | Class::Other | Class::Decimal) => {
            return None;
        }
        (Engine::Postgres | Engine::Mariadb, Class::Text) => Severity::Warning,
        _ => Severity::Error,
    };
    let message = format!("`{}` has type `{}`, which holds no dates", column.name, column.declared);
    let finding = Finding::new("store/event-type", severity, table.policy.name.as_str(), message);
    Some(finding.column(&column.name).help("name a column of a date or time type"))
}
