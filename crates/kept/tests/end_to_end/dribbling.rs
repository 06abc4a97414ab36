//! Clients that send their requests a byte now and then: they hold nothing open.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::serving::{ADA, Service};

/// Sends bytes one by one until the service answers or hangs up; what it said.
fn dribbled(service: &Service, head: &str, drops: &str) -> String {
    let mut stream = TcpStream::connect(service.address().trim_start_matches("http://")).unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    let (mut said, mut part, began) = (Vec::new(), [0; 1024], Instant::now());
    for drop in drops.bytes().cycle() {
        assert!(began.elapsed() < Duration::from_secs(20), "the service waits for ever");
        // Who was hung up on may still write once.
        let sent = stream.write_all(&[drop]);
        match stream.read(&mut part) {
            Ok(0) => break,
            Ok(count) => said.extend_from_slice(&part[..count]),
            Err(error)
                if matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) =>
            {
                assert!(sent.is_ok() || began.elapsed() < Duration::from_secs(20));
            }
            Err(_) => break,
        }
    }
    String::from_utf8_lossy(&said).into_owned()
}

#[test]
fn a_request_whose_head_or_body_dribbles_is_ended_and_others_are_answered_meanwhile() {
    let service = Service::start(&["--head-within", "1", "--body-within", "1"]);
    let key = service.key("shop", &["decide"], &["newsletter"]);
    let began = Instant::now();
    let head = dribbled(&service, "POST /v1/decide HTTP/1.1\r\nHost: x\r\n", "X-A: b\r\n");
    assert!(!head.contains(" 200 "), "{head}");
    let start = format!(
        "POST /v1/decide HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\n\
         Content-Length: 100000\r\n\r\n"
    );
    let body = dribbled(&service, &start, " ");
    assert!(body.starts_with("HTTP/1.1 408 "), "{body}");
    assert!(body.to_lowercase().contains("connection: close"), "{body}");
    assert!(body.contains("urn:kept:problem:too-slow"), "{body}");
    assert!(began.elapsed() < Duration::from_secs(15), "each within its second");
    let asked = serde_json::json!({ "questions": [
        { "person": { "email": ADA }, "purpose": "newsletter", "verb": "read" },
    ] });
    assert_eq!(service.post(&key, "/v1/decide", &asked).0, 200);
}
