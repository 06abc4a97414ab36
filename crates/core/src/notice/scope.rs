//! A notice for some people, for one form, or for data from elsewhere: the policy cut down to what
//! concerns them.
//!
//! What is cut away is only left unsaid to these readers; nothing is changed in what is left. Not
//! here: the order of what is said (`build`).

use std::collections::BTreeSet;

use crate::name::{CategoryName, PersonKind, PurposeName, RecipientName};
use crate::policy::Policy;
use crate::policy::model::{Arm, Category, DataRef, DataSource, Form, Purpose};

/// For whom or for what the notice is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// Everybody and everything.
    #[default]
    Whole,
    /// One kind of people.
    People(PersonKind),
    /// A form, where it is filled in (Art. 13).
    Form(String),
    /// Data from one source, or from all that are not the person (Art. 14).
    Elsewhere(Option<String>),
}

/// Why there is no such notice.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScopeError {
    /// The policy has no such kind of people.
    #[error("the policy knows no people called `{asked}`; it has {have}")]
    People {
        /// The name asked for.
        asked: String,
        /// Those that it has, each in backticks.
        have: String,
    },
    /// The policy has no such form.
    #[error("the policy has no form called `{asked}`; it has {have}")]
    Form {
        /// The name asked for.
        asked: String,
        /// Those that it has.
        have: String,
    },
    /// The policy has no such source.
    #[error("the policy has no source called `{asked}`; it has {have}")]
    Source {
        /// The name asked for.
        asked: String,
        /// Those that it has.
        have: String,
    },
    /// All data come from the person.
    #[error("the policy names no source other than the person, so that Art. 14 GDPR asks for no notice")]
    NoSource,
}

/// The part of a policy that a scope is about.
///
/// # Errors
/// [`ScopeError`] when the policy has no such people, form or source.
pub fn narrow(policy: &Policy, scope: &Scope) -> Result<Policy, ScopeError> {
    match scope {
        Scope::Whole => Ok(policy.clone()),
        Scope::People(kind) => for_people(policy, kind),
        Scope::Form(id) => for_form(policy, id),
        Scope::Elsewhere(id) => from_elsewhere(policy, id.as_deref()),
    }
}

fn for_people(policy: &Policy, kind: &PersonKind) -> Result<Policy, ScopeError> {
    let known: BTreeSet<&PersonKind> = policy.people.keys().chain(kinds_of_purposes(policy)).collect();
    if !known.contains(kind) {
        let have = listed(known.iter().map(|kind| kind.as_str()));
        return Err(ScopeError::People { asked: kind.to_string(), have });
    }
    let concerns = |purpose: &&Purpose| {
        (purpose.people.is_empty() || purpose.people.contains(kind))
            && (purpose.arms.is_empty() || purpose.arms.iter().any(|arm| is_for(arm, kind)))
    };
    let purposes: BTreeSet<_> =
        policy.purposes.values().filter(concerns).map(|purpose| purpose.name.clone()).collect();
    let used =
        |category: &Category| category.about.contains(kind) || is_used(policy, &purposes, &category.name);
    let data = policy.data.values().filter(|one| used(one)).map(|one| one.name.clone()).collect();
    let mut cut = cut(policy, &purposes, &data);
    for purpose in cut.purposes.values_mut() {
        purpose.people.retain(|one| one == kind);
        narrow_arms(purpose, kind);
    }
    cut.people.retain(|one, _| one == kind);
    for category in cut.data.values_mut().filter(|category| category.about.contains(kind)) {
        category.about.retain(|one| one == kind);
    }
    cut.messages.retain(|_, message| message.people.is_empty() || message.people.contains(kind));
    cut.custody.clear();
    Ok(cut)
}

fn kinds_of_purposes(policy: &Policy) -> impl Iterator<Item = &PersonKind> {
    let of_arms = |purpose| {
        let purpose: &Purpose = purpose;
        purpose.arms.iter().flat_map(|arm| &arm.people)
    };
    policy.purposes.values().flat_map(move |purpose| purpose.people.iter().chain(of_arms(purpose)))
}

fn is_for(arm: &Arm, kind: &PersonKind) -> bool {
    arm.people.is_empty() || arm.people.contains(kind)
}

/// The arms that a kind of people may come under: those before the first that holds for them
/// whatever happens, and that one.
fn narrow_arms(purpose: &mut Purpose, kind: &PersonKind) {
    purpose.arms.retain(|arm| is_for(arm, kind));
    if let Some(last) = purpose.arms.iter().position(|arm| arm.during.is_none()) {
        purpose.arms.truncate(last + 1);
    }
    for arm in &mut purpose.arms {
        arm.people.clear();
    }
    if let [arm] = purpose.arms.as_slice()
        && arm.during.is_none()
        && arm.opt_out.is_none()
    {
        purpose.basis = arm.basis.clone();
        purpose.arms.clear();
    }
}

fn for_form(policy: &Policy, id: &str) -> Result<Policy, ScopeError> {
    let Some(form) = policy.forms.get(id) else {
        let have = listed(policy.forms.keys().map(String::as_str));
        return Err(ScopeError::Form { asked: id.to_owned(), have });
    };
    let purposes: BTreeSet<_> = form.consents.iter().chain([&form.purpose]).cloned().collect();
    let data = form.fields.iter().map(|datum| datum.category.clone()).collect();
    let mut cut = cut(policy, &purposes, &data);
    cut.forms.retain(|name, _| name == id);
    for category in cut.data.values_mut() {
        category.fields.retain(|name, _| asks_for(form, &category.name, name));
    }
    cut.sources.clear();
    cut.custody.clear();
    Ok(cut)
}

fn asks_for(form: &Form, category: &CategoryName, field: &crate::name::FieldName) -> bool {
    let datum = DataRef { category: category.clone(), field: Some(field.clone()) };
    form.fields.iter().any(|asked| asked.contains(&datum))
}

fn from_elsewhere(policy: &Policy, id: Option<&str>) -> Result<Policy, ScopeError> {
    let sources: Vec<&DataSource> =
        policy.sources.values().filter(|source| id.is_none_or(|id| source.id == id)).collect();
    if sources.is_empty() {
        let Some(id) = id.filter(|_| !policy.sources.is_empty()) else {
            return Err(ScopeError::NoSource);
        };
        let have = listed(policy.sources.keys().map(String::as_str));
        return Err(ScopeError::Source { asked: id.to_owned(), have });
    }
    let names: BTreeSet<_> = sources.iter().map(|source| format!("source.{}", source.id)).collect();
    let comes = |category: &Category| {
        let of_fields = category.fields.values().flat_map(|field| &field.from);
        category.from.iter().chain(of_fields).any(|from| names.contains(from))
            || sources.iter().flat_map(|source| &source.gives).any(|datum| datum.category == category.name)
    };
    let data: BTreeSet<_> =
        policy.data.values().filter(|one| comes(one)).map(|one| one.name.clone()).collect();
    let uses = |purpose: &&Purpose| purpose.data.iter().any(|datum| data.contains(&datum.category));
    let purposes = policy.purposes.values().filter(uses).map(|purpose| purpose.name.clone()).collect();
    let mut cut = cut(policy, &purposes, &data);
    cut.sources.retain(|name, _| sources.iter().any(|source| source.id == *name));
    for category in cut.data.values_mut() {
        category
            .fields
            .retain(|_, field| field.from.is_empty() || field.from.iter().any(|from| names.contains(from)));
    }
    for purpose in cut.purposes.values_mut() {
        purpose.data.retain(|datum| data.contains(&datum.category));
    }
    if let Some(people) = concerned(&cut) {
        only_for(&mut cut, &people);
    }
    cut.forms.clear();
    cut.cookies = None;
    cut.custody.clear();
    Ok(cut)
}

/// Whom the data of a policy are about: the people that a category names, else those of the
/// purposes that use it. `None` where that is everybody.
fn concerned(policy: &Policy) -> Option<BTreeSet<PersonKind>> {
    let mut people = BTreeSet::new();
    for category in policy.data.values() {
        if !category.about.is_empty() {
            people.extend(category.about.iter().cloned());
            continue;
        }
        let uses = |purpose: &&Purpose| purpose.data.iter().any(|datum| datum.category == category.name);
        for purpose in policy.purposes.values().filter(uses) {
            let of_arms = purpose.arms.iter().flat_map(|arm| &arm.people);
            let named: BTreeSet<_> = purpose.people.iter().chain(of_arms).cloned().collect();
            if named.is_empty() {
                return None;
            }
            people.extend(named);
        }
    }
    Some(people).filter(|people| !people.is_empty())
}

/// Leaves out other people than these, where something names some of them.
fn only_for(cut: &mut Policy, people: &BTreeSet<PersonKind>) {
    let some = |named: &[PersonKind]| named.iter().any(|kind| people.contains(kind));
    cut.people.retain(|kind, _| people.contains(kind));
    for purpose in cut.purposes.values_mut() {
        if some(&purpose.people) {
            purpose.people.retain(|kind| people.contains(kind));
        }
        if purpose.arms.iter().any(|arm| some(&arm.people)) {
            purpose.arms.retain(|arm| arm.people.is_empty() || some(&arm.people));
        }
    }
    cut.messages.retain(|_, message| message.people.is_empty() || some(&message.people));
}

/// Whether one of the purposes needs a category, or a form of theirs asks for it.
fn is_used(policy: &Policy, purposes: &BTreeSet<PurposeName>, category: &CategoryName) -> bool {
    let mut needed = policy.purposes.values().filter(|one| purposes.contains(&one.name));
    let mut forms = policy.forms.values().filter(|form| purposes.contains(&form.purpose));
    needed.any(|one| one.data.iter().any(|datum| datum.category == *category))
        || forms.any(|form| form.fields.iter().any(|datum| datum.category == *category))
}

/// The policy with these purposes and data alone, and what hangs on them.
fn cut(policy: &Policy, purposes: &BTreeSet<PurposeName>, data: &BTreeSet<CategoryName>) -> Policy {
    let mut cut = policy.clone();
    let receives = receivers(policy, purposes);
    let held = |datum: &DataRef| data.contains(&datum.category);
    cut.purposes.retain(|name, _| purposes.contains(name));
    cut.data.retain(|name, _| data.contains(name));
    for group in cut.groups.values_mut() {
        group.of.retain(held);
    }
    cut.groups.retain(|_, group| !group.of.is_empty());
    cut.sources.retain(|_, source| source.gives.is_empty() || source.gives.iter().any(held));
    cut.forms.retain(|_, form| purposes.contains(&form.purpose));
    cut.messages.retain(|_, message| purposes.contains(&message.purpose));
    cut.recipients
        .retain(|name, one| receives.contains(name) && (one.data.is_empty() || one.data.iter().any(held)));
    for recipient in cut.recipients.values_mut() {
        recipient.data.retain(held);
    }
    for rule in cut.rights.by_right.values_mut().filter(|rule| !rule.reply_data.is_empty()) {
        rule.reply_data.retain(held);
        if rule.reply_data.is_empty() {
            rule.reply = None;
        }
    }
    cut.disclosures.retain(|_, one| one.data.is_empty() || one.data.iter().any(held));
    for disclosure in cut.disclosures.values_mut() {
        disclosure.data.retain(held);
    }
    cut.joint
        .retain(|_, one| one.purposes.is_empty() || one.purposes.iter().any(|name| purposes.contains(name)));
    if let Some(cookies) = &mut cut.cookies {
        cookies.classes.retain(|_, class| class.purpose.as_ref().is_none_or(|name| purposes.contains(name)));
        let classes: BTreeSet<_> = cookies.classes.keys().cloned().collect();
        cookies.cookies.retain(|_, cookie| cookie.classes.iter().any(|class| classes.contains(class)));
    }
    cut.roles.retain(|_, role| role.purposes.iter().any(|name| purposes.contains(name)));
    for role in cut.roles.values_mut() {
        role.purposes.retain(|name| purposes.contains(name));
    }
    cut.rights.erasure_ends.retain(held);
    for store in cut.stores.values_mut() {
        store.tables.retain(|_, table| table.columns.values().any(held));
    }
    cut
}

/// Who receives data for one of the purposes, or for all of them.
fn receivers(policy: &Policy, purposes: &BTreeSet<PurposeName>) -> BTreeSet<RecipientName> {
    let named: BTreeSet<_> = policy.purposes.values().flat_map(|one| &one.recipients).collect();
    let by_purpose = policy.purposes.values().filter(|one| purposes.contains(&one.name));
    let by_purpose: BTreeSet<_> = by_purpose.flat_map(|one| &one.recipients).collect();
    let receives = policy.recipients.values().filter(|one| {
        let for_all = one.purposes.is_empty() && !named.contains(&one.id);
        for_all || by_purpose.contains(&one.id) || one.purposes.iter().any(|name| purposes.contains(name))
    });
    receives.map(|one| one.id.clone()).collect()
}

/// Names in backticks, or that there are none.
fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<_> = names.map(|name| format!("`{name}`")).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
