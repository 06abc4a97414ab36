//! What Kept writes into the company's columns is read back as the same instant, whatever the column's type and
//! the store's zone; it is when the person spoke; and what the columns told before stays told.

use kept_core::admission::Act;
use kept_core::policy::model::Channel;
use kept_core::time::{Instant, Zone};
use kept_core::timeline::RestrictionReason;
use kept_engine::company::Company;
use kept_engine::consents::ConsentEvent;
use kept_engine::decide::Verb;
use kept_engine::record::Recording;
use kept_vault::Location;

use crate::recording::{ADA, ask, consent, decide, record};
use crate::world::{ALL, Kind, Lite, World, at, small, whom};

const ZONES: [&str; 2] = ["Pacific/Auckland", "America/Los_Angeles"];

/// Both zones change their clocks between the two, in opposite directions.
const GIVEN: &str = "2026-03-05T22:30:15Z";
const WITHDRAWN: &str = "2026-07-06T03:30:15Z";

/// A type that holds local time, an instant, text and seconds, on each engine.
fn types(kind: Kind) -> [&'static str; 5] {
    match kind {
        Lite => ["TIMESTAMP", "DATETIME", "TEXT", "INTEGER", "DATE"],
        Kind::Postgres => ["TIMESTAMP", "TIMESTAMPTZ", "TEXT", "BIGINT", "DATE"],
        Kind::Maria => ["DATETIME", "TIMESTAMP NULL DEFAULT NULL", "TEXT", "BIGINT", "DATE"],
    }
}

/// The shop, whose consents are told by columns of a type, in a zone.
fn shop(kind: Kind, zone: &str, declared: &str) -> World {
    let mut world = small(kind, Lite);
    world.rewrite("zone = \"UTC\"", &format!("zone = \"{zone}\""));
    world.rewrite("given = \"optin_at\", withdrawn = \"optout_at\"", "given = \"yes\", withdrawn = \"no\"");
    for column in ["yes", "no"] {
        world.run("app", &format!("ALTER TABLE accounts ADD COLUMN {column} {declared}"));
    }
    world
}

fn told(company: &mut Company, now: Instant) -> Vec<ConsentEvent> {
    let found = company.consent_records(&whom(&[ADA]), now).unwrap();
    found.records.into_iter().flat_map(|record| record.events).collect()
}

fn then(act: Act, happened_at: &str) -> Recording {
    Recording { happened_at: Some(at(happened_at)), ..Recording::new(whom(&[ADA]), act) }
}

fn give() -> Act {
    give_by(&[])
}

fn give_by(channels: &[Channel]) -> Act {
    let mut given = consent("newsletter", channels);
    given.proof.language = Some("en".into());
    Act::GiveConsent(given)
}

fn withdraw() -> Act {
    Act::WithdrawConsent { purpose: "newsletter".into(), channels: Vec::new() }
}

#[test]
fn a_column_says_when_the_person_spoke_in_every_type_zone_and_engine() {
    let now = at("2026-08-01");
    for kind in ALL {
        for (zone, declared) in ZONES.iter().flat_map(|zone| types(kind).map(|declared| (*zone, declared))) {
            let mut world = shop(kind, zone, declared);
            let mut company = world.open(now);
            company.record(&then(give(), GIVEN), now).unwrap();
            company.record(&then(withdraw(), WITHDRAWN), now).unwrap();
            let said = format!("{kind:?} {zone} {declared}: nothing is told twice");
            assert_eq!(told(&mut company, now).len(), 2, "{said}");
            assert_eq!(company.consents(&whom(&[ADA]), now).unwrap().lines.len(), 2, "{said}");
            drop(company);
            // Kept's own record is gone: the columns alone tell.
            world.vault = Location::Sqlite(world.path("another.db"));
            let read: Vec<Instant> =
                told(&mut world.open(now), now).iter().map(|event| event.happened_at).collect();
            let zone = Zone::named(zone).unwrap();
            let wanted = [GIVEN, WITHDRAWN].map(|text| match declared {
                "DATE" => zone.start_of(zone.day_of(at(text))),
                _ => at(text),
            });
            assert_eq!(read, wanted, "{kind:?} {zone:?} {declared}");
        }
    }
}

#[test]
fn a_store_that_was_down_learns_when_the_person_spoke() {
    for kind in ALL {
        let mut world = shop(kind, ZONES[0], types(kind)[0]);
        let now = at(GIVEN);
        world.take_down("app");
        let mut company = world.open(now);
        record(&mut company, ADA, give(), now).unwrap();
        drop(company);
        world.bring_back("app");
        let later = at("2026-07-01");
        world.open(later).resume(later).unwrap();
        world.vault = Location::Sqlite(world.path("another.db"));
        let read = told(&mut world.open(later), later);
        assert_eq!(read.iter().map(|event| event.happened_at).collect::<Vec<_>>(), [now], "{kind:?}");
    }
}

#[test]
fn what_the_columns_told_before_a_new_consent_stays_told() {
    for kind in ALL {
        let world = shop(kind, ZONES[0], types(kind)[0]);
        world.run(
            "app",
            "UPDATE accounts SET yes = '2025-01-02 09:00:00', no = '2025-03-01 09:00:00' WHERE id = 1",
        );
        let now = at(GIVEN);
        let mut company = world.open(now);
        record(&mut company, ADA, give(), now).unwrap();
        assert_eq!(world.rows("app", "SELECT count(*) FROM accounts WHERE id = 1 AND no IS NULL"), ["1"]);
        let all: Vec<(bool, bool, String)> = told(&mut company, now)
            .iter()
            .map(|event| (event.gives, event.from_store, event.happened_at.to_string()))
            .collect();
        let own = |gives, text: &str| (gives, false, text.to_owned());
        assert_eq!(
            all,
            [own(true, "2025-01-01T20:00:00Z"), own(false, "2025-02-28T20:00:00Z"), own(true, GIVEN)],
            "{kind:?}"
        );
    }
}

#[test]
fn the_date_of_a_row_of_which_a_purpose_needs_nothing_opens_it_nowhere() {
    for kind in ALL {
        let mut world = small(kind, Lite);
        world.rewrite("keep = \"3 years after the last contact\"", "keep = \"1 year after collection\"");
        world.rewrite(
            "contract-start = \"created_at\"",
            "contract-start = \"created_at\"\ncollection = \"created_at\"",
        );
        world.rewrite(
            "frozen = { once = \"issued_at\"",
            "events = { collection = \"issued_at\" }\nfrozen = { once = \"issued_at\"",
        );
        // Ada consented in 2023 to what is kept for a year after her collection; her last invoice is of today.
        world.run("app", "UPDATE invoices SET issued_at = '2026-03-01 09:00:00' WHERE id = 11");
        // Nor does what the desk tells of her as somebody who wrote to the company.
        let now = at("2026-03-02");
        let mut company = world.open(now);
        let decided = decide(&mut company, ask(ADA, "newsletter", Verb::Contact(Channel::Email), &[]), now);
        assert!(!decided.allowed, "{kind:?}: {decided:?}");
        let audience = company.audience(&"newsletter".into(), Channel::Email, now, &mut |_| true).unwrap();
        assert_eq!(audience.count, 0, "{kind:?}");
        let why = company.why(&whom(&[ADA]), None, now, now).unwrap();
        let newsletter = |line: &&kept_engine::report::why::GroundLine| line.title == "Newsletter";
        let mut stages = why.grounds.iter().filter(newsletter).map(|line| line.stage);
        assert!(
            stages.all(|stage| stage != kept_core::standing::Stage::Live),
            "{kind:?}: {:#?}",
            why.grounds
        );
    }
}

/// A company of two controllers, and a newsletter of whichever was consented to.
fn of_two(kind: Kind) -> World {
    let mut world = shop(kind, ZONES[0], "TEXT");
    world.rewrite(
        "[notice]\nversion",
        "[controller.benelux]\nname = \"Benelux\"\ncountry = \"BE\"\npost = \"1 rue du Test, 1000 Bruxelles\"\n\
         email = \"privacy@benelux.example\"\n\n[notice]\nversion",
    );
    world.rewrite("title = \"Newsletter\"", "title = \"Newsletter\"\ncontroller = \"the one consented to\"");
    world
}

#[test]
fn a_consent_to_one_controller_is_not_written_into_a_column_that_tells_of_another() {
    for kind in ALL {
        let world = of_two(kind);
        world.run("app", "UPDATE accounts SET yes = NULL, no = NULL WHERE id = 1");
        let (now, later) = (at(GIVEN), at("2026-03-06"));
        let mut company = world.open(now);
        let to = |name: &str| {
            let mut given = consent("newsletter", &[]);
            given.proof.language = Some("en".into());
            given.scope.controller = Some(name.into());
            Act::GiveConsent(given)
        };
        let by = |name: &str| {
            let verb = Verb::Contact(Channel::Email);
            kept_engine::decide::Ask { controller: Some(name.into()), ..ask(ADA, "newsletter", verb, &[]) }
        };
        let told = |world: &World| world.rows("app", "SELECT count(*) FROM accounts WHERE yes IS NOT NULL");
        record(&mut company, ADA, to("benelux"), now).unwrap();
        assert_eq!(told(&world), ["0"], "{kind:?}: the column tells of Acme");
        assert!(!decide(&mut company, by("acme"), later).allowed, "{kind:?}");
        assert!(decide(&mut company, by("benelux"), later).allowed, "{kind:?}");
        record(&mut company, ADA, to("acme"), later).unwrap();
        assert_eq!(told(&world), ["1"], "{kind:?}");
        assert!(decide(&mut company, by("acme"), later).allowed, "{kind:?}");
    }
}

#[test]
fn a_mark_that_is_a_time_says_since_when_the_row_is_restricted_in_the_stores_zone() {
    for kind in ALL {
        let mut world = shop(kind, ZONES[0], "TEXT");
        let declared = types(kind)[0];
        world.run("app", &format!("ALTER TABLE accounts ADD COLUMN held_at {declared}"));
        let head = "[store.app.table.accounts]\n";
        world.rewrite(head, &format!("{head}restricted = {{ column = \"held_at\" }}\n"));
        let now = at(GIVEN);
        let mut company = world.open(now);
        let restrict = Act::Restrict {
            data: Vec::new(),
            reason: RestrictionReason::Accuracy,
            review_on: Some("2031-01-01".parse().unwrap()),
        };
        record(&mut company, ADA, restrict, now).unwrap();
        let wanted = if kind == Lite { GIVEN } else { "2026-03-06 11:30:15" };
        let held = world.rows("app", "SELECT held_at FROM accounts WHERE id = 1").concat();
        assert!(
            held.replacen('T', if kind == Lite { "T" } else { " " }, 1).starts_with(wanted),
            "{kind:?}: {held}"
        );
    }
}

#[test]
fn a_consent_to_one_channel_is_not_written_where_a_column_tells_of_all_of_them() {
    for kind in ALL {
        let mut world = small(kind, Lite);
        world.rewrite(
            "marketing = [\"email\"]\nkeep = \"3 years after the last contact\"",
            "marketing = [\"email\", \"phone\"]\nkeep = \"3 years after the last contact\"",
        );
        // Bo never consented; Cy took back what was given for everything.
        world.run(
            "app",
            "UPDATE accounts SET closed_at = NULL, last_seen_at = '2026-02-20 08:00:00', \
             optin_at = '2026-01-02 09:00:00', optout_at = '2026-01-03 09:00:00' WHERE id = 3",
        );
        let now = at("2026-03-02");
        let mut company = world.open(now);
        let allowed = |company: &mut Company, who: &str, channel: Channel| {
            let verb = Verb::Contact(channel);
            decide(company, ask(who, "newsletter", verb, &["identification.email"]), at("2026-03-03")).allowed
        };
        for who in ["email=bo@example.org", "email=cy@example.org"] {
            record(&mut company, who, give_by(&[Channel::Phone]), now).unwrap();
            assert!(allowed(&mut company, who, Channel::Phone), "{kind:?} {who}");
            assert!(!allowed(&mut company, who, Channel::Email), "{kind:?} {who}");
        }
        assert_eq!(world.count("app", "accounts WHERE id = 2 AND optin_at IS NULL"), 1, "{kind:?}");
        record(&mut company, "email=bo@example.org", give_by(&[Channel::Email]), now).unwrap();
        assert!(allowed(&mut company, "email=bo@example.org", Channel::Email), "{kind:?}: both now");
        assert_eq!(world.count("app", "accounts WHERE id = 2 AND optin_at IS NOT NULL"), 1, "{kind:?}");
    }
}
