//! What the service does by itself, on one thread beside the API: it runs retention once a day and
//! catches up a run that was missed, audits after it, takes up interrupted plans, turns the epochs of
//! keys, and publishes the ledger.
//!
//! A store has one runner at a time (`kept_engine::sweep`), whatever the number of services. Not here:
//! what a run does, and the threads that tell webhooks (`hooks`).

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant as Clock};

use kept_core::time::{Instant, Zone};
use kept_engine::company::Company;
use kept_engine::failure::Failure;
use kept_engine::status::SERVICE;
use kept_engine::sweep::SweepOrder;

use crate::clock::{self, Leap};
use crate::commands::reports;
use crate::printer;
use crate::table::counted;

/// The name under which the last audit of the service is filed.
const AUDIT: &str = "audit";

/// How often the thread looks whether something is due.
const TICK: Duration = Duration::from_secs(5);

/// How often it looks whether an epoch of keys is over.
const KEYS_EVERY: Duration = Duration::from_hours(1);

/// How often it notes that Kept is in use.
const NOTED_EVERY: jiff::SignedDuration = jiff::SignedDuration::from_secs(30);

/// How often interrupted plans are taken up.
const RESUME_EVERY: Duration = Duration::from_mins(5);

/// What the service is to do by itself.
pub(crate) struct Plan {
    /// At what time of day retention runs; none where another process does it.
    pub(crate) sweep_at: Option<jiff::civil::Time>,
    /// Where the reports of erasures go that end later.
    pub(crate) reports: Option<PathBuf>,
}

/// A thread, and the way to stop it.
pub(crate) struct Duties {
    stop: Sender<()>,
    thread: JoinHandle<()>,
}

impl Duties {
    /// Begins. The first service on a new store waits for the next time of day: nobody expects data
    /// to go the moment a service is tried.
    ///
    /// # Errors
    /// A fault of Kept's own store.
    pub(crate) fn begin(company: Company, plan: Plan) -> anyhow::Result<Self> {
        if plan.sweep_at.is_some() && company.duty_last(SERVICE)?.is_none() {
            company.duty_done(SERVICE, clock::now())?;
        }
        let (stop, told) = channel();
        let thread = std::thread::Builder::new()
            .name("duties".to_owned())
            .spawn(move || work(company, &plan, &told))?;
        Ok(Self { stop, thread })
    }

    /// Stops, and waits for what is in progress; what does not end in time is taken up by the next
    /// service, as after a kill.
    pub(crate) fn end(self, patience: Duration) {
        drop(self.stop);
        let began = Clock::now();
        while !self.thread.is_finished() && began.elapsed() < patience {
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

fn work(mut company: Company, plan: &Plan, told: &Receiver<()>) {
    let mut resumed = Clock::now();
    let mut turned: Option<Clock> = None;
    let (mut leapt, mut superseded) = (false, false);
    loop {
        let now = clock::now();
        said("clock", watch_clock(&company, &mut leapt));
        if is_superseded(&company, &mut superseded) {
            match told.recv_timeout(TICK) {
                Err(RecvTimeoutError::Timeout) => continue,
                Ok(()) | Err(RecvTimeoutError::Disconnected) => return,
            }
        }
        company.retry_stores();
        if let Some(at) = plan.sweep_at {
            said("sweep", sweep_if_due(&mut company, at, now));
            said("audit", audit_if_due(&mut company, at, now));
        }
        if resumed.elapsed() > RESUME_EVERY {
            said("resume", resume(&mut company, plan.reports.as_deref(), now));
            resumed = Clock::now();
        }
        if turned.is_none_or(|turned| turned.elapsed() > KEYS_EVERY) {
            said("keys", company.turn_epochs(now).map(drop).map_err(anyhow::Error::from));
            turned = Some(Clock::now());
        }
        said("publish", company.publish().map(drop).map_err(anyhow::Error::from));
        match told.recv_timeout(TICK) {
            Err(RecvTimeoutError::Timeout) => {}
            Ok(()) | Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

/// Takes up what was left open, and hands out the reports.
fn resume(company: &mut Company, folder: Option<&Path>, now: Instant) -> anyhow::Result<()> {
    let mut told = Vec::new();
    company.resume_telling(now, &mut |report| told.push(report))?;
    match folder {
        Some(folder) => reports::hand_out(company, folder, &told),
        None => Ok(()),
    }
}

/// Whether another policy is in force by now: then nothing is done by this one any more. Said once.
fn is_superseded(company: &Company, said: &mut bool) -> bool {
    let Err(superseded @ Failure::Superseded { .. }) = company.check_in_force() else { return false };
    if !std::mem::replace(said, true) {
        printer::note(&format!("policy: {superseded}"));
    }
    true
}

/// Notes that Kept is in use, and tells once of each time that the machine's clock is not followed.
fn watch_clock(company: &Company, leapt: &mut bool) -> anyhow::Result<()> {
    let last = company.last_use()?;
    let leap = clock::leap(last);
    let now = clock::now();
    if last.is_none_or(|last| now.duration_since(last) >= NOTED_EVERY) {
        company.note_use(now)?;
    }
    if let Some(begun) = clock::begun() {
        company.doubt_clock(begun.said, begun.now)?;
        printer::note(&format!(
            "clock: the machine's clock leapt to {}, and kept went by {}",
            begun.said, begun.now
        ));
        clock::noted(begun);
    }
    let Some(Leap { said, now }) = leap else {
        if std::mem::take(leapt) {
            printer::note("clock: kept goes by the machine's clock again");
        }
        return Ok(());
    };
    if !std::mem::replace(leapt, true) {
        printer::note(&format!(
            "clock: the machine's clock leapt to {said}, and kept goes by {now}; set it right, or say that it is \
             right: `kept clock --is-right`"
        ));
    }
    Ok(())
}

fn said(duty: &str, done: anyhow::Result<()>) {
    if let Err(error) = done {
        printer::note(&format!("{duty}: {error:#}; it is tried again"));
    }
}

fn sweep_if_due(company: &mut Company, at: jiff::civil::Time, now: Instant) -> anyhow::Result<()> {
    let last = company.swept_since()?;
    let Some(due) = latest(&company.policy().zone(), at, now) else { return Ok(()) };
    if last.is_some_and(|last| last >= due) {
        return Ok(());
    }
    let late = now.duration_since(due).as_secs();
    let report = company.sweep(&SweepOrder::default(), now, &mut |_| {})?;
    let gone: u64 = report.stores.iter().flat_map(|store| &store.tables).map(|table| table.deleted).sum();
    for down in &report.unreached {
        printer::note(&format!("sweep: {}: {}", down.store, down.problem));
    }
    // A store that was down is asked again at the next tick.
    if report.unreached.is_empty() {
        printer::note(&format!("sweep: {} went, {late} s after their time", counted(gone, "row")));
    }
    Ok(())
}

/// Audits once a day, after retention ran, and once when a service is new: the state has a history.
fn audit_if_due(company: &mut Company, at: jiff::civil::Time, now: Instant) -> anyhow::Result<()> {
    let Some(due) = latest(&company.policy().zone(), at, now) else { return Ok(()) };
    let last = company.duty_last(AUDIT)?;
    let swept = company.swept_since()?.is_some_and(|swept| swept >= due);
    if last.is_some_and(|last| last >= due || !swept) {
        return Ok(());
    }
    let totals = company.audit(now, &mut |_| {})?.totals;
    company.duty_done(AUDIT, now)?;
    printer::note(&format!(
        "audit: {} kept, {} broken, {} can't tell",
        totals.kept, totals.broken, totals.cannot_tell
    ));
    Ok(())
}

/// The last time of day that has come.
fn latest(zone: &Zone, at: jiff::civil::Time, now: Instant) -> Option<Instant> {
    let today = zone.day_of(now);
    let due = |day: kept_core::time::Day| zone.instant_of(day.to_datetime(at));
    due(today).filter(|due| *due <= now).or_else(|| due(today.yesterday().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_time_of_day_is_todays_or_yesterdays_in_the_policys_zone() {
        let zone = Zone::named("Europe/Paris").unwrap();
        let at = jiff::civil::time(3, 0, 0, 0);
        let last = |now: &str| latest(&zone, at, now.parse().unwrap()).unwrap().to_string();
        assert_eq!(last("2026-11-22T02:30:00Z"), "2026-11-22T02:00:00Z");
        assert_eq!(last("2026-11-22T01:30:00Z"), "2026-11-21T02:00:00Z");
        // The night on which clocks go forward has no 02:30.
        let gap = latest(&zone, jiff::civil::time(2, 30, 0, 0), "2026-03-29T09:00:00Z".parse().unwrap());
        assert!(gap.is_some());
    }
}
