//! An audience that columns tell of: the store leaves out by the set whom its columns rule out, and who is left
//! are exactly those whom the gate allows to be written to, one by one.

use std::collections::BTreeSet;

use kept_core::admission::Act;
use kept_core::policy::model::Channel;
use kept_core::time::Instant;
use kept_core::timeline::{Occasion, RestrictionReason};
use kept_engine::audience::Member;
use kept_engine::company::Company;
use kept_engine::decide::Verb;

use crate::recording::{ask, consent, data, decide, record};
use crate::world::{ALL, Kind, World, at, small};

const PEOPLE: usize = 60;

/// A small generator of numbers, the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    /// A date, or none; some have not come yet.
    fn date(&mut self) -> String {
        match self.below(4) {
            0 => "NULL".to_owned(),
            _ => format!("'{}-0{}-1{} 10:00:00'", 2021 + self.below(7), 1 + self.below(9), self.below(10)),
        }
    }
}

fn address(number: usize) -> String {
    format!("email=person{number}@example.org")
}

/// The shop with people whose columns say all sorts of things.
fn crowd(kind: Kind, dice: &mut Dice) -> World {
    let world = small(kind, kind);
    let mut rows = Vec::new();
    for number in 0..PEOPLE {
        let (id, seen, given, withdrawn) = (100 + number, dice.date(), dice.date(), dice.date());
        rows.push(format!(
            "({id}, 'X-{id}', 'Name {id}', 'person{number}@example.org', '2021-01-01 09:00:00', NULL, {seen}, {given}, {withdrawn})"
        ));
    }
    world.run(
        "app",
        &format!(
            "INSERT INTO accounts (id, contract_id, full_name, email, created_at, closed_at, last_seen_at, \
             optin_at, optout_at) VALUES {}",
            rows.join(", ")
        ),
    );
    world
}

/// What people say to Kept itself, against their columns or with them.
fn said(company: &mut Company, dice: &mut Dice, now: Instant) {
    for number in 0..PEOPLE {
        let newsletter = || "newsletter".into();
        let act = match dice.below(9) {
            0 => Act::Object { purpose: Some(newsletter()) },
            1 => Act::WithdrawConsent { purpose: newsletter(), channels: Vec::new() },
            2 => Act::Restrict {
                data: Vec::new(),
                reason: RestrictionReason::Accuracy,
                review_on: Some("2031-01-01".parse().unwrap()),
            },
            3 => Act::GiveConsent(consent("newsletter", &[])),
            4 => Act::Happened { event: "last-contact".into(), about: Occasion::Person, data: data(&[]) },
            _ => continue,
        };
        // What a column tells may be refused: then nothing is said.
        let _ = record(company, &address(number), act, now);
    }
}

#[test]
fn an_audience_told_by_columns_is_exactly_whom_the_gate_allows_one_by_one() {
    for (round, kind) in ALL.into_iter().cycle().take(9).enumerate() {
        let mut dice = Dice(round as u64 + 17);
        let world = crowd(kind, &mut dice);
        let now = at("2025-06-15");
        let mut company = world.open(now);
        said(&mut company, &mut dice, now);
        let mut reached = BTreeSet::new();
        let told = company
            .audience(&"newsletter".into(), Channel::Email, now, &mut |member| {
                let is_new = reached.insert(match member {
                    Member::Row { key, table, .. } => format!("{table}={key}"),
                    Member::Person(_) => panic!("everybody is in the shop: {member:?}"),
                });
                assert!(is_new, "{member:?} comes twice");
                true
            })
            .unwrap();
        assert_eq!((told.count, told.unreached.len()), (reached.len() as u64, 0));
        let mut allowed = BTreeSet::new();
        for number in 0..PEOPLE {
            let who = address(number);
            let asked = ask(&who, "newsletter", Verb::Contact(Channel::Email), &["identification.email"]);
            if decide(&mut company, asked, now).allowed {
                allowed.insert(format!("accounts={}", 100 + number));
            }
        }
        reached.retain(|row| row.len() == "accounts=100".len());
        assert_eq!(reached, allowed, "{kind:?}, round {round}");
        assert!(!allowed.is_empty() && allowed.len() < PEOPLE, "the dice say something: {}", allowed.len());
    }
}

#[test]
fn nobody_is_reached_by_a_column_that_was_emptied() {
    for kind in ALL {
        let world = small(kind, kind);
        let now = at("2025-06-15");
        world.run("app", "UPDATE accounts SET optin_at = '2025-01-01 10:00:00', email = '' WHERE id = 2");
        let mut company = world.open(now);
        let mut keys = Vec::new();
        let told = company.audience(&"newsletter".into(), Channel::Email, now, &mut |member| {
            if let Member::Row { key, .. } = member {
                keys.push(key.clone());
            }
            true
        });
        assert_eq!((keys, told.unwrap().count), (vec!["1".to_owned()], 1), "{kind:?}");
    }
}

#[test]
fn who_is_looked_at_among_many_is_found_as_if_alone() {
    for kind in ALL {
        let world = small(kind, kind);
        let now = at("2025-06-15");
        // One address twice, in other letters: nobody can tell the two apart. A third shares nothing.
        world.run(
            "app",
            "INSERT INTO accounts (id, contract_id, full_name, email, created_at, last_seen_at, optin_at) VALUES \
             (51, 'X-51', 'Ève', 'ÈVE@example.org', '2025-01-01 09:00:00', '2025-05-01 09:00:00', '2025-01-01 09:00:00'), \
             (52, 'X-52', 'Eve', 'ève@EXAMPLE.org', '2025-01-01 09:00:00', '2025-05-01 09:00:00', '2025-01-01 09:00:00'), \
             (53, 'X-53', 'Eva', 'eve@example.org', '2025-01-01 09:00:00', '2025-05-01 09:00:00', '2025-01-01 09:00:00')",
        );
        world.run("desk", "INSERT INTO contacts (id, full_name, email, created_at) VALUES (9, 'Eva', 'EVE@example.org', '2025-05-01 09:00:00')");
        let mut company = world.open(now);
        let mut keys = Vec::new();
        let told = company.audience(&"newsletter".into(), Channel::Email, now, &mut |member| {
            if let Member::Row { key, .. } = member {
                keys.push(key.clone());
            }
            true
        });
        let told = told.unwrap();
        assert_eq!((keys, told.unclear), (vec!["1".to_owned(), "53".to_owned()], 2), "{kind:?}");
    }
}
