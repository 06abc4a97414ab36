//! Lists of what was recorded: the history of a person's consents with its proof, and the holds and
//! restrictions that stand with their days of review. Opening the words is an entry first.

use kept_core::ledger::{Durable, Kind, Outcome};
use kept_core::name::{CaseId, PurposeName};
use kept_core::policy::model::{Channel, DataRef};
use kept_core::standing::{KeepState, Purposed};
use kept_core::time::{Day, Instant};
use kept_core::timeline::{Happening, Proof, Scope, Timeline};
use kept_vault::SubjectId;
use serde::Serialize;

use crate::company::{Act, Company};
use crate::consents::{Told, is_echo};
use crate::desk::Whom;
use crate::failure::Failure;
use crate::report::Unreached;

/// A consent given or withdrawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConsentLine {
    /// `consent-given` or `consent-withdrawn`.
    pub what: &'static str,
    /// For which purpose.
    pub purpose: PurposeName,
    /// For which channels; none means all of them.
    pub channels: Vec<Channel>,
    /// On which wording.
    pub wording: Option<u32>,
    /// On which day.
    pub happened_on: Day,
    /// When.
    pub happened_at: Instant,
    /// When Kept came to know it; of what a store's column tells nobody knows when it was written.
    pub recorded_at: Option<Instant>,
    /// Whether a store's column tells of it, which holds no proof.
    pub from_store: bool,
    /// What shows it.
    pub proof: Option<Box<Proof>>,
    /// To whom it was given, and what it lets be joined, where that is not the usual.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<Box<Scope>>,
}

/// The consents of a person.
#[derive(Clone, Debug, PartialEq)]
pub struct ConsentList {
    /// Each act, the oldest first.
    pub lines: Vec<ConsentLine>,
    /// Stores that could not be asked: what they tell is not in it.
    pub unreached: Vec<Unreached>,
}

/// A hold or a restriction that stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GuardLine {
    /// Its number.
    pub case: CaseId,
    /// `hold`, `restriction`, or `vital-interest` for a use that somebody looks at within the day.
    pub kind: &'static str,
    /// Whose, by Kept's own number; empty for a use, whose entry names nobody.
    pub person: String,
    /// On which data; none means everything.
    pub data: Vec<DataRef>,
    /// Why: in words for a hold, as a word of 18(1) for a restriction.
    pub reason: String,
    /// Who approved it.
    pub approver: Option<String>,
    /// Since which day.
    pub since: Day,
    /// When somebody looks at it again.
    pub review_on: Option<Day>,
    /// Whether that day has passed.
    pub overdue: bool,
    /// Whether it keeps its data. A restriction of somebody who asked for erasure since may keep nothing
    /// any more; it stops the use of what stays, until it is lifted.
    pub keeps: bool,
}

/// How many people are looked at in one snapshot.
const PAGE: u16 = 500;

impl Company {
    /// Every consent and withdrawal of a person, the oldest first: of Kept's own record, and of the columns of
    /// the company's stores.
    ///
    /// # Errors
    /// [`Failure::Person`] when the person can't be told from others; a fault of Kept's own store.
    pub fn consents(&mut self, whom: &Whom, now: Instant) -> Result<ConsentList, Failure> {
        self.check_identifiers([whom.identifiers.as_slice()])?;
        let Told { timeline, unreached, .. } = self.told_of_consents(whom, now)?;
        Ok(ConsentList { lines: self.consent_lines(&timeline), unreached })
    }

    fn consent_lines(&self, timeline: &Timeline) -> Vec<ConsentLine> {
        let zone = self.policy().zone();
        let line = |event: &kept_core::timeline::Event| {
            let (what, purpose, channels, wording, proof, scope) = match &event.what {
                Happening::ConsentGiven { purpose, wording, channels, proof, scope } => {
                    ("consent-given", purpose, channels, *wording, proof.clone(), scope.clone())
                }
                Happening::ConsentWithdrawn { purpose, channels } => {
                    ("consent-withdrawn", purpose, channels, None, None, None)
                }
                _ => return None,
            };
            Some(ConsentLine {
                what,
                purpose: purpose.clone(),
                channels: channels.clone(),
                wording,
                happened_on: zone.day_of(event.happened_at),
                happened_at: event.happened_at,
                recorded_at: (!event.id.is_from_store()).then_some(event.recorded_at),
                from_store: event.id.is_from_store(),
                proof,
                scope,
            })
        };
        let zones = self.zones();
        let events = timeline.events().iter().filter(|told| !is_echo(&zones, timeline.events(), told));
        events.filter_map(line).collect()
    }

    /// The holds and restrictions that stand, by their day of review, and the uses on a vital interest of
    /// the last thirty days.
    ///
    /// # Errors
    /// A fault of Kept's own store.
    pub fn guards(&self, now: Instant) -> Result<Vec<GuardLine>, Failure> {
        let receipt = self.receipt_to_list(None, now)?;
        let mut lines = Vec::new();
        let mut after = None;
        loop {
            let page = self.vault.read("guards", |tx| {
                let people = tx.exceptions_page(after, PAGE)?;
                let mut told = Vec::new();
                for subject in &people {
                    told.push((*subject, tx.timeline_in_words(*subject, &receipt)?));
                }
                Ok::<_, Failure>(told)
            })?;
            let Some((last, _)) = page.last() else { break };
            after = Some(*last);
            for (subject, timeline) in &page {
                lines.extend(self.guard_lines(*subject, timeline, now));
            }
        }
        lines.extend(self.emergency_uses(&receipt, now)?);
        lines.sort_by(|one, other| (one.review_on, &one.case).cmp(&(other.review_on, &other.case)));
        Ok(lines)
    }

    fn guard_lines(&self, subject: SubjectId, timeline: &Timeline, now: Instant) -> Vec<GuardLine> {
        let standing = self.standing_of(timeline, now);
        let zone = self.policy().zone();
        let today = zone.day_of(now);
        let overdue = |review: Option<Day>| review.is_some_and(|day| day < today);
        let mut lines = Vec::new();
        for ground in &standing.grounds {
            let (Purposed::Hold(case), KeepState::Until(..)) = (&ground.id.purpose, &ground.keep) else {
                continue;
            };
            let Some((reason, approver, review_on)) = placed(timeline, case) else { continue };
            lines.push(GuardLine {
                case: case.clone(),
                kind: "hold",
                person: subject.to_string(),
                data: ground.data.clone(),
                reason,
                approver: Some(approver),
                since: zone.day_of(ground.since.unwrap_or(now)),
                review_on: Some(review_on),
                overdue: overdue(Some(review_on)),
                keeps: true,
            });
        }
        lines.extend(standing.restrictions.iter().map(|held| {
            GuardLine {
                case: held.case.clone(),
                kind: "restriction",
                person: subject.to_string(),
                data: held.data.clone(),
                reason: serde_json::to_value(held.reason)
                    .ok()
                    .and_then(|word| word.as_str().map(str::to_owned))
                    .unwrap_or_default(),
                approver: None,
                since: zone.day_of(held.since),
                review_on: held.review_on,
                overdue: overdue(held.review_on),
                keeps: held.keeps,
            }
        }));
        lines
    }

    fn receipt_to_list(&self, subject: Option<SubjectId>, now: Instant) -> Result<Durable, Failure> {
        let mut entry = self.entry(Kind::Read, now)?;
        entry.outcome = Outcome::Done;
        let ((), receipt) = self.act("list", |_| Ok(((), Act { entry: entry.clone(), subject })))?;
        Ok(receipt)
    }
}

/// The words of the last placing of a hold.
fn placed(timeline: &Timeline, of: &CaseId) -> Option<(String, String, Day)> {
    timeline.events().iter().rev().find_map(|event| match &event.what {
        Happening::HoldPlaced { case, reason, approver, review_on } if case == of => {
            Some((reason.clone(), approver.clone(), *review_on))
        }
        _ => None,
    })
}
