//! Webhooks: a service of the company's own is told something, by one signed call.
//!
//! Not here: what is told, and when it is tried again (`kept-engine`).

use std::path::Path;
use std::time::Duration;

use kept_core::policy::model::{Url, Webhook};
use serde_json::Value as Json;

use super::client::{Address, Client};
use crate::engine::Limits;
use crate::fault::StoreFault;

/// How long a receiver may take to connect, and to answer: others wait for it.
const CONNECT: Duration = Duration::from_secs(5);
const ANSWER: Duration = Duration::from_secs(15);

/// Somebody to be told.
#[derive(Debug)]
pub struct Hook(Client);

impl Hook {
    /// A webhook of a policy, whose folder is `base`. Nobody is called yet.
    ///
    /// # Errors
    /// [`StoreFault::Unreachable`] for a URL that can't be called, and for a secret that is not there.
    pub fn open(
        webhook: &Webhook,
        base: &Path,
        env: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, StoreFault> {
        let url = match &webhook.url {
            Url::Written(url) => url.clone(),
            Url::Env(variable) => env(variable).ok_or_else(|| StoreFault::Unreachable {
                why: format!("the environment variable `{variable}` with its URL is not set"),
            })?,
        };
        let secret = crate::connector::secret(&webhook.secret, base, env)?;
        let authorities = crate::connector::authorities(webhook.ca.as_deref(), base)?;
        let address = Address { url, secret, allows_plain: webhook.allows_plain, authorities };
        let limits = Limits { connect: CONNECT, statement: ANSWER, ..Limits::default() };
        Client::new(&address, limits).map(Self)
    }

    /// Tells it, once. Whoever was told before knows it by the key.
    ///
    /// # Errors
    /// As the receiver answers: anything but a status of 200 to 299 counts as not told.
    pub fn tell(&self, body: &Json, key: &str) -> Result<(), StoreFault> {
        self.0.tell(body, key)
    }
}
