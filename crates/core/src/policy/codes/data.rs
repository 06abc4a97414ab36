//! Codes about categories of data, their fields and groups.

use super::codes;
use crate::policy::check::Judge;
use crate::policy::model::{Category, DataRef};

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
    NO_FIELDS "data/no-fields" Error "Art. 5(1)(c) GDPR"
        "A category has a closed list of fields: only what is listed may be collected. Words such as `etc.` in a notice leave the list open; here it is closed. List the fields, as a table with types or as plain names."
    NO_PURPOSE "data/no-purpose" Error "Art. 5(1)(b) GDPR"
        "No purpose needs this category, or this field of it. A datum that serves nothing may not be collected, and one that is held is due for erasure at once. Name it in a purpose, or remove it."
    NO_CONDITION "data/no-condition" Error "Art. 9(2) GDPR"
        "A special category may be processed only under one of the conditions of Art. 9(2), beside the legal basis. The purpose uses such data and names none. Write `special = { category = \"9(2)(a)\" }`; for explicit consent the basis has to be explicit too."
    NOT_EXPLICIT "data/not-explicit" Error "Art. 9(2)(a) GDPR"
        "The purpose rests special data on explicit consent, 9(2)(a), but its basis is not explicit consent. Write `basis = { consent = \"explicit\" }`, or name the condition that does apply."
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
        if category.special.is_some() {
            conditions(judge, category);
        }
    }
}

fn purposes(judge: &mut Judge<'_>, category: &Category) {
    let path = format!("data.{}", category.name);
    let whole = DataRef::whole(category.name.clone());
    let help = "name it in the `data` of a purpose, or remove it";
    if judge.policy.purposes_of(&whole).next().is_none() {
        judge.say_of(&NO_PURPOSE, &path, format!("no purpose needs `{}`", category.name), help);
        return;
    }
    for field in category.fields.keys() {
        let datum = DataRef { category: category.name.clone(), field: Some(field.clone()) };
        if judge.policy.purposes_of(&datum).next().is_none() {
            judge.say(
                &NO_PURPOSE,
                &format!("{path}.fields.{field}"),
                format!("no purpose needs `{datum}`"),
                help,
            );
        }
    }
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

fn is_explicit(basis: &crate::policy::model::Basis) -> bool {
    matches!(basis, crate::policy::model::Basis::Consent { explicit: true })
}
