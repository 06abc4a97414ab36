//! Calls to an endpoint: signed, limited in time and size, tried again where that may help.
//!
//! What an endpoint says of an error is never passed on: it may quote a row. Not here: what is asked.

use std::net::IpAddr;
use std::time::Duration;

use serde_json::Value as Json;
use ureq::http::Uri;
use ureq::tls::RootCerts;

use super::sign::Secret;
use super::tls;
use crate::engine::Limits;
use crate::fault::{Constraint, ConstraintKind, StoreFault};

/// How large an answer may be.
const ANSWER_MAX: u64 = 64 * 1024 * 1024;

/// How long is waited before each further try.
const WAITS: [Duration; 2] = [Duration::from_millis(200), Duration::from_millis(1_000)];

/// How long an endpoint may ask to wait (`Retry-After`); who asks for more is called another time.
const WAIT_MAX: Duration = Duration::from_secs(5);

/// Who is called, and how.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    /// The URL below which the calls are.
    pub url: String,
    /// What calls are signed with.
    pub secret: Secret,
    /// Whether calls may go over a network without encryption.
    pub allows_plain: bool,
    /// The authorities that its certificate is checked against, in PEM; the usual public ones where none
    /// are given.
    pub authorities: Option<Vec<u8>>,
}

impl std::fmt::Debug for Address {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Address(…)")
    }
}

/// Calls an endpoint.
#[derive(Debug)]
pub(super) struct Client {
    agent: ureq::Agent,
    base: String,
    path: String,
    secret: Secret,
    limits: Limits,
}

/// What came of one try.
enum Tried {
    Answered(Json),
    Failed(StoreFault),
    Again(StoreFault, Option<Duration>),
}

impl Client {
    /// # Errors
    /// [`StoreFault::Unreachable`] for a URL that is none, or that may not be called in plain.
    pub(super) fn new(address: &Address, limits: Limits) -> Result<Self, StoreFault> {
        let base = address.url.trim_end_matches('/').to_owned();
        let unfit = |why: &str| Err(StoreFault::Unreachable { why: why.to_owned() });
        let Ok(uri) = base.parse::<Uri>() else { return unfit("its URL can't be read") };
        let is_secret = uri.authority().is_some_and(|authority| authority.as_str().contains('@'));
        if is_secret || uri.query().is_some() {
            return unfit("its URL holds a password or a query; calls are signed with `secret`");
        }
        match uri.scheme_str() {
            Some("https") => {}
            Some("http") if address.allows_plain || is_loopback(&uri) => {}
            Some("http") => {
                return unfit(
                    "its URL is not encrypted and leaves this machine; write `https://`, or `plain = true` \
                     where the network between is safe",
                );
            }
            _ => return unfit("its URL begins with neither `https://` nor `http://`"),
        }
        let path = uri.path().trim_end_matches('/').to_owned();
        let agent = agent(limits, tls::roots(address.authorities.as_deref())?);
        Ok(Self { agent, base, path, secret: address.secret.clone(), limits })
    }

    /// Calls, and tries again where nobody answers or is too busy. A change is sent under a key by
    /// which the endpoint knows it again.
    pub(super) fn call(&self, name: &str, body: &Json, key: Option<&str>) -> Result<Json, StoreFault> {
        let body = serde_json::to_vec(body).map_err(|_| StoreFault::Value)?;
        let mut waits = WAITS.iter();
        loop {
            let (fault, asked) = match self.once(name, &body, key) {
                Tried::Answered(answer) => return Ok(answer),
                Tried::Failed(fault) => return Err(fault),
                Tried::Again(fault, asked) => (fault, asked),
            };
            let Some(wait) = waits.next() else { return Err(fault) };
            match asked {
                Some(asked) if asked > WAIT_MAX => return Err(fault),
                asked => std::thread::sleep(asked.unwrap_or(*wait).max(*wait)),
            }
        }
    }

    /// Sends something to the URL itself, once; any answer of 200 to 299 says that it arrived.
    pub(super) fn tell(&self, body: &Json, key: &str) -> Result<(), StoreFault> {
        let body = serde_json::to_vec(body).map_err(|_| StoreFault::Value)?;
        let path = if self.path.is_empty() { "/" } else { &self.path };
        match self.request((&self.base, path), &body, Some(key)) {
            Ok(answer) => match answer.status().as_u16() {
                200..=299 => Ok(()),
                status => Err(StoreFault::Unreachable { why: format!("it answers with status {status}") }),
            },
            Err(error) => match self.broken(&error) {
                Tried::Failed(fault) | Tried::Again(fault, _) => Err(fault),
                Tried::Answered(_) => Ok(()),
            },
        }
    }

    fn once(&self, name: &str, body: &[u8], key: Option<&str>) -> Tried {
        let place = (format!("{}/{name}", self.base), format!("{}/{name}", self.path));
        match self.request((&place.0, &place.1), body, key) {
            Ok(mut answer) => {
                let status = answer.status().as_u16();
                let asked = answer.headers().get("Retry-After").and_then(|value| value.to_str().ok());
                let asked = asked.and_then(|text| text.trim().parse().ok()).map(Duration::from_secs);
                let read = answer.body_mut().with_config().limit(ANSWER_MAX).read_to_vec();
                self.judged(name, status, asked, read)
            }
            Err(error) => self.broken(&error),
        }
    }

    /// Sends a signed body to a URL, whose path is signed.
    fn request(
        &self,
        (url, path): (&str, &str),
        body: &[u8],
        key: Option<&str>,
    ) -> Result<ureq::http::Response<ureq::Body>, ureq::Error> {
        let seconds = now();
        let signature = self.secret.signature("POST", path, seconds, body);
        let mut request = self
            .agent
            .post(url)
            .header("Content-Type", "application/json")
            .header("Kept-Timestamp", seconds.to_string())
            .header("Kept-Signature", signature);
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        request.send(body)
    }

    fn judged(
        &self,
        name: &str,
        status: u16,
        asked: Option<Duration>,
        read: Result<Vec<u8>, ureq::Error>,
    ) -> Tried {
        let read = match read {
            Ok(read) => read,
            Err(ureq::Error::BodyExceedsLimit(_)) => {
                let what = format!("`{name}` answers with more than {} MB at once", ANSWER_MAX >> 20);
                return Tried::Failed(StoreFault::Map { what });
            }
            Err(error) => return self.broken(&error),
        };
        let answer = || serde_json::from_slice::<Json>(&read).ok();
        let unreachable = |why: String| StoreFault::Unreachable { why };
        match status {
            200 => answer().map_or_else(|| Tried::Failed(unclear(name)), Tried::Answered),
            401 | 403 => Tried::Failed(StoreFault::NotAllowed { table: None }),
            422 => Tried::Failed(unknown(answer().as_ref())),
            404 => Tried::Failed(unreachable(format!("it knows no call `{name}`"))),
            409 => Tried::Failed(refusal(answer().as_ref())),
            429 | 500 | 502..=504 => {
                Tried::Again(unreachable(format!("it answers `{name}` with status {status}")), asked)
            }
            _ => Tried::Failed(StoreFault::Other { code: format!("HTTP {status}") }),
        }
    }

    fn broken(&self, error: &ureq::Error) -> Tried {
        if let Some(why) = tls::refused(error) {
            return Tried::Failed(StoreFault::Unreachable { why: why.to_owned() });
        }
        let why = match error {
            ureq::Error::Timeout(_) => {
                return Tried::Again(StoreFault::TimedOut { after: self.limits.statement }, None);
            }
            ureq::Error::HostNotFound => "its host has no address",
            ureq::Error::ConnectionFailed => "nobody answers there",
            ureq::Error::Io(error) if error.kind() == std::io::ErrorKind::ConnectionRefused => {
                "nobody answers there: the connection was refused"
            }
            ureq::Error::Io(_) => "the connection broke",
            _ => "the call failed",
        };
        Tried::Again(StoreFault::Unreachable { why: why.to_owned() }, None)
    }
}

fn agent(limits: Limits, roots: RootCerts) -> ureq::Agent {
    let provider = std::sync::Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls = ureq::tls::TlsConfig::builder()
        .unversioned_rustls_crypto_provider(provider)
        .root_certs(roots)
        .build();
    ureq::Agent::config_builder()
        .timeout_connect(Some(limits.connect))
        .timeout_global(Some(limits.statement))
        .http_status_as_error(false)
        // A signature is for one path; a redirect would carry rows to somebody else.
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(None)
        .tls_config(tls)
        .build()
        .new_agent()
}

/// The seconds that a signature carries, so that a call that was overheard can't be sent again later.
fn now() -> i64 {
    #[expect(
        clippy::disallowed_methods,
        reason = "when a call is sent is no fact that anything is decided by"
    )]
    let now = std::time::SystemTime::now();
    let since = now.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or_default()
}

fn is_loopback(uri: &Uri) -> bool {
    let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// An answer that is not what the contract says.
pub(super) fn unclear(name: &str) -> StoreFault {
    StoreFault::Map { what: format!("the answer of `{name}` is not what the contract of HTTP stores says") }
}

/// What an endpoint does not know.
fn unknown(answer: Option<&Json>) -> StoreFault {
    let word = |key: &str| Some(answer?.get("unknown")?.get(key)?.as_str()?.to_owned());
    match (word("table"), word("column")) {
        (Some(table), Some(column)) => StoreFault::NoColumn { table, column, suggestion: None },
        (Some(table), None) => StoreFault::NoTable { table, suggestion: None },
        _ => StoreFault::Other { code: "HTTP 422".to_owned() },
    }
}

/// What an endpoint refused: names only, and only those that are plain words.
fn refusal(answer: Option<&Json>) -> StoreFault {
    let word = |key: &str| {
        let text = answer?.get("refused")?.get(key)?.as_str()?;
        let is_word = |sign: char| sign.is_ascii_lowercase() || sign.is_ascii_digit() || "-_.".contains(sign);
        (text.len() <= 60 && text.chars().all(is_word)).then(|| text.to_owned())
    };
    let kind = ConstraintKind::Other;
    StoreFault::Constraint(Constraint { kind, table: word("table"), column: None, name: word("code") })
}
