//! The cache of grounds: what `kept_core::standing` said of each ground last, so that due lists
//! and audiences are read by index. It decides nothing; it is replaced in the transaction of the
//! event that changes it, and made anew when the policy changes.

use std::collections::BTreeMap;

use jiff::Timestamp as Instant;
use kept_core::name::PurposeName;
use kept_core::standing::{Ground, KeepState, Purposed, UseState};

use crate::fault::Fault;
use crate::row::{instant, integer, or_null, text};
use crate::statements::{
    GROUND_CLEAR, GROUND_CONTACT, GROUND_DUE, GROUND_LIST, GROUND_MAKE, GROUND_MARK_DUE, GROUND_STALE,
    GROUND_STALE_ANY, GROUND_TOUCHED, GROUND_UNCLEAR,
};
use crate::subject::SubjectId;
use crate::transaction::Tx;

/// A ground as the cache has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CachedGround {
    /// The purpose, or `hold:` and the hold's number.
    pub purpose: String,
    /// `never`, `unknown`, `until` or `ended`.
    pub keep: String,
    /// `live`, `archive-roles` or `no`.
    pub usage: String,
    /// Whether a mark stops its use.
    pub marked: bool,
    /// When it changes by itself.
    pub next_change_at: Option<Instant>,
}

/// What is cached beside the grounds of a person.
#[derive(Clone, Copy, Debug)]
pub struct Cached<'a> {
    /// The first instant at which any of them changes by itself.
    pub next_change_at: Option<Instant>,
    /// By which channels contact may be made for each purpose, as bits.
    pub contacts: &'a BTreeMap<PurposeName, u8>,
    /// The policy under which all of it was computed.
    pub policy_version: &'a str,
}

/// Somebody whom a purpose may reach, or who is to be looked at again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reached {
    /// Who.
    pub subject: SubjectId,
    /// By which channels, as bits, as computed last.
    pub contact: u8,
    /// Until when that holds.
    pub next_change_at: Option<Instant>,
}

/// A subject with something that changes by itself at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// When.
    pub at: Instant,
    /// Whose.
    pub subject: SubjectId,
}

impl Tx {
    /// Replaces all cached grounds of a subject.
    ///
    /// # Errors
    /// When the store fails.
    pub fn put_grounds(
        &mut self,
        subject: SubjectId,
        grounds: &[Ground],
        cached: &Cached<'_>,
    ) -> Result<(), Fault> {
        let row = self.row(subject)?;
        self.execute(GROUND_CLEAR, std::slice::from_ref(&row))?;
        let mut reached = std::collections::BTreeSet::new();
        let policy = self.policy_number(cached.policy_version);
        for (place, ground) in (0_i64..).zip(grounds) {
            let first = ground.purpose().filter(|purpose| reached.insert((*purpose).clone()));
            let contact = first.and_then(|purpose| cached.contacts.get(purpose)).copied().unwrap_or(0);
            self.execute_one(
                GROUND_MAKE,
                &[
                    row.clone(),
                    integer(place),
                    text(purpose_word(&ground.id.purpose)),
                    text(keep_word(&ground.keep)),
                    text(use_word(ground.usage)),
                    integer(i64::from(!ground.marks.is_empty())),
                    or_null(cached.next_change_at, instant),
                    integer(policy),
                    integer(i64::from(contact)),
                ],
            )?;
        }
        Ok(())
    }

    /// The cached grounds of a subject, by purpose.
    ///
    /// # Errors
    /// When the store fails.
    pub fn cached_grounds(&mut self, subject: SubjectId) -> Result<Vec<CachedGround>, Fault> {
        let row = self.row(subject)?;
        let rows = self.query(GROUND_LIST, &[row])?;
        rows.iter()
            .map(|row| {
                Ok(CachedGround {
                    purpose: row.text(0)?.to_owned(),
                    keep: row.text(1)?.to_owned(),
                    usage: row.text(2)?.to_owned(),
                    marked: row.integer(3)? == 1,
                    next_change_at: row.instant_or_null(4)?,
                })
            })
            .collect()
    }

    /// Has a person looked at by the next run, although nothing changes by itself: some value of
    /// theirs is kept by nothing any more.
    ///
    /// # Errors
    /// When the store fails.
    pub fn mark_due(&mut self, subject: SubjectId, now: Instant) -> Result<(), Fault> {
        let row = self.row(subject)?;
        self.execute(GROUND_MARK_DUE, &[row, instant(now)]).map(drop)
    }

    /// A page of the subjects with a change due by `until`, the earliest first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn due(&mut self, until: Instant, after: Option<Due>, count: u32) -> Result<Vec<Due>, Fault> {
        let at = after.map_or(Instant::MIN, |after| after.at);
        let row = self.row_after(after.map(|after| after.subject))?;
        let values = [instant(until), instant(at), row, integer(i64::from(count))];
        let rows = self.query(GROUND_DUE, &values)?;
        rows.iter()
            .map(|row| Ok(Due { at: row.instant(0)?, subject: SubjectId::from_row(row, 1)? }))
            .collect()
    }

    /// A page of the people whom a purpose touches, each once and by their number.
    ///
    /// # Errors
    /// When the store fails.
    pub fn touched(
        &mut self,
        purpose: &PurposeName,
        after: Option<SubjectId>,
        count: u32,
    ) -> Result<Vec<SubjectId>, Fault> {
        let after = self.row_after(after)?;
        let rows = self.query(GROUND_TOUCHED, &[text(purpose.as_str()), after, integer(i64::from(count))])?;
        rows.iter().map(|row| SubjectId::from_row(row, 0)).collect()
    }

    /// A page of the people whom a purpose may reach by some channel, and of those of whom that may
    /// have changed by `now`.
    ///
    /// # Errors
    /// When the store fails.
    pub fn reached(
        &mut self,
        purpose: &PurposeName,
        after: Option<SubjectId>,
        (now, count): (Instant, u32),
    ) -> Result<Vec<Reached>, Fault> {
        let after = self.row_after(after)?;
        let count = integer(i64::from(count));
        let rows = self.query(GROUND_CONTACT, &[text(purpose.as_str()), after, instant(now), count])?;
        rows.iter()
            .map(|row| {
                Ok(Reached {
                    subject: SubjectId::from_row(row, 0)?,
                    contact: u8::try_from(row.integer(1)?).unwrap_or(0),
                    next_change_at: row.instant_or_null(2)?,
                })
            })
            .collect()
    }

    /// A page of the people of whom nobody can tell whether a purpose may reach them, since a fact is
    /// missing; those of whom that may have changed by `now` are among [`Tx::reached`].
    ///
    /// # Errors
    /// When the store fails.
    pub fn unclear(
        &mut self,
        purpose: &PurposeName,
        after: Option<SubjectId>,
        (now, count): (Instant, u32),
    ) -> Result<Vec<SubjectId>, Fault> {
        let after = self.row_after(after)?;
        let values = [text(purpose.as_str()), after, instant(now), integer(i64::from(count))];
        let rows = self.query(GROUND_UNCLEAR, &values)?;
        rows.iter().map(|row| SubjectId::from_row(row, 0)).collect()
    }

    /// Whether some grounds were computed under another policy than this: what an index tells at once.
    ///
    /// # Errors
    /// When the store fails.
    pub fn has_stale(&mut self, policy_version: &str) -> Result<bool, Fault> {
        self.one(GROUND_STALE_ANY, &[integer(self.policy_number(policy_version))]).map(|row| row.is_some())
    }

    /// A page of the subjects whose grounds were computed under another policy than this.
    ///
    /// # Errors
    /// When the store fails.
    pub fn stale_subjects(
        &mut self,
        policy_version: &str,
        after: Option<SubjectId>,
        count: u32,
    ) -> Result<Vec<SubjectId>, Fault> {
        let after = self.row_after(after)?;
        let policy = integer(self.policy_number(policy_version));
        let rows = self.query(GROUND_STALE, &[policy, after, integer(i64::from(count))])?;
        rows.iter().map(|row| SubjectId::from_row(row, 0)).collect()
    }

    /// The number that stands for a policy's version: 63 bits of a keyed digest, and never 0.
    fn policy_number(&self, version: &str) -> i64 {
        let tag = self.ring.lookup.tag(&[b"policy", version.as_bytes()]);
        let first = tag.first_chunk().copied().map_or(1, i64::from_be_bytes);
        (first & i64::MAX).max(1)
    }
}

fn purpose_word(purpose: &Purposed) -> String {
    match purpose {
        Purposed::Purpose(purpose) => purpose.to_string(),
        Purposed::Hold(case) => format!("hold:{case}"),
    }
}

fn keep_word(keep: &KeepState) -> &'static str {
    match keep {
        KeepState::Never(_) => "never",
        KeepState::Unknown(_) => "unknown",
        KeepState::Until(..) => "until",
        KeepState::Ended(..) => "ended",
    }
}

fn use_word(usage: UseState) -> &'static str {
    match usage {
        UseState::Live => "live",
        UseState::ArchiveRoles => "archive-roles",
        UseState::No => "no",
    }
}
