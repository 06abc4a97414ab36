//! TILT's `sources`: where a category comes from.

use toml::Value;

use super::{Maker, named, text_of};
use crate::import::node::Node;

/// Words by which TILT documents of Kept's own, and most others, say that the person is the source.
const PERSON: &[&str] = &[
    "you",
    "vous-même",
    "uzelf",
    "the person",
    "data subject",
    "user",
    "users",
    "your use of our services",
    "votre utilisation de nos services",
    "uw gebruik van onze diensten",
];

impl Maker<'_> {
    pub(super) fn sources(&mut self, root: &Node) {
        for node in root.all("sources") {
            let known = text_of(node.get("_id")).and_then(|id| named(&id, "data"));
            let title = text_of(node.get("dataCategory"));
            let name = known.clone().or_else(|| title.as_deref().map(|title| self.category_named(title)));
            let Some(name) = name else {
                self.account.leave(Some(node), "a source of no category");
                continue;
            };
            let path = format!("data.{name}");
            if known.is_some() {
                self.account.carry(node.get("_id"), &format!("{path}.from"));
            } else {
                self.note(node.get("_id"), &path, "in the document");
            }
            self.account.carry(node.get("dataCategory"), &format!("{path}.title"));
            self.draft.table(&path).set_some("title", title);
            for source in node.all("sources") {
                self.source(source, &name);
            }
        }
    }

    fn source(&mut self, node: &Node, category: &str) {
        let path = format!("data.{category}");
        let description = node.get("description");
        let words = text_of(description).or_else(|| text_of(node.get("url")));
        let Some(words) = words else {
            self.account.leave(Some(node), "a source without a name");
            return;
        };
        if PERSON.contains(&words.trim_end_matches('.').to_lowercase().as_str()) {
            self.account.carry(description, &format!("{path}.from"));
            self.account.remark(node.get("url"), &format!("{path}.from"), "the person is the source");
            self.account.remark(
                node.get("publiclyAvailable"),
                &format!("{path}.from"),
                "the person is the source",
            );
            self.draft.table(&path).add("from", "person");
            return;
        }
        let same = |path: &&String| {
            let said = self.draft.find(path).and_then(|table| table.get("name"));
            path.starts_with("source.") && said.and_then(Value::as_str) == Some(&*words)
        };
        let own = text_of(node.get("statement")).and_then(|id| named(&id, "source"));
        let own = own.map(|name| format!("source.{name}"));
        let found = own.or_else(|| self.draft.paths().find(same).cloned());
        let source = found.unwrap_or_else(|| format!("source.{}", self.draft.free_name("source", &words)));
        self.account.carry(node.get("statement"), &source);
        self.account.carry(description, &format!("{source}.name"));
        let url = self.account.remark(node.get("url"), &source, "kept as a comment");
        let public = self.account.carry(node.get("publiclyAvailable"), &format!("{source}.public"));
        let table = self.draft.table(&source);
        table.comment("from TILT `sources`").set("name", words).add("gives", category);
        table.set_some("public", public.map(|text| text == "true"));
        if let Some(url) = url {
            table.comment(format!("at {url}"));
        }
        let name = source;
        self.draft.table(&path).add("from", name);
    }
}
