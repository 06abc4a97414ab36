//! An audit of a large company: every promise of its notice against every row of its databases, beside reading
//! each table once by hand.

use std::collections::BTreeSet;
use std::time::{Duration, Instant as Clock};

use anyhow::{Context, ensure};
use kept_core::notice::StatementId;
use kept_engine::report::audit::{AuditReport, Verdict};

use super::figure::Figure;
use super::hand::Hand;
use super::world::{On, World};
use crate::clock;

/// What the audit of ten million rows may take, in milliseconds: minutes.
const TARGET: f64 = 300_000.0;

/// How many rows that is for.
const ROWS: f64 = 10_000_000.0;

/// The company beside it has so many times fewer accounts, but no fewer than [`FEWEST`].
const FEWER: u32 = 100;

/// With fewer accounts some promise is not broken by chance.
const FEWEST: u32 = 1_000;

/// Audits a company of so many accounts, on SQLite, and a small one made alike, to see that no promise is told
/// otherwise because there are many rows.
///
/// # Errors
/// When a company can't be made, or a promise that is told to be broken in the small one is not in the large.
pub(crate) fn run(people: u32, say: &mut dyn FnMut(&str)) -> anyhow::Result<Vec<Figure>> {
    let few = (people / FEWER).max(FEWEST).min(people);
    say(&format!("making and auditing a company of {few} accounts"));
    let small = audit(&World::new(On::Sqlite, few)?)?.0;
    say(&format!("making a company of {people} accounts"));
    let world = World::new(On::Sqlite, people)?;
    say(&format!("{} rows; reading each table once by hand", world.rows()));
    let began = Clock::now();
    let read = read_all(&mut world.by_hand()?)?;
    let by_hand = began.elapsed();
    say("auditing");
    let (report, audited) = audit(&world)?;
    let (broken, expected) = (broken(&report), broken(&small));
    ensure!(!expected.is_empty(), "rows are due, and no promise is told to be broken");
    let untold: Vec<&str> =
        expected.difference(&broken).map(kept_core::notice::StatementId::as_str).collect();
    ensure!(
        untold.is_empty(),
        "told to be broken in the small company and not in the large one: {}",
        untold.join(", ")
    );
    let what = format!("auditing a company of {} rows", world.rows());
    let told = format!(
        "{} promises told to be broken, {} in the company of {few} accounts; {} that can't be told, {} there",
        broken.len(),
        expected.len(),
        report.totals.cannot_tell,
        small.totals.cannot_tell
    );
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

/// Audits a company; how long it took.
fn audit(world: &World) -> anyhow::Result<(AuditReport, Duration)> {
    let mut company = world.open()?;
    let began = Clock::now();
    let report = company.audit(clock::now(), &mut |_| {})?;
    Ok((report, began.elapsed()))
}

/// The promises that are told to be broken.
fn broken(report: &AuditReport) -> BTreeSet<StatementId> {
    let broken = report.statements.iter().filter(|one| one.verdict == Verdict::Broken);
    broken.map(|one| one.id.clone()).collect()
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
