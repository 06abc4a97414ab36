//! Places within documents: `profile$.contact.phone` is what lies under `contact`, `phone` in the JSON
//! of the column `profile`, and serves wherever a policy names a column.
//!
//! Here is how such a name is read, and how each engine reads, replaces and removes what lies there.
//! Names of steps are the policy's; they are written into SQL, quoted, and never hold a quote.

use kept_core::plan::Value;
use kept_core::policy::model::Engine;

use crate::schema::{Class, Column};
use crate::sql::{Statement, quote};

mod unread;

/// A place within the documents of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// The column that holds the documents.
    pub base: String,
    /// Its declared type.
    pub declared: String,
    /// The way from the root of a document.
    pub steps: Vec<Step>,
    /// Whether the column may be NULL.
    pub is_nullable: bool,
    /// How many names of the map hold data in the documents, the column as a whole among them.
    pub data: usize,
    /// The ways to what else the map needs of the documents: dates, links, marks.
    pub others: Vec<Vec<Step>>,
    /// What is asked of it.
    pub asks: Asks,
}

/// What is asked of a place within a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    /// What lies there.
    Value,
    /// The whole document, where it can't be read there; NULL where it can.
    Unread,
}

/// One step on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The member of an object.
    Member(String),
    /// One item of a list, from 0.
    Item(u32),
    /// Every item of a list; one such step at most.
    Each,
}

/// Reads `profile$.contact."phone number"[0]`: the column and the steps. `None` where the name is none
/// of a place within a document.
pub fn parse(name: &str) -> Option<(&str, Vec<Step>)> {
    let at = name
        .match_indices('$')
        .map(|(at, _)| at)
        .find(|at| name.get(at + 1..).is_some_and(|rest| rest.starts_with(['.', '['])))?;
    let (base, rest) = name.split_at_checked(at).filter(|(base, _)| !base.is_empty())?;
    let mut rest = rest.strip_prefix('$')?;
    let mut steps = Vec::new();
    while !rest.is_empty() {
        let (step, after) = step(rest)?;
        steps.push(step);
        rest = after;
    }
    let lists = steps.iter().filter(|step| **step == Step::Each).count();
    (!steps.is_empty() && lists <= 1).then_some((base, steps))
}

fn step(text: &str) -> Option<(Step, &str)> {
    if let Some(rest) = text.strip_prefix("[*]") {
        return Some((Step::Each, rest));
    }
    if let Some(rest) = text.strip_prefix('[') {
        let (number, rest) = rest.split_once(']')?;
        return Some((Step::Item(number.parse().ok()?), rest));
    }
    let rest = text.strip_prefix('.')?;
    let (name, rest) = match rest.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"')?,
        None => rest.split_at_checked(rest.find(['.', '[']).unwrap_or(rest.len()))?,
    };
    let is_plain = !name.is_empty()
        && !name.chars().any(|sign| sign.is_control() || matches!(sign, '"' | '\'' | '\\' | '`' | '$'));
    is_plain.then(|| (Step::Member(name.to_owned()), rest))
}

impl Path {
    /// Whether it leads to several values of one row.
    pub fn is_list(&self) -> bool {
        self.steps.contains(&Step::Each)
    }

    /// The steps before the list and those within its items.
    fn around_each(&self) -> Option<(&[Step], &[Step])> {
        let at = self.steps.iter().position(|step| *step == Step::Each)?;
        Some((self.steps.get(..at)?, self.steps.get(at + 1..)?))
    }
}

/// A way as SQLite, MariaDB and PostgreSQL's own path language write it.
fn written(steps: &[Step]) -> String {
    let mut out = String::from("$");
    for step in steps {
        match step {
            Step::Member(name) => out.push_str(&format!(".\"{name}\"")),
            Step::Item(place) => out.push_str(&format!("[{place}]")),
            Step::Each => out.push_str("[*]"),
        }
    }
    out
}

/// A way as PostgreSQL's operators take it.
fn listed(steps: &[Step]) -> String {
    let parts: Vec<String> = steps
        .iter()
        .map(|step| match step {
            Step::Member(name) => format!("'{name}'"),
            Step::Item(place) => format!("'{place}'"),
            Step::Each => "'*'".to_owned(),
        })
        .collect();
    format!("ARRAY[{}]::text[]", parts.join(", "))
}

/// A column as a statement reads it: its quoted name, after that of its row where one is given, or
/// the text of what lies within its document.
pub fn cell(engine: Engine, column: &Column, row: Option<&str>) -> String {
    let named = |name: &str| match row {
        Some(row) => format!("{row}.{}", quote(engine, name)),
        None => quote(engine, name),
    };
    match &column.within {
        Some(path) => {
            let base = named(&path.base);
            match path.asks {
                Asks::Value => read(engine, path, &base),
                Asks::Unread => {
                    let (unread, text) =
                        (unread::condition(engine, path, &base), unread::text(engine, &base));
                    format!("(CASE WHEN {unread} THEN {text} END)")
                }
            }
        }
        None => named(&column.name),
    }
}

/// Whether a place lies in a document that can't be read: true or false, never NULL. False of a
/// whole column.
pub(crate) fn is_unread(engine: Engine, column: &Column, row: Option<&str>) -> String {
    let Some(path) = &column.within else { return "FALSE".to_owned() };
    let name = quote(engine, &path.base);
    unread::condition(engine, path, &row.map_or(name.clone(), |row| format!("{row}.{name}")))
}

/// What lies there as text; NULL where nothing does, or where it can't be read.
fn read(engine: Engine, path: &Path, base: &str) -> String {
    let found = found(engine, path, base);
    match unread::opens(engine, path, base) {
        Some(opens) => format!("(CASE WHEN {opens} THEN {found} END)"),
        None => found,
    }
}

fn found(engine: Engine, path: &Path, base: &str) -> String {
    let way = written(&path.steps);
    match (engine, path.around_each()) {
        (Engine::Postgres, None) => format!("({base} #>> {})", listed(&path.steps)),
        // A path of PostgreSQL's takes a single value for a list of one.
        (Engine::Postgres, Some((before, _))) => format!(
            "(CASE jsonb_typeof({base}::jsonb #> {}) WHEN 'array' THEN \
             NULLIF(jsonb_path_query_array({base}::jsonb, 'lax {way}')::text, '[]') END)",
            listed(before)
        ),
        (Engine::Sqlite, None) => format!(
            "(CASE WHEN json_valid({base}) THEN CASE json_type({base}, '{way}') WHEN 'true' THEN 'true' \
             WHEN 'false' THEN 'false' ELSE json_extract({base}, '{way}') END END)"
        ),
        (Engine::Sqlite, Some((before, after))) => {
            let (before, within) = (written(before), written(after));
            let value = if after.is_empty() {
                "each_item.value".to_owned()
            } else {
                format!(
                    "CASE WHEN each_item.type IN ('object', 'array') THEN json_extract(each_item.value, '{within}') END"
                )
            };
            format!(
                "(CASE WHEN json_valid({base}) THEN (SELECT NULLIF(json_group_array(found_item), '[]') FROM \
                 (SELECT {value} AS found_item FROM json_each({base}, '{before}') AS each_item \
                 WHERE json_type({base}, '{before}') = 'array') WHERE found_item IS NOT NULL) END)"
            )
        }
        (Engine::Mariadb, None) => {
            let found = format!("JSON_EXTRACT({base}, '{way}')");
            format!("(CASE JSON_TYPE({found}) WHEN 'NULL' THEN NULL ELSE JSON_UNQUOTE({found}) END)")
        }
        (Engine::Mariadb, Some(_)) => format!("JSON_EXTRACT({base}, '{way}')"),
    }
}

/// What a column gets.
#[derive(Clone, Debug)]
pub(crate) enum Setting {
    /// NULL; within a document, what lies there is removed.
    Nothing,
    /// A value; within a document only where there was one.
    Value(Value),
    /// What this SQL computes.
    Sql(String),
}

impl From<&Value> for Setting {
    fn from(value: &Value) -> Self {
        if value.is_null() { Self::Nothing } else { Self::Value(value.clone()) }
    }
}

/// Adds `column = …` for each, those within one document together.
pub(crate) fn assign(statement: &mut Statement, sets: &[(&Column, Setting)]) {
    let mut documents: Vec<&str> = Vec::new();
    let mut is_first = true;
    for (column, setting) in sets {
        let is_whole = |base: &str| sets.iter().any(|(one, _)| one.within.is_none() && one.name == base);
        if let Some(path) = &column.within {
            if documents.contains(&path.base.as_str()) || is_whole(&path.base) {
                continue;
            }
            documents.push(&path.base);
        }
        statement.push(if is_first { "" } else { ", " });
        is_first = false;
        let Some(path) = &column.within else {
            statement.name(&column.name).push(" = ");
            match setting {
                Setting::Nothing => statement.push("NULL"),
                Setting::Value(value) => statement.bind_into(column, value.clone()),
                Setting::Sql(sql) => statement.push(sql),
            };
            continue;
        };
        let own: Vec<(&Path, &Setting)> = sets
            .iter()
            .filter_map(|(column, setting)| Some((column.within.as_ref()?, setting)))
            .filter(|(one, _)| one.base == path.base)
            .collect();
        statement.name(&path.base).push(" = ");
        let base = quote(statement.engine, &path.base);
        let settled = settled(statement, &base, &base, &own);
        statement.push(&settled);
    }
}

/// A column of documents after some changes to what `document` computes: `base`, or that after other
/// changes. A document that can't be read is emptied as a whole where all the data that the map sees
/// in it are set to nothing and nothing else that the map needs can be read in it, and is left as
/// it is otherwise.
pub(crate) fn settled(
    statement: &mut Statement,
    base: &str,
    document: &str,
    sets: &[(&Path, &Setting)],
) -> String {
    let engine = statement.engine;
    let Some((path, _)) = sets.first() else { return document.to_owned() };
    let is_blank = match engine {
        Engine::Postgres => format!("{base} IS NULL"),
        Engine::Sqlite => format!("NOT coalesce(json_valid({base}), FALSE)"),
        Engine::Mariadb => format!("NOT coalesce(JSON_VALID({base}), FALSE)"),
    };
    let unread: Vec<String> = sets.iter().map(|(path, _)| unread::condition(engine, path, base)).collect();
    let is_emptied = sets.iter().all(|(_, setting)| !matches!(setting, Setting::Sql(_)));
    let is_data = sets.iter().all(|(one, _)| !path.others.contains(&one.steps));
    let whole = if is_emptied && is_data && sets.len() == path.data {
        let nothing = if path.is_nullable { "NULL".to_owned() } else { format!("'{}'", unread::empty(path)) };
        let rest = path.others.iter().map(|steps| {
            let other = Path { steps: steps.clone(), ..(*path).clone() };
            format!("{} IS NULL", read(engine, &other, base))
        });
        let free: Vec<String> = std::iter::once("TRUE".to_owned()).chain(rest).collect();
        format!("CASE WHEN {} THEN {nothing} ELSE {document} END", free.join(" AND "))
    } else {
        document.to_owned()
    };
    let opened = opened(engine, path, document);
    let changed = changed(statement, opened, sets);
    let changed = closed(engine, path, changed);
    let unread = unread.join(" OR ");
    format!("(CASE WHEN {unread} THEN {whole} WHEN {is_blank} THEN {document} ELSE {changed} END)")
}

/// A document as it can be changed.
fn opened(engine: Engine, path: &Path, base: &str) -> String {
    match engine {
        Engine::Postgres if path.declared != "jsonb" => format!("{base}::jsonb"),
        Engine::Postgres | Engine::Sqlite | Engine::Mariadb => base.to_owned(),
    }
}

/// A changed document as its column takes it.
fn closed(engine: Engine, path: &Path, document: String) -> String {
    match engine {
        Engine::Postgres if path.declared != "jsonb" => format!("({document})::{}", path.declared),
        Engine::Postgres | Engine::Sqlite | Engine::Mariadb => document,
    }
}

/// A document after some changes.
fn changed(statement: &mut Statement, document: String, sets: &[(&Path, &Setting)]) -> String {
    sets.iter().fold(document, |document, (path, setting)| match (setting, path.is_list()) {
        (Setting::Nothing, _) | (_, true) => removed(statement.engine, path, &document),
        (Setting::Value(value), false) => {
            let place = placed(statement, value);
            replaced(statement.engine, path, &document, (&place, false))
        }
        (Setting::Sql(sql), false) => replaced(statement.engine, path, &document, (sql, true)),
    })
}

/// The placeholder of a value that is bound now and written where its place is.
fn placed(statement: &mut Statement, value: &Value) -> String {
    let start = statement.text.len();
    statement.bind(Value::Text(value.shown()));
    statement.text.split_off(start)
}

fn replaced(engine: Engine, path: &Path, document: &str, (value, makes): (&str, bool)) -> String {
    let way = written(&path.steps);
    match (engine, makes) {
        (Engine::Postgres, _) => {
            format!("jsonb_set({document}, {}, to_jsonb(({value})::text), {makes})", listed(&path.steps))
        }
        (Engine::Sqlite, false) => format!("json_replace({document}, '{way}', {value})"),
        (Engine::Sqlite, true) => format!("json_set({document}, '{way}', {value})"),
        (Engine::Mariadb, false) => format!("JSON_REPLACE({document}, '{way}', {value})"),
        (Engine::Mariadb, true) => format!("JSON_SET({document}, '{way}', {value})"),
    }
}

/// A document without what lies there: a member goes, an item of a list becomes null so that the
/// others keep their places.
fn removed(engine: Engine, path: &Path, document: &str) -> String {
    if let Some((before, after)) = path.around_each() {
        return removed_of_each(engine, document, before, after);
    }
    let is_item = matches!(path.steps.last(), Some(Step::Item(_)));
    let way = written(&path.steps);
    let places = listed(&path.steps);
    match (engine, is_item) {
        (Engine::Postgres, false) => format!("({document} #- {places})"),
        (Engine::Postgres, true) => format!("jsonb_set({document}, {places}, 'null', false)"),
        (Engine::Sqlite, false) => format!("json_remove({document}, '{way}')"),
        (Engine::Sqlite, true) => format!("json_replace({document}, '{way}', NULL)"),
        (Engine::Mariadb, false) => format!("JSON_REMOVE({document}, '{way}')"),
        (Engine::Mariadb, true) => format!("JSON_REPLACE({document}, '{way}', NULL)"),
    }
}

/// A document without what lies in each item of a list; a list of values goes as a whole.
fn removed_of_each(engine: Engine, document: &str, before: &[Step], after: &[Step]) -> String {
    let (way, within) = (written(before), written(after));
    let is_root = before.is_empty();
    match engine {
        Engine::Postgres => {
            let list = format!("({document} #> {})", listed(before));
            let items = if after.is_empty() {
                "'[]'::jsonb".to_owned()
            } else {
                format!(
                    "(SELECT coalesce(jsonb_agg(CASE jsonb_typeof(item) WHEN 'object' THEN item #- {} ELSE item END \
                     ORDER BY place), '[]'::jsonb) FROM jsonb_array_elements(CASE jsonb_typeof({list}) WHEN 'array' \
                     THEN {list} ELSE '[]'::jsonb END) WITH ORDINALITY AS items(item, place))",
                    listed(after)
                )
            };
            let whole = if is_root {
                items
            } else {
                format!("jsonb_set({document}, {}, {items}, false)", listed(before))
            };
            format!("(CASE jsonb_typeof({list}) WHEN 'array' THEN {whole} ELSE {document} END)")
        }
        Engine::Sqlite => {
            let items = if after.is_empty() {
                "json('[]')".to_owned()
            } else {
                format!(
                    "json((SELECT '[' || coalesce(group_concat(CASE type WHEN 'object' THEN json_remove(value, '{within}') \
                     WHEN 'array' THEN value WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE json_quote(atom) END, ',' \
                     ORDER BY key), '') || ']' FROM json_each({document}, '{way}')))"
                )
            };
            let whole = if is_root { items } else { format!("json_set({document}, '{way}', {items})") };
            format!("(CASE json_type({document}, '{way}') WHEN 'array' THEN {whole} ELSE {document} END)")
        }
        Engine::Mariadb => {
            let list = format!("JSON_EXTRACT({document}, '{way}')");
            let items = if after.is_empty() {
                "JSON_ARRAY()".to_owned()
            } else {
                format!(
                    "(SELECT CONCAT('[', coalesce(group_concat(CASE JSON_TYPE(items.item) WHEN 'OBJECT' THEN \
                     JSON_REMOVE(items.item, '{within}') ELSE coalesce(items.item, 'null') END ORDER BY items.place SEPARATOR ','), ''), ']') \
                     FROM JSON_TABLE({document}, '{way}[*]' COLUMNS (place FOR ORDINALITY, item JSON PATH '$')) AS items)"
                )
            };
            let whole = if is_root {
                items
            } else {
                format!("JSON_SET({document}, '{way}', JSON_EXTRACT({items}, '$'))")
            };
            format!("(CASE JSON_TYPE({list}) WHEN 'ARRAY' THEN {whole} ELSE {document} END)")
        }
    }
}

/// Whether a column can hold documents.
pub(crate) fn holds_documents(engine: Engine, column: &Column) -> bool {
    match engine {
        Engine::Postgres => column.class == Class::Json,
        // There a document is a text.
        Engine::Sqlite | Engine::Mariadb => matches!(column.class, Class::Json | Class::Text | Class::Other),
    }
}

/// A column for a place within another's documents: text that may be missing.
pub(crate) fn column(name: &str, base: &Column, steps: Vec<Step>) -> Column {
    let path = Path {
        base: base.name.clone(),
        declared: base.declared.clone(),
        steps,
        is_nullable: base.is_nullable,
        data: 0,
        others: Vec::new(),
        asks: Asks::Value,
    };
    Column {
        name: name.to_owned(),
        class: Class::Text,
        declared: "text".to_owned(),
        cast: if base.cast.starts_with("utf8") {
            "utf8mb4_bin".to_owned()
        } else {
            "pg_catalog.text".to_owned()
        },
        is_nullable: true,
        has_default: false,
        is_generated: base.is_generated,
        ignores_case: false,
        lowers: None,
        is_list: path.is_list(),
        within: Some(path),
    }
}

/// A column for the whole document of such a place where it can't be read, NULL where it can.
pub(crate) fn unread(place: &Column) -> Column {
    let within = place.within.clone().map(|path| Path { asks: Asks::Unread, ..path });
    Column { name: format!("{}\u{0}unread", place.name), within, is_list: false, ..place.clone() }
}

/// The values in a list as it was read: of JSON, or an array of PostgreSQL's.
pub(crate) fn items(text: &str) -> Vec<String> {
    if text.starts_with('[') {
        let items: Vec<serde_json::Value> = serde_json::from_str(text).unwrap_or_default();
        let shown = |item: serde_json::Value| match item {
            serde_json::Value::String(text) => text,
            other => other.to_string(),
        };
        return items.into_iter().map(shown).collect();
    }
    let Some(inner) = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else {
        return vec![text.to_owned()];
    };
    let (mut items, mut item, mut quoted, mut escaped) = (Vec::new(), String::new(), false, false);
    for sign in inner.chars() {
        match sign {
            _ if escaped => {
                item.push(sign);
                escaped = false;
            }
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            ',' if !quoted => items.push(std::mem::take(&mut item)),
            _ => item.push(sign),
        }
    }
    items.push(item);
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_places_are_read_and_others_are_not() {
        let member = |name: &str| Step::Member(name.to_owned());
        assert_eq!(
            parse("profile$.contact.phone"),
            Some(("profile", vec![member("contact"), member("phone")]))
        );
        assert_eq!(
            parse("profile$.phones[*].\"the number\""),
            Some(("profile", vec![member("phones"), Step::Each, member("the number")]))
        );
        assert_eq!(parse("list$[0]"), Some(("list", vec![Step::Item(0)])));
        for other in ["profile", "cost$", "a$b", "$.a", "a$.", "a$.b'c", "a$[*].b[*]", "a$[x]", "a$.\"b"] {
            assert_eq!(parse(other), None, "{other}");
        }
    }

    #[test]
    fn lists_of_both_kinds_are_read() {
        assert_eq!(items("[\"a\", 1, \"b,c\"]"), ["a", "1", "b,c"]);
        assert_eq!(items("{a,\"b,c\",\"d\\\"e\"}"), ["a", "b,c", "d\"e"]);
        assert_eq!(items("plain"), ["plain"]);
    }
}
