//! Every place at which two models differ, each judged by its rule.
//!
//! The models are compared as trees of all their fields, so that a field that somebody adds to the
//! language tomorrow is compared too. Not here: what a difference means (`judge`).

use serde_json::{Map, Value as Tree};

use super::rules::{self, Judge, Rule};
use super::value::{Shown, Value};
use super::{Change, How, Item, Reach, Weight, judge, reach};
use crate::policy::Policy;

/// The topic of a field that has no rule of its own.
pub(super) const SETTING: &str = "setting";
/// The topic of another controller in the lead.
pub(super) const LEADER: &str = "leader";

/// Tables whose fields are things with names, and the word of the language for each.
const NAMED: &[(&str, &str)] = &[
    ("controllers/*", "controller"),
    ("people/*", "people"),
    ("data/*", "data"),
    ("events/*", "event"),
    ("sources/*", "source"),
    ("groups/*", "group"),
    ("purposes/*", "purpose"),
    ("messages/*", "message"),
    ("recipients/*", "recipient"),
    ("joint/*", "joint"),
    ("disclosures/*", "disclosure"),
    ("custody/*", "custody"),
    ("places/*", "place"),
    ("cookies/classes/*", "cookie-class"),
    ("cookies/cookies/*", "cookie"),
    ("statistics/*", "statistics"),
    ("roles/*", "role"),
    ("duties/*", "duty"),
    ("forms/*", "form"),
    ("stores/*", "store"),
    ("webhooks/*", "webhook"),
    ("notice/links/*", "link"),
    ("rights/by_right/*", "right"),
    ("rights/regimes/*", "rights-for"),
    ("never/others/*", "never"),
    ("own/*", "own"),
    ("texts/*", "texts"),
];

/// Tables of their own.
const SINGLE: &[&str] =
    &["notice", "children", "decisions", "never", "rights", "transfers", "cookies", "own"];

/// A place in both trees.
pub(super) struct Place<'p> {
    pub(super) old: &'p Policy,
    pub(super) new: &'p Policy,
    pub(super) path: Vec<String>,
    pub(super) before: &'p Tree,
    pub(super) after: &'p Tree,
}

/// Every change between two versions.
pub(super) fn changes(old: &Policy, new: &Policy) -> Vec<Change> {
    let (Ok(Tree::Object(mut before)), Ok(Tree::Object(mut after))) =
        (serde_json::to_value(old), serde_json::to_value(new))
    else {
        return Vec::new();
    };
    // Comments and spaces change the digest and nothing else.
    before.remove("digest");
    after.remove("digest");
    let (before, after) = (Tree::Object(before), Tree::Object(after));
    let root = Place { old, new, path: Vec::new(), before: &before, after: &after };
    let mut changes = Vec::new();
    root.walk(&mut changes);
    changes.extend(leader(old, new));
    for change in &mut changes {
        reach::fill(old, new, change);
    }
    changes
}

/// The order of controllers says which of them leads.
fn leader(old: &Policy, new: &Policy) -> Option<Change> {
    let (before, after) = (old.controllers.keys().next()?, new.controllers.keys().next()?);
    (before != after).then(|| Change {
        path: format!("controller.{after}"),
        item: Item { section: "controller", name: Some(after.to_string()) },
        topic: LEADER,
        how: How::Changed,
        before: vec![Value::Word(before.to_string())],
        after: vec![Value::Word(after.to_string())],
        weight: Weight::Significant,
        people: Vec::new(),
        data: Vec::new(),
        reach: Reach::Nothing,
    })
}

static NOTHING: Tree = Tree::Null;

impl<'p> Place<'p> {
    fn walk(&self, out: &mut Vec<Change>) {
        if self.before == self.after || self.is_absent_on_both_sides() {
            return;
        }
        let found = out.len();
        match rules::find(&self.path) {
            Some(rule) => self.by_rule(rule, out),
            None if self.is_table() => self.inside(out),
            None => {}
        }
        // Whatever differs is said, if need be as a bare setting.
        if out.len() == found {
            let weight = rules::find(&self.path).map_or(Weight::Minor, |rule| match rule.judge {
                Judge::Internal => Weight::Internal,
                _ => Weight::Minor,
            });
            let how = how(self.before, self.after);
            let values = |tree| super::value::values(tree, Shown::Plain);
            out.push(self.change(SETTING, how, weight, (values(self.before), values(self.after))));
        }
    }

    fn by_rule(&self, rule: &Rule, out: &mut Vec<Change>) {
        let both = self.before.is_object() && self.after.is_object();
        match rule.judge {
            Judge::Items(..) | Judge::Open(_) if both => self.inside(out),
            Judge::Open(_) if is_nothing(self.before) => self.inside(out),
            _ if both && rules::looks_inside(&self.path) => self.inside(out),
            _ => out.extend(judge::judge(self, rule)),
        }
    }

    /// Whether one side has no such table at all, and the other nothing in this field of it.
    fn is_absent_on_both_sides(&self) -> bool {
        let absent = std::ptr::eq(self.before, &NOTHING) || std::ptr::eq(self.after, &NOTHING);
        absent && is_nothing(self.before) && is_nothing(self.after)
    }

    fn is_table(&self) -> bool {
        let is = |tree: &Tree| tree.is_object() || tree.is_null();
        is(self.before) && is(self.after)
    }

    /// Looks at each field of a table.
    fn inside(&self, out: &mut Vec<Change>) {
        let empty = Map::new();
        let before = self.before.as_object().unwrap_or(&empty);
        let after = self.after.as_object().unwrap_or(&empty);
        let gone = before.keys().filter(|key| !after.contains_key(*key));
        for key in after.keys().chain(gone) {
            let mut path = self.path.clone();
            path.push(key.clone());
            let place = Place {
                old: self.old,
                new: self.new,
                path,
                before: self.before.get(key).unwrap_or(&NOTHING),
                after: self.after.get(key).unwrap_or(&NOTHING),
            };
            place.walk(out);
        }
    }

    /// A change at this place.
    pub(super) fn change(
        &self,
        topic: &'static str,
        how: How,
        weight: Weight,
        (before, after): (Vec<Value>, Vec<Value>),
    ) -> Change {
        Change {
            path: self.spelled(),
            item: self.item(),
            topic,
            how,
            before,
            after,
            weight,
            people: Vec::new(),
            data: Vec::new(),
            reach: Reach::Nothing,
        }
    }

    /// The thing that this place belongs to.
    pub(super) fn item(&self) -> Item {
        for (pattern, section) in NAMED {
            if let Some(name) = starts_with(&self.path, pattern) {
                return Item {
                    section,
                    name: Some(if *section == "own" { kebab(name) } else { name.to_owned() }),
                };
            }
        }
        let first = self.path.first().map_or("", String::as_str);
        let section = SINGLE.iter().find(|single| **single == first);
        Item { section: section.copied().unwrap_or("policy"), name: None }
    }

    /// The path as the language spells it.
    fn spelled(&self) -> String {
        let mut rest = self.path.as_slice();
        let mut parts = Vec::new();
        for (pattern, section) in NAMED {
            if starts_with(&self.path, pattern).is_some() {
                parts.push((*section).to_owned());
                rest = self.path.get(pattern.split('/').count() - 1..).unwrap_or(&[]);
                parts.extend(
                    rest.first().map(|name| if *section == "own" { kebab(name) } else { name.clone() }),
                );
                rest = rest.get(1..).unwrap_or(&[]);
                break;
            }
        }
        parts.extend(rest.iter().map(|part| part.replace('_', "-")));
        let spelled = parts.join(".");
        match spelled.strip_suffix(".retention") {
            Some(start) => format!("{start}.keep"),
            None => spelled,
        }
    }
}

/// `ConsentProof` as the language spells it: `consent-proof`.
fn kebab(name: &str) -> String {
    let mut out = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !out.is_empty() {
            out.push('-');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}

/// The name at the star of a pattern, where a path begins with it.
fn starts_with<'a>(path: &'a [String], pattern: &str) -> Option<&'a str> {
    let mut name = None;
    for (place, part) in pattern.split('/').enumerate() {
        let here = path.get(place)?;
        match part {
            "*" => name = Some(here.as_str()),
            part if part == here => {}
            _ => return None,
        }
    }
    name
}

/// Whether a part of the tree says nothing: no value, or a list or table with nothing in it.
pub(super) fn is_nothing(tree: &Tree) -> bool {
    match tree {
        Tree::Null => true,
        Tree::Array(all) => all.is_empty(),
        Tree::Object(all) => all.is_empty(),
        Tree::Bool(truth) => !truth,
        Tree::String(_) | Tree::Number(_) => false,
    }
}

/// How something changes of which nothing else is known.
pub(super) fn how(before: &Tree, after: &Tree) -> How {
    match (is_nothing(before), is_nothing(after)) {
        (true, false) => How::New,
        (false, true) => How::Dropped,
        _ => How::Changed,
    }
}
