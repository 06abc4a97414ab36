//! Finding a person by an identifier, and by the other identifiers of what was found.
//!
//! SQL only proposes candidates, by an index where one serves; `core::identifier` decides which of
//! them are equal. Only identifiers that belong to one person lead on to other tables.

use std::collections::{BTreeMap, BTreeSet};

use kept_core::identifier::{Identifier, IdentifierClass};
use kept_core::name::{ColumnName, IdentifierKind, PersonKind, TableName};
use kept_core::plan::{Key, Value};
use kept_core::policy::model::Engine;
use unicode_normalization::UnicodeNormalization;

use crate::engine::Session;
use crate::fault::StoreFault;
use crate::map::{Map, Table};
use crate::path;
use crate::rows;
use crate::schema::{self, Class, Column, Part};
use crate::sql::{Statement, quote};

/// A row that is the person, or that names them by an identifier.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The table, by its policy name.
    pub table: TableName,
    /// The row's key.
    pub key: Key,
    /// The kind of people that the table holds; `None` where its rows only carry the identifier.
    pub kind: Option<PersonKind>,
    /// How it was found.
    pub via: Via,
}

/// How a row was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Via {
    /// By an identifier of this kind.
    pub kind: IdentifierKind,
    /// In this column.
    pub column: ColumnName,
    /// Which was read from this row; `None` for the identifier that was given.
    pub from: Option<(TableName, Key)>,
}

/// A person table in which more than one row was found: somebody has to pick by key.
pub fn found_twice(found: &[Found]) -> Option<&TableName> {
    found.iter().find_map(|one| {
        let same = found.iter().filter(|other| other.kind.is_some() && other.table == one.table);
        (one.kind.is_some() && same.count() > 1).then_some(&one.table)
    })
}

/// Finds every row that is this person.
///
/// # Errors
/// As the store answers.
pub fn find(session: &mut Session, map: &Map<'_>, by: &Identifier) -> Result<Vec<Found>, StoreFault> {
    let mut found: Vec<Found> = Vec::new();
    let mut seen_rows = BTreeSet::new();
    let mut seen_identifiers = BTreeSet::from([by.clone()]);
    let mut waiting = vec![(by.clone(), None)];
    while let Some((identifier, from)) = waiting.pop() {
        for table in &map.tables {
            let Some(column) = table.policy.identifies.get(identifier.kind()) else { continue };
            let via = Via { kind: identifier.kind().clone(), column: column.clone(), from: from.clone() };
            for row in matches(session, map, table, column, &identifier)? {
                let key = rows::key(table, &row);
                if !seen_rows.insert((table.policy.name.clone(), rows::exact(&key))) {
                    continue;
                }
                let name = table.policy.name.clone();
                for other in identifiers(table, &row) {
                    if seen_identifiers.insert(other.clone()) {
                        waiting.push((other, Some((name.clone(), key.clone()))));
                    }
                }
                found.push(Found { table: name, key, kind: table.policy.person.clone(), via: via.clone() });
            }
        }
    }
    Ok(found)
}

/// The identifiers of a row that belong to one person only.
pub(crate) fn identifiers(table: &Table<'_>, row: &[Value]) -> Vec<Identifier> {
    let named = table.policy.identifies.iter().filter_map(|(kind, name)| {
        let (_, column) = table.read.iter().find(|(known, _)| known == name)?;
        let value = row.get(table.at(column)?).filter(|value| !value.is_null())?.shown();
        let all = if column.is_list { path::items(&value) } else { vec![value] };
        Some(
            all.into_iter()
                .filter_map(|value| Identifier::new(kind.clone(), &value).ok())
                .collect::<Vec<_>>(),
        )
    });
    named.flatten().filter(Identifier::is_unique).collect()
}

/// Whether a column's value, or one of several, is an identifier.
fn is_one(column: &Column, identifier: &Identifier, value: &str) -> bool {
    if column.is_list {
        return path::items(value).iter().any(|item| identifier.is(item));
    }
    identifier.is(value)
}

/// The rows of a table whose column is this identifier.
fn matches(
    session: &mut Session,
    map: &Map<'_>,
    table: &Table<'_>,
    column: &ColumnName,
    identifier: &Identifier,
) -> Result<Vec<Vec<Value>>, StoreFault> {
    let column = map.schema.need_column(table.shape, column.as_str())?;
    if let Some(ahead) = &mut session.ahead {
        return Ok(ahead.matches(table, identifier));
    }
    let mut found = proposed(session, map, (table, column), std::slice::from_ref(identifier))?;
    let Some(place) = table.at(column) else { return Ok(Vec::new()) };
    found.retain(|row| row.get(place).is_some_and(|value| is_one(column, identifier, &value.shown())));
    Ok(found)
}

/// The rows of a table whose column is one of these identifiers of one kind, each with the identifier as it
/// was given.
pub(crate) fn rows_of(
    session: &mut Session,
    map: &Map<'_>,
    (table, column): (&Table<'_>, &Column),
    sought: &[Identifier],
) -> Result<Vec<(String, Vec<Value>)>, StoreFault> {
    let Some(place) = table.at(column) else { return Ok(Vec::new()) };
    let is_phone = |one: &Identifier| IdentifierClass::of(one.kind()) == IdentifierClass::Phone;
    // Lists and telephone numbers are asked for by conditions of their own, which no list of values makes.
    let at_once = if column.is_list || sought.iter().any(is_phone) { 1 } else { SOUGHT };
    let mut found = Vec::new();
    for sought in sought.chunks(at_once) {
        let mut by: BTreeMap<&str, Vec<&Identifier>> = BTreeMap::new();
        for one in sought {
            by.entry(one.canonical()).or_default().push(one);
        }
        for row in proposed(session, map, (table, column), sought)? {
            let Some(value) = row.get(place).map(Value::shown) else { continue };
            if let ([one], true) = (sought, column.is_list) {
                found.extend(is_one(column, one, &value).then(|| (one.raw().to_owned(), row)));
                continue;
            }
            let Some(kind) = sought.first().map(|one| one.kind().clone()) else { continue };
            let Ok(own) = Identifier::new(kind, &value) else { continue };
            let same = by.get(own.canonical()).into_iter().flatten();
            found.extend(same.map(|one| (one.raw().to_owned(), row.clone())));
        }
    }
    Ok(found)
}

/// The rows that the store proposes for some identifiers of one kind.
fn proposed(
    session: &mut Session,
    map: &Map<'_>,
    (table, column): (&Table<'_>, &Column),
    sought: &[Identifier],
) -> Result<Vec<Vec<Value>>, StoreFault> {
    let Some(statement) = candidates(map.schema.engine, table, column, sought) else {
        return Ok(Vec::new());
    };
    let texts: Vec<[Value; 1]> = sought
        .iter()
        .flat_map(|one| [one.raw(), one.canonical()].map(|text| [Value::Text(text.to_owned())]))
        .collect();
    let texts: Vec<&[Value]> = texts.iter().map(<[Value; 1]>::as_slice).collect();
    session.need(table.shape, &[column], &texts, true)?;
    session.query(&statement)
}

/// How many identifiers go into one statement: each may be spelt in a dozen ways.
const SOUGHT: usize = 500;

/// The statement that proposes candidates for identifiers of one kind; `None` where the column's type can't
/// hold any. For lists and telephone numbers the first alone counts.
fn candidates(
    engine: Engine,
    table: &Table<'_>,
    column: &Column,
    sought: &[Identifier],
) -> Option<Statement> {
    let mut statement = rows::select(engine, table);
    let identifier = sought.first()?;
    if column.is_list {
        one_of_list(&mut statement, column, identifier);
        rows::conditions(&mut statement, table);
        return Some(statement);
    }
    match IdentifierClass::of(identifier.kind()) {
        IdentifierClass::Email => same_address(&mut statement, table.shape, column, sought),
        IdentifierClass::Phone => same_digits(&mut statement, column, identifier),
        IdentifierClass::Exact => same_value(&mut statement, column, sought)?,
    }
    rows::conditions(&mut statement, table);
    Some(statement)
}

/// A list is a candidate when its text holds a spelling of the identifier; telephone numbers are
/// written in too many ways, so that every list is.
fn one_of_list(statement: &mut Statement, column: &Column, identifier: &Identifier) {
    let name = path::cell(statement.engine, column, None);
    if IdentifierClass::of(identifier.kind()) == IdentifierClass::Phone {
        statement.push(&name).push(" IS NOT NULL");
        return;
    }
    let all = spellings(identifier).into_iter().map(|text| text.to_lowercase());
    let all: BTreeSet<String> = all.chain([identifier.raw().trim().to_lowercase()]).collect();
    statement.push("(");
    for (index, text) in all.into_iter().enumerate() {
        statement.push(if index > 0 { " OR " } else { "" });
        match statement.engine {
            Engine::Sqlite => statement.push("instr(lower(").as_text(column, &name).push("), "),
            Engine::Postgres => statement.push("strpos(lower(").as_text(column, &name).push("), "),
            Engine::Mariadb => statement
                .push("LOCATE(")
                .bind(Value::Text(text.clone()))
                .push(", lower(")
                .as_text(column, &name)
                .push(")"),
        };
        if statement.engine != Engine::Mariadb {
            statement.bind(Value::Text(text));
        }
        statement.push(") > 0");
    }
    statement.push(")");
}

/// How a column's values can be compared without regard to case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CaseWay {
    /// The column's own equality does it.
    Own,
    /// An index under a collation that ignores case serves.
    NoCase,
    /// `lower(column)`, by an index over it or by looking at every row.
    Lower,
    /// Another column, in which the database itself keeps the lower case, and its index.
    Computed(String),
}

/// The way that an index serves, else the one that works without, and whether an index serves it.
pub(crate) fn case_way(shape: &schema::Table, column: &Column) -> (CaseWay, bool) {
    let first = |wanted: &Part| {
        shape.indexes.iter().any(|index| !index.is_partial && index.parts.first() == Some(wanted))
    };
    let name = column.name.clone();
    if column.ignores_case {
        return (CaseWay::Own, first(&Part::Column(name)));
    }
    if first(&Part::Lower(name.clone())) {
        return (CaseWay::Lower, true);
    }
    if first(&Part::NoCase(name)) {
        return (CaseWay::NoCase, true);
    }
    let computed = shape.columns.iter().filter(|own| own.lowers.as_ref() == Some(&column.name));
    for own in computed {
        if first(&Part::Column(own.name.clone())) {
            return (CaseWay::Computed(own.name.clone()), true);
        }
    }
    (CaseWay::Lower, false)
}

fn same_address(statement: &mut Statement, shape: &schema::Table, column: &Column, sought: &[Identifier]) {
    match case_way(shape, column).0 {
        CaseWay::Own => statement.cell(column),
        CaseWay::NoCase => statement.cell(column).push(" COLLATE NOCASE"),
        CaseWay::Lower => statement.push("lower(").cell(column).push(")"),
        CaseWay::Computed(other) => statement.name(&other),
    };
    let all: BTreeSet<String> = sought.iter().flat_map(spellings).collect();
    any_of(statement, column, all.into_iter().map(Value::Text));
}

/// The spellings of an address that one database or another makes of its lower case: SQLite lowers
/// ASCII only, domains stand in either form, letters composed or not.
fn spellings(identifier: &Identifier) -> BTreeSet<String> {
    let canonical = identifier.canonical();
    let raw = identifier.raw().trim();
    let mut bases = BTreeSet::from([canonical.to_owned(), raw.to_ascii_lowercase(), raw.to_lowercase()]);
    if let Some((local, domain)) = canonical.rsplit_once('@') {
        let (unicode, _) = idna::domain_to_unicode(domain);
        bases.insert(format!("{local}@{unicode}"));
    }
    let mut all = BTreeSet::new();
    for base in bases {
        let shouted: String = base.chars().flat_map(upper_beyond_ascii).collect();
        for text in [base, shouted] {
            all.insert(text.nfd().collect());
            all.insert(text.nfc().collect());
            all.insert(text);
        }
    }
    all
}

fn upper_beyond_ascii(sign: char) -> Vec<char> {
    if sign.is_ascii() { vec![sign] } else { sign.to_uppercase().collect() }
}

/// Telephone numbers are written in too many ways for an index: every number whose last digits
/// agree once the usual signs between them are taken out is a candidate.
fn same_digits(statement: &mut Statement, column: &Column, identifier: &Identifier) {
    const BETWEEN: [&str; 7] = ["' '", "'-'", "'.'", "'/'", "'('", "')'", "'\u{a0}'"];
    const DIGITS: usize = 6;
    for _ in BETWEEN {
        statement.push("replace(");
    }
    let name = path::cell(statement.engine, column, None);
    statement.as_text(column, &name);
    for sign in BETWEEN {
        statement.push(", ").push(sign).push(", '')");
    }
    let mut last: Vec<char> = identifier.canonical().chars().rev().take(DIGITS).collect();
    last.reverse();
    let last: String = last.into_iter().filter(char::is_ascii_digit).collect();
    statement.push(" LIKE ").bind(Value::Text(format!("%{last}")));
}

fn same_value(statement: &mut Statement, column: &Column, sought: &[Identifier]) -> Option<()> {
    let texts: BTreeSet<String> = sought.iter().flat_map(texts_of).collect();
    let whole = || sought.iter().filter_map(|one| one.canonical().parse::<i64>().ok());
    if statement.engine == Engine::Sqlite {
        statement.cell(column);
        any_of(statement, column, texts.into_iter().map(Value::Text).chain(whole().map(Value::Integer)));
        return Some(());
    }
    match column.class {
        Class::Integer => {
            let values: Vec<Value> =
                sought.iter().filter_map(|one| whole_value(statement.engine, column, one)).collect();
            if values.is_empty() {
                return None;
            }
            statement.name(&column.name);
            any_of(statement, column, values);
        }
        Class::Uuid => {
            let all = sought.iter().map(Identifier::canonical).filter(|text| is_uuid(text));
            let values: Vec<Value> = all.map(|text| Value::Text(text.to_owned())).collect();
            if values.is_empty() {
                return None;
            }
            statement.name(&column.name);
            any_of(statement, column, values);
        }
        Class::Text => {
            statement.cell(column);
            any_of(statement, column, texts.into_iter().map(Value::Text));
        }
        // Bytes are shown, and given, as hexadecimal digits.
        Class::Bytes if statement.engine == Engine::Mariadb => {
            statement.push("HEX(").name(&column.name).push(")");
            in_texts(statement, sought.iter().map(|one| one.canonical().to_ascii_uppercase()));
        }
        _ if statement.engine == Engine::Mariadb => {
            let name = quote(statement.engine, &column.name);
            statement.as_text(column, &name);
            in_texts(statement, texts);
        }
        _ => {
            let way = if column.class == Class::Network { "host(" } else { "concat(" };
            statement.push(way).name(&column.name).push(")");
            any_of(statement, column, texts.into_iter().map(Value::Text));
        }
    }
    Some(())
}

/// How an identifier may stand in a column of text.
fn texts_of(identifier: &Identifier) -> [String; 4] {
    let (canonical, raw) = (identifier.canonical(), identifier.raw());
    [canonical.to_owned(), raw.to_owned(), raw.trim().to_owned(), canonical.nfd().collect()]
}

/// An identifier as a value of a column of whole numbers, where it fits.
fn whole_value(engine: Engine, column: &Column, identifier: &Identifier) -> Option<Value> {
    let canonical = identifier.canonical();
    let large = || canonical.parse::<u64>().ok().filter(|_| engine == Engine::Mariadb);
    let whole = canonical.parse::<i64>().ok();
    let fitting = whole.filter(|number| fits(&column.cast, *number)).map(Value::Integer);
    fitting.or_else(|| large().map(|number| Value::Text(number.to_string())))
}

fn in_texts(statement: &mut Statement, texts: impl IntoIterator<Item = String>) {
    statement.push(" IN (");
    for (index, text) in texts.into_iter().enumerate() {
        statement.push(if index > 0 { ", " } else { "" }).bind(Value::Text(text));
    }
    statement.push(")");
}

fn any_of(statement: &mut Statement, column: &Column, values: impl IntoIterator<Item = Value>) {
    statement.push(" IN (");
    for (index, value) in values.into_iter().enumerate() {
        if index > 0 {
            statement.push(", ");
        }
        statement.bind_compared(column, value);
    }
    statement.push(")");
}

fn fits(cast: &str, number: i64) -> bool {
    if cast.ends_with("int2") {
        i16::try_from(number).is_ok()
    } else if cast.ends_with("int4") {
        i32::try_from(number).is_ok()
    } else {
        true
    }
}

fn is_uuid(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_hexdigit).count();
    digits == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit() || b"-{}".contains(&byte)) && {
        let plain = text.trim_start_matches('{').trim_end_matches('}');
        plain.len() == 36 || plain.len() == 32
    }
}
