//! What is said of all records of a purpose: it holds for all of them from its entry of the ledger on, and
//! no record is written.
//!
//! The benchmark files the statement alone, as a version of the policy under a made-up digest, beside the
//! company that works on the same store: no real change of a policy, which publishes a whole one. A store
//! in which this was done can't be opened again.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Context;
use kept_core::ledger::system::SystemAct;
use kept_core::ledger::{PolicyVersion, SystemEntry};
use kept_core::time::Instant;
use kept_vault::policy::{PolicyFile, PublishedPolicy};
use kept_vault::{Fault, Vault};

use super::record::NAMES;

/// The purpose for whose period the ledger's entries are kept.
const LEDGER: &str = "ledger";

/// From which entry on, and what, by purpose and attribute. Earlier ones stay, for whoever asked before
/// the last.
pub(super) type Said = BTreeMap<String, BTreeMap<usize, BTreeMap<u64, String>>>;

/// The statements, and the store in which they are filed.
pub(super) struct Statements {
    vault: Arc<Vault>,
    said: Mutex<Said>,
}

impl Statements {
    /// None yet, to be filed in a company's own store.
    pub(super) fn new(vault: Arc<Vault>) -> Self {
        Self { vault, said: Mutex::default() }
    }

    /// Says an attribute of all records of a purpose; the number from which it holds.
    pub(super) fn state(&self, purpose: &str, (at, to): (usize, &str), now: Instant) -> anyhow::Result<u64> {
        let name = NAMES.get(at).context("no such attribute")?;
        Ok(self.vault.write("state", |tx| {
            let number = tx.count_entries()?;
            let text = format!("[purpose.{purpose}]\n{name} = \"{to}\"\n# {number}\n");
            let version = {
                let mut digest = [0; 32];
                let bytes = number.to_be_bytes();
                digest.iter_mut().rev().zip(bytes.iter().rev()).for_each(|(to, from)| *to = *from);
                PolicyVersion::from_bytes(digest)
            };
            tx.put_policy(&PublishedPolicy {
                digest: format!("{number:064x}"),
                effective_from: now,
                published_at: now,
                files: vec![PolicyFile { path: format!("{purpose}.toml"), text }],
            })?;
            let what = SystemAct::PolicyPublished { version };
            tx.log_system(SystemEntry { at: now, what }, &LEDGER.into())?;
            let mut said = self.said.lock().map_err(|_| Fault::Poisoned)?;
            let of = said.entry(purpose.to_owned()).or_default().entry(at).or_default();
            of.insert(number, to.to_owned());
            Ok::<_, Fault>(number)
        })?)
    }

    /// All that was said.
    pub(super) fn said(&self) -> MutexGuard<'_, Said> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What was last said of an attribute of a purpose's records between two entries.
pub(super) fn last<'s>(
    said: &'s Said,
    (purpose, at): (&str, usize),
    between: &std::ops::Range<u64>,
) -> Option<&'s str> {
    let (since, last) = said.get(purpose)?.get(&at)?.range(..between.end).next_back()?;
    (*since > between.start).then_some(last)
}
