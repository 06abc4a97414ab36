//! Whether what Kept is to draw from people's data can be drawn, and can hide them. The codes stand in
//! `statistics`.

use super::{IDENTIFIER, NO_PURPOSE, NOT_DRAWN, NOT_OF_PURPOSE, NOT_ONE_FIELD};
use crate::policy::Policy;
use crate::policy::check::Judge;
use crate::policy::model::{DataRef, Drawn, FieldType, Purpose, Statistics};

/// Judges what one kind of statistics is drawn from.
pub(super) fn check(judge: &mut Judge<'_>, statistics: &Statistics) {
    let (path, drawn) = (format!("statistics.{}", statistics.id), &statistics.drawn);
    if drawn.fields().next().is_some() && drawn.purpose.is_none() {
        let message = format!("no purpose says on which ground `{}` is drawn", statistics.id);
        judge.say(&NO_PURPOSE, &format!("{path}.purpose"), message, "write `purpose = \"…\"`");
    }
    let policy = judge.policy;
    let purpose = drawn.purpose.as_ref().and_then(|name| policy.purposes.get(name));
    for (key, fields) in [("by", &drawn.by), ("sums", &drawn.sums), ("records", &drawn.records)] {
        for field in fields {
            check_field(judge, &format!("{path}.{key}"), field, purpose);
        }
    }
    let named = |name: &String| drawn.by.iter().chain(&drawn.records).any(|field| field.to_string() == *name);
    let coarser = drawn.coarser.keys().map(|name| ("coarser", name));
    let columns = |name: &String| drawn.records.iter().any(|field| field.to_string() == *name);
    let strangers = coarser.filter(|(_, name)| !named(name));
    let distinct = drawn.distinct.keys().map(|name| ("distinct", name)).filter(|(_, name)| !columns(name));
    for (key, name) in strangers.chain(distinct) {
        let message = format!("`{name}` is not among what is shown");
        judge.say(&NOT_DRAWN, &format!("{path}.{key}.{name}"), message, help(drawn, key));
    }
}

fn help(drawn: &Drawn, key: &str) -> String {
    let fields = if key == "distinct" { &[][..] } else { drawn.by.as_slice() };
    let known: Vec<String> = fields.iter().chain(&drawn.records).map(|field| format!("`{field}`")).collect();
    match known.as_slice() {
        [] => "name the columns: `records = [\"…\"]`".to_owned(),
        known => format!("it is one of {}", known.join(", ")),
    }
}

fn check_field(judge: &mut Judge<'_>, path: &str, field: &DataRef, purpose: Option<&Purpose>) {
    let policy = judge.policy;
    let Some(category) = policy.data.get(&field.category) else { return };
    if field.field.is_none() && !category.fields.is_empty() {
        let first = category.fields.keys().next().map_or("", |name| name.as_str());
        let message = format!("`{field}` has several fields");
        judge.say(&NOT_ONE_FIELD, path, message, format!("name one: `{field}.{first}`"));
    }
    if let Some(purpose) = purpose.filter(|purpose| !purpose.covers(field)) {
        let message = format!("purpose `{}` does not use `{field}`", purpose.name);
        judge.say(&NOT_OF_PURPOSE, path, message, "add it to the data of the purpose, or take it out");
    }
    if let Some(why) = identifies(policy, field) {
        judge.say(&IDENTIFIER, path, format!("`{field}` {why}"), "take it out");
    }
}

/// Why a field may tell who somebody is.
fn identifies(policy: &Policy, field: &DataRef) -> Option<&'static str> {
    let kind = policy.data.get(&field.category)?.fields.get(field.field.as_ref()?)?.kind;
    match kind {
        FieldType::PersonName | FieldType::Email | FieldType::Phone | FieldType::PostalAddress => {
            return Some("names a person, or is an address");
        }
        FieldType::IpAddress | FieldType::Account | FieldType::Password | FieldType::CardNumber => {
            return Some("tells one account or device from all others");
        }
        FieldType::FreeText | FieldType::File => return Some("may hold anything, names too"),
        _ => {}
    }
    let mut tables = policy.stores.values().flat_map(|store| store.tables.values());
    let is_key = tables.any(|table| {
        let identifies = |column: &crate::name::ColumnName| {
            table.identifies.values().any(|own| own == column) || table.key.contains(column)
        };
        table.columns.iter().any(|(column, datum)| datum == field && identifies(column))
    });
    is_key.then_some("is what people are found by in a store")
}
