//! The turn to sweep a store: one run at a time, its lease renewed page by page, and what it must not
//! forget kept sealed until it has come to its end (`kept_vault::sweep`).
//!
//! Not here: what a run does with its turn (`sweep`), and which rows it must remember
//! (`kept_connect::due::memory`).

use std::path::Path;
use std::time::{Duration, Instant as Clock};

use jiff::SignedDuration;
use kept_connect::due::{Memory, Progress, Watch};
use kept_core::ledger::Durable;
use kept_core::name::{PurposeName, StoreName};
use kept_core::plan::due::Reach;
use kept_core::time::Instant;
use kept_vault::Vault;
use kept_vault::sweep::{Turn, Turned};
use serde::{Deserialize, Serialize};

use crate::alive::AliveLock;
use crate::failure::Failure;

/// How long a run has its turn without renewing it: longer than a statement may take, short enough
/// that a killed run's turn is soon free.
const LEASE: SignedDuration = SignedDuration::from_mins(2);

/// How often it is renewed at most.
const RENEWED_EVERY: Duration = Duration::from_secs(15);

/// How long a scrub of what was remembered waits for readers.
const SCRUB_WAIT: Duration = Duration::from_millis(200);

/// For which run something is remembered: only a run that would find the same rows due takes it up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Occasion {
    pub(crate) policy: String,
    pub(crate) at: Instant,
    pub(crate) only: Option<PurposeName>,
    pub(crate) without_ground: bool,
}

impl Occasion {
    pub(crate) fn new(policy: &str, at: Instant, only: Option<&PurposeName>, reach: Reach) -> Self {
        let without_ground = reach == Reach::WithoutGround;
        Self { policy: policy.to_owned(), at, only: only.cloned(), without_ground }
    }

    /// Whether what an earlier run found due is due for this one too.
    fn covers(&self, earlier: &Self) -> bool {
        self.policy == earlier.policy
            && self.at >= earlier.at
            && (self.only.is_none() || self.only == earlier.only)
            && (self.without_ground || !earlier.without_ground)
    }
}

/// What a run remembers.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Remembered {
    occasion: Occasion,
    memory: Memory,
}

/// A turn that is the caller's.
pub(crate) struct Held<'v> {
    vault: &'v Vault,
    turn: Turn,
    occasion: Occasion,
    /// What other runs remember, and this one does not take up.
    others: Vec<Remembered>,
    /// The instant at which the run began, and how much time has passed since.
    began: (Instant, Clock),
    renewed: Clock,
    version: i64,
    remembers: bool,
}

/// Takes the turn to sweep a store; the words of why not, where another run has it. The lock beside it is
/// the run's until it ends.
pub(crate) fn take(
    vault: &Vault,
    folder: Option<&Path>,
    (store, now): (&StoreName, Instant),
) -> Result<Result<(Turn, Option<AliveLock>), String>, Failure> {
    let until = now.checked_add(LEASE).unwrap_or(now);
    let mut lock = folder.and_then(|folder| AliveLock::take(folder, store));
    // Whoever noted it had the lock that is ours now, so that its process is gone.
    let killed = lock.as_mut().and_then(AliveLock::killed_since);
    let turned = vault.write("take_sweep", |tx| match tx.take_sweep(store, now, until)? {
        Turned::Held { since, .. } if Some(since) == killed => {
            tx.take_from_the_dead(store, since)?;
            tx.take_sweep(store, now, until)
        }
        turned => Ok(turned),
    });
    Ok(match turned? {
        Turned::Mine(turn) => {
            if let Some(lock) = &mut lock {
                lock.note(now);
            }
            Ok((turn, lock))
        }
        Turned::Held { since, until } => Err(format!(
            "another sweep of it runs since {since}; if that one was killed on another machine, its turn is free \
             at {until}"
        )),
    })
}

impl<'v> Held<'v> {
    /// A turn that was taken, with what earlier runs left to remember for it.
    pub(crate) fn new(
        vault: &'v Vault,
        turn: Turn,
        (occasion, now): (Occasion, Instant),
        receipt: &Durable,
    ) -> Result<(Self, Memory), Failure> {
        let lying: Vec<Remembered> = if turn.has_memory() {
            let bytes =
                vault.read("recall_sweep", |tx| tx.recall_sweep(&turn, receipt).map_err(Failure::from))?;
            serde_json::from_slice(&bytes).map_err(|_| Failure::Plan)?
        } else {
            Vec::new()
        };
        let mut recalled = Memory::default();
        let mut others = Vec::new();
        for one in lying.into_iter().filter(|one| one.occasion.policy == occasion.policy) {
            if occasion.covers(&one.occasion) { recalled.add(one.memory) } else { others.push(one) }
        }
        let version =
            vault.read("exceptions_version", |tx| tx.exceptions_version().map_err(Failure::from))?;
        let remembers = turn.has_memory();
        let began = (now, Clock::now());
        let held = Self { vault, turn, occasion, others, began, renewed: Clock::now(), version, remembers };
        Ok((held, recalled))
    }

    fn renew(&mut self) -> Result<bool, Failure> {
        let (began, clock) = self.began;
        let passed = SignedDuration::try_from(clock.elapsed()).unwrap_or_default();
        let until = began.checked_add(passed).and_then(|now| now.checked_add(LEASE)).unwrap_or(began);
        self.renewed = Clock::now();
        self.vault.write("renew_sweep", |tx| tx.renew_sweep(&self.turn, until).map_err(Failure::from))
    }

    /// Lets go of the turn; a run that came to its end forgets what it remembered.
    pub(crate) fn end(self, is_complete: bool, now: Instant) -> Result<(), Failure> {
        let Self { vault, turn, others, remembers, .. } = self;
        if !(is_complete && remembers) {
            return vault.write("release_sweep", |tx| tx.release_sweep(&turn).map_err(Failure::from));
        }
        if others.is_empty() {
            vault.write("forget_sweep", |tx| tx.forget_sweep(&turn, now).map_err(Failure::from))?;
            // A reader in the way leaves it to the next scrub.
            return vault.scrub(SCRUB_WAIT, now).map(drop).map_err(Failure::from);
        }
        let bytes = serde_json::to_vec(&others).map_err(|_| Failure::Plan)?;
        vault.write("keep_others", |tx| {
            tx.remember_sweep(&turn, &bytes)?;
            tx.release_sweep(&turn).map_err(Failure::from)
        })
    }
}

impl Watch for Held<'_> {
    fn progress(&mut self, _: &Progress<'_>) {}

    fn exceptions_stand(&mut self) -> bool {
        let is_mine = self.renewed.elapsed() < RENEWED_EVERY || self.renew().unwrap_or(false);
        let version =
            self.vault.read("exceptions_version", |tx| tx.exceptions_version().map_err(Failure::from));
        is_mine && version.is_ok_and(|now| now == self.version)
    }

    fn remember(&mut self, memory: &Memory) -> bool {
        let own = Remembered { occasion: self.occasion.clone(), memory: memory.clone() };
        let all: Vec<&Remembered> = self.others.iter().chain([&own]).collect();
        let Ok(bytes) = serde_json::to_vec(&all) else { return false };
        let kept = self
            .vault
            .write("remember_sweep", |tx| tx.remember_sweep(&self.turn, &bytes).map_err(Failure::from));
        kept.is_ok_and(|turn| {
            self.turn = turn;
            self.remembers = true;
            true
        })
    }
}
