//! Whether a purpose's words and its basis fit each other.

use super::{
    DUTY_ON_OTHER_BASIS, INTEREST_OF_AUTHORITY, REQUIRED_CONSENT, REQUIRED_UNSAID, SOFT_OPT_IN, VAGUE_AIM,
    VAGUE_INTEREST, bases,
};
use crate::policy::check::Judge;
use crate::policy::model::{Basis, Channel, Origin, Purpose};

/// A purpose against its own basis.
pub(super) fn check(judge: &mut Judge<'_>, purpose: &Purpose) {
    duties(judge, purpose);
    interests(judge, purpose);
    consent(judge, purpose);
    soft_opt_in(judge, purpose);
    if let Some(aim) = vague_aim(purpose) {
        let path = purpose.path(if purpose.description.is_some() { "description" } else { "title" });
        let message = format!("`{aim}` could cover anything");
        judge.say(&VAGUE_AIM, &path, message, "say what is done with the data");
    }
}

fn duties(judge: &mut Judge<'_>, purpose: &Purpose) {
    let Some(law) = &purpose.serves_law else { return };
    if !bases(purpose).any(|basis| matches!(basis, Basis::LegalObligation(_))) {
        let message = format!("`{}` serves {} and rests on another basis", purpose.name, law.written);
        let help = format!("split it: a purpose with `basis = {{ legal-obligation = \"{}\" }}`", law.written);
        judge.say(&DUTY_ON_OTHER_BASIS, &purpose.path("serves-law"), message, help);
    }
}

fn interests(judge: &mut Judge<'_>, purpose: &Purpose) {
    let (name, path) = (&purpose.name, purpose.path("basis"));
    for basis in bases(purpose) {
        let Basis::LegitimateInterest(interest) = basis else { continue };
        let controller = judge.policy.controllers.get(&purpose.controller);
        if controller.is_some_and(|controller| controller.public_authority) {
            let message = format!("`{name}` rests the task of an authority on an interest");
            judge.say(&INTEREST_OF_AUTHORITY, &path, message, "write `basis = { public-task = \"…\" }`");
        } else if is_vague_interest(&interest.written) {
            let message = format!("`{}` does not say which interest it is", interest.written);
            judge.say(&VAGUE_INTEREST, &path, message, "say what is pursued");
        }
    }
}

fn consent(judge: &mut Judge<'_>, purpose: &Purpose) {
    let consent = bases(purpose).any(Basis::is_consent);
    let other = bases(purpose).any(|basis| !basis.is_consent());
    if consent && !other && purpose.required.is_some() {
        let message = format!("`{}` rests on a consent that has to be given", purpose.name);
        judge.say(&REQUIRED_CONSENT, &purpose.path("required"), message, "remove it, or correct the basis");
    }
}

/// ePrivacy 13(2): e-mail and text messages without consent.
fn soft_opt_in(judge: &mut Judge<'_>, purpose: &Purpose) {
    let written = purpose.marketing.iter().any(|channel| matches!(channel, Channel::Email | Channel::Sms));
    if !written {
        return;
    }
    let bare = if purpose.arms.is_empty() {
        matches!(purpose.basis, Basis::LegitimateInterest(_))
    } else {
        purpose.arms.iter().any(|arm| {
            matches!(arm.basis, Basis::LegitimateInterest(_))
                && (arm.opt_out.is_none() || arm.people.is_empty())
        })
    };
    if bare {
        let message =
            format!("`{}` writes without consent to people who could not refuse before", purpose.name);
        let help = "write arms: customers with `opt-out`, `for = \"others\"` with `consent`";
        judge.say(&SOFT_OPT_IN, &purpose.path("basis"), message, help);
    }
}

/// 13(2)(e), said once where no purpose says it.
pub(super) fn required(judge: &mut Judge<'_>) {
    let policy = judge.policy;
    let given = |purpose: &Purpose| {
        let mut categories = purpose.data.iter().filter_map(|datum| policy.data.get(&datum.category));
        categories.any(|category| category.fields.values().any(|field| field.origin == Origin::Given))
    };
    let mut asking = policy.purposes.values().filter(|purpose| {
        matches!(purpose.basis, Basis::Contract | Basis::LegalObligation(_)) && given(purpose)
    });
    let Some(first) = asking.next() else { return };
    if !policy.purposes.values().any(|purpose| purpose.required.is_some()) {
        let message = "nothing says whether people have to give their data, and what follows if not";
        judge.say(&REQUIRED_UNSAID, &first.path("required"), message, "write `required = \"…\"`");
    }
}

/// Words that say nothing of an interest beside the word itself.
const EMPTY: &[&str] = &[
    "our",
    "the",
    "of",
    "a",
    "in",
    "and",
    "legitimate",
    "business",
    "commercial",
    "interest",
    "interests",
    "purposes",
    "company",
    "organisation",
    "own",
    "general",
    "economic",
    "nos",
    "notre",
    "les",
    "des",
    "de",
    "la",
    "l",
    "intérêt",
    "intérêts",
    "légitime",
    "légitimes",
    "entreprise",
    "ons",
    "onze",
    "het",
    "gerechtvaardigd",
    "gerechtvaardigde",
    "belang",
    "belangen",
    "van",
    "ook",
    "et",
    "en",
    "bedrijfsbelang",
];

fn is_vague_interest(text: &str) -> bool {
    let lower = text.to_lowercase();
    let mut words =
        lower.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).peekable();
    words.peek().is_some() && words.all(|word| EMPTY.contains(&word))
}

/// Aims that cover anything, as whole descriptions.
const AIMS: &[&str] = &[
    "for our business purposes",
    "for business purposes",
    "for our legitimate business purposes",
    "to improve our services",
    "to improve our service",
    "to improve our products and services",
    "to improve your experience",
    "to improve the user experience",
    "for internal purposes",
    "for other purposes",
    "various purposes",
    "other purposes",
    "for future use",
    "pour améliorer nos services",
    "améliorer nos services",
    "à des fins commerciales",
    "om onze diensten te verbeteren",
    "voor zakelijke doeleinden",
    "to offer you a better service",
    "to develop new services",
];

fn vague_aim(purpose: &Purpose) -> Option<String> {
    let text = purpose.description.as_ref().unwrap_or(&purpose.title);
    let plain = text.written.trim().trim_end_matches('.').to_lowercase();
    AIMS.contains(&plain.as_str()).then(|| text.written.clone())
}

#[cfg(test)]
mod tests {
    use super::is_vague_interest;

    #[test]
    fn an_interest_is_vague_when_only_the_word_itself_is_said() {
        for vague in
            ["our legitimate interest", "our legitimate business interests", "ons gerechtvaardigd belang"]
        {
            assert!(is_vague_interest(vague), "{vague}");
        }
        for said in
            ["find misuse", "our interest in finding fraud", "tell customers about similar products", ""]
        {
            assert!(!is_vague_interest(said), "{said}");
        }
    }
}
