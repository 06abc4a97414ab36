//! The workloads of GDPRbench (Shastri et al., VLDB 2020), over Kept with sealed values, purpose check and
//! ledger, and over plain SQLite with an index on every attribute and none of these, in the same run.
//!
//! Both do the same operations in the same order, each durable before the next. Every answer is compared
//! with an exact model; with several writers in the order of the ledger's entries. Not here: what an
//! operation is in Kept (`ours`) and in SQL (`plain`).

mod expected;
mod ours;
mod plain;
mod record;
mod statement;
mod workload;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant as Clock};

use anyhow::{Context, ensure};

use self::expected::{Answer, Expected};
use self::ours::Ours;
use self::plain::Plain;
use self::record::{Attributes, DATUM};
use self::workload::{Operation, operations};
pub(crate) use self::workload::{Profile, Role};
use super::figure::Figure;

/// What is measured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Order {
    /// How many records are loaded.
    pub(crate) records: u32,
    /// How many operations each workload has.
    pub(crate) operations: u32,
    /// Which shares the operations have.
    pub(crate) profile: Profile,
    /// Whether each attribute is drawn by itself.
    pub(crate) independent: bool,
    /// How many write at once when correctness is looked at.
    pub(crate) threads: u32,
    /// Whose operations are done, where not everybody's.
    pub(crate) role: Option<Role>,
}

/// Measures and tells each part as it begins.
///
/// # Errors
/// When a store can't be made or an operation fails.
pub(crate) fn run(order: &Order, say: &mut dyn FnMut(&str)) -> anyhow::Result<Vec<Figure>> {
    let attributes = if order.independent { Attributes::Independent } else { Attributes::Faithful };
    let mut figures = Vec::new();
    for role in Role::ALL.into_iter().filter(|role| order.role.is_none_or(|only| only == *role)) {
        let todo = operations((role, order.profile, attributes), order.records, order.operations);
        let made = (order.records, attributes, role == Role::Regulator);
        let folder =
            tempfile::Builder::new().prefix("kept-gdpr-").tempdir().context("can't make a folder")?;
        let named = |what: &str| format!("{}: {what}", role.word());
        say(&named("loading plain SQLite"));
        let plain = Plain::load(folder.path(), made)?;
        settled(&folder.path().join("plain.db"))?;
        say(&named(&format!("{} operations over plain SQLite", todo.len())));
        let theirs = timed(&todo, made, |operation| plain.answer(operation).map(|answer| (0, answer)))?;
        drop(plain);
        say(&named("loading Kept"));
        let mut ours = Ours::load(folder.path(), made, &mut |what| say(&named(what)))?;
        settled(&folder.path().join(STORE))?;
        if role == Role::Controller {
            figures.extend(space(folder.path(), order.records)?);
        }
        let mut beside = ours.beside();
        say(&named(&format!("{} operations over Kept", todo.len())));
        let kept = timed(&todo, made, |operation| ours.answer(operation))?;
        drop(ours);
        figures.extend(compared(role, &theirs, &kept));
        if order.threads > 1 {
            say(&named(&format!("the same with {} writers", order.threads)));
            // The first run's operations are done: a store of its own begins anew.
            let folder =
                tempfile::Builder::new().prefix("kept-gdpr-").tempdir().context("can't make a folder")?;
            beside = Ours::load(folder.path(), made, &mut |what| say(&named(what)))?;
            figures.push(together(role, &beside, (&todo, made), order.threads)?);
        }
        drop(beside);
    }
    Ok(figures)
}

/// What a workload came to.
struct Done {
    cpu: Duration,
    wall: Duration,
    right: usize,
    of: usize,
    /// Wall time by kind of operation, and how many there were.
    kinds: BTreeMap<&'static str, (u32, Duration)>,
}

type Made = (u32, Attributes, bool);

fn timed(
    todo: &[Operation],
    made: Made,
    mut act: impl FnMut(&Operation) -> anyhow::Result<(u64, Answer)>,
) -> anyhow::Result<Done> {
    let mut answers = Vec::with_capacity(todo.len());
    let mut kinds: BTreeMap<&'static str, (u32, Duration)> = BTreeMap::new();
    let (cpu, began) = (cpu()?, Clock::now());
    for operation in todo {
        let began = Clock::now();
        let (_, answer) = act(operation).with_context(|| operation.word().to_owned())?;
        let kind = kinds.entry(operation.word()).or_default();
        *kind = (kind.0 + 1, kind.1 + began.elapsed());
        answers.push(answer);
    }
    let (cpu, wall) = (self::cpu()?.saturating_sub(cpu), began.elapsed());
    let mut expected = Expected::new(made);
    let right =
        todo.iter().zip(&answers).filter(|(operation, answer)| expected.is_right(operation, answer)).count();
    Ok(Done { cpu, wall, right, of: todo.len(), kinds })
}

fn compared(role: Role, theirs: &Done, ours: &Done) -> [Figure; 2] {
    let ratio = ours.cpu.as_secs_f64() / theirs.cpu.as_secs_f64().max(0.01);
    let target = if role == Role::Controller { 1.0 } else { 3.0 };
    let each = |done: &Done| {
        let each = done.kinds.iter().map(|(kind, (count, time))| {
            format!("{kind} {:.2}", time.as_secs_f64() * 1_000.0 / f64::from((*count).max(1)))
        });
        each.collect::<Vec<_>>().join(", ")
    };
    let second = |time: Duration| time.as_secs_f64();
    let against = format!(
        "{:.2} s of CPU and {:.2} s by Kept (ms each: {}); {:.2} s and {:.2} s by plain SQLite ({})",
        second(ours.cpu),
        second(ours.wall),
        each(ours),
        second(theirs.cpu),
        second(theirs.wall),
        each(theirs)
    );
    let wrong =
        if theirs.right == theirs.of { "" } else { "; plain SQLite answered otherwise than the model" };
    [
        Figure::new(&format!("{}: CPU of Kept against plain SQLite", role.word()), "sqlite", ratio, "×")
            .under(target)
            .against(&against),
        Figure::new(&format!("{}: answers that are wrong", role.word()), "sqlite", wrong_share(ours), "%")
            .under(0.0)
            .against(&format!("{} of {} right, 1 writer{wrong}", ours.right, ours.of)),
    ]
}

fn wrong_share(done: &Done) -> f64 {
    (done.of - done.right) as f64 * 100.0 / done.of.max(1) as f64
}

/// Several writers at once: every answer must be right in the order of the ledger.
fn together(
    role: Role,
    ours: &Ours,
    (todo, made): (&[Operation], Made),
    threads: u32,
) -> anyhow::Result<Figure> {
    let began = Clock::now();
    let next = std::sync::atomic::AtomicUsize::new(0);
    let work = |mut ours: Ours| -> anyhow::Result<Vec<(u64, usize, Answer)>> {
        let mut done = Vec::new();
        loop {
            let place = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let Some(operation) = todo.get(place) else { return Ok(done) };
            let (number, answer) = ours.answer(operation)?;
            done.push((number, place, answer));
        }
    };
    let done: Vec<anyhow::Result<Vec<_>>> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                let own = ours.beside();
                scope.spawn(|| work(own))
            })
            .collect();
        workers
            .into_iter()
            .map(|one| one.join().unwrap_or_else(|_| Err(anyhow::anyhow!("a writer panicked"))))
            .collect()
    });
    let mut all = done.into_iter().collect::<anyhow::Result<Vec<_>>>()?.concat();
    let wall = began.elapsed();
    all.sort_by_key(|(number, ..)| *number);
    ensure!(
        all.windows(2).all(|pair| matches!(pair, [one, other] if one.0 < other.0)),
        "two operations have one place"
    );
    let mut expected = Expected::new(made);
    let right = all
        .iter()
        .filter(|(_, place, answer)| todo.get(*place).is_some_and(|one| expected.is_right(one, answer)));
    let right = right.count();
    let share = (todo.len() - right) as f64 * 100.0 / todo.len().max(1) as f64;
    Ok(Figure::new(
        &format!("{}: answers that are wrong, several writers", role.word()),
        "sqlite",
        share,
        "%",
    )
    .under(0.0)
    .against(&format!(
        "{right} of {} right in the order of the ledger, {threads} writers, {:.2} s",
        todo.len(),
        wall.as_secs_f64()
    )))
}

/// Where Kept's own store is in the folder.
const STORE: &str = ".kept/kept.db";

/// Moves what was loaded out of the write-ahead log into the file. Both sides begin so, with a log of the size
/// that it keeps under load: one that is still growing makes every flush write the file's length as well.
fn settled(file: &Path) -> anyhow::Result<()> {
    let store = rusqlite::Connection::open(file)?;
    let [busy, log, moved] = store.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| {
        Ok([row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?])
    })?;
    ensure!(busy == 0 && log == moved, "the log of `{}` could not be moved", file.display());
    Ok(())
}

/// How large the store is beside the personal data, after loading.
fn space(folder: &Path, records: u32) -> anyhow::Result<[Figure; 2]> {
    let file = folder.join(STORE);
    let store = rusqlite::Connection::open(&file)?;
    let ledger: u64 = store.query_row(
        "SELECT coalesce(sum(s.pgsize), 0) FROM dbstat s JOIN sqlite_schema t ON t.name = s.name WHERE t.tbl_name IN ('entry', 'member', 'set_entry', 'set_pending', 'set_line', 'day_key')",
        [],
        |row| row.get::<_, i64>(0).map(i64::unsigned_abs),
    )?;
    let counted = |what: &str| -> anyhow::Result<u64> {
        Ok(store
            .query_row(&format!("SELECT {what}"), [], |row| row.get::<_, i64>(0).map(i64::unsigned_abs))?)
    };
    let (entries, members) = (
        counted("count(*) FROM entry")?,
        counted("coalesce(sum(length(commitments)) / 32, 0) FROM set_entry")?,
    );
    let all = std::fs::metadata(&file)?.len();
    let keys = std::fs::metadata(folder.join(".kept-keys")).map_or(0, |file| file.len());
    let personal = u64::from(records) * DATUM as u64;
    let ratio = (all + keys - ledger) as f64 / personal.max(1) as f64;
    Ok([
        Figure::new("store against personal data, the ledger apart", "sqlite", ratio, "×").under(3.5).against(&format!(
            "{:.1} MB with indexes and keys for {:.1} MB of data and as much again of attributes by half",
            (all + keys - ledger) as f64 / 1e6, personal as f64 / 1e6
        )),
        Figure::new("ledger, bytes of a line", "sqlite", ledger as f64 / (entries + members).max(1) as f64, "B")
            .against(&format!("{entries} entries, {members} people in set entries, indexes counted; a load is a set entry for {records} records or fewer")),
    ])
}

/// The CPU time of this process, of all its threads, user and system.
fn cpu() -> anyhow::Result<Duration> {
    let spent = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::try_from(spent).context("no CPU time")
}
