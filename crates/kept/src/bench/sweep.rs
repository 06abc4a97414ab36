//! A retention run against one `DELETE … WHERE` for the same rows, on a copy.

use std::sync::Arc;
use std::time::{Duration, Instant as Clock};

use anyhow::Context;
use kept_connect::due::{self, Exceptions, Memory, Progress, Question, Watch};
use kept_connect::{Access, Limits, Place, Session};
use kept_core::name::PurposeName;
use kept_core::plan::due::Reach;
use kept_core::standing::PolicyHistory;

use super::figure::{Figure, middle};
use super::hand::Hand;
use super::world::{World, store};
use crate::clock;

/// The log of the shop is kept for a year after each entry was made.
const PURPOSE: &str = "security-log";
const TABLE: &str = "usage_events";

/// How many times each side sweeps a copy of its own.
const ROUNDS: usize = 7;

/// Retention runs of the shop's log, and the same by hand, each on a copy made before.
pub(super) fn figures(world: &World) -> anyhow::Result<Vec<Figure>> {
    let (mut by_kept, mut by_hand) = (Vec::new(), Vec::new());
    let mut deleted = 0;
    for round in 0..ROUNDS {
        // Each sweeps a copy made just before: who works on an older one finds its pages out of the
        // server's memory, and pays for writing out those of the newer.
        let kept = || {
            let place = copy(world, &format!("swept-{round}"))?;
            Ok((swept(world, &place, &mut by_kept)?, place))
        };
        let hand = || {
            let place = copy(world, &format!("by-hand-{round}"))?;
            Ok((self::by_hand(&place, &mut by_hand)?, place))
        };
        let ((gone, one), (gone_by_hand, other)) = in_turn(round, kept, hand)?;
        deleted = gone_by_hand;
        let [kept, hand] = [&one, &other].map(rows);
        anyhow::ensure!(
            kept? == hand? && gone == deleted,
            "the run and the statement left different rows: {gone} and {deleted} gone"
        );
        for place in [one, other] {
            if let Place::File(path) = place {
                std::fs::remove_file(&path).with_context(|| format!("can't remove `{}`", path.display()))?;
            }
        }
    }
    let what = format!("sweeping {deleted} rows of {TABLE}, the middle of {ROUNDS} runs");
    let times = (middle(&mut by_kept).0, middle(&mut by_hand).0);
    Ok(vec![Figure::ratio(&what, world.on.word(), times, 1).under(1.5)])
}

/// Does two things, whose order changes from round to round.
fn in_turn<T>(
    round: usize,
    one: impl FnOnce() -> anyhow::Result<T>,
    other: impl FnOnce() -> anyhow::Result<T>,
) -> anyhow::Result<(T, T)> {
    if round.is_multiple_of(2) {
        let one = one()?;
        Ok((one, other()?))
    } else {
        let other = other()?;
        Ok((one()?, other))
    }
}

fn timed<T>(times: &mut Vec<Duration>, work: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
    let began = Clock::now();
    let done = work()?;
    times.push(began.elapsed());
    Ok(done)
}

/// One run over a copy; the rows that went.
pub(super) fn swept(world: &World, place: &Place, times: &mut Vec<Duration>) -> anyhow::Result<u64> {
    let policy = world.policy()?;
    let map = store(&policy, "shop")?;
    let limits = Limits { statement: Duration::from_mins(10), ..Limits::default() };
    let mut session = Session::open(place.clone(), Access::Write, limits)?;
    let (exceptions, purpose) = (Exceptions::default(), PurposeName::from(PURPOSE));
    let history = PolicyHistory::of(Arc::clone(&policy));
    let question = Question {
        policy: &policy,
        history: &history,
        store: map,
        at: clock::now(),
        grace_from: None,
        reach: Reach::Ended,
        exceptions: &exceptions,
        only: Some(&purpose),
    };
    // The store is open, as for every other figure: its schema was looked at.
    session.schema()?;
    let swept = timed(times, || {
        let swept = due::sweep(&mut session, &question, &Memory::default(), &mut Nobody)?;
        session.scrub()?;
        Ok(swept)
    })?;
    Ok(swept.tables.iter().map(|table| table.gone).sum())
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
fn by_hand(place: &Place, times: &mut Vec<Duration>) -> anyhow::Result<u64> {
    let zone = kept_core::time::Zone::of_country("FR").unwrap_or_else(kept_core::time::Zone::utc);
    let year_ago =
        zone.day_of(clock::now()).checked_sub(jiff::Span::new().years(1)).context("no day a year ago")?;
    let start = zone.start_of(year_ago);
    let at = jiff::tz::Offset::UTC.to_datetime(start);
    let sign = if matches!(place, Place::Server(_)) { "+00" } else { "" };
    let mut hand = Hand::open(place)?;
    let text = format!("DELETE FROM {TABLE} WHERE seen_at < '{}{sign}'", at.strftime("%Y-%m-%d %H:%M:%S"));
    timed(times, || {
        let deleted = hand.execute(&text)?;
        if let Hand::Sqlite(connection) = &hand {
            connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        }
        Ok(deleted)
    })
}

fn rows(place: &Place) -> anyhow::Result<Vec<String>> {
    Hand::open(place)?.texts(&format!("SELECT CAST(count(*) AS text) FROM {TABLE}"))
}

/// A copy of the shop.
pub(super) fn copy(world: &World, name: &str) -> anyhow::Result<Place> {
    match (world.shop(), world.server()) {
        (Place::Server(url), Some(server)) => Ok(Place::Server(server.instance.database_like(&url, name)?)),
        (Place::File(path), _) => {
            let to = world.folder().join(format!("{name}.db"));
            std::fs::copy(&path, &to).with_context(|| format!("can't write `{}`", to.display()))?;
            Ok(Place::File(to))
        }
        _ => anyhow::bail!("the server is not ours to copy in"),
    }
}
