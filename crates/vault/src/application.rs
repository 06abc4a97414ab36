//! Applications that ask over the network: a name, what each may do, and a keyed digest of its key,
//! so that nobody who reads the store can ask in its name. Not here: what the words of a scope mean.

use jiff::Timestamp as Instant;

use crate::fault::Fault;
use crate::keys::Secret;
use crate::keys::ring::Keyring;
use crate::row::{Row, bytes, instant, text};
use crate::statements::{APPLICATION_FIND, APPLICATION_LIST, APPLICATION_MAKE, APPLICATION_REVOKE};
use crate::transaction::Tx;
use crate::vault::Vault;

/// An application as it is filed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    /// Its name, unique for ever: a revoked name is never another's.
    pub name: String,
    /// What it may do, as the engine writes it.
    pub scope: String,
    /// Since when.
    pub made_at: Instant,
    /// From when on no more.
    pub revoked_at: Option<Instant>,
}

impl Tx {
    /// Files an application; whether the name was free.
    ///
    /// # Errors
    /// When the store fails.
    pub fn put_application(
        &mut self,
        name: &str,
        key: &Secret,
        scope: &str,
        now: Instant,
    ) -> Result<bool, Fault> {
        let blind = self.application_blind(key);
        let made = self.execute(APPLICATION_MAKE, &[text(name), bytes(blind), text(scope), instant(now)])?;
        Ok(made == 1)
    }

    /// The application of a key, unless it was revoked.
    ///
    /// # Errors
    /// When the store fails.
    pub fn application(&mut self, key: &Secret) -> Result<Option<Application>, Fault> {
        let blind = self.application_blind(key);
        self.one(APPLICATION_FIND, &[bytes(blind)])?.as_ref().map(read).transpose()
    }

    /// Every application, revoked ones too, by name.
    ///
    /// # Errors
    /// When the store fails.
    pub fn applications(&mut self) -> Result<Vec<Application>, Fault> {
        self.query(APPLICATION_LIST, &[])?.iter().map(read).collect()
    }

    /// Takes an application's key back; whether there was one to take.
    ///
    /// # Errors
    /// When the store fails.
    pub fn revoke_application(&mut self, name: &str, now: Instant) -> Result<bool, Fault> {
        self.execute(APPLICATION_REVOKE, &[text(name), instant(now)]).map(|rows| rows > 0)
    }

    /// Whether a key by its keyed digest is an application's and was not revoked.
    ///
    /// # Errors
    /// When the store fails.
    pub fn is_application(&mut self, blind: &[u8; 32]) -> Result<bool, Fault> {
        Ok(self.one(APPLICATION_FIND, &[bytes(*blind)])?.is_some())
    }

    fn application_blind(&self, key: &Secret) -> [u8; 32] {
        blind(&self.ring, key)
    }
}

impl Vault {
    /// What is kept of an application's key: a keyed digest.
    pub fn application_blind(&self, key: &Secret) -> [u8; 32] {
        blind(&self.ring, key)
    }
}

fn blind(ring: &Keyring, key: &Secret) -> [u8; 32] {
    ring.lookup.tag(&[b"application", key.expose()])
}

fn read(row: &Row) -> Result<Application, Fault> {
    Ok(Application {
        name: row.text(0)?.to_owned(),
        scope: row.text(1)?.to_owned(),
        made_at: row.instant(2)?,
        revoked_at: row.instant_or_null(3)?,
    })
}
