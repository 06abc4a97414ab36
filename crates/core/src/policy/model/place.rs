//! Places: where data may be, who chooses, and what is needed elsewhere (Art. 44 to 49).

use indexmap::IndexMap;

use crate::policy::model::Text;

/// Where data may be processed (`[transfers]`).
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Transfers {
    /// What the notice says about places.
    pub statement: Text,
    /// Regions or countries in which providers are preferred.
    pub prefer: Vec<String>,
    /// What is needed elsewhere: `reason`, `safeguard`, `agreement`, `consent`.
    pub otherwise: Vec<String>,
    /// Where a copy of the safeguards may be had (13(1)(f)).
    pub copy: Option<Text>,
    /// When the rule for elsewhere applies: `outside the Union`, `without adequacy`; both overlap.
    pub applies: Vec<String>,
}

/// A place of data (`[place.*]`): a promise about a kind of store or service.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Place {
    /// Its name in the policy.
    pub id: String,
    /// What it is about, in words: `cloud services`.
    pub title: Text,
    /// Regions or countries outside which no data of it may be: `EU`, `EEA`, `FR`.
    pub only: Vec<String>,
    /// Regions or countries in which it is preferred.
    pub prefer: Vec<String>,
    /// What is needed elsewhere.
    pub otherwise: Vec<String>,
    /// The options among which somebody chooses, and the regions of each.
    pub options: IndexMap<String, Vec<String>>,
    /// Who chooses: `customer`.
    pub chosen_by: Option<Text>,
}
