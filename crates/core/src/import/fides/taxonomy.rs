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
        for table in TABLES {
            for node in root.all(table) {
                let key = text_of(node.get("fides_key")).unwrap_or_default();
                if *table == "data_subject" && !key.is_empty() {
                    // People whom no declaration names are people of the policy all the same.
                    let name = self.people(&key);
                    self.account.carry(node.get("fides_key"), &format!("people.{name}"));
                    self.account.carry(node.get("name"), &format!("people.{name}"));
                }
                self.word(node, table, &key);
            }
        }
    }

    /// A word of the taxonomy: used in the draft, or why not.
    fn word(&mut self, node: &Node, table: &str, key: &str) {
        if self.met.contains(key) {
            let remark = "the words for its key, used where a declaration or a dataset names it";
            for part in ["fides_key", "name", "legal_basis"] {
                self.account.remark(node.get(part), table, remark);
            }
        } else {
            let why = "no declaration and no dataset of the manifest uses this word";
            ["fides_key", "name"].iter().for_each(|part| self.account.leave(node.get(part), why));
        }
        let reasons = [
            ("rights", "the law gives rights to everybody; promise more of them in `[rights]`"),
            (
                "automated_decisions_or_profiling",
                "said of people; say of a purpose that it decides or profiles",
            ),
            ("parent_key", "what a word lies under does not reach a policy"),
            ("description", "words of the taxonomy beyond the name"),
        ];
        for (part, why) in reasons {
            self.account.leave(node.get(part), why);
        }
        self.account.leave(Some(node), "about the taxonomy, not about data of people");
    }
}
