//! What is reported about people whom Kept alone knows: admitted or refused, with its entry, and what
//! may be done with it afterwards.

use kept_core::admission::{Act, Age, Collection, Consent, Refused};
use kept_core::decision::{Answer, Refusal};
use kept_core::ledger::{Kind, Outcome};
use kept_core::policy::model::{Channel, DataRef};
use kept_core::time::Instant;
use kept_core::timeline::{Proof, RestrictionReason, Scope};
use kept_engine::Failure;
use kept_engine::company::Company;
use kept_engine::decide::{Ask, Decided, Verb};
use kept_engine::person::PersonRefusal;
use kept_engine::record::{Recorded, Recording};

use crate::world::{Lite, World, at, small, whom};

pub(crate) const ADA: &str = "email=ada@example.org";
pub(crate) const BO: &str = "email=bo@example.org";

/// A club without stores of its own.
pub(crate) fn club() -> World {
    World::new(include_str!("club.toml"), &[])
}

pub(crate) fn datum(name: &str) -> DataRef {
    match name.split_once('.') {
        Some((category, field)) => DataRef { category: category.into(), field: Some(field.into()) },
        None => DataRef::whole(name.into()),
    }
}

pub(crate) fn data(names: &[&str]) -> Vec<DataRef> {
    names.iter().map(|name| datum(name)).collect()
}

/// A consent on the site, on wording 12.
pub(crate) fn consent(purpose: &str, channels: &[Channel]) -> Consent {
    let proof =
        Proof { language: Some("fr".into()), how: Some("sign-up form".to_owned()), ..Proof::default() };
    Consent {
        purpose: purpose.into(),
        channels: channels.to_vec(),
        wording: Some(12),
        dated: false,
        age: None,
        proof,
        scope: Scope::default(),
    }
}

/// A collection for purposes, with a value in each field that tells its name.
pub(crate) fn collection(who: &str, purposes: &[&str], fields: &[&str]) -> Recording {
    let collection = Collection {
        purposes: purposes.iter().map(|name| (*name).into()).collect(),
        fields: data(fields),
        ..Collection::default()
    };
    with_values(who, collection)
}

pub(crate) fn with_values(who: &str, collection: Collection) -> Recording {
    let values = collection.fields.iter().map(|field| (field.clone(), value(field, who))).collect();
    Recording { values, ..Recording::new(whom(&[who]), Act::Collect(collection)) }
}

/// A value of the field's type, told from its name.
fn value(field: &DataRef, who: &str) -> String {
    match field.field.as_ref().map(kept_core::name::FieldName::as_str) {
        Some("email") => "VALEUR@example.org".to_owned(),
        Some("phone") => "+33 1 99 00 12 34".to_owned(),
        Some("password") => "$2b$12$VALEURVALEURVALEURVALEUR".to_owned(),
        Some("card") => "4111 1111 1111 1111".to_owned(),
        Some("amount") => "12.50 EUR".to_owned(),
        Some("ip-address") => "203.0.113.7".to_owned(),
        Some("volume" | "online-time") => "7".to_owned(),
        Some(name) if matches!(name, "arrived" | "left" | "at") || name.ends_with("-at") => {
            "2026-03-02T09:30:00Z".to_owned()
        }
        _ => format!("VALEUR {field} of {who}"),
    }
}

pub(crate) fn record(company: &mut Company, who: &str, act: Act, now: Instant) -> Result<Recorded, Failure> {
    company.record(&Recording::new(whom(&[who]), act), now)
}

#[track_caller]
pub(crate) fn refused(told: Result<Recorded, Failure>) -> Refused {
    match told {
        Err(Failure::NotAdmitted(refused)) => *refused,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn ask(who: &str, purpose: &str, verb: Verb, fields: &[&str]) -> Ask {
    Ask {
        whom: whom(&[who]),
        purpose: purpose.into(),
        verb,
        fields: data(fields),
        role: None,
        exception: None,
        source: None,
        controller: None,
    }
}

#[track_caller]
pub(crate) fn decide(company: &mut Company, ask: Ask, now: Instant) -> Decided {
    company.decide(&[ask], now).unwrap().remove(0)
}

#[track_caller]
fn reads(company: &mut Company, who: &str, purpose: &str, now: Instant) -> bool {
    decide(company, ask(who, purpose, Verb::Read, &["identification.email"]), now).allowed
}

#[track_caller]
fn contacts(company: &mut Company, who: &str, purpose: &str, channel: Channel, now: Instant) -> Answer {
    decide(company, ask(who, purpose, Verb::Contact(channel), &[]), now).because
}

const EMAIL: &[&str] = &["identification.email"];

#[test]
fn klr_01_a_field_that_the_notice_does_not_list_is_refused_and_nothing_of_it_is_kept() {
    let world = club();
    let now = at("2026-03-02");
    let mut company = world.open(now);
    let mut posted = collection(ADA, &["enquiry"], &["identification.name", "identification.date-of-birth"]);
    for value in posted.values.values_mut() {
        *value = "QUAIMARQUE 1990-01-01".to_owned();
    }
    let refused = refused(company.record(&posted, now));
    assert_eq!(refused, Refused::NoData(datum("identification.date-of-birth")));
    assert!(refused.article().contains("5(1)(c)") && !refused.mend().is_empty());
    assert_eq!(world.files_with(b"QUAIMARQUE"), Vec::<String>::new());
    let entries = world.entries();
    let entry = entries.iter().find(|entry| entry.kind == Kind::Collected).unwrap();
    assert_eq!(entry.outcome, Outcome::Refused);
    assert!(entry.fields.contains(&datum("identification.date-of-birth")), "by its name only");
    assert!(!reads(&mut company, ADA, "enquiry", now), "nobody was filed");
    let told = company.record(&collection(ADA, &["enquiry"], &["identification.name"]), now).unwrap();
    assert_eq!(told.events, ["collection"]);
    assert!(reads(&mut company, ADA, "enquiry", now));
}

#[test]
fn klr_02_an_address_gathered_for_one_purpose_is_refused_to_another() {
    let world = club();
    let now = at("2026-03-02");
    let mut company = world.open(now);
    let applied = Collection {
        purposes: vec!["recruitment".into()],
        fields: data(&["identification.email", "application.cv"]),
        people: Some("applicant".into()),
        consents: vec![consent("recruitment", &[])],
        ..Collection::default()
    };
    company.record(&with_values(ADA, applied), now).unwrap();
    let before = world.count_entries(Kind::Decided);
    let marketing = decide(&mut company, ask(ADA, "prospecting", Verb::Read, EMAIL), now);
    assert!(
        !marketing.allowed && matches!(marketing.because, Answer::Refused(Refusal::NoGround(_))),
        "{marketing:?}"
    );
    assert_eq!(world.count_entries(Kind::Decided), before + 1, "one entry a call");
    assert!(reads(&mut company, ADA, "recruitment", now));
}

#[test]
fn klr_18_what_was_given_for_a_paper_is_not_used_for_prospecting() {
    let world = club();
    let now = at("2026-03-02");
    let mut company = world.open(now);
    company.record(&collection(ADA, &["enquiry"], EMAIL), now).unwrap();
    assert!(reads(&mut company, ADA, "enquiry", now));
    assert!(!reads(&mut company, ADA, "prospecting", now), "not told, not agreed");
    company.record(&collection(ADA, &["prospecting"], EMAIL), now).unwrap();
    assert!(reads(&mut company, ADA, "prospecting", now), "told at another collection");
}

#[test]
fn klr_88_after_a_withdrawal_recruitment_is_denied_from_that_moment() {
    let world = club();
    let (given, withdrawn) = (at("2026-03-02T10:00:00Z"), at("2026-03-05T10:00:00Z"));
    let mut company = world.open(given);
    record(&mut company, ADA, Act::GiveConsent(consent("recruitment", &[])), given).unwrap();
    assert!(reads(&mut company, ADA, "recruitment", withdrawn));
    let act = Act::WithdrawConsent { purpose: "recruitment".into(), channels: Vec::new() };
    record(&mut company, ADA, act, withdrawn).unwrap();
    assert!(!reads(&mut company, ADA, "recruitment", withdrawn), "the view in memory is not asked any more");
    let other = world.open(withdrawn);
    drop(other);
    assert!(reads(&mut world.open(given), ADA, "recruitment", given), "what was allowed then was allowed");
}

#[test]
fn klr_87_a_consent_is_recorded_with_who_which_wording_when_and_how() {
    let world = club();
    let now = at("2026-03-02");
    let mut company = world.open(now);
    let without = |change: &dyn Fn(&mut Consent)| {
        let mut given = consent("newsletter", &[]);
        change(&mut given);
        Act::GiveConsent(given)
    };
    let no_wording = record(&mut company, ADA, without(&|given| given.wording = None), now);
    assert_eq!(refused(no_wording), Refused::NoWording);
    let no_manner = record(&mut company, ADA, without(&|given| given.proof.how = None), now);
    assert_eq!(refused(no_manner), Refused::NoManner);
    let strange = record(&mut company, ADA, without(&|given| given.proof.language = Some("xx".into())), now);
    assert_eq!(refused(strange), Refused::NoLanguage("xx".into()));
    assert!(!reads(&mut company, ADA, "newsletter", now), "without it the purpose is denied");
    assert_eq!(world.count_entries(Kind::ConsentGiven), 3, "each refusal has its entry");
    record(&mut company, ADA, without(&|_| {}), now).unwrap();
    assert!(reads(&mut company, ADA, "newsletter", now));
    assert_eq!(world.files_with(b"sign-up form"), Vec::<String>::new(), "the proof is sealed");
}

#[test]
fn klx_29_consent_for_the_newsletter_is_none_for_calls() {
    let world = club();
    let now = at("2026-03-02");
    let mut company = world.open(now);
    record(&mut company, ADA, Act::GiveConsent(consent("newsletter", &[Channel::Email])), now).unwrap();
    assert!(contacts(&mut company, ADA, "newsletter", Channel::Email, now).is_allowed());
    assert_eq!(
        contacts(&mut company, ADA, "newsletter", Channel::Phone, now),
        Answer::Refused(Refusal::NotByChannel)
    );
    record(&mut company, ADA, Act::GiveConsent(consent("newsletter", &[Channel::Phone])), now).unwrap();
    assert!(
        contacts(&mut company, ADA, "newsletter", Channel::Email, now).is_allowed(),
        "the old scope stays"
    );
    assert!(contacts(&mut company, ADA, "newsletter", Channel::Phone, now).is_allowed());
    let later = at("2026-03-03");
    let phone = Act::WithdrawConsent { purpose: "newsletter".into(), channels: vec![Channel::Phone] };
    record(&mut company, ADA, phone, later).unwrap();
    assert!(!contacts(&mut company, ADA, "newsletter", Channel::Phone, later).is_allowed());
    assert!(contacts(&mut company, ADA, "newsletter", Channel::Email, later).is_allowed());
    let email = Act::WithdrawConsent { purpose: "newsletter".into(), channels: vec![Channel::Email] };
    record(&mut company, ADA, email, at("2026-03-04")).unwrap();
    assert!(!reads(&mut company, ADA, "newsletter", at("2026-03-04")), "with its last channel it ends");
    let post = Act::GiveConsent(consent("newsletter", &[Channel::Post]));
    assert_eq!(
        refused(record(&mut company, ADA, post, later)),
        Refused::NoChannel("newsletter".into(), Channel::Post)
    );
}

#[test]
fn a_consent_that_a_source_obtained_needs_the_proof_that_the_policy_names() {
    let world = club();
    let now = at("2026-03-02");
    let mut company = world.open(now);
    let mut given = consent("newsletter", &[]);
    given.proof.source = Some("agency".to_owned());
    given.dated = true;
    let told = record(&mut company, ADA, Act::GiveConsent(given.clone()), now);
    assert_eq!(refused(told), Refused::NoProof("agency".to_owned(), "recording".to_owned()));
    given.proof.evidence.insert("recording".to_owned(), "call 17".to_owned());
    let undated = Consent { dated: false, ..given.clone() };
    let told = record(&mut company, ADA, Act::GiveConsent(undated), now);
    assert_eq!(refused(told), Refused::NoProof("agency".to_owned(), "when".to_owned()));
    record(&mut company, ADA, Act::GiveConsent(given.clone()), now).unwrap();
    given.proof.source = Some("partner".to_owned());
    let told = record(&mut company, BO, Act::GiveConsent(given.clone()), now);
    assert_eq!(refused(told), Refused::SourceObtainsNone("partner".to_owned()));
    given.proof.source = Some("stranger".to_owned());
    let told = record(&mut company, BO, Act::GiveConsent(given), now);
    assert_eq!(refused(told), Refused::NoSource("stranger".to_owned()));
}

#[test]
fn klv_03_data_of_a_source_that_is_not_declared_are_refused() {
    let world = club();
    let now = at("2026-03-02");
    let mut company = world.open(now);
    let from = |source: &str, fields: &[&str]| {
        let collection = Collection {
            purposes: vec!["enquiry".into()],
            fields: data(fields),
            source: Some(source.to_owned()),
            ..Collection::default()
        };
        with_values(ADA, collection)
    };
    let bought = refused(company.record(&from("broker", EMAIL), now));
    assert_eq!(bought, Refused::NoSource("broker".to_owned()));
    let phone = refused(company.record(&from("agency", &["billing.address"]), now));
    assert!(matches!(phone, Refused::NotFromThere(..)), "{phone:?}");
    company.record(&from("partner", EMAIL), now).unwrap();
    let read = decide(&mut company, ask(ADA, "enquiry", Verb::Read, EMAIL), now);
    assert!(read.allowed, "reading is not refused before telling");
    let contact = contacts(&mut company, ADA, "enquiry", Channel::Email, now);
    assert_eq!(contact, Answer::Refused(Refusal::NotTold), "Art. 14(3)");
    let version = company.policy().digest.clone();
    record(&mut company, ADA, Act::Tell { version }, now).unwrap();
    assert!(contacts(&mut company, ADA, "enquiry", Channel::Email, now).is_allowed());
    let odd = record(&mut company, ADA, Act::Tell { version: "0".repeat(64) }, now);
    assert_eq!(refused(odd), Refused::NoVersion);
}

#[test]
fn klx_05_below_sixteen_nothing_is_kept_and_on_the_birthday_it_is() {
    let world = club();
    let join = |on: &str| {
        let collection = Collection {
            purposes: vec!["membership".into()],
            fields: data(EMAIL),
            people: Some("member".into()),
            age: Some(Age::Born("2010-03-02".parse().unwrap())),
            events: vec!["contract-start".into()],
            ..Collection::default()
        };
        (with_values(ADA, collection), at(on))
    };
    let mut company = world.open(at("2026-03-01"));
    let (young, day_before) = join("2026-03-01");
    let told = refused(company.record(&young, day_before));
    assert_eq!(told, Refused::Gate("membership".into(), Refusal::UnderAge));
    assert!(told.article().contains("Art. 8"));
    assert_eq!(world.files_with(b"VALEUR"), Vec::<String>::new());
    let entry = world.entries().into_iter().find(|entry| entry.kind == Kind::Collected).unwrap();
    assert_eq!((entry.outcome, entry.scope), (Outcome::Refused, kept_core::ledger::Scope::Nobody));
    let (of_age, birthday) = join("2026-03-02");
    company.record(&of_age, birthday).unwrap();
    let mut unknown = Recording { whom: whom(&[BO]), ..of_age };
    if let Act::Collect(collection) = &mut unknown.act {
        collection.age = None;
    }
    let told = refused(company.record(&unknown, birthday));
    assert_eq!(told, Refused::Gate("membership".into(), Refusal::AgeNotKnown));
}

#[test]
fn a_collection_for_which_no_ground_begins_is_refused() {
    let world = club();
    let now = at("2026-03-02");
    let mut company = world.open(now);
    let early = Collection {
        purposes: vec!["membership".into()],
        fields: data(EMAIL),
        people: Some("member".into()),
        age: Some(Age::Years(30)),
        ..Collection::default()
    };
    let told = refused(company.record(&with_values(ADA, early.clone()), now));
    assert_eq!(told, Refused::NoGroundBegins("membership".into(), "contract-start".into()));
    let whole = Collection { fields: data(&["identification"]), ..early.clone() };
    assert!(matches!(refused(company.record(&with_values(ADA, whole), now)), Refused::WholeCategory(_)));
    let joined = Collection { events: vec!["contract-start".into()], ..early };
    company.record(&with_values(ADA, joined), now).unwrap();
    assert!(reads(&mut company, ADA, "membership", now));
    let left = Act::Happened {
        event: "contract-end".into(),
        about: kept_core::timeline::Occasion::Person,
        data: Vec::new(),
    };
    record(&mut company, ADA, left, at("2026-06-30")).unwrap();
    let archived = decide(&mut company, ask(ADA, "membership", Verb::Read, EMAIL), at("2026-08-01"));
    assert_eq!(archived.because, Answer::Refused(Refusal::Archived));
    let accounting = Ask { role: Some("accounting".into()), ..ask(ADA, "membership", Verb::Read, EMAIL) };
    assert!(decide(&mut company, accounting, at("2026-08-01")).allowed, "KLV-32: the archive's own role");
}

#[test]
fn cla_68_nothing_outweighs_an_objection_to_marketing() {
    let world = club();
    let now = at("2026-03-02");
    let mut company = world.open(now);
    company.record(&collection(ADA, &["prospecting", "enquiry"], EMAIL), now).unwrap();
    record(&mut company, ADA, Act::Object { purpose: Some("prospecting".into()) }, now).unwrap();
    assert!(!reads(&mut company, ADA, "prospecting", now));
    let reject = |purpose: &str, ground: &str, approver: &str, told| Act::RejectObjection {
        purpose: purpose.into(),
        ground: ground.to_owned(),
        approver: approver.to_owned(),
        told,
    };
    let told = record(&mut company, ADA, reject("prospecting", "we want to", "head", true), now);
    assert_eq!(refused(told), Refused::MarketingNotOutweighed("prospecting".into()));
    let told = record(&mut company, ADA, reject("enquiry", "claims", "legal", true), now);
    assert_eq!(refused(told), Refused::NotContested("enquiry".into()));
    record(&mut company, ADA, Act::Object { purpose: Some("enquiry".into()) }, now).unwrap();
    let asked = decide(&mut company, ask(ADA, "enquiry", Verb::Read, EMAIL), now);
    assert_eq!(asked.because, Answer::Refused(Refusal::Contested));
    for (act, why) in [
        (reject("enquiry", " ", "legal", true), Refused::NoCompellingGround),
        (reject("enquiry", "claims", "", true), Refused::NoApprover),
        (reject("enquiry", "claims", "legal", false), Refused::NotToldOfRejection),
    ] {
        assert_eq!(refused(record(&mut company, ADA, act, now)), why);
        assert!(!reads(&mut company, ADA, "enquiry", now));
    }
    let later = at("2026-03-03");
    record(&mut company, ADA, reject("enquiry", "claims", "legal", true), later).unwrap();
    assert!(reads(&mut company, ADA, "enquiry", later));
    let again = at("2029-01-01");
    company.record(&collection(ADA, &["enquiry"], EMAIL), again).unwrap();
    let fresh = refused(company.record(&collection(ADA, &["prospecting"], EMAIL), again));
    assert!(matches!(fresh, Refused::Gate(..)), "for good: {fresh:?}");
    let contract = record(&mut company, ADA, Act::Object { purpose: Some("membership".into()) }, now);
    assert_eq!(refused(contract), Refused::NoObjection("membership".into(), "Art. 6(1)(b) GDPR"));
}

#[test]
fn a_restriction_stops_use_and_is_lifted_only_after_the_person_was_told() {
    let world = club();
    let now = at("2026-03-02");
    let mut company = world.open(now);
    company
        .record(&collection(ADA, &["enquiry"], &["identification.email", "identification.phone"]), now)
        .unwrap();
    let restrict = |review: Option<&str>| Act::Restrict {
        data: data(&["identification.phone"]),
        reason: RestrictionReason::Accuracy,
        review_on: review.map(|day| day.parse().unwrap()),
    };
    assert_eq!(refused(record(&mut company, ADA, restrict(None), now)), Refused::NoReview);
    assert_eq!(refused(record(&mut company, ADA, restrict(Some("2026-03-02")), now)), Refused::ReviewPast);
    let placed = record(&mut company, ADA, restrict(Some("2026-06-01")), now).unwrap();
    let case = placed.case.unwrap();
    assert_eq!(case.as_str(), "L-2026-0001");
    assert!(reads(&mut company, ADA, "enquiry", now), "the e-mail address is not restricted");
    let phone = decide(&mut company, ask(ADA, "enquiry", Verb::Read, &["identification.phone"]), now);
    assert_eq!(phone.field, Some(datum("identification.phone")));
    let lifted = record(&mut company, ADA, Act::Lift { case: case.clone() }, now);
    assert_eq!(refused(lifted), Refused::NotToldOfLifting(case.clone()));
    let later = at("2026-03-03");
    record(&mut company, ADA, Act::TellOfLifting { case: case.clone() }, later).unwrap();
    record(&mut company, ADA, Act::Lift { case: case.clone() }, later).unwrap();
    assert!(decide(&mut company, ask(ADA, "enquiry", Verb::Read, &["identification.phone"]), later).allowed);
    assert_eq!(
        refused(record(&mut company, ADA, Act::Lift { case: case.clone() }, later)),
        Refused::NoCase(case)
    );
    let stranger = record(&mut company, BO, restrict(Some("2026-06-01")), now);
    assert!(matches!(stranger, Err(Failure::Person(PersonRefusal::Unknown))), "{stranger:?}");
}

#[test]
fn klr_103_a_hold_without_reason_approver_or_review_date_is_refused() {
    let world = club();
    let now = at("2026-03-02");
    let mut company = world.open(now);
    company.record(&collection(ADA, &["enquiry"], EMAIL), now).unwrap();
    let hold = |fields: &[&str], reason: &str, approver: &str, review: Option<&str>| Act::PlaceHold {
        data: data(fields),
        reason: reason.to_owned(),
        approver: approver.to_owned(),
        review_on: review.map(|day| day.parse().unwrap()),
    };
    for (act, why) in [
        (hold(&[], "unpaid invoice", "legal", Some("2027-01-01")), Refused::HoldsEverything),
        (hold(EMAIL, "", "legal", Some("2027-01-01")), Refused::NoReason),
        (hold(EMAIL, "unpaid invoice", "", Some("2027-01-01")), Refused::NoApprover),
        (hold(EMAIL, "unpaid invoice", "legal", None), Refused::NoReview),
        (hold(EMAIL, "unpaid invoice", "legal", Some("2025-01-01")), Refused::ReviewPast),
        (
            hold(&["identification.shoe"], "x", "legal", Some("2027-01-01")),
            Refused::NoData(datum("identification.shoe")),
        ),
    ] {
        assert_eq!(refused(record(&mut company, ADA, act, now)), why);
    }
    let placed =
        record(&mut company, ADA, hold(EMAIL, "unpaid invoice", "legal", Some("2027-01-01")), now).unwrap();
    assert_eq!(placed.case.as_ref().unwrap().as_str(), "H-2026-0001", "refusals use no number");
    assert_eq!(world.files_with(b"unpaid invoice"), Vec::<String>::new());
    let why = company.why(&whom(&[ADA]), None, now, now);
    assert!(why.is_ok() || matches!(why, Err(Failure::Person(_))));
    record(&mut company, ADA, Act::ReleaseHold { case: placed.case.unwrap() }, at("2026-04-01")).unwrap();
}

#[test]
fn events_from_the_future_from_before_1900_and_of_unknown_kinds_are_refused() {
    let world = club();
    let now = at("2026-03-02");
    let mut company = world.open(now);
    let mut reported = Recording::new(whom(&[ADA]), Act::GiveConsent(consent("newsletter", &[])));
    reported.happened_at = Some(at("2026-03-03"));
    assert_eq!(refused(company.record(&reported, now)), Refused::InFuture);
    reported.happened_at = Some(at("1899-12-30"));
    assert_eq!(refused(company.record(&reported, now)), Refused::TooOld);
    let happened = |event: &str| Act::Happened {
        event: event.into(),
        about: kept_core::timeline::Occasion::Person,
        data: Vec::new(),
    };
    let told = record(&mut company, ADA, happened("moon-landing"), now);
    let Refused::NoEvent(event, known) = refused(told) else { panic!("another refusal") };
    assert!(event.as_str() == "moon-landing" && known.contains("`last-contact`"), "{known}");
    let told = record(&mut company, ADA, happened("collection"), now);
    assert_eq!(refused(told), Refused::OwnAct("collection".into()));
    record(&mut company, ADA, happened("last-contact"), now).unwrap();
    for (purpose, act) in [
        ("nothing", Act::GiveConsent(consent("nothing", &[]))),
        ("nothing", Act::Object { purpose: Some("nothing".into()) }),
        ("nothing", Act::WithdrawConsent { purpose: "nothing".into(), channels: Vec::new() }),
    ] {
        assert_eq!(refused(record(&mut company, ADA, act, now)), Refused::NoPurpose(purpose.into()));
    }
    let basis = record(&mut company, ADA, Act::GiveConsent(consent("enquiry", &[])), now);
    assert!(matches!(refused(basis), Refused::NotOnConsent(..)));
}

#[test]
fn the_same_key_is_done_once_and_another_act_under_it_is_refused() {
    let world = club();
    let now = at("2026-03-02");
    let mut company = world.open(now);
    let mut first = collection(ADA, &["enquiry"], EMAIL);
    first.key = Some("order 4711".to_owned());
    let told = company.record(&first, now).unwrap();
    let again = company.record(&first, at("2026-03-03")).unwrap();
    assert!(again.repeated && again.person == told.person && again.events == told.events);
    assert_eq!(world.count_entries(Kind::Collected), 1);
    let other = Recording { key: first.key.clone(), ..collection(BO, &["enquiry"], EMAIL) };
    assert!(matches!(company.record(&other, now), Err(Failure::KeyUsed)));
    assert_eq!(world.files_with(b"order 4711"), Vec::<String>::new());
}

#[test]
fn a_value_that_is_none_of_its_fields_type_is_refused_and_not_repeated() {
    let world = club();
    let now = at("2026-03-02");
    let mut company = world.open(now);
    let mut wrong = collection(ADA, &["enquiry"], &["identification.email"]);
    wrong.values.insert(datum("identification.email"), "ada at example".to_owned());
    let why = refused(company.record(&wrong, now));
    assert_eq!(why.code(), "not-of-type");
    assert!(!why.to_string().contains("ada at"), "{why}");
    assert_eq!(world.count_entries(Kind::Collected), 0, "nothing is stored");
}

#[test]
fn a_question_that_no_fact_answers_names_the_event() {
    let mut world = small(Lite, Lite);
    world.rewrite("null = \"not yet\"", "null = \"unknown\"");
    world.run("app", "UPDATE accounts SET closed_at = NULL WHERE id = 1");
    let now = at("2025-07-02");
    let mut company = world.open(now);
    let asked = ask(ADA, "service", Verb::Read, &["identification.email"]);
    let answer = decide(&mut company, asked, now);
    assert!(!answer.allowed);
    let problem = answer.problem.unwrap_or_default();
    assert!(problem.contains("`contract-end`"), "{problem} {:?}", answer.because);
}

#[test]
fn an_identifier_of_no_single_person_or_of_an_unknown_kind_is_refused() {
    let world = club();
    let now = at("2026-03-02");
    let mut company = world.open(now);
    let phone = record(&mut company, "phone=+33199000001", Act::GiveConsent(consent("newsletter", &[])), now);
    assert!(matches!(phone, Err(Failure::Person(PersonRefusal::NotUnique))), "{phone:?}");
    let strange = record(&mut company, "passport=X", Act::GiveConsent(consent("newsletter", &[])), now);
    assert!(matches!(strange, Err(Failure::Person(PersonRefusal::UnknownKind { .. }))), "{strange:?}");
    company.record(&collection(ADA, &["enquiry"], EMAIL), now).unwrap();
    company.record(&collection(BO, &["enquiry"], EMAIL), now).unwrap();
    let both = Recording { whom: whom(&[ADA, BO]), ..collection(ADA, &["enquiry"], EMAIL) };
    let told = company.record(&both, now);
    assert!(matches!(told, Err(Failure::Person(PersonRefusal::SeveralSubjects { count: 2 }))), "{told:?}");
    let asked = Ask { whom: whom(&[ADA, BO]), ..ask(ADA, "enquiry", Verb::Read, EMAIL) };
    let answer = decide(&mut company, asked, now);
    assert!(!answer.allowed && answer.problem.is_some());
}

#[test]
fn a_thousand_questions_are_one_entry() {
    let world = club();
    let now = at("2026-03-02");
    let mut company = world.open(now);
    company.record(&collection(ADA, &["enquiry"], EMAIL), now).unwrap();
    company.record(&collection(BO, &["enquiry"], EMAIL), now).unwrap();
    let asks: Vec<Ask> = (0..1_000)
        .map(|number| ask(if number % 2 == 0 { ADA } else { BO }, "enquiry", Verb::Read, EMAIL))
        .collect();
    let before = world.entries().len();
    let answers = company.decide(&asks, now).unwrap();
    assert!(answers.len() == 1_000 && answers.iter().all(|answer| answer.allowed));
    let entries = world.entries();
    assert_eq!(entries.len(), before + 1);
    assert!(matches!(entries.last().unwrap().scope, kept_core::ledger::Scope::Many { count: 2, .. }));
}
