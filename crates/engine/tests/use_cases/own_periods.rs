//! How long Kept's own records stay (`[own]`): files of requests, disclosures, refusals and the ledger's entries
//! go when their period is over, and stay while anything of the person is undecided; the audit tells of each.

use std::collections::BTreeMap;

use kept_core::admission::Act;
use kept_core::ledger::Kind;
use kept_core::time::Instant;
use kept_engine::company::Company;
use kept_engine::disclose::DisclosureOrder;
use kept_engine::report::audit::{Audited, Verdict, Wrong};
use kept_engine::sweep::SweepOrder;
use kept_vault::Fault;

use crate::recording::{ADA, BO, collection, data, record};
use crate::world::{World, at, whom};

const MAIL: &[&str] = &["identification.email"];

fn club(own: &str) -> World {
    World::new(&format!("{}\n[own]\n{own}\n", include_str!("club.toml")), &[])
}

/// Somebody who asked what is held of them, and was answered on the same day.
fn asked(company: &mut Company, who: &str, day: &str) {
    company.record(&collection(who, &["prospecting", "enquiry"], MAIL), at(day)).unwrap();
    company.access(&whom(&[who]), Some(at(day)), at(day)).unwrap();
}

fn cases(world: &World) -> u64 {
    world.vault().read("cases", kept_vault::Tx::count_requests).unwrap()
}

/// What a run takes of each kind of record, by the statement that lets it go.
fn swept(company: &mut Company, day: &str) -> BTreeMap<String, u64> {
    counted(&company.sweep(&SweepOrder::default(), at(day), &mut |_| {}).unwrap())
}

fn dry(company: &mut Company, day: &str, now: &str) -> BTreeMap<String, u64> {
    let order = SweepOrder { at: Some(at(day)), ..SweepOrder::default() };
    counted(&company.count_due(&order, at(now), &mut |_| {}).unwrap())
}

fn counted(report: &kept_engine::report::sweep::SweepReport) -> BTreeMap<String, u64> {
    let rules = report.stores.iter().flat_map(|store| &store.tables).flat_map(|table| &table.rules);
    rules.filter(|rule| rule.rows > 0).map(|rule| (rule.statement.clone(), rule.rows)).collect()
}

fn one(statement: &str, rows: u64) -> BTreeMap<String, u64> {
    BTreeMap::from([(statement.to_owned(), rows)])
}

fn audited(company: &mut Company, statement: &str, day: &str) -> Audited {
    let report = company.audit(at(day), &mut |_| {}).unwrap();
    report.statements.into_iter().find(|one| one.id.as_str() == statement).unwrap()
}

fn foreseen(company: &mut Company, statement: &str, until: &str, now: &str) -> Vec<(String, u64)> {
    let report = company.forecast(until.parse().unwrap(), at(now)).unwrap();
    let line = |month: &kept_engine::report::sweep::ForecastMonth| {
        let line = month.lines.iter().find(|line| line.statement == statement)?;
        Some((month.until.to_string(), line.rows))
    };
    report.months.iter().filter_map(line).collect()
}

#[test]
fn the_file_of_a_request_goes_when_its_own_period_is_over_and_not_before() {
    let world = club("requests = \"1 year after request-closed\"");
    let mut company = world.open(at("2024-01-10"));
    asked(&mut company, ADA, "2024-03-01");
    let why = company.why(&whom(&[ADA]), None, at("2024-06-01"), at("2024-06-01")).unwrap();
    let line = why.grounds.iter().find(|line| line.statement == "own.requests").unwrap();
    let goes: Instant = company.policy().zone().start_of("2025-03-02".parse().unwrap());
    assert_eq!(line.until, Some(goes));
    let told = foreseen(&mut company, "own.requests", "2025-04-30", "2024-12-01");
    assert_eq!(told, [("2025-03-31".to_owned(), 1)]);
    assert!(!swept(&mut company, "2025-03-01").contains_key("own.requests"), "its last day");
    assert_eq!(cases(&world), 1);
    assert_eq!(dry(&mut company, "2025-03-02", "2025-03-01"), one("own.requests", 1));
    assert_eq!(cases(&world), 1, "a dry run takes nothing");
    assert_eq!(audited(&mut company, "own.requests", "2025-03-02").verdict, Verdict::Kept, "the next run's");
    let late = audited(&mut company, "own.requests", "2025-03-04");
    let breach = &late.breaches[0];
    assert_eq!((breach.what, breach.rows, breach.mend.as_str()), (Wrong::RecordOverdue, 1, "kept sweep"));
    assert_eq!(swept(&mut company, "2025-03-04"), one("own.requests", 1));
    assert_eq!(cases(&world), 0);
    assert_eq!(audited(&mut company, "own.requests", "2025-03-04").verdict, Verdict::Kept);
    assert!(swept(&mut company, "2025-03-05").is_empty());
    assert!(world.count_entries(Kind::RequestStep) > 0, "the ledger's entries have a period of their own");
    asked(&mut company, ADA, "2025-06-01");
    let number: Vec<String> = world
        .vault()
        .read("number", |tx| {
            Ok::<_, Fault>(tx.answered_page(None, 9)?.iter().map(|one| one.number.to_string()).collect())
        })
        .unwrap();
    assert_eq!(number, ["R-2025-0001"]);
}

#[test]
fn an_open_request_and_whatever_is_undecided_keep_the_files_of_the_person() {
    let hold = Act::PlaceHold {
        data: data(MAIL),
        reason: "a claim".to_owned(),
        approver: "counsel".to_owned(),
        review_on: Some("2027-01-01".parse().unwrap()),
    };
    let world = club("requests = \"1 year after request-closed\"");
    let mut company = world.open(at("2024-01-10"));
    asked(&mut company, ADA, "2024-03-01");
    asked(&mut company, BO, "2024-03-01");
    let case = record(&mut company, ADA, hold, at("2024-04-01")).unwrap().case.unwrap();
    assert_eq!(swept(&mut company, "2025-06-01").get("own.requests"), Some(&1), "Bo's alone");
    assert_eq!(cases(&world), 1);
    assert_eq!(
        audited(&mut company, "own.requests", "2025-06-05").verdict,
        Verdict::Kept,
        "frozen is not late"
    );
    record(&mut company, ADA, Act::ReleaseHold { case }, at("2025-07-01")).unwrap();
    assert_eq!(swept(&mut company, "2025-07-02"), one("own.requests", 1), "then at once");
}

#[test]
fn an_erasure_leaves_its_own_file_for_the_period_and_it_goes_then_although_nobody_is_known_any_more() {
    let world = club("requests = \"1 year after request-closed\"");
    let mut company = world.open(at("2024-01-10"));
    company.record(&collection(ADA, &["enquiry"], MAIL), at("2024-03-01")).unwrap();
    company.erase(&whom(&[ADA]), at("2024-03-01"), false, at("2024-03-01")).unwrap();
    assert_eq!(cases(&world), 1, "that it was asked and answered can be shown");
    assert!(swept(&mut company, "2025-03-01").is_empty());
    assert_eq!(swept(&mut company, "2025-03-02"), one("own.requests", 1));
    assert_eq!(cases(&world), 0);
}

#[test]
fn klv_31_the_file_of_a_request_stays_for_its_calendar_year_and_two_years_more() {
    let world = club("requests = \"for the calendar year of the request, then 2 years in the archive\"");
    let mut company = world.open(at("2024-01-02"));
    asked(&mut company, ADA, "2024-01-02");
    asked(&mut company, BO, "2024-12-31");
    assert!(!swept(&mut company, "2026-12-31").contains_key("own.requests"));
    assert_eq!(cases(&world), 2);
    assert_eq!(swept(&mut company, "2027-01-01").get("own.requests"), Some(&2), "together");
    assert_eq!(cases(&world), 0);
}

fn give(company: &mut Company, who: &str, day: &str) {
    let order = DisclosureOrder {
        whom: whom(&[who]),
        recipient: "hosting".into(),
        purpose: "prospecting".into(),
        fields: data(MAIL),
        contract: None,
        role: None,
        paid: false,
        evidence: BTreeMap::new(),
        controller: None,
        actor: None,
    };
    assert_eq!(company.disclose(&order, at(day)).unwrap().values.len(), 1);
}

#[test]
fn what_was_disclosed_to_whom_goes_after_its_period_and_the_ledger_still_verifies() {
    let world = club("disclosures = \"1 year after the disclosure\"");
    let mut company = world.open(at("2024-01-10"));
    for who in [ADA, BO] {
        company.record(&collection(who, &["prospecting"], MAIL), at("2024-03-01")).unwrap();
    }
    give(&mut company, ADA, "2024-03-01");
    give(&mut company, BO, "2024-03-01");
    world.disclose("email", "ada@example.org", "hosting", at("2024-03-02"));
    give(&mut company, ADA, "2024-06-01");
    let told = |company: &mut Company| {
        company.access(&whom(&[ADA]), None, at("2025-02-01")).unwrap().disclosed.len()
    };
    assert!(told(&mut company) > 0);
    let hold = Act::PlaceHold {
        data: data(MAIL),
        reason: "a claim".to_owned(),
        approver: "counsel".to_owned(),
        review_on: Some("2027-01-01".parse().unwrap()),
    };
    let case = record(&mut company, BO, hold, at("2024-04-01")).unwrap().case.unwrap();
    assert!(swept(&mut company, "2025-03-01").is_empty(), "its last day");
    let entries = world.entries().len();
    assert_eq!(dry(&mut company, "2025-04-01", "2025-03-01"), one("own.disclosures", 2));
    let late = audited(&mut company, "own.disclosures", "2025-04-01");
    assert_eq!((late.verdict, late.breaches[0].rows), (Verdict::Broken, 2), "Bo's is held");
    let before = world.count_entries(Kind::Disclosed);
    assert_eq!(swept(&mut company, "2025-04-01"), one("own.disclosures", 2));
    assert_eq!(world.count_entries(Kind::Disclosed), before - 2);
    assert!(world.entries().len() > entries - 2, "other entries stay");
    assert_eq!(audited(&mut company, "own.disclosures", "2025-04-01").verdict, Verdict::Kept);
    assert_eq!(audited(&mut company, "kept.ledger", "2025-04-01").verdict, Verdict::Kept);
    record(&mut company, BO, Act::ReleaseHold { case }, at("2025-04-02")).unwrap();
    assert_eq!(swept(&mut company, "2025-04-03"), one("own.disclosures", 1), "then at once");
    assert_eq!(swept(&mut company, "2025-06-02"), one("own.disclosures", 1));
    assert_eq!(world.count_entries(Kind::Disclosed), 0);
    assert_eq!(audited(&mut company, "kept.ledger", "2025-06-03").verdict, Verdict::Kept);
}

#[test]
fn entries_of_the_ledger_go_with_the_keys_of_their_days_and_disclosures_stay_for_theirs() {
    let world = club("log = \"1 year after collection\"\ndisclosures = \"3 years after the disclosure\"");
    let mut company = world.open(at("2024-01-10"));
    company.record(&collection(ADA, &["prospecting"], MAIL), at("2024-03-01")).unwrap();
    give(&mut company, ADA, "2024-03-01");
    record(&mut company, ADA, Act::Object { purpose: Some("prospecting".into()) }, at("2024-05-01")).unwrap();
    let days = |purpose: &str| -> i64 {
        let connection = rusqlite::Connection::open(world.path("vault.db")).unwrap();
        let sql = "SELECT count(*) FROM day_key WHERE purpose = ?1 AND day < 19800";
        connection.query_row(sql, [purpose], |row| row.get(0)).unwrap()
    };
    let (log, disclosures) = (days("ledger"), days("disclosures"));
    assert!(log >= 1 && disclosures == 1, "{log} {disclosures}");
    let late = audited(&mut company, "own.log", "2025-04-15");
    assert_eq!(late.verdict, Verdict::Broken, "{late:?}");
    let gone = swept(&mut company, "2025-04-15");
    assert_eq!(gone.get("own.log"), Some(&late.breaches[0].rows), "the audit and the run agree");
    assert!(!gone.contains_key("own.disclosures"));
    assert_eq!((days("ledger"), days("disclosures")), (0, 1));
    assert_eq!(world.count_entries(Kind::Disclosed), 1);
    let oldest = world.entries().iter().map(|entry| entry.at).min().unwrap();
    assert_eq!(oldest, at("2024-03-01"), "the disclosure");
    assert_eq!(audited(&mut company, "own.log", "2025-04-15").verdict, Verdict::Kept);
    assert_eq!(audited(&mut company, "kept.ledger", "2025-04-15").verdict, Verdict::Kept);
}

fn refuse(company: &mut Company, who: &str, day: &str) {
    company.record(&collection(who, &["enquiry"], MAIL), at(day)).unwrap();
    company.erase(&whom(&[who]), at(day), false, at(day)).unwrap();
}

#[test]
fn refusals_by_a_criterion_stay_and_their_review_is_raised_when_it_is_due() {
    let world =
        club("refusals = { criterion = \"as long as the refusal holds\", review = \"every 3 years\" }");
    let mut company = world.open(at("2024-01-10"));
    assert_eq!(audited(&mut company, "own.refusals", "2024-01-10").verdict, Verdict::Kept, "nothing yet");
    refuse(&mut company, ADA, "2024-03-01");
    assert_eq!(audited(&mut company, "own.refusals", "2027-03-01").verdict, Verdict::Kept, "its last day");
    let late = audited(&mut company, "own.refusals", "2027-03-02");
    assert_eq!(late.breaches[0].what, Wrong::ReviewOverdue, "{late:?}");
    assert!(late.breaches[0].mend.contains("kept duty done own.refusals"));
    let waits =
        |company: &Company| company.duty_lines(at("2027-03-02")).unwrap().iter().any(|line| line.waits);
    assert!(waits(&company));
    company.note_duty("own.refusals", "2027-03-02".parse().unwrap(), at("2027-03-02")).unwrap();
    assert!(!waits(&company));
    assert_eq!(audited(&mut company, "own.refusals", "2027-03-02").verdict, Verdict::Kept);
    assert!(swept(&mut company, "2044-01-01").is_empty(), "a criterion takes nothing");
    assert_eq!(audited(&mut company, "own.refusals", "2030-03-03").verdict, Verdict::Broken);
}

#[test]
fn refusals_with_a_longest_time_go_by_it() {
    let world = club(
        "refusals = { criterion = \"as long as it holds\", review = \"every 3 years\", at-most = \"5 years\" }",
    );
    let mut company = world.open(at("2024-01-10"));
    refuse(&mut company, ADA, "2024-03-01");
    refuse(&mut company, BO, "2024-03-02");
    let count = |world: &World| -> u64 {
        world.vault().read("count", |tx| tx.count_refusals(at("2099-01-01"))).unwrap().0
    };
    let all = count(&world);
    assert!(swept(&mut company, "2029-03-01").is_empty() && all > 0);
    assert_eq!(swept(&mut company, "2029-03-02"), one("own.refusals", all / 2));
    assert_eq!(count(&world), all / 2);
}

#[test]
fn of_papers_of_identity_the_audit_says_that_kept_holds_none() {
    let world = club("identity-papers = \"until verification, at most 1 month\"");
    let mut company = world.open(at("2024-01-10"));
    let told = audited(&mut company, "own.identity-papers", "2024-01-10");
    assert_eq!(told.verdict, Verdict::CannotTell);
    assert_eq!(told.missing, [kept_engine::report::audit::Missing::NotHeld]);
}

#[test]
fn the_audit_tells_of_proofs_of_consent_that_no_run_took() {
    let world = club("consent-proof = \"1 year after consent-end\"");
    let mut company = world.open(at("2024-01-10"));
    company.record(&collection(ADA, &["enquiry"], MAIL), at("2024-01-10")).unwrap();
    let given = Act::GiveConsent(crate::recording::consent("newsletter", &[]));
    record(&mut company, ADA, given, at("2024-01-10")).unwrap();
    let withdrawn = Act::WithdrawConsent { purpose: "newsletter".into(), channels: Vec::new() };
    record(&mut company, ADA, withdrawn, at("2024-03-01")).unwrap();
    assert_eq!(audited(&mut company, "own.consent-proof", "2025-03-02").verdict, Verdict::Kept);
    let late = audited(&mut company, "own.consent-proof", "2025-03-04");
    assert_eq!((late.breaches[0].what, late.breaches[0].rows), (Wrong::RecordOverdue, 2), "{late:?}");
    swept(&mut company, "2025-03-04");
    assert_eq!(audited(&mut company, "own.consent-proof", "2025-03-04").verdict, Verdict::Kept);
}

const KILLED: &str = "requests = \"1 year after request-closed\"\nconsent-proof = \"1 year after consent-end\"\n\
    disclosures = \"1 year after the disclosure\"";

/// What a process does that is to be killed: it is started by the test below, and does nothing otherwise.
#[test]
fn a_run_to_be_killed() {
    let Some(folder) = std::env::var_os("KEPT_TEST_OWN_FOLDER").map(std::path::PathBuf::from) else { return };
    let mut opening = club(KILLED).opening();
    opening.base = folder.clone();
    opening.environment = Box::new(|name| std::env::var(name).ok());
    opening.vault = kept_vault::Location::Sqlite(folder.join("vault.db"));
    opening.keys = Box::new(kept_vault::FileKeys::new(folder.join("keys")));
    opening.ledger = folder.join("ledger");
    opening.memory = folder.join("keys.checkpoint");
    let mut company = Company::open(opening, at("2025-06-01")).unwrap();
    company.sweep(&SweepOrder::default(), at("2025-06-01"), &mut |_| {}).unwrap();
}

#[test]
fn a_run_killed_at_any_step_is_finished_by_the_next_one() {
    let whole = BTreeMap::from([
        ("own.consent-proof".to_owned(), 2),
        ("own.disclosures".to_owned(), 1),
        ("own.requests".to_owned(), 1),
    ]);
    for (step, gone) in [
        ("proofs-half-gone", &[][..]),
        ("own-swept", &["own.consent-proof"]),
        ("case-half-gone", &["own.consent-proof"]),
        ("cases-swept", &["own.consent-proof", "own.requests"]),
        ("entries-pruned", &["own.consent-proof", "own.requests", "own.disclosures"]),
    ] {
        let world = club(KILLED);
        let mut company = world.open(at("2024-01-10"));
        asked(&mut company, ADA, "2024-03-01");
        give(&mut company, ADA, "2024-03-01");
        let given = Act::GiveConsent(crate::recording::consent("newsletter", &[]));
        record(&mut company, ADA, given, at("2024-03-01")).unwrap();
        let withdrawn = Act::WithdrawConsent { purpose: "newsletter".into(), channels: Vec::new() };
        record(&mut company, ADA, withdrawn, at("2024-03-02")).unwrap();
        assert_eq!(dry(&mut company, "2025-06-01", "2025-06-01"), whole, "{step}");
        drop(company);
        let killed = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "own_periods::a_run_to_be_killed"])
            .env("KEPT_TEST_OWN_FOLDER", world.folder.path())
            .env("KEPT_TEST_KILLED_AT", step)
            .output()
            .unwrap();
        assert_eq!(
            killed.status.code(),
            None,
            "`{step}` was not reached: {}",
            String::from_utf8_lossy(&killed.stdout)
        );
        let mut rest = whole.clone();
        rest.retain(|statement, _| !gone.contains(&statement.as_str()));
        let mut company = world.open(at("2025-06-01"));
        assert_eq!(
            dry(&mut company, "2025-06-01", "2025-06-01"),
            rest,
            "{step}: what a run began is whole or not at all"
        );
        assert_eq!(swept(&mut company, "2025-06-01"), rest, "{step}");
        assert!(dry(&mut company, "2025-06-01", "2025-06-01").is_empty(), "{step}");
        assert_eq!((cases(&world), world.count_entries(Kind::Disclosed)), (0, 0), "{step}");
        assert_eq!(audited(&mut company, "kept.ledger", "2025-06-01").verdict, Verdict::Kept, "{step}");
    }
}
