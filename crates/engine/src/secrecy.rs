//! Releases that may be kept from the person: listed for the roles that the policy names, ended by them,
//! and left out of whatever the person is given.
//!
//! Not here: who may read what (`kept_core::decision::secrecy`), and giving the data (`disclose`).

use kept_core::decision::secrecy::{Ended, Reader, ending_rule, is_secret, may_read, way_of};
use kept_core::ledger::{Commitment, Durable, Entry, Kind, Leaf, Outcome};
use kept_core::name::{CaseId, PurposeName, RecipientName, RoleName};
use kept_core::policy::model::DataRef;
use kept_core::time::{Day, Instant};
use kept_vault::entry::Recorded;
use serde::Serialize;

use crate::company::{Act, Company};
use crate::desk::Whom;
use crate::failure::Failure;

/// How many entries are read in one snapshot.
const PAGE: u64 = 1000;

/// The rule of an entry that tells that somebody read, or would have read, of such releases.
const LOOKED: &str = "disclosure.secrecy";

/// A release that may be kept from the person, as the roles of its way read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SecretLine {
    /// The number of its entry.
    pub entry: u64,
    /// When.
    pub at: Instant,
    /// The way of the policy by which data left.
    pub way: String,
    /// To whom.
    pub recipient: Option<RecipientName>,
    /// For which purpose.
    pub purpose: Option<PurposeName>,
    /// Which data.
    pub fields: Vec<DataRef>,
    /// Whether anything left.
    pub given: bool,
    /// The law or order that it rests on.
    pub reference: Option<CaseId>,
    /// Whether it is kept from the person now.
    pub secret: bool,
    /// Why the person is told, or is not.
    pub reason: String,
    /// The last day of the secrecy, where one is set.
    pub until: Option<Day>,
}

impl Company {
    /// The releases of which this role reads, the oldest first. Who looks is on record.
    ///
    /// # Errors
    /// [`Failure::Refused`] for a role that no way of the policy names; a fault of Kept's own store.
    pub fn secrets(
        &self,
        role: &RoleName,
        actor: Option<&str>,
        now: Instant,
    ) -> Result<Vec<SecretLine>, Failure> {
        let receipt = self.receipt_of_role(role, actor, now)?;
        let end = self.vault.read("secrets", |tx| tx.count_entries().map_err(Failure::from))?;
        let (mut found, mut start) = (Vec::new(), 0);
        while start < end {
            let next = start.saturating_add(PAGE).min(end);
            let page =
                self.vault.read("secrets", |tx| tx.entries(start..next, &receipt).map_err(Failure::from))?;
            let of_secrecy = |entry: &Entry| entry.telling.is_some() || entry.kind == Kind::Told;
            found.extend(
                page.into_iter().filter(|one| one.opened.as_ref().is_some_and(|(_, one)| of_secrecy(one))),
            );
            start = next;
        }
        let ended = ended(&found);
        let lines = found.iter().filter_map(|one| self.secret_line(one, role, &ended, now));
        Ok(lines.collect())
    }

    /// Ends the secrecy of a person's release, by the number that the list shows: from then on answers to
    /// the person show it. The number of the entry that ends it.
    ///
    /// # Errors
    /// [`Failure::Refused`] for a role that may not, and where no such release of the person is kept from
    /// them; a fault of Kept's own store.
    pub fn end_secrecy(
        &self,
        whom: &Whom,
        release: u64,
        (role, actor): (&RoleName, Option<&str>),
        now: Instant,
    ) -> Result<u64, Failure> {
        let receipt = self.receipt_of_role(role, actor, now)?;
        let subject = self.vault.read("secrecy", |tx| self.one_subject(tx, &whom.identifiers))?;
        let none = || {
            Failure::Refused(format!(
                "no release `entry-{release}` is kept from this person: kept secrecy list"
            ))
        };
        let subject = subject.ok_or_else(none)?;
        let all = self.vault.read("secrecy", |tx| tx.entries_of(subject, &receipt).map_err(Failure::from))?;
        let ended = ended(&all);
        let (entry, commitment) =
            all.iter().filter(|one| one.sequence.0 == release).find_map(opened).ok_or_else(none)?;
        let reads = may_read(self.policy(), (entry, commitment), Reader::Role(role), &ended, now);
        let way = way_of(entry).ok_or_else(none)?;
        if !reads || !is_secret(entry, commitment, &ended, now) {
            return Err(none());
        }
        let mut ending = self.entry(Kind::Told, now)?;
        ending.rule = Some(ending_rule(way));
        ending.follows = Some(*commitment);
        let ((), receipt) = self.act("end_secrecy", |tx| {
            if let Some(actor) = actor {
                ending.actor = tx.actor(actor)?;
            }
            Ok(((), Act { entry: ending.clone(), subject: Some(subject) }))
        })?;
        Ok(receipt.sequence().0)
    }

    /// The entries of a person without those that are kept from them.
    pub(crate) fn open_to_person(&self, mut entries: Vec<Recorded>, at: Instant) -> Vec<Recorded> {
        let ended = ended(&entries);
        entries.retain(|one| {
            opened(one).is_none_or(|found| may_read(self.policy(), found, Reader::Person, &ended, at))
        });
        entries
    }

    /// Writes down that somebody reads of secrets in this role, or that the role is refused.
    fn receipt_of_role(
        &self,
        role: &RoleName,
        actor: Option<&str>,
        now: Instant,
    ) -> Result<Durable, Failure> {
        let ways = self.policy().disclosures.values().filter_map(|way| way.secrecy.as_ref());
        let reads = ways.flat_map(|secrecy| &secrecy.roles).any(|one| one == role);
        let mut entry = self.entry(Kind::Read, now)?;
        entry.outcome = if reads { Outcome::Done } else { Outcome::Refused };
        entry.rule = Some(LOOKED.to_owned());
        let ((), receipt) = self.act("secrecy", |tx| {
            if let Some(actor) = actor {
                entry.actor = tx.actor(actor)?;
            }
            Ok(((), Act { entry: entry.clone(), subject: None }))
        })?;
        if reads {
            return Ok(receipt);
        }
        Err(Failure::Refused(
            "no way of disclosure lets this role read of releases that are kept from people: `roles` in \
             `[disclosure.*.secrecy]` names those that do"
                .to_owned(),
        ))
    }

    fn secret_line(
        &self,
        recorded: &Recorded,
        role: &RoleName,
        ended: &Ended,
        now: Instant,
    ) -> Option<SecretLine> {
        let (entry, commitment) = opened(recorded)?;
        let telling = entry.telling.as_ref()?;
        if !may_read(self.policy(), (entry, commitment), Reader::Role(role), ended, now) {
            return None;
        }
        let last = |until: Instant| {
            let before = until.checked_sub(jiff::SignedDuration::from_micros(1)).ok()?;
            Some(self.policy().zone().day_of(before))
        };
        Some(SecretLine {
            entry: recorded.sequence.0,
            at: entry.at,
            way: way_of(entry)?.to_owned(),
            recipient: entry.recipient.clone(),
            purpose: entry.purpose.clone(),
            fields: entry.fields.clone(),
            given: entry.kind == Kind::Disclosed && entry.outcome != Outcome::Refused,
            reference: entry.request.clone(),
            secret: is_secret(entry, commitment, ended, now),
            reason: telling.reason.clone(),
            until: telling.until.and_then(last),
        })
    }
}

fn opened(recorded: &Recorded) -> Option<(&Entry, &Commitment)> {
    match (&recorded.opened, &recorded.leaf) {
        (Some((_, entry)), Leaf::Sealed(commitment)) => Some((entry, commitment)),
        _ => None,
    }
}

fn ended(entries: &[Recorded]) -> Ended {
    Ended::of(entries.iter().filter_map(opened).map(|(entry, _)| entry))
}
