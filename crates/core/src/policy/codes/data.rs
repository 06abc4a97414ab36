//! Codes about categories of data, their fields and groups.

use super::codes;
use crate::law::{says, says_stem};
use crate::policy::Policy;
use crate::policy::check::Judge;
use crate::policy::model::{Basis, Category, DataRef, Field, FieldType, Origin};

codes! {
    FIELD_TWICE "data/field-twice" Error -
        "A category lists a field twice. The list of fields is closed and each field has one meaning, so keep one of the two or give the second a name of its own."
    UNKNOWN_IN_GROUP "data/unknown-in-group" Error -
        "A group holds categories, fields of categories or other groups. This name is none of them, so whoever uses the group would mean less than is written. Correct the name, or declare the category."
    GROUP_CYCLE "data/group-cycle" Error -
        "A group holds itself, directly or through another group, so that nobody can say what it is a group of. Take the name out of one of the lists."
    EMPTY_GROUP "data/empty-group" Error -
        "A group stands for several categories under one name and this one holds none, so whoever uses it would name no data at all. Say what is in it, `of = [\"account\", \"contract\"]`, or remove it."
    GROUP_AND_CATEGORY "data/group-and-category" Error -
        "A group and a category have the same name, so nobody can tell which of the two is meant where data are named. Give one of them another name."
    UNKNOWN_PEOPLE "data/unknown-people" Error -
        "The category is said to be about a kind of people that the policy does not declare. Correct the name, or say under `[people]` who they are."
    UNKNOWN_SOURCE "data/unknown-source" Error "Art. 14(2)(f) GDPR"
        "Data come from the person, from cookies, or from a source that is declared, `source.telecom`. This is none of them, so people would not be told where their data come from. Correct the name, or declare `[source.telecom]`."
    ORIGIN_CONTRADICTS "data/origin-contradicts" Error "Art. 14(2)(f), 20(1) GDPR"
        "Data that a person gives come from the person, and data that are received come from a source. Here the two keys `from` and `origin` say opposite things, and what people are told and may take with them hangs on it. Correct one of them."
    UNKNOWN_ROLE "data/unknown-role" Error -
        "A field is looked through by a role that the policy does not declare, so that nobody could decide and all of it would go. Correct the name, or declare the role."
    SCREEN_INCOMPLETE "data/incomplete-screen" Error "Art. 5(1)(c), 5(1)(e) GDPR"
        "What people look through waits for somebody to decide, and goes if nobody does: by when is said with it. Write `screen = { within = \"14 days\" }`."
    SCREEN_ELSEWHERE "data/screen-elsewhere" Error "Art. 5(1)(c) GDPR"
        "People look through text in which anything may stand. A field of another type holds nothing else than its type, or can't be shown as text. Give it the type `free-text`, or remove `screen`."
    BAD_SHOWN "data/bad-shown" Error "Art. 5(1)(c), 32 GDPR"
        "A field says how much of its values is shown to whoever reads them: the first or the last letters and digits, so many, or nothing; of an IP address, its network. This is none of them, so that nothing would be shown. Write `shown = \"last 4\"`."
    NO_FIELDS "data/no-fields" Error "Art. 5(1)(c) GDPR"
        "A category has a closed list of fields: only what is listed may be collected. Words such as `etc.` in a notice leave the list open; here it is closed. List the fields, as a table with types or as plain names."
    NO_PURPOSE "data/no-purpose" Error "Art. 5(1)(b) GDPR"
        "No purpose needs this category, or this field of it, and it is not held for a customer either. A datum that serves nothing may not be collected, and one that is held is due for erasure at once. Name it in a purpose, or remove it."
    NO_CONDITION "data/no-condition" Error "Art. 9(2) GDPR"
        "A special category may be processed only under one of the conditions of Art. 9(2), beside the legal basis. The purpose uses such data and names none. Write `special = { category = \"9(2)(a)\" }`; for explicit consent the basis has to be explicit too."
    NOT_EXPLICIT "data/not-explicit" Error "Art. 9(2)(a) GDPR"
        "The purpose rests special data on explicit consent, 9(2)(a), but its basis is not explicit consent. Write `basis = { consent = \"explicit\" }`, or name the condition that does apply."
    CRIMINAL "data/criminal" Error "Art. 10 GDPR"
        "Data about convictions and offences are processed only under the control of an authority or where a law with safeguards allows it. The purpose uses such data on another basis. Name the law as `legal-obligation` or the task as `public-task`, or leave the data out."
    UNKNOWN_SPECIAL "data/unknown-special" Warning "Art. 9(1) GDPR"
        "The kind of special category is none that the law knows, so no condition can be checked for it. The kinds are racial or ethnic origin, political opinions, religious or philosophical beliefs, trade-union membership, genetic and biometric data, health, sex life and sexual orientation; and criminal offences (Art. 10)."
    OPEN_LIST "data/open-list" Warning "Art. 5(1)(a), 14(1)(d) GDPR"
        "The published list of data goes on, with `etc.` or the like, so nobody knows what else is collected. A list is closed: add what is meant to `fields` and remove `open`."
    NO_SOURCE "data/no-source" Error "Art. 14(2)(f) GDPR"
        "The data are received from somebody else and the policy does not say from whom. People are told the source, and whether it is public. Declare it as `[source.*]` and name it in `from`."
    IP_FROM_COOKIES "data/ip-from-cookies" Warning "Art. 5(1)(a) GDPR"
        "An IP address is said to come from cookies. It comes with every request of a device, whether or not a cookie is set, so refusing cookies would not stop it. Write where it really comes from, `from = [\"person\"]` with `origin = \"observed\"`."
    CALLED_ANONYMOUS "data/called-anonymous" Warning "Art. 4(1), 4(5) GDPR"
        "The data are called anonymous and hold what tells people apart: an address, an account, a name. They are personal data, at best pseudonymous, and all rules apply. Use another word, or take these fields out."
    RECORDING_UNTOLD "data/recording-untold" Warning "Art. 5(1)(a), 13(1) GDPR"
        "The data are about people beside the one who gives them, as recordings are, and the policy does not say when these people are told. They are told when the data are obtained. Write `tell = \"before recording\"`."
    NATIONAL_NUMBER "data/national-number" Warning "Art. 87 GDPR"
        "A national identification number is used for a purpose that no law asks for. Many countries allow that only where a law says so: the Netherlands (UAVG 46) for the BSN, Belgium for the register number, France for the NIR. Name the law, or leave the number out."
}

/// Closed lists, each datum with a purpose, special data with a condition.
pub(crate) fn check(judge: &mut Judge<'_>) {
    let unsure = judge.any_broken(judge.policy.purposes.values().map(|purpose| purpose.path("data")));
    for category in judge.policy.data.values() {
        let path = format!("data.{}", category.name);
        if category.fields.is_empty() {
            let message = format!("the category `{}` has no fields", category.name);
            judge.say(
                &NO_FIELDS,
                &format!("{path}.fields"),
                message,
                "write `fields = { name = \"person-name\" }`, or a list of names",
            );
        }
        if !unsure {
            purposes(judge, category);
        }
        match category.special.as_deref() {
            Some(kind) if is_criminal(kind) => criminal(judge, category),
            Some(kind) => {
                known_kind(judge, category, kind);
                conditions(judge, category);
            }
            None => {}
        }
        provenance(judge, category);
        words(judge, category);
        numbers(judge, category);
    }
}

fn purposes(judge: &mut Judge<'_>, category: &Category) {
    let path = format!("data.{}", category.name);
    let whole = DataRef::whole(category.name.clone());
    let help = "name it in the `data` of a purpose, or remove it";
    let policy = judge.policy;
    if policy.groups.contains_key(category.name.as_str()) {
        return; // named by nobody knows which of the two
    }
    if !needed(policy, &whole) {
        judge.say_of(&NO_PURPOSE, &path, format!("no purpose needs `{}`", category.name), help);
        return;
    }
    for field in category.fields.keys() {
        let datum = DataRef { category: category.name.clone(), field: Some(field.clone()) };
        // A column that holds it is the graver place, and is said there.
        let tables = || policy.stores.values().flat_map(|store| store.tables.values());
        let in_column = || tables().any(|table| table.columns.values().any(|held| *held == datum));
        if !needed(policy, &datum) && !in_column() {
            judge.say(
                &NO_PURPOSE,
                &format!("{path}.fields.{field}"),
                format!("no purpose needs `{datum}`"),
                help,
            );
        }
    }
}

/// Whether a purpose needs the datum, or it is held for somebody else, who has the purpose.
fn needed(policy: &Policy, datum: &DataRef) -> bool {
    policy.purposes_of(datum).next().is_some()
        || policy.custody.values().flat_map(|custody| &custody.data).any(|held| held.overlaps(datum))
}

fn conditions(judge: &mut Judge<'_>, category: &Category) {
    let whole = DataRef::whole(category.name.clone());
    let policy = judge.policy;
    for purpose in policy.purposes_of(&whole) {
        let condition = purpose.special.iter().find(|(name, _)| *name == category.name);
        match condition {
            None => {
                let message = format!(
                    "`{}` uses `{}`, a special category, under no condition of Art. 9(2)",
                    purpose.name, category.name
                );
                let help = format!("write `special = {{ {} = \"9(2)(…)\" }}`", category.name);
                judge.say(&NO_CONDITION, &purpose.path("special"), message, help);
            }
            Some((_, point)) if point == "9(2)(a)" && !is_explicit(&purpose.basis) => {
                let message = format!(
                    "`{}` rests `{}` on explicit consent, but its basis is not",
                    purpose.name, category.name
                );
                judge.say(
                    &NOT_EXPLICIT,
                    &purpose.path("basis"),
                    message,
                    "write `basis = { consent = \"explicit\" }`",
                );
            }
            Some(_) => {}
        }
    }
}

fn is_criminal(kind: &str) -> bool {
    ["criminal", "offence", "offense", "conviction"].iter().any(|stem| says_stem(kind, stem))
}

/// Stems of the kinds that Art. 9(1) lists.
const KINDS: &[&str] = &[
    "rac",
    "ethnic",
    "politic",
    "relig",
    "belief",
    "philosoph",
    "union",
    "trade",
    "genetic",
    "biometric",
    "health",
    "sex",
    "orientation",
];

fn known_kind(judge: &mut Judge<'_>, category: &Category, kind: &str) {
    if !KINDS.iter().any(|stem| says_stem(kind, stem)) {
        let message = format!("`{kind}` is not a special category of the law");
        let help = "write `health`, `religion`, `ethnic-origin`, `trade-union`, `biometric` or the like";
        judge.say(&UNKNOWN_SPECIAL, &format!("data.{}.special", category.name), message, help);
    }
}

fn criminal(judge: &mut Judge<'_>, category: &Category) {
    let whole = DataRef::whole(category.name.clone());
    let policy = judge.policy;
    for purpose in policy.purposes_of(&whole) {
        if !matches!(purpose.basis, Basis::LegalObligation(_) | Basis::PublicTask(_) | Basis::Missing) {
            let message = format!("`{}` uses data about offences, and no law is named for it", purpose.name);
            let help = "write `basis = { legal-obligation = \"…\" }` with the law that allows it";
            judge.say(&CRIMINAL, &purpose.path("basis"), message, help);
        }
    }
}

/// Where the data come from, and who is told.
fn provenance(judge: &mut Judge<'_>, category: &Category) {
    let path = format!("data.{}", category.name);
    let elsewhere = |from: &[String]| from.iter().any(|from| from.starts_with("source."));
    // Where both are written and contradict each other, the reader has said so.
    let silent = !judge.places.has(&format!("{path}.from"));
    let unsaid = |field: &&Field| {
        let said = elsewhere(&field.from) || elsewhere(&category.from);
        silent && field.origin == Origin::Received && field.from.is_empty() && !said
    };
    if let Some(field) = category.fields.values().find(unsaid) {
        let message = format!("`{}.{}` is received, and nothing says from whom", category.name, field.name);
        judge.say(&NO_SOURCE, &format!("{path}.from"), message, "name a source: `from = [\"source.…\"]`");
    }
    let cookies = |from: &[String]| from.iter().any(|from| from == "cookies");
    for field in category.fields.values().filter(|field| field.kind == FieldType::IpAddress) {
        let own = cookies(&field.from);
        if own || (field.from.is_empty() && cookies(&category.from)) {
            let message = format!("`{}.{}` does not come from cookies", category.name, field.name);
            let place =
                if own { format!("{path}.fields.{}.from", field.name) } else { format!("{path}.from") };
            judge.say(
                &IP_FROM_COOKIES,
                &place,
                message,
                "say where it comes from: it comes with each request",
            );
        }
    }
    if !category.about.is_empty() && category.tell.is_none() {
        let message = format!("nothing says when the people are told whom `{}` are about", category.name);
        judge.say(&RECORDING_UNTOLD, &format!("{path}.tell"), message, "write `tell = \"before recording\"`");
    }
}

fn words(judge: &mut Judge<'_>, category: &Category) {
    let path = format!("data.{}", category.name);
    if let Some(open) = &category.open {
        let message = format!("the list of `{}` goes on with `{}`", category.name, open.written);
        judge.say(&OPEN_LIST, &format!("{path}.open"), message, "close the list and remove `open`");
    }
    let said = [Some(&category.title), category.collected.as_ref()].into_iter().flatten();
    let called = said.filter(|text| ["anonym", "anoniem"].iter().any(|stem| says_stem(&text.written, stem)));
    let tells = |field: &Field| {
        use FieldType::{Account, Email, IpAddress, PersonName, Phone, PostalAddress};
        matches!(field.kind, PersonName | Email | Phone | PostalAddress | IpAddress | Account)
    };
    if let Some(field) = category.fields.values().find(|field| tells(field)) {
        for text in called {
            let message = format!("`{}` are called anonymous and hold `{}`", category.name, field.name);
            judge.say(&CALLED_ANONYMOUS, &text.path, message, "use another word, or take the field out");
        }
    }
}

/// Names of national numbers, as fields and titles write them.
const NUMBERS: &[&str] = &[
    "bsn",
    "burgerservicenummer",
    "rijksregisternummer",
    "nir",
    "numéro de sécurité sociale",
    "numéro de registre national",
    "national register number",
    "social security number",
    "national identification number",
    "national insurance number",
];

fn numbers(judge: &mut Judge<'_>, category: &Category) {
    let policy = judge.policy;
    for field in category.fields.values() {
        let name = field.name.as_str().replace(['-', '_'], " ");
        let named = |number: &&&str| says(&name, number) || says(&field.title.written, number);
        if NUMBERS.iter().find(named).is_none() {
            continue;
        }
        let datum = DataRef { category: category.name.clone(), field: Some(field.name.clone()) };
        let lawless = policy
            .purposes_of(&datum)
            .find(|purpose| !matches!(purpose.basis, Basis::LegalObligation(_) | Basis::PublicTask(_)));
        if let Some(purpose) = lawless {
            let message = format!("no law is named by which `{}` may use `{datum}`", purpose.name);
            let help = "use it for purposes that a law asks for, and name the law";
            judge.say(
                &NATIONAL_NUMBER,
                &format!("data.{}.fields.{}", category.name, field.name),
                message,
                help,
            );
        }
    }
}

fn is_explicit(basis: &Basis) -> bool {
    matches!(basis, Basis::Consent { explicit: true })
}
