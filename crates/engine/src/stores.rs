//! The company's databases, opened when first asked and asked once more never when they are down:
//! a store that can't be reached delays its own part and fails nobody else's.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use kept_connect::http::Hook;
use kept_connect::{Connector, StoreFault};
use kept_core::name::StoreName;
use kept_core::policy::Policy;
use kept_core::policy::model::Webhook;

use crate::report::Unreached;

/// Looks up an environment variable: the configuration's business, not the engine's.
pub type Environment = dyn Fn(&str) -> Option<String> + Send + Sync;

/// Open connections to the stores of a policy.
pub struct Stores {
    base: PathBuf,
    environment: Arc<Environment>,
    open: BTreeMap<StoreName, Result<Box<dyn Connector>, Unreached>>,
}

impl fmt::Debug for Stores {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Stores").field("open", &self.open.keys()).finish_non_exhaustive()
    }
}

impl Stores {
    /// Stores whose relative paths start at `base` and whose URLs stand in `environment`.
    pub fn new(base: PathBuf, environment: Box<Environment>) -> Self {
        Self { base, environment: environment.into(), open: BTreeMap::new() }
    }

    /// The same stores, with connections of their own.
    pub(crate) fn again(&self) -> Self {
        Self { base: self.base.clone(), environment: Arc::clone(&self.environment), open: BTreeMap::new() }
    }

    /// The connection to a store.
    ///
    /// # Errors
    /// [`Unreached`], the same each time, when it can't be opened.
    pub fn get(&mut self, policy: &Policy, name: &StoreName) -> Result<&mut dyn Connector, Unreached> {
        let entry = self.open.entry(name.clone()).or_insert_with(|| match policy.stores.get(name) {
            Some(store) => kept_connect::open(store, &self.base, &*self.environment)
                .map_err(|fault| unreached(name, &fault)),
            None => Err(Unreached {
                store: name.clone(),
                problem: "the policy in force has no store of this name".to_owned(),
            }),
        });
        match entry {
            Ok(connector) => Ok(&mut **connector),
            Err(unreached) => Err(unreached.clone()),
        }
    }

    /// A webhook of the policy, ready to be called.
    ///
    /// # Errors
    /// When its URL or its secret is not there, or it may not be called.
    pub fn hook(&self, webhook: &Webhook) -> Result<Hook, StoreFault> {
        Hook::open(webhook, &self.base, &*self.environment)
    }

    /// Forgets which stores could not be opened, so that each is tried again.
    pub fn retry(&mut self) {
        self.open.retain(|_, opened| opened.is_ok());
    }

    /// A variable of the environment.
    #[cfg(debug_assertions)]
    pub(crate) fn variable(&self, name: &str) -> Option<String> {
        (self.environment)(name)
    }

    /// Forgets a connection after a failure, so that the next call opens it anew.
    pub fn forget(&mut self, name: &StoreName) {
        self.open.remove(name);
    }
}

/// A store's failure as a report shows it.
pub fn unreached(store: &StoreName, fault: &StoreFault) -> Unreached {
    Unreached { store: store.clone(), problem: fault.to_string() }
}
