//! Who reads of a release that may be kept from the person: one rule for every place that shows
//! entries of the ledger (14(5)(d), 23).
//!
//! Pure. Not here: what a demand brings (`demand`), reading entries and noting who read them
//! (`kept-engine`).

use std::collections::BTreeSet;

use crate::ledger::Commitment;
use crate::ledger::entry::{Entry, Kind};
use crate::name::RoleName;
use crate::policy::Policy;
use crate::policy::model::Secrecy;
use crate::time::Instant;

/// What the rule of an entry begins with where data left by a way of disclosure.
const RULE: &str = "disclosure.";

/// Who would read an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader<'r> {
    /// The person whom it is about.
    Person,
    /// Somebody of the staff, in this role.
    Role(&'r RoleName),
    /// Somebody of the staff of whom no role is known.
    Anyone,
}

/// The releases of which the secrecy was ended: each by an entry that follows it.
#[derive(Clone, Debug, Default)]
pub struct Ended(BTreeSet<Commitment>);

impl Ended {
    /// Those that these entries end.
    pub fn of<'e>(entries: impl IntoIterator<Item = &'e Entry>) -> Self {
        let ends = |entry: &&Entry| entry.kind == Kind::Told && by_secret_way(entry);
        Self(entries.into_iter().filter(ends).filter_map(|entry| entry.follows).collect())
    }

    /// Whether the secrecy of an entry was ended.
    pub fn holds(&self, entry: &Commitment) -> bool {
        self.0.contains(entry)
    }
}

/// Whether an entry is kept from its person at an instant.
pub fn is_secret(entry: &Entry, commitment: &Commitment, ended: &Ended, at: Instant) -> bool {
    entry.telling.as_ref().is_some_and(|telling| {
        telling.is_secret && telling.until.is_none_or(|until| at < until) && !ended.holds(commitment)
    })
}

/// Whether a reader may see an entry at an instant. An entry that bears no word on telling is open to
/// all; one that does is read by the roles of its way, and by the person once it is no secret.
pub fn may_read(
    policy: &Policy,
    (entry, commitment): (&Entry, &Commitment),
    reader: Reader<'_>,
    ended: &Ended,
    at: Instant,
) -> bool {
    if entry.telling.is_none() {
        return true;
    }
    match reader {
        Reader::Person => !is_secret(entry, commitment, ended, at),
        Reader::Role(role) => secrecy_of(policy, entry).is_some_and(|secrecy| secrecy.roles.contains(role)),
        Reader::Anyone => false,
    }
}

/// The rule of the entry that ends a secrecy of a way.
pub fn ending_rule(way: &str) -> String {
    format!("{RULE}{way}.secrecy")
}

/// The way of disclosure that an entry names.
pub fn way_of(entry: &Entry) -> Option<&str> {
    entry.rule.as_deref()?.strip_prefix(RULE)?.split('.').next()
}

/// What the policy says of the secrecy of an entry's way.
pub fn secrecy_of<'p>(policy: &'p Policy, entry: &Entry) -> Option<&'p Secrecy> {
    policy.disclosures.get(way_of(entry)?)?.secrecy.as_ref()
}

fn by_secret_way(entry: &Entry) -> bool {
    way_of(entry).is_some_and(|way| entry.rule.as_deref() == Some(&ending_rule(way)))
}
