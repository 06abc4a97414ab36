//! MariaDB's schema, from `information_schema`, in six questions whatever the number of tables. A
//! store is one database: what lies in another is not seen.

use std::collections::BTreeMap;

use kept_core::plan::Value;
use kept_core::policy::model::Engine;

use super::{Class, Column, ForeignKey, Index, OnDelete, Part, Schema, Table};
use crate::engine::Session;
use crate::fault::StoreFault;

/// Tables and views; the server's own sequences are neither.
const TABLES: &str = "SELECT TABLE_NAME, TABLE_TYPE = 'VIEW', TABLE_ROWS FROM information_schema.TABLES \
    WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE IN ('BASE TABLE', 'VIEW', 'SYSTEM VERSIONED') ORDER BY TABLE_NAME";

const COLUMNS: &str = "SELECT TABLE_NAME, COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, IS_NULLABLE = 'YES', \
      coalesce(COLUMN_DEFAULT, 'NULL') <> 'NULL' OR EXTRA LIKE '%auto_increment%', \
      coalesce(GENERATION_EXPRESSION, ''), coalesce(COLLATION_NAME, ''), COLUMN_KEY = 'PRI' \
    FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME, ORDINAL_POSITION";

const FOREIGN_KEYS: &str = "SELECT u.TABLE_NAME, u.CONSTRAINT_NAME, u.COLUMN_NAME, \
      CASE WHEN u.REFERENCED_TABLE_SCHEMA = DATABASE() THEN NULL ELSE u.REFERENCED_TABLE_SCHEMA END, \
      u.REFERENCED_TABLE_NAME, u.REFERENCED_COLUMN_NAME, r.DELETE_RULE \
    FROM information_schema.KEY_COLUMN_USAGE u JOIN information_schema.REFERENTIAL_CONSTRAINTS r \
      ON r.CONSTRAINT_SCHEMA = u.CONSTRAINT_SCHEMA AND r.TABLE_NAME = u.TABLE_NAME \
        AND r.CONSTRAINT_NAME = u.CONSTRAINT_NAME \
    WHERE u.TABLE_SCHEMA = DATABASE() AND u.REFERENCED_TABLE_NAME IS NOT NULL \
    ORDER BY u.TABLE_NAME, u.CONSTRAINT_NAME, u.ORDINAL_POSITION";

/// One row for each part of each index.
const INDEXES: &str = "SELECT TABLE_NAME, INDEX_NAME, NON_UNIQUE = 0, COLUMN_NAME, INDEX_TYPE \
    FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() \
    ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX";

const TRIGGERS: &str = "SELECT EVENT_OBJECT_TABLE, TRIGGER_NAME FROM information_schema.TRIGGERS \
    WHERE EVENT_OBJECT_SCHEMA = DATABASE() ORDER BY EVENT_OBJECT_TABLE, TRIGGER_NAME";

/// Looks at the whole schema.
pub(super) fn describe(session: &mut Session) -> Result<Schema, StoreFault> {
    let (mut order, mut tables) = (Vec::new(), BTreeMap::new());
    for row in session.query_text(TABLES, &[])? {
        let [name, view, count] = row.as_slice() else { continue };
        order.push(name.shown());
        tables.insert(name.shown(), table(name.shown(), is_true(view), count));
    }
    for row in session.query_text(COLUMNS, &[])? {
        add_column(&mut tables, &row);
    }
    for row in session.query_text(INDEXES, &[])? {
        add_index(&mut tables, &row);
    }
    for table in tables.values_mut() {
        // Its columns in the order of the key, which is not that of the table.
        if let Some(primary) = table.indexes.iter().find(|index| index.name == "PRIMARY") {
            let names = primary.parts.iter().filter_map(|part| match part {
                Part::Column(name) => Some(name.clone()),
                _ => None,
            });
            table.primary_key = names.collect();
        }
    }
    for row in session.query_text(FOREIGN_KEYS, &[])? {
        add_foreign_key(&mut tables, &row);
    }
    for row in session.query_text(TRIGGERS, &[])? {
        if let [on, name] = row.as_slice()
            && let Some(table) = tables.get_mut(&on.shown())
        {
            table.triggers.push(name.shown());
        }
    }
    let tables = order.iter().filter_map(|name| tables.remove(name)).collect();
    Ok(Schema { engine: Engine::Mariadb, tables })
}

fn is_true(value: &Value) -> bool {
    matches!(value, Value::Integer(1))
}

fn table(name: String, is_view: bool, count: &Value) -> Table {
    Table {
        schema: None,
        name,
        is_in_path: true,
        is_view,
        columns: Vec::new(),
        places: Vec::new(),
        unread: Vec::new(),
        parent: None,
        primary_key: Vec::new(),
        foreign_keys: Vec::new(),
        indexes: Vec::new(),
        triggers: Vec::new(),
        may_resist: false,
        rows_estimate: match count {
            Value::Integer(count) => u64::try_from(*count).ok(),
            _ => None,
        },
    }
}

fn add_column(tables: &mut BTreeMap<String, Table>, row: &[Value]) {
    let [of, name, kind, declared, nullable, default, generated, collation, _] = row else { return };
    let Some(table) = tables.get_mut(&of.shown()) else { return };
    let (kind, declared, collation) = (kind.shown(), declared.shown(), collation.shown());
    let generated = generated.shown();
    table.columns.push(Column {
        name: name.shown(),
        class: class(&kind, &declared),
        cast: if collation.is_empty() { declared.clone() } else { collation.clone() },
        declared,
        is_nullable: is_true(nullable),
        has_default: is_true(default),
        is_generated: !generated.is_empty(),
        ignores_case: collation.ends_with("_ci"),
        lowers: lowered(&generated),
        is_list: false,
        within: None,
    });
}

fn class(kind: &str, declared: &str) -> Class {
    match kind {
        "tinyint" if declared.starts_with("tinyint(1)") => Class::Truth,
        "bit" if declared == "bit(1)" => Class::Truth,
        "tinyint" | "smallint" | "mediumint" | "int" | "bigint" | "year" | "bit" => Class::Integer,
        "float" | "double" => Class::Real,
        "decimal" => Class::Decimal,
        "char" | "varchar" | "tinytext" | "text" | "mediumtext" | "longtext" | "enum" | "set" => Class::Text,
        "binary" | "varbinary" | "tinyblob" | "blob" | "mediumblob" | "longblob" => Class::Bytes,
        "date" => Class::Date,
        "datetime" => Class::LocalTime,
        "timestamp" => Class::Instant,
        "uuid" => Class::Uuid,
        "json" => Class::Json,
        "inet4" | "inet6" => Class::Network,
        _ => Class::Other,
    }
}

/// The column of an expression "lower(`email`)"; the session's quotes are the standard's.
fn lowered(expression: &str) -> Option<String> {
    let expression = expression.trim().trim_start_matches('(');
    let inner = expression.strip_prefix("lower(").or_else(|| expression.strip_prefix("lcase("))?;
    let inner = inner.trim_end_matches(')');
    let inner = ['"', '`'].iter().find_map(|quote| inner.strip_prefix(*quote)?.strip_suffix(*quote))?;
    (!inner.contains(['"', '`'])).then(|| inner.to_owned())
}

fn add_index(tables: &mut BTreeMap<String, Table>, row: &[Value]) {
    let [of, name, unique, column, kind] = row else { return };
    let Some(table) = tables.get_mut(&of.shown()) else { return };
    let part = match (kind.shown().as_str(), column) {
        // The beginning of a text serves as the whole does. A hash only forbids equal texts.
        ("BTREE", Value::Text(column)) => Part::Column(column.clone()),
        _ => Part::Other,
    };
    let name = name.shown();
    if table.indexes.last().is_none_or(|last| last.name != name) {
        let is_unique = is_true(unique);
        table.indexes.push(Index { name, is_unique, is_partial: false, parts: Vec::new() });
    }
    if let Some(index) = table.indexes.last_mut() {
        index.parts.push(part);
    }
}

fn add_foreign_key(tables: &mut BTreeMap<String, Table>, row: &[Value]) {
    let [of, name, here, to_schema, to_table, there, on_delete] = row else { return };
    let Some(table) = tables.get_mut(&of.shown()) else { return };
    let name = Some(name.shown());
    if table.foreign_keys.last().is_none_or(|last| last.name != name) {
        table.foreign_keys.push(ForeignKey {
            name,
            columns: Vec::new(),
            to_schema: (!to_schema.is_null()).then(|| to_schema.shown()),
            to_table: to_table.shown(),
            to_columns: Vec::new(),
            on_delete: match on_delete.shown().as_str() {
                "CASCADE" => OnDelete::Cascade,
                "SET NULL" => OnDelete::SetNull,
                "SET DEFAULT" => OnDelete::SetDefault,
                // NO ACTION is checked at once here too.
                _ => OnDelete::Restrict,
            },
            is_deferrable: false,
        });
    }
    if let Some(key) = table.foreign_keys.last_mut() {
        key.columns.push(here.shown());
        key.to_columns.push(there.shown());
    }
}

#[cfg(test)]
mod tests {
    use super::lowered;

    #[test]
    fn the_column_of_a_lower_case_is_found_and_of_nothing_else() {
        for expression in ["lower(`email`)", "(lower(`email`))", "lcase(\"email\")"] {
            assert_eq!(lowered(expression).as_deref(), Some("email"), "{expression}");
        }
        for expression in ["", "upper(`email`)", "lower(concat(`a`,`b`))", "lower(`a`) || `b`"] {
            assert_eq!(lowered(expression), None, "{expression}");
        }
    }
}
