//! Uses on a vital interest (6(1)(d)): which there were of late, for those who look at each within the day.
//! The ledger tells; nothing else is kept of them.
//!
//! Not here: when such a purpose may be used (`kept_core::standing`), and the reason that each use needs
//! (`reading`, `disclose`).

use std::collections::BTreeSet;

use kept_core::ledger::{Durable, Entry, Kind, Outcome, Sequence};
use kept_core::policy::Policy;
use kept_core::policy::model::{Basis, Purpose};
use kept_core::time::Instant;

use crate::company::{Act, Company};
use crate::failure::Failure;
use crate::listing::GuardLine;

/// What the rule of an entry begins with where data were used on a vital interest.
const RULE: &str = "vital-interest.";

/// What the rule of an entry begins with that says that somebody looked at such a use.
const REVIEWED: &str = "reviewed.entry-";

/// For how many days a use is listed: long enough that nobody's free week hides one.
const DAYS: i64 = 30;

/// How many entries are read in one snapshot.
const PAGE: u64 = 1000;

/// The rule of a use of this purpose, where it rests on a vital interest.
pub(crate) fn rule(policy: &Policy, purpose: &Purpose) -> Option<String> {
    let declared = policy.purposes.contains_key(&purpose.name);
    let is_vital = declared && matches!(purpose.basis, Basis::VitalInterest(_));
    is_vital.then(|| format!("{RULE}{}", purpose.name))
}

impl Company {
    /// The uses on a vital interest of the last thirty days that nobody has looked at yet, the newest first;
    /// each is reviewed on the day after at the latest.
    pub(crate) fn emergency_uses(&self, receipt: &Durable, now: Instant) -> Result<Vec<GuardLine>, Failure> {
        let since = now.checked_sub(jiff::SignedDuration::from_hours(24 * DAYS)).unwrap_or(Instant::MIN);
        let mut end = self.vault.read("emergency", |tx| tx.count_entries().map_err(Failure::from))?;
        let (mut lines, mut reviewed) = (Vec::new(), BTreeSet::new());
        while end > 0 {
            let start = end.saturating_sub(PAGE);
            let page =
                self.vault.read("emergency", |tx| tx.entries(start..end, receipt).map_err(Failure::from))?;
            let mut is_older = false;
            for one in page.iter().rev() {
                let Some((_, entry)) = &one.opened else { continue };
                is_older |= entry.at < since;
                // A review comes after the use, and so before it in this order.
                reviewed.extend(reviewed_use(entry));
                if entry.at >= since && !reviewed.contains(&one.sequence.0) {
                    lines.extend(self.use_line(one.sequence, entry, now));
                }
            }
            if is_older {
                break;
            }
            end = start;
        }
        Ok(lines)
    }

    /// Notes that somebody looked at a use on a vital interest, by the number that the list shows
    /// (`entry-17`).
    ///
    /// # Errors
    /// [`Failure::Refused`] where the number is none of such a use; a fault of Kept's own store.
    pub fn review_use(&self, case: &str, actor: Option<&str>, now: Instant) -> Result<(), Failure> {
        let refused = || Failure::Refused(format!("`{case}` is no use on a vital interest: kept hold list"));
        let number = case.strip_prefix("entry-").and_then(|digits| digits.parse::<u64>().ok());
        let number = number.ok_or_else(refused)?;
        let mut entry = self.entry(Kind::Recorded, now)?;
        entry.rule = Some(format!("{REVIEWED}{number}"));
        let mut looked = self.entry(Kind::Read, now)?;
        looked.outcome = Outcome::Done;
        let ((), receipt) = self.act("look", |_| Ok(((), Act { entry: looked.clone(), subject: None })))?;
        let end = number.saturating_add(1);
        let page =
            self.vault.read("emergency", |tx| tx.entries(number..end, &receipt).map_err(Failure::from))?;
        let used = page.iter().filter_map(|one| one.opened.as_ref()).any(|(_, entry)| is_use(entry));
        if !used {
            return Err(refused());
        }
        self.act("review_use", |tx| {
            if let Some(actor) = actor {
                entry.actor = tx.actor(actor)?;
            }
            Ok(((), Act { entry: entry.clone(), subject: None }))
        })?;
        Ok(())
    }

    fn use_line(&self, number: Sequence, entry: &Entry, now: Instant) -> Option<GuardLine> {
        if !is_use(entry) {
            return None;
        }
        let zone = self.policy().zone();
        let on = zone.day_of(entry.at);
        let review_on = on.tomorrow().ok();
        Some(GuardLine {
            case: format!("entry-{}", number.0).as_str().into(),
            kind: "vital-interest",
            person: String::new(),
            data: entry.fields.clone(),
            reason: entry.request.as_ref().map(ToString::to_string).unwrap_or_default(),
            approver: None,
            since: on,
            review_on,
            keeps: true,
            overdue: review_on.is_some_and(|day| day < zone.day_of(now)),
        })
    }
}

/// Whether data were used on a vital interest.
fn is_use(entry: &Entry) -> bool {
    const KINDS: &[Kind] = &[Kind::Read, Kind::Disclosed, Kind::RectificationDone, Kind::ErasureDone];
    KINDS.contains(&entry.kind)
        // What may be a secret is for the roles of its way alone.
        && entry.telling.is_none()
        && entry.outcome == Outcome::Done
        && entry.rule.as_deref().is_some_and(|rule| rule.starts_with(RULE))
}

/// The number of the entry that somebody looked at.
fn reviewed_use(entry: &Entry) -> Option<u64> {
    entry.rule.as_deref()?.strip_prefix(REVIEWED)?.parse().ok()
}
