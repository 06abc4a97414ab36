//! Drafts of a policy from documents of other languages: TILT (JSON) and Fides (fideslang, YAML).
//!
//! `node` reads the document with limits, `account` keeps book of every leaf of it (carried, carried
//! with a remark, or not), `draft` writes TOML, `tilt` and `fides` say what becomes what. Nothing is
//! lost in silence: a leaf that nobody takes is listed as not carried. Not here: files.

use crate::law::country;

pub mod account;
pub mod draft;
mod fides;
mod keep;
mod names;
pub mod node;
mod tilt;
mod yaml;

#[cfg(test)]
mod tests;

pub use account::{Account, Leaf, Outcome};
pub use node::{ImportError, Node};

/// The language of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The Transparency Information Language.
    Tilt,
    /// A Fides manifest.
    Fides,
}

impl Kind {
    /// Its name.
    pub fn word(self) -> &'static str {
        match self {
            Self::Tilt => "TILT",
            Self::Fides => "Fides",
        }
    }
}

/// A draft, and what became of the document.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    /// The language of the document.
    pub kind: Kind,
    /// The drafted policy, as one file of TOML.
    pub toml: String,
    /// Every leaf of the document, in its order.
    pub leaves: Vec<Leaf>,
}

/// Drafts a policy from a document.
///
/// # Errors
/// [`ImportError`] when the document can't be read, or is in neither language.
pub fn import(bytes: &[u8]) -> Result<Imported, ImportError> {
    let text = node::text(bytes)?;
    let root = node::read(text)?;
    let kind = kind(&root).ok_or(ImportError::Neither)?;
    let mut account = Account::of(&root);
    let draft = match kind {
        Kind::Tilt => tilt::draft(&root, &mut account),
        Kind::Fides => fides::draft(&root, &mut account),
    };
    Ok(Imported { kind, toml: draft.toml(), leaves: account.leaves() })
}

/// TILT says what is disclosed; Fides lists resources by their kind.
fn kind(root: &Node) -> Option<Kind> {
    let is_tilt = ["dataDisclosed", "dataProtectionOfficer", "thirdCountryTransfers", "rightToInformation"];
    if is_tilt.iter().any(|key| root.get(key).is_some()) {
        return Some(Kind::Tilt);
    }
    fides::RESOURCES.iter().any(|key| root.get(key).is_some()).then_some(Kind::Fides)
}

/// A country by two letters, three letters or its English name.
fn country_code(text: &str) -> Option<String> {
    let upper = text.trim().to_uppercase();
    let upper: &str = match upper.as_str() {
        "UK" => "GB",
        "EL" => "GR",
        other => other,
    };
    if country::is_known(upper) {
        return Some(upper.to_owned());
    }
    let found =
        names::COUNTRIES.iter().find(|(_, three, name)| *three == upper || name.to_uppercase() == upper);
    found.map(|(two, _, _)| (*two).to_owned())
}
