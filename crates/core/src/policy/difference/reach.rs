//! Whom a change concerns, which data it touches, and from when (semantics I.9; Art. 7).
//!
//! A tightening binds at once. A widening binds what is collected after it; data that are already
//! there only once the person was told (13(3), 14(4)), and, where consent carries it, consented.

use super::rules::topics;
use super::value::Value;
use super::{Change, How, Weight};
use crate::name::{PersonKind, PurposeName};
use crate::policy::Policy;
use crate::policy::model::{DataRef, Purpose};

/// Which data a change touches, and from when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// No data: wording, or a matter of the company alone.
    Nothing,
    /// All data, at once.
    AtOnce,
    /// Only data that are collected after it.
    CollectedAfter,
    /// Data collected after it; older data once their people were told.
    OnceTold,
    /// No single data, but it takes something from people: not before they were told.
    NotBefore,
    /// Nothing without a new consent: the old one does not cover it.
    OnceConsented,
}

impl Reach {
    /// The word for machines.
    pub fn word(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::AtOnce => "at-once",
            Self::CollectedAfter => "collected-after",
            Self::OnceTold => "once-told",
            Self::NotBefore => "not-before-told",
            Self::OnceConsented => "once-consented",
        }
    }
}

/// Topics that change no use of data, only what is said or how the company works.
const BARE: &[&str] = &[
    "title",
    "wording",
    "description",
    "introduction",
    "version",
    "translation",
    "name",
    "prevails",
    "link",
    "registered",
    "zone",
    "map",
    "setting",
];

/// Sections that are about people's rights and the company, not about single data.
const WITHOUT_DATA: &[&str] = &[
    "rights",
    "right",
    "rights-for",
    "notice",
    "link",
    "controller",
    "people",
    "children",
    "duty",
    "joint",
    "decisions",
    "custody",
];

/// Topics within the scope of a consent (7; semantics 13): who, what for, which data, to whom, how.
const SCOPE: &[&str] = &[
    "purpose",
    "controller-of",
    "data-of",
    "basis",
    "arms",
    "uses-also",
    "only",
    "marketing",
    "recipients",
    "decides",
    "profiling",
    "special",
    "recipient",
    "purposes-of",
    "data-for",
    "people-of",
];

/// Fills whom a change concerns, which data, and from when.
pub(super) fn fill(old: &Policy, new: &Policy, change: &mut Change) {
    debug_assert!(topics().any(|topic| topic == change.topic));
    let policy = if change.how == How::Removed { old } else { new };
    let purposes = purposes(old, new, change);
    change.people = people(policy, change, &purposes);
    change.data = data(change, &purposes);
    change.reach = reach(change, &purposes);
}

/// The purposes that a change is about, as the newer version has them.
fn purposes<'p>(old: &'p Policy, new: &'p Policy, change: &Change) -> Vec<&'p Purpose> {
    let Some(name) = change.item.name.as_deref() else { return Vec::new() };
    let policies = [new, old];
    let both = || policies.iter().flat_map(|policy| policy.purposes.values());
    let mut found: Vec<&Purpose> = match change.item.section {
        "purpose" => both().filter(|purpose| purpose.name.as_str() == name).collect(),
        "recipient" => {
            let served: Vec<&PurposeName> = policies
                .iter()
                .filter_map(|policy| policy.recipients.get(name))
                .flat_map(|one| &one.purposes)
                .collect();
            let receives = |one: &&Purpose| {
                one.recipients.iter().any(|receiver| receiver.as_str() == name) || served.contains(&&one.name)
            };
            both().filter(receives).collect()
        }
        "data" => both().filter(|one| one.data.iter().any(|datum| datum.category.as_str() == name)).collect(),
        "message" => {
            let named =
                policies.iter().filter_map(|policy| policy.messages.get(name)).map(|one| &one.purpose);
            let named: Vec<_> = named.collect();
            both().filter(|one| named.contains(&&one.name)).collect()
        }
        "form" => {
            let named = policies.iter().filter_map(|policy| policy.forms.get(name)).map(|one| &one.purpose);
            let named: Vec<_> = named.collect();
            both().filter(|one| named.contains(&&one.name)).collect()
        }
        "event" => both().filter(|one| one.keep().is_some_and(|keep| keep_names(keep, name))).collect(),
        _ => Vec::new(),
    };
    let mut seen = Vec::new();
    found.retain(|one| {
        let is_new = !seen.contains(&&one.name);
        seen.push(&one.name);
        is_new
    });
    found
}

fn keep_names(keep: &crate::policy::keep::Keep, event: &str) -> bool {
    keep.stages.iter().any(|stage| stage.names(&event.into()))
}

/// The kinds of people concerned: those of the purposes, or all.
fn people(policy: &Policy, change: &Change, purposes: &[&Purpose]) -> Vec<PersonKind> {
    if change.weight == Weight::Internal {
        return Vec::new();
    }
    let all = || policy.people.keys().cloned().collect::<Vec<_>>();
    if change.item.section == "people" {
        return change.item.name.iter().map(|name| PersonKind::from(name.as_str())).collect();
    }
    // A processor tells its customers, not their people.
    if change.item.section == "custody" {
        return Vec::new();
    }
    if purposes.is_empty() || purposes.iter().any(|purpose| purpose.people.is_empty()) {
        return all();
    }
    let named = |kind: &PersonKind| purposes.iter().any(|purpose| purpose.people.contains(kind));
    all().into_iter().filter(named).collect()
}

/// The data touched: those that come or go, else all that the purposes need.
fn data(change: &Change, purposes: &[&Purpose]) -> Vec<DataRef> {
    let mut named: Vec<DataRef> = Vec::new();
    for one in change.before.iter().chain(&change.after) {
        if let Value::Data(datum) = one
            && !named.contains(datum)
        {
            named.push(datum.clone());
        }
    }
    if !named.is_empty() || change.reach_is_bare() {
        return named;
    }
    if change.item.section == "data" {
        return change.item.name.iter().map(|name| DataRef::whole(name.as_str().into())).collect();
    }
    for datum in purposes.iter().flat_map(|purpose| &purpose.data) {
        if !named.contains(datum) {
            named.push(datum.clone());
        }
    }
    named
}

fn reach(change: &Change, purposes: &[&Purpose]) -> Reach {
    if change.reach_is_bare() {
        return Reach::Nothing;
    }
    let by_consent = |purpose: &&Purpose| {
        purpose.basis.is_consent() || purpose.arms.iter().any(|arm| arm.basis.is_consent())
    };
    match change.weight {
        Weight::Internal => Reach::Nothing,
        Weight::Minor => Reach::AtOnce,
        Weight::Significant if SCOPE.contains(&change.topic) && purposes.iter().any(by_consent) => {
            Reach::OnceConsented
        }
        Weight::Significant if matches!(change.topic, "keep" | "own" | "starts" | "acts") => {
            Reach::CollectedAfter
        }
        Weight::Significant if WITHOUT_DATA.contains(&change.item.section) => Reach::NotBefore,
        Weight::Significant => Reach::OnceTold,
    }
}

impl Change {
    /// Whether it is about words alone.
    fn reach_is_bare(&self) -> bool {
        self.weight == Weight::Internal || (self.weight == Weight::Minor && BARE.contains(&self.topic))
    }
}
