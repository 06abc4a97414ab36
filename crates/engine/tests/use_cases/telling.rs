//! Webhooks: what a company's system must act on reaches it, signed, in order, at least once, and with no
//! more of a person than the identifier it knows.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use kept_connect::http::Secret;
use kept_core::admission::Act;
use kept_core::ledger::{Kind, Outcome};
use kept_core::policy::model::Channel;
use kept_core::time::Instant;
use kept_core::timeline::RestrictionReason;
use kept_engine::company::Company;
use serde_json::{Value, json};

use crate::recording::{ADA, BO, collection, consent, record};
use crate::world::{World, at, whom};

const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// Somebody who is told: what came, and what is answered.
#[derive(Clone)]
struct Receiver {
    port: u16,
    came: Arc<Mutex<Vec<Value>>>,
    status: Arc<Mutex<u16>>,
}

impl Receiver {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let receiver = Self { port, came: Arc::default(), status: Arc::new(Mutex::new(204)) };
        let own = receiver.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                own.answer(stream.unwrap());
            }
        });
        receiver
    }

    fn answer(&self, mut stream: TcpStream) {
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            if line.trim().is_empty() {
                break;
            }
            lines.push(line.trim().to_owned());
        }
        let header = |name: &str| {
            let found = lines.iter().find_map(|line| {
                line.split_once(": ")
                    .filter(|(one, _)| one.eq_ignore_ascii_case(name))
                    .map(|(_, value)| value)
            });
            found.unwrap_or_default().to_owned()
        };
        let mut body = vec![0; header("content-length").parse().unwrap()];
        reader.read_exact(&mut body).unwrap();
        let seconds: i64 = header("kept-timestamp").parse().unwrap();
        let secret = Secret::new(SECRET).unwrap();
        assert!(secret.verifies(&header("kept-signature"), ("POST", "/hook"), seconds, &body));
        let told: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(told["id"], header("idempotency-key"));
        let status = *self.status.lock().unwrap();
        if status < 300 {
            self.came.lock().unwrap().push(told);
        }
        write!(stream, "HTTP/1.1 {status} Answer\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
    }

    /// What arrived since the last look.
    fn told(&self) -> Vec<Value> {
        std::mem::take(&mut *self.came.lock().unwrap())
    }

    fn words(&self) -> Vec<String> {
        self.told().iter().map(|told| told["what"].as_str().unwrap().to_owned()).collect()
    }

    fn answers(&self, status: u16) {
        *self.status.lock().unwrap() = status;
    }
}

/// The club, with a system that knows people by their address.
fn club(more: &str) -> (World, Receiver) {
    let receiver = Receiver::new();
    let hook = format!(
        "\n[webhook.crm]\nurl = \"http://127.0.0.1:{}/hook\"\nsecret = {{ file = \"hook.secret\" }}\n\
         identifier = \"email\"\n{more}",
        receiver.port
    );
    let world = World::new(&format!("{}{hook}", include_str!("club.toml")), &[]);
    std::fs::write(world.path("hook.secret"), SECRET).unwrap();
    (world, receiver)
}

fn noon() -> Instant {
    at("2026-03-02")
}

fn later() -> Instant {
    at("2026-03-03")
}

/// How many were told, and how many were tried in vain.
fn run(company: &Company, clock: fn() -> Instant) -> (u64, u64) {
    let delivered = company.deliver(clock).unwrap();
    (delivered.told, delivered.failed)
}

fn withdrawal() -> Act {
    Act::WithdrawConsent { purpose: "newsletter".into(), channels: Vec::new() }
}

fn given(company: &mut Company, who: &str) {
    company.record(&collection(who, &["enquiry"], &["identification.name"]), noon()).unwrap();
    record(company, who, Act::GiveConsent(consent("newsletter", &[])), noon()).unwrap();
}

#[test]
fn a_withdrawal_is_told_once_it_is_recorded_and_nothing_of_the_person_but_the_identifier() {
    for in_postgres in [false, true] {
        let (world, receiver) = club("");
        let world = if in_postgres { world.kept_in_postgres() } else { world };
        let mut company = world.open(noon());
        given(&mut company, ADA);
        record(&mut company, ADA, withdrawal(), noon()).unwrap();
        assert_eq!(company.outbox().unwrap().waiting, 1, "it waits before anybody is called");
        assert_eq!(run(&company, noon), (1, 0));
        let told = receiver.told();
        let expected = json!({
            "id": told[0]["id"], "what": "consent-withdrawn", "purpose": "newsletter",
            "happened-at": "2026-03-02T12:00:00Z", "person": { "email": "ada@example.org" },
        });
        assert_eq!(told, [expected]);
        assert_eq!(run(&company, noon), (0, 0), "once it is there it is not told again");
        let own: Vec<Outcome> = world
            .entries()
            .into_iter()
            .filter(|entry| entry.kind == Kind::Recorded)
            .filter(|entry| entry.rule.as_deref() == Some("webhook.crm.consent-withdrawn"))
            .map(|entry| entry.outcome)
            .collect();
        assert_eq!(own, [Outcome::Intended, Outcome::Done]);
    }
}

#[test]
fn objections_restrictions_and_their_lifting_are_told_in_order_for_each_person() {
    let (world, receiver) = club("");
    let mut company = world.open(noon());
    given(&mut company, ADA);
    given(&mut company, BO);
    receiver.answers(500);
    record(&mut company, ADA, Act::Object { purpose: Some("enquiry".into()) }, noon()).unwrap();
    let reason = RestrictionReason::Accuracy;
    let review_on = Some("2026-06-01".parse().unwrap());
    let restrict = Act::Restrict { data: Vec::new(), reason, review_on };
    let case = record(&mut company, ADA, restrict, noon()).unwrap().case.unwrap();
    record(&mut company, ADA, Act::TellOfLifting { case: case.clone() }, at("2026-03-02T12:30:00Z")).unwrap();
    record(&mut company, ADA, Act::Lift { case: case.clone() }, at("2026-03-02T13:00:00Z")).unwrap();
    assert_eq!(run(&company, noon), (0, 1), "the others wait for it");
    let waiting = company.outbox().unwrap();
    assert_eq!((waiting.waiting, waiting.failed), (3, 1));
    assert_eq!(waiting.letters[0].problem.as_deref(), Some("it answers with status 500"));
    receiver.answers(200);
    let by_mail = Act::WithdrawConsent { purpose: "newsletter".into(), channels: vec![Channel::Email] };
    record(&mut company, BO, by_mail, noon()).unwrap();
    assert_eq!(run(&company, noon), (1, 0), "nobody waits for another");
    let told = receiver.told();
    let expected = (&json!({ "email": "bo@example.org" }), &json!(["email"]));
    assert_eq!((&told[0]["person"], &told[0]["channels"]), expected);
    assert_eq!(run(&company, later), (3, 0));
    let told = receiver.told();
    let words: Vec<&str> = told.iter().map(|one| one["what"].as_str().unwrap()).collect();
    assert_eq!(words, ["objected", "restricted", "restriction-lifted"]);
    assert_eq!((&told[0]["purpose"], &told[1]["case"]), (&json!("enquiry"), &json!(case)));
}

#[test]
fn an_erasure_is_told_by_the_identifier_that_nobody_has_any_more() {
    let (world, receiver) = club("");
    let mut company = world.open(noon());
    given(&mut company, ADA);
    receiver.answers(503);
    record(&mut company, ADA, withdrawal(), noon()).unwrap();
    company.deliver(noon).unwrap();
    company.erase(&whom(&[ADA]), noon(), false, noon()).unwrap();
    receiver.answers(200);
    drop(company);
    let company = world.open(later());
    assert_eq!(run(&company, later), (2, 0));
    let told = receiver.told();
    assert_eq!((&told[0]["what"], &told[1]["what"]), (&json!("consent-withdrawn"), &json!("erased")));
    assert!(told.iter().all(|one| one["person"] == json!({ "email": "ada@example.org" })), "{told:?}");
    assert_eq!(world.files_with(b"ada@example.org"), Vec::<String>::new(), "sealed while it waited");
}

#[test]
fn only_what_the_webhook_asks_for_is_told_and_what_is_dropped_is_not() {
    let (world, receiver) = club("tells = [\"objected\"]\n");
    let mut company = world.open(noon());
    given(&mut company, ADA);
    record(&mut company, ADA, withdrawal(), noon()).unwrap();
    assert_eq!(company.outbox().unwrap().waiting, 0);
    record(&mut company, ADA, Act::Object { purpose: None }, noon()).unwrap();
    let letter = company.outbox().unwrap().letters.remove(0);
    assert!(company.drop_letter(letter.id, noon()).unwrap());
    assert!(!company.drop_letter(letter.id, noon()).unwrap());
    company.deliver(noon).unwrap();
    assert_eq!(receiver.words(), Vec::<String>::new());
}

#[test]
fn somebody_whom_the_receiver_does_not_know_stays_in_the_outbox_with_the_reason() {
    let (mut world, receiver) = club("");
    world.rewrite("identifier = \"email\"", "identifier = \"phone\"");
    let mut company = world.open(noon());
    given(&mut company, ADA);
    record(&mut company, ADA, withdrawal(), noon()).unwrap();
    assert_eq!(run(&company, noon), (0, 1));
    let letter = company.outbox().unwrap().letters.remove(0);
    assert!(letter.problem.unwrap().starts_with("no identifier of the kind"));
    assert_eq!(receiver.words(), Vec::<String>::new());
}

/// A port that takes calls and answers none.
fn silence() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

fn person(number: u32) -> String {
    format!("email=person{number}@example.org")
}

#[test]
fn a_receiver_that_hangs_holds_up_no_other_and_a_run_comes_to_its_end() {
    let (_listener, port) = silence();
    let (world, receiver) = club(&format!(
        "\n[webhook.sleepy]\nurl = \"http://127.0.0.1:{port}/hook\"\nsecret = {{ file = \"hook.secret\" }}\n\
         identifier = \"email\"\n"
    ));
    let mut company = world.open(noon());
    for number in 0..6 {
        given(&mut company, &person(number));
        record(&mut company, &person(number), withdrawal(), noon()).unwrap();
    }
    let began = std::time::Instant::now();
    let lanes = std::thread::spawn({
        let company = company.beside();
        move || company.deliver_all(noon).unwrap()
    });
    while receiver.came.lock().unwrap().len() < 6 {
        assert!(began.elapsed().as_secs() < 10, "the other receiver is told meanwhile");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let delivered = lanes.join().unwrap();
    assert!(began.elapsed().as_secs() < 60, "each letter is tried once, and a silent receiver left alone");
    assert_eq!((delivered.told, delivered.waiting), (6, 6));
    assert!((4..=6).contains(&delivered.failed), "{delivered:?}");
}

#[test]
fn a_run_tells_everything_that_is_due_however_much_it_is() {
    let (world, receiver) = club("");
    let mut company = world.open(noon());
    given(&mut company, ADA);
    for _ in 0..130 {
        record(&mut company, ADA, Act::Object { purpose: Some("enquiry".into()) }, noon()).unwrap();
    }
    let delivered = company.deliver(noon).unwrap();
    assert_eq!((delivered.told, delivered.failed, delivered.waiting), (130, 0, 0));
    let ids: Vec<u64> = receiver
        .told()
        .iter()
        .map(|told| told["id"].as_str().unwrap().split('-').next().unwrap().parse().unwrap())
        .collect();
    assert!(ids.is_sorted(), "in order for each person");
}

#[test]
fn a_letter_outlives_the_key_of_the_persons_entries_and_what_nobody_can_be_told_is_given_up() {
    use kept_vault::subject::Destroy;
    for knows in [true, false] {
        let (mut world, receiver) = club("");
        if !knows {
            world.rewrite("identifier = \"email\"", "identifier = \"phone\"");
        }
        let mut company = world.open(noon());
        given(&mut company, ADA);
        receiver.answers(503);
        record(&mut company, ADA, withdrawal(), noon()).unwrap();
        company.deliver(noon).unwrap();
        company.erase(&whom(&[ADA]), noon(), false, noon()).unwrap();
        let person = company.outbox().unwrap().letters.remove(0).person;
        drop(company);
        let vault = world.vault();
        let subject = vault
            .read("letters", |tx| tx.letters(kept_vault::outbox::LetterId(0), 10))
            .unwrap()
            .first()
            .map(|letter| letter.subject)
            .unwrap();
        assert_eq!(subject.to_string(), person);
        vault.write("end", |tx| tx.erase_subject_keys(subject, Destroy::ValuesAndLedger, noon())).unwrap();
        drop(vault);
        receiver.answers(204);
        let company = world.open(later());
        let delivered = company.deliver(later).unwrap();
        assert_eq!(delivered.waiting, 0, "{delivered:?}");
        assert_eq!((delivered.told, delivered.given_up), if knows { (2, 0) } else { (0, 2) });
        assert_eq!(receiver.told().len(), if knows { 2 } else { 0 });
    }
}

#[test]
fn calls_that_are_cut_off_are_made_again_under_the_same_number() {
    let (listener, port) = silence();
    let (mut world, receiver) = club("");
    let url = format!("http://127.0.0.1:{}/hook", receiver.port);
    world.rewrite(&url, &format!("http://127.0.0.1:{port}/hook"));
    let mut company = world.open(noon());
    given(&mut company, ADA);
    record(&mut company, ADA, withdrawal(), noon()).unwrap();
    let shared = Arc::new(kept_engine::delivery::Lanes::default());
    let lane = company.lanes().unwrap().remove(0);
    let calling = std::thread::spawn({
        let (company, shared) = (company.beside(), Arc::clone(&shared));
        move || company.deliver_lane(&lane, &shared, noon).unwrap()
    });
    let _called = listener.accept().unwrap();
    shared.stop();
    let minute = noon().checked_add(jiff::SignedDuration::from_secs(60)).unwrap();
    assert_eq!(company.cut_off(&shared, noon()).unwrap(), 1);
    let waits = company.outbox().unwrap().letters.remove(0);
    assert!(
        waits.next_attempt_at < minute && waits.problem.is_some(),
        "not held by the call that was cut off"
    );
    drop(calling);
}
