//! TILT's `dataDisclosed`: categories with their purposes. `basis`, `period` and `recipients` read
//! what is said of those.

use toml::Value;

use super::{Maker, named, text_of};
use crate::import::draft::slug;
use crate::import::names::field_type;
use crate::import::node::Node;

/// What TILT says of a category beside its purposes.
const PARTS: &[&str] = &[
    "legalBases",
    "legitimateInterests",
    "recipients",
    "recipientsOnlyCategory",
    "storage",
    "nonDisclosure",
];

impl Maker<'_> {
    pub(super) fn disclosed(&mut self, root: &Node) {
        // Documents made with forms hold the empty form of a category.
        for node in root.all("dataDisclosed").into_iter().filter(|node| !node.is_silent()) {
            let name = self.category(node);
            self.purposes(node, &name);
        }
    }

    /// A category with its fields.
    fn category(&mut self, node: &Node) -> String {
        let title = node.get("category");
        let text = text_of(title);
        let known = text_of(node.get("_id")).and_then(|id| named(&id, "data"));
        let name = known.clone().unwrap_or_else(|| self.category_named(text.as_deref().unwrap_or("data")));
        let path = format!("data.{name}");
        if known.is_some() {
            self.account.carry(node.get("_id"), &path);
        } else {
            self.note(node.get("_id"), &path, "in the document");
        }
        self.account.carry(title, &format!("{path}.title"));
        let special = self.account.carry(node.get("special"), &format!("{path}.special"));
        let table = self.draft.table(&path);
        table.comment("from TILT `dataDisclosed`").set_some("title", text).set_some("special", special);
        let kinds = node.all("fieldKinds");
        for (place, one) in node.all("fields").into_iter().chain(node.all("subcategories")).enumerate() {
            match kinds.get(place) {
                Some(kind) => self.known_field(&path, one, kind),
                None => {
                    let remark = "the kind of value is a guess by the name";
                    let title = self.account.remark(Some(one), &format!("{path}.fields"), remark);
                    title.into_iter().for_each(|title| self.field(&path, &title));
                }
            }
        }
        name
    }

    /// A field whose name and kind the document says, as Kept's own do.
    fn known_field(&mut self, path: &str, title: &Node, kind: &Node) {
        let to = format!("{path}.fields");
        let title = self.account.carry(Some(title), &to);
        let name = self.account.carry(kind.get("name"), &to).filter(|name| slug(name) == *name);
        let word = self.account.carry(kind.get("type"), &to);
        let Some(title) = title.or_else(|| name.clone()) else { return };
        let word = word.filter(|word| slug(word) == *word).unwrap_or_else(|| field_type(&title).to_owned());
        let mut inner = toml::Table::new();
        inner.insert("type".to_owned(), Value::from(word));
        inner.insert("title".to_owned(), Value::from(title.as_str()));
        let table = self.draft.table(path);
        let key = name.unwrap_or_else(|| slug(&title));
        let key = table.free_key("fields", if key.is_empty() { "field" } else { &key });
        table.put("fields", &key, Value::Table(inner));
    }

    /// A category in which no field is named holds what its title says.
    pub(super) fn fieldless(&mut self) {
        let is_bare = |path: &&String| {
            let table = self.draft.find(path);
            path.starts_with("data.") && table.is_some_and(|table| table.get("fields").is_none())
        };
        let bare: Vec<String> = self.draft.paths().filter(is_bare).cloned().collect();
        for path in bare {
            let table = self.draft.table(&path);
            table.comment("TILT names no fields: list them here, for a category is a closed list");
            let title = table.get("title").and_then(Value::as_str).map(str::to_owned);
            if let Some(title) = title {
                self.field(&path, &title);
            }
        }
    }

    /// A field under a key of its own; one of the same title stands there already.
    fn field(&mut self, path: &str, title: &str) {
        let table = self.draft.table(path);
        let known = table.get("fields").and_then(Value::as_table);
        let is_there = |fields: &toml::Table| {
            fields.values().any(|one| one.get("title").and_then(Value::as_str) == Some(title))
        };
        if known.is_some_and(is_there) {
            return;
        }
        let mut inner = toml::Table::new();
        inner.insert("type".to_owned(), Value::from(field_type(title)));
        inner.insert("title".to_owned(), Value::from(title));
        let key = slug(title);
        let key = table.free_key("fields", if key.is_empty() { "field" } else { &key });
        table.put("fields", &key, Value::Table(inner));
    }

    /// The name of a category by its title; the same title names the same category.
    pub(super) fn category_named(&self, title: &str) -> String {
        let same = |path: &&String| {
            let said = self.draft.find(path).and_then(|table| table.get("title"));
            path.starts_with("data.") && said.and_then(Value::as_str) == Some(title)
        };
        match self.draft.paths().find(same) {
            Some(path) => path.trim_start_matches("data.").to_owned(),
            None => self.draft.free_name("data", title),
        }
    }

    fn purposes(&mut self, node: &Node, category: &str) {
        let mut paths = Vec::new();
        for purpose in node.all("purposes").into_iter().filter(|purpose| !purpose.is_silent()) {
            let path = self.purpose(purpose);
            self.data_of(purpose, &path, category);
            paths.push(path);
        }
        if paths.is_empty() && !says_how(node) {
            let none = node.get("nonDisclosure");
            for key in ["legalRequirement", "contractualRegulation", "obligationToProvide"] {
                let one = none.and_then(|none| none.get(key)).filter(|one| is_false(Some(one)));
                self.account.remark(one, &format!("data.{category}"), "nothing is asked for");
            }
            let why = "no purpose of this category is named to carry it to";
            PARTS.iter().for_each(|key| self.account.leave(node.get(key), why));
            return;
        }
        if paths.is_empty() {
            paths.push(self.nameless_purpose(category));
        }
        self.bases(node, &paths, category);
        self.periods(node, &paths, category);
        // Where each purpose names its own recipients, a recipient of the category is not everybody's.
        let named = node.all("purposes").iter().any(|purpose| purpose.get("recipients").is_some());
        let receiving: &[String] = if named { &[] } else { &paths };
        for key in ["recipients", "recipientsOnlyCategory"] {
            for recipient in node.all(key).into_iter().filter(|one| !one.is_silent()) {
                self.recipient(recipient, receiving);
            }
        }
        self.non_disclosure(node.get("nonDisclosure"), &paths, named);
    }

    /// The data that a purpose needs of a category, and what else Kept's own documents say of it.
    fn data_of(&mut self, node: &Node, path: &str, category: &str) {
        let mut fields = Vec::new();
        for one in node.all("fields") {
            fields.extend(self.account.carry(Some(one), &format!("{path}.data")));
        }
        for field in &fields {
            self.draft.table(path).add("data", format!("{category}.{field}"));
        }
        if fields.is_empty() {
            self.draft.table(path).add("data", category);
        }
        for key in ["recipients", "marketing"] {
            for one in node.all(key) {
                if let Some(name) = self.account.carry(Some(one), &format!("{path}.{key}")) {
                    self.draft.table(path).add(key, name);
                }
            }
        }
        for one in node.all("people") {
            let to = format!("{path}.people");
            let Some(name) = self.account.carry(one.get("name"), &to) else { continue };
            let who = self.account.carry(one.get("who"), &format!("people.{name}"));
            if slug(&name) == name {
                self.draft.table("people").set_some(&name, who);
                self.draft.table(path).add("people", name);
            }
        }
        let required = self.account.carry(node.get("required"), &format!("{path}.required"));
        let profiling = self.account.carry(node.get("profiling"), &format!("{path}.profiling"));
        let off = self.account.carry(node.get("off"), &format!("{path}.off"));
        let table = self.draft.table(path);
        table.set_some("off", off);
        table.set_some("required", required).set_some("profiling", profiling.map(|text| text == "true"));
    }

    /// A purpose for what is said of a category without one.
    fn nameless_purpose(&mut self, category: &str) -> String {
        let title =
            self.draft.find(&format!("data.{category}")).and_then(|table| table.get("title")).cloned();
        let title = title.as_ref().and_then(Value::as_str).unwrap_or(category).to_owned();
        let path = format!("purpose.{}", self.draft.free_name("purpose", &title));
        let table = self.draft.table(&path);
        table.comment("the document names no purpose of these data: say here what they are for");
        table.set("title", title).add("data", category);
        path
    }

    fn purpose(&mut self, node: &Node) -> String {
        let title = text_of(node.get("purpose")).or_else(|| text_of(Some(node)));
        let description = text_of(node.get("description")).filter(|text| Some(text) != title.as_ref());
        let text = title.clone().or_else(|| description.clone()).unwrap_or_else(|| "purpose".to_owned());
        let statement = text_of(node.get("statement")).and_then(|id| named(&id, "purpose"));
        let path = match statement {
            Some(name) => format!("purpose.{name}"),
            None => self.purpose_titled(&text),
        };
        self.account.carry(node.get("statement"), &path);
        self.account.carry(node.get("purpose"), &format!("{path}.title"));
        self.account.carry(Some(node), &format!("{path}.title"));
        let known = self.draft.find(&path).and_then(|table| table.get("description")).cloned();
        let known = known.as_ref().and_then(Value::as_str);
        let other = description.clone().filter(|text| known.is_some_and(|known| known != text));
        let table = self.draft.table(&path);
        table.comment("from TILT `dataDisclosed[].purposes`").set_some("title", title);
        match other {
            Some(text) => {
                table.comment(format!("described elsewhere in the document as: {text}"));
                let remark = "kept as a comment: the purpose is described in other words before";
                self.account.remark(node.get("description"), &path, remark);
            }
            None => {
                table.set_some("description", description);
                self.account.carry(node.get("description"), &format!("{path}.description"));
            }
        }
        path
    }

    fn purpose_titled(&self, title: &str) -> String {
        let same = |path: &&String| {
            let said = self.draft.find(path).and_then(|table| table.get("title"));
            path.starts_with("purpose.") && said.and_then(Value::as_str) == Some(title)
        };
        let found = self.draft.paths().find(same).cloned();
        found.unwrap_or_else(|| format!("purpose.{}", self.draft.free_name("purpose", title)))
    }

    fn non_disclosure(&mut self, node: Option<&Node>, purposes: &[String], is_own: bool) {
        let Some(node) = node else { return };
        if is_own {
            // Each purpose says it of itself; what is said of the category sums it up.
            let to = format!("{}.required", purposes.first().map_or("purpose", String::as_str));
            for key in ["legalRequirement", "contractualRegulation", "obligationToProvide", "consequences"] {
                self.account.remark(node.get(key), &to, "said by each purpose and its basis");
            }
            return;
        }
        let said = |key: &str| text_of(node.get(key)).as_deref() == Some("true");
        let by_law = said("legalRequirement").then_some("The law asks for these data.");
        let by_contract = said("contractualRegulation").then_some("The contract needs these data.");
        let obliged = said("obligationToProvide").then_some("These data must be given.");
        let words = text_of(node.get("consequences"));
        let words = words.or_else(|| by_law.or(by_contract).or(obliged).map(str::to_owned));
        let to = format!("{}.required", purposes.first().map_or("purpose", String::as_str));
        let open = |path: &&String| {
            self.draft.find(path).is_none_or(|table| {
                table.get("required").is_none_or(|known| known.as_str() == words.as_deref())
            })
        };
        let open: Vec<String> = purposes.iter().filter(open).cloned().collect();
        for key in ["legalRequirement", "contractualRegulation", "obligationToProvide"] {
            let asked = said(key) && !open.is_empty();
            let remark = if asked { "said in words, and by the basis" } else { "nothing is asked for" };
            if asked || is_false(node.get(key)) {
                self.account.remark(node.get(key), &to, remark);
            }
        }
        let consequences = node.get("consequences");
        match (open.len(), purposes.len()) {
            (0, _) => {}
            (_, 1) => {
                self.account.carry(consequences, &to);
            }
            _ => {
                let several = "TILT says it of the category; the draft says it of each of its purposes";
                self.account.remark(consequences, &to, several);
            }
        }
        self.account.leave(Some(node), "other words of the same purpose stand before it");
        for path in open {
            self.draft.table(&path).set_some("required", words.clone());
        }
    }

    /// Keeps what TILT does not give to one of several purposes over the data, for the reader.
    pub(super) fn unassigned(&mut self, node: &Node, category: &str, label: &str, keys: &[&str]) {
        let remark = "kept as a comment: TILT does not say for which of the purposes";
        self.aside(node, &format!("data.{category}"), label, remark, keys);
    }

    /// Keeps words as a comment over a table.
    pub(super) fn aside(&mut self, node: &Node, path: &str, label: &str, remark: &str, keys: &[&str]) {
        let mut words: Vec<String> = Vec::new();
        for one in keys.iter().flat_map(|key| node.all(key)) {
            words.extend(self.account.remark(Some(one), path, remark));
        }
        if !words.is_empty() {
            self.draft.table(path).comment(format!("{label}: {}", words.join(" – ")));
        }
    }
}

/// Whether more is said of a category than that nothing must be given.
fn says_how(node: &Node) -> bool {
    let parts = PARTS.iter().filter(|key| **key != "nonDisclosure");
    parts.flat_map(|key| node.all(key)).any(says_more)
}

/// A bare `max`, or that there is no interest, says nothing by itself.
fn says_more(node: &Node) -> bool {
    match node {
        Node::Table(fields) => {
            let empty = |key: &str| key.ends_with("exists") || key == "aggregationFunction";
            fields.iter().any(|(key, one)| !empty(key) && !one.is_silent())
        }
        other => !other.is_silent(),
    }
}

/// The item of a list that is a purpose's own: the one whose statement names it, the only one for
/// all, the first for the only purpose, else the one at its place where there are as many; and
/// whether its place alone says so.
pub(super) fn own<'n>(
    items: &[&'n Node],
    path: &str,
    place: usize,
    count: usize,
) -> Option<(&'n Node, bool)> {
    let names = |node: &Node| text_of(node.get("statement")).and_then(|id| named(&id, "purpose"));
    if items.iter().any(|one| names(one).is_some()) {
        let own = |one: &&&Node| names(one).is_some_and(|name| format!("purpose.{name}") == path);
        return items.iter().find(own).map(|one| (*one, false));
    }
    match items {
        [only] => Some((only, false)),
        [first, ..] if count == 1 => Some((first, false)),
        several if several.len() == count => several.get(place).map(|one| (*one, true)),
        _ => None,
    }
}

/// Whether a leaf says no.
pub(super) fn is_false(node: Option<&Node>) -> bool {
    text_of(node).as_deref() == Some("false")
}

/// A table of one key.
pub(super) fn keyed(key: &str, text: &str) -> Value {
    let mut table = toml::Table::new();
    table.insert(key.to_owned(), Value::from(text));
    Value::Table(table)
}
