//! A service and commands beside it, all of which write to one store and are killed in the middle: the ledger
//! holds at every moment, and what was acknowledged is there.

use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use super::serving::Service;

/// How often the service is killed.
const ROUNDS: u64 = 4;

/// A sequence that looks random and is the same each time.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

fn visitor(round: u64, number: u64) -> String {
    format!("v{round}-{number}@example.org")
}

fn sign_up(person: &str) -> Value {
    json!({
        "person": { "email": person }, "purposes": ["newsletter"], "fields": { "contact.email": person },
        "consents": [{ "purpose": "newsletter", "wording": 1, "proof": { "how": "sign-up form" } }],
    })
}

/// Sends people to the service until it does not answer; those that it acknowledged.
fn sign_all_up(service: &Service, key: &str, round: u64, ends: &AtomicBool) -> Vec<String> {
    let mut acknowledged = Vec::new();
    for number in 0.. {
        let person = visitor(round, number);
        if service.try_post(key, &person, "/v1/collect", &sign_up(&person)) != Some(200) {
            break;
        }
        acknowledged.push(person);
    }
    ends.store(true, Ordering::SeqCst);
    acknowledged
}

/// Commands beside the service, every third of them killed as it works.
fn work_beside(service: &Service, ends: &AtomicBool, random: &mut Random) {
    let person = format!("email={}", visitor(0, 0));
    let commands: [&[&str]; 4] = [
        &["request", "access", "--person", &person],
        &["ledger", "publish"],
        &["sweep"],
        &["request", "erase", "--yes", "--person", "email=nobody@example.org"],
    ];
    while !ends.load(Ordering::SeqCst) {
        let arguments = commands[usize::try_from(random.below(4)).unwrap()];
        let mut command = service.beside(arguments);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        if random.below(3) == 0 {
            std::thread::sleep(Duration::from_millis(random.below(400)));
            child.kill().unwrap();
        }
        child.wait().unwrap();
    }
}

#[test]
fn a_service_and_commands_that_write_at_once_and_are_killed_leave_a_ledger_that_holds() {
    let mut service = Service::start(&[]);
    let key = service.key("shop", &["collect", "decide"], &["newsletter"]);
    let (mut random, mut acknowledged) = (Random(4_711), Vec::new());
    for round in 0..ROUNDS {
        let (process, ends) = (service.process(), AtomicBool::new(false));
        let wait = Duration::from_millis(1_500 + random.below(1_500));
        let signed = std::thread::scope(|scope| {
            let signing = scope.spawn(|| sign_all_up(&service, &key, round, &ends));
            let killing = scope.spawn(move || {
                std::thread::sleep(wait);
                std::process::Command::new("kill").args(["-KILL", &process.to_string()]).status().unwrap();
            });
            work_beside(&service, &ends, &mut random);
            killing.join().unwrap();
            signing.join().unwrap()
        });
        assert!(!signed.is_empty(), "the service answered nobody in round {round}");
        acknowledged.extend(signed);
        service.command(&["ledger", "publish"]).ending(0);
        service.command(&["ledger", "verify"]).ending(0);
        service.kill();
        service.start_again();
    }
    let questions: Vec<Value> = acknowledged
        .iter()
        .map(|person| json!({ "person": { "email": person }, "purpose": "newsletter", "verb": { "contact": "email" } }))
        .collect();
    for some in questions.chunks(500) {
        let (status, answer) = service.post(&key, "/v1/decide", &json!({ "questions": some }));
        assert_eq!(status, 200, "{answer}");
        let decisions = answer["answers"].as_array().unwrap();
        assert_eq!(decisions.len(), some.len());
        assert!(decisions.iter().all(|one| one["allowed"] == true), "{answer}");
    }
    service.stop();
    service.command(&["ledger", "publish"]).ending(0);
    service.command(&["ledger", "verify"]).ending(0);
}
