//! Promises of the organisation, as far as something shows them: people told in time, ages, consents
//! that others obtained, duties, Kept's own records.

use kept_core::name::{CategoryName, PersonKind};
use kept_core::notice::Weight;
use kept_core::policy::model::{Duty, OwnRecord, Retention, Store};
use kept_core::time::Day;

use crate::audit::Sight;
use crate::audit::acts::Topic;
use crate::audit::judge::Judged;
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

/// Kept's own records: the ledger's entries against their period; of the others no run tells yet.
pub(super) fn own_record(sight: &Sight<'_>, name: &str, finding: &mut Judged) {
    let of = |record: OwnRecord| sight.policy.own.get(&record);
    let retention = match name {
        "log" => of(OwnRecord::Log),
        _ => None,
    };
    let (Some(Retention::Keep(keep)), Some(oldest)) = (retention, sight.oldest_entry) else {
        finding.missing.push(Missing::NoEvidence);
        return;
    };
    let period = keep.stages.first().map(|stage| &stage.limit);
    let Some(kept_core::policy::keep::Limit::After(span, _) | kept_core::policy::keep::Limit::More(span)) =
        period
    else {
        finding.missing.push(Missing::NoEvidence);
        return;
    };
    finding.evidence.push(Evidence::Ledger { entries: sight.entries });
    if span.last_day_after(oldest) < sight.today {
        finding.breaches.push(Breach {
            what: Wrong::RecordOverdue,
            store: None,
            table: None,
            rows: 1,
            oldest: Some(oldest),
            mend: "no command prunes the ledger yet".to_owned(),
        });
    }
}
