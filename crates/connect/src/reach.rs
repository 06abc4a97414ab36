//! The keys of people for whom a purpose may stand, page by page: whom the columns of the store rule out is
//! left out by the store itself.
//!
//! Not here: the condition (`kept_core::plan::due::may_stand`), and what is decided of each who is left.

use kept_core::name::TableName;
use kept_core::plan::Key;
use kept_core::plan::due::{Condition, THIS, TableDue, may_stand};
use kept_core::policy::Policy;
use kept_core::policy::model::{Purpose, Store};
use kept_core::time::Instant;

use crate::due::dates::Zones;
use crate::due::render::{Exceptions, Renderer, ways};
use crate::due::schema;
use crate::engine::Session;
use crate::fault::StoreFault;
use crate::map::Map;
use crate::page::{beyond, in_order, keys_page};
use crate::sql::Statement;

/// Which people are asked for.
#[derive(Clone, Copy, Debug)]
pub struct Reach<'a> {
    /// The policy in force.
    pub policy: &'a Policy,
    /// The store's map.
    pub store: &'a Store,
    /// The purpose.
    pub purpose: &'a Purpose,
    /// The table of people, by its policy name.
    pub table: &'a TableName,
    /// As of when.
    pub at: Instant,
}

/// A page of keys.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reached {
    /// The keys, in their order.
    pub keys: Vec<Key>,
    /// Whether the store left people out: whoever is only in another record was not looked at.
    pub rules_out: bool,
}

/// The next keys of people for whom the purpose may stand after one of them, or from the first on.
///
/// # Errors
/// As the store answers.
pub fn keys_that_may_stand(
    session: &mut Session,
    reach: &Reach<'_>,
    after: Option<&Key>,
    count: u32,
) -> Result<Reached, StoreFault> {
    let Reach { policy, store, purpose, table: name, at } = *reach;
    let schema = schema(session)?.with_places(store);
    let map = Map::new(store, &schema)?;
    let table = map.table(name)?;
    let condition = may_stand(policy, store, &ways(&map), (purpose, table.policy), at);
    match condition {
        Condition::Always => {
            let keys = keys_page(session, store, name, after, count)?;
            return Ok(Reached { keys, rules_out: false });
        }
        Condition::Never => return Ok(Reached { keys: Vec::new(), rules_out: true }),
        _ => {}
    }
    let nobody = Exceptions::new();
    let zones = Zones { store: store.zone.clone(), policy: policy.zone() };
    let asked = [asking(name, condition)];
    let renderer = Renderer::new(session, &map, zones, &nobody, &asked)?;
    let mut ask = Statement::new(session.engine());
    ask.push("SELECT ").read(&table.key).push(" FROM ");
    renderer.from(&mut ask, name, THIS)?;
    ask.push(" WHERE ");
    for one in &asked {
        renderer.condition(&mut ask, &one.due)?;
    }
    if let Some(last) = after {
        ask.push(" AND ");
        beyond(&mut ask, table, (last, session.engine()));
    }
    in_order(&mut ask, table, count);
    match session.query(&ask) {
        // The question is longer than the engine takes: nobody is left out.
        Err(StoreFault::Map { .. }) => {
            Ok(Reached { keys: keys_page(session, store, name, after, count)?, rules_out: false })
        }
        found => Ok(Reached { keys: found?, rules_out: true }),
    }
}

/// A condition as the renderer reads it: it looks how the dates in it are spelt.
fn asking(table: &TableName, due: Condition) -> TableDue {
    let nothing = || Condition::Never;
    TableDue {
        table: table.clone(),
        key: Vec::new(),
        personal: nothing(),
        due,
        goes: nothing(),
        empties: Vec::new(),
        detaches: Vec::new(),
        archives: None,
        rules: Vec::new(),
        without_ground: nothing(),
        ownerless: nothing(),
    }
}
