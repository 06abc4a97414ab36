//! Promises on whom a basis by audience reaches: who stands in a running relation hears from the
//! company without asking, and everybody else after consent only.

use std::path::Path;

use kept_core::admission::Act;
use kept_core::policy::model::Channel;
use kept_core::standing::Stage;
use kept_core::timeline::Occasion;
use kept_engine::audience::Member;
use kept_engine::company::Company;
use kept_engine::decide::Verb;

use crate::promises::{More, collect, consent_to, contract};
use crate::recording::{ADA, ask, decide, record};
use crate::world::{ALL, Kind, Lite, World, at, small, whom};

/// A company with its own policy and its office database, filled.
fn office(name: &str, rows: &str) -> World {
    office_on(Lite, name, rows)
}

/// The same on either engine.
pub(crate) fn office_on(kind: Kind, name: &str, rows: &str) -> World {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies").join(name);
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let on_server = "engine = \"postgres\"\nurl = { env = \"OFFICE_URL\" }";
    let store = read("store.toml").replace(on_server, "@office@");
    let mut world = World::new(&store, &[("office", kind, &(read("schema.sql") + rows))]);
    for entry in std::fs::read_dir(&folder).unwrap().map(Result::unwrap) {
        let file = entry.file_name().to_string_lossy().into_owned();
        if file.ends_with(".toml") && file != "store.toml" {
            world.files.push((file, std::fs::read_to_string(entry.path()).unwrap()));
        }
    }
    world
}

/// Whom the audience has, by the keys of their rows; and the gate says the same of each of `all`.
#[track_caller]
fn reached(company: &mut Company, (purpose, day): (&str, &str), all: &[(&str, &str)]) -> Vec<String> {
    let mut keys = Vec::new();
    let told = company.audience(&purpose.into(), Channel::Email, at(day), &mut |member| {
        match member {
            Member::Row { table, key, .. } => keys.push(format!("{table} {key}")),
            Member::Person(_) => keys.push("a person of kept's own record".to_owned()),
        }
        true
    });
    assert_eq!(told.unwrap().count, keys.len() as u64);
    for (who, row) in all {
        let verb = Verb::Contact(Channel::Email);
        let answer = decide(company, ask(who, purpose, verb, &[]), at(day));
        assert_eq!(answer.allowed, keys.iter().any(|key| key == row), "{who}: {answer:?}");
    }
    keys
}

/// On which arm a person's data are used for a purpose, and its article.
#[track_caller]
fn arm(company: &mut Company, who: &str, title: &str) -> (Option<String>, &'static str) {
    let report = company.why(&whom(&[who]), None, at(DAY), at(DAY)).unwrap();
    let mut live = report.grounds.into_iter().filter(|line| line.title == title && line.stage == Stage::Live);
    let line = live.next().unwrap_or_else(|| panic!("nothing live for {title}"));
    assert!(live.next().is_none());
    (line.arm, line.basis.unwrap())
}

const DAY: &str = "2026-11-02";

const KRESOFT: &str = "
INSERT INTO contacts VALUES
 (1, 'C1', 'A', 'x', '1', 'running@example.org', 'f', '2026-01-05', '2026-01-05', NULL, NULL, NULL),
 (2, 'C2', 'B', 'x', '1', 'former@example.org', 'f', '2026-01-05', '2026-01-05', '2026-06-01', NULL, NULL),
 (3, 'C3', 'C', 'x', '1', 'objected@example.org', 'f', '2026-01-05', '2026-01-05', NULL, NULL, '2026-02-01'),
 (4, NULL, 'D', 'x', '1', 'prospect@example.org', 'f', '2026-01-05', NULL, NULL, NULL, NULL),
 (5, 'C5', 'E', 'x', '1', 'agreed@example.org', 'f', '2026-01-05', '2026-01-05', '2026-06-01', '2026-07-01', NULL),
 (6, NULL, 'F', 'x', '1', 'asked@example.org', 'f', '2026-01-05', NULL, NULL, '2026-07-01', NULL),
 (7, 'C7', 'G', 'x', '1', 'ending@example.org', 'f', '2026-01-05', '2026-01-05', '2026-12-01', NULL, NULL),
 (8, 'C8', 'H', 'x', '1', 'told-us@example.org', 'f', '2026-01-05', '2026-01-05', NULL, NULL, NULL),
 (9, 'C9', 'I', 'x', '1', 'again@example.org', 'f', '2026-01-05', '2026-01-05', NULL, '2026-07-01', '2026-02-01');
";

#[test]
fn kre_48_a_customer_without_objection_is_written_to_and_former_ones_and_prospects_after_consent_only() {
    let world = office("kresoft", KRESOFT);
    let mut kresoft = world.open(at(DAY));
    let object = Act::Object { purpose: Some("customer-mailing".into()) };
    record(&mut kresoft, "email=told-us@example.org", object, at("2026-03-01")).unwrap();
    let people = [
        ("email=running@example.org", "contacts 1"),
        ("email=former@example.org", "contacts 2"),
        ("email=objected@example.org", "contacts 3"),
        ("email=prospect@example.org", "contacts 4"),
        ("email=agreed@example.org", "contacts 5"),
        ("email=asked@example.org", "contacts 6"),
        ("email=ending@example.org", "contacts 7"),
        ("email=told-us@example.org", "contacts 8"),
        ("email=again@example.org", "contacts 9"),
    ];
    let mut mailing = |day| reached(&mut kresoft, ("customer-mailing", day), &people);
    let before = ["contacts 1", "contacts 5", "contacts 6", "contacts 7", "contacts 9"];
    assert_eq!(mailing(DAY), before);
    // The day after the contract's last one it is a former customer, without anybody's doing.
    assert_eq!(mailing("2026-12-02"), ["contacts 1", "contacts 5", "contacts 6", "contacts 9"]);
    let of = |arm: &str| Some(format!("purpose.customer-mailing.basis.{arm}"));
    let interest = (of("customer"), "Art. 6(1)(f) GDPR");
    assert_eq!(arm(&mut kresoft, "email=running@example.org", "Offers and news"), interest);
    assert_eq!(arm(&mut kresoft, "email=agreed@example.org", "Offers and news"), (None, "Art. 6(1)(a) GDPR"));
}

#[test]
fn kre_48_a_refusal_is_taken_back_by_consent_and_by_no_new_contract() {
    let world = office("kresoft", KRESOFT);
    let mut kresoft = world.open(at("2026-03-02"));
    let who = [("email=running@example.org", "contacts 1")];
    let mut mailed = |world: &World, sql: &str, day: &str, act: Option<Act>| {
        world.run("office", sql);
        if let Some(act) = act {
            record(&mut kresoft, who[0].0, act, at(day)).unwrap();
        }
        reached(&mut kresoft, ("customer-mailing", day), &who).contains(&"contacts 1".to_owned())
    };
    assert!(mailed(&world, "", "2026-03-02", None));
    let object = Act::Object { purpose: Some("customer-mailing".into()) };
    assert!(!mailed(&world, "", "2026-03-03", Some(object)));
    let again = "UPDATE contacts SET contract_id = 'C10', contract_started_at = '2026-03-10' WHERE id = 1";
    assert!(!mailed(&world, again, "2026-03-11", None), "a new contract opens nothing");
    let consent = Act::GiveConsent(consent_to("customer-mailing"));
    assert!(mailed(&world, "", "2026-03-12", Some(consent)));
}

const KLARRIO: &str = "
INSERT INTO customer_contacts VALUES
 (1, 'C1', 'A', 'running@example.org', '1', '2026-01-05', '2026-01-05', NULL, NULL, NULL, NULL),
 (2, 'C2', 'B', 'former@example.org', '1', '2026-01-05', '2026-01-05', '2026-06-01', NULL, NULL, NULL),
 (3, 'C3', 'C', 'refused@example.org', '1', '2026-01-05', '2026-01-05', NULL, NULL, NULL, NULL);
INSERT INTO prospects VALUES
 (1, 'D', 'never@example.org', '1', 'x', 'y', 'z', '2026-01-05', NULL, NULL, NULL, NULL),
 (2, 'E', 'asked@example.org', '1', 'x', 'y', 'z', '2026-01-05', '2026-02-01', NULL, NULL, NULL);
";

#[test]
fn klr_89_an_active_relation_hears_of_services_and_one_that_ended_or_never_was_does_not() {
    let world = office("klarrio", KLARRIO);
    let mut klarrio = world.open(at(DAY));
    let object = Act::Object { purpose: Some("service-information".into()) };
    record(&mut klarrio, "email=refused@example.org", object, at("2026-03-01")).unwrap();
    let people = [
        ("email=running@example.org", "customer_contacts 1"),
        ("email=former@example.org", "customer_contacts 2"),
        ("email=refused@example.org", "customer_contacts 3"),
        ("email=never@example.org", "prospects 1"),
        ("email=asked@example.org", "prospects 2"),
    ];
    let told = reached(&mut klarrio, ("service-information", DAY), &people);
    assert_eq!(told, ["customer_contacts 1", "prospects 2"]);
    let invited = reached(&mut klarrio, ("event-invitation", DAY), &people);
    assert_eq!(
        invited,
        ["customer_contacts 1", "customer_contacts 3"],
        "the refusal names the other purpose"
    );
}

#[test]
fn a_customer_who_comes_with_a_contract_is_collected_under_the_arm_of_customers_and_a_stranger_is_not() {
    let world = crate::promises::company("kresoft");
    let mut kresoft = world.open(at(DAY));
    let purposes = ["requested-service-contact", "customer-mailing"];
    let fields = ["general.name", "general.email"];
    let customer =
        |events| More { people: Some("customer"), events, about: contract("O-1"), ..More::default() };
    let told = collect(&mut kresoft, (&purposes[1..], &fields), customer(&[]), DAY);
    assert!(told.unwrap_err().to_string().contains("no consent"), "no contract, no consent");
    collect(&mut kresoft, (&purposes, &fields), customer(&["contract-start"]), DAY).unwrap();
    let (named, article) = arm(&mut kresoft, crate::recording::ADA, "Offers and news");
    assert_eq!(
        (named.as_deref(), article),
        (Some("purpose.customer-mailing.basis.customer"), "Art. 6(1)(f) GDPR")
    );
    record(&mut kresoft, crate::recording::ADA, Act::Object { purpose: Some(purposes[1].into()) }, at(DAY))
        .unwrap();
    let again = collect(&mut kresoft, (&purposes[1..], &fields), customer(&["contract-start"]), DAY);
    assert!(again.is_err(), "an objection stands against a new contract");
}

/// The shop, whose newsletter reaches customers by interest while their contract runs.
fn while_contract(kind: Kind) -> World {
    let mut world = small(kind, Lite);
    world.rewrite(
        "basis = \"consent\"\nmarketing = [\"email\"]",
        "basis = [ { for = [\"customer\"], while = \"contract\", legitimate-interest = \"tell customers of similar \
         goods\", opt-out = \"at collection and in each message\" }, { for = \"others\", consent = \"given\" } ]\n\
         marketing = [\"email\"]",
    );
    world.rewrite("contract-start = \"created_at\"", "contract-start = \"began\"");
    let began = match kind {
        Lite | Kind::Postgres => "TIMESTAMP",
        Kind::Maria => "DATETIME",
    };
    world.run("app", &format!("ALTER TABLE accounts ADD COLUMN began {began}"));
    world.run("app", "UPDATE accounts SET optin_at = NULL, closed_at = NULL");
    world.run("app", "UPDATE accounts SET began = created_at WHERE id = 2");
    world
}

#[test]
fn a_last_contact_alone_shows_no_contract() {
    let all = [(ADA, "accounts 1"), ("email=bo@example.org", "accounts 2")];
    for kind in ALL {
        let mut world = while_contract(kind);
        world.rewrite(", or = \"created_at\"", "");
        let mut company = world.open(at("2026-03-02"));
        assert_eq!(reached(&mut company, ("newsletter", "2026-03-02"), &all), ["accounts 2"], "{kind:?}");
    }
    // Nor does one that is reported.
    let mut world = while_contract(Lite);
    world.rewrite("last-contact = { column = \"last_seen_at\", or = \"created_at\" }\n", "");
    let now = at("2026-03-02");
    let mut company = world.open(now);
    for who in ["email=ada@example.org", "email=bo@example.org"] {
        let seen = Act::Happened { event: "last-contact".into(), about: Occasion::Person, data: Vec::new() };
        record(&mut company, who, seen, now).unwrap();
    }
    assert_eq!(reached(&mut company, ("newsletter", "2026-03-03"), &all), ["accounts 2"]);
}
