//! The state of a company in numbers, for whoever watches over the service: no personal value, and
//! nothing whose kinds grow with the number of people.

use kept_core::time::Instant;
use serde::Serialize;

use crate::company::Company;
use crate::failure::Failure;
use crate::report::audit::Totals;

/// The name under which the last whole retention run is filed, of a service or by hand.
pub const SWEEP: &str = "sweep";

/// The name under which the first start of a service is noted: what came before it is nobody's delay.
pub const SERVICE: &str = "service";

/// How long after a run the next one is expected.
const RUN_EVERY_SECONDS: i64 = 24 * 60 * 60;

/// The state in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Status {
    /// The last audit, and how many statements it found of each verdict.
    pub audit: Option<(Instant, Totals)>,
    /// When retention last ran to its end.
    pub sweep_last: Option<Instant>,
    /// How many seconds later than a day after that it is.
    pub sweep_late_seconds: i64,
    /// Requests that are not answered.
    pub requests_open: usize,
    /// Those of them whose day has passed.
    pub requests_late: usize,
    /// Organisational duties whose day has passed, or that nobody ever noted as done.
    pub duties_waiting: usize,
    /// Entries of the ledger.
    pub entries: u64,
    /// People whom Kept's own record ever knew.
    pub people: u64,
    /// By when the machine's clock was last doubted.
    pub clock_doubted: Option<Instant>,
}

impl Company {
    /// Since when retention is up to date: the last whole run, or the first start of a service.
    ///
    /// # Errors
    /// A fault of Kept's own store.
    pub fn swept_since(&self) -> Result<Option<Instant>, Failure> {
        Ok(self.duty_last(SWEEP)?.max(self.duty_last(SERVICE)?))
    }

    /// The state in numbers. It reads what is filed, and asks no store.
    ///
    /// # Errors
    /// A fault of Kept's own store.
    pub fn status(&self, now: Instant) -> Result<Status, Failure> {
        let (entries, people, runs) = self.vault.read("status", |tx| {
            Ok::<_, Failure>((tx.count_entries()?, tx.subjects_opened()?, tx.audits(Instant::MIN, 1)?))
        })?;
        let count = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
        let audit = runs.first().map(|run| {
            let totals = Totals {
                kept: count(run.kept),
                broken: count(run.broken),
                cannot_tell: count(run.cannot_tell),
                stated: count(run.stated),
            };
            (run.at, totals)
        });
        let sweep_last = self.duty_last(SWEEP)?;
        let since = self.swept_since()?.map_or(0, |last| now.duration_since(last).as_secs());
        let requests = self.requests(now)?;
        Ok(Status {
            audit,
            sweep_last,
            sweep_late_seconds: (since - RUN_EVERY_SECONDS).max(0),
            requests_open: requests.len(),
            requests_late: requests.iter().filter(|request| request.late).count(),
            duties_waiting: self.duty_lines(now)?.iter().filter(|line| line.waits).count(),
            entries,
            people,
            clock_doubted: self.clock_doubted()?,
        })
    }
}
