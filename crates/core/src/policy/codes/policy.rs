//! Codes about the policy as a whole.

use super::codes;
use crate::policy::check::Judge;

codes! {
    NO_CONTROLLER "policy/no-controller" Error "Art. 13(1)(a) GDPR"
        "A policy without a controller does not say who answers for the data. People could not ask, and no zone or authority would be known. Declare it as `[controller.name]` with a name and a way to reach it."
    TOO_MUCH "policy/too-much" Error -
        "There are more findings than anybody reads in one go. The gravest are shown; many of them often follow from one cause, such as a file that does not belong here or a table that went missing. Mend these and check again."
    NO_PURPOSE "policy/no-purpose" Error "Art. 5(1)(b) GDPR"
        "A policy without a purpose allows nothing: every datum would be due for erasure at once. Declare what the data are for, as `[purpose.name]` with data, basis and `keep`."
    DUPLICATE "policy/duplicate-statement" Warning "Art. 12(1) GDPR"
        "Two parts of the policy say the same in the same words, two purposes with one description or two categories with the same fields. A reader takes it for a mistake, and one of the two will be forgotten at the next change. Keep one, or say how they differ."
}

/// The parts that every policy has, and nothing said twice.
pub(crate) fn check(judge: &mut Judge<'_>) {
    if judge.policy.controllers.is_empty() {
        judge.say_of(
            &NO_CONTROLLER,
            "controller",
            "the policy names no controller",
            "add `[controller.name]`",
        );
    }
    if judge.policy.purposes.is_empty() {
        judge.say_of(&NO_PURPOSE, "purpose", "the policy names no purpose", "add `[purpose.name]`");
    }
    duplicates(judge);
}

fn duplicates(judge: &mut Judge<'_>) {
    let policy = judge.policy;
    let mut told: Vec<(String, String, &str)> = Vec::new();
    for purpose in policy.purposes.values() {
        told.push((purpose.path("title"), words(&purpose.title.written), "purpose"));
        if let Some(description) = &purpose.description {
            told.push((purpose.path("description"), words(&description.written), "purpose"));
        }
    }
    for category in policy.data.values() {
        told.push((format!("data.{}.title", category.name), words(&category.title.written), "category"));
        if category.fields.len() > 1 {
            let mut names: Vec<&str> = category.fields.keys().map(crate::name::FieldName::as_str).collect();
            names.sort_unstable();
            told.push((format!("data.{}.fields", category.name), names.join(" "), "category"));
        }
    }
    for people in policy.people.values() {
        told.push((people.who.path.clone(), words(&people.who.written), "kind of people"));
    }
    let mut first: std::collections::BTreeMap<(&str, &str), &str> = std::collections::BTreeMap::new();
    for (path, said, kind) in &told {
        match first.get(&(*kind, said.as_str())) {
            Some(before) => {
                let message = format!("this {kind} says the same as `{before}`");
                judge.say(&DUPLICATE, path, message, "keep one of the two, or say how they differ");
            }
            None if said.is_empty() => {}
            None => {
                first.insert((kind, said), path);
            }
        }
    }
}

/// A statement without case and gaps.
fn words(text: &str) -> String {
    text.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}
