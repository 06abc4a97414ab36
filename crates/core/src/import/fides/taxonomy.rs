//! The manifest's own words: names of categories, uses and subjects that it declares itself.

use std::collections::BTreeMap;

use super::{Maker, text_of};
use crate::import::node::Node;

/// Names by key.
#[derive(Clone, Debug, Default)]
pub(super) struct Taxonomy {
    names: BTreeMap<String, String>,
    bases: BTreeMap<String, String>,
}

const TABLES: &[&str] = &["data_category", "data_use", "data_subject", "data_qualifier"];

impl Taxonomy {
    /// The words that a manifest declares.
    pub(super) fn of(root: &Node) -> Self {
        let mut taxonomy = Self::default();
        for node in TABLES.iter().flat_map(|table| root.all(table)) {
            let Some(key) = text_of(node.get("fides_key")) else { continue };
            if let Some(name) = text_of(node.get("name")) {
                taxonomy.names.insert(key.clone(), name);
            }
            if let Some(basis) = text_of(node.get("legal_basis")) {
                taxonomy.bases.insert(key, basis);
            }
        }
        taxonomy
    }

    /// The name that the manifest gives a key.
    pub(super) fn title<'k>(&self, parts: impl Iterator<Item = &'k str>) -> Option<String> {
        self.names.get(&parts.collect::<Vec<_>>().join(".")).cloned()
    }

    /// The basis that the manifest gives a use.
    pub(super) fn basis(&self, data_use: &str) -> Option<&str> {
        self.bases.get(data_use).map(String::as_str)
    }
}

impl Maker<'_> {
    /// Keeps book of the manifest's own words, which the draft used where it met their keys.
    pub(super) fn taxonomies(&mut self, root: &Node) {
        let toml = self.draft.toml();
        for table in TABLES {
            for node in root.all(table) {
                let key = text_of(node.get("fides_key")).unwrap_or_default();
                if *table == "data_subject" && !key.is_empty() {
                    // People whom no declaration names are people of the policy all the same.
                    let name = self.people(&key);
                    self.account.carry(node.get("fides_key"), &format!("people.{name}"));
                    self.account.carry(node.get("name"), &format!("people.{name}"));
                }
                if *table == "data_category" && !key.is_empty() && node.get("parent_key").is_none() {
                    self.account.remark(node.get("fides_key"), "data", "used where a declaration names it");
                }
                let remark = "the words for its key, used where a declaration names it";
                self.account.remark(node.get("fides_key"), table, remark);
                let used = text_of(node.get("name")).is_some_and(|name| toml.contains(&name));
                if used {
                    self.account.remark(node.get("name"), table, remark);
                }
                self.account.remark(node.get("legal_basis"), "purpose.*.basis", remark);
                let why = "words of the taxonomy beyond the name";
                self.account.leave(Some(node), why);
            }
        }
    }
}
