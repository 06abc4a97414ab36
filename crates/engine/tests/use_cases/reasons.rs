//! Refusals that name the true cause, and the proof of what a column alone told: a shop whose
//! newsletter rests on consent, and whose retention counts from a contact that a column tells.

use kept_core::admission::{Act, Refused};
use kept_core::decision::{Answer, Refusal};
use kept_core::policy::model::Channel;
use kept_core::standing::Why;
use kept_core::time::Instant;
use kept_engine::Failure;
use kept_engine::audience::Audience;
use kept_engine::company::Company;
use kept_engine::consents::{ConsentRecord, ConsentState};
use kept_engine::decide::Verb;
use kept_engine::record::Recording;

use crate::recording::{ADA, ask, club, collection, consent, decide, record, refused};
use crate::world::{BOTH, Kind, Lite, World, at, whom};

const POLICY: &str = r#"
edition = 1

[controller.acme]
name = "Acme"
country = "FR"
post = "1 rue du Test, 75001 Paris"
email = "privacy@acme.example"

[notice]
version = 2024-01-01
languages = ["en", "fr"]

[people]
reader = "reads our letter"

[rights]
reply = "1 month"

[data.identification]
title = "Identification"
fields = { name = "person-name", email = "email" }

[event.last-contact]
acts = ["reply"]

[purpose.newsletter]
title = "Newsletter"
description = "To write to you about offers."
people = ["reader"]
data = ["identification"]
basis = "consent"
marketing = ["email"]
wordings = [11, 12]
keep = "3 years after last-contact"

[store.app]
@app@
zone = "UTC"

[store.app.table.readers]
person = "reader"
key = "id"
identifies = { email = "email" }
columns = { full_name = "identification.name", email = "identification.email" }
events = { last-contact = { column = "last_seen_at", null = "not yet" } }
consents = { newsletter = { given = "optin_at", withdrawn = "optout_at" } }
"#;

const TABLES: &str = "CREATE TABLE readers (id INTEGER PRIMARY KEY, full_name TEXT, email TEXT NOT NULL,
    last_seen_at TIMESTAMP, optin_at TIMESTAMP, optout_at TIMESTAMP);";

const NAME: &[&str] = &["identification.name"];

fn shop(kind: Kind) -> World {
    World::new(POLICY, &[("app", kind, TABLES)])
}

fn reached(company: &mut Company, now: Instant) -> (u64, u64) {
    let Audience { count, unclear, .. } =
        company.audience(&"newsletter".into(), Channel::Email, now, &mut |_| true).unwrap();
    (count, unclear)
}

fn newsletter(company: &mut Company, now: Instant) -> ConsentRecord {
    let mut records = company.consent_records(&whom(&[ADA]), now).unwrap().records;
    assert_eq!(records.len(), 1, "{records:?}");
    records.remove(0)
}

#[test]
fn a_refusal_names_the_missing_event_and_the_column_that_tells_it_and_ends_once_it_is_written_there() {
    for kind in BOTH {
        let world = shop(kind);
        let now = at("2026-03-02");
        let mut company = world.open(now);
        record(&mut company, ADA, Act::GiveConsent(consent("newsletter", &[])), now).unwrap();
        let told = refused(company.record(&collection(ADA, &["newsletter"], NAME), now));
        let (event, place) = ("last-contact".into(), "app.readers.last_seen_at".to_owned());
        assert_eq!(told, Refused::FactMissingInStore("newsletter".into(), event, place));
        assert!(told.to_string().contains("`last-contact`"), "{told}");
        let asked = decide(&mut company, ask(ADA, "newsletter", Verb::Contact(Channel::Email), &[]), now);
        assert_eq!(asked.because, Answer::Refused(Refusal::FactMissing));
        assert!(asked.problem.unwrap().contains("`app.readers.last_seen_at`"));
        assert_eq!(reached(&mut company, now), (0, 1), "nobody can tell, and that is said");
        world.run(
            "app",
            "INSERT INTO readers VALUES (1, 'Ada', 'ada@example.org', '2026-03-01 10:00:00', NULL, NULL)",
        );
        company.record(&collection(ADA, &["newsletter"], NAME), now).unwrap();
        assert_eq!(reached(&mut company, now), (1, 0));
    }
}

#[test]
fn an_audience_without_stores_counts_those_of_whom_a_fact_is_missing_too() {
    let mut world = club();
    world.rewrite("keep = \"3 years after consent-given\"", "keep = \"3 years after last-contact\"");
    let now = at("2026-03-02");
    let mut company = world.open(now);
    record(&mut company, ADA, Act::GiveConsent(consent("newsletter", &[])), now).unwrap();
    let told = refused(company.record(&collection(ADA, &["newsletter"], NAME), now));
    assert_eq!(told, Refused::FactMissing("newsletter".into(), "last-contact".into()));
    assert_eq!(reached(&mut company, now), (0, 1));
    let contact = Act::Happened {
        event: "last-contact".into(),
        about: kept_core::timeline::Occasion::Person,
        data: vec![],
    };
    record(&mut company, ADA, contact, now).unwrap();
    assert_eq!(reached(&mut company, now), (1, 0));
    company.record(&collection(ADA, &["newsletter"], NAME), now).unwrap();
}

#[test]
fn a_collection_on_a_consent_that_was_withdrawn_is_refused_as_withdrawn() {
    let world = club();
    let now = at("2026-03-02");
    let mut company = world.open(now);
    let nothing = refused(company.record(&collection(ADA, &["newsletter"], NAME), now));
    assert_eq!(nothing, Refused::Gate("newsletter".into(), Refusal::NoConsent));
    record(&mut company, ADA, Act::GiveConsent(consent("newsletter", &[])), now).unwrap();
    let withdrawal = Act::WithdrawConsent { purpose: "newsletter".into(), channels: Vec::new() };
    record(&mut company, ADA, withdrawal, at("2026-03-03")).unwrap();
    let told = refused(company.record(&collection(ADA, &["newsletter"], NAME), at("2026-03-04")));
    assert_eq!(told, Refused::Gate("newsletter".into(), Refusal::NoGround(Why::Withdrawn)));
}

#[test]
fn a_collection_on_a_consent_that_only_a_column_tells_is_recorded_and_refused_while_the_store_is_away() {
    let mut world = shop(Lite);
    world.run(
        "app",
        "INSERT INTO readers VALUES
            (1, 'Ada', 'ada@example.org', '2026-03-01 10:00:00', '2026-02-01 10:00:00', NULL)",
    );
    let now = at("2026-03-02");
    let mut company = world.open(now);
    let dry = company.rehearse_record(&collection(ADA, &["newsletter"], NAME), now);
    assert!(matches!(dry, Err(Failure::Refused(_))), "a dry run asks no store, and says so: {dry:?}");
    company.record(&collection(ADA, &["newsletter"], NAME), now).unwrap();
    drop(company);
    world.take_down("app");
    let mut company = world.open(now);
    let told = refused(company.record(&collection(ADA, &["newsletter"], NAME), now));
    assert_eq!(told, Refused::StoreNotReached("newsletter".into(), "app".into()));
    let mut own = Recording::new(whom(&[ADA]), Act::GiveConsent(consent("newsletter", &[])));
    own.happened_at = Some(now);
    company.record(&own, now).unwrap();
}

#[test]
fn an_answer_says_until_when_only_where_it_turns_then() {
    let world = club();
    let now = at("2026-03-02");
    let mut company = world.open(now);
    // Something of the person's own that ends, beside what is asked for.
    company.record(&collection(ADA, &["enquiry"], NAME), now).unwrap();
    let refused = decide(&mut company, ask(ADA, "newsletter", Verb::Read, &[]), now);
    assert_eq!((refused.allowed, refused.until), (false, None));
    let allowed = decide(&mut company, ask(ADA, "enquiry", Verb::Read, &[]), now);
    assert_eq!((allowed.allowed, allowed.until), (true, Some(at("2027-03-02T23:00:00Z"))));
    // The earlier end of another ground is none of this one's.
    record(&mut company, ADA, Act::GiveConsent(consent("newsletter", &[])), now).unwrap();
    let later = decide(&mut company, ask(ADA, "newsletter", Verb::Read, &[]), now);
    assert_eq!((later.allowed, later.until), (true, Some(at("2029-03-02T23:00:00Z"))));
}

#[test]
fn a_consent_on_a_wording_that_does_not_exist_is_refused_and_the_known_ones_are_named() {
    let world = shop(Lite);
    let now = at("2026-03-02");
    let mut company = world.open(now);
    let mut strange = consent("newsletter", &[]);
    strange.wording = Some(13);
    let told = refused(record(&mut company, ADA, Act::GiveConsent(strange), now));
    assert_eq!(told, Refused::UnknownWording("newsletter".into(), "11, 12".to_owned()));
    assert!(told.to_string().ends_with("its wordings are 11, 12"), "{told}");
    record(&mut company, ADA, Act::GiveConsent(consent("newsletter", &[])), now).unwrap();
}

#[test]
fn the_proof_of_a_consent_that_a_column_told_outlives_its_withdrawal_and_the_row() {
    for kind in BOTH {
        let world = shop(kind);
        world.run(
            "app",
            "INSERT INTO readers VALUES
                (1, 'Ada', 'ada@example.org', '2026-03-01 10:00:00', '2026-02-01 10:00:00', NULL)",
        );
        let now = at("2026-03-02T15:30:10.123456Z");
        let mut company = world.open(now);
        let before = newsletter(&mut company, now);
        assert_eq!(before.state, ConsentState::Given);
        assert_eq!(before.events[0].recorded_at, None, "nobody knows when the column was written");
        let withdrawal = Act::WithdrawConsent { purpose: "newsletter".into(), channels: Vec::new() };
        record(&mut company, ADA, withdrawal, now).unwrap();
        let gone = world.count("app", "readers WHERE optout_at IS NOT NULL OR optin_at IS NULL");
        assert_eq!(gone, 1, "the column says it too");
        let after = newsletter(&mut company, now);
        let acts: Vec<bool> = after.events.iter().map(|event| event.gives).collect();
        assert_eq!((acts, after.state), (vec![true, false], ConsentState::Withdrawn), "each act once");
        world.run("app", "DELETE FROM readers");
        let kept = newsletter(&mut company, at("2027-03-02"));
        let given = &kept.events[0];
        assert_eq!((given.gives, given.happened_at), (true, at("2026-02-01T10:00:00Z")));
        assert_eq!(given.recorded_at, Some(now));
        let proof = given.proof.as_deref().expect("a proof");
        assert_eq!(proof.evidence["read-from"], "app.readers");
        assert!(!kept.events[1].gives && kept.events.len() == 2);
    }
}

#[test]
fn identifiers_of_a_kind_that_nobody_knows_are_refused_and_not_answered_as_a_stranger() {
    let world = club();
    let now = at("2026-03-02");
    let mut company = world.open(now);
    let asked = company.decide(&[ask("customer-number=17", "newsletter", Verb::Read, &[])], now);
    let told = asked.unwrap_err().to_string();
    assert!(told.contains("`email`") && !told.contains("17"), "{told}");
}
