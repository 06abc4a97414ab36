//! Webhooks: what happened about a person on which a system of the company's must act is put into the
//! outbox with the act itself, and told from there by a signed call until the receiver has it: at least
//! once, and in order for each person.
//!
//! A call names the person by the one identifier that the receiver knows, and what happened in words of the
//! policy; nothing else. Not here: the outbox (`kept_vault::outbox`), how it is emptied (`delivery`), and the
//! call (`kept_connect::http`).

pub(crate) mod later;

use std::collections::BTreeSet;

use kept_core::identifier::Identifier;
use kept_core::ledger::{Durable, Kind, Outcome};
use kept_core::name::{CaseId, IdentifierKind, PurposeName, WebhookName};
use kept_core::policy::model::webhook::{CORRECTED, ERASED};
use kept_core::policy::model::{DataRef, Webhook};
use kept_core::time::Instant;
use kept_core::timeline::{Event, Happening};
use kept_vault::outbox::{Letter, LetterId};
use kept_vault::{SubjectId, Tx};
use serde::{Deserialize, Serialize};

use crate::company::{Act, Company};
use crate::failure::Failure;
use crate::person::Located;

/// How many letters a list shows.
const LISTED_MAX: u32 = 1_000;

/// What is told. It is the body of the call, once the person's identifier and its own number are in it.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub(crate) struct Content {
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
    pub(crate) identifier: Option<String>,
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

    /// Puts into the outbox that data of a person were corrected (16, 19), in the transaction of the act.
    pub(crate) fn tell_of_correction(
        &self,
        tx: &mut Tx,
        subject: SubjectId,
        fields: &[DataRef],
        now: Instant,
    ) -> Result<(), Failure> {
        for webhook in self.policy().webhooks.values().filter(|webhook| webhook.is_told(CORRECTED)) {
            let content = Content {
                what: CORRECTED.to_owned(),
                happened_at: Some(now),
                data: fields.iter().map(DataRef::to_string).collect(),
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

    /// The letter of a number, while it waits.
    ///
    /// # Errors
    /// A fault of Kept's own store.
    pub fn letter(&self, id: i64) -> Result<Option<WaitingLetter>, Failure> {
        Ok(self.sealed_letter(id)?.map(waiting))
    }

    fn sealed_letter(&self, id: i64) -> Result<Option<Letter>, Failure> {
        let all = self
            .vault
            .read("letters", |tx| tx.letters(LetterId(id.saturating_sub(1)), 1).map_err(Failure::from))?;
        Ok(all.into_iter().next().filter(|letter| letter.id.0 == id))
    }

    /// Takes away a letter that shall not be told, with an entry of the ledger; whether it was there.
    ///
    /// # Errors
    /// A fault of Kept's own store.
    pub fn drop_letter(&self, id: i64, now: Instant) -> Result<bool, Failure> {
        let Some(letter) = self.sealed_letter(id)? else { return Ok(false) };
        let mut entry = self.entry(Kind::Recorded, now)?;
        entry.rule = Some(format!("webhook.{}.{}", letter.webhook, letter.what));
        entry.outcome = Outcome::Refused;
        let (gone, _) =
            self.act_upon(&letter, "drop_letter", &entry, &mut |tx| tx.remove_letter(letter.id))?;
        Ok(gone)
    }
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

pub(crate) fn opened(tx: &mut Tx, letter: &Letter, receipt: &Durable) -> Result<Content, Failure> {
    serde_json::from_slice(&tx.open_letter(letter, receipt)?).map_err(|_| Failure::Plan)
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
