//! Records by keys of the applications' own: kept, read, changed, taken away and listed, each time for a
//! purpose. Keys stand in bodies and never in a URL: an order's number may be a person's.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use kept_core::admission::{Act, Age, Collection, Consent};
use kept_core::name::{ControllerName, EventKind, PersonKind, PurposeName, RoleName};
use kept_core::policy::model::DataRef;
use kept_core::time::Instant;
use kept_core::timeline::{Occasion, Right};
use kept_engine::applications::May;
use kept_engine::company::Company;
use kept_engine::correction::{CorrectionOrder, Links, stays};
use kept_engine::failure::Failure;
use kept_engine::keyed::{
    Changed, Ended, KEY_BYTES_MAX, KeyedChange, KeyedOrder, KeyedReading, ListOrder, PAGE_MAX, RecordPage,
};
use kept_engine::reading::{Reading, RefusedField};
use kept_engine::record::Recording;
use serde::{Deserialize, Serialize};

use super::Service;
use super::body::{Asked, Body, Datum, GivenConsent, Nothing, Person, all};
use super::caller::{Admitted, Caller, Concerns};
use super::desk::Trouble;
use super::problem::Problem;
use super::record::{Manner, Report};
use super::through::{Cut, Value, cuts, values};

/// How many records a page has where nobody says.
const PAGE: usize = 100;

/// A record's key, which may be anything visible.
#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Key(String);

impl TryFrom<String> for Key {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.chars().any(char::is_control) {
            return Err("a key has no control characters");
        }
        let fits = !text.trim().is_empty() && text.len() <= KEY_BYTES_MAX;
        if fits { Ok(Self(text)) } else { Err("a key has 1 to 200 bytes") }
    }
}

/// How many records a page has.
#[derive(Deserialize)]
#[serde(try_from = "usize")]
struct Count(usize);

impl TryFrom<usize> for Count {
    type Error = &'static str;

    fn try_from(count: usize) -> Result<Self, Self::Error> {
        if (1..=PAGE_MAX).contains(&count) { Ok(Self(count)) } else { Err("a page has 1 to 1000 records") }
    }
}

/// A record that is to be kept.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct NewRecord {
    key: Key,
    person: Person,
    purpose: PurposeName,
    fields: Given,
    people: Option<PersonKind>,
    age: Option<Age>,
    about: Option<Occasion>,
    #[serde(default)]
    events: Vec<EventKind>,
    source: Option<String>,
    #[serde(default)]
    consents: Vec<GivenConsent>,
    notice: Option<String>,
    controller: Option<ControllerName>,
    /// The right that the person uses by it.
    asks: Option<Right>,
    happened_at: Option<Instant>,
    actor: Option<String>,
}

impl Report for NewRecord {
    const MAY: May = May::Collect;

    fn concerns(&self) -> Concerns {
        let consents = self.consents.iter().map(|one| one.purpose.clone());
        Concerns::Happened(
            std::iter::once(self.purpose.clone()).chain(consents).collect(),
            self.events.clone(),
        )
    }

    fn recording(self) -> Result<Recording, Problem> {
        if self.fields.is_empty() {
            let words = "a record has at least one field";
            return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "no-fields", words));
        }
        let values = by_field(self.fields);
        let collection = Collection {
            purposes: vec![self.purpose],
            fields: values.keys().cloned().collect(),
            people: self.people,
            age: self.age,
            about: self.about,
            events: self.events,
            source: self.source,
            consents: self.consents.into_iter().map(Consent::from).collect(),
            notice: self.notice,
            controller: self.controller,
        };
        Ok(Recording {
            values,
            happened_at: self.happened_at,
            actor: self.actor,
            asks: self.asks,
            reference: Some(self.key.0),
            ..Recording::new(self.person.whom()?, Act::Collect(collection))
        })
    }
}

/// A record, and for what it is opened.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Read {
    key: Key,
    purpose: PurposeName,
    #[serde(default)]
    fields: Vec<Datum>,
    role: Option<RoleName>,
    controller: Option<ControllerName>,
    reason: Option<String>,
    actor: Option<String>,
}

/// What came back of a record.
#[derive(Serialize)]
pub(super) struct Answer {
    number: u64,
    #[serde(flatten)]
    links: Links,
    values: Vec<Value>,
    refused: Vec<Cut>,
    entry: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

pub(super) async fn read(
    State(service): State<Service>,
    caller: Caller,
    _: Asked<Nothing>,
    Body(body): Body<Read>,
) -> Result<Json<Answer>, Problem> {
    let purposes = vec![body.purpose.clone()];
    let Read { key, purpose, fields, role, controller, reason, actor } = body;
    let mut order = KeyedOrder { key: key.0, purpose, fields: all(fields), role, controller, reason, actor };
    let work = move |company: &mut Company, caller: &Admitted, now: Instant| {
        order.controller = caller.controller(order.controller.take())?;
        order.actor.get_or_insert_with(|| caller.application.name.clone());
        found(company.read_keyed(&order, now))
    };
    let KeyedReading { reading, number, links } = service.run(caller, (May::Read, purposes), work).await?;
    let Reading { values: read, refused, entry, problem } = reading;
    Ok(Json(Answer { number, links, values: values(read), refused: cuts(refused), entry, problem }))
}

/// What names a record that is to become another, and what is said beside.
macro_rules! edits {
    ($($(#[doc = $doc:literal])* $name:ident { $($field:ident: $kind:ty),* };)+) => {$(
        $(#[doc = $doc])*
        #[derive(Deserialize)]
        #[serde(rename_all = "kebab-case", deny_unknown_fields)]
        pub(super) struct $name {
            key: Key,
            purpose: PurposeName,
            controller: Option<ControllerName>,
            reason: Option<String>,
            actor: Option<String>,
            $($field: $kind,)*
        }

        impl $name {
            fn parted(self, dry_run: bool) -> (KeyedChange, ($($kind,)*)) {
                let Self { key, purpose, controller, reason, actor, $($field),* } = self;
                let (key, values, once) = (key.0, BTreeMap::new(), None);
                let change = KeyedChange { key, purpose, values, controller, reason, actor, dry_run, once };
                (change, ($($field,)*))
            }
        }
    )+};
}

edits! {
    /// Fields that are to be changed.
    Change { fields: Given };
    /// Fields of a record that are wrong and stay as they are, with what is right, and the key of the record
    /// that puts it right.
    Correct { correction: Key, fields: Given };
    /// A record that is to go.
    Delete {};
}

/// Values by field.
type Given = BTreeMap<Datum, String>;

fn by_field(given: Given) -> BTreeMap<DataRef, String> {
    given.into_iter().map(|(name, value)| (name.into(), value)).collect()
}

pub(super) async fn change(
    State(service): State<Service>,
    caller: Caller,
    Asked(Manner { dry_run }): Asked<Manner>,
    Body(body): Body<Change>,
) -> Result<Json<Changed>, Problem> {
    let (mut change, (fields,)) = body.parted(dry_run);
    change.values = by_field(fields);
    settle(&service, caller, change, Company::change_keyed).await
}

pub(super) async fn correct(
    State(service): State<Service>,
    caller: Caller,
    Asked(Manner { dry_run }): Asked<Manner>,
    Body(body): Body<Correct>,
) -> Result<Json<Changed>, Problem> {
    let (mut change, (correction, fields)) = body.parted(dry_run);
    change.values = by_field(fields);
    let act = move |company: &mut Company, change: &KeyedChange, now: Instant| {
        company.correct_keyed(&CorrectionOrder { change: change.clone(), under: correction.0.clone() }, now)
    };
    settle(&service, caller, change, act).await
}

pub(super) async fn delete(
    State(service): State<Service>,
    caller: Caller,
    Asked(Manner { dry_run }): Asked<Manner>,
    Body(body): Body<Delete>,
) -> Result<Json<Changed>, Problem> {
    let (change, ()) = body.parted(dry_run);
    settle(&service, caller, change, Company::delete_keyed).await
}

/// One of the ways in which a record changes.
trait Way: Fn(&mut Company, &KeyedChange, Instant) -> Result<Ended<Changed>, Failure> + Send + 'static {}

impl<W> Way for W where
    W: Fn(&mut Company, &KeyedChange, Instant) -> Result<Ended<Changed>, Failure> + Send + 'static
{
}

async fn settle(
    service: &Service,
    caller: Caller,
    mut change: KeyedChange,
    act: impl Way,
) -> Result<Json<Changed>, Problem> {
    let purposes = vec![change.purpose.clone()];
    let work = move |company: &mut Company, caller: &Admitted, now: Instant| {
        change.controller = caller.controller(change.controller.take())?;
        change.actor.get_or_insert_with(|| caller.application.name.clone());
        change.once.clone_from(&caller.once);
        found(act(company, &change, now))
    };
    service.run(caller, (May::Collect, purposes), work).await.map(Json)
}

/// Whose records.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct List {
    person: Person,
    purpose: PurposeName,
    #[serde(default)]
    fields: Vec<Datum>,
    role: Option<RoleName>,
    controller: Option<ControllerName>,
    reason: Option<String>,
    #[serde(default)]
    after: u64,
    count: Option<Count>,
    actor: Option<String>,
}

/// A record in a list.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Line {
    number: u64,
    #[serde(flatten)]
    links: Links,
    collected_at: Instant,
    values: Vec<Value>,
}

/// A page of records.
#[derive(Serialize)]
pub(super) struct Lines {
    records: Vec<Line>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<u64>,
    refused: Vec<Cut>,
    entry: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

pub(super) async fn list(
    State(service): State<Service>,
    caller: Caller,
    _: Asked<Nothing>,
    Body(body): Body<List>,
) -> Result<Json<Lines>, Problem> {
    let purposes = vec![body.purpose.clone()];
    let List { person, purpose, fields, role, controller, reason, after, count, actor } = body;
    let count = count.map_or(PAGE, |count| count.0);
    let (whom, fields) = (person.whom()?, all(fields));
    let mut order = ListOrder { whom, purpose, fields, role, controller, reason, after, count, actor };
    let work = move |company: &mut Company, caller: &Admitted, now: Instant| {
        order.controller = caller.controller(order.controller.take())?;
        order.actor.get_or_insert_with(|| caller.application.name.clone());
        company.recognise(&mut [&mut order.whom], Some(&order.purpose), now)?;
        Ok(company.list_keyed(&order, now)?)
    };
    let RecordPage { records, next, refused, entry, problem } =
        service.run(caller, (May::Read, purposes), work).await?;
    let line = |one: kept_engine::keyed::Listed| Line {
        number: one.number,
        links: one.links,
        collected_at: one.collected_at,
        values: values(one.values),
    };
    let records = records.into_iter().map(line).collect();
    Ok(Json(Lines { records, next, refused: cuts(refused), entry, problem }))
}

/// What was done; a record that is not there, and one that the gate keeps, are problems.
pub(super) fn found<T>(ended: Result<Ended<T>, Failure>) -> Result<T, Trouble> {
    match ended? {
        Ended::Done(done) => Ok(done),
        Ended::NoRecord => {
            let words = "no record is kept under this key, or nothing of it any more";
            Err(Problem::new(StatusCode::NOT_FOUND, "no-record", words).into())
        }
        Ended::Refused(refused) => Err(refusal(&refused).into()),
    }
}

/// What is done about an error in what stays as it is.
const CORRECT: &str = "nothing keeps an error: /v1/records/correct keeps what is right as a record of its own, under the key `correction`, and links the two";

fn refusal(refused: &[RefusedField]) -> Problem {
    let article = refused.first().and_then(|one| one.article).unwrap_or_default();
    let fields: Vec<String> = refused.iter().map(|one| format!("`{}`: {}", one.field, one.words)).collect();
    let words = format!("nothing was done; {}", fields.join("; "));
    let problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "not-allowed", words).article(article);
    if refused.iter().any(stays) { problem.mend(CORRECT) } else { problem }
}
