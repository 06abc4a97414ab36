//! The history of policies: which one was in force when (semantics 9).

use std::sync::Arc;

use crate::policy::Policy;
use crate::time::Instant;

/// A policy and the instant from which it is in force.
#[derive(Clone, Debug)]
pub struct PolicyVersion {
    /// From when.
    pub from: Instant,
    /// The policy.
    pub policy: Arc<Policy>,
}

/// One policy or several, in the order in which they came into force; never none.
#[derive(Clone, Debug)]
pub struct PolicyHistory {
    first: PolicyVersion,
    later: Vec<PolicyVersion>,
}

impl PolicyHistory {
    /// A policy that was always in force.
    pub fn of(policy: Arc<Policy>) -> Self {
        Self { first: PolicyVersion { from: Instant::MIN, policy }, later: Vec::new() }
    }

    /// Several versions, in any order; `None` if there is none. Of two that come into force at the
    /// same instant the later in the list stands.
    pub fn new(mut versions: Vec<PolicyVersion>) -> Option<Self> {
        // Reversed before the stable sort, the later of two with one instant is the one that stays.
        versions.reverse();
        versions.sort_by_key(|version| version.from);
        versions.dedup_by_key(|version| version.from);
        let mut versions = versions.into_iter();
        let first = versions.next()?;
        Some(Self { first, later: versions.collect() })
    }

    /// All versions, the oldest first.
    pub fn versions(&self) -> impl DoubleEndedIterator<Item = &PolicyVersion> {
        std::iter::once(&self.first).chain(&self.later)
    }

    /// The version in force at an instant; before the first one, the first.
    pub fn at(&self, at: Instant) -> &PolicyVersion {
        self.later.iter().rev().find(|version| version.from <= at).unwrap_or(&self.first)
    }

    /// The versions that came into force up to an instant, the oldest first; before the first one,
    /// that one. What a standing says never depends on a later version.
    pub(crate) fn until(&self, at: Instant) -> impl DoubleEndedIterator<Item = &PolicyVersion> {
        let in_force = self.at(at).from;
        self.versions().filter(move |version| version.from <= in_force)
    }

    /// When the version with this digest comes into force, if there is one.
    pub(crate) fn in_force_from(&self, digest: &str) -> Option<Instant> {
        self.versions().rev().find(|version| version.policy.digest == digest).map(|version| version.from)
    }

    /// From when a version binds: the first one also what began before it was written down.
    pub(crate) fn binds_from(&self, version: &PolicyVersion) -> Instant {
        if version.from == self.first.from { Instant::MIN } else { version.from }
    }

    /// The newest version.
    pub fn newest(&self) -> &PolicyVersion {
        self.later.last().unwrap_or(&self.first)
    }

    /// The versions that bind a ground started at `since`, as of `at`: the one in force then and
    /// every later one, or from the version that the person agreed to, once that is in force.
    pub(crate) fn binding(&self, since: Instant, agreed: Option<&str>, at: Instant) -> Vec<&PolicyVersion> {
        let began = self.at(since).from;
        let agreed_from = agreed
            .and_then(|digest| self.until(at).rev().find(|version| version.policy.digest == digest))
            .map_or(began, |version| version.from.max(began));
        self.until(at).filter(|version| version.from >= agreed_from).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_versions_with_one_instant_the_later_in_the_list_stands() {
        let read = |digest: &str| {
            let toml = "edition = 1\n[controller.acme]\nname = \"Acme\"\ncountry = \"FR\"\nemail = \"a@acme.example\"\n";
            let files = [crate::policy::SourceFile::new("policy.toml", toml)];
            let mut policy = crate::policy::reader::read(&files).policy.unwrap();
            policy.digest = digest.to_owned();
            PolicyVersion { from: Instant::UNIX_EPOCH, policy: Arc::new(policy) }
        };
        let history = PolicyHistory::new(vec![read("one"), read("two")]).unwrap();
        let digests: Vec<_> = history.versions().map(|version| version.policy.digest.as_str()).collect();
        assert_eq!(digests, ["two"]);
        assert_eq!(history.at(Instant::MIN).policy.digest, "two");
    }
}
