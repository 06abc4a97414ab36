//! Emptying the outbox of webhooks: each webhook has its own queue, and queues are told side by side, so that
//! a receiver that hangs holds up nobody but itself. Of one person everything is told in order.
//!
//! A run tries a letter once and comes to an end, whatever the receivers do. Not here: what is told
//! (`webhook`), and the threads of a service (`kept`).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::SignedDuration;
use kept_connect::StoreFault;
use kept_core::ledger::{Durable, Entry, Kind, Outcome};
use kept_core::name::{IdentifierKind, WebhookName};
use kept_core::time::Instant;
use kept_vault::outbox::{Letter, LetterId};
use kept_vault::subject::Erasure;
use kept_vault::{Fault, SubjectId, Tx};
use serde::Serialize;

use crate::company::{Act, Company};
use crate::failure::Failure;
use crate::webhook::opened;

/// How many calls to one receiver may be under way at once: one that hangs over one person does not hold up
/// the next.
const LANES_EACH: usize = 2;

/// How many calls may be under way at once, whatever the number of webhooks.
const LANES_MAX: usize = 32;

/// After how many calls in a row that nobody answered a run leaves a receiver alone.
const UNANSWERED_MAX: u32 = 4;

/// How many letters are put back at once.
const PAGE: u32 = 100;

/// How long a letter is one sender's: longer than a call may take.
const LEASE: SignedDuration = SignedDuration::from_secs(120);

/// How long is waited after the first try that failed; each further one doubles it.
const FIRST_WAIT: Duration = Duration::from_secs(10);

/// The longest wait.
const LONGEST_WAIT: Duration = Duration::from_hours(1);

/// What is said where nobody knows under which identifier the receiver has the person.
const NO_IDENTIFIER: &str =
    "no identifier of the kind that the webhook knows people by is known of this person";

/// What is said where the service was stopped while a receiver was being told.
const CUT_OFF: &str = "the service was stopped before it answered";

/// What a run came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Delivered {
    /// How many letters the receivers have now.
    pub told: u64,
    /// Those that could not be told, and are tried again.
    pub failed: u64,
    /// Those that nobody can ever be told: the person is erased, and was never known by the identifier that
    /// the webhook asks for. They are gone, with an entry of the ledger.
    pub given_up: u64,
    /// How many letters wait after the run.
    pub waiting: u64,
}

/// What the lanes of a run, or of a service, share.
#[derive(Debug, Default)]
pub struct Lanes {
    stopped: AtomicBool,
    under_way: Mutex<BTreeSet<LetterId>>,
    unanswered: Mutex<BTreeMap<WebhookName, u32>>,
}

impl Lanes {
    /// Has every lane end after the letter that it is telling.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Release);
    }

    /// Has receivers called again that were left alone because nobody answered.
    pub fn call_again(&self, lane: &[WebhookName]) {
        held(&self.unanswered).retain(|webhook, _| !lane.contains(webhook));
    }

    fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Acquire)
    }

    fn is_silent(&self, webhook: &WebhookName) -> bool {
        held(&self.unanswered).get(webhook).is_some_and(|calls| *calls >= UNANSWERED_MAX)
    }

    /// Counts calls that nobody answered, until one is.
    fn answered(&self, webhook: &WebhookName, told: &Told) {
        let mut unanswered = held(&self.unanswered);
        match told {
            Told::Unanswered(_) => *unanswered.entry(webhook.clone()).or_default() += 1,
            Told::Yes | Told::No(_) => drop(unanswered.remove(webhook)),
            Told::Never => {}
        }
    }
}

/// A lock on what a thread that panicked could not have left half done.
fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What came of a call.
enum Told {
    /// The receiver has it.
    Yes,
    /// It answers that it has not, or can't be called; why, in words without a value.
    No(String),
    /// It did not answer.
    Unanswered(String),
    /// Nobody can be told any more.
    Never,
}

impl Company {
    /// Tells what waits and whose time has come; `clock` is asked before each call.
    ///
    /// # Errors
    /// A fault of Kept's own store. What could not be told waits, and is tried again later.
    pub fn deliver(&self, clock: fn() -> Instant) -> Result<Delivered, Failure> {
        let shared = Lanes::default();
        let ends: Vec<Result<Delivered, Failure>> = std::thread::scope(|scope| {
            let lanes = self.lanes()?.into_iter().map(|lane| {
                let (company, shared) = (self.beside(), &shared);
                scope.spawn(move || company.deliver_lane(&lane, shared, clock))
            });
            let running: Vec<_> = lanes.collect();
            let end = |lane: std::thread::ScopedJoinHandle<'_, _>| lane.join().unwrap_or(Err(Failure::Plan));
            Ok::<_, Failure>(running.into_iter().map(end).collect())
        })?;
        let mut all = Delivered::default();
        for end in ends {
            let Delivered { told, failed, given_up, .. } = end?;
            all.told += told;
            all.failed += failed;
            all.given_up += given_up;
        }
        all.waiting = self.outbox()?.waiting;
        Ok(all)
    }

    /// The same, with what waits for a later try tried at once.
    ///
    /// # Errors
    /// As for [`Company::deliver`].
    pub fn deliver_all(&self, clock: fn() -> Instant) -> Result<Delivered, Failure> {
        let now = clock();
        self.vault.write("hurry_letters", |tx| tx.hurry_letters(now).map_err(Failure::from))?;
        self.deliver(clock)
    }

    /// Which webhooks each lane serves: a lane takes one letter at a time.
    ///
    /// # Errors
    /// A fault of Kept's own store.
    pub fn lanes(&self) -> Result<Vec<Vec<WebhookName>>, Failure> {
        let waiting = self.vault.read("letters_for", |tx| tx.letters_for().map_err(Failure::from))?;
        let names: BTreeSet<WebhookName> = self.policy().webhooks.keys().cloned().chain(waiting).collect();
        Ok(shared_out(names.into_iter().collect()))
    }

    /// Tells what waits for the webhooks of a lane, one after the other, each letter once.
    ///
    /// # Errors
    /// A fault of Kept's own store, after the other letters were told.
    pub fn deliver_lane(
        &self,
        lane: &[WebhookName],
        shared: &Lanes,
        clock: fn() -> Instant,
    ) -> Result<Delivered, Failure> {
        let began = clock();
        let mut delivered = Delivered::default();
        for webhook in lane {
            if let Some(problem) = self.uncallable(webhook) {
                delivered.failed += self.hold_back(webhook, (began, clock()), &problem)?;
                continue;
            }
            while !shared.is_stopped() && !shared.is_silent(webhook) {
                let Some((letter, now)) = self.next_letter(webhook, (began, shared), clock)? else { break };
                let told = self.deliver_one(&letter, now);
                held(&shared.under_way).remove(&letter.id);
                let told = self.or_later(&letter, told, now)?;
                match &told {
                    Told::Yes => delivered.told += 1,
                    Told::Never => delivered.given_up += 1,
                    Told::No(_) | Told::Unanswered(_) => delivered.failed += 1,
                }
                shared.answered(webhook, &told);
            }
        }
        Ok(delivered)
    }

    /// Why a webhook of the policy can't even be called: a variable or a secret is not there.
    fn uncallable(&self, webhook: &WebhookName) -> Option<String> {
        let webhook = self.policy().webhooks.get(webhook)?;
        self.stores.hook(webhook).err().map(words)
    }

    /// Leaves what is due for later, with the reason: a call that nobody could make is no try.
    fn hold_back(
        &self,
        webhook: &WebhookName,
        (began, now): (Instant, Instant),
        problem: &str,
    ) -> Result<u64, Failure> {
        let next = now.checked_add(wait(0)).unwrap_or(now);
        let mut held_back = 0;
        loop {
            let page = self.vault.write("hold_back", |tx| {
                let due = tx.letters_due(webhook, (began, now), PAGE)?;
                for letter in &due {
                    tx.put_letter_back(letter.id, next, problem)?;
                }
                Ok::<_, Failure>(due.len() as u64)
            })?;
            if page == 0 {
                return Ok(held_back);
            }
            held_back += page;
        }
    }

    /// Takes the next letter whose time had come when the pass began.
    fn next_letter(
        &self,
        webhook: &WebhookName,
        (began, shared): (Instant, &Lanes),
        clock: fn() -> Instant,
    ) -> Result<Option<(Letter, Instant)>, Failure> {
        loop {
            let now = clock();
            let due = self.vault.read("letters_due", |tx| tx.letters_due(webhook, (began, now), 1))?;
            let Some(letter) = due.into_iter().next() else { return Ok(None) };
            let until = now.checked_add(LEASE).unwrap_or(now);
            let taken = self
                .vault
                .write("take_letter", |tx| tx.take_letter(letter.id, until, now).map_err(Failure::from))?;
            if taken {
                held(&shared.under_way).insert(letter.id);
                return Ok(Some((letter, now)));
            }
        }
    }

    /// Puts the letters back that are being told: whoever comes next need not wait for the calls that end
    /// with this process. They go out again under the same number.
    ///
    /// # Errors
    /// A fault of Kept's own store.
    pub fn cut_off(&self, shared: &Lanes, now: Instant) -> Result<u64, Failure> {
        let under_way: Vec<LetterId> = held(&shared.under_way).iter().copied().collect();
        let next = now.checked_add(wait(0)).unwrap_or(now);
        self.vault.write("cut_off", |tx| {
            for letter in &under_way {
                tx.put_letter_back(*letter, next, CUT_OFF)?;
            }
            Ok::<_, Failure>(())
        })?;
        Ok(under_way.len() as u64)
    }

    /// A letter over which Kept's own store failed waits, so that the others don't wait for it.
    fn or_later(&self, letter: &Letter, told: Result<Told, Failure>, now: Instant) -> Result<Told, Failure> {
        let failure = match told {
            Ok(told) => return Ok(told),
            Err(failure @ Failure::Vault(Fault::Erased | Fault::Sealed { .. })) => failure,
            Err(failure) => return Err(failure),
        };
        let next = now.checked_add(wait(letter.attempts)).unwrap_or(now);
        let problem = failure.to_string();
        self.vault.write("letter_failed", |tx| tx.put_letter_back(letter.id, next, &problem))?;
        Ok(Told::No(problem))
    }

    /// One letter: `intended`, the call, and what came of it with the letter's going in one transaction.
    fn deliver_one(&self, letter: &Letter, now: Instant) -> Result<Told, Failure> {
        let mut entry = self.entry(Kind::Recorded, now)?;
        entry.rule = Some(format!("webhook.{}.{}", letter.webhook, letter.what));
        entry.outcome = Outcome::Intended;
        let ((), receipt) = self.act_upon(letter, "mean_to_tell", &entry, &mut |_| Ok(()))?;
        self.reached("letter-intended");
        let told = self.call(letter, &receipt)?;
        self.reached("letter-told");
        let mut done = self.entry(Kind::Recorded, now)?;
        done.rule.clone_from(&entry.rule);
        done.follows = Some(*receipt.commitment());
        done.outcome = match told {
            Told::Yes => Outcome::Done,
            Told::No(_) | Told::Unanswered(_) => Outcome::Failed,
            Told::Never => Outcome::Refused,
        };
        let next = now.checked_add(wait(letter.attempts)).unwrap_or(now);
        self.act_upon(letter, "told", &done, &mut |tx| match &told {
            Told::Yes | Told::Never => tx.remove_letter(letter.id).map(drop),
            Told::No(problem) | Told::Unanswered(problem) => tx.put_letter_back(letter.id, next, problem),
        })?;
        Ok(told)
    }

    /// An act upon a letter, in the chain of the person whom it is about; in nobody's once the key of that
    /// chain is destroyed.
    pub(crate) fn act_upon<T>(
        &self,
        letter: &Letter,
        name: &'static str,
        entry: &Entry,
        act: &mut dyn FnMut(&mut Tx) -> Result<T, Fault>,
    ) -> Result<(T, Durable), Failure> {
        let mut in_chain = |subject: Option<SubjectId>| {
            self.act(name, |tx| Ok((act(tx)?, Act { entry: entry.clone(), subject })))
        };
        match in_chain(Some(letter.subject)) {
            Err(Failure::Vault(Fault::Erased)) => in_chain(None),
            done => done,
        }
    }

    /// Calls the receiver.
    fn call(&self, letter: &Letter, receipt: &Durable) -> Result<Told, Failure> {
        let Some(webhook) = self.policy().webhooks.get(&letter.webhook) else {
            return Ok(Told::No("the policy in force has no webhook of this name".to_owned()));
        };
        let (content, name) = self.vault.write("open_letter", |tx| {
            let content = opened(tx, letter, receipt)?;
            let name = match &content.identifier {
                Some(name) => Name::Is(name.clone()),
                None => known(tx, letter.subject, (&webhook.identifier, receipt))?,
            };
            Ok::<_, Failure>((content, name))
        })?;
        let name = match name {
            Name::Is(name) => name,
            Name::Unknown => return Ok(Told::No(NO_IDENTIFIER.to_owned())),
            Name::Gone => return Ok(Told::Never),
        };
        let key = format!("{}-{}", letter.id.0, letter.made_at.as_microsecond());
        let Ok(serde_json::Value::Object(mut body)) = serde_json::to_value(&content) else {
            return Err(Failure::Plan);
        };
        body.remove("identifier");
        body.insert("id".to_owned(), key.as_str().into());
        body.insert("person".to_owned(), serde_json::json!({ webhook.identifier.as_str(): name }));
        let hook = match self.stores.hook(webhook) {
            Ok(hook) => hook,
            Err(fault) => return Ok(Told::No(words(fault))),
        };
        Ok(match hook.tell(&serde_json::Value::Object(body), &key) {
            Ok(()) => Told::Yes,
            Err(fault @ StoreFault::TimedOut { .. }) => Told::Unanswered(words(fault)),
            Err(fault) => Told::No(words(fault)),
        })
    }
}

/// Lanes for these webhooks, so that each has one of its own where they are not too many.
fn shared_out(names: Vec<WebhookName>) -> Vec<Vec<WebhookName>> {
    let each = (LANES_MAX / names.len().max(1)).clamp(1, LANES_EACH);
    let count = names.len().min(LANES_MAX);
    let mut lanes: Vec<Vec<WebhookName>> = vec![Vec::new(); count];
    for (lane, name) in (0..count).cycle().zip(names) {
        if let Some(lane) = lanes.get_mut(lane) {
            lane.push(name);
        }
    }
    std::iter::repeat_n(lanes, each).flatten().collect()
}

/// By what a receiver knows a person.
enum Name {
    Is(String),
    /// Nothing of this kind is known yet.
    Unknown,
    /// The person is erased: nothing will ever be known.
    Gone,
}

/// The identifier of a kind, as Kept has it on record.
fn known(
    tx: &mut Tx,
    subject: SubjectId,
    (kind, receipt): (&IdentifierKind, &Durable),
) -> Result<Name, Failure> {
    if tx.erasure(subject)? != Erasure::No {
        return Ok(Name::Gone);
    }
    let found = tx.identifiers(subject, receipt)?.into_iter().find(|one| one.kind == *kind);
    Ok(found.map_or(Name::Unknown, |one| Name::Is(one.canonical)))
}

/// Why a receiver was not told: it is no store.
fn words(fault: StoreFault) -> String {
    match fault {
        StoreFault::Unreachable { why } => why,
        StoreFault::TimedOut { .. } => "it did not answer in time".to_owned(),
        other => other.to_string(),
    }
}

/// How long is waited after so many tries.
fn wait(attempts: i64) -> SignedDuration {
    let doubled = u32::try_from(attempts.max(0)).unwrap_or(u32::MAX).min(20);
    let wait = FIRST_WAIT.saturating_mul(2_u32.saturating_pow(doubled)).min(LONGEST_WAIT);
    SignedDuration::try_from(wait).unwrap_or(SignedDuration::from_hours(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_from_try_to_try_up_to_an_hour() {
        let seconds: Vec<i64> = [0, 1, 2, 8, 9, 60].map(|tries| wait(tries).as_secs()).to_vec();
        assert_eq!(seconds, [10, 20, 40, 2_560, 3_600, 3_600]);
    }

    #[test]
    fn every_webhook_has_lanes_of_its_own_and_many_share_a_bounded_number() {
        let named = |count: usize| {
            (0..count).map(|one| format!("hook{one}").as_str().into()).collect::<Vec<WebhookName>>()
        };
        assert_eq!(shared_out(named(0)).len(), 0);
        assert_eq!(shared_out(named(3)).len(), 6, "two each");
        assert_eq!(shared_out(named(20)).len(), 20, "one each");
        let many = shared_out(named(100));
        assert_eq!((many.len(), many.iter().map(Vec::len).sum::<usize>()), (LANES_MAX, 100));
    }
}
