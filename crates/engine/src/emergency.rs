//! Uses on a vital interest (6(1)(d)): which there were of late, for those who look at each within the day.
//! The ledger tells; nothing else is kept of them.
//!
//! Not here: when such a purpose may be used (`kept_core::standing`), and the reason that each use needs
//! (`reading`, `disclose`).

use kept_core::ledger::{Durable, Entry, Kind, Outcome, Sequence};
use kept_core::policy::Policy;
use kept_core::policy::model::{Basis, Purpose};
use kept_core::time::Instant;

use crate::company::Company;
use crate::failure::Failure;
use crate::listing::GuardLine;

/// What the rule of an entry begins with where data were used on a vital interest.
const RULE: &str = "vital-interest.";

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
    /// The uses on a vital interest of the last thirty days, the newest first; each is reviewed on the
    /// day after at the latest.
    pub(crate) fn emergency_uses(&self, receipt: &Durable, now: Instant) -> Result<Vec<GuardLine>, Failure> {
        let since = now.checked_sub(jiff::SignedDuration::from_hours(24 * DAYS)).unwrap_or(Instant::MIN);
        let mut end = self.vault.read("emergency", |tx| tx.count_entries().map_err(Failure::from))?;
        let mut lines = Vec::new();
        while end > 0 {
            let start = end.saturating_sub(PAGE);
            let page =
                self.vault.read("emergency", |tx| tx.entries(start..end, receipt).map_err(Failure::from))?;
            let mut is_older = false;
            for one in page.iter().rev() {
                let Some((_, entry)) = &one.opened else { continue };
                is_older |= entry.at < since;
                lines.extend(self.use_line(one.sequence, entry).filter(|_| entry.at >= since));
            }
            if is_older {
                break;
            }
            end = start;
        }
        Ok(lines)
    }

    fn use_line(&self, number: Sequence, entry: &Entry) -> Option<GuardLine> {
        let is_use = matches!(entry.kind, Kind::Read | Kind::Disclosed) && entry.outcome == Outcome::Done;
        entry.rule.as_deref().filter(|rule| is_use && rule.starts_with(RULE))?;
        let on = self.policy().zone().day_of(entry.at);
        Some(GuardLine {
            case: format!("entry-{}", number.0).as_str().into(),
            kind: "vital-interest",
            person: String::new(),
            data: entry.fields.clone(),
            reason: entry.request.as_ref().map(ToString::to_string).unwrap_or_default(),
            approver: None,
            since: on,
            review_on: on.tomorrow().ok(),
            keeps: true,
            overdue: false,
        })
    }
}
