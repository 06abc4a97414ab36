//! Documents: rows in which they can't be read, members that nobody mapped.
//!
//! No name of a member that may be somebody's is told. Not here: how documents are read (`path`).

use std::collections::{BTreeMap, BTreeSet};

use kept_core::plan::{Value, key_text};
use kept_core::policy::model::Engine;
use serde_json::Value as Json;

use super::uncounted;
use crate::check_map::Finding;
use crate::check_map::personal::is_personal_name;
use crate::engine::{Mode, Session};
use crate::fault::StoreFault;
use crate::map::Table;
use crate::path::{self, Step};
use crate::rows;
use crate::scan::document::{is_name, step};
use crate::schema::Column;
use crate::sql::{Statement, as_text, quote};

/// How many documents of a column are looked at: the first and the last by the key.
const SAMPLE: u32 = 400;

/// Longer documents are not looked at.
const LENGTH_MAX: usize = 200_000;

/// How many members are told by their names.
const NAMES_MAX: usize = 12;

/// Looks at every column of a table in whose documents the map names places.
pub(super) fn check(
    session: &mut Session,
    table: &Table<'_>,
    most: Option<u32>,
) -> Result<Vec<Finding>, StoreFault> {
    let mut found = Vec::new();
    for (base, places) in documents(table) {
        let look = |session: &mut Session| {
            let unread = count(session, table, &places, most)?;
            Ok::<_, StoreFault>((unread, sample(session, table, base)?))
        };
        match session.transaction(Mode::Look, look) {
            Ok((unread, sample)) => {
                found.extend(unread_rows(table, base, &places, unread));
                found.extend(unmapped(table, base, &places, &sample));
            }
            Err(fault) => found.push(uncounted(table, base, fault)?),
        }
    }
    Ok(found)
}

/// The columns of documents of a table, with the places that its map names in each.
fn documents<'a>(table: &Table<'a>) -> BTreeMap<&'a str, Vec<&'a Column>> {
    let mut found: BTreeMap<&'a str, Vec<&'a Column>> = BTreeMap::new();
    for place in table.read.iter().map(|(_, column)| *column) {
        if let Some(path) = &place.within {
            found.entry(&path.base).or_default().push(place);
        }
    }
    found
}

/// How many personal rows there are, and in how many some place can't be read.
fn count(
    session: &mut Session,
    table: &Table<'_>,
    places: &[&Column],
    most: Option<u32>,
) -> Result<[u64; 2], StoreFault> {
    let engine = session.engine();
    let unread: Vec<String> = places.iter().map(|place| path::is_unread(engine, place, None)).collect();
    let mut statement = Statement::with(engine, "SELECT count(*), count(CASE WHEN ");
    statement.push(&unread.join(" OR ")).push(" THEN 1 END) FROM ");
    // The bound comes before the condition: where hardly any row is personal, a look for so many that are would
    // go through the whole table.
    match most {
        Some(most) => {
            statement.push("(SELECT * FROM ").table(table.shape);
            statement.push(&format!(" LIMIT {most}) AS looked_at"));
        }
        None => {
            statement.table(table.shape);
        }
    }
    statement.push(" WHERE 1 = 1");
    rows::conditions(&mut statement, table);
    let rows = session.query(&statement)?;
    let row = rows.first().map_or(&[][..], Vec::as_slice);
    let number = |place: usize| match row.get(place) {
        Some(Value::Integer(count)) => u64::try_from(*count).unwrap_or_default(),
        _ => 0,
    };
    Ok([number(0), number(1)])
}

/// Some documents of a column.
fn sample(session: &mut Session, table: &Table<'_>, base: &str) -> Result<Vec<Json>, StoreFault> {
    let engine = session.engine();
    let Some(column) = table.shape.columns.iter().find(|column| column.name == base) else {
        return Ok(Vec::new());
    };
    let (mut texts, mut seen) = (Vec::new(), BTreeSet::new());
    for order in ["", " DESC"] {
        let name = quote(engine, base);
        let text = match engine {
            Engine::Sqlite | Engine::Postgres => format!("CAST({name} AS text)"),
            Engine::Mariadb => as_text(engine, column, &name),
        };
        let mut statement = Statement::with(engine, "SELECT ");
        statement
            .push(&text)
            .push(", ")
            .read(&table.key)
            .push(" FROM ")
            .table(table.shape)
            .push(" WHERE ")
            .name(base)
            .push(" IS NOT NULL");
        rows::conditions(&mut statement, table);
        for (place, key) in table.key.iter().enumerate() {
            statement.push(if place > 0 { ", " } else { " ORDER BY " }).cell(key).push(order);
        }
        statement.push(&format!(" LIMIT {}", SAMPLE / 2));
        // Of a small table the first and the last are the same rows.
        let rows = session.query(&statement)?.into_iter();
        texts.extend(rows.filter(|row| seen.insert(key_text(row.get(1..).unwrap_or_default()))));
    }
    let read = |row: &Vec<Value>| {
        let text = row.first().filter(|value| !value.is_null()).map(Value::shown)?;
        if text.len() > LENGTH_MAX { None } else { serde_json::from_str(&text).ok() }
    };
    Ok(texts.iter().filter_map(read).collect())
}

fn unread_rows(
    table: &Table<'_>,
    base: &str,
    places: &[&Column],
    [all, unread]: [u64; 2],
) -> Option<Finding> {
    let named: Vec<String> = places.iter().map(|place| format!("`{}`", place.name)).collect();
    let message = format!(
        "{unread} of {all} rows hold in `{base}` what can't be read as a document where the map names {}",
        named.join(", ")
    );
    let help = format!(
        "mend these rows: their text goes only when all that is mapped in `{base}` goes; or map `{base}` as a whole"
    );
    let finding = || Finding::warning("store/unread-document", &table.policy.name, message.clone());
    (unread > 0).then(|| finding().column(base).help(help))
}

/// A member that no place of the map names.
#[derive(Default)]
struct Member {
    documents: usize,
    looks_personal: bool,
}

/// The members of a sample that no place names, by the way to them.
#[derive(Default)]
struct Members {
    found: BTreeMap<String, Member>,
    nameless: bool,
}

fn unmapped(table: &Table<'_>, base: &str, places: &[&Column], sample: &[Json]) -> Option<Finding> {
    if table.read.iter().any(|(_, column)| column.within.is_none() && column.name == base) {
        return None;
    }
    let ways: Vec<&[Step]> =
        places.iter().filter_map(|place| Some(place.within.as_ref()?.steps.as_slice())).collect();
    let about_people = table.policy.person.is_some();
    let mut all = Members::default();
    for document in sample {
        let mut here = Members::default();
        walk(document, &mut Vec::new(), (&ways, about_people), &mut here);
        all.nameless |= here.nameless;
        for (way, member) in here.found {
            let known = all.found.entry(way).or_default();
            known.documents += 1;
            known.looks_personal |= member.looks_personal;
        }
    }
    // What few documents have may be a name that is somebody's.
    let is_of_many = |member: &Member| member.documents >= 2 || sample.len() < 4;
    let (told, few): (Vec<_>, Vec<_>) = all.found.iter().partition(|(_, member)| is_of_many(member));
    if told.is_empty() && few.is_empty() && !all.nameless {
        return None;
    }
    let mut names: Vec<String> =
        told.iter().take(NAMES_MAX).map(|(way, _)| format!("`{base}{way}`")).collect();
    if told.len() > names.len() || !few.is_empty() || all.nameless {
        names.push("others".to_owned());
    }
    let message = format!(
        "documents in `{base}` have members that are not mapped: {} ({} documents were looked at)",
        names.join(", "),
        sample.len()
    );
    let looks_personal = all.found.values().any(|member| member.looks_personal);
    let finding = if looks_personal { Finding::warning } else { Finding::advice };
    let help = match told.first() {
        Some((way, _)) => format!("say what they hold: `columns = {{ \"{base}{way}\" = \"…\" }}`"),
        None => format!("map `{base}` as a whole"),
    };
    Some(finding("store/unmapped-member", &table.policy.name, message).column(base).help(help))
}

/// Notes the topmost members that neither lie at a mapped place nor lead to one.
fn walk(value: &Json, way: &mut Vec<Step>, told: (&[&[Step]], bool), found: &mut Members) {
    let each: Vec<(Step, &Json)> = match value {
        Json::Object(members) => {
            members.iter().map(|(name, value)| (Step::Member(name.clone()), value)).collect()
        }
        Json::Array(items) => items.iter().map(|value| (Step::Each, value)).collect(),
        _ => return,
    };
    for (step, value) in each {
        way.push(step);
        let (ways, about_people) = told;
        let is_mapped = ways.iter().any(|mapped| way.len() >= mapped.len() && agree(way, mapped));
        if is_mapped {
            // What lies there is the map's.
        } else if ways.iter().any(|mapped| agree(way, mapped)) {
            walk(value, way, told, found);
        } else if holds_something(value) {
            note(value, way, about_people, found);
        }
        way.pop();
    }
}

/// Whether two ways are the same as far as both go.
fn agree(one: &[Step], other: &[Step]) -> bool {
    one.iter().zip(other).all(|(one, other)| match (one, other) {
        (Step::Each, Step::Each | Step::Item(_)) => true,
        (one, other) => one == other,
    })
}

fn holds_something(value: &Json) -> bool {
    match value {
        Json::Null => false,
        Json::String(text) => !text.is_empty(),
        Json::Array(items) => !items.is_empty(),
        Json::Object(members) => !members.is_empty(),
        Json::Bool(_) | Json::Number(_) => true,
    }
}

fn note(value: &Json, way: &[Step], about_people: bool, found: &mut Members) {
    let mut written = String::from("$");
    let mut looks_personal = names_look_personal(value, about_people);
    for one in way {
        match one {
            Step::Member(name) if is_name(name) => {
                looks_personal |= is_personal_name(name, about_people);
                written.push_str(&format!(".{}", step(name)));
            }
            Step::Member(_) => {
                found.nameless = true;
                return;
            }
            Step::Item(_) | Step::Each => written.push_str("[*]"),
        }
    }
    let member = found.found.entry(written).or_default();
    member.looks_personal |= looks_personal;
}

fn names_look_personal(value: &Json, about_people: bool) -> bool {
    match value {
        Json::Object(members) => members.iter().any(|(name, value)| {
            (is_name(name) && is_personal_name(name, about_people))
                || names_look_personal(value, about_people)
        }),
        Json::Array(items) => items.iter().any(|item| names_look_personal(item, about_people)),
        _ => false,
    }
}
