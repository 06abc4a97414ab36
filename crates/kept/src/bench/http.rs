//! The service under load: what a request costs it, how many a second it answers when every entry must
//! reach the disk first, and how much memory and log it takes.
//!
//! The service is a process of its own, so that its CPU time and memory can be read from outside; this
//! one plays its clients on the same machine, and takes a part of the same cores.

mod line;
mod server;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant as Clock};

use anyhow::{Context, ensure};
use kept_core::policy::model::Channel;
use serde_json::{Value, json};

use self::line::Line;
use self::server::{Server, fsync};
use super::figure::{Figure, middle};
use crate::clock;

/// How many questions one call asks.
const QUESTIONS: u32 = 1_000;
/// How often a call is timed.
const TIMES: usize = 21;
/// How many lines of the audience are read.
const AUDIENCE: u32 = 1_000_000;

/// What is measured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Order {
    /// How many people are collected.
    pub(crate) people: u32,
    /// How many connections ask at once.
    pub(crate) connections: u32,
    /// How many requests the service works on at once.
    pub(crate) workers: u16,
}

/// Measures and tells each part as it begins.
///
/// # Errors
/// When the service can't be started, or answers otherwise than asked.
pub(crate) fn run(order: &Order, say: &mut dyn FnMut(&str)) -> anyhow::Result<Vec<Figure>> {
    let mut server = Server::start(order.workers)?;
    say("timing the disk");
    let flush = fsync(server.folder())?;
    let rate = 1.0 / flush.as_secs_f64();
    say(&format!("collecting {} people over {} connections", order.people, order.connections));
    let create = load(&server, order, order.people, &|number| ("/v1/collect", person(number)))?;
    let resident = server.memory()?;
    say("reading them");
    let reads = order.people.min(50_000);
    let read = load(&server, order, reads, &|number| {
        ("/v1/read", reading(number.wrapping_mul(7919) % order.people))
    })?;
    let each = |load: &Load| load.cpu.as_secs_f64() * 1_000.0 / f64::from(load.count);
    let figures = vec![
        Figure::new("CPU of creating a record over HTTP", "sqlite", each(&create), "ms")
            .under(0.25)
            .against(&create.words()),
        Figure::new("CPU of reading a record over HTTP", "sqlite", each(&read), "ms")
            .under(0.1)
            .against(&read.words()),
        of_rate("creating", &create, rate, flush),
        of_rate("reading", &read, rate, flush),
        Figure::new(
            "longest write-ahead log meanwhile",
            "sqlite",
            create.log.max(read.log) as f64 / 1_048_576.0,
            "MB",
        )
        .under(64.0),
        Figure::new("resident memory of the service after that", "sqlite", resident, "MB")
            .under(100.0)
            .against(&format!("its peak, {} people collected", order.people)),
    ];
    say("asking many questions at once");
    let mut figures = figures;
    figures.extend(asked(&server, order)?);
    figures.push(streamed(&server, order.people)?);
    say(&format!("reading an audience of {AUDIENCE} people"));
    server.stop()?;
    figures.push(audience(&server)?);
    Ok(figures)
}

/// A rate beside what one flush a request would allow.
fn of_rate(what: &str, load: &Load, flushes: f64, flush: Duration) -> Figure {
    let rate = f64::from(load.count) / load.wall.as_secs_f64();
    Figure::new(&format!("rate of flushes against that of {what} over HTTP"), "sqlite", flushes / rate, "×").under(2.0).against(&format!(
        "{rate:.0} a second at {} connections; one flush of the disk takes {:.2} ms, which allows {flushes:.0} a second one by one",
        load.connections,
        flush.as_secs_f64() * 1_000.0
    ))
}

/// What a load came to.
struct Load {
    count: u32,
    connections: u32,
    wall: Duration,
    cpu: Duration,
    times: (Duration, Duration),
    log: u64,
}

impl Load {
    fn words(&self) -> String {
        format!(
            "{} requests over {} connections in {:.1} s; a request takes {:.1} ms in the middle, {:.1} ms at the longest",
            self.count,
            self.connections,
            self.wall.as_secs_f64(),
            self.times.0.as_secs_f64() * 1_000.0,
            self.times.1.as_secs_f64() * 1_000.0
        )
    }
}

/// Sends requests over all connections until each number has had its own.
fn load(
    server: &Server,
    order: &Order,
    count: u32,
    request: &(dyn Fn(u32) -> (&'static str, Value) + Sync),
) -> anyhow::Result<Load> {
    let (next, ended) = (AtomicU64::new(0), AtomicBool::new(false));
    let (cpu, began) = (server.cpu()?, Clock::now());
    let work = || -> anyhow::Result<Vec<Duration>> {
        let mut line = Line::open(server.address(), server.key())?;
        let mut times = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(number) = u32::try_from(number).ok().filter(|number| *number < count) else {
                return Ok(times);
            };
            let (path, body) = request(number);
            let began = Clock::now();
            let (status, answer) = line.post(path, &body.to_string())?;
            times.push(began.elapsed());
            ensure!(status == 200, "{path} answered {status}: {}", String::from_utf8_lossy(&answer));
        }
    };
    std::thread::scope(|scope| {
        let watch = scope.spawn(|| {
            let mut longest = 0;
            while !ended.load(Ordering::Relaxed) {
                longest = server.log().max(longest);
                std::thread::sleep(Duration::from_millis(20));
            }
            longest
        });
        let workers: Vec<_> = (0..order.connections).map(|_| scope.spawn(work)).collect();
        let done: Vec<anyhow::Result<Vec<Duration>>> = workers
            .into_iter()
            .map(|worker| worker.join().unwrap_or_else(|_| Err(anyhow::anyhow!("a client panicked"))))
            .collect();
        let (wall, cpu) = (began.elapsed(), server.cpu()?.saturating_sub(cpu));
        ended.store(true, Ordering::Relaxed);
        let log = watch.join().unwrap_or(0);
        let mut times: Vec<Duration> = done.into_iter().collect::<anyhow::Result<Vec<_>>>()?.concat();
        Ok(Load { count, connections: order.connections, wall, cpu, times: middle(&mut times), log })
    })
}

fn email(number: u32) -> String {
    format!("person{number}@example.org")
}

fn person(number: u32) -> Value {
    json!({
        "person": { "email": email(number) },
        "purposes": ["enquiry"],
        "people": "visitor",
        "fields": { "contact.name": format!("Person {number} of Example"), "contact.email": email(number) },
    })
}

fn reading(number: u32) -> Value {
    json!({ "person": { "email": email(number) }, "purpose": "enquiry" })
}

/// A thousand questions in one call, about people just seen and about people not seen for long.
fn asked(server: &Server, order: &Order) -> anyhow::Result<[Figure; 2]> {
    let question = |number: u32| json!({ "person": { "email": email(number % order.people) }, "purpose": "enquiry", "verb": "read", "fields": ["contact.email"] });
    let mut line = Line::open(server.address(), server.key())?;
    let mut ask = |from: u32| -> anyhow::Result<Duration> {
        let all: Vec<Value> = (from..from.saturating_add(QUESTIONS)).map(question).collect();
        let body = json!({ "questions": all }).to_string();
        let began = Clock::now();
        let (status, answer) = line.post("/v1/decide", &body)?;
        let took = began.elapsed();
        let answer: Value = serde_json::from_slice(&answer)?;
        let is_allowed = |one: &&Value| one.get("allowed") == Some(&Value::Bool(true));
        let answers = answer.get("answers").and_then(Value::as_array);
        let allowed = answers.map_or(0, |all| all.iter().filter(is_allowed).count());
        ensure!(status == 200 && allowed == QUESTIONS as usize, "{status}: {allowed} were allowed");
        Ok(took)
    };
    let mut cold = (0..5).map(|round| ask(round * QUESTIONS)).collect::<anyhow::Result<Vec<_>>>()?;
    ask(0)?;
    let mut warm = (0..TIMES).map(|_| ask(0)).collect::<anyhow::Result<Vec<_>>>()?;
    let (middle_of, longest) = middle(&mut warm);
    let what = "1,000 decisions in one call over HTTP";
    Ok([
        Figure::time(what, "sqlite", middle_of).under(5.0).against(&format!(
            "about people whose standing is at hand; the middle of {TIMES}, the longest {:.1} ms",
            longest.as_secs_f64() * 1_000.0
        )),
        Figure::time(&format!("{what}, the first about these people"), "sqlite", middle(&mut cold).0),
    ])
}

/// The audience over HTTP; nobody of those collected consented, so that only its reading counts.
fn streamed(server: &Server, people: u32) -> anyhow::Result<Figure> {
    let mut line = Line::open(server.address(), server.key())?;
    let began = Clock::now();
    let body = json!({ "purpose": "enquiry", "channel": "email" }).to_string();
    let (status, answer) = line.post("/v1/audience", &body)?;
    let took = began.elapsed();
    let lines = answer.iter().filter(|byte| **byte == b'\n').count();
    ensure!(status == 200 && lines == people as usize + 1, "{status}: {lines} lines");
    Ok(Figure::time("the audience over HTTP", "sqlite", took)
        .against(&format!("{people} people, {:.1} MB", answer.len() as f64 / 1_048_576.0)))
}

/// An audience in process, of lines that SQL multiplied from a real person's: the service is stopped.
fn audience(server: &Server) -> anyhow::Result<Figure> {
    let store = rusqlite::Connection::open(server.store())?;
    store.execute_batch("PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF")?;
    // Each has a place of its own in a bucket: by that a row of grounds leads to the person.
    store
        .execute(
            "WITH RECURSIVE number (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n + 1 < ?1)
         INSERT INTO subject (id, bucket, slot, created_at)
         SELECT randomblob(16), 1000000 + n / 1024, n % 1024, 0 FROM number",
            [AUDIENCE],
        )
        .context("can't multiply the people")?;
    store.execute(
        "WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ?1)
         INSERT INTO ground_now (subject, place, purpose, keep, usage, marked, next_change_at, policy, contact)
         SELECT (1000000 + (n - 1) / 1024) * 1024 + (n - 1) % 1024, g.place, g.purpose, g.keep, g.usage, g.marked, g.next_change_at, g.policy, g.contact
         FROM (SELECT * FROM ground_now WHERE purpose = 'enquiry' LIMIT 1) g, number",
        [AUDIENCE],
    )
    .context("can't multiply the cache of grounds")?;
    drop(store);
    let mut company = server.open()?;
    let mut count = 0_u64;
    let mut once = || -> anyhow::Result<Duration> {
        let began = Clock::now();
        let told = company.audience(&"enquiry".into(), Channel::Email, clock::now(), &mut |_| true)?;
        count = told.count;
        Ok(began.elapsed())
    };
    let mut times = (0..3).map(|_| once()).collect::<anyhow::Result<Vec<_>>>()?;
    let (middle, longest) = middle(&mut times);
    ensure!(count >= u64::from(AUDIENCE), "only {count} were reached");
    Ok(Figure::time("an audience of 1 million people, in process", "sqlite", middle).under(1_000.0).against(
        &format!(
            "{count} people, each handed out; the middle of 3, the longest {:.0} ms",
            longest.as_secs_f64() * 1_000.0
        ),
    ))
}
