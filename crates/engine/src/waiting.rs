//! What a consent that was recorded waits for. Not here: recording it (`record`).

use kept_core::admission::Act as Told;
use kept_core::admission::missing::what_is_missing;

use crate::company::Company;
use crate::decide::Sight;

impl Company {
    /// That a consent is on record and its purpose does not stand yet, since a fact is missing.
    pub(crate) fn not_yet(&self, act: &Told, sight: &Sight) -> Vec<String> {
        let given = match act {
            Told::GiveConsent(consent) => std::slice::from_ref(consent),
            Told::Collect(collection) => collection.consents.as_slice(),
            _ => return Vec::new(),
        };
        let waiting =
            given.iter().filter_map(|consent| Some((&consent.purpose, sight.missing(&consent.purpose)?)));
        let told = waiting.map(|(purpose, event)| {
            format!(
                "the consent is on record, and `{purpose}` does not stand yet: {}",
                what_is_missing(self.policy(), purpose, event)
            )
        });
        told.collect()
    }
}
