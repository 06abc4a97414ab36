//! Codes about the policy as a whole.

use std::collections::BTreeMap;

use super::codes;
use crate::policy::check::Judge;
use crate::policy::model::Policy;

codes! {
    NO_CONTROLLER "policy/no-controller" Error "Art. 13(1)(a) GDPR"
        "A policy without a controller does not say who answers for the data. People could not ask, and no zone or authority would be known. Declare it as `[controller.name]` with a name and a way to reach it."
    TOO_MUCH "policy/too-much" Error -
        "There are more findings than anybody reads in one go. The gravest are shown; many of them often follow from one cause, such as a file that does not belong here or a table that went missing. Mend these and check again."
    NO_PURPOSE "policy/no-purpose" Error "Art. 5(1)(b) GDPR"
        "A policy without a purpose allows nothing: every datum would be due for erasure at once. Declare what the data are for, as `[purpose.name]` with data, basis and `keep`."
    DUPLICATE "policy/duplicate-statement" Warning "Art. 12(1) GDPR"
        "Two parts of the policy say the same in the same words, two purposes with one description or two categories with the same fields, collected in the same way. A reader takes it for a mistake, and one of the two will be forgotten at the next change. Keep one, or say how they differ."
    NEAR_DUPLICATE "policy/near-duplicate" Warning "Art. 12(1) GDPR"
        "Two statements of one kind differ by a letter or by the order of their words. One is probably a slip of the other, and people would wonder about the difference. Correct the slip, or make the difference plain."
    UNTITLED "policy/untitled" Advice "Art. 12(1) GDPR"
        "A purpose or a category has no title, so the notice shows its name in the policy, which was made for the policy's author. In a published notice a heading was perhaps lost. Write `title`."
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
    untitled(judge);
    let told = statements(judge.policy);
    duplicates(judge, &told);
    near_duplicates(judge, &told);
}

fn untitled(judge: &mut Judge<'_>) {
    let policy = judge.policy;
    let purposes = policy.purposes.keys().map(|name| format!("purpose.{name}"));
    let categories = policy.data.keys().map(|name| format!("data.{name}"));
    for path in purposes.chain(categories).collect::<Vec<_>>() {
        if judge.places.has(&path) && !judge.places.has(&format!("{path}.title")) {
            let message = format!("`{path}` has no title");
            judge.say_of(&UNTITLED, &path, message, "write `title = \"…\"`");
        }
    }
}

/// What is said, with its path and the kind of thing it is about.
type Said = (String, String, &'static str);

fn statements(policy: &Policy) -> Vec<Said> {
    let mut told: Vec<Said> = Vec::new();
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
            let collected = category.collected.as_ref().map_or_else(String::new, |text| words(&text.written));
            let said = format!("{} {collected}", names.join(" "));
            told.push((format!("data.{}.fields", category.name), said, "category"));
        }
    }
    for people in policy.people.values() {
        told.push((people.who.path.clone(), words(&people.who.written), "kind of people"));
    }
    told
}

/// Statements that differ by one letter, or by the order of their words. Each statement of three
/// words and more is filed under what is left of it without one word; so this stays linear.
fn near_duplicates(judge: &mut Judge<'_>, told: &[Said]) {
    let mut seen: BTreeMap<(&str, usize, String), (&str, &str)> = BTreeMap::new();
    let mut sorted: BTreeMap<(&str, String), &str> = BTreeMap::new();
    for (path, said, kind) in told {
        let words: Vec<&str> = said.split(' ').collect();
        if words.len() < 3 || path.ends_with(".fields") {
            continue;
        }
        let mut order = words.clone();
        order.sort_unstable();
        let reordered = sorted.insert((kind, order.join(" ")), said);
        let mut near = reordered.is_some_and(|before| before != said);
        for at in 0..words.len() {
            let rest: Vec<&str> =
                words.iter().enumerate().filter(|(place, _)| *place != at).map(|(_, word)| *word).collect();
            let word = words.get(at).copied().unwrap_or_default();
            if let Some((_, before)) = seen.insert((kind, at, rest.join(" ")), (path, word)) {
                near |= is_slip(before, word);
            }
        }
        if near {
            let message = format!("this {kind} says nearly the same as another");
            judge.say(&NEAR_DUPLICATE, path, message, "correct the slip, or say how they differ");
        }
    }
}

/// Whether two words differ by a slip of the finger: one letter of five or more, and no digit.
fn is_slip(one: &str, other: &str) -> bool {
    let long = one.chars().count().min(other.chars().count()) >= 5;
    let numbered = one.bytes().chain(other.bytes()).any(|byte| byte.is_ascii_digit());
    long && !numbered && one.len() <= 64 && other.len() <= 64 && strsim::osa_distance(one, other) == 1
}

fn duplicates(judge: &mut Judge<'_>, told: &[Said]) {
    let mut first: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    for (path, said, kind) in told {
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
