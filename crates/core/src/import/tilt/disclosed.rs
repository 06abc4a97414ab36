//! TILT's `dataDisclosed` and `sources`: categories with their purposes, bases, recipients, periods.

use toml::Value;

use super::{Maker, named, text_of};
use crate::import::keep;
use crate::import::names::field_type;
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
    pub(super) fn disclosed(&mut self, root: &Node) {
        for node in root.all("dataDisclosed") {
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
        let mut fields = Vec::new();
        for one in node.all("fields").into_iter().chain(node.all("subcategories")) {
            let remark = "the kind of value is a guess by the name";
            if let Some(field) = self.account.remark(Some(one), &format!("{path}.fields"), remark) {
                fields.push(field);
            }
        }
        let table = self.draft.table(&path);
        table.comment("from TILT `dataDisclosed`");
        table.set_some("title", text.clone());
        if fields.is_empty() {
            table.comment("TILT names no fields: list them here, for a category is a closed list");
            fields.extend(text);
        }
        for field in fields {
            let mut inner = toml::Table::new();
            inner.insert("type".to_owned(), Value::from(field_type(&field)));
            inner.insert("title".to_owned(), Value::from(field.as_str()));
            let mut key = crate::import::draft::slug(&field);
            if key.is_empty() {
                key = "field".to_owned();
            }
            table.put("fields", &key, Value::Table(inner));
        }
        name
    }

    /// The name of a category by its title; the same title names the same category.
    fn category_named(&self, title: &str) -> String {
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
        let purposes = node.all("purposes");
        let count = purposes.len();
        let mut paths = Vec::new();
        for purpose in &purposes {
            let path = self.purpose(purpose);
            self.draft.table(&path).add("data", category);
            paths.push(path);
        }
        if paths.is_empty() {
            let none = node.get("nonDisclosure");
            for key in ["legalRequirement", "contractualRegulation", "obligationToProvide"] {
                let one = none.and_then(|none| none.get(key)).filter(|one| is_false(Some(one)));
                self.account.remark(one, &format!("data.{category}"), "nothing is asked for");
            }
            let why = "no purpose of this category is named to carry it to";
            for key in ["legalBases", "legitimateInterests", "recipients", "storage", "nonDisclosure"] {
                self.account.leave(node.get(key), why);
            }
            return;
        }
        let bases = node.all("legalBases");
        let interests = node.all("legitimateInterests");
        for (place, path) in paths.iter().enumerate() {
            self.basis(at(&bases, place, count), at(&interests, place, count), path);
        }
        let why = "TILT does not say for which of the purposes; each purpose has one basis";
        self.account.leave(node.get("legalBases"), why);
        self.account.leave(node.get("legitimateInterests"), why);
        let periods = node.all("storage");
        for (place, path) in paths.iter().enumerate() {
            if let Some(storage) = at(&periods, place, count) {
                self.storage(storage, path);
            }
        }
        let why = "TILT does not say for which of the purposes; each purpose has one period";
        self.account.leave(node.get("storage"), why);
        for recipient in node.all("recipients") {
            self.recipient(recipient, &paths);
        }
        self.non_disclosure(node.get("nonDisclosure"), &paths);
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
        self.account.carry(node.get("description"), &format!("{path}.description"));
        let table = self.draft.table(&path);
        table.comment("from TILT `dataDisclosed[].purposes`");
        table.set_some("title", title).set_some("description", description);
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

    fn basis(&mut self, basis: Option<&Node>, interest: Option<&Node>, path: &str) {
        let Some(basis) = basis else { return };
        let to = format!("{path}.basis");
        self.account.carry(basis.get("statement"), &to);
        let reference = text_of(basis.get("reference")).unwrap_or_default();
        let words = text_of(basis.get("description")).unwrap_or_default();
        if let Some(interest) = interest.filter(|one| is_false(one.get("exists"))) {
            self.account.remark(interest.get("exists"), &to, "no interest is named");
        }
        let own = text_of(basis.get("statement")).is_some() && reference.is_empty();
        if own && basis_word(&words).is_none() {
            // Kept says in words why a purpose without a basis is shut.
            let off = self.account.carry(basis.get("description"), &format!("{path}.off"));
            self.draft.table(path).set_some("off", off);
            return;
        }
        let Some(word) = basis_word(&reference).or_else(|| basis_word(&words)) else {
            self.account.leave(Some(basis), "no basis of Art. 6(1) can be read from it");
            return;
        };
        let known = self.draft.find(path).and_then(|table| table.get("basis")).cloned();
        let reasoning = interest.and_then(|one| text_of(one.get("reasoning")));
        let text = match word {
            "legitimate-interest" => reasoning.clone().unwrap_or_else(|| after_article(&words)),
            "consent" | "contract" => String::new(),
            _ => after_article(&words),
        };
        let value = match (word, text.is_empty()) {
            ("consent", _)
                if words.contains("9(2)(a)") || words.contains("9.2.a") || words.contains("lid 2") =>
            {
                keyed("consent", "explicit")
            }
            ("consent" | "contract", _) | (_, true) => Value::from(word),
            (_, false) => keyed(word, &text),
        };
        if known.as_ref().is_some_and(|known| *known != value) {
            let why = "the same purpose rests on another basis elsewhere in the document";
            self.account.leave(Some(basis), why);
            return;
        }
        self.account.carry(basis.get("reference"), &to);
        self.account.carry(basis.get("description"), &to);
        if let Some(interest) = interest {
            self.account.carry(interest.get("exists"), &to);
            if word == "legitimate-interest" {
                self.account.carry(interest.get("reasoning"), &to);
            } else {
                self.account.leave(interest.get("reasoning"), "the basis of this purpose is another one");
            }
        }
        self.draft.table(path).set("basis", value);
    }

    /// How long: a sentence that Kept can carry out, a bare length, or a criterion in words.
    fn storage(&mut self, node: &Node, path: &str) {
        let to = format!("{path}.keep");
        self.account.carry(node.get("statement"), &to);
        let texts: Vec<&Node> = node.all("purposeConditional");
        let temporal = node.all("temporal");
        let described: Vec<&Node> = temporal.iter().filter_map(|one| one.get("description")).collect();
        if let Some(value) = self.stated(node.get("keep"), &to) {
            self.said_by(node, &value, path);
            return;
        }
        let exact = text_of(node.get("keep")).and_then(|words| keep::sentence(&words));
        let sentence = exact.or_else(|| {
            texts
                .iter()
                .chain(&described)
                .filter_map(|one| text_of(Some(one)))
                .find_map(|one| keep::sentence(&one))
        });
        let lengths: Vec<String> = temporal
            .iter()
            .filter_map(|one| text_of(one.get("ttl")))
            .filter_map(|one| keep::length(&one))
            .collect();
        let words = texts.first().or(described.first()).and_then(|one| text_of(Some(one)));
        let value = match (sentence, lengths.as_slice(), &words) {
            (Some(sentence), _, _) => Some(Value::from(sentence)),
            (None, [only], _) => Some(Value::from(only.as_str())),
            (None, [_, _, ..], _) if longest(node, &lengths).is_some() => longest(node, &lengths),
            (None, _, Some(words)) => Some(keyed("criterion", words)),
            (None, [first, ..], None) => Some(Value::from(first.as_str())),
            (None, [], None) => None,
        };
        let Some(value) = value else { return };
        let known = self.draft.find(path).and_then(|table| table.get("keep")).cloned();
        if known.as_ref().is_some_and(|known| *known != value) {
            self.account.leave(Some(node), "the same purpose has another period elsewhere in the document");
            return;
        }
        self.account.carry(node.get("keep"), &to);
        for one in texts.iter().chain(&described).copied() {
            let remark = "kept as a comment; check that the sentence says the same";
            if let Some(text) = self.account.remark(Some(one), &to, remark) {
                self.draft.table(path).comment(format!("period, in the document's words: {text}"));
            }
        }
        for one in &temporal {
            let ttl = one.get("ttl");
            if text_of(ttl).is_some_and(|text| keep::length(&text).is_some()) {
                self.account.carry(ttl, &to);
            } else {
                self.account.leave(ttl, "no length of time can be read from it");
            }
        }
        for one in node.all("legalBasisConditional") {
            self.account.remark(Some(one), &format!("{path}.basis"), "said by the basis of the purpose");
        }
        let remark = "how several periods add up is said by the sentence itself";
        self.account.remark(node.get("aggregationFunction"), &to, remark);
        self.draft.table(path).set("keep", value);
    }

    /// A period as Kept writes it: its sentence, or the parts of a criterion.
    fn stated(&mut self, node: Option<&Node>, to: &str) -> Option<Value> {
        let Some(Node::Table(_)) = node else {
            let written = text_of(node)?;
            let events = keep::declared(&written)?;
            self.account.carry(node, to);
            events.into_iter().for_each(|(event, ends)| self.event(&event, ends));
            return Some(Value::from(written));
        };
        let mut table = toml::Table::new();
        for (key, spellings) in keep::PARTS {
            let one = spellings.iter().find_map(|name| node?.get(name));
            let Some(text) = self.account.carry(one, &format!("{to}.{key}")) else { continue };
            if *key == "ends" {
                self.event(&text, true);
            }
            table.insert((*key).to_owned(), Value::from(text));
        }
        table.contains_key("criterion").then_some(Value::Table(table))
    }

    /// Declares an event that not every policy knows.
    fn event(&mut self, name: &str, ends: bool) {
        if !crate::policy::reader::is_built_in(name) && crate::import::draft::slug(name) == name {
            self.draft.table(&format!("event.{name}")).set("ends", ends);
        }
    }

    /// Sets a period that is stated exactly: the document's other words say the same.
    fn said_by(&mut self, node: &Node, value: &Value, path: &str) {
        let to = format!("{path}.keep");
        let known = self.draft.find(path).and_then(|table| table.get("keep")).cloned();
        if known.is_some_and(|known| known != *value) {
            self.account.leave(Some(node), "the same purpose has another period elsewhere in the document");
            return;
        }
        let remark = "said by the period itself";
        let parts = ["purposeConditional", "legalBasisConditional", "aggregationFunction"];
        let words = parts.iter().flat_map(|key| node.all(key));
        let temporal = node.all("temporal");
        let lengths = temporal.iter().flat_map(|one| [one.get("description"), one.get("ttl")]).flatten();
        for one in words.chain(lengths) {
            self.account.remark(Some(one), &to, remark);
        }
        self.draft.table(path).set("keep", value.clone());
    }

    fn recipient(&mut self, node: &Node, purposes: &[String]) {
        let name = text_of(node.get("name"));
        let category = text_of(node.get("category"));
        let Some(title) = name.clone().or_else(|| category.clone()) else {
            self.account.leave(Some(node), "a recipient without name or category");
            return;
        };
        let same = |path: &&String| {
            let said = self.draft.find(path).and_then(|table| table.get("name"));
            path.starts_with("recipient.") && said.and_then(Value::as_str) == Some(&*title)
        };
        let statement = text_of(node.get("statement")).and_then(|id| named(&id, "recipient"));
        let path = statement.map(|name| format!("recipient.{name}"));
        let path = path.or_else(|| self.draft.paths().find(same).cloned());
        let path = path.unwrap_or_else(|| format!("recipient.{}", self.draft.free_name("recipient", &title)));
        self.account.carry(node.get("statement"), &path);
        self.account.carry(node.get("name"), &format!("{path}.name"));
        let role = category.as_deref().and_then(role_of);
        let category = node.get("category");
        match (role, &name) {
            (Some(_), _) => self.account.carry(category, &format!("{path}.role")),
            (None, Some(_)) => {
                self.account.remark(category, &path, "kept as a comment: it is no role of the language")
            }
            (None, None) => self.account.carry(category, &format!("{path}.name")),
        };
        let country = self.country(node.get("country"), &format!("{path}.country"));
        let comment = text_of(category).filter(|_| role.is_none() && name.is_some());
        let table = self.draft.table(&path);
        table.comment("from TILT `dataDisclosed[].recipients`");
        table.set("name", title).set_some("role", role).set_some("country", country);
        if let Some(comment) = comment {
            table.comment(format!("category: {comment}"));
        }
        for (key, node) in [("division", node.get("division")), ("address", node.get("address"))] {
            if let Some(text) = self.account.remark(node, &path, "kept as a comment") {
                self.draft.table(&path).comment(format!("{key}: {text}"));
            }
        }
        for key in ["name", "email", "phone"] {
            let one = node.get("representative").and_then(|who| who.get(key));
            self.note(one, &path, "its representative");
        }
        self.note(node.get("representative"), &path, "its representative");
        for purpose in purposes {
            let id = path.trim_start_matches("recipient.").to_owned();
            self.draft.table(purpose).add("recipients", id);
        }
    }

    fn non_disclosure(&mut self, node: Option<&Node>, purposes: &[String]) {
        let Some(node) = node else { return };
        for key in ["legalRequirement", "contractualRegulation"] {
            let remark = "said by the basis of the purposes";
            let to = purposes.first().map_or("purpose", String::as_str);
            self.account.remark(node.get(key), &format!("{to}.basis"), remark);
        }
        let obliged = text_of(node.get("obligationToProvide")).as_deref() == Some("true");
        let consequences = node.get("consequences");
        let words = text_of(consequences).or_else(|| obliged.then(|| "These data must be given.".to_owned()));
        let open: Vec<&String> = purposes
            .iter()
            .filter(|path| self.draft.find(path).is_none_or(|table| table.get("required").is_none()))
            .collect();
        let to = format!("{}.required", purposes.first().map_or("purpose", String::as_str));
        let several = "TILT says it of the category; the draft says it of each of its purposes";
        if purposes.len() > 1 {
            self.account.remark(consequences, &to, several);
        } else {
            self.account.carry(consequences, &to);
        }
        self.account.remark(node.get("obligationToProvide"), &to, "said in words");
        let open: Vec<String> = open.into_iter().cloned().collect();
        for path in open {
            self.draft.table(&path).set_some("required", words.clone());
        }
    }

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
        let found = self.draft.paths().find(same).cloned();
        let source = found.unwrap_or_else(|| format!("source.{}", self.draft.free_name("source", &words)));
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

/// The item of a list that belongs to a purpose: by its place where there are as many, the only one
/// for all, else the first for the first.
fn at<'n>(items: &[&'n Node], place: usize, count: usize) -> Option<&'n Node> {
    match items {
        [only] => Some(only),
        several if several.len() == count => several.get(place).copied(),
        several => several.get(place).copied(),
    }
}

/// Whether a leaf says no.
fn is_false(node: Option<&Node>) -> bool {
    text_of(node).as_deref() == Some("false")
}

/// Of several lengths the one that the document says counts: the longest or the shortest.
fn longest(node: &Node, lengths: &[String]) -> Option<Value> {
    let days = |text: &&String| {
        crate::time::Span::parse(text)
            .map_or(0, |span| u32::from(span.whole_months()) * 31 + span.whole_days())
    };
    let counts = match text_of(node.get("aggregationFunction")).as_deref() {
        Some("max") => lengths.iter().max_by_key(days),
        Some("min") => lengths.iter().min_by_key(days),
        _ => None,
    };
    counts.map(|text| Value::from(text.as_str()))
}

fn keyed(key: &str, text: &str) -> Value {
    let mut table = toml::Table::new();
    table.insert(key.to_owned(), Value::from(text));
    Value::Table(table)
}

/// The basis that an article names: `GDPR-6-1-a`, `Art. 6(1)(a)`, `DSGVO-6-1-f`.
fn basis_word(text: &str) -> Option<&'static str> {
    let plain: String = text.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    let point = plain.split("61").nth(1).and_then(|rest| rest.chars().next());
    let named = || {
        let said = |word: &str| plain.contains(word);
        match () {
            () if said("legitimateinterest") => Some("legitimate-interest"),
            () if said("consent") => Some("consent"),
            () if said("legalobligation") => Some("legal-obligation"),
            () if said("contract") => Some("contract"),
            () if said("vital") => Some("vital-interest"),
            () if said("publicinterest") || said("publictask") => Some("public-task"),
            () => None,
        }
    };
    match point {
        Some('a') => Some("consent"),
        Some('b') => Some("contract"),
        Some('c') => Some("legal-obligation"),
        Some('d') => Some("vital-interest"),
        Some('e') => Some("public-task"),
        Some('f') => Some("legitimate-interest"),
        _ => named(),
    }
}

/// What follows an article in brackets: `a legal obligation (Art. 6(1)(c) GDPR): the law`.
fn after_article(words: &str) -> String {
    let split = words
        .split_once("): ")
        .or_else(|| words.split_once(")\u{202f}: "))
        .or_else(|| words.split_once(")\u{a0}: "));
    let split = split.filter(|(before, _)| before.contains('6'));
    split.map_or(words, |(_, after)| after).trim().to_owned()
}

/// A role by the words of a category of recipients.
fn role_of(category: &str) -> Option<&'static str> {
    let plain = category.to_lowercase();
    let said = |words: &[&str]| words.iter().any(|word| plain.contains(word));
    match () {
        () if said(&["authorit", "autorité", "overheid"]) => Some("authority"),
        () if said(&["joint", "together with us", "décide avec nous", "samen met ons"]) => Some("joint"),
        () if said(&[
            "processor",
            "on our instructions",
            "sous-traitant",
            "nos instructions",
            "verwerker",
            "onze instructies",
        ]) =>
        {
            Some("processor")
        }
        () if said(&["our group", "notre groupe", "onze groep", "affiliate", "subsidiar"]) => {
            Some("affiliate")
        }
        () if said(&["its own purposes", "ses propres finalités", "eigen doelen", "controller"]) => {
            Some("controller")
        }
        () => None,
    }
}
