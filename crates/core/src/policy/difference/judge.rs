//! Whether a change weighs on people, by the rule of its field.

use serde_json::Value as Tree;

use super::period::{self, Turn};
use super::rules::{Judge, Rule};
use super::value::{self, Shown, Value, values};
use super::walk::{Place, how, is_nothing};
use super::{Change, How, Weight};
use crate::name::EventKind;
use crate::policy::Policy;
use crate::policy::model::Retention;
use crate::time::Span;

use Weight::{Internal, Minor, Significant};

/// The changes at a place that differs.
pub(super) fn judge(place: &Place<'_>, rule: &Rule) -> Vec<Change> {
    let how = how(place.before, place.after);
    let said = || (values(place.before, rule.shown), values(place.after, rule.shown));
    let one = |how, weight| vec![place.change(rule.topic, how, weight, said())];
    match rule.judge {
        Judge::Items(added, removed) => item(place, rule, (added, removed)),
        Judge::Wording => one(how, Minor),
        Judge::Internal => one(how, Internal),
        Judge::Fact => one(how, Significant),
        Judge::Open(weight) => one(how, weight),
        Judge::Promise => one(how, if how == How::Dropped { Significant } else { Minor }),
        Judge::Burden => one(how, if how == How::Dropped { Minor } else { Significant }),
        Judge::Confine => one(how, if how == How::New { Minor } else { Significant }),
        Judge::Wider => list(place, rule, (Significant, Minor)),
        Judge::Narrower => list(place, rule, (Minor, Significant)),
        Judge::WiderOrAll => list_or_all(place, rule),
        Judge::NarrowerOrAll => match (place.before.is_null(), place.after.is_null()) {
            (true, false) => one(How::Fewer, Significant),
            (false, true) => one(How::More, Minor),
            _ => list(place, rule, (Minor, Significant)),
        },
        Judge::Limit => {
            let turn = period::of_limit(span(place.before), span(place.after));
            one(how_of(turn, how), if turn == Turn::Shorter { Minor } else { Significant })
        }
        Judge::Notice => {
            // Here none at all is the shortest.
            let turn = match (span(place.before), span(place.after)) {
                (Some(old), Some(new)) => period::of_span(old, new),
                (None, _) => Turn::Longer,
                (_, None) => Turn::Shorter,
            };
            one(how_of(turn, how), if turn == Turn::Longer { Minor } else { Significant })
        }
        Judge::Number => {
            let number = |tree: &Tree| tree.as_u64().unwrap_or(0);
            let lower = number(place.after) < number(place.before);
            let turn = if lower { Turn::Shorter } else { Turn::Longer };
            one(how_of(turn, how), if lower { Significant } else { Minor })
        }
        Judge::Ranked(order) => {
            let better = rank(place.after, order) < rank(place.before, order);
            one(How::Changed, if better { Minor } else { Significant })
        }
        Judge::Retention => vec![retention(place, rule)],
    }
}

/// A thing comes or goes.
fn item(place: &Place<'_>, rule: &Rule, (added, removed): (Weight, Weight)) -> Vec<Change> {
    let comes = is_nothing(place.before);
    let (how, weight) = if comes { (How::Added, added) } else { (How::Removed, removed) };
    if rule.shown != Shown::Field {
        return vec![place.change(rule.topic, how, weight, (Vec::new(), Vec::new()))];
    }
    let (category, name) = (place.path.get(1), place.path.last());
    let field = category.zip(name).map(|(category, name)| value::field(category, name));
    let field = vec![field.unwrap_or(Value::Everything)];
    let (how, said) =
        if comes { (How::More, (Vec::new(), field)) } else { (How::Fewer, (field, Vec::new())) };
    vec![place.change(rule.topic, how, weight, said)]
}

/// What a list gains and what it loses, each a change.
fn list(place: &Place<'_>, rule: &Rule, (more, fewer): (Weight, Weight)) -> Vec<Change> {
    let (before, after) = (values(place.before, rule.shown), values(place.after, rule.shown));
    let without = |all: &[Value], others: &[Value]| -> Vec<Value> {
        all.iter().filter(|one| !others.iter().any(|other| covers(other, one))).cloned().collect()
    };
    let (gained, lost) = (without(&after, &before), without(&before, &after));
    let mut changes = Vec::new();
    if !gained.is_empty() {
        changes.push(place.change(rule.topic, How::More, more, (Vec::new(), gained)));
    }
    if !lost.is_empty() {
        changes.push(place.change(rule.topic, How::Fewer, fewer, (lost, Vec::new())));
    }
    if changes.is_empty() {
        changes.push(place.change(rule.topic, How::Reordered, Minor, (Vec::new(), after)));
    }
    changes
}

/// Whether a value says all that another says: the whole of a category covers its fields.
fn covers(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Data(one), Value::Data(other)) => one.contains(other),
        _ => one == other,
    }
}

/// The same of a list that means all where it is empty.
fn list_or_all(place: &Place<'_>, rule: &Rule) -> Vec<Change> {
    let all = || vec![if rule.shown == Shown::People { Value::Everybody } else { Value::Everything }];
    let said = |tree| values(tree, rule.shown);
    match (is_nothing(place.before), is_nothing(place.after)) {
        (true, false) => {
            vec![place.change(rule.topic, How::Shorter, Minor, (all(), said(place.after)))]
        }
        (false, true) => {
            vec![place.change(rule.topic, How::Longer, Significant, (said(place.before), all()))]
        }
        _ => list(place, rule, (Significant, Minor)),
    }
}

/// How long data are kept.
fn retention(place: &Place<'_>, rule: &Rule) -> Change {
    let of = |tree: &Tree, policy: &Policy| {
        let retention = serde_json::from_value(tree.clone()).unwrap_or(Retention::Missing);
        (retention, starts(policy, place.path.get(1)))
    };
    let (before, after) = (of(place.before, place.old), of(place.after, place.new));
    let turn = period::of_retention((&before.0, &before.1), (&after.0, &after.1));
    let weight = if matches!(turn, Turn::Shorter | Turn::Same) { Minor } else { Significant };
    let value =
        |(retention, starts): (Retention, EventKind)| vec![Value::Retention(Box::new(retention), starts)];
    let how = match turn {
        Turn::Same => How::Reordered,
        Turn::Longer => How::Longer,
        Turn::Shorter => How::Shorter,
        Turn::Other => How::Changed,
    };
    place.change(rule.topic, how, weight, (value(before), value(after)))
}

/// The event from which a bare length of a purpose counts.
fn starts(policy: &Policy, purpose: Option<&String>) -> EventKind {
    let purpose = purpose.and_then(|name| policy.purposes.get(name.as_str()));
    purpose.map_or_else(|| "collection".into(), |purpose| purpose.starts.clone())
}

fn span(tree: &Tree) -> Option<Span> {
    serde_json::from_value(tree.clone()).ok().flatten()
}

fn how_of(turn: Turn, otherwise: How) -> How {
    match (otherwise, turn) {
        (How::New | How::Dropped, _) => otherwise,
        (_, Turn::Longer) => How::Longer,
        (_, Turn::Shorter) => How::Shorter,
        (_, Turn::Same | Turn::Other) => otherwise,
    }
}

/// The place of a choice in an order; one that is not in it comes last.
fn rank(tree: &Tree, order: &[&str]) -> usize {
    let word = tree.as_str().unwrap_or_default();
    order.iter().position(|known| *known == word).unwrap_or(order.len())
}
