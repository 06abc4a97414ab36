//! Uses of data beyond what they were collected for, and the part of them that a purpose is
//! confined to.

use super::names::Kind;
use super::section::Section;
use super::tree::Node;
use super::{Reader, codes};
use crate::name::{CategoryName, PurposeName};
use crate::policy::model::{DataRef, Narrowing, UsesAlso, UsesAlsoWhy};

impl Reader<'_> {
    pub(super) fn uses_also(&mut self, section: &Section<'_>) -> Vec<UsesAlso> {
        let tables = section.tables("uses-also");
        let mut uses = Vec::new();
        for (place, (node, inner)) in tables.iter().enumerate() {
            uses.extend(self.use_also(node, inner, place + 1));
        }
        uses
    }

    /// One use, once for each of its data; an incomplete one is reported.
    fn use_also(&mut self, node: &Node, inner: &Section<'_>, place: usize) -> Vec<UsesAlso> {
        let data = self.data(inner, "data", &codes::purpose::UNKNOWN_DATA);
        let collected_for = inner.word("collected-for").and_then(|word| {
            self.known_one::<PurposeName>(word, Kind::Purpose, &codes::purpose::UNKNOWN_PURPOSE)
        });
        let why = self.use_why(inner, place);
        let lacking = ["data", "collected-for"].into_iter().find(|key| !inner.has(key));
        let lacking = lacking.or_else(|| why.is_none().then_some("allowed-by"));
        if let Some(key) = lacking.filter(|key| !self.places.is_broken(&inner.at(key))) {
            let message = format!("a further use lacks `{key}`");
            let raised = codes::purpose::USE_INCOMPLETE.raise(message);
            let help = match key {
                "data" => "name the data: `data = \"…\"`",
                "collected-for" => "name the purpose that they were collected for",
                _ => "add `allowed-by = \"consent\"`, `allowed-by = { law = \"…\" }` or `compatible = \"…\"`",
            };
            self.found.push(raised.at(&node.file, node.span.clone(), "").help(help));
        }
        if inner.has("allowed-by") && inner.has("compatible") {
            let raised = codes::purpose::USE_TWICE.raise("a further use is allowed in two ways");
            let raised = raised.at(&node.file, node.span.clone(), "");
            self.found.push(raised.help("keep `allowed-by` or `compatible`"));
        }
        match (collected_for, why) {
            (Some(collected_for), Some(why)) => data
                .into_iter()
                .map(|data| UsesAlso { data, collected_for: collected_for.clone(), why: why.clone() })
                .collect(),
            _ => Vec::new(),
        }
    }

    fn use_why(&mut self, inner: &Section<'_>, place: usize) -> Option<UsesAlsoWhy> {
        let after = inner.string("collected-for").unwrap_or_default();
        let path = |what: &str| inner.at(&format!("{after}.{what}"));
        if inner.word("allowed-by").is_some() {
            return Some(UsesAlsoWhy::Consent);
        }
        if let Some(law) = inner.section("allowed-by").word("law") {
            return Some(UsesAlsoWhy::Law(self.text_among(path("law"), place, law.text)));
        }
        let compatible = inner.word("compatible")?;
        let text = self.text_among(path("compatible"), place, compatible.text);
        Some(UsesAlsoWhy::Compatible(text, inner.day("on")))
    }

    /// The parts of categories to which the purpose is confined; each category is one that it uses.
    pub(super) fn only(&mut self, section: &Section<'_>, data: &[DataRef]) -> Vec<Narrowing> {
        let inner = section.section("only");
        let mut parts = Vec::new();
        for (name, _) in inner.entries() {
            let Some(part) = self.text(&inner, name.text) else { continue };
            if !self.names.data.contains_key(name.text) {
                let known = self.names.data.keys().map(String::as_str);
                let help = crate::policy::suggest::help(name.text, known);
                let message = format!("`{}` is not a category of data of this policy", name.text);
                self.blame(name, &codes::purpose::UNKNOWN_DATA, message, help);
                continue;
            }
            let category = CategoryName::from(name.text);
            let used = data.iter().any(|datum| datum.category == category);
            if !used && !self.places.is_broken(&section.at("data")) {
                let message =
                    format!("the purpose is confined to a part of `{category}`, which it does not use");
                let help = format!("add `{category}` to its `data`, or remove it here");
                self.blame(name, &codes::purpose::ONLY_ELSEWHERE, message, Some(help));
            }
            parts.push(Narrowing { category, part });
        }
        parts
    }
}
