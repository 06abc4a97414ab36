//! Retention over a very large table: the time of a run follows what is due, not what is there. The same
//! number of rows goes from a table of ten times that and from one of a hundred times that.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, ensure};
use kept_connect::Place;
use rusqlite::Connection;

use super::figure::{Figure, middle};
use super::sweep::{copy, swept};
use super::world::{On, World};

/// How many times each table is swept, on a copy of its own.
const ROUNDS: usize = 3;

/// Measures a run over `rows` rows of which one in a hundred is due, beside one over a tenth of them of
/// which as many are due.
///
/// # Errors
/// When the tables can't be made, or a run leaves what is due.
pub(crate) fn run(rows: u32, say: &mut dyn FnMut(&str)) -> anyhow::Result<Vec<Figure>> {
    let due = rows / 100;
    let world = World::new(On::Sqlite, 1_000)?;
    let mut sides = Vec::new();
    for (all, name) in [(rows / 10, "small"), (rows, "large")] {
        say(&format!("making {all} rows, {due} of them due"));
        let Place::File(path) = copy(&world, name)? else { continue };
        fill(&path, all, due)?;
        sides.push((all, path, Vec::new()));
    }
    for round in 0..ROUNDS {
        say(&format!("sweeping, round {} of {ROUNDS}", round + 1));
        for (_, path, times) in &mut sides {
            let again = path.with_extension("again");
            std::fs::copy(&*path, &again).with_context(|| format!("can't write `{}`", again.display()))?;
            let gone = swept(&world, &Place::File(again.clone()), times)?;
            ensure!(gone == u64::from(due), "{gone} rows went where {due} were due");
            std::fs::remove_file(&again)?;
        }
    }
    let mut found = sides.into_iter().map(|(all, _, mut times)| (all, middle(&mut times).0));
    let (small, large) = (found.next().context("no small table")?, found.next().context("no large table")?);
    let time = |(all, time): (u32, Duration)| {
        Figure::time(&format!("sweeping {due} due rows of {all}"), "sqlite", time)
            .against(&format!("the middle of {ROUNDS} runs"))
    };
    let ratio = large.1.as_secs_f64() / small.1.as_secs_f64().max(1e-9);
    Ok(vec![
        time(small),
        time(large),
        Figure::new("the same number due among ten times as many rows", "sqlite", ratio, "×")
            .under(2.0)
            .against("the run over the large table against that over the small one"),
    ])
}

/// Makes a log of so many rows, of which the oldest are due, in the order in which a log grows.
fn fill(path: &Path, rows: u32, due: u32) -> anyhow::Result<()> {
    let shop = Connection::open(path)?;
    shop.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; DELETE FROM usage_events")?;
    let indexes: Vec<(String, String)> = {
        let mut ask = shop.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'usage_events' AND sql IS NOT NULL")?;
        ask.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?
    };
    for (name, _) in &indexes {
        shop.execute_batch(&format!("DROP INDEX {name}"))?;
    }
    shop.execute(
        "WITH RECURSIVE number (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n < ?1 - 1)
         INSERT INTO usage_events (id, account_id, page, ip_address, browser, seen_at)
         SELECT n, (SELECT min(id) FROM accounts) + n % 500, '/page/' || n % 97, NULL, NULL,
                CASE WHEN n < ?2 THEN datetime('now', '-500 days', (n % 8000000) || ' seconds')
                     ELSE datetime('now', '-300 days', ((n - ?2) * 25000000 / ?1) || ' seconds') END
         FROM number",
        [rows, due],
    )?;
    for (_, text) in &indexes {
        shop.execute_batch(text)?;
    }
    shop.execute_batch("PRAGMA journal_mode = WAL; PRAGMA wal_checkpoint(TRUNCATE)")
        .or_else(|_| shop.execute_batch("PRAGMA journal_mode = DELETE"))?;
    Ok(())
}
