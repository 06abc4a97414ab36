//! Promises of the organisation, as far as something shows them: people told in time, ages, consents
//! that others obtained, duties, Kept's own records.

use std::collections::BTreeMap;

use kept_core::ledger::Durable;
use kept_core::name::{CategoryName, PersonKind};
use kept_core::notice::Weight;
use kept_core::policy::Policy;
use kept_core::policy::model::{Duty, OwnRecord, Store};
use kept_core::standing::own::{Dates, goes_at, review_due, statement};
use kept_core::time::{Day, Instant};

use crate::audit::acts::Topic;
use crate::audit::judge::Judged;
use crate::audit::{GRACE_HOURS, Sight};
use crate::company::Company;
use crate::failure::Failure;
use crate::own_records::AllOver;
use crate::report::audit::{Breach, Counted, Evidence, Missing, Wrong};

/// People told at the collection itself.
pub(super) fn tell(sight: &Sight<'_>, category: &CategoryName, finding: &mut Judged) {
    let topic = Topic::Category(category.clone());
    recorded(sight, &topic, Counted::Collections, finding);
    finding.harmed(sight, &topic, &[Wrong::NotTold]);
}

/// People told of data from elsewhere (14(3)); a source that need not be told only says why.
pub(super) fn source_told(sight: &Sight<'_>, source: &str, finding: &mut Judged) {
    if sight.policy.sources.get(source).is_some_and(|source| source.exempt.is_some()) {
        finding.stated = true;
        return;
    }
    let topic = Topic::Source(source.to_owned());
    recorded(sight, &topic, Counted::Collections, finding);
    finding.harmed(sight, &topic, &[Wrong::NotTold]);
}

/// Consents that others obtained: each has its proof (7(1)).
pub(super) fn source_consent(sight: &Sight<'_>, source: &str, finding: &mut Judged) {
    let topic = Topic::Source(source.to_owned());
    recorded(sight, &topic, Counted::Consents, finding);
    finding.harmed(sight, &topic, &[Wrong::WithoutProof]);
}

fn recorded(sight: &Sight<'_>, topic: &Topic, what: Counted, finding: &mut Judged) {
    if finding.counted(sight, topic, what) == 0 {
        finding.missing.push(Missing::NothingRecorded { what });
    }
}

/// Nobody under an age: what passed Kept's own gate was asked for it; a store's rows tell no age.
pub(super) fn age(sight: &Sight<'_>, kind: &PersonKind, finding: &mut Judged) {
    let holds = |store: &&Store| store.tables.values().any(|table| table.person.as_ref() == Some(kind));
    for store in sight.policy.stores.values().filter(holds) {
        let event = kept_core::name::EventKind::from("birth");
        finding.missing.push(Missing::NoEvent { store: store.name.clone(), event });
    }
    let collected: u64 = collections(sight);
    if collected > 0 {
        finding.evidence.push(Evidence::Record { what: Counted::Collections, count: collected });
    } else {
        finding.missing.push(Missing::NothingRecorded { what: Counted::Collections });
    }
}

fn collections(sight: &Sight<'_>) -> u64 {
    let of = |name: &CategoryName| sight.acts.count(&Topic::Category(name.clone()), Counted::Collections);
    sight.policy.data.keys().map(of).sum()
}

/// A form asks for its fields: its collections name no others, but the page itself is not seen.
pub(super) fn form(sight: &Sight<'_>, form: &str, finding: &mut Judged) {
    if let Some(form) = sight.policy.forms.get(form) {
        finding.counted(sight, &Topic::Purpose(form.purpose.clone()), Counted::Values);
    }
    finding.missing.push(Missing::NoCrawl);
}

/// A change of the policy that weighs on people: each was told.
pub(super) fn changes(sight: &Sight<'_>, weight: Weight, finding: &mut Judged) {
    if weight == Weight::Minor {
        // A small change stands on the page, which is made of the policy itself.
        finding.stated = true;
        return;
    }
    let count = sight.acts.count(&Topic::Changes, Counted::Changes);
    finding.evidence.push(Evidence::Record { what: Counted::Changes, count });
    finding.harmed(sight, &Topic::Changes, &[Wrong::NotTold]);
}

/// The same, before it began.
pub(super) fn changes_before(sight: &Sight<'_>, finding: &mut Judged) {
    let count = sight.acts.count(&Topic::Changes, Counted::Changes);
    finding.evidence.push(Evidence::Record { what: Counted::Changes, count });
    finding.harmed(sight, &Topic::ChangesBefore, &[Wrong::NotTold]);
}

/// A duty: when somebody last noted that it was done.
pub(super) fn duty(sight: &Sight<'_>, name: &str, finding: &mut Judged) {
    let Some(duty) = sight.policy.duties.get(name) else { return };
    let last = sight.duties.get(name).copied();
    if let Some(on) = last {
        finding.evidence.push(Evidence::Done { on });
    }
    match due(duty, last) {
        Due::Never if last.is_none() => finding.missing.push(Missing::NeverDone),
        Due::On(day) if day < sight.today => finding.breaches.push(Breach {
            what: Wrong::DutyOverdue,
            store: None,
            table: None,
            rows: 1,
            oldest: Some(day),
            mend: format!("do it, and note it: kept duty done {name}"),
        }),
        Due::On(_) if last.is_none() => finding.missing.push(Missing::NeverDone),
        Due::Never | Due::On(_) => {}
    }
}

/// When a duty is to be done next.
pub(crate) enum Due {
    /// No day tells.
    Never,
    /// Until the end of this day.
    On(Day),
}

/// When a duty is due, given when it was last done.
pub(crate) fn due(duty: &Duty, last: Option<Day>) -> Due {
    let again = last.and_then(|last| duty.every.map(|every| every.last_day_after(last)));
    let once = duty.due.filter(|_| last.is_none());
    again.or(once).map_or(Due::Never, Due::On)
}

/// What is to be known of Kept's own records (`[own]`).
#[derive(Debug, Default)]
pub(crate) struct OwnSight {
    /// What runs should have taken, and did not.
    overdue: AllOver,
    /// Files of requests.
    requests: u64,
    /// Refusals, and the day of the first.
    refusals: (u64, Option<Day>),
    /// When each criterion was last reviewed.
    reviews: BTreeMap<String, Day>,
    /// Entries of the ledger.
    entries: u64,
}

impl Company {
    /// Kept's own records, as far as they have periods of their own.
    pub(crate) fn own_sight(&self, receipt: &Durable, now: Instant) -> Result<OwnSight, Failure> {
        let zone = self.policy().zone();
        let since = now.checked_sub(jiff::SignedDuration::from_hours(GRACE_HOURS)).unwrap_or(now);
        let (requests, (refusals, first), entries) = self.vault.read("own_sight", |tx| {
            Ok::<_, Failure>((tx.count_requests()?, tx.count_refusals(now)?, tx.count_entries()?))
        })?;
        Ok(OwnSight {
            overdue: self.overdue_records(since, receipt, now)?,
            requests,
            refusals: (refusals, first.map(|at| zone.day_of(at))),
            reviews: self.reviews_done()?,
            entries,
        })
    }
}

/// Kept's own records against their periods, and their criteria against the reviews that were noted.
pub(super) fn own_record(sight: &Sight<'_>, name: &str, finding: &mut Judged) {
    let records =
        sight.policy.own.keys().find(|record| statement(**record).strip_prefix("own.") == Some(name));
    let Some(record) = records.copied() else { return };
    match record {
        OwnRecord::IdentityPapers => {
            finding.missing.push(Missing::NotHeld);
            return;
        }
        OwnRecord::Log => finding.evidence.push(Evidence::Ledger { entries: sight.own.entries }),
        OwnRecord::ConsentProof => {
            let all = sight.policy.purposes.keys().map(|name| Topic::Purpose(name.clone()));
            let count = all.map(|topic| sight.acts.count(&topic, Counted::Consents)).sum();
            finding.evidence.push(Evidence::Record { what: Counted::Consents, count });
        }
        OwnRecord::Disclosures => {
            let count = sight.acts.count(&Topic::All, Counted::Disclosures);
            finding.evidence.push(Evidence::Record { what: Counted::Disclosures, count });
        }
        OwnRecord::Requests => {
            finding.evidence.push(Evidence::Record { what: Counted::Cases, count: sight.own.requests });
        }
        OwnRecord::Refusals => {
            let count = sight.own.refusals.0;
            finding.evidence.push(Evidence::Record { what: Counted::Refusals, count });
        }
    }
    finding.harmed(sight, &Topic::Own(record), &[Wrong::RecordOverdue]);
    let overdue = sight.own.overdue.get(&record).copied().unwrap_or_default();
    if overdue.count > 0 {
        finding.breaches.push(Breach {
            what: Wrong::RecordOverdue,
            store: None,
            table: None,
            rows: overdue.count,
            oldest: overdue.oldest,
            mend: "kept sweep".to_owned(),
        });
    }
    if !reviewed(sight, record, finding) && record != OwnRecord::ConsentProof {
        let sample = Dates { from: sight.today, until: Some(sight.today) };
        if goes_at(sight.policy, record, sample).is_none() {
            finding.missing.push(Missing::NoEvidence);
        }
    }
}

/// The review of a criterion; whether the policy asks for one.
fn reviewed(sight: &Sight<'_>, record: OwnRecord, finding: &mut Judged) -> bool {
    let name = statement(record);
    let last = sight.own.reviews.get(name).copied();
    if let Some(on) = last {
        finding.evidence.push(Evidence::Done { on });
    }
    let first = if record == OwnRecord::Refusals { sight.own.refusals.1 } else { None };
    match own_review(sight.policy, record, (first, last)) {
        Review::None => return false,
        Review::Nothing => {}
        Review::Never => finding.missing.push(Missing::NeverDone),
        Review::By(day) if day < sight.today => finding.breaches.push(Breach {
            what: Wrong::ReviewOverdue,
            store: None,
            table: None,
            rows: 1,
            oldest: Some(day),
            mend: format!("look whether the criterion still holds, and note it: kept duty done {name}"),
        }),
        Review::By(_) => {}
    }
    true
}

/// The review of the criterion by which records of a kind are kept.
pub(crate) enum Review {
    /// The policy asks for none.
    None,
    /// There is nothing yet to be reviewed.
    Nothing,
    /// Nobody ever noted one, and no record tells since when it would count.
    Never,
    /// By the end of this day.
    By(Day),
}

/// By when the criterion of a kind of records is to be reviewed next, given the day of the first record, where
/// it is known, and that of the last review.
pub(crate) fn own_review(policy: &Policy, record: OwnRecord, known: (Option<Day>, Option<Day>)) -> Review {
    let (first, last) = known;
    let due = |since| review_due(policy, record, since);
    match (due(first.unwrap_or_default()), last.or(first)) {
        (None, _) => Review::None,
        (Some(_), Some(since)) => due(since).map_or(Review::None, Review::By),
        (Some(_), None) if record == OwnRecord::Refusals => Review::Nothing,
        (Some(_), None) => Review::Never,
    }
}
