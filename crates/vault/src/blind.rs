//! Blind indexes: what is looked up without being readable. Each is an HMAC with a key that
//! stands outside the epochs. Not here: the tables they key.

use kept_core::name::{ControllerName, IdentifierKind, PurposeName, StoreName, TableName};
use kept_core::plan::Key;

use crate::fault::Fault;
use crate::keys::ring::Keyring;

/// How long a blind value is by which one thing is found: 96 bits, so that among a thousand million of them
/// two are the same with a probability of less than one in a hundred thousand million.
pub(crate) const SHORT: usize = 12;

/// The beginning of a tag.
pub(crate) fn short(tag: [u8; 32]) -> [u8; SHORT] {
    tag.first_chunk().copied().unwrap_or_default()
}

/// An identifier of a person as it is looked up: the value must be in canonical form
/// (`kept_core::identifier`), or the same person is two.
#[derive(Clone, Copy)]
pub struct Identifier<'a> {
    /// Whose people: the same address is another person to another controller.
    pub controller: &'a ControllerName,
    /// Its kind.
    pub kind: &'a IdentifierKind,
    /// Its canonical value.
    pub canonical: &'a str,
}

impl std::fmt::Debug for Identifier<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{} of {}", self.kind, self.controller)
    }
}

impl Keyring {
    /// The blind value of an identifier.
    pub(crate) fn identifier(&self, identifier: &Identifier<'_>) -> [u8; SHORT] {
        short(self.lookup.tag(&parts("identifier", identifier)))
    }

    /// The blind value of a refusal for one purpose, or for all.
    pub(crate) fn refusal(&self, of: &Identifier<'_>, purpose: &PurposeName) -> [u8; 32] {
        let [label, controller, kind, canonical] = parts("refusal", of);
        self.suppress.tag(&[label, controller, kind, canonical, purpose.as_str().as_bytes()])
    }

    /// The blind value of a row's key.
    pub(crate) fn store_key(
        &self,
        store: &StoreName,
        table: &TableName,
        key: &Key,
    ) -> Result<[u8; 32], Fault> {
        let key = serde_json::to_vec(key).map_err(|_| Fault::Json { what: "key of a row" })?;
        let (store, table) = (store.as_str().as_bytes(), table.as_str().as_bytes());
        Ok(self.lookup.tag(&[b"store-key", store, table, &key]))
    }
}

fn parts<'a>(label: &'a str, identifier: &Identifier<'a>) -> [&'a [u8]; 4] {
    [
        label.as_bytes(),
        identifier.controller.as_str().as_bytes(),
        identifier.kind.as_str().as_bytes(),
        identifier.canonical.as_bytes(),
    ]
}
