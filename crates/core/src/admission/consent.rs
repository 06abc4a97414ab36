//! Consent given and withdrawn (7), with its proof.

use crate::decision::Refusal;
use crate::law::consent_age;
use crate::name::PurposeName;
use crate::policy::model::{Channel, ConsentAge, Purpose};
use crate::timeline::{Event, Happening, Occasion, Scope};

use super::act::Age;
use super::{Admitted, Consent, Desk, Refused};

pub(super) fn give(desk: &Desk<'_>, consent: &Consent) -> Result<Admitted, Refused> {
    Ok(desk.admitted(vec![given(desk, consent)?]))
}

/// The event of a consent, once it was looked at.
pub(super) fn given(desk: &Desk<'_>, consent: &Consent) -> Result<Event, Refused> {
    let purpose = desk.purpose(&consent.purpose)?;
    if purpose.off.is_some() {
        return Err(Refused::Shut(purpose.name.clone()));
    }
    if !purpose.rests_on_consent() {
        return Err(Refused::NotOnConsent(purpose.name.clone(), purpose.basis.article()));
    }
    check_channels(purpose, &consent.channels)?;
    check_wording(purpose, consent.wording)?;
    check_proof(desk, consent)?;
    check_scope(desk, purpose, &consent.scope)?;
    check_age(desk, purpose, consent)?;
    if desk.known.timeline.events().iter().any(|event| event.what == Happening::Died) {
        return Err(Refused::Died);
    }
    let what = Happening::ConsentGiven {
        purpose: purpose.name.clone(),
        wording: consent.wording,
        channels: consent.channels.clone(),
        proof: Some(Box::new(consent.proof.clone())),
        scope: (consent.scope != Scope::default()).then(|| Box::new(consent.scope.clone())),
    };
    Ok(desk.event(Occasion::Person, Vec::new(), what))
}

/// Withdrawing is never harder than giving: nothing is asked but which consent (7(3)).
pub(super) fn withdraw(
    desk: &Desk<'_>,
    name: &PurposeName,
    channels: &[Channel],
) -> Result<Admitted, Refused> {
    let purpose = desk.purpose(name)?;
    if !purpose.rests_on_consent() {
        return Err(Refused::NotOnConsent(name.clone(), purpose.basis.article()));
    }
    check_channels(purpose, channels)?;
    let what = Happening::ConsentWithdrawn { purpose: name.clone(), channels: channels.to_vec() };
    Ok(desk.person(what))
}

fn check_channels(purpose: &Purpose, channels: &[Channel]) -> Result<(), Refused> {
    match channels.iter().find(|channel| !purpose.marketing.contains(channel)) {
        Some(channel) => Err(Refused::NoChannel(purpose.name.clone(), *channel)),
        None => Ok(()),
    }
}

/// The wording that was shown is one by which the policy says that the consent is asked for: of one that
/// does not exist nobody could show what it said.
fn check_wording(purpose: &Purpose, shown: Option<u32>) -> Result<(), Refused> {
    match shown {
        Some(number) if !purpose.wordings.is_empty() && !purpose.wordings.contains(&number) => {
            let known: Vec<String> = purpose.wordings.iter().map(u32::to_string).collect();
            Err(Refused::UnknownWording(purpose.name.clone(), known.join(", ")))
        }
        _ => Ok(()),
    }
}

/// Who, when, how and on which wording: for a source, what the policy names (7(1)).
fn check_proof(desk: &Desk<'_>, consent: &Consent) -> Result<(), Refused> {
    let proof = &consent.proof;
    let says = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.trim().is_empty());
    if let Some(language) = &proof.language {
        let known = &desk.policy.notice.languages;
        if !known.is_empty() && !known.contains(language) {
            return Err(Refused::NoLanguage(language.clone()));
        }
    }
    let Some(source) = &proof.source else {
        if consent.wording.is_none() {
            return Err(Refused::NoWording);
        }
        return if says(&proof.how) { Ok(()) } else { Err(Refused::NoManner) };
    };
    let declared = desk.policy.sources.get(source).ok_or_else(|| Refused::NoSource(source.clone()))?;
    let obtained = declared.consent.as_ref().ok_or_else(|| Refused::SourceObtainsNone(source.clone()))?;
    let shown = |what: &str| {
        let evidence = proof.evidence.get(what).is_some_and(|text| !text.trim().is_empty());
        evidence
            || match what {
                "wording" => consent.wording.is_some(),
                "when" => consent.dated,
                "how" => says(&proof.how),
                _ => false,
            }
    };
    // Without a list in the policy the law's own stands: on which wording, when, and how.
    let usual = ["wording", "when", "how"].map(str::to_owned);
    let asked = if obtained.proof.is_empty() { &usual[..] } else { obtained.proof.as_slice() };
    match asked.iter().find(|what| !shown(what)) {
        Some(missing) => Err(Refused::NoProof(source.clone(), missing.clone())),
        None => Ok(()),
    }
}

/// To whom it is given is in the policy, and what it lets be joined is asked for there.
fn check_scope(desk: &Desk<'_>, purpose: &Purpose, scope: &Scope) -> Result<(), Refused> {
    desk.check_controller(scope.controller.as_ref())?;
    match scope.sources.iter().find(|source| !purpose.combines.contains(source)) {
        Some(source) => Err(Refused::JoinsNone(purpose.name.clone(), source.clone())),
        None => Ok(()),
    }
}

/// Whoever is under the policy's own age for each kind of people that the purpose concerns consents to nothing,
/// with a guardian or without; a child below the age of consent consents through a guardian only (8(1)).
fn check_age(desk: &Desk<'_>, purpose: &Purpose, consent: &Consent) -> Result<(), Refused> {
    let Some(age) = consent.age else { return Ok(()) };
    let years = age.at(&desk.policy.zone(), desk.when.happened_at);
    let number = desk.known.gate.purpose(purpose.name.as_str());
    if number.is_some_and(|number| desk.known.gate.is_too_young(number, years)) {
        return Err(Refused::Gate(purpose.name.clone(), Refusal::UnderAge));
    }
    let asked = consent_age(desk);
    let guarded = consent.proof.guardian.as_ref().is_some_and(|who| !who.trim().is_empty());
    if years < asked && !guarded { Err(Refused::NoGuardian(asked)) } else { Ok(()) }
}

/// Where the residence decides and is not known, the highest age that the law allows stands.
fn consent_age(desk: &Desk<'_>) -> u8 {
    let on = desk.policy.zone().day_of(desk.when.happened_at);
    let country = desk.policy.controller().and_then(|controller| controller.country.as_deref());
    match desk.policy.children.consent_age {
        ConsentAge::Years(years) => years,
        ConsentAge::ByLaw => country.map_or(16, |country| consent_age::of(country, on)),
        ConsentAge::ByResidence => 16,
    }
}

/// The age that a collection or its consent names.
pub(super) fn age_of(own: Option<Age>, other: Option<Age>) -> Option<Age> {
    own.or(other)
}
