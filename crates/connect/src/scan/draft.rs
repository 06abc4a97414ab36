//! A scan as a draft of a store's map, in TOML, each line with how sure it is and why.

use std::fmt::Write;

use indexmap::IndexMap;

use super::draft_names::{Names, Taken};
use super::purposes::{FILL_IN, declarations, escaped, purposes};
use super::{LinkScan, Means, Role, Scan, TableScan};

/// The draft of the map of a store of this name. `url` is the line that says where it is; what a policy
/// declares already is `taken`.
pub fn draft(scan: &Scan, store: &str, url: &str, taken: &Taken) -> String {
    let mut names = Names::new(taken, store);
    let mut tables = String::new();
    // Owners get their names first: others speak of them.
    for table in scan.tables.iter().filter(|table| is_mapped(table)) {
        if conditions(table).is_empty() {
            names.table(&table.table, None);
        }
    }
    for table in scan.tables.iter().filter(|table| is_mapped(table) || table.role == Role::Unowned) {
        tables.push_str(&mapping(scan, store, table, &mut names));
    }
    let mut out = head(scan);
    if !taken.is_given {
        out.push_str("\nedition = 1\n");
    }
    out.push_str(&declarations(&names));
    out.push_str(&purposes(&names));
    let _ = writeln!(out, "\n[store.{store}]\nengine = \"{}\"\n{url}", scan.engine.word());
    let quiet: Vec<String> = scan
        .tables
        .iter()
        .filter(|table| table.role == Role::NotPersonal)
        .map(|table| format!("\"{}\"", escaped(&table.table)))
        .collect();
    if !quiet.is_empty() {
        let _ = writeln!(out, "not-personal = [\n  {},\n]", quiet.join(",\n  "));
    }
    out.push_str(&tables);
    out
}

fn is_mapped(table: &TableScan) -> bool {
    matches!(table.role, Role::Person | Role::Owned | Role::Between | Role::Mentions)
}

fn head(scan: &Scan) -> String {
    let mut out = format!(
        "# Draft of the map of a store, made by `kept scan` from names, types, keys and some rows of each\n\
         # table. No value was written down. Each line says how sure it is: certain, likely or guess.\n\
         #\n\
         # 1. Go through every {FILL_IN}: it marks what nobody can read from a database.\n\
         # 2. Read the guesses, and what stands under `not-personal`.\n\
         # 3. Run `kept check DIR`, then `kept check DIR --stores`.\n"
    );
    let listed = |wanted: &dyn Fn(&TableScan) -> bool| -> Vec<String> {
        scan.tables.iter().filter(|table| wanted(table)).map(|table| format!("`{}`", table.table)).collect()
    };
    let views = listed(&|table| table.role == Role::View);
    if !views.is_empty() {
        let _ = writeln!(
            out,
            "#\n# Views are not mapped, since their rows are those of tables: {}.",
            views.join(", ")
        );
    }
    for table in scan.tables.iter() {
        if let Some(why) = &table.unread {
            let _ = writeln!(
                out,
                "#\n# `{}` could not be read, and was judged by its names alone: {why}.",
                table.table
            );
        }
    }
    out
}

/// The conditions under which rows of a table lead to different tables.
fn conditions(table: &TableScan) -> Vec<(String, String, String)> {
    let mut found: Vec<(String, String, String)> = Vec::new();
    for link in &table.links {
        if let Some((column, value)) = &link.when {
            let one = (column.clone(), value.clone(), link.to.clone());
            if !found.contains(&one) {
                found.push(one);
            }
        }
    }
    found
}

/// A table's mapping: one, or one for each condition.
fn mapping(scan: &Scan, store: &str, table: &TableScan, names: &mut Names) -> String {
    let several = conditions(table);
    if several.is_empty() {
        let links: Vec<&LinkScan> = table.links.iter().collect();
        return one(scan, (store, None), (table, &links), names);
    }
    let mut out = String::new();
    for (column, value, to) in &several {
        let is_own =
            |link: &&LinkScan| link.when.as_ref().is_none_or(|(own, is)| own == column && is == value);
        let links: Vec<&LinkScan> = table.links.iter().filter(is_own).collect();
        out.push_str(&one(scan, (store, Some((column, value, to))), (table, &links), names));
    }
    out
}

type Case<'c> = Option<(&'c String, &'c String, &'c String)>;

fn one(
    scan: &Scan,
    (store, case): (&str, Case<'_>),
    (table, links): (&TableScan, &[&LinkScan]),
    names: &mut Names,
) -> String {
    let name = names.table(&table.table, case.map(|(_, _, to)| to.as_str()));
    let path = format!("store.{store}.table.{name}");
    let mut out = format!("\n# {}: {}\n[{path}]\n", table.sure.word(), table.reason);
    if name != table.table {
        let _ = writeln!(out, "name = \"{}\"", escaped(&table.table));
    }
    if table.role == Role::Person {
        let _ = writeln!(out, "person = \"{}\"", names.kind(&table.table));
    }
    if let Some((column, value, _)) = case {
        let _ = writeln!(out, "when = {{ {} = \"{}\" }}", key(column), escaped(value));
    }
    if !table.key.is_empty() {
        let _ = writeln!(
            out,
            "# {FILL_IN}: there is no primary key, and these differ in all rows looked at; make them UNIQUE in the database\nkey = [{}]",
            quoted(&table.key)
        );
    }
    if !table.identifies.is_empty() {
        let all: Vec<String> = table
            .identifies
            .iter()
            .map(|(kind, column)| format!("{kind} = \"{}\"", escaped(column)))
            .collect();
        let _ = writeln!(out, "identifies = {{ {} }}", all.join(", "));
    }
    if table.role == Role::Unowned {
        let _ = writeln!(out, "# {FILL_IN}: whose are these rows?\nowned-by = {{ TABLE = \"COLUMN\" }}");
    }
    out.push_str(&ways(scan, links, names));
    out.push_str(&events(table));
    out.push_str(&consents(table));
    out.push_str(&columns(&path, table, names));
    if table.role == Role::Unowned { commented(&out) } else { out }
}

/// Owners, those who share, those who are mentioned.
fn ways(scan: &Scan, links: &[&LinkScan], names: &mut Names) -> String {
    let mut out = String::new();
    for (means, word) in
        [(Means::OwnedBy, "owned-by"), (Means::SharedWith, "shared-with"), (Means::RefersTo, "refers-to")]
    {
        let mut all: IndexMap<&str, Vec<&LinkScan>> = IndexMap::new();
        for link in links.iter().filter(|link| link.means == means) {
            let is_there = scan.tables.iter().any(|table| table.table == link.to && is_mapped(table));
            if is_there {
                all.entry(link.to.as_str()).or_default().push(link);
            }
        }
        if all.is_empty() {
            continue;
        }
        for link in all.values().flatten() {
            let _ = writeln!(out, "# {}: {}", link.sure.word(), link.reason);
        }
        let parts: Vec<String> = all.iter().map(|(to, links)| way(to, links, names)).collect();
        let _ = writeln!(out, "{word} = {{ {} }}", parts.join(", "));
    }
    out
}

fn way(to: &str, links: &[&LinkScan], names: &mut Names) -> String {
    let name = names.table(to, None);
    let name = key(&name);
    let through = links.iter().find_map(|link| link.through.as_ref());
    if let Some((between, row, owner)) = through {
        let between = names.table(between, None);
        return format!(
            "{name} = {{ through = \"{between}\", row = \"{}\", owner = \"{}\" }}",
            escaped(row),
            escaped(owner)
        );
    }
    let mut columns: Vec<String> =
        links.iter().map(|link| format!("\"{}\"", escaped(&link.column))).collect();
    columns.dedup();
    let listed = if columns.len() == 1 { columns.join("") } else { format!("[{}]", columns.join(", ")) };
    let must_point = links.iter().any(|link| link.is_required && link.means != Means::OwnedBy);
    if must_point {
        return format!(
            "{name} = {{ column = {listed}, detach = {{ to = \"{FILL_IN}: the key of a row that stands for erased people\" }} }}"
        );
    }
    format!("{name} = {listed}")
}

fn events(table: &TableScan) -> String {
    if table.events.is_empty() {
        return String::new();
    }
    let parts: Vec<String> = table
        .events
        .iter()
        .map(|(event, column)| match event.as_str() {
            "contract-end" => format!("{event} = {{ column = \"{}\", null = \"not yet\" }}", escaped(column)),
            _ => format!("{event} = \"{}\"", escaped(column)),
        })
        .collect();
    format!("events = {{ {} }}\n", parts.join(", "))
}

/// Which purpose a consent is for, nobody can read.
fn consents(table: &TableScan) -> String {
    let mut out = String::new();
    for (given, withdrawn) in &table.consents {
        let withdrawn = withdrawn
            .as_ref()
            .map_or_else(String::new, |column| format!(", withdrawn = \"{}\"", escaped(column)));
        let _ = writeln!(
            out,
            "# {FILL_IN}: the purpose that is consented to\n# consents = {{ PURPOSE = {{ given = \"{}\"{withdrawn} }} }}",
            escaped(given)
        );
    }
    out
}

fn columns(path: &str, table: &TableScan, names: &mut Names) -> String {
    let mut out = String::new();
    if table.columns.is_empty() {
        return out;
    }
    let _ = writeln!(out, "\n[{path}.columns]");
    for column in &table.columns {
        let datum = names.datum(table, column);
        let _ = writeln!(
            out,
            "{} = \"{datum}\"  # {}: {}",
            key(&column.column),
            column.sure.word(),
            column.reason
        );
    }
    let fixed: Vec<&str> =
        table.columns.iter().filter(|one| one.takes_empty).map(|one| one.column.as_str()).collect();
    if !fixed.is_empty() {
        let _ = writeln!(
            out,
            "\n# Columns that can't be NULL, for rows that outlive what is in them.\n[{path}.emptied]"
        );
        for column in fixed {
            let _ = writeln!(out, "{} = \"\"", key(column));
        }
    }
    out
}

/// A block that waits for an answer.
fn commented(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let line =
            if line.is_empty() || line.starts_with('#') { line.to_owned() } else { format!("# {line}") };
        let _ = writeln!(out, "{line}");
    }
    out
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("\"{}\"", escaped(name))).collect::<Vec<_>>().join(", ")
}

/// A key of TOML, in quotes where it needs them.
fn key(name: &str) -> String {
    let is_plain =
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    if is_plain { name.to_owned() } else { format!("\"{}\"", escaped(name)) }
}
