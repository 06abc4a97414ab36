//! A webhook beside the service: what waits survives a kill, and is told by the command.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::serving::{ADA, Service};

const HOOK: &str = r#"
[webhook.crm]
url = "http://127.0.0.1:PORT/hook"
secret = { file = "hook.secret" }
identifier = "email"
"#;

/// Answers one call on a socket; its body.
fn one_call(listener: &TcpListener) -> Value {
    let (mut stream, _) = listener.accept().unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    write!(stream, "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n").unwrap();
    serde_json::from_slice(&body).unwrap()
}

#[test]
fn what_waits_for_a_webhook_survives_a_kill_and_is_told_in_order() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let hook = HOOK.replace("PORT", &port.to_string());
    let mut service = Service::start_with(&hook, &[("hook.secret", "0123456789abcdef0123456789abcdef")], &[]);
    let key = service.key("shop", &["consent", "audit"], &["newsletter"]);
    let give = json!({
        "person": { "email": ADA }, "purpose": "newsletter", "wording": 1, "proof": { "how": "form" },
    });
    assert_eq!(service.post(&key, "/v1/consents", &give).0, 200);
    let withdraw = json!({ "person": { "email": ADA }, "purpose": "newsletter" });
    assert_eq!(service.post(&key, "/v1/consents/withdrawals", &withdraw).0, 200);
    assert_eq!(service.post(&key, "/v1/objections", &withdraw).0, 200);
    let (_, text, _) = service.get_as(&format!("Bearer {key}"), "/v1/webhooks");
    let waiting: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(waiting["waiting"], 2, "{waiting}");
    assert!(!text.contains(ADA), "{text}");
    service.kill();
    // A call may have been on its way when the service was killed: nobody else takes it before its time.
    service.command(&["webhook", "list"]);
    let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
    let calls = std::thread::spawn(move || [one_call(&listener), one_call(&listener)]);
    let mut answer = service.command(&["webhook", "deliver", "--json"]);
    for _ in 0..150 {
        if calls.is_finished() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_secs(1));
        answer = service.command(&["webhook", "deliver", "--json"]);
    }
    answer.ending(0);
    let told = calls.join().unwrap();
    let words: Vec<&str> = told.iter().map(|one| one["what"].as_str().unwrap()).collect();
    assert_eq!(words, ["consent-withdrawn", "objected"]);
    assert!(told.iter().all(|one| one["person"] == json!({ "email": ADA })), "{told:?}");
    service.command(&["webhook", "list"]).ending(0);
}

/// The program of the guide, as it stands there.
fn guides_program() -> String {
    let guide = include_str!("../../../../docs/guides/webhooks.md");
    let (_, after) = guide.split_once("```python\n").unwrap();
    after.split_once("```").unwrap().0.to_owned()
}

#[test]
fn the_receiver_of_the_guide_takes_a_signed_call_once_and_no_other() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let hook = HOOK.replace("PORT", &port.to_string());
    let secret = "0123456789abcdef0123456789abcdef";
    let service = Service::start_with(&hook, &[("hook.secret", secret), ("hook.py", &guides_program())], &[]);
    let mut receiver = Command::new("python3")
        .args([service.path("hook.py").to_str().unwrap(), &port.to_string()])
        .env("CRM_HOOK_SECRET", secret)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let url = format!("http://127.0.0.1:{port}/hook");
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let strange = (0..100).find_map(|_| {
        std::thread::sleep(std::time::Duration::from_millis(100));
        agent.post(&url).send_json(json!({ "id": "1", "what": "erased" })).ok()
    });
    assert_eq!(strange.unwrap().status().as_u16(), 401, "not signed");
    let key = service.key("shop", &["consent", "audit"], &["newsletter"]);
    let give = json!({
        "person": { "email": ADA }, "purpose": "newsletter", "wording": 1, "proof": { "how": "form" },
    });
    assert_eq!(service.post(&key, "/v1/consents", &give).0, 200);
    let withdraw = json!({ "person": { "email": ADA }, "purpose": "newsletter" });
    assert_eq!(service.post(&key, "/v1/consents/withdrawals", &withdraw).0, 200);
    let mut line = String::new();
    BufReader::new(receiver.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "consent-withdrawn newsletter\n");
    receiver.kill().unwrap();
    receiver.wait().unwrap();
}

#[test]
fn the_service_stops_at_once_though_a_receiver_hangs_and_the_next_one_tells_it() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let hook = HOOK.replace("PORT", &listener.local_addr().unwrap().port().to_string());
    let mut service = Service::start_with(&hook, &[("hook.secret", "0123456789abcdef0123456789abcdef")], &[]);
    let key = service.key("shop", &["consent"], &["newsletter"]);
    let give = json!({
        "person": { "email": ADA }, "purpose": "newsletter", "wording": 1, "proof": { "how": "form" },
    });
    assert_eq!(service.post(&key, "/v1/consents", &give).0, 200);
    let withdraw = json!({ "person": { "email": ADA }, "purpose": "newsletter" });
    assert_eq!(service.post(&key, "/v1/consents/withdrawals", &withdraw).0, 200);
    let _hanging = listener.accept().unwrap();
    let began = std::time::Instant::now();
    service.stop();
    assert!(began.elapsed().as_secs() < 8, "{:?}", began.elapsed());
    let call = std::thread::spawn(move || one_call(&listener));
    service.command(&["webhook", "deliver"]).ending(0);
    assert_eq!(call.join().unwrap()["what"], "consent-withdrawn");
}
