//! Bodies of requests: what is read from JSON and made into what the engine takes. An unknown key is an
//! error, and no error repeats a value.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use kept_core::admission::{Act, Age, Consent};
use kept_core::identifier::Identifier;
use kept_core::name::{CaseId, ControllerName, EventKind, PurposeName, RecipientName, StoreName, TableName};
use kept_core::policy::model::{Channel, DataRef};
use kept_core::time::{Day, Instant};
use kept_core::timeline::{Occasion, Proof, RestrictionReason, Scope};
use kept_engine::applications::May;
use kept_engine::desk::Whom;
use kept_engine::person::Pick;
use kept_engine::record::Recording;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;

use super::caller::Concerns;
use super::expected;
use super::objects::Objects;
use super::openapi;
use super::problem::Problem;
use super::record::Report;
use super::{BODY_BYTES_MAX, Service};

/// A body that was read.
pub(super) struct Body<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Service> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, service: &Service) -> Result<Self, Problem> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let is_json = kind.is_some_and(|kind| {
            kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
        });
        if !is_json {
            let words = "the body is not said to be JSON";
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not-json", words)
                .mend("send `Content-Type: application/json`"));
        }
        // What is packed can't be read; taken as it is it would be no JSON, and the reason would be unclear.
        let mut codings = request.headers().get_all(header::CONTENT_ENCODING).iter();
        if codings.any(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity")) {
            let words = "the body is sent packed (`Content-Encoding`), and only plain ones are read";
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "packed", words)
                .mend("send the body as it is, without `Content-Encoding`"));
        }
        // Told before it is read: who waits for a `100 Continue` then sends nothing in vain.
        let announced = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
        if announced
            .and_then(|length| length.parse().ok())
            .is_some_and(|length: usize| length > BODY_BYTES_MAX)
        {
            return Err(unread(StatusCode::PAYLOAD_TOO_LARGE));
        }
        let uri = request.uri().clone();
        let within = service.0.body_within;
        let Ok(came) = tokio::time::timeout(within, Bytes::from_request(request, service)).await else {
            let words = format!("the body did not come within {} seconds", within.as_secs());
            return Err(Problem::new(StatusCode::REQUEST_TIMEOUT, "too-slow", words)
                .mend("send it at once, or in parts; nothing was done"));
        };
        let bytes = came.map_err(|rejection| unread(rejection.status()))?;
        read(uri.path(), &bytes).map(Self)
    }
}

fn unread(status: StatusCode) -> Problem {
    let words = format!("the body can't be read, or is longer than {BODY_BYTES_MAX} bytes");
    Problem::new(status, "body", words).mend("send it in parts")
}

/// What a query says; an unknown word is an error, and is not repeated.
pub(super) struct Asked<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Ok(Query(asked)) = Query::<T>::from_request_parts(parts, state).await else {
            let words =
                "what follows `?` can't be read: a word is unknown or missing, or its value is no such thing";
            let takes = expected::parameters(parts.uri.path()).map(|told| format!("this path takes {told}"));
            let takes = takes.unwrap_or_else(|| "compare it with /openapi.json".to_owned());
            return Err(Problem::new(StatusCode::BAD_REQUEST, "query", words).mend(takes));
        };
        Ok(Self(asked))
    }
}

/// Nothing: for paths that take no query, so that a word which is taken elsewhere is never passed over.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

fn read<T: DeserializeOwned>(path: &str, bytes: &[u8]) -> Result<T, Problem> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    // Where something is wrong is only followed when something is: it costs as much as reading.
    if let Ok(value) = T::deserialize(Objects(&mut reader))
        && reader.end().is_ok()
    {
        return Ok(value);
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let found = serde_json::from_slice(bytes).ok().and_then(|body| expected::mistake(path, &body));
    let wrong = |at: &str, line: usize, column: usize| {
        let (at, said) = match &found {
            Some(found) => (found.at.as_str(), format!(": {}", found.words)),
            None => (at, String::new()),
        };
        let at = if at.is_empty() || at == "." { String::new() } else { format!(" at `{at}`") };
        let words = format!("the body can't be read{at}, line {line}, column {column}{said}");
        Problem::new(StatusCode::BAD_REQUEST, "body", words)
            .mend("compare it with the schema of this path in /openapi.json")
    };
    let value: T = serde_path_to_error::deserialize(Objects(&mut reader)).map_err(|error| {
        let path = told(error.path());
        wrong(&path, error.inner().line(), error.inner().column())
    })?;
    reader.end().map_err(|error| wrong(".", error.line(), error.column()))?;
    Ok(value)
}

/// Where in a body something is wrong. Names that the body gives itself are left out: they may be
/// anything, and so personal.
fn told(path: &serde_path_to_error::Path) -> String {
    let segment = |segment: &Segment| match segment {
        Segment::Seq { index } => format!("[{index}]"),
        Segment::Map { key } if openapi::is_property(key) => format!(".{key}"),
        Segment::Enum { variant } if openapi::is_property(variant) => format!(".{variant}"),
        Segment::Map { .. } | Segment::Enum { .. } | Segment::Unknown => ".…".to_owned(),
    };
    let whole: String = path.iter().map(segment).collect();
    whole
        .strip_prefix('.')
        .map_or(if whole.is_empty() { ".".to_owned() } else { whole.clone() }, str::to_owned)
}

/// A person: by identifiers of kinds that the policy knows, `{ "email": "ada@example.org" }`; by a row of a
/// store, as audiences name people, `{ "row": { "store": "shop", "table": "people", "key": "17" } }`; or by
/// identifiers that several people have and the row of the one who is meant.
pub(super) struct Person {
    identifiers: BTreeMap<String, String>,
    row: Option<Pick>,
}

impl<'de> Deserialize<'de> for Person {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(Once)
    }
}

/// Under which name a row stands.
const ROW: &str = "row";

/// What stands under that name: a row, or an identifier of a kind that a policy calls so.
#[derive(Deserialize)]
#[serde(untagged)]
enum RowOrText {
    Row(RowOfStore),
    Text(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RowOfStore {
    store: StoreName,
    table: TableName,
    key: String,
}

/// Names with texts, each name once: of two values under one name nobody knows which is meant.
struct Once;

impl<'de> serde::de::Visitor<'de> for Once {
    type Value = Person;

    fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("an object of texts, or with a row")
    }

    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut person = Person { identifiers: BTreeMap::new(), row: None };
        while let Some(name) = map.next_key::<String>()? {
            let text = match name == ROW {
                false => map.next_value()?,
                true => match map.next_value()? {
                    RowOrText::Text(text) => text,
                    RowOrText::Row(RowOfStore { store, table, key }) => {
                        if person.row.replace(Pick { store, table, key }).is_some() {
                            return Err(serde::de::Error::custom("a row is given twice"));
                        }
                        continue;
                    }
                },
            };
            if person.identifiers.insert(name, text).is_some() {
                return Err(serde::de::Error::custom("an identifier of this kind is given twice"));
            }
        }
        Ok(person)
    }
}

impl Person {
    /// The identifiers, and the row.
    pub(super) fn whom(self) -> Result<Whom, Problem> {
        if self.identifiers.is_empty() && self.row.is_none() {
            return Err(Problem::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "person",
                "no identifier of the person is given",
            ));
        }
        let identifier = |(kind, value): (String, String)| {
            Identifier::new(kind.as_str().into(), &value).map_err(|error| {
                Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "identifier", error.to_string())
            })
        };
        let identifiers = self.identifiers.into_iter().map(identifier).collect::<Result<_, _>>()?;
        Ok(Whom { identifiers, picks: self.row.into_iter().collect() })
    }
}

/// Data by name: `identification`, `identification.email`.
#[derive(Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(try_from = "String")]
pub(super) struct Datum(DataRef);

impl TryFrom<String> for Datum {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let (category, field) = match text.split_once('.') {
            Some((category, field)) => (category, Some(field)),
            None => (text.as_str(), None),
        };
        if category.is_empty() || field.is_some_and(str::is_empty) {
            return Err("expected `category` or `category.field`");
        }
        Ok(Self(DataRef { category: category.into(), field: field.map(Into::into) }))
    }
}

pub(super) fn all(names: Vec<Datum>) -> Vec<DataRef> {
    names.into_iter().map(|Datum(name)| name).collect()
}

impl From<Datum> for DataRef {
    fn from(Datum(name): Datum) -> Self {
        name
    }
}

/// A channel by the policy language's word.
#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Way(pub(super) Channel);

impl TryFrom<String> for Way {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let found = Channel::ALL.into_iter().find(|(_, word)| *word == text);
        found.map(|(channel, _)| Self(channel)).ok_or("no such channel")
    }
}

fn ways(ways: Vec<Way>) -> Vec<Channel> {
    ways.into_iter().map(|Way(channel)| channel).collect()
}

macro_rules! reports {
    ($($(#[doc = $doc:literal])* $name:ident ($may:ident) { $($(#[$attribute:meta])* $field:ident: $kind:ty),* $(,)? }
        for $concerns:expr, $act:expr;)+) => {$(
        $(#[doc = $doc])*
        #[derive(Deserialize)]
        #[serde(rename_all = "kebab-case", deny_unknown_fields)]
        pub(super) struct $name {
            person: Person,
            happened_at: Option<Instant>,
            actor: Option<String>,
            $($(#[$attribute])* $field: $kind,)*
        }

        impl Report for $name {
            const MAY: May = May::$may;

            fn concerns(&self) -> Concerns {
                let of: fn(&Self) -> Concerns = $concerns;
                of(self)
            }

            fn recording(self) -> Result<Recording, Problem> {
                let Self { person, happened_at, actor, $($field),* } = self;
                let act: fn($($kind),*) -> (Act, BTreeMap<DataRef, String>) = $act;
                let (act, values) = act($($field),*);
                let mut recording = Recording::new(person.whom()?, act);
                recording.values = values;
                recording.happened_at = happened_at;
                recording.actor = actor;
                Ok(recording)
            }
        }
    )+};
}

/// What holds for a person as a whole and takes permission away, or is a fact: a key may be for any purpose.
fn the_person() -> Concerns {
    Concerns::Purposes(Vec::new())
}

/// Only names, no values.
fn plain(act: Act) -> (Act, BTreeMap<DataRef, String>) {
    (act, BTreeMap::new())
}

reports! {
    /// Something happened from which grounds count.
    Happened (Record) {
        event: EventKind,
        about: Option<Occasion>,
        #[serde(default)]
        data: Vec<Datum>,
    } for |body| Concerns::Happened(Vec::new(), vec![body.event.clone()]), |event, about, named| {
        plain(Act::Happened { event, about: about.unwrap_or(Occasion::Person), data: all(named) })
    };
    /// A recipient begins or ends to look after a contract.
    Link (Record) {
        recipient: RecipientName,
        contract: String,
        #[serde(default)]
        ended: bool,
    } for |_| the_person(), |recipient, contract, ended| plain(Act::Link {
        event: if ended { "unlinked" } else { "linked" }.into(),
        recipient,
        about: Occasion::Contract(contract.into()),
    });
    /// The person was told of a version of the notice.
    Told (Record) { version: String } for |_| the_person(), |version| plain(Act::Tell { version });
    /// The person agreed to what a version changed.
    Agreed (Record) { version: String } for |_| the_person(), |version| plain(Act::Agree { version });
    /// The person died.
    Died (Record) {} for |_| the_person(), || plain(Act::Died);
    /// Somebody reported that the person is a child.
    GuardianReport (Record) {} for |_| the_person(), || plain(Act::ReportGuardian);
    /// Consent is given.
    GiveConsent (Consent) {
        purpose: PurposeName,
        #[serde(default)]
        channels: Vec<Way>,
        wording: Option<u32>,
        age: Option<Age>,
        #[serde(default)]
        proof: Proof,
        controller: Option<ControllerName>,
        #[serde(default)]
        sources: Vec<String>,
    } for |body| vec![body.purpose.clone()].into(), |purpose, channels, wording, age, proof, controller, sources| {
        let (channels, scope) = (ways(channels), Scope { controller, sources });
        plain(Act::GiveConsent(Consent { purpose, channels, wording, dated: false, age, proof, scope }))
    };
    /// Consent is withdrawn.
    WithdrawConsent (Consent) {
        purpose: PurposeName,
        #[serde(default)]
        channels: Vec<Way>,
    } for |body| vec![body.purpose.clone()].into(), |purpose, channels| {
        plain(Act::WithdrawConsent { purpose, channels: ways(channels) })
    };
    /// The person objects.
    Object (Consent) { purpose: Option<PurposeName> } for |body| body.purpose.iter().cloned().collect::<Vec<_>>().into(),
        |purpose| plain(Act::Object { purpose });
    /// A report that the person is a child did not hold.
    DismissReport (Restrict) { ground: String, approver: String } for |_| Concerns::Every,
        |ground, approver| plain(Act::DismissReport { ground, approver });
    /// An objection was weighed.
    DecideObjection (Restrict) {
        purpose: PurposeName,
        rejected: Option<Rejection>,
    } for |body| vec![body.purpose.clone()].into(), |purpose, rejected| plain(match rejected {
        None => Act::UpholdObjection { purpose },
        Some(Rejection { ground, approver, told }) => Act::RejectObjection { purpose, ground, approver, told },
    });
    /// Processing is restricted.
    Restrict (Restrict) {
        #[serde(default)]
        data: Vec<Datum>,
        reason: RestrictionReason,
        review_on: Option<Day>,
    } for |_| the_person(), |named, reason, review_on| plain(Act::Restrict { data: all(named), reason, review_on });
    /// The person was told that a restriction will be lifted.
    TellOfLifting (Restrict) { case: CaseId } for |_| Concerns::Every, |case| plain(Act::TellOfLifting { case });
    /// A restriction is lifted.
    Lift (Restrict) { case: CaseId } for |_| Concerns::Every, |case| plain(Act::Lift { case });
    /// Data are held.
    PlaceHold (Restrict) {
        data: Vec<Datum>,
        reason: String,
        approver: String,
        review_on: Option<Day>,
    } for |_| the_person(), |named, reason, approver, review_on| {
        plain(Act::PlaceHold { data: all(named), reason, approver, review_on })
    };
    /// A hold is released.
    ReleaseHold (Restrict) { case: CaseId } for |_| Concerns::Every, |case| plain(Act::ReleaseHold { case });
}

/// Why an objection does not stand.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Rejection {
    ground: String,
    approver: String,
    told: bool,
}

/// A consent that is given with a collection.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct GivenConsent {
    pub(super) purpose: PurposeName,
    #[serde(default)]
    channels: Vec<Way>,
    wording: Option<u32>,
    age: Option<Age>,
    #[serde(default)]
    proof: Proof,
    /// Whether the collection's instant is the consent's own.
    #[serde(default)]
    dated: bool,
    controller: Option<ControllerName>,
    #[serde(default)]
    sources: Vec<String>,
}

impl From<GivenConsent> for Consent {
    fn from(given: GivenConsent) -> Self {
        let GivenConsent { purpose, channels, wording, age, proof, dated, controller, sources } = given;
        let (channels, scope) = (ways(channels), Scope { controller, sources });
        Self { purpose, channels, wording, dated, age, proof, scope }
    }
}
