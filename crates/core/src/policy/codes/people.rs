//! Codes about kinds of people.

use super::codes;
use crate::policy::check::Judge;

codes! {
    NO_AGE "people/no-age" Error "Art. 8 GDPR"
        "The policy says how an age is known, but not which age is asked for, so nobody is refused. Add the age: `at-least = { age = 16, known-by = \"declaration\" }`."
    BAD_AGE "people/bad-age" Error "Art. 8 GDPR"
        "The age below which no data may be collected is a whole number of years, from 0 to 120. Write `at-least = 16`, or a table that also says how the age is known."
    AGE_UNKNOWN "people/age-unknown" Advice "Art. 8(2) GDPR"
        "A minimum age is set and nothing says how it is known. Reasonable efforts are asked to make sure of it, and a limit that nobody checks is a promise that nobody keeps. Write `at-least = { age = 16, known-by = \"declaration\" }`."
    UNUSED "people/unused" Advice "Art. 13(1)(c) GDPR"
        "No purpose and no table concerns this kind of people, so the notice mentions them without saying what their data are for. Name them in a purpose, or remove them."
}

/// Ages that somebody knows, and kinds of people that nothing concerns. A purpose without a list
/// concerns everybody.
pub(crate) fn check(judge: &mut Judge<'_>) {
    let policy = judge.policy;
    for people in policy.people.values() {
        if let (Some(age), None) = (people.minimum_age, &people.age_known_by) {
            let message = format!("nothing says how it is known that `{}` are {age} or older", people.kind);
            let help = format!("write `at-least = {{ age = {age}, known-by = \"declaration\" }}`");
            judge.say(&AGE_UNKNOWN, &format!("people.{}.at-least", people.kind), message, help);
        }
    }
    if judge.any_broken(policy.purposes.values().map(|purpose| purpose.path("people"))) {
        return;
    }
    if policy.purposes.values().any(|purpose| purpose.people.is_empty()) {
        return;
    }
    for kind in policy.people.keys() {
        let purposes = policy.purposes.values().any(|purpose| purpose.people.contains(kind));
        let tables = policy.stores.values().flat_map(|store| store.tables.values());
        if !purposes && !tables.into_iter().any(|table| table.person.as_ref() == Some(kind)) {
            let message = format!("no purpose concerns `{kind}`");
            judge.say_of(
                &UNUSED,
                &format!("people.{kind}"),
                message,
                "name them in the `people` of a purpose, or remove them",
            );
        }
    }
}
