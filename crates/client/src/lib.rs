//! A client of Kept's service: what a program asks before it takes in, uses, sends or gives away
//! personal data, and what it records afterwards.
//!
//! One [`Client`] for a service and an application's key; it may be shared by threads. Every method is
//! one call of the OpenAPI document (`GET /openapi.json`), and blocks until it is answered. Nothing is
//! tried again by itself: give an act an [`Options::idempotency_key`] and repeat the same call. Not here:
//! any rule about personal data, which the service alone decides.
//!
//! ```no_run
//! use kept_client::{Act, Client, Options, Person, Question, Verb};
//!
//! # fn main() -> Result<(), kept_client::Error> {
//! let kept = Client::new("http://127.0.0.1:8629", "kept_…")?;
//! let ada = Person::email("ada@example.org");
//! let answer = kept.decide(&Question::new(&ada, "newsletter", Verb::Contact("email".into())))?;
//! if !answer.allowed {
//!     println!("{}", answer.words);
//! }
//! kept.record(&ada, &Act::Object { purpose: Some("newsletter".into()) }, &Options::default())?;
//! # Ok(())
//! # }
//! ```

mod act;
mod answer;
mod audience;
mod error;
mod mailing;
mod question;
mod record;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

pub use act::{Act, Age, Collection, Consent, Occasion, Options, Person, Proof, Rejection, Row};
pub use answer::{Answer, Given, Recorded, RefusedField, Unreached, ValueOfField};
pub use audience::{Audience, End, Member};
pub use error::{Error, Problem};
pub use mailing::{Addressed, Mailed, Mailing, Screen, Screened};
pub use question::{Disclosure, Question, Read, Verb};
pub use record::{ChangedRecord, Edit, ListRecords, ListedRecord, Manner, NewRecord, ReadRecord, RecordPage};

/// The largest answer that is read whole, in bytes.
const ANSWER_MAX: u64 = 64 * 1024 * 1024;

/// How long a call may take.
const CALL_MAX: Duration = Duration::from_secs(120);

/// A service and the key by which an application is known to it.
pub struct Client {
    agent: ureq::Agent,
    base: String,
    authorization: String,
}

impl std::fmt::Debug for Client {
    /// The key reaches no log.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Client").field("base", &self.base).finish_non_exhaustive()
    }
}

impl Client {
    /// A client of the service at `base` (`http://127.0.0.1:8629`), with a key that `kept key new` made.
    ///
    /// # Errors
    /// [`Error::Url`] for a base that is no HTTP URL, or that is encrypted while this crate was built
    /// without its feature `tls`; [`Error::Key`] for a key that no header can carry.
    pub fn new(base: &str, key: &str) -> Result<Self, Error> {
        let base = base.trim_end_matches('/');
        let is_http = base.starts_with("http://") || cfg!(feature = "tls") && base.starts_with("https://");
        if !is_http {
            return Err(Error::Url);
        }
        if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Error::Key);
        }
        let settings = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(CALL_MAX));
        Ok(Self {
            agent: settings.build().into(),
            base: base.to_owned(),
            authorization: format!("Bearer {key}"),
        })
    }

    /// Records something about a person: a collection, a consent, an objection, a hold …
    ///
    /// # Errors
    /// [`Error::Refused`] with what stands against it and what would mend it; [`Error::Call`].
    pub fn record(&self, person: &Person, act: &Act, options: &Options) -> Result<Recorded, Error> {
        let mut body = act.body()?;
        let more = json!({
            "person": person, "happened-at": options.happened_at, "actor": options.actor,
        });
        join(&mut body, more);
        let query = if options.dry_run { "?dry-run=true" } else { "" };
        let key = options.idempotency_key.as_deref();
        self.post(&format!("{}{query}", act.path()), &body, key)
    }

    /// Asks whether something may be done.
    ///
    /// # Errors
    /// As [`Client::record`]. That it may not be done is no error: it is in the answer.
    pub fn decide(&self, question: &Question) -> Result<Answer, Error> {
        let mut answers = self.decide_all(std::slice::from_ref(question))?;
        answers.pop().ok_or(Error::Strange)
    }

    /// Asks many questions in one call, at most 10,000; the answers come in their order.
    ///
    /// # Errors
    /// As [`Client::decide`]; [`Error::Strange`] where not each question is answered.
    pub fn decide_all(&self, questions: &[Question]) -> Result<Vec<Answer>, Error> {
        #[derive(serde::Deserialize)]
        struct Answers {
            answers: Vec<Answer>,
        }
        let told: Answers = self.post("/v1/decide", &json!({ "questions": questions }), None)?;
        if told.answers.len() == questions.len() { Ok(told.answers) } else { Err(Error::Strange) }
    }

    /// Reads a person's data for a purpose: only the purpose's fields come back.
    ///
    /// # Errors
    /// As [`Client::record`].
    pub fn read(&self, read: &Read) -> Result<Given, Error> {
        self.post("/v1/read", read, None)
    }

    /// Gives a person's data to a recipient; what may not leave is in the answer.
    ///
    /// # Errors
    /// As [`Client::record`].
    pub fn disclose(&self, disclosure: &Disclosure) -> Result<Given, Error> {
        self.post("/v1/disclose", disclosure, None)
    }

    /// Keeps a record under a key of the application's own. The same idempotency key and record are kept once.
    ///
    /// # Errors
    /// As [`Client::record`]; a key that is taken is refused.
    pub fn put_record(&self, record: &NewRecord, manner: &Manner) -> Result<Recorded, Error> {
        self.settle("/v1/records", record, manner)
    }

    /// Reads a record for a purpose: only the purpose's fields come back.
    ///
    /// # Errors
    /// As [`Client::record`]; where nothing is kept under the key it is refused with status 404.
    pub fn read_record(&self, read: &ReadRecord) -> Result<Given, Error> {
        self.post("/v1/records/read", read, None)
    }

    /// Corrects fields of a record, all or none.
    ///
    /// # Errors
    /// As [`Client::read_record`].
    pub fn change_record(
        &self,
        edit: &Edit,
        fields: &BTreeMap<String, String>,
        manner: &Manner,
    ) -> Result<ChangedRecord, Error> {
        self.settle("/v1/records/change", &with(edit, json!({ "fields": fields }))?, manner)
    }

    /// Puts an error in a record that stays as it is right by a record of its own, under the key
    /// `correction`.
    ///
    /// # Errors
    /// As [`Client::read_record`], and for a key that is taken.
    pub fn correct_record(
        &self,
        (edit, correction): (&Edit, &str),
        fields: &BTreeMap<String, String>,
        manner: &Manner,
    ) -> Result<ChangedRecord, Error> {
        let body = with(edit, json!({ "correction": correction, "fields": fields }))?;
        self.settle("/v1/records/correct", &body, manner)
    }

    /// Takes a record away.
    ///
    /// # Errors
    /// As [`Client::read_record`]; what a hold or a restriction keeps is refused.
    pub fn delete_record(&self, edit: &Edit, manner: &Manner) -> Result<ChangedRecord, Error> {
        self.settle("/v1/records/delete", edit, manner)
    }

    /// A page of a person's records for a purpose.
    ///
    /// # Errors
    /// As [`Client::record`].
    pub fn records(&self, list: &ListRecords) -> Result<RecordPage, Error> {
        self.post("/v1/records/list", list, None)
    }

    /// Whom a purpose may reach by a channel now, one by one as they arrive.
    ///
    /// # Errors
    /// As [`Client::record`]; a stream that breaks off ends in [`Error::CutOff`].
    pub fn audience(&self, purpose: &str, channel: &str) -> Result<Audience, Error> {
        self.audience_of((purpose, None), channel)
    }

    /// The same, as one of several controllers of the policy reaches people.
    ///
    /// # Errors
    /// As [`Client::audience`].
    pub fn audience_of(
        &self,
        (purpose, controller): (&str, Option<&str>),
        channel: &str,
    ) -> Result<Audience, Error> {
        let body = json!({ "purpose": purpose, "channel": channel, "controller": controller });
        let response = self.send("/v1/audience", &without_nulls(body), None)?;
        Ok(Audience::new(Box::new(response.into_body().into_reader())))
    }

    /// Looks at a message and at each person as it is sent; whoever may be written to has a link of their own.
    ///
    /// # Errors
    /// As [`Client::record`]; a template without the place of the link is refused.
    pub fn address(&self, mailing: &Mailing) -> Result<Mailed, Error> {
        self.post("/v1/messages", mailing, None)
    }

    /// Pieces of free text that wait for somebody, as the service prints them.
    ///
    /// # Errors
    /// As [`Client::record`].
    pub fn screenings(&self, screen: &Screen) -> Result<Value, Error> {
        self.post("/v1/screenings", screen, None)
    }

    /// Keeps or removes a piece of free text.
    ///
    /// # Errors
    /// As [`Client::record`].
    pub fn decide_screening(&self, decision: &Screened) -> Result<Value, Error> {
        self.post("/v1/screenings/decisions", decision, None)
    }

    /// The releases that may be kept from people, for a role that the policy names, as the service prints them;
    /// `actor` is who looks.
    ///
    /// # Errors
    /// As [`Client::record`].
    pub fn secret_releases(&self, role: &str, actor: Option<&str>) -> Result<Value, Error> {
        let body = json!({ "role": role, "actor": actor });
        self.post("/v1/secrecy", &without_nulls(body), None)
    }

    /// Ends the secrecy of a release, by the number of its entry: answers to the person show it from then on.
    ///
    /// # Errors
    /// As [`Client::record`].
    pub fn end_secrecy(
        &self,
        (person, release): (&Person, u64),
        role: &str,
        actor: Option<&str>,
    ) -> Result<Value, Error> {
        let body = json!({ "person": person, "release": release, "role": role, "actor": actor });
        self.post("/v1/secrecy/ended", &without_nulls(body), None)
    }

    /// Figures of which nobody can be told, for a purpose, perhaps for a recipient.
    ///
    /// # Errors
    /// As [`Client::record`].
    pub fn statistics(&self, name: &str, purpose: &str, to: Option<&str>) -> Result<Value, Error> {
        let body = json!({ "statistics": name, "purpose": purpose, "to": to });
        self.post("/v1/statistics", &without_nulls(body), None)
    }

    /// Records of which nobody can be told.
    ///
    /// # Errors
    /// As [`Client::record`].
    pub fn anonymous_records(&self, statistics: &str) -> Result<Value, Error> {
        self.post("/v1/statistics/records", &json!({ "statistics": statistics }), None)
    }

    /// Why a person's data are held: each purpose with its stage and its end, as the service prints it.
    ///
    /// # Errors
    /// As [`Client::record`].
    pub fn why(&self, person: &Person, field: Option<&str>) -> Result<Value, Error> {
        self.why_at(person, field, None)
    }

    /// The same at another instant (RFC 3339).
    ///
    /// # Errors
    /// As [`Client::record`].
    pub fn why_at(&self, person: &Person, field: Option<&str>, at: Option<&str>) -> Result<Value, Error> {
        let body = json!({ "person": person, "field": field, "at": at });
        self.post("/v1/why", &without_nulls(body), None)
    }

    /// A person's consents as records of ISO/IEC TS 27560, in JSON-LD.
    ///
    /// # Errors
    /// As [`Client::record`].
    pub fn export_consents(&self, person: &Person) -> Result<Value, Error> {
        self.post("/v1/consents/export", &json!({ "person": person }), None)
    }

    /// What falls due until a day (`2030-12-31`), month by month.
    ///
    /// # Errors
    /// As [`Client::record`].
    pub fn forecast(&self, until: &str) -> Result<Value, Error> {
        told(self.get("/v1/forecast", &[("until", Some(until))])?)
    }

    /// Requests of people that are open or were answered, a page of them.
    ///
    /// # Errors
    /// As [`Client::record`].
    pub fn requests(&self, page: Option<u32>) -> Result<Value, Error> {
        let page = page.map(|page| page.to_string());
        told(self.get("/v1/requests", &[("page", page.as_deref())])?)
    }

    /// The audit of the last fifteen minutes, or with `now` a new one; its history from a day on
    /// (`2026-01-01`).
    ///
    /// # Errors
    /// As [`Client::record`].
    pub fn audit(&self, now: bool, since: Option<&str>) -> Result<Value, Error> {
        told(self.get("/v1/audit", &[("now", now.then_some("true")), ("since", since)])?)
    }

    /// The same as a page for people.
    ///
    /// # Errors
    /// As [`Client::record`].
    pub fn audit_page(&self, now: bool, since: Option<&str>) -> Result<String, Error> {
        text(self.get("/audit", &[("now", now.then_some("true")), ("since", since)])?)
    }

    /// What earlier audits found, by day, from a day on.
    ///
    /// # Errors
    /// As [`Client::record`].
    pub fn audit_history(&self, since: Option<&str>) -> Result<Value, Error> {
        told(self.get("/v1/audit/history", &[("since", since)])?)
    }

    /// What waits to be told to webhooks.
    ///
    /// # Errors
    /// As [`Client::record`].
    pub fn webhooks(&self) -> Result<Value, Error> {
        told(self.get("/v1/webhooks", &[])?)
    }

    /// The state in numbers, in the text format of Prometheus.
    ///
    /// # Errors
    /// As [`Client::record`].
    pub fn metrics(&self) -> Result<String, Error> {
        text(self.get("/metrics", &[])?)
    }

    /// Carries out a retention run, or with `dry_run` counts what it would take.
    ///
    /// # Errors
    /// As [`Client::record`].
    pub fn sweep(&self, purpose: Option<&str>, dry_run: bool) -> Result<Value, Error> {
        self.post("/v1/sweep", &without_nulls(json!({ "purpose": purpose, "dry-run": dry_run })), None)
    }

    fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
        key: Option<&str>,
    ) -> Result<T, Error> {
        told(self.send(path, body, key)?)
    }

    /// A report or a change, done once or only rehearsed as is said.
    fn settle<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
        manner: &Manner,
    ) -> Result<T, Error> {
        self.post(&format!("{path}{}", manner.query()), body, manner.idempotency_key.as_deref())
    }

    fn get(
        &self,
        path: &str,
        query: &[(&str, Option<&str>)],
    ) -> Result<ureq::http::Response<ureq::Body>, Error> {
        let mut request = self.agent.get(format!("{}{path}", self.base));
        for (name, value) in query {
            if let Some(value) = value {
                request = request.query(*name, *value);
            }
        }
        Ok(request.header("Authorization", &self.authorization).call()?)
    }

    fn send(
        &self,
        path: &str,
        body: &impl Serialize,
        key: Option<&str>,
    ) -> Result<ureq::http::Response<ureq::Body>, Error> {
        let mut request =
            self.agent.post(format!("{}{path}", self.base)).header("Authorization", &self.authorization);
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        let response = request.send_json(body)?;
        if response.status().is_success() { Ok(response) } else { Err(refusal(response)) }
    }
}

/// The answer as a value.
fn told<T: DeserializeOwned>(mut response: ureq::http::Response<ureq::Body>) -> Result<T, Error> {
    if !response.status().is_success() {
        return Err(refusal(response));
    }
    response.body_mut().with_config().limit(ANSWER_MAX).read_json().map_err(|_| Error::Strange)
}

/// The answer as text.
fn text(mut response: ureq::http::Response<ureq::Body>) -> Result<String, Error> {
    if !response.status().is_success() {
        return Err(refusal(response));
    }
    response.body_mut().with_config().limit(ANSWER_MAX).read_to_string().map_err(|_| Error::Strange)
}

/// What names a record, with more besides.
fn with(edit: &Edit, more: Value) -> Result<Value, Error> {
    let mut body = serde_json::to_value(edit).map_err(|_| Error::Strange)?;
    join(&mut body, more);
    Ok(body)
}

/// What the service says stands against a call.
fn refusal(mut response: ureq::http::Response<ureq::Body>) -> Error {
    let status = response.status().as_u16();
    let said = response.body_mut().with_config().limit(ANSWER_MAX).read_json::<Problem>();
    said.map_or(Error::Status(status), |problem| Error::Refused(Box::new(problem)))
}

/// Adds what is said beside an act to its body.
fn join(body: &mut Value, more: Value) {
    if let (Value::Object(body), Value::Object(more)) = (body, without_nulls(more)) {
        body.extend(more);
    }
}

/// What is not said is left out.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            Value::Object(fields.into_iter().filter(|(_, value)| !value.is_null()).collect())
        }
        other => other,
    }
}
