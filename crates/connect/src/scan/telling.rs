//! What the columns of a table tell beside data: what tells its rows apart, when they were made and
//! ended, when somebody agreed.

use super::Role;
use super::sample::Seen;
use super::values::{Pattern, Tally};
use super::words::{self, Agreed, Told};
use crate::schema::{Class, Column, Table};

/// The type of field that fits a column by its own type, and by its name: a flag is often a number.
pub(super) fn other_field(column: &Column) -> &'static str {
    let money =
        ["price", "amount", "total", "cost", "prix", "montant", "prijs", "bedrag", "preis", "betrag", "fee"];
    let is_money = words::words(&column.name).iter().any(|word| money.contains(&word.as_str()));
    match column.class {
        Class::Integer | Class::Real | Class::Decimal if is_money => "money",
        Class::Integer if is_flag(&column.name) => "truth",
        Class::Integer | Class::Real | Class::Decimal => "number",
        Class::Truth => "truth",
        Class::Date => "date",
        Class::LocalTime | Class::Instant => "date-time",
        Class::Bytes => "file",
        Class::Json => "free-text",
        Class::Text | Class::Uuid | Class::Network | Class::Other => "text",
    }
}

/// Whether a number is yes or no, by its name: `newsletter`, `is_admin`, `has_card`, `blocked_flag`.
fn is_flag(name: &str) -> bool {
    let words = words::words(name);
    let first = words.first().is_some_and(|first| matches!(first.as_str(), "is" | "has" | "can" | "wants"));
    let last = words.last().is_some_and(|last| matches!(last.as_str(), "flag" | "yn" | "bool"));
    let counts = words.iter().any(|word| {
        matches!(
            word.as_str(),
            "count" | "number" | "id" | "times" | "version" | "frequency" | "nr" | "total"
        )
    });
    first || last || (words::agreed(name).is_some() && !counts)
}

/// Columns that tell rows apart where there is no primary key: unique ones that are never NULL, else
/// one whose sampled values all differ.
pub(super) fn key(table: &Table, seen: &Seen<'_>) -> Vec<String> {
    if !table.primary_key.is_empty() || table.columns.iter().any(|column| table.is_unique(&[&column.name])) {
        return Vec::new();
    }
    let columns = table.columns.iter().zip(&seen.tallies);
    let is_key = |(column, tally): &(&Column, &Tally)| {
        tally.count > 1
            && tally.count == seen.rows
            && tally.distinct == tally.count
            && matches!(column.class, Class::Integer | Class::Text | Class::Uuid)
    };
    let named =
        columns.clone().find(|one| is_key(one) && words::words(&one.0.name).iter().any(|word| word == "id"));
    named
        .or_else(|| columns.clone().find(is_key))
        .map(|(column, _)| vec![column.name.clone()])
        .unwrap_or_default()
}

/// Whether a column holds dates: by its type, by its values, by its name where it has none.
pub(super) fn holds_dates(seen: &Seen<'_>, column: &Column) -> bool {
    let place = seen.table.columns.iter().position(|own| own.name == column.name);
    let tally = place.and_then(|place| seen.tallies.get(place));
    let is_text = matches!(column.class, Class::Text | Class::Other);
    column.class.is_date_like()
        || (is_text
            && tally.is_some_and(|tally| match tally.count {
                0 => words::is_dated(&column.name),
                _ => tally.mostly(Pattern::Date, 90, 1),
            }))
}

/// Whether a column's date tells when the row was made, ended or used: no datum of its own.
pub(super) fn is_told(seen: &Seen<'_>, column: &Column) -> bool {
    holds_dates(seen, column) && words::told(&column.name).is_some()
}

/// The dates of consents: when given, and when withdrawn where a column of the same words says it.
pub(super) fn consents(table: &Table, seen: &Seen<'_>) -> Vec<(String, Option<String>)> {
    let of = |wanted: Agreed| -> Vec<&Column> {
        table
            .columns
            .iter()
            .filter(|column| words::agreed(&column.name) == Some(wanted) && holds_dates(seen, column))
            .collect()
    };
    let (given, over) = (of(Agreed::Given), of(Agreed::Withdrawn));
    let first = |column: &Column| words::words(&column.name).into_iter().next();
    let pair = |one: &&Column| {
        let same = over.iter().find(|other| first(other) == first(one));
        let only = over.first().filter(|_| given.len() == 1 && over.len() == 1);
        (one.name.clone(), same.or(only).map(|other| other.name.clone()))
    };
    given.iter().map(pair).collect()
}

/// The dates of events: when the row was made, when it ended, when the person was last there.
pub(super) fn events(table: &Table, seen: &Seen<'_>, role: Role) -> Vec<(String, String)> {
    let dated: Vec<(&Column, Told)> = table
        .columns
        .iter()
        .zip(&seen.tallies)
        .filter(|(column, _)| holds_dates(seen, column) && words::agreed(&column.name).is_none())
        .filter_map(|(column, _)| Some((column, words::told(&column.name)?)))
        .collect();
    let first =
        |told: Told| dated.iter().find(|(_, known)| *known == told).map(|(column, _)| column.name.clone());
    let mut events = Vec::new();
    let (made, ended) = (first(Told::Made), first(Told::Ended));
    if let Some(made) = &made {
        events.push(("collection".to_owned(), made.clone()));
    }
    if role == Role::Person {
        if let (Some(made), Some(ended)) = (made, ended) {
            events.push(("contract-start".to_owned(), made));
            events.push(("contract-end".to_owned(), ended));
        }
        events.extend(first(Told::Seen).map(|seen| ("last-contact".to_owned(), seen)));
    }
    events
}

#[cfg(test)]
mod tests {
    use super::is_flag;

    #[test]
    fn a_number_that_says_yes_or_no_by_its_name_is_no_number() {
        for flag in ["newsletter", "newsletter_optin", "is_admin", "hasCard", "blocked_flag"] {
            assert!(is_flag(flag), "{flag}");
        }
        for number in ["newsletter_count", "consent_version", "marketing_id", "quantity", "island_nr"] {
            assert!(!is_flag(number), "{number}");
        }
    }
}
