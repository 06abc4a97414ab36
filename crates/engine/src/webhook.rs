//! Webhooks: what happened about a person on which a system of the company's must act is put into the
//! outbox with the act itself, and told from there by a signed call until the receiver has it: at least
//! once, and in order for each person.
//!
//! A call names the person by the one identifier that the receiver knows, and what happened in words of the
//! policy; nothing else. Not here: the outbox (`kept_vault::outbox`), and the call (`kept_connect::http`).

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::SignedDuration;
use kept_connect::StoreFault;
use kept_core::identifier::Identifier;
use kept_core::ledger::{Durable, Entry, Kind, Outcome};
use kept_core::name::{CaseId, IdentifierKind, PurposeName, WebhookName};
use kept_core::policy::model::webhook::ERASED;
use kept_core::policy::model::{DataRef, Webhook};
use kept_core::time::Instant;
use kept_core::timeline::{Event, Happening};
use kept_vault::entry::Whom as Named;
use kept_vault::outbox::{Letter, LetterId};
use kept_vault::{Fault, SubjectId, Tx};
use serde::{Deserialize, Serialize};

use crate::company::{Act, Company, log_purpose};
use crate::failure::Failure;
use crate::person::Located;

/// How many letters are told in one go.
const LETTERS_MAX: u32 = 100;

/// How many letters a list shows.
const LISTED_MAX: u32 = 1_000;

/// How long a letter is one sender's: longer than a call may take.
const LEASE: SignedDuration = SignedDuration::from_secs(120);

/// How long is waited after the first try that failed; each further one doubles it.
const FIRST_WAIT: Duration = Duration::from_secs(10);

/// The longest wait.
const LONGEST_WAIT: Duration = Duration::from_hours(1);

/// What is said where nobody knows under which identifier the receiver has the person.
const NO_IDENTIFIER: &str =
    "no identifier of the kind that the webhook knows people by is known of this person";

/// What is told. It is the body of the call, once the person's identifier and its own number are in it.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
struct Content {
    what: String,
    happened_at: Option<Instant>,
    #[serde(skip_serializing_if = "Option::is_none")]
    purpose: Option<PurposeName>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    channels: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    data: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    case: Option<CaseId>,
    /// The identifier, where it was known when it happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    identifier: Option<String>,
}

/// What a run told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Delivered {
    /// How many letters the receivers have now.
    pub told: u64,
    /// Those that could not be told, and are tried again.
    pub failed: u64,
}

/// A letter that waits. No personal value is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct WaitingLetter {
    /// Its number.
    pub id: i64,
    /// To whom.
    pub webhook: WebhookName,
    /// About whom, by Kept's own number.
    pub person: String,
    /// What happened.
    pub what: String,
    /// Since when it waits.
    pub made_at: Instant,
    /// How often it was tried in vain.
    pub attempts: i64,
    /// When it is tried next, unless an earlier one about the person waits.
    pub next_attempt_at: Instant,
    /// Why it could not be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// What waits for webhooks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Outbox {
    /// How many letters wait.
    pub waiting: u64,
    /// How many of them were tried in vain.
    pub failed: u64,
    /// The oldest of them.
    pub letters: Vec<WaitingLetter>,
}

impl Company {
    /// Puts into the outbox what webhooks are told of events, in the transaction of the act.
    pub(crate) fn tell_webhooks(
        &self,
        tx: &mut Tx,
        subject: SubjectId,
        (events, identifiers): (&[Event], &[Identifier]),
        now: Instant,
    ) -> Result<(), Failure> {
        for webhook in self.policy().webhooks.values() {
            for event in events.iter().filter(|event| webhook.is_told_of(&event.what)) {
                let mut content = content(event);
                content.identifier = named(identifiers, &webhook.identifier);
                put(tx, (webhook, subject), &content, now)?;
            }
        }
        Ok(())
    }

    /// The identifiers by which webhooks know a person who is about to be erased; what waits about the person
    /// already has them from now on.
    pub(crate) fn names_for_webhooks(
        &self,
        subject: SubjectId,
        located: &Located,
        now: Instant,
    ) -> Result<Vec<(IdentifierKind, String)>, Failure> {
        let kinds: BTreeSet<&IdentifierKind> =
            self.policy().webhooks.values().map(|webhook| &webhook.identifier).collect();
        if kinds.is_empty() {
            return Ok(Vec::new());
        }
        let mut entry = self.entry(Kind::Read, now)?;
        entry.outcome = Outcome::Intended;
        let ((), receipt) = self
            .act("names_for_webhooks", |_| Ok(((), Act { entry: entry.clone(), subject: Some(subject) })))?;
        let known = self.vault.read("names_for_webhooks", |tx| tx.identifiers(subject, &receipt))?;
        let names = kinds.into_iter().filter_map(|kind| {
            let own = known.iter().find(|one| one.kind == *kind).map(|one| one.canonical.clone());
            Some((kind.clone(), named(&located.identifiers, kind).or(own)?))
        });
        let names: Vec<(IdentifierKind, String)> = names.collect();
        self.vault.write("name_letters", |tx| self.name_letters(tx, subject, (&names, &receipt)))?;
        Ok(names)
    }

    /// Puts into the outbox that a person was erased.
    pub(crate) fn tell_of_erasure(
        &self,
        tx: &mut Tx,
        (subject, case): (SubjectId, &CaseId),
        names: &[(IdentifierKind, String)],
        now: Instant,
    ) -> Result<(), Failure> {
        for webhook in self.policy().webhooks.values().filter(|webhook| webhook.is_told(ERASED)) {
            let name = names.iter().find(|(kind, _)| *kind == webhook.identifier);
            let content = Content {
                what: ERASED.to_owned(),
                happened_at: Some(now),
                case: Some(case.clone()),
                identifier: name.map(|(_, name)| name.clone()),
                ..Content::default()
            };
            put(tx, (webhook, subject), &content, now)?;
        }
        Ok(())
    }

    /// Writes into the letters that wait about a person by which identifier they are known: nobody can look
    /// that up afterwards.
    fn name_letters(
        &self,
        tx: &mut Tx,
        subject: SubjectId,
        (names, receipt): (&[(IdentifierKind, String)], &Durable),
    ) -> Result<(), Failure> {
        for letter in tx.letters_of(subject)? {
            let Some(webhook) = self.policy().webhooks.get(&letter.webhook) else { continue };
            let Some((_, name)) = names.iter().find(|(kind, _)| *kind == webhook.identifier) else {
                continue;
            };
            let mut content = opened(tx, &letter, receipt)?;
            if content.identifier.is_none() {
                content.identifier = Some(name.clone());
                tx.change_letter(&letter, &json(&content)?)?;
            }
        }
        Ok(())
    }

    /// Tells what waits and whose time has come; `clock` is asked before each call.
    ///
    /// # Errors
    /// A fault of Kept's own store. What could not be told waits, and is tried again later.
    pub fn deliver(&mut self, clock: fn() -> Instant) -> Result<Delivered, Failure> {
        let mut delivered = Delivered::default();
        for _ in 0..LETTERS_MAX {
            let now = clock();
            let due = self.vault.read("letters_due", |tx| tx.letters_due(now, 1).map_err(Failure::from))?;
            let Some(letter) = due.into_iter().next() else { break };
            let until = now.checked_add(LEASE).unwrap_or(now);
            let taken = self
                .vault
                .write("take_letter", |tx| tx.take_letter(letter.id, until, now).map_err(Failure::from))?;
            if taken {
                let told = self.deliver_one(&letter, now)?;
                delivered.told += u64::from(told);
                delivered.failed += u64::from(!told);
            }
        }
        Ok(delivered)
    }

    /// The same, with what waits for a later try tried at once.
    ///
    /// # Errors
    /// As for [`Company::deliver`].
    pub fn deliver_all(&mut self, clock: fn() -> Instant) -> Result<Delivered, Failure> {
        let now = clock();
        self.vault.write("hurry_letters", |tx| tx.hurry_letters(now).map_err(Failure::from))?;
        self.deliver(clock)
    }

    /// One letter: `intended`, the call, and what came of it with the letter's going in one transaction.
    fn deliver_one(&mut self, letter: &Letter, now: Instant) -> Result<bool, Failure> {
        let mut entry = self.entry(Kind::Recorded, now)?;
        entry.rule = Some(format!("webhook.{}.{}", letter.webhook, letter.what));
        entry.outcome = Outcome::Intended;
        let ((), receipt) = self
            .act("mean_to_tell", |_| Ok(((), Act { entry: entry.clone(), subject: Some(letter.subject) })))?;
        self.reached("letter-intended");
        let told = self.call(letter, &receipt)?;
        self.reached("letter-told");
        let mut done = self.entry(Kind::Recorded, now)?;
        done.rule.clone_from(&entry.rule);
        done.follows = Some(*receipt.commitment());
        done.outcome = if told.is_ok() { Outcome::Done } else { Outcome::Failed };
        self.ended(letter, (&done, &told), now)?;
        Ok(told.is_ok())
    }

    fn ended(
        &self,
        letter: &Letter,
        (done, told): (&Entry, &Result<(), String>),
        now: Instant,
    ) -> Result<(), Failure> {
        let next = now.checked_add(wait(letter.attempts)).unwrap_or(now);
        self.vault.act("told", |tx| {
            match told {
                Ok(()) => drop(tx.remove_letter(letter.id)?),
                Err(problem) => tx.put_letter_back(letter.id, next, problem)?,
            }
            tx.log(Named::One(letter.subject), done.clone(), &log_purpose())?;
            Ok::<_, Failure>(())
        })?;
        Ok(())
    }

    /// Calls the receiver; why it was not told, in words without a value.
    fn call(&self, letter: &Letter, receipt: &Durable) -> Result<Result<(), String>, Failure> {
        let Some(webhook) = self.policy().webhooks.get(&letter.webhook) else {
            return Ok(Err("the policy in force has no webhook of this name".to_owned()));
        };
        let read = self.vault.write("open_letter", |tx| {
            let content = opened(tx, letter, receipt)?;
            let name = match &content.identifier {
                Some(name) => Some(name.clone()),
                None => known(tx, letter.subject, (&webhook.identifier, receipt))?,
            };
            Ok::<_, Failure>((content, name))
        })?;
        let (content, Some(name)) = read else { return Ok(Err(NO_IDENTIFIER.to_owned())) };
        let key = format!("{}-{}", letter.id.0, letter.made_at.as_microsecond());
        let Ok(serde_json::Value::Object(mut body)) = serde_json::to_value(&content) else {
            return Err(Failure::Plan);
        };
        body.remove("identifier");
        body.insert("id".to_owned(), key.as_str().into());
        body.insert("person".to_owned(), serde_json::json!({ webhook.identifier.as_str(): name }));
        let hook = match self.stores.hook(webhook) {
            Ok(hook) => hook,
            Err(fault) => return Ok(Err(words(fault))),
        };
        Ok(hook.tell(&serde_json::Value::Object(body), &key).map_err(words))
    }

    /// What waits, the oldest first.
    ///
    /// # Errors
    /// A fault of Kept's own store.
    pub fn outbox(&self) -> Result<Outbox, Failure> {
        self.vault.read("outbox", |tx| {
            let counted = tx.letters_waiting()?;
            let letters = tx.letters(LetterId(0), LISTED_MAX)?.into_iter().map(waiting).collect();
            Ok(Outbox { waiting: counted.all, failed: counted.tried, letters })
        })
    }

    /// Takes away a letter that shall not be told, with an entry of the ledger; whether it was there.
    ///
    /// # Errors
    /// A fault of Kept's own store.
    pub fn drop_letter(&self, id: i64, now: Instant) -> Result<bool, Failure> {
        let all = self
            .vault
            .read("letters", |tx| tx.letters(LetterId(id.saturating_sub(1)), 1).map_err(Failure::from))?;
        let Some(letter) = all.into_iter().next().filter(|letter| letter.id.0 == id) else {
            return Ok(false);
        };
        let mut entry = self.entry(Kind::Recorded, now)?;
        entry.rule = Some(format!("webhook.{}.{}", letter.webhook, letter.what));
        entry.outcome = Outcome::Refused;
        let (gone, _) = self.act("drop_letter", |tx| {
            let gone = tx.remove_letter(letter.id)?;
            Ok((gone, Act { entry: entry.clone(), subject: Some(letter.subject) }))
        })?;
        Ok(gone)
    }
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

fn put(
    tx: &mut Tx,
    (webhook, subject): (&Webhook, SubjectId),
    content: &Content,
    now: Instant,
) -> Result<(), Failure> {
    tx.put_letter((&webhook.name, subject), (&content.what, &json(content)?), now)?;
    Ok(())
}

fn json(content: &Content) -> Result<Vec<u8>, Failure> {
    serde_json::to_vec(content).map_err(|_| Failure::Plan)
}

fn opened(tx: &mut Tx, letter: &Letter, receipt: &Durable) -> Result<Content, Failure> {
    serde_json::from_slice(&tx.open_letter(letter, receipt)?).map_err(|_| Failure::Plan)
}

/// The identifier of a kind, as Kept has it on record.
fn known(
    tx: &mut Tx,
    subject: SubjectId,
    (kind, receipt): (&IdentifierKind, &Durable),
) -> Result<Option<String>, Failure> {
    match tx.identifiers(subject, receipt) {
        Err(Fault::Erased) => Ok(None),
        Err(fault) => Err(fault.into()),
        Ok(all) => Ok(all.into_iter().find(|one| one.kind == *kind).map(|one| one.canonical)),
    }
}

fn named(identifiers: &[Identifier], kind: &IdentifierKind) -> Option<String> {
    identifiers.iter().find(|one| one.kind() == kind).map(|one| one.canonical().to_owned())
}

/// What is told of an event: what happened, and to which part of the policy.
fn content(event: &Event) -> Content {
    let mut content = Content {
        what: event.what.word().to_owned(),
        happened_at: Some(event.happened_at),
        data: event.data.iter().map(DataRef::to_string).collect(),
        ..Content::default()
    };
    match &event.what {
        Happening::ConsentWithdrawn { purpose, channels } => {
            content.purpose = Some(purpose.clone());
            content.channels = channels.iter().map(|channel| channel.word().to_owned()).collect();
        }
        Happening::Objected { purpose } => content.purpose.clone_from(purpose),
        Happening::ObjectionUpheld { purpose } | Happening::ObjectionRejected { purpose, .. } => {
            content.purpose = Some(purpose.clone());
        }
        Happening::Restricted { case, .. } | Happening::RestrictionLifted { case } => {
            content.case = Some(case.clone());
        }
        _ => {}
    }
    content
}

fn waiting(letter: Letter) -> WaitingLetter {
    let Letter { id, webhook, subject, what, made_at, attempts, next_attempt_at, problem, .. } = letter;
    let person = subject.to_string();
    WaitingLetter { id: id.0, webhook, person, what, made_at, attempts, next_attempt_at, problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_from_try_to_try_up_to_an_hour() {
        let seconds: Vec<i64> = [0, 1, 2, 8, 9, 60].map(|tries| wait(tries).as_secs()).to_vec();
        assert_eq!(seconds, [10, 20, 40, 2_560, 3_600, 3_600]);
    }
}
