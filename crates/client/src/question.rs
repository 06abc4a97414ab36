//! What is asked before something is done.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::act::Person;

/// Whether something may be done with a person's data.
#[derive(Clone, Debug, Serialize)]
pub struct Question {
    /// Who.
    pub person: Person,
    /// For which purpose: one of the policy, or `rights`, `erasure`, `incident`, `backup`.
    pub purpose: String,
    /// What is to be done.
    pub verb: Verb,
    /// With which data (`category` or `category.field`); all of the purpose where none is named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
    /// In which role somebody asks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The exception of Art. 18(2) that is claimed: `consent`, `claims`, `rights-of-another`,
    /// `important-public-interest`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exception: Option<String>,
    /// The source that the data came from: its terms may forbid what the policy allows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The controller of the policy that asks, where it has several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub controller: Option<String>,
}

impl Question {
    /// A question about all the purpose's data.
    pub fn new(person: &Person, purpose: &str, verb: Verb) -> Self {
        Self {
            person: person.clone(),
            purpose: purpose.to_owned(),
            verb,
            fields: Vec::new(),
            role: None,
            exception: None,
            source: None,
            controller: None,
        }
    }
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verb {
    /// Take in new data.
    Collect {
        /// The kind of people, where it is known.
        #[serde(skip_serializing_if = "Option::is_none")]
        people: Option<String>,
        /// The age in years, where it is known.
        #[serde(skip_serializing_if = "Option::is_none")]
        age: Option<u8>,
        /// Whether the person consents with it.
        consents: bool,
    },
    /// Read, and use inside.
    Read,
    /// Address the person by a channel: `email`, `phone`, `sms`, `post`, `social-media`, `adverts`,
    /// `in-product`.
    Contact(String),
    /// Give to a recipient of the policy.
    Disclose(String),
    /// Decide about the person by automated means alone.
    DecideAutomatically,
}

/// A reading of a person's data for a purpose.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Read {
    /// Who.
    pub person: Person,
    /// For which purpose.
    pub purpose: String,
    /// Which data; all of the purpose where none is named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
    /// In which role somebody reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The exception of Art. 18(2) that is claimed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exception: Option<String>,
    /// Why the archive is read: the case or the legal reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The controller of the policy that asks, where it has several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub controller: Option<String>,
    /// Who reads; the application where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
}

/// A disclosure of a person's data to a recipient.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Disclosure {
    /// Who.
    pub person: Person,
    /// To whom: a recipient of the policy.
    pub recipient: String,
    /// For which purpose.
    pub purpose: String,
    /// Which data.
    pub fields: Vec<String>,
    /// Only what is held of this contract.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contract: Option<String>,
    /// The controller of the policy that gives them, where it has several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub controller: Option<String>,
    /// In which role somebody discloses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Whether something is given in return.
    pub paid: bool,
    /// What the policy asks for first, by its name: `legal reference`, `approval by legal`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub evidence: BTreeMap<String, String>,
    /// Who discloses; the application where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
}
