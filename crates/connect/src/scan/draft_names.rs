//! The names that a draft gives: kinds of people, categories of data with their fields, tables. What a
//! policy declares already is used where it fits, and never declared again.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use kept_core::policy::Policy;
use kept_core::policy::model::data::FieldType;

use super::words;
use super::{ColumnScan, TableScan, What};

/// What a policy declares already.
#[derive(Clone, Debug, Default)]
pub struct Taken {
    /// Whether there is a policy: the draft then joins its files.
    pub(super) is_given: bool,
    people: BTreeSet<String>,
    categories: IndexMap<String, IndexMap<String, Option<&'static str>>>,
}

impl Taken {
    /// What this policy declares.
    pub fn by(policy: &Policy) -> Self {
        let categories = policy.data.values().map(|category| {
            let fields = category.fields.values();
            let fields = fields.map(|field| (field.name.as_str().to_owned(), telling(field.kind)));
            (category.name.as_str().to_owned(), fields.collect())
        });
        Self {
            is_given: true,
            people: policy.people.keys().map(|kind| kind.as_str().to_owned()).collect(),
            categories: categories.collect(),
        }
    }
}

/// The word of a type that says by itself what a field holds.
fn telling(kind: FieldType) -> Option<&'static str> {
    Some(match kind {
        FieldType::PersonName => "person-name",
        FieldType::Email => "email",
        FieldType::Phone => "phone",
        FieldType::PostalAddress => "postal-address",
        FieldType::Organisation => "organisation",
        FieldType::IpAddress => "ip-address",
        FieldType::Account => "account",
        FieldType::Password => "password",
        FieldType::CardNumber => "card-number",
        _ => return None,
    })
}

/// The names of a draft.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) taken: Taken,
    store: String,
    /// Kinds of people that the draft declares, each with the table that is of them.
    pub(super) people: IndexMap<String, String>,
    /// Categories that the draft declares, with their fields' types.
    pub(super) categories: IndexMap<String, IndexMap<String, &'static str>>,
    /// Categories of the policy's that the draft uses.
    pub(super) used: BTreeSet<String>,
    tables: IndexMap<String, String>,
}

impl Names {
    pub(super) fn new(taken: &Taken, store: &str) -> Self {
        Self { taken: taken.clone(), store: store.to_owned(), ..Self::default() }
    }

    /// The kind of people of a table.
    pub(super) fn kind(&mut self, table: &str) -> String {
        let last = table.rsplit('.').next().unwrap_or(table);
        let own = words::of_table(last).join("-");
        let kind = if own.is_empty() { "person".to_owned() } else { slug(&own) };
        if !self.taken.people.contains(&kind) {
            self.people.entry(kind.clone()).or_insert_with(|| table.to_owned());
        }
        kind
    }

    /// The policy's name of a table.
    pub(super) fn table(&mut self, full: &str, ending: Option<&str>) -> String {
        let whole = ending.map_or_else(|| full.to_owned(), |ending| format!("{full} for {ending}"));
        if let Some((known, _)) = self.tables.iter().find(|(_, of)| **of == whole) {
            return known.clone();
        }
        let last = full.rsplit('.').next().unwrap_or(full);
        let is_plain = !last.is_empty()
            && last.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
        let own = if is_plain { last.to_owned() } else { slug(last) };
        let own = ending.map_or_else(|| own.clone(), |ending| format!("{own}_{}", slug(ending)));
        let mut name = own.clone();
        let mut count = 2;
        while self.tables.contains_key(&name) {
            name = format!("{own}-{count}");
            count += 1;
        }
        self.tables.insert(name.clone(), whole);
        name
    }

    /// What a column holds, in the policy's words: `contact.email`.
    pub(super) fn datum(&mut self, table: &TableScan, column: &ColumnScan) -> String {
        let (category, field) = usual(table, column);
        let is_telling = matches!(
            column.field,
            "person-name"
                | "email"
                | "phone"
                | "postal-address"
                | "organisation"
                | "ip-address"
                | "account"
                | "password"
        );
        let has = |name: &String| {
            self.taken.categories.get(&category).is_some_and(|fields| fields.contains_key(name))
        };
        let known = if has(&field) {
            Some((category.clone(), field.clone()))
        } else {
            let of_type = |fields: &IndexMap<String, Option<&'static str>>| {
                fields.iter().find(|(_, kind)| **kind == Some(column.field)).map(|(name, _)| name.clone())
            };
            let mut all = self.taken.categories.iter().filter(|_| is_telling);
            all.find_map(|(name, fields)| Some((name.clone(), of_type(fields)?)))
        };
        if let Some((category, field)) = known {
            self.used.insert(category.clone());
            return format!("{category}.{field}");
        }
        let category = if self.taken.categories.contains_key(&category) {
            format!("{category}-of-{}", self.store)
        } else {
            category
        };
        self.categories.entry(category.clone()).or_default().entry(field.clone()).or_insert(column.field);
        format!("{category}.{field}")
    }
}

/// The category and field under which such a column usually goes.
fn usual(table: &TableScan, column: &ColumnScan) -> (String, String) {
    let own = || slug(column.column.rsplit(['$', '.']).next().unwrap_or(&column.column));
    let named = |category: &str, field: &str| (category.to_owned(), field.to_owned());
    match column.what {
        What::Name | What::FirstName | What::LastName => named("identification", "name"),
        What::BirthDate => named("identification", "birth"),
        What::Gender => named("identification", "gender"),
        What::NationalNumber => named("identification", "national-number"),
        What::Picture => named("identification", "picture"),
        What::Organisation => named("identification", "organisation"),
        What::Email => named("contact", "email"),
        What::Phone => named("contact", "phone"),
        What::Address | What::Postcode | What::City | What::Country => named("contact", "address"),
        What::Login => named("account", "username"),
        What::Password => named("account", "password"),
        What::Ip => named("log", "ip-address"),
        What::Device => named("log", "device"),
        What::Location => named("log", "location"),
        What::Bank => named("payment", "bank-account"),
        What::Card => named("payment", "card"),
        What::Special => ("sensitive".to_owned(), own()),
        What::Employment => ("employment".to_owned(), own()),
        What::FreeText | What::Other => {
            let last = table.table.rsplit('.').next().unwrap_or(&table.table);
            (slug(last), own())
        }
    }
}

/// A plain name: small letters, digits and dashes.
pub(super) fn slug(text: &str) -> String {
    let joined = words::words(text).join("-");
    let plain: String =
        joined.chars().map(|sign| if sign.is_ascii_alphanumeric() { sign } else { '-' }).take(56).collect();
    let plain = plain.trim_matches('-').to_owned();
    if plain.is_empty() { "unnamed".to_owned() } else { plain }
}
