//! Columns that look personal and are not mapped, and tables nobody maps that point to mapped ones.
//!
//! By names in English, French, Dutch and German, and by types. A guess: `not-personal` silences it.

use kept_core::diagnostic::Severity;
use kept_core::policy::model::store::{self as policy, Store};

use super::{Finding, mapped};
use crate::map::read_columns;
use crate::schema::{Column, OnDelete, Schema, Table};

/// Words that by themselves make a column's name personal.
const PERSONAL: &[&str] = &[
    "email",
    "mail",
    "courriel",
    "firstname",
    "lastname",
    "surname",
    "fullname",
    "givenname",
    "familyname",
    "forename",
    "prenom",
    "prénom",
    "patronyme",
    "voornaam",
    "achternaam",
    "vorname",
    "nachname",
    "familienname",
    "username",
    "login",
    "nickname",
    "phone",
    "tel",
    "telephone",
    "téléphone",
    "telefoon",
    "telefon",
    "mobile",
    "gsm",
    "handy",
    "fax",
    "address",
    "adresse",
    "adres",
    "anschrift",
    "street",
    "rue",
    "straat",
    "strasse",
    "straße",
    "postcode",
    "postalcode",
    "zipcode",
    "zip",
    "plz",
    "birth",
    "birthday",
    "birthdate",
    "dob",
    "born",
    "naissance",
    "geboorte",
    "geboortedatum",
    "geburtsdatum",
    "geburtstag",
    "iban",
    "bic",
    "ip",
    "ipaddress",
    "ssn",
    "nir",
    "bsn",
    "passport",
    "passeport",
    "paspoort",
    "gender",
    "sexe",
    "geslacht",
    "geschlecht",
    "avatar",
    "password",
    "passwort",
    "wachtwoord",
    "latitude",
    "longitude",
];

/// Words that are personal where the table is about people.
const PERSONAL_OF_PEOPLE: &[&str] = &[
    "name", "nom", "naam", "title", "photo", "picture", "city", "ville", "company", "country", "state",
    "notes", "comment",
];

/// Words of tables about people.
const PEOPLE: &[&str] = &[
    "user",
    "customer",
    "client",
    "person",
    "people",
    "contact",
    "employee",
    "staff",
    "member",
    "subscriber",
    "lead",
    "prospect",
    "patient",
    "student",
    "candidate",
    "guest",
    "visitor",
    "klant",
    "gebruiker",
    "medewerker",
    "utilisateur",
    "employe",
    "employé",
    "personne",
    "salarie",
    "kunde",
    "benutzer",
    "mitarbeiter",
    "account",
];

/// Types that hold addresses of devices.
const PERSONAL_TYPES: &[&str] = &["inet", "cidr", "macaddr", "macaddr8", "inet4", "inet6"];

/// What looks personal and is not mapped.
pub(super) fn check(store: &Store, schema: &Schema) -> Vec<Finding> {
    let named = mapped(store, schema);
    let mut findings = Vec::new();
    // The rows of a view, and of a table that another shows too, are judged where they are.
    for shape in schema.tables.iter().filter(|table| !table.is_view && table.parent.is_none()) {
        let over: Vec<&policy::Table> = named
            .iter()
            .filter(|(table, _)| std::ptr::eq(*table, shape))
            .filter_map(|(_, own)| *own)
            .collect();
        let is_named = named.iter().any(|(table, _)| std::ptr::eq(*table, shape));
        let is_silenced = store
            .not_personal
            .iter()
            .any(|name| schema.table(name).is_some_and(|table| std::ptr::eq(table, shape)));
        if !over.is_empty() {
            findings.extend(columns(store, schema, shape, &over));
        } else if !is_named {
            if !is_silenced {
                findings.extend(table(shape));
            }
            findings.extend(references(schema, shape, &named, is_silenced));
        }
    }
    findings
}

/// Columns of a mapped table that the map leaves out.
fn columns(store: &Store, schema: &Schema, shape: &Table, over: &[&policy::Table]) -> Vec<Finding> {
    let is_known = |column: &Column| {
        over.iter().any(|table| {
            let names = read_columns(store, table);
            let within = format!("{}$", column.name);
            names
                .iter()
                .chain(&table.key)
                .any(|name| schema.same(name.as_str(), &column.name) || name.as_str().starts_with(&within))
        }) || shape.primary_key.contains(&column.name)
    };
    let about_people = is_about_people(&shape.name) || over.iter().any(|table| table.person.is_some());
    let found =
        shape.columns.iter().filter(|column| looks_personal(column, about_people) && !is_known(column));
    found
        .filter_map(|column| {
            let table = over.first()?;
            let message = format!("`{}` looks personal and is not mapped", column.name);
            let help = format!("say what it holds: `columns = {{ {} = \"…\" }}`", column.name);
            Some(
                Finding::warning("store/unmapped-column", &table.name, message)
                    .column(&column.name)
                    .help(help),
            )
        })
        .collect()
}

/// A table that nobody maps and that has columns which look personal.
fn table(shape: &Table) -> Option<Finding> {
    let certain = shape.columns.iter().any(|column| looks_personal(column, false));
    let about_people = certain || is_about_people(&shape.name);
    let found: Vec<&str> = shape
        .columns
        .iter()
        .filter(|column| looks_personal(column, about_people))
        .map(|column| column.name.as_str())
        .collect();
    if found.is_empty() {
        return None;
    }
    let name = shape.full_name();
    let message =
        format!("table `{name}` is not mapped and has columns that look personal: `{}`", found.join("`, `"));
    let help = format!("map it, or say that it holds no personal data: `not-personal = [\"{name}\"]`");
    Some(Finding::new("store/unmapped-table", Severity::Warning, name, message).help(help))
}

/// Foreign keys from a table that nobody maps into mapped ones.
fn references(
    schema: &Schema,
    shape: &Table,
    named: &[(&Table, Option<&policy::Table>)],
    is_silenced: bool,
) -> Vec<Finding> {
    let keys = shape.foreign_keys.iter().filter_map(|key| {
        let target = schema.target(key)?;
        let (_, own) = named.iter().find(|(table, own)| own.is_some() && std::ptr::eq(*table, target))?;
        Some((key, (*own)?))
    });
    let found = keys.filter_map(|(key, target)| {
        let columns = key.columns.join("`, `");
        let refuses = matches!(key.on_delete, OnDelete::NoAction | OnDelete::Restrict);
        let effect = match key.on_delete {
            OnDelete::NoAction | OnDelete::Restrict => "erasing what it points to will be refused",
            OnDelete::Cascade => "its rows go with what they point to",
            OnDelete::SetNull | OnDelete::SetDefault => "its references are let go by the database",
        };
        let name = shape.full_name();
        let message =
            format!("table `{name}` is not mapped and points to `{}` by `{columns}`: {effect}", target.name);
        let help = format!("map it: `owned-by` or `refers-to` `{}` by `{columns}`", target.name);
        let severity = if refuses { Severity::Warning } else { Severity::Advice };
        (refuses || !is_silenced)
            .then(|| Finding::new("store/unmapped-reference", severity, name, message).help(help))
    });
    found.collect()
}

fn looks_personal(column: &Column, about_people: bool) -> bool {
    PERSONAL_TYPES.contains(&column.declared.as_str()) || is_personal_name(&column.name, about_people)
}

/// Whether a column or member of this name looks personal.
pub(crate) fn is_personal_name(name: &str, about_people: bool) -> bool {
    let words = words(name);
    // `email_count` and `is_mobile` are not addresses and numbers of people.
    let counts =
        words.last().is_some_and(|last| matches!(last.as_str(), "count" | "id" | "type" | "status" | "at"))
            || words.first().is_some_and(|first| matches!(first.as_str(), "is" | "has" | "can"));
    let joined = words.concat();
    let has = |listed: &[&str]| {
        listed.contains(&joined.as_str()) || words.iter().any(|word| listed.contains(&word.as_str()))
    };
    let pairs: Vec<String> = words.windows(2).map(<[String]>::concat).collect();
    let has_pair = pairs.iter().any(|pair| PERSONAL.contains(&pair.as_str()));
    !counts && (has(PERSONAL) || has_pair || (about_people && has(PERSONAL_OF_PEOPLE)))
}

fn is_about_people(table: &str) -> bool {
    words(table).iter().any(|word| {
        let one = word.strip_suffix('s').unwrap_or(word);
        PEOPLE.contains(&word.as_str()) || PEOPLE.contains(&one)
    })
}

/// The words of a name: `firstName`, `first_name` and `FIRST NAME` are two.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut was_lower = false;
    for sign in name.chars() {
        let begins = sign.is_uppercase() && was_lower;
        if (!sign.is_alphanumeric() || begins) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if sign.is_alphanumeric() {
            word.extend(sign.to_lowercase());
        }
        was_lower = sign.is_lowercase() || sign.is_numeric();
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}
