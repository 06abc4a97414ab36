//! Row-level security in the company's databases: policies that hide rows marked as restricted from
//! every role but those named.
//!
//! Not here: the statements (`kept_connect::row_security`), and setting the marks (`marks`).

use kept_connect::StoreFault;
use kept_connect::map::Map;
use kept_connect::row_security::{Hiding, Hidings, plan, write};
use kept_core::ledger::{Commitment, Durable, Kind, Outcome};
use kept_core::name::StoreName;
use kept_core::policy::Policy;
use kept_core::policy::model::{Engine, Store};
use kept_core::time::Instant;
use serde::Serialize;

use crate::company::{Act, Company};
use crate::failure::Failure;

/// What is to be done.
#[derive(Clone, Debug, Default)]
pub struct RowSecurityOrder {
    /// Only in this store; in every one that asks for it, where none is named.
    pub store: Option<StoreName>,
    /// Take Kept's policies away again.
    pub undo: bool,
    /// Only say what would be run.
    pub dry_run: bool,
}

/// What was done, or would be, in one store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StoreRowSecurity {
    /// The store.
    pub store: StoreName,
    /// Table by table, with the statements.
    pub tables: Vec<Hiding>,
    /// Whom the policies don't bind.
    pub notes: Vec<String>,
    /// Whether the statements were run.
    pub written: bool,
    /// Why they were not, where something stood in the way.
    pub problem: Option<String>,
}

impl Company {
    /// Has PostgreSQL hide rows marked as restricted, as the policy's stores say with `row-security`, or
    /// takes that back: each store in one transaction, between an `intended` and a `done` entry.
    ///
    /// # Errors
    /// [`Failure::Refused`] when no store asks for it, or the one named can't have it; a fault of Kept's
    /// own store. What stands in the way within a store is part of the report.
    pub fn row_security(
        &mut self,
        order: &RowSecurityOrder,
        now: Instant,
    ) -> Result<Vec<StoreRowSecurity>, Failure> {
        let policy = self.policy().clone();
        let stores = asked(&policy, order)?;
        let mut told = Vec::new();
        for (name, map) in stores {
            told.push(self.row_security_of((&policy, name, map), order, now)?);
        }
        Ok(told)
    }

    fn row_security_of(
        &mut self,
        (policy, name, map): (&Policy, &StoreName, &Store),
        order: &RowSecurityOrder,
        now: Instant,
    ) -> Result<StoreRowSecurity, Failure> {
        let planned = self.in_map((policy, name, map), |session, map| plan(session, map, order.undo));
        let hidings = match planned {
            Ok(hidings) => hidings,
            Err(problem) => return Ok(told(name, Hidings::default(), Some(problem))),
        };
        let is_idle = hidings.tables.iter().all(|table| table.statements.is_empty());
        if order.dry_run || is_idle {
            return Ok(told(name, hidings, None));
        }
        let kind = if order.undo { Kind::RestrictionLifted } else { Kind::RestrictionPlaced };
        let receipt = self.row_security_entry((kind, name), None, now)?;
        let done = self.in_map((policy, name, map), |session, _| write(session, &hidings));
        let follows = Some((receipt.commitment(), done.is_ok()));
        self.row_security_entry((kind, name), follows, now)?;
        // What was known of the tables has changed.
        self.stores.forget(name);
        let written = done.is_ok();
        Ok(StoreRowSecurity { written, ..told(name, hidings, done.err()) })
    }

    /// Runs work on a store, its map brought together with its schema as it is now.
    pub(crate) fn in_map<T>(
        &mut self,
        (policy, name, store): (&Policy, &StoreName, &Store),
        work: impl FnOnce(&mut kept_connect::Session, &Map<'_>) -> Result<T, StoreFault>,
    ) -> Result<T, String> {
        let connector = self.stores.get(policy, name).map_err(|down| down.problem)?;
        let run = || {
            let schema = connector.describe()?.with_places(store);
            let map = Map::new(store, &schema)?;
            work(connector.session(), &map)
        };
        run().map_err(|fault| fault.to_string())
    }

    fn row_security_entry(
        &self,
        (kind, store): (Kind, &StoreName),
        follows: Option<(&Commitment, bool)>,
        now: Instant,
    ) -> Result<Durable, Failure> {
        let mut entry = self.entry(kind, now)?;
        entry.store = Some(store.clone());
        entry.follows = follows.map(|(commitment, _)| *commitment);
        entry.outcome = match follows {
            None => Outcome::Intended,
            Some((_, true)) => Outcome::Done,
            Some((_, false)) => Outcome::Failed,
        };
        let ((), receipt) =
            self.act("row_security", |_| Ok(((), Act { entry: entry.clone(), subject: None })))?;
        Ok(receipt)
    }
}

fn told(name: &StoreName, hidings: Hidings, problem: Option<String>) -> StoreRowSecurity {
    let Hidings { tables, notes } = hidings;
    StoreRowSecurity { store: name.clone(), tables, notes, written: false, problem }
}

/// The stores that are meant: undoing looks at every PostgreSQL database, since the map may ask no more.
fn asked<'p>(
    policy: &'p Policy,
    order: &RowSecurityOrder,
) -> Result<Vec<(&'p StoreName, &'p Store)>, Failure> {
    let can = |store: &Store| store.engine == Engine::Postgres && store.http.is_none();
    let asks = |store: &Store| can(store) && (order.undo || store.row_security.is_some());
    if let Some(name) = &order.store {
        let Some((name, store)) = policy.stores.get_key_value(name) else {
            return Err(Failure::Refused(format!("the policy has no store `{name}`")));
        };
        if !can(store) {
            let why =
                format!("`{name}` is no PostgreSQL database: only those hide rows by a policy of their own");
            return Err(Failure::Refused(why));
        }
        if !asks(store) {
            let why =
                format!("`[store.{name}]` asks for none; write `row-security = {{ see = [\"…\"] }}` there");
            return Err(Failure::Refused(why));
        }
        return Ok(vec![(name, store)]);
    }
    let stores: Vec<_> = policy.stores.iter().filter(|(_, store)| asks(store)).collect();
    if stores.is_empty() {
        let why = "no PostgreSQL store of the policy asks for row-level security; write `row-security = { see = [\"…\"] }` at one";
        return Err(Failure::Refused(why.to_owned()));
    }
    Ok(stores)
}
