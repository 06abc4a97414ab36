//! TILT's `legalBases` and `legitimateInterests`: on what each purpose of a category rests.

use toml::Value;

use super::disclosed::{is_false, keyed, own};
use super::{Maker, text_of};
use crate::import::article::{self, Named};
use crate::import::node::Node;

impl Maker<'_> {
    pub(super) fn bases(&mut self, node: &Node, paths: &[String], category: &str) {
        let speaking =
            |key: &str| -> Vec<&Node> { node.all(key).into_iter().filter(|one| !one.is_silent()).collect() };
        let (mut bases, interests) = (speaking("legalBases"), speaking("legitimateInterests"));
        if paths.len() == 1 {
            // Of several laws the one that is a basis goes before those that are none.
            bases.sort_by_key(|one| !matches!(of(one), Named::One(_)));
        }
        let mut taken: Vec<&Node> = Vec::new();
        for (place, path) in paths.iter().enumerate() {
            let interest = own(&interests, path, place, paths.len()).map(|(one, _)| one);
            match own(&bases, path, place, paths.len()) {
                Some((basis, by_place)) => {
                    taken.extend([Some(basis), interest].into_iter().flatten());
                    self.basis(basis, interest, path, by_place);
                }
                None if bases.is_empty() => {
                    taken.extend(interest);
                    self.interest_alone(interest, path);
                }
                None => {}
            }
        }
        let is_open = |one: &&Node| !taken.iter().any(|other| std::ptr::eq(*other, *one));
        for one in bases.into_iter().filter(is_open) {
            let label = "a basis, or a law, named for these data";
            self.account.leave(one.get("statement"), "a statement of another document");
            self.unassigned(one, category, label, &["reference", "description"]);
        }
        for one in interests.into_iter().filter(is_open) {
            let remark = if is_false(one.get("exists")) { "no interest is named" } else { "said with it" };
            self.account.remark(one.get("exists"), &format!("data.{category}"), remark);
            self.unassigned(one, category, "an interest in these data", &["reasoning"]);
        }
    }

    /// An interest without a basis is a basis by itself.
    fn interest_alone(&mut self, interest: Option<&Node>, path: &str) {
        let Some(interest) = interest.filter(|one| !is_false(one.get("exists"))) else { return };
        let Some(reasoning) = text_of(interest.get("reasoning")) else { return };
        let to = format!("{path}.basis");
        let value = keyed("legitimate-interest", &reasoning);
        if self.is_other(path, "basis", &value) {
            return self.other_basis(interest, path, &["reasoning"]);
        }
        let remark = "the document names an interest and no basis: it stands for both";
        self.account.remark(interest.get("exists"), &to, remark);
        self.account.remark(interest.get("reasoning"), &to, remark);
        self.draft.table(path).set("basis", value);
    }

    fn basis(&mut self, basis: &Node, interest: Option<&Node>, path: &str, by_place: bool) {
        let to = format!("{path}.basis");
        self.account.carry(basis.get("statement"), &to);
        let words = text_of(basis.get("description")).unwrap_or_default();
        let word = match of(basis) {
            Named::One(word) => word,
            // Kept says in words why a purpose without a basis is shut.
            Named::Nothing if is_own(basis) && text_of(basis.get("reference")).is_none() => {
                let off = self.account.remark(basis.get("description"), &format!("{path}.off"), "it is shut");
                if self.draft.find(path).is_none_or(|table| table.get("off").is_none()) {
                    self.draft.table(path).set_some("off", off);
                }
                return self.interest(interest, "", &to);
            }
            Named::Nothing => {
                self.no_basis(basis, path, "kept as a comment: no basis of Art. 6(1) can be read from it");
                return self.interest_alone(interest, path);
            }
            Named::Several => {
                let why = "kept as a comment: it names several bases, and a purpose has one; split it";
                self.no_basis(basis, path, why);
                return self.interest_alone(interest, path);
            }
        };
        let value = value(word, &words, interest);
        if self.is_other(path, "basis", &value) {
            self.interest(interest, word, path);
            return self.other_basis(basis, path, &["reference", "description"]);
        }
        // Kept's own words for several audiences name several articles; a draft has room for one basis.
        let is_own = is_own(basis) && article::cited(&words) != Named::Several;
        let kept_words = said(&value, &words) || article::cited(&words) != Named::Nothing && words.len() < 80;
        let parts = [("reference", true), ("description", kept_words || is_own)];
        for (key, is_said) in parts {
            let one = basis.get(key);
            match (is_said, by_place) {
                (true, false) => self.account.carry(one, &to),
                (true, true) => self.account.remark(one, &to, BY_PLACE),
                (false, _) => self.account.remark(one, &to, "its words are kept as a comment"),
            };
        }
        self.interest(interest, word, &to);
        let table = self.draft.table(path);
        if !kept_words && !is_own && !words.is_empty() {
            table.comment(format!("basis, in the document's words: {words}"));
        }
        if let (Named::One(other), Named::Nothing) = (article::worded(&words), article::cited(&words))
            && other != word
            && !is_own
        {
            table
                .comment(format!("check the basis: the article is that of {word}, the words are of {other}"));
        }
        table.set("basis", value);
    }

    /// What can't be read as a basis stands over the purpose in its own words.
    fn no_basis(&mut self, basis: &Node, path: &str, remark: &str) {
        self.aside(basis, path, "basis, in the document's words", remark, &["reference", "description"]);
    }

    /// A purpose has one basis; what another part of the document says stands over it.
    fn other_basis(&mut self, node: &Node, path: &str, keys: &[&str]) {
        let remark = "kept as a comment: the same purpose rests on another basis elsewhere in the document";
        self.account.remark(node.get("exists"), path, remark);
        self.aside(node, path, "elsewhere in the document it rests on", remark, keys);
    }

    fn interest(&mut self, interest: Option<&Node>, word: &str, to: &str) {
        let Some(interest) = interest else { return };
        let is_none = is_false(interest.get("exists"));
        let remark = if is_none { "no interest is named" } else { "said by the basis" };
        self.account.remark(interest.get("exists"), to, remark);
        if word == "legitimate-interest" {
            self.account.carry(interest.get("reasoning"), to);
        } else {
            let path = to.trim_end_matches(".basis").to_owned();
            let remark = "kept as a comment: the basis of this purpose is another one";
            self.aside(interest, &path, "an interest that the document names", remark, &["reasoning"]);
        }
    }

    /// Whether a purpose says something else under a key already.
    pub(super) fn is_other(&self, path: &str, key: &str, value: &Value) -> bool {
        let known = self.draft.find(path).and_then(|table| table.get(key));
        known.is_some_and(|known| known != value)
    }
}

const BY_PLACE: &str = "taken for this purpose by its place in the list; check it";

/// The basis that a reference names, or else the words.
fn of(basis: &Node) -> Named {
    let reference = text_of(basis.get("reference")).unwrap_or_default();
    let words = text_of(basis.get("description")).unwrap_or_default();
    let ways = [article::cited(&reference), article::cited(&words), article::worded(&reference)];
    let first = ways.into_iter().find(|found| *found != Named::Nothing);
    first.unwrap_or_else(|| article::worded(&words))
}

/// Whether the description is Kept's own, which each notice says of itself.
fn is_own(basis: &Node) -> bool {
    text_of(basis.get("statement")).is_some()
}

fn value(word: &'static str, words: &str, interest: Option<&Node>) -> Value {
    let reasoning = interest.and_then(|one| text_of(one.get("reasoning")));
    let text = match word {
        "legitimate-interest" => reasoning.unwrap_or_else(|| after_article(words)),
        "consent" | "contract" => String::new(),
        _ => after_article(words),
    };
    let plain: String = words.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    let explicit = ["92a", "9lid2", "9abs2", "ausdrückliche"].iter().any(|sign| plain.contains(sign));
    match (word, text.is_empty()) {
        ("consent", _) if explicit => keyed("consent", "explicit"),
        ("consent" | "contract", _) | (_, true) => Value::from(word),
        (_, false) => keyed(word, &text),
    }
}

/// Whether a basis says these words, or there are none.
fn said(value: &Value, words: &str) -> bool {
    let texts = value.as_table().into_iter().flat_map(toml::Table::values).filter_map(Value::as_str);
    words.split_whitespace().count() < 4 || texts.into_iter().any(|text| words.contains(text))
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
