//! Drafts of a policy from documents of other languages: TILT (JSON) and Fides (fideslang, YAML).
//!
//! `node` reads the document with limits, `account` keeps book of every leaf of it (carried, carried
//! with a remark, or not), `draft` writes TOML, `tilt` and `fides` say what becomes what. Nothing is
//! lost in silence: a leaf that nobody takes is listed as not carried. Not here: files.

use crate::law::country;

pub mod account;
mod article;
pub mod draft;
mod fides;
mod html;
mod keep;
mod names;
pub mod node;
mod tilt;
mod yaml;

#[cfg(test)]
mod field_tests;
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
    let mut root = gathered(node::read(text)?)?;
    let kind = kind(&root).ok_or(ImportError::Neither)?;
    if kind == Kind::Tilt {
        root.decode();
    }
    let mut account = Account::of(&root);
    let draft = match kind {
        Kind::Tilt => tilt::draft(&root, &mut account),
        Kind::Fides => fides::draft(&root, &mut account),
    };
    Ok(Imported { kind, toml: draft.toml(), leaves: account.leaves() })
}

/// A list of resources, as the interface of a Fides server answers, as a manifest that lists them.
///
/// # Errors
/// [`ImportError::Several`] where it is a list of TILT documents: each is of another controller.
fn gathered(root: Node) -> Result<Node, ImportError> {
    let Node::List(items) = root else { return Ok(root) };
    if items.iter().any(is_tilt) {
        return Err(ImportError::Several(items.len()));
    }
    let kinds =
        [("system", "privacy_declarations"), ("dataset", "collections"), ("organization", "controller")];
    let found = kinds.iter().find(|(_, key)| items.iter().any(|item| item.get(key).is_some()));
    Ok(match found {
        Some((kind, _)) => Node::Table(vec![((*kind).to_owned(), Node::List(items))]),
        None => Node::List(items),
    })
}

/// A system of Fides has `third_country_transfers`, so that all but one key count as they are spelled.
fn is_tilt(root: &Node) -> bool {
    let keys = ["dataProtectionOfficer", "thirdCountryTransfers", "rightToInformation"];
    root.get("dataDisclosed").is_some() || keys.iter().any(|key| root.has(key))
}

/// TILT says what is disclosed; Fides lists resources by their kind.
fn kind(root: &Node) -> Option<Kind> {
    if is_tilt(root) {
        return Some(Kind::Tilt);
    }
    fides::RESOURCES.iter().any(|key| root.get(key).is_some()).then_some(Kind::Fides)
}

/// A country by two letters, three letters or its name in English, French, Dutch or German.
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
    let is_named = |names: &str| names.split('|').any(|name| name.to_uppercase() == upper);
    let found = names::COUNTRIES.iter().find(|(_, three, names)| *three == upper || is_named(names));
    found.map(|(two, _, _)| (*two).to_owned())
}
