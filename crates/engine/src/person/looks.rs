//! Who asks the stores about people: one look after the other, or many people's looks together.
//!
//! Both carry out the same search (`person`), so that whoever is looked at among others is found as if they
//! were looked at alone. Not here: statements (`kept_connect::ahead`).

use std::collections::BTreeMap;

use kept_connect::map::Map;
use kept_connect::{Found, Schema, StoreFault, ahead};
use kept_core::identifier::Identifier;
use kept_core::ledger::Durable;
use kept_core::name::StoreName;
use kept_core::plan::PersonRows;
use kept_core::policy::Policy;
use kept_core::policy::model::Store;

use crate::desk::Whom;
use crate::person::{Located, PersonRefusal, locate};
use crate::remembered::Remembered;
use crate::report::Unreached;
use crate::stores::{Stores, unreached};

/// Whoever can be asked for a person in a store.
pub trait Looks {
    /// The rows that an identifier leads to.
    ///
    /// # Errors
    /// [`Unreached`] when the store can't be asked.
    fn find(
        &mut self,
        policy: &Policy,
        store: (&StoreName, &Store),
        by: &Identifier,
        receipt: &Durable,
    ) -> Result<Vec<Found>, Unreached>;

    /// Everything that hangs on the rows in which a person was found.
    ///
    /// # Errors
    /// [`Unreached`] when the store can't be asked.
    fn read(
        &mut self,
        policy: &Policy,
        store: (&StoreName, &Store),
        persons: &[Found],
        receipt: &Durable,
    ) -> Result<PersonRows, Unreached>;
}

impl Looks for Stores {
    fn find(
        &mut self,
        policy: &Policy,
        (name, map): (&StoreName, &Store),
        by: &Identifier,
        receipt: &Durable,
    ) -> Result<Vec<Found>, Unreached> {
        let connector = self.get(policy, name)?;
        connector.find(map, by, receipt).map_err(|fault| unreached(name, &fault))
    }

    fn read(
        &mut self,
        policy: &Policy,
        (name, map): (&StoreName, &Store),
        persons: &[Found],
        receipt: &Durable,
    ) -> Result<PersonRows, Unreached> {
        let connector = self.get(policy, name)?;
        connector.read(map, persons, receipt).map_err(|fault| unreached(name, &fault))
    }
}

/// The schemas of a policy's stores as they are now, with the places that the policy names.
pub(crate) struct Schemas(BTreeMap<StoreName, Result<Schema, Unreached>>);

/// The maps of a policy's stores, brought together with their schemas.
pub(crate) struct Maps<'m>(BTreeMap<StoreName, Result<Map<'m>, Unreached>>);

impl Schemas {
    pub(crate) fn of(policy: &Policy, stores: &mut Stores) -> Self {
        let each = policy.stores.iter().map(|(name, map)| {
            let schema = stores.get(policy, name).and_then(|connector| {
                let schema = connector.session().schema().map_err(|fault| unreached(name, &fault))?;
                Ok(schema.with_places(map))
            });
            (name.clone(), schema)
        });
        Self(each.collect())
    }

    pub(crate) fn maps<'m>(&'m self, policy: &'m Policy) -> Maps<'m> {
        let each = policy.stores.iter().filter_map(|(name, store)| {
            let map = match self.0.get(name)? {
                Ok(schema) => Map::new(store, schema).map_err(|fault| unreached(name, &fault)),
                Err(down) => Err(down.clone()),
            };
            Some((name.clone(), map))
        });
        Maps(each.collect())
    }
}

/// Many people's looks together.
struct Together<'a> {
    stores: &'a mut Stores,
    maps: &'a Maps<'a>,
    /// Whether the look at work missed something that was not read ahead.
    missed: bool,
}

/// What becomes of a row whose identifiers others have too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Namesakes {
    /// Nobody can tell who is meant.
    Refused,
    /// The one whose row it is.
    Picked,
}

/// Looks up the people of some rows together, in the rows' order. Nobody's look differs from one of their own;
/// where a store fails meanwhile the people left are looked up one by one.
pub(crate) fn locate_all(
    policy: &Policy,
    (stores, maps): (&mut Stores, &Maps<'_>),
    (rows, namesakes): (&[Remembered], Namesakes),
    receipt: &Durable,
) -> Vec<Result<Located, PersonRefusal>> {
    let picked = |row: &Remembered| {
        let picks = if namesakes == Namesakes::Picked { vec![row.pick()] } else { Vec::new() };
        Whom { identifiers: Vec::new(), picks }
    };
    let mut done: Vec<Option<Result<Located, PersonRefusal>>> = rows.iter().map(|_| None).collect();
    let mut together = Together { stores, maps, missed: false };
    together.each_session(policy, &mut |session, _| {
        ahead::begin(session);
        Ok(false)
    });
    loop {
        for (row, done) in rows.iter().zip(&mut done).filter(|(_, done)| done.is_none()) {
            together.missed = false;
            let found = locate(policy, &mut together, &picked(row), std::slice::from_ref(row), receipt);
            *done = (!together.missed).then_some(found);
        }
        if !together.each_session(policy, &mut ahead::fetch) {
            break;
        }
    }
    together.each_session(policy, &mut |session, _| {
        ahead::end(session);
        Ok(false)
    });
    let mut alone =
        |row: &Remembered| locate(policy, stores, &picked(row), std::slice::from_ref(row), receipt);
    rows.iter().zip(done).map(|(row, done)| done.unwrap_or_else(|| alone(row))).collect()
}

impl Together<'_> {
    /// Does something with each store that is there; whether it was true of one. A failure ends what is done
    /// together: it counts as nothing.
    fn each_session(
        &mut self,
        policy: &Policy,
        each: &mut dyn FnMut(&mut kept_connect::Session, &Map<'_>) -> Result<bool, StoreFault>,
    ) -> bool {
        let (mut any, mut failed) = (false, false);
        for (name, map) in &self.maps.0 {
            let (Ok(map), Ok(connector)) = (map, self.stores.get(policy, name)) else { continue };
            match each(connector.session(), map) {
                Ok(found) => any |= found,
                Err(_) => failed = true,
            }
        }
        any && !failed
    }
}

impl Looks for Together<'_> {
    fn find(
        &mut self,
        policy: &Policy,
        (name, _): (&StoreName, &Store),
        by: &Identifier,
        receipt: &Durable,
    ) -> Result<Vec<Found>, Unreached> {
        let Some(Ok(map)) = self.maps.0.get(name) else { return Err(self.maps.down(name)) };
        let session = self.stores.get(policy, name)?.session();
        let found = ahead::find(session, map, by, receipt).map_err(|fault| unreached(name, &fault));
        self.missed |= ahead::has_missed(session);
        found
    }

    fn read(
        &mut self,
        policy: &Policy,
        (name, _): (&StoreName, &Store),
        persons: &[Found],
        receipt: &Durable,
    ) -> Result<PersonRows, Unreached> {
        let Some(Ok(map)) = self.maps.0.get(name) else { return Err(self.maps.down(name)) };
        let session = self.stores.get(policy, name)?.session();
        let read = ahead::read(session, map, persons, receipt).map_err(|fault| unreached(name, &fault));
        self.missed |= ahead::has_missed(session);
        read
    }
}

impl Maps<'_> {
    fn down(&self, name: &StoreName) -> Unreached {
        match self.0.get(name) {
            Some(Err(down)) => down.clone(),
            _ => {
                Unreached { store: name.clone(), problem: "the policy has no store of this name".to_owned() }
            }
        }
    }
}
