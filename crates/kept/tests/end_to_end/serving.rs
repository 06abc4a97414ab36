//! The service as another program meets it: over HTTP, with a key.

use std::fs::OpenOptions;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use super::company::{Answer, answered, files_with};

/// A small club without stores: everything lives in Kept.
const CLUB: &str = r#"
edition = 1

[controller.club]
name = "The Club"
country = "FR"
post = "1 rue du Test, 75001 Paris"
email = "privacy@club.example"

[notice]
version = 2024-01-01
languages = ["en", "fr"]

[people]
visitor = "looks at the site"

[rights]
reply = "1 month"

[data.contact]
title = "Contact"
fields = { name = "person-name", email = "email" }
from = ["person"]

[purpose.newsletter]
title = "Newsletter"
description = "To write to you about what is new."
people = ["visitor"]
data = ["contact"]
basis = "consent"
marketing = ["email"]
keep = "3 years after consent-given"

[purpose.enquiry]
title = "Your question"
description = "To answer what you ask."
people = ["visitor"]
data = ["contact"]
basis = { legitimate-interest = "answer you" }
keep = "1 year after collection"
"#;

pub(crate) const ADA: &str = "ada@example.org";

/// A running service over the club, gone with the test.
pub(crate) struct Service {
    folder: tempfile::TempDir,
    child: Child,
    address: String,
    agent: ureq::Agent,
}

/// Beside the policy: what the service writes to its log.
const LOG: &str = "service.log";

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            eprintln!("{}", std::fs::read_to_string(self.path(LOG)).unwrap_or_default());
        }
    }
}

fn kept(folder: &tempfile::TempDir, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kept"));
    command.args(arguments).args(["--policy", &folder.path().to_string_lossy()]).stdin(Stdio::null());
    for name in ["KEPT_POLICY", "KEPT_DATA", "KEPT_VAULT_URL", "KEPT_KEYS", "KEPT_LISTEN"] {
        command.env_remove(name);
    }
    command
}

/// Starts the service, and reads where it listens.
fn serving(folder: &tempfile::TempDir, more: &[&str]) -> (Child, String) {
    let mut arguments = vec!["serve", "--listen", "127.0.0.1:0"];
    arguments.extend(more);
    // Its log lies among the files in which tests look for what may stand nowhere.
    let log = OpenOptions::new().create(true).append(true).open(folder.path().join(LOG)).unwrap();
    let mut child = kept(folder, &arguments).stdout(Stdio::piped()).stderr(log).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("listening on ").expect("an address").to_owned();
    (child, address)
}

impl Service {
    pub(crate) fn start(more: &[&str]) -> Self {
        Self::start_with("", &[], more)
    }

    /// The service of one of the companies, without its databases: everything lives in Kept.
    pub(crate) fn of(company: &str) -> Self {
        let policies = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../policies").join(company);
        let folder = tempfile::tempdir().unwrap();
        for entry in std::fs::read_dir(policies).unwrap().map(Result::unwrap) {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.ends_with(".toml") && name != "store.toml" {
                std::fs::copy(entry.path(), folder.path().join(name)).unwrap();
            }
        }
        Self::over(folder, &[])
    }

    /// The same, with more of a policy, and files beside it.
    pub(crate) fn start_with(policy: &str, files: &[(&str, &str)], more: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("policy.toml"), format!("{CLUB}{policy}")).unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        Self::over(folder, more)
    }

    fn over(folder: tempfile::TempDir, more: &[&str]) -> Self {
        let (child, address) = serving(&folder, more);
        // On a busy machine the answer to a body that is too long may take a while.
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_await_100(Some(std::time::Duration::from_secs(60)))
            .build();
        Self { folder, child, address, agent: config.into() }
    }

    /// A service on the same data, after the one before was killed.
    pub(crate) fn start_again(&mut self) {
        (self.child, self.address) = serving(&self.folder, &[]);
    }

    /// Tells it to stop, and waits until it has.
    pub(crate) fn stop(&mut self) {
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(told.success() && self.child.wait().unwrap().success());
    }

    /// Kills it, with no time for anything.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// A file beside its policy.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Answer {
        answered(&mut self.beside(arguments))
    }

    /// A command on the same policy and data, to be started.
    pub(crate) fn beside(&self, arguments: &[&str]) -> Command {
        kept(&self.folder, arguments)
    }

    /// A key that may do these things for these purposes.
    pub(crate) fn key(&self, name: &str, may: &[&str], purposes: &[&str]) -> String {
        let mut arguments = vec!["key", "new", name];
        arguments.extend(may.iter().flat_map(|word| ["--may", *word]));
        arguments.extend(purposes.iter().flat_map(|purpose| ["--purpose", *purpose]));
        self.command(&arguments).ending(0).out.trim().to_owned()
    }

    /// The process's number.
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// Sends a report that may find nobody; its status where it is answered.
    pub(crate) fn try_post(&self, key: &str, once: &str, path: &str, body: &Value) -> Option<u16> {
        let request = self.agent.post(format!("{}{path}", self.address));
        let request =
            request.header("authorization", format!("Bearer {key}")).header("idempotency-key", once);
        let mut response = request.send_json(body).ok()?;
        // An answer that breaks off says nothing.
        response.body_mut().read_to_string().ok()?;
        Some(response.status().as_u16())
    }

    pub(crate) fn post(&self, key: &str, path: &str, body: &Value) -> (u16, Value) {
        self.post_once(key, None, path, body)
    }

    /// Sends a body as it stands.
    pub(crate) fn post_text(&self, key: &str, path: &str, body: &str) -> (u16, String) {
        let request = self.agent.post(format!("{}{path}", self.address));
        let request = request.header("authorization", format!("Bearer {key}"));
        let mut response = request.content_type("application/json").send(body).unwrap();
        (response.status().as_u16(), response.body_mut().read_to_string().unwrap())
    }

    /// Sends a body that is said to be packed.
    pub(crate) fn post_packed(&self, key: &str, path: &str, coding: &str) -> (u16, Value) {
        let request = self.agent.post(format!("{}{path}", self.address));
        let request = request.header("authorization", format!("Bearer {key}"));
        let request = request.header("content-encoding", coding);
        let mut response = request.content_type("application/json").send(&b"\x1f\x8b\x08"[..]).unwrap();
        let text = response.body_mut().read_to_string().unwrap();
        (response.status().as_u16(), serde_json::from_str(&text).unwrap())
    }

    pub(crate) fn post_once(&self, key: &str, once: Option<&str>, path: &str, body: &Value) -> (u16, Value) {
        let mut request = self.agent.post(format!("{}{path}", self.address));
        request = request.header("authorization", format!("Bearer {key}"));
        // A long body is sent once the service says that it takes one.
        if body.to_string().len() > 1_000_000 {
            request = request.header("expect", "100-continue");
        }
        if let Some(once) = once {
            request = request.header("idempotency-key", once);
        }
        let mut response = request.send_json(body).unwrap();
        let status = response.status().as_u16();
        (status, response.body_mut().read_json().unwrap())
    }

    /// How many people the newsletter may reach by e-mail, as the last line of the stream says.
    fn audience(&self, key: &str) -> u64 {
        let request = self.agent.post(format!("{}/v1/audience", self.address));
        let request = request.header("authorization", format!("Bearer {key}"));
        let mut response = request.send_json(json!({ "purpose": "newsletter", "channel": "email" })).unwrap();
        let text = response.body_mut().read_to_string().unwrap();
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let count = lines.last().unwrap()["end"]["count"].as_u64().unwrap();
        assert_eq!(count, lines.len() as u64 - 1);
        count
    }

    /// What a path answers to somebody with a key.
    pub(crate) fn get_with(&self, key: &str, path: &str) -> (u16, String) {
        let (status, text, _) = self.get_as(&format!("Bearer {key}"), path);
        (status, text)
    }

    /// One click of a mail program: a form without signing in (RFC 8058).
    pub(crate) fn click(&self, path: &str) -> (u16, String) {
        let request = self.agent.post(format!("{}{path}", self.address));
        let request = request.content_type("application/x-www-form-urlencoded");
        let mut response = request.send("List-Unsubscribe=One-Click").unwrap();
        (response.status().as_u16(), response.body_mut().read_to_string().unwrap())
    }

    pub(crate) fn get(&self, path: &str, language: &str) -> (u16, String, ureq::http::HeaderMap) {
        let request = self.agent.get(format!("{}{path}", self.address)).header("accept-language", language);
        let mut response = request.call().unwrap();
        let headers = response.headers().clone();
        (response.status().as_u16(), response.body_mut().read_to_string().unwrap(), headers)
    }

    /// What a path answers to somebody who sends this `Authorization`.
    pub(crate) fn get_as(&self, authorization: &str, path: &str) -> (u16, String, ureq::http::HeaderMap) {
        let mut request = self.agent.get(format!("{}{path}", self.address));
        if !authorization.is_empty() {
            request = request.header("authorization", authorization);
        }
        let mut response = request.call().unwrap();
        let headers = response.headers().clone();
        (response.status().as_u16(), response.body_mut().read_to_string().unwrap(), headers)
    }

    /// What a browser gets that sends a cookie along: a page, or the answer to a body with a key.
    pub(crate) fn with_cookie(
        &self,
        (cookie, key): (&str, &str),
        path: &str,
        body: Option<&Value>,
    ) -> (u16, String, ureq::http::HeaderMap) {
        let url = format!("{}{path}", self.address);
        let mut response = match body {
            None => self.agent.get(url).header("cookie", cookie).call(),
            Some(body) => {
                let request = self.agent.post(url).header("authorization", format!("Bearer {key}"));
                request.header("cookie", cookie).send_json(body)
            }
        }
        .unwrap();
        let headers = response.headers().clone();
        (response.status().as_u16(), response.body_mut().read_to_string().unwrap(), headers)
    }

    /// Every file of the data folder, of the log and of the published ledger that holds these bytes.
    pub(crate) fn files_with(&self, bytes: &str) -> Vec<PathBuf> {
        files_with(self.folder.path(), bytes.as_bytes())
    }
}

pub(crate) fn may_write_to_ada() -> Value {
    json!({ "questions": [{ "person": { "email": ADA }, "purpose": "newsletter", "verb": { "contact": "email" } }] })
}

pub(crate) fn is_allowed(answered: &(u16, Value)) -> bool {
    assert_eq!(answered.0, 200, "{}", answered.1);
    answered.1["answers"][0]["allowed"].as_bool().expect("an answer")
}

#[test]
fn consent_opens_the_gate_and_its_withdrawal_shuts_it_at_once() {
    let service = Service::start(&[]);
    let key = service.key("shop", &["collect", "consent", "decide", "read"], &["newsletter"]);
    assert!(!is_allowed(&service.post(&key, "/v1/decide", &may_write_to_ada())));
    let sign_up = json!({
        "person": { "email": ADA }, "purposes": ["newsletter"], "fields": { "contact.email": ADA },
    });
    let (status, refused) = service.post(&key, "/v1/collect", &sign_up);
    assert_eq!((status, refused["article"].as_str()), (422, Some("Art. 7(1) GDPR")), "{refused}");
    let mut with_consent = sign_up;
    with_consent["consents"] =
        json!([{ "purpose": "newsletter", "wording": 1, "proof": { "how": "sign-up form" } }]);
    let (status, recorded) = service.post_once(&key, Some("order-17"), "/v1/collect", &with_consent);
    assert_eq!((status, &recorded["repeated"]), (200, &json!(false)), "{recorded}");
    let (_, again) = service.post_once(&key, Some("order-17"), "/v1/collect", &with_consent);
    assert_eq!((&again["repeated"], &again["person"]), (&json!(true), &recorded["person"]));
    assert!(is_allowed(&service.post(&key, "/v1/decide", &may_write_to_ada())));
    let read = json!({ "person": { "email": ADA }, "purpose": "newsletter" });
    let (_, answer) = service.post(&key, "/v1/read", &read);
    assert_eq!(
        answer["values"],
        json!([{ "field": "contact.email", "value": ADA, "from": "kept" }]),
        "{answer}"
    );
    assert_eq!(service.audience(&key), 1);
    let withdrawn = json!({ "person": { "email": ADA }, "purpose": "newsletter" });
    assert_eq!(service.post(&key, "/v1/consents/withdrawals", &withdrawn).0, 200);
    assert!(!is_allowed(&service.post(&key, "/v1/decide", &may_write_to_ada())));
    let (_, answer) = service.post(&key, "/v1/read", &read);
    assert_eq!(answer["values"], json!([]), "{answer}");
    assert_eq!(service.audience(&key), 0);
    assert_eq!(service.files_with(ADA), Vec::<PathBuf>::new(), "sealed or blind everywhere");
}

#[test]
fn a_key_that_was_known_and_is_revoked_reads_and_records_nothing_more() {
    let service = Service::start(&[]);
    let key = service.key("shop", &["collect", "read"], &["enquiry"]);
    let write = json!({
        "person": { "email": ADA }, "purposes": ["enquiry"], "fields": { "contact.email": ADA },
    });
    let read = json!({ "person": { "email": ADA }, "purpose": "enquiry" });
    for _ in 0..2 {
        assert_eq!(service.post(&key, "/v1/collect", &write).0, 200);
        assert_eq!(service.post(&key, "/v1/read", &read).0, 200);
    }
    service.command(&["key", "revoke", "shop"]).ending(0);
    for (path, body) in [
        ("/v1/read", &read),
        ("/v1/collect", &write),
        ("/v1/collect?dry-run=true", &write),
        ("/v1/read", &read),
    ] {
        let (status, problem) = service.post(&key, path, body);
        assert_eq!((status, &problem["type"]), (401, &json!("urn:kept:problem:unauthorized")), "{problem}");
    }
}

#[test]
fn a_key_is_bound_to_what_it_may_do_and_to_its_purposes() {
    let service = Service::start(&[]);
    let key = service.key("mailer", &["decide"], &["enquiry"]);
    let status = |key: &str, path: &str, body: &Value| service.post(key, path, body).0;
    assert_eq!(status("", "/v1/decide", &may_write_to_ada()), 401);
    assert_eq!(status("kept_AAAA", "/v1/decide", &may_write_to_ada()), 401);
    assert_eq!(status(&key, "/v1/decide", &may_write_to_ada()), 403, "another purpose");
    assert_eq!(status(&key, "/v1/sweep", &json!({})), 403, "another act");
    let own = json!({ "questions": [{ "person": { "email": ADA }, "purpose": "enquiry", "verb": "read" }] });
    assert_eq!(status(&key, "/v1/decide", &own), 200);
    // A word that counts elsewhere is never passed over.
    assert_eq!(status(&key, "/v1/decide?dry-run=true", &own), 400);
    service.command(&["key", "revoke", "mailer"]).ending(0);
    assert_eq!(status(&key, "/v1/decide", &own), 401, "revoked at once");
    service.command(&["key", "new", "mailer", "--may", "decide", "--every-purpose"]).ending(2);
    assert_eq!(service.files_with(&key), Vec::<PathBuf>::new(), "the key stands nowhere");
}

#[test]
fn what_can_not_be_read_is_told_without_its_values() {
    let service = Service::start(&[]);
    let key = service.key("shop", &["consent"], &["newsletter"]);
    let strange = json!({ "person": { "email": ADA }, "purpose": "newsletter", "surname": "Lovelace" });
    let long = json!({ "person": { "email": "x".repeat(5_000_000) }, "purpose": "newsletter" });
    let number = json!({ "person": { "email": 17 }, "purpose": "newsletter" });
    let no_address = json!({ "person": { "email": "lovelace" }, "purpose": "newsletter" });
    for (body, expected) in [(strange, 400), (long, 413), (number, 400), (no_address, 422)] {
        let (status, problem) = service.post(&key, "/v1/consents/withdrawals", &body);
        assert_eq!(status, expected, "{problem}");
        let words = problem.to_string().to_lowercase();
        assert!(!words.contains("lovelace") && !words.contains(ADA), "{words}");
        assert!(problem["type"].as_str().unwrap().starts_with("urn:kept:problem:"));
    }
}

#[test]
fn an_application_that_asks_too_often_is_told_when_to_come_back() {
    let service = Service::start(&["--requests-a-minute", "2"]);
    let key = service.key("shop", &["decide"], &["newsletter"]);
    let asked: Vec<(u16, Value)> =
        (0..3).map(|_| service.post(&key, "/v1/decide", &may_write_to_ada())).collect();
    assert_eq!(asked.iter().map(|(status, _)| *status).collect::<Vec<_>>(), [200, 200, 429]);
    assert!(asked[2].1["retry_after"].as_u64().unwrap() > 0);
}

#[test]
fn the_openapi_document_says_what_the_service_does() {
    let service = Service::start(&["--requests-a-minute", "1000"]);
    let all: Vec<&str> = kept_engine::applications::May::ALL.iter().map(|may| may.word()).collect();
    let key = service.key("all", &all, &["newsletter", "enquiry"]);
    let (_, text, _) = service.get("/openapi.json", "en");
    let document: Value = serde_json::from_str(&text).unwrap();
    let mut listed = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            listed.push((method.clone(), path.clone()));
            if method == "post" {
                // What is not a body is unreadable; nothing listed is unknown.
                assert_eq!(service.post(&key, path, &json!({ "strange": 1 })).0, 400, "{path}");
                let example = &operation["requestBody"]["content"]["application/json"]["example"];
                if !example.is_null() {
                    let (status, answer) = service.post(&key, path, example);
                    assert!([200, 404, 422].contains(&status), "{path}: {status} {answer}");
                }
            }
        }
    }
    let mut known: Vec<(String, String)> =
        kept_web::api::ENDPOINTS.iter().map(|one| (one.method.to_owned(), one.path.to_owned())).collect();
    listed.sort();
    known.sort();
    assert_eq!(listed, known);
    assert_eq!(service.post(&key, "/v1/nowhere", &json!({})).0, 404);
}

#[test]
fn a_client_that_sends_half_a_request_does_not_keep_the_service_from_stopping() {
    use std::io::Write as _;
    let mut service = Service::start(&[]);
    let address = service.address.trim_start_matches("http://").to_owned();
    let mut half = std::net::TcpStream::connect(address).unwrap();
    half.write_all(b"POST /v1/collect HTTP/1.1\r\nHost: x\r\n").unwrap();
    assert_eq!(service.get("/health", "en").0, 200);
    let began = std::time::Instant::now();
    let told = Command::new("kill").args(["-TERM", &service.child.id().to_string()]).status().unwrap();
    assert!(told.success() && service.child.wait().unwrap().success());
    assert!(began.elapsed() < std::time::Duration::from_secs(40), "it waits for nobody for ever");
}

#[test]
fn anybody_reads_the_notice_in_their_language_and_the_service_stops_when_told() {
    let mut service = Service::start(&[]);
    let (status, page, headers) = service.get("/notice", "fr-BE,fr;q=0.9,en;q=0.5");
    assert_eq!((status, headers["content-language"].to_str().unwrap()), (200, "fr"));
    assert!(page.contains("<html lang=\"fr\"") && page.contains("The Club"));
    assert!(headers["content-security-policy"].to_str().unwrap().contains("default-src 'none'"));
    assert_eq!(service.get("/notice?lang=nl", "en").0, 404);
    assert_eq!(service.get("/health", "en").0, 200);
    assert_eq!(service.get("/ledger/..%2Fkept.db", "en").0, 404);
    let told = Command::new("kill").args(["-TERM", &service.child.id().to_string()]).status().unwrap();
    assert!(told.success() && service.child.wait().unwrap().success());
}

#[test]
fn what_an_audience_gives_is_taken_as_a_person_by_reading_deciding_and_recording() {
    let service = Service::start(&[]);
    let all = ["newsletter", "enquiry"];
    let key = service.key("shop", &["collect", "consent", "decide", "read", "explain"], &all);
    let sign_up = json!({
        "person": { "email": ADA }, "purposes": ["newsletter"], "fields": { "contact.email": ADA },
        "consents": [{ "purpose": "newsletter", "wording": 1, "proof": { "how": "sign-up form" } }],
    });
    assert_eq!(service.post(&key, "/v1/collect", &sign_up).0, 200);
    let reach = json!({ "purpose": "newsletter", "channel": "email" }).to_string();
    let (_, lines) = service.post_text(&key, "/v1/audience", &reach);
    let member: Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    let read = json!({ "person": member, "purpose": "newsletter" });
    let (status, told) = service.post(&key, "/v1/read", &read);
    assert_eq!((status, told["values"][0]["value"].as_str()), (200, Some(ADA)), "{told}");
    let question = json!({ "person": member, "purpose": "newsletter", "verb": { "contact": "email" } });
    assert!(is_allowed(&service.post(&key, "/v1/decide", &json!({ "questions": [question] }))));
    for (path, body) in [
        ("/v1/records/list", &read),
        ("/v1/why", &json!({ "person": member })),
        ("/v1/consents/withdrawals", &read),
    ] {
        let (status, told) = service.post(&key, path, body);
        assert_eq!(status, 200, "{path}: {told}");
    }
    assert!(!is_allowed(&service.post(&key, "/v1/decide", &json!({ "questions": [question] }))));
    let nobody = json!({ "person": { "person": "0".repeat(32) }, "purpose": "newsletter" });
    let (status, told) = service.post(&key, "/v1/read", &nobody);
    assert_eq!(status, 409, "{told}");
}
