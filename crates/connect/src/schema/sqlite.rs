//! SQLite's schema, from its table-valued pragmas.

use std::collections::BTreeMap;

use kept_core::plan::Value;
use kept_core::policy::model::Engine;

use super::{Class, Column, ForeignKey, Index, OnDelete, Part, Schema, Table};
use crate::engine::Session;
use crate::fault::StoreFault;
use crate::sql::Arg;

const TABLES: &str = "SELECT name, type, sql FROM sqlite_schema \
    WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name";
const COLUMNS: &str = "SELECT name, type, \"notnull\", dflt_value IS NOT NULL, pk, hidden \
    FROM pragma_table_xinfo($1) ORDER BY cid";
const FOREIGN_KEYS: &str = "SELECT id, \"table\", \"from\", \"to\", on_delete \
    FROM pragma_foreign_key_list($1) ORDER BY id, seq";
const INDEXES: &str = "SELECT l.name, l.\"unique\", l.partial, s.sql FROM pragma_index_list($1) l \
    LEFT JOIN sqlite_schema s ON s.type = 'index' AND s.name = l.name ORDER BY l.name";
const PARTS: &str = "SELECT name, coll FROM pragma_index_xinfo($1) WHERE key = 1 ORDER BY seqno";
const TRIGGERS: &str = "SELECT tbl_name, name FROM sqlite_schema WHERE type = 'trigger' ORDER BY name";
const STATISTICS: &str = "SELECT tbl, max(CAST(stat AS INTEGER)) FROM sqlite_stat1 GROUP BY tbl";

/// Looks at the whole schema.
pub(super) fn describe(session: &mut Session) -> Result<Schema, StoreFault> {
    let mut tables = Vec::new();
    for row in session.query_text(TABLES, &[])? {
        let [name, kind, sql] = row.as_slice() else { continue };
        match table(session, &name.shown(), kind.shown() == "view", &sql.shown()) {
            Ok(table) => tables.push(table),
            // A view over what is gone, or a virtual table of an extension that is not here: it can't
            // be used by anybody through this connection, and what is mapped of it is said to be missing.
            Err(StoreFault::SchemaChanged | StoreFault::Other { .. }) => {}
            Err(fault) => return Err(fault),
        }
    }
    for row in session.query_text(TRIGGERS, &[])? {
        let [on, name] = row.as_slice() else { continue };
        let on = on.shown();
        if let Some(table) = tables.iter_mut().find(|table| table.name.eq_ignore_ascii_case(&on)) {
            table.triggers.push(name.shown());
        }
    }
    estimate(session, &mut tables)?;
    resolve_targets(&mut tables);
    Ok(Schema { engine: Engine::Sqlite, tables })
}

fn table(session: &mut Session, name: &str, is_view: bool, sql: &str) -> Result<Table, StoreFault> {
    let (mut columns, primary_key) = columns(session, name)?;
    mark_no_case(&mut columns, sql);
    let foreign_keys = foreign_keys(session, name)?;
    let mut indexes = indexes(session, name, &columns)?;
    // INTEGER PRIMARY KEY is the row's own number and has no index of its own.
    if !primary_key.is_empty() && !indexes.iter().any(|index| is_over(index, &primary_key)) {
        let parts = primary_key.iter().cloned().map(Part::Column).collect();
        let name = "the primary key".to_owned();
        indexes.push(Index { name, is_unique: true, is_partial: false, parts });
    }
    Ok(Table {
        schema: None,
        name: name.to_owned(),
        is_in_path: true,
        is_view,
        columns,
        places: Vec::new(),
        unread: Vec::new(),
        parent: None,
        primary_key,
        foreign_keys,
        indexes,
        triggers: Vec::new(),
        may_resist: false,
        rows_estimate: None,
    })
}

fn is_over(index: &Index, columns: &[String]) -> bool {
    index.is_unique
        && index.parts.len() == columns.len()
        && index.parts.iter().zip(columns).all(|(part, column)| *part == Part::Column(column.clone()))
}

fn named(name: &str) -> [Arg; 1] {
    [Arg::One(Value::Text(name.to_owned()))]
}

fn is_set(value: &Value) -> bool {
    !matches!(value, Value::Null | Value::Integer(0))
}

fn columns(session: &mut Session, table: &str) -> Result<(Vec<Column>, Vec<String>), StoreFault> {
    let mut columns = Vec::new();
    let mut key = BTreeMap::new();
    for row in session.query_text(COLUMNS, &named(table))? {
        let [name, declared, not_null, default, place, hidden] = row.as_slice() else { continue };
        let (name, declared) = (name.shown(), declared.shown());
        if let Value::Integer(place @ 1..) = place {
            key.insert(*place, name.clone());
        }
        columns.push(Column {
            class: class(&declared),
            cast: String::new(),
            is_nullable: !is_set(not_null),
            has_default: is_set(default),
            // 2 and 3 are generated columns, virtual and stored.
            is_generated: matches!(hidden, Value::Integer(2 | 3)),
            ignores_case: false,
            lowers: None,
            is_list: false,
            within: None,
            name,
            declared,
        });
    }
    let key: Vec<String> = key.into_values().collect();
    if let [only] = key.as_slice() {
        // INTEGER PRIMARY KEY never is NULL although the pragma says it may.
        if let Some(column) = columns.iter_mut().find(|column| column.name == *only) {
            column.is_nullable = column.is_nullable && !column.declared.eq_ignore_ascii_case("integer");
        }
    }
    Ok((columns, key))
}

/// What a declared type means; SQLite itself looks at words within it too.
fn class(declared: &str) -> Class {
    let word = declared.to_ascii_uppercase();
    let has = |part: &str| word.contains(part);
    match () {
        () if has("TIMESTAMPTZ") || has("TIMESTAMP WITH TIME ZONE") => Class::Instant,
        () if has("DATETIME") || has("TIMESTAMP") => Class::LocalTime,
        () if has("DATE") => Class::Date,
        () if has("BOOL") => Class::Truth,
        () if has("UUID") => Class::Uuid,
        () if has("JSON") => Class::Json,
        () if has("INT") => Class::Integer,
        () if has("CHAR") || has("CLOB") || has("TEXT") => Class::Text,
        () if has("BLOB") => Class::Bytes,
        () if has("REAL") || has("FLOA") || has("DOUB") => Class::Real,
        () if has("DEC") || has("NUMERIC") => Class::Decimal,
        () => Class::Other,
    }
}

/// Marks the columns that were declared `COLLATE NOCASE`; no pragma tells it.
fn mark_no_case(columns: &mut [Column], sql: &str) {
    let upper = sql.to_ascii_uppercase();
    let Some((_, body)) = upper.split_once('(') else { return };
    for definition in definitions(body) {
        let words: Vec<&str> = definition.split_whitespace().collect();
        let says = words.windows(2).any(|pair| {
            matches!(pair, [one, two] if *one == "COLLATE" && two.trim_matches(['"', '`', '[', ']']) == "NOCASE")
        });
        if !says {
            continue;
        }
        let first = definition.trim_start();
        if let Some(column) = columns.iter_mut().find(|column| begins_with(first, &column.name)) {
            column.ignores_case = true;
        }
    }
}

/// The parts of a CREATE TABLE between the commas of its outermost brackets.
fn definitions(body: &str) -> Vec<String> {
    let (mut parts, mut part, mut depth, mut quote) = (Vec::new(), String::new(), 0_u32, None);
    for sign in body.chars() {
        match (quote, sign) {
            (Some(end), _) if sign == end => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"' | '`') => quote = Some(sign),
            (None, '[') => quote = Some(']'),
            (None, '(') => depth += 1,
            (None, ')') if depth == 0 => break,
            (None, ')') => depth -= 1,
            (None, ',') if depth == 0 => {
                parts.push(std::mem::take(&mut part));
                continue;
            }
            _ => {}
        }
        part.push(sign);
    }
    parts.push(part);
    parts
}

fn begins_with(definition: &str, column: &str) -> bool {
    let column = column.to_ascii_uppercase();
    let plain = definition.trim_start_matches(['"', '`', '[']);
    plain.strip_prefix(column.as_str()).is_some_and(|rest| {
        rest.chars().next().is_none_or(|sign| sign.is_whitespace() || matches!(sign, '"' | '`' | ']'))
    })
}

fn foreign_keys(session: &mut Session, table: &str) -> Result<Vec<ForeignKey>, StoreFault> {
    let mut keys: BTreeMap<String, ForeignKey> = BTreeMap::new();
    for row in session.query_text(FOREIGN_KEYS, &named(table))? {
        let [id, to_table, from, to, on_delete] = row.as_slice() else { continue };
        let key = keys.entry(id.shown()).or_insert_with(|| ForeignKey {
            name: None,
            columns: Vec::new(),
            to_schema: None,
            to_table: to_table.shown(),
            to_columns: Vec::new(),
            on_delete: on_delete_of(&on_delete.shown()),
            // Every foreign key can wait for the commit here, with `PRAGMA defer_foreign_keys`.
            is_deferrable: true,
        });
        key.columns.push(from.shown());
        if !to.is_null() {
            key.to_columns.push(to.shown());
        }
    }
    Ok(keys.into_values().collect())
}

fn on_delete_of(words: &str) -> OnDelete {
    match words {
        "CASCADE" => OnDelete::Cascade,
        "RESTRICT" => OnDelete::Restrict,
        "SET NULL" => OnDelete::SetNull,
        "SET DEFAULT" => OnDelete::SetDefault,
        _ => OnDelete::NoAction,
    }
}

/// A foreign key that names no columns points to the primary key.
fn resolve_targets(tables: &mut [Table]) {
    let keys: Vec<(String, Vec<String>)> =
        tables.iter().map(|table| (table.name.clone(), table.primary_key.clone())).collect();
    for key in tables.iter_mut().flat_map(|table| &mut table.foreign_keys) {
        if key.to_columns.is_empty()
            && let Some((_, columns)) = keys.iter().find(|(name, _)| name.eq_ignore_ascii_case(&key.to_table))
        {
            key.to_columns.clone_from(columns);
        }
    }
}

fn indexes(session: &mut Session, table: &str, columns: &[Column]) -> Result<Vec<Index>, StoreFault> {
    let mut indexes = Vec::new();
    for row in session.query_text(INDEXES, &named(table))? {
        let [name, unique, partial, sql] = row.as_slice() else { continue };
        let name = name.shown();
        let expressions = expressions(&sql.shown());
        let mut parts = Vec::new();
        for (place, part) in session.query_text(PARTS, &named(&name))?.iter().enumerate() {
            let [column, collation] = part.as_slice() else { continue };
            parts.push(match column {
                Value::Null => expressions.get(place).map_or(Part::Other, |text| lowered(text, columns)),
                column => plain(column.shown(), &collation.shown(), columns),
            });
        }
        indexes.push(Index { name, is_unique: is_set(unique), is_partial: is_set(partial), parts });
    }
    Ok(indexes)
}

fn plain(column: String, collation: &str, columns: &[Column]) -> Part {
    let own = columns.iter().any(|known| known.name == column && known.ignores_case);
    match (collation.eq_ignore_ascii_case("nocase"), own) {
        (true, false) => Part::NoCase(column),
        (false, true) => Part::Other,
        _ => Part::Column(column),
    }
}

/// The expressions of a CREATE INDEX, between the brackets after its table's name.
fn expressions(sql: &str) -> Vec<String> {
    let upper = sql.to_ascii_uppercase();
    let Some(on) = upper.find(" ON ") else { return Vec::new() };
    let Some((_, body)) = sql.get(on..).and_then(|rest| rest.split_once('(')) else { return Vec::new() };
    definitions(body)
}

fn lowered(text: &str, columns: &[Column]) -> Part {
    let squeezed: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let lower = squeezed.to_ascii_lowercase();
    let Some(inner) = lower.strip_prefix("lower").map(str::trim_start) else { return Part::Other };
    let Some(inner) = inner.strip_prefix('(').and_then(|rest| rest.split_once(')')) else {
        return Part::Other;
    };
    let (name, rest) = inner;
    let name = name.trim().trim_matches(['"', '`', '[', ']']);
    let rest = rest.trim();
    if !rest.is_empty() && rest != "asc" && rest != "desc" {
        return Part::Other;
    }
    columns
        .iter()
        .find(|column| column.name.eq_ignore_ascii_case(name))
        .map_or(Part::Other, |column| Part::Lower(column.name.clone()))
}

/// Row counts from the last ANALYZE, where there was one.
fn estimate(session: &mut Session, tables: &mut [Table]) -> Result<(), StoreFault> {
    let is_there = "SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_stat1'";
    if session.query_text(is_there, &[])?.is_empty() {
        return Ok(());
    }
    for row in session.query_text(STATISTICS, &[])? {
        let [name, Value::Integer(count)] = row.as_slice() else { continue };
        let name = name.shown();
        if let Some(table) = tables.iter_mut().find(|table| table.name.eq_ignore_ascii_case(&name)) {
            table.rows_estimate = u64::try_from(*count).ok();
        }
    }
    Ok(())
}
