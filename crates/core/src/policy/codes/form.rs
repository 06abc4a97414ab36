//! Codes about forms.

use super::codes;

codes! {
    NO_PURPOSE "form/no-purpose" Error "Art. 5(1)(b) GDPR"
        "A form collects data for a purpose that is named before. Without one it would collect data for nothing, so it is not opened. Name the purpose that the form serves."
    UNKNOWN_PURPOSE "form/unknown-purpose" Error -
        "The form serves a purpose that the policy does not declare, so nobody can say on which basis and for how long its answers are kept. Correct the name, or declare the purpose."
    UNKNOWN_DATA "form/unknown-data" Error -
        "The form asks for data that the policy does not declare. The list of fields is closed: what is not declared is not collected. Correct the name, or add the field to its category."
    BEYOND_PURPOSE "form/beyond-purpose" Error "Art. 5(1)(c) GDPR"
        "The form asks for a field that its purpose does not need. Data that no purpose needs may not be collected. Remove the field from the form, or say in the purpose that it is needed."
}

use crate::policy::check::Judge;

/// Forms ask for no more than their purpose needs.
pub(crate) fn check(judge: &mut Judge<'_>) {
    for form in judge.policy.forms.values() {
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
