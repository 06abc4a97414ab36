//! Kinds of people, and the special care for children.
//!
//! Not here: how a person is found in a store (`store`).

use crate::name::PersonKind;
use crate::policy::model::Text;

/// A kind of people.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct People {
    /// Its name.
    pub kind: PersonKind,
    /// Who they are.
    pub who: Text,
    /// The age below which no data may be collected from them (`at-least`), in years.
    pub minimum_age: Option<u8>,
    /// How that age is known: `declaration` (8(2)).
    pub age_known_by: Option<Text>,
}

/// How children are cared for (`[children]`, Art. 8).
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Children {
    /// Whether services are offered to children at all, as far as the policy says.
    pub offered: Option<bool>,
    /// From which age a child consents alone.
    pub consent_age: ConsentAge,
    /// How a guardian shows to be one: `relation`.
    pub guardian_proof: Option<Text>,
    /// How a guardian confirms: `by e-mail`.
    pub guardian_confirms: Option<Text>,
    /// What happens when somebody reports that a child's data were collected.
    pub on_report: Option<Text>,
}

/// The age of consent to online services (8(1)).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum ConsentAge {
    /// Nothing said: the leading controller's country decides.
    #[default]
    ByLaw,
    /// That of the country where the child lives.
    ByResidence,
    /// A number of years.
    Years(u8),
}
