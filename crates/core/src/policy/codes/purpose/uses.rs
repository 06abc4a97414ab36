//! Data used for another purpose than the one they were collected for (6(4)).

use super::{ASSESSMENT, CONSENT_STRETCHED, NEVER_COLLECTED, SECOND_BASIS, bases};
use crate::policy::check::Judge;
use crate::policy::model::{Basis, Purpose, UsesAlsoWhy};

/// The second uses of one purpose.
pub(super) fn check(judge: &mut Judge<'_>, purpose: &Purpose) {
    let path = purpose.path("uses-also");
    let policy = judge.policy;
    for uses in &purpose.uses_also {
        let Some(first) = policy.purposes.get(&uses.collected_for) else { continue };
        if !first.covers(&uses.data) {
            let message = format!("`{}` does not collect `{}`", first.name, uses.data);
            judge.say(&NEVER_COLLECTED, &path, message, "correct `collected-for` or `data`");
        }
        match &uses.why {
            UsesAlsoWhy::Compatible(..) if bases(first).any(Basis::is_consent) => {
                let message = format!("the consent for `{}` does not reach `{}`", first.name, purpose.name);
                judge.say(
                    &CONSENT_STRETCHED,
                    &path,
                    message,
                    "write `allowed-by = \"consent\"` and ask for it",
                );
            }
            UsesAlsoWhy::Compatible(text, on) if on.is_none() || text.written.is_empty() => {
                let message = format!("no dated assessment shows that `{}` is compatible", purpose.name);
                judge.say(&ASSESSMENT, &path, message, "write `compatible = \"…\", on = 2024-01-31`");
            }
            UsesAlsoWhy::Consent if !bases(purpose).any(Basis::is_consent) => {
                let message = format!("`{}` uses `{}` by consent and rests on none", purpose.name, uses.data);
                judge.say(&SECOND_BASIS, &path, message, "correct the basis, or say what else allows it");
            }
            _ => {}
        }
    }
}
