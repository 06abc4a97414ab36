//! Reading for a purpose, giving to recipients, and whom a purpose may reach; and what becomes of
//! Kept's own values when their ground ends.

use std::collections::BTreeMap;

use kept_core::admission::{Act, Age, Collection};
use kept_core::ledger::{Kind, Outcome};
use kept_core::plan::Action;
use kept_core::policy::model::Channel;
use kept_core::time::Instant;
use kept_engine::audience::Member;
use kept_engine::company::Company;
use kept_engine::disclose::{Disclosed, DisclosureOrder, NotDisclosed, Unmet};
use kept_engine::reading::{ReadOrder, Reading};
use kept_engine::report::access::RecordedAct;
use kept_engine::sweep::SweepOrder;

use crate::recording::{ADA, club, collection, consent, data, datum, record, with_values};
use crate::world::{BOTH, Lite, at, small, whom};

const NAME_AND_MAIL: &[&str] = &["identification.name", "identification.email"];

fn read(company: &mut Company, who: &str, purpose: &str, fields: &[&str], now: Instant) -> Reading {
    let order = ReadOrder {
        whom: whom(&[who]),
        purpose: purpose.into(),
        fields: data(fields),
        role: None,
        exception: None,
        reason: None,
        controller: None,
        actor: Some("support 3".to_owned()),
    };
    company.read_through_gate(&order, now).unwrap()
}

fn order(to: &str, purpose: &str, fields: &[&str]) -> DisclosureOrder {
    DisclosureOrder {
        whom: whom(&[ADA]),
        recipient: to.into(),
        purpose: purpose.into(),
        fields: data(fields),
        contract: None,
        role: None,
        paid: false,
        evidence: BTreeMap::new(),
        controller: None,
        actor: None,
    }
}

fn give(company: &mut Company, order: &DisclosureOrder, now: Instant) -> Disclosed {
    company.disclose(order, now).unwrap()
}

fn reached(company: &mut Company, purpose: &str, channel: Channel, now: Instant) -> Vec<Member> {
    let mut members = Vec::new();
    let told = company.audience(&purpose.into(), channel, now, &mut |member| {
        members.push(member.clone());
        true
    });
    assert_eq!(told.unwrap().count, members.len() as u64);
    members
}

#[test]
fn only_the_fields_of_the_purpose_come_back_and_the_entry_comes_first() {
    let world = club();
    let now = at("2026-03-02");
    let mut company = world.open(now);
    company.record(&collection(ADA, &["enquiry"], NAME_AND_MAIL), now).unwrap();
    company.record(&collection(ADA, &["statistics"], &["usage.page"]), now).unwrap();
    let whole = read(&mut company, ADA, "enquiry", &[], now);
    let fields: Vec<String> = whole.values.iter().map(|value| value.field.to_string()).collect();
    assert_eq!(fields, ["identification.email", "identification.name"]);
    assert!(whole.values.iter().all(|value| value.from == "kept" && value.value.starts_with("VALEUR")));
    let more = read(&mut company, ADA, "enquiry", &["identification.name", "usage.page"], now);
    assert_eq!(more.values.len(), 1);
    assert_eq!(more.refused[0].field, datum("usage.page"), "KLX-45: the rest is cut");
    assert_eq!(read(&mut company, ADA, "prospecting", &[], now).values, []);
    let entries = world.entries();
    let reads: Vec<_> = entries.iter().filter(|entry| entry.kind == Kind::Read).collect();
    assert_eq!(reads.len(), 3);
    assert_eq!(reads[2].outcome, Outcome::Refused);
    assert!(!format!("{whole:?}").contains("VALEUR"), "a value shows itself to nobody by accident");
}

#[test]
fn a_value_is_not_read_for_a_purpose_that_it_was_not_collected_for() {
    let world = club();
    let now = at("2026-03-02");
    let mut company = world.open(now);
    company.record(&collection(ADA, &["enquiry"], &["identification.phone"]), now).unwrap();
    record(&mut company, ADA, Act::GiveConsent(consent("newsletter", &[])), now).unwrap();
    assert_eq!(read(&mut company, ADA, "newsletter", &["identification.phone"], now).values, []);
    assert_eq!(read(&mut company, ADA, "enquiry", &["identification.phone"], now).values.len(), 1);
}

#[test]
fn klx_44_and_kre_08_nothing_leaves_against_payment_and_not_without_agreement_either() {
    let world = club();
    let now = at("2026-03-02");
    let mut company = world.open(now);
    company.record(&collection(ADA, &["prospecting", "enquiry"], NAME_AND_MAIL), now).unwrap();
    let sold = DisclosureOrder { paid: true, ..order("hosting", "enquiry", NAME_AND_MAIL) };
    let told = give(&mut company, &sold, now);
    assert_eq!((told.refused, told.values.len()), (Some(NotDisclosed::Sold), 0));
    let no_contract = give(&mut company, &order("printer", "prospecting", NAME_AND_MAIL), now);
    assert!(no_contract.values.is_empty() && no_contract.cut[0].article == Some("Art. 28(3) GDPR"));
    let no_recipient = give(&mut company, &order("mailer", "enquiry", NAME_AND_MAIL), now);
    assert!(no_recipient.values.is_empty(), "{no_recipient:?}");
    let given = give(&mut company, &order("hosting", "enquiry", NAME_AND_MAIL), now);
    assert_eq!((given.values.len(), given.cut.len()), (2, 0));
    let disclosed: Vec<_> =
        world.entries().into_iter().filter(|entry| entry.kind == Kind::Disclosed).collect();
    let outcomes: Vec<Outcome> = disclosed.iter().map(|entry| entry.outcome).collect();
    assert_eq!(outcomes, [Outcome::Refused, Outcome::Refused, Outcome::Refused, Outcome::Done]);
    let report = company.access(&whom(&[ADA]), None, now).unwrap();
    let actual: Vec<&str> = report.disclosed.iter().map(|one| one.recipient.as_str()).collect();
    assert_eq!(actual, ["Host"], "15(1)(c): the actual recipients, not those that were refused");
    assert!(report.held.iter().any(|table| table.store.as_str() == "kept"), "{:?}", report.held);
}

#[test]
fn kre_45_an_authority_receives_nothing_without_its_legal_reference() {
    let world = club();
    let now = at("2026-03-02");
    let mut company = world.open(now);
    let joined = Collection {
        purposes: vec!["membership".into()],
        fields: data(NAME_AND_MAIL),
        people: Some("member".into()),
        age: Some(Age::Years(40)),
        events: vec!["contract-start".into()],
        ..Collection::default()
    };
    company.record(&with_values(ADA, joined), now).unwrap();
    let mut demand = order("police", "membership", &["identification.name"]);
    let told = give(&mut company, &demand, now);
    assert_eq!(told.refused, Some(NotDisclosed::Unmet(Unmet::Needs("legal reference".to_owned()))));
    demand.evidence.insert("legal reference".to_owned(), "PV-2026/117".to_owned());
    let told = give(&mut company, &demand, now);
    assert_eq!(told.refused, Some(NotDisclosed::Unmet(Unmet::Needs("approval".to_owned()))));
    demand.evidence.insert("approval".to_owned(), "head of legal".to_owned());
    let given = give(&mut company, &demand, now);
    assert_eq!(given.values.len(), 1, "only the demanded field");
    let entries = world.entries();
    let last = entries.iter().rfind(|entry| entry.kind == Kind::Disclosed).unwrap();
    assert_eq!(last.request.as_ref().unwrap().as_str(), "PV-2026/117");
    assert_eq!(last.fields, data(&["identification.name"]));
}

#[test]
fn klv_14_of_a_hundred_contacts_exactly_the_forty_with_live_consent_are_reached() {
    let world = club();
    let now = at("2026-03-02");
    let mut company = world.open(now);
    for number in 0..100 {
        let who = format!("email=p{number}@example.org");
        company.record(&collection(&who, &["enquiry"], NAME_AND_MAIL), now).unwrap();
        if number < 50 {
            record(&mut company, &who, Act::GiveConsent(consent("newsletter", &[Channel::Email])), now)
                .unwrap();
        }
        if number < 10 {
            let act = Act::WithdrawConsent { purpose: "newsletter".into(), channels: Vec::new() };
            record(&mut company, &who, act, at("2026-03-03")).unwrap();
        }
    }
    let later = at("2026-03-04");
    assert_eq!(reached(&mut company, "newsletter", Channel::Email, later).len(), 40);
    assert_eq!(reached(&mut company, "newsletter", Channel::Phone, later).len(), 0);
    assert_eq!(reached(&mut company, "prospecting", Channel::Email, later).len(), 0);
    let objected = "email=p20@example.org";
    record(&mut company, objected, Act::Object { purpose: None }, later).unwrap();
    assert_eq!(reached(&mut company, "newsletter", Channel::Email, later).len(), 39, "one minute later");
    let over = at("2029-03-03");
    assert_eq!(reached(&mut company, "newsletter", Channel::Email, over).len(), 0, "by itself");
    assert_eq!(world.count_entries(Kind::Audience), 5, "one entry a call");
    let unknown = company.audience(&"nothing".into(), Channel::Email, now, &mut |_| true);
    assert!(unknown.unwrap_err().to_string().contains("`nothing`"));
    let post = company.audience(&"newsletter".into(), Channel::Post, now, &mut |_| true);
    assert!(post.unwrap_err().to_string().contains("by email, phone"), "KRE-47");
}

#[test]
fn an_audience_that_columns_tell_heeds_what_kept_knows_beside() {
    for kind in BOTH {
        let world = small(kind, Lite);
        world.run("app", "UPDATE accounts SET optin_at = '2025-06-01 00:00:00' WHERE id = 3");
        let now = at("2025-07-02");
        let mut company = world.open(now);
        let two = reached(&mut company, "newsletter", Channel::Email, now);
        assert_eq!(two.len(), 2, "{kind:?}: Ada and Cy, not Bo: {two:?}");
        let restricted = Act::Restrict {
            data: data(&["identification.email"]),
            reason: kept_core::timeline::RestrictionReason::Accuracy,
            review_on: Some("2026-01-01".parse().unwrap()),
        };
        record(&mut company, ADA, restricted, now).unwrap();
        let one = reached(&mut company, "newsletter", Channel::Email, now);
        let key = |member: &Member| matches!(member, Member::Row { key, .. } if key == "3");
        assert!(one.len() == 1 && key(&one[0]), "{kind:?}: {one:?}");
    }
}

#[test]
fn a_person_of_whom_only_a_consent_is_recorded_is_found_and_told_of_it() {
    let world = club();
    let now = at("2026-03-02");
    let mut company = world.open(now);
    let cy = "email=cy@example.org";
    company.record(&collection(cy, &["enquiry"], NAME_AND_MAIL), now).unwrap();
    let given = Act::GiveConsent(consent("newsletter", &[Channel::Email]));
    record(&mut company, cy, given, at("2026-03-03")).unwrap();
    let over = at("2027-03-04");
    company.sweep(&SweepOrder::default(), over, &mut |_| {}).unwrap();
    let report = company.access(&whom(&[cy]), None, over).unwrap();
    assert!(report.held.is_empty(), "the values went a year after: {report:?}");
    assert_eq!(report.found.len(), 1, "but the person is known");
    let said: Vec<_> = report.recorded.iter().map(|line| (line.what, line.channels.clone())).collect();
    assert!(said.contains(&(RecordedAct::ConsentGiven, vec![Channel::Email])), "{said:?}");
    let why = company.why(&whom(&[cy]), None, over, over).unwrap();
    assert_eq!(why.found.len(), 1);
}

#[test]
fn klv_26_what_consent_alone_kept_goes_with_the_next_run_and_a_refusal_stays() {
    let world = club();
    let now = at("2026-03-02");
    let mut company = world.open(now);
    let with_consent = Collection {
        purposes: vec!["newsletter".into()],
        fields: data(&["identification.email"]),
        consents: vec![consent("newsletter", &[])],
        ..Collection::default()
    };
    company.record(&with_values(ADA, with_consent), now).unwrap();
    company.record(&collection(ADA, &["enquiry"], &["identification.name"]), now).unwrap();
    let later = at("2026-03-05");
    let act = Act::WithdrawConsent { purpose: "newsletter".into(), channels: Vec::new() };
    record(&mut company, ADA, act, later).unwrap();
    let held = |company: &mut Company, now| {
        let report = company.access(&whom(&[ADA]), None, now).unwrap();
        report
            .held
            .iter()
            .flat_map(|table| &table.columns)
            .map(|column| column.datum.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(held(&mut company, later).len(), 2, "withdrawing is not erasing");
    let counted = company.count_due(&SweepOrder::default(), later, &mut |_| {}).unwrap();
    assert_eq!(counted.stores[0].tables[0].deleted, 1, "a dry run sees kept's own values: {counted:?}");
    let foreseen = company.forecast("2027-04-30".parse().unwrap(), later).unwrap();
    let told: Vec<_> = foreseen
        .months
        .iter()
        .flat_map(|month| month.lines.iter().map(|line| (month.until.to_string(), line.rows)))
        .collect();
    let expected = [("2026-03-31", 1), ("2027-03-31", 1)];
    assert_eq!(told, expected.map(|(until, rows)| (until.to_owned(), rows)), "{foreseen:?}");
    let swept = company.sweep(&SweepOrder::default(), later, &mut |_| {}).unwrap();
    assert_eq!(swept.stores[0].tables[0].deleted, 1, "{swept:?}");
    assert_eq!(held(&mut company, later), ["identification.name"], "another purpose keeps it");
    let over = at("2027-03-03");
    company.sweep(&SweepOrder::default(), over, &mut |_| {}).unwrap();
    assert!(held(&mut company, over).is_empty(), "a year after the collection");
}

#[test]
fn an_erasure_leaves_what_a_ground_keeps_and_a_refusal_that_greets_the_person_later() {
    let world = club();
    let now = at("2026-03-02");
    let mut company = world.open(now);
    let joined = Collection {
        purposes: vec!["membership".into()],
        fields: data(NAME_AND_MAIL),
        people: Some("member".into()),
        age: Some(Age::Years(40)),
        events: vec!["contract-start".into()],
        ..Collection::default()
    };
    company.record(&with_values(ADA, joined), now).unwrap();
    company.record(&collection(ADA, &["prospecting"], &["identification.phone"]), now).unwrap();
    let planned = company.rehearse_erasure(&whom(&[ADA]), now).unwrap();
    let erased = company.erase(&whom(&[ADA]), now, false, now).unwrap();
    assert_eq!(planned.steps, erased.steps, "the plan says what is done");
    let of_kept = |action: &Action| {
        let mine = erased.steps.iter().filter(|step| step.store.as_str() == "kept" && step.action == *action);
        mine.map(|step| step.rows).sum::<usize>()
    };
    assert_eq!((of_kept(&Action::Keep), of_kept(&Action::Delete)), (2, 1), "{:?}", erased.steps);
    let left = read(&mut company, ADA, "membership", &[], now);
    assert_eq!(left.values.len(), 2, "the contract runs: {left:?}");
    assert_eq!(read(&mut company, ADA, "prospecting", &[], now).values, []);
    let bo = "email=bo@example.org";
    company.record(&collection(bo, &["prospecting"], NAME_AND_MAIL), now).unwrap();
    company.erase(&whom(&[bo]), now, false, now).unwrap();
    assert_eq!(read(&mut company, bo, "prospecting", &[], now).values, []);
    let later = at("2026-05-02");
    let again = company.record(&collection(bo, &["prospecting"], NAME_AND_MAIL), later);
    assert_eq!(crate::recording::refused(again).code(), "gate", "the refusal outlived the erasure");
    let asked = company.record(&collection(bo, &["enquiry"], NAME_AND_MAIL), later).unwrap();
    assert!(asked.refused_before.contains(&"prospecting".into()), "{asked:?}");
    record(&mut company, bo, Act::GiveConsent(consent("newsletter", &[])), later).unwrap();
    assert_eq!(reached(&mut company, "newsletter", Channel::Email, later).len(), 1, "their own consent");
}

#[test]
fn a_forecast_counts_the_records_that_kept_keeps_and_not_each_of_their_fields() {
    let world = club();
    let now = at("2026-03-02");
    let mut company = world.open(now);
    let fields = ["identification.name", "identification.phone"];
    company.record(&collection(ADA, &["enquiry"], &fields), now).unwrap();
    let foreseen = company.forecast("2027-04-30".parse().unwrap(), now).unwrap();
    let rows: Vec<u64> =
        foreseen.months.iter().flat_map(|month| &month.lines).map(|line| line.rows).collect();
    assert_eq!(rows, [1], "{foreseen:?}");
}

#[test]
fn what_was_given_of_somebody_whom_only_a_store_knew_is_told_to_them_from_the_first_time_on() {
    for kind in BOTH {
        let world = small(kind, Lite);
        let mut company = world.open(at("2026-03-02"));
        let email = "email=bo@example.org";
        let picked = crate::world::picked("phone=+33 1 99 00 00 02", "app", "accounts", "3");
        let order = |whom: kept_engine::desk::Whom| DisclosureOrder {
            whom,
            ..order("hosting", "messages", &["message.body"])
        };
        let unknown = give(&mut company, &order(whom(&["email=nobody@example.org"])), at("2026-03-02"));
        assert!(unknown.values.is_empty(), "{unknown:?}");
        let read = read(&mut company, email, "service", &["identification.email"], at("2026-03-02"));
        assert_eq!(read.values.len(), 1, "{kind:?}: {read:?}");
        for whom in [whom(&[email]), picked.clone()] {
            let given = give(&mut company, &order(whom.clone()), at("2026-03-02"));
            assert!(!given.values.is_empty(), "{kind:?}: {given:?}");
            let again = give(&mut company, &order(whom), at("2026-03-03"));
            assert_eq!(again.values.len(), given.values.len(), "{kind:?}");
        }
        for (whom, looks) in [(whom(&[email]), 4), (picked.clone(), 2)] {
            let answer = company.access(&whom, None, at("2026-03-04")).unwrap();
            assert_eq!(answer.disclosed.len(), 2, "{kind:?}: {:?}", answer.disclosed);
            assert_eq!(answer.consulted.len(), looks, "{kind:?}: {:?}", answer.consulted);
        }
        let nobody = world.vault().read("count", kept_vault::Tx::count_subjects).unwrap();
        assert_eq!(nobody, 2, "{kind:?}: nobody becomes known by being asked for");
        let stores = ["app.db", "desk.db"];
        for name in [&b"bo@example.org"[..], b"cy@example.org"] {
            let files = world.files_with(name);
            assert!(files.iter().all(|file| stores.iter().any(|own| file.ends_with(own))), "{files:?}");
        }
    }
}
