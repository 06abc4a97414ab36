//! One person in a large store: reported and erased, by Kept and by hand; alone, many together,
//! and one with very many rows.

use std::time::{Duration, Instant as Clock};

use anyhow::Context;
use kept_connect::map::Map;
use kept_connect::{Access, Failed, Limits, Mode, Session, StoreFault, apply, engine, find, read};
use kept_core::identifier::Identifier;
use kept_core::plan::decide::{Occasioned, decide};
use kept_core::plan::observe::observe;
use kept_core::plan::{PersonRows, StorePlan};
use kept_core::policy::Policy;
use kept_core::policy::model::store::Store;
use kept_core::standing::{PolicyHistory, standing};
use kept_core::time::Instant;
use kept_core::timeline::{Event, EventId, Happening, Occasion, Timeline};
use kept_engine::company::Company;
use kept_engine::desk::Whom;
use kept_engine::report::erasure::StoreState;

use super::figure::{Figure, middle};
use super::hand::Hand;
use super::world::{World, store};
use crate::clock;
use crate::demo::HEAVY;

/// How many people are reported, and erased, by each side.
const REPORTED: usize = 200;
const ERASED: usize = 50;
/// How many times one answer is timed.
const ALONE: usize = 21;
/// How many requests come together.
const TOGETHER: usize = 100;

/// Every figure about people.
pub(super) fn figures(world: &World) -> anyhow::Result<Vec<Figure>> {
    let on = world.on.word();
    let mut hand = world.by_hand()?;
    let all = hand.people(2 * REPORTED + 2 * ERASED + 2 * ALONE + 2 * TOGETHER)?;
    let mut people = all.as_slice();
    let mut take = |count: usize| -> anyhow::Result<&[String]> {
        let (some, rest) = people.split_at_checked(count).context("the company is too small")?;
        people = rest;
        Ok(some)
    };
    let policy = world.policy()?;
    let map = store(&policy, "shop")?;
    let mut shop = Shop {
        policy: &policy,
        map,
        session: Session::open(world.shop(), Access::Write, Limits::default())?,
    };
    let mut figures = vec![
        reported(on, &mut shop, &mut hand, take(2 * REPORTED)?)?,
        erased(on, &mut shop, &mut hand, take(2 * ERASED)?)?,
    ];
    figures.extend(explained(on, &mut shop, take(1)?)?);
    drop((shop, hand));
    let began = Clock::now();
    let mut company = world.open()?;
    figures.push(Figure::time("opening the company", on, began.elapsed()));
    figures.extend(alone(on, &mut company, take(ALONE)?, Asked::Access)?);
    figures.extend(alone(on, &mut company, take(ALONE - 1)?, Asked::Erasure)?);
    figures.extend(heavy(on, &mut company)?);
    figures.extend(together(on, &mut company, take(TOGETHER)?, Asked::Access)?);
    figures.extend(together(on, &mut company, take(TOGETHER)?, Asked::Erasure)?);
    Ok(figures)
}

/// The shop's store without the rest of Kept.
struct Shop<'p> {
    policy: &'p std::sync::Arc<Policy>,
    map: &'p Store,
    session: Session,
}

impl Shop<'_> {
    /// Finds a person and reads their rows.
    fn report(&mut self, email: &str) -> anyhow::Result<PersonRows> {
        let by = Identifier::parse(&format!("email={email}"))?;
        let schema = self.session.schema()?;
        let map = Map::new(self.map, &schema)?;
        let rows = self.session.transaction(engine::Mode::Look, |session| {
            let found = find::find(session, &map, &by)?;
            read::read(session, &map, &found)
        });
        Ok(rows.map_err(|fault: StoreFault| fault)?)
    }

    /// What an erasure would do.
    fn plan(&self, rows: &PersonRows, now: Instant) -> StorePlan {
        let asked = Event {
            id: EventId(u64::MAX),
            happened_at: now,
            recorded_at: now,
            about: Occasion::Person,
            data: Vec::new(),
            what: Happening::ErasureRequested,
        };
        let timeline = Timeline::default().with(observe(self.map, rows, now, 0)).with([asked]);
        let history = PolicyHistory::of(std::sync::Arc::clone(self.policy));
        let standing = standing(&history, &timeline, now, now);
        decide(self.policy, self.map, rows, &standing, Occasioned::Erasure)
    }

    fn apply(&mut self, plan: &StorePlan, mode: Mode) -> anyhow::Result<()> {
        let schema = self.session.schema()?;
        let map = Map::new(self.map, &schema)?;
        let applied = apply::apply(&mut self.session, &map, plan, mode)?;
        anyhow::ensure!(applied.left == 0, "an erasure left rows behind");
        Ok(())
    }
}

/// Half of the people by Kept, half by hand, in turn.
fn reported(
    on: &'static str,
    shop: &mut Shop<'_>,
    hand: &mut Hand,
    people: &[String],
) -> anyhow::Result<Figure> {
    let (mut by_kept, mut by_hand) = (Duration::ZERO, Duration::ZERO);
    for pair in people.chunks(2) {
        let [one, other] = pair else { continue };
        let began = Clock::now();
        let rows = shop.report(one)?;
        by_kept += began.elapsed();
        anyhow::ensure!(rows.count() > 0, "a person was not found");
        let began = Clock::now();
        let rows = hand.report(other)?;
        by_hand += began.elapsed();
        anyhow::ensure!(rows > 0, "a person was not found by hand");
    }
    Ok(Figure::ratio("reporting one person from the store", on, (by_kept, by_hand), REPORTED).under(3.0))
}

fn erased(
    on: &'static str,
    shop: &mut Shop<'_>,
    hand: &mut Hand,
    people: &[String],
) -> anyhow::Result<Figure> {
    let now = clock::now();
    let (mut by_kept, mut by_hand) = (Duration::ZERO, Duration::ZERO);
    for pair in people.chunks(4) {
        let mut plans = Vec::new();
        for person in pair {
            let rows = shop.report(person)?;
            plans.push(shop.plan(&rows, now));
        }
        // A closed account and one in use for each side.
        for (place, plan) in plans.iter().enumerate() {
            let began = Clock::now();
            if place < 2 {
                shop.apply(plan, Mode::Commit { vacuum: false })?;
                by_kept += began.elapsed();
            } else {
                hand.erase(shop.map, plan)?;
                by_hand += began.elapsed();
            }
        }
    }
    Ok(Figure::ratio("erasing one person from the store", on, (by_kept, by_hand), ERASED).under(3.0))
}

/// How many statements finding, reading and erasing a person takes, and how many of them read a
/// whole table.
fn explained(on: &'static str, shop: &mut Shop<'_>, people: &[String]) -> anyhow::Result<[Figure; 2]> {
    let person = people.first().context("nobody is left")?;
    let rows = shop.report(person)?;
    let plan = shop.plan(&rows, clock::now());
    let by = Identifier::parse(&format!("email={person}"))?;
    let schema = shop.session.schema()?;
    let map = Map::new(shop.map, &schema)?;
    let work = |session: &mut Session| -> Result<(), Failed> {
        let found = find::find(session, &map, &by)?;
        read::read(session, &map, &found)?;
        apply::apply(session, &map, &plan, Mode::Rehearse).map(drop)
    };
    let plans = shop.session.explained(work)?;
    let is_scan = |line: &String| {
        let line = line.trim_start();
        line.contains("Seq Scan") || (line.starts_with("SCAN") && !line.contains("CONSTANT ROW"))
    };
    let scans = plans.iter().filter(|(_, lines)| lines.iter().any(is_scan)).count();
    let statements = "EXPLAIN of every statement that finds, reads and erases one person";
    Ok([
        Figure::new("statements for one person", on, plans.len() as f64, ""),
        Figure::new("of them reading a whole table", on, scans as f64, "").under(0.0).against(statements),
    ])
}

#[derive(Clone, Copy)]
enum Asked {
    Access,
    Erasure,
}

impl Asked {
    fn word(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Erasure => "erasure with its look-back",
        }
    }
}

fn answer(company: &mut Company, person: &str, asked: Asked) -> anyhow::Result<Duration> {
    let whom = Whom { identifiers: vec![Identifier::parse(&format!("email={person}"))?], picks: Vec::new() };
    let now = clock::now();
    let began = Clock::now();
    match asked {
        Asked::Access => {
            let report = company.access(&whom, Some(now), now)?;
            anyhow::ensure!(!report.held.is_empty(), "a person was not found");
            std::hint::black_box(serde_json::to_string(&report)?);
        }
        Asked::Erasure => {
            let report = company.erase(&whom, now, false, now)?;
            let ended = |state: StoreState| matches!(state, StoreState::Done | StoreState::Nothing);
            let done = report.stores.iter().all(|store| ended(store.state) && store.left == 0);
            anyhow::ensure!(done, "an erasure was not done: {:?}", report.stores);
            std::hint::black_box(serde_json::to_string(&report)?);
        }
    }
    Ok(began.elapsed())
}

/// One request after the other, each for itself.
fn alone(
    on: &'static str,
    company: &mut Company,
    people: &[String],
    asked: Asked,
) -> anyhow::Result<Vec<Figure>> {
    let mut times = Vec::new();
    for person in people {
        times.push(answer(company, person, asked)?);
    }
    let first = times.first().copied().unwrap_or_default();
    let (middle, longest) = middle(&mut times);
    let target = if matches!(asked, Asked::Access) { 50.0 } else { 100.0 };
    let milliseconds = |time: Duration| time.as_secs_f64() * 1_000.0;
    let circumstances = format!(
        "the middle of {}, the stores open; the first {:.1} ms, the longest {:.1} ms",
        people.len(),
        milliseconds(first),
        milliseconds(longest)
    );
    Ok(vec![Figure::time(&format!("one {}", asked.word()), on, middle).under(target).against(&circumstances)])
}

fn heavy(on: &'static str, company: &mut Company) -> anyhow::Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for asked in [Asked::Access, Asked::Erasure] {
        let time = answer(company, HEAVY, asked)?;
        let what = format!("one {}, of a person with 10,000 rows", asked.word());
        figures.push(Figure::time(&what, on, time).under(1_000.0));
    }
    Ok(figures)
}

/// Requests that come together: each is answered as soon as it is done.
fn together(
    on: &'static str,
    company: &mut Company,
    people: &[String],
    asked: Asked,
) -> anyhow::Result<Vec<Figure>> {
    let began = Clock::now();
    let mut first = None;
    for person in people {
        answer(company, person, asked)?;
        first.get_or_insert(began.elapsed());
    }
    let target = if matches!(asked, Asked::Access) { 5_000.0 } else { 10_000.0 };
    let what = format!("{} requests of {} together", people.len(), asked.word());
    let circumstances =
        format!("the first answer after {:.1} ms", first.unwrap_or_default().as_secs_f64() * 1_000.0);
    Ok(vec![Figure::time(&what, on, began.elapsed()).under(target).against(&circumstances)])
}
