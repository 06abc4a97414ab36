//! PostgreSQL's schema, from its catalogue, in six questions whatever the number of tables.

use std::collections::BTreeMap;

use kept_core::plan::Value;
use kept_core::policy::model::Engine;

use super::{Class, Column, ForeignKey, Index, OnDelete, Part, Schema, Table};
use crate::engine::Session;
use crate::fault::StoreFault;

/// Tables, views and partitioned tables outside PostgreSQL's own schemas. A partition is part of
/// its parent and not listed.
const TABLES: &str = "SELECT c.oid::int8, n.nspname::text, c.relname::text, \
    pg_catalog.pg_table_is_visible(c.oid)::text, (c.relkind IN ('v', 'm'))::text, \
    CASE WHEN c.reltuples < 0 THEN NULL ELSE c.reltuples::int8 END, \
    (c.relkind <> 'r' OR c.relhasrules OR c.relhassubclass OR c.relrowsecurity)::text, \
    (SELECT i.inhparent::pg_catalog.regclass::text FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid LIMIT 1) \
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition \
      AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%' \
    ORDER BY pg_catalog.pg_table_is_visible(c.oid) DESC, n.nspname, c.relname";

/// Columns with the base type of domains; `attcollation` tells collations that ignore case.
const COLUMNS: &str = "WITH RECURSIVE base AS ( \
      SELECT oid AS of, oid, typtype, typbasetype, typname, typnamespace, typnotnull FROM pg_catalog.pg_type \
      UNION ALL \
      SELECT b.of, t.oid, t.typtype, t.typbasetype, t.typname, t.typnamespace, b.typnotnull OR t.typnotnull \
      FROM base b JOIN pg_catalog.pg_type t ON b.typtype = 'd' AND t.oid = b.typbasetype) \
    SELECT a.attrelid::int8, a.attname::text, t.typname::text, \
      pg_catalog.format_type(a.atttypid, a.atttypmod), \
      pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(t.typname), \
      (a.attnotnull OR t.typnotnull)::text, (a.atthasdef OR a.attidentity <> '')::text, \
      (a.attgenerated <> '')::text, \
      (t.typname = 'citext' OR coalesce(NOT o.collisdeterministic, false))::text \
    FROM pg_catalog.pg_attribute a \
    JOIN pg_catalog.pg_class c ON c.oid = a.attrelid \
    JOIN pg_catalog.pg_namespace cn ON cn.oid = c.relnamespace \
    JOIN base t ON t.of = a.atttypid AND t.typtype <> 'd' \
    JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace \
    LEFT JOIN pg_catalog.pg_collation o ON o.oid = a.attcollation \
    WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f') \
      AND NOT c.relispartition \
      AND cn.nspname NOT IN ('pg_catalog', 'information_schema') AND cn.nspname NOT LIKE 'pg\\_%' \
    ORDER BY a.attrelid, a.attnum";

const CONSTRAINTS: &str = "SELECT k.conrelid::int8, k.contype::text, k.conname::text, \
      fn.nspname::text, f.relname::text, k.confdeltype::text, k.condeferrable::text, \
      a.attname::text, fa.attname::text \
    FROM pg_catalog.pg_constraint k \
    CROSS JOIN LATERAL unnest(k.conkey, coalesce(k.confkey, k.conkey)) \
      WITH ORDINALITY AS u(here, there, place) \
    JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.here \
    LEFT JOIN pg_catalog.pg_class f ON f.oid = k.confrelid \
    LEFT JOIN pg_catalog.pg_namespace fn ON fn.oid = f.relnamespace \
    LEFT JOIN pg_catalog.pg_attribute fa ON fa.attrelid = k.confrelid AND fa.attnum = u.there \
    WHERE k.contype IN ('p', 'f') AND k.conrelid <> 0 AND k.conparentid = 0 \
    ORDER BY k.conrelid, k.contype, k.conname, k.oid, u.place";

/// One row for each part of each index; a part's definition comes as PostgreSQL writes it.
const INDEXES: &str = "SELECT i.indrelid::int8, c.relname::text, i.indisunique::text, \
      (i.indpred IS NOT NULL)::text, a.attname::text, \
      pg_catalog.pg_get_indexdef(i.indexrelid, u.place::int, true), \
      coalesce(NOT o.collisdeterministic, false)::text, coalesce(am.amname = 'btree' OR am.amname = 'hash', false)::text \
    FROM pg_catalog.pg_index i \
    JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid \
    JOIN pg_catalog.pg_class r ON r.oid = i.indrelid \
    JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace \
    JOIN pg_catalog.pg_am am ON am.oid = c.relam \
    CROSS JOIN LATERAL unnest(i.indkey::int2[], i.indcollation::oid[]) \
      WITH ORDINALITY AS u(attnum, collation_id, place) \
    LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = u.attnum AND u.attnum > 0 \
    LEFT JOIN pg_catalog.pg_collation o ON o.oid = u.collation_id \
    WHERE i.indisvalid AND u.place <= i.indnkeyatts \
      AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%' \
    ORDER BY i.indrelid, c.relname, u.place";

const TRIGGERS: &str = "SELECT tgrelid::int8, tgname::text FROM pg_catalog.pg_trigger \
    WHERE NOT tgisinternal AND tgenabled <> 'D' ORDER BY tgrelid, tgname";

/// Looks at the whole schema.
pub(super) fn describe(session: &mut Session) -> Result<Schema, StoreFault> {
    let (mut order, mut tables) = (Vec::new(), BTreeMap::new());
    for row in session.query_text(TABLES, &[])? {
        let [Value::Integer(id), schema, name, visible, view, count, resists, parent] = row.as_slice() else {
            continue;
        };
        order.push(*id);
        tables.insert(
            *id,
            Table {
                schema: Some(schema.shown()),
                name: name.shown(),
                is_in_path: is_true(visible),
                is_view: is_true(view),
                columns: Vec::new(),
                places: Vec::new(),
                unread: Vec::new(),
                parent: (!parent.is_null()).then(|| parent.shown()),
                primary_key: Vec::new(),
                foreign_keys: Vec::new(),
                indexes: Vec::new(),
                triggers: Vec::new(),
                may_resist: is_true(resists),
                rows_estimate: match count {
                    Value::Integer(count) => u64::try_from(*count).ok(),
                    _ => None,
                },
            },
        );
    }
    for row in session.query_text(COLUMNS, &[])? {
        add_column(&mut tables, &row);
    }
    for row in session.query_text(CONSTRAINTS, &[])? {
        add_constraint(&mut tables, &row);
    }
    for row in session.query_text(INDEXES, &[])? {
        add_index(&mut tables, &row);
    }
    for row in session.query_text(TRIGGERS, &[])? {
        if let [Value::Integer(id), name] = row.as_slice()
            && let Some(table) = tables.get_mut(id)
        {
            table.triggers.push(name.shown());
        }
    }
    let tables = order.iter().filter_map(|id| tables.remove(id)).collect();
    Ok(Schema { engine: Engine::Postgres, tables })
}

fn is_true(value: &Value) -> bool {
    matches!(value, Value::Text(text) if text == "true")
}

fn add_column(tables: &mut BTreeMap<i64, Table>, row: &[Value]) {
    let [Value::Integer(id), name, kind, declared, cast, not_null, default, generated, case] = row else {
        return;
    };
    let Some(table) = tables.get_mut(id) else { return };
    table.columns.push(Column {
        name: name.shown(),
        class: class(&kind.shown()),
        declared: declared.shown(),
        cast: cast.shown(),
        is_nullable: !is_true(not_null),
        has_default: is_true(default),
        is_generated: is_true(generated),
        ignores_case: is_true(case),
        lowers: None,
        is_list: declared.shown().ends_with("[]"),
        within: None,
    });
}

fn class(kind: &str) -> Class {
    match kind {
        "int2" | "int4" | "int8" | "oid" => Class::Integer,
        "float4" | "float8" => Class::Real,
        "numeric" => Class::Decimal,
        "text" | "varchar" | "bpchar" | "name" | "citext" => Class::Text,
        "bool" => Class::Truth,
        "bytea" => Class::Bytes,
        "date" => Class::Date,
        "timestamp" => Class::LocalTime,
        "timestamptz" => Class::Instant,
        "uuid" => Class::Uuid,
        "json" | "jsonb" => Class::Json,
        "inet" | "cidr" => Class::Network,
        _ => Class::Other,
    }
}

fn add_constraint(tables: &mut BTreeMap<i64, Table>, row: &[Value]) {
    let [Value::Integer(id), kind, name, to_schema, to_table, on_delete, deferrable, here, there] = row
    else {
        return;
    };
    let Some(table) = tables.get_mut(id) else { return };
    if kind.shown() == "p" {
        table.primary_key.push(here.shown());
        return;
    }
    let name = Some(name.shown());
    if table.foreign_keys.last().is_none_or(|last| last.name != name) {
        table.foreign_keys.push(ForeignKey {
            name,
            columns: Vec::new(),
            to_schema: Some(to_schema.shown()),
            to_table: to_table.shown(),
            to_columns: Vec::new(),
            on_delete: on_delete_of(&on_delete.shown()),
            is_deferrable: is_true(deferrable),
        });
    }
    if let Some(key) = table.foreign_keys.last_mut() {
        key.columns.push(here.shown());
        key.to_columns.push(there.shown());
    }
}

fn on_delete_of(letter: &str) -> OnDelete {
    match letter {
        "c" => OnDelete::Cascade,
        "r" => OnDelete::Restrict,
        "n" => OnDelete::SetNull,
        "d" => OnDelete::SetDefault,
        _ => OnDelete::NoAction,
    }
}

fn add_index(tables: &mut BTreeMap<i64, Table>, row: &[Value]) {
    let [Value::Integer(id), name, unique, partial, column, text, case, usable] = row else { return };
    let Some(table) = tables.get_mut(id) else { return };
    let part = match column {
        _ if !is_true(usable) => Part::Other,
        Value::Null => lowered(&text.shown(), table),
        column => plain(column.shown(), is_true(case), table),
    };
    let name = name.shown();
    if table.indexes.last().is_none_or(|last| last.name != name) {
        let (is_unique, is_partial) = (is_true(unique), is_true(partial));
        table.indexes.push(Index { name, is_unique, is_partial, parts: Vec::new() });
    }
    if let Some(index) = table.indexes.last_mut() {
        index.parts.push(part);
    }
}

fn plain(column: String, ignores_case: bool, table: &Table) -> Part {
    let own = table.columns.iter().any(|known| known.name == column && known.ignores_case);
    match (ignores_case, own) {
        (true, false) => Part::NoCase(column),
        _ => Part::Column(column),
    }
}

/// `lower(email)`, `lower(email::text)`, `lower("E-Mail")`.
fn lowered(text: &str, table: &Table) -> Part {
    let Some(inner) = text.strip_prefix("lower(").and_then(|rest| rest.strip_suffix(')')) else {
        return Part::Other;
    };
    let inner = inner.strip_suffix("::text").unwrap_or(inner);
    let inner = inner.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(inner);
    let name = match inner.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(quoted) => quoted.replace("\"\"", "\""),
        None => inner.to_owned(),
    };
    let known = table.columns.iter().any(|column| column.name == name);
    if known { Part::Lower(name) } else { Part::Other }
}
