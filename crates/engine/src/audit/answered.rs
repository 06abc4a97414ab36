//! Requests that were answered in the last year, and whether in time; and duties that somebody noted
//! as done.

use std::collections::BTreeMap;

use kept_core::policy::Policy;
use kept_core::policy::model::OwnRecord;
use kept_core::standing::own::{review_due, statement};
use kept_core::standing::standing;
use kept_core::time::deadline::REPLY_EXTENDED;
use kept_core::time::{Day, Instant};
use kept_vault::request::Request;

use crate::company::{Act, Company};
use crate::failure::Failure;
use crate::requests::RequestLine;

/// How far back answers are looked at.
const LOOK_BACK_HOURS: i64 = 24 * 366;

/// What duties are filed under, beside the service's own.
const DUTY: &str = "duty/";

/// The criteria of Kept's own records that somebody reviews, by their statements: `own.refusals`.
pub(crate) fn reviews(policy: &Policy) -> Vec<&'static str> {
    let asks = |record: &&OwnRecord| review_due(policy, **record, Day::default()).is_some();
    policy.own.keys().filter(asks).map(|record| statement(*record)).collect()
}

impl Company {
    /// The requests that were answered in the last year.
    pub(crate) fn answered(&self, now: Instant) -> Result<Vec<RequestLine>, Failure> {
        let since = now.checked_sub(jiff::SignedDuration::from_hours(LOOK_BACK_HOURS)).unwrap_or(now);
        let all = self.vault.read("answered", |tx| tx.answered_requests(since).map_err(Failure::from))?;
        Ok(all.iter().filter_map(|request| self.answered_line(request, now)).collect())
    }

    /// An answered request with the deadline that pauses and an extension moved. Where the person's
    /// key is gone nobody can tell whether it was extended: only what no extension excuses is late.
    fn answered_line(&self, request: &Request, now: Instant) -> Option<RequestLine> {
        let mut line = self.request_line(request, now)?;
        let answered_on = line.answered_on?;
        let own = self.vault.read("timeline", |tx| tx.timeline(request.subject).map_err(Failure::from));
        let own = own.ok().filter(|timeline| !timeline.events().is_empty());
        let known = own.and_then(|timeline| {
            let then = standing(self.history(), &timeline, now, request.changed_at);
            then.requests.into_iter().find(|one| one.case == request.number)
        });
        line.late = match known {
            Some(known) => {
                (line.promised_on, line.lawful_on) = (known.promised_on, known.lawful_on);
                answered_on > known.promised_on
            }
            None => answered_on > REPLY_EXTENDED.last_day_after(line.received_on),
        };
        Some(line)
    }

    /// Notes that an organisational duty of the policy was done.
    ///
    /// # Errors
    /// [`Failure::Refused`] for a duty that the policy does not have or a day to come; a fault of Kept's
    /// own store.
    pub fn note_duty(&self, name: &str, on: Day, now: Instant) -> Result<(), Failure> {
        let policy = self.policy();
        let reviews = reviews(policy);
        if !policy.duties.contains_key(name) && !reviews.contains(&name) {
            let known: Vec<&str> = policy.duties.keys().map(String::as_str).chain(reviews).collect();
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            return Err(Failure::Refused(format!("the policy has no duty `{name}`; it has {known}")));
        }
        let zone = policy.zone();
        if on > zone.day_of(now) {
            return Err(Failure::Refused(format!("{on} is a day to come: a duty is noted once it was done")));
        }
        let mut entry = self.entry(kept_core::ledger::Kind::Recorded, now)?;
        entry.rule = Some(format!("duty.{name}"));
        self.act("note_duty", |tx| {
            tx.duty_done(&format!("{DUTY}{name}"), zone.start_of(on))?;
            Ok(((), Act { entry: entry.clone(), subject: None }))
        })?;
        Ok(())
    }

    /// When each criterion of Kept's own records was last noted as reviewed, by the criterion's statement.
    pub(crate) fn reviews_done(&self) -> Result<BTreeMap<String, Day>, Failure> {
        let zone = self.policy().zone();
        self.vault.read("reviews_done", |tx| {
            let mut done = BTreeMap::new();
            for name in reviews(self.policy()) {
                if let Some(at) = tx.duty_last(&format!("{DUTY}{name}"))? {
                    done.insert(name.to_owned(), zone.day_of(at));
                }
            }
            Ok(done)
        })
    }

    /// When each duty of the policy was last noted as done.
    pub(crate) fn duties_done(&self) -> Result<BTreeMap<String, Day>, Failure> {
        let policy = self.policy();
        let zone = policy.zone();
        self.vault.read("duties_done", |tx| {
            let mut done = BTreeMap::new();
            for name in policy.duties.keys() {
                if let Some(at) = tx.duty_last(&format!("{DUTY}{name}"))? {
                    done.insert(name.clone(), zone.day_of(at));
                }
            }
            Ok(done)
        })
    }
}
