//! A draft from a Fides manifest (fideslang): organisation, systems with their privacy
//! declarations, datasets, and taxonomies of the manifest's own.
//!
//! A privacy declaration becomes a purpose; a system run by others becomes a recipient. `dataset`
//! reads datasets, `taxonomy` the manifest's own words. Not here: the map of a database, which
//! `kept check --stores` holds against the real one.

use std::collections::BTreeSet;

use toml::Value;

use super::account::Account;
use super::country_code;
use super::draft::{Draft, readable, slug};
use super::keep;
use super::names::{field_type, special};
use super::node::Node;

mod dataset;
mod system;
mod taxonomy;

use taxonomy::Taxonomy;

/// The kinds of resources in a manifest.
pub(super) const RESOURCES: &[&str] = &[
    "system",
    "systems",
    "dataset",
    "datasets",
    "organization",
    "privacy_declarations",
    "collections",
    "data_category",
    "data_use",
    "data_subject",
    "registry",
    "policy",
];

/// Why `system` and what is below it is left: no person is behind it.
const OF_THE_SYSTEM: &str = "data of the system's own work, not of people";

fn is_of_the_system(key: &str) -> bool {
    key == "system" || key == "system.operations" || key.starts_with("system.operations.")
}

/// The draft of a manifest.
pub(super) fn draft(root: &Node, account: &mut Account) -> Draft {
    let mut draft = Draft::new(&[
        "A draft made from a Fides manifest. Read it through: what the manifest does not say is missing here,",
        "and `kept check` names it.",
    ]);
    let taxonomy = Taxonomy::of(root);
    let mut maker = Maker {
        account,
        draft: &mut draft,
        taxonomy,
        met: BTreeSet::new(),
        controller: "controller.organisation".to_owned(),
    };
    for node in root.all("organization") {
        maker.organisation(node);
    }
    maker.draft.table("notice").set("languages", vec!["en"]);
    for node in root.all("system").into_iter().chain(root.all("systems")) {
        maker.system(node);
    }
    // A single resource without the list around it.
    if root.get("privacy_declarations").is_some() {
        maker.system(root);
    }
    if root.get("collections").is_some() {
        maker.dataset(root);
    }
    for node in root.all("dataset").into_iter().chain(root.all("datasets")) {
        maker.dataset(node);
    }
    maker.taxonomies(root);
    maker.rest(root);
    draft
}

/// A draft in the making.
struct Maker<'a> {
    account: &'a mut Account,
    draft: &'a mut Draft,
    taxonomy: Taxonomy,
    /// Keys of the taxonomy that a declaration or a dataset named.
    met: BTreeSet<String>,
    /// The path of the controller's table.
    controller: String,
}

impl Maker<'_> {
    fn organisation(&mut self, node: &Node) {
        let key = text_of(node.get("fides_key"));
        // The controller's name there is that of a contact, often a person; the organisation answers.
        let contact = node.get("controller").and_then(|one| one.get("name"));
        let named = text_of(node.get("name")).or_else(|| text_of(contact));
        let name = named.or_else(|| key.clone()).unwrap_or_else(|| "organisation".to_owned());
        let path = format!("controller.{}", self.draft.free_name("controller", &name));
        self.controller = path.clone();
        self.account.remark(node.get("fides_key"), &path, "the name of its table");
        self.account.carry(node.get("name"), &format!("{path}.name"));
        let table = self.draft.table(&path);
        table.comment("from Fides `organization`").set("name", name.as_str());
        if let Some(text) = self.account.remark(node.get("description"), &path, "kept as a comment") {
            self.draft.table(&path).comment(text);
        }
        if let Some(one) = node.get("controller") {
            if text_of(contact).is_some_and(|contact| contact == name) {
                self.account.carry(contact, &format!("{path}.name"));
            } else if let Some(contact) = self.account.remark(contact, &path, "kept as a comment") {
                self.draft.table(&path).comment(format!("the controller's contact: {contact}"));
            }
            for (key, own) in [("address", "post"), ("email", "email"), ("phone", "phone")] {
                let text = self.account.carry(one.get(key), &format!("{path}.{own}"));
                self.draft.table(&path).set_some(own, text);
            }
        }
        for (key, own) in [("data_protection_officer", "officer"), ("representative", "representative")] {
            let words = self.contact(node.get(key), &format!("{path}.{own}"));
            self.draft.table(&path).set(own, words);
        }
        if let Some(url) = self.account.carry(node.get("security_policy"), "link.security.url") {
            let table = self.draft.table("link.security");
            table.set("title", "Security policy").set("url", url);
        }
    }

    /// A contact's parts in one line.
    fn contact(&mut self, node: Option<&Node>, to: &str) -> String {
        let Some(node) = node else { return String::new() };
        let parts = ["name", "email", "phone", "address"];
        let mut said: Vec<String> =
            parts.iter().filter_map(|key| self.account.carry(node.get(key), to)).collect();
        said.extend(self.account.carry(Some(node), to));
        said.join(", ")
    }

    /// A category of Fides (`user.contact.email`) as data of the policy, declared where it is new.
    fn data(&mut self, key: &str) -> String {
        self.meet(key);
        let mut parts = key.split('.').filter(|part| !part.is_empty());
        let mut first = parts.next().unwrap_or("data");
        let mut rest: Vec<&str> = parts.collect();
        // `user` and `system` say whose data, not which; old manifests add how they came.
        while matches!(
            first,
            "user" | "system" | "account" | "provided" | "identifiable" | "nonidentifiable" | "derived"
        ) && let Some((next, more)) = rest.clone().split_first()
        {
            first = next;
            rest = more.to_vec();
        }
        let name = if slug(first).is_empty() { "data".to_owned() } else { slug(first) };
        let path = format!("data.{name}");
        let title = self.taxonomy.title(key.split('.').take_while(|part| *part != first).chain([first]));
        let table = self.draft.table(&path);
        if table.get("title").is_none() {
            table.comment("from Fides data categories");
            table.set("title", title.unwrap_or_else(|| readable(first)));
        }
        if let Some(word) = special(key) {
            table.set("special", word);
        }
        let field = slug(&rest.join("-"));
        let (field, words) =
            if field.is_empty() { (name.clone(), first.to_owned()) } else { (field, rest.join(" ")) };
        let title = self.taxonomy.title(key.split('.')).unwrap_or_else(|| readable(&words));
        let mut inner = toml::Table::new();
        inner.insert("type".to_owned(), Value::from(field_type(&words)));
        inner.insert("title".to_owned(), Value::from(title));
        self.draft.table(&path).put("fields", &field, Value::Table(inner));
        if rest.is_empty() { name } else { format!("{name}.{field}") }
    }

    /// Remembers that a key was named, and with it those that it lies under.
    fn meet(&mut self, key: &str) {
        self.met.insert(key.to_owned());
        let above = key.match_indices('.').filter_map(|(end, _)| key.get(..end));
        self.met.extend(above.map(str::to_owned));
    }

    /// A kind of people, declared where it is new.
    fn people(&mut self, key: &str) -> String {
        let name = slug(key);
        let name = if name.is_empty() { "person".to_owned() } else { name };
        let who = self.taxonomy.title(key.split('.')).unwrap_or_else(|| readable(key));
        let table = self.draft.table("people");
        if table.get(&name).is_none() {
            table.comment("from Fides data subjects").set(&name, who);
        }
        name
    }

    /// What no table of the policy can say.
    fn rest(&mut self, root: &Node) {
        let why = "a rule by which Fides judges its own manifest; say what is never done in `[never]`";
        self.account.leave(root.get("policy"), why);
        self.account.leave(root.get("registry"), "a list of systems, which the policy has no need of");
        self.account.leave(root.get("evaluation"), "a result of Fides, not a statement about data");
        for node in root.all("organization") {
            self.account.leave(Some(node), "about the manifest, not about data");
        }
    }

    fn country(&mut self, node: &Node, to: &str) -> Option<String> {
        let text = text_of(Some(node))?;
        let code = country_code(&text);
        match &code {
            Some(code) if *code == text => self.account.carry(Some(node), to),
            Some(_) => self.account.remark(Some(node), to, "as its code of two letters"),
            None => {
                self.account
                    .leave(Some(node), "no country of this name is known; write its code of two letters");
                None
            }
        };
        code
    }

    /// A period in words or days.
    fn period(&mut self, node: Option<&Node>, path: &str) {
        let to = format!("{path}.keep");
        let Some(text) = text_of(node) else { return };
        let sentence = keep::sentence(&text).or_else(|| keep::length(&text));
        match sentence {
            Some(sentence) if sentence == text => {
                self.account.carry(node, &to);
                self.draft.table(path).set("keep", sentence);
            }
            Some(sentence) => {
                self.account.remark(node, &to, "a bare number is taken as days; check the sentence");
                self.draft.table(path).set("keep", sentence);
            }
            None => {
                self.account.remark(
                    node,
                    &to,
                    "no period can be read from it: a criterion needs `ends` or `review`",
                );
                self.draft.table(path).put("keep", "criterion", text);
            }
        }
    }
}

/// The text of a leaf, without an entry in the account.
fn text_of(node: Option<&Node>) -> Option<String> {
    match node? {
        Node::Leaf(_, value) => value.words(),
        Node::List(_) | Node::Table(_) => None,
    }
}
