//! TILT's `storage`: how long the data of each purpose are kept.

use toml::Value;

use super::disclosed::{keyed, own};
use super::{Maker, text_of};
use crate::import::article::{self, Named};
use crate::import::keep;
use crate::import::node::Node;

/// The words that say how long, beside the lengths.
struct Told<'n> {
    /// Texts, in the order in which they count.
    texts: Vec<&'n Node>,
    /// Lengths of time.
    lengths: Vec<&'n Node>,
}

impl<'n> Told<'n> {
    /// TILT's own places, and those that documents use beside them.
    fn of(node: &'n Node) -> Self {
        let temporal = node.all("temporal");
        let mut texts = node.all("purposeConditional");
        texts.extend(temporal.iter().filter_map(|one| one.get("description")));
        texts.extend(node.all("description"));
        // `temporal` may be the bare length.
        let lengths = temporal.iter().filter_map(|one| match one {
            Node::Leaf(..) => Some(*one),
            _ => one.get("ttl"),
        });
        let says = |one: &&Node| text_of(Some(*one)).is_some();
        Self { lengths: lengths.filter(says).collect(), texts: texts.into_iter().filter(says).collect() }
    }

    fn words(&self) -> Vec<String> {
        self.texts.iter().filter_map(|one| text_of(Some(one))).collect()
    }

    fn spans(&self) -> Vec<String> {
        let lengths = self.lengths.iter().filter_map(|one| text_of(Some(one)));
        lengths.filter_map(|text| keep::length(&text)).collect()
    }
}

impl Maker<'_> {
    pub(super) fn periods(&mut self, node: &Node, paths: &[String], category: &str) {
        let periods: Vec<&Node> = node.all("storage").into_iter().filter(|one| !one.is_silent()).collect();
        let mut taken: Vec<&Node> = Vec::new();
        for (place, path) in paths.iter().enumerate() {
            if let Some((storage, by_place)) = own(&periods, path, place, paths.len()) {
                taken.push(storage);
                self.storage(storage, path, by_place);
            }
        }
        let is_open = |one: &&&Node| !taken.iter().any(|other| std::ptr::eq(*other, **one));
        for one in periods.iter().filter(is_open) {
            let temporal = one.all("temporal");
            let lengths = temporal.iter().filter(|one| !matches!(one, Node::Leaf(..)));
            let label = "a period for some of the purposes of these data";
            let keys = ["purposeConditional", "description", "temporal", "legalBasisConditional"];
            self.unassigned(one, category, label, &keys);
            lengths.for_each(|one| self.unassigned(one, category, label, &["description", "ttl"]));
            self.aggregation(one, &format!("data.{category}"));
        }
    }

    /// How long: a sentence that Kept can carry out, a bare length, or a criterion in words.
    fn storage(&mut self, node: &Node, path: &str, by_place: bool) {
        let to = format!("{path}.keep");
        self.account.carry(node.get("statement"), &to);
        if let Some(value) = self.stated(node, &to) {
            self.said_by(node, &value, path);
            return;
        }
        let told = Told::of(node);
        let Some(value) = period(node, &told) else { return self.conditions(node, path) };
        if self.is_other(path, "keep", &value) {
            return self.other_period(node, path);
        }
        self.account.carry(node.get("keep"), &to);
        for one in told.texts {
            let is_criterion =
                value.get("criterion").and_then(Value::as_str) == text_of(Some(one)).as_deref();
            if is_criterion && !by_place {
                self.account.carry(Some(one), &to);
                continue;
            }
            let remark = "kept as a comment; check that the sentence says the same";
            if let Some(text) = self.account.remark(Some(one), &to, remark) {
                self.draft.table(path).comment(format!("period, in the document's words: {text}"));
            }
        }
        let known = |one: &&Node| text_of(Some(one)).is_some_and(|text| keep::length(&text).is_some());
        for one in &told.lengths {
            match (known(one), by_place) {
                (true, false) => self.account.carry(Some(one), &to),
                (true, true) => self.account.remark(Some(one), &to, "by its place in the list; check it"),
                (false, _) => {
                    self.account.leave(Some(one), "no length of time can be read from it");
                    None
                }
            };
        }
        self.draft.table(path).set("keep", value);
        self.conditions(node, path);
    }

    /// A purpose has one period; what another part of the document says stands over it.
    fn other_period(&mut self, node: &Node, path: &str) {
        let told = Told::of(node);
        let remark = "kept as a comment: the same purpose has another period elsewhere in the document";
        let mut words: Vec<String> = Vec::new();
        for one in told.texts.iter().chain(&told.lengths) {
            words.extend(self.account.remark(Some(one), path, remark));
        }
        if !words.is_empty() {
            let words = words.join(" – ");
            self.draft.table(path).comment(format!("elsewhere in the document it is kept: {words}"));
        }
        self.conditions(node, path);
        self.account.leave(Some(node), OTHER_PERIOD);
    }

    /// What a period depends on, and how several add up.
    fn conditions(&mut self, node: &Node, path: &str) {
        let to = format!("{path}.keep");
        for one in node.all("legalBasisConditional") {
            let Some(text) = text_of(Some(one)) else { continue };
            if matches!(article::cited(&text), Named::One(_)) {
                self.account.remark(Some(one), &format!("{path}.basis"), "said by the basis of the purpose");
            } else if let Some(text) = self.account.remark(Some(one), &to, "kept as a comment") {
                self.draft
                    .table(path)
                    .comment(format!("a law on the period, in the document's words: {text}"));
            }
        }
        self.aggregation(node, path);
    }

    fn aggregation(&mut self, node: &Node, path: &str) {
        let one = node.get("aggregationFunction");
        let Some(text) = text_of(one) else { return };
        if ["max", "min", "sum"].contains(&text.to_lowercase().as_str()) {
            let remark = "how several periods add up is said by the sentence itself";
            self.account.remark(one, &format!("{path}.keep"), remark);
        } else if self.account.remark(one, path, "kept as a comment").is_some() {
            self.draft.table(path).comment(format!("period, in the document's words: {text}"));
        }
    }

    /// A period as Kept writes it: its sentence, or the parts of a criterion, in a table of their
    /// own or beside the words.
    fn stated(&mut self, node: &Node, to: &str) -> Option<Value> {
        let keep = node.get("keep");
        if let Some(written) = text_of(keep) {
            let events = keep::declared(&written)?;
            self.account.carry(keep, to);
            events.into_iter().for_each(|(event, ends)| self.event(&event, ends));
            return Some(Value::from(written));
        }
        let parts = keep.filter(|keep| matches!(keep, Node::Table(_))).unwrap_or(node);
        let mut table = toml::Table::new();
        for (key, spellings) in keep::PARTS {
            let one = spellings.iter().find_map(|name| parts.get(name));
            let Some(text) = text_of(one) else { continue };
            let text = match *key {
                "review" => keep::length(&text).map_or(text, |span| format!("every {span}")),
                "at-most" => keep::length(&text).unwrap_or(text),
                "then" if text == "true" => "anonymised".to_owned(),
                _ => text,
            };
            self.account.carry(one, &format!("{to}.{key}"));
            if *key == "ends" {
                self.event(&text, true);
            }
            table.insert((*key).to_owned(), Value::from(text));
        }
        if !table.contains_key("criterion") && !table.is_empty() {
            let first = node.all("purposeConditional").into_iter().next();
            let words = self.account.carry(first, &format!("{to}.criterion"))?;
            table.insert("criterion".to_owned(), Value::from(words));
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
        if self.is_other(path, "keep", value) {
            self.account.leave(Some(node), OTHER_PERIOD);
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
}

const OTHER_PERIOD: &str = "the same purpose has another period elsewhere in the document";

/// The period that the words or the lengths give.
fn period(node: &Node, told: &Told<'_>) -> Option<Value> {
    let words = told.words();
    let exact = text_of(node.get("keep")).and_then(|words| keep::sentence(&words));
    let sentence = exact.or_else(|| words.iter().find_map(|one| keep::sentence(one)));
    let lengths = told.spans();
    match (sentence, lengths.as_slice(), words.first()) {
        (Some(sentence), _, _) => Some(Value::from(sentence)),
        (None, [only], _) => Some(Value::from(only.as_str())),
        (None, [_, _, ..], _) if longest(node, &lengths).is_some() => longest(node, &lengths),
        (None, _, Some(words)) => Some(keyed("criterion", words)),
        (None, [first, ..], None) => Some(Value::from(first.as_str())),
        (None, [], None) => None,
    }
}

/// Of several lengths the one that the document says counts: the longest or the shortest.
fn longest(node: &Node, lengths: &[String]) -> Option<Value> {
    let days = |text: &&String| {
        crate::time::Span::parse(text)
            .map_or(0, |span| u32::from(span.whole_months()) * 31 + span.whole_days())
    };
    let counts = match text_of(node.get("aggregationFunction")).map(|text| text.to_lowercase()).as_deref() {
        Some("max") => lengths.iter().max_by_key(days),
        Some("min") => lengths.iter().min_by_key(days),
        _ => None,
    };
    counts.map(|text| Value::from(text.as_str()))
}
