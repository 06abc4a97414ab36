//! A retention run against one `DELETE … WHERE` for the same rows, on a copy.

use std::time::{Duration, Instant as Clock};

use anyhow::Context;
use kept_connect::due::{self, Exceptions, Memory, Progress, Question, Watch};
use kept_connect::{Access, Limits, Place, Session};
use kept_core::name::PurposeName;
use kept_core::plan::due::Reach;

use super::figure::Figure;
use super::hand::Hand;
use super::world::{World, store};
use crate::clock;

/// The log of the shop is kept for a year after each entry was made.
const PURPOSE: &str = "security-log";
const TABLE: &str = "usage_events";

/// One retention run of the shop's log, and the same by hand on a copy made before.
pub(super) fn figures(world: &World) -> anyhow::Result<Vec<Figure>> {
    let on = world.on.word();
    let [one, other] = ["swept", "by-hand"].map(|name| copy(world, name));
    let (one, other) = (one?, other?);
    let policy = world.policy()?;
    let map = store(&policy, "shop")?;
    let now = clock::now();
    let limits = Limits { statement: Duration::from_mins(10), ..Limits::default() };
    let mut session = Session::open(one.clone(), Access::Write, limits)?;
    let (exceptions, purpose) = (Exceptions::default(), PurposeName::from(PURPOSE));
    let question = Question {
        policy: &policy,
        store: map,
        at: now,
        grace_from: None,
        reach: Reach::Ended,
        exceptions: &exceptions,
        only: Some(&purpose),
    };
    // The store is open, as for every other figure: its schema was looked at.
    session.schema()?;
    let began = Clock::now();
    let swept = due::sweep(&mut session, &question, &Memory::default(), &mut Nobody)?;
    session.scrub()?;
    let by_kept = began.elapsed();
    drop(session);
    let gone: u64 = swept.tables.iter().map(|table| table.gone).sum();
    let began = Clock::now();
    let deleted = by_hand(&other)?;
    let time = began.elapsed();
    let left = [&one, &other].map(rows);
    let [kept, hand] = left;
    anyhow::ensure!(
        kept? == hand?,
        "the run and the statement left different rows: {gone} and {deleted} gone"
    );
    let what = format!("sweeping {deleted} rows of {TABLE}");
    Ok(vec![Figure::ratio(&what, on, (by_kept, time), 1).under(1.5)])
}

struct Nobody;

impl Watch for Nobody {
    fn progress(&mut self, _: &Progress<'_>) {}

    fn exceptions_stand(&mut self) -> bool {
        true
    }

    fn remember(&mut self, _: &Memory) -> bool {
        true
    }
}

/// The day before the policy's year began, in the zone of the controller.
fn by_hand(place: &Place) -> anyhow::Result<u64> {
    let zone = kept_core::time::Zone::of_country("FR").unwrap_or_else(kept_core::time::Zone::utc);
    let year_ago =
        zone.day_of(clock::now()).checked_sub(jiff::Span::new().years(1)).context("no day a year ago")?;
    let start = zone.start_of(year_ago);
    let at = jiff::tz::Offset::UTC.to_datetime(start);
    let sign = if matches!(place, Place::Server(_)) { "+00" } else { "" };
    let mut hand = Hand::open(place)?;
    let text = format!("DELETE FROM {TABLE} WHERE seen_at < '{}{sign}'", at.strftime("%Y-%m-%d %H:%M:%S"));
    let deleted = hand.execute(&text)?;
    if let Hand::Sqlite(connection) = &hand {
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    }
    Ok(deleted)
}

fn rows(place: &Place) -> anyhow::Result<Vec<String>> {
    Hand::open(place)?.texts(&format!("SELECT CAST(count(*) AS text) FROM {TABLE}"))
}

/// A copy of the shop.
fn copy(world: &World, name: &str) -> anyhow::Result<Place> {
    match (world.shop(), world.server()) {
        (Place::Server(url), Some(server)) => Ok(Place::Server(server.instance.database_like(&url, name)?)),
        (Place::File(path), _) => {
            let to = world.folder().join(format!("{name}.db"));
            std::fs::copy(&path, &to).with_context(|| format!("can't write `{}`", to.display()))?;
            Ok(Place::File(to))
        }
        (Place::Server(_), None) => anyhow::bail!("the server is not ours to copy in"),
    }
}
