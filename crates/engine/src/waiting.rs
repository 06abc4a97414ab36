//! What a consent that was recorded waits for. Not here: recording it (`record`).

use kept_core::admission::missing::{place, what_is_missing};
use kept_core::admission::{Act as Told, Consent};
use kept_core::name::{EventKind, PurposeName};
use kept_core::standing::{Ground, KeepState, Standing};

use crate::company::Company;
use crate::decide::Sight;

impl Company {
    /// That a consent is on record and its purpose does not stand yet, since a fact is missing that no store
    /// tells.
    pub(crate) fn not_yet(&self, act: &Told, sight: &Sight) -> Vec<String> {
        let waiting = given(act).iter().filter_map(|consent| {
            let event = sight.missing(&consent.purpose)?;
            place(self.policy(), event).is_none().then(|| self.waits(&consent.purpose, event))
        });
        waiting.collect()
    }

    /// The same of facts that stores tell, where they were asked.
    pub(crate) fn not_yet_in_stores(&self, act: &Told, standing: &Standing) -> Vec<String> {
        let waiting = given(act).iter().filter_map(|consent| {
            let mut grounds = standing.of(&consent.purpose).filter(|_| !stands(standing, &consent.purpose));
            let event = grounds.find_map(|ground| match &ground.keep {
                KeepState::Unknown(event) => Some(event),
                _ => None,
            })?;
            place(self.policy(), event).is_some().then(|| self.waits(&consent.purpose, event))
        });
        waiting.collect()
    }

    fn waits(&self, purpose: &PurposeName, event: &EventKind) -> String {
        format!(
            "the consent is on record, and `{purpose}` does not stand yet: {}",
            what_is_missing(self.policy(), purpose, event)
        )
    }
}

fn stands(standing: &Standing, purpose: &PurposeName) -> bool {
    standing.of(purpose).any(Ground::allows_use)
}

/// The consents that an act gives.
fn given(act: &Told) -> &[Consent] {
    match act {
        Told::GiveConsent(consent) => std::slice::from_ref(consent),
        Told::Collect(collection) => collection.consents.as_slice(),
        _ => &[],
    }
}
