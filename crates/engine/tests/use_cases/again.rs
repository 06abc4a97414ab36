//! A second request after an erasure: the person is found again by what had to stay, and what was
//! ended stays ended.

use kept_core::standing::Stage;
use kept_engine::report::erasure::{Own, StoreState};

use crate::world::{BOTH, Kind, Lite, World, at, part, picked, small, whom};

const ADA: &str = "email=ada@example.org";

/// A shop whose accounts have no number of their own: by address and telephone only, and the
/// telephone stays for the books.
fn by_phone(kind: Kind) -> World {
    let mut world = small(kind, Lite);
    world.rewrite(", username = \"username\", phone", ", phone");
    world.rewrite("\"identification.name\"]", "\"identification.name\", \"identification.phone\"]");
    world
}

#[test]
fn found_by_what_others_may_share_an_ended_ground_stays_ended() {
    for kind in BOTH {
        let world = by_phone(kind);
        let now = at("2026-03-02");
        world.open(now).erase(&whom(&[ADA]), now, false, now).unwrap();
        let later = at("2026-03-05");
        let phone = whom(&["phone=+33 1 99 00 00 01"]);
        let why = world.open(later).why(&phone, None, later, later).unwrap();
        assert_eq!(why.found.len(), 1, "{kind:?}: {:?}", why.found);
        let stage = |statement: &str| {
            let lines = why.grounds.iter().filter(|line| line.statement.starts_with(statement));
            lines.map(|line| line.stage).collect::<Vec<_>>()
        };
        assert_eq!(stage("purpose.newsletter"), [Stage::Ended], "{kind:?}: {:#?}", why.grounds);
        assert_eq!(stage("purpose.billing"), [Stage::Archived]);
        let again = world.open(later).erase(&phone, later, false, later).unwrap();
        assert_eq!(part(&again, "app").state, StoreState::Nothing, "{:?}", again.stores);
        assert_eq!(again.own, Own::Untouched);
    }
}

#[test]
fn a_second_erasure_finds_what_the_first_one_left_and_keeps_kepts_own_record_of_it() {
    for kind in BOTH {
        let world = small(kind, Lite);
        let now = at("2026-03-02");
        world.open(now).erase(&whom(&[ADA]), now, false, now).unwrap();
        let later = at("2026-03-05");
        // No row carries her address any more.
        let again = world.open(later).erase(&whom(&[ADA]), later, false, later).unwrap();
        let places: Vec<String> = again
            .found
            .iter()
            .map(|found| format!("{} {} by {}", found.table, found.key, found.by))
            .collect();
        assert_eq!(places, ["accounts 1 by an earlier request"], "{kind:?}");
        assert_eq!(again.own, Own::Untouched, "{kind:?}: the books still hold her");
        let access = world.open(later).access(&whom(&[ADA]), Some(later), later).unwrap();
        assert!(access.held.iter().any(|table| table.table.as_str() == "invoices"), "{kind:?}");
        let why = world.open(later).why(&whom(&[ADA]), None, later, later).unwrap();
        let live = why.grounds.iter().filter(|line| line.stage == Stage::Live).count();
        assert_eq!(live, 0, "{kind:?}: {:#?}", why.grounds);
        // Once the books let go, nothing is remembered that is not there.
        world.run("app", "DELETE FROM messages; DELETE FROM invoices WHERE account_id = 1; DELETE FROM accounts WHERE id = 1");
        let last = world.open(later).erase(&whom(&[ADA]), later, false, later).unwrap();
        assert!(last.found.is_empty(), "{kind:?}: {:?}", last.found);
        assert_eq!(last.own, Own::Gone);
    }
}

#[test]
fn whoever_returns_with_the_same_address_is_not_joined_to_the_old_row_by_itself() {
    let world = small(Lite, Lite);
    let now = at("2026-03-02");
    world.open(now).erase(&whom(&[ADA]), now, false, now).unwrap();
    world.run(
        "app",
        "INSERT INTO accounts (id, contract_id, full_name, email, created_at) \
         VALUES (9, 'C-9', 'Ada Neu', 'ada@example.org', '2026-04-01 09:00:00')",
    );
    let later = at("2026-04-05");
    let refused = world.open(later).access(&whom(&[ADA]), Some(later), later).unwrap_err().to_string();
    assert!(
        refused.contains("--pick app.accounts=1") && refused.contains("--pick app.accounts=9"),
        "{refused}"
    );
    let mut company = world.open(later);
    let new = company.access(&picked(ADA, "app", "accounts", "9"), Some(later), later).unwrap();
    assert_eq!(new.found.len(), 1, "{:?}", new.found);
    assert_eq!(new.found[0].key, "9");
}
