//! Of whom a store's columns say that a purpose can't stand: by the set, before anybody is looked at.
//!
//! The same compiled ground as for retention decides, so that whoever is left out here has no ground that
//! keeps anything by the pure function either, on what the columns tell. Not here: what Kept's own record
//! tells besides, and whether a ground that stands may be used.

use crate::plan::due::condition::{Condition, THIS};
use crate::plan::due::ground::{Source, Spot, ground, tells};
use crate::plan::due::routes::{Node, Rows, Ways};
use crate::plan::due::tell::{Clock, routes_to};
use crate::policy::Policy;
use crate::policy::model::{Purpose, Store, Table};
use crate::time::Instant;

/// The rows of a table of people for whom a purpose may stand. [`Condition::Always`] where columns alone
/// can't rule it out: it rests on no consent, or not on one alone, or consents to it are told in several
/// places between which a person may be split. [`Condition::Never`] where they are told of the people of
/// another table only, from which these are found.
pub fn may_stand(
    policy: &Policy,
    map: &Store,
    ways: &Ways,
    (purpose, table): (&Purpose, &Table),
    at: Instant,
) -> Condition {
    let told = tellers(policy, purpose);
    let mut people = told.iter().filter(|(_, table)| table.person.is_some());
    let (Some((store, home)), None) = (people.next(), people.next()) else { return Condition::Always };
    if !purpose.basis.is_consent()
        || !purpose.arms.is_empty()
        || told.iter().any(|(other, _)| other.name != store.name)
    {
        return Condition::Always;
    }
    if store.name != map.name {
        // Where the other tellers stand is judged with the store that tells.
        return if told.len() == 1 { Condition::Never } else { Condition::Always };
    }
    let source = Source { policy, map, ways, clock: Clock::new(at, policy.zone()) };
    let (rows, node) = (Rows::new(), Node { row: THIS, table: home });
    // A row that is found by an identifier of its own may be somebody's whom no key leads to.
    let mut others = told.iter().filter(|(_, other)| other.name != home.name);
    if others
        .any(|(_, other)| !other.identifies.is_empty() || routes_to(map, ways, other, node, &rows).is_empty())
    {
        return Condition::Always;
    }
    // What a row tells of an occasion of its own is no fact of the consent, which is the person's.
    let apart = |other: &&Table| other.occasion.is_some() && tells(purpose, other);
    if map.tables.values().any(|other| apart(&other)) {
        return Condition::Always;
    }
    if home.name != table.name {
        return Condition::Never;
    }
    ground(&source, purpose, &Spot::Person(node), Some(node), &rows).keeps
}

/// The tables that tell consents to a purpose, with their stores.
fn tellers<'p>(policy: &'p Policy, purpose: &Purpose) -> Vec<(&'p Store, &'p Table)> {
    let tables =
        policy.stores.values().flat_map(|store| store.tables.values().map(move |table| (store, table)));
    tables.filter(|(_, table)| table.consents.contains_key(&purpose.name)).collect()
}
