//! An audit of a large company: every promise of its notice against every row of its databases, beside reading
//! each table once by hand.

use std::time::Instant as Clock;

use anyhow::{Context, ensure};

use super::figure::Figure;
use super::hand::Hand;
use super::world::{On, World};
use crate::clock;

/// What the audit of ten million rows may take, in milliseconds: minutes.
const TARGET: f64 = 300_000.0;

/// How many rows that is for.
const ROWS: f64 = 10_000_000.0;

/// Audits a company of so many accounts, on SQLite.
///
/// # Errors
/// When the company can't be made, or a promise of the sweep is not found broken though rows are due.
pub(crate) fn run(people: u32, say: &mut dyn FnMut(&str)) -> anyhow::Result<Vec<Figure>> {
    say(&format!("making a company of {people} accounts"));
    let world = World::new(On::Sqlite, people)?;
    say(&format!("{} rows; reading each table once by hand", world.rows()));
    let began = Clock::now();
    let read = read_all(&mut world.by_hand()?)?;
    let by_hand = began.elapsed();
    say("auditing");
    let mut company = world.open()?;
    let began = Clock::now();
    let report = company.audit(clock::now(), &mut |_| {})?;
    let audited = began.elapsed();
    ensure!(report.totals.broken > 0, "rows are due, and no promise is told to be broken");
    let what = format!("auditing a company of {} rows", world.rows());
    let told = format!("{} promises broken, as the rows that are due make them", report.totals.broken);
    Ok(vec![
        Figure::time(&what, "sqlite", audited)
            .under(TARGET * (world.rows() as f64 / ROWS).max(1.0))
            .against(&told),
        Figure::ratio(
            &format!("the same against reading its {read} rows of the shop once"),
            "sqlite",
            (audited, by_hand),
            1,
        ),
    ])
}

/// Reads a column of every row of every table; how many rows there were.
fn read_all(hand: &mut Hand) -> anyhow::Result<u64> {
    let tables =
        hand.texts("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")?;
    let mut rows = 0;
    for table in tables {
        let last =
            hand.texts(&format!("SELECT name FROM pragma_table_info('{table}') ORDER BY cid DESC LIMIT 1"))?;
        let last = last.first().context("a table without columns")?;
        // The last column of a row is read past all others.
        let ask =
            format!("SELECT CAST(count(*) AS text), CAST(sum(length(\"{last}\")) AS text) FROM \"{table}\"");
        let counted = hand.texts(&ask)?;
        rows += counted.first().context("no count")?.parse::<u64>()?;
    }
    Ok(rows)
}
