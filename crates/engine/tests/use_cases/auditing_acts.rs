//! The audit over Kept's own record: each use against the grounds of its day in hindsight, people told
//! in time, requests answered in time, papers of recipients, places, duties; and its history.

use std::collections::BTreeMap;

use kept_core::admission::{Act, Collection};
use kept_core::policy::model::Channel;
use kept_core::time::Instant;
use kept_core::timeline::RestrictionReason;
use kept_engine::company::Company;
use kept_engine::consents::ConsentState;
use kept_engine::disclose::DisclosureOrder;
use kept_engine::reading::{ReadOrder, Reading};
use kept_engine::record::Recording;
use kept_engine::report::audit::{AuditReport, Audited, Counted, Evidence, Missing, Verdict, Wrong};
use kept_engine::sweep::SweepOrder;

use crate::recording::{ADA, BO, ask, club, collection, consent, data, decide, record, with_values};
use crate::world::{Lite, World, at, small, whom};

const EMAIL: &[&str] = &["identification.email"];

#[track_caller]
fn audit(world: &World, day: &str) -> AuditReport {
    world.open(at(day)).audit(at(day), &mut |_| {}).unwrap()
}

#[track_caller]
fn said<'r>(report: &'r AuditReport, id: &str) -> &'r Audited {
    let found = report.statements.iter().find(|one| one.id.as_str() == id);
    found.unwrap_or_else(|| panic!("no statement {id}"))
}

/// What breaks a statement, with how often and since when.
fn broken(one: &Audited) -> Vec<(Wrong, u64, Option<String>)> {
    let line = |breach: &kept_engine::report::audit::Breach| {
        (breach.what, breach.rows, breach.oldest.map(|day| day.to_string()))
    };
    one.breaches.iter().map(line).collect()
}

fn counted(one: &Audited, what: Counted) -> u64 {
    let counts = one.evidence.iter().filter_map(|evidence| match evidence {
        Evidence::Record { what: of, count } if *of == what => Some(*count),
        _ => None,
    });
    counts.sum()
}

fn read_as(
    company: &mut Company,
    (purpose, role, reason): (&str, Option<&str>, Option<&str>),
    now: Instant,
) -> Reading {
    let order = ReadOrder {
        whom: whom(&[ADA]),
        purpose: purpose.into(),
        fields: data(EMAIL),
        role: role.map(Into::into),
        exception: None,
        reason: reason.map(str::to_owned),
        controller: None,
        actor: None,
    };
    company.read_through_gate(&order, now).unwrap()
}

/// Reads an address for a purpose, and has it.
#[track_caller]
fn used(company: &mut Company, purpose: &str, day: &str) {
    assert_eq!(read_as(company, (purpose, None, None), at(day)).values.len(), 1, "{purpose} on {day}");
}

#[track_caller]
fn backdated(company: &mut Company, act: Act, happened: &str, now: &str) {
    let recording = Recording { happened_at: Some(at(happened)), ..Recording::new(whom(&[ADA]), act) };
    company.record(&recording, at(now)).unwrap();
}

fn signed_up(company: &mut Company, now: Instant) {
    let mut sign_up =
        Collection { purposes: vec!["newsletter".into()], fields: data(EMAIL), ..Collection::default() };
    sign_up.consents.push(consent("newsletter", &[Channel::Email]));
    company.record(&with_values(ADA, sign_up), now).unwrap();
}

#[test]
fn klr_92_each_use_shows_consent_valid_at_its_time_and_one_after_a_late_recorded_withdrawal_breaks_the_promise()
 {
    let world = club();
    let mut company = world.open(at("2026-01-10"));
    signed_up(&mut company, at("2026-01-10"));
    used(&mut company, "newsletter", "2026-02-01");
    used(&mut company, "newsletter", "2026-03-05");
    let before = audit(&world, "2026-03-09");
    let basis = said(&before, "purpose.newsletter.basis");
    assert_eq!((basis.verdict, counted(basis, Counted::Uses)), (Verdict::Kept, 2), "{basis:?}");
    // The letter came on the 1st and was written down on the 10th.
    let withdrawal = Act::WithdrawConsent { purpose: "newsletter".into(), channels: Vec::new() };
    backdated(&mut company, withdrawal, "2026-03-01", "2026-03-10");
    let after = audit(&world, "2026-03-10");
    let wrong = [(Wrong::UsedWithoutConsent, 1, Some("2026-03-05".to_owned()))];
    for id in ["purpose.newsletter.basis", "rights.withdrawal"] {
        assert_eq!(broken(said(&after, id)), wrong, "{id}");
    }
    assert_eq!(
        counted(said(&after, "purpose.newsletter.basis"), Counted::Uses),
        2,
        "history is not rewritten"
    );
}

#[test]
fn klr_93_after_a_withdrawal_what_nothing_keeps_is_overdue_until_retention_ran() {
    let world = club();
    let mut company = world.open(at("2026-01-10"));
    signed_up(&mut company, at("2026-01-10"));
    company.record(&collection(ADA, &["enquiry"], EMAIL), at("2026-01-11")).unwrap();
    let withdrawal = Act::WithdrawConsent { purpose: "newsletter".into(), channels: Vec::new() };
    record(&mut company, ADA, withdrawal, at("2026-02-01")).unwrap();
    assert!(
        read_as(&mut company, ("newsletter", None, None), at("2026-02-01")).values.is_empty(),
        "locked from use"
    );
    assert_eq!(
        said(&audit(&world, "2026-02-01"), "purpose.newsletter.keep").verdict,
        Verdict::Kept,
        "until the next run"
    );
    let late = audit(&world, "2026-02-04");
    let wrong = [(Wrong::Overdue, 1, Some("2026-02-01".to_owned()))];
    assert_eq!(broken(said(&late, "purpose.newsletter.keep")), wrong);
    assert_eq!(said(&late, "purpose.enquiry.keep").verdict, Verdict::Kept, "another basis keeps its own");
    company.sweep(&SweepOrder::default(), at("2026-02-04"), &mut |_| {}).unwrap();
    assert_eq!(said(&audit(&world, "2026-02-04"), "purpose.newsletter.keep").breaches, []);
    used(&mut company, "enquiry", "2026-02-05");
}

#[test]
fn restricted_data_that_were_used_break_the_right_to_restriction() {
    let world = club();
    let mut company = world.open(at("2026-01-10"));
    company.record(&collection(ADA, &["enquiry"], EMAIL), at("2026-01-10")).unwrap();
    used(&mut company, "enquiry", "2026-01-20");
    let restrict = Act::Restrict {
        data: data(EMAIL),
        reason: RestrictionReason::Accuracy,
        review_on: Some("2026-03-01".parse().unwrap()),
    };
    backdated(&mut company, restrict, "2026-01-15", "2026-02-01");
    let report = audit(&world, "2026-02-02");
    let right = said(&report, "rights.restriction");
    assert_eq!(broken(right), [(Wrong::UsedThoughRestricted, 1, Some("2026-01-20".to_owned()))]);
    assert_eq!(counted(right, Counted::Restrictions), 1);
    // And its review is due some day.
    let later = audit(&world, "2026-03-02");
    let wrongs: Vec<Wrong> =
        broken(said(&later, "rights.restriction")).into_iter().map(|(what, ..)| what).collect();
    assert_eq!(wrongs, [Wrong::UsedThoughRestricted, Wrong::ReviewOverdue]);
}

#[test]
fn klr_99_a_use_after_a_refusal_by_phone_that_was_written_down_late_is_found() {
    let world = club();
    let mut company = world.open(at("2026-01-10"));
    company.record(&collection(ADA, &["prospecting"], EMAIL), at("2026-01-10")).unwrap();
    used(&mut company, "prospecting", "2026-01-20");
    assert_eq!(said(&audit(&world, "2026-01-21"), "rights.objection").verdict, Verdict::Kept);
    backdated(&mut company, Act::Object { purpose: Some("prospecting".into()) }, "2026-01-15", "2026-02-01");
    let report = audit(&world, "2026-02-01");
    let wrong = [(Wrong::UsedThoughObjected, 1, Some("2026-01-20".to_owned()))];
    assert_eq!(broken(said(&report, "rights.objection")), wrong);
}

#[test]
fn klr_107_an_objection_that_nobody_decides_within_a_month_breaks_the_right() {
    let world = club();
    let mut company = world.open(at("2026-01-10"));
    company.record(&collection(ADA, &["enquiry"], EMAIL), at("2026-01-10")).unwrap();
    record(&mut company, ADA, Act::Object { purpose: Some("enquiry".into()) }, at("2026-02-02")).unwrap();
    assert_eq!(said(&audit(&world, "2026-03-02"), "rights.objection").verdict, Verdict::Kept, "its last day");
    let late = audit(&world, "2026-03-03");
    assert_eq!(
        broken(said(&late, "rights.objection")),
        [(Wrong::NotDecided, 1, Some("2026-02-02".to_owned()))]
    );
    record(&mut company, ADA, Act::UpholdObjection { purpose: "enquiry".into() }, at("2026-03-04")).unwrap();
    assert_eq!(said(&audit(&world, "2026-03-04"), "rights.objection").breaches, []);
}

#[test]
fn cla_23_data_from_another_source_are_told_of_within_a_month() {
    let world = club();
    let mut company = world.open(at("2026-03-03"));
    let imported = Collection {
        purposes: vec!["enquiry".into()],
        fields: data(EMAIL),
        source: Some("partner".to_owned()),
        ..Collection::default()
    };
    for who in [ADA, BO] {
        company.record(&with_values(who, imported.clone()), at("2026-03-03")).unwrap();
    }
    let digest = company.policy().digest.clone();
    record(&mut company, BO, Act::Tell { version: digest.clone() }, at("2026-03-20")).unwrap();
    let told = said(&audit(&world, "2026-04-03"), "source.partner.told").clone();
    assert_eq!((told.verdict, counted(&told, Counted::Collections)), (Verdict::Kept, 2), "{told:?}");
    let late = audit(&world, "2026-04-04");
    assert_eq!(
        broken(said(&late, "source.partner.told")),
        [(Wrong::NotTold, 1, Some("2026-03-03".to_owned()))]
    );
    // Told afterwards is told late: it stays wrong.
    record(&mut company, ADA, Act::Tell { version: digest }, at("2026-04-10")).unwrap();
    assert_eq!(said(&audit(&world, "2026-04-10"), "source.partner.told").verdict, Verdict::Broken);
}

fn given(company: &mut Company, to: &str, purpose: &str, now: Instant) -> usize {
    let order = DisclosureOrder {
        whom: whom(&[ADA]),
        recipient: to.into(),
        purpose: purpose.into(),
        fields: data(EMAIL),
        contract: None,
        role: None,
        paid: false,
        evidence: BTreeMap::new(),
        controller: None,
        actor: None,
    };
    company.disclose(&order, now).unwrap().values.len()
}

#[test]
fn a_disclosure_before_the_agreement_was_signed_is_found_once_its_real_day_is_known() {
    let mut world = club();
    let mut company = world.open(at("2026-01-10"));
    company.record(&collection(ADA, &["enquiry"], EMAIL), at("2026-01-10")).unwrap();
    let none = audit(&world, "2026-01-10");
    let nothing = [Missing::NothingRecorded { what: Counted::Disclosures }];
    assert_eq!(said(&none, "recipient.hosting").missing, nothing);
    assert_eq!(given(&mut company, "hosting", "enquiry", at("2026-02-01")), 1);
    let sound = audit(&world, "2026-02-02");
    let host = said(&sound, "recipient.hosting");
    assert_eq!((host.verdict, counted(host, Counted::Disclosures)), (Verdict::Kept, 1), "{host:?}");
    // Somebody looks at the paper: it is of the 1st of March.
    world.rewrite("country = \"FR\"\ncontract = 2024-01-01", "country = \"FR\"\ncontract = 2026-03-01");
    let report = audit(&world, "2026-03-02");
    let wrong = [(Wrong::WithoutContract, 1, Some("2026-02-01".to_owned()))];
    assert_eq!(broken(said(&report, "recipient.hosting")), wrong);
    assert_eq!(broken(said(&report, "purpose.enquiry.recipients")), wrong);
    assert!(
        said(&report, "recipient.printer")
            .missing
            .contains(&Missing::NoPapers { recipient: "printer".into() })
    );
}

#[test]
fn klx_75_no_disclosure_on_record_is_a_sale() {
    let world = club();
    let mut company = world.open(at("2026-01-10"));
    company.record(&collection(ADA, &["enquiry"], EMAIL), at("2026-01-10")).unwrap();
    assert_eq!(
        said(&audit(&world, "2026-01-10"), "never.sell").verdict,
        Verdict::CannotTell,
        "nothing was given"
    );
    given(&mut company, "hosting", "enquiry", at("2026-02-01"));
    let report = audit(&world, "2026-02-02");
    let sale = said(&report, "never.sell");
    assert_eq!((sale.verdict, counted(sale, Counted::Disclosures)), (Verdict::Kept, 1), "{sale:?}");
}

#[test]
fn klr_117_a_request_answered_late_breaks_the_promise_for_a_year_and_an_open_one_at_once() {
    let world = small(Lite, Lite);
    let mut company = world.open(at("2026-03-02"));
    let access = |company: &mut Company, received: &str, now: &str| {
        company.access(&whom(&["email=ada@example.org"]), Some(at(received)), at(now)).unwrap();
    };
    access(&mut company, "2026-02-20", "2026-03-02");
    let fine = audit(&world, "2026-03-02");
    assert_eq!(
        (said(&fine, "rights.reply").verdict, counted(said(&fine, "rights.reply"), Counted::Answers)),
        (Verdict::Kept, 1)
    );
    access(&mut company, "2026-03-01", "2026-04-20");
    let late = audit(&world, "2026-04-20");
    for id in ["rights.reply", "rights.access"] {
        let wrong = broken(said(&late, id));
        assert!(wrong.contains(&(Wrong::AnsweredLate, 1, Some("2026-03-01".to_owned()))), "{id}: {wrong:?}");
    }
    assert_eq!(said(&audit(&world, "2027-04-30"), "rights.reply").breaches, [], "a year later it is past");
}

#[test]
fn stores_are_where_the_notice_says_that_data_are() {
    let mut world = small(Lite, Lite);
    world.rewrite(
        "[recipient.hosting]",
        "[transfers]\nstatement = \"Your data stay in the Union.\"\nprefer = [\"EU\"]\n\n[recipient.hosting]",
    );
    let first = audit(&world, "2026-03-02");
    let here = said(&first, "transfers");
    let place = Evidence::Place { store: "app".into(), countries: vec!["FR".to_owned()] };
    assert!(here.evidence.contains(&place) && here.breaches.is_empty(), "{here:?}");
    world.rewrite("server = \"FR\"", "server = \"IN\"");
    let report = audit(&world, "2026-03-03");
    let away = said(&report, "transfers");
    let stores: Vec<_> = away.breaches.iter().filter_map(|breach| breach.store.clone()).collect();
    assert!(stores.contains(&"app".into()) && away.verdict == Verdict::Broken, "{away:?}");
}

#[test]
fn a_duty_counts_once_somebody_noted_that_it_was_done_and_falls_due_again() {
    let mut world = club();
    world.rewrite("[role.accounting]", "[duty.training]\nwhat = \"Train everybody.\"\nowner = \"DPO\"\nevery = \"1 year\"\n\n[role.accounting]");
    let company = world.open(at("2026-01-10"));
    assert_eq!(said(&audit(&world, "2026-01-10"), "duty.training").missing, [Missing::NeverDone]);
    assert!(company.note_duty("drills", "2026-01-09".parse().unwrap(), at("2026-01-10")).is_err());
    assert!(
        company.note_duty("training", "2026-01-11".parse().unwrap(), at("2026-01-10")).is_err(),
        "a day to come"
    );
    company.note_duty("training", "2026-01-09".parse().unwrap(), at("2026-01-10")).unwrap();
    assert_eq!(said(&audit(&world, "2027-01-09"), "duty.training").verdict, Verdict::Kept);
    let overdue = audit(&world, "2027-01-10");
    assert_eq!(
        broken(said(&overdue, "duty.training")),
        [(Wrong::DutyOverdue, 1, Some("2027-01-09".to_owned()))]
    );
    let status = company.status(at("2027-01-10")).unwrap();
    assert_eq!((status.duties_waiting, status.audit.map(|(_, totals)| totals.broken >= 1)), (1, Some(true)));
}

#[test]
fn klv_32_the_archive_opens_to_its_role_with_a_reason_that_is_recorded() {
    let world = club();
    let mut company = world.open(at("2025-01-10"));
    let mut joined =
        Collection { purposes: vec!["membership".into()], fields: data(EMAIL), ..Collection::default() };
    joined.events.push("contract-start".into());
    joined.people = Some("member".into());
    joined.age = Some(kept_core::admission::Age::Years(40));
    joined.about = Some(kept_core::timeline::Occasion::Contract("C-1".into()));
    company.record(&with_values(ADA, joined), at("2025-01-10")).unwrap();
    let end = Act::Happened {
        event: "contract-end".into(),
        about: kept_core::timeline::Occasion::Contract("C-1".into()),
        data: Vec::new(),
    };
    record(&mut company, ADA, end, at("2026-01-31")).unwrap();
    let now = at("2026-03-01");
    for (role, reason) in
        [(None, Some("claim/7")), (Some("support"), Some("claim/7")), (Some("accounting"), None)]
    {
        let read = read_as(&mut company, ("membership", role, reason), now);
        assert!(read.values.is_empty() && !read.refused.is_empty(), "{role:?} {reason:?}");
    }
    let not_a_name = read_as(&mut company, ("membership", Some("accounting"), Some("Ada asked me")), now);
    assert!(not_a_name.values.is_empty(), "a sentence may hold anything");
    let read = read_as(&mut company, ("membership", Some("accounting"), Some("claim/7")), now);
    assert_eq!(read.values.len(), 1, "{read:?}");
    let entries = world.entries();
    let last = entries.iter().rev().find(|entry| entry.rule.is_some()).unwrap();
    assert_eq!(last.rule.as_deref(), Some("archive.membership"));
    assert_eq!(last.request.as_ref().map(ToString::to_string).as_deref(), Some("claim/7"));
    let report = audit(&world, "2026-03-01");
    let readers = said(&report, "purpose.membership.archive");
    assert_eq!((readers.verdict, counted(readers, Counted::Uses)), (Verdict::Kept, 1), "{readers:?}");
}

#[test]
fn a_consent_that_is_asked_again_ends_when_nobody_answers() {
    let mut world = club();
    world.rewrite(
        "keep = \"3 years after consent-given\"",
        "keep = \"3 years after consent-given\"\nreconfirm = \"every 24 months\"",
    );
    let mut company = world.open(at("2024-01-10"));
    signed_up(&mut company, at("2024-01-10"));
    let may = |company: &mut Company, day: &str| {
        let contact = kept_engine::decide::Verb::Contact(Channel::Email);
        decide(company, ask(ADA, "newsletter", contact, &[]), at(day)).allowed
    };
    assert!(may(&mut company, "2026-01-10"), "the last day of 24 months");
    assert!(!may(&mut company, "2026-01-11"));
    let records = company.consent_records(&whom(&[ADA]), at("2026-01-12")).unwrap();
    assert_eq!(records.records[0].state, ConsentState::Expired);
    assert_eq!(
        said(&audit(&world, "2026-01-14"), "purpose.newsletter.keep").verdict,
        Verdict::Broken,
        "nothing keeps it"
    );
    // An answer begins a new one.
    record(&mut company, ADA, Act::GiveConsent(consent("newsletter", &[])), at("2026-01-20")).unwrap();
    assert!(may(&mut company, "2028-01-20") && !may(&mut company, "2028-01-21"));
}

#[test]
fn a_consent_column_is_swept_when_nobody_answered_for_as_long_as_the_policy_asks() {
    let mut world = small(Lite, Lite);
    world.rewrite(
        "keep = \"3 years after the last contact\"",
        "keep = \"9 years after the last contact\"\nreconfirm = \"every 24 months\"",
    );
    world.run(
        "app",
        "UPDATE accounts SET optin_at = '2024-03-01 12:00:00', optout_at = NULL WHERE optin_at IS NOT NULL",
    );
    let rows = |day: &str| broken(said(&audit(&world, day), "purpose.newsletter.keep"));
    assert_eq!(rows("2026-03-01"), []);
    assert!(rows("2026-03-04").iter().all(|(what, ..)| *what == Wrong::Overdue), "{:?}", rows("2026-03-04"));
    assert!(!rows("2026-03-04").is_empty());
}

#[test]
fn what_only_states_a_fact_is_neither_kept_nor_untold() {
    let world = club();
    let report = audit(&world, "2026-01-10");
    for id in ["controller.acme.name", "controller.acme.email", "people.visitor", "notice.version"] {
        assert_eq!(said(&report, id).verdict, Verdict::Stated, "{id}");
    }
    let totals = report.totals;
    assert_eq!(totals.kept + totals.broken + totals.cannot_tell + totals.stated, report.statements.len());
    assert!(
        totals.stated > 10
            && report
                .statements
                .iter()
                .all(|one| one.verdict != Verdict::CannotTell || !one.missing.is_empty())
    );
}

#[test]
fn every_audit_is_filed_and_the_history_says_since_when_a_promise_is_broken() {
    for world in [club(), club().kept_in_postgres()] {
        let mut company = world.open(at("2026-01-10"));
        signed_up(&mut company, at("2026-01-10"));
        let withdrawal = Act::WithdrawConsent { purpose: "newsletter".into(), channels: Vec::new() };
        for (act, day) in [(None, "2026-01-11"), (Some(withdrawal), "2026-01-12")] {
            if let Some(act) = act {
                record(&mut company, ADA, act, at(day)).unwrap();
            }
            audit(&world, day);
        }
        for day in ["2026-01-14", "2026-01-15"] {
            audit(&world, &format!("{day}T08:00:00Z"));
            audit(&world, day);
        }
        let history = company.audit_history(Instant::MIN).unwrap();
        let days: Vec<(String, usize)> =
            history.days.iter().map(|day| (day.on.to_string(), day.totals.broken)).collect();
        let expected = [("2026-01-11", 0), ("2026-01-12", 0), ("2026-01-14", 1), ("2026-01-15", 1)];
        assert_eq!(days, expected.map(|(day, count)| (day.to_owned(), count)));
        let line =
            history.statements.iter().find(|line| line.id.as_str() == "purpose.newsletter.keep").unwrap();
        assert_eq!(
            (line.verdict, line.wrong, line.since.to_string().as_str()),
            (Verdict::Broken, 1, "2026-01-14")
        );
        let recent = company.audit_history(at("2026-01-15T00:00:00Z")).unwrap();
        assert_eq!(recent.days.len(), 1);
        assert!(world.files_with(b"ada@example.org").is_empty(), "no personal value is in it");
    }
}

#[test]
fn a_consent_given_to_kept_is_written_into_the_column_of_the_store_that_has_one() {
    for kind in [Lite, crate::world::Postgres] {
        let world = small(kind, Lite);
        let columns = |world: &World| {
            world.rows(
                "app",
                "SELECT CASE WHEN optin_at IS NULL THEN 'no' ELSE 'yes' END, CASE WHEN optout_at IS NULL THEN 'no' ELSE 'yes' END \
                 FROM accounts WHERE email = 'ada@example.org'",
            )
        };
        world.run("app", "UPDATE accounts SET optin_at = NULL, optout_at = NULL");
        let now = at("2026-03-02");
        let mut company = world.open(now);
        let mut given = consent("newsletter", &[Channel::Email]);
        given.proof.language = None;
        let give = Act::GiveConsent(given);
        let recorded = record(&mut company, ADA, give.clone(), now).unwrap();
        assert_eq!(columns(&world), ["yes|no"], "{kind:?}: {recorded:?}");
        let withdrawal = Act::WithdrawConsent { purpose: "newsletter".into(), channels: Vec::new() };
        record(&mut company, ADA, withdrawal, at("2026-03-02T12:05:00Z")).unwrap();
        assert_eq!(columns(&world), ["yes|yes"], "{kind:?}");
        record(&mut company, ADA, give, at("2026-03-02T12:10:00Z")).unwrap();
        assert_eq!(columns(&world), ["yes|no"], "{kind:?}");
        assert_eq!(world.count("app", "accounts WHERE optin_at IS NOT NULL"), 1, "nobody else's");
    }
}

#[test]
fn keys_turn_every_week_and_those_of_an_ended_week_are_destroyed_three_weeks_later() {
    let world = club();
    let mut company = world.open(at("2026-01-01"));
    signed_up(&mut company, at("2026-01-01"));
    let turn = |company: &Company, day: &str| {
        let turned = company.turn_epochs(at(day)).unwrap();
        (turned.begun, turned.destroyed)
    };
    assert_eq!(turn(&company, "2026-01-07"), (None, Vec::new()));
    assert_eq!(turn(&company, "2026-01-08"), (Some(2), Vec::new()));
    assert_eq!(turn(&company, "2026-01-08"), (None, Vec::new()), "once");
    assert_eq!(turn(&company, "2026-01-15"), (Some(3), Vec::new()));
    assert_eq!(turn(&company, "2026-01-28"), (Some(4), Vec::new()));
    assert_eq!(turn(&company, "2026-01-29"), (None, vec![1]));
    used(&mut company, "newsletter", "2026-01-30");
    // Another process finds the new keys by itself.
    used(&mut world.open(at("2026-01-31")), "newsletter", "2026-01-31");
    assert_eq!(said(&audit(&world, "2026-02-01"), "kept.ledger").verdict, Verdict::Kept);
}
