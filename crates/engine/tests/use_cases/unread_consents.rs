//! Dates of consents, and of withdrawals, that nobody can read: they keep, allow nothing, and can't be audited.

use kept_core::admission::missing::what_is_missing;
use kept_core::decision::{Answer, Refusal};
use kept_core::policy::model::Channel;
use kept_engine::company::Company;
use kept_engine::consents::ConsentState;
use kept_engine::decide::Verb;
use kept_engine::report::audit::{Missing, Verdict};
use kept_engine::sweep::SweepOrder;

use crate::recording::{ask, decide};
use crate::world::{ALL, Kind, Lite, World, at, small, whom};

const NOW: &str = "2026-03-02";
const CY: &str = "email=cy@example.org";
const ADA: &str = "email=ada@example.org";

/// The shop, whose consents are told by columns of text.
fn shop(kind: Kind) -> World {
    let mut world = small(kind, Lite);
    world.rewrite("given = \"optin_at\", withdrawn = \"optout_at\"", "given = \"yes\", withdrawn = \"no\"");
    world.run("app", "ALTER TABLE accounts ADD COLUMN yes TEXT; ALTER TABLE accounts ADD COLUMN no TEXT");
    world.run("app", "DELETE FROM messages");
    world
}

fn asked(company: &mut Company, who: &str) -> (Answer, String) {
    let verb = Verb::Contact(Channel::Email);
    let told = decide(company, ask(who, "newsletter", verb, &["identification.email"]), at(NOW));
    (told.because, told.problem.unwrap_or_default())
}

fn state(company: &mut Company, who: &str) -> ConsentState {
    company.consent_records(&whom(&[who]), at(NOW)).unwrap().records[0].state
}

#[test]
fn a_date_of_giving_that_nobody_can_read_keeps_the_data_and_allows_nothing() {
    for kind in ALL {
        let world = shop(kind);
        // Cy's account ended in 2025; what is in the column may be a consent.
        world
            .run("app", "UPDATE accounts SET yes = 'oui', last_seen_at = '2022-03-01 10:00:00' WHERE id = 3");
        let mut company = world.open(at(NOW));
        let order = SweepOrder { approver: Some("Jo".to_owned()), ..SweepOrder::default() };
        let _ = company.sweep(&order, at(NOW), &mut |_| {}).unwrap();
        assert_eq!(
            world.rows("app", "SELECT email FROM accounts WHERE id = 3"),
            ["cy@example.org"],
            "{kind:?}"
        );
        let (because, problem) = asked(&mut company, CY);
        assert_eq!(because, Answer::Refused(Refusal::FactMissing), "{kind:?}");
        assert!(
            problem.contains("`app.accounts.yes` holds a date that nobody can read"),
            "{kind:?}: {problem}"
        );
        let report = company.audit(at(NOW), &mut |_| {}).unwrap();
        let basis = report.statements.iter().find(|line| line.id.to_string() == "purpose.newsletter.basis");
        let basis = basis.unwrap();
        assert_eq!(basis.verdict, Verdict::CannotTell, "{kind:?}: {basis:?}");
        let unread = |missing: &Missing| matches!(missing, Missing::UnreadConsents { rows: 1, .. });
        assert!(basis.missing.iter().any(unread), "{kind:?}: {basis:?}");
        // Once it can be read it is what it says.
        world.run("app", "UPDATE accounts SET yes = '2019-03-01 10:00:00' WHERE id = 3");
        let _ = company.sweep(&order, at(NOW), &mut |_| {}).unwrap();
        assert_eq!(world.count("app", "accounts WHERE email = 'cy@example.org'"), 0, "{kind:?}");
    }
}

#[test]
fn a_date_of_withdrawal_that_nobody_can_read_stops_the_use_and_not_the_keeping() {
    for kind in ALL {
        let world = shop(kind);
        world.run("app", "UPDATE accounts SET yes = '2026-01-05 10:00:00', no = 'soon' WHERE id = 1");
        let mut company = world.open(at(NOW));
        let (because, problem) = asked(&mut company, ADA);
        assert_eq!(because, Answer::Refused(Refusal::FactMissing), "{kind:?}");
        assert!(problem.contains("`app.accounts.no`"), "{kind:?}: {problem}");
        assert_eq!(state(&mut company, ADA), ConsentState::Unknown, "{kind:?}");
        let _ = company.sweep(&SweepOrder::default(), at(NOW), &mut |_| {}).unwrap();
        assert_eq!(
            world.rows("app", "SELECT email FROM accounts WHERE id = 1"),
            ["ada@example.org"],
            "{kind:?}"
        );
        let mut mailed = 0;
        let audience = company.audience(&"newsletter".into(), Channel::Email, at(NOW), &mut |_| {
            mailed += 1;
            true
        });
        assert_eq!((audience.unwrap().unclear, mailed), (1, 0), "{kind:?}");
        let policy = company.policy();
        let told = what_is_missing(policy, &"newsletter".into(), &"last-contact".into());
        assert!(told.starts_with("nothing tells whether"), "{told}");
        world.run("app", "UPDATE accounts SET no = NULL WHERE id = 1");
        assert!(asked(&mut company, ADA).0.is_allowed(), "{kind:?}");
        assert_eq!(state(&mut company, ADA), ConsentState::Given, "{kind:?}");
    }
}
