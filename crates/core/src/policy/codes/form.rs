//! Codes about forms.

use super::codes;
use crate::policy::check::Judge;
use crate::policy::model::{Basis, DataRef, Form};

codes! {
    NO_PURPOSE "form/no-purpose" Error "Art. 5(1)(b) GDPR"
        "A form collects data for a purpose that is named before. Without one it would collect data for nothing, so it is not opened. Name the purpose that the form serves."
    UNKNOWN_PURPOSE "form/unknown-purpose" Error -
        "The form serves a purpose that the policy does not declare, so nobody can say on which basis and for how long its answers are kept. Correct the name, or declare the purpose."
    UNKNOWN_DATA "form/unknown-data" Error -
        "The form asks for data that the policy does not declare. The list of fields is closed: what is not declared is not collected. Correct the name, or add the field to its category."
    BEYOND_PURPOSE "form/beyond-purpose" Error "Art. 5(1)(c) GDPR"
        "The form asks for a field that its purpose does not need. Data that no purpose needs may not be collected. Remove the field from the form, or say in the purpose that it is needed."
    NO_FIELDS "form/no-fields" Error "Art. 5(1)(c), 13 GDPR"
        "The form has no list of fields, so nobody can tell what it asks for, and kept can't let anything pass. List its fields; a category stands for all of its fields."
    NOT_CONSENT "form/not-consent" Error "Art. 7(2) GDPR"
        "The form asks for consent to a purpose that does not rest on consent. People would believe that they may refuse or withdraw. Correct the basis of the purpose, or take the box out of the form."
    NO_BOX "form/no-box" Warning "Art. 4(11), 7(1) GDPR"
        "The purpose of the form rests on consent and the form asks for none: sending it would have to count as consent. Add a box of its own that is not ticked, `consents = [\"…\"]`, or rest the purpose on what the person asks for (6(1)(b))."
    NO_NOTICE "form/no-notice" Error "Art. 13(1) GDPR"
        "The policy says that people are told before these data are collected, and the form that asks for them links no version of the notice. Nobody could show later what a person had read. Put the notice on the form, and write `notice = \"linked\"`."
}

/// Forms ask for no more than their purpose needs.
pub(crate) fn check(judge: &mut Judge<'_>) {
    for form in judge.policy.forms.values() {
        boxes(judge, form);
        let Some(purpose) = judge.policy.purposes.get(&form.purpose) else { continue };
        for field in form.fields.iter().filter(|field| !purpose.covers(field)) {
            let message = format!(
                "the form `{}` asks for `{field}`, which its purpose `{}` does not need",
                form.id, purpose.name
            );
            let help = format!("remove it, or add it to `{}`", purpose.path("data"));
            judge.say(&BEYOND_PURPOSE, &format!("form.{}.fields", form.id), message, help);
        }
    }
}

/// What it lists, and what it asks consent for.
fn boxes(judge: &mut Judge<'_>, form: &Form) {
    let path = format!("form.{}", form.id);
    let policy = judge.policy;
    if form.fields.is_empty() && !judge.places.is_broken(&format!("{path}.fields")) {
        let message = format!("the form `{}` lists no fields", form.id);
        judge.say(&NO_FIELDS, &format!("{path}.fields"), message, "write `fields = [\"…\"]`");
    }
    for purpose in form.consents.iter().filter_map(|name| policy.purposes.get(name)) {
        if !purpose.basis.is_consent() && purpose.basis != Basis::Missing {
            let message = format!("`{}` asks consent for `{}`, which rests on none", form.id, purpose.name);
            judge.say(
                &NOT_CONSENT,
                &format!("{path}.consents"),
                message,
                "correct the basis, or take the box out",
            );
        }
    }
    let told = |field: &&DataRef| policy.data.get(&field.category).is_some_and(|one| one.tell.is_some());
    if let Some(field) = form.fields.iter().find(told).filter(|_| !form.notice) {
        let message = format!(
            "the form `{}` asks for `{}`, of which people are told before, and links no notice",
            form.id, field.category
        );
        judge.say(&NO_NOTICE, &path, message, "put the notice on the form, and write `notice = \"linked\"`");
    }
    let own = policy.purposes.get(&form.purpose).filter(|purpose| purpose.basis.is_consent());
    if let Some(purpose) = own.filter(|purpose| !form.consents.contains(&purpose.name)) {
        let message = format!("`{}` asks no consent for its own purpose `{}`", form.id, purpose.name);
        let help = format!("write `consents = [\"{}\"]`, or correct the basis", purpose.name);
        judge.say(&NO_BOX, &format!("{path}.consents"), message, help);
    }
}
