//! The companies that work for the API: a use case that takes long takes one, on a thread that may block,
//! and puts it back; short acts take turns on one thread (`turns`).

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant as Clock};

use axum::http::StatusCode;
use kept_core::time::Instant;
use kept_engine::Failure;
use kept_engine::company::Company;
use kept_engine::together::Prepared;
use tokio::sync::Semaphore;

use super::problem::Problem;
use super::turns::{Heard, Turns};

/// How many callers may wait for a turn at once.
const PLACES: usize = 256;

/// How long a store that could not be opened is left alone.
const RETRY_EVERY: Duration = Duration::from_secs(15);

/// The companies, and who waits for one.
pub(super) struct Desk {
    free: Arc<Mutex<Free>>,
    seats: Arc<Semaphore>,
    clock: fn() -> Instant,
    patience: Duration,
    note: fn(&str),
    faults: AtomicU64,
    /// None where there is no company to work.
    turns: Option<Turns>,
    /// How many may wait for a turn.
    places: Semaphore,
}

struct Free {
    companies: Vec<(Company, Clock)>,
}

/// A company that was taken; it is put back whatever happens.
struct Loan {
    company: Option<(Company, Clock)>,
    free: Arc<Mutex<Free>>,
}

impl Drop for Loan {
    fn drop(&mut self) {
        if let Some(company) = self.company.take() {
            self.free.lock().unwrap_or_else(PoisonError::into_inner).companies.push(company);
        }
    }
}

impl Desk {
    pub(super) fn new(
        companies: Vec<Company>,
        clock: fn() -> Instant,
        patience: Duration,
        note: fn(&str),
    ) -> Self {
        let seats = Arc::new(Semaphore::new(companies.len()));
        let turns = companies.first().map(|company| Turns::begin(company.beside(), clock));
        let companies = companies.into_iter().map(|company| (company, Clock::now())).collect();
        let free = Arc::new(Mutex::new(Free { companies }));
        let places = Semaphore::new(PLACES);
        Self { free, seats, clock, patience, note, faults: AtomicU64::new(0), turns, places }
    }

    /// Runs a use case on a company.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Company, Instant) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, Problem> {
        let seats = self.seats.clone();
        let Ok(Ok(seat)) = tokio::time::timeout(self.patience, seats.acquire_owned()).await else {
            return Err(busy());
        };
        let (free, clock) = (self.free.clone(), self.clock);
        let done = tokio::task::spawn_blocking(move || {
            // Dropped last: whoever takes the seat next must find the company put back.
            let _seat = seat;
            let taken = free.lock().unwrap_or_else(PoisonError::into_inner).companies.pop();
            let mut loan = Loan { company: taken, free };
            let (company, tried) =
                loan.company.as_mut().ok_or_else(|| Trouble::Fault("no worker is left".to_owned()))?;
            if tried.elapsed() > RETRY_EVERY {
                company.retry_stores();
                *tried = Clock::now();
            }
            work(company, clock())
        });
        match done.await {
            Ok(done) => self.told(done),
            Err(_) => Err(self.fault("a worker panicked")),
        }
    }

    /// Runs a use case that shares its commit with others where it is a short act.
    pub(super) async fn run_among_others<T, P>(&self, mut prepare: P) -> Result<T, Problem>
    where
        T: Send + 'static,
        P: FnMut(&mut Company, Instant) -> Result<Prepared<T>, Trouble> + Send + 'static,
    {
        if let Some(turns) = &self.turns {
            let Ok(Ok(place)) = tokio::time::timeout(self.patience, self.places.acquire()).await else {
                return Err(busy());
            };
            let heard = turns.take(prepare).await;
            drop(place);
            prepare = match heard {
                Heard::Done(done) => return self.told(done),
                Heard::Nothing => return Err(self.fault("a worker panicked")),
                Heard::ByItself(prepare) => prepare,
            };
        }
        self.run(move |company, now| {
            let prepared = prepare(company, now)?;
            prepared.alone(company).map_err(|failure| Trouble::of(&failure).known_to(company))
        })
        .await
    }

    fn told<T>(&self, done: Result<T, Trouble>) -> Result<T, Problem> {
        done.map_err(|trouble| match trouble {
            Trouble::Problem(problem) => problem,
            Trouble::Fault(words) => self.fault(&words),
            Trouble::Full(words) => self.full(&words),
        })
    }

    /// Tells the operator what happened, and the caller where to ask.
    fn fault(&self, words: &str) -> Problem {
        Problem::fault(self.noted(words))
    }

    /// The same where the disk is full, which the caller may wait for.
    fn full(&self, words: &str) -> Problem {
        Problem::full(self.noted(words))
    }

    /// Writes down what happened; the reference under which the operator finds it.
    fn noted(&self, words: &str) -> String {
        let count = self.faults.fetch_add(1, Ordering::Relaxed);
        let reference = format!("{:x}-{count}", (self.clock)().as_second());
        (self.note)(&format!("fault {reference}: {words}"));
        reference
    }
}

fn busy() -> Problem {
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "every worker is busy")
        .mend("try again a little later, or ask for many things in one call")
        .retry_after(1)
}

/// Why a use case did not do what was asked.
pub(super) enum Trouble {
    /// What the caller is told.
    Problem(Problem),
    /// What the operator is told. No personal value is in it.
    Fault(String),
    /// The same, where the disk is full.
    Full(String),
}

impl From<Problem> for Trouble {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl Trouble {
    pub(super) fn of(failure: &Failure) -> Self {
        match Problem::of(failure) {
            Some(problem) => Self::Problem(problem),
            None if failure.is_full() => Self::Full(failure.to_string()),
            None => Self::Fault(failure.to_string()),
        }
    }

    /// Without words of the caller's own ([`Problem::without_strangers`]).
    pub(super) fn known_to(self, company: &Company) -> Self {
        match self {
            Self::Problem(problem) => Self::Problem(problem.without_strangers(company.policy())),
            ours @ (Self::Fault(_) | Self::Full(_)) => ours,
        }
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::of(&failure)
    }
}
