//! Documents that can't be read: text that is no JSON, and documents in which a way does not meet what it names,
//! a member no object, an item no list; and objects that name a member more than once, of which one alone
//! would be found.
//!
//! What holds nothing anyway (nothing, blank text, `null`, `""`, yes or no, an empty object or list) can be
//! read. Every condition here is true or false, never NULL, and stops no statement.

use kept_core::policy::model::Engine;

use super::{Path, Step, listed, written};

/// What PostgreSQL takes for JSON and can't look into: a NUL in a text, and half a sign.
const CLOSED: &str = r"\\u0000|\\u[dD][89abAB]..(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB]..)\\u[dD][c-fC-F]";

/// Whether a way can't be followed in the document of a row.
pub(super) fn condition(engine: Engine, path: &Path, base: &str) -> String {
    let (before, after) = match path.around_each() {
        Some((before, after)) => (before, after),
        None => (path.steps.as_slice(), &[][..]),
    };
    let place = |steps: &[Step]| match engine {
        Engine::Postgres => format!("({base}::jsonb #> {})", listed(steps)),
        Engine::Sqlite | Engine::Mariadb => written(steps),
    };
    let mut wrong: Vec<String> = prefixes(before)
        .map(|(steps, next)| meets(engine, base, &place(steps), next))
        .chain(path.is_list().then(|| meets(engine, base, &place(before), &Step::Each)))
        .collect();
    if !after.is_empty() {
        wrong.push(items(engine, base, (before, after)));
    }
    let wrong = wrong.join(" OR ");
    match engine {
        Engine::Postgres if path.declared == "json" => format!(
            "(CASE WHEN {base} IS NULL THEN FALSE WHEN {base}::text ~ '{CLOSED}' THEN TRUE \
             WHEN {} THEN TRUE ELSE ({wrong}) END)",
            repeats_in_text(base)
        ),
        Engine::Postgres => format!("(CASE WHEN {base} IS NULL THEN FALSE ELSE ({wrong}) END)"),
        Engine::Sqlite => format!(
            "(CASE WHEN {base} IS NULL OR trim({base}, char(32, 9, 10, 13)) = '' THEN FALSE \
             WHEN NOT json_valid({base}) THEN TRUE WHEN EXISTS (SELECT 1 FROM json_tree({base}) AS part \
             GROUP BY part.parent, part.key HAVING count(*) > 1) THEN TRUE ELSE ({wrong}) END)"
        ),
        Engine::Mariadb => format!(
            "(CASE WHEN {base} IS NULL OR {base} REGEXP '^[[:space:]]*$' THEN FALSE \
             WHEN NOT JSON_VALID({base}) THEN TRUE ELSE ({wrong}) END)"
        ),
    }
}

/// Whether an object in a text of PostgreSQL's `json` names a member more than once: of such `jsonb` keeps
/// one, so that the text has more names than that.
fn repeats_in_text(base: &str) -> String {
    let names = |text: &str| format!("(SELECT count(*) FROM regexp_matches({text}, '\"[[:space:]]*:', 'g'))");
    format!("{} <> {}", names(&format!("{base}::text")), names(&format!("{base}::jsonb::text")))
}

/// Whether the document, or an item of a list in it, can be looked into at all; for reading.
pub(super) fn opens(engine: Engine, path: &Path, base: &str) -> Option<String> {
    match engine {
        Engine::Postgres if path.declared == "json" => Some(format!("{base}::text !~ '{CLOSED}'")),
        Engine::Postgres | Engine::Sqlite => None,
        Engine::Mariadb => Some(format!("JSON_VALID({base})")),
    }
}

/// The whole text.
pub(super) fn text(engine: Engine, base: &str) -> String {
    match engine {
        Engine::Postgres => format!("{base}::text"),
        Engine::Sqlite => format!("CAST({base} AS text)"),
        Engine::Mariadb => base.to_owned(),
    }
}

/// A document that holds nothing, in a column that must hold one.
pub(super) fn empty(path: &Path) -> &'static str {
    match path.steps.first() {
        Some(Step::Member(_)) | None => "{}",
        Some(Step::Item(_) | Step::Each) => "[]",
    }
}

/// The ways to what each step is taken from, with the step.
fn prefixes(steps: &[Step]) -> impl Iterator<Item = (&[Step], &Step)> {
    steps.iter().enumerate().filter_map(|(count, step)| Some((steps.get(..count)?, step)))
}

/// Whether what lies somewhere is not what a step is taken from.
fn meets(engine: Engine, document: &str, place: &str, step: &Step) -> String {
    let is_member = matches!(step, Step::Member(_));
    match engine {
        Engine::Postgres => {
            let (shape, other) = if is_member { ("object", "[]") } else { ("array", "{}") };
            format!(
                "coalesce(CASE jsonb_typeof({place}) WHEN '{shape}' THEN FALSE WHEN 'null' THEN FALSE \
                 WHEN 'boolean' THEN FALSE ELSE {place} NOT IN ('{other}'::jsonb, '\"\"'::jsonb) END, FALSE)"
            )
        }
        Engine::Sqlite => {
            let (shape, other, none) =
                if is_member { ("object", "array", "[]") } else { ("array", "object", "{}") };
            format!(
                "(CASE json_type({document}, '{place}') WHEN '{shape}' THEN FALSE WHEN 'null' THEN FALSE \
                 WHEN 'true' THEN FALSE WHEN 'false' THEN FALSE \
                 WHEN '{other}' THEN json_extract({document}, '{place}') <> '{none}' \
                 WHEN 'text' THEN json_extract({document}, '{place}') <> '' \
                 ELSE json_type({document}, '{place}') IS NOT NULL END)"
            )
        }
        Engine::Mariadb => {
            let (shape, other) = if is_member { ("OBJECT", "ARRAY") } else { ("ARRAY", "OBJECT") };
            let found = format!("JSON_EXTRACT({document}, '{place}')");
            // The names of an object are told once each, its members are all counted.
            let repeats = if is_member {
                format!(
                    " OR coalesce(JSON_TYPE({found}) = 'OBJECT' AND JSON_LENGTH({found}) <> JSON_LENGTH(JSON_KEYS({found})), FALSE)"
                )
            } else {
                String::new()
            };
            format!(
                "(CASE JSON_TYPE({found}) WHEN '{shape}' THEN FALSE WHEN 'NULL' THEN FALSE \
                 WHEN 'BOOLEAN' THEN FALSE WHEN '{other}' THEN JSON_LENGTH({found}) > 0 WHEN 'STRING' THEN JSON_UNQUOTE({found}) <> '' \
                 ELSE JSON_TYPE({found}) IS NOT NULL END{repeats})"
            )
        }
    }
}

/// Whether the rest of a way can't be followed in some item of a list.
fn items(engine: Engine, base: &str, (before, after): (&[Step], &[Step])) -> String {
    let way = written(before);
    let (item, from) = match engine {
        Engine::Postgres => {
            let list = format!("({base}::jsonb #> {})", listed(before));
            let from = format!(
                "jsonb_array_elements(CASE jsonb_typeof({list}) WHEN 'array' THEN {list} ELSE '[]'::jsonb END) \
                 AS each_item(item)"
            );
            ("each_item.item", from)
        }
        Engine::Sqlite => ("each_item.value", format!("json_each({base}, '{way}') AS each_item")),
        Engine::Mariadb => (
            "each_item.item",
            format!("JSON_TABLE({base}, '{way}[*]' COLUMNS (item JSON PATH '$')) AS each_item"),
        ),
    };
    let wrong = prefixes(after).map(|(steps, next)| match engine {
        Engine::Postgres => meets(engine, "", &format!("({item} #> {})", listed(steps)), next),
        Engine::Sqlite => in_item(item, steps, next),
        Engine::Mariadb => meets(engine, item, &written(steps), next),
    });
    let wrong: Vec<String> = wrong.collect();
    format!("EXISTS (SELECT 1 FROM {from} WHERE {})", wrong.join(" OR "))
}

/// SQLite tells an item that is a value as the value, and not as JSON.
fn in_item(item: &str, steps: &[Step], next: &Step) -> String {
    let within = meets(Engine::Sqlite, item, &written(steps), next);
    let other = if steps.is_empty() {
        format!("(each_item.type NOT IN ('null', 'true', 'false') AND {item} <> '')")
    } else {
        "FALSE".to_owned()
    };
    format!("(CASE WHEN each_item.type IN ('object', 'array') THEN {within} ELSE {other} END)")
}
