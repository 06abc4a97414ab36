//! What waits to be told to webhooks: written with the act that is told, in its transaction, and taken away
//! once the receiver has it, so that a process that was killed is taken over by the next.
//!
//! It is sealed under a key that is nobody's: that somebody was erased is told when their own key is gone.
//! Not here: what is told, and how (`kept-engine`, `kept-connect`).

use jiff::Timestamp as Instant;
use kept_core::ledger::Durable;
use kept_core::name::{ControllerName, IdentifierKind, WebhookName};

use crate::blind::Identifier;
use crate::fault::Fault;
use crate::row::{Row, bytes, instant, integer, text};
use crate::statements::{
    OUTBOX_CHANGE, OUTBOX_COUNT, OUTBOX_DUE, OUTBOX_LATER, OUTBOX_LIST, OUTBOX_MAKE, OUTBOX_NAMES,
    OUTBOX_NOW, OUTBOX_PERSON, OUTBOX_REMOVE, OUTBOX_TAKE,
};
use crate::subject::{Place, SubjectId};
use crate::transaction::Tx;

/// Under what the key of the outbox is found. No name of a policy has spaces.
const NAME: &str = "outbox of webhooks";

/// The number of a letter; later ones about a person have higher numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LetterId(pub i64);

/// Something that waits to be told, its content still sealed.
#[derive(Clone, Debug)]
pub struct Letter {
    /// Its number.
    pub id: LetterId,
    /// To whom.
    pub webhook: WebhookName,
    /// About whom.
    pub subject: SubjectId,
    /// What happened, as a word.
    pub what: String,
    /// Since when it waits.
    pub made_at: Instant,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried next.
    pub next_attempt_at: Instant,
    /// Why it could not be told, in words without a value.
    pub problem: Option<String>,
    sealed: Vec<u8>,
}

/// How many letters wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// All of them.
    pub all: u64,
    /// Those that were tried in vain.
    pub tried: u64,
}

impl Tx {
    /// Puts something into the outbox, to be told from `now` on.
    ///
    /// # Errors
    /// When the store fails.
    pub fn put_letter(
        &mut self,
        (webhook, subject): (&WebhookName, SubjectId),
        (what, content): (&str, &[u8]),
        now: Instant,
    ) -> Result<LetterId, Fault> {
        let id = self.next_number("outbox")?;
        let place = self.letter_place(id, now)?;
        let sealed = self.seal(place, content)?;
        let (webhook, at) = (text(webhook.as_str()), instant(now));
        let values = [integer(id), webhook, subject.value(), text(what), bytes(sealed), at];
        self.execute_one(OUTBOX_MAKE, &values)?;
        Ok(LetterId(id))
    }

    /// The letters for a webhook whose time has come at `until` and that nobody is sending `now`: of each
    /// person the earliest.
    ///
    /// # Errors
    /// When the store fails.
    pub fn letters_due(
        &mut self,
        webhook: &WebhookName,
        (until, now): (Instant, Instant),
        count: u32,
    ) -> Result<Vec<Letter>, Fault> {
        let values = [text(webhook.as_str()), instant(until), instant(now), integer(i64::from(count))];
        self.query(OUTBOX_DUE, &values)?.iter().map(letter).collect()
    }

    /// The webhooks for which something waits, whether the policy still has them or not.
    ///
    /// # Errors
    /// When the store fails.
    pub fn letters_for(&mut self) -> Result<Vec<WebhookName>, Fault> {
        let rows = self.query(OUTBOX_NAMES, &[])?;
        rows.iter().map(|row| Ok(row.text(0)?.into())).collect()
    }

    /// A page of everything that waits, the oldest first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn letters(&mut self, after: LetterId, count: u32) -> Result<Vec<Letter>, Fault> {
        let rows = self.query(OUTBOX_LIST, &[integer(after.0), integer(i64::from(count))])?;
        rows.iter().map(letter).collect()
    }

    /// How many letters wait.
    ///
    /// # Errors
    /// When the store fails.
    pub fn letters_waiting(&mut self) -> Result<Waiting, Fault> {
        let Some(row) = self.one(OUTBOX_COUNT, &[])? else { return Ok(Waiting::default()) };
        Ok(Waiting { all: row.integer(0)?.unsigned_abs(), tried: row.integer(1)?.unsigned_abs() })
    }

    /// Everything that waits about a person, in order.
    ///
    /// # Errors
    /// When the store fails.
    pub fn letters_of(&mut self, subject: SubjectId) -> Result<Vec<Letter>, Fault> {
        self.query(OUTBOX_PERSON, &[subject.value()])?.iter().map(letter).collect()
    }

    /// Takes a letter to send it, until an instant at which somebody else may; whether it was free.
    ///
    /// # Errors
    /// When the store fails.
    pub fn take_letter(&mut self, id: LetterId, until: Instant, now: Instant) -> Result<bool, Fault> {
        let taken = self.execute(OUTBOX_TAKE, &[integer(id.0), instant(until), instant(now)])?;
        Ok(taken == 1)
    }

    /// What a letter says. The receipt shows that its sending is in the ledger.
    ///
    /// # Errors
    /// [`Fault::Sealed`] when the bytes were changed.
    pub fn open_letter(&mut self, letter: &Letter, receipt: &Durable) -> Result<Vec<u8>, Fault> {
        let place = self.letter_place(letter.id.0, letter.made_at)?;
        self.open(place, &letter.sealed, receipt)
    }

    /// Writes anew what a letter says.
    ///
    /// # Errors
    /// When the store fails.
    pub fn change_letter(&mut self, letter: &Letter, content: &[u8]) -> Result<(), Fault> {
        let place = self.letter_place(letter.id.0, letter.made_at)?;
        let sealed = self.seal(place, content)?;
        self.execute_one(OUTBOX_CHANGE, &[integer(letter.id.0), bytes(sealed)])
    }

    /// Puts a letter back that could not be told; one that is gone stays so.
    ///
    /// # Errors
    /// When the store fails.
    pub fn put_letter_back(&mut self, id: LetterId, next: Instant, problem: &str) -> Result<(), Fault> {
        self.execute(OUTBOX_LATER, &[integer(id.0), instant(next), text(problem)]).map(drop)
    }

    /// Has everything that waits tried at once.
    ///
    /// # Errors
    /// When the store fails.
    pub fn hurry_letters(&mut self, now: Instant) -> Result<u64, Fault> {
        self.execute(OUTBOX_NOW, &[instant(now)])
    }

    /// Takes a letter away: it was told, or shall not be; whether it was there.
    ///
    /// # Errors
    /// When the store fails.
    pub fn remove_letter(&mut self, id: LetterId) -> Result<bool, Fault> {
        Ok(self.execute(OUTBOX_REMOVE, &[integer(id.0)])? == 1)
    }

    /// Where a letter is sealed: under a subject that is nobody, made with the first letter.
    fn letter_place(&mut self, id: i64, now: Instant) -> Result<Place, Fault> {
        let (controller, kind) = (ControllerName::from(""), IdentifierKind::from(NAME));
        let name = Identifier { controller: &controller, kind: &kind, canonical: NAME };
        let subject = self.put_subject(&[name], now)?;
        Ok(Place { table: "outbox", field: "content", subject, version: id })
    }
}

fn letter(row: &Row) -> Result<Letter, Fault> {
    Ok(Letter {
        id: LetterId(row.integer(0)?),
        webhook: row.text(1)?.into(),
        subject: SubjectId::from_row(row, 2)?,
        what: row.text(3)?.to_owned(),
        sealed: row.bytes(4)?.to_vec(),
        made_at: row.instant(5)?,
        attempts: row.integer(6)?,
        next_attempt_at: row.instant(7)?,
        problem: row.text_or_null(8)?.map(str::to_owned),
    })
}
