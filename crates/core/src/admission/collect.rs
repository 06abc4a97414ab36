//! Collections: only declared data, from declared sources, for purposes that need them, and never
//! without a ground that stands afterwards.

use std::collections::BTreeSet;

use crate::decision::{self, Aim, Answer, FieldId, Question, Refusal, View};
use crate::name::PurposeName;
use crate::policy::model::{DataRef, Purpose};
use crate::standing::{Ground, Stage, Why};
use crate::timeline::{Event, Happening, Occasion};

use super::{Admitted, Collection, Consent, Desk, Refused, consent, is_told, missing};

pub(super) fn collect(desk: &Desk<'_>, collection: &Collection) -> Result<Admitted, Refused> {
    check_named(desk, collection)?;
    check_source(desk, collection)?;
    check_told(desk, collection)?;
    check_purposes(desk, collection)?;
    let events = events(desk, collection)?;
    check_ground(desk, collection, &events)?;
    Ok(desk.admitted(events))
}

/// Everything that is named is in the policy, and something is named.
fn check_named(desk: &Desk<'_>, collection: &Collection) -> Result<(), Refused> {
    if collection.purposes.is_empty() {
        return Err(Refused::NoPurposeNamed);
    }
    if collection.fields.is_empty() {
        return Err(Refused::NoFields);
    }
    desk.check_data(&collection.fields)?;
    let is_whole = |datum: &&DataRef| {
        let fields = desk.policy.data.get(&datum.category).map(|category| &category.fields);
        datum.field.is_none() && fields.is_some_and(|fields| !fields.is_empty())
    };
    if let Some(category) = collection.fields.iter().find(is_whole) {
        return Err(Refused::WholeCategory(category.clone()));
    }
    for purpose in &collection.purposes {
        desk.purpose(purpose)?;
    }
    if let Some(kind) = collection.people.as_ref().filter(|kind| !desk.policy.people.contains_key(*kind)) {
        return Err(Refused::NoPeople(kind.clone()));
    }
    desk.check_controller(collection.controller.as_ref())?;
    let mut versions = desk.known.history.versions();
    match &collection.notice {
        Some(shown) if !versions.any(|version| version.policy.digest == *shown) => Err(Refused::NoVersion),
        _ => Ok(()),
    }
}

/// The source is declared and gives these data (14(2)(f)).
fn check_source(desk: &Desk<'_>, collection: &Collection) -> Result<(), Refused> {
    let policy = desk.policy;
    let declared = |name: &str| policy.sources.get(name);
    let (origin, source) = match collection.source.as_deref() {
        None | Some("person") => ("person".to_owned(), None),
        Some("cookies") => ("cookies".to_owned(), None),
        Some(name) => {
            let source = declared(name).ok_or_else(|| Refused::NoSource(name.to_owned()))?;
            (format!("source.{name}"), Some(source))
        }
    };
    for field in &collection.fields {
        let given = source.is_some_and(|source| source.gives.iter().any(|data| data.contains(field)));
        let from = sources_of(desk, field);
        let comes = if from.is_empty() { source.is_none() } else { from.contains(&origin) };
        if !given && !comes {
            return Err(Refused::NotFromThere(field.clone(), origin));
        }
    }
    Ok(())
}

/// Where the policy says that people are told before, as they are before a call is recorded, the
/// notice is on record first (13(1)): before they give the data, or these are recorded of them.
fn check_told(desk: &Desk<'_>, collection: &Collection) -> Result<(), Refused> {
    let is_told = |event: &Event| {
        matches!(event.what, Happening::Told { .. }) && event.happened_at <= desk.when.happened_at
    };
    // What a source gives was not asked of the person, who is told of it later (14(3)).
    if !matches!(collection.source.as_deref(), None | Some("person" | "cookies")) {
        return Ok(());
    }
    if collection.notice.is_some() || desk.known.timeline.events().iter().any(is_told) {
        return Ok(());
    }
    let categories = collection.fields.iter().filter_map(|field| desk.policy.data.get(&field.category));
    match categories.into_iter().find(|category| category.tell.is_some()) {
        Some(category) => Err(Refused::NotToldBefore(category.name.clone())),
        None => Ok(()),
    }
}

/// Where a field may come from, as the policy says: its own list, else its category's.
fn sources_of<'p>(desk: &Desk<'p>, field: &DataRef) -> &'p [String] {
    let Some(category) = desk.policy.data.get(&field.category) else { return &[] };
    let own = field.field.as_ref().and_then(|name| category.fields.get(name)).map(|field| &field.from);
    own.filter(|from| !from.is_empty()).unwrap_or(&category.from)
}

/// Each purpose may begin or go on with the fields that it needs, and each field is needed.
fn check_purposes(desk: &Desk<'_>, collection: &Collection) -> Result<(), Refused> {
    let gate = desk.known.gate;
    let told = is_told(desk.policy, desk.known.timeline, desk.when.now);
    let view = View::new(gate, &desk.standing, told).with_people(gate, desk.known.timeline);
    let purposes = collection.purposes.iter().filter_map(|name| desk.policy.purposes.get(name));
    for field in &collection.fields {
        if !purposes.clone().any(|purpose| purpose.covers(field)) {
            return Err(Refused::NotNeeded(field.clone()));
        }
    }
    for purpose in purposes {
        let fields = needed(desk, collection, purpose);
        let act = decision::Act::Collect {
            people: collection.people.as_ref().and_then(|kind| gate.people(kind.as_str())),
            age: collection.age.map(|age| age.at(&desk.policy.zone(), desk.when.happened_at)),
            consents: collection.consents.iter().any(|consent| consent.purpose == purpose.name),
        };
        let aim = Aim::Purpose(gate.purpose(purpose.name.as_str()).ok_or_else(|| unknown(purpose))?);
        let question = Question { aim, act, fields: &fields, role: None, exception: None };
        match gate.decide(&view, &question) {
            Answer::Allowed(_) => {}
            Answer::Refused(Refusal::NoConsent) if begins_an_arm(desk, collection, purpose)? => {}
            Answer::Refused(Refusal::FactMissing) => return Err(missing::fact(desk, &purpose.name)),
            Answer::Refused(refusal) => return Err(Refused::Gate(purpose.name.clone(), refusal)),
        }
    }
    Ok(())
}

/// Whether what comes with the collection begins an arm of the purpose that needs no consent: a contract that
/// starts with it, say.
fn begins_an_arm(desk: &Desk<'_>, collection: &Collection, purpose: &Purpose) -> Result<bool, Refused> {
    if purpose.arms.is_empty() {
        return Ok(false);
    }
    let after = desk.standing_with(&events(desk, collection)?);
    let live = |ground: &Ground| ground.id.arm.is_some() && ground.stage() == Stage::Live;
    Ok(after.of(&purpose.name).any(live))
}

fn unknown(purpose: &Purpose) -> Refused {
    Refused::NoPurpose(purpose.name.clone())
}

/// The fields of a collection that a purpose needs, as the gate numbers them.
fn needed(desk: &Desk<'_>, collection: &Collection, purpose: &Purpose) -> Vec<FieldId> {
    let own = collection.fields.iter().filter(|field| purpose.covers(field));
    own.flat_map(|field| desk.known.gate.fields_in(field)).collect()
}

fn events(desk: &Desk<'_>, collection: &Collection) -> Result<Vec<Event>, Refused> {
    let about = collection.about.clone().unwrap_or(Occasion::Person);
    if let Occasion::Record { store, .. } = &about {
        return Err(Refused::AboutRow(store.clone()));
    }
    let mut events = Vec::new();
    if let Some(kind) = &collection.people {
        let what = Happening::Observed { person: Some(kind.clone()) };
        events.push(desk.event(Occasion::Person, Vec::new(), what));
    }
    let source = collection.source.clone().filter(|name| !matches!(name.as_str(), "person" | "cookies"));
    let controller = collection.controller.clone();
    let what = Happening::Collected { purposes: collection.purposes.clone(), source, controller };
    events.push(desk.event(about.clone(), collection.fields.clone(), what));
    for event in &collection.events {
        desk.check_event(event)?;
        let what = Happening::Dated { event: event.clone(), of: None };
        events.push(desk.event(about.clone(), Vec::new(), what));
    }
    for given in &collection.consents {
        let age = consent::age_of(given.age, collection.age);
        events.push(consent::given(desk, &Consent { age, ..given.clone() })?);
    }
    if let Some(version) = &collection.notice {
        let what = Happening::Told { version: version.clone() };
        events.push(desk.event(Occasion::Person, Vec::new(), what));
    }
    Ok(events)
}

/// By what the person refused a purpose for good.
const REFUSALS: [Why; 3] = [Why::Refused, Why::Objected, Why::Died];

/// What is stored stands on a ground afterwards, for each purpose and field (5(1)(b), 5(1)(e)): one
/// that counts from an event which has not come would keep nothing.
fn check_ground(desk: &Desk<'_>, collection: &Collection, events: &[Event]) -> Result<(), Refused> {
    let after = desk.standing_with(events);
    let purposes: BTreeSet<&PurposeName> = collection.purposes.iter().collect();
    for purpose in purposes.into_iter().filter_map(|name| desk.policy.purposes.get(name)) {
        let needs = |field: &&DataRef| purpose.covers(field);
        let begins = after.of(&purpose.name).any(|ground| ground.keep.keeps() && ground.since.is_some());
        if collection.fields.iter().any(|field| needs(&field)) && !begins {
            // A refusal that outlived an erasure ends marketing in the moment in which it begins.
            let refused = after.of(&purpose.name).map(Ground::why).find(|why| REFUSALS.contains(why));
            return Err(match refused {
                Some(why) => Refused::Gate(purpose.name.clone(), Refusal::NoGround(why)),
                None => missing::start(desk.policy, &purpose.name, &purpose.starts),
            });
        }
    }
    Ok(())
}
