//! Statements judged by Kept's own record: uses and disclosures against the grounds of their day,
//! requests against their deadlines, Kept's own values against their periods.

use kept_core::name::{CategoryName, FieldName, PurposeName, RecipientName};
use kept_core::policy::model::{DataRef, Recipient, RecipientRole, Store};
use kept_core::timeline::Right;

use crate::audit::acts::Topic;
use crate::audit::judge::Judged;
use crate::audit::{Sight, stores};
use crate::report::audit::{Breach, Counted, Evidence, Missing, Wrong};

/// What mends a wrong, as far as a command does.
pub(super) fn mend(what: Wrong, topic: &Topic) -> String {
    let purpose = match topic {
        Topic::Purpose(purpose) => format!(" --purpose {purpose}"),
        _ => String::new(),
    };
    match what {
        Wrong::Overdue => format!("kept sweep{purpose}"),
        Wrong::RecordOverdue => "kept sweep".to_owned(),
        Wrong::WithoutGround => {
            "kept why --person … tells of each; the next kept sweep takes them".to_owned()
        }
        Wrong::NotDecided => {
            "kept object --person … --purpose …, with --uphold or --reject GROUND".to_owned()
        }
        Wrong::ReviewOverdue if matches!(topic, Topic::Purpose(_)) => stores::REVIEW.to_owned(),
        Wrong::ReviewOverdue => "review it (kept hold list shows when): end it, or end it and place it anew \
                                 with a later day"
            .to_owned(),
        Wrong::NotScreened => {
            "kept sweep takes what nobody decided on; kept screening list shows the rest".to_owned()
        }
        Wrong::NotTold => "tell them, and record it: kept record told --person …".to_owned(),
        Wrong::WithoutContract | Wrong::WithoutDueDiligence | Wrong::WithoutSafeguard => {
            "write the day of the paper into the policy, or stop giving data".to_owned()
        }
        _ => "past: kept request access --person … shows each; see whether it is an incident (Art. 33)"
            .to_owned(),
    }
}

const AFTER_CONSENT: &[Wrong] = &[Wrong::UsedWithoutConsent, Wrong::WithoutProof];

/// Kept's own values past their period, and uses after its end.
pub(super) fn retention(sight: &Sight<'_>, name: &PurposeName, finding: &mut Judged) {
    let topic = Topic::Purpose(name.clone());
    let values = finding.counted(sight, &topic, Counted::Values);
    in_kept_alone(sight, name, values, finding);
    finding.harmed(sight, &topic, &[Wrong::Overdue, Wrong::UsedAfterEnd, Wrong::ReviewOverdue]);
}

/// Where no store of the company holds the data, Kept's own record is all there is.
fn in_kept_alone(sight: &Sight<'_>, name: &PurposeName, own: u64, finding: &mut Judged) {
    let Some(purpose) = sight.policy.purposes.get(name) else { return };
    if own > 0 && !stores::is_mapped(sight, purpose) {
        finding.missing.retain(|missing| *missing != Missing::NoStore);
    }
}

/// Consents, values without a ground, and uses without one.
pub(super) fn basis(sight: &Sight<'_>, name: &PurposeName, finding: &mut Judged) {
    let topic = Topic::Purpose(name.clone());
    let mut own = finding.counted(sight, &topic, Counted::Values);
    own += finding.counted(sight, &topic, Counted::Consents);
    own += finding.counted(sight, &topic, Counted::Uses);
    in_kept_alone(sight, name, own, finding);
    finding.harmed(sight, &topic, &[Wrong::WithoutGround, Wrong::UsedThoughObjected]);
    finding.harmed(sight, &topic, AFTER_CONSENT);
}

/// Whether messages let people refuse further ones: those that Kept sent bore its link, and whoever followed
/// one was heard. Of messages that were sent by addresses which Kept gave out otherwise, nobody can tell.
pub(super) fn unsubscribe(sight: &Sight<'_>, name: &PurposeName, finding: &mut Judged) {
    let topic = Topic::Purpose(name.clone());
    let sent = finding.counted(sight, &topic, Counted::Messages);
    finding.counted(sight, &topic, Counted::Unsubscriptions);
    let elsewhere = sight.acts.count(&topic, Counted::Uses) > 0;
    if sent == 0 || elsewhere {
        finding.missing.push(Missing::NoEvidence);
    }
    finding.harmed(sight, &topic, &[Wrong::NotStopped]);
}

/// Whether people looked through free text in time.
pub(super) fn screened(
    sight: &Sight<'_>,
    (category, field): (&CategoryName, &FieldName),
    finding: &mut Judged,
) {
    let topic = Topic::Field(category.clone(), field.clone());
    finding.counted(sight, &topic, Counted::Screened);
    let datum = DataRef { category: category.clone(), field: Some(field.clone()) };
    let tables = sight.policy.stores.values().flat_map(|store| store.tables.values());
    // Kept has its own values looked through, and no rows of the company's stores.
    if tables.flat_map(|table| table.columns.values()).any(|one| one.overlaps(&datum)) {
        finding.missing.push(Missing::NoEvidence);
    }
    finding.harmed(sight, &topic, &[Wrong::NotScreened]);
    finding.stated = true;
}

/// What a withdrawal does.
pub(super) fn withdrawal(sight: &Sight<'_>, name: &PurposeName, finding: &mut Judged) {
    let topic = Topic::Purpose(name.clone());
    let own = finding.counted(sight, &topic, Counted::Withdrawals);
    in_kept_alone(sight, name, own, finding);
    finding.harmed(sight, &topic, &[Wrong::UsedWithoutConsent]);
}

/// "These data and no others."
pub(super) fn need(sight: &Sight<'_>, name: &PurposeName, finding: &mut Judged) {
    let topic = Topic::Purpose(name.clone());
    if finding.counted(sight, &topic, Counted::Uses) == 0 {
        finding.missing.push(Missing::NothingRecorded { what: Counted::Uses });
    }
    finding.harmed(sight, &topic, &[Wrong::UsedBeyondNeed]);
}

/// A purpose that is shut: any use breaks it.
pub(super) fn shut(sight: &Sight<'_>, name: &PurposeName, finding: &mut Judged) {
    let topic = Topic::Purpose(name.clone());
    finding
        .evidence
        .push(Evidence::Record { what: Counted::Uses, count: sight.acts.count(&topic, Counted::Uses) });
    finding.harmed(sight, &topic, &[Wrong::UsedAfterEnd, Wrong::UsedWithoutConsent]);
}

/// Reads of the archive: each was opened to a role, with a reason.
pub(super) fn archive_readers(sight: &Sight<'_>, name: &PurposeName, finding: &mut Judged) {
    let topic = Topic::Purpose(name.clone());
    if finding.counted(sight, &topic, Counted::Uses) == 0 {
        finding.missing.push(Missing::NothingRecorded { what: Counted::Uses });
    }
    finding.harmed(sight, &topic, &[Wrong::UsedAfterEnd]);
}

/// Who receives data for a purpose.
pub(super) fn recipients(sight: &Sight<'_>, name: &PurposeName, finding: &mut Judged) {
    let topic = Topic::Purpose(name.clone());
    let given = finding.counted(sight, &topic, Counted::Disclosures);
    finding.harmed(sight, &topic, &[Wrong::NotARecipient, Wrong::UsedBeforeTold]);
    let Some(purpose) = sight.policy.purposes.get(name) else { return };
    for to in purpose.recipients.iter().filter_map(|name| sight.policy.recipients.get(name)) {
        papers(to, finding);
        finding.harmed(sight, &Topic::Recipient(to.id.clone()), PAPERS);
    }
    if given == 0 {
        finding.missing.push(Missing::NothingRecorded { what: Counted::Disclosures });
    }
}

const PAPERS: &[Wrong] = &[
    Wrong::WithoutContract,
    Wrong::WithoutDueDiligence,
    Wrong::WithoutSafeguard,
    Wrong::WithoutTransferConsent,
];

/// What is wrong with data given to a recipient elsewhere.
pub(super) const ELSEWHERE: &[Wrong] = &[Wrong::WithoutSafeguard, Wrong::WithoutTransferConsent];

/// One recipient: its papers, and what it was given.
pub(super) fn recipient(sight: &Sight<'_>, name: &RecipientName, finding: &mut Judged) {
    let Some(to) = sight.policy.recipients.get(name) else { return };
    papers(to, finding);
    let topic = Topic::Recipient(name.clone());
    if finding.counted(sight, &topic, Counted::Disclosures) == 0 {
        finding.missing.push(Missing::NothingRecorded { what: Counted::Disclosures });
    }
    finding.harmed(sight, &topic, PAPERS);
    finding.harmed(sight, &topic, &[Wrong::NotARecipient]);
}

fn papers(to: &Recipient, finding: &mut Judged) {
    finding.evidence.push(Evidence::Papers {
        recipient: to.id.clone(),
        contract: to.contract,
        due_diligence: to.due_diligence,
        safeguard: to.safeguard.is_some(),
    });
    if to.role == RecipientRole::Processor && to.contract.is_none() {
        finding.missing.push(Missing::NoPapers { recipient: to.id.clone() });
    }
}

/// What protects data with a recipient elsewhere.
pub(super) fn safeguard(sight: &Sight<'_>, name: &RecipientName, finding: &mut Judged) {
    let Some(to) = sight.policy.recipients.get(name) else { return };
    papers(to, finding);
    let topic = Topic::Recipient(name.clone());
    if finding.counted(sight, &topic, Counted::Disclosures) == 0 {
        finding.missing.push(Missing::NothingRecorded { what: Counted::Disclosures });
    }
    finding.harmed(sight, &topic, ELSEWHERE);
}

/// Disclosures on demand.
pub(super) fn way(sight: &Sight<'_>, way: &str, finding: &mut Judged) {
    let topic = Topic::Way(way.to_owned());
    if finding.counted(sight, &topic, Counted::Disclosures) == 0 {
        finding.missing.push(Missing::NothingRecorded { what: Counted::Disclosures });
    }
    finding.harmed(sight, &topic, &[Wrong::WithoutReference]);
}

/// Whether people are told of a disclosure is not in its record: nothing to see unless there is none.
pub(super) fn way_told(sight: &Sight<'_>, way: &str, finding: &mut Judged) {
    let topic = Topic::Way(way.to_owned());
    finding.counted(sight, &topic, Counted::Disclosures);
    finding.missing.push(Missing::NoEvidence);
}

/// Never sold, never given to others: every disclosure on record went to a recipient of the policy.
pub(super) fn never_disclosed(sight: &Sight<'_>, finding: &mut Judged) {
    if finding.counted(sight, &Topic::All, Counted::Disclosures) == 0 {
        finding.missing.push(Missing::NothingRecorded { what: Counted::Disclosures });
    }
    for name in sight.policy.recipients.keys() {
        finding.harmed(sight, &Topic::Recipient(name.clone()), &[Wrong::NotARecipient]);
    }
}

/// A right: what was asked by it was answered in time, and what it stops has stopped.
pub(super) fn right(sight: &Sight<'_>, right: Right, finding: &mut Judged) {
    let reaches = matches!(right, Right::Access | Right::Erasure);
    if reaches {
        stores::reach(sight, finding);
    }
    requests(sight, Some(right), finding);
    let asked = |of: &crate::requests::RequestLine| of.right == right;
    let any = sight.requests.iter().any(asked) || sight.answered.iter().any(asked);
    let topic = Topic::Right(right);
    let mut acts = 0;
    for what in [Counted::Objections, Counted::Restrictions, Counted::Withdrawals, Counted::Holds] {
        acts += finding.counted(sight, &topic, what);
    }
    let all: Vec<Wrong> = sight.acts.harms(&topic).map(|(what, _)| what).collect();
    finding.harmed(sight, &topic, &all);
    if right == Right::Restriction {
        acts += sight.marks.judge(finding);
    }
    if right == Right::Objection || right == Right::Restriction {
        acts += finding.counted(sight, &Topic::All, Counted::Uses);
    }
    if right == Right::Withdrawal {
        columns_without_withdrawal(sight, finding);
    }
    // What nobody asked for, and nothing on record touches, shows nothing.
    if !reaches && !any && acts == 0 {
        let stops = matches!(right, Right::Objection | Right::Restriction);
        let what = if stops { Counted::Uses } else { Counted::Answers };
        finding.missing.push(Missing::NothingRecorded { what });
    }
}

/// A consent column without one for its withdrawal: whoever reads it can't know.
fn columns_without_withdrawal(sight: &Sight<'_>, finding: &mut Judged) {
    let stores = sight.policy.stores.values();
    let silent = |store: &&Store| {
        store.tables.values().any(|table| table.consents.values().any(|consent| consent.withdrawn.is_none()))
    };
    for store in stores.filter(silent) {
        finding.missing.push(Missing::NoEvent {
            store: store.name.clone(),
            event: kept_core::name::EventKind::from("consent-withdrawn"),
        });
    }
}

/// Requests, of one right or of all, against their deadlines.
pub(super) fn requests(sight: &Sight<'_>, right: Option<Right>, finding: &mut Judged) {
    let asked = |of: Right| right.is_none_or(|right| right == of);
    let open: Vec<_> = sight.requests.iter().filter(|one| asked(one.right)).collect();
    finding.evidence.push(Evidence::Requests { open: open.len() });
    let answered: Vec<_> = sight.answered.iter().filter(|one| asked(one.right)).collect();
    let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    if !answered.is_empty() {
        finding.evidence.push(Evidence::Record { what: Counted::Answers, count: number(answered.len()) });
    }
    let late: Vec<_> = open.iter().filter(|one| one.late).map(|one| one.received_on).collect();
    let past: Vec<_> = answered.iter().filter(|one| one.late).map(|one| one.received_on).collect();
    for (what, days, mend) in [
        (Wrong::Late, late, "kept request list"),
        (Wrong::AnsweredLate, past, "past: kept request list --all shows them"),
    ] {
        if !days.is_empty() {
            let oldest = days.iter().copied().min();
            let (rows, mend) = (number(days.len()), mend.to_owned());
            finding.breaches.push(Breach { what, store: None, table: None, rows, oldest, mend });
        }
    }
}
