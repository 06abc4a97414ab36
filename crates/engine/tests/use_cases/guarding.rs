//! Holds, restrictions, objections and withdrawals over the company's stores: sweeps go past what
//! they protect, take what they do not, and columns follow what the person said.

use kept_core::admission::{Act, Refused};
use kept_core::decision::{Answer, Refusal};
use kept_core::policy::model::DataRef;
use kept_core::timeline::RestrictionReason;
use kept_engine::company::Company;
use kept_engine::sweep::SweepOrder;

use crate::recording::{ADA, ask, collection, data, decide, record, refused};
use crate::world::{BOTH, Lite, at, small};
use kept_core::time::Instant;
use kept_engine::decide::Verb;
use kept_engine::record::Recording;
use kept_engine::report::sweep::SweepReport;

pub(crate) fn hold(fields: &[&str]) -> Act {
    Act::PlaceHold {
        data: data(fields),
        reason: "invoice 11 is disputed".to_owned(),
        approver: "legal".to_owned(),
        review_on: Some("2031-01-01".parse().unwrap()),
    }
}

fn sweep(company: &mut Company, now: Instant) -> SweepReport {
    company.sweep(&SweepOrder::default(), now, &mut |_| {}).unwrap()
}

const ADAS_ROW: &str = "SELECT full_name, email, phone, password_hash FROM accounts WHERE id = 1";

#[test]
fn klx_51_under_a_hold_only_its_fields_stay_and_at_its_end_they_go_in_the_next_run() {
    for kind in BOTH {
        let world = small(kind, Lite);
        let now = at("2029-01-10");
        let mut company = world.open(now);
        let placed = record(&mut company, ADA, hold(&["identification.phone"]), now).unwrap();
        assert_eq!((placed.unreached.len(), placed.notes.len()), (0, 0), "{placed:?}");
        let counted = company.count_due(&SweepOrder::default(), now, &mut |_| {}).unwrap();
        let swept = sweep(&mut company, now);
        let ones =
            |report: &SweepReport| report.stores.iter().map(|store| store.one_by_one).collect::<Vec<_>>();
        assert_eq!(ones(&counted), ones(&swept), "{kind:?}: a dry run looks at them too");
        assert!(swept.unreached.is_empty(), "{:?}", swept.unreached);
        assert_eq!(
            world.rows("app", ADAS_ROW),
            ["Ada Quaimarque||+33 1 99 00 00 01|-"],
            "{kind:?}: billing keeps the name, the hold the number, nothing the rest"
        );
        let cy = "SELECT email, phone FROM accounts WHERE id = 3";
        assert_eq!(world.rows("app", cy), ["|-"], "nobody holds anything of Cy's");
        let read = ask(ADA, "newsletter", Verb::Read, &["identification.phone"]);
        assert!(!decide(&mut company, read, now).allowed, "a hold allows no use");
        let later = at("2029-01-11");
        let release = Act::ReleaseHold { case: placed.case.unwrap() };
        record(&mut company, ADA, release, later).unwrap();
        sweep(&mut company, later);
        assert_eq!(world.rows("app", ADAS_ROW), ["Ada Quaimarque||-|-"], "{kind:?}");
    }
}

#[test]
fn a_column_that_cannot_be_emptied_stops_nothing_else_of_a_person_who_is_held() {
    for kind in BOTH {
        let mut world = small(kind, Lite);
        // Nothing may be written into an address in its place.
        world.rewrite("emptied = { email = \"\" }\n", "");
        let now = at("2029-01-10");
        let mut company = world.open(now);
        record(&mut company, ADA, hold(&["support.email"]), now).unwrap();
        let counted = company.count_due(&SweepOrder::default(), now, &mut |_| {}).unwrap();
        let swept = sweep(&mut company, now);
        let app = |report: &SweepReport| {
            report.stores.iter().find(|store| store.store.as_str() == "app").cloned().unwrap()
        };
        let (dry, run) = (app(&counted), app(&swept));
        assert!(run.one_by_one > 0, "{kind:?}: {run:?}");
        assert_eq!((dry.one_by_one, dry.left), (run.one_by_one, run.left), "{kind:?}: {dry:?} {run:?}");
        assert!(
            run.left > 0 && run.refusals.iter().any(|one| one.contains("`email` is NOT NULL")),
            "{run:?}"
        );
        assert_eq!(dry.refusals, run.refusals, "{kind:?}");
        let ada = world.rows("app", ADAS_ROW);
        assert_eq!(ada, ["Ada Quaimarque|ada@example.org|-|-"], "{kind:?}: the address alone stays");
    }
}

#[test]
fn cla_61_data_due_during_a_restriction_stay_and_go_when_it_is_lifted() {
    let world = small(Lite, Lite);
    let now = at("2029-01-10");
    let mut company = world.open(now);
    let act = Act::Restrict {
        data: Vec::new(),
        reason: RestrictionReason::Claim,
        review_on: Some("2030-01-01".parse().unwrap()),
    };
    let case = record(&mut company, ADA, act, now).unwrap().case.unwrap();
    let before = world.rows("app", "SELECT * FROM accounts WHERE id = 1");
    sweep(&mut company, now);
    assert_eq!(world.rows("app", "SELECT * FROM accounts WHERE id = 1"), before);
    assert_eq!(world.count("desk", "contacts WHERE id = 1"), 1, "in every store");
    let later = at("2029-02-01");
    record(&mut company, ADA, Act::TellOfLifting { case: case.clone() }, later).unwrap();
    record(&mut company, ADA, Act::Lift { case }, later).unwrap();
    sweep(&mut company, later);
    assert_eq!(world.rows("app", ADAS_ROW), ["Ada Quaimarque||-|-"]);
    assert_eq!(world.count("desk", "contacts WHERE id = 1"), 0);
}

#[test]
fn a_hold_stands_although_a_store_is_down_and_that_store_is_not_swept_before_its_rows_are_known() {
    let mut world = small(Lite, Lite);
    let now = at("2029-01-10");
    world.take_down("app");
    let mut company = world.open(now);
    // Only the store that is down knows which address this name has, and the desk knows addresses.
    let placed = record(&mut company, "username=ada-q", hold(&["support.email"]), now).unwrap();
    assert!(placed.case.is_some() && placed.unreached.len() == 1, "{placed:?}");
    assert!(placed.notes.iter().any(|note| note.contains("kept resume")), "{placed:?}");
    let swept = sweep(&mut company, now);
    let desk = swept.unreached.iter().find(|down| down.store.as_str() == "desk").unwrap();
    assert!(desk.problem.contains("not swept") && desk.problem.contains("`app`"), "{desk:?}");
    assert_eq!(world.count("desk", "contacts WHERE id = 1"), 1);
    drop(company);
    world.bring_back("app");
    let mut company = world.open(now);
    assert_eq!(company.resume_exceptions(now).unwrap(), 0);
    let swept = sweep(&mut company, now);
    assert!(swept.unreached.is_empty(), "{:?}", swept.unreached);
    let contact = world.rows("desk", "SELECT full_name, email FROM contacts WHERE id = 1");
    assert_eq!(contact, ["-|ada@example.org"], "the hold's field, and nothing else");
}

#[test]
fn klr_93_a_withdrawal_reaches_the_consent_column_and_what_else_has_a_ground_stays() {
    for kind in BOTH {
        let world = small(kind, Lite);
        let now = at("2026-03-02");
        let mut company = world.open(now);
        let reads = |company: &mut Company| {
            decide(company, ask(ADA, "newsletter", Verb::Read, &["identification.email"]), now).allowed
        };
        assert!(reads(&mut company), "{kind:?}: the column says so");
        let act = Act::WithdrawConsent { purpose: "newsletter".into(), channels: Vec::new() };
        let done = record(&mut company, ADA, act, now).unwrap();
        assert!(done.unreached.is_empty() && done.notes.is_empty(), "{done:?}");
        assert_eq!(world.count("app", "accounts WHERE id = 1 AND optout_at IS NOT NULL"), 1, "{kind:?}");
        assert!(!reads(&mut company));
        assert_eq!(world.count("app", "accounts WHERE id = 1 AND full_name IS NOT NULL"), 1);
        sweep(&mut company, at("2026-03-03"));
        assert_eq!(world.rows("app", ADAS_ROW), ["Ada Quaimarque||-|-"], "{kind:?}: billing keeps the name");
    }
}

#[test]
fn a_withdrawal_that_a_store_missed_reaches_it_with_the_next_resume() {
    let mut world = small(Lite, Lite);
    let now = at("2026-03-02");
    world.take_down("app");
    let mut company = world.open(now);
    let act = Act::WithdrawConsent { purpose: "newsletter".into(), channels: Vec::new() };
    let done = record(&mut company, ADA, act, now).unwrap();
    assert_eq!(done.unreached.len(), 1);
    drop(company);
    world.bring_back("app");
    let mut company = world.open(now);
    company.resume(now).unwrap();
    assert_eq!(world.count("app", "accounts WHERE id = 1 AND optout_at IS NOT NULL"), 1);
}

#[test]
fn people_found_twice_unless_one_is_picked_and_events_told_by_a_column_are_refused() {
    let world = small(Lite, Lite);
    world.run("app", "UPDATE accounts SET email = 'ADA@example.org' WHERE id = 3");
    let now = at("2026-03-02");
    let mut company = world.open(now);
    // A hold filed under an address that two people have would be both's.
    let twice =
        company.record(&Recording::new(crate::world::whom(&[ADA]), hold(&["identification.phone"])), now);
    assert!(twice.unwrap_err().to_string().contains("several people have these identifiers"));
    assert!(company.guards(now).unwrap().is_empty());
    // The row that is picked has a name of its own, by which it is filed.
    let held = ["1", "3"].map(|key| {
        let picked = crate::world::picked(ADA, "app", "accounts", key);
        company.record(&Recording::new(picked, hold(&["identification.phone"])), now).unwrap().person
    });
    assert_ne!(held[0], held[1], "two people");
    assert_eq!(company.guards(now).unwrap().len(), 2);
    let ended = Act::Happened {
        event: "contract-end".into(),
        about: kept_core::timeline::Occasion::Person,
        data: Vec::<DataRef>::new(),
    };
    let told = crate::recording::refused(record(&mut company, "email=bo@example.org", ended, now));
    assert_eq!(told.code(), "has-column");
}

#[test]
fn an_objection_of_a_person_whose_ground_a_column_began_is_weighed_and_decided() {
    let world = small(Lite, Lite);
    let mut company = world.open(at("2024-06-01"));
    let reads = |company: &mut Company, now| {
        decide(company, ask(ADA, "support", Verb::Read, &["support.email"]), now).allowed
    };
    let began = world.rows("desk", "SELECT created_at FROM contacts WHERE id = 1");
    let now = at(began[0].split([' ', 'T']).next().unwrap());
    assert!(reads(&mut company, now), "{began:?}");
    record(&mut company, ADA, Act::Object { purpose: Some("support".into()) }, now).unwrap();
    assert!(!reads(&mut company, now));
    let later = now.checked_add(jiff::SignedDuration::from_hours(48)).unwrap();
    let reject = Act::RejectObjection {
        purpose: "support".into(),
        ground: "a claim is open".to_owned(),
        approver: "legal".to_owned(),
        told: true,
    };
    record(&mut company, ADA, reject, later).unwrap();
    assert!(reads(&mut company, later));
}

#[test]
fn a_dry_run_and_the_audit_pass_a_held_person_by_at_once() {
    let world = small(Lite, Lite);
    let now = at("2029-01-10");
    let mut company = world.open(now);
    let emptied = |company: &mut Company| {
        let counted = company.count_due(&SweepOrder::default(), now, &mut |_| {}).unwrap();
        let tables = counted.stores.into_iter().flat_map(|store| store.tables);
        tables.filter(|table| table.table.as_str() == "accounts").map(|table| table.emptied).sum::<u64>()
    };
    let before = emptied(&mut company);
    record(&mut company, ADA, hold(&["identification"]), now).unwrap();
    assert_eq!(emptied(&mut company), before - 1);
}

fn restriction(reason: RestrictionReason) -> Act {
    Act::Restrict { data: Vec::new(), reason, review_on: Some("2031-01-01".parse().unwrap()) }
}

/// Whether some of what the plan or the answer says is kept because of a restriction.
fn stays_restricted(report: &kept_engine::report::erasure::ErasureReport) -> bool {
    let reasons = report.steps.iter().flat_map(|step| &step.reasons);
    reasons.into_iter().any(|reason| reason.why == kept_core::standing::Why::Restricted)
}

#[test]
fn an_erasure_waits_for_what_the_person_needs_for_a_claim_and_comes_true_when_it_is_lifted() {
    for kind in BOTH {
        let world = small(kind, Lite);
        let now = at("2026-03-02");
        let mut company = world.open(now);
        let case =
            record(&mut company, ADA, restriction(RestrictionReason::Claim), now).unwrap().case.unwrap();
        let whom = crate::world::whom(&[ADA]);
        let planned = company.rehearse_erasure(&whom, now).unwrap();
        assert!(stays_restricted(&planned) && planned.restrictions[0].keeps, "{kind:?}: {planned:?}");
        let before = world.rows("app", ADAS_ROW);
        let erased = company.erase(&whom, now, false, now).unwrap();
        assert!(stays_restricted(&erased), "{kind:?}: {erased:?}");
        assert_eq!((world.rows("app", ADAS_ROW), world.count("desk", "contacts WHERE id = 1")), (before, 1));
        let guards = company.guards(now).unwrap();
        assert_eq!((guards.len(), guards[0].keeps), (1, true));
        let read = ask(ADA, "billing", Verb::Read, &["identification.name"]);
        assert!(!decide(&mut company, read, now).allowed);
        let later = at("2026-03-09");
        record(&mut company, ADA, Act::TellOfLifting { case: case.clone() }, later).unwrap();
        record(&mut company, ADA, Act::Lift { case }, later).unwrap();
        sweep(&mut company, later);
        assert_eq!(world.rows("app", ADAS_ROW), ["Ada Quaimarque||-|-"], "{kind:?}: billing keeps the name");
        assert_eq!(
            world.count("desk", "contacts WHERE id = 1"),
            0,
            "{kind:?}: no column knows of the erasure"
        );
        assert!(company.guards(later).unwrap().is_empty());
    }
}

#[test]
fn what_an_erasure_leaves_stays_restricted_is_listed_and_can_be_lifted() {
    for reason in [RestrictionReason::Accuracy, RestrictionReason::Unlawful, RestrictionReason::Objection] {
        let world = small(Lite, Lite);
        let now = at("2026-03-02");
        let mut company = world.open(now);
        let words = |company: &mut Company, now| {
            decide(company, ask(ADA, "billing", Verb::Read, &["identification.name"]), now).words
        };
        let before = words(&mut company, now);
        let case = record(&mut company, ADA, restriction(reason), now).unwrap().case.unwrap();
        let whom = crate::world::whom(&[ADA]);
        let planned = company.rehearse_erasure(&whom, now).unwrap();
        assert!(!planned.restrictions[0].keeps, "said before anything goes");
        assert_eq!(world.count("desk", "contacts WHERE id = 1"), 1);
        let erased = company.erase(&whom, now, false, now).unwrap();
        assert_eq!(erased.restrictions, planned.restrictions);
        assert_eq!(world.count("desk", "contacts WHERE id = 1"), 0, "{reason:?} keeps nothing");
        let guards = company.guards(now).unwrap();
        assert_eq!((guards.len(), &guards[0].case, guards[0].keeps), (1, &case, false));
        assert_eq!(words(&mut company, now), "everything is restricted");
        let later = at("2026-03-03");
        record(&mut company, ADA, Act::TellOfLifting { case: case.clone() }, later).unwrap();
        record(&mut company, ADA, Act::Lift { case }, later).unwrap();
        assert!(company.guards(later).unwrap().is_empty());
        assert_eq!(words(&mut company, later), before, "{reason:?}: what the law lets stand, as before");
    }
}

#[test]
fn what_a_clock_behind_saw_of_a_person_is_not_remembered_for_the_questions_that_follow() {
    let world = crate::recording::club();
    let mut company = world.open(at("2026-03-02T12:00:00Z"));
    let collected = crate::recording::collection(ADA, &["enquiry"], &["identification.email"]);
    company.record(&collected, at("2026-03-02T12:00:00Z")).unwrap();
    let act = Act::Restrict {
        data: Vec::new(),
        reason: RestrictionReason::Unlawful,
        review_on: Some("2030-01-01".parse().unwrap()),
    };
    record(&mut company, ADA, act, at("2026-03-02T12:10:00Z")).unwrap();
    let mut reads = |when| {
        let read = ask(ADA, "enquiry", Verb::Read, &["identification.email"]);
        decide(&mut company, read, at(when)).allowed
    };
    assert!(reads("2026-03-02T12:05:00Z"), "as it was then");
    assert!(!reads("2026-03-02T12:20:00Z"));
}

#[test]
fn a_report_that_somebody_is_a_child_stops_every_use_until_it_is_dismissed_with_a_reason() {
    let world = crate::recording::club();
    let now = at("2026-03-02");
    let mut company = world.open(now);
    let email = &["identification.email"];
    company.record(&collection(ADA, &["prospecting", "enquiry"], email), now).unwrap();
    let later = at("2026-03-03");
    let asked = |company: &mut Company, purpose: &str, day: Instant| {
        decide(company, ask(ADA, purpose, Verb::Read, email), day).because
    };
    let dismiss = |ground: &str, approver: &str| Act::DismissReport {
        ground: ground.to_owned(),
        approver: approver.to_owned(),
    };
    let told = refused(record(&mut company, ADA, dismiss("she is 34", "Jo"), now));
    assert_eq!(told, Refused::NotReported);
    record(&mut company, ADA, Act::Object { purpose: Some("enquiry".into()) }, now).unwrap();
    record(&mut company, ADA, Act::ReportGuardian, now).unwrap();
    for purpose in ["prospecting", "enquiry"] {
        assert_eq!(asked(&mut company, purpose, now), Answer::Refused(Refusal::Reported), "{purpose}");
    }
    assert_eq!(refused(record(&mut company, ADA, dismiss(" ", "Jo"), later)), Refused::NotDisproven);
    assert_eq!(refused(record(&mut company, ADA, dismiss("she is 34", ""), later)), Refused::NoApprover);
    record(&mut company, ADA, dismiss("she is 34", "Jo"), later).unwrap();
    assert!(asked(&mut company, "prospecting", later).is_allowed());
    assert_eq!(
        asked(&mut company, "enquiry", later),
        Answer::Refused(Refusal::Contested),
        "an objection of her own"
    );
    let told = refused(record(&mut company, ADA, dismiss("she is 34", "Jo"), later));
    assert_eq!(told, Refused::NotReported, "it is decided");
}

#[test]
fn an_objection_is_heeded_though_the_row_has_another_address_since() {
    for kind in BOTH {
        let world = small(Lite, kind);
        let now = at("2026-03-02");
        let mut company = world.open(now);
        let read = |who: &str| ask(who, "support", Verb::Read, &["support.email"]);
        assert!(decide(&mut company, read(ADA), now).allowed);
        record(&mut company, ADA, Act::Object { purpose: Some("support".into()) }, now).unwrap();
        world.run("desk", "UPDATE contacts SET email = 'ada2@example.org' WHERE id = 1");
        let later = at("2026-03-03");
        let new = decide(&mut company, read("email=ada2@example.org"), later);
        assert!(!new.allowed, "{kind:?}: {new:?}");
        assert!(matches!(new.because, Answer::Refused(Refusal::Contested)), "{new:?}");
        let bo = decide(&mut company, read("email=bo@example.org"), later);
        assert!(bo.allowed, "{kind:?}: nobody else's");
        let access = company.access(&crate::world::whom(&["email=ada2@example.org"]), None, later).unwrap();
        assert_eq!(access.recorded, [], "and nothing of the other record is shown");
    }
}
